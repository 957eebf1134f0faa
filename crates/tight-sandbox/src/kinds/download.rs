//! Downloads: bytes that are not JSON, such as an export. The sandbox returns the documented example or a small
//! stand-in, marked as such.

use serde_json::Value;

use crate::{
    document::operation::Content,
    kinds::{ApiModel, Definition, Kind, Operation, computed},
    store::collections::CollectionUse,
};

struct Download;

pub(super) fn read(definition: &Definition<'_>, _: &Value) -> Result<Box<dyn Kind>, String> {
    match definition.spec.success.content {
        Content::Other { .. } => Ok(Box::new(Download)),
        _ => Err("its response is JSON".to_owned()),
    }
}

impl Kind for Download {
    fn collection_uses(&self, _: &Definition<'_>) -> Vec<CollectionUse> {
        Vec::new()
    }

    fn ready(
        &self,
        definition: &Definition<'_>,
        _: &ApiModel<'_>,
    ) -> Result<Box<dyn Operation>, String> {
        computed::ready(definition)
    }
}
