//! What holds of all pages and overlays, and not of the written cases alone.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};
use xtask::diagnostic::Faults;
use xtask::document::{Document, Sources};

/// Few cases, and nothing left behind by one that fails: it is told with its input.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// What holds everywhere: the file of the overlay that every API has.
fn everywhere() -> (String, String) {
    let actions = json!([
        { "target": "$.info", "description": "inferred: so.", "update": { "title": "Things", "version": "1.0.0" } },
        { "target": "$", "description": "inferred: so.", "update": {
            "servers": [{ "url": "https://sandbox.example.com", "x-environment": "Sandbox" }], "security": [] } },
    ]);
    (
        "openapi/overlay/everywhere.yaml".to_owned(),
        overlay(&actions),
    )
}

fn overlay(actions: &Value) -> String {
    json!({ "overlay": "1.0.0", "info": { "title": "Some", "version": "1.0.0" }, "actions": actions }).to_string()
}

/// A page that shows a thing with these properties.
fn page(properties: &Map<String, Value>) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Things", "version": "v1" },
        "paths": {},
        "components": { "schemas": { "Thing": { "type": "object", "properties": properties } } },
    })
}

/// The document that pages and an overlay make; what is wrong with them fails the test.
fn document(pages: &[Value], overlays: &[Value]) -> Document {
    let faults = Faults::new();
    let pages = pages.iter().enumerate();
    let pages =
        pages.map(|(index, page)| (format!("openapi/captured/{index}.yaml"), page.to_string()));
    let sections = overlays.iter().enumerate();
    let sections = sections
        .map(|(index, actions)| (format!("openapi/overlay/{index}.yaml"), overlay(actions)));
    let sources = Sources::from_texts(pages, sections.chain([everywhere()]), &faults);
    let mut document = sources.merge(&faults);
    sources.amend_sections(&mut document, &faults);
    sources.amend_everywhere(&mut document, &faults);
    document.finish(&faults);
    assert!(faults.is_empty(), "{faults}");
    document
}

const TYPES: &[&str] = &["string", "integer", "number", "boolean"];

proptest! {
    #![proptest_config(config())]

    /// However the properties of a thing are shown by pages, all are there, each with the pages that state it; and the order of
    /// the pages makes no difference to what is there.
    #[test]
    fn a_union_is_of_all_that_pages_state(
        types in vec(select(TYPES), 1..12),
        shown in vec((any::<Index>(), 0usize..4), 1..40),
    ) {
        let name = |index: usize| format!("field{index}");
        let mut pages = vec![Map::new(); 4];
        for (field, page) in &shown {
            let field = field.index(types.len());
            pages[*page].insert(name(field), json!({ "type": types[field] }));
        }
        let stated: Vec<Vec<String>> = (0..types.len())
            .map(|field| {
                let pages = pages.iter().enumerate().filter(|(_, page)| page.contains_key(&name(field)));
                pages.map(|(index, _)| format!("openapi/captured/{index}.yaml")).collect()
            })
            .collect();
        let mut pages: Vec<Value> = pages.iter().map(page).collect();
        let united = document(&pages, &[]);
        let thing = united.root().get("components").unwrap().get("schemas").unwrap().get("Thing").unwrap();
        let properties = thing.get("properties").unwrap();
        for (field, pages) in stated.iter().enumerate() {
            let property = properties.get(&name(field));
            prop_assert_eq!(property.is_some(), !pages.is_empty());
            if let Some(property) = property {
                prop_assert_eq!(property.text("type"), Some(types[field]));
                let told: Vec<_> = property.pages().map(str::to_owned).collect();
                prop_assert_eq!(&told, pages);
            }
        }
        pages.reverse();
        prop_assert_eq!(document(&pages, &[]).to_value(), united.to_value());
    }

    /// An overlay is its actions, one after the other, whatever files they stand in.
    #[test]
    fn an_overlay_is_its_actions_one_after_the_other(
        words in vec((any::<Index>(), select(&["title", "example", "x-secret"][..])), 1..12),
        split in any::<Index>(),
    ) {
        let names = ["a", "b", "c"];
        let properties: Map<_, _> = names.iter().map(|name| ((*name).to_owned(), json!({ "type": "string" }))).collect();
        let mut expected = properties.clone();
        let mut actions = Vec::new();
        for (index, (name, key)) in words.iter().enumerate() {
            let name = names[name.index(names.len())];
            let value = if *key == "x-secret" { json!(false) } else { json!(format!("{key} {index}")) };
            let property = &mut expected[name];
            // Nothing is said twice: that would be told.
            if property.get(*key).is_none() {
                property[*key] = value.clone();
                let update = json!({ *key: value });
                actions.push(match index % 2 {
                    0 => json!({ "target": format!("$.components.schemas.Thing.properties.{name}"), "description": "inferred: so.", "update": update }),
                    _ => json!({ "target": "$.components.schemas.Thing", "description": "inferred: so.", "update": { "properties": { name: update } } }),
                });
            }
        }
        let (first, second) = actions.split_at(split.index(actions.len() + 1));
        let pages = [page(&properties)];
        let at_once = document(&pages, &[json!(actions)]).to_value();
        let apart: Vec<Value> = [first, second].iter().filter(|actions| !actions.is_empty()).map(|actions| json!(actions)).collect();
        prop_assert_eq!(&at_once["components"]["schemas"]["Thing"]["properties"], &Value::from(expected));
        prop_assert_eq!(document(&pages, &apart).to_value(), at_once);
    }
}
