//! Two servers on one database, asked over HTTP: a right that was taken away on one is gone on
//! the other at its very next request, and what changes on one is in the next answer of both.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "../../operations/tests/databases/mod.rs"]
mod databases;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use databases::{Fresh, on_both, on_postgres};
use feeds::{Cache, Order};
use jiff::Timestamp;
use operations::judging::{fetch_index, use_index};
use operations::people::{Invitation, invite, set_password};
use operations::token::{Wish, make};
use operations::{Actor, App, Permission, first_run, work_off};
use reqwest::StatusCode;
use serde_json::Value;
use store::{Kind, NewSession, Role, Store};
use web::{House, Transport};

const PASSWORD: &str = "a long sentence will do";

/// A server with its own connections and, where nodes share no disk, its own data folder.
struct Server {
    app: App,
    url: String,
    client: reqwest::Client,
    folder: Arc<tempfile::TempDir>,
}

struct Answer {
    status: StatusCode,
    place: String,
    retry_after: Option<String>,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Server {
    async fn start(fresh: &Fresh, folder: Arc<tempfile::TempDir>) -> Self {
        let store = Store::open(&fresh.url, &fresh.root).await.unwrap();
        let app = App::new(store, folder.path(), Timestamp::now);
        let house = House::new(app.clone(), Transport::Loopback, |_| {});
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(web::serve(house, listener, std::future::pending()));
        // The first who asks sets it; a second time changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self { app, url, client, folder }
    }

    async fn get(&self, who: &Browser, path: &str) -> Answer {
        self.sent(who, self.client.get(self.at(path))).await
    }

    /// A form of ours, with its token.
    async fn post(&self, who: &Browser, path: &str, fields: &str) -> Answer {
        let body = format!("form_token={}&{fields}", who.form_token);
        let form = ("content-type", "application/x-www-form-urlencoded");
        let request = self.client.post(self.at(path)).header(form.0, form.1).body(body);
        self.sent(who, request).await
    }

    /// That a form was taken.
    async fn act(&self, who: &Browser, path: &str, fields: &str) {
        let done = self.post(who, path, fields).await;
        assert!(done.status.is_success() || done.status == 303, "{path}: {}", done.body);
    }

    async fn sent(&self, who: &Browser, request: reqwest::RequestBuilder) -> Answer {
        let (name, value) = &who.header;
        let request = request
            .header(*name, value)
            .header("accept", "application/json")
            .header("sec-fetch-site", "same-origin");
        let answer = request.send().await.unwrap();
        let header = |name: &str| {
            answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned())
        };
        let (place, retry_after) =
            (header("location").unwrap_or_default(), header("retry-after"));
        let status = answer.status();
        Answer { status, place, retry_after, body: answer.text().await.unwrap() }
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    async fn use_built(&self, name: &str, leave_out: &str) {
        let index = built(self.folder.path(), name, leave_out);
        use_index(&self.app, &index).await.unwrap();
    }

    async fn work(&self) {
        assert_eq!(work_off(&self.app, "test").await.unwrap(), Vec::<String>::new());
    }
}

/// Somebody with a browser, or a program with a token.
struct Browser {
    header: (&'static str, String),
    form_token: String,
}

impl Browser {
    fn with(session: &NewSession) -> Self {
        let header = ("cookie", format!("lazaret={}", session.secret));
        Self { header, form_token: session.form_token.clone() }
    }

    fn program(token: &str) -> Self {
        Self { header: ("x-api-key", token.to_owned()), form_token: String::new() }
    }
}

/// Two servers, and the administrator with whom the house began.
struct Two {
    one: Server,
    other: Server,
    ada: Actor,
    browser: Browser,
}

async fn two(fresh: &Fresh) -> Two {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let one = Server::start(fresh, Arc::clone(&folder)).await;
    let beside = match one.app.store.spread() {
        store::Spread::OneMachine => folder,
        store::Spread::ManyMachines => Arc::new(tempfile::tempdir().unwrap()),
    };
    let other = Server::start(fresh, beside).await;
    let link = first_run::offer(&one.app).await.unwrap().unwrap();
    let founding = first_run::Founding {
        kind: Kind::System,
        organisation: "Invented System",
        name: "Ada",
        address: "ada@hospital.example",
        password: PASSWORD,
        zone: "UTC",
    };
    let session = first_run::found(&one.app, &link, founding).await.unwrap();
    let (ada, browser) = (actor(&one.app, &session).await, Browser::with(&session));
    Two { one, other, ada, browser }
}

async fn actor(app: &App, session: &NewSession) -> Actor {
    let session = app.store.session(&session.secret, (app.now)()).await.unwrap();
    Actor::of_session(app, session.unwrap()).await.unwrap()
}

impl Two {
    async fn invited(&self, name: &str, role: Role) -> (Actor, Browser) {
        let address = format!("{name}@hospital.example");
        let organisation = self.ada.head;
        let new = Invitation { name, address: &address, zone: "UTC", role, organisation };
        let link = invite(&self.one.app, &self.ada, new).await.unwrap();
        let session = set_password(&self.one.app, &link, PASSWORD).await.unwrap();
        (actor(&self.one.app, &session).await, Browser::with(&session))
    }

