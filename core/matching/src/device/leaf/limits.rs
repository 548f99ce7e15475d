//! What limits a leaf besides its versions: conditions, hosts, parts, serial numbers, dates.

use naming::text::Unit;

use super::super::extent::{self, Reading, Span};
use super::super::limits::{based_on, of_a_system, serial, trains, ways};
use super::super::product::Product;
use super::super::source::Source;
use super::super::wording::{COMPONENT_WORDS, condition_at, is_code, is_date, named};
use super::{Condition, Dates, Example, Part, Reader, Versions};

impl Reader<'_> {
    /// Words beside the versions: conditions, model numbers, editions, hosts.
    pub(super) fn beside(&mut self, branch: &Reading, written: &str) {
        let lower = written.to_lowercase();
        if let Some(at) = lower.find("model ").or_else(|| lower.find("models ")) {
            let codes = written.get(at..).unwrap_or_default();
            let codes = codes.split_whitespace().skip(1).filter(|word| is_code(word));
            let models: Vec<Product> =
                codes.filter_map(|code| self.product(code)).collect();
            self.leaf.models.extend(models);
        }
        self.condition(written);
        for bracket in &branch.brackets {
            self.bracket(bracket);
        }
    }

    /// A condition that only the full name states, where it is one of the device itself:
    /// what it runs on, what it is fitted with.
    pub(super) fn condition_of_device(&mut self, tail: &str) {
        let lower = tail.to_lowercase();
        let of_device = ["running on ", "operating on ", "installed on "];
        let fitted = ["fitted with ", "equipped with ", "with the optional "];
        let stated = of_device.iter().chain(&fitted).any(|mark| lower.contains(mark));
        let stated =
            stated || lower.trim_end_matches(['.', ')']).ends_with(" is installed");
        if stated && self.leaf.conditions.is_empty() {
            self.condition(tail);
        }
    }

    /// `running on X`, `used with X`, `enabled with X`.
    pub(super) fn condition(&mut self, text: &str) -> Option<usize> {
        let (at, length) = condition_at(text)?;
        let rest = text.get(at + length..)?;
        let (rest, example) = match rest.to_lowercase().find("such as ") {
            Some(found) => (rest.get(found + 8..)?, Example::Yes),
            None => (rest, Example::No),
        };
        let rest = rest.split([')', '(', ':', '"']).next()?.trim();
        let words = ways(rest);
        if words.is_empty() {
            return None;
        }
        let written = text.get(at..)?.split([')', '(', ':']).next()?.trim().to_owned();
        let text = rest.to_owned();
        self.leaf.conditions.push(Condition { text, written, words, example });
        Some(at)
    }

    /// Limits that stand in the full name or in words of their own.
    pub(super) fn limits(&mut self, source: &Source) {
        if self.leaf.conditions.is_empty() {
            let tail = source.tail.as_str();
            let says = condition_at(tail)
                .is_some_and(|(at, _)| tail.get(at..).is_some_and(of_a_system));
            if says {
                self.condition(tail);
            }
        }
        let version = source.version.as_deref().unwrap_or_default();
        for text in [version, &source.tail] {
            let Some(based) = based_on(text) else { continue };
            let words = ways(&based);
            if self.leaf.conditions.is_empty() && !words.is_empty() {
                let example = Example::No;
                let written = format!("based on {based}");
                let text = based;
                self.leaf.conditions.push(Condition { text, written, words, example });
            }
            // What is left of the text is no version.
            if matches!(self.leaf.versions, Versions::Unreadable(_))
                && source.too_long.is_none()
            {
                self.leaf.versions = Versions::All;
            }
        }
        if self.dates == Dates::Made && self.leaf.made.is_empty() {
            let prose = extent::read(&source.tail, &[], self.sheet.year).spans;
            let until =
                |span: &Span| is_date(span) && matches!(span, Span::Between { .. });
            self.leaf.made = prose.into_iter().filter(until).collect();
        }
        if let Some(text) = serial(version).or_else(|| serial(&source.tail)) {
            let words = Unit::read(&text).into_iter().map(|unit| vec![unit]).collect();
            let example = Example::Yes;
            let written = text.clone();
            self.leaf.conditions.push(Condition { text, written, words, example });
        }
        let (trains, version) = (trains(&source.name), &self.leaf.versions);
        if *version == Versions::All && !trains.is_empty() {
            self.leaf.versions = Versions::Some(trains, None);
        } else {
            self.leaf.trains = trains;
        }
    }

    pub(super) fn bracket(&mut self, text: &str) {
        let lower = text.to_lowercase();
        if let Some(at) = lower.find("integrated into ") {
            let host = text.get(at + 16..).unwrap_or_default();
            self.leaf.host = self.product(host);
            return;
        }
        if let Some(rest) = text.get(..5).filter(|it| it.eq_ignore_ascii_case("with ")) {
            let bare = text.get(rest.len()..).unwrap_or_default();
            self.must(bare, text);
            return;
        }
        if self.condition(text).is_none()
            && (lower.ends_with(" only") || lower.starts_with("only "))
        {
            // `(.NET 4.5 Framework versions only)` limits the leaf, whatever it says.
            let bare = lower.trim_end_matches(" only").trim_start_matches("only ");
            let bare = bare.trim_end_matches("are affected").trim();
            let bare = bare.trim_end_matches("versions").trim();
            // `(only devices with part number 12345)`
            let bare = bare.trim_start_matches("devices with ").trim();
            let words = ways(bare);
            let written = text.to_owned();
            let text = bare.to_owned();
            let example = Example::No;
            self.leaf.conditions.push(Condition { text, written, words, example });
        }
    }

    /// `with Wireless Battery Modules v17 | v17D19`: a part and its versions.
    pub(super) fn part(&self, text: &str) -> Option<Part> {
        let lower = text.to_lowercase();
        let at = COMPONENT_WORDS.iter().filter_map(|word| lower.find(word)).min()?;
        let from =
            lower.get(..at)?.rfind("with ").map(|found| found + 5).or_else(|| {
                // `8.x (Wireless Battery Modules v17)`
                lower.get(..at)?.rfind('(').map(|found| found + 1)
            })?;
        let rest = text.get(from..)?.trim_end_matches(')');
        let name: Vec<&str> = rest
            .split_whitespace()
            .take_while(|word| word.chars().next().is_some_and(char::is_alphabetic))
            .take_while(|word| !is_code(word))
            .collect();
        let versions =
            rest.get(name.join(" ").len().min(rest.len())..)?.replace(['(', ')'], " ");
        let spans = extent::read(&versions, &[], None).spans;
        if name.len() < 2 || spans.is_empty() {
            return None;
        }
        let initials: String =
            name.iter().filter_map(|word| word.chars().next()).collect();
        let mut names = vec![self.product(&name.join(" "))?];
        names.extend(Unit::read(&initials).map(named));
        Some(Part { text: name.join(" "), names, spans })
    }
}
