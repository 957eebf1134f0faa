//! The effective document as the generators need it: operations with their answer shapes, schemas with their fields.
//!
//! Reading it is checking it. Whatever is not in here cannot be generated, so a document that cannot be read into a
//! [`Contract`] is refused with its place, instead of failing later in a generator.

mod bodies;
mod operations;
mod parameters;
mod schemas;
mod shapes;
mod vocabulary;
mod words;

pub use bodies::{Body, Part, PartKind};
pub use operations::{Auth, Operation};
pub use parameters::{Parameter, Place};
pub use schemas::{Field, FieldType, Kind, Range, Schema, Variant};
pub use shapes::{PagePlace, Shape};

use serde_json::Value;

use crate::diagnostic::Result;
use crate::spec::{Blame, Spec};

/// What the API offers.
#[derive(Debug)]
pub struct Contract {
    /// The version of the API.
    pub version: String,
    /// Where it is served.
    pub environments: Vec<Environment>,
    /// Its operations, in document order.
    pub operations: Vec<Operation>,
    /// Its named types, in document order.
    pub schemas: Vec<Schema>,
}

/// A server of the API.
#[derive(Debug)]
pub struct Environment {
    /// Its name, as a type's name.
    pub name: String,
    /// Its address.
    pub url: String,
    /// What it is for.
    pub description: String,
}

impl Contract {
    /// Reads the effective document.
    pub fn read(spec: &Spec) -> Result<Self> {
        let (document, blame) = (&spec.effective, spec.blame());
        let mut schemas = schemas::read(document, blame)?;
        let operations = operations::read(document, blame, &schemas)?;
        schemas::mark_sides(&mut schemas, document, blame)?;
        let version = document
            .pointer("/info/version")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let mut contract = Self {
            version,
            environments: environments(document, blame)?,
            operations,
            schemas,
        };
        contract.check_conventions(blame)?;
        // A second token does not take anything away from the first.
        if let Some(id) = contract
            .token_operation()
            .map(|operation| operation.id.clone())
        {
            let tokens = contract
                .operations
                .iter_mut()
                .filter(|operation| operation.id == id);
            tokens.for_each(|operation| operation.reads = true);
        }
        Ok(contract)
    }

    /// The runtime is written for the API's envelope, so its two types must be there as it knows them; and resources must not
    /// be called like the types that their calls name.
    fn check_conventions(&self, blame: Blame<'_>) -> Result<()> {
        let status = self.schema("ResultStatus").map(|schema| &schema.kind);
        let values = match status {
            Some(Kind::Enum(values)) => values.as_slice(),
            _ => &[],
        };
        let error = self.schema("ApiError");
        let fields = |name: &str| {
            error
                .and_then(|error| error.field(name))
                .map(|field| &field.ty)
        };
        let error_is_known = matches!(
            (fields("type"), fields("message"), fields("param")),
            (
                Some(FieldType::Schema(_)),
                Some(FieldType::Text),
                Some(FieldType::Text)
            )
        );
        if !["SUCCESS", "FAILURE"]
            .iter()
            .all(|known| values.iter().any(|value| value.value == *known))
            || !error_is_known
        {
            return Err(blame
                .fault("/components/schemas", "the types of the API's envelope are not as the SDK's runtime knows them")
                .help(
                    "it needs an enum `ResultStatus` with SUCCESS and FAILURE, and an object `ApiError` with an enum `type` and \
                     the strings `message` and `param`; if the API has changed, crates/tight-api/src/runtime has to",
                ));
        }
        for operation in &self.operations {
            if self.schema(&operation.request_type).is_some() {
                let name = &operation.request_type;
                return Err(blame
                    .fault(
                        &format!("/components/schemas/{name}"),
                        format!(
                            "`{name}` is the name of the request of `{}`, too",
                            operation.id
                        ),
                    )
                    .help("rename the schema, or choose another operationId"));
            }
            let resource = words::type_name(&operation.resource);
            if self.schema(&resource).is_some() {
                return Err(blame
                    .fault(
                        &format!("/components/schemas/{resource}"),
                        format!("`{resource}` is the name of a resource, too"),
                    )
                    .help("rename the schema, or choose another tag"));
            }
        }
        Ok(())
    }

