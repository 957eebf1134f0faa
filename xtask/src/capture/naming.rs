//! Turns titles, sections and properties into names.

use heck::{ToLowerCamelCase, ToUpperCamelCase};

/// A type: `bankAccount`, `bank account` → `BankAccount`.
pub(super) fn pascal(words: &str) -> String {
    words.to_upper_camel_case()
}

/// An operation: `save bank accounts` → `saveBankAccounts`.
pub(super) fn camel(words: &str) -> String {
    words.to_lower_camel_case()
}

/// A page, a tag: `Get a company` → `get-a-company`. Letters within a word may be large: `OAuth` is one.
pub(super) fn kebab(words: &str) -> String {
    // An apostrophe is a part of its word.
    let words = words.replace(['\'', '’'], "").to_ascii_lowercase();
    let words = words.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}

/// The folder of a section: `Invoicing - Invoices` → `invoicing--invoices`.
pub(super) fn folder(section: &str) -> String {
    let parts = section.split(" - ").map(kebab);
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    parts.join("--")
}

/// The singular of a word.
pub(super) fn singular(word: &str) -> String {
    const IRREGULAR: &[(&str, &str)] = &[("children", "child"), ("people", "person")];
    let lower = word.to_lowercase();
    for (many, one) in IRREGULAR {
        if let Some(stem) = lower.strip_suffix(many) {
            let stem = &word[..stem.len()];
            return match stem.is_empty() {
                true => (*one).to_owned(),
                false => stem.to_owned() + &pascal(one),
            };
        }
    }
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    let is_of_es = ["sses", "shes", "ches", "xes", "uses"];
    if is_of_es.iter().any(|end| word.ends_with(end)) {
        return word[..word.len() - 2].to_owned();
    }
    let is_one = ["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    match word.strip_suffix('s') {
        Some(stem) if !is_one && !stem.is_empty() => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// The plural of a word.
pub(super) fn plural(word: &str) -> String {
    match word.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{word}s"),
    }
}

/// The names of the parameters in a path.
pub(super) fn in_path(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// A list of names as it stands in a sentence: "`a`, `b` and `c`".
pub(super) fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let quoted: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    match quoted.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_many() {
        for (many, one) in [
            ("companies", "company"),
            ("classes", "class"),
            ("taxes", "tax"),
            ("address", "address"),
            ("status", "status"),
            ("statuses", "status"),
            ("children", "child"),
            ("expenses", "expense"),
            ("mileage", "mileage"),
            ("lineItems", "lineItem"),
        ] {
            assert_eq!(singular(many), one);
        }
        assert_eq!(plural("company"), "companies");
        assert_eq!(plural("employee"), "employees");
        assert_eq!(
            folder("Invoicing - Item Templates"),
            "invoicing--item-templates"
        );
    }
}
