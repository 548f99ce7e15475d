//! What stands in a cell: dates, addresses, identifiers, yes and no.

use core::net::IpAddr;

use terms::udi::Check;
use terms::{Mac, Udi};

use super::complaint::Fault;

/// What an inventory says to a question of yes and no.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    /// It says nothing, or nothing that is yes or no.
    #[default]
    Nothing,
    /// No.
    No,
    /// Yes.
    Yes,
}

impl Said {
    /// Reads the words that people and programs write for yes and no.
    pub(super) fn read(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::Nothing;
        }
        let is =
            |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
        if is(&["yes", "y", "true", "1", "x", "ja", "si", "sí", "sÍ", "oui"]) {
            Self::Yes
        } else if is(&["no", "n", "false", "0", "nein", "non"]) {
            Self::No
        } else {
            Self::Nothing
        }
    }

    /// The word for it; empty for nothing.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Nothing => "",
        }
    }
}

/// What people write where they know nothing.
pub(super) fn is_nothing(cell: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: [&str; 52] = [
        "n/a", "na", "n.a.", "n. a.", "none", "unknown", "null", "-", "--", "---", "–", "—",
        "sin dato", "sin datos", "tbd", "?", "??", "???", "#n/a", "not available",
        "not known", "not specified", "unspecified", "#ref!", "#value!", "unbekannt",
        "unbek.", "unbek", "inconnu", "inconnue", "desconocido", "desconocida",
        "sconosciuto", "sconosciuta", "onbekend", "k.a.", "k. a.", "k.a", "keine angabe",
        "diverse", "divers", "diverso", "diversi", "div.", "various", "n.v.t.", "nvt",
        "n.b.", "n/d", "n.d.", "n/v", "s/d",
    ];
    let cell = cell.trim();
    let Some(first) = cell.as_bytes().first() else { return true };
    // Most cells say something, and most of those begin otherwise.
    let begins = matches!(
        first | 0x20,
        b'n' | b'u' | b's' | b't' | b'-' | b'?' | b'#' | b'i' | b'd' | b'o' | b'k' | b'v'
    ) || !first.is_ascii();
    begins
        && (cell.len() <= 13 && WORDS.iter().any(|word| cell.eq_ignore_ascii_case(word)))
}

/// A cell without the marks that programs put around a text so that no spreadsheet takes
/// it for a formula: an apostrophe in front, or `="…"`.
pub(super) fn unarmed(cell: &str) -> &str {
    match disarmed(cell) {
        Some(rest) => rest,
        None => cell
            .strip_prefix("=\"")
            .and_then(|rest| rest.strip_suffix('"'))
            .unwrap_or(cell),
    }
}

/// A text that an apostrophe in front keeps from being a formula.
fn disarmed(cell: &str) -> Option<&str> {
    let rest = cell.strip_prefix('\'')?;
    would_run(rest).then_some(rest)
}

/// Whether a spreadsheet would take the text for a formula, or would if it lost the
/// apostrophes in front.
pub(super) fn would_run(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// Which part of a date comes first where only numbers tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Order {
    /// `06/20/2018`, as in the United States.
    #[default]
    MonthFirst,
    /// `20/06/2018`.
    DayFirst,
}

/// The order of the dates in a column: day first where one of them can be nothing else and
/// none contradicts.
pub(super) fn order<'c>(cells: impl Iterator<Item = &'c str>) -> Order {
    let mut day_first = 0;
    for cell in cells {
        let parts: Vec<&str> = cell.trim().split('/').collect();
        let [a, b, _] = parts.as_slice() else { continue };
        match (a.parse::<u8>(), b.parse::<u8>()) {
            (Ok(13..=31), Ok(1..=12)) => day_first += 1,
            (Ok(1..=12), Ok(13..=31)) => return Order::MonthFirst,
            _ => {}
        }
    }
    if day_first > 0 { Order::DayFirst } else { Order::MonthFirst }
}

