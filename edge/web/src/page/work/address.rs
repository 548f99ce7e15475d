//! The list as its address says it: conditions, order, place.

use std::collections::{BTreeMap, BTreeSet};

use fleet::encoded;
use reading::limits;

use crate::page::stretch::{Place, ROWS, Start, Wanted};
use crate::problem::Problem;

/// What a list is filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum By {
    Priority,
    Due,
    Kind,
    State,
    Owner,
    Ward,
    Organisation,
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// The most urgent first, then what is due first, then what concerns most devices.
    Urgency,
    Due,
    Devices,
    Flaws,
    Product,
    State,
}

/// How soon: what is over has no priority.
pub(super) const PRIORITIES: [&str; 5] = [
    fleet::Priority::ActNow.word(),
    fleet::Priority::ThisWeek.word(),
    fleet::Priority::NextWindow.word(),
    fleet::Priority::Watch.word(),
    "none",
];

impl By {
    pub(crate) const ALL: [Self; 7] = [
        Self::Priority,
        Self::Due,
        Self::Kind,
        Self::State,
        Self::Owner,
        Self::Ward,
        Self::Organisation,
    ];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::Due => "due",
            Self::Kind => "kind",
            Self::State => "state",
            Self::Owner => "owner",
            Self::Ward => "ward",
            Self::Organisation => "organisation",
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Priority => "Priority",
            Self::Due => "Due",
            Self::Kind => "What to do",
            Self::State => "State",
            Self::Owner => "Who sees to it",
            Self::Ward => "Ward",
            Self::Organisation => "Organisation",
        }
    }

    /// The values that it may have, where they are a closed list.
    fn words(self) -> Option<Vec<&'static str>> {
        let words = match self {
            Self::Priority => PRIORITIES.to_vec(),
            Self::Due => DUE.map(|(word, _)| word).to_vec(),
            Self::Kind => worklist::Kind::ALL.map(worklist::Kind::word).to_vec(),
            Self::State => worklist::State::ALL.map(worklist::State::word).to_vec(),
            Self::Owner | Self::Ward | Self::Organisation => return None,
        };
        Some(words)
    }
}

/// The owner of what nobody sees to.
pub(crate) const NOBODY: &str = "none";

/// When something is due, by word, in the order of time. What cannot wait is to be done now,
/// or its day has come.
pub(crate) const DUE: [(&str, &str); 6] = [
    ("now", "cannot wait"),
    ("overdue", "overdue"),
    ("today", "today"),
    ("week", "within a week"),
    ("later", "later"),
    ("none", "no day"),
];

impl Order {
    pub(crate) const ALL: [Self; 6] = [
        Self::Urgency,
        Self::Due,
        Self::Devices,
        Self::Flaws,
        Self::Product,
        Self::State,
    ];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Urgency => "priority",
            Self::Due => "due",
            Self::Devices => "devices",
            Self::Flaws => "flaws",
            Self::Product => "product",
            Self::State => "state",
        }
    }
}

/// Which way a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Up,
    Down,
}

/// What an address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) is: BTreeMap<By, BTreeSet<String>>,
    pub(crate) order: Order,
    pub(crate) way: Way,
    pub(crate) from: usize,
    /// Behind which row it begins, in the place of `from`.
    pub(crate) after: Option<Place>,
    /// How many rows are wanted.
    pub(crate) limit: usize,
    /// The column of which all values are shown.
    pub(crate) facet: Option<By>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            is: BTreeMap::new(),
            order: Order::Urgency,
            way: Way::Up,
            from: 0,
            after: None,
            limit: ROWS,
            facet: None,
        }
    }
}

