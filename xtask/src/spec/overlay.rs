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
    check_keys(&source)?;
    let overlay: Overlay = serde_json::from_value(source).map_err(|error| {
        Diagnostic::new(OVERLAY, format!("this is not an OpenAPI overlay: {error}"))
            .help("write it as https://spec.openapis.org/overlay/v1.0.0.html says")
    })?;
    for (index, action) in overlay.actions.iter().enumerate() {
        let at = format!("/actions/{index}");
        if !action
            .description
            .as_deref()
            .is_some_and(names_its_evidence)
        {
            return Err(Diagnostic::new(OVERLAY, format!("the amendment of `{}` does not say on what evidence it stands", action.target))
                .at(at)
                .help("begin its `description` with `documented:`, `sample:` or `inferred:`, and give the reason"));
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

/// Whether a reason begins with the kind of evidence, and goes on.
fn names_its_evidence(reason: &str) -> bool {
    let evidence = ["documented:", "sample:", "inferred:"];
    evidence.iter().any(|kind| {
        reason
            .strip_prefix(kind)
            .is_some_and(|reason| !reason.trim().is_empty())
    })
}

/// An action does what it says, so what it says must be understood.
fn check_keys(overlay: &Value) -> Result<()> {
    const KEYS: &[&str] = &["target", "description", "update", "remove"];
    for (index, action) in overlay["actions"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
    {
        let at = format!("/actions/{index}");
        let fault = |message: &str| {
            Diagnostic::new(OVERLAY, message).at(&at).help(
                "an action has a `target`, a `description`, and either `update` or `remove: true`",
            )
        };
        let action = action
            .as_object()
            .ok_or_else(|| fault("this is not an action"))?;
        if let Some(key) = action
            .keys()
            .find(|key| !KEYS.contains(&key.as_str()) && !key.starts_with("x-"))
        {
            return Err(fault(&format!("an action has no `{key}`")));
        }
        if !["target", "description"]
            .iter()
            .all(|key| action.get(*key).is_some_and(Value::is_string))
        {
            return Err(fault("the action has no target or no description"));
        }
        if action.get("update").is_some() == (action.get("remove") == Some(&Value::Bool(true))) {
            return Err(fault("the action must either update or remove"));
        }
    }
    Ok(())
}
