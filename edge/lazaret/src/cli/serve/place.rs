//! Where the server is: what it listens on, and under which name people reach it. Held against
//! each other before a key or a folder is made.

use std::io::{Error, ErrorKind};
use std::net::SocketAddr;
use std::str::FromStr;

use anyhow::bail;
use operations::setting::Setting;
use tokio::net::TcpSocket;

use crate::cli::Failure;

/// An address with which links begin: `https://lazaret.hospital.example`.
#[derive(Clone, Debug)]
pub(super) struct Address(String);

impl Address {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let is_plain = |host: &str| {
            !host.is_empty()
                && !host.starts_with(['/', ':'])
                && !host.contains(['?', '#', '@'])
                && !host.contains(char::is_whitespace)
        };
        match host.is_some_and(is_plain) {
            true => Ok(Self(text.to_owned())),
            false => Err("write it as `https://lazaret.hospital.example`".to_owned()),
        }
    }
}

/// A host for which a certificate can be made: a name of DNS, or an address.
#[derive(Clone, Debug)]
pub(super) struct Host(String);

impl Host {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Host {
    type Err = String;

    /// RFC 1123 §2.1: labels of 1 to 63 letters, digits and hyphens, 253 bytes in all.
    fn from_str(text: &str) -> Result<Self, String> {
        let is_label = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let is_name = text.len() <= 253 && text.split('.').all(is_label);
        match is_name || text.parse::<std::net::IpAddr>().is_ok() {
            true => Ok(Self(text.to_owned())),
            false => Err(
                "it is no host; write a name as `lazaret.hospital.example`, or an address"
                    .to_owned(),
            ),
        }
    }
}

/// A port that is ours from now on, and answers nobody yet.
pub(super) fn reserved(address: SocketAddr, name: &str) -> Result<TcpSocket, Failure> {
    let reserve = || {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        // What an earlier process of ours has left behind is no hindrance.
        #[cfg(not(windows))]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok::<_, std::io::Error>(socket)
    };
    reserve().map_err(|error| unheard(error, address, name))
}

/// Why nobody is heard at an address, and what to do: `name` is the setting that names it.
pub(super) fn unheard(error: Error, address: SocketAddr, name: &str) -> Failure {
    let (port, host) = (address.port(), address.ip());
    let what = match error.kind() {
        ErrorKind::AddrInUse => format!(
            "port {port} of {host} is taken by another program; end that one, or name another \
             port with `--{name}`"
        ),
        ErrorKind::PermissionDenied => format!(
            "port {port} of {host} is not for this user; name one above 1023 with `--{name}`"
        ),
        ErrorKind::AddrNotAvailable => format!(
            "this machine has no address {host}; name one that it has with `--{name}`"
        ),
        _ => format!("{address} cannot be listened on; name another with `--{name}`"),
    };
    Failure::from(error).context(what)
}

/// Where a setting was said of which something is wrong: the file and its line, the
/// environment, or the command line.
pub(super) fn said(settings: &[Setting], name: &str) -> String {
    let found = settings.iter().find(|one| one.name == name);
    match found.map(|one| one.origin.as_str()) {
        None | Some("built in" | "not set" | "the command line") => format!("`--{name}`"),
        Some(origin) => format!("{origin}: `{name}`"),
    }
}

/// Settings that mean nothing without another one.
const PAIRS: [(&str, &str); 10] = [
    ("oidc-issuer", "oidc-client"),
    ("oidc-client", "oidc-issuer"),
    ("oidc-secret", "oidc-issuer"),
    ("oidc-groups-claim", "oidc-issuer"),
    ("oidc-group", "oidc-issuer"),
    ("oidc-groups-claim", "oidc-group"),
    ("oidc-group", "oidc-groups-claim"),
    ("oidc-groups-scope", "oidc-groups-claim"),
    ("tls-certificate", "tls-key"),
    ("tls-key", "tls-certificate"),
];

/// That each setting has the one beside it that it needs; what lacks one is told with where it
/// was said.
pub(super) fn pairs(settings: &[Setting]) -> Result<(), Failure> {
    let set =
        |name: &str| settings.iter().find(|one| one.name == name && one.value.is_some());
    for (name, needed) in PAIRS {
        if let (Some(said), None) = (set(name), set(needed)) {
            needs(said, needed)?;
        }
    }
    let behind = set("behind-tls").filter(|one| one.value.as_deref() == Some("true"));
    match (behind, set("oidc-issuer"), set("address")) {
        (Some(_), Some(issuer), None) => needs(issuer, "address"),
        _ => Ok(()),
    }
}

fn needs(said: &Setting, needed: &str) -> Result<(), Failure> {
    let name = &said.name;
    match said.origin.as_str() {
        "the command line" => bail!("`--{name}` needs `--{needed}` beside it"),
        origin => bail!("{origin}: `{name}` needs `{needed}` beside it"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, Host};

    #[track_caller]
    fn check<T: std::str::FromStr>(taken: &[&str], refused: &[&str]) {
        for text in taken {
            assert!(text.parse::<T>().is_ok(), "{text}");
        }
        for text in refused {
            assert!(text.parse::<T>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_address_begins_links_and_a_host_stands_in_a_certificate() {
        check::<Address>(
            &[
                "https://lazaret.example",
                "http://127.0.0.1:8080/",
                "https://x.example/house",
            ],
            &[
                "lazaret.example",
                "",
                "https://",
                "https:///x",
                "https://a b",
                "ftp://x",
                "https://u@x",
            ],
        );
        check::<Host>(
            &["lazaret.hospital.example", "localhost", "10.0.0.1", "::1", "a-b.example"],
            &[
                "bad host!",
                "",
                "-a.example",
                "a..b",
                "a.example.",
                "x_y",
                "https://x",
                "ä.example",
            ],
        );
        assert!("a".repeat(64).parse::<Host>().is_err());
    }
}
