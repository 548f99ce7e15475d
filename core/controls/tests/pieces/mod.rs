//! Pieces of evidence about an invented supplier, each read by the real readers, put
//! together in any selection.

use std::collections::BTreeMap;

use advisory::csaf;
use controls::supplier_history::Advisory;
use controls::{
    Answered, Class, Evidence, Exposure, Held, KnownExploited, Listing, Observation,
    Open, Published,
};
use supplier::{breaches, cna, dossier, fda, provider, security_txt};
use terms::Day;

/// The supplier that all of them are about.
pub(crate) const NAME: &str = "Acme Medical";

/// The day of which is asked.
pub(crate) fn today() -> Day {
    day("2026-11-26")
}

pub(crate) fn day(text: &str) -> Day {
    terms::date::day(text).unwrap()
}

/// A piece: what it puts into the evidence.
pub(crate) type Piece = (&'static str, fn(&mut Pool));

/// What is being put together.
#[derive(Default)]
pub(crate) struct Pool {
    entries: String,
    head: String,
    evidence: Evidence,
    sboms: Vec<Held<sbom::Bom>>,
    forms: Vec<Held<mds2::Form>>,
    seen: Vec<Observation>,
    exposures: Vec<Exposure>,
}

/// The evidence of a selection of pieces.
pub(crate) fn evidence(pieces: &[Piece]) -> Evidence {
    let mut pool = Pool::default();
    for (_, add) in pieces {
        add(&mut pool);
    }
    let text = format!(
        "dossier = 1\nname = \"{NAME}\"\n[[product]]\nname = \"Pumpline\"\n{}\n{}",
        pool.head, pool.entries
    );
    let read =
        dossier::parse(text.as_bytes()).unwrap_or_else(|why| panic!("{why}\n{text}"));
    let mut evidence = pool.evidence;
    evidence.dossier = Some(Held::new("dossier.toml", read.value));
    evidence.place_products(pool.sboms);
    evidence.place_forms(pool.forms);
    assert_eq!(evidence.place_observations(pool.seen), Vec::<String>::new());
    if let Some(product) = evidence.products.first_mut() {
        product.exposures = pool.exposures;
    }
    evidence
}

fn entry(pool: &mut Pool, text: &str) {
    pool.entries.push_str(text);
    pool.entries.push('\n');
}

fn fact(pool: &mut Pool, text: &str) {
    pool.head.push_str(text);
    pool.head.push('\n');
}

fn absent(pool: &mut Pool, what: &str) {
    entry(pool, &format!("[[absent]]\nwhat = \"{what}\"\non = 2026-11-01\n"));
}

fn deliver(pool: &mut Pool, name: &str) {
    pool.evidence.delivered.insert(name.to_owned());
}

/// A form with these lines behind the head that all have.
fn form(pool: &mut Pool, file: &str, lines: &str) {
    let text = format!("DOC-1:Maker:Acme Medical\nDOC-3:Model:Pumpline\n{lines}\n");
    let read = mds2::parse(text.as_bytes()).unwrap_or_else(|why| panic!("{why}\n{text}"));
    pool.forms.push(Held::new(file, read.value));
}

/// A form of 2013.
fn old_form(pool: &mut Pool) {
    let lines: String = (1..=10).map(|n| format!("15-{n} Is it so?  No\n")).collect();
    let text =
        format!("Device Model: Pumpline\n{lines}20-1 Remote?  Yes\n17-1 At rest?  No\n");
    let read = mds2::parse(text.as_bytes()).unwrap_or_else(|why| panic!("{why}\n{text}"));
    pool.forms.push(Held::new("old.txt", read.value));
}

/// One advisory in CSAF.
pub(crate) struct Csaf<'a> {
    pub(crate) id: &'a str,
    pub(crate) vendor: &'a str,
    pub(crate) released: &'a str,
    pub(crate) cve: &'a str,
    pub(crate) cwe: &'a str,
    pub(crate) remediations: &'a str,
    pub(crate) thanks: &'a str,
    pub(crate) revisions: usize,
}

