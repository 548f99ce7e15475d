//! Plain papers: letters, certificates, terms, reports, as text or PDF.
//!
//! What a paper seems to be is told by phrases in it, and the line that says so is kept with
//! its place. That is a hint for a person and a claim of the bidder: nobody here knows who
//! wrote the paper, so nothing is *met* by it.

use reading::{Note, Parsed, Place, Rejected, limits, pdf, text};
use serde::Deserialize;
use terms::Day;

/// What a paper seems to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaperKind {
    /// That somebody is a member of an ISAO or ISAC.
    IsaoMembership,
    /// A certificate of a management system or of a product.
    Certificate,
    /// A certificate of insurance.
    Insurance,
    /// The report of a security test.
    TestReport,
    /// How flaws are taken in and told.
    DisclosurePolicy,
    /// Until when something is sold and supported.
    LifeCycle,
    /// Terms of sale.
    Terms,
}

impl PaperKind {
    /// Every kind, in its order.
    pub const ALL: [Self; 7] = [
        Self::IsaoMembership,
        Self::Certificate,
        Self::Insurance,
        Self::TestReport,
        Self::DisclosurePolicy,
        Self::LifeCycle,
        Self::Terms,
    ];

    /// The word in files and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::IsaoMembership => "isao-membership",
            Self::Certificate => "certificate",
            Self::Insurance => "insurance",
            Self::TestReport => "test-report",
            Self::DisclosurePolicy => "disclosure-policy",
            Self::LifeCycle => "life-cycle",
            Self::Terms => "terms",
        }
    }

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::IsaoMembership => "confirmation of an ISAO membership",
            Self::Certificate => "certificate",
            Self::Insurance => "certificate of insurance",
            Self::TestReport => "report of a security test",
            Self::DisclosurePolicy => "policy for the disclosure of flaws",
            Self::LifeCycle => "statement about the life cycle",
            Self::Terms => "terms",
        }
    }

    /// Phrases of which one of each group has to stand in the paper; the line that is shown is
    /// the first with one of the last group.
    const fn phrases(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::IsaoMembership => &[
                &["isao", "isac", "information sharing and analysis"],
                &["is a member", "member since", "membership", "member organization"],
            ],
            Self::Certificate => &[
                &["certificate", "certification", "attestation of compliance"],
                &[
                    "iso/iec 27001",
                    "iso 27001",
                    "iec 62443",
                    "iec 81001",
                    "ul 2900",
                    "soc 2",
                    "hitrust",
                    "common criteria",
                ],
            ],
            Self::Insurance => &[
                &[
                    "certificate of liability insurance",
                    "certificate of insurance",
                    "acord",
                ],
                &["cyber", "errors and omissions", "e&o", "technology"],
            ],
            Self::TestReport => &[
                &["report", "summary"],
                &[
                    "penetration test",
                    "security test",
                    "security assessment",
                    "vulnerability assessment",
                ],
            ],
            Self::DisclosurePolicy => &[&[
                "vulnerability disclosure",
                "coordinated disclosure",
                "responsible disclosure",
                "report a vulnerability",
            ]],
            Self::LifeCycle => &[&[
                "end of support",
                "end-of-support",
                "end of life",
                "end-of-life",
                "end of sale",
            ]],
            Self::Terms => &[
                &["warrant", "indemnif"],
                &["liability", "limitation of liability", "liable"],
            ],
        }
    }
}

/// What a paper says, as far as it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paper {
    /// What it seems to be, each kind once, with the line that says so.
    pub said: Vec<Said>,
}

/// A line by which a paper is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What the paper seems to be.
    pub kind: PaperKind,
    /// Where the line stands.
    pub place: Place,
    /// The line, cut short.
    pub line: String,
    /// The last day that lines about an end name.
    pub until: Option<Day>,
}

/// What is noted of a paper of which nothing can be read.
const NO_TEXT: &str = "the pages hold no text";
const PICTURES: &str = "the pages are pictures: what they say is not read";

/// Why nothing is said by a paper in which nothing was recognised; the notes are its own.
pub(crate) fn unread(notes: &[Note]) -> String {
    let is_blank = |note: &&Note| [NO_TEXT, PICTURES].contains(&note.message.as_str());
    let why =
        notes.iter().find(is_blank).map_or(
            "no form, letter, certificate or terms is recognised in it",
            |note| note.message.as_str(),
        );
    format!("{why}; nobody has read it yet, and it can be a proof")
}

