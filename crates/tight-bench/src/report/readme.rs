//! The part of the README that shows the costs. Comments mark it.

use std::io;

use super::{CHART, Report};

const BEGIN: &str = "<!-- costs, written by `cargo run -p tight-bench --release` -->\n";
const END: &str = "<!-- end of costs -->\n";

pub(super) fn fill(readme: &str, report: &Report) -> io::Result<String> {
    let parts = readme
        .split_once(BEGIN)
        .and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let Some((before, after)) = parts else {
        return Err(io::Error::other(format!(
            "the README has no place for the costs: add the lines `{}` and `{}`",
            BEGIN.trim(),
            END.trim()
        )));
    };
    Ok(format!("{before}{BEGIN}{}{END}{after}", block(report)))
}

fn block(report: &Report) -> String {
    let with_goals = report.rows.iter().filter_map(|row| row.is_met());
    let met = with_goals.clone().filter(|is_met| *is_met).count();
    format!(
        "Measured on {} on {} cores with Rust {}: {met} of {} goals are met.\n\n\
         ![The costs of the SDK as parts of their goals]({CHART})\n\n\
         <details><summary>The figures</summary>\n\n{}\n</details>\n",
        report.date,
        report.cores,
        report.rustc,
        with_goals.count(),
        report.table(),
    )
}
