//! What a sentence states of each release in it.
//!
//! A release is a fix where the words that govern it say so: *update to*, *fixed in*,
//! *released*, *N fixes*, or where a fix offered by the vendor is a label and a release and
//! nothing more. Words that deny, limit or announce are read with them. What is not
//! understood is [`Claim::Unclear`] where the sentence speaks of a fix, and nothing else.

use super::number::{self, Number, Whole};
use super::words::{
    Class, End, Opens, Word, class, is_fix, is_update, names_something, words,
};

/// What is said of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It holds the fix, or is what to update to.
    Fix,
    /// It holds a part of the fix.
    Part,
    /// It will hold the fix.
    Announced,
    /// It is still affected.
    Affected,
    /// It is not affected.
    Spared,
    /// A sentence about a fix names it, and was not understood.
    Unclear,
}

/// Which releases are meant beside the one that is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// None.
    At,
    /// Those behind it.
    Onward,
    /// Those before it, without it.
    Before,
}

/// Whence a sentence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    /// A fix that the vendor offers, or a list behind a heading that offers fixes.
    Offer,
    /// Something else to do.
    Advice,
    /// A fix that is planned.
    Plan,
}

/// A release and what is said of it.
#[derive(Clone, Debug)]
pub(super) struct Stated {
    pub(super) number: Number,
    pub(super) claim: Claim,
    pub(super) reach: Reach,
    /// The words in front of it, back to the release before.
    pub(super) before: String,
    /// What it is said to be a release of or for: `of Zeta Viewer`.
    pub(super) behind: String,
    /// The words in a bracket at its end: `1.4 (EM1200)`.
    pub(super) bracket: String,
    /// The words that name the product whose release it is.
    pub(super) names: Vec<String>,
}

/// What the words in front of a number make of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Governor {
    /// A limit, or the release of those who need the fix.
    Old,
    /// No release.
    Nothing,
    /// A word, at that place, that makes it a goal.
    Goal(usize),
    /// Nothing but names stands in front; they begin there.
    Label(usize),
    /// Words that were not understood.
    Unknown(usize),
}

/// What the words behind a number say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Predicate {
    None,
    /// `or prior`; `: update`; `- 3.2`.
    Old,
    Needs,
    Fixes,
    WillFix,
    FixesNot,
    Affected,
    Spared,
}

/// What is stated of every release in a sentence.
pub(super) fn read(sentence: &str, setting: Setting) -> Vec<Stated> {
    let words = words(sentence);
    let numbers = number::numbers(&words);
    let clause = Clause { words: &words, numbers: &numbers };
    let mut stated = Vec::new();
    for at in 0..numbers.len() {
        stated.extend(clause.stated(at, setting));
    }
    stated
}

/// Whether a sentence only labels a list of releases, and offers them as fixes.
pub(super) fn is_heading(sentence: &str) -> bool {
    let words = words(sentence);
    let offers = |word: &Word| {
        matches!(class(word), Class::Update | Class::Get | Class::Release | Class::Fixed)
    };
    words.last().is_some_and(|word| word.end == End::Colon)
        && words.iter().any(offers)
        && !words.iter().any(|word| matches!(word.lower.as_str(), "not" | "cannot"))
        && future(&words).is_none()
}

struct Clause<'w> {
    words: &'w [Word],
    numbers: &'w [Number],
}

