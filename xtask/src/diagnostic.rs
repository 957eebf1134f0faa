//! Errors in the specification: what is wrong, in which file and where in it, and how to fix it.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};

/// The result of a step of code generation that ends with its first fault.
pub type Result<T> = std::result::Result<T, Diagnostic>;

/// One fault of the specification, or of the files around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    message: String,
    place: FileLine,
    pointer: Option<String>,
    more: Box<Details>,
}

/// Details that most errors lack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Details {
    others: Vec<(String, FileLine)>,
    help: Option<String>,
    action: Option<Action>,
}

/// A file, and a line in it if one is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct FileLine {
    file: PathBuf,
    line: Option<usize>,
}

/// An overlay action that would help.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Action {
    target: String,
    update: String,
}

impl Diagnostic {
    /// A fault in `file`, which is named relative to the repository.
    pub fn new(file: impl AsRef<Path>, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: FileLine {
                file: file.as_ref().to_owned(),
                line: None,
            },
            pointer: None,
            more: Box::default(),
        }
    }

    /// The line of the file, counted from one.
    #[must_use]
    pub fn line(mut self, line: usize) -> Self {
        self.place.line = Some(line);
        self
    }

    /// The place in the document: a JSON pointer.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// Another place that has to do with it, and how: `and`, `by`, `says`, ….
    #[must_use]
    pub fn also(mut self, how: impl Into<String>, file: impl AsRef<Path>, line: usize) -> Self {
        let place = FileLine {
            file: file.as_ref().to_owned(),
            line: Some(line),
        };
        self.more.others.push((how.into(), place));
        self
    }

    /// How to fix it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.more.help = Some(help.into());
        self
    }

    /// An overlay action that would help: printed so that it can be pasted, with the reason left to whoever pastes it. The
    /// update is YAML.
    #[must_use]
    pub fn action(mut self, target: impl Into<String>, update: impl Into<String>) -> Self {
        self.more.action = Some(Action {
            target: target.into(),
            update: update.into(),
        });
        self
    }

    /// The file at fault, and the line in it.
    pub fn place(&self) -> String {
        self.place.to_string()
    }

    /// The file at fault.
    pub fn file(&self) -> &Path {
        &self.place.file
    }

    /// The message, a sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The same error with another message.
    #[must_use]
    pub(crate) fn message_is(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// The order in which a reader of the files comes by the faults. Those of one line stay in the order in which they were
    /// found.
    fn by_place(&self, other: &Self) -> Ordering {
        self.place.cmp(&other.place)
    }
}

impl fmt::Display for FileLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        self.line.map_or(Ok(()), |line| write!(f, ":{line}"))
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  file: {}", self.message, self.place)?;
        if let Some(pointer) = &self.pointer {
            write!(
                f,
                "\n  at:   {}",
                if pointer.is_empty() {
                    "the document's root"
                } else {
                    pointer
                }
            )?;
        }
        for (how, place) in &self.more.others {
            let how = format!("{how}:");
            write!(f, "\n  {how:<5} {place}")?;
        }
        if let Some(help) = &self.more.help {
            write!(f, "\n  help: {help}")?;
        }
        if let Some(Action { target, update }) = &self.more.action {
            write!(
                f,
                "\n  an action that fixes it:\n    - target: {target}\n      description: \"inferred: …\"\n      update:"
            )?;
            for line in update.lines() {
                write!(f, "\n        {line}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

/// The faults of a run. They are told together, in the order of the files and of the places in them.
#[derive(Debug, Default)]
pub struct Faults {
    found: RefCell<Vec<Diagnostic>>,
    notes: RefCell<Vec<String>>,
}

impl Faults {
    /// No errors yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more. What was said of a line already is not told again.
    pub fn add(&self, fault: Diagnostic) {
        self.found.borrow_mut().push(fault);
    }

    /// Something that is not wrong, and that the person who runs codegen should know.
    pub fn note(&self, note: String) {
        self.notes.borrow_mut().push(note);
    }

    /// The notes so far, in order.
    pub fn take_notes(&self) -> Vec<String> {
        self.notes.take()
    }

    /// The value, or its fault added to these.
    pub fn take<T>(&self, result: Result<T>) -> Option<T> {
        result.map_err(|fault| self.add(fault)).ok()
    }

    /// Whether nothing is wrong so far.
    pub fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// `Ok` without errors; else all of them, ordered by place.
    pub fn finish(self) -> std::result::Result<(), Self> {
        let mut found = self.found.into_inner();
        if found.is_empty() {
            return Ok(());
        }
        found.sort_by(Diagnostic::by_place);
        let mut told = HashSet::new();
        found.retain(|fault| told.insert((fault.place.clone(), fault.message.clone())));
        Err(Self {
            found: RefCell::new(found),
            notes: self.notes,
        })
    }

    /// Each of them.
    pub fn into_inner(self) -> Vec<Diagnostic> {
        self.found.into_inner()
    }
}

impl From<Diagnostic> for Faults {
    fn from(fault: Diagnostic) -> Self {
        Self {
            found: RefCell::new(vec![fault]),
            ..Self::default()
        }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.found.borrow().iter().enumerate() {
            let apart = if index == 0 { "" } else { "\n\n" };
            write!(f, "{apart}{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
