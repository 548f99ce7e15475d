//! Evidence from its arrival to the verdicts: what is read and what is not, that nothing counts
//! before somebody has looked at it, whose it is, and every control by cases from delivered
//! files through the store.

mod new_day;
mod oscal;
mod own_accounts;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use ::evidence::Kind as EvidenceKind;
use ::posture::{Verdict, catalog};
use operations::evidence::{
    Answers, Arrived, Entered, EvidenceError, Stands, arrive, bytes, enter,
    may_be_entered, see, take, throw_away, withdraw,
};
use operations::organisation::make_below;
use operations::posture::{judged, overview, past};
use operations::{Actor, Permission};
use store::{Audience, Kind, NewOrganisation, Parcel, Role};

use crate::databases::{Fresh, on_both};
use crate::house::{House, deliver};

const ROSTER: &str =
    "Employee ID,Role,Start Date\n1,Nurse,2026-11-01\n2,Nurse,2026-11-01\n";
const DONE: &str = "Employee ID,Course,Completion Date,Status\n\
                    1,Hygiene,2026-11-02,Completed\n2,Hygiene,2026-11-03,Completed\n";

/// The day of which all of this is.
fn now() -> jiff::Timestamp {
    "2026-11-26T12:00:00Z".parse().unwrap()
}

impl House {
    async fn on_that_day(fresh: Fresh) -> Self {
        Self::at(fresh, now).await
    }

    async fn arrives(
        &self,
        place: i64,
        name: &str,
        text: &str,
    ) -> Result<Arrived, EvidenceError> {
        let parcel = Parcel::of(text.as_bytes()).unwrap();
        arrive(&self.app, &self.ada, place, name, parcel).await
    }

    async fn takes(&self, place: i64, name: &str, text: &str) -> i64 {
        let id = self.arrives(place, name, text).await.unwrap().id();
        take(&self.app, &self.ada, id, &Answers::default()).await.unwrap();
        id
    }

    async fn enters_evidence(
        &self,
        place: i64,
        kind: EvidenceKind,
        pairs: &[(&str, &str)],
        proof: &str,
    ) -> Result<i64, EvidenceError> {
        let fields: BTreeMap<String, String> =
            pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let parcel = Parcel::of(b"a proof").unwrap();
        let entered = Entered {
            organisation: place,
            kind,
            fields: &fields,
            source: "",
            audience: Audience::Owner,
            file: (!proof.is_empty()).then_some((proof, &parcel)),
        };
        enter(&self.app, &self.ada, entered).await
    }

    async fn another(&self, name: &str) -> i64 {
        let new = NewOrganisation { kind: Kind::Site, name };
        make_below(&self.app, &self.ada, self.ada.head, new).await.unwrap().id
    }

    /// The verdict on a control, and why.
    async fn stands(&self, place: i64, control: &str) -> (Verdict, String) {
        let all = judged(&self.app, &self.ada, Some(place)).await.unwrap().assessed;
        let found = all.iter().find(|one| one.control.id() == control).unwrap();
        (found.ruling.verdict, found.ruling.why.clone())
    }
}

/// One case of the table: a control, what is expected, the files.
struct Case {
    line: String,
    control: String,
    verdict: Verdict,
    files: Vec<(String, String)>,
}

/// The cases of `core/posture`, as files that are delivered.
fn cases() -> Vec<Case> {
    let tables = [
        ("a", include_str!("../../../../core/posture/tests/cases/a.txt")),
        ("b", include_str!("../../../../core/posture/tests/cases/b.txt")),
        ("c", include_str!("../../../../core/posture/tests/cases/c.txt")),
        ("d", include_str!("../../../../core/posture/tests/cases/d.txt")),
    ];
    let mut cases: Vec<Case> = Vec::new();
    for (table, text) in tables {
        let mut control = String::new();
        for (number, line) in text.lines().enumerate() {
            if let Some(id) = line.strip_prefix("## ") {
                control = id.trim().to_owned();
            } else if let Some(word) = line.strip_prefix("> ") {
                let mut verdicts = Verdict::ALL.into_iter();
                cases.push(Case {
                    line: format!("{table}.txt:{}", number + 1),
                    control: control.clone(),
                    verdict: verdicts.find(|it| it.word() == word.trim()).unwrap(),
                    files: Vec::new(),
                });
            } else if let Some(case) = cases.last_mut() {
                if let Some(name) = line.strip_prefix("@ ") {
                    case.files.push((name.trim().to_owned(), String::new()));
                    continue;
                }
                if case.files.is_empty() {
                    case.files.push(("register.toml".into(), "evidence = 1\n".into()));
                }
                let (_, text) = case.files.last_mut().unwrap();
                writeln!(text, "{line}").unwrap();
            }
        }
    }
    cases
}

