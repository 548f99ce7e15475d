//! What came of a statement: whether it was accepted, whether it decides, and why.

use advisory::Source;
use advisory::index::AffectedRef;

use super::Speaker;
use crate::Verdict;
use crate::grounds::{Ground, Rule};

/// What makes a word a statement: who speaks, what else is said, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stated {
    /// What came of it.
    pub outcome: Outcome,
    /// Impact statement, free text.
    pub impact: String,
    /// Action statement, free text.
    pub action: String,
}

/// Whether a statement was accepted and decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It was accepted as the word of this speaker, and decides.
    Decides(Speaker),
    /// It was accepted, and another one stands before it.
    Outranked(Speaker, Over),
    /// It was accepted, and says only that somebody is looking into what a record says.
    TakesNothingBack(Speaker),
    /// It was accepted, and says nothing of the state.
    NoState(Speaker),
    /// Nobody has accepted it.
    Claimed(Channel),
}

/// By what one statement stands before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Over {
    /// By who speaks.
    Speaker,
    /// By naming the component more exactly.
    Reach,
    /// By being newer.
    Time,
    /// By asking more of a person, at the same time.
    Caution,
}

/// Where a claim was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// In the index, as the word of whoever published it.
    Index,
    /// In the bill of materials, as its own word.
    Document,
}

impl Outcome {
    /// Who speaks, where somebody answers for it.
    #[must_use]
    pub const fn speaker(self) -> Option<Speaker> {
        match self {
            Self::Decides(speaker)
            | Self::Outranked(speaker, _)
            | Self::TakesNothingBack(speaker)
            | Self::NoState(speaker) => Some(speaker),
            Self::Claimed(_) => None,
        }
    }

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Decides(_) => "decides",
            Self::Outranked(..) => "outranked",
            Self::TakesNothingBack(_) => "takes_nothing_back",
            Self::NoState(_) => "no_state",
            Self::Claimed(_) => "claimed",
        }
    }

    /// Why it was accepted and decides, or was not or does not, for a statement that says
    /// `says`.
    #[must_use]
    pub const fn because(self, says: Verdict) -> &'static str {
        let hides = matches!(says, Verdict::Fixed | Verdict::NotAffected);
        match self {
            Self::Decides(Speaker::Hospital) => "accepted with `--vex`, and it decides",
            Self::Decides(_) => "accepted as the word of its speaker, and it decides",
            Self::Outranked(_, Over::Speaker) => {
                "accepted, but the word of another speaker stands before it"
            }
            Self::Outranked(_, Over::Reach) => {
                "accepted, but one that names the component more exactly stands before it"
            }
            Self::Outranked(_, Over::Time) => {
                "accepted, but a newer one stands before it"
            }
            Self::Outranked(_, Over::Caution) => {
                "accepted, but one that is as new asks more of a person"
            }
            Self::TakesNothingBack(_) => {
                "accepted, but that somebody is looking into it takes nothing back"
            }
            Self::NoState(_) => "accepted, but it says nothing of the state",
            Self::Claimed(Channel::Index) if hides => {
                "not accepted: its publisher claims it, nobody has verified who that is, \
                 and it suppresses nothing until you accept it with `--vex`"
            }
            Self::Claimed(Channel::Document) if hides => {
                "not accepted: the document claims it of itself, and it suppresses nothing \
                 until you accept it with `--vex`"
            }
            Self::Claimed(_) => {
                "a claim that nobody has accepted; it hides nothing, so it is heard"
            }
        }
    }
}

impl Speaker {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::DeviceMaker => "device_maker",
            Self::ComponentMaker => "component_maker",
            Self::Hospital => "hospital",
            Self::Aggregator => "aggregator",
        }
    }
}

impl Ground {
    /// Whether it is a statement that decides.
    pub(crate) fn is_decisive(&self) -> bool {
        let outcome = self.stated.as_ref().map(|stated| stated.outcome);
        matches!(outcome, Some(Outcome::Decides(_)))
    }

    /// What a CSAF document of the index says of a product is a statement of its publisher,
    /// where the component is that product: with flag, impact and remedy.
    pub(crate) fn with_words(mut self, affected: &AffectedRef<'_>) -> Self {
        let is_met = matches!(
            self.rule,
            Rule::VersionListed | Rule::VersionInRange | Rule::EveryVersion
        );
        if !is_met || affected.record().source() != Source::Csaf {
            return self;
        }
        if let Some(words) = affected.words() {
            let is_in = |group: &str| words.groups.iter().any(|own| own == group);
            if self.says == Verdict::UnderInvestigation
                && is_in("unknown")
                && !is_in("under_investigation")
            {
                self.says = Verdict::CannotTell;
                self.rule = Rule::StatusUnknown;
            }
            self.justification = words.justification;
            self.stated = Some(Stated {
                outcome: Outcome::Claimed(Channel::Index),
                impact: words.impact,
                action: words.action,
            });
        }
        self
    }
}
