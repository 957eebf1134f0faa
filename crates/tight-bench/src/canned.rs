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

/// What messages have that the documentation does not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unexpected {
    /// Nothing.
    None,
    /// A value of an enum, a `null`, and a field.
    Everything,
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
pub fn page(count: usize, unexpected: Unexpected) -> String {
    let messages: Vec<_> = (0..count).map(|index| message(index, unexpected)).collect();
    format!(
        r#"{{"result":"SUCCESS","data":[{}],"cursor":{{"after":{},"before":null}}}}"#,
        messages.join(","),
        cursor(1, usize::MAX),
    )
}

/// The cursor of a page, as JSON; `null` behind the last. All are equally long, so that a server can replace one by another.
fn cursor(page: usize, pages: usize) -> String {
    if page < pages {
        format!(r#""page-{page:05}""#)
    } else {
        format!("{:12}", "null")
    }
}

/// The number of the page that the cursor of a request names, if it has one.
pub fn page_number(request: &str) -> Option<usize> {
    let (_, rest) = request.split_once("cursor=page-")?;
    rest.get(..5)?.parse().ok()
}

/// Replaces the cursor of a page: this one is the page of that number, from 0.
pub fn set_next_page(page: &mut [u8], number: usize, pages: usize) {
    // It is close to the end.
    let Some(at) = page
        .windows(MARK.len())
        .rposition(|window| window == MARK.as_bytes())
    else {
        return;
    };
    let next = cursor(number + 1, pages);
    page[at + MARK.len()..][..next.len()].copy_from_slice(next.as_bytes());
}

/// What stands before the cursor of the next page.
const MARK: &str = r#""cursor":{"after":"#;

/// The response to a request for one message.
pub fn got() -> String {
    format!(
        r#"{{"result":"SUCCESS","data":{},"error":[]}}"#,
        message(0, Unexpected::None)
    )
}

/// The response to an upload.
pub fn uploaded() -> String {
    r#"{"result":"SUCCESS","data":{"id":"file_1","fileName":"statement.zip"},"error":[]}"#
        .to_owned()
}

/// The response to a request that saves messages.
pub fn saved(count: usize, rejected: Rejected) -> String {
    let results: Vec<_> = (0..count)
        .map(|index| match rejected {
            Rejected::EveryTenth if index % 10 == 9 => rejection(),
            _ => format!(
                r#"{{"result":"SUCCESS","statusCode":200,"data":{},"error":[]}}"#,
                message(index, Unexpected::None)
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

fn message(index: usize, unexpected: Unexpected) -> String {
    let (status, updated) = match unexpected {
        Unexpected::None => ("ACTIVE", r#""2023-11-07T05:31:56Z""#),
        Unexpected::Everything => ("SNOOZED", "null"),
    };
    let mut message = format!(
        concat!(
            r#"{{"id":"msg_{id:05}","conversationId":"{conversation}","#,
            r#""author":{{"userId":"user_{user}","email":"user_{user}@example.com"}},"text":{text},"status":"{status}","#,
            r#""createdDateTime":"2023-11-07T05:31:56Z","lastUpdatedDateTime":{updated},"#,
            r#""reactions":[{{"emojiCode":"thumbs_up","authorInfo":[{{"userId":"user_1","email":"user_1@example.com"}}]}}],"#,
            r#""attachments":[{{"id":"att_{id:05}","url":"https://files.example.com/attachment/{id}/receipt.pdf","#,
            r#""fileName":"receipt.pdf","fileSize":"24 KB","createdDateTime":"2023-11-07T05:31:56Z","#,
            r#""iconUrl":"https://cdn.sandbox.tight.com/icons/attachments/pdf.svg"}}]"#,
        ),
        id = 67_000 + index,
        conversation = conversation_id(index),
        user = index % 7,
        text = serde_json::Value::from(text(index)),
        status = status,
        updated = updated,
    );
    if unexpected == Unexpected::Everything {
        let _ = write!(message, r#","importedFrom":"ledger-{index}""#);
    }
    message.push('}');
    message
}
