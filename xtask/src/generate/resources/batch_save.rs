//! An operation that saves a list of items and answers for each.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{Part, meaning, print};
use crate::contract::{Contract, Field, FieldType, Operation};

pub(super) fn part(contract: &Contract, operation: &Operation, item: &str, entity: &str) -> Part {
    Part {
        schemas: vec![item.to_owned(), entity.to_owned()],
        runtime: &["batch"],
        public: &["BatchOutcome", "ItemOutcome", "Result"],
        methods: methods(contract, operation, item, entity),
    }
}

fn methods(contract: &Contract, operation: &Operation, item: &str, entity: &str) -> TokenStream {
    let method = &operation.resource_method;
    let doc = print::doc([
        meaning(operation),
        format!(
            "Takes any number of items and sends them in order, in requests of at most [`batch_size`] items. Every item \
             comes back in the outcome: saved as a [`{entity}`], rejected, unknown, or not sent. Nothing that may have \
             been saved is sent again, unless the client's [`RetryPolicy`](crate::RetryPolicy) says so."
        ),
        "[`batch_size`]: crate::ClientBuilder::batch_size".to_owned(),
        "# Errors".to_owned(),
        "Only where certainly nothing was saved. What became of each item is in the outcome, not here.".to_owned(),
        example(contract, operation, item),
        print::source_page(&operation.page),
    ]);
    let stream_name = format!("{}_stream", method.trim_end_matches('_'));
    let stream_doc = print::doc([
        format!("As [`{method}`](Self::{method}), for any number of items in bounded memory: at most one request is in memory."),
        "Items are taken from the stream as they are sent, and each comes back as soon as there is a verdict on its \
         request, in order. The stream never fails: if nothing can be sent, every item comes back as rejected or not sent. \
         Nothing happens until it is polled; when it is dropped, a request under way is in doubt, and nothing more is sent."
            .to_owned(),
    ]);
    let (method, stream) = (format_ident!("{method}"), format_ident!("{stream_name}"));
    let (request, item, entity) = (
        format_ident!("{}", operation.request_type),
        format_ident!("{item}"),
        format_ident!("{entity}"),
    );
    quote! {
        #doc
        pub async fn #method(self, items: impl IntoIterator<Item = #item>) -> Result<BatchOutcome<#item, #entity>> {
            batch::save::<#request>(self.client, items).await
        }

        #stream_doc
        pub fn #stream<S>(self, items: S) -> impl Stream<Item = ItemOutcome<#item, #entity>> + use<S>
        where
            S: Stream<Item = #item>,
        {
            batch::save_stream::<#request, S>(self.client, items)
        }
    }
}

/// How a call reads, with the documented example values; nothing if a required field has a value that this cannot write.
fn example(contract: &Contract, operation: &Operation, item: &str) -> String {
    let fields = contract
        .schema(item)
        .map(|schema| schema.fields())
        .unwrap_or_default();
    let value = |field: &Field| format!("{:?}", field.example.as_deref().unwrap_or("…"));
    let is_text = |field: &&Field| field.ty == FieldType::Text;
    let (required, optional): (Vec<_>, Vec<_>) = fields.iter().partition(|field| field.required);
    if !required.iter().all(is_text) {
        return String::new();
    }
    let arguments: Vec<_> = required.into_iter().map(value).collect();
    let is_shown = |field: &&Field| is_text(field) && field.rust_name != "new";
    let setter = optional.into_iter().find(is_shown);
    let setter = setter
        .map(|field| format!(".{}({})", field.rust_name, value(field)))
        .unwrap_or_default();
    format!(
        "# Example\n\
         \n\
         ```\n\
         # async fn example(client: &tight_api::Client) -> tight_api::Result<()> {{\n\
         use tight_api::types::{item};\n\
         \n\
         let item = {item}::new({arguments}){setter};\n\
         let outcome = client.{resource}().{method}([item]).await?;\n\
         for rejected in outcome.rejected() {{\n\
         \x20   eprintln!(\"{{:?}}: {{}}\", rejected.item, rejected.errors);\n\
         }}\n\
         # Ok(())\n\
         # }}\n\
         ```",
        arguments = arguments.join(", "),
        resource = operation.resource,
        method = operation.resource_method,
    )
}
