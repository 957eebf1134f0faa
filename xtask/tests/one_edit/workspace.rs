//! Workspaces beside this one's build.

use std::path::{Path, PathBuf};
use std::process::Command;

use xtask::commands::generate;
use xtask::files::{Plan, leftovers};
use xtask::layout::Checkout;

/// The same two crates and the same specification as here, and some files more. It is kept from run to run, so that only what
/// has changed is built again.
///
/// To cargo, a crate is where it stands in its workspace. So that it takes none of these for one of the build around this one,
/// or of each other, a workspace has its crates in a folder of its name.
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Writes and generates it.
    pub(crate) fn new(name: &str, more: impl IntoIterator<Item = (String, String)>) -> Self {
        let own = Checkout::own();
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let inner = |path: &str| format!("{name}/{path}");
        let more = more.into_iter().map(|(path, text)| (inner(&path), text));
        let mut files: Vec<(String, String)> = more.collect();
        let has_program = files.iter().any(|(path, _)| *path == inner("drive/Cargo.toml"));
        files.push(("Cargo.toml".to_owned(), manifest(&own, name, has_program)));
        for folder in ["openapi", "crates/tight-api", "crates/tight-sandbox"] {
            for file in own.list(folder, &[]).unwrap() {
                let is_source = !file.contains("/tests/") && !file.contains("/examples/");
                let is_generated =
                    file.contains("/src/generated/") || file == "openapi/tight-v6.yaml";
                if is_source && !is_generated {
                    files.push((inner(&file), own.read(&file).unwrap()));
                }
            }
        }
        let kept: Vec<PathBuf> = files.iter().map(|(path, _)| root.join(path)).collect();
        for (path, (_, text)) in kept.iter().zip(&files) {
            if std::fs::read_to_string(path).ok().as_ref() != Some(text) {
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
        }
        if !root.join("Cargo.lock").exists() {
            std::fs::copy(own.resolve("Cargo.lock"), root.join("Cargo.lock")).unwrap();
        }

        // What an earlier run had and this one does not must not be built along.
        let scratch = Checkout::at(root.join(name));
        for folder in [
            "openapi",
            "crates/tight-api/src",
            "crates/tight-sandbox/src",
        ] {
            for file in scratch.list(folder, &[]).unwrap() {
                let path = scratch.resolve(&file);
                if !kept.contains(&path) && !file.contains("/src/generated/") {
                    std::fs::remove_file(path).unwrap();
                }
            }
        }
        let generated = generate(&scratch).unwrap_or_else(|faults| panic!("{faults}"));
        let leftovers = leftovers(&scratch, &generated.files).unwrap();
        Plan::new(&scratch, &generated.files, &leftovers)
            .unwrap()
            .write()
            .unwrap();
        Self { root }
    }

    /// What cargo says in it, where it succeeds.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> String {
        let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(&self.root)
            // What is made has a folder of its own: the build around this one must not find it in the place of its own.
            .env("CARGO_TARGET_DIR", tmp.join("target"))
            // What both depend on is built once. A cargo before 1.91 does not know this, and builds it once more.
            .env("CARGO_BUILD_BUILD_DIR", tmp.parent().unwrap())
            .env_remove("RUSTFLAGS")
            .output()
            .unwrap();
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (said(&output.stdout), said(&output.stderr));
        assert!(
            output.status.success() && stderr.is_empty(),
            "{stdout}\n{stderr}"
        );
        stdout
    }
}

/// The manifest of a workspace whose crates stand in a folder.
fn manifest(own: &Checkout, folder: &str, has_program: bool) -> String {
    let manifest = own.read("Cargo.toml").unwrap();
    let start = manifest.find("[workspace.package]").unwrap();
    let mut members = vec!["crates/tight-api", "crates/tight-sandbox"];
    members.extend(has_program.then_some("drive"));
    let members: Vec<String> = members
        .iter()
        .map(|member| format!("{:?}", format!("{folder}/{member}")))
        .collect();
    let crates = manifest[start..].replace("path = \"crates/", &format!("path = \"{folder}/crates/"));
    format!("[workspace]\nmembers = [{}]\nresolver = \"3\"\n\n{crates}", members.join(", "))
}
