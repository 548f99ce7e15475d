//! The product tree: leaves, full product names, relationships, groups.

use std::collections::BTreeMap;

use reading::Place;

use super::Notes;
use super::wire;
use crate::record::{Product, ProductBranch};

/// The products in the order of the document, and the way from ids to them.
pub(super) struct Tree {
    pub(super) products: Vec<Product>,
    pub(super) index: Index,
}

/// From product ids and group ids to positions in the list of products.
#[derive(Default)]
pub(super) struct Index {
    products: BTreeMap<String, usize>,
    groups: BTreeMap<String, Vec<usize>>,
}

impl Index {
    /// The position of the product with that id.
    pub(super) fn product(&self, id: &str) -> Option<usize> {
        self.products.get(id).copied()
    }

    /// The positions that a list of product ids and group ids names, each once, in order. The id
    /// of a group among those of products means its members, and is noted.
    pub(super) fn resolve(
        &self,
        products: &wire::List<wire::Text<'_>>,
        groups: &wire::List<wire::Text<'_>>,
        pointer: &str,
        notes: &mut Notes,
    ) -> Vec<usize> {
        let mut positions = Vec::with_capacity(products.len());
        for id in products.iter() {
            match (self.product(id.as_str()), self.groups.get(id.as_str())) {
                (Some(position), _) => positions.push(position),
                (None, Some(members)) => {
                    positions.extend(members);
                    let message = format!(
                        "the group `{}` stands among products, and is read as its members",
                        id.as_str()
                    );
                    notes.push(pointer.to_owned(), message);
                }
                (None, None) => notes.push(pointer.to_owned(), missing("product", id)),
            }
        }
        for id in groups.iter() {
            match self.groups.get(id.as_str()) {
                Some(members) => positions.extend(members),
                None => notes.push(pointer.to_owned(), missing("group", id)),
            }
        }
        positions.sort_unstable();
        positions.dedup();
        positions
    }
}

fn missing(what: &str, id: &wire::Text<'_>) -> String {
    format!("the {what} `{}` is not in the product tree", id.as_str())
}

impl Tree {
    /// Reads the tree. A product above which no vendor stands is the `maker`'s, where the
    /// publisher says that it is one: else nobody would know whose it is.
    pub(super) fn read(
        wire: &wire::ProductTree<'_>,
        maker: Option<&str>,
        notes: &mut Notes,
    ) -> Self {
        let mut builder = Builder {
            products: Vec::new(),
            index: Index::default(),
            notes,
            maker,
            orphans: 0,
        };
        let root = "/product_tree/branches";
        builder.branches(&wire.branches, &mut Vec::new(), root);
        for (at, name) in wire.full_product_names.iter().enumerate() {
            let pointer = format!("/product_tree/full_product_names/{at}");
            builder.add(name, Vec::new(), None, pointer);
        }
        builder.relationships(wire);
        builder.groups(wire);
        builder.say_orphans();
        Self { products: builder.products, index: builder.index }
    }
}

struct Builder<'n> {
    products: Vec<Product>,
    index: Index,
    notes: &'n mut Notes,
    maker: Option<&'n str>,
    /// Products above which no vendor stands, and that are taken for the publisher's.
    orphans: usize,
}

