//! Requests with everything that an operation can ask for.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::server::{Reply, Server};
use super::{Entry, said};
use crate::runtime::batch::{BatchSave, Echo, save, save_one};
use crate::runtime::call::{
    Auth, BuildError, Effect, Headers, Operation, Query, Request, call_builder, entity,
    optional_json, path,
};
use crate::runtime::transport::Transport;
use crate::runtime::upload::{Form, UploadError};
use crate::types::ReadStatus;
use crate::{
    Client, Credentials, Date, Decimal, Environment, ErrorKind, Number, Response, Result, Secret,
    Timestamp, UnknownFields, Upload,
};

crate::wire::open_enum! {
    /// How many days.
    pub enum Terms: i64 {
        /// `30`
        Thirty = 30,
    }
}

/// With a parameter in its path of every type.
#[derive(Clone, Debug)]
pub(crate) struct GetOfEveryType {
    id: String,
    year: i64,
    is_final: bool,
    day: Date,
    status: ReadStatus,
    terms: Terms,
}

impl Request for GetOfEveryType {
    const OPERATION: Operation = Operation {
        id: "getOfEveryType",
        effect: Effect::Reads,
        auth: Auth::Token,
    };

    fn check(&self) -> Result<()> {
        path::check("id", &self.id)?;
        path::check("year", &self.year)?;
        path::check("isFinal", &self.is_final)?;
        path::check("day", &self.day)?;
        path::check("status", &self.status)?;
        path::check("terms", &self.terms)
    }

    async fn build(&self, api: &Transport) -> Result<reqwest::Request, BuildError> {
        let url = format!(
            "{}/invented/{}/{}/{}/{}/{}/{}",
            Self::base_url(api),
            path::encode(&self.id),
            path::encode(&self.year),
            path::encode(&self.is_final),
            path::encode(&self.day),
            path::encode(&self.status),
            path::encode(&self.terms)
        );
        Ok(api.http.get(url).build()?)
    }
}

/// With parameters that may be left out, in its query and its headers.
#[derive(Clone, Debug)]
pub(crate) struct GetEntryVersion {
    id: String,
    tight_version: Option<String>,
    retries: Option<i64>,
    is_final: Option<bool>,
    since: Option<Date>,
    after: Option<Timestamp>,
    rate: Option<Decimal>,
    amount: Option<Number>,
    status: Option<Vec<ReadStatus>>,
    terms: Option<Terms>,
}

impl Request for GetEntryVersion {
    const OPERATION: Operation = Operation {
        id: "getEntry",
        effect: Effect::Reads,
        auth: Auth::Token,
    };

    fn check(&self) -> Result<()> {
        path::check("id", &self.id)
    }

    fn headers(&self) -> Headers {
        Headers::new()
            .with("Tight-Version", &self.tight_version)
            .with("X-Retries", &self.retries)
    }

    async fn build(&self, api: &Transport) -> Result<reqwest::Request, BuildError> {
        let url = format!(
            "{}/invented/entries/{}",
            Self::base_url(api),
            path::encode(&self.id)
        );
        let query = Query::new()
            .with("isFinal", &self.is_final)
            .with("since", &self.since)
            .with("after", &self.after)
            .with("rate", &self.rate)
            .with("amount", &self.amount)
            .with("status", &self.status)
            .with("terms", &self.terms);
        Ok(api.http.get(url).query(&query).build()?)
    }
}

call_builder! {
    /// A call of [`Entries::get`], about to be sent.
    pub struct GetEntryCall: GetEntryVersion => Response<Entry>, entity::call {
        /// The version of the API.
        tight_version: (String),
        retries: (i64),
        is_final: (bool),
        since: (Date),
        after: (Timestamp),
        rate: (Decimal),
        amount: (Number),
        status: [ReadStatus],
        terms: (Terms),
    }
}

