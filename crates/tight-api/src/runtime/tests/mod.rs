//! Invented operations, one of each shape that documents have, written as codegen writes them; and what becomes of their calls.
//!
//! Which of these shapes the documented operations have changes with the documentation. The runtime has all of them.
#![allow(
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::wrong_self_convention,
    reason = "it stands in for what is generated and public"
)]

mod extras;
mod requests;
mod responses;
// The same server that the tests of the public interface have.
#[allow(dead_code, reason = "not all of it is of use here")]
#[path = "../../../tests/sdk/server.rs"]
mod server;

use crate::runtime::call::{Auth, BuildError, Effect, Operation, Request};
use crate::runtime::transport::Transport;
use crate::{Client, Error, UnknownFields};
use server::{Reply, Server};

/// A model of a response.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    pub id: Option<String>,
    pub unknown_fields: UnknownFields,
}

crate::wire::received!(Entry {
    "id" => id,
});

/// Defines a request without anything in it.
macro_rules! request {
    ($name:ident $method:ident $effect:ident) => {
        #[derive(Clone, Debug)]
        pub(crate) struct $name;

        impl Request for $name {
            const OPERATION: Operation = Operation {
                id: stringify!($name),
                effect: Effect::$effect,
                auth: Auth::Token,
            };

            async fn build(&self, api: &Transport) -> Result<reqwest::Request, BuildError> {
                let url = format!("{}/invented/{}", Self::base_url(api), stringify!($name));
                Ok(api.http.$method(url).build()?)
            }
        }
    };
}

request!(GetEntry get Reads);
request!(SaveEntry post Writes);
request!(DeleteEntry delete Deletes);

async fn answering(status: &str, body: &str) -> Client {
    let server = Server::replying([Reply::json(status, body)]).await;
    server.client()
}

fn said<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    result.unwrap_err().to_string()
}
