//! What holds of all sixty-four controls, whatever is at hand.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails loudly"
)]

mod pieces;

use std::sync::LazyLock;

use evidence::{Class, Field, Kind, Nature, Pseudonyms, Record, Value};
use pieces::{cases, holdings, tailoring, today};
use posture::{
    Assessed, Exchange, Group, Held, Holdings, Member, Verdict, What, assess, catalog,
};
use proptest::prelude::*;

/// The evidence of every case.
static POOL: LazyLock<Vec<Held>> = LazyLock::new(|| {
    let all = cases();
    let held = all.iter().flat_map(|case| holdings(&case.documents).held);
    held.chain(of_house()).collect()
});

/// What a house may know of itself: accounts as they should be, as they should not, and both.
fn of_house() -> Vec<Held> {
    let names = Pseudonyms::new([7; 32]);
    let account = |mail: &str, mfa, entered: &str| {
        Record::new(Kind::HouseAccess, reading::Place::Document)
            .with(Field::On, Value::Day(today()))
            .with(Field::Holder, Value::Person(names.of(mail)))
            .with(Field::Mail, Value::Person(names.of(mail)))
            .with(Field::Enabled, Value::Yes)
            .with(Field::Privileged, Value::Yes)
            .with(Field::Mfa, mfa)
            .with(Field::LastSignIn, Value::Day(pieces::day(entered)))
    };
    let good = account("a@b", Value::Yes, "2026-11-20");
    let bad = account("c@b", Value::No, "2025-11-20");
    let sets = [vec![good.clone()], vec![bad.clone()], vec![good, bad]];
    let name = |at: usize| format!("house/accounts/{at}");
    let held = sets.into_iter().enumerate().map(|(at, records)| {
        Held::new(name(at), Some(Class::Observed), What::Records(records))
    });
    held.collect()
}

fn judged(holdings: &Holdings) -> Vec<Assessed> {
    assess(holdings, &[], &tailoring(), today())
}

fn of(held: Vec<Held>) -> Holdings {
    let mut holdings = Holdings::default();
    holdings.delivered.insert("p.pdf".to_owned());
    for held in held {
        holdings.add(held);
    }
    holdings
}

/// The same evidence, without one document or one record of it, each in turn.
fn less(holdings: &Holdings) -> Vec<Holdings> {
    let mut all = Vec::new();
    for at in 0..holdings.held.len() {
        let mut one = holdings.clone();
        one.held.remove(at);
        all.push(one);
        let What::Records(records) = &holdings.held[at].what else { continue };
        for row in 0..records.len() {
            let mut one = holdings.clone();
            let What::Records(records) = &mut one.held[at].what else { continue };
            records.remove(row);
            all.push(one);
        }
    }
    let mut without_proof = holdings.clone();
    without_proof.delivered.clear();
    all.push(without_proof);
    all
}

/// A case, as a test that fails tells it.
fn told(case: &pieces::Case) -> String {
    format!("{} {} ({})", case.line, case.control, case.verdict.word())
}

#[track_caller]
fn expect_law(holdings: &Holdings) {
    let before = judged(holdings);
    for less in less(holdings) {
        for (before, after) in before.iter().zip(judged(&less)) {
            let is_mended = before.ruling.verdict == Verdict::CannotTell
                && after.ruling.verdict == Verdict::Met;
            assert!(
                !is_mended,
                "{}: cannot tell ({}), and met ({}) with less",
                before.control.id(),
                before.ruling.why,
                after.ruling.why
            );
        }
    }
}

/// The same evidence without all that is at hand of a kind, and the kind.
fn without_kinds(holdings: &Holdings) -> Vec<(Kind, Holdings)> {
    let without = |kind: Kind| {
        let mut one = holdings.clone();
        let mut is_less = false;
        for held in &mut one.held {
            let What::Records(records) = &mut held.what else { continue };
            let before = records.len();
            records.retain(|record| record.kind != kind);
            is_less |= records.len() < before;
        }
        is_less.then_some((kind, one))
    };
    Kind::ALL.iter().copied().filter_map(without).collect()
}

/// Whether a kind tells of whom or of what a control is counted: a roster, a register of courses,
/// exports of systems. Kinds kept by hand name suppliers and products, of which each is judged,
/// and whoever names fewer has fewer to show.
fn is_counted(kind: Kind) -> bool {
    kind.nature() == Nature::Export || kind == Kind::Course
}

#[track_caller]
fn expect_kinds_to_count(holdings: &Holdings) {
    let before = judged(holdings);
    let counted = without_kinds(holdings).into_iter();
    for (kind, less) in counted.filter(|(kind, _)| is_counted(*kind)) {
        for (before, after) in before.iter().zip(judged(&less)) {
            let was = before.ruling.verdict;
            let is_mended = matches!(was, Verdict::PartlyMet | Verdict::CannotTell)
                && after.ruling.verdict == Verdict::Met;
            assert!(
                !is_mended,
                "{}: {} ({}), and met ({}) without any {}",
                before.control.id(),
                was.words(),
                before.ruling.why,
                after.ruling.why,
                kind.word()
            );
        }
    }
}

