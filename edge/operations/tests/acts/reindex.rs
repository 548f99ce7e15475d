//! What is derived is made again as it was, whatever became of it, and nothing that people
//! decided is touched: on both databases. And an export tells all of it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;

use fleet::Filter;
use operations::action::report;
use operations::fleet::{Holdings, holdings, scope};
use operations::organisation::make_below;
use operations::question::{Reply, Which, answer, list};
use operations::reindex::reindex;
use operations::{App, export};
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use store::{Kind, NewOrganisation, Piece, Said};

use crate::databases::{Fresh, on_both};
use crate::demo::{demo, inventory, pump};
use crate::house::House;

/// Rows of a table, each as its cells by column.
type Rows = Vec<BTreeMap<String, String>>;

impl House {
    /// A hospital with devices, advisories, a bill, an answer and something reported done.
    async fn with_decisions(fresh: Fresh) -> Self {
        let house = Self::at(fresh, jiff::Timestamp::now).await;
        house.take_in(inventory()).await;
        house.use_sources(&[demo().join("advisories")]).await;
        house.place_at(house.ada.head, ("pump <1>.json", &pump()), "2.1").await;
        house.decide().await;
        house
    }

    /// Answers a question, and reports something done.
    async fn decide(&self) {
        let (app, ada) = (&self.app, &self.ada);
        let name = {
            let held = self.held().await;
            let today = Holdings::day(jiff::Timestamp::now());
            held.entries(&scope(ada), today)[0].slug.to_owned()
        };
        report(app, ada, &name, "work order 4711").await.unwrap();
        let questions = list(app, ada).await.unwrap();
        let key = questions[0].key.clone();
        let reply = Reply {
            organisation: ada.head,
            said: Said::NotKnown,
            which: Which::All,
            note: "ask the ward",
            until: "",
        };
        answer(app, ada, &key, reply).await.unwrap();
        self.work().await;
    }

