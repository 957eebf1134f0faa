//! The responses of the server: all documented fields of a message, with realistic texts.

use std::fmt::Write;

use tight_api::types::NewMessage;

/// Which items of a batch are rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// None.
    None,
    /// Every tenth.
    EveryTenth,
}

/// Whether messages have an undocumented field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undocumented {
    /// No.
    None,
    /// One, with a text.
    One,
}

/// The conversation of the message at `index`.
pub fn conversation_id(index: usize) -> String {
    format!("con_{:05}", 12_000 + index / 10)
}

/// The text of the message at `index`.
pub fn text(index: usize) -> String {
    match index % 5 {
        0 => format!(
            "Is invoice {index} paid?\nIt says “due on receipt”, and the bank shows nothing."
        ),
        _ => format!(
            "Please match payment {index} with the receipt that I have just uploaded, and close the month."
        ),
    }
}

/// Messages to save; [`saved`] has the matching results.
pub fn new_messages(count: usize) -> Vec<NewMessage> {
    (0..count)
        .map(|index| NewMessage::new(conversation_id(index)).text(text(index)))
        .collect()
}

/// The first of these messages.
pub fn new_message() -> NewMessage {
    NewMessage::new(conversation_id(0)).text(text(0))
}

/// A page of messages.
pub fn page(count: usize, undocumented: Undocumented) -> String {
    let messages: Vec<_> = (0..count)
        .map(|index| message(index, undocumented))
        .collect();
    format!(
        r#"{{"result":"SUCCESS","data":[{}],"cursor":{{"after":"Y3Vyc29yOjI1MA==","before":null}}}}"#,
        messages.join(",")
    )
}

/// The response to a request that saves messages.
pub fn saved(count: usize, rejected: Rejected) -> String {
    let results: Vec<_> = (0..count)
        .map(|index| match rejected {
            Rejected::EveryTenth if index % 10 == 9 => rejection(),
            _ => format!(
                r#"{{"result":"SUCCESS","statusCode":200,"data":{},"error":[]}}"#,
                message(index, Undocumented::None)
            ),
        })
        .collect();
    format!(
        r#"{{"result":"SUCCESS","data":[{}],"error":[]}}"#,
        results.join(",")
    )
}

fn rejection() -> String {
    concat!(
        r#"{"result":"FAILURE","statusCode":400,"data":null,"error":[{"type":"INVALID_VALUE","#,
        r#""message":"the conversation does not exist","param":"conversationId"}]}"#
    )
    .to_owned()
}

fn message(index: usize, undocumented: Undocumented) -> String {
    let mut message = format!(
        concat!(
            r#"{{"id":"msg_{id:05}","conversationId":"{conversation}","#,
            r#""author":{{"userId":"user_{user}","email":"user_{user}@example.com"}},"text":{text},"status":"ACTIVE","#,
            r#""createdDateTime":"2023-11-07T05:31:56Z","lastUpdatedDateTime":"2023-11-07T05:31:56Z","#,
            r#""reactions":[{{"emojiCode":"thumbs_up","authorInfo":[{{"userId":"user_1","email":"user_1@example.com"}}]}}],"#,
            r#""attachments":[{{"id":"att_{id:05}","url":"https://files.example.com/attachment/{id}/receipt.pdf","#,
            r#""fileName":"receipt.pdf","fileSize":"24 KB","createdDateTime":"2023-11-07T05:31:56Z","#,
            r#""iconUrl":"https://cdn.sandbox.tight.com/icons/attachments/pdf.svg"}}]"#,
        ),
        id = 67_000 + index,
        conversation = conversation_id(index),
        user = index % 7,
        text = serde_json::Value::from(text(index)),
    );
    if undocumented == Undocumented::One {
        let _ = write!(message, r#","importedFrom":"ledger-{index}""#);
    }
    message.push('}');
    message
}
