//! Recognises filter objects, and names them after the type that they compare.

use crate::capture::reading::{Scalar, Shown};

/// The operators that compare.
const COMPARISONS: [&str; 6] = [
    "equal",
    "notEqual",
    "greaterThan",
    "greaterThanEqual",
    "lessThan",
    "lessThanEqual",
];
const CONTAIN: &str = "contain";
const IN: [&str; 2] = ["in", "notIn"];

/// The property by which all of a related entity is asked for.
const EXPAND: &str = "expand";

/// The form of a filter object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// As others that have this name.
    Named(&'static str),
    /// Values of an enum.
    TextSamples,
    /// With operators, in a way of its own.
    Own,
    /// Not at all: it is an object of further fields.
    Fields,
}

/// Whether these are operators, all of them.
pub(crate) fn compares(members: &[(String, Shown)]) -> bool {
    let is_operator =
        |name: &str| COMPARISONS.contains(&name) || IN.contains(&name) || name == CONTAIN;
    !members.is_empty() && members.iter().all(|(name, _)| is_operator(name))
}

/// The form of an object of a filter. `is_texts` says which texts are values of an enum.
pub(crate) fn form(members: &[(String, Shown)], is_texts: impl Fn(&str) -> bool) -> Form {
    let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    if compares(members) {
        let operands: Vec<&Shown> = members
            .iter()
            .flat_map(|(_, operand)| operands(operand))
            .collect();
        let written = operands.iter().filter_map(|operand| match operand {
            Shown::Written(value) => value.as_str(),
            _ => None,
        });
        // In the newest samples, a list of values of an enum is empty.
        let is_enum = match operands.is_empty() {
            true => names.iter().all(|name| IN.contains(name)),
            false => written.clone().next().is_some() && written.clone().all(&is_texts),
        };
        if is_enum {
            return Form::TextSamples;
        }
        return compared(&names, &operands).map_or(Form::Own, Form::Named);
    }
    match names.as_slice() {
        [EXPAND] => Form::Named("ExpandFilter"),
        ["id"] | [EXPAND, "id"] => {
            let (is_expanded, id) = (names.len() > 1, members.last());
            let Some((_, Shown::Object(id))) = id else {
                return Form::Fields;
            };
            let id: Vec<&str> = id.iter().map(|(name, _)| name.as_str()).collect();
            match (id.as_slice(), is_expanded) {
                (["in"], true) => Form::Named("EntityFilter"),
                (["in"], false) => Form::Named("EntityIdFilter"),
                (["in", "notIn"], true) => Form::Named("EntitySetFilter"),
                (["in", "notIn"], false) => Form::Named("EntityIdSetFilter"),
                (["equal"], true) => Form::Named("EntityEqualFilter"),
                (["equal"], false) => Form::Named("EntityIdEqualFilter"),
                _ => Form::Fields,
            }
        }
        [EXPAND, "lineItems"] => Form::Named("LineItemsFilter"),
        _ => Form::Fields,
    }
}

/// The values that an operator compares with.
fn operands(operand: &Shown) -> Vec<&Shown> {
    match operand {
        Shown::List(items) => items.iter().collect(),
        Shown::Cut => Vec::new(),
        other => vec![other],
    }
}

fn compared(names: &[&str], operands: &[&Shown]) -> Option<&'static str> {
    let all = |is: fn(&Shown) -> bool| operands.iter().all(|operand| is(operand));
    let is_text = all(|operand| match operand {
        Shown::Placeholder(scalar) => *scalar == Scalar::Text,
        Shown::Written(value) => value.is_string(),
        _ => false,
    });
    let is_number = all(|operand| match operand {
        Shown::Placeholder(scalar) => {
            matches!(
                scalar,
                Scalar::Integer | Scalar::IntegerOrNumber | Scalar::Number
            )
        }
        Shown::Written(value) => value.is_number(),
        _ => false,
    });
    let is_date = all(|operand| *operand == Shown::Placeholder(Scalar::Date));
    let is_time = all(|operand| *operand == Shown::Placeholder(Scalar::DateTime));
    if names == COMPARISONS {
        return match (is_number, is_date, is_time) {
            (true, ..) => Some("NumberFilter"),
            (_, true, _) => Some("DateFilter"),
            (.., true) => Some("DateTimeFilter"),
            _ => None,
        };
    }
    if !is_text {
        return None;
    }
    match names {
        [comparisons @ .., CONTAIN] if comparisons == COMPARISONS => Some("StringFilter"),
        ["equal", "notEqual"] => Some("StringEqualFilter"),
        ["equal"] => Some("IdEqualFilter"),
        ["in"] => Some("IdFilter"),
        ["in", "notIn"] => Some("IdSetFilter"),
        _ => None,
    }
}
