//! Which products a leaf means: the readings of its name, its abbreviations, its sisters
//! that it takes out.

use advisory::Product as Fact;
use naming::text::{Text, Unit};
use terms::version::firmware::Version;

use super::super::extent;
use super::super::limits::{bracketed_models, lone_model, marked, names_host, systems};
use super::super::product::{self, Product};
use super::super::source::Source;
use super::super::wording::{
    abbreviated, alternatives, bracketed, edition, first_and_initials, halves, initials,
    is_code, joined, last_product, named, revisions, shortens, silent,
};
use super::{Condition, Example, Exclusion, Generation, Reader, Versions};

impl Reader<'_> {
    /// The readings of the product's name.
    pub(super) fn names(&mut self, source: &Source) {
        let (mut text, members) = self.main_name(source);
        self.revisions_of_hardware(&mut text);
        self.model_behind(&mut text);
        self.fitted(&mut text);
        let whole = text;
        let text = last_product(&whole);
        if let Some(around) = whole.strip_suffix(&text) {
            let atoms = Text::read(&[around]);
            self.leaf.around = atoms.atoms().iter().map(|it| it.text.clone()).collect();
        }
        let mut text = format!("{text} {}", self.extra.join(" "));
        let (mut acronyms, short) = self.brackets(&mut text);
        // `Cardiovascular Suite (CVS): <= 4.1` of the full name.
        if let Some(inside) =
            source.tail.strip_prefix('(').and_then(|it| it.split_once(')'))
        {
            let capitals = inside.0.len() > 2 && inside.0.chars().all(char::is_uppercase);
            acronyms.extend(Some(inside.0.to_owned()).filter(|_| capitals));
        }
        let words = Text::read(&[&text]);
        for acronym in &self.sheet.acronyms {
            if shortens(acronym, &words) && !acronyms.contains(acronym) {
                acronyms.push(acronym.clone());
            }
        }
        for name in alternatives(&text, self.brands) {
            self.named(&name, &acronyms);
        }
        self.leaf.names.extend(members.and_then(|name| self.product(&name)));
        for text in [&source.name, source.version.as_ref().unwrap_or(&source.tail)] {
            self.leaf.names.extend(formerly(text).and_then(|name| self.product(&name)));
        }
        self.listed_in_title();
        if source.tail.to_lowercase().contains("all models") {
            self.whole_family();
        }
        // `Emergency Gateway (EGW)`: what stands in the bracket is a name by itself.
        for name in short.iter().filter(|name| name.len() > 2) {
            let name = self.product(name).filter(Product::is_distinct);
            let name = name.filter(|name| !self.leaf.names.contains(name));
            self.leaf.names.extend(name);
        }
        self.titled();
    }

    /// `Power Manager Infrastructure (PM Infrastructure)`: the bracket is a short name where
    /// one of its words stands for words of the name, and the others are words of it.
    fn short_name(&self, name: &str, inside: &str) -> Option<String> {
        let words: Vec<&str> = inside.split_whitespace().collect();
        let product = self.product(name).filter(|_| (2..=4).contains(&words.len()))?;
        let capitals = |word: &&str| {
            (2..=5).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase())
        };
        let acronym = words.iter().copied().find(capitals)?;
        abbreviated(&product, &Unit::read(acronym)?)?;
        let known = Text::read(&[name]);
        let is_known = |word: &&str| {
            *word == acronym
                || Unit::read(word)
                    .is_some_and(|it| it.occurrences(&known).next().is_some())
        };
        words.iter().all(is_known).then(|| inside.to_owned())
    }

    /// `Xhibit Receiver, Model number 96280`: without the number it may be another model.
    fn model_behind(&mut self, text: &mut String) {
        let lower = text.to_lowercase();
        let Some(at) = lower.rfind(" model") else { return };
        let behind = text.get(at..).unwrap_or_default().to_owned();
        let Some(numbers) = lone_model(&behind) else { return };
        let head = text.get(..at).unwrap_or_default().trim_end_matches([',', ' ', '-']);
        let named = self.product(head).is_some_and(|head| head.is_distinct());
        if named {
            self.models(&numbers, "");
            text.truncate(head.len());
        }
    }

    /// `TF 64 w/ TOF Performance (882471)`: what stands behind `w/` is fitted.
    fn fitted(&mut self, text: &mut String) {
        let Some((head, behind)) = text.split_once(" w/ ") else { return };
        let end = behind.find('(').unwrap_or(behind.len());
        let (fitted, rest) = behind.split_at_checked(end).unwrap_or((behind, ""));
        let (fitted, kept) = (fitted.trim().to_owned(), format!("{head} {rest}"));
        self.must(&fitted, &format!("with {fitted}"));
        *text = kept;
    }

    /// `WebCTRL i-Vu SiteScan` under the title `… WebCTRL, i-VU, SiteScan` are three products.
    fn listed_in_title(&mut self) {
        let title = self.sheet.title.replace(" and ", ", ");
        let items: Vec<Text> =
            title.split(", ").map(|item| Text::read(&[item])).collect();
        let Some(name) = self.leaf.names.first().filter(|_| items.len() > 1) else {
            return;
        };
        let item_of = |group: &product::Group| match group.any.as_slice() {
            [product::Alternative::Word(unit)]
                if !unit.is_code() && unit.spelt().len() > 2 =>
            {
                items.iter().position(|item| unit.occurrences(item).next().is_some())
            }
            _ => None,
        };
        let places: Option<Vec<usize>> = name.keys().map(item_of).collect();
        let Some(places) = places.filter(|places| places.len() > 1) else { return };
        let apart: std::collections::BTreeSet<&usize> = places.iter().collect();
        if apart.len() < places.len() {
            return;
        }
        let makers = name.makers.clone();
        let single = |group: &product::Group| Product {
            groups: vec![group.clone()],
            makers: makers.clone(),
        };
        let singles: Vec<Product> = name.keys().map(single).collect();
        self.leaf.names.extend(singles);
    }

    /// `Evera ICD (all models)`: whatever is called Evera.
    fn whole_family(&mut self) {
        let Some(name) = self.leaf.names.first().filter(|name| name.is_distinct()) else {
            return;
        };
        let mut family = name.clone();
        family.groups.retain(|group| group.kind != product::Kind::Class);
        self.leaf.names.push(family);
    }

    /// Reads the brackets of a name and takes them out: abbreviations, and names by
    /// themselves.
    fn brackets(&mut self, text: &mut String) -> (Vec<String>, Vec<String>) {
        let mut acronyms = Vec::new();
        let mut short = Vec::new();
        while let Some((before, inside, after)) = bracketed(text) {
            if let Some(both) = optional_letters(&before, &inside, &after) {
                *text = both;
                continue;
            }
            // `FX5U(C)` is the FX5U and the FX5UC.
            let glued = before.rsplit(' ').next().filter(|it| is_code(it));
            let letter =
                inside.len() == 1 && inside.bytes().all(|b| b.is_ascii_alphabetic());
            if let Some(code) = glued.filter(|_| letter) {
                *text = format!("{before}/{code}{inside} {after}");
                continue;
            }
            let known = acronyms.len();
            let kept = self.name_bracket(&inside, &mut acronyms);
            if after.trim().is_empty() {
                short.extend(acronyms.get(known..).into_iter().flatten().cloned());
                short.extend(self.short_name(&before, &inside));
            }
            *text = format!("{before} {kept} {after}");
        }
        (acronyms, short)
    }

    /// The name without versions, exclusions and conditions, and the family with the members
    /// that a bracket includes.
    fn main_name(&mut self, source: &Source) -> (String, Option<String>) {
        let mut text = self.without_versions(&source.name);
        for mark in [
            ", not including ",
            " not including ",
            ", excluding ",
            " excluding ",
            ", except ",
            " except for ",
        ] {
            if let Some(at) = text.to_lowercase().find(mark) {
                let excluded = text.get(at + mark.len()..).unwrap_or_default().to_owned();
                text.truncate(at);
                self.exclude(&excluded);
            }
        }
        if let Some(at) = names_host(&text) {
            // `(used with Secure II, S3)` says where the accessory is found.
            text.truncate(at);
        } else if let Some(at) = self.condition(&text) {
            text.truncate(at);
            if let Some(open) =
                text.rfind('(').filter(|open| !text[*open..].contains(')'))
            {
                text.truncate(open);
            }
        }
        for mark in [" running firmware", " running software", " running version"] {
            if let Some(at) = text.to_ascii_lowercase().find(mark) {
                text.truncate(at);
            }
        }
        // `(incl. SIPLUS variants)` adds nothing that a row must show.
        let mut members = None;
        if let Some(at) = text.to_lowercase().find("(incl") {
            let end =
                text.get(at..).and_then(|rest| rest.find(')')).map(|end| at + end + 1);
            members = text
                .get(at..end.unwrap_or(text.len()))
                .and_then(|inside| with_members(text.get(..at)?, inside));
            text.replace_range(at..end.unwrap_or(text.len()), "");
        }
        (text, members)
    }

    /// `SREA-01 revisions A B C`: which revisions of the hardware are meant.
    fn revisions_of_hardware(&mut self, text: &mut String) {
        let lower = text.to_lowercase();
        let Some(at) = lower.find(" revision") else { return };
        let behind = text.get(at..).unwrap_or_default();
        let letters: Vec<&str> = behind
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | '/'))
            .filter(|word| !word.is_empty() && !matches!(*word, "and" | "or"))
            .skip(1)
            .collect();
        let plain =
            |word: &&str| word.len() == 1 && word.bytes().all(|b| b.is_ascii_uppercase());
        if letters.is_empty() || !letters.iter().all(plain) {
            return;
        }
        let spelt = |letter: &&str| {
            ["rev", "revision"].map(|word| Unit::read(&format!("{word}{letter}")))
        };
        let ways = letters.iter().flat_map(spelt).flatten().map(|unit| vec![unit]);
        let words: Vec<Vec<Unit>> = ways.collect();
        let written = behind.trim().to_owned();
        self.leaf.conditions.push(Condition {
            text: written.clone(),
            written,
            words,
            example: Example::Yes,
        });
        text.truncate(at);
    }

    /// The name without dotted versions in it; a leaf of all versions means those.
    pub(super) fn without_versions(&mut self, name: &str) -> String {
        let bare = name.split('(').next().unwrap_or(name);
        let dotted = |word: &&str| {
            let digits =
                word.trim_start_matches(['v', 'V', 'R']).trim_end_matches([',', '.']);
            digits.contains('.')
                && digits.starts_with(|c: char| c.is_ascii_digit())
                && digits
                    .bytes()
                    .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'x' | b'X'))
        };
        let versions: Vec<&str> = bare.split_whitespace().filter(dotted).collect();
        if versions.is_empty() {
            return name.to_owned();
        }
        let spans = extent::read(&versions.join(" | "), &[], None).spans;
        if self.in_name.is_empty() {
            self.in_name = spans;
        }
        let kept: Vec<&str> =
            name.split_whitespace().filter(|word| !dotted(word)).collect();
        kept.join(" ")
    }

    /// `V10` or a small number behind a name: which generation of the product is meant. A
    /// number that no bound of the leaf begins with is one of the name's own.
    pub(super) fn generation(&mut self, source: &Source) {
        let bare = outside_brackets(&source.name);
        if let Some(release) = self.release.clone() {
            self.generation_of(&release);
            return;
        }
        let words: Vec<&str> = bare.split_whitespace().collect();
        // `Xeleris 1.0, 2.1, 3.1` lists its versions.
        let dotted = |word: &&&str| word.contains('.') && is_code(word);
        if words.iter().filter(dotted).count() > 1 {
            return;
        }
        let found = words.iter().enumerate().skip(1).rev().find_map(|(at, word)| {
            let word = word.trim_end_matches([',', ';', ':']);
            let marked = word.strip_prefix(['v', 'V']);
            let digits = marked.unwrap_or(word);
            let plain = !digits.is_empty()
                && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
                && digits.starts_with(|c: char| c.is_ascii_digit());
            let behind = words.get(at + 1..).unwrap_or_default();
            let last = behind.iter().all(|word| {
                Unit::read(word).is_none_or(|unit| {
                    product::kind_of(&unit) < product::Kind::Component
                        || matches!(unit.spelt(), "gateway" | "manager" | "client")
                })
            });
            let small = (1..=2).contains(&digits.len()) && last;
            (plain && (marked.is_some() || small || digits.contains('.')))
                .then(|| word.to_owned())
        });
        let Some(text) = found else { return };
        let Ok(version) = text.trim_start_matches(['v', 'V']).parse::<Version>() else {
            return;
        };
        if let Versions::Some(spans, _) = &self.leaf.versions
            && !spans.iter().flat_map(extent::bounds).any(|bound| version.covers(bound))
        {
            return;
        }
        self.generation_of(&text);
    }

    /// Takes a generation out of the names.
    fn generation_of(&mut self, text: &str) {
        let text = text.to_owned();
        let Ok(version) = text.trim_start_matches(['v', 'V']).parse::<Version>() else {
            return;
        };
        let units: Vec<Unit> = text.split(' ').filter_map(Unit::read).collect();
        for name in &mut self.leaf.names {
            let is_it = |group: &product::Group| match group.any.as_slice() {
                [product::Alternative::Word(word)] => units.contains(word),
                _ => false,
            };
            let others = name.keys().filter(|group| !is_it(group)).count();
            if others == 0 {
                return;
            }
            for group in name.groups.iter_mut().filter(|group| is_it(group)) {
                group.kind = product::Kind::Filler;
            }
        }
        self.leaf.generation = Some(Generation { version, text });
    }

    /// What a bracket in a product's name leaves in the name.
    pub(super) fn name_bracket(
        &mut self,
        inside: &str,
        acronyms: &mut Vec<String>,
    ) -> String {
        let lower = inside.to_lowercase();
        let word = !inside.contains(char::is_whitespace);
        // `(VLLS10GEN - not available in the United States)`
        let apart = inside.replace("-not ", " not ");
        let first = apart.split(|c: char| c.is_whitespace() || matches!(c, '—' | '–'));
        let first = first.take(1).find(|first| is_code(first) && first.len() >= 4);
        if let Some(first) = first.filter(|first| silent(&lower) && *first != inside) {
            return format!("\u{1}{first}");
        }
        if let Some(words) = systems(inside) {
            let (text, written) = (inside.to_owned(), format!("on {inside}"));
            let example = Example::No;
            self.leaf.conditions.push(Condition { text, written, words, example });
            return String::new();
        }
        if lower.starts_with("incl") || silent(&lower) || inside.is_empty() {
            return String::new();
        }
        // `RTX (F)`: with the letter or without.
        if self.inside_versions(inside) || inside.len() == 1 {
            return String::new();
        }
        if let Some(fitted) = lower.strip_prefix("with ") {
            self.must(fitted, inside);
            return String::new();
        }
        // `Vega (model 4410)`: without the number it may be another model.
        if let Some(numbers) = lone_model(inside) {
            self.models(&numbers, "");
            return String::new();
        }
        if word && inside.chars().all(|c| c.is_uppercase()) && inside.len() >= 2 {
            acronyms.push(inside.to_owned());
            return String::new();
        }
        if inside.contains(' ') && !is_code(inside) {
            // `(also known as …)`, `(all markets)`: nothing that a row must show.
            return String::new();
        }
        if is_code(inside) && !inside.contains(' ') {
            // A number in brackets is another name of what stands before it.
            return format!("\u{1}{inside}");
        }
        inside.to_owned()
    }

    pub(super) fn inside_versions(&self, inside: &str) -> bool {
        inside.split([',', ' ']).any(|word| {
            word.split('.')
                .filter(|part| part.bytes().any(|b| b.is_ascii_digit()))
                .count()
                > 1
        })
    }

    pub(super) fn named(&mut self, text: &str, acronyms: &[String]) {
        let plain = text.replace('\u{1}', " ");
        let mut product = Product::read(&plain, self.brands);
        if let Some((head, tail)) = text.split_once('\u{1}') {
            product.groups = joined(
                product::groups(head, self.brands),
                product::groups(&tail.replace('\u{1}', " "), self.brands),
            );
        }
        if let Some(class) = self.class(&product) {
            product = class;
        }
        for acronym in acronyms {
            let Some(unit) = Unit::read(acronym) else { continue };
            self.leaf.names.extend(abbreviated(&product, &unit));
        }
        self.leaf.names.extend(initials(&product).filter_map(|(at, unit)| {
            let short = abbreviated(&product, &unit);
            short.filter(|short| short.groups.len() < product.groups.len() && at > 0)
        }));
        self.leaf.names.extend(edition(&product));
        self.leaf.lettered.extend(first_and_initials(&plain, &product));
        self.leaf.names.extend(halves(&product));
        self.leaf.names.insert(0, product);
    }

    /// A branch that lost the first letters of a model number has them from the full name:
    /// `CC-HD5600P` of `VCC-HD5600P`.
    pub(super) fn beheaded(&mut self, full: &str) {
        let is_it = |c: char| c.is_whitespace() || matches!(c, ':' | ',' | '(' | ')');
        let codes = full.split(is_it).filter(|word| is_code(word));
        let codes: Vec<Unit> = codes.filter_map(Unit::read).collect();
        let groups = self.leaf.names.iter_mut().flat_map(|name| name.groups.iter_mut());
        for group in groups.filter(|group| group.kind == product::Kind::Code) {
            let [product::Alternative::Word(unit)] = group.any.as_slice() else {
                continue;
            };
            let longer = codes.iter().find(|code| {
                let head = code.spelt().strip_suffix(unit.spelt()).unwrap_or_default();
                unit.spelt().len() >= 6
                    && (1..=2).contains(&head.len())
                    && head.bytes().all(|byte| byte.is_ascii_alphabetic())
            });
            if let Some(longer) = longer {
                group.any = vec![product::Alternative::Word(longer.clone())];
            }
        }
    }

    /// `Siemens PET Systems` of the vendor Siemens is a class of its products.
    pub(super) fn class(&self, product: &Product) -> Option<Product> {
        let vendor = Text::read(&[&self.leaf.vendor]);
        let own = |group: &product::Group| match group.any.as_slice() {
            [product::Alternative::Word(unit)] => {
                vendor.atoms().first()?.text.eq(unit.spelt()).then_some(())
            }
            _ => None,
        };
        own(product.groups.first()?)?;
        let groups = product.groups.get(1..)?.iter().cloned();
        let groups = groups.map(product::by_itself).collect();
        let class = Product { groups, makers: product.makers.clone() };
        class.is_class().then_some(class)
    }

    /// A leaf whose name is no name (`AP`) is the product of the title; and words of the
    /// title may be an abbreviation of a name.
    pub(super) fn titled(&mut self) {
        let Some(first) = self.leaf.names.first() else { return };
        let short = !first.is_class()
            && first.groups.iter().all(|group| {
                group.any.iter().all(|any| match any {
                    product::Alternative::Word(unit) => unit.spelt().len() <= 2,
                    product::Alternative::Range(..) => false,
                })
            });
        if !short || self.sheet.alone > 1 {
            return;
        }
        if let Some(product::Alternative::Word(unit)) =
            first.groups.first().and_then(|group| group.any.first())
        {
            self.leaf.prefixes.push(unit.spelt().to_owned());
        }
        let title = self.sheet.record.title.as_str();
        let title = title.split(" (").next().unwrap_or(title);
        if let Some(product) = self.product(title).filter(Product::is_distinct) {
            self.leaf.names = vec![product];
        }
    }

    pub(super) fn exclude(&mut self, text: &str) {
        for part in text.split(" and ").flat_map(|part| part.split(", ")) {
            let words: Vec<&str> = part.split_whitespace().collect();
            let spans = words.last().and_then(|last| revisions(last));
            let name = match (&spans, words.split_last()) {
                (Some(_), Some((_, rest))) => rest.join(" "),
                _ => part.to_owned(),
            };
            let product = self.product(&name).map(|product| Product {
                groups: product
                    .groups
                    .into_iter()
                    .filter(|group| group.kind > product::Kind::Filler)
                    .collect(),
                makers: product.makers,
            });
            let Some(product) = product.filter(Product::is_distinct) else { continue };
            self.leaf.excluded.push(Exclusion {
                product,
                spans: spans.unwrap_or_default(),
                text: part.trim().to_owned(),
            });
        }
    }

    /// `CADD-Solis (model numbers 2100, 2110)`: the name with one of the numbers is a name.
    pub(super) fn numbered(&mut self, tail: &str) {
        let numbers = bracketed_models(tail);
        let Some(name) = self.leaf.names.first().filter(|_| !numbers.is_empty()) else {
            return;
        };
        let any = numbers.into_iter().map(product::Alternative::Word).collect();
        let mut numbered = name.clone();
        numbered.groups.push(product::Group { any, kind: product::Kind::Code });
        self.leaf.names.push(numbered);
    }

    /// Model numbers and stock numbers of 2.0 and 2.1 are names of their own.
    pub(super) fn helpers(&mut self, fact: &Fact) {
        for model in fact.models.iter().filter(|model| !model.contains(['*', '?'])) {
            if let Some(unit) = Unit::read(model).filter(|unit| unit.spelt().len() >= 4) {
                self.leaf.names.push(named(unit));
            }
        }
        // Letters of a model number may stand in front of its versions: `GEH-1.1`.
        let codes =
            self.leaf.names.iter().flat_map(Product::keys).flat_map(|group| &group.any);
        let letters = codes.filter_map(|any| match any {
            product::Alternative::Word(unit) if unit.is_code() => {
                let letters: String = unit
                    .spelt()
                    .chars()
                    .take_while(|c| c.is_alphabetic())
                    .take(3)
                    .collect();
                (2..=3).contains(&letters.len()).then_some(letters)
            }
            _ => None,
        });
        let letters: Vec<String> = letters.collect();
        self.leaf.prefixes.extend(letters);
        let systems = self.leaf.conditions.iter().flat_map(|condition| &condition.words);
        let systems = systems.flatten().filter(|unit| !unit.is_code());
        let words =
            self.leaf.names.iter().flat_map(Product::keys).flat_map(|group| &group.any);
        let words = words.filter_map(|any| match any {
            product::Alternative::Word(unit) if !unit.is_code() => Some(unit),
            _ => None,
        });
        let words = systems.chain(words).map(|unit| unit.spelt().to_owned());
        let words: Vec<String> = words.filter(|word| word.len() >= 3).collect();
        self.leaf.prefixes.extend(words);
        if let Versions::Some(spans, _) = &self.leaf.versions {
            self.leaf.prefixes.extend(spans.iter().filter_map(marked));
        }
    }
}

