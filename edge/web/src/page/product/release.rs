//! One release: what it is made of, what is known of that, and which devices are of it.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use matching::Verdict;
use operations::analysis::Counted;
use operations::bills::{self, Asked, Branch, Content, Found, Missing, Part, content};
use operations::fleet::{builds_seen, holdings};
use operations::{Actor, Permission, maker};
use serde::{Deserialize, Serialize};
use store::{
    Bill, Delivered, MakerDelivery, Outcome, Product, Release, Scope, Vex, Wanted,
};

use super::audience::For;
use super::{Marks, Score, number, scores};
use crate::House;
use crate::access::By;
use crate::clock::{Clock, Shown};
use crate::face::{Face, Show};
use crate::form::Typed;
use crate::mark::Mark;
use crate::page::judging::Judging;
use crate::page::life_cycle::Support;
use crate::page::own::Own;
use crate::problem::Problem;
use crate::words::{counted, many};

/// Rows of one table; the rest is counted, and JSON has them all.
const ROWS_MAX: usize = 500;

#[derive(Template, Serialize)]
#[template(path = "product/release.html")]
struct Page {
    id: i64,
    product: i64,
    maker: String,
    name: String,
    version: String,
    #[serde(flatten)]
    marks: Marks,
    sentence: String,
    builds: Vec<BuildRow>,
    bills: Vec<BillRow>,
    replaced: Vec<BillRow>,
    found: Vec<FoundRow>,
    asked: Vec<Asked>,
    parts: Vec<Part>,
    tree: Vec<Line>,
    /// The component to which the tree is narrowed, where somebody looks for one.
    sought: Option<Place>,
    missing: Vec<Missing>,
    /// How long what its SBOMs list is supported.
    support: Option<Support>,
    others: Vec<Other>,
    statements: Vec<Statements>,
    #[serde(flatten)]
    meant_for: For,
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    may_deliver: bool,
    /// What is being judged anew.
    judging: Judging,
    /// What to do so that its components are judged; empty where they are.
    #[serde(skip)]
    unjudged: &'static str,
}

#[derive(Serialize)]
struct BuildRow {
    id: i64,
    text: String,
    devices: i64,
    #[serde(skip)]
    count: String,
}

#[derive(Serialize)]
struct BillRow {
    id: i64,
    subject: String,
    format: String,
    components: i64,
    with_purl: i64,
    with_cpe: i64,
    quality: Vec<Score>,
    received: Shown,
    replaced: Option<Shown>,
    /// What an older one in force about the same lists, where this one lists less than half of it,
    /// or says of less than half as many what they can be looked up by.
    beside: Option<Older>,
    /// How it came, where it came through the maker's own account.
    by_maker: Option<ByMaker>,
}

/// What an SBOM lists that holds beside a newer one.
#[derive(Serialize)]
struct Older {
    components: i64,
    with_purl: i64,
    with_cpe: i64,
}

/// That a document came through a maker's own account, and what became of it.
#[derive(Serialize)]
pub(super) struct ByMaker {
    pub(super) maker: String,
    pub(super) delivered: Shown,
    /// `taken`, `declined`, or empty while it waits.
    pub(super) outcome: &'static str,
    pub(super) reason: String,
}

impl ByMaker {
    pub(super) fn of(delivery: &MakerDelivery, clock: &Clock) -> Self {
        Self {
            maker: delivery.maker.clone(),
            delivered: clock.show(&delivery.delivered),
            outcome: delivery.outcome.map_or("", Outcome::word),
            reason: delivery.reason.clone(),
        }
    }

    pub(super) fn waits(&self) -> bool {
        self.outcome.is_empty()
    }

    pub(super) fn is_declined(&self) -> bool {
        self.outcome == Outcome::Declined.word()
    }
}

