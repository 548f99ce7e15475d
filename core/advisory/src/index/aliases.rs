//! Which ids name one vulnerability.
//!
//! Ids that one record calls names of a single vulnerability are joined, unless that would
//! unite two CVEs: such a join is refused and listed. What a record says of a
//! vulnerability whose join was refused counts for every CVE that it names, so nothing is
//! lost, and nothing is merged that two CVEs keep apart.
//!
//! The result depends on the order in which records are given; the builder gives them in
//! the order of their keys, so it depends on the set alone.

use foldhash::HashMap;

/// A node: an id, whatever its letters' case.
pub(crate) type Node = u32;

/// One vulnerability of one record.
#[derive(Clone, Copy)]
pub(crate) struct Mention {
    pub(crate) record: u32,
    pub(crate) position: u32,
    /// Where it starts in the record's body.
    pub(crate) at: u32,
    nodes: u32,
}

/// A join that was refused.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) record: u32,
    pub(crate) one: Node,
    pub(crate) other: Node,
}

/// Collects ids and who calls them the same.
#[derive(Default)]
pub(crate) struct Aliases {
    // Hash order reaches no output: nodes are numbered as they come.
    numbers: HashMap<Box<str>, Node>,
    texts: Vec<(u32, u32)>,
    spelled: String,
    cves: Vec<Option<u64>>,
    mentions: Vec<Mention>,
    nodes: Vec<Node>,
    joins: Vec<(Node, Node, u32)>,
    refused: Vec<Refused>,
}

impl Aliases {
    /// The node of an id. The first spelling is kept.
    pub(crate) fn node(&mut self, id: &str) -> Node {
        let folded = fold(id);
        if let Some(node) = self.numbers.get(folded.as_ref()) {
            return *node;
        }
        let node = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let start = u32::try_from(self.spelled.len()).unwrap_or(u32::MAX);
        self.spelled.push_str(id);
        let length = u32::try_from(id.len()).unwrap_or(u32::MAX);
        self.texts.push((start, length));
        self.cves.push(cve_number(id));
        self.numbers.insert(folded.into(), node);
        node
    }

    /// The id as first written.
    pub(crate) fn text(&self, node: Node) -> &str {
        let (start, length) = self.texts.get(node as usize).copied().unwrap_or((0, 0));
        self.spelled.get(start as usize..(start + length) as usize).unwrap_or("")
    }

    pub(crate) fn cve(&self, node: Node) -> Option<u64> {
        self.cves.get(node as usize).copied().flatten()
    }

    /// A record says that these ids name one vulnerability.
    pub(crate) fn mention(
        &mut self,
        record: u32,
        (position, at): (u32, u32),
        ids: &[Node],
    ) {
        let nodes = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.mentions.push(Mention { record, position, at, nodes });
        self.nodes.extend_from_slice(ids);
        let cves: Vec<Node> =
            ids.iter().copied().filter(|node| self.cve(*node).is_some()).collect();
        if let [one, others @ ..] = cves.as_slice()
            && let Some(other) = others.iter().find(|other| *other != one)
        {
            self.refused.push(Refused { record, one: *one, other: *other });
            return;
        }
        let Some(hub) = cves.first().or(ids.first()).copied() else { return };
        let others = ids.iter().filter(|node| **node != hub);
        self.joins.extend(others.map(|node| (hub, *node, record)));
    }

    pub(crate) fn nodes_of(&self, mention: usize) -> &[Node] {
        let start =
            |at: usize| self.mentions.get(at).map(|mention| mention.nodes as usize);
        let end = start(mention + 1).unwrap_or(self.nodes.len());
        self.nodes.get(start(mention).unwrap_or(end)..end).unwrap_or(&[])
    }

    pub(crate) fn mentions(&self) -> &[Mention] {
        &self.mentions
    }

    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    /// Joins what may be joined. A join with a CVE comes before one without, so that the
    /// CVE that a record names itself is never lost to a detour.
    pub(crate) fn resolve(&mut self) -> Resolved {
        let mut sets = Sets::new(&self.cves);
        self.joins.sort_unstable_by_key(|(hub, node, record)| {
            let named = self.cves.get(*hub as usize).copied().flatten();
            (named.is_none(), *hub, *node, *record)
        });
        for (hub, node, record) in std::mem::take(&mut self.joins) {
            if !sets.join(hub, node) {
                self.refused.push(Refused { record, one: hub, other: node });
            }
        }
        let roots = (0..self.len()).map(|node| sets.root(to_node(node))).collect();
        self.refused.sort_unstable_by_key(|join| (join.record, join.one, join.other));
        self.refused.dedup();
        Resolved { roots, refused: std::mem::take(&mut self.refused) }
    }
}

fn to_node(at: usize) -> Node {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Which node stands for each node.
pub(crate) struct Resolved {
    pub(crate) roots: Vec<Node>,
    pub(crate) refused: Vec<Refused>,
}

/// Disjoint sets, each with at most one CVE.
struct Sets {
    parents: Vec<Node>,
    cves: Vec<Option<u64>>,
}

impl Sets {
    fn new(cves: &[Option<u64>]) -> Self {
        Self { parents: (0..cves.len()).map(to_node).collect(), cves: cves.to_vec() }
    }

    fn parent(&self, node: Node) -> Node {
        self.parents.get(node as usize).copied().unwrap_or(node)
    }

    fn root(&mut self, mut node: Node) -> Node {
        while self.parent(node) != node {
            let above = self.parent(self.parent(node));
            if let Some(parent) = self.parents.get_mut(node as usize) {
                *parent = above;
            }
            node = above;
        }
        node
    }

    fn cve(&self, root: Node) -> Option<u64> {
        self.cves.get(root as usize).copied().flatten()
    }

    /// False where two CVEs would become one.
    fn join(&mut self, one: Node, other: Node) -> bool {
        let (one, other) = (self.root(one), self.root(other));
        if one == other {
            return true;
        }
        let cve = match (self.cve(one), self.cve(other)) {
            (Some(_), Some(_)) => return false,
            (cve, None) | (None, cve) => cve,
        };
        // The lower number stands for the set.
        let (root, below) = (one.min(other), one.max(other));
        if let Some(parent) = self.parents.get_mut(below as usize) {
            *parent = root;
        }
        if let Some(own) = self.cves.get_mut(root as usize) {
            *own = cve;
        }
        true
    }
}

/// An id without the case of its letters.
pub(crate) fn fold(id: &str) -> std::borrow::Cow<'_, str> {
    if id.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return id.to_ascii_lowercase().into();
    }
    id.into()
}

/// A CVE's year and serial in one number that sorts like the CVE; `None` for other ids.
pub(crate) fn cve_number(id: &str) -> Option<u64> {
    let (head, rest) = id.split_at_checked(4)?;
    let (year, serial) = rest.split_once('-')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !head.eq_ignore_ascii_case("cve-") || year.len() != 4 || serial.len() < 4 {
        return None;
    }
    if !digits(year) || !digits(serial) {
        return None;
    }
    // Fifteen bits hold a year and 49 bits fourteen digits; the longest serial has seven.
    let serial = serial.parse::<u64>().ok().filter(|serial| serial >> 49 == 0)?;
    Some(year.parse::<u64>().ok()? << 49 | serial)
}
