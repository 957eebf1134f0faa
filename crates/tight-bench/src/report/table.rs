//! The costs as a table of Markdown, which is also readable as it is.

use super::row::Row;

const HEAD: [&str; 7] = ["what", "against", "SDK", "other", "ratio", "goal", "met"];

/// The columns that hold words. The others hold figures.
const WORDS: [bool; 7] = [true, true, false, false, false, false, true];

pub(super) fn table(rows: &[Row]) -> String {
    let cells = rows.iter().map(cells);
    let lines: Vec<[String; 7]> = std::iter::once(HEAD.map(str::to_owned))
        .chain(cells)
        .collect();
    let width = |column: usize| {
        let widths = lines.iter().map(|line| line[column].chars().count());
        widths.max().unwrap_or(0)
    };
    let widths: [usize; 7] = std::array::from_fn(width);
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        for ((cell, width), is_words) in line.iter().zip(widths).zip(WORDS) {
            text += &if is_words {
                format!("| {cell:width$} ")
            } else {
                format!("| {cell:>width$} ")
            };
        }
        text += "|\n";
        if index == 0 {
            for (width, is_words) in widths.into_iter().zip(WORDS) {
                let rule = "-".repeat(width - usize::from(!is_words));
                text += &format!("| {rule}{} ", if is_words { "" } else { ":" });
            }
            text += "|\n";
        }
    }
    text
}

fn cells(row: &Row) -> [String; 7] {
    [
        row.what.clone(),
        row.against.clone(),
        row.sdk.to_string(),
        row.other.map_or("–".to_owned(), |other| other.to_string()),
        row.comparison(),
        row.goal.to_string(),
        match row.is_met() {
            Some(true) => "yes",
            Some(false) => "**no**",
            None => "–",
        }
        .to_owned(),
    ]
}
