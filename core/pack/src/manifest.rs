//! Every file of a pack with its SHA-256, in the lines that `sha256sum` writes and checks.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use reading::{Place, Rejected, limits};

/// What can be done about a manifest that is none.
const AGAIN: &str = "ask whoever gave the pack for it once more";

/// Bytes as hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// Whether something may be called so in a pack: letters, digits and `-_.+` between single
/// slashes, and no part that leads elsewhere. `sha256sum` escapes no such name, and every system
/// has it.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.+".contains(c);
    let is_part = |part: &str| {
        !part.is_empty() && part != "." && part != ".." && part.chars().all(is_plain)
    };
    name.len() <= limits::PACK_NAME_MAX && name.split('/').all(is_part)
}

/// The files of a pack, each with its SHA-256.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    files: BTreeMap<String, [u8; 32]>,
}

impl Manifest {
    /// Adds a file; `false` where it has no name that may stand here, or is there already.
    pub fn add(&mut self, name: &str, sha256: [u8; 32]) -> bool {
        // The first one stands: of two digests of one name neither is more right.
        let is_new = is_name(name) && !self.files.contains_key(name);
        if is_new {
            self.files.insert(name.to_owned(), sha256);
        }
        is_new
    }

    /// The files with their SHA-256, by name.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8; 32])> {
        self.files.iter().map(|(name, digest)| (name.as_str(), digest))
    }

    /// The SHA-256 that a file should have.
    #[must_use]
    pub fn sha256(&self, name: &str) -> Option<&[u8; 32]> {
        self.files.get(name)
    }

    /// The text that is signed, by name.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.files
            .iter()
            .map(|(name, digest)| format!("{}  {name}\n", hex(digest)))
            .collect()
    }

    /// Reads what [`Manifest::to_text`] wrote, or `sha256sum` of the same files.
    ///
    /// # Errors
    /// When a line is none of a manifest, a file is named twice, or there are too many.
    pub fn parse(bytes: &[u8]) -> Result<Self, Rejected> {
        let mut manifest = Self::default();
        let lines = bytes.split(|byte| *byte == b'\n').enumerate();
        for (at, line) in lines.filter(|(_, line)| !line.is_empty()) {
            let refused = |message: &'static str| {
                let place = Place::Line { line: at + 1, column: 0 };
                Rejected::new(place, format!("the manifest {message}"), AGAIN)
            };
            if manifest.files.len() == limits::PACK_FILES_MAX {
                return Err(refused("names more files than are read"));
            }
            let (digest, name) = of_line(line).ok_or_else(|| {
                refused("has a line that is no SHA-256 with the name of a file")
            })?;
            if !manifest.add(name, digest) {
                return Err(refused("names a file twice, or one that leads elsewhere"));
            }
        }
        Ok(manifest)
    }
}

fn of_line(line: &[u8]) -> Option<([u8; 32], &str)> {
    let line = std::str::from_utf8(line).ok()?;
    let (digest, name) = line.strip_suffix('\r').unwrap_or(line).split_at_checked(64)?;
    // `*` says that the file was read as it is, which here says nothing.
    let name = name.strip_prefix("  ").or_else(|| name.strip_prefix(" *"))?;
    let digest = HEXLOWER.decode(digest.as_bytes()).ok()?;
    Some((digest.try_into().ok()?, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        for good in ["a", "evidence/12/a.b-c_d.csv", "a+b", "..a"] {
            assert!(is_name(good), "{good}");
        }
        for bad in
            ["", "/a", "a/", "a//b", "../a", "a/../b", ".", "a\\b", "C:a", "ä", "a b"]
        {
            assert!(!is_name(bad), "{bad}");
        }
        assert!(!is_name(&"a".repeat(limits::PACK_NAME_MAX + 1)));
    }

    #[test]
    fn what_is_written_is_read_and_faults_have_a_line() {
        let mut manifest = Manifest::default();
        assert!(manifest.add("b/c.txt", [7; 32]) && manifest.add("a", [255; 32]));
        assert!(!manifest.add("a", [1; 32]), "twice");
        let text = manifest.to_text();
        assert!(text.starts_with(&format!("{}  a\n", "ff".repeat(32))), "{text}");
        let same =
            Manifest::parse(text.replace("  a", " *a").replace('\n', "\r\n").as_bytes());
        assert!(same.is_ok());
        let first = text.lines().next().unwrap();
        for (bad, line) in [
            (format!("{text}{first}\n"), 3),
            (format!("{text}zz{}\n", &first[2..]), 3),
            (format!("{}\n{text}", &first[..65]), 1),
            (text.replace("b/c.txt", "../c"), 2),
            (text.replace("  a", " a"), 1),
        ] {
            let refused = Manifest::parse(bad.as_bytes()).unwrap_err();
            assert_eq!(refused.place, Place::Line { line, column: 0 }, "{bad}");
        }
    }
}
