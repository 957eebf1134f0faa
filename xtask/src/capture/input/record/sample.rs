//! Parses the samples of a record: trees whose leaves describe the values of the page's sample.

use serde_json::Number;

use crate::capture::reading::{Scalar, Shown};
use crate::diagnostic::Result;
use crate::document::Node;

/// A name that nobody read: the text ends before it.
const NAMELESS: &str = "…";

/// The leaves that there are, for a fault.
const LEAVES: &str = "a leaf is `string`, `integer (filler 123)`, `number (filler)`, `boolean (filler true)`, `date (filler)`, \
     `date-time (filler)`; `string = X`, `integer = N`, `number = N.N`, `boolean = false`; `any (shown as <unknown>)`, \
     `string = <array>`; or `… (the stored text stops here)`";

/// Reads the samples of a page, in the order in which it shows them.
#[derive(Default)]
pub(super) struct Samples {
    is_cut: bool,
    /// The last place that is shown where the text is said to stop.
    place: String,
    /// The last leaf.
    leaf: String,
}

impl Samples {
    /// The last place that the sample last read shows.
    pub(super) fn place(&self) -> String {
        let place = if self.is_cut { &self.place } else { &self.leaf };
        place.clone()
    }

    /// Whether a sample says that the text stops in it.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(super) fn read(&mut self, sample: Option<Node<'_>>) -> Result<Option<Shown>> {
        let Some(sample) = sample else {
            return Ok(None);
        };
        self.goes_on(&sample)?;
        if !sample.is_object() && !sample.is_list() {
            return Err(sample
                .fault("a sample is an object or a list")
                .help("write `name: type` pairs below it"));
        }
        self.leaf.clear();
        self.value(&sample, "").map(Some)
    }

    fn goes_on(&self, node: &Node<'_>) -> Result<()> {
        if !self.is_cut {
            return Ok(());
        }
        Err(node
            .fault("something follows the place where the text is said to stop")
            .help("remove it, or state further down that the text stops"))
    }

    fn value(&mut self, node: &Node<'_>, place: &str) -> Result<Shown> {
        place.clone_into(&mut self.place);
        place.clone_into(&mut self.leaf);
        if node.is_object() {
            return self.object(node, place);
        }
        if !node.is_list() {
            return self.leaf(node);
        }
        let mut items = Vec::new();
        for item in node.items() {
            if !self.is_end(&item)? {
                items.push(self.value(&item, &format!("{place}[]"))?);
            }
        }
        if !self.is_cut && !items.is_empty() {
            place.clone_into(&mut self.place);
        }
        Ok(Shown::List(items))
    }

    fn object(&mut self, node: &Node<'_>, place: &str) -> Result<Shown> {
        let mut members = Vec::new();
        for (name, member) in node.entries() {
            if name == NAMELESS {
                if !self.is_end(&member)? {
                    return Err(member
                        .fault("a value without a name")
                        .help("write its name"));
                }
                continue;
            }
            self.goes_on(&member)?;
            let place = match place {
                "" => name.to_owned(),
                place => format!("{place}.{name}"),
            };
            let value = self.value(&member, &place)?;
            if !self.is_cut {
                self.place = place;
            }
            members.push((name.to_owned(), value));
        }
        Ok(Shown::Object(members))
    }

    /// Whether this says that the text stops between values. It may be said again further out.
    fn is_end(&mut self, node: &Node<'_>) -> Result<bool> {
        let is_end = node.str().is_some_and(says_cut);
        if is_end {
            self.is_cut = true;
        } else {
            self.goes_on(node)?;
        }
        Ok(is_end)
    }

    fn leaf(&mut self, node: &Node<'_>) -> Result<Shown> {
        let Some(leaf) = node.str() else {
            return Err(node.fault("this is not a leaf of a sample").help(LEAVES));
        };
        if says_cut(leaf) {
            self.is_cut = true;
            return Ok(Shown::Cut);
        }
        let (kind, written) = match leaf.split_once(" =") {
            Some((kind, written)) => (kind, Some(written.strip_prefix(' ').unwrap_or(written))),
            None => (leaf, None),
        };
        let shown = match (kind, written) {
            ("string", None) => Some(Shown::Placeholder(Scalar::Text)),
            ("integer (filler 123)", None) => Some(Shown::Placeholder(Scalar::IntegerOrNumber)),
            ("number (filler)" | "number (filler 123)", None) => {
                Some(Shown::Placeholder(Scalar::Number))
            }
            ("boolean (filler true)" | "boolean (filler)", None) => {
                Some(Shown::Placeholder(Scalar::Flag))
            }
            ("date (filler)", None) => Some(Shown::Placeholder(Scalar::Date)),
            ("date-time (filler)", None) => Some(Shown::Placeholder(Scalar::DateTime)),
            ("any (shown as <unknown>)", None) => Some(Shown::Recursion),
            ("string", Some(text)) => Some(Shown::text(text)),
            ("integer", Some(number)) => number
                .parse::<i64>()
                .ok()
                .map(|number| Shown::number(number.into())),
            // A decimal that is written without its point would be taken for an integer.
            ("number", Some(number)) => number
                .parse::<Number>()
                .ok()
                .filter(Number::is_f64)
                .map(|number| Shown::Written(number.into())),
            ("boolean", Some("true")) => Some(Shown::flag(true)),
            ("boolean", Some("false")) => Some(Shown::flag(false)),
            _ => None,
        };
        shown.ok_or_else(|| {
            node.fault(format!("`{leaf}` is not a leaf of a sample"))
                .help(LEAVES)
        })
    }
}

fn says_cut(leaf: &str) -> bool {
    leaf.starts_with(NAMELESS)
}
