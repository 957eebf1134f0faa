//! The domain as a whole, in the sandbox: what is done through one operation shows in the others.

use futures_util::TryStreamExt;
use proptest::prelude::*;
use tight_api::filter::is_not;
use tight_api::types::{
    AuditTrailQuery, Conversation, ConversationQuery, ConversationUpsert, EmojiCode, FileDetails,
    FileOrder, FileQuery, FileUpsert, FirstMessage, NewMessage, ReadStatus,
};
use tight_api::{Client, Credentials, Date, ErrorKind, RetryPolicy, Upload};
use tight_sandbox::{Fault, Reply, Sandbox};

fn client_of(sandbox: &Sandbox) -> Client {
    let credentials = Credentials::client(sandbox.client_id(), sandbox.client_secret());
    Client::builder()
        .base_url(sandbox.url())
        .credentials(credentials.for_user("user_1"))
        .retry(RetryPolicy::never())
        .build()
        .unwrap()
}

async fn begin(client: &Client, subject: &str) -> Conversation {
    let conversation = ConversationUpsert::new()
        .subject(subject)
        .message(FirstMessage::new().text("What was this for?"));
    let saved = client.conversations().save([conversation]).await;
    saved.into_result().unwrap().remove(0)
}

#[tokio::test]
async fn a_conversation_shows_what_is_said_in_it() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client_of(&sandbox);
    let begun = begin(&client, "A question").await;
    let id = begun.id.unwrap();
    assert_eq!(begun.author.unwrap().user_id.as_deref(), Some("user_1"));

    let file = Upload::bytes("receipt.pdf", "content");
    let file = client
        .files()
        .upload(file, FileDetails::new().description("Receipt"));
    let file = file.await.unwrap().into_inner();
    let reply = NewMessage::new(&id)
        .text("Lunch")
        .attachment_ids(file.id.clone());
    let reply = client.messages().save([reply]).await;
    let reply = reply.into_result().unwrap().remove(0);

    let conversation = client.conversations().get(&id).await.unwrap();
    let latest = conversation.latest_message.clone().unwrap();
    assert_eq!(latest.text.as_deref(), Some("Lunch"));
    assert_eq!(latest.id, reply.id);

    let messages = client.conversations().messages(&id).items();
    let messages: Vec<_> = messages.try_collect().await.unwrap();
    let texts: Vec<_> = messages
        .iter()
        .map(|message| message.text.as_deref())
        .collect();
    assert_eq!(texts, [Some("What was this for?"), Some("Lunch")]);
    let attachment = &messages[1].attachments[0];
    assert_eq!(attachment.id, file.id);
    assert_eq!(attachment.file_name.as_deref(), Some("receipt.pdf"));
    assert_eq!(
        *client.messages().get(reply.id.unwrap()).await.unwrap(),
        messages[1]
    );
}

#[tokio::test]
async fn what_is_read_is_not_among_the_unread() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client_of(&sandbox);
    let mut ids = Vec::new();
    for subject in ["one", "two", "three"] {
        ids.push(begin(&client, subject).await.id.unwrap());
    }
    let read = ConversationUpsert::new()
        .id(&ids[1])
        .read_status(ReadStatus::Read);
    let read = client.conversations().save([read]).await;
    assert_eq!(
        read.into_result().unwrap()[0].subject.as_deref(),
        Some("two"),
        "what an update does not say stays"
    );

    let unread = ConversationQuery::new().read_status([ReadStatus::Unread]);
    let unread = client.conversations().query(unread).limit(1).items();
    let unread: Vec<_> = unread.try_collect().await.unwrap();
    let subjects: Vec<_> = unread
        .iter()
        .map(|found| found.subject.as_deref())
        .collect();
    assert_eq!(subjects, [Some("one"), Some("three")]);
}

#[tokio::test]
async fn a_reaction_can_be_taken_back_by_its_author_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client_of(&sandbox);
    let message = NewMessage::new("con_1").text("Thank you");
    client
        .messages()
        .save([message])
        .await
        .into_result()
        .unwrap();
    sandbox.react("msg_1", "thumbs_up", "user_1");
    sandbox.react("msg_1", "thumbs_up", "user_2");

    let message = client.messages().get("msg_1").await.unwrap();
    assert_eq!(message.reactions[0].emoji_code, Some(EmojiCode::ThumbsUp));
    assert_eq!(message.reactions[0].author_info.len(), 2);
    let reaction = client
        .messages()
        .delete_reaction("msg_1", EmojiCode::ThumbsUp);
    let reaction = reaction.await.unwrap();
    assert_eq!(reaction.message_id.as_deref(), Some("msg_1"));
    let message = client.messages().get("msg_1").await.unwrap();
    assert_eq!(message.reactions[0].author_info.len(), 1);

    let again = client
        .messages()
        .delete_reaction("msg_1", EmojiCode::ThumbsUp);
    let again = again.await.unwrap_err();
    assert_eq!(again.kind(), ErrorKind::Status);
    assert_eq!(again.status().unwrap(), 404);
}

