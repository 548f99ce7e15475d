//! What tells whether a requirement is so: red flags, answers of the form, papers, registers,
//! scanners, answers of the bidder. Each is a pure function of one bid.

use controls::{Finding, Supplier, Verdict as Flagged, Vetted};
use evidence::scan::{About, Level};
use evidence::{Class, Ground};
use mds2::Answer as Said;
use posture::{Assessed, Control, Verdict};
use terms::Day;

use crate::answer::Choice;
use crate::bid::{Bid, Side};
use crate::cell::{Found, Part, Weight};
use crate::cross_check::{Between, Contradiction, class};
use crate::paper::PaperKind;
use crate::profile::{Checks, Expected, Observed, Records};
use crate::support::{self, Supported};

/// A bid with what was worked out of it once.
pub(crate) struct Case<'c> {
    pub(crate) bid: &'c Bid,
    /// Who bids, and by which names it goes.
    pub(crate) supplier: &'c Supplier<'c>,
    /// What is said by what is proven.
    pub(crate) proven: Vetted,
    /// And by what is shown besides.
    pub(crate) shown: Vetted,
    pub(crate) records: Vec<Assessed>,
    pub(crate) contradictions: Vec<Contradiction>,
    pub(crate) support: Vec<Supported>,
    pub(crate) today: Day,
}

impl Case<'_> {
    /// What registers and exports say of a control.
    pub(crate) fn record(&self, control: Control) -> Option<&Assessed> {
        self.records.iter().find(|it| it.control == control)
    }
}

/// What every check of a requirement found; the key is that of its question.
pub(crate) fn parts(
    case: &Case<'_>,
    checks: &Checks,
    key: &str,
    control: Option<Control>,
) -> Vec<Part> {
    let mut parts: Vec<Part> =
        checks.flags.iter().flat_map(|flag| by_flag(case, flag)).collect();
    parts.extend(by_form(case, &checks.form));
    parts.extend(checks.papers.iter().filter_map(|kind| by_paper(case, *kind)));
    if checks.records == Records::LookedAt {
        parts.extend(control.and_then(|control| by_record(case, control)));
    }
    parts.extend(checks.observed.iter().filter_map(|it| by_scan(case, *it)));
    parts.extend(by_answer(case, key));
    parts
}

// --- red flags -----------------------------------------------------------------------------

/// What a flag says: of what is proven it can show that something is so; what is only shown
/// can repeat a claim, or raise a flag.
fn by_flag(case: &Case<'_>, flag: &str) -> Vec<Part> {
    let (proven, shown) = (findings(&case.proven, flag), findings(&case.shown, flag));
    let is_raised = |it: &&Finding| it.ruling.verdict == Flagged::Raised;
    let raised = proven.iter().chain(&shown).find(is_raised);
    if let Some(finding) = raised {
        let why = format!("{}: {}", finding.flag.title(), finding.ruling.why);
        let grounds = finding.ruling.grounds.clone();
        return vec![Part::new(Weight::Proof, Found::Not, why, grounds)];
    }
    if clear(&proven) {
        let (why, grounds) = joined(&proven);
        return vec![Part::new(Weight::Proof, Found::So, why, grounds)];
    }
    let open: Vec<Finding> = proven
        .into_iter()
        .filter(|it| it.ruling.verdict == Flagged::CannotTell)
        .collect();
    if open.is_empty() {
        return Vec::new();
    }
    let (why, grounds) = joined(&open);
    let mut parts = vec![Part { grounds, ..Part::nothing(Weight::Proof, why) }];
    if clear(&shown) {
        let (why, grounds) = joined(&shown);
        let why = format!("shown by the bidder: {why}");
        parts.push(Part::new(Weight::Claim, Found::So, why, attested(grounds)));
    }
    parts
}

/// What is found of a flag, of each product that it is about.
fn findings(vetted: &Vetted, flag: &str) -> Vec<Finding> {
    let fits = |it: &&Finding| {
        it.flag.id() == flag && it.ruling.verdict != Flagged::NotApplicable
    };
    vetted.findings.iter().filter(fits).cloned().collect()
}

