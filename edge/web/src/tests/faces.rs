//! The faces of the four users: what stands in the rail, and what Today says first.

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use operations::organisation::make_below;
use operations::{Actor, App};
use store::{Kind, NewOrganisation, Role};

use super::devices::{inventory, links, number, take_in, use_demo};
use super::{Browser, Fixture};

impl Fixture {
    pub(super) async fn below(
        &self,
        by: &Actor,
        parent: i64,
        kind: Kind,
        name: &str,
    ) -> i64 {
        let new = NewOrganisation { kind, name };
        make_below(&self.app, by, parent, new).await.unwrap().id
    }
}

/// The same house, two months ago.
fn two_months_ago(app: &App) -> App {
    let mut app = app.clone();
    app.now =
        || Timestamp::now().saturating_sub(SignedDuration::from_hours(61 * 24)).unwrap();
    app
}

/// The addresses of the rail: those that stand in it, and those under *More*.
fn rail(page: &str) -> (Vec<String>, Vec<String>) {
    let rail = page.split("class=\"rail\"").nth(1).unwrap();
    let rail = rail.split("</nav>").next().unwrap();
    let (first, more) = rail.split_once("class=\"more\"").unwrap_or((rail, ""));
    let addresses = |part| links(part).into_iter().map(|(address, _)| address).collect();
    (addresses(first), addresses(more))
}

/// What stands in the rail of a hospital.
const HOSPITAL: [&str; 6] =
    ["/today", "/work", "/questions", "/devices", "/products", "/posture"];

