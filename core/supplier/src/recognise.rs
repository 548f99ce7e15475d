//! The front door: which document of a supplier is this?
//!
//! Told by content alone. What is none of them may still be an advisory or an SBOM, so
//! being none is no fault here.

use reading::{Parsed, Rejected, text};

use crate::breaches::{self, BreachReport};
use crate::cna::{self, CnaList};
use crate::dossier::{self, Dossier};
use crate::fda::{self, FdaAnswer};
use crate::provider::{self, ProviderMetadata};
use crate::security_txt::{self, SecurityTxt};

/// A document that was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Document {
    /// `security.txt`.
    SecurityTxt(Box<SecurityTxt>),
    /// Metadata of a CSAF provider.
    Provider(Box<ProviderMetadata>),
    /// The export of the breach portal.
    Breaches(BreachReport),
    /// The list of CVE numbering authorities.
    Cnas(CnaList),
    /// An answer of openFDA.
    Fda(FdaAnswer),
    /// A dossier of the house.
    Dossier(Box<Dossier>),
}

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is a module")]
pub enum Kind {
    SecurityTxt,
    Provider,
    Breaches,
    Cnas,
    Fda,
    Dossier,
}

impl Kind {
    /// In words, for a page.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::SecurityTxt => "security.txt",
            Self::Provider => "metadata of a CSAF provider",
            Self::Breaches => "breach report",
            Self::Cnas => "list of CVE numbering authorities",
            Self::Fda => "answer of openFDA",
            Self::Dossier => "dossier",
        }
    }
}

/// How far into a document the members that tell it are looked for.
const HEAD: usize = 8 * 1024;

/// What a document is; `None` where it is none of these, or no text.
#[must_use]
pub fn kind(bytes: &[u8]) -> Option<Kind> {
    let text = text::decode(bytes).ok()?;
    let trimmed = text.trim_start();
    let end = trimmed.char_indices().nth(HEAD).map_or(trimmed.len(), |(end, _)| end);
    let head = trimmed.get(..end)?;
    let names = |member: &str| head.contains(&format!("\"{member}\""));
    match trimmed.as_bytes().first()? {
        b'{' if names("canonical_url") && trimmed.contains("\"metadata_version\"") => {
            Some(Kind::Provider)
        }
        b'{' if names("meta") && names("results") && is_fda(head) => Some(Kind::Fda),
        b'{' if names("error") && names("code") && names("message") => Some(Kind::Fda),
        b'[' if names("organizationName") && names("shortName") => Some(Kind::Cnas),
        b'{' | b'<' => None,
        _ if breaches::is_breach_report(trimmed) => Some(Kind::Breaches),
        _ if dossier::is_dossier(head) => Some(Kind::Dossier),
        _ if security_txt::is_security_txt(&text) => Some(Kind::SecurityTxt),
        _ => None,
    }
}

/// openFDA names its licence and terms in each answer; a file that was put together by hand
/// has at least records.
fn is_fda(head: &str) -> bool {
    ["open.fda.gov", "recalling_firm", "applicant", "owner_operator"]
        .iter()
        .any(|word| head.contains(word))
}

/// Reads a document of a kind that [`kind`] told.
///
/// # Errors
/// When it is not what it seems to be, or passes a limit.
pub fn parse(kind: Kind, bytes: &[u8]) -> Result<Parsed<Document>, Rejected> {
    fn with<T>(parsed: Parsed<T>, make: impl Fn(T) -> Document) -> Parsed<Document> {
        Parsed { value: make(parsed.value), notes: parsed.notes }
    }

    Ok(match kind {
        Kind::SecurityTxt => with(security_txt::parse(bytes)?, |read| {
            Document::SecurityTxt(Box::new(read))
        }),
        Kind::Provider => {
            with(provider::parse(bytes)?, |read| Document::Provider(Box::new(read)))
        }
        Kind::Breaches => with(breaches::parse(bytes)?, Document::Breaches),
        Kind::Cnas => with(cna::parse(bytes)?, Document::Cnas),
        Kind::Fda => with(fda::parse(bytes)?, Document::Fda),
        Kind::Dossier => {
            with(dossier::parse(bytes)?, |read| Document::Dossier(Box::new(read)))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_known_by_its_content() {
        #[track_caller]
        fn check(text: &str, expected: Option<Kind>) {
            assert_eq!(kind(text.as_bytes()), expected, "{text}");
        }

        check("Contact: mailto:a@b\n", Some(Kind::SecurityTxt));
        check(
            "-----BEGIN PGP SIGNED MESSAGE-----\n\nContact: a:b\n",
            Some(Kind::SecurityTxt),
        );
        check(
            "{\"canonical_url\":\"x\",\"metadata_version\":\"2.0\"}",
            Some(Kind::Provider),
        );
        check("{\"meta\":{},\"results\":[{\"recalling_firm\":\"A\"}]}", Some(Kind::Fda));
        check("{\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"x\"}}", Some(Kind::Fda));
        check("[{\"shortName\":\"a\",\"organizationName\":\"A\"}]", Some(Kind::Cnas));
        check(
            "\u{feff}\"Name of Covered Entity\",\"State\",\"Breach Submission Date\"\n",
            Some(Kind::Breaches),
        );
        check("# ours\ndossier = 1\nname = \"Acme\"\n", Some(Kind::Dossier));
        check("{\"document\":{}}", None);
        check("{\"bomFormat\":\"CycloneDX\"}", None);
        check("SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\n", None);
        check("<html>Contact: x</html>", None);
        check("-----BEGIN PGP SIGNATURE-----\n", None);
        check("", None);
    }

    #[test]
    fn what_is_no_text_is_none_of_them() {
        assert_eq!(kind(b"\xff\xfe\xfd"), None);
        assert_eq!(kind(b"%PDF-1.7\n\xe2\xe3"), None);
        assert_eq!(kind(&[0; 64]), None);
    }
}
