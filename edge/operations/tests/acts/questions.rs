//! Questions that are asked once, answered, remembered, and taken back.

mod lost;
mod moved;
mod replaced;
mod spellings;

use std::sync::atomic::{AtomicI64, Ordering};

use fleet::{Filter, Priority};
use jiff::Timestamp;
use matching::Verdict;
use operations::bills;
use operations::build::{Finding, findings_of_device};
use operations::fleet::{holdings, scope};
use operations::organisation::make_below;
use operations::question::{
    Fact, Holds, Key, Kind, Question, QuestionError, Reply, Shift, Which, answer,
    history, list, take_back,
};
use operations::{Actor, App, statement};
use store::{Kind as Of, NewOrganisation, Organisation, Role, Said};

use crate::databases::{Fresh, on_both};
use crate::demo::demo;
use crate::house::House;

/// Days since the first one.
static DAY: AtomicI64 = AtomicI64::new(0);

static CLOCK: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

fn now() -> Timestamp {
    Timestamp::from_second(1_790_000_000 + 86_400 * DAY.load(Ordering::SeqCst)).unwrap()
}

/// An advisory about all versions of one product, on a condition that an inventory does not
/// tell.
struct Told<'t> {
    id: &'t str,
    cve: &'t str,
    product: &'t str,
    condition: &'t str,
}

const WIRELESS: &str = "with the wireless option";
const PUMP: Told<'static> = Told {
    id: "INV-2026-01",
    cve: "CVE-2017-0144",
    product: "IM-400",
    condition: WIRELESS,
};

fn csaf(told: &Told<'_>) -> String {
    let Told { id, cve, product, condition } = told;
    let vector = "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H";
    format!(
        r#"{{"document":{{"category":"csaf_security_advisory","csaf_version":"2.0",
        "publisher":{{"category":"vendor","name":"Invented","namespace":"https://invented.example"}},
        "title":"Invented {product}","tracking":{{"id":"{id}","status":"final","version":"1",
        "current_release_date":"2026-06-02T00:00:00Z","initial_release_date":"2026-06-02T00:00:00Z",
        "revision_history":[{{"date":"2026-06-02T00:00:00Z","number":"1","summary":"First"}}]}}}},
        "product_tree":{{"branches":[{{"category":"vendor","name":"Invented","branches":[
        {{"category":"product_name","name":"{product}","branches":[{{"category":"product_version",
        "name":"vers:all/*","product":{{"name":"Invented {product}: all versions {condition}",
        "product_id":"P1"}}}}]}}]}}]}},
        "vulnerabilities":[{{"cve":"{cve}","product_status":{{"known_affected":["P1"]}},
        "scores":[{{"products":["P1"],"cvss_v3":{{"version":"3.1","vectorString":"{vector}",
        "baseScore":8.8,"baseSeverity":"HIGH"}}}}],
        "notes":[{{"category":"summary","text":"Invented."}}]}}]}}"#
    )
}

/// Asset tag, model, version, department, life-sustaining.
const HEADINGS: &str =
    "Asset Tag,Manufacturer,Model,Description,SW Version,Department,Life Sustaining\n";
const PUMPS: &str = "IH-1,Invented,IM-400,PUMP,2.1,Ward 4B,yes\n\
     IH-2,Invented,IM-400,PUMP,2.1,Ward 4B,yes\n\
     IH-3,INVENTED,IM-400,PUMP,2.2,ICU,yes\n\
     IH-9,Invented,IM-900,MONITOR,1.0,ICU,no\n";

impl House {
    /// Takes in rows of an organisation's asset system, under the headings.
    async fn bring(&self, organisation: i64, source: &str, rows: &str) {
        self.take_in_at(organisation, source, format!("{HEADINGS}{rows}")).await;
    }

