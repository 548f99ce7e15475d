//! A record as bytes, and back.
//!
//! A body begins with the offsets of its parts, so that a look-up reads the few bytes it
//! needs. The bytes depend on the record alone: lists of exact versions are sorted, since
//! their order says nothing. Bounds and exact versions carry the sort key of their scheme
//! where there is one.

mod device;
mod extent;

use std::sync::atomic::AtomicBool;

use reading::{Place, limits};
use terms::cpe::{Bounds, Configuration, Criterion, Negate, Node, Operator, Role};
use terms::vex;

pub(crate) use device::{
    StatementRef, impact, product, product_status, remediation, statement,
};
pub(crate) use extent::extent_ref;
pub use extent::{
    BoundRef, Containment, ExactRef, ExtentRef, Inclusion, IntervalRef, Sought,
};

use super::octets::{Cut, Items, Out, Texts};
use crate::{
    Affected, Identity, Record, Scorer, Severity, Source, State, Vulnerability, package,
};

/// The parts of a body, in their order.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    Vulnerabilities = 0,
    Related = 1,
    Affected = 2,
    Configurations = 3,
    Products = 4,
    Remediations = 5,
    Notes = 6,
    Statements = 7,
    Impacts = 8,
}

const PARTS: usize = 9;

/// The bytes of a record.
#[must_use]
pub fn encode(record: &Record) -> Vec<u8> {
    let mut out = Out::after(PARTS * 4);
    write_head(&mut out, record);
    let starts = [
        start(&mut out, |out| out.list(&record.vulnerabilities, write_vulnerability)),
        start(&mut out, |out| out.texts(&record.related)),
        start(&mut out, |out| out.list(&record.affected, write_affected)),
        start(&mut out, |out| out.list(&record.configurations, write_configuration)),
        start(&mut out, |out| out.list(&record.products, device::write_product)),
        start(&mut out, |out| out.list(&record.remediations, device::write_remediation)),
        start(&mut out, |out| out.list(&record.notes, device::write_note)),
        start(&mut out, |out| out.list(&record.statements, device::write_statement)),
        start(&mut out, |out| out.list(&record.impacts, device::write_impact)),
    ];
    let mut bytes = out.into_bytes();
    for (slot, start) in bytes.chunks_exact_mut(4).zip(starts) {
        slot.copy_from_slice(&start.to_le_bytes());
    }
    bytes
}

/// Where a part starts. A body is far below four gigabytes: a document is limited.
fn start(out: &mut Out, write: impl FnOnce(&mut Out)) -> u32 {
    let start = u32::try_from(out.len()).unwrap_or(u32::MAX);
    write(out);
    start
}

/// The record of a body; `None` when the bytes are not one.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<Record> {
    let damage = AtomicBool::new(false);
    let record = read(Cut::new(bytes, &damage));
    (!damage.into_inner()).then_some(record)
}

/// The record of a body.
pub(crate) fn read(body: Cut<'_>) -> Record {
    let head = Head::read(body);
    Record {
        source: head.source,
        id: head.id.to_owned(),
        publisher: head.publisher.to_owned(),
        title: head.title.to_owned(),
        published: head.published.to_owned(),
        modified: head.modified.to_owned(),
        state: head.state(),
        tlp: head.tlp.to_owned(),
        vulnerabilities: part(body, Part::Vulnerabilities).map(vulnerability).collect(),
        related: related(body).owned(),
        affected: part(body, Part::Affected).map(affected).collect(),
        configurations: part(body, Part::Configurations).map(configuration).collect(),
        products: part(body, Part::Products).map(device::product).collect(),
        remediations: part(body, Part::Remediations).map(device::remediation).collect(),
        notes: part(body, Part::Notes).map(device::note).collect(),
        statements: part(body, Part::Statements).map(device::statement).collect(),
        impacts: part(body, Part::Impacts).map(device::impact).collect(),
    }
}

