//! `cargo xtask guide`: takes the pictures of the user's guide anew.
//!
//! They are taken by a part of the browser test, in the invented health system that
//! `lazaret demo` makes: its devices, makers, numbers and people are the same each time, so a
//! picture changes where a page has changed; only times of the day and ages differ from run to
//! run. Whoever takes them looks at the difference before committing it.

use anyhow::{Result, bail};

use crate::step::{End, end_of, has};
use crate::{check, root};

/// Takes every picture; says whether that went well.
pub(crate) fn draw() -> Result<bool> {
    for program in ["chromium", "chromedriver"] {
        if !has(program, "--version") {
            bail!("{program} is not installed: apt-get install chromium chromium-driver");
        }
    }
    let folder = root().join("docs/guide/pictures");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let test = ["test", "--package", "lazaret", "--test", "browser", "pictures"];
    let end = end_of(check::cargo(&test)?.env("LAZARET_GUIDE_PICTURES", folder))?;
    Ok(matches!(end, End::Passed))
}
