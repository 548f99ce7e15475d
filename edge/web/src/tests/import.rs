//! Exports over HTTP: uploaded, looked at, taken in, complained about, and taken away.

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode, header};
use futures_util::stream;
use operations::work_off;
use reading::limits;
use store::{Kind, NewOrganisation, Role};

use super::{Answer, Browser, Fixture};
use crate::token::FIELDS_MAX;

const BOUNDARY: &str = "----lazaret";
const INVENTORY: &str = "Asset Tag,Maker,Model,Install Date\n\
    A1,Acme,IM <400>,2019-04-02\nA2,Acme,IM 500,soon\n,Acme,nameless,2019-04-02\n";

impl Browser {
    fn upload(
        &self,
        organisation: i64,
        name: &str,
        content: impl Into<Body>,
    ) -> Request<Body> {
        let part = |head: &str, content: &str| {
            format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}"
            )
        };
        let before = [
            part("name=\"form_token\"", &format!("{}\r\n", self.token)),
            part("name=\"organisation\"", &format!("{organisation}\r\n")),
            part(&format!("name=\"file\"; filename=\"{name}\""), ""),
        ]
        .concat();
        let after = format!("\r\n--{BOUNDARY}--\r\n");
        let one = |text: String| stream::iter([Ok::<_, axum::Error>(Bytes::from(text))]);
        let content: Body = content.into();
        let whole = futures_util::StreamExt::chain(
            futures_util::StreamExt::chain(one(before), content.into_data_stream()),
            one(after),
        );
        let mut request = self.post("/imports/new", "");
        *request.body_mut() = Body::from_stream(whole);
        let kind = format!("multipart/form-data; boundary={BOUNDARY}").parse().unwrap();
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
        request
    }
}

impl Fixture {
    /// Uploads a file; gives the address where it is looked at.
    pub(super) async fn arrived(
        &self,
        who: &Browser,
        place: i64,
        name: &str,
        text: &str,
    ) -> String {
        let answer = self.ask(who.upload(place, name, text.to_owned())).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer.header("location").to_owned()
    }

    /// Uploads a file and takes it in; gives the address of the import.
    async fn taken(&self, who: &Browser, place: i64, name: &str, text: &str) -> String {
        let upload = self.arrived(who, place, name, text).await;
        let answer =
            self.ask(who.post(&upload, "act=take&source=AIMS&most_missing=yes")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let import = answer.header("location").to_owned();
        assert!(!import.contains("uploads"), "{import}");
        assert!(work_off(&self.app, "test").await.unwrap().is_empty());
        import
    }
}

pub(super) fn check_page(page: &Answer) {
    for inline in ["<style", " style=", " onclick", "<script>", "javascript:", "<400>"] {
        assert!(!page.body.contains(inline), "{inline}: {}", page.body);
    }
    assert_eq!(page.body.matches("<h1").count(), 1);
    assert!(page.body.len() < 100_000);
}

#[tokio::test]
async fn an_export_is_uploaded_looked_at_changed_and_taken_in() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let empty = fixture.ask(browser.get("/imports")).await;
    assert!(empty.body.contains("No inventory has been taken in yet"));
    assert!(empty.body.contains("/assets/sample-inventory-"));
    let upload = fixture.arrived(&browser, ada.head, "AIMS 2026.csv", INVENTORY).await;

    let page = fixture.ask(browser.get(&upload)).await;
    check_page(&page);
    for said in ["all of them new", "separated by commas", "soon", "value=\"AIMS\""] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    let seen = fixture.ask(browser.json(&upload)).await.json();
    assert_eq!((&seen["devices"], &seen["left_out"]), (&2.into(), &1.into()));
    assert_eq!(seen["change"]["added"], 2);
    assert_eq!(seen["columns"][3]["field"], "install_date");
    assert_eq!(seen["rows"][0]["model"], "IM <400>");
    assert_eq!(seen["complaints"][0]["cell"], "soon");
    assert!(fixture.ask(browser.get("/imports")).await.body.contains("Waiting for"));

