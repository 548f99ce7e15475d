//! What it costs to hold what thousands of SBOMs list: `cargo run --release -p sbom --example
//! many_listings -- 5000 2000 200000` makes that many documents of that many components out of
//! that many different ones, says how much memory they take, and how long a question does.
//! Linux: resident memory is read from `/proc`.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it measures: it reads the clock and the process, and says what it found"
)]

use std::hint::black_box;
use std::time::Instant;

use sbom::listing::{Listings, Sought};

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|text| text.parse().ok());
    let documents: u64 = numbers.next().unwrap_or(5_000);
    let each: u64 = numbers.next().unwrap_or(2_000);
    let different: u64 = numbers.next().unwrap_or(200_000).max(1);
    let (before, began) = (resident(), Instant::now());
    let mut listings = Listings::default();
    for document in 0..documents {
        let lines: String = (0..each).map(|at| line(document, at, different)).collect();
        listings.put(document.cast_signed(), &lines);
    }
    println!(
        "{documents} documents of {each} components, {different} different: {} MB, {:?}",
        resident().saturating_sub(before) / 1024,
        began.elapsed()
    );
    for text in [
        "part-1234",
        "part 1.3",
        "group-7/part",
        "pkg:npm/group-1/part-1501@1.6.0",
        "nothing-of-the-kind",
    ] {
        let Some(sought) = Sought::read(text) else { continue };
        let began = Instant::now();
        let all = 0..documents.cast_signed();
        let met = listings.find(&sought, all.clone());
        let bills = listings.any(&sought, all.clone()).count();
        let first = met.iter().take(50);
        let listed: usize =
            first.map(|one| listings.listing(one, all.clone()).count()).sum();
        println!(
            "{text}: {} components in {bills} documents, {:?}",
            met.len(),
            began.elapsed()
        );
        black_box(listed);
    }
}

/// Some components are in most documents, most in a few.
fn line(document: u64, at: u64, different: u64) -> String {
    let spread = (document * 7_919 + at * 104_729) % different;
    let which = if at.is_multiple_of(4) { spread % 1_000 } else { spread };
    let (group, version) = (which % 50, which % 9);
    format!(
        "pkg:npm/group-{group}/part-{which}\tgroup-{group}/part-{which}\t1.{version}.0\t\n"
    )
}

/// Kilobytes that are resident.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
