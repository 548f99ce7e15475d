//! A purchasing group and its members, in each of which everything has happened.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode, header};
use courier::{Post, Reach};
use jiff::Timestamp;
use operations::{Actor, App, work_off};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};
use store::{Kind, Role, Store};

use super::known::{Form, Known, with};
use crate::access::Address;
use crate::tests::api::{Program, named};
use crate::tests::databases::Fresh;
use crate::tests::devices::{inventory, take_in, use_demo};
use crate::tests::products::place_pump;
use crate::tests::tokens::token_of;
use crate::tests::walk::{Happened, everything, led};
use crate::tests::{Browser, Fixture, tell};
use crate::{House, Transport, router, routes};

/// The same moment throughout: whatever differs differs by what was done.
fn now() -> Timestamp {
    static NOW: OnceLock<Timestamp> = OnceLock::new();
    *NOW.get_or_init(Timestamp::now)
}

/// Somebody of a hospital, and a program of theirs.
pub(super) struct Somebody {
    pub(super) role: Role,
    pub(super) browser: Browser,
    pub(super) token: String,
}

/// A hospital, and who is in it.
pub(super) struct Hospital {
    pub(super) place: i64,
    pub(super) people: Vec<Somebody>,
    /// Whoever answers for a maker that was asked, beside the guest of the other.
    pub(super) other: Option<Somebody>,
    pub(super) admin: Actor,
}

impl Hospital {
    pub(super) fn of(&self, role: Role) -> &Somebody {
        self.people.iter().find(|one| one.role == role).unwrap()
    }
}

/// The house of all.
pub(super) struct Town {
    pub(super) fixture: Fixture,
    url: String,
    pub(super) ada: Actor,
    pub(super) above: Browser,
}

/// The devices of a hospital: the same makers' as in any other, under tags and in wards of its
/// own.
fn devices(word: &str) -> String {
    // What is to be asked about one product, one hospital alone is asked.
    let is_here = |line: &&str| word != "Qnorth" || !line.contains("CardioView 3");
    let all: Vec<String> =
        inventory().lines().filter(is_here).map(str::to_owned).collect();
    let all = (all.join("\n") + "\n").replace("IH-", &format!("{word}-"));
    let all = all
        .replace("Ward ", &format!("{word} ward "))
        .replace("ICU", &format!("{word} ICU"));
    let serials = all.replace(",AM", &format!(",{word}"));
    format!("{serials}{word}-1,{word} Works,{word} 9,PUMP,1.0,,,In Service,,,,\n")
}

impl Town {
    pub(super) async fn on(fresh: &Fresh) -> Self {
        let fixture = fixture(fresh.store.clone());
        let (ada, above) = fixture.founded_as(Kind::PurchasingGroup).await;
        use_demo(&fixture.app).await;
        Self { fixture, url: fresh.url.clone(), ada, above }
    }

    /// A hospital with nobody in it but those who have a role.
    pub(super) async fn hospital(&self, name: &str) -> Hospital {
        let (ada, head) = (&self.ada, self.ada.head);
        let place = self.fixture.below(ada, head, Kind::Hospital, name).await;
        self.people(place, name).await
    }

    /// Those who have a role in an organisation: one of each, but no guest.
    pub(super) async fn people(&self, place: i64, name: &str) -> Hospital {
        let fixture = &self.fixture;
        let mut people = Vec::new();
        let mut admin = None;
        for role in Role::ALL {
            if role == Role::SupplierGuest {
                continue;
            }
            let invitation = operations::people::Invitation {
                name: &format!("{name} {}", role.word()),
                address: &format!("{}-{name}@x.example", role.word()),
                zone: "UTC",
                role,
                organisation: place,
            };
            let link = operations::people::invite(&fixture.app, &self.ada, invitation);
            let session =
                crate::tests::quick_session(fixture, &link.await.unwrap()).await;
            let actor = fixture.actor(&session).await;
            let token = token_of(fixture, &actor).await;
            people.push(Somebody { role, browser: Browser::with(&session), token });
            admin = admin.or((role == Role::Administrator).then_some(actor));
        }
        Hospital { place, people, other: None, admin: admin.unwrap() }
    }

