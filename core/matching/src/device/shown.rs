//! How a row of an inventory shows a product.

use naming::text::{Atom, Found, Hit, Text, Unit};

use super::product::{
    Alternative, EDITIONS, Group, Kind, Product, edition, kind_of, says_nothing,
};

mod in_model;
mod otherwise;

/// How a row shows a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The worst way in which one of its words was found.
    pub found: Found,
    /// How much of the name was found.
    pub extent: Shows,
    /// Editions of the name that the row does not tell.
    pub edition: Told,
    /// Parts of the name that the row does not speak of.
    pub component: Told,
    /// A letter behind the model number that the row does not have: `1400 B/C`.
    pub letter: Told,
    /// Atoms of the row that belong to the name.
    pub atoms: Vec<usize>,
}

/// How much of a name a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shows {
    /// Every name and number.
    Whole,
    /// A model number alone, which is unmistakable.
    Code,
}

/// Whether the row tells something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the variants say it")]
pub enum Told {
    NotAsked,
    Yes,
    No,
    Otherwise,
}

impl Product {
    /// How a row shows this product; `None` where it does not. `field` is the number of the
    /// field that holds the model.
    #[must_use]
    pub fn shown(&self, text: &Text, model: usize) -> Option<Shown> {
        let mut finder = Finder::new(self, text);
        if self.is_class() {
            return finder.class();
        }
        let whole = finder.whole(model);
        if let Some(shown) = whole {
            return Some(shown);
        }
        finder.atoms.clear();
        finder
            .code(model)
            .or_else(|| self.without_first(text, model))
            .or_else(|| self.head(text, model))
    }

    /// `ArmorLine 5700` for ArmorLine 5700 Industrial Ethernet Switches for extreme
    /// environments: the name through its number, where three words and more only describe
    /// it.
    fn head(&self, text: &Text, model: usize) -> Option<Shown> {
        let number = self.groups.iter().position(|group| group.kind == Kind::Code)?;
        let (head, rest) = self.groups.split_at_checked(number + 1)?;
        let described = rest.iter().filter(|group| group.kind == Kind::Name).count() >= 3
            && rest.iter().all(|group| group.kind != Kind::Code);
        let named = head.iter().any(|group| group.kind == Kind::Name);
        let plain = head.last()?.any.len() == 1;
        let shown =
            |group: &Group| group.any.iter().any(|any| !any.hits(text).is_empty());
        if !described || !named || !plain || !head.last().is_some_and(shown) {
            return None;
        }
        let head = Self { groups: head.to_vec(), makers: self.makers.clone() };
        let mut finder = Finder::new(&head, text);
        let shown = finder.whole(model).filter(|shown| shown.found == Found::Exactly)?;
        if finder.foreign(model) {
            return None;
        }
        let code = |at: &usize| {
            let atom = text.atoms().get(*at);
            atom.is_some_and(|atom| atom.text.bytes().any(|byte| byte.is_ascii_digit()))
        };
        let atoms = shown.atoms.iter().copied().filter(code).collect();
        Some(Shown { extent: Shows::Code, atoms, ..shown })
    }

    /// `Gamma Knife Icon` for Leksell Gamma Knife Icon: the first word of a name of three
    /// and more may be left out, where nothing else stands in the model.
    pub(super) fn without_first(&self, text: &Text, model: usize) -> Option<Shown> {
        let first = self.groups.iter().position(|group| group.kind >= Kind::Name)?;
        let named = self.groups.get(first)?;
        let (mut keys, mut shown) = (0, true);
        for group in self.keys().skip(1) {
            keys += 1;
            shown = shown && group.any.iter().any(|any| !any.hits(text).is_empty());
        }
        if named.kind != Kind::Name || keys < 2 || !shown {
            return None;
        }
        let mut rest = self.clone();
        rest.groups.remove(first);
        let words = || rest.keys().filter(|group| group.kind == Kind::Name);
        let letters: usize = words().map(longest).sum();
        if words().count() < 2 || letters < 8 {
            return None;
        }
        let mut finder = Finder::new(&rest, text);
        let shown = finder.whole(model).filter(|shown| shown.found == Found::Exactly)?;
        let in_model =
            |at: &usize| text.atoms().get(*at).is_some_and(|atom| atom.field == model);
        let whole = shown.atoms.iter().all(in_model) && !finder.foreign(model);
        whole.then_some(Shown { found: Found::Shortened, ..shown })
    }