/// `R04/120(EN)CPU`: each number with the letters and without.
fn optional_letters(before: &str, inside: &str, after: &str) -> Option<String> {
    let (head, numbers) = before.rsplit_once(' ').unwrap_or(("", before));
    let (letters, rest) = after.split_once(' ').unwrap_or((after, ""));
    let plain = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    let ends = |number: &str| number.ends_with(|c: char| c.is_ascii_digit());
    if !plain(inside) || !plain(letters) || !numbers.split('/').all(ends) {
        return None;
    }
    let both = |number: &str| format!("{number}{letters}/{number}{inside}{letters}");
    let all: Vec<String> = numbers.split('/').map(both).collect();
    Some(format!("{head} {} {rest}", all.join("/")))
}

/// `(formerly known as Web Studio)`, `(also known as Picture Box)`: another name.
fn formerly(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let marks = ["formerly known as ", "formerly called ", "also known as ", "aka "];
    let (at, mark) =
        marks.iter().find_map(|mark| Some((lower.find(mark)?, mark.len())))?;
    let behind = text.get(at + mark..)?;
    let name = behind.split([')', ',', ';', ':', '|']).next()?.trim();
    // `aka <= Version 10.95` is a version.
    let plain = name.starts_with(char::is_alphabetic) && !name.starts_with("ersion");
    (plain && name.len() >= 4).then(|| name.to_owned())
}

