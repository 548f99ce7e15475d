//! The address of a list of devices is its state: filter, order, columns, place. It can be
//! sent to a colleague, who sees what he may see.
//!
//! The conditions are those of `fleet::query`; beside them stand `sort`, `column`, `after`
//! or `from`, `facet`, and `q`, which a search form sends.

use axum::http::StatusCode;
use fleet::{Column, Direction, Filter, Part, Presence, Sort, Start, encoded};
use matching::Verdict;
use operations::fleet::{About, Set};
use reading::{Place, Rejected};

use crate::problem::{Problem, sentence};

/// The columns that a list has until somebody chooses others. The device's own number
/// stands before them in any case.
const COLUMNS: [Column; 6] = [
    Column::Maker,
    Column::Model,
    Column::Version,
    Column::Department,
    Column::Verdict,
    Column::Priority,
];

/// What can be chosen.
pub(crate) const CHOOSABLE: [Column; 21] = [
    Column::Maker,
    Column::Model,
    Column::Description,
    Column::Version,
    Column::Serial,
    Column::Department,
    Column::Organisation,
    Column::Status,
    Column::Verdict,
    Column::Priority,
    Column::Exploited,
    Column::Affected,
    Column::CannotTell,
    Column::LifeSustaining,
    Column::HoldsPhi,
    Column::Reachable,
    Column::Ip,
    Column::Mac,
    Column::Udi,
    Column::Source,
    Column::MissingSince,
];

/// What an address asks for.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) filter: Filter,
    pub(crate) sort: Sort,
    pub(crate) columns: Vec<Column>,
    pub(crate) start: Start,
    /// The column of which all values are shown.
    pub(crate) facet: Option<Column>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            filter: Filter::default(),
            sort: Sort::up(Column::Priority),
            columns: COLUMNS.to_vec(),
            start: Start::First,
            facet: None,
        }
    }
}

impl Asked {
    /// Reads the query of an address.
    pub(crate) fn parse(query: &str) -> Result<Self, Problem> {
        let mut asked = Self { columns: Vec::new(), ..Self::default() };
        let mut conditions = Vec::new();
        let mut text = String::new();
        for part in query.split('&') {
            let (key, written) = part.split_once('=').unwrap_or((part, ""));
            if !["sort", "column", "after", "from", "facet", "q"].contains(&key) {
                conditions.push(part);
                continue;
            }
            let value = fleet::decoded(written, 0)?;
            match key {
                "sort" => asked.sort = value.parse().map_err(in_words)?,
                "column" => {
                    let column = column(&value)?;
                    if !asked.columns.contains(&column) {
                        asked.columns.push(column);
                    }
                }
                "after" => asked.start = Start::After(value.parse()?),
                "from" => asked.start = Start::At(value.parse().unwrap_or(0)),
                "facet" => asked.facet = Some(column(&value)?),
                _ => value.trim().clone_into(&mut text),
            }
        }
        if !text.is_empty() {
            text = format!("among={}", encoded(&Set::Text(text).to_string()));
            conditions.push(&text);
        }
        asked.filter = Filter::parse(&conditions.join("&")).map_err(in_words)?;
        asked.columns.retain(|column| CHOOSABLE.contains(column));
        if asked.columns.is_empty() {
            asked.columns = COLUMNS.to_vec();
        }
        Ok(asked)
    }

    /// The address of the first page.
    pub(crate) fn address(&self) -> String {
        self.at("/devices", &[])
    }

    /// The query, without the place in the list.
    pub(crate) fn query(&self) -> String {
        let fields = self.fields();
        let parts = fields.iter().map(|(key, value)| format!("{key}={}", encoded(value)));
        parts.collect::<Vec<_>>().join("&")
    }

