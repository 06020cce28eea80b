//! `edgepress explain`: the story of one file, from how it came in to how it is served.
//!
//! A [`Story`] comes in, text comes out. Most of it is in the [`Report`]; steps, headers and the places of references
//! are added by whoever ran the stages.

use crate::{
    asset::ByteSize,
    config::suggest,
    error::Error,
    report::{
        CacheUse, FileReport, Outcome, Report, View,
        paint::Tone,
        summary::{change, reason_in_words},
    },
    text::{count, one_line, shorten, wrap},
};

/// How many references are listed unless everything is asked for.
const LISTED: usize = 12;

/// Everything there is to say about one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// What the report says about it.
    pub file: FileReport,
    /// What was done to it, in order.
    pub steps: Vec<Step>,
    /// Who names it.
    pub referrers: Vec<Referrer>,
    /// Headers it is served with, in order.
    pub headers: Vec<(String, String)>,
    /// Digest of its published bytes; empty when unknown.
    pub digest: String,
    /// Why it has the name it has: a hash, adopted, kept because it is a page, ...
    pub name_because: String,
}

/// One thing that was done to a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What was done: press, link, brotli, ...
    pub name: String,
    /// What came of it, in a few words; may be empty.
    pub note: String,
    /// Size before.
    pub before: u64,
    /// Size after.
    pub after: u64,
    /// Time it took, where that is known; next to nothing when it came from the cache.
    pub seconds: Option<f64>,
}

/// A place that names the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Referrer {
    /// The file it stands in.
    pub path: String,
    /// Line, from 1; 0 when unknown.
    pub line: u32,
    /// Column, from 1; 0 when unknown.
    pub column: u32,
    /// How it is used: stylesheet, module, ...; may be empty.
    pub role: String,
}

impl Story {
    /// The story of `path` as far as `report` knows it. `path` may be the name that came in, the published name, or
    /// either with the site's folder before it.
    ///
    /// # Errors
    /// When there is no such file; the hint names the nearest.
    pub fn new(report: &Report, path: &str) -> Result<Self, Error> {
        let wanted = path.trim_start_matches("./");
        let site = format!("{}/", report.site.trim_start_matches("./").trim_end_matches('/'));
        let names = [wanted, wanted.strip_prefix(&site).unwrap_or(wanted)];
        let found = names.iter().find_map(|name| report.files.iter().find(|f| f.path == *name || f.output == *name));
        let Some(file) = found else { return Err(no_such_file(report, path)) };
        let names_it = |other: &&FileReport| other.references.contains(&file.path);
        let referrer =
            |other: &FileReport| Referrer { path: other.path.clone(), line: 0, column: 0, role: String::new() };
        Ok(Self {
            file: file.clone(),
            steps: Vec::new(),
            referrers: report.files.iter().filter(names_it).map(referrer).collect(),
            headers: Vec::new(),
            digest: String::new(),
            name_because: String::new(),
        })
    }

    /// The story as text.
    #[must_use]
    pub fn render(&self, view: &View) -> String {
        let sections = [self.head(view), self.steps(view), self.wire(view), self.names(view), self.headers(view)];
        let filled: Vec<String> = sections.iter().filter(|lines| !lines.is_empty()).map(|l| l.join("\n")).collect();
        filled.join("\n\n") + "\n"
    }

    fn head(&self, view: &View) -> Vec<String> {
        let file = &self.file;
        let title = format!("{} ({})", one_line(&file.path), file.kind);
        let mut out = vec![view.color.paint(Tone::Heading, &title)];
        out.push(match file.result {
            Outcome::Smaller => format!(
                "  {} before, {} after ({})",
                ByteSize(file.bytes_in),
                ByteSize(file.bytes_out),
                change(file.bytes_in, file.bytes_out)
            ),
            Outcome::Kept => format!("  {}, left as it was", ByteSize(file.bytes_in)),
        });
        if let Some(reason) = &file.kept_because {
            let note = file.kept_note.as_ref().map_or_else(String::new, |note| format!(": {note}"));
            let text = format!("because: {}{note}", reason_in_words(reason));
            out.extend(wrap(&one_line(&text), view.width.saturating_sub(2)).iter().map(|line| format!("  {line}")));
        }
        out.extend(file.candidate.iter().map(|candidate| format!("  smallest candidate: {}", one_line(candidate))));
        out.extend(file.cache.map(|cache| match cache {
            CacheUse::Hit => "  result known from an earlier run".to_owned(),
            CacheUse::Miss => "  result made in this run".to_owned(),
        }));
        out
    }

    fn steps(&self, view: &View) -> Vec<String> {
        if self.steps.is_empty() {
            return Vec::new();
        }
        let mut out = vec![view.color.paint(Tone::Heading, "Steps")];
        out.extend(self.steps.iter().map(|step| {
            let took = step.seconds.map_or_else(String::new, |seconds| format!("{:.1} ms", seconds * 1000.0));
            let line = format!(
                "  {:<10} {:>9} -> {:>9}  {took:>11}  {}",
                one_line(&step.name),
                ByteSize(step.before),
                ByteSize(step.after),
                one_line(&step.note)
            );
            line.trim_end().to_owned()
        }));
        out
    }

