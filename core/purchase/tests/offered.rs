//! SBOMs and forms of something else than is offered: they open no gate, and everybody says
//! what they are about.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use controls::baseline::Baseline;
use evidence::Pseudonyms;
use lifecycle::Catalog;
use naming::Makers;
use purchase::cross_check::Between;
use purchase::event::Bidder;
use purchase::gate::Standing;
use purchase::{
    Beside, Bid, Event, Hearing, Judged, Profile, Setting, Taken, judge, recognise,
};

fn taken(name: &str, text: &str) -> Taken {
    recognise(name, text.as_bytes(), &Pseudonyms::new([3; 32]))
}

/// A CycloneDX of this `metadata.component`, without its braces.
fn cyclone(subject: &str) -> Taken {
    let metadata = match subject {
        "" => String::new(),
        subject => format!(
            r#""metadata":{{"component":{{"type":"device","bom-ref":"d",{subject}}}}},"#
        ),
    };
    let text = format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.6",{metadata}"components":[
        {{"type":"library","bom-ref":"c","name":"zlib","version":"1.3.1",
        "purl":"pkg:generic/zlib@1.3.1"}}]}}"#
    );
    taken("sbom.json", &text)
}

/// An SPDX document of this name, that describes this package.
fn spdx(document: &str, package: &str) -> Taken {
    let (describes, packages) = match package {
        "" => ("", String::new()),
        package => (
            r#""documentDescribes":["SPDXRef-D"],"#,
            format!(
                r#"{{"SPDXID":"SPDXRef-D","downloadLocation":"NOASSERTION",{package}}},"#
            ),
        ),
    };
    let text = format!(
        r#"{{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","dataLicense":"CC0-1.0",
        "name":"{document}","documentNamespace":"https://a.example/1",{describes}
        "creationInfo":{{"created":"2026-06-07T08:00:00Z","creators":["Tool: t"]}},
        "packages":[{packages}{{"SPDXID":"SPDXRef-z","name":"zlib","versionInfo":"1.3.1",
        "downloadLocation":"NOASSERTION"}}],"relationships":[]}}"#
    );
    taken("sbom.json", &text)
}

fn form(maker: &str, model: &str) -> Taken {
    let text = include_str!("../../../fixtures/purchase/aldermoor/mds2.csv");
    let text = text.replace("Aldermoor Medical", maker).replace("Meridian 500", model);
    taken("mds2.csv", &text)
}

fn judged(product: &str, delivered: Vec<Taken>) -> Judged {
    let event = Event::default();
    let bidder = Bidder {
        folder: "aldermoor".to_owned(),
        name: "Aldermoor Medical GmbH".to_owned(),
        product: product.to_owned(),
        version: if product.is_empty() { String::new() } else { "3.0".to_owned() },
    };
    let laid = (Beside::default(), Hearing::Claims);
    let bid = Bid::gather(bidder, &event, delivered, Vec::new(), laid);
    let (makers, lifecycle) = (Makers::built_in(), Catalog::built_in());
    let baseline = Baseline::built_in().unwrap();
    let today = terms::date::day("2026-11-26").unwrap();
    let setting = Setting {
        event: &event,
        profile: Profile::standard(),
        makers: &makers,
        baseline: &baseline,
        lifecycle: &lifecycle,
        today,
    };
    judge(&bid, setting)
}

#[track_caller]
fn check(sbom: Taken, expected: Standing, parts: &[&str]) {
    let judged = judged("Meridian 500", vec![sbom]);
    let gate = judged.gates.iter().find(|it| it.id == "sbom").unwrap();
    assert_eq!(gate.standing, expected, "{}", gate.why);
    for part in parts {
        assert!(gate.why.contains(part), "{part:?} is not in {:?}", gate.why);
    }
    // The consideration follows the gate.
    let row = judged.rows.iter().find(|it| it.control.id() == "B-10").unwrap();
    if matches!(expected, Standing::Closed | Standing::Unproven) {
        assert_ne!(row.cell.verdict, posture::Verdict::Met, "{}", row.cell.why);
    }
}

#[test]
fn an_sbom_of_what_is_offered_opens_the_gate_however_its_maker_is_spelt() {
    for subject in [
        r#""name":"Meridian 500","version":"3.0","supplier":{"name":"Aldermoor Medical"}"#,
        r#""name":"meridian-500","version":"v3.0.0","supplier":{"name":"ALDERMOOR MEDICAL Inc."}"#,
        r#""name":"Aldermoor Meridian 500 firmware 3.0","version":"3.0""#,
        r#""name":"Meridian500","supplier":{"name":"A contractor Ltd"},"author":"Aldermoor Medical""#,
    ] {
        check(cyclone(subject), Standing::Passed, &["there is an SBOM with components"]);
    }
    let package = r#""name":"Meridian 500","versionInfo":"3.0","supplier":"Organization: Aldermoor Medical""#;
    check(spdx("build 17", package), Standing::Passed, &[]);
    check(spdx("meridian-500-3.0-sbom", ""), Standing::Passed, &[]);
}

