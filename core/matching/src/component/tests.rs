//! Verdicts on documents and records that are made here.

use advisory::index::{Entry, Index, compile};
use advisory::package::Key;
use advisory::{
    Affected, Bound, Extent, Identity, Interval, Record, Source, State, Vulnerability,
};
use proptest::prelude::*;
use reading::Place;
use sbom::{Bom, Component, Format, Subject};
use terms::cpe::{Bounds, Configuration, Criterion, Negate, Node, Operator, Role};
use terms::version::Scheme;
use terms::vex::{Justification, Status};

use super::*;
use crate::statement::{Identifier, Product, Speaker, Standing, Statement, Statements};
use crate::{Document, Origin, Rule, Verdict};

mod ahead;
mod contradicted;
mod nameless;
mod placeholder;
mod silent;
mod uncovered;
mod unstated;

pub(crate) fn record(source: Source, id: &str, aliases: &[&str]) -> Record {
    let ids = std::iter::once(id).chain(aliases.iter().copied());
    Record {
        source,
        id: id.to_owned(),
        publisher: String::new(),
        title: String::new(),
        published: String::new(),
        modified: "2026-01-01T00:00:00Z".to_owned(),
        state: State::Live,
        tlp: String::new(),
        vulnerabilities: vec![Vulnerability {
            ids: ids.map(str::to_owned).collect(),
            ..Vulnerability::default()
        }],
        related: Vec::new(),
        affected: Vec::new(),
        configurations: Vec::new(),
        products: Vec::new(),
        remediations: Vec::new(),
        notes: Vec::new(),
        statements: Vec::new(),
        impacts: Vec::new(),
    }
}

fn osv(id: &str) -> Record {
    record(Source::Osv, id, &[])
}

pub(crate) fn between(scheme: Scheme, lower: &str, fixed: &str) -> Extent {
    Extent::Interval(Interval {
        scheme,
        lower: (!lower.is_empty()).then(|| Bound::Included(lower.to_owned())),
        upper: Some(Bound::Excluded(fixed.to_owned())),
        fixed: Some(fixed.to_owned()),
    })
}

trait Touching: Sized {
    fn on(self, key: (&str, &str, &str), extents: Vec<(Extent, Status)>) -> Self;
}

impl Touching for Record {
    fn on(
        mut self,
        (ecosystem, name, release): (&str, &str, &str),
        extents: Vec<(Extent, Status)>,
    ) -> Self {
        // What OSV does not name is not affected.
        let is_closed = self.source == Source::Osv && !extents.is_empty();
        self.affected.push(Affected {
            vulnerability: 0,
            identity: Identity::Package(Key {
                ecosystem: ecosystem.to_owned(),
                name: name.to_owned(),
                release: release.to_owned(),
            }),
            extents,
            otherwise: is_closed.then_some(Status::NotAffected),
            limits: Vec::new(),
            place: Place::Pointer("/affected/0".to_owned()),
        });
        self
    }
}

fn affected(extent: Extent) -> Vec<(Extent, Status)> {
    vec![(extent, Status::Affected)]
}

fn deb(id: &str, release: &str, fixed: &str) -> Record {
    let extents = affected(between(Scheme::Deb, "", fixed));
    osv(id).on(("deb/debian", "openssl", release), extents)
}

