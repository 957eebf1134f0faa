//! What the requests of a run meet: every fault of the sandbox, each by a chance and a seed of its own.

use std::time::Duration;

use serde_json::json;
use tight_sandbox::{Fault, Reply, RetryAfter, Sandbox};

const JSON: &str = "application/json";

/// The share of the requests that meet a fault.
pub(crate) const SHARE: f64 = 0.05;

/// Lets a share of the requests meet a fault, all faults alike. Only stalls are ten times as rare: an attempt that meets one
/// takes as long as the job is patient.
///
/// What no client can tell is left out: replies that say that nothing was done when it was, and successful pages that lack
/// entities, or all of them. So faults that change results are for saves alone.
pub(crate) fn inject(sandbox: &Sandbox, seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let (all, of_saves) = (of_all_requests(), of_saves());
    let count = all.len() + of_saves.len();
    let chance = |fault: &Fault| match fault {
        Fault::StallBefore | Fault::StallAfter | Fault::StallWithin(_) => SHARE / 10.0,
        _ => SHARE,
    };
    let per_fault = |fault: &Fault| chance(fault) / count as f64;
    for fault in all {
        let aim = sandbox.next_request().always();
        aim.with_probability(per_fault(&fault), random.u64(..))
            .fails(fault);
    }
    for fault in of_saves {
        let aim = sandbox.next("saveMessages").always();
        aim.with_probability(per_fault(&fault), random.u64(..))
            .fails(fault);
    }
}

fn of_all_requests() -> Vec<Fault> {
    let refused = |status| {
        let body = json!({ "result": "FAILURE", "error": [{ "type": "BAD_REQUEST" }] });
        Fault::RespondBefore(Reply::status(status).body(JSON, body.to_string()))
    };
    let limited = |wait| Fault::RespondBefore(Reply::too_many_requests(wait));
    let success = |body: &str| Fault::RespondAfter(Reply::status(200).body(JSON, body));
    let mut faults = vec![
        refused(400),
        refused(401),
        refused(403),
        refused(409),
        limited(RetryAfter::Absent),
        limited(RetryAfter::Seconds(0)),
        limited(RetryAfter::Text("0.5".to_owned())),
        limited(RetryAfter::Text("soon".to_owned())),
        Fault::ExpireTokenBefore,
        Fault::ExpireTokenAfter,
        success("<html>log in</html>"),
        success(""),
        success("null"),
        success("{}"),
        Fault::RespondAfter(Reply::html(200, "<html>log in</html>")),
        Fault::DropBefore,
        Fault::DropAfter,
        Fault::RefuseStream,
        Fault::StallBefore,
        Fault::StallAfter,
        Fault::StallWithin(100),
        Fault::Truncate(0),
        Fault::Truncate(100),
        Fault::Drip {
            bytes: 500,
            pause: Duration::from_millis(2),
        },
        Fault::SetAt("/new".to_owned(), json!({ "a": [1.50] })),
        Fault::SetAt("/data".to_owned(), json!(5)),
        Fault::ReportFailure(vec![json!({ "type": "UNKNOWN_ERROR" })]),
        Fault::SetStatus(500),
        Fault::SetStatus(207),
        Fault::Gzip,
    ];
    for status in [408, 425, 500, 502, 503, 504] {
        faults.push(Fault::RespondBefore(Reply::status(status)));
        faults.push(Fault::RespondAfter(Reply::status(status)));
    }
    faults
}

fn of_saves() -> Vec<Fault> {
    let id = "/data/1/data/id".to_owned();
    vec![
        Fault::AlterResponse(json!({ "data": null })),
        Fault::RemoveResult(3),
        Fault::RepeatResult(0),
        Fault::ReplaceResult(9, json!(null)),
        Fault::ReplaceResult(2, json!("saved")),
        Fault::AlterResult(5, json!({ "result": "PENDING" })),
        Fault::AlterResult(0, json!({ "data": { "text": "another text", "new": 1 } })),
        Fault::SetAt(id, json!([])),
        Fault::SwapResults(0, 7),
        Fault::ReverseResults,
        Fault::Several(vec![
            Fault::ReverseResults,
            Fault::SetStatus(400),
            Fault::Gzip,
        ]),
        Fault::Several(vec![Fault::RemoveResult(0), Fault::Truncate(300)]),
    ]
}
