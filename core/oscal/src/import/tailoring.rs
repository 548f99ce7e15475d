//! A profile, as the file in which an organisation says what it makes of our catalog.
//!
//! What the profile leaves out does not apply, with its reason where it has one of ours. Leaving
//! out takes a control out of the number, so the file says of each that a person should look.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use posture::{Audience, Control, Side, Tailoring, catalog};
use reading::{Notes, Place, Rejected, text};

use super::{Made, comment, control, quoted};
use crate::metadata::{Property, ours};
use crate::profile::{Import, Profile, Selection};

const HINT: &str = "only a profile of our catalog becomes a tailoring: `lazaret oscal export \
                    catalog` writes the catalog";

/// Makes a tailoring of a profile.
///
/// # Errors
/// When the profile selects nothing of our catalog, or says of it what no tailoring can.
pub fn tailoring(profile: &Profile) -> Result<Made, Rejected> {
    let mut notes = Notes::new();
    let selected = selected(profile, &mut notes)?;
    let mut text = comment(
        "Made of an OSCAL profile; look at what does not apply before it counts.",
    );
    text.push_str(&comment(&profile.metadata.title));
    text.push_str("organisation = 1\n");
    let name =
        profile.metadata.parties.iter().find_map(|party| {
            party.name.as_deref().filter(|_| party.kind == "organization")
        });
    let name = name.unwrap_or(&profile.metadata.title);
    let (side, word) = match ours(&profile.metadata.props, "side") {
        "supplier" => (Side::Supplier, "supplier"),
        _ => (Side::Provider, "provider"),
    };
    // Writing into a text cannot fail.
    let _ = writeln!(text, "name = {}\nside = \"{word}\"", quoted(name));
    ages(profile, &mut text, &mut notes);
    let owners = owners(profile, &mut notes);
    let mut parameters = parameters(profile, &mut notes);
    for one in catalog().controls() {
        let set = parameters.remove(one.id()).unwrap_or_default();
        let own = Own {
            owner: owners.get(one.id()).copied().unwrap_or_default(),
            parameters: set,
            reason: match selected.contains(one.id()) {
                true => None,
                false => reason(profile, one, side),
            },
        };
        own.write(one, &mut text);
    }
    // What is written here is read as a person's file would be.
    Tailoring::parse(text.as_bytes())?;
    Ok(Made { text, notes: notes.finish() })
}

/// What a profile makes of one control.
struct Own<'p> {
    owner: &'p str,
    parameters: BTreeMap<String, i64>,
    reason: Option<String>,
}

impl Own<'_> {
    fn write(&self, control: Control, text: &mut String) {
        if self.owner.is_empty() && self.parameters.is_empty() && self.reason.is_none() {
            return;
        }
        let _ = write!(text, "\n[[control]]\nid = {}\n", quoted(control.id()));
        if let Some(reason) = &self.reason {
            let _ = writeln!(text, "not_applicable = {}", quoted(reason));
        }
        if !self.owner.is_empty() {
            let _ = writeln!(text, "owner = {}", quoted(self.owner));
        }
        if !self.parameters.is_empty() {
            let set =
                self.parameters.iter().map(|(name, value)| format!("{name} = {value}"));
            let set: Vec<String> = set.collect();
            let _ = writeln!(text, "parameters = {{ {} }}", set.join(", "));
        }
    }
}

/// Why a control is left out; `None` where its side says so already.
fn reason(profile: &Profile, control: Control, side: Side) -> Option<String> {
    let said = profile.metadata.props.iter().find(|prop| {
        prop.is_ours("not-applicable") && prop.class.as_deref() == Some(control.id())
    });
    if side == Side::Supplier && control.audience() == Audience::Provider {
        return None;
    }
    Some(said.map_or_else(
        || format!("left out of the profile: {}", profile.metadata.title),
        |prop| prop.value.clone(),
    ))
}

/// The controls that a profile selects.
fn selected(
    profile: &Profile,
    notes: &mut Notes,
) -> Result<BTreeSet<&'static str>, Rejected> {
    let mut selected = BTreeSet::new();
    for (at, import) in profile.imports.iter().enumerate() {
        let place = format!("/profile/imports/{at}");
        let href = import.href.as_deref().unwrap_or_default();
        if !is_ours(profile, href) {
            let message = format!(
                "imports {}; its ids are taken to be those of our catalog",
                text::quoted(href)
            );
            notes.at(|| Place::Pointer(format!("{place}/href")), message);
        }
        selected.extend(of_import(import, &place, notes));
    }
    if selected.is_empty() {
        let place = Place::Pointer("/profile/imports".to_owned());
        return Err(Rejected::new(place, "selects no control of our catalog", HINT));
    }
    Ok(selected)
}

/// Whether an import is of our catalog, as far as a document can tell.
fn is_ours(profile: &Profile, href: &str) -> bool {
    let Some(id) = href.strip_prefix('#') else { return false };
    let mut resources = profile.back_matter.iter().flat_map(|it| &it.resources);
    resources.any(|resource| {
        resource.uuid.to_string().eq_ignore_ascii_case(id)
            && resource.props.iter().any(|prop| prop.is_ours("catalog"))
    })
}