impl Asked {
    /// Reads the query of an address. What is not understood is refused: a condition left
    /// out would show what nobody asked for.
    pub(crate) fn parse(query: &str) -> Result<Self, Problem> {
        // Written, a letter takes up to three times its room, and can be asked again.
        if query.len() > limits::FILTER_BYTES_MAX / 3 {
            return Err(refused("more than fits an address"));
        }
        let mut asked = Self::default();
        let (stretch, conditions): (Vec<&str>, Vec<&str>) =
            query.split('&').partition(|part| {
                ["after=", "limit="].iter().any(|key| part.starts_with(key))
            });
        let stretch = Wanted::parse(&stretch.join("&"))?;
        asked.limit = stretch.limit;
        if let Start::After(place) = stretch.start {
            asked.after = Some(place);
        }
        let query = conditions.join("&");
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (key, written) = part.split_once('=').unwrap_or((part, ""));
            let value = fleet::decoded(written, 0)?.trim().to_owned();
            let refused = || refused(part);
            match key {
                "sort" => {
                    let (way, word) = match value.strip_prefix('-') {
                        Some(word) => (Way::Down, word),
                        None => (Way::Up, value.as_str()),
                    };
                    let order = Order::ALL.into_iter().find(|order| order.word() == word);
                    (asked.order, asked.way) = (order.ok_or_else(refused)?, way);
                }
                "from" => asked.from = value.parse().map_err(|_| refused())?,
                "facet" => asked.facet = Some(column(&value).ok_or_else(refused)?),
                _ => {
                    let by = column(key).ok_or_else(refused)?;
                    // Of what is due, a week may be asked for by its Monday.
                    let is_week =
                        by == By::Due && value.parse::<jiff::civil::Date>().is_ok();
                    let words = by.words();
                    let fits = is_week || words.is_none_or(|it| it.contains(&&*value));
                    if !fits {
                        return Err(refused());
                    }
                    asked.is.entry(by).or_default().insert(value);
                }
            }
        }
        Ok(asked)
    }

    /// The same list with this condition, or without it.
    pub(crate) fn turned(&self, by: By, value: &str) -> Self {
        let mut asked = self.first();
        let values = asked.is.entry(by).or_default();
        if !values.remove(value) {
            values.insert(value.to_owned());
        }
        asked.is.retain(|_, values| !values.is_empty());
        asked
    }

    pub(crate) fn has(&self, by: By, value: &str) -> bool {
        self.is.get(&by).is_some_and(|values| values.contains(value))
    }

    /// The same list in another order; asked again it turns round.
    pub(crate) fn sorted(&self, order: Order) -> Self {
        let way = match (self.order == order, self.way) {
            (true, Way::Up) => Way::Down,
            (true, Way::Down) | (false, _) => Way::Up,
        };
        Self { order, way, ..self.first() }
    }

    /// The first page of the same list.
    pub(crate) fn first(&self) -> Self {
        Self { from: 0, after: None, facet: None, ..self.clone() }
    }

    /// The address of the list.
    pub(crate) fn address(&self) -> String {
        self.at("/work", &[])
    }

    /// What of the address is kept with a list: conditions and order.
    pub(crate) fn query(&self) -> String {
        let address = Self { limit: ROWS, ..self.first() }.address();
        address.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
    }

    /// Another address about the same list.
    pub(crate) fn at(&self, path: &str, more: &[(&str, &str)]) -> String {
        let is = self.is.iter().flat_map(|(by, values)| {
            values.iter().map(|value| (by.word(), value.clone()))
        });
        let turned = match self.way {
            Way::Up => "",
            Way::Down => "-",
        };
        let sort = (self.order != Order::Urgency || self.way == Way::Down)
            .then(|| ("sort", format!("{turned}{}", self.order.word())));
        let from = (self.from > 0).then(|| ("from", self.from.to_string()));
        let after = self.after.as_ref().map(|place| ("after", place.cursor()));
        let limit = (self.limit != ROWS).then(|| ("limit", self.limit.to_string()));
        let facet = self.facet.map(|by| ("facet", by.word().to_owned()));
        let more = more.iter().map(|(key, value)| (*key, (*value).to_owned()));
        let parts: Vec<String> = is
            .chain(sort)
            .chain(from)
            .chain(after)
            .chain(limit)
            .chain(facet)
            .chain(more)
            .map(|(key, value)| format!("{key}={}", encoded(&value)))
            .collect();
        match parts.is_empty() {
            true => path.to_owned(),
            false => format!("{path}?{}", parts.join("&")),
        }
    }
}

fn column(word: &str) -> Option<By> {
    By::ALL.into_iter().find(|by| by.word() == word)
}

fn refused(part: &str) -> Problem {
    let detail = format!("The address asks for `{part}`, which this list does not know.");
    Problem::new(axum::http::StatusCode::BAD_REQUEST, detail)
        .next("Take it out of the address, or begin again without a filter.")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(query: &str, address: &str) {
        let asked = Asked::parse(query).unwrap();
        assert_eq!(asked.address(), address, "{query}");
        let again = address.split_once('?').map_or("", |(_, query)| query);
        assert_eq!(Asked::parse(again).unwrap(), asked);
    }

    #[test]
    fn a_list_has_one_address() {
        check("", "/work");
        check("&&sort=priority", "/work");
        check("sort=-priority", "/work?sort=-priority");
        check(
            "ward=Ward+4B&priority=this_week&priority=act_now&sort=-devices&from=50",
            "/work?priority=act_now&priority=this_week&ward=Ward%204B&sort=-devices&from=50",
        );
        check("ward=&due=overdue", "/work?due=overdue&ward=");
        check("due=2026-11-23", "/work?due=2026-11-23");
        check("owner=none&facet=ward", "/work?owner=none&facet=ward");
        check("after=n1~tb&limit=7", "/work?after=n1~tb&limit=7");
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for query in [
            "x=1",
            "priority=maybe",
            "sort=colour",
            "sort=--due",
            "from=x",
            "due=never",
            "due=2026-13-01",
            "state=",
            "kind=all",
            "facet=x",
        ] {
            let problem = Asked::parse(query).unwrap_err();
            assert_eq!(problem.status.as_u16(), 400, "{query}");
        }
        let long = format!("ward={}", "x".repeat(limits::FILTER_BYTES_MAX / 3));
        assert!(Asked::parse(&long).is_err());
    }

    proptest! {
        #[test]
        fn any_query_is_a_list_with_one_address_or_is_refused(
            query in "((priority|due|kind|state|owner|ward|organisation|sort|from|facet)=\
                (act_now|none|now|update|open|due|-due|ward|[0-9]{1,4}|2026-11-2[0-9]|%20|\
                \\+|\\PC{0,4})&?){0,6}"
        ) {
            if let Ok(asked) = Asked::parse(&query) {
                let address = asked.address();
                let again = address.split_once('?').map_or("", |(_, query)| query);
                prop_assert_eq!(Asked::parse(again).unwrap(), asked);
            }
        }
    }

    #[test]
    fn a_condition_is_put_and_taken_away() {
        let asked = Asked::default().turned(By::Ward, "ICU");
        assert!(asked.has(By::Ward, "ICU"));
        assert_eq!(asked.turned(By::Ward, "ICU"), Asked::default());
        let sorted = Asked::default().sorted(Order::Due);
        assert_eq!((sorted.order, sorted.way), (Order::Due, Way::Up));
        assert_eq!(sorted.sorted(Order::Due).way, Way::Down);
    }
}
