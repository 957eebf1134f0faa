//! Starts requests to URLs below the base URL.
//!
//! Parsing a URL takes about a tenth of what a small request takes in all, and most of that goes into the host. So the base URL is parsed
//! once, and each request sets its path.

use http::Method;
use reqwest::{RequestBuilder, Url};

/// An HTTP client for one base URL.
pub(crate) struct Http {
    client: reqwest::Client,
    base_url: Url,
    /// The length of the base URL without its path.
    origin: usize,
}

impl Http {
    /// For a base URL that may have a path.
    pub(crate) fn new(client: reqwest::Client, base_url: Url) -> Self {
        let origin = base_url.as_str().len() - base_url.path().len();
        Self {
            client,
            base_url,
            origin,
        }
    }

    pub(crate) fn request(&self, method: Method, url: String) -> RequestBuilder {
        match self.below_base(&url) {
            Some(url) => self.client.request(method, url),
            None => self.client.request(method, url),
        }
    }

    /// The URL, if it is the base URL with another path.
    fn below_base(&self, url: &str) -> Option<Url> {
        let (origin, path) = url.split_at_checked(self.origin)?;
        let is_path = path.starts_with('/') && !path.contains(['?', '#']);
        if !is_path || origin != &self.base_url.as_str()[..self.origin] {
            return None;
        }
        let mut url = self.base_url.clone();
        url.set_path(path);
        Some(url)
    }

    pub(crate) async fn execute(
        &self,
        request: reqwest::Request,
    ) -> reqwest::Result<reqwest::Response> {
        self.client.execute(request).await
    }
}

/// Methods, as generated code and `reqwest` name them. The document decides which are used.
#[allow(dead_code)]
impl Http {
    pub(crate) fn delete(&self, url: String) -> RequestBuilder {
        self.request(Method::DELETE, url)
    }

    pub(crate) fn get(&self, url: String) -> RequestBuilder {
        self.request(Method::GET, url)
    }

    pub(crate) fn head(&self, url: String) -> RequestBuilder {
        self.request(Method::HEAD, url)
    }

    pub(crate) fn patch(&self, url: String) -> RequestBuilder {
        self.request(Method::PATCH, url)
    }

    pub(crate) fn post(&self, url: String) -> RequestBuilder {
        self.request(Method::POST, url)
    }

    pub(crate) fn put(&self, url: String) -> RequestBuilder {
        self.request(Method::PUT, url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn http(base_url: &str) -> Http {
        let client = reqwest::Client::builder().tls_certs_only([]);
        Http::new(client.build().unwrap(), Url::parse(base_url).unwrap())
    }

    #[test]
    fn a_url_is_the_same_as_if_it_was_parsed_whole() {
        for base_url in [
            "https://sandbox.tight.com",
            "http://127.0.0.1:8080",
            "http://[::1]:8080/a/prefix",
        ] {
            let http = http(base_url);
            for path in [
                "/v1/things",
                "/v1/things/a%2Fb%20c%5C%3F%23",
                "/v1/../things/./x",
                "/v1/%2e%2e/things",
                "/v1/\\things",
                "/v1/ä b\t\"<>`{}|",
                "//double",
            ] {
                let text = format!("{base_url}{path}");
                let url = http.below_base(&text).unwrap();
                assert_eq!(url, Url::parse(&text).unwrap(), "{text}");
            }
        }
    }

    #[test]
    fn another_url_is_parsed() {
        let http = http("http://127.0.0.1:8080/prefix");
        for text in [
            "http://127.0.0.1:8080",
            "http://127.0.0.1:80801/v1",
            "http://127.0.0.1:8081/v1",
            "https://127.0.0.1:8080/v1",
            "http://127.0.0.1:8080/v1?a=b",
            "http://127.0.0.1:8080/v1#a",
            "",
        ] {
            assert_eq!(http.below_base(text), None, "{text}");
        }
        let request = http.get("https://example.com/v1?a=b".to_owned()).build();
        assert_eq!(
            request.unwrap().url().as_str(),
            "https://example.com/v1?a=b"
        );
        assert!(http.get("no URL".to_owned()).build().is_err());
    }
}
