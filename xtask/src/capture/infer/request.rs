//! Infers the request: a batch, a query, an entity or a part of one, a form, or the parts of a form with a file.

use super::answer::{is_batch, is_query, of};
use super::draft::{ObjectSample, PropertyDraft, members_of, value};
use super::inferred_type::InferredType;
use super::outline::Outline;
use super::walk::{Name, SamplePlace};
use super::{Body, Content, Part, Walk};
use crate::capture::names::NamingContext;
use crate::capture::naming::{in_path, pascal};
use crate::capture::reading::{ParameterLocation, PartContent, Payload, Reading, Shown, TextEnd};
use crate::diagnostic::{Diagnostic, Result};

/// A part of a multipart request.
const MULTIPART: &str = "multipart/form-data";
/// The fields of a form.
const FORM: &str = "application/x-www-form-urlencoded";

impl Walk<'_> {
    /// The request of a page, if it has a body.
    pub(crate) fn request(&mut self, reading: &Reading) -> Result<Option<Body>> {
        for place in [
            ParameterLocation::Path,
            ParameterLocation::Query,
            ParameterLocation::Header,
        ] {
            let of_place = reading
                .parameters
                .iter()
                .filter(|known| known.place == place);
            let names = of_place.map(|known| known.attribute.name.as_str());
            self.are_once(names, "among the parameters")?;
        }
        self.are_once(in_path(&reading.path), "in the path")?;
        let Some(payload) = &reading.request else {
            return Ok(None);
        };
        let is_cut = matches!(reading.end, Some(TextEnd::RequestSample(_)));
        let media = payload
            .media
            .clone()
            .unwrap_or_else(|| "application/json".to_owned());
        let mut body = Body {
            media,
            status: String::new(),
            content: Content::Nothing,
            sample: payload.sample.as_ref().and_then(value),
            is_cut,
        };
        let is_multipart = body.media == MULTIPART
            || payload
                .parts
                .iter()
                .any(|part| part.content == PartContent::File);
        if is_multipart {
            body.media = MULTIPART.to_owned();
            body.content = Content::Parts(self.parts(payload, is_cut)?);
            return Ok(Some(body));
        }
        if body.media == FORM || !payload.parts.is_empty() {
            body.media = FORM.to_owned();
            return self.form(payload, body).map(Some);
        }
        let Some(sample) = &payload.sample else {
            return match payload.attributes.is_empty() {
                true => Ok(None),
                false => {
                    let name = self.plain_name(reading, None);
                    let holds = self.root(&Shown::Object(Vec::new()), &name, is_cut)?;
                    body.content = Content::Value(holds);
                    Ok(Some(body))
                }
            };
        };
        let (holds, name) = match sample {
            Shown::Object(members) if is_batch(reading) => self.batch(members, is_cut)?,
            Shown::Object(members) if is_query(reading) => self.query(members, is_cut)?,
            Shown::List(items) => {
                let name = self.item(items);
                (self.root(sample, &name, is_cut)?, name.own)
            }
            Shown::Object(_) => {
                let name = self.plain_name(reading, Some(&Outline::of(sample, is_cut)));
                (self.root(sample, &name, is_cut)?, name.own)
            }
            _ => {
                return Err(Diagnostic::new(
                    self.file,
                    "the body of the request is neither an object nor a list",
                )
                .help("check whether the sample of the request is complete"));
            }
        };
        self.say(&name, &payload.attributes, true)?;
        if is_query(reading) {
            self.say_of_pages(&name);
        }
        body.content = Content::Value(holds);
        // What the sample does not show stands behind what it does.
        body.is_cut |= self.has_more(&name);
        Ok(Some(body))
    }

    /// A body of `{data: [item, …]}`.
    fn batch(
        &mut self,
        members: &[(String, Shown)],
        is_cut: bool,
    ) -> Result<(InferredType, String)> {
        let own = self
            .names
            .chosen(&format!("{}Request", pascal(&self.names.operation)));
        let name = Name {
            own: own.clone(),
            like: own,
            base: self.names.resource.clone(),
        };
        let last = members.len().saturating_sub(1);
        for (index, (property, member)) in members.iter().enumerate() {
            let spot = of(&name, property, is_cut && index == last);
            let holds = match member {
                Shown::List(items) if property == "data" => {
                    let item = self.item(items);
                    self.root(member, &item, spot.is_cut)?
                }
                _ => self.value(member, spot)?,
            };
            self.see_member(&name.own, property, PropertyDraft::shown(holds), spot.at)?;
        }
        self.see_root(&name.own, members, is_cut)?;
        Ok((InferredType::Named(name.own.clone()), name.own))
    }

    /// What an item of a batch is called: new, or with an `id`, perhaps an update.
    fn item(&self, items: &[Shown]) -> Name {
        let resource = &self.names.resource;
        let has_id = items.iter().any(|item| match item {
            Shown::Object(members) => members.iter().any(|(name, _)| name == "id"),
            _ => false,
        });
        let rule = match has_id {
            true => format!("{resource}Upsert"),
            false => format!("New{resource}"),
        };
        self.sent(&rule)
    }

    /// The name of what is sent where answers have the resource.
    fn sent(&self, rule: &str) -> Name {
        let own = self.names.chosen(rule);
        if own != rule {
            return Name {
                like: own.clone(),
                base: own.clone(),
                own,
            };
        }
        Name {
            own,
            like: self.names.resource.clone(),
            base: self.names.resource.clone(),
        }
    }

    fn see_root(&mut self, name: &str, members: &[(String, Shown)], is_cut: bool) -> Result<()> {
        let seen = ObjectSample {
            members: members_of(members),
            is_cut,
            is_written: false,
        };
        self.see_object(name, seen, Outline::of_members(members, is_cut))
    }

    /// A body of `{cursor, limit, sort, filter}`.
    fn query(
        &mut self,
        members: &[(String, Shown)],
        is_cut: bool,
    ) -> Result<(InferredType, String)> {
        let resource = self.names.resource.clone();
        let named = |rule: String| {
            let own = self.names.chosen(&rule);
            Name {
                own: own.clone(),
                like: own,
                base: resource.clone(),
            }
        };
        let name = named(format!("{resource}Query"));
        let sort = named(format!("{resource}Sort"));
        let filter = named(format!("{resource}Filter"));
        let order = self.names.chosen(&format!("{resource}Order"));
        let last = members.len().saturating_sub(1);
        for (index, (property, member)) in members.iter().enumerate() {
            let spot = of(&name, property, is_cut && index == last);
            let holds = match (property.as_str(), member) {
                ("sort", Shown::Object(parts)) => {
                    for (part, shown) in parts {
                        let spot = of(&sort, part, spot.is_cut);
                        let texts = match part.as_str() {
                            "orderBy" => Some(order.as_str()),
                            "direction" => Some("SortDirection"),
                            _ => None,
                        };
                        let text = value(shown);
                        let text = text.as_ref().and_then(|value| value.as_str());
                        let holds = match texts.zip(text) {
                            Some((texts, text)) => {
                                let seen = super::draft::TextSamples {
                                    example: Some(text.to_owned()),
                                    ..Default::default()
                                };
                                self.see_texts(texts, seen)?;
                                InferredType::Named(texts.to_owned())
                            }
                            None => self.value(shown, spot)?,
                        };
                        self.see_member(&sort.own, part, PropertyDraft::shown(holds), spot.at)?;
                    }
                    self.see_root(&sort.own, parts, spot.is_cut)?;
                    InferredType::Named(sort.own.clone())
                }
                ("filter", Shown::Object(parts)) if !parts.is_empty() => {
                    let resource = Name {
                        own: filter.own.clone(),
                        like: resource.clone(),
                        base: resource.clone(),
                    };
                    let spot = SamplePlace {
                        is_filter: true,
                        ..spot
                    };
                    self.enter(&resource, parts, spot)?
                }
                _ => self.value(member, spot)?,
            };
            self.see_member(&name.own, property, PropertyDraft::shown(holds), spot.at)?;
        }
        self.see_root(&name.own, members, is_cut)?;
        Ok((InferredType::Named(name.own.clone()), name.own))
    }

    /// What a body is called that is neither a batch nor a query.
    fn plain_name(&self, reading: &Reading, outline: Option<&Outline>) -> Name {
        let resource = &self.names.resource;
        let operation = pascal(&self.names.operation);
        let is_entity = outline.is_some_and(|outline| {
            self.known
                .is_some_and(|known| known.shows(&self.names.chosen(resource), outline))
        });
        if is_entity {
            return Name {
                own: self.names.chosen(resource),
                like: resource.clone(),
                base: resource.clone(),
            };
        }
        let begins = |verb: &str| operation.starts_with(verb);
        let rule = match reading.method.as_str() {
            "delete" => format!("{resource}Deletion"),
            _ if begins("Create") || begins("Add") => return self.sent(&format!("New{resource}")),
            _ if begins("Get") || begins("Query") || begins("List") => format!("{resource}Query"),
            _ if reading.path.ends_with('}') => return self.sent(&format!("{resource}Update")),
            _ => format!("{operation}Request"),
        };
        let own = self.names.chosen(&rule);
        Name {
            own: own.clone(),
            like: own,
            base: resource.clone(),
        }
    }

    /// The parts of a body with a file.
    fn parts(&mut self, payload: &Payload, is_cut: bool) -> Result<Vec<Part>> {
        let names = payload.parts.iter().map(|part| part.name.as_str());
        self.are_once(names, "among the parts of the request")?;
        let mut parts = Vec::new();
        for part in &payload.parts {
            let says = payload
                .attributes
                .iter()
                .find(|attribute| attribute.name == part.name);
            let holds = match &part.content {
                PartContent::File => None,
                PartContent::Json(shown) => {
                    let name = self.sent(&format!("{}Details", self.names.resource));
                    Some(self.root(shown, &name, is_cut)?)
                }
                PartContent::Text(shown) => {
                    let name = Name::of(&self.names.resource);
                    Some(self.value(shown, of(&name, &part.name, false))?)
                }
            };
            parts.push(Part {
                name: part.name.clone(),
                holds,
                is_required: says.is_some_and(|says| says.is_required),
                sample: match &part.content {
                    PartContent::Json(shown) => value(shown),
                    _ => None,
                },
            });
        }
        Ok(parts)
    }

    /// The fields of a form.
    fn form(&mut self, payload: &Payload, mut body: Body) -> Result<Body> {
        let resource = self.names.resource.clone();
        let name = Name {
            own: self.names.chosen(&format!("{resource}Request")),
            like: resource.clone(),
            base: resource,
        };
        let mut members = Vec::new();
        for part in &payload.parts {
            if let PartContent::Text(shown) | PartContent::Json(shown) = &part.content {
                members.push((part.name.clone(), shown.clone()));
            }
        }
        let names = members.iter().map(|(name, _)| name.as_str());
        self.are_once(names, "among the fields of the form")?;
        // The call shows some of the fields, and what the page says in words, all of them.
        let known = |name: &str| {
            payload
                .attributes
                .iter()
                .position(|attribute| attribute.name == name)
        };
        let is_some = members.len() < payload.attributes.len();
        members.sort_by_key(|(name, _)| known(name));
        let mut all = Vec::new();
        for attribute in &payload.attributes {
            if let Some((_, shown)) = members.iter().find(|(name, _)| *name == attribute.name) {
                all.push((attribute.name.clone(), shown.clone()));
            }
        }
        all.extend(
            members
                .iter()
                .filter(|(name, _)| known(name).is_none())
                .cloned(),
        );
        for (property, shown) in &all {
            let spot = of(&name, property, false);
            let holds = self.value(shown, spot)?;
            self.see_member(&name.own, property, PropertyDraft::shown(holds), spot.at)?;
        }
        let shown = Shown::Object(all);
        body.sample = value(&shown);
        if let Shown::Object(all) = &shown {
            self.see_root(&name.own, all, is_some)?;
        }
        self.say(&name.own, &payload.attributes, true)?;
        body.content = Content::Value(InferredType::Named(name.own));
        Ok(body)
    }

    /// Where the page does not say it: what all queries have that do.
    fn say_of_pages(&mut self, name: &str) {
        let Ok(object) = self.object_of(name) else {
            return;
        };
        for (property, slot) in &mut object.slots {
            if slot.says.is_some() {
                continue;
            }
            slot.says = match property.as_str() {
                "cursor" => Some(super::attributes::cursor()),
                "limit" => Some(super::attributes::limit()),
                _ => None,
            };
        }
    }

    /// Whether a schema has properties that no sample shows.
    fn has_more(&mut self, name: &str) -> bool {
        self.object_of(name)
            .is_ok_and(|object| object.slots.values().any(|slot| !slot.is_shown))
    }

    pub(crate) fn at<'s>(name: &'s Name, property: &'s str) -> NamingContext<'s> {
        of(name, property, false).at
    }
}
