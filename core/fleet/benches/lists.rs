//! Lists at a million devices: how much memory they take, and how long a page takes.
//!
//! `cargo bench -p fleet --bench lists`. The fleet is invented: 20,000 configurations of 300
//! makers, 400 organisations in a tree, every device with an asset tag, serial, UDI, MAC and
//! IP; its ordinals have gaps. A *screen* is a filter asked anew, its first page of 100 rows
//! and the facets of eleven columns.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "this is a measurement"
)]

use std::hint::black_box;
use std::sync::{LazyLock, Mutex};
use std::time::Instant;

use divan::Bencher;
use fleet::{
    Answer, Column, Configuration, ConfigurationId, Entry, Filter, Fleet, Organisation,
    OrganisationId, Priorities, Priority, Scope, Sets, Sort, Start,
};

const DEVICES: u32 = 1_000_000;
const CONFIGURATIONS: i64 = 20_000;
const ORGANISATIONS: i64 = 400;

const FACETS: [Column; 11] = [
    Column::Department,
    Column::Status,
    Column::Source,
    Column::Maker,
    Column::Model,
    Column::Verdict,
    Column::Priority,
    Column::LifeSustaining,
    Column::HoldsPhi,
    Column::Reachable,
    Column::MissingSince,
];

static FLEET: LazyLock<Fleet> = LazyLock::new(build);

fn main() {
    let before = resident();
    let started = Instant::now();
    let fleet = LazyLock::force(&FLEET);
    println!("built in {:.2} s", started.elapsed().as_secs_f64());
    println!("resident, no list asked: {} MB", resident() - before);
    for column in Column::ALL {
        let started = Instant::now();
        black_box(page(fleet, &Filter::default(), Sort::up(column)));
        let took = started.elapsed().as_millis();
        println!("first list by {}: {took} ms", column.word());
    }
    println!("resident, sorted by every column: {} MB", resident() - before);
    let started = Instant::now();
    black_box(fleet.find(&top(), "im-400"));
    println!("first find: {} ms", started.elapsed().as_millis());
    println!("resident, everything asked: {} MB", resident() - before);
    for column in Column::ALL {
        let filter = Filter::parse("status=in%20use&missing=no").unwrap();
        let took = processor_time(|| screen(fleet, &filter, Sort::down(column)));
        println!("screen by {}: {took:.1} ms of processor time", column.word());
    }
    for query in QUERIES {
        let filter = Filter::parse(query).unwrap();
        let sort = Sort::up(Column::AssetTag);
        let took = processor_time(|| screen(fleet, &filter, sort));
        println!("screen of `{query}`: {took:.1} ms of processor time");
    }
    for text in TYPED {
        let took = processor_time(|| fleet.find(&top(), text));
        println!("find `{text}`: {took:.1} ms of processor time");
    }
    divan::main();
}

const QUERIES: [&str; 7] = [
    "",
    "department=Ward%207",
    "within=3&verdict=affected",
    "model.contains=12&life_sustaining=yes&status=in%20use",
    "asset_tag.contains=9-77",
    "udi.contains=7712",
    "serial=sn0077123",
];

const TYPED: [&str; 8] = [
    "AT-00771234",
    "(01)00844588007712(21)XYZ",
    "00:1a:00:0b:c4:55",
    "10.7.7",
    "0771234",
    "99-no-such-77",
    "maker 77 infusion",
    "1",
];

/// The median of eleven runs in milliseconds, as Linux accounts for this thread: on a
/// machine that is busy with other work the wall clock says little.
fn processor_time<T>(run: impl Fn() -> T) -> f64 {
    let spent = || -> u64 {
        let account = std::fs::read_to_string("/proc/thread-self/schedstat");
        let account = account.unwrap_or_default();
        account
            .split(' ')
            .next()
            .and_then(|nanoseconds| nanoseconds.parse().ok())
            .unwrap_or(0)
    };
    let mut took: Vec<u64> = (0..11)
        .map(|_| {
            let before = spent();
            black_box(run());
            spent() - before
        })
        .collect();
    took.sort_unstable();
    took[5] as f64 / 1e6
}

#[divan::bench(args = QUERIES)]
fn screen_by_asset_tag(bencher: Bencher<'_, '_>, query: &str) {
    let filter = Filter::parse(query).unwrap();
    bencher.bench(|| screen(&FLEET, &filter, Sort::up(Column::AssetTag)));
}

#[divan::bench(args = Column::ALL)]
fn screen_by(bencher: Bencher<'_, '_>, column: &Column) {
    let filter = Filter::parse("status=in%20use&missing=no").unwrap();
    bencher.bench(|| screen(&FLEET, &filter, Sort::down(*column)));
}

#[divan::bench(args = TYPED)]
fn find(bencher: Bencher<'_, '_>, text: &str) {
    bencher.bench(|| FLEET.find(&top(), text));
}

