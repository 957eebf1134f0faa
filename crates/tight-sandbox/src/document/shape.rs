//! The kinds of operation that the sandbox knows. Which one an operation is, is told by its structure and never
//! by its name: what goes in, what comes out, and how its path is put together. Each kind is a variant here and
//! has a module that answers it.

use axum::http::Method;

use crate::{
    document::names,
    document::schema::{Schema, Schemas},
    document::sketch::{Access, Sketch},
    error::Obstacle,
};

pub(crate) const JSON: &str = "application/json";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const MULTIPART: &str = "multipart/form-data";

/// What kind of operation one is, with what the document says of it. Where a schema is said to be resolved, it
/// is so all the way down; the others are as the document refers to them.
pub(crate) enum Shape {
    BatchSave(Box<BatchSaveShape>),
    Entity(Box<EntityShape>),
    Page(Box<PageShape>),
    ReactionRemoval(Box<ReactionRemovalShape>),
    TokenIssue(Box<TokenIssueShape>),
    Upload(Box<UploadShape>),
}

/// A list of items goes in, a list of results comes out, one for each item.
pub(crate) struct BatchSaveShape {
    /// Where the entities are kept: the last segment of the path that is not a parameter.
    pub(crate) collection: String,
    /// The request without its items.
    pub(crate) envelope: Schema,
    pub(crate) item: Schema,
    /// What is saved, resolved.
    pub(crate) entity: Schema,
}

/// The id of an entity goes in, the entity comes out.
pub(crate) struct EntityShape {
    pub(crate) collection: String,
    /// The parameter of the path that is the id.
    pub(crate) id: String,
    pub(crate) action: EntityAction,
    /// What comes out, resolved.
    pub(crate) entity: Schema,
}

/// What becomes of an entity that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntityAction {
    Get,
    Delete,
}

/// A cursor and a limit go in, some entities and the cursors of the pages around them come out.
pub(crate) struct PageShape {
    pub(crate) collection: String,
    pub(crate) scope: Scope,
    /// The body of a query; a list that is asked for without one has its parameters in the address.
    pub(crate) query: Option<Schema>,
    /// What comes out, resolved.
    pub(crate) entity: Schema,
}

/// Which entities of a collection a list is of.
pub(crate) enum Scope {
    All,
    /// Those that belong to an entity of another collection, which the path names.
    Of {
        /// The other collection.
        parent: String,
        /// The parameter of the path that is the id of its entity.
        parameter: String,
        /// The field that names it.
        link: String,
    },
    /// Those that tell about the entity which this parameter of the path is the id of.
    About(String),
}

/// A file and what is known about it go in, an entity comes out.
pub(crate) struct UploadShape {
    pub(crate) collection: String,
    pub(crate) file: Part,
    /// What is known about the file, as JSON.
    pub(crate) data: Option<(Part, Schema)>,
    /// What comes out, resolved.
    pub(crate) entity: Schema,
}

/// A part of a form with several.
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) required: bool,
}

/// An entity and a reaction to it go in, and what the caller has taken back comes out.
pub(crate) struct ReactionRemovalShape {
    /// What is reacted to.
    pub(crate) collection: String,
    /// The parameter of the path that is the id of the entity.
    pub(crate) id: String,
    /// The field of the entity that lists the reactions.
    pub(crate) list: String,
    /// The parameter of the path that says which reaction.
    pub(crate) code: String,
    /// What comes out, resolved.
    pub(crate) reaction: Schema,
}

/// Basic credentials and a form go in, an access token and its lifetime come out.
pub(crate) struct TokenIssueShape {
    pub(crate) form: Schema,
}

impl Shape {
    /// The shape of the operation. The two fields `result` and `data` are what tells the envelope of the API.
    pub(crate) fn of(
        sketch: &Sketch,
        access: Option<Access>,
        schemas: &Schemas,
    ) -> Result<Self, Obstacle> {
        let shape = match Outcome::of(sketch, schemas)? {
            Outcome::Token => token_issue(sketch, access, schemas)?,
            Outcome::Results(entity) => batch_save(sketch, entity, schemas)?,
            Outcome::List(entity) => page(sketch, entity, schemas)?,
            Outcome::One(entity) if sketch.request.contains_key(MULTIPART) => {
                upload(sketch, entity, schemas)?
            }
            Outcome::One(entity) => one(sketch, entity),
            Outcome::Other => None,
        };
        let shape = shape.ok_or_else(|| {
            Obstacle::unsupported(
                "it has none of the shapes known so far: a batch save, a page of a list, an \
                 entity by its id, an upload, a reaction taken back, the issue of a token",
            )
        })?;
        shape.check_parameters(sketch)?;
        Ok(shape)
    }

