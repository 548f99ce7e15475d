//! The words of CycloneDX, and of those who extend it.

use reading::text::quoted;

use crate::{Aggregate, Component, Kind, Phase};

/// Names of properties that hold the level of support, without prefix, case and marks.
///
/// CycloneDX has no field for what the FDA asks (guidance on section 524B, V.A.4). These are
/// the names met in documents: `Level of Support`, `fda:support:level`, `supportStatus`.
const SUPPORT_LEVEL: [&str; 4] =
    ["levelofsupport", "softwarelevelofsupport", "supportlevel", "supportstatus"];

/// Names of properties that hold the date of the end of support. An end of *life* is
/// another date, and is not taken for it.
const SUPPORT_END: [&str; 7] = [
    "endofsupport",
    "endofsupportdate",
    "softwareendofsupportdate",
    "supportend",
    "supportenddate",
    "eos",
    "eosdate",
];

/// Whether that version of the specification is known.
pub(super) fn is_known_version(spec: &str) -> bool {
    matches!(spec, "1.0" | "1.1" | "1.2" | "1.3" | "1.4" | "1.5" | "1.6" | "1.7")
}

/// A word of `type`.
pub(super) fn kind(word: &str) -> Option<Kind> {
    Some(match word {
        "application" => Kind::Application,
        "framework" => Kind::Framework,
        "library" => Kind::Library,
        "container" => Kind::Container,
        "platform" => Kind::Platform,
        "operating-system" => Kind::OperatingSystem,
        "device" => Kind::Device,
        "device-driver" => Kind::DeviceDriver,
        "firmware" => Kind::Firmware,
        "file" => Kind::File,
        "machine-learning-model" => Kind::MachineLearningModel,
        "data" => Kind::Data,
        "cryptographic-asset" => Kind::CryptographicAsset,
        _ => return None,
    })
}

/// A word of `phase`; [`Phase::Other`] where the standard has no such word.
pub(super) fn phase(word: &str) -> Phase {
    match word.trim() {
        "design" => Phase::Design,
        "pre-build" => Phase::Source,
        "build" => Phase::Build,
        "post-build" => Phase::Built,
        "operations" => Phase::Operations,
        "discovery" => Phase::Discovery,
        "decommission" => Phase::Decommission,
        _ => Phase::Other,
    }
}

/// What is said of a word that is none of `phase`.
pub(super) fn no_phase(word: &str) -> String {
    format!("{} is no phase in CycloneDX, kept as written", quoted(word))
}

/// A word of `aggregate`.
pub(super) fn aggregate(word: &str) -> Option<Aggregate> {
    Some(match word {
        "complete" => Aggregate::Complete,
        "unknown" | "not_specified" => Aggregate::Unknown,
        // `incomplete_first_party_only`, `incomplete_third_party_opensource_only`, …
        _ if word == "incomplete" || word.starts_with("incomplete_") => {
            Aggregate::Incomplete
        }
        _ => return None,
    })
}

/// Takes a property that speaks of support.
pub(super) fn support(component: &mut Component, name: &str, value: &str) {
    if value.trim().is_empty() {
        return;
    }
    let support = &mut component.support;
    if is_named(name, &SUPPORT_LEVEL) {
        support.level.get_or_insert_with(|| value.to_owned());
    } else if is_named(name, &SUPPORT_END) {
        support.end.get_or_insert_with(|| value.to_owned());
    }
}

/// Takes a property in which Trivy or syft names the source package: distributions write
/// advisories about those.
pub(super) fn source_package(component: &mut Component, name: &str, value: &str) {
    let source = &mut component.source_package;
    let part = match name {
        "aquasecurity:trivy:SrcName"
        | "syft:metadata:source"
        | "syft:metadata:originPackage" => &mut source.name,
        "aquasecurity:trivy:SrcVersion" | "syft:metadata:sourceVersion" => {
            &mut source.version
        }
        "aquasecurity:trivy:SrcRelease" => &mut source.release,
        "aquasecurity:trivy:SrcEpoch" => &mut source.epoch,
        _ => return,
    };
    if part.is_empty() {
        value.trim().clone_into(part);
    }
}

/// Whether the last part of a property's name, or its last two, is one of `words`.
fn is_named(name: &str, words: &[&str]) -> bool {
    let last = name.rfind(':').map_or(0, |at| at + 1);
    let before = name.get(..last.saturating_sub(1)).unwrap_or_default();
    let two = before.rfind(':').map_or(0, |at| at + 1);
    [last, two].into_iter().any(|from| {
        let name = name.get(from..).unwrap_or_default();
        let letters = || {
            name.chars()
                .filter(char::is_ascii_alphanumeric)
                .map(|c| c.to_ascii_lowercase())
        };
        words.iter().any(|word| letters().eq(word.chars()))
    })
}

#[cfg(test)]
mod tests {
    use reading::Place;

    use super::*;

    #[test]
    fn properties_about_support_are_told_by_their_names() {
        #[track_caller]
        fn check(name: &str, level: Option<&str>, end: Option<&str>) {
            let mut component = Component::at(Place::Document);
            support(&mut component, name, "x");
            assert_eq!(component.support.level.as_deref(), level, "{name}");
            assert_eq!(component.support.end.as_deref(), end, "{name}");
        }

        check("Level of Support", Some("x"), None);
        check("level_of_support", Some("x"), None);
        check("fda:levelOfSupport", Some("x"), None);
        check("fda:support:level", Some("x"), None);
        check("supportStatus", Some("x"), None);
        check("End-of-Support", None, Some("x"));
        check("acme:end-of-support-date", None, Some("x"));
        check("EOS", None, Some("x"));
        check("cdx:support:end", None, Some("x"));
        check("syft:distro:extendedSupport", None, None);
        check("endOfLife", None, None);
        check("support", None, None);
        check("level", None, None);
        check("", None, None);
        check(":", None, None);
        check("é:ß", None, None);
    }
}
