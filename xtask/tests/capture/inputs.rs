//! Inputs, told apart by what is in them.

use std::fmt::Write;

use xtask::capture::input::{self, Input};

use crate::{input, pin};

fn form(name: &str, text: &str) -> &'static str {
    match input::read(name, text).unwrap_or_else(|faults| panic!("{faults}")) {
        Input::Readings(readings) => {
            assert_eq!(readings.len(), 1);
            "a reading"
        }
        Input::Documents(documents) if documents.len() == 1 => "a document",
        Input::Documents(_) => "documents",
    }
}

/// Whatever the file is called: nothing of the name tells.
#[test]
fn inputs_are_told_apart_by_content() {
    for name in ["-", "page.txt", "page.md", "page.yaml"] {
        assert_eq!(form(name, &input("openapi/shelves-3.0.yaml")), "documents");
        assert_eq!(form(name, &input("openapi/shelves-3.1.json")), "documents");
        assert_eq!(form(name, &input("twin/query-shelves.md")), "a document");
        assert_eq!(form(name, &input("text/get-thing.txt")), "a reading");
        assert_eq!(form(name, &input("record/query-things.yaml")), "a reading");
    }
}

#[test]
fn what_is_none_of_them_is_told() {
    let inputs = [
        ("", "nothing"),
        ("\u{feff}\n \n", "blanks"),
        ("<!DOCTYPE html>\n<html><head></head></html>", "HTML"),
        ("Dear maintainer,\nplease capture this page.\n", "a letter"),
        ("{\"data\": [{\"id\": 1}]}", "a sample"),
        (
            "POST\n/\nv6\n/\nthings\nSave things\n",
            "a page without its call",
        ),
        ("paths:\n  /v6/things: {}\n", "the rest of a document"),
    ];
    let mut told = String::new();
    for (text, what) in inputs {
        let faults = input::read("given.txt", text).expect_err(what);
        writeln!(told, "=== {what}\n{faults}\n").unwrap();
    }
    pin("inputs", "none", told);
}
