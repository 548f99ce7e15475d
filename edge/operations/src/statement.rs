//! What makers and others state about vulnerabilities (VEX): delivered at a product or a
//! release, looked at, accepted by a named person for the organisation whose product it is,
//! and taken back.
//!
//! A statement is a claim and suppresses nothing until somebody accepts it: who may speak
//! comes from the channel, never from an author field. What is accepted is what a document
//! says of a vulnerability and a component; the judgements of the bills of that release are
//! worked out again, and say which acceptance they rest on.

use std::collections::{BTreeMap, BTreeSet};

use advisory::Source;
use matching::statement::{
    Identifier, Product as Meant, Speaker, Standing, Statement, of_bom_and_devices,
    of_record_and_devices,
};
use matching::{Finding, Ground, Rule, System, Verdict};
use reading::{Place, Rejected};
use store::{
    Acceptance, Act, Fact, NewAcceptance, NewOriginal, NewVex, Noun, Parcel, Product,
    Release, StoreError, Vex,
};
use terms::Tlp;
use terms::cpe::{self, Attribute};

mod acceptor;
mod device;
mod joined;
mod overtaken;
mod word;

pub use acceptor::{Acceptor, Within, acceptors};
pub(crate) use device::{Channel, Comparing, Named, Own};
use joined::{House, as_system, versions_of};
pub(crate) use overtaken::Stating;
pub use overtaken::{Overtaken, overtaken};
pub(crate) use word::{Word, words};

use crate::aside::{CutShort, aside};
use crate::fleet::FleetError;
use crate::{Actor, App, Permission, bills};

/// What an original is, for whoever keeps it.
pub(crate) const KIND: &str = "statements";

/// Why something is not delivered, accepted or taken back.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// The file is no document that may hold statements.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// It states nothing about a vulnerability of a product.
    #[error("the document states nothing about a vulnerability of a product")]
    Silent,
    /// The actor may not do this there.
    #[error("you may not do this for that organisation")]
    NotAllowed,
    /// Nobody says why.
    #[error("the reason is missing")]
    Reasonless,
    /// Nothing was chosen that can be accepted.
    #[error("no statement was chosen")]
    NothingChosen,
    /// The work was cut short.
    #[error(transparent)]
    CutShort(#[from] CutShort),
    /// The devices of the house cannot be read.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// For what a document is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// For the release alone.
    Release,
    /// For every release of the product.
    Product,
}

/// A document with statements, looked at.
#[derive(Debug)]
pub struct Look {
    /// As it is kept.
    pub vex: Vex,
    /// The product.
    pub product: Product,
    /// The release; none where it is delivered for all of them.
    pub release: Option<Release>,
    /// What it states, in the order of the document.
    pub stated: Vec<Stated>,
}

/// One thing that a document states of one component.
#[derive(Clone, Debug, PartialEq)]
pub struct Stated {
    /// What is chosen by: position in the list.
    pub number: usize,
    /// The vulnerability, by every name that the document gives it.
    pub ids: Vec<String>,
    /// What is said; none where no state is given, so that there is nothing to accept.
    pub verdict: Option<Verdict>,
    /// Why it is not affected, in the word of the wire; empty where that is not said.
    pub justification: String,
    /// Why, and how it was found.
    pub impact: String,
    /// What to do.
    pub action: String,
    /// The component or product that is meant, without its version.
    pub component: String,
    /// The versions that are meant, as written; empty means every one that is named.
    pub versions: Vec<String>,
    /// Where it stands in the document.
    pub place: String,
    /// When it was made; empty where that is not said.
    pub made: String,
    /// How many components of the bills in force it reaches.
    pub reaches: usize,
    /// The releases of this product that it names, as a whole; an empty one is a release that
    /// nobody has said.
    pub devices: BTreeSet<String>,
    /// Why it is joined to nothing here; empty where it reaches something.
    pub unjoined: String,
    /// The acceptance that holds.
    pub accepted: Option<Acceptance>,
}

