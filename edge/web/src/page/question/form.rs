//! The form that answers a question, and what was typed into it.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use fleet::{Column, Filter, OrganisationId};
use matching::Settles;
use operations::fleet::Holdings;
use operations::question::{
    History, Holds as Counts, Kind, Remembered, Reply, Which, is_of_its_day,
};
use operations::{Actor, Permission};
use serde::Deserialize;
use store::{Organisation, Said};

use super::devices_of;
use crate::field::{Choice, Fault, Faults, Field, Holds};
use crate::parts::Place;
use crate::problem::Problem;
use crate::words;

/// What is typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typing {
    said: String,
    /// `all` or `today`; `some` for those that the next fields name.
    which: String,
    version: String,
    ward: String,
    /// Asset tags, between commas or blanks.
    tags: String,
    /// For programs: a filter of devices as an address writes it, in the place of the three.
    filter: String,
    organisation: String,
    note: String,
    until: String,
    /// The revision of the question that was shown; without it nothing is compared.
    pub(super) revision: String,
}

/// What stands for nothing chosen, in a list of values that may be empty themselves.
const ANY: &str = "*";

/// What was typed, as it is meant.
pub(super) struct Chosen {
    said: Said,
    organisation: i64,
    filter: Option<Filter>,
}

impl Chosen {
    pub(super) fn read(typing: &Typing, by: &Actor) -> Result<Self, Problem> {
        let mut faults = Vec::new();
        let said = Said::from_word(typing.said.trim());
        if said.is_none() {
            faults.push(Fault::new("said", "Choose an answer."));
        }
        let own = by.scope(Permission::AnswerQuestions);
        let organisation = match typing.organisation.trim() {
            "" => own.roots().first().map(store::Path::organisation),
            typed => typed.parse().ok(),
        };
        if organisation.is_none() {
            faults.push(Fault::new("organisation", "Choose for which organisation."));
        }
        let filter = match typing.which.as_str() {
            "all" => None,
            "today" => Some(Filter::default()),
            "some" => match typing.some() {
                Ok(filter) if filter == Filter::default() => {
                    let mend = "Name a version, a ward or asset tags, or choose all.";
                    faults.push(Fault::new("which", mend));
                    None
                }
                Ok(filter) => Some(filter),
                Err(mend) => {
                    faults.push(Fault::new("which", mend));
                    None
                }
            },
            _ => {
                faults.push(Fault::new("which", "Choose which devices it is about."));
                None
            }
        };
        match (said, organisation) {
            (Some(said), Some(organisation)) if faults.is_empty() => {
                Ok(Self { said, organisation, filter })
            }
            _ => Err(Problem::wrong_fields(faults)),
        }
    }

    pub(super) fn reply<'r>(&'r self, typing: &'r Typing) -> Reply<'r> {
        Reply {
            organisation: self.organisation,
            said: self.said,
            which: self.filter.as_ref().map_or(Which::All, Which::Today),
            note: &typing.note,
            until: &typing.until,
        }
    }
}

impl Typing {
    /// The devices that are named.
    fn some(&self) -> Result<Filter, String> {
        if !self.filter.trim().is_empty() {
            return Filter::parse(self.filter.trim())
                .map_err(|refused| format!("The filter cannot be read: {refused}."));
        }
        let tags =
            self.tags.split(|char: char| char.is_whitespace() || ",;".contains(char));
        let tags = tags.filter(|tag| !tag.is_empty()).map(|tag| (Column::AssetTag, tag));
        let chosen = [(Column::Version, &self.version), (Column::Department, &self.ward)];
        let chosen = chosen
            .into_iter()
            .filter(|(_, value)| !value.is_empty() && *value != ANY)
            .map(|(column, value)| (column, value.strip_prefix('=').unwrap_or(value)));
        chosen
            .chain(tags)
            .try_fold(Filter::default(), |filter, (column, value)| {
                filter.is(column, value)
            })
            .map_err(|error| format!("{error}."))
    }
}

/// The form.
pub(super) struct Form {
    pub(super) token: String,
    pub(super) revision: String,
    pub(super) faults: Faults,
    pub(super) answers: Vec<Radio>,
    pub(super) said_fault: String,
    pub(super) ways: Vec<Radio>,
    pub(super) which_fault: String,
    pub(super) some: Vec<Choice>,
    pub(super) tags: Field,
    pub(super) organisation: Option<Choice>,
    pub(super) note: Field,
    pub(super) until: Field,
    pub(super) list: String,
}