    /// Puts an index of these advisories in use, and works everything off.
    async fn publish(&self, advisories: &[&Told<'_>]) {
        let folder = tempfile::tempdir().unwrap();
        for told in advisories {
            let file = folder.path().join(format!("{}.json", told.id.to_lowercase()));
            std::fs::write(file, csaf(told)).unwrap();
        }
        // An index without any record is no index.
        let kev = demo().join("advisories/known_exploited_vulnerabilities.json");
        self.use_sources(&[folder.path().to_owned(), kev]).await;
    }

    async fn questions(&self, by: &Actor) -> Vec<Question> {
        list(&self.app, by).await.unwrap().to_vec()
    }

    /// The only question that advisories ask.
    async fn asked(&self, by: &Actor) -> Question {
        let all = self.questions(by).await;
        let mut asked = all.into_iter().filter(|one| matches!(one.kind, Kind::Device(_)));
        let first = asked.next().unwrap();
        assert_eq!(asked.next(), None);
        first
    }

    async fn is_asked(&self, by: &Actor) -> bool {
        let all = self.questions(by).await;
        all.iter().any(|one| matches!(one.kind, Kind::Device(_)))
    }

    async fn answer(&self, by: &Actor, key: &Key, said: Said) -> i64 {
        let organisation = by.bindings()[0].organisation;
        answer(&self.app, by, key, all(organisation, said)).await.unwrap()
    }

    /// The asset tags of devices with that verdict, as somebody sees them.
    async fn with(&self, by: &Actor, query: &str) -> Vec<String> {
        let held = holdings(&self.app, by.head).await.unwrap();
        let view = held.view(&scope(by), &Filter::parse(query).unwrap()).unwrap();
        let ids: Vec<i64> = view.devices().iter().map(i64::from).collect();
        drop(held);
        let scope = by.scope(operations::Permission::ViewDevices);
        let devices = self.app.store.devices(&scope, &ids).await.unwrap();
        let mut tags: Vec<String> =
            devices.into_iter().map(|device| device.told.asset_tag).collect();
        tags.sort();
        tags
    }

    async fn device(&self, by: &Actor, tag: &str) -> store::Device {
        let held = holdings(&self.app, by.head).await.unwrap();
        let filter = Filter::parse(&format!("asset_tag={tag}")).unwrap();
        let view = held.view(&scope(by), &filter).unwrap();
        let id = view.devices().min().unwrap();
        drop(held);
        let scope = by.scope(operations::Permission::ViewDevices);
        self.app.store.device(&scope, id.into()).await.unwrap()
    }

    /// What the page of a device says of it.
    async fn findings(&self, by: &Actor, tag: &str) -> Vec<Finding> {
        let device = self.device(by, tag).await;
        let held = holdings(&self.app, by.head).await.unwrap();
        let (situated, advisories) = (held.situated(&device), held.advisories.clone());
        drop(held);
        let known = advisories.as_deref();
        findings_of_device(&self.app, by, device.configuration, &situated, known)
            .await
            .unwrap()
    }

    async fn site(&self, name: &str) -> Organisation {
        let new = NewOrganisation { kind: Of::Site, name };
        make_below(&self.app, &self.ada, self.ada.head, new).await.unwrap()
    }
}

fn all(organisation: i64, said: Said) -> Reply<'static> {
    Reply { organisation, said, which: Which::All, note: "", until: "" }
}

/// A hospital with three pumps of two builds, and an advisory that asks about them.
async fn with_pumps(fresh: Fresh) -> House {
    let house = House::at(fresh, Timestamp::now).await;
    house.bring(house.ada.head, "AIMS", PUMPS).await;
    house.publish(&[&PUMP]).await;
    house
}

on_both!(
    a_question_is_asked_once_for_all_devices_and_one_answer_settles_them,
    async |fresh: Fresh| {
        let house = with_pumps(fresh).await;
        let asked = house.asked(&house.ada).await;
        assert_eq!((asked.devices, asked.verdicts, asked.builds.len()), (3, 3, 3 - 1));
        assert_eq!(asked.subject(), "Invented IM-400");
        assert!(asked.asked.contains(WIRELESS), "{asked:?}");
        let by = asked.asked_by.first().unwrap();
        assert_eq!((&*by.advisory, asked.asked_by.len()), ("INV-2026-01", 1));
        assert!(by.place.starts_with("/product_tree/"), "{by:?}");
        let set = format!("among=question%3A{}", asked.key);
        assert_eq!(house.with(&house.ada, &set).await, ["IH-1", "IH-2", "IH-3"]);

        let id = house.answer(&house.ada, &asked.key, Said::No).await;
        assert!(!house.is_asked(&house.ada).await);
        let spared = ["IH-1", "IH-2", "IH-3"];
        assert_eq!(house.with(&house.ada, "verdict=not_affected").await, spared);
        assert_eq!(house.with(&house.ada, &format!("among=answer%3A{id}")).await, spared);
        let touched = "among=vulnerability%3Acannot_tell%3ACVE-2017-0144";
        assert_eq!(house.with(&house.ada, touched).await, Vec::<String>::new());
        let findings = house.findings(&house.ada, "IH-1").await;
        let [finding] = findings.as_slice() else { panic!("{findings:?}") };
        assert_eq!(finding.verdict, Verdict::NotAffected);
        assert_eq!(finding.answers.len(), 1);
        let ground = &finding.answers[0];
        assert_eq!((ground.id, ground.by, ground.said), (id, house.ada.person, Said::No));
        // What everybody sees of the build stands as it was.
        let public = house.app.store.judgements_since(house.ada.head, 0).await.unwrap();
        assert!(!public.is_empty());
        assert!(public.iter().all(|one| one.verdict == "cannot_tell"), "{public:?}");
    }
);

on_both!(
    yes_means_affected_and_what_is_taken_back_is_open_again,
    async |fresh: Fresh| {
        let house = with_pumps(fresh).await;
        let asked = house.asked(&house.ada).await;
        let better = Shift { from: Some(Priority::ActNow), to: None };
        assert_eq!(asked.shifts.iter().collect::<Vec<_>>(), [(&better, &3)]);
        assert_eq!(house.with(&house.ada, "priority=act_now").await.len(), 3);
        let key = asked.key;
        let id = house.answer(&house.ada, &key, Said::Yes).await;
        let pumps = ["IH-1", "IH-2", "IH-3"];
        assert_eq!(house.with(&house.ada, "verdict=affected").await, pumps);
        // CVE-2017-0144 is exploited, and the pumps sustain life.
        assert_eq!(house.with(&house.ada, "priority=act_now").await, pumps);
        let finding = &house.findings(&house.ada, "IH-3").await[0];
        assert_eq!(finding.assessment.as_ref().unwrap().priority, Priority::ActNow);
        let taken = take_back(&house.app, &house.ada, id).await.unwrap();
        assert_eq!(taken, key);
        assert_eq!(house.with(&house.ada, "verdict=cannot_tell").await, pumps);
        // What nobody can tell is as urgent as if it were so.
        assert_eq!(house.with(&house.ada, "priority=act_now").await, pumps);
        assert_eq!(house.asked(&house.ada).await.key, key);
        let told = history(&house.app, &house.ada, &key).await.unwrap();
        let [last] = told.answers.as_slice() else { panic!("{told:?}") };
        assert_eq!((last.holds, last.by.as_str()), (Holds::Ended, "Ada"));
        assert_eq!(last.ended_by, "Ada");
        let twice = take_back(&house.app, &house.ada, id).await;
        assert!(matches!(twice, Err(QuestionError::Store(_))), "{twice:?}");
    }
);

