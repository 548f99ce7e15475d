//! What is written is read again as it was; what cannot be told is never satisfied; what others
//! found is never more than a claim; real documents of others are read or refused with a place.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails loudly, and says what it skipped"
)]

use std::path::PathBuf;

use evidence::{Class, Ground, Kind, Pseudonyms};
use oscal::export::{self, Subject};
use oscal::{Document, Model, import, parse};
use posture::actions::Step;
use posture::{Assessed, Exception, Ruling, Tailored, Tailoring, Verdict, catalog};
use proptest::prelude::*;
use reading::{Place, Rejected};
use terms::Day;

fn day(text: &str) -> Day {
    terms::date::day(text).unwrap()
}

fn subject() -> Subject<'static> {
    Subject { name: "St. Example", key: "a/b", day: day("2026-11-26") }
}

/// Every control with a verdict, by turns.
fn assessed(verdicts: &[Verdict]) -> Vec<Assessed> {
    let one = |(at, control): (usize, posture::Control)| {
        let verdict = verdicts[at % verdicts.len()];
        let seen = Ground::observed("accounts.csv", Place::Document, "3 of 4 accounts")
            .dated(Some(day("2026-11-01")));
        let said = Ground::of(
            Class::Attested,
            "register.toml",
            Place::Line { line: at, column: 0 },
            "signed: \"all\"\nof it",
        );
        Assessed {
            control,
            ruling: Ruling::new(verdict, format!("why {at}"), vec![seen, said]),
            owner: "security officer".to_owned(),
            exception: None,
            steps: vec![Step {
                key: format!("mend:{}", control.id()),
                text: control.mend().to_owned(),
            }],
        }
    };
    catalog().controls().enumerate().map(one).collect()
}

fn except(one: &mut Assessed, expires: &str) {
    one.exception = Some(Exception {
        control: one.control.id().to_owned(),
        reason: "wired in March".to_owned(),
        approver: "chief executive".to_owned(),
        expires: day(expires),
        place: Place::Document,
    });
}

fn every_model() -> Vec<Document> {
    let all = assessed(&Verdict::ALL);
    vec![
        export::catalog(),
        export::profile(&subject(), &tailored()),
        export::results(&subject(), &all),
        export::poam(&subject(), &all).unwrap(),
        export::mapping(),
    ]
}

fn tailored() -> Tailoring {
    Tailoring::parse(posture::TAILORING_EXAMPLE.as_bytes()).unwrap().value
}

fn value(document: &Document) -> serde_json::Value {
    serde_json::from_str(&document.write()).unwrap()
}

#[test]
fn what_is_written_is_read_as_it_was_and_written_again_in_the_same_bytes() {
    let models: Vec<Model> = every_model().iter().map(Document::model).collect();
    assert_eq!(models, Model::ALL);
    for document in every_model() {
        let text = document.write();
        assert!(oscal::is_oscal(&text));
        let read = parse(text.as_bytes()).unwrap();
        assert!(read.notes.is_empty(), "{:?}", read.notes);
        assert_eq!(read.value, document);
        assert_eq!(read.value.write(), text);
        assert!(document.id().to_string() != "00000000-0000-0000-0000-000000000000");
    }
    // Made twice it is the same; of another day it is another document.
    assert_eq!(every_model(), every_model());
    let later = Subject { day: day("2026-11-27"), ..subject() };
    let all = assessed(&Verdict::ALL);
    let (one, two) = (export::results(&subject(), &all), export::results(&later, &all));
    assert_ne!(one.id(), two.id());
    let first = |document: &Document| {
        value(document)["assessment-results"]["results"][0]["findings"][0]["uuid"].clone()
    };
    assert_eq!(first(&one), first(&two), "a finding is known again");
}

#[test]
fn a_day_is_the_version_of_our_catalog() {
    assert!(terms::date::day(&catalog().version).is_ok());
    let Document::Catalog(written) = export::catalog() else { panic!() };
    assert_eq!(written.all().len(), 64);
    let listed = import::controls(&written);
    assert!(listed.iter().all(|one| one.belong.contains(&one.id)), "{listed:?}");
}

#[test]
fn fields_that_nothing_looks_at_are_kept() {
    let text = export::catalog().write().replacen(
        "\"class\": \"category\"",
        "\"class\": \"category\", \"links\": [{\"href\": \"https://x.example/\"}]",
        1,
    );
    let read = parse(text.as_bytes()).unwrap().value;
    assert!(read.write().contains("https://x.example/"));
}

