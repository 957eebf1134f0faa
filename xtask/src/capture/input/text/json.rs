//! Parses the JSON of a sample that may be cut: returns what is there, and where it ends.

use serde_json::Number;

use super::source::{COPY_AGAIN, Text};
use crate::capture::reading::Shown;
use crate::diagnostic::{Diagnostic, Result};

/// The maximum depth of nested values.
const DEPTH: usize = 100;
/// The number of digits that a float keeps.
const DIGITS: usize = 15;

/// A sample, as far as it goes.
#[derive(Debug)]
pub(super) struct Sample {
    pub(super) shown: Shown,
    pub(super) is_cut: bool,
    /// The last place that is shown, if it is cut.
    pub(super) place: String,
    /// Its end in the input.
    pub(super) end: usize,
}

/// Reads the value that `json` begins with. Each of its bytes stands at `place_of` its index in the text. If the text `may_end`
/// in it, an end is no fault.
pub(super) fn read(
    text: &Text<'_>,
    json: &str,
    may_end: bool,
    place_of: &dyn Fn(usize) -> usize,
) -> Result<Sample> {
    let mut reader = Reader {
        text,
        json,
        place_of,
        may_end,
        at: 0,
        is_cut: false,
        place: String::new(),
    };
    let shown = reader.value("", 0)?.unwrap_or(Shown::Cut);
    Ok(Sample {
        shown,
        is_cut: reader.is_cut,
        place: reader.place,
        end: reader.at,
    })
}

struct Reader<'a> {
    text: &'a Text<'a>,
    json: &'a str,
    place_of: &'a dyn Fn(usize) -> usize,
    may_end: bool,
    at: usize,
    is_cut: bool,
    place: String,
}

