//! Makes feeds of any size, shaped like real ones, for measurements.
//!
//! `cargo run --release -p feeds --example generate_feeds -- OUT_DIR --cve N --osv N --seed N`
//!
//! Field frequencies are those of the corpus: CVE 5 like CISA's Vulnrichment (6.5 kB a
//! record in the middle, SSVC in all, CPE names in a third of the affected entries, CVSS in
//! six of ten), OSV in the proportions of its databases (half of it malicious packages of
//! npm, PyPI with its long lists of versions, Go, Bitnami, and an AlmaLinux whose notices
//! have up to sixty packages). The same seed makes the same bytes.

#![expect(clippy::print_stderr, reason = "an example talks to whoever runs it")]
#![expect(
    clippy::indexing_slicing,
    reason = "indexing a JSON value by name adds the member"
)]

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

fn main() -> io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Some(folder) = words.first().map(PathBuf::from) else {
        eprintln!("usage: generate_feeds OUT_DIR [--cve N] [--osv N] [--seed N]");
        std::process::exit(2);
    };
    let number = |name: &str, default: u64| {
        let at = words.iter().position(|word| word == name);
        at.and_then(|at| words.get(at + 1)?.parse().ok()).unwrap_or(default)
    };
    let mut chance = Chance(number("--seed", 1));
    fs::create_dir_all(&folder)?;
    archive(&folder, "cve5", number("--cve", 300_000), |serial| {
        let (id, record) = cve(serial, &mut chance);
        (id, pretty(&record))
    })?;
    archive(&folder, "osv", number("--osv", 500_000), |serial| {
        let (id, record) = osv(serial, &mut chance);
        (id, pretty(&record))
    })
}

fn pretty(record: &Value) -> Vec<u8> {
    format!("{record:#}").into_bytes()
}

/// Writes `count` documents into a `.tar.zst`.
fn archive(
    folder: &Path,
    name: &str,
    count: u64,
    mut make: impl FnMut(u64) -> (String, Vec<u8>),
) -> io::Result<()> {
    let path = folder.join(format!("{name}.tar.zst"));
    let packed =
        zstd::Encoder::new(BufWriter::new(File::create(&path)?), 3)?.auto_finish();
    let mut archive = tar::Builder::new(packed);
    let mut bytes = 0;
    for serial in 0..count {
        let (id, document) = make(serial);
        bytes += document.len();
        let mut header = tar::Header::new_ustar();
        header.set_size(document.len() as u64);
        header.set_mode(0o644);
        archive.append_data(
            &mut header,
            format!("{name}/{id}.json"),
            document.as_slice(),
        )?;
    }
    archive.into_inner()?.flush()?;
    eprintln!("{}: {count} documents, {bytes} bytes unpacked", path.display());
    Ok(())
}

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// True so many times of a hundred.
    fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }

    /// Mostly small, seldom up to `most`: names and lists are spread so.
    fn skewed(&mut self, most: u64) -> u64 {
        let a = self.below(most);
        self.below(a + 1)
    }

    fn word(&mut self) -> String {
        const SYLLABLES: [&str; 16] = [
            "ar", "be", "co", "da", "el", "fi", "go", "hu", "in", "ka", "lo", "mi", "no",
            "pu", "re", "ti",
        ];
        let count = 2 + self.below(3);
        (0..count)
            .filter_map(|_| SYLLABLES.get(usize::try_from(self.below(16)).ok()?))
            .copied()
            .collect()
    }

    fn prose(&mut self, words: u64) -> String {
        (0..words).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    fn version(&mut self) -> String {
        format!("{}.{}.{}", self.below(12), self.below(30), self.below(20))
    }

    fn day(&mut self) -> String {
        let (year, month, day) =
            (2015 + self.below(11), 1 + self.below(12), 1 + self.below(28));
        format!("{year}-{month:02}-{day:02}T{:02}:00:00.000Z", self.below(24))
    }
}

fn cve_id(serial: u64) -> String {
    format!("CVE-{}-{:05}", 2015 + serial % 11, 1000 + serial / 11)
}

fn cve(serial: u64, chance: &mut Chance) -> (String, Value) {
    let id = cve_id(serial);
    let rejected = chance.below(500) == 0;
    let mut cna = json!({
        "providerMetadata": { "orgId": uuid(chance), "shortName": chance.word(), "dateUpdated": chance.day() },
        "descriptions": [{ "lang": "en", "value": chance.prose(45) }],
        "references": (0..1 + chance.skewed(6)).map(|_| json!({
            "url": format!("https://{}.example/{}", chance.word(), chance.prose(3).replace(' ', "/")),
            "tags": ["vendor-advisory"]
        })).collect::<Vec<_>>(),
    });
    if !rejected {
        cna["title"] = chance.prose(9).into();
        cna["affected"] = (0..1 + chance.skewed(5)).map(|_| touched(chance)).collect();
        cna["problemTypes"] = json!([{ "descriptions": [{ "lang": "en", "type": "CWE",
            "cweId": format!("CWE-{}", 20 + chance.below(900)), "description": chance.prose(8) }] }]);
        if chance.percent(61) {
            cna["metrics"] = json!([{ "format": "CVSS", "cvssV3_1": cvss() }]);
        }
    }
    let mut adp = json!({
        "title": "CISA ADP Vulnrichment",
        "metrics": [{ "other": { "type": "ssvc", "content": { "id": id, "role": "CISA Coordinator",
            "options": [{ "Exploitation": if chance.percent(3) { "active" } else { "none" } },
                { "Automatable": "no" }, { "Technical Impact": "partial" }],
            "version": "2.0.3", "timestamp": chance.day() } } }],
        "providerMetadata": { "orgId": uuid(chance), "shortName": "CISA-ADP", "dateUpdated": chance.day() }
    });
    if chance.percent(38) {
        adp["affected"] = json!([touched(chance)]);
    }
    let record = json!({
        "dataType": "CVE_RECORD", "dataVersion": "5.1",
        "cveMetadata": { "cveId": id, "state": if rejected { "REJECTED" } else { "PUBLISHED" },
            "assignerOrgId": uuid(chance), "assignerShortName": chance.word(),
            "dateReserved": chance.day(), "datePublished": chance.day(), "dateUpdated": chance.day() },
        "containers": { "cna": cna, "adp": [adp] }
    });
    (id, record)
}