    /// Whether every name and number stands in the row, in whatever field.
    #[must_use]
    pub fn anywhere(&self, text: &Text) -> Option<Shown> {
        let mut finder = Finder::new(self, text);
        let keys: Vec<&Group> = self.keys().collect();
        let all = !keys.is_empty() && keys.iter().all(|group| finder.group(group, None));
        all.then(|| finder.shown(Shows::Whole))
    }

    /// Whether any telling word stands in the field of the model.
    #[must_use]
    pub fn partly(&self, text: &Text, model: usize) -> bool {
        let finder = Finder::new(self, text);
        self.groups.iter().filter(|group| group.kind > Kind::Maker).any(|group| {
            let hit = finder.exact(group, None);
            let atom = hit.and_then(|hit| text.atoms().get(hit.from));
            let long = group.any.iter().all(|any| match any {
                Alternative::Word(unit) => unit.spelt().len() >= 3,
                Alternative::Range(..) => true,
            });
            long && atom.is_some_and(|atom| atom.field == model)
        })
    }
}

struct Finder<'f> {
    product: &'f Product,
    text: &'f Text,
    atoms: Vec<usize>,
    found: Found,
    letter: Told,
}

impl<'f> Finder<'f> {
    fn new(product: &'f Product, text: &'f Text) -> Self {
        let (atoms, found, letter) = (Vec::new(), Found::Exactly, Told::NotAsked);
        Self { product, text, atoms, found, letter }
    }

    /// Every name and number is found.
    fn whole(&mut self, model: usize) -> Option<Shown> {
        let mut keys = 0;
        let groups = &self.product.groups;
        let (mut at, mut found, mut rest) = (0, 0, Told::No);
        while let Some(group) = groups.get(at) {
            at += 1;
            if group.kind < Kind::Name {
                continue;
            }
            keys += 1;
            if self.optional(group, at, keys) && !self.spoken(group) {
                if is_behind_number(groups, at) {
                    self.letter = Told::No;
                }
                continue;
            }
            if self.group(group, at.checked_sub(2).and_then(|last| groups.get(last))) {
                found = at;
                continue;
            }
            let last = at.checked_sub(2).and_then(|last| groups.get(last));
            if last.is_some_and(|last| self.merged(last, group)) {
                continue;
            }
            if self.rest_in_letters(found) {
                rest = Told::Yes;
                break;
            }
            // `Dose Wise` in the name, `DoseWise` in the row.
            let next = groups.get(at)?;
            if !self.joined(group, next) && !self.merged(group, next) {
                return None;
            }
            at += 1;
        }
        if keys == 0 || !self.in_model(model) {
            return None;
        }
        if self.tier(model) || keys > 1 && rest == Told::No && self.viewer_of_it() {
            return None;
        }
        if self.foreign(model) && (!self.head_noun(model) || self.sister(keys, model)) {
            return None;
        }
        Some(self.shown(Shows::Whole))
    }

    fn group(&mut self, group: &Group, before: Option<&Group>) -> bool {
        let mut best = self.exact(group, before).or_else(|| self.number(group));
        if best.is_none() {
            best = group.any.iter().find_map(|any| self.otherwise(any));
        }
        if best.is_none() {
            best = group.any.iter().find_map(|any| match any {
                // `Sono` is not short for SonoVault; `Collab` behind Clinical is.
                Alternative::Word(unit) if self.atoms.is_empty() => {
                    unit.misspelt(self.text).or_else(|| {
                        unit.nearly(self.text).filter(|it| self.behind_maker(it))
                    })
                }
                Alternative::Word(unit) => unit.nearly(self.text),
                Alternative::Range(..) => None,
            });
            best = best.filter(|hit| {
                hit.found != Found::Shortened
                    || !self.atoms.is_empty()
                    || self.behind_maker(hit)
            });
        }
        if best.is_some_and(|hit| hit.found >= Found::Shortened) {
            // One word of a name may be shortened or misspelt, not two.
            if self.found > Found::Exactly {
                return false;
            }
        }
        let Some(hit) = best else { return false };
        self.take(hit);
        true
    }

