//! What somebody comes to by the links and forms of pages: the numbers of everything that is
//! theirs, and what they would send.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use axum::http::StatusCode;

use crate::access::Address;
use crate::tests::devices::links;
use crate::tests::{Browser, Fixture};

/// How many pages of a route are looked at: the second and third look otherwise.
const EACH: usize = 6;

/// A form as a page shows it, filled in as a browser and somebody with little time would.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Form {
    pub(super) fields: Vec<(String, String)>,
    pub(super) has_file: bool,
}

impl Form {
    /// Fields as they are sent.
    pub(super) fn of(text: &str) -> Self {
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.replace('+', " ")));
        Self { fields: pairs.collect(), has_file: false }
    }
}

/// Numbers and words that stand in the places of a route, from the left.
pub(super) type Places = Vec<String>;

/// Everything that somebody came to.
#[derive(Default)]
pub(super) struct Known {
    /// What stands in the places of a route, as far as its last place.
    places: BTreeMap<String, BTreeSet<Places>>,
    forms: BTreeMap<&'static str, Form>,
    /// What the pages said.
    pub(super) told: String,
}

/// The route with as many words in common with an address as there are.
fn route<'a>(list: &'a [Address], method: &str, address: &str) -> Option<&'a Address> {
    let plain = address.split(['?', '#']).next()?;
    let asked: Vec<&str> = plain.split('/').collect();
    let fits = |route: &&Address| {
        let own: Vec<&str> = route.path.split('/').collect();
        let is = |(own, asked): (&&str, &&str)| {
            own == asked || own.starts_with('{') && !asked.is_empty()
        };
        route.method == method
            && own.len() == asked.len()
            && own.iter().zip(&asked).all(is)
    };
    list.iter().filter(fits).min_by_key(|route| route.path.matches('{').count())
}

/// The beginning of a route up to each of its places.
pub(super) fn beginnings(path: &str) -> Vec<String> {
    let parts: Vec<&str> = path.split('/').collect();
    let places = parts.iter().enumerate().filter(|(_, part)| part.starts_with('{'));
    places.map(|(at, _)| parts.get(..=at).unwrap().join("/")).collect()
}

