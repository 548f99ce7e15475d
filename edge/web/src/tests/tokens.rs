//! Programs with a token: let in where a token lends it, and nowhere by a cookie's leave.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::SignedDuration;
use operations::people::take_role;
use operations::{Actor, Permission};
use store::{NewToken, Role};

use super::{Answer, Browser, Fixture, filled};
use crate::access::{Asked, Way};
use crate::routes;

/// A token of somebody that lends everything they may do, everywhere.
pub(super) async fn token_of(fixture: &Fixture, actor: &Actor) -> String {
    token_lending(fixture, actor, &Permission::ALL.map(Permission::word)).await
}

/// A token of somebody that lends this, everywhere.
async fn token_lending(
    fixture: &Fixture,
    actor: &Actor,
    words: &[&'static str],
) -> String {
    let mut write =
        fixture.app.store.write(actor.head, (fixture.app.now)()).await.unwrap();
    let new = NewToken {
        person: actor.person,
        name: "all of it",
        permissions: words,
        organisation: actor.head,
        life: SignedDuration::from_hours(1),
    };
    let (id, text) = write.make_token(new).await.unwrap();
    let act =
        store::Act { by: 0, what: "test", noun: store::Noun::Token, id, facts: vec![] };
    write.commit(act).await.unwrap();
    text
}

/// A request of a program, which says nothing of where it comes from.
pub(super) fn asked(method: &str, path: &str, token: &str, body: &str) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

#[tokio::test]
async fn each_route_answers_each_token_as_the_permissions_say() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    for role in Role::ALL {
        let (holder, _) = fixture.invited(&ada, role, ada.head).await;
        let token = token_of(&fixture, &holder).await;
        for address in routes::all(&fixture.house).list() {
            let path = filled(address.path, ada.person);
            let answer = fixture.ask(asked(address.method, &path, &token, "{}")).await;
            let allowed = address.way != Way::InPerson
                && match address.asked {
                    Asked::Permission(permission) => {
                        permission.is_of(role) && permission.is_lent()
                    }
                    Asked::Account | Asked::Nothing => true,
                };
            let told = format!(
                "{} {} {}: {} {}",
                role.word(),
                address.method,
                address.path,
                answer.status,
                answer.body
            );
            assert_eq!(answer.status == StatusCode::FORBIDDEN, !allowed, "{told}");
            assert!(!answer.status.is_server_error(), "{told}");
            assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{told}");
            if answer.status.is_client_error() {
                let kind = answer.header("content-type");
                assert_eq!(kind, "application/problem+json", "{told}");
            }
        }
    }
}

#[track_caller]
fn is_refused(answer: &Answer, why: &str) {
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"lazaret\"");
    assert!(answer.body.contains(why), "{}", answer.body);
}

#[tokio::test]
async fn a_cookie_opens_no_address_of_programs_and_helps_no_wrong_token() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    is_refused(&fixture.ask(browser.get("/api/token")).await, "for programs");
    is_refused(&fixture.ask(Browser::default().get("/api/token")).await, "for programs");

    let good = token_of(&fixture, &ada).await;
    let (start, last) = good.split_at(good.len() - 1);
    let wrong = format!("{start}{}", if last == "0" { "1" } else { "0" });
    for header in ["authorization", "x-api-key"] {
        for token in [wrong.as_str(), "", "x", "lzr_1_"] {
            let mut request = browser.json("/devices");
            let value = match header {
                "authorization" => format!("Bearer {token}"),
                _ => token.to_owned(),
            };
            request.headers_mut().insert(header, value.parse().unwrap());
            is_refused(&fixture.ask(request).await, "is not known");
        }
    }
    for (header, value) in
        [("authorization", format!("bearer {good}")), ("x-api-key", good.clone())]
    {
        let mut request = Browser::default().get("/devices");
        request.headers_mut().insert(header, value.parse().unwrap());
        let answer = fixture.ask(request).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert_eq!(answer.header("content-type"), "application/json");
    }
}

