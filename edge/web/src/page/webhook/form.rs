//! The form of a webhook: what it is for, where messages go, and of what it is told.

use std::collections::BTreeMap;

use operations::Actor;
use operations::webhook::Event;
use store::{Organisation, Webhook};

use crate::field::{Choice, Field, Holds};
use crate::parts::Place;
use crate::problem::Problem;
use crate::words;

/// What is typed: `event-import.finished` ticks what its word says.
#[derive(Default)]
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    pub(super) fn of(fields: BTreeMap<String, String>) -> Self {
        Self(fields)
    }

    /// An empty one with some events ticked.
    pub(super) fn ticked(events: &[Event]) -> Self {
        Self(events.iter().map(|event| (key(*event), "on".to_owned())).collect())
    }

    /// What is kept of a webhook.
    pub(super) fn kept(webhook: &Webhook) -> Self {
        let events = webhook.events.iter().filter_map(|word| Event::from_word(word));
        let Self(mut fields) = Self::ticked(&events.collect::<Vec<_>>());
        fields.insert("name".to_owned(), webhook.name.clone());
        fields.insert("url".to_owned(), webhook.url.clone());
        Self(fields)
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    pub(super) fn events(&self) -> Vec<Event> {
        Event::ALL.into_iter().filter(|event| self.0.contains_key(&key(*event))).collect()
    }
}

fn key(event: Event) -> String {
    format!("event-{}", event.word())
}

/// The fields of the form.
pub(super) struct Making {
    pub(super) form_token: String,
    pub(super) fields: [Field; 2],
    pub(super) ticks: Vec<Tick>,
    pub(super) ticks_fault: String,
    /// Of which organisation; none where that stands.
    pub(super) organisation: Option<Choice>,
}

/// An event to tick.
pub(super) struct Tick {
    pub(super) word: &'static str,
    pub(super) text: &'static str,
    pub(super) is_ticked: bool,
}

impl Making {
    pub(super) fn new(
        by: &Actor,
        places: Option<&[Organisation]>,
        form: &Form,
        problem: Option<&Problem>,
    ) -> Self {
        let wrong = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
        let chosen = form.events();
        let ticks = Event::ALL.map(|event| Tick {
            word: event.word(),
            text: words::event(event),
            is_ticked: chosen.contains(&event),
        });
        let fault = wrong.iter().find(|fault| fault.field == "events");
        Self {
            form_token: by.form_token.clone(),
            fields: [
                Field::new("name", "What is it for?", Holds::Text)
                    .hint("For example: tickets of biomedical engineering.")
                    .typed(form.text("name"))
                    .judged(wrong),
                Field::new("url", "Address", Holds::Text)
                    .hint("Where messages are sent, beginning with https://. Machines inside are reached where whoever runs the server allows it.")
                    .typed(form.text("url"))
                    .judged(wrong),
            ],
            ticks: ticks.into(),
            ticks_fault: fault.map(|fault| fault.detail.clone()).unwrap_or_default(),
            organisation: places.map(|places| {
                let places = Place::options(places);
                Choice::new("organisation", "Of which organisation", places, form.text("organisation"))
                    .hint("It is told of that and of everything below it, and of nothing else.")
                    .judged(wrong)
            }),
        }
    }
}
