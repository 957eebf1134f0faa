//! Who may give orders, and what is said to those who give others.

use jsonschema::{Draft, Validator};
use reqwest::{
    Method, StatusCode,
    header::{ALLOW, CONTENT_TYPE, HOST, ORIGIN},
};
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use super::{ask, obedient, order, post, sent};
use crate::support::{anonymous, save};

#[tokio::test]
async fn no_web_page_of_another_origin_can_give_orders() {
    let sandbox = obedient().await;
    let host = sandbox.url().strip_prefix("http://").unwrap();
    let port = host.rsplit_once(':').unwrap().1;
    for (name, status) in [
        (host.to_owned(), 200),
        (format!("localhost:{port}"), 200),
        (format!("[::1]:{port}"), 200),
        ("192.168.0.7".to_owned(), 200),
        (format!("rebound.example:{port}"), 403),
        (format!("127.0.0.1.example:{port}"), 403),
        ("localhost.example".to_owned(), 403),
        ("sandbox".to_owned(), 403),
        (String::new(), 403),
    ] {
        let state = order(&sandbox, Method::GET, "state").header(HOST, &name);
        assert_eq!(sent(state).await.0, status, "{name}");
    }
    for (origin, status) in [
        (sandbox.url().to_owned(), 204),
        ("http://evil.example".to_owned(), 403),
        ("null".to_owned(), 403),
        // Another server of the same machine.
        ("http://127.0.0.1:1".to_owned(), 403),
    ] {
        let emptied = order(&sandbox, Method::DELETE, "state").header(ORIGIN, &origin);
        assert_eq!(sent(emptied).await.0, status, "{origin}");
    }
    // What forms and scripts can send without asking first.
    for media_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ] {
        let seed = order(&sandbox, Method::POST, "state").header(CONTENT_TYPE, media_type);
        let (status, answer) = sent(seed.body(r#"{"messages": [{}]}"#)).await;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(
            answer["error"]["message"],
            "send JSON, with the header `Content-Type: application/json`"
        );
    }
    assert_eq!(sandbox.snapshot(), json!({}));
    let asked_first = order(&sandbox, Method::OPTIONS, "state").header(ORIGIN, sandbox.url());
    let asked_first = asked_first.send().await.unwrap();
    assert_eq!(asked_first.status(), StatusCode::METHOD_NOT_ALLOWED);
    let mut headers = asked_first.headers().keys();
    assert!(headers.all(|name| !name.as_str().starts_with("access-control")));
}

/// There, the host is no header.
#[tokio::test]
async fn orders_are_taken_over_http_2() {
    let sandbox = obedient().await;
    let client = reqwest::Client::builder()
        .no_proxy()
        .http2_prior_knowledge();
    let client = client.build().unwrap();
    let url = format!("{}/sandbox/state", sandbox.url());
    let (status, state) = sent(client.get(&url)).await;
    assert_eq!((status.as_u16(), state), (200, json!({})));
    let seed = json!({ "messages": [{ "text": "Hi" }] });
    assert_eq!(sent(client.post(&url).json(&seed)).await.0, 204);
    assert_eq!(sandbox.stored("messages").len(), 1);
}

#[tokio::test]
async fn a_name_that_the_sandbox_was_started_with_is_its_own() {
    let builder = Sandbox::builder()
        .orders_over_http()
        .allow_host("sandbox.internal");
    let sandbox = builder.start().await.unwrap();
    let named = |name: &str| order(&sandbox, Method::GET, "state").header(HOST, name);
    assert_eq!(sent(named("Sandbox.internal:8080")).await.0, 200);
    assert_eq!(sent(named("other.internal")).await.0, 403);
}