/// Keeps a document with statements at a release, or for every release of its product. The
/// same document again is the same.
///
/// # Errors
/// When the actor may not, the file states nothing, or the database fails; then nothing is
/// kept.
pub async fn deliver(
    app: &App,
    by: &Actor,
    release: i64,
    reach: For,
    name: &str,
    parcel: Parcel,
) -> Result<i64, StatementError> {
    let scope = by.scope(Permission::DeliverDocuments);
    let (product, release) = match app.store.release(&scope, release).await {
        Err(StoreError::Absent { .. }) => return Err(StatementError::NotAllowed),
        found => found?,
    };
    let (parcel, document) = arrived(app, parcel).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let original = write
        .keep_original(NewOriginal {
            organisation: product.organisation,
            name,
            kind: KIND,
            label: Tlp::UNLABELLED,
            by: by.person,
            parcel: &parcel,
        })
        .await?;
    let new = NewVex {
        product: product.id,
        release: if reach == For::Release { release.id } else { 0 },
        original,
        format: document.format,
        title: &document.title(name),
        statements: document.statements.len() as i64,
        by: by.person,
    };
    let id = write.keep_vex(new).await?;
    let facts = vec![
        ("original", Fact::Number(original)),
        ("digest", Fact::digest(parcel.digest().as_bytes())),
        ("statements", Fact::Number(new.statements)),
    ];
    let act =
        Act { by: by.person, what: "deliver statements", noun: Noun::Vex, id, facts };
    write.commit(act).await?;
    Ok(id)
}

/// Reads a document that arrived.
///
/// # Errors
/// When it is none that may hold statements, or states nothing.
pub(crate) async fn arrived(
    app: &App,
    parcel: Parcel,
) -> Result<(Parcel, Document), StatementError> {
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    let (parcel, read) = aside(move || {
        let read = parcel.bytes().map(|bytes| read(&bytes, "", LOOKED_AT));
        (parcel, read)
    })
    .await?;
    drop(reader);
    let document = read??;
    match document.statements.is_empty() {
        true => Err(StatementError::Silent),
        false => Ok((parcel, document)),
    }
}

/// What the bytes of a document state, and what of it is accepted; whom it reaches is not
/// looked at.
///
/// # Errors
/// When it cannot be read any more.
pub(crate) fn read_stated(
    bytes: &[u8],
    title: &str,
    accepted: &[Acceptance],
    at: (i64, i64),
) -> Result<Vec<Stated>, StatementError> {
    Ok(stated(&read(bytes, title, LOOKED_AT)?, &[], accepted, at, &House::default()))
}

/// What a document states, and what of it is accepted.
///
/// # Errors
/// When there is none that the actor may see, or the database fails.
pub async fn look(app: &App, by: &Actor, vex: i64) -> Result<Look, StatementError> {
    let scope = by.scope(Permission::ViewDevices);
    let vex = app.store.vex(&scope, vex).await?;
    let product = app.store.product(&scope, vex.product).await?;
    let release = match vex.release {
        0 => None,
        id => Some(app.store.release(&scope, id).await?.1),
    };
    let accepted = app.store.acceptances(&scope, product.id).await?;
    let bytes = app.store.bytes_of(&scope, vex.original).await?;
    let bills = app.store.bills_of_product(&scope, product.id).await?;
    let mut documents = Vec::new();
    for bill in bills {
        if release.as_ref().is_none_or(|release| release.id == bill.release) {
            documents.push(app.store.bytes_of(&scope, bill.original).await?);
        }
    }
    let house = House::of((app, by), &product, release.as_ref(), vex.original).await?;
    let (title, number) = (vex.title.clone(), (vex.original, vex.release));
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    let stated = aside(move || {
        let read = read(&bytes, &title, LOOKED_AT)?;
        Ok::<_, StatementError>(stated(&read, &documents, &accepted, number, &house))
    })
    .await?;
    drop(reader);
    Ok(Look { vex, product, release, stated: stated? })
}

