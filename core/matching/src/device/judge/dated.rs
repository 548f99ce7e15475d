//! A day beside the version: `2.3 March 2027`, `2.3 installed 2019-05-01`.
//!
//! What is to be installed on a day that has not come is not on the device. There is no clock
//! here: a day is past where it lies before the one on which the advisory was last written, since
//! whoever reads that lives later. Of any other day nobody can tell.

/// Words for months, each with its number.
#[rustfmt::skip]
const MONTHS: &[(&str, u8)] = &[
    ("january", 1), ("jan", 1), ("januar", 1), ("janvier", 1), ("enero", 1), ("gennaio", 1),
    ("februari", 2), ("february", 2), ("feb", 2), ("februar", 2), ("février", 2),
    ("march", 3), ("mar", 3), ("märz", 3), ("mär", 3), ("mars", 3), ("marzo", 3), ("maart", 3),
    ("april", 4), ("apr", 4), ("avril", 4), ("abril", 4), ("aprile", 4),
    ("may", 5), ("mai", 5), ("mayo", 5), ("maggio", 5), ("mei", 5),
    ("june", 6), ("jun", 6), ("juni", 6), ("juin", 6), ("junio", 6), ("giugno", 6),
    ("july", 7), ("jul", 7), ("juli", 7), ("juillet", 7), ("julio", 7), ("luglio", 7),
    ("august", 8), ("aug", 8), ("août", 8), ("agosto", 8), ("augustus", 8),
    ("september", 9), ("sep", 9), ("sept", 9), ("septembre", 9), ("settembre", 9),
    ("october", 10), ("oct", 10), ("oktober", 10), ("okt", 10), ("octobre", 10),
    ("november", 11), ("nov", 11), ("novembre", 11), ("noviembre", 11),
    ("december", 12), ("dec", 12), ("dezember", 12), ("dez", 12), ("décembre", 12),
    ("diciembre", 12), ("dicembre", 12),
];

/// Words behind which a year, or a number of three parts, is a day.
#[rustfmt::skip]
const ON: &[&str] = &[
    "on", "date", "dated", "installed", "installiert", "installé", "installée", "instalado",
    "instalada", "installato", "installata", "geïnstalleerd", "from", "since", "seit", "ab",
    "am", "le", "el", "il", "op",
];

/// The last day that a field of a version may mean beside the number, as `2027-03-31`; a month
/// without a year is the last of all. `None` where no day stands beside a number.
pub(super) fn last_day(version: &str) -> Option<String> {
    let lower = version.to_lowercase();
    let is_end = |c: char| {
        c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | ',' | ';' | ':')
    };
    let tokens: Vec<&str> = lower
        .split(is_end)
        .map(|token| token.trim_matches(|c: char| matches!(c, '.' | '/' | '-')))
        .filter(|token| !token.is_empty())
        .collect();
    let mut days: Vec<Dated> = Vec::new();
    let mut numbers = 0;
    for (at, token) in tokens.iter().enumerate() {
        let beside = |steps: usize, way: fn(usize, usize) -> Option<usize>| {
            way(at, steps).and_then(|at| tokens.get(at)).copied().unwrap_or("")
        };
        let (before, after) = (usize::checked_sub, usize::checked_add);
        // Between a month and its year may stand the day: `March 1 2027`.
        let near =
            [beside(1, after), beside(2, after), beside(1, before), beside(2, before)];
        if let Some(day) = read(beside(1, before), token, near) {
            days.push(day);
        } else if token.contains(|c: char| c.is_ascii_digit()) && !is_part(token, near) {
            numbers += 1;
        }
    }
    if numbers == 0 {
        return None;
    }
    days.into_iter().map(|Dated { year, month }| format!("{year:04}-{month:02}-31")).max()
}

/// A month of a year; the last one that it may be.
struct Dated {
    year: u16,
    month: u8,
}

