//! Writes an index from entries in the order of their keys.
//!
//! Bodies are written as they come; what stays in memory is one small row for each thing
//! that can be looked up.

mod earlier;
mod sections;
mod sink;

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::aliases::{Aliases, Node, fold};
use super::body::{self, Head, IdentityRef, Part};
use super::counts::{Counts, SourceCount};
use super::coverage::Tally;
use super::entry::{self, is_revised_whole};
use super::format::{
    MAGIC, MentionRow, PostingRow, RecordRow, ScoredRow, Section, StatementRow, hash,
};
use super::octets::{Cut, Out};
use super::product_key::ProductKey;
use super::{cpe_key, format};
use crate::Source;
use earlier::OfEarlier;
use sink::Sink;
use std::sync::atomic::AtomicBool;

/// Takes entries and writes an index.
pub struct Builder<W> {
    out: Sink<W>,
    damage: AtomicBool,
    pending: Vec<Pending>,
    rows: Rows,
    counts: Counts,
    reasons: BTreeMap<String, u64>,
    notes: BTreeMap<String, u64>,
    /// Records that are there on the word of an earlier index alone.
    alone: Alone,
    listed: OfEarlier,
    scored: OfEarlier,
}

/// What an index holds on the word of an earlier one alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alone {
    /// Records and entries of catalogs.
    pub entries: u64,
    /// The newest change that its records state, by their source; empty where none does.
    pub newest: BTreeMap<Source, String>,
}

/// On whose word an entry is in an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// A source's, which is read for this index.
    Source,
    /// An earlier index's, of which stays what no source says as new.
    Earlier,
}

/// Writes an index of entries in any order into memory: for overlays, which are small.
///
/// # Errors
/// When an entry is not one that was written by [`super::Entry`].
pub fn compile(mut entries: Vec<super::Entry>) -> io::Result<Vec<u8>> {
    entries.sort_unstable();
    entries.dedup_by(|a, b| a.key == b.key);
    let mut builder = Builder::new(Vec::new())?;
    for entry in &entries {
        builder.add(&entry.key, &entry.payload)?;
    }
    builder.finish()
}

/// How many vulnerabilities there are among these mentions.
pub(super) fn groups_of(aliases: &mut Aliases) -> u64 {
    let resolved = aliases.resolve();
    sections::groups(aliases, &resolved).into()
}

/// A record that waits for others of the same source and id.
struct Pending {
    source: Source,
    id: String,
    /// Without the `Z`, so that fractions of a second sort.
    modified: String,
    digest: [u8; 32],
    payload: Vec<u8>,
    word: Word,
}

/// What will be looked up.
#[derive(Default)]
struct Rows {
    aliases: Aliases,
    records: Vec<RecordRow>,
    /// The node of each record's own id.
    record_nodes: Vec<Node>,
    /// Whether CVE or else NVD rejects that id.
    rejected: BTreeMap<Node, (Source, Verdict)>,
    packages: Vec<PostingRow>,
    cpes: Vec<PostingRow>,
    configurations: Vec<PostingRow>,
    names: Vec<PostingRow>,
    related: Vec<PostingRow>,
    /// What is said in each mention: the bits of `MentionRow`.
    says: Vec<u8>,
    /// By mention.
    statements: Vec<(u32, StatementRow)>,
    devices: Vec<u32>,
    listed: Vec<(u64, String, Vec<u8>)>,
    scored: Vec<ScoredRow>,
    dates: Vec<String>,
    coverage: Tally,
}

/// Whether an id is rejected.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Stands,
    Rejected,
}