/// What a resource has for it.
fn get(client: &Client, id: impl Into<String>) -> GetEntryCall<'_> {
    let request = GetEntryVersion {
        id: id.into(),
        tight_version: None,
        retries: None,
        is_final: None,
        since: None,
        after: None,
        rate: None,
        amount: None,
        status: None,
        terms: None,
    };
    GetEntryCall::new(client.session(), request)
}

const ENTRY: &str = r#"{"result":"SUCCESS","data":{"id":"a"}}"#;

async fn server() -> Server {
    Server::replying([Reply::json("200 OK", ENTRY)]).await
}

/// The first line of a request, and those of its headers that are told by `names`.
fn head(request: &str, names: &[&str]) -> String {
    let mut lines = request.split("\r\n\r\n").next().unwrap().lines();
    let first = lines.next().unwrap().trim_end_matches(" HTTP/1.1");
    let headers = lines.filter(|line| names.iter().any(|name| line.starts_with(name)));
    headers.fold(first.to_owned(), |head, line| format!("{head} | {line}"))
}

fn body(request: &str) -> &str {
    request.split_once("\r\n\r\n").unwrap().1
}

#[tokio::test]
async fn values_of_every_type_stand_in_paths() {
    let server = server().await;
    let request = GetOfEveryType {
        id: "a/b".to_owned(),
        year: -2024,
        is_final: true,
        day: Date::new(2024, 1, 15),
        status: ReadStatus::Unread,
        terms: Terms::Thirty,
    };
    let client = server.client();
    let entry: Response<Entry> = entity::call(client.session(), &request).await.unwrap();
    assert_eq!(entry.id.as_deref(), Some("a"));
    assert_eq!(
        head(&server.requests()[0], &[]),
        "GET /invented/a%2Fb/-2024/true/2024-01-15/UNREAD/30"
    );
    for status in ["", ".."] {
        let request = GetOfEveryType {
            status: status.into(),
            ..request.clone()
        };
        let refused: Result<Response<Entry>> = entity::call(client.session(), &request).await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
}

#[tokio::test]
async fn what_is_not_set_is_not_sent() {
    let server = server().await;
    get(&server.client(), "a").await.unwrap();
    let sent = head(&server.requests()[0], &["tight-version", "x-retries"]);
    assert_eq!(sent, "GET /invented/entries/a");
}

#[tokio::test]
async fn parameters_of_every_type_are_sent_in_queries_and_headers() {
    let server = server().await;
    let client = server.client();
    let call = get(&client, "a")
        .tight_version("6.0.0")
        .retries(3)
        .is_final(false)
        .since(Date::new(2024, 1, 15))
        .after("2024-01-15T10:00:00+01:00")
        .rate("12.50")
        .amount(5)
        .status([ReadStatus::Read, ReadStatus::Unread])
        .terms(45);
    call.await.unwrap();
    assert_eq!(
        head(
            &server.requests()[0],
            &["tight-version", "x-retries", "accept:"]
        ),
        "GET /invented/entries/a?isFinal=false&since=2024-01-15&after=2024-01-15T10%3A00%3A00%2B01%3A00&rate=12.50&amount=5&status=READ&status=UNREAD&terms=45 | tight-version: 6.0.0 | x-retries: 3 | accept: application/json"
    );
}

#[tokio::test]
async fn a_header_that_would_make_others_is_not_sent() {
    let server = Server::replying([]).await;
    for value in ["6\r\nAuthorization: x", "6\n", "\t6", "6\0", "6\u{7f}"] {
        let refused = get(&server.client(), "a").tight_version(value).await;
        assert_eq!(
            said(refused),
            "getEntry: `Tight-Version` contains a line break or another control character and cannot be sent in a header"
        );
    }
    assert!(server.requests().is_empty());
}

#[derive(Clone, Debug)]
pub(crate) struct GetStatus;

impl Request for GetStatus {
    const OPERATION: Operation = Operation {
        id: "getStatus",
        effect: Effect::Reads,
        auth: Auth::None,
    };
    const ACCEPT: &'static str = "application/pdf, application/json";
    const SERVER: Option<&'static str> = Some("https://status.example");

    async fn build(&self, api: &Transport) -> Result<reqwest::Request, BuildError> {
        let url = format!("{}/invented/status", Self::base_url(api));
        Ok(api.http.get(url).build()?)
    }
}

#[tokio::test]
async fn an_operation_without_security_asks_for_no_token_and_sends_none() {
    for status in ["200 OK", "401 Unauthorized"] {
        let server = Server::replying([Reply::json(status, ENTRY)]).await;
        let client = server
            .client_builder()
            .credentials(Credentials::client("the-client", "the-secret-of-it"))
            .build()
            .unwrap();
        let response: Result<Response<Entry>> = entity::call(client.session(), &GetStatus).await;
        assert_eq!(response.is_ok(), status == "200 OK");
        assert_eq!(server.token_requests(), 0);
        assert_eq!(
            head(&server.requests()[0], &["authorization", "accept:"]),
            "GET /invented/status | accept: application/pdf, application/json"
        );
    }
}

#[tokio::test]
async fn an_operation_has_a_server_of_its_own_unless_the_client_was_told_another() {
    let builder = Client::builder().credentials(Credentials::access_token("a-token"));
    let at = |builder: crate::ClientBuilder| {
        let client = builder.build().unwrap();
        GetStatus::base_url(&client.session().transport).to_owned()
    };
    let told = "https://elsewhere.example";
    let environment = Environment::ALL[0];
    assert_eq!(at(builder.clone()), "https://status.example");
    assert_eq!(
        at(builder.clone().environment(environment)),
        "https://status.example"
    );
    assert_eq!(at(builder.clone().base_url(told)), told);
    assert_eq!(
        at(builder.clone().environment(environment).base_url(told)),
        told
    );
    assert_eq!(
        at(builder.base_url(told).environment(environment)),
        "https://status.example"
    );
}

/// With parts of every kind.
#[derive(Debug)]
pub(crate) struct UploadEntry {
    file: Option<Upload>,
    day: Date,
    note: Option<String>,
    status: Option<Vec<ReadStatus>>,
    pages: Option<i64>,
    is_final: Option<bool>,
    pin: Option<Secret>,
    data: Option<serde_json::Value>,
}

impl Request for UploadEntry {
    const OPERATION: Operation = Operation {
        id: "uploadEntry",
        effect: Effect::Writes,
        auth: Auth::Token,
    };

    fn is_repeatable(&self) -> bool {
        self.file.iter().all(Upload::is_repeatable)
    }

    fn take_upload_error(&self) -> Option<UploadError> {
        self.file.iter().find_map(Upload::take_error)
    }

    async fn build(&self, api: &Transport) -> Result<reqwest::Request, BuildError> {
        let form = Form::new()
            .file("file", self.file.as_ref())
            .await?
            .text("day", &self.day)
            .text("note", &self.note)
            .text("status", &self.status)
            .text("pages", &self.pages)
            .text("isFinal", &self.is_final)
            .text("pin", &self.pin)
            .json("data", self.data.as_ref())?
            .finish();
        let url = format!("{}/invented/entries/upload", Self::base_url(api));
        Ok(api.http.post(url).multipart(form).build()?)
    }
}

/// The parts of a body: what each is called, and what is in it.
fn parts(request: &str) -> Vec<(String, String)> {
    let boundary = request
        .split("boundary=")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap();
    let boundary = format!("--{boundary}");
    let parts = body(request).split(&boundary).skip(1);
    let parts = parts.filter_map(|part| part.split_once("\r\n\r\n"));
    parts
        .map(|(head, content)| {
            let name = head
                .split("name=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap();
            (name.to_owned(), content.trim_end().to_owned())
        })
        .collect()
}

#[tokio::test]
async fn a_form_has_texts_files_and_objects_and_none_that_is_left_out() {
    let server =
        Server::replying([Reply::json("200 OK", ENTRY), Reply::json("200 OK", ENTRY)]).await;
    let client = server.client();
    let least = UploadEntry {
        file: None,
        day: Date::new(2024, 1, 15),
        note: None,
        status: None,
        pages: None,
        is_final: None,
        pin: None,
        data: None,
    };
    let _: Response<Entry> = entity::call(client.session(), &least).await.unwrap();
    assert_eq!(
        parts(&server.requests()[0]),
        [("day".into(), "2024-01-15".into())]
    );
    let most = UploadEntry {
        file: Some(Upload::bytes("a.txt", "content")),
        note: Some("ü\r\n\"x\"".to_owned()),
        status: Some(vec![ReadStatus::Read, ReadStatus::Unread]),
        pages: Some(3),
        is_final: Some(true),
        pin: Some("1234".into()),
        data: Some(json!({ "a": 1 })),
        ..least
    };
    let _: Response<Entry> = entity::call(client.session(), &most).await.unwrap();
    let parts = parts(&server.requests()[1]);
    let parts: Vec<_> = parts
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_str()))
        .collect();
    assert_eq!(
        parts,
        [
            ("file", "content"),
            ("day", "2024-01-15"),
            ("note", "ü\r\n\"x\""),
            ("status", "READ"),
            ("status", "UNREAD"),
            ("pages", "3"),
            ("isFinal", "true"),
            ("pin", "1234"),
            ("data", r#"{"a":1}"#),
        ]
    );
    assert!(!format!("{most:?}").contains("1234"));
}

/// A request of a batch, with fields beside its items.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SaveRulesRequest {
    pub data: Vec<String>,
    #[serde(
        rename = "applyToExistingUsers",
        skip_serializing_if = "Option::is_none"
    )]
    pub apply_to_existing_users: Option<bool>,
}

