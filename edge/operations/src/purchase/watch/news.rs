//! A record of an award beside what is known today.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::super::told::{FlawTold, Timed};
use super::super::{Bidding, Ending};
use super::{FlawThen, Record};

/// What something new is about, what asks most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NewsKind {
    /// A gate that kept nobody from buying would today.
    Gate,
    /// A flaw that is exploited in the wild.
    Exploited,
    /// A flaw that was not known, or not known to be one of this product.
    Flaw,
    /// A maker that told or fixed too late.
    Late,
    /// A membership, certificate or cover that has ended.
    Ended,
    /// The award itself holds no more.
    Award,
    /// A component that nobody supports any more.
    Support,
    /// An advisory of the maker.
    Advisory,
    /// A consideration that is met less than it was.
    Consideration,
    /// Two things that cannot both be right.
    Contradiction,
}

impl NewsKind {
    /// Every kind, what asks most first.
    pub const ALL: [Self; 10] = [
        Self::Gate,
        Self::Exploited,
        Self::Flaw,
        Self::Late,
        Self::Ended,
        Self::Award,
        Self::Support,
        Self::Advisory,
        Self::Consideration,
        Self::Contradiction,
    ];

    /// The word as stored and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Gate => "gate",
            Self::Exploited => "exploited",
            Self::Flaw => "flaw",
            Self::Late => "late",
            Self::Ended => "ended",
            Self::Award => "award",
            Self::Support => "support",
            Self::Advisory => "advisory",
            Self::Consideration => "consideration",
            Self::Contradiction => "contradiction",
        }
    }

    /// In words, before what it is about.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Gate => "gate",
            Self::Exploited => "exploited flaw",
            Self::Flaw => "flaw",
            Self::Late => "late",
            Self::Ended => "ended",
            Self::Award => "award",
            Self::Support => "support",
            Self::Advisory => "advisory of the maker",
            Self::Consideration => "consideration",
            Self::Contradiction => "contradiction",
        }
    }
}

/// Something new about what was bought.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct News {
    /// What it is about.
    pub kind: NewsKind,
    /// What is meant: a gate, a flaw, a certificate.
    pub what: String,
    /// What is so today, and what was so when it was awarded.
    pub told: String,
    /// Where on the page of the bid it stands; empty where it stands nowhere.
    pub anchor: String,
}

impl News {
    fn new(kind: NewsKind, what: &str, told: String) -> Self {
        Self { kind, what: what.to_owned(), told, anchor: String::new() }
    }

    /// By what the same is known again, however it is told: what is so may be told with other
    /// numbers each day.
    #[must_use]
    pub(super) fn digest(&self) -> [u8; 32] {
        let text = format!("{}\n{}\n{}", self.kind.word(), self.what, self.anchor);
        *blake3::hash(text.as_bytes()).as_bytes()
    }

    fn at(self, anchor: &str) -> Self {
        Self { anchor: anchor.to_owned(), ..self }
    }
}

/// What is new, the gravest first.
pub(super) fn news(
    record: &Record,
    found: &Bidding,
    (today, last_day): (&str, &str),
) -> Vec<News> {
    let mut news = gates(record, found);
    news.extend(flaws(record, &found.judgement.flaws));
    news.extend(timers(record, &found.judgement.timers));
    news.extend(ended(&found.ends, (&record.as_of, today)));
    if last_day < today {
        let told = format!("it held until {last_day}");
        news.push(News::new(NewsKind::Award, "The award has run out", told));
    }
    news.extend(support(record, found));
    news.extend(considerations(record, found));
    news.extend(contradictions(record, found));
    news.sort();
    news
}

fn gates(record: &Record, found: &Bidding) -> Vec<News> {
    let blocking = found.gates.iter().filter(|it| it.blocks);
    let new = blocking.filter_map(|it| {
        let then = record.gates.iter().find(|then| then.id == it.gate.id);
        let was = match then {
            Some(then) if then.blocks => return None,
            Some(then) if then.standing == "passed" => "passed",
            Some(_) => "overridden",
            None => "not asked",
        };
        let told = format!("{}, was {was}: {}", it.gate.standing, it.gate.why);
        let anchor = format!("gate-{}", it.gate.id);
        Some(News::new(NewsKind::Gate, &it.gate.title, told).at(&anchor))
    });
    new.collect()
}

