//! Fields beside `data`.

use std::ops::RangeInclusive;

use futures_util::TryStreamExt;
use serde_json::json;

use super::server::{Reply, Server};
use super::{Entry, GetEntry, SaveEntry, answering};
use crate::runtime::batch::{BatchSave, Echo, save, save_one};
use crate::runtime::call::{Auth, BuildError, Effect, Operation, Request, entity};
use crate::runtime::listing::{PageRequest, listing};
use crate::runtime::transport::Transport;
use crate::{Client, Listing, Number, Response, UnknownFields};

/// What the documentation shows beside the items.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct LedgerExtras {
    pub beginning_balance: Option<Number>,
    pub unknown_fields: UnknownFields,
}

crate::wire::received!(LedgerExtras {
    "beginningBalance" => beginning_balance,
});

#[derive(Clone, Debug, Default)]
pub(crate) struct QueryLedger {
    cursor: Option<String>,
    limit: Option<i64>,
}

impl Request for QueryLedger {
    const OPERATION: Operation = Operation {
        id: "queryLedger",
        effect: Effect::Reads,
        auth: Auth::Token,
    };

    async fn build(&self, api: &Transport) -> Result<reqwest::Request, BuildError> {
        let url = format!("{}/invented/ledger", Self::base_url(api));
        Ok(api
            .http
            .get(url)
            .query(&[("cursor", &self.cursor)])
            .build()?)
    }
}

impl PageRequest for QueryLedger {
    type Item = Entry;
    type Extras = LedgerExtras;
    const LIMITS: RangeInclusive<i64> = 1..=250;

    fn paging_fields(&mut self) -> (&mut Option<String>, &mut Option<i64>) {
        (&mut self.cursor, &mut self.limit)
    }
}

fn ledger(client: &Client) -> Listing<Entry, LedgerExtras> {
    listing(client.session(), QueryLedger::default())
}

#[derive(Clone, Debug)]
pub(crate) struct SaveEntries {
    items: Vec<String>,
}

impl Request for SaveEntries {
    const OPERATION: Operation = Operation {
        id: "saveEntries",
        effect: Effect::Writes,
        auth: Auth::Token,
    };

    async fn build(&self, api: &Transport) -> Result<reqwest::Request, BuildError> {
        let url = format!("{}/invented/entries", Self::base_url(api));
        Ok(api
            .http
            .post(url)
            .json(&json!({ "data": self.items }))
            .build()?)
    }
}

impl BatchSave for SaveEntries {
    type Item = String;
    type Entity = Entry;
    type Settings = ();
    type Extras = LedgerExtras;
    const ECHOES: &'static [Echo<String, Entry>] = &[];

    fn from_items(items: Vec<String>, (): ()) -> Self {
        Self { items }
    }

    fn items(&self) -> &[String] {
        &self.items
    }

    fn into_items(self) -> Vec<String> {
        self.items
    }
}

