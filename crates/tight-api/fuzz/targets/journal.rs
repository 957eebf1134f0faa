//! Any bytes as the file of a journal.
#![no_main]

#[path = "../../tests/faults/hostile/journals.rs"]
mod journals;

use std::path::Path;

use tempfile::TempDir;

thread_local! {
    // In memory where there is such a folder: a journal waits for its disk.
    static FOLDER: TempDir = match Path::new("/dev/shm") {
        memory if memory.is_dir() => tempfile::tempdir_in(memory).unwrap(),
        _ => tempfile::tempdir().unwrap(),
    };
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    FOLDER.with(|folder| journals::check(&folder.path().join("journal"), bytes));
});