on_both!(an_answer_outlives_imports_indexes_and_the_process, async |fresh: Fresh| {
    let house = with_pumps(fresh).await;
    let ada = &house.ada;
    let key = house.asked(ada).await.key;
    house.answer(ada, &key, Said::No).await;
    let spared = ["IH-1", "IH-2", "IH-3"];
    // Delivered again.
    house.bring(ada.head, "AIMS", PUMPS).await;
    assert_eq!(house.with(ada, "verdict=not_affected").await, spared);
    // Gone and back.
    let without = "IH-9,Invented,IM-900,MONITOR,1.0,ICU,no\n";
    house.bring(ada.head, "AIMS", without).await;
    house.bring(ada.head, "AIMS", PUMPS).await;
    assert_eq!(house.with(ada, "verdict=not_affected").await, spared);
    // The advisory is taken back, and comes back.
    let other = Told { id: "INV-2026-77", product: "IM-900", ..PUMP };
    house.publish(&[&other]).await;
    assert_eq!(house.with(ada, "model=IM-400&verdict=none").await, spared);
    house.publish(&[&PUMP]).await;
    assert_eq!(house.with(ada, "verdict=not_affected").await, spared);
    // Another node, or this one started again.
    let store = house.app.store.clone();
    let again = App::new(store, house.folder.path(), Timestamp::now);
    let house = House { app: again, ..house };
    assert_eq!(house.with(&house.ada, "verdict=not_affected").await, spared);
    assert!(!house.is_asked(&house.ada).await);
});

on_both!(an_answer_holds_for_what_comes_later, async |fresh: Fresh| {
    let house = with_pumps(fresh).await;
    let ada = &house.ada;
    let key = house.asked(ada).await.key;
    house.answer(ada, &key, Said::No).await;
    // A device of another release arrives.
    let more = format!("{PUMPS}IH-4,Invented,IM-400,PUMP,2.3,ICU,yes\n");
    house.bring(ada.head, "AIMS", &more).await;
    let spared = ["IH-1", "IH-2", "IH-3", "IH-4"];
    assert_eq!(house.with(ada, "verdict=not_affected").await, spared);
    // Another advisory asks the same, about another flaw, in another case.
    let second = Told {
        id: "INV-2026-02",
        cve: "CVE-2014-0160",
        condition: "With the  wireless option",
        ..PUMP
    };
    house.publish(&[&PUMP, &second]).await;
    assert_eq!(house.with(ada, "verdict=not_affected").await, spared);
    assert!(!house.is_asked(ada).await);
    // One that asks something else is a question of its own.
    let third = Told {
        id: "INV-2026-03",
        cve: "CVE-2021-44228",
        condition: "with the Bluetooth module",
        ..PUMP
    };
    house.publish(&[&PUMP, &second, &third]).await;
    let asked = house.asked(ada).await;
    assert_ne!(asked.key, key);
    assert_eq!((asked.devices, asked.verdicts), (4, 4));
    assert_eq!(house.with(ada, "verdict=cannot_tell").await, spared);
    // The same words about another product are another question.
    let other = Told { id: "INV-2026-04", product: "IM-900", ..PUMP };
    house.publish(&[&other]).await;
    assert_eq!(house.with(ada, "verdict=cannot_tell").await, ["IH-9"]);
});

on_both!(devices_of_one_build_may_differ, async |fresh: Fresh| {
    let house = with_pumps(fresh).await;
    let ada = &house.ada;
    let asked = house.asked(ada).await;
    let some = |query: &str| Filter::parse(query).unwrap();
    let (one, two, none) =
        (some("asset_tag=IH-1"), some("asset_tag=IH-2"), some("asset_tag=IH-9"));
    let reply =
        |said, filter| Reply { which: Which::Today(filter), ..all(ada.head, said) };
    answer(&house.app, ada, &asked.key, reply(Said::No, &one)).await.unwrap();
    assert_eq!(house.with(ada, "verdict=not_affected").await, ["IH-1"]);
    assert_eq!(house.with(ada, "verdict=cannot_tell").await, ["IH-2", "IH-3"]);
    assert_eq!(house.asked(ada).await.devices, 2);
    let yes = answer(&house.app, ada, &asked.key, reply(Said::Yes, &two)).await.unwrap();
    assert_eq!(house.with(ada, "verdict=affected").await, ["IH-2"]);
    assert_eq!(house.with(ada, "affected=1").await, ["IH-2"]);
    // What is said of all is said of those of which nothing of their own was said.
    house.answer(ada, &asked.key, Said::No).await;
    assert_eq!(house.with(ada, "verdict=affected").await, ["IH-2"]);
    assert_eq!(house.with(ada, "verdict=not_affected").await, ["IH-1", "IH-3"]);
    take_back(&house.app, ada, yes).await.unwrap();
    assert_eq!(house.with(ada, "verdict=not_affected").await, ["IH-1", "IH-2", "IH-3"]);
    let nobody = answer(&house.app, ada, &asked.key, reply(Said::No, &none)).await;
    assert!(matches!(nobody, Err(QuestionError::NoDevice)), "{nobody:?}");
});

