//! Parses the curl call of a page: splits it into words as a shell does, as far as pages need it.
//!
//! The call may be on several lines or on one, and the sample of the response may directly follow its last quote.

use super::source::{COPY_AGAIN, Text};
use crate::capture::input::path::is_path;
use crate::diagnostic::{Diagnostic, Result};

/// A call.
#[derive(Debug, Default)]
pub(super) struct Call {
    pub(super) at: usize,
    /// In lower case.
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) has_user: bool,
    pub(super) data: Vec<Word>,
    pub(super) forms: Vec<Word>,
    /// Its end.
    pub(super) end: usize,
    /// Whether the text ends within it.
    pub(super) is_cut: bool,
}

/// A word of a call, with the place of each of its bytes in the text.
#[derive(Debug, Default)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) at: usize,
    places: Vec<usize>,
    /// Whether the text ends within it.
    pub(super) is_open: bool,
}

impl Word {
    fn push(&mut self, letter: char, at: usize) {
        self.text.push(letter);
        self.places
            .extend((0..letter.len_utf8()).map(|byte| at + byte));
    }

    /// The place of one of its bytes in the text.
    pub(super) fn place(&self, index: usize) -> usize {
        let last = self.places.last().map_or(self.at, |last| last + 1);
        self.places.get(index).copied().unwrap_or(last)
    }

    /// Its beginning, for messages.
    pub(super) fn first_line(&self) -> &str {
        self.text.trim_start().lines().next().unwrap_or_default()
    }

    /// The name before its `=`, and where the value begins.
    pub(super) fn name(&self) -> Option<(&str, usize)> {
        let at = self.text.find('=')?;
        Some((&self.text[..at], at + 1))
    }
}

/// The first call from there on.
pub(super) fn find(text: &Text<'_>, from: usize) -> Option<usize> {
    text.lines(from, text.all.len())
        .find(|line| line.text.starts_with("curl ") || line.text == "curl")
        .map(|line| line.at)
}

/// Reads the call that begins there.
pub(super) fn read(text: &Text<'_>, at: usize) -> Result<Call> {
    let mut words = Words {
        text,
        at: at + "curl".len(),
        is_over: false,
        is_cut: false,
    };
    let mut call = Call {
        at,
        ..Call::default()
    };
    while let Some(word) = words.next() {
        let (option, mut value) = match word.text.split_once('=') {
            Some((option, _)) if option.starts_with("--") => (
                option.to_owned(),
                Some(words.behind(&word, option.len() + 1)),
            ),
            _ => (word.text.clone(), None),
        };
        let mut next = || match value {
            Some(_) => value.take(),
            None => words.next(),
        };
        let value = match option.as_str() {
            "--location" | "-L" | "--silent" | "-s" => continue,
            option if option.starts_with('-') => next(),
            // The address, which need not be named.
            _ if call.url.is_empty() && word.text.starts_with("http") => {
                call.url = word.text;
                continue;
            }
            _ => {
                return Err(text
                    .fault(
                        word.at,
                        format!("`{}` is not a part of a call", word.first_line()),
                    )
                    .help(COPY_AGAIN));
            }
        };
        let Some(value) = value else {
            call.is_cut = words.is_cut;
            if call.is_cut {
                break;
            }
            return Err(text
                .fault(word.at, format!("the call has nothing behind `{option}`"))
                .help(COPY_AGAIN));
        };
        call.option(text, &word, &option, value)?;
    }
    call.is_cut |= words.is_cut;
    call.end = words.at;
    call.check(text)?;
    Ok(call)
}

impl Call {
    fn option(&mut self, text: &Text<'_>, word: &Word, option: &str, value: Word) -> Result<()> {
        match option {
            "--request" | "-X" => self.method = value.text.to_ascii_lowercase(),
            "--url" => self.url = value.text,
            "--header" | "-H" => {
                // What is behind the point at which the text ends may be a part of it.
                if let Some((name, content)) = value.text.split_once(':').filter(|_| !value.is_open)
                {
                    self.headers
                        .push((name.trim().to_owned(), content.trim().to_owned()));
                }
            }
            "--user" | "-u" => self.has_user = true,
            "--data" | "-d" | "--data-raw" | "--data-urlencode" | "--data-binary" => {
                self.data.push(value);
            }
            "--form" | "-F" | "--form-string" => self.forms.push(value),
            _ => {
                return Err(text
                    .fault(
                        word.at,
                        format!("the call has an option that is not known: `{option}`"),
                    )
                    .help("remove it, if it does not affect what is sent"));
            }
        }
        Ok(())
    }

    fn check(&mut self, text: &Text<'_>) -> Result<()> {
        if self.method.is_empty() {
            let has_body = !self.data.is_empty() || !self.forms.is_empty();
            (if has_body { "post" } else { "get" }).clone_into(&mut self.method);
        }
        if !["get", "post", "put", "patch", "delete"].contains(&self.method.as_str()) {
            return Err(self.fault(text, format!("`{}` is not an HTTP method", self.method)));
        }
        // Where the text ends in the address, the path may go on.
        let is_end = self.end == text.all.len() && text.all.ends_with(&self.url);
        let (server, path) = self.address(None);
        if is_end || !server.starts_with("http") || !is_path(&path) {
            return Err(self.fault(
                text,
                "the call names no address with a path, or not all of it",
            ));
        }
        Ok(())
    }

