//! The smallest program that saves a message with reqwest and serde. Only its size is measured.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

use std::time::Duration;

use serde::{Deserialize, Serialize};

type Error = Box<dyn std::error::Error + Send + Sync>;

#[derive(Serialize)]
struct Request<'a> {
    data: &'a [NewMessage<'a>],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewMessage<'a> {
    conversation_id: &'a str,
    text: &'a str,
}

#[derive(Deserialize)]
struct Response {
    result: String,
    data: Vec<Saved>,
}

#[derive(Deserialize)]
struct Saved {
    result: String,
    data: Option<Message>,
    error: Vec<ApiError>,
}

#[derive(Deserialize, Debug)]
struct ApiError {
    #[serde(rename = "type")]
    #[allow(dead_code, reason = "it is printed")]
    kind: String,
    #[allow(dead_code, reason = "it is printed")]
    message: Option<String>,
    #[allow(dead_code, reason = "it is printed")]
    param: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "it is read, as by the SDK")]
struct Message {
    id: String,
    conversation_id: String,
    author: Author,
    text: String,
    status: String,
    created_date_time: String,
    last_updated_date_time: String,
    reactions: Vec<Reaction>,
    attachments: Vec<Attachment>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "it is read, as by the SDK")]
struct Author {
    user_id: String,
    email: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "it is read, as by the SDK")]
struct Reaction {
    emoji_code: String,
    author_info: Vec<Author>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "it is read, as by the SDK")]
struct Attachment {
    id: String,
    url: String,
    file_name: String,
    file_size: String,
    created_date_time: String,
    icon_url: String,
}

fn main() -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let http = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(30))
        .build()?;
    let request = http
        .post(std::env::var("TIGHT_BASE_URL")? + "/v6/messages")
        .bearer_auth(std::env::var("TIGHT_ACCESS_TOKEN")?)
        .json(&Request {
            data: &[NewMessage {
                conversation_id: "con_12345",
                text: "Hello",
            }],
        });
    let response: Response = runtime.block_on(async {
        let response = request.send().await?.error_for_status()?;
        response.json().await
    })?;
    for saved in response.data {
        match saved.data {
            Some(message) if response.result == "SUCCESS" && saved.result == "SUCCESS" => {
                println!("{:?}", message.id);
            }
            _ => return Err(format!("{:?}", saved.error).into()),
        }
    }
    Ok(())
}