/// Those fields, as a caller sets them.
#[derive(Clone, Debug, Default)]
pub struct RuleSettings {
    pub apply_to_existing_users: Option<bool>,
}

#[derive(Clone, Debug)]
pub(crate) struct SaveRules {
    body: SaveRulesRequest,
}

impl Request for SaveRules {
    const OPERATION: Operation = Operation {
        id: "saveRules",
        effect: Effect::Writes,
        auth: Auth::Token,
    };

    async fn build(&self, api: &Transport) -> Result<reqwest::Request, BuildError> {
        let url = format!("{}/invented/rules", Self::base_url(api));
        Ok(api.http.post(url).json(&self.body).build()?)
    }
}

impl BatchSave for SaveRules {
    type Item = String;
    type Entity = Entry;
    type Settings = RuleSettings;
    type Extras = UnknownFields;
    const ECHOES: &'static [Echo<String, Entry>] = &[];

    fn from_items(items: Vec<String>, settings: RuleSettings) -> Self {
        let apply_to_existing_users = settings.apply_to_existing_users;
        Self {
            body: SaveRulesRequest {
                data: items,
                apply_to_existing_users,
            },
        }
    }

    fn items(&self) -> &[String] {
        &self.body.data
    }

    fn into_items(self) -> Vec<String> {
        self.body.data
    }
}

