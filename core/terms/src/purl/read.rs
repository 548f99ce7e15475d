//! From a text, or from parts, to a package URL.
//!
//! Source: ECMA-427 §5, `how-to-parse` and `how-to-build` of package-url/purl-spec.

use std::borrow::Cow;

use super::rules::{self, Case, Presence, Rules};
use super::{Demands, Parts, Purl, encoding};
use crate::Malformed;

const TERM: &str = "package URL";

/// A part of the text that is read, and where it stands in the whole.
#[derive(Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    at: usize,
}

type Qualifiers<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// A fault: a byte offset in the whole text, and what should have stood there.
type Fault = (usize, &'static str);

pub(super) fn read(text: &str, demands: Demands) -> Result<Purl<'_>, Malformed> {
    purl(text, demands)
        .map_err(|(at, expected)| Malformed::at_byte(TERM, text, at, expected))
}

fn purl(text: &str, demands: Demands) -> Result<Purl<'_>, Fault> {
    let whole = Piece { text, at: 0 };
    let (rest, subpath) = whole.split_last('#');
    let (rest, qualifiers) = rest.split_last('?');
    let rest = scheme(rest)?;
    let (ty, rest) = package_type(rest)?;
    let (rest, version) = rest.trimmed_end().split_version();
    // `…/@1.0` names nothing: only a text without a version may end in slashes.
    let (namespace, name) = rest.split_name();

    let read = Purl {
        ty,
        namespace: path(namespace, Dots::Kept, demands)?,
        name: decode(name)?,
        version: version.map_or(Ok(Cow::Borrowed("")), decode)?,
        qualifiers: qualifiers.map_or(Ok(Vec::new()), read_qualifiers)?,
        subpath: subpath
            .map_or(Ok(Cow::Borrowed("")), |piece| path(piece, Dots::Dropped, demands))?,
    };
    if read.name.is_empty() {
        return Err((name.at, "a name"));
    }
    let rules = rules::of(&read.ty);
    let read = normalised(read, rules);
    if demands == Demands::Enforced {
        let places = Places {
            namespace: namespace.at,
            name: name.at,
            version: version.map_or(text.len(), |piece| piece.at),
            end: text.len(),
        };
        demanded(&read, rules, places)?;
    }
    Ok(read)
}

/// Builds a package URL of decoded parts.
pub(super) fn build<'a>(parts: &Parts<'a>) -> Result<Purl<'a>, Malformed> {
    let refuse =
        |part: &str, (at, expected): Fault| Malformed::at_byte(TERM, part, at, expected);
    let ty = Piece { text: parts.ty, at: 0 };
    let mut qualifiers = Vec::with_capacity(parts.qualifiers.len());
    for (key, value) in parts.qualifiers {
        let key = qualifier_key(Piece { text: key, at: 0 })
            .map_err(|fault| refuse(key, fault))?;
        if !value.is_empty() {
            qualifiers.push((key, Cow::Borrowed(*value)));
        }
    }
    let (namespace, name) = namespace_and_name(parts);
    let read = Purl {
        ty: type_word(ty).map_err(|fault| refuse(parts.ty, fault))?,
        namespace,
        name,
        version: Cow::Borrowed(parts.version),
        qualifiers: sorted(qualifiers, 0).map_err(|fault| refuse("", fault))?,
        subpath: joined(parts.subpath, Dots::Dropped),
    };
    if read.name.is_empty() {
        return Err(refuse(parts.name, (0, "a name")));
    }
    let rules = rules::of(&read.ty);
    let read = normalised(read, rules);
    let places = Places { namespace: 0, name: 0, version: 0, end: 0 };
    demanded(&read, rules, places)
        .map_err(|(_, expected)| refuse(&read.to_string(), (0, expected)))?;
    Ok(read)
}