#[derive(Serialize)]
struct FoundRow {
    /// The judgement, else what the own analysis of the organisation makes of it.
    #[serde(rename = "effective")]
    verdict: Mark,
    #[serde(flatten)]
    found: Found,
    own: Option<Own>,
    #[serde(skip)]
    score: String,
}

/// A line of the tree of components.
#[derive(Serialize)]
struct Line {
    #[serde(flatten)]
    branch: Branch,
    #[serde(skip)]
    mark: Mark,
    /// What sets it apart; empty for most.
    #[serde(skip)]
    class: &'static str,
}

/// A component of which somebody wants to see where it stands.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Place {
    /// By what it is known again.
    component: String,
    /// Its version as written.
    version: String,
    /// In how many places it stands.
    #[serde(skip_deserializing)]
    places: usize,
}

impl Place {
    /// The tree narrowed to where the component stands, and what leads there.
    fn narrow(&mut self, tree: Vec<Line>) -> Vec<Line> {
        let mut kept: BTreeSet<usize> = BTreeSet::new();
        // From the top down to the line that is looked at.
        let mut path: Vec<usize> = Vec::new();
        for (at, line) in tree.iter().enumerate() {
            path.truncate(line.branch.depth);
            path.push(at);
            if self.is(line) {
                self.places += 1;
                kept.extend(&path);
            }
        }
        let lines = tree.into_iter().enumerate();
        let lines = lines.filter(|(at, _)| kept.contains(at)).map(|(_, line)| line);
        lines
            .map(|line| match self.is(&line) {
                true => Line { class: "sought", ..line },
                false => line,
            })
            .collect()
    }

    fn is(&self, line: &Line) -> bool {
        let own = (&line.branch.key, &line.branch.listed_version);
        own == (&self.component, &self.version)
    }

    /// Where it stands, in words.
    fn words(&self) -> String {
        let one = format!("{} {}", self.component, self.version);
        match self.places {
            0 => format!("No SBOM in force of this release lists {}.", one.trim_end()),
            1 => format!("Where {} stands, and what leads there:", one.trim_end()),
            count => format!(
                "The {count} places where {} stands, and what leads there:",
                one.trim_end()
            ),
        }
    }
}

impl Line {
    fn of(branch: Branch) -> Self {
        let mark = Mark::of_word(branch.verdict.unwrap_or_default());
        Self { branch, mark, class: "" }
    }

    /// Where it stands that SBOMs of other releases list it too; empty where it is not described.
    fn elsewhere(&self) -> String {
        match self.branch.key.as_str() {
            "" => String::new(),
            key => crate::page::component::address(key, &self.branch.listed_version),
        }
    }

    /// How far it is indented.
    fn level(&self) -> usize {
        self.branch.depth.min(LEVELS_MAX)
    }

    /// Known flaws in words; nothing where none is known.
    fn flaws(&self) -> String {
        match self.branch.affected {
            0 => String::new(),
            count => counted(count, "flaw", "flaws"),
        }
    }
}

/// Levels that the style sheet knows.
const LEVELS_MAX: usize = 6;

/// Another release of the product, to compare with.
#[derive(Serialize)]
struct Other {
    id: i64,
    version: String,
}

/// A document with what is stated about vulnerabilities.
#[derive(Serialize)]
struct Statements {
    id: i64,
    title: String,
    format: String,
    statements: i64,
    /// How many of them somebody has accepted.
    accepted: usize,
    received: Shown,
}

/// What a profile asks for and the documents do not state, rule by rule.
struct Gap<'p> {
    profile: &'static str,
    rule: &'static str,
    facts: Vec<&'p Missing>,
}

