//! Bytes of a media type that is not JSON, such as an export. The sandbox has none to give, and answers the
//! documented example, or a small stand-in, marked as what it is.

use serde_json::Value;

use crate::{
    document::operation::Content,
    kinds::{Kind, Known, Operation, Plan, computed},
    store::collections::Claim,
};

struct Download;

pub(super) fn read(plan: &Plan<'_>, _: &Value) -> Result<Box<dyn Kind>, String> {
    match plan.sketch.success.content {
        Content::Other { .. } => Ok(Box::new(Download)),
        _ => Err("it answers nothing but JSON".to_owned()),
    }
}

impl Kind for Download {
    fn claims(&self, _: &Plan<'_>) -> Vec<Claim> {
        Vec::new()
    }

    fn ready(&self, plan: &Plan<'_>, _: &Known<'_>) -> Result<Box<dyn Operation>, String> {
        computed::ready(plan)
    }
}
