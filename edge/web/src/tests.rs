//! The router without a network: who is let in, what is refused, and what answers wear.

use std::sync::Mutex;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use operations::people::{Invitation, give_role, invite, set_password, take_role};
use operations::{Actor, App, first_run, organisation};
use serde_json::Value;
use store::{Kind, NewOrganisation, NewSession, Role, RootKey, Store};
use tower::ServiceExt as _;

mod account;
mod analyses;
mod api;
mod components;
mod customers;
#[path = "../../operations/tests/databases/mod.rs"]
#[expect(
    unused_imports,
    unused_macros,
    reason = "what the tests of operations need of it"
)]
mod databases;
mod described;
mod evidence;
mod faces;
mod feeds;
mod former;
mod groups;
mod guide;
mod import;
mod isolation;
mod lengths;
mod life_cycles;
mod lists;
mod log;
mod made;
mod makers;
mod mds2;
mod moved;
mod openapi;
mod organisations;
mod packs;
mod people;
mod products;
mod projects;
mod purchases;
mod questions;
mod replaced;
mod reports;
mod second_factor;
mod settings;
mod sought;
mod suppliers;
mod telling;
mod tls;
mod tokens;
mod walk;
mod webhooks;
mod work;

use crate::access::{Asked, Route, Way};
use crate::{House, Transport, router, routes};

mod devices;

const PASSWORD: &str = "a long sentence will do";
const ADDRESS: &str = "ada@hospital.example";

/// What the server told whoever runs it, over all tests.
static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn tell(text: &str) {
    TOLD.lock().unwrap().push(text.to_owned());
}

struct Answer {
    /// The route that gave it; empty where none did.
    route: &'static str,
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Somebody with a browser.
#[derive(Clone, Default)]
struct Browser {
    cookie: String,
    token: String,
}

impl Browser {
    fn with(session: &NewSession) -> Self {
        Self {
            cookie: format!("lazaret={}", session.secret),
            token: session.form_token.clone(),
        }
    }

    fn get(&self, path: &str) -> Request<Body> {
        let request = Request::get(path).header(header::COOKIE, &self.cookie);
        request.body(Body::empty()).unwrap()
    }

    fn json(&self, path: &str) -> Request<Body> {
        let mut request = self.get(path);
        request.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
        request
    }

    /// A form of ours, with the token.
    fn post(&self, path: &str, fields: &str) -> Request<Body> {
        let fields = format!("form_token={}&{fields}", self.token);
        Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(fields))
            .unwrap()
    }
}

struct Fixture {
    _folder: tempfile::TempDir,
    app: App,
    house: House,
    router: Router,
}

impl Fixture {
    async fn new() -> Self {
        Self::over(Transport::Loopback).await
    }

    async fn over(transport: Transport) -> Self {
        Self::built(transport, |app| app).await
    }

    async fn sending(post: courier::Post) -> Self {
        Self::built(Transport::Loopback, |app| app.sending(post)).await
    }

    async fn logging(log: operations::log::Log) -> Self {
        Self::built(Transport::Loopback, |app| app.logging(log)).await
    }

    /// A site below the organisation of whoever makes it.
    async fn site(&self, by: &Actor, name: &str) -> i64 {
        let new = NewOrganisation { kind: Kind::Site, name };
        organisation::make_below(&self.app, by, by.head, new).await.unwrap().id
    }

