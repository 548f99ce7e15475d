//! From the elements of a graph to a bill of materials.
//!
//! Elements are taken one by one as they are read. What refers to another element is kept
//! as an identifier until the end, when all of them are known.

use std::borrow::Cow;
use std::fmt;

use foldhash::{HashMap, HashSet};
use reading::{Notes, Place, limits};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use terms::vex;

use super::super::tolerant::{List, Object, Text, too_many};
use super::super::v2;
use super::element::{
    Assessment, Class, Element, ExternalIdentifier, Reference, Verification,
};
use super::prefix::Prefixes;
use crate::{
    Component, Contact, ContactKind, Context, Hash, Kind, Phase, Relationship,
    RelationshipKind, Statement,
};

/// Everything that was read, before references are resolved. The maps are never iterated,
/// so their order reaches nothing.
#[derive(Default)]
pub(super) struct Graph<'a> {
    pub(super) components: Vec<Component>,
    /// For each component, who supplied and who made it.
    pub(super) parties: Vec<Parties<'a>>,
    pub(super) collections: Vec<Collection<'a>>,
    pub(super) creations: Vec<Creation<'a>>,
    pub(super) agents: HashMap<Cow<'a, str>, Contact>,
    pub(super) licences: HashMap<Cow<'a, str>, Cow<'a, str>>,
    pub(super) vulnerabilities: HashMap<Cow<'a, str>, Vulnerability>,
    pub(super) relationships: Vec<Relationship>,
    /// Package and licence.
    pub(super) licensed: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// Their ids are identifiers of elements until the end.
    pub(super) statements: Vec<Statement>,
    /// Subject and text.
    pub(super) annotations: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// Prefixes that the document suggests for its identifiers.
    pub(super) prefixes: Prefixes,
    /// Elements that stand inside others, with their places.
    inline: Vec<(String, Element<'a>)>,
    read: usize,
    pub(super) notes: Notes,
}

#[derive(Default)]
pub(super) struct Parties<'a> {
    pub(super) supplied_by: Vec<Cow<'a, str>>,
    pub(super) originated_by: Vec<Cow<'a, str>>,
}

/// An `SpdxDocument` or an SBOM in it.
pub(super) struct Collection<'a> {
    pub(super) class: Class,
    pub(super) id: Cow<'a, str>,
    pub(super) name: Option<String>,
    pub(super) creation: Option<Cow<'a, str>>,
    pub(super) roots: Vec<Cow<'a, str>>,
    pub(super) contexts: Vec<Context>,
}

pub(super) struct Creation<'a> {
    pub(super) id: Cow<'a, str>,
    pub(super) spec: Option<String>,
    pub(super) created: Option<String>,
    pub(super) by: Vec<Cow<'a, str>>,
    pub(super) using: Vec<Cow<'a, str>>,
}

pub(super) struct Vulnerability {
    pub(super) id: String,
    pub(super) aliases: Vec<String>,
}

impl<'a> Graph<'a> {
    /// A graph of one element, which may stand without a graph around it.
    pub(super) fn of_one(element: Element<'a>) -> Self {
        let mut graph = Self::default();
        graph.take(element, "");
        graph.take_inline();
        graph
    }

    fn push(&mut self, element: Object<Element<'a>>) {
        let place = format!("/@graph/{}", self.read);
        self.read += 1;
        let entry = element.entry(&mut self.notes, || Place::Pointer(place.clone()));
        if let Some(element) = entry {
            self.take(element, &place);
        }
    }

    fn take(&mut self, mut element: Element<'a>, place: &str) {
        let creation = std::mem::take(&mut element.creation);
        let creation = self.reference(creation, place, "creationInfo");
        match element.class() {
            Class::Package => self.package(element, Kind::Unstated, place),
            Class::AiPackage => self.package(element, Kind::MachineLearningModel, place),
            Class::DatasetPackage => self.package(element, Kind::Data, place),
            class @ (Class::SpdxDocument | Class::Collection) => {
                self.collection(element, class, creation, place);
            }
            Class::CreationInformation => self.creation(element, place),
            Class::Person => self.agent(element, ContactKind::Person, place),
            Class::Organization => self.agent(element, ContactKind::Organization, place),
            Class::Tool => self.agent(element, ContactKind::Tool, place),
            Class::Vulnerability => self.vulnerability(element, place),
            Class::Licence => self.licence(element, place),
            Class::Annotation => self.annotation(element, place),
            Class::Relationship(assessment) => {
                self.relationship(element, assessment, place);
            }
            Class::Apart => {}
        }
    }

