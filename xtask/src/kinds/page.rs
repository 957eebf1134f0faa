//! Page: sends a cursor and a limit, and receives items with the cursors of the neighbouring pages.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::{Value, json};

use super::arguments::Arguments;
use super::{Call, Kind, collection, envelope};
use crate::api::{Api, Body, Operation, Parameter, Position, Range, Type};
use crate::rust::print::Piece;
use crate::rust::{Imports, docs, print};
use crate::surface::{Need, Needs};

#[derive(Debug)]
struct Page {
    item: String,
    /// The schema of the query, if the body is one; else the cursor and the limit stand in the address.
    query: Option<String>,
    limits: Range,
    extras: Option<String>,
    /// The schema of the envelope.
    envelope_schema: String,
    x_kind: Value,
}

pub(super) fn recognise<'d>(api: &Api<'d>, operation: &Operation<'d>) -> Option<Box<dyn Kind>> {
    // A page that is cut before the cursors of its response still says that it reads, and takes one.
    let found =
        envelope::of(api, operation).filter(|found| found.has_cursors || operation.reads)?;
    let item = found.data.ty.listed()?;
    if api.properties(item).is_empty() {
        return None;
    }
    let (query, limits) = match &operation.body {
        // The cursor makes a body of one that may be left out.
        Body::Json { ty, .. } => {
            let query = api.schema(ty.schema()?)?;
            let optional = |name: &str, ty: Type| {
                query
                    .property(name)
                    .filter(|field| field.ty == ty && !field.required)
            };
            optional("cursor", Type::Text)?;
            (
                Some(query.name.to_owned()),
                optional("limit", Type::Integer)?.range,
            )
        }
        Body::None => {
            let mut parameters = operation.at(Position::Query);
            let mut optional = |name: &str, ty: Type| {
                parameters.find(|parameter| {
                    parameter.name == name && parameter.ty == ty && !parameter.required
                })
            };
            optional("cursor", Type::Text)?;
            let limit = operation.at(Position::Query).find(|parameter| {
                parameter.name == "limit" && parameter.ty == Type::Integer && !parameter.required
            });
            (None, limit?.range)
        }
        _ => return None,
    };
    let mut x_kind = json!({ "is": "page", "in": if query.is_some() { "body" } else { "query" } });
    let place = collection::list(api, operation, item);
    // Which items belong to what the path names is not documented where they have no field for it.
    let is_known = place.get("of").is_none_or(|of| of.get("field").is_some());
    match x_kind.as_object_mut() {
        Some(x_kind) if is_known => x_kind.extend(place),
        _ => x_kind = json!({ "is": "computed" }),
    }
    Some(Box::new(Page {
        item: item.to_owned(),
        query,
        limits,
        extras: found.extras(),
        envelope_schema: found.schema.name.to_owned(),
        x_kind,
    }))
}

impl Kind for Page {
    fn x_kind(&self) -> Value {
        self.x_kind.clone()
    }

    fn needs(&self) -> Needs {
        let query = self.query.iter().map(Need::whole);
        let types = query
            .chain([Need::whole(&self.item)])
            .chain(envelope::extras_need(self.extras.as_ref()));
        Needs {
            types: types.collect(),
            query: self.query.clone(),
            takes_body_apart: false,
            further_methods: &[],
        }
    }

    fn envelopes(&self) -> Vec<(String, &'static str)> {
        vec![(self.envelope_schema.clone(), "page")]
    }

    fn always_sends_body(&self) -> bool {
        self.query.is_some()
    }

    fn handles_parameter(&self, parameter: &Parameter<'_>) -> bool {
        self.query.is_none()
            && parameter.position == Position::Query
            && ["cursor", "limit"].contains(&parameter.name)
    }

