//! Every fault meets every operation, through the client, over sockets, with HTTP/1.1 and with HTTP/2: what the caller sees, how
//! often the request was sent, and what was stored.
//!
//! Operations and their calls come from the document, so a new endpoint adds its cells by itself. The table is in `snapshots/`, a
//! file for each kind of operation; a line holds for all of its operations, or names those that it holds for. It holds for both
//! protocols, unless a line marked `HTTP/2` says otherwise. The laws hold in each cell whatever the snapshot says:
//!
//! - what is told of the effect is true: done is stored, not done is not stored, and anything else is said to be in doubt;
//! - nothing is stored twice, and what writes is sent once, unless the server has said that nothing was done;
//! - every call ends, none panics, and nothing that can be printed shows a secret.
#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod call;
// rustfmt would undo what codegen wrote.
#[rustfmt::skip]
#[allow(deprecated, reason = "what is to go is tested until it is gone")]
#[path = "../sdk/generated/calls.rs"]
mod calls;
#[allow(dead_code, reason = "other tests ask it more")]
#[path = "../sdk/clock.rs"]
mod clock;
mod hostile;
mod list;
mod seen;
mod world;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures_util::{StreamExt, future, stream};
use serde_json::Value;
use tight_api::{Client, Credentials};
use tight_sandbox::Sandbox;

use call::{Call, sample, sample_items};
use clock::ManualClock;
use list::{Met, Protocol};
use seen::{Seen, Told, sent};
use world::{Api, Operation};

/// How long an attempt that is never answered lasts, and how long the next one may take. Waits for this are real, but others
/// work meanwhile.
const STALL: Duration = Duration::from_secs(4);

/// How long a call may last by the clock on the wall, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(120);

/// How many cells are open at a time: those that keep the machine busy, and those that wait for [`STALL`]. More of these would be
/// tried again at the same moment, and late.
const AT_ONCE: usize = 50;
const STALLED_AT_ONCE: usize = 64;

fn client(sandbox: &Sandbox, operation: &Operation, met: &Met, protocol: Protocol) -> Client {
    let credentials = Credentials::client(sandbox.client_id(), sandbox.client_secret());
    // Only where a token is refused does it matter whether there can be another.
    let credentials = match (operation.is_token, met.refuses_token) {
        (true, _) => credentials,
        (false, true) => credentials.for_user("user_1"),
        (false, false) => Credentials::access_token(sandbox.access_token()),
    };
    let http = move |http: reqwest::ClientBuilder| match protocol {
        Protocol::Http1 => http.http1_only(),
        Protocol::Http2 => http.http2_prior_knowledge(),
    };
    Client::builder()
        .http(http)
        .base_url(sandbox.url())
        .credentials(credentials)
        .clock(ManualClock::new())
        .attempt_timeout(if met.stalls { STALL } else { PATIENCE })
        .build()
        .unwrap()
}

type Stored = BTreeMap<String, Vec<Value>>;

/// What an operation does where nothing goes wrong.
struct Effect {
    before: Stored,
    once: Stored,
}

/// One cell of the table, and the laws that it breaks.
struct Cell {
    kind: String,
    fault: String,
    operation: String,
    protocol: Protocol,
    text: String,
    broken: Vec<String>,
}

async fn effect(api: &Api, operation: &Operation, met: &Met) -> Effect {
    let sandbox = api.sandbox(operation).await;
    let before = api.stored(&sandbox);
    make(&sandbox, operation, met, Protocol::Http1).await;
    Effect {
        before,
        once: api.stored(&sandbox),
    }
}

async fn make(sandbox: &Sandbox, operation: &Operation, met: &Met, protocol: Protocol) -> Seen {
    let call = calls::CALLS
        .iter()
        .find(|call| call.operation == operation.id);
    let call = call.unwrap_or_else(|| panic!("{} cannot be called", operation.id));
    (call.make)(client(sandbox, operation, met, protocol)).await
}

