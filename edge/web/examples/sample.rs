//! A house with devices in it, served on this machine: for looking at pages, and for
//! measuring them.
//!
//! `sample FOLDER --inventory FILE --source PATH… [--devices N] [--listen ADDRESS]
//! [--advisory FILE]… [--database URL]`. What is in the folder already is used as it is.
//! `--devices` repeats the rows of the inventory with other numbers until there are so many,
//! spread over a hundred hospitals' worth of wards. Each advisory is laid over the index while
//! the house is at work, and it is told how long it takes until its devices are known.

#![expect(clippy::print_stdout, reason = "a program for people who work on this one")]

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use advisory::Document;
use operations::first_run::{Founding, found, offer};
use operations::inventory::{Delivery, deliver};
use operations::judging::use_index;
use operations::{Actor, App, work_off};
use store::{Kind, RootKey, Scope, Store};
use tokio::net::TcpListener;
use web::{House, Transport};

const ADDRESS: &str = "ada@hospital.example";
const PASSWORD: &str = "a long sentence will do";

/// As in the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Fault = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Fault> {
    let asked = Asked::read(std::env::args().skip(1))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(&asked))
}

/// What the command line says.
#[derive(Default)]
struct Asked {
    folder: PathBuf,
    inventory: Option<PathBuf>,
    sources: Vec<PathBuf>,
    devices: usize,
    listen: String,
    advisories: Vec<PathBuf>,
    database: Option<String>,
}

impl Asked {
    fn read(words: impl Iterator<Item = String>) -> Result<Self, Fault> {
        let mut asked = Self { listen: "127.0.0.1:8080".to_owned(), ..Self::default() };
        let mut words = words;
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} needs a value"));
            match word.as_str() {
                "--inventory" => asked.inventory = Some(value()?.into()),
                "--source" => asked.sources.push(value()?.into()),
                "--devices" => asked.devices = value()?.parse()?,
                "--advisory" => asked.advisories.push(value()?.into()),
                "--database" => asked.database = Some(value()?),
                "--listen" => asked.listen = value()?,
                folder => asked.folder = folder.into(),
            }
        }
        match asked.folder.as_os_str().is_empty() {
            true => Err("name a folder".into()),
            false => Ok(asked),
        }
    }
}

async fn run(asked: &Asked) -> Result<(), Fault> {
    std::fs::create_dir_all(&asked.folder)?;
    let url = match &asked.database {
        Some(url) => url.clone(),
        None => format!("sqlite:{}", asked.folder.join("lazaret.db").display()),
    };
    let app = App::new(
        Store::open(&url, &key(&asked.folder)?).await?,
        &asked.folder,
        jiff::Timestamp::now,
    );
    if let Some(link) = offer(&app).await? {
        fill(&app, &link, asked).await?;
    }
    let started = Instant::now();
    operations::fleet::prepare(&app).await?;
    println!(
        "lists ready in {:.1} s, {} MB resident",
        started.elapsed().as_secs_f64(),
        resident()
    );
    for advisory in &asked.advisories {
        react(&app, &asked.folder, advisory).await?;
    }
    let listener = TcpListener::bind(&asked.listen).await?;
    println!("http://{}  {ADDRESS}  {PASSWORD}", listener.local_addr()?);
    std::io::stdout().flush()?;
    let house = House::new(app, Transport::Loopback, |text| println!("{text}"));
    web::serve(house, listener, std::future::pending()).await?;
    Ok(())
}

fn key(folder: &Path) -> Result<RootKey, Fault> {
    let file = folder.join("sample.key");
    if let Ok(text) = std::fs::read_to_string(&file) {
        return Ok(RootKey::from_text(&text)?);
    }
    let key = RootKey::make()?;
    std::fs::write(file, &*key.to_text())?;
    Ok(key)
}

async fn fill(app: &App, link: &str, asked: &Asked) -> Result<(), Fault> {
    let founding = Founding {
        kind: Kind::System,
        organisation: "Invented Health System",
        name: "Ada Invented",
        address: ADDRESS,
        password: PASSWORD,
        zone: "Europe/London",
    };
    let session = found(app, link, founding).await?;
    let session = app.store.session(&session.secret, (app.now)()).await?;
    let ada = Actor::of_session(app, session.ok_or("nobody is signed in")?).await?;
    if !asked.sources.is_empty() {
        let index = asked.folder.join("advisories.index");
        let order = feeds::Order {
            index: &index,
            sources: &asked.sources,
            cache: feeds::Cache::Ignore,
        };
        feeds::build(&order, &mut |_| {})?;
        use_index(app, &index.canonicalize()?).await?;
    }
    let Some(inventory) = &asked.inventory else { return Ok(()) };
    let bytes = many(std::fs::read(inventory)?, asked.devices)?;
    let started = Instant::now();
    let delivery = Delivery {
        organisation: ada.head,
        source: "Asset system".to_owned(),
        name: "inventory.csv".to_owned(),
        bytes,
        mapping: device::inventory::Mapping::default(),
    };
    deliver(app, &ada, delivery).await?;
    for fault in work_off(app, "sample").await? {
        println!("fault: {fault}");
    }
    let all = started.elapsed().as_secs_f64();
    let imports = app.store.imports(&Scope::whole(ada.head), 1).await?;
    let import = imports.first().ok_or("nothing was taken in")?;
    let ended = import.ended.as_deref().ok_or("the import did not end")?;
    let began: jiff::Timestamp = import.started.parse()?;
    let taken = ended.parse::<jiff::Timestamp>()?.duration_since(began).as_secs_f64();
    println!("taken in, {taken:.1} s; judged for the first time too, {all:.1} s");
    Ok(())
}

