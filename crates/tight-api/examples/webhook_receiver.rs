//! Receives webhooks with axum, in a server on loopback to which the example itself sends signed events, and one that is forged.
//!
//! ```sh
//! cargo run -p tight-api --example webhook_receiver
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example speaks to the person who runs it"
)]

use std::error::Error;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use tight_api::webhooks::{Entity, Event, VERIFICATION_HEADER, Verifier};

async fn receive(State(verifier): State<Verifier>, headers: HeaderMap, body: Bytes) -> StatusCode {
    match verifier.event(headers.get(VERIFICATION_HEADER), &body) {
        Ok(event) => {
            understand(event); // a real receiver puts it into a queue, and answers at once
            StatusCode::NO_CONTENT
        }
        Err(error) if error.is_unverified() => {
            eprintln!("refused: {error}");
            StatusCode::UNAUTHORIZED
        }
        Err(error) => {
            eprintln!("refused: {error}");
            StatusCode::BAD_REQUEST
        }
    }
}

fn understand(event: Event) {
    match event {
        Event::EntityUpdate {
            entity: Entity::BankTransaction(transaction),
            ..
        } => println!(
            "transaction {:?} is now {:?}, of {:?}",
            transaction.id, transaction.description, transaction.amount
        ),
        Event::EntityUpdate { event, .. } => println!("another entity changed: {:?}", event.url),
        Event::Lifecycle(event) => println!("{:?} in {:?}", event.event, event.company),
        other => println!("nothing to do for {other:?}"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // Tight gives you one secret for each environment.
    let verifier = Verifier::new("the webhook_secret")?;
    let receiver = Router::new()
        .route("/webhooks/tight", post(receive))
        .layer(DefaultBodyLimit::max(1024 * 1024))
        .with_state(verifier.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}/webhooks/tight", listener.local_addr()?);
    let server = tokio::spawn(axum::serve(listener, receiver).into_future());

    // What Tight would send.
    let forger = Verifier::new("a guess")?;
    let events = [
        (
            &verifier,
            r#"{"type":"ENTITY_UPDATE","url":"/v6/banks/transactions/btxn_1","company":{"id":"co_1"},
                "data":{"id":"btxn_1","amount":-1250,"description":"Fuel"}}"#,
        ),
        (
            &verifier,
            r#"{"type":"LIFECYCLE","event":"bankAccountCreated","company":{"id":"co_1"},
                "eventData":{"apiName":"PLAID","type":"DEPOSITORY"}}"#,
        ),
        (&verifier, r#"{"type":"SOMETHING_NEW","id":"x_1"}"#),
        (&verifier, r#"{"type":"LIFECYCLE","eventData":{"entityId":"#),
        (&forger, r#"{"type":"SOMETHING_FORGED"}"#),
    ];
    let tight = reqwest::Client::new();
    for (signer, body) in events {
        let request = tight.post(&address).body(body);
        let token = signer.sign(Default::default())?;
        let answer = request.header(VERIFICATION_HEADER, token).send().await?;
        println!("  answered {}\n", answer.status());
    }
    server.abort();
    Ok(())
}
