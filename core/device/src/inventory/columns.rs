//! Which column is which.

use std::fmt::Write as _;

use reading::{Note, Place, Rejected};

/// A column that is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the variants say it")]
pub enum Column {
    AssetTag,
    Manufacturer,
    Model,
    Description,
    SoftwareVersion,
    Received,
    LifeSustaining,
    HoldsPhi,
    Reachable,
}

/// The name of a column in a mapping that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no `column=Heading`; columns are asset_tag, manufacturer, model, description, software_version, install_date, life_sustaining, holds_phi, reachable"
)]
pub struct UnknownColumn(String);

/// Columns that a person named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping(Vec<(Column, String)>);

impl Mapping {
    /// Adds `column=Heading`.
    ///
    /// # Errors
    /// When the text has no `=` or names no column.
    pub fn add(&mut self, text: &str) -> Result<(), UnknownColumn> {
        let unknown = || UnknownColumn(text.to_owned());
        let (name, heading) = text.split_once('=').ok_or_else(unknown)?;
        let column = Column::ALL
            .into_iter()
            .find(|column| column.name() == name.trim())
            .ok_or_else(unknown)?;
        self.0.push((column, heading.trim().to_owned()));
        Ok(())
    }
}

impl Column {
    const ALL: [Self; 9] = [
        Self::AssetTag,
        Self::Manufacturer,
        Self::Model,
        Self::Description,
        Self::SoftwareVersion,
        Self::Received,
        Self::LifeSustaining,
        Self::HoldsPhi,
        Self::Reachable,
    ];

    /// Those that tell what a device is.
    pub(super) const OF_BUILD: [Self; 4] =
        [Self::Manufacturer, Self::Model, Self::Description, Self::SoftwareVersion];

    /// The name of the column in a mapping.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AssetTag => "asset_tag",
            Self::Manufacturer => "manufacturer",
            Self::Model => "model",
            Self::Description => "description",
            Self::SoftwareVersion => "software_version",
            Self::Received => "install_date",
            Self::LifeSustaining => "life_sustaining",
            Self::HoldsPhi => "holds_phi",
            Self::Reachable => "reachable",
        }
    }

    /// Headings without case, blanks and punctuation, the surest first.
    const fn headings(self) -> &'static str {
        match self {
            Self::AssetTag => {
                "assettag tag tagnumber tagno assetnumber assetno assetid asset \
                 equipmentid equipmentnumber equipmentno equipmenttag controlnumber \
                 controlno cenumber biomednumber biomedtag biomedid inventorynumber \
                 inventoryno inventoryid inventarnummer numerodeinventario \
                 noinventario inventario numeroinventario entrynumber propertynumber \
                 ein deviceid hostname devicename sysid id number name"
            }
            Self::Manufacturer => {
                "manufacturer manufacturername maker mfr mfg mfgr mfrname mfgname \
                 make brand vendor vendorname hersteller fabricante marca fabricant \
                 oem supplier"
            }
            Self::Model => {
                "model modelname modelnumber modelno modelid modelidname \
                 modelidmodelnumber mfgmodel devicemodel modell modelo modele typ \
                 mfgrequipmentname product productname devicetype type"
            }
            Self::Description => {
                "description assetdescription equipmentdescription devicedescription \
                 itemname equipmentname equipmentdevicename equipmentcategory \
                 devicecategory category assetname bezeichnung descripcion equipo \
                 nombre nomenclature umdns genericname devicesubcategory \
                 shortdescription"
            }
            Self::SoftwareVersion => {
                "softwareversion swversion version firmwareversion firmware fwversion \
                 software softwarerev softwarerevision swrev \
                 softwareorfirmwareversion appversion osversion softwarefirmware \
                 revision release versiondesoftware"
            }
            Self::Received => {
                "installdate installationdate dateinstalled installed inservicedate \
                 acceptancedate receiveddate datereceived acquisitiondate acquiredat \
                 acquired purchasedate purchased datepurchased fechadecompra \
                 kaufdatum manufacturedate manufacturingdate"
            }
            Self::LifeSustaining => {
                "lifesustaining lifesupport lifesupporting lifecritical \
                 lifesustainingdevice"
            }
            Self::HoldsPhi => {
                "holdsphi phi ephi containsphi storesphi phistored holdsephi \
                 containsephi patientdata"
            }
            Self::Reachable => {
                "reachable reachablefromotherzones internetfacing exposed \
                 networkexposed externallyreachable"
            }
        }
    }
}

/// Where the columns of a table are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    places: Vec<(Column, Vec<usize>)>,
    headings: Vec<String>,
}

/// A heading without case, blanks and punctuation.
fn folded(heading: &str) -> String {
    heading
        .chars()
        .filter_map(|c| match c {
            'á' | 'Á' | 'à' => Some('a'),
            'é' | 'É' | 'è' => Some('e'),
            'í' | 'Í' => Some('i'),
            'ó' | 'Ó' | 'º' => Some('o'),
            'ú' | 'Ú' | 'ü' => Some('u'),
            '#' => Some('n'),
            other if other.is_alphanumeric() => other.to_lowercase().next(),
            _ => None,
        })
        .collect()
}

