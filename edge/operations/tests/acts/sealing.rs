//! What inventories say of people stands nowhere in the clear: not in the database, not beside
//! it, not in a backup. Whoever may see a device reads it all the same.

use std::collections::BTreeMap;

use operations::inventory::{Doubled, arrive, export, see, take};
use operations::reindex::reindex;
use operations::sealing::seal;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _};
use store::{Complaint, Counts, Device, Import, InTheClear, Parcel, Piece, Told};

use crate::corpus::corpus;
use crate::databases::{Fresh, on_both};
use crate::house::House;

/// An inventory with people in it: the owner, columns that are no field, and a cell that is none
/// of its column.
const REGISTER: &str = "\
Asset Tag,Manufacturer,Model,Owner,Purchase Date,Nurse in charge,Home address,Phone\n\
A1,Acme,IM 400,Wilhelmina Quackenbush,2018-06-20,Florentine Abernathy,12 Almoner Yard,020 7946 0018\n\
A2,Acme,IM 500,w.quackenbush@hospital.example,ask Zebedee Thistlewood,,,\n\
A3,Acme,,Wilhelmina Quackenbush,,,,\n";

const PEOPLE: [&str; 6] = [
    "Quackenbush",
    "quackenbush@",
    "Abernathy",
    "Almoner Yard",
    "7946 0018",
    "Thistlewood",
];

impl House {
    /// All that the database holds: on SQLite the bytes of its files, on PostgreSQL every row of
    /// every table as text, in which bytes are hexadecimal.
    async fn everything(&self) -> Vec<u8> {
        let url = &self.fresh.url;
        let mut all = Vec::new();
        if let Some(file) = url.strip_prefix("sqlite:") {
            for beside in ["", "-wal", "-shm"] {
                all.extend(std::fs::read(format!("{file}{beside}")).unwrap_or_default());
            }
            assert!(!all.is_empty());
            return all;
        }
        let mut connection = sqlx::AnyConnection::connect(url).await.unwrap();
        let tables = "SELECT CAST(table_name AS TEXT) FROM information_schema.tables
                       WHERE table_schema = current_schema()";
        for table in connection.fetch_all(tables).await.unwrap() {
            let table: String = table.get(0);
            let sql = format!("SELECT CAST(t AS TEXT) FROM \"{table}\" t");
            for row in connection.fetch_all(AssertSqlSafe(sql)).await.unwrap() {
                all.extend(row.get::<String, _>(0).into_bytes());
            }
        }
        connection.close().await.unwrap();
        all
    }

    /// Which of these texts stand somewhere in the database.
    pub(crate) async fn found<'t>(&self, texts: &[&'t str]) -> Vec<&'t str> {
        found(&self.everything().await, texts)
    }

    async fn looks_and_takes_in(&self, bytes: &[u8]) -> Import {
        let parcel = Parcel::of(bytes).unwrap();
        let (app, ada) = (&self.app, &self.ada);
        let upload = arrive(app, ada, ada.head, "AIMS.csv", parcel).await.unwrap();
        see(app, ada, upload).await.unwrap().outcome.unwrap();
        assert_eq!(self.found(&PEOPLE).await, [""; 0], "while somebody looks at it");
        let import = take(app, ada, upload, Doubled::Refused).await.unwrap();
        self.work().await;
        self.app.store.import(&self.scope(), import).await.unwrap()
    }

    async fn devices(&self) -> Vec<Device> {
        self.app.store.devices_since(self.ada.head, 0, 0).await.unwrap()
    }

    async fn complaints(&self, import: &Import) -> Vec<Complaint> {
        self.app.store.complaints(&self.scope(), import.id, 0, 10).await.unwrap()
    }

    /// The devices of a source under the headings of its own export.
    async fn written_out(&self, source: i64) -> String {
        let mut export = export(&self.app, &self.ada, source).await.unwrap();
        let mut csv = Vec::new();
        while let Some(piece) = export.next_piece().await.unwrap() {
            csv.extend(piece);
        }
        String::from_utf8(csv).unwrap()
    }

    /// All that the hospital owns: the rows of each table, and its documents as one text.
    pub(crate) async fn handed_over(&self) -> (BTreeMap<&'static str, String>, String) {
        let (mut tables, mut documents) = (BTreeMap::new(), Vec::new());
        let mut table = "";
        let mut take = |piece: Piece<'_>| {
            match piece {
                Piece::Table { name, columns, .. } => {
                    table = name;
                    tables.insert(name, format!("{}\n", columns.join("|")));
                }
                Piece::Row(cells) => {
                    let rows = tables.entry(table).or_default();
                    rows.push_str(&format!("{}\n", cells.join("|")));
                }
                Piece::Bytes(bytes) => documents.extend_from_slice(bytes),
                Piece::Document { .. } => {}
            }
            Ok(())
        };
        let scope = self.scope();
        let top = self.app.store.organisation(&scope, self.ada.head).await.unwrap();
        self.app.store.export(self.ada.head, &top.path, &mut take).await.unwrap();
        (tables, String::from_utf8(documents).unwrap())
    }

    pub(crate) async fn run(&self, sql: String) {
        let mut connection = sqlx::AnyConnection::connect(&self.fresh.url).await.unwrap();
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
        connection.close().await.unwrap();
    }

    fn bytes(&self, bytes: &[u8]) -> String {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self.fresh.url.starts_with("sqlite") {
            true => format!("X'{hex}'"),
            false => format!("CAST('\\x{hex}' AS BYTEA)"),
        }
    }

    /// Makes of the house what a version kept that sealed nothing.
    async fn as_an_older_version_kept_it(&self, import: &Import, file: &str) {
        let complaints = self.complaints(import).await;
        for device in self.devices().await {
            let digest = self.bytes(&digest_of_old(&device.told));
            let (id, rest) = (device.id, device.told.rest.replace('\'', "''"));
            self.run(format!(
                "UPDATE device SET sealed_rest = NULL, rest = '{rest}', row_digest = {digest}
                  WHERE id = {id}"
            ))
            .await;
        }
        for (number, complaint) in (1..).zip(complaints) {
            let (cell, message) = (complaint.cell, complaint.message.replace('\'', "''"));
            self.run(format!(
                "UPDATE import_complaint SET sealed_cell = NULL, sealed_message = NULL,
                        cell = '{cell}', message = '{message}'
                  WHERE import = {} AND number = {number}",
                import.id
            ))
            .await;
        }
        // As zstd leaves what it cannot make smaller.
        let packed = zstd::bulk::compress(file.as_bytes(), 6).unwrap();
        let (packed, original) = (self.bytes(&packed), import.original);
        self.run(format!(
            "UPDATE original_chunk SET bytes = {packed}, sealed_bytes = NULL
              WHERE original = {original}"
        ))
        .await;
    }
}