/// A flaw has many names, of which another may be the first one today.
fn is_same(then: &FlawThen, now: &FlawTold) -> bool {
    let own = |id: &String| *id == now.id || now.aliases.contains(id);
    then.component == now.component && (own(&then.id) || then.aliases.iter().any(own))
}

fn flaws(record: &Record, flaws: &[FlawTold]) -> Vec<News> {
    let mut by_id: BTreeMap<(NewsKind, &str, &str), BTreeSet<&str>> = BTreeMap::new();
    for flaw in flaws {
        let mut then = record.judgement.flaws.iter().filter(|it| is_same(it, flaw));
        let is_known = then.clone().any(|it| {
            // What was in doubt and is affected today is new, and so is what is exploited now.
            let was_affected = it.verdict == "affected" || flaw.verdict != "affected";
            was_affected && (it.exploited || !flaw.exploited)
        });
        if is_known {
            continue;
        }
        let kind = match flaw.exploited {
            true => NewsKind::Exploited,
            false => NewsKind::Flaw,
        };
        let how = match (then.next(), flaw.verdict) {
            (Some(then), _) if flaw.exploited && !then.exploited => {
                "known then, and exploited in the wild since"
            }
            (Some(_), _) => "affected, and in doubt then",
            (None, "affected") => "affected",
            (None, _) => "it cannot be told whether it is affected",
        };
        by_id.entry((kind, &flaw.id, how)).or_default().insert(&flaw.component);
    }
    let told = by_id.into_iter().map(|((kind, id, how), components)| {
        let components: Vec<&str> = components.into_iter().collect();
        let told = format!("{how}: {}", components.join(", "));
        News::new(kind, id, told).at("flaws")
    });
    told.collect()
}

fn timers(record: &Record, timers: &[Timed]) -> Vec<News> {
    let mut news = Vec::new();
    for timer in timers {
        let mut then = record.judgement.timers.iter();
        let then = then.find(|it| it.advisory == timer.advisory && it.cve == timer.cve);
        if then.is_none() {
            let told = match &timer.fixed {
                Some(day) => format!("{}, with a fix by {day}", timer.cve),
                None => format!("{}, without a fix", timer.cve),
            };
            let advisory = News::new(NewsKind::Advisory, &timer.advisory, told);
            news.push(advisory.at("timers"));
        }
        let (was_telling, was_fixing) =
            then.map_or(("", ""), |it| (it.telling.as_str(), it.fixing.as_str()));
        for (is, was, what) in [
            (timer.telling, was_telling, "customers were told after 30 days"),
            (timer.fixing, was_fixing, "no fix within 60 days"),
        ] {
            if is == "late" && was != "late" {
                let told = format!("{what} ({})", timer.advisory);
                news.push(News::new(NewsKind::Late, &timer.cve, told).at("timers"));
            }
        }
    }
    news
}

/// What ended after the award and goes on under no other entry of the same name.
fn ended(ends: &[Ending], (since, today): (&str, &str)) -> Vec<News> {
    let over = ends.iter().filter(|it| it.on.as_str() >= since && it.on.as_str() < today);
    let new = over.filter(|it| {
        let mut same = ends.iter().filter(|other| other.what == it.what);
        !same.any(|other| other.on.as_str() >= today)
    });
    new.map(|it| News::new(NewsKind::Ended, &it.what, format!("on {}", it.on))).collect()
}

fn support(record: &Record, found: &Bidding) -> Vec<News> {
    let over = found.judgement.support.iter().filter(|it| it.standing == "ended");
    let mut new: Vec<News> = over
        .filter(|it| {
            let mut then = record.judgement.support.iter();
            !then.any(|then| then.component == it.component && then.standing == "ended")
        })
        .map(|it| {
            let day = it.ends.as_deref().unwrap_or("a day that is not known");
            let told = format!("support of {} ended on {day}", it.product);
            News::new(NewsKind::Support, &it.component, told).at("support")
        })
        .collect();
    new.dedup();
    new
}

/// How much is met, by its word.
fn rank(verdict: &str) -> u8 {
    match verdict {
        "met" => 3,
        "partly_met" => 2,
        "cannot_tell" => 1,
        _ => 0,
    }
}

