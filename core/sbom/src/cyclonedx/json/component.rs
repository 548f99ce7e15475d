//! Components, at every depth.

use reading::Rejected;
use reading::json::Shape;
use reading::text::quoted;

use super::super::words;
use super::Reading;
use crate::{Component, Hash, Kind, Patch};

/// What is open: a list of components, or one of them by its position.
enum Frame {
    List { parent: Option<usize> },
    One(usize),
}

impl Reading<'_> {
    /// Reads the list of the document. A document whose components cannot be read is
    /// refused: with none of them it would look like one in which nothing is wrong.
    pub(super) fn components(&mut self) -> Result<(), Rejected> {
        let shape = self.json.shape()?;
        if !matches!(shape, Shape::List | Shape::Null) {
            return Err(Rejected::new(
                self.json.place(),
                format!("{} instead of the list of components", shape.name()),
                "ask for a document that fits the schema of CycloneDX",
            ));
        }
        if !self.json.enter_or_note(Shape::List)? {
            return Ok(());
        }
        let mut list = std::mem::take(&mut self.draft.bom.components);
        self.walk(Frame::List { parent: None }, &mut list)?;
        self.draft.bom.components = list;
        Ok(())
    }

    /// Reads the subject of the document and what stands inside it.
    pub(super) fn subject(&mut self) -> Result<(), Rejected> {
        if !self.json.enter_or_note(Shape::Object)? {
            return Ok(());
        }
        let mut list = vec![Component::at(self.json.place())];
        self.walk(Frame::One(0), &mut list)?;
        self.draft.subject(list);
        Ok(())
    }

    fn walk(&mut self, first: Frame, list: &mut Vec<Component>) -> Result<(), Rejected> {
        let mut frames = vec![first];
        while let Some(frame) = frames.last() {
            match *frame {
                Frame::List { parent } => {
                    if !self.json.element()? {
                        frames.pop();
                    } else if self.json.enter_or_note(Shape::Object)? {
                        self.draft.check_components(list.len())?;
                        frames.push(Frame::One(list.len()));
                        let place = self.json.place();
                        list.push(Component { parent, ..Component::at(place) });
                    }
                }
                Frame::One(at) => {
                    let Some(component) = list.get_mut(at) else { return Ok(()) };
                    match self.json.key()?.as_deref() {
                        None => {
                            self.check_component(component);
                            frames.pop();
                        }
                        Some("components") => {
                            if self.json.enter_or_note(Shape::List)? {
                                frames.push(Frame::List { parent: Some(at) });
                            }
                        }
                        Some(key) => self.component_member(key, component)?,
                    }
                }
            }
        }
        Ok(())
    }

    fn check_component(&mut self, component: &Component) {
        if component.name.is_empty() {
            self.note_at(component.place.clone(), "a component without a name");
        }
    }

    fn component_member(
        &mut self,
        key: &str,
        component: &mut Component,
    ) -> Result<(), Rejected> {
        match key {
            "type" => component.kind = self.kind()?,
            "bom-ref" => {
                component.reference = self.json.text_or_note()?.unwrap_or_default()
            }
            "group" => component.group = self.json.text_or_note()?.unwrap_or_default(),
            "name" => component.name = self.json.text_or_note()?.unwrap_or_default(),
            "version" => component.version = self.stated()?,
            "purl" => component.purl = self.stated()?,
            "cpe" => component.cpes = self.stated()?.into_iter().collect(),
            "supplier" => component.supplier = self.organization()?,
            "manufacturer" => {
                if let Some(name) = self.organization()? {
                    component.supplier.get_or_insert(name);
                }
            }
            "author" => component.originator = self.stated()?,
            "authors" => component.originator = self.people_joined()?,
            "publisher" => {
                if let Some(name) = self.stated()? {
                    component.originator.get_or_insert(name);
                }
            }
            "licenses" => self.licences(component)?,
            "hashes" => self.each_object(|reading| reading.hash(component))?,
            "properties" => self.each_object(|reading| reading.property(component))?,
            "pedigree" => self.pedigree(component)?,
            "versionRange" => {
                let range = self.json.text_or_note()?.unwrap_or_default();
                let range = quoted(&range);
                self.json
                    .note(format!("the range {range} instead of a version, set aside"));
            }
            "mime-type" | "description" | "scope" | "copyright" | "swid" | "modified"
            | "externalReferences" | "evidence" | "releaseNotes" | "modelCard"
            | "data" | "cryptoProperties" | "tags" | "omniborId" | "swhid"
            | "isExternal" | "patentAssertions" | "signature" => self.json.skip()?,
            _ => self.unknown("a component")?,
        }
        Ok(())
    }

    fn kind(&mut self) -> Result<Kind, Rejected> {
        let Some(word) = self.json.text_or_note()? else { return Ok(Kind::Unstated) };
        let kind = words::kind(&word);
        if kind.is_none() {
            let word = quoted(&word);
            self.json
                .note(format!("{word} is no type of component, read as another one"));
        }
        Ok(kind.unwrap_or(Kind::Other))
    }

    fn licences(&mut self, component: &mut Component) -> Result<(), Rejected> {
        if !self.json.enter_or_note(Shape::List)? {
            return Ok(());
        }
        while self.json.element()? {
            self.draft.count_entry()?;
            let stated = if self.json.shape()? == Shape::Object {
                self.json.enter()?;
                self.licence_choice()?
            } else {
                self.json.text_or_note()?.inspect(|_| {
                    self.json.note("text instead of a licence, read as its name");
                })
            };
            match stated.filter(|licence| !licence.trim().is_empty()) {
                Some(licence) => component.licences.push(licence),
                None => self.json.note("a licence without id, name and expression"),
            }
        }
        Ok(())
    }

    /// The members of `{"license": …}` or `{"expression": …}`.
    fn licence_choice(&mut self) -> Result<Option<String>, Rejected> {
        let mut stated = None;
        while let Some(key) = self.json.key()? {
            match key.as_ref() {
                "license" if self.json.shape()? == Shape::Text => {
                    stated = self.stated()?;
                    self.json.note("text instead of an object, read as a name");
                }
                "license" => {
                    if self.json.enter_or_note(Shape::Object)? {
                        stated = self.licence()?;
                    }
                }
                "expression" => stated = self.stated()?,
                "acknowledgement" | "bom-ref" | "text" | "expressionDetails"
                | "licensing" | "properties" => self.json.skip()?,
                _ => self.unknown("a licence")?,
            }
        }
        Ok(stated)
    }

    /// The members of a licence: the id, else the name.
    fn licence(&mut self) -> Result<Option<String>, Rejected> {
        let (mut id, mut name) = (None, None);
        while let Some(key) = self.json.key()? {
            match key.as_ref() {
                "id" => id = self.stated()?,
                "name" => name = self.stated()?,
                _ => self.json.skip()?,
            }
        }
        Ok(id.or(name))
    }

    fn hash(&mut self, component: &mut Component) -> Result<(), Rejected> {
        self.draft.count_entry()?;
        let (mut algorithm, mut value) = (None, None);
        while let Some(key) = self.json.key()? {
            match key.as_ref() {
                "alg" => algorithm = self.stated()?,
                "content" => value = self.stated()?,
                _ => self.unknown("a hash")?,
            }
        }
        match (algorithm, value) {
            (Some(algorithm), Some(value)) => {
                component.hashes.push(Hash { algorithm, value });
            }
            _ => self.json.note("a hash without algorithm or content, set aside"),
        }
        Ok(())
    }

    /// Where a component comes from: of that, only patches say anything of vulnerabilities.
    fn pedigree(&mut self, component: &mut Component) -> Result<(), Rejected> {
        if !self.json.enter_or_note(Shape::Object)? {
            return Ok(());
        }
        while let Some(key) = self.json.key()? {
            match key.as_ref() {
                "patches" => self.each_object(|reading| reading.patch(component))?,
                _ => self.json.skip()?,
            }
        }
        Ok(())
    }

    fn patch(&mut self, component: &mut Component) -> Result<(), Rejected> {
        self.draft.count_entry()?;
        let place = self.json.place();
        let (mut kind, mut resolves) = (String::new(), Vec::new());
        while let Some(key) = self.json.key()? {
            match key.as_ref() {
                "type" => kind = self.json.text_or_note()?.unwrap_or_default(),
                "resolves" => self.each_object(|reading| {
                    resolves.extend(reading.issue()?);
                    Ok(())
                })?,
                _ => self.json.skip()?,
            }
        }
        if !resolves.is_empty() {
            component.patches.push(Patch { kind, resolves, place });
        }
        Ok(())
    }

    /// The id of an issue that a patch resolves.
    fn issue(&mut self) -> Result<Option<String>, Rejected> {
        self.draft.count_entry()?;
        let (mut kind, mut id) = (None, None);
        while let Some(key) = self.json.key()? {
            match key.as_ref() {
                "type" => kind = self.stated()?,
                "id" => id = self.stated()?,
                _ => self.json.skip()?,
            }
        }
        Ok(id.filter(|_| kind.as_deref() != Some("enhancement")))
    }

    fn property(&mut self, component: &mut Component) -> Result<(), Rejected> {
        let (mut name, mut value) = (None, None);
        while let Some(key) = self.json.key()? {
            // Most properties say nothing about support: their texts are only borrowed.
            let slot = match key.as_ref() {
                "name" => &mut name,
                "value" => &mut value,
                _ => {
                    self.unknown("a property")?;
                    continue;
                }
            };
            *slot = match self.json.shape()? {
                Shape::Text => Some(self.json.text()?),
                _ => self.json.text_or_note()?.map(Into::into),
            };
        }
        if let (Some(name), Some(value)) = (name, value) {
            words::support(component, &name, &value);
            words::source_package(component, &name, &value);
        }
        Ok(())
    }
}
