//! Fuzz targets on a stable toolchain: built with the flags that cargo-fuzz would set,
//! seeded with our own seeds and with the real documents beside the checkout.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, anyhow, bail};

use crate::step::{End, output};
use crate::{root, shared, target};

const TRIPLE: &str = "x86_64-unknown-linux-gnu";

/// What cargo-fuzz sets: coverage counters, compares traced, addresses checked.
const FLAGS: &str = "-Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Zsanitizer=address --cfg fuzzing -Cdebug-assertions";

/// Documents up to this size become seeds; larger ones only slow the fuzzer down.
const SEED_BYTES_MAX: u64 = 64 * 1024;

/// Seeds taken from one place.
const SEEDS_MAX: usize = 150;

/// Where real documents for a target lie below `../shared/corpus`.
const DOCUMENTS: [(&str, &[&str]); 28] = [
    ("security_txt", &["csaf/providers", "supplier-evidence"]),
    ("provider_metadata", &["csaf/providers"]),
    ("breach_report", &["supplier-evidence"]),
    ("supplier_documents", &["csaf/providers", "csaf-icsma"]),
    ("feed_answer", &["csaf/providers"]),
    ("cyclonedx_json", &["sbom/cyclonedx-json", "sbom/hostile", "cyclonedx-vex"]),
    ("cyclonedx_xml", &["sbom/cyclonedx-xml", "sbom/hostile"]),
    ("spdx2_json", &["sbom/spdx-json", "sbom/hostile"]),
    ("spdx2_tag", &["sbom/spdx-tv", "sbom/hostile"]),
    ("spdx3", &["sbom/spdx3", "sbom/hostile"]),
    ("scan", &["sbom/cyclonedx-json", "sbom/spdx-json"]),
    ("oscal", &["oscal"]),
    ("osv", &["osv/examples"]),
    ("cve5", &["cve5/examples"]),
    ("nvd", &["nvd/examples"]),
    ("csaf", &["csaf-icsma", "csaf", "csaf-conformance"]),
    ("openvex", &["openvex"]),
    ("cyclonedx_vex", &["cyclonedx-vex", "sbom/cyclonedx-xml"]),
    ("kev", &["kev/fixtures"]),
    ("epss", &["epss"]),
    ("inventory", &["inventories", "../gold"]),
    ("evidence", &["people-exports"]),
    ("firewall_rules", &["firewalls"]),
    ("scan_result", &["scanner-results"]),
    (
        "advisory",
        &[
            "osv/examples",
            "cve5/examples",
            "nvd/examples",
            "openvex",
            "cyclonedx-vex",
            "kev/fixtures",
            "epss",
            "csaf-icsma",
        ],
    ),
    ("version_compare", &["version-vectors/grype"]),
    ("cpe_applicability", &["cpe-vectors"]),
    ("index_open", &["osv/examples"]),
];

/// Where lists lie whose fields are each a document of their own for a target: terms,
/// which are one text and never a file.
const LISTS: [(&str, &[&str]); 13] = [
    ("purl", &["purl-vectors"]),
    ("cpe", &["cpe-vectors"]),
    ("cvss", &["cvss-vectors/redhat-cvss"]),
    ("vers_range", &["version-vectors/vers-spec"]),
    ("cve", &["kev/fixtures", "truth"]),
    ("cwe", &["kev/fixtures", "cve5/examples"]),
    ("osv_id", &["osv/examples", "truth"]),
    ("date", &["osv/examples", "cve5/examples"]),
    ("digest", &["sbom/cyclonedx-json"]),
    ("spdx_license", &["sbom/spdx-json", "sbom/cyclonedx-json"]),
    ("vex", &["cyclonedx-vex", "openvex"]),
    ("udi", &["udi-vectors", "gudid"]),
    ("mac", &["../gold"]),
];

/// Fields longer than this are prose.
const FIELD_BYTES_MAX: usize = 300;

/// Fields taken from one place.
const FIELDS_MAX: usize = 1500;

