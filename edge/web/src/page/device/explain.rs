//! Why a device is judged as it is, or why not: step by step, each step with its ground.

use std::collections::{BTreeMap, BTreeSet};

use advisory::Record;
use advisory::kev::Entry;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use fleet::encoded;
use matching::Verdict;
use matching::device::{self, Answer, Basis};
use operations::analysis::Counted;
use operations::build::{
    Finding, Heard, Said, doubt, findings_of_device, hear, heed, offers,
};
use operations::fleet::{OwnWord, Situated, holdings, scope};
use operations::history::{arrival, was_judged};
use operations::judging::{Advisories, fix_of};
use operations::statement::{Acceptor, acceptors};
use operations::vulnerability::Urgency;
use operations::{Actor, Permission};
use serde::Serialize;
use store::{Configuration, Device};
use worklist::{Assessment, Known};

use super::answered::{Answered, answered, to_question};
use super::show::{Fact, Link, Remedy, analysts, own, title, to_advisory};
use super::web_address;
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::mark::Mark;
use crate::page::advisory::versions;
use crate::page::knowledge::Known as Age;
use crate::page::own::{Beside, Own};
use crate::page::search::{instead, recorded};
use crate::problem::Problem;
use crate::sentence::Sentence;
use crate::words;

/// Products of an advisory that are named; the rest is counted.
const PRODUCTS_MAX: usize = 6;

#[derive(Template, Serialize)]
#[template(path = "device/explain.html")]
struct Explanation {
    device: i64,
    vulnerability: String,
    title: String,
    verdict: Mark,
    sentence: Sentence,
    /// What the inventory says, with which everything is compared.
    compared: Vec<Fact>,
    spoken: Vec<Spoken>,
    /// Advisories that speak about it and name other products.
    elsewhere: Vec<Elsewhere>,
    /// What was accepted of statements about the device itself.
    stated: Vec<Ground>,
    /// Components of the device, by its SBOM, that it is about.
    components: Vec<InComponent>,
    /// What the organisation found out by itself.
    own: Vec<Own>,
    /// Each own analysis of the flaw, and whether it counts here.
    analyses: Vec<Beside>,
    urgency: Vec<Fact>,
    because: Option<Because>,
    /// How old it is what the verdict rests on.
    #[serde(rename = "advisories")]
    known_of: Age,
    changes: Vec<String>,
    /// What somebody answered that decided it.
    answered: Vec<Answered>,
    /// What is asked.
    questions: Vec<Link>,
    since: Option<Shown>,
    #[serde(skip)]
    source: Link,
    #[serde(skip)]
    device_name: String,
    #[serde(skip)]
    about: String,
}

/// What one advisory says of the device.
#[derive(Serialize)]
struct Spoken {
    advisory: String,
    issuer: String,
    revised: Shown,
    verdict: Mark,
    /// What it says itself: an advisory whose ranges do not reach the device says nothing of
    /// it, whatever verdict follows.
    says: Says,
    confidence: &'static str,
    /// The product as the advisory names it, and where that stands.
    product: String,
    place: String,
    /// The versions of that product that it speaks of, as they were read.
    range: String,
    rules: Vec<String>,
    fixed_in: String,
    question: String,
    remedies: Vec<Remedy>,
    #[serde(skip)]
    address: String,
}

/// What an advisory says itself of a device, and not what follows from it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Says {
    /// That it is affected.
    Affected,
    /// That somebody looks into it.
    UnderInvestigation,
    /// What leaves it open.
    CannotTell,
    /// That it is not affected, of this product and release.
    NotAffected,
    /// That the release holds the fix.
    Fixed,
    /// Nothing of this release.
    OutOfRange,
    /// Nothing of this device.
    OutOfReach,
    /// Something of this device, and nothing of this vulnerability on it.
    OtherFlaws,
}

impl Says {
    /// What a verdict says on the wire.
    fn of_word(word: &str) -> Self {
        let verdict = Verdict::ALL.into_iter().find(|one| one.word() == word);
        match verdict.unwrap_or(Verdict::CannotTell) {
            Verdict::Affected => Self::Affected,
            Verdict::UnderInvestigation => Self::UnderInvestigation,
            Verdict::CannotTell => Self::CannotTell,
            Verdict::Fixed => Self::Fixed,
            Verdict::NotAffected => Self::NotAffected,
        }
    }

