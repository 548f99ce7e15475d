//! Whoever walks through a house in which everything has happened gets, from each address that
//! the API describes, an answer as it is described.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use axum::http::{Method, StatusCode, header};
use courier::{Post, Reach};
use operations::{Actor, work_off};
use serde_json::{Value, json};
use store::{Kind, NewOrganisation, Role};

use super::api::Program;
use super::devices::{demo, links, use_demo};
use super::products::place_pump;
use super::purchases::award::bought;
use super::tokens::token_of;
use super::{Answer, Browser, Fixture, described};
use crate::access::{Asked, Way};
use crate::routes;

const MAKER: &str = "Aldermoor Medical";

/// How many addresses of a route are visited: the second and third look otherwise.
const EACH: usize = 3;

/// What an act led to.
#[track_caller]
pub(super) fn led(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.header("location").to_owned()
}

/// Who walks, and where nobody has been yet.
struct Walk<'f> {
    fixture: &'f Fixture,
    /// The routes of pages that are described.
    routes: BTreeSet<&'static str>,
    seen: BTreeMap<&'static str, BTreeSet<String>>,
}

impl<'f> Walk<'f> {
    fn new(fixture: &'f Fixture) -> Self {
        let list = routes::all(&fixture.house);
        let list = list.list().iter().filter(|address| {
            address.method == "GET"
                && address.way != Way::ByToken
                && address.asked != Asked::Nothing
                && described::is_told(&fixture.house, &Method::GET, address.path)
        });
        let routes = list.map(|address| address.path).collect();
        Self { fixture, routes, seen: BTreeMap::new() }
    }

    /// The route that an address belongs to: a word weighs more than a place for one.
    fn route(&self, address: &str) -> Option<&'static str> {
        let plain = address.split(['?', '#']).next()?;
        let asked: Vec<&str> = plain.split('/').collect();
        let fits = |route: &&&'static str| {
            let own: Vec<&str> = route.split('/').collect();
            own.len() == asked.len()
                && own
                    .iter()
                    .zip(&asked)
                    .all(|(own, asked)| own.starts_with('{') || own == asked)
        };
        self.routes
            .iter()
            .filter(fits)
            .min_by_key(|route| route.matches('{').count())
            .copied()
    }

    /// Goes from some addresses to wherever links lead.
    async fn goes(&mut self, who: &Browser, from: &[String]) {
        let plain = self.routes.iter().filter(|route| !route.contains('{'));
        let plain = plain.map(|route| (*route).to_owned());
        let mut waiting: VecDeque<String> = from.iter().cloned().chain(plain).collect();
        let mut met = BTreeSet::new();
        while let Some(address) = waiting.pop_front() {
            let address = address.split('#').next().unwrap().to_owned();
            let Some(route) = self.route(&address) else { continue };
            let known = self.seen.get(route).map_or(0, BTreeSet::len);
            if known >= EACH || !met.insert(address.clone()) {
                continue;
            }
            // Holds what it answers, as a page and as JSON.
            let page = self.fixture.ask(who.get(&address)).await;
            if page.status != StatusCode::OK {
                assert!(!page.status.is_server_error(), "{address}: {}", page.body);
                continue;
            }
            self.seen.entry(route).or_default().insert(address);
            waiting.extend(links(&page.body).into_iter().map(|(address, _)| address));
        }
    }

    fn unseen(&self) -> BTreeSet<&'static str> {
        let seen = self.seen.keys().copied().collect();
        self.routes.difference(&seen).copied().collect()
    }
}

/// What the maker states about the release 2.1 of the pump.
pub(super) fn stated() -> Value {
    json!({
        "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://aldermoor.example/vex/2",
        "author": MAKER, "timestamp": "2026-11-01T08:00:00Z", "version": 1,
        "statements": [{
            "vulnerability": { "name": "CVE-2014-0160" },
            "products": [{ "identifiers": {
                "cpe23": "cpe:2.3:a:openssl:openssl:1.0.1e:*:*:*:*:*:*:*" } }],
            "status": "not_affected",
            "justification": "vulnerable_code_not_in_execute_path",
            "impact_statement": "The pump opens no TLS server.",
        }],
    })
}

pub(super) fn pump(version: &str) -> Vec<u8> {
    let text = std::fs::read(demo().join("sboms/meridian-400-2.1.cdx.json")).unwrap();
    let mut document: Value = serde_json::from_slice(&text).unwrap();
    document["metadata"]["component"]["version"] = version.into();
    document.to_string().into_bytes()
}

pub(super) fn form(name: &str) -> Vec<u8> {
    std::fs::read(demo().join("../mds2").join(name)).unwrap()
}