/// What must not show anywhere: what a call authenticates itself with.
fn secrets(sandbox: &Sandbox) -> [String; 3] {
    let (id, secret) = (sandbox.client_id(), sandbox.client_secret());
    [
        sandbox.access_token().to_owned(),
        secret.to_owned(),
        BASE64_STANDARD.encode(format!("{id}:{secret}")),
    ]
}

async fn cell(
    api: &Api,
    operation: &Operation,
    effect: &Effect,
    met: &Met,
    protocol: Protocol,
) -> Cell {
    let sandbox = api.sandbox(operation).await;
    for fault in &met.faults {
        match operation.is_token {
            true => sandbox.inject_token_fault(fault.clone()),
            false => sandbox.inject(fault.clone()),
        }
    }
    let mut broken = Vec::new();
    let seen = tokio::time::timeout(PATIENCE, make(&sandbox, operation, met, protocol)).await;
    let seen = seen.unwrap_or_else(|_| {
        broken.push("the call does not end".to_owned());
        Seen {
            what: "hangs".to_owned(),
            told: Told::Open,
            shown: String::new(),
            has_entities: false,
        }
    });
    let sent = match operation.is_token {
        true => sandbox.token_requests(),
        false => sandbox.requests(),
    };
    let stored = api.stored(&sandbox);
    let (is_before, is_once) = (stored == effect.before, stored == effect.once);
    let has_effect = effect.before != effect.once;

    if !is_before && !is_once {
        broken.push("something is stored that one call does not store".to_owned());
    }
    if has_effect && met.is_honest {
        if seen.told == Told::Done && !is_once {
            broken.push("the caller is told that it is done, and it is not".to_owned());
        }
        if seen.told == Told::NotDone && !is_before {
            broken.push("the caller is told that it is not done, and it is".to_owned());
        }
    }
    let most = match operation.writes {
        true => met.writes_sent(protocol),
        false => 3,
    };
    if sent > most {
        broken.push(format!("it is sent {sent} times, and {most} are allowed"));
    }
    if secrets(&sandbox)
        .iter()
        .any(|secret| seen.shown.contains(secret))
    {
        broken.push(format!("a secret shows in: {}", seen.shown));
    }
    let stored = match (has_effect, is_before, is_once) {
        (false, true, _) => "nothing to store",
        (true, true, _) => "not stored",
        (true, _, true) => "stored once",
        _ => "STORED OTHERWISE",
    };
    Cell {
        kind: operation.kind.clone(),
        fault: met.name.clone(),
        operation: operation.id.clone(),
        protocol,
        text: format!("{} | sent {sent} | {stored}", seen.what),
        broken,
    }
}

/// All cells, in the order of the faults and of the document.
async fn cells() -> Vec<Cell> {
    let api = Arc::new(Api::read());
    let [token, secret, basic] = secrets(&Sandbox::start().await.unwrap());
    let (of_calls, of_tokens) = (list::all(&token), list::all(&format!("{basic} {secret}")));
    let (of_calls, of_tokens) = (Arc::new(of_calls), Arc::new(of_tokens));
    let (mut busy, mut stalled) = (Vec::new(), Vec::new());
    for operation in api.operations.clone() {
        let met = match operation.is_token {
            true => &of_tokens,
            false => &of_calls,
        };
        let effects = [
            effect(&api, &operation, &Met::nothing()).await,
            // Who acts shows in what is stored.
            effect(&api, &operation, &Met::nothing().renewing()).await,
        ];
        let effects = Arc::new(effects);
        let protocols = [Protocol::Http1, Protocol::Http2];
        let of_operation = (0..met.len()).flat_map(|number| protocols.map(|both| (number, both)));
        for (number, protocol) in of_operation {
            let (api, met) = (Arc::clone(&api), Arc::clone(met));
            let (operation, effects) = (operation.clone(), Arc::clone(&effects));
            let stalls = met[number].stalls;
            let index = busy.len() + stalled.len();
            let task = async move {
                let (id, kind) = (operation.id.clone(), operation.kind.clone());
                let fault = met[number].name.clone();
                let task = async move {
                    let met = &met[number];
                    let effect = &effects[usize::from(met.refuses_token)];
                    cell(&api, &operation, effect, met, protocol).await
                };
                let cell = tokio::spawn(task).await.unwrap_or_else(|panic| Cell {
                    kind,
                    fault,
                    operation: id,
                    protocol,
                    text: "PANIC".to_owned(),
                    broken: vec![panic.to_string()],
                });
                (index, cell)
            };
            match stalls {
                true => stalled.push(task),
                false => busy.push(task),
            }
        }
    }
    // Some wait while others work.
    let (mut cells, waited) = future::join(
        stream::iter(busy)
            .buffer_unordered(AT_ONCE)
            .collect::<Vec<_>>(),
        stream::iter(stalled)
            .buffer_unordered(STALLED_AT_ONCE)
            .collect::<Vec<_>>(),
    )
    .await;
    cells.extend(waited);
    cells.sort_by_key(|(index, _)| *index);
    cells.into_iter().map(|(_, cell)| cell).collect()
}