    /// What stands in front of the advisory's number where that is told.
    fn before(self) -> &'static str {
        match self {
            Self::OutOfRange | Self::OutOfReach | Self::OtherFlaws => "What ",
            Self::CannotTell => "By ",
            Self::Affected
            | Self::UnderInvestigation
            | Self::NotAffected
            | Self::Fixed => "",
        }
    }

    /// What stands behind it.
    fn behind(self) -> &'static str {
        match self {
            Self::Affected | Self::UnderInvestigation | Self::NotAffected => "says",
            Self::CannotTell => "alone nobody can tell",
            Self::Fixed => "says that it holds the fix",
            Self::OutOfRange => {
                "says does not reach this release: of it nothing is said, and not that it is \
                 not affected"
            }
            Self::OutOfReach => {
                "says does not reach this device: of it nothing is said, and not that it is \
                 not affected"
            }
            Self::OtherFlaws => {
                "says of this device is about other flaws: of this one it says nothing there"
            }
        }
    }

    /// Whether the mark of its verdict is its own word.
    fn is_its_word(self) -> bool {
        matches!(self, Self::Affected | Self::UnderInvestigation | Self::NotAffected)
    }
}

/// What is known of a component that the device's SBOM lists.
#[derive(Serialize)]
struct InComponent {
    component: String,
    verdict: Mark,
    grounds: Vec<Ground>,
    fixed_in: String,
    question: String,
    /// What is asked, where it can be answered here.
    questions: Vec<Link>,
}

/// What one document says of a component.
#[derive(Serialize)]
struct Ground {
    document: String,
    verdict: Mark,
    /// What it says itself.
    says: Says,
    place: String,
    rules: Vec<String>,
    /// Where the accepted statement stands, for whoever may read it; else empty.
    statement: String,
    #[serde(skip)]
    bill: String,
}

/// An advisory that does not speak of the device.
#[derive(Serialize)]
struct Elsewhere {
    advisory: String,
    title: String,
    products: Vec<String>,
    more: String,
    #[serde(skip)]
    address: String,
}

/// Why it is as urgent as it is.
#[derive(Serialize)]
struct Because {
    priority: Mark,
    row: String,
    facts: Vec<Fact>,
    questions: Vec<&'static str>,
    /// Where the table stands.
    #[serde(skip)]
    table: String,
}

impl Show for Explanation {
    fn title(&self) -> String {
        format!("{} on {}", self.vulnerability, self.device_name)
    }
}