pub(crate) fn purl(purl: &str) -> Component {
    let path = purl.split(['@', '?']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let place = Place::Pointer(format!("/components/{name}"));
    Component {
        name: name.to_owned(),
        purl: Some(purl.to_owned()),
        ..Component::at(place)
    }
}

fn cpe(text: &str) -> Component {
    Component {
        name: text.to_owned(),
        cpes: vec![text.to_owned()],
        ..Component::at(Place::Document)
    }
}

pub(crate) fn bom(components: Vec<Component>) -> Bom {
    Bom {
        format: Format::CycloneDx,
        spec: "1.6".to_owned(),
        identity: Some("urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79/1".to_owned()),
        name: None,
        created: None,
        authors: Vec::new(),
        contexts: Vec::new(),
        subject: Subject::Unstated,
        subject_parts: Vec::new(),
        components,
        relationships: Vec::new(),
        compositions: Vec::new(),
        statements: Vec::new(),
    }
}

pub(crate) fn compiled(records: &[Record]) -> Vec<u8> {
    compile(records.iter().map(|record| Entry::record(record, &[])).collect()).unwrap()
}

/// One line for each finding and unknown, which is what most tests look at.
fn lines(records: &[Record], bom: &Bom, accepted: Vec<Statement>) -> Vec<String> {
    let bytes = compiled(records);
    let index = Index::open(&bytes, &[]).unwrap();
    let system = System::new(bom, "test.json");
    let accepted = Statements::from(accepted);
    let claimed =
        Statements::from(crate::statement::of_bom(bom, "test.json", Standing::Claimed));
    let voices = Voices { accepted: &accepted, claimed: &claimed };
    let judgement = judge(&system, &index, &voices);
    assert!(!index.is_damaged());
    both_ways_agree(&system, &index, &voices, &judgement);
    shares_agree(&system, &index, &voices, &judgement);
    let name = |position| match system.at(position) {
        Some(candidate) => candidate.component.name.clone(),
        None => "the document".to_owned(),
    };
    let findings = judgement.findings.iter().map(|finding| {
        let grounds = finding.grounds.iter();
        let grounds: Vec<_> = grounds
            .map(|ground| format!("{} {}", ground.origin.id, ground.rule.word()))
            .collect();
        let name = name(finding.component);
        format!(
            "{name} {} {}: {}",
            finding.id,
            finding.verdict.word(),
            grounds.join(", ")
        )
    });
    let unknowns = judgement.unknowns.iter().map(|unknown| {
        let ids: Vec<&str> = unknown.vulnerabilities.iter().map(String::as_str).collect();
        let text = format!(
            "{} ? {} {}",
            name(unknown.component),
            unknown.why.word(),
            ids.join(" ")
        );
        text.trim_end().to_owned()
    });
    findings.chain(unknowns).collect()
}

/// What every test asks besides: the other direction finds the same.
fn both_ways_agree(
    system: &System<'_>,
    index: &Index<'_>,
    voices: &Voices<'_>,
    judgement: &Judgement<'_>,
) {
    let shape = |finding: &Finding<'_>| {
        let grounds: BTreeSet<_> = finding.grounds.iter().cloned().collect();
        let also: BTreeSet<_> = finding.also.iter().cloned().collect();
        (finding.component, finding.id.clone(), finding.verdict, grounds, also)
    };
    let forward: BTreeSet<_> = judgement.findings.iter().map(shape).collect();
    let mut ids: BTreeSet<String> =
        index.records().map(|record| record.id().to_owned()).collect();
    ids.extend(judgement.findings.iter().map(|finding| finding.id.clone()));
    let mut back = BTreeSet::new();
    for id in ids {
        back.extend(judge_id(system, index, voices, &id).findings.iter().map(shape));
    }
    assert_eq!(forward, back);
}

/// And: judged in shares, nothing is lost, told twice or told in another order.
fn shares_agree(
    system: &System<'_>,
    index: &Index<'_>,
    voices: &Voices<'_>,
    judgement: &Judgement<'_>,
) {
    let told = |judgements: &[Judgement<'_>]| {
        let findings: Vec<_> = judgements.iter().flat_map(|one| &one.findings).collect();
        let unknowns: Vec<_> = judgements.iter().flat_map(|one| &one.unknowns).collect();
        let heard: BTreeSet<_> = judgements.iter().flat_map(|one| &one.heard).collect();
        format!("{findings:?} {unknowns:?} {heard:?}")
    };
    let whole = told(std::slice::from_ref(judgement));
    for shares in 1..=system.candidates.len() + 1 {
        let shares = Share::split(system, shares);
        let shares = shares.map(|share| judge_share(system, index, voices, share));
        assert_eq!(told(&shares.collect::<Vec<_>>()), whole);
    }
}

#[track_caller]
fn check(records: &[Record], components: Vec<Component>, expected: &[&str]) {
    assert_eq!(lines(records, &bom(components), Vec::new()), expected);
}

#[test]
fn a_package_inside_a_range_is_affected_and_one_outside_is_not() {
    let npm = osv("OSV-1").on(
        ("npm", "@scope/left-pad", ""),
        affected(between(Scheme::Npm, "1.0.0", "1.2.0")),
    );
    let records = [npm];
    check(
        &records,
        vec![purl("pkg:npm/%40scope/left-pad@1.1.0")],
        &["left-pad OSV-1 affected: OSV-1 version_in_range"],
    );
    check(&records, vec![purl("pkg:npm/%40scope/left-pad@1.2.0")], &[]);
    check(&records, vec![purl("pkg:npm/left-pad@1.1.0")], &[]);
    let not_covered = ["left-pad ? not_covered"];
    check(&records, vec![purl("pkg:pypi/left-pad@1.1.0")], &not_covered);
}