/// The items of a part of a body.
pub(crate) fn part(body: Cut<'_>, part: Part) -> Items<'_> {
    at(body, part).items()
}

/// Ids that are connected but name something else.
pub(crate) fn related(body: Cut<'_>) -> Texts<'_> {
    at(body, Part::Related).texts()
}

/// A body from the start of a part to its end.
fn at(body: Cut<'_>, part: Part) -> Cut<'_> {
    let mut table = body.from(part as usize * 4);
    let start = table.raw(4).try_into().map_or(u32::MAX, u32::from_le_bytes);
    body.from(usize::try_from(start).unwrap_or(usize::MAX))
}

/// The texts at the front of a body that follow its state and when it was withdrawn.
#[derive(Clone, Copy)]
pub(crate) enum HeadText {
    Modified = 0,
    Published = 1,
    Publisher = 2,
    Title = 3,
    Tlp = 4,
}

/// What stands at the front of a body.
#[derive(Clone, Copy)]
pub(crate) struct Head<'a> {
    pub(crate) source: Source,
    pub(crate) id: &'a str,
    state: u8,
    withdrawn: &'a str,
    pub(crate) modified: &'a str,
    pub(crate) published: &'a str,
    pub(crate) publisher: &'a str,
    pub(crate) title: &'a str,
    pub(crate) tlp: &'a str,
}

impl<'a> Head<'a> {
    pub(crate) fn read(body: Cut<'a>) -> Self {
        let mut cut = body.from(PARTS * 4);
        Self {
            source: source(&mut cut),
            id: cut.text(),
            state: cut.byte(),
            withdrawn: cut.text(),
            modified: cut.text(),
            published: cut.text(),
            publisher: cut.text(),
            title: cut.text(),
            tlp: cut.text(),
        }
    }

    /// The id alone, for comparisons.
    pub(crate) fn key(body: Cut<'a>) -> (Source, &'a str) {
        let mut cut = body.from(PARTS * 4);
        (source(&mut cut), cut.text())
    }

    /// Source and state alone: zero is live, one withdrawn, two rejected.
    pub(crate) fn standing(body: Cut<'a>) -> (Source, u8) {
        let mut cut = body.from(PARTS * 4);
        let source = source(&mut cut);
        cut.octets();
        (source, cut.byte())
    }

    /// One of the texts at the front alone.
    pub(crate) fn text(body: Cut<'a>, text: HeadText) -> &'a str {
        let mut cut = body.from(PARTS * 4);
        cut.byte();
        cut.octets();
        cut.byte();
        for _ in 0..=text as usize {
            cut.octets();
        }
        cut.text()
    }

    pub(crate) fn state(&self) -> State {
        match self.state {
            0 => State::Live,
            1 => State::Withdrawn(self.withdrawn.to_owned()),
            _ => State::Rejected,
        }
    }

    pub(crate) fn is_rejected(&self) -> bool {
        self.state == 2
    }

    /// When it was withdrawn, if it was.
    pub(crate) fn withdrawn(&self) -> Option<&'a str> {
        (self.state == 1).then_some(self.withdrawn)
    }
}

fn write_head(out: &mut Out, record: &Record) {
    out.byte(record.source as u8);
    out.text(&record.id);
    match &record.state {
        State::Live => out.raw(&[0, 0]),
        State::Withdrawn(when) => {
            out.byte(1);
            out.text(when);
        }
        State::Rejected => out.raw(&[2, 0]),
    }
    out.text(&record.modified);
    out.text(&record.published);
    out.text(&record.publisher);
    out.text(&record.title);
    out.text(&record.tlp);
}

fn source(cut: &mut Cut<'_>) -> Source {
    match cut.byte() {
        0 => Source::Osv,
        1 => Source::Cve,
        2 => Source::Nvd,
        3 => Source::Csaf,
        4 => Source::OpenVex,
        5 => Source::CycloneDxVex,
        6 => Source::Kev,
        7 => Source::Epss,
        _ => {
            cut.spoil();
            Source::Osv
        }
    }
}

fn write_vulnerability(out: &mut Out, vulnerability: &Vulnerability) {
    out.texts(&vulnerability.ids);
    out.text(&vulnerability.title);
    out.list(&vulnerability.severities, |out, severity| {
        out.byte(severity.scorer as u8);
        out.text(&severity.vector);
    });
    out.texts(&vulnerability.cwes);
    match &vulnerability.exploited {
        None => out.byte(0),
        Some(place) => {
            out.byte(1);
            write_place(out, place);
        }
    }
}

pub(crate) fn vulnerability(mut cut: Cut<'_>) -> Vulnerability {
    Vulnerability {
        ids: cut.texts().owned(),
        title: cut.text().to_owned(),
        severities: cut.list().map(severity).collect(),
        cwes: cut.texts().owned(),
        exploited: (cut.byte() == 1).then(|| place(&mut cut)),
    }
}

fn severity(mut cut: Cut<'_>) -> Severity {
    Severity { scorer: scorer(&mut cut), vector: cut.text().to_owned() }
}

pub(crate) fn scorer(cut: &mut Cut<'_>) -> Scorer {
    match cut.byte() {
        0 => Scorer::Issuer,
        1 => Scorer::Cna,
        2 => Scorer::CisaAdp,
        3 => Scorer::Nvd,
        _ => Scorer::Other,
    }
}

fn write_affected(out: &mut Out, affected: &Affected) {
    out.size(affected.vulnerability);
    write_identity(out, &affected.identity);
    write_status(out, affected.otherwise);
    out.part(|out| out.list(&affected.extents, extent::write));
    out.texts(&affected.limits);
    write_place(out, &affected.place);
}

fn affected(mut cut: Cut<'_>) -> Affected {
    Affected {
        vulnerability: cut.size(),
        identity: identity(&mut cut),
        otherwise: status(&mut cut),
        extents: cut.part().items().map(extent::read).collect(),
        limits: cut.texts().owned(),
        place: place(&mut cut),
    }
}

fn write_identity(out: &mut Out, identity: &Identity) {
    match identity {
        Identity::Package(key) => {
            out.byte(0);
            out.text(&key.ecosystem);
            out.text(&key.name);
            out.text(&key.release);
        }
        Identity::Cpe(name) => {
            out.byte(1);
            out.text(name);
        }
        Identity::Name { vendor, product } => {
            out.byte(2);
            out.text(vendor);
            out.text(product);
        }
    }
}

/// How a thing is named, borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityRef<'a> {
    /// A package: [`package::Key`].
    Package {
        /// Purl type, and for packages of a distribution its name.
        ecosystem: &'a str,
        /// The name in the ecosystem's canonical spelling.
        name: &'a str,
        /// The release of the distribution, or empty.
        release: &'a str,
    },
    /// A CPE name as written.
    Cpe(&'a str),
    /// Vendor and product in words.
    Name {
        /// The vendor as written.
        vendor: &'a str,
        /// The product as written.
        product: &'a str,
    },
}

pub(crate) fn identity_ref<'a>(cut: &mut Cut<'a>) -> IdentityRef<'a> {
    match cut.byte() {
        0 => IdentityRef::Package {
            ecosystem: cut.text(),
            name: cut.text(),
            release: cut.text(),
        },
        1 => IdentityRef::Cpe(cut.text()),
        _ => IdentityRef::Name { vendor: cut.text(), product: cut.text() },
    }
}

