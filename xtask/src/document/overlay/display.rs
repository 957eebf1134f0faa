//! Formats parts of a target for messages.

use jsonpath_rust::parser::model::{
    Comparable, Comparison, Filter, FilterAtom, Literal, Segment, Selector, SingularQuery,
    SingularQuerySegment, Test,
};

/// A selector as a person would write it.
pub(super) fn display_selector(selector: &Selector) -> String {
    match selector {
        Selector::Name(name) => format!("'{name}'"),
        Selector::Filter(filter) => format!("?{}", display_filter(filter)),
        other => other.to_string(),
    }
}

pub(super) fn display_filter(filter: &Filter) -> String {
    let all = |parts: &[Filter], between: &str| {
        let parts: Vec<_> = parts.iter().map(display_filter).collect();
        parts.join(between)
    };
    match filter {
        Filter::Or(parts) => all(parts, " || "),
        Filter::And(parts) => all(parts, " && "),
        Filter::Atom(FilterAtom::Filter { expr, not }) => {
            format!("{}({})", if *not { "!" } else { "" }, display_filter(expr))
        }
        Filter::Atom(FilterAtom::Test { expr, not }) => {
            let test = match &**expr {
                Test::RelQuery(segments) => display_path("@", segments),
                Test::AbsQuery(query) => display_path("$", &query.segments),
                Test::Function(function) => function.to_string(),
            };
            format!("{}{test}", if *not { "!" } else { "" })
        }
        Filter::Atom(FilterAtom::Comparison(comparison)) => display_comparison(comparison),
    }
}

pub(super) fn display_comparison(comparison: &Comparison) -> String {
    let (left, right) = comparison.vals();
    let sign = match comparison {
        Comparison::Eq(..) => "==",
        Comparison::Ne(..) => "!=",
        Comparison::Gt(..) => ">",
        Comparison::Gte(..) => ">=",
        Comparison::Lt(..) => "<",
        Comparison::Lte(..) => "<=",
    };
    format!("{} {sign} {}", display_side(left), display_side(right))
}

pub(super) fn display_side(side: &Comparable) -> String {
    let steps = |from: &str, steps: &[SingularQuerySegment]| {
        let steps: Vec<_> = steps.iter().map(step_of).collect();
        format!("{from}{}", steps.concat())
    };
    match side {
        Comparable::Literal(Literal::String(text)) => format!("'{text}'"),
        Comparable::Literal(literal) => literal.to_string(),
        Comparable::Function(function) => function.to_string(),
        Comparable::SingularQuery(SingularQuery::Current(path)) => steps("@", path),
        Comparable::SingularQuery(SingularQuery::Root(path)) => steps("$", path),
    }
}

pub(super) fn display_path(from: &str, segments: &[Segment]) -> String {
    let segments: Vec<_> = segments.iter().map(path_of).collect();
    format!("{from}{}", segments.concat())
}

fn path_of(segment: &Segment) -> String {
    match segment {
        Segment::Selector(selector) => key_of(selector),
        Segment::Selectors(selectors) => {
            let selectors: Vec<_> = selectors.iter().map(display_selector).collect();
            format!("[{}]", selectors.join(","))
        }
        Segment::Descendant(inner) => format!("..{}", path_of(inner)),
    }
}

fn key_of(selector: &Selector) -> String {
    match selector {
        Selector::Name(name) => step_of(&SingularQuerySegment::Name(name.clone())),
        other => format!("[{}]", display_selector(other)),
    }
}

fn step_of(step: &SingularQuerySegment) -> String {
    match step {
        SingularQuerySegment::Name(name)
            if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') =>
        {
            format!(".{name}")
        }
        SingularQuerySegment::Name(name) => format!("['{name}']"),
        SingularQuerySegment::Index(index) => format!("[{index}]"),
    }
}