impl Builder<'_> {
    fn say_orphans(&mut self) {
        if let (Some(maker), 1..) = (self.maker, self.orphans) {
            let message = format!(
                "no vendor stands above {}; the publisher, a vendor, is taken: {maker}",
                if self.orphans == 1 {
                    "a product".to_owned()
                } else {
                    format!("{} products", self.orphans)
                }
            );
            self.notes.push("/product_tree".to_owned(), message);
        }
    }

    /// The vendor in front of branches that have none.
    fn under_maker(&mut self, branches: &mut Vec<ProductBranch>) {
        let Some(maker) = self.maker else { return };
        if branches.iter().any(|branch| branch.category == "vendor") {
            return;
        }
        let (category, name) = ("vendor".to_owned(), maker.to_owned());
        branches.insert(0, ProductBranch { category, name });
        self.orphans += 1;
    }

    /// The nesting is bounded by serde_json's own limit of 128 levels.
    fn branches(
        &mut self,
        branches: &[wire::Branch<'_>],
        path: &mut Vec<ProductBranch>,
        pointer: &str,
    ) {
        for (at, branch) in branches.iter().enumerate() {
            let pointer = format!("{pointer}/{at}");
            path.push(ProductBranch {
                category: branch.category.owned(),
                name: branch.name.owned(),
            });
            if let Some(product) = &branch.product {
                self.add(product, path.clone(), None, format!("{pointer}/product"));
            }
            self.branches(&branch.branches, path, &format!("{pointer}/branches"));
            path.pop();
        }
    }

    fn relationships(&mut self, wire: &wire::ProductTree<'_>) {
        for (at, relationship) in wire.relationships.iter().enumerate() {
            let pointer = format!("/product_tree/relationships/{at}");
            let relation = (
                relationship.category.owned(),
                relationship.product_reference.owned(),
                relationship.relates_to_product_reference.owned(),
            );
            self.relation(&relationship.full_product_name, relation, &pointer);
        }
        for (at, path) in wire.product_paths.iter().enumerate() {
            let pointer = format!("/product_tree/product_paths/{at}");
            let Some(last) = path.subpaths.last() else {
                self.notes.push(pointer, "a product path without a step is left out");
                continue;
            };
            let relation = (
                last.category.owned(),
                path.beginning_product_reference.owned(),
                last.next_product_reference.owned(),
            );
            self.relation(&path.full_product_name, relation, &pointer);
        }
    }

    fn relation(
        &mut self,
        name: &wire::FullProductName<'_>,
        relation: (String, String, String),
        pointer: &str,
    ) {
        for end in [&relation.1, &relation.2] {
            if self.index.product(end).is_none() {
                let message = format!("the product `{end}` is not in the product tree");
                self.notes.push(pointer.to_owned(), message);
            }
        }
        let pointer = format!("{pointer}/full_product_name");
        self.add(name, Vec::new(), Some(relation), pointer);
    }

    fn groups(&mut self, wire: &wire::ProductTree<'_>) {
        for (at, group) in wire.product_groups.iter().enumerate() {
            let pointer = format!("/product_tree/product_groups/{at}");
            let none = wire::List::default();
            let members =
                self.index.resolve(&group.product_ids, &none, &pointer, self.notes);
            self.index.groups.insert(group.group_id.owned(), members);
        }
    }

    fn add(
        &mut self,
        wire: &wire::FullProductName<'_>,
        mut branches: Vec<ProductBranch>,
        relationship: Option<(String, String, String)>,
        pointer: String,
    ) {
        if relationship.is_none() {
            self.under_maker(&mut branches);
        }
        let id = wire.product_id.owned();
        if self.index.products.contains_key(&id) {
            // Which of the two a status means cannot be told; the first one answers.
            let message = format!("the product id `{id}` is given twice");
            self.notes.push(pointer.clone(), message);
        } else {
            self.index.products.insert(id.clone(), self.products.len());
        }
        let helper = wire.product_identification_helper.as_ref();
        self.products.push(Product {
            id,
            branches,
            name: wire.name.owned(),
            purls: helper.map(purls).unwrap_or_default(),
            cpes: helper.map(|helper| filled([&helper.cpe])).unwrap_or_default(),
            models: helper.map(models).unwrap_or_default(),
            relationship,
            statuses: Vec::new(),
            place: Place::Pointer(pointer),
        });
    }
}

/// 2.0 has one `purl`, 2.1 a list.
fn purls(helper: &wire::ProductIdentification<'_>) -> Vec<String> {
    filled(std::iter::once(&helper.purl).chain(helper.purls.iter()))
}

fn models(helper: &wire::ProductIdentification<'_>) -> Vec<String> {
    let lists = [&helper.model_numbers, &helper.skus, &helper.serial_numbers];
    filled(lists.into_iter().flat_map(|list| list.iter()))
}

fn filled<'t>(texts: impl IntoIterator<Item = &'t wire::Text<'t>>) -> Vec<String> {
    let texts = texts.into_iter().map(wire::Text::as_str);
    texts.filter(|text| !text.is_empty()).map(str::to_owned).collect()
}