pub(crate) const PLAIN: Csaf<'static> = Csaf {
    id: "ICSMA-1",
    vendor: NAME,
    released: "2024-06-01",
    cve: "CVE-2024-1000",
    cwe: "CWE-79",
    remediations: r#"{"category":"vendor_fix","details":"Update to 2.2"}"#,
    thanks: r#"{"organization":"A Lab"}"#,
    revisions: 1,
};

pub(crate) fn csaf(csaf: &Csaf<'_>) -> Advisory {
    let Csaf { id, vendor, released, cve, cwe, remediations, thanks, revisions } = csaf;
    let revision =
        format!(r#"{{"date":"{released}T00:00:00Z","number":"1","summary":"x"}}"#);
    let revisions = vec![revision; *revisions].join(",");
    let text = format!(
        r#"{{"document":{{"csaf_version":"2.0","category":"csaf_security_advisory","title":"T",
        "publisher":{{"name":"CISA","category":"coordinator"}},"acknowledgments":[{thanks}],
        "tracking":{{"id":"{id}","initial_release_date":"{released}T00:00:00Z",
        "current_release_date":"{released}T00:00:00Z","revision_history":[{revisions}]}}}},
        "product_tree":{{"branches":[{{"category":"vendor","name":"{vendor}","branches":[
        {{"category":"product_name","name":"Pumpline","branches":[{{"category":"product_version",
        "name":"2.1","product":{{"product_id":"p","name":"Pumpline 2.1"}}}}]}}]}}]}},
        "vulnerabilities":[{{"cve":"{cve}","cwe":{{"id":"{cwe}"}},"product_status":
        {{"known_affected":["p"]}},"remediations":[{remediations}]}}]}}"#
    );
    Advisory {
        file: format!("{id}.json"),
        record: std::sync::Arc::new(csaf::parse(text.as_bytes()).unwrap().value),
        publication: Some(csaf::publication(text.as_bytes()).unwrap().value),
    }
}

fn advise(pool: &mut Pool, advisory: &Csaf<'_>) {
    pool.evidence.advisories.push(csaf(advisory));
}

fn publish(pool: &mut Pool, cve: &str, on: &str) {
    let document = "cve.json".to_owned();
    pool.evidence.published.insert(cve.to_owned(), Published { day: day(on), document });
}

fn security(pool: &mut Pool, text: &str) {
    let read = security_txt::parse(text.as_bytes()).unwrap().value;
    pool.evidence.security_txts.push(Held::new("security.txt", read));
}

fn metadata(pool: &mut Pool, name: &str, role: &str) {
    let text = format!(
        r#"{{"canonical_url":"https://a.example/provider-metadata.json","distributions":
        [{{"directory_url":"https://a.example/"}}],"last_updated":"2026-01-01T00:00:00Z",
        "list_on_CSAF_aggregators":true,"metadata_version":"2.0","mirror_on_CSAF_aggregators":true,
        "publisher":{{"category":"vendor","name":"{name}","namespace":"https://a.example",
        "contact_details":"psirt@a.example"}},"role":"{role}"}}"#
    );
    let read = provider::parse(text.as_bytes()).unwrap().value;
    pool.evidence.providers.push(Held::new("provider-metadata.json", read));
}

fn portal(pool: &mut Pool, first: &str, name: &str, last: &str) {
    let text = format!(
        "Name of Covered Entity,State,Covered Entity Type,Individuals Affected,Breach Submission \
         Date,Type of Breach,Location of Breached Information,Business Associate Present\n\
         Other Clinic,OR,Healthcare Provider,500,{first},Theft,Laptop,No\n\
         {name},OR,Business Associate,900,{last},Hacking/IT Incident,Network Server,Yes\n"
    );
    let read = breaches::parse(text.as_bytes()).unwrap().value;
    pool.evidence.breaches.push(Held::new("breaches.csv", read));
}

fn authorities(pool: &mut Pool, name: &str) {
    let text = format!(
        r#"[{{"shortName":"x","cnaID":"CNA-1","organizationName":"{name}","contact":[{{"email":
        [{{"emailAddr":"psirt@a.example"}}]}}],"disclosurePolicy":[{{"url":"https://a.example/p"}}]}}]"#
    );
    let read = cna::parse(text.as_bytes()).unwrap().value;
    pool.evidence.cnas.push(Held::new("cnas.json", read));
}