/// What is delivered of products: in force, replaced by a later release, and waiting.
async fn deliver(fixture: &Fixture, who: &Browser, head: i64) -> Vec<String> {
    let release = place_pump(fixture, who, head).await;
    let send = async |path: &str, bytes: &[u8]| {
        led(&fixture.deliver(who, path, head, &[], bytes).await)
    };
    let later = send("/products/bills/new", &pump("2.3")).await;
    let fields = "maker=Aldermoor+Medical&product=Meridian+400&version=2.3";
    let later = led(&fixture.ask(who.post(&later, fields)).await);
    let other = release.rsplit('/').next().unwrap();
    let waiting = send("/products/bills/new", &pump("3.0")).await;
    let path = format!("{release}/statements/new");
    let statements = send(&path, stated().to_string().as_bytes()).await;
    let accepted = format!("{statements}/accepted");
    let fields = "statement-0=on&reason=Signed+by+the+maker";
    fixture.ask(who.post(&accepted, fields)).await;
    let first = fixture.form_in_force(who, head, &form("drip.xlsx")).await;
    let second = fixture.form_in_force(who, head, &form("drip-dirty.xlsx")).await;
    let number = |form: &str| form.rsplit('/').next().unwrap().to_owned();
    let compared =
        format!("/mds2/compare?form={}&form={}", number(&first), number(&second));
    let placing = send("/mds2/new", &form("drip.csv")).await;
    vec![
        format!("{later}/difference/{other}"),
        format!("{release}/builds"),
        format!("{release}/difference/{}", number(&later)),
        release,
        later,
        waiting,
        statements,
        first,
        compared,
        placing,
        "/components/one?key=openssl%3Aopenssl&version=1.0.1e".to_owned(),
    ]
}

/// What the organisation keeps of suppliers and shows for itself.
async fn keeps(fixture: &Fixture, who: &Browser, head: i64, person: i64) -> Vec<String> {
    let opened = format!("name=Aldermoor+Medical&organisation={head}");
    let supplier = led(&fixture.ask(who.post("/suppliers/new", &opened)).await);
    led(&fixture.ask(who.post(&format!("{supplier}/asked"), "flag=no-isao")).await);
    let entry = [
        ("kind", "membership"),
        ("origin", "third-party"),
        ("isao", "Health-ISAC"),
        ("until", "2199-01-01"),
    ];
    let new = format!("{supplier}/entries/new");
    let kept = led(&fixture.deliver(who, &new, head, &entry, b"a letter").await);
    let entry = kept.rsplit('-').next().unwrap().to_owned();
    let roster = b"Employee ID,Role,Email,Start Date\n1,Nurse,b@x.example,soon\n";
    let evidence = led(&fixture.deliver(who, "/evidence/new", head, &[], roster).await);
    let taken = format!("{evidence}/taken");
    led(&fixture
        .ask(who.post(&taken, "source=Personnel&audience=owner&replaces="))
        .await);
    let named = format!(
        "organisation={head}&office=security_officer&person={person}&first_day=2026-01-01"
    );
    led(&fixture.ask(who.post("/designations/new", &named)).await);
    vec![
        format!("{supplier}/entries/{entry}"),
        format!("{new}?kind=certificate"),
        format!("{supplier}/documents/new"),
        supplier,
        evidence,
        "/evidence/entries/new?kind=policy".to_owned(),
    ]
}

/// What people do about devices, and who is told of it.
async fn decides(fixture: &Fixture, who: &Browser, head: i64) -> Vec<String> {
    let inventory =
        "Asset Tag,Maker,Model,Version\nW-1,Aldermoor Medical,Meridian 400,2.1\n";
    let waiting =
        fixture.deliver(who, "/imports/new", head, &[], inventory.as_bytes()).await;
    let waiting = led(&waiting);
    let questions = fixture.value(who, "/questions").await;
    let question =
        format!("/questions/{}", questions["rows"][0]["key"].as_str().unwrap());
    led(&fixture.ask(who.post(&question, "said=not_known&which=all&note=asked")).await);
    fixture
        .ask(who.post(&format!("{question}/notes"), "text=Who+knows&reader=house"))
        .await;
    let imports = fixture.value(who, "/imports").await;
    let complaints = format!("/imports/{}/complaints", imports["imports"][0]["id"]);
    let work = fixture.value(who, "/work").await;
    let action = format!("/work/{}", work["rows"][0]["action"].as_str().unwrap());
    let window = "from=2199-12-01&to=2199-12-02&plan_note=CHG-1";
    fixture.ask(who.post(&format!("{action}/window"), window)).await;
    fixture.ask(who.post("/devices/views", "name=All&query=")).await;
    fixture.ask(who.post("/work/views", "name=All&query=")).await;
    let hook = format!(
        "name=SIEM&url=http%3A%2F%2F127.0.0.1%3A9%2Fin&organisation={head}\
         &event-import.finished=on"
    );
    fixture.ask(who.post("/settings/webhooks/new", &hook)).await;
    let all = fixture.value(who, "/settings/webhooks").await;
    let hook = format!("/settings/webhooks/{}", all["webhooks"][0]["id"]);
    let message = led(&fixture.ask(who.post(&format!("{hook}/test"), "")).await);
    work_off(&fixture.app, "test").await.unwrap();
    vec![waiting, question, complaints, action, hook, message]
}

