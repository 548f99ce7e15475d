//! What a person has in hand, and which devices it is.
//!
//! Asset tag, serial, UDI and the device identifier within, MAC and IP, whole or their
//! beginning; then words of maker and model. Each answer says which column was met, so that
//! a page can say what it is instead of listing kinds of things.

use naming::spelling::fold;
use roaring::RoaringBitmap;

use crate::collate::Collation;
use crate::column::Column;
use crate::holdings::Fleet;
use crate::order::{Kind, Order};
use crate::scope::Scope;
use crate::spelt::{identifier_sought, spelt};
use crate::texts::Text;

/// Words of one question that are looked at.
const WORDS_MAX: usize = 16;

/// Shorter words are found at the beginning of words only, not across them.
const ACROSS_MIN: usize = 3;

/// What was met, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Met {
    /// In which column. [`Column::Configuration`]: in maker, model and description
    /// together.
    pub column: Column,
    /// How.
    pub how: How,
    /// Whose.
    pub devices: RoaringBitmap,
}

/// How a text was met; the order is that of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// It is the same.
    Same,
    /// It is the device identifier within the UDI, or has the same one within.
    Within,
    /// It begins so.
    Beginning,
    /// Every word occurs.
    Words,
}

const COLUMNS: [(Column, Text); 5] = [
    (Column::AssetTag, Text::AssetTag),
    (Column::Serial, Text::Serial),
    (Column::Udi, Text::Udi),
    (Column::Mac, Text::Mac),
    (Column::Ip, Text::Ip),
];

impl Fleet {
    /// Which devices within a scope a text may mean, the surest answers first. A device
    /// stands once for each column that it was met in.
    #[must_use]
    pub fn find(&self, scope: &Scope, text: &str) -> Vec<Met> {
        if text.trim().is_empty() {
            return Vec::new();
        }
        let scope = self.within(scope);
        let mut found = Vec::new();
        for (column, kept) in COLUMNS {
            self.find_text(&scope, column, kept, text, &mut found);
        }
        self.find_words(&scope, text, &mut found);
        found.retain(|met| !met.devices.is_empty());
        found.sort_by_key(|met| (met.how, met.column));
        found
    }

    fn find_text(
        &self,
        scope: &RoaringBitmap,
        column: Column,
        text: Text,
        typed: &str,
        found: &mut Vec<Met>,
    ) {
        let sought = spelt(text, typed);
        if sought.is_empty() {
            return;
        }
        let listed = |ordinals: &[u32]| -> RoaringBitmap {
            let within = ordinals.iter().copied();
            let mut within: Vec<u32> =
                within.filter(|ordinal| scope.contains(*ordinal)).collect();
            // In rising order a bitmap is filled ten times as fast.
            within.sort_unstable();
            within.into_iter().collect()
        };
        let kind = Kind::look_up(text);
        let order = self.order(kind);
        let same = listed(self.equal(&order, kind, &sought));
        let mut beginning = listed(self.beginning(&order, kind, &sought)) - &same;
        if text == Text::Udi {
            let kind = Kind::Sort(Text::DeviceIdentifier);
            let identifier = identifier_sought(typed);
            let within = listed(self.equal(&self.order(kind), kind, &identifier)) - &same;
            beginning -= &within;
            found.push(Met { column, how: How::Within, devices: within });
        }
        found.push(Met { column, how: How::Same, devices: same });
        found.push(Met { column, how: How::Beginning, devices: beginning });
    }

    /// Those whose text is this one.
    pub(crate) fn equal<'o>(
        &self,
        order: &'o Order,
        kind: Kind,
        sought: &str,
    ) -> &'o [u32] {
        let from = self.from(order, kind, sought);
        let same = |ordinal: &u32| kind.key(&self.texts, *ordinal) == sought.as_bytes();
        from.get(..from.partition_point(same)).unwrap_or_default()
    }

    /// Those whose text begins so.
    fn beginning<'o>(&self, order: &'o Order, kind: Kind, sought: &str) -> &'o [u32] {
        let from = self.from(order, kind, sought);
        let begins = |ordinal: &u32| {
            kind.key(&self.texts, *ordinal).starts_with(sought.as_bytes())
        };
        from.get(..from.partition_point(begins)).unwrap_or_default()
    }

    /// Those whose text is not before this one.
    fn from<'o>(&self, order: &'o Order, kind: Kind, sought: &str) -> &'o [u32] {
        debug_assert_eq!(kind.collation(), Collation::Plain);
        let filled = order.filled();
        let first = filled.partition_point(|ordinal| {
            kind.key(&self.texts, *ordinal) < sought.as_bytes()
        });
        filled.get(first..).unwrap_or_default()
    }

    fn find_words(&self, scope: &RoaringBitmap, typed: &str, found: &mut Vec<Met>) {
        let typed = fold(typed);
        let sought: Vec<&str> = words(&typed).take(WORDS_MAX).collect();
        if sought.is_empty() {
            return;
        }
        let all = (1u32 << sought.len()) - 1;
        let makers = self.words_met(Column::Maker, &sought);
        let models = self.words_met(Column::Model, &sought);
        let descriptions = self.words_met(Column::Description, &sought);
        let mut maker = RoaringBitmap::new();
        let (mut model, mut together) = (maker.clone(), maker.clone());
        for (code, devices) in self.devices(Column::Configuration).iter().enumerate() {
            let [by_maker, by_model, by_description] = [&makers, &models, &descriptions]
                .map(|met| met.get(code).copied().unwrap_or(0));
            if by_maker == all {
                devices.add_to(&mut maker);
            } else if by_model == all {
                devices.add_to(&mut model);
            } else if by_maker | by_model | by_description == all {
                devices.add_to(&mut together);
            }
        }
        let met = [
            (Column::Maker, maker),
            (Column::Model, model),
            (Column::Configuration, together),
        ];
        found.extend(met.map(|(column, devices)| {
            let devices = devices & scope;
            Met { column, how: How::Words, devices }
        }));
    }

    /// Which of the words occur in a column, as bits, for each code of configurations.
    fn words_met(&self, column: Column, sought: &[&str]) -> Vec<u32> {
        let mut met = vec![0; self.devices(Column::Configuration).len()];
        for group in self.groups(column).iter() {
            let Some(key) = &group.key else { continue };
            let bits = occurring(key.text(), sought);
            for code in &group.codes {
                if let Some(slot) = met.get_mut(*code as usize) {
                    *slot = bits;
                }
            }
        }
        met
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// Which of the words begin a word of a text, or occur in it once its separators are taken
/// out (`im400` in `IM-400`), as bits.
fn occurring(text: &str, sought: &[&str]) -> u32 {
    let bare: String = words(text).collect();
    let occurs = |word: &str| {
        words(text).any(|own| own.starts_with(word))
            || word.len() >= ACROSS_MIN && bare.contains(word)
    };
    let bits = sought.iter().enumerate();
    bits.filter(|(_, word)| occurs(word)).map(|(at, _)| 1 << at).sum()
}
