//! The organisations of a group, side by side: how far each is in the four categories, with those
//! below it.

use posture::{Category, Posture, Tally, Verdict};

use crate::{Align, Block, Table, capital};

/// An organisation of a group, with those below it.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// How many organisations stand between it and the one whose report it is.
    pub depth: usize,
    /// How many organisations it is, with those below it.
    pub organisations: usize,
    /// The verdicts of all of them.
    pub posture: Posture,
}

/// The group in a table: nothing where there is one organisation alone.
pub(crate) fn members(members: &[Member]) -> Vec<Block> {
    if members.len() < 2 {
        return Vec::new();
    }
    let named = Category::ALL.map(|category| capital(category.words()));
    let mut columns = vec![("Organisation", Align::Text)];
    columns.extend(["Organisations", "Reached"].map(|name| (name, Align::Number)));
    columns.extend(named.iter().map(|name| (name.as_str(), Align::Number)));
    columns.push(("Cannot tell", Align::Number));
    let mut table = Table::new("How much is reached", &columns);
    table.rows.extend(members.iter().map(row));
    let text = "Each organisation together with those below it. Reached is in percent of what \
                applies, with partly met as half.";
    let mut blocks = vec![Block::Paragraph { text: text.to_owned() }];
    blocks.extend(table.block());
    blocks
}

/// The whole and, of those right below it, those that reached least, at most so many.
pub(crate) fn least(all: &[Member], most: usize) -> Vec<Block> {
    let Some(whole) = all.iter().find(|one| one.depth == 0) else { return Vec::new() };
    let mut below: Vec<&Member> = all.iter().filter(|one| one.depth == 1).collect();
    below.sort_by_key(|one| one.posture.whole().percent());
    let left_out = below.len().saturating_sub(most);
    let told = below.into_iter().take(most);
    let mut blocks =
        members(&std::iter::once(whole).chain(told).cloned().collect::<Vec<_>>());
    if left_out > 0 {
        let text = format!("And {left_out} more that reached as much or more.");
        blocks.push(Block::Paragraph { text });
    }
    blocks
}

fn row(member: &Member) -> Vec<String> {
    let whole = member.posture.whole();
    let mut row = vec![
        format!("{}{}", "– ".repeat(member.depth), member.name),
        member.organisations.to_string(),
        percent(&whole),
    ];
    row.extend(Category::ALL.map(|category| percent(&member.posture.category(category))));
    row.push(whole.count(Verdict::CannotTell).to_string());
    row
}

fn percent(tally: &Tally) -> String {
    tally.percent().map_or_else(|| "–".to_owned(), |it| format!("{it} %"))
}
