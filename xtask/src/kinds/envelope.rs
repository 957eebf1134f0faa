//! The API's envelope: what every answer has around what it is about.

use crate::api::{Api, Operation, Property, Schema};
use crate::surface::Need;

/// What an envelope is made of. Whatever else an answer has stands beside its data.
pub(super) const OWN: &[&str] = &["result", "statusCode", "data", "error", "cursor"];

/// The envelope of an answer.
pub(super) struct Envelope<'a, 'd> {
    /// Its schema.
    pub(super) schema: &'a Schema<'d>,
    /// What the answer is about.
    pub(super) data: &'a Property<'d>,
    /// Whether it has cursors of the pages around it.
    pub(super) has_cursors: bool,
}

/// The envelope that a success of an operation is answered in, if it is.
pub(super) fn of<'a, 'd>(api: &'a Api<'d>, operation: &Operation<'d>) -> Option<Envelope<'a, 'd>> {
    let schema = api.schema(operation.success.json()?.schema()?)?;
    let data = schema.property("data")?;
    let cursor = schema
        .property("cursor")
        .and_then(|cursor| api.schema(cursor.ty.schema()?));
    let has_cursors = cursor.is_some_and(|cursor| {
        ["after", "before"].iter().all(|name| {
            cursor
                .property(name)
                .is_some_and(|place| place.ty == crate::api::Type::Text)
        })
    });
    Some(Envelope {
        schema,
        data,
        has_cursors,
    })
}

impl Envelope<'_, '_> {
    /// The schema of what stands beside the data, if anything does.
    pub(super) fn extras(&self) -> Option<String> {
        let mut properties = self.schema.properties().iter();
        let has_more = properties.any(|property| !OWN.contains(&property.name));
        has_more.then(|| self.schema.name.to_owned())
    }
}

/// The type of what stands beside the data.
pub(super) fn extras_need(extras: Option<&String>) -> Option<Need> {
    extras.map(|schema| Need {
        schema: schema.clone(),
        without: OWN,
    })
}
