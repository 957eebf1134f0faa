//! What the rest of code generation asks a document.

use serde_json::json;
use xtask::diagnostic::{Diagnostic, Faults};
use xtask::document::{Origin, Sources};

use super::{EVERYWHERE, document_of, effective};

const PAGE: &str = "openapi: 3.0.3
paths:
  /v6/things/{id}:
    get:
      operationId: getThing
      deprecated: true
      tags: [things, more]
      responses:
        '200':
          $ref: '#/components/responses/Thing'
components:
  responses:
    Thing: {description: A thing}
  schemas:
    Size: {type: number, minimum: -1.50, maximum: 12, example: 1e+2}
";

#[test]
fn a_node_is_asked_for_what_is_in_it() {
    let page = PAGE.replace("1e+2", "1.0e+2");
    let document = document_of(&page, "").unwrap();
    let operation = document.at("/paths/~1v6~1things~1{id}/get").unwrap();
    assert_eq!(operation.pointer(), "/paths/~1v6~1things~1{id}/get");
    assert_eq!(operation.key(), Some("get"));
    assert_eq!(operation.parent().unwrap().key(), Some("/v6/things/{id}"));
    assert_eq!(operation.text("operationId"), Some("getThing"));
    assert!(operation.flag("deprecated"));
    assert!(!operation.flag("tags"));
    assert!(operation.get("nothing").is_none());

    let tags = operation.get("tags").unwrap();
    assert!(tags.is_list());
    assert_eq!(tags.item(1).unwrap().str(), Some("more"));
    assert!(tags.item(2).is_none());
    assert_eq!(tags.item(1).unwrap().pointer(), tags.pointer() + "/1");
    assert_eq!(tags.entries().count(), 0);
    assert_eq!(tags.items().filter_map(|tag| tag.str()).count(), 2);

    let answer = operation.get("responses").unwrap().get("200").unwrap();
    assert_eq!(answer.reference(), Some("#/components/responses/Thing"));
    assert_eq!(answer.follow().text("description"), Some("A thing"));
    assert_eq!(answer.follow().follow(), answer.follow());

    let size = document.at("/components/schemas/Size").unwrap();
    assert_eq!(size.get("minimum").unwrap().number(), Some("-1.50"));
    assert_eq!(size.get("minimum").unwrap().f64(), Some(-1.5));
    assert_eq!(size.get("maximum").unwrap().i64(), Some(12));
    assert_eq!(size.get("minimum").unwrap().i64(), None);
    assert_eq!(
        size.to_value(),
        json!({"type": "number", "minimum": -1.5, "maximum": 12, "example": 100.0})
    );
}

#[test]
fn a_node_knows_who_wrote_it_and_which_pages_state_it() {
    let other = PAGE
        .replace("A thing", "Another thing")
        .replace("    Size:", "    More: {type: string}\n    Size:");
    let overlay = "overlay: 1.0.0
info: {title: Some, version: 1.0.0}
actions:
  - target: $.components.schemas.More
    description: 'inferred: so.'
    update:
      description: In
        words.
";
    let faults = Faults::new();
    let sources = Sources::from_texts(
        [("a.yaml", PAGE), ("b.yaml", &other)]
            .map(|(name, text)| (name.to_owned(), text.replace("1e+2", "1.0e+2"))),
        [("more.yaml", overlay), ("everywhere.yaml", EVERYWHERE)]
            .map(|(name, text)| (name.to_owned(), text.to_owned())),
        &faults,
    );
    let document = effective(&sources, &faults);
    faults.finish().unwrap();

    let at = |pointer| document.at(pointer).unwrap();
    let pages = |pointer| at(pointer).pages().collect::<Vec<_>>();
    assert_eq!(pages("/components/responses/Thing"), ["a.yaml", "b.yaml"]);
    assert_eq!(
        pages("/components/schemas/Size/maximum"),
        ["a.yaml", "b.yaml"]
    );
    assert_eq!(pages("/components/schemas/More"), ["b.yaml"]);
    assert_eq!(pages("/components/schemas/More/description"), [""; 0]);
    assert_eq!(
        at("/components/schemas/Size").places().collect::<Vec<_>>(),
        [("a.yaml", 15), ("b.yaml", 16)]
    );
    assert_eq!(
        at("/components/schemas/More").origin(),
        Origin::Page {
            file: "b.yaml",
            line: 15
        }
    );
    assert_eq!(
        at("/components/schemas/More/description").origin(),
        Origin::Action {
            file: "more.yaml",
            line: 7,
            target: "$.components.schemas.More"
        }
    );
    let fault = at("/components/schemas/More/description").fault("no good");
    assert_eq!(
        fault.to_string(),
        "no good\n  file: more.yaml:7\n  at:   /components/schemas/More/description"
    );
}

#[test]
fn codegen_writes_between_the_two_parts_of_the_overlay() {
    let everywhere = EVERYWHERE.to_owned()
        + "  - target: $.paths[*][?@['x-kind'].is == 'entity']
    description: 'inferred: so.'
    update: {description: An entity.}
";
    let faults = Faults::new();
    let sources = Sources::from_texts(
        [("a.yaml".to_owned(), PAGE.replace("1e+2", "1.0e+2"))],
        [("everywhere.yaml".to_owned(), everywhere)],
        &faults,
    );
    let mut document = sources.merge(&faults);
    sources.amend_sections(&mut document, &faults);
    document
        .set(
            "/paths/~1v6~1things~1{id}/get/x-kind",
            &json!({"is": "entity", "does": "get"}),
        )
        .unwrap();
    sources.amend_everywhere(&mut document, &faults);
    document.finish(&faults);
    faults.finish().unwrap();

    let operation = document.at("/paths/~1v6~1things~1{id}/get").unwrap();
    assert_eq!(operation.text("description"), Some("An entity."));
    let kind = operation.get("x-kind").unwrap();
    assert_eq!(kind.origin(), Origin::Codegen);
    // What codegen wrote is not what anybody has to fix.
    assert_eq!(
        kind.get("is").unwrap().fault("odd").to_string(),
        "odd\n  file: a.yaml:4\n  at:   /paths/~1v6~1things~1{id}/get/x-kind/is"
    );
    let keys: Vec<_> = operation.entries().map(|(key, _)| key).collect();
    assert_eq!(
        keys,
        [
            "operationId",
            "x-kind",
            "tags",
            "description",
            "deprecated",
            "responses"
        ]
    );

    assert!(document.set("/openapi/3", &json!(1)).is_err());
    document.set("/a/b~1c", &json!([1, null])).unwrap();
    assert_eq!(
        document.at("/a").unwrap().to_value(),
        json!({"b/c": [1, null]})
    );
}

#[test]
fn faults_are_told_together_in_the_order_of_their_places() {
    let faults = Faults::new();
    assert!(faults.is_empty());
    faults.add(Diagnostic::new("b.yaml", "fourth"));
    faults.add(Diagnostic::new("a.yaml", "third").line(10).at("/a"));
    faults.add(Diagnostic::new("a.yaml", "second").line(9).help("fix it"));
    faults.add(Diagnostic::new("a.yaml", "third").line(10).at("/other"));
    faults.add(
        Diagnostic::new("a.yaml", "first")
            .at("")
            .also("and", "b.yaml", 3)
            .action("$.info", "title: Things\nversion: 1.0.0"),
    );
    insta::assert_snapshot!(faults.finish().unwrap_err());
    assert!(Faults::new().finish().is_ok());
}
