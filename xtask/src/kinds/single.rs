//! What all kinds share whose method sends one request and returns its response.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::Call;
use super::arguments::{self, Arguments};
use super::envelope;
use super::page::extras;
use crate::api::{Auth, Body, Operation, PartContent, Type};
use crate::rust::print::Piece;
use crate::rust::{Imports, docs, print, values};
use crate::surface::types::rust_type;
use crate::surface::{Need, Needs};

/// The runtime's reader for a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// The `data` of an envelope.
    Entity,
    /// The response as it is.
    Unwrapped,
    /// The items of the `data` of an envelope.
    List,
    /// The items of the response.
    BareList,
    /// Bytes.
    Download,
    /// Whether it is a success.
    Nothing,
}

/// The content of a response.
#[derive(Debug)]
pub(super) enum Answer {
    /// A value.
    One(Type),
    /// Items of this type.
    Each(Type),
    /// Bytes.
    Bytes,
    /// Nothing.
    Nothing,
}

/// One request, one answer.
#[derive(Debug)]
pub(super) struct Single {
    pub(super) reader: Reader,
    pub(super) answer: Answer,
    /// Whether there may be no answer.
    pub(super) optional: bool,
    /// The schema of the fields beside the data.
    pub(super) extras: Option<String>,
    /// The JSON pointer of the response in its payload, if not the root.
    pub(super) envelope: Option<&'static str>,
    /// The schema of the envelope, if there is one.
    pub(super) envelope_schema: Option<String>,
}

impl Reader {
    fn module(self) -> &'static str {
        match self {
            Self::Entity => "entity",
            Self::Unwrapped => "unwrapped",
            Self::List | Self::BareList => "list",
            Self::Download => "download",
            Self::Nothing => "no_content",
        }
    }
}

impl Single {
    /// The envelope of its response.
    pub(super) fn envelopes(&self) -> Vec<(String, &'static str)> {
        let of = match self.answer {
            Answer::Each(_) => "list",
            _ => "one",
        };
        self.envelope_schema
            .iter()
            .map(|schema| (schema.clone(), of))
            .collect()
    }

    /// The types that it needs: of its body and of its response.
    pub(super) fn needs(&self) -> Needs {
        let answer = match &self.answer {
            Answer::One(ty) => ty.named().map(Need::whole),
            Answer::Each(item) => item.named().map(Need::whole),
            Answer::Bytes | Answer::Nothing => None,
        };
        let types = answer
            .into_iter()
            .chain(envelope::extras_need(self.extras.as_ref()));
        Needs {
            types: types.collect(),
            query: None,
            takes_body_apart: false,
            further_methods: &[],
        }
    }

    /// The type of what comes back, within its `Response`.
    fn given(&self, imports: &mut Imports) -> TokenStream {
        let answer = match &self.answer {
            Answer::One(ty) => values::ty(ty, true, imports),
            Answer::Each(item) => {
                let (list, item) = (imports.public("List"), values::ty(item, true, imports));
                quote!(#list<#item>)
            }
            Answer::Bytes => imports.of("bytes", "Bytes"),
            Answer::Nothing => quote!(()),
        };
        if self.optional {
            quote!(Option<#answer>)
        } else {
            answer
        }
    }

    /// The public method.
    pub(super) fn method(&self, call: &Call<'_, '_>, imports: &mut Imports) -> TokenStream {
        let body = if call.operation.reads {
            "query"
        } else {
            "request"
        };
        let arguments = Arguments::of(call, body, imports);
        let given = self.answered(imports);
        let doc = self.doc(call, &arguments);
        let deprecated = docs::deprecated(call.operation.deprecated, call.operation.description);
        let method = format_ident!("{}", call.names.method);
        let (signature, request) = (&arguments.signature, arguments.request(call));
        if arguments.optional.is_empty() {
            let (result, reader) = (imports.public("Result"), self.reads(imports));
            return quote! {
                #doc
                #deprecated
                pub async fn #method(self, #(#signature),*) -> #result<#given> {
                    #reader(self.session, &#request).await
                }
            };
        }
        let name = call_type(call);
        quote! {
            #doc
            #deprecated
            pub fn #method(self, #(#signature),*) -> #name<'a> {
                #name::new(self.session, #request)
            }
        }
    }

