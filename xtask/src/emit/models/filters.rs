//! Generates filters: the types of conditions, and on each query a method for each field that it can filter by.
//!
//! `.read_status([Unread])` sets `filter.readStatus.in`. The SDK's `filter` module defines the conditions; this module generates which
//! types take them, and where in a query they go.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{Model, held, visibility};
use crate::api::{Property, Schema, SchemaKind, Type};
use crate::rust::print::Piece;
use crate::rust::{Imports, docs, print, values};
use crate::surface::filters::{Condition, FilterField, condition as condition_of, fields, sort};
use crate::surface::types::Holding;

/// A condition on a field.
pub(super) fn condition(
    model: &Model<'_, '_>,
    condition: &Condition<'_>,
    imports: &mut Imports,
) -> Piece {
    let name = format_ident!("{}", model.schema.name);
    let doc = docs::of_schema(model.schema, None);
    let visibility = visibility(model.names.is_public);
    let is_reference = matches!(condition, Condition::Reference);
    let mut described = Vec::new();
    for (property, rust_name) in model.fields() {
        let ident = format_ident!("{rust_name}");
        // Any number of the caller's, and any of a response's, is compared with.
        let ty = values::ty(&property.ty, !is_reference, imports);
        let whole = match &property.ty {
            Type::Integer if !is_reference => Some("Option<i64>"),
            Type::List(item) if **item == Type::Integer => Some("Option<Vec<i64>>"),
            _ => None,
        };
        let schema =
            whole.map(|ty| quote!(#[cfg_attr(feature = "schemars", schemars(with = #ty))]));
        let doc = is_reference.then(|| docs::of_field(model.api, property));
        let is_camel = heck::ToLowerCamelCase::to_lower_camel_case(rust_name) == property.name;
        let rename = (!is_camel).then(|| {
            let name = property.name;
            quote!(#[serde(rename = #name)])
        });
        described.push(quote!(#doc #rename #schema #ident: #ty));
    }
    Piece {
        tokens: quote! {
            #doc
            #visibility struct #name {
                #(#described,)*
            }
        },
        in_macro: Some(if is_reference {
            "crate::filter::reference"
        } else {
            "crate::filter::condition"
        }),
        ..Piece::default()
    }
}

/// Whether a field of a query is not for users: which page is wanted is said where pages are asked for, and the filter and an
/// order of two parts have methods of their own.
pub(super) fn is_hidden(model: &Model<'_, '_>, property: &Property<'_>) -> bool {
    if property.required {
        return false;
    }
    match property.name {
        "cursor" | "limit" => true,
        "filter" => property
            .ty
            .schema()
            .and_then(|name| model.api.schema(name))
            .is_some_and(|schema| schema.is_object()),
        _ => sort(model.api, model.schema)
            .is_some_and(|sort| sort.is_complete && sort.property.name == property.name),
    }
}

/// The methods of a query, beside those for its fields.
pub(super) fn methods(model: &Model<'_, '_>, imports: &mut Imports) -> TokenStream {
    let order = order(model, imports);
    let fields = named_fields(model);
    let methods = fields
        .iter()
        .map(|(field, name)| method(model, field, name, imports));
    let methods: Vec<_> = methods.collect();
    quote!(#order #(#methods)*)
}

/// The fields that a query can filter by, each with the name of its method.
fn named_fields<'a, 'd>(model: &Model<'a, 'd>) -> Vec<(FilterField<'a, 'd>, String)> {
    let mut taken: Vec<String> = model
        .fields()
        .filter(|(property, _)| !is_hidden(model, property))
        .map(|(_, name)| name.to_owned())
        .collect();
    taken.extend(
        [
            "new",
            "with_new",
            "default",
            "clone",
            "ascending_by",
            "descending_by",
        ]
        .map(str::to_owned),
    );
    let fields = fields(model.api, model.schema).into_iter();
    let named = fields.map(|field| {
        let mut name = steps(model, &field)
            .iter()
            .skip(1)
            .map(|step| step.name.trim_end_matches('_'))
            .collect::<Vec<_>>()
            .join("_");
        if syn::parse_str::<syn::Ident>(&name).is_err() {
            name.push('_');
        }
        while taken.contains(&name) {
            name = format!("where_{name}");
        }
        taken.push(name.clone());
        (field, name)
    });
    named.collect()
}

/// An example of a query: two filters and an order, as far as it has them.
pub(super) fn example(model: &Model<'_, '_>) -> Option<String> {
    if model.fields().any(|(property, _)| property.required) {
        return None;
    }
    let mut names = vec![model.schema.name.to_owned()];
    let mut imports = std::collections::BTreeSet::new();
    let mut calls: Vec<String> = Vec::new();
    let mut shown = Vec::new();
    for (field, method) in named_fields(model) {
        let is_shown = |leaf: &&&Property<'_>| !leaf.deprecated && !method.ends_with("_id");
        let Some(leaf) = field.path.last().filter(is_shown) else {
            continue;
        };
        let Some(value) = example_value(model, &leaf.ty).filter(|value| !shown.contains(value))
        else {
            continue;
        };
        calls.push(format!(".{method}({})", value.written));
        imports.extend(value.import);
        names.extend(value.of_type.clone());
        shown.push(value);
        if calls.len() == 2 {
            break;
        }
    }
    if let Some(sort) = sort(model.api, model.schema)
        && let Some(order) = model.surface.ty(sort.order)
        && let Some(variant) = order.variants.first()
    {
        names.push(sort.order.to_owned());
        calls.push(format!(".descending_by({}::{variant})", sort.order));
    }
    if calls.is_empty() {
        return None;
    }
    names.sort();
    names.dedup();
    let names = match names.as_slice() {
        [only] => only.clone(),
        several => match several.join(", ") {
            short if short.len() < 70 => format!("{{{short}}}"),
            _ => format!("{{\n    {},\n}}", several.join(",\n    ")),
        },
    };
    let imports: String = imports
        .into_iter()
        .map(|import| format!("use tight_api::{import};\n"))
        .collect();
    Some(format!(
        "```\n{imports}use tight_api::types::{names};\n\nlet query = {}::new()\n    {};\n```",
        model.schema.name,
        calls.join("\n    ")
    ))
}

/// An example of the body of an operation that reads and is no query for pages, such as a report: the period in its filter.
pub(super) fn report_example(model: &Model<'_, '_>) -> Option<String> {
    let mut operations = model.api.operations.iter();
    let is_body = operations
        .any(|operation| operation.reads && operation.body.schema() == Some(model.schema.name));
    if !is_body || model.fields().any(|(property, _)| property.required) {
        return None;
    }
    model.fields().find_map(|(property, name)| {
        let filter = model.api.schema(property.ty.schema()?)?;
        let is_usable = filter.is_object()
            && condition_of(model.api, filter).is_none()
            && filter.properties().iter().all(|inner| !inner.required);
        let days = filter.properties().iter().enumerate();
        let days = days
            .filter(|(_, inner)| inner.ty == Type::Date)
            .filter_map(|(index, _)| model.surface.field(filter.name, index))
            .zip(["Date::new(2025, 1, 1)", "Date::new(2025, 12, 31)"])
            .map(|(day, value)| format!("\n        .{day}({value})"))
            .collect::<Vec<_>>();
        (is_usable && days.len() == 2).then(|| {
            let mut names = [filter.name, model.schema.name];
            names.sort_unstable();
            format!(
                "```\nuse tight_api::Date;\nuse tight_api::types::{{{}}};\n\nlet period = {}::new(){};\nlet query = {}::new().{name}(period);\n```",
                names.join(", "),
                filter.name,
                days.concat().replace("\n        ", "\n    "),
                model.schema.name,
            )
        })
    })
}

/// A value in an example.
#[derive(PartialEq)]
struct ExampleValue {
    written: String,
    /// The import that it needs, besides `types`.
    import: Option<&'static str>,
    /// The type that it names.
    of_type: Option<String>,
}

/// A value that a filter takes; none for types of which no example is worth showing.
fn example_value(model: &Model<'_, '_>, ty: &Type) -> Option<ExampleValue> {
    let value = |written: &str, import| {
        Some(ExampleValue {
            written: written.to_owned(),
            import,
            of_type: None,
        })
    };
    let enum_value = |name: &str, in_list: bool| {
        let names = model.surface.ty(name).filter(|names| names.is_public)?;
        let written = format!("{name}::{}", names.variants.first()?);
        Some(ExampleValue {
            written: if in_list {
                format!("[{written}]")
            } else {
                written
            },
            import: None,
            of_type: Some(name.to_owned()),
        })
    };
    match ty {
        Type::Date => return value("Date::new(2025, 1, 1)", Some("Date")),
        Type::Text => return value("\"Rent\"", None),
        _ => {}
    }
    let schema = model.api.schema(ty.named()?)?;
    let Some(Condition::Operators { operand }) = condition_of(model.api, schema) else {
        return enum_value(schema.name, false);
    };
    let has = |operator: &str| schema.property(operator).is_some();
    match operand {
        Type::Date if has("greaterThanEqual") && has("lessThanEqual") => value(
            "Date::new(2025, 1, 1)..=Date::new(2025, 1, 31)",
            Some("Date"),
        ),
        Type::Integer | Type::Number if has("lessThan") => value("..0", None),
        Type::Text if has("contain") => value("contains(\"Rent\")", Some("filter::contains")),
        Type::Named(name) if has("in") => enum_value(name, true),
        Type::Named(name) if has("equal") => enum_value(name, false),
        _ => None,
    }
}

/// A field on the path from a query to a condition.
struct Step<'a, 'd> {
    owner: &'a Schema<'d>,
    property: &'a Property<'d>,
    name: String,
}

/// The fields on the path, from the query's filter.
fn steps<'a, 'd>(model: &Model<'a, 'd>, field: &FilterField<'a, 'd>) -> Vec<Step<'a, 'd>> {
    let mut owner = Some(model.schema);
    let mut steps = Vec::new();
    for property in &field.path {
        let Some(schema) = owner else { break };
        let mut properties = schema.properties().iter();
        let index = properties.position(|known| known.name == property.name);
        let name = index.and_then(|index| model.surface.field(schema.name, index));
        steps.push(Step {
            owner: schema,
            property,
            name: name.unwrap_or_default().to_owned(),
        });
        owner = property.ty.schema().and_then(|name| model.api.schema(name));
    }
    steps
}

fn method(
    model: &Model<'_, '_>,
    field: &FilterField<'_, '_>,
    name: &str,
    imports: &mut Imports,
) -> TokenStream {
    let steps = steps(model, field);
    let Some((last, between)) = steps.split_last() else {
        return TokenStream::new();
    };
    let (leaf, is_received) = (last.property, last.owner.received);
    let (argument, method) = (format_ident!("{name}"), format_ident!("{name}"));
    let (ty, value) = (
        values::argument(&leaf.ty, is_received, imports),
        values::value(&leaf.ty, is_received, &argument),
    );
    let holding = |step: &Step<'_, '_>| model.surface.holding(step.owner, step.property);
    let is_boxed = model.output.is_boxed(last.owner.name, &last.name);
    let value = held(holding(last), is_boxed, value);
    let meaning = docs::field_meaning(model.api, leaf);
    let asked: Vec<_> = field.path[1..]
        .iter()
        .map(|property| property.name)
        .collect();
    let doc = print::doc([format!(
        "Filters by `{}`: {}",
        asked.join("."),
        print::lower_first(&meaning)
    )]);
    let deprecated = docs::deprecated(leaf.deprecated, leaf.description);
    // `self.filter.get_or_insert_default().editor.get_or_insert_default().email = Some(…)`
    let between = between.iter().map(|step| {
        let field = format_ident!("{}", step.name);
        let made = quote!(.get_or_insert_default());
        match holding(step) {
            Holding::Plain => quote!(.#field),
            Holding::Optional | Holding::Nullable => quote!(.#field #made),
            Holding::Clearable => quote!(.#field #made #made),
        }
    });
    let last = format_ident!("{}", last.name);
    quote! {
        #doc
        #deprecated
        #[must_use]
        pub fn #method(mut self, #argument: #ty) -> Self {
            self #(#between)* .#last = #value;
            self
        }
    }
}

/// A method for each direction, if the query can be ordered as the API orders.
fn order(model: &Model<'_, '_>, imports: &mut Imports) -> Option<TokenStream> {
    let sort = sort(model.api, model.schema)?;
    let (order, direction) = (imports.ty(sort.order), imports.ty(sort.direction));
    let place = |owner: &str, wire: &str| {
        let index = model
            .api
            .properties(owner)
            .iter()
            .position(|property| property.name == wire)?;
        Some(format_ident!("{}", model.surface.field(owner, index)?))
    };
    let field = place(model.schema.name, sort.property.name)?;
    let (by, way) = (
        place(sort.schema.name, "orderBy")?,
        place(sort.schema.name, "direction")?,
    );
    let variant = |value: &str| {
        let schema = model.api.schema(sort.direction)?;
        let SchemaKind::StringEnum(values) = &schema.kind else {
            return None;
        };
        let index = values.iter().position(|(known, _)| *known == value)?;
        let names = model.surface.ty(sort.direction)?;
        Some(format_ident!("{}", names.variants.get(index)?))
    };
    let (ascending, descending) = (variant("ASC")?, variant("DESC")?);
    Some(quote! {
        /// Sorts by `order_by`, ascending.
        #[must_use]
        pub fn ascending_by(mut self, order_by: impl Into<#order>) -> Self {
            let sort = self.#field.get_or_insert_default();
            sort.#by = Some(order_by.into());
            sort.#way = Some(#direction::#ascending);
            self
        }

        /// Sorts by `order_by`, descending.
        #[must_use]
        pub fn descending_by(mut self, order_by: impl Into<#order>) -> Self {
            let sort = self.#field.get_or_insert_default();
            sort.#by = Some(order_by.into());
            sort.#way = Some(#direction::#descending);
            self
        }
    })
}
