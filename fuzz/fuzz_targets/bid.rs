//! Any bytes as the files of one bid, parted by lines of `=====`: each comes out as something,
//! and what a bidder says alone is never met and passes no gate but that of an SBOM.

#![no_main]

use std::sync::LazyLock;

use controls::baseline::Baseline;
use evidence::{Class, Pseudonyms};
use libfuzzer_sys::fuzz_target;
use lifecycle::Catalog;
use naming::Makers;
use purchase::event::Bidder;
use purchase::gate::Standing;
use purchase::{Beside, Bid, Event, Hearing, Profile, Setting, judge, recognise};

static MAKERS: LazyLock<Makers> = LazyLock::new(Makers::built_in);
static LIFECYCLE: LazyLock<Catalog> = LazyLock::new(Catalog::built_in);
static BASELINE: LazyLock<Baseline> = LazyLock::new(|| Baseline::built_in().unwrap());

fuzz_target!(|bytes: &[u8]| {
    let names = Pseudonyms::new([1; 32]);
    let mut files = Vec::new();
    let mut rest = bytes;
    while files.len() < 8 {
        let end = rest.windows(7).position(|it| it == b"\n=====\n");
        let (file, next) = rest.split_at(end.unwrap_or(rest.len()));
        files.push(recognise(&format!("file-{}", files.len()), file, &names));
        match end {
            Some(_) => rest = &next[7..],
            None => break,
        }
    }
    let count = files.len();
    let event = Event::default();
    let bidder = Bidder { folder: "a".into(), name: "Acme".into(), ..Bidder::default() };
    let laid = (Beside::default(), Hearing::Claims);
    let bid = Bid::gather(bidder, &event, files, Vec::new(), laid);
    assert_eq!(bid.files.len(), count);
    let today = terms::date::day("2026-11-26").unwrap();
    let profile = Profile::standard();
    let setting =
        Setting { event: &event, profile, makers: &MAKERS, baseline: &BASELINE, lifecycle: &LIFECYCLE, today };
    let judged = judge(&bid, setting);
    for row in &judged.rows {
        let is_backed = row.cell.grounds.iter().any(|it| it.class > Class::Attested);
        assert!(row.cell.verdict != posture::Verdict::Met || is_backed, "{:?}", row.cell);
    }
    for gate in judged.gates.iter().filter(|it| it.id != "sbom") {
        assert_ne!(gate.standing, Standing::Passed, "{}", gate.id);
    }
});
