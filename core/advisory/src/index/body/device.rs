//! The parts of a body that speak of products of makers, and statements.

use terms::vex;

use super::super::octets::{Cut, Items, Out};
use super::{place, status, write_place, write_status};
use crate::{
    Impact, Note, Product, ProductBranch, ProductStatus, Remediation, RemediationKind,
    Statement, StatementProduct,
};

pub(super) fn write_product(out: &mut Out, product: &Product) {
    out.text(&product.id);
    out.text(&product.name);
    out.list(&product.branches, |out, branch| {
        out.text(&branch.category);
        out.text(&branch.name);
    });
    out.texts(&product.purls);
    out.texts(&product.cpes);
    out.texts(&product.models);
    match &product.relationship {
        None => out.byte(0),
        Some((category, component, platform)) => {
            out.byte(1);
            out.text(category);
            out.text(component);
            out.text(platform);
        }
    }
    out.list(&product.statuses, write_product_status);
    write_place(out, &product.place);
}

pub(crate) fn product(mut cut: Cut<'_>) -> Product {
    Product {
        id: cut.text().to_owned(),
        name: cut.text().to_owned(),
        branches: cut.list().map(branch).collect(),
        purls: cut.texts().owned(),
        cpes: cut.texts().owned(),
        models: cut.texts().owned(),
        relationship: (cut.byte() == 1).then(|| {
            (cut.text().to_owned(), cut.text().to_owned(), cut.text().to_owned())
        }),
        statuses: cut.list().map(product_status).collect(),
        place: place(&mut cut),
    }
}

fn branch(mut cut: Cut<'_>) -> ProductBranch {
    ProductBranch { category: cut.text().to_owned(), name: cut.text().to_owned() }
}

fn write_product_status(out: &mut Out, said: &ProductStatus) {
    out.size(said.vulnerability);
    write_status(out, Some(said.status));
    out.text(&said.group);
    write_justification(out, said.justification);
}

pub(crate) fn product_status(mut cut: Cut<'_>) -> ProductStatus {
    ProductStatus {
        vulnerability: cut.size(),
        status: said(&mut cut),
        group: cut.text().to_owned(),
        justification: justification(&mut cut),
    }
}

/// A status that must be there. Anything else is damage, and reads as nobody knows.
fn said(cut: &mut Cut<'_>) -> vex::Status {
    status(cut).unwrap_or_else(|| {
        cut.spoil();
        vex::Status::UnderInvestigation
    })
}

fn write_justification(out: &mut Out, justification: Option<vex::Justification>) {
    out.byte(justification.map_or(u8::MAX, |justification| justification as u8));
}

fn justification(cut: &mut Cut<'_>) -> Option<vex::Justification> {
    match cut.byte() {
        0 => Some(vex::Justification::ComponentNotPresent),
        1 => Some(vex::Justification::VulnerableCodeNotPresent),
        2 => Some(vex::Justification::VulnerableCodeNotInExecutePath),
        3 => Some(vex::Justification::VulnerableCodeCannotBeControlledByAdversary),
        4 => Some(vex::Justification::InlineMitigationsAlreadyExist),
        _ => None,
    }
}

pub(super) fn write_remediation(out: &mut Out, remediation: &Remediation) {
    out.byte(remediation.kind as u8);
    out.text(&remediation.text);
    out.text(&remediation.url);
    write_positions(out, &remediation.products);
    write_position(out, remediation.vulnerability);
}

pub(crate) fn remediation(mut cut: Cut<'_>) -> Remediation {
    Remediation {
        kind: kind(&mut cut),
        text: cut.text().to_owned(),
        url: cut.text().to_owned(),
        products: (0..cut.count()).map(|_| cut.size()).collect(),
        vulnerability: position(&mut cut),
    }
}

fn kind(cut: &mut Cut<'_>) -> RemediationKind {
    match cut.byte() {
        0 => RemediationKind::VendorFix,
        1 => RemediationKind::Mitigation,
        2 => RemediationKind::Workaround,
        3 => RemediationKind::NoFixPlanned,
        4 => RemediationKind::NoneAvailable,
        5 => RemediationKind::FixPlanned,
        6 => RemediationKind::OptionalPatch,
        _ => {
            cut.spoil();
            RemediationKind::NoneAvailable
        }
    }
}

fn write_positions(out: &mut Out, positions: &[usize]) {
    out.size(positions.len());
    for position in positions {
        out.size(*position);
    }
}

pub(super) fn write_impact(out: &mut Out, impact: &Impact) {
    out.size(impact.vulnerability);
    write_positions(out, &impact.products);
    out.text(&impact.text);
}

pub(crate) fn impact(mut cut: Cut<'_>) -> Impact {
    Impact {
        vulnerability: cut.size(),
        products: (0..cut.count()).map(|_| cut.size()).collect(),
        text: cut.text().to_owned(),
    }
}

/// A position or none, as a number one higher.
fn write_position(out: &mut Out, position: Option<usize>) {
    out.size(position.map_or(0, |position| position.saturating_add(1)));
}

fn position(cut: &mut Cut<'_>) -> Option<usize> {
    cut.size().checked_sub(1)
}

pub(super) fn write_note(out: &mut Out, note: &Note) {
    write_position(out, note.vulnerability);
    out.text(&note.category);
    out.text(&note.title);
    out.text(&note.text);
}

pub(super) fn note(mut cut: Cut<'_>) -> Note {
    Note {
        vulnerability: position(&mut cut),
        category: cut.text().to_owned(),
        title: cut.text().to_owned(),
        text: cut.text().to_owned(),
    }
}

pub(super) fn write_statement(out: &mut Out, statement: &Statement) {
    out.size(statement.vulnerability);
    write_status(out, Some(statement.status));
    write_justification(out, statement.justification);
    out.text(&statement.timestamp);
    out.text(&statement.impact);
    out.text(&statement.action);
    out.list(&statement.products, |out, product| {
        out.texts(&product.identifiers);
        out.texts(&product.subcomponents);
        out.texts(&product.versions);
    });
    write_place(out, &statement.place);
}

pub(crate) fn statement(mut cut: Cut<'_>) -> Statement {
    Statement {
        vulnerability: cut.size(),
        status: said(&mut cut),
        justification: justification(&mut cut),
        timestamp: cut.text().to_owned(),
        impact: cut.text().to_owned(),
        action: cut.text().to_owned(),
        products: cut.list().map(statement_product).collect(),
        place: place(&mut cut),
    }
}

/// As much of a statement as is needed to find it.
pub(crate) struct StatementRef<'a> {
    pub(crate) vulnerability: usize,
    products: Items<'a>,
}

impl<'a> StatementRef<'a> {
    pub(crate) fn read(mut cut: Cut<'a>) -> Self {
        let vulnerability = cut.size();
        // Status and justification, then time, impact and action.
        cut.raw(2);
        cut.octets();
        cut.octets();
        cut.octets();
        Self { vulnerability, products: cut.items() }
    }

    /// The names of its products, as written; those of components inside are left out.
    pub(crate) fn identifiers(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.products.flat_map(|mut product| product.texts())
    }
}

fn statement_product(mut cut: Cut<'_>) -> StatementProduct {
    StatementProduct {
        identifiers: cut.texts().owned(),
        subcomponents: cut.texts().owned(),
        versions: cut.texts().owned(),
    }
}