on_both!(what_nobody_here_knows_stays_open_and_says_whom_to_ask, async |fresh: Fresh| {
    let house = with_pumps(fresh).await;
    let ada = &house.ada;
    let key = house.asked(ada).await.key;
    house.answer(ada, &key, Said::No).await;
    let reply = Reply { note: "ask the maker", ..all(ada.head, Said::NotKnown) };
    answer(&house.app, ada, &key, reply).await.unwrap();
    let asked = house.asked(ada).await;
    assert_eq!((asked.devices, asked.not_known), (3, 3));
    assert_eq!(house.with(ada, "verdict=cannot_tell").await.len(), 3);
    let told = history(&house.app, ada, &key).await.unwrap();
    assert_eq!(told.answers[0].answer.note, "ask the maker");
});

on_both!(an_answer_is_believed_until_its_day_and_no_longer, async |fresh: Fresh| {
    // Both databases share the clock.
    let _clock = CLOCK.lock().await;
    let house = House::at(fresh, now).await;
    let ada = &house.ada;
    house.bring(ada.head, "AIMS", PUMPS).await;
    house.publish(&[&PUMP]).await;
    let key = house.asked(ada).await.key;
    let today = house.app.today();
    let gone = Reply { until: "2020-01-01", ..all(ada.head, Said::No) };
    let refused = answer(&house.app, ada, &key, gone).await;
    assert!(matches!(refused, Err(QuestionError::Until(_))), "{refused:?}");
    let reply = Reply { until: &today, ..all(ada.head, Said::No) };
    answer(&house.app, ada, &key, reply).await.unwrap();
    assert_eq!(house.with(ada, "verdict=not_affected").await.len(), 3);
    DAY.fetch_add(1, Ordering::SeqCst);
    assert_eq!(house.with(ada, "verdict=cannot_tell").await.len(), 3);
    let told = history(&house.app, ada, &key).await.unwrap();
    assert_eq!(told.answers[0].holds, Holds::Expired);
});

on_both!(no_organisation_sees_or_feels_what_another_answers, async |fresh: Fresh| {
    let house = House::at(fresh, Timestamp::now).await;
    let (north, south) = (house.site("North").await, house.site("South").await);
    house.bring(north.id, "North", "N-1,Invented,IM-400,PUMP,2.1,ICU,\n").await;
    house.bring(south.id, "South", "S-1,Invented,IM-400,PUMP,2.1,ICU,\n").await;
    house.publish(&[&PUMP]).await;
    let ben = house.somebody(Role::Biomed, north.id).await;
    let sue = house.somebody(Role::Biomed, south.id).await;
    let asked = house.asked(&ben).await;
    assert_eq!((asked.devices, asked.organisations.len()), (1, 1));
    house.answer(&ben, &asked.key, Said::No).await;
    assert_eq!(house.with(&ben, "verdict=not_affected").await, ["N-1"]);
    // Of one build, and nothing has changed for the other.
    assert_eq!(house.with(&sue, "verdict=cannot_tell").await, ["S-1"]);
    let of_sue = house.asked(&sue).await;
    assert_eq!((of_sue.devices, of_sue.not_known), (1, 0));
    let told = history(&house.app, &sue, &asked.key).await.unwrap();
    assert!(told.answers.is_empty(), "{told:?}");
    let finding = &house.findings(&sue, "S-1").await[0];
    assert_eq!((finding.verdict, finding.answers.len()), (Verdict::CannotTell, 0));
    // Nor may one answer for the other, or take back what it said.
    let theirs = answer(&house.app, &sue, &asked.key, all(north.id, Said::Yes)).await;
    assert!(matches!(theirs, Err(QuestionError::Store(_))), "{theirs:?}");
    let id = history(&house.app, &ben, &asked.key).await.unwrap().answers[0].answer.id;
    let taken = take_back(&house.app, &sue, id).await;
    assert!(matches!(taken, Err(QuestionError::Store(_))), "{taken:?}");
    assert_eq!(house.with(&sue, &format!("among=answer%3A{id}")).await.len(), 0);
    // Who sees both sees each as it is, and what the top says holds for all that said
    // nothing of their own.
    assert_eq!(house.asked(&house.ada).await.devices, 1);
    house.answer(&house.ada, &asked.key, Said::Yes).await;
    assert_eq!(house.with(&house.ada, "verdict=affected").await, ["S-1"]);
    assert_eq!(house.with(&ben, "verdict=not_affected").await, ["N-1"]);
    assert_eq!(house.with(&sue, "verdict=affected").await, ["S-1"]);
    let told = history(&house.app, &sue, &asked.key).await.unwrap();
    assert_eq!(told.answers.len(), 1);
});

