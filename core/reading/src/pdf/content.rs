//! What a page writes. Source: ISO 32000-1:2008, §8.4, §8.10 and §9.4.

use std::collections::BTreeMap;

use crate::limits;
use crate::pdf::file::File;
use crate::pdf::font::{Font, Room};
use crate::pdf::object::{Dict, Item, Lexer, Object, References, Values};
use crate::pdf::page::Found;
use crate::pdf::{Piece, Rule, Source};

/// A transformation: `[a b c d e f]`.
pub(super) type Matrix = [f64; 6];

pub(super) const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// First `inner`, then `outer`.
pub(super) fn then(inner: Matrix, outer: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = inner;
    let [p, q, r, s, t, u] = outer;
    [
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    ]
}

pub(super) fn apply(matrix: Matrix, (x, y): (f64, f64)) -> (f64, f64) {
    let [a, b, c, d, e, f] = matrix;
    (a * x + c * y + e, b * x + d * y + f)
}

/// What is counted over the whole document.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) operators: usize,
    pub(super) pieces: usize,
    /// Letters that no font explains.
    pub(super) unread: usize,
    pub(super) room: Room,
    /// Fonts by the number of their object.
    fonts: BTreeMap<u32, std::rc::Rc<Font>>,
}

impl Work {
    pub(super) const fn new() -> Self {
        Self {
            operators: 0,
            pieces: 0,
            unread: 0,
            room: Room::new(),
            fonts: BTreeMap::new(),
        }
    }

    pub(super) const fn is_spent(&self) -> bool {
        self.operators >= limits::PDF_OPERATORS_MAX
            || self.pieces >= limits::PDF_PIECES_MAX
    }
}

/// How text is written.
#[derive(Clone)]
struct State {
    matrix: Matrix,
    font: Option<std::rc::Rc<Font>>,
    size: f64,
    letter_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

/// States within each other; real pages have a dozen.
const STATES_MAX: usize = 256;
/// Operands of one operator that are kept.
const OPERANDS_MAX: usize = 1_024;

/// Writes a page, or a form on it.
pub(super) struct Writer<'w, 'b> {
    pub(super) file: &'w File<'b>,
    pub(super) work: &'w mut Work,
    pub(super) page: &'w mut Found,
}

struct Run<'r> {
    resources: &'r Dict,
    state: State,
    states: Vec<State>,
    text: Matrix,
    line: Matrix,
    /// Where the path that is drawn is, and its lines so far.
    pen: (f64, f64),
    path: Vec<[(f64, f64); 2]>,
    depth: usize,
}

impl Writer<'_, '_> {
    pub(super) fn write(
        &mut self,
        bytes: &[u8],
        resources: &Dict,
        matrix: Matrix,
        depth: usize,
    ) {
        let state = State {
            matrix,
            font: None,
            size: 0.0,
            letter_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        let mut run = Run {
            resources,
            state,
            states: Vec::new(),
            text: IDENTITY,
            line: IDENTITY,
            pen: (0.0, 0.0),
            path: Vec::new(),
            depth,
        };
        let values = Values::new();
        let mut lexer = Lexer::new(bytes, 0, References::None, &values);
        let mut operands: Vec<Object> = Vec::new();
        while let Some(item) = lexer.next() {
            match item {
                Item::Object(object) => {
                    if operands.len() < OPERANDS_MAX {
                        operands.push(object);
                    }
                }
                Item::Word(b"ID") => {
                    skip_picture(bytes, &mut lexer);
                    self.page.pictures += 1;
                    operands.clear();
                }
                Item::Word(word) => {
                    self.work.operators += 1;
                    if self.work.is_spent() {
                        return;
                    }
                    self.operate(word, &operands, &mut run);
                    operands.clear();
                }
            }
        }
    }

    fn operate(&mut self, word: &[u8], operands: &[Object], run: &mut Run<'_>) {
        let number =
            |at: usize| operands.get(at).and_then(Object::number).unwrap_or_default();
        match word {
            b"q" if run.states.len() < STATES_MAX => run.states.push(run.state.clone()),
            b"Q" => {
                if let Some(state) = run.states.pop() {
                    run.state = state;
                }
            }
            b"cm" => run.state.matrix = then(matrix_of(operands), run.state.matrix),
            b"BT" => {
                run.text = IDENTITY;
                run.line = IDENTITY;
            }
            b"Tf" => self.set_font(operands, run),
            b"Tc" => run.state.letter_space = number(0),
            b"Tw" => run.state.word_space = number(0),
            b"Tz" => run.state.stretch = number(0) / 100.0,
            b"TL" => run.state.leading = number(0),
            b"Ts" => run.state.rise = number(0),
            b"Td" => run.move_by(number(0), number(1)),
            b"TD" => {
                run.state.leading = -number(1);
                run.move_by(number(0), number(1));
            }
            b"Tm" => {
                run.text = matrix_of(operands);
                run.line = run.text;
            }
            b"T*" => run.move_by(0.0, -run.state.leading),
            b"Tj" | b"'" | b"\"" => {
                if word != b"Tj" {
                    if word == b"\"" {
                        run.state.word_space = number(0);
                        run.state.letter_space = number(1);
                    }
                    run.move_by(0.0, -run.state.leading);
                }
                if let Some(Object::Text(text)) = operands.last() {
                    self.show(std::slice::from_ref(&Object::Text(text.clone())), run);
                }
            }
            b"TJ" => {
                if let Some(Object::Array(parts)) = operands.last() {
                    self.show(parts, run);
                }
            }
            b"Do" => self.draw(operands, run),
            b"m" => run.pen = self.point(run, (number(0), number(1))),
            b"l" => {
                let to = self.point(run, (number(0), number(1)));
                run.draw_to(to);
            }
            b"c" => run.pen = self.point(run, (number(4), number(5))),
            b"re" => {
                let (x, y, wide, high) = (number(0), number(1), number(2), number(3));
                for y in [y, y + high] {
                    run.pen = self.point(run, (x, y));
                    let to = self.point(run, (x + wide, y));
                    run.draw_to(to);
                }
            }
            b"n" => run.path.clear(),
            b"S" | b"s" | b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" => {
                self.rule(run);
            }
            _ => {}
        }
    }

