//! Pages captured from readings of samples.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;
use xtask::capture::input::{self, Input, record};
use xtask::capture::reading::Reading;
use xtask::capture::samples::text;
use xtask::capture::{CapturedPage, capture, unused_names};
use xtask::diagnostic::Faults;
use xtask::document::{EVERYWHERE, Sources};

use crate::broken::is_openapi;
use crate::mutilated::{Mishap, config, happened, mishap};
use crate::support::Scratch;
use crate::{input as given, pin};

const PAGES: [&str; 5] = [
    "save-parcels",
    "query-parcels",
    "get-parcel",
    "save-drivers",
    "parcel-volumes",
];
const NAMES: &str = "openapi/names.yaml";

/// A checkout with names that a person chose.
fn scratch() -> Scratch {
    let scratch = Scratch::new();
    scratch.write(NAMES, &given("pages/names.yaml"));
    scratch
}

fn reading(name: &str) -> (String, Reading) {
    let file = format!("{name}.yaml");
    let reading = record::read(&file, &given(&format!("pages/{file}"))).unwrap();
    (file, reading)
}

fn captured(scratch: &Scratch, names: &[&str]) -> Vec<CapturedPage> {
    let readings: Vec<_> = names.iter().map(|name| reading(name)).collect();
    capture(&scratch.checkout(), &readings).unwrap_or_else(|faults| panic!("{faults}"))
}

fn refused(scratch: &Scratch, readings: &[(String, Reading)]) -> String {
    match capture(&scratch.checkout(), readings) {
        Ok(pages) => panic!("{} is captured", pages[0].path()),
        Err(faults) => faults.to_string(),
    }
}

fn write(scratch: &Scratch, pages: &[CapturedPage]) {
    for page in pages {
        scratch.write(&page.path(), &page.text());
    }
}

/// A record with that line in place of another.
fn changed(name: &str, from: &str, to: &str) -> (String, Reading) {
    let text = given(&format!("pages/{name}.yaml"));
    assert!(text.contains(from), "{name} does not contain {from:?}");
    let reading = record::read("changed.yaml", &text.replace(from, to)).unwrap();
    ("changed.yaml".to_owned(), reading)
}

fn schema<'p>(page: &'p CapturedPage, name: &str) -> &'p Value {
    let schema = &page.document["components"]["schemas"][name];
    assert!(!schema.is_null(), "there is no {name} in\n{}", page.text());
    schema
}

#[test]
fn samples_are_read_backwards() {
    for page in captured(&scratch(), &PAGES) {
        let sides: Vec<&str> = page.samples.iter().map(|(side, _)| side.as_str()).collect();
        let mut told = format!("{}\nsamples: {}\n", page.path(), sides.join(", "));
        for note in &page.notes {
            told.push_str(&format!("note: {note}\n"));
        }
        pin("pages", &page.page, format!("{told}---\n{}", page.text()));
    }
}

#[test]
fn what_is_captured_is_openapi() {
    for page in captured(&scratch(), &PAGES) {
        is_openapi(&page.text()).unwrap_or_else(|faults| panic!("{}: {faults}", page.path()));
    }
}

#[test]
fn pages_that_are_captured_together_can_be_united() {
    let scratch = scratch();
    let pages = captured(&scratch, &PAGES);
    let faults = Faults::new();
    let texts = pages.iter().map(|page| (page.path(), page.text()));
    let overlay = [(EVERYWHERE.to_owned(), scratch.read(EVERYWHERE))];
    Sources::from_texts(texts, overlay, &faults).merge(&faults);
    faults.finish().unwrap_or_else(|faults| panic!("{faults}"));
}

#[test]
fn the_order_of_inputs_changes_nothing() {
    let scratch = scratch();
    let mut backwards = PAGES;
    backwards.reverse();
    let mut again = captured(&scratch, &backwards);
    again.reverse();
    for (page, again) in captured(&scratch, &PAGES).iter().zip(&again) {
        assert_eq!(page.text(), again.text());
    }
}

#[test]
fn a_sample_is_what_its_page_shows() {
    let pages = captured(&scratch(), &["get-parcel"]);
    let (side, sample) = &pages[0].samples[0];
    assert_eq!(side, "response");
    let shown = text(sample);
    for line in [
        "\"next\": \"<unknown>\"",
        "\"children\": \"<array>\"",
        "\"note\": \"Wet\"",
    ] {
        assert!(shown.contains(line), "{shown}");
    }
}

#[test]
fn another_page_tells_what_a_sample_cannot() {
    let scratch = scratch();
    // By itself, the page that shows 123 is of a whole number.
    let alone = captured(&scratch, &["get-parcel"]);
    assert_eq!(
        schema(&alone[0], "Parcel")["properties"]["weight"]["type"],
        "integer"
    );
    // The page that shows 1.5 may have been captured before.
    write(&scratch, &captured(&scratch, &["query-parcels"]));
    let told = captured(&scratch, &["get-parcel"]);
    let parcel = schema(&told[0], "Parcel");
    assert_eq!(parcel["properties"]["weight"]["type"], "number");
    assert_eq!(parcel["properties"]["weight"].get("example"), None);
}

