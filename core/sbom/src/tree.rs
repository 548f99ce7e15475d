//! The components as a tree: from the subject downwards, by nesting and by relationships.
//!
//! Relationships make a graph, and a graph has more paths than anybody can print: 600
//! components that depend on each other have more than there are atoms. So each component is
//! unfolded once, where it is nearest to the subject; everywhere else it is a leaf that
//! refers to that place. A cycle is marked where it closes. Nothing here recurses: real
//! chains are short, but a document may hold one of 50,000.

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use crate::{Bom, Component, RelationshipKind, Subject};

/// The tree of one document.
#[derive(Debug)]
pub struct Tree<'b> {
    nodes: Vec<Node<'b>>,
    roots: Vec<Root>,
}

/// Where a tree begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Root {
    node: usize,
    /// Why it begins there.
    pub origin: Origin,
}

/// Why a tree begins at a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The document is about it.
    Subject,
    /// Nothing leads to it from the subject.
    Apart,
}

#[derive(Debug)]
struct Node<'b> {
    component: &'b Component,
    children: Vec<Child<'b>>,
    /// The node under which this one is unfolded.
    above: Above,
    /// How many components are unfolded under it.
    below: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Above {
    Unmet,
    Root,
    Node(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Child<'b> {
    Node(usize),
    Missing(&'b str),
}

/// One line of the tree.
#[derive(Debug)]
pub struct Line<'l> {
    /// For each level from the first below the root: whether siblings follow there.
    pub levels: &'l [Siblings],
    /// What stands on the line.
    pub entry: Entry<'l>,
}

/// Whether siblings follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Siblings {
    /// They do.
    Follow,
    /// This is the last one.
    End,
}

/// What stands on a line.
#[derive(Debug, PartialEq)]
pub enum Entry<'l> {
    /// A component, and what is to be said about what is under it.
    Component(&'l Component, Mark),
    /// A reference that names no component.
    Missing(&'l str),
}

/// What is to be said about what is under a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It follows, or there is nothing.
    Unfolded,
    /// It is unfolded in another place.
    Elsewhere,
    /// It leads back to this component, which stands above.
    Cycle,
    /// So many components are deeper than was asked for.
    Deeper(usize),
}

impl<'b> Tree<'b> {
    /// Lays out the tree of a document.
    #[must_use]
    pub fn of(bom: &'b Bom) -> Self {
        let mut tree = Self { nodes: nodes(bom), roots: Vec::new() };
        tree.connect(bom);
        let mut order = Vec::with_capacity(tree.nodes.len());
        for node in subjects(bom, &tree.nodes) {
            tree.unfold(node, Origin::Subject, &mut order);
        }
        // First what nothing leads to at all, then what only its own cycle leads to.
        for node in tree.tops() {
            tree.unfold(node, Origin::Apart, &mut order);
        }
        for node in 0..tree.nodes.len() {
            tree.unfold(node, Origin::Apart, &mut order);
        }
        tree.count_below(&order);
        tree
    }

