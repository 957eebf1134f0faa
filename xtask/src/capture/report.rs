//! Reports what could not be inferred from a page.

use super::infer::draft::{Draft, Drafts};
use super::infer::inferred_type::InferredType;
use super::naming::listed;

/// The text ends at a place of which it shows only the name.
pub(super) fn cut(place: &str) -> String {
    format!("the text ends at `{place}`, of which it shows only the name")
}

/// Two pages tell unlike things of one property.
pub(super) fn disagreement(
    schema: &str,
    property: &str,
    here: &InferredType,
    there: &InferredType,
) -> String {
    format!(
        "`{property}` of `{schema}` is {} here, and {} on another page",
        here.words(),
        there.words()
    )
}

/// An empty list, of which no page shows what is in it.
pub(super) fn list(schema: &str, property: &str) -> String {
    format!(
        "nothing shows what is in `{property}` of `{schema}`, an empty list: it is captured as one of texts"
    )
}

/// An object that shows nothing of itself.
pub(super) fn object(schema: &str, property: &str) -> String {
    format!("nothing shows what is in `{property}` of `{schema}`, an empty object")
}

/// A sample that no schema renders.
pub(super) fn written(side: &str) -> String {
    format!(
        "the sample of the {side} was written as a whole: no schema renders it, so that it stands beside it"
    )
}

/// The properties that are taken for integers, and may be any.
pub(super) fn numbers(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| {
        format!(
            "taken for whole numbers, though no sample tells them from others: {}",
            listed(names)
        )
    })
}

/// The response is not shown.
pub(super) fn no_answer() -> String {
    "the text ends before the response, so none is captured".to_owned()
}

/// Those properties, of all drafts.
pub(super) fn unsure_numbers(drafts: &Drafts) -> Vec<String> {
    let mut names = Vec::new();
    for (name, draft) in drafts {
        let Draft::Object(object) = draft else {
            continue;
        };
        for (property, slot) in &object.slots {
            if slot.holds == (InferredType::Integer { is_sure: false }) {
                names.push(format!("{name}.{property}"));
            }
        }
    }
    names
}
