//! The roster's file, changed a certificate at a time: what else stands in it, comments too, stays as it is.

use std::ops::Range;

use kyso::{Roster, RosterEntry};

const HEADER: &str = "[[certificate]]";

/// The file's text with an entry behind the others.
pub(crate) fn with(text: &str, entry: &RosterEntry) -> Result<String, toml::ser::Error> {
    let mut added = Roster::default();
    added.certificates.push(entry.clone());
    let gap = match text {
        "" => "",
        text if text.ends_with("\n\n") => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    Ok(format!("{text}{gap}{}", toml::to_string(&added)?))
}

/// The file's text without one of its entries, and without the comment before it; none where the text doesn't show which lines
/// are the entry's.
pub(crate) fn without(text: &str, index: usize) -> Option<String> {
    let mut expected: Roster = toml::from_str(text).ok()?;
    if index >= expected.certificates.len() {
        return None;
    }
    expected.certificates.remove(index);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let entry = entries(&lines).get(index)?.clone();
    let left: String =
        lines.iter().enumerate().filter(|(line, _)| !entry.contains(line)).map(|(_, text)| *text).collect();
    // Read again: a text that TOML writes in another way is changed by hand.
    (toml::from_str::<Roster>(&left).ok()? == expected).then_some(left)
}

/// The lines of each entry, from the comment that stands right before it.
fn entries(lines: &[&str]) -> Vec<Range<usize>> {
    let is_header = |line: &&str| line.trim_start().starts_with(HEADER);
    let starts = lines.iter().enumerate().filter(|(_, line)| is_header(line)).map(|(at, _)| {
        let before = lines.get(..at).unwrap_or_default();
        at - before.iter().rev().take_while(|line| line.trim_start().starts_with('#')).count()
    });
    let mut starts: Vec<usize> = starts.collect();
    starts.push(lines.len());
    starts.windows(2).filter_map(|pair| <[usize; 2]>::try_from(pair).ok()).map(|[from, to]| from..to).collect()
}

#[cfg(test)]
mod tests {
    use kyso::Role;

    use super::*;

    fn entry(digit: &str, role: Role) -> RosterEntry {
        RosterEntry::new(digit.repeat(64), role)
    }

    fn read(text: &str) -> Vec<String> {
        toml::from_str::<Roster>(text).unwrap().certificates.into_iter().map(|entry| entry.sha256).collect()
    }

    #[test]
    fn entries_come_and_go_and_the_rest_stays() {
        let mut text = "# Danh sách của phường.".to_owned();
        for (digit, role) in [("a", Role::Leader), ("b", Role::Seal), ("c", Role::Other)] {
            text = with(&text, &entry(digit, role)).unwrap();
        }
        let commented = text.replace(&format!("{HEADER}\nsha256 = \"b"), &format!("# văn thư\n{HEADER}\nsha256 = \"b"));
        assert!(commented.contains("văn thư"));
        let left = without(&commented, 1).unwrap();
        assert_eq!(read(&left), ["a".repeat(64), "c".repeat(64)]);
        assert!(left.starts_with("# Danh sách của phường.") && !left.contains("văn thư"), "{left}");
        let none = without(&without(&left, 1).unwrap(), 0).unwrap();
        assert_eq!((read(&none).len(), none.contains("Danh sách")), (0, true));
        assert_eq!(read(&with(&none, &entry("d", Role::Leader)).unwrap()), ["d".repeat(64)]);
    }

    #[test]
    fn what_is_written_in_another_way_is_left_alone() {
        let inline = format!("certificate = [{{ sha256 = \"{}\", role = \"leader\" }}]\n", "a".repeat(64));
        assert_eq!(read(&inline).len(), 1);
        assert_eq!((without(&inline, 0), without("", 0), without("x = ", 0)), (None, None, None));
        // A header in a text is no header.
        let hidden = format!(
            "[[certificate]]\nsha256 = \"{}\"\nrole = \"leader\"\ntitle = '''\n[[certificate]]\n'''\n",
            "a".repeat(64)
        );
        let two = with(&hidden, &entry("b", Role::Seal)).unwrap();
        assert!(without(&two, 0).is_none_or(|left| read(&left) == ["b".repeat(64)]));
        assert!(without(&two, 1).is_none_or(|left| read(&left) == ["a".repeat(64)]));
    }
}
