//! Prints how each leaf of CSAF files is read: `cargo run -p matching --example device_leaves -- FILE…`.
//! For the reader of a new advisory, who wants to see what the rules make of it.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it reads and prints"
)]

use std::fs;

use advisory::Record;
use matching::device::Matcher;
use naming::Makers;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut records: Vec<Record> = Vec::new();
    for path in std::env::args().skip(1) {
        match advisory::csaf::parse(&fs::read(&path)?) {
            Ok(parsed) => records.push(parsed.value),
            Err(rejected) => println!("{path}: {rejected}"),
        }
    }
    let matcher = Matcher::new(&records, Makers::built_in());
    for (record, leaf) in matcher.read() {
        let Some(record) = records.get(record) else { continue };
        let Some(fact) = record.products.get(leaf.product) else { continue };
        let branches: Vec<String> =
            fact.branches.iter().map(|branch| branch.name.clone()).collect();
        println!("{}\t{}\t{:?}\t{leaf}", record.id, branches.join(" › "), fact.name);
    }
    Ok(())
}
