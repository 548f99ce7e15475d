//! The fleet as somebody would write it who has time: a map of rows, filtered and sorted
//! anew for each question. Shares with the fleet its public words, and `naming`'s folding.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use fleet::{
    Answer, Column, Configuration, ConfigurationId, Direction, Entry, Facet, Facets,
    Filter, Fleet, Organisation, OrganisationId, Presence, Priority, Sort, Standing,
    Table,
};
use naming::spelling::fold;

/// A device with texts of its own.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) ordinal: u32,
    pub(crate) organisation: i64,
    pub(crate) configuration: i64,
    pub(crate) texts: BTreeMap<Column, String>,
    pub(crate) answers: [Answer; 3],
}

impl Row {
    pub(crate) fn text(&self, column: Column) -> &str {
        self.texts.get(&column).map_or("", String::as_str)
    }

    fn priority(&self, configuration: &Configuration) -> Option<Priority> {
        let [life_sustaining, holds_phi, reachable] = self.answers;
        let standing = Standing { life_sustaining, holds_phi, reachable };
        configuration.priorities.of(Table(0), standing)
    }

    pub(crate) fn entry(&self) -> Entry<'_> {
        Entry {
            ordinal: self.ordinal,
            organisation: OrganisationId(self.organisation),
            configuration: ConfigurationId(self.configuration),
            source: self.text(Column::Source),
            asset_tag: self.text(Column::AssetTag),
            serial: self.text(Column::Serial),
            udi: self.text(Column::Udi),
            mac: self.text(Column::Mac),
            ip: self.text(Column::Ip),
            department: self.text(Column::Department),
            status: self.text(Column::Status),
            received: self.text(Column::Received),
            missing_since: self.text(Column::MissingSince),
            life_sustaining: self.answers[0],
            holds_phi: self.answers[1],
            reachable: self.answers[2],
        }
    }
}

/// A condition, as data.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    Is(Column, String),
    Contains(Column, String),
    Within(i64),
    Presence(Presence),
    Among(BTreeSet<u32>),
}

impl Condition {
    fn column(&self) -> Option<Column> {
        match self {
            Self::Is(column, _) | Self::Contains(column, _) => Some(*column),
            Self::Within(_) => Some(Column::Organisation),
            Self::Presence(_) => Some(Column::MissingSince),
            Self::Among(_) => None,
        }
    }

    pub(crate) fn add(&self, filter: Filter) -> Filter {
        match self {
            Self::Is(column, value) => filter.is(*column, value).unwrap(),
            Self::Contains(column, text) => filter.contains(*column, text).unwrap(),
            Self::Within(id) => filter.within(OrganisationId(*id)),
            Self::Presence(presence) => filter.presence(*presence),
            Self::Among(_) => filter.among("set"),
        }
    }
}

/// What a value is sorted by; the derived order is the order of lists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Number(u64),
    /// IPv6 or not; characters and numbers; the text.
    Text(bool, Vec<(char, u128)>, String),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    pub(crate) rows: BTreeMap<u32, Row>,
    pub(crate) configurations: BTreeMap<i64, Configuration>,
    pub(crate) organisations: BTreeMap<i64, Organisation>,
}

impl World {
    pub(crate) fn fleet(&self) -> Fleet {
        Fleet::build(
            self.organisations.values().cloned(),
            self.configurations.values().cloned(),
            self.rows.values().map(Row::entry),
        )
    }

    pub(crate) fn is_within(&self, organisation: i64, root: i64) -> bool {
        let mut at = Some(organisation);
        for _ in 0..=self.organisations.len() + 1 {
            let Some(id) = at else { return false };
            if id == root {
                return true;
            }
            let parent = self.organisations.get(&id).and_then(|known| known.parent);
            at = parent.map(|parent| parent.0);
        }
        false
    }

    /// Ordinals of the list in its order.
    pub(crate) fn list(
        &self,
        scope: i64,
        conditions: &[Condition],
        sort: Sort,
    ) -> Vec<u32> {
        let mut rows: Vec<&Row> = self.passing(scope, conditions);
        rows.sort_by(|a, b| {
            let (x, y) = (self.key(sort.column, a), self.key(sort.column, b));
            let by_key = match (x, y, sort.direction) {
                (Some(x), Some(y), Direction::Down) => y.cmp(&x),
                (Some(x), Some(y), Direction::Up) => x.cmp(&y),
                (x, y, _) => x.is_none().cmp(&y.is_none()),
            };
            by_key.then(a.ordinal.cmp(&b.ordinal))
        });
        rows.into_iter().map(|row| row.ordinal).collect()
    }