impl Reader<'_> {
    fn fault(&self, at: usize, message: impl Into<String>) -> Diagnostic {
        self.text
            .fault((self.place_of)(at), message)
            .help(COPY_AGAIN)
    }

    /// Reports a character that JSON does not allow here.
    fn unexpected(&self, expected: &str) -> Diagnostic {
        let line = self.json[self.at..].lines().next().unwrap_or_default();
        let shown: String = line.trim().chars().take(40).collect();
        self.fault(
            self.at,
            format!("the sample is not JSON: `{shown}` stands where {expected} is expected"),
        )
    }

    /// The next character, without whitespace; `None` if the text may end here and does.
    fn peek(&mut self) -> Result<Option<char>> {
        let rest = &self.json[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        match self.json[self.at..].chars().next() {
            Some(next) => Ok(Some(next)),
            None if self.may_end => {
                self.is_cut = true;
                Ok(None)
            }
            None => Err(self.fault(
                self.json.len(),
                "the sample is not JSON: it ends before every bracket is closed",
            )),
        }
    }

    /// The value here; none if the text ends before anything of it can be told.
    fn value(&mut self, place: &str, depth: usize) -> Result<Option<Shown>> {
        place.clone_into(&mut self.place);
        let Some(next) = self.peek()? else {
            return Ok(None);
        };
        if depth > DEPTH {
            return Err(self.fault(self.at, format!("values are nested more than {DEPTH} deep")));
        }
        match next {
            '{' => self.object(place, depth).map(Some),
            '[' => self.list(place, depth).map(Some),
            '"' => Ok(self.string()?.map(|text| Shown::text(&text))),
            '-' | '0'..='9' => self.number(),
            'a'..='z' => self.word(),
            _ => Err(self.unexpected("a value")),
        }
    }

    fn object(&mut self, place: &str, depth: usize) -> Result<Shown> {
        let mut members: Vec<(String, Shown)> = Vec::new();
        self.at += 1;
        loop {
            match self.peek()? {
                None => return Ok(Shown::Object(members)),
                Some('}') if members.is_empty() => {
                    self.at += 1;
                    return Ok(Shown::Object(members));
                }
                Some('"') => {}
                Some(_) => return Err(self.unexpected("a name")),
            }
            let at = self.at;
            let Some(name) = self.string()? else {
                return Ok(Shown::Object(members));
            };
            if members.iter().any(|(other, _)| *other == name) {
                return Err(self.fault(at, format!("the sample has `{name}` twice in one object")));
            }
            let place = match place {
                "" => name.clone(),
                place => format!("{place}.{name}"),
            };
            place.clone_into(&mut self.place);
            match self.peek()? {
                None => {
                    members.push((name, Shown::Cut));
                    return Ok(Shown::Object(members));
                }
                Some(':') => self.at += 1,
                Some(_) => return Err(self.unexpected("`:`")),
            }
            let value = self.value(&place, depth + 1)?;
            members.push((name, value.unwrap_or(Shown::Cut)));
            if self.is_cut {
                return Ok(Shown::Object(members));
            }
            self.place = place;
            match self.peek()? {
                None => return Ok(Shown::Object(members)),
                Some(',') => self.at += 1,
                Some('}') => {
                    self.at += 1;
                    return Ok(Shown::Object(members));
                }
                Some(_) => return Err(self.unexpected("`,` or `}`")),
            }
        }
    }

    fn list(&mut self, place: &str, depth: usize) -> Result<Shown> {
        let mut items = Vec::new();
        self.at += 1;
        let item_place = format!("{place}[]");
        loop {
            match self.peek()? {
                None => return Ok(Shown::List(items)),
                Some(']') if items.is_empty() => {
                    self.at += 1;
                    return Ok(Shown::List(items));
                }
                Some(_) => {}
            }
            items.extend(self.value(&item_place, depth + 1)?);
            if self.is_cut {
                return Ok(Shown::List(items));
            }
            place.clone_into(&mut self.place);
            match self.peek()? {
                None => return Ok(Shown::List(items)),
                Some(',') => self.at += 1,
                Some(']') => {
                    self.at += 1;
                    return Ok(Shown::List(items));
                }
                Some(_) => return Err(self.unexpected("`,` or `]`")),
            }
        }
    }

    /// The string here; none if the text ends in it.
    fn string(&mut self) -> Result<Option<String>> {
        let mut is_escaped = false;
        let rest = &self.json[self.at..];
        for (index, letter) in rest.char_indices().skip(1) {
            match letter {
                '\n' => {
                    return Err(
                        self.fault(self.at, "the sample is not JSON: a string is not closed")
                    );
                }
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => {
                    let text = serde_json::from_str(&rest[..=index]);
                    let text = text.map_err(|_| self.unexpected("a text"))?;
                    self.at += index + 1;
                    return Ok(Some(text));
                }
                _ => {}
            }
        }
        self.at = self.json.len();
        self.peek().map(|_| None)
    }

    /// The number here. Where the text ends with it, there may be more of it.
    fn number(&mut self) -> Result<Option<Shown>> {
        let rest = &self.json[self.at..];
        let length = rest
            .find(|c: char| !c.is_ascii_digit() && !"+-.eE".contains(c))
            .unwrap_or(rest.len());
        if length == rest.len() && self.may_end {
            self.at = self.json.len();
            return self.peek().map(|_| None);
        }
        let written = &rest[..length];
        let number: Number = written.parse().map_err(|_| self.unexpected("a number"))?;
        let digits = written.bytes().filter(u8::is_ascii_digit).count();
        if number.is_f64() && digits > DIGITS {
            return Err(self.fault(
                self.at,
                format!("`{written}` has more digits than can be kept"),
            ));
        }
        self.at += length;
        Ok(Some(Shown::number(number)))
    }

    /// `true`, `false`, or `null`.
    fn word(&mut self) -> Result<Option<Shown>> {
        let rest = &self.json[self.at..];
        let length = rest
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        let shown = match &rest[..length] {
            "true" => Shown::flag(true),
            "false" => Shown::flag(false),
            "null" => Shown::Written(serde_json::Value::Null),
            part if length == rest.len()
                && self.may_end
                && ["true", "false", "null"]
                    .iter()
                    .any(|word| word.starts_with(part)) =>
            {
                self.at = self.json.len();
                return self.peek().map(|_| None);
            }
            _ => return Err(self.unexpected("a value")),
        };
        self.at += length;
        Ok(Some(shown))
    }
}
