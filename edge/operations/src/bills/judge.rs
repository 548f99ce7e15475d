//! Judging what bills list, in jobs that survive a kill.
//!
//! The verdicts rest on an organisation's documents, so they are kept in that organisation's
//! view, for each build that a bill in force describes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use feeds::IndexFile;
use matching::statement::{Standing, Statements, Voices, of_bom};
use matching::{Finding, Ground, System, Unknown, Verdict, component};
use sbom::Component;
use serde::Serialize;
use store::{
    Act, Build, Configuration, Described, Fact, Job, Judged, Noun, Scope, Subject, Write,
};
use terms::Purl;
use terms::cpe::{self, Attribute};

use super::BillError;
use super::look::plain_version;
use crate::App;
use crate::aside::aside;

/// The kind of a job that judges bills.
pub(crate) const JUDGE: &str = "judge bills of materials";
/// How many builds are one transaction: each may carry thousands of verdicts.
const BATCH: usize = 10;
/// Components of which something cannot be told that are named one by one.
const UNKNOWNS_MAX: usize = 5000;

/// Queues a job that judges every bill in force of the organisation; gives its number.
pub(crate) async fn queue(write: &mut Write<'_>) -> Result<i64, store::StoreError> {
    write.queue(JUDGE, "{}").await
}

/// What was found in one bill: by vulnerability and component key.
type Found = BTreeMap<(String, String), Judged>;

/// One bill, judged.
struct JudgedBill {
    found: Found,
    unknowns: String,
    unknown_count: i64,
}

/// A component of which something cannot be told.
#[derive(Serialize)]
struct Asked {
    name: String,
    version: String,
    purl: String,
    place: String,
    why: String,
    question: String,
}

/// One document's word on a component, as it is kept.
#[derive(Serialize)]
struct KeptGround<'a> {
    advisory: &'a str,
    source: &'static str,
    verdict: &'static str,
    confidence: &'static str,
    rules: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    fixed_in: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    question: String,
    component: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    version: &'a str,
    place: String,
    bill: i64,
    /// Everything that is asked before the verdict can be told; at the first of the grounds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    asks: Vec<KeptAsk>,
}

/// A question about a component, as it is kept.
#[derive(Serialize)]
struct KeptAsk {
    component: String,
    why: &'static str,
    question: String,
    settles: &'static str,
}

/// Judges every bill in force of an organisation.
pub(crate) async fn judge(app: &App, job: &Job) -> Result<(), BillError> {
    let described = app.store.described(job.head).await?;
    let builds = app.store.configurations_since(job.head, 0).await?;
    let mut judged = BTreeMap::new();
    let generation = match app.store.generation().await? {
        // Without an index there is nothing to judge with: when it comes, it queues its own job.
        None => 0,
        Some(newest) => {
            let file = app.data.join(&newest.file);
            let index = aside(move || IndexFile::open(&file)).await?;
            let index = Arc::new(index.map_err(crate::judging::JudgingError::Index)?);
            for one in &described {
                let bill = judge_one(app, job, &index, one).await?;
                note(app, job, one, newest.number, &bill).await?;
                judged.insert(one.bill, bill.found);
            }
            newest.number
        }
    };
    let mut pages = views(app, job, &described, &builds).await?;
    if generation == 0 {
        pages.clear();
    }
    let mut counts = (0, 0);
    for (view, of_build) in &pages {
        let of_build: Vec<(&i64, &BTreeSet<i64>)> = of_build.iter().collect();
        for batch in of_build.chunks(BATCH) {
            let changed = keep(app, job, *view, generation, batch, &judged).await?;
            counts = (counts.0 + batch.len() as i64, counts.1 + changed);
        }
    }
    let mut write = app.store.write(job.head, (app.now)()).await?;
    write.end_job(job).await?;
    let facts = vec![
        ("bills", Fact::Number(described.len() as i64)),
        ("builds", Fact::Number(counts.0)),
        ("changed", Fact::Number(counts.1)),
    ];
    write.commit(Act { by: 0, what: JUDGE, noun: Noun::Job, id: job.id, facts }).await?;
    Ok(())
}

/// For each view the builds that it speaks of, and the bills that describe each. A build that no
/// bill describes any more is there with none, so that what was said of it is closed.
async fn views(
    app: &App,
    job: &Job,
    described: &[Described],
    builds: &[Configuration],
) -> Result<BTreeMap<i64, BTreeMap<i64, BTreeSet<i64>>>, BillError> {
    let mut views: BTreeMap<i64, BTreeMap<i64, BTreeSet<i64>>> = BTreeMap::new();
    for (view, build) in app.store.views(job.head).await? {
        views.entry(view).or_default().entry(build).or_default();
    }
    let by_id: BTreeMap<i64, &Build> =
        builds.iter().map(|one| (one.id, &one.build)).collect();
    let mut alike: BTreeMap<[String; 3], Vec<i64>> = BTreeMap::new();
    for one in builds {
        alike.entry(written(&one.build)).or_default().push(one.id);
    }
    for one in described {
        let named = one.builds.iter().filter_map(|id| by_id.get(id));
        let all = named.filter_map(|build| alike.get(&written(build))).flatten();
        for build in all.chain(&one.builds) {
            let view = views.entry(one.organisation).or_default();
            view.entry(*build).or_default().insert(one.bill);
        }
    }
    Ok(views)
}

