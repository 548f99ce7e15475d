//! Who answers for security: named, accepted by whoever is named, ended; where the office is
//! vacant; and what somebody signs for a control.

use ::posture::{Verdict, catalog};
use operations::designation::{
    DesignationError, Naming, accept, candidates, designate, end, offices,
};
use operations::evidence::{EvidenceError, attest};
use operations::organisation::make_below;
use operations::people::{Invitation, invite, set_password};
use operations::posture::judged;
use operations::{Actor, App};
use store::{Audience, Kind, NewOrganisation, Role};

use crate::databases::{Fresh, on_both};
use crate::house::House;

fn now() -> jiff::Timestamp {
    "2026-11-26T12:00:00Z".parse().unwrap()
}

/// The same house, two months later.
fn later(app: &App) -> App {
    let mut app = app.clone();
    app.now = || "2027-01-26T12:00:00Z".parse().unwrap();
    app
}

async fn somebody(house: &House, role: Role, place: i64, name: &str) -> Actor {
    let address = format!("{name}@x.example");
    let invitation =
        Invitation { name, address: &address, zone: "UTC", role, organisation: place };
    let link = invite(&house.app, &house.ada, invitation).await.unwrap();
    let password = "a long sentence will do";
    let new = set_password(&house.app, &link, password).await.unwrap();
    let session = house.app.store.session(&new.secret, now()).await.unwrap().unwrap();
    Actor::of_session(&house.app, session).await.unwrap()
}

async fn site(house: &House, name: &str) -> i64 {
    let new = NewOrganisation { kind: Kind::Site, name };
    make_below(&house.app, &house.ada, house.ada.head, new).await.unwrap().id
}

fn naming(place: i64, office: &str, person: i64, first: &str) -> Naming {
    Naming {
        organisation: place,
        office: office.to_owned(),
        person,
        first_day: first.to_owned(),
        ..Naming::default()
    }
}

async fn stands(app: &App, by: &Actor, place: i64, control: &str) -> (Verdict, String) {
    let all = judged(app, by, Some(place)).await.unwrap().assessed;
    let found = all.iter().find(|one| one.control.id() == control).unwrap();
    (found.ruling.verdict, found.ruling.why.clone())
}

on_both!(
    an_office_is_held_by_whoever_accepts_it_and_is_vacant_after,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (app, ada, top) = (&house.app, &house.ada, house.ada.head);
        let north = site(&house, "North").await;
        let bob = somebody(&house, Role::Biomed, north, "bob").await;
        let eve = somebody(&house, Role::Security, top, "eve").await;
        assert_eq!(stands(app, ada, north, "A-01").await.0, Verdict::CannotTell);
        let none = offices(app, ada).await.unwrap();
        assert_eq!(none.vacant.len(), 1, "nobody was ever named at the top");
        assert_eq!((none.vacant[0].place.id, &none.vacant[0].since), (top, &None));

        let there = candidates(app, ada, north).await.unwrap();
        assert!(there.contains_key(&bob.person) && there.contains_key(&eve.person));
        let first = naming(north, "security_officer", bob.person, "2026-01-01");
        let id = designate(app, ada, &first).await.unwrap();
        let (verdict, why) = stands(app, ada, north, "A-01").await;
        assert_eq!(verdict, Verdict::PartlyMet, "named, and not accepted: {why}");
        assert!(accept(app, ada, id).await.is_err(), "nobody accepts for somebody else");
        assert!(accept(app, &eve, id).await.is_err());
        let asked = offices(app, &bob).await.unwrap();
        assert_eq!(
            asked.to_accept.len(),
            1,
            "bob sees what he is named for, and nothing else"
        );
        assert!(asked.vacant.is_empty() && asked.named.len() == 1);
        accept(app, &bob, id).await.unwrap();
        assert!(accept(app, &bob, id).await.is_err(), "once");
        let (verdict, why) = stands(app, ada, north, "A-01").await;
        assert_eq!(verdict, Verdict::Met, "{why}");
        assert!(!why.contains("bob"));
        assert_eq!(stands(app, ada, top, "A-01").await.0, Verdict::CannotTell);

        let two = naming(north, "security_officer", eve.person, "2026-06-01");
        assert!(matches!(designate(app, ada, &two).await, Err(DesignationError::Held)));
        let deputy = naming(north, "deputy", eve.person, "2026-06-01");
        let deputy = designate(app, ada, &deputy).await.unwrap();
        accept(app, &eve, deputy).await.unwrap();
        assert_eq!(
            stands(app, ada, north, "A-01").await.0,
            Verdict::Met,
            "a deputy is no second"
        );

        assert!(matches!(
            end(app, ada, id, "2025-01-01").await,
            Err(DesignationError::Wrong("last_day", _))
        ));
        end(app, ada, id, "2026-11-20").await.unwrap();
        assert!(end(app, ada, id, "2026-11-21").await.is_err(), "it is ended once");
        let (verdict, why) = stands(app, ada, north, "A-01").await;
        assert_eq!(verdict, Verdict::PartlyMet, "{why}");
        assert!(why.contains("vacant for 6 days"), "{why}");
        let alarm = offices(app, ada).await.unwrap().vacant;
        let alarm = alarm.iter().find(|one| one.place.id == north).unwrap();
        assert_eq!(alarm.since.as_deref(), Some("2026-11-20"));
        let months = later(app);
        assert_eq!(stands(&months, ada, north, "A-01").await.0, Verdict::NotMet);
    }
);