#[test]
fn taking_a_kind_away_never_turns_anything_into_met_in_any_case() {
    for case in cases() {
        expect_kinds_to_count(&holdings(&case.documents));
    }
}

#[test]
fn taking_a_piece_away_never_turns_cannot_tell_into_met_in_any_case() {
    for case in cases() {
        expect_law(&holdings(&case.documents));
    }
}

#[test]
fn what_one_house_knows_of_itself_alone_is_never_met() {
    for held in of_house() {
        let holdings = of(vec![held.clone()]);
        let all = judged(&holdings);
        assert!(all.iter().all(|one| one.ruling.verdict != Verdict::Met), "{held:?}");
        let told = all.iter().filter(|one| one.ruling.verdict != Verdict::CannotTell);
        let told: Vec<&str> = told.map(|one| one.control.id()).collect();
        assert_eq!(told, ["A-09", "A-13"], "{held:?}");
        expect_law(&holdings);
    }
    for case in cases().iter().filter(|case| case.verdict == Verdict::CannotTell) {
        for held in of_house() {
            let mut more = holdings(&case.documents);
            more.add(held);
            let control = catalog().control(&case.control).unwrap();
            let all = judged(&more);
            let found = all.iter().find(|one| one.control == control).unwrap();
            assert_ne!(found.ruling.verdict, Verdict::Met, "{}", told(case));
        }
    }
}

#[test]
fn whoever_holds_an_office_by_a_blocked_account_holds_it_in_part() {
    let names = Pseudonyms::new([7; 32]);
    let register = "evidence = 1\ndesignation = { role = \"security officer\", holder = \"a@b\", \
                    from = 2025-01-01, accepted = 2025-01-02, proof = \"p.pdf\" }\n";
    let documents = [("r.toml".to_owned(), register.to_owned())];
    let officer = |enabled: Value| {
        let account = Record::new(Kind::HouseAccess, reading::Place::Document)
            .with(Field::On, Value::Day(today()))
            .with(Field::Holder, Value::Person(names.of("account 7")))
            .with(Field::Mail, Value::Person(names.of("a@b")))
            .with(Field::Enabled, enabled);
        let mut holdings = holdings(&documents);
        let what = What::Records(vec![account]);
        holdings.add(Held::new("house/accounts".into(), Some(Class::Observed), what));
        let all = judged(&holdings);
        all.into_iter().find(|one| one.control.id() == "A-01").unwrap().ruling
    };
    assert_eq!(officer(Value::Yes).verdict, Verdict::Met);
    let blocked = officer(Value::No);
    assert_eq!(blocked.verdict, Verdict::PartlyMet);
    assert!(blocked.why.contains("is blocked"), "{}", blocked.why);
}

#[test]
fn what_is_only_claimed_is_never_met() {
    for case in cases() {
        let mut claimed = holdings(&case.documents);
        claimed.held.retain(|held| match &held.what {
            What::Records(records) => {
                records.iter().all(|record| record.kind.nature() == Nature::Kept)
            }
            What::Firewall(_) | What::Scan(_) => false,
        });
        claimed.delivered.clear();
        for one in judged(&claimed) {
            let ruling = &one.ruling;
            assert_ne!(
                ruling.verdict,
                Verdict::Met,
                "{}: {}: {}",
                told(&case),
                one.control.id(),
                ruling.why
            );
        }
    }
}

#[test]
fn a_signed_statement_is_partly_met_at_most_and_better_evidence_counts_instead() {
    for control in catalog().controls() {
        let place = reading::Place::Document;
        let record = Record::new(Kind::Attestation, place)
            .with(Field::Control, Value::Text(control.id().to_lowercase()))
            .with(Field::Statement, Value::Text("it is so".to_owned()))
            .with(Field::Signer, Value::Person(Pseudonyms::new([1; 32]).of("somebody")))
            .with(Field::On, Value::Day(pieces::day("2026-11-01")));
        let held = Held::new("a".into(), None, What::Records(vec![record]));
        let holdings = of(vec![held]);
        for one in judged(&holdings) {
            let expected = match one.control == control {
                true => Verdict::PartlyMet,
                false => Verdict::CannotTell,
            };
            assert_eq!(one.ruling.verdict, expected, "{}", one.control.id());
        }
    }
}