/// Half way down a list, from the last row of the page before.
#[divan::bench(args = [Column::AssetTag, Column::Configuration])]
fn page_in_the_middle(bencher: Bencher<'_, '_>, column: &Column) {
    let filter = Filter::parse("status=in%20use").unwrap();
    let (scope, sets) = (top(), Sets::new());
    let view = FLEET.view(&scope, &filter, &sets).unwrap();
    let sort = Sort::down(*column);
    let middle = view.page(sort, &Start::At(view.total() / 2), 100);
    let after = Start::After(middle.next.unwrap());
    bencher.bench(|| view.page(sort, &after, 100));
}

/// A hundred devices change their serial; the list is asked again.
#[divan::bench]
fn hundred_changes_and_a_page(bencher: Bencher<'_, '_>) {
    let changing = Mutex::new((build(), 0));
    let sort = Sort::up(Column::Serial);
    page(&changing.lock().unwrap().0, &Filter::default(), sort);
    bencher.bench(|| {
        let mut held = changing.lock().unwrap();
        held.1 += 1;
        for number in 0..100 {
            let serial = format!("NEW-{}-{number}", held.1);
            let ordinal = (number * 7919 + 3) * 2;
            held.0.put(&Entry { ordinal, serial: &serial, ..Entry::default() });
        }
        page(&held.0, &Filter::default(), sort)
    });
}

fn top() -> Scope {
    Scope::of([OrganisationId(0)])
}

fn page(fleet: &Fleet, filter: &Filter, sort: Sort) -> u64 {
    let view = fleet.view(&top(), filter, &Sets::new()).unwrap();
    view.page(sort, &Start::First, 100).total
}

fn screen(fleet: &Fleet, filter: &Filter, sort: Sort) -> usize {
    let view = fleet.view(&top(), filter, &Sets::new()).unwrap();
    let page = view.page(sort, &Start::First, 100);
    let facets = FACETS.map(|column| view.facets(column, 20).distinct);
    let totals = view.totals(Column::Verdict).len();
    page.ordinals.len() + facets.iter().sum::<usize>() + totals
}

fn build() -> Fleet {
    let mut fleet = Fleet::build(organisations(), configurations(), []);
    for number in 0..DEVICES {
        // A number that is spread out, so that nothing arrives in its order.
        let spread = number.wrapping_mul(2_654_435_761) % DEVICES;
        let [tag, serial, udi, mac, ip, ward, day] = texts(spread);
        fleet.put(&Entry {
            ordinal: number * 2,
            organisation: OrganisationId(i64::from(spread) % ORGANISATIONS),
            configuration: ConfigurationId(i64::from(spread / 7) % CONFIGURATIONS),
            source: ["Snipe-IT", "ServiceNow", "passive"][(spread % 3) as usize],
            asset_tag: &tag,
            serial: &serial,
            udi: &udi,
            mac: &mac,
            ip: &ip,
            department: &ward,
            status: ["in use", "in use", "in use", "in repair"][(spread % 4) as usize],
            received: &day,
            missing_since: if spread.is_multiple_of(50) { "2026-11-01" } else { "" },
            life_sustaining: Answer::ALL[(spread % 3) as usize],
            holds_phi: Answer::ALL[(spread / 3 % 3) as usize],
            reachable: Answer::ALL[(spread / 9 % 3) as usize],
        });
    }
    fleet
}

fn texts(spread: u32) -> [String; 7] {
    let [_, b, c, d] = spread.to_be_bytes();
    let model = spread / 7 % 20_000;
    [
        format!("AT-{spread:08}"),
        format!("SN{:07}", spread ^ 0x5A5A),
        format!("(01)008445880{model:05}(21)SN{:07}", spread ^ 0x5A5A),
        format!("00:1A:00:{b:02X}:{c:02X}:{d:02X}"),
        format!("10.{b}.{c}.{d}"),
        format!("Ward {}", spread % 60),
        format!("20{:02}-{:02}-{:02}", 10 + d % 16, 1 + c % 12, 1 + d % 28),
    ]
}

fn organisations() -> impl Iterator<Item = Organisation> {
    (0..ORGANISATIONS).map(|id| Organisation {
        id: OrganisationId(id),
        parent: (id > 0).then_some(OrganisationId(id / 8)),
        name: format!("Site {id}"),
    })
}

fn configurations() -> impl Iterator<Item = Configuration> {
    (0..CONFIGURATIONS).map(|id| Configuration {
        id: ConfigurationId(id),
        maker: format!("Maker {}", id % 300),
        model: format!("IM-{}", id % 5000),
        description: ["Infusion pump", "Patient monitor"][(id % 2) as usize].to_owned(),
        version: format!("{}.{}", id % 9, id % 30),
        verdict: matching::Verdict::ALL.into_iter().nth((id % 7) as usize),
        priorities: Priorities::new(|standing| {
            let step = i64::from(standing.reachable == Answer::No);
            Priority::ALL.into_iter().nth((id % 6 + step) as usize)
        }),
        exploited: Answer::ALL[(id % 3) as usize],
        affected: (id % 13) as u32,
        cannot_tell: (id % 17) as u32,
    })
}

/// Resident memory in MB, as Linux tells it; 0 elsewhere.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    kilobytes.unwrap_or(0) / 1024
}