/// A request of a batch whose body is the list itself, and need not be there.
#[derive(Clone, Debug)]
pub(crate) struct SaveList {
    body: Vec<String>,
}

impl Request for SaveList {
    const OPERATION: Operation = Operation {
        id: "saveList",
        effect: Effect::Writes,
        auth: Auth::Token,
    };

    async fn build(&self, api: &Transport) -> Result<reqwest::Request, BuildError> {
        let url = format!("{}/invented/list", Self::base_url(api));
        Ok(api.http.post(url).json(&self.body).build()?)
    }
}

impl BatchSave for SaveList {
    type Item = String;
    type Entity = Entry;
    type Settings = ();
    type Extras = UnknownFields;
    const ECHOES: &'static [Echo<String, Entry>] = &[];

    fn from_items(items: Vec<String>, (): ()) -> Self {
        Self { body: items }
    }

    fn items(&self) -> &[String] {
        &self.body
    }

    fn into_items(self) -> Vec<String> {
        self.body
    }
}

fn saved(count: usize) -> Reply {
    let result = r#"{"result":"SUCCESS","data":{"id":"a"}}"#;
    let results = vec![result; count].join(",");
    Reply::json(
        "200 OK",
        &format!(r#"{{"result":"SUCCESS","data":[{results}]}}"#),
    )
}

#[tokio::test]
async fn each_request_of_a_batch_says_what_the_batch_says() {
    let server = Server::replying([saved(2), saved(1), saved(1)]).await;
    let client = server.client();
    let settings = RuleSettings {
        apply_to_existing_users: Some(true),
    };
    let items = ["a", "b", "c"].map(str::to_owned);
    let outcome = save::<SaveRules, _>(client.session(), items, settings)
        .request_size(2)
        .await;
    assert_eq!(outcome.to_string(), "3 saved");
    save_one::<SaveRules>(client.session(), "d".to_owned(), RuleSettings::default())
        .await
        .unwrap();
    let requests = server.requests();
    let bodies: Vec<_> = requests.iter().map(|request| body(request)).collect();
    assert_eq!(
        bodies,
        [
            r#"{"data":["a","b"],"applyToExistingUsers":true}"#,
            r#"{"data":["c"],"applyToExistingUsers":true}"#,
            r#"{"data":["d"]}"#,
        ]
    );
}

#[tokio::test]
async fn a_batch_can_be_a_bare_list() {
    let server = Server::replying([saved(2)]).await;
    let items = ["a", "b"].map(str::to_owned);
    let outcome = save::<SaveList, _>(server.client().session(), items, ()).await;
    assert_eq!(outcome.to_string(), "2 saved");
    assert_eq!(body(&server.requests()[0]), r#"["a","b"]"#);
}

#[derive(Clone, Debug)]
pub(crate) struct DeleteCompany {
    body: Option<serde_json::Value>,
}

impl Request for DeleteCompany {
    const OPERATION: Operation = Operation {
        id: "deleteCompany",
        effect: Effect::Deletes,
        auth: Auth::Token,
    };

    async fn build(&self, api: &Transport) -> Result<reqwest::Request, BuildError> {
        let url = format!("{}/invented/company", Self::base_url(api));
        Ok(optional_json(api.http.delete(url), self.body.as_ref()).build()?)
    }
}

call_builder! {
    /// A call that deletes.
    pub struct DeleteCompanyCall: DeleteCompany => Response<Entry>, entity::call {
        /// Why.
        body: (serde_json::Value),
    }
}

#[tokio::test]
async fn a_body_need_not_be_there() {
    let server =
        Server::replying([Reply::json("200 OK", ENTRY), Reply::json("200 OK", ENTRY)]).await;
    let client = server.client();
    let delete = || DeleteCompanyCall::new(client.session(), DeleteCompany { body: None });
    delete().await.unwrap();
    delete().body(json!({ "why": "x" })).await.unwrap();
    let requests = server.requests();
    assert_eq!(
        head(&requests[0], &["content-type"]),
        "DELETE /invented/company"
    );
    assert_eq!(body(&requests[0]), "");
    assert_eq!(
        head(&requests[1], &["content-type"]),
        "DELETE /invented/company | content-type: application/json"
    );
    assert_eq!(body(&requests[1]), r#"{"why":"x"}"#);
}

#[test]
fn a_call_that_is_about_to_be_sent_can_cross_threads() {
    fn crosses<T: Send>(_: &T) {}
    let client = Client::builder()
        .credentials(Credentials::access_token("a-token"))
        .build()
        .unwrap();
    let call = get(&client, "a");
    crosses(&call);
    crosses(&call.into_future());
}
