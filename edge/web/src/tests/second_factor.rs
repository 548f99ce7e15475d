//! The second factor: set up, asked for, lost, demanded; and showing again who one is.

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use operations::second_factor::shown_by_app;
use operations::{App, Permission};
use store::Role;

use super::tokens::{asked, token_of};
use super::{ADDRESS, Browser, Fixture, PASSWORD, filled};
use crate::access::{Address, Asked, Gravity, Way};
use crate::{House, Transport, router, routes};

/// The text of the first element whose markup begins so.
fn value<'p>(page: &'p str, name: &str) -> &'p str {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap()
}

/// Sets a second factor up; gives its secret and the recovery codes.
async fn set_up(fixture: &Fixture, browser: &Browser) -> (String, Vec<String>) {
    let page = fixture.ask(browser.get("/account/second-factor")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("<svg class=\"qr\""), "{}", page.body);
    let secret = value(&page.body, "secret").to_owned();
    let code = shown_by_app(&secret, Timestamp::now()).unwrap();
    let fields = format!("secret={secret}&code={code}");
    let done = fixture.ask(browser.post("/account/second-factor", &fields)).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    let codes = done.body.split("<code class=\"secret\">").skip(1);
    let codes: Vec<String> =
        codes.map(|code| code.split('<').next().unwrap().to_owned()).collect();
    assert_eq!(codes.len(), 10);
    (secret, codes)
}

fn sign_in() -> String {
    let address = ADDRESS.replace('@', "%40");
    format!("address={address}&password={}&next=/people", PASSWORD.replace(' ', "+"))
}

