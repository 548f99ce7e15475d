//! Where an action stands: what people decided, and what the inventory shows.
//!
//! What somebody reports is a claim until the inventory shows it. An export that was taken in
//! after the report and still shows the old release brings the action back.

use jiff::Timestamp;
use jiff::civil::Date;

/// What people decided last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decision {
    /// Nothing, or that it is open again.
    #[default]
    Open,
    /// It is done in a window: from that day up to that one.
    Planned {
        /// The first day.
        from: Date,
        /// The last day.
        to: Date,
    },
    /// It was done, somebody says.
    Reported {
        /// When that was said.
        at: Timestamp,
    },
    /// Somebody proposes that the risk is accepted up to that day.
    Proposed {
        /// The last day.
        until: Date,
    },
    /// The risk is accepted up to that day.
    Accepted {
        /// The last day.
        until: Date,
    },
}

/// What is known by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Devices are shown that it is to be done about; by an export that began to be taken in
    /// at that time, where one was.
    Shown(Option<Timestamp>),
    /// The inventory shows none of the devices with what was wrong any more.
    Resolved,
    /// The inventory names none of the devices any more, whatever was done about them.
    Missing,
    /// The devices are as they were, and no document in use says any more what was wrong.
    Unsaid,
    /// The devices are as they were, and the organisation's own analysis says that they are
    /// not affected.
    Cleared,
}

/// Where an action stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Nobody has decided anything.
    Open,
    /// It was reported done, and the inventory shows that it is not.
    CameBack,
    /// Its window has passed, and the inventory shows that it is not done.
    WindowOver,
    /// The day up to which the risk was accepted has passed.
    AcceptanceOver,
    /// More is known than when it was decided: other flaws, a later release, more urgency.
    Outgrown,
    /// Somebody proposes to accept the risk, and nobody has approved yet.
    Proposed,
    /// It will be done in a window.
    Planned,
    /// It was reported done, and the inventory has not been asked since.
    Reported,
    /// The risk is accepted for a time.
    Accepted,
    /// The inventory shows that it is done.
    Done,
    /// The inventory names none of the devices any more: nobody can tell.
    Missing,
    /// No document in use says any more that something is to be done.
    Withdrawn,
    /// The organisation's own analysis says that the devices are not affected.
    NotAffected,
}

impl State {
    /// Every state, in the order in which somebody is needed.
    pub const ALL: [Self; 13] = [
        Self::Open,
        Self::CameBack,
        Self::WindowOver,
        Self::AcceptanceOver,
        Self::Outgrown,
        Self::Proposed,
        Self::Planned,
        Self::Reported,
        Self::Accepted,
        Self::Done,
        Self::Missing,
        Self::Withdrawn,
        Self::NotAffected,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::CameBack => "came_back",
            Self::WindowOver => "window_over",
            Self::AcceptanceOver => "acceptance_over",
            Self::Outgrown => "outgrown",
            Self::Proposed => "acceptance_proposed",
            Self::Planned => "planned",
            Self::Reported => "reported_done",
            Self::Accepted => "accepted",
            Self::Done => "done",
            Self::Missing => "devices_missing",
            Self::Withdrawn => "withdrawn",
            Self::NotAffected => "not_affected",
        }
    }

    /// Whether somebody has to do something.
    #[must_use]
    pub const fn waits(self) -> bool {
        match self {
            Self::Open
            | Self::CameBack
            | Self::WindowOver
            | Self::AcceptanceOver
            | Self::Outgrown
            | Self::Proposed => true,
            Self::Planned
            | Self::Reported
            | Self::Accepted
            | Self::Done
            | Self::Missing
            | Self::Withdrawn
            | Self::NotAffected => false,
        }
    }

    /// Whether it was decided what becomes of it, and it waits for somebody all the same.
    #[must_use]
    pub const fn has_come_back(self) -> bool {
        matches!(
            self,
            Self::CameBack | Self::WindowOver | Self::AcceptanceOver | Self::Outgrown
        )
    }

    /// Whether there is nothing left to be done.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Missing | Self::Withdrawn | Self::NotAffected)
    }
}

