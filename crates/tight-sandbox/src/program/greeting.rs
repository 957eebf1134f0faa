//! What the program says when it has started: all that a person needs for the first request.

use tight_sandbox::Sandbox;

/// `users` are the users with their access tokens.
pub(super) fn greeting(sandbox: &Sandbox, users: &[(String, String)]) -> String {
    let (url, token) = (sandbox.url(), sandbox.access_token());
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
    format!(
        "\
Tight sandbox

{}

Save a message, and read it:

curl {url}/v6/messages \\
  -H 'Authorization: Bearer {token}' \\
  -H 'Content-Type: application/json' \\
  -d '{{\"data\": [{{\"conversationId\": \"con_12345\", \"text\": \"Thank you\"}}]}}'

curl {url}/v6/conversations/con_12345/messages \\
  -H 'Authorization: Bearer {token}'

Ctrl-C stops the sandbox, which keeps nothing.
",
        rows.join("\n")
    )
}
