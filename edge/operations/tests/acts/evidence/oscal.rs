//! Documents of OSCAL as evidence: what an assessor found is a claim, a profile is looked at before
//! it holds, what a plan accepts is asked for here; and nothing of any of it is half written.

use ::oscal::export::{self, Subject};
use ::posture::{Assessed, Exception, Tailoring, Verdict, catalog};
use operations::Permission;
use operations::evidence::{Answers, EvidenceError, Stands, bytes, see, take, withdraw};
use operations::posture::{approve_exception, exceptions, judged};
use store::Role;

use super::House;
use crate::databases::{Fresh, on_both};

fn subject() -> Subject<'static> {
    let day = terms::date::day("2026-11-20").unwrap();
    Subject { name: "Assessors Ltd", key: "elsewhere", day }
}

/// What somebody else found: A-10 is so, A-16 is not, and of everything else nobody could tell.
async fn found(house: &House, place: i64) -> Vec<Assessed> {
    let mut all = judged(&house.app, &house.ada, Some(place)).await.unwrap().assessed;
    for one in &mut all {
        one.ruling.verdict = match one.control.id() {
            "A-10" => Verdict::Met,
            "A-16" => Verdict::NotMet,
            _ => Verdict::CannotTell,
        };
    }
    all
}

on_both!(what_an_assessor_found_is_a_claim_of_theirs, async |fresh: Fresh| {
    let house = House::on_that_day(fresh).await;
    let (app, ada) = (&house.app, &house.ada);
    let (north, south) = (house.another("North").await, house.another("South").await);
    let text = export::results(&subject(), &found(&house, north).await).write();
    let id = house.arrives(north, "results.json", &text).await.unwrap().id();
    let seen = see(app, ada, id).await.unwrap();
    assert_eq!((seen.stands, seen.piece.class.as_str()), (Stands::Waiting, "attested"));
    let counts = &seen.preview.counts;
    assert_eq!((counts.len(), counts[0].kind, counts[0].count), (1, "attestation", 1));
    let left = |id: &str| {
        let left = seen.preview.complaints.iter();
        left.filter(|one| one.message.starts_with(id)).collect::<Vec<_>>()
    };
    assert_eq!(left("A-16").len(), 1);
    assert!(left("A-16")[0].message.contains("not met"), "{:?}", left("A-16"));
    let place = &left("A-16")[0].place;
    assert!(place.starts_with("/assessment-results/results/0/findings/"), "{place}");
    let changed: Vec<_> =
        seen.changes.iter().map(|one| (one.control.id(), one.after)).collect();
    assert_eq!(changed, [("A-10", Verdict::PartlyMet)]);
    assert_eq!(house.stands(north, "A-10").await.0, Verdict::CannotTell, "a look only");

    let answers = Answers { label: "RED".to_owned(), ..Answers::default() };
    take(app, ada, id, &answers).await.unwrap();
    let (verdict, why) = house.stands(north, "A-10").await;
    assert_eq!(verdict, Verdict::PartlyMet, "a claim is no more: {why}");
    let shown = judged(app, ada, Some(north)).await.unwrap().assessed;
    let shown = shown.iter().find(|one| one.control.id() == "A-10").unwrap();
    let place = shown.ruling.grounds[0].place.to_string();
    assert!(place.starts_with("/assessment-results/"), "{place}");
    assert_eq!(house.stands(south, "A-10").await.0, Verdict::CannotTell);
    let (piece, kept) = bytes(app, ada, id).await.unwrap();
    assert_eq!(kept, text.as_bytes(), "the document as it came");
    assert_eq!(piece.document.unwrap().label.colour(), "RED");
    let stranger = house.guarded(Role::Administrator, south).await;
    assert!(see(app, &stranger, id).await.is_err());
    withdraw(app, ada, id, "of another house").await.unwrap();
    assert_eq!(house.stands(north, "A-10").await.0, Verdict::CannotTell);
});

on_both!(a_profile_is_looked_at_before_it_says_what_applies, async |fresh: Fresh| {
    let house = House::on_that_day(fresh).await;
    let (app, ada) = (&house.app, &house.ada);
    let north = house.another("North").await;
    let own = "organisation = 1\nname = \"North\"\n\
                   [[control]]\nid = \"A-17\"\nnot_applicable = \"nobody comes in from outside\"\n\
                   [[control]]\nid = \"A-02\"\nowner = \"human resources\"\nparameters = {percent = 90}\n";
    let own = Tailoring::parse(own.as_bytes()).unwrap().value;
    let text = export::profile(&subject(), &own).write();
    let privacy = house.guarded(Role::Privacy, north).await;
    let id = house.arrives(north, "profile.json", &text).await.unwrap().id();
    let seen = see(app, ada, id).await.unwrap();
    let proposed: Vec<&str> = seen.proposals.iter().map(|one| one.control.id()).collect();
    assert_eq!(proposed, ["A-02", "A-17"]);
    assert_eq!(seen.proposals[0].then.owner, "human resources");
    assert_eq!(seen.proposals[0].then.parameters["percent"], 90);
    let changed: Vec<_> =
        seen.changes.iter().map(|one| (one.control.id(), one.after)).collect();
    assert_eq!(changed, [("A-17", Verdict::NotApplicable)]);
    assert_eq!(house.stands(north, "A-17").await.0, Verdict::CannotTell);

    // Whoever keeps evidence and may accept no risk does not say what applies.
    assert!(privacy.may(Permission::KeepEvidence));
    let refused = take(app, &privacy, id, &Answers::default()).await;
    assert!(matches!(refused, Err(EvidenceError::NotTailored)), "{refused:?}");
    assert_eq!(house.stands(north, "A-17").await.0, Verdict::CannotTell);
    // What cannot be taken in for another reason leaves everything as it was.
    let late = Answers { valid_from: "2027-01-01".to_owned(), ..Answers::default() };
    assert!(take(app, ada, id, &late).await.is_err());
    assert_eq!(house.stands(north, "A-17").await.0, Verdict::CannotTell);
    take(app, ada, id, &Answers::default()).await.unwrap();
    let (verdict, why) = house.stands(north, "A-17").await;
    assert_eq!(verdict, Verdict::NotApplicable);
    assert_eq!(why, "nobody comes in from outside");
    let judged = judged(app, ada, Some(north)).await.unwrap();
    let trained = catalog().control("A-02").unwrap();
    assert_eq!(judged.tailoring.owner(trained), "human resources");
    assert_eq!(judged.tailoring.parameter("A-02", "percent"), Some(90));
    // The same profile proposes nothing more.
    let again = text.replace("Assessors Ltd", "Assessors Limited");
    let again = house.arrives(north, "again.json", &again).await.unwrap().id();
    let again = see(app, ada, again).await.unwrap();
    let why: Vec<&str> = again.proposals.iter().map(|one| one.control.id()).collect();
    assert!(why.is_empty(), "{why:?}");
});

