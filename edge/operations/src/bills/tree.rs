//! The components of a bill as a tree, each with what is known of it.

use std::collections::{BTreeMap, BTreeSet};

use matching::Verdict;
use sbom::tree::{Entry, Line, Mark, Origin, Tree};
use sbom::{Bom, listing};
use serde::Serialize;

use super::ask::Asked;
use super::content::Found;

/// Lines of a tree that are told; the document holds the rest.
const LINES_MAX: usize = 20_000;
/// Levels that are told: what stands deeper is counted where it begins.
const DEPTH_MAX: usize = 40;

/// A line of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Branch {
    /// The component's name, with its group in front.
    pub name: String,
    /// The version as written; empty where there is none.
    pub version: String,
    /// The purl as written; empty where there is none.
    pub purl: String,
    /// Who supplies it.
    pub supplier: String,
    /// Licences as written.
    pub licences: String,
    /// Where it stands in the document; empty where it does not.
    pub place: String,
    /// By what it is looked for among components of SBOMs; empty where it is not described.
    pub key: String,
    /// The version with which it is looked for.
    #[serde(skip)]
    pub listed_version: String,
    /// How deep it stands in the tree.
    pub depth: usize,
    /// Of what it is a part, or what hangs on it; empty at the top.
    pub above: String,
    /// What is to be said of what is under it.
    pub under: Under,
    /// The verdict that asks most of a person; `None` where nothing is known.
    pub verdict: Option<&'static str>,
    /// How many known flaws touch it.
    pub affected: usize,
}

/// What is to be said of what is under a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Under {
    /// It follows, or there is nothing.
    Follows,
    /// The document is about it.
    Subject,
    /// Nothing leads to it from the subject.
    Apart,
    /// It is unfolded in another place.
    Elsewhere,
    /// It leads back to this component, which stands above.
    Cycle,
    /// It is deeper than is told.
    Deeper,
    /// The document names it and does not describe it.
    Missing,
}

/// What is known of the component at a place.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    verdict: Option<Verdict>,
    affected: usize,
}

/// The tree is longer than is told.
struct Full;

/// The tree of a document from its subject downwards, as far as it is told.
pub(super) fn branches(bom: &Bom, found: &[Found], asked: &[Asked]) -> Vec<Branch> {
    let known = known(found, asked);
    let tree = Tree::of(bom);
    let mut branches: Vec<Branch> = Vec::new();
    // The names from the top down to the last line.
    let mut path: Vec<String> = Vec::new();
    for root in tree.roots() {
        let outcome = tree.walk(*root, DEPTH_MAX, |line| {
            let mut branch = branch(line, &known);
            if branch.depth == 0 && branch.under == Under::Follows {
                branch.under = match root.origin {
                    Origin::Subject => Under::Subject,
                    Origin::Apart => Under::Apart,
                };
            }
            path.truncate(branch.depth);
            branch.above = path.last().cloned().unwrap_or_default();
            path.push(branch.name.clone());
            branches.push(branch);
            if branches.len() < LINES_MAX { Ok(()) } else { Err(Full) }
        });
        if let Err(Full) = outcome {
            break;
        }
    }
    branches
}

fn known<'f>(found: &'f [Found], asked: &'f [Asked]) -> BTreeMap<&'f str, Known> {
    let mut known: BTreeMap<&str, Known> = BTreeMap::new();
    for one in found {
        let verdict = one.rank.0;
        let of = known.entry(&one.place).or_default();
        of.verdict = Some(of.verdict.map_or(verdict, |other| other.min(verdict)));
        of.affected += usize::from(verdict == Verdict::Affected);
    }
    let doubtful: BTreeSet<&str> = asked.iter().map(|one| one.place.as_str()).collect();
    for place in doubtful {
        // What cannot be told of a component is never covered by what can.
        let of = known.entry(place).or_default();
        let verdict = Verdict::CannotTell;
        of.verdict = Some(of.verdict.map_or(verdict, |other| other.min(verdict)));
    }
    known
}

