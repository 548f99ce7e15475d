//! How many components a core judges in a second, terms read.
//!
//! `cargo bench -p matching --bench component`. The index holds one record for each of
//! 50,000 packages; of the components every tenth is one of them, at a version that is
//! fixed, and the others are unknown to it: the path on which nothing is found.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "this is a measurement")]

use std::hint::black_box;
use std::time::Instant;

use advisory::index::{Entry, Index, compile};
use matching::statement::{Statements, Voices};
use matching::{System, component};
use sbom::{Bom, Component};

const PACKAGES: usize = 50_000;
const COMPONENTS: usize = 10_000;
const ROUNDS: usize = 50;

fn main() {
    let records = (0..PACKAGES).map(|number| {
        let text = format!(
            r#"{{"id":"GHSA-{number}","modified":"2026-01-01T00:00:00Z","affected":[{{
            "package":{{"ecosystem":"npm","name":"package-{number}"}},"ranges":[{{
            "type":"SEMVER","events":[{{"introduced":"0"}},{{"fixed":"2.0.0"}}]}}]}}]}}"#
        );
        Entry::record(&advisory::osv::parse(text.as_bytes()).unwrap().value, &[])
    });
    let bytes = compile(records.collect()).unwrap();
    let index = Index::open(&bytes, &[]).unwrap();
    let bom = bom();
    let started = Instant::now();
    let system = System::new(&bom, "bench");
    let read = started.elapsed();
    let none = Statements::default();
    let voices = Voices { accepted: &none, claimed: &none };

    let started = Instant::now();
    let mut found = 0;
    for _ in 0..ROUNDS {
        let judgement = component::judge(black_box(&system), &index, &voices);
        found += judgement.findings.len();
    }
    let judged = (COMPONENTS * ROUNDS) as f64 / started.elapsed().as_secs_f64();
    let read = COMPONENTS as f64 / read.as_secs_f64();
    println!("terms read: {read:.0} components/s");
    println!("judged:     {judged:.0} components/s ({found} findings)");
}

fn bom() -> Bom {
    let mut bom =
        sbom::parse(br#"{"bomFormat":"CycloneDX","specVersion":"1.6","version":1}"#)
            .unwrap()
            .value;
    bom.components = (0..COMPONENTS)
        .map(|number| {
            let name = if number % 10 == 0 { "package" } else { "other" };
            let mut component = Component::at(reading::Place::Document);
            component.name = format!("{name}-{number}");
            component.purl = Some(format!("pkg:npm/{name}-{number}@2.1.{number}"));
            component
        })
        .collect();
    bom
}
