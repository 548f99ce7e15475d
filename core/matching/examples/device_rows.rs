//! Prints what CSAF files say of rows of an inventory, one a line of standard input with
//! `maker | model | description | version | received`:
//! `cargo run -p matching --example device_rows -- FILE… < ROWS`.
//! For the reader who wants to see what a way of writing does.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it reads and prints"
)]

use std::fs;
use std::io::BufRead;

use advisory::Record;
use matching::device::{Configuration, Matcher};
use naming::Makers;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut records: Vec<Record> = Vec::new();
    for path in std::env::args().skip(1) {
        records.push(advisory::csaf::parse(&fs::read(path)?)?.value);
    }
    let matcher = Matcher::new(&records, Makers::built_in());
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let mut fields = line.split('|').map(|field| field.trim().to_owned());
        let mut next = || fields.next().unwrap_or_default();
        let configuration = Configuration {
            maker: next(),
            model: next(),
            description: next(),
            version: next(),
            received: next(),
        };
        println!("{line}");
        for answer in matcher.judge(&configuration) {
            println!(
                "    {} {} {}: {}; {} [fix: {}]",
                matcher.id(answer.record),
                answer.verdict.word(),
                answer.confidence.word(),
                answer.grounds.join("; "),
                answer.question,
                answer.fixed_version
            );
        }
    }
    Ok(())
}
