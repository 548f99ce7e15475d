//! Flags 27 to 40, which the MDS2 form tells; and those of the
//! contract, whose evidence comes with a later capability. They say so, and ask.
//!
//! What a form answers is the supplier's word: it raises a flag, and clears none. What the
//! form itself is (its edition, its age, how much of it is answered) is measured here. Of
//! several forms of a product one that raises a flag counts before one that clears it, and
//! that before one that does not tell.

use mds2::lint::{self, Facts, Severity};
use mds2::{Answer, Edition, Form};
use supplier::dossier::Sought;
use terms::Day;

use crate::case::{Case, GROUNDS_MAX};
use crate::evidence::{Held, ProductEvidence};
use crate::finding::{Class, Ground, Ruling, Verdict, days_between};
use crate::fit::Fit;
use crate::red_flag::Of;

/// What of a contract alone can tell.
pub(super) fn contract(_: &Case<'_>, _: Of<'_>) -> Ruling {
    Ruling::cannot_tell(
        "contracts are not read yet: a person reads the clause",
        Vec::new(),
        "the clause",
    )
}

/// 27: no MDS2 form. That one was looked for and not found counts already.
pub(super) fn no_mds2(case: &Case<'_>, of: Of<'_>) -> Ruling {
    let product = match of {
        Of::Product(product) => product,
        Of::Supplier => return missing(),
    };
    let (own, foreign) = own_forms(case, product);
    let of_it = own
        .iter()
        .filter(|held| product.fit_of_form(case.supplier, held).fit != Fit::Unsaid);
    let grounds: Vec<Ground> = of_it.map(|held| at_hand(held)).collect();
    if !grounds.is_empty() {
        return Ruling::clear("a form is at hand", grounds, "");
    }
    if let Some(held) = own.first() {
        let why = product.fit_of_form(case.supplier, held).why;
        return Ruling::cannot_tell(
            why,
            vec![at_hand(held)],
            "maker and model (DOC-1, DOC-3)",
        );
    }
    match (case.absence(Sought::Mds2, &product.name), foreign) {
        (Some(absence), _) => Ruling::raised("none was found", vec![absence], "the form"),
        (None, Some(why)) => Ruling::cannot_tell(why, Vec::new(), "the form"),
        (None, None) => missing(),
    }
}

fn at_hand(held: &Held<Form>) -> Ground {
    let form = &held.value;
    let text = format!(
        "{}, {} of {} questions answered",
        form.edition.name(),
        form.answered(),
        form.edition.questions().len()
    );
    let place = form.model().map_or(reading::Place::Document, |it| it.1.clone());
    Ground::observed(&held.file, place, text).dated(form.release_day())
}

fn missing() -> Ruling {
    Ruling::cannot_tell("no MDS2 form was given", Vec::new(), "the form")
}

/// Asks each form of the product. One that is about something else is not asked.
fn ask(
    case: &Case<'_>,
    of: Of<'_>,
    judge: impl Fn(&Held<Form>, &ProductEvidence) -> Ruling,
) -> Ruling {
    let Of::Product(product) = of else { return missing() };
    let rank = |ruling: &Ruling| match ruling.verdict {
        Verdict::Raised => 0,
        Verdict::Clear => 1,
        Verdict::CannotTell => 2,
        Verdict::NotApplicable => 3,
    };
    let (own, foreign) = own_forms(case, product);
    let rulings = own.into_iter().map(|held| judge(held, product));
    rulings.min_by_key(rank).unwrap_or_else(|| match foreign {
        Some(why) => Ruling::cannot_tell(why, Vec::new(), "the form"),
        None => missing(),
    })
}

/// The forms that are not about something else, and what the first of the others is about.
pub(super) fn own_forms<'p>(
    case: &Case<'_>,
    product: &'p ProductEvidence,
) -> (Vec<&'p Held<Form>>, Option<String>) {
    let fitted = product.forms.iter().map(|held| {
        let fitted = product.fit_of_form(case.supplier, held);
        (held, fitted)
    });
    let (own, foreign): (Vec<_>, Vec<_>) = fitted.partition(|(_, it)| !it.is_other());
    let foreign = foreign.into_iter().map(|(_, it)| it.why).next();
    (own.into_iter().map(|(held, _)| held).collect(), foreign)
}

