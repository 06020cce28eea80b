use std::path::Path;

use super::*;
use crate::{error::Error, press::js::Fate};

fn error_of(text: &str) -> (String, String) {
    let error = parse_toml("edgepress.toml", text).expect_err(text);
    assert!(matches!(error, Error::Config { .. }), "{error:?}");
    (error.to_string(), error.hint().unwrap_or_default())
}

fn config_of(text: &str) -> Config {
    let file = parse_toml("edgepress.toml", text).unwrap_or_else(|error| panic!("{error}"));
    merge([Layer::default(), Layer::default(), file], &Environment::default(), Path::new("."))
}

/// What is written, what is said, what is advised.
const WRONG: &[(&str, &str, &str)] = &[
    ("levle = 1", "edgepress.toml:1:1: `levle` is not a key that edgepress knows", "did you mean `level`?"),
    (
        "\n[names]\nkep = []",
        "edgepress.toml:3:1: `names.kep` is not a key that edgepress knows",
        "did you mean `keep`?",
    ),
    ("level = \"fats\"", "edgepress.toml:1:1: `level` cannot be \"fats\"", "did you mean `fast`?"),
    ("level = 3", "edgepress.toml:1:1: `level` must be one of the words fast, default, max", ""),
    ("hosts = [\"nginx\", 3]", "edgepress.toml:1:19: `hosts[1]` must be a string, not integer `3`", ""),
    (
        "hosts = [\"vercel\"]",
        "edgepress.toml:1:10: `hosts[0]` names vercel, which is not available yet in this version",
        "available: netlify, cloudflare-pages, cloudflare-workers, nginx",
    ),
    ("base = \"docs\"", "edgepress.toml:1:1: `base` must start with /: \"docs\"", "write \"/docs\""),
    (
        "exclude = [\"drafts/\"]",
        "edgepress.toml:1:12: `exclude[0]` names a folder",
        "write \"drafts/**\" for all files in it",
    ),
    (
        "[[budget]]\ntotal = true\nmax = 1\n[[budget]]\nglob = \"*.js\"\nmax = \"9 parsecs\"",
        "edgepress.toml:6:1: `budget[1].max` is not a size: \"9 parsecs\"",
        "write it like \"170 kB\" or \"170 KiB\"",
    ),
    (
        "[[budget]]\nglob = \"*\"\npage = \"*\"\nmax = 1",
        "edgepress.toml:1:1: `budget[0]` has both `glob` and `page`",
        "keep one of them; make a second [[budget]] for the other (glob, kind, page, total)",
    ),
    (
        "[[budget]]\nmax = 1",
        "edgepress.toml:1:1: `budget[0]` does not say what it limits",
        "give it one of: glob, kind, page, total",
    ),
    (
        "[[budget]]\ntotal = true",
        "edgepress.toml:1:1: `budget[0]` does not say a limit",
        "give it one of: max, count, grow",
    ),
    (
        "[[budget]]\ntotal = true\ngrow = \"+2 %\"",
        "edgepress.toml:3:1: `budget[0].grow` is not available yet in this version",
        "available: max, count",
    ),
    (
        "[[budget]]\nkind = \"javascript\"\nmax = 1",
        "edgepress.toml:2:1: `budget[0].kind` is no kind of file: \"javascript\"",
        "did you mean `js-script`?",
    ),
    (
        "[[budget]]\ntotal = true\ncount = 3\nmeasure = \"gzip\"",
        "edgepress.toml:4:1: `budget[0].measure` goes with `max`, but the budget has `count`, which counts files",
        "leave `measure` out",
    ),
    (
        "[[budget]]\ntotal = true\nmax = 1\n[[budget]]\ntotal = true\nmax = 2",
        "edgepress.toml:4:1: `budget[1].name` is \"total\", as is that of `budget[0]`",
        "give each budget a name of its own",
    ),
    ("[[policy]]\nglob = \"a\"", "edgepress.toml:1:1: `policy[0]` needs the key `cache_control`", ""),
    (
        "[[policy]]\nglob = \"a\"\ncache_control = \"no-store, max-age=1\"",
        "edgepress.toml:3:1: `policy[0].cache_control` says both no-store and max-age, which contradict each other",
        "keep one of them",
    ),
    (
        "[[policy]]\nglob = \"a\"\ncache_control = \"public\\nX: y\"",
        "edgepress.toml:3:1: `policy[0].cache_control` has a character that no header may hold: \"public\\nX: y\"",
        "write directives and commas, such as \"public, max-age=900\"",
    ),
    (
        "css.targets = \"netscape 4\"",
        "edgepress.toml:1:5: `css.targets` is not understood: unknown browser: 'netscape'",
        "write a browserslist query such as \"defaults\", or leave it out: every fallback for older browsers stays",
    ),
    (
        "images.lossy = \"high\"",
        "edgepress.toml:1:8: `images.lossy` set to anything but \"off\" is not available yet in this version",
        "leave it out: pictures are pressed without loss",
    ),
    (
        "images.lossy = { ssimulacra2 = 80 }",
        "edgepress.toml:1:8: `images.lossy` set to anything but \"off\" is not available yet in this version",
        "leave it out: pictures are pressed without loss",
    ),
    (
        "images.lossy = \"hi\"",
        "edgepress.toml:1:8: `images.lossy` must be \"off\", \"visually-lossless\", \"high\", \"medium\" or { ssimulacra2 = 80 }",
        "",
    ),
    (
        "images.variants = [\"avif\"]",
        "edgepress.toml:1:8: `images.variants` is not available yet in this version",
        "leave it out",
    ),
    (
        "siblings.encodings = [\"br\", \"br\"]",
        "edgepress.toml:1:29: `siblings.encodings[1]` names br a second time",
        "leave one out",
    ),
    (
        "siblings.encodings = [\"brotli\"]",
        "edgepress.toml:1:23: `siblings.encodings[0]` cannot be \"brotli\"",
        "choose one of: br, gzip, zstd",
    ),
    (
        "[rules.\"vendor/**\"]\nnames.mode = \"off\"",
        "edgepress.toml:2:1: `rules.\"vendor/**\".names` is not available yet in this version",
        "available in a rule: press = \"off\", html",
    ),
    ("level = ", "edgepress.toml:1:9: string values must be quoted, expected literal string", ""),
];

