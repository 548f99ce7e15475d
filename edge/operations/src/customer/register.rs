//! The list of a maker's customers.

use std::collections::{BTreeMap, BTreeSet};

use naming::spelling::fold;
use store::{
    Act, Customer, Fact, NewCustomer, Noun, Organisation, Product, Scope, StoreError,
};

use super::{CustomerError, NAME_MAX, makers};
use crate::{Actor, App, Permission};

/// Lines of a list that is typed or pasted.
const LINES_MAX: usize = 5000;

/// What becomes of a list of customers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// How many are new.
    pub new: usize,
    /// Of how many it is now said anew which products they have.
    pub changed: usize,
}

/// Lists customers: one on each line, and behind semicolons or tabs the products that it has; all
/// of them where none is named. Of one that is listed already the products are said anew.
///
/// # Errors
/// When the organisation is no maker for which the actor may answer, nobody is named, a product
/// is not known, the list is too long, or the database fails; then nothing is kept.
pub async fn list(
    app: &App,
    by: &Actor,
    organisation: i64,
    lines: &str,
) -> Result<Listed, CustomerError> {
    let place = makers(app, by).await?.into_iter().find(|one| one.id == organisation);
    let place = place.ok_or(CustomerError::NotAMaker)?;
    let scope = Scope::of(by.head, vec![place.path.clone()]);
    let products = app.store.products(&scope).await?;
    let own: Vec<Product> = products
        .into_iter()
        .map(|one| one.product)
        .filter(|one| one.organisation == place.id)
        .collect();
    let read = read(lines, &own)?;
    if read.is_empty() {
        return Err(CustomerError::Nobody);
    }
    let known = known(app, &scope, &place).await?;
    let mut write = app.store.write(by.head, (app.now)()).await?;
    let mut done = Listed::default();
    let mut first = 0;
    for (name, products) in &read {
        let id = match known.get(&called(name)) {
            Some(before) if before.removed.is_some() => {
                write.list_customer_again(before.id, products).await?;
                done.new += 1;
                before.id
            }
            Some(before) if before.products == *products => continue,
            Some(before) => {
                write.set_products_of_customer(before.id, products).await?;
                done.changed += 1;
                before.id
            }
            None => {
                let organisation = place.id;
                let new = NewCustomer { organisation, name, products, by: by.person };
                done.new += 1;
                write.list_customer(new).await?
            }
        };
        first = if first == 0 { id } else { first };
    }
    if first != 0 {
        let facts = vec![
            ("customers", Fact::Number(done.new as i64)),
            ("changed", Fact::Number(done.changed as i64)),
        ];
        let (what, noun) = ("list customers", Noun::Customer);
        write.commit(Act { by: by.person, what, noun, id: first, facts }).await?;
    }
    Ok(done)
}

/// The customers of an organisation by what they are called, also those that were taken off the
/// list; of several of one name the one that is listed.
pub(super) async fn known(
    app: &App,
    scope: &Scope,
    place: &Organisation,
) -> Result<BTreeMap<String, Customer>, StoreError> {
    let mut all = app.store.all_customers(scope).await?;
    all.retain(|one| one.organisation == place.id);
    all.sort_by_key(|one| one.removed.is_none());
    Ok(all.into_iter().map(|one| (called(&one.name), one)).collect())
}