    fn wire(&self, view: &View) -> Vec<String> {
        let file = &self.file;
        let siblings = [("brotli", file.brotli), ("gzip", file.gzip), ("zstd", file.zstd)];
        let mut out = vec![view.color.paint(Tone::Heading, "Published")];
        let because =
            if self.name_because.is_empty() { String::new() } else { format!(" ({})", one_line(&self.name_because)) };
        out.push(format!("  name     {}{because}", one_line(&file.output)));
        out.push(format!("  plain    {}", ByteSize(file.bytes_out)));
        for (name, bytes) in siblings {
            out.extend(
                bytes.map(|bytes| format!("  {name:<8} {} ({})", ByteSize(bytes), change(file.bytes_out, bytes))),
            );
        }
        if !self.digest.is_empty() {
            out.push(format!("  digest   {}", one_line(&self.digest)));
        }
        out
    }

    fn names(&self, view: &View) -> Vec<String> {
        let most = if view.detail == crate::report::Detail::Full { usize::MAX } else { LISTED };
        let columns = view.width.saturating_sub(4);
        let mut out = Vec::new();
        let mut list = |title: &str, lines: Vec<String>| {
            out.push(
                view.color.paint(Tone::Heading, &format!("{title} {}", count(lines.len() as u64, "file", "files"))),
            );
            out.extend(lines.iter().take(most).map(|line| format!("  {}", shorten(&one_line(line), columns))));
            if lines.len() > most {
                out.push(format!("  and {} more (--verbose)", lines.len() - most));
            }
        };
        list("Named by", self.referrers.iter().map(Referrer::line).collect());
        list("Names", self.file.references.clone());
        out
    }

    fn headers(&self, view: &View) -> Vec<String> {
        let mut out = Vec::new();
        if !self.file.policy.is_empty() || !self.headers.is_empty() {
            out.push(view.color.paint(Tone::Heading, "Headers"));
            out.push(format!("  policy: {}", one_line(&self.file.policy)));
        }
        out.extend(self.headers.iter().map(|(name, value)| format!("  {}: {}", one_line(name), one_line(value))));
        out
    }
}

impl Referrer {
    fn line(&self) -> String {
        let role = if self.role.is_empty() { String::new() } else { format!("  as {}", self.role) };
        if self.line == 0 {
            return format!("{}{role}", self.path);
        }
        format!("{}:{}:{}{role}", self.path, self.line, self.column)
    }
}

fn no_such_file(report: &Report, path: &str) -> Error {
    let names = || report.files.iter().map(|file| file.path.as_str());
    let base = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
    let same_name = names().find(|name| base(name) == base(path));
    let near = same_name.or_else(|| suggest::nearest(path, names()));
    let hint = near.map_or_else(
        || "name a file by its path from the top of the site".to_owned(),
        |near| format!("did you mean {near}?"),
    );
    Error::usage(format!("the site {} has no file {path}", report.site), hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_story_has_every_chapter() {
        let mut story = Story::new(&sample::small(), "dist/logo.svg").unwrap();
        story.referrers = vec![Referrer { path: "app.js".to_owned(), line: 3, column: 9, role: "resource".to_owned() }];
        story.steps = vec![Step {
            name: "press".to_owned(),
            note: "2 checks passed".to_owned(),
            before: 2_048,
            after: 1_310,
            seconds: Some(0.0042),
        }];
        story.headers = vec![("Cache-Control".to_owned(), "public, max-age=31536000, immutable".to_owned())];
        story.name_because = "a hash of its content".to_owned();
        story.digest = "9b1c".to_owned();
        let expected = "\
logo.svg (svg)
  2.0 kB before, 1.3 kB after (-36.0 %)
  result made in this run

Steps
  press         2.0 kB ->    1.3 kB       4.2 ms  2 checks passed

Published
  name     logo-8c4tqw2v.svg (a hash of its content)
  plain    1.3 kB
  brotli   610 B (-53.4 %)
  gzip     686 B (-47.6 %)
  digest   9b1c

Named by 1 file
  app.js:3:9  as resource
Names 0 files

Headers
  policy: immutable
  Cache-Control: public, max-age=31536000, immutable
";
        assert_eq!(story.render(&View::default()), expected);
    }

    #[test]
    fn why_it_was_kept_is_said() {
        let text = Story::new(&sample::small(), "photo-x8d2vv0k.jpg").unwrap().render(&View::default());
        assert!(text.contains("  220.4 kB, left as it was\n  because: already as small as we can make it\n"), "{text}");
    }

    #[test]
    fn a_wrong_name_gets_a_right_one() {
        for (path, hint) in [
            ("imgs/logo.svg", "did you mean logo.svg?"),
            ("site.cs", "did you mean site.css?"),
            ("zzz", "name a file by its path from the top of the site"),
        ] {
            let error = Story::new(&sample::small(), path).unwrap_err();
            assert_eq!(error.hint().as_deref(), Some(hint), "{path}");
        }
    }
}
