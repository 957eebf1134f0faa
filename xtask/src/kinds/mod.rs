//! Kinds of operation, recognised by the structure of request and response. The module of a kind decides how to recognise it, its `x-kind`
//! for the sandbox, its request, its method, its line in the digest and its call in a test.
//!
//! To add a kind, add its module and list it in `KINDS`. The first kind that recognises an operation counts.

mod arguments;
mod batch_save;
mod collection;
mod download;
mod envelope;
mod list;
mod nothing;
mod object;
mod page;
mod single;
mod token;
mod upload;

use std::fmt;

use proc_macro2::TokenStream;
use serde_json::Value;

pub use arguments::{digest as arguments_digest, test as test_arguments};

use crate::api::{Api, Body, Operation, Parameter};
use crate::diagnostic::Faults;
use crate::rust::Imports;
use crate::rust::print::Piece;
use crate::surface::{CallNames, Needs, Surface};

/// Recognises an operation as of a kind.
type Recognise = for<'d> fn(&Api<'d>, &Operation<'d>) -> Option<Box<dyn Kind>>;

/// All kinds, the special ones before the general ones.
const KINDS: &[Recognise] = &[
    token::recognise,
    upload::recognise,
    batch_save::recognise,
    page::recognise,
    list::recognise,
    object::recognise,
    download::recognise,
    nothing::recognise,
];

/// An operation to generate, with everything known about it.
#[derive(Clone, Copy)]
pub struct Call<'a, 'd> {
    /// The API.
    pub api: &'a Api<'d>,
    /// Its names in Rust.
    pub surface: &'a Surface<'d>,
    /// The operation.
    pub operation: &'a Operation<'d>,
    /// Its names.
    pub names: &'a CallNames<'d>,
    /// Its kind.
    pub kind: &'a dyn Kind,
}

impl Call<'_, '_> {
    /// Whether a body of JSON is always sent: it must be there, or the kind puts something into it.
    pub fn sends_body(&self) -> bool {
        let is_required = match &self.operation.body {
            Body::Json { required, .. } => *required,
            _ => false,
        };
        is_required || self.kind.always_sends_body()
    }
}

/// A kind of operation.
pub trait Kind: fmt::Debug {
    /// The operation's `x-kind`, for the sandbox.
    fn x_kind(&self) -> Value;

    /// The types and names that the operation needs.
    fn needs(&self) -> Needs;

    /// Whether it only reads, and so can be repeated safely.
    fn reads(&self, operation: &Operation<'_>) -> bool {
        operation.reads
    }

    /// The schemas that are the envelopes of its response, and what each is of: rules of the overlay go by it.
    fn envelopes(&self) -> Vec<(String, &'static str)> {
        Vec::new()
    }

    /// Whether a parameter says which part of a response is wanted, which the kind asks for elsewhere.
    fn handles_parameter(&self, _parameter: &Parameter<'_>) -> bool {
        false
    }

    /// Whether it puts something into the body itself, so that there is one even where it may be left out.
    fn always_sends_body(&self) -> bool {
        false
    }

    /// The field of the request that holds the body, if the kind has one of its own: its type.
    fn body(&self, _imports: &mut Imports) -> Option<TokenStream> {
        None
    }

    /// The implementations of further runtime traits for the request.
    fn request(&self, _call: &Call<'_, '_>, _imports: &mut Imports) -> TokenStream {
        TokenStream::new()
    }

    /// The public method.
    fn method(&self, call: &Call<'_, '_>, imports: &mut Imports) -> TokenStream;

    /// The type that the method returns, if it has one of its own.
    fn builder(&self, _call: &Call<'_, '_>, _imports: &mut Imports) -> Option<Piece> {
        None
    }

    /// Arguments and result of the method, for the digest: `([Item]) -> BatchOutcome<Item, Entity>`.
    fn digest(&self, call: &Call<'_, '_>) -> (String, String);

    /// How a test awaits the method, given the expression that calls it.
    fn test(&self, call: TokenStream) -> TokenStream {
        quote::quote!(sent(#call.await))
    }

    /// The types of a payload, and where they stand in it: JSON pointers with `*` for each item of a list.
    fn payload(&self, operation: &Operation<'_>, is_answer: bool) -> Vec<(String, String)>;
}

/// What holds for all operations of a resource, as paragraphs of its documentation.
pub fn resource_doc(calls: &[Call<'_, '_>]) -> Vec<String> {
    let mut errors = "A call fails with an [`Error`](crate::Error) if Tight cannot be reached, answers with an error status, or \
                      answers with something that cannot be read."
        .to_owned();
    if calls.iter().any(|call| !call.kind.reads(call.operation)) {
        errors.push_str(
            " A write that may have been carried out ([`may_have_taken_effect`](crate::Error::may_have_taken_effect)) is not sent again \
             unless the client's [`RetryPolicy`](crate::RetryPolicy) allows it.",
        );
    }
    let mut paragraphs = vec!["# Errors".to_owned(), errors];
    if calls.iter().any(|call| single::sends_file(call.operation)) {
        paragraphs.push("# Uploads".to_owned());
        paragraphs.push(
            "A file is sent while it is read; it is in memory as a whole only if it was given as bytes. The client's timeouts cover the \
             whole upload: for a large file over a slow line, raise \
             [`attempt_timeout`](crate::ClientBuilder::attempt_timeout) and [`total_timeout`](crate::ClientBuilder::total_timeout)."
                .to_owned(),
        );
    }
    paragraphs
}

/// Finds the kind of each operation, in order. Adds a fault for an operation that matches no kind.
pub fn recognise<'d>(api: &Api<'d>, faults: &Faults) -> Vec<Option<Box<dyn Kind>>> {
    let kinds = api.operations.iter().map(|operation| {
        let kind = KINDS.iter().find_map(|recognise| recognise(api, operation));
        if kind.is_none() {
            faults.add(operation.node.fault(format!("`{}` matches no kind of operation that the SDK supports", operation.id)).help(
                "a batch save takes `{data: [item]}` and no parameters, and answers `{data: [{data, statusCode, …}]}`; a page \
                 answers `{data: [item], cursor: {after, before}}` to a request with an optional `cursor` and `limit`; a list answers \
                 `{data: [item]}`, and anything else `{data: object}` or an object; an item is an object with properties",
            ));
        }
        kind
    });
    kinds.collect()
}
