//! The results in the repository are those that the bench has written, everywhere.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::{CHART, Figure, Goal, Report, Row};
use crate::cargo::checkout;

#[test]
fn readme_and_chart_show_the_results() {
    let checkout = checkout();
    let report = Report::read(&checkout).unwrap();
    let chart = std::fs::read_to_string(checkout.join(CHART)).unwrap();
    let readme = std::fs::read_to_string(checkout.join("README.md")).unwrap();
    let help =
        "do not edit what the bench writes, but run it: `cargo run -p tight-bench --release`";
    assert_eq!(report.chart(), chart, "{help}");
    assert_eq!(report.in_readme(&readme).unwrap(), readme, "{help}");
}

fn rows() -> Vec<Row> {
    let mib = |count: u64| Figure::Bytes(count * 1024 * 1024);
    vec![
        Row::new(
            "save, CPU",
            "by hand",
            (Figure::Seconds(27.5e-6), Figure::Seconds(25e-6)),
            Goal::AtMost(1.05),
        ),
        Row::new(
            "batch",
            "one each",
            (Figure::Seconds(0.5), Figure::Seconds(20.0)),
            Goal::AtLeast(10.0),
        ),
        Row::alone("users", mib(8), Goal::Within(mib(16))),
        Row::new(
            "upload",
            "1 MiB",
            (mib(9), mib(8)),
            Goal::WithinMore(mib(4)),
        ),
        Row::new(
            "<lines>",
            "stock",
            (Figure::Count(16_621), Figure::Count(80_702)),
            Goal::None,
        ),
    ]
}

#[test]
fn a_row_says_whether_its_goal_is_met() {
    let met: Vec<_> = rows().iter().map(Row::is_met).collect();
    assert_eq!(met, [Some(false), Some(true), Some(true), Some(true), None]);
    let shares: Vec<_> = rows().iter().filter_map(Row::share).collect();
    assert_eq!(shares[1..], [0.25, 0.5, 0.25]);
}

#[test]
fn a_table_aligns_its_columns() {
    let report = Report {
        date: "2025-01-31".to_owned(),
        cores: 2,
        rustc: "1.89.0".to_owned(),
        rows: rows(),
    };
    let table = report.table();
    assert_eq!(
        table,
        "\
| what      | against  |      SDK |    other |         ratio |         goal | met    |
| --------- | -------- | -------: | -------: | ------------: | -----------: | ------ |
| save, CPU | by hand  |  27.5 µs |  25.0 µs |        1.10 × |     ≤ 1.05 × | **no** |
| batch     | one each |   500 ms |   20.0 s |        40.0 × |       ≥ 10 × | yes    |
| users     | –        | 8.00 MiB |        – |             – |     ≤ 16 MiB | yes    |
| upload    | 1 MiB    | 9.00 MiB | 8.00 MiB | 1.00 MiB more | ≤ 4 MiB more | yes    |
| <lines>   | stock    |   16,621 |   80,702 |        0.21 × |            – | –      |
"
    );
    let chart = report.chart();
    assert_eq!(
        chart,
        report.chart(),
        "the same results make the same chart"
    );
    assert_eq!(chart.matches("class=\"missed\"").count(), 1);
    assert_eq!(chart.matches("class=\"met\"").count(), 3);
    assert!(!chart.contains("lines"), "a row without a goal has no bar");
    let readme = "a\n<!-- costs, written by `cargo run -p tight-bench --release` -->\nold\n<!-- end of costs -->\nz\n";
    let filled = report.in_readme(readme).unwrap();
    assert!(filled.contains("3 of 4 goals are met") && !filled.contains("old"));
    assert_eq!(report.in_readme(&filled).unwrap(), filled);
    assert!(report.in_readme("no place").is_err());
}
