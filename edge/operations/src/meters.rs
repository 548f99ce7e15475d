//! What a node has counted since it began: requests, jobs, and what was sent to others.
//!
//! Few labels, each from a list of ours: a route as it is written in the list of routes, a status,
//! the kind of a job. No number of a row, no name, no address of anybody.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The upper bounds of a histogram, in seconds.
pub const BOUNDS: [f64; 12] =
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0];

/// How long something took, how often.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Histogram {
    /// How many took no longer than each of [`BOUNDS`], and not as long as the one before.
    pub within: [u64; BOUNDS.len()],
    /// How many there were.
    pub count: u64,
    /// All of it, in seconds.
    pub sum: f64,
}

impl Histogram {
    fn note(&mut self, took: Duration) {
        let seconds = took.as_secs_f64();
        let at = BOUNDS.iter().position(|bound| seconds <= *bound);
        if let Some(within) = at.and_then(|at| self.within.get_mut(at)) {
            *within += 1;
        }
        self.count += 1;
        self.sum += seconds;
    }
}

/// A request: method, route as it is written in the list, status.
pub type Request = (&'static str, &'static str, u16);

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobEnd {
    /// It is done, or waits for a later hour as it should.
    Done,
    /// It failed, and is tried again.
    Failed,
    /// It failed too often.
    GivenUp,
}

impl JobEnd {
    /// The word of the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::GivenUp => "given_up",
        }
    }
}

/// How an attempt to send a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sent {
    /// The receiver has it.
    Taken,
    /// The receiver answered otherwise.
    Refused,
    /// Nobody answered.
    Unreachable,
}

impl Sent {
    /// The word of the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
        }
    }
}

/// How many devices there are, as last counted.
#[derive(Clone, Copy, Debug)]
pub struct DeviceCount {
    /// Those that the newest exports name.
    pub present: i64,
    /// The others.
    pub missing: i64,
}

/// For how long a count of devices stands: counting a million takes longer than all the rest.
const COUNTED: Duration = Duration::from_secs(60);

/// All counts of this process.
#[derive(Debug, Default)]
pub struct Meters {
    requests: Mutex<BTreeMap<Request, Histogram>>,
    jobs: Mutex<BTreeMap<(String, JobEnd), Histogram>>,
    sent: Mutex<BTreeMap<Sent, u64>>,
    devices: Mutex<Option<(Instant, DeviceCount)>>,
}

impl Meters {
    /// Notes an answer.
    pub fn answered(&self, request: Request, took: Duration) {
        locked(&self.requests).entry(request).or_default().note(took);
    }

    /// Notes how a job ended.
    pub(crate) fn worked(&self, kind: &str, end: JobEnd, took: Duration) {
        locked(&self.jobs).entry((kind.to_owned(), end)).or_default().note(took);
    }

    /// Notes an attempt to send a message.
    pub(crate) fn sent(&self, sent: Sent) {
        *locked(&self.sent).entry(sent).or_default() += 1;
    }

    /// The answers so far.
    #[must_use]
    pub fn requests(&self) -> BTreeMap<Request, Histogram> {
        locked(&self.requests).clone()
    }

    /// The jobs so far.
    #[must_use]
    pub fn jobs(&self) -> BTreeMap<(String, JobEnd), Histogram> {
        locked(&self.jobs).clone()
    }

    /// The attempts so far.
    #[must_use]
    pub fn attempts(&self) -> BTreeMap<Sent, u64> {
        locked(&self.sent).clone()
    }

    /// The devices as last counted, where that was not long ago.
    #[must_use]
    pub fn devices(&self) -> Option<DeviceCount> {
        let (at, count) = (*locked(&self.devices))?;
        (at.elapsed() < COUNTED).then_some(count)
    }

    /// Keeps a count of devices.
    pub fn counted(&self, count: DeviceCount) {
        *locked(&self.devices) = Some((Instant::now(), count));
    }
}

/// A panic elsewhere leaves counts that are as good as any.
fn locked<T>(counts: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_counted_once_and_within_its_bound() {
        let meters = Meters::default();
        let request = ("GET", "/devices/{device}", 200);
        for millis in [1, 5, 6, 400, 61_000] {
            meters.answered(request, Duration::from_millis(millis));
        }
        let found = meters.requests()[&request];
        assert_eq!(found.count, 5);
        assert_eq!(found.within, [2, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
        assert!((found.sum - 61.412).abs() < 1e-9);
        assert!(BOUNDS.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
