//! `lazaret demo`: an invented hospital, judged through the same commands that a real one
//! would use. Makers, wards and devices are invented; the vulnerabilities are real.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Parser as _;

use super::{Failure, Outcome};
use crate::render;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Where the documents of the sample are written, and the index beside them
    #[arg(long, value_name = "FOLDER", default_value = "lazaret-demo")]
    folder: PathBuf,
}

macro_rules! documents {
    ($($path:literal),+ $(,)?) => {
        [$(($path, include_bytes!(concat!("../../../../fixtures/demo/", $path)))),+]
    };
}

/// The documents of the sample: written for this project, none of them copied.
const DOCUMENTS: [(&str, &[u8]); 17] = documents![
    "inventory.csv",
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
    render::data(&format!(
        "An invented hospital: 16 devices of four makers, 3 SBOMs, and advisories about\n\
         real vulnerabilities, written to {}.\n",
        folder.display()
    ))?;

    let build = ["feed", "build", "--index", &index, &place("advisories")];
    act("1. The advisories become one index", &build)?;
    let fleet = ["device", "match", &inventory, "--index", &index];
    act("2. The inventory: what to do first, and why", &fleet)?;
    let mut scan = vec!["scan", "--group", "action", "--index", &index];
    scan.extend(sboms.iter().map(String::as_str));
    act("3. The SBOMs: what is inside the devices", &scan)?;

    render::data(&next(&index, &inventory, &sboms))?;
    Ok(Outcome::Nothing)
}

/// Writes the documents; what stands there under another name is left alone.
fn write(folder: &Path) -> Result<(), Failure> {
    for (name, bytes) in DOCUMENTS {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, bytes))
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

/// Shows a command as a person would type it, and does it.
fn act(title: &str, words: &[&str]) -> Result<(), Failure> {
    render::data(&format!(
        "\n{title}\n{}\n$ lazaret {}\n\n",
        "─".repeat(78),
        words.join(" ")
    ))?;
    let words = std::iter::once("lazaret").chain(words.iter().copied());
    let arguments = super::Arguments::try_parse_from(words)?;
    super::act(arguments.command)?;
    Ok(())
}

/// What to try next, on the documents that are there now.
fn next(index: &str, inventory: &str, sboms: &[String]) -> String {
    let pump = sboms.first().map_or("", String::as_str);
    let station = sboms.get(1).map_or("", String::as_str);
    format!(
        "\nTry next\n{line}\n\
         Why is the pump affected by Heartbleed, and what would change it?\n  \
         lazaret explain --index {index} {pump} CVE-2014-0160\n\
         Which of these SBOMs does Log4Shell touch?\n  \
         lazaret affected --index {index} CVE-2021-44228 {pump} {station}\n\
         What does the pump's SBOM leave out that the FDA asks for?\n  \
         lazaret sbom check --profile fda-524b {pump}\n\
         The grounds of every device's verdict, for a spreadsheet:\n  \
         lazaret device match {inventory} --index {index} --format csv\n\
         And with your own documents:\n  \
         lazaret feed build --index my.index FOLDER-OF-ADVISORIES\n  \
         lazaret device match MY-INVENTORY.csv --index my.index\n",
        line = "─".repeat(78),
    )
}