on_both!(
    a_fact_is_asked_once_for_a_product_and_changes_priorities_at_once,
    async |fresh: Fresh| {
        let house = House::at(fresh, Timestamp::now).await;
        let ada = &house.ada;
        let rows = "IH-1,Invented,IM-400,PUMP,2.1,ICU,\n\
         IH-2,Invented,IM-400,PUMP,2.2,ICU,\n\
         IH-3,Invented,IM-400,PUMP,2.2,Ward 4B,yes\n";
        house.bring(ada.head, "AIMS", rows).await;
        let plain = Told { condition: "", ..PUMP };
        house.publish(&[&plain]).await;
        let fact = async |fact: Fact| -> Vec<Question> {
            let all = house.questions(ada).await;
            all.into_iter().filter(|one| one.kind == Kind::Fact(fact)).collect()
        };
        // Exploited: *act now* where it sustains life or can be reached. While both are unknown,
        // neither answer changes anything alone, and both are asked.
        assert_eq!(house.with(ada, "priority=act_now").await.len(), 3);
        let [life] = fact(Fact::LifeSustaining).await.try_into().unwrap();
        assert_eq!((life.devices, life.changes(), life.builds.len()), (2, 0, 2));
        let [zone] = fact(Fact::Reachable).await.try_into().unwrap();
        assert_eq!((zone.zone.as_str(), zone.devices, zone.changes()), ("ICU", 2, 0));
        let no = house.answer(ada, &life.key, Said::No).await;
        // The inventory says of one of them that it does, and stands.
        assert_eq!(house.with(ada, "life_sustaining=no").await, ["IH-1", "IH-2"]);
        assert_eq!(house.with(ada, "life_sustaining=yes").await, ["IH-3"]);
        assert!(fact(Fact::LifeSustaining).await.is_empty());
        let [zone] = fact(Fact::Reachable).await.try_into().unwrap();
        let shift = Shift { from: Some(Priority::ActNow), to: Some(Priority::ThisWeek) };
        assert_eq!(zone.shifts.iter().collect::<Vec<_>>(), [(&shift, &2)]);
        let lowered = format!("among=question%3A{}%3Aact_now%3Athis_week", zone.key);
        assert_eq!(house.with(ada, &lowered).await, ["IH-1", "IH-2"]);
        house.answer(ada, &zone.key, Said::No).await;
        assert_eq!(house.with(ada, "priority=this_week").await, ["IH-1", "IH-2"]);
        assert_eq!(house.with(ada, "priority=act_now").await, ["IH-3"]);
        assert_eq!(house.with(ada, "reachable=no").await, ["IH-1", "IH-2"]);
        // A device that comes later stands as was answered; taken back, nobody knows.
        let more = format!("{rows}IH-4,Invented,IM-400,PUMP,2.3,icu,\n");
        house.bring(ada.head, "AIMS", &more).await;
        assert_eq!(house.with(ada, "priority=this_week").await, ["IH-1", "IH-2", "IH-4"]);
        take_back(&house.app, ada, no).await.unwrap();
        assert_eq!(house.with(ada, "priority=act_now").await.len(), 4);
        assert_eq!(house.with(ada, "life_sustaining=unknown").await.len(), 3);
    }
);

/// A record about a library below 2.0, where it runs on that system.
const ON_WINDOWS: &str = r#"{"resultsPerPage":1,"startIndex":0,"totalResults":1,
    "format":"NVD_CVE","version":"2.0","timestamp":"2026-01-01T00:00:00.000",
    "vulnerabilities":[{"cve":{"id":"CVE-2026-1111","sourceIdentifier":"x@example.org",
    "published":"2026-01-01T00:00:00.000","lastModified":"2026-01-01T00:00:00.000",
    "vulnStatus":"Analyzed","descriptions":[{"lang":"en","value":"Invented."}],
    "metrics":{},"weaknesses":[],"references":[],"configurations":[{"operator":"AND","nodes":[
    {"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,
    "criteria":"cpe:2.3:a:invented:parser:*:*:*:*:*:*:*:*","versionEndExcluding":"2.0",
    "matchCriteriaId":"A"}]},{"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":false,
    "criteria":"cpe:2.3:o:microsoft:windows:-:*:*:*:*:*:*:*","matchCriteriaId":"B"}]}]}]}}]}"#;

const BILL: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,
    "metadata":{"component":{"type":"device","name":"IM-400","version":"2.1",
    "supplier":{"name":"Invented"}}},"components":[{"type":"library","name":"parser",
    "version":"1.4","cpe":"cpe:2.3:a:invented:parser:1.4:*:*:*:*:*:*:*"}]}"#;

impl House {
    /// Delivers the bill for the builds that it describes.
    async fn place_own(&self, organisation: i64) {
        let bill = ("pump.cdx.json", BILL.as_bytes());
        self.place_at(organisation, bill, "2.1").await;
    }

    async fn about_components(&self, by: &Actor) -> Vec<Question> {
        let all = self.questions(by).await;
        all.into_iter().filter(|one| one.kind == Kind::Component).collect()
    }
}