    pub(crate) fn facets(
        &self,
        scope: i64,
        conditions: &[Condition],
        column: Column,
    ) -> Facets {
        let others: Vec<Condition> = conditions
            .iter()
            .filter(|condition| condition.column() != Some(column))
            .cloned()
            .collect();
        let mut values: BTreeMap<_, u64> = BTreeMap::new();
        for row in self.passing(scope, &others) {
            let (value, label) = self.value(column, row);
            // Texts of their own stand byte by byte, without a value first or last is
            // settled by the count alone in `alike`.
            let key = self.key(column, row);
            *values.entry((key.is_none(), key, value, label)).or_default() += 1;
        }
        let mut values: Vec<Facet> = values
            .into_iter()
            .map(|((_, _, value, label), count)| Facet {
                value,
                label,
                count,
                spellings: Vec::new(),
            })
            .collect();
        if column == Column::Maker {
            values = makers(values);
        }
        values.sort_by_key(|facet| Reverse(facet.count));
        Facets { distinct: values.len(), values }
    }

    fn passing(&self, scope: i64, conditions: &[Condition]) -> Vec<&Row> {
        let columns: BTreeSet<Column> = Column::ALL.into_iter().collect();
        let passes = |row: &&Row| {
            let alternatives = |of: &dyn Fn(&Condition) -> Option<bool>| {
                let answers: Vec<bool> = conditions.iter().filter_map(of).collect();
                answers.is_empty() || answers.contains(&true)
            };
            self.is_within(row.organisation, scope)
                && columns.iter().all(|column| {
                    alternatives(&|condition| match condition {
                        Condition::Is(of, value) if of == column => {
                            let own = self.value(*of, row).0;
                            Some(
                                counts_as(*of, &own)
                                    == counts_as(*of, &spelt(*of, value)),
                            )
                        }
                        _ => None,
                    })
                })
                && alternatives(&|condition| match condition {
                    Condition::Within(root) => {
                        Some(self.is_within(row.organisation, *root))
                    }
                    _ => None,
                })
                && alternatives(&|condition| match condition {
                    Condition::Presence(presence) => Some(
                        (*presence == Presence::Listed)
                            == row.text(Column::MissingSince).is_empty(),
                    ),
                    _ => None,
                })
                && conditions.iter().all(|condition| match condition {
                    Condition::Contains(column, text) => {
                        let (mut value, label) = self.value(*column, row);
                        if matches!(column, Column::Organisation | Column::Configuration)
                        {
                            let named = self.key(*column, row).is_some();
                            value = if named { label } else { String::new() };
                        }
                        fold(&value).contains(&spelt_part(*column, text))
                    }
                    Condition::Among(set) => set.contains(&row.ordinal),
                    _ => true,
                })
        };
        self.rows.values().filter(passes).collect()
    }

    fn configuration(&self, row: &Row) -> Configuration {
        self.configurations.get(&row.configuration).cloned().unwrap_or_default()
    }

    /// As a filter names it, and as a person reads it.
    pub(crate) fn value(&self, column: Column, row: &Row) -> (String, String) {
        let configuration = self.configuration(row);
        let value = match column {
            Column::Organisation => {
                let id = row.organisation.to_string();
                let named = self.organisations.get(&row.organisation);
                let name = named.map_or("", |known| &known.name);
                return (id.clone(), if name.is_empty() { id } else { name.to_owned() });
            }
            Column::Configuration => {
                let id = row.configuration.to_string();
                let label = configuration.label();
                return (id.clone(), if label.is_empty() { id } else { label });
            }
            Column::LifeSustaining => row.answers[0].word().to_owned(),
            Column::HoldsPhi => row.answers[1].word().to_owned(),
            Column::Reachable => row.answers[2].word().to_owned(),
            Column::Maker => configuration.maker,
            Column::Model => configuration.model,
            Column::Description => configuration.description,
            Column::Version => configuration.version,
            Column::Verdict => {
                configuration.verdict.map_or("none", matching::Verdict::word).to_owned()
            }
            Column::Priority => {
                row.priority(&configuration).map_or("none", Priority::word).to_owned()
            }
            Column::Exploited => configuration.exploited.word().to_owned(),
            Column::Affected => configuration.affected.to_string(),
            Column::CannotTell => configuration.cannot_tell.to_string(),
            _ => spelt(column, row.text(column)),
        };
        (value.clone(), value)
    }

