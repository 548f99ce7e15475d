//! A stretch of a long list: so many rows behind a cursor, as lists of devices have them.
//!
//! A cursor says where the last row stands by what the list is sorted by, and not how many rows
//! stand before it: whatever comes or goes meanwhile, no row is left out and none comes twice.
//! `after` is such a cursor, `from` a number of rows that are passed over (the way back, which a
//! person goes by eye), `limit` how many rows are wanted.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use fleet::encoded;

use crate::House;
use crate::problem::Problem;
use crate::words;

/// How many rows a page has where nobody asks for another number.
pub(crate) const ROWS: usize = 50;

/// The most that may be asked for.
pub(crate) const ROWS_MAX: usize = 500;

/// Which stretch of a list an address asks for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) start: Start,
    pub(crate) limit: usize,
    /// What else the address asks, as it stands there: it leads to the other stretches too.
    rest: String,
}

/// Where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    First,
    /// Behind the row that stood there.
    After(Place),
    /// With the row before which so many stand.
    At(usize),
}

/// Where a row stands in a list: what the list is sorted by, one step after the other. The last
/// tells every row from every other.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place(Vec<Step>);

/// One thing that a list is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Number(i64),
    /// The larger stands first.
    Falling(std::cmp::Reverse<i64>),
    Text(String),
    /// The later stands first.
    Backwards(std::cmp::Reverse<String>),
}

impl Place {
    pub(crate) fn number(self, number: i64) -> Self {
        self.step(Step::Number(number))
    }

    pub(crate) fn falling(self, number: i64) -> Self {
        self.step(Step::Falling(std::cmp::Reverse(number)))
    }

    pub(crate) fn text(self, text: impl Into<String>) -> Self {
        self.step(Step::Text(text.into()))
    }

    pub(crate) fn backwards(self, text: impl Into<String>) -> Self {
        self.step(Step::Backwards(std::cmp::Reverse(text.into())))
    }

    /// Where something stands whose group stands where its first does, within the group.
    pub(crate) fn within(mut self, own: Self) -> Self {
        self.0.extend(own.0);
        self
    }

    fn step(mut self, step: Step) -> Self {
        self.0.push(step);
        self
    }

    /// The texts of a place that is made of nothing else.
    pub(crate) fn texts<const N: usize>(&self) -> Option<[&str; N]> {
        let texts: Option<Vec<&str>> = self
            .0
            .iter()
            .map(|step| match step {
                Step::Text(text) => Some(text.as_str()),
                Step::Number(_) | Step::Falling(_) | Step::Backwards(_) => None,
            })
            .collect();
        texts?.try_into().ok()
    }

    /// The last number of a place.
    pub(crate) fn last_number(&self) -> Option<i64> {
        match self.0.last()? {
            Step::Number(number) | Step::Falling(std::cmp::Reverse(number)) => {
                Some(*number)
            }
            Step::Text(_) | Step::Backwards(_) => None,
        }
    }

    /// As a cursor: each step with a letter for its kind, `~` between them.
    pub(crate) fn cursor(&self) -> String {
        let plain = |text: &str| text.replace('!', "!0").replace('~', "!1");
        let steps = self.0.iter().map(|step| match step {
            Step::Number(number) => format!("n{number}"),
            Step::Falling(number) => format!("f{}", number.0),
            Step::Text(text) => format!("t{}", plain(text)),
            Step::Backwards(text) => format!("b{}", plain(&text.0)),
        });
        steps.collect::<Vec<_>>().join("~")
    }

    /// Reads a cursor.
    fn read(cursor: &str) -> Option<Self> {
        let plain = |text: &str| text.replace("!1", "~").replace("!0", "!");
        let steps = cursor.split('~').map(|written| {
            let kind = written.chars().next()?;
            let rest = written.get(1..)?;
            Some(match kind {
                'n' => Step::Number(rest.parse().ok()?),
                'f' => Step::Falling(std::cmp::Reverse(rest.parse().ok()?)),
                't' => Step::Text(plain(rest)),
                'b' => Step::Backwards(std::cmp::Reverse(plain(rest))),
                _ => return None,
            })
        });
        steps.collect::<Option<Vec<Step>>>().map(Self)
    }
}

/// Some rows of a list.
#[derive(Debug)]
pub(crate) struct Stretch<T> {
    pub(crate) rows: Vec<T>,
    /// How many rows the whole list has.
    pub(crate) total: usize,
    /// The cursor behind the last of these rows; none where it is the last of all.
    pub(crate) next: Option<String>,
    pub(crate) pages: Pages,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { start: Start::First, limit: ROWS, rest: String::new() }
    }
}

impl Wanted {
    /// The first rows of a list.
    pub(crate) fn first(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }

