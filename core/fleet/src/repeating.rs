//! A column of few values: a dictionary, a code for each device, the devices of each value.

use crate::codes::Codes;
use crate::devices::{Devices, Removed};
use foldhash::{HashMap, HashMapExt as _};

/// What became of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Values {
    /// Nothing: the device had that value.
    Same,
    /// The device has another value, and every code means what it meant.
    Moved,
    /// The device has a value that no device had: its code has a new meaning.
    Changed,
}

#[derive(Clone, Debug)]
pub(crate) struct Repeating {
    codes: Codes,
    texts: Vec<Box<str>>,
    devices: Vec<Devices>,
    /// Never iterated: the order of its hashes reaches nothing.
    by_text: HashMap<Box<str>, u32>,
    /// Codes whose last device left.
    free: Vec<u32>,
}

impl Repeating {
    pub(crate) fn new() -> Self {
        Self {
            codes: Codes::default(),
            texts: Vec::new(),
            devices: Vec::new(),
            by_text: HashMap::new(),
            free: Vec::new(),
        }
    }

    /// The devices of each value, by code.
    pub(crate) fn devices(&self) -> &[Devices] {
        &self.devices
    }

    /// The values that a device has, with their codes.
    pub(crate) fn values(&self) -> impl Iterator<Item = (u32, &str)> {
        let held = (0..).zip(self.texts.iter().zip(&self.devices));
        held.filter(|(_, (_, devices))| !devices.is_empty())
            .map(|(code, (text, _))| (code, &**text))
    }

    /// The devices of one value.
    pub(crate) fn of(&self, text: &str) -> Option<&Devices> {
        let code = self.by_text.get(text)?;
        self.devices.get(*code as usize)
    }

    /// The code of a device's value.
    pub(crate) fn code_of(&self, ordinal: u32) -> u32 {
        self.codes.get(ordinal)
    }

    pub(crate) fn put(&mut self, ordinal: u32, text: &str) -> Values {
        let old = self.codes.get(ordinal);
        // A device that has no value yet has the code of somebody else's.
        let is_held = self.holds(old, ordinal);
        if is_held && self.text(old) == Some(text) {
            return Values::Same;
        }
        let (code, values) = self.code(text);
        if is_held {
            self.leave(old, ordinal);
        }
        self.codes.set(ordinal, code);
        if let Some(devices) = self.devices.get_mut(code as usize) {
            devices.insert(ordinal);
        }
        values
    }

    pub(crate) fn remove(&mut self, ordinal: u32) {
        self.leave(self.codes.get(ordinal), ordinal);
    }

    pub(crate) fn drop_page(&mut self, ordinal: u32) {
        self.codes.drop_page(ordinal);
    }

    pub(crate) fn text(&self, code: u32) -> Option<&str> {
        self.texts.get(code as usize).map(|text| &**text)
    }

    fn holds(&self, code: u32, ordinal: u32) -> bool {
        self.devices.get(code as usize).is_some_and(|devices| devices.contains(ordinal))
    }

    /// The code of a value, given out if it has none.
    fn code(&mut self, text: &str) -> (u32, Values) {
        if let Some(code) = self.by_text.get(text) {
            return (*code, Values::Moved);
        }
        let code = match self.free.pop() {
            Some(code) => {
                if let Some(slot) = self.texts.get_mut(code as usize) {
                    *slot = text.into();
                }
                code
            }
            None => {
                self.texts.push(text.into());
                self.devices.push(Devices::new());
                // There are at most as many values in use as ordinals.
                u32::try_from(self.texts.len() - 1).unwrap_or(u32::MAX)
            }
        };
        self.by_text.insert(text.into(), code);
        (code, Values::Changed)
    }

    fn leave(&mut self, code: u32, ordinal: u32) {
        let Some(devices) = self.devices.get_mut(code as usize) else { return };
        if devices.remove(ordinal) == Removed::Last {
            if let Some(text) = self.texts.get(code as usize) {
                self.by_text.remove(text);
            }
            self.free.push(code);
        }
    }
}
