//! Names fields and variants: by a rule, or as chosen in the overlay.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::{TypeNames, naming, types};
use crate::api::{Api, Schema, SchemaKind};
use crate::diagnostic::{Diagnostic, Faults};
use crate::document::Node;

/// The field that the SDK adds to what responses contain.
const UNKNOWN_FIELDS: &str = "unknown_fields";

pub(super) fn name<'d>(api: &Api<'d>, all: &mut IndexMap<&'d str, TypeNames>, faults: &Faults) {
    for (name, names) in all.iter_mut() {
        let Some(schema) = api.schema(name) else {
            continue;
        };
        check_type_name(schema, faults);
        match &schema.kind {
            SchemaKind::Object(_) => name_fields(schema, names, faults),
            SchemaKind::StringEnum(values) => {
                let values = values
                    .iter()
                    .map(|(value, node)| (value.to_string(), naming::variant_name(value), node));
                names.variants = name_variants(schema, values.collect(), faults);
            }
            SchemaKind::IntegerEnum(values) => {
                let values = values.iter().map(|(value, node)| {
                    (
                        value.to_string(),
                        Some(naming::number_variant_name(*value)),
                        node,
                    )
                });
                names.variants = name_variants(schema, values.collect(), faults);
            }
        }
    }
    let mut by_module: HashMap<String, &str> = HashMap::new();
    for name in all.keys() {
        if let Some(other) = by_module.insert(naming::snake(name), name)
            && let Some(schema) = api.schema(name)
        {
            faults.add(
                schema
                    .node
                    .fault(format!("`{name}` and `{other}` differ only in case"))
                    .help("give one of the two another name"),
            );
        }
    }
}

fn check_type_name(schema: &Schema<'_>, faults: &Faults) {
    let name = schema.name;
    if naming::is_prelude(name) || types::WIRE.contains(&name) {
        faults.add(schema.node.fault(format!("`{name}` is a name that Rust or the SDK uses already")).help(
            "give the schema another name; only ours are in `components`, so nothing on the wire changes",
        ));
    } else if !naming::is_type(name) {
        faults.add(
            schema
                .node
                .fault(format!("`{name}` cannot name a type"))
                .help(
                    "name schemas in UpperCamelCase, letters and digits only, such as `NewMessage`",
                ),
        );
    }
    for (wire, (_, node)) in &schema.names {
        let is_known = match &schema.kind {
            SchemaKind::Object(properties) => {
                properties.iter().any(|property| property.name == *wire)
            }
            SchemaKind::StringEnum(values) => values.iter().any(|(value, _)| value == wire),
            SchemaKind::IntegerEnum(values) => {
                values.iter().any(|(value, _)| value.to_string() == *wire)
            }
        };
        if !is_known {
            faults.add(
                node.fault(format!(
                    "`x-names` names `{wire}`, which `{name}` does not have"
                ))
                .help("fix it, or drop it: the page has changed"),
            );
        }
    }
}

fn name_fields(schema: &Schema<'_>, names: &mut TypeNames, faults: &Faults) {
    let mut known: HashMap<String, &str> = HashMap::new();
    for (index, name) in &mut names.fields {
        let property = &schema.properties()[*index];
        let chosen = schema.names.get(property.name);
        *name = match chosen {
            Some((chosen, _)) => (*chosen).to_owned(),
            None => naming::snake(property.name),
        };
        let node = chosen.map_or(&property.node, |(_, node)| node);
        let fits = naming::is_identifier(name) && naming::snake(name) == *name
            || name.ends_with('_') && naming::is_identifier(name);
        if !fits {
            faults.add(match chosen {
                Some((chosen, node)) => node
                    .fault(format!("`{chosen}` cannot name a field"))
                    .help("choose a name in snake case that is no keyword of Rust"),
                None => ask_for_name(
                    schema,
                    node,
                    format!("`{}` cannot name a field", property.name),
                    property.name,
                    &field_suggestion(property.name),
                ),
            });
            *name = format!("unnamed_{index}");
        } else if name == UNKNOWN_FIELDS && schema.received {
            faults.add(ask_for_name(
                schema,
                node,
                format!(
                    "`{}` has the name of the field for undocumented values",
                    property.name
                ),
                property.name,
                "documented_unknown_fields",
            ));
        }
        if let Some(other) = known.insert(name.clone(), property.name) {
            let suggestion = format!(
                "{}_{}",
                if property
                    .name
                    .starts_with(|first: char| first.is_ascii_uppercase())
                {
                    "big"
                } else {
                    "other"
                },
                name.trim_end_matches('_')
            );
            faults.add(ask_for_name(
                schema,
                node,
                format!(
                    "`{other}` and `{}` would be the same field, `{name}`",
                    property.name
                ),
                property.name,
                &suggestion,
            ));
        }
    }
}

fn name_variants(
    schema: &Schema<'_>,
    values: Vec<(String, Option<String>, &Node<'_>)>,
    faults: &Faults,
) -> Vec<String> {
    let mut known: HashMap<String, (String, Option<&Node<'_>>)> = HashMap::new();
    let mut named = Vec::new();
    for (value, by_rule, node) in values {
        let chosen = schema.names.get(value.as_str());
        let fits = |name: &String| naming::is_variant(name) && name != "Unknown";
        let name = match chosen {
            Some((chosen, _)) => Some((*chosen).to_owned()).filter(fits),
            None => by_rule.filter(fits),
        };
        let Some(name) = name else {
            faults.add(match chosen {
                Some((chosen, node)) => node
                    .fault(format!("`{chosen}` cannot name a variant"))
                    .help("choose a name in UpperCamelCase; `Unknown` is reserved for values that are not listed"),
                None => ask_for_name(
                    schema,
                    node,
                    format!("no rule names the value `{value}`"),
                    &value,
                    "Named",
                ),
            });
            named.push("Unnamed".to_owned());
            continue;
        };
        let by_person = chosen.map(|(_, node)| node);
        if let Some((other, chosen)) = known.insert(name.clone(), (value.clone(), by_person)) {
            let node = by_person.or(chosen).unwrap_or(node);
            let message = format!("`{other}` and `{value}` would be the same variant, `{name}`");
            let suggestion = if value.chars().any(char::is_lowercase) {
                format!("{name}InLowerCase")
            } else {
                format!("{name}InCapitals")
            };
            faults.add(ask_for_name(schema, node, message, &value, &suggestion));
        }
        named.push(name);
    }
    named
}

/// A fault that a name in the overlay mends.
fn ask_for_name(
    schema: &Schema<'_>,
    node: &Node<'_>,
    message: String,
    wire: &str,
    suggestion: &str,
) -> Diagnostic {
    node.fault(message)
        .help("choose a name in the overlay; the value on the wire stays the same")
        .action(
            crate::api::target(&schema.node),
            format!(
                "x-names:\n  {}: {suggestion}",
                serde_json::Value::from(wire)
            ),
        )
}

fn field_suggestion(name: &str) -> String {
    let name = naming::snake(&name.replace(|char: char| !char.is_ascii_alphanumeric(), "_"));
    match name.chars().next() {
        Some(first) if first.is_ascii_digit() => format!("n{name}"),
        Some(_) => name,
        None => "named".to_owned(),
    }
}
