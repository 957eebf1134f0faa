//! Finds invisible characters, which make two names that look alike differ.

/// The first character of a text that nobody would see, and what it is called.
pub(super) fn hidden(text: &str) -> Option<(char, &'static str)> {
    text.chars().find_map(|c| named(c).map(|name| (c, name)))
}

/// The character at either end of a text that nobody would see there.
pub(super) fn blank_end(text: &str) -> Option<(char, &'static str)> {
    [text.chars().next(), text.chars().next_back()]
        .into_iter()
        .flatten()
        .find(|c| c.is_whitespace())
        .map(|c| (c, if c == ' ' { "a space" } else { "a blank" }))
}

fn named(c: char) -> Option<&'static str> {
    Some(match c {
        '\n' | '\t' => return None,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => "a control character",
        '\u{a0}' => "a no-break space",
        '\u{ad}' => "a soft hyphen",
        '\u{34f}' => "a combining grapheme joiner",
        '\u{61c}' | '\u{200e}' | '\u{200f}' => "a mark of the writing direction",
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => "a filler",
        '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
            "a space of another width"
        }
        '\u{180e}' | '\u{200b}' => "a zero width space",
        '\u{200c}' => "a zero width non-joiner",
        '\u{200d}' => "a zero width joiner",
        '\u{2028}' | '\u{2029}' => "a separator of lines",
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "a change of the writing direction",
        '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' => "an invisible character",
        '\u{feff}' => "a byte order mark",
        '\u{fff9}'..='\u{fffb}' => "an annotation mark",
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => "a variation selector",
        '\u{e0000}'..='\u{e007f}' => "an invisible tag",
        _ => return None,
    })
}

/// Whether a character is a part of what is seen, as within an emoji or in a language that joins its letters. Texts may
/// have it; names may not.
pub(super) fn belongs_in_text(c: char) -> bool {
    matches!(
        c,
        '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{3000}'
    )
}
