//! Walks through a sample, and names the schema of each object in it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::KnownSchemas;
use super::draft::{Draft, Drafts, Object, ObjectSample, PropertyDraft, TextSamples, members_of};
use super::filters::{self, Form};
use super::inferred_type::InferredType;
use super::outline::{Outline, is_free};
use crate::capture::names::{NameSource, NamingContext, PageNames, is_type};
use crate::capture::reading::Shown;
use crate::diagnostic::{Diagnostic, Result};
use crate::layout::NAMES;

/// A walk through the samples of a page.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    /// The input that the page is read from.
    pub(crate) file: &'a str,
    pub(crate) names: &'a PageNames<'a>,
    pub(crate) drafts: Drafts,
    /// What responses contain, on all pages; there while requests are walked.
    pub(crate) known: Option<&'a KnownSchemas>,
    /// The enclosing objects, from the outside in.
    open: Vec<Open>,
}

#[derive(Debug)]
struct Open {
    name: String,
    under: String,
    outline: Outline,
}

/// A place of a sample.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SamplePlace<'s> {
    pub(crate) at: NamingContext<'s>,
    /// Whether it is in a filter of a query.
    pub(crate) is_filter: bool,
    /// Whether the text ends with it.
    pub(crate) is_cut: bool,
    /// Whether it is in a value that was written as a whole.
    pub(crate) is_written: bool,
}

/// The name of an object, and what those within it are named by.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    pub(crate) own: String,
    pub(crate) like: String,
    pub(crate) base: String,
}

impl Name {
    /// A name that stands for itself.
    pub(crate) fn of(name: &str) -> Self {
        Self {
            own: name.to_owned(),
            like: name.to_owned(),
            base: base(name),
        }
    }
}

/// The context for naming the parts of a named object.
fn base(name: &str) -> String {
    name.strip_suffix("Reference").unwrap_or(name).to_owned()
}

impl<'a> Walk<'a> {
    pub(crate) fn new(file: &'a str, names: &'a PageNames<'a>) -> Self {
        Self {
            file,
            names,
            drafts: Drafts::new(),
            known: None,
            open: Vec::new(),
        }
    }

    /// A walk that goes on with the drafts of another, now that it is known what responses contain.
    pub(crate) fn with(
        file: &'a str,
        names: &'a PageNames<'a>,
        drafts: Drafts,
        known: &'a KnownSchemas,
    ) -> Self {
        Self {
            drafts,
            known: Some(known),
            ..Self::new(file, names)
        }
    }

    /// The type of a value at a place.
    pub(crate) fn value(&mut self, shown: &Shown, spot: SamplePlace<'_>) -> Result<InferredType> {
        Ok(match shown {
            Shown::Cut => InferredType::Unknown,
            Shown::Placeholder(scalar) => InferredType::placeholder(*scalar),
            Shown::Written(value) => self.written(value, spot.at)?,
            Shown::Recursion => InferredType::Named(self.enclosing(spot.at)),
            Shown::RecursiveList => InferredType::Named(self.enclosing(spot.at)).list(),
            Shown::Object(members) if members.is_empty() || is_free(members) => InferredType::Free,
            Shown::Object(members) if spot.is_filter => self.filter(members, spot)?,
            Shown::Object(members) => self.object(members, spot)?,
            Shown::List(items) => {
                let last = items.len().saturating_sub(1);
                let mut all = InferredType::Unknown;
                for (index, item) in items.iter().enumerate() {
                    let at = NamingContext {
                        is_item: true,
                        ..spot.at
                    };
                    let spot = SamplePlace {
                        at,
                        is_cut: spot.is_cut && index == last,
                        is_written: spot.is_written || items.len() > 1,
                        ..spot
                    };
                    let holds = self.value(item, spot)?;
                    all = self.both(&all, &holds, spot.at)?;
                }
                all.list()
            }
        })
    }

    fn written(&mut self, value: &Value, at: NamingContext<'_>) -> Result<InferredType> {
        Ok(match value {
            Value::String(text) => match self.texts(text, at) {
                Some(name) => self.see_text(name, text)?,
                None => InferredType::written(text),
            },
            Value::Number(number) if number.is_f64() => InferredType::Number,
            Value::Number(_) => InferredType::Integer { is_sure: false },
            Value::Bool(_) => InferredType::Flag,
            _ => InferredType::Unknown,
        })
    }

    /// The name of the enum that a text is a value of, if it looks like one.
    fn texts(&self, text: &str, at: NamingContext<'_>) -> Option<String> {
        let is_named = self.names.is_texts(at);
        (is_named || is_constant(text))
            .then(|| self.names.texts(at))
            .flatten()
    }

