//! Versions of Windows and of Microsoft's products: rows of numbers, and updates.
//!
//! Source: Microsoft's Security Update Guide, field `FixedBuild` (`10.0.19041.1415`:
//! major, minor, build, revision), and `VerQueryValue` for the four numbers. Rows are
//! compared number by number. A row that ends where the other goes on is incomparable with
//! it, unless only zeros follow: `10.0.19041` names no revision. So only a row of four has
//! a sort key.
//!
//! Updates (`KB5008212`) have no order: a later number may mend an older branch.

use std::cmp::Ordering;

use super::key;

/// How two texts stand to each other.
pub(super) fn compare(a: &[u8], b: &[u8]) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (update(a), update(b)) {
        return (a == b).then_some(Ordering::Equal);
    }
    let (a, b) = (numbers(a)?, numbers(b)?);
    let mut pairs = a.iter().zip(&b).map(|(a, b)| key::compare_numbers(a, b));
    if let Some(order) = pairs.find(|order| order.is_ne()) {
        return Some(order);
    }
    let common = a.len().min(b.len());
    let rest = a.iter().skip(common).chain(b.iter().skip(common));
    let is_zero = rest.into_iter().all(|digits| key::significant(digits).is_empty());
    is_zero.then_some(Ordering::Equal)
}

/// The key of a row of four numbers.
pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let numbers = numbers(text).filter(|numbers| numbers.len() == 4)?;
    numbers.into_iter().for_each(|digits| key::number(out, digits));
    Some(())
}

/// The digits of `KB5008212`.
fn update(text: &[u8]) -> Option<&[u8]> {
    let (mark, digits) = text.split_at_checked(2)?;
    (mark.eq_ignore_ascii_case(b"kb") && key::is_number(digits))
        .then(|| key::significant(digits))
}

/// Two to four numbers.
fn numbers(text: &[u8]) -> Option<Vec<&[u8]>> {
    let numbers: Vec<&[u8]> = text.split(|byte| *byte == b'.').collect();
    let is_row = (2..=4).contains(&numbers.len())
        && numbers.iter().all(|digits| key::is_number(digits));
    is_row.then_some(numbers)
}