/// Whether a file is an inventory, which the house takes in by itself, with days of its own.
fn is_inventory(text: &str) -> bool {
    ::evidence::format(text.as_bytes()).is_none()
}

/// What is left out of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Less {
    /// Nothing.
    Whole,
    /// A file.
    File(usize),
    /// An entry of a register.
    Entry(usize, usize),
    /// The document that registers name as their proof.
    Proof,
}

/// Whether a line of a register is an entry of its own.
fn is_entry(line: &str) -> bool {
    line.contains(" = {") || line.contains(" = [{")
}

impl Case {
    /// Everything of it that can be left out, one by one.
    fn less(&self) -> Vec<Less> {
        let mut all = Vec::new();
        for (at, (_, text)) in self.files.iter().enumerate() {
            all.push(Less::File(at));
            let entries = text.lines().filter(|line| is_entry(line)).count();
            all.extend((0..entries).map(|entry| Less::Entry(at, entry)));
        }
        if self.files.iter().any(|(_, text)| text.contains("\"p.pdf\"")) {
            all.push(Less::Proof);
        }
        all
    }

    /// What is left of a file; nothing where it is left out, or nothing is in it any more.
    fn left(&self, at: usize, less: Less) -> Option<String> {
        let (_, text) = &self.files[at];
        match less {
            Less::File(out) if out == at => None,
            Less::Entry(file, entry) if file == at => {
                let entries = text.lines().enumerate().filter(|(_, line)| is_entry(line));
                let (out, _) = entries.clone().nth(entry).unwrap();
                let rest = text.lines().enumerate().filter(|(number, _)| *number != out);
                let left: String = rest.map(|(_, line)| format!("{line}\n")).collect();
                (left.trim() != "evidence = 1").then_some(left)
            }
            _ => Some(text.clone()),
        }
    }
}

/// Brings what is left of a case into an organisation of its own.
async fn bring(house: &House, case: &Case, less: Less) -> i64 {
    let name = format!("{} {less:?}", case.line);
    let place = house.another(&name).await;
    if less != Less::Proof {
        house.takes(place, "p.pdf", &format!("the proof of {name}")).await;
    }
    for (at, (file, _)) in case.files.iter().enumerate() {
        if let Some(text) = case.left(at, less) {
            house.takes(place, file, &text).await;
        }
    }
    place
}

on_both!(
    every_control_is_told_by_files_that_are_delivered_and_less_never_mends,
    async |fresh: Fresh| {
        let house = House::on_that_day(fresh).await;
        let mut asked = Vec::new();
        let cases = cases();
        let told = cases
            .iter()
            .filter(|case| !case.files.iter().any(|(_, text)| is_inventory(text)));
        for case in told {
            asked.push((bring(&house, case, Less::Whole).await, case, Less::Whole));
            let less = case.less().into_iter().filter(|less| match case.verdict {
                Verdict::CannotTell => true,
                _ => *less == Less::Proof,
            });
            for less in less {
                asked.push((bring(&house, case, less).await, case, less));
            }
        }
        let mut wrong = Vec::new();
        let mut seen: BTreeMap<&str, BTreeSet<Verdict>> = BTreeMap::new();
        for (place, case, less) in &asked {
            let (found, why) = house.stands(*place, &case.control).await;
            // Without its proof an entry is a claim: what stands by it is not met any more.
            let is_right = match less {
                Less::Whole => found == case.verdict,
                _ => found != Verdict::Met,
            };
            if *less == Less::Whole {
                seen.entry(&case.control).or_default().insert(found);
            }
            if !is_right {
                wrong.push(format!(
                    "{} {} without {less:?}: {} and not {}: {why}",
                    case.line,
                    case.control,
                    found.word(),
                    case.verdict.word()
                ));
            }
        }
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
        for control in catalog().controls() {
            // Which devices are known is told by an inventory; see below.
            if control.id() == "A-11" {
                continue;
            }
            let verdicts = seen.get(control.id()).unwrap();
            let wanted =
                [Verdict::Met, Verdict::PartlyMet, Verdict::NotMet, Verdict::CannotTell];
            let is_told = wanted.iter().all(|verdict| verdicts.contains(verdict));
            assert!(is_told, "{}: {verdicts:?}", control.id());
        }
    }
);

