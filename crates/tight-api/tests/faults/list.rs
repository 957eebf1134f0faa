//! What a request can meet: every fault of the sandbox, and the replies of a troubled server.

use serde_json::json;
use tight_sandbox::{Fault, Reply};

/// What a call is made over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Protocol {
    Http1,
    Http2,
}

/// A fault, and what the laws may expect of it.
pub(crate) struct Met {
    pub(crate) name: String,
    pub(crate) faults: Vec<Fault>,
    /// How often a call that writes may be sent: once, unless the server says that it has done nothing.
    writes_sent: usize,
    /// Whether the server tells the truth, as far as it tells anything. What a lie makes of an account is in the table, but
    /// no law.
    pub(crate) is_honest: bool,
    pub(crate) stalls: bool,
    /// Whether HTTP/2 says that nothing was done.
    is_refused: bool,
    pub(crate) refuses_token: bool,
}

impl Met {
    fn new(name: impl Into<String>, fault: Fault) -> Self {
        Self {
            name: name.into(),
            faults: vec![fault],
            writes_sent: 1,
            is_honest: true,
            stalls: false,
            is_refused: false,
            refuses_token: false,
        }
    }

    pub(crate) fn nothing() -> Self {
        Self::new("nothing", Fault::Several(vec![]))
    }

    fn untrue(mut self) -> Self {
        self.is_honest = false;
        self
    }

    fn resent(mut self, times: usize) -> Self {
        self.writes_sent = times;
        self
    }

    pub(crate) fn renewing(mut self) -> Self {
        self.refuses_token = true;
        self.resent(2)
    }

    fn refused(mut self) -> Self {
        self.is_refused = true;
        self
    }

    /// How often a call that writes may be sent.
    pub(crate) fn writes_sent(&self, protocol: Protocol) -> usize {
        match (self.is_refused, protocol) {
            (true, Protocol::Http2) => 3,
            _ => self.writes_sent,
        }
    }

    fn stalling(mut self) -> Self {
        self.stalls = true;
        self
    }

    /// Met by more attempts than a call has.
    fn always(mut self) -> Self {
        self.name += ", every time";
        self.faults = vec![self.faults[0].clone(); 9];
        self
    }
}

const JSON: &str = "application/json";

fn refusal(status: u16, kind: &str) -> Reply {
    let error = json!({ "type": kind, "message": "no" });
    let body = json!({ "result": "FAILURE", "data": null, "error": [error] });
    Reply::status(status).body(JSON, body.to_string())
}

