//! Reads request bodies and responses.

use super::types::{self, Type};
use super::{Schemas, description_of, keywords, secrets};
use crate::diagnostic::Faults;
use crate::document::Node;

/// A request body.
#[derive(Debug)]
pub enum Body<'d> {
    /// Nothing.
    None,
    /// JSON: a named object, or a list of them.
    Json {
        /// The type of the body.
        ty: Type,
        /// Whether it is required.
        required: bool,
    },
    /// A form, with the fields of a named object.
    Form {
        /// The schema.
        schema: String,
    },
    /// A multipart body: its parts, in order.
    Multipart(Vec<Part<'d>>),
}

/// A part of a multipart body.
#[derive(Debug)]
pub struct Part<'d> {
    /// The name on the wire.
    pub name: &'d str,
    /// The description.
    pub description: &'d str,
    /// Whether it is required.
    pub required: bool,
    /// Its type.
    pub content: PartContent,
    /// Its node in the document.
    pub node: Node<'d>,
}

/// The content of a part.
#[derive(Debug, PartialEq, Eq)]
pub enum PartContent {
    /// The content of a file.
    File,
    /// A JSON object: the schema's name.
    Json(String),
    /// A scalar, as text.
    Text(Type),
}

/// The body of a successful response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Success {
    /// Nothing.
    Nothing,
    /// JSON: a named object, or a list of them.
    Json(Type),
    /// JSON with one status, and no body with another.
    JsonOrNothing(Type),
    /// Bytes of another media type.
    Bytes(String),
}

impl<'d> Body<'d> {
    /// The schema of a body that is one object.
    pub fn schema(&self) -> Option<&str> {
        match self {
            Self::Json { ty, .. } => ty.schema(),
            Self::Form { schema } => Some(schema),
            Self::None | Self::Multipart(_) => None,
        }
    }

    /// The schemas that it is made of.
    pub fn schemas(&self) -> Vec<&str> {
        match self {
            Self::None => Vec::new(),
            Self::Json { ty, .. } => ty.named().into_iter().collect(),
            Self::Form { schema } => vec![schema],
            Self::Multipart(parts) => {
                let schemas = parts.iter().filter_map(|part| match &part.content {
                    PartContent::Json(schema) => Some(schema.as_str()),
                    PartContent::Text(ty) => ty.named(),
                    PartContent::File => None,
                });
                schemas.collect()
            }
        }
    }

    /// The parts of a body of several; none of any other.
    pub fn parts(&self) -> &[Part<'d>] {
        match self {
            Self::Multipart(parts) => parts,
            _ => &[],
        }
    }
}

impl Success {
    /// The type of a JSON response, if it is one.
    pub fn json(&self) -> Option<&Type> {
        match self {
            Self::Json(ty) | Self::JsonOrNothing(ty) => Some(ty),
            Self::Nothing | Self::Bytes(_) => None,
        }
    }
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// A media type without its parameters; JSON in its other forms as JSON.
fn essence(media: &str) -> String {
    let essence = media
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if essence.ends_with("+json") {
        JSON.to_owned()
    } else {
        essence
    }
}

/// The one content of a body: its media type, and what it is described by.
fn content<'d>(body: &Node<'d>, faults: &Faults) -> Option<(String, Node<'d>)> {
    let content = body.get("content")?;
    let is_json = |(media, _): &(&str, Node<'_>)| essence(media) == JSON;
    let (media, described) = content
        .entries()
        .find(is_json)
        .or_else(|| content.entries().next())?;
    if content.entries().nth(1).is_some() {
        faults.add(
            content
                .fault("the body is described in several media types")
                .help("keep the one that the SDK should use"),
        );
    }
    Some((essence(media), described))
}

/// The body of a request.
pub(super) fn request<'d>(
    operation: &Node<'d>,
    schemas: &Schemas<'d>,
    faults: &Faults,
) -> Body<'d> {
    let Some(body) = operation.get("requestBody") else {
        return Body::None;
    };
    let body = body.follow();
    let required = body.flag("required");
    let Some((media, described)) = content(&body, faults) else {
        faults.add(
            body.fault("the body is not described")
                .help("describe it as `content: {application/json: {schema: …}}`"),
        );
        return Body::None;
    };
    let Some(schema) = described.get("schema") else {
        faults.add(
            described
                .fault("the body is not described")
                .help("give it a `schema`"),
        );
        return Body::None;
    };
    match media.as_str() {
        MULTIPART => {
            demand(required, &body, faults);
            if let Some(encoding) = described.get("encoding") {
                faults.add(
                    encoding
                        .fault("the SDK does not support `encoding`")
                        .help("leave it out: files are sent as what they are, objects as JSON, all else as text"),
                );
            }
            Body::Multipart(parts(&schema.follow(), schemas, faults))
        }
        FORM => {
            demand(required, &body, faults);
            match types::reference(&schema) {
                Some(name) => {
                    check_form(name, &schema, schemas, faults);
                    Body::Form {
                        schema: name.to_owned(),
                    }
                }
                None => {
                    nameless(&schema, faults);
                    Body::None
                }
            }
        }
        JSON => match named(&schema, schemas, faults) {
            Some(ty) => Body::Json { ty, required },
            None => Body::None,
        },
        other => {
            faults.add(
                body.fault(format!("the SDK cannot send a body of `{other}`"))
                    .help(format!("it sends {JSON}, {FORM} and {MULTIPART}")),
            );
            Body::None
        }
    }
}

