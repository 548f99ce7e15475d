//! SPDX licence expressions.
//!
//! Source: SPDX 2.3 Annex D (expressions); the licence list in the edition of the `spdx`
//! crate, 3.29.
//!
//! SBOMs write ids in any case (`APACHE-2.0`), Fedora's old names (`LGPLv2+`), operators in
//! small letters and `/` for `OR`. All that is read and put right, and the text as written
//! is kept. A name that fits several licences (`BSD`, `GPL`) is refused: a guess would be
//! trusted for ever.

use std::fmt;
use std::str::FromStr;

use crate::Malformed;

/// What a document says about licences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Licence {
    /// `NOASSERTION`: nothing is said.
    NoAssertion,
    /// `NONE`: there is no licence.
    None,
    /// An expression.
    Expression(Expression),
}

/// A licence expression.
#[derive(Clone, Debug)]
pub struct Expression {
    raw: Box<str>,
    normal: Box<str>,
    terms: Vec<Term>,
}

/// One licence of an expression, with its exception.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// An id of the list, perhaps with `+`, or a `LicenseRef-`.
    licence: String,
    /// An exception of the list, or an `AdditionRef-`.
    exception: Option<String>,
}

const TERM: &str = "SPDX licence expression";

/// Terms of one expression. The longest real one, of a whole distribution, has 300.
const TERMS_MAX: usize = 10_000;

impl Licence {
    /// Reads an expression, `NOASSERTION` or `NONE`.
    ///
    /// # Errors
    /// When an id is not in the list, or the operators do not fit.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        match text.trim() {
            "NOASSERTION" => Ok(Self::NoAssertion),
            "NONE" => Ok(Self::None),
            _ => Expression::parse(text).map(Self::Expression),
        }
    }
}

impl FromStr for Licence {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::parse(text)
    }
}

impl fmt::Display for Licence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoAssertion => "NOASSERTION",
            Self::None => "NONE",
            Self::Expression(expression) => &expression.normal,
        })
    }
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// When an id is not in the list, or the operators do not fit.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let read = Reader::read(text);
        read.map_err(|(at, expected)| Malformed::at_byte(TERM, text, at, expected))
    }

    /// The text as written.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The expression put right: ids as the list spells them, operators in capitals.
    #[must_use]
    pub fn normal(&self) -> &str {
        &self.normal
    }

    /// The licences in the order of the text.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }
}

/// Expressions are equal when they are put right to the same text.
impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.normal == other.normal
    }
}

impl Eq for Expression {}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.normal)
    }
}

impl Term {
    /// The licence: an id of the list, perhaps with `+`, or a `LicenseRef-`.
    #[must_use]
    pub fn licence(&self) -> &str {
        &self.licence
    }

    /// The exception behind `WITH`.
    #[must_use]
    pub fn exception(&self) -> Option<&str> {
        self.exception.as_deref()
    }
}

/// A fault: a byte offset in the text, and what should have stood there.
type Fault = (usize, &'static str);

/// What may stand next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Licence,
    Exception,
    /// Behind a licence `WITH` may stand, behind an exception or a group it may not.
    OperatorOrWith,
    Operator,
}

struct Reader {
    normal: String,
    terms: Vec<Term>,
    /// Where the parentheses that are open stand.
    open: Vec<usize>,
    next: Next,
}

impl Reader {
    fn read(text: &str) -> Result<Expression, Fault> {
        let mut reader = Self {
            normal: String::with_capacity(text.len()),
            terms: Vec::new(),
            open: Vec::new(),
            next: Next::Licence,
        };
        for (at, word) in words(text) {
            reader.word(at, word)?;
        }
        match (reader.next, reader.open.last()) {
            (Next::Licence, _) => Err((text.len(), "a licence")),
            (Next::Exception, _) => Err((text.len(), "an exception")),
            (_, Some(at)) => Err((*at, "`)` for this parenthesis")),
            _ => Ok(Expression {
                raw: text.into(),
                normal: reader.normal.into_boxed_str(),
                terms: reader.terms,
            }),
        }
    }