impl<W: Write> Builder<W> {
    /// Begins an index.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(out: W) -> io::Result<Self> {
        let mut out = Sink::new(out);
        out.write(&MAGIC)?;
        out.begin(Section::Bodies)?;
        Ok(Self {
            out,
            damage: AtomicBool::new(false),
            pending: Vec::new(),
            rows: Rows::default(),
            counts: Counts::default(),
            reasons: BTreeMap::new(),
            notes: BTreeMap::new(),
            alone: Alone::default(),
            listed: OfEarlier::default(),
            scored: OfEarlier::default(),
        })
    }

    /// Takes the next entry. Keys must not descend; an entry whose key was there is left
    /// out, since the key holds the digest of what was said.
    ///
    /// # Errors
    /// When it cannot be written, or is no entry.
    pub fn add(&mut self, key: &[u8], payload: &[u8]) -> io::Result<()> {
        self.add_on(Word::Source, key, payload)
    }

    /// Takes the next entry of an earlier index, in the same order of keys. A record stays
    /// unless a source has one of the same source and id that is as new; a catalog stays
    /// unless a source has one that is as new.
    ///
    /// # Errors
    /// When it cannot be written, or is no entry.
    pub fn add_earlier(&mut self, key: &[u8], payload: &[u8]) -> io::Result<()> {
        self.add_on(Word::Earlier, key, payload)
    }

    fn add_on(&mut self, word: Word, key: &[u8], payload: &[u8]) -> io::Result<()> {
        match key.split_first() {
            Some((&entry::RECORD, rest)) => self.add_record(word, rest, payload),
            Some((&entry::LISTED, rest)) => self.add_listed(word, rest, payload),
            Some((&entry::SCORED, rest)) => self.add_scored(word, rest, payload),
            Some((&entry::SET_ASIDE, _)) => {
                let damage = AtomicBool::new(false);
                let reason = Cut::new(payload, &damage).text().to_owned();
                *self.reasons.entry(reason).or_default() += 1;
                sound(&damage)
            }
            Some((&entry::NOTES, _)) => {
                self.count_notes(Cut::new(payload, &AtomicBool::new(false)));
                Ok(())
            }
            _ => Err(damaged()),
        }
    }

    fn count_notes(&mut self, mut payload: Cut<'_>) {
        for note in payload.texts() {
            *self.notes.entry(note.to_owned()).or_default() += 1;
        }
    }

    fn add_record(&mut self, word: Word, key: &[u8], payload: &[u8]) -> io::Result<()> {
        let digest = *key.last_chunk::<32>().ok_or_else(damaged)?;
        let body = Cut::new(payload, &self.damage).octets();
        let head = Head::read(Cut::new(body, &self.damage));
        let pending = Pending {
            source: head.source,
            id: head.id.to_owned(),
            modified: head.modified.trim_end_matches('Z').to_owned(),
            digest,
            payload: payload.to_vec(),
            word,
        };
        sound(&self.damage)?;
        if self.pending.first().is_some_and(|first| !first.is_of(&pending)) {
            self.flush()?;
        }
        self.pending.push(pending);
        Ok(())
    }

    /// Writes the records of one source and id: those that count.
    fn flush(&mut self) -> io::Result<()> {
        let mut pending = std::mem::take(&mut self.pending);
        earlier::leave_out(&mut pending);
        let newest = pending
            .iter()
            .max_by(|a, b| (&a.modified, &a.digest).cmp(&(&b.modified, &b.digest)))
            .map(|newest| newest.digest);
        let Some(newest) = newest else { return Ok(()) };
        if pending.first().is_some_and(|first| is_revised_whole(first.source)) {
            pending.retain(|record| record.digest == newest);
        }
        for record in &pending {
            if record.word == Word::Earlier {
                self.alone.entries += 1;
                let newest = self.alone.newest.entry(record.source).or_default();
                if *newest < record.modified {
                    newest.clone_from(&record.modified);
                }
            }
            let verdict = self.write_record(record)?;
            if record.digest == newest {
                self.rows.decide(record.source, &record.id, verdict);
            }
        }
        sound(&self.damage)
    }

    fn write_record(&mut self, record: &Pending) -> io::Result<Verdict> {
        let mut payload = Cut::new(&record.payload, &self.damage);
        let bytes = payload.octets();
        for note in payload.texts() {
            *self.notes.entry(note.to_owned()).or_default() += 1;
        }
        let offset = self.out.write(bytes)?;
        let body = Cut::new(bytes, &self.damage);
        let head = Head::read(body);
        let number = narrow(self.rows.records.len())?;
        self.rows.records.push(RecordRow {
            offset: offset.into(),
            length: narrow(bytes.len())?.into(),
            digest: record.digest,
        });
        self.rows.index(number, &head, body)?;
        self.counts.count(&head);
        Ok(if head.is_rejected() { Verdict::Rejected } else { Verdict::Stands })
    }

    fn add_listed(&mut self, word: Word, key: &[u8], payload: &[u8]) -> io::Result<()> {
        let cve = u64::from_be_bytes(*key.first_chunk().ok_or_else(damaged)?);
        let released = Cut::new(payload, &self.damage).text().to_owned();
        sound(&self.damage)?;
        self.listed.note(word, cve, &released);
        if let Some(last) = self.rows.listed.last_mut()
            && last.0 == cve
        {
            if (&last.1, &last.2) < (&released, &payload.to_vec()) {
                *last = (cve, released, payload.to_vec());
            }
            return Ok(());
        }
        self.rows.listed.push((cve, released, payload.to_vec()));
        Ok(())
    }

    fn add_scored(&mut self, word: Word, key: &[u8], payload: &[u8]) -> io::Result<()> {
        let cve = u64::from_be_bytes(*key.first_chunk().ok_or_else(damaged)?);
        let mut cut = Cut::new(payload, &self.damage);
        let date = cut.text();
        let mut float =
            || cut.raw(8).try_into().map(f64::from_le_bytes).unwrap_or_default();
        let (score, percentile) = (float(), float());
        sound(&self.damage)?;
        self.scored.note(word, cve, date);
        let row = ScoredRow {
            cve: cve.into(),
            score: score.into(),
            percentile: percentile.into(),
            date: self.rows.date(date)?.into(),
        };
        match self.rows.scored.last().copied() {
            Some(last) if last.cve.get() == cve => {
                if self.rows.is_newer(&row, &last)
                    && let Some(place) = self.rows.scored.last_mut()
                {
                    *place = row;
                }
            }
            _ => self.rows.scored.push(row),
        }
        Ok(())
    }

    /// Writes everything else, and gives back where it was written.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> io::Result<W> {
        self.finish_counting().map(|(out, _)| out)
    }

    /// Writes everything else, and gives back where it was written, and what is there on the
    /// word of an earlier index alone.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish_counting(mut self) -> io::Result<(W, Alone)> {
        self.flush()?;
        self.out.end()?;
        self.rows.listed.retain(|(cve, ..)| self.listed.stays(*cve));
        self.rows.scored.retain(|row| self.scored.stays(row.cve.get()));
        self.alone.entries += self.listed.staying() + self.scored.staying();
        self.counts.set_aside = most_frequent(std::mem::take(&mut self.reasons));
        self.counts.notes = most_frequent(std::mem::take(&mut self.notes));
        sections::write(&mut self.out, std::mem::take(&mut self.rows), self.counts)?;
        Ok((self.out.finish()?, self.alone))
    }
}

