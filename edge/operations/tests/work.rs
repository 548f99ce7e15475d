//! What is to be done, who decides what about it, and that nothing that is taken in,
//! withdrawn, joined or brought back loses a decision: on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::panic,
    reason = "helpers of tests"
)]

mod founded;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

use feeds::{Cache, Order};
use fleet::{Column, Filter};
use founded::founded;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use matching::Verdict;
use operations::action::{
    Acceptance, ActionError, Finding, accept, analyse, approve, flaws, own, plan, reopen,
    report, set_policy, take_back,
};
use operations::analysis::{About, Change, Said};
use operations::bills::{Placing, arrive, content, look, place};
use operations::build::findings_of_device;
use operations::fleet::{About as Touching, Approval, Holdings, Set, holdings, scope};
use operations::history;
use operations::inventory::{Delivery, deliver};
use operations::judging::use_index;
use operations::organisation::make_below;
use operations::people::{Invitation, invite};
use operations::priority_table::{foresee, set, take_back as take_table_back};
use operations::{Actor, App, work_off};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use store::{Act, FoundOut, NewOrganisation, Noun, Parcel, Role, RootKey, Store};
use terms::vex::Justification;
use terms::vex::cyclonedx::{Justification as Why, State as CycloneDx};
use worklist::{Deadlines, Kind, Policy, Priority, State, Weight};

/// Seconds since the beginning: each look at the clock is one later than the last.
static SECOND: AtomicI64 = AtomicI64::new(0);

fn now() -> Timestamp {
    let second = SECOND.fetch_add(1, Ordering::SeqCst);
    Timestamp::from_second(1_795_651_200 + second).unwrap()
}

/// 26 November 2026 and some seconds.
const TODAY: Date = date(2026, 11, 26);

struct House {
    app: App,
    ada: Actor,
    folder: tempfile::TempDir,
}

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/demo")
}

fn inventory() -> String {
    std::fs::read_to_string(demo().join("inventory.csv")).unwrap()
}