/// A date as `2018-06-20`; `None` where it is none or cannot be told.
pub(super) fn date(text: &str, order: Order) -> Option<String> {
    let text = text.trim();
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let part =
            |from, to| text.get(from..to).and_then(|part| part.parse::<u32>().ok());
        return real(part(0, 4)?, part(4, 6)?, part(6, 8)?);
    }
    if text.chars().any(char::is_alphabetic)
        && let Some(date) = named_month(text)
    {
        return Some(date);
    }
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    let mark = day.find(['/', '-', '.']).and_then(|at| day.get(at..=at))?;
    let mut parts = day.split(mark);
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || c.len() > 4 {
        return None;
    }
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u32>().ok().filter(|_| digits)
    };
    let (x, y, z) = (number(a)?, number(b)?, number(c)?);
    if a.len() == 4 {
        return real(x, y, z);
    }
    let year = if c.len() == 4 { z } else { century(z) };
    // Dots stand between day, month and year; slashes and dashes do in either order.
    let day_first = mark == "." || order == Order::DayFirst || x > 12;
    if day_first && y <= 12 { real(year, y, x) } else { real(year, x, y) }
}

/// `20-Jun-2018`, `Jun 20, 2018`, `20 de junio de 2018`.
fn named_month(text: &str) -> Option<String> {
    let words =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let (mut month, mut numbers) = (None, Vec::new());
    for word in words.take(8) {
        if let Ok(number) = word.parse::<u32>() {
            numbers.push((number, word.len()));
        } else if !word.eq_ignore_ascii_case("de") && !word.eq_ignore_ascii_case("del") {
            if month.is_some() {
                return None;
            }
            month = Some(month_of(word)?);
        }
    }
    let [(first, first_length), (second, second_length)] = numbers.as_slice() else {
        return None;
    };
    match (first_length, second_length) {
        (4, _) => real(*first, month?, *second),
        (_, 4) => real(*second, month?, *first),
        (_, 2) => real(century(*second), month?, *first),
        _ => None,
    }
}

fn month_of(word: &str) -> Option<u32> {
    const MONTHS: [&[&str]; 12] = [
        &["jan", "ene"],
        &["feb"],
        &["mar", "mär"],
        &["apr", "abr"],
        &["may", "mai"],
        &["jun"],
        &["jul"],
        &["aug", "ago"],
        &["sep", "set"],
        &["oct", "okt"],
        &["nov"],
        &["dec", "dez", "dic"],
    ];
    let word = word.to_lowercase();
    let at =
        MONTHS.iter().position(|names| names.iter().any(|name| word.starts_with(name)));
    at.and_then(|at| u32::try_from(at + 1).ok())
}

const fn century(year: u32) -> u32 {
    if year < 70 { 2000 + year } else { 1900 + year }
}

fn real(year: u32, month: u32, day: u32) -> Option<String> {
    if !(1900..=2999).contains(&year) {
        return None;
    }
    let text = format!("{year:04}-{month:02}-{day:02}");
    terms::date::day(&text).is_ok().then_some(text)
}

/// The addresses of a cell, and those that are none.
pub(super) fn macs(cell: &str, mut found: impl FnMut(Result<Mac, Fault>)) {
    for piece in pieces(cell, |piece| Mac::parse(piece).is_ok()) {
        found(match Mac::parse(piece) {
            Ok(mac) if mac.is_single() => Ok(mac),
            Ok(_) => {
                Err(Fault::Mac(piece.to_owned(), "it names no single interface".into()))
            }
            Err(wrong) => Err(Fault::Mac(piece.to_owned(), expected(&wrong))),
        });
    }
}

/// The addresses of a cell, and those that are none.
pub(super) fn ips(cell: &str, mut found: impl FnMut(Result<IpAddr, Fault>)) {
    for piece in pieces(cell, |piece| address(piece).is_some()) {
        found(address(piece).ok_or_else(|| Fault::Ip(piece.to_owned())));
    }
}

/// An address, which may have the length of its network behind it.
fn address(text: &str) -> Option<IpAddr> {
    let alone = match text.split_once('/') {
        Some((alone, length)) => {
            length.parse::<u8>().ok().filter(|length| *length <= 128)?;
            alone
        }
        None => text,
    };
    let address: IpAddr = alone.parse().ok()?;
    Some(address).filter(|address| !address.is_unspecified())
}

