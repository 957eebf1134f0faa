//! A table of results, which says whether goals are met.

use std::fmt;
use std::time::Duration;

/// A limit for a ratio.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    AtMost(f64),
    AtLeast(f64),
    /// Reported only.
    None,
}

/// A row.
#[derive(Clone, Debug)]
pub struct Row {
    pub what: String,
    pub sdk: String,
    pub baseline: String,
    pub ratio: f64,
    pub goal: Goal,
}

/// The results.
#[derive(Clone, Debug, Default)]
pub struct Table {
    rows: Vec<Row>,
}

impl Table {
    /// Adds a row of times.
    pub fn times(&mut self, what: &str, sdk: Duration, baseline: Duration, ratio: f64, goal: Goal) {
        self.rows.push(Row {
            what: what.to_owned(),
            sdk: microseconds(sdk),
            baseline: microseconds(baseline),
            ratio,
            goal,
        });
    }

    /// Adds a row of counts.
    pub fn counts(&mut self, what: &str, sdk: u64, baseline: u64, goal: Goal) {
        #[allow(clippy::cast_precision_loss, reason = "allocations are few")]
        let ratio = sdk as f64 / baseline as f64;
        self.rows.push(Row {
            what: what.to_owned(),
            sdk: sdk.to_string(),
            baseline: baseline.to_string(),
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
            "what", "SDK", "baseline", "ratio", "goal", "is met"
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
                row.what, row.sdk, row.baseline, row.ratio, row.goal, is_met
            )?;
        }
        Ok(())
    }
}

fn microseconds(time: Duration) -> String {
    format!("{:.1} µs", time.as_secs_f64() * 1e6)
}