impl Pending {
    fn is_of(&self, other: &Self) -> bool {
        self.source == other.source && self.id == other.id
    }
}

impl Rows {
    fn decide(&mut self, source: Source, id: &str, verdict: Verdict) {
        if !matches!(source, Source::Cve | Source::Nvd) {
            return;
        }
        let node = self.aliases.node(id);
        // CVE comes before NVD in the order of keys, and has the last word.
        self.rejected.entry(node).or_insert((source, verdict));
    }

    /// Enters a record under everything by which it is found.
    fn index(&mut self, record: u32, head: &Head<'_>, body: Cut<'_>) -> io::Result<()> {
        let own = self.aliases.node(head.id);
        self.record_nodes.push(own);
        let first = self.aliases.mentions().len();
        self.mention(record, head.id, body)?;
        let mentions = self.aliases.mentions().len();
        let of = |position: usize| {
            let mention = first.checked_add(position).filter(|at| *at < mentions);
            narrow(mention.ok_or_else(damaged)?)
        };
        self.coverage.count(body);
        self.index_affected(record, body, of)?;
        self.index_configurations(record, body, of)?;
        self.index_related(record, body, of)?;
        self.index_statements(record, body, of)?;
        let is_device = head.source == Source::Csaf
            && body::part(body, Part::Products).next().is_some();
        if is_device {
            self.devices.push(record);
        }
        Ok(())
    }

