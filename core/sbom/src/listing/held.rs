//! What many documents list, in memory: which of them list what somebody looks for.
//!
//! Thousands of documents list much the same, so each component is held once, each text of it
//! once, and a document is a bitmap of components: five thousand documents of two thousand
//! components each, out of two hundred thousand different ones, take 83 MB (`examples/
//! many_listings.rs`). Names are looked through as one text; a document is met by its bitmap, so
//! nothing is asked of one that lists nothing of the kind.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::hash::BuildHasher as _;
use std::sync::Arc;

use foldhash::fast::FixedState;
use foldhash::{HashMap, HashMapExt as _};
use memchr::memmem;
use roaring::RoaringBitmap;

use super::sought::{begins, by_version};
use super::{Entry, How, Sought, entries};

/// What many documents list, by their numbers.
#[derive(Debug, Default)]
pub struct Listings {
    texts: Texts,
    /// The components, by number. One that no document lists any more stays until all are
    /// read again.
    components: Vec<Held>,
    /// Each component by the digest of what it is, or the next digest that was free. The order
    /// of the map reaches nothing.
    numbers: HashMap<u64, u32>,
    documents: BTreeMap<i64, RoaringBitmap>,
}

/// A component: the numbers of its texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Held {
    key: u32,
    name: u32,
    version: u32,
    cpe: u32,
}

/// A component that was met, and in which documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met<'l> {
    /// What it is.
    pub entry: Entry<'l>,
    number: u32,
}

/// Where a component stands in a list: the surest first, then by name, version and key. No two
/// stand in one place, so a page can begin behind any of them, listed or not.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place<'l> {
    how: How,
    name: String,
    version: Version<'l>,
    entry: Entry<'l>,
}

#[derive(PartialEq, Eq)]
struct Version<'l>(&'l str);

impl PartialOrd for Version<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        by_version(self.0, other.0)
    }
}

impl<'l> Place<'l> {
    fn of(entry: Entry<'l>, sought: &Sought) -> Self {
        Self {
            how: sought.how(&entry),
            name: entry.name.to_lowercase(),
            version: Version(entry.version),
            entry,
        }
    }
}

impl Listings {
    /// Holds what a document lists, in the place of what it listed.
    pub fn put(&mut self, document: i64, lines: &str) {
        let numbers: Vec<u32> = entries(lines).map(|entry| self.number(&entry)).collect();
        // In the order of numbers a bitmap is filled ten times as fast.
        let mut sorted = numbers;
        sorted.sort_unstable();
        self.documents.insert(document, sorted.into_iter().collect());
    }

    /// Lets go of a document.
    pub fn remove(&mut self, document: i64) {
        self.documents.remove(&document);
    }

