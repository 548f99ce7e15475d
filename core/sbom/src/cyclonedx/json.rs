//! CycloneDX JSON, specification versions 1.2 to 1.7.
//!
//! Source: the schemas `bom-1.2.schema.json` to `bom-1.7.schema.json`. What is read and what
//! is not stands in the module above.
//!
//! The text is walked over once, without a tree and without recursion, so that the depth of
//! nested components costs no stack.

mod component;
mod metadata;
mod vulnerability;

use reading::json::{Reader, Shape};
use reading::text::quoted;
use reading::{Note, Parsed, Place, Rejected};

use super::{Draft, words};
use crate::{Aggregate, Bom, Composition, RelationshipKind};

/// Reads a document.
///
/// # Errors
/// When it is no JSON, no object, or passes a limit.
pub(crate) fn parse(text: &str) -> Result<Parsed<Bom>, Rejected> {
    let mut reading = Reading { json: Reader::new(text), draft: Draft::new() };
    reading.json.enter()?;
    while let Some(key) = reading.json.key()? {
        reading.member(&key)?;
    }
    reading.json.end()?;
    let notes = std::mem::take(reading.json.notes());
    Ok(reading.draft.finish(notes))
}

struct Reading<'t> {
    json: Reader<'t>,
    draft: Draft,
}

impl Reading<'_> {
    fn member(&mut self, key: &str) -> Result<(), Rejected> {
        match key {
            "bomFormat" => self.format(),
            "specVersion" => {
                let spec = self.json.text_or_note()?.unwrap_or_default();
                spec.trim().clone_into(&mut self.draft.bom.spec);
                Ok(())
            }
            "serialNumber" => {
                self.draft.serial = self.json.text_or_note()?;
                Ok(())
            }
            "version" => self.version(),
            "metadata" => self.metadata(),
            "components" => self.components(),
            "services" => self.services(),
            "dependencies" => self.each_object(Self::dependency),
            "compositions" => self.each_object(Self::composition),
            "vulnerabilities" => self.each_object(Self::vulnerability),
            "$schema" | "externalReferences" | "properties" | "annotations"
            | "formulation" | "declarations" | "definitions" | "citations"
            | "signature" => self.json.skip(),
            _ => self.unknown("the document"),
        }
    }

    fn format(&mut self) -> Result<(), Rejected> {
        let format = self.json.text_or_note()?.unwrap_or_default();
        if format != "CycloneDX" {
            self.json.note(format!("{} instead of `CycloneDX`", quoted(&format)));
        }
        Ok(())
    }

    /// The version of the document is the one number among the texts.
    fn version(&mut self) -> Result<(), Rejected> {
        if self.json.shape()? == Shape::Number {
            self.draft.version = Some(self.json.scalar()?.to_owned());
        } else {
            self.draft.version = self.json.text_or_note()?;
            self.json.note("no number as the version of the document");
        }
        Ok(())
    }

    /// The references of services at every depth.
    fn services(&mut self) -> Result<(), Rejected> {
        if !self.json.enter_or_note(Shape::List)? {
            return Ok(());
        }
        let mut frames = vec![Shape::List];
        while let Some(frame) = frames.last() {
            if *frame == Shape::List {
                if !self.json.element()? {
                    frames.pop();
                } else if self.json.enter_or_note(Shape::Object)? {
                    frames.push(Shape::Object);
                }
                continue;
            }
            match self.json.key()?.as_deref() {
                None => drop(frames.pop()),
                Some("bom-ref") => {
                    self.draft.count_entry()?;
                    let reference = self.json.text_or_note()?;
                    self.draft.services.extend(reference);
                }
                Some("services") => {
                    if self.json.enter_or_note(Shape::List)? {
                        frames.push(Shape::List);
                    }
                }
                Some(_) => self.json.skip()?,
            }
        }
        Ok(())
    }

    fn dependency(&mut self) -> Result<(), Rejected> {
        let mut from = None;
        let mut targets = Vec::new();
        while let Some(key) = self.json.key()? {
            match key.as_ref() {
                "ref" => from = self.json.text_or_note()?,
                "dependsOn" => self.targets(RelationshipKind::DependsOn, &mut targets)?,
                "provides" => self.targets(RelationshipKind::Provides, &mut targets)?,
                _ => self.unknown("a dependency")?,
            }
        }
        let from = from.unwrap_or_default();
        if from.is_empty() {
            self.json.note("a dependency without `ref`");
        }
        for (kind, to, place) in targets {
            self.draft.relate(&from, kind, to, place)?;
        }
        Ok(())
    }

    fn targets(
        &mut self,
        kind: RelationshipKind,
        targets: &mut Vec<(RelationshipKind, String, Place)>,
    ) -> Result<(), Rejected> {
        self.each_text(|json, to| targets.push((kind, to, json.place())))
    }

    fn composition(&mut self) -> Result<(), Rejected> {
        self.draft.count_entry()?;
        let mut composition =
            Composition { aggregate: Aggregate::Unknown, references: Vec::new() };
        while let Some(key) = self.json.key()? {
            match key.as_ref() {
                "aggregate" => {
                    let word = self.json.text_or_note()?.unwrap_or_default();
                    match words::aggregate(&word) {
                        Some(aggregate) => composition.aggregate = aggregate,
                        None => self.json.note(format!(
                            "{} is no word for completeness, read as `unknown`",
                            quoted(&word)
                        )),
                    }
                }
                "assemblies" | "dependencies" | "vulnerabilities" => {
                    self.each_text(|_, text| composition.references.push(text))?;
                }
                "bom-ref" | "signature" => self.json.skip()?,
                _ => self.unknown("a composition")?,
            }
        }
        self.draft.bom.compositions.push(composition);
        Ok(())
    }
}

/// Ways to read what may be wrong.
impl<'t> Reading<'t> {
    /// Reads a list of objects; `read` takes the members of each.
    fn each_object(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<(), Rejected>,
    ) -> Result<(), Rejected> {
        if !self.json.enter_or_note(Shape::List)? {
            return Ok(());
        }
        while self.json.element()? {
            if self.json.enter_or_note(Shape::Object)? {
                read(self)?;
            }
        }
        Ok(())
    }

    /// Reads a list of texts. One text without the list is taken, with a note.
    fn each_text(
        &mut self,
        mut take: impl FnMut(&Reader<'t>, String),
    ) -> Result<(), Rejected> {
        if self.json.shape()? == Shape::Text {
            let text = self.json.text()?.into_owned();
            self.json.note("text instead of a list, read as a list of one");
            take(&self.json, text);
            return Ok(());
        }
        if !self.json.enter_or_note(Shape::List)? {
            return Ok(());
        }
        while self.json.element()? {
            if let Some(text) = self.json.text_or_note()? {
                self.draft.count_entry()?;
                take(&self.json, text);
            }
        }
        Ok(())
    }

    /// Reads a text, of which an empty one says nothing.
    fn stated(&mut self) -> Result<Option<String>, Rejected> {
        Ok(self.json.text_or_note()?.filter(|text| !text.trim().is_empty()))
    }

    /// Sets a member aside that CycloneDX does not know.
    fn unknown(&mut self, of: &str) -> Result<(), Rejected> {
        self.json.skip()?;
        self.json.note(format!("no field that CycloneDX has in {of}, set aside"));
        Ok(())
    }

    fn note_at(&mut self, place: Place, message: impl Into<String>) {
        self.json.notes().add(|| Note::new(place, message));
    }
}