fn of_import(import: &Import, place: &str, notes: &mut Notes) -> BTreeSet<&'static str> {
    let mut selected: BTreeSet<&'static str> = match import.include_all {
        Some(_) => catalog().controls().map(Control::id).collect(),
        None => {
            chosen(&import.include_controls, &format!("{place}/include-controls"), notes)
        }
    };
    let out =
        chosen(&import.exclude_controls, &format!("{place}/exclude-controls"), notes);
    selected.retain(|id| !out.contains(id));
    selected
}

fn chosen(all: &[Selection], place: &str, notes: &mut Notes) -> BTreeSet<&'static str> {
    let mut chosen = BTreeSet::new();
    for (at, selection) in all.iter().enumerate() {
        for (index, id) in selection.with_ids.iter().enumerate() {
            match catalog().control(id).filter(|control| control.id() == id) {
                Some(control) => {
                    chosen.insert(control.id());
                }
                None => notes.at(
                    || Place::Pointer(format!("{place}/{at}/with-ids/{index}")),
                    format!("{} is no control of our catalog", text::quoted(id)),
                ),
            }
        }
        let patterns = selection.matching.iter().filter_map(|it| it.pattern.as_deref());
        for pattern in patterns {
            let pattern: Vec<char> = pattern.chars().collect();
            let ids = catalog().controls().map(Control::id);
            chosen
                .extend(ids.filter(|id| fits(&pattern, &id.chars().collect::<Vec<_>>())));
        }
    }
    chosen
}

/// Whether letters fit a pattern: `*` stands for any, `?` for one. Goes back to the last star
/// alone, so that no pattern takes longer than its length times the letters.
fn fits(pattern: &[char], letters: &[char]) -> bool {
    let (mut at, mut seen) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(letter) = letters.get(seen) {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, seen));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || wanted == letter => {
                at += 1;
                seen += 1;
            }
            _ => {
                let Some((back, from)) = star else { return false };
                star = Some((back, from + 1));
                at = back + 1;
                seen = from + 1;
            }
        }
    }
    pattern.iter().skip(at).all(|rest| *rest == '*')
}

fn ages(profile: &Profile, text: &mut String, notes: &mut Notes) {
    let said = |prop: &&Property| prop.is_ours("age-days");
    let mut ages: BTreeMap<&str, i64> = BTreeMap::new();
    for prop in profile.metadata.props.iter().filter(said) {
        let word = prop.class.as_deref().unwrap_or_default();
        let is_word = !word.is_empty()
            && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        match prop.value.parse().ok().filter(|days: &i64| *days >= 0) {
            Some(days) if is_word => {
                ages.insert(word, days);
            }
            _ => notes.at(
                || Place::Pointer("/profile/metadata/props".to_owned()),
                format!("{} is no number of days", text::quoted(&prop.value)),
            ),
        }
    }
    if !ages.is_empty() {
        text.push_str("\n[ages]\n");
        for (word, days) in ages {
            let _ = writeln!(text, "{word} = {days}");
        }
    }
}

fn owners<'p>(
    profile: &'p Profile,
    notes: &mut Notes,
) -> BTreeMap<&'static str, &'p str> {
    let mut owners = BTreeMap::new();
    let alters = profile.modify.iter().flat_map(|it| &it.alters).enumerate();
    for (at, alter) in alters {
        let props: Vec<&Property> = alter.adds.iter().flat_map(|it| &it.props).collect();
        let owner = props.iter().find(|prop| prop.is_ours("owner"));
        match (control(&alter.control_id), owner) {
            (Some(control), Some(owner)) => {
                owners.insert(control.id(), owner.value.as_str());
            }
            _ => notes.at(
                || Place::Pointer(format!("/profile/modify/alters/{at}")),
                format!(
                    "what is changed about {} has no place in a tailoring",
                    text::quoted(&alter.control_id)
                ),
            ),
        }
    }
    owners
}

fn parameters(
    profile: &Profile,
    notes: &mut Notes,
) -> BTreeMap<&'static str, BTreeMap<String, i64>> {
    let mut found: BTreeMap<&'static str, BTreeMap<String, i64>> = BTreeMap::new();
    let all = profile.modify.iter().flat_map(|it| &it.set_parameters).enumerate();
    for (at, set) in all {
        let id = set.param_id.as_deref().unwrap_or_default();
        let name = id.split_once('_').map_or("", |(_, name)| name);
        let known = control(id).filter(|control| control.parameter(name).is_some());
        let value = match set.values.as_slice() {
            [one] => one.trim().parse().ok().filter(|value: &i64| *value >= 0),
            _ => None,
        };
        match (known, value) {
            (Some(control), Some(value)) => {
                found.entry(control.id()).or_default().insert(name.to_owned(), value);
            }
            (known, _) => {
                let what = match known {
                    Some(_) => "is set to what is no number",
                    None => "is no parameter of our catalog",
                };
                notes.at(
                    || Place::Pointer(format!("/profile/modify/set-parameters/{at}")),
                    format!("{} {what}", text::quoted(id)),
                );
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_pattern_fits_as_shells_have_it() {
        #[track_caller]
        fn check(pattern: &str, letters: &str, expected: usize) {
            let of = |text: &str| text.chars().collect::<Vec<_>>();
            let found = usize::from(fits(&of(pattern), &of(letters)));
            assert_eq!(found, expected, "{pattern} {letters}");
        }

        check("A-*", "A-01", 1);
        check("A-?1", "A-01", 1);
        check("*-0*1", "B-001", 1);
        check("A-01", "A-011", 0);
        check("A-*2", "A-01", 0);
        check("", "A-01", 0);
        check("***", "", 1);
    }
}
