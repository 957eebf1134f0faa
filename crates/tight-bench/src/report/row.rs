//! A compared cost, and its goal.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// An amount.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Figure {
    Seconds(f64),
    Bytes(u64),
    Count(u64),
}

/// A limit for a cost.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Goal {
    /// At most so many times the other.
    AtMost(f64),
    /// The other at least so many times this.
    AtLeast(f64),
    /// At most this amount.
    Within(Figure),
    /// At most this amount more than the other.
    WithinMore(Figure),
    /// Reported only.
    None,
}

/// A compared cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub what: String,
    /// What it is compared with.
    pub against: String,
    pub sdk: Figure,
    pub other: Option<Figure>,
    /// The SDK's to the other; with [`Goal::AtLeast`], the other to the SDK's. The median of several rounds, where there are several.
    pub ratio: Option<f64>,
    pub goal: Goal,
}

impl Row {
    /// A cost beside another.
    pub fn new(
        what: impl Into<String>,
        against: impl Into<String>,
        (sdk, other): (Figure, Figure),
        goal: Goal,
    ) -> Self {
        let ratio = match goal {
            Goal::AtLeast(_) => other.amount() / sdk.amount(),
            _ => sdk.amount() / other.amount(),
        };
        Self {
            what: what.into(),
            against: against.into(),
            sdk: sdk.rounded(),
            other: Some(other.rounded()),
            ratio: Some(round(ratio)),
            goal,
        }
    }

    /// A cost with a limit of its own.
    pub fn alone(what: impl Into<String>, sdk: Figure, goal: Goal) -> Self {
        Self {
            what: what.into(),
            against: "–".to_owned(),
            sdk: sdk.rounded(),
            other: None,
            ratio: None,
            goal,
        }
    }

    /// With the median ratio of rounds instead of the ratio of the medians.
    #[must_use]
    pub fn with_ratio(mut self, ratio: f64) -> Self {
        self.ratio = Some(round(ratio));
        self
    }

    /// How much of its limit the cost takes: up to 1 if the goal is met. `None` without a goal.
    pub fn share(&self) -> Option<f64> {
        let ratio = self.ratio.unwrap_or(f64::INFINITY);
        let other = self.other.map_or(0.0, Figure::amount);
        Some(match self.goal {
            Goal::AtMost(most) => ratio / most,
            Goal::AtLeast(least) => least / ratio,
            Goal::Within(most) => self.sdk.amount() / most.amount(),
            Goal::WithinMore(most) => (self.sdk.amount() - other) / most.amount(),
            Goal::None => return None,
        })
    }

    /// Whether the goal is met. `None` without a goal.
    pub fn is_met(&self) -> Option<bool> {
        Some(self.share()? <= 1.0)
    }

    /// The ratio, or the difference, as text.
    pub fn comparison(&self) -> String {
        match (self.goal, self.other, self.ratio) {
            (Goal::WithinMore(_), Some(Figure::Bytes(other)), _) => match self.sdk {
                Figure::Bytes(sdk) if sdk >= other => {
                    format!("{} more", Figure::Bytes(sdk - other))
                }
                _ => "no more".to_owned(),
            },
            (_, _, Some(ratio)) if ratio >= 10.0 => format!("{ratio:.1} ×"),
            (_, _, Some(ratio)) => format!("{ratio:.2} ×"),
            _ => "–".to_owned(),
        }
    }
}

impl Figure {
    /// A time.
    pub fn time(time: Duration) -> Self {
        Self::Seconds(time.as_secs_f64())
    }

    #[allow(
        clippy::cast_precision_loss,
        reason = "counts and sizes are far below the limit of exact integers"
    )]
    fn amount(self) -> f64 {
        match self {
            Self::Seconds(seconds) => seconds,
            Self::Bytes(amount) | Self::Count(amount) => amount as f64,
        }
    }

    fn rounded(self) -> Self {
        match self {
            Self::Seconds(seconds) => Self::Seconds((seconds * 1e7).round() / 1e7),
            exact => exact,
        }
    }
}

/// More digits would only show noise.
fn round(ratio: f64) -> f64 {
    (ratio * 1000.0).round() / 1000.0
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (amount, unit) = match self {
            Self::Count(count) => return f.pad(&grouped(*count)),
            Self::Seconds(seconds) if *seconds < 1e-3 => (seconds * 1e6, "µs"),
            Self::Seconds(seconds) if *seconds < 1.0 => (seconds * 1e3, "ms"),
            Self::Seconds(seconds) => (*seconds, "s"),
            Self::Bytes(_) => (self.amount() / 1024.0 / 1024.0, "MiB"),
        };
        let digits = match amount {
            amount if amount >= 100.0 => 0,
            amount if amount >= 10.0 => 1,
            _ => 2,
        };
        f.pad(&format!("{amount:.digits$} {unit}"))
    }
}

/// A count with its thousands apart.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(most) => f.pad(&format!("≤ {most:.2} ×")),
            Self::AtLeast(least) => f.pad(&format!("≥ {least} ×")),
            Self::Within(most) => f.pad(&format!("≤ {}", limit(*most))),
            Self::WithinMore(most) => f.pad(&format!("≤ {} more", limit(*most))),
            Self::None => f.pad("–"),
        }
    }
}

/// A limit is a plain number.
fn limit(figure: Figure) -> String {
    match figure {
        Figure::Seconds(seconds) => format!("{seconds} s"),
        Figure::Bytes(bytes) => format!("{} MiB", bytes / 1024 / 1024),
        Figure::Count(count) => grouped(count),
    }
}
