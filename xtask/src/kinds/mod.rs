//! Kinds of operation: what one takes and answers, told by its structure. Each kind has a module that owns how it is recognised,
//! the mark by which the sandbox knows it, its request, its method, its line in the digest and its call in a test.
//!
//! To add a kind is to add its module and to name it in `KINDS`. The first that recognises an operation has it.

mod arguments;
mod batch_save;
mod download;
mod envelope;
mod list;
mod nothing;
mod object;
mod page;
mod place;
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

/// How an operation is recognised.
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

/// What is known of an operation that is generated.
#[derive(Clone, Copy)]
pub struct Call<'a, 'd> {
    /// The API.
    pub api: &'a Api<'d>,
    /// How Rust says it.
    pub surface: &'a Surface<'d>,
    /// The operation.
    pub operation: &'a Operation<'d>,
    /// What it is called.
    pub names: &'a CallNames<'d>,
    /// Of which kind it is.
    pub kind: &'a dyn Kind,
}

impl Call<'_, '_> {
    /// Whether a body of JSON is always sent: it must be there, or the kind puts something into it.
    pub fn sends_body(&self) -> bool {
        let is_required = match &self.operation.body {
            Body::Json { required, .. } => *required,
            _ => false,
        };
        is_required || self.kind.fills_body()
    }
}

/// A kind of operation.
pub trait Kind: fmt::Debug {
    /// What the sandbox is told of it: the operation's `x-kind`.
    fn mark(&self) -> Value;

    /// The types and names that it needs.
    fn needs(&self) -> Needs;

    /// Whether it only reads, so that sending it again does nothing twice.
    fn reads(&self, operation: &Operation<'_>) -> bool {
        operation.reads
    }

    /// The schemas that are the envelopes of its answer, and what each is of: rules of the overlay go by it.
    fn envelopes(&self) -> Vec<(String, &'static str)> {
        Vec::new()
    }

    /// Whether a parameter says which part of an answer is wanted, which the kind asks for elsewhere.
    fn is_own(&self, _parameter: &Parameter<'_>) -> bool {
        false
    }

    /// Whether it puts something into the body itself, so that there is one even where it may be left out.
    fn fills_body(&self) -> bool {
        false
    }

    /// The field of the request that holds the body, if the kind has one of its own: its type.
    fn body(&self, _imports: &mut Imports) -> Option<TokenStream> {
        None
    }

    /// What the request is to the runtime, besides a request.
    fn request(&self, _call: &Call<'_, '_>, _imports: &mut Imports) -> TokenStream {
        TokenStream::new()
    }

    /// What users call.
    fn method(&self, call: &Call<'_, '_>, imports: &mut Imports) -> TokenStream;

    /// What the method returns, if it is a type of its own.
    fn builder(&self, _call: &Call<'_, '_>, _imports: &mut Imports) -> Option<Piece> {
        None
    }

    /// What the method takes and gives, for the digest: `([Item]) -> BatchOutcome<Item, Entity>`.
    fn digest(&self, call: &Call<'_, '_>) -> (String, String);

    /// How a test makes a call of the method, given the call of it up to its end.
    fn test(&self, call: TokenStream) -> TokenStream {
        quote::quote!(sent(#call.await))
    }

    /// The types of a payload, and where they stand in it: JSON pointers with `*` for each item of a list.
    fn payload(&self, operation: &Operation<'_>, is_answer: bool) -> Vec<(String, String)>;
}

/// The kind of each operation, in order. One that is of no kind is a fault.
pub fn recognise<'d>(api: &Api<'d>, faults: &Faults) -> Vec<Option<Box<dyn Kind>>> {
    let kinds = api.operations.iter().map(|operation| {
        let kind = KINDS.iter().find_map(|recognise| recognise(api, operation));
        if kind.is_none() {
            faults.add(operation.node.fault(format!("`{}` is of no kind that the SDK knows", operation.id)).help(
                "a batch save takes `{data: [item]}` and no parameters, and answers `{data: [{data, statusCode, …}]}`; a page \
                 answers `{data: [item], cursor: {after, before}}` to a request with an optional `cursor` and `limit`; a list answers \
                 `{data: [item]}`, and anything else `{data: object}` or an object; an item is an object with properties",
            ));
        }
        kind
    });
    kinds.collect()
}
