//! Digests of files and packages.
//!
//! Source: CycloneDX 1.7 `hash-alg`; SPDX 2.3 §7.10 and SPDX 3.0 `HashAlgorithm`; W3C
//! Subresource Integrity (`sha512-` and base64, as npm writes it); purl `checksum` and OCI
//! (`sha256:` and hexadecimal digits).
//!
//! Not here: computing one.

use std::fmt;
use std::str::FromStr;

use crate::Malformed;

/// The algorithms that CycloneDX and SPDX know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the standards' own")]
pub enum Algorithm {
    Adler32,
    Md2,
    Md4,
    Md5,
    Md6,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha3_224,
    Sha3_256,
    Sha3_384,
    Sha3_512,
    Blake2b256,
    Blake2b384,
    Blake2b512,
    Blake3,
    Streebog256,
    Streebog512,
}

/// A digest, whose length is that of its algorithm.
///
/// It prints as `sha256:` and hexadecimal digits in small letters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest {
    algorithm: Algorithm,
    bytes: Box<[u8]>,
}

const TERM: &str = "digest";

impl Algorithm {
    /// Every algorithm.
    pub const ALL: [Self; 20] = [
        Self::Adler32,
        Self::Md2,
        Self::Md4,
        Self::Md5,
        Self::Md6,
        Self::Sha1,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
        Self::Sha3_224,
        Self::Sha3_256,
        Self::Sha3_384,
        Self::Sha3_512,
        Self::Blake2b256,
        Self::Blake2b384,
        Self::Blake2b512,
        Self::Blake3,
        Self::Streebog256,
        Self::Streebog512,
    ];

