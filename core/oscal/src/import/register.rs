//! Assessment results, as signed statements of a register of evidence.
//!
//! What somebody else found is a claim here. Only what is `satisfied` is claimed; a statement
//! without a proof makes *cannot tell* into *partly met* and nothing better. What is not
//! satisfied is told and not written: a register has no word for it, and nothing is met by it.

use std::fmt::Write as _;

use posture::Control;
use reading::{Notes, Parsed, Place, Rejected, text};

use super::{Made, comment, control, quoted};
use crate::results::{AssessmentResults, Finding, Outcome};

/// What an assessment found of one of our controls, or of something else.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim<'r> {
    /// The control of ours, where it is one.
    pub control: Option<Control>,
    /// About what it is, as it is written.
    pub target: &'r str,
    /// The state as it is written: `satisfied`, `not-satisfied`.
    pub state: &'r str,
    /// The verdict of ours that stands beside it; empty where none does.
    pub verdict: &'r str,
    /// What was found, in a line.
    pub title: &'r str,
    /// Why.
    pub why: &'r str,
    /// Of which day; `None` where that cannot be read.
    pub day: Option<terms::Day>,
    /// Where it stands.
    pub place: Place,
}

/// What assessments found, in order.
#[must_use]
pub fn claims(results: &AssessmentResults) -> Vec<Claim<'_>> {
    let mut claims = Vec::new();
    for (at, outcome) in results.results.iter().enumerate() {
        for (index, finding) in outcome.findings.iter().enumerate() {
            let place = format!("/assessment-results/results/{at}/findings/{index}");
            claims.push(claim(outcome, finding, place));
        }
    }
    claims
}

fn claim<'r>(outcome: &'r Outcome, finding: &'r Finding, place: String) -> Claim<'r> {
    let moment = outcome.end.as_ref().unwrap_or(&outcome.start);
    Claim {
        control: control(&finding.target.target_id),
        target: &finding.target.target_id,
        state: &finding.target.status.state,
        verdict: crate::metadata::ours(&finding.props, "verdict"),
        title: &finding.title,
        why: &finding.description,
        day: day(moment),
        place: Place::Pointer(place),
    }
}

/// The day of a moment, as it is written: an assessor's day, not ours.
pub(super) fn day(moment: &str) -> Option<terms::Day> {
    let moment = moment.trim();
    terms::date::instant(moment).ok()?;
    terms::date::day(moment.get(..10)?).ok()
}

impl Claim<'_> {
    /// Whether it says of one of our controls that it is so, in full.
    #[must_use]
    pub fn is_satisfied(&self) -> bool {
        // Were the two ever to contradict each other, the worse one counts.
        self.control.is_some()
            && self.state == "satisfied"
            && matches!(self.verdict, "" | "met")
    }
}

const HINT: &str = "only findings about controls of our catalog, with the state `satisfied`, \
                    become statements";

/// What an assessor says of one of our controls: that it is so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The control.
    pub control: Control,
    /// What is said.
    pub text: String,
    /// Who says it: an organisation.
    pub signer: String,
    /// Of which day.
    pub day: terms::Day,
    /// Where it stands.
    pub place: Place,
}

/// What assessors say of our controls; with notes of what is not claimed, each with its place.
///
/// # Errors
/// When nothing was found to be satisfied of our catalog.
pub fn statements(
    results: &AssessmentResults,
) -> Result<Parsed<Vec<Statement>>, Rejected> {
    let mut notes = Notes::new();
    let claims = claims(results);
    let signer = signer(results);
    if !claims.iter().any(|claim| !claim.verdict.is_empty()) {
        let place = || Place::Pointer("/assessment-results/results".to_owned());
        notes.at(place, "nothing says that its ids are those of our catalog");
    }
    let mut statements = Vec::new();
    for claim in &claims {
        let Some(control) = claim.control.filter(|_| claim.is_satisfied()) else {
            notes.at(|| claim.place.clone(), left_out(claim));
            continue;
        };
        let Some(day) = claim.day else {
            let message = "of no day that can be read, so it would count for nothing";
            notes.at(|| claim.place.clone(), message);
            continue;
        };
        let text = match claim.why.trim() {
            "" => claim.title.to_owned(),
            why => format!("{}: {why}", claim.title),
        };
        let (signer, place) = (signer.clone(), claim.place.clone());
        statements.push(Statement { control, text, signer, day, place });
    }
    if statements.is_empty() {
        let place = Place::Pointer("/assessment-results/results".to_owned());
        return Err(Rejected::new(place, "nothing here can be claimed", HINT));
    }
    Ok(Parsed { value: statements, notes: notes.finish() })
}

/// Makes a register of assessment results.
///
/// # Errors
/// When nothing was found to be satisfied of our catalog.
pub fn register(results: &AssessmentResults) -> Result<Made, Rejected> {
    let said = statements(results)?;
    let mut text =
        comment("Made of OSCAL assessment results: claims of whoever assessed.");
    text.push_str(&comment(&results.metadata.title));
    text.push_str("evidence = 1\n");
    for one in &said.value {
        // Writing into a text cannot fail.
        let _ = write!(
            text,
            "\n[[attestation]]\ncontrol = {}\nstatement = {}\nsigner = {}\non = {}\n",
            quoted(one.control.id()),
            quoted(&one.text),
            quoted(&one.signer),
            one.day
        );
    }
    Ok(Made { text, notes: said.notes })
}

fn left_out(claim: &Claim<'_>) -> String {
    match claim.control {
        None => format!("{} is no control of our catalog", text::quoted(claim.target)),
        Some(control) => {
            let verdict = match claim.verdict {
                "" => claim.state.to_owned(),
                verdict => format!("{}, {}", claim.state, verdict.replace('_', " ")),
            };
            format!("{} is {verdict}: it is not claimed", control.id())
        }
    }
}

/// Who assessed: an organisation, never a person.
fn signer(results: &AssessmentResults) -> String {
    let metadata = &results.metadata;
    let assessors: Vec<_> = metadata
        .responsible_parties
        .iter()
        .filter(|it| it.role_id.contains("assess"))
        .flat_map(|it| &it.party_uuids)
        .collect();
    let named = |only: bool| {
        metadata.parties.iter().find_map(|party| {
            let fits = party.kind == "organization"
                && (!only || assessors.contains(&&party.uuid));
            party.name.clone().filter(|_| fits)
        })
    };
    named(true).or_else(|| named(false)).unwrap_or_else(|| "assessor".to_owned())
}