/// `GET /devices/{id}/vulnerabilities/{vulnerability}`.
pub(crate) async fn explain(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path((id, asked)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let number = id.parse().map_err(|_| Problem::not_found("device", &id))?;
    let scope = by.scope(Permission::ViewDevices);
    let device = house.app.store.device(&scope, number).await?;
    let held = holdings(&house.app, by.head).await?;
    let source = held.source(device.source).to_owned();
    let known = held.advisories.clone();
    let situated = held.situated(&device);
    let found_out = held.own_analyses(device.organisation, device.configuration);
    let known = known.as_deref();
    let names = called(known, &asked);
    let own_word = held.own_word(&device, &names);
    drop(held);
    let found = weighed((&house, &by), &device, &situated, known, &found_out).await?;
    let about =
        |finding: &&Finding| names.contains(&finding.judgement.subject.vulnerability);
    // What asks most stands first.
    let finding = found.iter().find(about);
    let clock = face.clock().clone();
    let about_it: Vec<&Finding> = found.iter().filter(about).collect();
    let components = in_components(&house, &by, &about_it, &clock).await?;
    let behind = behind(&house, &by, &device, &names, known).await?;
    let stated = of_itself(&house, &by, &about_it, &behind, &clock).await?;
    let names_of = analysts(&house, &by, &found, &own_word).await?;
    let (own, analyses) =
        own_told(&own_word, &names, &about_it, &device, (&names_of, &clock));
    if finding.is_none() {
        expect_known(&house, &by, known, &asked).await?;
    }
    let heard = known.map(|it| hear(it, &device.told, &names)).unwrap_or_default();
    let vulnerability = main_name(known, &asked);
    let parts = Parts {
        device: &device,
        names: &names,
        finding,
        heard: &heard,
        known,
        doubted: situated.doubted.as_deref().map(|since| clock.show(since)),
        listed_alone: known.and_then(|known| known.listed_alone(&asked)),
    };
    let verdict = parts.verdict();
    let said = answered(&house, &by, &situated, &clock).await?;
    let arrived = arrival(&house.app, &by, &device).await?;
    let since = since(finding, &arrived, &clock);
    face.show(&Explanation {
        device: device.id,
        title: known.map(|known| known.title(&asked)).unwrap_or_default(),
        verdict: Mark::verdict(verdict),
        sentence: parts.sentence(verdict),
        compared: compared(&device),
        spoken: parts.spoken(&clock),
        elsewhere: parts.elsewhere(),
        stated,
        components,
        own,
        analyses,
        urgency: urgency(known, &vulnerability),
        because: finding.and_then(|it| Some(because(it.assessment.as_ref()?, &device))),
        known_of: Age::of(&house.app, &clock).await?,
        changes: parts.changes(verdict),
        answered: deciding(said, finding),
        questions: open(finding),
        since,
        source: imported(&device, source),
        device_name: title(&device),
        about: about_all(known, &vulnerability),
        vulnerability,
    })
}

/// The names of what is asked about.
fn called(known: Option<&Advisories>, asked: &str) -> BTreeSet<String> {
    known.map_or_else(|| BTreeSet::from([asked.to_owned()]), |it| it.names(asked))
}

/// The name under which it is judged.
fn main_name(known: Option<&Advisories>, asked: &str) -> String {
    known.map_or_else(|| asked.to_owned(), |known| known.main_name(asked))
}

/// Since when it is so, of a device that arrived then.
fn since(finding: Option<&Finding>, arrived: &str, clock: &Clock) -> Option<Shown> {
    let changed = finding.map(|finding| finding.judgement.changed.as_str());
    changed.map(|changed| clock.show(changed.max(arrived)))
}

/// The verdicts about a device, with what its organisation found out and whether it is known
/// which device it is.
async fn weighed(
    (house, by): (&House, &Actor),
    device: &Device,
    situated: &Situated,
    known: Option<&Advisories>,
    found_out: &BTreeMap<i64, Counted>,
) -> Result<Vec<Finding>, Problem> {
    let build = device.configuration;
    let mut found = findings_of_device(&house.app, by, build, situated, known).await?;
    heed(&mut found, found_out);
    doubt(&mut found, situated);
    Ok(found)
}

/// The last import that named a device.
fn imported(device: &Device, source: String) -> Link {
    Link { text: source, address: format!("/imports/{}", device.last_import) }
}

/// What the organisation found out by itself: what stands beside verdicts, and each with whether
/// it counts.
fn own_told(
    own_word: &OwnWord,
    names: &BTreeSet<String>,
    about: &[&Finding],
    device: &Device,
    (names_of, clock): (&BTreeMap<i64, String>, &Clock),
) -> (Vec<Own>, Vec<Beside>) {
    let own_of = about.iter().filter_map(|finding| own(finding, names_of, clock));
    let beside = own_word.about(names, about).into_iter();
    let beside = beside.map(|one| Beside::new(one, device, names_of, clock));
    (own_of.collect(), beside.collect())
}

/// What was accepted about the device itself and stands behind what advisories say.
async fn behind(
    house: &House,
    by: &Actor,
    device: &Device,
    names: &BTreeSet<String>,
    known: Option<&Advisories>,
) -> Result<Vec<Said>, Problem> {
    let Some(known) = known else { return Ok(Vec::new()) };
    let build =
        Configuration { id: device.configuration, build: device.told.build.clone() };
    let of = (device.organisation, &build);
    Ok(operations::bills::behind(&house.app, by, of, names, known).await?)
}

/// Expects a number that the advisories in use know, or by which something was judged once.
async fn expect_known(
    house: &House,
    by: &Actor,
    known: Option<&Advisories>,
    asked: &str,
) -> Result<(), Problem> {
    let is_known = known
        .is_some_and(|known| known.mentions(asked) || known.taken_back(asked).is_some());
    if is_known || !was_judged(&house.app, by, asked).await?.is_empty() {
        return Ok(());
    }
    let absent = Problem::not_found("vulnerability or advisory", asked)
        .next("The advisories in use do not know it. Check the number.");
    let held = holdings(&house.app, by.head).await?;
    let records = recorded(&held, &scope(by), asked);
    Err(instead(absent, asked, &records).0)
}

/// What KEV calls that of which it says nothing more.
pub(crate) fn listed_as(entry: &Entry) -> String {
    let of = [&entry.vendor, &entry.product].map(|text| text.trim());
    let of = of.iter().filter(|text| !text.is_empty()).copied().collect::<Vec<_>>();
    match of.is_empty() {
        true => "CISA's catalog (KEV) names no product.".to_owned(),
        false => format!("CISA's catalog (KEV) names {}.", of.join(" ")),
    }
}

/// The page of what is explained, for all devices.
fn about_all(known: Option<&Advisories>, vulnerability: &str) -> String {
    match known.and_then(|known| known.record(vulnerability)) {
        Some(record) => format!("/advisories/{}", encoded(&record.id)),
        None => format!("/vulnerabilities/{}", encoded(vulnerability)),
    }
}

/// The answers that decided a verdict.
fn deciding(all: Vec<Answered>, finding: Option<&Finding>) -> Vec<Answered> {
    let answers = finding.map_or(&[][..], |finding| &finding.answers);
    let decides = |one: &Answered| answers.iter().any(|answer| answer.id == one.id);
    all.into_iter().filter(decides).collect()
}

/// The questions that a verdict hangs on.
fn open(finding: Option<&Finding>) -> Vec<Link> {
    let open = finding.map_or(&[][..], |finding| &finding.asked);
    open.iter().map(|one| to_question(&one.key, &one.asked)).collect()
}

/// What is known of components, with who let statements about them speak.
async fn in_components(
    house: &House,
    by: &Actor,
    findings: &[&Finding],
    clock: &Clock,
) -> Result<Vec<InComponent>, Problem> {
    let said = findings.iter().flat_map(|finding| &finding.said);
    let numbers = said.filter_map(|said| said.acceptance).collect();
    let acceptors = acceptors(&house.app, by, &numbers).await?;
    let of_components = findings.iter().filter(|finding| finding.is_of_component());
    Ok(of_components.map(|finding| in_component(finding, &acceptors, clock)).collect())
}

/// What was accepted of statements about the device itself, with who let them speak: those that
/// decide, and those that do not with why.
async fn of_itself(
    house: &House,
    by: &Actor,
    findings: &[&Finding],
    behind: &[Said],
    clock: &Clock,
) -> Result<Vec<Ground>, Problem> {
    let said: Vec<&Said> = findings
        .iter()
        .filter(|finding| !finding.is_of_component())
        .flat_map(|finding| &finding.said)
        .filter(|said| said.acceptance.is_some())
        .collect();
    let said = if said.is_empty() { behind.iter().collect() } else { said };
    let numbers = said.iter().filter_map(|said| said.acceptance).collect();
    let acceptors = acceptors(&house.app, by, &numbers).await?;
    Ok(said.into_iter().map(|said| ground(said, &acceptors, clock)).collect())
}

/// Who let a statement speak, when, and why, as far as whoever looks may know it.
fn accepted_by(acceptor: &Acceptor, clock: &Clock) -> String {
    let Acceptor { organisation, accepted, within } = acceptor;
    let at = clock.show(accepted).text;
    match within {
        Some(within) => {
            let name = words::who(Some(&within.person));
            format!("accepted by {name} for {organisation} on {at}: {}", within.reason)
        }
        None => format!(
            "accepted by {organisation} on {at}; who accepted it and why, people there can tell"
        ),
    }
}

fn in_component(
    finding: &Finding,
    acceptors: &BTreeMap<i64, Acceptor>,
    clock: &Clock,
) -> InComponent {
    let grounds = finding.said.iter().map(|said| ground(said, acceptors, clock));
    InComponent {
        component: finding.component(),
        verdict: Mark::verdict(Some(finding.verdict)),
        grounds: grounds.collect(),
        fixed_in: finding.judgement.fixed_in.clone(),
        question: finding.judgement.question.clone(),
        questions: open(Some(finding)),
    }
}

fn ground(said: &Said, acceptors: &BTreeMap<i64, Acceptor>, clock: &Clock) -> Ground {
    let acceptor = said.acceptance.and_then(|number| acceptors.get(&number));
    let within = acceptor.and_then(|acceptor| acceptor.within.as_ref());
    let accepted = acceptor.map(|acceptor| accepted_by(acceptor, clock));
    Ground {
        document: said.advisory.clone(),
        verdict: Mark::of_word(&said.verdict),
        says: match said.is_compared_alone() {
            true => Says::OutOfRange,
            false => Says::of_word(&said.verdict),
        },
        place: said.place.clone(),
        rules: accepted.into_iter().chain(said.rules.iter().cloned()).collect(),
        statement: within
            .and_then(|within| within.document)
            .map(|document| format!("/products/statements/{document}"))
            .unwrap_or_default(),
        bill: said
            .bill
            .map(|bill| format!("/products/documents/{bill}"))
            .unwrap_or_default(),
    }
}

/// What is said of a device where a statement about it decides.
fn by_statement(verdict: Verdict) -> String {
    let word = verdict.word().replace('_', " ");
    format!("This device is {word}: a statement about it was accepted here, and says so.")
}

/// What an explanation is made of.
struct Parts<'e> {
    device: &'e Device,
    /// The ids of the vulnerability.
    names: &'e BTreeSet<String>,
    finding: Option<&'e Finding>,
    heard: &'e [Heard<'e>],
    known: Option<&'e Advisories>,
    /// Since when nobody knows which device it is.
    doubted: Option<Shown>,
    /// What KEV says of it, where no advisory mentions it.
    listed_alone: Option<Entry>,
}