    /// Everything happens in a hospital: what whoever is there comes to.
    pub(super) async fn happens(&self, at: &mut Hospital, word: &str) -> Known {
        let (fixture, list) = (&self.fixture, self.list());
        take_in(&fixture.app, &at.admin, at.place, word, &devices(word)).await;
        let who = at.of(Role::Administrator).browser.clone();
        let happened = everything(fixture, (&at.admin, &who), at.place).await;
        let Happened { known: mut from, brought, guest, other } = happened;
        let mut known = self.builds(at, word).await;
        self.waits(at, &who, ("A-07", from.last().unwrap())).await;
        from.insert(0, "/posture/A-07".to_owned());
        for one in &at.people {
            known.goes(fixture, &list, &one.browser, &from).await;
        }
        known.goes(fixture, &list, &guest, &brought).await;
        known.goes(fixture, &list, &other, &[]).await;
        at.people.push(self.guest(guest).await);
        at.other = Some(self.guest(other).await);
        known
    }

    /// A guest, in person and by a program.
    pub(super) async fn guest(&self, browser: Browser) -> Somebody {
        let app = &self.fixture.app;
        let secret = browser.cookie.trim_start_matches("lazaret=");
        let session = app.store.session(secret, now()).await.unwrap().unwrap();
        let actor = Actor::of_session(app, session).await.unwrap();
        let token = token_of(&self.fixture, &actor).await;
        Somebody { role: Role::SupplierGuest, browser, token }
    }

    /// More of the same happens where everything has happened.
    pub(super) async fn happens_again(&self, at: &Hospital, word: &str) {
        let (fixture, place) = (&self.fixture, at.place);
        let who = &at.of(Role::Administrator).browser;
        take_in(&fixture.app, &at.admin, place, word, &devices(word)).await;
        self.builds(at, word).await;
        place_pump(fixture, who, place).await;
        let [_, bid, _] = fixture.purchase(who, place, &[]).await;
        self.waits(at, who, ("A-08", &bid)).await;
        let opened = format!("name={word}+Works&organisation={place}");
        let dossier = led(&fixture.ask(who.post("/suppliers/new", &opened)).await);
        let maker = format!("{word} Works");
        let guest = fixture.guest_of(&at.admin, place, &maker, word).await;
        let asked = who.post(&format!("{dossier}/asked"), "flag=no-isao");
        led(&fixture.ask(asked).await);
        let roster = b"Employee ID,Role,Email,Start Date\n7,Nurse,q@x.example,soon\n";
        fixture.deliver(who, "/evidence/new", place, &[], roster).await;
        fixture.invited(&at.admin, Role::Administrator, place).await;
        let shown = format!("buyer_{place}");
        let shown = [("kind", "membership"), ("isao", word), (shown.as_str(), "on")];
        fixture.deliver(&guest, "/maker/shown/new", place, &shown, b"a letter").await;
        let fields = format!("query=maker%3DAldermoor&name={word}");
        fixture.ask(who.post("/devices/views", &fields)).await;
        assert_eq!(work_off(&fixture.app, "test").await.unwrap(), Vec::<String>::new());
    }

    /// What a program delivers, and asks for.
    async fn builds(&self, at: &Hospital, word: &str) -> Known {
        let fixture = &self.fixture;
        let token = at.of(Role::Administrator).token.clone();
        let program = Program { fixture, token };
        let mut said = named(&format!("{word}-build"), "1");
        said["projectTags"] = serde_json::json!([{ "name": format!("{word}-tag") }]);
        let (status, receipt) = program.deliver(said).await;
        assert!(status.is_success(), "{receipt}");
        let mut known = Known::default();
        let [uuid, token] =
            ["projectUuid", "token"].map(|it| receipt[it].as_str().unwrap());
        for address in self.list() {
            let tells = match address.path {
                path if path.contains("/token/{uuid}") => token.to_owned(),
                path if path.contains("/project/latest/") => {
                    fleet::encoded(&format!("{word}-build"))
                }
                path if path.contains("/project/tag/") => format!("{word}-tag"),
                path if path.contains("{uuid}") => uuid.to_owned(),
                _ => continue,
            };
            known.keep(address.path, &with(address.path, &[tells]));
        }
        known
    }

