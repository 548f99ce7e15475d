//! For whom SBOMs are: what an organisation keeps for itself is told to nobody below it, and what
//! it lets those count is counted there as an own document is; on both databases.

use std::collections::BTreeSet;

use fleet::{Column, Filter};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use operations::action::plan;
use operations::bills::{
    Placed, Products, content, set_audience, set_products_for, withdraw,
};
use operations::fleet::{About, Set, scope};
use operations::organisation::make_below;
use operations::{Actor, App, Permission, history};
use store::{Audience, Kind, NewOrganisation, Role, StoreError, view};

use crate::databases::{Fresh, on_both};
use crate::demo::{inventory, pump};
use crate::house::House;

fn now() -> Timestamp {
    Timestamp::from_second(1_795_651_200).unwrap()
}

const TODAY: Date = date(2026, 11, 26);

/// A flaw of a library of the pump.
fn flaw() -> String {
    r#"{"schema_version":"1.6.0","id":"CVE-2026-4242","modified":"2026-11-20T00:00:00Z",
        "summary":"An invented flaw of busybox",
        "affected":[{"package":{"ecosystem":"Debian:11","name":"busybox"},
        "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]}]}"#
        .to_owned()
}

/// A hospital that keeps the SBOM of a pump, with devices in one of two sites.
struct Sites {
    house: House,
    north: i64,
    placed: Placed,
    /// Somebody of each site, who may do everything there.
    at_north: Actor,
    at_south: Actor,
}

/// What somebody is told of the pumps.
#[derive(Debug, PartialEq)]
struct Told {
    /// Devices that carry a flaw by an SBOM.
    carry: u64,
    /// Devices whose verdict is *affected*.
    affected: u64,
    /// Devices with a priority.
    urgent: u64,
    /// Devices that the vulnerability touches.
    touched: u64,
    /// Things to do.
    todo: usize,
}

const NOTHING: Told = Told { carry: 0, affected: 0, urgent: 0, touched: 0, todo: 0 };
const ALL: Told = Told { carry: 2, affected: 2, urgent: 2, touched: 2, todo: 1 };

impl Sites {
    async fn new(fresh: Fresh) -> Self {
        let house = House::at(fresh, now).await;
        let site = async |name| {
            let new = NewOrganisation { kind: Kind::Site, name };
            let made = make_below(&house.app, &house.ada, house.ada.head, new).await;
            made.unwrap().id
        };
        let (north, south) = (site("North").await, site("South").await);
        house.take_in_at(north, "AIMS", inventory()).await;
        house.use_advisories(|_| false, &[("flaw.json", flaw())]).await;
        let placed = house.place(&pump(), "2.1").await;
        let at_north = house.somebody(Role::Administrator, north).await;
        let at_south = house.somebody(Role::Administrator, south).await;
        Self { house, north, placed, at_north, at_south }
    }

    async fn set(&self, audience: Audience) {
        let (app, ada) = (&self.house.app, &self.house.ada);
        set_audience(app, ada, self.placed.product, audience).await.unwrap();
        self.house.work().await;
    }

    async fn told(&self, by: &Actor) -> Told {
        let (held, seen) = (self.house.held().await, scope(by));
        let count = |filter: &Filter| held.view(&seen, filter).unwrap().total();
        let is =
            |column, value: &str| count(&Filter::default().is(column, value).unwrap());
        let about = About::Vulnerability("CVE-2026-4242".to_owned());
        let touched = Set::Touched(about, None).to_string();
        let entries = held.entries(&seen, TODAY);
        Told {
            carry: count(&Filter::default().among("sbom:affected")),
            affected: is(Column::Verdict, "affected"),
            urgent: count(&Filter::default()) - is(Column::Priority, "none"),
            touched: count(&Filter::default().among(&touched)),
            todo: entries.iter().filter(|entry| !entry.state.is_over()).count(),
        }
    }

    fn app(&self) -> &App {
        &self.house.app
    }

    /// The name of the one thing to do.
    async fn action(&self) -> String {
        let held = self.house.held().await;
        let entries = held.entries(&scope(&self.at_north), TODAY);
        entries.iter().find(|entry| !entry.state.is_over()).unwrap().slug.to_owned()
    }

    /// How many SBOMs somebody is shown on the page of a pump.
    async fn shown(&self, by: &Actor) -> usize {
        let builds = self.app().store.builds(by.head).await.unwrap();
        let is_pump = |one: &&store::Configuration| one.build.version == "2.1";
        let build = builds.iter().find(is_pump).unwrap().id;
        self.house.held().await.bills_of_build(&scope(by), build).len()
    }

    /// Whether somebody may read what the pump is made of, page, content and document.
    async fn reads(&self, by: &Actor) -> [bool; 3] {
        let reading = by.reading(Permission::ViewDevices);
        let store = &self.app().store;
        let bill = store.bill(&reading, self.placed.bill).await;
        [
            store.release(&reading, self.placed.release).await.is_ok(),
            content(self.app(), by, self.placed.bill).await.is_ok(),
            match bill {
                Ok(bill) => store.bytes_of(&reading, bill.original).await.is_ok(),
                Err(_) => false,
            },
        ]
    }
}

on_both!(
    what_is_let_count_below_is_counted_there_and_kept_back_it_is_told_to_nobody,
    async |fresh: Fresh| {
        let sites = Sites::new(fresh).await;
        let ada = &sites.house.ada;
        // Whoever sees owner and devices is told which carry it; nothing is judged by it.
        let flagged = Told { carry: 2, touched: 2, ..NOTHING };
        assert_eq!(sites.told(ada).await, flagged);
        assert_eq!(sites.told(&sites.at_north).await, NOTHING);
        assert_eq!(sites.reads(&sites.at_north).await, [false; 3]);
        assert_eq!(sites.shown(&sites.at_north).await, 0);
        sites.set(Audience::Below).await;
        for by in [ada, &sites.at_north] {
            assert_eq!(sites.told(by).await, ALL);
            assert_eq!(sites.reads(by).await, [true; 3]);
            assert_eq!(sites.shown(by).await, 1);
        }
        // It is for everything below, whoever has such devices; those of others stay theirs.
        assert_eq!(sites.reads(&sites.at_south).await, [true; 3]);
        assert_eq!(sites.told(&sites.at_south).await, NOTHING);
        sites.set(Audience::Owner).await;
        assert_eq!(sites.told(ada).await, flagged);
        assert_eq!(sites.told(&sites.at_north).await, NOTHING);
        assert_eq!(sites.reads(&sites.at_north).await, [false; 3]);
    }
);

on_both!(whoever_reads_it_may_not_change_it, async |fresh: Fresh| {
    let sites = Sites::new(fresh).await;
    let (app, stranger, placed) = (sites.app(), &sites.at_north, sites.placed);
    sites.set(Audience::Below).await;
    assert!(withdraw(app, stranger, placed.bill).await.is_err());
    for audience in Audience::ALL {
        assert!(set_audience(app, stranger, placed.product, audience).await.is_err());
    }
    let top = sites.house.ada.head;
    let refused =
        set_products_for(app, stranger, top, Audience::Below, Products::All).await;
    assert!(refused.is_err());
    let own = stranger.scope(Permission::DeliverDocuments);
    let product = app.store.product(&own, placed.product).await;
    assert!(matches!(product, Err(StoreError::Absent { .. })), "{product:?}");
    assert_eq!(sites.told(stranger).await, ALL);
});

on_both!(no_decision_is_lost_while_it_is_for_the_owner_alone, async |fresh: Fresh| {
    let sites = Sites::new(fresh).await;
    sites.set(Audience::Below).await;
    let name = sites.action().await;
    let window = (date(2026, 12, 5), date(2026, 12, 6));
    plan(sites.app(), &sites.at_north, &name, window, "").await.unwrap();
    sites.set(Audience::Owner).await;
    assert_eq!(sites.told(&sites.at_north).await, NOTHING);
    sites.set(Audience::Below).await;
    assert_eq!(sites.action().await, name);
    let held = sites.house.held().await;
    let entry = held.entry(&scope(&sites.at_north), &name, TODAY).unwrap();
    assert_eq!(entry.state, worklist::State::Planned);
});

on_both!(why_a_verdict_came_and_went_is_told, async |fresh: Fresh| {
    let sites = Sites::new(fresh).await;
    sites.set(Audience::Below).await;
    sites.set(Audience::Owner).await;
    let names = BTreeSet::from(["CVE-2026-4242".to_owned()]);
    let why = async |by: &Actor| {
        let events = history::of_vulnerability(sites.app(), by, &names).await.unwrap();
        let verdicts = events
            .into_iter()
            .filter(|event| matches!(event.what, history::What::Verdict(_)));
        verdicts.map(|event| event.why).collect::<BTreeSet<String>>()
    };
    let moved = "for whom its SBOM is was changed".to_owned();
    assert!(why(&sites.house.ada).await.contains(&moved));
    // What was open then is history for those below, too.
    assert_eq!(why(&sites.at_north).await, BTreeSet::from([moved]));
});

on_both!(a_document_kept_back_is_told_by_none_that_is_open, async |fresh: Fresh| {
    let sites = Sites::new(fresh).await;
    sites.set(Audience::Below).await;
    // Another product about the same pumps, with another library, for the owner alone.
    let (app, ada) = (sites.app(), &sites.house.ada);
    let text = String::from_utf8(pump()).unwrap();
    let secret = text.replace("busybox", "hushbox");
    assert_ne!(secret, text);
    let another = flaw().replace("busybox", "hushbox").replace("4242", "4343");
    sites
        .house
        .use_advisories(|_| false, &[("flaw.json", flaw()), ("another.json", another)])
        .await;
    let parcel = store::Parcel::of(secret.as_bytes()).unwrap();
    let original =
        operations::bills::arrive(app, ada, ada.head, "s.json", parcel).await.unwrap();
    let look = operations::bills::look(app, ada, original).await.unwrap();
    let builds = look.proposed.iter().filter(|build| build.agrees);
    let placing = operations::bills::Placing {
        maker: "Aldermoor Medical".to_owned(),
        product: "A secret pump".to_owned(),
        version: "2.1".to_owned(),
        builds: builds.map(|build| build.configuration).collect(),
    };
    let secret = sites.house.place_as(original, &placing).await;
    assert_eq!(sites.told(&sites.at_north).await, ALL);
    let about = |id: &str| {
        let about = About::Vulnerability(id.to_owned());
        Filter::default().among(&Set::Touched(about, None).to_string())
    };
    let held = sites.house.held().await;
    let count = |by: &Actor, id: &str| held.view(&scope(by), &about(id)).unwrap().total();
    assert_eq!(count(ada, "CVE-2026-4343"), 2);
    assert_eq!(count(&sites.at_north, "CVE-2026-4343"), 0);
    assert!(held.views(&scope(&sites.at_north)).contains(&view::open(ada.head)));
    assert!(!held.views(&scope(&sites.at_north)).contains(&ada.head));
    let reading = sites.at_north.reading(Permission::ViewDevices);
    let hidden = app.store.product(&reading, secret.product).await;
    assert!(matches!(hidden, Err(StoreError::Absent { .. })), "{hidden:?}");
    let seen = app.store.products(&reading).await.unwrap();
    let seen: Vec<i64> = seen.into_iter().map(|one| one.product.id).collect();
    assert_eq!(seen, [sites.placed.product]);
});

on_both!(an_organisation_says_it_once_for_all_its_products, async |fresh: Fresh| {
    let sites = Sites::new(fresh).await;
    let (app, ada) = (sites.app(), &sites.house.ada);
    let set = async |which| {
        set_products_for(app, ada, ada.head, Audience::Below, which).await.unwrap();
        sites.house.work().await;
    };
    set(Products::New).await;
    assert_eq!(sites.told(&sites.at_north).await, NOTHING);
    set(Products::All).await;
    assert_eq!(sites.told(&sites.at_north).await, ALL);
    // One that nobody has seen before is for everything below from the first moment.
    let mut write = app.store.write(ada.head, now()).await.unwrap();
    let product = write.keep_product(ada.head, "A maker", "A new one").await.unwrap();
    let own = write.keep_product(sites.north, "A maker", "A new one").await.unwrap();
    let (noun, facts) = (store::Noun::Product, Vec::new());
    let act = store::Act { by: ada.person, what: "test", noun, id: product, facts };
    write.commit(act).await.unwrap();
    let whole = store::Scope::whole(ada.head);
    let audience = async |id| app.store.product(&whole, id).await.unwrap().audience;
    assert_eq!(audience(product).await, Audience::Below);
    assert_eq!(audience(own).await, Audience::Owner);
});
