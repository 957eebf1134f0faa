//! Batch save: sends a list of items, and receives a result for each.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Value, json};

use super::page::extras;
use super::{Call, Kind, collection, envelope};
use crate::api::{Api, Body, Operation, Property, Type};
use crate::rust::{Imports, docs, print};
use crate::surface::{Need, Needs};

#[derive(Debug)]
struct BatchSave {
    item: String,
    entity: String,
    /// The schema of the request, if it says more than the items.
    settings: Option<String>,
    extras: Option<String>,
    /// The schemas of the response, and of the result of an item.
    envelope_schema: [String; 2],
    collection: String,
}

/// The request fields that the kind handles.
const OWN: &[&str] = &["data"];

pub(super) fn recognise<'d>(api: &Api<'d>, operation: &Operation<'d>) -> Option<Box<dyn Kind>> {
    let found = envelope::of(api, operation).filter(|found| !found.has_cursors)?;
    let result = api.schema(found.data.ty.listed()?)?;
    let is_result = ["result", "statusCode", "error"]
        .iter()
        .any(|name| result.property(name).is_some());
    let entity = result.property("data").filter(|_| is_result)?.ty.schema()?;
    // The items make a body of one that may be left out.
    let Body::Json { ty, .. } = &operation.body else {
        return None;
    };
    let request = api.schema(ty.schema()?)?;
    let items = request.property("data")?;
    let item = items.ty.listed()?;
    let has_objects = [item, entity]
        .iter()
        .all(|name| !api.properties(name).is_empty());
    let is_batch = has_objects && operation.parameters.is_empty();
    is_batch.then(|| {
        let settings = (request.properties().len() > 1).then(|| request.name.to_owned());
        Box::new(BatchSave {
            item: item.to_owned(),
            entity: entity.to_owned(),
            settings,
            extras: found.extras(),
            envelope_schema: [found.schema.name.to_owned(), result.name.to_owned()],
            collection: collection::name(&collection::segments(operation)),
        }) as Box<dyn Kind>
    })
}

impl Kind for BatchSave {
    fn x_kind(&self) -> Value {
        json!({ "is": "batch-save", "collection": self.collection })
    }

    fn always_sends_body(&self) -> bool {
        true
    }

    fn needs(&self) -> Needs {
        let settings = self.settings.iter().map(|schema| Need {
            schema: schema.clone(),
            without: OWN,
        });
        let types = [Need::whole(&self.item), Need::whole(&self.entity)]
            .into_iter()
            .chain(settings)
            .chain(envelope::extras_need(self.extras.as_ref()));
        Needs {
            types: types.collect(),
            query: None,
            takes_body_apart: true,
            further_methods: &["one", "stream", "journaled"],
        }
    }

    fn envelopes(&self) -> Vec<(String, &'static str)> {
        let [batch, item] = &self.envelope_schema;
        vec![(batch.clone(), "batch"), (item.clone(), "item")]
    }

