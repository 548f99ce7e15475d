//! `lazaret demo`: an invented hospital, judged through the same commands that a real one
//! would use; then an invented health system, served. Makers, wards and devices are invented;
//! the vulnerabilities are real.

mod evidence;
mod health_system;
mod house;
mod letter;
mod makers;
mod purchases;
mod suppliers;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Parser as _;

use super::{Failure, Outcome};
use crate::output::page::Page;
use crate::output::text::columns;
use crate::render;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Where the documents of the sample are written, and the index beside them
    #[arg(long, value_name = "FOLDER", default_value = "lazaret-demo")]
    folder: PathBuf,
    /// Where the sample house is served; another port where this one is taken
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Show what the commands print, and serve nothing
    #[arg(long)]
    no_server: bool,
}

macro_rules! documents {
    ($($path:literal),+ $(,)?) => {
        [$(($path, include_bytes!(concat!("../../../../fixtures/demo/", $path)))),+]
    };
}

/// The documents of the sample: written for this project, none of them copied.
const DOCUMENTS: [(&str, &[u8]); 18] = documents![
    "inventory.csv",
    "mds2/meridian-400.csv",
    "sboms/meridian-400-2.1.cdx.json",
    "sboms/cardioview-5-5.2.cdx.json",
    "sboms/echoline-e9-c.07.spdx.json",
    "advisories/amsa-2025-01.json",
    "advisories/hbsa-2025-07.json",
    "advisories/ossa-2024-03.json",
    "advisories/CVE-2014-0160.nvd.json",
    "advisories/CVE-2017-0144.nvd.json",
    "advisories/CVE-2018-25032.nvd.json",
    "advisories/CVE-2021-44228.json",
    "advisories/CVE-2022-37434.nvd.json",
    "advisories/DEBIAN-CVE-2022-28391.json",
    "advisories/GHSA-35jh-r3h4-6jhm.json",
    "advisories/PYSEC-2021-66.json",
    "advisories/known_exploited_vulnerabilities.json",
    "advisories/epss.csv",
];

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    let folder = &arguments.folder;
    write(folder)?;
    let place = |name: &str| folder.join(name).display().to_string();
    let (index, inventory) = (place("advisories.index"), place("inventory.csv"));
    let sboms: Vec<String> = DOCUMENTS
        .iter()
        .filter(|(name, _)| name.starts_with("sboms/"))
        .map(|(name, _)| place(name))
        .collect();
    let mut page = render::blank();
    page.line(
        &format!(
            "An invented hospital: 16 devices of four makers, 3 SBOMs (lists of what is \
             inside a product), and advisories about real vulnerabilities, written to {}.",
            folder.display()
        ),
        0,
        0,
    );
    render::page(page)?;

    let build = ["feed", "build", "--index", &index, &place("advisories")];
    act("1. The advisories become one index", &build)?;
    let fleet = ["device", "match", &inventory, "--index", &index];
    act("2. The inventory: what to do first, and why", &fleet)?;
    let mut scan = vec!["scan", "--index", &index];
    scan.extend(sboms.iter().map(String::as_str));
    act("3. The SBOMs: what is inside the devices", &scan)?;

    render::page(next(&index, &inventory, &sboms))?;
    if arguments.no_server {
        return Ok(Outcome::Nothing);
    }
    if !arguments.listen.ip().is_loopback() {
        anyhow::bail!(
            "the sample house answers on this machine alone, and {} is not of it\n\
             help: `--listen 127.0.0.1:PORT`",
            arguments.listen
        );
    }
    house::serve(folder, arguments.listen)
}

/// Writes the documents; what stands there under another name is left alone, and nothing
/// that a person has written or changed is written over.
fn write(folder: &Path) -> Result<(), Failure> {
    for (name, bytes) in DOCUMENTS {
        let path = folder.join(name);
        if fs::read(&path).is_ok_and(|there| there != bytes) {
            anyhow::bail!(
                "{} is there already, and is not as the demo writes it\n\
                 help: `lazaret demo --folder FOLDER` takes another folder",
                path.display()
            );
        }
    }
    for (name, bytes) in DOCUMENTS {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).and_then(|()| fs::write(&path, bytes)).with_context(
            || {
                format!(
                    "{} cannot be written; `--folder FOLDER` takes another folder",
                    path.display()
                )
            },
        )?;
    }
    Ok(())
}

/// Shows a command as a person would type it, and does it.
fn act(title: &str, words: &[&str]) -> Result<(), Failure> {
    let mut page = render::blank();
    headed(title, &mut page);
    command("$ ", words, &mut page);
    page.gap();
    render::page(page)?;
    let words = std::iter::once("lazaret").chain(words.iter().copied());
    let arguments = super::Arguments::try_parse_from(words)?;
    super::act(arguments.command)?;
    Ok(())
}

/// A heading with a rule below it.
fn headed(title: &str, page: &mut Page) {
    page.gap();
    page.heading(title);
    page.line(&"─".repeat(page.width()), 0, 0);
}

/// A command as it can be copied into a shell: what has no room goes on below, behind `\`.
fn command(prompt: &str, words: &[&str], page: &mut Page) {
    let mut row = format!("{prompt}lazaret");
    let mut words = words.iter().map(|word| quoted(word)).peekable();
    while let Some(mut word) = words.next() {
        // An option and its value stay together.
        if word.starts_with("--")
            && let Some(value) = words.next_if(|next| !next.starts_with("--"))
        {
            word = format!("{word} {value}");
        }
        if columns(&row) + columns(&word) + 3 > page.width() {
            page.verbatim(&format!("{row} \\"));
            row = "     ".to_owned();
        }
        row.push(' ');
        row.push_str(&word);
    }
    page.verbatim(&row);
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:=+,@".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// What to try next, on the documents that are there now.
fn next(index: &str, inventory: &str, sboms: &[String]) -> Page {
    let pump = sboms.first().map_or("", String::as_str);
    let station = sboms.get(1).map_or("", String::as_str);
    let mut page = render::blank();
    headed("Try next", &mut page);
    let mut say = |question: &str, words: &[&str]| {
        page.line(question, 0, 0);
        command("  ", words, &mut page);
    };
    say(
        "Why is the pump affected by Heartbleed, and what would change it?",
        &["explain", "--index", index, pump, "CVE-2014-0160"],
    );
    say(
        "Which of these SBOMs does Log4Shell touch?",
        &["affected", "--index", index, "CVE-2021-44228", pump, station],
    );
    say(
        "What does the pump's SBOM leave out that the FDA asks for?",
        &["sbom", "check", "--profile", "fda-524b", pump],
    );
    say(
        "The grounds of every device's verdict, for a spreadsheet:",
        &["device", "match", inventory, "--index", index, "--format", "csv"],
    );
    say(
        "And with your own documents:",
        &["feed", "build", "--index", "my.index", "FOLDER-OF-ADVISORIES"],
    );
    command(
        "  ",
        &["device", "match", "MY-INVENTORY.csv", "--index", "my.index"],
        &mut page,
    );
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_take_them_apart() {
        assert_eq!(quoted("a/b-c_1.json"), "a/b-c_1.json");
        assert_eq!(quoted("my pump.json"), "'my pump.json'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted(""), "''");
    }
}
