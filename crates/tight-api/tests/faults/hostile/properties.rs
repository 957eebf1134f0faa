//! A few inputs of each kind in every run of the tests. `fuzz/` tries the same for as long as it is run.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

use super::script::{
    AS_IT_IS, CHUNKED, CREDENTIALS, CUT, HEAD, NEXT, NO_MEDIA_TYPE, STATUSES, UNTIL_CLOSED,
};
use super::{journals, responses, webhooks};

/// Nothing is left behind by a case that fails: it is told with its input.
fn config(cases: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok();
    ProptestConfig {
        cases: asked.and_then(|cases| cases.parse().ok()).unwrap_or(cases),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// What responses are made of, and what quotes secrets in any way that JSON or an address has.
const PARTS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "null",
    "true",
    "-1",
    "1e999",
    "0.5",
    "\"\"",
    "\\ud800",
    "\u{0}",
    "\"result\":",
    "\"SUCCESS\"",
    "\"FAILURE\"",
    "\"data\":",
    "\"error\":",
    "\"cursor\":",
    "\"after\":",
    "\"id\":",
    "\"text\":",
    "\"message 1\"",
    "\"message 3\"",
    "\"type\":",
    "\"BAD_REQUEST\"",
    "\"statusCode\":",
    "\"access_token\":",
    "\"expires_in\":",
    "\"3600\"",
    "-9223372036854775809",
    "\"token_type\":",
    "{\"result\":\"SUCCESS\",\"data\":[",
    "{\"result\":\"SUCCESS\",\"statusCode\":200,\"data\":{\"id\":\"a\"},\"error\":[]}",
    "{\"result\":\"FAILURE\",\"error\":[{\"type\":\"BAD_REQUEST\",\"message\":\"$TOKEN$\"}]}",
    "]}",
    "\"cursor\":{\"after\":\"a\",\"before\":null}",
    "$TOKEN$",
    "$SECRET$",
    "$BASIC$",
    "<html>",
    "{\"access_token\":\"another\",\"expires_in\":3600,\"token_type\":\"Bearer\"}",
];

/// Further lines of a head.
fn lines() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        any::<u64>().prop_map(|seconds| format!("retry-after: {seconds}")),
        any::<f64>().prop_map(|seconds| format!("retry-after: {seconds}")),
        "[ -~]{0,12}".prop_map(|text| format!("retry-after: {text}")),
        ("(Sun|Mon|Sunday|)", "[0-9]{1,2}", "[0-9]{1,6}", "[0-9:]{8}").prop_map(
            |(day, date, year, time)| format!("retry-after: {day}, {date} Nov {year} {time} GMT")
        ),
        Just("content-encoding: gzip".to_owned()),
        Just("location: /$TOKEN$".to_owned()),
        Just("content-type: text/$SECRET$".to_owned()),
        Just("x-quoted: Bearer $TOKEN$".to_owned()),
        "[a-z-]{1,9}: [ -~]{0,9}",
        "[ -~]{0,9}",
    ];
    vec(line, 0..3).prop_map(|lines| lines.join("\n"))
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let parts = vec(select(PARTS), 0..12).prop_map(|parts| parts.concat().into_bytes());
    let nested = (select(&["[", "{\"data\":", "{\"a\":["][..]), 0usize..3000)
        .prop_map(|(open, times)| open.repeat(times).into_bytes());
    prop_oneof![
        8 => parts,
        2 => vec(any::<u8>(), 0..64),
        1 => nested,
    ]
}

