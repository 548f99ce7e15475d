//! One leaf of a product tree, read: which products, which versions, on what conditions.
//!
//! The branches are read first and the full product name beside them, since extraction has
//! damaged some branches: where a branch cannot be read, or stands against its own syntax,
//! the full name is taken; where the two disagree, only what both say is certain.

use advisory::{Product as Fact, Record};
use naming::Makers;
use naming::text::{Text, Unit};

use super::extent::{self, All, Damage, Reading, Span};
use super::limits::{
    based_on, bracketed_models, labelled, lone_model, marked, names_host, of_a_system,
    serial, trains, ways,
};
use super::product::{self, Product};
use super::source::{Source, upto_limit};
use super::wording::{
    COMPONENT_WORDS, abbreviated, alternatives, bracketed, condition_at, differ, halves,
    initials, is_code, is_date, is_model, is_name, items, joined, last_product, named,
    revisions, shortened, shortens, silent, swallowed, told_acronyms,
};

/// A leaf as it is understood.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// Position in [`Record::products`].
    pub product: usize,
    /// The vendor's branch as written.
    pub vendor: String,
    /// The readings of the product's name, any of which will do.
    pub names: Vec<Product>,
    /// Models that stand in the place of the version, any of which will do.
    pub models: Vec<Product>,
    /// What the part is built into: a row that shows only this may or may not have the part.
    pub host: Option<Product>,
    /// Products that the leaf takes out.
    pub excluded: Vec<Exclusion>,
    /// What must be true of the device besides.
    pub conditions: Vec<Condition>,
    /// Which versions.
    pub versions: Versions,
    /// A limit of the date on which the device was made or sold.
    pub made: Vec<Span>,
    /// A part with versions of its own, all of which are limited.
    pub part: Option<Part>,
    /// Letters that the maker puts in front of versions.
    pub prefixes: Vec<String>,
    /// The release trains that the product's name limits it to: `Cardiology 12.x`.
    pub trains: Vec<Span>,
}

impl Leaf {
    /// Whether nothing but the versions limits it.
    pub(super) fn is_plain(&self) -> bool {
        self.conditions.is_empty() && self.made.is_empty() && self.part.is_none()
    }
}

/// Which versions of the product itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Versions {
    /// Every version.
    All,
    /// Those in one of the stretches; where there is a second list, those in both.
    Some(Vec<Span>, Option<Vec<Span>>),
    /// A text that no rule can read.
    Unreadable(String),
}

/// A product that a leaf takes out, and which versions of it (none: all).
#[derive(Clone, Debug)]
pub struct Exclusion {
    /// The product.
    pub product: Product,
    /// The versions; empty means all.
    pub spans: Vec<Span>,
    /// As it is written.
    pub text: String,
}

/// Something that must be true of a device.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What must be true, without the words in front: `Windows 2000`.
    pub text: String,
    /// As it is written: `running on Windows 2000`.
    pub written: String,
    /// The words that a row must show, in one of these ways.
    pub words: Vec<Vec<Unit>>,
    /// Whether the words are an example (`such as Windows 2000`).
    pub example: Example,
}

/// Whether words are an example of what is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "yes or no")]
pub enum Example {
    No,
    Yes,
}

/// A part with versions of its own.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name as written.
    pub text: String,
    /// Its name, and its initials.
    pub names: Vec<Product>,
    /// Which of its versions.
    pub spans: Vec<Span>,
}

