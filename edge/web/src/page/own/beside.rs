//! Each own analysis of a flaw beside what is said of one device: whether it counts there, and
//! if not, why.

use std::collections::{BTreeMap, BTreeSet};

use operations::fleet::{self, Bearing};
use serde::Serialize;
use store::{AnalysisSubject, Device};

use super::{because, plain};
use crate::clock::{Clock, Shown};
use crate::words;

/// An own analysis beside the verdicts about a device.
#[derive(Serialize)]
pub(crate) struct Beside {
    /// Whether it decides about everything that the flaw is in.
    counts: bool,
    /// What it does, by the word on the wire.
    bearing: &'static str,
    state: String,
    by: String,
    said: Shown,
    /// What it is about, as it was written: the product, its release where it is about one
    /// alone, and the component; empty where it is about the device itself.
    product: String,
    release: String,
    component: String,
    /// Where the flaw is besides, about which it says nothing.
    left: Vec<String>,
    /// All of it in a sentence.
    text: String,
    /// The same, where the verdict does not tell it already.
    #[serde(skip)]
    untold: Option<String>,
}

impl Beside {
    /// What an analysis does about a device.
    pub(crate) fn new(
        one: fleet::Beside,
        device: &Device,
        names: &BTreeMap<i64, String>,
        clock: &Clock,
    ) -> Self {
        let said = clock.show(&one.analysis.said);
        let by = words::who(names.get(&one.analysis.said_by));
        let about = &one.analysis.about;
        let state = plain(&one.analysis.found.state);
        let because = match because(&one.analysis) {
            why if why.is_empty() => String::new(),
            why => format!(" ({why})"),
        };
        let text = format!(
            "own analysis by {by} on {} of {}: {state}{because}. {}",
            said.text,
            told(about),
            why(&one, device)
        );
        let counts = one.bearing == Bearing::Decides && one.left.is_empty();
        // What of it stands beside the verdict that it is about.
        let is_told = one.left.is_empty()
            && matches!(
                one.bearing,
                Bearing::Decides | Bearing::Outweighed | Bearing::Marks
            );
        Self {
            counts,
            bearing: one.bearing.word(),
            state,
            by,
            said,
            product: product(about),
            release: about.version.clone(),
            component: about.component.clone(),
            left: one.left.into_iter().collect(),
            untold: (!is_told).then(|| text.clone()),
            text,
        }
    }

    /// What it says and whether it counts, where the verdict does not tell that itself.
    pub(crate) fn untold(&self) -> Option<&str> {
        self.untold.as_deref()
    }
}

fn product(about: &AnalysisSubject) -> String {
    format!("{} {}", about.maker, about.model).trim().to_owned()
}

/// What an analysis is about.
fn told(about: &AnalysisSubject) -> String {
    let part = match about.component.as_str() {
        "" => "the device itself",
        component => component,
    };
    match about.version.as_str() {
        "" => format!("{part} in {}", product(about)),
        release => format!("{part} in {}, release {release}", product(about)),
    }
}

/// Whether it counts, and if not, why.
fn why(one: &fleet::Beside, device: &Device) -> String {
    let build = &device.told.build;
    let left = named(&one.left);
    let not_here = "It does not count here: ";
    match one.bearing {
        Bearing::Decides if one.left.is_empty() => "It counts here.".to_owned(),
        Bearing::Decides => {
            format!(
                "It counts for that alone: the flaw is in {left} too, of which it says nothing."
            )
        }
        Bearing::Answered => format!(
            "{not_here}somebody answered of this device that it is affected, and that says more."
        ),
        Bearing::Outweighed if one.outweighed_by.is_empty() => {
            format!("{not_here}a maker says otherwise, and its word counts before yours.")
        }
        Bearing::Outweighed => format!(
            "{not_here}{} says otherwise, and a maker's word counts before yours.",
            one.outweighed_by
        ),
        Bearing::Overtaken => format!("{not_here}another own analysis counts before it."),
        Bearing::Marks => "It clears nothing.".to_owned(),
        Bearing::OtherComponent => {
            format!(
                "{not_here}in this device the flaw is in {left}, of which it says nothing."
            )
        }
        Bearing::OtherRelease if build.version.is_empty() => {
            format!("{not_here}nobody has said which release this device has.")
        }
        Bearing::OtherRelease => {
            format!("{not_here}this device has release {}.", build.version)
        }
        Bearing::OtherDocument => format!(
            "{not_here}the verdict rests on an SBOM of another product or release too."
        ),
        Bearing::OtherProduct => {
            let is = format!("{} {}", build.maker, build.model);
            match is.trim() {
                "" => format!("{not_here}nobody has said which product this device is."),
                is => format!("{not_here}this device is known as {is}."),
            }
        }
        Bearing::NothingOpen => {
            "There is no open verdict here that it could change.".to_owned()
        }
        Bearing::TakenBack => format!("{not_here}it was taken back."),
    }
}

/// Where a flaw is, in words.
fn named(parts: &BTreeSet<String>) -> String {
    let parts = parts.iter().map(|part| match part.as_str() {
        "" => "the device itself, as an advisory names it,",
        part => part,
    });
    let parts: Vec<&str> = parts.collect();
    match parts.as_slice() {
        [] => "something else".to_owned(),
        [first @ .., last] if !first.is_empty() => {
            format!("{} and {last}", first.join(", "))
        }
        all => all.join(", "),
    }
}
