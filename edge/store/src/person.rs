//! People, what they may do where, and how they are forgotten.

use std::collections::{BTreeMap, BTreeSet};

use crate::database::Row;
use crate::keys::{Key, Whose, of_person};
use crate::write::{Happened, Noun};
use crate::{Organisation, Path, Scope, Store, StoreError, Write, stored};

/// What somebody does in an organisation and everything below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Looks.
    Viewer,
    /// Keeps devices running.
    Biomed,
    /// Keeps them safe.
    Security,
    /// Buys them.
    Contracting,
    /// Watches over personal data.
    Privacy,
    /// Examines everything and changes nothing.
    Auditor,
    /// Runs the house.
    Administrator,
    /// Answers for a supplier.
    SupplierGuest,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 8] = [
        Self::Viewer,
        Self::Biomed,
        Self::Security,
        Self::Contracting,
        Self::Privacy,
        Self::Auditor,
        Self::Administrator,
        Self::SupplierGuest,
    ];

    /// The word as stored and on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Biomed => "biomed",
            Self::Security => "security",
            Self::Contracting => "contracting",
            Self::Privacy => "privacy",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
            Self::SupplierGuest => "supplier_guest",
        }
    }

    /// The role that is written with `word`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// Where a role came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Given {
    /// Somebody of ours gave it.
    ByHand,
    /// A group of the identity provider gives it, by that name.
    ByGroup(String),
}

impl Given {
    /// The group; empty where it was given by hand.
    #[must_use]
    pub fn group(&self) -> &str {
        match self {
            Self::ByHand => "",
            Self::ByGroup(group) => group,
        }
    }

    fn from_stored(text: String) -> Self {
        match text.is_empty() {
            true => Self::ByHand,
            false => Self::ByGroup(text),
        }
    }
}

/// A role that somebody has, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// What.
    pub role: Role,
    /// The organisation; the role holds for it and everything below.
    pub organisation: i64,
    /// Where that organisation stands.
    pub path: Path,
    /// Where the role came from: the same one may come from several.
    pub given: Given,
}

/// Whether an account is blocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// Nothing lets it in.
    Yes,
    /// It can sign in.
    No,
}

/// Somebody with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The top organisation.
    pub head: i64,
    /// The number.
    pub id: i64,
    /// The name; empty when the person was erased.
    pub name: String,
    /// The e-mail address; empty when the person was erased.
    pub address: String,
    /// The password's hash as a PHC string, if one was set.
    pub password: Option<String>,
    /// The secret of the second factor, if one was set up.
    pub totp: Option<Vec<u8>>,
    /// The newest step of the second factor that was used; older ones are not taken again.
    pub totp_used: i64,
    /// The time zone in which times are shown, by its IANA name.
    pub zone: String,
    /// Since when the account is blocked.
    pub blocked: Option<String>,
}

/// Somebody who gets an account.
#[derive(Clone, Copy, Debug)]
pub struct NewPerson<'a> {
    /// The name.
    pub name: &'a str,
    /// The e-mail address.
    pub address: &'a str,
    /// The time zone by its IANA name.
    pub zone: &'a str,
}

/// What a question about people reads, of a person `p` of a top organisation `h`.
macro_rules! person_columns {
    () => {
        "p.head, p.id, p.sealed_key, p.sealed_name, p.sealed_address, p.password,
         p.sealed_totp, p.totp_used, p.zone, p.blocked, h.sealed_key AS head_key"
    };
}

impl Store {
    /// Who signs in with an e-mail address.
    ///
    /// # Errors
    /// When the database fails. That there is nobody is no error.
    pub async fn person_by_address(
        &self,
        address: &str,
    ) -> Result<Option<Person>, StoreError> {
        let kept = self
            .database
            .row(
                concat!(
                    "SELECT ",
                    person_columns!(),
                    " FROM person p
                      JOIN head h ON h.id = p.head
                     WHERE p.address_digest = $1"
                ),
                &[self.keys.of_address(address).into()],
                Kept::read,
            )
            .await?;
        kept.map(|kept| self.opened(kept)).transpose()
    }