/// Where an action stands today.
#[must_use]
pub fn standing(decision: Decision, evidence: Evidence, today: Date) -> State {
    let newest = match evidence {
        Evidence::Resolved => return State::Done,
        Evidence::Missing => return State::Missing,
        Evidence::Unsaid => return State::Withdrawn,
        Evidence::Cleared => return State::NotAffected,
        Evidence::Shown(newest) => newest,
    };
    match decision {
        Decision::Open => State::Open,
        Decision::Planned { to, .. } if to < today => State::WindowOver,
        Decision::Planned { .. } => State::Planned,
        Decision::Reported { at } if newest.is_some_and(|newest| newest > at) => {
            State::CameBack
        }
        Decision::Reported { .. } => State::Reported,
        Decision::Proposed { .. } => State::Proposed,
        Decision::Accepted { until } if until < today => State::AcceptanceOver,
        Decision::Accepted { .. } => State::Accepted,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 26);

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_reported_is_a_claim_until_the_inventory_shows_it() {
        #[track_caller]
        fn check(newest: Option<&str>, expected: State) {
            let decision = Decision::Reported { at: at("2026-11-24T12:00:00Z") };
            let evidence = Evidence::Shown(newest.map(at));
            assert_eq!(standing(decision, evidence, TODAY), expected);
        }

        check(None, State::Reported);
        check(Some("2026-11-20T08:00:00Z"), State::Reported);
        // An export that was taken in at the same moment was made before.
        check(Some("2026-11-24T12:00:00Z"), State::Reported);
        check(Some("2026-11-24T12:00:01Z"), State::CameBack);
        let decision = Decision::Reported { at: at("2026-11-24T12:00:00Z") };
        assert_eq!(standing(decision, Evidence::Resolved, TODAY), State::Done);
    }

    #[test]
    fn a_window_and_an_acceptance_end_with_their_last_day() {
        #[track_caller]
        fn check(decision: Decision, expected: State) {
            assert_eq!(standing(decision, Evidence::Shown(None), TODAY), expected);
        }
        let from = date(2026, 11, 1);

        check(Decision::Planned { from, to: TODAY }, State::Planned);
        check(Decision::Planned { from, to: date(2026, 11, 25) }, State::WindowOver);
        check(Decision::Accepted { until: TODAY }, State::Accepted);
        check(Decision::Accepted { until: date(2026, 11, 25) }, State::AcceptanceOver);
        check(Decision::Proposed { until: date(2026, 11, 25) }, State::Proposed);
        check(Decision::Open, State::Open);
    }

    #[test]
    fn what_is_over_is_over_whatever_was_decided() {
        let decisions = [
            Decision::Open,
            Decision::Planned { from: TODAY, to: TODAY },
            Decision::Reported { at: at("2026-11-24T12:00:00Z") },
            Decision::Accepted { until: TODAY },
        ];
        for decision in decisions {
            for (evidence, expected) in [
                (Evidence::Resolved, State::Done),
                (Evidence::Missing, State::Missing),
                (Evidence::Unsaid, State::Withdrawn),
                (Evidence::Cleared, State::NotAffected),
            ] {
                let found = standing(decision, evidence, TODAY);
                assert_eq!(found, expected);
                assert!(found.is_over() && !found.waits());
            }
            // While devices are shown, no decision ends it.
            assert!(!standing(decision, Evidence::Shown(None), TODAY).is_over());
        }
    }

    #[test]
    fn what_has_come_back_waits_for_somebody() {
        for state in State::ALL {
            assert!(!state.has_come_back() || state.waits(), "{state:?}");
        }
        assert!(!State::Open.has_come_back() && !State::Proposed.has_come_back());
    }

    #[test]
    fn every_state_has_a_word_of_its_own() {
        let words: BTreeSet<&str> = State::ALL.into_iter().map(State::word).collect();
        assert_eq!(words.len(), State::ALL.len());
    }
}
