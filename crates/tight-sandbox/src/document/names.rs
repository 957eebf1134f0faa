//! How this API puts names together. Where the document says nothing of how two places belong together, their
//! names do: `CREATED_DATE_TIME` is `createdDateTime`, `authorUserId` is the `userId` of an `author`.

/// The field that a constant in capitals stands for.
pub(crate) fn of_constant(constant: &str) -> String {
    let mut words = constant.split('_').map(str::to_lowercase);
    let first = words.next().unwrap_or_default();
    words.fold(first, |name, word| name + &capitalised(&word))
}

/// The ways to read `name` as a field within an object: `author` and `userId` for `authorUserId`, among them.
pub(crate) fn splits(name: &str) -> impl Iterator<Item = (&str, String)> {
    name.char_indices()
        .filter(|(index, letter)| *index > 0 && letter.is_uppercase())
        .map(|(index, letter)| {
            let (head, tail) = name.split_at(index);
            let rest = tail.split_at(letter.len_utf8()).1;
            (head, letter.to_lowercase().chain(rest.chars()).collect())
        })
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters.as_str().chars())
        .collect()
}
