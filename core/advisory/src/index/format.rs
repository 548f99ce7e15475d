//! The file: a head, sections, a table of sections, and a foot.
//!
//! The foot names the length of the file, where the table is, and the digest of the table;
//! the table names every section's place and digest. So a file that was cut short, or is
//! something else, is refused by reading a hundred bytes; the digest of the table is the
//! digest of the content, the *generation*. Rows are little-endian and unaligned, and
//! every range that is read from the file is checked before it is used.

use reading::{Place, Rejected};
use zerocopy::little_endian::{F64, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// The first bytes of an index. The last is the edition of the format.
pub(crate) const MAGIC: [u8; 8] = *b"LZRTIDX\x04";

/// The last bytes of an index.
pub(crate) const END: [u8; 8] = *b"\x04XDITRZL";

/// Whether a file that begins so is an index, of whatever edition.
#[must_use]
pub fn is_index(head: &[u8]) -> bool {
    let [name @ .., _] = MAGIC;
    head.starts_with(&name)
}

/// The sections, in the order in which they lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Section {
    Bodies = 1,
    Records,
    PackageDirectory,
    Packages,
    CpeDirectory,
    Cpes,
    ConfigurationDirectory,
    Configurations,
    NameDirectory,
    Names,
    IdDirectory,
    Ids,
    Vulnerabilities,
    VulnerabilityIds,
    Mentions,
    Statements,
    Texts,
    Listed,
    Scored,
    RelatedDirectory,
    Related,
    Devices,
    Counts,
    Coverage,
}

/// Where a section lies.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct SectionRow {
    pub(crate) section: U32,
    pub(crate) reserved: U32,
    pub(crate) offset: U64,
    pub(crate) length: U64,
    pub(crate) digest: [u8; 32],
}

/// The end of the file.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct Foot {
    pub(crate) table_offset: U64,
    pub(crate) file_length: U64,
    pub(crate) table_digest: [u8; 32],
    pub(crate) end: [u8; 8],
}

/// One record: where its body lies.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct RecordRow {
    pub(crate) offset: U64,
    pub(crate) length: U32,
    pub(crate) digest: [u8; 32],
}

/// One thing that is touched: under which key, and where it stands.
#[derive(
    Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned,
)]
#[repr(C)]
pub(crate) struct PostingRow {
    pub(crate) hash: U64,
    pub(crate) record: U32,
    /// Where in the record's body the item starts, with its length in front.
    pub(crate) at: U32,
    pub(crate) vulnerability: U32,
}

/// One id, folded into a hash, and the vulnerability to which it leads.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct IdRow {
    pub(crate) hash: U64,
    pub(crate) text: U32,
    pub(crate) vulnerability: U32,
}

/// One vulnerability: its ids, mentions and statements start here and end where the next
/// one's start.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct VulnerabilityRow {
    pub(crate) ids: U32,
    pub(crate) mentions: U32,
    pub(crate) statements: U32,
    pub(crate) flags: U32,
}

impl VulnerabilityRow {
    /// A CVE or NVD record decides whether the CVE is rejected.
    pub(crate) const DECIDED: u32 = 1;
    /// It is rejected.
    pub(crate) const REJECTED: u32 = 2;
}

/// One mention of a vulnerability in a record.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct MentionRow {
    pub(crate) record: U32,
    /// Position in the record's own list.
    pub(crate) position: U32,
    /// Where in the record's body it starts, with its length in front.
    pub(crate) at: U32,
    /// What the record says of it, so that a record that says nothing of what is asked is
    /// not read.
    pub(crate) says: u8,
}

impl MentionRow {
    /// A title.
    pub(crate) const TITLE: u8 = 1;
    /// Severities.
    pub(crate) const SEVERITIES: u8 = 2;
    /// Weaknesses.
    pub(crate) const CWES: u8 = 4;
    /// That it is exploited.
    pub(crate) const EXPLOITED: u8 = 8;
    /// What it touches.
    pub(crate) const AFFECTED: u8 = 16;
    /// Configurations that it touches.
    pub(crate) const CONFIGURATIONS: u8 = 32;
    /// The record names related ids.
    pub(crate) const RELATED: u8 = 64;
}

/// One VEX statement on a vulnerability, and one of the products that it names. One that
/// names several products has a row for each.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct StatementRow {
    pub(crate) product: U64,
    pub(crate) record: U32,
    /// Where in the record's body it starts, with its length in front.
    pub(crate) at: U32,
}

/// One entry of KEV: year and serial of the CVE, and where the entry lies among the texts.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct ListedRow {
    pub(crate) cve: U64,
    pub(crate) at: U32,
}

