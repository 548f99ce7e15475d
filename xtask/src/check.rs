//! Everything that must hold, in the order in which a fault is cheapest to find.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::step::{End, Steps, end_of, has};
use crate::{browser, fuzz, judges, own_sbom, postgres, root, shared, target};

/// The steps, in order.
fn run_all(steps: &mut Steps) {
    steps.take("what the check itself needs", set_up);
    steps.take("format", format);
    steps.take("lints", lints);
    steps.take("tests", || {
        postgres::with_server(&mut cargo(&[
            "test",
            "--workspace",
            "--quiet",
            "--no-fail-fast",
        ])?)
    });
    steps.take("the server in a browser", browser::examine);
    steps.take("documentation", documentation);
    steps.take("release build", release);
    judges::acceptance(steps);
    steps.take("what may enter the build", dependencies);
    steps.take("our own parts against RustSec", own_sbom::scan);
    judges::foreign(steps);
    judges::spreadsheets(steps);
    judges::oscal(steps);
    judges::clients(steps);
    judges::receivers(steps);
    judges::mail_servers(steps);
    judges::meters(steps);
    judges::description(steps);
    judges::provider(steps);
    judges::pdf(steps);
    steps.take("fuzz targets build and replay their seeds", fuzz::replay);
}

/// Runs the whole check; says whether everything passed.
pub(crate) fn run() -> Result<bool> {
    let mut steps = Steps::default();
    run_all(&mut steps);
    Ok(steps.finish())
}

/// The build that is released: with PDF, which is compiled here alone. What draws is tried on
/// what comes out of it (`judges::pdf`), since compiling typst for tests as well would take
/// longer than all the rest.
fn release() -> Result<End> {
    end_of(&mut cargo(&[
        "build",
        "--release",
        "--quiet",
        "--package",
        "lazaret",
        "--features",
        "pdf",
    ])?)
}

/// The release build of the program.
pub(crate) fn program() -> PathBuf {
    target().join("release/lazaret")
}

pub(crate) fn cargo(arguments: &[&str]) -> Result<Command> {
    let program = std::env::var_os("CARGO").context("run this through `cargo xtask`")?;
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    Ok(command)
}

/// Debian packages that the acceptance scripts, foreign judges and the browser test call.
const PACKAGES: [(&str, &str, &str); 8] = [
    ("postgresql", "psql", "--version"),
    ("zstd", "zstd", "--version"),
    ("python3-venv", "python3", "--version"),
    ("git", "git", "--version"),
    ("chromium", "chromium", "--version"),
    ("chromium-driver", "chromedriver", "--version"),
    ("npm", "npm", "--version"),
    ("openssl", "openssl", "version"),
];

fn set_up() -> Result<End> {
    let missing: Vec<&str> = PACKAGES
        .iter()
        .filter(|(_, program, argument)| !has(program, argument))
        .map(|(package, _, _)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(End::Passed);
    }
    if !has("apt-get", "--version") || !is_root() {
        return Ok(End::LeftOut(format!("install {} yourself", missing.join(", "))));
    }
    end_of(Command::new("apt-get").args(["update", "-qq"]))?;
    end_of(Command::new("apt-get").args(["install", "-y", "-qq"]).args(&missing))
}

pub(crate) fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn format() -> Result<End> {
    if !has("cargo-fmt", "--version") {
        return Ok(End::LeftOut("rustfmt is not installed".to_owned()));
    }
    end_of(&mut cargo(&["fmt", "--all", "--check"])?)
}

fn lints() -> Result<End> {
    if !has("cargo-clippy", "--version") {
        return Ok(End::LeftOut("clippy is not installed".to_owned()));
    }
    end_of(&mut cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--quiet",
        "--",
        "-D",
        "warnings",
    ])?)
}

fn documentation() -> Result<End> {
    end_of(
        cargo(&[
            "doc",
            "--workspace",
            "--no-deps",
            "--quiet",
            "--document-private-items",
        ])?
        .env("RUSTDOCFLAGS", "-D warnings"),
    )
}

/// cargo-deny, built once into the build cache. Its own advisories are not asked: our
/// program reads the same records itself.
fn dependencies() -> Result<End> {
    let tools = target().join("tools");
    let deny = tools.join("bin/cargo-deny");
    if !deny.is_file() {
        let built = cargo(&[
            "install",
            "cargo-deny",
            "--locked",
            "--debug",
            "--quiet",
            "--root",
        ])?
        .arg(&tools)
        .env("CARGO_TARGET_DIR", tools.join("build"))
        .status()?;
        if !built.success() {
            return Ok(End::LeftOut("cargo-deny could not be built".to_owned()));
        }
        std::fs::remove_dir_all(tools.join("build")).ok();
    }
    end_of(
        Command::new(deny)
            .args(["check", "--hide-inclusion-graph", "bans", "licenses", "sources"])
            .current_dir(root()),
    )
}

/// The folder of real documents, or why the step that needs it is left out.
pub(crate) fn shared_or_left_out() -> std::result::Result<PathBuf, End> {
    shared().ok_or_else(|| {
        End::LeftOut("the folder `../shared` with real documents is not here".to_owned())
    })
}
