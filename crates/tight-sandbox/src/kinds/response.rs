//! Builds successful responses: status, media type, envelope if any, and the fields of the operation's own schema.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::{
    document::{
        operation::Content,
        types::{Fields, Type, TypeId, Types},
    },
    envelope::{ApiError, ApiResponse, Body},
    kinds::{ApiModel, Definition},
    store::{Entity, caller::Caller, collections::Collection, synthesis},
};

/// Marks a response, or a part of it, that comes from the documentation alone.
pub(crate) const EXAMPLE: &str = "documented-example";
/// Marks a body that stands in for one that only Tight has.
pub(crate) const STAND_IN: &str = "stand-in";

const ENVELOPE: [&str; 4] = ["result", "data", "error", "cursor"];

/// How an operation responds.
pub(crate) struct ResponseSpec {
    types: Arc<Types>,
    status: StatusCode,
    content: Content,
    /// All fields that entities of the collection have, whichever operation declares them.
    known: Vec<String>,
}

/// The result of one item of a batch.
pub(crate) enum ItemResult {
    Saved(Entity),
    /// With the status that the item would get on its own.
    Rejected(StatusCode, Vec<ApiError>),
}

/// The data of a response.
pub(crate) enum Data<'a> {
    /// NamedSingleton stored entity.
    Entity(&'a Entity),
    Entities(Vec<&'a Entity>),
    /// A finished value.
    Ready(Value),
}

impl ResponseSpec {
    pub(crate) fn new(definition: &Definition<'_>) -> Self {
        Self {
            types: Arc::clone(&definition.document.types),
            status: definition.spec.success.status,
            content: definition.spec.success.content.clone(),
            known: Vec::new(),
        }
    }

    /// For an operation on the entities of `collection`.
    pub(crate) fn about(
        definition: &Definition<'_>,
        model: &ApiModel<'_>,
        collection: &str,
    ) -> Self {
        Self::knowing(definition, model.collections.get(collection))
    }

    /// For an operation on the singleton `name`.
    pub(crate) fn about_one(definition: &Definition<'_>, model: &ApiModel<'_>, name: &str) -> Self {
        Self::knowing(definition, model.collections.single(name))
    }

    fn knowing(definition: &Definition<'_>, known: Option<&Collection>) -> Self {
        let fields = known.into_iter().flat_map(|known| known.fields.keys());
        Self {
            known: fields.cloned().collect(),
            ..Self::new(definition)
        }
    }

    /// The type of the data, if any.
    pub(crate) fn data(&self) -> Option<Type<'_>> {
        let response = self.response_type()?;
        if is_envelope(response) {
            response.field("data")
        } else {
            Some(response)
        }
    }

    fn response_type(&self) -> Option<Type<'_>> {
        match self.content {
            Content::Json { id, .. } => Some(self.types.get(id)),
            _ => None,
        }
    }

    /// Builds the response with `data`.
    pub(crate) fn with(&self, data: Data<'_>, caller: &Caller) -> ApiResponse {
        self.answered(data, None, caller)
    }

    /// Builds the response with a page and its cursors.
    pub(crate) fn page(&self, data: Data<'_>, cursor: Value, caller: &Caller) -> ApiResponse {
        self.answered(data, Some(cursor), caller)
    }

    /// Builds the response with a whole list, or with the groups that the document shows.
    pub(crate) fn list(
        &self,
        entities: Vec<&Entity>,
        caller: &Caller,
    ) -> Result<ApiResponse, ApiResponse> {
        let Some(groups) = self.data().filter(|data| data.is("object")) else {
            return Ok(self.with(Data::Entities(entities), caller));
        };
        let names: Vec<_> = groups
            .fields()
            .iter()
            .filter(|(_, group)| group.items().is_some())
            .map(|(name, _)| name)
            .collect();
        if names.len() > 1 && !entities.is_empty() {
            let message = format!(
                "The sandbox does not know which entities are in which group: {}",
                names.join(", ")
            );
            return Err(ApiResponse::unserved(&[ApiError::unserved(None, message)]));
        }
        let mut entities = Some(entities);
        let grouped = groups.fields().iter().filter_map(|(name, group)| {
            let value = match group.items() {
                Some(_) => {
                    let data = Data::Entities(entities.take().unwrap_or_default());
                    self.shown(data, Some(group), caller)
                }
                None => synthesis::value(name, group, caller)?,
            };
            Some((name.to_owned(), value))
        });
        let grouped = Value::Object(grouped.collect());
        Ok(self.with(Data::Ready(grouped), caller))
    }

    /// Builds the documented example, with all fields filled.
    pub(crate) fn example(&self, caller: &Caller) -> ApiResponse {
        let Content::Json { id, example } = &self.content else {
            return self.answered(Data::Ready(Value::Null), None, caller);
        };
        let wanted = self.types.get(*id);
        let example = example.clone();
        let mut body = example.unwrap_or_else(|| synthesis::documented("data", wanted, caller));
        if is_envelope(wanted)
            && let Some(fields) = body.as_object_mut()
        {
            // Samples show what an error would look like, even beside data.
            fields.insert("result".to_owned(), json!("SUCCESS"));
            fields.insert("error".to_owned(), json!([]));
            // The documented page is the only one: there is no next page.
            if fields.contains_key("cursor") {
                let is_nullable = wanted.field("cursor").is_some_and(Type::nullable);
                match is_nullable {
                    true => drop(fields.insert("cursor".to_owned(), Value::Null)),
                    false => drop(fields.remove("cursor")),
                }
            }
        }
        ApiResponse::json(self.status, body).marked(EXAMPLE)
    }

    /// Builds the response to a batch, with the results in the order of the items. Statuses are documented; `result`
    /// of a partial success is not. SUCCESS is our choice, since the documentation calls 207 a partial success. An
    /// empty batch has no failed item and succeeds.
    pub(crate) fn batch(&self, results: Vec<ItemResult>, caller: &Caller) -> ApiResponse {
        let saved = results
            .iter()
            .filter(|result| matches!(result, ItemResult::Saved(_)))
            .count();
        let (status, result) = match (saved, results.len()) {
            (saved, all) if saved == all => (self.status, "SUCCESS"),
            (0, _) => (StatusCode::BAD_REQUEST, "FAILURE"),
            _ => (StatusCode::MULTI_STATUS, "SUCCESS"),
        };
        let response = self.response_type();
        let entity = response.and_then(|response| response.field("data")?.items()?.field("data"));
        let data: Vec<Value> = results
            .into_iter()
            .map(|result| match result {
                ItemResult::Saved(saved) => {
                    let entity = self.shown_one(&Value::Object(saved), entity, caller);
                    json!({
                        "result": "SUCCESS",
                        "statusCode": StatusCode::OK.as_u16(),
                        "data": entity,
                        "error": [],
                    })
                }
                ItemResult::Rejected(status, errors) => json!({
                    "result": "FAILURE",
                    "statusCode": status.as_u16(),
                    "data": null,
                    "error": errors,
                }),
            })
            .collect();
        let mut body = Map::new();
        body.insert("result".to_owned(), json!(result));
        body.insert("data".to_owned(), json!(data));
        body.insert("error".to_owned(), json!([]));
        let examples = match response.filter(|_| result == "SUCCESS") {
            Some(response) => add_extra_fields(&mut body, response.fields(), caller),
            None => Vec::new(),
        };
        marked(ApiResponse::json(status, Value::Object(body)), &examples)
    }

    fn answered(&self, data: Data<'_>, cursor: Option<Value>, caller: &Caller) -> ApiResponse {
        match &self.content {
            Content::Nothing => ApiResponse {
                status: self.status,
                headers: Vec::new(),
                body: Body::Nothing,
            },
            Content::Other {
                media_type,
                example,
            } => self.bytes(media_type, example.as_ref()),
            Content::Json { id, .. } => {
                let wanted = self.types.get(*id);
                if is_envelope(wanted) {
                    return self.enveloped(wanted, data, cursor, caller);
                }
                let body = self.shown(data, Some(wanted), caller);
                ApiResponse::json(self.status, body)
            }
        }
    }

    fn enveloped(
        &self,
        wanted: Type<'_>,
        data: Data<'_>,
        cursor: Option<Value>,
        caller: &Caller,
    ) -> ApiResponse {
        let mut body = Map::new();
        body.insert("result".to_owned(), json!("SUCCESS"));
        if let Some(data_type) = wanted.field("data") {
            let data = self.shown(data, Some(data_type), caller);
            body.insert("data".to_owned(), data);
        }
        body.insert("error".to_owned(), json!([]));
        body.extend(cursor.map(|cursor| ("cursor".to_owned(), cursor)));
        let examples = add_extra_fields(&mut body, wanted.fields(), caller);
        marked(
            ApiResponse::json(self.status, Value::Object(body)),
            &examples,
        )
    }

    fn shown(&self, data: Data<'_>, wanted: Option<Type<'_>>, caller: &Caller) -> Value {
        match data {
            Data::Ready(value) => value,
            Data::Entity(entity) => {
                let entity = Value::Object(entity.clone());
                self.shown_one(&entity, wanted, caller)
            }
            Data::Entities(entities) => {
                let item = wanted.and_then(Type::items);
                let entities = entities.into_iter().map(|entity| {
                    let entity = Value::Object(entity.clone());
                    self.shown_one(&entity, item, caller)
                });
                entities.collect()
            }
        }
    }

    fn shown_one(&self, entity: &Value, wanted: Option<Type<'_>>, caller: &Caller) -> Value {
        match wanted {
            Some(wanted) if wanted.is("object") || wanted.kind().is_none() => {
                let is_known = |name: &str| self.known.iter().any(|known| known == name);
                synthesis::shown(entity, wanted, is_known, caller)
            }
            // The response is about the entity, but does not show it.
            Some(other) => synthesis::value("data", other, caller).unwrap_or_default(),
            None => entity.clone(),
        }
    }

    fn bytes(&self, media_type: &str, example: Option<&Value>) -> ApiResponse {
        let (bytes, what) = match example.and_then(Value::as_str) {
            Some(example) => (example.as_bytes(), EXAMPLE),
            None => (stand_in(media_type), STAND_IN),
        };
        let media_type = if media_type.contains('*') {
            "application/octet-stream"
        } else {
            media_type
        };
        let response = ApiResponse {
            status: self.status,
            headers: Vec::new(),
            body: Body::Bytes {
                media_type: media_type.to_owned(),
                bytes: bytes.to_vec(),
            },
        };
        response.marked(what)
    }
}