/// One address, or several with a mark between, as lists of programs too: `['a', 'b']`.
fn pieces(cell: &str, is_whole: impl Fn(&str) -> bool) -> impl Iterator<Item = &str> {
    let cell = cell.trim();
    let marks: &[char] = if is_whole(cell) {
        &[]
    } else {
        &[',', ';', '|', ' ', '\n', '\r', '\t', '[', ']', '\'', '"', '&']
    };
    cell.split(marks).map(str::trim).filter(|piece| !is_nothing(piece))
}

fn expected(wrong: &terms::Malformed) -> String {
    format!("expected {} at character {}", wrong.expected, wrong.at)
}

/// Whether a text is how a spreadsheet shows a long number: one digit, perhaps more behind a
/// point or a comma, and an exponent of two digits or three (`6.37702E+15`).
pub(super) fn is_rounded(text: &str) -> bool {
    let Some((front, exponent)) = text.split_once("E+") else { return false };
    let are_digits =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, behind) = match front.split_once(['.', ',']) {
        Some((whole, behind)) => (whole, Some(behind)),
        None => (front, None),
    };
    whole.len() == 1
        && are_digits(whole)
        && behind.is_none_or(are_digits)
        && (2..=3).contains(&exponent.len())
        && are_digits(exponent)
}