fn openfda(pool: &mut Pool, record: &str) {
    let text = format!(r#"{{"meta":{{}},"results":[{record}]}}"#);
    let read = fda::parse(text.as_bytes()).unwrap().value;
    pool.evidence.fda.push(Held::new("fda.json", read));
}

fn vex(pool: &mut Pool, justification: &str) {
    let text = format!(
        r#"{{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://a.example/v","author":"A",
        "timestamp":"2026-01-01T00:00:00Z","version":1,"statements":[{{"vulnerability":
        {{"name":"CVE-2024-1"}},"products":[{{"@id":"pkg:generic/pumpline@2.1"}}],"status":
        "not_affected"{justification}}}]}}"#
    );
    let read = advisory::openvex::parse(text.as_bytes()).unwrap().value;
    pool.evidence.vex.push(Held::new("vex.json", read));
}

fn answer(pool: &mut Pool, flag: &str, product: &str) {
    let on = Some(day("2026-11-20"));
    let text = "yes: we are".to_owned();
    let (flag, product) = (flag.to_owned(), product.to_owned());
    pool.evidence.answers.push(Answered { flag, product, text, on });
}

fn bill(pool: &mut Pool, name: &str, created: &str, body: &str) {
    bill_of(pool, name, ("Pumpline", "2.1"), created, body);
}

/// A scan of one device, by nmap.
fn scan(pool: &mut Pool, name: &str, class: Class, (on, software): (&str, &str)) {
    scan_of(pool, name, class, (on, software, 1));
}

fn scan_of(
    pool: &mut Pool,
    name: &str,
    class: Class,
    (on, software, hosts): (&str, &str, usize),
) {
    let start = terms::date::instant(on).map_or(0, terms::Instant::as_second);
    let (product, version) = software.split_once(' ').unwrap_or((software, ""));
    let host = format!(
        r#"<host><status state="up"/><address addr="10.0.0.5" addrtype="ipv4"/><ports>
        <port protocol="tcp" portid="22"><state state="open"/><service name="ssh"
        product="{product}" version="{version}"/></port></ports></host>"#
    );
    let start =
        if on.is_empty() { String::new() } else { format!(r#" start="{start}""#) };
    let text =
        format!(r#"<nmaprun version="7.9"{start}>{}</nmaprun>"#, host.repeat(hosts));
    let read = evidence::scan::parse(evidence::scan::Tool::Nmap, text.as_bytes());
    pool.seen.push(Observation::of(name, "Pumpline", class, &read.unwrap().value));
}

/// The last scan as if only its name said of which product it is.
fn unsaid(pool: &mut Pool) {
    if let Some(seen) = pool.seen.last_mut() {
        seen.product.clear();
    }
}

/// An SBOM of the product that says from what it was made.
fn bill_made_from(pool: &mut Pool, name: &str, lifecycle: &str) {
    let text = format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{{"timestamp":"2026-02-01T00:00:00Z",
        "lifecycles":[{lifecycle}],"tools":[{{"name":"t"}}],"authors":[{{"name":"A"}}],"component":{{
        "type":"device","bom-ref":"root","name":"Pumpline","version":"2.1"}}}},{GOOD}}}"#
    );
    let read = sbom::parse(text.as_bytes()).unwrap().value;
    pool.sboms.push(Held::new(name, read));
}

fn bill_of(
    pool: &mut Pool,
    name: &str,
    (product, version): (&str, &str),
    created: &str,
    body: &str,
) {
    let text = format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{{"timestamp":"{created}T00:00:00Z",
        "tools":[{{"name":"t"}}],"authors":[{{"name":"A"}}],"component":{{"type":"device",
        "bom-ref":"root","name":"{product}","version":"{version}"}}}},{body}}}"#
    );
    let read = sbom::parse(text.as_bytes()).unwrap().value;
    pool.sboms.push(Held::new(name, read));
}

