//! Verdicts and priorities as a person meets them: word, shape, colour, in this order of
//! importance. In JSON they are their words on the wire.

use std::fmt;

use controls::gate::Standing;
use fleet::Priority;
use matching::Verdict;
use serde::{Serialize, Serializer};

/// A word with its shape. It prints as markup made of nothing but texts of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    word: &'static str,
    label: &'static str,
    shape: &'static str,
}

/// Filled square, tick, ring, half ring, hatched square.
const AFFECTED: &str =
    r#"<rect x="1" y="1" width="10" height="10" fill="currentColor"/>"#;
const FIXED: &str = r#"<path d="M1 6.5 4.5 10 11 2" fill="none" stroke="currentColor" stroke-width="2"/>"#;
const NOT_AFFECTED: &str = r#"<circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" stroke-width="1.5"/>"#;
const UNDER_INVESTIGATION: &str = r#"<circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M6 1.5a4.5 4.5 0 0 1 0 9z" fill="currentColor"/>"#;
const CANNOT_TELL: &str = r#"<rect x="1" y="1" width="10" height="10" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M1 7 7 1M1 11 11 1M5 11l6-6" stroke="currentColor"/>"#;
const NOTHING: &str = r#"<path d="M2 6h8" stroke="currentColor" stroke-width="1.5"/>"#;
/// The more urgent, the fuller.
const ACT_NOW: &str = r#"<path d="M6 0 12 11H0z" fill="currentColor"/>"#;
const THIS_WEEK: &str = r#"<path d="M6 1.5 11 10.5H1z" fill="none" stroke="currentColor" stroke-width="1.8"/>"#;
const NEXT_WINDOW: &str =
    r#"<path d="M2 4l4 4 4-4" fill="none" stroke="currentColor" stroke-width="1.8"/>"#;
const WATCH: &str = r#"<circle cx="6" cy="6" r="2" fill="currentColor"/>"#;

impl Mark {
    /// The mark of a verdict; of none where no advisory in use names the product, which is
    /// not the same as *not affected*.
    pub(crate) fn verdict(verdict: Option<Verdict>) -> Self {
        let Some(verdict) = verdict else {
            return Self { word: "none", label: "no advisory", shape: NOTHING };
        };
        let shape = match verdict {
            Verdict::Affected => AFFECTED,
            Verdict::UnderInvestigation => UNDER_INVESTIGATION,
            Verdict::CannotTell => CANNOT_TELL,
            Verdict::Fixed => FIXED,
            Verdict::NotAffected => NOT_AFFECTED,
        };
        Self { word: verdict.word(), label: verdict.label(), shape }
    }

    /// The mark of a priority; of none where no verdict gives one, which of a device that is
    /// *cannot tell* does not mean that nothing is to be done.
    pub(crate) fn priority(priority: Option<Priority>) -> Self {
        let Some(priority) = priority else {
            return Self { word: "none", label: "none known", shape: NOTHING };
        };
        let shape = match priority {
            Priority::ActNow => ACT_NOW,
            Priority::ThisWeek => THIS_WEEK,
            Priority::NextWindow => NEXT_WINDOW,
            Priority::Watch => WATCH,
        };
        Self { word: priority.word(), label: priority.label(), shape }
    }

    /// The mark of a red flag.
    pub(crate) fn red_flag(verdict: controls::Verdict) -> Self {
        use controls::Verdict as Flag;

        let (label, shape) = match verdict {
            Flag::Raised => ("raised", AFFECTED),
            Flag::CannotTell => ("cannot tell", CANNOT_TELL),
            Flag::Clear => ("clear", FIXED),
            Flag::NotApplicable => ("not applicable", NOTHING),
        };
        Self { word: verdict.word(), label, shape }
    }

    /// The mark of the gate before a purchase: it has passed, or nothing is bought.
    pub(crate) fn gate(standing: Standing) -> Self {
        let (word, label, shape) = match standing {
            Standing::Passed => ("passed", "passed", FIXED),
            Standing::Expired => ("expired", "blocked: ended", AFFECTED),
            Standing::NotBegun => ("not_begun", "blocked: not begun", AFFECTED),
            Standing::Unbounded => ("unbounded", "blocked: no end is known", AFFECTED),
            Standing::Claimed => ("claimed", "blocked: only claimed", AFFECTED),
            Standing::Absent => ("absent", "blocked: none was found", AFFECTED),
            Standing::Unknown => ("unknown", "blocked: nothing is known", CANNOT_TELL),
        };
        Self { word, label, shape }
    }

    /// The mark of a verdict on a control.
    pub(crate) const fn control(verdict: posture::Verdict) -> Self {
        use posture::Verdict as Control;

        let (word, label, shape) = match verdict {
            Control::Met => ("met", "met", FIXED),
            Control::PartlyMet => ("partly_met", "partly met", UNDER_INVESTIGATION),
            Control::NotMet => ("not_met", "not met", AFFECTED),
            Control::CannotTell => ("cannot_tell", "cannot tell", CANNOT_TELL),
            Control::NotApplicable => ("not_applicable", "does not apply", NOTHING),
        };
        Self { word, label, shape }
    }

    /// The mark of a verdict on a control by its word on the wire.
    pub(crate) fn control_of(word: &str) -> Self {
        let verdict = posture::Verdict::ALL.into_iter().find(|it| it.word() == word);
        Self::control(verdict.unwrap_or(posture::Verdict::CannotTell))
    }

    /// How something of the register stands: it counts, waits, or counts no more.
    pub(crate) const fn standing(word: &'static str, label: &'static str) -> Self {
        let shape = match word.as_bytes() {
            b"in_force" => FIXED,
            b"waiting" => CANNOT_TELL,
            b"expired" => AFFECTED,
            _ => NOTHING,
        };
        Self { word, label, shape }
    }

    /// The mark of a verdict by its word on the wire.
    pub(crate) fn of_word(word: &str) -> Self {
        Self::verdict(Verdict::ALL.into_iter().find(|one| one.word() == word))
    }

    pub(crate) fn label(self) -> &'static str {
        self.label
    }

    pub(crate) fn word(self) -> &'static str {
        self.word
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            r#"<span class="mark {}"><svg viewBox="0 0 12 12" aria-hidden="true">{}</svg> {}</span>"#,
            self.word, self.shape, self.label
        )
    }
}

impl askama::filters::HtmlSafe for Mark {}

impl Serialize for Mark {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_a_shape_of_its_own() {
        let verdicts = Verdict::ALL.map(Some).into_iter().chain([None]);
        let verdicts: Vec<Mark> = verdicts.map(Mark::verdict).collect();
        let priorities = Priority::ALL.map(Some).into_iter().chain([None]);
        let priorities: Vec<Mark> = priorities.map(Mark::priority).collect();
        for marks in [verdicts, priorities] {
            for (at, mark) in marks.iter().enumerate() {
                let others = marks.iter().skip(at + 1);
                assert!(others.clone().all(|other| other.shape != mark.shape), "{mark}");
                assert!(others.clone().all(|other| other.label != mark.label), "{mark}");
            }
        }
    }
}
