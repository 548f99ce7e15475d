//! Five bidders compared: forty files together, and forty files each.
//!
//! `cargo bench -p purchase --bench compare`. The bids are invented here: forms as workbook,
//! PDF with fields, printed PDF, CSV and text; SBOMs of 600 components in two formats; results
//! of scanners; exports; letters. Measured are recognising every file, putting it where it
//! belongs, and judging, on one core and on two.

#![expect(clippy::print_stdout, reason = "this is a measurement")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

use controls::baseline::Baseline;
use evidence::Pseudonyms;
use lifecycle::Catalog;
use naming::Makers;
use purchase::event::Bidder;
use purchase::{
    Beside, Bid, Event, Hearing, Judged, Profile, Setting, Taken, judge, recognise,
};
use rayon::prelude::*;

const BIDDERS: usize = 5;
const COMPONENTS: usize = 600;

const CSV: &[u8] = include_bytes!("../../../fixtures/mds2/drip.csv");
const WORKBOOK: &[u8] = include_bytes!("../../../fixtures/mds2/drip.xlsx");
const TEXT: &[u8] = include_bytes!("../../../fixtures/mds2/drip.txt");
const PRINTED: &[u8] = include_bytes!("../../../fixtures/mds2/drip-printed.pdf");
const FIELDS: &[u8] = include_bytes!("../../../fixtures/mds2/drip-fields.pdf");
const SCANNED: &[u8] = include_bytes!("../../../fixtures/mds2/drip-scanned.pdf");

type File = (String, Vec<u8>);
type Make = fn(usize) -> Vec<u8>;

fn main() {
    for each in [8, 40] {
        let bids: Vec<Vec<File>> =
            (0..BIDDERS).map(|bidder| files(bidder, each)).collect();
        let bytes: usize = bids.iter().flatten().map(|(_, bytes)| bytes.len()).sum();
        for threads in [1, 2] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let Ok(pool) = pool else { return };
            let mut best = u128::MAX;
            for _ in 0..3 {
                let bids = bids.clone();
                let started = Instant::now();
                let judged = pool.install(|| compare(bids));
                best = best.min(started.elapsed().as_millis());
                black_box(judged);
            }
            println!(
                "{BIDDERS} bidders, {} files, {} MB, {threads} cores: {best} ms",
                BIDDERS * each,
                bytes / 1_000_000
            );
        }
    }
}

fn compare(bids: Vec<Vec<File>>) -> Vec<Judged> {
    let event = Event::default();
    let makers = Makers::built_in();
    let Some(baseline) = Baseline::built_in() else { return Vec::new() };
    let Ok(today) = terms::date::day("2026-11-26") else { return Vec::new() };
    let profile = Profile::standard();
    let names = Pseudonyms::new([1; 32]);
    let lifecycle = Catalog::built_in();
    let read = |files: Vec<File>| -> Vec<Taken> {
        files
            .into_par_iter()
            .map(|(name, bytes)| recognise(&name, &bytes, &names))
            .collect()
    };
    let judged = bids.into_par_iter().enumerate().map(|(at, files)| {
        let name = format!("bidder {at}");
        let bidder = Bidder { folder: name.clone(), name, ..Bidder::default() };
        let laid = (Beside::default(), Hearing::Claims);
        let bid = Bid::gather(bidder, &event, read(files), Vec::new(), laid);
        let setting = Setting {
            event: &event,
            profile,
            makers: &makers,
            baseline: &baseline,
            lifecycle: &lifecycle,
            today,
        };
        judge(&bid, setting)
    });
    judged.collect()
}