    fn word(&mut self, at: usize, word: &str) -> Result<(), Fault> {
        let is = |operator: &str| word.eq_ignore_ascii_case(operator);
        match self.next {
            Next::Licence if word == "(" => {
                self.open.push(at);
                self.normal.push('(');
            }
            Next::Licence => self.licence(at, word)?,
            Next::Exception => {
                let name =
                    exception(word).ok_or((at, "an exception of the SPDX list"))?;
                self.normal.push_str(&name);
                if let Some(term) = self.terms.last_mut() {
                    term.exception = Some(name);
                }
                self.next = Next::Operator;
            }
            _ if word == ")" => {
                self.open.pop().ok_or((at, "a licence expression before `)`"))?;
                self.normal.push(')');
                self.next = Next::Operator;
            }
            _ if is("AND") => self.operator(" AND ", Next::Licence),
            _ if is("OR") || word == "/" => self.operator(" OR ", Next::Licence),
            Next::OperatorOrWith if is("WITH") => {
                self.operator(" WITH ", Next::Exception)
            }
            Next::OperatorOrWith => return Err((at, "`AND`, `OR`, `WITH` or `)`")),
            Next::Operator => return Err((at, "`AND`, `OR` or `)`")),
        }
        Ok(())
    }

    fn licence(&mut self, at: usize, word: &str) -> Result<(), Fault> {
        let licence = licence(word).ok_or((at, "a licence of the SPDX list"))?;
        if self.terms.len() == TERMS_MAX {
            return Err((at, "at most 10,000 licences"));
        }
        self.normal.push_str(&licence);
        self.terms.push(Term { licence, exception: None });
        self.next = Next::OperatorOrWith;
        Ok(())
    }

    fn operator(&mut self, operator: &str, next: Next) {
        self.normal.push_str(operator);
        self.next = next;
    }
}

/// Words, parentheses and slashes, each with its place.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let blank = rest.len() - rest.trim_start().len();
        let rest = rest.get(blank..).filter(|rest| !rest.is_empty())?;
        let start = at + blank;
        let is_mark = |letter: char| matches!(letter, '(' | ')' | '/');
        let length = match rest.chars().next() {
            Some(letter) if is_mark(letter) => 1,
            _ => rest
                .find(|letter: char| is_mark(letter) || letter.is_whitespace())
                .unwrap_or(rest.len()),
        };
        at = start + length;
        Some((start, rest.get(..length)?))
    })
}

/// A licence as the list spells it.
fn licence(word: &str) -> Option<String> {
    if let Some(name) = reference(word, "LicenseRef-") {
        return Some(name);
    }
    let word = OLD_NAMES
        .iter()
        .find(|(old, _)| old.eq_ignore_ascii_case(word))
        .map_or(word, |(_, id)| id);
    let (base, plus) = match word.strip_suffix('+') {
        Some(base) => (base, "+"),
        None => (word, ""),
    };
    let id = spdx::license_id(base).map(|id| id.name).or_else(|| {
        let listed = spdx::identifiers::LICENSES.iter();
        listed.map(|id| id.name).find(|name| name.eq_ignore_ascii_case(base))
    })?;
    // The crate's list holds the two words that stand for no licence at all.
    if matches!(id, "NOASSERTION" | "NONE") {
        return None;
    }
    // The list took the bare GNU ids out of use: `GPL-2.0` is `-only`, with `+` `-or-later`.
    let is_gnu = spdx::license_id(id).is_some_and(spdx::LicenseId::is_gnu);
    let is_settled = id.ends_with("-only") || id.ends_with("-or-later");
    let suffix = if plus.is_empty() { "-only" } else { "-or-later" };
    let settled = format!("{id}{suffix}");
    match (is_gnu, is_settled) {
        (true, true) if plus.is_empty() => Some(id.to_owned()),
        (true, true) => None,
        (true, false) if spdx::license_id(&settled).is_some() => Some(settled),
        _ => Some(format!("{id}{plus}")),
    }
}

