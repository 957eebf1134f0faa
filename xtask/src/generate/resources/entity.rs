//! An operation whose answer is one object: in the API's envelope, or as it is.

use quote::{format_ident, quote};

use super::arguments::arguments;
use super::{Part, meaning, print};
use crate::contract::{Auth, Body, Operation, PartKind};

/// An operation that answers an entity in the envelope.
pub(super) fn part(operation: &Operation, entity: &str) -> Part {
    object(operation, entity, "entity")
}

/// An operation that answers an object outside of the envelope.
pub(super) fn bare(operation: &Operation) -> Part {
    object(operation, &operation.answer, "unwrapped")
}

fn object(operation: &Operation, answer: &str, reader: &'static str) -> Part {
    let arguments = arguments(operation, "request");
    let credentials = match operation.auth {
        Auth::Token => "",
        Auth::ClientCredentials => {
            "It is sent with the client's id and secret, so the client must have been built with \
             [`Credentials::client`](crate::Credentials::client)."
        }
    };
    let sends_file = match &operation.body {
        Body::Multipart(parts) => parts.iter().any(|part| matches!(part.kind, PartKind::File)),
        _ => false,
    };
    let upload = if sends_file {
        "The file is sent as it is read, and is never in memory as a whole unless it was given as bytes. The limits of the \
         client count for all of it: a large file over a slow line needs a longer \
         [`attempt_timeout`](crate::ClientBuilder::attempt_timeout) and \
         [`total_timeout`](crate::ClientBuilder::total_timeout)."
    } else {
        ""
    };
    let none = "If there is no answer, or it is no success, or it cannot be read.";
    let errors = if operation.reads {
        none.to_owned()
    } else {
        format!(
            "{none} [`may_have_taken_effect`](crate::Error::may_have_taken_effect) says whether it may have been done all the same."
        )
    };
    let doc = [meaning(operation), credentials.to_owned()]
        .into_iter()
        .chain(arguments.docs)
        .chain([
            upload.to_owned(),
            "# Errors".to_owned(),
            errors,
            print::source_page(&operation.page),
        ]);
    let doc = print::doc(doc);
    let (method, reader_name, answer_name) = (
        format_ident!("{}", operation.resource_method),
        format_ident!("{reader}"),
        format_ident!("{answer}"),
    );
    let (signature, request) = (&arguments.signature, &arguments.request);
    let mut schemas = arguments.schemas;
    schemas.push(answer.to_owned());
    Part {
        schemas,
        runtime: match reader {
            "unwrapped" => &[("call", "unwrapped")],
            _ => &[("call", "entity")],
        },
        public: if sends_file {
            &["Response", "Result", "Upload"]
        } else {
            &["Response", "Result"]
        },
        methods: quote! {
            #doc
            pub async fn #method(self, #(#signature),*) -> Result<Response<#answer_name>> {
                #reader_name::call(self.session, &#request).await
            }
        },
    }
}