// --- the form itself -----------------------------------------------------------------------

/// The first day of which a form of 2019 may be expected of a new device.
const EXPECTED_SINCE: &str = "2020-01-01";
/// Days after which a form is old.
const OLD_DAYS: i32 = 730;

/// 28: the edition of 2013, though the device is newer.
pub(super) fn old_edition(case: &Case<'_>, of: Of<'_>) -> Ruling {
    let change = "a form in the edition of 2019";
    ask(case, of, |held, product| {
        let place = held.value.entries.first();
        let place = place.map_or(reading::Place::Document, |it| it.place.clone());
        let edition = Ground::observed(&held.file, place, held.value.edition.name());
        if held.value.edition == Edition::Of2019 {
            return Ruling::clear("it is of 2019", vec![edition], "");
        }
        let kept = product.kept.as_ref();
        let days = [kept.and_then(|it| it.released), kept.and_then(|it| it.cleared)];
        let since = terms::date::day(EXPECTED_SINCE).ok();
        let newer = days.iter().flatten().copied().find(|day| Some(*day) >= since);
        let document = case.dossier().map_or("", |(file, _)| file);
        let of_house = |text: String| {
            let place = kept.map_or(reading::Place::Document, |it| it.place.clone());
            Ground::documented(document, place, text)
        };
        match (newer, days.iter().flatten().next()) {
            (Some(day), _) => {
                let why = "the device is newer than the edition of 2019";
                let ground = of_house(format!("released or cleared on {day}"));
                Ruling::raised(why, vec![edition, ground.dated(Some(day))], change)
            }
            (None, Some(day)) => {
                let ground = of_house(format!("released or cleared on {day}"));
                Ruling::clear(
                    "the device is older than the edition of 2019",
                    vec![ground],
                    "",
                )
            }
            (None, None) => {
                let why = "it is of 2013, and nobody says how old the device is";
                Ruling::cannot_tell(why, vec![edition], "the day of the device's release")
            }
        }
    })
}

/// 29: older than the release, or than two years.
pub(super) fn outdated(case: &Case<'_>, of: Of<'_>) -> Ruling {
    let change = "a form for the version that would be delivered";
    ask(case, of, |held, product| {
        let Some((written, place)) = held.value.released() else {
            let why = "the form does not say when it was released";
            return Ruling::cannot_tell(
                why,
                Vec::new(),
                "the day of its release (DOC-7)",
            );
        };
        let Some(day) = held.value.release_day() else {
            let text = format!("released: {written}");
            let ground = Ground::observed(&held.file, place.clone(), text);
            let why = "the day of its release cannot be told";
            return Ruling::cannot_tell(
                why,
                vec![ground],
                "the day of its release (DOC-7)",
            );
        };
        let text = format!("released on {day}");
        let own = Ground::observed(&held.file, place.clone(), text).dated(Some(day));
        if case.age(day) > OLD_DAYS {
            let why = format!("it is {} days old", case.age(day));
            return Ruling::raised(why, vec![own], change);
        }
        match product.kept.as_ref().and_then(|kept| Some((kept, kept.released?))) {
            Some((kept, released)) if days_between(day, released) > 0 => {
                let document = case.dossier().map_or("", |(file, _)| file);
                let text = format!("the version was released on {released}");
                let ground = Ground::documented(document, kept.place.clone(), text);
                let why = "the version is newer than the form";
                Ruling::raised(why, vec![own, ground.dated(Some(released))], change)
            }
            _ => Ruling::clear("it is recent", vec![own], "time"),
        }
    })
}

