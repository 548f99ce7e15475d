//! Evidence and where an organisation stands, over HTTP: what arrives is looked at before it
//! counts, an entry is made by hand, each control shows on what it rests, and neither page tells
//! one organisation of another.

use axum::http::StatusCode;
use operations::evidence::{Answers, arrive, take};
use serde_json::Value;
use store::{Parcel, Role};

use super::{Answer, Fixture};

const ROSTER: &[u8] = b"Employee ID,Role,Email,Start Date\n\
    1,Nurse,grace.hopper@x.example,2026-11-01\n2,Nurse,b@x.example,soon\n";

#[track_caller]
fn led(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.header("location").to_owned()
}

#[track_caller]
fn wrong(answer: &Answer, told: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    assert!(answer.body.contains(told), "{told} in {}", answer.body);
}

/// A control of a posture, as JSON tells it.
fn control(shown: &Value, id: &str) -> Value {
    let groups = shown["categories"].as_array().unwrap();
    let mut all = groups.iter().flat_map(|group| group["controls"].as_array().unwrap());
    all.find(|one| one["id"] == id).unwrap_or_else(|| panic!("{id} in {shown}")).clone()
}

async fn kept(fixture: &Fixture, by: &operations::Actor, place: i64, text: &str) -> i64 {
    let parcel = Parcel::of(text.as_bytes()).unwrap();
    let arrived = arrive(&fixture.app, by, place, "file", parcel).await.unwrap();
    take(&fixture.app, by, arrived.id(), &Answers::default()).await.unwrap();
    arrived.id()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_looked_at_taken_in_replaced_and_withdrawn_on_pages() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let empty = fixture.page(&browser, "/evidence").await;
    assert!(empty.contains("No evidence is kept here yet"), "{empty}");
    let form = fixture.page(&browser, "/evidence/new").await;
    assert!(form.contains("/evidence/entries/new?kind=policy"), "{form}");
    let new = "/evidence/new";
    wrong(&fixture.deliver(&browser, new, ada.head, &[], b"").await, "is empty");
    let bom = br#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}"#;
    wrong(&fixture.deliver(&browser, new, ada.head, &[], bom).await, "under Products");
    let broken = b"evidence = 1\n[[policy]]\nnam = 1\n";
    wrong(&fixture.deliver(&browser, new, ada.head, &[], broken).await, "made.json");

    let one = led(&fixture.deliver(&browser, new, ada.head, &[], ROSTER).await);
    let again = led(&fixture.deliver(&browser, new, ada.head, &[], ROSTER).await);
    assert_eq!(again, format!("{one}?known=yes"));
    let page = fixture.page(&browser, &again).await;
    assert!(page.contains("delivered before"), "{page}");
    assert!(page.contains("row 3, column Start Date"), "the cell: {page}");
    for name in ["grace", "b@x.example"] {
        assert!(!page.contains(name), "{name} is shown: {page}");
    }
    let shown = fixture.value(&browser, &one).await;
    assert_eq!(shown["stands"], "waiting");
    assert_eq!(shown["counts"][0]["kind"], "person");
    assert_eq!(shown["counts"][0]["count"], 2);
    assert_eq!(shown["complaint_count"], 1);

    let taken = format!("{one}/taken");
    let fields = "source=Personnel+<system>&valid_from=2199-01-01";
    let refused = fixture.ask(browser.post(&taken, fields)).await;
    wrong(&refused, "a day to come");
    assert!(refused.body.contains("Personnel &#60;system&#62;"), "{}", refused.body);
    let fields = "source=Personnel&valid_until=2199-01-01&audience=owner&replaces=";
    assert_eq!(led(&fixture.ask(browser.post(&taken, fields)).await), one);
    let shown = fixture.value(&browser, &one).await;
    assert_eq!(
        (&shown["stands"], &shown["source"]),
        (&"in_force".into(), &"Personnel".into())
    );
    let list = fixture.value(&browser, "/evidence?kind=person&stands=in_force").await;
    assert_eq!(list["pieces"][0]["source"], "Personnel", "{list}");
    for query in ["kind=account", "stands=expired", "older=30", "q=nothing"] {
        let list = fixture.value(&browser, &format!("/evidence?{query}")).await;
        assert_eq!(list["total"], 0, "{query}");
    }

    let newer = ROSTER.to_ascii_uppercase();
    let newer = led(&fixture.deliver(&browser, new, ada.head, &[], &newer).await);
    let page = fixture.page(&browser, &newer).await;
    assert!(page.contains("Takes the place of"), "{page}");
    let old = one.rsplit('/').next().unwrap();
    let fields = format!("replaces={old}");
    led(&fixture.ask(browser.post(&format!("{newer}/taken"), &fields)).await);
    let page = fixture.page(&browser, &one).await;
    assert!(page.contains(&format!("href=\"{newer}\"")), "what took its place: {page}");

    let withdrawn = format!("{newer}/withdrawn");
    wrong(&fixture.ask(browser.post(&withdrawn, "reason=")).await, "Enter why.");
    led(&fixture.ask(browser.post(&withdrawn, "reason=of+another+house")).await);
    assert_eq!(fixture.value(&browser, "/evidence").await["total"], 0);
    let past = fixture.value(&browser, "/evidence?stands=withdrawn").await;
    assert_eq!(past["total"], 2);

    let file = fixture.ask(browser.get(&format!("{one}/file"))).await;
    assert_eq!(file.body.as_bytes(), ROSTER);
    assert!(file.header("content-disposition").starts_with("attachment"));
    let log = fixture.page(&browser, "/audit").await;
    assert!(log.contains("take document of evidence away"), "{log}");
    for path in
        ["/evidence/999999", "/evidence/x", "/posture/Z-99", "/posture?organisation=9"]
    {
        assert_eq!(fixture.ask(browser.json(path)).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_made_by_hand_and_each_control_shows_on_what_it_rests() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let shown = fixture.value(&browser, "/posture").await;
    assert_eq!(shown["categories"].as_array().unwrap().len(), 4);
    let before = control(&shown, "A-10");
    assert_eq!(before["verdict"], "cannot_tell");
    assert!(!before["next"][0].as_str().unwrap().is_empty());
    assert!(shown["actions"].as_array().unwrap().len() <= 7);

    let new = "/evidence/entries/new";
    for kind in evidence::Kind::ALL {
        let status =
            fixture.ask(browser.get(&format!("{new}?kind={}", kind.word()))).await.status;
        let is_form = operations::evidence::may_be_entered(*kind);
        assert_eq!(status == StatusCode::OK, is_form, "{kind:?}");
    }
    let fields = [("kind", "assessment"), ("method", "NIST <CSF>"), ("scope", "all")];
    let missing = fixture.deliver(&browser, new, ada.head, &fields, b"").await;
    wrong(&missing, "href=\"#on\"");
    assert!(missing.body.contains("NIST &#60;CSF&#62;"), "what was typed stays");
    let mut whole = fields.to_vec();
    whole.push(("on", "2026-03-01"));
    led(&fixture.deliver(&browser, new, ada.head, &whole, b"").await);
    let shown = fixture.value(&browser, "/posture").await;
    assert_eq!(control(&shown, "A-10")["verdict"], "partly_met", "only claimed");
    let entry = led(&fixture.deliver(&browser, new, ada.head, &whole, b"a proof").await);

    let shown = fixture.value(&browser, "/posture/a-10").await;
    assert_eq!(shown["verdict"], "met", "{shown}");
    let fact = &shown["facts"][0];
    assert_eq!(
        (&fact["class"], &fact["date"]),
        (&"documented".into(), &"2026-03-01".into())
    );
    assert!(fact["age_days"].as_i64().unwrap() > 200);
    assert!(!shown["crosswalk"].as_array().unwrap().is_empty());
    let page = fixture.page(&browser, "/posture/A-10").await;
    assert!(page.contains(&format!("href=\"{entry}\"")), "the fact leads to it: {page}");
    let page = fixture.page(&browser, "/posture").await;
    assert!(page.contains("/posture/A-10?organisation="), "{page}");
    assert!(fixture.page(&browser, &entry).await.contains("NIST &#60;CSF&#62;"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_tells_one_organisation_of_another() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let (north, south) =
        (fixture.site(&ada, "North").await, fixture.site(&ada, "South").await);
    let secret = "evidence = 1\n[[assessment]]\nmethod = \"secret-of-north\"\non = 2026-03-01\nscope = \"all\"\n";
    let id = kept(&fixture, &ada, north, secret).await;
    let (_, norths) = fixture.invited(&ada, Role::Security, north).await;
    let (_, souths) = fixture.invited(&ada, Role::Security, south).await;
    let (_, auditor) = fixture.invited(&ada, Role::Auditor, north).await;
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, north).await;
    let of_north = format!("/posture?organisation={north}");
    let own = fixture.value(&norths, &of_north).await;
    assert!(control(&own, "A-10")["why"].as_str().unwrap().contains("secret-of-north"));
    assert!(own["members"].as_array().unwrap().is_empty(), "it sees itself alone");
    let all = fixture.value(&browser, "/posture").await;
    let members = all["members"].as_array().unwrap();
    let told: Vec<&str> =
        members.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(told.len(), 3);
    assert!(told.contains(&"North") && told.contains(&"South"), "{told:?}");

    let piece = format!("/evidence/{id}");
    for path in ["/evidence", "/posture", "/posture/A-10", "/today", "/evidence?q=secret"]
    {
        for request in [souths.get(path), souths.json(path)] {
            let answer = fixture.ask(request).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            for word in ["secret-of-north", "North"] {
                assert!(!answer.body.contains(word), "{path} tells of {word}");
            }
        }
    }
    for path in [&piece, &of_north, &format!("/posture/A-10?organisation={north}")] {
        assert_eq!(fixture.ask(souths.json(path)).await.status, StatusCode::NOT_FOUND);
    }
    for act in ["taken", "withdrawn", "thrown-away"] {
        let refused =
            fixture.ask(souths.post(&format!("{piece}/{act}"), "reason=x")).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{act}");
    }
    let refused = fixture.ask(souths.get(&format!("{piece}/file"))).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let page = fixture.page(&auditor, &piece).await;
    assert!(!page.contains("Withdraw it") && !page.contains("Take it away"), "{page}");
    for path in ["/evidence", "/posture", &piece] {
        assert_eq!(fixture.ask(viewer.get(path)).await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_posture_is_taken_away_as_oscal_by_those_alone_who_see_it() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let (north, south) =
        (fixture.site(&ada, "North").await, fixture.site(&ada, "South").await);
    let secret = "evidence = 1\n[[assessment]]\nmethod = \"secret-of-north\"\non = 2026-03-01\nscope = \"all\"\n";
    kept(&fixture, &ada, north, secret).await;
    let (_, auditor) = fixture.invited(&ada, Role::Auditor, north).await;
    let (_, souths) = fixture.invited(&ada, Role::Security, south).await;
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, north).await;
    let page = fixture.page(&browser, &format!("/posture?organisation={north}")).await;
    for model in oscal::Model::ALL {
        let path = format!("/posture/oscal/{}?organisation={north}", model.word());
        assert!(page.contains(&format!("href=\"{path}\"")), "{path}: {page}");
        let taken = fixture.ask(auditor.get(&path)).await;
        assert_eq!(taken.status, StatusCode::OK, "{}", taken.body);
        assert!(taken.header("content-disposition").contains(model.word()));
        let read = oscal::parse(taken.body.as_bytes()).unwrap().value;
        assert_eq!(read.model(), model);
        let tells = taken.body.contains("secret-of-north");
        let judged = [oscal::Model::Results, oscal::Model::Poam].contains(&model);
        assert!(!tells || judged, "{}", taken.body);
        if model == oscal::Model::Results {
            assert!(tells, "its findings name what they rest on: {}", taken.body);
            let oscal::Document::Results(results) = read else { panic!() };
            let claims = oscal::import::claims(&results);
            let unknown = claims.iter().filter(|one| one.verdict == "cannot_tell");
            assert!(unknown.clone().count() > 10);
            assert!(unknown.into_iter().all(|one| one.state == "not-satisfied"));
        }
        let again = fixture.ask(auditor.get(&path)).await;
        assert_eq!(again.body, taken.body, "the same input gives the same file");
        let refused = fixture.ask(souths.get(&path)).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
        let refused = fixture.ask(viewer.get(&path)).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
    }
    let unknown = fixture.ask(auditor.get("/posture/oscal/ssp")).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let leaves = fixture.page(&browser, "/audit").await;
    assert!(leaves.contains("export posture"), "{leaves}");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_named_accepts_and_the_office_falls_vacant_on_pages() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let north = fixture.site(&ada, "North").await;
    let (bob, bobs) = fixture.invited(&ada, Role::Biomed, north).await;
    let (_, others) = fixture.invited(&ada, Role::Viewer, north).await;
    let empty = fixture.page(&browser, "/designations").await;
    assert!(empty.contains("Nobody is named"), "{empty}");
    let today = fixture.page(&browser, "/today").await;
    assert_eq!(today.matches("has no security officer").count(), 1, "{today}");
    assert!(today.contains(": nobody was ever named."), "{today}");
    let today = fixture.page(&bobs, "/today").await;
    assert!(!today.contains("nobody was ever named"), "who may not name: {today}");
    let form = format!("/designations/new?organisation={north}");
    assert!(fixture.page(&browser, &form).await.contains("name=\"first_day\""));
    let new = "/designations/new";
    let fields =
        format!("organisation={north}&office=security_officer&person={}", bob.person);
    wrong(&fixture.ask(browser.post(new, &fields)).await, "href=\"#first_day\"");
    let fields = format!("{fields}&first_day=2026-01-01");
    led(&fixture.ask(browser.post(new, &fields)).await);
    wrong(&fixture.ask(browser.post(new, &fields)).await, "Somebody holds that office");

    let list = fixture.value(&browser, "/designations").await;
    let one = &list["designations"][0];
    assert_eq!((&one["accepted"], &one["name"]), (&Value::Null, &"biomed".into()));
    let accepted = format!("/designations/{}/accepted", one["id"]);
    assert_eq!(
        fixture.ask(browser.post(&accepted, "")).await.status,
        StatusCode::NOT_FOUND
    );
    let today = fixture.page(&bobs, "/today").await;
    assert!(today.contains("You are named security officer of North"), "{today}");
    assert!(fixture.page(&bobs, "/designations").await.contains("I accept"));
    led(&fixture.ask(bobs.post(&accepted, "")).await);
    assert!(!fixture.page(&bobs, "/today").await.contains("You are named"));
    let seen = fixture.page(&others, "/designations").await;
    assert!(!seen.contains("biomed, "), "a viewer sees nobody's office: {seen}");
    let path = format!("/posture/A-01?organisation={north}");
    let shown = fixture.value(&browser, &path).await;
    assert_eq!(shown["verdict"], "met", "{shown}");

    let over = format!("/designations/{}/ended", one["id"]);
    wrong(&fixture.ask(browser.post(&over, "last_day=")).await, "Enter this.");
    led(&fixture.ask(browser.post(&over, "last_day=2026-01-31")).await);
    let today = fixture.page(&browser, "/today").await;
    assert!(today.contains("North has no security officer"), "{today}");
    assert_eq!(fixture.value(&browser, &path).await["verdict"], "not_met");
    assert!(!fixture.page(&others, "/today").await.contains("security officer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_for_a_control_makes_a_claim() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let sign = "/posture/B-18/attested";
    wrong(&fixture.ask(browser.post(sign, "statement=")).await, "href=\"#statement\"");
    let fields = format!("statement=We+ask+for+it&organisation={}", ada.head);
    led(&fixture.ask(browser.post(sign, &fields)).await);
    let shown = fixture.value(&browser, "/posture/B-18").await;
    assert_eq!(shown["verdict"], "partly_met", "{shown}");
    assert_eq!(shown["facts"][0]["class"], "attested");
    let list = fixture.value(&browser, "/evidence?kind=attestation").await;
    assert_eq!(list["total"], 1, "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_control_is_tailored_and_excepted_by_two_people_until_a_day() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let (_, eves) = fixture.invited(&ada, Role::Security, ada.head).await;
    let (_, pias) = fixture.invited(&ada, Role::Privacy, ada.head).await;
    let north = fixture.site(&ada, "North").await;
    let (_, norths) = fixture.invited(&ada, Role::Security, north).await;
    let whole = format!("organisation={}", ada.head);
    let said = "/posture/A-02/tailoring";
    for (parameters, told) in [
        ("percnt=3", "none of its own"),
        ("percent", "name=number"),
        ("percent=-1", "below nothing"),
    ] {
        let fields = format!("{whole}&parameters={parameters}");
        wrong(&fixture.ask(eves.post(said, &fields)).await, told);
    }
    let fields = format!("{whole}&owner=Training&parameters=percent%3D80");
    assert_eq!(fixture.ask(pias.post(said, &fields)).await.status, StatusCode::FORBIDDEN);
    led(&fixture.ask(eves.post(said, &fields)).await);
    let shown = fixture.value(&browser, "/posture/A-02").await;
    assert_eq!(shown["owner"], "Training", "{shown}");
    let mut all = shown["parameters"].as_array().unwrap().iter();
    assert_eq!(all.find(|one| one["name"] == "percent").unwrap()["value"], 80);
    let fields = format!("{whole}&not_applicable=nobody+works+here");
    led(&fixture.ask(eves.post(said, &fields)).await);
    assert_eq!(
        fixture.value(&browser, "/posture/A-02").await["verdict"],
        "not_applicable"
    );
    let below =
        fixture.value(&browser, &format!("/posture/A-02?organisation={north}")).await;
    assert_eq!(below["verdict"], "cannot_tell", "that reason is the place's own");

    let ask = "/posture/A-07/exceptions";
    wrong(&fixture.ask(pias.post(ask, &whole)).await, "Enter why.");
    let fields = format!("{whole}&reason=Moving+in+spring&last_day=2199-01-01");
    wrong(&fixture.ask(pias.post(ask, &fields)).await, "more than a year away");
    let until = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * 30);
    let until = until.strftime("%Y-%m-%d").to_string();
    let fields = format!("{whole}&reason=Moving+in+spring&last_day={until}");
    led(&fixture.ask(eves.post(ask, &fields)).await);
    let shown = fixture.value(&browser, "/posture/A-07").await;
    let one = &shown["exceptions"][0];
    assert_eq!((&one["approved"], &shown["exception"]), (&Value::Null, &Value::Null));
    let approved = format!("/posture/exceptions/{}/approved", one["id"]);
    let own = fixture.ask(eves.post(&approved, "")).await;
    assert_eq!(own.status, StatusCode::CONFLICT, "{}", own.body);
    for stranger in [&norths, &pias] {
        let refused = fixture.ask(stranger.post(&approved, "")).await;
        assert!(refused.status.is_client_error(), "{}", refused.body);
    }
    led(&fixture.ask(browser.post(&approved, "")).await);
    let shown = fixture.value(&browser, "/posture/A-07").await;
    assert_eq!(shown["exception"]["expires"].as_str(), Some(until.as_str()), "{shown}");
    assert_eq!(shown["exception"]["approver"], "Ada");
    assert_eq!(shown["verdict"], "cannot_tell", "it changes no verdict");
    let list = fixture.value(&browser, "/posture").await;
    assert_eq!(control(&list, "A-07")["excepted_until"].as_str(), Some(until.as_str()));
    let seen = fixture.page(&norths, "/posture/A-07").await;
    assert!(!seen.contains("Moving in spring"), "{seen}");
    let ended = format!("/posture/exceptions/{}/ended", one["id"]);
    assert_eq!(fixture.ask(norths.post(&ended, "")).await.status, StatusCode::NOT_FOUND);
    led(&fixture.ask(pias.post(&ended, "")).await);
    let shown = fixture.value(&browser, "/posture/A-07").await;
    assert_eq!(shown["exception"], Value::Null);
    assert!(shown["exceptions"].as_array().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn how_it_went_is_drawn_once_there_are_two_weeks_with_a_table_of_its_numbers() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let note = async |back: i64, met: i64| {
        let at = (fixture.app.now)() - jiff::SignedDuration::from_hours(back * 24);
        let day = store::PostureDay {
            organisation: ada.head,
            day: at.strftime("%Y-%m-%d").to_string(),
            met,
            partly_met: 0,
            not_met: 64 - met,
            cannot_tell: 0,
            not_applicable: 0,
        };
        let mut write = fixture.app.store.write(ada.head, at).await.unwrap();
        write.note_posture_days(&[day]).await.unwrap();
        let (what, noun) = ("note", store::Noun::Organisation);
        let act = store::Act { by: 0, what, noun, id: ada.head, facts: Vec::new() };
        write.commit(act).await.unwrap();
    };
    note(200, 64).await;
    note(14, 16).await;
    let shown = fixture.value(&browser, "/posture").await;
    assert_eq!(shown["trend"].as_array().unwrap().len(), 1, "{shown}");
    let page = fixture.page(&browser, "/posture").await;
    assert!(!page.contains("id=\"trend\""), "one bar tells nothing: {page}");
    note(7, 32).await;
    let shown = fixture.value(&browser, "/posture").await;
    let weeks = shown["trend"].as_array().unwrap();
    let percents: Vec<_> = weeks.iter().map(|one| one["percent"].clone()).collect();
    assert_eq!(percents, [25, 50], "what is half a year old is not among it");
    let page = fixture.page(&browser, "/posture").await;
    let figure = page.split("id=\"trend\"").nth(1).expect(&page);
    let figure = figure.split("</figure>").next().unwrap();
    assert!(figure.contains("<svg") && figure.contains("25 %"), "{figure}");
    assert!(figure.contains("<table>") && figure.contains("50 %"), "{figure}");
    let (_, other) = fixture.invited(&ada, Role::Biomed, ada.head).await;
    let answer = fixture.ask(other.get("/posture")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "not for everybody");
}
