//! Lines of a server's log: for a person, and for a program.

use jiff::Timestamp;
use operations::log::{Line, Value};

use super::text::clean_lines;

/// How lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
    /// A line for a person.
    Text,
    /// An object of JSON on a line.
    Json,
}

/// A line as it is written, without its end.
pub(crate) fn written(form: Form, at: Timestamp, line: &Line<'_>) -> String {
    let at = at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
    match form {
        Form::Text => text(&at, line),
        Form::Json => json(&at, line),
    }
}

fn text(at: &str, line: &Line<'_>) -> String {
    let mut written = format!("{at} {} {}", line.level.word(), line.what);
    for (name, value) in line.facts {
        let value = match value {
            Value::Number(number) => number.to_string(),
            Value::Text(text) if is_plain(text) => (*text).to_owned(),
            Value::Text(text) => format!("{:?}", clean_lines(text)),
        };
        written.push_str(&format!(" {name}={value}"));
    }
    written
}

fn is_plain(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '=' | '\\');
    !text.is_empty() && text.chars().all(is_letter)
}

fn json(at: &str, line: &Line<'_>) -> String {
    let mut members = serde_json::Map::new();
    members.insert("at".to_owned(), at.into());
    members.insert("level".to_owned(), line.level.word().into());
    members.insert("what".to_owned(), line.what.into());
    for (name, value) in line.facts {
        let value = match value {
            Value::Number(number) => (*number).into(),
            Value::Text(text) => (*text).into(),
        };
        members.insert((*name).to_owned(), value);
    }
    serde_json::Value::Object(members).to_string()
}

#[cfg(test)]
mod tests {
    use operations::log::Level;

    use super::*;

    #[test]
    fn a_line_stays_one_line_whatever_it_says() {
        let facts = [
            ("route", Value::Text("/devices/{device}")),
            ("status", Value::Number(200)),
            ("cause", Value::Text("the \"index\"\nis = gone\u{1b}[2J")),
            ("empty", Value::Text("")),
        ];
        let line = Line { level: Level::Error, what: "request", facts: &facts };
        let at = Timestamp::from_second(1_790_000_000).unwrap();
        let text = written(Form::Text, at, &line);
        assert!(
            text.starts_with(
                "2026-09-21T14:13:20.000Z error request route=/devices/{device} status=200 cause=\""
            ),
            "{text}"
        );
        let json = written(Form::Json, at, &line);
        for one in [&text, &json] {
            assert!(!one.contains(['\n', '\u{1b}']), "{one}");
        }
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["status"], 200);
        assert_eq!(read["cause"], "the \"index\"\nis = gone\u{1b}[2J");
        assert_eq!((&read["level"], &read["what"]), (&"error".into(), &"request".into()));
    }
}