const GOOD: &str = r#""components":[{"type":"operating-system","bom-ref":"a","name":"linux","version":"1",
    "supplier":{"name":"S"},"purl":"pkg:generic/linux@1","hashes":[{"alg":"SHA-256","content":"00"}],
    "licenses":[{"license":{"id":"MIT"}}]},{"type":"library","bom-ref":"b","name":"zlib","version":"1",
    "supplier":{"name":"S"},"purl":"pkg:generic/zlib@1","hashes":[{"alg":"SHA-256","content":"00"}],
    "licenses":[{"license":{"id":"Zlib"}}]}],"dependencies":[{"ref":"root","dependsOn":["a"]},
    {"ref":"a","dependsOn":["b"]}]"#;
const SERVER: &str = r#""components":[{"type":"library","bom-ref":"s","name":"openssh-server",
    "version":"1:8.2p1-4ubuntu0.5"}]"#;
const BARE: &str =
    r#""components":[{"type":"library","name":"x"},{"type":"library","name":"y"}]"#;

fn exposure(
    pool: &mut Pool,
    unjudged: usize,
    listed: Listing,
    open: Option<matching::Verdict>,
) {
    pool.exposures.push(Exposure {
        file: "bom.json".to_owned(),
        components: 2,
        unjudged,
        affected: usize::from(open.is_some()),
        flaws: Vec::new(),
        exploited: open
            .into_iter()
            .map(|verdict| Open {
                id: "CVE-2024-1".to_owned(),
                component: "zlib 1".to_owned(),
                place: reading::Place::Pointer("/components/1".to_owned()),
                since: terms::date::day("2022-05-04").ok(),
                verdict,
            })
            .collect(),
        answered: 0,
        listed,
    });
}