on_both!(what_a_plan_accepts_is_asked_for_and_approved_here, async |fresh: Fresh| {
    let house = House::on_that_day(fresh).await;
    let (app, ada) = (&house.app, &house.ada);
    let north = house.another("North").await;
    let mut all = found(&house, north).await;
    for (control, expires) in [("A-16", "2027-03-01"), ("A-12", "2028-03-01")] {
        let one = all.iter_mut().find(|one| one.control.id() == control).unwrap();
        one.exception = Some(Exception {
            control: control.to_owned(),
            reason: "the new site opens in March".to_owned(),
            approver: "their board".to_owned(),
            expires: terms::date::day(expires).unwrap(),
            place: reading::Place::Document,
        });
    }
    let text = export::poam(&subject(), &all).unwrap().write();
    let id = house.arrives(north, "plan.json", &text).await.unwrap().id();
    let seen = see(app, ada, id).await.unwrap();
    assert!(!seen.open.is_empty() && seen.preview.counts.is_empty());
    let told: Vec<_> = seen
        .exceptions
        .iter()
        .map(|one| (one.said.control.id(), one.left_out.unwrap_or("asked for")))
        .collect();
    let told_twice = [("A-12", "it ends in more than a year"), ("A-16", "asked for")];
    assert_eq!(told, told_twice);
    let before = judged(app, ada, Some(north)).await.unwrap().assessed;
    assert!(exceptions(app, ada, north, "A-16").await.unwrap().is_empty());
    take(app, ada, id, &Answers::default()).await.unwrap();
    let asked = exceptions(app, ada, north, "A-16").await.unwrap();
    assert_eq!((asked.len(), asked[0].approved_by), (1, None));
    assert_eq!(asked[0].reason, "the new site opens in March");
    assert!(exceptions(app, ada, north, "A-12").await.unwrap().is_empty());
    assert!(approve_exception(app, ada, asked[0].id).await.is_err(), "by another");
    let other = house.guarded(Role::Security, north).await;
    approve_exception(app, &other, asked[0].id).await.unwrap();
    let after = judged(app, ada, Some(north)).await.unwrap().assessed;
    for (before, after) in before.iter().zip(&after) {
        let is_own = ["A-09", "A-13"].contains(&before.control.id());
        assert!(is_own || before.ruling.verdict == after.ruling.verdict, "no verdict");
    }
    let excepted = after.iter().find(|one| one.control.id() == "A-16").unwrap();
    assert_eq!(excepted.exception.as_ref().unwrap().expires.to_string(), "2027-03-01");
});

#[tokio::test(flavor = "multi_thread")]
async fn what_says_nothing_of_an_organisation_or_is_broken_is_refused_with_its_place() {
    let house = House::on_that_day(Fresh::sqlite().await).await;
    let north = house.another("North").await;
    let nothing = found(&house, north).await;
    let nothing: Vec<Assessed> =
        nothing.into_iter().filter(|one| one.control.id() != "A-10").collect();
    let nothing = export::results(&subject(), &nothing).write();
    let cut = nothing.get(..nothing.len() / 2).unwrap().to_owned();
    let old = export::profile(&subject(), &Tailoring::named("x")).write();
    let old = old.replace("\"1.2.1\"", "\"2.0.0\"");
    for (name, text, told) in [
        ("catalog.json", export::catalog().write(), "/catalog"),
        ("mapping.json", export::mapping().write(), "/mapping-collection"),
        ("nothing.json", nothing, "/assessment-results/results"),
        ("cut.json", cut, "line"),
        ("old.json", old, "/profile/metadata/oscal-version"),
        ("ssp.json", "{\"system-security-plan\":{}}".to_owned(), "nothing here reads"),
    ] {
        let refused = house.arrives(north, name, &text).await.unwrap_err().to_string();
        assert!(refused.contains(told), "{name}: {refused}");
    }
    let listed = store::EvidenceListed::Now;
    let whole = store::Scope::whole(house.ada.head);
    let kept = house.app.store.evidence_within(&whole, listed).await.unwrap();
    assert!(kept.is_empty(), "nothing is kept of what is refused");
}
