//! The pieces of which sort keys are made.
//!
//! A key is a row of pieces whose order as bytes is the order of the versions. Every piece
//! can be told from the next without looking ahead: a number begins with its length, a
//! text ends with a zero byte. `END` is less than the beginning of any number, so that a
//! shorter row of numbers comes before a longer one.

/// The end of a row; less than the first byte of any number.
pub(super) const END: u8 = 0;

/// The longest number whose length fits into the first byte.
const SHORT_MAX: usize = 0xEF;

/// Writes a number of any length, given as its decimal digits; no digits are zero.
pub(super) fn number(out: &mut Vec<u8>, digits: &[u8]) {
    let digits = significant(digits);
    match u8::try_from(digits.len()) {
        Ok(length) if digits.len() <= SHORT_MAX => out.push(length + 1),
        _ => {
            out.push(0xF1);
            out.extend_from_slice(&(digits.len() as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(digits);
}

/// Writes a text that holds no zero byte.
pub(super) fn text(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend(bytes.iter().copied().filter(|byte| *byte != 0));
    out.push(END);
}

/// Writes a count so that the larger one comes first.
pub(super) fn count_descending(out: &mut Vec<u8>, count: usize) {
    out.extend_from_slice(&(!(count as u64)).to_be_bytes());
}

/// Writes a count so that the smaller one comes first.
pub(super) fn count_ascending(out: &mut Vec<u8>, count: usize) {
    out.extend_from_slice(&(count as u64).to_be_bytes());
}

/// Writes numbers whose trailing zeros do not count, and their end.
///
/// `numbers` are runs of digits; what lies behind the last one that is not zero is
/// left out.
pub(super) fn numbers_without_trailing_zeros<'a>(
    out: &mut Vec<u8>,
    numbers: impl Iterator<Item = &'a [u8]>,
) {
    let mut kept = out.len();
    for digits in numbers {
        number(out, digits);
        if !significant(digits).is_empty() {
            kept = out.len();
        }
    }
    out.truncate(kept);
    out.push(END);
}

/// The digits without leading zeros; zero has none.
pub(super) fn significant(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    digits.get(zeros..).unwrap_or_default()
}

/// Splits off the leading bytes that `belongs` accepts.
pub(super) fn leading(bytes: &[u8], belongs: impl Fn(&u8) -> bool) -> (&[u8], &[u8]) {
    let length = bytes.iter().take_while(|byte| belongs(byte)).count();
    bytes.split_at_checked(length).unwrap_or((bytes, &[]))
}

/// Splits off the leading digits; `None` where there are none.
pub(super) fn digits(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (digits, rest) = leading(bytes, u8::is_ascii_digit);
    (!digits.is_empty()).then_some((digits, rest))
}

/// Whether the bytes are digits, one at least.
pub(super) fn is_number(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit)
}

/// How two runs of digits stand to each other as numbers.
pub(super) fn compare_numbers(a: &[u8], b: &[u8]) -> std::cmp::Ordering {
    let (a, b) = (significant(a), significant(b));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}
