//! What an input says of one operation, before anything is concluded from it.
//!
//! Copied texts and records are read into this; what they leave open is left open here. Inputs that carry schemas of their own
//! (OpenAPI documents) do not pass through it.

/// What a page says of its operation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// Where the page stands, if the input says so.
    pub address: Option<String>,
    /// The section that the reference lists it in, as it is written there: `Invoicing - Invoices`.
    pub section: Option<String>,
    pub title: String,
    /// In lower case.
    pub method: String,
    /// With its parameters in braces: `/v6/messages/{id}`.
    pub path: String,
    /// The server of the curl call, without the path.
    pub server: Option<String>,
    pub authorization: Authorization,
    /// Path, query and header parameters, in the order of the page.
    pub parameters: Vec<Parameter>,
    pub request: Option<Payload>,
    pub answer: Option<Payload>,
    /// What the operation does, in words of our own. Nothing that the page says in its words comes here.
    pub summary_of_ours: Option<String>,
    /// Remarks of our own on the edition of the page.
    pub remarks: Vec<String>,
    /// Where the text at hand ends, if it does before the page does.
    pub end: Option<End>,
}

/// How a request authenticates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Authorization {
    /// The text at hand does not reach that far.
    #[default]
    NotShown,
    Bearer,
    Basic,
    None,
}

/// Where the text at hand ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Within the sample of the request, behind this place (names joined by dots, `[]` for items of a list).
    RequestSample(String),
    /// Within the sample of the answer, behind this place.
    AnswerSample(String),
    /// Before what the page says in words.
    Sections,
    /// Within the section of that title, behind this attribute.
    Section(String, Option<String>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum In {
    Path,
    Query,
    Header,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    pub place: In,
    pub attribute: Attribute,
}

/// The body of a request or of an answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Payload {
    /// `application/json`, if nothing else is said.
    pub media: Option<String>,
    /// The status of an answer; 200, if nothing else is said.
    pub status: Option<String>,
    /// What the page shows of it.
    pub sample: Option<Shown>,
    /// The parts of a multipart body, or fields of a form, as the curl call shows them.
    pub parts: Vec<Part>,
    /// What the page says of its attributes (of its items', if the body is a list), in order. Empty where the text does not reach
    /// that far.
    pub attributes: Vec<Attribute>,
}

/// A part of a multipart body, or a field of a form.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub name: String,
    pub content: PartContent,
}

#[derive(Debug, Clone, PartialEq)]
pub enum PartContent {
    File,
    Json(Shown),
    Text(String),
}

/// A value of a sample.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    Object(Vec<(String, Shown)>),
    List(Vec<Shown>),
    /// The placeholder of a value of this type: the type is known, the value means nothing.
    Placeholder(Scalar),
    /// A value that was written as an example, or the first of an enum.
    Written(serde_json::Value),
    /// `<unknown>`: what it stands in, again.
    Recursion,
    /// `<array>`: a list of what it stands in.
    RecursiveList,
    /// The text at hand ends here.
    Cut,
}

/// The types of scalars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    Text,
    Date,
    DateTime,
    Email,
    Uuid,
    Bytes,
    Integer,
    /// `123` or the like: an integer or any number.
    IntegerOrNumber,
    Number,
    /// `true`: the placeholder, or a written example.
    Flag,
}

/// What a page says of a parameter, or of an attribute of a body.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attribute {
    pub name: String,
    /// The type as the page writes it, such as `integer<int32>`, `enum<string>`, `object[]`; none where the text lacks it.
    pub type_words: Option<String>,
    /// Whether `| null` is said.
    pub is_nullable: bool,
    pub is_required: bool,
    pub is_deprecated: bool,
    /// The available options, in order.
    pub options: Vec<String>,
    pub default: Option<String>,
    pub example: Option<String>,
    pub minimum: Option<i64>,
    pub maximum: Option<i64>,
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
    pub pattern: Option<String>,
}
