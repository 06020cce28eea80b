//! Shows a configuration: each value as TOML would have it, with where it came from.

use std::{collections::BTreeMap, fmt::Write as _, num::NonZeroUsize, time::Duration};

use super::{
    Budget, Cache, ContentPolicy, Encoding, Globs, HtmlRule, Integrity, Limit, ListForm, Memory, NameMode, Origin,
    Policy, Previous, SheetTargets, Strictness, budget::BudgetSeverity, html,
};
use crate::{
    action::Isolation,
    asset::ByteSize,
    maps::SourceMaps,
    press::{
        LegalComments, Level, Metadata,
        html::{Comments, Folding, InlineCode},
    },
    text::{one_line, width},
};

/// One value, to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The path of its key.
    pub key: String,
    /// The value, as TOML would have it.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}

/// All of `shown`, one line each, origins in a column.
pub(super) fn print(shown: &[Shown]) -> String {
    let line = |item: &Shown| one_line(&format!("{} = {}", item.key, item.value)).into_owned();
    let columns = shown.iter().map(|item| width(&line(item))).filter(|&columns| columns <= 60).max().unwrap_or(0);
    let mut out = String::new();
    for item in shown {
        let line = line(item);
        let gap = columns.saturating_sub(width(&line));
        let _infallible = writeln!(out, "{line}{:gap$}  # {}", "", one_line(&item.origin.to_string()));
    }
    out
}

/// Can be shown as TOML.
pub(super) trait Show {
    /// As TOML would have it.
    fn show(&self) -> String;
}

fn quote(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", texts.map(quote).collect::<Vec<_>>().join(", "))
}

/// The rules, those of one glob in one.
pub(super) fn rules(press_off: &Globs, press_names: Option<&Globs>, html: &[HtmlRule]) -> String {
    let mut rules: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for glob in press_off.texts() {
        rules.entry(glob).or_default().push("press = \"off\"".to_owned());
    }
    for glob in press_names.into_iter().flat_map(Globs::texts) {
        rules.entry(glob).or_default().push("press = \"names\"".to_owned());
    }
    for rule in html {
        rules.entry(rule.glob.as_str()).or_default().extend(html::show(rule.html).map(|html| format!("html = {html}")));
    }
    if rules.is_empty() {
        return "{}".to_owned();
    }
    let rules: Vec<String> =
        rules.iter().map(|(glob, said)| format!("{} = {{ {} }}", quote(glob), said.join(", "))).collect();
    format!("{{ {} }}", rules.join(", "))
}

/// A size so that it can be read back without loss.
fn size(bytes: ByteSize) -> String {
    let ByteSize(n) = bytes;
    match n {
        0 => quote("0 B"),
        n if n.is_multiple_of(1 << 30) => quote(&format!("{} GiB", n >> 30)),
        n if n.is_multiple_of(1_000_000) => quote(&format!("{} MB", n / 1_000_000)),
        n if n.is_multiple_of(1 << 20) => quote(&format!("{} MiB", n >> 20)),
        n if n.is_multiple_of(1000) => quote(&format!("{} kB", n / 1000)),
        n if n.is_multiple_of(1024) => quote(&format!("{} KiB", n / 1024)),
        n => quote(&format!("{n} B")),
    }
}

impl Show for Isolation {
    fn show(&self) -> String {
        quote(self.name())
    }
}

impl Show for Duration {
    fn show(&self) -> String {
        quote(&format!("{} s", self.as_secs()))
    }
}

impl Show for SheetTargets {
    fn show(&self) -> String {
        quote(&self.query)
    }
}

impl Show for String {
    fn show(&self) -> String {
        quote(self)
    }
}

impl Show for Vec<&'static str> {
    fn show(&self) -> String {
        list(self.iter().copied())
    }
}

impl Show for Vec<ListForm> {
    fn show(&self) -> String {
        format!("[{}]", self.iter().map(|form| quote(form.name())).collect::<Vec<_>>().join(", "))
    }
}

impl Show for Vec<Encoding> {
    fn show(&self) -> String {
        list(self.iter().map(|encoding| encoding.token()))
    }
}

impl Show for Globs {
    fn show(&self) -> String {
        list(self.texts())
    }
}

impl Show for Level {
    fn show(&self) -> String {
        quote(match self {
            Self::Fast => "fast",
            Self::Default => "default",
            Self::Max => "max",
        })
    }
}

impl Show for NameMode {
    fn show(&self) -> String {
        quote(match self {
            Self::Content => "content",
            Self::Adopt => "adopt",
            Self::Rehash => "rehash",
            Self::ImportMap => "import-map",
            Self::Off => "off",
        })
    }
}

impl Show for bool {
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Show for BTreeMap<String, String> {
    fn show(&self) -> String {
        let entries: Vec<String> =
            self.iter().map(|(name, value)| format!("{} = {}", quote(name), quote(value))).collect();
        if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
    }
}

impl Show for SourceMaps {
    fn show(&self) -> String {
        quote(match self {
            Self::Keep => "keep",
            Self::Hidden => "hidden",
            Self::Drop => "drop",
        })
    }
}

impl Show for LegalComments {
    fn show(&self) -> String {
        quote(match self {
            Self::Inline => "inline",
            Self::Linked => "linked",
            Self::External => "external",
            Self::None => "none",
        })
    }
}

impl Show for Folding {
    fn show(&self) -> String {
        quote(self.name())
    }
}

impl Show for Comments {
    fn show(&self) -> String {
        quote(self.name())
    }
}

impl Show for InlineCode {
    fn show(&self) -> String {
        quote(self.name())
    }
}

impl Show for Metadata {
    fn show(&self) -> String {
        quote(match self {
            Self::Safe => "safe",
            Self::Keep => "keep",
        })
    }
}

impl Show for Integrity {
    fn show(&self) -> String {
        (*self == Self::Add).to_string()
    }
}

impl Show for ContentPolicy {
    fn show(&self) -> String {
        quote(self.name())
    }
}

impl Show for Policy {
    fn show(&self) -> String {
        format!("{{ glob = {}, cache_control = {} }}", quote(self.glob.as_str()), quote(&self.cache_control))
    }
}

impl Show for Budget {
    fn show(&self) -> String {
        let scope = match self.scope.written() {
            ("total", _) => "total = true".to_owned(),
            (key, value) => format!("{key} = {}", quote(&value)),
        };
        let limit = match self.limit {
            Limit::Bytes { max, measure } => format!("max = {}, measure = {}", size(max), quote(measure.name())),
            Limit::Count(count) => format!("count = {count}"),
        };
        let severity = match self.severity {
            BudgetSeverity::Error => "error",
            BudgetSeverity::Warning => "warning",
        };
        format!("{{ name = {}, {scope}, {limit}, severity = {} }}", quote(&self.name), quote(severity))
    }
}

impl Show for Cache {
    fn show(&self) -> String {
        match self {
            Self::Off => quote("off"),
            Self::At(path) => quote(&path.to_string_lossy()),
        }
    }
}

impl Show for u32 {
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Show for Previous {
    fn show(&self) -> String {
        match self {
            Self::Output => quote("the output"),
            Self::At(path) => quote(&path.to_string_lossy()),
        }
    }
}

impl Show for Memory {
    fn show(&self) -> String {
        match self {
            Self::Share => quote("a share of what there is"),
            Self::AtMost(bytes) => size(*bytes),
        }
    }
}

impl Show for NonZeroUsize {
    fn show(&self) -> String {
        self.to_string()
    }
}

impl Show for Strictness {
    fn show(&self) -> String {
        (*self == Self::Strict).to_string()
    }
}
