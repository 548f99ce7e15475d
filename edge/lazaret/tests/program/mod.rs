//! The program as a person runs it, in a folder of its own.

use std::path::Path;
use std::process::{Command, Output};

/// Runs the program with these words in that folder, which is also its home.
pub(crate) fn lazaret(words: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lazaret"))
        .args(words)
        .current_dir(folder)
        .env("XDG_DATA_HOME", folder.join("data"))
        .output()
        .unwrap()
}

/// What it says beside its answer.
pub(crate) fn talk(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