#[tokio::test]
async fn a_code_is_asked_for_after_the_password_and_lets_in_once() {
    let fixture = Fixture::new().await;
    let (_, browser) = fixture.founded().await;
    let page = fixture.ask(browser.get("/account/second-factor")).await;
    let offered = value(&page.body, "secret").to_owned();
    for (secret, code, status) in [
        (offered.as_str(), "000000", 422),
        (offered.as_str(), "", 422),
        ("AAAA", "000000", 422),
        ("", "000000", 422),
    ] {
        let fields = format!("secret={secret}&code={code}");
        let wrong = fixture.ask(browser.post("/account/second-factor", &fields)).await;
        assert_eq!(wrong.status.as_u16(), status, "{secret} {code}: {}", wrong.body);
    }
    let (secret, codes) = set_up(&fixture, &browser).await;
    let again = format!("secret={secret}&code=000000");
    let again = fixture.ask(browser.post("/account/second-factor", &again)).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.body);

    let stranger = Browser::default();
    let step = async || {
        let page = fixture.ask(stranger.post("/sign-in", &sign_in())).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert_eq!(page.header("set-cookie"), "", "the password alone lets nobody in");
        value(&page.body, "ticket").to_owned()
    };
    let enter = async |ticket: &str, code: &str| {
        let fields = format!("ticket={ticket}&code={code}&next=/people");
        fixture.ask(stranger.post("/sign-in/code", &fields)).await
    };
    let ticket = step().await;
    // The step that set it up was used by that.
    let used = shown_by_app(&secret, Timestamp::now()).unwrap();
    for wrong in [used.as_str(), "", "abc", codes[0].get(..4).unwrap()] {
        let refused = enter(&ticket, wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
        assert_eq!(value(&refused.body, "ticket"), ticket);
    }
    let next = Timestamp::now() + SignedDuration::from_secs(30);
    let next = shown_by_app(&secret, next).unwrap();
    let spaced = format!("{}+{}", &next[..3], &next[3..]);
    let done = enter(&ticket, &spaced).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, "/people"));
    assert!(done.header("set-cookie").starts_with("lazaret="));
    assert_eq!(enter("00", &next).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_recovery_code_lets_in_once_and_guessing_is_slow() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let (_, codes) = set_up(&fixture, &browser).await;
    let stranger = Browser::default();
    let page = fixture.ask(stranger.post("/sign-in", &sign_in())).await;
    let ticket = value(&page.body, "ticket").to_owned();
    let enter = async |code: &str| {
        let fields = format!("ticket={ticket}&code={code}");
        fixture.ask(stranger.post("/sign-in/code", &fields)).await.status.as_u16()
    };
    assert_eq!(enter(&codes[3].to_lowercase()).await, 303);
    assert_eq!(enter(&codes[3]).await, 422);
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(enter("000000").await);
    }
    assert_eq!(statuses, [422, 422, 422, 422, 429]);
    let page = fixture.ask(browser.get("/account/second-factor")).await;
    assert!(page.body.contains("9 are left."), "{}", page.body);
    let scope = store::Scope::whole(ada.head);
    let leaves = fixture.app.store.leaves(&scope, i64::MAX, 20).await.unwrap();
    let acts: Vec<&str> = leaves.iter().map(|leaf| leaf.act.as_str()).collect();
    assert!(acts.contains(&"sign in with a recovery code"), "{acts:?}");
    assert!(acts.contains(&"refuse sign-in"), "{acts:?}");
    let renewed = fixture.ask(browser.post("/account/second-factor/codes", "")).await;
    assert!(renewed.body.contains("<code class=\"secret\">"), "{}", renewed.body);
    assert!(!renewed.body.contains(&codes[0]));
    let away = fixture.ask(browser.post("/account/second-factor/taken-away", "")).await;
    assert_eq!(away.header("location"), "/account");
    let plain = fixture.ask(stranger.post("/sign-in", &sign_in())).await;
    assert_eq!(plain.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn where_it_is_asked_for_nothing_is_done_without_it() {
    let fixture = Fixture::new().await;
    let (ada, admin) = fixture.founded().await;
    let (bob, browser) = fixture.invited(&ada, Role::Biomed, ada.head).await;
    let token = token_of(&fixture, &bob).await;
    let rule = |asked: &str| format!("organisation={}&asked={asked}", ada.head);
    let refused = browser.post("/organisations/second-factor", &rule("yes"));
    assert_eq!(fixture.ask(refused).await.status, StatusCode::FORBIDDEN);
    for wrong in ["organisation=999&asked=yes", "organisation=x&asked=yes", "asked=yes"] {
        let answer = fixture.ask(admin.post("/organisations/second-factor", wrong)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    // Whoever has none is warned before it holds, and still does everything.
    let warned =
        fixture.ask(admin.post("/organisations/second-factor", &rule("yes"))).await;
    assert_eq!(warned.status, StatusCode::CONFLICT, "{}", warned.body);
    assert!(warned.body.contains("name=\"heard\" value=\"yes\""), "{}", warned.body);
    assert!(warned.body.contains("href=\"/account/second-factor\""), "{}", warned.body);
    assert_eq!(fixture.ask(admin.get("/devices")).await.status, StatusCode::OK);
    let heard = format!("{}&heard=yes", rule("yes"));
    let done = fixture.ask(admin.post("/organisations/second-factor", &heard)).await;
    assert_eq!(done.header("location"), "/organisations", "{}", done.body);

    for who in [&admin, &browser] {
        let led = fixture.ask(who.get("/devices")).await;
        assert_eq!(led.header("location"), "/account/second-factor");
        let told = fixture.ask(who.json("/devices")).await;
        assert_eq!(told.status, StatusCode::FORBIDDEN, "{}", told.body);
        assert!(told.body.contains("second factor"), "{}", told.body);
    }
    let program = fixture.ask(asked("GET", "/devices", &token, "")).await;
    assert_eq!(program.status, StatusCode::FORBIDDEN, "{}", program.body);
    set_up(&fixture, &browser).await;
    assert_eq!(fixture.ask(browser.get("/devices")).await.status, StatusCode::OK);
    let program = fixture.ask(asked("GET", "/devices", &token, "")).await;
    assert_eq!(program.status, StatusCode::OK);
    // Whoever loses it is helped by whoever runs the house, once they have their own.
    set_up(&fixture, &admin).await;
    let lost = format!("/people/{}/second-factor/taken-away", bob.person);
    assert_eq!(fixture.ask(browser.post(&lost, "")).await.status, StatusCode::FORBIDDEN);
    let done = fixture.ask(admin.post(&lost, "")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let out = fixture.ask(browser.json("/devices")).await;
    assert_eq!(out.status, StatusCode::UNAUTHORIZED, "the sessions have ended");
    // Whoever has one needs no warning.
    for asked in ["no", "yes", "no"] {
        let rule = admin.post("/organisations/second-factor", &rule(asked));
        assert_eq!(fixture.ask(rule).await.status, StatusCode::SEE_OTHER, "{asked}");
    }
}

fn eleven_minutes_later() -> Timestamp {
    Timestamp::now() + SignedDuration::from_mins(11)
}

/// Why an address is grave, by the rule of `docs/decisions/signing_in.md`: of routes that come
/// later it is asked too.
fn why_grave(address: &Address) -> Option<&'static str> {
    let path = address.path;
    let last = path.rsplit('/').next().unwrap();
    let is_file =
        last.contains('.') || ["file", "pdf", "export", "record"].contains(&last);
    let is_document = [
        "/products/documents/{bill}",
        "/suppliers/{supplier}/documents/{original}",
        "/purchases/{purchase}/files/{file}",
        "/posture/oscal/{model}",
    ];
    // Forms without a word in them are nobody's; the page of an export is not the export.
    let empty = ["/mds2/empty.xlsx", "/purchases/profile.toml", "/settings/export"];
    let overrides = [
        "acceptance",
        "accepted",
        "analysis",
        "approval",
        "approved",
        "attested",
        "awarded",
        "exceptions",
        "overrides",
        "tailoring",
    ];
    let lets_in = [
        "/people/invitation",
        "/people/{person}/identity",
        "/people/{person}/password",
        "/people/{person}/roles",
        "/people/{person}/unblocked",
    ];
    match address.method {
        _ if address.way == Way::ByToken || address.asked == Asked::Nothing => None,
        "GET" if path == "/account/identity" => Some("it lets somebody in"),
        "GET" => {
            let leaves = is_file || is_document.contains(&path);
            (leaves && !empty.contains(&path)).then_some("it leaves the house")
        }
        _ if path.contains("second-factor") => Some("it is by what somebody is known"),
        _ if path == "/account/tokens" || path == "/settings/keys" => Some("it is a key"),
        _ if lets_in.contains(&path) => Some("it lets somebody in"),
        _ if path == "/settings/export"
            || last == "sent" && path.starts_with("/work") =>
        {
            Some("it leaves the house")
        }
        _ if path.starts_with("/settings/webhooks")
            && ["new", "{webhook}", "secret"].contains(&last) =>
        {
            Some("by it things leave the house")
        }
        _ if path.starts_with("/designations") => None,
        _ if overrides.contains(&last) => {
            Some("somebody answers for it instead of the rule")
        }
        _ if path == "/work/policy" || path.starts_with("/work/priorities") => {
            Some("all priorities or days follow it")
        }
        _ if last == "erased"
            || path.starts_with("/imports/") && last == "taken-back" =>
        {
            Some("it is not had again")
        }
        _ => None,
    }
}

#[tokio::test]
async fn what_is_grave_asks_again_who_it_is() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let token = token_of(&fixture, &ada).await;
    let mut app: App = fixture.app.clone();
    app.now = eleven_minutes_later;
    let house = House::new(app.clone(), Transport::Loopback, super::tell);
    let later = Fixture { router: router(house.clone()), app, house, ..fixture };

    let export = "/devices/export?maker=a";
    let led = later.ask(browser.get(export)).await;
    assert_eq!(led.header("location"), "/confirm?next=/devices/export%3Fmaker%3Da");
    let told = later.ask(browser.json(export)).await;
    assert_eq!(told.status, StatusCode::FORBIDDEN);
    assert!(told.body.contains("that it is you"), "{}", told.body);
    for address in routes::all(&later.house).list() {
        let is_grave = address.gravity == Gravity::Grave;
        let name = format!("{} {}", address.method, address.path);
        assert_eq!(is_grave, why_grave(address).is_some(), "{name}");
        let of_others = Asked::Permission(Permission::AnswerAsMaker);
        if address.asked == of_others || address.path == "/sign-out" {
            continue;
        }
        let path = filled(address.path, ada.person);
        if address.method == "GET" {
            let led = later.ask(browser.get(&path)).await;
            let to = led.header("location");
            assert_eq!(to.starts_with("/confirm?next="), is_grave, "{name}: {to}");
        } else if is_grave {
            let mut request = browser.post(&path, "");
            let page = "http://house.example/account?x=1".parse().unwrap();
            request.headers_mut().insert("referer", page);
            let asked = later.ask(request).await;
            assert_eq!(asked.status, StatusCode::OK, "{name}: {}", asked.body);
            assert_eq!(value(&asked.body, "next"), "/account?x=1", "{name}");
            assert_eq!(value(&asked.body, "to"), path);
        }
    }
    // A program that has the cookie is told, and nothing is carried for it.
    let mut request = browser.post("/people/invitation", "name=x");
    request.headers_mut().insert("accept", "application/json".parse().unwrap());
    assert_eq!(later.ask(request).await.status, StatusCode::FORBIDDEN);
    // What is not grave goes on, and a token was made by somebody who showed it then.
    assert_eq!(later.ask(browser.get("/devices")).await.status, StatusCode::OK);
    let program = later.ask(asked("GET", "/devices/export", &token, "")).await;
    assert_eq!(program.status, StatusCode::OK);

    let wrong = later.ask(browser.post("/confirm", "password=wrong&next=/account")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.body);
    let empty = later.ask(browser.post("/confirm", "next=/account")).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", empty.body);
    assert_eq!(later.ask(browser.get(export)).await.status, StatusCode::SEE_OTHER);
    let right = format!("password={}&next=/account", PASSWORD.replace(' ', "+"));
    let done = later.ask(browser.post("/confirm", &right)).await;
    assert_eq!(done.header("location"), "/account", "{}", done.body);
    assert_eq!(later.ask(browser.get(export)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_form_that_the_question_interrupts_is_sent_with_one_click_afterwards() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.founded().await;
    let mut app: App = fixture.app.clone();
    app.now = eleven_minutes_later;
    let house = House::new(app.clone(), Transport::Loopback, super::tell);
    let later = Fixture { router: router(house.clone()), app, house, ..fixture };
    let typed = format!(
        "name=Bob+%3Cb%3E%26%22x%22&address=bob%40hospital.example&zone=UTC&role=security\
         &organisation={}&nothing=",
        ada.head
    );
    let asked = later.ask(browser.post("/people/invitation", &typed)).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.body);
    assert!(asked.body.contains("What you typed is kept"), "{}", asked.body);
    assert!(!asked.body.contains("Bob <b>"), "it is escaped: {}", asked.body);
    let people = async || later.ask(browser.json("/people")).await.body;
    assert!(!people().await.contains("Bob"), "nothing was done");

    // Whoever errs once loses nothing.
    let carried = |page: &str| {
        let field = |name: &str| {
            let text = value(page, name).replace("&#34;", "\"").replace("&#60;", "<");
            let text = text.replace("&#62;", ">").replace("&#38;", "&");
            format!("{name}={}", fleet::encoded(&text))
        };
        ["next", "to", "what", "typed"].map(field).join("&")
    };
    let wrong = format!("{}&password=hunter2", carried(&asked.body));
    let again = later.ask(browser.post("/confirm", &wrong)).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.body);
    assert_eq!(carried(&again.body), carried(&asked.body));
    assert!(!again.body.contains("hunter2"), "no password is carried: {}", again.body);
    let right =
        format!("{}&password={}", carried(&again.body), PASSWORD.replace(' ', "+"));
    let ready = later.ask(browser.post("/confirm", &right)).await;
    assert_eq!(ready.status, StatusCode::OK, "{}", ready.body);
    assert!(ready.body.contains("action=\"/people/invitation\""), "{}", ready.body);
    for shown in ["Invites somebody.", "Security", "Bob &#60;b&#62;"] {
        assert!(ready.body.contains(shown), "{shown}: {}", ready.body);
    }
    assert!(!ready.body.contains("<dt>Nothing</dt>"), "{}", ready.body);
    assert_eq!(value(&ready.body, "address"), "bob@hospital.example");
    let sent = later.ask(browser.post("/people/invitation", &typed)).await;
    assert!(sent.status.is_success() || sent.status.is_redirection(), "{}", sent.body);
    assert!(people().await.contains("Bob"));
}

#[tokio::test]
async fn no_secret_is_carried_and_no_form_leads_elsewhere() {
    let fixture = Fixture::new().await;
    let (_, browser) = fixture.founded().await;
    let mut app: App = fixture.app.clone();
    app.now = eleven_minutes_later;
    let house = House::new(app.clone(), Transport::Loopback, super::tell);
    let later = Fixture { router: router(house.clone()), app, house, ..fixture };
    for secret in ["secret=ABCD&code=1", "password=x", "new_password=x&name=y"] {
        let led = later.ask(browser.post("/account/tokens", secret)).await;
        assert_eq!(led.status, StatusCode::SEE_OTHER, "{secret}: {}", led.body);
        assert_eq!(led.header("location"), "/confirm?next=/today");
    }
    let large = format!("name={}", "x".repeat(300 * 1024));
    let refused = later.ask(browser.post("/account/tokens", &large)).await;
    assert!(!refused.body.contains("xxx"), "{}", refused.status);
    let password = PASSWORD.replace(' ', "+");
    for to in ["https%3A%2F%2Fevil.example%2F", "%2F%2Fevil.example", "x", ""] {
        let fields = format!("password={password}&to={to}&typed=%5B%5D&next=/account");
        let done = later.ask(browser.post("/confirm", &fields)).await;
        assert_eq!(done.header("location"), "/account", "{to}: {}", done.body);
    }
    for rubbish in ["", "%7B%7D", "%5B%5B1%5D%5D"] {
        let fields = format!("password={password}&to=/account/tokens&typed={rubbish}");
        let ready = later.ask(browser.post("/confirm", &fields)).await;
        assert_eq!(ready.status, StatusCode::OK, "{rubbish}: {}", ready.body);
    }
    // Without the token of the session nothing is read.
    let mut foreign = browser.post("/confirm", "");
    *foreign.body_mut() = axum::body::Body::from(format!("password={password}"));
    assert_eq!(later.ask(foreign).await.status, StatusCode::FORBIDDEN);
}
