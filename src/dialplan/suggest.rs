//! "Did you mean …?"

use std::collections::BTreeSet;

/// The name nearest to `written`, if one is near enough to be a slip.
pub fn nearest<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (written.chars().count() / 3).clamp(1, 3);
    let mut ruler = Ruler::new(written);
    names
        .into_iter()
        .take(NAMES_LOOKED_AT_MAX)
        // A letter has at most four bytes, so this spares only work that could find nothing.
        .filter(|name| name.len().abs_diff(written.len()) <= 4 * allowed)
        .filter_map(|name| Some((ruler.distance(name, allowed)?, name)))
        .min_by_key(|(d, _)| *d)
        .map(|(_, name)| name)
}

/// `; did you mean …?`-style help: the nearest name, or the list of all (at most ten).
pub fn help<'a>(written: &str, names: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(written, names.clone()) {
        Some(name) => meant(name),
        None => list(&names.into_iter().collect()),
    }
}

/// Names that many may misspell: the list of them is made once, and only some slips are guessed at.
#[derive(Debug)]
pub(super) struct Known<'a> {
    names: BTreeSet<&'a str>,
    list: String,
}

impl<'a> Known<'a> {
    pub(super) fn new(names: impl IntoIterator<Item = &'a str>) -> Self {
        let names = names.into_iter().collect();
        Self { list: list(&names), names }
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// As [`help`] has it, while there are guesses left.
    pub(super) fn help(&self, written: &str, guesses_left: &mut usize) -> String {
        if *guesses_left == 0 {
            return self.list.clone();
        }
        *guesses_left -= 1;
        nearest(written, self.names.iter().copied()).map_or_else(|| self.list.clone(), meant)
    }
}

fn meant(name: &str) -> String {
    format!("did you mean `{name}`?")
}

fn list(names: &BTreeSet<&str>) -> String {
    let first: Vec<&str> = names.iter().copied().take(NAMES_MAX).collect();
    match (first.is_empty(), names.len() - first.len()) {
        (true, _) => "there is none yet".to_owned(),
        (false, 0) => format!("known: {}", first.join(", ")),
        (false, more) => format!("known: {} and {more} more", first.join(", ")),
    }
}

/// Slips of one check that are guessed at: each is compared with every name, and whoever has more has another trouble.
pub(super) const GUESSES_MAX: usize = 100;
const NAMES_MAX: usize = 10;
/// A plan has fewer; more would make every slip cost too much.
const NAMES_LOOKED_AT_MAX: usize = 4096;
/// Longer words are cut: nobody means them.
const LETTERS_MAX: usize = 40;

/// Measures names against what was written; its rows are kept from one to the next.
struct Ruler {
    written: Vec<char>,
    name: Vec<char>,
    before_last: Vec<usize>,
    last: Vec<usize>,
    row: Vec<usize>,
}

impl Ruler {
    fn new(written: &str) -> Self {
        let written = written.chars().take(LETTERS_MAX).collect();
        Self { written, name: vec![], before_last: vec![], last: vec![], row: vec![] }
    }

    /// Letters to insert, delete, replace or swap with a neighbour (the restricted Damerau distance), if they are no more
    /// than `allowed`.
    fn distance(&mut self, name: &str, allowed: usize) -> Option<usize> {
        let Self { written, name: letters, before_last, last, row } = self;
        letters.clear();
        letters.extend(name.chars().take(LETTERS_MAX));
        if letters.len().abs_diff(written.len()) > allowed {
            return None;
        }
        last.clear();
        last.extend(0..=letters.len());
        let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
        for (i, x) in written.iter().enumerate() {
            row.clear();
            row.push(i + 1);
            for (j, y) in letters.iter().enumerate() {
                let mut best =
                    (at(last, j) + usize::from(x != y)).min(at(last, j + 1) + 1).min(at(row, j) + 1);
                if i > 0 && j > 0 && written.get(i - 1) == Some(y) && letters.get(j - 1) == Some(x) {
                    best = best.min(at(before_last, j - 1) + 1);
                }
                row.push(best);
            }
            // No later row has less than this one, nor does a swap from the row before it.
            if row.iter().all(|distance| *distance > allowed) {
                return None;
            }
            std::mem::swap(before_last, last);
            std::mem::swap(last, row);
        }
        last.last().copied().filter(|distance| *distance <= allowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_the_word_meant_and_a_strange_word_finds_nothing() {
        let names = ["general", "hrss", "market", "wave"];
        assert_eq!(nearest("genral", names), Some("general"));
        assert_eq!(nearest("hrsss", names), Some("hrss"));
        assert_eq!(nearest("waev", names), Some("wave"));
        assert_eq!(nearest("tax", names), None);
        assert_eq!(nearest("", names), None);
    }

    #[test]
    fn what_is_given_up_early_is_what_is_too_far() {
        // All words of up to four letters from two, each against each, by the definition.
        fn plain(a: &[char], b: &[char]) -> usize {
            match (a, b) {
                ([], rest) | (rest, []) => rest.len(),
                ([x, a1 @ ..], [y, b1 @ ..]) => {
                    let mut best =
                        (plain(a1, b1) + usize::from(x != y)).min(plain(a1, b) + 1).min(plain(a, b1) + 1);
                    if let ([_, x2, a2 @ ..], [_, y2, b2 @ ..]) = (a, b)
                        && (x, x2) == (y2, y)
                    {
                        best = best.min(plain(a2, b2) + 1);
                    }
                    best
                }
            }
        }
        let mut words = vec![String::new()];
        for i in 0..31 {
            words.extend(["a", "b"].map(|letter| format!("{}{letter}", words[i])));
        }
        let letters = |word: &str| word.chars().collect::<Vec<char>>();
        for a in &words {
            let mut ruler = Ruler::new(a);
            for b in &words {
                let wanted = plain(&letters(a), &letters(b));
                for allowed in 1..=3 {
                    assert_eq!(ruler.distance(b, allowed), Some(wanted).filter(|d| *d <= allowed), "{a} {b}");
                }
            }
        }
    }

    #[test]
    fn a_slip_for_which_no_guess_is_left_gets_the_list() {
        let known = Known::new(["general", "hrss"]);
        let mut guesses_left = 1;
        assert_eq!(known.help("genral", &mut guesses_left), "did you mean `general`?");
        assert_eq!(known.help("genral", &mut guesses_left), "known: general, hrss");
        assert_eq!(Known::new([]).help("genral", &mut 1), "there is none yet");
    }
}
