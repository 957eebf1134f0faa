//! Our amendments onto the merged document.
//!
//! The OpenAPI Overlay specification lets an action that hits nothing succeed. Here it is an error, and so is one that
//! changes nothing or gives no reason: the overlay must not outlive what it amends.

use roas_overlay::apply::{Apply, ApplyErrorKind, ApplyOptions};
use roas_overlay::v1_0::Overlay;
use serde_json::Value;

use super::source;
use crate::diagnostic::{Diagnostic, Result};
use crate::layout::{Checkout, OVERLAY};

/// Applies the overlay and says how many actions it has.
pub(super) fn apply(checkout: &Checkout, document: &mut Value) -> Result<usize> {
    let source = source::read(checkout, OVERLAY)?;
    let overlay: Overlay = serde_json::from_value(source).map_err(|error| {
        Diagnostic::new(OVERLAY, format!("this is not an OpenAPI overlay: {error}"))
            .help("write it as https://spec.openapis.org/overlay/v1.0.0.html says")
    })?;
    for (index, action) in overlay.actions.iter().enumerate() {
        let at = format!("/actions/{index}");
        if action
            .description
            .as_deref()
            .is_none_or(|reason| reason.trim().is_empty())
        {
            return Err(Diagnostic::new(
                OVERLAY,
                format!("the amendment of `{}` gives no reason", action.target),
            )
            .at(at)
            .help("say in its `description` why it stands here, and on what evidence"));
        }
        let one = Overlay {
            actions: vec![action.clone()],
            ..overlay.clone()
        };
        let before = document.clone();
        one.apply(document, ApplyOptions::ErrorOnZeroMatch.into()).map_err(|error| {
            let (message, help) = match error.kind {
                ApplyErrorKind::ZeroMatch => (
                    format!("the target `{}` matches nothing", action.target),
                    "the captured pages have changed under it: mend the target, or drop the action",
                ),
                ApplyErrorKind::InvalidJsonPath(reason) => (
                    format!("the target `{}` is not a JSONPath: {reason}", action.target),
                    "write it as RFC 9535 says",
                ),
                other => (format!("the target `{}` cannot be amended: {other}", action.target), "target its parent"),
            };
            Diagnostic::new(OVERLAY, message).at(format!("{at}/target")).help(help)
        })?;
        if *document == before {
            return Err(Diagnostic::new(
                OVERLAY,
                format!("the amendment of `{}` changes nothing", action.target),
            )
            .at(at)
            .help("what it says is stated already: drop the action"));
        }
    }
    Ok(overlay.actions.len())
}