    /// A point of a path on the page.
    fn point(&self, run: &Run<'_>, at: (f64, f64)) -> (f64, f64) {
        apply(self.page.view, apply(run.state.matrix, at))
    }

    /// Keeps the level lines of a path that was drawn.
    fn rule(&mut self, run: &mut Run<'_>) {
        for [(x0, y0), (x1, y1)] in run.path.drain(..) {
            let (left, right) = (x0.min(x1), x0.max(x1));
            let is_level = (y0 - y1).abs() < 1.0 && right - left > RULE_MIN;
            if is_level && [left, right, y0].iter().all(|it| it.is_finite()) {
                self.work.pieces += 1;
                if self.work.is_spent() {
                    return;
                }
                self.page.rules.push(Rule { left, right, line: y0 });
            }
        }
    }

    fn set_font(&mut self, operands: &[Object], run: &mut Run<'_>) {
        let [Object::Name(name), Object::Number(size), ..] = operands else { return };
        run.state.size = *size;
        let fonts = self.file.member(run.resources, "Font").dict();
        let font = fonts.and_then(|fonts| fonts.get(name));
        run.state.font = font.and_then(|font| self.font(font));
    }

    fn font(&mut self, font: &Object) -> Option<std::rc::Rc<Font>> {
        let number = match font {
            Object::Reference(number) => Some(*number),
            _ => None,
        };
        if let Some(known) = number.and_then(|number| self.work.fonts.get(&number)) {
            return Some(known.clone());
        }
        let dict = self.file.resolve(font).dict()?;
        let read = std::rc::Rc::new(Font::read(self.file, dict, &self.work.room));
        if let Some(number) = number {
            self.work.fonts.insert(number, read.clone());
        }
        Some(read)
    }

    /// Shows strings, with the gaps between them.
    fn show(&mut self, parts: &[Object], run: &mut Run<'_>) {
        let Some(font) = run.state.font.clone() else { return };
        let mut writing = Writing { text: String::new(), start: run.text };
        for part in parts {
            match part {
                Object::Text(bytes) => {
                    for letter in font.letters(bytes) {
                        match &letter.text {
                            Some(text) => writing.text.push_str(text),
                            None => {
                                self.work.unread += 1;
                                writing.text.push(char::REPLACEMENT_CHARACTER);
                            }
                        }
                        let state = &run.state;
                        let mut step =
                            letter.width / 1000.0 * state.size + state.letter_space;
                        if letter.is_blank {
                            step += state.word_space;
                        }
                        run.advance(step * state.stretch);
                    }
                }
                Object::Number(gap) => {
                    let step = -gap / 1000.0 * run.state.size * run.state.stretch;
                    // As wide as two letters: it is another column.
                    if *gap < -900.0 {
                        self.put(&writing, run);
                        run.advance(step);
                        writing = Writing { text: String::new(), start: run.text };
                        continue;
                    }
                    if *gap < -180.0 && !writing.text.ends_with(' ') {
                        writing.text.push(' ');
                    }
                    run.advance(step);
                }
                _ => {}
            }
        }
        self.put(&writing, run);
    }