impl Parts<'_> {
    /// The remembered verdict, else what the advisories say now; none where none speaks of
    /// the product.
    fn verdict(&self) -> Option<Verdict> {
        if self.doubted.is_some() {
            return Some(Verdict::CannotTell);
        }
        if let Some(finding) = self.finding {
            return Some(finding.verdict);
        }
        if self.listed_alone.is_some() {
            return Some(Verdict::CannotTell);
        }
        let answers = self.heard.iter().filter_map(|heard| {
            Some(said(heard.record, heard.answer.as_ref()?, self.names))
        });
        answers.min()
    }

    fn sentence(&self, verdict: Option<Verdict>) -> Sentence {
        let build = &self.device.told.build;
        let release = match build.version.is_empty() {
            true => "a release that the inventory does not state".to_owned(),
            false => format!("release {}", build.version),
        };
        let is_of_component = self.finding.is_some_and(Finding::is_of_component);
        let is_cleared = self.finding.is_some_and(Finding::is_cleared);
        let is_answered = self.finding.is_some_and(|finding| !finding.answers.is_empty());
        let is_stated = self.is_stated();
        if let Some(unsure) = self.unsure() {
            return unsure;
        }
        Sentence::new(match verdict {
            Some(Verdict::Affected) if is_answered => {
                "This device is affected: an advisory names the product, and somebody here answered what it asks."
                    .to_owned()
            }
            Some(Verdict::NotAffected) if is_answered => {
                "This device is not affected: somebody here answered what the advisory asks. Others may see it otherwise."
                    .to_owned()
            }
            Some(said @ Verdict::Affected) if is_stated && !is_of_component => {
                by_statement(said)
            }
            Some(Verdict::Affected) if is_of_component => {
                "This device is affected: its SBOM lists a component that carries the flaw."
                    .to_owned()
            }
            Some(Verdict::Affected) => {
                format!("This device is affected: an advisory names the product, and {release} is meant.")
            }
            Some(Verdict::CannotTell | Verdict::UnderInvestigation) => {
                "Nobody can tell with what is known; the question below settles it.".to_owned()
            }
            Some(Verdict::NotAffected | Verdict::Fixed) if is_cleared => {
                "This is what your own analysis says, and the judgement beneath it stands: others may see it otherwise."
                    .to_owned()
            }
            Some(said @ (Verdict::NotAffected | Verdict::Fixed))
                if is_stated && !is_of_component =>
            {
                by_statement(said)
            }
            Some(Verdict::NotAffected) if is_stated => {
                "This device is not affected: a statement about what is in it was accepted here, and says so."
                    .to_owned()
            }
            Some(Verdict::NotAffected) if is_of_component => {
                "This device is not affected: its SBOM lists a component that the flaw is in, in a release that is not meant."
                    .to_owned()
            }
            Some(Verdict::Fixed) if is_of_component => {
                "This device is fixed: the component in its SBOM holds the fix.".to_owned()
            }
            Some(Verdict::NotAffected) => self.not_affected(&release),
            Some(Verdict::Fixed) => format!("This device is fixed: {release} holds the fix."),
            None if self.heard.is_empty() => {
                "No device advisory in use speaks about it, so nothing is known of this device. That is not the same as not affected."
                    .to_owned()
            }
            None => "Advisories speak about it, and none of them names this product. Whether a part inside the device is touched is not known here."
                .to_owned(),
        })
    }

    /// What is said where no verdict can stand.
    fn unsure(&self) -> Option<Sentence> {
        if let Some(since) = &self.doubted {
            return Some(Sentence::new(format!(
                "Nobody can tell: it is not confirmed since {} which device hangs under this tag. \
                 What stands below is of the one before.",
                since.text
            )));
        }
        if let (Some(entry), None) = (&self.listed_alone, self.finding) {
            return Some(Sentence::new(format!(
                "Nobody can tell: it is exploited, and no advisory in use says which products and \
                 releases it is in. {}",
                listed_as(entry)
            )));
        }
        None
    }

    /// What is said of a device that no advisory calls affected, as far as its issuer says it.
    fn not_affected(&self, release: &str) -> String {
        let heard = self.heard.iter();
        let answers =
            heard.filter_map(|heard| Some((heard.record, heard.answer.as_ref()?)));
        let says = answers.map(|(record, answer)| says(record, answer, self.names));
        let says: Vec<Says> = says.collect();
        if says.contains(&Says::NotAffected) {
            format!(
                "This device is not affected: an advisory names the product, and says so of {release}."
            )
        } else if says.contains(&Says::Fixed) {
            format!(
                "This device is not affected: an advisory names the product, and says that {release} holds the fix."
            )
        } else if says.contains(&Says::OtherFlaws) {
            "By comparison this device is not affected: an advisory names the product for other flaws. That it is not affected by this one nobody has said."
                .to_owned()
        } else {
            format!(
                "By comparison this device is not affected: an advisory names the product, and what it says does not reach {release}. That {release} is not affected nobody has said."
            )
        }
    }

    fn spoken(&self, clock: &Clock) -> Vec<Spoken> {
        let answered = self.heard.iter().filter_map(|heard| {
            let answer = heard.answer.as_ref()?;
            let record = heard.record;
            let product = record.products.get(answer.leaf);
            let remedies = offers(record, answer).into_iter().map(|offer| Remedy {
                kind: words::remedy(offer.kind),
                text: offer.text,
                url: web_address(&offer.url),
                advisory: to_advisory(&offer.advisory),
            });
            Some(Spoken {
                advisory: record.id.clone(),
                issuer: record.publisher.clone(),
                revised: clock.show_day(&record.modified),
                verdict: Mark::verdict(Some(said(record, answer, self.names))),
                says: says(record, answer, self.names),
                range: self.range(answer),
                confidence: answer.confidence.word(),
                product: product.map(|it| it.name.clone()).unwrap_or_default(),
                place: product.map(|it| it.place.to_string()).unwrap_or_default(),
                // The first names the leaf, which stands above.
                rules: answer.grounds.iter().skip(1).cloned().collect(),
                fixed_in: self.fix(record, answer).to_owned(),
                question: answer.question.clone(),
                remedies: remedies.collect(),
                address: format!("/advisories/{}", encoded(&record.id)),
            })
        });
        answered.collect()
    }

    /// The versions that an advisory speaks of, of the product that decided.
    fn range(&self, answer: &Answer) -> String {
        let mut leaves =
            self.known.into_iter().flat_map(|known| known.leaves(answer.record));
        let leaf = leaves.find(|leaf| leaf.product == answer.leaf);
        leaf.map(versions).unwrap_or_default()
    }

    /// The release that mends this vulnerability, as an advisory states it, or nothing.
    fn fix<'a>(&self, record: &Record, answer: &'a Answer) -> &'a str {
        fix_of(|id| self.names.contains(id), record, answer)
    }

    fn elsewhere(&self) -> Vec<Elsewhere> {
        let silent = self.heard.iter().filter(|heard| heard.answer.is_none());
        silent
            .map(|heard| {
                let named: BTreeSet<&str> = heard
                    .record
                    .products
                    .iter()
                    .filter(|product| !product.statuses.is_empty())
                    .map(|product| product.name.as_str())
                    .collect();
                let more = named.len().saturating_sub(PRODUCTS_MAX);
                Elsewhere {
                    advisory: heard.record.id.clone(),
                    title: heard.record.title.clone(),
                    products: named
                        .into_iter()
                        .take(PRODUCTS_MAX)
                        .map(str::to_owned)
                        .collect(),
                    more: if more > 0 {
                        format!("and {more} more")
                    } else {
                        String::new()
                    },
                    address: format!("/advisories/{}", encoded(&heard.record.id)),
                }
            })
            .collect()
    }

    /// Whether it rests on a statement that was accepted here.
    fn is_stated(&self) -> bool {
        self.finding.is_some_and(Finding::is_stated)
    }

    fn changes(&self, verdict: Option<Verdict>) -> Vec<String> {
        let answers = || {
            let heard = self.heard.iter();
            heard.filter_map(|heard| Some((heard.record, heard.answer.as_ref()?)))
        };
        let mut changes: BTreeSet<String> = BTreeSet::new();
        let mut hangs_on_day = false;
        for (record, answer) in answers() {
            let fix = self.fix(record, answer);
            if !fix.is_empty() && verdict == Some(Verdict::Affected) {
                changes.insert(format!("The release: {fix} or later is not meant."));
            }
            if answer.hangs_on_day {
                hangs_on_day = true;
                changes.insert(match self.device.told.received.as_str() {
                    "" => {
                        "The day: the advisory means devices by when they were made, and \
                           the inventory states no day on which this one was received."
                            .to_owned()
                    }
                    day => format!(
                        "The day: the advisory means devices by when they were made, and \
                         the inventory states that this one was received on {day}."
                    ),
                });
            }
            // What can be answered here leads to its question.
            let is_asked = self.finding.is_some_and(|finding| {
                !finding.asked.is_empty() || !finding.answers.is_empty()
            });
            if !answer.question.is_empty() && !is_asked {
                changes.insert(format!("An answer: {}", answer.question));
            }
        }
        let mut changes: Vec<String> = changes.into_iter().collect();
        if self.is_stated()
            && matches!(verdict, Some(Verdict::NotAffected | Verdict::Fixed))
        {
            changes.push(
                "Taking back the acceptance of the statement on which it rests."
                    .to_owned(),
            );
        }
        changes.push(
            match verdict {
                Some(Verdict::Affected) => {
                    "A revised advisory, or a statement of the maker that it is not affected."
                }
                Some(_) if hangs_on_day => {
                    "The day on which it was made, as its maker or its label tells, or a revised advisory."
                }
                Some(_) if self.listed_alone.is_some() => {
                    "An advisory that says which products and releases it is in, or an SBOM that says what is inside."
                }
                Some(_) => "Another release on the device, or a revised advisory.",
                None if self.known.is_none() => "An index of advisories in use.",
                None => {
                    "An advisory that names this product, or an SBOM that says what is inside."
                }
            }
            .to_owned(),
        );
        changes
    }
}

