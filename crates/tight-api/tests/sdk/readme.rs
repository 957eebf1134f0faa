//! The test that the README shows.

use serde_json::json;
use tight_api::types::NewMessage;
use tight_api::{Client, Credentials};
use tight_sandbox::{Fault, Sandbox};

#[tokio::test]
async fn a_save_whose_response_is_lost_is_in_doubt_and_not_repeated() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.next("saveMessages").fails(Fault::DropAfter);

    let client = Client::builder()
        .base_url(sandbox.url())
        .credentials(Credentials::access_token(sandbox.access_token()))
        .build()
        .unwrap();
    let message = NewMessage::new("con_1").text("Thank you");
    let outcome = client.messages().save([message]).await;

    assert_eq!(outcome.to_string(), "0 saved, 1 unknown");
    sandbox.assert_received(&["saveMessages"]);
    sandbox.assert_stored("messages", &json!([{ "text": "Thank you" }]));
}

// The README shows the text between the first line and this one.
#[test]
fn the_readme_shows_the_test_as_it_is() {
    let (_, shown) = include_str!("readme.rs").split_once("\n\n").unwrap();
    let (shown, _) = shown.split_once("\n\n// The README shows").unwrap();
    let readme = include_str!("../../../../README.md");
    assert!(
        readme.contains(&format!("```rust\n{shown}\n```\n")),
        "write into README.md:\n{shown}"
    );
}
