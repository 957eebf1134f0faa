//! Schemas that contain themselves: nothing goes round in them without an end.

use serde_json::{Value, json};

use super::{
    answer, batch_save, document, get, list, object, operation, page, post, serve, string,
};

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Branches with branches, in lists, in objects, in maps, and by way of others.
fn branches() -> Value {
    let branch = object(json!({
        "id": { "type": "string", "example": "bra_1" },
        "name": string(),
        "parent": reference("Branch"),
        "wrapped": { "allOf": [reference("Branch")], "description": "Another one" },
        "children": list(reference("Branch")),
        "table": list(list(reference("Branch"))),
        "byName": { "type": "object", "additionalProperties": reference("Branch") },
        "leaf": reference("Leaf"),
    }));
    let leaf = object(json!({ "of": reference("Branch"), "next": reference("Leaf") }));
    let filter = object(json!({
        "parent": reference("BranchFilter"),
        "name": object(json!({ "equal": string() })),
    }));
    let kind = |is: Value| is;
    let mut all = document(json!({
        "/invented/branches": { "post": batch_save("branches", reference("Branch"), reference("Branch")) },
        "/invented/branches/query": { "post": operation(
            kind(json!({ "is": "page", "in": "body", "collection": "branches" })),
            Some(object(json!({ "filter": reference("BranchFilter") }))),
            page(reference("Branch")),
        ) },
        "/invented/branches/{id}": { "get": operation(
            kind(json!({ "is": "entity", "does": "get", "collection": "branches", "id": "id" })),
            None,
            answer(reference("Branch"), json!({})),
        ) },
        "/invented/branches/report": { "get": operation(
            kind(json!({ "is": "computed" })),
            None,
            answer(reference("Branch"), json!({ "more": reference("Leaf") })),
        ) },
        "/invented/branches/main": { "get": operation(
            kind(json!({ "is": "singleton", "does": "get", "name": "branches/main" })),
            None,
            answer(reference("Branch"), json!({})),
        ) },
    }));
    all["components"]["schemas"] = json!({
        "Branch": branch,
        "Leaf": leaf,
        "BranchFilter": filter,
        // These say nothing but each other.
        "Chicken": { "allOf": [reference("Egg")] },
        "Egg": { "allOf": [reference("Chicken")] },
        "Mirror": reference("Mirror"),
    });
    all
}

#[tokio::test]
async fn a_tree_is_saved_and_shown_as_deep_as_it_is() {
    let sandbox = serve(&branches()).await;
    assert_eq!(sandbox.unserved(), []);
    let tree = json!({
        "name": "root",
        "children": [{ "name": "a", "children": [{ "name": "b", "parent": { "name": "a" } }] }],
        "table": [[{ "name": "cell" }], []],
        "byName": { "x": { "name": "x", "byName": {} } },
    });
    let saved = post(&sandbox, "/invented/branches", json!({ "data": [tree] })).await;
    assert_eq!(saved.status, 200, "{:#}", saved.body);
    let shown = get(&sandbox, "/invented/branches/bra_1").await.body["data"].clone();
    for part in ["name", "children", "table", "byName"] {
        assert_eq!(shown[part], tree[part]);
    }
    let flawed = json!({ "data": [{ "children": [{ "children": [{ "name": 7 }] }], "byName": { "x": 1 } }] });
    let flawed = post(&sandbox, "/invented/branches", flawed).await;
    let errors = flawed.body["data"][0]["error"].as_array().unwrap();
    let mut params: Vec<_> = errors
        .iter()
        .map(|error| error["param"].as_str().unwrap())
        .collect();
    params.sort_unstable();
    assert_eq!(params, ["byName.x", "children[0].children[0].name"]);

    let filter = json!({ "filter": { "parent": { "parent": { "name": { "equal": "x" } } } } });
    let found = post(&sandbox, "/invented/branches/query", filter).await;
    assert_eq!(
        (found.status.as_u16(), &found.body["data"]),
        (200, &json!([]))
    );
}

#[tokio::test]
async fn what_is_made_up_of_a_tree_ends_where_it_begins_again() {
    let sandbox = serve(&branches()).await;
    for path in ["/invented/branches/report", "/invented/branches/main"] {
        let shown = get(&sandbox, path).await;
        let data = &shown.body["data"];
        assert_eq!(data["id"], "bra_1", "{path}");
        assert_eq!(
            (data.get("parent"), data.get("wrapped")),
            (None, None),
            "{path}"
        );
        assert_eq!(data["children"], json!([]), "{path}");
        assert_eq!(data["leaf"], json!({}), "{path}");
    }
}

#[tokio::test]
async fn schemas_that_say_nothing_but_each_other_are_no_trap() {
    for name in ["Chicken", "Mirror"] {
        let mut document = branches();
        document["paths"]["/invented/eggs"] =
            json!({ "post": batch_save("eggs", reference(name), reference(name)) });
        document["paths"]["/invented/egg"] = json!({ "get": operation(
            json!({ "is": "computed" }), None, answer(reference(name), json!({})),
        ) });
        let sandbox = serve(&document).await;
        // Whether such an operation is served does not matter; that it is answered does.
        for answer in [
            post(&sandbox, "/invented/eggs", json!({ "data": [{}] })).await,
            get(&sandbox, "/invented/egg").await,
        ] {
            assert!(
                [200, 400, 501].contains(&answer.status.as_u16()),
                "{:#}",
                answer.body
            );
        }
        let tree = post(&sandbox, "/invented/branches", json!({ "data": [{}] })).await;
        assert_eq!(tree.status, 200);
    }
}

