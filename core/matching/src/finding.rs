//! Findings: one component, one vulnerability, one verdict, and everything it rests on.

use std::collections::{BTreeMap, BTreeSet};

use advisory::index::{Index, ProductKey, VulnerabilityRef};

use crate::Verdict;
use crate::component::{Claims, Pairs, pairs};
use crate::grounds::{Ground, Name, Rule};
use crate::statement::{self, Heard, Outcome, Reach, Statement, Voices};
use crate::system::{Candidate, Position, Share, System};
use crate::unknown::{Unknown, Why};

/// What was found out about one system.
#[derive(Debug, Default)]
pub struct Judgement<'s> {
    /// By component, then by id.
    pub findings: Vec<Finding<'s>>,
    /// By component, then by reason.
    pub unknowns: Vec<Unknown>,
    /// Accepted statements that reached a finding, by their positions.
    pub heard: BTreeSet<usize>,
}

/// One component and one vulnerability.
#[derive(Debug)]
pub struct Finding<'s> {
    /// The component.
    pub component: Position,
    /// The CVE where there is one, else the first id.
    pub id: String,
    /// The other ids.
    pub aliases: Vec<String>,
    /// The vulnerability in the index; `None` where only a statement names it.
    pub vulnerability: Option<VulnerabilityRef<'s>>,
    /// The verdict.
    pub verdict: Verdict,
    /// The words on which it rests: they say what the verdict says.
    pub grounds: Vec<Ground>,
    /// The words that it does not follow.
    pub also: Vec<Ground>,
    /// The versions that hold the fix, as the records state them.
    pub fixed_in: Vec<String>,
}

impl Finding<'_> {
    /// The package URL of the component by which it met the first document on which the
    /// verdict rests, as written; `None` where it met by something else.
    #[must_use]
    pub fn purl<'c>(&self, candidate: &Candidate<'c>) -> Option<&'c str> {
        let ground = self.grounds.first()?;
        let (Name::Package(name) | Name::SourcePackage(name)) = &ground.name else {
            return None;
        };
        let is_met = |package: &&crate::system::Package<'_>| {
            let (ecosystem, own) = (&package.key.ecosystem, &package.key.name);
            let rest = name.strip_prefix(ecosystem.as_str());
            rest.and_then(|rest| rest.strip_prefix('/')) == Some(own)
                && package.version.as_deref().unwrap_or_default() == ground.version
        };
        let package = candidate.packages.iter().find(is_met)?;
        crate::system::purl_texts(candidate.component).nth(package.purl)
    }

    /// Why it cannot be told, where it cannot.
    pub(crate) fn whys(&self, system: &System<'_>) -> BTreeSet<Why> {
        if self.verdict != Verdict::CannotTell {
            return BTreeSet::new();
        }
        let candidate = system.at(self.component);
        let ecosystem = candidate
            .and_then(|candidate| candidate.packages.first())
            .map_or("", |package| package.key.ecosystem.as_str());
        self.grounds.iter().map(|ground| Why::of(ground, ecosystem)).collect()
    }
}

/// A finding before anybody has been heard.
struct Draft<'s> {
    number: usize,
    id: String,
    aliases: Vec<String>,
    vulnerability: Option<VulnerabilityRef<'s>>,
    grounds: Vec<Ground>,
    /// What records say that asks nothing, where that was heard on the way.
    quiet: Option<Vec<Ground>>,
}

