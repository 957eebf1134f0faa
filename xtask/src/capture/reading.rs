//! What an input states about one operation, before anything is inferred from it.
//!
//! Copied texts and records are read into this form, and leave open what they do not state. Inputs with schemas of their own (OpenAPI
//! documents) do not use it.

/// What a page states about its operation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// The address of the page, if the input has it.
    pub address: Option<String>,
    /// The section that the reference lists it in, as it is written there: `Invoicing - Invoices`.
    pub section: Option<String>,
    /// The title of the page.
    pub title: String,
    /// In lower case.
    pub method: String,
    /// With its parameters in braces: `/things/{id}`.
    pub path: String,
    /// The server of the curl call, without the path.
    pub server: Option<String>,
    /// How a request authenticates.
    pub authorization: Authorization,
    /// Path, query and header parameters, in the order of the page.
    pub parameters: Vec<Parameter>,
    /// The request body, if there is one.
    pub request: Option<Payload>,
    /// The response, as far as the text shows it.
    pub answer: Option<Payload>,
    /// Our summary of the operation; never the page's own words.
    pub summary_of_ours: Option<String>,
    /// Remarks of our own on the edition of the page.
    pub remarks: Vec<String>,
    /// The end of the text, if the page is cut.
    pub end: Option<TextEnd>,
}

/// How a request authenticates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Authorization {
    /// The text does not reach that far.
    #[default]
    NotShown,
    /// With an access token.
    Bearer,
    /// With a name and a password.
    Basic,
    /// Without authentication.
    None,
}

/// The end of a cut text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextEnd {
    /// Within the sample of the request, at or behind this place, the last that is shown (names joined by dots, `[]` for items
    /// of a list). Empty if nothing is shown.
    RequestSample(String),
    /// Within the sample of the response, at or behind this place.
    AnswerSample(String),
    /// Before what the page says in words.
    Sections,
    /// Within the section of that title, behind this attribute.
    Section(String, Option<String>),
}

/// The location of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterLocation {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// Among the headers.
    Header,
}

/// A parameter of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Where it stands.
    pub place: ParameterLocation,
    /// What the page states about it.
    pub attribute: Attribute,
}

/// The body of a request or of a response.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Payload {
    /// `application/json`, if nothing else is said.
    pub media: Option<String>,
    /// The status of a response; 200, if nothing else is said.
    pub status: Option<String>,
    /// Its content.
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
    /// Its name.
    pub name: String,
    /// Its content.
    pub content: PartContent,
}

/// The content of a part.
#[derive(Debug, Clone, PartialEq)]
pub enum PartContent {
    /// A file.
    File,
    /// JSON.
    Json(Shown),
    /// A text: of this value, or a placeholder.
    Text(Shown),
}

/// A value of a sample.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// Members, in their order.
    Object(Vec<(String, Shown)>),
    /// Items; one, in most samples.
    List(Vec<Shown>),
    /// The placeholder of a value of this type: the type is known, the value means nothing.
    Placeholder(Scalar),
    /// A value that was written as an example, or the first of an enum.
    Written(serde_json::Value),
    /// `<unknown>`: what it stands in, again.
    Recursion,
    /// `<array>`: a list of what it stands in.
    RecursiveList,
    /// The text ends here: the name of this value is known, and nothing else of it. Where the text ends between values,
    /// [`TextEnd`] alone says so.
    Cut,
}

/// The types of scalars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    /// Any text.
    Text,
    /// A day, as a text.
    Date,
    /// A point in time, as a text.
    DateTime,
    /// An e-mail address.
    Email,
    /// A UUID.
    Uuid,
    /// Bytes in base64.
    Bytes,
    /// An integer.
    Integer,
    /// `123` or the like: an integer or any number.
    IntegerOrNumber,
    /// Any number.
    Number,
    /// `true`: the placeholder, or a written example.
    Flag,
}

/// What a page states about a parameter or an attribute of a body.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// The type as the page writes it, such as `integer<int32>`, `enum<string>`, `object[]`; none where the text lacks it.
    pub type_words: Option<String>,
    /// Whether `| null` is said.
    pub is_nullable: bool,
    /// Whether it is marked as required.
    pub is_required: bool,
    /// Whether it is marked as deprecated.
    pub is_deprecated: bool,
    /// The available options, in order.
    pub options: Vec<String>,
    /// The default.
    pub default: Option<String>,
    /// The value that is given as an example.
    pub example: Option<String>,
    /// The smallest value.
    pub minimum: Option<i64>,
    /// The greatest value.
    pub maximum: Option<i64>,
    /// The least length of a text, in characters.
    pub min_length: Option<u64>,
    /// The greatest length of a text, in characters.
    pub max_length: Option<u64>,
    /// The least number of items of a list.
    pub min_items: Option<u64>,
    /// The greatest number of items of a list.
    pub max_items: Option<u64>,
    /// The regular expression that a text matches.
    pub pattern: Option<String>,
    /// Our description; never the page's own words.
    pub words_of_ours: Option<String>,
}

impl Shown {
    /// Interprets a string of a sample: the site has a placeholder for each format, and for recursive schemas.
    pub fn text(text: &str) -> Self {
        Self::Placeholder(match text {
            "<string>" => Scalar::Text,
            "2023-12-25" => Scalar::Date,
            "2023-11-07T05:31:56Z" => Scalar::DateTime,
            "jsmith@example.com" => Scalar::Email,
            "3c90c3cc-0d44-4b50-8888-8dd25736052a" => Scalar::Uuid,
            "aSDinaTvuI8gbWludGxpZnk=" => Scalar::Bytes,
            "<unknown>" => return Self::Recursion,
            "<array>" => return Self::RecursiveList,
            _ => return Self::Written(text.into()),
        })
    }

    /// Interprets a number of a sample.
    pub fn number(number: serde_json::Number) -> Self {
        match number.as_u64() {
            Some(123) => Self::Placeholder(Scalar::IntegerOrNumber),
            _ => Self::Written(number.into()),
        }
    }

    /// Interprets a boolean of a sample. The placeholder is `true`, so `false` is a real value.
    pub fn flag(flag: bool) -> Self {
        if flag {
            Self::Placeholder(Scalar::Flag)
        } else {
            Self::Written(false.into())
        }
    }
}