/// 30: many models, and nothing tells them apart.
pub(super) fn many_models(case: &Case<'_>, of: Of<'_>) -> Ruling {
    ask(case, of, |held, _| {
        let Some((model, place)) = held.value.model() else {
            let why = "the form names no model";
            return Ruling::cannot_tell(why, Vec::new(), "the model (DOC-3)");
        };
        let ground =
            Ground::observed(&held.file, place.clone(), format!("model: {model}"));
        match models(model) {
            0 | 1 => Ruling::clear("it is of one model", vec![ground], ""),
            count => {
                let why = format!("it names {count} models or a whole family");
                Ruling::raised(why, vec![ground], "a form for each, or what differs")
            }
        }
    })
}

/// How many models a text names; a family is many.
fn models(text: &str) -> usize {
    let low = text.to_lowercase();
    if ["series", "family", "all models", "various", "multiple"]
        .iter()
        .any(|it| low.contains(it))
    {
        return 2;
    }
    let is_version = |part: &str| {
        let begin = part.trim_start_matches(|c: char| !c.is_alphanumeric());
        ["software", "firmware", "version", "ver", "rev", "sw", "fw", "release", "build"]
            .iter()
            .any(|word| begin.starts_with(word))
            || begin
                .strip_prefix('v')
                .is_some_and(|it| it.starts_with(|c: char| c.is_ascii_digit()))
            || begin.chars().all(|c| c.is_ascii_digit() || ".) ".contains(c))
    };
    low.replace(" and ", ",")
        .replace('&', ",")
        .split([',', ';', '/', '\n', '|'])
        .map(str::trim)
        .filter(|part| !part.is_empty() && !is_version(part))
        .count()
}

/// 31: questions that are not answered, notes that are not there.
pub(super) fn incomplete(case: &Case<'_>, of: Of<'_>) -> Ruling {
    let rules = ["not-answered", "note-missing", "answer-unclear"];
    ask(case, of, |held, _| {
        let found = found(held, case.today, |rule| rules.contains(&rule.id.as_str()));
        if found.is_empty() {
            let text = format!("{} questions answered", held.value.answered());
            let ground = Ground::observed(&held.file, reading::Place::Document, text);
            return Ruling::clear("every question is answered", vec![ground], "");
        }
        let change = "an answer to every question, and every note";
        Ruling::raised("part of it is not answered", found, change)
    })
}

/// 32: answers that contradict each other.
pub(super) fn contradicts_itself(case: &Case<'_>, of: Of<'_>) -> Ruling {
    ask(case, of, |held, _| {
        let compared: Vec<&str> = lint::contradictions(&held.value)
            .iter()
            .map(|finding| finding.rule.id.as_str())
            .collect();
        let found = found(held, case.today, |rule| {
            rule.severity != Severity::Low
                && (compared.contains(&rule.id.as_str()) || rule.id == "answered-twice")
        });
        if found.is_empty() {
            let text = format!("{} rules find no contradiction", lint::rules().len());
            let ground = Ground::observed(&held.file, reading::Place::Document, text);
            return Ruling::clear("no contradiction was found", vec![ground], "");
        }
        Ruling::raised("answers contradict each other", found, "which of them is right")
    })
}

/// What rules find in a form, as grounds.
fn found(
    held: &Held<Form>,
    today: Day,
    is_asked: impl Fn(&lint::Rule) -> bool,
) -> Vec<Ground> {
    let findings = lint::lint(&held.value, &Facts::default(), today);
    let findings = findings.iter().filter(|finding| is_asked(finding.rule));
    let grounds = findings.flat_map(|finding| {
        let why = match finding.why.as_str() {
            "" => String::new(),
            why => format!(" ({why})"),
        };
        let texts: Vec<&str> =
            finding.grounds.iter().map(|it| it.text.as_str()).collect();
        let text = format!("{}{why}: {}", finding.rule.title, texts.join("; "));
        finding
            .grounds
            .first()
            .map(|it| Ground::observed(&held.file, it.place.clone(), text))
    });
    grounds.take(GROUNDS_MAX).collect()
}

// --- what it answers -----------------------------------------------------------------------

/// An answer of a form, as the supplier's word.
struct Said<'f> {
    held: &'f Held<Form>,
}