impl Page {
    fn gaps(&self) -> Vec<Gap<'_>> {
        let mut gaps: Vec<Gap<'_>> = Vec::new();
        for one in &self.missing {
            let same = |gap: &&mut Gap<'_>| {
                gap.profile == super::profile(one.profile) && gap.rule == one.rule
            };
            match gaps.iter_mut().find(same) {
                Some(gap) => gap.facts.push(one),
                None => gaps.push(Gap {
                    profile: super::profile(one.profile),
                    rule: one.rule,
                    facts: vec![one],
                }),
            }
        }
        gaps
    }

    /// The rows of a table that the page shows.
    fn first<'t, T>(&self, rows: &'t [T]) -> &'t [T] {
        rows.get(..ROWS_MAX).unwrap_or(rows)
    }

    /// How many rows a page leaves out, in words; empty where it shows them all.
    fn more<T>(&self, rows: &[T]) -> String {
        match rows.len() > ROWS_MAX {
            true => format!("{} in all; the first {ROWS_MAX} are shown.", rows.len()),
            false => String::new(),
        }
    }
}

impl Show for Page {
    fn title(&self) -> String {
        format!("{} {} {}", self.maker, self.name, self.version)
    }
}

/// The builds of a release. A build of devices that the actor does not see is none, for the
/// actor.
async fn described(
    house: &House,
    by: &Actor,
    scope: &Scope,
    release: i64,
) -> Result<Vec<BuildRow>, Problem> {
    let store = &house.app.store;
    let named: BTreeSet<i64> =
        store.builds_of_release(scope, release).await?.into_iter().collect();
    let all = store.builds(by.head).await?;
    let named = bills::with_alike(&house.app, by.head, &named).await?;
    let counts = builds_seen(&house.app, by).await?;
    let mut builds = Vec::new();
    for build in all.iter() {
        if let Some(devices) = counts.get(&build.id).filter(|_| named.contains(&build.id))
        {
            let texts = [&build.build.maker, &build.build.model, &build.build.version];
            let texts = texts.into_iter().filter(|text| !text.is_empty());
            let text = texts.map(String::as_str).collect::<Vec<_>>().join(" · ");
            let count = many(*devices, "device", "devices");
            builds.push(BuildRow { id: build.id, text, devices: *devices, count });
        }
    }
    Ok(builds)
}

/// `GET /products/releases/{release}`.
pub(crate) async fn show(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(release): Path<String>,
    Query(place): Query<Place>,
) -> Result<Response, Problem> {
    let scope = by.reading(Permission::ViewDevices);
    let store = &house.app.store;
    let (product, release) = store.release(&scope, number("release", &release)?).await?;
    let all = store.bills(&scope, release.id).await?;
    let mut contents = Vec::new();
    for bill in all.iter().filter(|bill| bill.replaced.is_none()) {
        contents.push(content(&house.app, &by, bill.id).await?);
    }
    let builds = described(&house, &by, &scope, release.id).await?;
    let named: Vec<i64> = builds.iter().map(|build| build.id).collect();
    let meant_for = For::of(&house, &by, &product, &named).await?;
    let own = by.scope(Permission::DeliverDocuments);
    let may_deliver = store.product(&own, product.id).await.is_ok();
    let projects = store.projects(&scope, Wanted::Release(release.id)).await?;
    let statements =
        statements(&house, &by, product.id, release.id, face.clock()).await?;
    let bills: Vec<i64> = contents.iter().map(|one| one.bill.id).collect();
    let support = Support::of(&house, &by, &bills).await?;
    let has_index = contents.iter().all(|one| one.found.is_some());
    let own = Analyses::of(&house, &by, (&product, &release), &contents).await?;
    let clock = face.clock().clone();
    let Together { found, asked, parts, tree, missing } =
        together(contents, &own, &clock);
    let (sought, tree) = narrowed(place, tree);
    let others = store.releases(&scope, product.id).await?.into_iter();
    let others = others.filter(|other| other.id != release.id);
    let deliveries = store.maker_deliveries(&scope).await?;
    let rows = |is_wanted: fn(&Bill) -> bool| -> Vec<BillRow> {
        all.iter()
            .filter(|bill| is_wanted(bill))
            .map(|bill| bill_row((bill, &all), &deliveries, &clock))
            .collect()
    };
    face.show(&Page {
        id: release.id,
        product: product.id,
        sentence: match undocumented(&all, &deliveries) {
            Some(sentence) => sentence,
            None => {
                let found = Some(found.as_slice()).filter(|_| has_index);
                sentence(found, &asked, &parts, &builds)
            }
        },
        maker: product.maker,
        name: product.name,
        version: release.version,
        marks: projects.first().map(Marks::of).unwrap_or_default(),
        bills: rows(|bill| bill.replaced.is_none()),
        replaced: rows(|bill| bill.replaced.is_some()),
        builds,
        meant_for,
        found,
        asked,
        parts,
        tree,
        sought,
        missing,
        support,
        others: others
            .map(|other| Other { id: other.id, version: other.version })
            .collect(),
        statements,
        token: by.form_token.clone(),
        may_deliver,
        judging: Judging::of(&house.app, &by).await?,
        unjudged: if has_index { "" } else { UNJUDGED },
    })
}

