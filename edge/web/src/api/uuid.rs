//! The UUIDs under which programs know our rows.
//!
//! Source: RFC 9562 §5.8 (version 8, whose bits are free). A UUID holds what it names, so that
//! nothing is kept to look it up: kind, position, the top organisation's lowest bits, and the
//! number of the row. What somebody may see is asked of the row, never of the UUID.

use axum::http::StatusCode;
use terms::Uuid;

use crate::problem::Problem;

/// What a UUID names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A release.
    Project = 1,
    /// A component: a bill, and the position in it.
    Component = 2,
    /// The judging of what was delivered: a job.
    Delivery = 3,
}

/// A row, and a position in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) position: u32,
}

/// How far numbers of rows and positions go.
const ID_BITS: u32 = 48;
const POSITION_BITS: u32 = 24;

/// The UUID of a row.
pub(super) fn of(kind: Kind, head: i64, row: Row) -> String {
    naming(kind, head, row).to_string()
}

/// The row that a UUID names, if it is one of that kind and organisation.
///
/// # Errors
/// When the text is no UUID.
pub(super) fn read(kind: Kind, head: i64, uuid: &str) -> Result<Option<Row>, Problem> {
    let uuid = Uuid::parse(uuid).map_err(|malformed| {
        Problem::new(StatusCode::BAD_REQUEST, format!("“{uuid}” is no UUID."))
            .next(format!(
                "A UUID has 32 hexadecimal digits in five groups: expected {} at character {}.",
                malformed.expected, malformed.at
            ))
    })?;
    let bits = uuid.bits();
    let id = i64::try_from(bits & ((1 << ID_BITS) - 1)).unwrap_or_default();
    let position = u32::try_from(bits >> 96 & ((1 << POSITION_BITS) - 1));
    let row = Row { id, position: position.unwrap_or_default() };
    Ok((naming(kind, head, row) == uuid).then_some(row))
}

/// The UUID of what has a name and no row, such as a vulnerability.
pub(super) fn of_name(name: &str) -> String {
    let digest = blake3::hash(name.as_bytes());
    let bytes: [u8; 16] = digest.as_bytes().first_chunk().copied().unwrap_or_default();
    let free = u128::from_be_bytes(bytes) & !(0xf000 << 64) & !(0xc000 << 48);
    Uuid::from_bits(free | 0x8000 << 64 | 0x8000 << 48).to_string()
}

fn naming(kind: Kind, head: i64, row: Row) -> Uuid {
    let high = (kind as u128) << 120
        | u128::from(row.position & ((1 << POSITION_BITS) - 1)) << 96
        | u128::from(low_bits(head)) << 80
        | 0x8000 << 64;
    let id = row.id.unsigned_abs() & ((1 << ID_BITS) - 1);
    Uuid::from_bits(high | 0x8000 << 48 | u128::from(id))
}

fn low_bits(head: i64) -> u16 {
    u16::try_from(head & 0xffff).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Kind, Row, of, of_name, read};

    const KINDS: [Kind; 3] = [Kind::Project, Kind::Component, Kind::Delivery];

    proptest! {
        #[test]
        fn a_uuid_leads_back_to_what_it_names_and_to_nothing_else(
            id in 0..1_i64 << 48,
            position in 0..1_u32 << 24,
            head in 0..i64::MAX,
            at in 0..KINDS.len(),
        ) {
            let (kind, row) = (KINDS[at], Row { id, position });
            let uuid = of(kind, head, row);
            prop_assert_eq!((uuid.len(), &uuid[14..15]), (36, "8"));
            prop_assert!("89ab".contains(&uuid[19..20]), "{}", uuid);
            for other in KINDS {
                let named = read(other, head, &uuid.to_uppercase()).unwrap();
                prop_assert_eq!(named, Some(row).filter(|_| other == kind));
            }
            prop_assert_eq!(read(kind, head ^ 1, &uuid).unwrap(), None);
        }

        #[test]
        fn a_uuid_of_anybody_names_at_most_one_thing(bits: u128, head: i64) {
            let uuid = terms::Uuid::from_bits(bits).to_string();
            let named = KINDS.iter().filter_map(|kind| {
                Some((*kind, read(*kind, head, &uuid).unwrap()?))
            });
            let named: Vec<(Kind, Row)> = named.collect();
            prop_assert!(named.len() <= 1);
            prop_assert!(named.iter().all(|(kind, row)| of(*kind, head, *row) == uuid));
        }
    }

    #[test]
    fn what_is_no_uuid_is_told_so_and_one_of_others_names_nothing() {
        for wrong in [
            "",
            "x",
            "12345678-1234-8234-9234-12345678901",
            "12345678-1234-8234-9234-1234567890123",
            "1234567812348234923412345678901234567",
            "12345678-1234-8234-9234-12345678901é",
            "+2345678-1234-8234-9234-123456789012",
        ] {
            assert!(read(Kind::Project, 1, wrong).is_err(), "{wrong}");
        }
        let foreign = "a66c6686-3ed8-4102-b96d-e0c57b110898";
        assert_eq!(read(Kind::Project, 1, foreign).unwrap(), None);
        let name = of_name("CVE-2021-44228");
        assert_eq!((&name[14..15], name.len()), ("8", 36));
        assert_eq!(name, of_name("CVE-2021-44228"));
        assert_ne!(name, of_name("CVE-2021-44229"));
        assert_eq!(read(Kind::Project, 1, &name).unwrap(), None);
    }
}
