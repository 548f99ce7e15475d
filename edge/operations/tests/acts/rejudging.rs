//! A newer index judges again what it touches and nothing else, and what it leaves is what
//! judging everything again would give: on documents of the corpus, on both databases.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use fleet::{Filter, Priority, Standing};
use operations::bills::{Placing, arrive};
use operations::fleet::{holdings, scope};
use operations::history::{self, What};
use operations::judging::{WorkedOut, under_way, use_index};
use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _};
use store::{Act, Fact, Judged, Judging, Leaf, Noun, Parcel, Subject};

use crate::corpus::{corpus, gold, on_both_with_corpus};
use crate::databases::Fresh;
use crate::house::{self, House};

/// Documents by their file names.
type Documents = BTreeMap<String, Vec<u8>>;

/// The gold inventory, and bills of two invented products whose components are real.
const BILLS: [(&str, &str, &str); 2] = [
    ("Pump", "1.0", "pkg:pypi/pymongo@2.5.1"),
    ("Gateway", "2.0", "pkg:pypi/aiohttp@3.8.0"),
];

fn bill(name: &str, version: &str, purl: &str) -> Vec<u8> {
    let component = |purl: &str| {
        let name = purl.rsplit('/').next().unwrap().split('@').next().unwrap();
        let version = purl.rsplit('@').next().unwrap();
        json!({ "type": "library", "name": name, "version": version, "purl": purl })
    };
    let bom = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "metadata": { "component": { "type": "device", "name": name, "version": version } },
        "components": [component(purl), component("pkg:npm/nothing-known@1.0.0")],
    });
    serde_json::to_vec(&bom).unwrap()
}

impl House {
    /// A hospital that has taken in the gold inventory and both bills.
    async fn with_gold(fresh: Fresh) -> Self {
        let house = Self::at(fresh, jiff::Timestamp::now).await;
        house.take_in(std::fs::read(gold().unwrap()).unwrap()).await;
        let head = house.ada.head;
        let builds = house.app.store.configurations_since(head, 0).await.unwrap();
        for ((name, version, purl), build) in BILLS.into_iter().zip(&builds) {
            house
                .place_for(&bill(name, version, purl), (name, version), vec![build.id])
                .await;
        }
        house
    }

    /// Places a bill for some builds.
    async fn place_for(
        &self,
        bytes: &[u8],
        (name, version): (&str, &str),
        builds: Vec<i64>,
    ) {
        let parcel = Parcel::of(bytes).unwrap();
        let (app, ada) = (&self.app, &self.ada);
        let original = arrive(app, ada, ada.head, "x.cdx.json", parcel).await.unwrap();
        let placing = Placing {
            maker: "Invented Medical".to_owned(),
            product: name.to_owned(),
            version: version.to_owned(),
            builds,
        };
        self.place_as(original, &placing).await;
    }

    /// Puts an index of these documents in use; what was judged, by the log.
    async fn use_documents(&self, documents: &Documents) -> Vec<Leaf> {
        let from = self.log().await.len();
        use_index(&self.app, &built(&self.folder, documents)).await.unwrap();
        self.work().await;
        let log = self.log().await.split_off(from);
        log.into_iter().filter(|leaf| leaf.act.starts_with("judge")).collect()
    }

    async fn log(&self) -> Vec<Leaf> {
        let mut all =
            self.app.store.leaves(&self.scope(), i64::MAX, 100_000).await.unwrap();
        all.sort_by_key(|leaf| leaf.number);
        all
    }

    /// Every open verdict with what it rests on, and what cannot be told of each bill.
    async fn known(&self) -> (BTreeMap<[String; 4], [String; 5]>, BTreeMap<i64, String>) {
        let head = self.ada.head;
        let builds = self.app.store.configurations_since(head, 0).await.unwrap();
        let builds: BTreeMap<i64, String> =
            builds.into_iter().map(|one| (one.id, format!("{:?}", one.build))).collect();
        let all = self.app.store.judgements_since(head, 0).await.unwrap();
        let open = all.into_iter().filter(|one| one.closed.is_none()).map(|one| {
            let about = [
                one.subject.view.to_string(),
                builds[&one.subject.configuration].clone(),
                one.subject.vulnerability,
                one.subject.component,
            ];
            let said =
                [one.verdict, one.confidence, one.fixed_in, one.question, one.grounds];
            (about, said)
        });
        let scope = self.scope();
        let mut unknowns = BTreeMap::new();
        for one in self.app.store.described(head).await.unwrap() {
            let bill = self.app.store.bill(&scope, one.bill).await.unwrap();
            unknowns.insert(one.bill, bill.unknowns);
        }
        (open.collect(), unknowns)
    }
}

