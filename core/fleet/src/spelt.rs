//! How identifiers are spelt before they are kept or looked for.
//!
//! The same spelling serves what is kept, what a filter names and what a person types, so
//! that case, accents, separators and scanner prefixes never hide a device.
//!
//! Not here: the rules of UDIs, which are those of [`terms::Udi`].

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use naming::spelling;
use terms::{Mac, Udi};

use crate::texts::Text;

/// A text of a device as it is kept and compared.
pub(crate) fn spelt(text: Text, written: &str) -> String {
    let written = written.trim();
    if written.is_empty() {
        return String::new();
    }
    match text {
        Text::AssetTag | Text::Serial | Text::DeviceIdentifier => fold(written),
        Text::Udi => udi(written),
        Text::Mac => mac(written),
        Text::Ip => address(written)
            .map_or_else(|| fold(written), |address| address.to_canonical().to_string()),
    }
}

/// An IP address as registers and programs write it: with zeros in front of its numbers, in
/// brackets, with a port, the length of a prefix or an interface behind it, or as a web address.
fn address(written: &str) -> Option<IpAddr> {
    if let Ok(address) = written.parse() {
        return Some(address);
    }
    let host = written.split_once("://").map_or(written, |(_, host)| host);
    let host = host.split(['/', '%']).next()?;
    if let Ok(address) = host.parse() {
        return Some(address);
    }
    if let Some((address, _)) =
        host.strip_prefix('[').and_then(|host| host.split_once(']'))
    {
        return address.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    }
    let host = match host.split_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => host,
        Some(_) => return None,
        None => host,
    };
    padded(host).map(IpAddr::V4)
}

/// Four numbers with points between, each of at most three digits: lists that sort as text write
/// zeros in front, and mean no octal numbers.
fn padded(written: &str) -> Option<Ipv4Addr> {
    let mut bytes = [0_u8; 4];
    let mut numbers = written.split('.');
    for byte in &mut bytes {
        let number = numbers.next()?;
        let is_number = number.bytes().all(|digit| digit.is_ascii_digit());
        *byte = number.parse().ok().filter(|_| is_number && number.len() <= 3)?;
    }
    numbers.next().is_none().then(|| bytes.into())
}

/// Folding, without the detour for texts that have only letters of ASCII: nearly all do.
fn fold(written: &str) -> String {
    match written.is_ascii() {
        true => written.to_ascii_lowercase(),
        false => spelling::fold(written),
    }
}

/// Without the brackets that people see, the separators that scanners send, and the prefix
/// by which a scanner names the symbol.
fn udi(written: &str) -> String {
    let mut spelt = match Udi::of_link(written) {
        Ok(label) => fold(label.as_str()),
        Err(_) => fold(written),
    };
    spelt.retain(|character| {
        !matches!(character, '(' | ')') && !character.is_control() && character != ' '
    });
    for symbol in ["]c1", "]e0", "]d1", "]d2", "]q1", "]q3", "]i1"] {
        if let Some(rest) = spelt.strip_prefix(symbol) {
            return rest.to_owned();
        }
    }
    spelt
}

/// `00:1A:2B:3C:4D:5E`, `00-1A-…`, `001a.2b3c.4d5e`, `0:1a:2b:3c:4d:5e`: the hexadecimal digits
/// alone. A text that has anything else is kept folded.
fn mac(written: &str) -> String {
    if let Ok(mac) = Mac::parse(written) {
        return mac.bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    }
    let bare: String = written
        .chars()
        .filter(|character| !matches!(character, ':' | '-' | '.' | ' '))
        .collect();
    if bare.is_empty() || !bare.chars().all(|character| character.is_ascii_hexdigit()) {
        return fold(written);
    }
    bare.to_ascii_lowercase()
}

/// The device identifier within a UDI as it is kept; empty if there is none. Registers
/// write the letters of a UDI small, which no agency does.
pub(crate) fn identifier(udi: &str) -> String {
    let udi = udi.trim();
    if udi.is_empty() {
        return String::new();
    }
    let read = Udi::in_hand(udi).ok();
    let identifier = read.as_ref().and_then(Udi::device_identifier);
    identifier.map_or_else(String::new, |identifier| fold(&identifier))
}

