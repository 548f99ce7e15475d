//! Exports that arrive, are looked at, taken in, cut short, given up, and written out again.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use device::inventory::Field;
use fleet::Filter;
use jiff::{SignedDuration, Timestamp};
use operations::build::findings_of_device;
use operations::fleet::{holdings, scope};
use operations::inventory::{
    Answers, Doubled, InventoryError, Settled, arrive, export, see, settle, take,
    throw_away,
};
use operations::judging::use_index;
use operations::{work, work_off};
use store::{Counts, Import, NewImport, NewOriginal, Noun, Parcel, Progress};
use terms::Tlp;

use crate::corpus::gold;
use crate::databases::Fresh;
use crate::demo::file;
use crate::house::{House, built, deliver};

impl House {
    async fn upload(&self, name: &str, bytes: &[u8]) -> Result<i64, InventoryError> {
        let parcel = Parcel::of(bytes).unwrap();
        arrive(&self.app, &self.ada, self.ada.head, name, parcel).await
    }

    /// Takes in an export as it is proposed; checks that what was foreseen came.
    async fn take_in_foreseen(&self, name: &str, bytes: &[u8]) -> Import {
        let upload = self.upload(name, bytes).await.unwrap();
        let seen = see(&self.app, &self.ada, upload).await.unwrap();
        let (preview, change) = seen.outcome.unwrap();
        let import = take(&self.app, &self.ada, upload, Doubled::Refused).await.unwrap();
        assert_eq!(work_off(&self.app, "test").await.unwrap(), Vec::<String>::new());
        let import = self.app.store.import(&self.scope(), import).await.unwrap();
        assert_eq!((import.counts, import.missing), (change.counts, change.missing));
        assert_eq!(import.total, preview.devices as i64);
        assert_eq!(import.progress, Progress::Done);
        import
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_foreseen_is_what_comes_and_the_same_twice_changes_nothing() {
    let house = House::new().await;
    let first =
        house.take_in_foreseen("AIMS 2026-11-24.csv", &file("inventory.csv")).await;
    assert_eq!(first.counts, Counts { added: 16, ..Counts::default() });
    assert_eq!(first.source_name, "AIMS");

    let again =
        house.take_in_foreseen("AIMS 2026-11-25.csv", &file("inventory.csv")).await;
    assert_eq!(again.counts, Counts { unchanged: 16, ..Counts::default() });
    assert_eq!((again.source, again.missing), (first.source, 0));

    let text = String::from_utf8(file("inventory.csv")).unwrap();
    let fewer: Vec<&str> =
        text.lines().filter(|line| !line.starts_with("IH-10030")).collect();
    let newer = fewer
        .join("\n")
        .replace("Meridian 400,INFUSION PUMP,2.1", "Meridian 400,INFUSION PUMP,2.3");
    let third = house.take_in_foreseen("aims.csv", newer.as_bytes()).await;
    let counts = Counts { changed: 1, unchanged: 14, ..Counts::default() };
    assert_eq!((third.counts, third.missing), (counts, 1));
    let back = house.take_in_foreseen("aims.csv", &file("inventory.csv")).await;
    let counts = Counts { changed: 1, unchanged: 15, returned: 1, ..Counts::default() };
    assert_eq!((back.counts, back.missing), (counts, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_written_out_and_taken_in_again_change_nothing() {
    let odd = b"Ctl No,Model Name,Model No,Maker,site,Where,Bought,=x,PHI\n\
                A1,IM,400,Acme,lot 7,North,20 Jun 2018,'-7,y\n\
                A2,IM,,Acme,,,,,\n";
    let headless = b"A1,Acme,Pumpline 900X,2.0.1,x\nA2,Philips,IntelliVue MX450,J.10,y\n\
        A3,Baxter,Sigma Spectrum,v6.05,\nA4,BD,Alaris 8015,9.19,z\n\
        A5,Acme,Pumpline 900X,2.2.0,x\n";
    let mut exports = vec![file("inventory.csv"), odd.to_vec(), headless.to_vec()];
    exports.extend(gold().map(|gold| std::fs::read(gold).unwrap()));
    for bytes in exports {
        let house = House::new().await;
        let upload = house.upload("AIMS.csv", &bytes).await.unwrap();
        let columns = [("Where", Field::Site), ("Ctl No", Field::AssetTag)];
        let columns = columns.map(|(heading, field)| (heading.to_owned(), Some(field)));
        let mut columns = columns.to_vec();
        columns.push(("site".to_owned(), None));
        if bytes.starts_with(b"Ctl") {
            let answers =
                Answers { source: "AIMS".to_owned(), other: String::new(), columns };
            settle(&house.app, &house.ada, upload, answers).await.unwrap();
        }
        let import =
            take(&house.app, &house.ada, upload, Doubled::Refused).await.unwrap();
        assert!(work_off(&house.app, "test").await.unwrap().is_empty());
        let import = house.app.store.import(&house.scope(), import).await.unwrap();
        assert!(import.counts.added > 1);

        let mut export_ = export(&house.app, &house.ada, import.source).await.unwrap();
        let mut csv = Vec::new();
        while let Some(piece) = export_.next_piece().await.unwrap() {
            csv.extend(piece);
        }
        let export_ = export(&house.app, &house.ada, import.source).await.unwrap();
        let workbook = export_.workbook().await.unwrap();
        for (name, bytes) in [("AIMS.csv", csv), ("AIMS.xlsx", workbook)] {
            let again = house.take_in_foreseen(name, &bytes).await;
            let unchanged =
                Counts { unchanged: import.counts.added, ..Counts::default() };
            assert_eq!((again.counts, again.missing), (unchanged, 0), "{name}");
            assert_eq!((again.source, again.complaints), (import.source, 0), "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_says_which_column_is_what_and_it_is_remembered() {
    let house = House::new().await;
    let text = "Kennung;Fabrikat;Ding;Raumplan\nA1;Acme;IM 400;4B\nA2;Acme;IM 500;4B\n";
    let upload = house.upload("Liste.csv", text.as_bytes()).await.unwrap();
    let seen = see(&house.app, &house.ada, upload).await.unwrap();
    assert_eq!(seen.look.columns.len(), 4);
    assert!(seen.outcome.unwrap_err().message.contains("no column holds the number"));
    let refused =
        take(&house.app, &house.ada, upload, Doubled::Refused).await.unwrap_err();
    assert!(matches!(refused, InventoryError::Rejected(_)), "{refused}");

    let answers = Answers {
        source: "Geräteverwaltung".to_owned(),
        other: String::new(),
        columns: [
            ("Kennung", Some(Field::AssetTag)),
            ("Fabrikat", Some(Field::Maker)),
            ("Ding", Some(Field::Model)),
            ("Raumplan", None),
        ]
        .map(|(heading, field)| (heading.to_owned(), field))
        .to_vec(),
    };
    let said = settle(&house.app, &house.ada, upload, answers.clone()).await.unwrap();
    assert_eq!(said, Settled::Anew);
    let said = settle(&house.app, &house.ada, upload, answers.clone()).await.unwrap();
    assert_eq!(said, Settled::AsShown);
    let import = take(&house.app, &house.ada, upload, Doubled::Refused).await.unwrap();
    assert!(work_off(&house.app, "test").await.unwrap().is_empty());
    let import = house.app.store.import(&house.scope(), import).await.unwrap();
    assert_eq!(import.counts.added, 2);
    let gone = see(&house.app, &house.ada, upload).await.unwrap_err();
    assert!(matches!(gone, InventoryError::Store(_)), "{gone}");

    // The next export has another name: its headings tell where it comes from.
    let again =
        house.take_in_foreseen("neu.csv", text.replace("500", "600").as_bytes()).await;
    assert_eq!(
        (again.source, again.source_name.as_str()),
        (import.source, "Geräteverwaltung")
    );
    assert_eq!((again.counts.changed, again.counts.unchanged), (1, 1));

    // A system may be named by its number, and a number of none is no name of a new one.
    let upload = house.upload("fern.csv", text.as_bytes()).await.unwrap();
    let by = (&house.app, &house.ada);
    let numbered =
        |number: i64| Answers { source: number.to_string(), ..answers.clone() };
    let refused = settle(by.0, by.1, upload, numbered(999_999)).await.unwrap_err();
    assert!(refused.to_string().contains("asset system"), "{refused}");
    settle(by.0, by.1, upload, numbered(import.source)).await.unwrap();
    let seen = see(by.0, by.1, upload).await.unwrap();
    assert_eq!(seen.known.map(|source| source.id), Some(import.source));
    throw_away(by.0, by.1, upload).await.unwrap();

    // Another system is said: nothing of the first is missing for it.
    let upload = house.upload("neu.csv", text.as_bytes()).await.unwrap();
    let answers = Answers { source: "Other".to_owned(), ..answers };
    settle(&house.app, &house.ada, upload, answers).await.unwrap();
    let seen = see(&house.app, &house.ada, upload).await.unwrap();
    let (_, change) = seen.outcome.unwrap();
    assert_eq!((seen.known, change.counts.added, change.missing), (None, 2, 0));
    throw_away(&house.app, &house.ada, upload).await.unwrap();
    assert!(house.app.store.uploads(&house.scope()).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_exports_of_one_system_are_not_taken_in_at_the_same_time() {
    let house = House::new().await;
    let first = house.upload("AIMS.csv", &file("inventory.csv")).await.unwrap();
    let second = house.upload("AIMS.csv", &file("inventory.csv")).await.unwrap();
    take(&house.app, &house.ada, first, Doubled::Refused).await.unwrap();
    let refused =
        take(&house.app, &house.ada, second, Doubled::Refused).await.unwrap_err();
    assert!(matches!(refused, InventoryError::Busy), "{refused}");
    work_off(&house.app, "test").await.unwrap();
    take(&house.app, &house.ada, second, Doubled::Refused).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_table_does_not_arrive() {
    let house = House::new().await;
    for bytes in [&b""[..], b"{}", b"%PDF-1.7", b"a,b\n\"c,d\n"] {
        let refused = house.upload("a.csv", bytes).await.unwrap_err();
        assert!(matches!(refused, InventoryError::Rejected(_)), "{refused}");
    }
    let parcel = Parcel::of(&file("inventory.csv")).unwrap();
    let elsewhere = arrive(&house.app, &house.ada, 4711, "a.csv", parcel).await;
    assert!(matches!(elsewhere, Err(InventoryError::NotAllowed)));
    assert!(house.app.store.uploads(&house.scope()).await.unwrap().is_empty());
}

/// Many devices, so that there is something to cut short.
fn many(count: usize) -> Vec<u8> {
    let mut text = "asset_tag,manufacturer,model,software_version\n".to_owned();
    for at in 0..count {
        text.push_str(&format!("T{at},Acme,IM {},{}\n", at % 7, at % 3));
    }
    text.into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_is_stopped_or_killed_goes_on_where_it_was() {
    let house = House::new().await;
    let bytes = many(9000);
    let by = (&house.app, &house.ada);
    let import = deliver(by, house.ada.head, "AIMS", bytes).await;
    // Stopped again and again amid the work, each time a little later: nothing is lost or
    // done twice, and no attempt is counted.
    for pause in 1..200 {
        let stop = tokio::time::sleep(Duration::from_millis(pause * 5));
        work(house.app.clone(), "node".to_owned(), stop).await;
        let found = house.app.store.import(&house.scope(), import).await.unwrap();
        if found.progress == Progress::Done {
            break;
        }
    }
    assert!(work_off(&house.app, "node").await.unwrap().is_empty());
    let found = house.app.store.import(&house.scope(), import).await.unwrap();
    assert_eq!(
        (found.progress, found.done, found.counts.added),
        (Progress::Done, 9000, 9000)
    );
    let held = house.app.store.held(&house.scope()).await.unwrap();
    assert_eq!(held[&found.source].present, 9000);
}

/// How many seconds the clock of one test is ahead.
static AHEAD: AtomicI64 = AtomicI64::new(0);

fn ahead() -> Timestamp {
    Timestamp::now() + SignedDuration::from_secs(AHEAD.load(Ordering::SeqCst))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_is_given_up_fails_its_import_with_the_reason_and_is_logged() {
    let house = House::at(Fresh::sqlite().await, ahead).await;
    let store = &house.app.store;
    let place = store.organisation(&house.scope(), house.ada.head).await.unwrap();
    let mut write = store.write(place.head, ahead()).await.unwrap();
    let parcel = Parcel::of(&many(3)).unwrap();
    let original = NewOriginal {
        organisation: place.id,
        name: "a.csv",
        kind: "inventory",
        label: Tlp::UNLABELLED,
        by: 0,
        parcel: &parcel,
    };
    let original = write.keep_original(original).await.unwrap();
    let new = NewImport {
        source: "AIMS",
        original,
        // No version of ours wrote this.
        mapping: "{",
        total: 3,
        complaints: &[],
        complaint_count: 0,
        by: 0,
        takes_back: None,
    };
    let import = write.begin_import(&place, new).await.unwrap();
    write.queue("take in export", &format!("{{\"import\":{import}}}")).await.unwrap();
    let act =
        store::Act { by: 0, what: "test", noun: Noun::Import, id: import, facts: vec![] };
    write.commit(act).await.unwrap();

    let mut told = Vec::new();
    for _ in 0..5 {
        let found = store.import(&house.scope(), import).await.unwrap();
        assert_eq!(found.progress, Progress::Running);
        told.extend(work_off(&house.app, "node").await.unwrap());
        AHEAD.fetch_add(3600, Ordering::SeqCst);
    }
    assert_eq!(told.len(), 5, "{told:?}");
    assert!(told[4].ends_with("it is given up"), "{told:?}");
    let found = store.import(&house.scope(), import).await.unwrap();
    assert_eq!(found.progress, Progress::Failed);
    assert!(found.fault.unwrap().contains("the job cannot be read"));
    assert!(found.ended.is_some());
    let log = store.leaves(&house.scope(), i64::MAX, 10).await.unwrap();
    let given_up = log.iter().find(|leaf| leaf.act == "give up job").unwrap();
    assert_eq!(given_up.facts["import"], store::Fact::Number(import));
    assert_eq!(given_up.facts["attempts"], store::Fact::Number(5));
    // Nothing of it is tried again, and the next export of the system may come.
    assert!(work_off(&house.app, "node").await.unwrap().is_empty());
    assert_eq!(house.take_in_foreseen("AIMS.csv", &many(3)).await.counts.added, 3);
}

const DATED: &str = r#"{"document": {"category": "csaf_security_advisory",
    "csaf_version": "2.0", "publisher": {"category": "vendor", "name": "Acme Medical",
    "namespace": "https://acme.example"}, "title": "Acme Medical IM 400",
    "tracking": {"current_release_date": "2025-03-12T00:00:00Z", "id": "ACME-2025-01",
    "initial_release_date": "2025-03-12T00:00:00Z", "revision_history": [{"date":
    "2025-03-12T00:00:00Z", "number": "1", "summary": "First"}], "status": "final",
    "version": "1"}}, "product_tree": {"branches": [{"category": "vendor",
    "name": "Acme Medical", "branches": [{"category": "product_name", "name": "IM 400",
    "branches": [{"category": "product_version", "name": "manufactured prior to 2019-01-01",
    "product": {"name": "Acme Medical IM 400: manufactured prior to 2019-01-01",
    "product_id": "P1"}}]}]}]}, "vulnerabilities": [{"cve": "CVE-2020-11896",
    "product_status": {"known_affected": ["P1"]}}]}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_that_hangs_on_the_day_is_settled_by_the_device_s_own_day() {
    let house = House::new().await;
    let advisory = house.folder.path().join("advisory.json");
    std::fs::write(&advisory, DATED).unwrap();
    let index = built(house.folder.path(), "advisories.index", &[advisory]);
    use_index(&house.app, &index).await.unwrap();
    let text = "asset_tag,manufacturer,model,software_version,received_date\n\
                A1,Acme Medical,IM 400,1.0,2018-02-01\n\
                A2,Acme Medical,IM 400,1.0,2024-02-01\n\
                A3,Acme Medical,IM 400,1.0,\n";
    house.take_in_foreseen("AIMS.csv", text.as_bytes()).await;
    // The three are one build, of which only the first is known to be meant.
    let words = async |tag: &str| -> [String; 2] {
        let held = holdings(&house.app, house.ada.head).await.unwrap();
        let listed = ["affected", "cannot_tell", "not_affected"].map(|word| {
            let filter = format!("asset_tag={tag}&verdict={word}");
            let filter = Filter::parse(&filter).unwrap();
            let total = held.view(&scope(&house.ada), &filter).unwrap().total();
            if total == 1 { word } else { "" }
        });
        let filter = Filter::parse(&format!("asset_tag={tag}")).unwrap();
        let view = held.view(&scope(&house.ada), &filter).unwrap();
        let id = view.devices().min().unwrap();
        let seen = house.ada.scope(operations::Permission::ViewDevices);
        let device = house.app.store.device(&seen, id.into()).await.unwrap();
        let (situated, known) = (held.situated(&device), held.advisories.clone());
        let (build, known) = (device.configuration, known.as_deref());
        let found = findings_of_device(&house.app, &house.ada, build, &situated, known);
        let found = found.await.unwrap();
        [listed.concat(), found[0].verdict.word().to_owned()]
    };
    assert_eq!(words("A1").await, ["affected", "affected"]);
    assert_eq!(words("A2").await, ["cannot_tell", "cannot_tell"]);
    assert_eq!(words("A3").await, ["cannot_tell", "cannot_tell"]);
    // Another day in the next export is another verdict.
    let later = text.replace("2024-02-01", "2017-02-01").replace("2018-02-01", "");
    house.take_in_foreseen("AIMS.csv", later.as_bytes()).await;
    assert_eq!(words("A1").await, ["cannot_tell", "cannot_tell"]);
    assert_eq!(words("A2").await, ["affected", "affected"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_that_hangs_on_the_day_is_asked_and_a_removed_file_is_missed_by_nobody()
{
    let house = House::new().await;
    let advisory = house.folder.path().join("advisory.json");
    std::fs::write(&advisory, DATED).unwrap();
    let index = built(house.folder.path(), "advisories.index", &[advisory]);
    let number = use_index(&house.app, &index).await.unwrap();
    assert_eq!(use_index(&house.app, &index).await.unwrap(), number);
    std::fs::remove_file(&index).unwrap();
    let generation = house.app.store.generation().await.unwrap().unwrap();
    assert!(generation.file.starts_with("index/"), "{}", generation.file);
    assert!(house.folder.path().join(&generation.file).is_file());

    let text = "asset_tag,manufacturer,model,software_version,received_date\n\
                A1,Acme Medical,IM 400,1.0,2018-02-01\n\
                A2,Acme Medical,IM 400,1.0,2024-02-01\n";
    house.take_in_foreseen("AIMS.csv", text.as_bytes()).await;
    let judged = house.app.store.judgements_since(house.ada.head, 0).await.unwrap();
    assert_eq!(judged.len(), 1, "{judged:?}");
    assert_eq!(judged[0].verdict, "cannot_tell");
    assert!(judged[0].question.contains("When was it made?"), "{}", judged[0].question);
    assert!(judged[0].grounds.contains("\"hangs_on_day\":true"), "{}", judged[0].grounds);
    // What the log notes of each batch is what that batch changed, and where there was nothing
    // to judge it notes nothing.
    let log = house.app.store.leaves(&house.scope(), i64::MAX, 20).await.unwrap();
    let changed = log.iter().filter(|leaf| leaf.act == "judge builds");
    let changed: Vec<_> = changed.map(|leaf| leaf.facts["changed"].clone()).collect();
    assert_eq!(changed, [store::Fact::Number(1)]);
}
