//! What a node was told to run with, for people to see.

/// One setting, as it was found at the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// What it is called, as on the command line and in the file.
    pub name: String,
    /// What it means.
    pub about: String,
    /// Its value for a person to read, secrets hidden; `None` where nobody said any.
    pub value: Option<String>,
    /// The value as a file would write it, or the form of one.
    pub written: String,
    /// Where the value came from: `the command line`, `/etc/lazaret.toml, line 4`.
    pub origin: String,
}
