//! Sixty-four controls over a purchasing group of a thousand organisations, in a house: all of
//! them from what the database holds, on the next day, and after one new piece of evidence.
//!
//! `cargo run --release -p operations --example group_posture -- FOLDER [--organisations N]
//! [--people N]`
//!
//! The group is invented: one at the top, ten systems, the hospitals below. Each delivers, by the
//! acts that people use, the register that is printed to begin with, a roster of 500 people with
//! accounts, courses and results of simulated phishing, half as many computers, the rules of a
//! firewall, and an inventory. Nothing here is a test: it prints how long each took.

#![expect(clippy::print_stdout, reason = "a program for people who work on this one")]

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use operations::evidence::{Answers, arrive, take};
use operations::first_run::{Founding, found, offer};
use operations::inventory::{Delivery, deliver};
use operations::organisation::make_below;
use operations::posture::overview;
use operations::{Actor, App, work_off};
use store::{Kind, NewOrganisation, Parcel, RootKey, Store};

type Fault = Box<dyn Error + Send + Sync>;

const DEVICES: usize = 20;
const SYSTEMS: usize = 10;

/// How many hours the clock of the house is ahead of that of the machine.
static AHEAD: AtomicI64 = AtomicI64::new(0);

fn now() -> Timestamp {
    let ahead = SignedDuration::from_hours(AHEAD.load(Ordering::Relaxed));
    let now = Timestamp::now();
    now.saturating_add(ahead).unwrap_or(now)
}

fn main() -> Result<(), Fault> {
    let mut words = std::env::args().skip(1);
    let mut folder = PathBuf::new();
    let mut size = Size { organisations: 1_000, people: 500 };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--organisations" => size.organisations = value()?.parse()?,
            "--people" => size.people = value()?.parse()?,
            path => folder = path.into(),
        }
    }
    if folder.as_os_str().is_empty() {
        return Err("name a folder".into());
    }
    std::fs::create_dir_all(&folder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(&folder, size))
}

/// How large the group is, and each organisation of it.
#[derive(Clone, Copy)]
struct Size {
    organisations: usize,
    people: usize,
}

async fn run(folder: &Path, Size { organisations, people }: Size) -> Result<(), Fault> {
    let url = format!("sqlite:{}", folder.join("lazaret.db").display());
    let store = Store::open(&url, &RootKey::make()?).await?;
    let app = App::new(store.clone(), folder, now);
    let ada = founded(&app).await?;
    let started = Instant::now();
    let places = places(&app, &ada, organisations).await?;
    let recent = app.today();
    let mut rows = 0;
    for place in &places {
        rows += furnish(&app, &ada, *place, (&recent, people)).await?;
    }
    let faults = work_off(&app, "example").await?;
    println!(
        "{} organisations with {rows} rows of evidence made in {} s; {} faults",
        places.len(),
        started.elapsed().as_secs(),
        faults.len()
    );
    for _ in 0..3 {
        let fresh = App::new(store.clone(), folder, now);
        timed("all, from the database", &fresh, &ada).await?;
        timed("again, unchanged", &fresh, &ada).await?;
        AHEAD.fetch_add(24, Ordering::Relaxed);
        timed("all, on the next day", &fresh, &ada).await?;
        let day = fresh.today();
        let last = places.last().copied().unwrap_or(ada.head);
        let name = format!("newer of {day}");
        keep(&fresh, &ada, last, &accounts(&name, &day, people)).await?;
        timed("after an export of accounts of one hospital", &fresh, &ada).await?;
        keep(&fresh, &ada, last, &register(&name)).await?;
        timed("after a register of one hospital", &fresh, &ada).await?;
        inventory(&fresh, &ada, last, &day).await?;
        work_off(&fresh, "example").await?;
        timed("after an inventory of one hospital", &fresh, &ada).await?;
    }
    Ok(())
}

async fn timed(what: &str, app: &App, by: &Actor) -> Result<(), Fault> {
    let started = Instant::now();
    let all = overview(app, by).await?;
    let took = started.elapsed();
    let met: usize = all
        .standings
        .iter()
        .map(|one| one.posture.whole().count(posture::Verdict::Met))
        .sum();
    println!(
        "{what}: {:.1} ms for {} organisations, {met} verdicts met",
        took.as_secs_f64() * 1000.0,
        all.standings.len()
    );
    Ok(())
}

