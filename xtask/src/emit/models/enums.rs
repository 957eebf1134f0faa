//! Generates enums: the documented values, and a variant for any other unless the document closes the enum.

use quote::{format_ident, quote};

use super::{Model, visibility};
use crate::api::SchemaKind;
use crate::rust::{docs, print};

pub(super) fn item(model: &Model<'_, '_>) -> print::Piece {
    let name = format_ident!("{}", model.schema.name);
    let visibility = visibility(model.names.is_public);
    let doc = docs::of_schema(model.schema, None);
    let names = model
        .names
        .variants
        .iter()
        .map(|name| format_ident!("{name}"));
    let (docs, values): (Vec<_>, Vec<_>) = match &model.schema.kind {
        SchemaKind::IntegerEnum(values) => {
            let docs = values
                .iter()
                .map(|(value, _)| print::doc([format!("`{value}`")]));
            let values = values.iter().map(|(value, _)| {
                let value = proc_macro2::Literal::i64_unsuffixed(*value);
                quote!(#value)
            });
            (docs.collect(), values.collect())
        }
        SchemaKind::StringEnum(values) => {
            let docs = values.iter().map(|(value, _)| print::doc([shown(value)]));
            (
                docs.collect(),
                values.iter().map(|(value, _)| quote!(#value)).collect(),
            )
        }
        SchemaKind::Object(_) => (Vec::new(), Vec::new()),
    };
    // The macro takes `enum Name: i64`, which is not Rust.
    let instead = matches!(model.schema.kind, SchemaKind::IntegerEnum(_)).then(|| {
        let name = model.schema.name;
        (format!("enum {name} {{"), format!("enum {name}: i64 {{"))
    });
    let deprecated = docs::deprecated(model.schema.deprecated, model.schema.description);
    print::Piece {
        tokens: quote! {
            #doc
            #deprecated
            #visibility enum #name {
                #(#docs #names = #values,)*
            }
        },
        in_macro: Some(match model.schema.open {
            true => "crate::wire::open_enum",
            false => "crate::wire::closed_enum",
        }),
        instead,
        text: None,
    }
}

fn shown(value: &str) -> String {
    match value {
        "" => "The empty string.".to_owned(),
        value => print::prose(&format!("`{}`", value.replace('`', "'"))),
    }
}