    /// `Synapse CV`: whether a brand of the maker stands right in front.
    fn behind_maker(&self, hit: &Hit) -> bool {
        let before = hit.from.checked_sub(1).and_then(|at| self.text.atoms().get(at));
        let groups = self.product.groups.iter().filter(|group| group.kind == Kind::Maker);
        before.is_some_and(|atom| {
            let mut words = groups.flat_map(|group| &group.any);
            words.any(
                |any| matches!(any, Alternative::Word(unit) if unit.spelt() == atom.text),
            )
        })
    }

    /// Letter by letter; in the model rather than in the description or the maker.
    fn exact(&self, group: &Group, before: Option<&Group>) -> Option<Hit> {
        let field =
            |hit: &Hit| self.text.atoms().get(hit.from).map_or(0, |atom| atom.field);
        let hits = group.any.iter().flat_map(|alternative| {
            let hits = alternative.hits(self.text).into_iter();
            hits.filter(|hit| self.plausible(alternative, *hit, before))
        });
        hits.min_by_key(|hit| match field(hit) {
            0 => 2,
            1 => 0,
            _ => 1,
        })
    }

    /// Two letters beside a model number (`IntelliVue MP monitors MX800`), and a number
    /// behind three other words, need not be in the row.
    fn optional(&self, group: &Group, at: usize, keys: usize) -> bool {
        let groups = &self.product.groups;
        let short = group.any.iter().all(|any| match any {
            Alternative::Word(unit) => unit.spelt().len() <= 2,
            Alternative::Range(..) => false,
        });
        let inside = |other: &Group| {
            other.kind == Kind::Name
                && other != group
                && match (group.any.first(), other.any.first()) {
                    (Some(Alternative::Word(a)), Some(Alternative::Word(b))) => {
                        b.spelt().ends_with(a.spelt())
                    }
                    _ => false,
                }
        };
        // `Vue MyVue` says Vue twice.
        if group.kind == Kind::Name && groups.iter().any(inside) {
            return true;
        }
        if group.kind == Kind::Name {
            return short
                && !self.series(at)
                && groups.iter().any(|group| group.kind == Kind::Code);
        }
        keys > 3 && at == groups.len() && !self.number_left()
    }

    /// Whether the model holds a number that is none of the words that were found.
    fn number_left(&self) -> bool {
        self.text.atoms().iter().enumerate().any(|(at, atom)| {
            atom.field == super::judge::MODEL
                && atom.text.bytes().any(|byte| byte.is_ascii_digit())
                && !self.atoms.contains(&at)
        })
    }

    /// `Series D` of the name and `Series A` of the row are sisters: whether the group in
    /// front of `at` is the letter of a series, and the row speaks of one.
    fn series(&self, at: usize) -> bool {
        let before = at.checked_sub(2).and_then(|before| self.product.groups.get(before));
        before.is_some_and(|group| {
            group.any.iter().any(|any| match any {
                Alternative::Word(unit) => {
                    unit.spelt() == "series" && !any.hits(self.text).is_empty()
                }
                Alternative::Range(..) => false,
            })
        })
    }

    fn spoken(&self, group: &Group) -> bool {
        group.any.iter().any(|any| !any.hits(self.text).is_empty())
    }

    /// `2400` for EM2400 beside a name that was found.
    fn number(&self, group: &Group) -> Option<Hit> {
        if self.atoms.is_empty() {
            return None;
        }
        group.any.iter().find_map(|any| {
            let Alternative::Word(unit) = any else { return None };
            let digits =
                unit.spelt().trim_start_matches(|c: char| c.is_ascii_alphabetic());
            let letters = unit.spelt().len() - digits.len();
            if digits.len() < 3
                || !(1..=3).contains(&letters)
                || !digits.bytes().all(|b| b.is_ascii_digit())
            {
                return None;
            }
            let number = Unit::read(digits)?;
            let hit = number.occurrences(self.text).find(|hit| {
                self.plausible(&Alternative::Word(number.clone()), *hit, None)
            })?;
            Some(Hit { found: Found::Within, ..hit })
        })
    }

