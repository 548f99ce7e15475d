//! One's own password, and the way back in for whoever lost it.

use operations::account::{AccountError, change_password, rescue};
use operations::people::{offer_new_password, set_password, works};
use operations::second_factor::{self, set_up, shown_by_app};
use operations::sign_in::{Entered, sign_in};
use operations::{Actor, App};
use store::{NewSession, Scope};

use crate::databases::{Fresh, on_both};
use crate::house::House;

const OLD: &str = "a long sentence will do";
const NEW: &str = "another long sentence";
const ADDRESS: &str = "ada@hospital.example";

async fn house(fresh: Fresh) -> House {
    House::made(fresh, |store, folder| App::new(store, folder, jiff::Timestamp::now))
        .await
}

/// Signs in where the password alone lets in.
async fn enter(app: &App, password: &str) -> NewSession {
    match sign_in(app, ADDRESS, password).await.unwrap() {
        Entered::Session(session) => session,
        Entered::SecondFactor(_) => panic!("the password alone does not let in"),
    }
}

async fn holder(app: &App, session: &NewSession) -> Option<Actor> {
    let session = app.store.session(&session.secret, (app.now)()).await.unwrap()?;
    Some(Actor::of_session(app, session).await.unwrap())
}

async fn times(house: &House, what: &str) -> usize {
    let scope = Scope::whole(house.ada.head);
    let leaves = house.app.store.leaves(&scope, i64::MAX, 40).await.unwrap();
    leaves.iter().filter(|leaf| leaf.act == what).count()
}

on_both!(
    who_knows_the_password_changes_it_and_every_session_ends,
    async |fresh: Fresh| {
        let house = house(fresh).await;
        let (app, ada) = (&house.app, &house.ada);
        let (own, other) = (enter(app, OLD).await, enter(app, OLD).await);
        let link = offer_new_password(app, ada, ada.person).await.unwrap();
        let change =
            async |old, new| change_password(app, ada, &own.secret, (old, new)).await;
        for (old, new, expected) in [
            ("", NEW, "this is not your password"),
            ("a long sentence will dO", NEW, "this is not your password"),
            (OLD, OLD, "this is the password that you have; choose another"),
            (OLD, "short", "a password has at least"),
            (OLD, "", "a password has at least"),
        ] {
            let refused = change(old, new).await.unwrap_err().to_string();
            assert!(refused.starts_with(expected), "{old} {new}: {refused}");
        }
        let stranger = change_password(app, ada, "0000", (OLD, NEW)).await;
        assert!(matches!(stranger, Err(AccountError::NotInPerson)), "{stranger:?}");
        assert!(holder(app, &other).await.is_some(), "nothing was changed yet");
        let fresh = change(OLD, NEW).await.unwrap();
        for (which, ended) in [("own", &own), ("other", &other)] {
            assert!(holder(app, ended).await.is_none(), "{which}");
        }
        assert!(holder(app, &fresh).await.is_some());
        assert!(!works(app, &link).await.unwrap(), "a link of before is worth nothing");
        assert!(sign_in(app, ADDRESS, OLD).await.is_err());
        enter(app, NEW).await;
        assert_eq!(times(&house, "refuse new password").await, 2);
        assert_eq!(times(&house, "change password").await, 1);
    }
);

on_both!(whoever_holds_the_machine_lets_a_lone_administrator_in, async |fresh: Fresh| {
    let house = house(fresh).await;
    let (app, ada) = (&house.app, &house.ada);
    let session = enter(app, OLD).await;
    let offered = second_factor::offer(app, ada).await.unwrap().secret;
    let code = shown_by_app(&offered, (app.now)()).unwrap();
    set_up(app, ada, &offered, &code).await.unwrap();
    for nobody in ["bob@hospital.example", "", "ada"] {
        let refused = rescue(app, nobody).await;
        assert!(matches!(refused, Err(AccountError::Nobody)), "{nobody}: {refused:?}");
    }
    assert!(holder(app, &session).await.is_some());

    let first = rescue(app, "ADA@hospital.example").await.unwrap();
    assert!(holder(app, &session).await.is_none(), "whoever took it over is out");
    let second = rescue(app, ADDRESS).await.unwrap();
    assert!(set_password(app, &first, NEW).await.is_err(), "one link at a time");
    let back = set_password(app, &second, NEW).await.unwrap();
    assert!(holder(app, &back).await.is_some());
    assert!(set_password(app, &second, NEW).await.is_err(), "it works once");
    assert!(sign_in(app, ADDRESS, OLD).await.is_err());
    enter(app, NEW).await;
    assert_eq!(times(&house, "rescue account").await, 2);
});
