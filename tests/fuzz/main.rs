//! Every seam that reads what others wrote, fed with damaged files: nothing may panic, hang or break its promise.
//!
//! Each target runs a few rounds in every test run. `FUZZ_SECONDS=600 cargo nextest run --release --test fuzz` lets
//! each work for ten minutes. The input of the moment lies in `FUZZ_FOLDER` (the folder for temporary files, if not
//! set) under the name of its target: what kills the process is found there.

#![allow(clippy::print_stderr, clippy::unwrap_used, reason = "tests say what they do, and a failed step ends them")]

mod mutate;
mod seeds;
mod targets;

use std::{
    env, fs, panic,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use mutate::{Dice, mutate};
use targets::Target;

/// Rounds when no time is given.
const ROUNDS: u64 = 150;

/// Longer is a hang, however busy the machine is. What takes long without being one is told.
const PATIENCE: Duration = Duration::from_mins(10);

fn number(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

fn fuzz(target: &'static Target) {
    let work = move || {
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{} has no seeds", target.name);
        let note = env::var_os("FUZZ_FOLDER").map_or_else(env::temp_dir, PathBuf::from).join(target.name);
        let (begin, time) = (Instant::now(), number("FUZZ_SECONDS").map(Duration::from_secs));
        let first = number("FUZZ_SEED").unwrap_or(1);
        let (mut round, mut slowest) = (first, (Duration::ZERO, 0));
        while time.map_or(round < first + ROUNDS, |time| begin.elapsed() < time) {
            let mut dice = Dice::new(round);
            let seed = &seeds[dice.below(seeds.len())];
            let input = mutate(&mut dice, seed, &seeds, target.tokens);
            fs::write(&note, &input).unwrap();
            let start = Instant::now();
            if let Err(broken) = panic::catch_unwind(|| (target.check)(&input)).unwrap_or_else(|_| Err("panic".into()))
            {
                let kept = note.with_extension(format!("{round}"));
                fs::write(&kept, &input).unwrap();
                panic!("{} in round {round}: {broken}; the input is in {}", target.name, kept.display());
            }
            slowest = slowest.max((start.elapsed(), round));
            assert!(start.elapsed() < PATIENCE, "{} in round {round} took {:?}", target.name, start.elapsed());
            round += 1;
        }
        let _ = fs::remove_file(&note);
        let (time, slow) = slowest;
        eprintln!("{}: {} rounds in {:?}, the slowest {slow} in {time:?}", target.name, round - first, begin.elapsed());
    };
    // As in the pool: parsers recurse.
    thread::Builder::new()
        .stack_size(512 << 20)
        .spawn(work)
        .unwrap()
        .join()
        .unwrap_or_else(|p| panic::resume_unwind(p));
}

macro_rules! tests {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            fuzz(&targets::$name);
        }
    )*};
}

targets::each_target!(tests);
