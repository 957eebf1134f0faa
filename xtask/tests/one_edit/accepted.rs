//! All cases that codegen accepts, in one specification: each with names and a section of its own.

use std::collections::BTreeSet;

use serde_json::Value;
use xtask::layout::Checkout;

use crate::invented::{Case, INVENTED};

/// What all of the API has, and cases with it.
const SHARED: &[&str] = &["ApiError", "ApiErrorType", "PageCursor", "ResultStatus"];

/// The captured pages and overlay files of all of them.
pub(crate) fn files() -> Vec<(String, String)> {
    let own = Checkout::own();
    let base = |name: &str| own.read(&format!("{INVENTED}/base/{name}")).unwrap();
    let page = base("captured/notes/get-note.yaml");
    let names = Names::new("Base", [&page], true);
    let mut files = vec![
        (
            "openapi/captured/base/get-note.yaml".to_owned(),
            names.give(&page),
        ),
        (
            "openapi/overlay/base.yaml".to_owned(),
            names.give(&base("overlay/notes.yaml")),
        ),
    ];
    let cases = Case::all().into_iter().filter(is_of_one_page);
    for (index, case) in cases.enumerate() {
        let section = format!("{}-{}", case.group, case.name);
        // Names of the SDK are what these are about.
        let gives_names = !case.name.starts_with("types-that-the-sdk-has");
        let own = Names::new(
            &letters(index),
            case.pages.iter().map(|(_, text)| text),
            gives_names,
        );
        let give = |text: &str| names.give(&own.give(text));
        for (path, text) in &case.pages {
            let path = path.trim_start_matches("things/");
            files.push((format!("openapi/captured/{section}/{path}"), give(text)));
        }
        if let Some(overlay) = &case.overlay {
            files.push((format!("openapi/overlay/{section}.yaml"), give(overlay)));
        }
    }
    files
}

/// Whether a case is accepted, and says nothing of the rest of the API.
fn is_of_one_page(case: &Case) -> bool {
    case.accepted.is_some() && case.everywhere.is_none() && case.group != "overlay"
}

/// `Qaa`, `Qab`, …: a word that nothing begins with.
fn letters(index: usize) -> String {
    let letter = |place: usize| char::from(b'a' + u8::try_from(place % 26).unwrap());
    ['Q', letter(index / 26), letter(index)].iter().collect()
}

/// New names for what some pages name, so that they do not mean what others do.
struct Names {
    first: String,
    schemas: BTreeSet<String>,
}

impl Names {
    fn new<'a>(
        first: &str,
        pages: impl IntoIterator<Item = &'a String>,
        gives_names: bool,
    ) -> Self {
        let mut schemas = BTreeSet::new();
        for page in pages {
            let page: Value = yaml_serde::from_str(page).unwrap();
            let named = page["components"]["schemas"]
                .as_object()
                .into_iter()
                .flatten();
            let named = named.map(|(name, _)| name.clone());
            schemas.extend(named.filter(|name| gives_names && !SHARED.contains(&name.as_str())));
        }
        schemas.retain(|name| !name.contains("Thing"));
        Self {
            first: first.to_owned(),
            schemas,
        }
    }

    fn give(&self, text: &str) -> String {
        let first = &self.first;
        let lower = first.to_lowercase();
        let text = match first.as_str() {
            "Base" => text
                .replace("getNote", "getBaseNote")
                .replace("notes", "base-notes"),
            _ => text
                .replace("Thing", &format!("{first}Thing"))
                .replace("things", &format!("{lower}-things")),
        };
        let mut given = String::with_capacity(text.len());
        let is_of_word = |char: char| char.is_ascii_alphanumeric() || char == '_';
        let mut rest = text.as_str();
        while let Some(start) = rest.find(is_of_word) {
            let (before, word) = rest.split_at(start);
            let (word, after) =
                word.split_at(word.find(|char| !is_of_word(char)).unwrap_or(word.len()));
            given.push_str(before);
            if self.schemas.contains(word) {
                given.push_str(first);
            }
            given.push_str(word);
            rest = after;
        }
        given + rest
    }
}
