//! What the program says when it has started: all that a person needs for the first requests.

use serde::Deserialize;
use serde_json::Value;
use tight_sandbox::Sandbox;

/// What the document tells for this.
#[derive(Deserialize)]
struct Document {
    #[serde(rename = "x-domain")]
    domain: Domain,
}

#[derive(Deserialize)]
struct Domain {
    #[serde(rename = "firstRequests")]
    first_requests: Vec<FirstRequest>,
}

/// A request to begin with.
#[derive(Deserialize)]
struct FirstRequest {
    method: String,
    path: String,
    body: Option<Value>,
}

impl FirstRequest {
    /// The command for a shell.
    fn command(&self, url: &str, token: &str) -> String {
        let Self { method, path, body } = self;
        let mut command =
            format!("curl -X {method} {url}{path} \\\n  -H 'Authorization: Bearer {token}'");
        if let Some(body) = body {
            // A shell reads a quoted text to the next quote.
            let body = body.to_string().replace('\'', r"'\''");
            command += &format!(" \\\n  -H 'Content-Type: application/json' \\\n  -d '{body}'");
        }
        command
    }
}

/// `users` are the users with their access tokens.
///
/// # Errors
///
/// Returns an error if the document states no first requests.
pub(super) fn greeting(
    sandbox: &Sandbox,
    users: &[(String, String)],
) -> serde_json::Result<String> {
    let (url, token) = (sandbox.url(), sandbox.access_token());
    let document: Document = serde_json::from_str(sandbox.document())?;
    let commands = document.domain.first_requests.iter();
    let commands: Vec<_> = commands
        .map(|request| request.command(url, token))
        .collect();
    let mut rows = vec![
        ("Base URL".to_owned(), url.to_owned()),
        ("Page and orders".to_owned(), format!("{url}/sandbox/")),
        ("Access token".to_owned(), token.to_owned()),
    ];
    let tokens = users.iter();
    rows.extend(tokens.map(|(user, token)| (format!("Token of {user}"), token.clone())));
    let width = rows.iter().map(|(name, _)| name.chars().count()).max();
    let width = width.unwrap_or_default();
    let rows: Vec<_> = rows
        .iter()
        .map(|(name, value)| format!("{name:width$}  {value}"))
        .collect();
    Ok(format!(
        "\
Tight sandbox

{}

Try it:

{}

Ctrl-C stops the sandbox, which keeps nothing.
",
        rows.join("\n"),
        commands.join("\n\n")
    ))
}
