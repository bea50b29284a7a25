//! "Did you mean …?"

/// The name nearest to `written`, if one is near enough to be a slip.
pub fn nearest<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (written.chars().count() / 3).clamp(1, 3);
    names
        .into_iter()
        .take(NAMES_LOOKED_AT_MAX)
        // A letter has at most four bytes, so this spares only work that could find nothing.
        .filter(|name| name.len().abs_diff(written.len()) <= 4 * allowed)
        .map(|name| (distance(written, name), name))
        .filter(|(d, _)| *d <= allowed)
        .min_by_key(|(d, _)| *d)
        .map(|(_, name)| name)
}

/// `; did you mean …?`-style help: the nearest name, or the list of all (at most ten).
pub fn help<'a>(written: &str, names: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(name) = nearest(written, names.clone()) {
        return format!("did you mean `{name}`?");
    }
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_unstable();
    names.dedup();
    let more = names.len().saturating_sub(NAMES_MAX);
    names.truncate(NAMES_MAX);
    match (names.is_empty(), more) {
        (true, _) => "there is none yet".to_owned(),
        (false, 0) => format!("known: {}", names.join(", ")),
        (false, more) => format!("known: {} and {more} more", names.join(", ")),
    }
}

const NAMES_MAX: usize = 10;
/// A plan has fewer; more would make every slip cost too much.
const NAMES_LOOKED_AT_MAX: usize = 4096;

/// Letters to insert, delete, replace or swap with a neighbour (the restricted Damerau distance). Long
/// words are cut: nobody means them.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(40).collect();
    let b: Vec<char> = b.chars().take(40).collect();
    let mut before_last: Vec<usize> = vec![];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let mut best =
                (at(&last, j) + usize::from(x != y)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            if i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x) {
                best = best.min(at(&before_last, j - 1) + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
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
}
