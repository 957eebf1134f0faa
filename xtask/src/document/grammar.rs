//! Which object of OpenAPI 3.0 stands where.
//!
//! The meaning of a key depends on its parent: `example` in a schema is data, and in `properties` it is the name of a property. Whatever
//! walks a document uses this table, so that names are not taken for keywords, nor data for schemas.

/// The OpenAPI object kind of a value, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ObjectKind {
    Document,
    PathItem,
    Operation,
    /// A parameter or a header.
    Parameter,
    RequestBody,
    MediaType,
    Encoding,
    Response,
    Link,
    Schema,
    Components,
    SecurityScheme,
    Server,
    ExampleObject,
    Discriminator,
    /// An object of fixed keys with nothing in it that matters here.
    Plain,
    /// Paths, responses or callbacks: names, and extensions among them.
    Patterned(&'static ObjectKind),
    /// Free names.
    Map(&'static ObjectKind),
    List(&'static ObjectKind),
    /// The list of an operation's parameters.
    Parameters,
    /// The values of an enum.
    Values,
    /// The names of required properties.
    Required,
    /// Whether a parameter or a body is required; left out, it is not.
    RequiredFlag,
    /// A reference.
    Reference,
    /// Prose.
    Words,
    /// A value that shows what others look like.
    Example,
    /// A value of the API's, such as a default.
    Data,
    /// A keyword's value.
    Leaf,
}

/// The keywords that give a schema its shape. An `enum` is none of them: a page may show a value without showing which others
/// there are.
pub(super) const SHAPE: &[&str] = &["$ref", "allOf", "anyOf", "oneOf", "not", "type", "format"];

/// The HTTP methods of a path.
pub(super) const METHODS: &[&str] = &[
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Our extensions of OpenAPI.
pub const EXTENSIONS: &[&str] = &[
    "x-content-of",
    "x-domain",
    "x-entity-at",
    "x-enum-of-example",
    "x-environment",
    "x-envelope",
    "x-kind",
    "x-method-name",
    "x-names",
    "x-open-enum",
    "x-partner-level",
    "x-reads",
    "x-secret",
    "x-webhooks",
];

impl ObjectKind {
    /// The kind of the value under a key.
    pub(super) fn member(self, key: &str) -> Self {
        use ObjectKind::*;
        match (self, key) {
            (Map(inner), _) => *inner,
            (Patterned(inner), _) if !key.starts_with("x-") => *inner,
            (Words | Example | Data, _) => self,
            (Values, _) => Data,
            (_, "$ref") => Reference,
            (_, "description" | "summary" | "title" | "termsOfService") => Words,
            (_, "externalDocs") => Words,
            // As OpenAPI 3.1's `webhooks`, which 3.0 has no word for: what is sent to us, by its name.
            (Document, "x-webhooks") => Map(&PathItem),
            (_, _) if key.starts_with("x-") => Data,

            (Document, "info") => Words,
            (Document, "paths") => Patterned(&PathItem),
            (Document, "components") => Components,
            (Document | PathItem | Operation, "servers") => List(&Server),
            (Document | Operation, "security") => Data,

            (PathItem, _) if METHODS.contains(&key) => Operation,
            (PathItem | Operation, "parameters") => Parameters,
            (Operation, "requestBody") => RequestBody,
            (Operation, "responses") => Patterned(&Response),
            (Operation, "callbacks") => Map(&Patterned(&PathItem)),

            (Parameter | MediaType, "schema") => Schema,
            (Parameter | RequestBody | Response, "content") => Map(&MediaType),
            (Parameter | MediaType, "example") => Example,
            (Parameter | MediaType, "examples") => Map(&ExampleObject),
            (Parameter | RequestBody, "required") => RequiredFlag,
            (MediaType, "encoding") => Map(&Encoding),
            (Encoding | Response, "headers") => Map(&Parameter),
            (Response, "links") => Map(&Link),
            (Link, "parameters" | "requestBody") => Data,
            (ExampleObject, "value") => Example,

            (Schema, "properties") => Map(&Schema),
            (Schema, "items" | "not" | "additionalProperties") => Schema,
            (Schema, "allOf" | "anyOf" | "oneOf") => List(&Schema),
            (Schema, "enum") => Values,
            (Schema, "required") => Required,
            (Schema, "example") => Example,
            // The last two are OpenAPI 3.1's.
            (Schema, "default" | "const" | "examples") => Data,
            (Schema, "discriminator") => Discriminator,
            (Discriminator, "mapping") => Map(&Reference),

            (Components, "schemas") => Map(&Schema),
            (Components, "responses") => Map(&Response),
            (Components, "parameters" | "headers") => Map(&Parameter),
            (Components, "requestBodies") => Map(&RequestBody),
            (Components, "examples") => Map(&ExampleObject),
            (Components, "securitySchemes") => Map(&SecurityScheme),
            (Components, "links") => Map(&Link),
            (Components, "callbacks") => Map(&Patterned(&PathItem)),

            (Server, "variables") => Map(&Plain),
            (SecurityScheme, "flows") => Plain,
            _ => Leaf,
        }
    }

    /// The kind of its items.
    pub(super) fn item(self) -> Self {
        match self {
            Self::List(inner) => *inner,
            Self::Parameters => Self::Parameter,
            Self::Values => Self::Data,
            Self::Words | Self::Example | Self::Data => self,
            _ => Self::Leaf,
        }
    }

    /// Whether it is a value of the API's, of whatever form: nothing in it is a keyword.
    pub(super) fn is_data(self) -> bool {
        matches!(self, Self::Example | Self::Data | Self::Values)
    }

    /// Whether a key of it is an extension, and no name.
    pub(super) fn is_extension(self, key: &str) -> bool {
        key.starts_with("x-") && !self.is_data() && !matches!(self, Self::Map(_))
    }
}