    /// Somebody by number. Whose account this is, is known: it comes from a session, a
    /// link or an audit leaf that the asker may see.
    ///
    /// # Errors
    /// When the database fails or there is nobody.
    pub async fn person(&self, head: i64, id: i64) -> Result<Person, StoreError> {
        let kept = self
            .database
            .row(
                concat!(
                    "SELECT ",
                    person_columns!(),
                    " FROM person p
                      JOIN head h ON h.id = p.head
                     WHERE p.head = $1 AND p.id = $2"
                ),
                &[head.into(), id.into()],
                Kept::read,
            )
            .await?
            .ok_or_else(|| StoreError::absent("person", id))?;
        self.opened(kept)
    }

    /// The people with a role within a scope.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn people(&self, scope: &Scope) -> Result<Vec<Person>, StoreError> {
        let mut found = std::collections::BTreeMap::new();
        for pattern in scope.patterns() {
            let kept = self
                .database
                .rows(
                    concat!(
                        "SELECT ",
                        person_columns!(),
                        " FROM person p
                          JOIN head h ON h.id = p.head
                         WHERE p.head = $1
                           AND p.id IN (SELECT b.person
                                          FROM binding b
                                          JOIN organisation o
                                            ON o.head = b.head AND o.id = b.organisation
                                         WHERE b.head = $1 AND o.path LIKE $2)
                         ORDER BY p.id"
                    ),
                    &[scope.head().into(), pattern.into()],
                    Kept::read,
                )
                .await?;
            for kept in kept {
                found.insert(kept.id, self.opened(kept)?);
            }
        }
        Ok(found.into_values().collect())
    }

    /// What people of a top organisation are called, by their numbers; who was erased has no
    /// name. That whoever asks may know it is for the caller to have found out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn names_of(
        &self,
        head: i64,
        people: &[i64],
    ) -> Result<BTreeMap<i64, String>, StoreError> {
        let list: Vec<crate::database::Value> =
            people.iter().map(|id| (*id).into()).collect();
        let kept = self
            .database
            .rows_among(
                concat!(
                    "SELECT ",
                    person_columns!(),
                    " FROM person p
                      JOIN head h ON h.id = p.head
                     WHERE p.head = $1 AND p.id"
                ),
                &[head.into()],
                &list,
                "ORDER BY p.id",
                Kept::read,
            )
            .await?;
        kept.into_iter().map(|kept| Ok((kept.id, self.opened(kept)?.name))).collect()
    }

    /// Which of these people of a top organisation have a blocked account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn blocked_among(
        &self,
        head: i64,
        people: &[i64],
    ) -> Result<BTreeSet<i64>, StoreError> {
        let list: Vec<crate::database::Value> =
            people.iter().map(|id| (*id).into()).collect();
        let found = self
            .database
            .rows_among(
                "SELECT p.id FROM person p
                  WHERE p.head = $1 AND p.blocked IS NOT NULL AND p.id",
                &[head.into()],
                &list,
                "ORDER BY p.id",
                |row| row.integer("id"),
            )
            .await?;
        Ok(found.into_iter().collect())
    }

    /// The people who have one of some roles in an organisation or above it, as far up as a scope
    /// reaches, and can sign in as far as their account is not blocked, by number. Who has a role
    /// further up is nobody of whom those below it are told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn people_over(
        &self,
        within: &Scope,
        place: &Path,
        is_wanted: impl Fn(Role) -> bool,
    ) -> Result<BTreeSet<i64>, StoreError> {
        let found = self
            .database
            .rows(
                "SELECT b.person, b.role, o.path
                   FROM binding b
                   JOIN organisation o ON o.head = b.head AND o.id = b.organisation
                   JOIN person p ON p.head = b.head AND p.id = b.person
                  WHERE b.head = $1 AND p.blocked IS NULL
                  ORDER BY b.person",
                &[within.head().into()],
                |row| {
                    let path = Path::from_stored(row.text("path")?);
                    Ok((row.integer("person")?, row.text("role")?, path))
                },
            )
            .await?;
        let wanted = found.into_iter().filter(|(_, role, path)| {
            within.admits(path)
                && path.holds(place)
                && Role::from_word(role).is_some_and(&is_wanted)
        });
        Ok(wanted.map(|(person, ..)| person).collect())
    }

    /// The roles that somebody has, those of groups among them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bindings(
        &self,
        head: i64,
        person: i64,
    ) -> Result<Vec<Binding>, StoreError> {
        self.database
            .rows(
                "SELECT b.role, b.organisation, b.given_by, o.path
                   FROM binding b
                   JOIN organisation o ON o.head = b.head AND o.id = b.organisation
                  WHERE b.head = $1 AND b.person = $2
                  ORDER BY o.path, b.role, b.given_by",
                &[head.into(), person.into()],
                read_binding,
            )
            .await
    }

    /// The roles that groups of the identity provider gave to people of a top organisation, with
    /// the number of each person.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bindings_of_groups(
        &self,
        head: i64,
    ) -> Result<Vec<(i64, Binding)>, StoreError> {
        self.database
            .rows(
                "SELECT b.person, b.role, b.organisation, b.given_by, o.path
                   FROM binding b
                   JOIN organisation o ON o.head = b.head AND o.id = b.organisation
                  WHERE b.head = $1 AND b.given_by <> ''
                  ORDER BY b.person, o.path, b.role, b.given_by",
                &[head.into()],
                |row| Ok((row.integer("person")?, read_binding(row)?)),
            )
            .await
    }

    fn opened(&self, kept: Kept) -> Result<Person, StoreError> {
        let (head, id) = (kept.head, kept.id);
        let mut person = Person {
            head,
            id,
            name: String::new(),
            address: String::new(),
            password: kept.password,
            totp: None,
            totp_used: kept.totp_used,
            zone: kept.zone,
            blocked: kept.blocked,
        };
        let Some(sealed_key) = kept.sealed_key else { return Ok(person) };
        let above = self.keys.of_head(head, &kept.head_key)?;
        let key = above.unwrap(of_person(head, id), &sealed_key)?;
        person.name = key.open_text(whose("a name", head, id), &kept.name)?;
        person.address = key.open_text(whose("an address", head, id), &kept.address)?;
        person.totp = kept
            .totp
            .map(|sealed| key.open(whose("a second factor", head, id), &sealed))
            .transpose()?;
        Ok(person)
    }
}

