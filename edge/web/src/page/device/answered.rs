//! What somebody answered about a device, as its pages show it.

use operations::fleet::Situated;
use operations::question::{Key, names};
use serde::Serialize;

use super::show::Link;
use crate::House;
use crate::clock::{Clock, Shown};
use crate::problem::Problem;
use crate::words;

/// An answer that holds about a device.
#[derive(Serialize)]
pub(super) struct Answered {
    pub(super) question: Link,
    pub(super) said: &'static str,
    pub(super) by: String,
    pub(super) at: Shown,
    /// The last day on which it is believed, or empty.
    pub(super) until: String,
    #[serde(skip)]
    pub(super) id: i64,
}

/// The answers that hold about a device, the newest first.
pub(super) async fn answered(
    house: &House,
    by: &operations::Actor,
    situated: &Situated,
    clock: &Clock,
) -> Result<Vec<Answered>, Problem> {
    let names = names(&house.app, by.head, &situated.answers).await?;
    let answers = situated.answers.iter().map(|answer| Answered {
        question: to_question(
            &Key::from_text(&answer.question.key),
            &answer.question.asked,
        ),
        said: words::said(answer.said),
        by: words::who(names.get(&answer.by)),
        at: clock.show(&answer.at),
        until: answer.until.clone().unwrap_or_default(),
        id: answer.id,
    });
    Ok(answers.collect())
}

/// The page of a question.
pub(super) fn to_question(key: &Key, text: &str) -> Link {
    Link { text: text.to_owned(), address: format!("/questions/{key}") }
}
