//! The routes of a document, each with its operation or the reason why it is not supported. They hold no data, so all
//! sandboxes of a process share the routes of the embedded document.

use std::sync::{Arc, LazyLock, OnceLock};

use axum::http::{Method, StatusCode};
use indexmap::IndexMap;

use crate::{
    document::{
        self, Document,
        operation::{Access, OperationSpec},
        parameters::Parameters,
        types::Types,
    },
    domain::Domain,
    envelope::{ApiError, ApiResponse},
    error::StartError,
    kinds::{BODY_LIMIT, Operation, Operations},
    store::{Entity, collections::Collections, synthesis::Synthesis},
};

/// A document that can be served.
pub(crate) struct Routes {
    paths: matchit::Router<IndexMap<Method, usize>>,
    all: Vec<Route>,
    domain: Arc<Domain>,
    types: Arc<Types>,
    /// Operations and rules without a route, with the reason.
    unrouted: Vec<(String, String)>,
    unserved: OnceLock<Vec<(String, String)>>,
}

/// The route of one operation.
pub(crate) struct Route {
    /// Its index.
    pub(crate) number: usize,
    pub(crate) id: String,
    pub(crate) method: Method,
    /// As the document has it.
    pub(crate) path: String,
    pub(crate) access: Access,
    /// Whether it changes nothing.
    pub(crate) only_reads: bool,
    /// Whether it needs an access token that is for no user.
    pub(crate) is_partner_level: bool,
    /// The names of its path parameters, in order.
    pub(crate) path_parameters: Vec<String>,
    served: Result<Served, String>,
    /// Whether the operation's schemas are valid; checked on first use.
    checked: OnceLock<Result<(), String>>,
}

/// A supported operation.
pub(crate) struct Served {
    pub(crate) parameters: Parameters,
    pub(crate) operation: Box<dyn Operation>,
}

impl Route {
    /// The operation, or why it is not supported.
    pub(crate) fn served(&self) -> Result<&Served, &str> {
        let served = self.served.as_ref().map_err(String::as_str)?;
        let checked = self.checked.get_or_init(|| {
            served.parameters.check_document()?;
            served.operation.check_document()
        });
        match checked {
            Ok(()) => Ok(served),
            Err(reason) => Err(reason),
        }
    }

    pub(crate) fn body_limit(&self) -> usize {
        let served = self.served.as_ref();
        served.map_or(BODY_LIMIT, |served| served.operation.body_limit())
    }

    pub(crate) fn issues_tokens(&self) -> bool {
        let served = self.served.as_ref();
        served.is_ok_and(|served| served.operation.issues_tokens())
    }

    /// The response to a request that cannot be read.
    pub(crate) fn refuse(&self, error: ApiError) -> ApiResponse {
        match &self.served {
            Ok(served) => served.operation.refuse(error),
            Err(_) => ApiResponse::failure(StatusCode::BAD_REQUEST, &[error]),
        }
    }
}

impl Routes {
    /// The routes of the embedded document.
    pub(crate) fn embedded() -> Result<Arc<Self>, StartError> {
        static MADE: LazyLock<Result<Arc<Routes>, String>> = LazyLock::new(|| {
            let routes = Routes::read(document::EMBEDDED);
            routes.map(Arc::new).map_err(|error| error.to_string())
        });
        MADE.clone().map_err(StartError::document)
    }