impl Said<'_> {
    fn is(&self, id: &str, answer: Answer) -> bool {
        self.held.value.said_2019(id).answer() == answer
    }

    fn yes(&self, id: &str) -> bool {
        self.is(id, Answer::Yes)
    }

    fn no(&self, id: &str) -> bool {
        self.is(id, Answer::No)
    }

    /// The answers to these questions, as far as they are there.
    fn grounds(&self, ids: &[&str]) -> Vec<Ground> {
        let ground = |id: &&str| {
            let said = self.held.value.said_2019(id);
            let entry = said.entry()?;
            let answer = match entry.answer {
                Answer::Blank => "not answered",
                _ => entry.written.as_str(),
            };
            let text = format!("{}: {answer}", entry.question.id);
            let ground =
                Ground::of(Class::Attested, &self.held.file, entry.place.clone(), text);
            Some(ground.dated(self.held.value.release_day()))
        };
        ids.iter().filter_map(ground).collect()
    }

    /// Raised, clear or neither, on these answers.
    fn rule(&self, told: Told, why: (&str, &str), ids: &[&str]) -> Ruling {
        let grounds = self.grounds(ids);
        let change = "other answers, and what proves them";
        match told {
            Told::Raised => Ruling::raised(why.0, grounds, change),
            Told::Clear => Ruling::clear(why.1, grounds, change),
            Told::Not => Ruling::cannot_tell("the form does not tell", grounds, change),
        }
    }
}

/// What answers tell of a flag.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Raised,
    Clear,
    Not,
}

/// What holds of the answers, looked at in this order.
macro_rules! told {
    (raised $raised:expr, clear $clear:expr) => {
        if $raised {
            Told::Raised
        } else if $clear {
            Told::Clear
        } else {
            Told::Not
        }
    };
}

