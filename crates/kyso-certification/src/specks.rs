//! Specks on a page's paper that stand in lines or grids, which no dust does: dotted lines, dots of a form's grid.

use std::collections::BTreeMap;

/// Cells that are as near as this, across and down, are of one speck.
const NEAR: usize = 4;
/// So many other specks at the same height, or at the same distance from the side, are a line; so many both ways a grid.
const IN_LINE: usize = 6;
const IN_GRID: usize = 3;

/// Of cells that hold specks, counted row by row on a page of so many columns and rows, those that stand in no line and no
/// grid. Where there are many, some stand in line by chance: three times as many as that are allowed.
pub(crate) fn out_of_line(cells: &[usize], (columns, rows): (usize, usize)) -> Vec<usize> {
    let columns = columns.max(1);
    let mut specks: Vec<(usize, usize)> = Vec::new();
    let mut near: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    let mut of_cell = Vec::new();
    for cell in cells {
        let (x, y) = (cell % columns, cell / columns);
        let around = (y / NEAR).saturating_sub(1)..=y / NEAR + 1;
        let known = around
            .flat_map(|down| ((x / NEAR).saturating_sub(1)..=x / NEAR + 1).map(move |across| (across, down)))
            .filter_map(|place| near.get(&place))
            .flatten()
            .copied()
            .find(|speck| specks.get(*speck).is_some_and(|(a, b)| a.abs_diff(x) < NEAR && b.abs_diff(y) < NEAR));
        let speck = known.unwrap_or_else(|| {
            specks.push((x, y));
            near.entry((x / NEAR, y / NEAR)).or_default().push(specks.len() - 1);
            specks.len() - 1
        });
        of_cell.push((*cell, speck));
    }
    let (mut across, mut down) = (vec![0_usize; columns + 2], vec![0_usize; rows + 2]);
    for (x, y) in &specks {
        across.iter_mut().skip(x + 1).take(1).for_each(|count| *count += 1);
        down.iter_mut().skip(y + 1).take(1).for_each(|count| *count += 1);
    }
    let by_chance = |lines: usize| 9 * specks.len() / lines.max(1);
    let others = |counts: &[usize], at: usize| {
        counts.get(at..at + 3).unwrap_or_default().iter().sum::<usize>().saturating_sub(1)
    };
    let in_line = |speck: usize| {
        let Some((x, y)) = specks.get(speck) else { return true };
        let (row, column) = (others(&down, *y), others(&across, *x));
        let (in_rows, in_columns) = (by_chance(rows), by_chance(columns));
        row >= IN_LINE + in_rows
            || column >= IN_LINE + in_columns
            || row >= IN_GRID + in_rows && column >= IN_GRID + in_columns
    };
    of_cell.into_iter().filter(|(_, speck)| !in_line(*speck)).map(|(cell, _)| cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: (usize, usize) = (420, 594);

    fn cells(places: impl Iterator<Item = (usize, usize)>) -> Vec<usize> {
        places.map(|(x, y)| y * PAGE.0 + x).collect()
    }

    #[test]
    fn grids_and_lines_are_no_dust() {
        let grid = cells((0..5).flat_map(|row| (0..5).map(move |column| (100 + column * 12, 200 + row * 12))));
        let line = cells((0..8).map(|column| (60 + column * 20, 400)));
        assert!(out_of_line(&grid, PAGE).is_empty());
        assert!(out_of_line(&line, PAGE).is_empty());
    }

    #[test]
    fn dust_falls_anywhere() {
        let mut seed = 7_u32;
        let mut next = |most: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as usize % most
        };
        for number in [5, 60, 400, 2000] {
            let dust = cells((0..number).map(|_| (next(PAGE.0), next(PAGE.1))).collect::<Vec<_>>().into_iter());
            let left = out_of_line(&dust, PAGE).len();
            assert!(left * 100 >= dust.len() * 97, "{left} of {number}");
        }
        // A speck takes several cells.
        assert_eq!(out_of_line(&cells([(50, 50), (51, 50), (50, 51), (51, 51)].into_iter()), PAGE).len(), 4);
    }
}