    /// A token of somebody that lends them what they may do, with its number.
    async fn token(&self, of: &Actor) -> (i64, Browser) {
        let permissions = [Permission::ViewDevices, Permission::DeliverDocuments];
        let wish = Wish {
            name: "pipeline",
            permissions: &permissions,
            organisation: self.ada.head,
            days: 1,
        };
        let (id, text) = make(&self.one.app, of, wish).await.unwrap();
        (id, Browser::program(&text))
    }

    /// That somebody is let in on both servers, and what they ask for.
    async fn is_let_in(&self, who: &Browser, path: &str) {
        for server in [&self.one, &self.other] {
            let answer = server.get(who, path).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        }
    }

    /// What the other server says at the next request, and then the one.
    async fn say(&self, who: &Browser, path: &str, status: u16) {
        for server in [&self.other, &self.one] {
            let answer = server.get(who, path).await;
            assert_eq!(answer.status, status, "{path}: {}", answer.body);
        }
    }
}

on_both!(a_role_that_was_taken_is_gone_on_the_other_server, async |fresh: Fresh| {
    let two = two(&fresh).await;
    let (bob, browser) = two.invited("bob", Role::Biomed).await;
    let (_, program) = two.token(&bob).await;
    two.is_let_in(&browser, "/imports/new").await;
    two.is_let_in(&program, "/api/v1/project").await;
    let fields = format!("role=biomed&organisation={}", two.ada.head);
    let path = format!("/people/{}/roles/taken", bob.person);
    two.one.act(&two.browser, &path, &fields).await;
    // The sessions are ended with it; a token lends nothing that its holder has not.
    two.say(&browser, "/imports/new", 401).await;
    two.say(&program, "/api/v1/project", 403).await;
});

on_both!(a_role_that_was_given_holds_on_the_other_server, async |fresh: Fresh| {
    let two = two(&fresh).await;
    let (cleo, browser) = two.invited("cleo", Role::Viewer).await;
    two.say(&browser, "/imports/new", 403).await;
    let fields = format!("role=biomed&organisation={}", two.ada.head);
    two.one.act(&two.browser, &format!("/people/{}/roles", cleo.person), &fields).await;
    two.is_let_in(&browser, "/imports/new").await;
});

on_both!(a_session_that_was_ended_is_gone_on_the_other_server, async |fresh: Fresh| {
    let two = two(&fresh).await;
    let (_, browser) = two.invited("bob", Role::Biomed).await;
    two.is_let_in(&browser, "/devices").await;
    two.one.act(&browser, "/sign-out", "").await;
    two.say(&browser, "/devices", 401).await;
    // A new password ends the others.
    let (cleo, browser) = two.invited("cleo", Role::Biomed).await;
    two.is_let_in(&browser, "/devices").await;
    let offered = operations::people::offer_new_password;
    let link = offered(&two.one.app, &two.ada, cleo.person).await.unwrap();
    set_password(&two.one.app, &link, "another long sentence").await.unwrap();
    two.say(&browser, "/devices", 401).await;
});

on_both!(a_token_that_was_taken_back_opens_nothing_on_the_other, async |fresh: Fresh| {
    let two = two(&fresh).await;
    let (bob, browser) = two.invited("bob", Role::Biomed).await;
    let (own, program) = two.token(&bob).await;
    let (taken, second) = two.token(&bob).await;
    for program in [&program, &second] {
        two.is_let_in(program, "/api/v1/project").await;
    }
    two.one.act(&browser, "/account/tokens/taken-back", &format!("token={own}")).await;
    two.say(&program, "/api/v1/project", 401).await;
    let path = format!("/people/{}/tokens/taken-back", bob.person);
    two.one.act(&two.browser, &path, &format!("token={taken}")).await;
    two.say(&second, "/api/v1/project", 401).await;
});

on_both!(a_person_who_was_erased_is_gone_on_the_other_server, async |fresh: Fresh| {
    let two = two(&fresh).await;
    let (bob, browser) = two.invited("bob", Role::Biomed).await;
    let (_, program) = two.token(&bob).await;
    two.is_let_in(&browser, "/devices").await;
    two.is_let_in(&program, "/api/v1/project").await;
    let path = format!("/people/{}/erased", bob.person);
    two.one.act(&two.browser, &path, "word=erase").await;
    two.say(&browser, "/devices", 401).await;
    two.say(&program, "/api/v1/project", 401).await;
    let shown = two.other.get(&two.browser, "/people").await;
    assert!(!shown.body.contains("bob@hospital.example"), "{}", shown.body);
});

on_both!(a_second_factor_that_is_asked_for_is_owed_on_the_other, async |fresh: Fresh| {
    let two = two(&fresh).await;
    let (bob, browser) = two.invited("bob", Role::Biomed).await;
    let (_, program) = two.token(&bob).await;
    two.is_let_in(&browser, "/devices").await;
    two.is_let_in(&program, "/api/v1/project").await;
    let fields = format!("organisation={}&asked=yes&heard=yes", two.ada.head);
    two.one.act(&two.browser, "/organisations/second-factor", &fields).await;
    for server in [&two.other, &two.one] {
        let answer = server.get(&browser, "/devices").await;
        let is_held = answer.status == 403 || answer.place.contains("second-factor");
        assert!(is_held, "{} {}", answer.status, answer.body);
        let answer = server.get(&program, "/api/v1/project").await;
        assert_eq!(answer.status, 403, "{}", answer.body);
    }
});

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/demo")
}

/// An index of the demo's advisories but for one.
fn built(folder: &Path, name: &str, leave_out: &str) -> PathBuf {
    let all = std::fs::read_dir(demo().join("advisories")).unwrap();
    let sources: Vec<PathBuf> = all
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().is_none_or(|name| name != leave_out))
        .collect();
    let index = folder.join(name);
    let order = Order { index: &index, sources: &sources, cache: Cache::Ignore };
    feeds::build(&order, &mut |_| {}).unwrap();
    index
}

