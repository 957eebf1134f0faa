//! Prepares a captured page for merging.
//!
//! What a page states as a whole (servers, security, parameters of a path) moves to the page's own operations where it differs from the
//! API's defaults, so that it holds for no other page. Extensions of other tools are left out.

use std::collections::HashSet;
use std::sync::Arc;

use super::grammar::{EXTENSIONS, METHODS, ObjectKind};
use super::node::{Document, Node};
use super::store::{Data, Id};
use super::walk::walk;
use crate::diagnostic::{Diagnostic, Faults};
use crate::document::files::EVERYWHERE;

/// A captured page.
#[derive(Debug)]
pub struct Page {
    /// The page's file, relative to the repository.
    pub file: String,
    /// Its content, with statements about the whole page moved to its operations.
    pub document: Document,
}

/// The API's defaults, as the overlay declares them.
#[derive(Default)]
pub(super) struct ApiDefaults<'a> {
    pub(super) servers: Option<Node<'a>>,
    pub(super) security: Option<Node<'a>>,
}

/// Notes that are reported once, although many pages have them.
#[derive(Default)]
pub(super) struct ReportedOnce {
    told: HashSet<String>,
    missing: HashSet<&'static str>,
    pub(super) notes: Vec<String>,
}

impl ReportedOnce {
    fn report(&mut self, key: &str, note: impl FnOnce() -> String) {
        if self.told.insert(key.to_owned()) {
            self.notes.push(note());
        }
    }

    fn fault(&mut self, what: &'static str, faults: &Faults, fault: impl FnOnce() -> Diagnostic) {
        if self.missing.insert(what) {
            faults.add(fault());
        }
    }
}

impl Page {
    /// Prepares the page, and returns whether it can be read at all.
    pub(super) fn prepare(
        &mut self,
        declared: &ApiDefaults<'_>,
        once: &mut ReportedOnce,
        faults: &Faults,
    ) -> bool {
        if !self.is_of_the_right_version(faults) {
            return false;
        }
        self.pass_over(once);
        super::structure::check(self.document.root(), faults);
        super::values::check(self.document.root(), true, faults);
        self.fill_servers(once, faults);
        self.give_to_operations(declared, once, faults);
        true
    }

    /// The generators read OpenAPI 3.0 and nothing else.
    fn is_of_the_right_version(&self, faults: &Faults) -> bool {
        let root = self.document.root();
        let fault = match root.get("openapi") {
            Some(version) if version.str().is_some_and(|text| text.starts_with("3.0.")) => {
                return true;
            }
            Some(version) => version
                .fault(format!("this is OpenAPI {}, and not 3.0.x as a text", version.to_value()))
                .help("write the page as OpenAPI 3.0.3 (`nullable: true` for a type with \"null\", `example` for `examples`)"),
            None => root
                .fault("this is not an OpenAPI document: it has no `openapi`")
                .help("begin the document with `openapi: 3.0.3`"),
        };
        faults.add(fault);
        false
    }

    /// Removes extensions of other tools.
    fn pass_over(&mut self, once: &mut ReportedOnce) {
        let mut foreign = Vec::new();
        walk(
            self.document.root(),
            ObjectKind::Document,
            &mut |node, kind| {
                for (key, member) in node.entries() {
                    let is_foreign = if kind.is_extension(key) {
                        !EXTENSIONS.contains(&key)
                    } else {
                        kind == ObjectKind::Document && !USED.contains(&key)
                    };
                    if is_foreign {
                        let line = member.origin().line().unwrap_or_default();
                        once.report(key, || {
                            format!(
                                "`{key}` is ignored ({}:{line}, and wherever else it occurs)",
                                self.file
                            )
                        });
                        foreign.push(member.id);
                    }
                }
            },
        );
        for id in foreign {
            self.document.store.detach(id);
        }
    }

    /// Servers with variables, as addresses: the variables have their defaults.
    fn fill_servers(&mut self, once: &mut ReportedOnce, faults: &Faults) {
        let mut servers = Vec::new();
        walk(
            self.document.root(),
            ObjectKind::Document,
            &mut |node, kind| {
                if kind == ObjectKind::Server {
                    servers.push(node.id);
                }
            },
        );
        for server in servers {
            match filled(self.document.node(server)) {
                Err(fault) => faults.add(*fault),
                Ok(None) => {}
                Ok(Some(address)) => {
                    let node = self.document.node(server);
                    let (url, variables) = (node.get("url"), node.get("variables"));
                    let (template, line) = (
                        node.text("url").unwrap_or_default().to_owned(),
                        node.origin().line().unwrap_or_default(),
                    );
                    once.report(&template, || {
                        format!("the server `{template}` is taken as `{address}`, the defaults of its variables ({}:{line})", self.file)
                    });
                    let ids = (url.map(|url| url.id), variables.map(|node| node.id));
                    if let (Some(url), variables) = ids {
                        self.document.store.at_mut(url).data = Data::Text(address.into());
                        if let Some(variables) = variables {
                            self.document.store.detach(variables);
                        }
                    }
                }
            }
        }
    }

