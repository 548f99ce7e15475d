//! What stands in fields, and what was typed onto pages. Source: ISO 32000-1:2008, §12.5.6.6
//! and §12.7; of XFA the packet of data alone.

use std::collections::{BTreeMap, BTreeSet};

use crate::pdf::content::apply;
use crate::pdf::encoding::text_string;
use crate::pdf::file::File;
use crate::pdf::object::{Dict, Object};
use crate::pdf::page::Found;
use crate::pdf::{Piece, Source};
use crate::{Notes, Place, limits, xml};

/// A field while its descendants are looked at.
#[derive(Clone, Default)]
struct Node {
    name: String,
    kind: Option<Vec<u8>>,
    value: Option<Object>,
    depth: usize,
}

/// Whether the buttons of one field have states of their own.
#[derive(Clone, Copy)]
enum Buttons {
    Apart,
    Alike,
}

/// The mark of a box that is ticked, and of one that is not.
const TICKED: &str = "☒";
const UNTICKED: &str = "☐";

/// Names of fields are cut: they have a dozen letters.
const NAME_BYTES_MAX: usize = 200;

/// Puts what stands in fields onto the pages, and gives back the data of an XFA form.
pub(super) fn fill(
    file: &File<'_>,
    pages: &mut [Found],
    notes: &mut Notes,
) -> Vec<(String, String)> {
    typed(file, pages);
    let Some(form) = file.member(&file.root, "AcroForm").dict() else {
        return Vec::new();
    };
    let mut homes: BTreeMap<u32, usize> = BTreeMap::new();
    for (at, page) in pages.iter().enumerate() {
        for kid in references(file, file.member(&page.dict, "Annots")) {
            homes.insert(kid, at);
        }
    }
    let by_object: BTreeMap<u32, usize> =
        pages.iter().enumerate().map(|(at, page)| (page.object, at)).collect();
    let mut filler = Filler { file, pages, homes, by_object, seen: BTreeSet::new() };
    let mut open: Vec<(u32, Node)> = references(file, file.member(form, "Fields"))
        .into_iter()
        .rev()
        .map(|number| (number, Node::default()))
        .collect();
    while let Some((number, node)) = open.pop() {
        open.extend(filler.visit(number, node));
    }
    data(file, form, notes)
}

fn references(file: &File<'_>, list: &Object) -> Vec<u32> {
    let array = file.resolve(list).array().unwrap_or_default();
    let reference = |it: &Object| match it {
        Object::Reference(number) => Some(*number),
        _ => None,
    };
    array.iter().filter_map(reference).take(limits::PDF_OBJECTS_MAX).collect()
}

struct Filler<'f, 'b> {
    file: &'f File<'b>,
    pages: &'f mut [Found],
    /// The pages on which annotations stand.
    homes: BTreeMap<u32, usize>,
    by_object: BTreeMap<u32, usize>,
    seen: BTreeSet<u32>,
}

impl Filler<'_, '_> {
    /// Reads a field, and gives back its kids that are to be looked at.
    fn visit(&mut self, number: u32, above: Node) -> Vec<(u32, Node)> {
        if !self.seen.insert(number) || above.depth > limits::PDF_DEPTH_MAX {
            return Vec::new();
        }
        let file = self.file;
        let Some(dict) = file.get(number).and_then(Object::dict) else {
            return Vec::new();
        };
        let node = below(file, dict, above);
        let kids = references(file, file.member(dict, "Kids"));
        let has_names = |kid: &u32| {
            let kid = file.get(*kid).and_then(Object::dict);
            kid.is_some_and(|kid| kid.contains_key(b"T".as_slice()))
        };
        if kids.iter().any(has_names) {
            return kids.into_iter().rev().map(|kid| (kid, node.clone())).collect();
        }
        let widgets = if kids.is_empty() { vec![number] } else { kids };
        self.widgets(&node, &widgets);
        Vec::new()
    }

    fn widgets(&mut self, node: &Node, widgets: &[u32]) {
        let file = self.file;
        let states: BTreeSet<Vec<u8>> =
            widgets.iter().filter_map(|number| on_state(file, *number)).collect();
        // Buttons of one field with names of their own say what they stand for; a box of
        // its own only says that it is ticked.
        let told = match widgets.len() > 1 && states.len() == widgets.len() {
            true => Buttons::Apart,
            false => Buttons::Alike,
        };
        for number in widgets {
            let Some(dict) = file.get(*number).and_then(Object::dict) else { continue };
            let text = match node.kind.as_deref() {
                Some(b"Btn") => button(file, dict, node, told),
                _ => node.value.as_ref().map_or_else(String::new, |it| value(file, it)),
            };
            let home = self.homes.get(number).copied().or_else(|| {
                let Some(Object::Reference(page)) = dict.get(b"P".as_slice()) else {
                    return None;
                };
                self.by_object.get(page).copied()
            });
            let Some(page) = home.and_then(|at| self.pages.get_mut(at)) else { continue };
            let source = Source::Field(node.name.clone());
            put(file, page, dict, &text, source);
        }
    }
}

