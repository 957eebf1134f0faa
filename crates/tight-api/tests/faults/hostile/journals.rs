//! Any bytes as the file of a journal: it is refused and left as it is, or opened, and then it says the same each time.

use std::path::Path;

use tight_api::FileJournal;

/// Opens `bytes` as a journal, in a file at `path`. Returns whether it is one.
pub(crate) fn check(path: &Path, bytes: &[u8]) -> bool {
    check_keys::<String>(path, bytes) | check_keys::<u8>(path, bytes)
}

fn check_keys<K>(path: &Path, bytes: &[u8]) -> bool
where
    K: serde::Serialize
        + serde::de::DeserializeOwned
        + Eq
        + std::hash::Hash
        + Clone
        + std::fmt::Debug
        + Send
        + Sync
        + 'static,
{
    std::fs::write(path, bytes).unwrap();
    let journal = match FileJournal::<K>::open(path) {
        Ok(journal) => journal,
        Err(error) => {
            assert!(error.to_string().contains("journal"), "{error}");
            assert_eq!(
                std::fs::read(path).unwrap(),
                bytes,
                "it is changed: {error}"
            );
            return false;
        }
    };
    let in_doubt = journal.in_doubt();
    drop(journal);

    let opened = std::fs::read(path).unwrap();
    let journal = FileJournal::<K>::open(path).unwrap();
    assert_eq!(journal.in_doubt(), in_doubt, "it says something else");
    assert_eq!(std::fs::read(path).unwrap(), opened, "it changes again");
    journal.resolve(|_| true).unwrap();
    assert!(journal.in_doubt().is_empty());
    drop(journal);

    let journal = FileJournal::<K>::open(path).unwrap();
    for key in &in_doubt {
        assert!(journal.is_saved(key), "{key:?} is resolved, and forgotten");
    }
    true
}
