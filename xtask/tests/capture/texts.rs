//! Copied texts of pages, in the editions that there are.

use insta::assert_snapshot;
use xtask::capture::input::text;
use xtask::capture::reading::Reading;

use crate::input;
use crate::summary::{Listed, summarised};

fn page(name: &str) -> String {
    input(&format!("text/{name}.txt"))
}

fn read(text: &str) -> Reading {
    text::read("page.txt", text).unwrap()
}

/// In which words a text is refused.
fn refused(text: &str) -> String {
    text::read("page.txt", text).unwrap_err().to_string()
}

/// A page with a part of it replaced, where it stands first.
fn with(name: &str, from: &str, to: &str) -> String {
    let text = page(name);
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

/// What a page says whose text ends right behind this.
fn cut(name: &str, behind: &str) -> String {
    let text = page(name);
    let at = text.find(behind).unwrap() + behind.len();
    summarised(&read(&text[..at]))
}

#[test]
fn a_page_with_a_part_on_each_line() {
    assert_snapshot!(summarised(&read(&page("save-things"))));
}

#[test]
fn a_page_without_indentation_that_shows_all_twice_and_runs_together() {
    assert_snapshot!(summarised(&read(&page("query-things"))));
}

#[test]
fn a_page_on_few_lines_whose_sections_have_no_names() {
    assert_snapshot!(summarised(&read(&page("get-thing"))));
}

#[test]
fn a_page_with_parts_and_a_file() {
    assert_snapshot!(summarised(&read(&page("upload-picture"))));
}

#[test]
fn a_page_with_a_form() {
    assert_snapshot!(summarised(&read(&page("request-pass"))));
}

#[test]
fn a_page_with_parameters_whose_answer_is_a_list() {
    assert_snapshot!(summarised(&read(&page("list-things"))));
}

#[test]
fn no_words_of_the_page_are_kept() {
    let words = [
        "went well",
        "the door",
        "came of it",
        "asked for",
        "Finds",
        "Which",
        "Success",
        "How",
    ];
    for name in [
        "save-things",
        "query-things",
        "get-thing",
        "upload-picture",
        "request-pass",
        "list-things",
    ] {
        let summarised = summarised(&read(&page(name)));
        for words in words {
            assert!(!summarised.contains(words), "{name}: {words}");
        }
    }
}

#[test]
fn what_copying_leaves_in_a_text_makes_no_difference() {
    let plain = page("save-things");
    let expected = read(&plain);
    let changed = [
        plain.replace('\n', "\r\n"),
        format!("\u{feff}{plain}\n\n\n"),
        plain.replace("\nBody\n", "\n\u{200b}\nBody\n"),
        plain.replace("\nBody\n", "\n## Body\n"),
        plain.replace("  \"", "\u{a0}\u{a0}\""),
        plain.replace("\n\n", "\n"),
        plain.replace(" \\\n  --url", "\n  --url"),
        plain.replace("Skip to main content\n", ""),
        plain.replace("POST\n/\nv6\n/\nthings\n", "POST /v6/things\n"),
        plain.replace("POST\n/\nv6\n/\nthings\n", "POST\n/v6/things\n"),
        plain.replace("POST\n/\nv6\n/\nthings\n", ""),
        plain
            .replace("--request POST", "-X POST")
            .replace("--header '", "-H '"),
        plain
            .replace("--request POST", "--request=POST")
            .replace("--data '", "--data-raw '"),
        plain
            .replace("\ncurl", "\nTry it\ncURL\nCopy\ncurl")
            .replace("\n'\n{", "\n'\n\n200\n\nCopy\n{"),
    ];
    for (index, changed) in changed.iter().enumerate() {
        assert_ne!(changed, &plain, "{index}");
        let mut reading = read(changed);
        if index == 13 {
            let status = reading.answer.as_mut().unwrap().status.take();
            assert_eq!(status.as_deref(), Some("200"));
        }
        assert_eq!(reading, expected, "{index}");
    }
}

#[test]
fn a_text_that_is_cut_is_read_as_far_as_it_goes() {
    assert_snapshot!(
        "cut_in_the_request",
        cut("save-things", "\"shelfId\": \"shl_12")
    );
    assert_snapshot!("cut_in_the_answer", cut("save-things", "\"price\": -27"));
    assert_snapshot!("cut_behind_the_answer", cut("save-things", "\n}\n\n"));
    assert_snapshot!("cut_in_the_options", cut("save-things", "SUCCESS,\nFAIL"));
}

/// Where a page ends whose text ends right behind this.
fn end(name: &str, behind: &str) -> String {
    let text = page(name);
    let at = text.find(behind).unwrap() + behind.len();
    format!("{:?}", read(&text[..at]).end)
}

#[test]
fn a_text_that_is_cut_says_where() {
    let mut all = Listed::default();
    for behind in [
        "Bearer <token>",
        "--data '",
        "\"data\": [",
        "\"shelfId\"",
        "\"shl_12345\",",
        "\"<string>\"\n      ]",
        "  ]\n}",
        "\n'",
        "\n'\n{",
        "\"keeper\": {",
        "\"isLent\": tr",
        "\"parts\": [\n",
        "\"code\": \"lid\"\n          }\n",
        "\n}\n\nAuthorizations",
        "header\nrequired",
        "Body\n",
        "object[]\nrequired",
        "Response\n\nSuccess",
        "result\nenum<string>",
        "data\nobject[]\n\nWhat",
        "What came of it.\n\nerror",
        "What came of it.\n\nerror\nobj",
        "What came of it.\n\nerror\nobject",
        "What came of it.\n\nerror\nobject[]",
    ] {
        all.add(behind, &end("save-things", behind));
    }
    for behind in [
        "--form 'data={\n  \"title\": \"The",
        "--form 'no",
        "--form 'notes=<str",
        "--form rank=2",
    ] {
        all.add(behind, &end("upload-picture", behind));
    }
    assert_snapshot!(all.0);
}

#[test]
fn a_text_that_is_no_page_is_refused() {
    let mut all = Listed::default();
    for text in [
        "",
        "Things\n\nAll about things.\n",
        "Things\ncurl",
        "Things\ncurl --request POST \\\n  --url https://sandbox.example.com/v6/th",
        "Things\ncurl is a program\n",
        "Things\ncurl --request BREW --url https://sandbox.example.com/v6/things\n{}",
    ] {
        all.add(text, &refused(text));
    }
    for (from, to) in [
        ("Save things\n", ""),
        ("Save things\n", "Save things\nSaves all things.\n"),
    ] {
        all.add(
            &format!("{from} → {to}"),
            &refused(&with("save-things", from, to)),
        );
    }
    assert_snapshot!(all.0);
}

#[test]
fn a_text_that_is_broken_is_refused_with_its_line() {
    let mut all = Listed::default();
    let status = "        \"status\": \"ACTIVE\",\n";
    let body = "\nBody\n\napplication/json\ndata\nobject[]\nrequired\n";
    for (from, to) in [
        ("things\nSave", "thing\nSave"),
        ("v6\n/\n", "/\nv6\n"),
        ("  --data '\n", ""),
        ("}\n'\n", "}\n"),
        ("'\n{\n", "'\n"),
        ("        \"keeper\": {\n", ""),
        ("      },\n      \"error\"", "      \"error\""),
        (status, &status.repeat(2)),
        ("          }\n        ]\n", "        ]\n          }\n"),
        ("\"lid\"", "\"lid"),
        ("\"share\": 12.5", "\"share\": 12.5.1"),
        ("\"share\": 12.5", "\"share\": 0.1234567890123456789"),
        ("true", "True"),
        ("--header 'Auth", "--proxy 'Auth"),
        ("Body\n", "Body\nBody\n"),
        ("\nResponse\n", "\nResponse\n\nBody\n"),
        (
            "What came of it.\n\nerror\nobject[]",
            "What came of it.\n\nobject[]",
        ),
        ("What came of it.\n\nerror", "What came of it.\n\ndata"),
        ("SUCCESS,\nFAILURE", "SUCCESS,\nSUCCESS"),
        ("SUCCESS,\nFAILURE", "SUCCESS,\nor a failure"),
        ("FAILURE\ndata\nobject[]\n", "FAILURE,\n\nBody\n"),
        ("What came of it.", "Hide child attributes"),
    ] {
        all.add(
            &format!("{from} → {to}"),
            &refused(&with("save-things", from, to)),
        );
    }
    // The body alone is taken out, so that what it says is missing and nothing is broken.
    let whole = read(&with("save-things", body, ""));
    assert!(whole.request.unwrap().attributes.is_empty());
    for (from, to) in [
        ("x > 0", "x > 0.5"),
        ("--form rank=2", "--form notes=2"),
        ("--form rank=2", "--form rank"),
        ("\"wood\": \"oak\"\n}", "\"wood\": \"oak\"\n]"),
    ] {
        all.add(
            &format!("{from} → {to}"),
            &refused(&with("upload-picture", from, to)),
        );
    }
    assert_snapshot!(all.0);
}

#[test]
fn a_text_of_two_pages_is_refused() {
    let mut all = Listed::default();
    let two = format!("{}\n{}", page("save-things"), page("list-things"));
    all.add("one behind the other", &refused(&two));
    let (from, to) = ("\"contain\": \"keeper's\"", "\"contain\": \"other\"");
    all.add(
        "the same, and not alike",
        &refused(&with("query-things", from, to)),
    );
    assert_snapshot!(all.0);
}
