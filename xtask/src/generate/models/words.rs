//! What models say about themselves: the words of the document.

use proc_macro2::TokenStream;

use crate::contract::{Contract, Field, Schema};
use crate::generate::print;

pub(super) fn schema_doc(contract: &Contract, schema: &Schema) -> TokenStream {
    let page = schema
        .page
        .as_deref()
        .or_else(|| contract.page_of(&schema.name));
    let meaning = meaning(&schema.description, &schema.name);
    print::doc(
        [Some(meaning), page.map(print::source_page)]
            .into_iter()
            .flatten(),
    )
}

pub(super) fn field_doc(contract: &Contract, field: &Field) -> TokenStream {
    let example = field
        .example
        .as_ref()
        .map(|example| print::prose(&format!("For example `{}`.", example.replace('`', "'"))));
    print::doc(
        [Some(field_meaning(contract, field)), example]
            .into_iter()
            .flatten(),
    )
}

/// What a field means: in its own words, or in those of the type that it is.
pub(super) fn field_meaning(contract: &Contract, field: &Field) -> String {
    let of_type = field
        .ty
        .schema()
        .and_then(|name| contract.schema(name))
        .map(|schema| schema.description.as_str());
    let description = Some(field.description.as_str())
        .filter(|own| !own.is_empty())
        .or(of_type);
    meaning(description.unwrap_or_default(), &field.name)
}

fn meaning(description: &str, name: &str) -> String {
    match description {
        "" => format!("`{name}`. Its meaning is not documented."),
        description => print::prose(description),
    }
}