    fn fault(&self, text: &Text<'_>, message: impl Into<String>) -> Diagnostic {
        text.fault(self.at, message).help(COPY_AGAIN)
    }

    /// The server and the path, of which `known` may be the path.
    pub(super) fn address(&self, known: Option<&str>) -> (String, String) {
        let url = self.url.split(['?', '#']).next().unwrap_or_default();
        let host = url.find("://").map_or(0, |at| at + 3);
        let path = host + url[host..].find('/').unwrap_or(url.len() - host);
        let known = known.and_then(|known| url[path..].strip_suffix(known));
        let path = path + known.map_or(0, str::len);
        (url[..path].to_owned(), url[path..].to_owned())
    }

    /// The value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, content)| content.as_str())
    }
}

/// The words of a call, one by one.
struct Words<'a> {
    text: &'a Text<'a>,
    at: usize,
    is_over: bool,
    is_cut: bool,
}

impl Words<'_> {
    fn rest(&self) -> &str {
        &self.text.all[self.at..]
    }

    /// The part of a word from there on.
    fn behind(&self, word: &Word, from: usize) -> Word {
        Word {
            text: word.text[from..].to_owned(),
            at: word.place(from),
            places: word.places[from..].to_vec(),
            is_open: word.is_open,
        }
    }

    fn next(&mut self) -> Option<Word> {
        while !self.is_over {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            self.at += blank;
            match self.rest().chars().next() {
                None => {
                    // Whether there was more of it cannot be told.
                    self.is_over = true;
                }
                Some('\\') => {
                    self.at += 1;
                    let rest = self.rest();
                    self.at += rest.len() - rest.trim_start().len();
                    if self.rest().is_empty() {
                        self.is_over = true;
                        self.is_cut = true;
                    }
                }
                Some('\n') => {
                    let rest = self.rest();
                    let next = rest.trim_start();
                    // The mark that the call goes on was lost.
                    let goes_on = next.starts_with("--")
                        || ["-H ", "-d ", "-F ", "-u ", "-X "]
                            .iter()
                            .any(|option| next.starts_with(option));
                    if goes_on {
                        self.at += rest.len() - next.len();
                    } else {
                        self.is_over = true;
                    }
                }
                Some(_) => return Some(self.word()),
            }
        }
        None
    }

    fn word(&mut self) -> Word {
        let mut word = Word {
            at: self.at,
            ..Word::default()
        };
        while let Some(letter) = self.rest().chars().next() {
            match letter {
                '\'' => {
                    self.at += 1;
                    self.quoted(&mut word);
                    return word;
                }
                '"' => {
                    self.at += 1;
                    self.double_quoted(&mut word);
                    return word;
                }
                letter if letter.is_whitespace() => return word,
                letter => {
                    word.push(letter, self.at);
                    self.at += letter.len_utf8();
                }
            }
        }
        word
    }

    /// The text after a quote, up to the closing quote. JSON in it may contain the same quote in strings.
    fn quoted(&mut self, word: &mut Word) {
        let value = word.text.len();
        let mut in_text = false;
        let mut is_escaped = false;
        let mut has_texts = None;
        while let Some(letter) = self.rest().chars().next() {
            if self.rest().starts_with("'\\''") {
                word.push('\'', self.at);
                self.at += "'\\''".len();
                continue;
            }
            if letter == '\'' && !in_text {
                self.at += 1;
                self.ends(self.at);
                return;
            }
            match letter {
                // No text goes on on another line.
                '\n' => (in_text, is_escaped) = (false, false),
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = in_text,
                '"' if *has_texts.get_or_insert_with(|| is_json(&word.text[value..])) => {
                    in_text = !in_text;
                }
                _ => {}
            }
            word.push(letter, self.at);
            self.at += letter.len_utf8();
        }
        self.open(word);
    }

    fn double_quoted(&mut self, word: &mut Word) {
        while let Some(letter) = self.rest().chars().next() {
            self.at += letter.len_utf8();
            match letter {
                '"' => {
                    self.ends(self.at);
                    return;
                }
                '\\' => {
                    if let Some(escaped) = self.rest().chars().next() {
                        word.push(escaped, self.at);
                        self.at += escaped.len_utf8();
                    }
                }
                letter => word.push(letter, self.at - letter.len_utf8()),
            }
        }
        self.open(word);
    }

    /// The text directly after a closing quote is not a part of the call.
    fn ends(&mut self, at: usize) {
        let next = self.text.all[at..].chars().next();
        self.is_over |= next.is_some_and(|next| !next.is_whitespace() && next != '\\');
    }

    fn open(&mut self, word: &mut Word) {
        word.is_open = true;
        self.is_over = true;
        self.is_cut = true;
    }
}

/// Whether this begins as JSON, or as a part with JSON in it does.
pub(super) fn is_json(text: &str) -> bool {
    let text = text.trim_start();
    let value = match text.split_once('=') {
        Some((name, value)) if !name.contains(['{', '[', '"']) => value.trim_start(),
        _ => text,
    };
    value.starts_with(['{', '['])
}
