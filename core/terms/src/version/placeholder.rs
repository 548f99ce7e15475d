//! Texts that stand where a version should, and are none.
//!
//! Build tools leave them behind: a template that nobody filled in (`${log4j.version}`), what
//! Gradle and npm write where nobody gave a version (`unspecified`, `0.0.0`), a range or a
//! path out of a manifest, a branch, a commit. Lenient orders (Maven, Debian, rpm, RubyGems,
//! Conan) order them all the same, below every number or above it, and the component would be
//! outside a range without anybody knowing its version. So whoever reads the version of a
//! component asks here, once, before any record is held against it.
//!
//! Bounds of records are not asked about: who writes an advisory means what it says.

use super::Scheme;

/// Whether a text stands in for a version that nobody knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Placeholder {
    /// It is a version, as far as its form tells.
    #[default]
    No,
    /// It has no digit but zero: what tools write where they know none, and a version that
    /// may have been released all the same. A range that holds it holds; one that does not
    /// says nothing.
    Zero,
    /// It is none.
    Certain,
}

impl Placeholder {
    /// Whether `text` stands in for a version of `scheme`. Schemes in which commits and names
    /// are versions (`git`) or that order nothing are not asked.
    #[must_use]
    pub fn of(scheme: Scheme, text: &str) -> Self {
        let text = text.trim_ascii();
        if matches!(scheme, Scheme::Git | Scheme::Unknown | Scheme::Firmware) {
            return Self::No;
        }
        let text = match scheme {
            Scheme::Deb | Scheme::Rpm | Scheme::Alpm => without_epoch(text),
            _ => text,
        };
        if scheme == Scheme::Composer && is_composer_branch(text) {
            return Self::No;
        }
        if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return match scheme == Scheme::Maven && is_release_train(text) {
                true => Self::No,
                false => Self::Certain,
            };
        }
        if is_template(text)
            || is_range(scheme, text)
            || is_path(text)
            || is_branch(text)
            || is_commit(text)
            || (scheme == Scheme::Golang && text.contains(NO_TIME))
        {
            return Self::Certain;
        }
        match text.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
            true => Self::No,
            false => Self::Zero,
        }
    }
}

/// The time of a Go pseudo-version that stands for no version: the zero of Go's clock, which
/// the go command writes for what was replaced.
const NO_TIME: &str = "-00010101000000-";

/// Words before a dash or dot that name a branch, or say that nothing is known.
const BRANCHES: [&str; 21] = [
    "branch",
    "canary",
    "dev",
    "develop",
    "development",
    "head",
    "latest",
    "local",
    "main",
    "master",
    "missing",
    "nightly",
    "none",
    "null",
    "snapshot",
    "tbd",
    "trunk",
    "undefined",
    "unknown",
    "unspecified",
    "version",
];

fn without_epoch(text: &str) -> &str {
    match text.split_once(':') {
        Some((epoch, rest)) if epoch.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => text,
    }
}

/// `Finchley.RELEASE`: Spring's release trains are called by names, in alphabetical order.
fn is_release_train(text: &str) -> bool {
    text.strip_suffix(".RELEASE").is_some_and(|name| {
        name.len() >= 4
            && name.bytes().all(|byte| byte.is_ascii_alphabetic())
            && !is_branch(name)
    })
}

/// Composer's branches, which its own order knows: `dev-main`, `1.x-dev`.
fn is_composer_branch(text: &str) -> bool {
    let has =
        |part: Option<&str>| part.is_some_and(|part| part.eq_ignore_ascii_case("dev"));
    has(text.split('-').next().filter(|front| front.len() < text.len()))
        || has(text.rsplit_once('-').map(|(_, end)| end))
            && text.split('.').any(|step| step.eq_ignore_ascii_case("x-dev"))
}

/// A template that nobody filled in: `${revision}`, `1.0-$(rev)`, `{{version}}`, `@version@`,
/// `%VERSION%`.
fn is_template(text: &str) -> bool {
    let holds = |mark: u8| text.bytes().any(|byte| byte == mark);
    let twice = |mark: u8| text.bytes().filter(|byte| *byte == mark).count() > 1;
    holds(b'$') || holds(b'{') || twice(b'@') || twice(b'%')
}

/// What a manifest asks for, and not what it got: `^1.0`, `[1.0,2.0)`, `>=1.0 <2`, `1.x`,
/// `1.+`.
fn is_range(scheme: Scheme, text: &str) -> bool {
    let is_packaged =
        matches!(scheme, Scheme::Deb | Scheme::Rpm | Scheme::Apk | Scheme::Alpm);
    let any = |step: &str| matches!(step, "x" | "X" | "*" | "+");
    text.starts_with(['<', '>', '=', '^', '~', '!', '[', '(', ']'])
        || text.contains([',', '|', '*', '?'])
        || text.contains(" - ")
        || text.split('.').any(any)
        || (text.ends_with('+') && !is_packaged)
}

/// Where a package manager was told to find it: `file:../foo`, `npm:foo@1.0`, an address. An
/// epoch is a number, and stands before a colon too.
fn is_path(text: &str) -> bool {
    let has_protocol = text
        .split_once(':')
        .is_some_and(|(front, _)| front.starts_with(|c: char| c.is_ascii_alphabetic()));
    has_protocol || text.contains('/') || text.contains('\\')
}

