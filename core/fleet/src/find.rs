//! What a person has in hand, and which devices it is.
//!
//! Asset tag, serial, UDI and the device identifier within, MAC and IP, whole or their
//! beginning; then words of maker, model and release. Where nothing is the same, numbers that
//! are like it: with other separators, or with more in front or behind. Each answer says which
//! column was met and how, so that a page can say what it is instead of listing kinds of
//! things; what is only like it is never the same.

mod number;

use core::net::IpAddr;

use naming::spelling::fold;
use roaring::RoaringBitmap;
use terms::Udi;

use self::number::Number;
use crate::collate::Collation;
use crate::column::Column;
use crate::holdings::Fleet;
use crate::numbers::addresses;
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
    /// It is the same. A UDI: the same device identifier and the same serial number, whatever
    /// else one of the two labels says.
    Same,
    /// It is the device identifier within the UDI, or has the same one within; the serial number
    /// within a label, of a device whose own label is not this one.
    Within,
    /// It has the same letters and digits, with other separators and blanks between.
    Apart,
    /// It begins so.
    Beginning,
    /// It has these letters and digits within, or is what a longer text ends with.
    Part,
    /// Every word occurs.
    Words,
}

impl How {
    /// Every way.
    pub const ALL: [Self; 6] =
        [Self::Same, Self::Within, Self::Apart, Self::Beginning, Self::Part, Self::Words];

    /// The word in an address.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Within => "within",
            Self::Apart => "apart",
            Self::Beginning => "beginning",
            Self::Part => "part",
            Self::Words => "words",
        }
    }

    /// The way of that word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|how| how.word() == word)
    }
}

/// What a label says that is a person's to read.
struct Label {
    identifier: String,
    serial: String,
}

impl Label {
    /// A text as a label. Digits alone are one only with a device identifier: an asset tag of
    /// digits reads as a lot or a serial number too.
    fn read(text: &str) -> Option<Self> {
        let label = Udi::in_hand(text).ok()?;
        let identifier = label.device_identifier().unwrap_or_default();
        let is_marked = !text.trim().starts_with(char::is_alphanumeric);
        let serial = label.serial().unwrap_or_default();
        (!identifier.is_empty() || is_marked).then(|| Self {
            identifier: spelt(Text::DeviceIdentifier, &identifier),
            serial: spelt(Text::Serial, serial),
        })
    }
}

const COLUMNS: [(Column, Text); 5] = [
    (Column::AssetTag, Text::AssetTag),
    (Column::Serial, Text::Serial),
    (Column::Udi, Text::Udi),
    (Column::Mac, Text::Mac),
    (Column::Ip, Text::Ip),
];

/// Of what a device may have several.
const ADDRESSES: [(Column, Text); 2] = [(Column::Mac, Text::Mac), (Column::Ip, Text::Ip)];

