//! The API's naming convention. Where the document does not connect two places, their names do: `CREATED_DATE_TIME`
//! is `createdDateTime`, `authorUserId` is `userId` of `author`.

/// The field that a constant names.
pub(crate) fn of_constant(constant: &str) -> String {
    let mut words = constant.split('_').map(str::to_lowercase);
    let first = words.next().unwrap_or_default();
    words.fold(first, |name, word| name + &capitalised(&word))
}

/// The ways to read `name` as a field within an object, such as `author` and `userId` for `authorUserId`.
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