#[test]
fn what_cannot_be_looked_up_or_compared_is_asked_and_never_dropped() {
    let npm = osv("OSV-1")
        .on(("npm", "left-pad", ""), affected(between(Scheme::Npm, "1.0.0", "1.2.0")));
    let records = [npm];
    let plain = Component { name: "zlib".to_owned(), ..Component::at(Place::Document) };
    check(&records, vec![plain], &["zlib ? no_identifier"]);
    check(
        &records,
        vec![purl("pkg:npm/left-pad")],
        &[
            "left-pad OSV-1 cannot_tell: OSV-1 version_unstated",
            "left-pad ? no_version OSV-1",
        ],
    );
    check(
        &records,
        vec![purl("pkg:npm/left-pad@latest")],
        &[
            "left-pad OSV-1 cannot_tell: OSV-1 version_incomparable",
            "left-pad ? incomparable_version OSV-1",
        ],
    );
    check(
        &records,
        vec![purl("pkg:generic/left-pad@1")],
        &["left-pad ? unknown_ecosystem"],
    );
    check(
        &records,
        vec![purl("pkg:oci/pump@sha256%3Aab")],
        &["pump ? unknown_ecosystem"],
    );
    check(&records, vec![purl("pkg:/left-pad@1")], &["left-pad ? malformed_purl"]);
    check(&records, vec![cpe("cpe:2.3:a:x")], &["cpe:2.3:a:x ? malformed_cpe"]);
}

#[test]
fn an_advisory_for_one_release_does_not_touch_another() {
    let records = [deb("DSA-1", "11", "1.1.1n-0+deb11u4"), deb("DSA-2", "12", "3.0.9-1")];
    let on =
        |distro: &str| purl(&format!("pkg:deb/debian/openssl@1.1.1n-0+deb11u3{distro}"));
    check(
        &records,
        vec![on("?distro=debian-11")],
        &["openssl DSA-1 affected: DSA-1 version_in_range"],
    );
    check(
        &records,
        vec![on("?distro=debian-12")],
        &["openssl DSA-2 affected: DSA-2 version_in_range"],
    );
}

#[test]
fn without_a_release_nobody_can_tell_where_releases_differ() {
    let both = deb("DSA-1", "11", "1.1.1n-0+deb11u4");
    let extents = affected(between(Scheme::Deb, "", "1.1.0-1"));
    let differ = [both.clone().on(("deb/debian", "openssl", "12"), extents)];
    let component = || vec![purl("pkg:deb/debian/openssl@1.1.1n-0+deb11u3")];
    check(
        &differ,
        component(),
        &[
            "openssl DSA-1 cannot_tell: DSA-1 release_unstated",
            "openssl ? no_release DSA-1",
        ],
    );
    let extents = affected(between(Scheme::Deb, "", "3.0.9-1"));
    let agree = [both.on(("deb/debian", "openssl", "12"), extents)];
    check(
        &agree,
        component(),
        &["openssl DSA-1 affected: DSA-1 version_in_range, DSA-1 version_in_range"],
    );
}

#[test]
fn the_source_package_is_looked_up_as_well() {
    let records = [deb("DSA-1", "11", "1.1.1n-0+deb11u4")];
    let built =
        "pkg:deb/debian/libssl1.1@1.1.1n-0+deb11u3?distro=debian-11&upstream=openssl";
    let bytes = compiled(&records);
    let index = Index::open(&bytes, &[]).unwrap();
    let bom = bom(vec![purl(built)]);
    let system = System::new(&bom, "");
    let none = Statements::default();
    let judgement = judge(&system, &index, &Voices { accepted: &none, claimed: &none });
    let ground = &judgement.findings[0].grounds[0];
    assert_eq!(ground.name, crate::Name::SourcePackage("deb/debian/openssl".to_owned()));
    assert_eq!(judgement.findings[0].fixed_in, ["1.1.1n-0+deb11u4"]);
}

