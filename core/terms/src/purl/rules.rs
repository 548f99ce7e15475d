//! What each type of package URL demands of its parts.
//!
//! Source: `types/*-definition.json` of package-url/purl-spec at `16f3d0e3`. A type that
//! has no definition there demands nothing.
//!
//! Two definitions contradict their own notes. `golang` is said to be case-sensitive and
//! to be lower-cased: case is kept, as the Go module proxy does. `hackage` asks for
//! kebab-case of names that are case-sensitive and cannot hold anything else: kept.

use std::borrow::Cow;

/// The rules of one type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) namespace: Presence,
    pub(super) namespace_case: Case,
    pub(super) name: Name,
    pub(super) version_case: Case,
    pub(super) subpath_case: Case,
    /// A qualifier without which the package is not named.
    pub(super) qualifier: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Optional,
    Required,
    Prohibited,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Kept,
    Lowered,
    Raised,
}

/// How a name is spelt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Kept,
    Lowered,
    /// Lower case, and `-` for `_`.
    Pypi,
    /// Lower case, and `_` for everything but letters and digits.
    Pub,
    /// Kept, and no module: `::` is not permitted.
    Cpan,
    /// 32 letters from `a` to `p`.
    ChromeExtension,
    /// Lower case where Databricks keeps the model.
    Mlflow,
}

use Case::{Kept, Lowered, Raised};
use Presence::{Optional, Prohibited, Required};

const FREE: Rules = Rules {
    namespace: Optional,
    namespace_case: Kept,
    name: Name::Kept,
    version_case: Kept,
    subpath_case: Kept,
    qualifier: None,
};

/// The rules of `ty`, which is in lower case.
pub(super) fn of(ty: &str) -> Rules {
    match ty {
        "alpm" | "apk" | "bitbucket" | "composer" | "deb" | "github" => {
            lowered(Required, Name::Lowered)
        }
        "brew" | "hex" | "luarocks" => lowered(Optional, Name::Lowered),
        "qpkg" | "rpm" => lowered(Required, Name::Kept),
        "yocto" => lowered(Optional, Name::Kept),
        "vscode-extension" => {
            Rules { version_case: Lowered, ..lowered(Required, Name::Lowered) }
        }
        "git" | "golang" | "maven" | "swift" => Rules { namespace: Required, ..FREE },
        "huggingface" => Rules { namespace: Required, version_case: Lowered, ..FREE },
        "bazel" | "cargo" | "cocoapods" | "conda" | "cran" | "gem" | "hackage"
        | "nuget" | "opam" | "vcpkg" => alone(Name::Kept),
        "bitnami" => alone(Name::Lowered),
        "oci" => Rules { version_case: Lowered, ..alone(Name::Lowered) },
        "otp" => Rules { subpath_case: Lowered, ..alone(Name::Lowered) },
        "pub" => alone(Name::Pub),
        "pypi" => Rules { version_case: Lowered, ..alone(Name::Pypi) },
        "chrome-extension" => alone(Name::ChromeExtension),
        "mlflow" => alone(Name::Mlflow),
        "julia" => Rules { qualifier: Some("uuid"), ..alone(Name::Kept) },
        "swid" => Rules { qualifier: Some("tag_id"), ..FREE },
        "cpan" => Rules { namespace_case: Raised, name: Name::Cpan, ..FREE },
        _ => FREE,
    }
}

const fn lowered(namespace: Presence, name: Name) -> Rules {
    Rules { namespace, namespace_case: Lowered, name, ..FREE }
}

const fn alone(name: Name) -> Rules {
    Rules { namespace: Prohibited, name, ..FREE }
}

/// `text` in that case.
pub(super) fn cased(text: Cow<'_, str>, case: Case) -> Cow<'_, str> {
    match case {
        Kept => text,
        Lowered if text.bytes().any(|byte| byte.is_ascii_uppercase() || byte >= 0x80) => {
            Cow::Owned(text.to_lowercase())
        }
        Raised if text.bytes().any(|byte| byte.is_ascii_lowercase() || byte >= 0x80) => {
            Cow::Owned(text.to_uppercase())
        }
        Lowered | Raised => text,
    }
}

/// The name as its type spells it.
pub(super) fn spelt<'a, 'b>(
    name: Cow<'a, str>,
    rule: Name,
    repository_url: impl FnOnce() -> Option<&'b str>,
) -> Cow<'a, str> {
    match rule {
        Name::Kept | Name::Cpan => name,
        Name::Lowered | Name::ChromeExtension => cased(name, Lowered),
        Name::Pypi => replaced(cased(name, Lowered), |letter| letter == '_', "-"),
        Name::Pub => {
            let is_foreign =
                |letter: char| !matches!(letter, 'a'..='z' | '0'..='9' | '_');
            replaced(cased(name, Lowered), is_foreign, "_")
        }
        Name::Mlflow => match repository_url() {
            Some(url) if url.contains("databricks") => cased(name, Lowered),
            _ => name,
        },
    }
}

fn replaced<'a>(text: Cow<'a, str>, what: fn(char) -> bool, by: &str) -> Cow<'a, str> {
    if text.contains(what) { Cow::Owned(text.replace(what, by)) } else { text }
}

/// What is wrong with a name that has been spelt as its type demands.
pub(super) fn fault_of_name(name: &str, rule: Name) -> Option<(usize, &'static str)> {
    match rule {
        Name::Cpan => name.find("::").map(|at| (at, "a distribution, not a module")),
        Name::ChromeExtension => match name.find(|letter| !matches!(letter, 'a'..='p')) {
            Some(at) => Some((at, "a letter from `a` to `p`")),
            None if name.len() != 32 => Some((name.len().min(32), "32 letters")),
            None => None,
        },
        _ => None,
    }
}

/// What is wrong with a version, where the type permits certain ones only.
pub(super) fn fault_of_version(
    version: &str,
    rule: Name,
) -> Option<(usize, &'static str)> {
    if rule != Name::ChromeExtension || version.is_empty() {
        return None;
    }
    let mut at = 0;
    for (position, number) in version.split('.').enumerate() {
        if position == 4 {
            return Some((at - 1, "at most four numbers"));
        }
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits < number.len() {
            return Some((at + digits, "numbers joined by `.`"));
        }
        at += number.len() + 1;
    }
    None
}
