//! Whether readers may differ in what a section says of an object.

use std::collections::HashMap;

use super::{Location, Section};

/// Most rows of a section in which runs overlap.
const MAX_REPEATED: usize = 500_000;

impl Section {
    /// Whether the section says two things of one object, so that readers may take one or the other. `is_known`: what a row
    /// says was so before the section came; programs that restate older rows beside newer ones say nothing else with them.
    pub fn is_ambiguous(&self, bytes: &[u8], is_known: &dyn Fn(u32, Location) -> bool) -> bool {
        let disagree = self.hybrid.iter().any(|hybrid| {
            hybrid.numbers().any(|number| {
                let (table, stream) = (self.locate_own(bytes, number), hybrid.locate_own(bytes, number));
                // What the table calls free is hidden from readers that know no streams: that is what hybrids are for.
                let table = table.filter(|table| *table != Location::Free);
                table.zip(stream).is_some_and(|(table, stream)| stream != table && !is_known(number, stream))
            })
        });
        disagree || self.has_overlapping_runs() && self.repeats_otherwise(bytes, is_known)
    }

    fn has_overlapping_runs(&self) -> bool {
        let mut runs: Vec<(u32, u32)> = self.runs.iter().map(|run| (run.first, run.count)).collect();
        runs.sort_unstable();
        runs.windows(2).any(|pair| matches!(pair, &[(first, count), (next, _)] if next < first.saturating_add(count)))
    }

    /// Whether a row is followed by one of the same object that says something else, and wasn't so before.
    fn repeats_otherwise(&self, bytes: &[u8], is_known: &dyn Fn(u32, Location) -> bool) -> bool {
        if self.runs.iter().map(|run| run.count as usize).sum::<usize>() > MAX_REPEATED {
            return true;
        }
        let mut said: HashMap<u32, Option<Location>> = HashMap::new();
        let rows = self.runs.iter().flat_map(|run| (0..run.count).map(move |row| (run, row)));
        rows.into_iter().any(|(run, row)| {
            let number = run.first.saturating_add(row);
            let here = self.row(bytes, run, row as usize);
            match said.insert(number, here) {
                Some(earlier) if earlier != here => earlier.is_none_or(|earlier| !is_known(number, earlier)),
                _ => false,
            }
        })
    }
}