#[test]
fn the_source_package_that_a_tool_tells_in_properties_is_looked_up_as_well() {
    let mut libssl = purl("pkg:deb/debian/libssl1.1@1.1.1n-0+deb11u3?distro=debian-11");
    libssl.source_package.name = "openssl".to_owned();
    libssl.source_package.version = "1.1.1n".to_owned();
    libssl.source_package.release = "0+deb11u3".to_owned();
    let records = [deb("DSA-1", "11", "1.1.1n-0+deb11u4")];
    check(
        &records,
        vec![libssl.clone()],
        &["libssl1.1 DSA-1 affected: DSA-1 version_in_range"],
    );
    libssl.source_package.release = "0+deb11u4".to_owned();
    check(&records, vec![libssl], &[]);
}

#[test]
fn spellings_of_those_who_write_documents_are_understood() {
    #[track_caller]
    fn package(
        purl: &str,
        version: Option<&str>,
        expected: &[(&str, &str, Option<&str>)],
    ) {
        let mut component = super::tests::purl(purl);
        component.version = version.map(str::to_owned);
        let bom = bom(vec![component]);
        let system = System::new(&bom, "");
        let found: Vec<_> = system.candidates[0]
            .packages
            .iter()
            .map(|package| {
                let key = &package.key;
                (key.ecosystem.as_str(), key.name.as_str(), package.version.as_deref())
            })
            .collect();
        assert_eq!(found, expected, "{purl}");
    }

    package("pkg:golang/stdlib@go1.22.1", None, &[("golang", "stdlib", Some("1.22.1"))]);
    package(
        "pkg:golang/std@go1.20.4?type=module",
        None,
        &[("golang", "stdlib", Some("1.20.4"))],
    );
    package(
        "pkg:golang/a.b/c@v1.0.0#sub/x",
        None,
        &[("golang", "a.b/c", Some("v1.0.0"))],
    );
    package("pkg:npm/x", Some("1.0.0"), &[("npm", "x", Some("1.0.0"))]);
    package("pkg:npm/x@1.0.0", Some("2.0.0"), &[("npm", "x", Some("1.0.0"))]);
    package("pkg:npm/x", Some("NOASSERTION"), &[("npm", "x", None)]);
    package(
        "pkg:rpm/almalinux/acl@2.2-1.el8?epoch=1&arch=x86_64&upstream=acl-src-2.2-1.el8.src.rpm",
        None,
        &[
            ("rpm/almalinux", "acl", Some("1:2.2-1.el8")),
            ("rpm/almalinux", "acl-src", Some("1:2.2-1.el8")),
        ],
    );
    package(
        "pkg:deb/debian/libacl1@2.3-2?upstream=acl%402.3",
        None,
        &[("deb/debian", "libacl1", Some("2.3-2")), ("deb/debian", "acl", Some("2.3"))],
    );
    package(
        "pkg:maven/org.apache/x@1?type=jar",
        None,
        &[("maven", "org.apache/x", Some("1"))],
    );
}

fn configuration(
    parts: &[(&str, Role, Option<&str>)],
    operator: Operator,
) -> Configuration {
    let nodes = parts.iter().map(|(criteria, role, below)| Node {
        operator: Operator::Or,
        negate: Negate::Plain,
        criteria: vec![Criterion {
            criteria: (*criteria).to_owned(),
            role: *role,
            bounds: Bounds {
                end_excluding: below.map(str::to_owned),
                ..Bounds::default()
            },
        }],
        nodes: Vec::new(),
    });
    Configuration { operator, negate: Negate::Plain, nodes: nodes.collect() }
}

fn nvd(id: &str, configuration: Configuration) -> Record {
    let mut record = record(Source::Nvd, id, &[]);
    record.configurations.push((0, configuration));
    record
}

const FIRMWARE: &str = "cpe:2.3:o:maker:pump_firmware:*:*:*:*:*:*:*:*";
const HARDWARE: &str = "cpe:2.3:h:maker:pump:-:*:*:*:*:*:*:*";

