//! Answers a request for a page of a list: those of its entities that a filter asks for, in the order that is
//! wanted, from one cursor to the next.

use axum::http::StatusCode;
use serde_json::{Map, Value};

use crate::{
    document::schema::{Schema, Schemas},
    document::shape::{PageShape, Scope},
    document::validation::Checker,
    domain::audit,
    domain::ledger::Books,
    envelope::{Answer, Flaw, FlawType},
    error::Obstacle,
    json::Json,
    store::caller::Caller,
    store::cursor::{Cursor, Place},
    store::filter::{Filter, Unshown},
    store::order::{Order, Orders},
    store::{Entity, Record, Store},
};

/// How many entities a page has where the request does not say, if it may have so many. The documentation does
/// not say how many it is.
const DEFAULT_LIMIT: u64 = 50;

/// A list, ready to answer.
pub(crate) struct Page {
    collection: String,
    scope: Scope,
    /// What checks the body, if there is to be one.
    query: Option<Checker>,
    orders: Orders,
    filter: Filter,
    default_limit: u64,
}

impl Page {
    /// `limit` is the schema of the parameter of that name, if it is none of the body.
    pub(crate) fn new(
        shape: PageShape,
        limit: Option<&Schema>,
        schemas: &Schemas,
    ) -> Result<Self, Obstacle> {
        let PageShape {
            collection,
            scope,
            query,
            entity,
        } = shape;
        let fields = match &query {
            Some(query) => schemas.resolve(query)?.properties,
            None => Default::default(),
        };
        let unshown = if audit::is_entry(&entity) {
            Unshown::Placeholder
        } else {
            Unshown::Unknown
        };
        let orders = fields
            .get("sort")
            .map(|sort| Orders::new(sort, &entity))
            .transpose()?;
        let filter = fields
            .get("filter")
            .map(|filter| Filter::new(filter, &entity, unshown))
            .transpose()?;
        let most = limit
            .or(fields.get("limit"))
            .and_then(|limit| limit.other.get("maximum")?.as_u64());
        Ok(Self {
            query: query
                .map(|query| Checker::new(schemas, &query, "The request body"))
                .transpose()?,
            orders: orders.unwrap_or_default(),
            filter: filter.unwrap_or_default(),
            default_limit: most.map_or(DEFAULT_LIMIT, |most| most.min(DEFAULT_LIMIT)),
            collection,
            scope,
        })
    }

    /// Whether the request is to have a body.
    pub(crate) fn is_query(&self) -> bool {
        self.query.is_some()
    }

    /// The page that `parameters` ask for, or a body. `path` is that of the request.
    pub(crate) fn answer(
        &self,
        path: &str,
        parameters: &Map<String, Value>,
        body: Option<&Json>,
        books: &Books,
        caller: &Caller,
    ) -> Answer {
        match self.read(path, parameters, body) {
            Ok(request) => self.find(&request, parameters, books.open(caller).store()),
            Err(flaws) => Answer::failure(StatusCode::BAD_REQUEST, &flaws),
        }
    }

    fn read<'a>(
        &'a self,
        path: &str,
        parameters: &'a Map<String, Value>,
        body: Option<&'a Json>,
    ) -> Result<Wanted<'a>, Vec<Flaw>> {
        let asked = match (&self.query, body) {
            (Some(checker), Some(body)) => {
                let flaws = checker.check(&body.value, &body.lost);
                match body.value.as_object() {
                    Some(asked) if flaws.is_empty() => asked,
                    _ => return Err(flaws),
                }
            }
            _ => parameters,
        };
        let part = |name: &str| asked.get(name).and_then(Value::as_object);
        let order = self
            .orders
            .choose(part("sort"))
            .map_err(|flaw| vec![flaw])?;
        let list = format!("{path} {}", order.name());
        let cursor = match asked.get("cursor").and_then(Value::as_str) {
            None => None,
            Some(text) => Some(
                Cursor::read(text)
                    .filter(|cursor| cursor.place().list == list)
                    .ok_or_else(|| {
                        let predicate = "is no cursor of this list in this order";
                        vec![Flaw::of(FlawType::InvalidValue, "cursor", predicate)]
                    })?,
            ),
        };
        let limit = asked
            .get("limit")
            .and_then(Value::as_u64)
            .unwrap_or(self.default_limit);
        Ok(Wanted {
            list,
            cursor,
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
            order,
            filter: part("filter"),
        })
    }

    fn find(&self, wanted: &Wanted<'_>, path: &Map<String, Value>, store: &Store) -> Answer {
        let Some(records) = self.in_scope(path, store) else {
            let Scope::Of {
                parent, parameter, ..
            } = &self.scope
            else {
                return Answer::page(Vec::new(), Value::Null, Value::Null);
            };
            return Answer::not_found(parameter, parent);
        };
        let mut found: Vec<Found<'_>> = records
            .into_iter()
            .filter(|(_, record)| {
                wanted
                    .filter
                    .is_none_or(|filter| self.filter.matches(filter, &record.entity))
            })
            .map(|(number, record)| Found {
                key: wanted.order.key(&record.entity),
                number,
                entity: &record.entity,
            })
            .collect();
        found.sort_by(|one, other| wanted.order.compare(one.place(), other.place()));
        wanted.cut(&found)
    }

    /// The records that the list is of, or `None` where it belongs to an entity that is not known.
    fn in_scope<'a>(
        &self,
        path: &Map<String, Value>,
        store: &'a Store,
    ) -> Option<Vec<(u64, &'a Record)>> {
        let all = store.records(&self.collection);
        match &self.scope {
            Scope::All => Some(all.collect()),
            Scope::About(parameter) => {
                let about = path.get(parameter).and_then(Value::as_str);
                Some(
                    all.filter(|(_, record)| record.about.as_deref() == about)
                        .collect(),
                )
            }
            Scope::Of {
                parent,
                parameter,
                link,
            } => {
                let id = path.get(parameter)?;
                let records: Vec<_> = all
                    .filter(|(_, record)| record.entity.get(link) == Some(id))
                    .collect();
                // Whoever belongs to an entity takes it to exist.
                let exists = !records.is_empty() || store.find(parent, id.as_str()?).is_some();
                exists.then_some(records)
            }
        }
    }
}

/// What one request asks for.
struct Wanted<'a> {
    /// The list and its order, for its cursors.
    list: String,
    cursor: Option<Cursor>,
    limit: usize,
    order: Order<'a>,
    filter: Option<&'a Map<String, Value>>,
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

impl Wanted<'_> {
    /// The page, out of all that was found.
    fn cut(&self, found: &[Found<'_>]) -> Answer {
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
        Answer::page(
            page.iter()
                .map(|found| Value::Object(found.entity.clone()))
                .collect(),
            after.map_or(Value::Null, |last| Cursor::After(place(last)).write()),
            before.map_or(Value::Null, |first| Cursor::Before(place(first)).write()),
        )
    }
}
