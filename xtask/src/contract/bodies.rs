//! Bodies: what requests and answers carry.

use serde_json::Value;

use super::schemas::{self, Field, FieldType, Schema};
use super::vocabulary;
use crate::diagnostic::Result;
use crate::spec::Blame;
use crate::spec::pointer::{follow, join, reference, schema_name, schema_reference};

/// What a request carries.
#[derive(Debug)]
pub enum Body {
    /// Nothing.
    None,
    /// One object, as JSON or as a form: the schema's name.
    Object(String),
    /// Parts of their own kind, in order.
    Multipart(Vec<Part>),
}

/// A part of a multipart body.
#[derive(Debug)]
pub struct Part {
    /// As it travels, and as Rust names it.
    pub name: String,
    /// What it holds.
    pub kind: PartKind,
}

/// What a part holds.
#[derive(Debug)]
pub enum PartKind {
    /// The content of a file.
    File,
    /// A JSON object: the schema's name.
    Object(String),
}

impl Body {
    /// The schemas that it is made of.
    pub fn schemas(&self) -> impl Iterator<Item = &str> {
        let (one, parts) = match self {
            Self::None => (None, [].as_slice()),
            Self::Object(schema) => (Some(schema.as_str()), [].as_slice()),
            Self::Multipart(parts) => (None, parts.as_slice()),
        };
        one.into_iter().chain(parts.iter().filter_map(Part::schema))
    }
}

impl Part {
    /// The schema, if it is an object.
    pub fn schema(&self) -> Option<&str> {
        match &self.kind {
            PartKind::File => None,
            PartKind::Object(schema) => Some(schema),
        }
    }
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// The body of a request.
pub(super) fn request(
    body: Option<&Value>,
    at: &str,
    schemas: &[Schema],
    blame: Blame<'_>,
) -> Result<Body> {
    let Some(body) = body else {
        return Ok(Body::None);
    };
    let at = join(at, "requestBody");
    if reference(body).is_some() {
        return Err(blame
            .fault(&at, "a reference to a body stands here")
            .help("write the body out; its schema may be a reference"));
    }
    if body["required"] != true {
        return Err(blame
            .fault(&at, "the body is not required")
            .help("write `required: true`: the SDK always sends it"));
    }
    match body["content"].get(MULTIPART) {
        Some(media) => {
            refuse_several(body, &at, blame)?;
            let at = join(&join(&at, "content"), MULTIPART);
            parts(media, &at, schemas, blame).map(Body::Multipart)
        }
        None => {
            let (name, at) = schema(body, &[JSON, FORM], &at, blame)?;
            let Some(fields) = object(schemas, &name) else {
                return Err(blame
                    .fault(&at, format!("`{name}` is not an object"))
                    .help("a body is an object with properties"));
            };
            let is_form = body["content"].get(FORM).is_some();
            let is_text = |ty: &FieldType| match ty {
                FieldType::List(_) | FieldType::FreeForm => false,
                FieldType::Schema(name) => object(schemas, name).is_none(),
                _ => true,
            };
            match fields.iter().find(|field| is_form && !is_text(&field.ty)) {
                Some(field) => Err(blame
                    .fault(&at, format!("`{}` fits into no form", field.name))
                    .help("the fields of a form are strings, numbers and booleans")),
                None => Ok(Body::Object(name)),
            }
        }
    }
}

/// The fields of a named object that has any.
fn object<'a>(schemas: &'a [Schema], name: &str) -> Option<&'a [Field]> {
    let schema = schemas.iter().find(|schema| schema.name == name)?;
    Some(schema.fields()).filter(|fields| !fields.is_empty())
}