fn identity(cut: &mut Cut<'_>) -> Identity {
    match identity_ref(cut) {
        IdentityRef::Package { ecosystem, name, release } => {
            Identity::Package(package::Key {
                ecosystem: ecosystem.to_owned(),
                name: name.to_owned(),
                release: release.to_owned(),
            })
        }
        IdentityRef::Cpe(name) => Identity::Cpe(name.to_owned()),
        IdentityRef::Name { vendor, product } => {
            Identity::Name { vendor: vendor.to_owned(), product: product.to_owned() }
        }
    }
}

pub(crate) fn write_status(out: &mut Out, status: Option<vex::Status>) {
    out.byte(status.map_or(u8::MAX, |status| status as u8));
}

pub(crate) fn status(cut: &mut Cut<'_>) -> Option<vex::Status> {
    match cut.byte() {
        0 => Some(vex::Status::NotAffected),
        1 => Some(vex::Status::Affected),
        2 => Some(vex::Status::Fixed),
        3 => Some(vex::Status::UnderInvestigation),
        _ => None,
    }
}

fn write_configuration(out: &mut Out, (of, configuration): &(usize, Configuration)) {
    out.size(*of);
    write_join(out, configuration.operator, configuration.negate);
    out.list(&configuration.nodes, write_node);
}

