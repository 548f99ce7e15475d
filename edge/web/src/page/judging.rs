//! What is being worked out anew, on whatever page says what follows from it.

use axum::extract::State;
use axum::response::Response;
use operations::judging::{UnderWay, WorkedOut, under_way};
use operations::{Actor, App};
use serde::Serialize;

use crate::House;
use crate::access::By;
use crate::live::{self, GoesOn};
use crate::problem::Problem;

/// What is being worked out; nothing where everything is.
#[derive(PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Judging {
    pub(crate) rows: Vec<Row>,
}

#[derive(PartialEq, Eq, Serialize)]
pub(crate) struct Row {
    what: &'static str,
    /// Of a hundred.
    pub(crate) percent: i64,
    is_tried_again: bool,
    #[serde(skip)]
    pub(crate) text: &'static str,
}

impl Row {
    fn of(one: UnderWay) -> Self {
        Self {
            what: one.what.word(),
            percent: one.percent,
            is_tried_again: one.is_tried_again,
            text: match one.what {
                WorkedOut::Builds => "What advisories say of devices is worked out anew",
                WorkedOut::Bills => "What advisories say of SBOMs is worked out anew",
                WorkedOut::Priorities => "Priorities are worked out anew",
                WorkedOut::Work => "What is to be done is worked out anew",
            },
        }
    }

    /// How far it is, in words.
    pub(crate) fn far(&self) -> String {
        let far = match self.percent {
            0 => "it has begun, or waits its turn".to_owned(),
            percent => format!("{percent} %"),
        };
        match self.is_tried_again {
            true => format!("{far}; it went wrong once, and is tried again"),
            false => far,
        }
    }
}

impl Judging {
    /// What is being worked out where somebody may look.
    pub(crate) async fn of(app: &App, by: &Actor) -> Result<Self, Problem> {
        let found = under_way(app, by).await?;
        Ok(Self { rows: found.into_iter().map(Row::of).collect() })
    }

    /// Whether there will be more to say.
    pub(crate) fn is_live(&self) -> bool {
        !self.rows.is_empty()
    }
}

impl GoesOn for Judging {
    fn is_over(&self) -> bool {
        !self.is_live()
    }
}

/// `GET /judging/events`: a list of what is being worked out, and how far each is.
pub(crate) async fn events(
    State(house): State<House>,
    By(by): By,
) -> Result<Response, Problem> {
    let app = house.app.clone();
    live::told(&house, move || {
        let (app, by) = (app.clone(), by.clone());
        async move { Judging::of(&app, &by).await }
    })
}
