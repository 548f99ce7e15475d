//! Purchases over HTTP: begun, bids put to it, looked at, decided, and told to no bidder.

pub(super) mod award;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use operations::organisation::make_below;
use serde_json::Value;
use store::{Kind, NewOrganisation, Role};

use super::{Answer, Browser, Fixture};
use crate::House;

fn fixture_files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = root.join("../../fixtures/purchase").join(folder);
    let files = std::fs::read_dir(root).unwrap().map(|it| it.unwrap().path());
    let named = files.map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read(path).unwrap())
    });
    named.collect()
}

/// The day in so many days, as forms take it.
fn day_in(days: i64) -> String {
    let day = Timestamp::now() + SignedDuration::from_hours(days * 24);
    day.strftime("%Y-%m-%d").to_string()
}

impl Fixture {
    async fn drop_files(
        &self,
        who: &Browser,
        bid: &str,
        files: &[(String, Vec<u8>)],
    ) -> Answer {
        let mut body = Vec::new();
        let texts = [("form_token", who.token.as_str()), ("side", "bidder")];
        for (name, text) in texts {
            body.extend(
                format!("------b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
                    .into_bytes(),
            );
        }
        for (name, bytes) in files {
            body.extend(
                format!("------b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n")
                    .into_bytes(),
            );
            body.extend(bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"------b--\r\n");
        let request = Request::post(format!("{bid}/files/new"))
            .header(header::COOKIE, &who.cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=----b")
            .header("sec-fetch-site", "same-origin");
        self.ask(request.body(Body::from(body)).unwrap()).await
    }

    /// A purchase with two bids, each with its files: the addresses of all three.
    pub(super) async fn purchase(
        &self,
        who: &Browser,
        place: i64,
        members: &[i64],
    ) -> [String; 3] {
        let members: String =
            members.iter().map(|id| format!("&member-{id}=on")).collect();
        let fields = format!(
            "organisation={place}&title=Infusion+pumps&tier=life_sustaining&used_until=2037-01-31{members}"
        );
        let made = self.ask(who.post("/purchases/new", &fields)).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        let purchase = made.header("location").to_owned();
        let mut all = vec![purchase.clone()];
        for (name, folder) in [("Aldermoor", "aldermoor"), ("Brackwater", "brackwater")] {
            let new = format!("{purchase}/bidders/new");
            let added = self.ask(who.post(&new, &format!("name={name}"))).await;
            let bid = added.header("location").to_owned();
            let sent = self.drop_files(who, &bid, &fixture_files(folder)).await;
            assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
            all.push(bid);
        }
        all.try_into().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bidders_stand_side_by_side_and_each_cell_leads_to_its_file() {
    let fixture = Fixture::new().await;
    let (ada, who) = fixture.founded().await;
    let empty = fixture.ask(who.get("/purchases")).await;
    assert!(empty.body.contains("No bidder sees anything of another."), "{}", empty.body);
    let wrong = "organisation=&title=&tier=grave";
    let wrong = fixture.ask(who.post("/purchases/new", wrong)).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let [purchase, bid, other] = fixture.purchase(&who, ada.head, &[]).await;
    let told = fixture.ask(who.json(&purchase)).await.json();
    let bidders = told["bidders"].as_array().unwrap();
    assert_eq!(bidders.len(), 2);
    for one in bidders {
        assert_eq!(one["considerations"].as_array().unwrap().len(), 64);
        assert_eq!(one["blocked"], true);
        assert!(!one["gates"].as_array().unwrap().is_empty());
    }
    let page = fixture.ask(who.get(&purchase)).await;
    assert!(page.body.contains(&format!("{bid}#gate-isao")), "{}", page.body);
    assert!(page.body.contains("that the house has accepted clear no flaw here"));
    assert!(page.body.contains(&format!("{other}#B-")));
    let shown = fixture.ask(who.get(&bid)).await;
    assert!(
        shown.body.contains("id=\"gate-isao\"") && !shown.body.contains("Brackwater")
    );
    for inline in ["<style", " style=", " onclick", "<script>"] {
        assert!(!shown.body.contains(inline) && !page.body.contains(inline), "{inline}");
    }
    let told = fixture.ask(who.json(&bid)).await.json();
    let originals = told["originals"].as_array().unwrap();
    assert_eq!(originals.len(), 8);
    let file = format!("{purchase}/files/{}", originals[0]["id"]);
    assert!(shown.body.contains(&format!("href=\"{file}\"")));
    let bytes = fixture.ask(who.get(&file)).await;
    assert!(bytes.header("content-disposition").starts_with("attachment"));
    let list = fixture.ask(who.get(&format!("{bid}/questions.csv"))).await;
    assert!(list.body.contains("gate:isao") && !list.body.contains("Brackwater"));
    let book = fixture.ask(who.get(&format!("{bid}/questions.xlsx"))).await;
    assert!(book.body.starts_with("PK"));
    answered(&fixture, &who, &bid, &list.body).await;
    decided(&fixture, &who, &purchase, &bid).await;
}

/// A list of questions that came back is read row by row; what cannot be taken is told, and
/// nothing of it kept.
async fn answered(fixture: &Fixture, who: &Browser, bid: &str, list: &str) {
    let answers: String = list
        .lines()
        .map(|line| match line.starts_with("gate:isao,") {
            true => format!("{}\n", line.replace(",,", ",perhaps,")),
            false => format!("{line}\n"),
        })
        .collect();
    let files = [("answers.csv".to_owned(), answers.into_bytes())];
    fixture.drop_files(who, bid, &files).await;
    let told = fixture.ask(who.json(bid)).await.json();
    let originals = told["originals"].as_array().unwrap();
    let read = originals.iter().find(|it| it["name"] == "answers.csv").unwrap();
    assert_eq!(read["kind"], "answers to questions", "{read}");
    let nothing = fixture.drop_files(who, bid, &[]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let cut = [("cut.zip".to_owned(), b"PK\x03\x04 cut".to_vec())];
    let cut = fixture.drop_files(who, bid, &cut).await;
    assert_eq!(cut.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(cut.body.contains("cut.zip") && cut.body.contains("Nothing was kept."));
}

/// A gate is overridden by two, and what has ended stays.
async fn decided(fixture: &Fixture, who: &Browser, purchase: &str, bid: &str) {
    let why = format!("reason=the+letter+comes&last_day={}&gate=isao", day_in(30));
    let asked = fixture.ask(who.post(&format!("{bid}/overrides"), &why)).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    let told = fixture.ask(who.json(bid)).await.json();
    let gates = told["gates"].as_array().unwrap();
    let gate = gates.iter().find(|it| it["id"] == "isao").unwrap();
    let number = &gate["overrides"][0]["id"];
    assert_eq!(
        (&gate["blocks"], &gate["overrides"][0]["holds"]),
        (&true.into(), &false.into())
    );
    described(fixture, who, purchase, bid).await;
    let approve = format!("{purchase}/overrides/{number}/approved");
    let own = fixture.ask(who.post(&approve, "")).await;
    assert_eq!(own.status, StatusCode::CONFLICT, "{}", own.body);
    let award = fixture.ask(who.post(&format!("{purchase}/awarded"), "bidder=0")).await;
    assert!(award.status.is_client_error());
    let cancel = format!("{purchase}/cancelled");
    let cancelled = fixture.ask(who.post(&cancel, "reason=no+money")).await;
    assert_eq!(cancelled.status, StatusCode::SEE_OTHER, "{}", cancelled.body);
    let ended = fixture.ask(who.json(purchase)).await.json();
    assert_eq!(ended["ended"]["reason"], "no money");
    let document = super::openapi::document(fixture).await;
    super::openapi::holds(&document, "/purchases/{purchase}", "get", 200, &ended);
    let again = fixture.ask(who.post(&cancel, "reason=no+money")).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}

/// Fails if an answer about a purchase has another shape than is described.
async fn described(fixture: &Fixture, who: &Browser, purchase: &str, bid: &str) {
    const BID: &str = "/purchases/{purchase}/bidders/{bidder}";
    let document = super::openapi::document(fixture).await;
    for (path, at) in [
        ("/purchases".to_owned(), "/purchases".to_owned()),
        ("/purchases/new".to_owned(), "/purchases/new".to_owned()),
        ("/purchases/{purchase}".to_owned(), purchase.to_owned()),
        ("/purchases/{purchase}/said".to_owned(), format!("{purchase}/said")),
        (
            "/purchases/{purchase}/bidders/new".to_owned(),
            format!("{purchase}/bidders/new"),
        ),
        (BID.to_owned(), bid.to_owned()),
        (format!("{BID}/files/new"), format!("{bid}/files/new")),
    ] {
        let told = fixture.ask(who.json(&at)).await;
        super::openapi::holds(&document, &path, "get", 200, &told.json());
    }
}

/// Every address of a purchase, read or acted on, with its numbers put in.
fn addresses(fixture: &Fixture, purchase: &str, bid: &str) -> Vec<String> {
    let house = House::new(fixture.app.clone(), crate::Transport::Loopback, |_| {});
    let number = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let list = crate::routes::all(&house);
    let own = list.list().iter().map(|address| address.path);
    let own = own.filter(|path| path.contains("/purchases/{purchase}"));
    let mut own: Vec<String> = own
        .map(|path| {
            path.replace("{purchase}", &number(purchase))
                .replace("{bidder}", &number(bid))
                .replace("{file}", "1")
                .replace("{override}", "1")
        })
        .collect();
    own.sort();
    own.dedup();
    own
}

/// What nobody else may read.
const WORDS: [&str; 4] = ["Brackwater", "Infusion pumps", "Flow 7", "flow7"];

/// Nor is anything told in a page, a list, a search or a count elsewhere.
async fn is_told_nothing_elsewhere(fixture: &Fixture, who: &Browser) {
    let beside = [
        "/purchases",
        "/reports",
        "/today",
        "/search?q=Brackwater",
        "/search?q=pumps",
        "/suppliers",
        "/products",
        "/mds2",
        "/evidence",
        "/maker/products",
        "/maker/questions",
        "/maker/shown",
        "/account",
    ];
    for path in beside {
        let told = fixture.ask(who.get(path)).await;
        for word in &WORDS[..2] {
            let is_echo = path.starts_with("/search");
            assert!(is_echo || !told.body.contains(word), "{path}: {word}");
        }
    }
    for query in ["Brackwater", "pumps", "flow7"] {
        let found = fixture.ask(who.json(&format!("/search?q={query}"))).await;
        if found.status.is_success() {
            let found = found.json();
            let groups = found["groups"].as_array().map_or(0, Vec::len);
            assert_eq!(groups, 0, "{found}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_bidder_and_nobody_who_does_not_buy_along_is_told_anything() {
    let fixture = Fixture::new().await;
    let (ada, who) = fixture.founded().await;
    let mut sites = Vec::new();
    for name in ["North", "South"] {
        let new = NewOrganisation { kind: Kind::Site, name };
        sites.push(make_below(&fixture.app, &ada, ada.head, new).await.unwrap().id);
    }
    let [purchase, bid, _] = fixture.purchase(&who, ada.head, &[sites[0]]).await;
    let file = fixture.ask(who.json(&bid)).await.json()["originals"][0]["id"].clone();
    let (_, member) = fixture.invited(&ada, Role::Contracting, sites[0]).await;
    let seen = fixture.ask(member.json(&purchase)).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.body);
    let changed = fixture.ask(member.post(&format!("{purchase}/cancelled"), "reason=x"));
    assert_eq!(changed.await.status, StatusCode::FORBIDDEN);
    assert!(!fixture.ask(member.get(&purchase)).await.body.contains("Add a bidder"));

    let (_, stranger) = fixture.invited(&ada, Role::Administrator, sites[1]).await;
    // The guest of a bidder, in the very house that buys.
    let guest = fixture.guest_of(&ada, ada.head, "Aldermoor", "gus").await;
    let mut paths = addresses(&fixture, &purchase, &bid);
    assert!(paths.len() >= 17, "{paths:?}");
    paths.push(format!("{purchase}/files/{file}"));
    for other in [&stranger, &guest] {
        for path in &paths {
            let told =
                [fixture.ask(other.json(path)).await, fixture.ask(other.get(path)).await];
            for told in told {
                assert!(told.status.is_client_error(), "{path}: {}", told.status);
                for word in WORDS {
                    assert!(!told.body.contains(word), "{path}: {word}");
                }
            }
            let sent = fixture.ask(other.post(path, "reason=x&name=Eve")).await;
            assert!(sent.status.is_client_error(), "{path}: {}", sent.status);
        }
        is_told_nothing_elsewhere(&fixture, other).await;
    }
    let list: Value = fixture.ask(stranger.json("/purchases")).await.json();
    assert_eq!(
        (&list["total"], &list["purchases"]),
        (&0.into(), &Value::Array(Vec::new()))
    );
    let guest_list = fixture.ask(guest.get("/purchases")).await;
    assert!(guest_list.status.is_client_error());
    assert!(!fixture.ask(guest.get("/today")).await.body.contains("/purchases"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_is_told_to_nobody_who_buys_nothing() {
    let fixture = Fixture::new().await;
    let (ada, who) = fixture.founded().await;
    let [purchase, bid, _] = fixture.purchase(&who, ada.head, &[]).await;
    let why = format!("reason=the+secret+letter&last_day={}&gate=isao", day_in(30));
    let asked = fixture.ask(who.post(&format!("{bid}/overrides"), &why)).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    let words = ["Brackwater", "Infusion pumps", "secret letter", "Flow 7", "mds2.csv"];
    let paths = addresses(&fixture, &purchase, &bid);
    for role in [Role::Viewer, Role::Biomed, Role::Privacy] {
        // Though the role holds over the whole house.
        let (_, other) = fixture.invited(&ada, role, ada.head).await;
        for path in &paths {
            let told =
                [fixture.ask(other.json(path)).await, fixture.ask(other.get(path)).await];
            for told in told {
                assert!(
                    told.status.is_client_error(),
                    "{role:?} {path}: {}",
                    told.status
                );
                for word in words {
                    assert!(!told.body.contains(word), "{role:?} {path}: {word}");
                }
            }
        }
        for path in ["/today", "/audit", "/judging/events", "/imports", "/purchases"] {
            for told in
                [fixture.ask(other.json(path)).await, fixture.ask(other.get(path)).await]
            {
                for word in words {
                    assert!(!told.body.contains(word), "{role:?} {path}: {word}");
                }
                let leads = told.body.contains("/purchases");
                assert!(!leads || path == "/purchases", "{role:?} {path}");
            }
        }
        let list = fixture.ask(other.json("/purchases")).await;
        assert_eq!(list.status, StatusCode::FORBIDDEN, "{role:?}: {}", list.body);
    }
    // Whoever sees the whole log sees that it happened, by numbers.
    let (_, auditor) = fixture.invited(&ada, Role::Auditor, ada.head).await;
    let log = fixture.ask(auditor.json("/audit")).await.json();
    let acts = log["acts"].as_array().unwrap();
    let mut told = acts.iter().filter(|act| act["noun"] == "purchase");
    assert!(told.any(|act| act["act"] == "make purchase"), "{log}");
    for word in words {
        assert!(!log.to_string().contains(word), "{word}");
    }
}