on_both!(nothing_counts_before_somebody_has_looked_at_it, async |fresh: Fresh| {
    let house = House::on_that_day(fresh).await;
    let (app, ada, top) = (&house.app, &house.ada, house.ada.head);
    house.takes(top, "courses.toml", "evidence = 1\n[[course]]\ncourse = \"Hygiene\"\nroles = \"nurse\"\nproof = \"p.pdf\"\n").await;
    house.takes(top, "p.pdf", "which course is for whom").await;
    house.takes(top, "roster.csv", ROSTER).await;
    let id = match house.arrives(top, "done.csv", DONE).await.unwrap() {
        Arrived::Waits(id) => id,
        Arrived::Known(_) => panic!("it is new"),
    };
    assert_eq!(house.stands(top, "A-02").await.0, Verdict::CannotTell);
    let seen = see(app, ada, id).await.unwrap();
    assert_eq!(seen.stands, Stands::Waiting);
    assert_eq!(seen.preview.counts[0].count, 2);
    assert!(seen.preview.complaints.is_empty(), "{:?}", seen.preview.complaints);
    let change = seen.changes.iter().find(|one| one.control.id() == "A-02").unwrap();
    assert_eq!((change.before, change.after), (Verdict::CannotTell, Verdict::Met));
    assert_eq!(house.stands(top, "A-02").await.0, Verdict::CannotTell, "a look only");

    let again = house.arrives(top, "other name.csv", DONE).await.unwrap();
    assert_eq!(again, Arrived::Known(id), "delivered twice, kept once");
    take(app, ada, id, &Answers::default()).await.unwrap();
    assert_eq!(house.stands(top, "A-02").await.0, Verdict::Met);
    assert_eq!(house.arrives(top, "done.csv", DONE).await.unwrap(), Arrived::Known(id));
    assert!(take(app, ada, id, &Answers::default()).await.is_err(), "taken in once");
    assert!(throw_away(app, ada, id).await.is_err(), "what counts is withdrawn");

    // A newer export takes its place.
    let newer = DONE.replace("2026-11-03,Completed", "2026-11-03,In progress");
    let newer = house.arrives(top, "done.csv", &newer).await.unwrap().id();
    let alike: Vec<i64> =
        see(app, ada, newer).await.unwrap().alike.iter().map(|one| one.id).collect();
    assert_eq!(alike, [id]);
    let answers = Answers { replaces: Some(id), ..Answers::default() };
    take(app, ada, newer, &answers).await.unwrap();
    assert_ne!(house.stands(top, "A-02").await.0, Verdict::Met);
    let old = see(app, ada, id).await.unwrap().piece;
    assert_eq!((old.replaced_by, old.withdrawn.is_some()), (Some(newer), true));
    let answers = Answers { replaces: Some(id), ..Answers::default() };
    let third = house.arrives(
        top,
        "x.csv",
        "Employee ID,Course,Completion Date\n9,a,2026-01-01\n",
    );
    let third = third.await.unwrap().id();
    let wrong = take(app, ada, third, &answers).await;
    assert!(matches!(wrong, Err(EvidenceError::Wrong("replaces", _))), "{wrong:?}");
    throw_away(app, ada, third).await.unwrap();
    assert!(see(app, ada, third).await.is_err());

    assert!(matches!(
        withdraw(app, ada, newer, " ").await,
        Err(EvidenceError::Missing("reason"))
    ));
    withdraw(app, ada, newer, "of another house").await.unwrap();
    assert_eq!(house.stands(top, "A-02").await.0, Verdict::CannotTell);
    assert_eq!(see(app, ada, newer).await.unwrap().piece.reason, "of another house");
    assert!(withdraw(app, ada, newer, "again").await.is_err());

    // What changed was noted by the jobs.
    house.work().await;
    house.takes(top, "again.csv", DONE).await;
    house.work().await;
    let (turned, days) = past(app, ada, top).await.unwrap();
    let turned: Vec<(&str, &str)> = turned
        .iter()
        .filter(|one| one.control == "A-02")
        .map(|one| (one.before.as_str(), one.after.as_str()))
        .collect();
    assert_eq!(turned, [("cannot_tell", "met")]);
    let (day, counts) =
        (&days[0].day, days[0].met + days[0].cannot_tell + days[0].not_met);
    assert_eq!((days.len(), day.as_str()), (1, "2026-11-26"));
    assert_eq!(counts + days[0].partly_met + days[0].not_applicable, 64);
    house.work().await;
    assert_eq!(past(app, ada, top).await.unwrap().1, days, "nothing changed since");
});

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_kept_is_refused_with_its_place_and_nothing_is_kept() {
    let house = House::on_that_day(Fresh::sqlite().await).await;
    let (app, ada, top) = (&house.app, &house.ada, house.ada.head);
    for (name, text, told) in [
        (
            "bom.json",
            r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}"#,
            "under Products",
        ),
        (
            "devices.csv",
            "asset_tag,manufacturer,model,serial\n1,Acme,Pump,2\n",
            "under Imports",
        ),
        (
            "security.txt",
            "Contact: mailto:a@b.example\nExpires: 2030-01-01T00:00:00Z\n",
            "under Suppliers",
        ),
        (
            "plan.json",
            r#"{"campaigns":[],"groups":[{"targets":[]}]}"#,
            "it holds no result",
        ),
        ("broken.toml", "evidence = 1\n[[policy]\n", "line"),
        ("wrong.toml", "evidence = 1\n[[policy]]\nnam = \"x\"\n", "line 3"),
    ] {
        let refused = house.arrives(top, name, text).await.unwrap_err().to_string();
        assert!(refused.contains(told), "{name}: {refused}");
    }
    let nowhere = house.arrives(999_999, "x.csv", ROSTER).await;
    assert!(matches!(nowhere, Err(EvidenceError::NotAllowed)));

    // A row that is half read says which cell is wrong.
    let half = "Employee ID,Role,Start Date\n1,Nurse,soon\n2,Nurse,2026-11-01\n";
    let id = house.arrives(top, "half.csv", half).await.unwrap().id();
    let seen = see(app, ada, id).await.unwrap();
    assert_eq!(seen.preview.counts[0].count, 2);
    assert_eq!(seen.preview.complaints.len(), 1);
    let place = &seen.preview.complaints[0].place;
    assert!(place.contains("row 2") && place.contains("Start Date"), "{place}");
    assert_eq!(seen.piece.complaints, 1);
    let day = |from: &str, until: &str| Answers {
        valid_from: from.to_owned(),
        valid_until: until.to_owned(),
        ..Answers::default()
    };
    for (answers, field) in [
        (day("soon", ""), "valid_from"),
        (day("2026-11-27", ""), "valid_from"),
        (day("2026-11-01", "2026-10-01"), "valid_until"),
    ] {
        let wrong = take(app, ada, id, &answers).await;
        assert!(
            matches!(wrong, Err(EvidenceError::Wrong(it, _)) if it == field),
            "{field}"
        );
    }
    let turned = [("isao", "H"), ("from", "2027-03-01"), ("until", "2027-02-28")];
    let wrong =
        house.enters_evidence(ada.head, EvidenceKind::Membership, &turned, "p.pdf").await;
    assert!(matches!(wrong, Err(EvidenceError::Wrong("until", _))), "{wrong:?}");
    let long = Answers { source: "x".repeat(201), ..Answers::default() };
    assert!(matches!(
        take(app, ada, id, &long).await,
        Err(EvidenceError::Long("source"))
    ));

    // What has ended tells nothing any more, and what nobody dated is as old as its newest row.
    take(app, ada, id, &day("2026-11-01", "2026-11-25")).await.unwrap();
    let seen = see(app, ada, id).await.unwrap();
    assert_eq!(seen.stands, Stands::Expired);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_without_its_proof_is_a_claim_and_with_it_a_record() {
    let house = House::on_that_day(Fresh::sqlite().await).await;
    let (app, ada, top) = (&house.app, &house.ada, house.ada.head);
    let report = [("method", "NIST CSF"), ("on", "2026-03-01"), ("scope", "all")];
    let claim = house.enters_evidence(top, EvidenceKind::Assessment, &report, "").await;
    let claim = claim.unwrap();
    assert_eq!(house.stands(top, "A-10").await.0, Verdict::PartlyMet);
    assert_eq!(see(app, ada, claim).await.unwrap().piece.class, "attested");
    withdraw(app, ada, claim, "put right").await.unwrap();
    assert_eq!(house.stands(top, "A-10").await.0, Verdict::CannotTell);
    let proven =
        house.enters_evidence(top, EvidenceKind::Assessment, &report, "report.pdf").await;
    let proven = proven.unwrap();
    assert_eq!(house.stands(top, "A-10").await.0, Verdict::Met);
    let (piece, file) = bytes(app, ada, proven).await.unwrap();
    assert_eq!((piece.words.file.as_str(), &file[..]), ("report.pdf", &b"a proof"[..]));

    let wrong = [("method", "NIST CSF"), ("on", "yesterday"), ("scope", "all")];
    for (pairs, field) in [(&wrong[..], "on"), (&report[..1], "on")] {
        let refused =
            house.enters_evidence(top, EvidenceKind::Assessment, pairs, "").await;
        let told = refused.unwrap_err().to_string();
        assert!(told.contains(field), "{told}");
    }
    for kind in EvidenceKind::ALL.iter().filter(|kind| !may_be_entered(**kind)) {
        let refused = house.enters_evidence(top, *kind, &report, "").await;
        assert!(refused.is_err(), "{kind:?}");
    }
    // That somebody looked and found nothing is evidence too.
    let nothing = [("what", "exercise"), ("on", "2026-11-01")];
    house.enters_evidence(top, EvidenceKind::Absence, &nothing, "a.pdf").await.unwrap();
    assert_eq!(house.stands(top, "A-16").await.0, Verdict::NotMet);
    let nonsense = [("what", "unicorn"), ("on", "2026-11-01")];
    assert!(
        house.enters_evidence(top, EvidenceKind::Absence, &nonsense, "").await.is_err()
    );
}

