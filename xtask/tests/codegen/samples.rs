//! The captured pages say what the documentation shows: their schemas, rendered by the documentation site's rules, are the
//! documented samples, to the byte.

use std::collections::BTreeSet;

use similar::TextDiff;
use xtask::contract::Contract;
use xtask::layout::{Checkout, SAMPLES};
use xtask::sample;
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
        .map(|sample| (sample.operation.as_str(), sample.is_answer))
        .collect();
    for operation in &contract.operations {
        assert!(
            sampled.contains(&(operation.id.as_str(), true)),
            "{} has no sample of its answer",
            operation.id
        );
        let takes_body = operation.request.is_some();
        assert_eq!(
            sampled.contains(&(operation.id.as_str(), false)),
            takes_body,
            "{}: its request",
            operation.id
        );
    }
}
