//! Settings from environment variables.

use std::env::VarError;

use super::ClientBuilder;
use crate::generated::Environment;
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::runtime::identity::credentials::Credentials;

const CLIENT_ID: &str = "TIGHT_CLIENT_ID";
const CLIENT_SECRET: &str = "TIGHT_CLIENT_SECRET";
const USER_ID: &str = "TIGHT_USER_ID";
const ACCESS_TOKEN: &str = "TIGHT_ACCESS_TOKEN";
const ENVIRONMENT: &str = "TIGHT_ENVIRONMENT";
const BASE_URL: &str = "TIGHT_BASE_URL";
const PLAIN_HTTP_HOST: &str = "TIGHT_ALLOW_PLAIN_HTTP_TO";

impl ClientBuilder {
    /// Creates a builder from environment variables.
    ///
    /// | variable | meaning |
    /// | --- | --- |
    /// | `TIGHT_CLIENT_ID`, `TIGHT_CLIENT_SECRET` | the client's id and secret |
    /// | `TIGHT_USER_ID` | the user of the tokens; if not set, the partner |
    /// | `TIGHT_ACCESS_TOKEN` | an access token, instead of id and secret |
    /// | `TIGHT_ENVIRONMENT` | `sandbox` (if not set) or `production` |
    /// | `TIGHT_BASE_URL` | a base URL, instead of an environment |
    /// | `TIGHT_ALLOW_PLAIN_HTTP_TO` | a host that may be called over plain http, such as `tight-mock`: see [`allow_plain_http_to`](Self::allow_plain_http_to) |
    ///
    /// Empty variables count as not set.
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::Configuration`], naming the variable, if one is missing, contradicts another, or is invalid.
    pub fn from_env() -> Result<Self> {
        Self::from_lookup(|name| match std::env::var(name) {
            Ok(value) => Ok(Some(value)),
            Err(VarError::NotPresent) => Ok(None),
            Err(VarError::NotUnicode(_)) => Err(configuration(format!("{name} is not Unicode"))),
        })
    }

    /// Creates a builder like [`from_env`](Self::from_env), with a lookup function for the variables.
    ///
    /// # Errors
    ///
    /// See [`from_env`](Self::from_env).
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        Self::from_lookup(|name| Ok(variable(name)))
    }

    fn from_lookup(variable: impl Fn(&str) -> Result<Option<String>>) -> Result<Self> {
        let get = |name: &str| Ok::<_, Error>(variable(name)?.filter(|value| !value.is_empty()));
        let mut builder = match (get(ENVIRONMENT)?, get(BASE_URL)?) {
            (Some(_), Some(_)) => return Err(contradiction(ENVIRONMENT, BASE_URL)),
            (Some(name), None) => Self::default().environment(environment(&name)?),
            (None, Some(base_url)) => Self::default().base_url(base_url),
            (None, None) => Self::default(),
        };
        if let Some(host) = get(PLAIN_HTTP_HOST)? {
            builder = builder.allow_plain_http_to(host);
        }
        let credentials = match (
            get(CLIENT_ID)?,
            get(CLIENT_SECRET)?,
            get(USER_ID)?,
            get(ACCESS_TOKEN)?,
        ) {
            (Some(_), _, _, Some(_)) => return Err(contradiction(CLIENT_ID, ACCESS_TOKEN)),
            (_, Some(_), _, Some(_)) => return Err(contradiction(CLIENT_SECRET, ACCESS_TOKEN)),
            (_, _, Some(_), Some(_)) => return Err(contradiction(USER_ID, ACCESS_TOKEN)),
            (None, None, None, Some(token)) => Credentials::access_token(token),
            (Some(id), Some(secret), None, None) => Credentials::client(id, secret),
            (Some(id), Some(secret), Some(user), None) => {
                Credentials::client(id, secret).for_user(user)
            }
            (Some(_), None, _, None) => return Err(missing(CLIENT_SECRET, CLIENT_ID)),
            (None, Some(_), _, None) => return Err(missing(CLIENT_ID, CLIENT_SECRET)),
            (None, None, Some(_), None) => return Err(missing(CLIENT_ID, USER_ID)),
            (None, None, None, None) => {
                return Err(configuration(format!(
                    "there are no credentials: set {CLIENT_ID} and {CLIENT_SECRET}, or {ACCESS_TOKEN}"
                )));
            }
        };
        Ok(builder.credentials(credentials))
    }
}

fn environment(name: &str) -> Result<Environment> {
    let known = Environment::ALL
        .iter()
        .find(|known| known.name().eq_ignore_ascii_case(name));
    known.copied().ok_or_else(|| {
        let names: Vec<_> = Environment::ALL.iter().map(|known| known.name()).collect();
        configuration(format!(
            "{ENVIRONMENT} is none of {}; for another address, set {BASE_URL}",
            names.join(", ")
        ))
    })
}

fn contradiction(one: &str, other: &str) -> Error {
    configuration(format!(
        "{one} and {other} are both set, and contradict each other: unset one of them"
    ))
}

fn missing(missing: &str, because: &str) -> Error {
    configuration(format!(
        "{missing} is not set, but {because} is: both are needed"
    ))
}

fn configuration(message: String) -> Error {
    Error::new(ErrorKind::Configuration, message)
}