fn demand(required: bool, body: &Node<'_>, faults: &Faults) {
    if !required {
        faults.add(
            body.fault("the body is not required")
                .help("write `required: true`: the SDK always sends it"),
        );
    }
}

fn nameless(schema: &Node<'_>, faults: &Faults) {
    faults.add(schema.fault("this body has no named schema").help(
        "move it to `components/schemas` under a name of its own, and refer to it with `$ref`",
    ));
}

/// A named object, or a list of them.
fn named(schema: &Node<'_>, schemas: &Schemas<'_>, faults: &Faults) -> Option<Type> {
    let is_list = schema.text("type") == Some("array");
    let item = if is_list {
        schema.get("items")
    } else {
        Some(*schema)
    };
    let Some(name) = item.as_ref().and_then(types::reference) else {
        nameless(&item.unwrap_or(*schema), faults);
        return None;
    };
    keywords::check(schema, faults);
    // What cannot be read has been reported already.
    if schemas.get(name).is_some_and(|schema| !schema.is_object()) {
        faults.add(
            schema
                .fault(format!("`{name}` is not an object"))
                .help("a body is an object with properties, or a list of these"),
        );
        return None;
    }
    Some(types::read(schema, faults))
}

/// Checks the fields of a form, which are scalars.
fn check_form(name: &str, node: &Node<'_>, schemas: &Schemas<'_>, faults: &Faults) {
    let Some(schema) = schemas.get(name) else {
        return;
    };
    let is_text = |ty: &Type| match ty {
        Type::List(_) | Type::Map(_) | Type::FreeForm => false,
        Type::Named(name) => schemas
            .get(name.as_str())
            .is_none_or(|schema| !schema.is_object()),
        _ => true,
    };
    if schema.properties().is_empty() {
        faults.add(
            node.fault(format!("`{name}` is not an object"))
                .help("a body is an object with properties"),
        );
    }
    for property in schema
        .properties()
        .iter()
        .filter(|property| !is_text(&property.ty))
    {
        faults.add(
            property
                .node
                .fault(format!("`{}` cannot be a field of a form", property.name))
                .help("the fields of a form are strings, numbers and booleans"),
        );
    }
}

