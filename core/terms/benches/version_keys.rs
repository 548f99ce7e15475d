//! How many versions become sort keys, and are placed by them, in a second.
//!
//! `cargo bench -p terms --bench version_keys`. The texts are those of `tests/order`, so
//! they are harder than the average.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark reads its texts and prints what it measured"
)]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use terms::range::{Bound, Cuts, within};
use terms::version::{Scheme, sort_key_into};

/// How long each figure is measured.
const SPAN: Duration = Duration::from_millis(200);

fn main() {
    println!("scheme     texts   keys/s       keys placed/s  texts placed/s");
    for scheme in Scheme::ALL {
        let texts = texts(scheme);
        let (Some(low), Some(high)) = (texts.first(), texts.last()) else { continue };
        let (lower, upper) = (Bound::Included(low), Bound::Excluded(high));
        let mut key = Vec::new();
        let keys = per_second(&texts, |text| {
            black_box(sort_key_into(scheme, text, &mut key));
        });
        let cuts = Cuts::of(scheme, Some(lower), Some(upper));
        let placed = cuts.map(|cuts| {
            per_second(&texts, |text| {
                let has_key = sort_key_into(scheme, text, &mut key);
                black_box(has_key && cuts.hold(&key));
            })
        });
        let slow = per_second(&texts, |text| {
            black_box(within(scheme, Some(lower), Some(upper), text));
        });
        println!(
            "{:<10} {:>5} {:>11.0} {:>15} {:>15.0}",
            scheme.name(),
            texts.len(),
            keys,
            placed.map_or_else(|| "no key".to_owned(), |placed| format!("{placed:.0}")),
            slow
        );
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn per_second(texts: &[String], mut act: impl FnMut(&str)) -> f64 {
    let start = Instant::now();
    let mut count = 0_u64;
    while start.elapsed() < SPAN {
        for text in texts {
            act(text);
        }
        count += texts.len() as u64;
    }
    count as f64 / start.elapsed().as_secs_f64()
}

/// The texts that the scheme orders.
fn texts(scheme: Scheme) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/order")
        .join(format!("{scheme}.txt"));
    let lines = std::fs::read_to_string(path).unwrap_or_default();
    lines
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" < "))
        .flat_map(|(a, b)| [a.to_owned(), b.to_owned()])
        .collect()
}
