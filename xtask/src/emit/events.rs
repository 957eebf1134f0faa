//! Events: the kinds that there are, and the entities that they tell of, with the table of which one stands at which path.
//!
//! The table follows from the operations, so that an entity that is captured is read from events, too. What gets an entity by its
//! id states the path and the type; where nothing does, what saves to a collection or lists it shows the type, and the path is
//! that of the collection with an id.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{File, Specification};
use crate::api::{Segment, Webhook};
use crate::diagnostic::Result;
use crate::kinds::Call;
use crate::layout::SDK;
use crate::rust::print::{self, Piece, Source};
use crate::surface::events::{EntityPath, OTHER, Shown, entities};

pub(super) fn file(specification: &Specification<'_, '_>) -> Result<File> {
    let path = format!("{SDK}/events.rs");
    let source = Source {
        head: quote! {
            //! What webhooks tell, and of what.

            use crate::types;
            use crate::webhooks::Fields;
            use crate::JsonValue;
        },
        items: vec![
            Piece::plain(events(specification)),
            Piece::plain(self::entity(specification)),
        ],
    };
    Ok(File::new(&path, source.print(&path)?))
}

/// The paths at which entities stand, with their schemas.
pub fn entity_paths<'a>(specification: &Specification<'a, '_>) -> Vec<(EntityPath<'a>, String)> {
    let shown: Vec<_> = specification
        .calls()
        .filter_map(|call| shown(&call))
        .collect();
    entities(specification.api, shown)
}

/// What an operation shows of where an entity stands.
fn shown<'a>(call: &Call<'a, '_>) -> Option<(Shown, &'a [Segment<'a>], String)> {
    let mark = call.kind.x_kind();
    let (is, does) = (mark["is"].as_str()?, mark["does"].as_str());
    let operation = call.operation;
    let segments = operation.segments.as_slice();
    let (_, schema) = call.kind.payload(operation, true).into_iter().next()?;
    let (shown, path) = match (is, does) {
        ("entity" | "singleton", Some("get")) => (Shown::Got, segments),
        ("entity" | "singleton", Some("delete" | "update" | "save")) => (Shown::Done, segments),
        ("entity", Some("create")) | ("batch-save", _) => (Shown::Listed, segments),
        ("page" | "list", _) => match segments {
            [path @ .., Segment::Fixed("query")] if operation.method == "POST" => {
                (Shown::Listed, path)
            }
            path => (Shown::Listed, path),
        },
        _ => return None,
    };
    let is_of_id = call.api.property(&schema, "id").is_some();
    let is_of_all = path.iter().all(|part| matches!(part, Segment::Fixed(_)));
    let is_received = call
        .api
        .schema(&schema)
        .is_some_and(|schema| schema.received);
    let is_entity = is_received && (shown != Shown::Listed || is_of_id && is_of_all);
    is_entity.then_some((shown, path, schema))
}

fn events(specification: &Specification<'_, '_>) -> TokenStream {
    let other = format_ident!("{OTHER}");
    let events: Vec<_> = specification
        .api
        .webhooks
        .iter()
        .zip(&specification.surface.events)
        .collect();
    let variants = events.iter().map(|(webhook, name)| {
        let doc = print::doc([
            print::prose(webhook.description),
            print::source_page(webhook.page),
        ]);
        let (name, schema) = (format_ident!("{name}"), format_ident!("{}", webhook.schema));
        match &webhook.entity {
            Some(_) => quote! {
                #doc
                #name {
                    /// The entity that the event tells of, as the type that stands at its path.
                    entity: Entity,
                    /// The event.
                    event: Box<types::#schema>,
                }
            },
            None => quote!(#doc #name(Box<types::#schema>)),
        }
    });
    let reads = events.iter().map(|(webhook, name)| read(webhook, name));
    quote! {
        /// An event that Tight sent to a webhook.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Event {
            #(#variants,)*
            /// An event of a kind that this version does not know: all of its body.
            #other(JsonValue),
        }

        impl Event {
            /// Reads the event from what its `type` says and from its fields.
            pub(crate) fn read(fields: &Fields<'_>) -> serde_json::Result<Self> {
                match fields.text("type").as_deref() {
                    #(#reads,)*
                    _ => fields.value().map(Self::#other),
                }
            }
        }
    }
}

fn read(webhook: &Webhook<'_>, variant: &str) -> TokenStream {
    let (name, variant) = (webhook.name, format_ident!("{variant}"));
    match &webhook.entity {
        Some(carried) => {
            let (property, path) = (carried.property, carried.path);
            quote! {
                Some(#name) => Ok(Self::#variant {
                    entity: Entity::read(&fields.entity(#property, #path)),
                    event: fields.object()?,
                })
            }
        }
        None => quote!(Some(#name) => fields.object().map(Self::#variant)),
    }
}

fn entity(specification: &Specification<'_, '_>) -> TokenStream {
    let other = format_ident!("{OTHER}");
    let paths = entity_paths(specification);
    let schemas: BTreeSet<_> = paths.iter().map(|(_, schema)| schema).collect();
    let variants = schemas.iter().map(|schema| {
        let places = paths.iter().filter(|(_, known)| known == *schema);
        let places: Vec<_> = places
            .map(|(path, _)| format!("`{}`", shown_path(path)))
            .collect();
        let doc = print::doc([format!("At {}.", places.join(", "))]);
        let schema = format_ident!("{schema}");
        quote!(#doc #schema(Box<types::#schema>))
    });
    let reads = paths.iter().map(|(path, schema)| {
        let schema = format_ident!("{schema}");
        let segments = path.iter().map(|segment| match segment {
            Some(text) => quote!(#text),
            None => quote!(_),
        });
        quote!([#(#segments),*] => carried.object().map(Self::#schema))
    });
    quote! {
        /// An entity that an event tells of, as the type that stands at its path in the API.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Entity {
            #(#variants,)*
            /// An entity of a path that this version does not know, or one that is no JSON object: its JSON.
            #other(JsonValue),
        }

        impl Entity {
            /// Reads the entity as what stands at its path.
            fn read(carried: &crate::webhooks::Carried<'_>) -> Self {
                let known = match carried.path().as_slice() {
                    #(#reads,)*
                    _ => None,
                };
                known.unwrap_or_else(|| Self::#other(carried.value()))
            }
        }
    }
}

/// A path as the documentation writes it.
pub fn shown_path(path: &EntityPath<'_>) -> String {
    let segments = path.iter().map(|segment| segment.unwrap_or("{id}"));
    segments.fold(String::new(), |path, segment| path + "/" + segment)
}
