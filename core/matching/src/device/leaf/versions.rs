//! Which versions a leaf means: the branch, the full name, and where they disagree.

use super::super::extent::{self, All, Damage, Reading, Span, Unread};
use super::super::judge::span;
use super::super::limits::{labelled, lone_model};
use super::super::source::Source;
use super::super::wording::{
    condition_at, differ, is_article, is_code, is_date, is_model, is_name, items,
    shortened, swallowed,
};
use super::clauses::clauses;
use super::{Counts, Dates, Reader, Versions};
use naming::text::{Text, Unit};

impl Reader<'_> {
    pub(super) fn versions(&mut self, source: &Source) -> Versions {
        let skip = self.title_codes();
        let year = self.sheet.year;
        let read = |text: &str| extent::read(&unconditional(text), &skip, year);
        let (source, example) = without_example(source);
        let source = &source;
        let tail = clauses(&certain(&source.tail).0);
        let prose = read(&tail.main);
        let branch_text = source.version.as_deref().map(certain);
        let maybe = branch_text.as_ref().and_then(|(_, maybe)| maybe.as_deref());
        if let Some(maybe) = maybe.or(certain(&source.tail).1.as_deref()) {
            self.leaf.maybe = extent::read(maybe, &[], None).spans;
        }
        if tail.main.to_lowercase().starts_with("(build") {
            self.leaf.counts = Counts::Builds;
        }
        let every = source.version.as_deref().is_some_and(begins_with_all);
        if every && example || is_order_number(source) {
            return Versions::All;
        }
        let Some(written) = branch_text.map(|(text, _)| text) else {
            self.apart(&tail);
            let read = self.alone(source, prose.clone());
            self.leftover(&prose, source);
            return read;
        };
        let apart = clauses(&written);
        self.apart(if apart.takes_out() { &apart } else { &tail });
        let written = apart.main;
        if written.to_lowercase().starts_with("build") {
            self.leaf.counts = Counts::Builds;
        }
        let branch = read(&written);
        self.date_kind(&written, &source.tail);
        if let Some(part) = self.part(&written).or_else(|| self.part(&source.tail)) {
            self.leaf.part = Some(part);
            let head = written.split_once('(').map_or(written.as_str(), |(head, _)| head);
            let head = head.split(" with ").next().unwrap_or(head);
            return self.settle(read(head), None, source);
        }
        if let Some(numbers) = labelled(&written).or_else(|| lone_model(&written)) {
            self.models(&numbers, "");
            if !self.leaf.models.is_empty() {
                return Versions::All;
            }
        }
        if self.are_models(&written, &source.tail, &branch) {
            self.models(&written, &source.tail);
            return Versions::All;
        }
        let leads = branch.lead.iter().chain(&prose.lead);
        let leads = leads.filter(|word| {
            word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_alphabetic())
        });
        self.leaf.prefixes.extend(leads.map(|word| word.to_lowercase()));
        self.beside(&branch, &written);
        let odd = !branch.brackets.is_empty()
            || branch.damage == Damage::Yes
            || !branch.rest.is_empty();
        if odd && !written.contains(['<', '>', '*']) {
            let items = written.split('|').map(|item| item.trim().to_lowercase());
            self.leaf.literal = items.filter(|item| item.len() >= 5).collect();
        }
        let branch = self.articles(branch, &prose, source);
        self.condition_of_device(&source.tail);
        self.leftover(&branch, source);
        self.settle(branch, Some(prose), source)
    }

    /// Numbers of articles among versions are models: `VDC-HD3300P version 1.02-05`.
    fn articles(
        &mut self,
        mut branch: Reading,
        prose: &Reading,
        source: &Source,
    ) -> Reading {
        let listed = branch.spans.iter().filter_map(|span| match span {
            Span::Listed(_, text) if is_article(text) => Some(text.clone()),
            _ => None,
        });
        let name = Text::read(&[&source.name]);
        let beside = prose.lead.iter().filter(|word| {
            is_article(word)
                && Unit::read(word)
                    .is_some_and(|unit| unit.occurrences(&name).next().is_none())
        });
        let codes: Vec<String> = listed.chain(beside.cloned()).collect();
        branch.spans.retain(|span| match span {
            Span::Listed(_, text) => !is_article(text),
            Span::Between { .. } => true,
        });
        for code in codes {
            self.leaf.models.extend(self.product(&code));
        }
        branch
    }

    /// A leaf without a branch for the version.
    pub(super) fn alone(&mut self, source: &Source, prose: Reading) -> Versions {
        self.date_kind("", &source.tail);
        self.condition_of_device(&source.tail);
        if prose.spans.is_empty() {
            Versions::All
        } else {
            self.settle(prose, None, source)
        }
    }

    /// Numbers and names of the title, which are no versions where they stand in a tail.
    pub(super) fn title_codes(&self) -> Vec<String> {
        let words = self
            .sheet
            .title
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')'));
        words
            .filter(|word| word.contains(|c: char| c.is_alphabetic()))
            .filter(|word| word.contains(|c: char| c.is_ascii_digit()))
            .map(str::to_lowercase)
            .collect()
    }

    pub(super) fn settle(
        &mut self,
        branch: Reading,
        prose: Option<Reading>,
        source: &Source,
    ) -> Versions {
        let damaged = branch.damage == Damage::Yes
            || branch.unread == Unread::Yes
            || (branch.spans.is_empty() && branch.all == All::No);
        let readable = |reading: &Reading| {
            !reading.spans.is_empty()
                && reading.damage == Damage::No
                && reading.unread == Unread::No
        };
        let prose = prose.filter(readable);
        let cut =
            |prose: &Reading| shortened(&branch, prose) || swallowed(&branch, prose);
        let instead = damaged || prose.as_ref().is_some_and(cut);
        if let Some(prose) = prose.as_ref().filter(|_| instead) {
            if shortened(&branch, prose) {
                // The two disagree on the version that only the branch names.
                self.leaf.maybe.extend(branch.spans.iter().cloned());
            }
            let lead = prose.lead.iter().filter(|word| is_name(word)).cloned();
            self.extra.extend(lead);
            return self.dated(prose.spans.clone(), None);
        }
        // `2.11 R3 2259 or prior`: neither text can be read.
        let both = (branch.damage == Damage::Yes || branch.unread == Unread::Yes)
            && source.version.is_some();
        if branch.spans.is_empty() || both {
            // `*` beside `all versions up to 2.1` lost the bound.
            let bounded =
                |span: &Span| matches!(span, Span::Between { upper: Some(_), .. });
            if let (All::Yes, Some(prose)) = (branch.all, &prose)
                && prose.spans.iter().all(bounded)
                && self.dates == Dates::Release
            {
                return self.dated(prose.spans.clone(), None);
            }
            if branch.all == All::Yes
                && branch.spans.is_empty()
                && branch.unread == Unread::No
            {
                return match self.inside_name(source) {
                    Some(spans) => Versions::Some(spans, None),
                    None => Versions::All,
                };
            }
            let text = source.version.clone().unwrap_or_else(|| source.tail.clone());
            return Versions::Unreadable(text);
        }
        let other = prose.filter(|prose| differ(&branch.spans, &prose.spans));
        self.dated(branch.spans, other.map(|prose| prose.spans))
    }

    /// Limits of the date of making are no versions.
    pub(super) fn dated(
        &mut self,
        spans: Vec<Span>,
        other: Option<Vec<Span>>,
    ) -> Versions {
        if self.dates == Dates::Made && spans.iter().all(is_year) {
            let text = spans.iter().map(span).collect::<Vec<_>>().join(", ");
            self.never_told(&format!("made {text}"));
            return Versions::All;
        }
        if self.dates == Dates::Release || !spans.iter().all(is_date) {
            return Versions::Some(spans, other);
        }
        self.leaf.made = spans;
        Versions::All
    }

    /// `manufactured prior to` limits the device, `released before` its software.
    pub(super) fn date_kind(&mut self, written: &str, tail: &str) {
        let text = format!("{written} {tail}").to_lowercase();
        let made = [
            "manufactur",
            "distribut",
            "shipped",
            "produced",
            "sold ",
            "built",
            "made ",
            "purchased",
            "production date",
            "devices released",
            "machines released",
            "units released",
        ];
        if made.iter().any(|word| text.contains(word)) {
            self.dates = Dates::Made;
        }
    }

    /// Versions that stand in the product's name: `VxWorks (6.9.4.11, Vx7 SR540)`.
    pub(super) fn inside_name(&self, source: &Source) -> Option<Vec<Span>> {
        let (_, rest) = source.name.split_once('(')?;
        let (inside, _) = rest.split_once(')')?;
        let dotted = inside.split(|c: char| c.is_whitespace() || c == ',').any(|word| {
            word.split('.')
                .filter(|part| part.bytes().any(|b| b.is_ascii_digit()))
                .count()
                > 1
        });
        if !dotted {
            return None;
        }
        let reading = extent::read(inside, &[], None);
        (!reading.spans.is_empty()).then_some(reading.spans)
    }

    /// Whether the texts in the place of the version are models.
    pub(super) fn are_models(&self, written: &str, tail: &str, branch: &Reading) -> bool {
        let lower = tail.to_lowercase();
        let says = |words: &[&str]| {
            lower.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
        };
        let versions = [
            "version", "versions", "software", "firmware", "sw", "release", "build",
            "revision",
        ];
        let numbers = model_numbers(written) && branch.damage == Damage::No;
        if written.contains(['<', '>'])
            || branch.all == All::Yes
            || says(&versions) && !numbers
        {
            return false;
        }
        if written.to_lowercase().contains("model ") {
            return false;
        }
        if says(&["model", "models"]) || model_numbers(written) {
            return true;
        }
        // `01-03 | 01-04` and `VB20 to VB30E` are versions.
        let through = |span: &Span| matches!(span, Span::Between { .. });
        if branch.spans.iter().any(through) {
            return false;
        }
        let items = items(written);
        !items.is_empty()
            && items.iter().filter(|item| is_model(item)).count() * 2 > items.len()
    }

    pub(super) fn models(&mut self, written: &str, tail: &str) {
        let listed = items(written);
        let short = listed.iter().any(|item| item.len() < 3);
        let listed = if short && tail.contains('|') { items(tail) } else { listed };
        for item in listed {
            self.leaf.models.extend(self.product(&item));
        }
    }

    /// Takes the letters that the maker puts in front off the versions.
    pub(super) fn strip(&mut self) {
        let Versions::Some(spans, _) = &mut self.leaf.versions else { return };
        for bound in spans.iter_mut().flat_map(|span| match span {
            Span::Listed(version, text) => vec![(version, text)],
            Span::Between { lower, upper } => [lower, upper]
                .into_iter()
                .flatten()
                .map(|bound| (&mut bound.version, &mut bound.text))
                .collect(),
        }) {
            let (version, text) = bound;
            let lower = text.to_lowercase();
            let rest = self
                .leaf
                .prefixes
                .iter()
                .find_map(|prefix| lower.strip_prefix(prefix.as_str()));
            let rest = rest.map(|rest| rest.trim_start_matches([' ', '-', '_']));
            if let Some(stripped) = rest.and_then(|rest| rest.parse().ok()) {
                *version = stripped;
            }
        }
        // `Version A, Firmware A.03.09`: the firmware says it more exactly.
        let dotted =
            |span: &Span| matches!(span, Span::Listed(_, text) if text.contains('.'));
        let letter =
            |span: &Span| matches!(span, Span::Listed(_, text) if text.len() == 1);
        if spans.iter().any(dotted) && spans.iter().any(letter) {
            spans.retain(|span| !letter(span));
        }
    }
}