/// Lays a new advisory over the index, and tells how long it takes until the devices that it
/// touches are known.
async fn react(app: &App, folder: &Path, advisory: &Path) -> Result<(), Fault> {
    let Document::Record(record) = advisory::parse(&std::fs::read(advisory)?)?.value
    else {
        return Err(format!("{} is no advisory", advisory.display()).into());
    };
    let head = app.store.heads().await?.pop().ok_or("there is no organisation")?;
    let index = folder.join("advisories.index").canonicalize()?;
    let started = Instant::now();
    let mut times = Vec::new();
    let mut lap = |what: &str| {
        times.push(format!("{what} {:.0} ms", started.elapsed().as_secs_f64() * 1000.0));
    };
    feeds::add(&index, &[advisory.to_owned()])?;
    lap("kept");
    use_index(app, &index).await?;
    lap("in use");
    for fault in work_off(app, "sample").await? {
        println!("fault: {fault}");
    }
    lap("judged");
    let held = operations::fleet::holdings(app, head).await?;
    let about = operations::fleet::About::Advisory(record.id.clone());
    let builds = held.touched(&about).into_iter();
    let affected = builds.filter(|(_, verdict)| *verdict == matching::Verdict::Affected);
    let devices = held.fleet.of_configurations(affected.map(|(build, _)| build)).len();
    lap("known");
    println!("{}: {devices} devices affected; {}", record.id, times.join(", "));
    Ok(())
}

/// The rows again and again, each with numbers of its own, until there are so many. Facts
/// that decide priorities and versions differ from row to row.
fn many(bytes: Vec<u8>, devices: usize) -> Result<Vec<u8>, Fault> {
    if devices == 0 {
        return Ok(bytes);
    }
    let text = String::from_utf8(bytes)?;
    let mut lines = text.lines();
    let head = lines.next().ok_or("the inventory is empty")?;
    let places: BTreeMap<&str, usize> =
        head.split(',').enumerate().map(|(at, name)| (name, at)).collect();
    // Quoted cells would need a reader; the samples have few, and those rows are left out.
    let rows: Vec<Vec<&str>> = lines
        .filter(|line| !line.contains('"'))
        .map(|line| line.split(',').collect())
        .collect();
    let mut written = format!("{head},life_sustaining,reachable\n").into_bytes();
    for number in 0..devices {
        let Some(row) = rows.get(number % rows.len().max(1)) else { break };
        let round = number / rows.len();
        let mut cells: Vec<String> = row.iter().map(|cell| (*cell).to_owned()).collect();
        let mut set = |name: &str, value: String| {
            if let Some(cell) = places.get(name).and_then(|at| cells.get_mut(*at)) {
                *cell = value;
            }
        };
        set("asset_tag", format!("BME-{number:07}"));
        set("serial", format!("SN{:09}", number * 7919 % 1_000_000_007));
        set("department", format!("Ward {}", number * 31 % 400));
        set(
            "ip",
            format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255),
        );
        set(
            "mac",
            format!(
                "02:00:{:02x}:{:02x}:{:02x}:{:02x}",
                number >> 24,
                number >> 16 & 255,
                number >> 8 & 255,
                number & 255
            ),
        );
        if !round.is_multiple_of(50)
            && let Some(cell) =
                places.get("software_version").and_then(|at| cells.get_mut(*at))
            && !cell.is_empty()
        {
            cell.push_str(&format!(".{}", round % 50));
        }
        let facts = ["yes", "no", ""];
        let fact =
            |step: usize| facts.get(number / step % 3).copied().unwrap_or_default();
        writeln!(written, "{},{},{}", cells.join(","), fact(7), fact(11))?;
    }
    Ok(written)
}

/// Resident memory in MB, as Linux tells it; 0 elsewhere.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    kilobytes.unwrap_or(0) / 1024
}
