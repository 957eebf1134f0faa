//! Any text as a captured page, with an overlay behind it or none.
#![no_main]

#[path = "../../tests/hostile/mod.rs"]
mod hostile;
mod lines;

use hostile::codegen::Stage;

thread_local! {
    static STAGE: Stage = Stage::new();
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    STAGE.with(|stage| stage.check(&text));
});

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    lines::mutate(data, size, max_size, seed)
});
