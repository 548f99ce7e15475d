//! How often a sign-in may be tried: a bucket of tries per account and per network, filled
//! again with time. The database counts, for all nodes of the house together.

use std::net::IpAddr;

use jiff::Timestamp;
use operations::App;
use store::Bucket;

use crate::problem::Problem;

/// A bucket's size, and after how many milliseconds there is one more.
#[derive(Clone, Copy, Debug)]
struct Rate {
    tries: i64,
    every: i64,
}

/// Enough for a bad memory, too few for a list of words.
const ACCOUNT: Rate = Rate { tries: 8, every: 30_000 };
/// A code has a million values, and three of them fit.
const CODE: Rate = Rate { tries: 5, every: 300_000 };
/// A hospital comes from one address.
const NETWORK: Rate = Rate { tries: 40, every: 2_000 };

/// A try that was taken, of an account and of a network.
#[must_use]
pub(crate) struct Try {
    buckets: [Bucket; 2],
    now: Timestamp,
}

/// Takes one try of an account and one of a network.
///
/// # Errors
/// When one of them is used up, with the seconds to wait, or the database fails.
pub(crate) async fn try_once(
    app: &App,
    account: &str,
    network: IpAddr,
) -> Result<Try, Problem> {
    take(app, (account, ACCOUNT), network).await
}

/// As [`try_once`], for a code of few digits.
///
/// # Errors
/// As there.
pub(crate) async fn try_code(
    app: &App,
    account: &str,
    network: IpAddr,
) -> Result<Try, Problem> {
    take(app, (account, CODE), network).await
}

async fn take(
    app: &App,
    (account, rate): (&str, Rate),
    network: IpAddr,
) -> Result<Try, Problem> {
    let account = format!("account {}", account.trim().to_lowercase());
    let network = format!("network {}", prefix(network));
    let bucket = |key, Rate { tries, every }| Bucket { key, tries, every };
    let buckets = [bucket(account, rate), bucket(network, NETWORK)];
    let now = (app.now)();
    match app.store.take_tries(&buckets, now).await? {
        Ok(()) => Ok(Try { buckets, now }),
        Err(wait) => Err(Problem::too_often(wait.unsigned_abs().div_ceil(1000))),
    }
}

impl Try {
    /// Gives the try back: it was the right password.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn give_back(self, app: &App) -> Result<(), Problem> {
        Ok(app.store.give_tries_back(&self.buckets, self.now).await?)
    }
}

/// The network that an address is one of: whoever has one IPv6 address has 2^64 of them.
fn prefix(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let bits = u128::from(address) >> 64 << 64;
            IpAddr::V6(bits.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::sync::atomic::{AtomicI64, Ordering};

    use jiff::Timestamp;
    use operations::App;
    use store::{RootKey, Store};

    use super::try_once;

    static SECOND: AtomicI64 = AtomicI64::new(0);

    fn now() -> Timestamp {
        Timestamp::from_second(1_795_651_200 + SECOND.load(Ordering::SeqCst)).unwrap()
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// Two nodes of one house.
    async fn nodes(folder: &std::path::Path) -> [App; 2] {
        let url = format!("sqlite:{}", folder.join("lazaret.db").display());
        let root = RootKey::make().unwrap();
        let one = Store::open(&url, &root).await.unwrap();
        let other = Store::open(&url, &root).await.unwrap();
        [one, other].map(|store| App::new(store, folder, now))
    }

    #[tokio::test]
    async fn an_account_waits_after_eight_tries_at_any_node_and_others_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other] = nodes(folder.path()).await;
        let here = address("192.0.2.1");
        for node in [&one, &other].into_iter().cycle().take(8) {
            let _ = try_once(node, "Ada@x.example", here).await.unwrap();
        }
        for node in [&one, &other] {
            let wait = try_once(node, " ada@X.example", here).await.err().unwrap().wait;
            assert_eq!(wait, Some(30));
        }
        assert!(try_once(&other, "bob@x.example", here).await.is_ok());
        SECOND.store(31, Ordering::SeqCst);
        let taken = try_once(&one, "ada@x.example", here).await.unwrap();
        assert!(try_once(&other, "ada@x.example", here).await.is_err());
        taken.give_back(&other).await.unwrap();
        assert!(try_once(&one, "ada@x.example", here).await.is_ok());

        // A network that tries many accounts waits.
        for number in 0..40 {
            let from = address(&format!("2001:db8::{number:x}"));
            let _ = try_once(&one, &format!("{number}@x.example"), from).await.unwrap();
        }
        let from = address("2001:db8::ffff");
        assert!(try_once(&other, "y@x.example", from).await.is_err());
        assert!(
            try_once(&other, "y@x.example", address("2001:db8:0:1::1")).await.is_ok()
        );
    }
}
