use std::{fs, path::PathBuf};

use super::*;
#[cfg(feature = "cli")]
use crate::text::width;

/// Compares `text` with the snapshot `name`; `UPDATE_SNAPSHOTS=1` writes it instead.
fn snapshot(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/report/snapshots").join(name);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == text, "{name} differs; UPDATE_SNAPSHOTS=1 writes it anew\n{text}");
}

#[cfg(feature = "cli")]
fn human(report: &Report, width: usize, detail: Detail) -> String {
    renderer("human").unwrap().render(report, &View { width, color: Color::Plain, detail })
}

#[test]
#[cfg(feature = "cli")]
fn human_reports_read_well_at_every_width() {
    for columns in [60, 80, 120] {
        snapshot(&format!("small-{columns}.txt"), &human(&sample::small(), columns, Detail::Short));
        snapshot(&format!("large-{columns}.txt"), &human(&sample::large(), columns, Detail::Short));
    }
}

#[test]
#[cfg(feature = "cli")]
fn no_line_is_wider_than_the_terminal() {
    for columns in [50, 60, 72, 80, 100, 120, 200] {
        for report in [sample::small(), sample::large()] {
            for line in human(&report, columns, Detail::Short).lines() {
                assert!(width(line) <= columns, "{} > {columns}: {line}", width(line));
            }
        }
    }
}

#[test]
#[cfg(feature = "cli")]
fn colour_is_only_colour() {
    let report = sample::large();
    let view = View { color: Color::Ansi, ..View::default() };
    let painted = renderer("human").unwrap().render(&report, &view);
    assert!(painted.contains("\u{1b}[1m"));
    let mut plain = String::new();
    let mut rest = painted.as_str();
    while let Some(start) = rest.find('\u{1b}') {
        plain.push_str(&rest[..start]);
        let end = rest[start..].find('m').unwrap();
        rest = &rest[start + end + 1..];
    }
    plain.push_str(rest);
    assert_eq!(plain, human(&report, 80, Detail::Short));
}

#[test]
fn no_format_lets_a_name_speak() {
    let report = sample::large();
    for renderer in RENDERERS {
        let text = renderer.render(&report, &View::default());
        assert!(text.ends_with('\n'), "{}", renderer.name());
        assert!(!text.contains('\u{1b}'), "{}", renderer.name());
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::error::\\u")), "{}", renderer.name());
        if matches!(renderer.name(), "html" | "markdown" | "junit") {
            assert!(!text.contains("<b>"), "{}", renderer.name());
        }
    }
}

#[test]
fn formats_of_the_small_site() {
    for (name, file) in
        [("json", "small.json"), ("markdown", "small.md"), ("junit", "small.junit.xml"), ("html", "small.html")]
    {
        snapshot(file, &renderer(name).unwrap().render(&sample::small(), &View::default()));
    }
    let mut report = sample::large();
    report.files.retain(|file| file.kind == Kind::Svg || file.path.ends_with("7/index.html"));
    report.findings.retain(|finding| !finding.path.contains("chunk"));
    snapshot("large.md", &renderer("markdown").unwrap().render(&report, &View::default()));
    snapshot("large.github.txt", &renderer("github").unwrap().render(&report, &View::default()));
    snapshot("large.sarif", &renderer("sarif").unwrap().render(&report, &View::default()));
}

#[test]
fn json_can_be_read_back() {
    let report = sample::large();
    let text = renderer("json").unwrap().render(&report, &View::default());
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
}

#[test]
fn an_empty_site_is_no_trouble() {
    let mut report = sample::small();
    report.files.clear();
    report.budgets.clear();
    for renderer in RENDERERS {
        let text = renderer.render(&report, &View::default());
        assert!(!text.contains("NaN") && !text.contains("inf"), "{}: {text}", renderer.name());
    }
}

#[test]
fn paths_lead_from_the_top_of_the_repository() {
    for (site, expected) in
        [("dist", "dist/a.js"), ("./dist/", "dist/a.js"), (".", "a.js"), ("", "a.js"), ("a\\b", "a/b/a.js")]
    {
        assert_eq!(from_repository(site, "a.js"), expected, "{site}");
    }
}