#[test]
fn only_what_is_met_is_satisfied_and_the_rest_says_what_it_is() {
    let document = export::results(&subject(), &assessed(&Verdict::ALL));
    let told = value(&document);
    let result = &told["assessment-results"]["results"][0];
    let findings = result["findings"].as_array().unwrap();
    let of = |verdict: Verdict| {
        let word = verdict.word();
        let has = |one: &&serde_json::Value| one["props"][0]["value"] == word;
        findings.iter().filter(has).collect::<Vec<_>>()
    };
    for verdict in Verdict::ALL {
        let expected = match verdict {
            Verdict::Met => Some(("satisfied", "pass")),
            Verdict::NotMet => Some(("not-satisfied", "fail")),
            Verdict::PartlyMet | Verdict::CannotTell => Some(("not-satisfied", "other")),
            Verdict::NotApplicable => None,
        };
        assert_eq!(of(verdict).is_empty(), expected.is_none(), "{verdict:?}");
        for one in of(verdict) {
            let status = &one["target"]["status"];
            let found =
                (status["state"].as_str().unwrap(), status["reason"].as_str().unwrap());
            assert_eq!(Some(found), expected, "{one}");
        }
    }
    let unknown = &of(Verdict::CannotTell)[0]["target"]["status"]["remarks"];
    assert!(unknown.as_str().unwrap().starts_with("cannot tell"));
    // What does not apply was not reviewed, and says why.
    let reviewed =
        &result["reviewed-controls"]["control-selections"][0]["include-controls"];
    assert_eq!(reviewed.as_array().unwrap().len(), findings.len());
    assert!(
        result["props"]
            .as_array()
            .unwrap()
            .iter()
            .all(|it| it["name"] == "not-applicable")
    );
    // One fact on which all rest stands once; of no known day is said to be so.
    let seen = result["observations"].as_array().unwrap();
    let shared = seen.iter().filter(|it| it["description"] == "3 of 4 accounts").count();
    assert_eq!(shared, 1);
    assert_eq!(seen[1]["props"][1]["name"], "collected");
    assert_eq!(seen[1]["methods"][0], "INTERVIEW");
}

#[test]
fn what_was_accepted_is_so_until_its_day_and_open_again_after_it() {
    let mut all = assessed(&[Verdict::NotMet]);
    except(&mut all[0], "2027-03-31");
    except(&mut all[1], "2026-11-25");
    let document = export::poam(&subject(), &all).unwrap();
    let Document::Poam(poam) = &document else { panic!() };
    let risk =
        |at: usize| (poam.risks[at].status.as_str(), poam.risks[at].deadline.as_deref());
    assert_eq!(risk(0), ("deviation-approved", Some("2027-03-31T00:00:00Z")));
    assert_eq!(risk(1), ("open", None));
    let points = import::points(poam);
    let accepted: Vec<_> = points.iter().flat_map(|point| &point.accepted).collect();
    assert_eq!(accepted.len(), 1);
    assert_eq!(
        (accepted[0].approver, accepted[0].until, accepted[0].reason),
        ("chief executive", "2027-03-31", "wired in March")
    );
    let id = all[1].control.id();
    assert!(points.iter().any(|point| point.about == [id] && point.states == ["open"]));
    assert!(export::poam(&subject(), &assessed(&[Verdict::Met])).is_none());
}

#[test]
fn a_profile_becomes_the_tailoring_that_it_was() {
    let own = tailored();
    let document = export::profile(&subject(), &own);
    let Document::Profile(profile) = &document else { panic!() };
    let made = import::tailoring(profile).unwrap();
    assert!(made.notes.is_empty(), "{:?}", made.notes);
    let read = Tailoring::parse(made.text.as_bytes()).unwrap().value;
    // An exception is no tailoring: it stands in the plan of action.
    let mut own = own;
    own.name = "St. Example".to_owned();
    own.exceptions.clear();
    assert_eq!(read, own);
    assert_eq!(export::profile(&subject(), &read), document);
}