/// What an advisory says of a device about one of its vulnerabilities. One that calls the
/// device affected by others says of this one that it is not.
fn said(record: &Record, answer: &Answer, names: &BTreeSet<String>) -> Verdict {
    let meant = positions(record, names);
    let about = answer.vulnerabilities.iter().any(|at| meant.contains(at));
    match answer.verdict {
        device::Verdict::NotAffected => Verdict::NotAffected,
        _ if !about && !names.contains(&record.id) => Verdict::NotAffected,
        device::Verdict::Affected => Verdict::Affected,
        device::Verdict::CannotTell => Verdict::CannotTell,
    }
}

/// What an advisory says of a device itself, of which that verdict follows.
fn says(record: &Record, answer: &Answer, names: &BTreeSet<String>) -> Says {
    match said(record, answer, names) {
        Verdict::Affected => Says::Affected,
        Verdict::UnderInvestigation => Says::UnderInvestigation,
        Verdict::CannotTell => Says::CannotTell,
        Verdict::Fixed => Says::Fixed,
        Verdict::NotAffected => match answer.basis(positions(record, names)) {
            Basis::Stated => Says::NotAffected,
            Basis::Fixed => Says::Fixed,
            Basis::OutOfRange => Says::OutOfRange,
            Basis::OutOfReach if answer.verdict != device::Verdict::NotAffected => {
                Says::OtherFlaws
            }
            Basis::OutOfReach => Says::OutOfReach,
        },
    }
}

