//! Finds what an action matches.
//!
//! A library parses the path; it is evaluated here, because each part of a union, and each alternative and key of a filter, must match
//! something, which no library reports.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::Rc;

use jsonpath_rust::parser::model::{
    Comparable, Comparison, Filter, FilterAtom, JpQuery, Literal, Segment, Selector, SingularQuery,
    SingularQuerySegment, Test, TestFunction,
};

use super::display::{
    display_comparison, display_filter, display_path, display_selector, display_side,
};
use crate::diagnostic::Diagnostic;
use crate::document::node::{Document, Node};
use crate::document::store::{Data, Id};

/// What a target matches.
pub(super) struct Matches {
    pub(super) ids: Vec<Id>,
    /// Whether the target names what it hits. One that does not is a rule, which may give to one what another has.
    pub(super) is_exact: bool,
}

/// Finds what a target hits; or says which part of it hits nothing.
pub(super) fn hits(
    document: &Document,
    query: &JpQuery,
    target: Node<'_>,
) -> Result<Matches, Vec<Diagnostic>> {
    let mut search = Search {
        document,
        faults: Vec::new(),
        target,
    };
    let mut found = vec![Match {
        id: document.store.root,
        by: None,
    }];
    let mut parts = BTreeMap::new();
    let mut is_exact = true;
    for (index, segment) in query.segments.iter().enumerate() {
        let (segment, is_descendant) = match segment {
            Segment::Descendant(inner) => (&**inner, true),
            other => (other, false),
        };
        let selectors = match segment {
            Segment::Selector(only) => std::slice::from_ref(only),
            Segment::Selectors(several) => several.as_slice(),
            Segment::Descendant(_) => &[],
        };
        is_exact &= !is_descendant
            && (selectors.iter())
                .all(|selector| matches!(selector, Selector::Name(_) | Selector::Index(_)));
        if is_descendant {
            found = found
                .iter()
                .flat_map(|hit| search.with_descendants(hit))
                .collect();
        }
        let mut next = Vec::new();
        for (place, selector) in selectors.iter().enumerate() {
            let part = (selectors.len() > 1).then(|| {
                parts.insert((index, place, 0), display_selector(selector));
                (index, place, 0)
            });
            search.select(
                selector,
                &found,
                part,
                (index, place),
                &mut parts,
                &mut next,
            );
        }
        found = next;
    }
    search.conclude(&found, &parts)?;
    let mut seen = HashSet::new();
    Ok(Matches {
        ids: (found.iter().map(|hit| hit.id))
            .filter(|id| seen.insert(*id))
            .collect(),
        is_exact,
    })
}

/// A part of a target that must hit something: its segment, its place in the union, and its alternative in a filter.
type Part = (usize, usize, usize);

struct Match {
    id: Id,
    by: Option<Rc<MatchedParts>>,
}

/// The parts by which something was hit.
struct MatchedParts {
    part: Part,
    before: Option<Rc<MatchedParts>>,
}

impl Match {
    fn at(&self, id: Id) -> Self {
        Self {
            id,
            by: self.by.clone(),
        }
    }

    fn through(mut self, part: Option<Part>) -> Self {
        if let Some(part) = part {
            let before = self.by.take();
            self.by = Some(Rc::new(MatchedParts { part, before }));
        }
        self
    }
}

struct Search<'a> {
    document: &'a Document,
    target: Node<'a>,
    faults: Vec<Diagnostic>,
}

