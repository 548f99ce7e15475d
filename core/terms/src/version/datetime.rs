//! Points in time.
//!
//! Source: RFC 3339, §5.6; the vers scheme `datetime`. Ordered as instants: offsets are
//! taken off, fractions of any length count, and a leap second is the second that follows.
//!
//! A date alone is comparable with dates, and with no instant: where its day begins
//! depends on the place.

use std::cmp::Ordering;

use super::key;

/// How two texts stand to each other.
pub(super) fn compare(a: &[u8], b: &[u8]) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (whole_day(a), whole_day(b)) {
        return Some(a.cmp(&b));
    }
    let (mut left, mut right) = (Vec::new(), Vec::new());
    key(a, &mut left)?;
    key(b, &mut right)?;
    Some(left.cmp(&right))
}

/// The key of an instant.
pub(super) fn key(text: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let day = day(text.get(..10)?)?;
    let [b'T' | b't' | b' ', time @ ..] = text.get(10..)? else { return None };
    let (clock, rest) = time.split_at_checked(8)?;
    let seconds = clock_seconds(clock)?;
    let (fraction, zone) = match rest.strip_prefix(b".") {
        Some(rest) => key::digits(rest)?,
        None => (&b""[..], rest),
    };
    let instant = day * 86_400 + seconds - offset_seconds(zone)?;
    // With the sign turned, the order as bytes is that of the numbers.
    out.extend_from_slice(&(instant.cast_unsigned() ^ (1 << 63)).to_be_bytes());
    let zeros = fraction.iter().rev().take_while(|digit| **digit == b'0').count();
    key::text(out, fraction.get(..fraction.len() - zeros)?);
    Some(())
}

fn whole_day(text: &[u8]) -> Option<i64> {
    (text.len() == 10).then(|| day(text)).flatten()
}

/// Days since 1970-01-01 of `2024-01-31`.
fn day(text: &[u8]) -> Option<i64> {
    let (year, rest) = text.split_at_checked(4)?;
    let [b'-', month @ .., _, _, _] = rest else { return None };
    let [_, _, _, b'-', day @ ..] = rest else { return None };
    let (year, month, day) = (two_or_four(year)?, two_or_four(month)?, two_or_four(day)?);
    let date = jiff::civil::Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    );
    let epoch = jiff::civil::Date::constant(1970, 1, 1);
    Some((date.ok()? - epoch).get_days().into())
}

/// Seconds of `23:59:60`.
fn clock_seconds(text: &[u8]) -> Option<i64> {
    let mut parts = text.split(|byte| *byte == b':').map(two_or_four);
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let is_clock = parts.next().is_none() && hour < 24 && minute < 60 && second < 61;
    is_clock.then_some(hour * 3_600 + minute * 60 + second)
}

fn offset_seconds(text: &[u8]) -> Option<i64> {
    let (sign, rest) = match text {
        b"Z" | b"z" => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let mut parts = rest.split(|byte| *byte == b':').map(two_or_four);
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let is_offset = parts.next().is_none() && hours < 24 && minutes < 60;
    is_offset.then_some(sign * (hours * 3_600 + minutes * 60))
}

fn two_or_four(digits: &[u8]) -> Option<i64> {
    if !matches!(digits.len(), 2 | 4) || !key::is_number(digits) {
        return None;
    }
    Some(digits.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0')))
}
