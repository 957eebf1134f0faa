//! Shapes of answers: how the resource layer gives an answer to its caller, told by the structure of the answer alone.

use super::bodies::Body;
use super::parameters::{Parameter, Place};
use super::schemas::{Field, FieldType, Range, Schema};

/// What an answer is made of.
#[derive(Debug)]
pub enum Shape {
    /// An object outside of the API's envelope.
    Bare,
    /// `{result, data: entity, error}`
    Entity {
        /// The schema of the entity.
        entity: String,
    },
    /// `{"data": [item, …]}` → `{result, data: [{result, statusCode, data: entity, error}, …], error}`
    BatchSave {
        /// The schema of an item of the request.
        item: String,
        /// The schema of what a saved item becomes.
        entity: String,
    },
    /// `cursor`, `limit` → `{result, data: [item, …], cursor: {after, before}}`
    Page {
        /// The schema of an item.
        item: String,
        /// Where the request carries the cursor and the limit.
        place: PagePlace,
        /// What the limit may be.
        limits: Range,
    },
}

/// Where a request for a page says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PagePlace {
    /// In fields of its body.
    Body,
    /// In parameters of its query.
    Query,
}

/// What to do about an answer of no known shape.
pub(super) const HELP: &str = "a batch save takes a required `{data: [item]}` and nothing else, and answers `{data: [{result, data, …}]}`; a page \
    answers `{data: [item], cursor: {after, before}}` to a request with an optional `cursor` and `limit`; an entity is the `data` \
    of an answer with a `result`; an answer without `result` and `data` is read as it is";

/// Tells the shape of an operation's answer.
pub(super) fn tell(
    schemas: &[Schema],
    parameters: &[Parameter],
    body: &Body,
    answer: &str,
) -> Option<Shape> {
    let find = |name: &str| schemas.iter().find(|schema| schema.name == name);
    let answer = find(answer)?;
    let in_envelope = answer.field("result").is_some() || answer.field("data").is_some();
    if !in_envelope {
        return (!answer.fields().is_empty()).then_some(Shape::Bare);
    }
    answer.field("result")?;
    let data = &answer.field("data")?.ty;
    let is_object = |name: &str| find(name).is_some_and(|schema| !schema.fields().is_empty());
    if let Some(entity) = data.schema() {
        return is_object(entity).then(|| Shape::Entity {
            entity: entity.to_owned(),
        });
    }
    let item = data.listed_schema().filter(|item| is_object(item))?;
    if answer.field("cursor").is_some() {
        let cursor = find(answer.field("cursor")?.ty.schema()?)?;
        let is_text = |name: &str| {
            cursor
                .field(name)
                .is_some_and(|field| field.ty == FieldType::Text)
        };
        let (place, limits) = page_place(schemas, parameters, body)?;
        let page = Shape::Page {
            item: item.to_owned(),
            place,
            limits,
        };
        return (is_text("after") && is_text("before")).then_some(page);
    }
    let Body::Object(request) = body else {
        return None;
    };
    // Anything else in the request would belong to one request, and a batch may be several.
    let [items] = find(request)?.fields() else {
        return None;
    };
    let is_batch = items.name == "data" && items.required && parameters.is_empty();
    let result = find(item)?;
    result.field("result")?;
    let entity = result.field("data")?.ty.schema()?;
    let item = items.ty.listed_schema().filter(|_| is_batch)?;
    if !is_object(item) || !is_object(entity) {
        return None;
    }
    Some(Shape::BatchSave {
        item: item.to_owned(),
        entity: entity.to_owned(),
    })
}

/// Where a request carries its optional `cursor` and `limit`, if it does, and what the limit may be.
fn page_place(
    schemas: &[Schema],
    parameters: &[Parameter],
    body: &Body,
) -> Option<(PagePlace, Range)> {
    if let Body::Multipart(_) = body {
        return None;
    }
    if let Body::Object(request) = body {
        let request = schemas.iter().find(|schema| schema.name == *request)?;
        let optional = |name: &str, ty: FieldType| -> Option<&Field> {
            let field = request.field(name)?;
            (field.ty == ty && !field.required).then_some(field)
        };
        optional("cursor", FieldType::Text)?;
        let limit = optional("limit", FieldType::Integer)?;
        return Some((PagePlace::Body, limit.range));
    }
    let optional = |name: &str, ty: FieldType| {
        parameters.iter().find(|parameter| {
            parameter.name == name
                && parameter.place == Place::Query
                && parameter.ty == ty
                && !parameter.required
        })
    };
    optional("cursor", FieldType::Text)?;
    let limit = optional("limit", FieldType::Integer)?;
    Some((PagePlace::Query, limit.range))
}