    fn mention(&mut self, record: u32, id: &str, body: Cut<'_>) -> io::Result<()> {
        let mut vulnerabilities = body::part(body, Part::Vulnerabilities);
        let count = vulnerabilities.count();
        let related = match body::related(body).next() {
            Some(_) => MentionRow::RELATED,
            None => 0,
        };
        for position in 0.. {
            let at = narrow(body.len() - vulnerabilities.remaining())?;
            let Some(mut cut) = vulnerabilities.next() else { break };
            let mut nodes: Vec<Node> = Vec::new();
            for id in cut.texts() {
                let node = self.aliases.node(id);
                if !nodes.contains(&node) {
                    nodes.push(node);
                }
            }
            if nodes.is_empty() {
                // Nobody gave it an id, so it is known by its document and its place there.
                let name = match count {
                    1 => id.to_owned(),
                    _ => format!("{id}#{}", position + 1),
                };
                nodes.push(self.aliases.node(&name));
            }
            self.aliases.mention(record, (narrow(position)?, at), &nodes);
            self.says.push(related | says(cut));
        }
        Ok(())
    }

    fn say(&mut self, mention: u32, bit: u8) {
        if let Some(says) = self.says.get_mut(mention as usize) {
            *says |= bit;
        }
    }

    /// A related id leads to each vulnerability of the record, without joining anything.
    fn index_related(
        &mut self,
        record: u32,
        body: Cut<'_>,
        mention: impl Fn(usize) -> io::Result<u32>,
    ) -> io::Result<()> {
        let count = body::part(body, Part::Vulnerabilities).count();
        for id in body::related(body) {
            let hash = hash(&[&fold(id)]);
            for position in 0..count {
                self.related.push(PostingRow {
                    hash: hash.into(),
                    record: record.into(),
                    at: 0.into(),
                    vulnerability: mention(position)?.into(),
                });
            }
        }
        Ok(())
    }

    /// A statement is found by its vulnerability, and set aside unread by its products.
    fn index_statements(
        &mut self,
        record: u32,
        body: Cut<'_>,
        mention: impl Fn(usize) -> io::Result<u32>,
    ) -> io::Result<()> {
        let mut items = body::part(body, Part::Statements);
        let mut products = Vec::new();
        loop {
            let at = narrow(body.len() - items.remaining())?;
            let Some(cut) = items.next() else { return Ok(()) };
            let statement = body::StatementRef::read(cut);
            let vulnerability = mention(statement.vulnerability)?;
            products.clear();
            products.extend(statement.identifiers().map(ProductKey::read));
            products.sort_unstable();
            products.dedup();
            if products.is_empty() {
                products.push(ProductKey::ANY);
            }
            self.statements.extend(products.iter().map(|product| {
                let product = product.number().into();
                let row = StatementRow { product, record: record.into(), at: at.into() };
                (vulnerability, row)
            }));
        }
    }

    fn index_affected(
        &mut self,
        record: u32,
        body: Cut<'_>,
        mention: impl Fn(usize) -> io::Result<u32>,
    ) -> io::Result<()> {
        let mut items = body::part(body, Part::Affected);
        loop {
            let at = body.len() - items.remaining();
            let Some(mut cut) = items.next() else { return Ok(()) };
            let vulnerability = mention(cut.size())?;
            self.say(vulnerability, MentionRow::AFFECTED);
            let (rows, hash) = match body::identity_ref(&mut cut) {
                IdentityRef::Package { ecosystem, name, .. } => {
                    (&mut self.packages, hash(&[ecosystem, name]))
                }
                IdentityRef::Cpe(name) => {
                    let (vendor, product) = cpe_key::of(name);
                    (&mut self.cpes, hash(&[&vendor, &product]))
                }
                IdentityRef::Name { product, .. } => {
                    (&mut self.names, hash(&[&fold_name(product)]))
                }
            };
            rows.push(PostingRow {
                hash: hash.into(),
                record: record.into(),
                at: narrow(at)?.into(),
                vulnerability: vulnerability.into(),
            });
        }
    }