    pub(crate) fn read(document: &str) -> Result<Self, StartError> {
        let document = Document::read(document)?;
        let Operations { ready, domain } = Operations::new(&document);
        let mut unrouted = document.unreadable.clone();
        let faults = domain.faults.iter();
        unrouted.extend(faults.map(|reason| ("x-domain".to_owned(), reason.clone())));
        let mut routes = Vec::new();
        let mut paths: IndexMap<String, IndexMap<Method, usize>> = IndexMap::new();
        for (operation, ready) in document.operations.iter().zip(ready) {
            let (place, path_parameters) = place(&operation.path);
            let methods = paths.entry(place).or_default();
            let number = routes.len();
            if let Some(known) = methods.get(&operation.method) {
                let known: &Route = &routes[*known];
                let reason = format!("its requests cannot be told from those of {}", known.id);
                unrouted.push((operation.id.clone(), reason));
                continue;
            }
            methods.insert(operation.method.clone(), number);
            let spec = operation.spec.as_ref();
            let served = ready.and_then(|ready| served(spec, ready, &document));
            let access = match (spec.map(|spec| spec.access), &served) {
                // Only token endpoints refuse missing client credentials.
                (Err(_), _) | (Ok(Access::Basic), Err(_)) => Access::Open,
                (Ok(access), _) => access,
            };
            routes.push(Route {
                number,
                id: operation.id.clone(),
                method: operation.method.clone(),
                path: operation.path.clone(),
                access,
                only_reads: spec.is_ok_and(|spec| spec.only_reads(&operation.method)),
                is_partner_level: spec.is_ok_and(|spec| spec.is_partner_level),
                path_parameters,
                served,
                checked: OnceLock::new(),
            });
        }
        let mut router = matchit::Router::new();
        for (place, methods) in paths {
            let numbers: Vec<_> = methods.values().copied().collect();
            if let Err(reason) = router.insert(place, methods) {
                let reason = format!("its path cannot be told from others: {reason}");
                unrouted.extend(
                    numbers
                        .into_iter()
                        .map(|number| (routes[number].id.clone(), reason.clone())),
                );
            }
        }
        Ok(Self {
            paths: router,
            types: document.types,
            all: routes,
            domain,
            unrouted,
            unserved: OnceLock::new(),
        })
    }

    /// The operations at `path` by method, and the values of its parameters.
    pub(crate) fn at(&self, path: &str) -> Option<(&IndexMap<Method, usize>, Vec<String>)> {
        let found = self.paths.at(path).ok()?;
        let values = found.params.iter().map(|(_, value)| value.to_owned());
        Some((found.value, values.collect()))
    }

    pub(crate) fn all(&self) -> &[Route] {
        &self.all
    }

    pub(crate) fn collections(&self) -> &Collections {
        &self.domain.collections
    }

    pub(crate) fn domain(&self) -> &Arc<Domain> {
        &self.domain
    }

    /// How to fill an entity of `collection` from the fields that a test gives.
    pub(crate) fn given(&self, collection: &str, given: &Entity) -> Option<Synthesis> {
        let fields = &self.collections().get(collection)?.fields;
        let sent = fields.iter().filter(|(name, _)| given.contains_key(*name));
        let sent = sent.map(|(name, id)| (name.clone(), *id)).collect();
        Some(Synthesis::new(&self.types, fields, &sent, collection))
    }

    /// How to fill what a stored entity of `collection` lacks, which has these fields: as if what callers send had been
    /// sent, and the rest were the server's to fill.
    pub(crate) fn lacking(&self, collection: &str, given: &Entity) -> Option<Synthesis> {
        let known = self.collections().get(collection)?;
        let mut sent = known.all_sent();
        let fields = known.fields.iter();
        let given = fields.filter(|(name, _)| given.contains_key(*name));
        sent.extend(given.map(|(name, id)| (name.clone(), *id)));
        let synthesis = Synthesis::new(&self.types, &known.fields, &sent, collection);
        let by_rules = self.domain.filled_by_rules(collection);
        Some(by_rules.fold(synthesis, Synthesis::awaiting))
    }

    /// The unsupported operations, with the reason.
    pub(crate) fn unserved(&self) -> &[(String, String)] {
        self.unserved.get_or_init(|| {
            let routes = self.all.iter().filter_map(|route| {
                let reason = route.served().err()?;
                Some((route.id.clone(), reason.to_owned()))
            });
            routes.chain(self.unrouted.iter().cloned()).collect()
        })
    }
}

fn served(
    spec: Result<&OperationSpec, &String>,
    operation: Box<dyn Operation>,
    document: &Document,
) -> Result<Served, String> {
    let spec = spec.map_err(String::clone)?;
    // Only token endpoints use the client's credentials.
    if spec.access == Access::Basic && !operation.issues_tokens() {
        return Err("it requires other authentication than a bearer token".to_owned());
    }
    Ok(Served {
        parameters: Parameters::new(spec, document)?,
        operation,
    })
}

/// `path` with numbered parameters, since two paths may name the same one differently, and the names.
fn place(path: &str) -> (String, Vec<String>) {
    let mut names = Vec::new();
    let segments = path.split('/').map(|segment| {
        match segment
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
        {
            Some(name) => {
                names.push(name.to_owned());
                format!("{{{}}}", names.len())
            }
            None => segment.replace('{', "{{").replace('}', "}}"),
        }
    });
    let segments: Vec<_> = segments.collect();
    (segments.join("/"), names)
}
