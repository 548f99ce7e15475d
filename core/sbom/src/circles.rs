//! Whether what depends on what leads in a circle.
//!
//! Real documents have circles (npm permits them), and nothing is wrong with judging one;
//! but a device of which a part depends on itself is worth a look, so each is noted where it
//! closes. Nothing is removed.

use foldhash::{HashMap, HashMapExt};
use reading::text::quoted;
use reading::{Note, Place, limits};

use crate::{Bom, RelationshipKind};

/// Notes every dependency that closes a circle.
pub(crate) fn note(bom: &Bom, notes: &mut Vec<Note>) {
    for (name, place) in closing(bom) {
        if notes.len() >= limits::NOTES_MAX {
            return;
        }
        let name = quoted(name);
        let message = format!("the dependencies lead in a circle back to {name}");
        notes.push(Note::new(place.clone(), message));
    }
}

/// How far the walk has come with one element.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Unseen,
    OnTheWay,
    Done,
}

/// The dependencies that lead back to where the walk came from, in the order of the walk.
fn closing(bom: &Bom) -> Vec<(&str, &Place)> {
    let graph = Graph::new(bom);
    let mut marks = vec![Mark::Unseen; graph.targets.len()];
    let mut found = Vec::new();
    for start in 0..graph.targets.len() {
        let mut way = vec![(start, 0)];
        while let Some((at, next)) = way.last_mut() {
            let mark = marks.get_mut(*at);
            match (graph.targets.get(*at).and_then(|list| list.get(*next)), mark) {
                (_, Some(Mark::Done)) | (_, None) => drop(way.pop()),
                (None, Some(mark)) => {
                    *mark = Mark::Done;
                    way.pop();
                }
                (Some((to, name, place)), Some(mark)) => {
                    *mark = Mark::OnTheWay;
                    *next += 1;
                    match marks.get(*to) {
                        Some(Mark::OnTheWay) => found.push((*name, *place)),
                        Some(Mark::Unseen) => way.push((*to, 0)),
                        Some(Mark::Done) | None => {}
                    }
                }
            }
        }
    }
    found
}

struct Graph<'b> {
    /// For each element what it depends on: its number, its name, and where that stands.
    targets: Vec<Vec<(usize, &'b str, &'b Place)>>,
}

impl<'b> Graph<'b> {
    fn new(bom: &'b Bom) -> Self {
        // Only looked up, never walked: the order of hashes reaches no output.
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let mut targets: Vec<Vec<_>> = Vec::new();
        for relation in &bom.relationships {
            if relation.kind != RelationshipKind::DependsOn {
                continue;
            }
            let mut number = |name: &'b str| {
                *numbers.entry(name).or_insert_with(|| {
                    targets.push(Vec::new());
                    targets.len() - 1
                })
            };
            let (from, to) = (number(&relation.from), number(&relation.to));
            if let Some(list) = targets.get_mut(from) {
                list.push((to, relation.to.as_str(), &relation.place));
            }
        }
        Self { targets }
    }
}
