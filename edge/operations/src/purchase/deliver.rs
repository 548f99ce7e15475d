//! Files of a bid: dropped in, unpacked, kept, and taken out again.

use ::purchase::Side as Whose;
use data_encoding::HEXLOWER;
use reading::limits;
use sha2::{Digest as _, Sha256};
use store::{Act, Fact, NewOriginal, NewPurchaseFile, Noun, Parcel, PurchaseFile};
use terms::Tlp;

use super::{PurchaseError, bidder, kept};
use crate::aside::{CutShort, aside};
use crate::{Actor, App, Permission};

/// What an original is, for whoever keeps it.
const KIND: &str = "bid";
/// Files of one delivery.
const FILES_MAX: usize = 1000;
/// Bytes of one delivery, unpacked: they are held in memory together.
const BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Letters of a name of a file.
const FILE_NAME_MAX: usize = 300;

/// From whom files are.
pub type Side = Whose;

/// A file as it was dropped in.
#[derive(Debug)]
pub struct Dropped {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub parcel: Parcel,
}

/// A document on its way to the store.
struct Document {
    name: String,
    sha256: String,
    bytes: u64,
    parcel: Parcel,
}

/// Puts files, and those within archives, to a bid: all of them, or none. Gives how many.
///
/// # Errors
/// When the actor may not change the purchase, it has ended, there is no such bidder, a file has
/// a name that leads out of its archive, cannot be unpacked or passes a limit, or the database
/// fails.
pub async fn deliver(
    app: &App,
    by: &Actor,
    (id, who): (i64, i64),
    side: Side,
    files: Vec<Dropped>,
) -> Result<usize, PurchaseError> {
    let purchase = kept(app, by, id).await?;
    let who = bidder(app, by, (&purchase, who)).await?;
    if files.is_empty() {
        return Err(PurchaseError::Missing("file"));
    }
    let reader = app.readers.acquire().await.map_err(|_| CutShort)?;
    let documents = aside(move || unpacked(&files)).await??;
    drop(reader);
    let scope = by.scope(Permission::ViewPurchases);
    let all = app.store.purchase_files(&scope, id).await?;
    let is_there = |one: &&PurchaseFile| one.bidder == who.id && one.removed.is_none();
    let there: Vec<&PurchaseFile> = all.iter().filter(is_there).collect();
    let bytes: u64 = there.iter().map(|it| it.size.unsigned_abs()).sum::<u64>()
        + documents.iter().map(|it| it.bytes).sum::<u64>();
    if there.len() + documents.len() > limits::BID_FILES_MAX
        || bytes > limits::BID_BYTES_MAX as u64
    {
        return Err(PurchaseError::Wrong("file", "more than is kept of one bidder"));
    }
    let mut names: Vec<(String, String)> =
        there.iter().map(|it| (it.side.clone(), it.name.clone())).collect();
    let mut write = app.store.write(by.head, (app.now)()).await?;
    for document in &documents {
        let name = apart(&document.name, side, &names);
        let original = write
            .keep_original(NewOriginal {
                organisation: purchase.organisation,
                name: &name,
                kind: KIND,
                label: Tlp::UNLABELLED,
                by: by.person,
                parcel: &document.parcel,
            })
            .await?;
        write
            .keep_purchase_file(NewPurchaseFile {
                purchase: id,
                bidder: who.id,
                original,
                side: side.word(),
                name: &name,
                sha256: &document.sha256,
                by: by.person,
            })
            .await?;
        names.push((side.word().to_owned(), name));
    }
    let mut together = blake3::Hasher::new();
    documents.iter().for_each(|it| {
        together.update(it.sha256.as_bytes());
    });
    let facts = vec![
        ("bidder", Fact::Number(who.id)),
        ("files", Fact::Number(documents.len() as i64)),
        ("digest", Fact::digest(together.finalize().as_bytes())),
    ];
    let what = match side {
        Side::Bidder => "put files to bid",
        Side::House => "put own files to bid",
    };
    let noun = Noun::Purchase;
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(documents.len())
}

