//! The tests in which programs are killed, with many more deaths than a check has time for.

use anyhow::{Result, bail};

use crate::check::cargo;
use crate::postgres;
use crate::step::Steps;

/// How often a program is killed in each of the tests, unless somebody says otherwise.
const KILLS: u32 = 100;

/// How a test is told of it.
const VARIABLE: &str = "LAZARET_KILLS";

/// Where the tests are: package and which of its tests.
const TESTS: [(&str, &[&str]); 2] =
    [("store", &["--lib", "killed"]), ("operations", &["--test", "killed"])];

/// Runs them; says whether all passed.
pub(crate) fn run(words: &[&str]) -> Result<bool> {
    let kills = match words {
        [] => KILLS,
        ["--kills", number] => number.parse()?,
        _ => bail!("`soak` takes nothing but `--kills N`"),
    };
    let mut steps = Steps::default();
    for (package, which) in TESTS {
        steps.take(&format!("{package}: {kills} deaths in each test"), || {
            let mut tests = cargo(&["test", "--quiet", "--package", package])?;
            tests.args(which).env(VARIABLE, kills.to_string());
            postgres::with_server(&mut tests)
        });
    }
    Ok(steps.finish())
}
