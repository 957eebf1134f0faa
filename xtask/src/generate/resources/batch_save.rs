//! An operation that saves a list of items and answers for each.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{Part, meaning, print};
use crate::contract::{Contract, Field, FieldType, Operation};

pub(super) fn part(contract: &Contract, operation: &Operation, item: &str, entity: &str) -> Part {
    Part {
        schemas: vec![item.to_owned(), entity.to_owned()],
        runtime: &[
            ("batch", "save"),
            ("batch", "save_journaled"),
            ("batch", "save_one"),
            ("batch", "save_stream"),
        ],
        public: &["Iter", "Response", "Result", "SaveBatch", "Stream"],
        methods: methods(contract, operation, item, entity),
    }
}

fn methods(contract: &Contract, operation: &Operation, item: &str, entity: &str) -> TokenStream {
    let method = &operation.resource_method;
    let stem = method.trim_end_matches('_');
    let meaning = meaning(operation);
    let page = print::source_page(&operation.page);
    let doc = print::doc([
        meaning.clone(),
        format!(
            "Takes any number of items, from a list or whatever can be iterated over. Await the [`SaveBatch`] for the outcome of \
             all of them, or take its [outcomes](SaveBatch::outcomes) as a stream; it says, too, how many requests are in flight. \
             Every item comes back: saved as a [`{entity}`], rejected, not saved, or unknown. Nothing that may have been saved is \
             sent again, unless the client's [`RetryPolicy`](crate::RetryPolicy) says so."
        ),
        example(contract, operation, item),
        page.clone(),
    ]);
    let one_doc = print::doc([
        format!("Saves one item, and returns the [`{entity}`] that it became: the short way of [`{method}`](Self::{method})."),
        "# Errors".to_owned(),
        "If it was rejected ([`Rejected`](crate::ErrorKind::Rejected), with Tight's errors), or there is no answer, or it is no \
         success, or it cannot be read. [`may_have_taken_effect`](crate::Error::may_have_taken_effect) says whether it may have \
         been saved all the same."
            .to_owned(),
        page.clone(),
    ]);
    let stream_doc = print::doc([
        format!(
            "As [`{method}`](Self::{method}), for items that come in as a stream, also a live one: what has come in is sent after a \
             short [linger](SaveBatch::linger)."
        ),
        page.clone(),
    ]);
    let journaled_doc = print::doc([
        format!(
            "As [`{method}`](Self::{method}), with a [`Journal`](crate::Journal) of what was about to be sent and what became of it, so that a job \
             can be killed at any moment and started again. [`FileJournal`](crate::FileJournal) is one."
        ),
        page,
    ]);
    let (one, stream, journaled) = (
        format_ident!("{stem}_one"),
        format_ident!("{stem}_stream"),
        format_ident!("{stem}_journaled"),
    );
    let method = format_ident!("{method}");
    let (request, item, entity) = (
        format_ident!("{}", operation.request_type),
        format_ident!("{item}"),
        format_ident!("{entity}"),
    );
    quote! {
        #doc
        pub fn #method<L>(self, items: L) -> SaveBatch<Iter<L::IntoIter>, #item, #entity>
        where
            L: IntoIterator<Item = #item>,
        {
            save::<#request, L>(self.session, items)
        }

        #one_doc
        pub async fn #one(self, item: #item) -> Result<Response<#entity>> {
            save_one::<#request>(self.session, item).await
        }

        #stream_doc
        pub fn #stream<S>(self, items: S) -> SaveBatch<S, #item, #entity>
        where
            S: Stream<Item = #item>,
        {
            save_stream::<#request, S>(self.session, items)
        }

        #journaled_doc
        pub fn #journaled<J, K, L>(
            self,
            journal: J,
            items: L,
        ) -> SaveBatch<Iter<L::IntoIter>, crate::Keyed<K, #item>, #entity>
        where
            J: crate::Journal<K, #entity> + 'static,
            K: Send + Sync + 'static,
            L: IntoIterator<Item = crate::Keyed<K, #item>>,
        {
            save_journaled::<#request, J, K, L>(self.session, journal, items)
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
         let outcome = client.{resource}().{method}([item]).await;\n\
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
