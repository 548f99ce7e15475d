//! A maker in its own house: who its customers are, of which flaws they must hear, and what
//! becomes of that as releases, SBOMs and statements come.

use axum::http::StatusCode;
use jiff::ToSpan as _;
use operations::organisation::make_below;
use serde_json::Value;
use store::{Kind, NewOrganisation, Role};

use super::devices::use_demo;
use super::walk::{led, pump};
use super::{Browser, Fixture};

/// What the pump carries in OpenSSL 1.0.1e.
const HEARTBLEED: &str = "CVE-2014-0160";

impl Fixture {
    /// Delivers an SBOM, and says which release it describes; gives the address of that.
    async fn releases(
        &self,
        who: &Browser,
        head: i64,
        (product, version): (&str, &str),
        sbom: &[u8],
    ) -> String {
        let sent = self.deliver(who, "/products/bills/new", head, &[], sbom).await;
        let fields = format!(
            "maker=Aldermoor+Medical&product={}&version={version}",
            product.replace(' ', "+")
        );
        led(&self.ask(who.post(&led(&sent), &fields)).await)
    }

    /// A flaw of the pump, as the maker sees it.
    async fn heartbleed(&self, who: &Browser) -> Value {
        let list = self.value(who, "/customers/flaws?state=all").await;
        let flaws = list["flaws"].as_array().unwrap();
        let is_it = |one: &&Value| {
            one["vulnerability"] == HEARTBLEED && one["product_name"] == "Meridian 400"
        };
        flaws.iter().find(is_it).cloned().unwrap_or(Value::Null)
    }
}

/// The SBOM of the pump with another OpenSSL.
fn with_openssl(version: &str, openssl: &str) -> Vec<u8> {
    let text = String::from_utf8(pump(version)).unwrap();
    assert!(text.contains("1.0.1e"));
    text.replace("1.0.1e", openssl).into_bytes()
}

fn address(flaw: &Value) -> String {
    format!("/customers/flaws/{}/{HEARTBLEED}", flaw["product"])
}

fn numbers(flaw: &Value) -> (u64, u64) {
    (flaw["untold"].as_u64().unwrap(), flaw["told"].as_u64().unwrap())
}

/// The number of a customer.
async fn customer(maker: &Fixture, who: &Browser, name: &str) -> i64 {
    let list = maker.value(who, "/customers").await;
    let all = list["customers"].as_array().unwrap();
    let found = all.iter().find(|one| one["name"] == name);
    found.unwrap_or_else(|| panic!("{name}: {list}"))["id"].as_i64().unwrap()
}

/// Three customers of whom one has no pump; what cannot be read is said by its line.
async fn lists_customers(maker: &Fixture, browser: &Browser, head: i64) {
    let list = "customers=Harrow+Vale%0AEastmere%3B+meridian+400%0ANorthbank%3BTarn+PCA";
    let place = format!("organisation={}&", head);
    let wrong = format!("{place}customers=A%0AB%3BHalcyon");
    let wrong = maker.ask(browser.post("/customers", &wrong)).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.body.contains("Line 2: you keep no product `Halcyon` here"),
        "{}",
        wrong.body
    );
    assert!(wrong.body.contains("A\nB;Halcyon"), "what was typed stays: {}", wrong.body);
    let listed = maker.ask(browser.post("/customers", &format!("{place}{list}"))).await;
    assert_eq!(listed.header("location"), "/customers", "{}", listed.body);
}