impl Search<'_> {
    fn select(
        &mut self,
        selector: &Selector,
        from: &[Match],
        part: Option<Part>,
        (segment, place): (usize, usize),
        parts: &mut BTreeMap<Part, String>,
        next: &mut Vec<Match>,
    ) {
        let store = &self.document.store;
        store.worked(from.len());
        if let Selector::Filter(filter) = selector {
            let mut candidates = Vec::new();
            for hit in from {
                candidates.extend(
                    (store.children(hit.id).into_iter()).map(|child| hit.at(child).through(part)),
                );
            }
            self.filter(filter, candidates, (segment, place), parts, next);
            return;
        }
        for hit in from {
            let mut add = |id: Id| next.push(hit.at(id).through(part));
            match selector {
                Selector::Name(name) => store.member(hit.id, name).into_iter().for_each(add),
                Selector::Index(index) => (store.list(hit.id))
                    .and_then(|items| item(items, *index))
                    .into_iter()
                    .for_each(add),
                Selector::Slice(start, end, step) => {
                    if let Some(items) = store.list(hit.id) {
                        slice(items, *start, *end, step.unwrap_or(1)).for_each(add);
                    }
                }
                Selector::Wildcard => {
                    let children = store.children(hit.id);
                    store.worked(children.len());
                    children.into_iter().for_each(&mut add);
                }
                Selector::Filter(_) => {}
            }
        }
    }

    fn with_descendants(&self, hit: &Match) -> Vec<Match> {
        let store = &self.document.store;
        let mut found = Vec::new();
        let mut open = vec![hit.id];
        while let Some(id) = open.pop() {
            store.worked(1);
            found.push(hit.at(id));
            open.extend(store.children(id).into_iter().rev());
        }
        found
    }

    fn filter(
        &mut self,
        filter: &Filter,
        candidates: Vec<Match>,
        (segment, place): (usize, usize),
        parts: &mut BTreeMap<Part, String>,
        next: &mut Vec<Match>,
    ) {
        let alternatives = match filter {
            Filter::Or(alternatives) => alternatives.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut seen = FilterUse::default();
        for hit in candidates {
            let id = hit.id;
            for (index, alternative) in alternatives.iter().enumerate() {
                let part = (alternatives.len() > 1).then_some((segment, place, index + 1));
                if let Some(part) = part {
                    parts
                        .entry(part)
                        .or_insert_with(|| display_filter(alternative));
                }
                if self.holds(alternative, id, &mut seen) {
                    next.push(hit.at(id).through(part));
                }
            }
        }
        for path in seen.asked.difference(&seen.had) {
            self.faults.push(
                self.fault(format!(
                    "no value that the filter is applied to has `{path}`"
                ))
                .help("the captured pages have changed, or the key is misspelt"),
            );
        }
        for comparison in seen.differing.difference(&seen.excluding) {
            if !self.faults.is_empty() {
                break;
            }
            self.faults.push(
                self.fault(format!("`{comparison}` excludes nothing")).help(
                    "the captured pages have changed: fix the filter, or drop that part of it",
                ),
            );
        }
    }

    /// Whether a filter lets a candidate through.
    fn holds(&mut self, filter: &Filter, candidate: Id, seen: &mut FilterUse) -> bool {
        self.document.store.worked(1);
        match filter {
            // Every part is asked, so that what each of them sees is known.
            Filter::Or(parts) => parts
                .iter()
                .fold(false, |held, part| self.holds(part, candidate, seen) | held),
            Filter::And(parts) => parts
                .iter()
                .fold(true, |held, part| self.holds(part, candidate, seen) & held),
            Filter::Atom(FilterAtom::Filter { expr, not }) => {
                self.holds(expr, candidate, seen) != *not
            }
            Filter::Atom(FilterAtom::Test { expr, not }) => {
                self.is_there(expr, candidate, seen) != *not
            }
            Filter::Atom(FilterAtom::Comparison(comparison)) => {
                self.compares(comparison, candidate, seen)
            }
        }
    }

    fn is_there(&mut self, test: &Test, candidate: Id, seen: &mut FilterUse) -> bool {
        match test {
            Test::RelQuery(segments) => {
                let path = display_path("@", segments);
                let is_there = self.leads_somewhere(segments, candidate);
                seen.ask(path, is_there);
                is_there
            }
            Test::AbsQuery(query) => {
                self.leads_somewhere(&query.segments, self.document.store.root)
            }
            Test::Function(function) => {
                self.refuse(function);
                false
            }
        }
    }

    fn leads_somewhere(&mut self, segments: &[Segment], from: Id) -> bool {
        let mut found = vec![Match { id: from, by: None }];
        for segment in segments {
            let (segment, is_descendant) = match segment {
                Segment::Descendant(inner) => (&**inner, true),
                other => (other, false),
            };
            if is_descendant {
                found = found
                    .iter()
                    .flat_map(|hit| self.with_descendants(hit))
                    .collect();
            }
            let selectors = match segment {
                Segment::Selector(only) => std::slice::from_ref(only),
                Segment::Selectors(several) => several.as_slice(),
                Segment::Descendant(_) => &[],
            };
            let mut next = Vec::new();
            for selector in selectors {
                self.select(
                    selector,
                    &found,
                    None,
                    (0, 0),
                    &mut BTreeMap::new(),
                    &mut next,
                );
            }
            found = next;
        }
        !found.is_empty()
    }

    fn compares(&mut self, comparison: &Comparison, candidate: Id, seen: &mut FilterUse) -> bool {
        use std::cmp::Ordering::{Equal, Greater, Less};

        let (left, right) = comparison.vals();
        let (Some(left), Some(right)) = (
            self.operand(left, candidate, seen),
            self.operand(right, candidate, seen),
        ) else {
            return false;
        };
        let equal = || self.equal(&left, &right);
        let order = || self.order(&left, &right);
        match comparison {
            Comparison::Eq(..) => equal(),
            Comparison::Ne(..) => {
                let differs = !equal();
                let text = display_comparison(comparison);
                if !differs {
                    seen.excluding.insert(text.clone());
                }
                seen.differing.insert(text);
                differs
            }
            Comparison::Lt(..) => order() == Some(Less),
            Comparison::Gt(..) => order() == Some(Greater),
            Comparison::Lte(..) => equal() || matches!(order(), Some(Less | Equal)),
            Comparison::Gte(..) => equal() || matches!(order(), Some(Greater | Equal)),
        }
    }

    /// The operand of a comparison; none if it is not supported here.
    fn operand<'c>(
        &mut self,
        side: &'c Comparable,
        candidate: Id,
        seen: &mut FilterUse,
    ) -> Option<Operand<'c>> {
        Some(match side {
            Comparable::Literal(literal) => Operand::Literal(literal),
            Comparable::Function(function) => {
                self.refuse(function);
                return None;
            }
            Comparable::SingularQuery(SingularQuery::Root(steps)) => {
                Operand::Value(self.follow(steps, self.document.store.root))
            }
            Comparable::SingularQuery(SingularQuery::Current(steps)) => {
                let found = self.follow(steps, candidate);
                seen.ask(display_side(side), found.is_some());
                Operand::Value(found)
            }
        })
    }

    fn follow(&self, steps: &[SingularQuerySegment], from: Id) -> Option<Id> {
        let store = &self.document.store;
        steps.iter().try_fold(from, |at, step| match step {
            SingularQuerySegment::Name(name) => store.member(at, name),
            SingularQuerySegment::Index(index) => item(store.list(at)?, *index),
        })
    }

    fn equal(&self, left: &Operand<'_>, right: &Operand<'_>) -> bool {
        let store = &self.document.store;
        match (left, right) {
            (Operand::Value(None), Operand::Value(None)) => true,
            (Operand::Value(Some(a)), Operand::Value(Some(b))) => {
                match (self.number(left), self.number(right)) {
                    (Some(a), Some(b)) => a == b,
                    _ => store.same(*a, store, *b),
                }
            }
            (Operand::Literal(literal), Operand::Value(Some(value)))
            | (Operand::Value(Some(value)), Operand::Literal(literal)) => {
                match (literal, &store.at(*value).data) {
                    (Literal::Null, Data::Null) => true,
                    (Literal::Bool(a), Data::Bool(b, _)) => a == b,
                    (Literal::String(a), Data::Text(b) | Data::Unclear(b)) => **a == **b,
                    (Literal::Int(_) | Literal::Float(_), Data::Number(_)) => {
                        self.number(left) == self.number(right)
                    }
                    _ => false,
                }
            }
            (Operand::Literal(a), Operand::Literal(b)) => a == b,
            _ => false,
        }
    }

    fn order(&self, left: &Operand<'_>, right: &Operand<'_>) -> Option<std::cmp::Ordering> {
        match (self.number(left), self.number(right)) {
            (Some(left), Some(right)) => left.partial_cmp(&right),
            _ => Some(self.text(left)?.cmp(self.text(right)?)),
        }
    }

    fn number(&self, operand: &Operand<'_>) -> Option<f64> {
        match operand {
            #[allow(
                clippy::cast_precision_loss,
                reason = "RFC 9535 compares within a float's range"
            )]
            Operand::Literal(Literal::Int(number)) => Some(*number as f64),
            Operand::Literal(Literal::Float(number)) => Some(*number),
            Operand::Value(Some(value)) => self.document.node(*value).f64(),
            _ => None,
        }
    }

    fn text<'o>(&'o self, operand: &'o Operand<'_>) -> Option<&'o str> {
        match operand {
            Operand::Literal(Literal::String(text)) => Some(text),
            Operand::Value(Some(value)) => self.document.store.text(*value),
            _ => None,
        }
    }

    fn refuse(&mut self, function: &TestFunction) {
        let text = match function {
            TestFunction::Custom(name, _) => name.clone(),
            other => other.to_string(),
        };
        if self.faults.is_empty() {
            self.faults.push(
                self.fault(format!("the filter calls a function: `{text}`"))
                    .help("a filter here compares values, or asks whether something is there"),
            );
        }
    }

    fn fault(&self, message: String) -> Diagnostic {
        self.target.fault(message)
    }

    /// Reports every part of the target that matched nothing.
    fn conclude(
        mut self,
        found: &[Match],
        parts: &BTreeMap<Part, String>,
    ) -> Result<(), Vec<Diagnostic>> {
        let target = self.target.str().unwrap_or_default();
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        if found.is_empty() {
            let fault = self.fault(format!("the target `{target}` matches nothing"));
            return Err(vec![fault.help(
                "the captured pages have changed: fix the target, or drop the action",
            )]);
        }
        let mut hit = BTreeSet::new();
        for found in found {
            let mut by = found.by.as_deref();
            while let Some(step) = by {
                hit.insert(step.part);
                by = step.before.as_deref();
            }
        }
        for (part, text) in parts {
            if !hit.contains(part) {
                self.faults.push(
                    self.fault(format!("`{text}` in the target `{target}` matches nothing"))
                        .help("fix this part of the target, or drop it"),
                );
            }
        }
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(self.faults)
        }
    }
}

