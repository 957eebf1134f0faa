//! What all crates here depend on, for a crate of another workspace. Cargo decides on the features of a dependency by all that is
//! built with it: with these, it takes what the build around this one has made, and builds no dependency again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::process::Command;

use serde::Deserialize;
use xtask::layout::Checkout;

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    req: String,
    optional: bool,
    uses_default_features: bool,
    features: Vec<String>,
    /// Where it stands, if it is a crate of the workspace.
    path: Option<String>,
}

/// The features with which a version of a crate is needed.
#[derive(Default)]
struct Need {
    has_default_features: bool,
    features: BTreeSet<String>,
}

/// The lines of a manifest's `[dependencies]`.
pub(crate) fn of_all_crates() -> String {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version=1", "--offline"])
        .current_dir(Checkout::own().resolve(""))
        .output()
        .unwrap();
    let metadata: Metadata = serde_json::from_slice(&output.stdout).unwrap();
    let all = metadata.packages.into_iter();
    let all = all.flat_map(|package| package.dependencies);
    let mut needs: BTreeMap<(String, String), Need> = BTreeMap::new();
    // Which features switch on the optional ones is not followed: a test dependency has each of them, too.
    for dependency in all.filter(|dependency| dependency.path.is_none() && !dependency.optional) {
        let version = (dependency.name, dependency.req);
        let need = needs.entry(version).or_default();
        need.has_default_features |= dependency.uses_default_features;
        need.features.extend(dependency.features);
    }
    let mut lines = String::new();
    let mut known = BTreeSet::new();
    for ((name, version), need) in needs {
        let Need {
            has_default_features,
            features,
        } = need;
        let features = Vec::from_iter(features);
        // Of a crate with several versions, only one can have its name.
        let key = match known.insert(name.clone()) {
            true => name.clone(),
            false => format!("{name}_{}", known.len()),
        };
        writeln!(
            lines,
            "{key} = {{ package = {name:?}, version = {version:?}, default-features = {has_default_features}, features = {features:?} }}"
        )
        .unwrap();
    }
    lines
}
