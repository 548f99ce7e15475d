//! What is usual: the same measures over the advisories of all makers.
//!
//! A versioned file, made by `lazaret supplier baseline` from the advisories that are at
//! hand. The one that comes with the program says of which documents and of which day it is.

use std::fmt;

use reading::{Place, Rejected};
use serde::Deserialize;
use terms::Day;

use crate::supplier_history::{Beside, Figures, Measures, Share};

const BUILT_IN: &str = include_str!("../data/baseline.toml");

/// The version of the file that is read.
const VERSION: u32 = 1;

/// What is usual among makers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    /// When it was measured.
    pub made: Day,
    /// Of which documents.
    pub source: String,
    /// First and last day of an advisory in it.
    pub span: Option<(Day, Day)>,
    /// The counts.
    pub figures: Figures,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    baseline: u32,
    made: String,
    source: String,
    first: Option<String>,
    last: Option<String>,
    figures: Figures,
}

impl Baseline {
    /// The one that comes with the program; `None` where its file is broken, which a test
    /// rules out.
    #[must_use]
    pub fn built_in() -> Option<Self> {
        Self::read(BUILT_IN).ok()
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When the text is no such file.
    pub fn read(text: &str) -> Result<Self, Rejected> {
        let refused = |place, message: String| {
            let hint = "`lazaret supplier baseline ADVISORIES…` makes one";
            Rejected::new(place, message, hint)
        };
        let wire: Wire = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let before = text.as_bytes().get(..start).unwrap_or_default();
            let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
            refused(Place::Line { line, column: 0 }, error.message().to_owned())
        })?;
        if wire.baseline != VERSION {
            let message =
                format!("version {} of the baseline is not read", wire.baseline);
            return Err(refused(Place::Document, message));
        }
        let day = |text: &str| {
            terms::date::day(text)
                .map_err(|wrong| refused(Place::Document, wrong.to_string()))
        };
        let span = match (&wire.first, &wire.last) {
            (Some(first), Some(last)) => Some((day(first)?, day(last)?)),
            _ => None,
        };
        let made = day(&wire.made)?;
        Ok(Self { made, source: wire.source, span, figures: wire.figures })
    }

    /// Measures the advisories of all makers that count; whom an advisory thanks is compared
    /// with the makers that it names itself.
    #[must_use]
    pub fn measure(
        source: &str,
        is_self: &dyn Fn(&crate::supplier_history::Advisory, &str) -> bool,
        beside: Beside<'_>,
    ) -> Self {
        let advisories = beside.evidence.advisories.iter().enumerate();
        let positions: Vec<usize> = advisories
            .filter(|(_, advisory)| advisory.counts())
            .map(|(at, _)| at)
            .collect();
        let measures = Measures::of(&positions, is_self, beside);
        Self {
            made: beside.today,
            source: source.to_owned(),
            span: measures.span,
            figures: Figures::of(&measures, beside.thresholds),
        }
    }
}

/// The file.
impl fmt::Display for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figures = &self.figures;
        writeln!(
            f,
            "# What is usual among makers: `lazaret supplier baseline` made this file.\n"
        )?;
        writeln!(f, "baseline = {VERSION}\nmade = \"{}\"", self.made)?;
        // A text of one line: what would end it is left out.
        let source: String = self.source.chars().filter(|c| !c.is_control()).collect();
        writeln!(f, "source = '''{}'''", source.replace('\'', "’"))?;
        if let Some((first, last)) = self.span {
            writeln!(f, "first = \"{first}\"\nlast = \"{last}\"")?;
        }
        writeln!(f, "\n[figures]\nadvisories = {}", figures.advisories)?;
        writeln!(
            f,
            "vulnerabilities = {}\ncves = {}",
            figures.vulnerabilities, figures.cves
        )?;
        if let Some(days) = figures.median_delay_days {
            writeln!(f, "median_delay_days = {days}")?;
        }
        for (name, Share { count, of }) in figures.shares() {
            writeln!(f, "{name} = {{ count = {count}, of = {of} }}")?;
        }
        Ok(())
    }
}

impl Figures {
    /// Every share with its name.
    #[must_use]
    pub const fn shares(&self) -> [(&'static str, Share); 12] {
        [
            ("late", self.late),
            ("years_late", self.years_late),
            ("vulnerabilities_years_late", self.vulnerabilities_years_late),
            ("without_fix", self.without_fix),
            ("vulnerabilities_without_fix", self.vulnerabilities_without_fix),
            ("without_guidance", self.without_guidance),
            ("hard_coded", self.hard_coded),
            ("exploited", self.exploited),
            ("self_credited", self.self_credited),
            ("revised", self.revised),
            ("overdue", self.overdue),
            ("identified", self.identified),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_comes_with_the_program_is_read_and_written_alike() {
        let built_in = Baseline::built_in().unwrap();
        assert_eq!(built_in.to_string(), BUILT_IN);
        assert!(built_in.figures.advisories > 0);
    }

    #[test]
    fn a_file_of_another_form_is_refused() {
        #[track_caller]
        fn check(old: &str, new: &str) {
            let text = BUILT_IN.replacen(old, new, 1);
            assert_ne!(text, BUILT_IN, "{old}");
            assert!(Baseline::read(&text).is_err(), "{new}");
        }

        check("baseline = 1", "baseline = 2");
        check("made = \"2", "made = \"x");
        check("count = ", "counted = ");
        check("[figures]", "[numbers]");
        assert!(Baseline::read("").is_err());
    }

    #[test]
    fn what_a_source_is_called_never_breaks_the_file() {
        for source in ["a '''b''' c", "a\nb", "\\", "'", ""] {
            let made = terms::date::day("2026-11-26").unwrap();
            let figures = Figures::default();
            let baseline = Baseline { made, source: source.into(), span: None, figures };
            assert_eq!(
                Baseline::read(&baseline.to_string()).unwrap().figures,
                baseline.figures
            );
        }
    }
}
