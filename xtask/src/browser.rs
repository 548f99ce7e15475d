//! The server in a browser: Chromium and axe-core, and the test that needs both.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::step::{End, end_of, has};
use crate::target;

/// The edition of axe-core; it examines pages, and no part of it is shipped.
const AXE: &str = "4.14.1";

/// Runs the browser test.
pub(crate) fn examine() -> Result<End> {
    for program in ["chromium", "chromedriver", "npm"] {
        if !has(program, "--version") {
            return Ok(End::LeftOut(format!("{program} is not installed")));
        }
    }
    let Some(axe) = axe()? else {
        return Ok(End::LeftOut("axe-core could not be had from npm".to_owned()));
    };
    end_of(
        crate::check::cargo(&[
            "test",
            "--package",
            "lazaret",
            "--test",
            "browser",
            "--quiet",
        ])?
        .env("LAZARET_TEST_AXE", axe),
    )
}

/// The file of axe-core, fetched once into the build cache.
fn axe() -> Result<Option<PathBuf>> {
    let folder = target().join("tools/axe").join(AXE);
    let file = folder.join("package/axe.min.js");
    if file.is_file() {
        return Ok(Some(file));
    }
    std::fs::create_dir_all(&folder)?;
    let archive = format!("axe-core-{AXE}.tgz");
    let fetched = Command::new("npm")
        .args(["pack", "--silent", &format!("axe-core@{AXE}")])
        .current_dir(&folder)
        .output()?;
    if !fetched.status.success() {
        return Ok(None);
    }
    let unpacked =
        Command::new("tar").args(["-xzf", &archive]).current_dir(&folder).status()?;
    Ok((unpacked.success() && file.is_file()).then_some(file))
}