    async fn built(transport: Transport, with: impl FnOnce(App) -> App) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("lazaret.db").display());
        let store = Store::open(&url, &RootKey::make().unwrap()).await.unwrap();
        let app = with(App::new(store, folder.path(), jiff::Timestamp::now));
        let house = House::new(app.clone(), transport, tell);
        Self { _folder: folder, app, router: router(house.clone()), house }
    }

    /// Asks, and holds what is answered in JSON against what is described of it; a page that is
    /// described is asked for as JSON too.
    async fn ask(&self, request: Request<Body>) -> Answer {
        let method = request.method().clone();
        let mut beside = Request::new(Body::empty());
        *beside.uri_mut() = request.uri().clone();
        *beside.headers_mut() = request.headers().clone();
        beside.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
        let answer = self.answered(request).await;
        described::hold(&self.house, &method, &answer);
        let is_page = answer.header("content-type").starts_with("text/html");
        let is_elsewhere = answer.status == StatusCode::SEE_OTHER;
        if method == Method::GET
            && (is_page && answer.status == StatusCode::OK || is_elsewhere)
            && described::is_told(&self.house, &method, answer.route)
        {
            let json = self.answered(beside).await;
            let path = json.route;
            assert!(
                json.status == StatusCode::OK || is_elsewhere,
                "{path}: {}",
                json.body
            );
            described::hold(&self.house, &method, &json);
        }
        answer
    }

    async fn answered(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 10_000_000).await.unwrap();
        // A workbook is no text, and is not looked into.
        let body = String::from_utf8_lossy(&body).into_owned();
        let route = parts.extensions.get::<Route>().map_or("", |route| route.0);
        Answer { route, status: parts.status, headers: parts.headers, body }
    }

    /// Sets up the house; gives its first administrator.
    async fn founded(&self) -> (Actor, Browser) {
        self.founded_as(Kind::System).await
    }

    /// The same, of another kind of organisation.
    async fn founded_as(&self, kind: Kind) -> (Actor, Browser) {
        let link = first_run::offer(&self.app).await.unwrap().unwrap();
        let founding = first_run::Founding {
            kind,
            organisation: "Invented <System>",
            name: "Ada",
            address: ADDRESS,
            password: PASSWORD,
            zone: "Europe/Berlin",
        };
        let session = first_run::found(&self.app, &link, founding).await.unwrap();
        (self.actor(&session).await, Browser::with(&session))
    }

    async fn actor(&self, session: &NewSession) -> Actor {
        let now = (self.app.now)();
        let session = self.app.store.session(&session.secret, now).await.unwrap();
        Actor::of_session(&self.app, session.unwrap()).await.unwrap()
    }

    async fn invited(&self, by: &Actor, role: Role, place: i64) -> (Actor, Browser) {
        let address = format!("{}-{place}@hospital.example", role.word());
        let invitation = Invitation {
            name: role.word(),
            address: &address,
            zone: "UTC",
            role,
            organisation: place,
        };
        let link = invite(&self.app, by, invitation).await.unwrap();
        let session = set_password(&self.app, &link, PASSWORD).await.unwrap();
        (self.actor(&session).await, Browser::with(&session))
    }
}

/// A path with something in each place: numbers that are there, secrets that are not.
fn filled(path: &str, person: i64) -> String {
    path.replace("{person}", &person.to_string())
        .replace("{number}", "0")
        .replace("{device}", "1")
        .replace("{advisory}", "none")
        .replace("{vulnerability}", "none")
        .replace("{import}", "999")
        .replace("{action}", "none")
        .replace("{organisation}", "999")
        .replace("{upload}", "999")
        .replace("{source}", "999")
        .replace("{secret}", "0000")
        .replace("{name}", "nothing.css")
        .replace("{supplier}", "999")
        .replace("{entry}", "999")
        .replace("{original}", "999")
        .replace("{flag}", "none")
        .replace("{evidence}", "999")
        .replace("{control}", "A-01")
        .replace("{designation}", "999")
        .replace("{exception}", "999")
        .replace("{webhook}", "999")
        .replace("{message}", "999")
        .replace("{table}", "999")
        .replace("{tag}", "none")
        .replace("{uuid}", "a66c6686-3ed8-4102-b96d-e0c57b110898")
}

#[tokio::test]
async fn each_route_answers_each_role_as_the_permissions_say() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let list = routes::all(&fixture.house);
    assert!(list.list().len() > 20);
    for role in Role::ALL {
        for address in list.list().iter().filter(|one| one.way != Way::ByToken) {
            // Anew each time: some of the acts sign the person out.
            let place = ada.head;
            let name = format!("{}{}{}", role.word(), address.method, address.path);
            let mail = format!("{}@x.example", blake3::hash(name.as_bytes()));
            let invitation = Invitation {
                name: &name,
                address: &mail,
                zone: "UTC",
                role,
                organisation: place,
            };
            let link = invite(&fixture.app, &ada, invitation).await.unwrap();
            let session = quick_session(&fixture, &link).await;
            let browser = Browser::with(&session);
            let path = filled(address.path, ada.person);
            let request = match address.method {
                "GET" => browser.get(&path),
                _ => browser.post(&path, ""),
            };
            let answer = fixture.ask(request).await;
            let allowed = match address.asked {
                Asked::Permission(permission) => permission.is_of(role),
                Asked::Account | Asked::Nothing => true,
            };
            let refused = answer.status == StatusCode::FORBIDDEN;
            let told = format!("{name}: {} {}", answer.status, answer.body);
            assert_eq!(refused, !allowed, "{told}");
            assert!(!answer.status.is_server_error(), "{told}");
            assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{told}");
        }
    }
}