    /// All that the house owns, table by table.
    async fn tables(&self) -> BTreeMap<&'static str, Rows> {
        let head = self.ada.head;
        let whole = store::Scope::whole(head);
        let top = self.app.store.organisation(&whole, head).await.unwrap();
        let mut tables: BTreeMap<&'static str, Rows> = BTreeMap::new();
        let (mut table, mut names) = ("", Vec::new());
        let mut take = |piece: Piece<'_>| {
            match piece {
                Piece::Table { name, columns, .. } => {
                    table = name;
                    names = columns.to_vec();
                    tables.insert(name, Vec::new());
                }
                Piece::Row(cells) => {
                    let row = names.iter().cloned().zip(cells.iter().cloned()).collect();
                    tables.get_mut(table).unwrap().push(row);
                }
                Piece::Document { .. } | Piece::Bytes(_) => {}
            }
            Ok(())
        };
        self.app.store.export(head, &top.path, &mut take).await.unwrap();
        tables
    }

    /// Runs a statement behind the store's back.
    async fn behind_its_back(&self, sql: &str) {
        let mut connection = sqlx::AnyConnection::connect(&self.fresh.url).await.unwrap();
        connection.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
        connection.close().await.unwrap();
    }

    /// What is derived, without what numbers and times it has: those are history.
    async fn derived(&self) -> BTreeMap<&'static str, BTreeSet<String>> {
        let told = self.tables().await;
        let mut derived = BTreeMap::new();
        let chosen = |table: &str, columns: &[&str], wanted: &dyn Fn(&str) -> bool| {
            let rows = told[table].iter().filter(|row| {
                row.get("closed").is_none_or(String::is_empty) && wanted(&row["head"])
            });
            let words = |row: &BTreeMap<String, String>| {
                let cells: Vec<&str> =
                    columns.iter().map(|name| row[*name].as_str()).collect();
                cells.join(" | ")
            };
            rows.map(words).collect::<BTreeSet<String>>()
        };
        let all = |_: &str| true;
        let verdicts = [
            "view",
            "configuration",
            "vulnerability",
            "component",
            "verdict",
            "confidence",
            "fixed_in",
            "question",
            "grounds",
        ];
        derived.insert("judgement", chosen("judgement", &verdicts, &all));
        let bills = [
            "id",
            "subject",
            "format",
            "spec",
            "components",
            "with_purl",
            "with_cpe",
            "scores",
            "unknowns",
            "unknown_count",
            "keys_edition",
        ];
        derived.insert("bill", chosen("bill", &bills, &all));
        let actions = ["digest", "kind", "target", "what", "priority", "builds"];
        derived.insert("work_action", chosen("work_action", &actions, &all));
        let mut newest: BTreeMap<&str, (i64, &str)> = BTreeMap::new();
        for row in &told["priority_history"] {
            let one = (row["seq"].parse().unwrap(), row["words"].as_str());
            let kept = newest.entry(row["vulnerability"].as_str()).or_insert(one);
            *kept = one.max(*kept);
        }
        let weighed = newest.into_iter().map(|(id, (_, words))| format!("{id} {words}"));
        derived.insert("priority_history", weighed.collect());
        let rests = self.app.store.judged_bills(self.ada.head).await.unwrap();
        let rests = rests.into_iter().filter(|(_, bills)| !bills.is_empty());
        derived.insert("judged_bill", rests.map(|one| format!("{one:?}")).collect());
        derived.insert("fleet", self.lists().await);
        derived
    }

    /// What lists answer, to a node that holds nothing in memory yet.
    async fn lists(&self) -> BTreeSet<String> {
        let fresh =
            App::new(self.app.store.clone(), self.folder.path(), jiff::Timestamp::now);
        let held = holdings(&fresh, self.ada.head).await.unwrap();
        let mut lists = BTreeSet::new();
        for query in [
            "",
            "verdict=affected",
            "verdict=cannot_tell",
            "priority=act_now",
            "among=sbom%3Aaffected",
        ] {
            let view = held.view(&scope(&self.ada), &Filter::parse(query).unwrap());
            let devices: Vec<u32> = view.unwrap().devices().iter().collect();
            lists.insert(format!("{query}: {devices:?}"));
        }
        lists
    }
}

/// Tables of which nothing is derived: they are the same afterwards, row by row.
const KEPT: [&str; 15] = [
    "answer",
    "answer_device",
    "analysis",
    "analysis_remark",
    "acceptance",
    "vex",
    "device",
    "device_history",
    "configuration",
    "original",
    "product",
    "product_release",
    "product_release_build",
    "binding",
    "person",
];

/// What becomes of derived tables. Each of them is there before.
const DAMAGE: [&str; 9] = [
    "UPDATE judgement SET verdict = 'not_affected', grounds = '[]', generation = 99 WHERE view = 0 AND verdict = 'affected'",
    "UPDATE judgement SET closed = '2026-01-01T00:00:00.000Z', close_reason = 'x' WHERE view = 0 AND verdict = 'cannot_tell'",
    "DELETE FROM judgement WHERE view <> 0",
    "INSERT INTO judgement (head, id, view, configuration, vulnerability, component, verdict, confidence, fixed_in, question, grounds, generation, opened, changed, seq)
     SELECT head, 900000, 0, MIN(id), 'CVE-1999-9999', '', 'affected', 'high', '', '', '[]', 99, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 1
       FROM configuration GROUP BY head",
    "DELETE FROM judged_bill",
    "UPDATE priority_history SET words = REPLACE(words, 'a', 'w')",
    "UPDATE bill SET subject = 'x', format = 'x', spec = 'x', components = 0, with_purl = 0, with_cpe = 0, scores = '[]', unknowns = '[]', unknown_count = 0, keys = NULL, keys_edition = 0",
    "UPDATE work_action SET priority = 'watch', what = 'nonsense' WHERE closed IS NULL",
    "DELETE FROM judged",
];

