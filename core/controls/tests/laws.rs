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
use pieces::{ALL, ASIDE, NAME, Piece, evidence, today};
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

/// The flag against exploited flaws, and pieces that themselves show something in it of which
/// nobody can tell. Without them nobody knows of it; in a purchase the gate is closed by them, so
/// that no bidder gains by keeping them back.
const DOUBTED: (u8, [&str; 3]) =
    (21, ["judged in part", "judged without kev", "exploited perhaps"]);

#[test]
fn what_is_in_doubt_by_an_sbom_is_in_doubt_whatever_another_one_shows() {
    for name in DOUBTED.1 {
        for names in [&[name][..], &["judged", name]] {
            let told = Told { verdict: Verdict::CannotTell, why: "", ground: "" };
            check_flag(DOUBTED.0, names, &told);
        }
    }
    let judged = Told { verdict: Verdict::Clear, why: "no exploited flaw", ground: "" };
    check_flag(DOUBTED.0, &["judged"], &judged);
}

#[test]
fn no_exploited_flaw_is_open_where_each_sbom_of_what_is_offered_says_so() {
    #[track_caller]
    fn check(names: &[&str], verdict: Verdict, why: &str) {
        check_flag(DOUBTED.0, names, &Told { verdict, why, ground: "" });
    }
    use Verdict::{CannotTell, Clear};

    let (own, other) = (["version", "sbom", "judged"], "sbom of another version");
    check(&own, Clear, "no exploited flaw is open");
    // An SBOM of a version that is not offered takes nothing away, and shows nothing.
    let aged = [&own[..], &[other, "judged in part, of another version"]].concat();
    check(&aged, Clear, "no exploited flaw is open");
    let alone = ["version", other, "judged, of another version"];
    check(&alone, CannotTell, "is of version 1.0");
    // Where nobody says which version is offered, it may be any of them.
    let any = ["sbom", "judged", other, "judged in part, of another version"];
    check(&any, CannotTell, "in one SBOM, but of version.json 1 of 2 components");
    // One of something near may be a part of it.
    let near =
        [&own[..], &["sbom of something near", "judged in part, of something near"]];
    check(&near.concat(), CannotTell, "in one SBOM, but of near.json 1 of 2 components");
    let near = [&own[..], &["sbom of something near", "judged, of something near"]];
    check(&near.concat(), Clear, "no exploited flaw is open");
}