impl Write<'_> {
    /// Gives somebody an account.
    ///
    /// # Errors
    /// When the database fails or the address has an account already.
    pub async fn make_person(&mut self, new: NewPerson<'_>) -> Result<i64, StoreError> {
        let (head, id) = (self.head, self.id());
        let (key, sealed_key) = self.key()?.make_below(of_person(head, id))?;
        let name = key.seal_text(whose("a name", head, id), new.name.trim())?;
        let address = key.seal_text(whose("an address", head, id), new.address.trim())?;
        self.changing
            .run(
                "INSERT INTO person (head, id, sealed_key, sealed_name, sealed_address,
                                     address_digest, zone, made)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                &[
                    head.into(),
                    id.into(),
                    sealed_key.into(),
                    name.into(),
                    address.into(),
                    self.store.keys.of_address(new.address).into(),
                    new.zone.into(),
                    stored(self.now).into(),
                ],
            )
            .await
            .map_err(|error| match error.is_duplicate() {
                true => StoreError::Taken("this address has an account already"),
                false => error,
            })?;
        self.note(Noun::Person, id, Happened::Made);
        Ok(id)
    }

    /// Sets the password's hash, a PHC string.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_password(
        &mut self,
        person: i64,
        hash: &str,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "UPDATE person SET password = $3 WHERE head = $1 AND id = $2",
                &[self.head.into(), person.into(), hash.into()],
            )
            .await?;
        self.note(Noun::Person, person, Happened::Changed);
        Ok(())
    }

    /// Blocks an account, or lets it in again; `false` where it is so already. What lets it in
    /// meanwhile (sessions, links, tokens) ends by acts of their own.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_blocked(
        &mut self,
        person: i64,
        blocked: Blocked,
    ) -> Result<bool, StoreError> {
        let (sql, since) = match blocked {
            Blocked::Yes => (
                "UPDATE person SET blocked = $3
                  WHERE head = $1 AND id = $2 AND blocked IS NULL",
                Some(stored(self.now)),
            ),
            Blocked::No => (
                "UPDATE person SET blocked = $3
                  WHERE head = $1 AND id = $2 AND blocked IS NOT NULL",
                None,
            ),
        };
        let values = [self.head.into(), person.into(), since.into()];
        let touched = self.changing.run(sql, &values).await?;
        self.note(Noun::Person, person, Happened::Changed);
        Ok(touched == 1)
    }

    /// Sets or takes away the secret of the second factor.
    ///
    /// # Errors
    /// When the database fails or the person was erased.
    pub async fn set_totp(
        &mut self,
        person: i64,
        secret: Option<&[u8]>,
    ) -> Result<(), StoreError> {
        let whose = whose("a second factor", self.head, person);
        let key = self.key_of(person).await?;
        let sealed = secret.map(|secret| key.seal(whose, secret)).transpose()?;
        self.changing
            .run(
                "UPDATE person SET sealed_totp = $3, totp_used = 0 WHERE head = $1 AND id = $2",
                &[self.head.into(), person.into(), sealed.into()],
            )
            .await?;
        self.note(Noun::Person, person, Happened::Changed);
        Ok(())
    }

    /// Uses up a step of the second factor; `false` when it or a later one was used before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_totp(&mut self, person: i64, step: i64) -> Result<bool, StoreError> {
        let touched = self
            .changing
            .run(
                "UPDATE person
                    SET totp_used = $3
                  WHERE head = $1 AND id = $2 AND totp_used < $3",
                &[self.head.into(), person.into(), step.into()],
            )
            .await?;
        Ok(touched == 1)
    }

    /// Gives somebody a role by hand; a second time changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bind(
        &mut self,
        person: i64,
        role: Role,
        organisation: &Organisation,
    ) -> Result<(), StoreError> {
        self.give(person, role, organisation.id, &Given::ByHand).await
    }

    /// Gives somebody a role, and says where it came from; a second time changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give(
        &mut self,
        person: i64,
        role: Role,
        organisation: i64,
        given: &Given,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "INSERT INTO binding (head, person, organisation, role, given_by, made)
                 VALUES ($1, $2, $3, $4, $5, $6)
                     ON CONFLICT (head, person, organisation, role, given_by) DO NOTHING",
                &[
                    self.head.into(),
                    person.into(),
                    organisation.into(),
                    role.word().into(),
                    given.group().into(),
                    stored(self.now).into(),
                ],
            )
            .await?;
        self.note(Noun::Person, person, Happened::Changed);
        Ok(())
    }

    /// Takes a role away that a group gave; given by hand or by another group it stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_from_group(
        &mut self,
        person: i64,
        role: Role,
        organisation: i64,
        group: &str,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "DELETE FROM binding
                  WHERE head = $1 AND person = $2 AND role = $3 AND organisation = $4
                    AND given_by = $5 AND given_by <> ''",
                &[
                    self.head.into(),
                    person.into(),
                    role.word().into(),
                    organisation.into(),
                    group.into(),
                ],
            )
            .await?;
        self.note(Noun::Person, person, Happened::Changed);
        Ok(())
    }

    /// Takes a role away that was given by hand; one of a group stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unbind(
        &mut self,
        person: i64,
        role: Role,
        organisation: i64,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "DELETE FROM binding
                  WHERE head = $1 AND person = $2 AND role = $3 AND organisation = $4
                    AND given_by = ''",
                &[
                    self.head.into(),
                    person.into(),
                    role.word().into(),
                    organisation.into(),
                ],
            )
            .await?;
        if role == Role::SupplierGuest {
            self.changing
                .run(
                    "DELETE FROM guest
                      WHERE head = $1 AND person = $2 AND organisation = $3",
                    &[self.head.into(), person.into(), organisation.into()],
                )
                .await?;
        }
        self.note(Noun::Person, person, Happened::Changed);
        Ok(())
    }

    /// Forgets who somebody is: destroys the key of that person's fields, ends the sessions,
    /// takes the roles. The number stays in the audit log.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn erase_person(&mut self, person: i64) -> Result<(), StoreError> {
        let values = [self.head.into(), person.into()];
        self.changing
            .run(
                "UPDATE person
                    SET sealed_key = NULL, address_digest = NULL, password = NULL,
                        sealed_totp = NULL, entered_on = NULL
                  WHERE head = $1 AND id = $2",
                &values,
            )
            .await?;
        self.changing
            .run("DELETE FROM binding WHERE head = $1 AND person = $2", &values)
            .await?;
        self.changing
            .run("DELETE FROM guest WHERE head = $1 AND person = $2", &values)
            .await?;
        self.changing
            .run("DELETE FROM session WHERE head = $1 AND person = $2", &values)
            .await?;
        self.changing
            .run("DELETE FROM api_token WHERE head = $1 AND person = $2", &values)
            .await?;
        self.changing
            .run("DELETE FROM digest_choice WHERE head = $1 AND person = $2", &values)
            .await?;
        self.changing
            .run("DELETE FROM digest WHERE head = $1 AND person = $2", &values)
            .await?;
        self.changing
            .run("DELETE FROM recovery_code WHERE head = $1 AND person = $2", &values)
            .await?;
        self.changing
            .run("DELETE FROM identity WHERE head = $1 AND person = $2", &values)
            .await?;
        self.changing
            .run("DELETE FROM saved_view WHERE head = $1 AND person = $2", &values)
            .await?;
        self.changing
            .run("DELETE FROM interrupted_form WHERE head = $1 AND person = $2", &values)
            .await?;
        self.note(Noun::Person, person, Happened::Gone);
        Ok(())
    }

    async fn key_of(&mut self, person: i64) -> Result<Key, StoreError> {
        let sealed = self
            .changing
            .row(
                "SELECT sealed_key FROM person WHERE head = $1 AND id = $2",
                &[self.head.into(), person.into()],
                |row| row.bytes_if_any("sealed_key"),
            )
            .await?
            .flatten()
            .ok_or_else(|| StoreError::absent("person", person))?;
        Ok(self.key()?.unwrap(of_person(self.head, person), &sealed)?)
    }
}