/// By what a row was known again before anything of it was sealed.
fn digest_of_old(told: &Told) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    let build = &told.build;
    for text in [
        &told.key,
        &build.maker,
        &build.model,
        &build.description,
        &build.version,
        &told.asset_tag,
        &told.serial,
        &told.udi,
        &told.mac,
        &told.ip,
        &told.department,
        &told.status,
        &told.received,
        &told.rest,
    ] {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    for fact in [told.life_sustaining, told.holds_phi, told.reachable] {
        hasher.update(&[fact.map_or(2, u8::from)]);
    }
    *hasher.finalize().as_bytes()
}

/// Which of these texts stand in the bytes, as they are or as hexadecimal digits.
fn found<'t>(bytes: &[u8], texts: &[&'t str]) -> Vec<&'t str> {
    let all = String::from_utf8_lossy(bytes);
    let stands = |text: &&&str| {
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        all.contains(**text) || all.contains(&hex)
    };
    texts.iter().filter(stands).copied().collect()
}

on_both!(nobody_of_a_register_stands_in_the_clear, async |fresh: Fresh| {
    let house = House::at(fresh, jiff::Timestamp::now).await;
    let import = house.looks_and_takes_in(REGISTER.as_bytes()).await;
    assert_eq!(import.counts, Counts { added: 3, ..Counts::default() });
    let complaints = house.complaints(&import).await;
    assert_eq!(import.complaints, 2, "{complaints:?}");
    assert_eq!(complaints[0].cell, "ask Zebedee Thistlewood");
    assert!(complaints[0].message.contains("Thistlewood"), "{complaints:?}");
    let devices = house.devices().await;
    for (device, said) in [(0, "Abernathy"), (0, "Almoner Yard"), (1, "quackenbush@")] {
        assert!(devices[device].told.rest.contains(said), "{:?}", devices[device].told);
    }

    // The same again changes nothing, and what is written out does not either.
    let unchanged = Counts { unchanged: 3, ..Counts::default() };
    let again = house.looks_and_takes_in(REGISTER.as_bytes()).await;
    assert_eq!((again.counts, again.missing), (unchanged, 0));
    let csv = house.written_out(import.source).await;
    assert_eq!(found(csv.as_bytes(), &PEOPLE[..5]), PEOPLE[..5]);
    assert!(csv.contains("Nurse in charge"), "{csv}");
    let again = house.looks_and_takes_in(csv.as_bytes()).await;
    assert_eq!((again.counts, again.missing), (unchanged, 0));
    // Another owner is a change.
    let newer =
        REGISTER.replace("Wilhelmina Quackenbush,2018", "Ottoline Fairweather,2018");
    let newer = house.looks_and_takes_in(newer.as_bytes()).await;
    assert_eq!(newer.counts, Counts { changed: 1, unchanged: 2, ..Counts::default() });
    assert_eq!(house.found(&[&PEOPLE[..], &["Fairweather"]].concat()).await, [""; 0]);

    let (tables, documents) = house.handed_over().await;
    let (device, complaint) = (&tables["device"], &tables["import_complaint"]);
    assert!(device.starts_with("head|id|") && device.contains("|rest"), "{device}");
    assert!(device.contains("Fairweather") && !device.contains("sealed"), "{device}");
    assert!(complaint.contains("ask Zebedee Thistlewood|"), "{complaint}");
    assert!(documents.contains(REGISTER));
    let mut backup = Vec::new();
    let now = jiff::Timestamp::now();
    house
        .app
        .store
        .back_up(now, &|_| Vec::new(), &mut backup, &mut |_| {})
        .await
        .unwrap();
    assert_eq!(found(&backup, &PEOPLE), [""; 0]);

    // What belongs to one device does not open as another's.
    let (one, other) = (devices[0].id, devices[1].id);
    house
        .run(format!(
            "UPDATE device SET sealed_rest =
                    (SELECT d.sealed_rest FROM device d WHERE d.id = {one})
              WHERE id = {other}"
        ))
        .await;
    assert!(house.app.store.device(&house.scope(), other).await.is_err());
    assert!(house.app.store.device(&house.scope(), one).await.is_ok());
});

