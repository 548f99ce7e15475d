//! The texts of a leaf, taken from its branches and its full name.

use advisory::Product as Fact;

use super::leaf::Sheet;

/// Texts of a leaf are read up to here; the longest that CISA has published is of 764
/// bytes. Names and versions are compared pair by pair, which a longer text would draw out.
const TEXT_BYTES_MAX: usize = 2048;

/// The texts of a leaf, apart.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) vendor: String,
    pub(super) name: String,
    pub(super) version: Option<String>,
    /// The full name without the product's name in front.
    pub(super) tail: String,
    /// The beginning of a text about versions that is longer than the limit.
    pub(super) too_long: Option<String>,
}

impl Source {
    pub(super) fn of(sheet: &Sheet<'_>, fact: &Fact) -> Self {
        let branches = match &fact.relationship {
            Some((_, component, platform)) => {
                let of =
                    |id: &str| sheet.product(id).map(|other| other.branches.as_slice());
                let component = of(component).filter(|branches| !branches.is_empty());
                component.or_else(|| of(platform)).unwrap_or_default()
            }
            None => fact.branches.as_slice(),
        };
        let branch = |category: &str| {
            branches
                .iter()
                .rev()
                .find(|branch| branch.category == category)
                .map(|branch| branch.name.trim())
        };
        let vendor = blanks(upto_limit(branch("vendor").unwrap_or_default()));
        let family = branch("product_family");
        let name = match (family, branch("product_name")) {
            (Some(family), Some(name))
                if !name.to_lowercase().contains(&family.to_lowercase()) =>
            {
                format!("{family} {name}")
            }
            (_, Some(name)) => name.to_owned(),
            (Some(family), None) => family.to_owned(),
            (None, None) => head(&fact.name).to_owned(),
        };
        let name = blanks(upto_limit(&name));
        let version =
            branch("product_version_range").or_else(|| branch("product_version"));
        let full = upto_limit(&fact.name);
        let too_long = [version.unwrap_or_default(), fact.name.as_str()]
            .into_iter()
            .find(|text| text.len() > TEXT_BYTES_MAX)
            .map(|text| upto_limit(text).to_owned());
        let tail = tail(&blanks(full), &name, &vendor);
        let version = version.map(|text| blanks(upto_limit(text)));
        Self { vendor, name, version, tail, too_long }
    }
}

/// With plain blanks for those that do not break the line.
fn blanks(text: &str) -> String {
    text.replace(['\u{a0}', '\u{2007}', '\u{202f}', '\u{2009}'], " ")
}

/// A text, or as much of it as is read.
pub(super) fn upto_limit(text: &str) -> &str {
    text.get(..text.floor_char_boundary(TEXT_BYTES_MAX)).unwrap_or(text)
}

/// A full name without the versions behind a colon, which is not that of `vers:generic/<2.0`.
fn head(name: &str) -> &str {
    let mut colons = name.match_indices(':').map(|(at, _)| at);
    let end = colons.find(|at| name.get(..*at).is_some_and(|it| !it.ends_with("vers")));
    end.and_then(|end| name.get(..end)).unwrap_or(name).trim()
}

/// What a full name says behind the product's name.
fn tail(full: &str, name: &str, vendor: &str) -> String {
    let found = full.to_lowercase().rfind(&name.to_lowercase());
    let behind = found.and_then(|at| full.get(at + name.len()..));
    let text = match (behind, full.split_once(':')) {
        (Some(behind), _) => behind,
        (None, Some((_, tail))) => tail,
        (None, None) => full.strip_prefix(vendor).unwrap_or(full),
    };
    text.trim_start_matches([':', ' ', '-', '–']).trim().to_owned()
}