/// Accepts some of what a document states, for the organisation whose product it is; says how
/// much of it was not accepted already.
///
/// # Errors
/// When the actor may not, gives no reason or chooses nothing, or the database fails.
pub async fn accept(
    app: &App,
    by: &Actor,
    vex: i64,
    chosen: &BTreeSet<usize>,
    reason: &str,
) -> Result<usize, StatementError> {
    let look = look(app, by, vex).await?;
    expect_allowed(app, by, look.product.id).await?;
    let reason = given(reason)?;
    let new: Vec<&Stated> = look
        .stated
        .iter()
        .filter(|one| chosen.contains(&one.number) && one.verdict.is_some())
        .collect();
    if new.is_empty() {
        return Err(StatementError::NothingChosen);
    }
    let new: Vec<&Stated> =
        new.into_iter().filter(|one| one.accepted.is_none()).collect();
    if new.is_empty() {
        return Ok(0);
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let mut first = 0;
    for one in &new {
        let id = write
            .accept(NewAcceptance {
                product: look.product.id,
                release: look.vex.release,
                original: look.vex.original,
                vulnerability: one.ids.first().map_or("", String::as_str),
                component: &one.component,
                place: &one.place,
                status: one.verdict.map_or("", Verdict::word),
                reason,
                by: by.person,
            })
            .await?;
        first = if first == 0 { id } else { first };
    }
    let (product, release) = (look.product.id, look.vex.release);
    again(app, by, &mut write, product, release, "a statement was accepted").await?;
    let facts = vec![
        ("document", Fact::Number(look.vex.id)),
        ("first", Fact::Number(first)),
        ("statements", Fact::Number(new.len() as i64)),
    ];
    let (what, noun) = ("accept statements", Noun::Vex);
    write.commit(Act { by: by.person, what, noun, id: look.vex.id, facts }).await?;
    Ok(new.len())
}

/// Takes an acceptance back: what was judged without it stands again.
///
/// # Errors
/// When the actor may not, gives no reason, it was taken back already, or the database fails.
pub async fn take_back(
    app: &App,
    by: &Actor,
    acceptance: i64,
    reason: &str,
) -> Result<Acceptance, StatementError> {
    let scope = by.scope(Permission::ViewDevices);
    let acceptance = app.store.acceptance(&scope, acceptance).await?;
    expect_allowed(app, by, acceptance.product).await?;
    let reason = given(reason)?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.end_acceptance(acceptance.id, by.person, reason).await?;
    let (product, release) = (acceptance.product, acceptance.release);
    let why = "the acceptance of a statement was taken back";
    again(app, by, &mut write, product, release, why).await?;
    let act = Act {
        by: by.person,
        what: "take acceptance back",
        noun: Noun::Acceptance,
        id: acceptance.id,
        facts: Vec::new(),
    };
    write.commit(act).await?;
    Ok(acceptance)
}

async fn expect_allowed(
    app: &App,
    by: &Actor,
    product: i64,
) -> Result<(), StatementError> {
    let scope = by.scope(Permission::AcceptStatements);
    match app.store.product(&scope, product).await {
        Err(StoreError::Absent { .. }) => Err(StatementError::NotAllowed),
        found => Ok(found.map(drop)?),
    }
}

fn given(reason: &str) -> Result<&str, StatementError> {
    match reason.trim() {
        "" => Err(StatementError::Reasonless),
        reason => Ok(reason),
    }
}

/// Has the bills judged again that an acceptance is about.
async fn again(
    app: &App,
    by: &Actor,
    write: &mut store::Write<'_>,
    product: i64,
    release: i64,
    why: &'static str,
) -> Result<(), StatementError> {
    let scope = by.scope(Permission::ViewDevices);
    let releases = match release {
        0 => app.store.releases(&scope, product).await?,
        id => vec![app.store.release(&scope, id).await?.1],
    };
    for release in releases {
        write.judge_bills_again(release.id, why).await?;
    }
    bills::queue(write).await?;
    Ok(())
}

/// A document with its statements.
pub(crate) struct Document {
    pub(crate) format: &'static str,
    title: String,
    pub(crate) statements: Vec<Statement>,
}

impl Document {
    /// What it calls itself, else what its file is called.
    pub(crate) fn title(&self, name: &str) -> String {
        match self.title.as_str() {
            "" => name.to_owned(),
            title => title.to_owned(),
        }
    }
}

/// How statements are read to be looked at, where nothing rests on who speaks.
const LOOKED_AT: Standing = Standing::Accepted(Speaker::Hospital);

/// Reads the statements of a document: a CycloneDX or SPDX document carries them inside,
/// everything else is an advisory or VEX document.
fn read(bytes: &[u8], title: &str, standing: Standing) -> Result<Document, Rejected> {
    let refused = match sbom::parse(bytes) {
        Ok(parsed) => {
            let bom = parsed.value;
            let statements = of_bom_and_devices(&bom, title, standing);
            let title = bom.name.clone().unwrap_or_default();
            return Ok(Document { format: bom.format.name(), title, statements });
        }
        Err(refused) => refused,
    };
    match advisory::parse(bytes) {
        Ok(parsed) => Ok(match parsed.value {
            advisory::Document::Record(record) => Document {
                format: format(record.source),
                title: match record.title.as_str() {
                    "" => record.id.clone(),
                    title => format!("{}: {title}", record.id),
                },
                statements: of_record_and_devices(&record, standing),
            },
            _ => Document { format: "", title: String::new(), statements: Vec::new() },
        }),
        Err(other) if advisory::recognise::is_other(&other) => Err(refused),
        Err(refused) => Err(refused),
    }
}

/// What people call a format.
const fn format(source: Source) -> &'static str {
    match source {
        Source::Csaf => "CSAF",
        Source::OpenVex => "OpenVEX",
        Source::CycloneDxVex => "CycloneDX",
        other => other.word(),
    }
}

