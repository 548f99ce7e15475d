//! Forms on pages: columns made out of places.
//!
//! Pieces of text that stand on one line and close together are a cell. An answer belongs to
//! the id on whose line it stands; one that stands on no such line goes to the id above it,
//! and only where that has none and is the only one that could be meant. So a page whose
//! cells are centred or stand at the bottom of their rows gives blanks where it leaves doubt,
//! and never the answer of a neighbour.

use reading::pdf::{Page, Pdf, Piece, Rule, Source};
use reading::{Note, Place, Rejected, limits};

use crate::answer;
use crate::form::Medium;
use crate::grid::{self, At, Draft, Grid, Row};
use crate::lines::{self, Line};
use crate::question::{Edition, Kind};
use crate::spelling::{self, Is};

/// Text that stands together on one line.
#[derive(Clone, Debug)]
struct Cell {
    text: String,
    left: f64,
    right: f64,
    line: f64,
    place: Place,
}

/// One page: its cells, and the lines that are drawn between them.
struct Sheet<'p> {
    cells: Vec<Cell>,
    rules: &'p [Rule],
}

/// Points by which pieces of one line may differ in height.
const LEVEL: f64 = 3.0;
/// And an answer in a field from the id that is printed beside it.
const BESIDE: f64 = 6.5;
/// Points by which the cells of one column may differ.
const ALIGNED: f64 = 14.0;

/// Reads a form off pages: as a table, as lines of text, and by the names of fields; the
/// fullest reading is taken.
pub(crate) fn read(
    pdf: &Pdf,
    editions: &[Edition],
    is_enough: fn(&Draft) -> bool,
) -> Option<(Draft, Medium)> {
    let pages: Vec<Sheet<'_>> = pdf
        .pages
        .iter()
        .map(|page| Sheet {
            cells: cells(page),
            rules: page.rules.get(..limits::FORM_PIECES_MAX).unwrap_or(&page.rules),
        })
        .collect();
    let fields = pdf.pages.iter().flat_map(|page| &page.pieces);
    let has_fields = fields.clone().any(|piece| matches!(piece.source, Source::Field(_)));
    let medium = if has_fields { Medium::FieldsOfPdf } else { Medium::PrintedPdf };
    let mut best: Option<Draft> = None;
    // Tables first: only what understands far more takes their place.
    for edition in editions {
        let table = tabled(&pages, *edition).filter(is_enough);
        if let Some(draft) = table
            && best.as_ref().is_none_or(|it| draft.weight() > it.weight())
        {
            best = Some(draft);
        }
    }
    for edition in editions {
        for draft in [by_lines(&pages, *edition), by_names(pdf, *edition)] {
            let is_fuller =
                |it: &Draft| crate::read::is_far_fuller(draft.weight(), it.weight());
            if is_enough(&draft) && best.as_ref().is_none_or(is_fuller) {
                best = Some(draft);
            }
        }
    }
    let mut draft = best?;
    for page in pdf.pages.iter().filter(|it| it.pieces.len() > limits::FORM_PIECES_MAX) {
        let place = Place::Page { page: page.number, left: 0, top: 0 };
        let message = format!(
            "the page has more than {} pieces of text: what stands further down is not read",
            limits::FORM_PIECES_MAX
        );
        draft.notes.add(|| Note::new(place, message));
    }
    Some((draft, medium))
}

/// Ids of one page that are looked at; real ones have up to sixty.
const IDS_MAX: usize = 500;