    fn key(&self, column: Column, row: &Row) -> Option<Key> {
        let configuration = self.configuration(row);
        let text = match column {
            Column::LifeSustaining => return Some(Key::Number(row.answers[0] as u64)),
            Column::HoldsPhi => return Some(Key::Number(row.answers[1] as u64)),
            Column::Reachable => return Some(Key::Number(row.answers[2] as u64)),
            Column::Verdict => {
                return configuration.verdict.map(|v| Key::Number(v as u64));
            }
            Column::Priority => {
                let priority = row.priority(&configuration);
                return priority.map(|p| Key::Number(p as u64));
            }
            Column::Exploited => {
                return Some(Key::Number(configuration.exploited as u64));
            }
            Column::Affected => return Some(Key::Number(configuration.affected.into())),
            Column::CannotTell => {
                return Some(Key::Number(configuration.cannot_tell.into()));
            }
            Column::Organisation => self
                .organisations
                .get(&row.organisation)
                .map_or(String::new(), |known| fold(&known.name)),
            Column::Configuration => fold(&configuration.label()),
            _ => fold(&self.value(column, row).0),
        };
        if text.is_empty() {
            return None;
        }
        let is_ipv6 = column == Column::Ip && text.contains(':');
        let is_plain = is_ipv6 || matches!(column, Column::Udi | Column::Mac);
        Some(Key::Text(is_ipv6, if is_plain { Vec::new() } else { tokens(&text) }, text))
    }
}

fn tokens(text: &str) -> Vec<(char, u128)> {
    let mut tokens = Vec::new();
    let mut is_number = false;
    for character in text.chars() {
        match (character.to_digit(10), tokens.last_mut()) {
            (Some(digit), Some((_, value))) if is_number => {
                *value = *value * 10 + u128::from(digit);
            }
            (Some(digit), _) => tokens.push(('0', u128::from(digit))),
            (None, _) => tokens.push((character, 0)),
        }
        is_number = character.is_ascii_digit();
    }
    tokens
}

/// A value as the fleet shows it.
pub(crate) fn spelt(column: Column, text: &str) -> String {
    match column {
        Column::AssetTag | Column::Serial => fold(text),
        Column::Udi => fold(text).replace(['(', ')'], ""),
        Column::Mac | Column::Ip => spelt_part(column, text),
        _ => text.to_owned(),
    }
}

/// A text as it is looked for.
fn spelt_part(column: Column, text: &str) -> String {
    match column {
        Column::Udi => fold(text).replace(['(', ')'], ""),
        Column::Mac => {
            let bare = fold(text).replace([':', '-', '.'], "");
            let is_hexadecimal = bare.chars().all(|one| one.is_ascii_hexdigit());
            if is_hexadecimal && !bare.is_empty() { bare } else { fold(text) }
        }
        Column::Ip if text == "FE80:0::1" => "fe80::1".to_owned(),
        _ => fold(text),
    }
}

static MAKERS: std::sync::LazyLock<naming::Makers> =
    std::sync::LazyLock::new(naming::Makers::built_in);

/// What a value counts as: makers by the words that `naming` gives, others as they are.
fn counts_as(column: Column, value: &str) -> String {
    let words = match column {
        Column::Maker => MAKERS.called(value).join(" "),
        _ => String::new(),
    };
    if words.is_empty() { value.to_owned() } else { words }
}

/// Spellings of one maker together, where the first of them stands.
fn makers(spelt: Vec<Facet>) -> Vec<Facet> {
    let mut all: Vec<(String, Facet)> = Vec::new();
    for facet in spelt {
        let one = counts_as(Column::Maker, &facet.value);
        match all.iter_mut().find(|(own, _)| *own == one) {
            Some((_, first)) => {
                first.count += facet.count;
                first.spellings.push(facet.value);
            }
            None => {
                let spellings = vec![facet.value.clone()];
                all.push((one, Facet { spellings, ..facet }));
            }
        }
    }
    let shown = all.into_iter().map(|(_, mut facet)| {
        let name = facet.spellings.iter().find_map(|one| MAKERS.known(one));
        let mut written = facet.spellings.clone();
        written.sort_by_key(|one| (*one == one.to_uppercase(), one.clone()));
        facet.value = name.map_or_else(|| written[0].clone(), str::to_owned);
        facet.label.clone_from(&facet.value);
        facet.spellings.retain(|one| *one != facet.value);
        facet
    });
    shown.collect()
}