#[test]
fn names_of_a_system_meet_a_configuration_together() {
    let parts =
        [(FIRMWARE, Role::Vulnerable, Some("2.0")), (HARDWARE, Role::Platform, None)];
    let records = [nvd("CVE-2026-0001", configuration(&parts, Operator::And))];
    let firmware = "cpe:2.3:o:maker:pump_firmware:1.5:*:*:*:*:*:*:*";
    check(
        &records,
        vec![cpe(firmware), cpe(HARDWARE)],
        &["cpe:2.3:o:maker:pump_firmware:1.5:*:*:*:*:*:*:* CVE-2026-0001 affected: \
           CVE-2026-0001 configuration_holds"],
    );
    check(
        &records,
        vec![cpe(firmware)],
        &[
            "cpe:2.3:o:maker:pump_firmware:1.5:*:*:*:*:*:*:* CVE-2026-0001 cannot_tell: \
             CVE-2026-0001 platform_unstated",
            "cpe:2.3:o:maker:pump_firmware:1.5:*:*:*:*:*:*:* ? platform_unstated \
             CVE-2026-0001",
        ],
    );
    let other = "cpe:2.3:h:maker:another:-:*:*:*:*:*:*:*";
    check(&records, vec![cpe(firmware), cpe(other)], &[]);
    let fixed = cpe("cpe:2.3:o:maker:pump_firmware:2.0:*:*:*:*:*:*:*");
    check(&records, vec![fixed, cpe(HARDWARE)], &[]);
}

#[test]
fn a_name_without_a_version_takes_that_of_its_component() {
    let parts = [(FIRMWARE, Role::Vulnerable, Some("2.0"))];
    let records = [nvd("CVE-2026-0001", configuration(&parts, Operator::Or))];
    let mut component = cpe(FIRMWARE);
    component.name = "pump".to_owned();
    check(
        &records,
        vec![component.clone()],
        &[
            "pump CVE-2026-0001 cannot_tell: CVE-2026-0001 configuration_undecided",
            "pump ? no_version",
            "pump ? undecided_configuration CVE-2026-0001",
        ],
    );
    component.version = Some("1.9+b2".to_owned());
    check(
        &records,
        vec![component],
        &["pump CVE-2026-0001 affected: CVE-2026-0001 configuration_holds"],
    );
}

#[test]
fn a_backported_fix_counts_as_fixed() {
    let parts =
        [("cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*", Role::Vulnerable, Some("1.1.1q"))];
    let upstream = nvd("CVE-2026-0001", configuration(&parts, Operator::Or));
    let mut notice = deb("DSA-1", "11", "1.1.1n-0+deb11u4");
    notice.related.push("CVE-2026-0001".to_owned());
    let records = [upstream, notice];
    let on = |version: &str| {
        let text = format!("pkg:deb/debian/openssl@{version}?distro=debian-11");
        let mut component = purl(&text);
        component.cpes.push("cpe:2.3:a:openssl:openssl:1.1.1n:*:*:*:*:*:*:*".to_owned());
        vec![component]
    };
    check(
        &records,
        on("1.1.1n-0+deb11u4"),
        &["openssl CVE-2026-0001 fixed: DSA-1 fix_backported"],
    );
    check(
        &records,
        on("1.1.1n-0+deb11u3"),
        &[
            "openssl CVE-2026-0001 affected: CVE-2026-0001 configuration_holds",
            "openssl DSA-1 affected: DSA-1 version_in_range",
        ],
    );
}

#[test]
fn withdrawn_records_and_rejected_cves_take_back_their_own_words_alone() {
    let npm = |id: &str, source| {
        let extents = affected(between(Scheme::Npm, "", "2.0.0"));
        record(source, id, &["CVE-2026-0001"]).on(("npm", "x", ""), extents)
    };
    let mut withdrawn = npm("GHSA-1", Source::Osv);
    withdrawn.state = State::Withdrawn("2026-01-02T00:00:00Z".to_owned());
    let component = || vec![purl("pkg:npm/x@1.0.0")];
    check(&[withdrawn.clone()], component(), &[]);
    let stands = npm("PYSEC-1", Source::Osv);
    let one = ["x CVE-2026-0001 affected: PYSEC-1 version_in_range"];
    check(&[withdrawn, stands.clone()], component(), &one);
    let mut rejected = record(Source::Cve, "CVE-2026-0001", &[]);
    rejected.state = State::Rejected;
    check(&[rejected, stands], component(), &one);
}

