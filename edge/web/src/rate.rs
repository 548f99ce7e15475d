//! How often a sign-in may be tried: a bucket of tries per account and per network, filled
//! again with time.
//!
//! Buckets are kept under a digest with a key of this process, and nobody's address in the
//! clear. Nodes count for themselves.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Mutex;

use jiff::Timestamp;

/// How many buckets are held at most; the fullest are forgotten first.
const BUCKETS_MAX: usize = 50_000;

/// A bucket's size and how fast it fills.
#[derive(Clone, Copy, Debug)]
struct Rate {
    tries: f64,
    seconds_per_try: f64,
}

/// Enough for a bad memory, too few for a list of words.
const ACCOUNT: Rate = Rate { tries: 8.0, seconds_per_try: 30.0 };
/// A code has a million values, and three of them fit.
const CODE: Rate = Rate { tries: 5.0, seconds_per_try: 300.0 };
/// A hospital comes from one address.
const NETWORK: Rate = Rate { tries: 40.0, seconds_per_try: 2.0 };

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tries: f64,
    at: Timestamp,
    rate: Rate,
}

impl Bucket {
    fn tries_at(&self, now: Timestamp) -> f64 {
        let seconds = now.duration_since(self.at).as_secs_f64().max(0.0);
        (self.tries + seconds / self.rate.seconds_per_try).min(self.rate.tries)
    }
}

/// All buckets of this process.
#[derive(Debug)]
pub(crate) struct Rates {
    key: [u8; 32],
    buckets: Mutex<BTreeMap<[u8; 32], Bucket>>,
}

impl Default for Rates {
    fn default() -> Self {
        let mut key = [0; 32];
        // Without randomness the digests are plain ones: the counting is as good.
        getrandom::fill(&mut key).ok();
        Self { key, buckets: Mutex::default() }
    }
}

impl Rates {
    /// Takes one try of an account and one of a network.
    ///
    /// # Errors
    /// The seconds to wait when one of them is used up.
    pub(crate) fn try_once(
        &self,
        account: &str,
        network: IpAddr,
        now: Timestamp,
    ) -> Result<(), u64> {
        self.take(self.keys(account, ACCOUNT, network), now)
    }

    /// As [`Rates::try_once`], for a code of few digits.
    ///
    /// # Errors
    /// As there.
    pub(crate) fn try_code(
        &self,
        account: &str,
        network: IpAddr,
        now: Timestamp,
    ) -> Result<(), u64> {
        self.take(self.keys(account, CODE, network), now)
    }

    fn take(&self, keys: [([u8; 32], Rate); 2], now: Timestamp) -> Result<(), u64> {
        let mut buckets = self.lock();
        let wait = keys
            .iter()
            .map(|(key, rate)| wait(buckets.get(key), *rate, now))
            .fold(0.0, f64::max);
        if wait > 0.0 {
            return Err(seconds(wait));
        }
        for (key, rate) in keys {
            let tries = buckets.get(&key).map_or(rate.tries, |b| b.tries_at(now)) - 1.0;
            buckets.insert(key, Bucket { tries, at: now, rate });
        }
        if buckets.len() > BUCKETS_MAX {
            forget_full(&mut buckets, now);
        }
        Ok(())
    }

    /// Gives the try back to the account: it was the right password.
    pub(crate) fn give_back(&self, account: &str, network: IpAddr, now: Timestamp) {
        self.put_back(self.keys(account, ACCOUNT, network), now);
    }

    /// As [`Rates::give_back`], for a code.
    pub(crate) fn give_code_back(&self, account: &str, network: IpAddr, now: Timestamp) {
        self.put_back(self.keys(account, CODE, network), now);
    }

    fn put_back(&self, keys: [([u8; 32], Rate); 2], now: Timestamp) {
        let mut buckets = self.lock();
        for (key, rate) in keys {
            if let Some(bucket) = buckets.get_mut(&key) {
                let tries = (bucket.tries_at(now) + 1.0).min(rate.tries);
                *bucket = Bucket { tries, at: now, rate };
            }
        }
    }

    fn keys(&self, account: &str, rate: Rate, network: IpAddr) -> [([u8; 32], Rate); 2] {
        let account = format!("account {}", account.trim().to_lowercase());
        let network = format!("network {}", prefix(network));
        let digest =
            |text: &str| *blake3::keyed_hash(&self.key, text.as_bytes()).as_bytes();
        [(digest(&account), rate), (digest(&network), NETWORK)]
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<[u8; 32], Bucket>> {
        // A panic elsewhere leaves counts that are as good as any.
        self.buckets.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn wait(bucket: Option<&Bucket>, rate: Rate, now: Timestamp) -> f64 {
    let tries = bucket.map_or(rate.tries, |bucket| bucket.tries_at(now));
    (1.0 - tries).max(0.0) * rate.seconds_per_try
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few seconds, rounded up"
)]
fn seconds(wait: f64) -> u64 {
    wait.ceil().max(1.0) as u64
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

/// Whoever waited long enough is as good as unknown. Where nobody did, all are forgotten:
/// memory is not what is attacked.
fn forget_full(buckets: &mut BTreeMap<[u8; 32], Bucket>, now: Timestamp) {
    buckets.retain(|_, bucket| bucket.tries_at(now) < bucket.rate.tries);
    if buckets.len() > BUCKETS_MAX {
        buckets.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use jiff::{SignedDuration, Timestamp};

    use super::Rates;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_account_waits_after_eight_tries_and_others_do_not() {
        let (rates, now) = (Rates::default(), Timestamp::UNIX_EPOCH);
        let here = address("192.0.2.1");
        for _ in 0..8 {
            rates.try_once("Ada@x.example", here, now).unwrap();
        }
        assert_eq!(rates.try_once(" ada@X.example", here, now), Err(30));
        assert_eq!(rates.try_once("bob@x.example", here, now), Ok(()));
        let later = now + SignedDuration::from_secs(31);
        assert_eq!(rates.try_once("ada@x.example", here, later), Ok(()));
        assert!(rates.try_once("ada@x.example", here, later).is_err());
        rates.give_back("ada@x.example", here, later);
        assert_eq!(rates.try_once("ada@x.example", here, later), Ok(()));
    }

    #[test]
    fn a_network_that_tries_many_accounts_waits() {
        let (rates, now) = (Rates::default(), Timestamp::UNIX_EPOCH);
        for number in 0..40 {
            let from = address(&format!("2001:db8::{number:x}"));
            rates.try_once(&format!("{number}@x.example"), from, now).unwrap();
        }
        assert!(rates.try_once("y@x.example", address("2001:db8::ffff"), now).is_err());
        assert!(rates.try_once("y@x.example", address("2001:db8:0:1::1"), now).is_ok());
    }
}
