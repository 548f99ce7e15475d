//! A sentence as words with their punctuation, and what kinds of word matter in it.

/// A word of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Without punctuation around it.
    pub(super) text: String,
    /// In lower case.
    pub(super) lower: String,
    /// The punctuation behind it.
    pub(super) end: End,
    /// Whether a bracket or a quotation mark opens in front of it.
    pub(super) opens: Opens,
}

/// The punctuation behind a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    None,
    Comma,
    Colon,
    Bracket,
}

/// Whether a bracket opens in front of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opens {
    No,
    Yes,
}

const MARKS: [char; 19] = [
    ',', '.', ';', ':', '(', ')', '[', ']', '*', '"', '“', '”', '\'', '‘', '’', '•', '!',
    '?', '‑',
];

/// Words of a sentence that are read; the longest that CISA has published has 300.
/// Every release is compared with the words and the releases in front of it, which a longer
/// sentence would draw out. What stands behind is no fix.
const WORDS_MAX: usize = 400;

/// Cuts a sentence into words; addresses of the network are none.
pub(super) fn words(sentence: &str) -> Vec<Word> {
    let spaced = sentence.replace(['–', '—', '\u{fffd}'], " - ").replace('\u{a0}', " ");
    let mut words = Vec::new();
    for raw in spaced.split_whitespace().take(WORDS_MAX) {
        let lower = raw.to_lowercase();
        if lower.contains("://") || lower.contains("www.") || raw.contains('@') {
            continue;
        }
        for piece in apart(raw) {
            let mut text = piece.trim_matches(MARKS.as_slice()).to_owned();
            // `13.3.4*` has a footnote, `12.7.*` is any 12.7.
            if piece.contains(".*") {
                text.push_str(".*");
            }
            let behind = piece.trim_start_matches(|c| !MARKS.contains(&c));
            let behind = if text.is_empty() { piece } else { behind };
            let end = if piece.ends_with(':') {
                End::Colon
            } else if behind.contains([')', ']']) {
                End::Bracket
            } else if piece.ends_with(',') {
                End::Comma
            } else {
                End::None
            };
            let opens = if piece.starts_with('(') { Opens::Yes } else { Opens::No };
            words.push(Word { lower: text.to_lowercase(), text, end, opens });
        }
    }
    words.retain(|word| !word.text.is_empty() || word.end == End::Colon);
    words
}

/// `13.0.1/14.0.2` are two words; `9/21/2018` is one.
fn apart(raw: &str) -> Vec<&str> {
    let number = |part: &str| {
        let part = part.trim_start_matches(['v', 'V']);
        part.starts_with(|c: char| c.is_ascii_digit()) && part.contains('.')
    };
    if raw.contains('/') && raw.split('/').all(number) {
        return raw.split('/').collect();
    }
    vec![raw]
}

/// What a word does to the number behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// It says nothing: `version`, `the`, a name.
    Plain,
    /// The number is a limit or that of those who need help.
    Old,
    /// The number is none of a release: `section`, `score`.
    Foreign,
    /// `supports`, `requires`.
    Needs,
    /// `to`.
    To,
    /// `in`, `with`, `by`: the word before decides.
    In,
    /// `update`, `upgrade`, `migrate`.
    Update,
    /// `install`, `apply`, `use`.
    Get,
    /// `released`, `available`.
    Release,
    /// `fixed`, `addressed`.
    Fixed,
    /// `but`, `if`, `which`: another clause.
    Break,
    /// Any other word in small letters.
    Other,
}

#[rustfmt::skip]
const PLAIN: &[&str] = &[
    "version", "versions", "ver", "vers", "v", "firmware", "software", "fw", "sw", "rev",
    "revision", "revisions", "build", "builds", "patch", "patches", "hotfix", "hotfixes",
    "the", "a", "an", "its", "their", "your", "latest", "new", "newest", "current",
    "currently", "following", "recent", "most", "or", "and", "as", "series", "family",
    "system", "systems", "device", "devices", "product", "products", "module", "modules",
    "package", "packages", "application", "controller", "controllers", "server", "client",
    "minimum", "at", "least", "respective", "stable", "official", "major", "minor",
    "maintenance", "security", "all", "any", "both", "either", "affected", "these",
    "this", "of", "support", "-", "+", "&", "|", "image", "model", "models", "unit", "units",
    "appropriate", "newer", "later", "corrected", "higher", "specific", "including",
];

#[rustfmt::skip]
const OLD: &[&str] = &[
    "before", "below", "than", "from", "through", "thru", "until", "till", "between",
    "under", "prior", "earlier", "for", "after", "above", "beyond", "exceeding", "running",
    "on", "to-date", "have", "has-been", "operating", "downgrade", "owning", "utilizing",
    "without", "lower", "older", "previous",
];

