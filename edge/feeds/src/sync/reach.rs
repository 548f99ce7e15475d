//! Which addresses may be asked.
//!
//! A list of feeds is written by whoever runs the house, but what a feed answers leads to
//! further addresses, and those are a stranger's. So everything goes over TLS, and a public
//! feed leads nobody to a machine of the house.

use std::net::IpAddr;

use url::{Host, Url};

/// Whether a feed may begin there: over TLS, or on this machine.
pub(crate) fn may_begin(url: &Url) -> Result<(), &'static str> {
    if url.host().is_none() {
        return Err("it names no machine");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a name and a password do not belong in an address");
    }
    match (url.scheme(), is_this_machine(url)) {
        ("https", _) | ("http", true) => Ok(()),
        _ => Err("it must begin with https://"),
    }
}

/// Whether an answer of `begun` may lead there.
pub(crate) fn may_follow(begun: &Url, url: &Url) -> Result<(), &'static str> {
    may_begin(url)?;
    // A feed inside the house may lead to what is inside.
    match is_inside(url) && !is_inside(begun) {
        true => Err("a public feed must not lead to a machine inside"),
        false => Ok(()),
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Addresses that mean something only inside: RFC 1918, RFC 4193, links, this machine, names
/// without a dot.
fn is_inside(url: &Url) -> bool {
    let address = match url.host() {
        Some(Host::Domain(name)) => return !name.trim_end_matches('.').contains('.'),
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => {
            address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4)
        }
        None => return true,
    };
    match address {
        IpAddr::V4(address) => {
            address.is_loopback()
                || address.is_private()
                || address.is_link_local()
                || address.is_unspecified()
        }
        IpAddr::V6(address) => {
            address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tls_leaves_this_machine_and_a_public_feed_leads_nobody_inside() {
        let url = |text: &str| Url::parse(text).unwrap();
        for good in [
            "https://a.example/x",
            "http://127.0.0.1:80/",
            "http://[::1]/",
            "http://localhost/",
        ] {
            assert_eq!(may_begin(&url(good)), Ok(()), "{good}");
        }
        for bad in [
            "http://a.example/",
            "file:///etc/passwd",
            "https://u:p@a.example/",
            "http://10.0.0.1/",
        ] {
            assert!(may_begin(&url(bad)).is_err(), "{bad}");
        }
        let public = url("https://a.example/");
        for inside in [
            "https://10.1.2.3/",
            "https://192.168.0.1/",
            "https://[fd00::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://localhost/",
            "https://intranet/",
            "http://127.0.0.1/",
            "https://169.254.169.254/latest/meta-data",
        ] {
            assert!(may_follow(&public, &url(inside)).is_err(), "{inside}");
        }
        assert_eq!(may_follow(&public, &url("https://b.example/")), Ok(()));
        assert_eq!(
            may_follow(&url("https://10.0.0.1/"), &url("https://10.0.0.2/")),
            Ok(())
        );
    }
}