    fn see_text(&mut self, name: String, text: &str) -> Result<InferredType> {
        let seen = TextSamples {
            example: Some(text.to_owned()),
            ..TextSamples::default()
        };
        self.see_texts(&name, seen)?;
        Ok(InferredType::Named(name))
    }

    /// Adds what a place shows of an enum.
    pub(crate) fn see_texts(&mut self, name: &str, seen: TextSamples) -> Result<()> {
        self.is_name(name)?;
        match self
            .drafts
            .entry(name.to_owned())
            .or_insert_with(|| Draft::TextSamples(TextSamples::default()))
        {
            Draft::TextSamples(texts) => {
                for option in seen.options {
                    if !texts.options.contains(&option) {
                        texts.options.push(option);
                    }
                }
                texts.example = texts.example.take().or(seen.example);
                texts.default = texts.default.take().or(seen.default);
                Ok(())
            }
            Draft::Object(_) => Err(self.two(name)),
        }
    }

    /// Whether a type can have this name.
    fn is_name(&self, name: &str) -> Result<()> {
        if is_type(name) {
            return Ok(());
        }
        let message = format!("the rule's name `{name}` is not valid for a type");
        Err(Diagnostic::new(self.file, message).help(format!(
            "choose a name in {NAMES}, below `schemas`: `'{name}': Name`"
        )))
    }

