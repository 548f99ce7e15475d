//! The index of advisories that is in use, and the bytes of those that are needed still.

use crate::database::{Row, Value};
use crate::original::{CHUNK, pack, unpack};
use crate::write::{Happened, Noun};
use crate::{Store, StoreError, Write, stored};

/// A generation of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generation {
    /// Grows with each new index.
    pub number: i64,
    /// The file's name below the data directory.
    pub file: String,
    /// BLAKE3 of the file.
    pub digest: Vec<u8>,
    /// Since when.
    pub made: String,
}

/// How far the nodes on a database may stand from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// They share a disk, since the database is a file.
    OneMachine,
    /// They share nothing but the database.
    ManyMachines,
}

/// Which file of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The index itself.
    Base,
    /// What was added since it was built.
    Overlay,
}

impl Part {
    const fn word(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Overlay => "overlay",
        }
    }
}

/// A file of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexPart {
    /// Which.
    pub part: Part,
    /// BLAKE3 of its bytes.
    pub digest: [u8; 32],
    /// How many bytes.
    pub size: i64,
}

/// Some bytes of a file, as they are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexChunk(Vec<u8>);

impl IndexChunk {
    /// Of how many bytes each is, but for the last.
    pub const SIZE: usize = CHUNK;

    /// Packs bytes, [`IndexChunk::SIZE`] at most.
    ///
    /// # Errors
    /// When they cannot be packed.
    pub fn of(bytes: &[u8]) -> Result<Self, StoreError> {
        Ok(Self(pack(bytes)?))
    }

    /// The bytes.
    ///
    /// # Errors
    /// When they are damaged.
    pub fn bytes(&self) -> Result<Vec<u8>, StoreError> {
        unpack(&self.0).map_err(|error| StoreError::Unreadable {
            what: "index_chunk.bytes",
            held: error.to_string(),
        })
    }
}

/// Whether the bytes of a file must still be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bytes {
    /// They are there, by this index or another.
    There,
    /// They are not.
    Wanted,
}

const NEWEST: &str = "SELECT number, file, digest, made
                        FROM index_generation
                       ORDER BY number DESC
                       LIMIT 1";

/// The files that are kept though no generation needs them that is in use, or with which
/// something was judged that has not been judged since.
macro_rules! needless {
    () => {
        "FROM index_part
          WHERE NOT file IN (SELECT file
                               FROM index_generation
                              WHERE number IN (SELECT generation FROM judged)
                                 OR number = (SELECT MAX(number) FROM index_generation))"
    };
}

impl Store {
    /// How far the nodes on this database may stand from each other.
    #[must_use]
    pub fn spread(&self) -> Spread {
        self.database.spread()
    }

    /// The newest index, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn generation(&self) -> Result<Option<Generation>, StoreError> {
        self.database.row(NEWEST, &[], read_generation).await
    }

    /// The newest indexes, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn generations(&self, most: i64) -> Result<Vec<Generation>, StoreError> {
        self.database
            .rows(
                "SELECT number, file, digest, made
                   FROM index_generation
                  ORDER BY number DESC
                  LIMIT $1",
                &[most.into()],
                read_generation,
            )
            .await
    }

    /// The files of an index that are kept: none, or all that it has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn index_parts(&self, file: &str) -> Result<Vec<IndexPart>, StoreError> {
        self.database
            .rows(
                "SELECT part, digest, size FROM index_part WHERE file = $1 ORDER BY part",
                &[file.into()],
                read_part,
            )
            .await
    }

    /// The next bytes of a file that is kept; none behind its end, or where it is kept no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn index_chunks(
        &self,
        digest: &[u8; 32],
        from: i64,
        most: i64,
    ) -> Result<Vec<IndexChunk>, StoreError> {
        self.database
            .rows(
                "SELECT bytes
                   FROM index_chunk
                  WHERE digest = $1 AND number >= $2 AND number < $3
                  ORDER BY number",
                &[digest.as_slice().into(), from.into(), (from + most).into()],
                |row| Ok(IndexChunk(row.bytes("bytes")?)),
            )
            .await
    }

    /// Forgets the bytes of indexes that nobody needs any more. Nothing that anybody is told
    /// changes by it, so it is no act.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_indexes(&self) -> Result<(), StoreError> {
        let needless = concat!("SELECT file ", needless!(), " LIMIT 1");
        let found = self.database.row(needless, &[], |row| row.text("file")).await?;
        if found.is_none() {
            return Ok(());
        }
        let mut changing = self.database.begin().await?;
        // Whoever names an index keeps its bytes meanwhile, or finds that they are there.
        changing.run("UPDATE head SET seq = seq WHERE id = 0", &[]).await?;
        changing.run(concat!("DELETE ", needless!()), &[]).await?;
        changing
            .run(
                "DELETE FROM index_chunk
                  WHERE NOT digest IN (SELECT digest FROM index_part)",
                &[],
            )
            .await?;
        changing.commit().await
    }
}

