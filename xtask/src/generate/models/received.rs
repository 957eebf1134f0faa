//! Models that answers carry: the table of their fields, and what keeps their JSON schemas as the document says.

use proc_macro2::TokenStream;
use quote::quote;

use crate::contract::{Field, FieldType, Schema};
use crate::generate::names::Imports;
use crate::generate::print;

/// The table by which the SDK reads and writes a schema.
pub(super) fn table(schema: &Schema) -> String {
    let rows = schema
        .fields()
        .iter()
        .map(|field| format!("    {:?} => {},\n", field.name, field.rust_name));
    let rows: String = rows.collect();
    format!("\ncrate::wire::received!({} {{\n{rows}}});\n", schema.name)
}

/// The field that keeps what the others do not.
pub(super) fn unknown_fields(imports: &mut Imports) -> TokenStream {
    imports.add("UnknownFields");
    let doc = print::doc([
        "What Tight sent beyond the documented fields, or in another type than theirs.",
    ]);
    quote! {
        #doc
        #[cfg_attr(feature = "schemars", schemars(skip))]
        pub unknown_fields: UnknownFields
    }
}

/// What a JSON schema has to be told of the whole schema.
pub(super) fn schema_container(schema: &Schema) -> Option<TokenStream> {
    is_camel_case(schema).then(|| quote!(, schemars(rename_all = "camelCase")))
}

/// What a JSON schema has to be told of a field.
pub(super) fn schema_attribute(schema: &Schema, field: &Field) -> TokenStream {
    let derived = if is_camel_case(schema) {
        camel_case(field)
    } else {
        field.rust_name.clone()
    };
    let rename = (derived != field.name).then(|| {
        let name = &field.name;
        quote!(rename = #name)
    });
    let with = match &field.ty {
        FieldType::ReceivedInteger => Some(quote!(with = "Option<i64>")),
        FieldType::List(item) if **item == FieldType::ReceivedInteger => {
            Some(quote!(with = "Vec<i64>"))
        }
        _ => None,
    };
    let list = matches!(field.ty, FieldType::List(_))
        .then(|| quote!(default, skip_serializing_if = "Vec::is_empty"));
    let parts: Vec<_> = [rename, with, list].into_iter().flatten().collect();
    if parts.is_empty() {
        TokenStream::new()
    } else {
        quote!(#[cfg_attr(feature = "schemars", schemars(#(#parts),*))])
    }
}

/// Whether the names on the wire are rather `createdDateTime` than `created_date_time`.
fn is_camel_case(schema: &Schema) -> bool {
    let (mut camel, mut snake) = (0, 0);
    for field in schema.fields() {
        camel += usize::from(camel_case(field) == field.name);
        snake += usize::from(field.rust_name == field.name);
    }
    camel > snake
}

/// As schemars writes a name of Rust in camel case.
fn camel_case(field: &Field) -> String {
    let mut name = String::new();
    let mut begins_word = false;
    for char in field.rust_name.chars() {
        match char {
            '_' => begins_word = true,
            char if std::mem::take(&mut begins_word) => name.push(char.to_ascii_uppercase()),
            char => name.push(char),
        }
    }
    name
}
