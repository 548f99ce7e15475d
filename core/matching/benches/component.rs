//! How many components a core judges in a second, terms read.
//!
//! `cargo bench -p matching --bench component`. The index holds one record for each of
//! 50,000 packages. Measured are two systems: one in which every tenth component is one of
//! the packages, at a version that is fixed, and the others are unknown to it, so that
//! nothing is found; and one in which every component is touched.

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
    let fixed = |number| match number % 10 {
        0 => format!("pkg:npm/package-{number}@2.1.{number}"),
        _ => format!("pkg:npm/other-{number}@2.1.{number}"),
    };
    measure("nothing found", &index, &bom(fixed), ROUNDS);
    let touched = |number| format!("pkg:npm/package-{number}@1.1.{number}");
    measure("all touched", &index, &bom(touched), ROUNDS / 10);
}

fn measure(what: &str, index: &Index<'_>, bom: &Bom, rounds: usize) {
    let started = Instant::now();
    let system = System::new(bom, "bench");
    let read = COMPONENTS as f64 / started.elapsed().as_secs_f64();
    let none = Statements::default();
    let voices = Voices { accepted: &none, claimed: &none };

    let started = Instant::now();
    let mut found = 0;
    for _ in 0..rounds {
        let judgement = component::judge(black_box(&system), index, &voices);
        found += judgement.findings.len();
    }
    let judged = (COMPONENTS * rounds) as f64 / started.elapsed().as_secs_f64();
    println!("{what}: terms read at {read:.0} components/s");
    println!("{what}: judged at {judged:.0} components/s ({found} findings)");
}

fn bom(purl: impl Fn(usize) -> String) -> Bom {
    let mut bom =
        sbom::parse(br#"{"bomFormat":"CycloneDX","specVersion":"1.6","version":1}"#)
            .unwrap()
            .value;
    bom.components = (0..COMPONENTS)
        .map(|number| {
            let mut component = Component::at(reading::Place::Document);
            component.name = format!("component-{number}");
            component.purl = Some(purl(number));
            component
        })
        .collect();
    bom
}