#[tokio::test]
async fn what_stands_beside_data_and_is_not_documented_is_kept() {
    let body =
        r#"{"result":"SUCCESS","totalCount":2.50,"data":{"id":"a","new":1},"meta":{"b":[null]}}"#;
    let client = answering("200 OK", body).await;
    let entry: Response<Entry> = entity::call(client.session(), &GetEntry).await.unwrap();
    assert_eq!(entry.unknown_fields.get("new"), Some("1"));
    let extras: Vec<_> = entry.extras().iter().collect();
    assert_eq!(
        extras,
        [("totalCount", "2.50"), ("meta", r#"{"b":[null]}"#)]
    );
}

#[tokio::test]
async fn documented_fields_beside_data_are_read_and_fail_nothing() {
    for (balance, read, kept) in [
        ("150.50", Some("150.50"), None),
        ("null", None, None),
        ("[1]", None, Some("[1]")),
    ] {
        let body = format!(r#"{{"beginningBalance":{balance},"data":{{"id":"a"}},"else":1}}"#);
        let client = answering("200 OK", &body).await;
        let entry: Response<Entry, LedgerExtras> =
            entity::call(client.session(), &SaveEntry).await.unwrap();
        assert_eq!(entry.id.as_deref(), Some("a"));
        let extras = entry.extras();
        let balance = extras.beginning_balance.as_ref().map(Number::to_string);
        assert_eq!(balance.as_deref(), read);
        assert_eq!(extras.unknown_fields.get("beginningBalance"), kept);
        assert_eq!(extras.unknown_fields.get("else"), Some("1"));
    }
}

#[tokio::test]
async fn what_stands_beside_data_is_kept_where_an_item_cannot_be_read() {
    let body = r#"{"beginningBalance":5,"data":[{"id":"a"},5],"cursor":{"after":null}}"#;
    let client = answering("200 OK", body).await;
    let page = ledger(&client).page().await.unwrap();
    assert_eq!((page.len(), page.unreadable().count()), (2, 1));
    assert_eq!(page.extras().beginning_balance, Some(5.into()));
}

#[tokio::test]
async fn a_page_and_the_items_of_all_pages_have_what_stands_beside_them() {
    let page = |id: &str, balance: i64, after: Option<&str>| {
        let body = json!({
            "data": [{ "id": id }],
            "beginningBalance": balance,
            "cursor": { "after": after },
        });
        Reply::json("200 OK", &body.to_string())
    };
    let server = Server::replying([page("a", 5, Some("2")), page("b", 7, None)]).await;
    let client = server.client();
    let mut entries = ledger(&client).items();
    assert_eq!(entries.extras(), None);
    let mut balances = Vec::new();
    while let Some(entry) = entries.try_next().await.unwrap() {
        let balance = entries.extras().unwrap().beginning_balance.clone();
        balances.push((entry.id.unwrap(), balance.unwrap().to_string()));
    }
    assert_eq!(
        balances,
        [("a".into(), "5".into()), ("b".into(), "7".into())]
    );
}

#[tokio::test]
async fn a_batch_has_what_stands_beside_the_results_of_each_request() {
    let reply = |balance: Option<i64>, beside: &str| {
        let balance = balance.map(|balance| format!(r#""beginningBalance":{balance},"#));
        let body = format!(
            r#"{{"result":"SUCCESS",{}"data":[{{"result":"SUCCESS","data":{{"id":"a"}}}},{{{beside}"result":"SUCCESS","data":{{"id":"b"}}}}]}}"#,
            balance.unwrap_or_default()
        );
        Reply::json("200 OK", &body)
    };
    let server = Server::replying([
        reply(Some(5), ""),
        reply(None, r#""warning":"old","#),
        reply(Some(7), ""),
    ])
    .await;
    let items = ["1", "2", "3", "4", "5", "6"].map(str::to_owned);
    let client = server.client();
    let outcome = save::<SaveEntries, _>(client.session(), items, ())
        .request_size(2)
        .await;
    assert_eq!(outcome.to_string(), "6 saved");
    let balances = outcome
        .extras()
        .iter()
        .map(|extras| &extras.beginning_balance);
    let balances: Vec<_> = balances.flatten().map(Number::to_string).collect();
    assert_eq!(balances, ["5", "7"]);
    let beside: Vec<_> = outcome
        .items()
        .iter()
        .map(|item| item.extras.len())
        .collect();
    assert_eq!(beside, [0, 0, 0, 1, 0, 0]);
    assert_eq!(outcome.items()[3].extras.get("warning"), Some(r#""old""#));
}

#[tokio::test]
async fn an_item_by_itself_has_what_stands_beside_its_result() {
    let body = r#"{"beginningBalance":5,"data":[{"result":"SUCCESS","data":{"id":"a"}}]}"#;
    let client = answering("200 OK", body).await;
    let saved = save_one::<SaveEntries>(client.session(), "1".to_owned(), ())
        .await
        .unwrap();
    assert_eq!(saved.extras().beginning_balance, Some(5.into()));
}
