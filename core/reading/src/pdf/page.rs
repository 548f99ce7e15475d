//! The pages of a document, in their order. Source: ISO 32000-1:2008, §7.7.3.

use std::collections::BTreeSet;

use crate::pdf::content::{Matrix, Work, Writer, then};
use crate::pdf::file::{File, is_type};
use crate::pdf::object::{Dict, Object};
use crate::pdf::refused;
use crate::pdf::{Page, Piece, Rule};
use crate::{Notes, Place, Rejected, limits};

/// A page that was found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) number: usize,
    /// The number of its object.
    pub(super) object: u32,
    pub(super) dict: Dict,
    /// From its own space to points from the left and from the top.
    pub(super) view: Matrix,
    pub(super) pieces: Vec<Piece>,
    pub(super) rules: Vec<Rule>,
    pub(super) pictures: usize,
}

impl Found {
    /// The page, its pieces from the top down.
    pub(super) fn finish(mut self) -> Page {
        self.pieces
            .sort_by(|a, b| a.line.total_cmp(&b.line).then(a.left.total_cmp(&b.left)));
        self.rules.sort_by(|a, b| a.line.total_cmp(&b.line));
        Page {
            number: self.number,
            pieces: self.pieces,
            rules: self.rules,
            pictures: self.pictures,
        }
    }
}

/// What a page has from the nodes above it.
#[derive(Clone, Default)]
struct Inherited {
    resources: Option<Object>,
    bounds: Option<Object>,
    turn: Option<Object>,
}

/// Reads all pages.
pub(super) fn all(file: &File<'_>, notes: &mut Notes) -> Result<Vec<Found>, Rejected> {
    let mut found = Vec::new();
    walk(file, &mut found);
    if found.is_empty() {
        // The tree is broken: whatever says that it is a page.
        for (number, object) in file.all() {
            if let Some(dict) = object.dict()
                && is_type(dict, b"Page")
                && found.len() < limits::PDF_PAGES_MAX
            {
                found.push((number, dict.clone(), Inherited::default()));
            }
        }
    }
    if found.is_empty() {
        return Err(refused(
            "the PDF is damaged: it has no page",
            "deliver it again, whole; or open it and print it into a new PDF",
        ));
    }
    if found.len() >= limits::PDF_PAGES_MAX {
        let message =
            format!("pages behind the first {} are not read", limits::PDF_PAGES_MAX);
        notes.at(|| Place::Document, message);
    }
    let mut work = Work::new();
    let mut pages = Vec::new();
    for (at, (object, dict, inherited)) in found.into_iter().enumerate() {
        pages.push(read(file, (at + 1, object), dict, &inherited, &mut work));
    }
    if work.is_spent() {
        notes.at(
            || Place::Document,
            "the pages write more than is read: the rest is left out",
        );
    }
    if work.unread > 0 {
        let message = format!(
            "{} letters are of fonts that do not say what they mean, and are shown as \u{FFFD}",
            work.unread
        );
        notes.at(|| Place::Document, message);
    }
    Ok(pages)
}

/// Goes through the tree of pages, each node once.
fn walk(file: &File<'_>, found: &mut Vec<(u32, Dict, Inherited)>) {
    let Some(Object::Reference(root)) = file.root.get(b"Pages".as_slice()) else {
        return;
    };
    let mut seen = BTreeSet::new();
    let mut open = vec![(*root, Inherited::default())];
    while let Some((number, mut inherited)) = open.pop() {
        if !seen.insert(number) || found.len() >= limits::PDF_PAGES_MAX {
            continue;
        }
        let Some(dict) = file.get(number).and_then(Object::dict) else { continue };
        let own = |name: &[u8], usual: Option<Object>| dict.get(name).cloned().or(usual);
        inherited = Inherited {
            resources: own(b"Resources", inherited.resources),
            bounds: own(b"MediaBox", inherited.bounds),
            turn: own(b"Rotate", inherited.turn),
        };
        match file.member(dict, "Kids").array() {
            Some(kids) if !is_type(dict, b"Page") => {
                for kid in kids.iter().rev() {
                    if let Object::Reference(number) = kid {
                        open.push((*number, inherited.clone()));
                    }
                }
            }
            _ => found.push((number, dict.clone(), inherited)),
        }
    }
}

fn read(
    file: &File<'_>,
    (number, object): (usize, u32),
    dict: Dict,
    inherited: &Inherited,
    work: &mut Work,
) -> Found {
    let given = |name: &str, above: &Option<Object>| {
        let own = file.member(&dict, name).clone();
        match (own, above) {
            (Object::Null, Some(above)) => file.resolve(above).clone(),
            (own, _) => own,
        }
    };
    let resources = match given("Resources", &inherited.resources) {
        Object::Dict(dict) => dict,
        _ => Dict::new(),
    };
    let view = view(
        file,
        &given("MediaBox", &inherited.bounds),
        given("Rotate", &inherited.turn).number().unwrap_or_default(),
    );
    let bytes = content(file, &dict);
    let mut page = Found {
        number,
        object,
        dict,
        view,
        pieces: Vec::new(),
        rules: Vec::new(),
        pictures: 0,
    };
    let mut writer = Writer { file, work, page: &mut page };
    writer.write(&bytes, &resources, crate::pdf::content::IDENTITY, 0);
    page
}

/// The streams of a page, one behind the other.
fn content(file: &File<'_>, dict: &Dict) -> Vec<u8> {
    let contents = file.member(dict, "Contents");
    let parts = match contents {
        Object::Array(parts) => parts.as_slice(),
        other => std::slice::from_ref(other),
    };
    let mut bytes = Vec::new();
    for part in parts {
        if let Ok(more) = file.unpack(file.resolve(part)) {
            bytes.extend(more);
            bytes.push(b'\n');
        }
    }
    bytes
}

/// From the space of a page to points from the left and from the top of what is seen.
fn view(file: &File<'_>, bounds: &Object, turn: f64) -> Matrix {
    let mut corners = [0.0, 0.0, 612.0, 792.0];
    if let Some(array) = bounds.array()
        && array.len() >= 4
    {
        for (corner, given) in corners.iter_mut().zip(array) {
            *corner = file.resolve(given).number().unwrap_or(*corner);
        }
    }
    let [x0, y0, x1, y1] = corners;
    let (left, right) = (x0.min(x1), x0.max(x1));
    let (bottom, top) = (y0.min(y1), y0.max(y1));
    let (width, height) = (right - left, top - bottom);
    let upright = [1.0, 0.0, 0.0, -1.0, -left, top];
    let quarter = (turn / 90.0).round().rem_euclid(4.0);
    match quarter as u8 {
        1 => then(upright, [0.0, 1.0, -1.0, 0.0, height, 0.0]),
        2 => then(upright, [-1.0, 0.0, 0.0, -1.0, width, height]),
        3 => then(upright, [0.0, -1.0, 1.0, 0.0, 0.0, width]),
        _ => upright,
    }
}