/// Whether responses of this type have the API's envelope.
fn is_envelope(response: Type<'_>) -> bool {
    ["result", "data"]
        .iter()
        .any(|name| response.field(name).is_some())
}

/// Adds documented examples for the fields beside the data, and returns their names.
pub(crate) fn add_extra_fields(
    body: &mut Map<String, Value>,
    fields: Fields<'_>,
    caller: &Caller,
) -> Vec<String> {
    let mut added = Vec::new();
    for (name, field) in fields.iter() {
        if !ENVELOPE.contains(&name) && !body.contains_key(name) && !field.write_only() {
            let example = synthesis::documented(name, field, caller);
            body.insert(name.to_owned(), example);
            added.push(name.to_owned());
        }
    }
    added
}

/// Marks the fields that are examples.
pub(crate) fn marked(response: ApiResponse, examples: &[String]) -> ApiResponse {
    if examples.is_empty() {
        response
    } else {
        response.marked(&format!("{EXAMPLE}: {}", examples.join(", ")))
    }
}

/// A body that clients can tell from an empty one, in place of a real file.
fn stand_in(media_type: &str) -> &'static [u8] {
    match media_type {
        "application/pdf" => b"%PDF-1.4\n% A stand-in by the sandbox.\n%%EOF\n",
        "text/csv" => b"sandbox\r\nA stand-in by the sandbox.\r\n",
        _ => b"A stand-in by the sandbox.\n",
    }
}

/// The fields of a type, as an operation declares them.
pub(crate) fn fields_of(
    types: &Types,
    id: Option<TypeId>,
) -> impl Iterator<Item = (String, TypeId)> {
    let fields = id.map(|id| types.get(id).fields());
    let fields = fields.into_iter().flat_map(Fields::iter);
    fields.map(|(name, field)| (name.to_owned(), field.id()))
}