/// So many files of one bidder, of every kind in turn.
fn files(bidder: usize, count: usize) -> Vec<File> {
    let kinds: [(&str, Make); 16] = [
        ("form.xlsx", |_| WORKBOOK.to_vec()),
        ("sbom.json", sbom),
        ("scan.xml", network),
        ("letter.txt", letter),
        ("form.pdf", |_| PRINTED.to_vec()),
        ("sbom.spdx", spdx),
        ("answers.csv", answers),
        ("security.txt", |_| b"Contact: mailto:a@b.example\n".to_vec()),
        ("form.csv", |_| CSV.to_vec()),
        ("tls.json", tls),
        ("roster.csv", roster),
        ("fields.pdf", |_| FIELDS.to_vec()),
        ("form.txt", |_| TEXT.to_vec()),
        ("scanned.pdf", |_| SCANNED.to_vec()),
        ("photo.png", |_| [&[0x89, b'P', b'N', b'G'][..], &[7; 4096]].concat()),
        ("manual.txt", manual),
    ];
    let made = kinds.iter().cycle().take(count).enumerate();
    made.map(|(number, (name, make))| {
        (format!("{bidder}/{number}-{name}"), make(bidder * count + number))
    })
    .collect()
}

fn sbom(seed: usize) -> Vec<u8> {
    let parts: Vec<String> = (0..COMPONENTS)
        .map(|number| {
            format!(
                r#"{{"type":"library","bom-ref":"c{number}","name":"part-{number}",
                "version":"1.{seed}.{number}","supplier":{{"name":"Maker {number}"}},
                "purl":"pkg:generic/part-{number}@1.{seed}.{number}",
                "licenses":[{{"license":{{"id":"MIT"}}}}]}}"#
            )
        })
        .collect();
    format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{{"timestamp":
        "2026-01-01T00:00:00Z","component":{{"type":"device","bom-ref":"d","name":"Pump",
        "version":"{seed}"}}}},"components":[{}]}}"#,
        parts.join(",")
    )
    .into_bytes()
}

fn spdx(seed: usize) -> Vec<u8> {
    let mut text =
        "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\n\
                    DocumentName: pump\nDocumentNamespace: https://x.example/p\n\
                    Creator: Tool: bench\nCreated: 2026-01-01T00:00:00Z\n"
            .to_owned();
    for number in 0..COMPONENTS {
        let _ = write!(
            text,
            "\nPackageName: part-{number}\nSPDXID: SPDXRef-{number}\n\
             PackageVersion: {seed}.{number}\nPackageDownloadLocation: NOASSERTION\n"
        );
    }
    text.into_bytes()
}

fn network(seed: usize) -> Vec<u8> {
    let hosts: String = (1..50)
        .map(|number| {
            format!(
                "<host><status state=\"up\"/><address addr=\"192.0.2.{number}\" \
                 addrtype=\"ipv4\"/><ports><port protocol=\"tcp\" portid=\"{}\"><state \
                 state=\"open\"/><service name=\"x\"/></port></ports></host>\n",
                1000 + seed + number
            )
        })
        .collect();
    format!("<?xml version=\"1.0\"?>\n<nmaprun start=\"1794000000\">{hosts}</nmaprun>")
        .into_bytes()
}

fn letter(seed: usize) -> Vec<u8> {
    format!("Bidder {seed} is a member of the Health-ISAC, valid until 2027-06-30.\n")
        .into_bytes()
}

fn answers(seed: usize) -> Vec<u8> {
    let mut text = "question key,answer,note\n".to_owned();
    for control in posture::catalog().controls() {
        let _ = writeln!(text, "{},yes,note {seed}", control.id());
    }
    text.into_bytes()
}

fn tls(_: usize) -> Vec<u8> {
    br#"{"version":"3.2","openssl":"x","startTime":"1794000000","scanResult":[{"targetHost":
    "a.example","ip":"192.0.2.1","port":"443","protocols":[{"id":"TLS1_3","severity":"OK",
    "finding":"offered"}]}]}"#
        .to_vec()
}

fn roster(seed: usize) -> Vec<u8> {
    let mut text = "Employee ID,Role,Start\n".to_owned();
    for number in 0..2_000 {
        let _ = writeln!(text, "{number},Role {},2024-01-01", (number + seed) % 40);
    }
    text.into_bytes()
}

fn manual(seed: usize) -> Vec<u8> {
    let mut text = String::new();
    for number in 0..5_000 {
        let _ = writeln!(text, "{number}.{seed} How the pump is used, and by whom.");
    }
    text.into_bytes()
}