    fn body(&self, imports: &mut Imports) -> Option<TokenStream> {
        let (batch, item) = (imports.runtime("batch", "Batch"), imports.ty(&self.item));
        Some(match &self.settings {
            Some(settings) => {
                let settings = imports.ty(settings);
                quote!(#batch<#item, #settings>)
            }
            None => quote!(#batch<#item>),
        })
    }

    fn request(&self, call: &Call<'_, '_>, imports: &mut Imports) -> TokenStream {
        let name = format_ident!("{}", call.names.request_type);
        let (item, entity) = (imports.ty(&self.item), imports.ty(&self.entity));
        let extras = extras(self.extras.as_deref(), imports);
        let settings = match &self.settings {
            Some(settings) => imports.ty(settings),
            None => quote!(()),
        };
        let shared: Vec<_> = self
            .echoed(call)
            .map(|field| format_ident!("{field}"))
            .collect();
        if !shared.is_empty() {
            imports.runtime("batch", "Echoed");
        }
        let (batch_save, echo, batch) = (
            imports.runtime("batch", "BatchSave"),
            imports.runtime("batch", "Echo"),
            imports.runtime("batch", "Batch"),
        );
        quote! {
            impl #batch_save for #name {
                type Item = #item;
                type Entity = #entity;
                type Settings = #settings;
                type Extras = #extras;

                const ECHOES: &'static [#echo<#item, #entity>] = &[
                    #(#echo {
                        sent: |item| item.#shared.echo(),
                        received: |entity| entity.#shared.echo(),
                    }),*
                ];

                fn from_items(items: Vec<#item>, settings: #settings) -> Self {
                    Self { body: #batch { data: items, settings } }
                }

                fn items(&self) -> &[#item] {
                    &self.body.data
                }

                fn into_items(self) -> Vec<#item> {
                    self.body.data
                }
            }
        }
    }

    fn method(&self, call: &Call<'_, '_>, imports: &mut Imports) -> TokenStream {
        let (operation, method) = (call.operation, call.names.method.as_str());
        let stem = method.trim_end_matches('_');
        let page = print::source_page(operation.page);
        let entity_name = &self.entity;
        let further = match &self.settings {
            Some(settings) => {
                let properties = call
                    .api
                    .properties(settings)
                    .iter()
                    .filter(|property| !OWN.contains(&property.name));
                let said: Vec<_> = properties
                    .map(|property| print::lower_first(&docs::field_meaning(call.api, property)))
                    .collect();
                format!(
                    "- `settings`: settings that apply to all items: {}",
                    said.join(" ")
                )
            }
            None => String::new(),
        };
        let doc = print::doc([
            docs::of_operation(operation),
            further,
            format!(
                "Takes any number of items. Await the returned [`SaveBatch`](crate::SaveBatch) for the outcome of every item: saved (with its \
                 [`{entity_name}`](crate::types::{entity_name})), rejected, not saved, or unknown."
            ),
            self.example(call),
            page,
        ]);
        let one_doc = print::doc([
            format!(
                "Saves one item as [`{method}`](Self::{method}) does, and returns its [`{entity_name}`](crate::types::{entity_name})."
            ),
            "# Errors".to_owned(),
            "[`Rejected`](crate::ErrorKind::Rejected) if Tight rejects the item, with its errors; otherwise as for every call."
                .to_owned(),
        ]);
        let stream_doc = print::doc([format!(
            "Like [`{method}`](Self::{method}), for items from a stream, which need not end: sends the items at hand after a short \
             [linger](crate::SaveBatch::linger)."
        )]);
        let journaled_doc = print::doc([format!(
            "Like [`{method}`](Self::{method}), and records each item and its outcome in a [`Journal`](crate::Journal), such as a \
             [`FileJournal`](crate::FileJournal), so that a job that was killed can resume."
        )]);
        let names = ["one", "stream", "journaled"].map(|way| format_ident!("{stem}_{way}"));
        let [one, streamed, journaled] = names;
        let (item, entity) = (imports.ty(&self.item), imports.ty(&self.entity));
        let request = format_ident!("{}", call.names.request_type);
        let method = format_ident!("{method}");
        let [save, save_one, save_stream, save_journaled] =
            ["save", "save_one", "save_stream", "save_journaled"]
                .map(|name| imports.runtime("batch", name));
        let [batch, response, result, journal, keyed, list] = [
            "SaveBatch",
            "Response",
            "Result",
            "Journal",
            "Keyed",
            "IntoItems",
        ]
        .map(|name| imports.public(name));
        let (stream, iter) = (
            imports.of("futures_util", "Stream"),
            imports.of("futures_util::stream", "Iter"),
        );
        // What is said beside the items, in the type of the outcome and in the signature.
        let extras = self.extras.as_ref().map(|extras| {
            let extras = imports.ty(extras);
            quote!(, #extras)
        });
        let (settings, given) = match &self.settings {
            Some(settings) => {
                let ty = imports.ty(settings);
                (Some(quote!(, settings: #ty)), quote!(settings))
            }
            None => (None, quote!(())),
        };
        let deprecated = docs::deprecated(operation.deprecated, operation.description);
        quote! {
            #doc
            #deprecated
            pub fn #method<L, I>(self, items: L #settings) -> #batch<#iter<I>, #item, #entity #extras>
            where
                L: #list<#item, I>,
                I: Iterator<Item = #item>,
            {
                #save::<#request, I>(self.session, items.into_items(), #given)
            }

            #one_doc
            #deprecated
            pub async fn #one(self, item: #item #settings) -> #result<#response<#entity #extras>> {
                #save_one::<#request>(self.session, item, #given).await
            }

            #stream_doc
            #deprecated
            pub fn #streamed<S>(self, items: S #settings) -> #batch<S, #item, #entity #extras>
            where
                S: #stream<Item = #item>,
            {
                #save_stream::<#request, S>(self.session, items, #given)
            }

            #journaled_doc
            #deprecated
            pub fn #journaled<J, K, L, I>(
                self,
                journal: J,
                items: L
                #settings
            ) -> #batch<#iter<I>, #keyed<K, #item>, #entity #extras>
            where
                J: #journal<K, #entity> + 'static,
                K: Send + Sync + 'static,
                L: #list<#keyed<K, #item>, I>,
                I: Iterator<Item = #keyed<K, #item>>,
            {
                #save_journaled::<#request, J, K, I>(self.session, journal, items.into_items(), #given)
            }
        }
    }

    fn digest(&self, _: &Call<'_, '_>) -> (String, String) {
        let settings = self
            .settings
            .as_ref()
            .map(|settings| format!(", settings: {settings}"))
            .unwrap_or_default();
        let extras = self
            .extras
            .as_ref()
            .map(|extras| format!(", {extras}"))
            .unwrap_or_default();
        (
            format!("items: [{}]{settings}", self.item),
            format!("BatchOutcome<{}, {}{extras}>", self.item, self.entity),
        )
    }

    fn test(&self, call: TokenStream) -> TokenStream {
        quote!(sent(#call.await.into_result()))
    }

    fn payload(&self, _: &Operation<'_>, is_answer: bool) -> Vec<(String, String)> {
        let (place, model, beside) = match is_answer {
            true => ("/data/*/data", &self.entity, &self.extras),
            false => ("/data/*", &self.item, &self.settings),
        };
        let beside = beside.iter().map(|schema| (String::new(), schema.clone()));
        [(place.to_owned(), model.clone())]
            .into_iter()
            .chain(beside)
            .collect()
    }
}

impl BatchSave {
    /// The fields that an item and its entity share, and by which one can be told from another: not flags, and not choices of a few
    /// values.
    fn echoed<'a>(&'a self, call: &Call<'a, '_>) -> impl Iterator<Item = &'a str> {
        let (api, surface) = (call.api, call.surface);
        let tells_apart = |property: &&Property<'_>| {
            matches!(
                property.ty,
                Type::Text
                    | Type::Integer
                    | Type::Number
                    | Type::Decimal
                    | Type::Date
                    | Type::Timestamp
            )
        };
        let sent = api.properties(&self.item).iter().enumerate();
        let shared = sent
            .filter(move |(_, sent)| tells_apart(sent) && !sent.read_only && !sent.nullable)
            .filter(move |(_, sent)| {
                let received = api.property(&self.entity, sent.name);
                received.is_some_and(|received| received.ty == sent.ty && !received.write_only)
            });
        // The same name in both: the types of one name have the same rule.
        shared.filter_map(move |(index, property)| {
            let own = surface.field(&self.item, index)?;
            let other = api
                .properties(&self.entity)
                .iter()
                .position(|known| known.name == property.name)?;
            (surface.field(&self.entity, other)? == own).then_some(own)
        })
    }

    /// An example of a call, with documented values; empty if a required field has none that can be written.
    fn example(&self, call: &Call<'_, '_>) -> String {
        let properties = call.api.properties(&self.item).iter().enumerate();
        let fields = properties.filter_map(|(index, property)| {
            Some((property, call.surface.field(&self.item, index)?))
        });
        let value =
            |property: &Property<'_>| format!("{:?}", property.example.as_deref().unwrap_or("…"));
        let is_text = |property: &Property<'_>| property.ty == Type::Text && !property.nullable;
        let (required, optional): (Vec<_>, Vec<_>) =
            fields.partition(|(property, _)| property.required && !property.read_only);
        if self.settings.is_some() || !required.iter().all(|(property, _)| is_text(property)) {
            return String::new();
        }
        let arguments: Vec<_> = required
            .into_iter()
            .map(|(property, _)| value(property))
            .collect();
        let is_shown = |property: &Property<'_>, name: &str| {
            is_text(property) && name != "new" && !property.deprecated && !property.read_only
        };
        let setter = optional
            .into_iter()
            .find(|(property, name)| is_shown(property, name));
        let setter = setter
            .map(|(property, name)| format!(".{name}({})", value(property)))
            .unwrap_or_default();
        format!(
            "# Example\n\
             \n\
             ```\n\
             # async fn example(client: &tight_api::Client) -> tight_api::Result<()> {{\n\
             use tight_api::types::{item};\n\
             \n\
             let item = {item}::new({arguments}){setter};\n\
             let outcome = client.{resource}().{method}([item]).await;\n\
             for rejected in outcome.rejected() {{\n\
             \x20   eprintln!(\"{{:?}}: {{}}\", rejected.item, rejected.errors);\n\
             }}\n\
             # Ok(())\n\
             # }}\n\
             ```",
            item = self.item,
            arguments = arguments.join(", "),
            resource = call.names.resource,
            method = call.names.method,
        )
    }
}