    // A column is said to be another: nothing is taken in before it is shown.
    let changed = "name=AIMS&heading-4=Install+Date&field-4=received_date&act=take";
    let answer = fixture.ask(browser.post(&upload, changed)).await;
    assert_eq!(answer.header("location"), format!("{upload}?anew=1"));
    let page = fixture.ask(browser.get(answer.header("location"))).await;
    assert!(
        page.body.contains("nothing was taken in yet")
            && page.body.contains("you said so")
    );
    let answer = fixture.ask(browser.post(&upload, changed)).await;
    let import = answer.header("location").to_owned();
    let running = fixture.ask(browser.get(&import)).await;
    assert!(running.body.contains("data-live") && running.body.contains("<progress"));
    let events = format!("{import}/events");
    let (told, faults) = tokio::join!(fixture.ask(browser.get(&events)), async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        work_off(&fixture.app, "test").await.unwrap()
    });
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(told.header("content-type"), "text/event-stream");
    assert!(told.body.starts_with("event: progress\n"), "{}", told.body);
    assert!(told.body.contains("\"state\":\"running\""), "{}", told.body);
    let (_, end) = told.body.split_once("event: end\n").unwrap();
    assert!(end.contains("\"state\":\"done\",\"total\":2,\"done\":2"), "{end}");
    let once = fixture.ask(browser.get(&events)).await;
    assert!(once.body.starts_with("event: end\n"), "{}", once.body);
    let done = fixture.ask(browser.get(&import)).await;
    check_page(&done);
    assert!(
        done.body.contains("2 devices are in: 2 new.")
            && !done.body.contains("data-live")
    );
    assert_eq!(fixture.ask(browser.get(&upload)).await.status, StatusCode::NOT_FOUND);

    // The next of the same system is read in the same way, and changes nothing.
    let again = fixture.taken(&browser, ada.head, "aims.csv", INVENTORY).await;
    let again = fixture.ask(browser.json(&again)).await.json();
    assert_eq!(again["sentence"], "Nothing changed: all 2 devices are as they were.");
    let list = fixture.ask(browser.get("/imports.json")).await.json();
    assert_eq!(list["sources"].as_array().unwrap().len(), 1);
    assert_eq!(list["imports"][0]["unchanged"], 2);
    let today = fixture.ask(browser.get("/today")).await.body;
    assert!(today.contains("Your 2 devices are known, and nothing is judged"), "{today}");
}

#[tokio::test]
async fn complaints_and_devices_can_be_taken_away() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let text = INVENTORY.replace("soon", "=soon()");
    let import = fixture.taken(&browser, ada.head, "AIMS.csv", &text).await;
    let complaints = format!("{import}/complaints");
    let page = fixture.ask(browser.get(&complaints)).await;
    check_page(&page);
    assert!(page.body.contains("Write the date as 2018-06-20."), "{}", page.body);
    let json = fixture.ask(browser.json(&complaints)).await.json();
    assert_eq!((&json["count"], &json["complaints"][0]["row"]), (&2.into(), &3.into()));
    assert_eq!(json["complaints"][0]["heading"], "Install Date");
    let csv = fixture.ask(browser.get(&format!("{complaints}.csv"))).await;
    assert!(csv.header("content-type").starts_with("text/csv"));
    // No program takes what stood in the cell for a formula.
    assert!(csv.body.contains("3,Install Date,'=soon(),"), "{}", csv.body);
    let file = fixture.ask(browser.get(&format!("{import}/file"))).await;
    assert_eq!(file.body, text);
    assert!(file.header("content-disposition").contains("filename=\"AIMS.csv\""));

    let list = fixture.ask(browser.json("/imports")).await.json();
    let source = list["sources"][0]["id"].as_i64().unwrap();
    let devices = format!("/imports/sources/{source}/devices");
    let csv = fixture.ask(browser.get(&format!("{devices}.csv"))).await;
    assert!(
        csv.body.starts_with("Asset Tag,Maker,Model,Install Date\nA1,"),
        "{}",
        csv.body
    );
    let again = fixture.taken(&browser, ada.head, "AIMS.csv", &csv.body).await;
    let again = fixture.ask(browser.json(&again)).await.json();
    assert_eq!((&again["unchanged"], &again["missing"]), (&2.into(), &0.into()));
    let response = tower::ServiceExt::oneshot(
        fixture.router.clone(),
        browser.get(&format!("{devices}.xlsx")),
    );
    let response = response.await.unwrap();
    let book = axum::body::to_bytes(response.into_body(), 1_000_000).await.unwrap();
    assert!(book.starts_with(b"PK"));
}

