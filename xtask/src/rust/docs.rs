//! Documentation comments of generated code, taken from the descriptions in the document.

use proc_macro2::TokenStream;
use quote::quote;

use super::print;
use crate::api::{Api, Operation, Property, Schema};

/// The documentation of a type: its description, the example if it has one, and the page that the document names for it.
pub fn of_schema(schema: &Schema<'_>, example: Option<String>) -> TokenStream {
    let meaning = meaning(schema.description, "object", schema.name);
    let page = schema.page.map(print::source_page);
    print::doc([Some(meaning), example, page].into_iter().flatten())
}

/// The documentation of a field.
pub fn of_field(api: &Api<'_>, property: &Property<'_>) -> TokenStream {
    let meaning = field_meaning(api, property);
    let example = property
        .example
        .as_ref()
        .filter(|example| !example.is_empty());
    print::doc([match example {
        Some(example) => {
            let example = print::prose(&format!("Example: `{}`.", example.replace('`', "'")));
            format!("{meaning} {example}")
        }
        None => meaning,
    }])
}

/// The description of a property, or else of its type.
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

/// A description, or the bare name of what has none.
fn meaning(description: &str, what: &str, name: &str) -> String {
    match description {
        "" => format!("The {what} `{name}`."),
        description => print::prose(description),
    }
}

/// The description of an operation, or else its title.
pub fn of_operation(operation: &Operation<'_>) -> String {
    match operation.description {
        "" => format!("{}.", print::prose(operation.summary)),
        description => print::prose(description),
    }
}

/// The `#[deprecated]` attribute, with the description as its note.
pub fn deprecated(is_deprecated: bool, description: &str) -> Option<TokenStream> {
    is_deprecated.then(|| match description {
        "" => quote!(#[deprecated]),
        note => {
            let note = note.split_whitespace().collect::<Vec<_>>().join(" ");
            quote!(#[deprecated = #note])
        }
    })
}
