//! Where sections are written, digested on the way.

use std::io::{self, Write};

use zerocopy::IntoBytes;

use super::super::format::{END, Foot, Section, SectionRow};

/// Bytes that are digested at once: of small pieces the digest takes five times as long.
const BLOCK: usize = 256 << 10;

pub(super) struct Sink<W> {
    out: W,
    /// Where the next byte goes.
    at: u64,
    /// What was taken and is neither digested nor written yet.
    taken: Vec<u8>,
    open: Option<(Section, u64, blake3::Hasher)>,
    table: Vec<SectionRow>,
}

impl<W: Write> Sink<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, at: 0, taken: Vec::new(), open: None, table: Vec::new() }
    }

    /// Writes into the open section, and says how far into it.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let into = self.open.as_ref().map_or(0, |(_, start, _)| self.at - *start);
        self.at += bytes.len() as u64;
        if self.taken.len() + bytes.len() > BLOCK {
            self.pass_on()?;
        }
        if bytes.len() > BLOCK {
            if let Some((.., hasher)) = &mut self.open {
                hasher.update(bytes);
            }
            self.out.write_all(bytes)?;
        } else {
            self.taken.extend_from_slice(bytes);
        }
        Ok(into)
    }

    /// Digests and writes what was taken.
    fn pass_on(&mut self) -> io::Result<()> {
        if let Some((.., hasher)) = &mut self.open {
            hasher.update(&self.taken);
        }
        self.out.write_all(&self.taken)?;
        self.taken.clear();
        Ok(())
    }

    pub(super) fn begin(&mut self, section: Section) -> io::Result<()> {
        self.pass_on()?;
        self.open = Some((section, self.at, blake3::Hasher::new()));
        Ok(())
    }

    pub(super) fn end(&mut self) -> io::Result<()> {
        self.pass_on()?;
        if let Some((section, start, hasher)) = self.open.take() {
            self.table.push(SectionRow {
                section: (section as u32).into(),
                reserved: 0.into(),
                offset: start.into(),
                length: (self.at - start).into(),
                digest: *hasher.finalize().as_bytes(),
            });
        }
        Ok(())
    }

    /// A whole section.
    pub(super) fn section(&mut self, section: Section, bytes: &[u8]) -> io::Result<()> {
        self.begin(section)?;
        self.write(bytes)?;
        self.end()
    }

    /// The table and the foot.
    pub(super) fn finish(mut self) -> io::Result<W> {
        let table = std::mem::take(&mut self.table);
        let table = table.as_slice().as_bytes();
        let table_offset = self.at;
        self.write(table)?;
        let length = self.at + size_of::<Foot>() as u64;
        let foot = Foot {
            table_offset: table_offset.into(),
            file_length: length.into(),
            table_digest: *blake3::hash(table).as_bytes(),
            end: END,
        };
        self.write(foot.as_bytes())?;
        self.pass_on()?;
        self.out.flush()?;
        Ok(self.out)
    }
}