    /// A configuration is found by each of its vulnerable parts: without one of them it is
    /// true of nothing.
    fn index_configurations(
        &mut self,
        record: u32,
        body: Cut<'_>,
        mention: impl Fn(usize) -> io::Result<u32>,
    ) -> io::Result<()> {
        let mut items = body::part(body, Part::Configurations);
        loop {
            let at = body.len() - items.remaining();
            let Some(cut) = items.next() else { return Ok(()) };
            let (of, configuration) = body::configuration(cut);
            let vulnerability = mention(of)?;
            self.say(vulnerability, MentionRow::CONFIGURATIONS);
            let mut hashes = Vec::new();
            for node in &configuration.nodes {
                vulnerable_parts(node, &mut hashes);
            }
            hashes.sort_unstable();
            hashes.dedup();
            let at = narrow(at)?;
            self.configurations.extend(hashes.into_iter().map(|hash| PostingRow {
                hash: hash.into(),
                record: record.into(),
                at: at.into(),
                vulnerability: vulnerability.into(),
            }));
        }
    }

    /// The number of a date. There are as many as files of EPSS.
    fn date(&mut self, date: &str) -> io::Result<u32> {
        if let Some(at) = self.dates.iter().rposition(|known| known == date) {
            return narrow(at);
        }
        self.dates.push(date.to_owned());
        narrow(self.dates.len() - 1)
    }

    fn is_newer(&self, row: &ScoredRow, than: &ScoredRow) -> bool {
        let order = |row: &ScoredRow| {
            (self.dates.get(row.date.get() as usize), row.score.get().to_bits())
        };
        order(row) > order(than)
    }
}

/// What a record says of one vulnerability, behind its ids.
fn says(mut cut: Cut<'_>) -> u8 {
    let mut says = 0;
    let title = !cut.text().is_empty();
    let severities = cut.list().next().is_some();
    let cwes = cut.texts().next().is_some();
    let exploited = cut.byte() == 1;
    for (is_said, bit) in [
        (title, MentionRow::TITLE),
        (severities, MentionRow::SEVERITIES),
        (cwes, MentionRow::CWES),
        (exploited, MentionRow::EXPLOITED),
    ] {
        says |= if is_said { bit } else { 0 };
    }
    says
}

fn vulnerable_parts(node: &terms::cpe::Node, hashes: &mut Vec<u64>) {
    for criterion in &node.criteria {
        if criterion.role == terms::cpe::Role::Vulnerable {
            let (vendor, product) = cpe_key::of(&criterion.criteria);
            hashes.push(hash(&[&vendor, &product]));
        }
    }
    for below in &node.nodes {
        vulnerable_parts(below, hashes);
    }
}

/// A product's name as it is looked up: lower case, one blank between words.
pub(crate) fn fold_name(name: &str) -> String {
    name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// How often each reason was met, the most frequent first. Of very many, the rest are
/// counted in one.
fn most_frequent(reasons: BTreeMap<String, u64>) -> Vec<(String, u64)> {
    const KEPT: usize = 200;
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    if reasons.len() > KEPT {
        let rest = reasons.drain(KEPT..).map(|(_, count)| count).sum();
        reasons.push(("other reasons".to_owned(), rest));
    }
    reasons
}

fn narrow(number: usize) -> io::Result<u32> {
    u32::try_from(number).map_err(|_| {
        io::Error::new(io::ErrorKind::InvalidData, "the index has four billion rows")
    })
}

fn sound(damage: &AtomicBool) -> io::Result<()> {
    match damage.load(std::sync::atomic::Ordering::Relaxed) {
        true => Err(damaged()),
        false => Ok(()),
    }
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "an entry is not one that was written")
}

/// Counts what a record is.
impl Counts {
    fn count(&mut self, head: &Head<'_>) {
        let at = match self.sources.iter().position(|count| count.source == head.source) {
            Some(at) => at,
            None => {
                self.sources.push(SourceCount::new(head.source));
                self.sources.len() - 1
            }
        };
        let Some(count) = self.sources.get_mut(at) else { return };
        count.records += 1;
        count.withdrawn += u64::from(head.withdrawn().is_some());
        count.rejected += u64::from(head.is_rejected());
        if head.modified.trim_end_matches('Z') > count.newest.trim_end_matches('Z') {
            head.modified.clone_into(&mut count.newest);
        }
    }
}
