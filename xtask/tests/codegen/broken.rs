//! Pages and overlays that are broken at random: code, or errors, and never a panic.

use std::cell::Cell;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestRunner;

use crate::hostile::breaks::{Break, VALUES, broken};
use crate::hostile::codegen::{OVERLAY, Stage};
use crate::invented::Case;

fn ways(most: usize) -> impl Strategy<Value = Vec<Break>> {
    let at = any::<usize>;
    let way = prop_oneof![
        1 => at().prop_map(Break::Cut),
        4 => (at(), 1usize..4).prop_map(|(at, count)| Break::Drop(at, count)),
        4 => (at(), at()).prop_map(|(from, to)| Break::Repeat(from, to)),
        4 => (at(), at()).prop_map(|(a, b)| Break::Swap(a, b)),
        2 => (at(), 0usize..12).prop_map(|(at, by)| Break::Indent(at, by)),
        8 => (at(), select(VALUES)).prop_map(|(at, value)| Break::Replace(at, value)),
        8 => (at(), at()).prop_map(|(from, to)| Break::Move(from, to)),
    ];
    vec(way, 0..most)
}

/// The pages of the invented cases are unusual already.
#[test]
fn a_broken_page_or_overlay_gives_code_or_errors() {
    let cases = Case::all();
    let texts: Vec<_> = cases
        .iter()
        .filter_map(|case| Some((&case.pages.first()?.1, case.overlay.as_deref())))
        .collect();
    let stage = Stage::new();
    let (with_code, without) = (Cell::new(0), Cell::new(0));
    let asked = std::env::var("PROPTEST_CASES").ok();
    let config = ProptestConfig {
        cases: asked.and_then(|cases| cases.parse().ok()).unwrap_or(200),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let result = TestRunner::new(config).run(
        &(any::<Index>(), ways(4), ways(2)),
        |(which, of_page, of_overlay)| {
            let (page, overlay) = texts[which.index(texts.len())];
            let mut text = broken(page, &of_page);
            if let Some(overlay) = overlay {
                text.push(OVERLAY);
                text += &broken(overlay, &of_overlay);
            }
            let count = if stage.check(&text) {
                &with_code
            } else {
                &without
            };
            count.set(count.get() + 1);
            Ok(())
        },
    );
    result.unwrap_or_else(|error| panic!("{error}"));
    // If all were refused at once, most of codegen would not be tried.
    let (with_code, without) = (with_code.get(), without.get());
    assert!(with_code * 20 > without, "{with_code} {without}");
}