    /// The places where a tree begins, the subject first.
    #[must_use]
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// Walks over the lines of the tree that begins at `root`, at most `depth` levels deep.
    ///
    /// # Errors
    /// What `visit` says.
    pub fn walk<E>(
        &self,
        root: Root,
        depth: usize,
        mut visit: impl FnMut(&Line<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut walk =
            Walk { open: Vec::new(), levels: Vec::new(), on_path: HashSet::new() };
        walk.enter(self, root.node, depth, &mut visit)?;
        while let Some((node, next)) = walk.open.last_mut() {
            let (node, at) = (*node, *next);
            *next += 1;
            let children = self.nodes.get(node).map_or(&[][..], |node| &node.children);
            let Some(child) = children.get(at) else {
                walk.leave();
                continue;
            };
            let last = at + 1 == children.len();
            walk.levels.push(if last { Siblings::End } else { Siblings::Follow });
            match *child {
                Child::Node(to) if self.is_unfolded_under(to, node) => {
                    walk.enter(self, to, depth, &mut visit)?;
                }
                Child::Node(to) => {
                    let entry = self.folded(to, &walk.on_path);
                    walk.leaf(entry, &mut visit)?;
                }
                Child::Missing(name) => {
                    walk.leaf(Some(Entry::Missing(name)), &mut visit)?
                }
            }
        }
        Ok(())
    }

    fn connect(&mut self, bom: &'b Bom) {
        // Only looked up, never walked: the order of hashes reaches no output.
        let mut named: HashMap<&str, usize> = HashMap::new();
        for (at, node) in self.nodes.iter().enumerate() {
            if !node.component.reference.is_empty() {
                named.entry(&node.component.reference).or_insert(at);
            }
        }
        let mut met = HashSet::new();
        for (from, to) in nested(bom) {
            self.edge(from, Child::Node(to), &mut met);
        }
        for relation in &bom.relationships {
            if relation.kind == RelationshipKind::Other {
                continue;
            }
            let Some(from) = named.get(relation.from.as_str()) else { continue };
            let to = match named.get(relation.to.as_str()) {
                Some(to) => Child::Node(*to),
                None => Child::Missing(&relation.to),
            };
            self.edge(*from, to, &mut met);
        }
    }

    fn edge(
        &mut self,
        from: usize,
        to: Child<'b>,
        met: &mut HashSet<(usize, Child<'b>)>,
    ) {
        if met.insert((from, to))
            && let Some(node) = self.nodes.get_mut(from)
        {
            node.children.push(to);
        }
    }

    /// The nodes to which nothing leads.
    fn tops(&self) -> Vec<usize> {
        let mut is_child = vec![Siblings::End; self.nodes.len()];
        for child in self.nodes.iter().flat_map(|node| &node.children) {
            if let Child::Node(to) = child
                && let Some(mark) = is_child.get_mut(*to)
            {
                *mark = Siblings::Follow;
            }
        }
        let tops =
            is_child.iter().enumerate().filter(|(_, mark)| **mark == Siblings::End);
        tops.map(|(at, _)| at).collect()
    }

    /// Decides for everything that can be reached from `root`, and was not reached before,
    /// where it is unfolded: breadth first, so as near to the root as may be.
    fn unfold(&mut self, root: usize, origin: Origin, order: &mut Vec<usize>) {
        let Some(node) = self.nodes.get_mut(root) else { return };
        if node.above != Above::Unmet {
            return;
        }
        node.above = Above::Root;
        self.roots.push(Root { node: root, origin });
        let mut next = order.len();
        order.push(root);
        while let Some(from) = order.get(next).copied() {
            next += 1;
            let count = self.nodes.get(from).map_or(0, |node| node.children.len());
            for at in 0..count {
                let child = self.nodes.get(from).and_then(|node| node.children.get(at));
                let Some(Child::Node(to)) = child.copied() else { continue };
                if let Some(node) = self.nodes.get_mut(to)
                    && node.above == Above::Unmet
                {
                    node.above = Above::Node(from);
                    order.push(to);
                }
            }
        }
    }

    fn count_below(&mut self, order: &[usize]) {
        for at in order.iter().rev() {
            let Some(node) = self.nodes.get(*at) else { continue };
            let below = node.below + 1;
            if let Above::Node(above) = node.above
                && let Some(above) = self.nodes.get_mut(above)
            {
                above.below += below;
            }
        }
    }

    fn is_unfolded_under(&self, node: usize, above: usize) -> bool {
        self.nodes.get(node).is_some_and(|node| node.above == Above::Node(above))
    }

    /// The entry of a component that is unfolded in another place.
    fn folded(&self, to: usize, on_path: &HashSet<usize>) -> Option<Entry<'b>> {
        let node = self.nodes.get(to)?;
        let mark = if on_path.contains(&to) {
            Mark::Cycle
        } else if node.children.is_empty() {
            Mark::Unfolded
        } else {
            Mark::Elsewhere
        };
        Some(Entry::Component(node.component, mark))
    }
}

/// Where a walk stands.
struct Walk {
    /// The nodes from the root down, each with the number of its next child.
    open: Vec<(usize, usize)>,
    levels: Vec<Siblings>,
    on_path: HashSet<usize>,
}

impl Walk {
    fn enter<E>(
        &mut self,
        tree: &Tree<'_>,
        at: usize,
        depth: usize,
        visit: &mut impl FnMut(&Line<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(node) = tree.nodes.get(at) else { return Ok(()) };
        if self.open.len() >= depth && !node.children.is_empty() {
            // What is missing or folded counts as well: something stands there.
            let deeper = node.below.max(node.children.len());
            let entry = Entry::Component(node.component, Mark::Deeper(deeper));
            return self.leaf(Some(entry), visit);
        }
        let entry = Entry::Component(node.component, Mark::Unfolded);
        visit(&Line { levels: &self.levels, entry })?;
        self.open.push((at, 0));
        self.on_path.insert(at);
        Ok(())
    }

    fn leaf<E>(
        &mut self,
        entry: Option<Entry<'_>>,
        visit: &mut impl FnMut(&Line<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if let Some(entry) = entry {
            visit(&Line { levels: &self.levels, entry })?;
        }
        self.levels.pop();
        Ok(())
    }

    fn leave(&mut self) {
        if let Some((node, _)) = self.open.pop() {
            self.on_path.remove(&node);
        }
        self.levels.pop();
    }
}

/// The subject where it stands apart, its parts, and the components.
fn nodes(bom: &Bom) -> Vec<Node<'_>> {
    let subject = match &bom.subject {
        Subject::Apart(subject) => Some(subject.as_ref()),
        _ => None,
    };
    let node = |component| Node {
        component,
        children: Vec::new(),
        above: Above::Unmet,
        below: 0,
    };
    subject.into_iter().chain(bom.parts()).map(node).collect()
}

/// The nodes of what the document is about.
fn subjects(bom: &Bom, nodes: &[Node<'_>]) -> Vec<usize> {
    let first = nodes.len().saturating_sub(bom.components.len());
    match &bom.subject {
        Subject::Apart(_) => vec![0],
        Subject::Within(list) => list.iter().map(|at| first + at).collect(),
        Subject::Unstated => Vec::new(),
    }
}

/// Every nesting: the node around, and the node inside.
fn nested(bom: &Bom) -> impl Iterator<Item = (usize, usize)> {
    let subject = usize::from(matches!(bom.subject, Subject::Apart(_)));
    let first = subject + bom.subject_parts.len();
    let inner = bom.subject_parts.iter().enumerate().map(move |(at, part)| {
        // Without a parent it stands in the subject itself.
        (part.parent.map_or(0, |parent| subject + parent), subject + at)
    });
    let listed = bom.components.iter().enumerate().filter_map(move |(at, component)| {
        component.parent.map(|parent| (first + parent, first + at))
    });
    inner.chain(listed)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// The tree in short: two blanks for a level, a sign for a mark.
    fn show(text: &str, depth: usize) -> String {
        let bom = crate::parse(text.as_bytes()).unwrap().value;
        let tree = Tree::of(&bom);
        let mut out = String::new();
        for root in tree.roots() {
            let Ok(()) = tree.walk(*root, depth, |line| {
                out.push_str(&"  ".repeat(line.levels.len()));
                match line.entry {
                    Entry::Component(component, mark) => {
                        out.push_str(&component.name);
                        out.push_str(&match mark {
                            Mark::Unfolded => String::new(),
                            Mark::Elsewhere => " ^".to_owned(),
                            Mark::Cycle => " @".to_owned(),
                            Mark::Deeper(count) => format!(" +{count}"),
                        });
                    }
                    Entry::Missing(name) => out.push_str(&format!("{name}?")),
                }
                out.push('\n');
                Ok::<(), Infallible>(())
            });
        }
        out
    }

    fn document(subject: &str, names: &[&str], relations: &[(&str, &[&str])]) -> String {
        let component = |name: &str| serde_json::json!({"name": name, "bom-ref": name});
        let components: Vec<_> = names.iter().map(|name| component(name)).collect();
        let relations: Vec<_> = relations
            .iter()
            .map(|(from, to)| serde_json::json!({"ref": from, "dependsOn": to}))
            .collect();
        serde_json::json!({
            "bomFormat": "CycloneDX", "specVersion": "1.6",
            "metadata": {"component": component(subject)},
            "components": components, "dependencies": relations
        })
        .to_string()
    }

    #[test]
    fn each_component_is_unfolded_once_and_nearest_to_the_subject() {
        let text = document(
            "s",
            &["a", "b", "c"],
            &[("s", &["a", "c"]), ("a", &["b"]), ("b", &["c", "d"]), ("c", &["a"])],
        );
        assert_eq!(show(&text, 9), "s\n  a\n    b\n      c ^\n      d?\n  c\n    a ^\n");
    }

    #[test]
    fn a_cycle_is_marked_where_it_closes_and_printed_without_a_subject_in_it() {
        let text = document(
            "s",
            &["a", "b", "c"],
            &[("a", &["b"]), ("b", &["a", "b"]), ("c", &["c"])],
        );
        assert_eq!(show(&text, 9), "s\na\n  b\n    a @\n    b @\nc\n  c @\n");
    }

    #[test]
    fn what_is_deeper_than_asked_is_counted() {
        let text =
            document("s", &["a", "b", "c"], &[("s", &["a"]), ("a", &["b", "c", "x"])]);
        assert_eq!(show(&text, 1), "s\n  a +3\n");
        assert_eq!(show(&text, 0), "s +3\n");
        assert_eq!(show(&text, 2), "s\n  a\n    b\n    c\n    x?\n");
    }

    #[test]
    fn nested_components_hang_below_the_one_around_them() {
        let text = r#"{"bomFormat":"CycloneDX","specVersion":"1.6",
            "metadata":{"component":{"name":"s","components":[{"name":"p",
                "components":[{"name":"q"}]}]}},
            "components":[{"name":"a","components":[{"name":"b"}]},{"name":"c"}]}"#;
        assert_eq!(show(text, 9), "s\n  p\n    q\na\n  b\nc\n");
    }

    #[test]
    fn long_chains_and_many_paths_take_no_stack_and_no_time() {
        let names: Vec<String> = (0..20_000).map(|n| n.to_string()).collect();
        let chain: Vec<_> =
            names.windows(2).map(|pair| (pair[0].as_str(), [pair[1].as_str()])).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let relations: Vec<_> = chain.iter().map(|(from, to)| (*from, &to[..])).collect();
        let text = document("s", &names, &relations);
        assert_eq!(show(&text, 3).lines().last(), Some("      3 +19996"));

        let names = &names[..100];
        let relations: Vec<_> = (0..100).map(|n| (names[n], &names[n + 1..])).collect();
        let text = document("s", names, &relations);
        assert_eq!(show(&text, 200).lines().count(), 1 + 1 + 100 * 99 / 2);
    }
}
