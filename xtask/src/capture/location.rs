//! The address of a page, and the folder and file that it is captured in.

use super::naming::{folder, kebab};

/// The root of the documentation that pages are captured from.
pub const DOCUMENTATION: &str = "https://docs.tight.com";

/// The address of a documentation page, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The address without what leads to another form of the page, or to a place in it.
    pub url: String,
    /// The folder that the reference keeps the page in; none where the address does not say.
    pub section: Option<String>,
    /// The last part of the address.
    pub page: String,
}

impl Address {
    /// Takes an address apart; none if it is not one of a page.
    pub fn read(address: &str) -> Option<Self> {
        let url = address.trim();
        let url = url.split(['?', '#']).next().unwrap_or_default();
        let url = url.trim_end_matches('/');
        let url = url.strip_suffix(".md").unwrap_or(url);
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"))?;
        let (host, path) = rest.split_once('/')?;
        let parts: Vec<&str> = path.split('/').collect();
        let page = parts.last().copied().filter(|page| is_name(page))?;
        if host.is_empty()
            || host.contains(char::is_whitespace)
            || path.contains(char::is_whitespace)
        {
            return None;
        }
        let section = match parts.as_slice() {
            ["api-reference", section, _] if is_name(section) => Some((*section).to_owned()),
            _ => None,
        };
        Some(Self {
            url: url.to_owned(),
            section,
            page: page.to_owned(),
        })
    }
}

/// The address that the documentation gives a page of that section, unless it was given another.
pub fn address(section: &str, page: &str) -> String {
    format!("{DOCUMENTATION}/api-reference/{}/{page}", folder(section))
}

/// The resource that a section is about, if nobody chose another: `Invoicing - Item Templates` → `item-templates`.
pub fn resource(section: &str) -> String {
    kebab(section.rsplit(" - ").next().unwrap_or(section))
}

/// Whether a text can be the name of a folder or of a file, as it stands.
pub fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(['-', '.'])
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_say_where_their_pages_belong() {
        let of = |address| Address::read(address).map(|read| (read.section, read.page));
        let named =
            |section: Option<&str>, page: &str| Some((section.map(str::to_owned), page.to_owned()));
        assert_eq!(
            of("https://docs.tight.com/api-reference/messages/get-message.md?x=1#top"),
            named(Some("messages"), "get-message")
        );
        assert_eq!(
            of("https://docs.tight.com/reference/getmileages/"),
            named(None, "getmileages")
        );
        assert_eq!(of("https://docs.tight.com/"), None);
        assert_eq!(of("docs.tight.com/api-reference/a/b"), None);
        assert_eq!(of("https://docs.tight.com/api-reference/../.."), None);
    }

    #[test]
    fn titles_and_sections_become_names() {
        assert_eq!(
            folder("Invoicing - Item Templates"),
            "invoicing--item-templates"
        );
        assert_eq!(folder("OAuth"), "oauth");
        assert_eq!(resource("Time Tracking - Times"), "times");
        assert_eq!(
            kebab("Get the company's 1099 forms (beta)"),
            "get-the-companys-1099-forms-beta"
        );
    }
}
