//! Names resources, their methods, and requests.

use std::collections::HashMap;

use super::{Needs, naming};
use crate::api::{Api, Operation, Position};
use crate::diagnostic::Faults;

/// The names of an operation.
#[derive(Debug)]
pub struct CallNames<'d> {
    /// The resource, as a method of the client.
    pub resource: String,
    /// The resource, as a type.
    pub resource_type: String,
    /// The method on the resource.
    pub method: String,
    /// The type of the request.
    pub request_type: String,
    /// The constant that describes the operation.
    pub constant: String,
    /// The parameters, in the operation's order.
    pub parameters: Vec<ParameterNames<'d>>,
    /// The parts of a body of several, in order.
    pub parts: Vec<String>,
}

/// The names of a parameter.
#[derive(Debug)]
pub struct ParameterNames<'d> {
    /// The name on the wire.
    pub wire: &'d str,
    /// The name in Rust.
    pub name: String,
}

/// Methods of the client, which resources must not be named after.
const CLIENT: &[&str] = &[
    "builder", "client", "from_env", "options", "request", "session",
];

/// Functions of a resource, which its methods must not be named after.
const RESOURCE: &[&str] = &["clone", "fmt", "new"];

pub(super) fn name<'d>(api: &Api<'d>, needs: &[Needs], faults: &Faults) -> Vec<CallNames<'d>> {
    let calls: Vec<CallNames<'d>> = api
        .operations
        .iter()
        .map(|operation| names(operation, faults))
        .collect();
    check(api, &calls, needs, faults);
    calls
}

fn names<'d>(operation: &Operation<'d>, faults: &Faults) -> CallNames<'d> {
    let method = match &operation.method_name {
        Some((name, _)) => (*name).to_owned(),
        None => naming::method_name(operation.id, operation.tag),
    };
    let mut taken: HashMap<String, &str> = HashMap::new();
    let mut unique = |wire: &'d str, kind: &str| {
        let name = naming::snake(wire);
        // What stands beside the arguments, and what makes a call of optional ones.
        let is_own = ["self", "self_", "body", "session", "new"].contains(&name.as_str());
        let name = if is_own {
            format!("{}_{kind}", name.trim_end_matches('_'))
        } else {
            name
        };
        if !naming::is_identifier(&name) {
            return Err(format!("`{wire}` cannot name an argument"));
        }
        match taken.insert(name.clone(), wire) {
            Some(_) => {
                let longer = format!("{}_{kind}", name.trim_end_matches('_'));
                match taken.insert(longer.clone(), wire) {
                    Some(other) => Err(format!(
                        "`{wire}` and `{other}` would be the same argument, `{longer}`"
                    )),
                    None => Ok(longer),
                }
            }
            None => Ok(name),
        }
    };
    let mut parameters = Vec::new();
    for parameter in &operation.parameters {
        let kind = match parameter.position {
            Position::Path => "in_path",
            Position::Query => "parameter",
            Position::Header => "header",
        };
        let name =
            unique(parameter.name, kind).unwrap_or_else(|message| {
                faults.add(parameter.node.fault(message).help(
                    "names begin with a letter, and consist of letters, digits and separators",
                ));
                "unnamed".to_owned()
            });
        parameters.push(ParameterNames {
            wire: parameter.name,
            name,
        });
    }
    let mut parts = Vec::new();
    for part in operation.body.parts() {
        parts.push(unique(part.name, "part").unwrap_or_else(|message| {
            faults.add(
                part.node.fault(message).help(
                    "names begin with a letter, and consist of letters, digits and separators",
                ),
            );
            "unnamed".to_owned()
        }));
    }
    CallNames {
        resource: naming::snake(operation.tag),
        resource_type: naming::upper_camel(operation.tag),
        method,
        request_type: naming::upper_camel(operation.id),
        constant: naming::screaming_snake(operation.id),
        parameters,
        parts,
    }
}

/// Reports names that would clash in generated code.
fn check(api: &Api<'_>, calls: &[CallNames<'_>], needs: &[Needs], faults: &Faults) {
    let mut methods: HashMap<(String, String), &str> = HashMap::new();
    let mut requests: HashMap<&str, &str> = HashMap::new();
    let mut resources: HashMap<&str, &Operation<'_>> = HashMap::new();
    for ((operation, names), needs) in api.operations.iter().zip(calls).zip(needs) {
        let node = operation
            .method_name
            .as_ref()
            .map_or(&operation.node, |(_, node)| node);
        let fault = |message: String, help: &str| faults.add(node.fault(message).help(help));
        let (resource, method) = (&names.resource, &names.method);
        if !naming::is_identifier(resource) || !naming::is_identifier(&names.request_type) {
            fault(
                format!(
                    "`{}` under `{}` cannot be written in Rust",
                    operation.id, operation.tag
                ),
                "build the tag and the operationId of ASCII letters and digits",
            );
            continue;
        }
        if !naming::is_identifier(method)
            || naming::snake(method) != *method && !method.ends_with('_')
        {
            fault(
                format!("`{method}` cannot name a method"),
                "write a name in snake case, such as `messages`",
            );
            continue;
        }
        if CLIENT.contains(&resource.as_str())
            || resource.starts_with("with_")
            || resource.starts_with("for_")
            || RESOURCE.contains(&method.as_str())
        {
            fault(
                format!("`{resource}().{method}` is a name that the SDK uses already"),
                "choose another tag or operationId",
            );
        }
        let stem = method.trim_end_matches('_');
        let further = needs
            .further_methods
            .iter()
            .map(|way| format!("{stem}_{way}"));
        for method in std::iter::once(method.clone()).chain(further) {
            let other = methods.insert((resource.clone(), method.clone()), operation.id);
            // That two have one id has been reported.
            if let Some(other) = other.filter(|other| *other != operation.id) {
                fault(
                    format!(
                        "`{}` and `{other}` would both be called `{resource}().{method}`",
                        operation.id
                    ),
                    "give one of them another operationId or `x-method-name`, or another tag",
                );
            }
        }
        if let Some(other) = requests
            .insert(&names.request_type, operation.id)
            .filter(|other| *other != operation.id)
        {
            fault(
                format!(
                    "the requests of `{}` and `{other}` would be the same type",
                    operation.id
                ),
                "give one of them another operationId",
            );
        }
        if let Some(other) = resources
            .insert(&names.resource_type, operation)
            .filter(|other| naming::snake(other.tag) != *resource)
        {
            fault(
                format!(
                    "the tags of `{}` and `{}` would be the same type",
                    operation.id, other.id
                ),
                "write both tags alike, or make them differ in a letter",
            );
        }
    }
    for (operation, names) in api.operations.iter().zip(calls) {
        if resources.contains_key(names.request_type.as_str()) {
            faults.add(
                operation
                    .node
                    .fault(format!(
                        "`{}` is the name of a resource, too",
                        names.request_type
                    ))
                    .help("choose another operationId, a verb and a noun such as `saveMessages`"),
            );
        }
    }
}