/// Puts to a maker what it alone can tell; gives a guest who answers for it.
async fn asks(
    fixture: &Fixture,
    (by, place): (&Actor, i64),
    who: &Browser,
    guest: &Browser,
) -> Browser {
    let work = fixture.value(who, "/work?kind=ask_maker").await;
    let action = format!("/work/{}", work["rows"][0]["action"].as_str().unwrap());
    let page = fixture.page(who, &action).await;
    let guest = match page.split("Nobody answers for ").nth(1) {
        Some(rest) => {
            let maker = rest.split(" here.").next().unwrap();
            fixture.guest_of(by, place, maker, &format!("olga{place}")).await
        }
        None => guest.clone(),
    };
    led(&fixture.ask(who.post(&format!("{action}/maker"), "note=Please+tell")).await);
    guest
}

/// What a guest of the maker brings.
async fn brings(fixture: &Fixture, guest: &Browser, head: i64) -> Vec<String> {
    let send = async |path: &str, fields: &[(&str, &str)], bytes: &[u8]| {
        led(&fixture.deliver(guest, path, head, fields, bytes).await)
    };
    let release = send("/maker/sboms/new", &[], &pump("2.2")).await;
    let path = format!("{release}/statements/new");
    let statements = send(&path, &[], stated().to_string().as_bytes()).await;
    let buyer = format!("buyer_{head}");
    let fields = [
        ("kind", "membership"),
        ("isao", "Health-ISAC"),
        ("until", "2199-01-01"),
        (buyer.as_str(), "on"),
    ];
    send("/maker/shown/new", &fields, b"a letter").await;
    vec![
        release,
        path,
        statements,
        "/maker/red-flags/no-isao".to_owned(),
        "/maker/shown/new?kind=certificate".to_owned(),
    ]
}

/// What has happened in an organisation: addresses to begin at, and who comes from outside.
pub(super) struct Happened {
    /// Of whoever runs it.
    pub(super) known: Vec<String>,
    /// Of a maker's guest.
    pub(super) brought: Vec<String>,
    pub(super) guest: Browser,
    /// Whoever answers for the maker that was asked.
    pub(super) other: Browser,
}

