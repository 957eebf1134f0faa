//! Stores the values of a document in one list, each with its parent and with who wrote it.
//!
//! The index of a value identifies it, so that its parent and its pointer can be found, and it can be changed without copying its
//! surroundings. A removed value stays in the list, unreachable.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use indexmap::IndexMap;

/// A value of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Id(u32);

/// A file that a document was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct FileId(pub(super) u32);

/// An action of the overlay that a document was made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ActionId(pub(super) u32);

/// Who wrote a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Author {
    Codegen,
    File(FileId),
    Action(ActionId),
}

/// A line of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) file: FileId,
    pub(super) line: u32,
}

/// A value as JSON has it, but for numbers, which are as they were written.
#[derive(Debug, Clone)]
pub(super) enum Data {
    Null,
    /// A boolean, and how it is written.
    Bool(bool, &'static str),
    Number(Box<str>),
    Text(Box<str>),
    /// A text that some readers take for something else, which has been reported.
    Unclear(Box<str>),
    List(Vec<Id>),
    Object(IndexMap<Arc<str>, Id>),
}

impl Data {
    pub(super) fn object() -> Self {
        Self::Object(IndexMap::new())
    }
}

/// The relation of a value to its parent.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Root,
    Key(Arc<str>),
    Index(usize),
}

#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) parent: Option<Id>,
    pub(super) step: Step,
    pub(super) data: Data,
    pub(super) author: Author,
    pub(super) line: u32,
    /// The places in captured pages that state it, in the order of the pages.
    pub(super) stated: Vec<Place>,
}

/// An action, as a fault names it.
#[derive(Debug, Clone)]
pub(super) struct ActionName {
    pub(super) file: FileId,
    pub(super) line: u32,
    pub(super) target: String,
}

#[derive(Debug)]
pub(super) struct Store {
    values: Vec<Stored>,
    pub(super) root: Id,
    pub(super) files: Arc<[String]>,
    pub(super) actions: Vec<ActionName>,
    /// The number of values visited or created.
    work: AtomicUsize,
}

impl Store {
    /// An empty document of these files.
    pub(super) fn new(files: Arc<[String]>, author: Author) -> Self {
        let root = Stored {
            parent: None,
            step: Step::Root,
            data: Data::object(),
            author,
            line: 1,
            stated: Vec::new(),
        };
        Self {
            values: vec![root],
            root: Id(0),
            files,
            actions: Vec::new(),
            work: AtomicUsize::new(0),
        }
    }

    pub(super) fn at(&self, id: Id) -> &Stored {
        &self.values[id.0 as usize]
    }

    pub(super) fn at_mut(&mut self, id: Id) -> &mut Stored {
        self.worked(1);
        &mut self.values[id.0 as usize]
    }

    pub(super) fn worked(&self, steps: usize) {
        self.work.fetch_add(steps, Ordering::Relaxed);
    }

    pub(super) fn work(&self) -> usize {
        self.work.load(Ordering::Relaxed)
    }

    pub(super) fn file(&self, file: FileId) -> &str {
        self.files.get(file.0 as usize).map_or("", String::as_str)
    }

    pub(super) fn action(&self, action: ActionId) -> &ActionName {
        &self.actions[action.0 as usize]
    }

    pub(super) fn register(&mut self, action: ActionName) -> ActionId {
        self.actions.push(action);
        ActionId(u32::try_from(self.actions.len() - 1).unwrap_or(u32::MAX))
    }

    /// The number of values, including unreachable ones.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// The number of values in a value, and their depth.
    pub(super) fn extent(&self, id: Id) -> (usize, usize) {
        let (mut count, mut height) = (0, 0);
        let mut open = vec![(id, 0)];
        while let Some((id, depth)) = open.pop() {
            count += 1;
            height = height.max(depth);
            open.extend(
                self.children(id)
                    .into_iter()
                    .map(|child| (child, depth + 1)),
            );
        }
        (count, height)
    }

    pub(super) fn member(&self, id: Id, key: &str) -> Option<Id> {
        match &self.at(id).data {
            Data::Object(members) => members.get(key).copied(),
            _ => None,
        }
    }

