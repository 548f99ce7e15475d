//! A blocked account: nothing lets it in, on any node, and it can be let in again.

use jiff::Timestamp;
use operations::account::{AccountError, rescue};
use operations::people::{
    Invitation, PeopleError, block, give_role, invite, offer_new_password, owner_names,
    set_password, unblock,
};
use operations::sign_in::{SignInError, sign_in};
use operations::token::{Wish, make};
use operations::{Actor, App, Permission};
use store::{Kind, NewOrganisation, NewSession, Role, Scope, Store};

use crate::databases::{Fresh, on_both};
use crate::house::House;

const ADDRESS: &str = "bob@hospital.example";
const PASSWORD: &str = "a long sentence will do";

/// The link of an invitation of somebody under the one address.
async fn invited(house: &House, role: Role, organisation: i64) -> String {
    let new =
        Invitation { name: "Bob", address: ADDRESS, zone: "UTC", role, organisation };
    invite(&house.app, &house.ada, new).await.unwrap()
}

async fn actor(app: &App, session: &NewSession) -> Option<Actor> {
    let session = app.store.session(&session.secret, (app.now)()).await.unwrap()?;
    Some(Actor::of_session(app, session).await.unwrap())
}

on_both!(whoever_is_blocked_is_out_at_once_on_every_node, async |fresh: Fresh| {
    // Another node has opened the same database before anything happens.
    let folder = tempfile::tempdir().unwrap();
    let other = Store::open(&fresh.url, &fresh.root).await.unwrap();
    let other = App::new(other, folder.path(), Timestamp::now);
    let house = House::at(fresh, Timestamp::now).await;
    let (app, ada) = (&house.app, &house.ada);
    let link = invited(&house, Role::Administrator, ada.head).await;
    let session = set_password(app, &link, PASSWORD).await.unwrap();
    let bob = actor(&other, &session).await.unwrap();
    let wish = Wish {
        name: "build",
        permissions: &[Permission::ViewDevices],
        organisation: ada.head,
        days: 30,
    };
    let (_, token) = make(app, &bob, wish).await.unwrap();
    let renewal = offer_new_password(app, ada, bob.person).await.unwrap();
    assert!(other.store.token(&token, (app.now)()).await.unwrap().is_some());

    assert!(matches!(block(app, ada, ada.person).await, Err(PeopleError::OwnBlock)));
    block(app, ada, bob.person).await.unwrap();
    let again = block(app, ada, bob.person).await;
    assert!(matches!(again, Err(PeopleError::Already(_))), "{again:?}");
    for node in [&other, app] {
        assert!(actor(node, &session).await.is_none(), "the session");
        assert!(node.store.token(&token, (app.now)()).await.unwrap().is_none());
        let entered = sign_in(node, ADDRESS, PASSWORD).await;
        assert!(matches!(entered, Err(SignInError::Refused)), "{entered:?}");
        let renewed = set_password(node, &renewal, PASSWORD).await;
        assert!(matches!(renewed, Err(PeopleError::Link)), "{renewed:?}");
    }
    let offered = offer_new_password(app, ada, bob.person).await;
    assert!(matches!(offered, Err(PeopleError::Blocked)), "{offered:?}");
    assert!(matches!(rescue(app, ADDRESS).await, Err(AccountError::Blocked)));
    // It is no account of which others are told that it is in use, and its owner is named so.
    let names = owner_names(app, ada.head, &[bob.person, ada.person]).await.unwrap();
    assert_eq!(names[&bob.person], "Bob (blocked)");
    assert!(!names[&ada.person].contains("blocked"));
    let access = app.store.accesses(ada.head, (app.now)()).await.unwrap();
    let own = access.iter().find(|one| one.person == bob.person).unwrap();
    assert!(own.blocked.is_some());
    // Whoever answers for something is chosen among those who can come in.
    let path = app.store.organisation(&Scope::whole(ada.head), ada.head).await.unwrap();
    let whole = Scope::whole(ada.head);
    let over = app.store.people_over(&whole, &path.path, |_| true).await.unwrap();
    assert!(over.contains(&ada.person) && !over.contains(&bob.person));

    unblock(&other, ada, bob.person).await.unwrap();
    let again = unblock(app, ada, bob.person).await;
    assert!(matches!(again, Err(PeopleError::Already(_))), "{again:?}");
    assert!(actor(app, &session).await.is_none(), "what ended stays ended");
    assert!(app.store.token(&token, (app.now)()).await.unwrap().is_none());
    let renewed = set_password(app, &renewal, PASSWORD).await;
    assert!(matches!(renewed, Err(PeopleError::Link)), "{renewed:?}");
    sign_in(app, ADDRESS, PASSWORD).await.unwrap();

    let leaves = app.store.leaves(&Scope::whole(ada.head), i64::MAX, 40).await.unwrap();
    for what in ["block account", "unblock account"] {
        let of = leaves.iter().filter(|leaf| leaf.act == what);
        assert_eq!(of.count(), 1, "{what}");
    }
});

on_both!(who_was_invited_and_is_blocked_does_not_come_in, async |fresh: Fresh| {
    let house = House::at(fresh, Timestamp::now).await;
    let (app, ada) = (&house.app, &house.ada);
    let link = invited(&house, Role::Viewer, ada.head).await;
    let person = app.store.person_by_address(ADDRESS).await.unwrap().unwrap().id;
    block(app, ada, person).await.unwrap();
    let set = set_password(app, &link, PASSWORD).await;
    assert!(matches!(set, Err(PeopleError::Link)), "{set:?}");
});

on_both!(who_runs_one_site_blocks_nobody_beyond_it, async |fresh: Fresh| {
    let house = House::at(fresh, Timestamp::now).await;
    let (app, ada) = (&house.app, &house.ada);
    let new = NewOrganisation { kind: Kind::Site, name: "North" };
    let north = operations::organisation::make_below(app, ada, ada.head, new);
    let north = north.await.unwrap().id;
    let runs = house.somebody(Role::Administrator, north).await;
    let own = house.somebody(Role::Biomed, north).await;
    let beyond = house.somebody(Role::Biomed, ada.head).await;
    let refused = block(app, &runs, beyond.person).await;
    assert!(matches!(refused, Err(PeopleError::Store(_))), "{refused:?}");
    // Ada runs the top alone.
    give_role(app, ada, beyond.person, Role::Administrator, north).await.unwrap();
    let refused = block(app, &runs, beyond.person).await;
    assert!(matches!(refused, Err(PeopleError::Beyond)), "{refused:?}");
    let two = house.somebody(Role::Administrator, ada.head).await;
    let last = block(app, &two, ada.person).await;
    assert!(matches!(last, Err(PeopleError::LastAdministrator)), "{last:?}");
    block(app, &runs, own.person).await.unwrap();
});