/// A branch, or a word of [`BRANCHES`] with anything behind it.
fn is_branch(text: &str) -> bool {
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let word = text.get(..end).unwrap_or_default();
    let is_whole = text.get(end..).is_some_and(|rest| {
        !rest.starts_with(|c: char| c.is_ascii_digit() || c.is_alphabetic())
    });
    is_whole && BRANCHES.iter().any(|branch| word.eq_ignore_ascii_case(branch))
}

/// A commit, whole or short, alone or with something behind it: `abcdef1`,
/// `0a1b2c3d4e-SNAPSHOT`. A day (`20240203`, `20240203a`) is none.
fn is_commit(text: &str) -> bool {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let front = text.get(..end).unwrap_or_default();
    let letters = front.bytes().filter(|byte| !byte.is_ascii_digit()).count();
    let is_day = front.len() == 9
        && (front.starts_with("19") || front.starts_with("20"))
        && front.bytes().take(8).all(|byte| byte.is_ascii_digit());
    // `.` goes on with a number: `4a1b2c3d.1` is no commit's form.
    let goes_on = text.get(end..).is_some_and(|rest| rest.starts_with('.'));
    (7..=64).contains(&front.len())
        && front.bytes().all(|byte| byte.is_ascii_hexdigit())
        && (letters > 0 || front.len() >= 40)
        && !is_day
        && !goes_on
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(scheme: Scheme, texts: &[&str], expected: Placeholder) {
        for text in texts {
            assert_eq!(Placeholder::of(scheme, text), expected, "{scheme} {text}");
        }
    }

    const NONE: &[&str] = &[
        "unspecified",
        "undefined",
        "null",
        "latest",
        "LATEST",
        "RELEASE",
        "SNAPSHOT",
        "master",
        "HEAD",
        "${log4j.version}",
        "${v1}",
        "1.0-${rev2}",
        "@x@",
        "@v1@",
        "%V1%",
        "[1.0,2.0)",
        ">=1.0",
        "^1.0.0",
        "~> 1.2",
        "1.0 - 2.0",
        "1.x",
        "1.+",
        "1.*",
        "TBD",
        "see note",
        "?",
        "file:../foo",
        "file:../foo-1",
        "workspace:*",
        "npm:foo@1.0",
        "https://x/y1",
        "n.a.",
        "MISSING",
        "master-SNAPSHOT",
        "latest-1",
        "abcdef1",
        "dev",
        "deadbeefcafe1234567890abcdefdeadbeefcafe",
        "0a1b2c3d4e-SNAPSHOT",
        "1234567890123456789012345678901234567890",
        "{{version2}}",
        "$(git1)",
    ];

    #[test]
    fn what_is_no_version_is_told() {
        for scheme in
            [Scheme::Maven, Scheme::Rpm, Scheme::Deb, Scheme::Conan, Scheme::Gem]
        {
            check(scheme, NONE, Placeholder::Certain);
        }
        let no_time = ["v0.0.0-00010101000000-000000000000", "(devel)"];
        check(Scheme::Golang, &no_time, Placeholder::Certain);
        check(Scheme::Rpm, &["1:latest", "2:${version}-1"], Placeholder::Certain);
    }

    #[test]
    fn zero_may_be_a_version_and_may_be_none() {
        let zeros = ["0", "0.0", "0.0.0", "v0.0.0", "0.0.0-development", "0.0.0.0", "00"];
        for scheme in [Scheme::Maven, Scheme::Npm, Scheme::Deb, Scheme::Golang] {
            check(scheme, &zeros, Placeholder::Zero);
        }
    }

    #[test]
    fn what_is_a_version_stays_one() {
        let no = Placeholder::No;
        let real = "v0.0.0-20200101000000-abcdefabcdef";
        check(Scheme::Golang, &[real, "v0.0.1", "v2.0.0+incompatible"], no);
        let debian = [
            "20240203",
            "20240203a-1",
            "1:9.9.5.dfsg-3+deb8u1",
            "2.0~rc1-1",
            "0~20171227-0.2",
            "1.0+git20200101.abcdef1-2",
            "2024a-0+deb12u1",
            "0.1-1",
            "0-1",
            "1.2+",
            "7.88.1-10",
        ];
        check(Scheme::Deb, &debian, no);
        let rpm =
            ["2.9.1-6.el7_9.6", "1.0^git1-2", "0-25.20210520gitdd94f3f.el9", "0:1.2-3"];
        check(Scheme::Rpm, &rpm, no);
        let maven = [
            "r09",
            "2.0-beta9",
            "1.0-SNAPSHOT",
            "31.1-jre",
            "9.4.51.v20230217",
            "20231013",
            "Finchley.RELEASE",
            "Hoxton.SR1",
            "1.5.0-redhat-00001",
            "RELEASE110",
            "2.0.1.Final",
            "4.1.100.Final",
            "1.0.0.v201509231858",
            "1.5.0 (patched)",
            "20040616",
        ];
        check(Scheme::Maven, &maven, no);
        check(Scheme::Apk, &["1.2.4_git20230717-r4", "20230506-r0"], no);
        check(Scheme::Composer, &["dev-main", "1.x-dev", "dev-feature/x", "1.2.3"], no);
        check(Scheme::Conan, &["cci.20220201", "1.1.1w", "9e"], no);
        check(Scheme::Gem, &["1.2.3.pre1", "1.0.0.rc1"], no);
        check(Scheme::Gentoo, &["9999", "1.2.3-r1"], no);
        check(Scheme::Npm, &["1.0.0-beta.1", "2.0.0-alpha.0+abc"], no);
        check(Scheme::Git, &["abcdef1", "main"], no);
        check(Scheme::Unknown, &["latest"], no);
    }
}