/// The table of one kind: each fault, with the operations that it goes alike for.
fn table(cells: &[&Cell]) -> String {
    let mut faults: Vec<&str> = Vec::new();
    let mut operations: Vec<&str> = Vec::new();
    for cell in cells {
        if !faults.contains(&&*cell.fault) {
            faults.push(&cell.fault);
        }
        if !operations.contains(&&*cell.operation) {
            operations.push(&cell.operation);
        }
    }
    let mut table = format!(
        "{} operations: {}\n",
        operations.len(),
        operations.join(", ")
    );
    for fault in faults {
        let of_fault = || cells.iter().filter(|cell| cell.fault == fault);
        let over = |protocol| of_fault().filter(move |cell| cell.protocol == protocol);
        for (index, (text, operations)) in alike(over(Protocol::Http1)).iter().enumerate() {
            match index {
                0 => writeln!(table, "{fault} | {text}").unwrap(),
                _ => writeln!(table, "{fault} | {text} | {}", operations.join(", ")).unwrap(),
            }
        }
        let differs = |cell: &&&Cell| {
            let mut others = over(Protocol::Http1);
            others.any(|other| other.operation == cell.operation && other.text != cell.text)
        };
        for (text, named) in alike(over(Protocol::Http2).filter(differs)) {
            match named.len() == operations.len() {
                true => writeln!(table, "{fault} | HTTP/2: {text}").unwrap(),
                false => {
                    writeln!(table, "{fault} | HTTP/2: {text} | {}", named.join(", ")).unwrap()
                }
            }
        }
    }
    table
}

/// The operations for which it goes alike. The most come first.
fn alike<'a>(cells: impl Iterator<Item = &'a &'a Cell>) -> Vec<(&'a str, Vec<&'a str>)> {
    let mut alike: Vec<(&str, Vec<&str>)> = Vec::new();
    for cell in cells {
        match alike.iter_mut().find(|(text, _)| *text == cell.text) {
            Some((_, operations)) => operations.push(&cell.operation),
            None => alike.push((&cell.text, vec![&cell.operation])),
        }
    }
    alike.sort_by_key(|(_, operations)| std::cmp::Reverse(operations.len()));
    alike
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_meets_every_operation_and_the_laws_hold() {
    let cells = cells().await;
    let broken: Vec<_> = cells
        .iter()
        .flat_map(|cell| cell.broken.iter().map(move |law| (cell, law)))
        .map(|(cell, law)| {
            let Cell {
                operation,
                fault,
                protocol,
                text,
                ..
            } = cell;
            format!("{operation}, {fault}, {protocol:?}: {law} ({text})")
        })
        .collect();
    let shown: Vec<_> = broken.iter().take(30).cloned().collect();
    assert!(
        broken.is_empty(),
        "{} of {} cells break a law:\n{}",
        broken.len(),
        cells.len(),
        shown.join("\n")
    );

    let mut kinds: BTreeMap<&str, Vec<&Cell>> = BTreeMap::new();
    for cell in &cells {
        kinds.entry(&cell.kind).or_default().push(cell);
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (kind, cells) in kinds {
            insta::assert_snapshot!(kind, table(&cells));
        }
    });
}