    /// The schema of that name.
    pub fn schema(&self, name: &str) -> Option<&Schema> {
        self.schemas.iter().find(|schema| schema.name == name)
    }

    /// The operation that exchanges client credentials for an access token, told by what it takes and answers.
    pub fn token_operation(&self) -> Option<&Operation> {
        self.operations.iter().find(|operation| {
            let answers = |name: &str| {
                self.schema(&operation.answer)
                    .is_some_and(|schema| schema.field(name).is_some())
            };
            operation.auth == Auth::ClientCredentials
                && answers("access_token")
                && answers("expires_in")
        })
    }

    /// Whether a schema is what an operation asks for pages with.
    pub fn is_page_query(&self, name: &str) -> bool {
        self.operations.iter().any(|operation| {
            matches!(operation.shape, Shape::Page { .. })
                && operation.body.schemas().any(|schema| schema == name)
        })
    }

    /// The documentation page that a schema is best looked up on: of the operations that it travels with, one of the resource
    /// that it is called after, as near to the body as can be, and one that reads rather than one that writes.
    pub fn page_of(&self, name: &str) -> Option<&str> {
        let distance = |operation: &Operation| {
            let parameters = operation
                .parameters
                .iter()
                .filter_map(|parameter| parameter.ty.named());
            let answer = std::iter::once(operation.answer.as_str());
            let roots = operation.body.schemas().chain(parameters).chain(answer);
            roots.filter_map(|root| self.distance(root, name)).min()
        };
        let nearest = self
            .operations
            .iter()
            .filter_map(|operation| {
                let is_own = name.starts_with(&words::singular_type(&operation.resource));
                let rank = (
                    !is_own,
                    distance(operation)?,
                    !operation.reads,
                    operation.parameters.len(),
                );
                Some((rank, operation))
            })
            .min_by_key(|(rank, _)| *rank);
        nearest.map(|(_, operation)| operation.page.as_str())
    }

    /// How many steps lead from the schema `from` to `to`, if any do.
    fn distance(&self, from: &str, to: &str) -> Option<usize> {
        let mut seen: Vec<&str> = Vec::new();
        let mut open = vec![from];
        for distance in 0.. {
            if open.contains(&to) {
                return Some(distance);
            }
            seen.extend(&open);
            let schemas = open.iter().filter_map(|name| self.schema(name));
            let next = schemas
                .flat_map(Schema::fields)
                .filter_map(|field| field.ty.named());
            open = next.filter(|name| !seen.contains(name)).collect();
            if open.is_empty() {
                break;
            }
        }
        None
    }
}

fn environments(document: &Value, blame: Blame<'_>) -> Result<Vec<Environment>> {
    let servers = document["servers"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    if servers.is_empty() {
        return Err(blame
            .fault("/servers", "the document names no server")
            .help("capture the server of the page"));
    }
    let mut environments: Vec<Environment> = Vec::new();
    for (index, server) in servers.iter().enumerate() {
        let at = format!("/servers/{index}");
        let text = |key: &str| server[key].as_str().map(str::to_owned);
        let Some(url) = text("url").filter(|url| url.starts_with("https://")) else {
            return Err(blame
                .fault(&at, "a server has no https address")
                .help("give its `url`, beginning with https://"));
        };
        let name = text("x-environment").filter(|name| words::is_type_name(name));
        let Some(name) = name.filter(|name| environments.iter().all(|known| known.name != *name))
        else {
            return Err(blame
                .fault(&at, "a server has no name of its own")
                .help("set its `x-environment` in the overlay, such as `Sandbox`"));
        };
        let description = text("description").unwrap_or_default();
        environments.push(Environment {
            name,
            url,
            description,
        });
    }
    Ok(environments)
}
