//! Webhooks: reads the events that Tight posts to you, and checks that they come from Tight.
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
//! wrong type costs at most itself. The only body that is an error is one that is not JSON.
//!
//! ```text
//! error      why a request is not accepted, or cannot be read
//! fields     the JSON of an event, taken apart
//! verifier   the token that proves who sent it
//! ```
//!
//! The kinds of event, and which entity stands at which path, are generated.

mod error;
mod fields;
mod verifier;

pub use crate::generated::events::{Entity, Event};
pub use error::{Error, Result};
pub(crate) use fields::{Carried, Fields};
pub use verifier::{Claims, VERIFICATION_HEADER, Verifier};

impl Event {
    /// Reads the body of a webhook, without a check of who sent it: see [`Verifier::event`].
    ///
    /// # Errors
    ///
    /// Returns [`Error::Unreadable`], with the path to the place, if the body is not JSON or if an event of an unknown kind has
    /// values that are nested more than a hundred levels deep.
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