/// One of several answers.
pub(super) struct Radio {
    pub(super) value: &'static str,
    pub(super) text: &'static str,
    pub(super) hint: String,
    pub(super) is_chosen: bool,
}

impl Form {
    pub(super) fn new(
        by: &Actor,
        held: &Holdings,
        scope: &fleet::Scope,
        told: &History,
        organisations: &[Organisation],
        typing: &Typing,
        problem: Option<&Problem>,
    ) -> Self {
        let faults = problem.map(|problem| problem.faults.as_slice()).unwrap_or_default();
        let fault = |name: &str| {
            let found = faults.iter().find(|fault| fault.field == name);
            found.map(|fault| fault.detail.clone()).unwrap_or_default()
        };
        let field = |name, label, hint, value: &str| {
            Field::new(name, label, Holds::Text).hint(hint).typed(value).judged(faults)
        };
        let list = told.open.as_ref().map(|open| devices_of(open, None));
        let list = list.unwrap_or_default();
        Self {
            token: by.form_token.clone(),
            // What somebody was told about has been shown; else it is what was shown first.
            revision: match problem {
                Some(problem)
                    if problem.status != StatusCode::CONFLICT
                        && !typing.revision.is_empty() =>
                {
                    typing.revision.clone()
                }
                _ => told.revision.to_string(),
            },
            faults: problem.map_or_else(Faults::none, Faults::of),
            answers: answers(told, &typing.said),
            said_fault: fault("said"),
            ways: ways(told, &typing.which),
            which_fault: fault("which"),
            some: some(held, scope, &list, typing),
            tags: field(
                "tags",
                "Asset tags",
                "One or several, between commas or blanks.",
                &typing.tags,
            ),
            organisation: whose(organisations, told, typing, faults),
            note: field(
                "note",
                "Note",
                "What it rests on, or whom to ask. Only your organisation reads it.",
                &typing.note,
            ),
            until: field(
                "until",
                "Believed until",
                "The last day, such as 2027-06-30. Empty: until somebody takes it back.",
                &typing.until,
            ),
            list,
        }
    }
}

fn answers(told: &History, chosen: &str) -> Vec<Radio> {
    use matching::device::Means;

    let yes = told.open.as_ref().and_then(|open| open.yes);
    let (if_yes, if_no) = match (told.kind, yes) {
        (Kind::Fact(_), _) => ("Counts as the worse.", "Priorities fall where they can."),
        (Kind::Component, _) => match told.open.as_ref().and_then(|open| open.settles) {
            Some(Settles::Both) => (
                "The devices are affected.",
                "The devices are not affected by what asks this.",
            ),
            Some(Settles::No) => (
                "It stays open until the SBOM says more.",
                "The devices are not affected by what asks this.",
            ),
            Some(Settles::Neither) | None => (
                "Is kept and shown; no verdict turns by it.",
                "Is kept and shown; no verdict turns by it.",
            ),
        },
        (Kind::Device(_), Some(Means::NotAffected)) => (
            "As far as this goes, the devices are not affected.",
            "As far as this goes, the devices are affected.",
        ),
        (Kind::Device(_), _) => (
            "As far as this goes, the devices are affected.",
            "The devices are not affected by what asks this.",
        ),
    };
    let radio = |said: Said, text, hint: &str| Radio {
        value: said.word(),
        text,
        hint: hint.to_owned(),
        is_chosen: chosen == said.word(),
    };
    vec![
        radio(Said::Yes, "Yes", if_yes),
        radio(Said::No, "No", if_no),
        radio(
            Said::NotKnown,
            "Nobody here knows",
            "It stays open; say in the note whom to ask.",
        ),
    ]
}