/// Everything that happens in a house happens in the organisation that somebody runs.
pub(super) async fn everything(
    fixture: &Fixture,
    (by, browser): (&Actor, &Browser),
    place: i64,
) -> Happened {
    let (bob, _) = fixture.invited(by, Role::Biomed, place).await;
    let guest = fixture.guest_of(by, place, MAKER, &format!("pavel{place}")).await;
    let mut known = deliver(fixture, browser, place).await;
    work_off(&fixture.app, "test").await.unwrap();
    known.extend(keeps(fixture, browser, place, bob.person).await);
    let brought = brings(fixture, &guest, place).await;
    known.extend(decides(fixture, browser, place).await);
    let other = asks(fixture, (by, place), browser, &guest).await;
    let (_, cora) = fixture.invited(by, Role::Contracting, place).await;
    let [purchase, bid] = bought(fixture, [&cora, browser], place).await;
    let [open, offer, _] = fixture.purchase(&cora, place, &[]).await;
    let bought = ["record", "said", "bidders/new"].map(|it| format!("{purchase}/{it}"));
    known.extend(bought);
    known.extend([format!("{offer}/files/new"), format!("{open}/bidders/new")]);
    known.extend([format!("{open}/said"), purchase, bid, open, offer]);
    Happened { known, brought, guest, other }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_that_is_described_answers_as_it_is_described() {
    let reach = Reach::new(vec!["127.0.0.0/8".parse().unwrap()]);
    let fixture = Fixture::sending(Post::new(reach, Vec::new())).await;
    let (ada, browser) = fixture.judged().await;
    let head = ada.head;
    let new = NewOrganisation { kind: Kind::Hospital, name: "North" };
    operations::organisation::make_below(&fixture.app, &ada, head, new).await.unwrap();
    let happened = everything(&fixture, (&ada, &browser), head).await;
    let Happened { known, brought, guest, other } = happened;
    let mut walk = Walk::new(&fixture);
    walk.goes(&browser, &known).await;
    walk.goes(&guest, &brought).await;
    walk.goes(&other, &[]).await;
    let unseen = walk.unseen();

    let list = fixture.ask(browser.get("/questions/export")).await.body;
    let maker = Fixture::new().await;
    let (eve, browser) = maker.founded_as(Kind::Maker).await;
    let all = [("customer", "Harrow Vale"), ("all", "on")];
    maker
        .deliver(&browser, "/customers/questions/new", eve.head, &all, list.as_bytes())
        .await;
    use_demo(&maker.app).await;
    place_pump(&maker, &browser, eve.head).await;
    let mut walk = Walk::new(&maker);
    walk.goes(&browser, &[]).await;
    let both: Vec<_> = walk.unseen().intersection(&unseen).copied().collect();
    assert!(both.is_empty(), "nobody comes there: {both:?}");
}

/// Acts that only look, or that have more to say, show a page: its JSON is described too.
#[tokio::test(flavor = "multi_thread")]
async fn what_only_looks_is_answered_as_it_is_described() {
    let fixture = Fixture::new().await;
    let (ada, browser) = fixture.judged().await;
    let release = place_pump(&fixture, &browser, ada.head).await;
    let path = "/products/bills/new";
    let waiting = fixture.deliver(&browser, path, ada.head, &[], &pump("3.0")).await;
    let waiting = led(&waiting);
    let list = fixture.ask(browser.get("/questions/export")).await.body;
    let filled = list.replacen(",,\n", ",no,\n", 1);
    let program = Program { fixture: &fixture, token: token_of(&fixture, &ada).await };
    let table = "act now: exploited\nwatch: anything else";
    for (path, body, member) in [
        (
            format!("/work/priorities/{}", ada.head),
            json!({ "act": "look", "table": table }),
            "organisation",
        ),
        ("/questions/answers".to_owned(), json!({ "content": filled }), "lines"),
        (
            format!("{release}/builds"),
            json!({ "act": "look", "sought": "Meridian" }),
            "proposed",
        ),
        (waiting, json!({ "act": "look", "sought": "Meridian" }), "proposed"),
    ] {
        let (status, shown) = program.post(&path, &body).await;
        assert_eq!(status, StatusCode::OK, "{path}: {shown}");
        assert!(!shown[member].is_null(), "{path}: {shown}");
    }
    // What is looked for by one thing alone leads to it.
    let found = program.good("/search?q=IH-10001").await;
    assert!(found["see"].as_str().unwrap().starts_with("/devices/"), "{found}");

    let maker = Fixture::new().await;
    let (eve, browser) = maker.founded_as(Kind::Maker).await;
    let path = "/customers/questions/new";
    let named = [("customer", "Harrow Vale")];
    let mut request = browser.parcel(path, eve.head, &named, list.as_bytes());
    request.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
    let left = maker.ask(request).await;
    assert_eq!(left.status, StatusCode::OK, "{}", left.body);
    assert!(!left.json()["left"].as_array().unwrap().is_empty(), "{}", left.body);
}

/// A program follows the same links as a person: what the JSON of a page names can be asked.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_links_to_its_json_names_too() {
    let fixture = Fixture::new().await;
    let (_, browser) = fixture.judged().await;
    place_pump(&fixture, &browser, 1).await;
    work_off(&fixture.app, "test").await.unwrap();
    let mut named = BTreeSet::new();
    // One that is affected, and one of which it cannot be told.
    for tag in ["IH-10001", "IH-10021"] {
        let id = fixture.device(&browser, tag).await;
        let device = fixture.value(&browser, &format!("/devices/{id}")).await;
        addresses(&device, &mut named);
    }
    let nouns = ["/advisories/", "/devices/", "/questions/", "/imports/"];
    for noun in nouns {
        assert!(named.iter().any(|one| one.starts_with(noun)), "{noun}: {named:?}");
    }
    for address in &named {
        let answer = fixture.ask(browser.json(address)).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.body);
    }
    let kept = browser.post("/devices/views", "name=Pumps&query=maker%3DAldermoor");
    led(&fixture.ask(kept).await);
    let list = fixture.value(&browser, "/devices").await;
    assert_eq!(list["views"][0]["name"], "Pumps", "{list}");
    let questions = fixture.value(&browser, "/questions").await;
    let kinds = &questions["facets"][0];
    let counted: u64 = kinds["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["count"].as_u64().unwrap())
        .sum();
    assert_eq!(questions["total"], counted, "each question is of one kind: {kinds}");
    let found = fixture.value(&browser, "/search?q=Meridian").await;
    assert!(found["groups"][0]["all"].as_str().unwrap().starts_with('/'), "{found}");
}

/// Every address of the house that stands somewhere in an answer.
fn addresses(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            let own = members.get("address").and_then(Value::as_str);
            into.extend(own.filter(|own| own.starts_with('/')).map(str::to_owned));
            members.values().for_each(|one| addresses(one, into));
        }
        Value::Array(all) => all.iter().for_each(|one| addresses(one, into)),
        _ => (),
    }
}
