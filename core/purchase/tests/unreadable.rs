//! Files that a bidder gave and nobody can read are named where something is missing.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its fixtures has failed"
)]

use controls::baseline::Baseline;
use evidence::Pseudonyms;
use lifecycle::Catalog;
use naming::Makers;
use purchase::event::Bidder;
use purchase::gate::Standing;
use purchase::{Beside, Bid, Event, Hearing, Judged, Profile, Setting, judge, recognise};

/// What is judged of a bid of one file.
fn judged(name: &str, bytes: &[u8]) -> Judged {
    let names = Pseudonyms::new([3; 32]);
    let event = Event::default();
    let bidder = Bidder {
        folder: "bid-c".to_owned(),
        name: "Corvid".to_owned(),
        ..Bidder::default()
    };
    let taken = vec![recognise(name, bytes, &names)];
    let laid = (Beside::default(), Hearing::Claims);
    let bid = Bid::gather(bidder, &event, taken, Vec::new(), laid);
    let (makers, lifecycle) = (Makers::built_in(), Catalog::built_in());
    let baseline = Baseline::built_in().unwrap();
    let setting = Setting {
        event: &event,
        profile: Profile::standard(),
        makers: &makers,
        baseline: &baseline,
        lifecycle: &lifecycle,
        today: terms::date::day("2026-11-26").unwrap(),
    };
    judge(&bid, setting)
}

#[test]
fn the_gate_names_the_file_that_is_no_sbom_and_a_readable_one_is_asked_for() {
    #[track_caller]
    fn check(name: &str, bytes: &[u8], why: &str, asked: &str) {
        let judged = judged(name, bytes);
        let gate = judged.gates.iter().find(|it| it.id == "sbom").unwrap();
        assert_eq!(gate.standing, Standing::Closed, "{name}");
        assert_eq!(gate.why, why);
        let key = format!("file:{name}");
        let question = judged.questions.iter().find(|it| it.key == key);
        let question = question.unwrap_or_else(|| panic!("{:#?}", judged.questions));
        assert!(question.asks.contains(asked), "{}", question.asks);
        let exploited = judged.gates.iter().find(|it| it.id == "exploited-flaw").unwrap();
        assert_ne!(exploited.standing, Standing::Passed, "{name}");
    }

    let cut = b"{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\n\"components\":[{\"type\":";
    check(
        "bid-c/sbom.json",
        cut,
        "no SBOM counts: bid-c/sbom.json: the document ends where a value is expected (at \
         line 2, column 23); not an SBOM",
        "Please send sbom.json again: it cannot be read",
    );
    check(
        "bid-c/pump.json",
        b"{\"components\":[\n{\"name\":\"zl",
        "no SBOM was found: bid-c/pump.json: EOF while parsing a string (at line 2, column \
         11); nobody can tell what is in it",
        "Please send pump.json again: it cannot be read",
    );
    check(
        "bid-c/sbom.json",
        br#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}"#,
        "bid-c/sbom.json: the SBOM lists no components",
        "it lists no components",
    );
    check(
        "bid-c/sbom.json",
        br#"{"artifacts":[]}"#,
        "no SBOM counts: bid-c/sbom.json: document (text); not an SBOM",
        "sbom.json is none that can be read",
    );
    check(
        "bid-c/papers.rar",
        b"Rar!\x1A\x07\x01\0",
        "no SBOM was found: bid-c/papers.rar: it is packed with RAR, which is not unpacked; \
         nobody can tell what is in it",
        "send it as ZIP",
    );
    check(
        "bid-c/parts.xlsx",
        b"PK\x03\x04cut",
        "no SBOM was found: bid-c/parts.xlsx: the workbook is cut short or damaged: invalid \
         Zip archive: Could not find EOCD; nobody can tell what is in it",
        "Please send parts.xlsx again",
    );
}

#[test]
fn a_locked_pdf_is_named_beside_what_is_missing() {
    let locked = include_bytes!("../../../fixtures/purchase/corvid/MDS2_protected.pdf");
    let judged = judged("bid-c/MDS2.pdf", locked);
    let gate = judged.gates.iter().find(|it| it.id == "sbom").unwrap();
    assert!(gate.why.contains("bid-c/MDS2.pdf: the PDF is encrypted"), "{}", gate.why);
    let row = judged.rows.iter().find(|it| it.control.id() == "B-10").unwrap();
    assert!(row.cell.why.contains("bid-c/MDS2.pdf"), "{}", row.cell.why);
}

#[test]
fn who_gave_nothing_is_told_so() {
    let judged = judged("bid-c/letter.txt", b"We thank you.\n");
    let gate = judged.gates.iter().find(|it| it.id == "sbom").unwrap();
    assert_eq!(gate.why, "no SBOM was given");
}
