//! Where sections are written, digested on the way.

use std::io::{self, Write};

use zerocopy::IntoBytes;

use super::super::format::{END, Foot, Section, SectionRow};

pub(super) struct Sink<W> {
    out: W,
    at: u64,
    open: Option<(Section, u64, blake3::Hasher)>,
    table: Vec<SectionRow>,
}

impl<W: Write> Sink<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, at: 0, open: None, table: Vec::new() }
    }

    /// Writes into the open section, and says how far into it.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<u64> {
        self.out.write_all(bytes)?;
        let mut into = 0;
        if let Some((_, start, hasher)) = &mut self.open {
            hasher.update(bytes);
            into = self.at - *start;
        }
        self.at += bytes.len() as u64;
        Ok(into)
    }

    pub(super) fn begin(&mut self, section: Section) {
        self.open = Some((section, self.at, blake3::Hasher::new()));
    }

    pub(super) fn end(&mut self) -> io::Result<()> {
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
        self.begin(section);
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
        self.out.flush()?;
        Ok(self.out)
    }
}