    /// Reads the query of an address.
    pub(crate) fn parse(query: &str) -> Result<Self, Problem> {
        let mut wanted = Self::default();
        let mut rest = Vec::new();
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (key, written) = part.split_once('=').unwrap_or((part, ""));
            // Where a page of an earlier version began leads to no other page.
            if key == "before" {
                continue;
            }
            if !["after", "from", "limit"].contains(&key) {
                rest.push(part);
                continue;
            }
            let value = fleet::decoded(written, 0)?;
            let refused = |expected: &str| {
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    format!("`{key}` is {expected}, and not `{value}`"),
                )
                .next("begin again without it")
            };
            match key {
                _ if value.is_empty() => {}
                "after" => {
                    let place = Place::read(&value);
                    let place = place.ok_or_else(|| refused("a cursor of this list"))?;
                    wanted.start = Start::After(place);
                }
                "from" => {
                    let from = value.parse().map_err(|_| refused("a number of rows"))?;
                    wanted.start = Start::At(from);
                }
                _ => {
                    let limit =
                        value.parse().ok().filter(|limit| (1..=ROWS_MAX).contains(limit));
                    wanted.limit = limit.ok_or_else(|| {
                        refused(&format!("a number of rows from 1 to {ROWS_MAX}"))
                    })?;
                }
            }
        }
        wanted.rest = rest.join("&");
        Ok(wanted)
    }

    /// The stretch of all rows that is wanted, in the order of their places.
    pub(crate) fn of<T>(
        &self,
        path: &str,
        rows: Vec<T>,
        place: impl Fn(&T) -> Place,
    ) -> Stretch<T> {
        let mut placed: Vec<(Place, T)> =
            rows.into_iter().map(|row| (place(&row), row)).collect();
        placed.sort_by(|(one, _), (other, _)| one.cmp(other));
        let total = placed.len();
        let before = match &self.start {
            Start::First => 0,
            Start::At(from) => (*from).min(total),
            Start::After(last) => placed.partition_point(|(place, _)| place <= last),
        };
        let rows: Vec<(Place, T)> =
            placed.into_iter().skip(before).take(self.limit).collect();
        let is_last = before + rows.len() >= total;
        let next = rows.last().filter(|_| !is_last).map(|(place, _)| place.cursor());
        let pages = self.pages(path, (before, rows.len(), total), next.as_deref());
        let rows = rows.into_iter().map(|(_, row)| row).collect();
        Stretch { rows, total, next, pages }
    }

    /// Where the other stretches are, of a list of which so many rows stand before, are shown,
    /// and are there in all.
    pub(crate) fn pages(
        &self,
        path: &str,
        (before, shown, total): (usize, usize, usize),
        next: Option<&str>,
    ) -> Pages {
        let back = before.saturating_sub(self.limit);
        let number = |number: usize| words::number(number as u64);
        Pages {
            place: format!(
                "{} to {} of {}",
                number((before + 1).min(total)),
                number(before + shown),
                number(total)
            ),
            first: match before > self.limit {
                true => self.address(path, &[]),
                false => String::new(),
            },
            before: match (before, back) {
                (0, _) => String::new(),
                (_, 0) => self.address(path, &[]),
                (_, back) => self.address(path, &[("from", &back.to_string())]),
            },
            after: match next {
                Some(cursor) if shown > 0 => self.address(path, &[("after", cursor)]),
                _ => String::new(),
            },
        }
    }

    /// Where the other stretches are of a list that is read from the database by number, the
    /// newest first: back leads to its beginning.
    pub(crate) fn by_number(&self, path: &str, next: Option<&str>) -> Pages {
        Pages {
            before: match self.start {
                Start::First => String::new(),
                Start::After(_) | Start::At(_) => self.address(path, &[]),
            },
            after: match next {
                Some(cursor) => self.address(path, &[("after", cursor)]),
                None => String::new(),
            },
            ..Pages::default()
        }
    }

    /// The number below which a list begins that is read from the database by number, the newest
    /// first.
    pub(crate) fn below(&self) -> Option<i64> {
        match &self.start {
            Start::After(place) => place.last_number(),
            Start::First | Start::At(_) => None,
        }
    }

    fn address(&self, path: &str, more: &[(&str, &str)]) -> String {
        let more = more.iter().map(|(key, value)| format!("{key}={}", encoded(value)));
        let limit = (self.limit != ROWS).then(|| format!("limit={}", self.limit));
        let rest = [self.rest.clone()].into_iter().chain(limit).chain(more);
        match rest.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("&") {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }
}

impl FromRequestParts<House> for Wanted {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        _house: &House,
    ) -> Result<Self, Self::Rejection> {
        Self::parse(parts.uri.query().unwrap_or_default())
    }
}

/// Where a page stands in its list, and where the others are.
#[derive(Debug, Default, Template)]
#[template(path = "pages.html")]
pub(crate) struct Pages {
    pub(crate) place: String,
    pub(crate) first: String,
    pub(crate) before: String,
    pub(crate) after: String,
}

