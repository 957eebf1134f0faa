//! What a sandbox starts with and ends with: seeds, users, and emptying it.

use serde_json::Value;

use crate::{Sandbox, SeedError, placed};

impl Sandbox {
    /// Stores the entities of a seed: an object with a list of entities for each collection, such as
    /// [`Sandbox::snapshot`] returns. All of it is stored, or nothing.
    ///
    /// Entities are as responses show them. Fields that an entity lacks are filled as if it had been saved with the
    /// others; without an `id` it gets the next one, and an entity with the same `id` is replaced. The member
    /// `x-company` names the company that an entity belongs to; without it, that is the company of an entity that one of
    /// its fields refers to, or none. No entries are written to the audit trail.
    ///
    /// ```
    /// use serde_json::json;
    /// use tight_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.seed(&json!({
    ///     "customers": [{ "id": "cus_7", "name": "Hill Street Bakery" }],
    ///     "messages": [{ "conversationId": "con_1", "text": "Thank you" }],
    /// }))?;
    /// assert_eq!(sandbox.stored("messages")[0]["id"], "msg_1");
    ///
    /// let other = Sandbox::start().await?;
    /// other.seed(&sandbox.snapshot())?;
    /// assert_eq!(other.snapshot(), sandbox.snapshot());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error with the place if the seed is not of that form, or names a collection that the document does
    /// not have.
    pub fn seed(&self, state: &Value) -> Result<(), SeedError> {
        self.service.seed(state).map_err(SeedError)
    }

    /// Stores the entities of a seed in JSON text, such as a file holds, as [`Sandbox::seed`] does.
    ///
    /// # Errors
    ///
    /// As [`Sandbox::seed`]; also if it is not JSON, with line and column, or if a number cannot be kept exactly.
    pub fn seed_json(&self, text: &str) -> Result<(), SeedError> {
        let state = placed::parse(text.as_bytes()).map_err(SeedError)?;
        self.seed(&state)
    }

    /// Returns an access token for a user, who from now on owns a company: a new one with the user's name, unless the user
    /// owns one already.
    ///
    /// The token reaches what belongs to the user's companies. It does not expire, is the same in every run, and does
    /// not count in [`Sandbox::tokens_issued`]. [`Sandbox::revoke_tokens`] revokes it.
    ///
    /// ```
    /// use tight_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// let token = sandbox.add_user("anna");
    /// assert_eq!(token, "sandbox-access-token-anna");
    /// assert_eq!(sandbox.stored("company")[0]["name"], "anna");
    /// # Ok(())
    /// # }
    /// ```
    pub fn add_user(&self, user: &str) -> String {
        self.service.issue_lasting(Some(user), false)
    }

    /// Stops the sandbox, and waits until the requests in progress have their responses. Those stalled by a fault lose their
    /// connection.
    ///
    /// Dropping the sandbox stops it, too, but does not wait.
    pub async fn stop(self) {
        let Self {
            ended,
            service,
            _port,
            _running,
            url: _,
            document: _,
        } = self;
        drop((service, _port, _running));
        ended.closed().await;
    }

    /// Forgets all that is stored, the requests received and the faults ordered. Access tokens stay valid, and users of
    /// [`Sandbox::add_user`] own a new company each. Ids count from 1 again.
    pub fn reset(&self) {
        self.service.reset();
    }
}
