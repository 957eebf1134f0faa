//! Captured pages into one document.
//!
//! Each page is a document of its own and states shared shapes (authors, errors) again. Where two pages say the same, it is
//! said once; where they disagree, a person decides. What a page calls itself (`info`) is not what the API is called, so the
//! overlay names the merged document.

use serde_json::{Map, Value, json};

use super::Source;
use super::pointer::{first_difference, join};
use crate::diagnostic::{Diagnostic, Result};

pub(super) fn merge(captured: &[Source]) -> Result<Value> {
    let mut merged = Merged::default();
    for source in captured {
        merged.add(source)?;
    }
    let mut document = json!({
        "openapi": "3.0.3",
        "info": {},
        "servers": merged.servers,
        "paths": merged.paths.into_values(),
        "components": {},
    });
    if let Some(security) = merged.security {
        document["security"] = security.value;
    }
    for (kind, components) in merged.components {
        document["components"][kind] = components.into_values();
    }
    Ok(document)
}

/// The merged document so far. Every part remembers which file said it first.
#[derive(Default)]
struct Merged<'a> {
    servers: Vec<Value>,
    security: Option<Said<'a>>,
    paths: Parts<'a>,
    /// By kind: schemas, security schemes, …
    components: Vec<(&'a str, Parts<'a>)>,
}

struct Said<'a> {
    file: &'a str,
    value: Value,
}

/// Named parts in the order in which they were first said.
#[derive(Default)]
struct Parts<'a>(Vec<(&'a str, Said<'a>)>);

impl<'a> Parts<'a> {
    fn get_mut(&mut self, name: &str) -> Option<&mut Said<'a>> {
        self.0
            .iter_mut()
            .find(|(known, _)| *known == name)
            .map(|(_, said)| said)
    }

    fn push(&mut self, name: &'a str, file: &'a str, value: &Value) {
        self.0.push((
            name,
            Said {
                file,
                value: value.clone(),
            },
        ));
    }

    fn into_values(self) -> Value {
        self.0
            .into_iter()
            .map(|(name, said)| (name.to_owned(), said.value))
            .collect::<Map<_, _>>()
            .into()
    }
}

impl<'a> Merged<'a> {
    fn add(&mut self, source: &'a Source) -> Result<()> {
        let file = &source.file;
        for (key, value) in object(file, "", &source.document)? {
            let at = join("", key);
            match key.as_str() {
                "openapi" | "info" => {}
                "servers" => self.add_servers(file, &at, value)?,
                "security" => self.add_security(file, value)?,
                "paths" => {
                    for (path, item) in object(file, &at, value)? {
                        self.add_path(file, path, object(file, &join(&at, path), item)?)?;
                    }
                }
                "components" => {
                    for (kind, components) in object(file, &at, value)? {
                        for (name, component) in object(file, &join(&at, kind), components)? {
                            self.add_component(file, kind, name, component)?;
                        }
                    }
                }
                _ if key.starts_with("x-") => {}
                _ => {
                    return Err(Diagnostic::new(file, format!("a captured page has no use for `{key}`")).at(at).help(
                        "keep openapi, info, servers, security, paths and components; the rest belongs to the overlay",
                    ));
                }
            }
        }
        Ok(())
    }

    fn add_servers(&mut self, file: &str, at: &str, servers: &Value) -> Result<()> {
        let servers = servers.as_array().ok_or_else(|| {
            Diagnostic::new(file, "`servers` is not a list")
                .at(at)
                .help("write a list")
        })?;
        for server in servers {
            if !self.servers.contains(server) {
                self.servers.push(server.clone());
            }
        }
        Ok(())
    }

    fn add_security(&mut self, file: &'a str, security: &Value) -> Result<()> {
        match &self.security {
            Some(said) if said.value != *security => Err(Diagnostic::new(
                file,
                format!("this page and {} disagree on `security`", said.file),
            )
            .at("/security")
            .help("state on the operation what holds for that page alone")),
            Some(_) => Ok(()),
            None => {
                self.security = Some(Said {
                    file,
                    value: security.clone(),
                });
                Ok(())
            }
        }
    }

    /// Operations come from one page each, but two pages may describe two methods of one path.
    fn add_path(&mut self, file: &'a str, path: &'a str, item: &Map<String, Value>) -> Result<()> {
        let Some(said) = self.paths.get_mut(path) else {
            self.paths.push(path, file, &Value::Object(item.clone()));
            return Ok(());
        };
        for (method, operation) in item {
            if said
                .value
                .get(method)
                .is_some_and(|known| known != operation)
            {
                let at = join(&join("/paths", path), method);
                return Err(Diagnostic::new(
                    file,
                    format!(
                        "this page and {} both describe `{method} {path}`",
                        said.file
                    ),
                )
                .at(at)
                .help("keep one of the two, or make them say the same"));
            }
            said.value[method] = operation.clone();
        }
        Ok(())
    }

    fn add_component(
        &mut self,
        file: &'a str,
        kind: &'a str,
        name: &'a str,
        component: &Value,
    ) -> Result<()> {
        let position = self
            .components
            .iter()
            .position(|(known, _)| *known == kind)
            .unwrap_or_else(|| {
                self.components.push((kind, Parts::default()));
                self.components.len() - 1
            });
        let parts = &mut self.components[position].1;
        let Some(said) = parts.get_mut(name) else {
            parts.push(name, file, component);
            return Ok(());
        };
        match first_difference(&said.value, component) {
            None => Ok(()),
            Some(difference) => {
                let at = format!("{}{difference}", join(&join("/components", kind), name));
                Err(Diagnostic::new(file, format!("this page and {} disagree on `{name}`", said.file)).at(at).help(
                    "if it is one shape, make the pages say the same; if it is two, give one of them another name",
                ))
            }
        }
    }
}

fn object<'a>(file: &str, at: &str, value: &'a Value) -> Result<&'a Map<String, Value>> {
    value.as_object().ok_or_else(|| {
        Diagnostic::new(file, "this is not a mapping")
            .at(at)
            .help("write `key: value` pairs")
    })
}