fn ways(told: &History, chosen: &str) -> Vec<Radio> {
    let waiting = told.open.as_ref().map_or(0, |open| open.devices);
    // Devices that look alike may be of different versions; then nothing is said of later
    // ones unless somebody means it.
    // What comes without a ward later may stand anywhere.
    let is_nowhere = told
        .open
        .as_ref()
        .is_some_and(|open| open.zone_of != 0 && open.zone.trim().is_empty());
    let differs = told.kind.differs_by_device() || is_nowhere;
    let usual = if differs { "today" } else { "all" };
    let chosen = if chosen.is_empty() { usual } else { chosen };
    let radio = |value, text, hint: String| Radio {
        value,
        text,
        hint,
        is_chosen: chosen == value,
    };
    let asks = told.answers.iter().map(|one| one.answer.question.ask.as_str());
    let ask = told.open.as_ref().map(|open| open.ask.as_str());
    let is_of_its_day = ask
        .into_iter()
        .chain(asks)
        .next()
        .is_some_and(|ask| is_of_its_day(told.kind, ask));
    let of_all = |one: &&Remembered| {
        one.holds == Counts::Yes && one.answer.covers == store::Covers::All
    };
    let answered: u64 = told.answers.iter().filter(of_all).map(|one| one.devices).sum();
    vec![
        radio(
            "all",
            "All that it fits",
            match (waiting, answered) {
                _ if is_of_its_day => {
                    "All that are there now. What comes later is asked again, and so is a \
                     device whose inventory states a release in between."
                        .to_owned()
                }
                (0, _) | (_, 0) if differs => "Also devices and advisories that come later, \
                     seen or not; a device whose serial number or UDI changes is asked again."
                    .to_owned(),
                (0, _) | (_, 0) => {
                    "Also devices and advisories that come later.".to_owned()
                }
                (_, count) => format!(
                    "Also devices and advisories that come later, and {} of which something \
                     else was said of all: what your organisation said is replaced.",
                    words::many(count.cast_signed(), "device", "devices")
                ),
            },
        ),
        radio(
            "today",
            "Those of today",
            match waiting {
                0 => "What comes later is asked again.".to_owned(),
                count => format!(
                    "{}; what comes later is asked again.",
                    words::devices(count, "waits", "wait")
                ),
            },
        ),
        radio("some", "Only these", "Those that all of the next fields fit.".to_owned()),
    ]
}

/// Version and ward, of the devices that wait.
fn some(
    held: &Holdings,
    scope: &fleet::Scope,
    list: &str,
    typing: &Typing,
) -> Vec<Choice> {
    let query = list.split_once('?').map_or("", |(_, query)| query);
    let filter = Filter::parse(query).unwrap_or_default();
    let Ok(view) = held.view(scope, &filter) else { return Vec::new() };
    let most = 200;
    let choice = |name, label, column, chosen: &str| {
        let values = view.facets(column, most).values;
        let options = values.into_iter().map(|facet| {
            let shown = words::value(column, &facet.label);
            let text = format!("{shown} ({})", words::number(facet.count));
            (format!("={}", facet.value), text)
        });
        let any = (ANY.to_owned(), "any".to_owned());
        let options: Vec<(String, String)> =
            std::iter::once(any).chain(options).collect();
        (options.len() > 2).then(|| Choice::new(name, label, options, chosen))
    };
    [
        choice("version", "Version", Column::Version, &typing.version),
        choice("ward", "Ward", Column::Department, &typing.ward),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The narrowest organisation that has everything below it about which something is asked;
/// the widest one where nothing is.
fn narrowest(
    organisations: &[Organisation],
    asked: &BTreeSet<OrganisationId>,
) -> Option<i64> {
    let places: Vec<&Organisation> = organisations
        .iter()
        .filter(|one| asked.contains(&OrganisationId(one.id)))
        .collect();
    let has_all = |one: &&Organisation| {
        !places.is_empty() && places.iter().all(|place| one.path.holds(&place.path))
    };
    let wide = organisations.iter().filter(has_all).max_by_key(|one| one.path.depth());
    wide.or_else(|| organisations.first()).map(|one| one.id)
}

/// For which organisation, where there are several.
fn whose(
    organisations: &[Organisation],
    told: &History,
    typing: &Typing,
    faults: &[Fault],
) -> Option<Choice> {
    if organisations.len() < 2 {
        return None;
    }
    let counts: BTreeMap<i64, u64> =
        told.open.as_ref().map(|open| open.organisations.clone()).unwrap_or_default();
    let ids: BTreeSet<OrganisationId> =
        counts.keys().map(|id| OrganisationId(*id)).collect();
    let words = Place::options(organisations);
    let options = organisations.iter().zip(words).map(|(one, (id, words))| {
        match ids.contains(&OrganisationId(one.id)) {
            true => (id, format!("{words}, which has devices of it")),
            false => (id, words),
        }
    });
    let chosen = match typing.organisation.is_empty() {
        true => {
            narrowest(organisations, &ids).map(|id| id.to_string()).unwrap_or_default()
        }
        false => typing.organisation.clone(),
    };
    let hint = "The answer holds there and everywhere below.";
    let choice = Choice::new("organisation", "For which organisation", options, &chosen);
    Some(choice.hint(hint).judged(faults))
}
