//! Pages that are unlike the ordinary ones: what codegen makes of them, or in which words it refuses them.

use xtask::commands::Generated;

use crate::invented::Case;
use crate::support::Scratch;

/// All lines that codegen writes, or says.
fn lines(generated: &Generated) -> Vec<&str> {
    let files = generated.files.iter().map(|file| &file.text);
    let digest = generated.digest.iter().map(|(_, text)| text);
    let texts = files.chain(digest).chain(generated.document.notes());
    let reasons = generated.unserved.iter().map(|(_, reason)| reason);
    texts
        .chain(reasons)
        .flat_map(|text| text.lines())
        .map(str::trim)
        .collect()
}

/// What is wrong with an accepted case, if anything is.
fn check(case: &Case, expected: &[String]) -> Result<(), String> {
    let generated = Scratch::of(case)
        .generate()
        .map_err(|faults| faults.to_string())?;
    let lines = lines(&generated);
    for expected in expected.iter().filter(|line| !line.is_empty()) {
        let (is_right, wanted) = match expected.strip_prefix('!') {
            Some(unwanted) => (
                !lines.iter().any(|line| line.contains(unwanted.trim())),
                "is there",
            ),
            None => (
                lines.iter().any(|line| line.contains(expected.trim())),
                "is not there",
            ),
        };
        if !is_right {
            let digest: Vec<_> = generated
                .digest
                .iter()
                .map(|(_, text)| text.as_str())
                .collect();
            return Err(format!("{wanted}: {expected}\n\n{}", digest.join("\n")));
        }
    }
    Ok(())
}

fn run(group: &str) {
    let mut wrong = Vec::new();
    for case in Case::all().into_iter().filter(|case| case.group == group) {
        match &case.accepted {
            Some(expected) => {
                if let Err(message) = check(&case, expected) {
                    wrong.push(format!("{}/{}: {message}", case.group, case.name));
                }
            }
            None => match Scratch::of(&case).generate() {
                Ok(generated) => wrong.push(format!(
                    "{}/{} is accepted, and has no `accepted.txt`:\n{}",
                    case.group,
                    case.name,
                    generated
                        .digest
                        .iter()
                        .map(|(_, text)| text.as_str())
                        .collect::<Vec<_>>()
                        .join("\n")
                )),
                Err(faults) => {
                    insta::with_settings!({
                        snapshot_path => &case.folder,
                        prepend_module_to_snapshot => false,
                        omit_expression => true,
                    }, {
                        insta::assert_snapshot!("refused", faults.to_string());
                    });
                }
            },
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n--------\n\n"));
}

macro_rules! groups {
    ($($group:ident)*) => {
        $(#[test] fn $group() { run(&stringify!($group).replace('_', "-")); })*

        #[test]
        fn every_group_is_run() {
            let named = [$(stringify!($group).replace('_', "-")),*];
            for case in Case::all() {
                assert!(named.contains(&case.group), "{} is in no list of this file", case.group);
            }
        }
    };
}

groups! {
    answers
    bodies
    enums
    environments
    names
    nullable
    operations
    overlay
    parameters
    queries
    references
    scalars
    schemas
    secrets
    security
    sides
    union
    words
}

#[test]
#[ignore = "scaffold"]
fn show_case() {
    let (wanted, pattern) = (
        std::env::var("CASE").unwrap(),
        std::env::var("PAT").unwrap(),
    );
    for case in Case::all() {
        if format!("{}/{}", case.group, case.name) == wanted {
            let generated = Scratch::of(&case).generate();
            match generated {
                Ok(generated) => {
                    for file in generated
                        .files
                        .iter()
                        .filter(|file| file.path.contains(&pattern))
                    {
                        println!("=== {}\n{}", file.path, file.text);
                    }
                    for note in generated.document.notes() {
                        println!("note: {note}");
                    }
                    for (name, text) in &generated.digest {
                        if name == "things" {
                            println!("{text}");
                        }
                    }
                }
                Err(faults) => println!("{faults}"),
            }
        }
    }
}
