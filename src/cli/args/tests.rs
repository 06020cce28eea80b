use std::path::Path;

use super::*;

fn run(line: &str) -> Result<Invocation, Stop> {
    let words = std::iter::once("edgepress").chain(line.split_whitespace());
    parse(words.map(OsString::from), &Environment::default())
}

fn invocation(line: &str) -> Invocation {
    run(line).unwrap_or_else(|stop| panic!("{line}: {stop:?}"))
}

fn error(line: &str) -> (String, String) {
    match run(line) {
        Err(Stop::Error(error)) => {
            assert_eq!(Exit::from(&error), Exit::Usage, "{line}");
            (error.to_string(), error.hint().unwrap_or_default())
        }
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn clap_finds_no_contradiction_in_it() {
    Args::command().debug_assert();
}

#[test]
fn tasks_are_what_was_typed() {
    let site = || PathBuf::from("dist");
    let out = || Destination::Folder { path: "out".into(), force: false };
    for (line, task) in [
        ("build dist -o out", Task::Build { site: site(), destination: out(), repeat: Repeat::Once }),
        ("build dist -o out --watch", Task::Build { site: site(), destination: out(), repeat: Repeat::OnChange }),
        (
            "build dist --in-place",
            Task::Build { site: site(), destination: Destination::InPlace, repeat: Repeat::Once },
        ),
        (
            "build dist -o out --dry-run",
            Task::Build { site: site(), destination: Destination::Nowhere, repeat: Repeat::Once },
        ),
        (
            "build dist --print-config",
            Task::Build { site: site(), destination: Destination::Nowhere, repeat: Repeat::Once },
        ),
        ("check dist", Task::Check { site: site(), extent: Extent::Site }),
        ("check --staged", Task::Check { site: ".".into(), extent: Extent::Staged }),
        ("explain dist a.css", Task::Explain { site: site(), file: "a.css".to_owned() }),
        ("init", Task::Init { root: ".".into(), existing: Existing::Keep }),
        ("cache gc --max 1kB", Task::Cache(CacheTask::Gc { max: crate::asset::ByteSize(1000) })),
        ("schema report", Task::Schema(SchemaOf::Report)),
        ("completions zsh", Task::Completions(Shell::Zsh)),
        ("man", Task::Man { out: None }),
    ] {
        assert_eq!(invocation(line).task, task, "{line}");
    }
}

#[test]
fn flags_reach_the_configuration() {
    let line = "--level max build d -o o --host nginx,netlify --base /x --exclude a --exclude b/** --no-fingerprint \
                --no-cache -j 3 --memory 1GiB --strict";
    let config = invocation(line).config(Path::new("/nonexistent"), &Environment::default()).unwrap();
    assert_eq!(config.hosts, ["nginx", "netlify"]);
    assert_eq!((config.base.as_deref(), config.name_mode, config.jobs.get()), (Some("/x/"), NameMode::Off, 3));
    assert_eq!((config.cache, config.strictness), (Cache::Off, Strictness::Strict));
    assert_eq!(config.exclude.texts().collect::<Vec<_>>(), ["a", "b/**"]);
    let origins: Vec<String> = config.shown.iter().map(|shown| shown.origin.to_string()).collect();
    assert!(origins.iter().filter(|origin| origin.starts_with("--")).count() == 9, "{origins:?}");
}

#[test]
fn bad_usage_is_one_line_and_a_hint() {
    for (line, message, hint) in [
        ("build dist", "build needs to know where to publish", "add -o OUT; --dry-run does everything but publish"),
        ("build -o x", "<SITE> is missing", "usage: edgepress build --out <OUT> <SITE>"),
        ("build dist --hots x", "unknown flag --hots", "did you mean --host?"),
        ("check dist --host nginx", "--host is a flag of edgepress build only", "usage: edgepress check <SITE>"),
        ("build dist -o x --zzzzzzz", "unknown flag --zzzzzzz", "usage: edgepress build --out <OUT> <SITE>"),
        ("build dist y -o x", "\"y\" is one argument too many", "usage: edgepress build [OPTIONS] <SITE>"),
        ("buidl dist", "there is no command \"buidl\"", "did you mean build?"),
        ("build dist -o x --in-place", "--out and --in-place contradict each other", "keep one of them"),
        ("build dist -o x -q -v", "--quiet and --verbose contradict each other", "keep one of them"),
        (
            "build dist -o x --no-cache --cache-dir c",
            "--no-cache and --cache-dir contradict each other",
            "keep one of them",
        ),
        ("build dist -o x --level fats", "--level cannot be \"fats\"", "did you mean fast?"),
        ("build dist -o x --level", "--level needs a value", "choose one of: fast, default, max"),
        ("build dist -o x --jobs 0", "--jobs cannot be \"0\"", "write a number from 1 to 1024"),
        ("build dist -o x --base docs", "--base must start with /: \"docs\"", "write \"/docs\""),
        (
            "build dist -o x --host ngnix",
            "--host names \"ngnix\", which is no host that edgepress knows",
            "did you mean `nginx`?",
        ),
        ("build dist -o x --exclude a/", "--exclude \"a/\" names a folder", "write \"a/**\" for all files in it"),
        (
            "build dist -o x --report xml",
            "--report knows no format \"xml\"",
            "choose one of: human, json, markdown, html, github, sarif, junit",
        ),
        ("check", "<SITE> is missing", "usage: edgepress check <SITE>"),
        ("cache gc --max lots", "--max cannot be \"lots\"", "write it like \"2 GB\" or \"500 MB\""),
    ] {
        assert_eq!(error(line), (message.to_owned(), hint.to_owned()), "{line}");
    }
}

#[test]
fn help_fits_a_screen_and_shows_an_example() {
    for line in [
        "--help",
        "build --help",
        "check --help",
        "explain --help",
        "init --help",
        "cache --help",
        "cache gc --help",
        "schema --help",
        "completions --help",
        "man --help",
    ] {
        let Err(Stop::Show { text, exit: Exit::Fine }) = run(line) else { panic!("{line}") };
        let lines: Vec<&str> = text.trim_end().lines().collect();
        assert!(lines.len() <= 40, "{line}: {} lines\n{text}", lines.len());
        assert!(lines.iter().all(|line| line.chars().count() <= 100), "{line}\n{text}");
        assert!(lines.iter().rev().take(2).any(|line| line.starts_with("Example:")), "{line}\n{text}");
    }
}

#[test]
fn without_a_command_help_is_shown() {
    assert!(matches!(run(""), Err(Stop::Show { exit: Exit::Usage, .. })));
    assert!(matches!(run("--version"), Err(Stop::Show { text, exit: Exit::Fine }) if text.starts_with("edgepress ")));
}