fn built(folder: &tempfile::TempDir, documents: &Documents) -> PathBuf {
    let sources = tempfile::tempdir().unwrap();
    for (name, bytes) in documents {
        std::fs::write(sources.path().join(name), bytes).unwrap();
    }
    house::built(folder.path(), "built.index", &[sources.path().to_owned()])
}

fn read(path: &str) -> Vec<u8> {
    std::fs::read(corpus().unwrap().join(path)).unwrap()
}

/// A document of the corpus with something changed.
fn changed(bytes: &[u8], change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut value: Value = serde_json::from_slice(bytes).unwrap();
    change(&mut value);
    serde_json::to_vec(&value).unwrap()
}

const CSAF: &str = "icsma-21-187-01.json";
const OSV: &str = "PYSEC-2013-30.json";
const ALIASED: &str = "GHSA-45c4-8wx5-qw6w.json";

/// A few advisories that touch the gold inventory, and a record of a component of each bill.
fn documents() -> Documents {
    let mut documents = Documents::new();
    for name in [
        "icsma-20-343-01.json",
        "icsma-18-310-01.json",
        "icsma-20-170-04.json",
        "icsma-19-190-01.json",
        CSAF,
    ] {
        documents.insert(name.to_owned(), read(&format!("csaf-icsma/{name}")));
    }
    for name in [OSV, ALIASED] {
        documents.insert(name.to_owned(), read(&format!("osv/examples/{name}")));
    }
    documents
}

fn facts<'l>(leaves: &'l [Leaf], act: &str, fact: &str) -> Vec<&'l Fact> {
    let of_act = leaves.iter().filter(|leaf| leaf.act == act);
    of_act.filter_map(|leaf| leaf.facts.get(fact)).collect()
}

fn sum(leaves: &[Leaf], act: &str, fact: &str) -> i64 {
    let numbers = facts(leaves, act, fact).into_iter().map(|fact| match fact {
        Fact::Number(number) => Some(*number),
        Fact::Word(_) => None,
    });
    numbers.sum::<Option<i64>>().unwrap()
}

