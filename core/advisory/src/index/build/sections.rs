//! Everything behind the bodies: rows sorted, numbered and written.

use std::io::{self, Write};

use zerocopy::IntoBytes;
use zerocopy::little_endian::U32;

use super::super::aliases::{Aliases, Node, Resolved, fold};
use super::super::counts::{Catalog, RefusedJoin};
use super::super::format::{
    IdRow, ListedRow, MentionRow, PostingRow, Section, StatementRow, VulnerabilityRow,
    hash,
};
use super::*;

pub(super) fn write<W: Write>(
    out: &mut Sink<W>,
    mut rows: Rows,
    mut counts: Counts,
) -> io::Result<()> {
    let resolved = rows.aliases.resolve();
    let groups = Groups::of(&rows.aliases, &resolved);
    out.section(Section::Records, rows.records.as_bytes())?;
    let postings = [
        (
            Section::PackageDirectory,
            Section::Packages,
            std::mem::take(&mut rows.packages),
        ),
        (Section::CpeDirectory, Section::Cpes, std::mem::take(&mut rows.cpes)),
        (
            Section::ConfigurationDirectory,
            Section::Configurations,
            std::mem::take(&mut rows.configurations),
        ),
        (Section::NameDirectory, Section::Names, std::mem::take(&mut rows.names)),
        (Section::RelatedDirectory, Section::Related, std::mem::take(&mut rows.related)),
    ];
    for (directory, section, rows) in postings {
        let rows = groups.expand(&rows);
        out.section(directory, format::directory(&rows).as_bytes())?;
        out.section(section, rows.as_bytes())?;
    }
    let mut texts = Texts::of(&rows.aliases);
    write_ids(out, &rows, &groups, &texts)?;
    let statements = std::mem::take(&mut rows.statements);
    let statements = statements_of_groups(&rows, &groups, &statements);
    write_vulnerabilities(out, &rows, &resolved, &groups, &texts, &statements)?;
    write_catalogs(out, &mut rows, &mut counts, &mut texts)?;
    out.section(Section::Texts, &texts.out.into_bytes())?;
    let devices: Vec<U32> = rows.devices.iter().map(|record| (*record).into()).collect();
    out.section(Section::Devices, devices.as_bytes())?;
    counts.vulnerabilities = groups.count.into();
    counts.refused = refused(&rows, &resolved);
    out.section(Section::Counts, &counts.encode())?;
    out.section(Section::Coverage, &std::mem::take(&mut rows.coverage).encode())
}

/// How many vulnerabilities there are.
pub(super) fn groups(aliases: &Aliases, resolved: &Resolved) -> u32 {
    Groups::of(aliases, resolved).count
}

/// Which vulnerabilities there are, and to which of them each mention belongs.
struct Groups {
    count: u32,
    /// By root node; `u32::MAX` where nobody mentions it.
    of_root: Vec<u32>,
    starts: Vec<u32>,
    of_mentions: Vec<u32>,
}

impl Groups {
    fn of(aliases: &Aliases, resolved: &Resolved) -> Self {
        let mut groups = Self {
            count: 0,
            of_root: vec![u32::MAX; aliases.len()],
            starts: Vec::with_capacity(aliases.mentions().len() + 1),
            of_mentions: Vec::with_capacity(aliases.mentions().len()),
        };
        for mention in 0..aliases.mentions().len() {
            let start = groups.of_mentions.len();
            groups.starts.push(u32::try_from(start).unwrap_or(u32::MAX));
            let nodes = aliases.nodes_of(mention);
            // The CVEs that it names itself; only without one, whatever its ids lead to.
            let names_cve = nodes.iter().any(|node| aliases.cve(*node).is_some());
            for node in nodes {
                if names_cve && aliases.cve(*node).is_none() {
                    continue;
                }
                let group = groups.number(resolved.root(*node));
                let own = groups.of_mentions.get(start..).unwrap_or(&[]);
                if !own.contains(&group) {
                    groups.of_mentions.push(group);
                }
            }
        }
        let end = u32::try_from(groups.of_mentions.len()).unwrap_or(u32::MAX);
        groups.starts.push(end);
        groups
    }

    fn number(&mut self, root: Node) -> u32 {
        let Some(group) = self.of_root.get_mut(root as usize) else { return 0 };
        if *group == u32::MAX {
            *group = self.count;
            self.count += 1;
        }
        *group
    }

    fn of_mention(&self, mention: usize) -> &[u32] {
        let bound = |at: usize| self.starts.get(at).copied().unwrap_or(0) as usize;
        self.of_mentions.get(bound(mention)..bound(mention + 1)).unwrap_or(&[])
    }

    fn of_node(&self, node: Node, resolved: &Resolved) -> Option<u32> {
        let group = self.of_root.get(resolved.root(node) as usize).copied()?;
        (group != u32::MAX).then_some(group)
    }

