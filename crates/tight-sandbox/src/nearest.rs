//! What someone may have meant who misspelt a name.

/// How many names are suggested.
const SUGGESTIONS: usize = 3;

/// The names that are most like `name`, best first.
pub(crate) fn nearest<'a>(name: &str, known: &[&'a str]) -> Vec<&'a str> {
    let mut known = known.to_vec();
    known.sort_by_key(|candidate| (distance(name, candidate), *candidate));
    known.truncate(SUGGESTIONS);
    known
}

/// How many letters must be inserted, removed or replaced, in any case of letters (Levenshtein's distance).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<_> = other.to_lowercase().chars().collect();
    let mut row: Vec<_> = (0..=other.len()).collect();
    for (number, letter) in one.to_lowercase().chars().enumerate() {
        let mut next = vec![number + 1];
        for (pair, wanted) in row.windows(2).zip(&other) {
            if let ([diagonal, above], Some(before)) = (pair, next.last().copied()) {
                let replaced = diagonal + usize::from(letter != *wanted);
                next.push(replaced.min(above + 1).min(before + 1));
            }
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