#[test]
fn wrong_values_are_named_with_place_path_and_advice() {
    for (text, message, hint) in WRONG {
        assert_eq!(error_of(text), ((*message).to_owned(), (*hint).to_owned()), "{text}");
    }
}

#[test]
fn all_that_the_documentation_shows_is_understood() {
    let config = config_of(
        r#"
        level = "max"
        hosts = ["nginx", "cloudflare-pages"]
        base = "/shop"
        exclude = ["drafts/**"]
        [names]
        mode = "adopt"
        keep = ["legacy/**"]
        [css]
        targets = "chrome 100"
        [js]
        source_maps = "hidden"
        legal_comments = "none"
        drop_console = true
        define = { "process.env.NODE_ENV" = '"production"' }
        [images]
        lossy = "off"
        variants = []
        metadata = "keep"
        [html]
        whitespace = "aggressive"
        [siblings]
        encodings = ["zstd", "br"]
        [[policy]]
        glob = "feeds/**"
        cache_control = "public, max-age=900"
        [[budget]]
        name = "app"
        glob = "assets/*.js"
        max = "170 kB"
        measure = "gzip"
        severity = "warning"
        [[budget]]
        page = "**/*.html"
        max = 200000
        [[budget]]
        kind = "js"
        count = 20
        [rules."vendor/**"]
        press = "off"
        [rules."poems/**"]
        html = { whitespace = "keep", comments = "keep" }
        "#,
    );
    assert_eq!(
        config.press_options(),
        Options {
            level: Level::Max,
            legal_comments: LegalComments::None,
            css_targets: Targets::parse("chrome 100").ok(),
            metadata: Metadata::Keep,
            html: HtmlOptions { whitespace: Folding::Aggressive, ..HtmlOptions::default() },
            script_edits: Edits {
                console: Fate::Goes,
                debugger: Fate::Stays,
                define: [("process.env.NODE_ENV".to_owned(), "\"production\"".to_owned())].into(),
            },
            ..Options::default()
        }
    );
    assert_eq!(config.source_maps, SourceMaps::Hidden);
    assert_eq!((config.base.as_deref(), config.name_mode), (Some("/shop/"), NameMode::Adopt));
    assert_eq!(config.encodings, [Encoding::Br, Encoding::Zstd]);
    assert!(!config.takes("drafts/a.html") && config.takes("index.html"));
    assert!(!config.presses("vendor/x/a.js") && config.presses("a.js"));
    let poems = HtmlOptions { whitespace: Folding::Keep, comments: Comments::Keep, inline: InlineCode::Press };
    assert_eq!(config.html_options("poems/a.html"), poems);
    assert!(config.keeps_name("legacy/a.js") && !config.keeps_name("a.js"));
    assert_eq!(config.cache_control("feeds/rss.xml"), Some("public, max-age=900"));
    let budgets: Vec<_> = config.budgets.iter().map(|budget| (budget.name.as_str(), budget.limit)).collect();
    let bytes = |max, measure| Limit::Bytes { max: ByteSize(max), measure };
    assert_eq!(
        budgets,
        [
            ("app", bytes(170_000, Measure::Gzip)),
            ("first load of **/*.html", bytes(200_000, Measure::Brotli)),
            ("all js", Limit::Count(20)),
        ]
    );
}