/// A session of whoever a link is for, without the work of a password's hash.
async fn quick_session(fixture: &Fixture, link: &str) -> NewSession {
    let now = (fixture.app.now)();
    let link = fixture.app.store.link(link, now).await.unwrap().unwrap();
    let mut write = fixture.app.store.write(link.head, now).await.unwrap();
    let session = write.begin_session(link.person).await.unwrap();
    let act = store::Act {
        by: 0,
        what: "test",
        noun: store::Noun::Person,
        id: link.person,
        facts: vec![],
    };
    write.commit(act).await.unwrap();
    session
}

#[tokio::test]
async fn who_is_not_signed_in_gets_to_the_sign_in_and_no_further() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let strangers = [
        Browser::default(),
        Browser { cookie: format!("lazaret={}", "0".repeat(64)), token: String::new() },
        Browser { cookie: "lazaret='; --".to_owned(), token: String::new() },
    ];
    for address in routes::all(&fixture.house).list() {
        let path = filled(address.path, ada.person);
        for stranger in &strangers {
            let is_open = address.asked == Asked::Nothing;
            if address.method == "GET" {
                let page = fixture.ask(stranger.get(&path)).await;
                let leads = page.header("location").starts_with("/sign-in");
                let is_led = !is_open && address.way != Way::ByToken;
                assert_eq!(leads, is_led, "{path} {}", page.status);
                let json = fixture.ask(stranger.json(&path)).await;
                let refused = json.status == StatusCode::UNAUTHORIZED;
                assert_eq!(refused, !is_open, "{path} {}", json.status);
            } else {
                let act = fixture.ask(stranger.post(&path, "")).await;
                let refused = act.status == StatusCode::UNAUTHORIZED;
                assert_eq!(refused, !is_open, "{path} {}", act.status);
            }
        }
    }
}

#[tokio::test]
async fn an_act_needs_the_token_of_the_session_and_a_page_of_ours() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let fields = format!("kind=hospital&name=North&parent={}", ada.head);
    let path = "/organisations";

    let without = Browser { token: String::new(), ..browser.clone() };
    let other = Browser { token: "0".repeat(64), ..browser.clone() };
    for wrong in [without, other] {
        let answer = fixture.ask(wrong.post(path, &fields)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
        assert!(answer.body.contains("was not made for this session"));
    }
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site")]
    {
        let mut request = browser.post(path, &fields);
        request.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(fixture.ask(request).await.status, StatusCode::FORBIDDEN);
    }
    let mut request = browser.post(path, &fields);
    request.headers_mut().remove("sec-fetch-site");
    assert_eq!(fixture.ask(request).await.status, StatusCode::FORBIDDEN);
    let mut request = Browser::default().post("/sign-in", "address=a&password=b");
    request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(fixture.ask(request).await.status, StatusCode::FORBIDDEN);

    let list = fixture.ask(browser.get(path)).await;
    assert!(!list.body.contains("North"), "nothing of that was done");
    let answer = fixture.ask(browser.post(path, &fields)).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, path));
    assert!(fixture.ask(browser.get(path)).await.body.contains("North"));
}

#[tokio::test]
async fn the_token_stands_before_the_file_in_a_form_of_parts() {
    let fixture = Fixture::new().await;
    let (_, browser) = fixture.founded().await;
    let boundary = "----b";
    let part = |name: &str, content: &str| {
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n"
        )
    };
    let token = part("form_token", &browser.token);
    let file = part("file", &"x".repeat(40_000));
    let send = |body: String| {
        let mut request = browser.post("/sign-out", "");
        *request.body_mut() = Body::from(body);
        let kind = format!("multipart/form-data; boundary={boundary}").parse().unwrap();
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
        fixture.ask(request)
    };
    let late = send(format!("{file}{token}--{boundary}--\r\n")).await;
    assert_eq!(late.status, StatusCode::FORBIDDEN);
    let wrong = part("form_token", &"0".repeat(64));
    assert_eq!(send(format!("{wrong}{file}")).await.status, StatusCode::FORBIDDEN);
    let right = send(format!("{token}{file}--{boundary}--\r\n")).await;
    assert_eq!(right.status, StatusCode::SEE_OTHER, "{}", right.body);
}