    fn take(&mut self, hit: Hit) {
        self.found = self.found.max(hit.found);
        self.atoms.extend(hit.from..hit.to);
    }

    /// Whether a hit is the word itself and not a piece of another word or number.
    fn plausible(
        &self,
        alternative: &Alternative,
        hit: Hit,
        before: Option<&Group>,
    ) -> bool {
        let Alternative::Word(unit) = alternative else { return true };
        let atoms = self.text.atoms();
        let (Some(first), Some(last)) = (atoms.get(hit.from), atoms.get(hit.to - 1))
        else {
            return false;
        };
        let glued = |at: Option<usize>, word: usize| {
            at.and_then(|at| atoms.get(at)).filter(|atom| atom.word == word)
        };
        let head = glued(hit.from.checked_sub(1), first.word);
        let tail = glued(Some(hit.to), last.word);
        if let Some(head) = head {
            // `E9` is not 9, `IntelliVue` is not Vue, `GEH-SD-320AN` is not SD-320AN.
            let kind =
                matches!(head.text.as_str(), "ct" | "mr" | "us") && unit.is_number();
            let ours = kind
                || self.atoms.contains(&(hit.from - 1))
                || self.names(&head.text, before);
            if !ours {
                return false;
            }
        }
        let Some(tail) = tail else { return true };
        // `XS+` of the row is the XS Plus of the name.
        if tail.text == "plus" && self.product.has_word("plus") {
            return true;
        }
        let behind =
            glued(Some(hit.to + 1), last.word).map_or("", |atom| atom.text.as_str());
        suffix(unit, &tail.text, behind)
    }

    /// Whether a piece in front belongs to the product's own name.
    fn names(&self, piece: &str, before: Option<&Group>) -> bool {
        let spelt = |group: &Group| {
            group.any.iter().any(|any| match any {
                Alternative::Word(unit) => {
                    unit.spelt().ends_with(piece) || unit.spelt().starts_with(piece)
                }
                Alternative::Range(letters, ..) => letters == piece,
            })
        };
        before.is_some_and(spelt)
            || self.product.groups.iter().any(spelt)
            || self.product.makers.iter().any(|maker| {
                maker == piece
                    || (piece.len() > 3
                        && (maker.starts_with(piece) || maker.ends_with(piece)))
            })
    }

    /// A model number alone, in the model or as the only number there.
    fn code(&mut self, model: usize) -> Option<Shown> {
        self.found = Found::Exactly;
        let groups = &self.product.groups;
        let mut letters = groups.iter().enumerate();
        if letters.any(|(at, group)| self.series(at + 1) && !self.spoken(group)) {
            return None;
        }
        for group in groups.iter().filter(|group| group.kind == Kind::Code) {
            for alternative in &group.any {
                let unit = match alternative {
                    Alternative::Word(unit) => unit.clone(),
                    // `MX450` of MX400-550.
                    Alternative::Range(letters, low, _) if letters.len() > 1 => {
                        let Some(unit) = Unit::read(&format!("{letters}{low}")) else {
                            continue;
                        };
                        unit
                    }
                    Alternative::Range(..) => continue,
                };
                if !unmistakable(&unit) && !self.alone(&unit, model) {
                    continue;
                }
                let hit = alternative.hits(self.text).into_iter().find(|hit| {
                    let field = self.text.atoms().get(hit.from).map(|atom| atom.field);
                    field == Some(model) && self.plausible(alternative, *hit, None)
                });
                let Some(hit) = hit else { continue };
                self.atoms = (hit.from..hit.to).collect();
                if self.other_number_of_its_kind(&unit) {
                    return None;
                }
                if !self.other_names(model) {
                    return Some(self.shown(Shows::Code));
                }
            }
        }
        None
    }

