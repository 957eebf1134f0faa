//! Every fault over HTTP/1.1 and over HTTP/2, where it is to hit one stream of several.

use std::time::Duration;

use axum::http::{Method, Request, request};
use h2::Reason;
use serde_json::json;
use tight_sandbox::{Builder, Fault, Reply, Sandbox};

use super::items;
use crate::{
    support::{MESSAGES, noon},
    wire::{BOTH, Client, End, Exchange, Protocol, Seen},
};

/// How the response to a save with a fault arrives.
#[derive(Debug, Clone, Copy)]
enum Arrives {
    /// With this status.
    Whole(u16),
    /// Its head, and this many bytes of its body.
    Cut(usize),
    /// Its head, and this many bytes of its body, and nothing after them.
    Stalled(usize),
    /// Nothing arrives: HTTP/2 says why.
    Not(Reason),
    /// Nothing arrives, and nothing ends.
    Never,
}

/// Each fault, whether the request takes effect, and how its response arrives.
fn faults() -> Vec<(Fault, bool, Arrives)> {
    use Arrives::{Cut, Never, Not, Stalled, Whole};
    let reply = |status| Reply::json(status, &json!({ "data": [1, 2] }));
    let pause = Duration::from_secs(3600);
    vec![
        (Fault::RespondBefore(reply(503)), false, Whole(503)),
        (Fault::RespondBefore(Reply::status(204)), false, Whole(204)),
        (Fault::RespondBefore(reply(304)), false, Whole(304)),
        (Fault::RespondAfter(reply(500)), true, Whole(500)),
        (Fault::DropBefore, false, Not(Reason::INTERNAL_ERROR)),
        (Fault::DropAfter, true, Not(Reason::INTERNAL_ERROR)),
        (Fault::RefuseStream, false, Not(Reason::REFUSED_STREAM)),
        (Fault::StallBefore, false, Never),
        (Fault::StallAfter, true, Never),
        (Fault::Truncate(0), true, Cut(0)),
        (Fault::Truncate(1), true, Cut(1)),
        (Fault::Truncate(100), true, Cut(100)),
        (Fault::Truncate(usize::MAX), true, Whole(200)),
        (Fault::StallWithin(0), true, Stalled(0)),
        (Fault::StallWithin(1), true, Stalled(1)),
        (Fault::StallWithin(100), true, Stalled(100)),
        (Fault::StallWithin(usize::MAX), true, Whole(200)),
        (Fault::Drip { bytes: 7, pause }, true, Whole(200)),
        (Fault::ExpireTokenBefore, false, Whole(401)),
        (Fault::ExpireTokenAfter, true, Whole(200)),
        (
            Fault::SetAt("/data/0".to_owned(), json!(5)),
            true,
            Whole(200),
        ),
        (Fault::RemoveResult(0), true, Whole(200)),
        (Fault::RepeatResult(0), true, Whole(200)),
        (Fault::ReplaceResult(0, json!(5)), true, Whole(200)),
        (
            Fault::AlterResult(0, json!({ "data": 5 })),
            true,
            Whole(200),
        ),
        (Fault::SwapResults(0, 1), true, Whole(200)),
        (Fault::ReverseResults, true, Whole(200)),
        (Fault::AlterResponse(json!({ "data": 5 })), true, Whole(200)),
        (Fault::ReportFailure(vec![json!({})]), true, Whole(200)),
        (Fault::SetStatus(500), true, Whole(500)),
        (Fault::SetStatus(204), true, Whole(204)),
        (Fault::Gzip, true, Whole(200)),
        (
            Fault::Several(vec![Fault::ReverseResults, Fault::RefuseStream]),
            false,
            Not(Reason::REFUSED_STREAM),
        ),
        (
            Fault::Several(vec![Fault::SetStatus(500), Fault::Truncate(50)]),
            true,
            Cut(50),
        ),
    ]
}

fn builder() -> Builder {
    let builder = Sandbox::builder().time(noon());
    builder.sleep(|_| std::future::ready(()))
}

fn request(sandbox: &Sandbox, method: &Method, path: &str) -> request::Builder {
    let request = Request::builder().method(method).uri(path);
    let token = format!("Bearer {}", sandbox.access_token());
    request
        .header("authorization", token)
        .header("content-type", "application/json")
}

async fn save(sandbox: &Sandbox, client: &Client) -> Exchange {
    let body = json!({ "data": items(2) }).to_string();
    let request = request(sandbox, &Method::POST, MESSAGES);
    client.send(request, body).await
}

