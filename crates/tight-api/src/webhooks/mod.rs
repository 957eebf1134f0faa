//! Webhooks: verifies that a request comes from Tight, and decodes its event.
//!
//! ```
//! use tight_api::webhooks::{Entity, Event, VERIFICATION_HEADER, Verifier};
//!
//! # let headers: std::collections::HashMap<&str, String> = Default::default();
//! # let body = br#"{"type":"ENTITY_UPDATE","url":"v6/customers/cus_1","data":{"id":"cus_1"}}"#;
//! # let headers = std::collections::HashMap::from([(VERIFICATION_HEADER, Verifier::new("the webhook_secret")?.sign(Default::default())?)]);
//! let verifier = Verifier::new("the webhook_secret")?; // once, when the program starts
//!
//! match verifier.event(headers.get(VERIFICATION_HEADER), body)? {
//!     Event::EntityUpdate { entity: Entity::Customer(customer), .. } => println!("{:?} changed", customer.id),
//!     Event::Lifecycle(event) => println!("{:?} happened", event.event),
//!     other => println!("nothing to do for {other:?}"),
//! }
//! # Ok::<(), tight_api::webhooks::Error>(())
//! ```
//!
//! An event is read as tolerantly as an answer of the API: an unknown kind, path, field or enum value is kept, and a value of the
//! wrong type does not affect others. Only a body that is not JSON is an error.
//!
//! ```text
//! error      errors of verification and decoding
//! fields     the fields of an event as JSON
//! verifier   verifies the token of a webhook
//! ```
//!
//! The kinds of event, and the entity type for each path, are generated.

mod error;
mod fields;
mod verifier;

pub use crate::generated::events::{Entity, Event};
pub use error::{Error, Result};
pub(crate) use fields::{Carried, Fields};
pub use verifier::{Claims, VERIFICATION_HEADER, Verifier};

impl Event {
    /// Decodes the body of a webhook without verifying the sender. Use [`Verifier::event`] for requests.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Unreadable`], with the JSON path, if the body is not JSON, or if an event of an unknown kind is nested more
    /// than a hundred levels deep.
    ///
    /// ```
    /// use tight_api::types::LifecycleEventName;
    /// use tight_api::webhooks::Event;
    ///
    /// let body = br#"{"type":"LIFECYCLE","event":"bankAccountCreated","company":{"id":"co_1"}}"#;
    /// let Event::Lifecycle(event) = Event::from_slice(body)? else {
    ///     panic!("another event");
    /// };
    /// assert_eq!(event.event, Some(LifecycleEventName::BankAccountCreated));
    /// # Ok::<(), tight_api::webhooks::Error>(())
    /// ```
    pub fn from_slice(body: &[u8]) -> Result<Self> {
        fields::event(body)
    }
}