on_both!(
    what_is_derived_is_made_again_and_what_was_decided_stays,
    async |fresh: Fresh| {
        let house = House::with_decisions(fresh).await;
        let (before, kept) = (house.derived().await, house.tables().await);
        for (table, rows) in &before {
            assert!(!rows.is_empty(), "{table} is empty, so nothing would be judged");
        }
        assert_eq!(kept["answer"][0]["note"], "ask the ward");
        for damage in DAMAGE {
            house.behind_its_back(damage).await;
        }
        let misfiled = match house.fresh.url.starts_with("sqlite") {
            true => "UPDATE configuration SET digest = randomblob(32)",
            false => {
                "UPDATE configuration SET digest = decode(md5(id::text) || md5(maker || id::text), 'hex')"
            }
        };
        house.behind_its_back(misfiled).await;
        let damaged = house.derived().await;
        for table in
            ["judgement", "bill", "work_action", "priority_history", "judged_bill"]
        {
            assert_ne!(damaged[table], before[table], "{table} was damaged");
        }

        let remade = reindex(&house.app, "test").await.unwrap();
        assert_eq!(remade.faults, Vec::<String>::new());
        assert_eq!((remade.organisations, remade.bills, remade.mended_bills), (1, 1, 1));
        assert!(remade.misfiled_builds > 0);
        let after = house.derived().await;
        for (table, rows) in &before {
            assert_eq!(&after[table], rows, "{table}");
        }
        let told = house.tables().await;
        for table in KEPT {
            assert_eq!(told[table], kept[table], "{table}");
        }
        // What was mended stands in the history; nothing of it is gone.
        for turn in &kept["work_turn"] {
            assert!(told["work_turn"].contains(turn), "{turn:?}");
        }
        let decisions = |told: &BTreeMap<&str, Rows>| -> BTreeSet<String> {
            let rows = told["work_action"].iter().filter(|row| row["decision"] != "open");
            rows.map(|row| {
                format!("{} {} {}", row["digest"], row["decision"], row["reason"])
            })
            .collect()
        };
        assert_eq!(decisions(&told), decisions(&kept));
        assert_eq!(decisions(&told).len(), 1);
        assert!(house.app.store.verify_log(house.ada.head).await.unwrap().is_ok());

        // The same export again names the same builds: they are found by their words.
        house.take_in(inventory()).await;
        assert_eq!(house.tables().await["configuration"], kept["configuration"]);
        let again = reindex(&house.app, "test").await.unwrap();
        assert_eq!((again.mended_bills, again.misfiled_builds), (0, 0));
        assert_eq!(house.derived().await["judgement"], before["judgement"]);
    }
);

/// Opens an archive: its files by name.
fn opened(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        assert!(files.insert(file.name().unwrap().into_owned(), bytes).is_none());
    }
    files
}

on_both!(a_house_with_little_in_it_is_made_again_too, async |fresh: Fresh| {
    let house = House::at(fresh, jiff::Timestamp::now).await;
    let check = async |bills: usize, what: &str| {
        let before = (house.derived().await, house.tables().await);
        let remade = reindex(&house.app, "test").await.unwrap();
        assert_eq!(remade.faults, Vec::<String>::new(), "{what}");
        assert_eq!((remade.organisations, remade.bills), (1, bills), "{what}");
        assert_eq!((remade.mended_bills, remade.misfiled_builds), (0, 0), "{what}");
        assert_eq!(house.derived().await, before.0, "{what}");
        let told = house.tables().await;
        for table in ["judgement_history", "work_turn"] {
            assert_eq!(told[table], before.1[table], "{what}: {table}");
        }
        // Neither a statement nor an acceptance was ever there.
        for table in ["vex", "acceptance"] {
            assert!(told[table].is_empty(), "{what}: {table}");
        }
    };
    check(0, "nothing at all").await;
    house.take_in(inventory()).await;
    check(0, "devices and no advisories").await;
    house.use_sources(&[demo().join("advisories")]).await;
    check(0, "devices and advisories").await;
    house.place_at(house.ada.head, ("pump <1>.json", &pump()), "2.1").await;
    check(1, "an SBOM as well").await;
    house.decide().await;
    check(1, "decisions as well").await;
});