/// A route with something in each of its places.
pub(super) fn with(path: &str, places: &[String]) -> String {
    let mut places = places.iter();
    let parts = path.split('/').map(|part| match part.starts_with('{') {
        true => places.next().unwrap().clone(),
        false => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

impl Known {
    /// Follows links from some addresses, and from every page without a place in it.
    pub(super) async fn goes(
        &mut self,
        fixture: &Fixture,
        list: &[Address],
        who: &Browser,
        from: &[String],
    ) {
        let plain = list.iter().filter(|one| one.method == "GET");
        let plain = plain.filter(|one| !one.path.contains('{') && is_page(one.path));
        let plain = plain.map(|one| one.path.to_owned());
        let mut waiting: VecDeque<String> = from.iter().cloned().chain(plain).collect();
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let mut met = BTreeSet::new();
        while let Some(address) = waiting.pop_front() {
            let address = address.split('#').next().unwrap().to_owned();
            let Some(found) = route(list, "GET", &address) else { continue };
            self.keep(found.path, &address);
            let count = seen.entry(found.path).or_default();
            if *count >= EACH || !is_page(found.path) || !met.insert(address.clone()) {
                continue;
            }
            let page = fixture.answered(who.get(&address)).await;
            if page.status != StatusCode::OK || !page.body.contains("<html") {
                continue;
            }
            *count += 1;
            self.told.push_str(&page.body);
            self.reads(list, &address, &page.body);
            waiting.extend(links(&page.body).into_iter().map(|(address, _)| address));
        }
    }

    fn reads(&mut self, list: &[Address], address: &str, page: &str) {
        for piece in page.split("<form").skip(1) {
            let (head, rest) = piece.split_once('>').unwrap();
            if attribute(head, "method").as_deref() != Some("post") {
                continue;
            }
            let here = address.split('?').next().unwrap().to_owned();
            let to = attribute(head, "action").filter(|to| !to.is_empty());
            let to = to.unwrap_or(here);
            let Some(found) = route(list, "POST", &to) else { continue };
            self.keep(found.path, &to);
            let form = form(rest.split("</form>").next().unwrap());
            let known = self.forms.entry(found.path).or_insert_with(|| form.clone());
            if form.fields.len() > known.fields.len() {
                *known = form;
            }
        }
    }

    /// Keeps what stands in the places of a route in an address.
    pub(super) fn keep(&mut self, path: &str, address: &str) {
        let plain = address.split(['?', '#']).next().unwrap();
        let mut places = Places::new();
        let parts: Vec<&str> = path.split('/').collect();
        for (at, (part, own)) in parts.iter().zip(plain.split('/')).enumerate() {
            if part.starts_with('{') {
                places.push(own.to_owned());
                let beginning = parts.get(..=at).unwrap().join("/");
                self.places.entry(beginning).or_default().insert(places.clone());
            }
        }
    }

    /// What stands in the places of a route, in something that another does not have.
    pub(super) fn places(&self, path: &str, beside: Option<&Self>) -> Option<Places> {
        let beginning = beginnings(path).pop()?;
        let theirs = beside.and_then(|other| other.places.get(&beginning));
        let own = self.places.get(&beginning)?.iter();
        let mut own = own.filter(|one| theirs.is_none_or(|all| !all.contains(*one)));
        own.next_back().cloned()
    }

    /// Everything that stands in the places of a route.
    pub(super) fn all(&self, path: &str) -> Vec<Places> {
        let beginning = beginnings(path).pop();
        let all = beginning.and_then(|beginning| self.places.get(&beginning));
        all.into_iter().flatten().cloned().collect()
    }

    /// Whether something stands in the last place of a beginning.
    pub(super) fn has(&self, beginning: &str, last: &str) -> bool {
        let all = self.places.get(beginning).into_iter().flatten();
        all.filter_map(|places| places.last()).any(|one| one == last)
    }

    /// Adds what another has come to.
    pub(super) fn add(&mut self, other: &Self) {
        for (beginning, known) in &other.places {
            let all = self.places.entry(beginning.clone()).or_default();
            all.extend(known.iter().cloned());
        }
    }

    /// The same, of each kind of thing what was not there before, where anything is new; and what
    /// was there of other kinds.
    pub(super) fn since(mut self, before: &Self) -> Self {
        for (beginning, known) in &before.places {
            let all = self.places.entry(beginning.clone()).or_default();
            let new: BTreeSet<Places> = all.difference(known).cloned().collect();
            match new.is_empty() {
                true => all.extend(known.iter().cloned()),
                false => *all = new,
            }
        }
        for (path, form) in &before.forms {
            self.forms.entry(path).or_insert_with(|| form.clone());
        }
        self
    }

    /// What a form of this route sends.
    pub(super) fn form(&self, path: &str) -> Option<&Form> {
        self.forms.get(path)
    }
}

/// Whether following it leads to a page, rather than to a file or out.
fn is_page(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap();
    !["file", "export", "pdf", "events", "provider", "identity", "return"].contains(&last)
        && !path.starts_with("/api")
        && !path.starts_with("/assets")
        && !last.contains('.')
}

fn plain(text: &str) -> String {
    let text = text.replace("&#34;", "\"").replace("&#39;", "'").replace("&#60;", "<");
    text.replace("&#62;", ">").replace("&#38;", "&").replace("&amp;", "&")
}

/// The value of an attribute.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next().map(plain)
}

/// What is typed where nothing stands.
fn typed(kind: &str) -> String {
    match kind {
        "date" => {
            let day = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * 20);
            day.strftime("%Y-%m-%d").to_string()
        }
        "number" => "1".to_owned(),
        "email" => "new@x.example".to_owned(),
        "url" => "http://127.0.0.1:9/in".to_owned(),
        _ => "as said".to_owned(),
    }
}

/// The fields within a form.
fn form(content: &str) -> Form {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut has_file = false;
    for piece in content.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        let Some(name) = attribute(tag, "name") else {
            // An option of the select before it: the first that says something.
            if tag.starts_with("option")
                && let Some(last) = fields.last_mut()
            {
                let value = attribute(tag, "value").unwrap_or_else(|| plain(text));
                if last.1.is_empty() || tag.contains(" selected") {
                    last.1 = value;
                }
            }
            continue;
        };
        let kind = attribute(tag, "type").unwrap_or_default();
        let value = attribute(tag, "value").unwrap_or_default();
        let is_twice = fields.iter().any(|(known, _)| *known == name);
        match (tag.split(' ').next().unwrap(), kind.as_str()) {
            _ if name == "form_token" => (),
            ("input", "file") => has_file = true,
            ("input", "hidden") => fields.push((name, value)),
            ("input", "checkbox") => fields.push((name, or(value, "on"))),
            ("input", "radio") | ("button", _) if is_twice => (),
            ("input", "radio") | ("button", _) => fields.push((name, value)),
            ("textarea", _) => fields.push((name, or(plain(text), "as said"))),
            ("select", _) => fields.push((name, String::new())),
            _ => fields.push((name, or(value, &typed(&kind)))),
        }
    }
    Form { fields, has_file }
}

fn or(value: String, other: &str) -> String {
    if value.is_empty() { other.to_owned() } else { value }
}
