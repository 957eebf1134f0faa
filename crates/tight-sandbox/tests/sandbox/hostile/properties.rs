//! A few sequences of requests in every run of the tests. `fuzz/` tries the same for as long as it is run.

use std::{cell::RefCell, collections::BTreeMap};

use proptest::{collection::vec, prelude::*, sample::select, test_runner::TestRunner};

use super::{
    requests,
    script::{
        AS_IT_IS, END, FOR_USER, FORM, JSON, KNOWN_IDS, NEXT, OTHER_METHOD, PARTS, WRONG_TOKEN,
        operations,
    },
};

/// Parts of bodies that nobody should send.
const ODD: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "null",
    "-1",
    "1e999",
    "\\ud800",
    "\"data\":",
    "{\"data\":[",
    "]}",
    "{\"filter\":{",
    "\"text\":{\"contains\":[",
    "\"limit\":",
    "\"cursor\":",
    "\"sort\":{\"orderBy\":",
    "\u{0}",
    "--boundary\r\n",
    "--boundary--",
    "content-disposition: form-data; name=\"file\"; filename=\"../a\"\r\n\r\n",
    "content-disposition: form-data; name=\"data\"\r\n\r\n{}",
    "\r\n",
    "grant_type=",
    "&",
    "=",
    "%",
    "client_credentials",
    "userId=user_1",
    "scope=read",
];

fn text() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => Just(Vec::new()),
        2 => "(limit|cursor|expand|begin|x)=[ -~]{0,8}".prop_map(String::into_bytes),
        1 => vec(1u8..0x1e, 0..6),
        1 => vec(0x20u8.., 0..12),
    ]
}

fn body() -> impl Strategy<Value = (u8, Vec<u8>)> {
    let odd = vec(select(ODD), 0..10).prop_map(|parts| parts.concat().into_bytes());
    let nested = (
        select(&["[", "{\"data\":[", "{\"filter\":{\"and\":["][..]),
        0usize..2000,
    )
        .prop_map(|(open, times)| open.repeat(times).into_bytes());
    prop_oneof![
        10 => vec(choice(), 0..120).prop_map(|choices| (0, choices)),
        3 => (select(&[JSON, FORM, PARTS][..]), odd),
        1 => (Just(JSON), nested),
    ]
}

/// Any byte that does not end a request.
fn choice() -> impl Strategy<Value = u8> {
    any::<u8>().prop_map(|byte| if byte == NEXT { 0 } else { byte })
}

fn request() -> impl Strategy<Value = Vec<u8>> {
    let flag = |chance: f64, flag: u8| {
        prop::bool::weighted(chance).prop_map(move |is_set| if is_set { flag } else { 0 })
    };
    let flags = (
        flag(0.05, OTHER_METHOD),
        flag(0.03, WRONG_TOKEN),
        flag(0.7, KNOWN_IDS),
        flag(0.2, FOR_USER),
        flag(0.03, AS_IT_IS),
    )
        .prop_map(|(method, token, ids, user, whole)| method | token | ids | user | whole);
    let all = u8::try_from(operations() + 1).unwrap();
    let line = prop_oneof![9 => Just(String::new()), 1 => "[a-z-]{1,16}: [ -~]{0,9}"];
    (0..all, flags, text(), text(), line, body()).prop_map(
        |(operation, flags, parameter, query, line, (form, body))| {
            let mut request = vec![operation, flags | form];
            for text in [parameter, query, line.into_bytes()] {
                request.extend(text);
                request.push(END);
            }
            request.extend(body);
            request
        },
    )
}

#[test]
fn whatever_is_sent_is_answered_as_documented() {
    let asked = std::env::var("PROPTEST_CASES").ok();
    let config = ProptestConfig {
        cases: asked.and_then(|cases| cases.parse().ok()).unwrap_or(150),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let seen: RefCell<BTreeMap<String, usize>> = RefCell::default();
    let result = TestRunner::new(config).run(&vec(request(), 1..8), |requests| {
        for status in requests::check(&runtime, &requests.join(&NEXT)) {
            *seen.borrow_mut().entry(status).or_default() += 1;
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    // What is refused at the door proves little of what is behind it.
    let seen = seen.into_inner();
    assert!(seen["200"] * 10 > seen.values().sum(), "{seen:?}");
    assert!(
        ["400", "401", "404", "405"]
            .iter()
            .all(|status| seen.contains_key(*status)),
        "{seen:?}"
    );
}
