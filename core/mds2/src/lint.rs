//! Where a form contradicts itself, or what else is known of the device.
//!
//! A rule is data (`data/rules.toml`): what it says, how grave it is, what the maker is asked.
//! One that compares answers alone names them there; any other has a function of its name.
//! A rule speaks only of answers that are there: what is blank or unclear contradicts nothing.

mod against;
mod software;
mod within;

use std::sync::LazyLock;

use reading::Place;
use serde::Deserialize;
use terms::Day;

pub use against::{Bill, Connected, Foreign, Owned, Support, Unsupported};
pub use software::{Found, Software};

use crate::answer::Answer;
use crate::form::Form;
use crate::question::{Edition, Question};

/// What is known besides the form, as plain facts.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The SBOMs of the device.
    pub bills: Vec<Bill>,
    /// Those that are of something else than the form, with what each is about.
    pub foreign: Vec<Foreign>,
    /// What the house keeps about the product.
    pub support: Vec<Support>,
    /// Components of its SBOMs that nobody supports any more.
    pub unsupported: Vec<Unsupported>,
    /// The devices of the inventory that are of this model.
    pub owned: Vec<Owned>,
}

/// One rule.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its id, which stays.
    pub id: String,
    /// How grave it is.
    pub severity: Severity,
    /// What is found, in a line.
    pub title: String,
    /// What the maker is asked.
    pub ask: String,
    /// Answers that all hold.
    #[serde(default)]
    when: Vec<Condition>,
    /// Answers of which any holds.
    #[serde(default)]
    against: Vec<Condition>,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nobody can rely on the form before it is settled.
    High,
    /// It weighs.
    Medium,
    /// It is worth a word.
    Low,
}

impl Severity {
    /// Every severity, in its order.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// An answer to a question of 2019.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
struct Condition {
    question: &'static Question,
    answer: Answer,
}

impl TryFrom<String> for Condition {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (id, word) = text.split_once(' ').ok_or_else(|| text.clone())?;
        let answer = match word {
            "yes" => Answer::Yes,
            "no" => Answer::No,
            "na" => Answer::NotApplicable,
            _ => return Err(text),
        };
        let question = Edition::Of2019.question(id).ok_or_else(|| text.clone())?;
        Ok(Self { question, answer })
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// By which rule.
    pub rule: &'static Rule,
    /// What it rests on: each answer and each fact, with its place.
    pub grounds: Vec<Ground>,
    /// What is to be said besides its title; empty where nothing is.
    pub why: String,
}

/// A fact with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// The document; empty where it is the form.
    pub document: String,
    /// Where in it.
    pub place: Place,
    /// What it says.
    pub text: String,
}

impl Ground {
    fn of_form(place: &Place, text: impl Into<String>) -> Self {
        Self { document: String::new(), place: place.clone(), text: text.into() }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    rule: Vec<Rule>,
}

const DATA: &str = include_str!("../data/rules.toml");

/// Were the data broken, there would be no rule at all; a test reads them.
static FILE: LazyLock<File> = LazyLock::new(|| {
    toml::from_str(DATA).unwrap_or(File { version: String::new(), rule: Vec::new() })
});

/// The rules, in their order.
#[must_use]
pub fn rules() -> &'static [Rule] {
    &FILE.rule
}

/// The version of the rules.
#[must_use]
pub fn version() -> &'static str {
    &FILE.version
}

/// What a function looks at.
#[derive(Clone, Copy)]
struct Case<'c> {
    form: &'c Form,
    facts: &'c Facts,
    today: Day,
}

type Judge = fn(Case<'_>) -> Vec<(Vec<Ground>, String)>;

/// Everything that a form is to be asked about, the gravest first.
#[must_use]
pub fn lint(form: &Form, facts: &Facts, today: Day) -> Vec<Finding> {
    let case = Case { form, facts, today };
    let mut findings: Vec<Finding> =
        rules().iter().flat_map(|it| judge(it, case)).collect();
    findings.sort_by_key(|finding| finding.rule.severity);
    findings
}

/// Where the answers of a form contradict each other, and nothing else.
#[must_use]
pub fn contradictions(form: &Form) -> Vec<Finding> {
    let compared = rules().iter().filter(|rule| !rule.when.is_empty());
    let mut findings: Vec<Finding> =
        compared.filter_map(|rule| compare(rule, form)).collect();
    findings.sort_by_key(|finding| finding.rule.severity);
    findings
}

fn judge(rule: &'static Rule, case: Case<'_>) -> Vec<Finding> {
    if !rule.when.is_empty() {
        return compare(rule, case.form).into_iter().collect();
    }
    let judge =
        within::JUDGES.iter().chain(against::JUDGES).find(|(id, _)| *id == rule.id);
    let found = judge.map(|(_, judge)| judge(case)).unwrap_or_default();
    found.into_iter().map(|(grounds, why)| Finding { rule, grounds, why }).collect()
}

/// A rule that compares answers.
fn compare(rule: &'static Rule, form: &Form) -> Option<Finding> {
    let holds = |condition: &Condition| {
        let said = form.said_2019(condition.question.id);
        let entry = said.entry().filter(|_| said.answer() == condition.answer)?;
        let text = format!("{}: {}", entry.question.id, shown(entry));
        Some(Ground::of_form(&entry.place, text))
    };
    let mut grounds: Vec<Ground> = Vec::new();
    for condition in &rule.when {
        grounds.push(holds(condition)?);
    }
    let against: Vec<Ground> = rule.against.iter().filter_map(holds).collect();
    if against.is_empty() {
        return None;
    }
    grounds.extend(against);
    Some(Finding { rule, grounds, why: String::new() })
}

/// An answer with its remark.
fn shown(entry: &crate::Entry) -> String {
    match (entry.answer, entry.remark.is_empty()) {
        (Answer::Blank, _) => "not answered".to_owned(),
        (_, true) => entry.written.clone(),
        (_, false) => format!("{}, {}", entry.written, entry.remark),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_data_and_the_functions_name_the_same_rules() {
        let file: File = toml::from_str(DATA).unwrap();
        assert!(!file.version.is_empty());
        let ids: BTreeSet<&str> = file.rule.iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(ids.len(), file.rule.len());
        let functions = within::JUDGES.iter().chain(against::JUDGES);
        let named: Vec<&str> = functions.map(|(id, _)| *id).collect();
        let without: Vec<&str> = file
            .rule
            .iter()
            .filter(|rule| rule.when.is_empty())
            .map(|rule| rule.id.as_str())
            .collect();
        assert_eq!(named, without);
        for rule in &file.rule {
            assert!(
                rule.ask.ends_with(['?', '.']) && !rule.title.ends_with('.'),
                "{}",
                rule.id
            );
            assert_eq!(rule.when.is_empty(), rule.against.is_empty(), "{}", rule.id);
        }
    }
}