async fn founded(app: &App) -> Result<Actor, Fault> {
    let secret = offer(app).await?.ok_or("somebody lives there already")?;
    let founding = Founding {
        kind: Kind::PurchasingGroup,
        organisation: "Invented Purchasing Group",
        name: "Ada Invented",
        address: "ada@group.example",
        password: "a long sentence will do",
        zone: "UTC",
    };
    let new = found(app, &secret, founding).await?;
    let session = app.store.session(&new.secret, (app.now)()).await?;
    Ok(Actor::of_session(app, session.ok_or("nobody is signed in")?).await?)
}

/// The group, its systems, and the hospitals below these.
async fn places(app: &App, ada: &Actor, count: usize) -> Result<Vec<i64>, Fault> {
    let mut places = vec![ada.head];
    for at in 1..count {
        let (above, kind, name) = match at {
            1..=SYSTEMS => (ada.head, Kind::System, format!("System {at}")),
            _ => {
                let system = places.get(1 + at % SYSTEMS).copied().unwrap_or(ada.head);
                (system, Kind::Hospital, format!("Hospital {at}"))
            }
        };
        let new = NewOrganisation { kind, name: &name };
        places.push(make_below(app, ada, above, new).await?.id);
    }
    Ok(places)
}

/// What an organisation delivers; gives how many rows that is.
async fn furnish(
    app: &App,
    ada: &Actor,
    place: i64,
    (day, people): (&str, usize),
) -> Result<usize, Fault> {
    let own = format!("of {place}");
    let documents = [
        register(&own),
        roster(&own, day, people),
        accounts(&own, day, people),
        courses(&own, day, people),
        phishing(&own, day, people),
        computers(&own, day, people / 2),
        firewall(&own),
    ];
    for document in &documents {
        keep(app, ada, place, document).await?;
    }
    inventory(app, ada, place, day).await?;
    Ok(documents.iter().map(|text| text.lines().count()).sum())
}

async fn keep(app: &App, ada: &Actor, place: i64, text: &str) -> Result<(), Fault> {
    let parcel = Parcel::of(text.as_bytes())?;
    let arrived = arrive(app, ada, place, "file", parcel).await?;
    take(app, ada, arrived.id(), &Answers::default()).await?;
    Ok(())
}

async fn inventory(app: &App, ada: &Actor, place: i64, day: &str) -> Result<(), Fault> {
    let mut text = "asset_tag,manufacturer,model,version,location\n".to_owned();
    for row in 0..DEVICES {
        writeln!(text, "{place}-{row},Invented,Pump {},2.1,{day}", row % 5)?;
    }
    let delivery = Delivery {
        organisation: place,
        source: format!("assets of {place}"),
        name: "inventory.csv".to_owned(),
        bytes: text.into_bytes(),
        mapping: device::inventory::Mapping::default(),
    };
    deliver(app, ada, delivery).await?;
    Ok(())
}

/// A table whose first row holds whose it is, so that none is the same as another.
fn table(
    heading: &str,
    rows: usize,
    row: impl Fn(usize, &mut String) -> std::fmt::Result,
) -> String {
    let mut text = format!("{heading}\n");
    for at in 0..rows {
        // Writing to a text does not fail.
        let _ = row(at, &mut text);
    }
    text
}

fn roster(own: &str, day: &str, people: usize) -> String {
    table("Employee ID,Role,Department,Start Date", people, |at, text| {
        writeln!(text, "{at},role {},ward {own},{day}", at % 20)
    })
}

fn accounts(own: &str, day: &str, people: usize) -> String {
    let heading = "userPrincipalName,employeeId,accountEnabled,privileged,mfa,lastSignInDateTime,department";
    table(heading, people, |at, text| {
        let privileged = if at % 50 == 0 { "yes" } else { "no" };
        writeln!(text, "u{at}@x.example,{at},true,{privileged},yes,{day},{own}")
    })
}

fn courses(own: &str, day: &str, people: usize) -> String {
    table("Employee ID,Course,Completion Date,Status,Score", people, |at, text| {
        writeln!(text, "{at},Security for staff {own},{day},Completed,85")
    })
}

fn phishing(own: &str, day: &str, people: usize) -> String {
    table("email,campaign,send date,clicked,reported", people, |at, text| {
        writeln!(text, "u{at}@x.example,Campaign {own},{day},no,yes")
    })
}

fn computers(own: &str, day: &str, count: usize) -> String {
    table("hostname,antivirus,enabled,signatures,missing patches", count, |at, text| {
        writeln!(text, "pc{at},AV {own},yes,{day},0")
    })
}

fn register(own: &str) -> String {
    format!("{}\n# {own}\n", evidence::register::EXAMPLE)
}

fn firewall(own: &str) -> String {
    format!(
        "# Generated by iptables-save {own}\n*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n\
         -A INPUT -p tcp --dport 443 -j ACCEPT\nCOMMIT\n"
    )
}
