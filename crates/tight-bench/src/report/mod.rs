//! What was measured, as a table, as JSON, and as a chart.
//!
//! ```text
//! row     a compared cost, and its goal
//! table   the costs as a table of Markdown
//! chart   the costs as an SVG of bars
//! readme  table and chart in the README
//! ```

mod chart;
mod readme;
mod row;
mod table;
#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use row::{Figure, Goal, Row};

/// The costs, and when they were measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The date, as `2025-01-31`.
    pub date: String,
    /// The processor cores of the machine.
    pub cores: usize,
    /// The version of the compiler.
    pub rustc: String,
    pub rows: Vec<Row>,
}

impl Report {
    /// The costs as a table of Markdown.
    pub fn table(&self) -> String {
        table::table(&self.rows)
    }

    /// The costs as an SVG of bars.
    pub fn chart(&self) -> String {
        chart::chart(&self.rows)
    }

    /// The README of a checkout with these costs.
    ///
    /// # Errors
    ///
    /// Returns an error if the README has no place for them.
    pub fn in_readme(&self, readme: &str) -> io::Result<String> {
        readme::fill(readme, self)
    }

    /// Reads the results of a checkout.
    ///
    /// # Errors
    ///
    /// Returns an error if they cannot be read.
    pub fn read(checkout: &Path) -> io::Result<Self> {
        Ok(serde_json::from_str(&std::fs::read_to_string(json(
            checkout,
        ))?)?)
    }

    /// Writes the results and the README of a checkout.
    ///
    /// # Errors
    ///
    /// Returns an error if a file cannot be written, or the README has no place for them.
    pub fn write(&self, checkout: &Path) -> io::Result<()> {
        let readme = checkout.join("README.md");
        let text = self.in_readme(&std::fs::read_to_string(&readme)?)?;
        let json = json(checkout);
        if let Some(folder) = json.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(json, serde_json::to_string_pretty(self)? + "\n")?;
        std::fs::write(checkout.join(CHART), self.chart())?;
        std::fs::write(readme, text)
    }
}

/// The chart of a checkout.
pub const CHART: &str = "crates/tight-bench/results/costs.svg";

/// The results of a checkout, as JSON.
fn json(checkout: &Path) -> PathBuf {
    checkout.join("crates/tight-bench/results/costs.json")
}