/// One score of EPSS.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct ScoredRow {
    pub(crate) cve: U64,
    pub(crate) score: F64,
    /// Below zero where none is stated.
    pub(crate) percentile: F64,
    /// Where the date lies among the texts.
    pub(crate) date: U32,
}

/// A row that begins with the hash under which it is found.
pub(crate) trait Hashed {
    fn hash(&self) -> u64;
}

impl Hashed for PostingRow {
    fn hash(&self) -> u64 {
        self.hash.get()
    }
}

impl Hashed for IdRow {
    fn hash(&self) -> u64 {
        self.hash.get()
    }
}

/// Rows in the order of their hashes, and a directory of the hashes' leading bits.
#[derive(Clone, Copy)]
pub(crate) struct Table<'a, Row> {
    directory: &'a [U32],
    rows: &'a [Row],
}

impl<'a, Row: Hashed> Table<'a, Row> {
    /// The rows with that hash.
    pub(crate) fn rows(&self, hash: u64) -> &'a [Row] {
        let buckets = self.directory.len().saturating_sub(1);
        let bucket = bucket(hash, buckets);
        let bound =
            |at: usize| self.directory.get(at).map_or(0, |row| row.get() as usize);
        let rows = self.rows.get(bound(bucket)..bound(bucket + 1)).unwrap_or(&[]);
        let start = rows.partition_point(|row| row.hash() < hash);
        let rows = rows.get(start..).unwrap_or(&[]);
        let end = rows.partition_point(|row| row.hash() <= hash);
        rows.get(..end).unwrap_or(&[])
    }
}

/// The bucket of a hash among `buckets`, which is a power of two.
fn bucket(hash: u64, buckets: usize) -> usize {
    match buckets.checked_ilog2() {
        None | Some(0) => 0,
        Some(bits) => usize::try_from(hash >> (64 - bits)).unwrap_or(0),
    }
}

/// The directory of rows that are sorted by their hashes.
pub(crate) fn directory<Row: Hashed>(rows: &[Row]) -> Vec<U32> {
    let buckets = rows.len().next_power_of_two().min(1 << 22);
    let mut directory = Vec::with_capacity(buckets + 1);
    let mut at = 0;
    for number in 0..buckets {
        directory.push(U32::new(at));
        let rest = rows.get(at as usize..).unwrap_or(&[]).iter();
        let own = rest.take_while(|row| bucket(row.hash(), buckets) == number).count();
        at += u32::try_from(own).unwrap_or(0);
    }
    directory.push(U32::new(at));
    directory
}

/// The hash of texts, in this order. It is part of the format, so it is written out here.
///
/// FNV-1a over the bytes, mixed at the end (`SplitMix64`) so that the leading bits are even.
/// A row names the thing itself as well: equal hashes are no equality.
pub(crate) fn hash(texts: &[&str]) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    for text in texts {
        for byte in text.bytes().chain([0xFF]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    hash ^ (hash >> 31)
}

/// One index file, opened: every section in its place.
#[derive(Clone, Copy)]
pub(crate) struct Layer<'a> {
    pub(crate) bodies: &'a [u8],
    pub(crate) records: &'a [RecordRow],
    pub(crate) packages: Table<'a, PostingRow>,
    pub(crate) cpes: Table<'a, PostingRow>,
    pub(crate) configurations: Table<'a, PostingRow>,
    pub(crate) names: Table<'a, PostingRow>,
    pub(crate) ids: Table<'a, IdRow>,
    pub(crate) vulnerabilities: &'a [VulnerabilityRow],
    pub(crate) vulnerability_ids: &'a [U32],
    pub(crate) mentions: &'a [MentionRow],
    pub(crate) statements: &'a [StatementRow],
    pub(crate) texts: &'a [u8],
    pub(crate) listed: &'a [ListedRow],
    pub(crate) scored: &'a [ScoredRow],
    pub(crate) related: Table<'a, PostingRow>,
    pub(crate) devices: &'a [U32],
    pub(crate) counts: &'a [u8],
    pub(crate) coverage: &'a [u8],
    pub(crate) generation: [u8; 32],
    sections: &'a [SectionRow],
    file: &'a [u8],
}