/// What to run, and how.
struct Plan<'a> {
    seconds: u32,
    /// How many targets run at the same time.
    jobs: usize,
    /// All where none is named.
    named: &'a [&'a str],
}

impl<'a> Plan<'a> {
    fn read(mut words: &'a [&'a str]) -> Result<Self> {
        let (mut seconds, mut jobs) = (180, 1);
        loop {
            match words {
                ["--seconds", value, rest @ ..] => {
                    seconds = value.parse().context("--seconds takes a number")?;
                    words = rest;
                }
                ["--jobs", value, rest @ ..] => {
                    jobs = value.parse().context("--jobs takes a number")?;
                    words = rest;
                }
                named => return Ok(Self { seconds, jobs, named }),
            }
        }
    }
}

/// `cargo xtask fuzz [--seconds N] [--jobs N] [TARGET…]`: runs targets for a while each.
pub(crate) fn run(words: &[&str]) -> Result<bool> {
    let plan = Plan::read(words)?;
    let mut names = targets()?;
    for name in plan.named {
        if !names.iter().any(|target| target == name) {
            bail!("`{name}` is no fuzz target");
        }
    }
    names.retain(|name| plan.named.is_empty() || plan.named.contains(&name.as_str()));
    let faults = fuzz_all(&build()?, &names, &plan)?;
    Ok(faults.is_empty())
}

/// Builds every target and replays its seeds.
pub(crate) fn replay() -> Result<End> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Ok(End::LeftOut("fuzz targets are built on Linux, x86-64".to_owned()));
    }
    let jobs = std::thread::available_parallelism()?.get();
    let plan = Plan { seconds: 0, jobs, named: &[] };
    let faults = fuzz_all(&build()?, &targets()?, &plan)?;
    Ok(if faults.is_empty() {
        End::Passed
    } else {
        End::Failed(format!("a seed brings down {}", faults.join(", ")))
    })
}

/// The names of the targets, in order.
fn targets() -> Result<Vec<String>> {
    let mut names: Vec<String> = fs::read_dir(root().join("fuzz/fuzz_targets"))?
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            Some(path.file_stem()?.to_str()?.to_owned())
        })
        .collect();
    names.sort();
    Ok(names)
}

/// Builds all targets and gives back the folder of the programs.
fn build() -> Result<PathBuf> {
    let place = target().join("fuzz");
    let built = Command::new(std::env::var_os("CARGO").context("run through cargo")?)
        .args(["build", "--release", "--quiet", "--target", TRIPLE, "--manifest-path"])
        .arg(root().join("fuzz/Cargo.toml"))
        .env("CARGO_TARGET_DIR", &place)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", FLAGS)
        .status()?;
    if !built.success() {
        bail!("the fuzz targets do not build");
    }
    Ok(place.join(TRIPLE).join("release"))
}

/// Runs targets, as many at a time as the plan says, and gives back those with a fault.
fn fuzz_all(binaries: &Path, names: &[String], plan: &Plan<'_>) -> Result<Vec<String>> {
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<String>> {
        let mut faults = Vec::new();
        while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
            if !fuzz(binaries, name, plan.seconds)? {
                faults.push(name.clone());
            }
        }
        Ok(faults)
    };
    let mut faults = Vec::new();
    std::thread::scope(|scope| -> Result<()> {
        let workers: Vec<_> = (0..plan.jobs.max(1)).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            let found = worker.join().map_err(|_| anyhow!("a worker panicked"))?;
            faults.extend(found?);
        }
        Ok(())
    })?;
    faults.sort();
    Ok(faults)
}

