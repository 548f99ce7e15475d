//! Gates: what has to be proven before anything is bought. What nobody proves blocks.

use controls::{Exposure, Fit, Fitted, Held, ProductEvidence, Verdict as Flagged};
use evidence::{Class, Ground};
use posture::{Control, Verdict, catalog};
use sbom::Bom;

use crate::check::{Case, answer};
use crate::event::Tier;
use crate::paper::PaperKind;
use crate::profile::{Condition, Tells};

/// A gate of one bid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Its id, which stays.
    pub id: String,
    /// What has to be, in a line.
    pub title: String,
    /// What tells it, whatever the profile calls it.
    pub tells: Tells,
    /// How it stands.
    pub standing: Standing,
    /// Why, in a sentence without a full stop.
    pub why: String,
    /// The facts that were used.
    pub grounds: Vec<Ground>,
    /// What the bidder is asked; empty where the gate is passed.
    pub ask: String,
    /// What the question is about, one by one: flaws, each with its component.
    pub named: Vec<String>,
    /// The organisations that share, of which a membership is proven; of a gate that such a
    /// membership tells alone.
    pub isaos: Vec<String>,
}

/// How a gate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is proven.
    Passed,
    /// Nobody can tell, or it is only claimed.
    Unproven,
    /// It is not so.
    Closed,
}

impl Standing {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Unproven => "unproven",
            Self::Closed => "closed",
        }
    }

    /// Whether nothing is bought. Only what is proven passes.
    #[must_use]
    pub const fn is_blocking(self) -> bool {
        !matches!(self, Self::Passed)
    }
}

/// The gates of a bid for a device of a tier.
pub(crate) fn gates(case: &Case<'_>, conditions: &[Condition], tier: Tier) -> Vec<Gate> {
    let asked = conditions.iter().filter(|condition| condition.is_asked(tier));
    let judged = asked.map(|condition| {
        let (standing, why, mut grounds) = match condition.tells {
            Tells::Membership => membership(case),
            Tells::Sbom => sbom(case),
            Tells::Exploited => exploited(case),
            Tells::Warranty => record(case, "B-01"),
            Tells::Sharing => record(case, "D-04"),
        };
        let named = match condition.tells {
            Tells::Exploited => flaws(&grounds),
            _ => Vec::new(),
        };
        let isaos = match condition.tells {
            Tells::Membership => case.proven.gate.isaos.clone(),
            _ => Vec::new(),
        };
        // What the bidder answers is shown, and opens nothing.
        let said = answer(case, &format!("gate:{}", condition.id));
        grounds.extend(said.map(|(_, ground)| ground));
        let ask = match standing.is_blocking() {
            true => condition.ask.clone(),
            false => String::new(),
        };
        Gate {
            id: condition.id.clone(),
            title: condition.title.clone(),
            tells: condition.tells,
            standing,
            why,
            grounds,
            ask,
            named,
            isaos,
        }
    });
    judged.collect()
}

/// What an SBOM shows of flaws, as a bidder is told it.
fn flaws(grounds: &[Ground]) -> Vec<String> {
    let observed = grounds.iter().filter(|ground| ground.class == Class::Observed);
    observed.map(|ground| format!("{} ({})", ground.text, ground.document)).collect()
}

type Told = (Standing, String, Vec<Ground>);

/// A membership that the house has proven; a letter that seems to say so is shown.
fn membership(case: &Case<'_>) -> Told {
    use controls::gate::Standing as Isao;

    let gate = &case.proven.gate;
    let standing = match gate.standing {
        Isao::Passed => Standing::Passed,
        Isao::Expired | Isao::Absent => Standing::Closed,
        Isao::NotBegun | Isao::Unbounded | Isao::Claimed | Isao::Unknown => {
            Standing::Unproven
        }
    };
    let mut grounds = gate.grounds.clone();
    let mut why = gate.why.clone();
    let letter =
        case.bid.papers.iter().find_map(|held| {
            Some((held, held.value.of_kind(PaperKind::IsaoMembership)?))
        });
    if let Some((held, said)) = letter.filter(|_| standing.is_blocking()) {
        grounds.push(Ground::of(
            Class::Attested,
            &held.file,
            said.place.clone(),
            &said.line,
        ));
        why = format!(
            "{why}; {} seems to confirm one: a person of the house puts it into the dossier",
            held.file
        );
    }
    (standing, why, grounds)
}

