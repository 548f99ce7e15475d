//! A device that goes to another organisation, as it is said on its page, and as an export tells.

use axum::http::{StatusCode, header};
use operations::organisation::make_below;
use store::{Kind, NewOrganisation, Role};

use super::Fixture;
use super::devices::take_in;
use super::import::check_page;

const HEAD: &str = "Asset Tag,Serial,Maker,Model,Department,Version\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_moved_with_why_and_its_history_names_places_that_may_be_seen() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let mut places = Vec::new();
    for name in ["North", "South"] {
        let new = NewOrganisation { kind: Kind::Hospital, name };
        places.push(make_below(&fixture.app, &ada, ada.head, new).await.unwrap().id);
    }
    let (north, south) = (places[0], places[1]);
    let export =
        |row: &str| format!("{HEAD}{row},Aldermoor Medical,Meridian 400,4B,2.1\n");
    take_in(&fixture.app, &ada, north, "AIMS", &export("N-1,SN-1")).await;
    let id = fixture.device(&browser, "N-1").await;
    let (path, act) = (format!("/devices/{id}"), format!("/devices/{id}/moved"));
    let form = "Move to another organisation";
    let page = fixture.ask(browser.get(&path)).await;
    check_page(&page);
    assert!(page.body.contains(form));

    // A form that is sent back keeps what was typed and is open; the asset system has to be said.
    let typed = format!("organisation={south}&why=Lent+for+a+year");
    let again = fixture.ask(browser.post(&act, &typed)).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.body);
    check_page(&again);
    for expected in ["id=\"moved\" open", "value=\"Lent for a year\"", "No asset system"]
    {
        assert!(again.body.contains(expected), "{expected} in {}", again.body);
    }
    let mut program = browser.post(&act, "organisation=99&source=AIMS&why=lent");
    program.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
    let refused = fixture.ask(program).await;
    assert_eq!(refused.json()["errors"][0]["field"], "organisation", "{}", refused.body);

    // Who may act at one end only is not asked, and moves nothing.
    let bob = fixture.somebody(&ada, Role::Biomed, north).await;
    assert!(!fixture.page(&bob, &path).await.contains(form));
    let refused = fixture.ask(bob.post(&act, &format!("{typed}&source=AIMS"))).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    let viewer = fixture.somebody(&ada, Role::Viewer, ada.head).await;
    assert!(!fixture.page(&viewer, &path).await.contains(form));
    let refused = fixture.ask(viewer.post(&act, &format!("{typed}&source=AIMS"))).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);

    let said = fixture.ask(browser.post(&act, &format!("{typed}&source=AIMS"))).await;
    assert_eq!(said.header("location"), format!("{path}#history"), "{}", said.body);
    let event = async |who: &super::Browser| -> (String, String) {
        let told = fixture.value(who, &path).await;
        assert_eq!(told["awaited"], true);
        let events = told["history"].as_array().unwrap().clone();
        let is_it = |one: &&serde_json::Value| {
            one["what"].as_str().is_some_and(|what| what.starts_with("moved from"))
        };
        let found = events.iter().find(is_it).unwrap_or_else(|| panic!("{told}"));
        let text = |key: &str| found[key].as_str().unwrap().to_owned();
        (text("what"), text("why"))
    };
    let (what, why) = event(&browser).await;
    assert_eq!(what, "moved from North to South");
    assert!(why.contains("it stood in 4B") && why.ends_with("Lent for a year"), "{why}");
    let eve = fixture.somebody(&ada, Role::Biomed, south).await;
    assert_eq!(event(&eve).await.0, "moved from another organisation to South");
    assert_eq!(fixture.ask(bob.get(&path)).await.status, StatusCode::NOT_FOUND);
    let page = fixture.ask(browser.get(&path)).await;
    check_page(&page);
    assert!(page.body.contains("no export here has named it yet"));
    assert!(fixture.page(&browser, "/audit").await.contains("move device"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_with_a_device_of_a_sister_asks_whether_it_moved() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let mut places = Vec::new();
    for name in ["North", "South"] {
        let new = NewOrganisation { kind: Kind::Hospital, name };
        places.push(make_below(&fixture.app, &ada, ada.head, new).await.unwrap().id);
    }
    let export = |rows: &[&str]| {
        let row = |row: &&str| format!("{row},Aldermoor Medical,Meridian 400,4B,2.1\n");
        format!("{HEAD}{}", rows.iter().map(row).collect::<String>())
    };
    take_in(&fixture.app, &ada, places[0], "AIMS", &export(&["N-1,SN-1", "N-2,SN-2"]))
        .await;
    let id = fixture.device(&browser, "N-1").await;
    let look = async |place: i64, rows: &[&str]| -> String {
        let parcel = store::Parcel::of(export(rows).as_bytes()).unwrap();
        let upload =
            operations::inventory::arrive(&fixture.app, &ada, place, "x.csv", parcel)
                .await;
        format!("/imports/uploads/{}", upload.unwrap())
    };
    let take = "act=take&name=AIMS";
    let upload = look(places[1], &["S-1,SN-1"]).await;
    let page = fixture.ask(browser.get(&upload)).await;
    check_page(&page);
    assert!(
        page.body.contains("1 device at North")
            && page.body.contains("name=\"move_here\"")
    );
    let program = |fields: &str| {
        let mut request = browser.post(&upload, fields);
        request.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
        request
    };
    let refused = fixture.ask(program(take)).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    assert!(refused.body.contains("`move_here=yes`"), "{}", refused.body);
    let seen = fixture.value(&browser, &upload).await;
    assert_eq!(seen["sisters"]["movable"], 1, "{seen}");
    let taken = fixture.ask(program(&format!("{take}&move_here=yes"))).await;
    assert!(taken.status.is_success(), "{}", taken.body);
    operations::work_off(&fixture.app, "test").await.unwrap();
    assert_eq!(fixture.device(&browser, "S-1").await, id);

    // The export of the hospital that it left names it still.
    let upload = look(places[0], &["N-1,SN-1", "N-2,SN-2"]).await;
    let page = fixture.ask(browser.get(&upload)).await;
    check_page(&page);
    assert!(page.body.contains("name=\"leave_out\""), "{}", page.body);
    let take = "act=take&source=AIMS";
    let refused = fixture.ask(browser.post(&upload, take)).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    let seen = fixture.value(&browser, &upload).await;
    assert_eq!(seen["away"]["devices"][0]["tag"], "N-1", "{seen}");
    let taken =
        fixture.ask(browser.post(&upload, &format!("{take}&leave_out=yes"))).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
}
