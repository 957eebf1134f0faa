//! Reads YAML into a document.
//!
//! A file must mean the same in YAML 1.1 and 1.2: where the versions differ, it is refused.

use std::collections::HashMap;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};

use super::invisible::{belongs_in_text, blank_end, hidden};
use super::node::Document;
use super::scalar::{PlainScalar, is_timestamp, plain};
use super::store::{Author, Data, FileId, Id, Step, Store};
use crate::diagnostic::{Diagnostic, Faults};

/// The maximum depth of nested values.
const DEPTH: usize = 200;

/// The maximum number of values of a document whose aliases are expanded.
const VALUES: usize = 2_000_000;

/// Who wrote a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writer {
    /// Maintainers, by the rules of this repository.
    House,
    /// Others. What YAML 1.2 reads in one way is read in that way, and aliases are written out.
    Others,
}

impl Document {
    /// Reads YAML that is not of `openapi/`. Errors are added to `faults`; there is a document if it is YAML
    /// at all.
    pub fn parse(file: &str, text: &str, faults: &Faults) -> Option<Self> {
        let files: Arc<[String]> = [file.to_owned()].into();
        read(&files, FileId(0), text, Writer::House, faults).map(Self::new)
    }
}

/// Reads one file. Errors are added to `faults`; there is a document if it is YAML at all.
pub(super) fn read(
    files: &Arc<[String]>,
    file: FileId,
    text: &str,
    writer: Writer,
    faults: &Faults,
) -> Option<Store> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let author = Author::File(file);
    let mut reader = Reader {
        store: Store::new(Arc::clone(files), author),
        author,
        name: &files[file.0 as usize],
        writer,
        anchors: HashMap::new(),
        faults,
    };
    match reader.document(Parser::new_from_str(text)) {
        Ok(()) => Some(reader.store),
        Err(fault) => {
            faults.add(*fault);
            None
        }
    }
}

type Events<'t> = Parser<'t, StrInput<'t>>;
type Read<T> = std::result::Result<T, Box<Diagnostic>>;

struct Reader<'a> {
    store: Store,
    author: Author,
    name: &'a str,
    writer: Writer,
    /// The values of anchors, once they are read.
    anchors: HashMap<usize, Id>,
    faults: &'a Faults,
}