/// Where the vulnerability of these names stands in an advisory; every one where the advisory
/// itself is meant.
fn positions(record: &Record, names: &BTreeSet<String>) -> BTreeSet<usize> {
    let is_whole = names.contains(&record.id);
    let all = record.vulnerabilities.iter().enumerate();
    all.filter(|(_, entry)| is_whole || entry.ids.iter().any(|id| names.contains(id)))
        .map(|(at, _)| at)
        .collect()
}

fn compared(device: &Device) -> Vec<Fact> {
    let build = &device.told.build;
    [
        ("Maker", &build.maker),
        ("Model", &build.model),
        ("Description", &build.description),
        ("Version", &build.version),
        ("Received", &device.told.received),
    ]
    .into_iter()
    .map(|(what, value)| match value.is_empty() {
        true => Fact::new(what, "not stated"),
        false => Fact::new(what, value),
    })
    .collect()
}

/// KEV, EPSS and severities, each with where it is from.
pub(crate) fn urgency(known: Option<&Advisories>, id: &str) -> Vec<Fact> {
    let Some(index) = known.and_then(|known| known.file.index().ok()) else {
        return Vec::new();
    };
    let urgency = Urgency::of(id, &index);
    let kev = index.kev(id);
    let mut facts = vec![match (&kev, urgency.exploited) {
        (Some(listing), _) => Fact::new(
            "Exploited",
            format!("yes: in CISA's catalog (KEV) since {}", listing.entry.added),
        ),
        (None, Known::Yes) => Fact::new("Exploited", "yes: a record says so"),
        (None, Known::No | Known::Unknown) => {
            Fact::new("Exploited", "not listed in CISA's catalog (KEV)")
        }
    }];
    facts.push(match urgency.epss {
        Some(score) => Fact::new(
            "Likely to be exploited within a month (EPSS)",
            format!("{:.1} %", score * 100.0),
        ),
        None => {
            Fact::new("Likely to be exploited within a month (EPSS)", "not estimated")
        }
    });
    if urgency.severities.is_empty() {
        facts.push(Fact::new("Severity (CVSS)", "nobody has given one"));
    }
    let severities: BTreeMap<usize, Fact> = urgency
        .severities
        .iter()
        .map(|severity| {
            let score = severity.read.map(|vector| vector.score().as_f64());
            let score =
                score.map_or_else(|| "not readable".to_owned(), |it| format!("{it:.1}"));
            Fact::new(
                format!("Severity (CVSS), by {}", words::scorer(severity.scorer)),
                format!("{score} · {}", severity.vector),
            )
        })
        .enumerate()
        .collect();
    facts.extend(severities.into_values());
    facts
}

fn because(assessment: &Assessment, device: &Device) -> Because {
    let known = |known| match known {
        Known::Yes => "yes",
        Known::No => "no",
        Known::Unknown => "nobody has said, so it counts as the worse",
    };
    let facts = assessment.facts.iter();
    Because {
        priority: Mark::priority(Some(assessment.priority)),
        row: assessment.row.clone(),
        facts: facts
            .map(|(fact, said)| Fact::new(fact.question(), known(*said)))
            .collect(),
        questions: assessment.questions.iter().map(|fact| fact.question()).collect(),
        table: format!("/work/priorities/{}", device.organisation),
    }
}
