//! The cost of matching the entities of a batch with its items by what they echo.
//!
//! The SDK does this within each save and cannot leave it out. So its work for a batch with results in order is repeated here in
//! the same way (each field of each item and entity, through function pointers), and timed alone.

use std::hint::black_box;

use tight_api::types::{Message, NewMessage};

type Sent = for<'a> fn(&'a NewMessage) -> Option<&'a str>;
type Received = for<'a> fn(&'a Message) -> Option<&'a str>;

const ECHOES: [(Sent, Received); 2] = [
    (
        |item| Some(&item.conversation_id),
        |entity| entity.conversation_id.as_deref(),
    ),
    (|item| item.text.as_deref(), |entity| entity.text.as_deref()),
];

/// Whether each entity agrees with its item.
pub fn agree(items: &[NewMessage], entities: &[Message]) -> bool {
    let echoes = black_box(&ECHOES);
    // The SDK collects the entities of the results first.
    let entities: Vec<Option<&Message>> = entities.iter().map(Some).collect();
    items.iter().zip(&entities).all(|(item, entity)| {
        entity.is_none_or(|entity| {
            echoes
                .iter()
                .all(|(sent, received)| match (sent(item), received(entity)) {
                    (Some(sent), Some(received)) => sent == received,
                    (None, Some(_)) => false,
                    (_, None) => true,
                })
        })
    })
}