/// Every schema has two of every other one: trees of them would have more nodes than there is memory.
#[tokio::test]
async fn schemas_that_all_contain_each_other_are_made_up_in_no_time() {
    const MANY: usize = 40;
    let mut document = branches();
    for number in 0..MANY {
        let mut fields = json!({ "name": string() });
        for other in 0..MANY {
            fields[format!("a{other}")] = reference(&format!("S{other}"));
            fields[format!("b{other}")] = json!({ "allOf": [reference(&format!("S{other}"))] });
        }
        document["components"]["schemas"][format!("S{number}")] = object(fields);
    }
    document["paths"]["/invented/knots"] =
        json!({ "post": batch_save("knots", reference("S0"), reference("S0")) });
    document["paths"]["/invented/knot"] = json!({ "get": operation(
        json!({ "is": "computed" }), None, answer(reference("S1"), json!({})),
    ) });
    let sandbox = serve(&document).await;
    let knot = get(&sandbox, "/invented/knot").await;
    assert_eq!(knot.status, 200);
    let saved = post(
        &sandbox,
        "/invented/knots",
        json!({ "data": [{ "name": "x" }] }),
    )
    .await;
    assert_eq!(saved.status, 200, "{:#}", saved.body);
}

/// One after the other, each in the next, as a long chain of types.
#[tokio::test]
async fn a_long_chain_of_schemas_does_not_overflow_the_stack() {
    const MANY: usize = 3_000;
    let mut document = branches();
    for number in 0..MANY {
        let next = reference(&format!("C{}", number + 1));
        let fields = json!({ "name": string(), "next": next });
        document["components"]["schemas"][format!("C{number}")] = object(fields);
    }
    document["components"]["schemas"][format!("C{MANY}")] = string();
    document["paths"]["/invented/chain"] = json!({ "get": operation(
        json!({ "is": "computed" }), None, answer(reference("C0"), json!({})),
    ) });
    let sandbox = serve(&document).await;
    assert_eq!(get(&sandbox, "/invented/chain").await.status, 200);
}

/// Numbers that look random, and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn any_schema(dice: &mut Dice, depth: u64) -> Value {
    match dice.roll(if depth == 0 { 3 } else { 9 }) {
        0 => string(),
        1 | 2 => reference(&format!("R{}", dice.roll(6))),
        3 => list(any_schema(dice, depth - 1)),
        4 => json!({ "type": "object", "additionalProperties": any_schema(dice, depth - 1) }),
        5 => json!({ "allOf": [any_schema(dice, depth - 1), any_schema(dice, depth - 1)] }),
        6 => json!({ "oneOf": [any_schema(dice, depth - 1), any_schema(dice, depth - 1)] }),
        7 => json!({ "nullable": true, "anyOf": [any_schema(dice, depth - 1)] }),
        _ => object(json!({
            "id": string(),
            "x": any_schema(dice, depth - 1),
            "y": any_schema(dice, depth - 1),
        })),
    }
}

#[tokio::test]
async fn whatever_refers_to_whatever_is_answered() {
    for seed in 0..60 {
        let mut dice = Dice(seed);
        let mut document = branches();
        for number in 0..6 {
            let schema = any_schema(&mut dice, 3);
            document["components"]["schemas"][format!("R{number}")] = schema;
        }
        let mut any = || any_schema(&mut dice, 2);
        let get_any = |is: Value, schema: Value| operation(is, None, answer(schema, json!({})));
        let item = any();
        let paths = document["paths"].as_object_mut().unwrap();
        paths.insert(
            "/invented/any".to_owned(),
            json!({ "post": batch_save("any", item.clone(), any()) }),
        );
        let kind = json!({ "is": "page", "in": "body", "collection": "any" });
        let asked = object(json!({ "filter": any(), "sort": any() }));
        paths.insert(
            "/invented/any/query".to_owned(),
            json!({ "post": operation(kind, Some(asked), page(any())) }),
        );
        paths.insert(
            "/invented/any/report".to_owned(),
            json!({ "get": get_any(json!({ "is": "computed" }), any()) }),
        );
        let single = json!({ "is": "singleton", "does": "get", "name": "single" });
        paths.insert(
            "/invented/any/single".to_owned(),
            json!({ "get": get_any(single, any()) }),
        );
        let sandbox = serve(&document).await;
        let bodies = [
            json!({}),
            json!({ "data": [{ "x": { "y": [{ "x": {} }] } }, null, 7] }),
            json!({ "filter": { "x": { "y": { "x": 1 } } }, "sort": { "x": [] } }),
        ];
        for path in ["/invented/any", "/invented/any/query"] {
            for body in &bodies {
                let answer = post(&sandbox, path, body.clone()).await;
                let status = answer.status.as_u16();
                assert!(
                    [200, 207, 400, 501].contains(&status),
                    "{seed}: {:#}",
                    answer.body
                );
            }
        }
        for path in ["/invented/any/report", "/invented/any/single"] {
            let status = get(&sandbox, path).await.status.as_u16();
            assert!([200, 501].contains(&status), "{seed}: {status}");
        }
    }
}