/// The findings of a system, and the accepted statements that reached one.
pub(crate) fn of<'s>(
    pairs: Pairs<'s>,
    index: &'s Index<'s>,
    voices: &Voices<'_>,
    claims: Claims<'s>,
) -> (Vec<Finding<'s>>, BTreeSet<usize>) {
    let (system, share) = (pairs.system(), pairs.share());
    let mut drafts: BTreeMap<(usize, String), Draft<'s>> = BTreeMap::new();
    for ((number, id), pair) in pairs.into_pairs() {
        let draft = Draft {
            number,
            id: id.to_owned(),
            aliases: aliases(&pair.vulnerability),
            vulnerability: Some(pair.vulnerability),
            grounds: pair.grounds,
            quiet: pair.quiet,
        };
        drafts.insert((number, id.to_owned()), draft);
    }
    add_stated(system, share, index, voices, claims, &mut drafts);

    let mut heard = BTreeSet::new();
    let mut claimed = BTreeMap::new();
    let mut findings = Vec::with_capacity(drafts.len());
    for draft in drafts.into_values() {
        let Some(candidate) = system.candidates.get(draft.number) else { continue };
        let claims = match &draft.vulnerability {
            None => &Vec::new(),
            Some(vulnerability) => claimed
                .entry(draft.id.clone())
                .or_insert_with(|| claims_about(vulnerability, system)),
        };
        let ids: Vec<&str> = std::iter::once(&draft.id)
            .chain(&draft.aliases)
            .map(String::as_str)
            .collect();
        let said = voices.hear(system, candidate, &ids, claims);
        heard.extend(said.positions.iter().copied());
        let is_silent = is_silent(&draft);
        let finding = conclude(draft, candidate, index, said);
        let is_settled = finding.verdict > Verdict::CannotTell;
        if !(is_silent && is_settled && !finding.grounds.iter().any(Ground::is_decisive))
        {
            findings.push(finding);
        }
    }
    (findings, heard)
}

/// Whether all that a draft rests on is that records name no version.
fn is_silent(draft: &Draft<'_>) -> bool {
    !draft.grounds.is_empty()
        && draft.grounds.iter().all(|ground| ground.rule == Rule::NoVersions)
}

fn aliases(vulnerability: &VulnerabilityRef<'_>) -> Vec<String> {
    vulnerability.ids().skip(1).map(str::to_owned).collect()
}

/// Statements in the index are claims of whoever wrote them.
pub(crate) fn claims_of(vulnerability: &VulnerabilityRef<'_>) -> Vec<Statement> {
    claims_naming(vulnerability, |_| true)
}

/// Those that may be about a part of a system: the others reach nothing in it, and are not
/// read.
fn claims_about(
    vulnerability: &VulnerabilityRef<'_>,
    system: &System<'_>,
) -> Vec<Statement> {
    claims_naming(vulnerability, |product| system.products.contains(&product))
}

fn claims_naming(
    vulnerability: &VulnerabilityRef<'_>,
    asked: impl Fn(ProductKey) -> bool,
) -> Vec<Statement> {
    let ids: Vec<String> = vulnerability.ids().map(str::to_owned).collect();
    vulnerability
        .statements_naming(asked)
        .map(|(record, statement)| statement::of_index(&record, &statement, &ids))
        .collect()
}

/// Findings of which only a statement knows: that a component is affected, or that somebody
/// is looking into it. Such a claim hides nothing, so it needs nobody's acceptance.
fn add_stated<'s>(
    system: &'s System<'s>,
    share: Share,
    index: &'s Index<'s>,
    voices: &Voices<'_>,
    claims: Claims<'s>,
    drafts: &mut BTreeMap<(usize, String), Draft<'s>>,
) {
    for statement in voices.asking() {
        let Some(first) = statement.ids.first() else { continue };
        let known = statement.ids.iter().find_map(|id| index.vulnerability(id));
        let asked = match claims {
            Claims::All => true,
            Claims::Of(one) => statement.names(one.ids()),
            Claims::Named(id) => statement.names(std::iter::once(id)),
        };
        if !asked {
            continue;
        }
        let id = known.map_or_else(|| first.clone(), |known| known.id().to_owned());
        for (number, candidate) in share.candidates(system) {
            if !is_addressed(statement, system, candidate) {
                continue;
            }
            drafts.entry((number, id.clone())).or_insert_with(|| Draft {
                number,
                id: id.clone(),
                aliases: match &known {
                    Some(known) => aliases(known),
                    None => statement.ids.iter().skip(1).cloned().collect(),
                },
                vulnerability: known,
                grounds: Vec::new(),
                quiet: None,
            });
        }
    }
}

