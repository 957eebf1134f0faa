//! The work grows as the specification does. It is counted, since times say more about the machine.

use std::fmt::Write;

use xtask::diagnostic::Faults;
use xtask::document::Sources;

use super::{EVERYWHERE, effective};

/// What it takes to make a document of so many pages. All of them state the same error, each has a resource of its own with
/// some fields, and each resource has some actions.
fn work(pages: usize, actions: usize) -> (usize, usize) {
    let page = |index: usize| {
        let mut page = format!(
            "openapi: 3.0.3\nservers: [{{url: https://sandbox.example.com}}]\npaths:\n  /v6/things{index}:\n    post:\n      operationId: saveThings{index}\n      responses:\n        '200': {{description: Success, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Thing{index}'}}}}}}}}\ncomponents:\n  schemas:\n    Error:\n      type: object\n      properties:\n        type: {{type: string, enum: [A, B, C]}}\n        message: {{type: string}}\n    Thing{index}:\n      type: object\n      properties:\n"
        );
        for field in 0..20 {
            writeln!(page, "        field{field}: {{type: string, example: a}}").unwrap();
        }
        (format!("captured/{index:04}.yaml"), page)
    };
    let section = |index: usize| {
        let mut overlay =
            "overlay: 1.0.0\ninfo: {title: Some, version: 1.0.0}\nactions:\n".to_owned();
        for field in 0..actions {
            writeln!(
                overlay,
                "  - target: $.components.schemas.Thing{index}.properties.field{field}\n    description: \"inferred: so.\"\n    update: {{nullable: true, description: A field.}}"
            )
            .unwrap();
        }
        (format!("overlay/{index:04}.yaml"), overlay)
    };
    let everywhere = EVERYWHERE.to_owned()
        + "  - target: $.paths[*][*].responses\n    description: \"inferred: so.\"\n    update: {'404': {description: None}}\n  - target: $.paths[*][?@.operationId != 'saveThings0']\n    description: \"inferred: so.\"\n    update: {description: So.}\n";
    let faults = Faults::new();
    let sources = Sources::from_texts(
        (0..pages).map(page),
        (0..pages)
            .map(section)
            .chain([("overlay/everywhere.yaml".to_owned(), everywhere)]),
        &faults,
    );
    let document = effective(&sources, &faults);
    assert_eq!(document.root().get("paths").unwrap().entries().len(), pages);
    assert!(faults.is_empty(), "{faults}");
    (document.work(), sources.amendments())
}

#[test]
fn twice_the_pages_take_twice_the_work() {
    let ((less, actions), (more, twice)) = (work(40, 5), work(80, 5));
    assert_eq!((actions - 4) * 2, twice - 4);
    assert!(
        more <= less * 2 + less / 50,
        "{less} for 40 pages, {more} for 80"
    );
}

#[test]
fn an_action_costs_what_it_writes_and_not_what_the_document_is() {
    let cost = |pages| (work(pages, 10).0 - work(pages, 5).0) / (pages * 5);
    let (few, many) = (cost(10), cost(80));
    assert!(
        many <= few + 1,
        "{few} in a small one, {many} in a large one"
    );
}