    /// `AP8xxx with NMC2` is not the AP8858 with NMC3: whether the row has the letters of
    /// another number of the name, and other digits behind them.
    fn other_number_of_its_kind(&self, found: &Unit) -> bool {
        let codes = self.product.groups.iter().filter(|group| {
            let other = |any: &Alternative| *any != Alternative::Word(found.clone());
            group.kind == Kind::Code && group.any.iter().all(other) && !self.spoken(group)
        });
        codes.flat_map(|group| &group.any).any(|any| {
            let Alternative::Word(unit) = any else { return false };
            let digit = |c: char| c.is_ascii_digit();
            let letters = unit.spelt().split(digit).next().unwrap_or_default();
            let single = unit.spelt().get(letters.len()..).unwrap_or_default();
            letters.len() >= 2
                && single.bytes().all(|byte| byte.is_ascii_digit())
                && self.text.atoms().windows(2).any(|pair| {
                    matches!(pair, [head, tail] if head.text == letters
                        && head.word == tail.word
                        && tail.text.bytes().all(|byte| byte.is_ascii_digit()))
                })
        })
    }

    /// Whether the model is this number of four digits and nothing else: `2090` is no year.
    fn alone(&self, unit: &Unit, model: usize) -> bool {
        let mut atoms = self.text.atoms().iter().filter(|atom| atom.field == model);
        is_year(unit.spelt())
            && atoms.next().is_some_and(|atom| atom.text == unit.spelt())
            && atoms.next().is_none()
    }

    /// A kind of product: every word of the kind that the name has, or one of those that
    /// `and` joins.
    fn class(&mut self) -> Option<Shown> {
        for group in self.product.groups.iter().filter(|group| group.kind == Kind::Class)
        {
            if !self.group(group, None) {
                return None;
            }
        }
        Some(self.shown(Shows::Whole))
    }

    fn shown(&self, extent: Shows) -> Shown {
        Shown {
            found: self.found,
            extent,
            edition: self.told(Kind::Edition),
            component: self.told(Kind::Component),
            letter: self.letter,
            atoms: self.atoms.clone(),
        }
    }

    fn told(&self, kind: Kind) -> Told {
        let mut told = Told::NotAsked;
        for group in self.product.groups.iter().filter(|group| group.kind == kind) {
            let found = group.any.iter().any(|any| !any.hits(self.text).is_empty());
            let one = match (found, kind) {
                (true, _) => Told::Yes,
                (false, Kind::Edition) if self.other_edition(group) => Told::Otherwise,
                (false, _) => Told::No,
            };
            told = told.max(one);
        }
        told
    }

    /// Whether the row names another edition than the group does.
    fn other_edition(&self, group: &Group) -> bool {
        let ours = group.any.iter().find_map(|any| match any {
            Alternative::Word(unit) => edition(unit.spelt()),
            Alternative::Range(..) => None,
        });
        let Some((set, at)) = ours else { return false };
        let Some(editions) = EDITIONS.get(set) else { return false };
        let others = editions.iter().enumerate().filter(|(other, _)| *other != at);
        others.flat_map(|(_, words)| words.iter()).any(|word| {
            Unit::read(word)
                .is_some_and(|unit| unit.occurrences(self.text).next().is_some())
        })
    }

    /// Whether the model holds words or numbers that are not of this name.
    fn foreign(&self, model: usize) -> bool {
        self.unclaimed(model).next().is_some()
    }

    fn other_names(&self, model: usize) -> bool {
        // `Disc` is short for the Discovery of the name.
        let begins = |atom: &Atom| {
            atom.text.len() > 3
                && self.product.keys().flat_map(|group| &group.any).any(|any| match any {
                    Alternative::Word(unit) => {
                        !unit.is_code() && unit.spelt().starts_with(&atom.text)
                    }
                    Alternative::Range(..) => false,
                })
        };
        self.unclaimed(model).any(|atom| {
            let digits = atom.text.bytes().all(|b| b.is_ascii_digit());
            atom.text.len() > 2 && !digits && !begins(atom)
        })
    }

    fn unclaimed(&self, model: usize) -> impl Iterator<Item = &Atom> {
        self.unclaimed_at(model).map(|(_, atom)| atom)
    }

