//! One-time passwords of time.
//!
//! Source: RFC 6238 with the values that every app takes: SHA-1, six digits, steps of thirty
//! seconds from 1970; the cut of RFC 4226 §5.3. The link that a picture holds is that of the
//! Key URI Format.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha1::Sha1;

/// How many seconds a step lasts.
const STEP: i64 = 30;
/// How many digits a code has.
const DIGITS: u32 = 6;
/// The number of bytes of a new secret, as RFC 4226 §4 recommends it.
const SECRET: usize = 20;

/// The step that an instant is in.
pub(crate) fn step(at: Timestamp) -> i64 {
    at.as_second().div_euclid(STEP)
}

/// The code of a step.
pub(crate) fn code(secret: &[u8], step: i64) -> Option<String> {
    let number = cut(secret, step)? % 10u32.pow(DIGITS);
    Some(format!("{number:06}"))
}

/// The 31 bits that RFC 4226 §5.3 cuts out.
fn cut(secret: &[u8], step: i64) -> Option<u32> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let start = usize::from(hash.last()? & 0x0f);
    let four = hash.get(start..start + 4)?;
    let four: [u8; 4] = four.try_into().ok()?;
    Some(u32::from_be_bytes(four) & 0x7fff_ffff)
}

/// The step of which a code is, if it is the present one or one beside it: clocks differ.
pub(crate) fn step_of(secret: &[u8], given: &str, now: Timestamp) -> Option<i64> {
    let present = step(now);
    // All three are worked out, so that the time does not tell which it was.
    let fits = [present - 1, present, present + 1]
        .map(|step| (step, code(secret, step)))
        .map(|(step, code)| {
            let same = code.is_some_and(|code| {
                blake3::hash(code.as_bytes()) == blake3::hash(given.as_bytes())
            });
            same.then_some(step)
        });
    fits.into_iter().flatten().next()
}

/// A new secret.
pub(crate) fn secret() -> Option<[u8; SECRET]> {
    let mut bytes = [0; SECRET];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes)
}

/// A secret as people type it.
pub(crate) fn written(secret: &[u8]) -> String {
    BASE32_NOPAD.encode(secret)
}

/// A secret that was written so; blanks and case do not matter.
pub(crate) fn read(text: &str) -> Option<Vec<u8>> {
    let plain: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let secret = BASE32_NOPAD.decode(plain.to_uppercase().as_bytes()).ok()?;
    (secret.len() == SECRET).then_some(secret)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::{code, cut, read, step, step_of, written};

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn the_vectors_of_rfc_6238_hold() {
        for (second, digits) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            let step = step(Timestamp::from_second(second).unwrap());
            assert_eq!(cut(SECRET, step).unwrap() % 100_000_000, digits, "{second}");
        }
    }

    #[test]
    fn the_vectors_of_rfc_4226_hold() {
        for (count, digits) in (0..).zip([
            "755224", "287082", "359152", "969429", "338314", "254676", "287922",
            "162583", "399871", "520489",
        ]) {
            assert_eq!(code(SECRET, count).as_deref(), Some(digits), "{count}");
        }
    }

    #[test]
    fn a_code_fits_a_step_before_and_after_and_no_further() {
        let now = Timestamp::from_second(59).unwrap();
        for (count, fits) in [(-1, false), (0, true), (1, true), (2, true), (3, false)] {
            let given = code(SECRET, count).unwrap();
            assert_eq!(step_of(SECRET, &given, now).is_some(), fits, "{count}");
        }
        for wrong in ["", "28708", "2870822", "287 082", "-87082", "２８７０８２"] {
            assert_eq!(step_of(SECRET, wrong, now), None, "{wrong}");
        }
    }

    #[test]
    fn a_secret_comes_back_as_it_was_written() {
        let text = written(SECRET);
        assert_eq!(text.len(), 32);
        assert_eq!(read(&text).as_deref(), Some(SECRET));
        let typed = format!(" {} {} ", &text[..4].to_lowercase(), &text[4..]);
        assert_eq!(read(&typed).as_deref(), Some(SECRET));
        for wrong in ["", "A", &text[1..], "1".repeat(32).as_str(), &format!("{text}AA")]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_only_six_digits_are_a_code(
            given in "[0-9]{4,8}|\\PC*",
            second in 0..253_402_207_200_i64,
        ) {
            let now = Timestamp::from_second(second).unwrap();
            let found = step_of(SECRET, &given, now);
            let is_code = given.len() == 6 && given.bytes().all(|it| it.is_ascii_digit());
            prop_assert!(found.is_none() || is_code, "{}", given);
            prop_assert!(found.is_none_or(|found| (found - step(now)).abs() <= 1));
            let right = code(SECRET, step(now)).unwrap();
            prop_assert!(step_of(SECRET, &right, now).is_some());
        }

        #[test]
        fn whatever_is_typed_is_a_secret_or_none(text in "[a-zA-Z2-7 ]{28,40}|\\PC*") {
            if let Some(secret) = read(&text) {
                let plain: String = text.split_whitespace().collect();
                prop_assert_eq!(written(&secret), plain.to_uppercase());
            }
        }
    }
}