on_both!(
    what_a_bill_leaves_open_is_asked_once_and_answered_for_its_organisation,
    async |fresh: Fresh| {
        let house = House::at(fresh, Timestamp::now).await;
        let (north, south) = (house.site("North").await, house.site("South").await);
        let pump = |tag: &str| format!("{tag},Invented,IM-400,PUMP,2.1,ICU,yes\n");
        house.bring(north.id, "North", &(pump("N-1") + &pump("N-2"))).await;
        house.bring(south.id, "South", &pump("S-1")).await;
        let source = house.folder.path().join("nvd.json");
        std::fs::write(&source, ON_WINDOWS).unwrap();
        house.use_sources(&[source]).await;
        house.place_own(north.id).await;
        let ben = house.somebody(Role::Biomed, north.id).await;
        let sue = house.somebody(Role::Biomed, south.id).await;
        let [asked] = house.about_components(&ben).await.try_into().unwrap();
        assert_eq!((asked.devices, asked.verdicts), (2, 2), "{asked:?}");
        assert!(asked.asked.contains("`parser` run on"), "{asked:?}");
        assert_eq!(asked.component, "invented:parser");
        // The other site has the same build, and not the document.
        assert_eq!(house.about_components(&sue).await, []);
        let set = format!("among=question%3A{}", asked.key);
        assert_eq!(house.with(&ben, &set).await, ["N-1", "N-2"]);
        let verdicts = async |tag: &str| -> Vec<Verdict> {
            house.findings(&ben, tag).await.iter().map(|one| one.verdict).collect()
        };
        assert_eq!(verdicts("N-1").await, [Verdict::CannotTell]);
        let one = Filter::parse("asset_tag=N-1").unwrap();
        let reply = Reply { which: Which::Today(&one), ..all(north.id, Said::No) };
        answer(&house.app, &ben, &asked.key, reply).await.unwrap();
        let finding = &house.findings(&ben, "N-1").await[0];
        assert_eq!((finding.verdict, finding.answers.len()), (Verdict::NotAffected, 1));
        assert_eq!(verdicts("N-2").await, [Verdict::CannotTell]);
        assert_eq!(house.about_components(&ben).await[0].devices, 1);
        // The list says the same as the page of each device.
        let by_sbom = "among=sbom%3Aaffected";
        assert!(house.with(&ben, by_sbom).await.is_empty());
        // Delivered again, it is the same question with the same answer.
        house.place_own(north.id).await;
        assert_eq!(verdicts("N-1").await, [Verdict::NotAffected]);
        let id = house.answer(&ben, &asked.key, Said::Yes).await;
        assert_eq!(verdicts("N-2").await, [Verdict::Affected]);
        assert_eq!(verdicts("N-1").await, [Verdict::NotAffected]);
        assert_eq!(house.with(&ben, by_sbom).await, ["N-2"]);
        assert!(house.with(&sue, by_sbom).await.is_empty());
        assert_eq!(house.about_components(&ben).await, []);
        take_back(&house.app, &ben, id).await.unwrap();
        assert_eq!(verdicts("N-2").await, [Verdict::CannotTell]);
        assert!(house.with(&ben, by_sbom).await.is_empty());
    }
);

on_both!(
    what_a_bill_leaves_open_is_asked_of_those_below_where_it_is_for_them,
    async |fresh: Fresh| {
        let house = House::at(fresh, Timestamp::now).await;
        let (north, top) = (house.site("North").await, house.ada.head);
        let pump = |tag: &str| format!("{tag},Invented,IM-400,PUMP,2.1,ICU,yes\n");
        house.bring(north.id, "North", &(pump("N-1") + &pump("N-2"))).await;
        let source = house.folder.path().join("nvd.json");
        std::fs::write(&source, ON_WINDOWS).unwrap();
        house.use_sources(&[source]).await;
        let placed = house.place_at(top, ("pump.cdx.json", BILL.as_bytes()), "2.1").await;
        let ben = house.somebody(Role::Biomed, north.id).await;
        let [asked] = house.about_components(&house.ada).await.try_into().unwrap();
        assert_eq!(asked.devices, 2, "{asked:?}");
        // The question itself tells what the document lists.
        assert_eq!(house.about_components(&ben).await, []);
        let set = format!("among=question%3A{}", asked.key);
        assert!(house.with(&ben, &set).await.is_empty());
        let (app, ada) = (&house.app, &house.ada);
        let below = store::Audience::Below;
        bills::set_audience(app, ada, placed.product, below).await.unwrap();
        house.work().await;
        let [theirs] = house.about_components(&ben).await.try_into().unwrap();
        assert_eq!((&theirs.key, theirs.devices), (&asked.key, 2));
        house.answer(&ben, &asked.key, Said::Yes).await;
        assert_eq!(house.with(&ben, "among=sbom%3Aaffected").await, ["N-1", "N-2"]);
        assert_eq!(house.with(&ben, "verdict=affected").await, ["N-1", "N-2"]);
    }
);

