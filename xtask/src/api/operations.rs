//! Reads operations: method, path, parameters, body, responses and security.

use std::collections::HashMap;

use super::bodies::{self, Body, Success};
use super::parameters::{self, Parameter, Position};
use super::{Schemas, deprecated, description_of, page};
use crate::diagnostic::Faults;
use crate::document::Node;
use crate::layout::CAPTURED;

/// An operation.
#[derive(Debug)]
pub struct Operation<'d> {
    /// The `operationId`.
    pub id: &'d str,
    /// The HTTP method, in capitals.
    pub method: String,
    /// The path, as a template.
    pub path: &'d str,
    /// The segments of the path.
    pub segments: Vec<Segment<'d>>,
    /// The resource, from its tag.
    pub tag: &'d str,
    /// The section of its documentation page.
    pub section: String,
    /// The chosen method name (`x-method-name`), with its node.
    pub method_name: Option<(&'d str, Node<'d>)>,
    /// The summary.
    pub summary: &'d str,
    /// The description.
    pub description: &'d str,
    /// Its documentation page.
    pub page: &'d str,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// Path, query and header parameters; those of the path first, in its order.
    pub parameters: Vec<Parameter<'d>>,
    /// The request body.
    pub body: Body<'d>,
    /// How the request authenticates.
    pub auth: Auth,
    /// The server, if it has one of its own.
    pub server: Option<&'d str>,
    /// The body of a successful response.
    pub success: Success,
    /// Whether it only reads, and so can be repeated safely.
    pub reads: bool,
    /// The documented statuses, with their descriptions.
    pub statuses: Vec<(&'d str, &'d str)>,
    /// Its node in the document.
    pub node: Node<'d>,
}

/// A segment of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment<'d> {
    /// Its text.
    Fixed(&'d str),
    /// A parameter, by name.
    Parameter(&'d str),
}

/// How a request authenticates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// An access token: HTTP bearer authentication.
    Token,
    /// The client id and secret: HTTP basic authentication.
    ClientCredentials,
    /// No authentication.
    None,
}

impl<'d> Operation<'d> {
    /// The parameters of one position.
    pub fn at(&self, position: Position) -> impl Iterator<Item = &Parameter<'d>> {
        self.parameters
            .iter()
            .filter(move |parameter| parameter.position == position)
    }

    /// The fixed segments of its path, after the version.
    pub fn fixed(&self) -> Vec<&'d str> {
        let fixed = self.segments.iter().filter_map(|segment| match segment {
            Segment::Fixed(text) => Some(*text),
            Segment::Parameter(_) => None,
        });
        fixed.skip_while(|text| is_version(text)).collect()
    }
}

/// Whether a segment says which version of the API is meant.
fn is_version(segment: &str) -> bool {
    segment
        .strip_prefix('v')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|digit| digit.is_ascii_digit()))
}

pub(super) const METHODS: &[&str] = &["get", "put", "post", "delete", "patch"];

/// Reads all operations.
pub(super) fn read<'d>(
    root: &Node<'d>,
    schemas: &Schemas<'d>,
    faults: &Faults,
) -> Vec<Operation<'d>> {
    let mut operations = Vec::new();
    let mut paths: HashMap<Vec<Option<&str>>, &str> = HashMap::new();
    let mut ids: HashMap<&str, String> = HashMap::new();
    for (path, item) in root.get("paths").iter().flat_map(Node::entries) {
        let Some(segments) = segments(path) else {
            faults.add(item.fault(format!("`{path}` is not a path that the SDK supports")).help(
                "a path is of `/` and segments; a segment is of ASCII letters, digits and `-_.~`, or one `{parameter}` alone",
            ));
            continue;
        };
        let unnamed = segments.iter().map(|segment| match segment {
            Segment::Fixed(text) => Some(*text),
            Segment::Parameter(_) => None,
        });
        if let Some(other) = paths.insert(unnamed.collect(), path) {
            faults.add(
                item.fault(format!("`{path}` and `{other}` are the same path"))
                    .help("call the parameters of one path the same"),
            );
        }
        for (method, node) in item.entries() {
            if !METHODS.contains(&method) {
                if !method.starts_with("x-") {
                    faults.add(node.fault(format!("`{method}` is not a method that the SDK supports")).help(
                        "the methods are get, put, post, delete and patch; state parameters on the operation itself",
                    ));
                }
                continue;
            }
            let reader = Reader {
                root,
                schemas,
                faults,
                node,
            };
            if let Some(operation) = reader.read(method, path, segments.clone()) {
                let place = format!("{} {}", operation.method, operation.path);
                if let Some(other) = ids.insert(operation.id, place) {
                    faults.add(
                        reader
                            .node
                            .fault(format!(
                                "`{}` is also the operationId of {other}",
                                operation.id
                            ))
                            .help("give each operation one of its own"),
                    );
                }
                operations.push(operation);
            }
        }
    }
    operations
}

