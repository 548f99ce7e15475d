//! Several speakers about one component: documents that disagree, and whose word counts.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

use advisory::Document;
use advisory::index::{Entry, Index, compile};
use matching::statement::{
    Outcome, Over, Speaker, Standing, Statement, Statements, Voices, of_record,
};
use matching::{Position, System, Verdict, component};

const OSV: &str = r#"{"id":"GHSA-1","modified":"2024-01-01T00:00:00Z",
    "aliases":["CVE-2024-0001"],"affected":[{"package":{"ecosystem":"npm","name":"x"},
    "versions":["1.0.0"]}]}"#;

const BOM: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,
    "serialNumber":"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
    "metadata":{"component":{"type":"device","name":"pump","bom-ref":"pump",
    "purl":"pkg:generic/acme/pump@2.0"}},
    "components":[{"type":"library","name":"x","version":"1.0.0","bom-ref":"x",
    "purl":"pkg:npm/x@1.0.0"}]}"#;

fn statements(bytes: &str, standing: Standing) -> Vec<Statement> {
    let Document::Record(record) = advisory::parse(bytes.as_bytes()).unwrap().value
    else {
        panic!("one record");
    };
    of_record(&record, standing)
}

/// An OpenVEX document about a product and, inside it, components.
fn openvex(status: &str, product: &str, inside: &str, day: u8) -> String {
    let inside = match inside {
        "" => String::new(),
        inside => format!(r#","subcomponents":[{{"@id":"{inside}"}}]"#),
    };
    format!(
        r#"{{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://x/{status}/{day}",
        "author":"A","timestamp":"2024-02-{day:02}T00:00:00Z","version":1,"statements":[{{
        "vulnerability":{{"name":"CVE-2024-0001"}},"status":"{status}",
        "products":[{{"@id":"{product}"{inside}}}]}}]}}"#
    )
}

/// The verdict on the component, and what came of each statement: its status and outcome.
fn judged(accepted: Vec<Statement>) -> (Verdict, Vec<(Verdict, Outcome)>) {
    let Document::Record(osv) = advisory::parse(OSV.as_bytes()).unwrap().value else {
        panic!("one record");
    };
    let bytes = compile(vec![Entry::record(&osv, &[])]).unwrap();
    let index = Index::open(&bytes, &[]).unwrap();
    let bom = sbom::parse(BOM.as_bytes()).unwrap().value;
    let system = System::new(&bom, "bom.json");
    let (accepted, none) = (Statements::from(accepted), Statements::default());
    let voices = Voices { accepted: &accepted, claimed: &none };
    let judgement = component::judge(&system, &index, &voices);
    // A statement on the pump as a whole is also a finding on the pump.
    let mut findings = judgement.findings.iter();
    let finding = findings.find(|one| one.component == Position::Listed(0)).unwrap();
    let grounds = finding.grounds.iter().chain(&finding.also);
    let told = grounds.filter_map(|ground| Some((ground.says, ground.stated.as_ref()?)));
    (finding.verdict, told.map(|(says, stated)| (says, stated.outcome)).collect())
}

const SPEAKERS: [Speaker; 4] = [
    Speaker::DeviceMaker,
    Speaker::ComponentMaker,
    Speaker::Hospital,
    Speaker::Aggregator,
];