/// The tree, and where in it somebody looks for a component.
fn narrowed(place: Place, tree: Vec<Line>) -> (Option<Place>, Vec<Line>) {
    let Some(mut place) = Some(place).filter(|place| !place.component.is_empty()) else {
        return (None, tree);
    };
    let tree = place.narrow(tree);
    (Some(place), tree)
}

/// The documents with statements about a release: they are its owner's alone, whoever may read
/// the SBOM.
async fn statements(
    house: &House,
    by: &Actor,
    product: i64,
    release: i64,
    clock: &Clock,
) -> Result<Vec<Statements>, Problem> {
    let store = &house.app.store;
    let scope = &by.scope(Permission::ViewDevices);
    if store.product(scope, product).await.is_err() {
        return Ok(Vec::new());
    }
    let accepted = store.acceptances(scope, product).await?;
    let documents = store.vex_of_product(scope, product).await?.into_iter();
    let ours = documents.filter(|vex| [0, release].contains(&vex.release));
    let shown = ours.map(|vex: Vex| Statements {
        accepted: accepted
            .iter()
            .filter(|one| {
                one.ended.is_none()
                    && (one.original, one.release) == (vex.original, vex.release)
            })
            .count(),
        received: clock.show(&vex.received),
        id: vex.id,
        title: vex.title,
        format: vex.format,
        statements: vex.statements,
    });
    Ok(shown.collect())
}

/// What all bills in force say, one after the other.
#[derive(Default)]
struct Together {
    found: Vec<FoundRow>,
    asked: Vec<Asked>,
    parts: Vec<Part>,
    tree: Vec<Line>,
    missing: Vec<Missing>,
}

fn together(contents: Vec<Content>, own: &Analyses, clock: &Clock) -> Together {
    let mut all = Together::default();
    for content in contents {
        let keys = keys(&content);
        let found = content.found.unwrap_or_default().into_iter();
        all.found.extend(found.map(|found| own.row(&keys, found, clock)));
        all.asked.extend(content.asked);
        all.parts.extend(content.parts);
        all.tree.extend(content.tree.into_iter().map(Line::of));
        all.missing.extend(content.missing);
    }
    all
}

/// What the organisation found out by itself about a release.
struct Analyses {
    /// By component and vulnerability.
    counted: BTreeMap<(String, String), Counted>,
    names: BTreeMap<i64, String>,
}