/// What somebody is called, whatever the case, the accents and the spaces.
pub(super) fn called(name: &str) -> String {
    fold(name).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Takes a customer off the list. What it was told stays in the log of what happened.
///
/// # Errors
/// When there is none for whose maker the actor may answer, or the database fails.
pub async fn remove(app: &App, by: &Actor, customer: i64) -> Result<(), CustomerError> {
    let scope = by.scope(Permission::AnswerQuestions);
    let all = app.store.customers(&scope).await?;
    if !all.iter().any(|one| one.id == customer) {
        return Err(
            StoreError::Absent { noun: "customer", id: customer.to_string() }.into()
        );
    }
    let mut write = app.store.write(by.head, (app.now)()).await?;
    write.remove_customer(customer, by.person).await?;
    let (what, noun) = ("take customer off the list", Noun::Customer);
    write
        .commit(Act { by: by.person, what, noun, id: customer, facts: Vec::new() })
        .await?;
    Ok(())
}

/// The customers of a list with their products; one that stands there twice has those of both
/// lines.
fn read(
    lines: &str,
    own: &[Product],
) -> Result<Vec<(String, BTreeSet<i64>)>, CustomerError> {
    let mut read: Vec<(String, BTreeSet<i64>)> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for (at, line) in lines.lines().enumerate() {
        if at >= LINES_MAX {
            return Err(CustomerError::ManyLines(LINES_MAX));
        }
        let mut cells = line.split([';', '\t']).map(str::trim);
        let name = cells.next().unwrap_or_default();
        let named: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
        if name.is_empty() && named.is_empty() {
            continue;
        }
        if name.is_empty() {
            return Err(CustomerError::Line(
                at + 1,
                "it names products and no customer".to_owned(),
            ));
        }
        if name.chars().count() > NAME_MAX {
            return Err(CustomerError::Line(
                at + 1,
                format!("the name is longer than {NAME_MAX} characters"),
            ));
        }
        let mut products = BTreeSet::new();
        for cell in &named {
            // Two of one name are both meant: who has which of them nobody says.
            let named = own.iter().filter(|one| called(&one.name) == called(cell));
            let before = products.len();
            products.extend(named.map(|one| one.id));
            if products.len() == before
                && !own.iter().any(|one| called(&one.name) == called(cell))
            {
                let why = format!("you keep no product `{cell}` here");
                return Err(CustomerError::Line(at + 1, why));
            }
        }
        match known.get(&called(name)).and_then(|place| read.get_mut(*place)) {
            None => {
                known.insert(called(name), read.len());
                read.push((name.to_owned(), products));
            }
            // One line without products means all of them.
            Some((_, before)) if before.is_empty() || products.is_empty() => {
                before.clear()
            }
            Some((_, before)) => before.extend(products),
        }
    }
    Ok(read)
}

/// The customers of whoever looks, by name; those that were taken off the list too.
///
/// # Errors
/// When the database fails.
pub async fn customers(app: &App, by: &Actor) -> Result<Vec<Customer>, StoreError> {
    app.store.all_customers(&by.scope(Permission::ViewDevices)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> Vec<Product> {
        let product = |id, name: &str| Product {
            id,
            organisation: 1,
            maker: "Aldermoor Medical".to_owned(),
            name: name.to_owned(),
            made: String::new(),
            audience: store::Audience::Owner,
        };
        vec![product(7, "Meridian 400"), product(8, "Tarn PCA"), product(9, "TARN  PCA")]
    }

    #[track_caller]
    fn check(lines: &str, expected: &[(&str, &[i64])]) {
        let read = read(lines, &own()).unwrap();
        let read: Vec<(&str, Vec<i64>)> = read
            .iter()
            .map(|(name, products)| (name.as_str(), products.iter().copied().collect()))
            .collect();
        let expected: Vec<(&str, Vec<i64>)> =
            expected.iter().map(|(name, products)| (*name, products.to_vec())).collect();
        assert_eq!(read, expected, "{lines:?}");
    }

    #[track_caller]
    fn refused(lines: &str, at: usize, why: &str) {
        match read(lines, &own()) {
            Err(CustomerError::Line(line, said)) => {
                assert!(line == at && said.contains(why), "{line}: {said}");
            }
            other => panic!("{lines:?}: {other:?}"),
        }
    }

    #[test]
    fn a_list_of_customers_is_read_line_by_line() {
        check(
            "Harrow Vale\r\n\n  \nEastmere ",
            &[("Harrow Vale", &[]), ("Eastmere", &[])],
        );
        check("Harrow Vale; meridian 400 ;TARN PCA;", &[("Harrow Vale", &[7, 8, 9])]);
        check("Harrow Vale\tTarn PCA", &[("Harrow Vale", &[8, 9])]);
        // The same one twice has what both lines say; without products it has all of them.
        check("A;Tarn PCA\n a ;Meridian 400", &[("A", &[7, 8, 9])]);
        check("A;Tarn PCA\nA", &[("A", &[])]);
        check("A\nA;Tarn PCA", &[("A", &[])]);
        check("", &[]);
        refused("A\nB;Halcyon", 2, "no product `Halcyon`");
        refused(";Tarn PCA", 1, "no customer");
        refused(&"x".repeat(NAME_MAX + 1), 1, "longer");
    }
}