#[tokio::test]
async fn a_file_that_is_no_inventory_says_why_and_keeps_the_rest() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let new = NewOrganisation { kind: Kind::Site, name: "North" };
    let north = operations::organisation::make_below(&fixture.app, &ada, ada.head, new);
    let north = north.await.unwrap().id;
    for (name, content, said) in [
        ("a.json", "{\"a\":1}", "a.json: The file is JSON, no table."),
        ("a.pdf", "%PDF-1.7", "a.pdf: The file is a PDF document, no table."),
        ("a.csv", "", "a.csv is empty"),
        ("a.csv", "a,b\n\"c,d\n", "a.csv, at line 2: A quote opens here"),
        ("", "", "Choose the file of the export."),
    ] {
        let request = browser.upload(north, name, content.to_owned());
        let answer = fixture.ask(request).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
        let page = answer.body.replace("&#34;", "\"");
        assert!(page.contains(said), "{said}: {page}");
        assert!(page.contains("href=\"#file\"") && page.contains("id=\"file-fault\""));
        assert!(page.contains(&format!("value=\"{north}\" selected")), "{page}");
    }
    let mut request = browser.upload(4711, "a.csv", INVENTORY);
    request.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
    let answer = fixture.ask(request).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let plain = fixture.ask(browser.post("/imports/new", "organisation=1")).await;
    assert!(plain.status.is_client_error(), "{}", plain.status);
    assert!(plain.body.contains("multipart/form-data"), "{}", plain.body);
    assert!(!fixture.ask(browser.get("/imports")).await.body.contains("Waiting for"));
}

