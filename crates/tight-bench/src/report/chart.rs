//! The costs as an SVG of bars: how much of its goal each takes. Readable on light and dark pages.

use std::fmt::Write;

use super::row::Row;

const WIDTH: u32 = 1120;
const LINE: u32 = 22;
const TOP: u32 = 44;
/// Where bars begin.
const LEFT: u32 = 560;
/// The length of a bar that takes all of its goal.
const WHOLE: f64 = 260.0;
/// Longer bars are cut.
const LONGEST: f64 = 1.25;

const STYLE: &str = "\
text{font:12px system-ui,sans-serif;fill:#1f2328}.what{text-anchor:end}.quiet{fill:#59636e}\
.met{fill:#2da44e}.missed{fill:#cf222e}.goal{stroke:#59636e;stroke-dasharray:3 3}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.quiet{fill:#9198a1}.met{fill:#3fb950}.missed{fill:#f85149}.goal{stroke:#9198a1}}";

pub(super) fn chart(rows: &[Row]) -> String {
    let rows: Vec<(&Row, f64)> = rows
        .iter()
        .filter_map(|row| Some((row, row.share()?)))
        .collect();
    let mut y = TOP;
    let mut bars = String::new();
    for (row, share) in &rows {
        let class = if *share <= 1.0 { "met" } else { "missed" };
        let length = share.clamp(0.0, LONGEST) * WHOLE;
        let (what, comparison, goal) = (
            escaped(&row.what),
            escaped(&said(row)),
            escaped(&row.goal.to_string()),
        );
        let baseline = y + 14;
        let _ = writeln!(
            bars,
            "<text class=\"what\" x=\"{}\" y=\"{baseline}\">{what}</text>\
             <rect class=\"{class}\" x=\"{LEFT}\" y=\"{}\" width=\"{length:.1}\" height=\"14\" rx=\"2\"/>\
             <text x=\"{}\" y=\"{baseline}\">{comparison} <tspan class=\"quiet\">(goal {goal})</tspan></text>",
            LEFT - 8,
            y + 3,
            LEFT + 340,
        );
        y += LINE;
    }
    let (width, height) = (WIDTH, y + 12);
    let goal = f64::from(LEFT) + WHOLE;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>The costs of the SDK as parts of their goals</title>\n<style>{STYLE}</style>\n\
         <text class=\"what quiet\" x=\"{}\" y=\"26\">shorter is better</text>\
         <text class=\"quiet\" x=\"{:.0}\" y=\"26\" text-anchor=\"middle\">the goal</text>\n\
         {bars}<line class=\"goal\" x1=\"{goal:.1}\" y1=\"34\" x2=\"{goal:.1}\" y2=\"{y}\"/>\n</svg>\n",
        LEFT - 8,
        goal,
    )
}

/// What the row comes to.
fn said(row: &Row) -> String {
    match row.other {
        Some(_) => row.comparison(),
        None => row.sdk.to_string(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