#[track_caller]
fn check_removal(selection: &[usize], removed: usize) {
    let before = verdicts(&vetted(&chosen(selection)));
    let mut rest = selection.to_vec();
    let gone = rest.remove(removed);
    let after = verdicts(&vetted(&chosen(&rest)));
    for (key, verdict) in &after {
        if key.0 == DOUBTED.0 && DOUBTED.1.contains(&ALL[gone].0) {
            continue;
        }
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

/// What a flag says of the product by these pieces, and a ground that must be among its own.
struct Told<'t> {
    verdict: Verdict,
    why: &'t str,
    ground: &'t str,
}

#[track_caller]
fn check_flag(flag: u8, names: &[&str], expected: &Told<'_>) {
    let all = ALL.iter().chain(ASIDE).copied();
    let pieces: Vec<Piece> = all.filter(|it| names.contains(&it.0)).collect();
    assert_eq!(pieces.len(), names.len(), "{names:?}");
    let vetted = vetted(&pieces);
    let of = Subject::Product("Pumpline".to_owned());
    let mut found = vetted.findings.iter().filter(|it| it.subject == of);
    let ruling = &found.find(|it| it.flag.number() == flag).unwrap().ruling;
    assert_eq!(ruling.verdict, expected.verdict, "{names:?}: {}", ruling.why);
    assert!(ruling.why.contains(expected.why), "{names:?}: {}", ruling.why);
    let grounds: Vec<String> = (ruling.grounds.iter())
        .map(|it| {
            let day = it.date.map(|day| day.to_string()).unwrap_or_default();
            format!("{} {} {day}: {}", it.document, it.class.word(), it.text)
        })
        .collect();
    let is_there = grounds.iter().any(|it| it == expected.ground);
    assert!(expected.ground.is_empty() || is_there, "{names:?}: {grounds:#?}");
}

const SERVED: &str = "sbom with a server";

#[test]
fn an_sbom_is_held_against_what_a_scan_of_a_device_shows() {
    #[track_caller]
    fn check(names: &[&str], verdict: Verdict, why: &str, ground: &str) {
        check_flag(25, names, &Told { verdict, why, ground });
    }
    use Verdict::{CannotTell, Clear, Raised};

    let both = "cannot both be right";
    let seen = "10.0.0.5 answers on tcp/22 with OpenSSH";
    check(&[SERVED], CannotTell, "no scan of a device was given", "");
    let ground = format!("agrees.xml observed 2026-10-01: {seen} 8.2p1");
    check(&["version", SERVED, "scan that agrees"], Clear, "as the SBOM says", &ground);
    let ground = format!("differs.xml observed 2026-10-01: {seen} 7.4");
    check(&[SERVED, "scan that differs"], Raised, both, &ground);
    check(&[SERVED, "scan that agrees", "scan that differs"], Raised, both, &ground);
    let ground = "bare.json observed 2026-02-01: the SBOM lists no OpenSSH";
    check(&["sbom bare", "scan that agrees"], Raised, both, ground);
    let ground = "system.txt attested 2026-05-01: CSUP-2: No";
    check(&["sbom", "form without a system"], Raised, both, ground);
}

#[test]
fn a_scan_that_does_not_count_leaves_the_sbom_in_doubt_and_says_why() {
    #[track_caller]
    fn check(names: &[&str], why: &str, ground: &str) {
        check_flag(25, names, &Told { verdict: Verdict::CannotTell, why, ground });
    }

    let ground =
        "claimed.xml attested 2026-10-01: 10.0.0.5 answers on tcp/22 with OpenSSH 8.2p1";
    check(&["version", SERVED, "scan by the supplier"], "only claimed", ground);
    check(&[SERVED, "scan of old"], "old.xml: it is of 2025-10-01, 421 days ago", "");
    check(&[SERVED, "scan before the SBOM"], "the SBOM is newer, of 2026-02-01", "");
    check(&[SERVED, "scan to come"], "which is to come", "");
    check(&[SERVED, "scan without a day"], "nobody can tell whether it is newer", "");
    check(
        &[SERVED, "scan of a network"],
        "2 hosts, and nobody says which is the device",
        "",
    );
    check(&[SERVED, "scan of something else"], "nothing that could be compared", "");
    check(&["sbom of another product", "scan that agrees"], "", "");
    let ground = "a/Pumpline.xml attested 2026-10-01: \
                  10.0.0.5 answers on tcp/22 with OpenSSH 8.2p1";
    check(&["version", SERVED, "scan that a name places"], "only its name", ground);
    let other = "sbom with a server, of another version";
    check(&["version", other, "scan that agrees"], "is of version 1.0", "");
    check(&["version", other, "scan that differs"], "is of version 1.0", "");
    check(&[SERVED, "scan that agrees"], "nobody says which version is offered", "");
    check(&["scan that agrees"], "no SBOM", "");
}

const CLEARED: [&str; 4] = ["networked", "cleared", "security.txt", "sbom"];

#[test]
fn updates_of_late_show_that_there_is_a_process_for_them() {
    #[track_caller]
    fn check(name: &str, ground: &str) {
        let told = Told { verdict: Verdict::Clear, why: "updates of late", ground };
        check_flag(45, &[&CLEARED[..], &[name]].concat(), &told);
    }

    check(
        "advisory of late",
        "ICSMA-10.json documented 2026-05-01: ICSMA-10: a fix is offered: Update to 2.2",
    );
    let released = ["version", "released", "sbom of an earlier version"];
    let ground =
        "dossier.toml documented 2026-01-01: version 2.1 was released on 2026-01-01";
    let told = Told { verdict: Verdict::Clear, why: "updates of late", ground };
    check_flag(45, &[&CLEARED[..], &released].concat(), &told);
}

#[test]
fn an_sbom_that_is_made_again_is_no_update() {
    #[track_caller]
    fn check(names: &[&str]) {
        let why = "not shown by what is at hand: the process for updates";
        let told = Told { verdict: Verdict::CannotTell, why, ground: "" };
        check_flag(45, &[&CLEARED[..], names].concat(), &told);
    }

    // Of two versions, either of which may have been released long ago.
    check(&["sbom of an earlier version"]);
    check(&["sbom of a later version"]);
    check(&["sbom of an earlier version", "sbom of a later version"]);
    // Of a version of which nobody says that it was released.
    check(&["version", "released", "sbom of a later version"]);
    // Of the same version, before and after its release.
    check(&["version", "released"]);
    check(&["version", "released", "sbom old"]);
    // Another version, of which no number is the later one or the day does not follow.
    check(&["released", "sbom of an earlier version"]);
    check(&["version", "released", "sbom of another version"]);
    check(&["version", "released long ago", "sbom of an earlier version"]);
}

#[test]
fn what_is_old_promised_or_claimed_shows_no_process_for_updates() {
    #[track_caller]
    fn check(names: &[&str], why: &str, ground: &str) {
        check_flag(45, names, &Told { verdict: Verdict::CannotTell, why, ground });
    }

    let open = "not shown by what is at hand: the process for updates";
    check(&CLEARED, open, "");
    for name in
        ["advisory", "advisory of late that promises", "perhaps its own", "sbom old"]
    {
        check(&[&CLEARED[..], &[name]].concat(), open, "");
    }
    let ground = "updates.txt attested 2026-05-01: CSUP-11.2: Yes";
    check(&[&CLEARED[..], &["form on updates"]].concat(), open, ground);
    // Each of the three parts is asked for.
    let of = |names: &[&'static str]| [&["networked", "cleared"], names].concat();
    let plan = "at hand: the plan for flaws";
    check(&of(&["sbom", "advisory of late"]), plan, "");
    check(&of(&["sbom", "advisory of late", "policy claimed"]), plan, "");
    check(&of(&["security.txt", "advisory of late"]), "at hand: the SBOM", "");
    let told = Told { verdict: Verdict::Raised, why: "not to be had", ground: "" };
    check_flag(45, &of(&["sbom", "advisory of late", "no policy"]), &told);
}