#[tokio::test]
async fn columns_that_nobody_knows_are_named_by_a_person() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let text = "Kennz;Werk;Ding\nA1;Acme;Pumpe\nA2;Acme;Pumpe 2\n";
    let upload = fixture.arrived(&browser, ada.head, "fremd.csv", text).await;
    let page = fixture.ask(browser.get(&upload)).await;
    assert!(
        page.body.contains("No column is known to be the asset tag"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("--mapping") && !page.body.contains("value=\"take\""));
    let refused = fixture.ask(browser.post(&upload, "act=take&name=Fremd")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

    let fields = "act=look&name=&heading-1=Kennz&field-1=asset_tag&heading-2=Werk\
                  &field-2=manufacturer&heading-3=Ding&field-3=model";
    let answer = fixture.ask(browser.post(&upload, fields)).await;
    assert_eq!(answer.header("location"), upload);
    // Without a name it is not taken in, and what was said of the columns stays.
    let nameless =
        fixture.ask(browser.post(&upload, &fields.replace("look", "take"))).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", nameless.body);
    assert!(
        nameless.body.contains("href=\"#name\"") && nameless.body.contains("you said so")
    );
    let named = fields.replace("look", "take").replace("name=", "name=Fremd");
    let import = fixture.ask(browser.post(&upload, &named)).await;
    assert!(import.header("location").starts_with("/imports/"), "{}", import.body);
}

#[tokio::test]
async fn what_is_thrown_away_is_gone() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let upload = fixture.arrived(&browser, ada.head, "a.csv", INVENTORY).await;
    let away = format!("{upload}/thrown-away");
    assert_eq!(fixture.ask(browser.post(&away, "")).await.header("location"), "/imports");
    assert_eq!(fixture.ask(browser.get(&upload)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(fixture.ask(browser.post(&away, "")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobody_sees_or_takes_in_what_belongs_to_another_hospital() {
    let fixture = Fixture::new().await;
    let (ada, top) = fixture.founded().await;
    let mut hospitals = Vec::new();
    for name in ["North", "South"] {
        let new = NewOrganisation { kind: Kind::Hospital, name };
        let made =
            operations::organisation::make_below(&fixture.app, &ada, ada.head, new).await;
        hospitals.push(made.unwrap().id);
    }
    let [north, south] = hospitals[..] else { panic!("two hospitals") };
    let (_, bob) = fixture.invited(&ada, Role::Biomed, north).await;
    let (_, cleo) = fixture.invited(&ada, Role::Security, south).await;
    let import = fixture.taken(&bob, north, "AIMS.csv", INVENTORY).await;
    let upload = fixture.arrived(&bob, north, "AIMS.csv", INVENTORY).await;
    let list = fixture.ask(bob.json("/imports")).await.json();
    let source = list["sources"][0]["id"].as_i64().unwrap();

    for path in [
        import.clone(),
        format!("{import}/file"),
        format!("{import}/complaints"),
        format!("{import}/complaints.csv"),
        upload.clone(),
        format!("/imports/sources/{source}/devices.csv"),
        format!("/imports/sources/{source}/devices.xlsx"),
    ] {
        assert_eq!(fixture.ask(top.json(&path)).await.status, StatusCode::OK, "{path}");
        let hidden = fixture.ask(cleo.get(&path)).await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{path}");
    }
    for request in [
        cleo.post(&upload, "act=take&name=AIMS"),
        cleo.post(&format!("{upload}/thrown-away"), ""),
        cleo.upload(north, "a.csv", INVENTORY),
    ] {
        let asked = format!("{} {}", request.method(), request.uri());
        let answer = fixture.ask(request).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{asked}");
    }
    let list = fixture.ask(cleo.json("/imports")).await.json();
    for what in ["sources", "imports", "waiting"] {
        assert!(list[what].as_array().unwrap().is_empty(), "{what}: {list}");
    }
    let today = fixture.ask(cleo.json("/today")).await.json();
    assert_eq!(today["known"][0]["value"], "0", "{today}");
    assert!(!fixture.ask(cleo.get("/imports/new")).await.body.contains("North"));
}

#[tokio::test]
async fn where_one_may_only_look_no_file_is_taken_away() {
    let fixture = Fixture::new().await;
    let (ada, top) = fixture.founded().await;
    let mut hospitals = Vec::new();
    for name in ["North", "South"] {
        let new = NewOrganisation { kind: Kind::Hospital, name };
        let made =
            operations::organisation::make_below(&fixture.app, &ada, ada.head, new).await;
        hospitals.push(made.unwrap().id);
    }
    let [north, south] = hospitals[..] else { panic!("two hospitals") };
    let text = INVENTORY.replace("soon", "later");
    let of_north = fixture.taken(&top, north, "north.csv", &text).await;
    let of_south = fixture.taken(&top, south, "south.csv", &text).await;
    // At one they see to devices, at the other they look at them.
    let (bob, browser) = fixture.invited(&ada, Role::Biomed, north).await;
    operations::people::give_role(&fixture.app, &ada, bob.person, Role::Viewer, south)
        .await
        .unwrap();

    for (import, status) in
        [(&of_north, StatusCode::OK), (&of_south, StatusCode::NOT_FOUND)]
    {
        let page = fixture.ask(browser.get(import)).await;
        assert_eq!(page.status, StatusCode::OK, "{import}");
        for file in ["file", "complaints.csv"] {
            let path = format!("{import}/{file}");
            assert_eq!(fixture.ask(browser.get(&path)).await.status, status, "{path}");
            let offered = page.body.contains(&path);
            assert_eq!(offered, status == StatusCode::OK, "{path}: {}", page.body);
        }
        let complaints = fixture.page(&browser, &format!("{import}/complaints")).await;
        assert_eq!(complaints.contains(".csv"), status == StatusCode::OK, "{complaints}");
    }
    let all = fixture.value(&browser, "/devices").await;
    let seen = all["total"].as_u64().unwrap();
    let rows = fixture.ask(browser.get("/devices/export?format=json")).await.json();
    assert_eq!(rows.as_array().unwrap().len() as u64 * 2, seen, "{rows}");
    let rows = fixture.ask(browser.get(&format!("/devices/export?within={south}"))).await;
    assert_eq!(rows.body.lines().count(), 1, "{}", rows.body);
    let log = fixture.value(&top, "/audit").await;
    let acts: Vec<&str> = log["acts"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|act| act["act"].as_str())
        .collect();
    for act in ["export the file of an import", "export the complaints of an import"] {
        assert!(acts.contains(&act), "{act}: {acts:?}");
    }
    // Who looks at devices everywhere takes none of them away.
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    for file in ["file", "complaints.csv"] {
        let answer = fixture.ask(viewer.get(&format!("{of_north}/{file}"))).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{file}");
    }
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_while_it_comes() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let piece = Bytes::from(vec![b'x'; 1 << 20]);
    let pieces = limits::DOCUMENT_BYTES_MAX / piece.len() + FIELDS_MAX / piece.len() + 1;
    let content =
        stream::iter((0..pieces).map(move |_| Ok::<_, axum::Error>(piece.clone())));
    let request = browser.upload(ada.head, "a.csv", Body::from_stream(content));
    let answer = fixture.ask(request).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", answer.body);
    assert!(answer.body.contains("larger than 268 MB"), "{}", answer.body);
    // Nowhere else may a form be as large.
    let fields = format!("name={}", "x".repeat(FIELDS_MAX + 1));
    let answer = fixture.ask(browser.post("/imports/new", &fields)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn two_files_at_once_are_not_taken_for_one() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let head = "Content-Disposition: form-data; name=\"file\"; filename=\"b.csv\"";
    let both = format!("{INVENTORY}\r\n--{BOUNDARY}\r\n{head}\r\n\r\n{INVENTORY}");
    let answer = fixture.ask(browser.upload(ada.head, "a.csv", both)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    assert!(answer.body.contains("several came at once"), "{}", answer.body);
    let list = fixture.ask(browser.json("/imports")).await.json();
    assert!(list["waiting"].as_array().unwrap().is_empty(), "{list}");
}

#[tokio::test]
async fn devices_that_are_there_already_are_taken_in_as_others_only_by_a_tick() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    fixture.taken(&browser, ada.head, "AIMS.csv", INVENTORY).await;
    let other = "Inventarnummer;Hersteller;Modell\nA1;Acme;IM <400>\nA2;Acme;IM 500\n";
    let upload = fixture.arrived(&browser, ada.head, "Liste 2026.csv", other).await;
    // The system that tells of them already stands first.
    let seen = fixture.ask(browser.json(&upload)).await.json();
    assert_eq!(
        (&seen["source"], &seen["is_known_source"]),
        (&"AIMS".into(), &true.into())
    );
    assert_eq!(seen["elsewhere"], serde_json::Value::Null);

    let anew = fixture.ask(browser.post(&upload, "source=&name=Liste")).await;
    assert_eq!(anew.status, StatusCode::SEE_OTHER, "{}", anew.body);
    let page = fixture.ask(browser.get(&upload)).await;
    check_page(&page);
    let said = "2 of 2 asset tags are of asset system AIMS already.";
    assert!(page.body.contains(said) && page.body.contains("name=\"other_devices\""));
    let seen = fixture.ask(browser.json(&upload)).await.json();
    assert_eq!(seen["elsewhere"]["sentence"], said);
    assert_eq!(
        (&seen["elsewhere"]["shared"], &seen["elsewhere"]["of"]),
        (&2.into(), &2.into())
    );

    let take = "act=take&source=&name=Liste";
    let refused = fixture.ask(browser.post(&upload, take)).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    assert!(refused.body.contains(said));
    let mut program = browser.post(&upload, take);
    program.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
    let refused = fixture.ask(program).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    let problem = refused.json();
    assert_eq!(problem["detail"], said);
    assert!(problem.to_string().contains("`other_devices=yes`"), "{problem}");
    let list = fixture.ask(browser.json("/imports")).await.json();
    assert_eq!(list["sources"].as_array().unwrap().len(), 1);

    let take = format!("{take}&other_devices=yes");
    let taken = fixture.ask(browser.post(&upload, &take)).await;
    assert!(!taken.header("location").contains("uploads"), "{}", taken.body);
}

#[tokio::test]
async fn devices_of_the_hospital_are_taken_in_for_a_site_only_by_a_tick() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let new = NewOrganisation { kind: Kind::Site, name: "North <Wing>" };
    let make = operations::organisation::make_below;
    let north = make(&fixture.app, &ada, ada.head, new).await.unwrap().id;
    let hospital = "Tag,Serial,Maker,Model\nA1,S1,Acme,IM 1\nA2,S2,Acme,IM 1\n";
    fixture.taken(&browser, ada.head, "AIMS.csv", hospital).await;
    let site = "Tag,Serial,Maker,Model\nN1,S1,Acme,IM 1\nN2,S2,Acme,IM 2\n";
    let upload = fixture.arrived(&browser, north, "North.csv", site).await;
    let page = fixture.ask(browser.get(&upload)).await;
    check_page(&page);
    assert!(page.body.contains("name=\"other_devices\""), "{}", page.body);
    let seen = fixture.ask(browser.json(&upload)).await.json();
    let related = &seen["related"];
    assert_eq!(related["organisations"][0]["organisation"], ada.head, "{related}");
    assert_eq!(related["organisations"][0]["devices"], 1);
    let said = related["sentence"].as_str().unwrap();
    assert!(said.contains("1 device at "), "{said}");

    let take = "act=take&source=&name=North";
    let mut program = browser.post(&upload, take);
    program.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
    let refused = fixture.ask(program).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    let problem = refused.json();
    assert_eq!(problem["detail"], said);
    assert!(problem.to_string().contains("`other_devices=yes`"), "{problem}");
    let taken = fixture.ask(browser.post(&upload, &format!("{take}&other_devices=yes")));
    let taken = taken.await;
    assert!(!taken.header("location").contains("uploads"), "{}", taken.body);

    // What the site has and the hospital sends now is asked about there, by its name as text.
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let more = format!("{hospital}A3,S2,Acme,IM 2\n");
    let upload = fixture.arrived(&browser, ada.head, "AIMS.csv", &more).await;
    let page = fixture.ask(browser.get(&upload)).await;
    check_page(&page);
    assert!(page.body.contains("1 device at North &#60;Wing&#62;"), "{}", page.body);
}

#[tokio::test]
async fn devices_that_are_back_are_told_before_and_after_they_are_taken_in() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let (all, few) = (
        "Asset Tag,Maker,Model\nA1,Acme,IM 1\nA2,Acme,IM 1\nA3,Acme,IM 1\n\
         A4,Acme,IM 1\nA5,Acme,IM 1\n",
        "Asset Tag,Maker,Model\nA1,Acme,IM 1\nA2,Acme,IM 1\nA3,Acme,IM 1\n",
    );
    fixture.taken(&browser, ada.head, "AIMS.csv", all).await;
    let less = fixture.taken(&browser, ada.head, "AIMS.csv", few).await;
    let less = fixture.page(&browser, &less).await;
    assert!(less.contains("2 that were known are missing from now on"), "{less}");
    assert!(!less.contains("is back") && !less.contains("are back"), "{less}");
    let more = format!("{all}A6,Acme,IM 1\n");
    let upload = fixture.arrived(&browser, ada.head, "AIMS.csv", &more).await;
    let seen = fixture.page(&browser, &upload).await;
    assert!(seen.contains("2 that are missing come back"), "{seen}");
    let again = fixture.taken(&browser, ada.head, "AIMS.csv", &more).await;
    let told = fixture.page(&browser, &again).await;
    assert!(
        told.contains(
            "6 devices are in: 1 new, 5 as they were; 2 that were missing are back."
        ),
        "{told}"
    );
    let list = fixture.page(&browser, "/imports").await;
    assert!(list.contains("<td class=\"number\" data-label=\"Back\">2</td>"), "{list}");
    let list = fixture.ask(browser.json("/imports")).await.json();
    assert_eq!(list["imports"][0]["returned"], 2);
}

#[tokio::test]
async fn a_device_that_may_be_known_under_another_number_takes_a_tick() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let head = "Asset Tag,Serial Number,Manufacturer,Model,Software Version";
    let rest = "A2,S2,Acme,IM 500,1.0\nA3,S3,Acme,IM 600,1.0\n";
    let first = format!("{head}\nA1,S1,Acme,IM 400,1.0\n{rest}");
    fixture.taken(&browser, ada.head, "AIMS.csv", &first).await;
    let other = format!("{head}\nB<1>,S1,Acme,IM 400,1.0\n{rest}");
    let upload = fixture.arrived(&browser, ada.head, "AIMS.csv", &other).await;
    let page = fixture.ask(browser.get(&upload)).await;
    check_page(&page);
    let said = "The device with the serial number S1 is known under the asset tag A1, and comes \
                under the asset tag B<1> now: the same device?";
    assert!(page.body.contains("name=\"begin_anew\""), "{}", page.body);
    let seen = fixture.ask(browser.json(&upload)).await.json();
    assert_eq!(
        (&seen["renamed"]["count"], &seen["renamed"]["sentence"]),
        (&1.into(), &said.into())
    );
    let refused = fixture.ask(browser.post(&upload, "act=take&source=AIMS")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    assert!(refused.body.contains("tick that they begin anew"), "{}", refused.body);
    let taken = "act=take&source=AIMS&begin_anew=yes";
    let taken = fixture.ask(browser.post(&upload, taken)).await;
    assert!(!taken.header("location").contains("uploads"), "{}", taken.body);
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let listed = fixture.ask(browser.json("/devices?missing=yes")).await.json();
    assert_eq!(listed["total"], 1, "{listed}");
}

#[tokio::test]
async fn a_file_without_a_device_in_common_is_of_no_system_until_somebody_says_so() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let head = "Asset Tag,Manufacturer,Model,Software Version";
    let first =
        format!("{head}\nA1,Acme,IM 400,1.0\nA2,Acme,IM 500,1.0\nA3,Acme,IM 600,1.0\n");
    fixture.taken(&browser, ada.head, "AIMS.csv", &first).await;
    let other = format!("{head}\nB1,Acme,IM 400,1.0\nB2,Acme,IM 500,1.0\n");
    // Neither the same headings nor the same name make it an export of that system.
    for name in ["Radiology.csv", "AIMS.csv"] {
        let upload = fixture.arrived(&browser, ada.head, name, &other).await;
        let seen = fixture.ask(browser.json(&upload)).await.json();
        assert_eq!(seen["is_known_source"], false, "{name}: {seen}");
        assert_eq!(seen["most_missing"], serde_json::Value::Null);
    }

    // Said to be of it, it is told how many would be missing, and needs a tick.
    let upload = fixture.arrived(&browser, ada.head, "Radiology.csv", &other).await;
    fixture.ask(browser.post(&upload, "source=AIMS&name=Radiology")).await;
    let page = fixture.ask(browser.get(&upload)).await;
    check_page(&page);
    let said =
        "Taken in as an export of AIMS, it would mark 3 of its 3 devices as missing.";
    assert!(page.body.contains(said), "{}", page.body);
    assert!(page.body.contains("name=\"most_missing\""), "{}", page.body);
    let refused = fixture.ask(browser.post(&upload, "act=take&source=AIMS")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    assert!(refused.body.contains(said), "{}", refused.body);

    // A name that is typed beside a system that was only proposed counts.
    let typed = fixture.ask(browser.post(&upload, "source=AIMS&name=Radiology")).await;
    assert_eq!(typed.status, StatusCode::SEE_OTHER, "{}", typed.body);
    let seen = fixture.ask(browser.json(&upload)).await.json();
    assert_eq!(
        (&seen["source"], &seen["is_known_source"]),
        (&"Radiology".into(), &false.into())
    );
    let taken =
        fixture.ask(browser.post(&upload, "act=take&source=&name=Radiology")).await;
    assert!(!taken.header("location").contains("uploads"), "{}", taken.body);
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let list = fixture.ask(browser.json("/imports")).await.json();
    assert_eq!(list["sources"].as_array().unwrap().len(), 2);

    // Where neither is what was shown, nobody can tell which is meant.
    let third = format!("{head}\nC1,Acme,IM 400,1.0\n");
    let upload = fixture.arrived(&browser, ada.head, "Lab.csv", &third).await;
    let both = fixture.ask(browser.post(&upload, "source=AIMS&name=Pharmacy")).await;
    assert_eq!(both.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", both.body);
    assert!(both.body.contains("Leave this empty"), "{}", both.body);
}

#[tokio::test]
async fn an_import_is_taken_back_after_what_would_change_was_shown() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let first = fixture.taken(&browser, ada.head, "AIMS.csv", INVENTORY).await;
    let wrong = "Asset Tag,Maker,Model\nA1,Acme,IM 900\nB1,Acme,IM 1\nB2,Acme,IM 1\n";
    let second = fixture.taken(&browser, ada.head, "AIMS.csv", wrong).await;
    let page = fixture.ask(browser.get(&second)).await;
    let address = format!("{second}/taken-back");
    assert!(page.body.contains(&address), "{}", page.body);
    let page = fixture.ask(browser.get(&first)).await;
    assert!(!page.body.contains("/taken-back"), "only the newest");

    let page = fixture.ask(browser.get(&address)).await;
    check_page(&page);
    let foreseen = fixture.ask(browser.json(&address)).await.json();
    assert_eq!((&foreseen["withdrawn"], &foreseen["changed"]), (&2.into(), &1.into()));
    assert_eq!((&foreseen["returned"], &foreseen["missing"]), (&1.into(), &0.into()));
    let older = fixture.ask(browser.post(&format!("{first}/taken-back"), "")).await;
    assert_eq!(older.status, StatusCode::CONFLICT);

    // Whoever only looks does not see the page either.
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    for request in [viewer.get(&address), viewer.post(&address, "")] {
        assert_eq!(fixture.ask(request).await.status, StatusCode::FORBIDDEN);
    }

    let done = fixture.ask(browser.post(&address, "")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let back = done.header("location").to_owned();
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let page = fixture.ask(browser.get(&back)).await;
    check_page(&page);
    let told = "2 gone, 1 told as before, 1 back again";
    assert!(page.body.contains(told), "{}", page.body);
    let page = fixture.ask(browser.get(&second)).await;
    assert!(page.body.contains("took it back"), "{}", page.body);
    let list = fixture.ask(browser.json("/devices")).await.json();
    assert_eq!(list["total"], 2, "{list}");
    let twice = fixture.ask(browser.post(&address, "")).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);

    // And the whole system, unless something newer came.
    let sources = fixture.ask(browser.json("/imports")).await.json();
    let source = sources["sources"][0]["id"].as_i64().unwrap();
    let whole = format!("/imports/sources/{source}/taken-back");
    let newest = fixture.ask(browser.json(&whole)).await.json()["newest"].clone();
    let stale = fixture.ask(browser.post(&whole, "newest=1")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let done = fixture.ask(browser.post(&whole, &format!("newest={newest}"))).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(work_off(&fixture.app, "test").await.unwrap().is_empty());
    let list = fixture.ask(browser.json("/imports")).await.json();
    assert_eq!(list["sources"], serde_json::json!([]));
    assert_eq!(fixture.ask(browser.json("/devices")).await.json()["total"], 0);
}