/// `24950 | 24952`, `2490C`: numbers of five places and more, without a dot, are models,
/// whatever the advisory calls them.
fn model_numbers(written: &str) -> bool {
    let items = items(written);
    let number = |item: &String| {
        let digits = item.trim_end_matches(|c: char| c.is_ascii_uppercase());
        item.len() >= 5
            && item.len() - digits.len() <= 1
            && digits.len() >= 4
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !(digits.len() == 8 && digits.starts_with("20"))
    };
    !items.is_empty() && items.iter().all(number)
}

/// A text without its first condition; what stands behind the bracket of a condition stays.
fn unconditional(text: &str) -> String {
    let Some((at, _)) = condition_at(text) else { return text.to_owned() };
    let head = text.get(..at).unwrap_or(text);
    let open = head
        .rfind('(')
        .filter(|open| head.get(*open..).is_some_and(|inside| !inside.contains(')')));
    let behind = open.and_then(|open| {
        let rest = text.get(at..)?;
        let behind = rest.get(rest.find(')')? + 1..)?;
        is_code(behind).then(|| format!("{} {behind}", head.get(..open).unwrap_or(head)))
    });
    behind.unwrap_or_else(|| head.to_owned())
}

/// `All versions including 1.5`: the version behind *including* is only an example.
fn without_example(source: &Source) -> (Source, bool) {
    let mut source = source.clone();
    let mark = "all versions including ";
    let lower = source.tail.to_ascii_lowercase();
    let Some(at) = lower.find(mark) else { return (source, false) };
    let behind = lower.get(at + mark.len()..).unwrap_or_default();
    let version = behind.trim_start_matches("version ").trim_start_matches(['v', 'V']);
    if !version.starts_with(|c: char| c.is_ascii_digit()) {
        return (source, false);
    }
    source.tail.truncate(at + "all versions".len());
    (source, true)
}