fn clear(findings: &[Finding]) -> bool {
    let is_clear = |it: &Finding| it.ruling.verdict == Flagged::Clear;
    !findings.is_empty() && findings.iter().all(is_clear)
}

fn joined(findings: &[Finding]) -> (String, Vec<Ground>) {
    let mut whys: Vec<&str> = findings.iter().map(|it| it.ruling.why.as_str()).collect();
    whys.dedup();
    let grounds = findings.iter().flat_map(|it| it.ruling.grounds.clone());
    (whys.join("; "), grounds.collect())
}

/// The same facts, as the bidder's word.
fn attested(grounds: Vec<Ground>) -> Vec<Ground> {
    let own = |ground| Ground { class: Class::Attested, ..ground };
    grounds.into_iter().map(own).collect()
}

// --- the form ------------------------------------------------------------------------------

/// What forms answer: each answer that is not the one that would be right stands alone, those
/// that are stand together.
fn by_form(case: &Case<'_>, expected: &[Expected]) -> Vec<Part> {
    if expected.is_empty() {
        return Vec::new();
    }
    let mut parts = Vec::new();
    let (mut right, mut silent) = (Vec::new(), Vec::new());
    let mut grounds = Vec::new();
    for one in expected {
        match any_of(case, one) {
            AnyOf::Right(id, ground) => {
                right.push(id);
                grounds.push(ground);
            }
            AnyOf::Wrong(why, grounds) => {
                parts.push(Part::new(Weight::Claim, Found::Not, why, grounds));
            }
            AnyOf::Silent(id) => silent.push(id),
        }
    }
    if !right.is_empty() {
        let why = format!("the form says so ({})", right.join(", "));
        parts.push(Part::new(Weight::Claim, Found::So, why, grounds));
    }
    if !silent.is_empty() {
        let why = match case.bid.forms_of(case.supplier).next() {
            None => "no MDS2 form was given".to_owned(),
            Some(_) => format!("the form does not answer {}", silent.join(", ")),
        };
        parts.push(Part::nothing(Weight::Claim, why));
    }
    parts
}

enum Answered {
    Right(Ground),
    Wrong(Ground),
    Silent,
}

const fn opposite(answer: Said) -> &'static str {
    match answer {
        Said::Yes => "no",
        _ => "yes",
    }
}

