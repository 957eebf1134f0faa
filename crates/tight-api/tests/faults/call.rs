//! Calls of all operations, with documented requests.

use std::path::Path;

use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tight_api::Client;

use crate::seen::Seen;

/// A call of an operation.
pub(crate) struct Call {
    pub(crate) operation: &'static str,
    pub(crate) make: fn(Client) -> BoxFuture<'static, Seen>,
}

fn documented(name: &str) -> Value {
    let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let samples = folders.find_map(|folder| {
        let samples = folder.join("openapi/samples");
        samples.is_dir().then_some(samples)
    });
    let sample = samples.unwrap().join(name);
    serde_json::from_str(&std::fs::read_to_string(sample).unwrap()).unwrap()
}

/// A documented request.
pub(crate) fn sample<T: DeserializeOwned>(name: &str) -> T {
    serde_json::from_value(documented(name)).unwrap()
}

/// The items of a documented request, as new ones where they can be: without an id, they are saved whatever is stored.
pub(crate) fn sample_items<T: DeserializeOwned>(name: &str, place: &str) -> Vec<T> {
    let sample = documented(name);
    let items = sample.pointer(place.strip_suffix("/*").unwrap()).unwrap();
    let mut new = items.clone();
    for item in new.as_array_mut().unwrap() {
        item.as_object_mut().unwrap().remove("id");
    }
    serde_json::from_value(new).unwrap_or_else(|_| serde_json::from_value(items.clone()).unwrap())
}
