//! Names: what the document's words become in Rust.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// Whether `name` is fit to name a type as it stands.
pub(super) fn is_type_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.chars().all(|char| char.is_ascii_alphanumeric())
        && name.to_upper_camel_case() == name
}

/// A field or method: `createdDateTime` → `created_date_time`. A keyword gets a `_`, as typify writes it.
pub(super) fn snake(name: &str) -> String {
    let name = name.to_snake_case();
    let keyword = syn::parse_str::<syn::Ident>(&name).is_err();
    if keyword { name + "_" } else { name }
}

/// Whether `name` is fit to name a variant as it stands.
pub(super) fn is_variant_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase()) && is_identifier(name)
}

/// Whether `name` can stand as an identifier.
pub(super) fn is_identifier(name: &str) -> bool {
    // A keyword since edition 2024, which not everybody who parses Rust knows.
    name.is_ascii() && name != "gen" && syn::parse_str::<syn::Ident>(name).is_ok()
}

/// Whether a name on the wire is made of what Rust's names can be made from, in the same way by all who do.
pub(super) fn is_wire_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|char| char.is_ascii_graphic() && !"'\"`\\".contains(char))
}

/// Whether `name` is an address as documentation can carry it.
pub(super) fn is_page(name: &str) -> bool {
    name.strip_prefix("https://").is_some_and(|rest| {
        !rest.is_empty()
            && rest
                .chars()
                .all(|char| char.is_ascii_alphanumeric() || "/-._~?=&#%+:@,".contains(char))
    })
}

/// Whether generated code needs `name` for something else than a schema.
pub(super) fn is_reserved_type(name: &str) -> bool {
    const RESERVED: &[&str] = &[
        "Auth",
        "BatchSave",
        "Box",
        "Client",
        "Clone",
        "Date",
        "Debug",
        "Default",
        "Deserialize",
        "Echo",
        "Echoed",
        "Effect",
        "Environment",
        "Err",
        "Error",
        "Form",
        "From",
        "Into",
        "IntoIterator",
        "Items",
        "Iter",
        "Iterator",
        "JsonObject",
        "JsonSchema",
        "JsonValue",
        "Listing",
        "None",
        "Number",
        "Ok",
        "Operation",
        "Option",
        "Page",
        "PageRequest",
        "Pages",
        "PartialEq",
        "Progress",
        "RangeInclusive",
        "Request",
        "Response",
        "Result",
        "SaveBatch",
        "Secret",
        "Self",
        "Serialize",
        "Session",
        "Some",
        "Stream",
        "String",
        "Timestamp",
        "Transport",
        "UnknownFields",
        "Unsendable",
        "Upload",
        "UploadFault",
        "Vec",
    ];
    RESERVED.contains(&name)
}

/// The catch-all of every enum.
const CATCH_ALL: &str = "Unknown";

/// The variant of an enum value: `UNKNOWN_ERROR` → `UnknownError`. A value that is called unknown is still a known one.
pub(super) fn variant(value: &str) -> String {
    let name = value.to_upper_camel_case();
    if name == CATCH_ALL {
        format!("Documented{CATCH_ALL}")
    } else {
        name
    }
}

/// The method of an operation on the resource of its tag: the operation's words without the resource's own, so
/// `saveMessages` under `messages` → `save`. As Rust names getters, what is got is named without `get`:
/// `getConversationMessages` under `conversations` → `messages`.
pub(super) fn method(operation_id: &str, tag: &str) -> String {
    let resource: Vec<String> = tag.to_snake_case().split('_').map(singular).collect();
    let operation = operation_id.to_snake_case();
    let own: Vec<&str> = operation
        .split('_')
        .filter(|word| !resource.contains(&singular(word)))
        .collect();
    let name = match own.as_slice() {
        [] => operation.clone(),
        ["get", what @ ..] if !what.is_empty() => what.join("_"),
        own => own.join("_"),
    };
    snake(&name)
}

/// The type of a resource or a request.
pub(super) fn type_name(name: &str) -> String {
    name.to_upper_camel_case()
}

/// What types are called that belong to a resource: `files` → `File`, `audit_trail` → `AuditTrail`.
pub(super) fn singular_type(resource: &str) -> String {
    let words = resource.split('_').map(singular).collect::<Vec<_>>();
    words.join("_").to_upper_camel_case()
}

fn singular(word: &str) -> String {
    word.strip_suffix("ies")
        .map(|stem| format!("{stem}y"))
        .unwrap_or_else(|| word.trim_end_matches('s').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_named_by_what_its_operation_adds_to_the_resource() {
        assert_eq!(method("saveMessages", "messages"), "save");
        assert_eq!(method("deleteReaction", "messages"), "delete_reaction");
        assert_eq!(method("uploadFileForEntity", "files"), "upload_for_entity");
        assert_eq!(method("messages", "messages"), "messages");
        assert_eq!(method("getMessage", "messages"), "get");
        assert_eq!(
            method("getConversationMessages", "conversations"),
            "messages"
        );
        assert_eq!(method("queryAuditTrail", "audit-trail"), "query");
        assert_eq!(
            method("moveMessage", "messages"),
            "move_",
            "a keyword cannot name a method"
        );
    }

    #[test]
    fn fields_and_variants_follow_rust() {
        assert_eq!(snake("createdDateTime"), "created_date_time");
        assert_eq!(snake("type"), "type_");
        assert_eq!(variant("UNKNOWN_ERROR"), "UnknownError");
        assert_eq!(variant("thumbs_up"), "ThumbsUp");
        assert_eq!(
            variant("UNKNOWN"),
            "DocumentedUnknown",
            "the catch-all has its name"
        );
    }
}
