//! What the server says of itself names nobody, and holds no secret.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use operations::log::{Level, Log, Value};
use operations::people::{Invitation, invite};
use operations::{first_run, work_off};
use store::Role;

use super::{ADDRESS, Browser, Fixture, PASSWORD};

/// A server whose log is kept.
async fn logged() -> (Fixture, Arc<Mutex<Vec<String>>>) {
    let lines: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = Arc::clone(&lines);
    let log = Log::new(move |line| {
        let facts = line.facts.iter().map(|(name, value)| match value {
            Value::Number(number) => format!("{name}={number}"),
            Value::Text(text) => format!("{name}={text}"),
        });
        let facts = facts.collect::<Vec<_>>().join(" ");
        kept.lock().unwrap().push(format!("{} {} {facts}", line.level.word(), line.what));
    });
    (Fixture::logging(log).await, lines)
}

fn form(path: &str, fields: String) -> Request<Body> {
    Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(fields))
        .unwrap()
}

/// Sets up the house, signs in wrongly and rightly; gives the browser.
async fn founds(fixture: &Fixture, secrets: &mut Vec<String>) -> Browser {
    let link = first_run::offer(&fixture.app).await.unwrap().unwrap();
    secrets.push(link.clone());
    let words = PASSWORD.replace(' ', "+");
    let founding = format!(
        "kind=system&organisation=Invented&name=Ada+Lovelace&address=ada%40hospital.example&password={words}&zone=UTC"
    );
    let founded = fixture.ask(form(&format!("/first-run/{link}"), founding)).await;
    assert_eq!(founded.status, StatusCode::SEE_OTHER, "{}", founded.body);
    for password in [words.as_str(), "a+wrong+password+that+is+long"] {
        let fields = format!("address=ada%40hospital.example&password={password}");
        fixture.ask(form("/sign-in", fields)).await;
    }
    let cookie = founded.header("set-cookie").split(';').next().unwrap().to_owned();
    secrets.push(cookie.split('=').nth(1).unwrap().to_owned());
    let ada = Browser { cookie: cookie.clone(), token: String::new() };
    let page = fixture.ask(ada.get("/account")).await;
    let token = page.body.split("name=\"form_token\" value=\"").nth(1).unwrap();
    let ada = Browser { cookie, token: token.split('"').next().unwrap().to_owned() };
    secrets.push(ada.token.clone());
    ada
}

/// Makes a token, and asks with it.
async fn lends(fixture: &Fixture, ada: &Browser, secrets: &mut Vec<String>) {
    let made = "name=build&permission-view_devices=on&days=1&organisation=1";
    let made = fixture.ask(ada.post("/account/tokens", made)).await;
    let program = made.body.split("value=\"lzr_").nth(1).unwrap();
    let program = format!("lzr_{}", program.split('"').next().unwrap());
    let request = Request::get("/api/v1/project").header("x-api-key", &program);
    assert_eq!(
        fixture.ask(request.body(Body::empty()).unwrap()).await.status,
        StatusCode::OK
    );
    secrets.push(program);
}

/// Stops digests, invites somebody, who sets a password; gives the top organisation.
async fn invites(fixture: &Fixture, secrets: &mut Vec<String>) -> i64 {
    let words = PASSWORD.replace(' ', "+");
    let person = fixture.app.store.person_by_address(ADDRESS).await.unwrap().unwrap();
    let way_out = fixture.app.store.digest_way_out(person.head, person.id).unwrap();
    fixture.ask(form(&format!("/digest/stop/{way_out}"), String::new())).await;
    secrets.push(way_out);
    let by = operations::Actor::in_absence(&fixture.app, person.head, person.id)
        .await
        .unwrap();
    let guest = Invitation {
        name: "Grace Hopper",
        address: "grace@hospital.example",
        zone: "UTC",
        role: Role::Biomed,
        organisation: person.head,
    };
    let link = invite(&fixture.app, &by, guest).await.unwrap();
    let password = format!("password={words}&again={words}");
    fixture.ask(form(&format!("/password/{link}"), password)).await;
    secrets.push(link);
    person.head
}

/// Takes an inventory in, and looks at pages with what is in hand.
async fn looks(fixture: &Fixture, ada: &Browser, head: i64) {
    let place = fixture
        .arrived(
            ada,
            head,
            "inventory of Ada Lovelace.csv",
            "Asset Tag,Serial Number,Maker,Model\nA1,SN-77421,Acme,IM 400\n",
        )
        .await;
    fixture.ask(ada.get(&place)).await;
    for path in [
        "/people",
        "/search?q=SN-77421",
        "/devices?q=Ada+Lovelace",
        "/nowhere/ada@hospital.example",
        "/people/grace@hospital.example",
        "/first-run/0123456789abcdef",
        "/today.json",
    ] {
        fixture.ask(ada.get(path)).await;
    }
    work_off(&fixture.app, "test").await.unwrap();
}

#[tokio::test]
async fn the_log_of_the_main_journeys_names_nobody_and_holds_no_secret() {
    let (fixture, lines) = logged().await;
    let mut secrets: Vec<String> = vec![ADDRESS.to_owned(), PASSWORD.to_owned()];
    let ada = founds(&fixture, &mut secrets).await;
    lends(&fixture, &ada, &mut secrets).await;
    let head = invites(&fixture, &mut secrets).await;
    looks(&fixture, &ada, head).await;
    secrets.extend(
        ["Ada", "Lovelace", "Grace", "grace@", "SN-77421", "inventory of"]
            .map(str::to_owned),
    );
    let lines = lines.lock().unwrap();
    for secret in &secrets {
        let found = lines.iter().find(|line| line.contains(secret.as_str()));
        assert!(found.is_none(), "`{secret}` in {found:?}");
    }
    for wanted in [
        "route=/first-run/{secret} status=303",
        "route=/password/{secret}",
        "route=/digest/stop/{secret}",
        "route=/search status=200",
        "route=none status=404",
        "route=/people/{person} status=40",
        "info request method=POST route=/sign-in",
    ] {
        assert!(lines.iter().any(|line| line.contains(wanted)), "{wanted} in {lines:#?}");
    }
    assert!(
        lines.iter().all(|line| !line.starts_with(Level::Error.word())),
        "{lines:#?}"
    );
}

#[tokio::test]
async fn the_number_of_a_request_in_the_log_is_that_of_its_answer() {
    let (fixture, lines) = logged().await;
    let answer = fixture.ask(Browser::default().get("/health")).await;
    let id = answer.header("x-request-id").to_owned();
    assert_eq!(id.len(), 16);
    let lines = lines.lock().unwrap();
    let own: Vec<&String> = lines.iter().filter(|line| line.contains(&id)).collect();
    assert_eq!(own.len(), 1, "{lines:?}");
    assert!(
        own[0].starts_with("info request method=GET route=/health status=200 ms="),
        "{own:?}"
    );
}