on_both!(
    nobody_sees_what_is_not_theirs_and_no_name_lies_in_the_clear,
    async |fresh: Fresh| {
        let house = House::on_that_day(fresh).await;
        let (app, ada, top) = (&house.app, &house.ada, house.ada.head);
        let (north, south) = (house.another("North").await, house.another("South").await);
        let roster = "Employee ID,Role,Email,Start Date\n\
                  77123,Chief of Everything,grace.hopper@x.example,2026-11-01\n";
        let own = house.takes(north, "Grace Hopper's roster.csv", roster).await;
        let of_north = house.guarded(Role::Security, north).await;
        let of_south = house.guarded(Role::Administrator, south).await;
        let auditor = house.guarded(Role::Auditor, north).await;
        let biomed = house.guarded(Role::Biomed, north).await;
        assert!(see(app, &of_north, own).await.is_ok());
        assert!(see(app, &auditor, own).await.is_ok());
        for stranger in [&of_south, &biomed] {
            assert!(see(app, stranger, own).await.is_err());
            assert!(withdraw(app, stranger, own, "mine").await.is_err());
            assert!(bytes(app, stranger, own).await.is_err());
            assert!(judged(app, stranger, Some(north)).await.is_err());
            let parcel = Parcel::of(b"signed").unwrap();
            let refused = arrive(app, stranger, north, "x.pdf", parcel).await;
            assert!(matches!(refused, Err(EvidenceError::NotAllowed)));
        }
        // An auditor looks on: neither changes anything nor takes names away.
        assert!(withdraw(app, &auditor, own, "no").await.is_err());
        assert!(bytes(app, &auditor, own).await.is_err());
        let seen = overview(app, &of_south).await.unwrap().standings;
        assert_eq!(
            seen.iter().map(|one| one.organisation.id).collect::<Vec<_>>(),
            [south]
        );
        assert_eq!(overview(app, ada).await.unwrap().standings.len(), 3);
        assert!(!of_south.scope(Permission::ViewEvidence).roots().is_empty());

        // What one above keeps counts below where it says so, and is seen there then.
        let policy = "evidence = 1\n[[membership]]\nisao = \"Health-ISAC\"\nuntil = 2027-01-01\nproof = \"p.pdf\"\n";
        let id = house.arrives(top, "memberships.toml", policy).await.unwrap().id();
        take(app, ada, id, &Answers::default()).await.unwrap();
        let before = house.stands(north, "D-01").await;
        assert_eq!(before.0, Verdict::CannotTell);
        assert!(see(app, &of_north, id).await.is_err());
        withdraw(app, ada, id, "to be shared").await.unwrap();
        let id = house.arrives(top, "memberships.toml", policy).await.unwrap().id();
        let shared = Answers { audience: Audience::Below, ..Answers::default() };
        take(app, ada, id, &shared).await.unwrap();
        assert_eq!(house.stands(north, "D-01").await.0, Verdict::PartlyMet);
        let seen = see(app, &of_north, id).await.unwrap();
        assert!(!seen.is_kept_by_actor && seen.preview.counts.is_empty());
        assert!(withdraw(app, &of_north, id, "not mine").await.is_err());
        assert!(bytes(app, &of_north, id).await.is_err());

        // Whoever looks into a copy of the house finds no name; nor does any answer hold one.
        let mut copy = Vec::new();
        app.store.back_up(now(), &|_| Vec::new(), &mut copy, &mut |_| {}).await.unwrap();
        let copy = String::from_utf8_lossy(&copy).into_owned();
        let answers =
            format!("{:?}", judged(app, ada, Some(north)).await.unwrap().assessed);
        for name in ["Grace", "Hopper", "grace.hopper", "77123", "Chief of Everything"] {
            assert!(!copy.contains(name), "{name} lies in the clear");
            let shown = answers.replace("Grace Hopper's roster.csv", "");
            assert!(!shown.contains(name), "{name} in {shown}");
        }
    }
);