#[tokio::test]
async fn every_answer_wears_its_headers() {
    let fixture = Fixture::new().await;
    let (_, browser) = fixture.founded().await;
    for (path, status) in [
        ("/today", StatusCode::OK),
        ("/audit.json", StatusCode::OK),
        ("/nowhere", StatusCode::NOT_FOUND),
        ("/sign-in", StatusCode::OK),
        (crate::asset::style(), StatusCode::OK),
    ] {
        let answer = fixture.ask(browser.get(path)).await;
        assert_eq!(answer.status, status, "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("x-request-id").len(), 16);
        let kept = answer.header("cache-control");
        match path.starts_with("/assets/") {
            true => assert!(kept.contains("immutable"), "{path}: {kept}"),
            false => assert_eq!(kept, "no-store", "{path}"),
        }
    }
}

#[tokio::test]
async fn nothing_on_a_page_is_inline_and_what_was_typed_is_escaped() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let person = format!("/people/{}", ada.person);
    for path in [
        "/today",
        "/imports",
        "/imports/new",
        "/organisations",
        "/people",
        "/people/invitation",
        "/audit",
        &person,
        "/account",
        "/account/second-factor",
        "/confirm?next=/people",
        "/audit/verification",
        "/audit/0",
        "/sign-in",
        "/nowhere",
    ] {
        let page = fixture.ask(browser.get(path)).await.body;
        for inline in ["<style", " style=", " onclick", "<script>", "javascript:"] {
            assert!(!page.contains(inline), "{path} has {inline}");
        }
        assert!(!page.contains("<System>"), "{path} does not escape");
        assert_eq!(page.matches("<h1").count(), 1, "{path} has one h1");
        assert_eq!(page.matches("<main").count(), 1, "{path} has one main");
        assert!(page.len() < 100_000, "{path} is small");
    }
}

#[tokio::test]
async fn a_problem_says_what_and_what_next_and_nothing_of_the_inside() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let (_, viewer) = fixture.invited(&ada, Role::Viewer, ada.head).await;
    for (browser, path, status) in [
        (&browser, "/people/9999", 404),
        (&browser, "/people/x", 404),
        (&browser, "/audit/-1", 404),
        (&browser, "/audit/99999", 404),
        (&browser, "/nowhere", 404),
        (&viewer, "/audit", 403),
        (&browser, "/sign-out", 405),
        (&browser, "/password/0000", 410),
        (&browser, "/audit?before=x", 400),
    ] {
        let page = fixture.ask(browser.get(path)).await;
        assert_eq!(page.status.as_u16(), status, "{path}");
        assert!(page.body.contains("class=\"lead\""), "{path}: {}", page.body);
        assert!(page.body.contains(page.header("x-request-id")), "{path}");
        let json = fixture.ask(browser.json(path)).await;
        assert_eq!(json.header("content-type"), "application/problem+json", "{path}");
        let problem = json.json();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], "about:blank");
        assert_eq!(problem["request"], json.header("x-request-id"));
        assert!(!problem["detail"].as_str().unwrap().is_empty());
    }
    let answer = fixture.ask(browser.get("/sign-out")).await;
    assert_eq!(answer.header("allow"), "POST");
}

#[tokio::test]
async fn a_fault_of_ours_is_told_to_the_log_alone() {
    let fixture = Fixture::new().await;
    fixture.app.store.close().await;
    let answer = fixture.ask(Browser::default().json("/health")).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    let problem = answer.json();
    assert!(
        !answer.body.contains("pool") && !answer.body.contains("database"),
        "{problem}"
    );
    let id = answer.header("x-request-id");
    let told = TOLD.lock().unwrap();
    let told = told.iter().find(|line| line.contains(id)).unwrap();
    assert!(told.contains("/health") && told.contains("database"), "{told}");
}

#[tokio::test]
async fn a_server_is_ready_when_it_answers_every_request() {
    let fixture = Fixture::new().await;
    let stranger = Browser::default();
    let ready = fixture.ask(stranger.json("/ready")).await;
    assert_eq!(
        (ready.status, &ready.json()["status"]),
        (StatusCode::OK, &"ready".into())
    );
    fixture.app.store.close().await;
    let not = fixture.ask(stranger.json("/ready")).await;
    assert_eq!(not.status, StatusCode::SERVICE_UNAVAILABLE, "{}", not.body);
    assert_eq!(not.json()["errors"][0]["field"], "database", "{}", not.body);
    assert!(!not.header("retry-after").is_empty());
    let id = not.header("x-request-id");
    let told = TOLD.lock().unwrap();
    assert!(!told.iter().any(|line| line.contains(id)), "it is no fault of ours");
}