/// The two parts, without empty segments.
///
/// The name of a `git` repository is its path on the host. A text ends its name at the
/// last slash, so what stands before that belongs to the namespace here too.
fn namespace_and_name<'a>(parts: &Parts<'a>) -> (Cow<'a, str>, Cow<'a, str>) {
    let namespace = joined(parts.namespace, Dots::Kept);
    let name = parts.name.trim_matches('/');
    match name.rsplit_once('/') {
        Some((path, name)) if parts.ty.eq_ignore_ascii_case("git") => {
            let whole = format!("{namespace}/{path}");
            (Cow::Owned(joined(&whole, Dots::Kept).into_owned()), Cow::Borrowed(name))
        }
        _ => (namespace, Cow::Borrowed(name)),
    }
}

fn scheme(piece: Piece<'_>) -> Result<Piece<'_>, Fault> {
    match piece.text.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case("pkg:") => {
            Ok(piece.from(4).trimmed_start())
        }
        _ => Err((0, "`pkg:`")),
    }
}

fn package_type(piece: Piece<'_>) -> Result<(Cow<'_, str>, Piece<'_>), Fault> {
    let Some(slash) = piece.text.find('/') else {
        // A fault in the word itself is nearer to the truth than the missing slash.
        type_word(piece)?;
        return Err((piece.at + piece.text.len(), "`/` and a name"));
    };
    let ty = type_word(piece.to(slash))?;
    Ok((ty, piece.from(slash + 1)))
}

fn type_word(piece: Piece<'_>) -> Result<Cow<'_, str>, Fault> {
    if !piece.text.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return Err((piece.at, "a type that begins with a letter"));
    }
    // `+` was permitted before ECMA-427.
    let is_foreign = |letter: char| {
        !(letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '+'))
    };
    match piece.text.find(is_foreign) {
        Some(at) => Err((piece.at + at, "a letter, a digit, `.` or `-` of the type")),
        None => Ok(rules::cased(Cow::Borrowed(piece.text), Case::Lowered)),
    }
}

fn read_qualifiers(piece: Piece<'_>) -> Result<Qualifiers<'_>, Fault> {
    let mut qualifiers = Vec::new();
    for pair in piece.split('&').filter(|pair| !pair.text.is_empty()) {
        let Some(equals) = pair.text.find('=') else {
            return Err((pair.at + pair.text.len(), "`=` and a value"));
        };
        let key = qualifier_key(pair.to(equals))?;
        let value = decode(pair.from(equals + 1))?;
        if !value.is_empty() {
            qualifiers.push((key, value));
        }
    }
    sorted(qualifiers, piece.at)
}

fn qualifier_key(piece: Piece<'_>) -> Result<Cow<'_, str>, Fault> {
    if !piece.text.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return Err((piece.at, "a key that begins with a letter"));
    }
    let is_foreign = |letter: char| {
        !(letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_'))
    };
    match piece.text.find(is_foreign) {
        Some(at) => Err((piece.at + at, "a letter, a digit, `.`, `-` or `_` of the key")),
        None => Ok(rules::cased(Cow::Borrowed(piece.text), Case::Lowered)),
    }
}

fn sorted<'a>(
    mut qualifiers: Qualifiers<'a>,
    at: usize,
) -> Result<Qualifiers<'a>, Fault> {
    qualifiers.sort_by(|(a, _), (b, _)| a.cmp(b));
    let twice = |pair: &[(Cow<'_, str>, Cow<'_, str>)]| matches!(pair, [(a, _), (b, _)] if a == b);
    if qualifiers.windows(2).any(twice) {
        return Err((at, "each key once"));
    }
    Ok(qualifiers)
}

/// Whether the segments `.` and `..` stay.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dots {
    Kept,
    Dropped,
}

/// Decoded segments joined by `/`, without empty ones.
fn path(piece: Piece<'_>, dots: Dots, demands: Demands) -> Result<Cow<'_, str>, Fault> {
    if !piece.text.contains('%') {
        return Ok(joined(piece.text, dots));
    }
    let mut path = String::with_capacity(piece.text.len());
    for segment in piece.split('/') {
        let decoded = decode(segment)?;
        if decoded.contains('/') && demands == Demands::Enforced {
            return Err((segment.at, "a segment without an encoded `/`"));
        }
        for part in decoded.split('/').filter(|part| stays(part, dots)) {
            if !path.is_empty() {
                path.push('/');
            }
            path.push_str(part);
        }
    }
    Ok(Cow::Owned(path))
}

fn joined(path: &str, dots: Dots) -> Cow<'_, str> {
    if path.is_empty() || path.split('/').all(|segment| stays(segment, dots)) {
        return Cow::Borrowed(path);
    }
    let kept: Vec<&str> =
        path.split('/').filter(|segment| stays(segment, dots)).collect();
    Cow::Owned(kept.join("/"))
}

