//! `docs/faults.md` has every row, and names only tests that are there.

use std::{collections::BTreeSet, fs};

use crate::harness::repository;

#[test]
fn every_row_names_tests_that_are_there() {
    let table = fs::read_to_string(repository().join("docs/faults.md")).unwrap();
    let mut numbers = BTreeSet::new();
    let mut wrong = Vec::new();
    for line in table.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let Some(number) = cells.first().and_then(|cell| cell.parse::<u32>().ok()) else { continue };
        numbers.insert(number);
        let tests: Vec<&str> = cells[5].split('`').skip(1).step_by(2).collect();
        if tests.is_empty() {
            wrong.push(format!("row {number} names no test"));
        }
        wrong.extend(tests.into_iter().filter(|test| !is_there(test)).map(|test| format!("row {number}: no {test}")));
    }
    assert_eq!(numbers, (1..=67).collect(), "rows");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// `tests/e2e/faults.rs a_full_disk`
fn is_there(test: &str) -> bool {
    let Some((file, name)) = test.split_once(' ') else { return false };
    let text = fs::read_to_string(repository().join(file)).unwrap_or_default();
    text.contains(&format!("fn {name}()"))
}