impl Analyses {
    async fn of(
        house: &House,
        by: &Actor,
        (product, release): (&Product, &Release),
        contents: &[Content],
    ) -> Result<Self, Problem> {
        let scope = by.reading(Permission::ViewDevices);
        let builds = house.app.store.builds_of_release(&scope, release.id).await?;
        let mut counted = BTreeMap::new();
        {
            let held = holdings(&house.app, by.head).await?;
            let all = held.analyses_of_release(product, release, &builds);
            for content in contents {
                let keys = keys(content);
                for found in content.found.iter().flatten() {
                    let key = keys.get(&found.place).cloned().unwrap_or_default();
                    let verdict = Verdict::ALL.into_iter();
                    let mut verdict = verdict.filter(|one| one.word() == found.verdict);
                    let own = verdict.next().and_then(|verdict| {
                        all.counted(&key, &found.vulnerability, verdict, found.speaker)
                    });
                    counted
                        .extend(own.map(|own| ((key, found.vulnerability.clone()), own)));
                }
            }
        }
        let people: Vec<i64> =
            counted.values().map(|counted: &Counted| counted.analysis.said_by).collect();
        let names = house.app.store.names_of(by.head, &people).await?;
        Ok(Self { counted, names })
    }

    fn row(
        &self,
        keys: &BTreeMap<String, String>,
        found: Found,
        clock: &Clock,
    ) -> FoundRow {
        let key = keys.get(&found.place).cloned().unwrap_or_default();
        let counted = self.counted.get(&(key, found.vulnerability.clone()));
        let own =
            counted.map(|counted| Own::new(counted, found.verdict, &self.names, clock));
        let decided = own.as_ref().and_then(|own| own.verdict);
        FoundRow {
            verdict: decided.unwrap_or_else(|| Mark::of_word(found.verdict)),
            score: found.score.map(|score| format!("{score:.1}")).unwrap_or_default(),
            own,
            found,
        }
    }
}

/// By what each component is known again, by its place.
fn keys(content: &Content) -> BTreeMap<String, String> {
    let parts = content.parts.iter();
    parts.map(|part| (part.place.clone(), part.key.clone())).collect()
}

/// What is said where no index of advisories is in use.
const UNJUDGED: &str = "When an index of advisories is put in use (lazaret serve --index FILE), \
    what is known of these components stands here.";

fn sentence(
    found: Option<&[FoundRow]>,
    asked: &[Asked],
    parts: &[Part],
    builds: &[BuildRow],
) -> String {
    let components = counted(parts.len(), "component", "components");
    let devices: i64 = builds.iter().map(|build| build.devices).sum();
    let devices = many(devices, "device", "devices");
    let Some(found) = found else {
        return format!(
            "{components}, {devices}. No index of advisories is in use, so nothing is known of them."
        );
    };
    let is_affected = |row: &&FoundRow| row.verdict.word() == "affected";
    let touched: BTreeSet<&str> =
        found.iter().filter(is_affected).map(|row| row.found.place.as_str()).collect();
    let touched = touched.len();
    let flaws: BTreeSet<&str> = found
        .iter()
        .filter(is_affected)
        .map(|row| row.found.vulnerability.as_str())
        .collect();
    let doubtful: BTreeSet<&str> = asked.iter().map(|one| one.place.as_str()).collect();
    // What cannot be told is never counted among what is well.
    let open = match doubtful.len() {
        0 => String::new(),
        count => format!(", and of {count} it cannot be told"),
    };
    match touched {
        0 => format!(
            "None of {components} is known to carry a flaw{open}; {devices} of yours."
        ),
        count => format!(
            "{count} of {components} carry {}{open}; {devices} of yours.",
            counted(flaws.len(), "known flaw", "known flaws")
        ),
    }
}

/// What is said of a release where no SBOM of it is in force: that nothing is known of what it is
/// made of is not that nothing is wrong with it.
fn undocumented(bills: &[Bill], deliveries: &[MakerDelivery]) -> Option<String> {
    if bills.iter().any(|bill| bill.replaced.is_none()) {
        return None;
    }
    let waits = |one: &&MakerDelivery| {
        one.noun == Delivered::Bill
            && one.outcome.is_none()
            && bills.iter().any(|bill| bill.id == one.document)
    };
    let waiting = match deliveries.iter().filter(waits).count() {
        0 => String::new(),
        count => format!(
            " {} to be put in force.",
            counted(count, "SBOM of its maker waits", "SBOMs of its maker wait")
        ),
    };
    let none = "No SBOM is in force, so nothing is known of what it is made of.";
    Some(format!("{none}{waiting}"))
}