impl House {
    async fn guarded(&self, role: Role, place: i64) -> Actor {
        let address = format!("{}-{place}@x.example", role.word());
        let invitation = operations::people::Invitation {
            name: role.word(),
            address: &address,
            zone: "UTC",
            role,
            organisation: place,
        };
        let link =
            operations::people::invite(&self.app, &self.ada, invitation).await.unwrap();
        let password = "a long sentence will do";
        let new =
            operations::people::set_password(&self.app, &link, password).await.unwrap();
        let now = (self.app.now)();
        let session = self.app.store.session(&new.secret, now).await.unwrap().unwrap();
        Actor::of_session(&self.app, session).await.unwrap()
    }
}

on_both!(what_the_house_knows_is_used_without_being_asked_for, async |fresh: Fresh| {
    let house = House::on_that_day(fresh).await;
    let (app, ada, top) = (&house.app, &house.ada, house.ada.head);
    let north = house.another("North").await;
    assert_eq!(house.stands(north, "B-10").await.0, Verdict::CannotTell);
    let devices = "asset_tag,manufacturer,model,version,mac,ip\n\
                   1,Acme,Pump 9,2.1,00:11:22:33:44:55,10.0.0.7\n";
    deliver((app, ada), north, "assets", devices).await;
    house.work().await;
    let (verdict, why) = house.stands(north, "B-10").await;
    assert_eq!(verdict, Verdict::CannotTell);
    assert!(why.contains("Pump 9"), "the product is known: {why}");
    assert!(!house.stands(top, "B-10").await.1.contains("Pump 9"), "and it is North's");

    // A scan of the network is compared with the inventory of the same place.
    assert_eq!(house.stands(north, "A-11").await.0, Verdict::CannotTell);
    // The inventory is not asked for: what is missing is who is on the network.
    let (verdict, why) = house.stands(north, "A-11").await;
    assert_eq!(verdict, Verdict::CannotTell);
    assert!(why.contains("the inventory holds 1 connected device"), "{why}");
    let scan = |address: &str| {
        format!(
            "<?xml version=\"1.0\"?>\n<!DOCTYPE nmaprun>\n<nmaprun scanner=\"nmap\" \
             start=\"1795608000\"><host><status state=\"up\"/>\
             <address addr=\"{address}\" addrtype=\"ipv4\"/></host></nmaprun>\n"
        )
    };
    let known = house.takes(north, "scan.xml", &scan("10.0.0.7")).await;
    let (verdict, why) = house.stands(north, "A-11").await;
    assert_eq!(verdict, Verdict::Met, "{why}");
    withdraw(app, ada, known, "of another net").await.unwrap();
    house.takes(north, "other.xml", &scan("10.0.0.99")).await;
    let (verdict, why) = house.stands(north, "A-11").await;
    assert_eq!(verdict, Verdict::NotMet, "{why}");
});