/// Why no form was found.
pub(crate) fn none(pdf: &Pdf) -> Rejected {
    let pieces = || pdf.pages.iter().flat_map(|page| &page.pieces);
    let letters: usize = pieces().map(|piece| piece.text.trim().len()).sum();
    let pictures: usize = pdf.pages.iter().map(|page| page.pictures).sum();
    let count = pdf.pages.len();
    if letters < 40 * count && pictures > 0 {
        return Rejected::new(
            Place::Page { page: 1, left: 0, top: 0 },
            format!("the PDF is scanned: its {count} pages are pictures without text"),
            "ask the maker for the form as a workbook, or as a PDF that was not scanned",
        );
    }
    let broken: usize =
        pieces().map(|it| it.text.matches(char::REPLACEMENT_CHARACTER).count()).sum();
    if broken * 3 > letters {
        return Rejected::new(
            Place::Page { page: 1, left: 0, top: 0 },
            "the PDF's fonts do not say what their letters mean, so its text cannot be read",
            "ask the maker for the form as a workbook, or copy its text into a file",
        );
    }
    let mut text = String::new();
    for piece in pieces().take(20_000) {
        text.push_str(&piece.text);
        text.push('\n');
    }
    if letters < 200 && text.contains("Please wait") {
        return Rejected::new(
            Place::Page { page: 1, left: 0, top: 0 },
            "this is a dynamic XFA form, which one program alone can show",
            "open it in Adobe Reader and print it into a PDF, or export its data",
        );
    }
    crate::refusal::none(&text)
}

// --- cells ---------------------------------------------------------------------------------

/// The cells of a page, from the top down and from the left to the right.
fn cells(page: &Page) -> Vec<Cell> {
    let mut pieces: Vec<&Piece> =
        page.pieces.iter().take(limits::FORM_PIECES_MAX).collect();
    pieces.sort_by(|a, b| a.line.total_cmp(&b.line));
    let mut cells = Vec::new();
    let mut level: Vec<&Piece> = Vec::new();
    for piece in pieces {
        if level.first().is_some_and(|first| piece.line - first.line > LEVEL) {
            close(page, &mut level, &mut cells);
        }
        level.push(piece);
    }
    close(page, &mut level, &mut cells);
    cells
}

/// Puts together the pieces of one line.
fn close(page: &Page, level: &mut Vec<&Piece>, cells: &mut Vec<Cell>) {
    level.sort_by(|a, b| a.left.total_cmp(&b.left));
    let mut open: Option<(Cell, &Source)> = None;
    for piece in level.drain(..) {
        if let Some((cell, source)) = &mut open {
            let gap = piece.left - cell.right;
            let size = piece.size.clamp(4.0, 40.0);
            let is_same =
                matches!((&**source, &piece.source), (Source::Printed, Source::Printed))
                    || is_box(&cell.text)
                    || is_box(&piece.text);
            if is_same && gap < size * 0.6 && gap > -size * 2.0 {
                if gap > size * 0.12 && !cell.text.ends_with(' ') {
                    cell.text.push(' ');
                }
                cell.text.push_str(&piece.text);
                cell.right = cell.right.max(piece.right);
                *source = &piece.source;
                continue;
            }
        }
        cells.extend(open.take().map(|(cell, _)| cell));
        let cell = Cell {
            text: piece.text.clone(),
            left: piece.left,
            right: piece.right,
            line: piece.line,
            place: page.place(piece),
        };
        open = Some((cell, &piece.source));
    }
    cells.extend(open.map(|(cell, _)| cell));
}

/// A box that is ticked or not: it belongs to what is printed beside it.
fn is_box(text: &str) -> bool {
    let mut letters = text.trim().chars();
    let last = letters.next_back();
    last.is_some_and(|c| "☐☑☒□■".contains(c)) && letters.all(|c| c.is_whitespace())
}

// --- as a table ----------------------------------------------------------------------------

/// Where the columns of a table stand, in points from the left.
struct Layout {
    /// The middle of the column of answers; none where they are ticked.
    answers: f64,
    /// The columns of yes, no and not applicable that are ticked.
    marks: Option<[f64; 3]>,
    /// From where on references to other standards stand.
    references: f64,
}

/// Columns of the table that is made: ids, questions, answers, notes, three of marks, what
/// else stands on a line, and references to other standards.
const COLUMNS: usize = 9;
const QUESTIONS: usize = 1;
const ANSWERS: usize = 2;
const NOTES: usize = 3;
const MARKS: usize = 4;
const FURTHER: usize = 7;
const REFERENCES: usize = 8;

/// The row of one id while it is put together.
struct Open<'c> {
    id: &'c Cell,
    kind: Kind,
    /// The lines above and below it, where the table is ruled.
    band: Option<(f64, f64)>,
    columns: [Vec<&'c Cell>; COLUMNS],
}

