//! What an organisation makes of the catalog: a file of its own (TOML).
//!
//! `organisation = 1`, its name and side; for each control it may say that it does not apply
//! (with a reason), other parameters, an owner; and exceptions, each with an approver and the
//! day on which it ends. An exception leaves the verdict as it is: it says that somebody knows.

use std::collections::BTreeMap;

use reading::{Parsed, Place, Rejected, limits, text};
use serde::Deserialize;
use terms::Day;
use toml::Spanned;

use crate::catalog::{Audience, Control, catalog};

/// On which side an organisation stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// It cares for patients, or buys for those who do.
    #[default]
    Provider,
    /// It makes or sells.
    Supplier,
}

/// What an organisation makes of the catalog.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tailoring {
    /// Its name.
    pub name: String,
    /// Its side.
    pub side: Side,
    ages: BTreeMap<String, i64>,
    controls: BTreeMap<String, Tailored>,
    /// Exceptions, in the order of the file.
    pub exceptions: Vec<Exception>,
}

/// What an organisation makes of one control.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tailored {
    /// Why it does not apply; empty where it does.
    pub not_applicable: String,
    /// Who sees to it: a role; empty where nobody does.
    pub owner: String,
    /// Other parameters than are usual; of what the control does not have nothing is asked.
    pub parameters: BTreeMap<String, i64>,
}

/// That a control may stay as it is for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The control.
    pub control: String,
    /// Why.
    pub reason: String,
    /// Who approved it: a role, not a name.
    pub approver: String,
    /// Until when it holds.
    pub expires: Day,
    /// Where it stands.
    pub place: Place,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    organisation: u32,
    #[serde(default)]
    name: String,
    #[serde(default)]
    side: Side,
    #[serde(default)]
    ages: BTreeMap<String, i64>,
    #[serde(default)]
    control: Vec<Spanned<WireControl>>,
    #[serde(default)]
    exception: Vec<Spanned<WireException>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireControl {
    id: String,
    #[serde(default)]
    not_applicable: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    parameters: BTreeMap<String, i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireException {
    control: String,
    reason: String,
    approver: String,
    expires: toml::value::Datetime,
}

const HINT: &str = "`lazaret control list tailoring` prints one to begin with";

/// A file to begin with.
pub const EXAMPLE: &str = include_str!("../data/organisation.toml");

impl Tailoring {
    /// That of an organisation which takes the catalog as it is.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// Whether a text is such a file.
    #[must_use]
    pub fn is_tailoring(text: &str) -> bool {
        let mut lines = text.lines().map(str::trim);
        let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
        first.and_then(|line| line.split_once('=')).is_some_and(|(name, value)| {
            name.trim() == "organisation"
                && value.trim().starts_with(|c: char| c.is_ascii_digit())
        })
    }

    /// Reads such a file.
    ///
    /// # Errors
    /// When it is no TOML, names what is not there, leaves out a control without a reason, or
    /// makes an exception without an approver.
    pub fn parse(bytes: &[u8]) -> Result<Parsed<Self>, Rejected> {
        let text = text::decode(bytes)?;
        if text.len() > limits::REGISTER_BYTES_MAX {
            let message = format!("more than {} bytes", limits::REGISTER_BYTES_MAX);
            return Err(Rejected::new(Place::Document, message, HINT));
        }
        let wire: Wire = toml::from_str(&text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            Rejected::new(line(&text, start), error.message().to_owned(), HINT)
        })?;
        if wire.organisation != 1 {
            let message = "another version of the file than 1";
            return Err(Rejected::new(Place::Document, message, "`organisation = 1`"));
        }
        let mut tailoring = Self {
            name: wire.name.trim().to_owned(),
            side: wire.side,
            ages: wire.ages,
            ..Self::default()
        };
        for entry in wire.control {
            tailoring.take(&entry, &text)?;
        }
        for entry in wire.exception {
            tailoring.except(&entry, &text)?;
        }
        Ok(Parsed { value: tailoring, notes: Vec::new() })
    }

    fn take(&mut self, entry: &Spanned<WireControl>, text: &str) -> Result<(), Rejected> {
        let place = line(text, entry.span().start);
        let wire = entry.get_ref();
        let control = known(&wire.id, &place)?;
        for name in wire.parameters.keys() {
            if control.parameter(name).is_none() {
                let message = format!("{} has no parameter `{name}`", control.id());
                return Err(Rejected::new(place, message, HINT));
            }
        }
        let own = Tailored {
            not_applicable: wire.not_applicable.trim().to_owned(),
            owner: wire.owner.trim().to_owned(),
            parameters: wire.parameters.clone(),
        };
        self.controls.insert(control.id().to_owned(), own);
        Ok(())
    }

    fn except(
        &mut self,
        entry: &Spanned<WireException>,
        text: &str,
    ) -> Result<(), Rejected> {
        let place = line(text, entry.span().start);
        let wire = entry.get_ref();
        let control = known(&wire.control, &place)?.id().to_owned();
        let (reason, approver) = (wire.reason.trim(), wire.approver.trim());
        if reason.is_empty() || approver.is_empty() {
            let message =
                format!("the exception to {control} has no reason or no approver");
            return Err(Rejected::new(place, message, HINT));
        }
        let expires = terms::date::day(&wire.expires.to_string()).map_err(|_| {
            let message = format!("the exception to {control} does not end on a day");
            Rejected::new(place.clone(), message, "`expires = 2026-12-31`")
        })?;
        let (reason, approver) = (reason.to_owned(), approver.to_owned());
        self.exceptions.push(Exception { control, reason, approver, expires, place });
        Ok(())
    }

    /// Says what an organisation makes of a control, in the place of what was said before.
    pub fn tailor(&mut self, control: Control, said: Tailored) {
        self.controls.insert(control.id().to_owned(), said);
    }

    /// What is said of each control of which something is said, in their order.
    pub fn said(&self) -> impl Iterator<Item = (Control, &Tailored)> {
        let said = self.controls.iter();
        said.filter_map(|(id, said)| Some((catalog().control(id)?, said)))
    }

    /// The same, where nothing is said after what the organisation above says.
    #[must_use]
    pub fn below(&self, above: &Self) -> Self {
        let mut own = self.clone();
        for (word, days) in &above.ages {
            own.ages.entry(word.clone()).or_insert(*days);
        }
        for (id, said) in &above.controls {
            let kept = own.controls.entry(id.clone()).or_default();
            for (name, value) in &said.parameters {
                kept.parameters.entry(name.clone()).or_insert(*value);
            }
            if kept.owner.is_empty() {
                kept.owner.clone_from(&said.owner);
            }
        }
        own
    }

    /// Why a control does not apply; `None` where it does.
    #[must_use]
    pub fn not_applicable(&self, control: Control) -> Option<String> {
        let said = self.controls.get(control.id()).map(|own| own.not_applicable.as_str());
        match said {
            Some(reason) if !reason.is_empty() => Some(reason.to_owned()),
            _ if self.side == Side::Supplier
                && control.audience() == Audience::Provider =>
            {
                Some("it speaks to those who care for patients".to_owned())
            }
            _ => None,
        }
    }

    /// Who sees to a control: a role; empty where nobody does.
    #[must_use]
    pub fn owner(&self, control: Control) -> &str {
        self.controls.get(control.id()).map_or("", |own| own.owner.as_str())
    }

    /// A parameter of a control, where the organisation says another than is usual.
    #[must_use]
    pub fn parameter(&self, control: &str, name: &str) -> Option<i64> {
        self.controls.get(control)?.parameters.get(name).copied()
    }

    /// How many days evidence of a kind counts, where the organisation says so.
    #[must_use]
    pub fn age(&self, word: &str) -> Option<i64> {
        self.ages.get(word).copied()
    }

    /// The exception to a control that holds on a day, else one that has ended.
    #[must_use]
    pub fn exception(&self, control: Control, today: Day) -> Option<&Exception> {
        let own = || self.exceptions.iter().filter(|it| it.control == control.id());
        let holds = own().filter(|it| it.expires >= today).max_by_key(|it| it.expires);
        holds.or_else(|| own().max_by_key(|it| it.expires))
    }
}

