//! The proxy by which whoever runs the server lets messages out.

use std::fmt;
use std::str::FromStr;

use url::Url;

/// A proxy that is asked to connect to public machines. It sees where messages go, and not what
/// they say: TLS is spoken with the receiver.
#[derive(Clone)]
pub struct Proxy {
    url: Url,
    password: Option<String>,
}

/// Why a text names no proxy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no proxy; write it as `http://proxy.hospital.example:3128`, or `http://user@…` with the password in a file"
)]
pub struct NotAProxy(String);

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proxy(…)")
    }
}

impl FromStr for Proxy {
    type Err = NotAProxy;

    fn from_str(text: &str) -> Result<Self, NotAProxy> {
        let wrong = || NotAProxy(text.to_owned());
        let url: Url = text.parse().map_err(|_| wrong())?;
        let is_plain = matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| !host.is_empty())
            && url.password().is_none()
            && matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none();
        if is_plain { Ok(Self { url, password: None }) } else { Err(wrong()) }
    }
}

impl Proxy {
    /// The same, with the password of the user in its address.
    #[must_use]
    pub fn with_password(self, password: &str) -> Self {
        Self { password: Some(password.to_owned()), ..self }
    }

    /// As it is asked.
    pub(crate) fn asked(&self) -> Result<reqwest::Proxy, reqwest::Error> {
        let mut bare = self.url.clone();
        // What has a host can be without a user.
        bare.set_username("").ok();
        let proxy = reqwest::Proxy::all(bare)?;
        Ok(match (self.url.username(), &self.password) {
            ("", _) => proxy,
            (user, password) => {
                proxy.basic_auth(user, password.as_deref().unwrap_or_default())
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_a_machine_and_no_more() {
        for good in [
            "http://proxy:3128",
            "http://10.1.2.3:8080/",
            "https://proxy.hospital.example",
            "http://lazaret@proxy:3128",
        ] {
            assert!(good.parse::<Proxy>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "proxy:3128",
            "proxy",
            "socks5://proxy:1080",
            "ftp://proxy",
            "http://",
            "http://proxy/path",
            "http://proxy?a=b",
            "http://proxy#a",
            "http://user:password@proxy:3128",
        ] {
            assert!(bad.parse::<Proxy>().is_err(), "{bad}");
        }
        let proxy: Proxy = "http://user@proxy:3128".parse().unwrap();
        assert!(!format!("{:?}", proxy.with_password("secret")).contains("secret"));
    }
}
