//! Pages of a list: filtered, sorted, and cut between two cursors.

use std::sync::Arc;

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    document::types::{Type, TypeId, Types},
    envelope::{ApiError, ApiErrorType, ApiResponse},
    kinds::{
        ApiModel, ApiRequest, Context, Definition, Expected, Kind, Operation, ResponseFuture,
        body::{self, Payload},
        listing::{CURSOR, LIMIT, Listing, Of, owner_claim},
        now, parse_x_kind,
        response::{Data, ResponseSpec, fields_of},
    },
    store::{
        Entity,
        collections::CollectionUse,
        cursor::{Cursor, Place},
        filter::{Filter, Meaning},
        order::{Order, Refusal},
    },
};

/// The default page size, unless the document's maximum is smaller. Tight does not document its default.
const DEFAULT_LIMIT: u64 = 50;

#[derive(Deserialize)]
struct Page {
    #[serde(rename = "in")]
    place: Asked,
    collection: String,
    of: Option<Of>,
    /// The path parameter with the id of the entity that the entries are about.
    about: Option<String>,
}

/// Where the page's parameters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Asked {
    Body,
    Query,
}

pub(super) fn read(_: &Definition<'_>, x_kind: &Value) -> Result<Box<dyn Kind>, String> {
    Ok(Box::new(parse_x_kind::<Page>(x_kind)?))
}

/// The type of an entity in the list.
fn entity<'a>(definition: &Definition<'a>) -> Option<Type<'a>> {
    let response = definition
        .document
        .types
        .get(definition.spec.response_type()?);
    response.field("data")?.items()
}

impl Page {
    /// The type of the query.
    fn query(&self, definition: &Definition<'_>) -> Option<TypeId> {
        match self.place {
            Asked::Body => Some(definition.spec.json()?.id),
            Asked::Query => Some(definition.spec.all_parameters.id),
        }
    }
}

impl Kind for Page {
    fn collection_uses(&self, definition: &Definition<'_>) -> Vec<CollectionUse> {
        let entity = entity(definition).map(Type::id);
        let listed = CollectionUse {
            fields: fields_of(&definition.document.types, entity).collect(),
            ..CollectionUse::of(&self.collection)
        };
        let owner = owner_claim(self.of.as_ref());
        std::iter::once(listed).chain(owner).collect()
    }

    fn ready(
        &self,
        definition: &Definition<'_>,
        model: &ApiModel<'_>,
    ) -> Result<Box<dyn Operation>, String> {
        if entity(definition).is_none() {
            return Err("its response has no list as `data`".to_owned());
        }
        let types = &definition.document.types;
        let query = self
            .query(definition)
            .ok_or("its request has no JSON body")?;
        let limit = types.get(query).field(LIMIT).and_then(Type::maximum);
        let collection = &self.collection;
        let (of, about) = (self.of.as_ref(), self.about.as_deref());
        Ok(Box::new(Ready {
            types: Arc::clone(types),
            listing: Listing::new(definition, model, collection, of, about)?,
            place: self.place,
            query,
            payload: Payload::of(definition)?,
            meanings: model.domain.meanings(collection),
            default_limit: limit.map_or(DEFAULT_LIMIT, |most| most.min(DEFAULT_LIMIT)),
            response: ResponseSpec::about(definition, model, collection),
        }))
    }
}

/// A list that can respond.
struct Ready {
    types: Arc<Types>,
    listing: Listing,
    place: Asked,
    /// The type of the query.
    query: TypeId,
    payload: Option<Payload>,
    meanings: Vec<Meaning>,
    default_limit: u64,
    response: ResponseSpec,
}

impl Operation for Ready {
    fn body(&self) -> Option<Expected> {
        body::expected(self.payload.as_ref())
    }

    fn check_document(&self) -> Result<(), String> {
        body::check_document(self.payload.as_ref())
    }

    fn respond<'a>(&'a self, request: ApiRequest<'a>, context: Context<'a>) -> ResponseFuture<'a> {
        now(self
            .page(&request, context)
            .unwrap_or_else(|refused| refused))
    }
}