fn script() -> impl Strategy<Value = Vec<u8>> {
    let framing = prop_oneof![
        6 => Just(0),
        1 => Just(CUT),
        1 => Just(CHUNKED),
        1 => Just(UNTIL_CLOSED),
    ];
    let flags = (
        framing,
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.2),
    );
    let reply = (lines(), body()).prop_map(|(lines, body)| {
        let mut reply = Vec::new();
        if !lines.is_empty() {
            reply.extend_from_slice(lines.as_bytes());
            reply.push(HEAD);
        }
        reply.extend_from_slice(&body);
        reply
    });
    // Successes are read the furthest.
    let status = prop_oneof![Just(0), 0..u8::try_from(STATUSES.len()).unwrap()];
    (called(), status, flags, vec(reply, 1..4)).prop_map(
        |(called, status, (framing, plain, as_it_is, credentials), replies)| {
            let bit = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
            let flags = framing
                | bit(plain, NO_MEDIA_TYPE)
                | bit(as_it_is, AS_IT_IS)
                | bit(credentials, CREDENTIALS);
            let mut script = vec![called, status, flags];
            script.extend(replies.join(&NEXT));
            script
        },
    )
}

/// All operations, and as often what else the client has.
fn called() -> impl Strategy<Value = u8> {
    let all = u8::try_from(responses::called().count()).unwrap();
    prop_oneof![0..all, all - 10..all]
}

#[test]
fn no_response_makes_a_call_panic_hang_lose_an_item_or_show_a_secret() {
    let stage = responses::Stage::new();
    let ends = std::cell::RefCell::new(std::collections::BTreeSet::new());
    let result = TestRunner::new(config(600)).run(&script(), |script| {
        ends.borrow_mut().insert(stage.check(&script));
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    // Calls that all end alike would prove nothing.
    let ends = ends.into_inner();
    assert!(ends.contains("Ok") && ends.len() > 20, "{ends:?}");
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn a_journal_of_any_bytes_is_refused_as_it_is_or_says_the_same_each_time(
        lines in vec(line(), 0..6), has_head in prop::bool::weighted(0.9), cut in any::<prop::sample::Index>(), is_cut in any::<bool>(),
    ) {
        let mut bytes = Vec::new();
        if has_head {
            bytes.extend_from_slice(b"{\"journal\":\"tight-api\",\"version\":1}\n");
        }
        bytes.extend(lines.concat());
        if is_cut {
            bytes.truncate(cut.index(bytes.len() + 1));
        }
        let folder = tempfile::tempdir().unwrap();
        journals::check(&folder.path().join("journal"), &bytes);
    }

    #[test]
    fn a_webhook_of_any_bytes_is_an_event_or_an_error(parts in vec(webhook_part(), 0..8)) {
        webhooks::check(&parts.concat());
    }
}

/// Lines that a journal has, those that are nearly so, and others.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let name = select(
        &[
            "aboutToSend",
            "cameTo",
            "markedSaved",
            "markedNotSaved",
            "other",
        ][..],
    );
    let keys = select(&["[1,2]", "[\"a\"]", "[300]", "[]", "{}", "[1,1]", "[null]"][..]);
    let states = select(
        &[
            "[[1,{\"state\":\"saved\"}]]",
            "[[\"a\",{\"state\":\"rejected\",\"errors\":[]}]]",
            "[[2,{\"state\":\"notSaved\"}]]",
            "[[1,{}]]",
            "[[1]]",
        ][..],
    );
    let of = |value: &str, name: &str| format!("{{\"{name}\":{value}}}\n").into_bytes();
    prop_oneof![
        4 => (name.clone(), keys).prop_map(move |(name, keys)| of(keys, name)),
        4 => (name, states).prop_map(move |(name, states)| of(states, name)),
        1 => vec(any::<u8>(), 0..20),
        1 => Just(b"\n".to_vec()),
    ]
}

fn webhook_part() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => select(PARTS).prop_map(|part| part.as_bytes().to_vec()),
        1 => select(&["\"ENTITY_UPDATE\"", "\"LIFECYCLE\"", "\"url\":", "\"/v6/messages/msg_1\"", ".", "eyJhbGciOiJIUzI1NiJ9", "\x1e", "\"exp\":"][..])
            .prop_map(|part| part.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..20),
    ]
}
