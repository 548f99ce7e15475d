//! Text in the cleartext signature framework of OpenPGP.
//!
//! Source: RFC 9580 §7 (as RFC 4880 §7). The framing is taken off and nothing is verified:
//! that needs a key of which nobody here knows whose it is.

/// A text, and the signature that stands below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleartext<'t> {
    /// The lines that are signed, each with its number in the document, from 1; where there
    /// is no framing, all lines.
    pub lines: Vec<(usize, &'t str)>,
    /// The signature.
    pub signature: Signature,
    /// Lines that stand outside the framing with something on them; a reader must not
    /// believe them (RFC 9116 §2.3).
    pub outside: Vec<usize>,
}

/// What is known of a signature without verifying it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// The text is not signed.
    None,
    /// There is one, whole in its framing; nobody has verified it.
    Present {
        /// The digests that the header names.
        hashes: Vec<String>,
        /// The line on which it begins.
        line: usize,
    },
    /// The framing begins and does not end as it must: nothing can be verified.
    Broken {
        /// The line on which the framing begins.
        line: usize,
    },
}

const MESSAGE: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
const BEGIN: &str = "-----BEGIN PGP SIGNATURE-----";
const END: &str = "-----END PGP SIGNATURE-----";

/// Where in the framing a line stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Before,
    Headers,
    Message,
    Armor,
    After,
}

/// Takes the framing off a text; one without is given back line by line.
#[must_use]
pub fn unframe(text: &str) -> Cleartext<'_> {
    let all = || (1..).zip(text.lines());
    let begins = all().find(|(_, line)| line.trim_end() == MESSAGE);
    let Some((first, _)) = begins else {
        return Cleartext {
            lines: all().collect(),
            signature: Signature::None,
            outside: Vec::new(),
        };
    };
    let mut frame = Frame {
        part: Part::Before,
        read: Cleartext {
            lines: Vec::new(),
            signature: Signature::Broken { line: first },
            outside: Vec::new(),
        },
        hashes: Vec::new(),
        armor: 0,
    };
    for (number, line) in all() {
        frame.line(number, line, first);
    }
    frame.read
}

struct Frame<'t> {
    part: Part,
    read: Cleartext<'t>,
    hashes: Vec<String>,
    armor: usize,
}

impl<'t> Frame<'t> {
    fn line(&mut self, number: usize, line: &'t str, first: usize) {
        let bare = line.trim_end();
        match self.part {
            Part::Before if number == first => self.part = Part::Headers,
            Part::Before | Part::After => {
                if !bare.is_empty() {
                    self.read.outside.push(number);
                }
            }
            Part::Headers if bare.is_empty() => self.part = Part::Message,
            Part::Headers => {
                if let Some(named) = bare.strip_prefix("Hash:") {
                    let named = named.split(',').map(|hash| hash.trim().to_owned());
                    self.hashes.extend(named.filter(|hash| !hash.is_empty()));
                }
            }
            Part::Message if bare == BEGIN => {
                self.part = Part::Armor;
                self.armor = number;
            }
            Part::Message => {
                let line = line.strip_prefix("- ").unwrap_or(line);
                self.read.lines.push((number, line));
            }
            Part::Armor if bare == END => {
                self.part = Part::After;
                let hashes = std::mem::take(&mut self.hashes);
                self.read.signature = Signature::Present { hashes, line: self.armor };
            }
            Part::Armor => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(body: &str) -> String {
        format!("{MESSAGE}\nHash: SHA256, SHA512\n\n{body}\n{BEGIN}\n\niQ==\n{END}\n")
    }

    #[test]
    fn the_framing_comes_off_and_lines_keep_their_numbers() {
        let text = framed("a: b\n- -dash\n\nc");
        let read = unframe(&text);
        assert_eq!(read.lines, [(4, "a: b"), (5, "-dash"), (6, ""), (7, "c")]);
        let hashes = vec!["SHA256".to_owned(), "SHA512".to_owned()];
        assert_eq!(read.signature, Signature::Present { hashes, line: 8 });
        assert!(read.outside.is_empty());
        assert_eq!(unframe("a\nb").lines, [(1, "a"), (2, "b")]);
        assert_eq!(unframe("a\nb").signature, Signature::None);
    }

    #[test]
    fn a_framing_that_is_cut_is_broken_and_what_stands_outside_is_named() {
        #[track_caller]
        fn check(text: &str, broken: Option<usize>, outside: &[usize]) {
            let read = unframe(text);
            let found = match read.signature {
                Signature::Broken { line } => Some(line),
                Signature::None | Signature::Present { .. } => None,
            };
            assert_eq!((found, read.outside.as_slice()), (broken, outside), "{text}");
        }

        check(&format!("{MESSAGE}\n\nContact: a"), Some(1), &[]);
        check(&format!("{MESSAGE}\nContact: a\n"), Some(1), &[]);
        check(&format!("x\n{MESSAGE}\n\na\n{BEGIN}\niQ"), Some(2), &[1]);
        check(&format!("{}Contact: evil", framed("a")), None, &[9]);
        check(END, None, &[]);
        check("", None, &[]);
    }

    proptest::proptest! {
        #[test]
        fn every_line_is_inside_outside_or_framing(body in "[ -~\n]{0,80}", around in "[a-z\n]{0,9}") {
            let text = format!("{around}\n{}{around}", framed(&body));
            let read = unframe(&text);
            let lines = text.lines().count();
            proptest::prop_assert!(read.lines.len() + read.outside.len() <= lines);
            proptest::prop_assert!(read.lines.iter().all(|(number, _)| *number <= lines));
        }
    }
}