#[test]
fn what_is_sent_is_called_as_what_comes_back_where_it_is_alike() {
    let pages = captured(&scratch(), &["save-parcels"]);
    let sent = &schema(&pages[0], "ParcelUpsert")["properties"];
    assert_eq!(
        sent["size"]["allOf"][0]["$ref"],
        "#/components/schemas/ParcelSize"
    );
    assert_eq!(
        sent["address"]["allOf"][0]["$ref"],
        "#/components/schemas/NewAddress"
    );
    let contents = &sent["contents"]["items"]["$ref"];
    assert_eq!(contents, "#/components/schemas/ParcelUpsertContent");
}

#[test]
fn a_page_that_is_captured_again_keeps_the_words_of_a_person() {
    let scratch = scratch();
    let page = &captured(&scratch, &["get-parcel"])[0];
    scratch.write(&page.path(), &page.text());
    scratch
        .edit(
            &page.path(),
            "description: Returns one parcel by id.",
            "description: Gets a parcel.",
        )
        .edit(
            &page.path(),
            "        tags:\n          type: array\n",
            "        tags:\n          type: array\n          description: What was noted.\n",
        )
        .edit(&page.path(), "summary: Get parcel", "summary: Get Parcel")
        .edit(
            &page.path(),
            "openapi: 3.0.3",
            "#\n# A word of a person\n# on this page.\nopenapi: 3.0.3",
        );
    let expected = scratch.read(&page.path());
    let again = &captured(&scratch, &["get-parcel"])[0];
    assert_eq!(
        again.text().replace(
            "# A word of a person on this page.",
            "# A word of a person\n# on this page."
        ),
        expected
    );
    // What the page says itself is not a person's.
    let (file, reading) = changed("get-parcel", "- string = heavy", "- string = light");
    let again = &capture(&scratch.checkout(), &[(file, reading)]).unwrap()[0];
    assert!(again.text().contains("example: light"));
    assert!(again.text().contains("description: What was noted."));
}

#[test]
fn names_that_nothing_has_are_told() {
    let scratch = scratch();
    scratch.edit(NAMES, "schemas:\n", "schemas:\n  ParcelShape: ParcelForm\n");
    let pages = captured(&scratch, &PAGES);
    let unused: Vec<String> = unused_names(&scratch.checkout(), &pages)
        .iter()
        .map(|fault| format!("{} {}", fault.place(), fault.message()))
        .collect();
    assert_eq!(
        unused,
        ["openapi/names.yaml:6 nothing is called `ParcelForm` (for `ParcelShape`)"]
    );
}

#[test]
fn what_cannot_be_captured_is_refused_with_what_to_do() {
    let scratch = scratch();
    let mut told = String::new();
    let mut tell = |readings: &[(String, Reading)]| {
        told.push_str(&refused(&scratch, readings));
        told.push_str("\n\n");
    };
    tell(&[
        reading("get-parcel"),
        changed("get-parcel", "prc_1", "prc_2"),
    ]);
    let (file, mut nowhere) = reading("get-parcel");
    nowhere.section = None;
    tell(&[(file, nowhere)]);
    tell(&[changed(
        "get-parcel",
        "title: Get parcel",
        "title: Get 2nd parcel",
    )]);
    tell(&[changed("get-parcel", "    way:\n", "    '↔':\n")]);
    tell(&[changed(
        "save-parcels",
        "width: integer = 20\n        height: integer = 30\n      contents",
        "width: integer = 20\n        height: string = HIGH\n      contents",
    )]);
    scratch.write(
        NAMES,
        "schemas:\n  ParcelSize: parcel size\n  Parcel: [Box]\ntypes:\n  A: B\n",
    );
    tell(&[reading("get-parcel")]);
    pin("pages", "refused", told);
}

const INPUTS: [&str; 9] = [
    "pages/save-parcels.yaml",
    "pages/query-parcels.yaml",
    "pages/get-parcel.yaml",
    "pages/parcel-volumes.yaml",
    "text/save-things.txt",
    "text/query-things.txt",
    "text/upload-picture.txt",
    "text/request-pass.txt",
    "text/list-things.txt",
];

proptest! {
    #![proptest_config(config())]

    /// Whatever happened to an input on its way: it is refused in words, or what is captured of it is a valid page that renders
    /// what the input shows.
    #[test]
    fn a_mutilated_input_gives_a_valid_page_or_none(
        which in select(&INPUTS[..]),
        mishaps in vec(mishap(), 0..5),
    ) {
        let text = mishaps.iter().fold(given(which), |text, mishap: &Mishap| happened(&text, mishap));
        let Ok(Input::Readings(mut readings)) = input::read("given", &text) else {
            return Ok(());
        };
        for reading in &mut readings {
            reading.section.get_or_insert_with(|| "Things".to_owned());
        }
        let readings: Vec<_> = readings.into_iter().map(|reading| ("given".to_owned(), reading)).collect();
        match capture(&scratch().checkout(), &readings) {
            Err(faults) => prop_assert!(faults.to_string().contains("help: "), "{}", faults),
            Ok(pages) => {
                for page in pages {
                    is_openapi(&page.text())
                        .map_err(|fault| TestCaseError::fail(format!("{fault}\n{}", page.text())))?;
                }
            }
        }
    }
}
