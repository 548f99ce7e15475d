//! A purchasing group with two years behind it, lived through the real import path.
//!
//! `generate_house FOLDER --models FILE --bill FILE --advisories FOLDER [--source PATH]…
//! [--devices N] [--configurations N] [--hospitals N] [--bills N] [--months N] [--from MONTH]
//! [--database URL]`
//!
//! Month by month hospitals send their inventories again (devices come, are updated and go),
//! makers' SBOMs arrive, advisories are published, and people plan, report, accept, analyse and
//! answer. The clock is the months' own, so what is kept says when it happened. `--models` is
//! an inventory export whose makers and models are used beside invented ones, `--bill` an SBOM
//! from which the components of the others are drawn, `--advisories` a folder of which a part
//! comes out over the months. The same words make the same house, but for keys and times.
//!
//! A house of which making was cut short after a month is gone on with by `--from` the next one,
//! with the same words beside it.
//!
//! Served by `lazaret serve --data FOLDER/house --root-key FOLDER/root.key`.

#![expect(clippy::print_stdout, reason = "a program for people who work on this one")]

mod life;
mod papers;
mod world;

use std::error::Error;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

use life::Life;
use world::World;

/// As in the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub(crate) type Fault = Box<dyn Error + Send + Sync>;

/// How many seconds the clock of the house is behind that of the machine.
static BEHIND: AtomicI64 = AtomicI64::new(0);
/// Seconds of a month: a twelfth of a year.
const MONTH: i64 = 2_629_800;

/// The time in the house.
pub(crate) fn now() -> Timestamp {
    let behind = SignedDuration::from_secs(BEHIND.load(Ordering::Relaxed));
    let now = Timestamp::now();
    now.saturating_sub(behind).unwrap_or(now)
}

fn main() -> Result<(), Fault> {
    let asked = Asked::read(std::env::args().skip(1))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(&asked))
}

/// What the command line says.
pub(crate) struct Asked {
    pub(crate) folder: PathBuf,
    pub(crate) database: Option<String>,
    pub(crate) models: PathBuf,
    pub(crate) bill: PathBuf,
    pub(crate) advisories: PathBuf,
    pub(crate) sources: Vec<PathBuf>,
    pub(crate) devices: usize,
    pub(crate) configurations: usize,
    pub(crate) hospitals: usize,
    pub(crate) bills: usize,
    pub(crate) months: usize,
    pub(crate) from: usize,
}

impl Asked {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self, Fault> {
        let mut asked = Self {
            folder: PathBuf::new(),
            database: None,
            models: PathBuf::new(),
            bill: PathBuf::new(),
            advisories: PathBuf::new(),
            sources: Vec::new(),
            devices: 1_000_000,
            configurations: 20_000,
            hospitals: 400,
            bills: 5_000,
            months: 24,
            from: 0,
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} needs a value"));
            match word.as_str() {
                "--database" => asked.database = Some(value()?),
                "--models" => asked.models = value()?.into(),
                "--bill" => asked.bill = value()?.into(),
                "--advisories" => asked.advisories = value()?.into(),
                "--source" => asked.sources.push(value()?.into()),
                "--devices" => asked.devices = value()?.parse()?,
                "--configurations" => asked.configurations = value()?.parse()?,
                "--hospitals" => asked.hospitals = value()?.parse()?,
                "--bills" => asked.bills = value()?.parse()?,
                "--months" => asked.months = value()?.parse()?,
                "--from" => asked.from = value()?.parse()?,
                folder => asked.folder = folder.into(),
            }
        }
        for (path, name) in [
            (&asked.folder, "a folder"),
            (&asked.models, "--models"),
            (&asked.bill, "--bill"),
            (&asked.advisories, "--advisories"),
        ] {
            if path.as_os_str().is_empty() {
                return Err(format!("name {name}").into());
            }
        }
        Ok(asked)
    }
}

async fn run(asked: &Asked) -> Result<(), Fault> {
    let world = World::read(asked)?;
    let months = i64::try_from(asked.months)?;
    let begun = months - i64::try_from(asked.from)?;
    BEHIND.store(begun * MONTH, Ordering::Relaxed);
    let mut life = match asked.from {
        0 => Life::begin(asked, &world).await?,
        _ => Life::resume(asked, &world).await?,
    };
    for month in asked.from..asked.months {
        BEHIND.store((months - i64::try_from(month)?) * MONTH, Ordering::Relaxed);
        println!("{}", life.month(month).await?);
    }
    BEHIND.store(0, Ordering::Relaxed);
    println!("{}", life.today().await?);
    Ok(())
}
