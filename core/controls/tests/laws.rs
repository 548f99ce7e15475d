//! The laws of verdicts about a supplier, over any selection of pieces of evidence.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails loudly"
)]

mod pieces;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use controls::baseline::Baseline;
use controls::{Class, Measures, Subject, Supplier, Verdict, Vetted, vet};
use lifecycle::Catalog;
use naming::Makers;
use pieces::{ALL, NAME, Piece, evidence, today};
use proptest::prelude::*;

static MAKERS: LazyLock<Makers> = LazyLock::new(Makers::built_in);

thread_local! {
    /// Names are looked up once: the same few stand in all pieces.
    static SUPPLIER: Supplier<'static> = Supplier::new(NAME, &[], &MAKERS);
}

fn vetted(pieces: &[Piece]) -> Vetted {
    let baseline = Baseline::built_in().unwrap();
    let life_cycles = Catalog::built_in();
    let measures = Measures { baseline: &baseline, life_cycles: &life_cycles };
    SUPPLIER.with(|supplier| vet(supplier, &evidence(pieces), measures, today()))
}

fn verdicts(vetted: &Vetted) -> BTreeMap<(u8, Subject), Verdict> {
    let findings = vetted.findings.iter();
    findings
        .map(|it| ((it.flag.number(), it.subject.clone()), it.ruling.verdict))
        .collect()
}

fn selection() -> impl Strategy<Value = Vec<usize>> {
    proptest::sample::subsequence((0..ALL.len()).collect::<Vec<_>>(), 0..ALL.len())
}

fn chosen(selection: &[usize]) -> Vec<Piece> {
    selection.iter().map(|at| ALL[*at]).collect()
}

#[test]
fn what_an_sbom_shows_is_of_the_day_on_which_it_was_made() {
    let pieces = ALL.iter().filter(|(name, _)| matches!(*name, "sbom" | "exploited"));
    let vetted = vetted(&pieces.copied().collect::<Vec<Piece>>());
    let grounds = vetted.findings.iter().flat_map(|it| &it.ruling.grounds);
    let of_bill: Vec<_> = grounds.filter(|it| it.document == "bom.json").collect();
    let listed = "in KEV since 2022-05-04";
    assert!(of_bill.iter().any(|it| it.text.contains(listed)), "{of_bill:?}");
    let made = terms::date::day("2026-02-01").ok();
    assert!(of_bill.iter().all(|it| it.date == made), "{of_bill:?}");
}

#[test]
fn any_single_piece_may_go_from_any_pair_and_nothing_is_cleared_by_it() {
    for one in 0..ALL.len() {
        for other in 0..ALL.len() {
            if one != other {
                check_removal(&[one, other], 0);
            }
        }
    }
}

#[track_caller]
fn check_removal(selection: &[usize], removed: usize) {
    let before = verdicts(&vetted(&chosen(selection)));
    let mut rest = selection.to_vec();
    let gone = rest.remove(removed);
    let after = verdicts(&vetted(&chosen(&rest)));
    for (key, verdict) in &after {
        let was = before.get(key).copied();
        assert!(
            !(*verdict == Verdict::Clear && was == Some(Verdict::CannotTell)),
            "flag {} was in doubt and is clear without `{}`: {:?}",
            key.0,
            ALL[gone].0,
            rest.iter().map(|at| ALL[*at].0).collect::<Vec<_>>()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn taking_a_piece_away_never_turns_cannot_tell_into_clear(
        selection in selection().prop_filter("some", |it| !it.is_empty()),
        at in any::<proptest::sample::Index>(),
    ) {
        check_removal(&selection, at.index(selection.len()));
    }

    #[test]
    fn nothing_is_clear_by_claims_alone_and_every_doubt_is_asked(selection in selection()) {
        let vetted = vetted(&chosen(&selection));
        for finding in &vetted.findings {
            let ruling = &finding.ruling;
            match ruling.verdict {
                Verdict::Clear => prop_assert!(
                    ruling.grounds.iter().any(|ground| ground.class > Class::Attested),
                    "flag {}", finding.flag.number()
                ),
                Verdict::CannotTell | Verdict::Raised => prop_assert!(!finding.ask.is_empty()),
                Verdict::NotApplicable => {}
            }
            prop_assert!(!ruling.why.is_empty());
            if ruling.verdict == Verdict::Raised {
                prop_assert!(!ruling.grounds.is_empty(), "flag {}", finding.flag.number());
            }
        }
        if !vetted.gate.standing.is_blocked() {
            prop_assert!(selection.iter().any(|at| ALL[*at].0 == "membership"));
            prop_assert!(selection.iter().any(|at| ALL[*at].0 == "h.pdf"));
        }
    }

    #[test]
    fn the_order_in_which_evidence_comes_changes_no_verdict(
        selection in selection(), by in any::<u64>(),
    ) {
        let mut other = selection.clone();
        let turn = usize::try_from(by % 97).unwrap() % other.len().max(1);
        other.rotate_left(turn);
        prop_assert_eq!(verdicts(&vetted(&chosen(&selection))), verdicts(&vetted(&chosen(&other))));
    }
}

#[test]
fn a_certificate_counts_neither_before_it_begins_nor_where_it_ends_before_that() {
    #[track_caller]
    fn check(name: &str, expected: Verdict) {
        let pieces: Vec<Piece> =
            ALL.iter().copied().filter(|it| [name, "h.pdf"].contains(&it.0)).collect();
        assert_eq!(pieces.len(), 2, "{name}");
        let vetted = vetted(&pieces);
        let found = vetted.findings.iter().find(|it| it.flag.number() == 56).unwrap();
        assert_eq!(found.ruling.verdict, expected, "{name}: {}", found.ruling.why);
    }

    check("certificate", Verdict::Clear);
    check("certificate to come", Verdict::CannotTell);
    check("certificate turned", Verdict::CannotTell);
}

#[test]
fn what_an_sbom_was_made_from_is_read_and_a_name_of_its_own_is_no_answer() {
    #[track_caller]
    fn check(name: &str, expected: Verdict, ground: &str) {
        let pieces: Vec<Piece> = ALL.iter().copied().filter(|it| it.0 == name).collect();
        let vetted = vetted(&pieces);
        let found = vetted.findings.iter().find(|it| it.flag.number() == 17).unwrap();
        assert_eq!(found.ruling.verdict, expected, "{name}: {}", found.ruling.why);
        let grounds: Vec<String> = found
            .ruling
            .grounds
            .iter()
            .map(|it| format!("{}: {}", it.place, it.text))
            .collect();
        assert!(grounds.iter().any(|it| it == ground), "{name}: {grounds:?}");
    }

    check(
        "sbom of a build",
        Verdict::Clear,
        "/metadata/lifecycles/0/phase: made from: build (build)",
    );
    check(
        "sbom of its own context",
        Verdict::CannotTell,
        "/metadata/lifecycles/0/name: made from: line 4 (other)",
    );
    check(
        "sbom",
        Verdict::Raised,
        "the document: hashes 100 %, licences 100 % of the components",
    );
}