fn uuid(chance: &mut Chance) -> String {
    let (a, b) = (chance.next(), chance.next());
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        a >> 32,
        a >> 16 & 0xFFFF,
        a & 0xFFFF,
        b >> 48,
        b & 0xFFFF_FFFF_FFFF
    )
}

fn cvss() -> Value {
    json!({ "version": "3.1", "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "baseScore": 9.8, "baseSeverity": "CRITICAL", "attackVector": "NETWORK", "attackComplexity": "LOW",
        "privilegesRequired": "NONE", "userInteraction": "NONE", "scope": "UNCHANGED",
        "confidentialityImpact": "HIGH", "integrityImpact": "HIGH", "availabilityImpact": "HIGH" })
}

fn touched(chance: &mut Chance) -> Value {
    let (vendor, product) = (chance.word(), chance.word());
    let versions: Vec<Value> = (0..1 + chance.skewed(7))
        .map(|_| match chance.below(3) {
            0 => json!({ "version": chance.version(), "status": "affected" }),
            1 => json!({ "version": "0", "lessThan": chance.version(), "status": "affected", "versionType": "semver" }),
            _ => json!({ "version": chance.version(), "lessThanOrEqual": chance.version(), "status": "affected", "versionType": "custom" }),
        })
        .collect();
    let mut touched = json!({ "vendor": vendor, "product": product, "versions": versions, "defaultStatus": "unaffected" });
    if chance.percent(30) {
        touched["cpes"] =
            json!([format!("cpe:2.3:a:{vendor}:{product}:*:*:*:*:*:*:*:*")]);
    }
    touched
}

fn osv(serial: u64, chance: &mut Chance) -> (String, Value) {
    match chance.below(100) {
        0..50 => malicious(serial, chance),
        50..70 => pypi(serial, chance),
        70..84 => ranged(serial, "GO-2024", "Go", chance),
        84..96 => ranged(serial, "BIT", "Bitnami", chance),
        _ => notice(serial, chance),
    }
}

fn head(id: &str, chance: &mut Chance) -> Value {
    json!({ "schema_version": "1.7.0", "id": id, "modified": chance.day(), "published": chance.day(),
        "summary": chance.prose(8), "details": chance.prose(110),
        "references": [{ "type": "WEB", "url": format!("https://{}.example/{id}", chance.word()) }] })
}

fn malicious(serial: u64, chance: &mut Chance) -> (String, Value) {
    let id = format!("MAL-2024-{serial}");
    let mut record = head(&id, chance);
    let package =
        json!({ "ecosystem": "npm", "name": format!("{}-{}", chance.word(), serial) });
    record["affected"] = match chance.percent(70) {
        true => {
            json!([{ "package": package, "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }] }] }])
        }
        false => json!([{ "package": package, "versions": [chance.version()] }]),
    };
    (id, record)
}

fn pypi(serial: u64, chance: &mut Chance) -> (String, Value) {
    let id = format!("PYSEC-2024-{serial}");
    let mut record = head(&id, chance);
    record["aliases"] =
        json!([cve_id(chance.below(300_000)), format!("GHSA-{serial:012}")]);
    let versions: Vec<String> = (0..1 + chance.skewed(220))
        .map(|at| format!("{}.{}.{}", at / 40, at / 5 % 8, at % 5))
        .collect();
    record["affected"] = json!([{ "package": { "ecosystem": "PyPI", "name": chance.word() },
        "ranges": [{ "type": "ECOSYSTEM", "events": [{ "introduced": "0" }, { "fixed": chance.version() }] }],
        "versions": versions }]);
    (id, record)
}

fn ranged(
    serial: u64,
    prefix: &str,
    ecosystem: &str,
    chance: &mut Chance,
) -> (String, Value) {
    let id = format!("{prefix}-{serial}");
    let mut record = head(&id, chance);
    record["aliases"] = json!([cve_id(chance.below(300_000))]);
    let name = format!("{}.example/{}", chance.word(), chance.word());
    let events = json!([{ "introduced": "0" }, { "fixed": "1.2.3" }, { "introduced": "2.0.0" },
        { "fixed": format!("2.{}.0", 1 + chance.below(30)) }]);
    record["affected"] = json!([{ "package": { "ecosystem": ecosystem, "name": name },
        "ranges": [{ "type": "SEMVER", "events": events }] }]);
    (id, record)
}

fn notice(serial: u64, chance: &mut Chance) -> (String, Value) {
    let id = format!("ALSA-2024:{serial}");
    let mut record = head(&id, chance);
    record["related"] =
        json!([cve_id(chance.below(300_000)), cve_id(chance.below(300_000))]);
    record["affected"] = (0..1 + chance.skewed(60))
        .map(|_| {
            let fixed = format!("0:{}-{}.el9", chance.version(), 1 + chance.below(40));
            json!({ "package": { "ecosystem": "AlmaLinux:9", "name": chance.word() },
                "ranges": [{ "type": "ECOSYSTEM", "events": [{ "introduced": "0" }, { "fixed": fixed }] }] })
        })
        .collect();
    (id, record)
}
