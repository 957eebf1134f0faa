//! Models of responses: the table of their fields, and attributes that make their JSON schemas match the document.

use proc_macro2::TokenStream;
use quote::quote;

use super::Model;
use crate::api::{Property, Type};
use crate::rust::{Imports, docs, print, values};

/// The table by which the SDK reads and writes a schema, and gives it setters.
pub(super) fn table(model: &Model<'_, '_>, has_setters: bool, imports: &mut Imports) -> String {
    let mut rows = String::new();
    for (property, name) in model.fields() {
        let (deprecated, set) = match has_setters {
            true => (
                docs::deprecated(property.deprecated, property.description),
                set_with(model, property, name, imports),
            ),
            false => (None, String::new()),
        };
        if let Some(attribute) = deprecated {
            let attribute = attribute.to_string().replacen("# [", "#[", 1);
            rows.push_str(&format!("    {attribute}\n"));
        }
        rows.push_str(&format!("    {:?} => {name}{set},\n", property.name));
    }
    format!(
        "crate::wire::received!({} {{\n{rows}}});\n",
        model.schema.name
    )
}

/// What a field is set with, as the table says it: `(T)` one value, `[T]` a list, `{T}` a map.
fn set_with(
    model: &Model<'_, '_>,
    property: &Property<'_>,
    name: &str,
    imports: &mut Imports,
) -> String {
    let mut written = |ty: &Type| print::inline(&values::ty(ty, true, imports));
    match &property.ty {
        Type::List(item) => format!("[{}]", written(item)),
        Type::Map(value) => format!("{{{}}}", written(value)),
        ty if model.is_boxed(name) => format!("(Box<{}>)", written(ty)),
        ty => format!("({})", written(ty)),
    }
}

/// The field for undocumented values.
pub(super) fn unknown_fields(visibility: &TokenStream, imports: &mut Imports) -> TokenStream {
    let unknown_fields = imports.public("UnknownFields");
    let doc = print::doc([
        "Fields that Tight sent but does not document, and values of an unexpected type.",
    ]);
    quote! {
        #doc
        #[cfg_attr(feature = "schemars", schemars(skip))]
        #visibility unknown_fields: #unknown_fields
    }
}

/// The schemars attributes of the struct.
pub(super) fn schema_container(model: &Model<'_, '_>) -> Option<TokenStream> {
    is_camel_case(model).then(|| quote!(, schemars(rename_all = "camelCase")))
}

/// The schemars attributes of a field.
pub(super) fn schema_attribute(
    model: &Model<'_, '_>,
    property: &Property<'_>,
    rust_name: &str,
) -> TokenStream {
    let derived = if is_camel_case(model) {
        camel_case(rust_name)
    } else {
        rust_name.to_owned()
    };
    let rename = (derived != property.name).then(|| {
        let name = property.name;
        quote!(rename = #name)
    });
    let is_whole = |ty: &Type| *ty == Type::Integer;
    let with = match &property.ty {
        ty if is_whole(ty) => Some(quote!(with = "Option<i64>")),
        Type::List(item) if is_whole(item) => Some(quote!(with = "Vec<i64>")),
        _ => None,
    };
    let collection = match &property.ty {
        Type::List(_) => Some(quote!(default, skip_serializing_if = "Vec::is_empty")),
        Type::Map(_) => Some(quote!(default, skip_serializing_if = "BTreeMap::is_empty")),
        _ => None,
    };
    let parts: Vec<_> = [rename, with, collection].into_iter().flatten().collect();
    let deprecated = docs::deprecated(property.deprecated, property.description);
    if parts.is_empty() {
        quote!(#deprecated)
    } else {
        quote!(#deprecated #[cfg_attr(feature = "schemars", schemars(#(#parts),*))])
    }
}

/// Whether the names on the wire are rather `createdDateTime` than `created_date_time`.
fn is_camel_case(model: &Model<'_, '_>) -> bool {
    let (mut camel, mut snake) = (0, 0);
    for (property, name) in model.fields() {
        camel += usize::from(camel_case(name) == property.name);
        snake += usize::from(name == property.name);
    }
    camel > snake
}

/// As schemars writes a name of Rust in camel case.
fn camel_case(name: &str) -> String {
    let mut camel = String::new();
    let mut begins_word = false;
    for char in name.chars() {
        match char {
            '_' => begins_word = true,
            char if std::mem::take(&mut begins_word) => camel.push(char.to_ascii_uppercase()),
            char => camel.push(char),
        }
    }
    camel
}
