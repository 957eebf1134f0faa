//! Any text as what is captured: a page that is well-formed, or errors with what to do.

use xtask::capture::input;
use xtask::commands::capture::{CaptureInput, capture};
use xtask::diagnostic::Faults;
use xtask::document::Document;
use xtask::layout::Checkout;

/// Captures `text` in a checkout. Returns whether it is a page.
pub(crate) fn check(checkout: &Checkout, text: &str) -> bool {
    if let Err(faults) = input::read("given.txt", text) {
        assert!(faults.to_string().contains("help: "), "{faults}");
        return false;
    }
    let given = [CaptureInput {
        name: "given.txt".to_owned(),
        text: text.to_owned(),
    }];
    let address = "https://docs.tight.com/api-reference/things/save-things";
    for address in [None, Some(address)] {
        match capture(checkout, &given, address) {
            Err(faults) => assert!(!faults.to_string().is_empty()),
            Ok(captures) => {
                for file in captures
                    .files
                    .iter()
                    .filter(|file| file.path.ends_with(".yaml"))
                {
                    let faults = Faults::new();
                    let read = Document::parse(&file.path, &file.text, &faults);
                    assert!(read.is_some(), "{faults}\n{}", file.text);
                }
                return true;
            }
        }
    }
    false
}