/// What a field has, and what it has from those above it.
fn below(file: &File<'_>, dict: &Dict, above: Node) -> Node {
    let own = match file.member(dict, "T") {
        Object::Text(name) => text_string(name),
        _ => String::new(),
    };
    let mut name = match (above.name.is_empty(), own.is_empty()) {
        (true, _) => own,
        (_, true) => above.name,
        _ => format!("{}.{own}", above.name),
    };
    while name.len() > NAME_BYTES_MAX {
        name.pop();
    }
    let kind = file.member(dict, "FT").name().map(<[u8]>::to_vec).or(above.kind);
    let value = match file.member(dict, "V") {
        Object::Null => above.value,
        own => Some(own.clone()),
    };
    Node { name, kind, value, depth: above.depth + 1 }
}

/// The name of the state in which a button is on.
fn on_state(file: &File<'_>, number: u32) -> Option<Vec<u8>> {
    let dict = file.get(number)?.dict()?;
    let normal = file.member(file.member(dict, "AP").dict()?, "N").dict()?;
    normal.keys().find(|name| name.as_slice() != b"Off").cloned()
}

fn button(file: &File<'_>, dict: &Dict, node: &Node, told: Buttons) -> String {
    let own = file.member(dict, "AS").name();
    let value = node.value.as_ref().and_then(|it| file.resolve(it).name());
    let Some(state) = own.or(value) else { return String::new() };
    match (state, told) {
        (b"Off", Buttons::Apart) => String::new(),
        (b"Off", Buttons::Alike) => UNTICKED.to_owned(),
        (state, Buttons::Apart) => {
            let text = text_string(state);
            // A number or a code is no answer: the box is ticked, and what it stands for is
            // printed beside it.
            let is_code = text.chars().all(|c| c.is_ascii_digit());
            if is_code { TICKED.to_owned() } else { text }
        }
        _ => TICKED.to_owned(),
    }
}

fn value(file: &File<'_>, object: &Object) -> String {
    match file.resolve(object) {
        Object::Text(text) => text_string(text),
        Object::Name(name) => text_string(name),
        Object::Array(array) => {
            let parts = array.iter().take(100).map(|it| match file.resolve(it) {
                Object::Text(text) => text_string(text),
                _ => String::new(),
            });
            parts.collect::<Vec<_>>().join(", ")
        }
        stream @ Object::Stream(..) => {
            file.unpack(stream).map_or_else(|_| String::new(), |text| text_string(&text))
        }
        _ => String::new(),
    }
}

/// Puts a text where its annotation stands.
fn put(file: &File<'_>, page: &mut Found, dict: &Dict, text: &str, source: Source) {
    let corners = file.member(dict, "Rect").array().unwrap_or_default();
    let corner = |at: usize| {
        corners.get(at).and_then(|it| file.resolve(it).number()).unwrap_or_default()
    };
    let text = text.trim();
    if text.is_empty() || text.len() > limits::FIELD_CHARACTERS_MAX {
        return;
    }
    let first = apply(page.view, (corner(0), corner(1)));
    let second = apply(page.view, (corner(2), corner(3)));
    let (left, right) = (first.0.min(second.0), first.0.max(second.0));
    let (top, bottom) = (first.1.min(second.1), first.1.max(second.1));
    let height = bottom - top;
    // A field of one line is written in its middle, a higher one from its top.
    let line = if height <= 24.0 { f64::midpoint(top, bottom) + 3.0 } else { top + 11.0 };
    let width = (crate::pdf::encoding::usual_width(text) / 100.0).min(right - left);
    if [left, right, line].iter().all(|it| it.is_finite()) {
        page.pieces.push(Piece {
            text: text.to_owned(),
            left: left + 2.0,
            right: left + 2.0 + width.max(1.0),
            line,
            size: 10.0,
            source,
        });
    }
}

/// Text that somebody typed onto a page.
fn typed(file: &File<'_>, pages: &mut [Found]) {
    for page in pages {
        for number in references(file, file.member(&page.dict, "Annots")) {
            let Some(dict) = file.get(number).and_then(Object::dict) else { continue };
            if file.member(dict, "Subtype").name() != Some(b"FreeText") {
                continue;
            }
            if let Object::Text(text) = file.member(dict, "Contents") {
                let text = text_string(text);
                put(file, page, dict, &text, Source::Typed);
            }
        }
    }
}

/// The data of an XFA form: leaves of its packet, by their names.
fn data(file: &File<'_>, form: &Dict, notes: &mut Notes) -> Vec<(String, String)> {
    let packet = match file.member(form, "XFA") {
        Object::Array(parts) => parts.chunks(2).find_map(|pair| match pair {
            [Object::Text(name), stream] if name == b"datasets" => {
                Some(file.resolve(stream))
            }
            _ => None,
        }),
        stream @ Object::Stream(..) => Some(stream),
        _ => None,
    };
    let Some(Ok(bytes)) = packet.map(|packet| file.unpack(packet)) else {
        return Vec::new();
    };
    let text = String::from_utf8_lossy(&bytes);
    let mut found = Vec::new();
    match xml::parse(&text) {
        Ok(document) => {
            for node in document.descendants().filter(roxmltree::Node::is_element) {
                let has_kids = node.children().any(|kid| kid.is_element());
                let text = node.text().unwrap_or_default().trim();
                if !has_kids && !text.is_empty() && found.len() < 50_000 {
                    found.push((node.tag_name().name().to_owned(), text.to_owned()));
                }
            }
        }
        Err(why) => {
            let message =
                format!("the data of the XFA form cannot be read: {}", why.message);
            notes.at(|| Place::Document, message);
        }
    }
    found
}
