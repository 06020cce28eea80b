//! Made-up reports for tests.

use super::{BudgetReport, CacheUse, Command, FileReport, Outcome, Part, Report, SCHEMA, Seconds, Stage, Totals, Wire};
use crate::{
    asset::{Kind, Position},
    config::Measure,
    finding::{Code, Finding, Severity},
    press::{KeptBecause, Level, Note},
};

fn pressed(path: &str, kind: Kind, sizes: (u64, u64), brotli: Option<u64>) -> FileReport {
    let file = FileReport::new(path, kind, sizes.0);
    let policy = if kind == Kind::Html { "page" } else { "immutable" }.to_owned();
    FileReport {
        bytes_out: sizes.1,
        brotli,
        gzip: brotli.map(|bytes| bytes * 9 / 8),
        result: Outcome::Smaller,
        cache: Some(CacheUse::Miss),
        policy,
        ..file
    }
}

/// A tidy site of six files, its output written.
pub(crate) fn small() -> Report {
    let files = vec![
        FileReport {
            output: "app-3k7m2q9x.js".to_owned(),
            references: vec!["logo.svg".to_owned()],
            ..pressed("app.js", Kind::JsModule, (48_210, 21_004), Some(7_402))
        },
        FileReport::new("favicon.ico", Kind::Ico, 1_150).kept(&KeptBecause::NoPress),
        pressed("index.html", Kind::Html, (9_120, 7_450), Some(2_210)),
        FileReport {
            output: "logo-8c4tqw2v.svg".to_owned(),
            ..pressed("logo.svg", Kind::Svg, (2_048, 1_310), Some(610))
        },
        FileReport { output: "photo-x8d2vv0k.jpg".to_owned(), ..FileReport::new("photo.jpg", Kind::Jpeg, 220_410) }
            .kept(&KeptBecause::NotSmaller),
        FileReport {
            output: "site-9fz1bb7c.css".to_owned(),
            ..pressed("site.css", Kind::Css, (18_340, 12_870), Some(3_120))
        },
    ];
    Report {
        budgets: vec![budget("first load", 200_000, 12_732, Some("index.html"), Severity::Error)],
        ..with(files, Vec::new())
    }
}

/// A large site with hostile names, broken budgets and many findings; nothing written.
pub(crate) fn large() -> Report {
    let hostile = "img/<b>|`x`\n::error::\u{1b}[31m\u{202e}.svg";
    let mut files: Vec<FileReport> = (0..1_200)
        .map(|i| pressed(&format!("blog/{i:04}/index.html"), Kind::Html, (31_000 + i, 26_000), Some(6_100)))
        .collect();
    files.extend((0..80).map(|i| FileReport {
        cache: Some(CacheUse::Hit),
        ..pressed(
            &format!("assets/components/with/a/rather/long/path/chunk-{i:02}.js"),
            Kind::JsModule,
            (90_000 + i * 700, 61_000),
            Some(17_900),
        )
    }));
    files.extend(
        (0..300).map(|i| {
            FileReport::new(&format!("photos/{i:03}.jpg"), Kind::Jpeg, 410_000).kept(&KeptBecause::NotSmaller)
        }),
    );
    files.extend(
        (0..12).map(|i| FileReport::new(&format!("fonts/{i}.woff2"), Kind::Woff2, 48_000).kept(&KeptBecause::NoPress)),
    );
    let note = Note::at("unexpected end of file", Position { line: 3, column: 14 });
    files.push(FileReport::new(hostile, Kind::Svg, 1_400).kept(&KeptBecause::Unparsable(note)));
    let mut findings: Vec<Finding> = (0..9)
        .map(|i| {
            Finding::new(
                Code::BrokenReference,
                &format!("blog/{i:04}/index.html"),
                format!("/img/missing-{i}.png leads to no file of the site"),
            )
            .at(Position { line: 41, column: 7 })
            .hint("remove it, or add the file")
        })
        .collect();
    findings.push(Finding::new(
        Code::Budget,
        "blog/0007/index.html",
        "first load is 241.9 kB, 41.9 kB over its budget",
    ));
    findings
        .push(Finding::new(Code::Unparsable, hostile, "unexpected end of file").at(Position { line: 3, column: 14 }));
    findings.extend((0..30).map(|i| {
        Finding::new(
            Code::UnprovenReference,
            &format!("assets/chunk-{i:02}.js"),
            "import() of a computed name; 80 files keep their old name as well so that it finds them",
        )
    }));
    findings.push(Finding::new(
        Code::Cache,
        "",
        "the cache folder cannot be written; nothing is kept for the next run",
    ));
    let mut report = with(files, findings);
    report.published = None;
    report.command = Command::Check;
    report.budgets = vec![
        budget("first load", 200_000, 241_900, Some("blog/0007/index.html"), Severity::Error),
        budget("all scripts of the shop, without those of the checkout", 900_000, 1_432_000, None, Severity::Warning),
        BudgetReport { measure: None, parts: Vec::new(), ..budget("fonts", 20, 12, None, Severity::Error) },
    ];
    report
}

fn budget(name: &str, limit: u64, actual: u64, page: Option<&str>, severity: Severity) -> BudgetReport {
    let part = |path: &str, bytes| Part { path: path.to_owned(), bytes };
    BudgetReport {
        name: name.to_owned(),
        limit,
        actual,
        ok: actual <= limit,
        measure: Some(Measure::Brotli),
        severity,
        page: page.map(str::to_owned),
        parts: vec![part("assets/app.js", actual / 2), part("assets/site.css", actual / 3)],
    }
}

fn with(mut files: Vec<FileReport>, mut findings: Vec<Finding>) -> Report {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    findings.sort();
    let sum = |of: &dyn Fn(&FileReport) -> u64| files.iter().map(of).sum::<u64>();
    let count = files.len() as u64;
    Report {
        schema: SCHEMA,
        version: "0.1.0".to_owned(),
        level: Level::Default,
        command: Command::Build,
        site: "dist".to_owned(),
        published: Some("public".to_owned()),
        unchanged: false,
        input: Totals { files: count, bytes: sum(&|file| file.bytes_in) },
        output: Totals { files: count, bytes: sum(&|file| file.bytes_out) },
        earlier: Totals::default(),
        wire: Wire {
            identity: sum(&|file| file.bytes_out),
            gzip: sum(&|file| file.gzip.unwrap_or(file.bytes_out)),
            brotli: sum(&FileReport::brotli_or_plain),
            zstd: sum(&|file| file.zstd.unwrap_or(file.bytes_out)),
        },
        seconds: Seconds { wall: 1.843, cpu: 3.21 },
        peak_rss: 118_400_000,
        stages: vec![
            Stage { name: "walk".to_owned(), seconds: 0.01 },
            Stage { name: "press".to_owned(), seconds: 1.2 },
        ],
        files,
        budgets: Vec::new(),
        findings,
    }
}
