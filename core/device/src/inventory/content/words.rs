//! Words by which a cell names a department, a kind of device or a version, in the languages
//! of the headings that are known.

use crate::inventory::field::heading_folded;

/// Beginnings of words that name departments and wards: English, German, French, Spanish,
/// Italian, Dutch. Short ones stand with a blank behind: they are the whole word.
#[rustfmt::skip]
pub(super) const DEPARTMENTS: &[&str] = &[
    "icu ", "nicu ", "micu ", "sicu ", "picu ", "ccu ", "pacu ", "ed ", "er ", "or ", "its ",
    "uci ", "intensi", "radiol", "röntgen", "rontgen", "cardiol", "kardiol", "emergen",
    "notauf", "urgenc", "spoed", "surg", "chirurg", "cirug", "oncol", "onkol", "neonat",
    "pediat", "pädiatr", "kinder", "pronto", "matern", "geburt", "obstet", "gynä", "gyne",
    "ward", "anesthe", "anaesthe", "anästh", "anesth", "rianim", "reanim", "dialy", "diali",
    "endosc", "endosk", "labor", "lab ", "pathol", "steriliz", "telemetr", "farmac",
    "pharma", "apothek", "apotheek", "klinik", "clinic", "neurol", "urol", "orthop",
    "ortop", "cath ", "biomed", "medizintechnik", "verpleeg", "reparto", "quirofan", "bloc ",
];

/// Beginnings of words that name kinds of devices, in the same languages.
#[rustfmt::skip]
pub(super) const DEVICES: &[&str] = &[
    "pump", "pompe", "pompa", "bomba", "perfus", "infus", "monitor", "überwach", "uberwach",
    "ventilat", "beatmung", "respirat", "defib", "désfib", "desfib", "ultraso", "ultrasch",
    "echogr", "ecogr", "ecograf", "ekg", "ecg ", "electrocard", "elektrokard", "scanner", "tomogr",
    "x-ray", "xray", "röntgen", "mri ", "ct ", "oxime", "incubat", "inkubat", "couveuse",
    "dialys", "anesthe", "anästhes", "analyzer", "analyser", "analysator", "analizador",
    "centrifug", "zentrifug", "steriliz", "sterilis", "autoclav", "endoscop", "endoskop",
    "telemetr", "workstation", "server", "gateway", "printer", "dispens", "electrosurg",
    "esu", "laser", "lamp", "bed ", "bett", "scale", "waage", "thermomet", "glucom",
    "pacemaker", "programmer", "injector", "microscop", "mikroskop", "viewer", "software",
];

/// Whether a word of the cell begins as one of the list.
pub(super) fn names_one(cell: &str, list: &[&str]) -> bool {
    let lower = cell.to_lowercase();
    cell.len() <= 200
        && lower.split(|c: char| !c.is_alphanumeric()).any(|word| {
            list.iter().any(|wanted| match wanted.strip_suffix(' ') {
                Some(whole) => word == whole,
                None => word.starts_with(wanted),
            })
        })
}

/// Whether a cell is, or begins with, a word that stands before a version or behind it.
pub(super) fn is_of_versions(cell: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: [&str; 13] = [
        "v", "ver", "version", "rev", "revision", "release", "build", "update", "patch",
        "firmware", "software", "fw", "sw",
    ];
    let first = cell.split_whitespace().next().unwrap_or_default();
    WORDS.contains(&heading_folded(first).as_str())
}
