//! Many at once, and how long many files take.

use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant, SystemTime},
};

use edgepress::{
    interrupt::Interrupt,
    publish::{Destination, FileMeta, MANIFEST, Overwrite, Patience, Request, Staging},
};

use crate::{
    child::Job,
    tree::{Place, generation},
};

const FILES: usize = 40;

#[test]
fn runs_on_one_output_take_turns() {
    for (runs, rounds) in [(2, 6), (8, 3)] {
        let place = Place::new();
        let output = place.path("out");
        let job = |wait, name: String| Job {
            site: place.path("site"),
            output: Some(output.clone()),
            generation: name,
            files: FILES,
            wait,
        };
        for round in 0..rounds {
            let start = |n: usize| {
                let job = job(Duration::from_mins(2), format!("{round} {n}"));
                job.command(&[]).stdout(Stdio::null()).spawn().unwrap()
            };
            let children: Vec<_> = (0..runs).map(start).collect();
            for mut child in children {
                assert!(child.wait().unwrap().success());
            }
            assert!(generation(&output, FILES).starts_with(&format!("{round} ")));
        }
        assert_eq!(place.names(), ["out", "site"]);
    }
}

#[test]
fn runs_that_do_not_wait_say_so() {
    let place = Place::new();
    let job = |n: usize| Job {
        site: place.path("site"),
        output: Some(place.path("out")),
        generation: format!("run {n}"),
        files: 300,
        wait: Duration::ZERO,
    };
    let children: Vec<_> =
        (0..6).map(|n| job(n).command(&[]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()).collect();
    let ends: Vec<_> = children.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
    let code = |code| ends.iter().filter(|end| end.status.code() == Some(code)).count();
    assert!(code(0) >= 1);
    assert_eq!(code(0) + code(4), 6, "{ends:?}");
    for end in ends.iter().filter(|end| end.status.code() == Some(4)) {
        assert!(String::from_utf8_lossy(&end.stderr).contains("another run is at work on"));
    }
    generation(&place.path("out"), 300);
    assert_eq!(place.names(), ["out", "site"]);
}

/// From several threads, as the pipeline does. Prints how long each part takes.
#[test]
fn five_thousand_small_files() {
    const COUNT: usize = 5000;
    let place = Place::new();
    let interrupt = Interrupt::new();
    let patience = Patience { wait: Duration::ZERO, on_wait: &|_| {}, interrupt: &interrupt };
    let output = place.path("out");
    let meta = FileMeta { mode: 0o644, modified: SystemTime::UNIX_EPOCH };
    for round in 0..3 {
        let body = vec![b'a' + round; 2000];
        let begin = Instant::now();
        let destination = Destination::Output { path: Path::new(&output), overwrite: Overwrite::Ours };
        let staging = Staging::open(&Request { site: &place.path("site"), destination, patience }).unwrap();
        std::thread::scope(|scope| {
            for thread in 0..2 {
                let (staging, body) = (&staging, &body);
                scope.spawn(move || {
                    for n in (thread..COUNT).step_by(2) {
                        staging.write(&format!("{}/{n}.js", n % 50), body, meta).unwrap();
                    }
                });
            }
        });
        staging.write(MANIFEST, b"{}", meta).unwrap();
        let staged = begin.elapsed();
        let published = staging.publish().unwrap();
        eprintln!("{COUNT} files staged in {staged:?}, with sync, exchange and removal {:?}", begin.elapsed());
        assert_eq!(published.files, COUNT as u64 + 1);
    }
    assert_eq!(place.names(), ["out", "site"]);
}