/// Replays the seeds of one target, and with `seconds` goes on from them.
fn fuzz(binaries: &Path, name: &str, seconds: u32) -> Result<bool> {
    let found = target().join("fuzz/found").join(name);
    let seeds = target().join("fuzz/seeds").join(name);
    let faults = target().join("fuzz/faults").join(name);
    for folder in [&found, &seeds, &faults] {
        fs::create_dir_all(folder)?;
    }
    gather(name, &seeds)?;
    let mut command = Command::new(binaries.join(name));
    command.arg(format!("-artifact_prefix={}/", faults.display()));
    command.args(["-rss_limit_mb=4096", "-timeout=20", "-max_len=65536"]);
    if seconds == 0 {
        command.arg("-runs=0").arg(&seeds);
    } else {
        command.arg(format!("-max_total_time={seconds}")).arg(&found).arg(&seeds);
    }
    let own = root().join("fuzz/seeds").join(name);
    if own.is_dir() {
        command.arg(own);
    }
    let said = command.output().with_context(|| format!("could not start `{name}`"))?;
    let words = String::from_utf8_lossy(&said.stderr);
    // One write: other targets may be printing too.
    println!(
        "   {name}: {}",
        if said.status.success() { summary(&words) } else { fault(&words) }
    );
    Ok(said.status.success())
}

/// Runs, seconds, coverage and the slowest input, from what libFuzzer prints.
fn summary(words: &str) -> String {
    let last = |mark: &str| words.lines().rev().find(|line| line.contains(mark));
    let done = last("Done ").or_else(|| last("exec/s")).unwrap_or_default().trim();
    let reached = last(" cov: ").and_then(|line| line.split(" corp:").next());
    let reached = reached.and_then(|line| line.split_once("cov: "));
    let reached = reached.map_or("", |(_, reached)| reached);
    format!("{done}; coverage {reached}")
}

/// The end of what libFuzzer prints of a fault.
fn fault(words: &str) -> String {
    let tail: Vec<&str> = words.lines().rev().take(60).collect();
    let tail: Vec<&str> = tail.into_iter().rev().collect();
    format!("FAULT\n      {}", tail.join("\n      "))
}

/// Puts real documents of a target's kind, and fields of lists, into its folder of seeds.
fn gather(name: &str, seeds: &Path) -> Result<()> {
    let Some(shared) = shared() else { return Ok(()) };
    let corpus = shared.join("corpus");
    let places = |list: &[(&str, &'static [&'static str])]| {
        list.iter().find(|(target, _)| *target == name).map_or(&[][..], |it| it.1)
    };
    for place in places(&DOCUMENTS) {
        for (number, path) in files(&corpus.join(place))?.iter().enumerate() {
            fs::copy(path, seeds.join(format!("{}-{number}", flat(place))))?;
        }
    }
    for place in places(&LISTS) {
        for (number, field) in fields(&files(&corpus.join(place))?).iter().enumerate() {
            fs::write(seeds.join(format!("{}-{number}", flat(place))), field)?;
        }
    }
    Ok(())
}

/// A place as part of a file's name.
fn flat(place: &str) -> String {
    place.replace(['/', '.'], "-")
}

/// Files of a place that are small enough, in order, the first of them.
fn files(place: &Path) -> Result<Vec<String>> {
    let listed = output(
        Command::new("find")
            .arg(place)
            .args(["-maxdepth", "4", "-type", "f", "-size"])
            .arg(format!("-{}k", SEED_BYTES_MAX / 1024)),
    )?;
    let mut paths: Vec<String> =
        std::str::from_utf8(&listed)?.lines().map(str::to_owned).collect();
    paths.sort_unstable();
    paths.truncate(SEEDS_MAX);
    Ok(paths)
}

/// The distinct texts of lists, however their fields are kept apart, the first of them.
fn fields(paths: &[String]) -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    for path in paths {
        // Not every file is text.
        let Ok(text) = fs::read_to_string(path) else { continue };
        let short = |field: &&str| (2..=FIELD_BYTES_MAX).contains(&field.len());
        let cut = text.split(['"', '\t', '\n', '\r']);
        for field in cut.flat_map(|field| field.split(" - ")).filter(short) {
            if fields.len() < FIELDS_MAX {
                fields.insert(field.to_owned());
            }
        }
    }
    fields
}
