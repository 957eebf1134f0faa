//! Answers an upload: a file becomes an entity, and its content is kept for the test to look at.

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
    document::parameters::said_of_item,
    document::schema::{Schema, Schemas},
    document::shape::{Part, UploadShape},
    document::validation::Checker,
    domain::ledger::Books,
    envelope::{Answer, Flaw, FlawType},
    kinds::body,
    kinds::file_name,
    store::caller::Caller,
    store::synthesis::Synthesis,
    store::{Upload, Uploaded},
};

/// An upload, ready to answer.
pub(crate) struct FileUpload {
    collection: String,
    file: Part,
    data: Option<(Part, Checker)>,
    synthesis: Synthesis,
}

/// The parts of a form, as far as they are wanted.
#[derive(Default)]
struct Form {
    file: Option<Uploaded>,
    data: Option<Vec<u8>>,
}

impl FileUpload {
    /// `synthesis` makes the entities.
    pub(crate) fn new(
        shape: UploadShape,
        synthesis: Synthesis,
        schemas: &Schemas,
    ) -> Result<Self, String> {
        let data = match shape.data {
            None => None,
            Some((part, schema)) => Some((part, Checker::new(schemas, &schema, "The JSON part")?)),
        };
        Ok(Self {
            collection: shape.collection,
            file: shape.file,
            data,
            synthesis,
        })
    }

    /// Keeps the file in `content`, the body of a request with these `headers`. What the path says of the file
    /// counts for more than what the form says.
    pub(crate) async fn answer(
        &self,
        path: &Map<String, Value>,
        headers: &HeaderMap,
        content: Vec<u8>,
        books: &Books,
        caller: &Caller,
    ) -> Answer {
        let form = self.read(headers, content).await;
        match form.and_then(|form| self.check(form)) {
            Ok((file, mut item)) => {
                item.extend(said_of_item(path));
                self.keep(file, &item, books, caller)
            }
            Err(refused) => refused,
        }
    }

    async fn read(&self, headers: &HeaderMap, content: Vec<u8>) -> Result<Form, Answer> {
        let unreadable = |_| {
            refused(Flaw::plain(
                FlawType::BadRequest,
                "The request body is not a form with parts, as its Content-Type has it",
            ))
        };
        let content_type = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let boundary = multer::parse_boundary(content_type).map_err(unreadable)?;
        let mut parts = Multipart::new(Body::from(content).into_data_stream(), boundary);
        let mut form = Form::default();
        while let Some(part) = parts.next_field().await.map_err(unreadable)? {
            let name = part.name().unwrap_or_default().to_owned();
            let is_data = self
                .data
                .as_ref()
                .is_some_and(|(data, _)| data.name == name);
            if name != self.file.name && !is_data {
                continue;
            }
            // multer leaves escapes in names, and loses those that end in one.
            let disposition = part.headers().get(CONTENT_DISPOSITION);
            let disposition = disposition.and_then(|value| str::from_utf8(value.as_bytes()).ok());
            let file_name = disposition.and_then(file_name::read);
            let content_type = part.content_type().map(ToString::to_string);
            let content = part.bytes().await.map_err(unreadable)?.to_vec();
            let twice = if is_data {
                form.data.replace(content).is_some()
            } else {
                // Servers tell a file from any other value by its name.
                let Some(file_name) = file_name else {
                    let flaw = Flaw::of(
                        FlawType::InvalidValue,
                        name,
                        "must be a file, with a file name",
                    );
                    return Err(refused(flaw));
                };
                let file = Uploaded {
                    file_name,
                    content_type,
                    content,
                };
                form.file.replace(file).is_some()
            };
            if twice {
                let flaw = Flaw::of(FlawType::InvalidValue, name, "stands there twice");
                return Err(refused(flaw));
            }
        }
        Ok(form)
    }

    /// The file, and what is said about it.
    fn check(&self, form: Form) -> Result<(Option<Uploaded>, Map<String, Value>), Answer> {
        let mut missing = Vec::new();
        let mut demand = |part: &Part, is_there: bool| {
            if part.required && !is_there {
                missing.push(Flaw::of(FlawType::Required, &part.name, "is required"));
            }
        };
        demand(&self.file, form.file.is_some());
        if let Some((part, _)) = &self.data {
            demand(part, form.data.is_some());
        }
        if !missing.is_empty() {
            return Err(Answer::failure(StatusCode::BAD_REQUEST, &missing));
        }
        let mut item = Map::new();
        if let (Some((part, checker)), Some(data)) = (&self.data, form.data) {
            let data = body::json_part(&data, &part.name)?;
            let flaws = checker.check(&data.value, &data.lost);
            match data.value {
                Value::Object(data) if flaws.is_empty() => item = data,
                _ => return Err(Answer::failure(StatusCode::BAD_REQUEST, &flaws)),
            }
        }
        Ok((form.file, item))
    }

    fn keep(
        &self,
        file: Option<Uploaded>,
        item: &Map<String, Value>,
        books: &Books,
        caller: &Caller,
    ) -> Answer {
        let mut ledger = books.open(caller);
        let number = ledger.store().next_number(&self.collection);
        let entity = self.synthesis.create(item, number, ledger.occasion());
        ledger.create(&self.collection, &entity);
        if let Some(file) = file {
            let url = entity.get("url").filter(|url| url.is_string()).cloned();
            ledger.keep_upload(&entity, Upload { file, url });
        }
        Answer::success(entity)
    }
}

/// What the form and the path say of a file together, resolved all the way down.
pub(crate) fn item(
    shape: &UploadShape,
    path: &[&str],
    schemas: &Schemas,
) -> Result<Schema, String> {
    let mut item = match &shape.data {
        Some((_, schema)) => schemas.resolve(schema)?,
        None => Schema::default(),
    };
    item.add_strings(path);
    Ok(item)
}

fn refused(flaw: Flaw) -> Answer {
    Answer::failure(StatusCode::BAD_REQUEST, &[flaw])
}
