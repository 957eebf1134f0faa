//! Checks regular expressions in the syntax of ECMAScript.

use std::iter::Peekable;
use std::str::Chars;

/// Whether a pattern can be one: its brackets match, and what repeats has something to repeat.
pub(super) fn is_pattern(pattern: &str) -> bool {
    let mut chars = pattern.chars().peekable();
    let mut groups = 0usize;
    // Whether something stands there that can be repeated.
    let mut can_repeat = false;
    while let Some(c) = chars.next() {
        can_repeat = match c {
            '\\' => {
                if chars.next().is_none() {
                    return false;
                }
                true
            }
            '[' => {
                if !is_class(&mut chars) {
                    return false;
                }
                true
            }
            '(' => {
                groups += 1;
                if chars.next_if_eq(&'?').is_some()
                    && chars.next_if(|c| ":=!<".contains(*c)).is_none()
                {
                    return false;
                }
                false
            }
            ')' => {
                let Some(outer) = groups.checked_sub(1) else {
                    return false;
                };
                groups = outer;
                true
            }
            '*' | '+' | '?' => {
                if !can_repeat {
                    return false;
                }
                chars.next_if_eq(&'?');
                false
            }
            '{' => {
                if !can_repeat || !is_count(&mut chars) {
                    return false;
                }
                chars.next_if_eq(&'?');
                false
            }
            '|' | '^' => false,
            _ => true,
        };
    }
    groups == 0
}

/// Reads a class of characters behind its bracket: at least one, and no range backwards.
fn is_class(chars: &mut Peekable<Chars<'_>>) -> bool {
    chars.next_if_eq(&'^');
    let mut count = 0usize;
    // The character that a range may begin with.
    let mut first: Option<char> = None;
    while let Some(c) = chars.next() {
        match c {
            ']' => return count > 0,
            '\\' => {
                chars.next();
                first = None;
            }
            '-' => {
                let last = chars
                    .peek()
                    .copied()
                    .filter(|last| !matches!(last, ']' | '\\'));
                if first.zip(last).is_some_and(|(first, last)| first > last) {
                    return false;
                }
                first = None;
            }
            c => first = Some(c),
        }
        count += 1;
    }
    false
}

/// Reads how often something is repeated, `2}`, `2,}` or `2,5}`, behind its brace.
fn is_count(chars: &mut Peekable<Chars<'_>>) -> bool {
    let mut count = String::new();
    loop {
        match chars.next() {
            Some('}') => break,
            Some(c) => count.push(c),
            None => return false,
        }
    }
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| !text.starts_with('+'));
    match count.split_once(',') {
        None => number(&count).is_some(),
        Some((least, "")) => number(least).is_some(),
        Some((least, most)) => number(least)
            .zip(number(most))
            .is_some_and(|(least, most)| least <= most),
    }
}

#[cfg(test)]
mod tests {
    use super::is_pattern;

    #[test]
    fn patterns_are_told_from_what_is_none() {
        for pattern in [
            "",
            "^[A-Z]{3}$",
            "^shf_\\d+$",
            "a|b",
            "(?:a|(b))*",
            "^(?!x).*",
            "[^\\]]+?",
            "a{2,}b{1,5}?",
            "\\(",
            "[(]",
            "x?",
        ] {
            assert!(is_pattern(pattern), "{pattern}");
        }
        for pattern in [
            "^[", "(", ")", "a)", "*a", "a**", "(?x)", "a\\", "[\\]", "a{", "a{x}", "a{3,1}",
            "a{3", "[]", "[^]", "[z-a]", "^+", "{2}", "(|*)",
        ] {
            assert!(!is_pattern(pattern), "{pattern}");
        }
    }
}
