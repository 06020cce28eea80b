//! Budgets: limits that a site must keep, as written and as checked.

use serde::{Deserialize, Serialize};

use super::{
    Complaint, Sourced,
    file::Locate,
    globs::Glob,
    suggest,
    tree::{KeyPath, Problem},
};
use crate::{
    asset::{ByteSize, Kind},
    finding::Severity,
};

/// `[[budget]]`: one limit, as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct BudgetEntry {
    /// The name in reports; what it limits when absent.
    pub name: Option<String>,
    /// All files that match, together.
    pub glob: Option<String>,
    /// All files of a kind, together: html, css, js, image, font, or a kind as in the report.
    pub kind: Option<String>,
    /// Each page that matches, with all it loads at first.
    pub page: Option<String>,
    /// true: the whole site.
    pub total: Option<bool>,
    /// The most bytes: "170 kB" (1,000 bytes each), "170 KiB" (1,024 bytes each) or a plain number.
    pub max: Option<Size>,
    /// The most files.
    pub count: Option<u64>,
    /// A later version: the most growth against the baseline, such as "+2 %".
    pub grow: Option<String>,
    /// Which bytes count: brotli (default), gzip, identity.
    pub measure: Option<Measure>,
    /// What happens when it is exceeded: error (default; exit code 1) or warning.
    pub severity: Option<BudgetSeverity>,
}

/// A number of bytes, as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "must be a size such as \"170 kB\", or a number of bytes")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum Size {
    /// A number of bytes.
    Bytes(u64),
    /// A number and a unit.
    Text(String),
}

/// Which bytes a budget counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum Measure {
    /// As published.
    Identity,
    /// As its gzip sibling.
    Gzip,
    /// As its brotli sibling.
    #[default]
    Brotli,
}

impl Measure {
    /// The name in configuration and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "brotli",
        }
    }
}

/// What happens when a budget is exceeded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum BudgetSeverity {
    /// The run exits with 1.
    #[default]
    Error,
    /// The report says so.
    Warning,
}

impl From<BudgetSeverity> for Severity {
    fn from(severity: BudgetSeverity) -> Self {
        match severity {
            BudgetSeverity::Error => Self::Error,
            BudgetSeverity::Warning => Self::Warning,
        }
    }
}

/// One limit, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Budget {
    /// The name in reports; no two are the same.
    pub name: String,
    /// What is limited.
    pub scope: BudgetScope,
    /// To what.
    pub limit: Limit,
    /// What happens when it is exceeded.
    pub severity: BudgetSeverity,
}

/// What a budget limits.
#[derive(Clone, Debug, PartialEq)]
pub enum BudgetScope {
    /// All files that match, together.
    Glob(Glob),
    /// All files of these kinds, together.
    Kinds(Vec<Kind>),
    /// Each page that matches, with all it loads at first.
    Page(Glob),
    /// The whole site.
    Total,
}

/// What a budget allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// So many bytes.
    Bytes {
        /// The most.
        max: ByteSize,
        /// Which bytes count.
        measure: Measure,
    },
    /// So many files.
    Count(u64),
}

/// Checks and compiles `entries`.
///
/// # Errors
/// With the path of the first value that is wrong.
pub(super) fn settle(entries: Vec<BudgetEntry>, locate: Locate<'_>) -> Result<Vec<Sourced<Budget>>, Problem> {
    let mut budgets: Vec<Sourced<Budget>> = Vec::new();
    for (i, entry) in entries.into_iter().enumerate() {
        let path = KeyPath::new(&["budget"]).index(i);
        let budget = settle_one(entry, &path)?;
        if let Some(twin) = budgets.iter().position(|other| other.value.name == budget.name) {
            let message = format!("is {:?}, as is that of `budget[{twin}]`", budget.name);
            return Err(Problem::new(&path.key("name"), message, "give each budget a name of its own"));
        }
        budgets.push(Sourced::new(budget, locate(&path)));
    }
    Ok(budgets)
}

fn settle_one(entry: BudgetEntry, path: &KeyPath) -> Result<Budget, Problem> {
    let scope_keys = [
        ("glob", entry.glob.is_some()),
        ("kind", entry.kind.is_some()),
        ("page", entry.page.is_some()),
        ("total", entry.total.is_some()),
    ];
    exactly_one(&scope_keys, path, "what it limits")?;
    let limit_keys = [("max", entry.max.is_some()), ("count", entry.count.is_some()), ("grow", entry.grow.is_some())];
    exactly_one(&limit_keys, path, "a limit")?;
    let name = entry.name.clone().unwrap_or_else(|| default_name(&entry));
    if name.trim().is_empty() {
        return Err(Problem::new(&path.key("name"), "is empty", "leave it out, or say what it limits"));
    }
    let severity = entry.severity.unwrap_or_default();
    let limit = settle_limit(&entry, path)?;
    Ok(Budget { name, scope: settle_scope(entry, path)?, limit, severity })
}