impl Columns {
    pub(super) fn read(row: &csv::StringRecord, mapping: &Mapping) -> Self {
        let headings: Vec<String> =
            row.iter().map(|field| field.trim().to_owned()).collect();
        let folded: Vec<String> =
            headings.iter().map(|heading| folded(heading)).collect();
        let mut taken: Vec<usize> = Vec::new();
        let mut places = Vec::new();
        for column in Column::ALL {
            let mapped: Vec<&String> = mapping
                .0
                .iter()
                .filter(|(of, _)| *of == column)
                .map(|(_, name)| name)
                .collect();
            let found: Vec<usize> = if mapped.is_empty() {
                by_heading(column, &folded, &taken)
            } else {
                let at =
                    |name: &&String| headings.iter().position(|heading| heading == *name);
                mapped.iter().filter_map(at).collect()
            };
            taken.extend(&found);
            places.push((column, found));
        }
        Self { places, headings }
    }

    fn of(&self, column: Column) -> &[usize] {
        self.places
            .iter()
            .find(|(of, _)| *of == column)
            .map_or(&[][..], |(_, places)| places.as_slice())
    }

    /// How many columns are known.
    pub(super) fn known(&self) -> usize {
        self.places.iter().filter(|(_, places)| !places.is_empty()).count()
    }

    pub(super) fn width(&self) -> usize {
        self.headings.len()
    }

    /// A tag, and something that tells what the device is.
    pub(super) fn is_enough(&self) -> bool {
        let has = |column| !self.of(column).is_empty();
        has(Column::AssetTag)
            && (has(Column::Model) || has(Column::Description))
            && self.known() >= 3
    }

    /// The text of a column, blanks put right; of two columns both.
    pub(super) fn text(&self, row: &csv::StringRecord, column: Column) -> String {
        let mut text = String::new();
        for at in self.of(column) {
            let field = row.get(*at).unwrap_or_default();
            let field = field
                .strip_prefix("=\"")
                .and_then(|rest| rest.strip_suffix('"'))
                .unwrap_or(field);
            if empty(field) || text.contains(field.trim()) {
                continue;
            }
            for word in field.split_whitespace() {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(word);
            }
        }
        text
    }

    /// Appends the fields of a column as they stand in the table, each with its length, so
    /// that no two rows are taken for one.
    pub(super) fn raw(&self, row: &csv::StringRecord, column: Column, out: &mut String) {
        for at in self.of(column) {
            let field = row.get(*at).unwrap_or_default();
            out.push_str(field);
            // A text takes any number.
            let _ = write!(out, "\0{}\0", field.len());
        }
    }

    pub(super) fn note_doubles(
        &self,
        row: &csv::StringRecord,
        line: usize,
        notes: &mut Vec<Note>,
    ) {
        for (column, places) in &self.places {
            let Some(at) = places.first() else { continue };
            let heading = row.get(*at).unwrap_or_default();
            let doubles =
                row.iter().filter(|other| folded(other) == folded(heading)).count();
            if doubles > 1 {
                let message = format!(
                    "the heading `{heading}` stands {doubles} times; the first is the {}",
                    column.name()
                );
                notes.push(Note::new(Place::Line { line, column: at + 1 }, message));
            }
        }
    }

    /// Why the table cannot be used.
    pub(super) fn missing(&self, line: usize) -> Rejected {
        let has = |column| !self.of(column).is_empty();
        let missing = if !has(Column::AssetTag) {
            "the number that tells one device from another (asset_tag)"
        } else {
            "what the device is (model or description, and a maker)"
        };
        let shown: Vec<&str> = self
            .headings
            .iter()
            .map(String::as_str)
            .filter(|text| !text.is_empty())
            .take(12)
            .collect();
        Rejected::new(
            Place::Line { line, column: 0 },
            format!("no column holds {missing}; the headings are: {}", shown.join(", ")),
            "name the columns with --mapping, such as --mapping \"asset_tag=Control No\"",
        )
    }
}

/// The columns of the surest heading; a model's name and its number are both used.
fn by_heading(column: Column, folded: &[String], taken: &[usize]) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    for wanted in column.headings().split(' ') {
        let at = folded.iter().position(|heading| heading == wanted);
        let Some(at) = at.filter(|at| !taken.contains(at) && !found.contains(at)) else {
            continue;
        };
        let both = matches!(
            wanted,
            "model"
                | "modelname"
                | "modelnumber"
                | "modelno"
                | "description"
                | "assetdescription"
                | "itemname"
                | "equipmentname"
                | "equipmentdescription"
                | "category"
        );
        match (column, found.len()) {
            (_, 0) => found.push(at),
            (Column::Model | Column::Description, 1) if both => found.push(at),
            _ => break,
        }
    }
    found
}

/// What people write where they know nothing.
fn empty(field: &str) -> bool {
    let field = field.trim();
    field.is_empty()
        || [
            "n/a",
            "na",
            "none",
            "unknown",
            "null",
            "-",
            "--",
            "sin dato",
            "tbd",
            "?",
            "#n/a",
            "not available",
        ]
        .iter()
        .any(|word| field.eq_ignore_ascii_case(word))
}
