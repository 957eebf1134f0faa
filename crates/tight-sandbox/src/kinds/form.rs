//! Reads multipart forms: a file, objects as JSON, single values as text. All parts are validated together.

use axum::{
    body::Body,
    http::{
        HeaderMap, StatusCode,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
};
use multer::Multipart;
use serde_json::{Map, Value};

use crate::{
    document::{
        operation::MULTIPART,
        parameters,
        types::{Type, TypeId},
        validation::Checker,
    },
    envelope::{ApiError, ApiErrorType, ApiResponse},
    json::{InexactNumber, Step},
    kinds::{Definition, body, file_name},
    store::{Uploaded, collections::SentFields},
};

/// The form that an operation accepts.
pub(super) struct Form {
    checker: Checker,
    parts: Vec<Part>,
}

struct Part {
    name: String,
    kind: PartKind,
    id: TypeId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PartKind {
    File,
    Json,
    Text,
    /// NamedSingleton part for each value.
    Texts,
}

/// A form that was received.
pub(super) struct Filled {
    pub(super) file: Option<Uploaded>,
    /// The metadata of the file.
    pub(super) item: Map<String, Value>,
}

/// The parts read so far.
#[derive(Default)]
struct Reading {
    file: Option<Uploaded>,
    values: Map<String, Value>,
    inexact: Vec<InexactNumber>,
}

fn form<'a>(definition: &Definition<'a>) -> Option<Type<'a>> {
    let request = definition.spec.request.as_ref()?;
    let declared = request.content.get(MULTIPART)?;
    Some(definition.document.types.get(declared.id))
}

fn kind(part: Type<'_>) -> PartKind {
    if part.format() == Some("binary") {
        PartKind::File
    } else if part.is("object") {
        PartKind::Json
    } else if part.is("array") {
        let is_simple = part.items().is_some_and(Type::is_scalar);
        if is_simple {
            PartKind::Texts
        } else {
            PartKind::Json
        }
    } else {
        PartKind::Text
    }
}

/// The metadata fields of a form: those of its objects, and its single values.
pub(super) fn sent_fields(definition: &Definition<'_>) -> SentFields {
    let mut sent = SentFields::new();
    for (name, part) in form(definition)
        .into_iter()
        .flat_map(|form| form.fields().iter())
    {
        match kind(part) {
            PartKind::File => {}
            PartKind::Json if part.is("object") => {
                let fields = part.fields().iter();
                sent.extend(fields.map(|(name, field)| (name.to_owned(), field.id())));
            }
            _ => {
                sent.insert(name.to_owned(), part.id());
            }
        }
    }
    sent
}

impl Form {
    pub(super) fn of(definition: &Definition<'_>) -> Result<Self, String> {
        let request = definition.spec.request.as_ref();
        let declared = request.and_then(|request| request.content.get(MULTIPART));
        let (Some(declared), Some(form)) = (declared, form(definition)) else {
            return Err("its request has no multipart form".to_owned());
        };
        let parts: Vec<_> = form
            .fields()
            .iter()
            .map(|(name, part)| Part {
                name: name.to_owned(),
                kind: kind(part),
                id: part.id(),
            })
            .collect();
        let files = parts.iter().filter(|part| part.kind == PartKind::File);
        if files.count() > 1 || parts.iter().any(|part| is_list_of_files(definition, part)) {
            return Err("its form has more than one file".to_owned());
        }
        Ok(Self {
            checker: Checker::new(definition.document, declared.clone(), "The form"),
            parts,
        })
    }

    pub(super) fn check_document(&self) -> Result<(), String> {
        self.checker.check_document()
    }

