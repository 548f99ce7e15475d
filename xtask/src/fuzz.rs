//! Fuzz targets on a stable toolchain: built with the flags that cargo-fuzz would set,
//! seeded with our own seeds and with the real documents beside the checkout.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

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
const CORPUS: [(&str, &[&str]); 20] = [
    ("cyclonedx_json", &["sbom/cyclonedx-json", "sbom/hostile"]),
    ("cyclonedx_xml", &["sbom/cyclonedx-xml", "sbom/hostile"]),
    ("spdx2_json", &["sbom/spdx-json", "sbom/hostile"]),
    ("spdx2_tag", &["sbom/spdx-tv", "sbom/hostile"]),
    ("spdx3", &["sbom/spdx3", "sbom/hostile"]),
    ("scan", &["sbom/cyclonedx-json", "sbom/spdx-json"]),
    ("osv", &["osv/examples"]),
    ("cve5", &["cve5/examples"]),
    ("nvd", &["nvd/examples"]),
    ("csaf", &["csaf-icsma", "csaf"]),
    ("openvex", &["openvex"]),
    ("cyclonedx_vex", &["cyclonedx-vex"]),
    ("kev", &["kev/fixtures"]),
    ("epss", &["epss"]),
    ("inventory", &["inventories", "../gold"]),
    ("purl", &["purl-vectors"]),
    ("cpe", &["cpe-vectors"]),
    ("cvss", &["cvss-vectors/redhat-cvss"]),
    ("version_compare", &["version-vectors/grype"]),
    ("vers_range", &["version-vectors/vers-spec"]),
];

/// `cargo xtask fuzz [--seconds N] [TARGET…]`: runs targets for a while each.
pub(crate) fn run(words: &[&str]) -> Result<bool> {
    let (seconds, named) = match words {
        ["--seconds", seconds, rest @ ..] => {
            (seconds.parse().context("--seconds takes a number")?, rest)
        }
        rest => (180, rest),
    };
    let binaries = build()?;
    let mut sound = true;
    for name in targets()? {
        if named.is_empty() || named.contains(&name.as_str()) {
            sound &= fuzz(&binaries, &name, seconds)?;
        }
    }
    Ok(sound)
}

/// Builds every target and replays its seeds.
pub(crate) fn replay() -> Result<End> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Ok(End::LeftOut("fuzz targets are built on Linux, x86-64".to_owned()));
    }
    let binaries = build()?;
    let mut faults = Vec::new();
    for name in targets()? {
        if !fuzz(&binaries, &name, 0)? {
            faults.push(name);
        }
    }
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
    let last =
        words.lines().rev().find(|line| line.contains("exec/s")).unwrap_or_default();
    println!("   {name}: {}", if said.status.success() { last.trim() } else { "FAULT" });
    if !said.status.success() {
        let tail: Vec<&str> = words.lines().rev().take(40).collect();
        for line in tail.iter().rev() {
            println!("      {line}");
        }
    }
    Ok(said.status.success())
}

/// Copies real documents of a target's kind into its folder of seeds.
fn gather(name: &str, seeds: &Path) -> Result<()> {
    let Some(shared) = shared() else { return Ok(()) };
    let places =
        CORPUS.iter().find(|(target, _)| *target == name).map_or(&[][..], |it| it.1);
    for place in places {
        let listed = output(
            Command::new("find")
                .arg(shared.join("corpus").join(place))
                .args(["-maxdepth", "2", "-type", "f", "-size"])
                .arg(format!("-{}k", SEED_BYTES_MAX / 1024)),
        )?;
        let mut paths: Vec<&str> = std::str::from_utf8(&listed)?.lines().collect();
        paths.sort_unstable();
        for (number, path) in paths.into_iter().take(SEEDS_MAX).enumerate() {
            let to = seeds.join(format!("{}-{number}", place.replace(['/', '.'], "-")));
            fs::copy(path, to)?;
        }
    }
    Ok(())
}