fn parts<'d>(schema: &Node<'d>, schemas: &Schemas<'d>, faults: &Faults) -> Vec<Part<'d>> {
    keywords::check(schema, faults);
    let required: Vec<&str> = schema
        .get("required")
        .iter()
        .flat_map(Node::items)
        .filter_map(|name| name.str())
        .collect();
    let mut parts = Vec::new();
    for (name, node) in schema.get("properties").iter().flat_map(Node::entries) {
        for flag in ["nullable", "readOnly"] {
            if let Some(value) = node.get(flag).filter(|_| node.flag(flag)) {
                faults.add(
                    value
                        .fault(format!("the part `{name}` is `{flag}`"))
                        .help("a part is sent, or left out: leave the word out, or the part"),
                );
            }
        }
        let content = if node.text("type") == Some("string")
            && node.text("format") == Some("binary")
        {
            PartContent::File
        } else {
            let ty = types::read(&node, faults);
            secrets::check(name, &ty, &node, &node, faults);
            match &ty {
                Type::Named(schema)
                    if schemas
                        .get(schema.as_str())
                        .is_none_or(super::Schema::is_object) =>
                {
                    PartContent::Json(schema.clone())
                }
                Type::List(_) | Type::Map(_) | Type::FreeForm => {
                    faults.add(node.fault(format!("`{name}` is not a part that the SDK can send")).help(
                        "a part is a file (`type: string`, `format: binary`), refers to an object's schema, or is a string, a number, a \
                         boolean, a date, a time or a named enum",
                    ));
                    continue;
                }
                _ => PartContent::Text(ty),
            }
        };
        parts.push(Part {
            name,
            description: description_of(&node, "description"),
            required: required.contains(&name),
            content,
            node,
        });
    }
    if parts.is_empty() {
        faults.add(
            schema
                .fault("the body has no parts")
                .help("write the parts as the `properties` of an object"),
        );
    }
    parts
}

/// The body that all successes share.
pub(super) fn success(
    operation: &Node<'_>,
    schemas: &Schemas<'_>,
    faults: &Faults,
) -> Option<Success> {
    let responses = operation.get("responses")?;
    let mut json: Option<(&str, Type)> = None;
    let mut bytes: Option<(&str, String)> = None;
    let mut nothing: Option<&str> = None;
    let mut several = None;
    for (status, response) in responses.entries() {
        check_status(status, &response, faults);
        if !status.starts_with('2') {
            continue;
        }
        let response = response.follow();
        match content(&response, faults) {
            None => nothing = nothing.or(Some(status)),
            Some((media, described)) if media == JSON => {
                let Some(schema) = described.get("schema") else {
                    faults.add(
                        described
                            .fault("the response is not described")
                            .help("give it a `schema`"),
                    );
                    continue;
                };
                let Some(ty) = named(&schema, schemas, faults) else {
                    continue;
                };
                match &json {
                    Some((known, other)) if *other != ty => {
                        several = Some((schema, (*known).to_owned(), status));
                    }
                    Some(_) => {}
                    None => json = Some((status, ty)),
                }
            }
            Some((media, described)) => match &bytes {
                Some((known, other)) if *other != media => {
                    several = Some((described, (*known).to_owned(), status));
                }
                Some(_) => {}
                None => bytes = Some((status, media)),
            },
        }
    }
    if let (Some((known, _)), Some((status, _))) = (&json, &bytes) {
        several = Some((responses, (*known).to_owned(), status));
    }
    if let Some((node, known, status)) = several {
        faults.add(
            node.fault(format!("{known} and {status} have different bodies"))
                .help(
                    "one operation has one success body: describe what both can be as one schema",
                ),
        );
    }
    match (json, bytes, nothing) {
        (Some((_, ty)), _, Some(_)) => Some(Success::JsonOrNothing(ty)),
        (Some((_, ty)), ..) => Some(Success::Json(ty)),
        (_, Some((_, media)), _) => Some(Success::Bytes(media)),
        (None, None, Some(_)) => Some(Success::Nothing),
        (None, None, None) => {
            if !responses
                .entries()
                .any(|(status, _)| status.starts_with('2'))
            {
                faults.add(
                    operation
                        .fault("the operation describes no success")
                        .help("describe its response with status 200"),
                );
            }
            None
        }
    }
}

fn check_status(status: &str, response: &Node<'_>, faults: &Faults) {
    if status == "default" {
        faults.add(
            response
                .fault("`default` is neither a success nor an error")
                .help("name the statuses, or write 4XX and 5XX"),
        );
        return;
    }
    let is_status = status.len() == 3
        && status.starts_with(|class: char| ('1'..='5').contains(&class))
        && (status.ends_with("XX") || status.bytes().all(|digit| digit.is_ascii_digit()));
    if !is_status && !status.starts_with("x-") {
        faults.add(
            response
                .fault(format!("`{status}` is not an HTTP status"))
                .help("write a number such as '200', or a class such as '4XX'"),
        );
    }
}