fn known(id: &str, place: &Place) -> Result<Control, Rejected> {
    catalog().control(id).ok_or_else(|| {
        let message = format!("there is no control {}", text::quoted(id));
        Rejected::new(place.clone(), message, "`lazaret control list` names them")
    })
}

fn line(text: &str, byte: usize) -> Place {
    let before = text.as_bytes().get(..byte).unwrap_or(text.as_bytes());
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    Place::Line { line, column: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_to_begin_with_is_read() {
        assert!(Tailoring::is_tailoring(EXAMPLE));
        assert!(!Tailoring::is_tailoring("evidence = 1\n"));
        let read = Tailoring::parse(EXAMPLE.as_bytes()).unwrap().value;
        assert!(!read.name.is_empty() && !read.exceptions.is_empty());
    }

    #[test]
    fn nothing_is_left_out_or_excepted_without_a_reason() {
        #[track_caller]
        fn check(text: &str, message: &str) {
            let text = format!("organisation = 1\nname = \"A\"\n{text}");
            let refused = Tailoring::parse(text.as_bytes()).unwrap_err();
            assert!(refused.message.contains(message), "{refused}");
        }

        check("[[control]]\nid = \"Z-99\"\n", "no control `Z-99`");
        check(
            "[[control]]\nid = \"A-02\"\nparameters = {percnt = 1}\n",
            "no parameter `percnt`",
        );
        check(
            "[[exception]]\ncontrol = \"A-02\"\nreason = \"x\"\napprover = \"\"\nexpires = 2026-12-31\n",
            "no approver",
        );
        check(
            "[[exception]]\ncontrol = \"A-02\"\nreason = \"x\"\napprover = \"y\"\nexpires = 10:00:00\n",
            "on a day",
        );
        check("unknown = 1\n", "unknown field");
        assert!(Tailoring::parse(b"organisation = 2\n").is_err());
    }

    #[test]
    fn what_is_above_holds_where_nothing_is_said_below() {
        let read = |text: &str| Tailoring::parse(text.as_bytes()).unwrap().value;
        let above = read(
            "organisation = 1\n[ages]\nperson = 10\n[[control]]\nid = \"A-02\"\nowner = \"CISO\"\nparameters = {percent = 80}\n[[control]]\nid = \"A-17\"\nnot_applicable = \"none\"\n",
        );
        let below = read(
            "organisation = 1\n[[control]]\nid = \"A-02\"\nparameters = {percent = 90}\n",
        )
        .below(&above);
        let control = |id: &str| catalog().control(id).unwrap();
        assert_eq!(below.parameter("A-02", "percent"), Some(90));
        assert_eq!(below.owner(control("A-02")), "CISO");
        assert_eq!(below.age("person"), Some(10));
        assert_eq!(below.not_applicable(control("A-17")), None);
        assert_eq!(above.not_applicable(control("A-17")), Some("none".to_owned()));
    }
}
