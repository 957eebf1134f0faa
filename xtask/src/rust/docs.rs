//! What generated code says about itself: the words of the document.

use proc_macro2::TokenStream;
use quote::quote;

use super::print;
use crate::api::{Api, Operation, Property, Schema};

/// The documentation of a type.
pub fn of_schema(schema: &Schema<'_>, page: Option<&str>) -> TokenStream {
    let meaning = meaning(schema.description, "object", schema.name);
    let page = page.map(print::source_page);
    print::doc([Some(meaning), page].into_iter().flatten())
}

/// The documentation of a field.
pub fn of_field(api: &Api<'_>, property: &Property<'_>) -> TokenStream {
    let example = property
        .example
        .as_ref()
        .filter(|example| !example.is_empty())
        .map(|example| print::prose(&format!("For example `{}`.", example.replace('`', "'"))));
    print::doc(
        [Some(field_meaning(api, property)), example]
            .into_iter()
            .flatten(),
    )
}

/// What a property means: in its own words, or in those of the type that it is.
pub fn field_meaning(api: &Api<'_>, property: &Property<'_>) -> String {
    let of_type = property
        .ty
        .named()
        .and_then(|name| api.schema(name))
        .map(|schema| schema.description);
    let description = Some(property.description)
        .filter(|own| !own.is_empty())
        .or(of_type);
    meaning(description.unwrap_or_default(), "field", property.name)
}

/// Words of the document, or the bare name of what it has no words for.
fn meaning(description: &str, what: &str, name: &str) -> String {
    match description {
        "" => format!("The {what} `{name}`."),
        description => print::prose(description),
    }
}

/// What an operation does, in the words of its description, or else in its title.
pub fn of_operation(operation: &Operation<'_>) -> String {
    match operation.description {
        "" => format!("{}.", print::prose(operation.summary)),
        description => print::prose(description),
    }
}

/// The mark of what is to go, with what the page says of it.
pub fn deprecated(is_deprecated: bool, description: &str) -> Option<TokenStream> {
    is_deprecated.then(|| match description {
        "" => quote!(#[deprecated]),
        note => {
            let note = note.split_whitespace().collect::<Vec<_>>().join(" ");
            quote!(#[deprecated = #note])
        }
    })
}