on_both!(what_an_older_version_kept_in_the_clear_is_sealed, async |fresh: Fresh| {
    let house = House::at(fresh, jiff::Timestamp::now).await;
    let import = house.looks_and_takes_in(REGISTER.as_bytes()).await;
    let (devices, complaints) = (house.devices().await, house.complaints(&import).await);
    let unchanged = Counts { unchanged: 3, ..Counts::default() };
    for by in ["the server", "reindex"] {
        house.as_an_older_version_kept_it(&import, REGISTER).await;
        assert_eq!(house.found(&PEOPLE).await, PEOPLE, "the test makes what it is about");
        // It reads as before, and the same export is found unchanged.
        assert_eq!(house.devices().await, devices);
        assert_eq!(house.complaints(&import).await, complaints);
        let bytes = house.app.store.bytes_of(&house.scope(), import.original).await;
        assert_eq!(bytes.unwrap(), REGISTER.as_bytes());
        let (tables, _) = house.handed_over().await;
        assert!(tables["device"].contains("Abernathy"));

        let clear = house.app.store.in_the_clear(house.ada.head).await.unwrap();
        assert_eq!(clear, InTheClear { devices: 3, complaints: 2, pieces: 1, texts: 0 });
        match by {
            "reindex" => drop(reindex(&house.app, "test").await.unwrap()),
            _ => assert_eq!(seal(&house.app).await.unwrap(), clear),
        }
        assert_eq!(house.found(&PEOPLE).await, [""; 0], "sealed by {by}");
        assert_eq!(seal(&house.app).await.unwrap(), InTheClear::default());
        assert_eq!(house.devices().await, devices);
        assert_eq!(house.complaints(&import).await, complaints);
        let bytes = house.app.store.bytes_of(&house.scope(), import.original).await;
        assert_eq!(bytes.unwrap(), REGISTER.as_bytes());
    }
    let again = house.looks_and_takes_in(REGISTER.as_bytes()).await;
    assert_eq!((again.counts, again.missing), (unchanged, 0));
    assert!(house.app.store.verify_log(house.ada.head).await.unwrap().is_ok());

    // An export that comes before everything is sealed is found unchanged too.
    house.as_an_older_version_kept_it(&import, REGISTER).await;
    let parcel = Parcel::of(REGISTER.as_bytes()).unwrap();
    let (app, ada) = (&house.app, &house.ada);
    let upload = arrive(app, ada, ada.head, "AIMS.csv", parcel).await.unwrap();
    let (_, change) = see(app, ada, upload).await.unwrap().outcome.unwrap();
    assert_eq!((change.counts, change.missing), (unchanged, 0));
    let early = take(app, ada, upload, Doubled::Refused).await.unwrap();
    house.work().await;
    let early = app.store.import(&house.scope(), early).await.unwrap();
    assert_eq!((early.counts, early.missing), (unchanged, 0));
});

on_both!(nobody_of_a_real_register_stands_in_the_clear, async |fresh: Fresh| {
    let Some(corpus) = corpus() else { return };
    let house = House::at(fresh, jiff::Timestamp::now).await;
    let register = corpus.join("inventories/snipe-it__assets-sample-BAD.csv");
    let register = std::fs::read(register).unwrap();
    let import = house.looks_and_takes_in(&register).await;
    assert_eq!(import.counts.added, 200);
    let again = house.looks_and_takes_in(&register).await;
    assert_eq!(again.counts, Counts { unchanged: 200, ..Counts::default() });
    // The first three columns are somebody's name, address and account.
    let text = String::from_utf8_lossy(&register).into_owned();
    let rows = text.split('\r').skip(1);
    let people = rows.flat_map(|row| row.split(',').take(3));
    let people: Vec<&str> = people.filter(|text| !text.is_empty()).collect();
    assert!(people.len() > 500 && people.contains(&"bnelson0@example.org"));
    assert_eq!(house.found(&people).await, [""; 0]);
    let csv = house.written_out(import.source).await;
    assert_eq!(found(csv.as_bytes(), &people), people);
});
