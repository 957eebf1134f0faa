//! What a share of the requests meets, by a seed.

use serde_json::json;
use tight_sandbox::{Fault, Reply};

/// One fault of all kinds that tell no lies about what was done.
pub(crate) fn any(random: &mut fastrand::Rng) -> Fault {
    let reply = Reply::status;
    let json = |body: &str| reply(200).body("application/json", body);
    let refused = |status| {
        let body = json!({ "result": "FAILURE", "error": [{ "type": "BAD_REQUEST" }] });
        reply(status).body("application/json", body.to_string())
    };
    let mut faults = vec![
        Fault::RespondBefore(refused(400)),
        Fault::RespondBefore(refused(401)),
        Fault::RespondBefore(refused(403)),
        Fault::RespondBefore(refused(409)),
        Fault::RespondBefore(reply(429)),
        Fault::RespondBefore(reply(429).header("retry-after", "1")),
        Fault::RespondAfter(json("<html>log in</html>")),
        Fault::RespondAfter(json("")),
        Fault::RespondAfter(json("null")),
        Fault::RespondAfter(json("{}")),
        Fault::DropBefore,
        Fault::DropAfter,
        Fault::StallBefore,
        Fault::StallAfter,
        Fault::Truncate(random.usize(..500)),
        Fault::RemoveResult(random.usize(..10)),
        Fault::RepeatResult(random.usize(..10)),
        Fault::ReplaceResult(random.usize(..10), json!(null)),
        Fault::AlterResult(random.usize(..10), json!({ "result": "PENDING" })),
        Fault::SwapResults(0, random.usize(1..10)),
        Fault::ReverseResults,
        Fault::AlterResponse(json!({ "data": null })),
        Fault::SetStatus(500),
        Fault::Gzip,
    ];
    for status in [408, 425, 500, 502, 503, 504] {
        faults.push(Fault::RespondBefore(reply(status)));
        faults.push(Fault::RespondAfter(reply(status)));
    }
    faults.swap_remove(random.usize(..faults.len()))
}
