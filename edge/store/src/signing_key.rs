//! The keys with which organisations sign what they show.
//!
//! An organisation has one key in use. The secret half lies sealed under the organisation's key
//! and is destroyed when another takes its place; public halves stay.

use zeroize::Zeroizing;

use crate::database::Row;
use crate::keys::Whose;
use crate::write::{Happened, Noun};
use crate::{Organisation, Path, Scope, Store, StoreError, Write, stored};

/// A key of an organisation, without what signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptKey {
    /// The number.
    pub id: i64,
    /// Whose it is.
    pub organisation: i64,
    /// Where that stands.
    pub path: Path,
    /// The public half.
    pub public: [u8; 32],
    /// Since when it is in use, as stored.
    pub made: String,
    /// When another took its place, as stored.
    pub replaced: Option<String>,
}

const fn of_secret(head: i64, id: i64) -> Whose {
    Whose { what: "a key that signs", head, id }
}

impl Store {
    /// The keys of organisations within a scope, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signing_keys(&self, scope: &Scope) -> Result<Vec<KeptKey>, StoreError> {
        let found = self
            .database
            .rows(
                "SELECT k.id, k.organisation, k.public_key, k.made, k.replaced, o.path
                   FROM signing_key k
                   JOIN organisation o ON o.head = k.head AND o.id = k.organisation
                  WHERE k.head = $1
                  ORDER BY k.id DESC",
                &[scope.head().into()],
                read_key,
            )
            .await?;
        Ok(found.into_iter().filter(|one| scope.admits(&one.path)).collect())
    }

    /// What signs, of a key that is in use.
    ///
    /// # Errors
    /// When the database fails, it does not open, or another took its place.
    pub async fn signing_secret(
        &self,
        head: i64,
        id: i64,
    ) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let sealed = self
            .database
            .row(
                "SELECT sealed_secret FROM signing_key WHERE head = $1 AND id = $2",
                &[head.into(), id.into()],
                |row| row.bytes_if_any("sealed_secret"),
            )
            .await?
            .flatten()
            .ok_or_else(|| StoreError::absent("key that signs", id))?;
        let key = self.key_of_head(head).await?;
        Ok(Zeroizing::new(key.open(of_secret(head, id), &sealed)?))
    }
}

impl Write<'_> {
    /// The key of an organisation that is in use, within the transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signing_key_in_use(
        &mut self,
        organisation: i64,
    ) -> Result<Option<i64>, StoreError> {
        self.changing
            .row(
                "SELECT id
                   FROM signing_key
                  WHERE head = $1 AND organisation = $2 AND replaced IS NULL",
                &[self.head.into(), organisation.into()],
                |row| row.integer("id"),
            )
            .await
    }

    /// Makes a key the one that is in use; the secret half of the one before is destroyed. Gives
    /// its number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn make_signing_key(
        &mut self,
        organisation: &Organisation,
        (secret, public): (&[u8], &[u8; 32]),
        by: i64,
    ) -> Result<i64, StoreError> {
        let (head, now) = (self.head, stored(self.now));
        if let Some(before) = self.signing_key_in_use(organisation.id).await? {
            self.changing
                .run(
                    "UPDATE signing_key
                        SET replaced = $3, sealed_secret = NULL
                      WHERE head = $1 AND id = $2",
                    &[head.into(), before.into(), now.as_str().into()],
                )
                .await?;
            self.note(Noun::SigningKey, before, Happened::Changed);
        }
        let (id, key) = (self.id(), self.key()?);
        self.changing
            .run(
                "INSERT INTO signing_key (head, id, organisation, public_key, sealed_secret,
                                          made, made_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                &[
                    head.into(),
                    id.into(),
                    organisation.id.into(),
                    public.as_slice().into(),
                    key.seal(of_secret(head, id), secret)?.into(),
                    now.into(),
                    by.into(),
                ],
            )
            .await?;
        self.note(Noun::SigningKey, id, Happened::Made);
        Ok(id)
    }
}

fn read_key(row: &Row<'_>) -> Result<KeptKey, StoreError> {
    let public = row.bytes("public_key")?;
    Ok(KeptKey {
        id: row.integer("id")?,
        organisation: row.integer("organisation")?,
        path: Path::from_stored(row.text("path")?),
        public: public.as_slice().try_into().map_err(|_| StoreError::Unreadable {
            what: "signing_key.public_key",
            held: format!("{} bytes", public.len()),
        })?,
        made: row.text("made")?,
        replaced: row.text_if_any("replaced")?,
    })
}