on_both!(
    an_officer_of_all_holds_below_where_it_is_said_and_strangers_name_nobody,
    async |fresh: Fresh| {
        let house = House::at(fresh, now).await;
        let (app, ada, top) = (&house.app, &house.ada, house.ada.head);
        let (north, south) = (site(&house, "North").await, site(&house, "South").await);
        let own = naming(top, "security_officer", ada.person, "2026-01-01");
        let id = designate(app, ada, &own).await.unwrap();
        accept(app, ada, id).await.unwrap();
        assert_eq!(stands(app, ada, top, "A-01").await.0, Verdict::Met);
        assert_eq!(stands(app, ada, north, "A-01").await.0, Verdict::CannotTell);
        end(app, ada, id, "2026-06-30").await.unwrap();
        let shared = Naming {
            audience: Audience::Below,
            ..naming(top, "security_officer", ada.person, "2026-07-01")
        };
        let id = designate(app, ada, &shared).await.unwrap();
        accept(app, ada, id).await.unwrap();
        assert_eq!(stands(app, ada, north, "A-01").await.0, Verdict::Met);

        let of_north = somebody(&house, Role::Security, north, "nora").await;
        let of_south = somebody(&house, Role::Administrator, south, "sam").await;
        let biomed = somebody(&house, Role::Biomed, north, "ben").await;
        let guest = naming(north, "deputy", of_north.person, "2026-07-01");
        for stranger in [&of_south, &biomed] {
            let refused = designate(app, stranger, &guest).await;
            assert!(matches!(refused, Err(DesignationError::NotAllowed)));
            assert!(candidates(app, stranger, north).await.is_err());
            let refused = attest(app, stranger, north, ("A-02", "it is so")).await;
            assert!(matches!(refused, Err(EvidenceError::NotAllowed)));
        }
        let deputy = designate(app, &of_north, &guest).await.unwrap();
        assert!(end(app, &of_south, deputy, "2026-12-01").await.is_err());
        assert!(offices(app, &of_south).await.unwrap().named.is_empty());
        for (wrong, field) in [
            (naming(north, "king", of_north.person, "2026-07-01"), "office"),
            (naming(north, "deputy", of_south.person, "2026-07-01"), "person"),
            (naming(north, "deputy", of_north.person, "soon"), "first_day"),
        ] {
            let refused = designate(app, &of_north, &wrong).await.unwrap_err();
            assert!(refused.to_string().contains(field), "{refused}");
        }
    }
);

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_signs_for_is_a_claim_for_every_control() {
    let house = House::at(Fresh::sqlite().await, now).await;
    let (app, ada) = (&house.app, &house.ada);
    // Where nobody's account is, which would tell of some of them.
    let north = site(&house, "North").await;
    for control in catalog().controls() {
        attest(app, ada, north, (control.id(), "we do this")).await.unwrap();
    }
    for one in judged(app, ada, Some(north)).await.unwrap().assessed {
        let (id, ruling) = (one.control.id(), &one.ruling);
        assert_eq!(ruling.verdict, Verdict::PartlyMet, "{id}: {}", ruling.why);
        assert!(!format!("{ruling:?}").contains("Ada"), "{id}");
    }
    for (control, statement, field) in
        [("Z-99", "x", "control"), ("A-01", " ", "statement")]
    {
        let refused = attest(app, ada, north, (control, statement)).await.unwrap_err();
        assert!(refused.to_string().contains(field), "{refused}");
    }
    // A year later nobody's word counts any more.
    let mut year = app.clone();
    year.now = || "2027-12-26T12:00:00Z".parse().unwrap();
    let all = judged(&year, ada, Some(north)).await.unwrap().assessed;
    assert!(all.iter().all(|one| one.ruling.verdict == Verdict::CannotTell));
}
