//! EPSS: the probability that a vulnerability is exploited within thirty days.
//!
//! Source: <https://www.first.org/epss/data_stats>, daily CSV. Since February 2022 a line
//! `#model_version:…,score_date:…` stands before the header; before that a file says
//! neither, and the first editions have no percentile.
//!
//! A file is refused as a whole where a line is wrong, with that line: a day of scores of
//! which some are missing is no day.

use reading::{Parsed, Place, Rejected, text};

/// The scores of one day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Day {
    /// The day, `2025-02-20`; empty where the file is older than its first line.
    pub date: String,
    /// The version of the model, likewise.
    pub model: String,
    /// The scores in the order of the file.
    pub scores: Vec<Score>,
}

/// One score.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The CVE.
    pub cve: String,
    /// The probability, from 0 to 1.
    pub probability: f64,
    /// The share of vulnerabilities with a lower score, from 0 to 1.
    pub percentile: Option<f64>,
}

/// Reads the scores of one day.
///
/// # Errors
/// When the bytes are no text, the header is not EPSS's, a date or a number is wrong.
pub fn parse(bytes: &[u8]) -> Result<Parsed<Day>, Rejected> {
    let text = text::decode(bytes)?;
    let mut lines = text.lines().enumerate().peekable();
    let mut day = Day::default();
    if let Some((at, line)) = lines.next_if(|(_, line)| line.starts_with('#')) {
        (day.model, day.date) = preamble(at, line)?;
    }
    let (at, header) = lines.next().unwrap_or((0, ""));
    let columns: Vec<&str> = header.split(',').map(str::trim).collect();
    let width = match columns.as_slice() {
        ["cve", "epss"] => 2,
        ["cve", "epss", "percentile"] => 3,
        _ => {
            let message = format!("no EPSS: the header is `{header}`");
            return Err(at_line(at, message, "expected `cve,epss,percentile`"));
        }
    };
    for (at, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        day.scores.push(score(at, line, width)?);
    }
    Ok(Parsed { value: day, notes: Vec::new() })
}

fn at_line(
    at: usize,
    message: impl Into<std::borrow::Cow<'static, str>>,
    hint: &'static str,
) -> Rejected {
    Rejected::new(Place::Line { line: at + 1, column: 0 }, message, hint)
}

/// Model and day of the line before the header.
fn preamble(at: usize, line: &str) -> Result<(String, String), Rejected> {
    let (mut model, mut date) = ("", "");
    for part in line.trim_start_matches('#').split(',') {
        match part.split_once(':') {
            Some(("model_version", value)) => model = value.trim(),
            Some(("score_date", value)) => date = value.trim(),
            _ => {}
        }
    }
    if date.is_empty() {
        let hint = "`score_date` says of which day the scores are";
        return Err(at_line(at, "the first line has no `score_date`", hint));
    }
    let instant = terms::date::instant(date)
        .map_err(|error| at_line(at, error.to_string(), "expected a date"))?;
    Ok((model.to_owned(), instant.day().to_string()))
}

fn score(at: usize, line: &str, width: usize) -> Result<Score, Rejected> {
    let mut cells = line.split(',').map(str::trim);
    let cve = cells.next().unwrap_or_default();
    if !crate::wire::is_cve(cve) {
        return Err(at_line(at, format!("`{cve}` is no CVE id"), ""));
    }
    let probability = share(at, cells.next().unwrap_or_default())?;
    let percentile = match (width, cells.next()) {
        (2, None) => None,
        (2, Some(_)) => return Err(at_line(at, "more cells than the header has", "")),
        (_, cell) => Some(share(at, cell.unwrap_or_default())?),
    };
    if cells.next().is_some() {
        return Err(at_line(at, "more cells than the header has", ""));
    }
    Ok(Score { cve: crate::wire::identifier(cve), probability, percentile })
}

fn share(at: usize, text: &str) -> Result<f64, Rejected> {
    let value = text.parse::<f64>().ok().filter(|value| (0.0..=1.0).contains(value));
    value.ok_or_else(|| at_line(at, format!("`{text}` is no number from 0 to 1"), ""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_shapes_of_all_years_are_read() {
        #[track_caller]
        fn check(text: &str, date: &str, model: &str, percentile: Option<f64>) {
            let day = parse(text.as_bytes()).unwrap().value;
            assert_eq!((day.date.as_str(), day.model.as_str()), (date, model), "{text}");
            assert_eq!(day.scores.len(), 1, "{text}");
            assert_eq!(day.scores[0].cve, "CVE-2020-5902");
            assert!((day.scores[0].probability - 0.65117).abs() < 1e-12);
            assert_eq!(day.scores[0].percentile, percentile, "{text}");
        }

        check("cve,epss\nCVE-2020-5902,0.65117\n", "", "", None);
        check("cve,epss,percentile\nCVE-2020-5902,0.65117,1.0", "", "", Some(1.0));
        check(
            "#model_version:v2022.01.01,score_date:2022-02-04T00:00:00+0000\r\n\
             cve,epss,percentile\r\ncve-2020-5902,0.65117,0.5\r\n\r\n",
            "2022-02-04",
            "v2022.01.01",
            Some(0.5),
        );
    }

    #[test]
    fn a_faulty_file_is_refused_with_its_line() {
        #[track_caller]
        fn check(text: &str, line: usize) {
            let place = Place::Line { line, column: 0 };
            assert_eq!(parse(text.as_bytes()).unwrap_err().place, place, "{text}");
        }

        check("", 1);
        check("cveID,vendor\n", 1);
        check("#model_version:v1\ncve,epss,percentile\n", 1);
        check("#model_version:v1,score_date:soon\ncve,epss,percentile\n", 1);
        check("#model_version:v1,score_date:2024-02-20\ninvalid,header,format\n", 2);
        check("cve,epss\nCVE-1-1,0.1\nCVE-1-2,much\n", 3);
        check("cve,epss\nCVE-1-1,1.1\n", 2);
        check("cve,epss\nCVE-1-1,NaN\n", 2);
        check("cve,epss\nCVE-1-1\n", 2);
        check("cve,epss\nCVE-1-1,0.1,0.2\n", 2);
        check("cve,epss,percentile\nCVE-1-1,0.1\n", 2);
        check("cve,epss,percentile\nCVE-1-1,0.1,0.2,0.3\n", 2);
        check("cve,epss\nGHSA-1,0.1\n", 2);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(cve,epss\n|)\\PC{0,200}") {
            let _ = parse(text.as_bytes());
        }
    }
}
