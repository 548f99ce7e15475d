//! What a person sees in a cell.

use std::borrow::Cow;

use calamine::{DataRef, ExcelDateTime, Style};

/// How numbers of a style are shown, as far as it says what they are: `00000` is a number
/// whose zeros count, `0.00` one whose last zero a person typed, or the format adds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// Digits before the point, at least.
    whole: usize,
    /// Digits behind it, at least.
    decimals: usize,
}

/// More digits than these are no format that people write.
const DIGITS_MAX: usize = 30;

/// Numbers from here on have lost digits: a spreadsheet keeps fifteen.
const EXACT_BELOW: f64 = 1e15;

impl Shape {
    pub(super) fn of(style: &Style) -> Self {
        let code = style.number_format.as_ref().map(|format| format.format_code.as_str());
        let code = code.unwrap_or_default();
        let (whole, decimals) = code.split_once('.').unwrap_or((code, ""));
        let zeros = |text: &str| text.bytes().all(|byte| byte == b'0');
        let has_point = code.contains('.');
        if whole.is_empty()
            || !zeros(whole)
            || !zeros(decimals)
            || (has_point && decimals.is_empty())
            || code.len() > DIGITS_MAX
        {
            return Self::default();
        }
        Self { whole: whole.len(), decimals: decimals.len() }
    }
}

/// The digits that a number is kept with, where its format adds zeros behind the point: `2.1` of
/// one that is shown as `2.10`.
pub(super) fn unpadded(value: &DataRef<'_>, shape: Shape) -> Option<String> {
    // Most numbers have no such format, and are looked at once.
    let DataRef::Float(value) = value else { return None };
    if shape.decimals == 0 {
        return None;
    }
    let decimals =
        |text: &str| text.split_once('.').map_or(0, |(_, behind)| behind.len());
    let plain = number(*value, Shape::default()).0.into_owned();
    (decimals(&number(*value, shape).0) > decimals(&plain)).then_some(plain)
}

/// The text of a cell, and what must be said about it.
pub(super) fn shown<'c>(
    value: &'c DataRef<'_>,
    shape: Shape,
) -> (Cow<'c, str>, Option<String>) {
    match value {
        DataRef::Empty => (Cow::Borrowed(""), None),
        DataRef::String(text) => (Cow::Borrowed(text), None),
        DataRef::SharedString(text) => (Cow::Borrowed(text), None),
        DataRef::Bool(true) => (Cow::Borrowed("TRUE"), None),
        DataRef::Bool(false) => (Cow::Borrowed("FALSE"), None),
        DataRef::Int(number) => (Cow::Owned(number.to_string()), None),
        DataRef::Float(value) => number(*value, shape),
        DataRef::DateTime(moment) => (Cow::Owned(date(*moment)), None),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            (Cow::Borrowed(text.strip_suffix("T00:00:00").unwrap_or(text)), None)
        }
        DataRef::Error(error) => (
            Cow::Borrowed(""),
            Some(format!("the error {error} is read as an empty cell")),
        ),
    }
}

fn number(value: f64, shape: Shape) -> (Cow<'static, str>, Option<String>) {
    if value.abs() >= EXACT_BELOW || !value.is_finite() {
        let text = format!("{value:e}").to_uppercase();
        let text = if value.abs() < 1e21 { format!("{value}") } else { text };
        let remark =
            "the number has more digits than the fifteen that a spreadsheet keeps";
        return (Cow::Owned(text), Some(remark.to_owned()));
    }
    // Fifteen digits, as they are shown: 0.1 + 0.2 is 0.3.
    let value = if value.fract() == 0.0 {
        value
    } else {
        format!("{value:.14e}").parse().unwrap_or(value)
    };
    let plain = if value == 0.0 { "0".to_owned() } else { format!("{value}") };
    if shape == Shape::default() {
        return (Cow::Owned(plain), None);
    }
    let padded = format!("{:.*}", shape.decimals, value.abs());
    // A format that leaves digits out hides what is there.
    if padded.parse() != Ok(value.abs()) {
        return (Cow::Owned(plain), None);
    }
    let whole = padded.find('.').unwrap_or(padded.len());
    let zeros = "0".repeat(shape.whole.saturating_sub(whole));
    let sign = if value < 0.0 { "-" } else { "" };
    (Cow::Owned(format!("{sign}{zeros}{padded}")), None)
}

/// A date as `2018-06-20`, with the time of day where there is one.
fn date(moment: ExcelDateTime) -> String {
    let days = moment.as_f64();
    if moment.is_duration() && (0.0..41.0).contains(&days) {
        return duration(days);
    }
    if moment.is_duration() || !(0.0..2_958_466.0).contains(&days) {
        return number(days, Shape::default()).0.into_owned();
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if days < 1.0 && days > 0.0 {
        return time;
    }
    let day = format!("{year:04}-{month:02}-{day:02}");
    if time == "00:00:00" { day } else { format!("{day}T{time}") }
}

/// A length of time as `26:03:00`, of less than a thousand hours.
fn duration(days: f64) -> String {
    let seconds = (days * 86_400.0).round() as u64;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