/// Saves with `fault`, while others are in flight on the same connection, and returns what arrived.
async fn meet(protocol: Protocol, fault: Fault, has_effect: bool, arrives: Arrives) -> Seen {
    let case = format!("{protocol:?}: {fault:?}");
    let sandbox = builder().start().await.unwrap();
    let client = Client::of(&sandbox, protocol).await;
    let get = async |id: &str| {
        let path = format!("{MESSAGES}/{id}");
        client
            .send(request(&sandbox, &Method::GET, &path), "")
            .await
    };
    // Three neighbours: one that has no response yet, one of which a part has arrived, and one that comes later.
    sandbox.next("getMessage").fails(Fault::StallBefore);
    let waiting = get("one").await;
    sandbox.next("getMessage").fails(Fault::StallWithin(10));
    let begun = get("another").await;
    begun.until(|seen| seen.body.len() == 10).await;

    sandbox.next("saveMessages").fails(fault);
    let faulty = save(&sandbox, &client).await;
    let seen = match arrives {
        Arrives::Whole(_) | Arrives::Cut(_) | Arrives::Not(_) => faulty.ended().await,
        Arrives::Stalled(length) => {
            let arrived = |seen: &Seen| seen.status.is_some() && seen.body.len() == length;
            faulty.until(arrived).await
        }
        Arrives::Never => {
            while sandbox.requests() < 3 {
                tokio::task::yield_now().await;
            }
            faulty.seen()
        }
    };
    let broken = |reason| match protocol {
        Protocol::Http1 => End::Closed,
        Protocol::Http2 => End::Reset(reason),
    };
    let (status, length, end) = match arrives {
        Arrives::Whole(status) => (Some(status), seen.body.len(), Some(End::Whole)),
        Arrives::Cut(length) => {
            let status = seen.status.filter(|status| [200, 500].contains(status));
            (status, length, Some(broken(Reason::INTERNAL_ERROR)))
        }
        Arrives::Stalled(length) => (Some(200), length, None),
        Arrives::Not(reason) => (None, 0, Some(broken(reason))),
        Arrives::Never => (None, 0, None),
    };
    assert_eq!(
        (seen.status, seen.body.len(), seen.end),
        (status, length, end),
        "{case}: {seen:?}"
    );
    let stored = if has_effect { 2 } else { 0 };
    assert_eq!(sandbox.stored("messages").len(), stored, "{case}");

    // The neighbours have noticed nothing, and the connection serves on.
    let token = if case.contains("ExpireToken") {
        401
    } else {
        404
    };
    let next = get("a-third").await.ended().await;
    assert_eq!(
        (next.status, next.end),
        (Some(token), Some(End::Whole)),
        "{case}"
    );
    let open = [waiting.seen(), begun.seen()].map(|seen| (seen.status, seen.body.len(), seen.end));
    assert_eq!(open, [(None, 0, None), (Some(404), 10, None)], "{case}");
    assert_eq!(faulty.seen(), seen, "{case}");
    assert_eq!(sandbox.pending_faults(), [""; 0], "{case}");

    // What stalls ends with the sandbox, and nothing more arrives.
    drop(sandbox);
    for (exchange, length) in [(&waiting, 0), (&begun, 10)] {
        let ended = exchange.ended().await;
        assert_eq!(
            (ended.body.len(), ended.end),
            (length, Some(broken(Reason::INTERNAL_ERROR))),
            "{case}"
        );
    }
    let ended = faulty.ended().await;
    let stalled = Some(broken(Reason::INTERNAL_ERROR));
    assert_eq!(
        (ended.body.len(), ended.end),
        (length, end.or(stalled)),
        "{case}"
    );
    seen
}

#[tokio::test]
async fn every_fault_hits_one_request_and_no_other_over_either_protocol() {
    for (fault, has_effect, arrives) in faults() {
        let mut seen = Vec::new();
        for protocol in BOTH {
            let mut arrived = meet(protocol, fault.clone(), has_effect, arrives).await;
            arrived.headers.remove("date");
            arrived.headers.remove("connection");
            // A response without a body has a length over HTTP/1.1 only.
            if arrived.body.is_empty() {
                arrived.headers.remove("content-length");
            }
            seen.push((arrived.status, arrived.headers, arrived.body));
        }
        assert_eq!(seen[0], seen[1], "{fault:?}");
    }
}

