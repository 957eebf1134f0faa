//! An operation whose answer is an object outside of the API's envelope: request in, object out.

use quote::{format_ident, quote};

use super::{Part, print, request_impl};
use crate::contract::{Auth, Operation};

pub(super) fn part(operation: &Operation, request: &str) -> Part {
    let answer = &operation.answer;
    let credentials = match operation.auth {
        Auth::Token => "",
        Auth::ClientCredentials => {
            "It is sent with the client's id and secret, so the client must have been built with \
             [`Credentials::client`](crate::Credentials::client)."
        }
    };
    let doc = print::doc([
        format!("{}.", print::prose(&operation.summary)),
        print::prose(&operation.description),
        credentials.to_owned(),
        "# Errors".to_owned(),
        "If there is no answer, or it is no success, or it cannot be read.".to_owned(),
        print::source_page(&operation.page),
    ]);
    let method = format_ident!("{}", operation.resource_method);
    let request_impl = request_impl(operation, request);
    let (request_name, answer_name) = (format_ident!("{request}"), format_ident!("{answer}"));
    Part {
        schemas: vec![request.to_owned(), answer.clone()],
        runtime: &["BareRequest", "bare"],
        public: &["Response", "Result"],
        methods: quote! {
            #doc
            pub async fn #method(self, request: #request_name) -> Result<Response<#answer_name>> {
                bare::call(self.client, &request).await
            }
        },
        impls: quote! {
            #request_impl

            impl BareRequest for #request_name {
                type Answer = #answer_name;
            }
        },
    }
}