/// What a document states, one by one: by statement and component.
fn stated(
    document: &Document,
    bills: &[Vec<u8>],
    accepted: &[Acceptance],
    (original, release): (i64, i64),
    house: &House,
) -> Vec<Stated> {
    let boms: Vec<sbom::Bom> =
        bills.iter().filter_map(|bytes| Some(sbom::parse(bytes).ok()?.value)).collect();
    let systems: Vec<System<'_>> =
        boms.iter().map(|bom| System::new(bom, "sbom")).collect();
    let mut all = Vec::new();
    let mut comparing = Comparing::default();
    for statement in &document.statements {
        for (component, products) in by_component(&statement.products) {
            let mut alone = Statement { products, ..statement.clone() };
            let (devices, mut unjoined) = house.joined(&mut alone, &mut comparing);
            let reached = systems.iter().map(|system| {
                let all = system.candidates.iter();
                all.filter(|one| alone.reaches(system, one).is_some()).count()
            });
            let verdict = statement.status.map(Verdict::from);
            let reaches = reached.sum();
            if reaches > 0 || !devices.is_empty() {
                unjoined.clear();
            }
            let mut stated = Stated {
                number: all.len(),
                ids: statement.ids.clone(),
                verdict,
                justification: statement
                    .justification
                    .map(|one| one.word().to_owned())
                    .unwrap_or_default(),
                impact: statement.impact.clone(),
                action: statement.action.clone(),
                versions: alone.products.iter().flat_map(versions_of).collect(),
                place: statement.origin.place.to_string(),
                made: statement.timestamp.clone(),
                reaches,
                devices,
                unjoined,
                component,
                accepted: None,
            };
            let holds = |one: &&Acceptance| {
                one.ended.is_none()
                    && (one.original, one.release) == (original, release)
                    && stated.is_meant(one)
            };
            stated.accepted = accepted.iter().find(holds).cloned();
            all.push(stated);
        }
    }
    all
}

impl Stated {
    /// Whether an acceptance is about this.
    fn is_meant(&self, by: &Acceptance) -> bool {
        self.ids.first() == Some(&by.vulnerability)
            && self.component == by.component
            && self.place == by.place
            && self.verdict.map_or("", Verdict::word) == by.status
    }
}

/// The products of a statement by the component that is meant.
fn by_component(products: &[Meant]) -> BTreeMap<String, Vec<Meant>> {
    let mut all: BTreeMap<String, Vec<Meant>> = BTreeMap::new();
    for product in products {
        all.entry(key(product)).or_default().push(product.clone());
    }
    all
}

/// What a product of a statement is known by: the component inside where one is named, without
/// its version.
fn key(product: &Meant) -> String {
    let names = match product.components.is_empty() {
        true => &product.names,
        false => &product.components,
    };
    // A package URL says most, whatever stands before it.
    let purl = names.iter().find_map(|name| match name {
        Identifier::Purl { purl, .. } => Some(purl.clone().package().to_string()),
        _ => None,
    });
    // What a document about itself refers to is known by the words there, where it has any:
    // what its file is called is not part of it.
    let in_words = names.iter().find_map(|name| match name {
        Identifier::Device(device) => Some(device.text.clone()),
        _ => None,
    });
    let is_link = matches!(names.first(), Some(Identifier::Link { .. }));
    purl.or(in_words.filter(|_| is_link))
        .or_else(|| names.first().map(named))
        .unwrap_or_default()
}

fn named(name: &Identifier) -> String {
    match name {
        Identifier::Cpe(text) => match cpe::Name::parse(text) {
            Ok(name) => {
                let part = |attribute| name.spelt(attribute).to_owned();
                format!("{}:{}", part(Attribute::Vendor), part(Attribute::Product))
            }
            Err(_) => text.clone(),
        },
        Identifier::Link { reference, .. } => format!("#{reference}"),
        other => other.text().to_owned(),
    }
}