fn exception(word: &str) -> Option<String> {
    if let Some(name) = reference(word, "AdditionRef-") {
        return Some(name);
    }
    let mut listed = spdx::identifiers::EXCEPTIONS.iter();
    listed
        .find(|exception| exception.name.eq_ignore_ascii_case(word))
        .map(|exception| exception.name.to_owned())
}

/// `LicenseRef-…`, perhaps behind `DocumentRef-…:`.
fn reference(word: &str, prefix: &str) -> Option<String> {
    let is_id = |text: &str| {
        let is_letter =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        !text.is_empty() && text.bytes().all(is_letter)
    };
    let local = match word.strip_prefix("DocumentRef-") {
        Some(rest) => {
            let (document, local) = rest.split_once(':')?;
            is_id(document).then_some(local)?
        }
        None => word,
    };
    local.strip_prefix(prefix).filter(|id| is_id(id)).map(|_| word.to_owned())
}

/// Names of distributions and registries that mean exactly one licence.
const OLD_NAMES: [(&str, &str); 36] = [
    ("AGPLv3", "AGPL-3.0-only"),
    ("AGPLv3+", "AGPL-3.0-or-later"),
    ("Apache-2", "Apache-2.0"),
    ("Apache2", "Apache-2.0"),
    ("Apache2.0", "Apache-2.0"),
    ("ASL-2.0", "Apache-2.0"),
    ("ASL2.0", "Apache-2.0"),
    ("BSD-2", "BSD-2-Clause"),
    ("BSD-3", "BSD-3-Clause"),
    ("BSL1.0", "BSL-1.0"),
    ("CC0", "CC0-1.0"),
    ("EPL2.0", "EPL-2.0"),
    ("Expat", "MIT"),
    ("GPL-1", "GPL-1.0-only"),
    ("GPL-1+", "GPL-1.0-or-later"),
    ("GPL-2", "GPL-2.0-only"),
    ("GPL-2+", "GPL-2.0-or-later"),
    ("GPL-3", "GPL-3.0-only"),
    ("GPL-3+", "GPL-3.0-or-later"),
    ("GPLv1", "GPL-1.0-only"),
    ("GPLv2", "GPL-2.0-only"),
    ("GPLv2+", "GPL-2.0-or-later"),
    ("GPLv3", "GPL-3.0-only"),
    ("GPLv3+", "GPL-3.0-or-later"),
    ("LGPL-2", "LGPL-2.0-only"),
    ("LGPL-2+", "LGPL-2.0-or-later"),
    ("LGPL-3", "LGPL-3.0-only"),
    ("LGPL-3+", "LGPL-3.0-or-later"),
    ("LGPLv2", "LGPL-2.0-only"),
    ("LGPLv2+", "LGPL-2.0-or-later"),
    ("LGPLv2.1", "LGPL-2.1-only"),
    ("LGPLv2.1+", "LGPL-2.1-or-later"),
    ("LGPLv3", "LGPL-3.0-only"),
    ("LGPLv3+", "LGPL-3.0-or-later"),
    ("MPLv1.1", "MPL-1.1"),
    ("MPLv2.0", "MPL-2.0"),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn expressions_are_put_right_and_the_text_is_kept() {
        #[track_caller]
        fn check(text: &str, normal: &str) {
            let expression = Expression::parse(text).unwrap();
            assert_eq!((expression.normal(), expression.raw()), (normal, text));
        }

        check("MIT", "MIT");
        check("APACHE-2.0", "Apache-2.0");
        check(" mit or  Apache-2.0 ", "MIT OR Apache-2.0");
        check("MIT/Apache-2.0", "MIT OR Apache-2.0");
        check("GPL-2.0", "GPL-2.0-only");
        check("GPL-2.0+", "GPL-2.0-or-later");
        check("GPL-2.0-or-later", "GPL-2.0-or-later");
        check("LGPLV2+", "LGPL-2.0-or-later");
        check("Apache-2.0+", "Apache-2.0+");
        check(
            "(GPLv2 OR GPLv3) AND GPLv2+ AND LGPLv2+ AND MIT",
            "(GPL-2.0-only OR GPL-3.0-only) AND GPL-2.0-or-later AND LGPL-2.0-or-later AND MIT",
        );
        check(
            "GPL-2.0-only with classpath-exception-2.0",
            "GPL-2.0-only WITH Classpath-exception-2.0",
        );
        check("GPL-2.0-with-classpath-exception", "GPL-2.0-with-classpath-exception");
        check("LicenseRef-a.b-1", "LicenseRef-a.b-1");
        check("DocumentRef-x:LicenseRef-y AND ISC", "DocumentRef-x:LicenseRef-y AND ISC");
        check("((MIT))", "((MIT))");
    }

    #[test]
    fn says_where_it_stopped_reading() {
        #[track_caller]
        fn check(text: &str, at: usize, expected: &str) {
            let refusal = Licence::parse(text).unwrap_err();
            assert_eq!((refusal.at, &*refusal.expected), (at, expected), "{text}");
        }

        check("", 0, "a licence");
        check("  ", 2, "a licence");
        check("BSD", 0, "a licence of the SPDX list");
        check("MIT AND GPL", 8, "a licence of the SPDX list");
        check("MIT AND PUBLIC-DOMAIN", 8, "a licence of the SPDX list");
        check("Apache License 2.0", 0, "a licence of the SPDX list");
        check("MIT License", 4, "`AND`, `OR`, `WITH` or `)`");
        check("MIT AND", 7, "a licence");
        check("MIT AND AND ISC", 8, "a licence of the SPDX list");
        check("MIT WITH", 8, "an exception");
        check("MIT WITH EXCEPTIONS", 9, "an exception of the SPDX list");
        check("GPL-2.0-only WITH GCC-exception-2.0 WITH x", 36, "`AND`, `OR` or `)`");
        check("(MIT", 0, "`)` for this parenthesis");
        check("(é", 1, "a licence of the SPDX list");
        check("MIT)", 3, "a licence expression before `)`");
        check("()", 1, "a licence of the SPDX list");
        check("GPL-2.0-only+", 0, "a licence of the SPDX list");
        check("LicenseRef-a_b", 0, "a licence of the SPDX list");
        check("NOASSERTION AND MIT", 0, "a licence of the SPDX list");
    }

    #[test]
    fn nothing_said_is_not_no_licence() {
        assert_eq!(Licence::parse("NOASSERTION"), Ok(Licence::NoAssertion));
        assert_eq!(Licence::parse("NONE"), Ok(Licence::None));
        assert!(matches!(Licence::parse("None"), Err(Malformed { at: 0, .. })));
    }

    #[test]
    fn old_names_lead_to_ids_of_the_list() {
        for (old, id) in OLD_NAMES {
            assert_eq!(licence(old).as_deref(), Some(id));
            assert_eq!(licence(id).as_deref(), Some(id));
            assert!(spdx::license_id(id).is_some(), "{id}");
        }
    }

    #[test]
    fn terms_carry_their_exception() {
        let text = "(MIT OR GPL-2.0 WITH Classpath-exception-2.0) AND ISC";
        let expression = Expression::parse(text).unwrap();
        let terms: Vec<_> = expression
            .terms()
            .iter()
            .map(|term| (term.licence(), term.exception()))
            .collect();
        let exception = Some("Classpath-exception-2.0");
        assert_eq!(terms, [("MIT", None), ("GPL-2.0-only", exception), ("ISC", None)]);
    }

    proptest! {
        #[test]
        fn what_is_read_is_put_right_once_and_the_strict_reader_takes_it(
            text in "(mit|GPL-2.0|lgplv2\\+|Apache-2.0\\+|LicenseRef-x|\\(|\\)| AND | or |/| WITH |Bison-exception-2.2|\\PC| ){0,9}"
        ) {
            match Expression::parse(&text) {
                Ok(expression) => {
                    let again = Expression::parse(expression.normal()).unwrap();
                    prop_assert_eq!(again.normal(), expression.normal());
                    let strict = spdx::Expression::parse(expression.normal());
                    prop_assert!(strict.is_ok(), "{} {strict:?}", expression.normal());
                }
                Err(refusal) => prop_assert!(refusal.at <= text.chars().count()),
            }
        }
    }
}
