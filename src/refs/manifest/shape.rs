use super::leaves::Leaf;
use crate::{
    asset::{ClaimForm, Role},
    press::json::tokens::What,
};

/// Whose manifest it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Django's `staticfiles.json`.
    StaticFiles,
    /// `.sprockets-manifest-*.json`.
    Sprockets,
    /// Angular's `ngsw.json`.
    ServiceWorker,
    /// `entrypoints.json` of Symfony, `asset-manifest.json` of Create React App.
    EntryPoints,
    /// Vite, Propshaft with integrity: an object for each file.
    Records,
    /// webpack-assets-manifest with integrity: an object for each file, whose `src` is what is published (in Vite's it
    /// is what was compiled).
    SourceRecords,
    /// Laravel Mix, webpack-manifest-plugin, Propshaft, gulp-rev: logical name to published name.
    Flat,
}

/// What a leaf means.
#[derive(Clone, Copy, Debug)]
pub(super) enum Use {
    /// It names a file.
    Name(Role),
    /// It says something of the file whose name is the second step of its way.
    ClaimOfKey(ClaimForm),
    /// It says something of the file of its record.
    ClaimOfRecord(ClaimForm),
}

/// Whether `leaf` is the name of its record's file.
pub(super) fn is_file_of_record(leaf: &Leaf<'_>) -> bool {
    let is_text = leaf.what == What::String && leaf.way.len() == 2;
    is_text && matches!(&*leaf.way[1], "file" | "digested_path" | "src")
}

/// What leaves at a place mean. In `way`, `*` stands for any key.
#[derive(Debug)]
pub(super) struct Rule {
    way: &'static [&'static str],
    what: What,
    pub(super) means: Use,
}

const fn names(way: &'static [&'static str]) -> Rule {
    Rule { way, what: What::String, means: Use::Name(Role::Listed) }
}

const STATIC_FILES: &[Rule] = &[names(&["paths", "*"])];
const SPROCKETS: &[Rule] = &[
    Rule { way: &["files"], what: What::Key, means: Use::Name(Role::Listed) },
    names(&["assets", "*"]),
    Rule { way: &["files", "*", "integrity"], what: What::String, means: Use::ClaimOfKey(ClaimForm::Integrity) },
    Rule { way: &["files", "*", "size"], what: What::Scalar, means: Use::ClaimOfKey(ClaimForm::Size) },
];
const SERVICE_WORKER: &[Rule] = &[
    Rule { way: &["assetGroups", "[]", "urls", "[]"], what: What::String, means: Use::Name(Role::Precache) },
    Rule { way: &["hashTable"], what: What::Key, means: Use::Name(Role::Precache) },
    Rule { way: &["hashTable", "*"], what: What::String, means: Use::ClaimOfKey(ClaimForm::Sha1) },
    Rule { way: &["index"], what: What::String, means: Use::Name(Role::Navigation) },
];
const ENTRY_POINTS: &[Rule] = &[
    names(&["files", "*"]),
    names(&["entrypoints", "[]"]),
    names(&["entrypoints", "*", "[]"]),
    names(&["entrypoints", "*", "*", "[]"]),
    names(&["entrypoints", "*", "assets", "*", "[]"]),
    Rule { way: &["integrity"], what: What::Key, means: Use::Name(Role::Listed) },
    Rule { way: &["integrity", "*"], what: What::String, means: Use::ClaimOfKey(ClaimForm::Integrity) },
];
const RECORDS: &[Rule] = &[
    names(&["*", "file"]),
    names(&["*", "digested_path"]),
    names(&["*", "css", "[]"]),
    names(&["*", "assets", "[]"]),
    Rule { way: &["*", "integrity"], what: What::String, means: Use::ClaimOfRecord(ClaimForm::Integrity) },
];
const SOURCE_RECORDS: &[Rule] = &[
    names(&["*", "src"]),
    Rule { way: &["*", "integrity"], what: What::String, means: Use::ClaimOfRecord(ClaimForm::Integrity) },
];
const FLAT: &[Rule] = &[names(&["*"])];

impl Rule {
    fn is_for(&self, leaf: &Leaf<'_>) -> bool {
        self.what == leaf.what && is_at(leaf, self.way)
    }
}

fn is_at(leaf: &Leaf<'_>, way: &[&str]) -> bool {
    let fits = |(step, wanted): (&std::borrow::Cow<'_, str>, &&str)| step == wanted || *wanted == "*" && step != "[]";
    leaf.way.len() == way.len() && leaf.way.iter().zip(way).all(fits)
}

impl Shape {
    /// The shape of a text with these leaves, if it is that of a manifest.
    pub(super) fn of(leaves: &[Leaf<'_>]) -> Option<Self> {
        let has = |what: What, way: &[&str]| leaves.iter().any(|leaf| leaf.what == what && is_at(leaf, way));
        let has_text = |way: &[&str]| has(What::String, way);
        if has_text(&["version"]) && has_text(&["paths", "*"]) {
            return Some(Self::StaticFiles);
        }
        if has_text(&["files", "*", "logical_path"]) && has_text(&["assets", "*"]) {
            return Some(Self::Sprockets);
        }
        if has(What::Scalar, &["configVersion"]) && has_text(&["hashTable", "*"]) {
            return Some(Self::ServiceWorker);
        }
        if ENTRY_POINTS[1..5].iter().any(|rule| has_text(rule.way)) {
            return Some(Self::EntryPoints);
        }
        let mut values = leaves.iter().filter(|leaf| leaf.what != What::Key).peekable();
        values.peek()?;
        if values.clone().all(|leaf| leaf.way.len() > 1) {
            let records = || has_text(&["*", "file"]) || has_text(&["*", "digested_path"]);
            let others = || has_text(&["*", "src"]).then_some(Self::SourceRecords);
            return if records() { Some(Self::Records) } else { others() };
        }
        values.all(|leaf| leaf.what == What::String && is_at(leaf, &["*"])).then_some(Self::Flat)
    }

    fn rules(self) -> &'static [Rule] {
        match self {
            Self::StaticFiles => STATIC_FILES,
            Self::Sprockets => SPROCKETS,
            Self::ServiceWorker => SERVICE_WORKER,
            Self::EntryPoints => ENTRY_POINTS,
            Self::Records => RECORDS,
            Self::SourceRecords => SOURCE_RECORDS,
            Self::Flat => FLAT,
        }
    }

    /// What `leaf` means in a manifest of this shape.
    pub(super) fn rule_for(self, leaf: &Leaf<'_>) -> Option<&'static Rule> {
        self.rules().iter().find(|rule| rule.is_for(leaf))
    }
}