/// What is accepted of a release, ready to be heard.
#[derive(Debug, Default)]
pub(crate) struct Accepted {
    pub(crate) statements: Vec<Statement>,
    /// Which acceptance lets a statement speak: by document, its edition, and place.
    by: BTreeMap<Origin, Vec<Speaking>>,
}

/// Where a statement stands: document, its edition, and place.
type Origin = (String, String, Place);

/// The ids of a vulnerability, and the acceptance that lets a statement about it speak.
type Speaking = (Vec<String>, i64);

impl Accepted {
    /// The acceptance on which a ground rests.
    pub(crate) fn of(&self, ground: &Ground, finding: &Finding<'_>) -> Option<i64> {
        if ground.rule != Rule::StatementAccepted {
            return None;
        }
        let origin = &ground.origin;
        let place = (origin.id.clone(), origin.modified.clone(), origin.place.clone());
        let is_meant = |ids: &[String]| {
            let mut own = finding.aliases.iter().chain([&finding.id]);
            own.any(|own| ids.iter().any(|id| id.eq_ignore_ascii_case(own)))
        };
        let all = self.by.get(&place)?.iter();
        all.filter(|(ids, _)| is_meant(ids)).map(|(_, id)| *id).next()
    }
}

/// What is accepted of a release now.
pub(crate) async fn accepted(
    app: &App,
    head: i64,
    release: i64,
) -> Result<Accepted, StatementError> {
    let all = app.store.accepted_of_release(head, release).await?;
    let mut by_original: BTreeMap<i64, Vec<Acceptance>> = BTreeMap::new();
    for one in all {
        by_original.entry(one.original).or_default().push(one);
    }
    let scope = store::Scope::whole(head);
    let by_makers = app.store.originals_of_makers(head).await?;
    let mut accepted = Accepted::default();
    if by_original.is_empty() {
        return Ok(accepted);
    }
    let (product, release) = app.store.release(&scope, release).await?;
    let own = Own {
        maker: product.maker,
        models: vec![product.name],
        version: release.version,
    };
    let mut comparing = Comparing::default();
    for (original, acceptances) in by_original {
        let bytes = app.store.bytes_of(&scope, original).await?;
        let name = app.store.original(&scope, original).await?.name;
        // Who may speak comes from the channel: what came through the maker's own account is the
        // maker's word, what anybody else brought is what the hospital found out.
        let product = acceptances.first().map_or(0, |one| one.product);
        let speaker = match by_makers.contains(&(original, product)) {
            true => Speaker::DeviceMaker,
            false => Speaker::Hospital,
        };
        let statements = aside(move || {
            let document = read(&bytes, &name, Standing::Accepted(speaker))?;
            Ok::<_, Rejected>(chosen(document.statements, &acceptances))
        })
        .await??;
        let channel = channel_of(speaker);
        for (mut statement, id) in statements {
            for product in &mut statement.products {
                if comparing.names(product, &own, channel).is_ok() {
                    as_system(product);
                }
            }
            let origin = &statement.origin;
            let place =
                (origin.id.clone(), origin.modified.clone(), origin.place.clone());
            accepted.by.entry(place).or_default().push((statement.ids.clone(), id));
            accepted.statements.push(statement);
        }
    }
    Ok(accepted)
}

/// Over which way came what somebody speaks.
const fn channel_of(speaker: Speaker) -> Channel {
    match speaker {
        Speaker::DeviceMaker => Channel::Maker,
        Speaker::ComponentMaker | Speaker::Hospital | Speaker::Aggregator => {
            Channel::Anybody
        }
    }
}

/// Of the statements of a document what was accepted, and by which acceptance.
fn chosen(
    statements: Vec<Statement>,
    acceptances: &[Acceptance],
) -> Vec<(Statement, i64)> {
    let mut chosen = Vec::new();
    for statement in statements {
        let status = statement.status.map(Verdict::from).map_or("", Verdict::word);
        let place = statement.origin.place.to_string();
        for (component, products) in by_component(&statement.products) {
            let meant = acceptances.iter().find(|one| {
                statement.ids.first() == Some(&one.vulnerability)
                    && one.component == component
                    && one.place == place
                    && one.status == status
            });
            if let Some(meant) = meant {
                chosen.push((Statement { products, ..statement.clone() }, meant.id));
            }
        }
    }
    chosen
}