async fn take_in(server: &Server, ada: &Actor) {
    let delivery = operations::inventory::Delivery {
        organisation: ada.head,
        source: "AIMS".to_owned(),
        name: "inventory.csv".to_owned(),
        bytes: std::fs::read(demo().join("inventory.csv")).unwrap(),
        mapping: device::inventory::Mapping::default(),
    };
    operations::inventory::deliver(&server.app, ada, delivery).await.unwrap();
    server.work().await;
}

on_both!(what_changes_on_one_is_in_the_next_answer_of_the_other, async |fresh: Fresh| {
    let two = two(&fresh).await;
    let (one, other, browser) = (&two.one, &two.other, &two.browser);
    let total = async |server: &Server, path: &str| {
        let answer = server.get(browser, path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()["total"].as_i64().unwrap()
    };
    one.use_built("one.index", "").await;
    fetch_index(&other.app).await.unwrap();
    // Both hold the fleet in memory from here on.
    for server in [one, other] {
        assert_eq!(total(server, "/devices").await, 0);
    }
    take_in(one, &two.ada).await;
    assert_eq!(total(other, "/devices").await, 16);
    let affected = total(other, "/devices?verdict=affected").await;
    assert!(affected > 0);
    assert_eq!(total(one, "/devices?verdict=affected").await, affected);

    // A decision, made on the other.
    let work = one.get(browser, "/work").await.json();
    let action = work["rows"][0]["action"].as_str().unwrap();
    let owner = format!("owner={}", two.ada.person);
    other.act(browser, &format!("/work/{action}/owner"), &owner).await;
    let shown = one.get(browser, &format!("/work/{action}")).await.json();
    assert!(shown.to_string().contains("Ada"), "{shown}");

    // An answer, given on one.
    let asked = other.get(browser, "/questions").await.json();
    let before = asked["total"].as_i64().unwrap();
    let key = asked["rows"][0]["key"].as_str().unwrap();
    let path = format!("/questions/{key}");
    let said = "no";
    one.act(browser, &path, &format!("said={said}&which=all")).await;
    assert_eq!(total(other, "/questions").await, before - 1);
    let shown = other.get(browser, &path).await.json();
    assert_eq!(shown["answers"][0]["said"], said);
});

#[test]
fn a_server_that_lacks_the_advisories_in_use_says_503_and_never_what_was() {
    on_postgres(async |fresh: Fresh| {
        let two = two(&fresh).await;
        let (one, other, browser) = (&two.one, &two.other, &two.browser);
        one.use_built("one.index", "amsa-2025-01.json").await;
        fetch_index(&other.app).await.unwrap();
        take_in(one, &two.ada).await;
        let affected = async |server: &Server| {
            let answer = server.get(browser, "/devices?verdict=affected").await;
            (answer.status.as_u16(), answer.json()["total"].as_i64())
        };
        let before = affected(one).await;
        assert_eq!(affected(other).await, before);
        one.use_built("two.index", "").await;
        one.work().await;
        let after = affected(one).await;
        assert!(after.1 > before.1, "{after:?} {before:?}");
        for path in ["/devices", "/work", "/today", "/questions", "/advisories"] {
            let answer = other.get(browser, path).await;
            assert_eq!(answer.status, 503, "{path}: {}", answer.body);
            assert!(answer.retry_after.is_some(), "{path}");
        }
        // Whoever sends requests here is told to send them elsewhere.
        let ready = other.get(browser, "/ready").await;
        assert_eq!((ready.status.as_u16(), ready.retry_after.is_some()), (503, true));
        assert_eq!(ready.json()["errors"][0]["field"], "index", "{}", ready.body);
        assert_eq!(one.get(browser, "/ready").await.status, 200);
        // What rests on no advisory is answered.
        for path in ["/account", "/people", "/audit", "/health"] {
            assert_eq!(other.get(browser, path).await.status, 200, "{path}");
        }
        fetch_index(&other.app).await.unwrap();
        assert_eq!(other.get(browser, "/ready").await.status, 200);
        assert_eq!(affected(other).await, after);
    });
}
