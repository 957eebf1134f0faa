//! What came of it, in lines that end with whether a goal is met.

use std::fmt;
use std::time::Duration;

/// How much something may be.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    AtMost(f64),
    AtLeast(f64),
    /// It is reported, and nothing is asked of it.
    None,
}

/// One line.
#[derive(Clone, Debug)]
pub struct Row {
    pub what: String,
    pub ours: String,
    pub other: String,
    pub ratio: f64,
    pub goal: Goal,
}

/// Lines under a head.
#[derive(Clone, Debug, Default)]
pub struct Table {
    rows: Vec<Row>,
}

impl Table {
    /// Adds a line about times.
    pub fn times(&mut self, what: &str, ours: Duration, other: Duration, ratio: f64, goal: Goal) {
        self.rows.push(Row {
            what: what.to_owned(),
            ours: microseconds(ours),
            other: microseconds(other),
            ratio,
            goal,
        });
    }

    /// Adds a line about counts.
    pub fn counts(&mut self, what: &str, ours: u64, other: u64, goal: Goal) {
        #[allow(clippy::cast_precision_loss, reason = "allocations are few")]
        let ratio = ours as f64 / other as f64;
        self.rows.push(Row {
            what: what.to_owned(),
            ours: ours.to_string(),
            other: other.to_string(),
            ratio,
            goal,
        });
    }
}

impl Goal {
    fn is_met_by(self, ratio: f64) -> Option<bool> {
        match self {
            Self::AtMost(most) => Some(ratio <= most),
            Self::AtLeast(least) => Some(ratio >= least),
            Self::None => None,
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(most) => f.pad(&format!("≤ {most:.2}")),
            Self::AtLeast(least) => f.pad(&format!("≥ {least:.2}")),
            Self::None => f.pad("–"),
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self
            .rows
            .iter()
            .map(|row| row.what.chars().count())
            .max()
            .unwrap_or(0);
        writeln!(
            f,
            "| {:width$} | {:>11} | {:>11} | {:>6} | {:>6} | {:7} |",
            "what", "ours", "the other's", "ratio", "goal", "is met"
        )?;
        writeln!(
            f,
            "| {:-<width$} | {:->11} | {:->11} | {:->6} | {:->6} | {:-<7} |",
            "", ":", ":", ":", ":", ""
        )?;
        for row in &self.rows {
            let is_met = match row.goal.is_met_by(row.ratio) {
                Some(true) => "yes",
                Some(false) => "NO",
                None => "–",
            };
            writeln!(
                f,
                "| {:width$} | {:>11} | {:>11} | {:>6.3} | {:>6} | {:7} |",
                row.what, row.ours, row.other, row.ratio, row.goal, is_met
            )?;
        }
        Ok(())
    }
}

fn microseconds(time: Duration) -> String {
    format!("{:.1} µs", time.as_secs_f64() * 1e6)
}