    /// The identifier of what a reference leads to. An element that stands there is kept to
    /// be read after the graph, since the graph may hold it as well.
    fn reference(
        &mut self,
        reference: Reference<'a>,
        place: &str,
        member: &str,
    ) -> Option<Cow<'a, str>> {
        let at = || format!("{place}/{member}");
        match reference {
            Reference::Absent => None,
            Reference::Id(id) => Some(id),
            Reference::Inline(mut element) => {
                if element.id().is_empty() {
                    element.set_id(format!("_:{}", at()));
                }
                let id = element.id().to_owned();
                self.inline.push((at(), *element));
                Some(Cow::Owned(id))
            }
            Reference::Wrong(what) => {
                let message =
                    format!("an identifier was expected, {what} found; set aside");
                self.notes.at(|| Place::Pointer(at()), message);
                None
            }
        }
    }

    fn references(
        &mut self,
        references: List<Reference<'a>>,
        place: &str,
        member: &str,
    ) -> Vec<Cow<'a, str>> {
        match references {
            List::Is(references) => references
                .into_iter()
                .enumerate()
                .filter_map(|(index, reference)| match reference {
                    Reference::Id(id) => Some(id),
                    other => self.reference(other, place, &format!("{member}/{index}")),
                })
                .collect(),
            List::Bare(reference) => {
                self.reference(*reference, place, member).into_iter().collect()
            }
        }
    }

    fn owned(&mut self, text: Text<'a>, place: &str, member: &str) -> Option<String> {
        let at = || Place::Pointer(format!("{place}/{member}"));
        let text = text.take(&mut self.notes, at)?;
        v2::said(&text).map(str::to_owned)
    }

    fn package(&mut self, mut element: Element<'a>, kind: Kind, place: &str) {
        let mut component = Component::at(Place::Pointer(place.to_owned()));
        component.reference = element.take_id().into_owned();
        component.kind = kind;
        component.name = self.owned(element.name, place, "name").unwrap_or_default();
        component.version = self.owned(element.version, place, "software_packageVersion");
        if let Some(word) = self.owned(element.purpose, place, "software_primaryPurpose")
            && kind == Kind::Unstated
        {
            component.kind = v2::purpose(&word).unwrap_or_else(|| {
                let message = format!("`{}` is no purpose in SPDX 3", v2::clip(&word));
                let at = || Place::Pointer(format!("{place}/software_primaryPurpose"));
                self.notes.at(at, message);
                Kind::Unstated
            });
        }
        if let Some(purl) = self.owned(element.purl, place, "software_packageUrl") {
            v2::purl(&mut component, &purl);
        }
        self.identifiers(&mut component, element.identifiers, place);
        self.hashes(&mut component, element.verified_using, place);
        component.support.end = self.owned(element.valid_until, place, "validUntilTime");
        component.support.level = self.support_level(element.support_level, place);
        let parties = Parties {
            supplied_by: self.references(element.supplied_by, place, "suppliedBy"),
            originated_by: self.references(element.originated_by, place, "originatedBy"),
        };
        self.components.push(component);
        self.parties.push(parties);
    }

    fn support_level(&mut self, levels: List<Text<'a>>, place: &str) -> Option<String> {
        let at = || Place::Pointer(format!("{place}/supportLevel"));
        let levels = match levels {
            List::Is(levels) => levels,
            List::Bare(level) => vec![*level],
        };
        let levels: Vec<String> = levels
            .into_iter()
            .filter_map(|level| level.take(&mut self.notes, at))
            .filter_map(|level| v2::said(&level).map(str::to_owned))
            .collect();
        (!levels.is_empty()).then(|| levels.join(", "))
    }

    fn identifiers(
        &mut self,
        component: &mut Component,
        identifiers: List<Object<ExternalIdentifier<'a>>>,
        place: &str,
    ) {
        let at = || Place::Pointer(format!("{place}/externalIdentifier"));
        for identifier in identifiers.take(&mut self.notes, at) {
            let Some(identifier) = identifier.entry(&mut self.notes, at) else {
                continue;
            };
            let kind = identifier.kind.take(&mut self.notes, at).unwrap_or_default();
            let Some(text) = identifier.identifier.take(&mut self.notes, at) else {
                continue;
            };
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            match local(&kind) {
                "packageUrl" | "packageURL" | "purl" => v2::purl(component, text),
                "cpe22" | "cpe23" => component.cpes.push(text.to_owned()),
                _ => {}
            }
        }
    }

    fn hashes(
        &mut self,
        component: &mut Component,
        verifications: List<Object<Verification<'a>>>,
        place: &str,
    ) {
        let at = || Place::Pointer(format!("{place}/verifiedUsing"));
        for verification in verifications.take(&mut self.notes, at) {
            let Some(verification) = verification.entry(&mut self.notes, at) else {
                continue;
            };
            let algorithm = verification.algorithm.take(&mut self.notes, at);
            let value = verification.value.take(&mut self.notes, at);
            if let (Some(algorithm), Some(value)) = (algorithm, value) {
                component.hashes.push(Hash {
                    algorithm: local(&algorithm).to_owned(),
                    value: value.into_owned(),
                });
            }
        }
    }

    fn collection(
        &mut self,
        mut element: Element<'a>,
        class: Class,
        creation: Option<Cow<'a, str>>,
        place: &str,
    ) {
        let at = || Place::Pointer(format!("{place}/namespaceMap"));
        for entry in std::mem::take(&mut element.namespaces).take(&mut self.notes, at) {
            let Some(entry) = entry.entry(&mut self.notes, at) else { continue };
            if let (Some(prefix), Some(namespace)) =
                (entry.prefix.as_str(), entry.namespace.as_str())
            {
                self.prefixes.add(prefix, namespace);
            }
        }
        let id = element.take_id();
        let roots = self.references(element.roots, place, "rootElement");
        // What a collection lists stands in the graph already; only what stands inside it
        // has to be read.
        self.references(element.element, place, "element");
        let name = self.owned(element.name, place, "name");
        let contexts = self.contexts(element.sbom_type, place);
        let collection = Collection { class, id, name, creation, roots, contexts };
        self.collections.push(collection);
    }

    /// From what an SBOM says that it was made. A word that SPDX does not have is kept.
    fn contexts(&mut self, types: List<Text<'a>>, place: &str) -> Vec<Context> {
        let at = || Place::Pointer(format!("{place}/software_sbomType"));
        let types = match types {
            List::Is(types) => types,
            List::Bare(one) => vec![*one],
        };
        let mut contexts = Vec::new();
        for word in types {
            let Some(word) = word.take(&mut self.notes, at) else { continue };
            let Some(written) = v2::said(&word) else { continue };
            let phase = phase(local(written));
            if phase == Phase::Other {
                let message =
                    format!("`{}` is no type of an SBOM in SPDX 3", v2::clip(written));
                self.notes.at(at, message);
            }
            contexts.push(Context::new(phase, written.to_owned(), at()));
        }
        contexts
    }

    fn creation(&mut self, mut element: Element<'a>, place: &str) {
        let creation = Creation {
            id: element.take_id(),
            spec: self.owned(element.spec, place, "specVersion"),
            created: self.owned(element.created, place, "created"),
            by: self.references(element.created_by, place, "createdBy"),
            using: self.references(element.created_using, place, "createdUsing"),
        };
        self.creations.push(creation);
    }

    fn agent(&mut self, mut element: Element<'a>, kind: ContactKind, place: &str) {
        let id = element.take_id();
        if let Some(name) = self.owned(element.name, place, "name") {
            self.agents.entry(id).or_insert(Contact { name, kind });
        }
    }

    fn licence(&mut self, mut element: Element<'a>, place: &str) {
        let id = element.take_id();
        let at = || Place::Pointer(place.to_owned());
        let text = element
            .licence
            .take(&mut self.notes, at)
            .or_else(|| element.name.take(&mut self.notes, at));
        if let Some(text) = text {
            self.licences.entry(id).or_insert(text);
        }
    }

    fn annotation(&mut self, element: Element<'a>, place: &str) {
        let at = || Place::Pointer(format!("{place}/statement"));
        let statement = element.statement.take(&mut self.notes, at);
        let subject = self.reference(element.subject, place, "subject");
        if let (Some(subject), Some(statement)) = (subject, statement) {
            self.annotations.push((subject, statement));
        }
    }

    fn vulnerability(&mut self, mut element: Element<'a>, place: &str) {
        let at = || Place::Pointer(format!("{place}/externalIdentifier"));
        let id = element.take_id();
        let mut names = Vec::new();
        for identifier in element.identifiers.take(&mut self.notes, at) {
            let Some(identifier) = identifier.entry(&mut self.notes, at) else {
                continue;
            };
            let kind = identifier.kind.take(&mut self.notes, at).unwrap_or_default();
            let Some(text) = identifier.identifier.take(&mut self.notes, at) else {
                continue;
            };
            match local(&kind) {
                "cve" => names.insert(0, text.into_owned()),
                "securityOther" => names.push(text.into_owned()),
                _ => {}
            }
        }
        if names.is_empty() {
            names.extend(self.owned(element.name, place, "name"));
        }
        if names.is_empty() {
            // Without a name, the last step of its identifier is the best there is.
            names.push(local(&id).to_owned());
        }
        let mut names = names.into_iter();
        let first = names.next().unwrap_or_default();
        let known = Vulnerability { id: first, aliases: names.collect() };
        self.vulnerabilities.entry(id).or_insert(known);
    }

    fn relationship(
        &mut self,
        mut element: Element<'a>,
        by_type: Assessment,
        place: &str,
    ) {
        let from = std::mem::take(&mut element.from);
        let from = self.reference(from, place, "from").unwrap_or_default();
        let to = std::mem::take(&mut element.to);
        let to = self.references(to, place, "to");
        if from.is_empty() || to.is_empty() {
            let message = "a relationship without two ends is set aside";
            self.notes.at(|| Place::Pointer(place.to_owned()), message);
            return;
        }
        let word = std::mem::take(&mut element.relationship_type);
        let at = || Place::Pointer(format!("{place}/relationshipType"));
        let word = word.take(&mut self.notes, at).unwrap_or_default();
        let word = folded(&word);
        if word == "hasdeclaredlicense" || word == "hasconcludedlicense" {
            self.licensed
                .extend(to.iter().map(|licence| (from.clone(), licence.clone())));
        }
        self.statement(element, by_type, &word, &from, &to, place);
        let kind = relationship_kind(&word);
        self.relationships.extend(to.into_iter().map(|to| Relationship {
            from: from.clone().into_owned(),
            kind,
            to: to.into_owned(),
            place: Place::Pointer(place.to_owned()),
        }));
    }

    /// What a relationship states about a vulnerability, if it does.
    fn statement(
        &mut self,
        element: Element<'a>,
        by_type: Assessment,
        word: &str,
        from: &str,
        to: &[Cow<'a, str>],
        place: &str,
    ) {
        let at = || Place::Pointer(place.to_owned());
        let owned = |names: &[Cow<'a, str>]| {
            names.iter().map(|name| name.clone().into_owned()).collect::<Vec<_>>()
        };
        let vulnerability_first = |status| (from.to_owned(), owned(to), status);
        let (id, references, status) = match (by_type, assessment(word)) {
            // `hasAssociatedVulnerability` leads from the component.
            (Assessment::None, Assessment::None)
                if word == "hasassociatedvulnerability" =>
            {
                for vulnerability in to {
                    let id = vulnerability.clone().into_owned();
                    self.state(id, vec![from.to_owned()], None, Element::default(), at());
                }
                return;
            }
            (Assessment::None, Assessment::None) => return,
            (known, Assessment::None) | (Assessment::None, known) => {
                vulnerability_first(status(known))
            }
            (by_type, by_word) if by_type == by_word => {
                vulnerability_first(status(by_type))
            }
            _ => {
                let message = "type and `relationshipType` contradict each other; the status is unknown";
                self.notes.at(at, message);
                vulnerability_first(None)
            }
        };
        if !matches!(element.withdrawn, Text::Absent) {
            self.notes.at(at, "a withdrawn statement is set aside");
            return;
        }
        self.state(id, references, status, element, at());
    }

    fn state(
        &mut self,
        id: String,
        references: Vec<String>,
        status: Option<vex::Status>,
        element: Element<'a>,
        place: Place,
    ) {
        let at = || place.clone();
        let word = element.justification.take(&mut self.notes, at);
        let action = element.action.take(&mut self.notes, at).unwrap_or_default();
        let times = [element.modified, element.published]
            .map(|text| text.take(&mut self.notes, at));
        let detail: Vec<_> = [element.impact, element.status_notes]
            .into_iter()
            .filter_map(|text| text.take(&mut self.notes, at))
            .collect();
        let justification = word.and_then(|word| {
            let known = justification(&word);
            if known.is_none() {
                let message =
                    format!("`{}` is no justification in SPDX 3", v2::clip(&word));
                self.notes.at(at, message);
            }
            known
        });
        self.statements.push(Statement {
            id,
            aliases: Vec::new(),
            status,
            justification,
            detail: detail.join("\n"),
            action: action.into_owned(),
            timestamp: times.into_iter().flatten().next().map(Cow::into_owned),
            references,
            versions: Vec::new(),
            responses: Vec::new(),
            place,
        });
    }

    /// Reads the elements that stand inside others, unless the graph holds them as well or
    /// another copy was read.
    fn take_inline(&mut self) {
        let mut known: HashSet<String> =
            self.components.iter().map(|component| component.reference.clone()).collect();
        while !self.inline.is_empty() {
            for (place, element) in std::mem::take(&mut self.inline) {
                if known.insert(element.id().to_owned()) {
                    self.take(element, &place);
                }
            }
        }
    }
}

