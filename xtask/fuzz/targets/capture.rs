//! Any text as what is captured.
#![no_main]

#[path = "../../tests/hostile/mod.rs"]
mod hostile;
mod lines;

use tempfile::TempDir;
use xtask::layout::Checkout;

thread_local! {
    static FOLDER: TempDir = tempfile::tempdir().unwrap();
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    FOLDER.with(|folder| hostile::capture::check(&Checkout::at(folder.path()), &text));
});

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    lines::mutate(data, size, max_size, seed)
});