    fn request(&self, call: &Call<'_, '_>, imports: &mut Imports) -> TokenStream {
        let request = format_ident!("{}", call.names.request_type);
        let item = imports.ty(&self.item);
        let extras = extras(self.extras.as_deref(), imports);
        let page_request = imports.runtime("listing", "PageRequest");
        let range = imports.of("std::ops", "RangeInclusive");
        let limit = |limit: Option<i64>, none: TokenStream| match limit {
            Some(limit) => {
                let limit = Literal::i64_unsuffixed(limit);
                quote!(#limit)
            }
            None => none,
        };
        let least = limit(self.limits.minimum, quote!(i64::MIN));
        let most = limit(self.limits.maximum, quote!(i64::MAX));
        let place = if self.query.is_some() {
            quote!(self.body)
        } else {
            quote!(self)
        };
        quote! {
            impl #page_request for #request {
                type Item = #item;
                type Extras = #extras;

                const LIMITS: #range<i64> = #least..=#most;

                fn paging_fields(&mut self) -> (&mut Option<String>, &mut Option<i64>) {
                    (&mut #place.cursor, &mut #place.limit)
                }
            }
        }
    }

    fn method(&self, call: &Call<'_, '_>, imports: &mut Imports) -> TokenStream {
        let arguments = Arguments::of(call, "query", imports);
        let doc = print::doc(
            [docs::of_operation(call.operation)]
                .into_iter()
                .chain(arguments.docs.clone())
                .chain([
                    arguments.optional_doc(&list_type(call)),
                    format!(
                        "Returns a [`Listing`](crate::Listing), which requests nothing until you take one page of it, or a stream of \
                         all items ([`{0}`](crate::types::{0})).",
                        self.item
                    ),
                    self.example(call),
                    print::source_page(call.operation.page),
                ]),
        );
        let deprecated = docs::deprecated(call.operation.deprecated, call.operation.description);
        let method = format_ident!("{}", call.names.method);
        let (signature, request) = (&arguments.signature, arguments.request(call));
        let (given, make) = if arguments.optional.is_empty() {
            (self.listing(imports), imports.runtime("listing", "listing"))
        } else {
            let list = list_type(call);
            (quote!(#list<'a>), quote!(#list::new))
        };
        quote! {
            #doc
            #deprecated
            pub fn #method(self, #(#signature),*) -> #given {
                #make(self.session, #request)
            }
        }
    }

    fn builder(&self, call: &Call<'_, '_>, imports: &mut Imports) -> Option<Piece> {
        /// The methods of a listing, which its builder has, too.
        const METHODS: &[&str] = &["limit", "cursor", "resume", "page", "pages", "items"];
        let arguments = Arguments::of(call, "query", imports);
        if arguments.optional.is_empty() {
            return None;
        }
        let (name, request) = (
            list_type(call),
            format_ident!("{}", call.names.request_type),
        );
        let (item, extras) = (
            imports.ty(&self.item),
            extras(self.extras.as_deref(), imports),
        );
        let is_free = |method: &&&str| {
            !arguments
                .optional
                .iter()
                .any(|optional| optional.name == ***method)
        };
        let methods = METHODS.iter().filter(is_free);
        let doc = print::doc([format!(
            "A listing of [`{0}::{1}`](crate::resources::{0}::{1}) that takes optional parameters. Nothing is requested yet.",
            call.names.resource_type, call.names.method
        )]);
        let setters = arguments.setters();
        let (item, extras) = (print::inline(&item), print::inline(&extras));
        let methods: Vec<&str> = methods.copied().collect();
        Some(Piece {
            tokens: quote! {
                #doc
                pub struct #name {
                    #(#setters,)*
                }
            },
            in_macro: Some("crate::runtime::listing::listing_builder"),
            instead: Some((
                format!("pub struct {name} {{"),
                format!(
                    "pub struct {name}: {request} => {item}, {extras}, [{}] {{",
                    methods.join(" ")
                ),
            )),
            text: None,
        })
    }

    fn digest(&self, call: &Call<'_, '_>) -> (String, String) {
        let extras = self
            .extras
            .as_ref()
            .map(|extras| format!(", {extras}"))
            .unwrap_or_default();
        (
            super::arguments::digest(call),
            format!("Listing<{}{extras}>", self.item),
        )
    }

    fn test(&self, call: TokenStream) -> TokenStream {
        quote!(sent(#call.page().await))
    }

    fn payload(&self, _: &Operation<'_>, is_answer: bool) -> Vec<(String, String)> {
        match (is_answer, &self.query) {
            (true, _) => {
                let extras = self
                    .extras
                    .iter()
                    .map(|extras| (String::new(), extras.clone()));
                [("/data/*".to_owned(), self.item.clone())]
                    .into_iter()
                    .chain(extras)
                    .collect()
            }
            (false, Some(query)) => vec![(String::new(), query.clone())],
            (false, None) => Vec::new(),
        }
    }
}

/// The type of the fields beside the data.
pub(super) fn extras(extras: Option<&str>, imports: &mut Imports) -> TokenStream {
    match extras {
        Some(extras) => imports.ty(extras),
        None => imports.public("UnknownFields"),
    }
}

/// The type of a listing that takes optional parameters.
fn list_type(call: &Call<'_, '_>) -> Ident {
    format_ident!("{}List", call.names.request_type)
}

impl Page {
    /// The return type of a method without optional parameters.
    fn listing(&self, imports: &mut Imports) -> TokenStream {
        let (item, listing) = (imports.ty(&self.item), imports.public("Listing"));
        match &self.extras {
            Some(extras) => {
                let extras = imports.ty(extras);
                quote!(#listing<#item, #extras>)
            }
            None => quote!(#listing<#item>),
        }
    }

    /// An example of a call; empty if it needs arguments that have no example.
    fn example(&self, call: &Call<'_, '_>) -> String {
        let own: Vec<_> = call
            .operation
            .parameters
            .iter()
            .filter(|parameter| !self.handles_parameter(parameter))
            .collect();
        let is_id = |parameter: &Parameter<'_>| parameter.required && parameter.ty == Type::Text;
        let (mut import, mut arguments) = (String::new(), Vec::new());
        match own.as_slice() {
            [] => {}
            [id] if is_id(id) => arguments.push("id".to_owned()),
            _ => return String::new(),
        }
        if let Some(query) = &self.query {
            if call
                .api
                .properties(query)
                .iter()
                .any(|property| property.required)
            {
                return String::new();
            }
            import = format!("use tight_api::types::{query};\n");
            arguments.push(format!("{query}::new()"));
        }
        let parameter = if own.is_empty() { "" } else { ", id: &str" };
        format!(
            "# Example\n\
             \n\
             ```\n\
             # async fn example(client: &tight_api::Client{parameter}) -> tight_api::Result<()> {{\n\
             use futures_util::TryStreamExt;\n\
             {import}\
             \n\
             let mut items = client.{resource}().{method}({arguments}).items();\n\
             while let Some(item) = items.try_next().await? {{\n\
             \x20   println!(\"{{item:?}}\");\n\
             }}\n\
             # Ok(())\n\
             # }}\n\
             ```",
            resource = call.names.resource,
            method = call.names.method,
            arguments = arguments.join(", "),
        )
    }
}
