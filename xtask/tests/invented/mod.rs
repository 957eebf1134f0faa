//! Reads the invented specifications; see the README beside this file.

use std::path::{Path, PathBuf};

use xtask::layout::Checkout;

/// Where the invented specifications stand.
pub(crate) const INVENTED: &str = "xtask/tests/invented";

const OVERLAY: &str =
    "overlay: 1.0.0\ninfo:\n  title: Amendments to invented pages\n  version: 1.0.0\nactions:\n";

/// A page that is unlike the ordinary ones.
#[derive(Debug)]
pub(crate) struct Case {
    /// The group that it belongs to.
    pub(crate) group: String,
    /// What it is of.
    pub(crate) name: String,
    /// Its pages, each with its path below `openapi/captured/`.
    pub(crate) pages: Vec<(String, String)>,
    /// Its overlay.
    pub(crate) overlay: Option<String>,
    /// Actions on what holds everywhere.
    pub(crate) everywhere: Option<String>,
    /// Lines of what is generated, if codegen accepts it.
    pub(crate) accepted: Option<Vec<String>>,
    /// Where its snapshot stands.
    #[allow(dead_code, reason = "not every test that reads cases pins them")]
    pub(crate) folder: PathBuf,
}

impl Case {
    /// All cases, in the order of their names.
    pub(crate) fn all() -> Vec<Self> {
        let own = Checkout::own();
        let cases = own.resolve(INVENTED).join("cases");
        let groups = folders(&cases).into_iter();
        groups
            .flat_map(|group| folders(&group))
            .map(|folder| Self::read(&own, folder))
            .collect()
    }

    fn read(own: &Checkout, folder: PathBuf) -> Self {
        let text = |name: &str| std::fs::read_to_string(folder.join(name)).ok();
        let mut case = Self {
            group: name(folder.parent().unwrap()),
            name: name(&folder),
            pages: Vec::new(),
            overlay: text("overlay.yaml").map(|actions| OVERLAY.to_owned() + &actions),
            everywhere: text("everywhere.yaml"),
            accepted: text("accepted.txt").map(|text| text.lines().map(str::to_owned).collect()),
            folder,
        };
        let place = format!("{INVENTED}/cases/{}/{}", case.group, case.name);
        for file in own.list(&place, &["yaml", "diff"]).unwrap() {
            let text = own.read(&file).unwrap();
            let path = file.strip_prefix(&format!("{place}/")).unwrap();
            match path {
                "overlay.yaml" | "everywhere.yaml" => {}
                "page.yaml" => case.pages.push(("things/page.yaml".to_owned(), text)),
                path => case.pages.push(match path.strip_prefix("pages/") {
                    Some(path) => (path.to_owned(), text),
                    None => {
                        let (name, ending) = path.rsplit_once('.').unwrap();
                        let ordinary = own.read(&format!("{INVENTED}/pages/{name}.yaml"));
                        let ordinary = ordinary.unwrap_or_else(|error| panic!("{place}: {error}"));
                        let text = match ending {
                            "diff" => patched(&ordinary, &text),
                            _ => ordinary + &text,
                        };
                        (format!("things/{name}.yaml"), text)
                    }
                }),
            }
        }
        case
    }
}

/// A page with the hunks of a diff applied to it, each where its old lines stand first behind the one before.
fn patched(page: &str, diff: &str) -> String {
    let lines: Vec<&str> = page.lines().collect();
    let (mut made, mut done) = (Vec::new(), 0);
    let hunks = diff.split("@@\n").filter(|hunk| !hunk.is_empty());
    for hunk in hunks {
        let side = |unwanted: char| {
            let lines = hunk.lines().filter(move |line| !line.starts_with(unwanted));
            lines
                .map(|line| line.get(1..).unwrap_or_default())
                .collect::<Vec<_>>()
        };
        let (old, new) = (side('+'), side('-'));
        let found = lines[done..]
            .windows(old.len())
            .position(|lines| lines == old);
        let start = done + found.unwrap_or_else(|| panic!("the page has no such lines:\n{hunk}"));
        made.extend_from_slice(&lines[done..start]);
        made.extend(new);
        done = start + old.len();
    }
    made.extend_from_slice(&lines[done..]);
    made.join("\n") + "\n"
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap().to_str().unwrap().to_owned()
}

fn folders(below: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(below).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = paths.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}
