//! What to do, and what to ask: the same look for devices and for components.

use std::collections::BTreeMap;

use worklist::{Fact, Known, Priority};

use super::page::{Page, Style};
use super::text::{columns, counted, pad};

/// Columns of the labels in front of the rows.
const LABEL: usize = 10;

/// One thing that a person does.
#[derive(Debug)]
pub(crate) struct Act {
    pub(crate) priority: Priority,
    /// `update 3 devices to 2.3`.
    pub(crate) what: String,
    /// Label and text of the rows below it, in order; empty ones are left out.
    pub(crate) rows: Vec<(&'static str, String)>,
}

/// One question to somebody.
#[derive(Debug)]
pub(crate) struct Ask {
    /// The question, and of how many.
    pub(crate) question: String,
    /// What is said below it.
    pub(crate) rows: Vec<String>,
}

/// Things to do, the most urgent first.
pub(crate) fn acts(acts: &[Act], page: &mut Page) {
    if acts.is_empty() {
        return;
    }
    page.heading("TO DO");
    page.gap();
    for act in acts {
        page.marked(mark(act.priority), &act.what, 0, 2);
        for (label, text) in &act.rows {
            row(label, text, page);
        }
        page.gap();
    }
}

/// Questions, those that decide most first.
pub(crate) fn asks(asks: &[Ask], page: &mut Page) {
    if asks.is_empty() {
        return;
    }
    page.heading("TO ASK");
    page.gap();
    for ask in asks {
        page.marked(("? ", Style::Question), &ask.question, 0, 2);
        for text in &ask.rows {
            page.line(text, 4, 6);
        }
        page.gap();
    }
}

/// A row with its label; a text of several lines goes below each other.
fn row(label: &str, text: &str, page: &mut Page) {
    for (at, line) in text.lines().enumerate() {
        let label = if at == 0 { label } else { "" };
        let head = pad(label, LABEL.max(columns(label) + 1));
        match label {
            "" => page.line(line, 2 + LABEL, 4 + LABEL),
            _ => page.marked((&head, Style::Quiet), line, 2, 2 + LABEL),
        }
    }
}

/// Shape, word and colour of a priority.
pub(crate) const fn mark(priority: Priority) -> (&'static str, Style) {
    match priority {
        Priority::ActNow => ("■ act now: ", Style::ActNow),
        Priority::ThisWeek => ("▪ this week: ", Style::ThisWeek),
        Priority::NextWindow => ("□ next window: ", Style::NextWindow),
        Priority::Watch => ("· watch: ", Style::Quiet),
    }
}

/// Why something is as urgent as it is: the facts that hold, and those that nobody knows.
pub(crate) fn because(facts: &[(Fact, Known)], questions: &[Fact]) -> String {
    let holds = facts.iter().filter(|(_, known)| *known == Known::Yes);
    let mut said: Vec<String> = holds.map(|(fact, _)| reason(*fact).to_owned()).collect();
    if !questions.is_empty() {
        let doubts: Vec<&str> = questions.iter().map(|fact| doubt(*fact)).collect();
        said.push(format!("worse assumed: {} (see TO ASK)", doubts.join(" ")));
    }
    if said.is_empty() {
        return "nothing that would make it more urgent is known".to_owned();
    }
    said.join(" · ")
}

/// A fact that holds, in words.
const fn reason(fact: Fact) -> &'static str {
    match fact {
        Fact::Exploited => "exploited in the wild",
        Fact::Epss => "likely to be exploited within a month (EPSS)",
        Fact::Cvss => "severe (CVSS)",
        Fact::LifeSustaining => "life-sustaining",
        Fact::Reachable => "reachable from other zones",
        Fact::HoldsPhi => "holds patient data",
        Fact::DisclosesData => "the flaw discloses data",
    }
}

/// A fact that nobody knows, in a word.
const fn doubt(fact: Fact) -> &'static str {
    match fact {
        Fact::Exploited => "exploited?",
        Fact::Epss => "likely to be exploited?",
        Fact::Cvss => "how severe?",
        Fact::LifeSustaining => "life-sustaining?",
        Fact::Reachable => "reachable?",
        Fact::HoldsPhi => "patient data?",
        Fact::DisclosesData => "discloses data?",
    }
}

/// What is asked about facts that nobody knows though a priority hangs on them: each once,
/// what a person can answer before what an index lacks. `count` says of how many of
/// `noun`, and `settled` how an answer is given.
pub(crate) fn doubts(
    counts: &BTreeMap<Fact, usize>,
    noun: &str,
    settled: impl Fn(Fact) -> String,
) -> Vec<Ask> {
    let order = [
        Fact::LifeSustaining,
        Fact::Reachable,
        Fact::HoldsPhi,
        Fact::Exploited,
        Fact::Epss,
        Fact::Cvss,
        Fact::DisclosesData,
    ];
    let asked = order.into_iter().filter_map(|fact| {
        let of = counted(*counts.get(&fact)?, noun);
        Some(match fact {
            Fact::LifeSustaining | Fact::Reachable | Fact::HoldsPhi => Ask {
                question: format!("{} ({of})", fact.question()),
                rows: vec![format!("{} Until then the worse is assumed.", settled(fact))],
            },
            Fact::Exploited | Fact::Epss | Fact::Cvss | Fact::DisclosesData => Ask {
                question: format!("{} ({of})", fact.question()),
                rows: vec![format!(
                    "The index does not say. {} Until then the worse is assumed.",
                    source(fact)
                )],
            },
        })
    });
    asked.collect()
}

/// What an index has to be built from to know a fact.
const fn source(fact: Fact) -> &'static str {
    match fact {
        Fact::Epss => "`lazaret feed build` takes the file of EPSS scores.",
        Fact::Exploited => "`lazaret feed build` takes CISA's list (KEV).",
        _ => "`lazaret feed build` takes NVD and the CVE list, which have CVSS vectors.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_told_and_what_nobody_knows_is_told_apart() {
        #[track_caller]
        fn check(facts: &[(Fact, Known)], questions: &[Fact], expected: &str) {
            assert_eq!(because(facts, questions), expected);
        }

        let exploited = (Fact::Exploited, Known::Yes);
        check(&[exploited], &[], "exploited in the wild");
        check(
            &[exploited, (Fact::Reachable, Known::Unknown)],
            &[Fact::Reachable],
            "exploited in the wild · worse assumed: reachable? (see TO ASK)",
        );
        let none = "nothing that would make it more urgent is known";
        check(&[(Fact::Exploited, Known::No)], &[], none);
    }

    #[test]
    fn a_doubt_is_asked_once_and_says_how_it_is_settled() {
        let counts = BTreeMap::from([(Fact::Epss, 1), (Fact::Reachable, 12)]);
        let asks = doubts(&counts, "device", |fact| format!("Say `{}`.", fact.word()));
        let questions: Vec<&str> = asks.iter().map(|ask| ask.question.as_str()).collect();
        assert_eq!(
            questions,
            [
                "Can the device be reached from other zones? (12 devices)",
                "How likely is it to be exploited within a month (EPSS)? (1 device)",
            ]
        );
        let row = "Say `reachable`. Until then the worse is assumed.";
        assert_eq!(asks.first().unwrap().rows, [row]);
    }
}
