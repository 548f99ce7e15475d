//! Where messages may go.
//!
//! The address of a webhook is typed by an administrator of one organisation; the machine that
//! asks it stands in the middle of a hospital. So everything goes over TLS to public machines,
//! and to a machine inside only where whoever runs the server has named it.
//!
//! Source of the ranges: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and
//! its updates). An address that wraps an IPv4 address (mapped, NAT64, 6to4) is what it wraps.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use url::{Host, Url};

/// Machines inside that whoever runs the server has named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inside {
    /// Addresses that begin alike.
    Network {
        /// One of them.
        address: IpAddr,
        /// How many bits they have in common.
        bits: u8,
    },
    /// A machine by its name, wherever that leads.
    Name(String),
    /// Every machine below a name.
    Below(String),
}

/// Why a text names no machines.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` names no machines; write a network as `10.1.0.0/16`, an address, a name, or `*.hospital.example`"
)]
pub struct NotAnInside(String);

impl FromStr for Inside {
    type Err = NotAnInside;

    fn from_str(text: &str) -> Result<Self, NotAnInside> {
        let wrong = || NotAnInside(text.to_owned());
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        if let Ok(address) = address.trim_matches(['[', ']']).parse::<IpAddr>() {
            let most = if address.is_ipv4() { 32 } else { 128 };
            let bits = match bits {
                None => most,
                Some(bits) => bits.parse().map_err(|_| wrong())?,
            };
            let network = Self::Network { address, bits };
            return if bits <= most { Ok(network) } else { Err(wrong()) };
        }
        let (name, is_below) = match text.strip_prefix("*.") {
            Some(name) => (name, true),
            None => (text, false),
        };
        let is_letter =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        let is_name = bits.is_none()
            && name.chars().all(is_letter)
            && name.chars().any(|c| c.is_ascii_alphabetic())
            && !name.starts_with('.');
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        match (is_name, is_below) {
            (false, _) => Err(wrong()),
            (true, true) => Ok(Self::Below(name)),
            (true, false) => Ok(Self::Name(name)),
        }
    }
}

impl Inside {
    fn names(&self, name: &str) -> bool {
        let name = name.trim_end_matches('.');
        match self {
            Self::Network { .. } => false,
            Self::Name(own) => name.eq_ignore_ascii_case(own),
            Self::Below(own) => name
                .to_ascii_lowercase()
                .strip_suffix(own.as_str())
                .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
        }
    }

    fn holds(&self, address: IpAddr) -> bool {
        let Self::Network { address: own, bits } = self else { return false };
        let shift = |width: u32| width.saturating_sub(u32::from(*bits));
        match (*own, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let differ = own.to_bits() ^ other.to_bits();
                differ.checked_shr(shift(32)).unwrap_or(0) == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let differ = own.to_bits() ^ other.to_bits();
                differ.checked_shr(shift(128)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

/// Why a message does not go to an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotThere {
    /// It is no address of the web.
    #[error("it is no address of the web; write it as `https://receiver.example/path`")]
    NoAddress,
    /// It would go in the clear.
    #[error(
        "it must begin with `https://`, so that nobody on the way reads or changes what is told"
    )]
    InTheClear,
    /// It holds a name and a password.
    #[error("a name and a password do not belong in an address")]
    Named,
    /// It leads inside, and nobody has allowed that.
    #[error(
        "`{0}` is a machine inside; whoever runs the server allows it with `--webhooks-to {0}`"
    )]
    Inside(String),
    /// Only the proxy would know where it leads.
    #[error(
        "`{0}` cannot be looked up here, so nobody knows whether it leads inside; whoever runs the \
         server lets the proxy look it up with `--webhooks-to {0}`"
    )]
    Unknown(String),
}

/// Where messages may go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    inside: Vec<Inside>,
}

impl Reach {
    /// Public machines, and these inside.
    #[must_use]
    pub fn new(inside: Vec<Inside>) -> Self {
        Self { inside }
    }

