//! Inputs that are deeply nested or long: they are refused or read in time, without the stack giving out.

#![allow(
    clippy::print_stdout,
    reason = "an overflow of the stack ends the test without a word"
)]

use xtask::layout::Checkout;

use crate::hostile;

/// What is around a part that is repeated, by the form of the input.
const INPUTS: &[(&str, &str, &str, &str)] = &[
    (
        "nested lists in JSON",
        "{\"openapi\": \"3.0.3\", \"paths\": ",
        "[",
        "",
    ),
    (
        "nested objects in JSON",
        "{\"openapi\": \"3.0.3\", \"paths\": ",
        "{\"a\":",
        "",
    ),
    (
        "nested lists in YAML",
        "openapi: 3.0.3\npaths:\n",
        "- ",
        "\n",
    ),
    ("nested keys in YAML", "openapi: 3.0.3\npaths: ", "? ", "\n"),
    ("long keys", "openapi: 3.0.3\n", "a", ": b\n"),
    ("many keys", "openapi: 3.0.3\n", "a: &a *a\n", ""),
    ("nested quotes", "openapi: 3.0.3\n", "'\"", "\n"),
    ("tags", "openapi: 3.0.3\npaths: ", "!!map ", "{}\n"),
    (
        "a sample in a copied text",
        "Save things\ncurl --request POST \\\n  --url https://sandbox.tight.com/v6/things \\\n  --data '",
        "[",
        "'\n",
    ),
    (
        "objects in a copied text",
        "Save things\ncurl --request POST \\\n  --url https://sandbox.tight.com/v6/things \\\n  --data '\n",
        "{\"a\":",
        "\n'\n200\n",
    ),
    (
        "an answer in a copied text",
        "Get thing\ncurl --request GET \\\n  --url https://sandbox.tight.com/v6/things\n200\n",
        "{\"a\": [",
        "\n",
    ),
    (
        "lines of a copied text",
        "Get thing\ncurl --request GET \\\n  --url https://sandbox.tight.com/v6/things\n",
        "string\n",
        "",
    ),
    ("methods of a copied text", "", "GET\n", ""),
    ("calls of a copied text", "", "curl --request GET\n", ""),
    ("fences", "# A\n", "```yaml openapi: 3.0.3\n", ""),
    ("opened fences", "# A\n", "```\n", "openapi: 3.0.3\n```"),
    ("a record", "operation: GET /v6/things\n", "- ", "\n"),
    (
        "lines of a record",
        "operation: GET /v6/things\n",
        "a: b\n",
        "",
    ),
    (
        "a sample in a record",
        "operation: GET /v6/things\nresponse:\n  ",
        "{\"a\":",
        "\n",
    ),
];

#[test]
fn nothing_is_too_deep_or_too_long() {
    let folder = tempfile::tempdir().unwrap();
    let checkout = Checkout::at(folder.path());
    for (name, begin, part, end) in INPUTS {
        for times in [100, 210, 20_000] {
            let text = format!("{begin}{}{end}", part.repeat(times));
            println!("{name}, {times} times"); // shown if it fails
            hostile::capture::check(&checkout, &text);
        }
    }
}
