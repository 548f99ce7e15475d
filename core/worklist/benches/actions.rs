//! What is to be done at a million devices: how long it takes after something changed.
//!
//! `cargo bench -p worklist --bench actions`. The fleet is invented: 20,000 builds of 300
//! makers and 5,000 models in 400 organisations and 60 wards; two builds of three have four
//! open findings. The list is worked out once after a change and is then in memory.

#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "this is a measurement"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::time::Instant;

use fleet::{
    Answer, ConfigurationId, Entry, Fleet, OrganisationId, Priorities, Priority,
};
use worklist::{Finding, Product, Step, Task, Wanted, actions, tasks, words_of};

const DEVICES: u32 = 1_000_000;
const BUILDS: i64 = 20_000;
const ORGANISATIONS: i64 = 400;

fn main() {
    let fleet = fleet();
    let builds: BTreeMap<i64, (Product, Vec<Finding>)> = (0..BUILDS).map(build).collect();
    let started = Instant::now();
    let tasks: BTreeMap<i64, Vec<Task>> =
        builds.iter().map(|(id, (_, found))| (*id, tasks(found))).collect();
    println!("tasks of {BUILDS} builds: {} ms", started.elapsed().as_millis());
    let started = Instant::now();
    let alike = fleet.alike();
    let took = started.elapsed().as_millis();
    println!("{DEVICES} devices gathered into {}: {took} ms", alike.len());
    let apart = BTreeSet::new();
    for _ in 0..3 {
        let started = Instant::now();
        let all = actions(
            alike,
            |id| builds.get(&id.0).map(|(product, _)| product),
            |_, (id, _)| tasks.get(&id.0).map_or(&[], Vec::as_slice),
            &apart,
        );
        println!("{} actions: {} ms", all.len(), started.elapsed().as_millis());
        black_box(&all);
    }
}

fn fleet() -> Fleet {
    let mut fleet = Fleet::new();
    for number in 0..DEVICES {
        // A number that is spread out, so that nothing arrives in its order.
        let spread = number.wrapping_mul(2_654_435_761) % DEVICES;
        let ward = format!("Ward {}", spread % 60);
        fleet.put(&Entry {
            ordinal: number * 2,
            organisation: OrganisationId(i64::from(spread) % ORGANISATIONS),
            configuration: ConfigurationId(i64::from(spread / 7) % BUILDS),
            source: ["Snipe-IT", "ServiceNow", "passive"][(spread % 3) as usize],
            department: &ward,
            missing_since: if spread.is_multiple_of(50) { "2026-11-01" } else { "" },
            life_sustaining: Answer::ALL[(spread % 3) as usize],
            holds_phi: Answer::ALL[(spread / 3 % 3) as usize],
            reachable: Answer::ALL[(spread / 9 % 3) as usize],
            ..Entry::default()
        });
    }
    fleet
}

fn build(id: i64) -> (i64, (Product, Vec<Finding>)) {
    let (maker, model) = (format!("Maker {}", id % 300), format!("IM-{}", id % 5000));
    let product = Product {
        maker: words_of(&maker).into(),
        model: words_of(&model).into(),
        maker_shown: maker.as_str().into(),
        model_shown: model.as_str().into(),
        spelt: None,
    };
    let finding = |at: i64, step: Step| Finding {
        vulnerability: format!("CVE-2026-{}", id % 5000 * 4 + at).into(),
        step,
        advisory: format!("ADV-{}", id % 5000).into(),
        named: (maker.as_str().into(), model.as_str().into()),
        also_fixed_in: "2.3".into(),
        exploited: Answer::ALL[(id % 3) as usize],
        priorities: Priorities::new(|standing| {
            let step = usize::from(standing.reachable == Answer::No);
            Priority::ALL.into_iter().nth((id % 3) as usize + step)
        }),
        since: "2026-11-20T00:00:00.000Z".into(),
    };
    let found = match id % 3 {
        0 => Vec::new(),
        _ => vec![
            finding(0, Step::Update("2.2".to_owned())),
            finding(1, Step::Update("2.3".to_owned())),
            finding(2, Step::Mitigate),
            finding(3, Step::Maker(Wanted::Components)),
        ],
    };
    (id, (product, found))
}
