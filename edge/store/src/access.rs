//! Who reaches what by an account of the house: state, roles, second factor, tokens.

use std::collections::BTreeMap;

use crate::database::Row;
use crate::keys::{Whose, of_person};
use crate::{Path, Role, Store, StoreError};

/// By what somebody shows who they are when they sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownBy {
    /// A code is asked for, beside the password or after the provider.
    SecondFactor,
    /// The identity provider alone; what it asks for is not known here.
    Provider,
    /// A password alone lets in.
    Password,
    /// Nobody has been let in yet: the invitation waits.
    Nothing,
}

/// A role of an account, and where it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRole {
    /// What.
    pub role: Role,
    /// Where, with everything below.
    pub path: Path,
}

/// A token that lets a program in, when it was made, last used, and ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LivingToken {
    /// Where it holds, with everything below.
    pub path: Path,
    /// Since when it is there, as stored.
    pub made: String,
    /// The newest day on which it was used.
    pub used_on: Option<String>,
    /// Until when it works, as stored.
    pub expires: String,
}

/// An account, as far as it tells who reaches what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The number of the person.
    pub person: i64,
    /// The e-mail address.
    pub address: String,
    /// Since when it is there, as stored.
    pub made: String,
    /// The day on which somebody was last let in; none where nobody was, or it is not known.
    pub entered_on: Option<String>,
    /// Since when it is blocked.
    pub blocked: Option<String>,
    /// By what its holder shows who they are.
    pub shown_by: ShownBy,
    /// What it reaches.
    pub reaches: Vec<HeldRole>,
    /// Tokens of it that work.
    pub tokens: Vec<LivingToken>,
}

struct Kept {
    id: i64,
    sealed_key: Vec<u8>,
    address: Vec<u8>,
    head_key: Vec<u8>,
    access: Access,
}

impl Store {
    /// The accounts of a top organisation that have a role anywhere, by number, with the tokens
    /// that work at that moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accesses(
        &self,
        head: i64,
        now: jiff::Timestamp,
    ) -> Result<Vec<Access>, StoreError> {
        let kept = self
            .database
            .rows(
                "SELECT p.id, p.sealed_key, p.sealed_address, p.made, p.entered_on, p.blocked,
                        h.sealed_key AS head_key,
                        CAST(CASE WHEN p.sealed_totp IS NULL THEN 0 ELSE 1 END AS BIGINT)
                            AS factors,
                        CAST(CASE WHEN p.password IS NULL THEN 0 ELSE 1 END AS BIGINT)
                            AS passwords,
                        (SELECT COUNT(*) FROM identity i
                          WHERE i.head = p.head AND i.person = p.id) AS identities
                   FROM person p
                   JOIN head h ON h.id = p.head
                  WHERE p.head = $1 AND p.sealed_key IS NOT NULL
                  ORDER BY p.id",
                &[head.into()],
                Kept::read,
            )
            .await?;
        let mut reaches = self.reaches(head).await?;
        let mut tokens = self.living_tokens(head, now).await?;
        let mut all = Vec::new();
        for kept in kept {
            let Some(reaches) = reaches.remove(&kept.id) else { continue };
            let above = self.keys.of_head(head, &kept.head_key)?;
            let key = above.unwrap(of_person(head, kept.id), &kept.sealed_key)?;
            let whose = Whose { what: "an address", head, id: kept.id };
            all.push(Access {
                address: key.open_text(whose, &kept.address)?,
                reaches,
                tokens: tokens.remove(&kept.id).unwrap_or_default(),
                ..kept.access
            });
        }
        Ok(all)
    }

    async fn reaches(
        &self,
        head: i64,
    ) -> Result<BTreeMap<i64, Vec<HeldRole>>, StoreError> {
        let rows = self
            .database
            .rows(
                "SELECT DISTINCT b.person, b.role, o.path
                   FROM binding b
                   JOIN organisation o ON o.head = b.head AND o.id = b.organisation
                  WHERE b.head = $1
                  ORDER BY b.person, o.path, b.role",
                &[head.into()],
                |row| {
                    let path = Path::from_stored(row.text("path")?);
                    Ok((row.integer("person")?, row.text("role")?, path))
                },
            )
            .await?;
        let mut all: BTreeMap<i64, Vec<HeldRole>> = BTreeMap::new();
        for (person, word, path) in rows {
            let Some(role) = Role::from_word(&word) else {
                return Err(StoreError::Unreadable { what: "binding.role", held: word });
            };
            all.entry(person).or_default().push(HeldRole { role, path });
        }
        Ok(all)
    }

    async fn living_tokens(
        &self,
        head: i64,
        now: jiff::Timestamp,
    ) -> Result<BTreeMap<i64, Vec<LivingToken>>, StoreError> {
        let mut all: BTreeMap<i64, Vec<LivingToken>> = BTreeMap::new();
        for one in self.live_tokens(now).await?.into_iter().filter(|it| it.head == head) {
            all.entry(one.person).or_default().push(LivingToken {
                path: one.path,
                made: crate::stored(one.made),
                used_on: one.used_on,
                expires: crate::stored(one.expires),
            });
        }
        Ok(all)
    }
}

impl Kept {
    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        let counts = ["factors", "passwords", "identities"].map(|name| row.integer(name));
        let [factors, passwords, identities] = counts;
        let shown_by = match (factors?, passwords?, identities?) {
            (1.., ..) => ShownBy::SecondFactor,
            (_, 1.., _) => ShownBy::Password,
            (_, _, 1..) => ShownBy::Provider,
            _ => ShownBy::Nothing,
        };
        let id = row.integer("id")?;
        Ok(Self {
            id,
            sealed_key: row.bytes("sealed_key")?,
            address: row.bytes("sealed_address")?,
            head_key: row.bytes("head_key")?,
            access: Access {
                person: id,
                address: String::new(),
                made: row.text("made")?,
                entered_on: row.text_if_any("entered_on")?,
                blocked: row.text_if_any("blocked")?,
                shown_by,
                reaches: Vec::new(),
                tokens: Vec::new(),
            },
        })
    }
}