/// What the inventory says of maker, model and version, without how it spaces and cases them.
fn written(build: &Build) -> [String; 3] {
    let plain =
        |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    [plain(&build.maker), plain(&build.model), plain_version(&build.version)]
}

async fn judge_one(
    app: &App,
    job: &Job,
    index: &Arc<IndexFile>,
    one: &Described,
) -> Result<JudgedBill, BillError> {
    let scope = Scope::whole(job.head);
    let bytes = app.store.bytes_of(&scope, one.original).await?;
    let (index, bill) = (Arc::clone(index), one.bill);
    aside(move || {
        let bom = sbom::parse(&bytes)?.value;
        read(&bom, &index, bill)
    })
    .await?
}

fn read(bom: &sbom::Bom, index: &IndexFile, bill: i64) -> Result<JudgedBill, BillError> {
    let index = index.index().map_err(crate::judging::JudgingError::Index)?;
    let system = System::new(bom, "sbom");
    // What the document says of itself is a claim, and suppresses nothing.
    let claimed = Statements::from(of_bom(bom, "sbom", Standing::Claimed));
    let accepted = Statements::default();
    let voices = Voices { accepted: &accepted, claimed: &claimed };
    let judgement = component::judge(&system, &index, &voices);
    let mut by_key: BTreeMap<(String, String), Vec<(&Finding<'_>, &Component)>> =
        BTreeMap::new();
    for finding in &judgement.findings {
        let Some(candidate) = system.at(finding.component) else { continue };
        let key = (finding.id.clone(), component_key(candidate.component));
        by_key.entry(key).or_default().push((finding, candidate.component));
    }
    let mut found = Found::new();
    for (key, findings) in by_key {
        if let Some(judged) = judged(&findings, &judgement.unknowns, bill)? {
            found.insert(key, judged);
        }
    }
    let asked: Vec<Asked> = judgement
        .unknowns
        .iter()
        .take(UNKNOWNS_MAX)
        .map(|unknown| asked(unknown, &system))
        .collect();
    let unknown_count = judgement.unknowns.len() as i64;
    Ok(JudgedBill { found, unknowns: serde_json::to_string(&asked)?, unknown_count })
}

fn asked(unknown: &Unknown, system: &System<'_>) -> Asked {
    let component = system.at(unknown.component).map(|candidate| candidate.component);
    let text = |take: fn(&Component) -> Option<&str>| {
        component.and_then(take).unwrap_or_default().to_owned()
    };
    let name = component.map_or("the document", |component| component.name.as_str());
    Asked {
        name: name.to_owned(),
        version: text(|component| component.version.as_deref()),
        purl: text(|component| component.purl.as_deref()),
        place: component.map(|component| component.place.to_string()).unwrap_or_default(),
        why: unknown.why.sentence(),
        question: unknown.why.question(&format!("`{name}`")),
    }
}

/// Of several places of one component the word that asks most wins; all stand in the grounds.
fn judged(
    findings: &[(&Finding<'_>, &Component)],
    unknowns: &[Unknown],
    bill: i64,
) -> Result<Option<Judged>, BillError> {
    let Some((first, _)) = findings.iter().min_by_key(|(finding, _)| finding.verdict)
    else {
        return Ok(None);
    };
    let question = question(first, findings, unknowns);
    let mut grounds: Vec<KeptGround<'_>> = findings
        .iter()
        .flat_map(|(finding, component)| {
            let all = finding.grounds.iter().chain(&finding.also);
            all.map(|ground| kept_ground(ground, component, bill))
        })
        .collect();
    if let Some(ground) = grounds.first_mut() {
        ground.asks = asks(findings, unknowns);
    }
    Ok(Some(Judged {
        verdict: first.verdict.word(),
        confidence: "exact".to_owned(),
        fixed_in: first.fixed_in.join(", "),
        question,
        grounds: serde_json::to_string(&grounds)?,
    }))
}

/// What would settle a verdict that cannot be told.
fn question(
    first: &Finding<'_>,
    findings: &[(&Finding<'_>, &Component)],
    unknowns: &[Unknown],
) -> String {
    if first.verdict != Verdict::CannotTell {
        return String::new();
    }
    let of = |unknown: &&Unknown| {
        unknown.component == first.component
            && unknown.vulnerabilities.contains(&first.id)
    };
    let name = findings.first().map_or("", |(_, component)| component.name.as_str());
    unknowns
        .iter()
        .find(of)
        .map(|unknown| unknown.why.question(&format!("`{name}`")))
        .unwrap_or_default()
}

fn kept_ground<'a>(
    ground: &'a Ground,
    component: &'a Component,
    bill: i64,
) -> KeptGround<'a> {
    let mut rules = vec![format!("{} ({})", ground.rule.sentence(), ground.name.text())];
    if !ground.range.is_empty() {
        let scheme = ground.scheme.map_or("", |scheme| scheme.name());
        rules.push(format!("{} against {} by {scheme}", ground.version, ground.range));
    }
    rules.extend(ground.limits.iter().cloned());
    rules.extend(Some(&ground.detail).filter(|detail| !detail.is_empty()).cloned());
    KeptGround {
        advisory: &ground.origin.id,
        source: ground.origin.document.word(),
        verdict: ground.says.word(),
        confidence: "exact",
        rules,
        fixed_in: ground.fixed.join(", "),
        question: String::new(),
        component: &component.name,
        version: component.version.as_deref().unwrap_or_default(),
        place: component.place.to_string(),
        bill,
        asks: Vec::new(),
    }
}

/// Everything that is asked about places of one component of which nobody can tell.
fn asks(findings: &[(&Finding<'_>, &Component)], unknowns: &[Unknown]) -> Vec<KeptAsk> {
    let open = findings.iter().filter(|(one, _)| one.verdict == Verdict::CannotTell);
    let mut asks: BTreeMap<String, KeptAsk> = BTreeMap::new();
    for (finding, component) in open {
        let about = unknowns.iter().filter(|unknown| {
            unknown.component == finding.component
                && unknown.vulnerabilities.contains(&finding.id)
        });
        for Unknown { why, .. } in about {
            let question = why.question(&format!("`{}`", component.name));
            asks.entry(question.clone()).or_insert_with(|| KeptAsk {
                component: component_key(component),
                why: why.word(),
                question,
                settles: why.settles().word(),
            });
        }
    }
    asks.into_values().collect()
}

/// The key of a component, by which its verdicts are known again when another version of it
/// comes: the purl without version, else vendor and product of a CPE name, else supplier and
/// name.
pub(super) fn component_key(component: &Component) -> String {
    let purl = component.purl.as_deref().and_then(|text| Purl::parse(text).ok());
    if let Some(purl) = purl {
        return purl.package().to_string();
    }
    let cpe = component.cpes.iter().find_map(|text| cpe::Name::parse(text).ok());
    if let Some(name) = cpe {
        return format!(
            "{}:{}",
            name.spelt(Attribute::Vendor),
            name.spelt(Attribute::Product)
        );
    }
    let supplier = component.supplier.as_deref().unwrap_or_default();
    format!("{supplier}/{}", component.name)
}

async fn note(
    app: &App,
    job: &Job,
    one: &Described,
    generation: i64,
    bill: &JudgedBill,
) -> Result<(), BillError> {
    let mut write = app.store.write(job.head, (app.now)()).await?;
    write.hold(job).await?;
    write.note_unknowns(one.bill, generation, &bill.unknowns, bill.unknown_count).await?;
    let facts = vec![("unknown", Fact::Number(bill.unknown_count))];
    write
        .commit(Act { by: 0, what: JUDGE, noun: Noun::Bill, id: one.bill, facts })
        .await?;
    Ok(())
}

/// Keeps what was found about some builds of one view; how many verdicts changed.
async fn keep(
    app: &App,
    job: &Job,
    view: i64,
    generation: i64,
    batch: &[(&i64, &BTreeSet<i64>)],
    judged: &BTreeMap<i64, Found>,
) -> Result<i64, BillError> {
    let mut found: BTreeMap<Subject, Judged> = BTreeMap::new();
    for (build, bills) in batch {
        for of_bill in bills.iter().filter_map(|bill| judged.get(bill)) {
            for ((vulnerability, component), judged) in of_bill {
                let subject = Subject {
                    view,
                    configuration: **build,
                    vulnerability: vulnerability.clone(),
                    component: component.clone(),
                };
                merge(&mut found, subject, judged);
            }
        }
    }
    let ids: Vec<i64> = batch.iter().map(|(build, _)| **build).collect();
    let mut write = app.store.write(job.head, (app.now)()).await?;
    write.hold(job).await?;
    let why = "judged with the bills and advisories in force";
    let counts = write.update_judgements(view, &ids, generation, &found, why).await?;
    let changed = counts.opened + counts.turned + counts.closed;
    let facts = vec![
        ("builds", Fact::Number(ids.len() as i64)),
        ("changed", Fact::Number(changed)),
    ];
    write.commit(Act { by: 0, what: JUDGE, noun: Noun::Job, id: job.id, facts }).await?;
    Ok(changed)
}

/// Where two bills of one release list the same component, the word that asks most wins.
fn merge(found: &mut BTreeMap<Subject, Judged>, subject: Subject, judged: &Judged) {
    let rank = |judged: &Judged| {
        Verdict::ALL.iter().position(|verdict| verdict.word() == judged.verdict)
    };
    match found.get(&subject) {
        Some(old) if rank(old) <= rank(judged) => {}
        _ => {
            found.insert(subject, judged.clone());
        }
    }
}