#[tokio::test]
async fn a_panic_is_an_answer() {
    let fixture = Fixture::new().await;
    let router = Router::new().route(
        "/panic",
        axum::routing::get(|| async {
            if true {
                panic!("a secret of ours");
            }
        }),
    );
    let router = crate::dress::dressed(fixture.house.clone(), router);
    let response = router.oneshot(Browser::default().json("/panic")).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body = to_bytes(response.into_body(), 10_000).await.unwrap();
    assert!(!String::from_utf8_lossy(&body).contains("secret"));
    assert!(TOLD.lock().unwrap().iter().any(|line| line.contains("a secret of ours")));
}

#[tokio::test]
async fn a_house_is_set_up_once_and_the_form_keeps_what_was_typed() {
    let fixture = Fixture::new().await;
    let stranger = Browser::default();
    assert_eq!(fixture.ask(stranger.get("/first-run/0000")).await.status, 410);
    let link = first_run::offer(&fixture.app).await.unwrap().unwrap();
    let path = format!("/first-run/{link}");
    assert_eq!(fixture.ask(stranger.get(&path)).await.status, 200);

    let typed = "kind=hospital&organisation=St.+Invented&name=&address=ada%40x.example\
                 &password=short&zone=Europe%2FNowhere";
    let again = fixture.ask(stranger.post(&path, typed)).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    for kept in
        ["value=\"St. Invented\"", "href=\"#name\"", "href=\"#zone\"", "Europe/Nowhere"]
    {
        assert!(again.body.contains(kept), "{kept} in {}", again.body);
    }
    assert!(!again.body.contains("value=\"short\""), "a password is never sent back");

    let typed = "kind=hospital&organisation=St.+Invented&name=Ada&address=ada%40x.example\
                 &password=short&zone=UTC";
    let short = fixture.ask(stranger.post(&path, typed)).await;
    assert!(short.body.contains("href=\"#password\""), "{}", short.body);

    let typed = typed.replace("short", &PASSWORD.replace(' ', "+"));
    let done = fixture.ask(stranger.post(&path, &typed)).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, "/today"));
    let cookie = done.header("set-cookie").to_owned();
    for wanted in ["lazaret=", "; Path=/", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(wanted), "{cookie}");
    }
    let ada = Browser { cookie, token: String::new() };
    assert!(fixture.ask(ada.get("/today")).await.body.contains("St. Invented"));
    assert_eq!(fixture.ask(stranger.post(&path, &typed)).await.status, 410);
}

