//! A fact on which a verdict rests, as a report names it.

use evidence::{Ground, days_between};
use reading::Place;
use serde::Serialize;
use terms::Day;

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
        let place = ground.place.to_string();
        let found = (ground.class.word(), ground.text.as_str());
        Self::told(found, (&ground.document, &place), ground.date, frame)
    }

    /// A fact that was told: of what class it is and what it says, the document with the place
    /// in it as words, and of which day.
    #[must_use]
    pub fn told(
        (class, text): (&'static str, &str),
        (document, place): (&str, &str),
        date: Option<Day>,
        frame: &Frame<'_>,
    ) -> Self {
        let age = match date.map(|date| (date, days_between(date, frame.day).max(0))) {
            Some((date, days)) => {
                let days = usize::try_from(days).unwrap_or_default();
                format!("of {}, {} old", shown(date), crate::counted(days, "day", "days"))
            }
            None => "of unknown age".to_owned(),
        };
        let named = (frame.named)(document);
        Self {
            // A text that names the document names it as people do.
            text: match document {
                "" => text.to_owned(),
                document => text.replace(document, &named),
            },
            class,
            source: match place == Place::Document.to_string() {
                true => named,
                false => format!("{named}, {place}"),
            },
            date: date.map(|date| date.to_string()),
            age,
        }
    }

    pub(crate) fn all(grounds: &[Ground], frame: &Frame<'_>) -> Vec<Self> {
        grounds.iter().map(|ground| Self::of(ground, frame)).collect()
    }
}
