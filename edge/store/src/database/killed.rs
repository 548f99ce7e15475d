//! Programs that are killed (`kill -9`) while they bring the tables of an older version up to
//! this one: whoever comes next ends it, and not a row is lost, doubled or half-changed.
//!
//! The program is this test's own, started again. How often it is killed says `LAZARET_KILLS`
//! (10 where it does not).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use super::{Database, Value};
use crate::RootKey;

const URL: &str = "LAZARET_KILLED_URL";

/// The version from which the tables are brought up.
const OLD: i64 = 12;

/// A program that opens the database. It is no test by itself.
#[tokio::test]
#[ignore = "started by the tests of this file as a program of its own"]
#[expect(clippy::print_stdout, reason = "its word that it begins")]
async fn opener() {
    if let Ok(url) = std::env::var(URL) {
        println!("\nat work");
        Database::open(&url).await.unwrap().close().await;
    }
}

/// Some thousand rows in tables that are changed since.
const ROWS: [&str; 3] = [
    "INSERT INTO head (id) VALUES (1)",
    "INSERT INTO judgement (head, id, view, configuration, vulnerability, component, verdict,
                            confidence, fixed_in, question, grounds, generation, opened,
                            changed, seq)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
     SELECT 1, i, 0, i % 4000, 'CVE-' || CAST(i AS TEXT), '', 'affected', 'exact', '', '', '[]',
            1, '2026-01-01', '2026-01-01', 1 FROM n",
    "INSERT INTO judgement_history (head, judgement, seq, at, verdict, why)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
     SELECT 1, i, 1, '2026-01-01', 'affected', 'it was judged' FROM n",
];

/// Every table with its rows, and the migrations that made them.
type Held = (Vec<i64>, BTreeMap<String, BTreeMap<String, usize>>);

async fn held(url: &str) -> Held {
    let database = Database::open(url).await.unwrap();
    let mut snapshot = database.snapshot().await.unwrap();
    let migrations = snapshot.migrations().await.unwrap();
    let mut all = BTreeMap::new();
    for table in snapshot.tables().await.unwrap() {
        let mut rows = snapshot.rows(&table);
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        while let Some(row) = rows.next().await.unwrap() {
            *counts.entry(format!("{row:?}")).or_default() += 1;
        }
        all.insert(table.name.clone(), counts);
    }
    drop(snapshot);
    database.close().await;
    (migrations, all)
}

/// Fills a database as of the older version.
async fn fill(url: &str) {
    let known = Database::known_migrations();
    let older: BTreeSet<i64> = known.into_iter().filter(|one| *one <= OLD).collect();
    let old = Database::open_as_of(url, &older).await.unwrap();
    let mut changing = old.begin().await.unwrap();
    for statement in ROWS {
        changing.run(statement, &[]).await.unwrap();
    }
    let build = |id: i64| {
        let digest: Value = id.to_be_bytes().to_vec().into();
        let [maker, model, text] = ["Acme", "Pump", ""].map(Value::from);
        vec![1.into(), id.into(), digest, maker, model, text, id.to_string().into()]
    };
    let builds: Vec<Vec<Value>> = (1..4000).map(build).collect();
    let start = "INSERT INTO configuration (head, id, digest, maker, model, description, version)";
    changing.insert_many(start, 7, "", &builds).await.unwrap();
    changing.commit().await.unwrap();
    old.close().await;
}

/// Starts the program, and kills it somewhere within `whole`; whether it was at work then.
fn kill(url: &str, whole: Duration) -> bool {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "database::killed::opener", "--ignored", "--nocapture"])
        .env(URL, url)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "at work"));
    std::thread::sleep(whole.mul_f64(chance()));
    let met = child.try_wait().unwrap().is_none();
    child.kill().ok();
    child.wait().unwrap();
    met
}

/// Between 0 and 1. Nobody chooses the moment at which a machine dies.
fn chance() -> f64 {
    let text = RootKey::make().unwrap().to_text();
    let letters = text.bytes().filter(u8::is_ascii_alphanumeric).take(8);
    letters.fold(0.0, |all, byte| (all + f64::from(byte % 32)) / 32.0)
}

/// `old` holds the older version, `copy` makes a database of the same rows and gives its
/// address. It goes on until as many died amid the work as are asked for; gives the number of
/// the last copy.
async fn die<F: Future<Output = String>>(old: &str, copy: impl Fn(usize) -> F) -> usize {
    fill(old).await;
    let whole = copy(0).await;
    let begin = Instant::now();
    Database::open(&whole).await.unwrap().close().await;
    let mut taken = begin.elapsed();
    let expected = held(&whole).await;
    assert_eq!(expected.1["judgement_history"].len(), 12000);
    let kills: usize =
        std::env::var("LAZARET_KILLS").map_or(10, |text| text.parse().unwrap());
    let (mut met, mut round) = (0, 0);
    while met < kills {
        round += 1;
        assert!(round <= kills * 8, "{met} of {round} were killed amid the work");
        let url = copy(round).await;
        match kill(&url, taken) {
            true => met += 1,
            // It was measured on a busier machine.
            false => taken = taken.mul_f64(0.8),
        }
        let (migrations, tables) = held(&url).await;
        assert_eq!(migrations, expected.0, "round {round}");
        for (name, rows) in &expected.1 {
            assert!(tables[name] == *rows, "round {round}: {name} differs");
        }
    }
    round
}

#[tokio::test]
async fn migrations_amid_which_a_program_dies_are_ended_by_the_next_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let url = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
    die(&url("old.db"), async |round| {
        let name = format!("{round}.db");
        std::fs::copy(file("old.db"), file(&name)).unwrap();
        url(&name)
    })
    .await;
}

#[tokio::test]
async fn migrations_amid_which_a_program_dies_are_ended_by_the_next_on_postgres() {
    let Ok(server) = std::env::var("LAZARET_TEST_POSTGRES") else {
        assert!(std::env::var_os("CI").is_none(), "no PostgreSQL server is named");
        return;
    };
    sqlx::any::install_default_drivers();
    let name = format!("lazaret_{}", &RootKey::make().unwrap().to_text()[..16]);
    let admin = async |statement: String| {
        let mut admin =
            sqlx::AnyConnection::connect(&format!("{server}/postgres")).await.unwrap();
        admin.execute(AssertSqlSafe(statement)).await.unwrap();
    };
    admin(format!("CREATE DATABASE {name}")).await;
    let last = die(&format!("{server}/{name}"), async |round| {
        admin(format!("CREATE DATABASE {name}_{round} TEMPLATE {name}")).await;
        format!("{server}/{name}_{round}")
    })
    .await;
    for round in 0..=last {
        admin(format!("DROP DATABASE {name}_{round} WITH (FORCE)")).await;
    }
    admin(format!("DROP DATABASE {name} WITH (FORCE)")).await;
}