    /// How many documents there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// The components that are meant and that one of some documents lists, as a list shows
    /// them.
    #[must_use]
    pub fn find(
        &self,
        sought: &Sought,
        documents: impl Iterator<Item = i64>,
    ) -> Vec<Met<'_>> {
        let meant = self.meant(sought);
        let mut listed = RoaringBitmap::new();
        if !meant.is_empty() {
            let bitmaps = documents.filter_map(|id| self.documents.get(&id));
            bitmaps.for_each(|own| listed |= own & &meant);
        }
        let met = listed.into_iter();
        let met =
            met.filter_map(|number| Some(Met { entry: self.entry(number)?, number }));
        let mut met: Vec<Met<'_>> = met.collect();
        met.sort_by_cached_key(|one| Place::of(one.entry, sought));
        met
    }

    /// How many of those that [`Listings::find`] gave stand no further than a component,
    /// whether it is still among them or not.
    #[must_use]
    pub fn passed(met: &[Met<'_>], sought: &Sought, last: &Entry<'_>) -> usize {
        let last = Place::of(*last, sought);
        met.partition_point(|one| Place::of(one.entry, sought) <= last)
    }

    /// Which of some documents list a component that was met.
    pub fn listing<'d>(
        &'d self,
        met: &'d Met<'_>,
        documents: impl Iterator<Item = i64> + 'd,
    ) -> impl Iterator<Item = i64> + 'd {
        documents.filter(|id| {
            self.documents.get(id).is_some_and(|own| own.contains(met.number))
        })
    }

    /// Which of some documents list anything that is meant.
    pub fn any<'d>(
        &'d self,
        sought: &Sought,
        documents: impl Iterator<Item = i64> + 'd,
    ) -> impl Iterator<Item = i64> + 'd {
        let meant = self.meant(sought);
        documents.filter(move |id| {
            let own = self.documents.get(id);
            !meant.is_empty() && own.is_some_and(|own| !own.is_disjoint(&meant))
        })
    }

    /// The components that are meant, whichever document lists them.
    fn meant(&self, sought: &Sought) -> RoaringBitmap {
        match sought {
            Sought::One { key, version } => {
                self.of_text(key, |held| held.key, |own| own == version.as_str())
            }
            Sought::Package { package, version } => self.of_text(
                package,
                |held| held.key,
                |own| version.as_deref().is_none_or(|version| own == version),
            ),
            Sought::Cpe { name, version } => self.of_text(
                name,
                |held| held.cpe,
                |own| version.as_deref().is_none_or(|version| begins(own, version)),
            ),
            Sought::Words(words) => self.with_words(words),
        }
    }

    fn of_text(
        &self,
        text: &str,
        field: fn(&Held) -> u32,
        passes: impl Fn(&str) -> bool,
    ) -> RoaringBitmap {
        let Some(number) = self.texts.number(text) else { return RoaringBitmap::new() };
        self.numbered()
            .filter(|(_, held)| field(held) == number)
            .filter(|(_, held)| passes(self.texts.get(held.version)))
            .map(|(at, _)| at)
            .collect()
    }

    /// Those in which each word occurs: in the name, in the key, in the CPE name, or as the
    /// beginning of the version; at least one of them elsewhere than in the version.
    fn with_words(&self, words: &[String]) -> RoaringBitmap {
        let occurring: Vec<Vec<bool>> =
            words.iter().map(|word| self.texts.holding(word)).collect();
        let mut versions: Vec<HashMap<u32, bool>> = vec![HashMap::new(); words.len()];
        let mut met = RoaringBitmap::new();
        for (at, held) in self.numbered() {
            let mut is_named = false;
            let all = words.iter().zip(&occurring).zip(&mut versions);
            let is_met = all.into_iter().all(|((word, texts), versions)| {
                let holds =
                    |text: u32| texts.get(text as usize).copied().unwrap_or(false);
                if holds(held.name) || holds(held.key) || holds(held.cpe) {
                    is_named = true;
                    return true;
                }
                *versions
                    .entry(held.version)
                    .or_insert_with(|| begins(self.texts.get(held.version), word))
            });
            if is_met && is_named {
                met.insert(at);
            }
        }
        met
    }

    fn numbered(&self) -> impl Iterator<Item = (u32, &Held)> {
        (0_u32..).zip(&self.components)
    }

    fn entry(&self, number: u32) -> Option<Entry<'_>> {
        let held = self.components.get(number as usize)?;
        Some(self.read(held))
    }

    fn read(&self, held: &Held) -> Entry<'_> {
        let text = |number| self.texts.get(number);
        Entry {
            key: text(held.key),
            name: text(held.name),
            version: text(held.version),
            cpe: text(held.cpe),
        }
    }

    /// The number of a component; one that is not known yet gets one.
    fn number(&mut self, entry: &Entry<'_>) -> u32 {
        let mut digest = FixedState::default().hash_one(entry);
        while let Some(number) = self.numbers.get(&digest) {
            if self.entry(*number).as_ref() == Some(entry) {
                return *number;
            }
            digest = digest.wrapping_add(1);
        }
        let number = u32::try_from(self.components.len()).unwrap_or(u32::MAX);
        let held = Held {
            key: self.texts.keep(entry.key),
            name: self.texts.keep(entry.name),
            version: self.texts.keep(entry.version),
            cpe: self.texts.keep(entry.cpe),
        };
        self.components.push(held);
        self.numbers.insert(digest, number);
        number
    }
}

/// Texts, each once, and all of them in small letters one behind the other to be looked
/// through.
#[derive(Debug, Default)]
struct Texts {
    texts: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
    /// What is looked through of each text, [`MARK`] behind it.
    small: String,
    /// Where in `small` each text ends.
    ends: Vec<u32>,
}

/// What stands behind each text; in none of them.
const MARK: char = '\n';

impl Texts {
    fn get(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", |text| text)
    }