    /// Puts on the operations what the page, or a path of it, states for all of its operations.
    fn give_to_operations(
        &mut self,
        declared: &ApiDefaults<'_>,
        once: &mut ReportedOnce,
        faults: &Faults,
    ) {
        let root = self.document.root();
        let servers = root
            .get("servers")
            .filter(|servers| !are_declared(*servers, declared, once, faults));
        let security = root
            .get("security")
            .filter(|security| !is_declared(*security, declared, once, faults));
        let whole = [("servers", servers), ("security", security)];
        let mut gifts: Vec<(Id, &str, Id)> = Vec::new();
        let mut leaving: Vec<Id> = ["servers", "security"]
            .iter()
            .filter_map(|key| root.get(key))
            .map(|node| node.id)
            .collect();
        for (_, path) in root.get("paths").iter().flat_map(Node::entries) {
            let of_path = ["servers", "parameters"].map(|key| (key, path.get(key)));
            leaving.extend(
                of_path
                    .iter()
                    .filter_map(|(_, node)| *node)
                    .map(|node| node.id),
            );
            for (method, operation) in path.entries() {
                if METHODS.contains(&method) {
                    // What stands nearer comes first, and what comes first counts.
                    for (key, value) in of_path.iter().chain(&whole) {
                        gifts.extend(value.map(|value| (operation.id, *key, value.id)));
                    }
                }
            }
        }
        for (operation, key, value) in gifts {
            self.give(operation, key, value);
        }
        for id in leaving {
            self.document.store.detach(id);
        }
    }

    /// Gives an operation what it does not state itself; parameters are added to its own.
    fn give(&mut self, operation: Id, key: &str, value: Id) {
        let store = &mut self.document.store;
        let own = store.member(operation, key);
        let Some(own) = own else {
            let copy = store.copy_within(value);
            store.put(operation, &Arc::from(key), copy);
            return;
        };
        if key != "parameters" {
            return;
        }
        let known: HashSet<_> = (self.document.node(own).items())
            .map(parameter_name)
            .collect();
        let missing: Vec<_> = (self.document.node(value).items())
            .filter(|item| !known.contains(&parameter_name(*item)))
            .map(|item| item.id)
            .collect();
        let store = &mut self.document.store;
        for item in missing {
            let copy = store.copy_within(item);
            store.push(own, copy);
        }
    }
}

/// The keys of a page that have an effect.
const USED: &[&str] = &[
    "openapi",
    "info",
    "servers",
    "security",
    "paths",
    "x-webhooks",
    "components",
];

/// The identity of a parameter within its operation.
pub(super) fn parameter_name(parameter: Node<'_>) -> (String, String) {
    match parameter.reference() {
        Some(reference) => ("$ref".to_owned(), reference.to_owned()),
        None => {
            let text = |key| parameter.text(key).unwrap_or_default().to_owned();
            (text("in"), text("name"))
        }
    }
}

/// Whether a page's servers are the API's own, or some of them.
fn are_declared(
    servers: Node<'_>,
    declared: &ApiDefaults<'_>,
    once: &mut ReportedOnce,
    faults: &Faults,
) -> bool {
    let Some(own) = declared.servers else {
        once.fault("servers", faults, || {
            undeclared(servers, "list of servers", "servers")
        });
        return true;
    };
    let own: HashSet<_> = own.items().filter_map(address).collect();
    servers
        .items()
        .all(|server| address(server).is_none_or(|address| own.contains(address)))
}

fn is_declared(
    security: Node<'_>,
    declared: &ApiDefaults<'_>,
    once: &mut ReportedOnce,
    faults: &Faults,
) -> bool {
    let Some(own) = declared.security else {
        once.fault("security", faults, || {
            undeclared(security, "security", "security")
        });
        return true;
    };
    security.same(own)
}

fn undeclared(node: Node<'_>, what: &str, key: &str) -> Diagnostic {
    node.fault(format!("nothing declares what the API's own {what} is"))
        .help(format!(
            "declare it in {EVERYWHERE}; what a page states itself applies to its own operations only"
        ))
        .action("$", format!("{key}:\n{}", node.to_yaml()))
}

/// A server's address, as addresses are compared.
fn address(server: Node<'_>) -> Option<&str> {
    server.text("url").map(|url| url.trim_end_matches('/'))
}

/// A server's address with the defaults of its variables, if it has any.
fn filled(server: Node<'_>) -> Result<Option<String>, Box<Diagnostic>> {
    let Some(url) = server.text("url") else {
        return Err(Box::new(
            server
                .fault("a server has no address")
                .help("write its `url`"),
        ));
    };
    let mut address = url.to_owned();
    for (name, variable) in server.get("variables").iter().flat_map(Node::entries) {
        let Some(default) = variable.text("default") else {
            return Err(Box::new(
                variable
                    .fault(format!(
                        "the variable `{name}` of the server `{url}` has no default"
                    ))
                    .help("write the full address, or give the variable a `default` (a text)"),
            ));
        };
        address = address.replace(&format!("{{{name}}}"), default);
    }
    if address.contains(['{', '}']) {
        return Err(Box::new(
            server
                .fault(format!(
                    "the server `{url}` has a variable that it does not describe"
                ))
                .help("write the full address, or describe the variable under `variables`"),
        ));
    }
    Ok((address != url || server.get("variables").is_some()).then_some(address))
}

impl super::store::Store {
    /// A second copy of a value of this document.
    pub(super) fn copy_within(&mut self, id: Id) -> Id {
        let stored = self.at(id).clone();
        let new = self.add(Data::Null, stored.author, stored.line);
        match stored.data {
            Data::Object(members) => {
                self.at_mut(new).data = Data::object();
                for (key, child) in members {
                    let child = self.copy_within(child);
                    self.put(new, &key, child);
                }
            }
            Data::List(items) => {
                self.at_mut(new).data = Data::List(Vec::with_capacity(items.len()));
                for item in items {
                    let item = self.copy_within(item);
                    self.push(new, item);
                }
            }
            data => self.at_mut(new).data = data,
        }
        self.at_mut(new).stated = stored.stated;
        new
    }
}