#[tokio::test]
async fn a_program_acts_without_a_form_token_and_no_other_site_can() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let token = token_of(&fixture, &ada).await;
    let new = format!(r#"{{"kind":"hospital","name":"North","parent":"{}"}}"#, ada.head);
    let made = fixture.ask(asked("POST", "/organisations", &token, &new)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let mut foreign = asked("POST", "/organisations", "x", &new);
    foreign.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(fixture.ask(foreign).await.status, StatusCode::UNAUTHORIZED);
    // A page of another site may not send the header: it must ask first, and gets no leave.
    let ask_first = Request::builder()
        .method("OPTIONS")
        .uri("/organisations")
        .header("origin", "https://evil.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization")
        .body(Body::empty())
        .unwrap();
    let answer = fixture.ask(ask_first).await;
    assert!(!answer.status.is_success());
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn a_token_is_made_shown_once_listed_and_taken_back() {
    let fixture = Fixture::new().await;
    let (ada, admin) = fixture.founded().await;
    let (bob, browser) = fixture.invited(&ada, Role::Biomed, ada.head).await;
    let page = fixture.ask(browser.get("/account")).await.body;
    assert!(page.contains("There are none.") && page.contains("permission-view_devices"));
    assert!(!page.contains("permission-view_audit"), "a biomed may not see the log");

    let fields = format!("name=Nightly+%3Cbuild%3E&organisation={}&days=90", ada.head);
    for (wrong, why) in [
        (fields.clone(), "at least one thing"),
        (format!("{fields}&permission-view_audit=on"), "view_audit"),
        (fields.replace("days=90", "days=400&permission-view_devices=on"), "365"),
        (fields.replace("days=90", "days=&permission-view_devices=on"), "Choose for how"),
        (
            fields.replace("Nightly+%3Cbuild%3E", "&permission-view_devices=on"),
            "token is for",
        ),
        (fields.replace(&format!("={}&", ada.head), "=x&"), "Choose where"),
    ] {
        let refused = fixture.ask(browser.post("/account/tokens", &wrong)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(refused.body.contains(why), "{wrong}: {}", refused.body);
    }
    let fields = format!("{fields}&permission-view_devices=on");
    let made = fixture.ask(browser.post("/account/tokens", &fields)).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    assert!(made.body.contains("Nightly &#60;build&#62;"), "{}", made.body);
    let (_, token) = made.body.split_once("value=\"lzr_").unwrap();
    let token = format!("lzr_{}", token.split('"').next().unwrap());

    let lent = fixture.ask(asked("GET", "/api/token", &token, "")).await.json();
    assert_eq!(lent["permissions"], serde_json::json!(["view_devices"]));
    assert_eq!(lent["person"], bob.person);
    let page = fixture.ask(browser.get("/account")).await.body;
    assert!(page.contains("see devices") && !page.contains(&token), "{page}");
    let seen = fixture.ask(browser.json("/account")).await.json();
    let id = seen["tokens"][0]["id"].as_i64().unwrap();
    assert_eq!(seen["tokens"][0]["used_on"].as_str().unwrap().len(), 10);

    // Whoever manages people sees it, and takes it back.
    let person = format!("/people/{}", bob.person);
    let seen = fixture.ask(admin.get(&person)).await.body;
    assert!(seen.contains("Nightly &#60;build&#62;") && !seen.contains(&token));
    let other = format!("/people/{}/tokens/taken-back", ada.person);
    let field = format!("token={id}");
    assert_eq!(
        fixture.ask(admin.post(&other, &field)).await.status,
        StatusCode::NOT_FOUND
    );
    let done =
        fixture.ask(admin.post(&format!("{person}/tokens/taken-back"), &field)).await;
    assert_eq!(done.header("location"), person);
    is_refused(&fixture.ask(asked("GET", "/devices", &token, "")).await, "is not known");
    let again = fixture.ask(browser.post("/account/tokens/taken-back", &field)).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_token_that_lends_little_tells_nothing_of_its_holder() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let naming = operations::designation::Naming {
        organisation: ada.head,
        office: "security_officer".to_owned(),
        person: ada.person,
        first_day: "2026-01-01".to_owned(),
        last_day: String::new(),
        audience: store::Audience::Owner,
    };
    operations::designation::designate(&fixture.app, &ada, &naming).await.unwrap();
    let everything = token_of(&fixture, &ada).await;
    let little = token_lending(&fixture, &ada, &["act_on_work"]).await;
    let offices = fixture.ask(asked("GET", "/designations", &everything, "")).await;
    assert_eq!(offices.json()["designations"][0]["person"], ada.person);
    let mut walked = 0;
    for address in routes::all(&fixture.house).list() {
        let is_own = address.path == "/api/token";
        if (address.method, address.asked) != ("GET", Asked::Account) || is_own {
            continue;
        }
        walked += 1;
        let answer = fixture.ask(asked("GET", address.path, &little, "")).await;
        for secret in ["Ada", super::ADDRESS, "administrator", "security_officer"] {
            assert!(!answer.body.contains(secret), "{}: {}", address.path, answer.body);
        }
        let is_account = address.path.starts_with("/account");
        let refused = answer.status == StatusCode::FORBIDDEN;
        assert_eq!(refused, address.way == Way::InPerson, "{}", address.path);
        assert!(refused || !is_account, "{}", address.path);
    }
    assert!(walked > 5, "{walked}");
}

#[tokio::test]
async fn a_right_of_a_holder_that_was_taken_away_is_gone_at_the_next_request() {
    let fixture = Fixture::new().await;
    let (ada, _) = fixture.founded().await;
    let (bob, _) = fixture.invited(&ada, Role::Auditor, ada.head).await;
    let token = token_of(&fixture, &bob).await;
    assert_eq!(
        fixture.ask(asked("GET", "/audit", &token, "")).await.status,
        StatusCode::OK
    );
    take_role(&fixture.app, &ada, bob.person, Role::Auditor, ada.head).await.unwrap();
    let refused = fixture.ask(asked("GET", "/audit", &token, "")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("view_audit"), "{}", refused.body);
}