/// The day that a word of a field is, behind another one and near some.
fn read(before: &str, token: &str, near: [&str; 4]) -> Option<Dated> {
    if let Some(month) = period(token) {
        let year = near.into_iter().find_map(year).unwrap_or(9999);
        return Some(Dated { year, month });
    }
    if let Some(year) = year(token) {
        return ON.contains(&before).then_some(Dated { year, month: 12 });
    }
    let mark = ['-', '/', '.'].into_iter().find(|mark| token.contains(*mark))?;
    let parts: Vec<&str> = token.split(mark).collect();
    let number = |text: &str| text.parse::<u8>().ok().filter(|_| text.len() <= 2);
    let month = |text: &str| number(text).filter(|month| (1..=12).contains(month));
    match parts.as_slice() {
        [one, two] => {
            // `Q1/2027`, `Mar-2027`, `2027-03`, `03/2027`.
            let (of, other) = match (year(one), year(two)) {
                (Some(of), None) if mark != '.' => (of, two),
                (None, Some(of)) => (of, one),
                _ => return None,
            };
            let is_plain = mark != '.' || other.len() == 2;
            let month = period(other).or_else(|| month(other).filter(|_| is_plain))?;
            Some(Dated { year: of, month })
        }
        [one, two, three] => {
            if let Some(of) = year(one).filter(|_| mark != '.') {
                number(three)?;
                return Some(Dated { year: of, month: month(two)? });
            }
            let short = || number(three).filter(|_| ON.contains(&before)).map(u16::from);
            let of = year(three).or_else(|| Some(2000 + short()?))?;
            let middle = period(two);
            let (first, second) = (number(one)?, number(two));
            let month = match (middle, second) {
                (Some(month), _) => month,
                (None, Some(second)) if mark == '.' || first > 12 => second,
                // Which of the two is the month nobody can tell.
                (None, Some(_)) => 12,
                (None, None) => return None,
            };
            (1..=12).contains(&month).then_some(Dated { year: of, month })
        }
        _ => None,
    }
}

/// Whether a number is the year or the day of a month that stands near.
fn is_part(token: &str, near: [&str; 4]) -> bool {
    let [after, _, before, _] = near;
    let digits = token.trim_end_matches(|c: char| c.is_alphabetic());
    let is_day = digits.len() <= 2 && digits.parse::<u8>().is_ok_and(|day| day <= 31);
    let is_year =
        year(token).is_some() && near.into_iter().any(|word| period(word).is_some());
    is_year
        || is_day && [before, after].into_iter().any(|word| month_named(word).is_some())
}

/// The last month of `march` or `q1`.
fn period(word: &str) -> Option<u8> {
    let quarter = || {
        let number = word.strip_prefix('q').or_else(|| word.strip_suffix("quartal"))?;
        number.parse::<u8>().ok().filter(|number| (1..=4).contains(number))
    };
    month_named(word).or_else(|| Some(quarter()? * 3))
}

fn month_named(word: &str) -> Option<u8> {
    MONTHS.iter().find(|(name, _)| *name == word).map(|(_, month)| *month)
}

fn year(word: &str) -> Option<u16> {
    let is_year = |year: &u16| (1990..=2099).contains(year);
    word.parse().ok().filter(|year| word.len() == 4 && is_year(year))
}

#[cfg(test)]
mod tests {
    use super::last_day;

    #[test]
    fn a_day_beside_a_number_is_read_as_late_as_it_may_be() {
        #[track_caller]
        fn check(version: &str, expected: Option<&str>) {
            assert_eq!(last_day(version).as_deref(), expected, "{version}");
        }

        check("2.3 March 2027", Some("2027-03-31"));
        check("2.3 March 1, 2027", Some("2027-03-31"));
        check("2.3 1 March 2027", Some("2027-03-31"));
        check("2.3 Q1 2027", Some("2027-03-31"));
        check("2.3 (Q1/2027)", Some("2027-03-31"));
        check("2.3 installed 2027-02-01", Some("2027-02-31"));
        check("2.3 ab 01.02.2027", Some("2027-02-31"));
        check("2.3, 13.02.2027", Some("2027-02-31"));
        check("2.3 03/04/2027", Some("2027-12-31"));
        check("2.3 installiert 05.11.27", Some("2027-11-31"));
        check("v2.3 Mar-2027", Some("2027-03-31"));
        check("2.3 (installed 2019)", Some("2019-12-31"));
        check("2.3 1 March", Some("9999-03-31"));
        // Nothing but a day, and what is none.
        check("18.03.2019", None);
        check("March 2027", None);
        check("dated 2016-03", None);
        check("1 March 2027", None);
        check("2.3", None);
        check("2.3 2019", None);
        check("2.3 build 20231015", None);
        check("2019.1.3 build 7", None);
        check("4.2 SP1 Rev 05.11.27", None);
    }
}