#[test]
fn the_record_that_says_affected_wins_and_the_other_stays_visible() {
    let extents = vec![(between(Scheme::Npm, "", "2.0.0"), Status::Affected)];
    let one = osv("GHSA-1").on(("npm", "x", ""), extents);
    let extents = vec![(between(Scheme::Npm, "", "1.0.0"), Status::Affected)];
    let other = record(Source::Osv, "OSV-2", &["GHSA-1"]).on(("npm", "x", ""), extents);
    let bytes = compiled(&[one, other]);
    let index = Index::open(&bytes, &[]).unwrap();
    let bom = bom(vec![purl("pkg:npm/x@1.5.0")]);
    let system = System::new(&bom, "");
    let none = Statements::default();
    let judgement = judge(&system, &index, &Voices { accepted: &none, claimed: &none });
    let finding = &judgement.findings[0];
    assert_eq!(finding.verdict, Verdict::Affected);
    let ids = |grounds: &[crate::Ground]| -> Vec<(String, Rule)> {
        grounds.iter().map(|ground| (ground.origin.id.clone(), ground.rule)).collect()
    };
    assert_eq!(ids(&finding.grounds), [("GHSA-1".to_owned(), Rule::VersionInRange)]);
    assert_eq!(ids(&finding.also), [("OSV-2".to_owned(), Rule::VersionOutside)]);
}

#[test]
fn a_name_in_words_is_a_question_and_never_a_finding() {
    let mut words = record(Source::Cve, "CVE-2026-0001", &[]);
    words.affected.push(Affected {
        vulnerability: 0,
        identity: Identity::Name {
            vendor: "Maker".to_owned(),
            product: "Pump OS".to_owned(),
        },
        extents: affected(Extent::All),
        otherwise: None,
        limits: Vec::new(),
        place: Place::Document,
    });
    let component = |supplier: &str| Component {
        name: "pump os".to_owned(),
        supplier: Some(supplier.to_owned()),
        ..Component::at(Place::Document)
    };
    check(
        &[words.clone()],
        vec![component("maker")],
        &["pump os ? no_identifier", "pump os ? same_name CVE-2026-0001"],
    );
    check(&[words], vec![component("another")], &["pump os ? no_identifier"]);
}

fn statement(status: Status, product: Product, timestamp: &str) -> Statement {
    Statement {
        ids: vec!["CVE-2026-0001".to_owned()],
        status: Some(status),
        justification: (status == Status::NotAffected)
            .then_some(Justification::VulnerableCodeNotInExecutePath),
        impact: String::new(),
        action: String::new(),
        timestamp: timestamp.to_owned(),
        products: vec![product],
        origin: Origin {
            document: Document::Record(Source::OpenVex),
            id: format!("vex-{}", status.word()),
            publisher: String::new(),
            modified: String::new(),
            place: Place::Document,
        },
        standing: Standing::Accepted(Speaker::Hospital),
    }
}

fn about(names: &[&str], components: &[&str]) -> Product {
    let read = |texts: &[&str]| texts.iter().map(|text| Identifier::read(text)).collect();
    Product { names: read(names), components: read(components), versions: Vec::new() }
}

fn with_x() -> ([Record; 1], Bom) {
    let extents = affected(between(Scheme::Npm, "", "2.0.0"));
    let record =
        record(Source::Osv, "GHSA-1", &["CVE-2026-0001"]).on(("npm", "x", ""), extents);
    let mut bom = bom(vec![purl("pkg:npm/x@1.0.0")]);
    let mut subject = purl("pkg:oci/pump@sha256%3Aabc");
    subject.reference = "pump".to_owned();
    bom.subject = Subject::Apart(Box::new(subject));
    ([record], bom)
}

#[test]
fn an_accepted_statement_settles_what_it_reaches_and_nothing_else() {
    #[track_caller]
    fn check(product: Product, expected: &str) {
        let (records, bom) = with_x();
        let accepted = vec![statement(Status::NotAffected, product, "")];
        let found = lines(&records, &bom, accepted);
        assert_eq!(found, [format!("x CVE-2026-0001 {expected}")]);
    }
    let settled = "not_affected: vex-not_affected statement_accepted";
    let open = "affected: GHSA-1 version_in_range";

    check(about(&["pkg:npm/x@1.0.0"], &[]), settled);
    check(about(&["pkg:npm/x"], &[]), settled);
    check(about(&["pkg:npm/x@1.0.1"], &[]), open);
    check(about(&["pkg:npm/y"], &[]), open);
    check(about(&["pkg:npm/x@1.0.0?os=linux"], &[]), open);
    check(about(&["pkg:oci/pump@sha256%3Aabc"], &[]), settled);
    check(about(&["pkg:oci/pump@sha256%3Aabc"], &["pkg:npm/x"]), settled);
    check(about(&["pkg:oci/pump"], &["pkg:npm/x@1.0.0"]), settled);
    check(about(&["pkg:oci/pump"], &["pkg:npm/y"]), open);
    check(about(&["pkg:oci/other"], &["pkg:npm/x@1.0.0"]), open);
    check(about(&["pkg:oci/other"], &[]), open);
    check(about(&["urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1"], &[]), settled);
    check(about(&["urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pump"], &[]), settled);
    check(about(&["urn:cdx:00000000-395b-41f5-a30f-a58921a69b79/1"], &[]), open);
    check(about(&["urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"], &[]), settled);
    check(about(&["pump"], &[]), open);
    check(about(&[], &[]), open);
}

