//! Sixty-four controls over a group of a thousand organisations: all of them, and after one
//! new piece of evidence.
//!
//! `cargo bench -p posture --bench group`. The group is invented: one at the top, ten regions,
//! the hospitals below. Each has the register that is printed to begin with, a roster of 500
//! people with accounts, courses and phishing results, 300 computers, 400 devices, a firewall.

#![expect(clippy::print_stdout, reason = "this is a measurement")]

use std::hint::black_box;
use std::time::Instant;

use evidence::{Field, Kind, Pseudonyms, Record, Value};
use posture::{Group, Held, Holdings, Member, Tailoring, What};
use reading::Place;
use terms::Day;

const ORGANISATIONS: usize = 1_000;
const PEOPLE: usize = 500;
const COMPUTERS: usize = 300;
const DEVICES: usize = 400;

fn main() {
    let Ok(today) = terms::date::day("2026-11-26") else { return };
    let Ok(recent) = terms::date::day("2026-11-20") else { return };
    let names = Pseudonyms::new([1; 32]);
    let members: Vec<Member> =
        (0..ORGANISATIONS).map(|at| member(at, &names, recent)).collect();
    let rows: usize = members.iter().map(|member| rows(&member.holdings)).sum();
    for _ in 0..3 {
        let members = members.clone();
        let started = Instant::now();
        let mut group = Group::of(members, today);
        println!(
            "{ORGANISATIONS} organisations, {rows} rows, 64 controls: {} ms",
            started.elapsed().as_millis()
        );
        for (what, member, held) in [
            ("accounts of a hospital", ORGANISATIONS - 1, accounts(&names, recent)),
            ("a register of a hospital", ORGANISATIONS - 1, register(&names)),
            ("the insurance of the group", 0, policy(recent)),
        ] {
            let started = Instant::now();
            let judged = group.add(member, held);
            let rolled = black_box(group.rolled());
            println!(
                "{what}: {judged} verdicts of {}: {} µs",
                rolled.first().map_or(0, |it| it.organisations),
                started.elapsed().as_micros()
            );
        }
    }
}

fn rows(holdings: &Holdings) -> usize {
    let count = |held: &Held| match &held.what {
        What::Records(records) => records.len(),
        What::Firewall(_) | What::Scan(_) => 1,
    };
    holdings.held.iter().map(count).sum()
}

fn member(at: usize, names: &Pseudonyms, recent: Day) -> Member {
    let parent = match at {
        0 => None,
        1..=10 => Some(0),
        _ => Some(1 + at % 10),
    };
    let mut holdings = Holdings::default();
    for held in [
        register(names),
        table("roster", Kind::Person, PEOPLE, |row, record| {
            record.put(Field::Employee, Value::Person(names.of(&row.to_string())));
            record.put(Field::Role, Value::Text(format!("role {}", row % 20)));
            record.put(Field::From, Value::Day(recent));
        }),
        accounts(names, recent),
        table("courses", Kind::Completion, PEOPLE, |row, record| {
            record.put(Field::Employee, Value::Person(names.of(&row.to_string())));
            record.put(
                Field::Course,
                Value::Text("Security for clinical staff".to_owned()),
            );
            record.put(Field::On, Value::Day(recent));
            record.put(Field::Score, Value::Number(85));
        }),
        table("phish", Kind::Phish, PEOPLE, |row, record| {
            record.put(Field::Mail, Value::Person(names.of(&row.to_string())));
            record.put(Field::On, Value::Day(recent));
            record.put(Field::Reported, Value::Yes);
        }),
        table("computers", Kind::Endpoint, COMPUTERS, |row, record| {
            record.put(Field::Host, Value::Text(format!("pc{row}")));
            record.put(Field::Signatures, Value::Day(recent));
            record.put(Field::Missing, Value::Number(0));
        }),
        table("devices", Kind::Device, DEVICES, |row, record| {
            record.put(
                Field::Name,
                Value::Text(format!("10.0.{}.{}", row / 2 / 250, row / 2 % 250)),
            );
            let place = if row % 2 == 0 { "inventory" } else { "network" };
            record.put(Field::Where, Value::Text(place.to_owned()));
            record.put(Field::On, Value::Day(recent));
        }),
        firewall(),
    ] {
        holdings.add(held);
    }
    let tailoring = Tailoring::named(&format!("organisation {at}"));
    Member { parent, tailoring, holdings }
}

fn table(name: &str, kind: Kind, rows: usize, fill: impl Fn(usize, &mut Record)) -> Held {
    let record = |row: usize| {
        let mut record = Record::new(kind, Place::Line { line: row + 2, column: 0 });
        fill(row, &mut record);
        record
    };
    let what = What::Records((0..rows).map(record).collect());
    Held::new(format!("{name}.csv"), None, what)
}

fn accounts(names: &Pseudonyms, recent: Day) -> Held {
    table("accounts", Kind::Account, PEOPLE, |row, record| {
        record.put(Field::Login, Value::Person(names.of(&format!("login {row}"))));
        record.put(Field::Employee, Value::Person(names.of(&row.to_string())));
        record.put(Field::Enabled, Value::Yes);
        record.put(Field::Privileged, if row % 50 == 0 { Value::Yes } else { Value::No });
        record.put(Field::Mfa, Value::Yes);
        record.put(Field::LastSignIn, Value::Day(recent));
    })
}

fn register(names: &Pseudonyms) -> Held {
    let read = evidence::register::parse(evidence::register::EXAMPLE.as_bytes(), names);
    let records = read.map(|parsed| parsed.value).unwrap_or_default();
    Held::new("register.toml".to_owned(), None, What::Records(records))
}

fn policy(recent: Day) -> Held {
    table("policy", Kind::Policy, 1, |_, record| {
        record.put(Field::Name, Value::Text("CY".to_owned()));
        record.put(Field::Cyber, Value::Yes);
        record.put(Field::From, Value::Day(recent));
    })
}

fn firewall() -> Held {
    let text = "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n-A INPUT -p tcp --dport 443 -j ACCEPT\nCOMMIT\n";
    let read =
        evidence::firewall::parse(evidence::firewall::Dialect::Iptables, text.as_bytes());
    let what =
        read.map_or(What::Records(Vec::new()), |parsed| What::Firewall(parsed.value));
    Held::new("firewall.txt".to_owned(), None, what)
}
