//! The object that `sbom check --format json` prints; `docs/schema/sbom-check.schema.json`
//! describes it.

use reading::Note;
use sbom::Bom;
use sbom::quality::{Assessment, Finding};
use serde::ser::{Serialize, SerializeSeq, SerializeStruct, Serializer};

use super::Checked;

/// One file.
pub(super) struct Object<'c> {
    pub(super) checked: &'c Checked,
    /// The file's name, where it is one of several.
    pub(super) file: Option<&'c str>,
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        let bom = &self.checked.parsed.value;
        let mut object = writer.serialize_struct("Check", 8)?;
        match self.file {
            Some(file) => object.serialize_field("file", file)?,
            None => object.skip_field("file")?,
        }
        object.serialize_field("document", &Document(bom))?;
        object.serialize_field("components", &bom.components.len())?;
        object.serialize_field("with_purl", &self.checked.with_purl())?;
        object.serialize_field("with_cpe", &self.checked.with_cpe())?;
        object.serialize_field("relationships", &bom.relationships.len())?;
        let profiles: Vec<_> = self
            .checked
            .assessments
            .iter()
            .map(|assessment| Profile { assessment, bom })
            .collect();
        object.serialize_field("profiles", &profiles)?;
        let notes: Vec<_> = self.checked.parsed.notes.iter().map(Remark).collect();
        object.serialize_field("notes", &notes)?;
        object.end()
    }
}

struct Document<'b>(&'b Bom);

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        let mut object = writer.serialize_struct("Document", 3)?;
        object.serialize_field("format", self.0.format.name())?;
        object.serialize_field("spec", &self.0.spec)?;
        object.serialize_field("name", &self.0.name)?;
        object.end()
    }
}

struct Profile<'c> {
    assessment: &'c Assessment,
    bom: &'c Bom,
}

impl Serialize for Profile<'_> {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        let mut object = writer.serialize_struct("Profile", 3)?;
        object.serialize_field("profile", self.assessment.profile.name())?;
        object.serialize_field("score", &self.assessment.score)?;
        object.serialize_field("findings", &Findings(self))?;
        object.end()
    }
}

struct Findings<'c>(&'c Profile<'c>);

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        let findings = &self.0.assessment.findings;
        let mut list = writer.serialize_seq(Some(findings.len()))?;
        for finding in findings {
            list.serialize_element(&Missing { finding: *finding, bom: self.0.bom })?;
        }
        list.end()
    }
}

struct Missing<'c> {
    finding: Finding,
    bom: &'c Bom,
}

impl Serialize for Missing<'_> {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        let mut object = writer.serialize_struct("Finding", 3)?;
        object.serialize_field("rule", self.finding.rule.id())?;
        object.serialize_field("place", &self.finding.place(self.bom).to_string())?;
        object.serialize_field("message", &self.finding.message(self.bom))?;
        object.end()
    }
}

struct Remark<'n>(&'n Note);

impl Serialize for Remark<'_> {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        let mut object = writer.serialize_struct("Note", 2)?;
        object.serialize_field("place", &self.0.place.to_string())?;
        object.serialize_field("message", &self.0.message)?;
        object.end()
    }
}
