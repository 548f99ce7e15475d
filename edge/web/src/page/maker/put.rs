//! On the pages of the house: what was put to a maker from there, what it answered, and the
//! button that puts it.

use operations::Actor;
use operations::maker::{Askable, told};
use serde::Serialize;
use store::MakerQuestion;

use crate::House;
use crate::clock::{Clock, Shown};
use crate::page::question::note::NoteRow;
use crate::problem::Problem;
use crate::words;

/// What of it a page shows.
#[derive(Default, Serialize)]
#[serde(transparent)]
pub(crate) struct Put {
    pub(crate) told: Vec<Told>,
    /// What is noted for the maker, where the page shows it nowhere else.
    #[serde(skip)]
    pub(crate) notes: Vec<NoteRow>,
    #[serde(skip)]
    pub(crate) offer: Option<Askable>,
    #[serde(skip)]
    pub(crate) address: String,
    #[serde(skip)]
    pub(crate) token: String,
}

/// Something that was put to a maker.
#[derive(Serialize)]
pub(crate) struct Told {
    pub(crate) asked: String,
    pub(crate) maker: String,
    pub(crate) put: Shown,
    pub(crate) said: &'static str,
    pub(crate) note: String,
    pub(crate) answered: Option<Shown>,
}

impl Put {
    /// `about` is what it was put from, by all its names, `address` where it is put.
    pub(crate) async fn of(
        house: &House,
        by: &Actor,
        about: &[String],
        (offer, address): (Option<Askable>, String),
        clock: &Clock,
    ) -> Result<Self, Problem> {
        let all = told(&house.app, by, about).await?;
        // What waits is not put once more.
        let waits = |offer: &Askable| {
            all.iter().any(|one| {
                one.organisation == offer.organisation.id && one.answered.is_none()
            })
        };
        let offer = offer.filter(|offer| !waits(offer));
        let told = all.into_iter().map(|one| Told::of(one, clock)).collect();
        let (notes, token) = (Vec::new(), by.form_token.clone());
        Ok(Self { told, notes, offer, address, token })
    }

    pub(crate) fn has_something(&self) -> bool {
        !self.told.is_empty() || self.offer.is_some()
    }
}

impl Told {
    fn of(one: MakerQuestion, clock: &Clock) -> Self {
        Self {
            asked: one.asked,
            maker: one.maker,
            put: clock.show(&one.put),
            said: one.said.map(words::maker_said).unwrap_or_default(),
            note: one.note,
            answered: one.answered.as_deref().map(|at| clock.show(at)),
        }
    }
}