impl Reader<'_> {
    fn fault(&self, line: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.name, message).line(line)
    }

    fn next<'t>(&self, events: &mut Events<'t>) -> Read<(Event<'t>, Span)> {
        let not_yaml = |error: ScanError| {
            let place = error.marker();
            let (is_not, help) = match self.writer {
                Writer::House => ("is not YAML", "fix the YAML there"),
                Writer::Others => (
                    "is neither YAML nor JSON",
                    "give the whole document and nothing else: it may be cut off there, or mixed with other text",
                ),
            };
            self.fault(
                place.line(),
                format!(
                    "the file {is_not}: {}, in column {}",
                    error.info(),
                    place.col() + 1
                ),
            )
            .help(help)
        };
        match events.next_event() {
            Some(event) => event.map_err(|error| Box::new(not_yaml(error))),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn document(&mut self, mut events: Events<'_>) -> Read<()> {
        loop {
            let (event, span) = self.next(&mut events)?;
            match event {
                Event::StreamStart | Event::DocumentStart(_) => {}
                Event::MappingStart(anchor, tag) => {
                    self.decorations(anchor, tag.as_deref(), span);
                    let root = self.store.root;
                    self.object(root, &mut events, 0)?;
                    break;
                }
                _ => {
                    return Err(Box::new(
                        self.fault(span.start.line().max(1), "the file holds no mapping")
                            .help("write `key: value` pairs"),
                    ));
                }
            }
        }
        loop {
            let (event, span) = self.next(&mut events)?;
            match event {
                Event::StreamEnd => return Ok(()),
                Event::DocumentStart(_) => {
                    return Err(Box::new(
                        self.fault(span.start.line(), "the file holds a second document")
                            .help("write it into a file of its own"),
                    ));
                }
                _ => {}
            }
        }
    }

    /// Reads the members of an object, whose beginning was read, and its end.
    fn object(&mut self, object: Id, events: &mut Events<'_>, depth: usize) -> Read<()> {
        loop {
            let (event, span) = self.next(events)?;
            let line = span.start.line();
            let key: Arc<str> = match event {
                Event::MappingEnd => return Ok(()),
                Event::Scalar(text, style, anchor, tag) => {
                    self.decorations(anchor, tag.as_deref(), span);
                    self.key(object, &text, style, line);
                    text.into()
                }
                _ => {
                    return Err(Box::new(
                        self.fault(line, "a key is not a string")
                            .at(self.store.pointer(object))
                            .help("write `key: value` pairs"),
                    ));
                }
            };
            let member = self.store.add(Data::Null, self.author, number(line));
            if let Some(first) = self.store.member(object, &key) {
                let first = self.store.at(first).line as usize;
                self.faults.add(
                    self.fault(line, format!("the key `{key}` is repeated"))
                        .also("first", self.name, first)
                        .at(self.store.pointer(object))
                        .help("keep one of the two: readers would lose the other"),
                );
            } else {
                self.store.put(object, &key, member);
            }
            let (event, span) = self.next(events)?;
            self.value(member, event, span, events, depth)?;
        }
    }

    /// Reads a value that has its place already.
    fn value(
        &mut self,
        id: Id,
        event: Event<'_>,
        span: Span,
        events: &mut Events<'_>,
        depth: usize,
    ) -> Read<()> {
        let line = span.start.line();
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.decorations(anchor, tag.as_deref(), span);
                let data = self.scalar(id, &text, style, line);
                self.store.at_mut(id).data = data;
                self.anchored(anchor, id);
            }
            Event::MappingStart(anchor, tag) => {
                self.decorations(anchor, tag.as_deref(), span);
                self.deeper(depth, line)?;
                self.store.at_mut(id).data = Data::object();
                self.object(id, events, depth + 1)?;
                self.anchored(anchor, id);
            }
            Event::SequenceStart(anchor, tag) => {
                self.decorations(anchor, tag.as_deref(), span);
                self.deeper(depth, line)?;
                self.store.at_mut(id).data = Data::List(Vec::new());
                loop {
                    let (event, span) = self.next(events)?;
                    if event == Event::SequenceEnd {
                        break;
                    }
                    let line = number(span.start.line());
                    let item = self.store.add(Data::Null, self.author, line);
                    self.store.push(id, item);
                    self.value(item, event, span, events, depth + 1)?;
                }
                self.anchored(anchor, id);
            }
            Event::Alias(anchor) if self.writer == Writer::Others => {
                self.alias(id, anchor, line, depth)?;
            }
            Event::Alias(_) => {
                self.faults.add(
                    self.fault(line, "an alias (`*…`) stands here")
                        .at(self.store.pointer(id))
                        .help("write the value out: every value has one place"),
                );
                self.store.detach(id);
            }
            _ => {}
        }
        Ok(())
    }

    fn anchored(&mut self, anchor: usize, id: Id) {
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
    }

    /// Expands an alias.
    fn alias(&mut self, id: Id, anchor: usize, line: usize, depth: usize) -> Read<()> {
        let Some(&original) = self.anchors.get(&anchor) else {
            return Err(Box::new(
                self.fault(line, "an alias (`*…`) stands within what it stands for")
                    .at(self.store.pointer(id))
                    .help("a document of an API refers with `$ref`"),
            ));
        };
        let (count, height) = self.store.extent(original);
        self.deeper(depth + height, line)?;
        if self.store.len() + count > VALUES {
            return Err(Box::new(
                self.fault(
                    line,
                    format!("written out, the aliases make more than {VALUES} values"),
                )
                .help("this is not a document of an API"),
            ));
        }
        let copy = self.store.copy_within(original);
        self.store.take_over(id, copy);
        Ok(())
    }

    fn deeper(&self, depth: usize, line: usize) -> Read<()> {
        if depth < DEPTH {
            return Ok(());
        }
        Err(Box::new(
            self.fault(line, format!("values are nested more than {DEPTH} deep"))
                .help("this is not a document of an API"),
        ))
    }

    /// Tags say what a value is, and anchors that it is another's, too; here every value is plain.
    fn decorations(&self, anchor: usize, tag: Option<&Tag>, span: Span) {
        let line = span.start.line();
        if let Some(tag) = tag {
            let fault = self.fault(
                line,
                format!("a YAML tag (`{}`) stands here", tag_name(tag)),
            );
            self.faults
                .add(fault.help("write the plain value: a text in quotes, a number without"));
        }
        if anchor != 0 && self.writer == Writer::House {
            self.faults.add(
                self.fault(line, "an anchor (`&…`) stands here")
                    .help("write the value out wherever it stands, without an anchor"),
            );
        }
    }

    fn key(&self, object: Id, key: &str, style: ScalarStyle, line: usize) {
        let fault = |message: String| self.fault(line, message).at(self.store.pointer(object));
        if style == ScalarStyle::Plain {
            match plain(key) {
                PlainScalar::Text => {}
                // Others write statuses without quotes.
                PlainScalar::Number | PlainScalar::Word if self.writer == Writer::Others => {}
                PlainScalar::Word => self.note_word(key, line),
                PlainScalar::Unclear(why, _) => self.faults.add(
                    fault(format!("the key `{key}` {why}")).help(format!("quote it: '{key}'")),
                ),
                _ => self
                    .faults
                    .add(
                        fault(format!("the key `{key}` is not a string")).help(format!(
                            "quote it: '{key}' (a status is a string in OpenAPI)"
                        )),
                    ),
            }
        }
        let unseen = hidden(key).or_else(|| blank_end(key));
        if let Some((character, name)) = unseen {
            self.faults.add(invisible(
                fault(format!("the key `{}`", shown(key))),
                character,
                name,
            ));
        }
    }

    /// Whether a value is for people alone, and not ours to fix.
    fn are_words_of_others(&self, id: Id) -> bool {
        self.writer == Writer::Others
            && matches!(&self.store.at(id).step, Step::Key(key)
                if matches!(&**key, "description" | "summary" | "title" | "termsOfService"))
    }

    /// Notes a word that other readers of the file may take for a boolean.
    fn note_word(&self, word: &str, line: usize) {
        let file = self.fault(line, "").place();
        self.faults.note(format!(
            "`{word}` is read as a text, and is a boolean to YAML 1.1: quote it ({file})"
        ));
    }

    fn scalar(&self, id: Id, text: &str, style: ScalarStyle, line: usize) -> Data {
        let fault = |message: String| self.fault(line, message).at(self.store.pointer(id));
        if style == ScalarStyle::Plain {
            match plain(text) {
                PlainScalar::Null => return Data::Null,
                PlainScalar::Bool(value, written) => return Data::Bool(value, written),
                PlainScalar::Number => return Data::Number(text.into()),
                // A text to YAML 1.2.
                PlainScalar::Word if self.writer == Writer::Others => {}
                PlainScalar::Unclear(..) if self.writer == Writer::Others && is_timestamp(text) => {
                }
                PlainScalar::Unclear(why, otherwise) => {
                    let help = format!("quote it: '{text}'{otherwise}");
                    self.faults.add(fault(format!("`{text}` {why}")).help(help));
                    return Data::Unclear(text.into());
                }
                PlainScalar::Word => self.note_word(text, line),
                PlainScalar::Text => {}
            }
        }
        if let Some((character, name)) = hidden_in_text(text)
            && !self.are_words_of_others(id)
        {
            self.faults.add(invisible(
                fault(format!("the text `{}`", shown(text))),
                character,
                name,
            ));
        }
        Data::Text(text.into())
    }
}

/// An invisible character that makes a text another one.
pub(super) fn hidden_in_text(text: &str) -> Option<(char, &'static str)> {
    if text.is_ascii() && !text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
        return None;
    }
    let text: String = text.chars().filter(|c| !belongs_in_text(*c)).collect();
    hidden(&text)
}

/// A fault of a text that has a character that readers cannot see; its message names the text.
pub(super) fn invisible(fault: Diagnostic, character: char, name: &str) -> Diagnostic {
    let message = format!(
        "{} has {name} (U+{:04X}) that readers cannot see",
        fault.message(),
        u32::from(character)
    );
    fault
        .message_is(message)
        .help("remove it; if the page has it, it is a mistake of the page")
}

/// A text for a message, with invisible characters escaped.
pub(super) fn shown(text: &str) -> String {
    text.chars()
        .map(|c| match hidden(c.encode_utf8(&mut [0; 4])) {
            Some(_) => c.escape_unicode().to_string(),
            None => c.to_string(),
        })
        .collect()
}

fn tag_name(tag: &Tag) -> String {
    if tag.is_yaml_core_schema() {
        format!("!!{}", tag.suffix)
    } else {
        format!("{}{}", tag.handle, tag.suffix)
    }
}

pub(super) fn number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}
