//! Uses the invented resource as a user of the SDK would. Compiled and run by the test, in a workspace of its own.

use futures_util::TryStreamExt;
use tight_api::types::{ReminderOrder, ReminderQuery, ReminderState, ReminderUpsert};
use tight_api::filter::{contains, greater_than};
use tight_api::{Client, Credentials, Date, ErrorKind};
use tight_sandbox::Sandbox;

mod gadgets;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = Client::builder()
        .base_url(sandbox.url())
        .credentials(Credentials::client(
            sandbox.client_id(),
            sandbox.client_secret(),
        ))
        .build()
        .unwrap();
    let reminders = client.reminders();

    // Saving: each item has its outcome.
    let outcome = reminders
        .save([
            ReminderUpsert::new().title("b").due("2024-01-15").labels(["tax"]),
            ReminderUpsert::new().title(""),
            ReminderUpsert::new().title("a").priority(9),
            ReminderUpsert::new().title("c").due("2024-02-15"),
            ReminderUpsert::new().title("a"),
        ])
        .await;
    assert_eq!(outcome.to_string(), "3 saved, 2 rejected");
    let rejected: Vec<_> = outcome.rejected().map(|item| item.index).collect();
    assert_eq!(rejected, [1, 2]);
    let saved = outcome.saved().next().unwrap();
    let id = saved.entity.id.clone().unwrap();
    assert_eq!(saved.entity.due, Some(Date::new(2024, 1, 15)));
    assert_eq!(saved.entity.state, Some(ReminderState::Pending));

    // Updating.
    let update = ReminderUpsert::new().id(&id).title("bb");
    let updated = reminders.save_one(update).await.unwrap();
    assert_eq!(updated.labels, ["tax"]);

    // Querying: filtered, ordered, in pages of one.
    let titles = |query: ReminderQuery| async {
        let items = client.reminders().query(query).limit(1).items();
        let items: Vec<_> = items.try_collect().await.unwrap();
        items
            .into_iter()
            .map(|reminder| reminder.title.unwrap())
            .collect::<Vec<_>>()
    };
    let all = ReminderQuery::new().descending_by(ReminderOrder::Title);
    assert_eq!(titles(all).await, ["c", "bb", "a"]);
    let late = ReminderQuery::new().due(greater_than("2024-01-31"));
    assert_eq!(titles(late).await, ["c"]);
    let some = ReminderQuery::new().title(contains("b"));
    assert_eq!(titles(some).await, ["bb"]);

    // Getting, and deleting.
    assert_eq!(
        reminders.get(&id).await.unwrap().title.as_deref(),
        Some("bb")
    );
    let deleted = reminders.delete(&id).await.unwrap();
    assert_eq!(deleted.id.as_ref(), Some(&id));
    let gone = reminders.get(&id).await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::Status);
    assert_eq!(gone.status().unwrap(), 404);
    assert_eq!(gone.operation(), Some("getReminder"));
    assert_eq!(titles(ReminderQuery::new()).await.len(), 2);

    gadgets::use_them(&client, &sandbox).await;
    println!("the invented resources work");
}
