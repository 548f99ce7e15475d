//! Reads a table of priorities as it is written: a line for each row.
//!
//! ```text
//! act now: exploited and (life-sustaining or reachable)
//! this week: EPSS at least 0.1 and reachable
//! watch: anything else
//! ```
//!
//! Capitals and blanks do not matter, `>=` and `≥` are *at least*, and *always* is *anything
//! else*. Everything else is refused with its place.

use std::str::FromStr;

use reading::{Place, Rejected, limits};

use super::{Condition, Policy, Row};
use crate::Priority;

impl FromStr for Policy {
    type Err = Rejected;

    fn from_str(text: &str) -> Result<Self, Rejected> {
        if text.len() > limits::POLICY_BYTES_MAX {
            return Err(Rejected::new(
                Place::Document,
                format!("more than {} bytes", limits::POLICY_BYTES_MAX),
                "A table of priorities has a few lines.",
            ));
        }
        let mut rows = Vec::new();
        let mut lines = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim().is_empty() {
                continue;
            }
            rows.push(row(number, line)?);
            lines.push(number);
        }
        // What is wrong with the table as a whole stands in a row; blank lines are none.
        Self::new(rows).map_err(|refused| match refused.place {
            Place::Line { line, column } => {
                let line = lines.get(line - 1).copied().unwrap_or(line);
                Rejected { place: Place::Line { line, column }, ..refused }
            }
            _ => refused,
        })
    }
}

impl FromStr for Condition {
    type Err = Rejected;

    /// One condition alone. Columns are counted from its beginning.
    fn from_str(text: &str) -> Result<Self, Rejected> {
        if text.len() > limits::POLICY_BYTES_MAX {
            return Err(Rejected::new(
                Place::Document,
                format!("more than {} bytes", limits::POLICY_BYTES_MAX),
                "A condition is one line.",
            ));
        }
        Reader::new(1, 0, text).whole()
    }
}

fn row(line: usize, text: &str) -> Result<Row, Rejected> {
    let at = |column| Place::Line { line, column };
    let Some((word, when)) = text.split_once(':') else {
        return Err(Rejected::new(
            at(1),
            "no colon behind a priority",
            "Write the priority, a colon and the condition: `this week: exploited`.",
        ));
    };
    let priority = priority(word).ok_or_else(|| {
        let before = word.len() - word.trim_start().len();
        Rejected::new(
            at(characters(word.get(..before)) + 1),
            "no priority is called so",
            "There are `act now`, `this week`, `next window` and `watch`.",
        )
    })?;
    let when = Reader::new(line, word.chars().count() + 1, when).whole()?;
    Ok(Row { when, priority })
}

/// The priority of that name, whatever its capitals and blanks.
fn priority(text: &str) -> Option<Priority> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    Priority::ALL.into_iter().find(|one| one.label().eq_ignore_ascii_case(&text))
}

fn characters(text: Option<&str>) -> usize {
    text.map_or(0, |text| text.chars().count())
}

/// A condition while it is read.
struct Reader<'t> {
    line: usize,
    tokens: Vec<(usize, &'t str)>,
    at: usize,
    end: usize,
}

/// How two conditions are joined.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joined {
    And,
    Or,
}

/// What a row may say, for whoever wrote something else.
const WORDS: &str = "There are `exploited`, `life-sustaining`, `reachable`, `holds PHI`, \
    `discloses data`, `EPSS at least 0.1`, `CVSS at least 7`, joined by `and` or `or`, and \
    `anything else`.";