    /// Rows of mentions as rows of vulnerabilities, in the order of their hashes. A row
    /// whose record names two CVEs becomes two.
    fn expand(&self, rows: &[PostingRow]) -> Vec<PostingRow> {
        let mut expanded = Vec::with_capacity(rows.len());
        for row in rows {
            for group in self.of_mention(row.vulnerability.get() as usize) {
                expanded.push(PostingRow { vulnerability: (*group).into(), ..*row });
            }
        }
        expanded.sort_unstable_by_key(|row| {
            (row.hash.get(), row.record.get(), row.at.get(), row.vulnerability.get())
        });
        expanded
    }
}

impl Resolved {
    fn root(&self, node: Node) -> Node {
        self.roots.get(node as usize).copied().unwrap_or(node)
    }
}

/// The ids as texts, and where each lies.
struct Texts {
    out: Out,
    at: Vec<u32>,
}

impl Texts {
    fn of(aliases: &Aliases) -> Self {
        let mut texts =
            Self { out: Out::default(), at: Vec::with_capacity(aliases.len()) };
        for node in 0..aliases.len() {
            texts.at.push(texts.here());
            texts.out.text(aliases.text(u32::try_from(node).unwrap_or(u32::MAX)));
        }
        texts
    }

    fn here(&self) -> u32 {
        u32::try_from(self.out.len()).unwrap_or(u32::MAX)
    }

    fn at(&self, node: Node) -> u32 {
        self.at.get(node as usize).copied().unwrap_or(u32::MAX)
    }
}

/// Every id, alias and record id with the vulnerabilities to which it leads: first the one
/// whose name it is.
fn write_ids<W: Write>(
    out: &mut Sink<W>,
    rows: &Rows,
    groups: &Groups,
    texts: &Texts,
) -> io::Result<()> {
    let aliases = &rows.aliases;
    let mut leads: Vec<(Node, u32)> = Vec::new();
    for (number, mention) in aliases.mentions().iter().enumerate() {
        let record = rows.record_nodes.get(mention.record as usize).copied();
        for node in aliases.nodes_of(number).iter().copied().chain(record) {
            leads.extend(groups.of_mention(number).iter().map(|group| (node, *group)));
        }
    }
    leads.sort_unstable();
    leads.dedup();
    let mut ids: Vec<(u64, Node, IdRow)> = Vec::with_capacity(leads.len());
    for (node, group) in leads {
        let hash = hash(&[&fold(aliases.text(node))]);
        let row = IdRow {
            hash: hash.into(),
            text: texts.at(node).into(),
            vulnerability: group.into(),
        };
        ids.push((hash, node, row));
    }
    ids.sort_by_key(|(hash, node, _)| (*hash, *node));
    let ids: Vec<IdRow> = ids.into_iter().map(|(.., row)| row).collect();
    out.section(Section::IdDirectory, format::directory(&ids).as_bytes())?;
    out.section(Section::Ids, ids.as_bytes())
}

fn write_vulnerabilities<W: Write>(
    out: &mut Sink<W>,
    rows: &Rows,
    resolved: &Resolved,
    groups: &Groups,
    texts: &Texts,
    statements: &[(u32, u32, StatementRow)],
) -> io::Result<()> {
    let ids = ids_of_groups(rows, resolved, groups);
    let mentions = mentions_of_groups(rows, groups);
    let flags = flags_of_groups(rows, resolved, groups);
    let mut table = Vec::with_capacity(groups.count as usize + 1);
    let (mut next_id, mut next_mention, mut next_statement) = (0, 0, 0);
    for group in 0..=groups.count {
        next_id += below(&ids, next_id, |id| id.0 < group);
        next_mention += below(&mentions, next_mention, |mention| mention.0 < group);
        next_statement += below(statements, next_statement, |row| row.0 < group);
        table.push(VulnerabilityRow {
            ids: narrow(next_id)?.into(),
            mentions: narrow(next_mention)?.into(),
            statements: narrow(next_statement)?.into(),
            flags: flags.get(group as usize).copied().unwrap_or(0).into(),
        });
    }
    out.section(Section::Vulnerabilities, table.as_bytes())?;
    let ids: Vec<U32> = ids.iter().map(|(.., node)| texts.at(*node).into()).collect();
    out.section(Section::VulnerabilityIds, ids.as_bytes())?;
    let mentions: Vec<MentionRow> = mentions
        .iter()
        .map(|(_, record, position, at, says)| MentionRow {
            record: (*record).into(),
            position: (*position).into(),
            at: (*at).into(),
            says: *says,
        })
        .collect();
    out.section(Section::Mentions, mentions.as_bytes())?;
    let statements: Vec<StatementRow> = statements.iter().map(|(.., row)| *row).collect();
    out.section(Section::Statements, statements.as_bytes())
}