on_both!(a_ward_of_one_hospital_is_none_of_another, async |fresh: Fresh| {
    let house = House::at(fresh, Timestamp::now).await;
    let (north, south) = (house.site("North").await, house.site("South").await);
    let row = |tag: &str| format!("{tag},Invented,IM-400,PUMP,2.1,ICU,no\n");
    house.bring(north.id, "North", &row("N-1")).await;
    house.bring(south.id, "South", &row("S-1")).await;
    house.publish(&[&Told { condition: "", ..PUMP }]).await;
    let zones = house.questions(&house.ada).await;
    assert_eq!(zones.len(), 2, "{zones:?}");
    let of_north = zones.iter().find(|one| one.zone_of == north.id).unwrap();
    let ben = house.somebody(Role::Security, north.id).await;
    assert_eq!(house.questions(&ben).await, std::slice::from_ref(of_north));
    house.answer(&ben, &of_north.key, Said::No).await;
    assert_eq!(house.with(&house.ada, "reachable=no").await, ["N-1"]);
    assert_eq!(house.with(&house.ada, "reachable=unknown").await, ["S-1"]);
    // Who sees nothing of a ward cannot answer for it, whatever the key.
    let sue = house.somebody(Role::Security, south.id).await;
    let theirs = answer(&house.app, &sue, &of_north.key, all(south.id, Said::No)).await;
    assert!(matches!(theirs, Err(QuestionError::Store(_))), "{theirs:?}");
});

/// The same library as [`ON_WINDOWS`] is about, under the id of another source: what it says
/// holds on every system.
fn elsewhere(aliases: &[&str], withdrawn: &str) -> String {
    format!(
        r#"{{"schema_version":"1.6.0","id":"{GHSA}","modified":"2026-02-01T00:00:00Z",
            "aliases":{aliases:?},{withdrawn}"summary":"Invented.",
            "affected":[{{"package":{{"ecosystem":"PyPI","name":"parser"}},
            "ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}},{{"fixed":"2.0"}}]}}]}}]}}"#
    )
}

const GHSA: &str = "GHSA-2222-3333-4444";
const CVE: &str = "CVE-2026-1111";
const GONE: &str = r#""withdrawn":"2026-03-01T00:00:00Z","#;

/// A statement (VEX) that the component is not affected, under an id.
fn vex(id: &str) -> String {
    format!(
        r#"{{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://invented.example/{id}",
            "author":"Invented","timestamp":"2026-02-01T00:00:00Z","version":1,"statements":[{{
            "vulnerability":{{"name":"{id}"}},"products":[{{"@id":"pkg:pypi/parser@1.4"}}],
            "status":"not_affected","justification":"vulnerable_code_not_in_execute_path"}}]}}"#
    )
}

impl House {
    /// One pump whose bill lists the library by both of its names; nothing is in use yet.
    async fn with_parser(fresh: Fresh) -> Self {
        let house = Self::at(fresh, Timestamp::now).await;
        let row = "IH-1,Invented,IM-400,PUMP,2.1,ICU,yes\n";
        house.bring(house.ada.head, "AIMS", row).await;
        house
    }

    async fn place_parser(&self) {
        let purl = r#""version":"1.4","purl":"pkg:pypi/parser@1.4","#;
        let bill = BILL.replace(r#""version":"1.4","#, purl);
        assert_ne!(bill, BILL);
        self.place(bill.as_bytes(), "2.1").await;
    }

    /// Puts what NVD says of the library in use, and what another source says.
    async fn use_both(&self, other: &str) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("nvd.json"), ON_WINDOWS).unwrap();
        std::fs::write(folder.path().join("osv.json"), other).unwrap();
        self.use_sources(&[folder.path().to_owned()]).await;
    }

    /// Each verdict of the pump with its id, and how many answers decided it.
    async fn told(&self) -> Vec<(String, Verdict, usize)> {
        let all = self.findings(&self.ada, "IH-1").await.into_iter();
        let mut told: Vec<_> = all
            .map(|one| {
                (one.judgement.subject.vulnerability, one.verdict, one.answers.len())
            })
            .collect();
        told.sort();
        told
    }

    async fn carries(&self) -> bool {
        !self.with(&self.ada, "among=sbom%3Aaffected").await.is_empty()
    }
}

fn told(all: &[(&str, Verdict, usize)]) -> Vec<(String, Verdict, usize)> {
    all.iter().map(|(id, verdict, by)| ((*id).to_owned(), *verdict, *by)).collect()
}

on_both!(
    two_ids_that_turn_out_to_be_one_lose_no_answer_and_count_none_twice,
    async |fresh: Fresh| {
        use Verdict::{Affected, NotAffected};
        let house = House::with_parser(fresh).await;
        let ada = &house.ada;
        house.use_both(&elsewhere(&[], "")).await;
        house.place_parser().await;
        let [asked] = house.about_components(ada).await.try_into().unwrap();
        let id = house.answer(ada, &asked.key, Said::No).await;
        let apart = told(&[(CVE, NotAffected, 1), (GHSA, Affected, 0)]);
        assert_eq!(house.told().await, apart);
        // One flaw under two ids is one verdict, and what holds everywhere counts.
        let joined = elsewhere(&[CVE], "");
        house.use_both(&joined).await;
        assert_eq!(house.told().await, told(&[(CVE, Affected, 0)]));
        assert!(house.carries().await);
        assert_eq!(house.about_components(ada).await, []);
        // The answer is kept: it counts again where the other source takes its word back.
        house.use_both(&elsewhere(&[CVE], GONE)).await;
        assert_eq!(house.told().await, told(&[(CVE, NotAffected, 1)]));
        assert!(!house.carries().await);
        assert_eq!(house.about_components(ada).await, []);
        let told_of = history(&house.app, ada, &asked.key).await.unwrap();
        let ids: Vec<i64> = told_of.answers.iter().map(|one| one.answer.id).collect();
        assert_eq!(ids, [id]);
        // Parted again, each is as it was.
        house.use_both(&joined).await;
        house.use_both(&elsewhere(&[], "")).await;
        assert_eq!(house.told().await, apart);
        // The bill comes again, and what was answered is said otherwise.
        house.place_parser().await;
        house.answer(ada, &asked.key, Said::Yes).await;
        let worse = told(&[(CVE, Affected, 1), (GHSA, Affected, 0)]);
        assert_eq!(house.told().await, worse);
        house.use_both(&joined).await;
        assert_eq!(house.told().await, told(&[(CVE, Affected, 0)]));
        let held = holdings(&house.app, ada.head).await.unwrap();
        assert_eq!(held.carrying(&scope(ada)).len(), 1, "one device, counted once");
    }
);

