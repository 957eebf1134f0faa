//! Inputs that were mutilated at random: each gives a reading or one error, and never a panic.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use xtask::capture::input::{record, text};
use xtask::capture::reading::Reading;

use crate::input;
use crate::summary::summarised;

const PAGES: [&str; 6] = [
    "save-things",
    "query-things",
    "get-thing",
    "upload-picture",
    "request-pass",
    "list-things",
];
const RECORDS: [&str; 2] = ["query-things", "save-shelves"];

/// Nothing is left behind by a case that fails: it is summarised with its input.
pub(crate) fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// What happens to a text on its way.
#[derive(Debug, Clone)]
pub(crate) enum Mishap {
    Cut(Index),
    Drop(Index),
    Repeat(Index),
    Swap(Index, Index),
    Join(Index),
    Take(Index),
    Put(Index, char),
}

pub(crate) fn mishap() -> impl Strategy<Value = Mishap> {
    let index = any::<Index>;
    prop_oneof![
        index().prop_map(Mishap::Cut),
        index().prop_map(Mishap::Drop),
        index().prop_map(Mishap::Repeat),
        (index(), index()).prop_map(|(one, other)| Mishap::Swap(one, other)),
        index().prop_map(Mishap::Join),
        index().prop_map(Mishap::Take),
        (index(), any::<char>()).prop_map(|(at, letter)| Mishap::Put(at, letter)),
        (
            index(),
            select(vec![
                '"', '\'', '{', '}', '[', ']', ',', '\\', '<', '…', '\u{200b}'
            ])
        )
            .prop_map(|(at, letter)| Mishap::Put(at, letter)),
    ]
}

pub(crate) fn happened(text: &str, mishap: &Mishap) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let mut letters: Vec<char> = text.chars().collect();
    if lines.is_empty() {
        return String::new();
    }
    match mishap {
        Mishap::Cut(at) => return letters[..at.index(letters.len())].iter().collect(),
        Mishap::Take(at) => {
            letters.remove(at.index(letters.len()));
            return letters.into_iter().collect();
        }
        Mishap::Put(at, letter) => {
            letters.insert(at.index(letters.len()), *letter);
            return letters.into_iter().collect();
        }
        Mishap::Drop(at) => {
            lines.remove(at.index(lines.len()));
        }
        Mishap::Repeat(at) => {
            let at = at.index(lines.len());
            lines.insert(at, lines[at]);
        }
        Mishap::Swap(one, other) => {
            let count = lines.len();
            lines.swap(one.index(count), other.index(count));
        }
        Mishap::Join(at) => {
            let at = at.index(lines.len());
            let joined = lines[at..].iter().take(2).copied().collect::<String>();
            let rest = lines.get(at + 2..).unwrap_or_default().join("\n");
            return format!("{}\n{joined}\n{rest}", lines[..at].join("\n"));
        }
    }
    lines.join("\n")
}

/// What is refused is refused with its place, and with what to do.
fn check(read: Result<Reading, xtask::diagnostic::Diagnostic>) {
    match read {
        Ok(reading) => {
            assert!(!reading.title.is_empty());
            assert!(reading.path.starts_with('/'));
            summarised(&reading);
        }
        Err(fault) => {
            let fault = fault.to_string();
            assert!(fault.contains("file: input:"), "{fault}");
            assert!(fault.contains("help: "), "{fault}");
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn pages(name in select(&PAGES[..]), mishaps in proptest::collection::vec(mishap(), 1..4)) {
        let text = input(&format!("text/{name}.txt"));
        let text = mishaps.iter().fold(text, |text, mishap| happened(&text, mishap));
        check(text::read("input", &text));
    }

    #[test]
    fn records(name in select(&RECORDS[..]), mishaps in proptest::collection::vec(mishap(), 1..4)) {
        let text = input(&format!("record/{name}.yaml"));
        let text = mishaps.iter().fold(text, |text, mishap| happened(&text, mishap));
        check(record::read("input", &text));
    }

    #[test]
    fn anything(text in "\\PC*") {
        check(text::read("input", &text));
        check(record::read("input", &text));
        check(text::read("input", &format!("Things\ncurl {text}")));
        check(text::read("input", &format!("Things\ncurl https://a.example/b\n{{}}\nBody\n{text}")));
    }
}

#[test]
fn a_page_that_is_cut_anywhere_says_so_or_is_refused() {
    for name in PAGES {
        let text = input(&format!("text/{name}.txt"));
        let whole = text::read("input", &text).unwrap();
        for (at, _) in text.char_indices() {
            let Ok(reading) = text::read("input", &text[..at]) else {
                continue;
            };
            // What is not said to be cut is as it is in the whole text.
            assert!(
                reading.end.is_some() || reading == whole,
                "{name} at {at}: {}",
                summarised(&reading)
            );
        }
    }
}