pub(crate) fn configuration(mut cut: Cut<'_>) -> (usize, Configuration) {
    let of = cut.size();
    let (operator, negate) = join(&mut cut);
    let nodes = cut.items().map(|item| node(item, limits::DEPTH_MAX)).collect();
    (of, Configuration { operator, negate, nodes })
}

fn write_node(out: &mut Out, node: &Node) {
    write_join(out, node.operator, node.negate);
    out.list(&node.criteria, write_criterion);
    out.list(&node.nodes, write_node);
}

fn node(mut cut: Cut<'_>, depth_left: usize) -> Node {
    let (operator, negate) = join(&mut cut);
    let criteria = cut.list().map(criterion).collect();
    let nodes = match depth_left.checked_sub(1) {
        Some(left) => cut.items().map(|item| node(item, left)).collect(),
        None => {
            cut.spoil();
            Vec::new()
        }
    };
    Node { operator, negate, criteria, nodes }
}

fn write_join(out: &mut Out, operator: Operator, negate: Negate) {
    out.byte(
        u8::from(operator == Operator::Or) | u8::from(negate == Negate::Negated) << 1,
    );
}

fn join(cut: &mut Cut<'_>) -> (Operator, Negate) {
    let byte = cut.byte();
    let operator = if byte & 1 == 0 { Operator::And } else { Operator::Or };
    let negate = if byte & 2 == 0 { Negate::Plain } else { Negate::Negated };
    (operator, negate)
}

fn write_criterion(out: &mut Out, criterion: &Criterion) {
    out.byte(u8::from(criterion.role == Role::Platform));
    out.text(&criterion.criteria);
    let Bounds { start_including, start_excluding, end_including, end_excluding } =
        &criterion.bounds;
    for bound in [start_including, start_excluding, end_including, end_excluding] {
        write_optional(out, bound.as_deref());
    }
}

fn criterion(mut cut: Cut<'_>) -> Criterion {
    let role = if cut.byte() == 0 { Role::Vulnerable } else { Role::Platform };
    Criterion {
        role,
        criteria: cut.text().to_owned(),
        bounds: Bounds {
            start_including: optional(&mut cut).map(str::to_owned),
            start_excluding: optional(&mut cut).map(str::to_owned),
            end_including: optional(&mut cut).map(str::to_owned),
            end_excluding: optional(&mut cut).map(str::to_owned),
        },
    }
}

fn write_optional(out: &mut Out, text: Option<&str>) {
    out.byte(u8::from(text.is_some()));
    if let Some(text) = text {
        out.text(text);
    }
}

fn optional<'a>(cut: &mut Cut<'a>) -> Option<&'a str> {
    (cut.byte() == 1).then(|| cut.text())
}

pub(crate) fn write_place(out: &mut Out, place: &Place) {
    match place {
        Place::Document => out.byte(0),
        Place::Byte(offset) => {
            out.byte(1);
            out.number(*offset);
        }
        Place::Line { line, column } => {
            out.byte(2);
            out.size(*line);
            out.size(*column);
        }
        Place::Pointer(pointer) => {
            out.byte(3);
            out.text(pointer);
        }
        Place::Element(path) => {
            out.byte(4);
            out.text(path);
        }
        Place::Cell { sheet, cell } => {
            out.byte(5);
            out.text(sheet);
            out.text(cell);
        }
        Place::Page { page, left, top } => {
            out.byte(6);
            out.size(*page);
            out.number(u64::from(*left));
            out.number(u64::from(*top));
        }
    }
}

pub(crate) fn place(cut: &mut Cut<'_>) -> Place {
    match cut.byte() {
        1 => Place::Byte(cut.number()),
        2 => Place::Line { line: cut.size(), column: cut.size() },
        3 => Place::Pointer(cut.text().to_owned()),
        4 => Place::Element(cut.text().to_owned()),
        5 => Place::Cell { sheet: cut.text().to_owned(), cell: cut.text().to_owned() },
        6 => Place::Page {
            page: cut.size(),
            left: u32::try_from(cut.number()).unwrap_or(u32::MAX),
            top: u32::try_from(cut.number()).unwrap_or(u32::MAX),
        },
        _ => Place::Document,
    }
}
