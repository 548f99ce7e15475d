//! The devices of one value: a list while they are few, a bitmap once they are many.
//!
//! Fifty devices spread over a million ordinals touch nearly every part of a bitmap, two
//! kilobytes for what a list keeps in two hundred bytes; a fleet has many thousand such
//! values (configurations, days).

use roaring::RoaringBitmap;

/// The longest list.
const FEW_MAX: usize = 512;

#[derive(Clone, Debug)]
pub(crate) enum Devices {
    /// In rising order.
    Few(Vec<u32>),
    Many(RoaringBitmap),
}

impl Devices {
    pub(crate) const fn new() -> Self {
        Self::Few(Vec::new())
    }

    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Few(list) => list.len() as u64,
            Self::Many(bitmap) => bitmap.len(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn contains(&self, ordinal: u32) -> bool {
        match self {
            Self::Few(list) => list.binary_search(&ordinal).is_ok(),
            Self::Many(bitmap) => bitmap.contains(ordinal),
        }
    }

    pub(crate) fn insert(&mut self, ordinal: u32) {
        match self {
            Self::Few(list) => {
                match list.last() {
                    Some(last) if *last >= ordinal => {
                        if let Err(at) = list.binary_search(&ordinal) {
                            list.insert(at, ordinal);
                        }
                    }
                    // Devices are read in the order in which most of them were numbered.
                    Some(_) | None => list.push(ordinal),
                }
                if list.len() > FEW_MAX {
                    *self = Self::Many(list.iter().copied().collect());
                }
            }
            Self::Many(bitmap) => {
                bitmap.insert(ordinal);
            }
        }
    }

    pub(crate) fn remove(&mut self, ordinal: u32) -> Removed {
        let was_there = match self {
            Self::Few(list) => {
                let at = list.binary_search(&ordinal);
                at.map(|at| list.remove(at)).is_ok()
            }
            Self::Many(bitmap) => bitmap.remove(ordinal),
        };
        match self {
            // Far below the limit, so that one device coming and going costs nothing.
            Self::Many(bitmap) if bitmap.len() < FEW_MAX as u64 / 2 => {
                *self = Self::Few(bitmap.iter().collect());
            }
            Self::Few(_) | Self::Many(_) => {}
        }
        match was_there {
            true if self.is_empty() => Removed::Last,
            true | false => Removed::OneOfSeveral,
        }
    }

    /// How many of these devices are among others.
    pub(crate) fn count_in(&self, others: &RoaringBitmap) -> u64 {
        match self {
            Self::Few(list) => {
                list.iter().filter(|ordinal| others.contains(**ordinal)).count() as u64
            }
            Self::Many(bitmap) => bitmap.intersection_len(others),
        }
    }

    pub(crate) fn add_to(&self, others: &mut RoaringBitmap) {
        match self {
            Self::Few(list) => others.extend(list),
            Self::Many(bitmap) => *others |= bitmap,
        }
    }
}

/// What a removal left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Removed {
    /// Nothing: it was the last.
    Last,
    /// Others, or it was not there.
    OneOfSeveral,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn few_and_many_are_one_set(
            put in prop::collection::vec(0..1500u32, 0..1200),
            taken in prop::collection::vec(0..1500u32, 0..1200),
        ) {
            let (mut devices, mut bitmap) = (Devices::new(), RoaringBitmap::new());
            for ordinal in &put {
                devices.insert(*ordinal);
                bitmap.insert(*ordinal);
            }
            for ordinal in &taken {
                let was_last = bitmap.remove(*ordinal) && bitmap.is_empty();
                prop_assert_eq!(devices.remove(*ordinal) == Removed::Last, was_last);
            }
            let mut all = RoaringBitmap::from_iter([9]);
            devices.add_to(&mut all);
            prop_assert_eq!(&all, &(&bitmap | RoaringBitmap::from_iter([9])));
            let others: RoaringBitmap = taken.into_iter().chain(500..700).collect();
            prop_assert_eq!(devices.len(), bitmap.len());
            prop_assert_eq!(devices.count_in(&others), bitmap.intersection_len(&others));
            prop_assert!(put.iter().all(|one| devices.contains(*one) == bitmap.contains(*one)));
        }
    }
}
