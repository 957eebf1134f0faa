//! The baseline: the same calls written by hand with reqwest and serde, with strict models, the same settings, and a check of the
//! status.

use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use serde::Deserialize;
use serde::Serialize;
use tight_api::types::NewMessage;

/// An error of a handwritten call.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// A handwritten client.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base_url: String,
    token: String,
}

/// The author of a message.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Author {
    pub user_id: String,
    pub email: String,
}

/// Whether something is active.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    Active,
    Inactive,
}

/// The reactions with one emoji.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reaction {
    pub emoji_code: String,
    pub author_info: Vec<Author>,
}

/// An attached file.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    pub id: String,
    pub url: String,
    pub file_name: String,
    pub file_size: String,
    pub created_date_time: String,
    pub icon_url: String,
}

/// A message.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    pub id: String,
    pub conversation_id: String,
    pub author: Author,
    pub text: String,
    pub status: Status,
    pub created_date_time: String,
    pub last_updated_date_time: String,
    pub reactions: Vec<Reaction>,
    pub attachments: Vec<Attachment>,
}

/// The result of a request or an item.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "UPPERCASE")]
pub enum Ending {
    Success,
    Failure,
}

/// An error of the API.
#[derive(Clone, Debug, Deserialize)]
pub struct ApiError {
    #[serde(rename = "type")]
    pub kind: String,
    pub message: Option<String>,
    pub param: Option<String>,
}

/// The cursors of a page.
#[derive(Clone, Debug, Deserialize)]
pub struct Cursor {
    pub after: Option<String>,
    pub before: Option<String>,
}

/// A page of messages.
#[derive(Clone, Debug, Deserialize)]
pub struct Page {
    pub result: Ending,
    pub data: Vec<Message>,
    pub cursor: Cursor,
}

/// The response to a request for one message.
#[derive(Clone, Debug, Deserialize)]
pub struct Got {
    pub result: Ending,
    pub data: Message,
}

/// The response to a batch.
#[derive(Clone, Debug, Deserialize)]
pub struct SaveAnswer {
    pub result: Ending,
    pub data: Vec<SaveResult>,
    pub error: Vec<ApiError>,
}

/// The response to one item.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SaveResult {
    pub result: Ending,
    pub status_code: u16,
    pub data: Option<Message>,
    pub error: Vec<ApiError>,
}

/// An item and its result.
pub type Outcome = (NewMessage, Result<Message, Vec<ApiError>>);

#[derive(Serialize)]
struct SaveRequest<'a> {
    data: &'a [NewMessage],
}

impl Client {
    /// Creates a client with the SDK's default limits and headers.
    ///
    /// # Errors
    ///
    /// Returns an error if the HTTP client cannot be built.
    pub fn new(base_url: String, token: &str) -> Result<Self, Error> {
        let accept = (ACCEPT, HeaderValue::from_static("application/json"));
        let http = reqwest::Client::builder()
            .user_agent("by-hand/0.1.0")
            .default_headers(HeaderMap::from_iter([accept]))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(30))
            .pool_idle_timeout(Duration::from_secs(30))
            .no_proxy()
            .build()?;
        Ok(Self {
            http,
            base_url,
            token: token.to_owned(),
        })
    }

    /// Gets a message.
    ///
    /// # Errors
    ///
    /// Returns an error if the request fails, or the response is no success or cannot be read.
    pub async fn message(&self, id: &str) -> Result<Message, Error> {
        let response = self
            .http
            .get(format!("{}/v6/messages/{id}", self.base_url))
            .bearer_auth(&self.token)
            .send()
            .await?
            .error_for_status()?;
        let got: Got = serde_json::from_slice(&response.bytes().await?)?;
        match got.result {
            Ending::Success => Ok(got.data),
            Ending::Failure => Err("the request failed".into()),
        }
    }

    /// Gets a page of the messages of a conversation.
    ///
    /// # Errors
    ///
    /// Returns an error if the request fails, or the response is no success or cannot be read.
    pub async fn messages(
        &self,
        conversation: &str,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page, Error> {
        let mut request = self
            .http
            .get(format!(
                "{}/v6/conversations/{conversation}/messages",
                self.base_url
            ))
            .query(&[("limit", limit)]);
        if let Some(cursor) = cursor {
            request = request.query(&[("cursor", cursor)]);
        }
        let response = request
            .bearer_auth(&self.token)
            .send()
            .await?
            .error_for_status()?;
        let page: Page = serde_json::from_slice(&response.bytes().await?)?;
        match page.result {
            Ending::Success => Ok(page),
            Ending::Failure => Err("the request failed".into()),
        }
    }

    /// Saves messages, and returns each with its result.
    ///
    /// # Errors
    ///
    /// Returns an error if the request fails, or the response is no success, cannot be read, or has another number of results.
    pub async fn save(&self, messages: Vec<NewMessage>) -> Result<Vec<Outcome>, Error> {
        let response = self
            .http
            .post(format!("{}/v6/messages", self.base_url))
            .bearer_auth(&self.token)
            .json(&SaveRequest { data: &messages })
            .send()
            .await?
            .error_for_status()?;
        let answer: SaveAnswer = serde_json::from_slice(&response.bytes().await?)?;
        if answer.result == Ending::Failure || answer.data.len() != messages.len() {
            return Err("the request failed".into());
        }
        let results = answer.data.into_iter().map(|result| match result {
            SaveResult {
                result: Ending::Success,
                data: Some(message),
                ..
            } => Ok(message),
            SaveResult { error, .. } => Err(error),
        });
        Ok(messages.into_iter().zip(results).collect())
    }
}