    /// Reads the name of an algorithm in any of its spellings: `SHA-256`, `SHA256`,
    /// `sha3_256`, `BLAKE2b-384`, `checksumAlgorithm_sha1`.
    ///
    /// # Errors
    /// When `text` names none of them.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let name = text.strip_prefix("checksumAlgorithm_").unwrap_or(text);
        let letters = || {
            let letters = name.bytes().filter(|byte| !matches!(byte, b'-' | b'_'));
            letters.map(|byte| byte.to_ascii_lowercase())
        };
        Self::ALL
            .into_iter()
            .find(|algorithm| {
                let word = algorithm.word().bytes().filter(|byte| *byte != b'_');
                word.eq(letters())
            })
            .ok_or_else(|| {
                let at = text.len() - name.len();
                let expected = "an algorithm of CycloneDX or SPDX";
                Malformed::at_byte("digest algorithm", text, at, expected)
            })
    }

    /// The word of SPDX 3.0, and of purl and OCI where they have one.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Adler32 => "adler32",
            Self::Md2 => "md2",
            Self::Md4 => "md4",
            Self::Md5 => "md5",
            Self::Md6 => "md6",
            Self::Sha1 => "sha1",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
            Self::Sha3_224 => "sha3_224",
            Self::Sha3_256 => "sha3_256",
            Self::Sha3_384 => "sha3_384",
            Self::Sha3_512 => "sha3_512",
            Self::Blake2b256 => "blake2b256",
            Self::Blake2b384 => "blake2b384",
            Self::Blake2b512 => "blake2b512",
            Self::Blake3 => "blake3",
            Self::Streebog256 => "streebog256",
            Self::Streebog512 => "streebog512",
        }
    }

    /// The word of CycloneDX, where it has the algorithm.
    #[must_use]
    pub const fn cyclonedx(self) -> Option<&'static str> {
        match self {
            Self::Md5 => Some("MD5"),
            Self::Sha1 => Some("SHA-1"),
            Self::Sha256 => Some("SHA-256"),
            Self::Sha384 => Some("SHA-384"),
            Self::Sha512 => Some("SHA-512"),
            Self::Sha3_256 => Some("SHA3-256"),
            Self::Sha3_384 => Some("SHA3-384"),
            Self::Sha3_512 => Some("SHA3-512"),
            Self::Blake2b256 => Some("BLAKE2b-256"),
            Self::Blake2b384 => Some("BLAKE2b-384"),
            Self::Blake2b512 => Some("BLAKE2b-512"),
            Self::Blake3 => Some("BLAKE3"),
            Self::Streebog256 => Some("Streebog-256"),
            Self::Streebog512 => Some("Streebog-512"),
            _ => None,
        }
    }

    /// The word of SPDX 2.3, where it has the algorithm.
    #[must_use]
    pub const fn spdx2(self) -> Option<&'static str> {
        match self {
            Self::Adler32 => Some("ADLER32"),
            Self::Md2 => Some("MD2"),
            Self::Md4 => Some("MD4"),
            Self::Md5 => Some("MD5"),
            Self::Md6 => Some("MD6"),
            Self::Sha1 => Some("SHA1"),
            Self::Sha224 => Some("SHA224"),
            Self::Sha256 => Some("SHA256"),
            Self::Sha384 => Some("SHA384"),
            Self::Sha512 => Some("SHA512"),
            Self::Sha3_256 => Some("SHA3-256"),
            Self::Sha3_384 => Some("SHA3-384"),
            Self::Sha3_512 => Some("SHA3-512"),
            Self::Blake2b256 => Some("BLAKE2b-256"),
            Self::Blake2b384 => Some("BLAKE2b-384"),
            Self::Blake2b512 => Some("BLAKE2b-512"),
            Self::Blake3 => Some("BLAKE3"),
            Self::Sha3_224 | Self::Streebog256 | Self::Streebog512 => None,
        }
    }

    /// Bytes of a digest; `None` where the length is free.
    #[must_use]
    pub const fn length(self) -> Option<usize> {
        match self {
            Self::Adler32 => Some(4),
            Self::Md2 | Self::Md4 | Self::Md5 => Some(16),
            Self::Md6 => None,
            Self::Sha1 => Some(20),
            Self::Sha224 | Self::Sha3_224 => Some(28),
            Self::Sha256 | Self::Sha3_256 | Self::Blake2b256 => Some(32),
            Self::Blake3 | Self::Streebog256 => Some(32),
            Self::Sha384 | Self::Sha3_384 | Self::Blake2b384 => Some(48),
            Self::Sha512 | Self::Sha3_512 | Self::Blake2b512 => Some(64),
            Self::Streebog512 => Some(64),
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Digest {
    /// Reads the digits of a digest: hexadecimal in any case, or base64 with either
    /// alphabet, padded or not. The length decides which it is.
    ///
    /// # Errors
    /// When the digits are neither, or not as many as the algorithm gives.
    pub fn of(algorithm: Algorithm, digits: &str) -> Result<Self, Malformed> {
        Self::read(algorithm, digits, digits, 0)
    }

    /// Reads a digest with its algorithm before it: `sha256:…` or `sha512-…`.
    ///
    /// # Errors
    /// When the algorithm is unknown, or its digits are wrong.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let expected = "an algorithm, `:` or `-`, and digits";
        let bad = |at| Malformed::at_byte(TERM, text, at, expected);
        // `sha3-256:…` has a dash in its name: a colon, where there is one, comes first.
        let mark = text.find(':').or_else(|| text.find('-'));
        let mark = mark.ok_or_else(|| bad(text.len()))?;
        let algorithm = Algorithm::parse(text.get(..mark).unwrap_or(""));
        let algorithm = algorithm.map_err(|_| bad(0))?;
        let digits = text.get(mark + 1..).unwrap_or("");
        Self::read(algorithm, digits, text, mark + 1)
    }

    /// The algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The digits in hexadecimal, small letters.
    #[must_use]
    pub fn hexadecimal(&self) -> String {
        self.bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn read(
        algorithm: Algorithm,
        digits: &str,
        text: &str,
        at: usize,
    ) -> Result<Self, Malformed> {
        let bad = |offset: usize, expected: String| {
            Malformed::at_byte(TERM, text, at + offset, expected)
        };
        let is_long_enough = |bytes: &Vec<u8>| match algorithm.length() {
            Some(length) => bytes.len() == length,
            None => !bytes.is_empty() && bytes.len() <= 64,
        };
        let read = hexadecimal(digits).filter(is_long_enough);
        let read = read.or_else(|| base64(digits).filter(is_long_enough));
        if let Some(bytes) = read {
            return Ok(Self { algorithm, bytes: bytes.into() });
        }
        let foreign = |letter: char| !letter.is_ascii_hexdigit();
        Err(match (digits.find(foreign), algorithm.length()) {
            (Some(offset), _) => bad(offset, "a hexadecimal digit".to_owned()),
            (None, Some(length)) => {
                let expected = format!("{} hexadecimal digits", length * 2);
                bad(digits.len().min(length * 2), expected)
            }
            (None, None) => bad(digits.len(), "2 to 128 hexadecimal digits".to_owned()),
        })
    }
}

impl FromStr for Digest {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::parse(text)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm, self.hexadecimal())
    }
}