/// A UDI. Its last character may be a blank, so blanks are taken away only where it cannot
/// be read with them.
pub(super) fn udi(cell: &str) -> (Option<Udi>, Option<Fault>) {
    let right = |udi: &Udi| udi.check() == Check::Right;
    let read = match Udi::parse(cell) {
        Ok(udi) if right(&udi) => Ok(udi),
        other => Udi::parse(cell.trim()).or(other),
    };
    match read {
        Ok(udi) => {
            let fault = match udi.check() {
                Check::Wrong { written, computed } => {
                    Some(Fault::UdiCheck { text: udi.to_string(), written, computed })
                }
                Check::Right | Check::None => None,
            };
            (Some(udi), fault)
        }
        Err(wrong) => (None, Some(Fault::Udi(cell.trim().to_owned(), expected(&wrong)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_for_nothing_is_nothing_in_any_language() {
        for nothing in [
            "",
            " ",
            "-",
            "–",
            "?",
            "n/a",
            "N/A",
            "Unknown",
            "Unbekannt",
            "unbek.",
            "Inconnu",
            "desconocido",
            "Sconosciuto",
            "onbekend",
            "k.A.",
            "diverse",
            "n.v.t.",
            "TBD",
        ] {
            assert!(is_nothing(nothing), "{nothing:?}");
        }
        for something in
            ["Nihon Kohden", "Diversey", "K", "0", "Ö", "Unknown Labs", "Various Inc"]
        {
            assert!(!is_nothing(something), "{something:?}");
        }
    }

    #[test]
    fn dates_are_read_as_they_are_written() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let read = date(text, Order::MonthFirst);
            assert_eq!(read.as_deref().unwrap_or_default(), expected, "{text}");
        }

        check("2018-06-20", "2018-06-20");
        check("2018/6/2", "2018-06-02");
        check("06/20/2018", "2018-06-20");
        check("20/06/2018", "2018-06-20");
        check("20.06.2018", "2018-06-20");
        check("05.06.2018", "2018-06-05");
        check("6/2/18", "2018-06-02");
        check("2018-06-20T10:00:00Z", "2018-06-20");
        check("6/20/2018 12:00 AM", "2018-06-20");
        check("6/2/99", "1999-06-02");
        check("20180620", "2018-06-20");
        check("20-Jun-2018", "2018-06-20");
        check("20-jun-18", "2018-06-20");
        check("June 20, 2018", "2018-06-20");
        check("2018 Dez 1", "2018-12-01");
        check("20 de junio de 2018", "2018-06-20");
        check("43271", "");
        check("2018-13-45", "");
        check("2018-02-30", "");
        check("31.06.2018", "");
        check("2018", "");
        check("June 2018", "");
        check("20-Foo-2018", "");
        check("1/2/3/4", "");
        check("+1/2/2018", "");
        check("soon", "");
        check("", "");
    }

    #[test]
    fn a_column_says_whether_its_days_come_first() {
        #[track_caller]
        fn check(cells: &[&str], expected: Order) {
            assert_eq!(order(cells.iter().copied()), expected, "{cells:?}");
        }

        check(&["05/06/2018", "20/06/2018"], Order::DayFirst);
        check(&["05/06/2018", "06/20/2018"], Order::MonthFirst);
        check(&["20/06/2018", "06/20/2018"], Order::MonthFirst);
        check(&["05/06/2018"], Order::MonthFirst);
        check(&["n/a", "2018-06-20", ""], Order::MonthFirst);
        assert_eq!(date("05/06/2018", Order::DayFirst).as_deref(), Some("2018-06-05"));
        assert_eq!(date("05/20/2018", Order::DayFirst).as_deref(), Some("2018-05-20"));
    }

    #[test]
    fn several_addresses_may_stand_in_a_cell() {
        #[track_caller]
        fn check(cell: &str, expected: &[&str], wrong: usize) {
            let (mut found, mut faults) = (Vec::new(), 0);
            let mut tell = |read: Result<String, Fault>| match read {
                Ok(text) => found.push(text),
                Err(_) => faults += 1,
            };
            if cell.contains("5e") {
                macs(cell, |mac| tell(mac.map(|mac| mac.to_string())));
            } else {
                ips(cell, |ip| tell(ip.map(|ip| ip.to_string())));
            }
            assert_eq!(found, expected, "{cell}");
            assert_eq!(faults, wrong, "{cell}");
        }

        check("00 00 5e 00 53 01", &["00:00:5e:00:53:01"], 0);
        let both = &["00:00:5e:00:53:01", "00:00:5e:00:53:02"];
        check("00:00:5e:00:53:01; 00-00-5e-00-53-02", both, 0);
        check("['00:00:5e:00:53:01', '00:00:5e:00:53:02']", both, 0);
        check("00005e005301\n00005e005302, n/a", both, 0);
        check("00:00:5e:00:53, 01:00:5e:00:00:01", &[], 2);
        check("192.0.2.1", &["192.0.2.1"], 0);
        check("192.0.2.1/24, 2001:db8::1", &["192.0.2.1", "2001:db8::1"], 0);
        check("DHCP", &[], 1);
        check("192.0.2.256", &[], 1);
        check("0.0.0.0", &[], 1);
        check("192.0.2.010", &[], 1);
        check("-", &[], 0);
    }

    #[test]
    fn a_udi_keeps_the_blank_that_is_its_check_character() {
        let (read, fault) = udi("+$$52001510X3+ ");
        assert_eq!((read.unwrap().as_str(), fault), ("+$$52001510X3+ ", None));
        let (read, fault) = udi(" (01)00844588003288 ");
        assert_eq!((read.unwrap().as_str(), fault), ("(01)00844588003288", None));
        let (read, fault) = udi("(01)00844588003289");
        assert!(read.is_some() && matches!(fault, Some(Fault::UdiCheck { .. })));
        let (read, fault) = udi("5.05E+13");
        assert!(read.is_none() && matches!(fault, Some(Fault::Udi(..))));
    }

    #[test]
    fn a_long_number_as_a_spreadsheet_shows_it_is_told_from_others() {
        for text in ["6.37702E+15", "5E+12", "1,2E+104"] {
            assert!(is_rounded(text), "{text}");
        }
        for text in [
            "6.37702e+15",
            "E+15",
            "12.5E+15",
            "6.E+15",
            "5E12",
            "5E+1",
            "A5E+12",
            "5E+1x",
        ] {
            assert!(!is_rounded(text), "{text}");
        }
    }

    #[test]
    fn marks_against_formulas_are_taken_away_once() {
        #[track_caller]
        fn check(cell: &str, expected: &str) {
            assert_eq!(unarmed(cell), expected);
        }

        check("'=1+1", "=1+1");
        check("''=1+1", "'=1+1");
        check("'=\"007\"", "=\"007\"");
        check("=\"007\"", "007");
        check("'t Hooft", "'t Hooft");
        check("'", "'");
        check("=1", "=1");
    }
}