/// Whether a statement is about this component, and not about all that is in a product.
fn is_addressed(
    statement: &Statement,
    system: &System<'_>,
    candidate: &Candidate<'_>,
) -> bool {
    match statement.reaches(system, candidate) {
        None => false,
        Some(Reach::Product) => candidate.position == Position::Subject,
        Some(_) => true,
    }
}

/// The verdict: the records' word, unless a distribution or an accepted statement settles
/// it.
fn conclude<'s>(
    draft: Draft<'s>,
    candidate: &'s Candidate<'s>,
    index: &'s Index<'s>,
    heard: Heard,
) -> Finding<'s> {
    let mut words = Vec::new();
    let mut backports = Vec::new();
    if let Some(vulnerability) = &draft.vulnerability {
        let by_cpe_alone =
            draft.grounds.iter().all(|ground| matches!(ground.name, Name::Cpe(_)));
        if by_cpe_alone && !draft.grounds.is_empty() {
            backports = pairs::backports(candidate, index, vulnerability);
        }
        words = match draft.quiet {
            Some(heard) => heard,
            None => pairs::quiet(candidate, vulnerability.affected()),
        };
    }
    let is_settled = words.iter().any(Ground::settles);
    let recorded = draft.grounds.iter().filter(|ground| {
        // A record that names no version is silent where another names them.
        !(is_settled && ground.rule == Rule::NoVersions)
    });
    let spoken = words.iter().filter(|ground| ground.rule != Rule::NothingSaid);
    let recorded = recorded.chain(spoken).map(|ground| ground.says).min();
    let claimed = claimed(&heard.others);
    let mut verdict = match (backports.first(), recorded, claimed) {
        (Some(backport), ..) => backport.says,
        (None, _, Some(Verdict::Affected)) => Verdict::Affected,
        (None, Some(says), _) | (None, None, Some(says)) => says,
        (None, None, None) => Verdict::CannotTell,
    };
    let mut all = Vec::with_capacity(
        usize::from(heard.decides.is_some())
            + backports.len()
            + draft.grounds.len()
            + words.len()
            + heard.others.len(),
    );
    if let Some(mut statement) = heard.decides {
        if takes_nothing_back(&statement, verdict) {
            if let Some(stated) = &mut statement.stated
                && let Some(speaker) = stated.outcome.speaker()
            {
                stated.outcome = Outcome::TakesNothingBack(speaker);
            }
        } else {
            verdict = statement.says;
        }
        all.push(statement);
    }
    for ground in
        backports.into_iter().chain(draft.grounds).chain(words).chain(heard.others)
    {
        if !all.contains(&ground) {
            all.push(ground);
        }
    }
    let mut fixed_in: Vec<String> =
        all.iter().flat_map(|ground| ground.fixed.iter().cloned()).collect();
    fixed_in.sort_unstable();
    fixed_in.dedup();
    let also = all.extract_if(.., |ground| ground.says != verdict).collect();
    Finding {
        component: candidate.position,
        id: draft.id,
        aliases: draft.aliases,
        vulnerability: draft.vulnerability,
        verdict,
        grounds: all,
        also,
        fixed_in,
    }
}

/// That somebody is looking into it takes nothing back from a record.
fn takes_nothing_back(statement: &Ground, verdict: Verdict) -> bool {
    statement.says == Verdict::UnderInvestigation && verdict == Verdict::Affected
}

/// What claims ask of a person, where they ask anything.
fn claimed(claims: &[Ground]) -> Option<Verdict> {
    claims
        .iter()
        .map(|claim| claim.says)
        .filter(|says| *says <= Verdict::CannotTell)
        .min()
}
