//! Companies, and what belongs to them: the token of an owner reaches the owner's company, one for no user all.

use serde::Deserialize;
use serde_json::Value;

use crate::store::{Entity, Store, View, id};

/// Where companies are stored, and who owns them.
#[derive(Debug, Deserialize)]
pub(crate) struct Companies {
    pub(crate) collection: String,
    /// The field with the list of owners.
    owners: String,
}

impl Companies {
    /// A new company that `user` owns.
    pub(crate) fn company_of(&self, user: &str, user_field: Option<&str>) -> Entity {
        let owner = user_field.map(|field| (field.to_owned(), Value::from(user)));
        let owner = Value::Object(owner.into_iter().collect());
        Entity::from_iter([(self.owners.clone(), Value::Array(vec![owner]))])
    }

    /// What `user`, whom an owner shows in the field `user_field`, can see.
    pub(crate) fn view(&self, user: &str, user_field: Option<&str>, store: &Store) -> View {
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
