//! Conditions in JSON: what a request must have, by method, path, query, headers, body or user.

use std::{borrow::Cow, sync::Arc};

use serde_json::Value;

use crate::{
    differences::differences,
    faults::orders::Condition,
    http::received::ReceivedRequest,
    placed::{Placed, Wrong},
};

/// What a request must have; `None` and empty lists stand for anything.
struct Matching {
    method: Option<String>,
    path: Option<String>,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Option<Value>,
    user: Option<String>,
}

pub(super) fn read(matching: &Placed<'_>) -> Result<Condition, Wrong> {
    let members = matching.object(&["method", "path", "query", "headers", "body", "user"])?;
    let text = |name| {
        let text = members.get(name).map(|text| text.text().map(str::to_owned));
        text.transpose()
    };
    let path = text("path")?;
    if let Some(wrong) = members
        .get("path")
        .filter(|_| path.as_ref().is_some_and(|path| path.contains(['?', '{'])))
    {
        return Err(wrong.wrong(
            "must be the path of a request, such as `/path/to/id_1`, without a query or parameters in braces",
        ));
    }
    let pairs = |name| -> Result<Vec<_>, Wrong> {
        let Some(pairs) = members.get(name) else {
            return Ok(Vec::new());
        };
        let pairs = pairs.open_object()?;
        let pairs = pairs
            .iter()
            .map(|(name, value)| Ok((name.to_owned(), value.text()?.to_owned())));
        pairs.collect()
    };
    let wanted = Matching {
        method: text("method")?,
        path,
        query: pairs("query")?,
        headers: pairs("headers")?,
        body: members.get("body").map(|body| body.value.clone()),
        user: text("user")?,
    };
    Ok(Arc::new(move |request| wanted.fits(request)))
}

impl Matching {
    fn fits(&self, request: &ReceivedRequest) -> bool {
        let is = |wanted: &Option<String>, found: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == found)
        };
        let has_parameter = |(name, value): &(String, String)| {
            let wanted = (Cow::from(name), Cow::from(value));
            form_urlencoded::parse(request.query.as_bytes()).any(|sent| sent == wanted)
        };
        let has_header = |(name, value): &(String, String)| {
            let mut headers = request.headers.iter();
            headers.any(|(known, sent)| known.eq_ignore_ascii_case(name) && sent == value)
        };
        let method = self.method.as_ref();
        method.is_none_or(|method| method.eq_ignore_ascii_case(&request.method))
            && is(&self.path, &request.path)
            && (self.user.is_none() || self.user == request.user)
            && self.query.iter().all(has_parameter)
            && self.headers.iter().all(has_header)
            && self
                .body
                .as_ref()
                .is_none_or(|body| differences(body, &request.json()).is_empty())
    }
}
