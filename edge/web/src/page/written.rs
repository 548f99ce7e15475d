//! In which form a file is written: what `format` may say, on every address that takes it.

use axum::http::StatusCode;
use serde::Deserialize;

use crate::field::Fault;
use crate::problem::Problem;

/// In which form rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// RFC 4180.
    Csv,
    /// An array of objects.
    Json,
}

/// What a query says of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Written {
    format: String,
}

impl Written {
    /// The form that is wanted.
    pub(crate) fn format(&self) -> Result<Format, Problem> {
        Format::named(&self.format)
    }
}

impl Format {
    /// The form of that name; separated values where none is said. Who asks for another one
    /// than there is would read a file of the wrong kind, and is told which there are.
    fn named(name: &str) -> Result<Self, Problem> {
        match name {
            "" | "csv" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            other => {
                let detail = format!("There is no format `{other}` here.");
                let mend = "Ask for `format=csv` or `format=json`.";
                let mut problem =
                    Problem::new(StatusCode::BAD_REQUEST, detail).next(mend);
                problem.faults = vec![Fault::new("format", mend)];
                Err(problem)
            }
        }
    }

    /// The form that a query wants, and the query without it.
    pub(crate) fn of_query(query: &str) -> Result<(Self, String), Problem> {
        let (wanted, rest): (Vec<&str>, Vec<&str>) = query
            .split('&')
            .partition(|part| *part == "format" || part.starts_with("format="));
        let mut format = Self::Csv;
        for part in wanted {
            let name = part.strip_prefix("format=").unwrap_or_default();
            format = Self::named(name)?;
        }
        Ok((format, rest.join("&")))
    }
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn a_format_is_one_of_two_or_refused_by_its_name() {
        #[track_caller]
        fn check(query: &str, expected: Option<(Format, &str)>) {
            let read = Format::of_query(query);
            match (read, expected) {
                (Ok((format, rest)), Some(expected)) => {
                    assert_eq!((format, rest.as_str()), expected);
                }
                (Err(problem), None) => {
                    assert_eq!(problem.status, 400);
                    assert!(problem.next.contains("`format=csv` or `format=json`"));
                }
                (read, expected) => panic!("{query}: {read:?}, not {expected:?}"),
            }
        }

        check("", Some((Format::Csv, "")));
        check("format=", Some((Format::Csv, "")));
        check("a=1&format=csv&b=2", Some((Format::Csv, "a=1&b=2")));
        check("format=json&maker=Acme", Some((Format::Json, "maker=Acme")));
        check("formats=xml", Some((Format::Csv, "formats=xml")));
        check("format=xml", None);
        check("format=JSON", None);
        check("a=1&format=json&format=xlsx", None);
    }
}
