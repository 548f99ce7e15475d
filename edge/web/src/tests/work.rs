//! Work over HTTP: every number leads to exactly the devices that it counts, each act is done
//! where it is shown, and nothing that rests on another organisation's documents is seen.

mod meanwhile;
mod orders;
mod windows;

use axum::http::StatusCode;
use operations::judging::use_index;
use operations::{organisation, work_off};
use serde_json::Value;
use store::{Kind, NewOrganisation, Role};

use super::devices::{index, inventory, links, number, take_in};
use super::products::place_pump;
use super::{Browser, Fixture};

impl Fixture {
    async fn work(&self, browser: &Browser, query: &str) -> Value {
        self.value(browser, &format!("/work{query}")).await
    }

    /// The action of a kind about a product.
    async fn action(&self, browser: &Browser, kind: &str, product: &str) -> Value {
        let work = self.work(browser, &format!("?kind={kind}")).await;
        let rows = work["rows"].as_array().unwrap();
        let is_it = |row: &&Value| row["product"].as_str().unwrap().contains(product);
        rows.iter().find(is_it).unwrap_or_else(|| panic!("{work}")).clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_leads_to_exactly_the_devices_that_it_counts() {
    let fixture = Fixture::new().await;
    let (_, ada) = fixture.judged().await;
    let page = fixture.page(&ada, "/work").await;
    let mut seen = 0;
    for (address, text) in links(&page) {
        let Some(count) = number(&text).filter(|_| address.starts_with("/devices?"))
        else {
            continue;
        };
        // A ward is written with a number of its own: the count stands last.
        let count = match text.rsplit_once(": ") {
            Some((_, count)) => count.parse().unwrap(),
            None => count,
        };
        let list = fixture.value(&ada, &address).await;
        assert_eq!(list["total"].as_u64(), Some(count), "{address}: {text}");
        seen += 1;
    }
    assert!(seen > 10, "{page}");
    // And so on the page of each action.
    let work = fixture.work(&ada, "").await;
    assert!(work["total"].as_u64().unwrap() > 4, "{work}");
    for row in work["rows"].as_array().unwrap() {
        let path = format!("/work/{}", row["action"].as_str().unwrap());
        let shown = fixture.value(&ada, &path).await;
        let builds = shown["builds"].as_array().unwrap();
        let sum: u64 = builds.iter().map(|one| one["devices"].as_u64().unwrap()).sum();
        assert_eq!(Some(sum), row["devices"].as_u64(), "{shown}");
        let flaws = shown["flaws_named"].as_array().unwrap().len();
        assert_eq!(Some(flaws as u64), row["flaws"].as_u64(), "{shown}");
        for (address, text) in links(&fixture.page(&ada, &path).await) {
            if address.starts_with("/devices?configuration=") {
                let list = fixture.value(&ada, &address).await;
                assert_eq!(list["total"].as_u64(), number(&text), "{address}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_value_to_filter_by_counts_what_it_leads_to() {
    let fixture = Fixture::new().await;
    let (_, ada) = fixture.judged().await;
    for query in ["", "?priority=act_now", "?ward=Ward%204B&kind=update", "?state=open"] {
        let work = fixture.work(&ada, query).await;
        for facet in work["facets"].as_array().unwrap() {
            let column = facet["column"].as_str().unwrap();
            for value in facet["values"].as_array().unwrap() {
                let name = fleet::encoded(value["value"].as_str().unwrap());
                let others = query.trim_start_matches('?').split('&');
                let others = others
                    .filter(|part| !part.starts_with(&format!("{column}=")))
                    .filter(|part| !part.is_empty());
                let parts: Vec<String> = others
                    .map(str::to_owned)
                    .chain([format!("{column}={name}")])
                    .collect();
                let one = fixture.work(&ada, &format!("?{}", parts.join("&"))).await;
                assert_eq!(one["total"], value["count"], "{query} {column} {value}");
            }
        }
    }
    let refused = fixture.ask(ada.get("/work?ward")).await;
    assert_eq!(refused.status, StatusCode::OK, "a ward that is not stated");
    for wrong in ["/work?priority=x", "/work?x=1", "/work?sort=colour", "/work?from=-1"] {
        assert_eq!(fixture.ask(ada.get(wrong)).await.status, StatusCode::BAD_REQUEST);
    }
    let wrong = fixture.ask(ada.get("/devices?sort=colour")).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.body.contains("Expected a column to sort by, found"), "{}", wrong.body);
    // Any order shows each action once.
    let all = fixture.work(&ada, "").await;
    let names = |work: &Value| -> std::collections::BTreeSet<String> {
        let rows = work["rows"].as_array().unwrap().iter();
        rows.map(|row| row["action"].as_str().unwrap().to_owned()).collect()
    };
    for sort in ["due", "-devices", "flaws", "product", "state", "-priority"] {
        let sorted = fixture.work(&ada, &format!("?sort={sort}")).await;
        assert_eq!(names(&sorted), names(&all), "{sort}");
    }
    let most = fixture.work(&ada, "?sort=-devices").await;
    let devices: Vec<u64> = most["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["devices"].as_u64().unwrap())
        .collect();
    assert!(devices.is_sorted_by(|one, other| one >= other), "{devices:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_is_decided_where_it_is_shown_and_a_form_keeps_what_was_typed() {
    let fixture = Fixture::new().await;
    let (_, browser) = fixture.judged().await;
    let update = fixture.action(&browser, "update", "Meridian").await;
    assert_eq!(
        (&update["what"], &update["devices"]),
        (&"Update to 2.3".into(), &3.into())
    );
    assert_eq!((&update["flaws"], &update["exploited"]), (&2.into(), &1.into()));
    assert!(update["because"].as_str().unwrap().contains("exploited"), "{update}");
    let path = format!("/work/{}", update["action"].as_str().unwrap());
    let post = async |act: &str, fields: &str| {
        fixture.ask(browser.post(&format!("{path}/{act}"), fields)).await
    };
    // Wrong first: the page again, with what was typed and how to mend it.
    for (act, fields, kept, mend) in [
        ("window", "from=2026-12-09&to=2026-12-01&plan_note=WO+1", "WO 1", "last day"),
        ("window", "from=soon&to=", "soon", "Enter a day"),
        (
            "acceptance",
            "until=2001-01-01&risk_reason=it+is+fine",
            "it is fine",
            "today or a later day",
        ),
        (
            "acceptance",
            "until=2031-01-01&risk_reason=it+is+fine",
            "2031-01-01",
            "within a year",
        ),
        ("analysis", "found=we+think+so", "we think so", "Choose why"),
        (
            "analysis",
            "justification=component_not_present&vulnerabilities=CVE-2014-0160&found=gone",
            "CVE-2014-0160",
            "the maker itself says",
        ),
        ("owner", "owner=999", "", "Choose somebody"),
    ] {
        let answer = post(act, fields).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{act} {}",
            answer.body
        );
        for text in [kept, mend, "role=\"alert\""] {
            assert!(answer.body.contains(text), "{text} in {}", answer.body);
        }
        assert!(answer.body.contains("<details open>"), "{act}: the form stands open");
    }
    assert_eq!(fixture.value(&browser, &path).await["state"], "open");
    for absent in ["/work/none", "/work/0123456789abcdef0123"] {
        assert_eq!(fixture.ask(browser.get(absent)).await.status, StatusCode::NOT_FOUND);
        let answer = fixture.ask(browser.post(&format!("{absent}/report"), "")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_reported_done_comes_back_with_the_import_that_shows_otherwise() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let update = fixture.action(&browser, "update", "Meridian").await;
    let path = format!("/work/{}", update["action"].as_str().unwrap());
    let post = async |act: &str, fields: &str| {
        fixture.ask(browser.post(&format!("{path}/{act}"), fields)).await
    };
    let state = async || fixture.value(&browser, &path).await["state"].clone();
    assert_eq!(fixture.value(&browser, &path).await["owner"], "");
    let done = post("owner", &format!("owner={}", ada.person)).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, path.as_str()));
    assert_eq!(fixture.value(&browser, &path).await["owner"], "Ada");
    assert_eq!(
        fixture.work(&browser, &format!("?owner={}", ada.person)).await["total"],
        1
    );
    post("report", "done_note=work+order+4711").await;
    assert_eq!(state().await, "reported_done");
    let page = fixture.page(&browser, &path).await;
    for shown in
        ["Reported done by Ada", "work order 4711", "Ada sees to it", "first seen"]
    {
        assert!(page.contains(shown), "{shown} in {page}");
    }
    take_in(&fixture.app, &ada, ada.head, "assets", &inventory()).await;
    assert_eq!(state().await, "came_back");
    let page = fixture.page(&browser, &path).await;
    assert!(page.contains("still shows"), "{page}");
    post("opened", "again_reason=not+done").await;
    assert_eq!(state().await, "open");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_to_do_rests_on_another_organisations_documents() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    use_index(&fixture.app, &index(&fixture.app.data, "one.index", "")).await.unwrap();
    let mut places = Vec::new();
    for name in ["North", "South"] {
        let new = NewOrganisation { kind: Kind::Hospital, name };
        let made = organisation::make_below(&fixture.app, &ada, ada.head, new).await;
        places.push(made.unwrap().id);
    }
    let [north, south] = places[..] else { panic!("two hospitals") };
    take_in(&fixture.app, &ada, north, "north", &inventory()).await;
    take_in(&fixture.app, &ada, south, "south", &inventory()).await;
    let (_, bob) = fixture.invited(&ada, Role::Biomed, south).await;
    let before = fixture.work(&bob, "").await;
    let page = fixture.page(&bob, "/work").await;

    // The hospital in the north knows what its pumps are made of.
    place_pump(&fixture, &browser, north).await;
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let components = fixture.action(&browser, "ask_maker", "Meridian").await;
    assert_eq!(components["organisation"], north);
    let path = format!("/work/{}", components["action"].as_str().unwrap());
    assert!(fixture.value(&browser, &path).await["flaws"].as_u64().unwrap() > 0);
    // The one in the south has the same pumps, and sees, counts and finds nothing of it.
    assert_eq!(fixture.work(&bob, "").await, before);
    assert_eq!(fixture.page(&bob, "/work").await, page);
    let south_work = fixture.work(&browser, &format!("?organisation={south}")).await;
    assert_eq!(south_work["total"], before["total"], "nor is it done there by others");
    assert_eq!(fixture.ask(bob.get(&path)).await.status, StatusCode::NOT_FOUND);
    for act in ["owner", "window", "report", "acceptance", "analysis", "opened"] {
        let fields = "from=2030-01-01&to=2030-01-02&until=2027-01-01&again_reason=x\
                      &justification=component_not_present&found=x&risk_reason=x";
        let answer = fixture.ask(bob.post(&format!("{path}/{act}"), fields)).await;
        assert_ne!(answer.status, StatusCode::SEE_OTHER, "{act}: {}", answer.body);
        assert!(!answer.body.contains("Meridian"), "{act}: {}", answer.body);
    }
    let set = format!("/devices?among=work%3A{}", components["action"].as_str().unwrap());
    assert_eq!(fixture.value(&bob, &set).await["total"], 0);
    assert_eq!(fixture.value(&browser, &set).await["total"], components["devices"]);
    let export = fixture.ask(bob.get("/work/export?format=json")).await;
    let names = |orders: &Value| -> Vec<Value> {
        orders.as_array().unwrap().iter().map(|one| one["action"].clone()).collect()
    };
    assert_eq!(names(&export.json()), names(&before["rows"]));
    for own in components["what"].as_str().into_iter().chain(["openssl", "North"]) {
        assert!(!export.body.contains(own), "{own}: {}", export.body);
    }
    // Who sees both sees what both do alike together, and how many devices that is.
    let both = fixture.page(&browser, "/work").await;
    let update = "Meridian 400: update to 2.3: 6 devices in 2 organisations";
    assert_eq!(both.matches(update).count(), 1, "{both}");
    assert!(!fixture.page(&bob, "/work").await.contains("organisations<"), "{page}");
    let all = fixture.work(&browser, "").await;
    let told: Vec<(&str, &str)> = all["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["product"].as_str().unwrap(), row["what"].as_str().unwrap()))
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    for beside in told.chunk_by(|one, other| one == other) {
        assert!(seen.insert(beside[0]), "{beside:?} stands in two places: {told:?}");
    }
    // What one hospital decides the other does not see.
    let update =
        fixture.work(&browser, &format!("?organisation={north}&kind=update")).await;
    let path = format!("/work/{}", update["rows"][0]["action"].as_str().unwrap());
    let owner = format!("owner={}", ada.person);
    fixture.ask(browser.post(&format!("{path}/owner"), &owner)).await;
    assert_eq!(fixture.work(&bob, "").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_list_teaches_and_deadlines_are_data() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let page = fixture.page(&browser, "/work").await;
    assert!(page.contains("No inventory has been taken in yet"), "{page}");
    assert!(page.contains("Nobody knows yet what is to be done"), "{page}");
    assert!(page.contains("href=\"/imports/new\""), "{page}");
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    let page = fixture.page(&viewer, "/work").await;
    assert!(!page.contains("/imports/new"), "nobody is led to what refuses: {page}");
    let shown = fixture.value(&browser, "/work/policy").await;
    assert_eq!(shown["rows"][0]["days"], serde_json::json!([2, 7, 30, null]));
    let page = fixture.page(&browser, "/work/policy").await;
    assert!(
        page.contains("as everybody starts with"),
        "nothing is above the top: {page}"
    );
    assert!(!page.contains("as above it"), "{page}");
    let fields = format!(
        "organisation={}&act_now=9&this_week=7&next_window=x&watch=&approval=two",
        ada.head
    );
    let wrong = fixture.ask(browser.post("/work/policy", &fields)).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("value=\"9\""), "{}", wrong.body);
    let fields = fields.replace("act_now=9", "act_now=1").replace("=x", "=20");
    let done = fixture.ask(browser.post("/work/policy", &fields)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let shown = fixture.value(&browser, "/work/policy").await;
    let row = &shown["rows"][0];
    assert_eq!(row["days"], serde_json::json!([1, 7, 20, null]));
    assert_eq!((&row["approval"], &row["is_own"]), (&"two".into(), &true.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn today_says_first_what_cannot_wait_and_every_number_leads_on() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let today = fixture.value(&browser, "/today").await;
    let sentence = today["sentence"].as_str().unwrap();
    assert!(sentence.contains("5 things need you today"), "{sentence}");
    assert!(
        sentence.contains("update 3 Aldermoor Medical Meridian 400 in 2 wards to 2.3")
    );
    assert_eq!(today["first"].as_array().unwrap().len(), 5, "{today}");
    assert!(today["since"][0].as_str().unwrap().contains("16 devices new"), "{today}");
    let due: i64 = today["plots"][0]["bars"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bar| bar["count"].as_i64().unwrap())
        .sum();
    let work = fixture.work(&browser, "").await;
    assert_eq!(due, work["total"].as_i64().unwrap(), "each is due once, {today}");
    let page = fixture.page(&browser, "/today").await;
    assert!(page.contains("<svg viewBox") && page.contains("The numbers"), "{page}");
    for (address, text) in links(&page) {
        let Some(count) = number(&text).filter(|_| address.starts_with("/work?due="))
        else {
            continue;
        };
        let list = fixture.value(&browser, &address).await;
        assert_eq!(list["total"].as_u64(), Some(count), "{address}");
    }
    let now = fixture.work(&browser, "?due=now").await;
    assert_eq!(now["total"], 5, "the number of the sentence leads to what it counts");
    // Who keeps devices running sees the own things first, and those of nobody.
    let (bob, his) = fixture.invited(&ada, Role::Biomed, ada.head).await;
    let row = fixture.action(&browser, "mitigate", "EchoLine").await;
    let path = format!("/work/{}", row["action"].as_str().unwrap());
    fixture
        .ask(browser.post(&format!("{path}/owner"), &format!("owner={}", bob.person)))
        .await;
    let update = fixture.action(&browser, "update", "Meridian").await;
    let path = format!("/work/{}", update["action"].as_str().unwrap());
    fixture
        .ask(browser.post(&format!("{path}/owner"), &format!("owner={}", ada.person)))
        .await;
    let own = fixture.value(&his, "/today").await;
    assert!(own["first_title"].as_str().unwrap().starts_with("Yours"), "{own}");
    let shown: Vec<&Value> =
        own["first"].as_array().unwrap().iter().map(|row| &row["action"]).collect();
    assert!(!shown.contains(&&update["action"]), "it is somebody else's");
    let page = fixture.page(&his, "/today").await;
    let (_, lead) = page.split_once("<p class=\"lead\">").unwrap();
    let (address, text) = links(lead).into_iter().next().unwrap();
    assert!(address.contains(&format!("owner={}", bob.person)), "{address}");
    let list = fixture.value(&his, &address).await;
    assert_eq!(list["total"].as_u64(), number(&text), "{address}: {text}");
    assert!(list["total"].as_u64() < now["total"].as_u64(), "{list}");
    // Nobody who sees no devices learns of any.
    let (_, guest) = fixture.invited(&ada, Role::SupplierGuest, ada.head).await;
    let bare = fixture.value(&guest, "/today").await;
    for told in ["first", "members", "known", "since", "plots"] {
        assert!(bare.get(told).is_none(), "{bare}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_priorities_is_seen_looked_at_and_put_in_force() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let all = fixture.value(&browser, "/work/priorities").await;
    assert_eq!(all["rows"][0]["made_by"], serde_json::Value::Null);
    let path = format!("/work/priorities/{}", ada.head);
    let shown = fixture.value(&browser, &path).await;
    assert_eq!(shown["rows"][1]["when"], "exploited");
    let page = fixture.page(&browser, &path).await;
    assert!(page.contains("the one that everybody starts with"), "{page}");
    let urgent =
        fixture.value(&browser, "/devices?priority=act_now").await["total"].clone();
    assert_ne!(urgent, 0);

    // What is typed stays while rows are moved, and what is wrong is told at its row.
    let rows =
        "priority_1=this_week&when_1=CVSS+at+least+9&priority_2=watch&when_2=always";
    let moved = fixture.ask(browser.post(&path, &format!("{rows}&act=add"))).await;
    assert_eq!(moved.status, StatusCode::OK, "{}", moved.body);
    assert!(moved.body.contains("name=\"when_3\" value=\"always\""), "{}", moved.body);
    let wrong = fixture
        .ask(browser.post(&path, &format!("{}&act=look", rows.replace("+least", ""))))
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Row 1, character 6"), "{}", wrong.body);
    for nothing in ["act=", "act=away", "act=look", "act=keep"] {
        let refused = fixture.ask(browser.post(&path, nothing)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{nothing}");
    }
    let looked = fixture.ask(browser.post(&path, &format!("{rows}&act=look"))).await;
    assert_eq!(looked.status, StatusCode::OK, "{}", looked.body);
    assert!(looked.body.contains("would be another one"), "{}", looked.body);
    assert!(looked.body.contains("Put it in force"), "{}", looked.body);
    assert_eq!(fixture.value(&browser, &path).await["made_by"], serde_json::Value::Null);

    let kept = fixture.ask(browser.post(&path, &format!("{rows}&act=keep"))).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
    let shown = fixture.value(&browser, &path).await;
    assert_eq!(shown["made_by"], ada.head);
    assert_eq!(shown["table"], "this week: CVSS at least 9\nwatch: anything else\n");
    let now = fixture.value(&browser, "/devices?priority=act_now").await;
    assert_eq!(now["total"], 0);
    let page = fixture.page(&browser, "/audit").await;
    assert!(page.contains("set priority table"), "{page}");
    let back = fixture.ask(browser.post(&path, "act=look_back")).await;
    assert!(back.body.contains("Take it back"), "{}", back.body);
    let done = fixture.ask(browser.post(&path, "act=take_back")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let now = fixture.value(&browser, "/devices?priority=act_now").await;
    assert_eq!(now["total"], urgent);
    // Others see it, and change nothing; of another place they see nothing.
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    let page = fixture.page(&viewer, &path).await;
    assert!(page.contains("In force is") && !page.contains("<form class=\"form wide\""));
    let refused = fixture.ask(viewer.post(&path, "act=take_back")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let absent = fixture.ask(browser.get("/work/priorities/999")).await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
}
