//! The captured pages say what the documentation shows: their schemas, rendered by the documentation site's rules, are the
//! documented samples, to the byte.

use std::collections::BTreeSet;

use serde_json::Value;
use similar::TextDiff;
use xtask::api::{Api, Body, PartContent};
use xtask::commands::{Generated, generate};
use xtask::diagnostic::Faults;
use xtask::layout::{Checkout, SAMPLES};
use xtask::sample::{self, Sample, Showing};

fn generated() -> Generated {
    generate(&Checkout::own()).unwrap_or_else(|faults| panic!("{faults}"))
}

/// What is wrong with a sample, if anything is.
fn check(generated: &Generated, sample: &Sample, documented: &str) -> Result<(), String> {
    let pages = generated.sources.pages().iter();
    let mut pages = pages.map(|page| page.document.root());
    let page = pages.find(|page| sample::describes(page, sample)).unwrap();
    let rendered = sample::render(&page, sample).map_err(|fault| fault.to_string())?;
    match sample.showing {
        Showing::Whole | Showing::Part(_) if documented == rendered => Ok(()),
        Showing::Whole | Showing::Part(_) => {
            let diff = TextDiff::from_lines(documented, &rendered);
            let diff = diff
                .unified_diff()
                .header("the file", "as rendered")
                .to_string();
            Err(format!("is not what its captured page renders\n{diff}"))
        }
        Showing::Beginning => {
            let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
            match sample::is_beginning(&parse(documented), &parse(&rendered)) {
                true => Ok(()),
                false => Err(format!(
                    "is not how what its captured page renders begins:\n{rendered}"
                )),
            }
        }
        // Guides write theirs by hand; the SDK's round trips are what they are for.
        Showing::Elsewhere => Ok(()),
    }
}

#[test]
fn every_sample_renders_from_its_captured_page() {
    let (checkout, generated) = (Checkout::own(), generated());
    let files = checkout.list(SAMPLES, &["json"]).unwrap();
    assert_eq!(generated.samples.len(), files.len());
    assert!(!files.is_empty());
    let wrong: Vec<_> = (generated.samples.iter())
        .filter_map(|sample| {
            let documented = checkout
                .read(&format!("{SAMPLES}/{}", sample.name))
                .unwrap();
            let fault = check(&generated, sample, &documented).err()?;
            Some(format!("{SAMPLES}/{} {fault}", sample.name))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "If the documentation shows other samples now, change the files; if it does not, the captured pages say something that \
         the documentation does not.\n\n{}",
        wrong.join("\n")
    );
}

/// Operations of which no page shows what they answer: what is at hand of their pages ends before.
const NOT_SHOWN: &[&str] = &["deleteMileage", "getBankTransaction", "saveInvoices"];

#[test]
fn every_side_of_every_operation_has_a_sample() {
    let generated = generated();
    let api = Api::read(&generated.document, &Faults::new());
    let shown = generated
        .samples
        .iter()
        .filter(|sample| sample.showing != Showing::Elsewhere);
    let shown: BTreeSet<_> = shown
        .map(|sample| {
            let part = match &sample.showing {
                Showing::Part(name) => name.as_str(),
                _ => "",
            };
            (sample.operation.as_str(), sample.is_answer, part)
        })
        .collect();
    let mut wanted = BTreeSet::new();
    for operation in &api.operations {
        if operation.success.json().is_some() {
            wanted.insert((operation.id, true, ""));
        }
        match &operation.body {
            Body::None => {}
            Body::Json { .. } | Body::Form { .. } => drop(wanted.insert((operation.id, false, ""))),
            Body::Multipart(parts) => {
                let objects = parts
                    .iter()
                    .filter(|part| matches!(part.content, PartContent::Json(_)));
                wanted.extend(objects.map(|part| (operation.id, false, part.name)));
            }
        }
    }
    let missing: Vec<_> = wanted.difference(&shown).collect();
    let expected: Vec<_> = NOT_SHOWN.iter().map(|id| (*id, true, "")).collect();
    assert_eq!(
        missing,
        expected.iter().collect::<Vec<_>>(),
        "what no sample shows (an answer, if it is true)"
    );
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