fn parts(media: &Value, at: &str, schemas: &[Schema], blame: Blame<'_>) -> Result<Vec<Part>> {
    if media.get("encoding").is_some() {
        return Err(blame
            .fault(
                &join(at, "encoding"),
                "the generators do not know `encoding`",
            )
            .help("leave it out: files are sent as what they are, objects as JSON"));
    }
    let (schema, at) = (&media["schema"], join(at, "schema"));
    if reference(schema).is_some() || media.get("schema").is_none() {
        return Err(blame
            .fault(&at, "the parts of the body are not written here")
            .help("write the parts as the `properties` of an object, here and not elsewhere"));
    }
    vocabulary::check(schema, &at, blame)?;
    let properties = schema["properties"].as_object();
    let required = schemas::required(schema);
    let mut parts = Vec::new();
    for (name, property) in properties.into_iter().flatten() {
        let kind = if property["type"] == "string" && property["format"] == "binary" {
            Some(PartKind::File)
        } else {
            let name = schema_reference(property).filter(|name| object(schemas, name).is_some());
            name.map(|name| PartKind::Object(name.to_owned()))
        };
        let at = join(&join(&at, "properties"), name);
        // Their names are those of arguments, too.
        let kind = kind
            .filter(|_| super::words::is_identifier(name) && super::words::snake(name) == *name);
        let Some(kind) = kind else {
            return Err(blame
                .fault(&at, format!("`{name}` is not a part that the SDK can send"))
                .help("a part has a name in snake case, and is a file (`type: string`, `format: binary`) or refers to an object's schema"));
        };
        if !required.contains(&name.as_str()) {
            return Err(blame
                .fault(&at, format!("the part `{name}` is not required"))
                .help("optional parts have to be added to xtask/src/generate/operations first"));
        }
        parts.push(Part {
            name: name.clone(),
            kind,
        });
    }
    if parts.is_empty() {
        return Err(blame
            .fault(&at, "the body has no parts")
            .help("write the parts as the `properties` of an object"));
    }
    Ok(parts)
}

/// The one schema that every success answers.
pub(super) fn answer(
    document: &Value,
    responses: &Value,
    operation: &str,
    blame: Blame<'_>,
) -> Result<String> {
    let at = join(operation, "responses");
    let mut first: Option<(&str, String)> = None;
    for (status, response) in responses.as_object().into_iter().flatten() {
        let at = join(&at, status);
        check_status(status, &at, blame)?;
        if !status.starts_with('2') {
            continue;
        }
        let response = follow(document, response).unwrap_or(response);
        let (name, at) = schema(response, &[JSON], &at, blame)?;
        match &first {
            Some((known, schema)) if *schema != name => {
                return Err(blame
                    .fault(&at, format!("{known} answers `{schema}`, but {status} answers `{name}`"))
                    .help("one operation has one success body: describe what both can be as one schema"));
            }
            Some(_) => {}
            None => first = Some((status, name)),
        }
    }
    first.map(|(_, name)| name).ok_or_else(|| {
        blame
            .fault(operation, "the operation has no success")
            .help("describe what it answers with status 200")
    })
}

fn check_status(status: &str, at: &str, blame: Blame<'_>) -> Result<()> {
    if status == "default" {
        return Err(blame
            .fault(at, "`default` says neither success nor failure")
            .help("name the statuses, or write 4XX and 5XX"));
    }
    let is_status = status.len() == 3
        && status.starts_with(|class: char| ('1'..='5').contains(&class))
        && (status.ends_with("XX") || status.bytes().all(|digit| digit.is_ascii_digit()));
    if is_status {
        Ok(())
    } else {
        Err(blame
            .fault(at, format!("`{status}` is not an HTTP status"))
            .help("write a number such as '200', or a class such as '4XX'"))
    }
}

fn refuse_several(body: &Value, at: &str, blame: Blame<'_>) -> Result<()> {
    let several = body["content"]
        .as_object()
        .is_some_and(|content| content.len() > 1);
    if several {
        return Err(blame
            .fault(
                &join(at, "content"),
                "the body is described in several media types",
            )
            .help("keep the one that the SDK is to use"));
    }
    Ok(())
}

/// The schema of a body in one of these media types, which must have a name, and where it stands.
fn schema(body: &Value, media: &[&str], at: &str, blame: Blame<'_>) -> Result<(String, String)> {
    refuse_several(body, at, blame)?;
    let described = media.iter().find_map(|media| {
        let schema = body["content"].get(media)?.get("schema")?;
        Some((media, schema))
    });
    let Some((media, schema)) = described else {
        let media = media.join("` or `");
        return Err(blame
            .fault(at, format!("there is no `{media}` body here"))
            .help("describe the body as `content: {application/json: {schema: …}}`"));
    };
    let at = join(&join(&join(at, "content"), media), "schema");
    match reference(schema).and_then(schema_name) {
        Some(name) => Ok((name.to_owned(), at)),
        None => Err(blame.fault(&at, "a body without a name stands here").help(
            "move it to `components/schemas` under a name of its own, and refer to it with `$ref`",
        )),
    }
}