    /// Whether each of these is there once.
    pub(crate) fn are_once<'n>(
        &self,
        names: impl Iterator<Item = &'n str>,
        of: &str,
    ) -> Result<()> {
        let mut known = BTreeSet::new();
        for name in names {
            if !known.insert(name) {
                let message = format!("`{name}` {of} is there twice");
                return Err(Diagnostic::new(self.file, message)
                    .help("check whether the input has lines twice"));
            }
        }
        Ok(())
    }

    fn two(&self, name: &str) -> Diagnostic {
        Diagnostic::new(
            self.file,
            format!("an object and a text would both be called `{name}`"),
        )
        .help(format!(
            "give one of them another name in {NAMES}, below `properties` as `Type.property: Name`"
        ))
    }

    /// The common type of both, or an error if there is none.
    pub(crate) fn both(
        &self,
        a: &InferredType,
        b: &InferredType,
        at: NamingContext<'_>,
    ) -> Result<InferredType> {
        a.and(b).ok_or_else(|| {
            Diagnostic::new(
                self.file,
                format!(
                    "`{}` of `{}` is {} in one place, and {} in another",
                    at.property,
                    at.owner,
                    a.words(),
                    b.words()
                ),
            )
            .help(format!(
                "if these are two types, give one of them another name in {NAMES}, below `schemas` or `properties`"
            ))
        })
    }

    /// The object that a recursion under this property leads back to.
    fn enclosing(&self, at: NamingContext<'_>) -> String {
        let of_property = self
            .open
            .iter()
            .rev()
            .find(|open| open.under == at.property);
        let open = of_property.or(self.open.last());
        open.map_or_else(|| at.owner.to_owned(), |open| open.name.clone())
    }

    fn object(
        &mut self,
        members: &[(String, Shown)],
        spot: SamplePlace<'_>,
    ) -> Result<InferredType> {
        let outline = Outline::of_members(members, spot.is_cut);
        if let Some(name) = self.again(&outline, members, spot) {
            return self.enter(&Name::of(&name), members, spot);
        }
        let (name, is_by_rule) = self.name(&outline, members, spot);
        if is_by_rule && self.is_taken(&name.own, &outline, spot) {
            let at = spot.at;
            let message = format!(
                "`{}` of `{}` would be called `{}`, like another object with different members",
                at.property, at.owner, name.own
            );
            return Err(Diagnostic::new(self.file, message).help(format!(
                "choose a name in {NAMES}, below `properties`: `{}.{}: Name`",
                at.owner, at.property
            )));
        }
        self.enter(&name, members, spot)
    }

    /// The enclosing object of which this is another: of the same members, and under the same property, or its child.
    fn again(
        &self,
        outline: &Outline,
        members: &[(String, Shown)],
        spot: SamplePlace<'_>,
    ) -> Option<String> {
        let is_child = ["child", "children"].contains(&spot.at.property);
        // Or it shows that it is the same again, under the property that it stands under.
        let is_chain = members
            .iter()
            .any(|(name, member)| name == spot.at.property && is_again(member));
        let innermost = self.open.last().filter(|_| is_child || is_chain);
        let mut candidates = self
            .open
            .iter()
            .rev()
            .filter(|open| open.under == spot.at.property)
            .chain(innermost);
        let is_same = |open: &&Open| match spot.is_written || spot.is_cut {
            true => outline.is_within(&open.outline),
            false => outline.is_like(&open.outline),
        };
        candidates.find(is_same).map(|open| open.name.clone())
    }

    /// The name of an object, and whether the rule alone made it.
    fn name(
        &self,
        outline: &Outline,
        members: &[(String, Shown)],
        spot: SamplePlace<'_>,
    ) -> (Name, bool) {
        let at = spot.at;
        let is_id = |shown: &Shown| matches!(shown, Shown::Placeholder(_) | Shown::Written(_));
        let has_id = members
            .iter()
            .any(|(name, member)| name == "id" && is_id(member));
        // Where a person chose a name, it is of one shape.
        let taken =
            |name: &str| self.names.chosen(name) == name && self.is_taken(name, outline, spot);
        let (rule, by) = self.names.object(
            NamingContext {
                owner: at.like,
                ..at
            },
            has_id,
            taken,
        );
        let received = self.names.chosen(&rule);
        let is_by_rule = by == NameSource::Place && received == rule;
        let received = Name {
            base: match is_by_rule {
                true => at.base.to_owned(),
                false => base(&received),
            },
            own: received.clone(),
            like: received,
        };
        let Some(known) = self.known else {
            return (received, is_by_rule);
        };
        let is_like_others = known.shows(&received.own, outline)
            || by == NameSource::Place && (at.owner == at.like || at.owner == at.base)
            || by != NameSource::Place && !known.has(&received.own);
        if is_like_others {
            return (received, is_by_rule);
        }
        // What is sent has a shape of its own.
        let rule = match by {
            NameSource::Place => format!("{}{}", at.owner, at.word()),
            NameSource::Property | NameSource::Reference => format!("New{}", received.own),
        };
        let own = self.names.chosen(&rule);
        match own == rule {
            true => (Name { own, ..received }, by == NameSource::Place),
            false => (Name::of(&own), false),
        }
    }

    /// Whether another shape has the name.
    fn is_taken(&self, name: &str, outline: &Outline, spot: SamplePlace<'_>) -> bool {
        match self.drafts.get(name) {
            None => false,
            Some(Draft::TextSamples(_)) => true,
            Some(Draft::Object(object)) => object.outline.as_ref().is_some_and(|known| {
                let (common, smaller) = known.overlap(outline);
                let is_part = spot.is_written
                    || spot.is_cut
                    || object
                        .seen
                        .iter()
                        .any(|seen| seen.is_cut || seen.is_written);
                let is_same = known.is_like(outline) || is_part && common * 2 >= smaller;
                !is_same
            }),
        }
    }

    /// An object of that name.
    pub(crate) fn enter(
        &mut self,
        name: &Name,
        members: &[(String, Shown)],
        spot: SamplePlace<'_>,
    ) -> Result<InferredType> {
        let outline = Outline::of_members(members, spot.is_cut);
        self.is_name(&name.own)?;
        let names = members.iter().map(|(name, _)| name.as_str());
        self.are_once(names, &format!("of `{}`", name.own))?;
        self.open.push(Open {
            name: name.own.clone(),
            under: spot.at.property.to_owned(),
            outline: outline.clone(),
        });
        let seen = ObjectSample {
            members: members_of(members),
            is_cut: spot.is_cut,
            is_written: spot.is_written,
        };
        self.see_object(&name.own, seen, outline)?;
        if name.like != name.own {
            self.draft(&name.own)?.like = Some(name.like.clone());
        }
        let last = members.len().saturating_sub(1);
        for (index, (property, member)) in members.iter().enumerate() {
            let at = NamingContext {
                owner: &name.own,
                like: &name.like,
                base: &name.base,
                under: spot.at.property,
                property,
                is_item: false,
            };
            let spot = SamplePlace {
                at,
                is_cut: spot.is_cut && index == last,
                ..spot
            };
            let holds = self.value(member, spot)?;
            let before = index.checked_sub(1).and_then(|before| members.get(before));
            let before = before.map(|(before, _)| before.as_str());
            self.see_member_behind(&name.own, before, property, PropertyDraft::shown(holds), at)?;
        }
        self.open.pop();
        Ok(InferredType::Named(name.own.clone()))
    }

    fn draft(&mut self, name: &str) -> Result<&mut Object> {
        let is_sent = self.known.is_some();
        let new = || {
            Draft::Object(Object {
                is_sent,
                ..Object::default()
            })
        };
        let fault = self.two(name);
        match self.drafts.entry(name.to_owned()).or_insert_with(new) {
            Draft::Object(object) => Ok(object),
            Draft::TextSamples(_) => Err(fault),
        }
    }

    /// Adds a property to an object.
    pub(crate) fn see_member(
        &mut self,
        name: &str,
        property: &str,
        slot: PropertyDraft,
        at: NamingContext<'_>,
    ) -> Result<()> {
        self.see_member_behind(name, None, property, slot, at)
    }

    /// Adds a property to an object, behind another one.
    fn see_member_behind(
        &mut self,
        name: &str,
        before: Option<&str>,
        property: &str,
        slot: PropertyDraft,
        at: NamingContext<'_>,
    ) -> Result<()> {
        let known = self
            .draft(name)?
            .slots
            .get(property)
            .map(|known| known.holds.clone());
        let holds = match known {
            Some(known) => self.both(&known, &slot.holds, at)?,
            None => slot.holds.clone(),
        };
        let slots = &mut self.draft(name)?.slots;
        match slots.get_mut(property) {
            Some(known) => known.holds = holds,
            // Behind the one that it stands behind here.
            None => {
                let before = before.and_then(|before| slots.get_index_of(before));
                let index = before.map_or(slots.len(), |before| before + 1);
                slots.shift_insert(index, property.to_owned(), slot);
            }
        }
        Ok(())
    }

    /// Adds a place that shows an object.
    pub(crate) fn see_object(
        &mut self,
        name: &str,
        seen: ObjectSample,
        outline: Outline,
    ) -> Result<()> {
        let object = self.draft(name)?;
        object.seen.push(seen);
        object.outline = Some(match object.outline.take() {
            Some(known) => known.with(outline),
            None => outline,
        });
        Ok(())
    }

    /// An object of a filter.
    fn filter(
        &mut self,
        members: &[(String, Shown)],
        spot: SamplePlace<'_>,
    ) -> Result<InferredType> {
        // What is compared is a field of what the page is about.
        let resource = self.names.resource.clone();
        let field = NamingContext {
            owner: &resource,
            like: &resource,
            base: &resource,
            under: "",
            is_item: false,
            ..spot.at
        };
        let form = filters::form(members, |text| self.texts(text, field).is_some());
        let rule = match form {
            Form::Named(name) => name.to_owned(),
            Form::TextSamples => {
                if let Some(texts) = self.names.texts(field) {
                    return self.texts_filter(&texts, members, spot);
                }
                format!("{resource}{}Filter", field.word())
            }
            Form::Own | Form::Fields => format!("{resource}{}Filter", field.word()),
        };
        let own = self.names.chosen(&rule);
        let name = Name {
            own,
            like: resource.clone(),
            base: resource.clone(),
        };
        self.enter(&name, members, spot)
    }

    fn texts_filter(
        &mut self,
        texts: &str,
        members: &[(String, Shown)],
        spot: SamplePlace<'_>,
    ) -> Result<InferredType> {
        let name = self.names.chosen(&format!("{texts}Filter"));
        self.see_texts(texts, TextSamples::default())?;
        for (property, operand) in members {
            let at = NamingContext {
                owner: &name,
                property,
                ..spot.at
            };
            let written = match operand {
                Shown::List(items) => items.first(),
                other => Some(other),
            };
            if let Some(Shown::Written(Value::String(text))) = written {
                self.see_text(texts.to_owned(), text)?;
            }
            let holds = InferredType::Named(texts.to_owned());
            let holds = match operand {
                Shown::List(_) => holds.list(),
                Shown::Cut => InferredType::Unknown,
                _ => holds,
            };
            self.see_member(&name, property, PropertyDraft::shown(holds), at)?;
        }
        let seen = ObjectSample {
            members: members_of(members),
            is_cut: spot.is_cut,
            is_written: spot.is_written,
        };
        self.see_object(&name, seen, Outline::of_members(members, spot.is_cut))?;
        Ok(InferredType::Named(name))
    }
}

/// Whether a value is what it stands in, again.
fn is_again(shown: &Shown) -> bool {
    matches!(shown, Shown::Recursion | Shown::RecursiveList)
}

/// Whether a text looks like a value of an enum: `SOLE_PROPRIETORSHIP`.
fn is_constant(text: &str) -> bool {
    let words = text.split('_');
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    text.starts_with(|first: char| first.is_ascii_uppercase()) && words.into_iter().all(is_word)
}