#[tokio::test]
async fn a_sign_in_leads_back_and_a_sign_out_ends_it() {
    let fixture = Fixture::over(Transport::Tls).await;
    fixture.founded().await;
    let stranger = Browser::default();
    let fields = |password: &str, next: &str| {
        let password = password.replace(' ', "+");
        format!("address=ada%40hospital.example&password={password}&next={next}")
    };
    let led = fixture.ask(stranger.get("/people?x=1")).await;
    assert_eq!(led.header("location"), "/sign-in?next=/people%3Fx%3D1");
    let wrong = fixture.ask(stranger.post("/sign-in", &fields("wrong", "/people"))).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("value=\"/people\"") && wrong.body.contains(ADDRESS));
    let away = fields(PASSWORD, "//evil.example");
    let away = fixture.ask(stranger.post("/sign-in", &away)).await;
    assert_eq!(away.header("location"), "/today");
    let right =
        fixture.ask(stranger.post("/sign-in", &fields(PASSWORD, "/people"))).await;
    assert_eq!((right.status.as_u16(), right.header("location")), (303, "/people"));
    let cookie = right.header("set-cookie").to_owned();
    assert!(cookie.starts_with("__Host-lazaret=") && cookie.contains("; Secure"));

    let ada = Browser { cookie, token: String::new() };
    let page = fixture.ask(ada.get("/people")).await;
    let (_, token) = page.body.split_once("name=\"form_token\" value=\"").unwrap();
    let token = token.split('"').next().unwrap().to_owned();
    let ada = Browser { token, ..ada };
    let out = fixture.ask(ada.post("/sign-out", "")).await;
    assert_eq!(out.header("location"), "/sign-in");
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(fixture.ask(ada.json("/people")).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn who_tries_too_often_waits() {
    let fixture = Fixture::new().await;
    fixture.founded().await;
    let stranger = Browser::default();
    let fields = "address=nobody%40hospital.example&password=guess";
    for _ in 0..8 {
        let answer = fixture.ask(stranger.post("/sign-in", fields)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let answer = fixture.ask(stranger.post("/sign-in", fields)).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=30).contains(&seconds));
}

#[tokio::test]
async fn a_role_that_was_taken_away_is_gone_at_the_next_request() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let (bob, browser) = fixture.invited(&ada, Role::Auditor, ada.head).await;
    give_role(&fixture.app, &ada, bob.person, Role::Viewer, ada.head).await.unwrap();
    assert_eq!(fixture.ask(browser.json("/audit")).await.status, StatusCode::OK);
    take_role(&fixture.app, &ada, bob.person, Role::Auditor, ada.head).await.unwrap();
    assert_eq!(
        fixture.ask(browser.json("/audit")).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn who_runs_one_hospital_sees_and_changes_nothing_of_another() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let mut hospitals = Vec::new();
    for name in ["North", "South"] {
        let new = NewOrganisation { kind: Kind::Hospital, name };
        let made = organisation::make_below(&fixture.app, &ada, ada.head, new).await;
        hospitals.push(made.unwrap().id);
    }
    let [north, south] = hospitals[..] else { panic!("two hospitals") };
    let (_, bob) = fixture.invited(&ada, Role::Administrator, north).await;
    let (cleo, _) = fixture.invited(&ada, Role::Viewer, south).await;

    let list = fixture.ask(bob.get("/organisations")).await.body;
    assert!(list.contains("North") && !list.contains("South"));
    let people = fixture.ask(bob.get("/people")).await.body;
    assert!(!people.contains("viewer") && !people.contains(ADDRESS), "{people}");
    let role = format!("role=viewer&organisation={south}");
    for request in [
        bob.get(&format!("/people/{}", cleo.person)),
        bob.get(&format!("/people/{}", ada.person)),
        bob.post(&format!("/people/{}/roles", cleo.person), &role),
        bob.post(&format!("/people/{}/roles/taken", cleo.person), &role),
        bob.post(&format!("/people/{}/password", ada.person), ""),
        bob.post("/organisations", &format!("kind=site&name=X&parent={south}")),
        bob.post(
            "/people/invitation",
            &format!("name=X&address=x%40x.example&zone=UTC&{role}"),
        ),
    ] {
        let asked = format!("{} {}", request.method(), request.uri());
        let answer = fixture.ask(request).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{asked}");
    }
    assert_eq!(fixture.ask(bob.get("/audit")).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_page_and_the_json_are_the_same_value() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let log = fixture.ask(browser.get("/audit.json")).await.json();
    assert_eq!(log["size"], 1);
    assert_eq!(log["acts"][0]["act"], "found organisation");
    let verified = fixture.ask(browser.json("/audit/verification")).await.json();
    assert_eq!((&verified["holds"], &verified["root"]), (&true.into(), &log["root"]));
    let proof = fixture.ask(browser.get("/audit/0.json")).await.json();
    assert_eq!((&proof["holds"], &proof["root"]), (&true.into(), &log["root"]));
    let people = fixture.ask(browser.get("/people.json?x=1")).await.json();
    assert_eq!(people["rows"][0]["id"], ada.person);

    // A program acts with JSON too, and the token in a header.
    let mut request = browser.post("/organisations", "");
    *request.body_mut() = Body::from(
        serde_json::json!({"kind": "hospital", "name": "", "parent": "1"}).to_string(),
    );
    let headers = request.headers_mut();
    headers.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    headers.insert(header::ACCEPT, "application/json".parse().unwrap());
    headers.insert("x-form-token", browser.token.parse().unwrap());
    let refused = fixture.ask(request).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.json()["errors"][0]["field"], "name");
}

#[tokio::test]
async fn a_form_that_is_too_large_is_refused() {
    let fixture = Fixture::new().await;
    let (_, browser) = fixture.founded().await;
    let fields = format!("name={}", "x".repeat(70_000));
    for (who, path) in [(&browser, "/organisations"), (&Browser::default(), "/sign-in")] {
        let answer = fixture.ask(who.post(path, &fields)).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
}