    /// What waits for a second person.
    async fn waits(&self, at: &Hospital, who: &Browser, (control, bid): (&str, &str)) {
        let day = now() + jiff::SignedDuration::from_hours(480);
        let day = day.strftime("%Y-%m-%d");
        let place = at.place;
        let security = &at.of(Role::Security).browser;
        let fields = format!("organisation={place}&reason=It+moves&last_day={day}");
        let asked = security.post(&format!("/posture/{control}/exceptions"), &fields);
        let asked = self.fixture.ask(asked).await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
        let fields = format!("reason=the+letter+comes&last_day={day}&gate=isao");
        let asked =
            self.fixture.ask(who.post(&format!("{bid}/overrides"), &fields)).await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    }

    pub(super) fn list(&self) -> Vec<Address> {
        routes::all(&self.fixture.house).list().to_vec()
    }

    /// How many rows each table has: no act changes anything and leaves all of them, since it
    /// is noted.
    pub(super) async fn counts(&self) -> BTreeMap<String, i64> {
        sqlx::any::install_default_drivers();
        let mut database = sqlx::AnyConnection::connect(&self.url).await.unwrap();
        let tables = match self.url.starts_with("sqlite") {
            true => "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
            false => {
                "SELECT CAST(tablename AS TEXT) FROM pg_catalog.pg_tables
                  WHERE schemaname = 'public' ORDER BY tablename"
            }
        };
        let tables = sqlx::query(tables).fetch_all(&mut database).await.unwrap();
        let names = tables.iter().map(|row| row.get::<String, _>(0));
        // Kept of whoever asks, whatever becomes of it.
        const OF_WHOEVER_ASKS: [&str; 3] =
            ["repeatable", "interrupted_form", "sign_in_try"];
        let names = names.filter(|name| !OF_WHOEVER_ASKS.contains(&name.as_str()));
        let names: Vec<String> = names.collect();
        let all = names.iter().map(|name| format!("SELECT count(*) FROM {name}"));
        let all = all.collect::<Vec<_>>().join(" UNION ALL ");
        let counts =
            sqlx::query(AssertSqlSafe(all)).fetch_all(&mut database).await.unwrap();
        names.into_iter().zip(counts.iter().map(|row| row.get(0))).collect()
    }
}

fn fixture(store: Store) -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let reach = Reach::new(vec!["127.0.0.0/8".parse().unwrap()]);
    let app = App::new(store, folder.path(), now).sending(Post::new(reach, Vec::new()));
    let house = House::new(app.clone(), Transport::Loopback, tell);
    Fixture { _folder: folder, app, router: router(house.clone()), house }
}

impl Somebody {
    /// A request of theirs, in their browser or by their program.
    pub(super) fn asks(
        &self,
        address: &Address,
        path: &str,
        form: &Form,
        kind: &'static str,
    ) -> Request<Body> {
        let fields = |form: &Form| {
            let pairs = form.fields.iter();
            let pairs = pairs.map(|(name, value)| {
                format!("{}={}", fleet::encoded(name), fleet::encoded(value))
            });
            pairs.collect::<Vec<_>>().join("&")
        };
        let mut request = if address.way == crate::access::Way::ByToken {
            let body =
                form.fields.iter().cloned().collect::<std::collections::BTreeMap<_, _>>();
            let body = serde_json::to_string(&body).unwrap();
            crate::tests::tokens::asked(address.method, path, &self.token, &body)
        } else if address.method == "GET" {
            self.browser.get(path)
        } else if form.has_file {
            let fields: Vec<(&str, &str)> =
                form.fields.iter().map(|(name, value)| (&**name, &**value)).collect();
            self.browser.parcel_of(path, &fields, b"as said")
        } else {
            self.browser.post(path, &fields(form))
        };
        request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static(kind));
        request
    }
}