#[test]
fn no_name_of_a_person_is_in_any_answer() {
    let register = "evidence = 1\ndesignation = { role = \"security officer\", holder = \"Grace Hopper\", \
                    from = 2025-01-01, accepted = 2025-01-02, proof = \"p.pdf\", signer = \"Ada Lovelace\" }\n";
    let roster = "Employee ID,Role,Email,Start Date\n77123,Chief of Everything,grace@example.org,2026-11-01\n";
    let done = "Email,Course,Completion Date\ngrace@example.org,Hygiene,2020-11-02\nada@example.org,Hygiene,2026-11-02\n";
    let documents = [("r.toml", register), ("p.csv", roster), ("d.csv", done)];
    let documents: Vec<(String, String)> = documents
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    let all = format!("{:?}", judged(&holdings(&documents)));
    for name in
        ["Grace", "grace@", "Ada", "77123", "Chief of Everything", "chief of everything"]
    {
        assert!(!all.contains(name), "{name}: {all}");
    }
}

fn some_evidence() -> impl Strategy<Value = Vec<Held>> {
    prop::collection::vec(0..POOL.len(), 0..8)
        .prop_map(|picked| picked.into_iter().map(|at| POOL[at].clone()).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn taking_a_piece_away_never_turns_cannot_tell_into_met(held in some_evidence()) {
        expect_law(&of(held));
    }

    #[test]
    fn taking_a_kind_away_never_turns_anything_into_met(held in some_evidence()) {
        expect_kinds_to_count(&of(held));
    }

    #[test]
    fn the_same_evidence_gives_the_same_verdicts_in_whatever_order(held in some_evidence()) {
        let verdicts = |holdings: &Holdings| -> Vec<Verdict> {
            judged(holdings).iter().map(|one| one.ruling.verdict).collect()
        };
        let mut turned = held.clone();
        turned.reverse();
        prop_assert_eq!(verdicts(&of(held)), verdicts(&of(turned)));
    }

    #[test]
    fn one_piece_more_judges_as_if_everything_were_judged_anew(
        first in some_evidence(),
        more in prop::collection::vec((0..3_usize, 0..POOL.len()), 1..6),
    ) {
        let member = |parent, held| Member { parent, tailoring: tailoring(), holdings: of(held) };
        let members =
            vec![member(None, first.clone()), member(Some(0), first), member(Some(1), Vec::new())];
        let mut group = Group::of(members, today());
        for (at, piece) in more {
            group.add(at, POOL[piece].clone());
        }
        let whole = Group::of(group.members().to_vec(), today());
        for at in 0..3 {
            for (kept, anew) in group.assessed(at).iter().zip(whole.assessed(at)) {
                prop_assert_eq!(kept, anew);
            }
        }
        prop_assert_eq!(group.rolled(), whole.rolled());
    }

    #[test]
    fn documents_exchanged_judge_as_if_everything_were_judged_anew(
        first in some_evidence(),
        second in some_evidence(),
        own in prop::collection::vec(any::<bool>(), 8),
        at in 0..3_usize,
        with_proof in any::<bool>(),
    ) {
        let reaching = |held: Vec<Held>| -> Vec<Held> {
            let pairs = held.into_iter().zip(&own);
            pairs.map(|(held, own)| if *own { held.own() } else { held }).collect()
        };
        let (first, second) = (reaching(first), reaching(second));
        let member = |parent| Member {
            parent,
            tailoring: tailoring(),
            holdings: of(first.clone()),
        };
        let members = vec![member(None), member(Some(0)), member(Some(1))];
        let mut group = Group::of(members, today());
        let gone = first.iter().step_by(2).map(|held| held.file.clone()).collect();
        let proof = with_proof.then(|| "p.pdf".to_owned());
        let delivered = second.iter().map(|held| held.file.clone()).chain(proof).collect();
        group.exchange(at, Exchange { gone, come: second, delivered });
        let whole = Group::of(group.members().to_vec(), today());
        for at in 0..3 {
            for (kept, anew) in group.assessed(at).iter().zip(whole.assessed(at)) {
                prop_assert_eq!(kept, anew);
            }
        }
        prop_assert_eq!(group.rolled(), whole.rolled());
    }
}

#[test]
fn what_is_an_organisations_own_counts_for_nobody_below() {
    let register = "evidence = 1\ndesignation = { role = \"security officer\", holder = \"1\", \
                    from = 2025-01-01, accepted = 2025-01-02, proof = \"p.pdf\" }\n";
    let documents = [("r.toml".to_owned(), register.to_owned())];
    let officer = catalog().control("A-01").unwrap();
    let verdicts = |above: Holdings| -> Vec<Verdict> {
        let member =
            |parent, holdings| Member { parent, tailoring: tailoring(), holdings };
        let members = vec![member(None, above), member(Some(0), of(Vec::new()))];
        let group = Group::of(members, today());
        let of =
            |at| group.assessed(at).iter().find(|one| one.control == officer).unwrap();
        [0, 1].map(|at| of(at).ruling.verdict).to_vec()
    };
    let mut above = holdings(&documents);
    assert_eq!(verdicts(above.clone()), [Verdict::Met, Verdict::Met]);
    above.held = above.held.into_iter().map(Held::own).collect();
    assert_eq!(verdicts(above), [Verdict::Met, Verdict::CannotTell]);
}
