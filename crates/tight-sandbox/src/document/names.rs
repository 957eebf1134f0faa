//! How this API puts names together. Where the document says nothing of how two places belong together, their
//! names do: `conversationId` belongs to `conversations`, `CREATED_DATE_TIME` is `createdDateTime`.

/// One of those that `plural` names: `message` for `messages`. A name of no known plural stays as it is.
pub(crate) fn singular(plural: &str) -> String {
    if let Some(stem) = plural.strip_suffix("ies") {
        return format!("{stem}y");
    }
    let sibilant = ["sses", "xes", "ches", "shes"];
    let ending = if sibilant.iter().any(|ending| plural.ends_with(ending)) {
        "es"
    } else {
        "s"
    };
    plural.strip_suffix(ending).unwrap_or(plural).to_owned()
}

/// The field that names one entity of `collection`: `conversationId` for `conversations`.
pub(crate) fn reference_to(collection: &str) -> String {
    format!("{}Id", singular(collection))
}

/// The field that shows the latest entity of `collection` in short: `latestMessage` for `messages`.
pub(crate) fn latest_of(collection: &str) -> String {
    format!("latest{}", capitalised(&singular(collection)))
}

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
