//! Each of the sixty-four controls by a table of cases, from files as they are delivered.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

mod pieces;

use std::collections::{BTreeMap, BTreeSet};

use pieces::{cases, day, holdings, tailoring, today};
use posture::{Holdings, Verdict, assess, catalog};
use terms::Day;

#[test]
fn every_control_is_told_by_its_cases() {
    let mut wrong = Vec::new();
    for case in cases() {
        let (found, why) = verdict(&case.control, &holdings(&case.documents), today());
        if found != case.verdict {
            wrong.push(format!(
                "{} {}: {} and not {}: {why}",
                case.line,
                case.control,
                found.word(),
                case.verdict.word()
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_control_has_a_case_of_each_verdict_that_it_can_have() {
    let mut told: BTreeMap<String, BTreeSet<Verdict>> = BTreeMap::new();
    for case in cases() {
        told.entry(case.control).or_default().insert(case.verdict);
    }
    for control in catalog().controls() {
        let id = control.id();
        let verdicts = told.get(id).unwrap_or_else(|| panic!("{id} has no case"));
        for wanted in
            [Verdict::Met, Verdict::PartlyMet, Verdict::NotMet, Verdict::CannotTell]
        {
            assert!(verdicts.contains(&wanted), "{id} has no case of {}", wanted.word());
        }
    }
}

#[test]
fn without_evidence_nothing_is_met_and_everything_has_a_next_step() {
    let assessed = assess(&Holdings::default(), &[], &tailoring(), today());
    assert_eq!(assessed.len(), 64);
    for one in assessed {
        assert_eq!(one.ruling.verdict, Verdict::CannotTell, "{}", one.control.id());
        assert!(
            !one.steps.is_empty() && !one.steps[0].text.is_empty(),
            "{}",
            one.control.id()
        );
    }
}

#[test]
fn what_is_met_today_is_not_met_by_the_same_evidence_in_ten_years() {
    // What a contract says, which device was tested, what an SBOM states holds on until it is
    // said to end.
    let stays = [
        "A-01", "A-05", "B-01", "B-02", "B-03", "B-04", "B-10", "B-12", "B-16", "B-17",
        "B-18", "B-19", "B-20", "B-21", "B-25", "B-26", "B-08", "B-15", "B-24", "D-04",
    ];
    for case in cases().iter().filter(|case| case.verdict == Verdict::Met) {
        if stays.contains(&case.control.as_str()) {
            continue;
        }
        let (found, why) =
            verdict(&case.control, &holdings(&case.documents), day("2036-11-26"));
        assert_ne!(found, Verdict::Met, "{} {}: {why}", case.line, case.control);
    }
}

fn verdict(control: &str, holdings: &Holdings, on: Day) -> (Verdict, String) {
    let control = catalog().control(control).unwrap();
    let assessed = posture::assess_one(control, holdings, &[], &tailoring(), on);
    (assessed.ruling.verdict, assessed.ruling.why)
}

#[test]
fn what_is_done_next_is_what_keeps_a_control_from_better() {
    #[track_caller]
    fn check(control: &str, register: &str, expected: &[&str]) {
        let documents = [("r.toml".to_owned(), format!("evidence = 1\n{register}\n"))];
        let control = catalog().control(control).unwrap();
        let one = posture::assess_one(
            control,
            &holdings(&documents),
            &[],
            &tailoring(),
            today(),
        );
        let keys: Vec<&str> = one.steps.iter().map(|step| step.key.as_str()).collect();
        assert_eq!(keys, expected, "{}: {register}", one.ruling.why);
    }

    let assessment = |more: &str| {
        format!(
            "assessment = {{ method = \"NIST CSF\", on = 2026-03-01, scope = \"all\"{more} }}"
        )
    };
    check("A-10", "", &["deliver:assessment"]);
    check("A-10", &assessment(""), &["prove"]);
    check("A-10", &assessment(", proof = \"p.pdf\""), &[]);
    let part = "assessment = { method = \"NIST CSF\", on = 2026-03-01, scope = \"radiology\", proof = \"p.pdf\" }";
    check("A-10", part, &["mend:A-10"]);
    check(
        "A-16",
        "exercise = { on = 2026-04-01, scope = \"x\", devices = false, proof = \"p.pdf\" }",
        &["deliver:restore_test", "mend:A-16"],
    );
    check(
        "B-01",
        "contract = [{ supplier = \"A\", from = 2026-01-01, conformity = true, proof = \"p.pdf\" }, \
         { supplier = \"B\", from = 2026-01-01, proof = \"p.pdf\" }]",
        &["deliver:contract"],
    );
    check("A-07", "document = { file = \"x\", on = 2026-11-01 }", &["deliver:firewall"]);
}

#[test]
fn the_actions_that_bring_most_stand_first_and_never_promise_more_than_all() {
    let assessed = assess(&Holdings::default(), &[], &tailoring(), today());
    let actions = posture::actions::best(&assessed, today(), usize::MAX);
    assert_eq!(actions.last().unwrap().could_reach, 100);
    assert!(actions.windows(2).all(|pair| pair[0].could_reach <= pair[1].could_reach));
    let keys: BTreeSet<&str> = actions.iter().map(|it| it.step.key.as_str()).collect();
    assert_eq!(keys.len(), actions.len());
    // One reading of contracts serves eleven controls, one register of flows eight.
    assert_eq!(actions[0].step.key, "deliver:contract");
    assert_eq!(actions[1].step.key, "deliver:flow");
}
