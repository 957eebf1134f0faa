//! The API: its operations and schemas, independent of Rust.
//!
//! Reading the document checks it: whatever cannot be represented here cannot be generated, so it is an error with its place. All
//! errors of a run are reported together.
//!
//! ```text
//! keywords     supported keywords of schemas
//! types        the types of values
//! schemas      named schemas and their properties
//! secrets      names that sound like secrets
//! parameters   path, query and header parameters
//! bodies       request bodies and responses
//! operations   operations
//! webhooks     events that are sent to users
//! directions   which schemas are sent, and which are received
//! ```
//!
//! Each depends only on those above it.

mod bodies;
mod directions;
mod keywords;
mod operations;
mod parameters;
mod schemas;
mod secrets;
mod types;
mod webhooks;

pub use bodies::{Body, Part, PartContent, Success};
pub use operations::{Auth, Operation, Segment};
pub use parameters::{Parameter, Position};
pub use schemas::{Property, Schema, SchemaKind};
pub use types::{Range, Type};
pub use webhooks::{Carried, Webhook};

use indexmap::IndexMap;

use crate::diagnostic::Faults;
use crate::document::{Document, Node};

/// Named schemas, in the order of the document.
pub type Schemas<'d> = IndexMap<&'d str, Schema<'d>>;

/// The API.
#[derive(Debug)]
pub struct Api<'d> {
    /// Its version.
    pub version: &'d str,
    /// Its environments.
    pub environments: Vec<Environment<'d>>,
    /// The operations, in the order of the document.
    pub operations: Vec<Operation<'d>>,
    /// The events that are sent to users, in the order of the document.
    pub webhooks: Vec<Webhook<'d>>,
    /// The named schemas.
    pub schemas: Schemas<'d>,
}

/// A server of the API.
#[derive(Debug)]
pub struct Environment<'d> {
    /// Its name in the SDK.
    pub name: &'d str,
    /// Its address.
    pub url: &'d str,
    /// Its description.
    pub description: &'d str,
}

impl<'d> Api<'d> {
    /// Reads a document. Reports what cannot be read, and leaves it out.
    pub fn read(document: &'d Document, faults: &Faults) -> Self {
        let root = document.root();
        let mut schemas = schemas::read(&root, faults);
        let found = Faults::new();
        let operations = operations::read(&root, &schemas, &found);
        let webhooks = webhooks::read(&root, &schemas, &found);
        // What an operation that cannot be read would use is not left unused.
        let is_whole = found.is_empty();
        found
            .into_inner()
            .into_iter()
            .for_each(|fault| faults.add(fault));
        if operations.is_empty() && faults.is_empty() {
            faults.add(
                root.fault("the document has no operation")
                    .help("capture a page that describes one"),
            );
        }
        directions::mark(&mut schemas, &operations, &webhooks, is_whole, faults);
        let version = root.get("info").and_then(|info| info.text("version"));
        Self {
            version: version.unwrap_or_default(),
            environments: environments(&root, faults),
            operations,
            webhooks,
            schemas,
        }
    }

    /// The schema of that name.
    pub fn schema(&self, name: &str) -> Option<&Schema<'d>> {
        self.schemas.get(name)
    }

    /// The properties of the schema of that name; none if it is not an object.
    pub fn properties(&self, name: &str) -> &[Property<'d>] {
        self.schema(name)
            .map(Schema::properties)
            .unwrap_or_default()
    }

    /// A property of the schema of that name.
    pub fn property(&self, schema: &str, name: &str) -> Option<&Property<'d>> {
        self.schema(schema)?.property(name)
    }
}

fn environments<'d>(root: &Node<'d>, faults: &Faults) -> Vec<Environment<'d>> {
    let servers = root.get("servers");
    let mut environments: Vec<Environment<'d>> = Vec::new();
    for server in servers.iter().flat_map(Node::items) {
        let Some(url) = server.text("url").filter(|url| is_https(url)) else {
            faults.add(
                server
                    .fault("a server has no https address")
                    .help("give its `url`, beginning with https://"),
            );
            continue;
        };
        let name = server.text("x-environment").unwrap_or_default();
        let is_name = name.starts_with(|first: char| first.is_ascii_uppercase())
            && name.chars().all(|char| char.is_ascii_alphanumeric());
        if !is_name || environments.iter().any(|known| known.name == name) {
            faults.add(
                server
                    .fault(format!("the server {url} has no name of its own"))
                    .help("set its `x-environment` in openapi/overlay/everywhere.yaml, such as `Sandbox`"),
            );
            continue;
        }
        environments.push(Environment {
            name,
            url,
            description: server.text("description").unwrap_or_default(),
        });
    }
    if environments.is_empty() && faults.is_empty() {
        faults.add(
            root.fault("the document names no server")
                .help("declare the API's environments in openapi/overlay/everywhere.yaml, with `target: $.servers`"),
        );
    }
    environments
}

/// Whether something can be an address of a server.
fn is_https(url: &str) -> bool {
    url.strip_prefix("https://")
        .is_some_and(|rest| !rest.is_empty() && !rest.contains(['{', '}', ' ']))
}

/// The words of a node under a key, trimmed.
fn description_of<'d>(node: &Node<'d>, key: &str) -> &'d str {
    node.text(key).unwrap_or_default().trim()
}

/// Whether something is the address of a documentation page, as documentation can carry it.
fn is_page(address: &str) -> bool {
    address.strip_prefix("https://").is_some_and(|rest| {
        let is_plain = |char: char| char.is_ascii_alphanumeric() || "/-._~?=&#%+:@,".contains(char);
        !rest.is_empty() && rest.chars().all(is_plain)
    })
}

/// The page that `externalDocs` names.
fn page<'d>(node: &Node<'d>, faults: &Faults) -> Option<&'d str> {
    let docs = node.get("externalDocs")?;
    let address = docs.text("url").filter(|address| is_page(address));
    if address.is_none() {
        faults.add(
            docs.fault("this is not the address of a page")
                .help("write the whole address, beginning with https://"),
        );
    }
    address
}

/// Why something is deprecated, if it is: in the page's words, as far as they say it.
fn deprecated<'d>(node: &Node<'d>) -> bool {
    node.flag("deprecated")
}

/// The JSONPath of a node, as the target of an overlay action.
pub fn target(node: &Node<'_>) -> String {
    let pointer = node.pointer();
    let mut target = "$".to_owned();
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        let is_plain = step.starts_with(|first: char| first.is_ascii_alphabetic())
            && step
                .chars()
                .all(|char| char.is_ascii_alphanumeric() || char == '_');
        let is_index = !step.is_empty() && step.bytes().all(|digit| digit.is_ascii_digit());
        if is_plain {
            target.push('.');
            target.push_str(&step);
        } else if is_index && !pointer.contains("/responses/") {
            target.push_str(&format!("[{step}]"));
        } else {
            target.push_str(&format!(
                "['{}']",
                step.replace('\\', "\\\\").replace('\'', "\\'")
            ));
        }
    }
    target
}