#[test]
fn the_more_specific_statement_wins_and_then_the_newer() {
    #[track_caller]
    fn check(one: (Status, &str, &str), other: (Status, &str, &str), expected: &str) {
        let accepted = [one, other]
            .map(|(status, name, when)| statement(status, about(&[name], &[]), when));
        let mut reversed = accepted.clone();
        reversed.reverse();
        let (records, bom) = with_x();
        for accepted in [accepted, reversed] {
            let found = lines(&records, &bom, accepted.to_vec());
            assert!(
                found[0].starts_with(&format!("x CVE-2026-0001 {expected}:")),
                "{found:?}"
            );
        }
    }
    use Status::{Affected, Fixed, NotAffected, UnderInvestigation};

    let (exact, open, image) = ("pkg:npm/x@1.0.0", "pkg:npm/x", "pkg:oci/pump");
    check((Fixed, exact, "2024"), (NotAffected, open, "2025"), "fixed");
    check((Fixed, image, "2025"), (NotAffected, open, "2024"), "not_affected");
    check((Fixed, open, "2025"), (NotAffected, open, "2024"), "fixed");
    check((Affected, open, "2025"), (NotAffected, open, "2025"), "affected");
    // That somebody looks into it takes nothing back.
    check((UnderInvestigation, exact, "2025"), (NotAffected, open, "2024"), "affected");
}

#[test]
fn a_claim_suppresses_nothing_and_one_that_asks_is_heard() {
    let claim = |status: Option<Status>| sbom::Statement {
        id: "CVE-2026-0001".to_owned(),
        aliases: Vec::new(),
        status,
        justification: None,
        detail: String::new(),
        action: String::new(),
        timestamp: None,
        responses: Vec::new(),
        references: vec!["x".to_owned()],
        versions: Vec::new(),
        place: Place::Document,
    };
    let (records, mut bom) = with_x();
    bom.components[0].reference = "x".to_owned();
    bom.statements = vec![claim(Some(Status::NotAffected))];
    let open = "x CVE-2026-0001 affected: GHSA-1 version_in_range";
    assert_eq!(lines(&records, &bom, Vec::new()), [open]);
    let accepted = crate::statement::of_bom(
        &bom,
        "test.json",
        Standing::Accepted(Speaker::Hospital),
    );
    assert_eq!(
        lines(&records, &bom, accepted),
        ["x CVE-2026-0001 not_affected: test.json statement_accepted"]
    );
    bom.statements = vec![claim(Some(Status::Affected))];
    assert_eq!(
        lines(&[], &bom, Vec::new()),
        ["x CVE-2026-0001 affected: test.json statement_claimed", "x ? not_covered"]
    );
    bom.statements = vec![claim(None), claim(Some(Status::Fixed))];
    assert_eq!(lines(&[], &bom, Vec::new()), ["x ? not_covered"]);
    bom.statements = vec![claim(None)];
    assert_eq!(
        lines(&[], &bom, Vec::new()),
        [
            "x CVE-2026-0001 cannot_tell: test.json statement_claimed",
            "x ? not_covered",
            "x ? no_state CVE-2026-0001",
        ]
    );
}

#[test]
fn whoever_asks_for_a_cve_hears_of_the_notices_that_fix_it() {
    let mut notice = deb("DSA-1", "11", "1.1.1n-0+deb11u4");
    notice.related.push("CVE-2026-0001".to_owned());
    let bytes = compiled(&[notice]);
    let index = Index::open(&bytes, &[]).unwrap();
    let bom = bom(vec![purl("pkg:deb/debian/openssl@1.1.1n-0+deb11u3?distro=debian-11")]);
    let system = System::new(&bom, "");
    let none = Statements::default();
    let voices = Voices { accepted: &none, claimed: &none };
    let judgement = judge_id(&system, &index, &voices, "CVE-2026-0001");
    let found: Vec<_> =
        judgement.findings.iter().map(|finding| finding.id.as_str()).collect();
    assert_eq!(found, ["DSA-1"]);
    let explained = crate::explain::explain(&system, &index, &voices, "CVE-2026-0001");
    assert_eq!(explained[0].verdict, Verdict::Affected);
}

