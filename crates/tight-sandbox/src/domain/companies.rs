//! Companies, and what belongs to them: the token of an owner reaches the owner's company, one for no user all.

use serde::Deserialize;
use serde_json::Value;

use crate::store::{Store, View, id};

/// Where companies are stored, and who owns them.
#[derive(Debug, Deserialize)]
pub(crate) struct Companies {
    pub(crate) collection: String,
    /// The field with the list of owners.
    owners: String,
}

impl Companies {
    /// What `user`, whom an owner shows in the field `user_field`, can see.
    pub(super) fn view(&self, user: &str, user_field: Option<&str>, store: &Store) -> View {
        let is_owner = |owner: &Value| {
            let shown = user_field.and_then(|field| owner.get(field)?.as_str());
            shown == Some(user)
        };
        let owned = store.records(&self.collection).filter_map(|(_, record)| {
            let owners = record.entity.get(&self.owners)?.as_array()?;
            let is_owned = owners.iter().any(is_owner);
            id(&record.entity).filter(|_| is_owned)
        });
        View::Of(owned.map(str::to_owned).collect())
    }
}
