//! The API's envelope: the fields around the data of every response.

use crate::api::{Api, Operation, Property, Schema};
use crate::surface::Need;

/// The fields of an envelope. Any other field of a response is an extra field.
pub(super) const ENVELOPE_FIELDS: &[&str] = &["result", "statusCode", "data", "error", "cursor"];

/// The envelope of a response.
pub(super) struct Envelope<'a, 'd> {
    /// Its schema.
    pub(super) schema: &'a Schema<'d>,
    /// The data.
    pub(super) data: &'a Property<'d>,
    /// Whether it has cursors of the neighbouring pages.
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
    /// The schema of the fields beside the data, if there are any.
    pub(super) fn extras(&self) -> Option<String> {
        let mut properties = self.schema.properties().iter();
        let has_more = properties.any(|property| !ENVELOPE_FIELDS.contains(&property.name));
        has_more.then(|| self.schema.name.to_owned())
    }
}

/// The type of the fields beside the data.
pub(super) fn extras_need(extras: Option<&String>) -> Option<Need> {
    extras.map(|schema| Need {
        schema: schema.clone(),
        without: ENVELOPE_FIELDS,
    })
}