on_both!(
    an_accepted_statement_and_an_answer_about_one_flaw_lose_neither,
    async |fresh: Fresh| {
        use Verdict::{Affected, CannotTell, NotAffected};
        let house = House::with_parser(fresh).await;
        let (app, ada) = (&house.app, &house.ada);
        house.use_both(&elsewhere(&[], "")).await;
        house.place_parser().await;
        let [asked] = house.about_components(ada).await.try_into().unwrap();
        let whole = store::Scope::whole(ada.head);
        let projects = app.store.projects(&whole, store::Wanted::All).await.unwrap();
        let release = projects[0].release.id;
        let parcel = store::Parcel::of(vex(GHSA).as_bytes()).unwrap();
        let reach = statement::For::Release;
        let document = statement::deliver(app, ada, release, reach, "x.json", parcel);
        let document = document.await.unwrap();
        statement::accept(app, ada, document, &[0].into(), "by phone").await.unwrap();
        house.work().await;
        // The statement is about the id that it names, and the question is open still.
        let apart = told(&[(CVE, CannotTell, 0), (GHSA, NotAffected, 0)]);
        assert_eq!(house.told().await, apart);
        house.answer(ada, &asked.key, Said::Yes).await;
        let apart = told(&[(CVE, Affected, 1), (GHSA, NotAffected, 0)]);
        assert_eq!(house.told().await, apart);
        assert!(house.carries().await);
        // Both ids are one flaw: what the maker states of it counts before what was asked.
        let joined = elsewhere(&[CVE], "");
        house.use_both(&joined).await;
        assert_eq!(house.told().await, told(&[(CVE, NotAffected, 0)]));
        assert!(!house.carries().await);
        assert_eq!(house.about_components(ada).await, []);
        // The statement is taken back: what the other source says counts.
        let kept = app.store.accepted_of_release(ada.head, release).await.unwrap();
        let [acceptance] = kept.as_slice() else { panic!("{kept:?}") };
        statement::take_back(app, ada, acceptance.id, "another release").await.unwrap();
        house.work().await;
        assert_eq!(house.told().await, told(&[(CVE, Affected, 0)]));
        // That goes too: the answer was there all the time.
        house.use_both(&elsewhere(&[CVE], GONE)).await;
        assert_eq!(house.told().await, told(&[(CVE, Affected, 1)]));
        // The statement is accepted again, now that both ids are one.
        statement::accept(app, ada, document, &[0].into(), "again").await.unwrap();
        house.work().await;
        house.use_both(&joined).await;
        assert_eq!(house.told().await, told(&[(CVE, NotAffected, 0)]));
        house.use_both(&elsewhere(&[], "")).await;
        assert_eq!(house.told().await, apart);
    }
);

on_both!(
    what_pages_count_is_worked_out_anew_only_where_it_may_have_changed,
    async |fresh: Fresh| {
        let house = with_pumps(fresh).await;
        let north = house.site("North").await;
        let first = list(&house.app, &house.ada).await.unwrap();
        // Somebody is invited and signs in, and something is planned: no question changes.
        house.somebody(Role::Viewer, north.id).await;
        let today = operations::fleet::Holdings::day((house.app.now)());
        let name = {
            let held = holdings(&house.app, house.ada.head).await.unwrap();
            held.entries(&scope(&house.ada), today)[0].slug.to_owned()
        };
        operations::action::plan(&house.app, &house.ada, &name, (today, today), "soon")
            .await
            .unwrap();
        let again = list(&house.app, &house.ada).await.unwrap();
        assert!(std::sync::Arc::ptr_eq(&first, &again));
        // One more pump, an answer, another index: each changes them.
        let more = format!("{PUMPS}IH-4,Invented,IM-400,PUMP,2.2,ICU,yes\n");
        house.bring(house.ada.head, "AIMS", &more).await;
        let asked = house.asked(&house.ada).await;
        assert_eq!(asked.devices, 4);
        house.answer(&house.ada, &asked.key, Said::No).await;
        assert!(!house.is_asked(&house.ada).await);
        house.publish(&[&Told { id: "INV-2026-02", product: "IM-900", ..PUMP }]).await;
        assert!(house.is_asked(&house.ada).await);
    }
);