/// A name that no other file of the bid has.
fn apart(name: &str, side: Side, names: &[(String, String)]) -> String {
    let is_free = |name: &str| {
        let mut own = names.iter().filter(|(of, _)| of == side.word());
        !own.any(|(_, known)| known == name)
    };
    if is_free(name) {
        return name.to_owned();
    }
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let dot = if ending.is_empty() { "" } else { "." };
    let numbered = (2..).map(|number| format!("{stem} ({number}){dot}{ending}"));
    numbered.into_iter().find(|name| is_free(name)).unwrap_or_default()
}

/// Every document of what was dropped in. One that cannot be unpacked refuses all: half a bid
/// would be taken for the whole.
fn unpacked(files: &[Dropped]) -> Result<Vec<Document>, PurchaseError> {
    let mut documents = Vec::new();
    let mut left = BYTES_MAX;
    for file in files {
        let bytes = file.parcel.bytes()?;
        let name = shown(&file.name);
        let mut fault = None;
        feeds::documents_in_memory(&bytes, &name, left, &mut |name, read| {
            let put = put(name, read, &mut documents);
            if fault.is_none() {
                fault = put.err();
            }
        });
        if let Some(fault) = fault {
            return Err(fault);
        }
        let used: u64 = documents.iter().map(|it: &Document| it.bytes).sum();
        left = BYTES_MAX.saturating_sub(used);
    }
    Ok(documents)
}

fn put(
    name: &str,
    read: Result<&[u8], &str>,
    documents: &mut Vec<Document>,
) -> Result<(), PurchaseError> {
    let refused =
        |why: &str| PurchaseError::Refused { name: name.to_owned(), why: why.to_owned() };
    if is_leading_out(name) {
        return Err(refused("its name leads out of the archive"));
    }
    if name.chars().count() > FILE_NAME_MAX {
        return Err(refused("its name is too long"));
    }
    if documents.len() >= FILES_MAX {
        return Err(refused("it is one file more than are taken at once"));
    }
    let bytes = read.map_err(refused)?;
    let sha256 = HEXLOWER.encode(&Sha256::digest(bytes));
    let (size, parcel) = (bytes.len() as u64, Parcel::of(bytes)?);
    documents.push(Document { name: name.to_owned(), sha256, bytes: size, parcel });
    Ok(())
}

/// The name of a dropped file, without a folder.
fn shown(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|it| !it.is_control() && *it != '!').collect();
    if name.trim().is_empty() { "file".to_owned() } else { name.trim().to_owned() }
}

/// Whether a name within an archive leads out of it, or hides what it is.
fn is_leading_out(name: &str) -> bool {
    name.split('!').skip(1).any(|inside| {
        let is_rooted = inside.starts_with(['/', '\\']) || inside.get(1..2) == Some(":");
        is_rooted || inside.split(['/', '\\']).any(|part| part == "..")
    }) || name.chars().any(char::is_control)
}

/// Takes a file out of a bid; its original stays.
///
/// # Errors
/// When the actor may not change the purchase, it has ended, it has no such file, or the database
/// fails.
pub async fn take_out(
    app: &App,
    by: &Actor,
    id: i64,
    file: i64,
) -> Result<i64, PurchaseError> {
    kept(app, by, id).await?;
    let scope = by.scope(Permission::ViewPurchases);
    let all = app.store.purchase_files(&scope, id).await?;
    let absent = || store::StoreError::Absent { noun: "file", id: file.to_string() };
    let found = all.into_iter().find(|one| one.id == file && one.removed.is_none());
    let found = found.ok_or_else(absent)?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.remove_purchase_file(id, file, by.person).await?;
    let facts =
        vec![("bidder", Fact::Number(found.bidder)), ("file", Fact::Number(file))];
    let (what, noun) = ("take file out of bid", Noun::Purchase);
    write.commit(Act { by: by.person, what, noun, id, facts }).await?;
    Ok(found.bidder)
}