/// How many rows from `start` on come before something.
fn below<T>(rows: &[T], start: usize, is_before: impl Fn(&T) -> bool) -> usize {
    let rest = rows.get(start..).unwrap_or(&[]);
    rest.iter().take_while(|row| is_before(row)).count()
}

/// The ids of each vulnerability: the CVE first, the others in the order of their texts.
fn ids_of_groups(
    rows: &Rows,
    resolved: &Resolved,
    groups: &Groups,
) -> Vec<(u32, bool, Node)> {
    let aliases = &rows.aliases;
    let mut ids = Vec::new();
    for node in 0..aliases.len() {
        let node = u32::try_from(node).unwrap_or(u32::MAX);
        if let Some(group) = groups.of_node(node, resolved) {
            ids.push((group, aliases.cve(node).is_none(), node));
        }
    }
    ids.sort_unstable_by(|a, b| {
        (a.0, a.1, aliases.text(a.2)).cmp(&(b.0, b.1, aliases.text(b.2)))
    });
    ids
}

fn mentions_of_groups(rows: &Rows, groups: &Groups) -> Vec<(u32, u32, u32, u32, u8)> {
    let mut mentions = Vec::new();
    for (number, mention) in rows.aliases.mentions().iter().enumerate() {
        let says = rows.says.get(number).copied().unwrap_or(0);
        let groups = groups.of_mention(number).iter();
        mentions.extend(
            groups.map(|group| {
                (*group, mention.record, mention.position, mention.at, says)
            }),
        );
    }
    mentions.sort_unstable();
    mentions
}

/// The statements on each vulnerability, in the order of their mentions: with the group,
/// and the position of the vulnerability in the record.
fn statements_of_groups(
    rows: &Rows,
    groups: &Groups,
    statements: &[(u32, StatementRow)],
) -> Vec<(u32, u32, StatementRow)> {
    let mut expanded = Vec::with_capacity(statements.len());
    for (number, row) in statements {
        let number = *number as usize;
        let mention = rows.aliases.mentions().get(number);
        let position = mention.map_or(0, |mention| mention.position);
        let groups = groups.of_mention(number).iter();
        expanded.extend(groups.map(|group| (*group, position, *row)));
    }
    expanded.sort_unstable_by_key(|(group, position, row)| {
        (*group, row.record.get(), *position, row.at.get(), row.product.get())
    });
    expanded
}

fn flags_of_groups(rows: &Rows, resolved: &Resolved, groups: &Groups) -> Vec<u32> {
    let mut flags = vec![0; groups.count as usize];
    for (node, (_, verdict)) in &rows.rejected {
        let group = groups.of_node(*node, resolved).unwrap_or(u32::MAX);
        if let Some(flags) = flags.get_mut(group as usize) {
            *flags |= VulnerabilityRow::DECIDED;
            if *verdict == Verdict::Rejected {
                *flags |= VulnerabilityRow::REJECTED;
            }
        }
    }
    flags
}

fn write_catalogs<W: Write>(
    out: &mut Sink<W>,
    rows: &mut Rows,
    counts: &mut Counts,
    texts: &mut Texts,
) -> io::Result<()> {
    let mut listed = Vec::with_capacity(rows.listed.len());
    let mut newest = String::new();
    for (cve, released, payload) in &rows.listed {
        listed.push(ListedRow { cve: (*cve).into(), at: texts.here().into() });
        texts.out.raw(payload);
        newest = newest.max(released.clone());
    }
    counts.listed = Catalog { entries: listed.len() as u64, newest };
    out.section(Section::Listed, listed.as_bytes())?;
    let newest = rows.dates.iter().max().cloned().unwrap_or_default();
    counts.scored = Catalog { entries: rows.scored.len() as u64, newest };
    let mut dates = Vec::new();
    for date in &rows.dates {
        dates.push(texts.here());
        texts.out.text(date);
    }
    for row in &mut rows.scored {
        row.date = dates.get(row.date.get() as usize).copied().unwrap_or(u32::MAX).into();
    }
    out.section(Section::Scored, rows.scored.as_bytes())
}

fn refused(rows: &Rows, resolved: &Resolved) -> Vec<RefusedJoin> {
    let aliases = &rows.aliases;
    let record = |number: u32| {
        let node = rows.record_nodes.get(number as usize).copied().unwrap_or(u32::MAX);
        aliases.text(node).to_owned()
    };
    resolved
        .refused
        .iter()
        .map(|join| RefusedJoin {
            record: record(join.record),
            one: aliases.text(join.one).to_owned(),
            other: aliases.text(join.other).to_owned(),
        })
        .collect()
}