    /// The type that a method with optional parameters returns: a call that is not sent yet.
    pub(super) fn builder(&self, call: &Call<'_, '_>, imports: &mut Imports) -> Option<Piece> {
        let arguments = Arguments::of(call, "request", imports);
        if arguments.optional.is_empty() {
            return None;
        }
        let (name, request) = (
            call_type(call),
            format_ident!("{}", call.names.request_type),
        );
        let answer = self.answered(imports);
        let reader = self.reads(imports);
        let doc = print::doc([format!(
            "A call of [`{0}::{1}`](crate::resources::{0}::{1}) that takes optional parameters. Await it to send it.",
            call.names.resource_type, call.names.method
        )]);
        let setters = arguments.setters();
        let (answer, reader) = (print::inline(&answer), print::inline(&reader));
        Some(Piece {
            tokens: quote! {
                #doc
                pub struct #name {
                    #(#setters,)*
                }
            },
            in_macro: Some("crate::runtime::call::call_builder"),
            instead: Some((
                format!("pub struct {name} {{"),
                format!("pub struct {name}: {request} => {answer}, {reader} {{"),
            )),
            text: None,
        })
    }

    /// The type of what comes back.
    fn answered(&self, imports: &mut Imports) -> TokenStream {
        let response = imports.public("Response");
        let given = self.given(imports);
        match &self.extras {
            Some(_) => {
                let extras = extras(self.extras.as_deref(), imports);
                quote!(#response<#given, #extras>)
            }
            None => quote!(#response<#given>),
        }
    }

    /// The runtime function that reads the response.
    fn reads(&self, imports: &mut Imports) -> TokenStream {
        let reader = imports.runtime("call", self.reader.module());
        match (self.reader, self.optional) {
            (_, true) => quote!(#reader::optional),
            (Reader::BareList, _) => quote!(#reader::unwrapped),
            _ => quote!(#reader::call),
        }
    }

    fn doc(&self, call: &Call<'_, '_>, arguments: &Arguments) -> TokenStream {
        let operation = call.operation;
        let credentials = match operation.auth {
            Auth::ClientCredentials => {
                "Authenticates with the client id and secret: the client must have been built with \
                 [`Credentials::client`](crate::Credentials::client)."
            }
            Auth::None => "Needs no token.",
            Auth::Token => "",
        };
        let optional = arguments.optional_doc(&call_type(call));
        let list = match &self.answer {
            Answer::Each(_) => {
                "An item that cannot be read is an error in the list; the other items are not affected."
            }
            _ => "",
        };
        print::doc(
            [docs::of_operation(operation), credentials.to_owned()]
                .into_iter()
                .chain(arguments.docs.clone())
                .chain([
                    optional,
                    list.to_owned(),
                    print::source_page(operation.page),
                ]),
        )
    }

    /// Arguments and result of the method, for the digest.
    pub(super) fn digest(&self, call: &Call<'_, '_>) -> (String, String) {
        let answer = match &self.answer {
            Answer::One(ty) => rust_type(ty, true),
            Answer::Each(item) => format!("List<{}>", rust_type(item, true)),
            Answer::Bytes => "Bytes".to_owned(),
            Answer::Nothing => "()".to_owned(),
        };
        let answer = if self.optional {
            format!("Option<{answer}>")
        } else {
            answer
        };
        let extras = self
            .extras
            .as_ref()
            .map(|extras| format!(", {extras}"))
            .unwrap_or_default();
        (
            arguments::digest(call),
            format!("Response<{answer}{extras}>"),
        )
    }

    /// The types of a payload, and where they stand in it.
    pub(super) fn payload(
        &self,
        operation: &Operation<'_>,
        is_answer: bool,
    ) -> Vec<(String, String)> {
        if is_answer {
            let place = self.envelope.unwrap_or_default().to_owned();
            let answer = match &self.answer {
                Answer::One(ty) => answered(&place, ty),
                Answer::Each(item) => answered(&place, item),
                Answer::Bytes | Answer::Nothing => Vec::new(),
            };
            let extras = self
                .extras
                .iter()
                .map(|extras| (String::new(), extras.clone()));
            return answer.into_iter().chain(extras).collect();
        }
        match &operation.body {
            Body::Json { ty, .. } => answered("", ty),
            Body::Form { schema } => vec![(String::new(), schema.clone())],
            Body::None | Body::Multipart(_) => Vec::new(),
        }
    }
}

/// The type of a call that takes optional parameters.
fn call_type(call: &Call<'_, '_>) -> Ident {
    format_ident!("{}Call", call.names.request_type)
}

/// Whether a file is among what is sent.
pub(super) fn sends_file(operation: &Operation<'_>) -> bool {
    operation
        .body
        .parts()
        .iter()
        .any(|part| part.content == PartContent::File)
}

/// The named types of a value, and where they stand.
fn answered(place: &str, ty: &Type) -> Vec<(String, String)> {
    match ty {
        Type::Named(name) => vec![(place.to_owned(), name.clone())],
        Type::List(inner) | Type::Map(inner) => answered(&format!("{place}/*"), inner),
        _ => Vec::new(),
    }
}
