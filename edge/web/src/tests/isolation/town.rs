//! A health system of two hospitals in each of which everything has happened.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode, header};
use courier::{Post, Reach};
use jiff::Timestamp;
use operations::{Actor, App};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};
use store::{Kind, Role, RootKey, Store};

use super::known::{Form, Known, with};
use crate::access::Address;
use crate::tests::api::{Program, named};
use crate::tests::devices::{inventory, take_in, use_demo};
use crate::tests::tokens::token_of;
use crate::tests::walk::{Happened, everything};
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
    admin: Actor,
}

impl Hospital {
    pub(super) fn of(&self, role: Role) -> &Somebody {
        self.people.iter().find(|one| one.role == role).unwrap()
    }
}

/// The house of both.
pub(super) struct Town {
    pub(super) fixture: Fixture,
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
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = RootKey::make().unwrap();
        let url = format!("sqlite:{}", folder.path().join("lazaret.db").display());
        let store = Store::open(&url, &root).await.unwrap();
        let fixture = fixture(store, folder);
        let (ada, above) = fixture.founded().await;
        use_demo(&fixture.app).await;
        Self { fixture, ada, above }
    }

    /// A hospital with nobody in it but those who have a role.
    pub(super) async fn hospital(&self, name: &str) -> Hospital {
        let fixture = &self.fixture;
        let place = fixture.below(&self.ada, self.ada.head, Kind::Hospital, name).await;
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
        Hospital { place, people, admin: admin.unwrap() }
    }

    /// Everything happens in a hospital: what whoever is there comes to.
    pub(super) async fn happens(&self, at: &mut Hospital, word: &str) -> Known {
        let (fixture, list) = (&self.fixture, self.list());
        take_in(&fixture.app, &at.admin, at.place, word, &devices(word)).await;
        let who = at.of(Role::Administrator).browser.clone();
        let happened = everything(fixture, (&at.admin, &who), at.place).await;
        let Happened { known: mut from, brought, guest, other } = happened;
        let mut known = self.builds(at, word).await;
        self.waits(at, &who, from.last().unwrap()).await;
        from.insert(0, "/posture/A-07".to_owned());
        for one in &at.people {
            known.goes(fixture, &list, &one.browser, &from).await;
        }
        known.goes(fixture, &list, &guest, &brought).await;
        known.goes(fixture, &list, &other, &[]).await;
        let secret = guest.cookie.trim_start_matches("lazaret=").to_owned();
        let session = fixture.app.store.session(&secret, now()).await.unwrap().unwrap();
        let actor = Actor::of_session(&fixture.app, session).await.unwrap();
        let token = token_of(fixture, &actor).await;
        at.people.push(Somebody { role: Role::SupplierGuest, browser: guest, token });
        known
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
    async fn waits(&self, at: &Hospital, who: &Browser, bid: &str) {
        let day = now() + jiff::SignedDuration::from_hours(480);
        let day = day.strftime("%Y-%m-%d");
        let place = at.place;
        let security = &at.of(Role::Security).browser;
        let fields = format!("organisation={place}&reason=It+moves&last_day={day}");
        let asked = security.post("/posture/A-07/exceptions", &fields);
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

    fn url(&self) -> String {
        format!("sqlite:{}", self.fixture._folder.path().join("lazaret.db").display())
    }

    /// How many rows each table has: no act changes anything and leaves all of them, since it
    /// is noted.
    pub(super) async fn counts(&self) -> BTreeMap<String, i64> {
        let mut database = sqlx::SqliteConnection::connect(&self.url()).await.unwrap();
        let tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
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

fn fixture(store: Store, folder: tempfile::TempDir) -> Fixture {
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