/// An SBOM with components for each product, of what is offered. One of another product or
/// maker is none of it; where nobody can tell what one is about, or it is of another version,
/// it is not proven.
fn sbom(case: &Case<'_>) -> Told {
    let mut grounds = Vec::new();
    for product in &case.bid.proven.products {
        match best(case, product) {
            Some((held, fitted)) => {
                grounds.push(listed(held));
                let standing = match fitted.fit {
                    Fit::Same => continue,
                    Fit::Version | Fit::Unsaid => Standing::Unproven,
                    Fit::Other => Standing::Closed,
                };
                return (standing, fitted.why, grounds);
            }
            None => {
                let is_given = !product.sboms.is_empty() || !product.no_sbom.is_empty();
                let why = match product.name.as_str() {
                    name if !is_given && !name.is_empty() => {
                        format!("no SBOM of {name} was given")
                    }
                    _ => product.why_no_sbom().unwrap_or_default(),
                };
                return (Standing::Closed, why, Vec::new());
            }
        }
    }
    match grounds.is_empty() {
        true => (Standing::Closed, "no product is known".to_owned(), grounds),
        false => {
            (Standing::Passed, "there is an SBOM with components".to_owned(), grounds)
        }
    }
}

/// The SBOM with components that fits a product best.
fn best<'p>(
    case: &Case<'_>,
    product: &'p ProductEvidence,
) -> Option<(&'p Held<Bom>, Fitted)> {
    let whole = product.sboms.iter().filter(|held| held.value.lists_components());
    let fitted = whole.map(|held| (held, product.fit_of_sbom(case.supplier, held)));
    fitted.min_by_key(|(_, fitted)| fitted.fit)
}

fn listed(held: &Held<Bom>) -> Ground {
    let text = match held.value.components.len() {
        1 => "1 component".to_owned(),
        count => format!("{count} components"),
    };
    Ground::observed(&held.file, reading::Place::Document, text)
}

/// No flaw that is exploited is open; where that cannot be told, it is not proven.
fn exploited(case: &Case<'_>) -> Told {
    let findings: Vec<_> = (case.proven.findings.iter())
        .filter(|finding| finding.flag.id() == "exploited-flaw-open")
        .collect();
    let worst = findings.iter().min_by_key(|finding| finding.ruling.verdict);
    let Some(worst) = worst else {
        return (Standing::Unproven, "no product is known".to_owned(), Vec::new());
    };
    let ruling = &worst.ruling;
    let standing = match ruling.verdict {
        Flagged::Raised => Standing::Closed,
        Flagged::CannotTell => Standing::Unproven,
        Flagged::Clear | Flagged::NotApplicable => Standing::Passed,
    };
    if let (Flagged::Clear | Flagged::CannotTell, Some(doubt)) =
        (ruling.verdict, judged_in_part(case))
    {
        let mut grounds = ruling.grounds.clone();
        let why = format!("no exploited flaw is open in one SBOM, but {}", doubt.text);
        grounds.push(doubt);
        return (Standing::Closed, why, grounds);
    }
    let claimed = case.bid.answered_by_claim;
    let why = match (standing.is_blocking(), claimed) {
        (true, 1..) => format!(
            "{}; statements of the bidder answer {claimed} of them, and nobody has accepted \
             these",
            ruling.why
        ),
        _ => ruling.why.clone(),
    };
    let mut grounds = ruling.grounds.clone();
    if standing.is_blocking() {
        grounds.extend(case.bid.unheard.iter().map(|(file, who)| {
            let text = format!("statements said by {who}, not counted");
            Ground::of(Class::Attested, file, reading::Place::Document, text)
        }));
    }
    (standing, why, grounds)
}

/// An SBOM of which nobody can tell all, beside one of what is offered of which it can be told,
/// as a fact. What one shows says nothing of another's components; with it the bidder itself has
/// shown what is open, so that the gate is closed, and keeping that SBOM back would be no proof.
fn judged_in_part(case: &Case<'_>) -> Option<Ground> {
    case.bid.proven.products.iter().find_map(|product| {
        let fit = |it: &Exposure| product.fit_of_file(case.supplier, &it.file).fit;
        let listing = || product.exposures.iter().filter(|it| it.components > 0);
        let mut fitting = listing().filter(|it| fit(it) == Fit::Same);
        fitting.find(|it| it.doubt().is_none())?;
        let mut own = listing().filter(|it| fit(it) != Fit::Other);
        let (first, doubt) = own.find_map(|it| Some((it, it.doubt()?)))?;
        Some(Ground::observed(&first.file, reading::Place::Document, doubt))
    })
}

/// What a person of the house read in the contract, and wrote into the register.
fn record(case: &Case<'_>, id: &str) -> Told {
    let assessed =
        catalog().control(id).and_then(|control: Control| case.record(control));
    let Some(assessed) = assessed else {
        return (Standing::Unproven, "nothing tells it".to_owned(), Vec::new());
    };
    let ruling = &assessed.ruling;
    let standing = match ruling.verdict {
        Verdict::Met => Standing::Passed,
        Verdict::NotMet => Standing::Closed,
        Verdict::PartlyMet | Verdict::CannotTell | Verdict::NotApplicable => {
            Standing::Unproven
        }
    };
    let why = match ruling.verdict {
        Verdict::CannotTell => {
            "nobody of the house has read the contract and written down what it says"
                .to_owned()
        }
        _ => ruling.why.clone(),
    };
    (standing, why, ruling.grounds.clone())
}