/// `Vue Monitors MP Series (including MP2/X2/MX800)`: the family with the numbers that stand
/// in the bracket.
fn with_members(head: &str, inside: &str) -> Option<String> {
    let inside = inside.trim_matches(['(', ')']);
    let (_, list) = inside.split_once(' ')?;
    let words = list.split(|c: char| c.is_whitespace() || matches!(c, ',' | '/'));
    let codes: Vec<&str> = words.filter(|word| is_code(word) && word.len() > 1).collect();
    if codes.is_empty() {
        return None;
    }
    let words: Vec<&str> = head.split_whitespace().collect();
    let series = words.last().is_some_and(|last| {
        last.eq_ignore_ascii_case("series") || last.eq_ignore_ascii_case("family")
    });
    let number = words.iter().rposition(|word| is_code(word));
    let kept = match (series, number) {
        (true, Some(number)) => number,
        (true, None) => words.len().saturating_sub(2),
        (false, _) => words.len(),
    };
    let family = words.get(..kept)?.join(" ");
    (!family.is_empty()).then(|| format!("{family} {}", codes.join("/")))
}

/// A name without its brackets: `Neo (Administration Console) V4.0`.
fn outside_brackets(name: &str) -> String {
    let mut depth = 0_usize;
    let outside = name.chars().filter(|character| {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && *character != ')'
    });
    outside.collect()
}