impl<'t> Reader<'t> {
    /// `before` is how many characters stand before the text in its line.
    fn new(line: usize, before: usize, text: &'t str) -> Self {
        let mut tokens = Vec::new();
        let mut column = before + 1;
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = token_length(first, rest);
            let (token, behind) = rest.split_at(length);
            if !first.is_whitespace() {
                tokens.push((column, token));
            }
            column += token.chars().count();
            rest = behind;
        }
        Self { line, tokens, at: 0, end: column }
    }

    fn whole(mut self) -> Result<Condition, Rejected> {
        let condition = self.joined(0)?;
        match self.peek() {
            None => {}
            Some(")") => {
                return Err(
                    self.refuse("a bracket that was never opened", "Take it out.")
                );
            }
            Some(_) => return Err(self.refuse("two conditions side by side", WORDS)),
        }
        // What a table may not say is told with the row, where nothing tells it better.
        condition.check(0).map_err(|unfit| {
            let place = Place::Line { line: self.line, column: 0 };
            Rejected::new(place, unfit.message, unfit.hint)
        })?;
        Ok(condition)
    }

    /// Conditions that are joined by one word.
    fn joined(&mut self, depth: usize) -> Result<Condition, Rejected> {
        let first = self.one(depth)?;
        let mut by = None;
        let mut parts = vec![first];
        while let Some(word) = self.peek().and_then(joining) {
            if by.is_some_and(|by| by != word) {
                return Err(self.refuse(
                    "`and` and `or` side by side",
                    "Put what belongs together in brackets: \
                     `exploited and (life-sustaining or reachable)`.",
                ));
            }
            if parts.len() >= limits::POLICY_PARTS_MAX {
                let most = limits::POLICY_PARTS_MAX;
                return Err(self.refuse(
                    format!("more than {most} conditions"),
                    "Write the rest into a row of its own.",
                ));
            }
            by = Some(word);
            self.at += 1;
            parts.push(self.one(depth)?);
        }
        match (by, parts.pop()) {
            (None, Some(only)) => Ok(only),
            (Some(Joined::Or), Some(last)) => {
                parts.push(last);
                Ok(Condition::Any(parts))
            }
            (_, last) => {
                parts.extend(last);
                Ok(Condition::All(parts))
            }
        }
    }

    fn one(&mut self, depth: usize) -> Result<Condition, Rejected> {
        if self.takes("(") {
            if depth >= limits::POLICY_DEPTH_MAX {
                self.at -= 1;
                let most = limits::POLICY_DEPTH_MAX;
                return Err(self.refuse(
                    format!("more than {most} brackets"),
                    "Write the parts into rows of their own.",
                ));
            }
            let inner = self.joined(depth + 1)?;
            return match self.takes(")") {
                true => Ok(inner),
                false => Err(self.refuse("a bracket that is not closed", "Close it.")),
            };
        }
        let plain: [(&[&str], Condition); 7] = [
            (&["anything", "else"], Condition::Always),
            (&["always"], Condition::Always),
            (&["exploited"], Condition::Exploited),
            (&["life-sustaining"], Condition::LifeSustaining),
            (&["reachable"], Condition::Reachable),
            (&["holds", "phi"], Condition::HoldsPhi),
            (&["discloses", "data"], Condition::DisclosesData),
        ];
        for (words, condition) in plain {
            if self.takes_all(words) {
                return Ok(condition);
            }
        }
        if self.takes("epss") {
            return self.at_least().map(Condition::EpssAtLeast);
        }
        if self.takes("cvss") {
            return self.at_least().map(Condition::CvssAtLeast);
        }
        match self.peek() {
            None => Err(self.refuse("a condition is missing", WORDS)),
            Some(_) => Err(self.refuse("no condition is called so", WORDS)),
        }
    }

    fn at_least(&mut self) -> Result<f64, Rejected> {
        const HINT: &str = "Write `at least` and a number: `CVSS at least 7.5`.";
        if !(self.takes_all(&["at", "least"]) || self.takes(">=") || self.takes("≥")) {
            return Err(self.refuse("no `at least` behind a score", HINT));
        }
        let number = self.peek().and_then(number);
        let number =
            number.ok_or_else(|| self.refuse("no number behind `at least`", HINT))?;
        self.at += 1;
        Ok(number)
    }

    fn peek(&self) -> Option<&'t str> {
        self.tokens.get(self.at).map(|(_, token)| *token)
    }

    fn takes(&mut self, word: &str) -> bool {
        self.takes_all(&[word])
    }

    /// Goes on behind some words, if they are the next.
    fn takes_all(&mut self, words: &[&str]) -> bool {
        let next = self.tokens.get(self.at..self.at + words.len());
        let met = next.is_some_and(|next| {
            next.iter().zip(words).all(|((_, own), word)| own.eq_ignore_ascii_case(word))
        });
        if met {
            self.at += words.len();
        }
        met
    }

    /// A refusal at the next word, or behind the last.
    fn refuse(&self, message: impl Into<String>, hint: &'static str) -> Rejected {
        let column = self.tokens.get(self.at).map_or(self.end, |(column, _)| *column);
        Rejected::new(Place::Line { line: self.line, column }, message.into(), hint)
    }
}

fn joining(word: &str) -> Option<Joined> {
    match word {
        _ if word.eq_ignore_ascii_case("and") => Some(Joined::And),
        _ if word.eq_ignore_ascii_case("or") => Some(Joined::Or),
        _ => None,
    }
}

/// How long the token is that begins with a character.
fn token_length(first: char, rest: &str) -> usize {
    let while_so = |is: fn(char) -> bool| rest.find(|c| !is(c)).unwrap_or(rest.len());
    let is_word = |c: char| c.is_alphabetic() || c == '-';
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    match first {
        _ if first.is_whitespace() => while_so(char::is_whitespace),
        _ if is_word(first) => while_so(is_word),
        _ if is_number(first) => while_so(is_number),
        '>' if rest.starts_with(">=") => ">=".len(),
        _ => first.len_utf8(),
    }
}