impl Clause<'_> {
    fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| word.lower.as_str())
    }

    fn stated(&self, which: usize, setting: Setting) -> Option<Stated> {
        let number = self.numbers.get(which)?;
        let governor = self.governor(number);
        let (reach, end) = self.reach(number);
        let predicate = self.predicate(number, end);
        let (claim, reach) = self.claim(number, governor, predicate, reach, setting)?;
        let from = match governor {
            Governor::Goal(at) => at + 1,
            Governor::Label(at) | Governor::Unknown(at) => at,
            Governor::Old | Governor::Nothing => number.from,
        };
        let last = which.checked_sub(1).and_then(|at| self.numbers.get(at));
        let last = last.map_or(0, |number| self.end_of_bracket(number));
        let bracket = self.bracket(end);
        let behind = if bracket.is_empty() { self.behind(end) } else { bracket };
        let naming = self.words.get(from.max(last).min(number.from)..number.from);
        let naming = naming.unwrap_or_default().iter().chain(behind);
        let text = |words: &[Word]| {
            let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
            texts.join(" ")
        };
        Some(Stated {
            before: text(
                self.words.get(last.min(number.from)..number.from).unwrap_or_default(),
            ),
            behind: text(behind),
            bracket: text(bracket),
            names: naming
                .filter(|word| names_something(word))
                .map(|word| word.text.clone())
                .collect(),
            number: number.clone(),
            claim,
            reach,
        })
    }

    /// `1.4 (EM1200)`: the words in the bracket.
    fn bracket(&self, end: usize) -> &[Word] {
        let from = self.behind_day(end);
        let rest = self.words.get(from..).unwrap_or_default();
        if rest.first().is_none_or(|word| word.opens == Opens::No) {
            return &[];
        }
        let end = rest.iter().take(4).position(|word| word.end == End::Bracket);
        end.and_then(|end| rest.get(..=end)).unwrap_or_default()
    }

    /// Behind a number and the bracket that is its own: what stands in it says nothing of
    /// the number that follows.
    fn end_of_bracket(&self, number: &Number) -> usize {
        let (_, end) = self.reach(number);
        match self.bracket(end) {
            [] => number.to,
            bracket => self.behind_day(end) + bracket.len(),
        }
    }

    /// Behind `in June of 2020`, which may stand between a release and its product.
    fn behind_day(&self, end: usize) -> usize {
        let mut from = end;
        while matches!(self.word(from), "in" | "june" | "early" | "late")
            || self.word(from).starts_with("20")
            || number_month(self.word(from))
            || self.word(from) == "of" && self.word(from + 1).starts_with("20")
        {
            from += 1;
        }
        from
    }

    /// `of Zeta Viewer`, `for Zeta Viewer`: the words behind the preposition.
    fn behind(&self, end: usize) -> &[Word] {
        let from = self.behind_day(end);
        if !matches!(self.word(from), "of" | "for" | "software") {
            return &[];
        }
        let rest = self.words.get(from + 1..).unwrap_or_default();
        let named = |word: &&Word| {
            matches!(class(word), Class::Plain) && !matches!(word.lower.as_str(), "and")
        };
        let length = rest.iter().take(8).take_while(named).count();
        rest.get(..length).unwrap_or_default()
    }

    /// `or later`, and where the words behind it begin.
    fn reach(&self, number: &Number) -> (Reach, usize) {
        let mut at = number.to;
        let apart = number.from.checked_sub(1).map_or("", |at| self.word(at));
        let sign = matches!(apart, ">" | ">=" | "≥");
        let sign = sign
            || self.words.get(number.from).is_some_and(|word| {
                word.text.starts_with(['>', '≥']) || word.text.ends_with('+')
            });
        let mut reach = if sign { Reach::Onward } else { Reach::At };
        if matches!(self.word(at), "and" | "or") {
            let next = if self.word(at + 1) == "all" { at + 2 } else { at + 1 };
            if is_later(self.word(next)) {
                reach = Reach::Onward;
                at = next + 1;
                if self.word(at).starts_with("version") || self.word(at) == "releases" {
                    at += 1;
                }
            }
        } else if is_later(self.word(at)) || self.word(at) == "onwards" {
            reach = Reach::Onward;
            at += 1;
        }
        (reach, at)
    }

    fn governor(&self, number: &Number) -> Governor {
        let mut at = number.from;
        let mut strange = 0;
        if self.words.get(number.from).is_some_and(|word| class(word) == Class::Old) {
            return Governor::Old;
        }
        while let Some(before) = at.checked_sub(1) {
            if let Some(other) = self.numbers.iter().find(|other| other.to == at) {
                at = other.from;
                continue;
            }
            // A list goes on; a range does not.
            let low = self.numbers.iter().find(|other| other.to == before);
            if let Some(low) = low.filter(|low| self.is_range(low, number)) {
                return self.end_of_range(low);
            }
            let Some(word) = self.words.get(before) else { return Governor::Nothing };
            if word.end == End::Colon && !is_noun(&word.lower) {
                let verb = self.verb_before(at, &[], 60);
                return verb.map_or(Governor::Label(self.label(at)), Governor::Goal);
            }
            match self.one(before, word) {
                Step::Is(governor) => return governor,
                Step::On => {}
                Step::Strange => {
                    strange += 1;
                    if strange > 3 {
                        return Governor::Unknown(at);
                    }
                }
                Step::Stop => return Governor::Unknown(at),
            }
            at = before;
        }
        if strange > 0 { Governor::Unknown(0) } else { Governor::Label(0) }
    }

    /// Where the label in front of a colon begins.
    fn label(&self, end: usize) -> usize {
        let numbers = self.numbers.iter().filter(|number| number.to < end);
        numbers.map(|number| number.to).max().unwrap_or_default()
    }

    fn one(&self, at: usize, word: &Word) -> Step {
        let before = at.checked_sub(1).map_or("", |at| self.word(at));
        match class(word) {
            Class::Plain if word.lower == "of" && self.of_users(at) => {
                Step::Is(Governor::Old)
            }
            Class::Plain => Step::On,
            Class::Foreign if word.lower == "number" && is_noun(before) => Step::On,
            Class::Foreign | Class::Needs => Step::Is(Governor::Nothing),
            Class::Old if word.lower == "from" || word.lower == "on" => {
                let fixed = at.checked_sub(1).and_then(|at| self.words.get(at));
                let fixed = fixed.is_some_and(|word| is_fix(&word.lower));
                if fixed {
                    Step::Is(self.negatable(at - 1))
                } else {
                    Step::Is(Governor::Old)
                }
            }
            Class::Old => Step::Is(Governor::Old),
            Class::To => Step::Is(self.to(at, before)),
            Class::In => Step::Is(self.inside(at, word)),
            // `update Zeta 2.0 to …` names the release that needs it.
            Class::Update if is_software_update(&word.lower, before) => Step::On,
            Class::Update => Step::Is(self.updated(at)),
            Class::Get if word.lower == "using" || word.lower == "used" => {
                let urged = (at.saturating_sub(3)..at)
                    .any(|at| self.word(at).starts_with("recommend"));
                Step::Is(if urged { Governor::Goal(at) } else { Governor::Old })
            }
            Class::Get if word.lower.starts_with("user") => Step::Is(Governor::Old),
            Class::Get => Step::Is(Governor::Goal(at)),
            Class::Release => Step::Is(Governor::Goal(at)),
            // `the IP address 10.0.0.1`.
            Class::Fixed if matches!(before, "ip" | "mac" | "listening") => {
                Step::Is(Governor::Nothing)
            }
            Class::Fixed if word.lower.ends_with("ed") => Step::Is(Governor::Goal(at)),
            Class::Fixed => Step::Is(Governor::Unknown(at)),
            Class::Break => Step::Stop,
            Class::Other => Step::Strange,
        }
    }

    fn negatable(&self, verb: usize) -> Governor {
        Governor::Goal(verb)
    }

    /// `users of version 2`.
    fn of_users(&self, at: usize) -> bool {
        (at.saturating_sub(3)..at).any(|at| {
            ["user", "customer", "owner", "install"]
                .iter()
                .any(|stem| self.word(at).starts_with(stem))
        })
    }

    fn to(&self, at: usize, before: &str) -> Governor {
        let no_goal: &[&str] =
            &["prior", "up", "equal", "according", "refer", "due", "related", "previous"];
        if no_goal.contains(&before) {
            return Governor::Old;
        }
        // `versions 4.6 to 4.38`, but `from 4.6 to 4.38` where something is updated.
        let verb = self.verb_before(at, &[Class::Update], 25);
        verb.map_or(Governor::Unknown(at), Governor::Goal)
    }

    /// Update verbs govern a release without *to* only in a heading.
    fn updated(&self, at: usize) -> Governor {
        let colon = self.words.get(at).is_some_and(|word| word.end == End::Colon);
        if colon { Governor::Goal(at) } else { Governor::Old }
    }

    fn inside(&self, at: usize, word: &Word) -> Governor {
        let wanted = [Class::Fixed, Class::Release, Class::Update, Class::Get];
        let near = if word.lower == "in" { 14 } else { 8 };
        match self.verb_before(at, &wanted, near) {
            Some(verb) if self.word(verb).starts_with("install") => Governor::Old,
            Some(verb) if self.is_participle(verb) => Governor::Goal(verb),
            _ if word.lower == "with" => Governor::Old,
            _ => Governor::Unknown(at),
        }
    }

    fn is_participle(&self, verb: usize) -> bool {
        let lower = self.word(verb);
        is_fix(lower)
            || lower.starts_with("availab")
            || lower.ends_with("ed")
            || is_update(lower)
    }

    /// The nearest word of the classes (of any that offers, where none is given) in front
    /// of `at`, in the same clause.
    fn verb_before(&self, at: usize, classes: &[Class], near: usize) -> Option<usize> {
        let any = [Class::Update, Class::Get, Class::Release, Class::Fixed];
        let wanted = if classes.is_empty() { &any } else { classes };
        let places = (at.saturating_sub(near)..at).rev();
        places
            .take_while(|at| !matches!(self.word(*at), "but" | "however" | "whereas"))
            .find(|at| {
                self.words.get(*at).is_some_and(|word| wanted.contains(&class(word)))
            })
    }

    /// Whether two numbers are the ends of a range.
    fn is_range(&self, low: &Number, high: &Number) -> bool {
        let between = self.words.get(low.to..high.from).unwrap_or_default();
        between.first().is_some_and(|word| {
            matches!(word.lower.as_str(), "-" | "to" | "through" | "thru" | "until")
        })
    }

    /// `from 4.6 to 4.38` where something is updated leads to its end.
    fn end_of_range(&self, low: &Number) -> Governor {
        let from = low.from.checked_sub(1).map_or("", |at| self.word(at));
        let from = from == "from"
            || is_noun(from)
                && low.from.checked_sub(2).is_some_and(|at| self.word(at) == "from");
        let verb = self.verb_before(low.from, &[Class::Update], 8);
        match verb {
            Some(verb) if from => Governor::Goal(verb),
            _ => Governor::Old,
        }
    }

    fn predicate(&self, number: &Number, end: usize) -> Predicate {
        let next = self.word(number.to);
        let after = self.word(number.to + 1);
        let after = if after == "all" { self.word(number.to + 2) } else { after };
        if matches!(next, "and" | "or") && is_earlier(after) || is_earlier(next) {
            return Predicate::Old;
        }
        // `Zeta 8.2 Version 8.2.0.5`: the first belongs to the name.
        let noun = is_noun(next) && next != "software";
        if noun && self.numbers.iter().any(|other| other.from == number.to + 1) {
            return Predicate::Old;
        }
        let last = self.words.get(number.to.saturating_sub(1));
        if number.to == self.words.len()
            && last.is_some_and(|word| word.end == End::Colon)
        {
            return Predicate::Old;
        }
        let follows = self.numbers.iter().find(|other| other.from > number.from);
        if follows.is_some_and(|other| {
            self.is_range(number, other) && other.from - number.to <= 3
        }) {
            return Predicate::Old;
        }
        let colon = end.checked_sub(1).and_then(|at| self.words.get(at));
        if colon.is_some_and(|word| word.end == End::Colon) && self.is_order(end) {
            return Predicate::Old;
        }
        self.said(end)
    }

    /// Whether something is asked for behind a colon.
    fn is_order(&self, at: usize) -> bool {
        let orders =
            ["no", "planned", "contact", "please", "there", "follow", "replace", "see"];
        let word = self.words.get(at);
        word.is_some_and(|word| {
            matches!(class(word), Class::Update | Class::Get | Class::Fixed)
                || orders.contains(&word.lower.as_str())
        })
    }

    /// The verb behind a number and the numbers that are listed with it.
    fn said(&self, mut at: usize) -> Predicate {
        // `1.0 and 2.0 fix …`: the verb is that of all.
        while let Some(other) = self.numbers.iter().find(|number| {
            number.from == at
                || matches!(self.word(at), "and" | "or")
                    && number.from <= at + 2
                    && number.from > at
        }) {
            at = other.to;
        }
        let until =
            self.numbers.iter().map(|number| number.from).find(|from| *from >= at);
        let until = until.unwrap_or(self.words.len()).min(at + 14);
        let window: Vec<&str> = (at..until).map(|at| self.word(at)).collect();
        let denied = |upto: usize| window.iter().take(upto).any(|word| denies(word));
        let first =
            |wanted: fn(&str) -> bool| window.iter().position(|word| wanted(word));
        let being = |word: &str| {
            matches!(word, "is" | "are" | "was" | "were" | "remain" | "remains" | "being")
        };
        let hurt = first(|word| {
            matches!(word, "affected" | "vulnerable" | "impacted" | "susceptible")
        });
        if first(|word| word == "unaffected").is_some_and(|at| at < 6) {
            return Predicate::Spared;
        }
        if let Some(hurt) = hurt
            && hurt < 8
            && window.iter().take(hurt).any(|word| being(word))
            && first(is_fix).is_none_or(|fix| fix > hurt)
        {
            return if denied(hurt) { Predicate::Spared } else { Predicate::Affected };
        }
        if first(|word| matches!(word, "should" | "must" | "need"))
            .is_some_and(|at| at < 3)
        {
            return Predicate::Needs;
        }
        let will = first(|word| matches!(word, "will" | "shall" | "would"));
        let fix = first(is_fix).or_else(|| {
            first(|word| word.starts_with("contain") || word.starts_with("includ"))
        });
        let out = first(|word| {
            word.starts_with("availab")
                || matches!(word, "released" | "published" | "issued")
        });
        let verb = [fix, out].into_iter().flatten().min().filter(|at| *at < 9);
        let Some(verb) =
            verb.filter(|verb| (at..at + verb).all(|at| self.is_between(at)))
        else {
            return Predicate::None;
        };
        if denied(verb) {
            return Predicate::FixesNot;
        }
        if will.is_some_and(|will| will < verb) {
            Predicate::WillFix
        } else {
            Predicate::Fixes
        }
    }

    /// Whether a word may stand between a release and its verb.
    fn is_between(&self, at: usize) -> bool {
        const AUXILIARY: &[&str] = &[
            "that",
            "which",
            "will",
            "also",
            "now",
            "has",
            "have",
            "been",
            "be",
            "not",
            "does",
            "do",
            "did",
            "for",
            "on",
            "still",
            "can",
            "cannot",
            "could",
            "would",
            "shall",
            "reported",
            "users",
            "customers",
            "never",
            "no",
            "longer",
            "from",
            "doesn't",
            "don't",
            "didn't",
            "won't",
            "yet",
            "already",
            "fully",
            "only",
        ];
        self.words.get(at).is_some_and(|word| {
            AUXILIARY.contains(&word.lower.as_str())
                || matches!(
                    class(word),
                    Class::Plain | Class::In | Class::To | Class::Fixed | Class::Release
                )
        })
    }

    fn claim(
        &self,
        number: &Number,
        governor: Governor,
        predicate: Predicate,
        reach: Reach,
        setting: Setting,
    ) -> Option<(Claim, Reach)> {
        let updates = matches!(governor, Governor::Goal(_));
        match (predicate, governor) {
            (_, Governor::Nothing) => return None,
            (Predicate::Spared, Governor::Old) => {
                let below = number.from.checked_sub(1).map_or("", |at| self.word(at));
                let below = matches!(below, "to" | "than" | "before" | "below");
                return below.then_some((Claim::Spared, Reach::Before));
            }
            (Predicate::Old, _) | (_, Governor::Old) => return None,
            (Predicate::Needs, _) if !updates => return None,
            (Predicate::Spared, _) if !updates => return Some((Claim::Spared, reach)),
            (Predicate::Affected | Predicate::FixesNot, _) if !updates => {
                return Some((Claim::Affected, reach));
            }
            _ => {}
        }
        let offered = match governor {
            Governor::Goal(verb) => match self.denial(verb, number.from) {
                Denial::Fix => return Some((Claim::Affected, reach)),
                Denial::Update => return None,
                Denial::None => Claim::Fix,
            },
            _ if predicate == Predicate::Fixes => Claim::Fix,
            _ if predicate == Predicate::WillFix => Claim::Announced,
            Governor::Label(_) | Governor::Unknown(_) if self.offers_new() => Claim::Fix,
            Governor::Label(_)
                if setting != Setting::Advice || reach == Reach::Onward =>
            {
                Claim::Fix
            }
            _ if number.version.parts().len() > 1
                && (self.speaks_of_a_fix() || self.is_bare_list()) =>
            {
                Claim::Unclear
            }
            _ => return None,
        };
        Some((self.weighed(number, offered, setting), reach))
    }

    /// `New version of Zeta 2.31`.
    fn offers_new(&self) -> bool {
        (0..3).any(|at| {
            matches!(self.word(at), "new" | "updated" | "fixed" | "corrected")
                && is_noun(self.word(at + 1))
        })
    }

    fn weighed(&self, number: &Number, offered: Claim, setting: Setting) -> Claim {
        let has = |wanted: &[&str]| {
            self.words.iter().any(|word| wanted.contains(&word.lower.as_str()))
        };
        if setting == Setting::Plan || future(self.words).is_some() {
            return Claim::Announced;
        }
        if offered == Claim::Fix && has(&["partial", "partially", "partly"]) {
            return Claim::Part;
        }
        // `should first upgrade to A and then apply B`: A alone is not enough.
        let step = has(&["first"])
            && has(&["then", "afterwards", "subsequently", "before"])
            || has(&["first"]) && has(&["prior"]);
        let step = step || self.goes_on(number);
        // `the latest version of Zeta V3`: V3 belongs to the name.
        let single = number.version.parts().len() == 1;
        let step = step || single && has(&["latest", "newest"]);
        if offered == Claim::Fix && (step || number.whole == Whole::No) {
            return Claim::Unclear;
        }
        offered
    }

    /// `8.0 with the latest hotfix`: the release alone is not what is meant.
    fn goes_on(&self, number: &Number) -> bool {
        let joins = matches!(self.word(number.to), "with" | "plus" | "and" | "+");
        let near = number.to + 1..number.to + 5;
        joins
            && near.clone().any(|at| {
                matches!(self.word(at), "hotfix" | "patch" | "fix" | "pack" | "hotfixes")
            })
            && !self.numbers.iter().any(|other| near.contains(&other.from))
    }

    fn speaks_of_a_fix(&self) -> bool {
        self.words.iter().any(|word| {
            matches!(class(word), Class::Update | Class::Fixed | Class::Release)
                && word.lower != "address"
        })
    }

    /// `Versions 9.4.2, 9.5.3 and 9.6.1` and nothing else: a list that lost its heading.
    fn is_bare_list(&self) -> bool {
        let number = |at: usize| {
            self.numbers.iter().any(|number| (number.from..number.to).contains(&at))
        };
        self.words.iter().enumerate().all(|(at, word)| {
            number(at)
                || is_noun(&word.lower)
                || matches!(word.lower.as_str(), "and" | "or")
        })
    }

    /// Whether the verb is denied, and what that says of the release.
    fn denial(&self, verb: usize, until: usize) -> Denial {
        let before = verb.saturating_sub(4)..verb;
        let can = before.clone().any(|at| {
            matches!(self.word(at), "unable" | "cannot" | "can't" | "possible" | "yet")
                || self.word(at) == "can" && self.word(at + 1) == "not"
        });
        let fixes = is_fix(self.word(verb));
        let denied =
            before.chain(verb + 1..until.min(verb + 3)).any(|at| denies(self.word(at)));
        match (denied, fixes) {
            (false, _) => Denial::None,
            (true, true) => Denial::Fix,
            // Who cannot update to it would be helped by it.
            (true, false) if can => Denial::None,
            (true, false) => Denial::Update,
        }
    }
}