#[test]
fn the_maker_of_the_device_stands_before_that_of_the_component_and_so_on() {
    for (rank, first) in SPEAKERS.into_iter().enumerate() {
        for second in SPEAKERS.into_iter().skip(rank + 1) {
            for (one, other) in [
                ("not_affected", "affected"),
                ("affected", "not_affected"),
                ("fixed", "affected"),
                ("affected", "fixed"),
            ] {
                // The second is newer and more exact, and still stands behind.
                let mut accepted = statements(
                    &openvex(one, "pkg:npm/x", "", 1),
                    Standing::Accepted(first),
                );
                accepted.extend(statements(
                    &openvex(other, "pkg:generic/acme/pump@2.0", "pkg:npm/x@1.0.0", 2),
                    Standing::Accepted(second),
                ));
                let expected =
                    Verdict::from(terms::vex::Status::from_openvex(one).unwrap());
                for _ in 0..2 {
                    accepted.reverse();
                    let (verdict, told) = judged(accepted.clone());
                    assert_eq!(verdict, expected, "{first:?} {one}, {second:?} {other}");
                    let outcomes: Vec<Outcome> =
                        told.into_iter().map(|(_, outcome)| outcome).collect();
                    assert_eq!(
                        outcomes,
                        [
                            Outcome::Decides(first),
                            Outcome::Outranked(second, Over::Speaker)
                        ]
                    );
                }
            }
        }
    }
}

#[test]
fn of_one_speaker_the_more_exact_word_counts_then_the_newer_then_the_more_careful() {
    #[track_caller]
    fn check(one: &str, other: &str, expected: Verdict, over: Over) {
        for speaker in SPEAKERS {
            let standing = Standing::Accepted(speaker);
            let mut accepted = statements(one, standing);
            accepted.extend(statements(other, standing));
            for _ in 0..2 {
                accepted.reverse();
                let (verdict, told) = judged(accepted.clone());
                assert_eq!(verdict, expected, "{one}\n{other}");
                let loser = Outcome::Outranked(speaker, over);
                assert!(told.iter().any(|(_, outcome)| *outcome == loser), "{told:?}");
            }
        }
    }
    let (pump, x, x1) = ("pkg:generic/acme/pump@2.0", "pkg:npm/x", "pkg:npm/x@1.0.0");
    let (affected, not) = (Verdict::Affected, Verdict::NotAffected);

    // From the product as a whole to this version inside this product.
    let steps = [(pump, ""), (x, ""), (x1, ""), (pump, x), (pump, x1)];
    for (at, (product, inside)) in steps.into_iter().enumerate() {
        for (other, inner) in steps.into_iter().skip(at + 1) {
            let vague = openvex("affected", product, inside, 9);
            check(&vague, &openvex("not_affected", other, inner, 1), not, Over::Reach);
            let vague = openvex("not_affected", product, inside, 9);
            check(&vague, &openvex("affected", other, inner, 1), affected, Over::Reach);
        }
    }
    let old = openvex("affected", x, "", 1);
    check(&old, &openvex("not_affected", x, "", 2), not, Over::Time);
    let old = openvex("not_affected", x, "", 1);
    check(&old, &openvex("affected", x, "", 2), affected, Over::Time);
    let same = openvex("not_affected", x, "", 1);
    check(&same, &openvex("affected", x, "", 1), affected, Over::Caution);
    check(&same, &openvex("fixed", x, "", 1), Verdict::Fixed, Over::Caution);
}

#[test]
fn a_claim_stands_behind_whatever_was_accepted_and_one_that_looks_into_it_behind_records()
{
    let newer = openvex("not_affected", "pkg:npm/x@1.0.0", "", 9);
    let mut accepted = statements(
        &openvex("affected", "pkg:generic/acme/pump@2.0", "", 1),
        Standing::Accepted(Speaker::Aggregator),
    );
    accepted.extend(statements(&newer, Standing::Claimed));
    assert_eq!(judged(accepted).0, Verdict::Affected);
    assert_eq!(judged(statements(&newer, Standing::Claimed)).0, Verdict::Affected);
    let looking = openvex("under_investigation", "pkg:npm/x", "", 1);
    let maker = Standing::Accepted(Speaker::DeviceMaker);
    let (verdict, told) = judged(statements(&looking, maker));
    assert_eq!(verdict, Verdict::Affected);
    let outcome = Outcome::TakesNothingBack(Speaker::DeviceMaker);
    assert_eq!(told, [(Verdict::UnderInvestigation, outcome)]);
}
