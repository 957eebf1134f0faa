//! What the README says of the specification in figures: written between two marks, so that it follows from the document as the
//! generated code does.

use std::fmt::Write;

use crate::commands::digest::count;
use crate::diagnostic::{Diagnostic, Result};
use crate::emit::{File, Specification};
use crate::layout::Checkout;

const README: &str = "README.md";
const BEGIN: &str = "<!-- figures, written by `cargo xtask codegen` -->\n";
const END: &str = "<!-- end of figures -->\n";

/// The README of a checkout with its figures; nothing if it has no place for them.
pub(super) fn readme(
    checkout: &Checkout,
    specification: &Specification<'_, '_>,
) -> Result<Option<File>> {
    if !checkout.resolve(README).exists() {
        return Ok(None);
    }
    let text = checkout.read(README)?;
    let Some((before, rest)) = text.split_once(BEGIN) else {
        return Ok(None);
    };
    let Some((_, after)) = rest.split_once(END) else {
        return Err(
            Diagnostic::new(README, "the figures of the README have no end")
                .help(format!("end them with a line `{}`", END.trim())),
        );
    };
    let figures = figures(specification);
    Ok(Some(File::new(
        README,
        format!("{before}{BEGIN}{figures}{END}{after}"),
    )))
}

fn figures(specification: &Specification<'_, '_>) -> String {
    let sections = &specification.surface.sections;
    let calls: Vec<_> = specification.calls().collect();
    let with_calls = sections
        .iter()
        .filter(|section| !section.operations.is_empty());
    let mut text = format!(
        "{} in {}:\n\n| section | calls |\n| --- | --- |\n",
        count(calls.len(), "operation"),
        count(with_calls.clone().count(), "section"),
    );
    for section in with_calls {
        let calls = section.operations.iter().map(|index| {
            let names = &calls[*index].names;
            format!("`{}().{}`", names.resource, names.method)
        });
        let calls: Vec<_> = calls.collect();
        let _ = writeln!(
            text,
            "| {} | {} |",
            section.module.replace('_', " "),
            calls.join(", ")
        );
    }
    text
}
