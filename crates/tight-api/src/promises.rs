//! What must not compile, since the types promise it. Documentation tests alone see this module.
//!
//! Models may get further fields, so nobody names all of them:
//!
//! ```compile_fail,E0639
//! let message = tight_api::types::Message { id: None, ..Default::default() };
//! ```
//!
//! ```compile_fail,E0638
//! # fn example(message: tight_api::types::Message) {
//! let tight_api::types::Message { id } = message;
//! # }
//! ```
//!
//! An enum of answers may get further values:
//!
//! ```compile_fail,E0004
//! # use tight_api::types::MessageStatus;
//! # fn example(status: MessageStatus) -> bool {
//! match status {
//!     MessageStatus::Active => true,
//!     MessageStatus::Unknown(_) => false,
//! }
//! # }
//! ```
//!
//! What a request must have is given:
//!
//! ```compile_fail,E0061
//! let message = tight_api::types::NewMessage::new().text("Thank you");
//! ```
//!
//! A value that an enum does not know is made by the enum alone, so that a known one is never taken for it:
//!
//! ```compile_fail,E0423
//! let status = tight_api::types::MessageStatus::Unknown(tight_api::UnknownValue("ACTIVE".into()));
//! ```
//!
//! A secret shows nowhere by mistake:
//!
//! ```compile_fail,E0277
//! let text = tight_api::Secret::from("s3cret").to_string();
//! # let _: String = text;
//! ```
//!
//! A number never becomes a float by itself:
//!
//! ```compile_fail,E0277
//! let number = tight_api::Number::from(1.5_f64);
//! ```
//!
//! Neither a list nor a batch is made and forgotten unnoticed:
//!
//! ```compile_fail
//! # #![deny(unused_must_use)]
//! # fn example(client: &tight_api::Client) {
//! client.customers().query(tight_api::types::CustomerQuery::new());
//! # }
//! ```
//!
//! ```compile_fail
//! # #![deny(unused_must_use)]
//! # fn example(client: &tight_api::Client, message: tight_api::types::NewMessage) {
//! client.messages().save([message]);
//! # }
//! ```
