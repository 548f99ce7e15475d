//! What every function of a red flag looks at.

use lifecycle::Catalog;
use reading::Place;
use supplier::dossier::{Absence, Dossier, Origin, Sought};
use terms::{Day, Instant};

use crate::baseline::Baseline;
use crate::evidence::{Evidence, Supplier};
use crate::finding::{Class, Ground, days_between};
use crate::red_flag::Thresholds;
use crate::supplier_history::{Cited, Figures, History};

/// The evidence, with what was worked out of it once.
pub(crate) struct Case<'e> {
    pub(crate) supplier: &'e Supplier<'e>,
    pub(crate) evidence: &'e Evidence,
    pub(crate) history: History,
    pub(crate) figures: Figures,
    pub(crate) baseline: &'e Baseline,
    pub(crate) life_cycles: &'e Catalog,
    pub(crate) thresholds: &'e Thresholds,
    pub(crate) today: Day,
}

impl<'e> Case<'e> {
    /// The dossier, and the file that it is in.
    pub(crate) fn dossier(&self) -> Option<(&'e str, &'e Dossier)> {
        let held = self.evidence.dossier.as_ref()?;
        Some((&held.file, &held.value))
    }

    /// Whether a day lies behind.
    pub(crate) fn is_over(&self, day: Day) -> bool {
        day < self.today
    }

    /// The first second of today.
    pub(crate) fn now(&self) -> Option<Instant> {
        terms::date::instant(&self.today.to_string()).ok()
    }

    /// Days since a day.
    pub(crate) fn age(&self, day: Day) -> i32 {
        days_between(day, self.today)
    }

    /// What kind of knowledge an entry of the dossier is. What a third party says is a
    /// record only where the file that proves it was delivered.
    pub(crate) fn class(&self, origin: Origin, proof: &str) -> Class {
        match origin {
            Origin::House => Class::Documented,
            Origin::ThirdParty if self.is_delivered(proof) => Class::Documented,
            Origin::ThirdParty | Origin::Supplier => Class::Attested,
        }
    }

    /// Whether a file of that name was delivered, in whichever folder or archive.
    pub(crate) fn is_delivered(&self, proof: &str) -> bool {
        let proof = proof.trim().trim_start_matches("./");
        let ends = |name: &str| {
            let rest = name.strip_suffix(proof);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(['/', '\\', '!']))
        };
        !proof.is_empty() && self.evidence.delivered.iter().any(|name| ends(name))
    }

    /// That something was looked for and not found, while that still counts.
    pub(crate) fn absence(&self, what: Sought, product: &str) -> Option<Ground> {
        let (file, dossier) = self.dossier()?;
        let fits = |absence: &&Absence| {
            absence.what == what
                && (absence.product.is_empty() || absence.product == product)
                && self.age(absence.on) <= self.thresholds.absence_days
        };
        let absence = dossier.absences.iter().filter(fits).max_by_key(|it| it.on)?;
        let at = match absence.looked_at.as_str() {
            "" => String::new(),
            looked_at => format!(" at {looked_at}"),
        };
        let text = format!("looked for{at} on {} and not found", absence.on);
        let place = absence.place.clone();
        Some(Ground::documented(file, place, text).dated(Some(absence.on)))
    }

    /// What was counted, as grounds: the first ones, and how many there are.
    pub(crate) fn cited<'c>(
        &self,
        cited: impl IntoIterator<Item = &'c Cited>,
    ) -> Vec<Ground> {
        cited.into_iter().take(GROUNDS_MAX).filter_map(|one| self.cite(one)).collect()
    }

    fn cite(&self, cited: &Cited) -> Option<Ground> {
        let advisory = self.evidence.advisories.get(cited.advisory)?;
        let text = format!("{}: {}", advisory.record.id, cited.text);
        let ground = Ground::documented(&advisory.file, cited.place.clone(), text);
        Some(ground.dated(advisory.released()))
    }

    /// All advisories of the supplier as one ground.
    pub(crate) fn archive(&self) -> Vec<Ground> {
        let own = &self.history.own;
        let Some(first) = own.advisories.first() else { return Vec::new() };
        let Some(advisory) = self.evidence.advisories.get(*first) else {
            return Vec::new();
        };
        let all = own.advisories.len();
        let noun = if all == 1 { "advisory" } else { "advisories" };
        let text = match own.span {
            Some((first, last)) => format!("{all} {noun} from {first} to {last}"),
            None => format!("{all} {noun}"),
        };
        let last = own.span.map(|(_, last)| last);
        vec![Ground::documented(&advisory.file, Place::Document, text).dated(last)]
    }

    /// What would change a verdict that rests on advisories: more of them, and those that may
    /// be the supplier's under another name.
    pub(crate) fn more_advisories(&self) -> String {
        let doubtful = &self.history.doubtful;
        let more = "advisories that were not given";
        if doubtful.is_empty() {
            return more.to_owned();
        }
        let names: Vec<String> = doubtful
            .iter()
            .take(GROUNDS_MAX)
            .map(|it| format!("{} ({})", it.name, it.advisories.len()))
            .collect();
        format!(
            "{more}, and those of {}, where that is the same company: then name it among the \
             aliases of the dossier",
            names.join(", ")
        )
    }
}

/// Grounds of one kind that are shown.
pub(crate) const GROUNDS_MAX: usize = 6;
