//! Infers the response: an envelope around an object, a list, a page or the results of a batch, or an object without one.

use super::draft::{Draft, ObjectSample, PropertyDraft, TextSamples, members_of, value};
use super::inferred_type::InferredType;
use super::outline::{Outline, is_free};
use super::walk::{Name, SamplePlace};
use super::{Body, Content, Walk};
use crate::capture::names::NamingContext;
use crate::capture::naming::pascal;
use crate::capture::reading::{Payload, Reading, Shown, TextEnd};
use crate::diagnostic::Result;

/// The field for the result of an operation.
pub(crate) const RESULT: &str = "ResultStatus";
const RESULT_WORDS: &str = "How the operation ended.";
const DATA_WORDS: &str = "What the operation produced.";
/// The fields of a batch result.
const OF_A_RESULT: [&str; 4] = ["result", "statusCode", "data", "error"];
/// The fields of an envelope besides its data.
const JSON: &str = "json";

/// Whether a request is of a batch: `{data: [item, …]}`.
pub(crate) fn is_batch(reading: &Reading) -> bool {
    let sample = reading
        .request
        .as_ref()
        .and_then(|request| request.sample.as_ref());
    let Some(Shown::Object(members)) = sample else {
        return false;
    };
    members
        .iter()
        .any(|(name, member)| name == "data" && matches!(member, Shown::List(_)))
}

/// Whether a request asks for a page of a list.
pub(crate) fn is_query(reading: &Reading) -> bool {
    let sample = reading
        .request
        .as_ref()
        .and_then(|request| request.sample.as_ref());
    let Some(Shown::Object(members)) = sample else {
        return false;
    };
    let has = |wanted: &str| members.iter().any(|(name, _)| name == wanted);
    has("cursor") && has("limit")
}