    /// Puts a piece onto the page, where it stands upright.
    fn put(&mut self, writing: &Writing, run: &Run<'_>) {
        if writing.text.trim().is_empty() || self.work.is_spent() {
            return;
        }
        let state = &run.state;
        let place = |text: Matrix| {
            let whole = then(text, state.matrix);
            let at = apply(whole, (0.0, state.rise));
            (apply(self.page.view, at), whole)
        };
        let ((left, line), whole) = place(writing.start);
        let ((right, end), _) = place(run.text);
        let is_level =
            (end - line).abs() <= (right - left).abs() * 0.1 + 0.01 && right >= left;
        if !is_level || ![left, right, line].iter().all(|it| it.is_finite()) {
            return;
        }
        let [_, _, c, d, ..] = whole;
        let size = (c * c + d * d).sqrt() * state.size.abs();
        self.work.pieces += 1;
        self.page.pieces.push(Piece {
            text: writing.text.clone(),
            left,
            right,
            line,
            size: if size.is_finite() { size } else { 0.0 },
            source: Source::Printed,
        });
    }

    /// Draws a form or a picture.
    fn draw(&mut self, operands: &[Object], run: &Run<'_>) {
        let Some(Object::Name(name)) = operands.last() else { return };
        let objects = self.file.member(run.resources, "XObject").dict();
        let Some(object) = objects.and_then(|objects| objects.get(name)) else { return };
        let object = self.file.resolve(object);
        let Some(dict) = object.dict() else { return };
        match self.file.member(dict, "Subtype").name() {
            Some(b"Image") => self.page.pictures += 1,
            Some(b"Form") if run.depth < limits::PDF_DEPTH_MAX / 4 => {
                let Ok(bytes) = self.file.unpack(object) else { return };
                let matrix = self.file.member(dict, "Matrix").array();
                let matrix = matrix.map_or(IDENTITY, matrix_of);
                let resources = self.file.member(dict, "Resources").dict();
                let resources = resources.unwrap_or(run.resources);
                let matrix = then(matrix, run.state.matrix);
                self.write(&bytes, resources, matrix, run.depth + 1);
            }
            _ => {}
        }
    }
}

/// A piece while it is written.
struct Writing {
    text: String,
    start: Matrix,
}

/// Points that a line is long at least, so that letters drawn as shapes are none.
const RULE_MIN: f64 = 8.0;
/// Lines of one path that are looked at.
const PATH_MAX: usize = 10_000;

impl Run<'_> {
    fn draw_to(&mut self, to: (f64, f64)) {
        if self.path.len() < PATH_MAX {
            self.path.push([self.pen, to]);
        }
        self.pen = to;
    }

    fn move_by(&mut self, x: f64, y: f64) {
        self.line = then([1.0, 0.0, 0.0, 1.0, x, y], self.line);
        self.text = self.line;
    }

    fn advance(&mut self, by: f64) {
        self.text = then([1.0, 0.0, 0.0, 1.0, by, 0.0], self.text);
    }
}

pub(super) fn matrix_of(operands: &[Object]) -> Matrix {
    let mut matrix = [0.0; 6];
    for (slot, operand) in matrix.iter_mut().zip(operands) {
        *slot = operand.number().unwrap_or_default();
    }
    matrix
}

/// Goes over the bytes of a picture within a page.
fn skip_picture(bytes: &[u8], lexer: &mut Lexer<'_>) {
    let is_space = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_whitespace);
    let mut at = lexer.at;
    while let Some(rest) = bytes.get(at..) {
        let Some(found) = rest.windows(2).position(|pair| pair == b"EI") else { break };
        let start = at + found;
        let is_apart = is_space(start.checked_sub(1).and_then(|it| bytes.get(it)))
            && is_space(bytes.get(start + 2));
        at = start + 2;
        if is_apart {
            lexer.at = at;
            return;
        }
    }
    lexer.at = bytes.len();
}
