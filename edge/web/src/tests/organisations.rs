//! The tree of organisations on its pages.

use axum::http::StatusCode;
use store::{Kind, Role};

use super::{Browser, Fixture};

impl Fixture {
    async fn adds(&self, who: &Browser, fields: &str) -> super::Answer {
        self.ask(who.post("/organisations", fields)).await
    }
}

#[tokio::test]
async fn an_organisation_is_renamed_and_removed_on_its_page() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let north = fixture.site(&ada, "North").await;
    let south = fixture.site(&ada, "South").await;
    let list = fixture.ask(browser.get("/organisations")).await.body;
    let page = format!("/organisations/{north}");
    assert!(list.contains(&format!("href=\"{page}\"")), "{list}");
    let one = fixture.ask(browser.get(&page)).await.body;
    assert!(one.contains("It owns nothing, so it can be removed."), "{one}");

    for (name, status) in [("", 422), ("SOUTH", 422), ("North+Wing", 303)] {
        let answer = fixture.ask(browser.post(&page, &format!("name={name}"))).await;
        assert_eq!(answer.status.as_u16(), status, "{name}: {}", answer.body);
        if status == 422 {
            assert!(answer.body.contains("href=\"#name\""), "{name}: {}", answer.body);
        }
    }
    let invitation = fixture.ask(browser.get("/people/invitation")).await.body;
    let option = "North Wing (below Invented &#60;System&#62;)";
    assert!(invitation.contains(option), "{invitation}");

    fixture.invited(&ada, Role::Viewer, south).await;
    let busy = format!("/organisations/{south}");
    let told = fixture.ask(browser.json(&busy)).await.json();
    assert_eq!(told["owns"][0]["count"], 1, "{told}");
    let refused = fixture.ask(browser.post(&format!("{busy}/removed"), "")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(
        refused.body.contains("It still has 1 role of somebody."),
        "{}",
        refused.body
    );
    let top = format!("/organisations/{}/removed", ada.head);
    let top = fixture.ask(browser.post(&top, "")).await;
    assert_eq!(top.status, StatusCode::CONFLICT, "{}", top.body);
    let gone = fixture.ask(browser.post(&format!("{page}/removed"), "")).await;
    assert_eq!(gone.header("location"), "/organisations", "{}", gone.body);
    for path in [page.as_str(), "/organisations/x", "/organisations/-1"] {
        let absent = fixture.ask(browser.get(path)).await;
        assert_eq!(absent.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn who_was_shown_another_name_is_told_and_overwrites_nothing() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let north = fixture.site(&ada, "North").await;
    let page = format!("/organisations/{north}");
    let shown = fixture.ask(browser.json(&page)).await.json()["revision"].clone();
    let html = fixture.ask(browser.get(&page)).await.body;
    assert!(html.contains(&format!("name=\"revision\" value=\"{shown}\"")), "{html}");
    let named = |name: &str| format!("name={name}&revision={shown}");
    let first = fixture.ask(browser.post(&page, &named("North+Wing"))).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
    let second = fixture.ask(browser.post(&page, &named("Nordflügel"))).await;
    assert_eq!(second.status, StatusCode::CONFLICT, "{}", second.body);
    assert!(second.body.contains("it is called `North Wing` by now"), "{}", second.body);
    let now = fixture.ask(browser.json(&page)).await.json();
    assert_eq!(now["name"], "North Wing");
    let named = format!("name=Nordflügel&revision={}", now["revision"]);
    let third = fixture.ask(browser.post(&page, &named)).await;
    assert_eq!(third.status, StatusCode::SEE_OTHER, "{}", third.body);
    // Without a revision nothing is compared, and a wrong one is told.
    let wrong = fixture.ask(browser.post(&page, "name=X&revision=x")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let blind = fixture.ask(browser.post(&page, "name=X")).await;
    assert_eq!(blind.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn roles_that_somebody_changed_meanwhile_are_not_given_or_taken_unseen() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let (bob, _) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    let page = format!("/people/{}", bob.person);
    let shown = fixture.ask(browser.json(&page)).await.json()["revision"].clone();
    let fields =
        |role: &str| format!("role={role}&organisation={}&revision={shown}", ada.head);
    let give = format!("{page}/roles");
    let first = fixture.ask(browser.post(&give, &fields("biomed"))).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
    for (path, role) in [(give.clone(), "auditor"), (format!("{give}/taken"), "viewer")] {
        let late = fixture.ask(browser.post(&path, &fields(role))).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{path}: {}", late.body);
    }
    let now = fixture.ask(browser.json(&page)).await.json();
    assert_eq!(now["roles"].as_array().unwrap().len(), 2, "{now}");
    let taken =
        format!("role=viewer&organisation={}&revision={}", ada.head, now["revision"]);
    let taken = fixture.ask(browser.post(&format!("{give}/taken"), &taken)).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
}

#[tokio::test]
async fn twins_and_kinds_in_the_wrong_order_are_told_at_their_fields() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded_as(Kind::Hospital).await;
    let north = fixture.site(&ada, "North").await;
    for (kind, name, parent, field) in [
        ("site", "+nORTH", ada.head, "name"),
        ("system", "Vale", north, "kind"),
        ("purchasing_group", "Vale", ada.head, "kind"),
    ] {
        let fields = format!("kind={kind}&name={name}&parent={parent}");
        let refused = fixture.adds(&browser, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields}");
        let link = format!("href=\"#{field}\"");
        assert!(refused.body.contains(&link), "{fields}: {}", refused.body);
    }
}

#[tokio::test]
async fn who_runs_one_hospital_renames_and_removes_no_other() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let north = fixture.site(&ada, "North").await;
    let south = fixture.site(&ada, "South").await;
    let (_, bob) = fixture.invited(&ada, Role::Administrator, north).await;
    let (_, eve) = fixture.invited(&ada, Role::Viewer, north).await;
    for place in [south, ada.head] {
        let path = format!("/organisations/{place}");
        assert_eq!(fixture.ask(bob.get(&path)).await.status, StatusCode::NOT_FOUND);
        for (path, fields) in [(&path, "name=Mine"), (&format!("{path}/removed"), "")] {
            let refused = fixture.ask(bob.post(path, fields)).await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    let own = format!("/organisations/{north}");
    let looking = fixture.ask(eve.get(&own)).await;
    assert_eq!(looking.status, StatusCode::OK);
    assert!(!looking.body.contains("Keep the name"), "{}", looking.body);
    let refused = fixture.ask(eve.post(&own, "name=X")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
