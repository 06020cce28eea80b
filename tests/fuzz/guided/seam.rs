//! One seam under libFuzzer: the same promises as in the test run, on inputs that coverage leads to.
//!
//! `FUZZ_TARGET` names the seam (`list` prints them all), `FUZZ_SEEDS` the folder that is filled with good files to start from, `FUZZ_WORDS` the
//! file that the words of its language are written to (give both to libFuzzer, as `tests/run guided` does). A panic that
//! a press caught and told of is a broken promise here, as there.

#![no_main]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a failed step ends it")]

#[path = "../seeds.rs"]
mod seeds;
#[path = "../targets.rs"]
mod targets;

use std::{env, fmt::Write as _, fs, panic, path::PathBuf, sync::OnceLock};

use libfuzzer_sys::fuzz_target;
use targets::Target;

macro_rules! list {
    ($($name:ident)*) => {
        static TARGETS: &[&Target] = &[$(&targets::$name),*];
    };
}

targets::each_target!(list);

static CHOSEN: OnceLock<&'static Target> = OnceLock::new();

/// Before libFuzzer reads its arguments: what they name is made here.
fn prepare() {
    let name = env::var("FUZZ_TARGET").unwrap();
    if name == "list" {
        TARGETS.iter().for_each(|target| println!("{}", target.name));
        std::process::exit(0);
    }
    let target = TARGETS.iter().find(|target| target.name == name).unwrap_or_else(|| panic!("no target {name}"));
    let folder = PathBuf::from(env::var_os("FUZZ_SEEDS").unwrap());
    fs::create_dir_all(&folder).unwrap();
    for (number, seed) in (target.seeds)().iter().enumerate() {
        fs::write(folder.join(format!("seed-{number}")), seed).unwrap();
    }
    // A dictionary without any line is an error.
    let mut words = String::from("# words\n");
    for token in target.tokens {
        let bytes: String = token.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
        writeln!(words, "\"{bytes}\"").unwrap();
    }
    fs::write(env::var_os("FUZZ_WORDS").unwrap(), words).unwrap();
    // libFuzzer's own hook ends the process at a panic that a press would have caught.
    panic::set_hook(Box::new(|_| ()));
    CHOSEN.get_or_init(|| target);
}

fuzz_target!(init: prepare(), |input: &[u8]| {
    let checked = panic::catch_unwind(|| (CHOSEN.get().unwrap().check)(input));
    if let Err(broken) = checked.unwrap_or_else(|_| Err("panic".into())) {
        eprintln!("{broken}");
        std::process::abort();
    }
});
