//! What the examples have in common: whom they talk to.

use std::error::Error;

use tight_api::{Client, Credentials};
use tight_sandbox::Sandbox;

/// A client of Tight's sandbox, if the environment says who is calling (see `ClientBuilder::from_env`); or else of Tight in
/// memory, which lasts as long as the sandbox that comes along. The examples write, so they do not run in production.
pub(crate) async fn connect() -> Result<(Client, Option<Sandbox>), Box<dyn Error>> {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if is_set("TIGHT_CLIENT_ID") || is_set("TIGHT_ACCESS_TOKEN") {
        if std::env::var("TIGHT_ENVIRONMENT")
            .is_ok_and(|name| name.eq_ignore_ascii_case("production"))
        {
            return Err("this example writes, and TIGHT_ENVIRONMENT is production".into());
        }
        println!("talking to Tight, as the environment says\n");
        return Ok((Client::from_env()?, None));
    }
    let sandbox = Sandbox::start().await?;
    println!(
        "talking to a sandbox in this process, at {}\n",
        sandbox.url()
    );
    let credentials = Credentials::client(sandbox.client_id(), sandbox.client_secret());
    let client = Client::builder()
        .base_url(sandbox.url())
        .credentials(credentials.for_user("user_1"))
        .build()?;
    Ok((client, Some(sandbox)))
}