fn status(assessment: Assessment) -> Option<vex::Status> {
    Some(match assessment {
        Assessment::Affected => vex::Status::Affected,
        Assessment::NotAffected => vex::Status::NotAffected,
        Assessment::Fixed => vex::Status::Fixed,
        Assessment::UnderInvestigation => vex::Status::UnderInvestigation,
        Assessment::None => return None,
    })
}

fn assessment(word: &str) -> Assessment {
    match word {
        "affects" => Assessment::Affected,
        "doesnotaffect" => Assessment::NotAffected,
        "fixedin" => Assessment::Fixed,
        "underinvestigationfor" => Assessment::UnderInvestigation,
        _ => Assessment::None,
    }
}

fn justification(word: &str) -> Option<vex::Justification> {
    use vex::Justification::{
        ComponentNotPresent, InlineMitigationsAlreadyExist,
        VulnerableCodeCannotBeControlledByAdversary, VulnerableCodeNotInExecutePath,
        VulnerableCodeNotPresent,
    };

    Some(match local(word) {
        "componentNotPresent" => ComponentNotPresent,
        "vulnerableCodeNotPresent" => VulnerableCodeNotPresent,
        "vulnerableCodeNotInExecutePath" => VulnerableCodeNotInExecutePath,
        "vulnerableCodeCannotBeControlledByAdversary" => {
            VulnerableCodeCannotBeControlledByAdversary
        }
        "inlineMitigationsAlreadyExist" => InlineMitigationsAlreadyExist,
        _ => return None,
    })
}

