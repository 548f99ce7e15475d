//! What a node says of itself while it runs, a line for each request, job and fault.
//!
//! A fact of a line is a word of ours, a number, or a text that the caller has made sure of: a
//! route as it is written in the list, never the path that was asked; what failed, never what was
//! delivered. How lines look and where they go is for whoever runs the node.

use std::fmt;
use std::sync::Arc;

/// How much somebody wants to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Something went wrong here, and somebody should look.
    Error,
    /// Something went wrong elsewhere, or is tried again.
    Warn,
    /// What happens.
    Info,
    /// What happens and tells nobody anything, such as a job that found nothing to do.
    Debug,
}

impl Level {
    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }
}

/// A fact of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A number.
    Number(i64),
    /// A word of ours, or a text that was made sure of.
    Text(&'a str),
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

/// One line.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Who should read it.
    pub level: Level,
    /// What it is about: `request`, `job`, `fault`.
    pub what: &'static str,
    /// What is noted.
    pub facts: &'a [(&'static str, Value<'a>)],
}

type Sink = dyn Fn(&Line<'_>) + Send + Sync;

/// Where lines go; nowhere, until somebody says so. Cheap to clone.
#[derive(Clone, Default)]
pub struct Log(Option<Arc<Sink>>);

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Log(…)")
    }
}

impl Log {
    /// A log that hands each line to `sink`.
    #[must_use]
    pub fn new(sink: impl Fn(&Line<'_>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(sink)))
    }

    /// Says a line.
    pub fn say(
        &self,
        level: Level,
        what: &'static str,
        facts: &[(&'static str, Value<'_>)],
    ) {
        if let Some(sink) = &self.0 {
            sink(&Line { level, what, facts });
        }
    }
}