impl<'a> Layer<'a> {
    /// Checks head, foot and table, and finds the sections. Nothing else is read.
    pub(crate) fn open(file: &'a [u8]) -> Result<Self, Rejected> {
        let sections = sections(file)?;
        let find = Sections { file, sections: sections.rows };
        Ok(Self {
            bodies: find.bytes(Section::Bodies)?,
            records: find.rows(Section::Records)?,
            packages: find.table(Section::PackageDirectory, Section::Packages)?,
            cpes: find.table(Section::CpeDirectory, Section::Cpes)?,
            configurations: find
                .table(Section::ConfigurationDirectory, Section::Configurations)?,
            names: find.table(Section::NameDirectory, Section::Names)?,
            ids: find.table(Section::IdDirectory, Section::Ids)?,
            vulnerabilities: find.rows(Section::Vulnerabilities)?,
            vulnerability_ids: find.rows(Section::VulnerabilityIds)?,
            mentions: find.rows(Section::Mentions)?,
            statements: find.rows(Section::Statements)?,
            texts: find.bytes(Section::Texts)?,
            listed: find.rows(Section::Listed)?,
            scored: find.rows(Section::Scored)?,
            related: find.table(Section::RelatedDirectory, Section::Related)?,
            devices: find.rows(Section::Devices)?,
            counts: find.bytes(Section::Counts)?,
            coverage: find.bytes(Section::Coverage)?,
            generation: sections.digest,
            sections: sections.rows,
            file,
        })
    }

    /// Reads every byte and compares the digests.
    pub(crate) fn verify(&self) -> Result<(), Rejected> {
        for row in self.sections {
            let bytes = lies(self.file, row.offset.get(), row.length.get());
            let digest = bytes.map(|bytes| *blake3::hash(bytes).as_bytes());
            if digest != Some(row.digest) {
                return Err(refused(
                    row.offset.get(),
                    "the bytes of a section are not those that were written",
                ));
            }
        }
        Ok(())
    }
}

struct Found<'a> {
    rows: &'a [SectionRow],
    digest: [u8; 32],
}

fn sections(file: &[u8]) -> Result<Found<'_>, Rejected> {
    if !file.starts_with(&MAGIC) {
        let foreign = match is_index(file) {
            true => "the index is of another edition than this program reads",
            false => "the file is not an index of advisories",
        };
        return Err(refused(0, foreign));
    }
    let short = || refused(file.len() as u64, "the index was cut short");
    let (rest, foot) = Foot::read_from_suffix(file).map_err(|_| short())?;
    if foot.end != END {
        return Err(refused(
            file.len() as u64,
            "the index was cut short, or something else stands behind it",
        ));
    }
    if foot.file_length.get() < file.len() as u64 {
        return Err(refused(
            foot.file_length.get(),
            "the file is longer than the index that ends it: something stands before it",
        ));
    }
    if foot.file_length.get() > file.len() as u64 {
        return Err(short());
    }
    let start = usize::try_from(foot.table_offset.get()).unwrap_or(usize::MAX);
    let table = rest.get(start..).ok_or_else(short)?;
    let wrong = || refused(start as u64, "the table of sections is not the one written");
    if *blake3::hash(table).as_bytes() != foot.table_digest {
        return Err(wrong());
    }
    let rows = <[SectionRow]>::ref_from_bytes(table).map_err(|_| wrong())?;
    Ok(Found { rows, digest: foot.table_digest })
}

struct Sections<'a> {
    file: &'a [u8],
    sections: &'a [SectionRow],
}

impl<'a> Sections<'a> {
    fn bytes(&self, section: Section) -> Result<&'a [u8], Rejected> {
        self.sections
            .iter()
            .find(|row| row.section.get() == section as u32)
            .and_then(|row| lies(self.file, row.offset.get(), row.length.get()))
            .ok_or_else(|| refused(0, format!("the index has no section {section:?}")))
    }

    fn rows<Row: FromBytes + Immutable + KnownLayout + Unaligned>(
        &self,
        section: Section,
    ) -> Result<&'a [Row], Rejected> {
        <[Row]>::ref_from_bytes(self.bytes(section)?)
            .map_err(|_| refused(0, format!("section {section:?} holds half a row")))
    }

    fn table<Row: FromBytes + Immutable + KnownLayout + Unaligned>(
        &self,
        directory: Section,
        rows: Section,
    ) -> Result<Table<'a, Row>, Rejected> {
        Ok(Table { directory: self.rows(directory)?, rows: self.rows(rows)? })
    }
}

fn lies(file: &[u8], offset: u64, length: u64) -> Option<&[u8]> {
    let start = usize::try_from(offset).ok()?;
    let length = usize::try_from(length).ok()?;
    file.get(start..start.checked_add(length)?)
}

fn refused(at: u64, message: impl Into<std::borrow::Cow<'static, str>>) -> Rejected {
    Rejected::new(Place::Byte(at), message, "build it again with `lazaret feed build`")
}