    /// A parameter that the sandbox would pass over is refused.
    fn check_parameters(&self, sketch: &Sketch) -> Result<(), Obstacle> {
        let known: &[&str] = match self {
            Self::Page(page) if page.query.is_none() => &["cursor", "limit"],
            _ => &[],
        };
        let unknown = sketch.parameters.iter().find(|parameter| {
            parameter.place != "path"
                && !(parameter.place == "query" && known.contains(&&*parameter.name))
        });
        match unknown {
            None => Ok(()),
            Some(parameter) => Err(Obstacle::unsupported(format!(
                "it has the parameter `{}` in its {}",
                parameter.name, parameter.place
            ))),
        }
    }
}

/// What comes out of an operation, with the schema of what it is about, resolved.
enum Outcome {
    Token,
    /// A list of `result` and `data`.
    Results(Schema),
    /// A list, and `cursor`.
    List(Schema),
    /// One object.
    One(Schema),
    Other,
}

impl Outcome {
    fn of(sketch: &Sketch, schemas: &Schemas) -> Result<Self, String> {
        let Some(success) = sketch.success.get(JSON) else {
            return Ok(Self::Other);
        };
        let answer = schemas.fold(success)?.properties;
        if ["access_token", "expires_in"]
            .iter()
            .all(|name| answer.contains_key(*name))
        {
            return Ok(Self::Token);
        }
        let Some(data) = answer.get("data") else {
            return Ok(Self::Other);
        };
        let data = schemas.fold(data)?;
        if let Some(item) = data.items.as_ref().filter(|_| data.is("array")) {
            let item = schemas.fold(item)?;
            if let (Some(_), Some(entity)) =
                (item.properties.get("result"), item.properties.get("data"))
            {
                return Ok(Self::Results(schemas.resolve(entity)?));
            }
            if answer.contains_key("result") && answer.contains_key("cursor") {
                return Ok(Self::List(schemas.resolve(&item)?));
            }
        } else if answer.contains_key("result") && !data.properties.is_empty() {
            return Ok(Self::One(schemas.resolve(&data)?));
        }
        Ok(Self::Other)
    }
}

fn token_issue(
    sketch: &Sketch,
    access: Option<Access>,
    schemas: &Schemas,
) -> Result<Option<Shape>, Obstacle> {
    let (Some(Access::Basic), Some(form)) = (access, sketch.request.get(FORM)) else {
        return Ok(None);
    };
    let fields = schemas.resolve(form)?.properties;
    if !fields.values().all(|field| field.is("string")) {
        return Err(Obstacle::unsupported(
            "its form has fields that are not strings",
        ));
    }
    let form = form.clone();
    Ok(Some(Shape::TokenIssue(Box::new(TokenIssueShape { form }))))
}

fn batch_save(
    sketch: &Sketch,
    entity: Schema,
    schemas: &Schemas,
) -> Result<Option<Shape>, Obstacle> {
    let Some(request) = sketch.request.get(JSON) else {
        return Ok(None);
    };
    let mut envelope = schemas.fold(request)?;
    let Some(data) = envelope.properties.get_mut("data") else {
        return Ok(None);
    };
    *data = schemas.fold(data)?;
    let Some(item) = data.items.take().filter(|_| data.is("array")) else {
        return Ok(None);
    };
    let collection = fixed(&sketch.path).last();
    Ok(Some(Shape::BatchSave(Box::new(BatchSaveShape {
        collection: collection
            .ok_or_else(|| names_no_collection(&sketch.path))?
            .to_owned(),
        envelope,
        item: *item,
        entity,
    }))))
}

