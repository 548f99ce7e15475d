//! The UUIDs under which programs know our rows.
//!
//! Source: RFC 9562 §5.8 (version 8, whose bits are free). A UUID holds what it names, so that
//! nothing is kept to look it up: kind, position, the top organisation's lowest bits, and the
//! number of the row. What somebody may see is asked of the row, never of the UUID.

use axum::http::StatusCode;

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
    let high = (kind as u128) << 120
        | u128::from(row.position & ((1 << POSITION_BITS) - 1)) << 96
        | u128::from(low_bits(head)) << 80
        | 0x8000 << 64;
    let id = row.id.unsigned_abs() & ((1 << ID_BITS) - 1);
    text(high | 0x8000 << 48 | u128::from(id))
}

/// The row that a UUID names, if it is one of that kind and organisation.
///
/// # Errors
/// When the text is no UUID.
pub(super) fn read(kind: Kind, head: i64, uuid: &str) -> Result<Option<Row>, Problem> {
    let bits = bits(uuid).ok_or_else(|| {
        Problem::new(StatusCode::BAD_REQUEST, format!("“{uuid}” is no UUID."))
            .next("A UUID has 36 characters: 32 hexadecimal digits in five groups.")
    })?;
    let id = i64::try_from(bits & ((1 << ID_BITS) - 1)).unwrap_or_default();
    let position = u32::try_from(bits >> 96 & ((1 << POSITION_BITS) - 1));
    let row = Row { id, position: position.unwrap_or_default() };
    let is_ours = of(kind, head, row).eq_ignore_ascii_case(uuid);
    Ok(is_ours.then_some(row))
}

/// The UUID of what has a name and no row, such as a vulnerability.
pub(super) fn of_name(name: &str) -> String {
    let digest = blake3::hash(name.as_bytes());
    let bytes: [u8; 16] = digest.as_bytes().first_chunk().copied().unwrap_or_default();
    let free = u128::from_be_bytes(bytes) & !(0xf000 << 64) & !(0xc000 << 48);
    text(free | 0x8000 << 64 | 0x8000 << 48)
}

fn low_bits(head: i64) -> u16 {
    u16::try_from(head & 0xffff).unwrap_or_default()
}

fn text(bits: u128) -> String {
    let hex = format!("{bits:032x}");
    let group = |from, to| hex.get(from..to).unwrap_or_default();
    format!(
        "{}-{}-{}-{}-{}",
        group(0, 8),
        group(8, 12),
        group(12, 16),
        group(16, 20),
        group(20, 32)
    )
}

fn bits(uuid: &str) -> Option<u128> {
    let groups: Vec<&str> = uuid.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let hex = groups.concat();
    let is_hex = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    (lengths == [8, 4, 4, 4, 12] && is_hex)
        .then(|| u128::from_str_radix(&hex, 16).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::{Kind, Row, of, of_name, read};

    #[test]
    fn a_uuid_leads_back_to_what_it_names_and_to_nothing_else() {
        for id in [1, 77, 1 << 40, (1 << 48) - 1] {
            for position in [0, 1, 9_999, (1 << 24) - 1] {
                for head in [1, 65_536, 70_000] {
                    let row = Row { id, position };
                    let uuid = of(Kind::Component, head, row);
                    assert_eq!(uuid.len(), 36);
                    assert_eq!(&uuid[14..15], "8", "{uuid}");
                    assert!("89ab".contains(&uuid[19..20]), "{uuid}");
                    let back = read(Kind::Component, head, &uuid.to_uppercase());
                    assert_eq!(back.unwrap(), Some(row), "{uuid}");
                    assert_eq!(read(Kind::Project, head, &uuid).unwrap(), None);
                    assert_eq!(read(Kind::Component, head + 1, &uuid).unwrap(), None);
                }
            }
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
