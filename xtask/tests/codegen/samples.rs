//! The captured pages say what the documentation shows: their schemas, rendered by the documentation site's rules, are the
//! documented samples, to the byte.

use std::collections::BTreeSet;

use serde_json::Value;
use similar::TextDiff;
use xtask::contract::{Body, Contract};
use xtask::layout::{Checkout, SAMPLES};
use xtask::sample::{self, Showing};
use xtask::spec::Spec;

#[test]
fn every_sample_renders_from_its_captured_page() {
    let checkout = Checkout::own();
    let spec = Spec::load(&checkout).unwrap();
    let contract = Contract::read(&spec).unwrap();
    let files = checkout.list(SAMPLES, &["json"]).unwrap();
    assert!(!files.is_empty());

    for sample in sample::assign(&contract, &files).unwrap() {
        let page = spec
            .captured
            .iter()
            .find(|page| sample::describes(page, &sample));
        let rendered = sample::render(page.unwrap(), &sample).unwrap();
        let documented = checkout
            .read(&format!("{SAMPLES}/{}", sample.name))
            .unwrap();
        match sample.showing {
            Showing::Whole | Showing::Part(_) => {}
            Showing::Beginning => {
                let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
                assert!(
                    sample::is_beginning(&parse(&documented), &parse(&rendered)),
                    "openapi/samples/{} is not how what its captured page renders begins:\n{rendered}",
                    sample.name
                );
                continue;
            }
            // Guides write theirs by hand; the SDK's round trips are what they are for.
            Showing::Elsewhere => continue,
        }
        let diff = TextDiff::from_lines(&documented, &rendered);
        assert!(
            documented == rendered,
            "openapi/samples/{} is not what its captured page renders. If the documentation shows another sample now, change \
             the file; if it does not, the captured page says something that the documentation does not.\n{}",
            sample.name,
            diff.unified_diff().header("the file", "as rendered")
        );
    }
}

#[test]
fn every_side_of_every_operation_has_a_sample() {
    let checkout = Checkout::own();
    let spec = Spec::load(&checkout).unwrap();
    let contract = Contract::read(&spec).unwrap();
    let samples = sample::assign(&contract, &checkout.list(SAMPLES, &["json"]).unwrap()).unwrap();
    let sampled: BTreeSet<_> = samples
        .iter()
        .filter(|sample| sample.showing != Showing::Elsewhere)
        .map(|sample| {
            (
                sample.operation.as_str(),
                sample.is_answer,
                sample.schema.as_str(),
            )
        })
        .collect();
    for operation in &contract.operations {
        let id = operation.id.as_str();
        assert!(
            sampled.contains(&(id, true, operation.answer.as_str())),
            "{id} has no sample of its answer"
        );
        for schema in operation.body.schemas() {
            assert!(
                sampled.contains(&(id, false, schema)),
                "{id} has no sample of its request, `{schema}`"
            );
        }
        if let Body::None = operation.body {
            assert!(
                sampled
                    .iter()
                    .all(|(of, is_answer, _)| *of != id || *is_answer)
            );
        }
    }
}

#[test]
fn a_sample_that_is_cut_off_is_compared_as_far_as_it_goes() {
    let whole = serde_json::json!({ "a": [{ "b": 1, "c": 2 }], "d": 3 });
    let is_beginning = |sample: Value| sample::is_beginning(&sample, &whole);
    assert!(is_beginning(serde_json::json!({ "a": [{ "b": 1 }] })));
    assert!(is_beginning(whole.clone()));
    assert!(!is_beginning(serde_json::json!({ "a": [{ "c": 2 }] })));
    assert!(!is_beginning(serde_json::json!({ "a": [{ "b": 2 }] })));
    assert!(!is_beginning(
        serde_json::json!({ "a": [{ "b": 1 }], "d": 3 })
    ));
    assert!(!is_beginning(
        serde_json::json!({ "a": [{ "b": 1, "c": 2 }], "d": 3, "e": 4 })
    ));
}