    /// Whether a message may go there, as far as the address tells before it is looked up.
    ///
    /// # Errors
    /// When it may not.
    pub fn may_go(&self, url: &Url) -> Result<(), NotThere> {
        let host = url.host().ok_or(NotThere::NoAddress)?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(NotThere::NoAddress);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(NotThere::Named);
        }
        let (name, address) = match &host {
            Host::Domain(name) => ((*name).to_owned(), None),
            Host::Ipv4(address) => (address.to_string(), Some(IpAddr::V4(*address))),
            Host::Ipv6(address) => (address.to_string(), Some(IpAddr::V6(*address))),
        };
        let is_loopback = match address {
            Some(address) => unwrapped(address).is_loopback(),
            None => name.eq_ignore_ascii_case("localhost"),
        };
        if url.scheme() == "http" && !is_loopback {
            return Err(NotThere::InTheClear);
        }
        let may = match address {
            Some(address) => self.admits(&name, address),
            // A name without a dot means something inside only.
            None => {
                name.trim_end_matches('.').contains('.')
                    || self.is_named(&name)
                    || is_loopback && self.holds_loopback()
            }
        };
        if may { Ok(()) } else { Err(NotThere::Inside(name)) }
    }

    /// Whether a message to the machine of that name may go to an address that it was looked
    /// up to have.
    #[must_use]
    pub fn admits(&self, name: &str, address: IpAddr) -> bool {
        let address = unwrapped(address);
        is_public(address)
            || self.is_named(name)
            || self.inside.iter().any(|inside| inside.holds(address))
    }

    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.inside.iter().any(|inside| inside.names(name))
    }

    fn holds_loopback(&self) -> bool {
        let own = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        own.into_iter().any(|own| self.inside.iter().any(|inside| inside.holds(own)))
    }
}

impl fmt::Display for Inside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network { address, bits } => write!(f, "{address}/{bits}"),
            Self::Name(name) => f.write_str(name),
            Self::Below(name) => write!(f, "*.{name}"),
        }
    }
}

/// The IPv4 address that an IPv6 address wraps, else the address itself.
fn unwrapped(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else { return address };
    let [a, b, c, d, e, f, g, h] = six.segments();
    let four = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        IpAddr::V4(Ipv4Addr::new(a, b, c, d))
    };
    match [a, b, c, d, e, f] {
        // Mapped; compatible, but for `::` and `::1`.
        [0, 0, 0, 0, 0, 0xffff] => four(g, h),
        [0, 0, 0, 0, 0, 0] if g != 0 => four(g, h),
        // NAT64 (RFC 6052), 6to4 (RFC 3056).
        [0x64, 0xff9b, 0, 0, 0, 0] => four(g, h),
        [0x2002, high, low, ..] => four(high, low),
        _ => address,
    }
}

/// Ranges that are not public, with how many bits begin alike.
const SPECIAL_4: [(Ipv4Addr, u8); 14] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast, what is reserved, and broadcast.
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// Of IPv6 all is special but global unicast, and of that these.
const SPECIAL_6: [(Ipv6Addr, u8); 5] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
];