fn stays(segment: &str, dots: Dots) -> bool {
    match segment {
        "" => false,
        "." | ".." => dots == Dots::Kept,
        _ => true,
    }
}

fn decode(piece: Piece<'_>) -> Result<Cow<'_, str>, Fault> {
    encoding::decode(piece.text)
        .map_err(|at| (piece.at + at, "`%` and two hexadecimal digits of UTF-8"))
}

fn normalised(mut purl: Purl<'_>, rules: Rules) -> Purl<'_> {
    let name = std::mem::take(&mut purl.name);
    let name = rules::spelt(name, rules.name, || purl.qualifier("repository_url"));
    Purl {
        namespace: rules::cased(purl.namespace, rules.namespace_case),
        name,
        version: rules::cased(purl.version, rules.version_case),
        subpath: rules::cased(purl.subpath, rules.subpath_case),
        ..purl
    }
}

/// Where the parts stand in the text.
#[derive(Clone, Copy)]
struct Places {
    namespace: usize,
    name: usize,
    version: usize,
    end: usize,
}

fn demanded(purl: &Purl<'_>, rules: Rules, places: Places) -> Result<(), Fault> {
    match (rules.namespace, purl.namespace.is_empty()) {
        (Presence::Required, true) => {
            return Err((places.namespace, "a namespace, which the type requires"));
        }
        (Presence::Prohibited, false) => {
            return Err((places.namespace, "no namespace, which the type prohibits"));
        }
        _ => {}
    }
    if let Some((at, expected)) = rules::fault_of_name(&purl.name, rules.name) {
        return Err((places.name + at, expected));
    }
    if let Some((at, expected)) = rules::fault_of_version(&purl.version, rules.name) {
        return Err((places.version + at, expected));
    }
    match rules.qualifier {
        Some(key) if purl.qualifier(key).is_none() => Err((
            places.end,
            match key {
                "uuid" => "the qualifier `uuid`, which the type requires",
                _ => "the qualifier `tag_id`, which the type requires",
            },
        )),
        _ => Ok(()),
    }
}

impl<'a> Piece<'a> {
    fn from(self, at: usize) -> Self {
        Self { text: self.text.get(at..).unwrap_or(""), at: self.at + at }
    }

    fn to(self, end: usize) -> Self {
        Self { text: self.text.get(..end).unwrap_or(""), at: self.at }
    }

    fn trimmed_start(self) -> Self {
        self.from(self.text.len() - self.text.trim_start_matches('/').len())
    }

    fn trimmed_end(self) -> Self {
        self.to(self.text.trim_end_matches('/').len())
    }

    fn split_last(self, mark: char) -> (Self, Option<Self>) {
        match self.text.rfind(mark) {
            Some(at) => (self.to(at), Some(self.from(at + mark.len_utf8()))),
            None => (self, None),
        }
    }

    /// At the last `@`, but not at that of a scope that somebody forgot to encode
    /// (`pkg:npm/@angular/animation`).
    fn split_version(self) -> (Self, Option<Self>) {
        let (before, after) = self.split_last('@');
        match after {
            Some(version) if version.text.contains('/') && before.ends_a_segment() => {
                (self, None)
            }
            _ => (before, after),
        }
    }

    fn ends_a_segment(self) -> bool {
        self.text.is_empty() || self.text.ends_with('/')
    }

    fn split_name(self) -> (Self, Self) {
        match self.text.rfind('/') {
            Some(at) => (self.to(at), self.from(at + 1)),
            None => (self.to(0), self),
        }
    }

    fn split(self, mark: char) -> impl Iterator<Item = Self> {
        let mut at = self.at;
        self.text.split(mark).map(move |text| {
            let piece = Self { text, at };
            at += text.len() + mark.len_utf8();
            piece
        })
    }
}