    /// Words of the model that are none of the name's, with their places.
    fn unclaimed_at(&self, model: usize) -> impl Iterator<Item = (usize, &Atom)> {
        let claimed = &self.atoms;
        let ours = |piece: &str| {
            self.product.groups.iter().any(|group| {
                group.any.iter().any(|any| match any {
                    Alternative::Word(unit) => {
                        unit.spelt().contains(piece)
                            && piece.len() * 2 >= unit.spelt().len()
                            || unit.spelt() == piece
                    }
                    Alternative::Range(letters, ..) => letters == piece,
                })
            })
        };
        self.text.atoms().iter().enumerate().filter_map(move |(at, atom)| {
            let ours =
                claimed.contains(&at) || says_nothing(&atom.text) || ours(&atom.text);
            let spare = atom.field == model && !ours && !self.is_maker(&atom.text);
            spare.then_some((at, atom))
        })
    }

    fn is_maker(&self, piece: &str) -> bool {
        piece.len() > 2 && self.product.makers.iter().any(|maker| maker.contains(piece))
    }

    /// `Connex Spot Monitor` is no `Connex Vital Signs Monitor`: beside a single name, a
    /// foreign word in the place of a word of the kind makes a sister.
    fn sister(&self, keys: usize, model: usize) -> bool {
        let class = self.product.groups.iter().filter(|group| group.kind.is_noun());
        let inside = |group: &&Group| {
            group.any.iter().flat_map(|any| any.hits(self.text)).any(|hit| {
                self.text.atoms().get(hit.from).is_some_and(|atom| atom.field == model)
            })
        };
        let (shown, hidden): (Vec<&Group>, Vec<&Group>) = class.partition(inside);
        let telling = self.unclaimed(model).any(|atom| {
            atom.text.len() > 2
                && Unit::read(&atom.text).is_some_and(|unit| kind_of(&unit) >= Kind::Name)
        });
        keys == 1 && !shown.is_empty() && hidden.len() > 1 && telling
    }

    /// `Steering Fluxx Viewer` of the leaf is not the `Steering Fluxx` of the row.
    fn viewer_of_it(&self) -> bool {
        self.product.groups.last().is_some_and(|group| {
            let viewer = |any: &Alternative| match any {
                Alternative::Word(unit) => unit.spelt() == "viewer",
                Alternative::Range(..) => false,
            };
            group.any.iter().all(viewer) && !self.spoken(group)
        })
    }

    /// `Zelta pumps` and the `Zelta 400` of a row that says *pump*: a family without a number of
    /// its own means whatever number its members have. Where a row does not say what it is, or the
    /// name may be that of one of them (`Zelta pump`), it is asked which it is.
    fn member(&self, noun: &Group, model: usize) -> Option<Told> {
        let [Alternative::Word(unit)] = noun.any.as_slice() else { return None };
        let single = unit.spelt().strip_suffix('s').unwrap_or(unit.spelt());
        if noun.kind != Kind::Members {
            return None;
        }
        let is_number = |atom: &Atom| {
            atom.text.len() < 3 || atom.text.bytes().any(|byte| byte.is_ascii_digit())
        };
        let mut foreign = self.unclaimed(model).peekable();
        if foreign.peek().is_none() || !foreign.all(is_number) {
            return None;
        }
        let is_plural = single.len() < unit.spelt().len();
        let is_it = |atom: &&Atom| {
            atom.field >= model
                && atom.text.strip_suffix('s').unwrap_or(&atom.text) == single
        };
        let is_kind = |atom: &Atom| {
            atom.field >= model
                && Unit::read(&atom.text)
                    .is_some_and(|unit| kind_of(&unit) == Kind::Class)
        };
        let mut atoms = self.text.atoms().iter();
        match (atoms.clone().any(|atom| is_it(&atom)), is_plural) {
            (true, true) => Some(Told::NotAsked),
            (true, false) => Some(Told::No),
            (false, true) if !atoms.any(is_kind) => Some(Told::No),
            (false, _) => None,
        }
    }