#[test]
fn every_step_says_which_rule_kept_a_component_out() {
    let bytes = compiled(&[
        deb("DSA-1", "12", "3.0.9-1"),
        osv("OSV-1")
            .on(("npm", "x", ""), affected(between(Scheme::Npm, "1.0.0", "1.2.0"))),
        // Without these nobody could tell of Debian 11 and of PyPI.
        deb("DSA-2", "11", "1.0"),
        osv("OSV-2").on(("pypi", "y", ""), affected(between(Scheme::Pypi, "1.0", "1.2"))),
    ]);
    let index = Index::open(&bytes, &[]).unwrap();
    let bom = bom(vec![
        purl("pkg:deb/debian/openssl@1.1.1n-0+deb11u3?distro=debian-11"),
        purl("pkg:npm/x@1.2.0"),
        purl("pkg:pypi/x@1.1.0"),
    ]);
    let system = System::new(&bom, "");
    let none = Statements::default();
    let voices = Voices { accepted: &none, claimed: &none };
    let rules = |id: &str| -> Vec<(Rule, String)> {
        let explained = crate::explain::explain(&system, &index, &voices, id);
        assert_eq!(explained[0].verdict, Verdict::NotAffected, "{id}");
        let steps = explained[0].records[0].steps.iter();
        steps.map(|step| (step.ground.rule, step.ground.range.clone())).collect()
    };
    assert_eq!(rules("DSA-1"), [(Rule::ReleaseDiffers, "<3.0.9-1".to_owned())]);
    assert_eq!(rules("OSV-1"), [(Rule::VersionOutside, ">=1.0.0, <1.2.0".to_owned())]);
    let unheard = crate::explain::explain(&system, &index, &voices, "CVE-1999-0001");
    assert_eq!(unheard[0].verdict, Verdict::CannotTell);
    let bytes = compiled(&[deb("DSA-1", "12", "3.0.9-1")]);
    let index = Index::open(&bytes, &[]).unwrap();
    let uncovered = crate::explain::explain(&system, &index, &voices, "DSA-1");
    assert_eq!(uncovered[0].verdict, Verdict::CannotTell);
    assert_eq!(uncovered[0].judgement.unknowns.len(), 3);
}

fn any_record() -> impl Strategy<Value = Record> {
    let version = || (0..4_u8, 0..3_u8).prop_map(|(a, b)| format!("{a}.{b}.0"));
    (0..12_u32, 0..3_usize, version(), version(), 0..3_u8, 0..3_usize).prop_map(
        |(number, name, low, high, kind, release)| {
            let id = format!("OSV-{number}");
            let cve = format!("CVE-2026-{:04}", number % 5);
            let base = record(Source::Osv, &id, &[&cve]);
            let extent = match kind {
                0 => between(Scheme::Semver, &low, &high),
                1 => Extent::Exact { scheme: Scheme::Semver, versions: vec![low, high] },
                _ => Extent::Unreadable(low),
            };
            let name = ["a", "b", "c"][name];
            let (ecosystem, release) =
                [("npm", ""), ("deb/debian", "11"), ("deb/debian", "12")][release];
            base.on((ecosystem, name, release), affected(extent))
        },
    )
}

fn any_component() -> impl Strategy<Value = Component> {
    let purls = prop_oneof![
        "pkg:npm/[abc]@[0-3]\\.[0-2]\\.0",
        "pkg:npm/[abc]",
        "pkg:deb/debian/[abc]@[0-3]\\.[0-2]\\.0(\\?distro=debian-1[123])?",
        "pkg:deb/debian/z@1\\?upstream=[abc]&distro=debian-11",
    ];
    purls.prop_map(|text| purl(&text))
}

proptest! {
    #[test]
    fn from_the_component_and_from_the_vulnerability_the_answer_is_one(
        records in proptest::collection::vec(any_record(), 0..12),
        components in proptest::collection::vec(any_component(), 0..8),
    ) {
        // `lines` compares the two.
        lines(&records, &bom(components), Vec::new());
    }
}
