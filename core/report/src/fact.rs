//! A fact on which a verdict rests, as a report names it.

use evidence::Ground;
use reading::Place;
use serde::Serialize;

use crate::{Frame, shown};

/// A fact on which a verdict rests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What it says.
    pub text: String,
    /// What kind of knowledge it is: `observed`, `documented`, `attested`.
    pub class: &'static str,
    /// The document in which it stands, and where in it.
    pub source: String,
    /// Of which day it is; none where nobody says.
    pub date: Option<String>,
    /// How old it is, in words.
    pub age: String,
}

impl Fact {
    pub(crate) fn of(ground: &Ground, frame: &Frame<'_>) -> Self {
        let age = match (ground.date, ground.age_days(frame.day)) {
            (Some(date), Some(days)) => {
                let days = usize::try_from(days).unwrap_or_default();
                format!("of {}, {} old", shown(date), crate::counted(days, "day", "days"))
            }
            _ => "of unknown age".to_owned(),
        };
        let document = (frame.named)(&ground.document);
        Self {
            // A text that names the document names it as people do.
            text: ground.text.replace(&ground.document, &document),
            class: ground.class.word(),
            source: match &ground.place {
                Place::Document => document,
                place => format!("{document}, {place}"),
            },
            date: ground.date.map(|date| date.to_string()),
            age,
        }
    }

    pub(crate) fn all(grounds: &[Ground], frame: &Frame<'_>) -> Vec<Self> {
        grounds.iter().map(|ground| Self::of(ground, frame)).collect()
    }
}
