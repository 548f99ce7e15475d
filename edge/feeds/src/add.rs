//! Lays new advisories over an index, so that they take effect at once.
//!
//! The documents are kept in `FILE.added`, compiled into the small index `FILE.overlay`,
//! and folded in by the next build, which reads `FILE.added` as one more source. Records
//! in the overlay mask those of the same source and id in the index.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use advisory::index::{self, Entry, Index};

use crate::build::{lock, write};
use crate::collect::{self, Collected};
use crate::gone::Gone;
use crate::told::{Told, What};
use crate::unpack;
use crate::{BuildError, Built, IndexFile, Kept, document};

/// Adds the documents of sources to the index at `index`.
///
/// # Errors
/// When there is no index, a source cannot be read, or no document is one that is read.
pub fn add(index: &Path, sources: &[PathBuf]) -> Result<Built, BuildError> {
    let kept = Kept::beside(index);
    let base = IndexFile::open(index)?;
    let base = base.index()?;
    let fault = |cause| BuildError::file(&kept.added, cause);
    fs::create_dir_all(&kept.runs).map_err(fault)?;
    let _lock = lock(&kept)?;
    let mut built = Built::nothing();
    let Collected { sources, told, looked_at } = collect::sources(sources, &kept)?;
    built.told = told;
    built.documents = looked_at;
    let mut documents = Vec::new();
    for delivery in sources.iter().flat_map(|source| &source.files) {
        built.sources += 1;
        unpack::documents(delivery.open(), &delivery.name(), &mut |member| {
            built.documents += 1;
            let bytes = member.bytes.as_deref().map_err(String::as_str);
            let outcome = document::read(bytes);
            if let Some((what, reason, place)) = &outcome.told {
                built.told.tell(*what, &member.name, reason, place);
            }
            let statements = outcome.entries.iter().filter(|entry| entry.is_statement());
            let statements = statements.count() as u64;
            if let (1.., Ok(bytes)) = (statements, member.bytes) {
                if is_superseded(&base, &outcome.entries) {
                    let reason = "the index has a newer revision";
                    built.told.tell(What::Skipped, &member.name, reason, "");
                    return;
                }
                built.statements += statements;
                documents.push(bytes);
            }
        });
    }
    if documents.is_empty() {
        let told = Box::new(built.told);
        return Err(BuildError::Nothing { documents: built.documents, told });
    }
    let new = kept.new_documents();
    keep(&new, &documents).map_err(fault)?;
    let overlay = compile(&new).map_err(fault)?;
    built.bytes = write(&kept.overlay, |out| out.write_all(&overlay))
        .map_err(|cause| BuildError::file(&kept.overlay, cause))?;
    Ok(built)
}

/// Whether every record that a document holds is older than the index's own.
fn is_superseded(index: &Index<'_>, entries: &[Entry]) -> bool {
    let mut records = entries.iter().filter_map(Entry::as_record).peekable();
    records.peek().is_some()
        && records.all(|record| {
            index.records_of(record.source, &record.id).any(|own| {
                own.modified().trim_end_matches('Z')
                    > record.modified.trim_end_matches('Z')
            })
        })
}

/// Keeps documents under the digests of their bytes.
fn keep(folder: &Path, documents: &[Vec<u8>]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for document in documents {
        let name = blake3::hash(document).to_hex();
        write(&folder.join(name.as_str()), |out| out.write_all(document))?;
    }
    Ok(())
}

/// The overlay of every document that was not folded in.
fn compile(folder: &Path) -> io::Result<Vec<u8>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        unpack::documents_of(&fs::read(&path)?, "", &mut |member| {
            let bytes = member.bytes.as_deref().map_err(String::as_str);
            entries.extend(document::read(bytes).entries);
        });
    }
    index::compile(entries)
}

/// After a build: what was added is in the index, so the overlay goes.
pub(crate) fn fold_in(kept: &Kept) -> Result<(), BuildError> {
    let fold = || -> io::Result<()> {
        let new = kept.new_documents();
        if new.exists() {
            for entry in fs::read_dir(&new)? {
                let entry = entry?;
                fs::rename(entry.path(), kept.added.join(entry.file_name()))?;
            }
            fs::remove_dir(&new)?;
        }
        match fs::remove_file(&kept.overlay) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    };
    fold().map_err(|cause| BuildError::file(&kept.added, cause))
}

impl Built {
    /// Before anything is read.
    pub(crate) fn nothing() -> Self {
        Self {
            documents: 0,
            statements: 0,
            held: 0,
            sources: 0,
            reused: 0,
            told: Told::new(),
            earlier: advisory::index::Alone::default(),
            gone: Gone::nothing(),
            bytes: 0,
        }
    }
}
