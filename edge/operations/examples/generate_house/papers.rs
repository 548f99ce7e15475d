//! What makers deliver: SBOMs, and statements about vulnerabilities in them.

use sbom::Bom;
use serde_json::{Value, json};

use crate::Fault;
use crate::world::{World, chance};

/// Components of an SBOM: from as many to twice as many.
const COMPONENTS: usize = 60;
/// Every how many components one is drawn; the others are invented, and nothing is known of
/// them.
const DRAWN: usize = 8;

/// A component to draw from.
struct Part {
    name: String,
    version: String,
    purl: String,
}

impl Part {
    fn invented(number: usize) -> Self {
        let (name, version) = (format!("invented-{number}"), format!("{}.2", number % 9));
        let purl = format!("pkg:generic/{name}@{version}");
        Self { name, version, purl }
    }

    fn listed(&self) -> Value {
        json!({
            "type": "library",
            "bom-ref": self.purl,
            "name": self.name,
            "version": self.version,
            "purl": self.purl,
        })
    }
}

/// The components to draw from.
pub(crate) struct Parts(Vec<Part>);

impl Parts {
    pub(crate) fn read(path: &std::path::Path) -> Result<Self, Fault> {
        let bom: Bom = sbom::parse(&std::fs::read(path)?)?.value;
        let parts: Vec<Part> = bom
            .components
            .into_iter()
            .filter_map(|one| {
                let (version, purl) = (one.version?, one.purl?);
                Some(Part { name: one.name, version, purl })
            })
            .collect();
        match parts.is_empty() {
            true => Err(format!("{} lists no package", path.display()).into()),
            false => Ok(Self(parts)),
        }
    }

    /// The SBOM of a number, as CycloneDX; `None` where there is no such product.
    pub(crate) fn bill(&self, world: &World, number: usize) -> Option<Vec<u8>> {
        let (product, release) = world.of_bill(number)?;
        let count = COMPONENTS + chance(&[number]) % COMPONENTS;
        // Neighbouring releases share most of what is in them.
        let first = chance(&[number % world.products.len()]) + release;
        let components: Vec<Value> = (0..count)
            .filter_map(|at| match at.is_multiple_of(DRAWN) {
                true => self.0.get((first + at * 11) % self.0.len()).map(Part::listed),
                false => Some(Part::invented(first % 500 + at).listed()),
            })
            .collect();
        let document = json!({
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": {
                "timestamp": crate::now().to_string(),
                "supplier": { "name": product.maker },
                "component": {
                    "type": "device",
                    "manufacturer": { "name": product.maker },
                    "name": product.model,
                    "version": world.release(product, release),
                },
            },
            "components": components,
        });
        serde_json::to_vec(&document).ok()
    }
}

/// What a maker states of one component, as OpenVEX.
pub(crate) fn vex(
    number: usize,
    vulnerability: &str,
    component: &str,
) -> Option<Vec<u8>> {
    let document = json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": format!("https://maker.example/vex/{number}"),
        "author": "Invented Medical",
        "timestamp": crate::now().to_string(),
        "version": 1,
        "statements": [{
            "vulnerability": { "name": vulnerability },
            "products": [{ "@id": component }],
            "status": "not_affected",
            "justification": "vulnerable_code_not_in_execute_path",
        }],
    });
    serde_json::to_vec(&document).ok()
}
