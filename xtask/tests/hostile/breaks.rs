//! Ways to break a text of lines. Each is numbers, taken modulo what there is, so that any numbers are a way.

/// A way to break a text.
#[derive(Debug, Clone)]
pub(crate) enum Break {
    Cut(usize),
    Drop(usize, usize),
    Repeat(usize, usize),
    Swap(usize, usize),
    Indent(usize, usize),
    /// What stands behind the colon of a line is something else.
    Replace(usize, &'static str),
    /// A word of one line stands in another.
    Move(usize, usize),
}

/// What may stand behind a colon.
pub(crate) const VALUES: &[&str] = &[
    "",
    "null",
    "true",
    "-1",
    "1e999",
    "[]",
    "{}",
    "[null]",
    "{a: b}",
    "'text'",
    "\"\"",
    "string",
    "array",
    "object",
    "[string, 'null']",
    "'#/components/schemas/ShelfGetDto'",
    "'#/paths'",
    "'#'",
    "*a",
    "&a",
    "!!str x",
    "- x",
    "'200'",
    "2024-01-15",
    "{$ref: '#/components/schemas/ErrorDto'}",
    "\u{0}",
    "ü\u{200b}",
];

pub(crate) fn broken(text: &str, ways: &[Break]) -> String {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    for way in ways {
        if lines.is_empty() {
            break;
        }
        let count = lines.len();
        match *way {
            Break::Cut(at) => {
                let whole = lines.join("\n");
                let chars = whole.chars().count();
                let rest: String = whole.chars().take(at % (chars + 1)).collect();
                lines = rest.split('\n').map(str::to_owned).collect();
            }
            Break::Drop(at, many) => {
                let at = at % count;
                lines.drain(at..count.min(at + many));
            }
            Break::Repeat(from, to) => {
                let line = lines[from % count].clone();
                lines.insert(to % count, line);
            }
            Break::Swap(a, b) => lines.swap(a % count, b % count),
            Break::Indent(at, by) => {
                let line = &mut lines[at % count];
                *line = format!("{}{}", " ".repeat(by), line.trim_start());
            }
            Break::Replace(at, value) => {
                let line = &mut lines[at % count];
                if let Some((key, _)) = line.split_once(':') {
                    *line = format!("{key}: {value}");
                } else {
                    *line = value.to_owned();
                }
            }
            Break::Move(from, to) => {
                let word = lines[from % count]
                    .split_whitespace()
                    .next_back()
                    .unwrap_or_default()
                    .to_owned();
                let line = &mut lines[to % count];
                if let Some(end) = line.rfind(' ') {
                    line.truncate(end + 1);
                }
                line.push_str(&word);
            }
        }
    }
    lines.join("\n")
}