fn considerations(record: &Record, found: &Bidding) -> Vec<News> {
    let mut news = Vec::new();
    for it in &found.judgement.considerations {
        let then = record.judgement.considerations.iter().find(|then| then.id == it.id);
        let Some(then) = then else { continue };
        let is_asked = it.verdict != "not_applicable" && then.verdict != "not_applicable";
        if is_asked && rank(it.verdict) < rank(&then.verdict) {
            let words = |word: &str| word.replace('_', " ");
            let told = format!(
                "{}, was {}: {}",
                words(it.verdict),
                words(&then.verdict),
                it.why
            );
            let what = format!("{} {}", it.id, it.title);
            news.push(News::new(NewsKind::Consideration, &what, told).at(it.id));
        }
    }
    news
}

fn contradictions(record: &Record, found: &Bidding) -> Vec<News> {
    let new = found.judgement.contradictions.iter().filter(|it| {
        !record.judgement.contradictions.iter().any(|then| then.rule == it.rule)
    });
    let news = new.map(|it| {
        News::new(NewsKind::Contradiction, &it.title, it.why.clone()).at("contradictions")
    });
    news.collect()
}

#[cfg(test)]
mod tests {
    use super::super::JudgementThen;
    use super::*;

    fn ending(what: &str, on: &str) -> Ending {
        Ending { what: what.to_owned(), on: on.to_owned() }
    }

    fn flaw(id: &str, verdict: &'static str) -> FlawTold {
        FlawTold {
            id: id.to_owned(),
            aliases: vec![format!("GHSA-{id}")],
            component: "zlib 1.2.11".to_owned(),
            verdict,
            exploited: false,
            document: String::new(),
            place: String::new(),
        }
    }

    fn exploited(flaw: FlawTold) -> FlawTold {
        FlawTold { exploited: true, ..flaw }
    }

    fn then(id: &str, verdict: &str) -> Record {
        let known = FlawThen {
            id: id.to_owned(),
            component: "zlib 1.2.11".to_owned(),
            verdict: verdict.to_owned(),
            ..FlawThen::default()
        };
        let judgement = JudgementThen { flaws: vec![known], ..JudgementThen::default() };
        Record { judgement, ..Record::default() }
    }

    #[test]
    fn what_ended_since_is_told_but_what_was_renewed_or_was_over_is_not() {
        let since = ("2026-11-26", "2027-02-01");
        let of = |ends: &[Ending]| ended(ends, since).len();
        assert_eq!(of(&[ending("ISO/IEC 27001", "2027-01-31")]), 1);
        assert_eq!(of(&[ending("ISO/IEC 27001", "2027-02-01")]), 0, "its last day");
        assert_eq!(of(&[ending("ISO/IEC 27001", "2026-11-25")]), 0, "known then");
        let renewed = [
            ending("ISO/IEC 27001", "2027-01-31"),
            ending("ISO/IEC 27001", "2030-01-31"),
        ];
        assert_eq!(of(&renewed), 0);
        let other =
            [ending("ISO/IEC 27001", "2027-01-31"), ending("SOC 2", "2030-01-31")];
        assert_eq!(of(&other), 1);
    }

    #[test]
    fn a_flaw_is_new_once_it_is_known_worse_and_under_no_other_name() {
        let kinds = |record: &Record, now: FlawTold| -> Vec<NewsKind> {
            flaws(record, &[now]).into_iter().map(|it| it.kind).collect()
        };
        let none = Record::default();
        assert_eq!(kinds(&none, flaw("1", "affected")), [NewsKind::Flaw]);
        assert_eq!(kinds(&none, flaw("1", "cannot_tell")), [NewsKind::Flaw]);
        assert_eq!(kinds(&none, exploited(flaw("1", "affected"))), [NewsKind::Exploited]);
        let known = then("1", "affected");
        assert_eq!(kinds(&known, flaw("1", "affected")), []);
        assert_eq!(kinds(&known, flaw("1", "cannot_tell")), []);
        assert_eq!(
            kinds(&known, exploited(flaw("1", "affected"))),
            [NewsKind::Exploited]
        );
        let doubted = then("1", "cannot_tell");
        assert_eq!(kinds(&doubted, flaw("1", "affected")), [NewsKind::Flaw]);
        // It has another first name today.
        assert_eq!(kinds(&then("GHSA-1", "affected"), flaw("1", "affected")), []);
        let mut elsewhere = flaw("1", "affected");
        elsewhere.component = "zlib 1.2.8".to_owned();
        assert_eq!(kinds(&known, elsewhere), [NewsKind::Flaw]);
    }
}