#[test]
fn an_sbom_of_another_product_or_maker_keeps_the_gate_closed_and_says_what_it_is_of() {
    let offered = "where Meridian 500 3.0 of Aldermoor Medical GmbH is offered";
    let other =
        r#""name":"Flow 7","version":"7.2","supplier":{"name":"Brackwater Devices"}"#;
    let about = "sbom.json is about Flow 7 7.2 of Brackwater Devices";
    check(cyclone(other), Standing::Closed, &[about, offered]);
    let own = r#""name":"Meridian 400","version":"3.0","supplier":{"name":"Aldermoor Medical"}"#;
    check(cyclone(own), Standing::Closed, &["is about Meridian 400 3.0", offered]);
    let namesake = r#""name":"Meridian 500","supplier":{"name":"Brackwater Devices"}"#;
    check(cyclone(namesake), Standing::Closed, &["Meridian 500 of Brackwater", offered]);
    let package = r#""name":"Flow 7","supplier":"Organization: Brackwater Devices""#;
    check(spdx("Meridian", package), Standing::Closed, &["is about Flow 7", offered]);

    let judged = judged("Meridian 500", vec![cyclone(other)]);
    let found = judged.contradictions.iter().find(|it| it.rule == "another-product");
    let found = found.unwrap();
    assert_eq!(found.between, Between::OfferAndDocument);
    assert!(found.grounds.iter().any(|it| it.text.contains(about)), "{found:#?}");
    let asked = judged.questions.iter().find(|it| it.key.starts_with("conflict:"));
    assert!(asked.unwrap().why.contains(about), "{asked:#?}");
}

#[test]
fn an_sbom_that_leaves_open_what_it_is_about_leaves_the_gate_open_to_nobody() {
    let unsaid = "does not say what it is about";
    check(cyclone(""), Standing::Unproven, &[unsaid, "Meridian 500 3.0"]);
    check(spdx("scan of 2026-06-01", ""), Standing::Unproven, &["scan of 2026-06-01"]);
    let near = r#""name":"Meridian 500 Gateway","version":"3.0""#;
    check(cyclone(near), Standing::Unproven, &["may be something else", "Gateway"]);
    let wide = r#""name":"Meridian","version":"3.0""#;
    check(cyclone(wide), Standing::Unproven, &["may be something else"]);
    let person = r#""name":"Meridian 500","author":"J. Doe""#;
    check(cyclone(person), Standing::Unproven, &["J. Doe"]);

    // Nobody says what is offered: the SBOM cannot vouch for itself.
    let subject = r#""name":"Flow 7","version":"7.2""#;
    let judged = judged("", vec![cyclone(subject)]);
    let gate = judged.gates.iter().find(|it| it.id == "sbom").unwrap();
    assert_eq!(gate.standing, Standing::Unproven, "{}", gate.why);
    assert!(gate.why.contains("nobody says which product is offered"), "{}", gate.why);
}

#[test]
fn an_sbom_of_another_version_is_said_and_opens_no_gate() {
    let older =
        r#""name":"Meridian 500","version":"2.2","supplier":{"name":"Aldermoor"}"#;
    check(cyclone(older), Standing::Unproven, &["of version 2.2", "Meridian 500 3.0"]);
    // One that fits beside it is enough, and the other is said all the same.
    let own = r#""name":"Meridian 500","version":"3.0""#;
    let fits = Taken { file: "own.json".to_owned(), ..cyclone(own) };
    let judged = judged("Meridian 500", vec![cyclone(older), fits]);
    let gate = judged.gates.iter().find(|it| it.id == "sbom").unwrap();
    assert_eq!(gate.standing, Standing::Passed, "{}", gate.why);
    assert!(judged.contradictions.iter().any(|it| it.rule == "another-version"));
}

#[test]
fn a_form_of_something_else_answers_for_nothing() {
    let cell = |form: Taken| {
        let judged = judged("Meridian 500", vec![form]);
        let row = judged.rows.iter().find(|it| it.control.id() == "A-09").unwrap();
        let is_said = judged.contradictions.iter().any(|it| it.rule == "another-product");
        (row.cell.verdict, is_said)
    };
    use posture::Verdict::{CannotTell, PartlyMet};
    assert_eq!(cell(form("Aldermoor Medical", "Meridian 500")), (PartlyMet, false));
    assert_eq!(cell(form("Brackwater Devices", "Meridian 500")), (CannotTell, true));
    assert_eq!(cell(form("Aldermoor Medical", "Flow 7")), (CannotTell, true));
}