#[tokio::test]
async fn other_paths_and_methods_are_refused_with_those_there_are() {
    let sandbox = obedient().await;
    let (status, answer) = sent(order(&sandbox, Method::GET, "stat")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(
        answer["error"]["message"],
        "there is no `/sandbox/stat`; similar ones are: /sandbox/state, /sandbox/, /sandbox/clock"
    );
    let put = order(&sandbox, Method::PUT, "faults").send().await.unwrap();
    assert_eq!(
        (put.status(), &put.headers()[ALLOW]),
        (
            StatusCode::METHOD_NOT_ALLOWED,
            &"GET, POST, DELETE".parse().unwrap()
        )
    );
    let (status, answer) = sent(
        order(&sandbox, Method::POST, "faults")
            .header(CONTENT_TYPE, "application/json")
            .body("{"),
    )
    .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(
        answer["error"]["message"],
        "it is not JSON: EOF while parsing an object at line 1 column 1"
    );
}

#[tokio::test]
async fn the_page_may_load_nothing_and_run_nothing_but_its_own() {
    let sandbox = obedient().await;
    let page = || async {
        anonymous(&sandbox, Method::GET, "/sandbox/")
            .send()
            .await
            .unwrap()
    };
    let (one, other) = (page().await, page().await);
    let policy = one.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_ne!(
        policy,
        other.headers()["content-security-policy"].to_str().unwrap()
    );
    let nonce = policy
        .split_once("script-src 'nonce-")
        .unwrap()
        .1
        .split_once('\'')
        .unwrap()
        .0;
    assert_eq!(
        policy.replace(nonce, "N"),
        "default-src 'none'; style-src 'nonce-N'; script-src 'nonce-N'; connect-src 'self'; img-src data:; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    );
    let text = one.text().await.unwrap();
    assert_eq!(text.matches(&format!("nonce=\"{nonce}\"")).count(), 2);
    for outside in [
        "http://",
        "https://",
        "innerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
    ] {
        assert!(!text.contains(outside), "{outside}");
    }
}

/// What the orders' own document says of a body.
struct Orders(Value);

impl Orders {
    fn validator(&self, schema: &Value) -> Validator {
        let root = json!({ "components": self.0["components"], "allOf": [schema] });
        jsonschema::options()
            .with_draft(Draft::Draft4)
            .build(&root)
            .unwrap()
    }

    #[track_caller]
    fn check(&self, path: &str, method: &str, status: &str, body: &Value) {
        let responses = &self.0["paths"][path][method]["responses"];
        let mut response = &responses[status];
        if let Some(reference) = response["$ref"].as_str() {
            response = self.0.pointer(reference.trim_start_matches('#')).unwrap();
        }
        let schema = &response["content"]["application/json"]["schema"];
        assert!(
            schema.is_object(),
            "{method} {path} has no documented answer {status}"
        );
        if let Err(error) = self.validator(schema).validate(body) {
            panic!("{method} {path} {status}: {error} in {body:#}");
        }
    }
}

#[tokio::test]
async fn the_orders_are_as_their_document_says() {
    let sandbox = obedient().await;
    let orders = Orders(ask(&sandbox, "openapi.json").await);
    save(
        &sandbox,
        json!([{ "conversationId": "con_1", "text": "Hi" }]),
    )
    .await;
    let fault = json!({
        "operation": "saveMessages", "matching": { "body": { "data": [] } }, "pass": 1, "probability": 0.5, "seed": 1,
        "fault": { "several": ["gzip", { "respondBefore": { "status": 503 } }] },
    });
    assert_eq!(
        post(&sandbox, "faults", &fault).await.0,
        StatusCode::NO_CONTENT
    );

    let paths = orders.0["paths"].as_object().unwrap();
    for (path, methods) in paths {
        let name = path.strip_prefix("/sandbox/").unwrap();
        let put = order(&sandbox, Method::PUT, name).send().await.unwrap();
        let allowed = put.headers()[ALLOW].to_str().unwrap().to_lowercase();
        let documented: Vec<_> = methods
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let mut allowed: Vec<_> = allowed.split(", ").collect();
        allowed.sort_unstable();
        let mut sorted = documented.clone();
        sorted.sort_unstable();
        assert_eq!(allowed, sorted, "{path}");
        orders.check(path, "get", "200", &ask(&sandbox, name).await);
        if documented.contains(&"post") {
            let (status, answer) = post(&sandbox, name, &json!([])).await;
            orders.check(path, "post", status.as_str(), &answer);
        }
    }
    let (status, answer) = post(&sandbox, "tokens", &json!({ "user": "anna" })).await;
    orders.check("/sandbox/tokens", "post", status.as_str(), &answer);
}