impl Walk<'_> {
    /// The response of a page.
    pub(crate) fn answer(&mut self, reading: &Reading) -> Result<Body> {
        let none = Payload::default();
        let payload = reading.answer.as_ref().unwrap_or(&none);
        let is_cut = matches!(reading.end, Some(TextEnd::AnswerSample(_)));
        let json = || "application/json".to_owned();
        let mut body = Body {
            media: payload.media.clone().unwrap_or_else(json),
            status: payload.status.clone().unwrap_or_else(|| "200".to_owned()),
            content: Content::Nothing,
            sample: payload.sample.as_ref().and_then(value),
            is_cut,
        };
        let resource = self.names.resource.clone();
        match &payload.sample {
            None | Some(Shown::Cut) => {}
            Some(Shown::Object(members)) if is_envelope(members) => {
                let name = self.envelope(members, reading, is_cut)?;
                self.say(&name, &payload.attributes, false)?;
                body.content = Content::Value(InferredType::Named(name));
            }
            Some(shown) => {
                let entity = Name {
                    own: self.names.chosen(&resource),
                    like: resource.clone(),
                    base: resource,
                };
                let holds = self.root(shown, &entity, is_cut)?;
                if let Some(name) = holds.name() {
                    self.say(name, &payload.attributes, true)?;
                }
                body.content = Content::Value(holds);
            }
        }
        Ok(body)
    }

    /// A body as a whole: an object of that name, or a list of such.
    pub(crate) fn root(
        &mut self,
        shown: &Shown,
        name: &Name,
        is_cut: bool,
    ) -> Result<InferredType> {
        let spot = root(name, is_cut);
        match shown {
            Shown::Object(members) if !members.is_empty() && !is_free(members) => {
                self.enter(name, members, spot)
            }
            Shown::List(items) => {
                let mut all = InferredType::Unknown;
                for item in items {
                    let holds = self.root(item, name, is_cut)?;
                    all = self.both(&all, &holds, spot.at)?;
                }
                Ok(all.list())
            }
            other => self.value(other, spot),
        }
    }

    fn envelope(
        &mut self,
        members: &[(String, Shown)],
        reading: &Reading,
        is_cut: bool,
    ) -> Result<String> {
        let resource = self.names.resource.clone();
        let operation = pascal(&self.names.operation);
        let data = members
            .iter()
            .find(|(name, _)| name == "data")
            .map(|(_, data)| data);
        let has_cursor = members.iter().any(|(name, _)| name == "cursor");
        let is_batch = is_batch(reading) && data.is_none_or(is_results);
        let rule = match data {
            _ if is_batch => format!("{operation}Response"),
            _ if is_query(reading) => format!("{resource}Page"),
            Some(Shown::List(_)) if has_cursor => format!("{resource}Page"),
            Some(Shown::List(_)) => format!("{resource}List"),
            Some(Shown::Object(data)) if data.is_empty() || is_free(data) => {
                format!("{operation}Response")
            }
            _ => format!("{resource}Response"),
        };
        let name = self.names.chosen(&rule);
        let own = Name {
            own: name.clone(),
            like: name.clone(),
            base: resource,
        };
        // It has its name before anything within it.
        self.see(&name, members, is_cut)?;
        let last = members.len().saturating_sub(1);
        for (index, (property, member)) in members.iter().enumerate() {
            let spot = of(&own, property, is_cut && index == last);
            let mut slot = match (property.as_str(), member) {
                ("result", _) => PropertyDraft::shown(self.result(member)?),
                ("error", _) => PropertyDraft::shown(self.errors(member, spot)?),
                ("cursor", Shown::Object(cursor)) => {
                    PropertyDraft::shown(self.enter(&Name::of("PageCursor"), cursor, spot)?)
                }
                ("data", Shown::Cut) => PropertyDraft::shown(InferredType::Unknown),
                ("data", _) if is_batch => PropertyDraft::shown(self.results(member, spot)?),
                ("data", _) => PropertyDraft::shown(self.data(member, spot.is_cut)?),
                _ => PropertyDraft::shown(self.value(member, spot)?),
            };
            if property == "data" {
                slot.words = Some(DATA_WORDS);
            }
            self.see_member(&name, property, slot, spot.at)?;
        }
        Ok(name)
    }

    fn see(&mut self, name: &str, members: &[(String, Shown)], is_cut: bool) -> Result<()> {
        let seen = ObjectSample {
            members: members_of(members),
            is_cut,
            is_written: false,
        };
        self.see_object(name, seen, Outline::of_members(members, is_cut))
    }

    fn result(&mut self, shown: &Shown) -> Result<InferredType> {
        let example = value(shown).and_then(|value| value.as_str().map(str::to_owned));
        let texts = TextSamples {
            example,
            ..TextSamples::default()
        };
        self.see_texts(RESULT, texts)?;
        Ok(InferredType::Named(RESULT.to_owned()))
    }

    fn errors(&mut self, shown: &Shown, spot: SamplePlace<'_>) -> Result<InferredType> {
        let mut all = InferredType::Unknown;
        let items: &[Shown] = match shown {
            Shown::List(items) => items,
            _ => &[],
        };
        for item in items {
            if let Shown::Object(members) = item {
                let spot = SamplePlace {
                    is_written: items.len() > 1,
                    ..spot
                };
                all = self.enter(&Name::of("ApiError"), members, spot)?;
            }
        }
        Ok(all.list())
    }

    /// Infers the data of an envelope: an object, or a list of objects.
    fn data(&mut self, shown: &Shown, is_cut: bool) -> Result<InferredType> {
        let resource = self.names.resource.clone();
        let entity = Name {
            own: self.names.chosen(&resource),
            like: resource.clone(),
            base: resource.clone(),
        };
        let Shown::Object(members) = shown else {
            return self.root(shown, &entity, is_cut);
        };
        if members.first().is_none_or(|(name, _)| name != JSON) {
            return self.root(shown, &entity, is_cut);
        }
        // A report comes with a file, and words about it.
        let stem = resource.strip_suffix("Report").unwrap_or(&resource);
        let own = self.names.chosen(&format!("{stem}Report"));
        let report = Name {
            own: own.clone(),
            like: own,
            base: resource,
        };
        let last = members.len().saturating_sub(1);
        for (index, (property, member)) in members.iter().enumerate() {
            let spot = of(&report, property, is_cut && index == last);
            let holds = match property.as_str() {
                JSON => self.root(member, &entity, spot.is_cut)?,
                _ => self.value(member, spot)?,
            };
            self.see_member(&report.own, property, PropertyDraft::shown(holds), spot.at)?;
        }
        self.see(&report.own, members, is_cut)?;
        Ok(InferredType::Named(report.own))
    }

    /// Infers the results of a batch.
    fn results(&mut self, shown: &Shown, spot: SamplePlace<'_>) -> Result<InferredType> {
        let resource = self.names.resource.clone();
        let name = self.names.chosen(&format!("{resource}SaveResult"));
        let own = Name {
            own: name.clone(),
            like: name.clone(),
            base: resource,
        };
        let Shown::List(items) = shown else {
            return self.value(shown, spot);
        };
        for item in items {
            let Shown::Object(members) = item else {
                continue;
            };
            let last = members.len().saturating_sub(1);
            for (index, (property, member)) in members.iter().enumerate() {
                let spot = of(&own, property, spot.is_cut && index == last);
                let holds = match (property.as_str(), member) {
                    ("result", Shown::Written(_)) => InferredType::Text {
                        format: None,
                        is_sure: false,
                    },
                    ("statusCode", _) => InferredType::Integer { is_sure: true },
                    ("error", _) => self.errors(member, spot)?,
                    ("data", Shown::Cut) => InferredType::Unknown,
                    ("data", _) => self.data(member, spot.is_cut)?,
                    _ => self.value(member, spot)?,
                };
                self.see_member(&name, property, PropertyDraft::shown(holds), spot.at)?;
            }
            self.see(&name, members, spot.is_cut)?;
        }
        Ok(InferredType::Named(name).list())
    }
}

/// The place of a member.
pub(crate) fn of<'s>(name: &'s Name, property: &'s str, is_cut: bool) -> SamplePlace<'s> {
    SamplePlace {
        at: NamingContext {
            owner: &name.own,
            like: &name.like,
            base: &name.base,
            under: "",
            property,
            is_item: false,
        },
        is_filter: false,
        is_cut,
        is_written: false,
    }
}

/// The place of a body as a whole.
pub(crate) fn root(name: &Name, is_cut: bool) -> SamplePlace<'_> {
    of(name, "", is_cut)
}

fn is_envelope(members: &[(String, Shown)]) -> bool {
    members
        .iter()
        .any(|(name, _)| name == "result" || name == "data" || name == "error")
}

/// Whether a list is one of what became of the items of a batch.
fn is_results(data: &Shown) -> bool {
    let Shown::List(items) = data else {
        return matches!(data, Shown::Cut);
    };
    items.iter().all(|item| match item {
        Shown::Object(members) => members
            .iter()
            .all(|(name, _)| OF_A_RESULT.contains(&name.as_str())),
        _ => true,
    })
}

/// Words of our own for enums that every page has.
pub(crate) fn words(draft: &Draft, name: &str) -> Option<&'static str> {
    (name == RESULT && matches!(draft, Draft::TextSamples(_))).then_some(RESULT_WORDS)
}
