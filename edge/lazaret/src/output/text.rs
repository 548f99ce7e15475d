//! Text in columns: harmless, measured as a terminal shows it, cut with a mark, wrapped.
//!
//! Widths are those of Unicode's annex 11: East Asian wide characters take two columns,
//! combining ones none.

use unicode_width::UnicodeWidthStr as _;

/// Text of a document for one line: control characters, and those that turn the direction
/// of the text round or cannot be seen, become `�`.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(|c| if is_hidden(c) { '\u{FFFD}' } else { c }).collect()
}

/// The same for text of several lines, whose ends and tabs stay.
pub(crate) fn clean_lines(text: &str) -> String {
    let kept = |c| matches!(c, '\n' | '\t') || !is_hidden(c);
    text.chars().map(|c| if kept(c) { c } else { '\u{FFFD}' }).collect()
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}')
        || matches!(c, '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// How many columns a text takes.
pub(crate) fn columns(text: &str) -> usize {
    text.width()
}

/// A text in at most `room` columns; where something is cut off, the last is an ellipsis.
pub(crate) fn clip(text: &str, room: usize) -> String {
    let (head, rest) = split(text, room);
    if rest.is_empty() {
        return head.to_owned();
    }
    let (head, _) = split(text, room.saturating_sub(1));
    format!("{}…", head.trim_end())
}

/// A text in exactly `room` columns, cut or filled up with blanks.
pub(crate) fn pad(text: &str, room: usize) -> String {
    let mut text = clip(text, room);
    text.extend(std::iter::repeat_n(' ', room.saturating_sub(columns(&text))));
    text
}

/// A count with its noun in the right number.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    // `advisory` changes its end, `day` does not.
    let stem =
        noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']));
    match (count, stem) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {noun}s"),
    }
}

/// The first `shown` of some names, and how many more there are.
pub(crate) fn listed<T: AsRef<str>>(names: &[T], shown: usize) -> String {
    let first: Vec<&str> = names.iter().take(shown).map(AsRef::as_ref).collect();
    match names.len() - first.len() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// Puts `line` into `text`, made harmless and broken at blanks so that no line passes `width`; `first` and
/// `next` are the blanks in front of the first line and of those that follow. A word that
/// has no room on a line of its own is broken where it must be.
pub(crate) fn wrap(
    line: &str,
    first: usize,
    next: usize,
    width: usize,
    text: &mut String,
) {
    let next = next.min(width / 2);
    let line = clean(line);
    let mut row = Row { text: " ".repeat(first), length: first, is_empty: true };
    for (at, word) in line.split(' ').enumerate() {
        let size = columns(word);
        if !row.is_empty && !word.is_empty() && row.length + 1 + size > width {
            row.end(next, text);
        } else if at > 0 {
            row.text.push(' ');
            row.length += 1;
        }
        let mut word = word;
        while row.length + columns(word) > width {
            let (head, rest) = split(word, width.saturating_sub(row.length).max(2));
            row.text.push_str(head);
            word = rest;
            if word.is_empty() {
                break;
            }
            row.end(next, text);
        }
        row.text.push_str(word);
        row.length += columns(word);
        row.is_empty = row.is_empty && word.is_empty();
    }
    row.end(next, text);
}

/// A line that is being filled.
struct Row {
    text: String,
    length: usize,
    is_empty: bool,
}

impl Row {
    fn end(&mut self, next: usize, text: &mut String) {
        text.push_str(self.text.trim_end());
        text.push('\n');
        *self = Self { text: " ".repeat(next), length: next, is_empty: true };
    }
}

/// The longest beginning of a text that fits `room` columns, and the rest. Of marks that
/// take no room, only so many are kept together as a word could have.
fn split(text: &str, room: usize) -> (&str, &str) {
    let mut end = 0;
    for (number, (at, c)) in text.char_indices().enumerate() {
        let next = at + c.len_utf8();
        let wide = text.get(..next).map_or(0, columns);
        if wide > room || number >= 4 * room.max(1) {
            break;
        }
        end = next;
    }
    text.split_at_checked(end).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_line_is_longer_than_the_width() {
        #[track_caller]
        fn check(line: &str, expected: &str) {
            let mut text = String::new();
            wrap(line, 2, 4, 16, &mut text);
            assert_eq!(text, expected);
        }

        check("", "\n");
        check("one two", "  one two\n");
        check("one two three four", "  one two three\n    four\n");
        check("align     two", "  align     two\n");
        check("a-word-that-is-long x", "  a-word-that-is\n    -long x\n");
        check("输液泵输液泵输液泵", "  输液泵输液泵输\n    液泵\n");
    }

    #[test]
    fn what_is_cut_has_a_mark_and_what_is_short_is_filled_up() {
        #[track_caller]
        fn check(text: &str, room: usize, clipped: &str, padded: &str) {
            assert_eq!(clip(text, room), clipped);
            assert_eq!(pad(text, room), padded);
        }

        check("pump", 4, "pump", "pump");
        check("pumps", 4, "pum…", "pum…");
        check("pump", 6, "pump", "pump  ");
        check("输液泵", 6, "输液泵", "输液泵");
        check("输液泵", 5, "输液…", "输液…");
        check("输液泵", 4, "输…", "输… ");
        check("e\u{301}e\u{301}", 2, "e\u{301}e\u{301}", "e\u{301}e\u{301}");
        check("", 3, "", "   ");
    }

    #[test]
    fn control_characters_of_a_document_do_not_reach_the_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\n"), "a\u{FFFD}[2Jb\u{FFFD}");
        assert_eq!(clean("a\u{9b}2J\u{202e}b"), "a\u{FFFD}2J\u{FFFD}b");
        assert_eq!(clean_lines("a\tb\r\nc\u{7f}"), "a\tb\u{FFFD}\nc\u{FFFD}");
    }

    #[test]
    fn counts_have_a_noun_in_the_right_number() {
        assert_eq!(counted(1, "device"), "1 device");
        assert_eq!(counted(0, "device"), "0 devices");
        assert_eq!(counted(2, "advisory"), "2 advisories");
        assert_eq!(counted(2, "day"), "2 days");
        assert_eq!(listed(&["a", "b", "c"], 2), "a, b and 1 more");
        assert_eq!(listed(&["a", "b"], 2), "a, b");
    }

    proptest! {
        #[test]
        fn whatever_a_document_says_stays_inside_the_page(
            line in "\\PC{0,200}", first in 0_usize..10, next in 0_usize..30,
        ) {
            let mut text = String::new();
            wrap(&clean(&line), first, next, 40, &mut text);
            for row in text.lines() {
                prop_assert!(columns(row) <= 40, "{row:?}");
            }
            let joined: String = text.split_whitespace().collect();
            let expected: String = clean(&line).split_whitespace().collect();
            prop_assert_eq!(joined, expected);
        }

        #[test]
        fn a_clipped_text_fits(text in "\\PC{0,100}", room in 1_usize..50) {
            prop_assert!(columns(&clip(&text, room)) <= room);
        }
    }
}
