//! CVSS vectors and the scores that follow from them.
//!
//! Source: FIRST, CVSS 2.0 (2007), 3.0 (2015), 3.1 (2019) and 4.0 (2023).
//!
//! A [`Vector`] prints its metrics in the order of its standard and leaves out those that
//! are *not defined*, so two vectors are equal when they mean the same.
//!
//! Not here: a score without a vector; the supplemental metrics of 4.0 are kept but, as
//! the standard says, move no score.

mod read;
mod v2;
mod v3;
mod v4;

use std::fmt;
use std::str::FromStr;

use crate::Malformed;

/// A vector of one of the four versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vector {
    version: Version,
    /// For each metric of the version: the position of its value, or [`UNSET`].
    values: [u8; METRICS_MAX],
}

/// The versions of the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum Version {
    V2_0,
    V3_0,
    V3_1,
    V4_0,
}

/// A score from 0.0 to 10.0, exact to a tenth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score {
    tenths: u8,
}

/// The qualitative rating of a score (3.1 §5, 4.0 §6; for 2.0 the words of NVD).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum Severity {
    None,
    Low,
    Medium,
    High,
    Critical,
}

/// How far a flaw reaches one of confidentiality, integrity and availability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Impact {
    /// Not at all.
    None,
    /// `L`, in 2.0 `P` (partial).
    Low,
    /// `H`, in 2.0 `C` (complete).
    High,
}

const METRICS_MAX: usize = 32;
const UNSET: u8 = u8::MAX;

/// One metric of a version, in the order of the standard.
struct Metric {
    name: &'static str,
    group: Group,
    /// The values; that of an optional group which means *not defined* is left out here
    /// and named in [`Version::undefined`].
    values: &'static [&'static str],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    Base,
    /// Called threat in 4.0.
    Temporal,
    Environmental,
    Supplemental,
}

impl Vector {
    /// Reads a vector of any version; one without a prefix is of 2.0, and may stand in
    /// parentheses as NVD writes it.
    ///
    /// # Errors
    /// When a metric is unknown, twice there, or missing, or (4.0) out of order.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        read::read(text)
    }

    /// The version of the standard.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The score of the base metrics alone.
    #[must_use]
    pub fn base(&self) -> Score {
        match self.version {
            Version::V2_0 => v2::base(self),
            Version::V3_0 | Version::V3_1 => v3::base(self),
            Version::V4_0 => v4::score(&self.only_base()),
        }
    }

    /// The score with the temporal metrics, where one is set. In 4.0: with the threat
    /// metric.
    #[must_use]
    pub fn temporal(&self) -> Option<Score> {
        self.sets(Group::Temporal).then(|| match self.version {
            Version::V2_0 => v2::temporal(self),
            Version::V3_0 | Version::V3_1 => v3::temporal(self),
            Version::V4_0 => v4::score(&self.without(Group::Environmental)),
        })
    }

    /// The score with the environmental metrics, where one is set.
    #[must_use]
    pub fn environmental(&self) -> Option<Score> {
        self.sets(Group::Environmental).then(|| match self.version {
            Version::V2_0 => v2::environmental(self),
            Version::V3_0 | Version::V3_1 => v3::environmental(self),
            Version::V4_0 => v4::score(self),
        })
    }

    /// The most complete score that the vector sets.
    #[must_use]
    pub fn score(&self) -> Score {
        self.environmental().or_else(|| self.temporal()).unwrap_or_else(|| self.base())
    }

    /// The rating of [`Vector::score`].
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.score().severity(self.version)
    }

    /// What a successful attack does to confidentiality: of the vulnerable system, in 4.0
    /// also of those behind it. Base metrics only.
    #[must_use]
    pub fn confidentiality_impact(&self) -> Impact {
        match self.version {
            Version::V4_0 => self.impact("VC").max(self.impact("SC")),
            _ => self.impact("C"),
        }
    }

    fn impact(&self, name: &str) -> Impact {
        match (self.version, self.value(name)) {
            (Version::V2_0, "C") | (_, "H") => Impact::High,
            (_, "P" | "L") => Impact::Low,
            _ => Impact::None,
        }
    }

    /// The value of a metric as written, or the version's word for *not defined*.
    fn value(&self, name: &str) -> &'static str {
        self.stated(name).unwrap_or(self.version.undefined())
    }

    fn stated(&self, name: &str) -> Option<&'static str> {
        let metrics = self.version.metrics();
        let (metric, value) =
            metrics.iter().zip(self.values).find(|(metric, _)| metric.name == name)?;
        metric.values.get(usize::from(value)).copied()
    }

    fn sets(&self, group: Group) -> bool {
        let metrics = self.version.metrics();
        metrics
            .iter()
            .zip(self.values)
            .any(|(metric, value)| metric.group == group && value != UNSET)
    }

    fn only_base(&self) -> Self {
        self.without(Group::Temporal).without(Group::Environmental)
    }

    fn without(mut self, group: Group) -> Self {
        let metrics = self.version.metrics();
        for (value, metric) in self.values.iter_mut().zip(metrics) {
            if metric.group == group {
                *value = UNSET;
            }
        }
        self
    }
}