on_both!(an_export_is_whole_and_says_what_each_file_is, async |fresh: Fresh| {
    let house = House::with_decisions(fresh).await;
    let (app, ada) = (&house.app, &house.ada);
    let new = NewOrganisation { kind: Kind::Site, name: "Annexe" };
    let annexe = make_below(app, ada, ada.head, new).await.unwrap();
    let to = house.folder.path().join("all.zip");
    let top = export::named(app, "Invented Hospital").await.unwrap();
    let exported = export::export(app, &top, &to, Box::new(|_| {})).await.unwrap();
    let files = opened(&to);
    let manifest: serde_json::Value =
        serde_json::from_slice(&files["manifest.json"]).unwrap();
    let listed = manifest["files"].as_array().unwrap();
    assert_eq!(listed.len() + 1, files.len());
    for one in listed {
        let bytes = &files[one["name"].as_str().unwrap()];
        let digest = Sha256::digest(bytes);
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(one["sha256"], digest, "{one}");
        assert_eq!(one["bytes"], bytes.len(), "{one}");
        assert!(!one["about"].as_str().unwrap().is_empty(), "{one}");
    }
    let documents: Vec<&String> =
        files.keys().filter(|name| name.starts_with("documents/")).collect();
    assert_eq!(documents.len(), exported.documents);
    let named = documents.iter().find(|name| name.ends_with("-pump__1_.json")).unwrap();
    assert_eq!(files[*named], pump());
    let people = String::from_utf8(files["tables/person.csv"].clone()).unwrap();
    assert!(people.contains("ada@hospital.example"), "{people}");
    let devices = String::from_utf8(files["tables/device.csv"].clone()).unwrap();
    assert_eq!(devices.lines().count(), 17, "a heading and sixteen devices");
    // Nothing that opens the house, under whatever name.
    let whole: Vec<u8> = files.values().flatten().copied().collect();
    let whole = String::from_utf8_lossy(&whole);
    for secret in ["$argon2", "sealed_", "form_token"] {
        assert!(!whole.contains(secret), "{secret}");
    }

    // The annexe has nothing of its own yet but itself, and nothing of the hospital's.
    let to = house.folder.path().join("annexe.zip");
    let mut pieces = export::export_own(app, ada, annexe.id).await.unwrap();
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.recv().await {
        bytes.extend(piece.unwrap());
    }
    std::fs::write(&to, bytes).unwrap();
    let files = opened(&to);
    for (name, bytes) in files.iter().filter(|(name, _)| name.starts_with("tables/")) {
        let rows = String::from_utf8_lossy(bytes).lines().count() - 1;
        let own = usize::from(name == "tables/organisation.csv");
        assert_eq!(rows, own, "{name}");
    }
    assert!(!files.keys().any(|name| name.starts_with("documents/")));

    let there = export::export(app, &top, &to, Box::new(|_| {})).await;
    assert!(there.is_err(), "nothing is written over");
    for unknown in ["Nobody", "", "9999", "0/1"] {
        assert!(export::named(app, unknown).await.is_err(), "{unknown}");
    }
    let number = format!("{}/{}", annexe.head, annexe.id);
    assert_eq!(export::named(app, &number).await.unwrap().name, "Annexe");
    let leaves = app.store.leaves(&store::Scope::whole(ada.head), i64::MAX, 3).await;
    let leaves = leaves.unwrap();
    let acts: Vec<&str> = leaves.iter().map(|leaf| leaf.act.as_str()).collect();
    let (begun, ended) = ("begin to export everything", "export everything");
    assert_eq!(acts, [ended, begun, ended]);
    // Whoever goes away amid it ends it, and it stands in the log that they began.
    drop(export::export_own(app, ada, ada.head).await.unwrap());
    let leaves = app.store.leaves(&store::Scope::whole(ada.head), i64::MAX, 1).await;
    assert_eq!(leaves.unwrap()[0].act, begun);
});
