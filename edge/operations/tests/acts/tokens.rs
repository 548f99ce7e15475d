//! A token lends what its holder may do, at that moment, and never more.

use std::ops::Deref;

use operations::organisation::make_below;
use operations::people::{give_role, take_role};
use operations::token::{TokenError, Wish, held, make, revoke, revoke_of};
use operations::{Actor, Permission};
use store::{Kind, NewOrganisation, Role, Scope};

use crate::house::House;

use Permission::{DeliverDocuments, ManagePeople, ViewAudit, ViewDevices};

/// A hospital of two sites.
struct Sites {
    house: House,
    north: i64,
    south: i64,
}

impl Deref for Sites {
    type Target = House;

    fn deref(&self) -> &House {
        &self.house
    }
}

async fn house() -> Sites {
    let house = House::new().await;
    let mut places = Vec::new();
    for name in ["North", "South"] {
        let new = NewOrganisation { kind: Kind::Site, name };
        let site = make_below(&house.app, &house.ada, house.ada.head, new).await;
        places.push(site.unwrap().id);
    }
    Sites { house, north: places[0], south: places[1] }
}

impl Sites {
    /// Whoever asks with a token's text.
    async fn program(&self, text: &str) -> Option<Actor> {
        let token = self.app.store.token(text, (self.app.now)()).await.unwrap()?;
        Some(Actor::of_token(&self.app, token).await.unwrap())
    }
}

fn wish(permissions: &[Permission], organisation: i64) -> Wish<'_> {
    Wish { name: "nightly build", permissions, organisation, days: 30 }
}

fn roots(scope: &Scope) -> Vec<i64> {
    scope.roots().iter().map(store::Path::organisation).collect()
}

#[tokio::test]
async fn a_token_lends_a_part_of_what_its_holder_may_do() {
    let house = house().await;
    let wanted = wish(&[ViewDevices, DeliverDocuments], house.north);
    let (id, text) = make(&house.app, &house.ada, wanted).await.unwrap();
    let program = house.program(&text).await.unwrap();
    assert_eq!((program.token(), program.person), (Some(id), house.ada.person));
    assert_eq!(roots(&program.scope(ViewDevices)), [house.north]);
    assert!(program.may(DeliverDocuments));
    for beyond in [ViewAudit, ManagePeople, Permission::Administer] {
        assert!(house.ada.may(beyond) && !program.may(beyond), "{beyond:?}");
        assert!(program.scope(beyond).roots().is_empty(), "{beyond:?}");
    }
}

#[tokio::test]
async fn a_token_held_to_the_whole_reaches_as_far_as_its_holder() {
    let house = house().await;
    let bob = house.somebody(Role::Biomed, house.north).await;
    let (_, text) = make(&house.app, &bob, wish(&[ViewDevices], bob.head)).await.unwrap();
    let program = house.program(&text).await.unwrap();
    assert_eq!(roots(&program.scope(ViewDevices)), [house.north]);

    // What its holder is given later is lent too, as far as the token's words go.
    give_role(&house.app, &house.ada, bob.person, Role::Auditor, house.south)
        .await
        .unwrap();
    let program = house.program(&text).await.unwrap();
    assert_eq!(roots(&program.scope(ViewDevices)), [house.north, house.south]);
    assert!(!program.may(ViewAudit));
}

#[tokio::test]
async fn a_right_that_was_taken_away_is_gone_at_the_next_request() {
    let house = house().await;
    let bob = house.somebody(Role::Biomed, house.north).await;
    let both = [ViewDevices, DeliverDocuments];
    let (_, text) = make(&house.app, &bob, wish(&both, house.north)).await.unwrap();
    give_role(&house.app, &house.ada, bob.person, Role::Viewer, house.north)
        .await
        .unwrap();
    take_role(&house.app, &house.ada, bob.person, Role::Biomed, house.north)
        .await
        .unwrap();
    let program = house.program(&text).await.unwrap();
    assert!(program.may(ViewDevices) && !program.may(DeliverDocuments));
    take_role(&house.app, &house.ada, bob.person, Role::Viewer, house.north)
        .await
        .unwrap();
    let program = house.program(&text).await.unwrap();
    assert!(Permission::ALL.into_iter().all(|permission| !program.may(permission)));
}

#[tokio::test]
async fn what_a_token_must_not_lend_is_refused() {
    let house = house().await;
    let bob = house.somebody(Role::Biomed, house.north).await;
    let good = wish(&[ViewDevices], house.north);
    for (wrong, why) in [
        (Wish { name: " ", ..good }, "say what"),
        (Wish { name: &"x".repeat(101), ..good }, "at most 100"),
        (Wish { days: 0, ..good }, "at most 365"),
        (Wish { days: 366, ..good }, "at most 365"),
        (Wish { days: i64::MIN, ..good }, "at most 365"),
        (Wish { permissions: &[], ..good }, "at least one"),
        (Wish { permissions: &[ViewDevices, ViewAudit], ..good }, "view_audit"),
        (Wish { permissions: &[ManagePeople], ..good }, "manage_people"),
        (Wish { organisation: house.south, ..good }, "view_devices"),
        (Wish { organisation: 999_999, ..good }, "view_devices"),
    ] {
        let refused = make(&house.app, &bob, wrong).await.unwrap_err();
        assert!(refused.to_string().contains(why), "{refused}: {wrong:?}");
    }
    let manage = wish(&[ManagePeople], house.ada.head);
    let refused = make(&house.app, &house.ada, manage).await;
    assert!(matches!(refused, Err(TokenError::Beyond(ManagePeople))), "{refused:?}");
    assert!(held(&house.app, bob.head, bob.person).await.unwrap().is_empty());
}

#[tokio::test]
async fn tokens_are_made_and_taken_back_in_person() {
    let house = house().await;
    let all = [ViewDevices, Permission::Administer];
    let (id, text) =
        make(&house.app, &house.ada, wish(&all, house.ada.head)).await.unwrap();
    let program = house.program(&text).await.unwrap();
    let more = make(&house.app, &program, wish(&[ViewDevices], house.north)).await;
    assert!(matches!(more, Err(TokenError::NotInPerson)), "{more:?}");
    let gone = revoke(&house.app, &program, id).await;
    assert!(matches!(gone, Err(TokenError::NotInPerson)), "{gone:?}");

    let bob = house.somebody(Role::Viewer, house.north).await;
    assert!(revoke(&house.app, &bob, id).await.is_err(), "it is not his");
    assert!(revoke_of(&house.app, &bob, house.ada.person, id).await.is_err());
    let (his, text_of_his) =
        make(&house.app, &bob, wish(&[ViewDevices], house.north)).await.unwrap();
    revoke_of(&house.app, &house.ada, bob.person, his).await.unwrap();
    assert!(house.program(&text_of_his).await.is_none());
    revoke(&house.app, &house.ada, id).await.unwrap();
    assert!(house.program(&text).await.is_none());

    let leaves = house.app.store.leaves(&house.scope(), i64::MAX, 3).await.unwrap();
    let acts: Vec<&str> = leaves.iter().map(|leaf| leaf.act.as_str()).collect();
    assert_eq!(acts, ["take token back", "take token back", "make token"]);
}