/// The segments of a path, if the SDK supports it.
fn segments(path: &str) -> Option<Vec<Segment<'_>>> {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "-_.~".contains(char);
    let is_segment =
        |segment: &str| !["", ".", ".."].contains(&segment) && segment.chars().all(is_plain);
    let is_name = |char: char| char.is_ascii_alphanumeric() || "-_".contains(char);
    let mut segments = Vec::new();
    for segment in path.strip_prefix('/')?.split('/') {
        let name = segment
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        let segment = match name {
            Some(name) if !name.is_empty() && name.chars().all(is_name) => Segment::Parameter(name),
            None if is_segment(segment) => Segment::Fixed(segment),
            _ => return None,
        };
        if matches!(segment, Segment::Parameter(_)) && segments.contains(&segment) {
            return None;
        }
        segments.push(segment);
    }
    Some(segments)
}

struct Reader<'a, 'd> {
    root: &'a Node<'d>,
    schemas: &'a Schemas<'d>,
    faults: &'a Faults,
    node: Node<'d>,
}

impl<'d> Reader<'_, 'd> {
    fn read(
        &self,
        method: &str,
        path: &'d str,
        segments: Vec<Segment<'d>>,
    ) -> Option<Operation<'d>> {
        let (node, faults) = (&self.node, self.faults);
        self.check_keys();
        let id = self.text(
            "operationId",
            "give it one, a verb and a noun such as `saveMessages`: it names the method",
        );
        let tag = self.tag();
        let summary = self.text("summary", "give it the title of its page");
        let page = self.page();
        let placeholders: Vec<&str> = segments
            .iter()
            .filter_map(|segment| match segment {
                Segment::Parameter(name) => Some(*name),
                Segment::Fixed(_) => None,
            })
            .collect();
        let parameters = parameters::read(node, &placeholders, self.schemas, faults);
        let body = bodies::request(node, self.schemas, faults);
        if method == "get"
            && let Some(body) = node.get("requestBody")
        {
            faults.add(
                body.fault("a GET has no body")
                    .help("state what it sends as parameters"),
            );
        }
        let success = bodies::success(node, self.schemas, faults);
        if node.get("responses").is_none() {
            faults.add(
                node.fault("the operation describes no response")
                    .help("give it `responses`"),
            );
        }
        let auth = self.auth();
        let tag = tag?;
        Some(Operation {
            id: id?,
            method: method.to_uppercase(),
            path,
            section: section(node, tag),
            segments,
            tag,
            method_name: node
                .get("x-method-name")
                .and_then(|name| Some((name.str()?, name))),
            summary: summary?,
            description: description_of(node, "description"),
            page: page?,
            deprecated: deprecated(node),
            parameters,
            body,
            // What the API demands everywhere may not be known yet.
            auth: auth.unwrap_or(Auth::Token),
            server: self.server(),
            success: success?,
            reads: method == "get" || path.ends_with("/query") || node.flag("x-reads"),
            statuses: statuses(node),
            node: *node,
        })
    }

    fn check_keys(&self) {
        const KEYS: &[&str] = &[
            "operationId",
            "tags",
            "summary",
            "description",
            "deprecated",
            "externalDocs",
            "parameters",
            "requestBody",
            "responses",
            "security",
            "servers",
        ];
        for (key, value) in self.node.entries() {
            if !KEYS.contains(&key) && !key.starts_with("x-") {
                self.faults.add(
                    value
                        .fault(format!("the SDK does not support `{key}`"))
                        .help(format!("an operation has {}", KEYS.join(", "))),
                );
            }
        }
        if let Some(name) = self
            .node
            .get("x-method-name")
            .filter(|name| name.str().is_none())
        {
            self.faults.add(
                name.fault("the name of the method is not a string")
                    .help("write a name in snake case, such as `messages`"),
            );
        }
        for key in ["x-reads", "x-partner-level", "deprecated"] {
            if let Some(value) = self.node.get(key).filter(|value| value.bool().is_none()) {
                self.faults.add(
                    value
                        .fault(format!("`{key}` is neither true nor false"))
                        .help(format!("write `{key}: true`")),
                );
            }
        }
    }

    fn text(&self, key: &str, help: &str) -> Option<&'d str> {
        let text = self
            .node
            .text(key)
            .map(str::trim)
            .filter(|text| !text.is_empty());
        if text.is_none() {
            self.faults.add(
                self.node
                    .fault(format!("the operation has no `{key}`"))
                    .help(help),
            );
        }
        text
    }

    fn tag(&self) -> Option<&'d str> {
        let tags: Vec<Node<'d>> = self.node.get("tags").iter().flat_map(Node::items).collect();
        let tag = match tags.as_slice() {
            [only] => only.str(),
            _ => None,
        };
        if tag.is_none() {
            let node = tags.get(1).or(tags.first()).unwrap_or(&self.node);
            self.faults.add(node.fault("an operation has exactly one tag: its resource").help(
                "write `tags: [messages]`, after the section of the documentation that the page stands in",
            ));
        }
        tag
    }

    fn page(&self) -> Option<&'d str> {
        if self.node.get("externalDocs").is_none() {
            self.faults.add(
                self.node
                    .fault("the operation does not name its documentation page")
                    .help("give the page's address as `externalDocs: {url: …}`"),
            );
        }
        page(&self.node, self.faults)
    }

    /// The security of the operation, or else of the document.
    fn auth(&self) -> Option<Auth> {
        let own = self.node.get("security");
        let security = own.or_else(|| self.root.get("security"));
        if let Some(security) = security.as_ref().filter(|security| !security.is_list()) {
            self.faults.add(
                security
                    .fault("`security` is not a list")
                    .help("write each scheme as an item of a list, such as `- bearerToken: []`"),
            );
            return None;
        }
        let requirements: Vec<Node<'d>> = security.iter().flat_map(Node::items).collect();
        let schemes: Vec<Vec<&str>> = requirements
            .iter()
            .map(|requirement| requirement.entries().map(|(name, _)| name).collect())
            .collect();
        let auth = match schemes.as_slice() {
            [] if own.is_some() => Some(Auth::None),
            [schemes] => match schemes.as_slice() {
                [] => Some(Auth::None),
                [name] => {
                    let scheme = self
                        .root
                        .get("components")
                        .and_then(|components| components.get("securitySchemes")?.get(name));
                    let scheme = scheme
                        .as_ref()
                        .map(|scheme| (scheme.text("type"), scheme.text("scheme")));
                    match scheme {
                        Some((Some("http"), Some("bearer"))) => Some(Auth::Token),
                        Some((Some("http"), Some("basic"))) => Some(Auth::ClientCredentials),
                        _ => None,
                    }
                }
                _ => None,
            },
            _ => None,
        };
        if auth.is_none() {
            let node = security.unwrap_or(self.node);
            self.faults.add(
                node.fault("the SDK does not support the operation's security")
                    .help("demand one scheme, of type `http` with the scheme `bearer` or `basic`, or none with `security: []`"),
            );
        }
        auth
    }

    fn server(&self) -> Option<&'d str> {
        let servers = self.node.get("servers")?;
        let mut addresses = servers.items();
        let (first, second) = (addresses.next()?, addresses.next());
        let url = first.text("url")?;
        if second.is_some() {
            self.faults.add(
                servers
                    .fault(format!("the page has servers of its own that the SDK cannot tell apart: {}", addresses_of(&servers)))
                    .help("an operation that is served elsewhere has one address, beginning with https://"),
            );
        } else if !super::is_https(url) && !url.contains('{') {
            self.faults.add(
                first
                    .fault(format!("the page's own server has no https address: {url}"))
                    .help("write the whole address, beginning with https://"),
            );
        }
        super::is_https(url).then_some(url)
    }
}

fn addresses_of(servers: &Node<'_>) -> String {
    let addresses = servers.items().filter_map(|server| server.text("url"));
    addresses.collect::<Vec<_>>().join(", ")
}

/// The folder of the operation's page, or the resource if it stands in none.
pub(super) fn section(node: &Node<'_>, tag: &str) -> String {
    let folder = node.pages().next().and_then(|page| {
        let (folder, _) = page
            .strip_prefix(CAPTURED)?
            .trim_start_matches('/')
            .rsplit_once('/')?;
        Some(folder.to_owned())
    });
    folder.unwrap_or_else(|| tag.to_owned())
}

fn statuses<'d>(node: &Node<'d>) -> Vec<(&'d str, &'d str)> {
    let responses = node.get("responses");
    let entries = responses.iter().flat_map(Node::entries);
    entries
        .filter(|(status, _)| !status.starts_with("x-"))
        .map(|(status, response)| (status, description_of(&response.follow(), "description")))
        .collect()
}
