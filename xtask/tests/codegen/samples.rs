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
        let page = spec.captured.iter().find(|page| {
            let paths = page.document["paths"]
                .as_object()
                .into_iter()
                .flat_map(|paths| paths.values());
            let mut operations =
                paths.flat_map(|item| item.as_object().into_iter().flat_map(|item| item.values()));
            operations.any(|operation| operation["operationId"] == sample.operation.as_str())
        });
        let rendered = sample::render(page.unwrap(), &sample.schema).unwrap();
        let documented = checkout
            .read(&format!("{SAMPLES}/{}", sample.name))
            .unwrap();
        let diff = TextDiff::from_lines(&documented, &rendered);
        assert!(
            documented == rendered,
            "{} is not what its page renders:\n{}",
            sample.name,
            diff.unified_diff()
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
