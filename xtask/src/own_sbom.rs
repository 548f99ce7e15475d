//! The bill of materials of our own build, and its scan by our own program.

use std::fmt::Write as _;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::check::{program, shared_or_left_out};
use crate::step::{End, end_of, output};
use crate::{root, target};

/// One package of the build.
struct Package {
    id: String,
    name: String,
    version: String,
    licence: Option<String>,
    repository: Option<String>,
    depends_on: Vec<String>,
}

/// Prints the bill of materials to stdout.
pub(crate) fn print(format: &str) -> Result<bool> {
    println!("{}", text(format)?);
    Ok(true)
}

/// The bill of materials of the program, without what only tests use.
pub(crate) fn text(format: &str) -> Result<String> {
    let packages = packages()?;
    let document = match format {
        "cyclonedx" => cyclonedx(&packages),
        "spdx" => spdx(&packages),
        _ => bail!("`{format}` is neither `cyclonedx` nor `spdx`"),
    };
    Ok(serde_json::to_string_pretty(&document)?)
}

/// Scans our own parts against the RustSec records, with our own program. What touches nothing of
/// ours is said in `xtask/own.openvex.json`, each with why.
pub(crate) fn scan() -> Result<End> {
    let shared = match shared_or_left_out() {
        Ok(shared) => shared,
        Err(left_out) => return Ok(left_out),
    };
    let bom = target().join("own.cdx.json");
    std::fs::write(&bom, text("cyclonedx")?)?;
    let index = target().join("rustsec.index");
    output(
        Command::new(program())
            .args(["feed", "build", "--no-cache", "--index"])
            .arg(&index)
            .arg(shared.join("corpus/osv/crates.io.tar.zst")),
    )?;
    let accepted = root().join("xtask/own.openvex.json");
    end_of(
        Command::new(program())
            .args(["scan", "--index"])
            .arg(&index)
            .arg("--vex")
            .arg(&accepted)
            .arg(&bom),
    )
}

/// The packages that `lazaret` is built from, by Cargo's own resolution.
fn packages() -> Result<Vec<Package>> {
    let metadata = output(
        Command::new(
            std::env::var_os("CARGO").context("run this through `cargo xtask`")?,
        )
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(["--features", "lazaret/pdf"])
        .current_dir(root()),
    )?;
    let metadata: Value = serde_json::from_slice(&metadata)?;
    let nodes = list(&metadata, "/resolve/nodes");
    let mut reached = Vec::new();
    let mut waiting: Vec<String> = list(&metadata, "/packages")
        .iter()
        .filter(|package| text_of(package, "name") == "lazaret")
        .map(|package| text_of(package, "id"))
        .collect();
    while let Some(id) = waiting.pop() {
        if reached.contains(&id) {
            continue;
        }
        if let Some(node) = nodes.iter().find(|node| text_of(node, "id") == id) {
            waiting.extend(shipped(node));
        }
        reached.push(id);
    }
    reached.sort();
    reached.iter().map(|id| package(&metadata, nodes, id)).collect()
}

fn package(metadata: &Value, nodes: &[Value], id: &str) -> Result<Package> {
    let found = list(metadata, "/packages")
        .iter()
        .find(|package| text_of(package, "id") == id)
        .with_context(|| format!("cargo metadata does not describe {id}"))?;
    let node = nodes.iter().find(|node| text_of(node, "id") == id);
    Ok(Package {
        id: id.to_owned(),
        name: text_of(found, "name"),
        version: text_of(found, "version"),
        licence: found["license"].as_str().map(|licence| licence.replace('/', " OR ")),
        repository: found["repository"].as_str().map(str::to_owned),
        depends_on: node.map(shipped).unwrap_or_default(),
    })
}

/// Dependencies that are compiled in, or run at build time; not those of tests.
fn shipped(node: &Value) -> Vec<String> {
    list(node, "/deps")
        .iter()
        .filter(|dependency| {
            list(dependency, "/dep_kinds").iter().any(|kind| kind["kind"] != "dev")
        })
        .map(|dependency| text_of(dependency, "pkg"))
        .collect()
}

/// When the sources were committed, so that one commit gives one document.
fn committed() -> Result<String> {
    let time = output(
        Command::new("git")
            .args(["log", "-1", "--format=%cd", "--date=format-local:%Y-%m-%dT%H:%M:%SZ"])
            .env("TZ", "UTC")
            .current_dir(root()),
    )?;
    Ok(String::from_utf8(time)?.trim().to_owned())
}

fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text_of(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_default().to_owned()
}

fn purl(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version.replace('+', "%2B"))
}

fn cyclonedx(packages: &[Package]) -> Value {
    let is_program = |package: &&Package| package.name == "lazaret";
    let component = |package: &Package, kind: &str| {
        let mut component = json!({
            "type": kind,
            "bom-ref": package.id,
            "name": package.name,
            "version": package.version,
            "purl": purl(package),
        });
        if let (Some(licence), Some(members)) =
            (&package.licence, component.as_object_mut())
        {
            members.insert("licenses".into(), json!([{ "expression": licence }]));
        }
        component
    };
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": packages.iter().find(is_program).map(|it| component(it, "application")),
        },
        "components": packages
            .iter()
            .filter(|package| !is_program(package))
            .map(|package| component(package, "library"))
            .collect::<Vec<_>>(),
        "dependencies": packages
            .iter()
            .map(|package| json!({ "ref": package.id, "dependsOn": package.depends_on }))
            .collect::<Vec<_>>(),
    })
}

fn spdx(packages: &[Package]) -> Value {
    let reference = |id: &str| {
        id.bytes().fold("SPDXRef-".to_owned(), |mut reference, byte| {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' => {
                    reference.push(byte.into())
                }
                _ => {
                    let _ = write!(reference, "-{byte:02x}");
                }
            }
            reference
        })
    };
    let subject = packages.iter().find(|package| package.name == "lazaret");
    let describes = subject.map(|package| {
        json!({
            "spdxElementId": "SPDXRef-DOCUMENT",
            "relationshipType": "DESCRIBES",
            "relatedSpdxElement": reference(&package.id),
        })
    });
    let depends = packages.iter().flat_map(|package| {
        package.depends_on.iter().map(|other| {
            json!({
                "spdxElementId": reference(&package.id),
                "relationshipType": "DEPENDS_ON",
                "relatedSpdxElement": reference(other),
            })
        })
    });
    json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "lazaret",
        "documentNamespace": "https://lazaret.example/spdx/lazaret",
        "creationInfo": {
            "created": committed().unwrap_or_else(|_| "1970-01-01T00:00:00Z".to_owned()),
            "creators": ["Organization: Lazaret"],
        },
        "packages": packages.iter().map(|package| json!({
            "SPDXID": reference(&package.id),
            "name": package.name,
            "versionInfo": package.version,
            "supplier": "NOASSERTION",
            "downloadLocation": package.repository.as_deref()
                .filter(|place| place.starts_with("https://") && !place.contains(' '))
                .unwrap_or("NOASSERTION"),
            "filesAnalyzed": false,
            "licenseDeclared": package.licence.as_deref().unwrap_or("NOASSERTION"),
            "externalRefs": [{
                "referenceCategory": "PACKAGE-MANAGER",
                "referenceType": "purl",
                "referenceLocator": purl(package),
            }],
        })).collect::<Vec<_>>(),
        "relationships": describes.into_iter().chain(depends).collect::<Vec<_>>(),
    })
}