    /// Another address about the same list, with more in its query.
    pub(crate) fn at(&self, path: &str, more: &[(&str, &str)]) -> String {
        let more = more.iter().map(|(key, value)| format!("{key}={}", encoded(value)));
        let parts =
            [self.query()].into_iter().chain(more).filter(|part| !part.is_empty());
        match parts.collect::<Vec<_>>().join("&") {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }

    pub(crate) fn with(&self, filter: Filter) -> Self {
        Self { filter, start: Start::First, facet: None, ..self.clone() }
    }

    /// The same list in the order of a column; asked again it turns round.
    pub(crate) fn sorted(&self, by: Column) -> Self {
        let sort = match self.sort {
            Sort { column, direction: Direction::Up } if column == by => Sort::down(by),
            _ => Sort::up(by),
        };
        Self { sort, start: Start::First, facet: None, ..self.clone() }
    }

    /// The fields of a form that keeps this list, in the way of its address.
    pub(crate) fn fields(&self) -> Vec<(String, String)> {
        let mut fields = self.kept();
        fields.extend(self.columns().into_iter().map(field));
        fields
    }

    /// Those of a form that chooses columns.
    pub(crate) fn kept(&self) -> Vec<(String, String)> {
        let mut fields: Vec<(String, String)> =
            self.filter.parts().map(written).collect();
        if self.sort != Self::default().sort {
            fields.push(("sort".to_owned(), self.sort.to_string()));
        }
        fields
    }

    fn columns(&self) -> Vec<Column> {
        if self.columns == COLUMNS { Vec::new() } else { self.columns.clone() }
    }
}

/// Why a list cannot be chosen so. The place is one in what is left of the address: no person
/// finds it there, and the words name what is wrong.
fn in_words(refused: Rejected) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, sentence(&refused.message))
        .next(sentence(&refused.hint))
}

fn field(column: Column) -> (String, String) {
    ("column".to_owned(), column.word().to_owned())
}

fn written(part: Part<'_>) -> (String, String) {
    match part {
        Part::Is(column, value) => (column.word().to_owned(), value.to_owned()),
        Part::Contains(column, text) => {
            (format!("{}.contains", column.word()), text.to_owned())
        }
        Part::Within(id) => ("within".to_owned(), id.0.to_string()),
        Part::Presence(Presence::Missing) => ("missing".to_owned(), "yes".to_owned()),
        Part::Presence(Presence::Listed) => ("missing".to_owned(), "no".to_owned()),
        Part::Among(name) => ("among".to_owned(), name.to_owned()),
    }
}

fn column(word: &str) -> Result<Column, Rejected> {
    Column::of_word(word).ok_or_else(|| {
        Rejected::new(
            Place::Document,
            format!("no column is called `{word}`"),
            "begin again without it",
        )
    })
}

/// The address of the devices of which something says this.
pub(crate) fn devices_of(about: &About, verdict: Option<Verdict>) -> String {
    let set = Set::Touched(about.clone(), verdict);
    format!("/devices?among={}", encoded(&set.to_string()))
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
        assert_eq!(Asked::parse(again).unwrap().address(), address);
    }

    #[test]
    fn a_list_has_one_address() {
        check("", "/devices");
        check("q=", "/devices");
        check("sort=priority&after=17.n0", "/devices");
        check(
            "maker=B&q=im-4+0&sort=-model",
            "/devices?maker=B&among=text%3Aim-4%200&sort=-model",
        );
        check("column=ip&column=asset_tag&missing=yes", "/devices?missing=yes&column=ip");
        check("column=ip&column=mac&column=ip", "/devices?column=ip&column=mac");
        check("department=Ward+2&within=3", "/devices?department=Ward%202&within=3");
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for query in
            ["maker", "sort=colour", "column=x", "after=x", "facet=x", "verdict=x"]
        {
            let problem = Asked::parse(query).unwrap_err();
            assert_eq!(problem.status.as_u16(), 400, "{query}");
        }
        // Longer than any filter, whichever part of it is.
        let long = "x".repeat(reading::limits::FILTER_BYTES_MAX);
        for key in ["maker", "q", "among", "after"] {
            assert!(Asked::parse(&format!("{key}={long}")).is_err(), "{key}");
        }
    }

    proptest! {
        #[test]
        fn any_query_is_a_list_with_one_address_or_is_refused(
            query in "((maker|model.contains|verdict|within|missing|among|sort|column|after|\
                from|facet|q)=(ip|mac|affected|yes|-?maker|17|17.n3|%C3%A4|\\+|\\PC{0,4})&?){0,6}"
        ) {
            if let Ok(asked) = Asked::parse(&query) {
                prop_assert!(asked.columns.len() <= CHOOSABLE.len());
                let again = Asked::parse(&asked.query()).unwrap();
                prop_assert_eq!(again.address(), asked.address());
                prop_assert_eq!(again.filter, asked.filter);
            }
        }
    }

    #[test]
    fn a_header_turns_the_order_round() {
        let asked = Asked::default().sorted(Column::Maker);
        assert_eq!(asked.sort.to_string(), "maker");
        assert_eq!(asked.sorted(Column::Maker).sort.to_string(), "-maker");
        assert_eq!(asked.sorted(Column::Model).sort.to_string(), "model");
    }
}
