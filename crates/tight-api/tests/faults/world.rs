//! Operations by the document, and all that a sandbox has stored.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use tight_sandbox::Sandbox;

/// An operation, as the document describes it.
#[derive(Clone)]
pub(crate) struct Operation {
    pub(crate) id: String,
    /// What it is and does, such as `entity-delete`.
    pub(crate) kind: String,
    pub(crate) writes: bool,
    pub(crate) is_token: bool,
    /// The collections that it names.
    about: Vec<String>,
}

/// All operations, and the collections that they are about.
pub(crate) struct Api {
    pub(crate) operations: Vec<Operation>,
    collections: BTreeSet<String>,
    singletons: BTreeSet<String>,
}

impl Api {
    pub(crate) fn read() -> Self {
        let document = include_str!("../../../tight-sandbox/src/generated/tight-v6.json");
        let document: Value = serde_json::from_str(document).unwrap();
        let mut api = Self {
            operations: Vec::new(),
            collections: BTreeSet::new(),
            singletons: BTreeSet::new(),
        };
        for path in document["paths"].as_object().unwrap().values() {
            for (method, operation) in path.as_object().unwrap() {
                let kind = &operation["x-kind"];
                let text = |name: &str| kind[name].as_str();
                let is = text("is").unwrap();
                api.collections
                    .extend(text("collection").map(str::to_owned));
                api.singletons.extend(text("name").map(str::to_owned));
                api.operations.push(Operation {
                    id: operation["operationId"].as_str().unwrap().to_owned(),
                    kind: text("does").map_or(is.to_owned(), |does| format!("{is}-{does}")),
                    // A token is not the books': asking for one again doubles nothing.
                    writes: method != "get" && !["page", "computed", "token"].contains(&is),
                    is_token: is == "token",
                    about: [text("collection"), kind["of"]["collection"].as_str()]
                        .into_iter()
                        .flatten()
                        .map(str::to_owned)
                        .collect(),
                });
            }
        }
        // The order of a document's members depends on features that other crates of a build may switch on.
        api.operations.sort_by(|one, other| one.id.cmp(&other.id));
        // What is imported is kept where it is imported into.
        for import in document["x-domain"]["imports"].as_array().unwrap() {
            api.collections
                .remove(import["collection"].as_str().unwrap());
        }
        api
    }

    /// A sandbox with the entities that calls of an operation are about. It is the same each time.
    pub(crate) async fn sandbox(&self, operation: &Operation) -> Sandbox {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let sandbox = Sandbox::builder().clock(move || now).start().await.unwrap();
        let is_known = |name: &&String| self.collections.contains(*name);
        for collection in operation.about.iter().filter(is_known) {
            sandbox.store(collection, json!({ "id": "id" }));
            if collection == "messages" {
                sandbox.react("id", "thumbs_up", "user_1");
            }
        }
        sandbox
    }

    /// All that is stored.
    pub(crate) fn stored(&self, sandbox: &Sandbox) -> BTreeMap<String, Vec<Value>> {
        let all = self.collections.iter().chain(&self.singletons);
        all.map(|name| (name.clone(), sandbox.stored(name)))
            .collect()
    }
}
