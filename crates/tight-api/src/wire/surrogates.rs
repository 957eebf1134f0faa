//! Lone surrogates, left when a text is cut within a character. They are not valid in JSON strings.

/// Replaces lone surrogates in JSON with replacement characters; `None` if there are none.
pub(crate) fn replace_lone_surrogates(text: &str) -> Option<String> {
    /// The code unit that is escaped at `at`.
    fn unit(bytes: &[u8], at: usize) -> Option<u16> {
        let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        let digits = std::str::from_utf8(digits).ok()?;
        u16::from_str_radix(digits, 16).ok()
    }
    let bytes = text.as_bytes();
    let mut mended = String::new();
    let (mut at, mut copied) = (0, 0);
    while let Some(found) = text[at..].find('\\') {
        at += found;
        let is_low = |unit: u16| (0xdc00..0xe000).contains(&unit);
        match unit(bytes, at) {
            Some(0xd800..0xdc00) if unit(bytes, at + 6).is_some_and(is_low) => at += 12,
            Some(0xd800..0xe000) => {
                mended.push_str(&text[copied..at]);
                mended.push_str("\\ufffd");
                at += 6;
                copied = at;
            }
            Some(_) => at += 6,
            // Whatever is escaped is one character, of several bytes if it is no JSON.
            None => {
                let escaped = text[at + 1..].chars().next().map_or(0, char::len_utf8);
                at += 1 + escaped;
            }
        }
    }
    if copied == 0 {
        return None;
    }
    mended.push_str(&text[copied..]);
    Some(mended)
}

#[cfg(test)]
mod tests {
    use super::replace_lone_surrogates;

    #[test]
    fn halves_of_surrogate_pairs_are_replaced_and_nothing_else() {
        for whole in [
            r#""a""#,
            r#""\ud83d\ude00""#,
            r#""\\ud83d""#,
            r#""\n\u00e4""#,
            "\"\\",
            "\"\\ud8",
        ] {
            assert_eq!(replace_lone_surrogates(whole), None, "{whole}");
        }
        for (half, whole) in [
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""a\ude00b""#, r#""a\ufffdb""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\\\ud83d""#, r#""\\\ufffd""#),
            (r#""\ud83d\n""#, r#""\ufffd\n""#),
        ] {
            assert_eq!(
                replace_lone_surrogates(half).as_deref(),
                Some(whole),
                "{half}"
            );
        }
    }
}
