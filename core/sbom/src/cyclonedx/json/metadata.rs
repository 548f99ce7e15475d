//! Metadata: who made the document, when, and about what.

use reading::Rejected;
use reading::json::Shape;

use super::super::{tool_name, words};
use super::Reading;
use crate::{Contact, ContactKind, Context, Phase};

impl Reading<'_> {
    pub(super) fn metadata(&mut self) -> Result<(), Rejected> {
        if !self.json.enter_or_note(Shape::Object)? {
            return Ok(());
        }
        while let Some(key) = self.json.key()? {
            match key.as_ref() {
                "timestamp" => self.draft.bom.created = self.stated()?,
                "tools" => self.tools()?,
                "authors" => {
                    for name in self.people()? {
                        self.made_by(name, ContactKind::Person);
                    }
                }
                "component" => self.subject()?,
                "supplier" => self.draft.supplier = self.organization()?,
                "manufacture" => {
                    if let Some(name) = self.organization()? {
                        self.draft.supplier.get_or_insert(name);
                    }
                }
                "manufacturer" => {
                    if let Some(name) = self.organization()? {
                        self.made_by(name, ContactKind::Organization);
                    }
                }
                "lifecycles" => self.each_object(Self::lifecycle)?,
                "licenses" | "properties" | "distributionConstraints" | "signature" => {
                    self.json.skip()?;
                }
                _ => self.unknown("the metadata")?,
            }
        }
        Ok(())
    }

    fn made_by(&mut self, name: String, kind: ContactKind) {
        self.draft.bom.authors.push(Contact { name, kind });
    }

    /// A phase by a word of the standard, or by a name of its own.
    fn lifecycle(&mut self) -> Result<(), Rejected> {
        self.draft.count_entry()?;
        let (mut phase, mut name) = (None, None);
        while let Some(key) = self.json.key()? {
            match key.as_ref() {
                "phase" => {
                    let place = self.json.place();
                    phase = self.stated()?.map(|word| (word, place));
                }
                "name" => {
                    let place = self.json.place();
                    name = self.stated()?.map(|name| (name, place));
                }
                "description" => self.json.skip()?,
                _ => self.unknown("a life cycle")?,
            }
        }
        match (phase, name) {
            (Some((word, place)), _) => {
                let phase = words::phase(&word);
                if phase == Phase::Other {
                    self.note_at(place.clone(), words::no_phase(&word));
                }
                self.draft.bom.contexts.push(Context::new(phase, word, place));
            }
            (None, Some((name, place))) => {
                self.draft.bom.contexts.push(Context::new(Phase::Other, name, place));
            }
            (None, None) => {
                self.json.note("a life cycle without phase and name, set aside")
            }
        }
        Ok(())
    }

    /// Tools are a list (until 1.4), or an object with components and services.
    fn tools(&mut self) -> Result<(), Rejected> {
        match self.json.shape()? {
            Shape::List => self.each_object(Self::tool),
            Shape::Object => {
                self.json.enter()?;
                while let Some(key) = self.json.key()? {
                    match key.as_ref() {
                        "components" | "services" => self.each_object(Self::tool)?,
                        _ => self.unknown("the tools")?,
                    }
                }
                Ok(())
            }
            _ => self.json.enter_or_note(Shape::List).map(drop),
        }
    }

    fn tool(&mut self) -> Result<(), Rejected> {
        self.draft.count_entry()?;
        let (mut name, mut vendor, mut version) = (None, None, None);
        while let Some(key) = self.json.key()? {
            match key.as_ref() {
                "name" => name = self.stated()?,
                "vendor" => vendor = self.stated()?,
                "version" => version = self.stated()?,
                _ => self.json.skip()?,
            }
        }
        match tool_name(name, vendor, version) {
            Some(name) => self.made_by(name, ContactKind::Tool),
            None => self.json.note("a tool without a name, set aside"),
        }
        Ok(())
    }

    /// The name of an organisation, else its first address. Text in its place is taken as
    /// the name, with a note.
    pub(super) fn organization(&mut self) -> Result<Option<String>, Rejected> {
        if self.json.shape()? == Shape::Text {
            let name = self.stated()?;
            self.json.note("text instead of an organisation, read as its name");
            return Ok(name);
        }
        if !self.json.enter_or_note(Shape::Object)? {
            return Ok(None);
        }
        let (mut name, mut url) = (None, None);
        while let Some(key) = self.json.key()? {
            match key.as_ref() {
                "name" => name = self.stated()?,
                "url" => self.each_text(|_, text| {
                    url.get_or_insert(text);
                })?,
                "bom-ref" | "address" | "contact" => self.json.skip()?,
                _ => self.unknown("an organisation")?,
            }
        }
        Ok(name.or(url))
    }

    /// The names of people, else their mail addresses.
    pub(super) fn people(&mut self) -> Result<Vec<String>, Rejected> {
        let mut people = Vec::new();
        self.each_object(|reading| {
            reading.draft.count_entry()?;
            let (mut name, mut email) = (None, None);
            while let Some(key) = reading.json.key()? {
                match key.as_ref() {
                    "name" => name = reading.stated()?,
                    "email" => email = reading.stated()?,
                    "bom-ref" | "phone" => reading.json.skip()?,
                    _ => reading.unknown("a contact")?,
                }
            }
            match name.or(email) {
                Some(name) => people.push(name),
                None => {
                    reading.json.note("a contact without name and address, set aside")
                }
            }
            Ok(())
        })?;
        Ok(people)
    }

    pub(super) fn people_joined(&mut self) -> Result<Option<String>, Rejected> {
        let people = self.people()?;
        Ok(Some(people.join(", ")).filter(|names| !names.is_empty()))
    }
}