/// A flaw of a library of the pump, under an id, with others that name the same.
fn flaw(id: &str, aliases: &[&str]) -> String {
    format!(
        r#"{{"schema_version":"1.6.0","id":"{id}","modified":"2026-11-20T00:00:00Z",
            "aliases":{aliases:?},"summary":"An invented flaw of busybox",
            "affected":[{{"package":{{"ecosystem":"Debian:11","name":"busybox"}},
            "ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}}]}}]}}]}}"#
    )
}

impl House {
    async fn at(url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match url {
            "" => format!("sqlite:{}", folder.path().join("lazaret.db").display()),
            url => url.to_owned(),
        };
        let store = Store::open(&url, &RootKey::make().unwrap()).await.unwrap();
        let app = App::new(store, folder.path(), now);
        let ada = founded(&app).await;
        Self { app, ada, folder }
    }

    async fn take_in(&self, csv: &str) {
        self.take_in_at(self.ada.head, "AIMS", csv).await;
    }

    async fn take_in_at(&self, organisation: i64, source: &str, csv: &str) {
        let delivery = Delivery {
            organisation,
            source: source.to_owned(),
            name: "inventory.csv".to_owned(),
            bytes: csv.as_bytes().to_vec(),
            mapping: device::inventory::Mapping::default(),
        };
        deliver(&self.app, &self.ada, delivery).await.unwrap();
        self.work().await;
    }

    /// Puts an index of the demo's advisories in use, but for some, and with others.
    async fn use_advisories(&self, keep: impl Fn(&str) -> bool, more: &[(&str, String)]) {
        let folder = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(demo().join("advisories")).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if keep(&name) {
                std::fs::copy(&path, folder.path().join(name)).unwrap();
            }
        }
        for (name, text) in more {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let index = self.folder.path().join("built.index");
        let sources = [folder.path().to_owned()];
        let order = Order { index: &index, sources: &sources, cache: Cache::Ignore };
        feeds::build(&order, &mut |_| {}).unwrap();
        use_index(&self.app, &index).await.unwrap();
        self.work().await;
    }

    /// Delivers the bill of the pump, placed as it is proposed.
    async fn place_bill(&self) {
        let bytes =
            std::fs::read(demo().join("sboms/meridian-400-2.1.cdx.json")).unwrap();
        let parcel = Parcel::of(&bytes).unwrap();
        let original =
            arrive(&self.app, &self.ada, self.ada.head, "pump.cdx.json", parcel);
        let original = original.await.unwrap();
        let seen = look(&self.app, &self.ada, original).await.unwrap();
        let builds = seen.proposed.iter().filter(|build| build.agrees);
        let placing = Placing {
            maker: seen.subject.maker.clone(),
            product: seen.subject.name.clone(),
            version: "2.1".to_owned(),
            builds: builds.map(|build| build.configuration).collect(),
        };
        place(&self.app, &self.ada, original, &placing).await.unwrap();
        self.work().await;
    }

    async fn work(&self) {
        assert_eq!(work_off(&self.app, "test").await.unwrap(), Vec::<String>::new());
    }

    async fn held(&self) -> impl std::ops::Deref<Target = Holdings> {
        holdings(&self.app, self.ada.head).await.unwrap()
    }

    /// The name of the action of a kind about a product.
    async fn named(&self, kind: Kind, model: &str) -> String {
        let held = self.held().await;
        let entries = held.entries(&scope(&self.ada), TODAY);
        let found = entries.iter().find(|entry| {
            entry.action.is_some_and(|action| {
                action.key.kind == kind && *action.key.model == *model
            })
        });
        found.map(|entry| entry.slug.clone()).unwrap_or_else(|| {
            panic!(
                "no {kind:?} of {model}: {:?}",
                entries.iter().map(|e| &e.action).collect::<Vec<_>>()
            )
        })
    }

    async fn state(&self, name: &str, today: Date) -> State {
        self.held().await.entry(&scope(&self.ada), name, today).unwrap().state
    }

    /// What was found out about the verdicts of an action, by number.
    async fn analyses_of(&self, name: &str) -> Vec<(store::Analysis, Option<Weight>)> {
        let held = self.held().await;
        let entry = held.entry(&scope(&self.ada), name, TODAY).unwrap();
        let product = ("aldermoor", "meridian 400");
        let all = held.analyses(self.ada.head, product, &entry.builds()).into_iter();
        all.map(|(analysis, weight)| (analysis.clone(), weight)).collect()
    }

    /// The release of the pump, and the key of the component with the flaw.
    async fn pump(&self) -> (i64, String) {
        let whole = store::Scope::whole(self.ada.head);
        let store = &self.app.store;
        let projects = store.projects(&whole, store::Wanted::All).await.unwrap();
        let release = projects.first().unwrap().release.id;
        let bills = store.bills(&whole, release).await.unwrap();
        let bill = bills.first().unwrap().id;
        let content = content(&self.app, &self.ada, bill).await.unwrap();
        let part = content.parts.iter().find(|part| part.name.contains("busybox"));
        (release, part.unwrap().key.clone())
    }

    /// A program says something about the flaw in the pump's release.
    async fn program_says(&self, change: &Change) {
        let (release, component) = self.pump().await;
        let vulnerability = "GHSA-2222-3333-4444";
        let about = About { release, component: &component, vulnerability };
        let (app, ada) = (&self.app, &self.ada);
        operations::analysis::analyse(app, ada, about, change).await.unwrap();
        self.work().await;
    }

    /// What a program reads of the flaw in the pump's release.
    async fn read_back(&self, vulnerability: &str) -> Option<FoundOut> {
        let (release, component) = self.pump().await;
        let whole = store::Scope::whole(self.ada.head);
        let (product, release) = self.app.store.release(&whole, release).await.unwrap();
        let builds = self.app.store.builds_of_release(&whole, release.id).await.unwrap();
        let held = self.held().await;
        let all = held.analyses_of_release(&product, &release, &builds);
        let newest = all.newest(&component, vulnerability);
        newest.filter(|one| one.withdrawn.is_none()).map(|one| one.found.clone())
    }

    /// A device that is to be updated.
    async fn device_of_update(&self) -> i64 {
        let name = self.update().await;
        let held = self.held().await;
        let filter = Filter::default().among(&Set::Work(name).to_string());
        let view = held.view(&scope(&self.ada), &filter).unwrap();
        i64::from(view.devices().min().unwrap())
    }

    async fn update(&self) -> String {
        self.named(Kind::Update, "meridian 400").await
    }

    async fn happened(&self, name: &str) -> Vec<String> {
        let id = {
            let held = self.held().await;
            held.entry(&scope(&self.ada), name, TODAY).unwrap().kept.unwrap().id
        };
        let turns = self.app.store.work_turns(self.ada.head, id).await.unwrap();
        turns.into_iter().map(|turn| turn.what).collect()
    }

    async fn somebody(&self, role: Role) -> Actor {
        let invitation = Invitation {
            name: role.word(),
            address: &format!("{}@hospital.example", role.word()),
            zone: "UTC",
            role,
            organisation: self.ada.head,
        };
        let link = invite(&self.app, &self.ada, invitation).await.unwrap();
        let store = &self.app.store;
        let link = store.link(&link, now()).await.unwrap().unwrap();
        let mut write = store.write(link.head, now()).await.unwrap();
        let new = write.begin_session(link.person).await.unwrap();
        let (noun, facts) = (Noun::Person, Vec::new());
        let act = Act { by: link.person, what: "sign in", noun, id: link.person, facts };
        write.commit(act).await.unwrap();
        let session = store.session(&new.secret, now()).await.unwrap().unwrap();
        Actor::of_session(&self.app, session).await.unwrap()
    }
}

/// Runs one body on SQLite and on PostgreSQL.
async fn on_both<F: Future<Output = ()>>(body: impl Fn(House) -> F) {
    body(House::at("").await).await;
    let Ok(server) = std::env::var("LAZARET_TEST_POSTGRES") else {
        assert!(std::env::var_os("CI").is_none(), "no PostgreSQL server is named");
        eprintln!("skipped: `LAZARET_TEST_POSTGRES` names no PostgreSQL server");
        return;
    };
    sqlx::any::install_default_drivers();
    let name = format!("lazaret_{}", &RootKey::make().unwrap().to_text()[..16]);
    let mut admin =
        sqlx::AnyConnection::connect(&format!("{server}/postgres")).await.unwrap();
    admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    let house = House::at(&format!("{server}/{name}")).await;
    let store = house.app.store.clone();
    body(house).await;
    store.close().await;
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    admin.execute(AssertSqlSafe(drop)).await.unwrap();
}

/// The inventory after the pumps with 2.1 got 2.3.
fn updated() -> String {
    inventory()
        .replace("2.1,AM400113", "2.3,AM400113")
        .replace("v2.1,AM400114", "2.3,AM400114")
        .replace("SW 2.0.4", "2.3")
}

#[tokio::test(flavor = "multi_thread")]
async fn one_update_is_one_thing_to_do_however_the_inventory_writes_the_pump() {
    on_both(|house| async move {
        house.take_in(&inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        let name = house.update().await;
        let held = house.held().await;
        let entry = held.entry(&scope(&house.ada), &name, TODAY).unwrap();
        let action = entry.action.unwrap();
        assert_eq!(action.step, worklist::Step::Update("2.3".to_owned()));
        // Aldermoor Medical 2.1, ALDERMOOR MED. v2.1, Aldermoor SW 2.0.4.
        assert_eq!((action.devices, action.builds.len()), (3, 3));
        let wards: Vec<(&str, u64)> =
            action.wards.iter().map(|(ward, count)| (&**ward, *count)).collect();
        assert_eq!(wards, [("ICU", 1), ("Ward 4B", 2)]);
        assert_eq!((action.vulnerabilities.len(), action.exploited.len()), (2, 1));
        assert_eq!((entry.priority, entry.state), (Some(Priority::ActNow), State::Open));
        assert_eq!(entry.due, Some(date(2026, 11, 28)));
        let (_, why) = held.because(action).unwrap();
        assert_eq!(why.priority, Priority::ActNow);
        assert!(!why.facts.is_empty());
        // What nobody can tell is a thing to do as well: answer the question.
        let entries = held.entries(&scope(&house.ada), TODAY);
        assert!(
            entries.iter().any(|entry| entry.action.unwrap().key.kind == Kind::Decide)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_reported_comes_back_until_the_inventory_shows_it() {
    on_both(|house| async move {
        house.take_in(&inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        let name = house.update().await;
        report(&house.app, &house.ada, &name, "work order 4711").await.unwrap();
        assert_eq!(house.state(&name, TODAY).await, State::Reported);
        // The next export still shows the old release.
        house.take_in(&inventory()).await;
        assert_eq!(house.state(&name, TODAY).await, State::CameBack);
        report(&house.app, &house.ada, &name, "now really").await.unwrap();
        assert_eq!(house.state(&name, TODAY).await, State::Reported);
        house.take_in(&updated()).await;
        assert_eq!(house.state(&name, TODAY).await, State::Done);
        let happened = house.happened(&name).await;
        assert_eq!(happened, ["seen", "reported", "reported", "resolved"]);
        // And where somebody puts the old release back, it is the same thing to do again.
        house.take_in(&inventory()).await;
        assert_eq!(house.state(&name, TODAY).await, State::CameBack);
        assert_eq!(house.happened(&name).await.last().unwrap(), "returned");
        let over = reopen(&house.app, &house.ada, &name, "").await;
        assert!(matches!(over, Err(ActionError::Reasonless)));
        reopen(&house.app, &house.ada, &name, "it was rolled back").await.unwrap();
        assert_eq!(house.state(&name, TODAY).await, State::Open);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_an_export_again_nor_an_advisory_that_goes_and_returns_loses_a_decision()
{
    on_both(|house| async move {
        house.take_in(&inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        let name = house.update().await;
        own(&house.app, &house.ada, &name, Some(house.ada.person)).await.unwrap();
        let window = (date(2026, 12, 1), date(2026, 12, 3));
        plan(&house.app, &house.ada, &name, window, "").await.unwrap();
        let told = async || {
            let held = house.held().await;
            let entry = held.entry(&scope(&house.ada), &name, TODAY).unwrap();
            (entry.state, entry.owner(), entry.due, entry.since)
        };
        let before = told().await;
        assert_eq!((before.0, before.1), (State::Planned, Some(house.ada.person)));
        house.take_in(&inventory()).await;
        assert_eq!(told().await, before);
        // The advisory is withdrawn, and comes back.
        house.use_advisories(|name| name != "amsa-2025-01.json", &[]).await;
        assert_eq!(told().await.0, State::Withdrawn);
        let refused = report(&house.app, &house.ada, &name, "").await;
        assert!(matches!(refused, Err(ActionError::Over)));
        house.use_advisories(|_| true, &[]).await;
        assert_eq!(told().await, before);
        assert_eq!(
            house.happened(&name).await,
            ["seen", "assigned", "planned", "unsaid", "returned"]
        );
        assert_eq!(house.state(&name, date(2026, 12, 3)).await, State::Planned);
        assert_eq!(house.state(&name, date(2026, 12, 4)).await, State::WindowOver);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_own_analysis_stays_when_the_flaw_gets_another_id_and_the_bill_comes_again() {
    on_both(|house| async move {
        house.take_in(&inventory()).await;
        let nothing = |name: &str| name.starts_with("amsa");
        let alone = [("flaw.json", flaw("GHSA-2222-3333-4444", &[]))];
        house.use_advisories(nothing, &alone).await;
        house.place_bill().await;
        let name = house.named(Kind::AskMaker, "meridian 400").await;
        let found = flaws(&house.app, &house.ada, &name).await.unwrap();
        assert_eq!(found, ["GHSA-2222-3333-4444"]);
        let finding = Finding {
            vulnerabilities: found,
            version: String::new(),
            justification: Justification::VulnerableCodeNotInExecutePath,
            reason: "the shell is not started".to_owned(),
        };
        analyse(&house.app, &house.ada, &name, &finding).await.unwrap();
        house.work().await;
        assert_eq!(house.state(&name, TODAY).await, State::NotAffected);
        let held = house.held().await;
        let over = held.entry(&scope(&house.ada), &name, TODAY).unwrap();
        assert_eq!((over.priority, over.due), (None, None), "nothing is due");
        drop(held);
        // The same bill again.
        house.place_bill().await;
        assert_eq!(house.state(&name, TODAY).await, State::NotAffected);
        // The flaw gets a CVE: another id, the same single vulnerability.
        let joined = [("flaw.json", flaw("GHSA-2222-3333-4444", &["CVE-2026-1234"]))];
        house.use_advisories(nothing, &joined).await;
        let all = house.app.store.judgements_since(house.ada.head, 0).await.unwrap();
        let judged = all.iter().find(|one| one.subject.vulnerability == "CVE-2026-1234");
        assert_eq!(judged.unwrap().verdict, "affected");
        assert_eq!(house.state(&name, TODAY).await, State::NotAffected);
        // It goes, and comes back.
        house.use_advisories(nothing, &[]).await;
        assert!(house.state(&name, TODAY).await.is_over());
        house.use_advisories(nothing, &joined).await;
        assert_eq!(house.state(&name, TODAY).await, State::NotAffected);
        // Taken back, the finding is there again.
        let analysis = house.analyses_of(&name).await.first().unwrap().0.id;
        let (app, ada) = (&house.app, &house.ada);
        take_back(app, ada, &name, analysis, "it is started after all").await.unwrap();
        house.work().await;
        assert_eq!(house.state(&name, TODAY).await, State::Open);
        let again = take_back(app, ada, &name, analysis, "twice").await;
        assert!(matches!(again, Err(ActionError::Store(_))));
    })
    .await;
}

/// An analysis as a program sends it.
fn change(state: CycloneDx, why: Option<Why>) -> Change {
    Change {
        state: Said::This(state),
        justification: why.map_or(Said::Nothing, Said::This),
        ..Change::default()
    }
}

/// A flaw of a component of the pump, placed as a bill; gives the action about it.
async fn with_a_flaw(house: &House) -> String {
    house.take_in(&inventory()).await;
    let alone = [("flaw.json", flaw("GHSA-2222-3333-4444", &[]))];
    house.use_advisories(no_advisory, &alone).await;
    house.place_bill().await;
    house.named(Kind::AskMaker, "meridian 400").await
}

fn no_advisory(name: &str) -> bool {
    name.starts_with("amsa")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_finds_out_clears_what_is_to_be_done() {
    on_both(|house| async move {
        let name = with_a_flaw(&house).await;
        // In triage, exploitable, and not affected for no reason: each marks, none clears.
        for state in [CycloneDx::InTriage, CycloneDx::Exploitable, CycloneDx::NotAffected]
        {
            house.program_says(&change(state, None)).await;
            assert_eq!(house.state(&name, TODAY).await, State::Open, "{state:?}");
            let all = house.analyses_of(&name).await;
            assert_eq!((all.len(), all[0].1), (1, Some(Weight::Marks)), "{state:?}");
        }
        // It is left out of lists for programs, and that alone clears nothing.
        let hidden = Change { is_suppressed: Some(true), ..Change::default() };
        house.program_says(&hidden).await;
        assert_eq!(house.state(&name, TODAY).await, State::Open);
        house
            .program_says(&change(CycloneDx::NotAffected, Some(Why::CodeNotReachable)))
            .await;
        assert_eq!(house.state(&name, TODAY).await, State::NotAffected);
        let all = house.analyses_of(&name).await;
        assert_eq!((all.len(), all[0].1), (1, Some(Weight::Decides)));
        assert_eq!(all[0].0.about.version, "2.1");

        // The same bill again; the flaw gets a CVE; it goes, and comes back.
        house.place_bill().await;
        assert_eq!(house.state(&name, TODAY).await, State::NotAffected);
        let joined = [("flaw.json", flaw("GHSA-2222-3333-4444", &["CVE-2026-1234"]))];
        house.use_advisories(no_advisory, &joined).await;
        assert_eq!(house.state(&name, TODAY).await, State::NotAffected);
        assert_eq!(house.read_back("CVE-2026-1234").await.unwrap().state, "not_affected");
        house.use_advisories(no_advisory, &[]).await;
        assert!(house.state(&name, TODAY).await.is_over());
        house.use_advisories(no_advisory, &joined).await;
        assert_eq!(house.state(&name, TODAY).await, State::NotAffected);

        // Whoever works takes back what the program said, and the program reads that.
        let analysis = house.analyses_of(&name).await[0].0.id;
        let (app, ada) = (&house.app, &house.ada);
        take_back(app, ada, &name, analysis, "the port is open").await.unwrap();
        house.work().await;
        assert_eq!(house.state(&name, TODAY).await, State::Open);
        assert_eq!(house.read_back("CVE-2026-1234").await, None);
        let scope = store::Scope::whole(ada.head);
        let remarks = app.store.remarks(&scope, analysis).await.unwrap();
        assert_eq!(remarks.last().unwrap().remark, "Taken back: the port is open");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_found_out_at_work_is_read_back_by_programs_and_the_more_specific_counts()
{
    on_both(|house| async move {
        let name = with_a_flaw(&house).await;
        let finding = Finding {
            vulnerabilities: vec!["GHSA-2222-3333-4444".to_owned()],
            version: String::new(),
            justification: Justification::InlineMitigationsAlreadyExist,
            reason: "the shell is not started".to_owned(),
        };
        analyse(&house.app, &house.ada, &name, &finding).await.unwrap();
        house.work().await;
        let read = house.read_back("GHSA-2222-3333-4444").await.unwrap();
        assert_eq!((read.state.as_str(), read.is_suppressed), ("not_affected", false));
        assert_eq!(read.details, "the shell is not started");
        // A change of one part keeps the others, as they were said at work.
        let hidden = Change { is_suppressed: Some(true), ..Change::default() };
        house.program_says(&hidden).await;
        assert_eq!(house.state(&name, TODAY).await, State::NotAffected);
        let read = house.read_back("GHSA-2222-3333-4444").await.unwrap();
        assert_eq!((read.state.as_str(), read.is_suppressed), ("not_affected", true));
        // Of one release somebody finds out more: that counts before what is said of all.
        house.program_says(&change(CycloneDx::Exploitable, None)).await;
        assert_eq!(house.state(&name, TODAY).await, State::Open);
        analyse(&house.app, &house.ada, &name, &finding).await.unwrap();
        house.work().await;
        assert_eq!(house.state(&name, TODAY).await, State::Open);
        let all = house.analyses_of(&name).await;
        let weights: Vec<Option<Weight>> =
            all.iter().map(|(_, weight)| *weight).collect();
        assert_eq!(weights, [Some(Weight::Overtaken), Some(Weight::Marks)]);
        // Who only keeps devices running decides on neither.
        let bob = house.somebody(Role::Biomed).await;
        let refused = analyse(&house.app, &bob, &name, &finding).await;
        assert!(matches!(refused, Err(ActionError::NotThere)), "{refused:?}");
        let (release, component) = house.pump().await;
        let vulnerability = "GHSA-2222-3333-4444";
        let about = About { release, component: &component, vulnerability };
        let positive = change(CycloneDx::FalsePositive, None);
        let refused = operations::analysis::analyse(&house.app, &bob, about, &positive);
        assert!(refused.await.is_err());
    })
    .await;
}

/// What the lists say of pumps: affected, not affected, and by the maker's advisory.
async fn listed(house: &House) -> (u64, u64, Option<(u64, u64)>) {
    let held = house.held().await;
    let seen = scope(&house.ada);
    let pumps = Filter::default().is(Column::Model, "Meridian 400").unwrap();
    let verdicts = held.view(&seen, &pumps).unwrap().totals(Column::Verdict);
    let of = |word: &str| verdicts.get(word).copied().unwrap_or(0);
    let all = held.view(&seen, &Filter::default()).unwrap();
    let by_advisory = held.by_advisory(&all).get("AMSA-2025-01").copied();
    // A number leads to exactly the rows that it counts.
    let affected = pumps.is(Column::Verdict, "affected").unwrap();
    assert_eq!(held.view(&seen, &affected).unwrap().total(), of("affected"));
    for (verdict, count) in [
        (Verdict::Affected, by_advisory.map_or(0, |(affected, _)| affected)),
        (Verdict::CannotTell, by_advisory.map_or(0, |(_, open)| open)),
    ] {
        let about = Touching::Advisory("AMSA-2025-01".to_owned());
        let set = Set::Touched(about, Some(verdict)).to_string();
        let touched = held.view(&seen, &Filter::default().among(&set)).unwrap();
        assert_eq!(touched.total(), count, "{verdict:?}");
    }
    (of("affected"), of("not_affected"), by_advisory)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_own_analysis_clears_is_cleared_on_every_list() {
    on_both(|house| async move {
        house.take_in(&inventory()).await;
        // Somebody who only collects says what the maker would.
        let file = demo().join("advisories/amsa-2025-01.json");
        let text = std::fs::read_to_string(file).unwrap();
        let collected = text.replace(
            r#""name": "Aldermoor Medical",
      "namespace""#,
            r#""name": "An invented collector",
      "namespace""#,
        );
        let others = |name: &str| name != "amsa-2025-01.json";
        house.use_advisories(others, &[("collected.json", collected)]).await;
        let before = listed(&house).await;
        assert_eq!(before.0, 1, "{before:?}");
        let name = house.update().await;
        let mut found = flaws(&house.app, &house.ada, &name).await.unwrap();
        assert_eq!(found.len(), 2);
        let finding = |vulnerabilities: Vec<String>| Finding {
            vulnerabilities,
            version: String::new(),
            justification: Justification::VulnerableCodeNotInExecutePath,
            reason: "the network card is sealed".to_owned(),
        };
        // One of two flaws: the pumps are affected still, and by fewer.
        let counted = async || {
            let held = house.held().await;
            let pumps = Filter::default().is(Column::Model, "Meridian 400").unwrap();
            let view = held.view(&scope(&house.ada), &pumps).unwrap();
            view.totals(Column::Affected)
        };
        assert_eq!(counted().await.get("2"), Some(&1));
        let last = found.pop().unwrap();
        analyse(&house.app, &house.ada, &name, &finding(vec![last])).await.unwrap();
        assert_eq!((listed(&house).await.0, counted().await.get("1")), (1, Some(&1)));
        analyse(&house.app, &house.ada, &name, &finding(found)).await.unwrap();
        house.work().await;
        let after = listed(&house).await;
        // It is about every release: the pump whose release nobody knows is cleared too.
        assert_eq!((after.0, after.1), (0, before.1 + before.0 + 1), "{after:?}");
        let affected = |one: (u64, u64, Option<(u64, u64)>)| one.2.map_or(0, |it| it.0);
        // IH-10001, 10002 and 10003, however their maker and model are written.
        assert_eq!(affected(after), affected(before) - 3);
        assert_eq!(house.state(&name, TODAY).await, State::NotAffected);
        // Imports, and devices that come later, are of no other verdict.
        let more = "IH-20001,Aldermoor Medical,Meridian 400,INFUSION PUMP,2.1,X,ICU,In Service,2019-04-02,yes,no,yes\n";
        house.take_in(&(inventory() + more)).await;
        assert_eq!(listed(&house).await.0, 0);
        // Taken back, everything is as it was before, with the device that came.
        let all = house.analyses_of(&name).await;
        assert_eq!(all.len(), 2);
        for (analysis, _) in all {
            let (app, ada) = (&house.app, &house.ada);
            take_back(app, ada, &name, analysis.id, "it is not").await.unwrap();
        }
        house.work().await;
        let again = listed(&house).await;
        assert_eq!((again.0, affected(again)), (2, affected(before) + 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_flag_of_the_sbom_follows_what_was_found_out() {
    on_both(|house| async move {
        with_a_flaw(&house).await;
        let carrying = async || house.held().await.carrying(&scope(&house.ada)).len();
        assert_eq!(carrying().await, 2);
        let why = Some(Why::CodeNotPresent);
        house.program_says(&change(CycloneDx::NotAffected, why)).await;
        assert_eq!(carrying().await, 0);
        house.program_says(&change(CycloneDx::Exploitable, None)).await;
        assert_eq!(carrying().await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_maker_counts_before_an_own_analysis() {
    on_both(|house| async move {
        house.take_in(&inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        let name = house.update().await;
        assert!(matches!(
            flaws(&house.app, &house.ada, &name).await,
            Err(ActionError::Outweighed)
        ));
        let finding = Finding {
            vulnerabilities: vec!["CVE-2014-0160".to_owned()],
            version: String::new(),
            justification: Justification::ComponentNotPresent,
            reason: "we think so".to_owned(),
        };
        let refused = analyse(&house.app, &house.ada, &name, &finding).await;
        assert!(matches!(refused, Err(ActionError::Outweighed)), "{refused:?}");
        let nothing = Finding { vulnerabilities: vec!["CVE-1".to_owned()], ..finding };
        let refused = analyse(&house.app, &house.ada, &name, &nothing).await;
        assert!(matches!(refused, Err(ActionError::Nothing)));
        assert_eq!(house.state(&name, TODAY).await, State::Open);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_risk_is_accepted_by_who_may_and_comes_back_after_its_day() {
    on_both(|house| async move {
        house.take_in(&inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        let name = house.update().await;
        let (app, ada) = (&house.app, &house.ada);
        let until = date(2026, 12, 31);
        for wrong in [TODAY, date(2020, 1, 1), date(2028, 1, 1)] {
            let refused = accept(app, ada, &name, wrong, "x").await;
            assert!(matches!(refused, Err(ActionError::Until)), "{wrong}");
        }
        let refused = accept(app, ada, &name, until, " ").await;
        assert!(matches!(refused, Err(ActionError::Reasonless)));
        // Who keeps devices running may propose it.
        let bob = house.somebody(Role::Biomed).await;
        let proposed = accept(app, &bob, &name, until, "it is behind a firewall").await;
        assert_eq!(proposed.unwrap(), Acceptance::Proposed);
        assert_eq!(house.state(&name, TODAY).await, State::Proposed);
        assert!(matches!(approve(app, &bob, &name).await, Err(ActionError::NotThere)));
        let eve = house.somebody(Role::Security).await;
        approve(app, &eve, &name).await.unwrap();
        assert_eq!(house.state(&name, until).await, State::Accepted);
        assert_eq!(house.state(&name, date(2027, 1, 1)).await, State::AcceptanceOver);
        assert!(matches!(approve(app, &eve, &name).await, Err(ActionError::Unproposed)));
        // Where it takes two, nobody approves what they proposed.
        set_policy(app, ada, ada.head, Deadlines::standard(), Approval::Two)
            .await
            .unwrap();
        let proposed = accept(app, &eve, &name, until, "again").await.unwrap();
        assert_eq!(proposed, Acceptance::Proposed);
        assert!(matches!(approve(app, &eve, &name).await, Err(ActionError::SamePerson)));
        approve(app, ada, &name).await.unwrap();
        assert_eq!(house.state(&name, TODAY).await, State::Accepted);
        // Others look, and do nothing.
        let viewer = house.somebody(Role::Viewer).await;
        let refused = report(app, &viewer, &name, "").await;
        assert!(matches!(refused, Err(ActionError::NotThere)));
        let refused = own(app, ada, &name, Some(viewer.person)).await;
        assert!(matches!(refused, Err(ActionError::Owner(_))));
        let absent = own(app, ada, "0000", None).await;
        assert!(matches!(absent, Err(ActionError::Absent(_))));
        // The log is whole, and each act is in it.
        let scope = store::Scope::whole(ada.head);
        let leaves = app.store.leaves(&scope, i64::MAX, 1000).await.unwrap();
        let acts = leaves.iter().filter(|leaf| leaf.noun == "action").count();
        assert_eq!(acts, 4, "{leaves:?}");
    })
    .await;
}

/// The advisory about the pump with another id, of which the one flaw has no CVE.
fn without_cve(flaw: &str) -> String {
    let text = std::fs::read_to_string(demo().join("advisories/amsa-2025-01.json"));
    let text = text.unwrap().replace("AMSA-2025-01", "AMSA-2026-09");
    let mut advisory: serde_json::Value = serde_json::from_str(&text).unwrap();
    let flaws = advisory.get_mut("vulnerabilities").unwrap().as_array_mut().unwrap();
    flaws.retain(|one| one["cve"] == "CVE-2014-0160");
    let only = flaws.first_mut().and_then(serde_json::Value::as_object_mut).unwrap();
    only.remove("cve");
    only.insert(
        "ids".to_owned(),
        serde_json::json!([{"system_name": "GHSA", "text": flaw}]),
    );
    advisory.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_flaw_under_two_ids_counts_once_on_a_device_and_in_what_is_to_be_done() {
    on_both(|house| async move {
        house.take_in(&inventory()).await;
        let (app, ada) = (&house.app, &house.ada);
        let counted = async || {
            let held = house.held().await;
            let name = house.update().await;
            let entry = held.entry(&scope(ada), &name, TODAY).unwrap();
            let action = entry.action.unwrap();
            let builds = entry.builds();
            let build = held.fleet.configuration(*builds.first().unwrap()).unwrap();
            let flaws: Vec<String> =
                action.vulnerabilities.iter().map(ToString::to_string).collect();
            (build.affected, build.cannot_tell, flaws)
        };
        house.use_advisories(|_| true, &[]).await;
        let before = counted().await;
        assert_eq!(before.0, 2, "{before:?}");

        let id = "GHSA-2222-3333-4444";
        let other = ("amsa-2026-09.json", without_cve(id));
        // As long as nobody says that they are one, they are two.
        house.use_advisories(|_| true, std::slice::from_ref(&other)).await;
        assert_eq!(counted().await.0, 3);
        let joined = [other, ("flaw.json", flaw(id, &["CVE-2014-0160"]))];
        house.use_advisories(|_| true, &joined).await;
        let all = app.store.judgements_since(ada.head, 0).await.unwrap();
        let open = all.iter().filter(|one| one.closed.is_none());
        assert!(open.clone().any(|one| one.subject.vulnerability == id), "judged by it");
        assert_eq!(counted().await, before);
        // The device says the same on its page.
        let held = house.held().await;
        let seen = ada.scope(operations::Permission::ViewDevices);
        let device =
            app.store.device(&seen, house.device_of_update().await).await.unwrap();
        let situated = held.situated(&device);
        let known = held.advisories.clone();
        drop(held);
        let found = findings_of_device(
            app,
            ada,
            device.configuration,
            &situated,
            known.as_deref(),
        );
        let found = found.await.unwrap();
        let flaws: BTreeSet<&str> = found.iter().map(|one| one.flaw()).collect();
        assert!(flaws.len() < found.len() || !flaws.contains(id), "{flaws:?}");
        // Either id names it to whoever found something out.
        let name = house.update().await;
        let held = house.held().await;
        let entry = held.entry(&scope(ada), &name, TODAY).unwrap();
        let subjects = held.subjects(entry.action.unwrap());
        let ids: BTreeSet<&str> = subjects
            .iter()
            .filter(|one| one.flaw == "CVE-2014-0160")
            .map(|one| one.vulnerability.as_str())
            .collect();
        assert_eq!(ids, BTreeSet::from(["CVE-2014-0160", id]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_follows_the_table_of_priorities_that_is_in_force() {
    on_both(|house| async move {
        house.take_in(&inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        let (app, ada) = (&house.app, &house.ada);
        let name = house.update().await;
        let counted = async |priority: Priority| {
            let held = house.held().await;
            let filter = Filter::default().is(Column::Priority, priority.word()).unwrap();
            held.view(&scope(ada), &filter).unwrap().devices().len()
        };
        let due = async || {
            let held = house.held().await;
            let entry = held.entry(&scope(ada), &name, TODAY).unwrap();
            let (_, why) = held.because(entry.action.unwrap()).unwrap();
            assert_eq!(Some(why.priority), entry.priority);
            (why.priority, why.row)
        };
        let before = (counted(Priority::ActNow).await, counted(Priority::Watch).await);
        assert!(before.0 > 0, "{before:?}");
        let calm: Policy =
            "next window: exploited\nwatch: anything else".parse().unwrap();
        let foreseen = foresee(app, ada, ada.head, Some(calm.clone())).await.unwrap();
        let from_now: u64 = foreseen
            .moved
            .iter()
            .filter(|((from, _), _)| *from == Some(Priority::ActNow))
            .map(|(_, devices)| devices)
            .sum();
        assert_eq!(from_now, before.0, "{foreseen:?}");
        assert!(foreseen.moved_actions.values().sum::<u64>() > 0, "{foreseen:?}");
        // Nothing is changed by looking.
        assert_eq!(counted(Priority::ActNow).await, before.0);
        let standard =
            foresee(app, ada, ada.head, Some(Policy::standard())).await.unwrap();
        assert!(standard.moved.is_empty() && standard.moved_actions.is_empty());

        set(app, ada, ada.head, &calm).await.unwrap();
        house.work().await;
        assert_eq!(counted(Priority::ActNow).await, 0);
        assert_eq!(due().await, (Priority::NextWindow, "exploited".to_owned()));
        for ((from, to), devices) in &foreseen.moved {
            let Some(to) = to else { panic!("{from:?} to nothing") };
            assert!(counted(*to).await >= *devices);
        }
        let held = house.held().await;
        assert_eq!(held.in_force(ada.head).made_by, Some(ada.head));
        drop(held);
        // A table that grows more urgent comes into force as well, and histories tell why.
        let strict: Policy = "act now: CVSS at least 1\nact now: always".parse().unwrap();
        set(app, ada, ada.head, &strict).await.unwrap();
        house.work().await;
        assert_eq!(due().await, (Priority::ActNow, "CVSS at least 1".to_owned()));
        let names = ["CVE-2014-0160".to_owned()].into();
        let told = history::of_vulnerability(app, ada, &names).await.unwrap();
        let told: Vec<&str> = told.iter().map(|event| event.why.as_str()).collect();
        let why = told.iter().filter(|why| why.contains("table of priorities"));
        assert_eq!(why.count(), 2, "{told:?}");

        take_table_back(app, ada, ada.head).await.unwrap();
        house.work().await;
        let after = (counted(Priority::ActNow).await, counted(Priority::Watch).await);
        assert_eq!(after, before);
        let bob = house.somebody(Role::Biomed).await;
        assert!(set(app, &bob, ada.head, &calm).await.is_err());
        assert!(take_table_back(app, &bob, ada.head).await.is_err());
        assert!(foresee(app, &bob, ada.head, None).await.is_err());
        let all = store::Scope::whole(ada.head);
        let leaves = app.store.leaves(&all, i64::MAX, 1000).await.unwrap();
        let acts = leaves.iter().filter(|leaf| leaf.act.contains("priority table"));
        assert_eq!(acts.count(), 3, "{leaves:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_one_hospital_is_none_of_the_others() {
    on_both(|house| async move {
        let (app, ada) = (&house.app, &house.ada);
        let new = |name| NewOrganisation { kind: store::Kind::Hospital, name };
        let north = make_below(app, ada, ada.head, new("North")).await.unwrap().id;
        let south = make_below(app, ada, ada.head, new("South")).await.unwrap().id;
        for (at, source) in [(north, "N"), (south, "S"), (ada.head, "AIMS")] {
            house.take_in_at(at, source, &inventory()).await;
        }
        house.use_advisories(|_| true, &[]).await;
        let urgent = async |at: i64| {
            let held = house.held().await;
            let filter = Filter::default()
                .is(Column::Priority, Priority::ActNow.word())
                .and_then(|filter| filter.is(Column::Organisation, &at.to_string()));
            held.view(&scope(ada), &filter.unwrap()).unwrap().devices().len()
        };
        let first = urgent(south).await;
        assert!(first > 0);
        let calm: Policy = "watch: always".parse().unwrap();
        set(app, ada, north, &calm).await.unwrap();
        assert_eq!((urgent(north).await, urgent(south).await), (0, first));
        let strict: Policy = "act now: always".parse().unwrap();
        let foreseen = foresee(app, ada, ada.head, Some(strict.clone())).await.unwrap();
        let held = house.held().await;
        let all = held.entries(&scope(ada), TODAY);
        let others = all.iter().filter(|entry| entry.organisation != north).count();
        let expected = others as u64;
        drop(all);
        assert_eq!(foreseen.actions, expected, "North has its own");
        drop(held);
        set(app, ada, ada.head, &strict).await.unwrap();
        assert_eq!(urgent(north).await, 0);
        assert!(urgent(south).await > first);
        take_table_back(app, ada, north).await.unwrap();
        assert_eq!(urgent(north).await, urgent(south).await);
        assert_eq!(house.held().await.in_force(north).made_by, Some(ada.head));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_follows_the_policy_of_the_organisation() {
    on_both(|house| async move {
        house.take_in(&inventory()).await;
        house.use_advisories(|_| true, &[]).await;
        let name = house.update().await;
        let due = async || {
            let held = house.held().await;
            held.entry(&scope(&house.ada), &name, TODAY).unwrap().due
        };
        assert_eq!(due().await, Some(date(2026, 11, 28)));
        let tight = Deadlines::parse(["0", "3", "14", "90"]).unwrap();
        let (app, ada) = (&house.app, &house.ada);
        set_policy(app, ada, ada.head, tight, Approval::One).await.unwrap();
        assert_eq!(due().await, Some(TODAY));
        let bob = house.somebody(Role::Biomed).await;
        let refused = set_policy(app, &bob, ada.head, tight, Approval::One).await;
        assert!(refused.is_err());
        let held = house.held().await;
        let entry = held.entry(&scope(ada), &name, date(2026, 11, 27)).unwrap();
        assert!(entry.is_overdue(date(2026, 11, 27)));
    })
    .await;
}