/// What is changed, the document and its bytes, whether it touches builds, and how many bills.
type Step = (&'static str, (String, Option<Vec<u8>>), bool, i64);

/// What judging everything for the first time with these documents gives.
async fn fresh_answer(
    documents: &Documents,
) -> (BTreeMap<[String; 4], [String; 5]>, BTreeMap<i64, String>) {
    let house = House::with_gold(Fresh::sqlite().await).await;
    house.use_documents(documents).await;
    house.known().await
}

on_both_with_corpus!(
    judging_what_a_newer_index_touches_gives_what_judging_all_gives,
    async |fresh: Fresh| {
        let house = House::with_gold(fresh).await;
        let mut documents = documents();
        let whole = documents.clone();
        // Two names that nobody has joined yet.
        let apart = changed(&whole[ALIASED], |osv| osv["aliases"] = json!([]));
        documents.insert(ALIASED.to_owned(), apart);
        documents.remove(CSAF);
        let first = house.use_documents(&documents).await;
        let all = sum(&first, "judge builds", "builds");
        assert!(all > 300, "{first:?}");
        let why: BTreeSet<String> = facts(&first, "judge builds", "why")
            .into_iter()
            .map(|word| format!("{word:?}"))
            .collect();
        assert!(why.iter().all(|word| word.contains("first index")), "{why:?}");

        let revise = |name: &str, change: fn(&mut Value)| {
            (name.to_owned(), Some(changed(&whole[name], change)))
        };
        let back = |name: &str| (name.to_owned(), Some(whole[name].clone()));
        let steps: [Step; 10] = [
            ("an advisory comes", back(CSAF), true, 0),
            (
                "an advisory is revised",
                revise(CSAF, |csaf| {
                    let products = &mut csaf["product_tree"]["branches"][0]["branches"];
                    products.as_array_mut().unwrap().truncate(2);
                }),
                true,
                0,
            ),
            ("an advisory goes", (CSAF.to_owned(), None), true, 0),
            ("an advisory comes back", back(CSAF), true, 0),
            (
                "a record is revised",
                revise(OSV, |osv| {
                    osv["affected"][0]["ranges"].as_array_mut().unwrap().clear();
                    osv["affected"][0]["versions"] = json!(["2.5.1"]);
                }),
                false,
                1,
            ),
            (
                "a record is withdrawn",
                revise(OSV, |osv| osv["withdrawn"] = json!("2026-01-01T00:00:00Z")),
                false,
                1,
            ),
            ("a record stands again", back(OSV), false, 1),
            ("two names are joined", back(ALIASED), false, 1),
            ("a record goes", (OSV.to_owned(), None), false, 2),
            (
                "a catalog comes",
                (
                    "kev.json".to_owned(),
                    Some(read("kev/known_exploited_vulnerabilities.json")),
                ),
                false,
                0,
            ),
        ];
        for (what, (name, bytes), builds, bills) in steps {
            match bytes {
                Some(bytes) => documents.insert(name, bytes),
                None => documents.remove(&name),
            };
            let told = house.use_documents(&documents).await;
            let touched = sum(&told, "judge builds", "builds");
            assert_eq!(touched > 0, builds, "{what}: {told:?}");
            assert!(touched < all / 10, "{what}: {touched} of {all}");
            let summaries: Vec<Leaf> = told
                .iter()
                .filter(|leaf| leaf.facts.contains_key("of"))
                .cloned()
                .collect();
            let asked = sum(&summaries, "judge bills of materials", "bills");
            // That no record speaks of a whole registry any more touches all of it.
            let expected = if what == "a record goes" { asked } else { bills };
            assert_eq!(asked, expected, "{what}: {told:?}");
            let (ours, theirs) = (house.known().await, fresh_answer(&documents).await);
            assert_eq!(ours, theirs, "{what}");
        }
    }
);

/// How many devices the actor sees whose flaws are exploited.
async fn exploited(house: &House) -> u64 {
    let held = holdings(&house.app, house.ada.head).await.unwrap();
    let filter = Filter::parse("exploited=yes").unwrap();
    held.view(&scope(&house.ada), &filter).unwrap().total()
}

on_both_with_corpus!(
    a_catalog_of_the_exploited_judges_nothing_again,
    async |fresh: Fresh| {
        let house = House::with_gold(fresh).await;
        let mut documents = documents();
        house.use_documents(&documents).await;
        let (before, seen) = (house.known().await, exploited(&house).await);
        let kev = read("kev/known_exploited_vulnerabilities.json");
        documents.insert("kev.json".to_owned(), kev);
        assert_eq!(house.use_documents(&documents).await, []);
        assert_eq!(house.known().await, before);
        // It is joined where priorities are worked out, and what changed is remembered.
        assert!(exploited(&house).await > seen);
        let listed = BTreeSet::from(["CVE-2020-1938".to_owned()]);
        let told =
            history::of_vulnerability(&house.app, &house.ada, &listed).await.unwrap();
        let urgent =
            told.iter().find(|one| matches!(one.what, What::Priority(..))).unwrap();
        assert_eq!(urgent.why, "it is exploited in the wild");
        assert!(matches!(urgent.what, What::Priority(Some(Priority::ActNow), Some(_))));
        let acts = house.log().await;
        let mut acts = acts.iter().filter(|leaf| leaf.act.starts_with("weigh"));
        assert_eq!(acts.next_back().unwrap().facts["vulnerabilities"], Fact::Number(1));
    }
);

on_both_with_corpus!(
    only_what_is_new_is_judged_when_it_comes_in,
    async |fresh: Fresh| {
        let house = House::with_gold(fresh).await;
        house.use_documents(&documents()).await;
        let judged = async |from: usize| {
            let log = house.log().await.split_off(from);
            let builds = sum(&log, "judge builds", "builds");
            let bills: Vec<Leaf> =
                log.into_iter().filter(|leaf| leaf.facts.contains_key("of")).collect();
            (builds, sum(&bills, "judge bills of materials", "bills"))
        };
        // The same export again.
        let from = house.log().await.len();
        let text = std::fs::read_to_string(gold().unwrap()).unwrap();
        house.take_in(text.clone().into_bytes()).await;
        assert_eq!(judged(from).await, (0, 0));
        // With one device of a build that nobody had.
        let from = house.log().await.len();
        let row = "BME-999999,Philips,Vue PACS,PACS,11.4,X1,IT,,,192.0.2.9,In Service,2020-01-01";
        house.take_in(format!("{}\n{row}\n", text.trim_end()).into_bytes()).await;
        assert_eq!(judged(from).await, (1, 0));
        // A bill for that build.
        let from = house.log().await.len();
        let builds =
            house.app.store.configurations_since(house.ada.head, 0).await.unwrap();
        let new = builds.iter().find(|one| one.build.version == "11.4").unwrap().id;
        let (name, version) = ("Recorder", "3.0");
        let third = bill(name, version, "pkg:pypi/aiohttp@3.8.1");
        house.place_for(&third, (name, version), vec![new]).await;
        assert_eq!(judged(from).await, (0, 1));
        // The same again is in force as it was.
        let from = house.log().await.len();
        house.place_for(&third, (name, version), vec![new]).await;
        assert_eq!(judged(from).await, (0, 0));
    }
);

on_both_with_corpus!(
    a_judging_that_was_cut_short_or_given_up_is_made_up_for,
    async |fresh: Fresh| {
        let house = House::with_gold(fresh).await;
        let whole = documents();
        let mut without = whole.clone();
        without.remove(CSAF);
        house.use_documents(&without).await;
        let before = house.known().await;
        // A node dies amid the judging of an index in which the advisory is: after its first
        // result, and after it was given up.
        let store = &house.app.store;
        use_index(&house.app, &built(&house.folder, &whole)).await.unwrap();
        let head = house.ada.head;
        let generation = store.generation().await.unwrap().unwrap().number;
        let job = store.take_job("dead", jiff::Timestamp::now()).await.unwrap().unwrap();
        let now = jiff::Timestamp::now();
        store.begin_judging(&job, Judging::Builds, now).await.unwrap();
        let builds = store.configurations_since(head, 0).await.unwrap();
        let of = builds.iter().find(|one| one.build.model.contains("Vue")).unwrap().id;
        let said = Judged {
            verdict: "affected",
            confidence: "exact".to_owned(),
            fixed_in: String::new(),
            question: String::new(),
            grounds: "[]".to_owned(),
        };
        let subject = Subject {
            view: 0,
            configuration: of,
            vulnerability: "CVE-2020-1938".to_owned(),
            component: String::new(),
        };
        let found = BTreeMap::from([(subject, said)]);
        let mut write = store.write(head, now).await.unwrap();
        write.hold_judging(&job, Judging::Builds).await.unwrap();
        write
            .update_judgements(0, &[of], generation, &found, &"cut short".into())
            .await
            .unwrap();
        write.give_up_job(&job, "it died").await.unwrap();
        write
            .commit(Act {
                by: 0,
                what: "give up job",
                noun: Noun::Job,
                id: job.id,
                facts: vec![],
            })
            .await
            .unwrap();
        assert_ne!(house.known().await, before);
        // The advisory is gone again before anybody went on: nothing of it may stay.
        house.use_documents(&without).await;
        assert_eq!(house.known().await, before);
        house.use_documents(&whole).await;
        assert_eq!(house.known().await, fresh_answer(&whole).await);
        // One that was superseded writes nothing any more.
        let mut write = store.write(head, now).await.unwrap();
        assert!(write.hold_judging(&job, Judging::Builds).await.is_err());
    }
);

on_both_with_corpus!(
    an_index_that_cannot_be_compared_judges_everything_and_says_so,
    async |fresh: Fresh| {
        let house = House::with_gold(fresh).await;
        let mut documents = documents();
        let all = sum(&house.use_documents(&documents).await, "judge builds", "builds");
        let generation = house.app.store.generation().await.unwrap().unwrap();
        std::fs::remove_file(house.folder.path().join(&generation.file)).unwrap();
        // Nor does the database keep it, where it did.
        let mut connection =
            sqlx::AnyConnection::connect(&house.fresh.url).await.unwrap();
        for kept in ["DELETE FROM index_part", "DELETE FROM index_chunk"] {
            connection.execute(kept).await.unwrap();
        }
        documents.remove(OSV);
        let told = house.use_documents(&documents).await;
        assert_eq!(sum(&told, "judge builds", "builds"), all);
        let words = facts(&told, "judge builds", "why");
        assert!(
            words.iter().all(|word| **word == Fact::word("earlier index is not at hand"))
        );
        assert_eq!(house.known().await, fresh_answer(&documents).await);
        // What nobody needs any more is removed.
        let kept = std::fs::read_dir(house.folder.path().join("index")).unwrap().count();
        assert_eq!(kept, 1);
    }
);

on_both_with_corpus!(why_a_verdict_changed_is_remembered, async |fresh: Fresh| {
    let house = House::with_gold(fresh).await;
    let mut documents = documents();
    house.use_documents(&documents).await;
    documents.remove(CSAF);
    house.use_documents(&documents).await;
    let about = BTreeSet::from(["CVE-2020-1938".to_owned()]);
    let told = history::of_vulnerability(&house.app, &house.ada, &about).await.unwrap();
    let whys: Vec<(&What, &str)> =
        told.iter().map(|one| (&one.what, one.why.as_str())).collect();
    assert!(
        whys.contains(&(
            &What::Verdict(None),
            "ICSMA-21-187-01 is no longer given by its source"
        )),
        "{whys:?}"
    );
    let (osv, gone) = (read(&format!("osv/examples/{OSV}")), "2026-01-01T00:00:00Z");
    let withdrawn = changed(&osv, |osv| osv["withdrawn"] = json!(gone));
    documents.insert(OSV.to_owned(), withdrawn);
    house.use_documents(&documents).await;
    let about = BTreeSet::from(["CVE-2013-2132".to_owned()]);
    let told = history::of_vulnerability(&house.app, &house.ada, &about).await.unwrap();
    assert_eq!(told[0].why, "PYSEC-2013-30 was withdrawn", "{told:?}");
});

on_both_with_corpus!(
    what_imports_change_about_a_device_is_remembered,
    async |fresh: Fresh| {
        let house = House::with_gold(fresh).await;
        let text =
            std::fs::read_to_string(gold().unwrap()).unwrap().replace("\r\n", "\n");
        let row = text.lines().find(|line| line.starts_with("BME-010015,")).unwrap();
        let moved = row.replace("3.03.1758", "3.03.1759").replace(",IT,", ",ICU,");
        assert_ne!(moved, row);
        for export in [
            text.replace(row, &moved),
            text.replace(&format!("{row}\n"), ""),
            text.replace(row, &moved),
        ] {
            house.take_in(export.into_bytes()).await;
        }
        let head = house.ada.head;
        let devices = house.app.store.devices_since(head, 0, 0).await.unwrap();
        let device =
            devices.iter().find(|one| one.told.asset_tag == "BME-010015").unwrap();
        let standing = Standing::default();
        let told =
            history::of_device(&house.app, &house.ada, device, standing).await.unwrap();
        let whats: Vec<String> = told
            .iter()
            .map(|one| match &one.what {
                What::Build(before, after, _) => {
                    format!("{} to {}", before.version, after.version)
                }
                What::Told(what, before, after, _) => {
                    format!("{what}: {before} to {after}")
                }
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(whats[..2], ["missing: missing to ", "missing:  to missing"]);
        let mut first = whats[2..].to_vec();
        first.sort();
        assert_eq!(first, ["3.03.1758 to 3.03.1759", "department: IT to ICU"]);
    }
);

on_both_with_corpus!(how_far_judging_is_is_told_on_the_way, async |fresh: Fresh| {
    let house = House::with_gold(fresh).await;
    let rows: String =
        (0..401).map(|n| format!("N{n},Invented Medical,Model {n},1.0\n")).collect();
    house.take_in(format!("Asset Tag,Maker,Model,Version\n{rows}").into_bytes()).await;
    assert_eq!(under_way(&house.app, &house.ada).await.unwrap(), [], "without an index");
    use_index(&house.app, &built(&house.folder, &documents())).await.unwrap();
    let waiting = under_way(&house.app, &house.ada).await.unwrap();
    let what: Vec<WorkedOut> = waiting.iter().map(|one| one.what).collect();
    assert_eq!(what, [WorkedOut::Builds, WorkedOut::Bills]);
    assert!(waiting.iter().all(|one| one.percent == 0 && !one.is_tried_again));
    house.work().await;
    assert_eq!(under_way(&house.app, &house.ada).await.unwrap(), []);

    // What was noted last stands still where the job has ended.
    let mut connection = sqlx::AnyConnection::connect(&house.fresh.url).await.unwrap();
    let noted = "SELECT kind, done, total FROM job WHERE total > 0 ORDER BY kind, id";
    let noted: Vec<(String, i64, i64)> =
        sqlx::query_as(noted).fetch_all(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let of = |kind: &str| -> Vec<(i64, i64)> {
        let of = noted.iter().filter(|(one, ..)| one == kind);
        of.map(|(_, done, total)| (*done, *total)).collect()
    };
    let total = house.app.store.builds(house.ada.head).await.unwrap().len() as i64;
    assert_eq!(of("judge builds"), [((total - 1) / 200 * 200, total)]);
    assert_eq!(of("judge bills of materials"), [(2, 2)]);
});
