//! Killed at random moments.

use std::{
    fs,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use edgepress::{
    interrupt::Interrupt,
    publish::{Patience, PublishError, restore},
};

use crate::{
    child::Job,
    tree::{Place, generation, write_site},
};

const FILES: usize = 60;

/// Rounds: `PUBLISH_KILLS`, or 200.
fn rounds() -> u32 {
    std::env::var("PUBLISH_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(200)
}

/// Numbers that are spread well and the same in each run.
fn spread(round: u32) -> u32 {
    round.wrapping_mul(2_654_435_769) >> 16 & 0x3FF
}

/// Starts `job` and kills it after a part of `whole`.
fn kill(job: &Job, round: u32, whole: Duration) {
    let mut child = job.command(&[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    thread::sleep(whole * spread(round) / 0x3FF);
    let _ = child.kill();
    child.wait().unwrap();
}

/// How long a run takes that nobody kills, and a fifth more.
fn time(job: &Job) -> Duration {
    let begin = Instant::now();
    assert_eq!(job.run(&[]).0, 0);
    begin.elapsed() * 6 / 5
}

#[test]
fn a_kill_leaves_the_old_output_or_the_new_one() {
    let place = Place::new();
    let output = place.path("out");
    let job = |round: u32| Job {
        site: place.path("site"),
        output: Some(output.clone()),
        generation: format!("generation {round}"),
        files: FILES,
        wait: Duration::ZERO,
    };
    let whole = time(&job(0));
    let (mut current, mut published) = ("generation 0".to_owned(), 0);
    for round in 1..=rounds() {
        kill(&job(round), round, whole);
        let found = generation(&output, FILES);
        assert!(found == current || found == job(round).generation, "{found} after {current} in round {round}");
        published += u32::from(found != current);
        current = found;
    }
    eprintln!("{} kills in up to {whole:?}: {published} came too late", rounds());
    let last = job(u32::MAX);
    assert_eq!(last.run(&[]).0, 0);
    assert_eq!(generation(&output, FILES), last.generation);
    assert_eq!(place.names(), ["out", "site"]);
}

#[test]
fn a_kill_in_place_never_loses_the_site() {
    let place = Place::new();
    let site = place.path("site");
    let interrupt = Interrupt::new();
    let patience = Patience { wait: Duration::ZERO, on_wait: &|_| {}, interrupt: &interrupt };
    let job = |round: u32| Job {
        site: site.clone(),
        output: None,
        generation: format!("pressed {round}"),
        files: FILES,
        wait: Duration::ZERO,
    };
    write_site(&site, "site 0", FILES);
    let whole = time(&job(0));
    let mut restored = 0;
    for round in 1..=rounds() / 2 {
        // Sometimes an older original is there, sometimes not.
        if round % 3 == 0 {
            assert_eq!(job(0).run(&[]).0, 0);
        }
        let built = format!("site {round}");
        write_site(&site, &built, FILES);
        kill(&job(round), round, whole);
        let found = generation(&site, FILES);
        match restore(&site, patience) {
            Ok(_) => restored += 1,
            Err(PublishError::NothingToRestore { .. }) => assert_eq!(found, built, "round {round}"),
            Err(error) => panic!("round {round}: {error}"),
        }
        assert_eq!(generation(&site, FILES), built, "round {round}");
    }
    eprintln!("{} kills in place, {restored} restored", rounds() / 2);
    let _ = fs::remove_dir_all(place.path(".site.edgepress-original"));
    assert_eq!(place.names(), ["site"]);
}