    pub(super) fn text(&self, id: Id) -> Option<&str> {
        match &self.at(id).data {
            Data::Text(text) | Data::Unclear(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn members(&self, id: Id) -> Option<&IndexMap<Arc<str>, Id>> {
        match &self.at(id).data {
            Data::Object(members) => Some(members),
            _ => None,
        }
    }

    pub(super) fn list(&self, id: Id) -> Option<&Vec<Id>> {
        match &self.at(id).data {
            Data::List(items) => Some(items),
            _ => None,
        }
    }

    /// The children of a value: members, items, or none.
    pub(super) fn children(&self, id: Id) -> Vec<Id> {
        match &self.at(id).data {
            Data::Object(members) => members.values().copied().collect(),
            Data::List(items) => items.clone(),
            _ => Vec::new(),
        }
    }

    /// A new value, without a parent.
    pub(super) fn add(&mut self, data: Data, author: Author, line: u32) -> Id {
        self.worked(1);
        let id = Id(u32::try_from(self.values.len()).unwrap_or(u32::MAX));
        self.values.push(Stored {
            parent: None,
            step: Step::Root,
            data,
            author,
            line,
            stated: Vec::new(),
        });
        id
    }

    /// Puts a value under a key, in place of what stood there.
    pub(super) fn put(&mut self, parent: Id, key: &Arc<str>, child: Id) {
        if let Data::Object(members) = &mut self.values[parent.0 as usize].data {
            members.insert(Arc::clone(key), child);
            let stored = &mut self.values[child.0 as usize];
            stored.parent = Some(parent);
            stored.step = Step::Key(Arc::clone(key));
        }
    }

    /// Appends a value to a list.
    pub(super) fn push(&mut self, parent: Id, child: Id) {
        if let Data::List(items) = &mut self.values[parent.0 as usize].data {
            items.push(child);
            let index = items.len() - 1;
            let stored = &mut self.values[child.0 as usize];
            stored.parent = Some(parent);
            stored.step = Step::Index(index);
        }
    }

    /// Replaces what a value is, and leaves it where it stands.
    pub(super) fn become_list(&mut self, id: Id, items: Vec<Id>) {
        for (index, item) in items.iter().enumerate() {
            let stored = &mut self.values[item.0 as usize];
            stored.parent = Some(id);
            stored.step = Step::Index(index);
        }
        self.worked(items.len());
        self.values[id.0 as usize].data = Data::List(items);
    }

    /// Makes of a value what another one is that stands nowhere.
    pub(super) fn take_over(&mut self, id: Id, other: Id) {
        let children = self.children(other);
        self.values[id.0 as usize].data =
            std::mem::replace(&mut self.values[other.0 as usize].data, Data::Null);
        for child in children {
            self.values[child.0 as usize].parent = Some(id);
        }
    }

    /// Removes a value from its parent.
    pub(super) fn detach(&mut self, id: Id) {
        let Stored { parent, step, .. } = self.at(id).clone();
        let Some(parent) = parent else { return };
        match (&mut self.values[parent.0 as usize].data, step) {
            (Data::Object(members), Step::Key(key)) => {
                members.shift_remove(&key);
            }
            (Data::List(items), Step::Index(index)) => {
                items.remove(index);
                let items = items.clone();
                self.become_list(parent, items);
            }
            _ => {}
        }
        self.values[id.0 as usize].parent = None;
    }

    /// The members of an object in another order; those of one rank keep theirs.
    pub(super) fn reorder(&mut self, id: Id, mut rank: impl FnMut(&str) -> usize) {
        if let Data::Object(members) = &mut self.at_mut(id).data {
            members.sort_by_cached_key(|key, _| rank(key));
        }
    }

    /// The members of an object in the order of their keys.
    pub(super) fn sort(&mut self, id: Id) {
        if let Data::Object(members) = &mut self.at_mut(id).data {
            members.sort_keys();
        }
    }

    /// A copy of a value of another document, with all that is in it, written by `author` or else by whom it was written.
    pub(super) fn copy(&mut self, from: &Store, id: Id, author: Option<Author>) -> Id {
        let stored = from.at(id);
        let new = self.add(Data::Null, author.unwrap_or(stored.author), stored.line);
        match &stored.data {
            Data::Object(members) => {
                self.at_mut(new).data = Data::object();
                for (key, child) in members {
                    let child = self.copy(from, *child, author);
                    self.put(new, key, child);
                }
            }
            Data::List(items) => {
                self.at_mut(new).data = Data::List(Vec::with_capacity(items.len()));
                for item in items {
                    let item = self.copy(from, *item, author);
                    self.push(new, item);
                }
            }
            other => self.at_mut(new).data = other.clone(),
        }
        self.at_mut(new).stated = match (author, stored.author) {
            (None, Author::File(file)) if stored.stated.is_empty() => vec![Place {
                file,
                line: stored.line,
            }],
            (None, _) => stored.stated.clone(),
            _ => Vec::new(),
        };
        new
    }

    /// The JSON pointer of a value.
    pub(super) fn pointer(&self, id: Id) -> String {
        let mut steps = Vec::new();
        let mut at = Some(id);
        while let Some(id) = at {
            let stored = self.at(id);
            steps.push(&stored.step);
            at = stored.parent;
        }
        let mut pointer = String::new();
        for step in steps.into_iter().rev() {
            match step {
                Step::Root => {}
                Step::Key(key) => push_step(&mut pointer, key),
                Step::Index(index) => push_step(&mut pointer, &index.to_string()),
            }
        }
        pointer
    }

    /// The value at a JSON pointer.
    pub(super) fn find(&self, pointer: &str) -> Option<Id> {
        if pointer.is_empty() {
            return Some(self.root);
        }
        pointer
            .strip_prefix('/')?
            .split('/')
            .try_fold(self.root, |at, step| match &self.at(at).data {
                Data::Object(members) if step.contains('~') => {
                    members.get(unescaped(step).as_str()).copied()
                }
                Data::Object(members) => members.get(step).copied(),
                Data::List(items) => items.get(step.parse::<usize>().ok()?).copied(),
                _ => None,
            })
    }

    /// Whether two values are equal, regardless of their places and origins. The order of members does not count.
    pub(super) fn same(&self, id: Id, other: &Store, others: Id) -> bool {
        self.worked(1);
        match (&self.at(id).data, &other.at(others).data) {
            (Data::Null, Data::Null) => true,
            (Data::Bool(a, _), Data::Bool(b, _)) => a == b,
            (Data::Number(a), Data::Number(b)) => a == b,
            (Data::Text(a) | Data::Unclear(a), Data::Text(b) | Data::Unclear(b)) => a == b,
            (Data::List(a), Data::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.same(*a, other, *b))
            }
            (Data::Object(a), Data::Object(b)) => {
                a.len() == b.len()
                    && a.iter()
                        .all(|(key, a)| b.get(key).is_some_and(|b| self.same(*a, other, *b)))
            }
            _ => false,
        }
    }
}

pub(super) fn push_step(pointer: &mut String, step: &str) {
    pointer.push('/');
    for character in step.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

pub(super) fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}
