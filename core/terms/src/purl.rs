//! Package URLs.
//!
//! Source: ECMA-427, 1st edition (the PURL specification), and the type definitions of
//! package-url/purl-spec at `16f3d0e3` (2026-08-21).
//!
//! Reading normalises as the type demands (lower case, `_` to `-`), and a [`Purl`] prints
//! its canonical form. Fields borrow from the text where nothing had to be changed.
//!
//! Not here: what is inside a version or a `vers` qualifier.

mod encoding;
mod read;
mod rules;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::Malformed;

/// The name of a package wherever it comes from, and often its version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purl<'a> {
    ty: Cow<'a, str>,
    /// Decoded segments joined by `/`; empty where there is none.
    namespace: Cow<'a, str>,
    name: Cow<'a, str>,
    /// Empty where there is none.
    version: Cow<'a, str>,
    /// Sorted by key; keys are lower case, values are decoded and not empty.
    qualifiers: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// Decoded segments joined by `/`; empty where there is none.
    subpath: Cow<'a, str>,
}

/// The parts of a package URL, decoded, from which one is built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts<'a> {
    /// The type.
    pub ty: &'a str,
    /// Segments joined by `/`, or empty.
    pub namespace: &'a str,
    /// The name.
    pub name: &'a str,
    /// The version, or empty.
    pub version: &'a str,
    /// Keys and values in any order.
    pub qualifiers: &'a [(&'a str, &'a str)],
    /// Segments joined by `/`, or empty.
    pub subpath: &'a str,
}

/// Whether what a type definition requires, prohibits or permits is insisted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demands {
    /// A package URL that breaks them is refused.
    Enforced,
    /// They are waived: `pkg:golang/stdlib@1.22` and `pkg:deb/curl` are common in SBOMs
    /// and still say which package is meant. Normalisation is done all the same.
    Waived,
}

impl<'a> Purl<'a> {
    /// Reads a package URL that keeps every rule of its type.
    ///
    /// # Errors
    /// When `text` is no package URL, or breaks a rule of its type.
    pub fn parse(text: &'a str) -> Result<Self, Malformed> {
        read::read(text, Demands::Enforced)
    }

    /// Reads a package URL as SBOMs write it.
    ///
    /// # Errors
    /// When `text` is no package URL, or breaks a rule of its type that is enforced.
    pub fn parse_with(text: &'a str, demands: Demands) -> Result<Self, Malformed> {
        read::read(text, demands)
    }

    /// Builds a package URL of its parts.
    ///
    /// # Errors
    /// When a part is malformed, which the refusal shows, or what was built breaks a rule of
    /// its type, and then the refusal shows the whole.
    pub fn build(parts: &Parts<'a>) -> Result<Self, Malformed> {
        read::build(parts)
    }

    /// The type, in lower case.
    #[must_use]
    pub fn ty(&self) -> &str {
        &self.ty
    }

    /// The namespace: decoded segments joined by `/`.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        some(&self.namespace)
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        some(&self.version)
    }

    /// Keys and values, sorted by key.
    pub fn qualifiers(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.qualifiers.iter().map(|(key, value)| (&**key, &**value))
    }

    /// The value of the qualifier `key`.
    #[must_use]
    pub fn qualifier(&self, key: &str) -> Option<&str> {
        let at =
            self.qualifiers.binary_search_by(|(stated, _)| (**stated).cmp(key)).ok()?;
        self.qualifiers.get(at).map(|(_, value)| &**value)
    }

    /// The subpath: decoded segments joined by `/`.
    #[must_use]
    pub fn subpath(&self) -> Option<&str> {
        some(&self.subpath)
    }

    /// The same without version, qualifiers and subpath: what names the package itself.
    #[must_use]
    pub fn package(self) -> Self {
        Self {
            version: Cow::Borrowed(""),
            qualifiers: Vec::new(),
            subpath: Cow::Borrowed(""),
            ..self
        }
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Purl<'static> {
        let own = |part: Cow<'_, str>| Cow::Owned(part.into_owned());
        Purl {
            ty: own(self.ty),
            namespace: own(self.namespace),
            name: own(self.name),
            version: own(self.version),
            qualifiers: self
                .qualifiers
                .into_iter()
                .map(|(key, value)| (own(key), own(value)))
                .collect(),
            subpath: own(self.subpath),
        }
    }
}

impl FromStr for Purl<'static> {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Purl::parse(text).map(Purl::into_owned)
    }
}

impl fmt::Display for Purl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkg:{}/", self.ty)?;
        if !self.namespace.is_empty() {
            encoding::write_path(f, &self.namespace)?;
            f.write_str("/")?;
        }
        encoding::write(f, &self.name)?;
        if !self.version.is_empty() {
            f.write_str("@")?;
            encoding::write(f, &self.version)?;
        }
        for (position, (key, value)) in self.qualifiers.iter().enumerate() {
            write!(f, "{}{key}=", if position == 0 { '?' } else { '&' })?;
            encoding::write(f, value)?;
        }
        if !self.subpath.is_empty() {
            f.write_str("#")?;
            encoding::write_path(f, &self.subpath)?;
        }
        Ok(())
    }
}

fn some(part: &str) -> Option<&str> {
    (!part.is_empty()).then_some(part)
}
