//! What stands behind a second factor: codes that let somebody in who lost it, organisations
//! that ask for it, and the ticket of whoever has given the right password and owes the code.

use jiff::{SignedDuration, Timestamp};

use crate::database::Value;
use crate::keys::Whose;
use crate::session::{Voucher, digest_of};
use crate::write::{Happened, Noun};
use crate::{Path, Store, StoreError, Write, from_stored, stored};

/// How long a ticket works.
const TICKET: SignedDuration = SignedDuration::from_mins(5);

impl Store {
    /// The organisations of a top organisation that ask for a second factor.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn second_factor_rules(&self, head: i64) -> Result<Vec<Path>, StoreError> {
        self.database
            .rows(
                "SELECT o.path
                   FROM second_factor_rule r
                   JOIN organisation o ON o.head = r.head AND o.id = r.organisation
                  WHERE r.head = $1
                  ORDER BY o.path",
                &[head.into()],
                |row| Ok(Path::from_stored(row.text("path")?)),
            )
            .await
    }

    /// How many recovery codes of somebody were not used yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recovery_codes(
        &self,
        head: i64,
        person: i64,
    ) -> Result<i64, StoreError> {
        let count = self
            .database
            .row(
                "SELECT COUNT(*) AS codes
                   FROM recovery_code
                  WHERE head = $1 AND person = $2 AND used IS NULL",
                &[head.into(), person.into()],
                |row| row.integer("codes"),
            )
            .await?;
        Ok(count.unwrap_or(0))
    }

    /// A ticket for whoever has given the right password, or has come from the provider: it is
    /// kept nowhere, and tells who it
    /// is and until when to nobody but this house.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn ticket(
        &self,
        head: i64,
        person: i64,
        voucher: Voucher,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let until = stored(now.saturating_add(TICKET).unwrap_or(now));
        let plain = format!("{head} {person} {until} {}", voucher.number());
        Ok(digits(&self.keys.seal_for_house(TICKETS, plain.as_bytes())?))
    }

    /// Whose a ticket is, and who vouches for them, if it is one and not too old.
    #[must_use]
    pub fn ticket_of(&self, ticket: &str, now: Timestamp) -> Option<(i64, i64, Voucher)> {
        let plain = self.keys.open_for_house(TICKETS, &of_digits(ticket)?).ok()?;
        let plain = String::from_utf8(plain).ok()?;
        let mut words = plain.split(' ');
        let (head, person, until) = (words.next()?, words.next()?, words.next()?);
        let voucher = Voucher::from_number(words.next()?.parse().ok()?);
        let until = from_stored(until).ok()?;
        let whose = (head.parse().ok()?, person.parse().ok()?, voucher);
        (now < until).then_some(whose)
    }
}

const TICKETS: Whose = Whose { what: "a ticket", head: 0, id: 0 };

/// Bytes as hexadecimal digits.
pub(crate) fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes that [`digits`] wrote.
pub(crate) fn of_digits(text: &str) -> Option<Vec<u8>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    let byte = |pair: &[u8; 2]| {
        let text = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(text, 16).ok()
    };
    pairs.iter().map(byte).collect()
}

impl Write<'_> {
    /// Sets the recovery codes of somebody, in the place of those before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_recovery_codes(
        &mut self,
        person: i64,
        codes: &[String],
    ) -> Result<(), StoreError> {
        let key: [Value; 2] = [self.head.into(), person.into()];
        self.changing
            .run("DELETE FROM recovery_code WHERE head = $1 AND person = $2", &key)
            .await?;
        let row = |code: &String| -> Vec<Value> {
            vec![self.head.into(), person.into(), digest_of(code).into()]
        };
        let rows: Vec<Vec<Value>> = codes.iter().map(row).collect();
        self.changing
            .insert_many("INSERT INTO recovery_code (head, person, digest)", 3, "", &rows)
            .await?;
        self.note(Noun::Person, person, Happened::Changed);
        Ok(())
    }

    /// Uses a recovery code up; `false` when it is none, or was used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_recovery_code(
        &mut self,
        person: i64,
        code: &str,
    ) -> Result<bool, StoreError> {
        let now = stored(self.now);
        let touched = self
            .changing
            .run(
                "UPDATE recovery_code
                    SET used = $4
                  WHERE head = $1 AND person = $2 AND digest = $3 AND used IS NULL",
                &[self.head.into(), person.into(), digest_of(code).into(), now.into()],
            )
            .await?;
        Ok(touched == 1)
    }

    /// Asks for a second factor in an organisation and everything below.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_for_second_factor(
        &mut self,
        organisation: i64,
    ) -> Result<(), StoreError> {
        let now = stored(self.now);
        self.changing
            .run(
                "INSERT INTO second_factor_rule (head, organisation, made)
                 VALUES ($1, $2, $3)
                     ON CONFLICT (head, organisation) DO NOTHING",
                &[self.head.into(), organisation.into(), now.into()],
            )
            .await?;
        self.note(Noun::Organisation, organisation, Happened::Changed);
        Ok(())
    }

    /// Asks for no second factor there any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_for_no_second_factor(
        &mut self,
        organisation: i64,
    ) -> Result<(), StoreError> {
        self.changing
            .run(
                "DELETE FROM second_factor_rule WHERE head = $1 AND organisation = $2",
                &[self.head.into(), organisation.into()],
            )
            .await?;
        self.note(Noun::Organisation, organisation, Happened::Changed);
        Ok(())
    }
}