#[tokio::test]
async fn files_are_kept_changed_found_and_deleted() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client_of(&sandbox);
    let details = FileDetails::new()
        .description("Invoice")
        .amount(15_000)
        .date(Date::new(2024, 1, 15))
        .custom_data([("project", "north")]);
    let upload = Upload::reader("invoice.pdf", &b"%PDF"[..]);
    let file = client.files().upload_for_entity("btxn_1", upload, details);
    let file = file.await.unwrap().into_inner();
    let id = file.id.clone().unwrap();
    assert_eq!(file.entity.unwrap().id.as_deref(), Some("btxn_1"));
    assert_eq!(file.custom_data.unwrap()["project"], "north");
    let kept = sandbox.uploaded(&id).unwrap();
    assert_eq!(
        (kept.file_name.as_str(), kept.content.as_slice()),
        ("invoice.pdf", &b"%PDF"[..])
    );
    assert_eq!(kept.content_type.as_deref(), Some("application/pdf"));

    let more = FileUpsert::new().description("Note").date("2023-12-31");
    let changed = FileUpsert::new()
        .id(&id)
        .notes("Paid")
        .custom_data([] as [(&str, &str); 0]);
    let unknown = FileUpsert::new().id("fil_none").notes("Paid");
    let outcome = client.files().save([more, changed, unknown]).await;
    assert_eq!(outcome.to_string(), "2 saved, 1 rejected");
    assert_eq!(outcome.rejected().next().unwrap().status_code, Some(404));

    let late = FileQuery::new()
        .date(Date::new(2024, 1, 1)..)
        .ascending_by(FileOrder::Date);
    let found: Vec<_> = client
        .files()
        .query(late)
        .items()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].notes.as_deref(), Some("Paid"));
    assert!(found[0].custom_data.as_ref().unwrap().is_empty());

    client.files().delete(&id).await.unwrap();
    assert_eq!(
        client.files().get(&id).await.unwrap_err().status().unwrap(),
        404
    );
}

#[tokio::test]
async fn every_change_leaves_its_trace() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client_of(&sandbox);
    for file in [
        FileUpsert::new().description("Note"),
        FileUpsert::new().id("fil_1").notes("Paid"),
    ] {
        let outcome = client.files().save([file]).await;
        outcome.into_result().unwrap();
    }
    client.files().delete("fil_1").await.unwrap();

    let trail = client.audit_trail().entity("fil_1").limit(2).items();
    let trail: Vec<_> = trail.try_collect().await.unwrap();
    let actions: Vec<_> = trail
        .iter()
        .filter_map(|entry| entry.action.as_deref())
        .collect();
    assert_eq!(actions, ["CREATE", "UPDATE", "DELETE"]);
    assert_eq!(trail[1].revisions[0]["notes"], "Paid");

    let mine = AuditTrailQuery::new().editor_user_id("user_1");
    let mine: Vec<_> = client
        .audit_trail()
        .query(mine)
        .items()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(mine, trail);
    let theirs = AuditTrailQuery::new().editor_user_id(is_not("user_1"));
    assert_eq!(
        client
            .audit_trail()
            .query(theirs)
            .page()
            .await
            .unwrap()
            .readable()
            .count(),
        0
    );
}

/// Walks a list of `count` files in pages of `limit`, while every page whose number is among `faults` fails the first time that
/// it is asked for. Whoever walks goes on from the cursor at hand.
async fn walk(count: usize, limit: u32, faults: &[usize]) -> Vec<String> {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client_of(&sandbox);
    let files = (0..count).map(|number| FileUpsert::new().description(number.to_string()));
    client.files().save(files).await.into_result().unwrap();

    let mut found = Vec::new();
    let mut cursor: Option<String> = None;
    let mut page = 0;
    loop {
        let mut listing = client.files().query(FileQuery::new()).limit(limit);
        if let Some(cursor) = cursor.take() {
            listing = listing.cursor(cursor);
        }
        if faults.contains(&page) {
            sandbox.inject(Fault::RespondBefore(Reply::status(502)));
        }
        let mut items = listing.items();
        // One page at a time, so that a fault can be put before the next.
        let mut left = limit;
        let ended = loop {
            match items.try_next().await {
                Ok(Some(file)) => {
                    found.push(file.description.unwrap());
                    left -= 1;
                    if left == 0 {
                        break items.cursor().is_none();
                    }
                }
                Ok(None) => break true,
                Err(error) => {
                    assert_eq!(error.status().unwrap(), 502);
                    break false;
                }
            }
        };
        cursor = items.cursor().map(str::to_owned);
        page += 1;
        if ended {
            return found;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_item_comes_once_and_in_order_whatever_fails_on_the_way(
        count in 0usize..30,
        limit in 1u32..12,
        faults in proptest::collection::vec(0usize..12, 0..6),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let found = runtime.block_on(walk(count, limit, &faults));
        let expected: Vec<_> = (0..count).map(|number| number.to_string()).collect();
        prop_assert_eq!(found, expected);
    }
}
