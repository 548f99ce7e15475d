//! SPDX 3 (JSON-LD), specification versions 3.0.0 and 3.0.1.
//!
//! Source: <https://spdx.github.io/spdx-spec/v3.0.1/> and its JSON-LD serialisation.
//!
//! The graph may stand in any order. Elements refer to each other by identifier; an element
//! that stands inside another is read where it stands and counts once. Components are the
//! elements of type `software_Package` and its subclasses. An object in which a member
//! stands twice refuses the document. Not read: files, snippets,
//! builds, extensions. Of the JSON-LD context the prefixes of identifiers are read, and no
//! terms that rename members.

mod element;
mod graph;
mod prefix;
mod resolve;

use reading::{Parsed, Rejected};

use crate::Bom;

/// Reads an SPDX 3 document.
///
/// # Errors
/// When `text` is not JSON, is no SPDX 3 document, or passes a limit.
pub fn parse(text: &str) -> Result<Parsed<Bom>, Rejected> {
    let document: element::Document<'_> = reading::json::from_str(text)?;
    let graph = match document.graph {
        Some(graph) => graph,
        // An element may stand alone, without a graph around it.
        None => graph::Graph::of_one(reading::json::from_str(text)?),
    };
    resolve::bom(graph, &document.context)
}

#[cfg(test)]
mod tests;