#[test]
fn a_profile_of_others_is_taken_by_its_ids_and_what_is_not_ours_is_noted() {
    let text = profile(
        r##"{"href":"x.json","include-controls":[{"with-ids":["A-01","zz-1"],"matching":[{"pattern":"C-0?"}]}],"exclude-controls":[{"with-ids":["C-02"]}]}"##,
    );
    let Document::Profile(read) = parse(text.as_bytes()).unwrap().value else { panic!() };
    let made = import::tailoring(&read).unwrap();
    let places: Vec<String> = made.notes.iter().map(|it| it.place.to_string()).collect();
    assert_eq!(
        places,
        ["/profile/imports/0/href", "/profile/imports/0/include-controls/0/with-ids/1"]
    );
    let tailoring = Tailoring::parse(made.text.as_bytes()).unwrap().value;
    let kept: Vec<&str> = catalog()
        .controls()
        .filter(|it| tailoring.not_applicable(*it).is_none())
        .map(posture::Control::id)
        .collect();
    assert_eq!(kept, ["A-01", "C-01", "C-03", "C-04", "C-05", "C-06", "C-07", "C-08"]);
    let none =
        profile(r##"{"href":"x.json","include-controls":[{"with-ids":["a-01"]}]}"##);
    let Document::Profile(none) = parse(none.as_bytes()).unwrap().value else { panic!() };
    assert!(import::tailoring(&none).unwrap_err().message.contains("selects no control"));
}

fn profile(import: &str) -> String {
    format!(
        r#"{{"profile":{{"uuid":"f81d4fae-7dec-41d0-a765-00a0c91e6bf6","metadata":{{"title":"T","last-modified":"2026-01-01T00:00:00Z","version":"1","oscal-version":"1.2.0"}},"imports":[{import}]}}}}"#
    )
}

#[test]
fn what_others_found_is_a_claim_without_a_proof_and_only_where_it_is_satisfied() {
    let Document::Results(results) =
        export::results(&subject(), &assessed(&Verdict::ALL))
    else {
        panic!()
    };
    let made = import::register(&results).unwrap();
    let records =
        evidence::register::parse(made.text.as_bytes(), &Pseudonyms::new([1; 32]));
    let records = records.unwrap();
    assert!(records.notes.is_empty(), "{:?}", records.notes);
    let met = assessed(&Verdict::ALL);
    let met: Vec<&str> = met
        .iter()
        .filter(|one| one.ruling.verdict == Verdict::Met)
        .map(|one| one.control.id())
        .collect();
    let claimed: Vec<&str> =
        records.value.iter().map(|it| it.text(evidence::Field::Control)).collect();
    assert_eq!(claimed, met);
    assert!(made.text.contains("signer = \"St. Example\""), "{}", made.text);
    for record in &records.value {
        assert_eq!(record.kind, Kind::Attestation);
        assert_eq!(record.text(evidence::Field::Proof), "");
        assert!(record.value(evidence::Field::Signer).is_some());
        assert_eq!(record.day(evidence::Field::On), Some(day("2026-11-26")));
    }
    // Judged by it alone, nothing is met.
    let mut holdings = posture::Holdings::default();
    let what = posture::What::Records(records.value);
    holdings.add(posture::Held::new("results.toml".to_owned(), None, what));
    let judged =
        posture::assess(&holdings, &[], &Tailoring::default(), day("2026-11-26"));
    let verdicts: Vec<Verdict> = judged.iter().map(|one| one.ruling.verdict).collect();
    assert!(!verdicts.contains(&Verdict::Met));
    assert!(verdicts.contains(&Verdict::PartlyMet));
    let open = export::results(&subject(), &assessed(&[Verdict::CannotTell]));
    let Document::Results(open) = open else { panic!() };
    let refused = import::register(&open).unwrap_err();
    assert!(refused.message.contains("nothing here can be claimed"), "{refused}");
}

#[test]
fn a_state_that_contradicts_the_verdict_beside_it_claims_nothing() {
    let text = export::results(&subject(), &assessed(&[Verdict::CannotTell])).write();
    let text = text.replace("\"not-satisfied\"", "\"satisfied\"");
    let Document::Results(read) = parse(text.as_bytes()).unwrap().value else { panic!() };
    assert!(import::register(&read).is_err());
}

#[test]
fn what_is_no_document_is_refused_where_it_goes_wrong() {
    #[track_caller]
    fn check(text: &str, place: &str, message: &str) {
        let refused: Rejected = parse(text.as_bytes()).unwrap_err();
        assert_eq!(refused.place.to_string(), place, "{refused}");
        assert!(refused.message.contains(message), "{refused}");
        assert!(!refused.hint.is_empty());
    }

    check("", "line 1, column 1", "no JSON object");
    check("<catalog/>", "line 1, column 1", "no JSON object");
    check("{\n \"catalog\": }", "line 2, column 13", "expected value");
    check("{}", "/", "is no document");
    check("{\"a/b\": {}}", "/a~1b", "`a/b` is no document");
    check(
        "{\"system-security-plan\": {}}",
        "/system-security-plan",
        "nothing here reads",
    );
    check("{\"catalog\": {}}", "/catalog", "missing field `uuid`");
    check("{\"catalog\": {\"uuid\": \"1\"}}", "/catalog/uuid", "UUID");
    let import = r#"{"href":1}"#;
    check(&profile(import), "/profile/imports/0/href", "expected a string");
    let old = profile(r#"{"href":"x"}"#).replace("1.2.0", "2.0.0");
    check(&old, "/profile/metadata/oscal-version", "OSCAL `2.0.0` is not read");
    let deep = format!("{{\"catalog\": {}", "[".repeat(5000));
    assert!(parse(deep.as_bytes()).is_err());
    let long = vec![b' '; reading::limits::OSCAL_BYTES_MAX + 1];
    assert!(parse(&long).unwrap_err().message.contains("more than"));
}

/// The documents of others, where they lie beside the checkout.
fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("LAZARET_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let folder = folder.join("corpus/oscal");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: {} is not here", folder.display());
    None
}

#[test]
fn real_documents_of_others_are_read_or_refused_with_the_reason() {
    let Some(folder) = corpus() else { return };
    let read = |name: &str| parse(&std::fs::read(folder.join(name)).unwrap());
    let document = |name: &str| {
        let read = read(name).unwrap();
        assert_eq!(read.notes.len(), 1, "an edition before ours is noted: {name}");
        let again = parse(read.value.write().as_bytes()).unwrap();
        assert_eq!(again.value, read.value, "{name}");
        read.value
    };
    let Document::Catalog(basic) = document("oscal-content__basic-catalog.json") else {
        panic!()
    };
    assert_eq!(basic.all().len(), 4);
    let low = document("oscal-content__NIST_SP-800-53_rev5_LOW-baseline_profile.json");
    let Document::Profile(low) = low else { panic!() };
    let ids = low.imports.iter().flat_map(|it| &it.include_controls);
    assert_eq!(ids.map(|it| it.with_ids.len()).sum::<usize>(), 149);
    assert!(import::tailoring(&low).unwrap_err().message.contains("no control of our"));
    let found = document("oscal-content__ifa_assessment-results-example.json");
    let Document::Results(found) = found else { panic!() };
    let claims = import::claims(&found);
    assert_eq!((claims.len(), claims[0].control), (1, None));
    assert!(import::register(&found).is_err());
    let mapping = document("compliance-trestle__simple_mapping.json");
    let Document::Mapping(mapping) = mapping else { panic!() };
    let pairs = import::pairs(&mapping);
    assert_eq!((pairs[0].sources[0], pairs[0].relationship), ("ac-1", "subset-of"));
    let soc = document("compliance-trestle__soc2-mapping-collection.json");
    let Document::Mapping(soc) = soc else { panic!() };
    assert_eq!(import::pairs(&soc).len(), 4);

    let why = |name: &str| read(name).unwrap_err();
    let missing = why("compliance-trestle__minimal_catalog_missing_uuid.json");
    // Its parties have `role_id` for `role-id`, which is met first.
    let first = "/catalog/metadata/responsible-parties/0";
    assert_eq!(missing.place, Place::Pointer(first.to_owned()));
    for other in ["component-definition", "leveraged-example_ssp"] {
        let entries = std::fs::read_dir(&folder).unwrap();
        let name = entries
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .find(|name| name.contains(other))
            .unwrap();
        assert!(why(&name).message.contains("nothing here reads"), "{name}");
    }
    for name in [
        "oscal-content__ifa_ssp-example.yaml",
        "oscal-content__ifa_plan-of-action-and-milestones.xml",
    ] {
        assert!(why(name).hint.contains("oscal-cli convert"), "{name}");
    }
}

#[test]
fn what_fuzzers_begin_with_is_read_and_made_into_what_the_house_reads() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/oscal");
    let read = |name: &str| {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let document = parse(&bytes).unwrap().value;
        assert_eq!(parse(document.write().as_bytes()).unwrap().value, document, "{name}");
        document
    };
    assert_eq!(read("catalog.json").model(), Model::Catalog);
    assert_eq!(read("mapping.json").model(), Model::Mapping);
    let Document::Profile(profile) = read("profile.json") else { panic!() };
    let made = import::tailoring(&profile).unwrap();
    assert!(made.text.contains("campaigns = 3"), "{}", made.text);
    assert!(made.text.contains("not_applicable = \"none comes in\""), "{}", made.text);
    let Document::Results(results) = read("results.json") else { panic!() };
    let claims = import::claims(&results);
    assert!(claims[0].is_satisfied());
    assert_eq!(claims[0].day, Some(day("2026-01-01")), "of the assessor's day");
    assert!(import::register(&results).unwrap().text.contains("on = 2026-01-01"));
    let Document::Poam(poam) = read("poam.json") else { panic!() };
    let points = import::points(&poam);
    assert_eq!((points[0].about[0], points[0].accepted[0].approver), ("A-08", "chief"));
}