/// Characters of a line that are shown.
const SHOWN: usize = 160;

/// Words that turn a line round, or move it into another time.
const DOUBTS: [&str; 10] = [
    " not ",
    "n't ",
    "no longer",
    "never",
    " former",
    "intend",
    "plan to",
    "applied for",
    "upon request",
    "would be",
];

/// Words of a line that names an end.
const ENDS: [&str; 9] = [
    "expir",
    "valid",
    "until",
    "through",
    "ends",
    "end date",
    "policy period",
    "renew",
    "end of s",
];

/// Reads a paper: a PDF, a page of a browser, or text.
///
/// # Errors
/// When it is none of them, is encrypted or damaged, or passes a limit.
pub fn parse(bytes: &[u8]) -> Result<Parsed<Paper>, Rejected> {
    if pdf::is_pdf(bytes) {
        let parsed = pdf::parse(bytes)?;
        let lines: Vec<(Place, String)> =
            parsed.value.pages.iter().flat_map(lines_of_page).collect();
        let mut notes = parsed.notes;
        let pictures: usize = parsed.value.pages.iter().map(|page| page.pictures).sum();
        if lines.is_empty() {
            let message = if pictures == 0 { NO_TEXT } else { PICTURES };
            notes.push(Note::new(Place::Document, message));
        }
        return Ok(Parsed { value: Paper::of(&lines), notes });
    }
    let text = text::decode(bytes)?;
    if text.contains('\u{0}') {
        return Err(Rejected::new(
            Place::Document,
            "this is no text",
            "give the paper as a PDF or as text",
        ));
    }
    let lines: Vec<(Place, String)> = (1..)
        .zip(text.lines())
        .map(|(line, text)| (Place::Line { line, column: 0 }, without_tags(text)))
        .filter(|(_, text)| !text.trim().is_empty())
        .collect();
    Ok(Parsed { value: Paper::of(&lines), notes: Vec::new() })
}

impl Paper {
    fn of(lines: &[(Place, String)]) -> Self {
        let low: Vec<String> = lines.iter().map(|(_, line)| plain(line)).collect();
        let until = ends(&low);
        let holds = |group: &[&str]| low.iter().any(|line| is_any(line, group));
        let mut said = Vec::new();
        for kind in PaperKind::ALL {
            let groups = kind.phrases();
            if !groups.iter().all(|group| holds(group)) {
                continue;
            }
            let Some(last) = groups.last() else { continue };
            let tells = |line: &String| is_any(line, last) && !is_any(line, &DOUBTS);
            let Some(at) = low.iter().position(tells) else { continue };
            let Some((place, line)) = lines.get(at) else { continue };
            let line: String = line.trim().chars().take(SHOWN).collect();
            said.push(Said { kind, place: place.clone(), line, until });
        }
        Self { said }
    }

    /// What it says of a kind.
    #[must_use]
    pub fn of_kind(&self, kind: PaperKind) -> Option<&Said> {
        self.said.iter().find(|said| said.kind == kind)
    }
}

/// Text in small letters, with single blanks, and blanks around it.
fn plain(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    format!(" {} ", words.join(" ").to_lowercase())
}

fn is_any(line: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| line.contains(phrase))
}

