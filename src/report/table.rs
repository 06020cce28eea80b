//! Columns of text that line up on a terminal.

use crate::text::width;

/// How a cell stands in its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// The rows of `cells`, each as one line whose columns line up, two spaces apart, without spaces at the end.
pub(super) fn lines(cells: &[Vec<String>], aligns: &[Align]) -> Vec<String> {
    let columns: Vec<usize> = (0..aligns.len())
        .map(|i| cells.iter().filter_map(|row| row.get(i)).map(|cell| width(cell)).max().unwrap_or(0))
        .collect();
    let line = |row: &Vec<String>| {
        let padded: Vec<String> = row
            .iter()
            .zip(aligns)
            .zip(&columns)
            .map(|((cell, align), &column)| {
                let gap = " ".repeat(column - width(cell));
                match align {
                    Align::Left => format!("{cell}{gap}"),
                    Align::Right => format!("{gap}{cell}"),
                }
            })
            .collect();
        padded.join("  ").trim_end().to_owned()
    };
    cells.iter().map(line).collect()
}