#[rustfmt::skip]
const FOREIGN: &[&str] = &[
    "section", "sections", "chapter", "chapters", "page", "pages", "table", "figure",
    "score", "scores", "cvss", "kb", "document", "bulletin", "number", "no", "nr",
    "manual", "guide", "call", "phone", "telephone", "tel", "fax", "port", "ports",
    "serial", "sn", "article", "rfc", "iec", "iso", "part", "notice", "step", "steps",
    "tls", "ssl", "framework", "item", "severity", "advisory", "see",
    "paragraph", "clause",
];

#[rustfmt::skip]
const NEEDS: &[&str] = &[
    "supports", "supported", "supporting", "require", "requires", "required",
    "requiring", "compatible", "tested", "needs", "runs", "incompatible",
];

#[rustfmt::skip]
const BREAK: &[&str] = &[
    "but", "however", "while", "whereas", "although", "though", "if", "when", "that",
    "which", "who", "because", "so", "where",
];

#[rustfmt::skip]
const GET: &[&str] = &[
    "install", "appl", "use", "using", "deploy", "download", "obtain", "adopt", "employ",
    "load", "flash", "get", "find",
];

#[rustfmt::skip]
const RELEASE: &[&str] = &[
    "releas", "publish", "issued", "issues", "provid", "offer", "introduc", "develop",
    "produc", "creat", "made", "deliver", "ship", "distribut", "availab", "includ",
    "contain", "implement", "incorporat", "present", "rolled",
];

const FIX: &[&str] = &[
    "fix", "resolv", "address", "correct", "mitigat", "remediat", "patch", "solv",
    "eliminat", "repair", "remov", "rectif",
];

/// What a word does to the number behind it.
pub(super) fn class(word: &Word) -> Class {
    let lower = word.lower.as_str();
    if lower.starts_with(['<', '≤']) {
        return Class::Old;
    }
    let begins = |stems: &[&str]| stems.iter().any(|stem| lower.starts_with(stem));
    match lower {
        "to" | "into" => Class::To,
        "in" | "with" | "by" | "since" | "is" | "are" | "was" | "were" | "via" => {
            Class::In
        }
        "product" | "service" | "services" => Class::Plain,
        _ if is_platform(lower) => Class::Foreign,
        _ if FOREIGN.contains(&lower) => Class::Foreign,
        _ if OLD.contains(&lower) => Class::Old,
        _ if PLAIN.contains(&lower) => Class::Plain,
        _ if BREAK.contains(&lower) => Class::Break,
        _ if NEEDS.contains(&lower) => Class::Needs,
        _ if is_update(lower) => Class::Update,
        _ if begins(FIX) => Class::Fixed,
        _ if begins(GET) => Class::Get,
        _ if begins(RELEASE) => Class::Release,
        _ if is_name(&word.text) => Class::Plain,
        _ => Class::Other,
    }
}

/// `update`, `upgrading`, `migrate`.
pub(super) fn is_update(lower: &str) -> bool {
    ["updat", "upgrad", "migrat", "transition", "switch", "convert"]
        .iter()
        .any(|stem| lower.starts_with(stem))
        || matches!(lower, "move" | "moving")
}

/// `fixes`, `addressed`, `resolve`.
pub(super) fn is_fix(lower: &str) -> bool {
    FIX.iter().any(|stem| lower.starts_with(stem))
}

/// Programs and protocols of others that devices stand on.
pub(super) fn is_platform(lower: &str) -> bool {
    [
        "windows", "java", ".net", "net", "linux", "android", "openssl", "sql", "tls",
        "smb", "http", "https", "snmp", "chrome", "firefox", "vxworks", "log4j", "jre",
        "jdk", "php", "apache", "tomcat", "python",
    ]
    .contains(&lower.trim_start_matches('.'))
}

/// A name: a capital or a digit in it.
pub(super) fn is_name(text: &str) -> bool {
    text.contains(|c: char| c.is_uppercase() || c.is_ascii_digit())
}

/// Words in capitals that are no names of products.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "cve", "cwe", "users", "user", "customers", "customer", "vulnerability", "january",
    "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december", "fixes", "note", "service", "pack", "cumulative", "please",
    "for", "if", "fixed", "or", "later", "sp", "tool", "installer", "login", "contact",
    "operating",
];

/// Whether a word names something: neither a word of the trade nor one that every
/// sentence has.
pub(super) fn names_something(word: &Word) -> bool {
    let lower = word.lower.as_str();
    let plain = PLAIN.contains(&lower)
        || COMMON.contains(&lower)
        || lower.starts_with("cve-")
        || lower.starts_with("cwe-")
        || super::super::product::says_nothing(lower);
    let verb = !matches!(class(word), Class::Plain | Class::Foreign);
    let letters = lower.chars().filter(|c| c.is_alphabetic()).count();
    is_name(&word.text) && letters >= 2 && lower.len() >= 3 && !plain && !verb
        || is_platform(lower)
}