/// Reads a leaf. `year` is that of the advisory, for dates that have none.
#[must_use]
pub fn read(record: &Record, at: usize, makers: &Makers) -> Option<Leaf> {
    let fact = record.products.get(at)?;
    let source = Source::of(record, fact);
    if source.name.is_empty() {
        return None;
    }
    let vendor = makers.read(&source.vendor);
    let names = makers.names_of(&vendor);
    let mut reader = Reader {
        leaf: Leaf {
            product: at,
            vendor: source.vendor.clone(),
            names: Vec::new(),
            models: Vec::new(),
            host: None,
            excluded: Vec::new(),
            conditions: Vec::new(),
            versions: Versions::All,
            made: Vec::new(),
            part: None,
            prefixes: Vec::new(),
            trains: Vec::new(),
        },
        makers: names,
        year: record
            .published
            .get(..4)
            .or_else(|| record.modified.get(..4))
            .map(str::to_owned),
        title: upto_limit(&record.title).to_owned(),
        extra: Vec::new(),
        dates: Dates::Release,
        in_name: Vec::new(),
    };
    let extent = match &source.too_long {
        // What is not read to its end may say anything there.
        Some(text) => Versions::Unreadable(text.clone()),
        None => reader.versions(&source),
    };
    reader.names(&source, record);
    reader.leaf.versions = match extent {
        Versions::All if !reader.in_name.is_empty() && reader.leaf.made.is_empty() => {
            Versions::Some(std::mem::take(&mut reader.in_name), None)
        }
        other => other,
    };
    reader.limits(&source);
    reader.numbered(&source.tail);
    reader.helpers(fact);
    reader.strip();
    reader.leaf.names.iter().any(|name| !name.groups.is_empty()).then_some(reader.leaf)
}

struct Reader {
    leaf: Leaf,
    makers: Vec<Vec<String>>,
    year: Option<String>,
    title: String,
    /// Words beside the versions that belong to the product's name.
    extra: Vec<String>,
    dates: Dates,
    /// Versions that stand in the product's name.
    in_name: Vec<Span>,
}

/// What a date limits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dates {
    /// The software.
    Release,
    /// The device.
    Made,
}

impl Reader {
    fn versions(&mut self, source: &Source) -> Versions {
        let skip = self.title_codes();
        let year = self.year.clone();
        let read = |text: &str| {
            let end = condition_at(text).map_or(text.len(), |(at, _)| at);
            extent::read(text.get(..end).unwrap_or(text), &skip, year.as_deref())
        };
        let prose = read(&source.tail);
        let Some(written) = &source.version else {
            return self.alone(source, prose);
        };
        let branch = read(written);
        self.date_kind(written, &source.tail);
        if let Some(part) = self.part(written).or_else(|| self.part(&source.tail)) {
            self.leaf.part = Some(part);
            let head = written.split_once('(').map_or(written.as_str(), |(head, _)| head);
            let head = head.split(" with ").next().unwrap_or(head);
            return self.settle(read(head), None, source);
        }
        if let Some(numbers) = labelled(written).or_else(|| lone_model(written)) {
            self.models(&numbers, "");
            if !self.leaf.models.is_empty() {
                return Versions::All;
            }
        }
        if self.are_models(written, &source.tail, &branch) {
            self.models(written, &source.tail);
            return Versions::All;
        }
        self.beside(&branch, written);
        self.condition_of_device(&source.tail);
        self.settle(branch, Some(prose), source)
    }

    /// A leaf without a branch for the version.
    fn alone(&mut self, source: &Source, prose: Reading) -> Versions {
        self.date_kind("", &source.tail);
        self.condition_of_device(&source.tail);
        if prose.spans.is_empty() {
            Versions::All
        } else {
            self.settle(prose, None, source)
        }
    }