fn bill_row(
    (bill, all): (&Bill, &[Bill]),
    deliveries: &[MakerDelivery],
    clock: &Clock,
) -> BillRow {
    let mut deliveries = deliveries.iter();
    let by_maker = deliveries
        .find(|one| one.noun == Delivered::Bill && one.document == bill.id)
        .map(|one| ByMaker::of(one, clock));
    BillRow {
        by_maker,
        beside: beside(bill, all),
        id: bill.id,
        subject: bill.subject.clone(),
        format: format!("{} {}", bill.format, bill.spec),
        components: bill.components,
        with_purl: bill.with_purl,
        with_cpe: bill.with_cpe,
        quality: scores(&bill.scores),
        received: clock.show(&bill.received),
        replaced: bill.replaced.as_deref().map(|at| clock.show(at)),
    }
}

/// What another bill in force about the same lists, where this one lists less than half of it.
fn beside(bill: &Bill, all: &[Bill]) -> Option<Older> {
    let other = all.iter().find(|other| bill.is_half_of(other));
    other.filter(|_| bill.replaced.is_none()).map(|other| Older {
        components: other.components,
        with_purl: other.with_purl,
        with_cpe: other.with_cpe,
    })
}

/// `GET /products/documents/{bill}`: the document as it was delivered.
pub(crate) async fn document(
    State(house): State<House>,
    By(by): By,
    Path(bill): Path<String>,
) -> Result<Response, Problem> {
    let scope = by.reading(Permission::ViewDevices);
    let store = &house.app.store;
    let bill = store.bill(&scope, number("bill of materials", &bill)?).await?;
    delivered(&house, &scope, bill.original).await
}

/// A document as it was delivered.
pub(crate) async fn delivered(
    house: &House,
    scope: &Scope,
    original: i64,
) -> Result<Response, Problem> {
    let store = &house.app.store;
    let kept = store.original(scope, original).await?;
    let bytes = store.bytes_of(scope, original).await?;
    let plain = |char: char| char.is_ascii_alphanumeric() || "-_.".contains(char);
    let name: String =
        kept.name.chars().map(|char| if plain(char) { char } else { '_' }).collect();
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    // Whatever it is, a browser keeps it and does not run it.
    let kind = HeaderValue::from_static("application/octet-stream");
    let headers =
        [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, bytes).into_response())
}

/// `POST /products/documents/{bill}/in-force`: what a maker delivered is taken.
pub(crate) async fn put_in_force(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(bill): Path<String>,
) -> Result<Response, Problem> {
    let number = number("bill of materials", &bill)?;
    let release = maker::put_in_force(&house.app, &by, number).await?;
    Ok(face.done(&format!("/products/releases/{release}")))
}

/// `POST /products/documents/{bill}/declined`: with the reason.
pub(crate) async fn decline(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(bill): Path<String>,
    Typed(fields): Typed<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let number = number("bill of materials", &bill)?;
    let reason = fields.get("reason").map_or("", String::as_str);
    let declined =
        maker::decline(&house.app, &by, Delivered::Bill, number, reason).await?;
    Ok(face.done(&format!("/products/releases/{}", declined.release)))
}

/// `POST /products/documents/{bill}/withdrawn`: it was the wrong one.
pub(crate) async fn withdraw(
    face: Face,
    State(house): State<House>,
    By(by): By,
    Path(bill): Path<String>,
) -> Result<Response, Problem> {
    let number = number("bill of materials", &bill)?;
    let scope = by.scope(Permission::ViewDevices);
    let bill = house.app.store.bill(&scope, number).await?;
    bills::withdraw(&house.app, &by, number).await?;
    Ok(face.done(&format!("/products/releases/{}", bill.release)))
}
