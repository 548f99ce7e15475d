//! Reads documents and says how long it took, or with `--notes` what was set aside.

use std::time::Instant;

fn main() {
    let mut notes = false;
    for path in std::env::args().skip(1) {
        if path == "--notes" {
            notes = true;
            continue;
        }
        #[expect(clippy::disallowed_methods, reason = "an example opens files")]
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let start = Instant::now();
        let read = sbom::parse(&bytes);
        let took = start.elapsed();
        #[expect(clippy::print_stdout, reason = "an example may print")]
        match read {
            Ok(parsed) if notes => {
                for note in parsed.notes {
                    println!("{path}\t{note}");
                }
            }
            Ok(parsed) => println!(
                "{path}: {} components, {} relationships, {} notes, {:.1} MB in {took:.1?}",
                parsed.value.components.len(),
                parsed.value.relationships.len(),
                parsed.notes.len(),
                bytes.len() as f64 / 1e6,
            ),
            Err(refused) => println!("{path}\trefused: {refused}"),
        }
    }
}