/// What forms say of answers of which any would be right.
enum AnyOf {
    /// One is given.
    Right(&'static str, Ground),
    /// Each is answered otherwise.
    Wrong(String, Vec<Ground>),
    /// One at least is not answered, and none is right.
    Silent(&'static str),
}

fn any_of(case: &Case<'_>, expected: &Expected) -> AnyOf {
    let (mut whys, mut wrong, mut silent) = (Vec::new(), Vec::new(), None);
    for (id, answer) in &expected.any {
        match answered(case, id, *answer) {
            Answered::Right(ground) => return AnyOf::Right(id, ground),
            Answered::Wrong(ground) => {
                whys.push(format!("{id} is answered with {}", opposite(*answer)));
                wrong.push(ground);
            }
            Answered::Silent => silent = silent.or(Some(*id)),
        }
    }
    match silent {
        Some(id) => AnyOf::Silent(id),
        None => AnyOf::Wrong(whys.join(", "), wrong),
    }
}

/// What the forms answer to one question. Of several forms one that answers otherwise counts.
fn answered(case: &Case<'_>, id: &str, right_one: Said) -> Answered {
    let mut right = None;
    for held in case.bid.forms_of(case.supplier) {
        let said = held.value.said_2019(id);
        let Some(entry) = said.entry() else { continue };
        let answer = said.answer();
        let text = match entry.remark.as_str() {
            "" => format!("{}: {}", entry.question.id, entry.written),
            remark => format!("{}: {}, {remark}", entry.question.id, entry.written),
        };
        let ground = Ground::of(Class::Attested, &held.file, entry.place.clone(), text);
        let ground = ground.dated(held.value.release_day());
        match answer {
            Said::Yes | Said::No if answer != right_one => {
                return Answered::Wrong(ground);
            }
            Said::Yes | Said::No => right = right.or(Some(ground)),
            _ => {}
        }
    }
    right.map_or(Answered::Silent, Answered::Right)
}

// --- papers, registers, answers ------------------------------------------------------------

/// What a paper seems to say. One that has ended says nothing of today.
fn by_paper(case: &Case<'_>, kind: PaperKind) -> Option<Part> {
    let mut ended = None;
    for held in &case.bid.papers {
        let Some(said) = held.value.of_kind(kind) else { continue };
        let ground =
            Ground::of(Class::Attested, &held.file, said.place.clone(), &said.line);
        match said.until {
            Some(until) if until < case.today && kind != PaperKind::LifeCycle => {
                ended = Some((ground, until));
            }
            // Which way a clause goes no phrase can tell.
            _ if kind == PaperKind::Terms => {
                let why = "there are terms, which a person reads";
                let part = Part::nothing(Weight::Claim, why);
                return Some(Part { grounds: vec![ground], ..part });
            }
            until => {
                let until =
                    until.map_or(String::new(), |until| format!(", until {until}"));
                let why = format!(
                    "there seems to be a {}{until}; nobody of the house has confirmed it",
                    kind.words()
                );
                return Some(Part::new(Weight::Claim, Found::So, why, vec![ground]));
            }
        }
    }
    let (ground, until) = ended?;
    let why = format!("the {} seems to have ended on {until}", kind.words());
    Some(Part { grounds: vec![ground], ..Part::nothing(Weight::Claim, why) })
}

/// What registers and exports say, judged as for an organisation of its own.
fn by_record(case: &Case<'_>, control: Control) -> Option<Part> {
    let ruling = &case.record(control)?.ruling;
    let found = match ruling.verdict {
        Verdict::Met => Found::So,
        Verdict::PartlyMet => Found::Partly,
        Verdict::NotMet => Found::Not,
        Verdict::CannotTell => Found::Nothing,
        Verdict::NotApplicable => return None,
    };
    Some(Part::new(Weight::Proof, found, ruling.why.clone(), ruling.grounds.clone()))
}

/// What the bidder answered to a question, as a fact.
pub(crate) fn answer(case: &Case<'_>, key: &str) -> Option<(Choice, Ground)> {
    let held = case.bid.answers.iter().find(|it| it.value.key == key)?;
    let answer = &held.value;
    let text = format!("answered: {}", answer.said());
    let ground = Ground::of(Class::Attested, &held.file, answer.place.clone(), text);
    Some((answer.choice, ground))
}

/// What the bidder answered to our question.
fn by_answer(case: &Case<'_>, key: &str) -> Option<Part> {
    let (choice, ground) = answer(case, key)?;
    let (found, why) = match choice {
        Choice::Yes => (Found::So, "the bidder answers yes"),
        Choice::No => (Found::Not, "the bidder answers no"),
        Choice::NotApplicable => (Found::Nothing, "the bidder says it does not apply"),
        Choice::NotKnown => (Found::Nothing, "the bidder does not know"),
        Choice::Words => (Found::Nothing, "the bidder answers in words, to be read"),
    };
    Some(Part::new(Weight::Claim, found, why, vec![ground]))
}

// --- scanners ------------------------------------------------------------------------------

/// What results of scanners say. One that the bidder sent is its word; what is wrong in it is
/// an admission all the same.
fn by_scan(case: &Case<'_>, what: Observed) -> Option<Part> {
    match what {
        Observed::Tls => Some(tls(case)),
        Observed::Credentials => credentials(case),
        Observed::Compared => Some(compared(case)),
        Observed::Support => Some(support::part(&case.support)),
    }
}

fn tls(case: &Case<'_>) -> Part {
    let mut best: Option<Part> = None;
    for held in &case.bid.scans {
        let scan = &held.value;
        let Some(worst) = scan.worst(About::Tls) else { continue };
        let text = format!("{} {}: {}", worst.subject, worst.id, worst.text);
        let ground = Ground::of(class(held.side), &held.file, worst.place.clone(), text)
            .dated(scan.day);
        let grounds = vec![ground];
        match (worst.level, held.side) {
            (Level::High | Level::Critical, _) => {
                let why = "a scan finds weak encryption on the way";
                return Part::new(Weight::Proof, Found::Not, why, grounds);
            }
            (Level::Medium, _) => {
                let why = "a scan finds encryption on the way that could be better";
                best = Some(Part::new(Weight::Proof, Found::Partly, why, grounds));
            }
            // It shows the ways that were scanned, and neither keys nor what is kept.
            _ if best.is_none() => {
                let why = "a scan finds the ways that it tried encrypted in order";
                best = Some(Part::new(Weight::Proof, Found::Partly, why, grounds));
            }
            _ => {}
        }
    }
    best.unwrap_or_else(|| Part::nothing(Weight::Proof, "no scan of TLS was given"))
}

/// A scan that finds no such password proves nothing: it tries a few.
fn credentials(case: &Case<'_>) -> Option<Part> {
    case.bid.scans.iter().find_map(|held| {
        let worst = held.value.worst(About::Credentials)?;
        if worst.level < Level::Medium {
            return None;
        }
        let text = format!("{} {}: {}", worst.subject, worst.id, worst.text);
        let ground = Ground::of(class(held.side), &held.file, worst.place.clone(), text)
            .dated(held.value.day);
        let why = "a scan finds a password that everybody knows";
        Some(Part::new(Weight::Proof, Found::Not, why, vec![ground]))
    })
}

/// Whether what is claimed is what is seen.
fn compared(case: &Case<'_>) -> Part {
    let seen = |it: &&Contradiction| {
        matches!(
            it.between,
            Between::FormAndScan | Between::SbomAndScan | Between::StatementAndScan
        )
    };
    let found: Vec<&Contradiction> = case.contradictions.iter().filter(seen).collect();
    if let Some(first) = found.first() {
        let why = match found.len() {
            1 => first.title.clone(),
            2 => format!("{}; and 1 more contradiction", first.title),
            more => format!("{}; and {} more contradictions", first.title, more - 1),
        };
        let grounds = found.iter().flat_map(|it| it.grounds.clone()).collect();
        return Part::new(Weight::Proof, Found::Not, why, grounds);
    }
    let claims = case.bid.forms_of(case.supplier).count()
        + case.bid.sboms_of(case.supplier).count();
    if claims == 0 {
        return Part::nothing(Weight::Proof, "neither form nor SBOM was given");
    }
    if case.bid.scans.iter().all(|held| held.value.hosts.is_empty()) {
        return Part::nothing(Weight::Proof, "no scan of a device was given");
    }
    agreed(case)
}

/// The red flag that holds an SBOM against what a scan shows.
const BESIDE_SCANS: &str = "sbom-contradicted";

/// Whether something that is claimed was compared, and is as it is seen. That nothing
/// contradicts is no agreement: of most scans nothing can be compared.
fn agreed(case: &Case<'_>) -> Part {
    let mut by_house = by_flag(case, BESIDE_SCANS).into_iter();
    let part = by_house.next().filter(|part| part.found != Found::Nothing);
    if let Some(part) = part {
        return part;
    }
    let shown = findings(&case.shown, BESIDE_SCANS);
    let is_own = |ground: &&Ground| {
        let own = |it: &&crate::bid::From<evidence::Scan>| it.side == Side::Bidder;
        case.bid.scans.iter().filter(own).any(|it| it.file == ground.document)
    };
    // Nothing of the scans differs here, so what they are cited for agrees.
    let grounds = shown.iter().flat_map(|it| &it.ruling.grounds).filter(is_own);
    let grounds: Vec<Ground> = grounds.cloned().collect();
    if !grounds.is_empty() {
        let why = "only a scan of the bidder was compared";
        return Part::new(Weight::Proof, Found::Partly, why, grounds);
    }
    // Each product has its reason, and what would tell it.
    let mut whys: Vec<String> = (shown.iter())
        .map(|it| format!("{}; to be told by {}", it.ruling.why, it.ruling.change))
        .collect();
    whys.dedup();
    let why = match whys.is_empty() {
        true => "nothing could be compared".to_owned(),
        false => whys.join("; "),
    };
    Part::nothing(Weight::Proof, why)
}
