//! Fills in the parts of the README that follow from the document: the list of operations, and where captured pages end. Comments mark
//! the parts.

use std::fmt::Write;

use indexmap::IndexMap;

use crate::commands::digest::count;
use crate::diagnostic::{Diagnostic, Result};
use crate::emit::{File, Specification};
use crate::layout::{CAPTURED, Checkout};

const README: &str = "README.md";

/// A part of the README that is written here, by the marks around it.
struct Block {
    begin: &'static str,
    end: &'static str,
}

const FIGURES: Block = Block {
    begin: "<!-- figures, written by `cargo xtask codegen` -->\n",
    end: "<!-- end of figures -->\n",
};

const ENDS: Block = Block {
    begin: "<!-- pages that end early, written by `cargo xtask codegen` -->\n",
    end: "<!-- end of pages that end early -->\n",
};

/// The README of a checkout with what is written in it; nothing if it has no place for that.
pub(super) fn file(
    checkout: &Checkout,
    specification: &Specification<'_, '_>,
) -> Result<Option<File>> {
    if !checkout.resolve(README).exists() {
        return Ok(None);
    }
    let text = checkout.read(README)?;
    if ![FIGURES, ENDS]
        .iter()
        .any(|block| text.contains(block.begin))
    {
        return Ok(None);
    }
    let text = FIGURES.fill(&text, || Ok(figures(specification)))?;
    let text = ENDS.fill(&text, || cut_pages(checkout))?;
    Ok(Some(File::new(README, text)))
}

impl Block {
    /// The text with this part in it, if the text has a place for it.
    fn fill(&self, text: &str, write: impl FnOnce() -> Result<String>) -> Result<String> {
        let Some((before, rest)) = text.split_once(self.begin) else {
            return Ok(text.to_owned());
        };
        let Some((_, after)) = rest.split_once(self.end) else {
            let begin = self.begin.trim();
            return Err(
                Diagnostic::new(README, format!("what `{begin}` begins has no end"))
                    .help(format!("end it with a line `{}`", self.end.trim())),
            );
        };
        let Self { begin, end } = self;
        Ok(format!("{before}{begin}{}{end}{after}", write()?))
    }
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

/// Which captured pages the text does not show to their ends, by where it ends.
fn cut_pages(checkout: &Checkout) -> Result<String> {
    let pages = checkout.list(CAPTURED, &["yaml"])?;
    let mut by_place: IndexMap<String, Vec<String>> = IndexMap::new();
    for path in &pages {
        let Some(end) = end(&checkout.read(path)?) else {
            continue;
        };
        let page = path.strip_prefix(CAPTURED).unwrap_or(path);
        let page = page.trim_start_matches('/').trim_end_matches(".yaml");
        let (place, exactly) = match end.split_once(", ") {
            Some((place, exactly)) => (place, format!(" ({exactly})")),
            None => (end.as_str(), String::new()),
        };
        let pages = by_place.entry(place.to_owned()).or_default();
        pages.push(format!("`{page}`{exactly}"));
    }
    by_place.sort_by(|one, these, other, those| (those.len(), one).cmp(&(these.len(), other)));
    let early: usize = by_place.values().map(Vec::len).sum();
    let mut text = format!(
        "The text at hand ends early on {early} of {}:\n\n",
        count(pages.len(), "page"),
    );
    for (place, pages) in &by_place {
        let _ = writeln!(text, "- {place}: {}", pages.join(", "));
    }
    Ok(text)
}

/// Where the text of a page ends, as the comment at the head of its document says: up to the end of the clause.
fn end(page: &str) -> Option<String> {
    let head = page.lines().map_while(|line| line.strip_prefix('#'));
    let head: Vec<&str> = head.map(str::trim).collect();
    let head = head.join(" ");
    let (_, rest) = head.split_once("text at hand ends ")?;
    let stops = [": ", ". "].iter().filter_map(|end| rest.find(end));
    let end = stops.min().unwrap_or(rest.len());
    Some(rest[..end].trim_end_matches('.').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_tells_where_the_text_ends() {
        let page = "# https://docs.tight.com/x\n#\n# The text at hand ends within the sample of the answer, at\n# \
                    `data[].date`: of what follows nothing is known.\n#\n# On the edition: newest.\nopenapi: 3.0.3\n";
        let place = "within the sample of the answer, at `data[].date`";
        assert_eq!(end(page).as_deref(), Some(place));

        let page = "# Sound. The text at hand ends before the words.\nopenapi: 3.0.3\n# text at hand ends here\n";
        assert_eq!(end(page).as_deref(), Some("before the words"));
        assert_eq!(end("openapi: 3.0.3\n# The text at hand ends here.\n"), None);
    }

    #[test]
    fn a_block_is_filled_between_its_marks_and_must_have_an_end() {
        let fill = |text: &str| FIGURES.fill(text, || Ok("new\n".to_owned()));
        let (begin, end) = (FIGURES.begin, FIGURES.end);
        assert_eq!(
            fill(&format!("a\n{begin}old\n{end}z\n")).ok(),
            Some(format!("a\n{begin}new\n{end}z\n"))
        );
        assert_eq!(fill("without\n").ok().as_deref(), Some("without\n"));
        assert!(fill(&format!("a\n{begin}old\n")).is_err());
    }
}