fn exactly_one(keys: &[(&str, bool)], path: &KeyPath, what: &str) -> Result<(), Problem> {
    let given: Vec<&str> = keys.iter().filter(|(_, given)| *given).map(|(key, _)| *key).collect();
    let all = keys.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(", ");
    match given.as_slice() {
        [_] => Ok(()),
        [] => Err(Problem::new(path, format!("does not say {what}"), format!("give it one of: {all}"))),
        [first, second, ..] => {
            let message = format!("has both `{first}` and `{second}`");
            Err(Problem::new(
                path,
                message,
                format!("keep one of them; make a second [[budget]] for the other ({all})"),
            ))
        }
    }
}

fn default_name(entry: &BudgetEntry) -> String {
    if let Some(glob) = &entry.glob {
        return glob.clone();
    }
    if let Some(kind) = &entry.kind {
        return format!("all {kind}");
    }
    entry.page.as_ref().map_or_else(|| "total".to_owned(), |page| format!("first load of {page}"))
}

fn settle_limit(entry: &BudgetEntry, path: &KeyPath) -> Result<Limit, Problem> {
    if entry.grow.is_some() {
        let message = "is not available yet in this version";
        return Err(Problem::new(&path.key("grow"), message, "available: max, count"));
    }
    if let Some(count) = entry.count {
        return match entry.measure {
            Some(_) => {
                let message = "goes with `max`, but the budget has `count`, which counts files";
                Err(Problem::new(&path.key("measure"), message, "leave `measure` out"))
            }
            None => Ok(Limit::Count(count)),
        };
    }
    let problem = |message: String| Problem::new(&path.key("max"), message, "write it like \"170 kB\" or \"170 KiB\"");
    let max = match &entry.max {
        Some(Size::Bytes(bytes)) => ByteSize(*bytes),
        Some(Size::Text(text)) => text.parse().map_err(|_| problem(format!("is not a size: {text:?}")))?,
        None => return Err(problem("is missing".to_owned())),
    };
    Ok(Limit::Bytes { max, measure: entry.measure.unwrap_or_default() })
}

fn settle_scope(entry: BudgetEntry, path: &KeyPath) -> Result<BudgetScope, Problem> {
    let glob = |key: &str, text: &str| {
        Glob::new(text).map_err(|Complaint { message, hint }| Problem::new(&path.key(key), message, hint))
    };
    if let Some(text) = entry.glob {
        return glob("glob", &text).map(BudgetScope::Glob);
    }
    if let Some(text) = entry.page {
        return glob("page", &text).map(BudgetScope::Page);
    }
    if let Some(name) = entry.kind {
        let hint = || suggest::hint(&name, &kind_names());
        let unknown = || Problem::new(&path.key("kind"), format!("is no kind of file: {name:?}"), hint());
        return kinds(&name).map(BudgetScope::Kinds).ok_or_else(unknown);
    }
    match entry.total {
        Some(true) => Ok(BudgetScope::Total),
        _ => Err(Problem::new(&path.key("total"), "can only be true", "leave the budget out instead")),
    }
}

/// Names that stand for several kinds.
const GROUPS: &[(&str, &[Kind])] = &[
    ("js", &[Kind::JsModule, Kind::JsScript]),
    ("image", &[Kind::Svg, Kind::Png, Kind::Jpeg, Kind::Gif, Kind::WebP, Kind::Avif, Kind::Ico]),
    ("font", &[Kind::Woff, Kind::Woff2, Kind::Ttf, Kind::Otf, Kind::Eot]),
];

fn kind_names() -> Vec<&'static str> {
    GROUPS.iter().map(|(name, _)| *name).chain(Kind::ALL.iter().map(|kind| kind.name())).collect()
}

fn kinds(name: &str) -> Option<Vec<Kind>> {
    let group = GROUPS.iter().find(|(group, _)| *group == name).map(|(_, kinds)| kinds.to_vec());
    group.or_else(|| Kind::ALL.iter().find(|kind| kind.name() == name).map(|kind| vec![*kind]))
}

impl BudgetScope {
    /// The key and value it was written as, for `--print-config`.
    #[must_use]
    pub fn written(&self) -> (&'static str, String) {
        match self {
            Self::Glob(glob) => ("glob", glob.as_str().to_owned()),
            Self::Page(glob) => ("page", glob.as_str().to_owned()),
            Self::Kinds(kinds) => {
                let group = GROUPS.iter().find(|(_, group)| group == kinds).map(|(name, _)| *name);
                ("kind", group.or_else(|| kinds.first().map(|kind| kind.name())).unwrap_or_default().to_owned())
            }
            Self::Total => ("total", String::new()),
        }
    }
}
