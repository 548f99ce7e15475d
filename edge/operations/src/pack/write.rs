//! A pack as it is signed and packed: texts and digests are at hand, documents are read again
//! while they are handed on, so that a pack of any size holds little here.

use std::io::{self, Write as _};

use ::pack::{MANIFEST, Manifest, SIGNATURE, SigningKey};
use sha2::{Digest as _, Sha256};
use store::{Act, Fact, Noun, Organisation, Scope};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Draft, PackError};
use crate::export::{PIECES, Pieces, Pipe};
use crate::{Actor, App};

/// What is signed, and the texts.
pub(super) struct Sealed {
    texts: Vec<(&'static str, Vec<u8>)>,
    /// SHA-256 of the manifest.
    manifest: [u8; 32],
    documents: usize,
}

impl Sealed {
    /// Signs the digests of the texts and of the documents.
    pub(super) fn of(
        draft: &Draft,
        contents: Vec<(&'static str, String)>,
        key: &SigningKey,
    ) -> Result<Self, PackError> {
        let mut manifest = Manifest::default();
        let mut texts = Vec::with_capacity(contents.len() + 2);
        for (name, text) in contents {
            let text = text.into_bytes();
            add(&mut manifest, name, Sha256::digest(&text).into())?;
            texts.push((name, text));
        }
        for (held, sha256) in draft.held() {
            let digest = data_encoding::HEXLOWER.decode(sha256.as_bytes()).ok();
            if let Some(digest) = digest.and_then(|bytes| bytes.try_into().ok()) {
                add(&mut manifest, &held.file, digest)?;
            }
        }
        let text = manifest.to_text().into_bytes();
        let digest = Sha256::digest(&text).into();
        texts.push((SIGNATURE, key.sign(&text)));
        texts.push((MANIFEST, text));
        Ok(Self { texts, manifest: digest, documents: draft.held().count() })
    }
}

fn add(manifest: &mut Manifest, name: &str, digest: [u8; 32]) -> Result<(), PackError> {
    match manifest.add(name, digest) {
        true => Ok(()),
        false => Err(PackError::Twice(name.to_owned())),
    }
}

/// Notes who takes which pack of whom: before it is given, so that none leaves unseen.
pub(super) async fn note(
    app: &App,
    by: &Actor,
    place: &Organisation,
    sealed: &Sealed,
) -> Result<(), PackError> {
    let write = app.store.write(by.head, (app.now)()).await?;
    let facts = vec![
        ("manifest", Fact::digest(&sealed.manifest)),
        ("documents", Fact::Number(i64::try_from(sealed.documents).unwrap_or(i64::MAX))),
    ];
    let (what, noun, id) = ("take evidence pack away", Noun::Organisation, place.id);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(())
}

/// Hands the pack on while it is packed, on a thread of its own.
pub(super) fn stream(app: &App, by: &Actor, draft: Draft, sealed: Sealed) -> Pieces {
    let (sender, pieces) = mpsc::channel(PIECES);
    let (app, head, here) = (app.clone(), by.head, Handle::current());
    tokio::task::spawn_blocking(move || {
        here.block_on(async move {
            let pipe = Pipe::over(sender.clone());
            if let Err(error) = packed(&app, head, (&draft, &sealed), pipe).await {
                // Nobody may listen any more.
                sender.send(Err(io::Error::other(error))).await.ok();
            }
        });
    });
    pieces
}

async fn packed(
    app: &App,
    head: i64,
    (draft, sealed): (&Draft, &Sealed),
    pipe: Pipe,
) -> Result<(), PackError> {
    let mut zip = ZipWriter::new_stream(pipe);
    // When it was made stands in `pack.json`, and in no entry: the same content gives the same
    // bytes.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .large_file(true);
    for (name, text) in &sealed.texts {
        zip.start_file(*name, options).map_err(written)?;
        zip.write_all(text).map_err(written)?;
    }
    for (held, _) in draft.held() {
        zip.start_file(held.file.as_str(), options).map_err(written)?;
        let scope = Scope::of(head, vec![held.owner.clone()]);
        let mut take = |bytes: &[u8]| zip.write_all(bytes);
        app.store.tell_original(&scope, held.original, &mut take).await?;
    }
    let mut out = zip.finish().map_err(written)?;
    out.flush().map_err(written)?;
    Ok(())
}

fn written(error: impl Into<io::Error>) -> PackError {
    PackError::Document(store::ExportError::Written(error.into()))
}