fn page(sketch: &Sketch, entity: Schema, schemas: &Schemas) -> Result<Option<Shape>, Obstacle> {
    let segments = segments(&sketch.path);
    let (collection_path, query) = match (&sketch.method, sketch.request.get(JSON)) {
        (&Method::GET, None) if sketch.request.is_empty() => (segments.as_slice(), None),
        // A query has a name of its own behind that of the collection.
        (&Method::POST, Some(query)) => match segments.as_slice() {
            [before @ .., Segment::Fixed(_)] => (before, Some(query)),
            _ => return Ok(None),
        },
        _ => return Ok(None),
    };
    if let Some(query) = query {
        let fields = schemas.fold(query)?.properties;
        let known = ["cursor", "limit", "sort", "filter"];
        if let Some(unknown) = fields.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(Obstacle::unsupported(format!(
                "its query has the field `{unknown}`"
            )));
        }
    }
    let (collection, scope) = match collection_path {
        [
            ..,
            Segment::Fixed(parent),
            Segment::Parameter(parameter),
            Segment::Fixed(collection),
        ] => {
            let link = names::reference_to(parent);
            if !entity.properties.contains_key(&link) {
                return Err(Obstacle::unsupported(format!(
                    "its entities have no field `{link}` that says to which of the {parent} they belong"
                )));
            }
            let scope = Scope::Of {
                parent: (*parent).to_owned(),
                parameter: (*parameter).to_owned(),
                link,
            };
            (collection, scope)
        }
        [.., Segment::Fixed(collection)] => (collection, Scope::All),
        [.., Segment::Fixed(collection), Segment::Parameter(about)] => {
            (collection, Scope::About((*about).to_owned()))
        }
        _ => return Err(names_no_collection(&sketch.path)),
    };
    Ok(Some(Shape::Page(Box::new(PageShape {
        collection: (*collection).to_owned(),
        scope,
        query: query.cloned(),
        entity,
    }))))
}

fn upload(sketch: &Sketch, entity: Schema, schemas: &Schemas) -> Result<Option<Shape>, Obstacle> {
    let (Some(form), &Method::POST) = (sketch.request.get(MULTIPART), &sketch.method) else {
        return Ok(None);
    };
    let form = schemas.fold(form)?;
    let part = |name: &str| Part {
        name: name.to_owned(),
        required: form.required.iter().any(|required| required == name),
    };
    let (mut file, mut data) = (None, None);
    for (name, schema) in &form.properties {
        let folded = schemas.fold(schema)?;
        if folded.format.as_deref() == Some("binary") && file.is_none() {
            file = Some(part(name));
        } else if folded.is("object") && data.is_none() {
            data = Some((part(name), schema.clone()));
        } else {
            return Err(Obstacle::unsupported(format!(
                "its form has more than a file and an object, such as `{name}`"
            )));
        }
    }
    // What is done has a name of its own behind that of the collection.
    let collection = fixed(&sketch.path)
        .rev()
        .nth(1)
        .ok_or_else(|| names_no_collection(&sketch.path))?
        .to_owned();
    Ok(file.map(|file| {
        Shape::Upload(Box::new(UploadShape {
            collection,
            file,
            data,
            entity,
        }))
    }))
}

/// An operation about one thing that the path names.
fn one(sketch: &Sketch, data: Schema) -> Option<Shape> {
    let action = match sketch.method {
        Method::GET => EntityAction::Get,
        Method::DELETE => EntityAction::Delete,
        _ => return None,
    };
    if !sketch.request.is_empty() {
        return None;
    }
    let segments = segments(&sketch.path);
    match (segments.as_slice(), parameters(&sketch.path).len()) {
        ([.., Segment::Fixed(collection), Segment::Parameter(id)], 1)
            if data.properties.contains_key("id") =>
        {
            Some(Shape::Entity(Box::new(EntityShape {
                collection: (*collection).to_owned(),
                id: (*id).to_owned(),
                action,
                entity: data,
            })))
        }
        (
            [
                ..,
                Segment::Fixed(collection),
                Segment::Parameter(id),
                Segment::Fixed(list),
                Segment::Parameter(code),
            ],
            2,
        ) if action == EntityAction::Delete && data.properties.contains_key(*code) => {
            Some(Shape::ReactionRemoval(Box::new(ReactionRemovalShape {
                collection: (*collection).to_owned(),
                id: (*id).to_owned(),
                list: (*list).to_owned(),
                code: (*code).to_owned(),
                reaction: data,
            })))
        }
        _ => None,
    }
}

enum Segment<'a> {
    Fixed(&'a str),
    Parameter(&'a str),
}

fn segments(path: &str) -> Vec<Segment<'_>> {
    path.split('/')
        .filter(|part| !part.is_empty())
        .map(|part| {
            match part
                .strip_prefix('{')
                .and_then(|part| part.strip_suffix('}'))
            {
                Some(parameter) => Segment::Parameter(parameter),
                None => Segment::Fixed(part),
            }
        })
        .collect()
}

/// The segments of `path` that are not parameters.
fn fixed(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.split('/')
        .filter(|part| !part.is_empty() && !part.starts_with('{'))
}

/// The parameters of `path`.
pub(crate) fn parameters(path: &str) -> Vec<&str> {
    let segments = segments(path).into_iter();
    segments
        .filter_map(|segment| match segment {
            Segment::Parameter(name) => Some(name),
            Segment::Fixed(_) => None,
        })
        .collect()
}

fn names_no_collection(path: &str) -> Obstacle {
    Obstacle::unsupported(format!("`{path}` names no collection"))
}
