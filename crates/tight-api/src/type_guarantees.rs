//! What the types rule out: each example must fail to compile. Only documentation tests see this module.
//!
//! Models can gain fields, so struct literals and exhaustive patterns do not compile:
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
//! Enums of responses can gain values, so a match needs a wildcard:
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
//! Constructors take the required fields:
//!
//! ```compile_fail,E0061
//! let message = tight_api::types::NewMessage::new().text("Thank you");
//! ```
//!
//! Only the enum creates unknown values, so a known value is never wrapped as unknown:
//!
//! ```compile_fail,E0423
//! let status = tight_api::types::MessageStatus::Unknown(tight_api::UnknownValue("ACTIVE".into()));
//! ```
//!
//! Secrets have no `Display`:
//!
//! ```compile_fail,E0277
//! let text = tight_api::Secret::from("s3cret").to_string();
//! # let _: String = text;
//! ```
//!
//! Floats do not convert to `Number`, since that could round:
//!
//! ```compile_fail,E0277
//! let number = tight_api::Number::from(1.5_f64);
//! ```
//!
//! Unused lists and batches are reported:
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