impl Write<'_> {
    /// The newest index, in a write of the house: nobody names another meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn generation(&mut self) -> Result<Option<Generation>, StoreError> {
        self.changing.row(NEWEST, &[], read_generation).await
    }

    /// Names a new index, in a write of the house; gives the number of its generation.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_index(
        &mut self,
        file: &str,
        digest: &[u8; 32],
    ) -> Result<i64, StoreError> {
        let number = self.seq;
        self.changing
            .run(
                "INSERT INTO index_generation (number, file, digest, made)
                 VALUES ($1, $2, $3, $4)",
                &[
                    number.into(),
                    file.into(),
                    digest.as_slice().into(),
                    stored(self.now).into(),
                ],
            )
            .await?;
        self.note(Noun::Index, number, Happened::Made);
        Ok(number)
    }

    /// Whether the files of an index are kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keeps_index(&mut self, file: &str) -> Result<bool, StoreError> {
        let found = self
            .changing
            .row(
                "SELECT part FROM index_part WHERE file = $1 AND part = 'base'",
                &[file.into()],
                |row| row.text("part"),
            )
            .await?;
        Ok(found.is_some())
    }

    /// Notes a file of an index, in a write of the house; tells whether its bytes are to follow.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_index_part(
        &mut self,
        file: &str,
        part: &IndexPart,
    ) -> Result<Bytes, StoreError> {
        let digest: Value = part.digest.as_slice().into();
        let known = self
            .changing
            .row(
                "SELECT file FROM index_part WHERE digest = $1 ORDER BY file LIMIT 1",
                std::slice::from_ref(&digest),
                |row| row.text("file"),
            )
            .await?;
        let word = part.part.word();
        self.changing
            .run(
                "INSERT INTO index_part (file, part, digest, size) VALUES ($1, $2, $3, $4)",
                &[file.into(), word.into(), digest, part.size.into()],
            )
            .await?;
        Ok(if known.is_some() { Bytes::There } else { Bytes::Wanted })
    }

    /// Keeps bytes of a file, in the write that notes it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_index_chunk(
        &mut self,
        digest: &[u8; 32],
        number: i64,
        chunk: IndexChunk,
    ) -> Result<(), StoreError> {
        let IndexChunk(bytes) = chunk;
        self.changing
            .run(
                "INSERT INTO index_chunk (digest, number, bytes) VALUES ($1, $2, $3)",
                &[digest.as_slice().into(), number.into(), bytes.into()],
            )
            .await?;
        Ok(())
    }
}

fn read_generation(row: &Row<'_>) -> Result<Generation, StoreError> {
    Ok(Generation {
        number: row.integer("number")?,
        file: row.text("file")?,
        digest: row.bytes("digest")?,
        made: row.text("made")?,
    })
}

fn read_part(row: &Row<'_>) -> Result<IndexPart, StoreError> {
    let word = row.text("part")?;
    let part = [Part::Base, Part::Overlay].into_iter().find(|part| part.word() == word);
    let unreadable = |what, held| StoreError::Unreadable { what, held };
    let digest = row.bytes("digest")?;
    Ok(IndexPart {
        part: part.ok_or_else(|| unreadable("index_part.part", word))?,
        digest: digest.as_slice().try_into().map_err(|_| {
            unreadable("index_part.digest", format!("{} bytes", digest.len()))
        })?,
        size: row.integer("size")?,
    })
}
