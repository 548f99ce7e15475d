//! The index in use between nodes that share no disk: the node that puts it in use keeps its
//! bytes in the database, and a node that lacks it fetches them.
//!
//! The bytes are kept in the transaction that names the index, so a node that is killed amid it
//! leaves nothing. What is fetched is written aside, compared with its digest, synced and
//! renamed, the overlay first: a file with the name of an index is whole.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use blake3::Hasher;
use feeds::{Kept, OpenError};
use store::{Bytes, IndexChunk, IndexPart, Part, Spread, Write};

use super::{Aside, Copied, IndexCopy, made_durable, path_of};
use crate::App;
use crate::aside::aside;
use crate::judging::JudgingError;

/// How many chunks are read or written at a time, which is how much is held in memory.
const CHUNKS: u8 = 8;

/// Whether the database has taken an index in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// Now, in this write.
    Now,
    /// It has it already, or nobody needs it there.
    NoNeed,
}

/// Keeps the bytes of a copy in the database, for nodes that do not see this one's disk.
pub(crate) async fn share(
    app: &App,
    write: &mut Write<'_>,
    copy: &IndexCopy,
) -> Result<Sharing, JudgingError> {
    if app.store.spread() == Spread::OneMachine || write.keeps_index(&copy.file).await? {
        return Ok(Sharing::NoNeed);
    }
    for part in &copy.parts {
        if write.keep_index_part(&copy.file, part).await? == Bytes::Wanted {
            let path = path_of(part.part, &app.data.join(&copy.file));
            keep_bytes(write, part, &path).await?;
        }
    }
    Ok(Sharing::Now)
}

async fn keep_bytes(
    write: &mut Write<'_>,
    part: &IndexPart,
    path: &Path,
) -> Result<(), JudgingError> {
    let mut reading =
        Reading { file: File::open(path).map_err(failed(path))?, hasher: Hasher::new() };
    let mut number = 0;
    loop {
        let owned = path.to_owned();
        let (rest, chunks) = aside(move || reading.next(&owned)).await??;
        reading = rest;
        if chunks.is_empty() {
            break;
        }
        for chunk in chunks {
            write.keep_index_chunk(&part.digest, number, chunk).await?;
            number += 1;
        }
    }
    expect_whole(&reading.hasher, part).map_err(failed(path))?;
    Ok(())
}

/// A file while it is read, and the digest of what was read so far.
struct Reading {
    file: File,
    hasher: Hasher,
}

impl Reading {
    fn next(mut self, path: &Path) -> Result<(Self, Vec<IndexChunk>), JudgingError> {
        let mut chunks = Vec::new();
        for _ in 0..CHUNKS {
            let mut bytes = Vec::with_capacity(IndexChunk::SIZE);
            let most = IndexChunk::SIZE as u64;
            (&mut self.file).take(most).read_to_end(&mut bytes).map_err(failed(path))?;
            if bytes.is_empty() {
                break;
            }
            self.hasher.update(&bytes);
            chunks.push(IndexChunk::of(&bytes)?);
        }
        Ok((self, chunks))
    }
}

/// Fetches an index from the database, unless it lies below the data folder already. Two who do
/// it at the same time do it twice, and harm nobody.
pub(crate) async fn fetch(app: &App, name: &str) -> Result<Fetched, JudgingError> {
    let index = app.data.join(name);
    if index.is_file() {
        return Ok(Fetched::There);
    }
    let parts = app.store.index_parts(name).await?;
    if parts.is_empty() {
        return Ok(Fetched::Nowhere);
    }
    if let Some(folder) = index.parent() {
        fs::create_dir_all(folder).map_err(failed(folder))?;
    }
    // The index itself last: its name is what says that it is here.
    let (overlays, bases): (Vec<IndexPart>, Vec<IndexPart>) =
        parts.into_iter().partition(|part| part.part == Part::Overlay);
    for part in overlays.iter().chain(&bases) {
        fetch_part(app, part, &path_of(part.part, &index)).await?;
    }
    made_durable(&index);
    Ok(Fetched::There)
}

/// Whether an index is below the data folder now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fetched {
    There,
    /// The database does not keep it.
    Nowhere,
}

async fn fetch_part(app: &App, part: &IndexPart, to: &Path) -> Result<(), JudgingError> {
    let place = Aside::beside(to).map_err(failed(to))?;
    let mut writing =
        Writing { file: place.file().map_err(failed(to))?, hasher: Hasher::new() };
    let mut number = 0;
    loop {
        let chunks = app.store.index_chunks(&part.digest, number, CHUNKS.into()).await?;
        if chunks.is_empty() {
            break;
        }
        number += i64::try_from(chunks.len()).unwrap_or(i64::MAX);
        let owned = to.to_owned();
        writing = aside(move || writing.take(&chunks, &owned)).await??;
    }
    let (part, owned) = (*part, to.to_owned());
    let ended = aside(move || {
        expect_whole(&writing.hasher, &part)?;
        writing.file.sync_all()?;
        place.put(&owned)
    });
    ended.await?.map_err(failed(to))?;
    Ok(())
}

/// A file while it is written, and the digest of what was written so far.
struct Writing {
    file: File,
    hasher: Hasher,
}

impl Writing {
    fn take(mut self, chunks: &[IndexChunk], path: &Path) -> Result<Self, JudgingError> {
        for chunk in chunks {
            let bytes = chunk.bytes()?;
            self.hasher.update(&bytes);
            self.file.write_all(&bytes).map_err(failed(path))?;
        }
        Ok(self)
    }
}

fn expect_whole(hasher: &Hasher, part: &IndexPart) -> io::Result<()> {
    let (size, digest) = (i64::try_from(hasher.count()).ok(), hasher.finalize());
    if size == Some(part.size) && *digest.as_bytes() == part.digest {
        return Ok(());
    }
    Err(io::Error::other("it is not what was put in use: its digest is another one"))
}

fn failed(path: &Path) -> impl Fn(io::Error) -> JudgingError {
    move |cause| OpenError::File { path: path.display().to_string(), cause }.into()
}

/// The copy that lies below the data folder under that name; `None` where it is another one.
pub(crate) fn at_hand(data: &Path, name: &str) -> io::Result<Option<IndexCopy>> {
    let kept = Kept::beside(&data.join(name));
    let copied = Copied::of(&kept, &mut io::sink(), &mut io::sink())?;
    Ok(Some(copied.told()).filter(|copy| copy.file == name))
}
