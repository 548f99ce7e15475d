//! What tells one piece from every other, as it is compared: to find the same piece among the
//! devices of other organisations.

use terms::{Mac, Udi};

use crate::holdings::Fleet;
use crate::spelt::spelt;
use crate::texts::Text;

/// The digits of an address of six bytes, as it is kept.
const MAC_DIGITS: usize = 12;

/// The numbers of one piece. What is not known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// The serial number. Alone it tells nothing: two makers count from one.
    pub serial: String,
    /// The device identifier and the serial number of a label that has both.
    pub label: Option<[String; 2]>,
    /// The addresses of its network interfaces, of those that name one and were assigned by a
    /// maker.
    pub macs: Vec<String>,
}

impl Numbers {
    /// What is stated of a piece; several addresses stand with blanks between.
    #[must_use]
    pub fn of(serial: &str, udi: &str, mac: &str) -> Self {
        let macs = mac.split(' ').filter_map(|one| Mac::parse(one).ok());
        let macs = macs.filter(|mac| mac.is_single() && !mac.is_local());
        Self {
            serial: spelt(Text::Serial, serial),
            label: label(udi),
            macs: macs.map(|mac| spelt(Text::Mac, &mac.to_string())).collect(),
        }
    }
}

impl Fleet {
    /// The numbers of a device; none where there is no such device.
    #[must_use]
    pub fn numbers(&self, ordinal: u32) -> Numbers {
        let text =
            |text| str::from_utf8(self.texts.get(ordinal, text)).unwrap_or_default();
        let macs = addresses(text(Text::Mac)).collect::<Vec<_>>().join(" ");
        Numbers::of(text(Text::Serial), text(Text::Udi), &macs)
    }
}

/// The addresses of a device as they are kept: one behind the other.
pub(crate) fn addresses(kept: &str) -> impl Iterator<Item = &str> {
    let is_whole = kept.len().is_multiple_of(MAC_DIGITS) && kept.is_ascii();
    let kept = if is_whole { kept } else { "" };
    (0..kept.len() / MAC_DIGITS)
        .filter_map(move |at| kept.get(at * MAC_DIGITS..(at + 1) * MAC_DIGITS))
}

/// Device identifier and serial number of a label that has both.
fn label(udi: &str) -> Option<[String; 2]> {
    let label = Udi::in_hand(udi).ok()?;
    let identifier = spelt(Text::DeviceIdentifier, &label.device_identifier()?);
    let serial = spelt(Text::Serial, label.serial()?);
    Some([identifier, serial])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Entry;

    #[test]
    fn a_device_has_the_numbers_that_are_stated_of_it() {
        let mut fleet = Fleet::new();
        let (serial, udi) = ("AB 7", "(01)00844588003288(17)270101(21)S-1");
        let mac =
            "00:00:5e:00:53:01 00-00-5E-00-53-02 02:00:5e:00:53:03 ff:ff:ff:ff:ff:ff";
        fleet.put(&Entry { ordinal: 3, serial, udi, mac, ..Entry::default() });
        let numbers = fleet.numbers(3);
        assert_eq!(numbers, Numbers::of("ab 7", "]d2010084458800328821s-1", mac));
        assert_eq!(numbers.label, Some(["00844588003288".to_owned(), "s-1".to_owned()]));
        assert_eq!(numbers.macs, ["00005e005301", "00005e005302"]);
        assert_eq!(fleet.numbers(4), Numbers::default());
        assert_eq!(Numbers::of("", "(01)00844588003288", "n/a"), Numbers::default());
    }
}