/// Digits, and digits behind a point: no sign, no exponent.
fn number(text: &str) -> Option<f64> {
    /// More digits are no score that anybody gives.
    const DIGITS_MAX: usize = 8;
    let is_digits =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let is_number = match text.split_once('.') {
        None => is_digits(text),
        Some((whole, part)) => is_digits(whole) && is_digits(part),
    };
    text.parse().ok().filter(|_| is_number && text.len() <= DIGITS_MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_write_is_read_whatever_its_capitals_and_blanks() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let read: Policy = text.parse().unwrap();
            assert_eq!(read.to_string(), expected);
        }

        check("watch: always", "watch: anything else\n");
        check("\n  Act  NOW :ANYTHING   else\r\n\n", "act now: anything else\n");
        check(
            "this week:epss>=0.50 AND(Reachable or holds phi)\nwatch:always",
            "this week: EPSS at least 0.5 and (reachable or holds PHI)\nwatch: anything else\n",
        );
        check(
            "act now: CVSS ≥ 010.0\nnext window: ((discloses data))\nwatch: anything else",
            "act now: CVSS at least 10\nnext window: discloses data\nwatch: anything else\n",
        );
        check(
            "act now: (exploited and reachable) or life-sustaining\nact now: always",
            "act now: (exploited and reachable) or life-sustaining\nact now: anything else\n",
        );
    }

    #[test]
    fn what_is_no_table_is_refused_where_it_is_wrong() {
        #[track_caller]
        fn check(text: &str, line: usize, column: usize, message: &str) {
            let refused = text.parse::<Policy>().unwrap_err();
            let found = (refused.place.clone(), refused.message.as_ref());
            assert_eq!(found, (Place::Line { line, column }, message), "{text}");
            assert!(!refused.hint.is_empty());
        }

        check("", 1, 0, "the last row is not `anything else`");
        check("exploited", 1, 1, "no colon behind a priority");
        check("  soon: exploited", 1, 3, "no priority is called so");
        check("act_now: exploited", 1, 1, "no priority is called so");
        check("act now:", 1, 9, "a condition is missing");
        check("act now: exploited and", 1, 23, "a condition is missing");
        check("act now: not exploited", 1, 10, "no condition is called so");
        check("act now: exploitedly", 1, 10, "no condition is called so");
        check("act now: exploited reachable", 1, 20, "two conditions side by side");
        check("act now: exploited)", 1, 19, "a bracket that was never opened");
        check("act now: (exploited", 1, 20, "a bracket that is not closed");
        check("act now: ()", 1, 11, "no condition is called so");
        check(
            "act now: exploited and reachable or holds PHI",
            1,
            34,
            "`and` and `or` side by side",
        );
        check("act now: EPSS 0.1", 1, 15, "no `at least` behind a score");
        check("act now: EPSS > 0.1", 1, 15, "no `at least` behind a score");
        for number in ["", "x", "-1", ".5", "5.", "1.2.3", "0.12345678"] {
            let text = format!("act now: CVSS at least {number}");
            check(&text, 1, 24, "no number behind `at least`");
        }
        // A number ends where its digits do.
        check("act now: CVSS at least 1e1", 1, 25, "two conditions side by side");
        check("act now: CVSS at least 11", 1, 0, "there is no CVSS of 11");
        check("act now: EPSS at least 10", 1, 0, "there is no EPSS of 10");
        check(
            "\nact now: exploited and always",
            2,
            0,
            "`anything else` stands beside a condition",
        );
        // A row is named by its line, blank lines or not.
        check("\n\nact now: exploited", 3, 0, "the last row is not `anything else`");
        check(
            "watch: reachable\n\nact now: exploited\nwatch: always",
            3,
            0,
            "`act now` stands below what is less urgent",
        );
        check("act now: (((((exploited)))))", 1, 14, "more than 4 brackets");
        let many = format!("act now: {}", vec!["exploited"; 21].join(" or "));
        check(&many, 1, 267, "more than 20 conditions");
    }

    #[test]
    fn what_is_longer_than_any_table_is_refused() {
        let long = "watch: always\n".repeat(2000);
        assert_eq!(long.parse::<Policy>().unwrap_err().place, Place::Document);
        assert_eq!(long.parse::<Condition>().unwrap_err().place, Place::Document);
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_written_so_that_it_is_read_again(
            text in "((act now|watch|this week): ?(exploited|reachable|EPSS|CVSS|at least|>=|[0-9.]{1,3}|and|or|always|\\(|\\)| |\n){0,9}\n?){0,4}"
        ) {
            if let Ok(policy) = text.parse::<Policy>() {
                prop_assert_eq!(policy.to_string().parse(), Ok(policy));
            }
        }
    }
}