/// A tailoring as somebody might write it.
fn any_tailoring() -> impl Strategy<Value = Tailoring> {
    let one = (0..64_usize, "[a-zäö \"\\\\#=]{0,12}", "[a-z \"]{0,8}", 0..500_i64);
    proptest::collection::vec(one, 0..12).prop_map(|all| {
        let mut tailoring = Tailoring::named("St. Example");
        for (at, reason, owner, value) in all {
            let control = catalog().controls().nth(at).unwrap();
            let not_applicable = oscal::metadata::line(&reason);
            let leaves_out = value % 2 == 0;
            let names = control.parameters().keys().take(usize::from(!leaves_out));
            tailoring.tailor(
                control,
                Tailored {
                    parameters: names.map(|name| (name.clone(), value)).collect(),
                    owner: if leaves_out || owner.trim().is_empty() {
                        String::new()
                    } else {
                        oscal::metadata::line(&owner)
                    },
                    not_applicable: if leaves_out {
                        not_applicable
                    } else {
                        String::new()
                    },
                },
            );
        }
        tailoring
    })
}

fn any_verdicts() -> impl Strategy<Value = Vec<Verdict>> {
    proptest::collection::vec(proptest::sample::select(Verdict::ALL.to_vec()), 1..64)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_an_organisation_makes_of_the_catalog_comes_back(own in any_tailoring()) {
        let document = export::profile(&subject(), &own);
        let Document::Profile(profile) = &document else { panic!() };
        let made = import::tailoring(profile).unwrap();
        let read = Tailoring::parse(made.text.as_bytes()).unwrap().value;
        for control in catalog().controls() {
            prop_assert_eq!(own.not_applicable(control), read.not_applicable(control));
            prop_assert_eq!(own.owner(control), read.owner(control));
            for name in control.parameters().keys() {
                let id = control.id();
                prop_assert_eq!(own.parameter(id, name), read.parameter(id, name));
            }
        }
        prop_assert_eq!(export::profile(&subject(), &read).write(), document.write());
    }

    #[test]
    fn as_many_are_satisfied_as_are_met(verdicts in any_verdicts()) {
        let all = assessed(&verdicts);
        let met = all.iter().filter(|it| it.ruling.verdict == Verdict::Met).count();
        let text = export::results(&subject(), &all).write();
        prop_assert_eq!(text.matches("\"state\": \"satisfied\"").count(), met);
        let read = parse(text.as_bytes()).unwrap().value;
        prop_assert_eq!(read.write(), text);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,80}") {
        let _ = parse(text.as_bytes());
        let _ = parse(profile(&text).as_bytes());
    }
}

#[test]
fn xml_and_yaml_are_known_as_oscal_and_refused_with_how_to_make_json_of_them() {
    let xml = "<?xml version=\"1.0\"?>\n<assessment-results \
               xmlns=\"http://csrc.nist.gov/ns/oscal/1.0\" uuid=\"6e6f\"/>";
    let yaml = "---\nplan-of-action-and-milestones:\n  uuid: 6e6f\n";
    for text in [xml, yaml] {
        assert!(oscal::is_oscal(text), "{text}");
        let refused = oscal::parse(text.as_bytes()).unwrap_err();
        assert!(refused.to_string().contains("no JSON object"), "{refused}");
        assert!(format!("{refused:?}").contains("oscal-cli"), "{refused:?}");
    }
    for text in
        ["<html xmlns=\"http://www.w3.org/1999/xhtml\"/>", "catalog:\n  items: 3", ""]
    {
        assert!(!oscal::is_oscal(text), "{text}");
    }
}