#[test]
fn flags_beat_environment_beats_file_beats_defaults() {
    let environment = Environment::new(
        [("EDGEPRESS_LEVEL", "max"), ("EDGEPRESS_BASE", "/env"), ("EDGEPRESS_CACHE_DIR", "/c"), ("OTHER", "x")]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let file = parse_toml("edgepress.toml", "exclude = [\"a\"]\n\nbase = \"/file\"\nlevel = \"max\"").unwrap();
    let flags = Layer { level: Some(Sourced::new(Level::Fast, Origin::Flag("--level"))), ..Layer::default() };
    let config = merge([flags, environment.layer().unwrap(), file], &environment, Path::new("."));
    assert_eq!((config.level, config.base.as_deref()), (Level::Fast, Some("/env/")));
    let printed = config.print();
    let lines: Vec<String> =
        printed.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for line in [
        "level = \"fast\" # --level",
        "base = \"/env/\" # EDGEPRESS_BASE",
        "exclude = [\"a\"] # edgepress.toml:1",
        "siblings.encodings = [\"br\", \"gzip\"] # default",
        "rules = {} # default",
        "# --cache-dir = \"/c\" # EDGEPRESS_CACHE_DIR",
    ] {
        assert!(lines.iter().any(|other| other == line), "{line}\n{printed}");
    }
}

#[test]
fn what_is_printed_can_be_read_back() {
    let text = "[[budget]]\nname = \"a \\\"b\\\"\"\ntotal = true\nmax = \"1.5 KiB\"\n[[policy]]\nglob = \"x\"\ncache_control = \"no-store\"\n[rules.\"v/**\"]\npress = \"off\"\nhtml = { inline = \"keep\" }";
    let config = config_of(text);
    let printed = config.print();
    let shown: Vec<_> =
        config.shown.iter().filter(|shown| shown.key.contains('[')).map(|shown| shown.value.as_str()).collect();
    assert_eq!(
        shown,
        [
            "{ glob = \"x\", cache_control = \"no-store\" }",
            "{ name = 'a \"b\"', total = true, max = \"1536 B\", measure = \"brotli\", severity = \"error\" }",
        ]
    );
    let lines: Vec<&str> =
        printed.lines().filter(|line| !line.starts_with("policy[") && !line.starts_with("budget[")).collect();
    let read_back = parse_toml("printed", &lines.join("\n")).unwrap_or_else(|error| panic!("{error}\n{printed}"));
    assert_eq!(read_back.press_off.unwrap().value, config.press_off);
    assert_eq!(read_back.html_rules.unwrap().value, config.html_rules);
    let again = config_of(&format!("policy = [{}]\nbudget = [{}]", shown[0], shown[1]));
    assert_eq!((again.budgets, again.policies), (config.budgets, config.policies));
}

#[test]
fn the_environment_is_checked_too() {
    let error = |name: &str, value: &str| {
        let error = Environment::new([(name.to_owned(), value.to_owned())]).layer().expect_err(name);
        (error.to_string(), error.hint().unwrap_or_default())
    };
    assert_eq!(error("EDGEPRESS_HOSTS", "nginx").1, "did you mean EDGEPRESS_HOST?");
    assert_eq!(error("EDGEPRESS_JOBS", "0").0, "environment: EDGEPRESS_JOBS cannot be \"0\"");
    assert_eq!(error("EDGEPRESS_MEMORY", "1 MB").1, "the least is 64 MiB");
    assert_eq!(error("EDGEPRESS_STRICT", "maybe").1, "write 1 or 0");
    assert_eq!(
        error("EDGEPRESS_EXCLUDE", "a,/b").0,
        "environment: EDGEPRESS_EXCLUDE holds the glob \"/b\", which starts at the top of the site already"
    );
    let others =
        ["EDGEPRESS_PORT", "EDGEPRESS_VERSION", "EDGEPRESS_CORPUS"].map(|name| (name.to_owned(), "x".to_owned()));
    assert_eq!(Environment::new(others).layer().unwrap(), Layer::default());
    let both = [("EDGEPRESS_NO_CACHE", "1"), ("EDGEPRESS_CACHE_DIR", "x")].map(|(n, v)| (n.to_owned(), v.to_owned()));
    assert!(
        Environment::new(both).layer().unwrap_err().to_string().contains("EDGEPRESS_NO_CACHE and EDGEPRESS_CACHE_DIR")
    );
    let braces = Environment::new([("EDGEPRESS_EXCLUDE".to_owned(), "*.{a,b}, c".to_owned())]).layer().unwrap();
    assert_eq!(braces.exclude.unwrap().value.texts().collect::<Vec<_>>(), ["*.{a,b}", "c"]);
}

#[test]
fn no_text_makes_the_reader_panic() {
    for text in [
        "[[budget]]\n[[budget]]",
        "budget = 3",
        "rules = []",
        "names = 1979-05-27",
        "a.b.c = 1",
        "level = nan",
        "[rules]\n\"a[\" = {press=\"off\"}",
    ] {
        assert!(parse_toml("x", text).is_err(), "{text}");
    }
    assert!(parse_toml("x", "\u{feff}level = \"fast\"").is_ok());
}

#[test]
fn a_base_is_a_path() {
    for (text, expected) in [
        ("/", Some("/")),
        ("/a", Some("/a/")),
        ("/a/b/", Some("/a/b/")),
        ("a", None),
        ("//x", None),
        ("https://x/", Some("https://x/")),
        ("http://cdn.test:8080/a", Some("http://cdn.test:8080/a/")),
        ("https://x", Some("https://x/")),
        ("https://", None),
        ("https:///a/", None),
        ("ftp://x/", None),
        ("https://x/a b", None),
        ("https://x/../", None),
        ("/a?b", None),
        ("/../", None),
        ("/ü", None),
        ("/a b", None),
        ("/a*/", None),
        ("/{{ a }}/", None),
        ("/%40a/", Some("/%40a/")),
    ] {
        assert_eq!(check_base(text).ok().as_deref(), expected, "{text}");
    }
}

#[test]
fn the_written_configuration_is_found() {
    let root = std::env::temp_dir().join(format!("edgepress-config-{}", std::process::id()));
    std::fs::create_dir_all(&root).unwrap();
    let put = |name: &str, text: &str| std::fs::write(root.join(name), text).unwrap();
    assert_eq!(load(&root, None).unwrap(), Layer::default());
    put("package.json", r#"{"name": "x", "edgepress": {"level": "max", "siblings": {"encodings": []}}}"#);
    let layer = load(&root, None).unwrap();
    assert_eq!(layer.level, Some(Sourced::new(Level::Max, Origin::File { name: "package.json".to_owned(), line: 0 })));
    put("edgepress.toml", "level = \"fast\"");
    let error = load(&root, None).unwrap_err().to_string();
    assert_eq!(error, "edgepress.toml: there is also an `edgepress` key in package.json; which of the two counts?");
    put("package.json", r#"{"edgepress": {"budget": [{"total": true, "max": null}]}}"#);
    let error = load(&root, Some(&root.join("package.json"))).unwrap_err().to_string();
    assert!(error.ends_with("`budget[0].max` must be a size such as \"170 kB\", or a number of bytes"), "{error}");
    assert!(matches!(load(&root, Some(Path::new("/nonexistent.toml"))), Err(Error::Config { .. })));
    std::fs::remove_dir_all(&root).unwrap();
}
