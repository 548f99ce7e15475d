//! Delivered bytes, kept as they came: packed, and sealed under the key of the top organisation.

use blake3::{Hash, Hasher};
use terms::Tlp;

use crate::audience::read_audience;
use crate::database::{Row, Value};
use crate::sealing::Piece;
use crate::write::{Happened, Noun};
use crate::{Path, Scope, Store, StoreError, Write, sealing, stored};

/// How many bytes stand in one row, before they are packed.
pub(crate) const CHUNK: usize = 1 << 20;
/// How hard they are packed: delivered once, read seldom.
const LEVEL: i32 = 6;

/// A document that was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Original {
    /// The number.
    pub id: i64,
    /// Whose it is.
    pub organisation: i64,
    /// The file's name as delivered.
    pub name: String,
    /// What it was taken for: `inventory`, `sbom`, `advisory`.
    pub kind: String,
    /// BLAKE3 of the bytes.
    pub digest: [u8; 32],
    /// How many bytes.
    pub size: i64,
    /// With whom it may be shared.
    pub label: Tlp,
    /// When, as stored.
    pub received: String,
    /// By whom.
    pub received_by: i64,
}

/// A document to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewOriginal<'a> {
    /// Whose it is.
    pub organisation: i64,
    /// The file's name as delivered.
    pub name: &'a str,
    /// What it is taken for.
    pub kind: &'static str,
    /// With whom it may be shared.
    pub label: Tlp,
    /// Who delivers it.
    pub by: i64,
    /// The bytes.
    pub parcel: &'a Parcel,
}

/// A document that arrives piece by piece. It is packed as it comes, so that a large file
/// that comes slowly holds little.
#[derive(Debug, Default)]
pub struct Parcel {
    hasher: Hasher,
    size: usize,
    /// Less than a chunk.
    open: Vec<u8>,
    packed: Vec<Vec<u8>>,
}

impl Parcel {
    /// A parcel with all of a document.
    ///
    /// # Errors
    /// When it cannot be packed.
    pub fn of(bytes: &[u8]) -> Result<Self, StoreError> {
        let mut parcel = Self::default();
        parcel.push(bytes)?;
        Ok(parcel)
    }

    /// Adds the next piece.
    ///
    /// # Errors
    /// When it cannot be packed.
    pub fn push(&mut self, mut piece: &[u8]) -> Result<(), StoreError> {
        self.hasher.update(piece);
        self.size += piece.len();
        while let Some((head, rest)) =
            piece.split_at_checked(CHUNK.saturating_sub(self.open.len()))
        {
            self.open.extend_from_slice(head);
            self.packed.push(pack(&self.open)?);
            self.open.clear();
            piece = rest;
        }
        self.open.extend_from_slice(piece);
        Ok(())
    }

    /// How many bytes it holds.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.size
    }

    /// BLAKE3 of the bytes.
    #[must_use]
    pub fn digest(&self) -> Hash {
        self.hasher.finalize()
    }

    /// The bytes, as they came.
    ///
    /// # Errors
    /// When they cannot be unpacked.
    pub fn bytes(&self) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::with_capacity(self.size);
        for chunk in &self.packed {
            bytes.extend(unpack(chunk).map_err(unpackable)?);
        }
        bytes.extend_from_slice(&self.open);
        Ok(bytes)
    }
}

pub(crate) fn pack(chunk: &[u8]) -> Result<Vec<u8>, StoreError> {
    zstd::bulk::compress(chunk, LEVEL).map_err(unpackable)
}

pub(crate) fn unpack(chunk: &[u8]) -> std::io::Result<Vec<u8>> {
    zstd::bulk::decompress(chunk, CHUNK)
}

fn unpackable(error: std::io::Error) -> StoreError {
    StoreError::Unreadable { what: "a document", held: error.to_string() }
}

impl Store {
    /// A document that whoever asks may see: its owner lies within the scope, or its
    /// audience does.
    ///
    /// # Errors
    /// When the database fails, or there is none that may be seen.
    pub async fn original(&self, scope: &Scope, id: i64) -> Result<Original, StoreError> {
        let found = self
            .database
            .row(
                "SELECT d.id, d.organisation, d.name, d.kind, d.digest, d.size, d.label,
                        d.received, d.received_by, o.path
                   FROM original d
                   JOIN organisation o ON o.head = d.head AND o.id = d.organisation
                  WHERE d.head = $1 AND d.id = $2",
                &[scope.head().into(), id.into()],
                |row| Ok((read_original(row)?, Path::from_stored(row.text("path")?))),
            )
            .await?;
        let absent = || StoreError::absent("document", id);
        let (original, owner) = found.ok_or_else(absent)?;
        if scope.admits(&owner) || self.is_in_audience(scope, id).await? {
            Ok(original)
        } else {
            Err(absent())
        }
    }

    async fn is_in_audience(&self, scope: &Scope, id: i64) -> Result<bool, StoreError> {
        let audience = self
            .database
            .rows(
                "SELECT o.path
                   FROM original_audience a
                   JOIN organisation o ON o.head = a.head AND o.id = a.organisation
                  WHERE a.head = $1 AND a.original = $2
                  ORDER BY o.path",
                &[scope.head().into(), id.into()],
                |row| Ok(Path::from_stored(row.text("path")?)),
            )
            .await?;
        if audience.is_empty() {
            return self.is_of_open_product(scope, id).await;
        }
        // Whoever belongs to an organisation of the audience, at it or below.
        let is_at_or_below = |path: &Path| {
            scope.roots().iter().any(|root| root.holds(path) || path.holds(root))
        };
        Ok(audience.iter().any(is_at_or_below))
    }