/// One of two customers is told.
async fn tells(
    maker: &Fixture,
    browser: &Browser,
    (flaw, vale, mere): (&Value, i64, i64),
) {
    let of_vale = format!("/customers/flaws?customer={vale}");
    let before = maker.value(browser, &of_vale).await["total"].as_u64().unwrap();

    let at = address(flaw);
    let today: jiff::civil::Date =
        (maker.app.now)().to_string().get(..10).unwrap().parse().unwrap();
    let tell = async |fields: &str| maker.ask(browser.post(&at, fields)).await;
    let carriers = maker.value(browser, &at).await;
    let seen = format!("release_{}=on", carriers["carriers"][0]["release"]);
    let ahead = today.checked_add(2.days()).unwrap();
    for (fields, mend) in [
        (format!("{seen}&note=letter+12"), "Choose who was told"),
        // Of a release that stood on no page nobody is told.
        (format!("customer_{vale}=on&note=letter+12"), "Choose who was told"),
        (
            format!("{seen}&customer_{vale}=on&told={ahead}&note=letter+12"),
            "no day until today",
        ),
        (
            format!("{seen}&customer_{vale}=on&told=soon&note=letter+12"),
            "no day until today",
        ),
    ] {
        let wrong = tell(&fields).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields}");
        assert!(
            wrong.body.contains(mend) && wrong.body.contains("letter 12"),
            "{}",
            wrong.body
        );
    }
    let told = tell(&format!("{seen}&customer_{vale}=on&note=letter+12")).await;
    assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.body);
    let one = maker.value(browser, &at).await;
    assert_eq!(numbers(&one), (1, 1));
    assert_eq!(
        (&one["heard"][0]["name"], &one["heard"][0]["note"]),
        (&"Harrow Vale".into(), &"letter 12".into())
    );
    assert_eq!(one["to_hear"][0]["customer"], mere);
    assert_eq!(maker.value(browser, &of_vale).await["total"], before - 1);
    let log = maker.page(browser, "/audit").await;
    assert!(log.contains("note that customers were told"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_hear_of_what_releases_carry_each_release_by_itself() {
    let maker = Fixture::new().await;
    let (eve, browser) = maker.founded_as(Kind::Maker).await;
    let none = maker.page(&browser, "/customers/flaws").await;
    assert!(none.contains("No index of advisories is in use"), "{none}");
    use_demo(&maker.app).await;
    maker.releases(&browser, eve.head, ("Meridian 400", "2.1"), &pump("2.1")).await;
    maker.releases(&browser, eve.head, ("Tarn PCA", "1.0"), &pump("1.0")).await;
    let flaw = maker.heartbleed(&browser).await;
    let today = (maker.app.now)().to_string();
    let today: jiff::civil::Date = today.get(..10).unwrap().parse().unwrap();
    // It was published years before the SBOM came: the day of the SBOM counts.
    let since: jiff::civil::Date = flaw["since"].as_str().unwrap().parse().unwrap();
    assert!((today - since).get_days() <= 1, "{flaw}");
    let days = |name: &str| {
        let day: jiff::civil::Date = flaw[name].as_str().unwrap().parse().unwrap();
        (day - since).get_days()
    };
    assert_eq!((days("tell_by"), days("fix_by")), (30, 60));
    assert_eq!(numbers(&flaw), (0, 0));
    let page = maker.page(&browser, "/today").await;
    assert!(page.contains("Say who your customers are"), "{page}");
    assert!(page.contains("no customer is listed who has it"), "{page}");

    lists_customers(&maker, &browser, eve.head).await;
    let flaw = maker.heartbleed(&browser).await;
    assert_eq!(numbers(&flaw), (2, 0), "Northbank has no Meridian: {flaw}");
    let vale = customer(&maker, &browser, "Harrow Vale").await;
    let mere = customer(&maker, &browser, "Eastmere").await;
    tells(&maker, &browser, (&flaw, vale, mere)).await;
    let at = address(&flaw);
    // Another release carries it too: of that one nobody has heard.
    maker.releases(&browser, eve.head, ("Meridian 400", "2.3"), &pump("2.3")).await;
    let flaw = maker.heartbleed(&browser).await;
    assert_eq!(flaw["releases"], serde_json::json!(["2.3", "2.1"]));
    assert_eq!(numbers(&flaw), (2, 0), "{flaw}");
    // Its SBOM was wrong: with the next one it does not carry it, and is the release without.
    let fixed = with_openssl("2.3", "1.0.1h");
    maker.releases(&browser, eve.head, ("Meridian 400", "2.3"), &fixed).await;
    let flaw = maker.heartbleed(&browser).await;
    assert_eq!(
        (&flaw["releases"], &flaw["free"]),
        (&serde_json::json!(["2.1"]), &serde_json::json!(["2.3"]))
    );
    assert_eq!(numbers(&flaw), (1, 1), "what was told of 2.1 holds: {flaw}");

    let back = maker
        .ask(browser.post(&format!("{at}/taken-back"), &format!("customer={vale}")))
        .await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
    assert_eq!(numbers(&maker.heartbleed(&browser).await), (2, 0));
    let again = maker
        .ask(browser.post(&format!("{at}/taken-back"), &format!("customer={vale}")))
        .await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let off = maker.ask(browser.post(&format!("/customers/{mere}/removed"), "")).await;
    assert_eq!(off.status, StatusCode::SEE_OTHER);
    assert_eq!(numbers(&maker.heartbleed(&browser).await), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_sbom_that_names_no_such_component_is_no_release_without_the_flaw() {
    let maker = Fixture::new().await;
    let (eve, browser) = maker.founded_as(Kind::Maker).await;
    use_demo(&maker.app).await;
    maker.releases(&browser, eve.head, ("Meridian 400", "2.1"), &pump("2.1")).await;
    let mut less: Value = serde_json::from_slice(&pump("2.3")).unwrap();
    let components = less["components"].as_array_mut().unwrap();
    components.retain(|one| one["name"] != "openssl");
    let less = less.to_string();
    maker.releases(&browser, eve.head, ("Meridian 400", "2.3"), less.as_bytes()).await;
    // A version that nobody can compare, too.
    let odd = with_openssl("3.0", "latest");
    maker.releases(&browser, eve.head, ("Meridian 400", "3.0"), &odd).await;
    let flaw = maker.heartbleed(&browser).await;
    assert_eq!(
        (&flaw["releases"], &flaw["free"]),
        (&serde_json::json!(["2.1"]), &serde_json::json!([]))
    );

    // Its own word that it is not affected, accepted by itself, ends the time; taken back, it
    // runs again.
    let releases = maker.value(&browser, &address(&flaw)).await;
    let release = format!("/products/releases/{}", releases["carriers"][0]["release"]);
    let vex = serde_json::json!({
        "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://x.example/1",
        "author": "Aldermoor", "timestamp": "2026-02-01T00:00:00Z", "version": 1,
        "statements": [{
            "vulnerability": { "name": HEARTBLEED }, "status": "not_affected",
            "justification": "vulnerable_code_not_present",
            "products": [{ "@id": "openssl", "identifiers": {
                "cpe23": "cpe:2.3:a:openssl:openssl:1.0.1e:*:*:*:*:*:*:*" } }],
        }],
    });
    let path = format!("{release}/statements/new");
    let kept =
        maker.deliver(&browser, &path, eve.head, &[], vex.to_string().as_bytes()).await;
    let document = led(&kept);
    assert!(!maker.heartbleed(&browser).await.is_null(), "a claim ends nothing");
    let fields = "statement-0=on&reason=We+checked+it";
    let accepted = maker.ask(browser.post(&format!("{document}/accepted"), fields)).await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{}", accepted.body);
    assert!(maker.heartbleed(&browser).await.is_null());
    let shown = maker.value(&browser, &document).await;
    let id = &shown["stated"][0]["accepted"]["id"];
    let back = format!("/products/acceptances/{id}/taken-back");
    maker.ask(browser.post(&back, "reason=It+was+wrong")).await;
    assert!(!maker.heartbleed(&browser).await.is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_looks_on_sees_who_must_hear_of_what_and_tells_nobody() {
    let maker = Fixture::new().await;
    let (eve, browser) = maker.founded_as(Kind::Maker).await;
    use_demo(&maker.app).await;
    maker.releases(&browser, eve.head, ("Meridian 400", "2.1"), &pump("2.1")).await;
    let flaw = maker.heartbleed(&browser).await;
    // Whoever looks on sees it, and neither lists nor tells; who asks is listed by that.
    let (_, viewer) = maker.invited(&eve, Role::Viewer, eve.head).await;
    let all = [("customer", "Harrow Vale"), ("all", "on")];
    let list = "question key,question,about\nk1,Does it?,Meridian 400\n";
    maker
        .deliver(&browser, "/customers/questions/new", eve.head, &all, list.as_bytes())
        .await;
    let seen = maker.value(&viewer, "/customers").await;
    let row = &seen["customers"][0];
    assert_eq!(
        (&row["name"], &row["waiting"]),
        (&"Harrow Vale".into(), &1.into()),
        "{seen}"
    );
    let at = address(&flaw);
    let page = maker.page(&viewer, &at).await;
    assert!(page.contains("Harrow Vale") && !page.contains("They were told"), "{page}");
    for (path, fields) in [
        ("/customers", format!("organisation={}&customers=B", eve.head)),
        (at.as_str(), format!("customer_{}=on", row["id"])),
        (&format!("{at}/taken-back"), format!("customer={}", row["id"])),
        (&format!("/customers/{}/removed", row["id"]), String::new()),
    ] {
        let refused = maker.ask(viewer.post(path, &fields)).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
    }
    for odd in [
        "/customers/flaws/1/CVE-1999-0001",
        "/customers/flaws/x/y",
        "/customers/flaws?customer=9",
    ] {
        assert_eq!(
            maker.ask(browser.get(odd)).await.status,
            StatusCode::NOT_FOUND,
            "{odd}"
        );
    }
    let odd = maker.ask(browser.get("/customers/flaws?state=some")).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_makers_in_one_house_know_nothing_of_each_others_customers() {
    let group = Fixture::new().await;
    let (ada, browser) = group.founded().await;
    use_demo(&group.app).await;
    let (kind, app) = (Kind::Maker, &group.app);
    let one = make_below(app, &ada, ada.head, NewOrganisation { kind, name: "One" });
    let one = one.await.unwrap().id;
    let two = make_below(app, &ada, ada.head, NewOrganisation { kind, name: "Two" });
    let two = two.await.unwrap().id;
    let (_, own) = group.invited(&ada, Role::Security, one).await;
    let (_, other) = group.invited(&ada, Role::Security, two).await;
    group.releases(&browser, one, ("Meridian 400", "2.1"), &pump("2.1")).await;
    let listed = format!("organisation={one}&customers=Harrow+Vale");
    let listed = group.ask(own.post("/customers", &listed)).await;
    assert_eq!(listed.status, StatusCode::SEE_OTHER, "{}", listed.body);
    let flaw = group.heartbleed(&own).await;
    assert_eq!(numbers(&flaw), (1, 0), "{flaw}");
    let vale = customer(&group, &own, "Harrow Vale").await;
    assert!(group.heartbleed(&other).await.is_null());
    assert_eq!(group.value(&other, "/customers").await["total"], 0);

    let (at, removed) = (address(&flaw), format!("/customers/{vale}/removed"));
    let carriers = group.value(&own, &at).await;
    let release = carriers["carriers"][0]["release"].clone();
    for (path, fields, wanted) in [
        (at.as_str(), format!("release_{release}=on&customer_{vale}=on"), 404),
        (&format!("{at}/taken-back"), format!("customer={vale}"), 404),
        (&removed, String::new(), 404),
        ("/customers", format!("organisation={one}&customers=B"), 422),
    ] {
        let refused = group.ask(other.post(path, &fields)).await;
        assert_eq!(refused.status, wanted, "{path}: {}", refused.body);
    }
    for path in [at.clone(), format!("/customers/flaws?customer={vale}")] {
        let refused = group.ask(other.get(&path)).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(numbers(&group.heartbleed(&own).await), (1, 0), "nothing of it was done");
}
