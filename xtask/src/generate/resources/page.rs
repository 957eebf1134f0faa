//! An operation that answers in pages.

use quote::{format_ident, quote};

use super::arguments::arguments;
use super::{Part, meaning, print};
use crate::contract::{Body, Contract, FieldType, Operation};

pub(super) fn part(contract: &Contract, operation: &Operation, item: &str) -> Part {
    let arguments = arguments(operation, "query");
    let example = example(contract, operation);
    let doc = [
        meaning(operation),
    ]
    .into_iter()
    .chain(arguments.docs)
    .chain([
        format!(
            "Nothing is sent yet: the [`Listing`] gives one page, or all [`{item}`]s as a stream that fetches page after page."
        ),
        example,
        print::source_page(&operation.page),
    ]);
    let doc = print::doc(doc);
    let (method, item_name) = (
        format_ident!("{}", operation.resource_method),
        format_ident!("{item}"),
    );
    let (signature, request) = (&arguments.signature, &arguments.request);
    let mut schemas = arguments.schemas;
    schemas.push(item.to_owned());
    Part {
        schemas,
        runtime: &[("listing", "listing")],
        public: &["Listing"],
        methods: quote! {
            #doc
            pub fn #method(self, #(#signature),*) -> Listing<#item_name> {
                listing(self.session, #request)
            }
        },
    }
}

/// How a call reads; nothing if it takes what this cannot write.
fn example(contract: &Contract, operation: &Operation) -> String {
    let own: Vec<_> = operation
        .parameters
        .iter()
        .filter(|parameter| !operation.is_of_page(parameter))
        .collect();
    let (import, argument) = match (&operation.body, own.as_slice()) {
        (Body::Object(schema), []) => {
            let has_required = contract
                .schema(schema)
                .is_some_and(|schema| schema.fields().iter().any(|field| field.required));
            if has_required {
                return String::new();
            }
            (
                format!("use tight_api::types::{schema};\n"),
                format!("{schema}::new()"),
            )
        }
        (Body::None, [id]) if id.required && id.ty == FieldType::Text => {
            (String::new(), "id".to_owned())
        }
        _ => return String::new(),
    };
    let parameter = if argument == "id" { ", id: &str" } else { "" };
    format!(
        "# Example\n\
         \n\
         ```\n\
         # async fn example(client: &tight_api::Client{parameter}) -> tight_api::Result<()> {{\n\
         use futures_util::TryStreamExt;\n\
         {import}\
         \n\
         let mut items = client.{resource}().{method}({argument}).items();\n\
         while let Some(item) = items.try_next().await? {{\n\
         \x20   println!(\"{{item:?}}\");\n\
         }}\n\
         # Ok(())\n\
         # }}\n\
         ```",
        resource = operation.resource,
        method = operation.resource_method,
    )
}