pub(crate) fn is_public(address: IpAddr) -> bool {
    let within = |network: IpAddr, bits: u8| {
        Inside::Network { address: network, bits }.holds(address)
    };
    match address {
        IpAddr::V4(_) => {
            !SPECIAL_4.iter().any(|(own, bits)| within(IpAddr::V4(*own), *bits))
        }
        IpAddr::V6(_) => {
            let global = Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0);
            within(IpAddr::V6(global), 3)
                && !SPECIAL_6.iter().any(|(own, bits)| within(IpAddr::V6(*own), *bits))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn reach(inside: &[&str]) -> Reach {
        Reach::new(inside.iter().map(|one| one.parse().unwrap()).collect())
    }

    #[track_caller]
    fn check(inside: &[&str], good: &[&str], bad: &[&str]) {
        for text in good {
            assert_eq!(reach(inside).may_go(&url(text)), Ok(()), "{inside:?} {text}");
        }
        for text in bad {
            assert!(reach(inside).may_go(&url(text)).is_err(), "{inside:?} {text}");
        }
    }

    #[test]
    fn only_tls_leaves_the_house_and_nothing_goes_inside_unasked() {
        check(
            &[],
            &[
                "https://hooks.example/x",
                "https://hooks.example:8443/",
                "https://9.9.9.9/",
                "https://[2620:fe::fe]/",
            ],
            &[
                "http://hooks.example/",
                "http://127.0.0.1/",
                "https://127.0.0.1/",
                "https://localhost/",
                "http://localhost:9/",
                "https://intranet/",
                "https://10.1.2.3/",
                "https://192.168.0.1/",
                "https://169.254.169.254/latest",
                "https://100.64.0.1/",
                "https://0.0.0.0/",
                "https://0x7f.1/",
                "https://2130706433/",
                "https://[::1]/",
                "https://[::]/",
                "https://[fd00::1]/",
                "https://[fe80::1]/",
                "https://[::ffff:10.0.0.1]/",
                "https://[64:ff9b::a00:1]/",
                "https://[2002:a00:1::]/",
                "https://u:p@hooks.example/",
                "ftp://hooks.example/",
                "file:///etc/passwd",
                "https://255.255.255.255/",
                "https://224.0.0.1/",
            ],
        );
    }

    #[test]
    fn what_whoever_runs_the_server_names_may_be_reached() {
        check(
            &["10.1.0.0/16", "siem", "*.hospital.example", "::1"],
            &[
                "https://10.1.255.9/",
                "https://siem/",
                "https://SIEM./x",
                "https://a.hospital.example/",
                "http://[::1]:80/",
                "http://localhost/",
            ],
            &[
                "https://10.2.0.1/",
                "https://siem2/",
                "http://10.1.0.1/",
                "http://siem/",
                "https://192.168.0.1/",
                "https://127.0.0.1/",
            ],
        );
        check(
            &["127.0.0.0/8"],
            &["http://127.0.0.1:1/", "http://localhost/"],
            &["http://[::1]/"],
        );
    }

    #[test]
    fn a_public_name_that_leads_inside_is_not_followed() {
        let inside: Vec<IpAddr> = [
            "10.0.0.1",
            "127.0.0.1",
            "::1",
            "::ffff:192.168.1.1",
            "fe80::1",
            "169.254.169.254",
        ]
        .map(|one| one.parse().unwrap())
        .into();
        for address in inside {
            assert!(!reach(&[]).admits("hooks.example", address), "{address}");
            assert!(
                reach(&["hooks.example"]).admits("hooks.example", address),
                "{address}"
            );
            assert!(
                !reach(&["*.hooks.example"]).admits("hooks.example", address),
                "{address}"
            );
        }
        for public in ["9.9.9.9", "2620:fe::fe", "::ffff:9.9.9.9"] {
            assert!(
                reach(&[]).admits("hooks.example", public.parse().unwrap()),
                "{public}"
            );
        }
    }

    #[test]
    fn what_names_machines_is_read_and_the_rest_refused() {
        for (text, shown) in [
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("10.0.0.1", "10.0.0.1/32"),
            ("[::1]", "::1/128"),
            ("fd00::/8", "fd00::/8"),
            ("Siem.Hospital.example.", "siem.hospital.example"),
            ("*.x.example", "*.x.example"),
            ("0.0.0.0/0", "0.0.0.0/0"),
        ] {
            assert_eq!(text.parse::<Inside>().unwrap().to_string(), shown);
        }
        for bad in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/x",
            "a/8",
            "*.",
            "*",
            "a b",
            "https://a",
            "10.0.0",
        ] {
            assert!(bad.parse::<Inside>().is_err(), "{bad}");
        }
        assert!(reach(&["0.0.0.0/0"]).may_go(&url("https://10.0.0.1/")).is_ok());
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}", address in proptest::num::u128::ANY) {
            if let Ok(inside) = text.parse::<Inside>() {
                proptest::prop_assert_eq!(inside.to_string().parse::<Inside>().unwrap(), inside);
            }
            let address = IpAddr::V6(Ipv6Addr::from_bits(address));
            proptest::prop_assert!(reach(&["::/0", "0.0.0.0/0"]).admits("x", address));
            let _ = reach(&[]).admits("x", address);
        }
    }
}