fn answers(case: &Case<'_>, of: Of<'_>, judge: impl Fn(&Said<'_>) -> Ruling) -> Ruling {
    ask(case, of, |held, _| judge(&Said { held }))
}

/// What forms say of updates: that they are told (CSUP-7), and looked at in a cycle (CSUP-11.2).
pub(super) fn said_of_updates(case: &Case<'_>, product: &ProductEvidence) -> Vec<Ground> {
    let (own, _) = own_forms(case, product);
    own.into_iter()
        .flat_map(|held| Said { held }.grounds(&["CSUP-7", "CSUP-11.2"]))
        .collect()
}

/// 33: remote service without a second factor.
pub(super) fn no_second_factor(case: &Case<'_>, of: Of<'_>) -> Ruling {
    answers(case, of, |said| {
        let is_raised = said.yes("RMOT-1") && said.no("PAUT-8");
        let is_clear = said.no("RMOT-1") || (said.yes("RMOT-1") && said.yes("PAUT-8"));
        let why = (
            "there is remote service, and no second factor",
            "a second factor is there, or no remote service",
        );
        said.rule(told!(raised is_raised, clear is_clear), why, &["RMOT-1", "PAUT-8"])
    })
}

/// 34: default accounts.
pub(super) fn default_accounts(case: &Case<'_>, of: Of<'_>) -> Ruling {
    answers(case, of, |said| {
        let is_raised = said.no("PAUT-4") || said.no("PAUT-5");
        let is_clear = said.yes("PAUT-4") && said.yes("PAUT-5");
        let why = (
            "accounts are not listed, or their passwords cannot all be changed",
            "accounts are listed, and their passwords can be changed",
        );
        said.rule(told!(raised is_raised, clear is_clear), why, &["PAUT-4", "PAUT-5"])
    })
}

/// 35: patient data in the clear.
pub(super) fn data_in_clear(case: &Case<'_>, of: Of<'_>) -> Ruling {
    const NETWORKS: [&str; 3] = ["MPII-3.5", "MPII-3.6", "MPII-3.7"];
    answers(case, of, |said| {
        let is_sent = NETWORKS.iter().any(|id| said.yes(id));
        let is_never_sent = NETWORKS.iter().all(|id| said.no(id)) || said.no("MPII-3");
        let is_kept_in_clear = said.yes("MPII-2.2") && said.no("STCF-1");
        let is_sent_in_clear = is_sent && (said.no("TXCF-2") || said.no("CONN-7"));
        let is_kept_well = said.no("MPII-2.2") || said.no("MPII-2") || said.yes("STCF-1");
        let is_sent_well = is_never_sent || (said.yes("TXCF-2") && said.yes("CONN-7"));
        let is_clear = said.no("MPII-1") || (is_kept_well && is_sent_well);
        let why = (
            "personal data are kept or sent without encryption",
            "personal data are encrypted",
        );
        let ids = [
            "MPII-1", "MPII-2.2", "STCF-1", "MPII-3.5", "MPII-3.6", "MPII-3.7", "TXCF-2",
            "CONN-7",
        ];
        said.rule(
            told!(raised is_kept_in_clear || is_sent_in_clear, clear is_clear),
            why,
            &ids,
        )
    })
}

/// 36: only the supplier may patch, and no cycle is named.
pub(super) fn supplier_patches(case: &Case<'_>, of: Of<'_>) -> Ruling {
    const KINDS: [&str; 5] = ["CSUP-2.2", "CSUP-3.2", "CSUP-4.2", "CSUP-5.2", "CSUP-6.2"];
    answers(case, of, |said| {
        let by_supplier: Vec<&str> =
            KINDS.into_iter().filter(|id| said.yes(id)).collect();
        let is_raised = !by_supplier.is_empty() && said.no("CSUP-11.2");
        let is_free =
            KINDS.iter().all(|id| said.no(id) || said.is(id, Answer::NotApplicable));
        let is_clear = said.yes("CSUP-11.2") || is_free;
        let ids = [by_supplier.as_slice(), &["CSUP-11.2"]].concat();
        let why = (
            "only the supplier may patch, and there is no cycle of review",
            "there is a cycle of review, or the owner may patch",
        );
        said.rule(told!(raised is_raised, clear is_clear), why, &ids)
    })
}

/// Raised where any of these is no, clear where all of these are yes.
fn all_yes(case: &Case<'_>, of: Of<'_>, ids: &[&str], why: (&str, &str)) -> Ruling {
    answers(case, of, |said| {
        let is_raised = ids.iter().any(|id| said.no(id));
        let is_clear = ids.iter().all(|id| said.yes(id));
        said.rule(told!(raised is_raised, clear is_clear), why, ids)
    })
}

/// 37: no plan for components, and no page with dates.
pub(super) fn no_component_plan(case: &Case<'_>, of: Of<'_>) -> Ruling {
    let why = (
        "there is no plan for components, or no page with dates",
        "there are a plan and a page",
    );
    all_yes(case, of, &["RDMP-3", "RDMP-4"], why)
}

/// 38: updates are not checked.
pub(super) fn updates_unchecked(case: &Case<'_>, of: Of<'_>) -> Ruling {
    answers(case, of, |said| {
        let told = told!(raised said.no("SAHD-3.2") || said.no("SAHD-3"), clear said.yes("SAHD-3.2"));
        let why = ("updates are not checked", "updates are checked");
        said.rule(told, why, &["SAHD-3", "SAHD-3.2"])
    })
}

/// 39: no audit log that can be taken out.
pub(super) fn no_audit_log(case: &Case<'_>, of: Of<'_>) -> Ruling {
    let why = (
        "events are not logged, or the log cannot be taken out",
        "events are logged, and the log can be taken out",
    );
    all_yes(case, of, &["AUDT-2", "AUDT-5"], why)
}

/// 40: no guidance on compensating controls.
pub(super) fn no_compensating_controls(case: &Case<'_>, of: Of<'_>) -> Ruling {
    let why = ("none is recommended", "controls are recommended");
    all_yes(case, of, &["SGUD-4"], why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_counted_and_versions_are_none() {
        #[track_caller]
        fn check(text: &str, expected: usize) {
            assert_eq!(models(text), expected, "{text}");
        }

        check("Drip 2 (DR-200), software 2.1.0", 1);
        check("Drip 2, v2.1", 1);
        check("Drip 2", 1);
        check("DR-200, DR-300", 2);
        check("DR-200 / DR-300 and DR-400", 3);
        check("Drip series", 2);
        check("", 0);
    }
}
