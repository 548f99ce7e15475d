//! `lazaret term version SCHEME` and `lazaret term range SCHEME`.

use std::cmp::Ordering;

use anyhow::Context;
use terms::range::{Containment, Vers};
use terms::version::{self, Scheme};

use super::answer_lines;
use crate::cli::{Failure, Outcome};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The version scheme: semver, npm, pypi, maven, deb, rpm, firmware, …
    scheme: String,
}

/// Lines `A⇥B` in, `<`, `=`, `>` or `?` out.
pub(super) fn compare(arguments: &Arguments) -> Result<Outcome, Failure> {
    let scheme = scheme(&arguments.scheme)?;
    answer_lines(|line, out| {
        let pair = line.and_then(pair);
        let order = pair.and_then(|(a, b)| version::compare(scheme, a, b));
        out.push(match order {
            Some(Ordering::Less) => '<',
            Some(Ordering::Equal) => '=',
            Some(Ordering::Greater) => '>',
            None => '?',
        });
    })
}

/// Lines `RANGE⇥VERSION` in, `inside`, `outside` or `unknown` out.
pub(super) fn place(arguments: &Arguments) -> Result<Outcome, Failure> {
    let scheme = scheme(&arguments.scheme)?;
    answer_lines(|line, out| {
        let place = line
            .and_then(pair)
            .and_then(|(range, version)| {
                let vers = Vers::parse_as(scheme, range).ok()?;
                Some(vers.contains(version))
            })
            .unwrap_or(Containment::Unknown);
        out.push_str(match place {
            Containment::Inside => "inside",
            Containment::Outside => "outside",
            Containment::Unknown => "unknown",
        });
    })
}

/// The two fields of a line; `None` where it has one, or more than two.
fn pair(line: &str) -> Option<(&str, &str)> {
    line.split_once('\t').filter(|(_, second)| !second.contains('\t'))
}

fn scheme(name: &str) -> Result<Scheme, Failure> {
    Scheme::named(name).with_context(|| {
        let names: Vec<&str> = Scheme::ALL.iter().map(|scheme| scheme.name()).collect();
        format!("`{name}` is no version scheme; the schemes are {}", names.join(", "))
    })
}