/// An operand of a comparison.
enum Operand<'a> {
    Literal(&'a Literal),
    /// A value of the document, if it exists.
    Value(Option<Id>),
}

/// Which parts of a filter were true or present for any candidate.
#[derive(Default)]
struct FilterUse {
    asked: BTreeSet<String>,
    had: BTreeSet<String>,
    differing: BTreeSet<String>,
    excluding: BTreeSet<String>,
}

impl FilterUse {
    fn ask(&mut self, path: String, is_there: bool) {
        if is_there {
            self.had.insert(path.clone());
        }
        self.asked.insert(path);
    }
}

fn item(items: &[Id], index: i64) -> Option<Id> {
    let index = match usize::try_from(index) {
        Ok(index) => index,
        Err(_) => items.len().checked_sub(usize::try_from(-index).ok()?)?,
    };
    items.get(index).copied()
}

fn slice(
    items: &[Id],
    start: Option<i64>,
    end: Option<i64>,
    step: i64,
) -> impl Iterator<Item = Id> + '_ {
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let from_end = |index: i64| if index < 0 { length + index } else { index };
    let (first, last) = if step > 0 {
        (
            from_end(start.unwrap_or(0)).clamp(0, length),
            from_end(end.unwrap_or(length)).clamp(0, length),
        )
    } else {
        (
            from_end(start.unwrap_or(length - 1)).clamp(-1, length - 1),
            end.map_or(-1, from_end).clamp(-1, length - 1),
        )
    };
    let mut at = first;
    std::iter::from_fn(move || {
        let is_within = (step > 0 && at < last) || (step < 0 && at > last);
        let index = usize::try_from(at).ok().filter(|_| is_within)?;
        at += step;
        items.get(index).copied()
    })
}