#[tokio::test(flavor = "multi_thread")]
async fn each_side_has_a_rail_of_its_own_and_no_entry_leads_nowhere() {
    for (kind, first) in [
        (Kind::System, HOSPITAL.to_vec()),
        (Kind::Hospital, HOSPITAL.to_vec()),
        (
            Kind::PurchasingGroup,
            vec![
                "/today",
                "/purchases",
                "/suppliers",
                "/products",
                "/posture",
                "/questions",
            ],
        ),
        (
            Kind::Maker,
            vec![
                "/today",
                "/products",
                "/advisories",
                "/customers/questions",
                "/customers",
                "/posture",
            ],
        ),
    ] {
        let fixture = Fixture::new().await;
        let (ada, browser) = fixture.founded_as(kind).await;
        let page = fixture.page(&browser, "/today").await;
        let (shown, more) = rail(&page);
        assert_eq!(shown, first, "{kind:?}");
        for address in shown.iter().chain(&more) {
            let answer = fixture.ask(browser.get(address)).await;
            assert_eq!(answer.status, StatusCode::OK, "{kind:?} {address}");
            let (_, within) = answer.body.split_once("class=\"rail\"").unwrap();
            assert_eq!(within.matches("aria-current=\"page\"").count(), 1, "{address}");
            let is_open = answer.body.contains("<details open><summary>More");
            assert_eq!(is_open, more.contains(address), "{address}");
        }
        // Whoever looks on has no entry that refuses.
        let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
        let (shown, more) = rail(&fixture.page(&viewer, "/today").await);
        for address in shown.iter().chain(&more) {
            let answer = fixture.ask(viewer.get(address)).await;
            assert_eq!(answer.status, StatusCode::OK, "{kind:?} {address}");
        }
        assert!(!more.contains(&"/audit".to_owned()), "{more:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_works_in_a_hospital_of_a_group_has_the_rail_of_a_hospital() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded_as(Kind::PurchasingGroup).await;
    let north = fixture.below(&ada, ada.head, Kind::Hospital, "North").await;
    let (_, bob) = fixture.invited(&ada, Role::Biomed, north).await;
    let (shown, _) = rail(&fixture.page(&bob, "/today").await);
    assert!(shown.contains(&"/work".to_owned()), "{shown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_sees_which_members_are_touched_and_each_number_leads_to_its_rows() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded_as(Kind::PurchasingGroup).await;
    let system = fixture.below(&ada, ada.head, Kind::System, "Vale").await;
    let north = fixture.below(&ada, system, Kind::Hospital, "North").await;
    let south = fixture.below(&ada, ada.head, Kind::Hospital, "South").await;
    let west = fixture.below(&ada, ada.head, Kind::Hospital, "West").await;
    let few: String = inventory().lines().take(6).flat_map(|line| [line, "\n"]).collect();
    take_in(&two_months_ago(&fixture.app), &ada, south, "assets", &few).await;
    use_demo(&fixture.app).await;
    take_in(&fixture.app, &ada, north, "assets", &inventory()).await;

    let today = fixture.value(&browser, "/today").await;
    let sentence = today["sentence"].as_str().unwrap();
    assert!(sentence.contains("of your 3 members"), "{sentence}");
    assert!(sentence.contains("first North with"), "{sentence}");
    let members = today["members"].as_array().unwrap();
    assert_eq!(members.len(), 2, "{today}");
    assert_eq!(
        (&members[0]["name"], &members[0]["part_of"]),
        (&"North".into(), &"Vale".into())
    );
    assert_eq!(
        (&members[1]["name"], &members[1]["part_of"]),
        (&"South".into(), &"".into())
    );
    // West never sent one, and South none for two months.
    let stale = today["stale"].as_array().unwrap();
    let told: Vec<(i64, bool, u64)> = stale
        .iter()
        .map(|one| {
            let newest = one["newest"].as_str().unwrap();
            let id = one["organisation"].as_i64().unwrap();
            (id, newest.is_empty(), one["devices"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(told, [(west, true, 0), (south, false, 5)]);
    let since = today["since"].to_string();
    assert!(since.contains("New flaws touch North"), "{since}");

    let page = fixture.page(&browser, "/today").await;
    let (_, table) = page.split_once("aria-label=\"Members touched\"").unwrap();
    let (table, _) = table.split_once("</table>").unwrap();
    let (_, old) = page.split_once("aria-label=\"Inventories that").unwrap();
    let (old, _) = old.split_once("</table>").unwrap();
    let mut seen = 0;
    for (address, text) in links(table).into_iter().chain(links(old)) {
        let Some(count) = number(&text).filter(|_| !address.starts_with("/imports/"))
        else {
            assert_eq!(fixture.ask(browser.get(&address)).await.status, StatusCode::OK);
            continue;
        };
        let list = fixture.value(&browser, &address).await;
        assert_eq!(list["total"].as_u64(), Some(count), "{address}: {text}");
        seen += 1;
    }
    assert!(seen >= 8, "{table}");

    // Who runs one member sees nothing of the others, and no table of members.
    let (_, bob) = fixture.invited(&ada, Role::Security, south).await;
    let own = fixture.value(&bob, "/today").await;
    assert_eq!(own["members"].as_array().unwrap().len(), 0, "{own}");
    assert_eq!(own["stale"].as_array().unwrap().len(), 0, "{own}");
    let page = fixture.page(&bob, "/today").await;
    for other in ["North", "West", "Vale"] {
        assert!(!page.contains(other), "{other} in {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_without_anything_says_so() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded_as(Kind::PurchasingGroup).await;
    fixture.below(&ada, ada.head, Kind::Hospital, "North").await;
    use_demo(&fixture.app).await;
    let today = fixture.value(&browser, "/today").await;
    let sentence = today["sentence"].as_str().unwrap();
    assert!(sentence.contains("No inventory is here yet"), "{sentence}");
    assert_eq!(today["members"].as_array().unwrap().len(), 0, "{today}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_work_is_kept_for_its_owner_alone_beside_those_of_devices() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let (_, bob) = fixture.invited(&ada, Role::Security, ada.head).await;
    let query = fleet::encoded("due=now&sort=-devices&from=50");
    let save = browser.post("/work/views", &format!("name=Before+Friday&query={query}"));
    let saved = fixture.ask(save).await;
    assert_eq!(saved.header("location"), "/work?due=now&sort=-devices");
    let page = fixture.page(&browser, "/work?due=now&sort=-devices").await;
    let chips = page.split("aria-label=\"Saved lists\"").nth(1).unwrap();
    let chips = chips.split("</nav>").next().unwrap();
    assert!(chips.contains("Before Friday") && chips.contains("aria-current"), "{chips}");
    assert!(!fixture.page(&browser, "/devices").await.contains("Before Friday"));
    assert!(!fixture.page(&bob, "/work").await.contains("Before Friday"));
    let view = page.split("name=\"view\" value=\"").nth(1).unwrap();
    let view = view.split('"').next().unwrap().to_owned();
    let forget =
        |who: &Browser| who.post("/work/views/forgotten", &format!("view={view}"));
    assert_eq!(fixture.ask(forget(&bob)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(fixture.ask(forget(&browser)).await.header("location"), "/work");
    assert!(!fixture.page(&browser, "/work").await.contains("Before Friday"));
    for fields in
        ["name=&query=", "name=x&query=ward2%3D", &format!("name={}", "x".repeat(99))]
    {
        let refused = fixture.ask(browser.post("/work/views", fields)).await;
        assert!(refused.status.is_client_error(), "{fields}");
    }
}

#[tokio::test]
async fn who_asks_for_what_is_nowhere_keeps_the_rail_and_a_way_on() {
    let fixture = Fixture::new().await;
    let (_, browser) = fixture.founded().await;
    for request in [browser.get("/nowhere"), browser.get("/devices/1/nothing/here")] {
        let page = fixture.ask(request).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(!rail(&page.body).0.is_empty(), "{}", page.body);
        for way in ["href=\"/devices\"", "action=\"/search\"", "Go to Today"] {
            assert!(page.body.contains(way), "{way}: {}", page.body);
        }
    }
    // Who is not signed in, or not any more, learns nothing of a house.
    let ended =
        Browser { cookie: format!("lazaret={}", "0".repeat(64)), ..Browser::default() };
    for who in [Browser::default(), ended] {
        let page = fixture.ask(who.get("/nowhere")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(!page.body.contains("class=\"rail\""), "{}", page.body);
        assert!(!page.body.contains("Invented"), "{}", page.body);
    }
}

#[tokio::test]
async fn the_box_keeps_what_was_searched_for() {
    let fixture = Fixture::new().await;
    let (_, browser) = fixture.founded().await;
    for (typed, kept) in
        [("zzzz", "zzzz"), ("a \"b\" <c>", "a &#34;b&#34; &#60;c&#62;"), ("", "")]
    {
        let path = format!("/search?q={}", fleet::encoded(typed));
        let page = fixture.ask(browser.get(&path)).await.body;
        let field = page.split("id=\"search\"").nth(1).unwrap();
        let field = field.split('>').next().unwrap();
        assert!(field.contains(&format!("value=\"{kept}\"")), "{typed}: {field}");
    }
    let elsewhere = fixture.ask(browser.get("/today?q=zzzz")).await.body;
    assert!(!elsewhere.contains("zzzz"), "{elsewhere}");
}
