//! Which verdicts turned lately: what *Today* and digests say has happened.
//!
//! What is kept of each is how it stands now: a verdict that came and went within the span has
//! gone. The whole history is in the database.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use matching::Verdict;
use store::Ruling;

use super::held::Holdings;

/// How many days back turns are held: a digest of a week looks so far, whatever the zone of
/// its reader.
const DAYS: i32 = 9;

/// A verdict that turned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turned {
    /// When.
    pub at: Timestamp,
    /// 0 for what rests on public documents alone, else the organisation whose documents it
    /// rests on too.
    pub view: i64,
    /// The number of the build.
    pub configuration: i64,
    /// The vulnerability, or the advisory where that names none.
    pub vulnerability: Arc<str>,
    /// What it turned to.
    pub to: To,
}

/// What a verdict turned to, as far as anybody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// It affects the build.
    Affected,
    /// Nothing says any more that it does or might.
    Unsaid,
}

/// Those that turned lately, by the number of the judgement.
#[derive(Debug, Default)]
pub(super) struct Turns {
    by_id: BTreeMap<i64, Turned>,
    /// The first day that is held, as written.
    oldest: String,
}

impl Turns {
    /// What follows is read on this day.
    pub(super) fn begin(&mut self, today: &str) {
        let Ok(today) = today.parse::<Date>() else { return };
        let oldest = today.saturating_sub(DAYS.days()).to_string();
        if oldest != self.oldest {
            self.by_id.retain(|_, turned| turned.at.to_string() >= oldest);
            self.oldest = oldest;
        }
    }

    /// Takes note of a judgement.
    pub(super) fn rule(&mut self, ruling: &Ruling, vulnerability: &Arc<str>) {
        self.by_id.remove(&ruling.id);
        let at = ruling.closed.as_ref().unwrap_or(&ruling.changed);
        if *at < self.oldest {
            return;
        }
        let (Some(to), Ok(at)) = (turn(ruling), at.parse()) else { return };
        let (view, configuration) = (ruling.view, ruling.configuration);
        let vulnerability = Arc::clone(vulnerability);
        let turned = Turned { at, view, configuration, vulnerability, to };
        self.by_id.insert(ruling.id, turned);
    }
}

fn turn(ruling: &Ruling) -> Option<To> {
    let is = |verdict: Verdict| ruling.said == verdict.word();
    match ruling.closed {
        None => is(Verdict::Affected).then_some(To::Affected),
        // That it did not affect the build any more was said before.
        Some(_) if is(Verdict::Fixed) || is(Verdict::NotAffected) => None,
        Some(_) => Some(To::Unsaid),
    }
}

impl Holdings {
    /// The verdicts that turned since a time, at most nine days ago, and stayed so. No scope
    /// is asked here: whoever shows something of it leaves out what is of builds and documents
    /// of others.
    pub fn turned_since(&self, since: Timestamp) -> impl Iterator<Item = &Turned> {
        self.turns.by_id.values().filter(move |turned| turned.at >= since)
    }
}

#[cfg(test)]
mod tests {
    use store::Since;

    use super::*;

    fn ruling(said: Verdict, changed: &str, closed: Option<&str>) -> Ruling {
        Ruling {
            at: Since::default(),
            id: 7,
            view: 0,
            configuration: 3,
            vulnerability: "CVE-2026-1000".to_owned(),
            component: String::new(),
            fixed_in: String::new(),
            question: String::new(),
            opened: "2026-01-02T08:00:00Z".to_owned(),
            changed: changed.to_owned(),
            closed: closed.map(str::to_owned),
            said: said.word().to_owned(),
            grounds: "[]".to_owned(),
        }
    }

    fn held(on: &str, rulings: &[Ruling]) -> Turns {
        let mut turns = Turns::default();
        turns.begin(on);
        let name = "CVE-2026-1000".into();
        rulings.iter().for_each(|ruling| turns.rule(ruling, &name));
        turns
    }

    #[track_caller]
    fn check(rulings: &[Ruling], expected: Option<To>) {
        let turns = held("2026-11-26", rulings);
        assert_eq!(turns.by_id.get(&7).map(|turned| turned.to), expected, "{rulings:?}");
    }

    #[test]
    fn what_is_told_of_a_verdict_is_how_it_stands_now() {
        use Verdict::{Affected, CannotTell, Fixed, NotAffected};
        let (lately, later) = ("2026-11-25T09:00:00Z", "2026-11-26T07:00:00Z");
        let long_ago = "2026-11-10T09:00:00Z";
        check(&[ruling(Affected, lately, None)], Some(To::Affected));
        check(&[ruling(Affected, long_ago, Some(lately))], Some(To::Unsaid));
        check(&[ruling(CannotTell, long_ago, Some(lately))], Some(To::Unsaid));
        // It came and went, and it went and came back.
        let (came, went) =
            (ruling(Affected, lately, None), ruling(Affected, lately, Some(later)));
        check(&[came.clone(), went.clone()], Some(To::Unsaid));
        check(&[went, ruling(Affected, later, None)], Some(To::Affected));
        // Nobody is told that a flaw is gone that was not there.
        check(&[ruling(Fixed, long_ago, Some(lately))], None);
        check(&[ruling(NotAffected, lately, None)], None);
        check(&[came.clone(), ruling(Fixed, later, None)], None);
        check(&[ruling(CannotTell, lately, None)], None);
        check(&[came, ruling(CannotTell, later, None)], None);
        // What turned long ago is in the database.
        check(&[ruling(Affected, long_ago, None)], None);
        check(&[ruling(Affected, long_ago, Some("2026-11-16T00:00:00Z"))], None);
        check(&[ruling(Affected, "not a time", None)], None);
    }

    #[test]
    fn what_grows_old_is_let_go_and_a_week_is_always_there() {
        let mut turns = held(
            "2026-11-26",
            &[ruling(Verdict::Affected, "2026-11-18T09:00:00Z", None)],
        );
        assert_eq!(turns.by_id.len(), 1);
        turns.begin("2026-11-27");
        assert_eq!(turns.by_id.len(), 1);
        turns.begin("2026-11-28");
        assert_eq!(turns.by_id.len(), 0);
    }
}