#[tokio::test]
async fn a_token_request_meets_its_faults_over_either_protocol() {
    for protocol in BOTH {
        let sandbox = builder().start().await.unwrap();
        let client = Client::of(&sandbox, protocol).await;
        let ask = async || {
            let credentials = base64::Engine::encode(
                &base64::prelude::BASE64_STANDARD,
                format!("{}:{}", sandbox.client_id(), sandbox.client_secret()),
            );
            let request = Request::builder()
                .method("POST")
                .uri("/v6/auth/token")
                .header("authorization", format!("Basic {credentials}"))
                .header("content-type", "application/x-www-form-urlencoded");
            client
                .send(request, "grant_type=client_credentials")
                .await
                .ended()
                .await
        };
        for fault in [Fault::RefuseStream, Fault::DropAfter, Fault::Truncate(3)] {
            sandbox.inject_token_fault(fault);
            let seen = ask().await;
            assert!(
                !matches!(seen.end, Some(End::Whole)),
                "{protocol:?}: {seen:?}"
            );
        }
        assert_eq!(sandbox.tokens_issued(), 2);
        assert_eq!(ask().await.status, Some(200));
    }
}

#[tokio::test]
async fn a_long_response_is_cut_at_the_byte_over_either_protocol() {
    let text = "a".repeat(500_000);
    let body = json!({ "data": [{ "conversationId": "con_1", "text": text }] }).to_string();
    for protocol in BOTH {
        let sandbox = builder().start().await.unwrap();
        let client = Client::of(&sandbox, protocol).await;
        let save = async || {
            let request = request(&sandbox, &Method::POST, MESSAGES);
            client.send(request, body.clone()).await
        };
        let whole = save().await.ended().await;
        assert_eq!(whole.end, Some(End::Whole));
        let length = whole.body.len() - 1;
        sandbox.inject(Fault::Truncate(length));
        let cut = save().await.ended().await;
        assert_eq!(cut.body.len(), length, "{protocol:?}");
        assert_ne!(cut.end, Some(End::Whole));
        sandbox.inject(Fault::StallWithin(length));
        let stalled = save().await;
        stalled.until(|seen| seen.body.len() == length).await;
        let next = client.send(request(&sandbox, &Method::GET, "/v6/messages/no"), "");
        assert_eq!(next.await.ended().await.status, Some(404));
        assert_eq!(
            (stalled.seen().body.len(), stalled.seen().end),
            (length, None)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_streams_of_a_connection_meet_each_its_own_fault() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = Client::of(&sandbox, Protocol::Http2).await;
    let kinds = [
        (Fault::DropAfter, None, End::Reset(Reason::INTERNAL_ERROR)),
        (
            Fault::RefuseStream,
            None,
            End::Reset(Reason::REFUSED_STREAM),
        ),
        (
            Fault::Truncate(40),
            Some(200),
            End::Reset(Reason::INTERNAL_ERROR),
        ),
        (Fault::SetStatus(503), Some(503), End::Whole),
        (Fault::Several(vec![]), Some(200), End::Whole),
    ];
    for (index, (fault, _, _)) in kinds.iter().enumerate() {
        sandbox
            .next("saveMessages")
            .matching(move |request| request.header("x-kind") == Some(&*index.to_string()))
            .always()
            .fails(fault.clone());
    }
    let mut exchanges = Vec::new();
    for number in 0..150 {
        let kind = number % kinds.len();
        let request = request(&sandbox, &Method::POST, MESSAGES).header("x-kind", kind);
        let body = json!({ "data": items(1) }).to_string();
        exchanges.push((kind, client.send(request, body).await));
    }
    for (kind, exchange) in exchanges {
        let (_, status, end) = &kinds[kind];
        let seen = exchange.ended().await;
        assert_eq!((seen.status, seen.end), (*status, Some(*end)), "{kind}");
    }
    // All but those that were refused.
    assert_eq!(sandbox.stored("messages").len(), 120);
}

#[tokio::test]
async fn a_client_that_resets_its_stream_ends_a_stalled_request() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = reqwest::Client::builder()
        .no_proxy()
        .http2_prior_knowledge()
        .build()
        .unwrap();
    let url = format!("{}/v6/messages/msg_1", sandbox.url());
    let get = || client.get(&url).bearer_auth(sandbox.access_token());
    sandbox.inject(Fault::StallBefore);
    let stalled = get().timeout(Duration::from_millis(50)).send().await;
    assert!(stalled.unwrap_err().is_timeout());
    sandbox.inject(Fault::StallWithin(5));
    let stalled = get().timeout(Duration::from_millis(50)).send().await;
    assert!(stalled.unwrap().bytes().await.unwrap_err().is_timeout());
    let next = get().send().await.unwrap();
    assert_eq!(
        (next.status().as_u16(), next.version()),
        (404, reqwest::Version::HTTP_2)
    );
}