impl Ready {
    fn page(
        &self,
        request: &ApiRequest<'_>,
        context: Context<'_>,
    ) -> Result<ApiResponse, ApiResponse> {
        let fields = body::fields(self.payload.as_ref(), &request.body)?;
        let asked = match self.place {
            Asked::Body => &fields,
            Asked::Query => &request.parameters,
        };
        let wanted = self.read(request.path, asked)?;
        let transaction = context.world.begin(context.caller);
        let records = self
            .listing
            .records(&request.parameters, transaction.store())?;
        let mut found: Vec<Found<'_>> = records
            .into_iter()
            .filter(|(_, record)| wanted.filter.matches(&record.entity))
            .map(|(number, record)| Found {
                key: wanted.order.key(&record.entity),
                number,
                entity: &record.entity,
            })
            .collect();
        found.sort_by(|one, other| wanted.order.compare(one.place(), other.place()));
        let (page, cursor) = wanted.cut(&found);
        let page = page.iter().map(|found| found.entity).collect();
        let response = self
            .response
            .page(Data::Entities(page), cursor, context.caller);
        Ok(response)
    }

    fn read(&self, path: &str, asked: &Map<String, Value>) -> Result<Wanted, ApiResponse> {
        let query = self.types.get(self.query);
        let fields = self.listing.fields();
        // Fields in the address are handled by the listing.
        let part = |name: &str| {
            let wanted = query.field(name).filter(|_| self.place == Asked::Body)?;
            Some((asked.get(name)?, wanted))
        };
        let order = match part("sort") {
            None => Order::default(),
            Some((sort, wanted)) => {
                Order::of(sort, wanted, fields).map_err(|refusal| match refusal {
                    Refusal::Wrong(error) => {
                        ApiResponse::failure(StatusCode::BAD_REQUEST, &[error])
                    }
                    Refusal::Unknown(error) => ApiResponse::unserved(&[error]),
                })?
            }
        };
        let filter = match part("filter") {
            Some((Value::Object(filter), wanted)) => {
                Filter::read(filter, wanted, fields, &self.meanings)
                    .map_err(|unknown| ApiResponse::unserved(&unknown))?
            }
            Some((Value::Null, _)) | None => Filter::default(),
            Some(_) => {
                let message = "The sandbox does not support a filter that is not an object";
                let error = ApiError::unserved(Some("filter".to_owned()), message);
                return Err(ApiResponse::unserved(&[error]));
            }
        };
        let list = format!("{path} {}", order.name());
        let cursor = match asked.get(CURSOR).and_then(Value::as_str) {
            None => None,
            Some(text) => Some(
                Cursor::read(text)
                    .filter(|cursor| cursor.place().list == list)
                    .ok_or_else(|| {
                        let predicate = "is no cursor of this list in this order";
                        let error = ApiError::of(ApiErrorType::InvalidValue, CURSOR, predicate);
                        ApiResponse::failure(StatusCode::BAD_REQUEST, &[error])
                    })?,
            ),
        };
        let limit = asked.get(LIMIT).and_then(Value::as_u64);
        let limit = limit.unwrap_or(self.default_limit);
        Ok(Wanted {
            list,
            cursor,
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
            order,
            filter,
        })
    }
}

/// What one request asks for.
struct Wanted {
    /// The list and its order, for cursors.
    list: String,
    cursor: Option<Cursor>,
    limit: usize,
    order: Order,
    filter: Filter,
}

struct Found<'a> {
    key: Value,
    number: u64,
    entity: &'a Entity,
}

impl Found<'_> {
    fn place(&self) -> (&Value, u64) {
        (&self.key, self.number)
    }
}

impl Wanted {
    /// Cuts the page out of all matches, and returns it with its cursors.
    fn cut<'a, 'b>(&self, found: &'a [Found<'b>]) -> (&'a [Found<'b>], Value) {
        let until = |place: &Place, passes: fn(std::cmp::Ordering) -> bool| {
            found.partition_point(|found| {
                passes(
                    self.order
                        .compare(found.place(), (&place.key, place.number)),
                )
            })
        };
        let (start, end) = match &self.cursor {
            None => (0, self.limit),
            Some(Cursor::After(place)) => {
                let start = until(place, std::cmp::Ordering::is_le);
                (start, start.saturating_add(self.limit))
            }
            Some(Cursor::Before(place)) => {
                let end = until(place, std::cmp::Ordering::is_lt);
                (end.saturating_sub(self.limit), end)
            }
        };
        let end = end.min(found.len());
        let page = found.get(start..end).unwrap_or_default();
        let place = |found: &Found<'_>| Place {
            list: self.list.clone(),
            key: found.key.clone(),
            number: found.number,
        };
        let after = page.last().filter(|_| end < found.len());
        let before = page.first().filter(|_| start > 0);
        let cursor = json!({
            "after": after.map(|last| Cursor::After(place(last)).write()),
            "before": before.map(|first| Cursor::Before(place(first)).write()),
        });
        (page, cursor)
    }
}