/// A person as kept: sealed.
struct Kept {
    head: i64,
    id: i64,
    head_key: Vec<u8>,
    sealed_key: Option<Vec<u8>>,
    name: Vec<u8>,
    address: Vec<u8>,
    password: Option<String>,
    totp: Option<Vec<u8>>,
    totp_used: i64,
    zone: String,
    blocked: Option<String>,
}

impl Kept {
    fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            head: row.integer("head")?,
            id: row.integer("id")?,
            head_key: row.bytes("head_key")?,
            sealed_key: row.bytes_if_any("sealed_key")?,
            name: row.bytes("sealed_name")?,
            address: row.bytes("sealed_address")?,
            password: row.text_if_any("password")?,
            totp: row.bytes_if_any("sealed_totp")?,
            totp_used: row.integer("totp_used")?,
            zone: row.text("zone")?,
            blocked: row.text_if_any("blocked")?,
        })
    }
}

fn read_binding(row: &Row<'_>) -> Result<Binding, StoreError> {
    let role = row.text("role")?;
    Ok(Binding {
        role: Role::from_word(&role)
            .ok_or(StoreError::Unreadable { what: "binding.role", held: role })?,
        organisation: row.integer("organisation")?,
        path: Path::from_stored(row.text("path")?),
        given: Given::from_stored(row.text("given_by")?),
    })
}

fn whose(what: &'static str, head: i64, id: i64) -> Whose {
    Whose { what, head, id }
}