fn ends(lines: &[String]) -> Option<Day> {
    let naming = lines.iter().filter(|line| is_any(line, &ENDS));
    naming.take(limits::PAPER_LINES_MAX).flat_map(|line| days(line)).max()
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The days in a line, as `2026-12-31`, `31 December 2026` or `December 31, 2026`; what could
/// be two days is none.
fn days(line: &str) -> Vec<Day> {
    let words: Vec<&str> = line
        .split(|c: char| !(c.is_alphanumeric() || c == '-'))
        .filter(|word| !word.is_empty())
        .collect();
    let mut found: Vec<Day> =
        words.iter().filter_map(|word| terms::date::day(word).ok()).collect();
    let number = |word: &str| {
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        digits.parse::<u16>().ok()
    };
    let month = |word: &str| {
        let fits = |(_, name): &(u8, &str)| word.starts_with(name);
        (1_u8..).zip(MONTHS).find(fits).map(|(month, _)| month)
    };
    for window in words.windows(3) {
        let [first, second, third] = window else { continue };
        let parts = match (month(first), month(second)) {
            (Some(month), _) => (number(third), month, number(second)),
            (None, Some(month)) => (number(third), month, number(first)),
            (None, None) => continue,
        };
        let (Some(year @ 1900..=2199), month, Some(day)) = parts else { continue };
        found.extend(terms::date::day(&format!("{year:04}-{month:02}-{day:02}")).ok());
    }
    found
}

/// Pieces of a page that stand on one line, as one text.
fn lines_of_page(page: &pdf::Page) -> Vec<(Place, String)> {
    let mut lines: Vec<(f64, Place, String)> = Vec::new();
    for piece in &page.pieces {
        match lines.last_mut() {
            Some((line, _, text)) if (piece.line - *line).abs() < 2.0 => {
                text.push(' ');
                text.push_str(&piece.text);
            }
            _ => lines.push((piece.line, page.place(piece), piece.text.clone())),
        }
    }
    lines.into_iter().map(|(_, place, text)| (place, text)).collect()
}

/// A line of a page of a browser, without its tags; any other line as it is.
fn without_tags(line: &str) -> String {
    if !(line.contains('<') && line.contains('>')) {
        return line.to_owned();
    }
    let mut text = String::with_capacity(line.len());
    let mut is_inside = false;
    for c in line.chars() {
        match c {
            '<' => is_inside = true,
            '>' => {
                is_inside = false;
                text.push(' ');
            }
            c if !is_inside => text.push(c),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_paper_is_told_by_what_it_says_and_not_by_what_it_denies() {
        #[track_caller]
        fn check(text: &str, expected: &[PaperKind]) {
            let paper = parse(text.as_bytes()).unwrap().value;
            let kinds: Vec<PaperKind> = paper.said.iter().map(|said| said.kind).collect();
            assert_eq!(kinds, expected, "{text}");
        }

        use PaperKind::{
            Certificate, DisclosurePolicy, Insurance, IsaoMembership, LifeCycle, Terms,
            TestReport,
        };
        check("Acme is a member of the Health-ISAC.", &[IsaoMembership]);
        check("Acme is not a member of the Health-ISAC.", &[]);
        check("We intend to apply for membership in the Health-ISAC.", &[]);
        check("Our staff has gym membership.", &[]);
        check("CERTIFICATE\nISO/IEC 27001:2022\nValid until 2028-01-31", &[Certificate]);
        check("We follow ISO 27001.", &[]);
        check(
            "Certificate of Liability Insurance\nCyber liability: 5,000,000",
            &[Insurance],
        );
        check("Report\nPenetration test of Drip 2", &[TestReport]);
        check("How to report a vulnerability to us", &[DisclosurePolicy]);
        check("<p>End of support: 31 December 2034</p>", &[LifeCycle]);
        check("Seller warrants title.\nLiability is capped.", &[Terms]);
        check("Read me first.", &[]);
        check("", &[]);
    }

    #[test]
    fn the_end_is_the_last_day_that_a_line_about_an_end_names() {
        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            let text = format!("CERTIFICATE ISO 27001\n{text}");
            let paper = parse(text.as_bytes()).unwrap().value;
            let until = paper.said.first().and_then(|said| said.until);
            assert_eq!(until.map(|day| day.to_string()).as_deref(), expected, "{text}");
        }

        check("Valid until 2028-01-31", Some("2028-01-31"));
        check("Expires: January 31st, 2028", Some("2028-01-31"));
        check("valid from 1 Feb 2025 to 31 Jan 2028", Some("2028-01-31"));
        check("Issued 2030-01-01", None);
        check("Valid until 03/04/2028", None);
        check("Valid until 2028-02-31", None);
    }

    #[test]
    fn the_place_is_that_of_the_line() {
        let paper =
            parse(b"Dear Sir\n\nAcme is a member of Health-ISAC\n").unwrap().value;
        let said = paper.of_kind(PaperKind::IsaoMembership).unwrap();
        assert_eq!(said.place, Place::Line { line: 3, column: 0 });
        assert_eq!(said.line, "Acme is a member of Health-ISAC");
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_paper_or_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(parsed) = parse(&bytes) {
                for said in &parsed.value.said {
                    prop_assert!(said.line.chars().count() <= SHOWN);
                }
            }
        }
    }
}