    /// Reads a form from a request body and its headers.
    pub(super) async fn read(
        &self,
        headers: &HeaderMap,
        content: Vec<u8>,
    ) -> Result<Filled, ApiResponse> {
        let unreadable = |_| {
            refused(ApiError::plain(
                ApiErrorType::BadRequest,
                "The request body is not the multipart form that its Content-Type announces",
            ))
        };
        let content_type = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let boundary = multer::parse_boundary(content_type).map_err(unreadable)?;
        let mut sent = Multipart::new(Body::from(content).into_data_stream(), boundary);
        let mut reading = Reading::default();
        while let Some(field) = sent.next_field().await.map_err(unreadable)? {
            let name = field.name().unwrap_or_default();
            let Some(part) = self.parts.iter().find(|part| part.name == name) else {
                continue;
            };
            // multer keeps escapes in names, and loses names that end in one.
            let disposition = field.headers().get(CONTENT_DISPOSITION);
            let disposition = disposition.and_then(|value| str::from_utf8(value.as_bytes()).ok());
            let file_name = disposition.and_then(file_name::read);
            let content_type = field.content_type().map(ToString::to_string);
            let content = field.bytes().await.map_err(unreadable)?.to_vec();
            if part.kind == PartKind::File {
                // Servers recognise a file by its file name.
                let Some(file_name) = file_name else {
                    let predicate = "must be a file, with a file name";
                    let error = ApiError::of(ApiErrorType::InvalidValue, &part.name, predicate);
                    return Err(refused(error));
                };
                reading.insert(part, Value::from(""))?;
                reading.file = Some(Uploaded {
                    file_name,
                    content_type,
                    content,
                });
            } else {
                self.read_value(part, &content, &mut reading)?;
            }
        }
        self.check(reading)
    }

    fn read_value(
        &self,
        part: &Part,
        content: &[u8],
        reading: &mut Reading,
    ) -> Result<(), ApiResponse> {
        let text = || String::from_utf8_lossy(content);
        let wanted = self.checker.types().get(part.id);
        let place = || vec![Step::Property(part.name.clone())];
        match (part.kind, wanted.items()) {
            (PartKind::Json, _) => {
                if reading.values.contains_key(&part.name) {
                    return Err(refused(twice(part)));
                }
                let read = body::json_part(content, &part.name)?;
                let inexact = read.inexact.into_iter().map(|inexact| InexactNumber {
                    place: place().into_iter().chain(inexact.place).collect(),
                    ..inexact
                });
                reading.inexact.extend(inexact);
                reading.insert(part, read.value)
            }
            (PartKind::Texts, Some(item)) => {
                let list = reading.values.entry(part.name.clone());
                let list = list.or_insert_with(|| Value::Array(Vec::new()));
                if let Value::Array(list) = list {
                    let index = list.len();
                    let place = || vec![Step::Property(part.name.clone()), Step::Index(index)];
                    list.push(parameters::value(text(), item, place, &mut reading.inexact));
                }
                Ok(())
            }
            _ => {
                let value = parameters::value(text(), wanted, place, &mut reading.inexact);
                reading.insert(part, value)
            }
        }
    }

    fn check(&self, reading: Reading) -> Result<Filled, ApiResponse> {
        let Reading {
            file,
            values,
            inexact,
        } = reading;
        let all = Value::Object(values);
        let errors: Vec<_> = self
            .checker
            .find(&all, &inexact)
            .into_iter()
            .map(|found| match found.place() {
                // An error within an object is reported by its place there.
                [Step::Property(name), ..] if all.get(name).is_some() && self.is_json(name) => {
                    found.within(1).error("The JSON part")
                }
                _ => found.error("The form"),
            })
            .collect();
        let Value::Object(values) = all else {
            return Ok(Filled {
                file,
                item: Map::new(),
            });
        };
        if !errors.is_empty() {
            return Err(ApiResponse::failure(StatusCode::BAD_REQUEST, &errors));
        }
        let mut item = Map::new();
        for (name, value) in values {
            match value {
                Value::Object(fields) if self.is_json(&name) => item.extend(fields),
                value => {
                    item.insert(name, value);
                }
            }
        }
        Ok(Filled { file, item })
    }

    fn is_json(&self, name: &str) -> bool {
        let mut parts = self.parts.iter();
        parts.any(|part| part.name == name && part.kind == PartKind::Json)
    }
}

impl Reading {
    fn insert(&mut self, part: &Part, value: Value) -> Result<(), ApiResponse> {
        match self.values.insert(part.name.clone(), value) {
            None => Ok(()),
            Some(_) => Err(refused(twice(part))),
        }
    }
}

fn is_list_of_files(definition: &Definition<'_>, part: &Part) -> bool {
    let items = definition.document.types.get(part.id).items();
    items.is_some_and(|items| items.format() == Some("binary"))
}

fn twice(part: &Part) -> ApiError {
    ApiError::of(ApiErrorType::InvalidValue, &part.name, "is repeated")
}

fn refused(error: ApiError) -> ApiResponse {
    ApiResponse::failure(StatusCode::BAD_REQUEST, &[error])
}