    /// Whether it is an SBOM of a product that an organisation above lets everything below
    /// it read.
    async fn is_of_open_product(
        &self,
        scope: &Scope,
        id: i64,
    ) -> Result<bool, StoreError> {
        let owners = self
            .database
            .rows(
                "SELECT o.path, p.audience
                   FROM bill b
                   JOIN product_release r ON r.head = b.head AND r.id = b.product_release
                   JOIN product p ON p.head = r.head AND p.id = r.product
                   JOIN organisation o ON o.head = p.head AND o.id = p.organisation
                  WHERE b.head = $1 AND b.original = $2
                  ORDER BY o.path",
                &[scope.head().into(), id.into()],
                |row| {
                    let path = Path::from_stored(row.text("path")?);
                    Ok((path, read_audience(row, "audience")?))
                },
            )
            .await?;
        Ok(owners.iter().any(|(path, audience)| scope.admits_for(path, *audience)))
    }

    /// The bytes of a document, as delivered.
    ///
    /// # Errors
    /// When the database fails, there is none that may be seen, or what is kept does not
    /// give the digest any more.
    pub async fn bytes_of(&self, scope: &Scope, id: i64) -> Result<Vec<u8>, StoreError> {
        let original = self.original(scope, id).await?;
        let head = scope.head();
        let key = self.key_of_head(head).await?;
        let chunks = self
            .database
            .rows(
                "SELECT number, bytes, sealed_bytes
                   FROM original_chunk
                  WHERE head = $1 AND original = $2
                  ORDER BY number",
                &[head.into(), id.into()],
                |row| {
                    let sealed = row.bytes_if_any("sealed_bytes")?;
                    let (number, clear) = (row.integer("number")?, row.bytes("bytes")?);
                    Ok(Piece { number, clear, sealed })
                },
            )
            .await?;
        let damaged = || StoreError::Unreadable {
            what: "original_chunk.bytes",
            held: format!("document {id}"),
        };
        let mut bytes = Vec::new();
        for chunk in chunks {
            let chunk = chunk.opened(&key, head, id).map_err(|_| damaged())?;
            bytes.extend(unpack(&chunk).map_err(|_| damaged())?);
        }
        if blake3::hash(&bytes).as_bytes() == &original.digest {
            Ok(bytes)
        } else {
            Err(damaged())
        }
    }
}

impl Write<'_> {
    /// Keeps a delivered document; one that the same organisation delivered before is not
    /// kept twice.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_original(
        &mut self,
        new: NewOriginal<'_>,
    ) -> Result<i64, StoreError> {
        let digest = new.parcel.digest();
        if let Some(id) = self.kept_before(&new, digest).await? {
            return Ok(id);
        }
        let id = self.id();
        self.changing
            .run(
                "INSERT INTO original (head, id, organisation, name, kind, digest, size, label,
                                       received, received_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                &[
                    self.head.into(),
                    id.into(),
                    new.organisation.into(),
                    new.name.into(),
                    new.kind.into(),
                    digest.as_bytes().as_slice().into(),
                    (new.parcel.size() as i64).into(),
                    new.label.colour().into(),
                    stored(self.now).into(),
                    new.by.into(),
                ],
            )
            .await?;
        self.keep_chunks(id, new.parcel).await?;
        self.note(Noun::Original, id, Happened::Made);
        Ok(id)
    }

    /// Says with whom a document may be shared.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn label_original(
        &mut self,
        id: i64,
        label: Tlp,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE original SET label = $3 WHERE head = $1 AND id = $2",
                &[self.head.into(), id.into(), label.colour().into()],
            )
            .await?;
        self.note(Noun::Original, id, Happened::Changed);
        Ok(())
    }

    async fn kept_before(
        &mut self,
        new: &NewOriginal<'_>,
        digest: Hash,
    ) -> Result<Option<i64>, StoreError> {
        self.changing
            .row(
                "SELECT id
                   FROM original
                  WHERE head = $1 AND organisation = $2 AND digest = $3 AND kind = $4
                  ORDER BY id",
                &[
                    self.head.into(),
                    new.organisation.into(),
                    digest.as_bytes().as_slice().into(),
                    new.kind.into(),
                ],
                |row| row.integer("id"),
            )
            .await
    }

    async fn keep_chunks(&mut self, id: i64, parcel: &Parcel) -> Result<(), StoreError> {
        let last = if parcel.open.is_empty() { None } else { Some(pack(&parcel.open)?) };
        let chunks = parcel.packed.iter().chain(&last);
        let key = self.key()?;
        for (number, chunk) in (0i64..).zip(chunks) {
            let sealed = key.seal(sealing::of_piece(self.head, id, number), chunk)?;
            let row: Vec<Value> = vec![
                self.head.into(),
                id.into(),
                number.into(),
                Value::Bytes(Vec::new()),
                sealed.into(),
            ];
            self.changing
                .run(
                    "INSERT INTO original_chunk (head, original, number, bytes,
                                                 sealed_bytes)
                     VALUES ($1, $2, $3, $4, $5)",
                    &row,
                )
                .await?;
        }
        Ok(())
    }
}

fn read_original(row: &Row<'_>) -> Result<Original, StoreError> {
    let digest = row.bytes("digest")?;
    let label = row.text("label")?;
    Ok(Original {
        id: row.integer("id")?,
        organisation: row.integer("organisation")?,
        name: row.text("name")?,
        kind: row.text("kind")?,
        digest: digest.as_slice().try_into().map_err(|_| StoreError::Unreadable {
            what: "original.digest",
            held: format!("{} bytes", digest.len()),
        })?,
        size: row.integer("size")?,
        label: Tlp::parse(&label).map_err(|_| StoreError::Unreadable {
            what: "original.label",
            held: label,
        })?,
        received: row.text("received")?,
        received_by: row.integer("received_by")?,
    })
}
