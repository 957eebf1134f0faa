//! Writes a document as YAML that every parser reads alike.

use super::invisible::hidden;
use super::node::{Document, Node};
use super::scalar::{PlainScalar, number_for_yaml, plain};

impl Document {
    /// The document as YAML in block style, without a header. YAML 1.1 and 1.2 read it the same.
    pub fn to_yaml(&self) -> String {
        self.root().to_yaml()
    }
}

impl Node<'_> {
    /// The value as YAML in block style.
    pub fn to_yaml(&self) -> String {
        let mut yaml = String::new();
        write(&mut yaml, *self, 0, Position::Line, 0);
        yaml
    }

    /// The value as YAML in block style, as people write it: the items of a list stand within their key.
    pub fn to_indented_yaml(&self) -> String {
        let mut yaml = String::new();
        write(&mut yaml, *self, 0, Position::Line, 2);
        yaml
    }
}

/// What precedes a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    /// The beginning of a line.
    Line,
    Key,
    Dash,
}

/// Writes a value; the items of a list stand `list` deeper than their key.
fn write(yaml: &mut String, node: Node<'_>, indent: usize, before: Position, list: usize) {
    let apart = if before == Position::Line { "" } else { " " };
    if node.is_object() && node.entries().len() > 0 {
        for (index, (key, member)) in node.entries().enumerate() {
            match (before, index) {
                (Position::Key, 0) => yaml.push('\n'),
                (Position::Dash, 0) => yaml.push(' '),
                _ => {}
            }
            if !(before == Position::Dash && index == 0) {
                yaml.push_str(&" ".repeat(indent));
            }
            yaml.push_str(&key_text(key));
            yaml.push(':');
            let inner = indent + if member.is_list() { list } else { 2 };
            write(yaml, member, inner, Position::Key, list);
        }
    } else if node.is_list() && node.items().len() > 0 {
        for (index, item) in node.items().enumerate() {
            match (before, index) {
                (Position::Key, 0) => yaml.push('\n'),
                (Position::Dash, 0) => yaml.push(' '),
                _ => {}
            }
            if !(before == Position::Dash && index == 0) {
                yaml.push_str(&" ".repeat(indent));
            }
            yaml.push('-');
            write(yaml, item, indent + 2, Position::Dash, list);
        }
    } else {
        yaml.push_str(apart);
        if node.is_object() {
            yaml.push_str("{}");
        } else if node.is_list() {
            yaml.push_str("[]");
        } else if let Some(text) = node.str() {
            text_value(yaml, text, indent.max(2));
        } else if let Some(number) = node.number() {
            yaml.push_str(&number_for_yaml(number));
        } else {
            yaml.push_str(match node.bool() {
                Some(true) => "true",
                Some(false) => "false",
                None => "null",
            });
        }
        yaml.push('\n');
    }
}

fn key_text(key: &str) -> String {
    // A key must stand on one line and, unless it is asked for, within 1024 characters.
    one_line(key)
}

/// A text as a value; one of several lines as a block, if a block can hold it.
fn text_value(yaml: &mut String, text: &str, indent: usize) {
    if !fits_a_block(text) {
        yaml.push_str(&one_line(text));
        return;
    }
    let body = text.trim_end_matches('\n');
    yaml.push_str(match text.len() - body.len() {
        0 => "|-",
        1 => "|",
        _ => "|+",
    });
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        yaml.push('\n');
        if !line.is_empty() {
            yaml.push_str(&" ".repeat(indent));
            yaml.push_str(line);
        }
    }
}

fn fits_a_block(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with([' ', '\n', '\t'])
        && !text.trim_end_matches('\n').is_empty()
        && text.lines().all(|line| !line.ends_with([' ', '\t']))
        && is_printable(text)
        && !text.contains('\t')
}

fn one_line(text: &str) -> String {
    if is_printable(text) && !text.contains(['\n', '\t']) {
        if can_stand_plain(text) {
            return text.to_owned();
        }
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if is_printable(c.encode_utf8(&mut [0; 4])) => quoted.push(c),
            c if u32::from(c) <= 0xff => quoted.push_str(&format!("\\x{:02X}", u32::from(c))),
            c if u32::from(c) <= 0xffff => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push_str(&format!("\\U{:08X}", u32::from(c))),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether every reader takes every character for itself, and a person sees it.
fn is_printable(text: &str) -> bool {
    hidden(text).is_none() && !text.contains(|c| matches!(u32::from(c) & 0xffff, 0xfffe | 0xffff))
}

fn can_stand_plain(text: &str) -> bool {
    let begins_badly = text.starts_with([
        '-', '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@',
        '`', ' ', '=', '<',
    ]);
    // A dash, a question mark or a colon begins something only before a space, and a text otherwise.
    let begins_a_word = text.starts_with('-')
        && text[1..].starts_with(|c: char| !c.is_whitespace() && c != '-' && c != '.');
    (!begins_badly || begins_a_word)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.starts_with("---")
        && !text.starts_with("...")
        && plain(text) == PlainScalar::Text
}
