//! Roles that came from groups, on the pages of people.

use axum::http::StatusCode;
use store::{Act, Given, Noun, Role, Voucher};

use super::import::check_page;
use super::{Browser, Fixture};

#[tokio::test]
async fn an_administrator_sees_which_role_came_from_which_group() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let (bob, by_password) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    let now = (fixture.app.now)();
    let mut write = fixture.app.store.write(ada.head, now).await.unwrap();
    let given = Given::ByGroup("<staff>".to_owned());
    for role in [Role::Biomed, Role::Privacy] {
        write.give(bob.person, role, ada.head, &given).await.unwrap();
    }
    let session = write.begin_session_by(bob.person, Voucher::Provider).await.unwrap();
    let act = Act {
        by: 0,
        what: "test",
        noun: Noun::Person,
        id: bob.person,
        facts: Vec::new(),
    };
    write.commit(act).await.unwrap();
    let by_provider = Browser::with(&session);

    let path = format!("/people/{}", bob.person);
    let page = fixture.ask(browser.get(&path)).await;
    check_page(&page);
    assert_eq!(page.body.matches("from the group &#60;staff&#62;").count(), 2);
    assert_eq!(page.body.matches("Take away<span").count(), 1, "what was given by hand");
    let json = fixture.ask(browser.json(&path)).await.json();
    let mut rows: Vec<String> = json["roles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| format!("{} {}", row["role"], row["from_group"]).replace('"', ""))
        .collect();
    rows.sort();
    assert_eq!(rows, ["biomed <staff>", "privacy <staff>", "viewer "]);
    let list = fixture.ask(browser.get("/people")).await;
    check_page(&list);
    assert!(list.body.contains("(group &#60;staff&#62;)"), "{}", list.body);

    for (role, status) in [("biomed", 409), ("viewer", 303)] {
        let fields = format!("role={role}&organisation={}", ada.head);
        let taken =
            fixture.ask(browser.post(&format!("{path}/roles/taken"), &fields)).await;
        assert_eq!(taken.status.as_u16(), status, "{role}: {}", taken.body);
    }
    // Whoever lost the role by hand is signed out; what is left holds by the provider alone.
    for gone in [&by_password, &by_provider] {
        let asked = fixture.ask(gone.get("/account")).await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    }
}

#[tokio::test]
async fn what_a_group_gave_is_seen_by_its_holder_and_offered_to_no_program() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let (bob, by_password) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    let now = (fixture.app.now)();
    let mut write = fixture.app.store.write(ada.head, now).await.unwrap();
    let given = Given::ByGroup("heads".to_owned());
    write.give(bob.person, Role::Administrator, ada.head, &given).await.unwrap();
    let session = write.begin_session_by(bob.person, Voucher::Provider).await.unwrap();
    let act = Act {
        by: 0,
        what: "test",
        noun: Noun::Person,
        id: bob.person,
        facts: Vec::new(),
    };
    write.commit(act).await.unwrap();
    let by_provider = Browser::with(&session);
    let account = fixture.ask(by_provider.get("/account")).await;
    check_page(&account);
    assert!(account.body.contains("from the group heads"), "{}", account.body);
    assert!(account.body.contains("permission-view_devices"), "lent by hand");
    assert!(!account.body.contains("permission-administer"), "not lent by a group");
    let hidden = fixture.ask(by_password.get("/account")).await;
    assert!(!hidden.body.contains("from the group"), "{}", hidden.body);
    for (browser, status) in
        [(&by_provider, StatusCode::OK), (&by_password, StatusCode::FORBIDDEN)]
    {
        let asked = fixture.ask(browser.get("/settings")).await;
        assert_eq!(asked.status, status);
    }
    let wish =
        format!("name=x&permission-administer=on&organisation={}&days=7", ada.head);
    let refused = fixture.ask(by_provider.post("/account/tokens", &wish)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
}