/// The form as a table whose columns are those in which answers stand under answers.
fn tabled(pages: &[Sheet<'_>], edition: Edition) -> Option<Draft> {
    let marks = marks(pages, edition);
    let answers = column_of_answers(pages).or(marks.map(|[yes, ..]| yes))?;
    let references = references(pages, answers);
    let layout = Layout { answers, marks, references };
    let mut table = Table { layout, edition, grid: Grid::default(), is_in_notes: false };
    if table.layout.marks.is_some() {
        let mut cells = vec![String::new(); COLUMNS];
        for (cell, word) in cells.iter_mut().skip(MARKS).zip(["Yes", "No", "N/A"]) {
            word.clone_into(cell);
        }
        table.grid.rows.push(Row { cells, at: At::Page(Vec::new()) });
    }
    for sheet in pages {
        table.page(sheet);
    }
    let mut draft = grid::read(&table.grid, edition)?;
    grid::head::read(&head(pages, edition), &mut draft);
    Some(draft)
}

/// What stands above the first id, line by line.
fn head(pages: &[Sheet<'_>], edition: Edition) -> Grid {
    let mut grid = Grid::default();
    let mut level = f64::NEG_INFINITY;
    let cells = pages.first().into_iter().flat_map(|sheet| &sheet.cells);
    for cell in cells.take_while(|cell| kind_of(cell, edition).is_none()) {
        let text = cell.text.trim().to_owned();
        match grid.rows.last_mut().filter(|_| (cell.line - level).abs() <= LEVEL) {
            Some(Row { cells, at: At::Page(places) }) => {
                cells.push(text);
                places.push(cell.place.clone());
            }
            _ => {
                let at = At::Page(vec![cell.place.clone()]);
                grid.rows.push(Row { cells: vec![text], at });
                level = cell.line;
            }
        }
    }
    grid
}

/// The middle of the column in which most answers stand.
fn column_of_answers(pages: &[Sheet<'_>]) -> Option<f64> {
    let is_answer = |cell: &&Cell| {
        cell.text.len() <= 40
            && answer::read(&cell.text, Kind::YesNo).answer.is_definite()
    };
    let mut middles: Vec<f64> = pages
        .iter()
        .flat_map(|sheet| &sheet.cells)
        .filter(is_answer)
        .map(|cell| cell.left + HALF)
        .collect();
    middles.sort_by(f64::total_cmp);
    let mut best: Option<(usize, f64)> = None;
    let mut first = 0;
    for (last, right) in middles.iter().enumerate() {
        while middles.get(first).is_some_and(|left| right - left > ALIGNED) {
            first += 1;
        }
        let count = last + 1 - first;
        if best.is_none_or(|(most, _)| count > most) {
            let left = middles.get(first).copied().unwrap_or(*right);
            best = Some((count, f64::midpoint(left, *right)));
        }
    }
    best.filter(|(count, _)| *count >= 3).map(|(_, middle)| middle)
}

/// Half as wide as a short answer.
const HALF: f64 = 8.0;

/// Where the headings of columns that are ticked stand.
fn marks(pages: &[Sheet<'_>], edition: Edition) -> Option<[f64; 3]> {
    let mut found = pages.iter().flat_map(|sheet| {
        // Headings stand above the first id; a word below it is an answer.
        let ids = sheet.cells.iter().filter(|cell| kind_of(cell, edition).is_some());
        let first = ids.map(|cell| cell.line).fold(f64::INFINITY, f64::min);
        let is_yes =
            move |cell: &&Cell| cell.text.trim() == "Yes" && cell.line < first - LEVEL;
        sheet.cells.iter().filter(is_yes).filter_map(move |yes| {
            let on_line = |word: &str| {
                sheet.cells.iter().find(|cell| {
                    (cell.line - yes.line).abs() <= LEVEL
                        && cell.left > yes.left
                        && cell.text.trim().eq_ignore_ascii_case(word)
                })
            };
            let no = on_line("No")?;
            let other = on_line("N/A").map_or(no.left + 1_000.0, |cell| cell.left);
            Some([yes.left + HALF, no.left + HALF, other + HALF])
        })
    });
    found.next()
}

/// From where on references to other standards stand: right of the answers, under each other.
fn references(pages: &[Sheet<'_>], answers: f64) -> f64 {
    let is_reference = |cell: &&Cell| {
        let text = cell.text.trim();
        // One that is broken over two lines ends with its dash.
        let is_begin = matches!(text.as_bytes(), [b'A'..=b'Z', b'A'..=b'Z', b'-']);
        cell.left > answers && (is_begin || grid::is_reference(text))
    };
    let cells = pages.iter().flat_map(|sheet| &sheet.cells);
    let mut lefts: Vec<f64> = cells.filter(is_reference).map(|cell| cell.left).collect();
    lefts.sort_by(f64::total_cmp);
    // A few may stand in notes.
    let from = if lefts.len() >= 8 { lefts.get(lefts.len() / 8).copied() } else { None };
    from.map_or(f64::INFINITY, |left| left - ALIGNED)
}

struct Table {
    layout: Layout,
    edition: Edition,
    grid: Grid,
    /// Whether the notes at the end have begun.
    is_in_notes: bool,
}

impl Table {
    /// Which column a cell stands in.
    fn column(&self, cell: &Cell) -> usize {
        let middle = cell.left + HALF;
        if let Some(marks) = self.layout.marks
            && let Some(at) =
                marks.iter().position(|mark| (middle - mark).abs() <= ALIGNED)
            && cell.text.trim().chars().count() <= 3
        {
            return MARKS + at;
        }
        // Cells of a column begin under each other, or have their middles there.
        let is_under = |middle: f64| (middle - self.layout.answers).abs() <= ALIGNED;
        let is_across = cell.right > self.layout.answers;
        if is_under(middle)
            || (is_across && is_under(f64::midpoint(cell.left, cell.right)))
        {
            ANSWERS
        } else if middle < self.layout.answers {
            QUESTIONS
        } else if cell.left >= self.layout.references
            || grid::is_reference(cell.text.trim())
        {
            REFERENCES
        } else {
            NOTES
        }
    }

    /// Adds a row for each id of a page: what stands between the same lines, else on its own
    /// line and below it until the next.
    fn page(&mut self, sheet: &Sheet<'_>) {
        let mut open: Vec<Open<'_>> = Vec::new();
        let mut rest: Vec<&Cell> = Vec::new();
        for cell in &sheet.cells {
            let is_left = cell.left + HALF < self.layout.answers - ALIGNED;
            match kind_of(cell, self.edition).filter(|_| is_left) {
                Some(kind) if open.len() < IDS_MAX => open.push(Open {
                    id: cell,
                    kind,
                    band: band(sheet.rules, cell),
                    columns: Default::default(),
                }),
                _ => rest.push(cell),
            }
        }
        keep_bands_of_one(&mut open);
        let mut below: Vec<&Cell> = Vec::new();
        for cell in rest {
            let column = self.column(cell);
            match within(&mut open, cell) {
                Some(row) => row.take(cell, column),
                None => below.push(cell),
            }
        }
        let notes: Vec<Row> = below
            .into_iter()
            .filter_map(|cell| self.take_below(&mut open, cell))
            .collect();
        if !open.is_empty() && notes.is_empty() {
            self.is_in_notes = false;
        }
        self.grid.rows.extend(open.iter().map(finish));
        for note in notes {
            self.put_note(note);
        }
    }

    /// Takes a cell that stands beside no id; one of the notes at the end is given back.
    fn take_below<'c>(&mut self, open: &mut [Open<'c>], cell: &'c Cell) -> Option<Row> {
        let is_note =
            grid::note_number(&cell.text).is_some_and(|(_, rest)| !rest.is_empty());
        let column = self.column(cell);
        let is_last = open.last().is_none_or(|last| cell.line > last.id.line);
        if (is_note && column <= QUESTIONS) || (self.is_in_notes && is_last && !is_note) {
            self.is_in_notes = true;
            let at = At::Page(vec![cell.place.clone()]);
            return Some(Row { cells: vec![cell.text.clone()], at });
        }
        let next = open.partition_point(|row| row.id.line < cell.line);
        let next_is_answered = open.get(next).is_none_or(Open::is_answered);
        // Between ruled rows nothing goes on.
        let row = next.checked_sub(1).and_then(|at| open.get_mut(at));
        let row = row.filter(|row| row.band.is_none())?;
        let is_text = row.kind == Kind::Text && column >= ANSWERS;
        let is_definite = answer::read(&cell.text, Kind::YesNo).answer.is_definite();
        let into = match column {
            // Between two questions without answers nobody can tell whose it is.
            ANSWERS if !row.is_answered() && next_is_answered => Some(ANSWERS),
            ANSWERS if is_text => Some(ANSWERS),
            ANSWERS if row.is_answered() && !is_definite => Some(NOTES),
            NOTES => Some(NOTES),
            _ => None,
        };
        if let Some(cells) = into.and_then(|into| row.columns.get_mut(into)) {
            cells.push(cell);
        }
        None
    }

    /// A note, or what goes on with the one above.
    fn put_note(&mut self, note: Row) {
        let is_new = grid::note_number(note.cell(0)).is_some();
        match self.grid.rows.last_mut().filter(|_| !is_new) {
            Some(last) if grid::note_number(last.cell(0)).is_some() => {
                if let Some(text) = last.cells.first_mut() {
                    grid::join(text, note.cell(0));
                }
            }
            _ => self.grid.rows.push(note),
        }
    }
}

/// What the id at the beginning of a cell is answered with; `None` where there is none.
fn kind_of(cell: &Cell, edition: Edition) -> Option<Kind> {
    let found = spelling::find(cell.text.trim(), edition)?;
    let is_parted = found.rest.is_empty()
        || found.rest.starts_with(|c: char| c.is_whitespace() || ":.,)".contains(c));
    is_parted.then_some(match found.is {
        Is::Question(question, _) => question.kind,
        Is::Unknown => Kind::YesNo,
    })
}

/// The lines between which a cell stands: the nearest above and below it that go over its
/// beginning.
fn band(rules: &[Rule], cell: &Cell) -> Option<(f64, f64)> {
    let at = cell.left + 1.0;
    let over = |rule: &&Rule| rule.left <= at && rule.right >= at;
    let above =
        rules.iter().filter(over).take_while(|rule| rule.line < cell.line - 2.0).last();
    let mut below = rules.iter().filter(over).filter(|rule| rule.line > cell.line - 0.5);
    Some((above?.line, below.next()?.line))
}

/// A frame around several rows says nothing of any of them.
fn keep_bands_of_one(open: &mut [Open<'_>]) {
    let lines: Vec<f64> = open.iter().map(|row| row.id.line).collect();
    for row in open {
        if let Some((above, below)) = row.band {
            let inside = lines.iter().filter(|line| **line > above && **line < below);
            if inside.count() > 1 {
                row.band = None;
            }
        }
    }
}

/// The row in which a cell stands: between the same lines; where none are drawn, that of the
/// nearest id on its line, to its left.
fn within<'o, 'c>(open: &'o mut [Open<'c>], cell: &Cell) -> Option<&'o mut Open<'c>> {
    let is_inside = |row: &Open<'_>| {
        row.band
            .is_some_and(|(above, below)| cell.line > above && cell.line < below + 1.0)
    };
    if let Some(at) = open.iter().position(is_inside) {
        return open.get_mut(at).filter(|row| cell.left > row.id.left);
    }
    let next = open.partition_point(|row| row.id.line < cell.line);
    let near = [next.checked_sub(1), Some(next)].into_iter().flatten();
    let distance = |row: &Open<'_>| (row.id.line - cell.line).abs();
    let best = near
        .filter_map(|at| {
            let row = open.get(at).filter(|row| row.band.is_none())?;
            Some((distance(row), at))
        })
        .filter(|(distance, _)| *distance <= BESIDE)
        .min_by(|a, b| a.0.total_cmp(&b.0))?;
    open.get_mut(best.1).filter(|row| cell.left > row.id.left)
}

impl<'c> Open<'c> {
    /// Takes a cell into a column. Of several on one line of the question the further ones
    /// are something else: the text that is answered with.
    fn take(&mut self, cell: &'c Cell, column: usize) {
        let on_line = |other: &&Cell| (other.line - cell.line).abs() <= LEVEL;
        let is_further = column == QUESTIONS
            && self.columns.get(QUESTIONS).is_some_and(|cells| cells.iter().any(on_line));
        let column = if is_further { FURTHER } else { column };
        if let Some(cells) = self.columns.get_mut(column) {
            cells.push(cell);
        }
    }

    fn is_answered(&self) -> bool {
        let filled =
            |column: usize| self.columns.get(column).is_some_and(|it| !it.is_empty());
        filled(ANSWERS) || (MARKS..FURTHER).any(filled)
    }
}

fn finish(open: &Open<'_>) -> Row {
    let text = |cells: &Vec<&Cell>| {
        cells.iter().map(|cell| cell.text.trim()).collect::<Vec<_>>().join(" ")
    };
    let mut cells: Vec<String> = open.columns.iter().map(text).collect();
    if let Some(first) = cells.first_mut() {
        open.id.text.trim().clone_into(first);
    }
    let place =
        |cells: &Vec<&Cell>| cells.first().map_or(&open.id.place, |it| &it.place).clone();
    Row { cells, at: At::Page(open.columns.iter().map(place).collect()) }
}

// --- as lines, and by names ----------------------------------------------------------------

/// The lines of the pages, as a person would copy them.
fn by_lines(pages: &[Sheet<'_>], edition: Edition) -> Draft {
    let mut lines: Vec<(String, Place)> = Vec::new();
    for sheet in pages {
        let mut level = f64::NEG_INFINITY;
        for cell in &sheet.cells {
            match lines.last_mut().filter(|_| (cell.line - level).abs() <= LEVEL) {
                Some((text, _)) => {
                    text.push('\t');
                    text.push_str(cell.text.trim());
                }
                None => {
                    lines.push((cell.text.trim().to_owned(), cell.place.clone()));
                    level = cell.line;
                }
            }
        }
    }
    let lines = lines.iter().map(|(text, place)| Line { text, place: place.clone() });
    lines::read(lines, edition)
}

/// The form by the names of its fields, where these are ids: `MPII-2_1`.
fn by_names(pdf: &Pdf, edition: Edition) -> Draft {
    let mut draft = Draft::new(edition);
    for page in &pdf.pages {
        for piece in &page.pieces {
            if let Source::Field(name) = &piece.source {
                by_name(&mut draft, name, &piece.text, page.place(piece));
            }
        }
    }
    for (name, text) in &pdf.data {
        by_name(&mut draft, name, text, Place::Element(name.clone()));
    }
    draft
}

fn by_name(draft: &mut Draft, name: &str, text: &str, place: Place) {
    let last = name.rsplit(['.', '#']).find(|part| part.chars().any(char::is_alphabetic));
    let found = [Some(name), last].into_iter().flatten().find_map(|name| {
        let dotted = dotted(name);
        let found = spelling::find(&dotted, draft.edition)?;
        let rest = found.rest.to_lowercase();
        match found.is {
            Is::Question(question, spelt) => Some((question, spelt, rest)),
            Is::Unknown => None,
        }
    });
    let Some((question, spelt, rest)) = found else { return };
    let rest: String = rest.chars().filter(|c| c.is_alphanumeric()).collect();
    if ["note", "comment", "remark"].iter().any(|word| rest.contains(word)) {
        if let Some(entry) = draft.entries.iter_mut().find(|it| it.question == question) {
            grid::join(&mut entry.remark, text);
        }
        return;
    }
    let is_tick = text == "☒" || text == "☐";
    let word = match rest.as_str() {
        "yes" | "y" => "Yes",
        "no" | "n" => "No",
        "na" => "N/A",
        _ => "",
    };
    let text = match (is_tick, text, word) {
        (true, "☒", word) if !word.is_empty() => word,
        (true, ..) => return,
        (false, text, _) => text,
    };
    draft.add((question, spelt), answer::read(text, question.kind), place);
}

/// A name with points between its numbers: `MPII-2.1` for `MPII_2_1`.
fn dotted(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| letters.get(at)).is_some_and(char::is_ascii_digit)
    };
    let mut dotted = String::with_capacity(name.len());
    for (at, letter) in letters.iter().enumerate() {
        let is_between = is_digit(at.checked_sub(1)) && is_digit(Some(at + 1));
        dotted.push(if *letter == '_' && is_between { '.' } else { *letter });
    }
    dotted
}