impl FromStr for Vector {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::parse(text)
    }
}

impl fmt::Display for Vector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.version.prefix())?;
        let mut slash = "";
        for (metric, value) in self.version.metrics().iter().zip(self.values) {
            if let Some(value) = metric.values.get(usize::from(value)) {
                write!(f, "{slash}{}:{value}", metric.name)?;
                slash = "/";
            }
        }
        Ok(())
    }
}

impl Version {
    /// The version's number: `3.1`.
    #[must_use]
    pub const fn number(self) -> &'static str {
        match self {
            Self::V2_0 => "2.0",
            Self::V3_0 => "3.0",
            Self::V3_1 => "3.1",
            Self::V4_0 => "4.0",
        }
    }

    const fn prefix(self) -> &'static str {
        match self {
            Self::V2_0 => "",
            Self::V3_0 => "CVSS:3.0/",
            Self::V3_1 => "CVSS:3.1/",
            Self::V4_0 => "CVSS:4.0/",
        }
    }

    const fn metrics(self) -> &'static [Metric] {
        match self {
            Self::V2_0 => v2::METRICS,
            Self::V3_0 | Self::V3_1 => v3::METRICS,
            Self::V4_0 => v4::METRICS,
        }
    }

    /// The value that means *not defined*.
    const fn undefined(self) -> &'static str {
        match self {
            Self::V2_0 => "ND",
            _ => "X",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.number())
    }
}

impl Score {
    /// The nearest tenth; a half goes up. A score has at most 10.0.
    fn nearest(score: f64) -> Self {
        // The sum of decimal fractions is off by less than this, never by more.
        Self::whole_tenths((score * 10.0 + 1e-9).round())
    }

    fn whole_tenths(tenths: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the value is a whole number from 0 to 100"
        )]
        Self { tenths: tenths.clamp(0.0, 100.0) as u8 }
    }

    /// The score as a number.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        f64::from(self.tenths) / 10.0
    }

    /// Ten times the score, which is a whole number.
    #[must_use]
    pub const fn tenths(self) -> u8 {
        self.tenths
    }

    /// The rating of the score.
    #[must_use]
    pub const fn severity(self, version: Version) -> Severity {
        match (version, self.tenths) {
            (Version::V2_0, 0..=39) => Severity::Low,
            (_, 0) => Severity::None,
            (_, 1..=39) => Severity::Low,
            (_, 40..=69) => Severity::Medium,
            (Version::V2_0, _) | (_, 70..=89) => Severity::High,
            _ => Severity::Critical,
        }
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.tenths / 10, self.tenths % 10)
    }
}

impl Severity {
    /// The word of the standard.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
            Self::Critical => "Critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