/// SPDX 3.0.1, `Core/RelationshipType`. SPDX 3 has no words for inverses.
fn relationship_kind(word: &str) -> RelationshipKind {
    match word {
        "describes" => RelationshipKind::Describes,
        "contains" => RelationshipKind::Contains,
        "dependson"
        | "hasstaticlink"
        | "hasdynamiclink"
        | "hasprerequisite"
        | "hasprovideddependency"
        | "hasoptionaldependency" => RelationshipKind::DependsOn,
        _ => RelationshipKind::Other,
    }
}

/// A word of SPDX 3 as `dependson`: some writers spell `dependsOn` as `DEPENDS_ON`.
fn folded(word: &str) -> String {
    local(word)
        .chars()
        .filter(|letter| *letter != '_')
        .collect::<String>()
        .to_ascii_lowercase()
}

/// The last step of an address.
pub(super) fn local(address: &str) -> &str {
    address.rsplit(['/', '#']).next().unwrap_or_default()
}

impl<'de: 'a, 'a> Deserialize<'de> for Graph<'a> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(GraphVisitor)
    }
}

struct GraphVisitor;

impl<'de> Visitor<'de> for GraphVisitor {
    type Value = Graph<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of elements")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Graph<'de>, A::Error> {
        let mut graph = Graph::default();
        while let Some(element) = list.next_element()? {
            graph.push(element);
            if graph.components.len() > limits::COMPONENTS_MAX {
                return Err(too_many("packages", limits::COMPONENTS_MAX));
            }
            if graph.relationships.len() > limits::RELATIONSHIPS_MAX {
                return Err(too_many("relationships", limits::RELATIONSHIPS_MAX));
            }
        }
        graph.take_inline();
        Ok(graph)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Graph<'de>, A::Error> {
        let element = Element::deserialize(MapAccessDeserializer::new(object))?;
        let mut graph = Graph::default();
        graph.notes.at(
            || Place::Pointer("/@graph".to_owned()),
            "a list was expected; read as a list of one",
        );
        graph.take(element, "/@graph");
        graph.take_inline();
        Ok(graph)
    }

    fn visit_unit<E: Error>(self) -> Result<Graph<'de>, E> {
        Ok(Graph::default())
    }
}

/// A word of `software_sbomType`; [`Phase::Other`] where SPDX has no such word.
fn phase(word: &str) -> Phase {
    match word {
        "design" => Phase::Design,
        "source" => Phase::Source,
        "build" => Phase::Build,
        "analyzed" => Phase::Built,
        "deployed" | "runtime" => Phase::Operations,
        _ => Phase::Other,
    }
}