fn hexadecimal(digits: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pair =
        |[high, low]: &[u8; 2]| u8::try_from(digit(*high)? << 4 | digit(*low)?).ok();
    if rest.is_empty() { pairs.iter().map(pair).collect() } else { None }
}

/// RFC 4648 §4 and §5.
fn base64(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    for group in digits.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for digit in group {
            bits = bits << 6 | sextet(*digit)?;
        }
        // Two digits hold one byte, three hold two; one alone holds none.
        let (unused, whole) = match group.len() {
            4 => (0, 3),
            3 => (2, 2),
            2 => (4, 1),
            _ => return None,
        };
        if bits & ((1 << unused) - 1) != 0 {
            return None;
        }
        let ends = (bits >> unused).to_be_bytes();
        bytes.extend(ends.get(4 - whole..)?);
    }
    Some(bytes)
}

fn sextet(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn algorithms_are_read_in_every_spelling() {
        #[track_caller]
        fn check(text: &str, expected: Algorithm) {
            assert_eq!(Algorithm::parse(text), Ok(expected), "{text}");
        }

        for algorithm in Algorithm::ALL {
            check(algorithm.word(), algorithm);
            for word in [algorithm.cyclonedx(), algorithm.spdx2()].into_iter().flatten() {
                check(word, algorithm);
            }
        }
        check("sha-1", Algorithm::Sha1);
        check("checksumAlgorithm_sha1", Algorithm::Sha1);
        check("BLAKE2b_384", Algorithm::Blake2b384);
        check("blake2B384", Algorithm::Blake2b384);
        for text in ["", "FOO", "SHA-999", "SHA 256", "checksumAlgorithm_", "sha"] {
            assert!(Algorithm::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn digits_are_read_and_their_number_is_checked() {
        #[track_caller]
        fn check(text: &str, expected: Result<&str, (usize, &str)>) {
            let read = Digest::parse(text).map(|digest| digest.to_string());
            let read = read.map_err(|refusal| (refusal.at, refusal.expected.to_string()));
            let expected = expected.map(str::to_owned);
            assert_eq!(
                read,
                expected.map_err(|(at, text)| (at, text.to_owned())),
                "{text}"
            );
        }

        let empty = "d41d8cd98f00b204e9800998ecf8427e";
        check(&format!("md5:{empty}"), Ok(&format!("md5:{empty}")));
        check(&format!("MD5-{}", empty.to_uppercase()), Ok(&format!("md5:{empty}")));
        check("md5-1B2M2Y8AsgTpgAmY7PhCfg==", Ok(&format!("md5:{empty}")));
        check("md5-1B2M2Y8AsgTpgAmY7PhCfg", Ok(&format!("md5:{empty}")));
        check("md5-1B2M2Y8AsgTpgAmY7PhCfh", Err((7, "a hexadecimal digit")));
        check("adler32:11E60398", Ok("adler32:11e60398"));
        check("sha3-256:00", Err((11, "64 hexadecimal digits")));
        check(
            "md5:d41d8cd98f00b204e9800998ecf8427e00",
            Err((36, "32 hexadecimal digits")),
        );
        check("md5:d41d8cd98f00b204e9800998ecf8427", Err((35, "32 hexadecimal digits")));
        check("md5:d41d8cd98f00b204é", Err((20, "a hexadecimal digit")));
        check("md6:", Err((4, "2 to 128 hexadecimal digits")));
        check("md6:00ff", Ok("md6:00ff"));
        check("foo:00", Err((0, "an algorithm, `:` or `-`, and digits")));
        check("sha256", Err((6, "an algorithm, `:` or `-`, and digits")));
        check("", Err((0, "an algorithm, `:` or `-`, and digits")));
    }

    proptest! {
        #[test]
        fn what_is_read_prints_a_text_that_reads_the_same(
            text in "(md5|sha1|MD6|sha-256)[:-][0-9a-fA-F+/=]{0,70}|\\PC{0,20}"
        ) {
            match Digest::parse(&text) {
                Ok(digest) => {
                    prop_assert_eq!(&Digest::parse(&digest.to_string()).unwrap(), &digest);
                    let digits = digest.hexadecimal();
                    prop_assert_eq!(Digest::of(digest.algorithm(), &digits).unwrap(), digest);
                }
                Err(refusal) => prop_assert!(refusal.at <= text.chars().count()),
            }
        }
    }
}