/// The columns of [`NUMBERS`](crate::texts::NUMBERS).
const NUMBERED: [Column; 2] = [Column::AssetTag, Column::Serial];

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
        for (column, kept) in ADDRESSES {
            self.find_further(&scope, (column, kept), text, &mut found);
        }
        if let Some(label) = Label::read(text) {
            self.find_piece(&scope, &label, &mut found);
        }
        let is_known = |met: &Met| met.how <= How::Within && !met.devices.is_empty();
        if !found.iter().any(is_known) {
            self.find_alike(&scope, text, &mut found);
        }
        self.find_words(&scope, text, &mut found);
        found.retain(|met| !met.devices.is_empty());
        found.sort_by_key(|met| (met.how, met.column));
        found
    }

    /// Devices of whose several addresses one is the same, and not the first.
    fn find_further(
        &self,
        scope: &RoaringBitmap,
        (column, text): (Column, Text),
        typed: &str,
        found: &mut Vec<Met>,
    ) {
        let is_known = |met: &Met| {
            met.column == column && met.how == How::Same && !met.devices.is_empty()
        };
        let sought = spelt(text, typed);
        let is_address = match text {
            Text::Mac => addresses(&sought).count() == 1 && is_hexadecimal(&sought),
            _ => sought.parse::<IpAddr>().is_ok(),
        };
        if !is_address || found.iter().any(is_known) {
            return;
        }
        let has = |ordinal: &u32| {
            let kept = str::from_utf8(self.texts.get(*ordinal, text)).unwrap_or_default();
            kept.len() > sought.len()
                && match text {
                    Text::Mac => addresses(kept).any(|one| one == sought),
                    _ => kept.split(' ').any(|one| one == sought),
                }
        };
        let devices = scope.iter().filter(has).collect::<RoaringBitmap>();
        for met in found.iter_mut().filter(|met| met.column == column) {
            met.devices -= &devices;
        }
        found.push(Met { column, how: How::Same, devices });
    }

    /// The piece that a label names, out of those of its model; and what has its serial number.
    fn find_piece(&self, scope: &RoaringBitmap, label: &Label, found: &mut Vec<Met>) {
        if label.serial.is_empty() {
            return;
        }
        let kind = Kind::look_up(Text::Serial);
        let order = self.order(kind);
        let with_number = self.equal(&order, kind, &label.serial).iter().copied();
        let with_number: RoaringBitmap =
            with_number.filter(|ordinal| scope.contains(*ordinal)).collect();
        if label.identifier.is_empty() {
            let devices = with_number;
            return found.push(Met { column: Column::Serial, how: How::Same, devices });
        }
        let of = |met: &Met, how| met.column == Column::Udi && met.how == how;
        let mut same = RoaringBitmap::new();
        for met in found.iter_mut().filter(|met| of(met, How::Within)) {
            same |= &met.devices & &with_number;
            let own = met.devices.iter().filter(|one| self.is_labelled(*one, label));
            same |= own.collect::<RoaringBitmap>();
            met.devices -= &same;
        }
        for met in found.iter_mut().filter(|met| of(met, How::Same)) {
            same |= &met.devices;
            met.devices.clone_from(&same);
        }
        let devices = with_number - &same;
        found.push(Met { column: Column::Serial, how: How::Within, devices });
    }

    /// Whether the label of a device names the same piece.
    fn is_labelled(&self, ordinal: u32, label: &Label) -> bool {
        let own = self.texts.get(ordinal, Text::Udi);
        let own = str::from_utf8(own).ok().and_then(Label::read);
        own.is_some_and(|own| own.serial == label.serial)
    }

    /// Asset tags and serial numbers that are like a number: see [`How::Apart`] and
    /// [`How::Part`]. Words are none: a number has a digit in it.
    fn find_alike(&self, scope: &RoaringBitmap, typed: &str, found: &mut Vec<Met>) {
        let Some(number) = Number::sought(typed) else { return };
        let mut apart = NUMBERED.map(|_| Vec::new());
        let mut part = NUMBERED.map(|_| Vec::new());
        for ordinal in self.numbers.meeting(scope, number.ending()) {
            let lists = apart.iter_mut().zip(&mut part);
            for (nth, (apart, part)) in lists.enumerate() {
                match number.met(self.numbers.nth(ordinal, nth)) {
                    Some(How::Apart) => apart.push(ordinal),
                    Some(_) => part.push(ordinal),
                    None => {}
                }
            }
        }
        let rising = |ordinals: Vec<u32>| ordinals.into_iter().collect::<RoaringBitmap>();
        for ((column, apart), part) in NUMBERED.into_iter().zip(apart).zip(part) {
            let (apart, part) = (rising(apart), rising(part));
            let of = |met: &&mut Met| met.column == column;
            let mut before = RoaringBitmap::new();
            for met in found.iter_mut().filter(of) {
                before |= &met.devices;
                met.devices -= &apart;
            }
            found.push(Met { column, how: How::Part, devices: part - &before });
            found.push(Met { column, how: How::Apart, devices: apart });
        }
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
        let versions = self.versions_met(&typed, &sought);
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
            } else {
                let named = by_maker | by_model | by_description;
                let by_version = versions.get(code).copied().unwrap_or(0);
                // A release alone names no product.
                if named != 0 && named | by_version == all {
                    devices.add_to(&mut together);
                }
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

    /// Which of the words a release is, as bits, for each code of configurations.
    fn versions_met(&self, typed: &str, sought: &[&str]) -> Vec<u32> {
        let releases = Releases::of(typed, sought.len());
        if releases.named.is_empty() {
            return Vec::new();
        }
        self.bits_met(Column::Version, |release| releases.met(release))
    }

    /// Which of the words occur in a column, as bits, for each code of configurations.
    fn words_met(&self, column: Column, sought: &[&str]) -> Vec<u32> {
        self.bits_met(column, |text| occurring(text, sought))
    }

    fn bits_met(&self, column: Column, met_by: impl Fn(&str) -> u32) -> Vec<u32> {
        let mut met = vec![0; self.devices(Column::Configuration).len()];
        for group in self.groups(column).iter() {
            let Some(key) = &group.key else { continue };
            let bits = met_by(key.text());
            for code in &group.codes {
                if let Some(slot) = met.get_mut(*code as usize) {
                    *slot = bits;
                }
            }
        }
        met
    }
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The words of a text that a release may be, each as bits over all words of it: `v2.3` is two
/// of them. What says that a release follows counts with it.
struct Releases {
    /// A release as it is compared, and its words.
    named: Vec<(String, u32)>,
    /// The words that say so.
    said: u32,
}

/// What stands before a release.
const RELEASE: [&str; 9] =
    ["version", "ver", "release", "rel", "rev", "software", "firmware", "sw", "fw"];

impl Releases {
    fn of(typed: &str, count: usize) -> Self {
        let mut found = Self { named: Vec::new(), said: 0 };
        let mut at = 0;
        for token in typed.split_whitespace() {
            let length = words(token).count().min(count - at.min(count));
            let bits = ((1u32 << length) - 1) << at;
            at += length;
            let release = bare_release(token);
            if release.starts_with(|first: char| first.is_ascii_digit()) {
                found.named.push((release.to_owned(), bits));
            } else if RELEASE.contains(&release) {
                found.said |= bits;
            }
        }
        found
    }

    /// The words that a release is, or begins with.
    fn met(&self, release: &str) -> u32 {
        let begins = |sought: &str| {
            release.split_whitespace().map(bare_release).any(|own| {
                own.strip_prefix(sought).is_some_and(|rest| {
                    !rest.starts_with(|one: char| one.is_ascii_digit())
                })
            })
        };
        let met = self.named.iter().filter(|(sought, _)| begins(sought));
        let bits = met.fold(0, |all, (_, bits)| all | bits);
        if bits == 0 { 0 } else { bits | self.said }
    }
}

/// Without what stands around a number, and the letter before it.
fn bare_release(token: &str) -> &str {
    let bare = token.trim_matches(|one: char| !one.is_alphanumeric());
    let number = bare.strip_prefix('v').map(|rest| rest.trim_start_matches('.'));
    let number = number.filter(|rest| rest.starts_with(|one: char| one.is_ascii_digit()));
    number.unwrap_or(bare)
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

#[cfg(test)]
mod tests;