/// The letters and digits of a text alone, as [`spelt`] writes them: what stays of a number when
/// its separators and blanks are left out.
pub(crate) fn bare(written: &str) -> String {
    letters(&fold(written))
}

/// The letters and digits alone of what is [`spelt`].
pub(crate) fn letters(spelt: &str) -> String {
    spelt.chars().filter(|character| character.is_alphanumeric()).collect()
}

/// What to look for among device identifiers when a person has typed `udi`: the identifier
/// within it, else all of it.
pub(crate) fn identifier_sought(typed: &str) -> String {
    match identifier(typed) {
        none if none.is_empty() => udi(typed.trim()),
        identifier => identifier,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: Text, written: &[&str], expected: &str) {
        for written in written {
            assert_eq!(spelt(text, written), expected, "{written}");
        }
    }

    #[test]
    fn every_notation_is_spelt_alike() {
        let macs =
            ["00:1A:2b:3C:4D:5E", "00-1a-2b-3c-4d-5e", "001a.2b3c.4d5e", "001A2B3C4D5E "];
        check(Text::Mac, &macs, "001a2b3c4d5e");
        check(Text::Mac, &["00:01:2b:03:4d:5e", "0:1:2b:3:4d:5e"], "00012b034d5e");
        check(Text::Mac, &["N/A", "n/a"], "n/a");
        check(Text::Mac, &["--"], "--");
        let ips = [
            "10.0.0.1",
            "::ffff:10.0.0.1",
            "010.000.000.001",
            "10.0.0.1/24",
            "10.0.0.1:443",
            "http://10.0.0.1:8080/status",
        ];
        check(Text::Ip, &ips, "10.0.0.1");
        let ips = [
            "FE80:0:0::1",
            "fe80::1",
            "fe80::1%eth0",
            "fe80::1/64",
            "https://[fe80::1]:443/",
        ];
        check(Text::Ip, &ips, "fe80::1");
        check(Text::Ip, &["10.0.0.1.5"], "10.0.0.1.5");
        check(Text::Ip, &["10.0.0.256"], "10.0.0.256");
        check(Text::Ip, &["10.0.0.0001"], "10.0.0.0001");
        check(Text::Ip, &["DHCP"], "dhcp");
        check(Text::AssetTag, &[" Dräger-7 ", "DRAGER-7"], "drager-7");
        let udis = [
            "(01)00844588003288(21)A1",
            "]d201008445880032882\u{1D}1a1",
            "0100844588003288 21A1",
            "https://id.gs1.org/01/00844588003288/21/A1",
        ];
        check(Text::Udi, &udis, "010084458800328821a1");
    }

    #[track_caller]
    fn check_within(udi: &str, expected: &str) {
        assert_eq!(identifier(udi), expected, "{udi}");
    }

    #[test]
    fn the_device_identifier_is_found_within() {
        check_within("(01)00844588003288(17)141120(10)7654321D", "00844588003288");
        check_within("00844588003288", "00844588003288");
        check_within(" 844588003288", "00844588003288");
        check_within("]d2010084458800328821A1\u{1D}10B7", "00844588003288");
        check_within("+A999XYZ1001/$$3140102ABC", "a999xyz1001");
        check_within("+a999xyz10012", "a999xyz1001");
        check_within("=/A9999XYZ100T0944=,000025", "a9999xyz100t0944");
    }

    #[test]
    fn no_device_identifier_is_read_out_of_anything_else() {
        for udi in ["", "+", "=", "=/A99", "0100844588", "01ABCDEFGHIJKLMNOP", "n/a"] {
            check_within(udi, "");
        }
    }

    #[test]
    fn a_short_trade_item_number_is_sought_with_zeros_in_front() {
        assert_eq!(identifier_sought("844588003288"), "00844588003288");
        assert_eq!(identifier_sought("1234567"), "1234567");
        assert_eq!(identifier_sought("(01)00844588003288(21)A1"), "00844588003288");
    }
}
