//! Whatever a model holds, it is the same when it is stored as JSON and read back.

use std::fmt::Debug;
use std::hash::{BuildHasher, Hash, RandomState};

use arbitrary::{Arbitrary, Unstructured};
use proptest::collection::vec;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::schemas::TYPES;

/// Makes a value of these bytes, stores it, and reads it back.
pub(crate) fn stored<T>(bytes: &[u8]) -> Result<(), String>
where
    T: for<'a> Arbitrary<'a> + Clone + Debug + DeserializeOwned + Eq + Hash + Serialize,
{
    let made = T::arbitrary(&mut Unstructured::new(bytes)).map_err(|error| error.to_string())?;
    let json = serde_json::to_string(&made).map_err(|error| error.to_string())?;
    let read: T = serde_json::from_str(&json).map_err(|error| format!("{error} in {json}"))?;
    if read != made {
        return Err(format!("{made:?} was read back from {json} as {read:?}"));
    }
    let again = serde_json::to_string(&read).map_err(|error| error.to_string())?;
    if again != json {
        return Err(format!("{json} was written again as {again}"));
    }
    let hasher = RandomState::new();
    if hasher.hash_one(&read) != hasher.hash_one(&made) {
        return Err(format!("{made:?} has another hash when it is read back"));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_model_is_read_back_as_it_was_stored(bytes in vec(any::<u8>(), 0..4000)) {
        for ty in TYPES {
            if let Err(fault) = (ty.store)(&bytes) {
                return Err(TestCaseError::fail(format!("{}: {fault}", ty.name)));
            }
        }
    }
}

#[test]
fn models_are_made_with_much_in_them() {
    use tight_api::types::{BankTransaction, MessageStatus};

    let mut unknown = 0;
    let mut unknown_fields = 0;
    let mut filled = 0;
    for seed in 0..200_u64 {
        let bytes: Vec<u8> = (0..4000_u64)
            .map(|index| {
                let mixed = (seed * 4001 + index).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                mixed.to_be_bytes()[3]
            })
            .collect();
        let mut bytes = Unstructured::new(&bytes);
        let transaction = BankTransaction::arbitrary(&mut bytes).unwrap();
        filled += usize::from(transaction.amount.is_some());
        unknown_fields += usize::from(!transaction.unknown_fields.is_empty());
        let status = MessageStatus::arbitrary(&mut bytes).unwrap();
        unknown += usize::from(matches!(status, MessageStatus::Unknown(_)));
    }
    assert!(
        filled > 50 && unknown > 0 && unknown_fields > 0,
        "{filled} {unknown} {unknown_fields}"
    );
}