    /// The last word of the kind: the server of `CARESCAPE Telemetry Server`.
    fn head_noun(&mut self, model: usize) -> bool {
        // The part itself: `WIFI MODULE` of a leaf about the WiFi module.
        if self.told(Kind::Component) == Told::Yes {
            return true;
        }
        let last_key =
            self.product.groups.iter().rposition(|group| group.kind >= Kind::Name);
        let noun = self.product.groups.iter().enumerate().rev().find(|(at, group)| {
            group.kind.is_noun() && last_key.is_some_and(|key| *at > key)
        });
        let Some((_, noun)) = noun else { return true };
        // A name with a model number needs no noun.
        if self.product.groups.iter().any(|group| group.kind == Kind::Code) {
            return true;
        }
        let is_there = noun.any.iter().any(|any| match any {
            Alternative::Word(unit) => {
                let inside = |hit: &Hit| {
                    self.text
                        .atoms()
                        .get(hit.from)
                        .is_some_and(|atom| atom.field == model)
                };
                let beside = |hit: &Hit| {
                    let before = hit.from.checked_sub(1);
                    before.and_then(|at| self.text.atoms().get(at)).is_some_and(|atom| {
                        self.product.keys().any(|group| ends_with(group, &atom.text))
                    })
                };
                let described = |hit: &Hit| {
                    let atom = self.text.atoms().get(hit.from);
                    let short = self.unclaimed(model).all(|atom| atom.text.len() < 3);
                    atom.is_some_and(|atom| atom.field > model) && short
                };
                unit.occurrences(self.text)
                    .any(|hit| inside(&hit) || beside(&hit) || described(&hit))
                    || unit.nearly(self.text).is_some_and(|hit| inside(&hit))
            }
            Alternative::Range(..) => false,
        });
        let member = if is_there { None } else { self.member(noun, model) };
        self.letter = self.letter.max(member.unwrap_or(Told::NotAsked));
        is_there || member.is_some()
    }
}

/// Whether the group in front of `at` is one or two letters, and the one before it a number:
/// the letter of a series, or another model.
fn is_behind_number(groups: &[Group], at: usize) -> bool {
    let group = |back: usize| at.checked_sub(back).and_then(|at| groups.get(at));
    let letters = |any: &Alternative| match any {
        Alternative::Word(unit) => unit.spelt().len() <= 2,
        Alternative::Range(..) => false,
    };
    // `8015 PC unit`: behind it a kind of thing goes on.
    let rest = groups.get(at..).unwrap_or_default();
    let last = rest.is_empty();
    let single = |group: &Group| {
        group.any.iter().all(|any| match any {
            Alternative::Word(unit) => unit.spelt().len() == 1,
            Alternative::Range(..) => false,
        })
    };
    group(1).is_some_and(|group| group.any.iter().all(letters) && (last || single(group)))
        && group(2).is_some_and(|group| group.kind == Kind::Code)
}

/// How many letters the longest spelling of a word has.
fn longest(group: &Group) -> usize {
    let letters = group.any.iter().map(|any| match any {
        Alternative::Word(unit) => unit.spelt().len(),
        Alternative::Range(..) => 0,
    });
    letters.max().unwrap_or_default()
}

fn ends_with(group: &Group, piece: &str) -> bool {
    group.any.iter().any(|any| match any {
        Alternative::Word(unit) => unit.spelt().ends_with(piece),
        Alternative::Range(..) => false,
    })
}

/// Whether what is glued behind a word makes another product of it: `580RT` is not 580,
/// `2090AA4` is the 2090, `CX50` is a CX.
fn suffix(unit: &Unit, tail: &str, behind: &str) -> bool {
    let letters = tail.bytes().all(|byte| byte.is_ascii_alphabetic());
    if tail == "plus" {
        return false;
    }
    if unit.is_pattern() {
        return true;
    }
    if !unit.is_code() {
        return letters || unit.spelt().len() >= 3 || tail.len() <= 3;
    }
    !letters || !behind.is_empty() || (unit.is_number() && unit.spelt().len() >= 4)
}

/// Whether a model number is nobody else's: letters and digits, or a number that is not
/// round.
fn unmistakable(unit: &Unit) -> bool {
    let spelt = unit.spelt();
    if unit.is_number() {
        return spelt.len() >= 4 && !spelt.ends_with("00") && !is_year(spelt);
    }
    // Any number may be a member of a series, `126x`.
    let member = spelt.len() == 4
        && spelt.strip_suffix('x').is_some_and(|head| head.parse::<u16>().is_ok());
    spelt.len() >= 4 && !member
}

fn is_year(spelt: &str) -> bool {
    spelt.len() == 4 && (spelt.starts_with("19") || spelt.starts_with("20"))
}
