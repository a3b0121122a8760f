//! How many finder patterns there are in a picture (ISO/IEC 18004, 6.3.3), as the reader of codes finds them.
//!
//! The reader tries each three of them as the corners of a code, and copies the picture for each try. So their number says
//! how much work reading is: a page strewn with them would take hours.

use std::collections::{HashMap, HashSet};

/// Finder patterns of a picture, at most: those of 20 codes. With the worst of places for them that's 8,000 tries.
pub(crate) const MOST: usize = 60;

/// Percent of the ring's area that the stone within it has.
const STONE: std::ops::Range<u64> = 11..70;

/// A dark stretch of a row, and its number.
#[derive(Debug, Clone, Copy)]
struct Run {
    start: usize,
    end: usize,
    number: u32,
}

/// Dark stretches that touch, as trees.
#[derive(Debug, Default)]
struct Regions {
    parents: Vec<u32>,
    lengths: Vec<u32>,
}

impl Regions {
    fn add(&mut self, length: usize) -> u32 {
        let number = u32::try_from(self.parents.len()).unwrap_or(u32::MAX);
        self.parents.push(number);
        self.lengths.push(u32::try_from(length).unwrap_or(u32::MAX));
        number
    }

    fn parent(&self, number: u32) -> u32 {
        self.parents.get(number as usize).copied().unwrap_or(number)
    }

    fn root(&mut self, mut number: u32) -> u32 {
        loop {
            let parent = self.parent(number);
            if parent == number {
                return number;
            }
            let above = self.parent(parent);
            if let Some(slot) = self.parents.get_mut(number as usize) {
                *slot = above;
            }
            number = above;
        }
    }

    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        if let Some(slot) = self.parents.get_mut(other as usize) {
            *slot = one;
        }
    }
}

/// Counts dark rings around a dark stone, of which a row crosses as dark and light 1 : 1 : 3 : 1 : 1.
pub(crate) fn count(columns: usize, rows: usize, is_dark: impl Fn(usize, usize) -> bool) -> usize {
    let mut regions = Regions::default();
    let mut crossed: Vec<[u32; 3]> = Vec::new();
    let mut above: Vec<Run> = Vec::new();
    for y in 0..rows {
        let row = row(columns, |x| is_dark(x, y), &mut regions);
        let mut higher = above.iter().peekable();
        for run in &row {
            while let Some(other) = higher.peek() {
                if other.start < run.end && run.start < other.end {
                    regions.join(other.number, run.number);
                }
                // One that reaches further may touch the next one too.
                if other.end > run.end {
                    break;
                }
                higher.next();
            }
        }
        for window in row.windows(3) {
            if let [left, stone, right] = window
                && is_crossed(left, stone, right)
            {
                crossed.push([left.number, stone.number, right.number]);
            }
        }
        above = row;
    }
    let mut pairs = HashSet::new();
    for [left, stone, right] in crossed {
        let (left, stone, right) = (regions.root(left), regions.root(stone), regions.root(right));
        if left == right && left != stone {
            pairs.insert((left, stone));
        }
    }
    let mut areas: HashMap<u32, u64> = pairs.iter().flat_map(|(ring, stone)| [(*ring, 0), (*stone, 0)]).collect();
    for (number, length) in (0_u32..).zip(regions.lengths.clone()) {
        let root = regions.root(number);
        if let Some(area) = areas.get_mut(&root) {
            *area += u64::from(length);
        }
    }
    let area = |region: &u32| areas.get(region).copied().unwrap_or(0);
    let rings = pairs.iter().filter(|(ring, stone)| STONE.contains(&(area(stone) * 100 / area(ring).max(1))));
    rings.map(|(ring, _)| *ring).collect::<HashSet<_>>().len()
}

fn row(columns: usize, is_dark: impl Fn(usize) -> bool, regions: &mut Regions) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut begun = None;
    for x in 0..=columns {
        match (begun, x < columns && is_dark(x)) {
            (None, true) => begun = Some(x),
            (Some(start), false) => {
                runs.push(Run { start, end: x, number: regions.add(x - start) });
                begun = None;
            }
            _ => {}
        }
    }
    runs
}

/// Within the reader's own tolerance.
fn is_crossed(left: &Run, stone: &Run, right: &Run) -> bool {
    let lengths = [
        left.end - left.start,
        stone.start - left.end,
        stone.end - stone.start,
        right.start - stone.end,
        right.end - right.start,
    ];
    let [one, two, _, three, four] = lengths;
    let mean = (one + two + three + four) / 4;
    let off = mean * 3 / 4;
    lengths
        .iter()
        .zip([1, 1, 3, 1, 1])
        .all(|(length, wanted)| (wanted * mean - off..=wanted * mean + off).contains(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINDER: [&str; 7] = ["#######", "#     #", "# ### #", "# ### #", "# ### #", "#     #", "#######"];

    fn counted(rows: &[String]) -> usize {
        let columns = rows.first().map_or(0, String::len);
        count(columns, rows.len(), |x, y| rows[y].as_bytes()[x] == b'#')
    }

    #[test]
    fn rings_around_stones_are_counted_once() {
        let beside = |times: usize| FINDER.map(|row| format!("{row} ").repeat(times)).to_vec();
        assert_eq!((counted(&beside(0)), counted(&beside(1)), counted(&beside(5))), (0, 1, 5));
        let below = [beside(3), vec![" ".repeat(24)], beside(3)].concat();
        assert_eq!(counted(&below), 6);
        // Enlarged, it's crossed more often.
        let wide = FINDER.map(|row| row.chars().flat_map(|pixel| [pixel; 4]).collect::<String>());
        assert_eq!(counted(&wide.iter().flat_map(|row| vec![row.clone(); 4]).collect::<Vec<_>>()), 1);
    }

    #[test]
    fn bars_and_open_rings_are_none() {
        assert_eq!(counted(&vec!["# ### #".to_owned(); 7]), 0);
        let open = FINDER.map(|row| row.to_owned());
        assert_eq!(counted(open.get(1..6).unwrap()), 0);
        assert_eq!(counted(&vec![" ".repeat(9); 9]), 0);
    }
}