enum Denial {
    None,
    Fix,
    Update,
}

enum Step {
    Is(Governor),
    On,
    Strange,
    Stop,
}

fn is_noun(lower: &str) -> bool {
    matches!(
        lower,
        "version"
            | "versions"
            | "firmware"
            | "software"
            | "release"
            | "releases"
            | "build"
            | "revision"
            | "rev"
            | "v"
            | "sw"
            | "fw"
    )
}

/// `software update 3.1`, `the update 3.1` are things; `update 3.1` is an order.
fn is_software_update(lower: &str, before: &str) -> bool {
    lower == "update"
        && matches!(before, "software" | "firmware" | "the" | "an" | "security")
}

pub(super) fn is_later(lower: &str) -> bool {
    matches!(
        lower,
        "later"
            | "newer"
            | "higher"
            | "above"
            | "greater"
            | "up"
            | "onward"
            | "onwards"
            | "subsequent"
            | "beyond"
    )
}

fn is_earlier(lower: &str) -> bool {
    matches!(
        lower,
        "prior" | "below" | "earlier" | "older" | "previous" | "lower" | "under"
    )
}

fn denies(lower: &str) -> bool {
    matches!(
        lower,
        "not"
            | "never"
            | "no"
            | "cannot"
            | "don't"
            | "doesn't"
            | "avoid"
            | "against"
            | "instead"
            | "rather"
            | "nor"
            | "neither"
    ) || lower.ends_with("n't")
        || lower.ends_with("n’t")
}

fn number_month(lower: &str) -> bool {
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ]
    .contains(&lower)
}

/// A word that says that the release is yet to come.
fn future(words: &[Word]) -> Option<usize> {
    let word = |at: usize| words.get(at).map_or("", |word| word.lower.as_str());
    (0..words.len()).find(|at| match word(*at) {
        "planned" | "scheduled" | "upcoming" | "anticipated" | "forthcoming"
        | "future" | "expected" => true,
        "plans" | "planning" | "intends" | "intend" | "aims" => word(at + 1) == "to",
        "to" => word(at + 1) == "be" && word(at + 2).starts_with("releas"),
        "will" | "shall" => {
            let next = if word(at + 1) == "be" { word(at + 2) } else { word(at + 1) };
            [
                "availab", "releas", "provid", "publish", "issue", "made", "introduc",
                "deliver",
            ]
            .iter()
            .any(|stem| next.starts_with(stem))
                || word(at + 1) == "be" && (is_fix(next) || next.starts_with("includ"))
        }
        _ => false,
    })
}