fn begins_with_all(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('*') || text.starts_with("vers:all/*")
}

/// `FL NAT SMN 8TX-M: (2702443)`: a long number and nothing else, in a bracket, is that of
/// the order and not a version.
fn is_order_number(source: &Source) -> bool {
    let inside = source.tail.trim().strip_prefix('(').and_then(|it| it.strip_suffix(')'));
    inside.is_some_and(|number| {
        number.len() >= 6
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && source.version.as_deref().is_none_or(|version| version.trim() == number)
    })
}

/// Whether a stretch is of years: `before 2018`.
fn is_year(span: &Span) -> bool {
    let bounds = extent::bounds(span);
    matches!(span, Span::Between { .. })
        && !bounds.is_empty()
        && bounds.iter().all(|bound| bound.parts().len() == 1 && extent::is_year(bound))
}

/// A text without the bracket that says which versions *may also* be affected, and what
/// that bracket says of versions.
fn certain(text: &str) -> (String, Option<String>) {
    let lower = text.to_ascii_lowercase();
    let found = lower.find("may also").and_then(|at| {
        let open = lower.get(..at)?.rfind('(')?;
        let close = lower.get(at..)?.find(')').map_or(lower.len(), |end| at + end + 1);
        Some((open, at, close))
    });
    let Some((open, at, close)) = found else { return (text.to_owned(), None) };
    let kept = [text.get(..open), text.get(close..)];
    let kept: Vec<&str> = kept.into_iter().flatten().map(str::trim).collect();
    (kept.join(" ").trim().to_owned(), text.get(open + 1..at).map(str::to_owned))
}