impl Pages {
    /// Whether there is another page.
    fn lead_on(&self) -> bool {
        !self.before.is_empty() || !self.after.is_empty()
    }
}

impl askama::filters::HtmlSafe for Pages {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(row: &(i64, String)) -> Place {
        Place::default().text(row.1.as_str()).falling(row.0)
    }

    #[test]
    fn a_list_is_gone_through_whatever_comes_and_goes() {
        let row = |id: i64, name: &str| (id, name.to_owned());
        let mut rows = vec![row(1, "b"), row(2, "a"), row(3, "b"), row(4, "c")];
        let first = Wanted::parse("limit=2").unwrap().of("/x", rows.clone(), place);
        assert_eq!((first.rows, first.total), (vec![row(2, "a"), row(3, "b")], 4));
        // The last one of the page goes, one comes before it and one behind.
        rows.retain(|row| row.0 != 3);
        rows.extend([row(5, "a"), row(6, "bb")]);
        let query = format!("limit=2&after={}", encoded(&first.next.unwrap()));
        let second = Wanted::parse(&query).unwrap().of("/x", rows, place);
        assert_eq!(second.rows, [row(1, "b"), row(6, "bb")]);
        assert_eq!(second.next.as_deref(), Some("tbb~f6"));
        assert_eq!(second.pages.place, "3 to 4 of 5");
        assert_eq!(second.pages.before, "/x?limit=2");
        assert_eq!(second.pages.after, "/x?limit=2&after=tbb~f6");
    }

    #[test]
    fn other_stretches_keep_what_the_address_asks() {
        let rows: Vec<(i64, String)> = (0..200).map(|id| (id, String::new())).collect();
        let of =
            |query: &str| Wanted::parse(query).unwrap().of("/x", rows.clone(), place);
        let shown = of("q=a%20b&from=120&kind=1");
        assert_eq!(shown.pages.before, "/x?q=a%20b&kind=1&from=70");
        assert_eq!(shown.pages.first, "/x?q=a%20b&kind=1");
        assert_eq!(shown.rows.len(), ROWS);
        assert_eq!(of("from=999").rows.len(), 0);
        assert_eq!(of("limit=500").next, None);
        assert_eq!(of("limit=500").pages.place, "1 to 200 of 200");
        assert!(!of("limit=500").pages.lead_on());
    }

    #[test]
    fn what_is_no_cursor_and_no_number_is_refused() {
        for query in [
            "after=x",
            "after=n",
            "after=~",
            "from=-1",
            "from=x",
            "limit=0",
            "limit=501",
            "limit=x",
        ] {
            let problem = Wanted::parse(query).unwrap_err();
            assert_eq!(problem.status.as_u16(), 400, "{query}");
        }
        assert_eq!(Wanted::parse("after=&from=&limit=").unwrap().start, Start::First);
    }

    proptest! {
        #[test]
        fn a_cursor_is_read_as_it_is_written(
            number in any::<i64>(), text in "[!~01a\\PC]{0,12}", falling in any::<i64>(),
        ) {
            let place = Place::default()
                .number(number)
                .text(text.as_str())
                .backwards(text.as_str())
                .falling(falling);
            prop_assert_eq!(Place::read(&place.cursor()), Some(place.clone()));
            let query = format!("after={}", encoded(&place.cursor()));
            prop_assert_eq!(Wanted::parse(&query).unwrap().start, Start::After(place));
        }

        #[test]
        fn no_row_is_lost_or_doubled_among_those_that_stay(
            rows in prop::collection::btree_map(0..60_i64, "[ab]{0,2}", 0..40),
            limit in 1..7_usize,
            gone in prop::collection::btree_set(0..60_i64, 0..20),
            come in prop::collection::btree_map(60..90_i64, "[ab]{0,2}", 0..20),
        ) {
            let mut left: Vec<(i64, String)> = rows.into_iter().collect();
            let stay: Vec<i64> =
                left.iter().map(|row| row.0).filter(|id| !gone.contains(id)).collect();
            let (mut seen, mut after) = (Vec::new(), String::new());
            for round in 0..100 {
                let query = format!("limit={limit}&after={after}");
                let part = Wanted::parse(&query).unwrap().of("/x", left.clone(), place);
                seen.extend(part.rows.into_iter().map(|row| row.0));
                let Some(next) = part.next else { break };
                after = encoded(&next);
                if round == 0 {
                    left.retain(|row| !gone.contains(&row.0));
                    left.extend(come.clone());
                }
            }
            let mut once = seen.clone();
            once.sort_unstable();
            once.dedup();
            prop_assert_eq!(once.len(), seen.len(), "doubled");
            prop_assert!(stay.iter().all(|id| once.contains(id)), "lost");
        }
    }
}