/// All of them. `secret` is what an echo quotes.
pub(crate) fn all(secret: &str) -> Vec<Met> {
    let before =
        |name: &str, reply| Met::new(format!("{name}, not done"), Fault::RespondBefore(reply));
    let after = |name: &str, reply| Met::new(format!("{name}, done"), Fault::RespondAfter(reply));
    let mut all = vec![Met::nothing()];

    for (status, kind) in [
        (400, "BAD_REQUEST"),
        (403, "FORBIDDEN"),
        (404, "NOT_FOUND"),
        (409, "CONFLICT"),
    ] {
        all.push(before(&status.to_string(), refusal(status, kind)));
    }
    all.push(before(
        "302",
        Reply::status(302).header("location", "/elsewhere"),
    ));
    let expired = || before("401", refusal(401, "EXPIRED_TOKEN")).renewing();
    all.extend([expired(), expired().always()]);
    all.push(before("429", Reply::status(429)).resent(3));
    for wait in ["7", "Sun, 06 Nov 1994 08:49:44 GMT", "1.5", "soon", "3600"] {
        let reply = Reply::status(429).header("retry-after", wait);
        all.push(before(&format!("429 with Retry-After: {wait}"), reply).resent(3));
    }
    all.push(
        before(
            "429 with Retry-After: 7",
            Reply::status(429).header("retry-after", "7"),
        )
        .resent(3)
        .always(),
    );

    for status in [408, 425, 500, 503, 504] {
        let reply = || {
            Reply::status(status)
                .body("text/plain", "trouble")
                .header("retry-after", "1")
        };
        all.push(before(&status.to_string(), reply()));
        all.push(after(&status.to_string(), reply()));
    }
    all.push(before("503", Reply::status(503)).always());
    let html = || Reply::status(502).body("text/html", "<html>bad gateway</html>");
    all.extend([before("502 in HTML", html()), after("502 in HTML", html())]);
    let echo = || Reply::status(500).body("text/html", format!("authorization: {secret}"));
    all.extend([
        before("500 with an echo", echo()),
        after("500 with an echo", echo()),
    ]);

    for (name, body) in [
        ("garbage", "<html>log in</html>"),
        ("nothing", ""),
        ("null", "null"),
        ("{}", "{}"),
        ("[]", "[]"),
        (
            "data: null",
            r#"{"result":"SUCCESS","data":null,"error":null}"#,
        ),
        (
            "an unknown result",
            r#"{"result":"PENDING","data":{"id":5},"error":[]}"#,
        ),
        ("half of it", r#"{"result":"SUCCESS","data":[{"result""#),
    ] {
        let reply = || Reply::status(200).body(JSON, body);
        let name = format!("200 with {name}");
        all.extend([before(&name, reply()).untrue(), after(&name, reply())]);
    }
    all.push(before("200 that says FAILURE", refusal(200, "BAD_REQUEST")));

    all.extend([
        Met::new("connection lost, not done", Fault::DropBefore),
        Met::new("connection lost, done", Fault::DropAfter),
        Met::new("connection lost, not done", Fault::DropBefore).always(),
        Met::new("stream refused, not done", Fault::RefuseStream).refused(),
        Met::new("stream refused, not done", Fault::RefuseStream)
            .refused()
            .always(),
        Met::new("no answer, not done", Fault::StallBefore).stalling(),
        Met::new("no answer, done", Fault::StallAfter).stalling(),
        Met::new("cut before the body", Fault::Truncate(0)),
        Met::new("cut within the body", Fault::Truncate(20)),
        Met::new("first result missing", Fault::RemoveResult(0)),
        Met::new("first result twice", Fault::RepeatResult(0)),
        Met::new("first result null", Fault::ReplaceResult(0, json!(null))),
        Met::new(
            "first result of another type",
            Fault::ReplaceResult(0, json!("saved")),
        ),
        Met::new(
            "first result with unknown fields",
            Fault::AlterResult(0, json!({ "new": [1.50], "data": { "new": {} } })),
        ),
        Met::new(
            "first result of an unknown kind",
            Fault::AlterResult(0, json!({ "result": "PENDING" })),
        ),
        Met::new(
            "first entity without id",
            Fault::AlterResult(0, json!({ "id": null, "data": { "id": null } })),
        ),
        Met::new(
            "first entity with an id of another type",
            Fault::AlterResult(0, json!({ "id": [], "data": { "id": [] } })),
        ),
        Met::new("results swapped", Fault::SwapResults(0, 1)),
        Met::new("results reversed", Fault::ReverseResults),
        Met::new(
            "unknown field in the answer",
            Fault::AlterResponse(json!({ "new": { "a": [1.50] } })),
        ),
        Met::new(
            "no data in the answer",
            Fault::AlterResponse(json!({ "data": null })),
        ),
        Met::new(
            "data of another type",
            Fault::AlterResponse(json!({ "data": 5 })),
        ),
        Met::new(
            "answer that says FAILURE, done",
            Fault::ReportFailure(vec![json!({ "type": "UNKNOWN_ERROR" })]),
        )
        .untrue(),
        Met::new("answer with 207", Fault::SetStatus(207)),
        Met::new("answer with 204", Fault::SetStatus(204)),
        Met::new("answer with 500", Fault::SetStatus(500)),
        Met::new("gzip", Fault::Gzip),
    ]);
    all
}