/// Every piece, by name.
#[rustfmt::skip]
pub(crate) const ALL: &[Piece] = &[
    ("networked", |p| fact(p, "networked = true")),
    ("released", |p| fact(p, "released = 2026-01-01")),
    ("version", |p| fact(p, "version = \"2.1\"")),
    ("cleared", |p| fact(p, "cleared = 2025-01-01")),
    ("used until", |p| fact(p, "used_until = 2036-01-01")),
    ("announced late", |p| fact(p, "announced = 2026-01-01\nsupport_ends = 2026-12-31")),
    ("membership", |p| entry(p, "[[membership]]\nisao = \"H\"\nfrom = \"third-party\"\nproof = \"h.pdf\"\nuntil = 2027-01-01")),
    ("membership over", |p| entry(p, "[[membership]]\nisao = \"H\"\nfrom = \"third-party\"\nproof = \"h.pdf\"\nuntil = 2025-01-01")),
    ("membership claimed", |p| entry(p, "[[membership]]\nisao = \"H\"\nuntil = 2027-01-01")),
    ("membership without end", |p| entry(p, "[[membership]]\nisao = \"H\"\nfrom = \"house\"\nproof = \"h.pdf\"")),
    ("membership to come", |p| entry(p, "[[membership]]\nisao = \"H\"\nfrom = \"house\"\nproof = \"h.pdf\"\nsince = 2027-01-01\nuntil = 2028-01-01")),
    ("h.pdf", |p| deliver(p, "bid.zip!h.pdf")),
    ("no membership", |p| absent(p, "isao-membership")),
    ("no policy", |p| absent(p, "disclosure-policy")),
    ("no security.txt", |p| absent(p, "security.txt")),
    ("no metadata", |p| absent(p, "provider-metadata")),
    ("no advisories", |p| absent(p, "advisories")),
    ("no cna", |p| absent(p, "cna")),
    ("no contact", |p| absent(p, "security-contact")),
    ("no sbom", |p| absent(p, "sbom")),
    ("no mds2", |p| absent(p, "mds2")),
    ("no recalls", |p| absent(p, "recalls")),
    ("no insurance", |p| absent(p, "insurance")),
    ("no change", |p| absent(p, "ownership-change")),
    ("contact seen", |p| entry(p, "[contact]\nmail = \"a@b\"\nfrom = \"house\"")),
    ("policy claimed", |p| entry(p, "[disclosure]\npolicy = \"https://a.example\"\ncna = \"CISA\"")),
    ("change claimed", |p| entry(p, "[[ownership_change]]\nwhat = \"sold\"\npsirt = \"x\"")),
    ("change seen", |p| entry(p, "[[ownership_change]]\nwhat = \"sold\"\nfrom = \"house\"")),
    ("certificate", |p| entry(p, "[[certificate]]\nscheme = \"I\"\nfrom = \"third-party\"\nproof = \"h.pdf\"\ncovers = [\"Pumpline\"]\nexpires = 2028-01-01")),
    ("certificate over", |p| entry(p, "[[certificate]]\nscheme = \"I\"\nfrom = \"house\"\ncovers = [\"Pumpline\"]\nexpires = 2024-01-01")),
    ("certificate turned", |p| entry(p, "[[certificate]]\nscheme = \"I\"\nfrom = \"third-party\"\nproof = \"h.pdf\"\ncovers = [\"Pumpline\"]\nissued = 2028-03-01\nexpires = 2028-01-01")),
    ("certificate to come", |p| entry(p, "[[certificate]]\nscheme = \"I\"\nfrom = \"third-party\"\nproof = \"h.pdf\"\ncovers = [\"Pumpline\"]\nissued = 2028-03-01\nexpires = 2030-01-01")),
    ("certificate unread", |p| entry(p, "[[certificate]]\nscheme = \"I\"\nfrom = \"house\"\nscope = \"offices\"")),
    ("certificate elsewhere", |p| entry(p, "[[certificate]]\nscheme = \"I\"\nfrom = \"house\"\ncovers = []")),
    ("cover", |p| entry(p, "[[cover]]\nkind = \"cyber\"\nlimit = 5\nrequired = 4\nexpires = 2027-01-01\nfrom = \"house\"")),
    ("cover too low", |p| entry(p, "[[cover]]\nkind = \"cyber\"\nlimit = 3\nrequired = 4\nexpires = 2027-01-01\nfrom = \"house\"")),
    ("cover without end", |p| entry(p, "[[cover]]\nkind = \"cyber\"\nlimit = 5")),
    ("security.txt", |p| security(p, "Contact: mailto:a@b\nExpires: 2027-01-01T00:00:00Z\nPolicy: https://a.example/p\n")),
    ("security.txt over", |p| security(p, "Contact: mailto:a@b\nExpires: 2025-01-01T00:00:00Z\nPolicy: https://a.example/p\n")),
    ("metadata", |p| metadata(p, NAME, "csaf_provider")),
    ("metadata broken", |p| metadata(p, NAME, "boss")),
    ("metadata of others", |p| metadata(p, "Other Inc", "csaf_provider")),
    ("breach", |p| portal(p, "01/01/2020", "Acme Medical, Inc. ", "11/01/2026")),
    ("no breach", |p| portal(p, "01/01/2020", "Another Clinic", "11/01/2026")),
    ("breaches of old", |p| portal(p, "01/01/2020", "Another Clinic", "11/01/2024")),
    ("authority", |p| authorities(p, "Acme Medical, Inc.")),
    ("authorities", |p| authorities(p, "Other Inc")),
    ("security recall", |p| openfda(p, r#"{"recalling_firm":"Acme Medical","recall_number":"Z-1","classification":"Class II","reason_for_recall":"software flaw"}"#)),
    ("other recall", |p| openfda(p, r#"{"recalling_firm":"Acme Medical","recall_number":"Z-2","classification":"Class II","reason_for_recall":"label"}"#)),
    ("recall without class", |p| openfda(p, r#"{"recalling_firm":"Acme Medical","product_res_number":"Z-3","reason_for_recall":"software"}"#)),
    ("vex", |p| vex(p, r#","justification":"component_not_present""#)),
    ("vex without reason", |p| vex(p, "")),
    ("answer", |p| answer(p, "no-isao", "")),
    ("answer about a product", |p| answer(p, "no-sbom", "Pumpline")),
    ("advisory", |p| advise(p, &PLAIN)),
    ("advisory 2", |p| advise(p, &Csaf { id: "ICSMA-2", cve: "CVE-2024-2", ..PLAIN })),
    ("advisory 3", |p| advise(p, &Csaf { id: "ICSMA-3", cve: "CVE-2024-3", thanks: r#"{"names":["Acme"]}"#, ..PLAIN })),
    ("hard-coded", |p| advise(p, &Csaf { id: "ICSMA-4", cve: "CVE-2024-4", cwe: "CWE-798", ..PLAIN })),
    ("years late", |p| advise(p, &Csaf { id: "ICSMA-5", cve: "CVE-2019-5", cwe: "CWE-20", ..PLAIN })),
    ("without fix", |p| advise(p, &Csaf { id: "ICSMA-6", cve: "CVE-2024-6", cwe: "CWE-20", remediations: r#"{"category":"mitigation","details":"Isolate it. Acme plans to release a fix"}"#, ..PLAIN })),
    ("without guidance", |p| advise(p, &Csaf { id: "ICSMA-7", cve: "CVE-2024-7", cwe: "CWE-20", remediations: "", revisions: 2, ..PLAIN })),
    ("of others", |p| advise(p, &Csaf { id: "ICSMA-8", vendor: "Zeta Corp", ..PLAIN })),
    ("perhaps its own", |p| advise(p, &Csaf { id: "ICSMA-9", vendor: "Acme Medicl Devices of Ohio", cwe: "CWE-798", ..PLAIN })),
    ("dates", |p| { publish(p, "CVE-2024-1000", "2024-01-01"); publish(p, "CVE-2024-3", "2024-06-01"); }),
    ("kev", |p| {
        let listed = BTreeMap::from([("CVE-2024-2".to_owned(), Some(day("2025-01-01")))]);
        let value = KnownExploited { listed, entries: 1300, newest: Some(day("2026-11-20")) };
        p.evidence.known_exploited = Some(Held::new("kev.json", value));
    }),
    ("sbom", |p| bill(p, "bom.json", "2026-02-01", GOOD)),
    ("sbom with a server", |p| bill(p, "server.json", "2026-02-01", SERVER)),
    ("scan that agrees", |p| scan(p, "agrees.xml", Class::Observed, ("2026-10-01T00:00:00Z", "OpenSSH 8.2p1"))),
    ("scan that differs", |p| scan(p, "differs.xml", Class::Observed, ("2026-10-01T00:00:00Z", "OpenSSH 7.4"))),
    ("scan by the supplier", |p| scan(p, "claimed.xml", Class::Attested, ("2026-10-01T00:00:00Z", "OpenSSH 8.2p1"))),
    ("scan of old", |p| scan(p, "old.xml", Class::Observed, ("2025-10-01T00:00:00Z", "OpenSSH 8.2p1"))),
    ("scan before the SBOM", |p| scan(p, "before.xml", Class::Observed, ("2026-01-01T00:00:00Z", "OpenSSH 8.2p1"))),
    ("scan to come", |p| scan(p, "later.xml", Class::Observed, ("2027-01-01T00:00:00Z", "OpenSSH 8.2p1"))),
    ("scan without a day", |p| scan(p, "undated.xml", Class::Observed, ("", "OpenSSH 8.2p1"))),
    ("scan of a network", |p| scan_of(p, "network.xml", Class::Observed, ("2026-10-01T00:00:00Z", "OpenSSH 8.2p1", 2))),
    ("scan that a name places", |p| {
        scan(p, "a/Pumpline.xml", Class::Observed, ("2026-10-01T00:00:00Z", "OpenSSH 8.2p1"));
        unsaid(p);
    }),
    ("sbom with a server, of another version", |p| bill_of(p, "served.json", ("Pumpline", "1.0"), "2026-02-01", SERVER)),
    ("scan of something else", |p| scan(p, "else.xml", Class::Observed, ("2026-10-01T00:00:00Z", "Own 1"))),
    ("form without a system", |p| form(p, "system.txt", "DOC-7:Date:2026-05-01\nCSUP-2,System?: No")),
    ("sbom of an earlier version", |p| bill_of(p, "earlier.json", ("Pumpline", "1.0"), "2025-06-01", GOOD)),
    ("sbom of a later version", |p| bill_of(p, "later.json", ("Pumpline", "2.2"), "2026-06-01", GOOD)),
    ("advisory of late", |p| advise(p, &Csaf { id: "ICSMA-10", released: "2026-05-01", cve: "CVE-2026-10", ..PLAIN })),
    ("advisory of late that promises", |p| advise(p, &Csaf { id: "ICSMA-11", released: "2026-05-01", cve: "CVE-2026-11", remediations: r#"{"category":"vendor_fix","details":"Acme plans to release 2.3"}"#, ..PLAIN })),
    ("form on updates", |p| form(p, "updates.txt", "DOC-7:Date:2026-05-01\nCSUP-7,Told?: Yes\nCSUP-11.2,Cycle?: Yes")),
    ("sbom of a build", |p| bill_made_from(p, "built.json", r#"{"phase":"build"}"#)),
    ("sbom of its own context", |p| bill_made_from(p, "own.json", r#"{"name":"line 4"}"#)),
    ("sbom of another product", |p| bill_of(p, "other.json", ("Flow 7", "2.1"), "2026-02-01", GOOD)),
    ("sbom of something near", |p| bill_of(p, "near.json", ("Pumpline Gateway", "2.1"), "2026-02-01", GOOD)),
    ("sbom of another version", |p| bill_of(p, "version.json", ("Pumpline", "1.0"), "2026-02-01", GOOD)),
    ("sbom old", |p| bill(p, "old.json", "2020-02-01", GOOD)),
    ("sbom bare", |p| bill(p, "bare.json", "2026-02-01", BARE)),
    ("form", |p| form(p, "form.txt", "DOC-7:Date:2026-05-01\nRMOT-1,Remote?: Yes\nPAUT-8,Second factor?: Yes\nPAUT-4,Listed?: Yes\nPAUT-5,Changed?: Yes\nMPII-1,Data?: No\nCSUP-11.2,Cycle?: Yes\nRDMP-3,Page?: Yes\nRDMP-4,Plan?: Yes\nSAHD-3.2,Checked?: Yes\nAUDT-2,Events?: Yes\nAUDT-5,Export?: Yes\nSGUD-4,Controls?: Yes")),
    ("form bad", |p| form(p, "bad.txt", "DOC-7:Date:2022-05-01\nRMOT-1,Remote?: Yes\nPAUT-8,Second factor?: No\nPAUT-4,Listed?: No\nMPII-2.2,Kept?: Yes\nSTCF-1,Encrypted?: No\nCSUP-2.2,Maker?: Yes\nCSUP-11.2,Cycle?: No\nRDMP-4,Plan?: No\nSAHD-3.2,Checked?: No\nAUDT-5,Export?: No\nSGUD-4,Controls?: No\nSBOM-1,SBOM?: No\nSBOM-2,Standard?: Yes")),
    ("form blank", |p| form(p, "blank.txt", "DOC-7:Date:____\nRMOT-1,Remote?: ____\nPAUT-8,Second factor?: perhaps\nSGUD-4,Controls?: See Note 9")),
    ("form old", old_form),
    ("judged", |p| exposure(p, 0, Listing::AtHand, None)),
    ("judged in part", |p| exposure(p, 1, Listing::AtHand, None)),
    ("judged without kev", |p| exposure(p, 0, Listing::Missing, None)),
    ("exploited", |p| exposure(p, 0, Listing::AtHand, Some(matching::Verdict::Affected))),
    ("exploited perhaps", |p| exposure(p, 1, Listing::AtHand, Some(matching::Verdict::CannotTell))),
];

/// What an index says of an SBOM of another name.
fn exposure_of(pool: &mut Pool, file: &str, unjudged: usize) {
    exposure(pool, unjudged, Listing::AtHand, None);
    if let Some(last) = pool.exposures.last_mut() {
        file.clone_into(&mut last.file);
    }
}

/// Pieces that are asked for by name alone: they say otherwise what others say too, or are about
/// one of those.
#[rustfmt::skip]
pub(crate) const ASIDE: &[Piece] = &[
    ("released long ago", |p| fact(p, "released = 2024-11-01")),
    ("judged, of another version", |p| exposure_of(p, "version.json", 0)),
    ("judged in part, of another version", |p| exposure_of(p, "version.json", 1)),
    ("judged, of something near", |p| exposure_of(p, "near.json", 0)),
    ("judged in part, of something near", |p| exposure_of(p, "near.json", 1)),
];