    fn number(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    fn keep(&mut self, text: &str) -> u32 {
        if let Some(number) = self.number(text) {
            return number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let kept: Arc<str> = text.into();
        // The type of a package would be met by every one of them.
        let named = match text.strip_prefix("pkg:") {
            Some(rest) => rest.split_once('/').map_or("", |(_, name)| name),
            None => text,
        };
        self.small.push_str(&named.to_lowercase());
        self.small.push(MARK);
        self.ends.push(u32::try_from(self.small.len()).unwrap_or(u32::MAX));
        self.texts.push(Arc::clone(&kept));
        self.numbers.insert(kept, number);
        number
    }

    /// Of each text whether a word in small letters occurs in it.
    fn holding(&self, word: &str) -> Vec<bool> {
        let mut holding = vec![false; self.texts.len()];
        let mut at = 0;
        for found in memmem::find_iter(self.small.as_bytes(), word.as_bytes()) {
            // What was found lies behind what was found before.
            let ends = self.ends.get(at..).unwrap_or_default();
            at += ends.partition_point(|end| *end as usize <= found);
            if let Some(slot) = holding.get_mut(at) {
                *slot = true;
            }
        }
        holding
    }
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;

    const LOG4J: &str = "pkg:maven/org.apache.logging.log4j/log4j-core\t\
        org.apache.logging.log4j/log4j-core\t2.14.1\t\n";
    const OPENSSL: &str = "openssl:openssl\topenssl\t1.0.2k\topenssl:openssl\n";

    fn listings() -> Listings {
        let mut all = Listings::default();
        all.put(1, &[LOG4J, OPENSSL].concat());
        all.put(
            2,
            &[OPENSSL, "pkg:deb/debian/libssl1.1\tlibssl1.1\t1.1.1d\t\n"].concat(),
        );
        all.put(3, "pkg:npm/openssl-wrapper\topenssl-wrapper\t2.140.0\t\n");
        all
    }

    /// What is met in documents of some numbers, and in which of them.
    fn found(all: &Listings, text: &str, within: &[i64]) -> Vec<(String, Vec<i64>)> {
        let Some(sought) = Sought::read(text) else { return Vec::new() };
        let met = all.find(&sought, within.iter().copied());
        let told = met.iter().map(|met| {
            let documents = all.listing(met, within.iter().copied());
            (format!("{} {}", met.entry.name, met.entry.version), documents.collect())
        });
        let told: Vec<(String, Vec<i64>)> = told.collect();
        let any: Vec<i64> = all.any(&sought, within.iter().copied()).collect();
        let mut each: Vec<i64> = told.iter().flat_map(|(_, ids)| ids.clone()).collect();
        each.sort_unstable();
        each.dedup();
        assert_eq!(any, each, "{text}");
        told
    }

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &[i64])]) {
        let told = found(&listings(), text, &[1, 2, 3]);
        let told: Vec<(&str, &[i64])> =
            told.iter().map(|(name, ids)| (name.as_str(), ids.as_slice())).collect();
        assert_eq!(told, expected, "{text}");
    }

    #[test]
    fn components_are_found_by_words_purl_and_cpe_name() {
        let openssl: (&str, &[i64]) = ("openssl 1.0.2k", &[1, 2]);
        let log4j: (&str, &[i64]) = ("org.apache.logging.log4j/log4j-core 2.14.1", &[1]);
        check("openssl", &[openssl, ("openssl-wrapper 2.140.0", &[3])]);
        check("OpenSSL 1.0.2", &[openssl]);
        check(
            "ssl",
            &[("libssl1.1 1.1.1d", &[2]), openssl, ("openssl-wrapper 2.140.0", &[3])],
        );
        check("log4j-core 2.14", &[log4j]);
        check("pkg:maven/org.apache.logging.log4j/log4j-core", &[log4j]);
        check("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1", &[log4j]);
        check("cpe:2.3:a:openssl:openssl:1.0.2:*:*:*:*:*:*:*", &[openssl]);
        check("cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*", &[openssl]);
    }

    #[test]
    fn what_is_not_meant_is_not_found() {
        for text in [
            "openssl 2.14",
            "openssl 1.0.20",
            "log4j-core 2.1",
            "maven",
            "pkg:maven/org.apache.logging.log4j/log4j-core@2.14",
            "pkg:maven/log4j-core",
            "cpe:2.3:a:openssl:openssl:1.0.1:*:*:*:*:*:*:*",
            "cpe:2.3:a:openssl:libssl:*:*:*:*:*:*:*:*",
            "corelib",
            "1.0.2k",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn nothing_is_told_of_a_document_that_is_not_named() {
        let all = listings();
        assert_eq!(found(&all, "log4j-core", &[2, 3]), []);
        assert_eq!(found(&all, "openssl", &[]), []);
        let own = found(&all, "openssl", &[2]);
        assert_eq!(own, [("openssl 1.0.2k".to_owned(), vec![2])]);
    }

    #[test]
    fn a_document_that_changed_lists_what_it_lists_now() {
        let mut all = listings();
        all.put(1, OPENSSL);
        assert_eq!(found(&all, "log4j", &[1, 2, 3]), []);
        all.remove(2);
        assert_eq!(found(&all, "libssl", &[1, 2, 3]), []);
        all.put(2, LOG4J);
        assert_eq!(found(&all, "log4j", &[1, 2, 3]).len(), 1);
    }

    #[test]
    fn one_component_is_met_by_key_and_version_alone() {
        let all = listings();
        let one = |key: &str, version: &str| {
            let sought = Sought::One { key: key.to_owned(), version: version.to_owned() };
            all.any(&sought, 1..=3).collect::<Vec<i64>>()
        };
        assert_eq!(one("openssl:openssl", "1.0.2k"), [1, 2]);
        assert_eq!(one("openssl:openssl", "1.0.2"), [0; 0]);
        assert_eq!(one("openssl", "1.0.2k"), [0; 0]);
    }

    #[test]
    fn a_page_begins_behind_a_component_that_is_listed_no_more() {
        let mut all = listings();
        let sought = Sought::read("ssl").unwrap();
        let names = |met: &[Met<'_>]| -> Vec<String> {
            met.iter().map(|one| one.entry.name.to_owned()).collect()
        };
        let met = all.find(&sought, 1..=3);
        assert_eq!(names(&met), ["libssl1.1", "openssl", "openssl-wrapper"]);
        let last = met[1].entry;
        let [key, name, version, cpe] =
            [last.key, last.name, last.version, last.cpe].map(str::to_owned);
        let last = Entry { key: &key, name: &name, version: &version, cpe: &cpe };
        assert_eq!(Listings::passed(&met, &sought, &last), 2);
        // It goes, and another one comes in front of it.
        all.put(1, "/matrixssl\tmatrixssl\t3\t\n");
        all.remove(2);
        let met = all.find(&sought, 1..=3);
        assert_eq!(names(&met), ["matrixssl", "openssl-wrapper"]);
        let passed = Listings::passed(&met, &sought, &last);
        assert_eq!(names(&met[passed..]), ["openssl-wrapper"]);
    }

    proptest! {
        #[test]
        fn every_word_of_a_name_finds_it_whatever_else_is_held(
            names in prop::collection::vec("[a-zA-ZÄäß/.@-]{2,12}", 1..30),
        ) {
            let mut all = Listings::default();
            for (at, name) in (0..).zip(&names) {
                all.put(at, &format!("/{name}\t{name}\t1.{at}\t\n"));
            }
            for (at, name) in (0_i64..).zip(&names) {
                if let Some(Sought::Words(words)) = Sought::read(name) {
                    let sought = Sought::Words(words);
                    prop_assert!(all.any(&sought, 0..99).any(|id| id == at), "{}", name);
                }
            }
        }
    }

    /// Many documents, a tenth of what a house of five thousand SBOMs holds: what is the same in
    /// several is kept once.
    #[test]
    fn what_many_documents_list_is_kept_once_and_found_in_each() {
        let mut all = Listings::default();
        for document in 0..500_i64 {
            let lines: String = (0..1_000_i64)
                .map(|at| {
                    let which = (document * 7 + at) % 10_000;
                    format!("pkg:npm/part-{which}\tpart-{which}\t1.{}.0\t\n", which % 9)
                })
                .collect();
            all.put(document, &lines);
        }
        assert_eq!(all.components.len(), 4_493);
        let sought = Sought::read("part-123 1").unwrap();
        let met = all.find(&sought, 0..500);
        assert!(!met.is_empty());
    }
}
