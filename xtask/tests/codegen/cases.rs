//! Pages that are unlike the ordinary ones: what codegen makes of them, or in which words it refuses them.

use xtask::commands::Generated;

use crate::invented::Case;
use crate::support::Scratch;

/// All lines that codegen writes, or says.
fn lines(generated: &Generated) -> Vec<&str> {
    let files = generated.files.iter().map(|file| &file.text);
    let digest = generated.digest.iter().map(|(_, text)| text);
    let texts = files.chain(digest).chain(&generated.notes);
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

/// What is wrong with a refused case, if anything is.
fn check_refused(case: &Case) -> Result<(), String> {
    let faults = match Scratch::of(case).generate() {
        Err(faults) => faults.to_string(),
        Ok(generated) => {
            let digest: Vec<_> = generated
                .digest
                .iter()
                .map(|(_, text)| text.as_str())
                .collect();
            return Err(format!(
                "is accepted, and has no `accepted.txt`:\n{}",
                digest.join("\n")
            ));
        }
    };
    // All that differ are told, and not the first alone.
    let pinned = std::panic::catch_unwind(|| {
        insta::with_settings!({
            snapshot_path => &case.folder,
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!("refused", faults);
        });
    });
    pinned.map_err(|_| "is refused in other words".to_owned())
}

fn run(group: &str) {
    let cases = Case::all().into_iter().filter(|case| case.group == group);
    let wrong: Vec<String> = cases
        .filter_map(|case| {
            let checked = match &case.accepted {
                Some(expected) => check(&case, expected),
                None => check_refused(&case),
            };
            let message = checked.err()?;
            Some(format!("{}/{}: {message}", case.group, case.name))
        })
        .collect();
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
    webhooks
    words
}