fn branch(line: &Line<'_>, known: &BTreeMap<&str, Known>) -> Branch {
    let depth = line.levels.len();
    let (component, mark) = match &line.entry {
        Entry::Missing(name) => return Branch::missing(name, depth),
        Entry::Component(component, mark) => (component, mark),
    };
    let place = component.place.to_string();
    let known = known.get(place.as_str()).copied().unwrap_or_default();
    Branch {
        name: match component.group.as_str() {
            "" => component.name.clone(),
            group => format!("{group}/{}", component.name),
        },
        version: component.version.clone().unwrap_or_default(),
        purl: component.purl.clone().unwrap_or_default(),
        supplier: component.supplier.clone().unwrap_or_default(),
        licences: component.licences.join(", "),
        place,
        key: listing::key_of_line(component),
        listed_version: listing::version(component),
        depth,
        above: String::new(),
        under: match mark {
            Mark::Unfolded => Under::Follows,
            Mark::Elsewhere => Under::Elsewhere,
            Mark::Cycle => Under::Cycle,
            Mark::Deeper(_) => Under::Deeper,
        },
        verdict: known.verdict.map(Verdict::word),
        affected: known.affected,
    }
}

impl Branch {
    /// A name that stands for no component of the document.
    fn missing(name: &str, depth: usize) -> Self {
        Self {
            name: name.to_owned(),
            version: String::new(),
            purl: String::new(),
            supplier: String::new(),
            licences: String::new(),
            place: String::new(),
            key: String::new(),
            listed_version: String::new(),
            depth,
            above: String::new(),
            under: Under::Missing,
            verdict: None,
            affected: 0,
        }
    }
}

impl Under {
    /// In words; empty where nothing is to be said.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Follows => "",
            Self::Subject => "what the document is about",
            Self::Apart => "nothing says what includes it",
            Self::Elsewhere => "unfolded elsewhere",
            Self::Cycle => "leads back to itself",
            Self::Deeper => "more stands deeper",
            Self::Missing => "not in the document",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(json: &str) -> Vec<(usize, String, Under)> {
        let bom = sbom::parse(json.as_bytes()).unwrap().value;
        let all = branches(&bom, &[], &[]);
        all.into_iter().map(|one| (one.depth, one.name, one.under)).collect()
    }

    #[test]
    fn a_tree_begins_at_the_subject_and_says_what_does_not_hang_on_it() {
        let bom = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":
            {"type":"device","name":"pump","bom-ref":"pump"}},"components":[
            {"type":"library","name":"a","bom-ref":"a"},
            {"type":"library","name":"b","bom-ref":"b","components":[
                {"type":"library","name":"inside","bom-ref":"i"}]},
            {"type":"library","name":"lone","bom-ref":"l"}],
            "dependencies":[{"ref":"pump","dependsOn":["a","nobody"]},
            {"ref":"a","dependsOn":["b"]},{"ref":"b","dependsOn":["a"]}]}"#;
        let line = |depth, name: &str, under| (depth, name.to_owned(), under);
        assert_eq!(
            told(bom),
            [
                line(0, "pump", Under::Subject),
                line(1, "a", Under::Follows),
                line(2, "b", Under::Follows),
                line(3, "inside", Under::Follows),
                line(3, "a", Under::Cycle),
                line(1, "nobody", Under::Missing),
                line(0, "lone", Under::Apart),
            ]
        );
    }

    #[test]
    fn a_tree_is_told_as_far_as_there_is_room() {
        let components: Vec<String> = (0..LINES_MAX + 9)
            .map(|at| format!("{{\"type\":\"library\",\"name\":\"c{at}\"}}"))
            .collect();
        let bom = format!(
            "{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":[{}]}}",
            components.join(",")
        );
        assert_eq!(told(&bom).len(), LINES_MAX);
    }
}
