//! Saving messages in the sandbox: every item comes back, and what came back is what is stored.

use tight_api::types::{ApiErrorType, MessageStatus, NewMessage};
use tight_api::{Client, Credentials, ErrorKind};
use tight_sandbox::Sandbox;

fn client(sandbox: &Sandbox) -> Client {
    let credentials = Credentials::access_token(sandbox.access_token());
    Client::builder()
        .base_url(sandbox.url())
        .credentials(credentials)
        .build()
        .unwrap()
}

#[tokio::test]
async fn saved_messages_come_back_as_tight_has_them() {
    let sandbox = Sandbox::start().await.unwrap();
    let messages = [
        NewMessage::new("con_1")
            .text("Receipt attached")
            .attachment_ids(["att_1"]),
        NewMessage::new("con_2").text("Thank you"),
    ];
    let saved = client(&sandbox)
        .messages()
        .save(messages)
        .await
        .into_result()
        .unwrap();

    assert_eq!(saved.len(), 2);
    assert_eq!(saved[0].id.as_deref(), Some("msg_1"));
    assert_eq!(saved[0].text.as_deref(), Some("Receipt attached"));
    assert_eq!(saved[0].status, Some(MessageStatus::Active));
    assert_eq!(saved[0].attachments[0].id.as_deref(), Some("att_1"));
    assert!(
        saved[0]
            .created_date_time
            .as_ref()
            .unwrap()
            .system_time()
            .is_some()
    );
    assert_eq!(saved[1].conversation_id.as_deref(), Some("con_2"));
    assert_eq!(
        serde_json::to_value(&saved[1].text).unwrap(),
        sandbox.stored("messages")[1]["text"]
    );
}

#[tokio::test]
async fn a_rejected_message_says_why_and_its_siblings_are_saved() {
    let sandbox = Sandbox::start().await.unwrap();
    let messages = [
        NewMessage::new("con_1").text("Thank you"),
        NewMessage::new("con_2"),
        NewMessage::new("").text("To whom?"),
        NewMessage::new("con_4").text("Done"),
    ];
    let outcome = client(&sandbox).messages().save(messages).await;

    assert_eq!(outcome.to_string(), "2 saved, 2 rejected");
    let saved: Vec<_> = outcome
        .saved()
        .map(|saved| (saved.index, saved.item.conversation_id.as_str()))
        .collect();
    assert_eq!(saved, [(0, "con_1"), (3, "con_4")]);
    let rejected: Vec<_> = outcome.rejected().collect();
    assert_eq!((rejected[0].index, rejected[0].status_code), (1, Some(400)));
    assert_eq!(rejected[0].errors[0].type_, Some(ApiErrorType::Required));
    assert_eq!(rejected[0].errors[0].param.as_deref(), Some("text"));
    assert_eq!(
        rejected[1].errors[0].param.as_deref(),
        Some("conversationId")
    );
    assert_eq!(sandbox.stored("messages").len(), 2);

    let incomplete = outcome.into_result().unwrap_err();
    insta::assert_snapshot!(incomplete, @"not every item was saved: 2 saved, 2 rejected; item 1: REQUIRED text: text or attachmentIds is required");
    assert_eq!(incomplete.into_outcome().len(), 4);
}

#[tokio::test]
async fn a_batch_of_rejected_messages_is_no_error() {
    let sandbox = Sandbox::start().await.unwrap();
    let messages = [NewMessage::new("con_1"), NewMessage::new("con_2")];
    let outcome = client(&sandbox).messages().save(messages).await;
    assert_eq!(outcome.to_string(), "0 saved, 2 rejected");
}

#[tokio::test]
async fn any_number_of_messages_goes_in_requests_of_the_set_size_in_order() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = Client::builder()
        .base_url(sandbox.url())
        .credentials(Credentials::access_token(sandbox.access_token()))
        .request_size(3)
        .build()
        .unwrap();
    let messages = (0..10).map(|index| NewMessage::new("con_1").text(format!("message {index}")));
    let saved = client
        .messages()
        .save(messages)
        .await
        .into_result()
        .unwrap();
    for (index, message) in saved.iter().enumerate() {
        assert_eq!(message.text, Some(format!("message {index}")));
        assert_eq!(message.id, Some(format!("msg_{}", index + 1)));
    }
    assert_eq!(sandbox.stored("messages").len(), 10);
}

#[tokio::test]
async fn a_wrong_token_is_an_error_since_nothing_was_saved() {
    let sandbox = Sandbox::start().await.unwrap();
    let builder = Client::builder().base_url(sandbox.url());
    let client = builder
        .credentials(Credentials::access_token("stolen"))
        .build()
        .unwrap();
    let error = client
        .messages()
        .save_one(NewMessage::new("con_1").text("Hello"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Status);
    assert_eq!(error.errors()[0].type_, Some(ApiErrorType::InvalidToken));
    assert!(!error.may_have_taken_effect());
    insta::assert_snapshot!(error, @"saveMessages: Tight responded with 401 Unauthorized: INVALID_TOKEN: Invalid access token");
    assert!(sandbox.stored("messages").is_empty());
}

#[tokio::test]
async fn a_call_can_be_spawned() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let call = async move {
        client
            .messages()
            .save([NewMessage::new("con_1").text("Hello")])
            .await
    };
    assert!(tokio::spawn(call).await.unwrap().is_complete());
}