    /// Numbers and names of the title, which are no versions where they stand in a tail.
    fn title_codes(&self) -> Vec<String> {
        let words =
            self.title.split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')'));
        words
            .filter(|word| word.contains(|c: char| c.is_alphabetic()))
            .filter(|word| word.contains(|c: char| c.is_ascii_digit()))
            .map(str::to_lowercase)
            .collect()
    }

    fn settle(
        &mut self,
        branch: Reading,
        prose: Option<Reading>,
        source: &Source,
    ) -> Versions {
        let damaged = branch.damage == Damage::Yes
            || (branch.spans.is_empty() && branch.all == All::No);
        let readable =
            |reading: &Reading| !reading.spans.is_empty() && reading.damage == Damage::No;
        let prose = prose.filter(readable);
        let cut =
            |prose: &Reading| shortened(&branch, prose) || swallowed(&branch, prose);
        let instead = damaged || prose.as_ref().is_some_and(cut);
        if let Some(prose) = prose.as_ref().filter(|_| instead) {
            let lead = prose.lead.iter().filter(|word| is_name(word)).cloned();
            self.extra.extend(lead);
            return self.dated(prose.spans.clone(), None);
        }
        // `2.11 R3 2259 or prior`: neither text can be read.
        let both = branch.damage == Damage::Yes && source.version.is_some();
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
            if branch.all == All::Yes {
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
    fn dated(&mut self, spans: Vec<Span>, other: Option<Vec<Span>>) -> Versions {
        if self.dates == Dates::Release || !spans.iter().all(is_date) {
            return Versions::Some(spans, other);
        }
        self.leaf.made = spans;
        Versions::All
    }

    /// `manufactured prior to` limits the device, `released before` its software.
    fn date_kind(&mut self, written: &str, tail: &str) {
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
        ];
        if made.iter().any(|word| text.contains(word)) {
            self.dates = Dates::Made;
        }
    }

    /// Versions that stand in the product's name: `VxWorks (6.9.4.11, Vx7 SR540)`.
    fn inside_name(&self, source: &Source) -> Option<Vec<Span>> {
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

    /// Words beside the versions: conditions, model numbers, editions, hosts.
    fn beside(&mut self, branch: &Reading, written: &str) {
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
    fn condition_of_device(&mut self, tail: &str) {
        let lower = tail.to_lowercase();
        let of_device = ["running on ", "operating on ", "installed on "];
        let fitted = ["fitted with ", "equipped with ", "with the optional "];
        let stated = of_device.iter().chain(&fitted).any(|mark| lower.contains(mark));
        if stated && self.leaf.conditions.is_empty() {
            self.condition(tail);
        }
    }

    /// `running on X`, `used with X`, `enabled with X`.
    fn condition(&mut self, text: &str) -> Option<usize> {
        let (at, length) = condition_at(text)?;
        let rest = text.get(at + length..)?;
        let (rest, example) = match rest.to_lowercase().find("such as ") {
            Some(found) => (rest.get(found + 8..)?, Example::Yes),
            None => (rest, Example::No),
        };
        let rest = rest.split([')', '(', ':']).next()?.trim();
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
    fn limits(&mut self, source: &Source) {
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
            let prose = extent::read(&source.tail, &[], self.year.as_deref()).spans;
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

    fn bracket(&mut self, text: &str) {
        let lower = text.to_lowercase();
        if let Some(at) = lower.find("integrated into ") {
            let host = text.get(at + 16..).unwrap_or_default();
            self.leaf.host = self.product(host);
            return;
        }
        self.condition(text);
    }

    /// `with Wireless Battery Modules v17 | v17D19`: a part and its versions.
    fn part(&self, text: &str) -> Option<Part> {
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

    /// Whether the texts in the place of the version are models.
    fn are_models(&self, written: &str, tail: &str, branch: &Reading) -> bool {
        let lower = tail.to_lowercase();
        let says = |words: &[&str]| {
            lower.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
        };
        let versions = [
            "version", "versions", "software", "firmware", "sw", "release", "build",
            "revision",
        ];
        if written.contains(['<', '>']) || branch.all == All::Yes || says(&versions) {
            return false;
        }
        if written.to_lowercase().contains("model ") {
            return false;
        }
        if says(&["model", "models"]) {
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

    fn models(&mut self, written: &str, tail: &str) {
        let mut items = items(written);
        if items.iter().any(|item| item.len() < 3)
            && !tail.is_empty()
            && tail.contains('|')
        {
            items = self::items(tail);
        }
        for item in items {
            self.leaf.models.extend(self.product(&item));
        }
    }

    fn product(&self, text: &str) -> Option<Product> {
        let product = Product::read(text, &self.makers);
        (!product.groups.is_empty()).then_some(product)
    }

    /// The readings of the product's name.
    fn names(&mut self, source: &Source, record: &Record) {
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
        let text = last_product(&text);
        let mut text = format!("{text} {}", self.extra.join(" "));
        let mut acronyms = Vec::new();
        while let Some((before, inside, after)) = bracketed(&text) {
            let kept = self.name_bracket(&inside, &mut acronyms);
            text = format!("{before} {kept} {after}");
        }
        for acronym in told_acronyms(record) {
            if shortens(&acronym, &text) && !acronyms.contains(&acronym) {
                acronyms.push(acronym);
            }
        }
        for name in alternatives(&text, &self.makers) {
            self.named(&name, &acronyms);
        }
        self.titled(record);
    }

    /// The name without dotted versions in it; a leaf of all versions means those.
    fn without_versions(&mut self, name: &str) -> String {
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

    /// What a bracket in a product's name leaves in the name.
    fn name_bracket(&mut self, inside: &str, acronyms: &mut Vec<String>) -> String {
        let lower = inside.to_lowercase();
        let word = !inside.contains(char::is_whitespace);
        if lower.starts_with("including") || silent(&lower) || inside.is_empty() {
            return String::new();
        }
        if self.inside_versions(inside) {
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

    fn inside_versions(&self, inside: &str) -> bool {
        inside.split([',', ' ']).any(|word| {
            word.split('.')
                .filter(|part| part.bytes().any(|b| b.is_ascii_digit()))
                .count()
                > 1
        })
    }

    fn named(&mut self, text: &str, acronyms: &[String]) {
        let plain = text.replace('\u{1}', " ");
        let mut product = Product::read(&plain, &self.makers);
        if let Some((head, tail)) = text.split_once('\u{1}') {
            product.groups = joined(
                product::groups(head, &self.makers),
                product::groups(&tail.replace('\u{1}', " "), &self.makers),
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
        self.leaf.names.extend(halves(&product));
        self.leaf.names.insert(0, product);
    }

    /// `Siemens PET Systems` of the vendor Siemens is a class of its products.
    fn class(&self, product: &Product) -> Option<Product> {
        let vendor = Text::read(&[&self.leaf.vendor]);
        let own = |group: &product::Group| match group.any.as_slice() {
            [product::Alternative::Word(unit)] => {
                vendor.atoms().first()?.text.eq(unit.spelt()).then_some(())
            }
            _ => None,
        };
        own(product.groups.first()?)?;
        let groups = product.groups.get(1..)?.to_vec();
        let class = Product { groups, makers: product.makers.clone() };
        class.is_class().then_some(class)
    }

    /// A leaf whose name is no name (`AP`) is the product of the title; and words of the
    /// title may be an abbreviation of a name.
    fn titled(&mut self, record: &Record) {
        let Some(first) = self.leaf.names.first() else { return };
        let short = !first.is_class()
            && first.groups.iter().all(|group| {
                group.any.iter().all(|any| match any {
                    product::Alternative::Word(unit) => unit.spelt().len() <= 2,
                    product::Alternative::Range(..) => false,
                })
            });
        if !short
            || record
                .products
                .iter()
                .filter(|product| product.relationship.is_none())
                .count()
                > 1
        {
            return;
        }
        if let Some(product::Alternative::Word(unit)) =
            first.groups.first().and_then(|group| group.any.first())
        {
            self.leaf.prefixes.push(unit.spelt().to_owned());
        }
        let title = record.title.split(" (").next().unwrap_or(&record.title);
        if let Some(product) = self.product(title).filter(Product::is_distinct) {
            self.leaf.names = vec![product];
        }
    }

    fn exclude(&mut self, text: &str) {
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

    /// Takes the letters that the maker puts in front off the versions.
    fn strip(&mut self) {
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

    /// `CADD-Solis (model numbers 2100, 2110)`: the name with one of the numbers is a name.
    fn numbered(&mut self, tail: &str) {
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
    fn helpers(&mut self, fact: &Fact) {
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
                (letters.len() == 3).then_some(letters)
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
