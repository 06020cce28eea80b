//! The written configuration: the shape of `edgepress.toml`, which is also that of the `edgepress` key of
//! `package.json`.
//!
//! A tree of values comes in, a [`Layer`] comes out, in which every value is checked and compiled. Keys of later
//! versions are part of the shape, so that editors know them, and are refused rather than ignored.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Complaint, ContentPolicy, Encoding, Globs, Integrity, Layer, NameMode, Origin, Policy, SheetTargets, Sourced,
    budget::{self, BudgetEntry},
    check_base, check_cache_control,
    globs::Glob,
    hosts,
    html::{Html, HtmlRule},
    tree::{KeyPath, Problem},
};
use crate::{
    maps::SourceMaps,
    plan::ListForm,
    press::{LegalComments, Level, Metadata, js::Edits},
};

/// Everything that `edgepress.toml` may hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "cli", schemars(title = "edgepress.toml"))]
pub struct File {
    /// How much work is done: fast for previews, default, max for a release.
    pub level: Option<Level>,
    /// Hosts to write header files for: netlify, cloudflare-pages, cloudflare-workers, nginx.
    pub hosts: Option<Vec<String>>,
    /// The URL path under which the site is served, such as "/" or "/docs/"; or the whole address, with its scheme, of a
    /// delivery network that serves the same tree: pages then ask there for what they load.
    pub base: Option<String>,
    /// Globs of the files to take; all when absent.
    pub include: Option<Vec<String>>,
    /// Globs of files to leave out of the output.
    pub exclude: Option<Vec<String>>,
    /// Published names.
    pub names: Names,
    /// Style sheets.
    pub css: Css,
    /// Scripts and modules.
    pub js: Js,
    /// Pages.
    pub html: Html,
    /// Pictures.
    pub images: Images,
    /// Pre-compressed files beside the published ones.
    pub siblings: Siblings,
    /// What pages say about the scripts and styles they accept.
    pub security: Security,
    /// What becomes of earlier builds where the site is served.
    pub deploy: Deploy,
    /// Cache-Control of files that a glob matches; the first that matches counts.
    pub policy: Vec<PolicyEntry>,
    /// Limits that the site must keep.
    pub budget: Vec<BudgetEntry>,
    /// Sections narrowed to a glob.
    pub rules: BTreeMap<String, Rule>,
}

/// `[names]`: published names.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Names {
    /// content: a hash of the content in each name, names that a bundler hashed are adopted. rehash: those get
    /// our hash as well, where all references are proven. import-map: as content, and modules import each other under names
    /// that stay, from which an import map in each page leads on, so that one edit renames one file. adopt: only names that
    /// a bundler hashed count. off: every name stays.
    pub mode: Option<NameModeWord>,
    /// Globs of files that keep their name.
    pub keep: Option<Vec<String>>,
    /// Manifests to write, from which frameworks on a server take published names: vite (.vite/manifest.json), propshaft
    /// (.manifest.json), django (staticfiles.json), laravel-mix (mix-manifest.json). Every script, sheet, picture and font
    /// then gets a hashed name, beside its old one where no page names it.
    pub manifests: Option<Vec<ListForm>>,
}

/// What `names.mode` may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum NameModeWord {
    /// A hash of the content in each name; names that a bundler hashed are adopted.
    Content,
    /// Names that a bundler hashed are adopted; the others stay.
    Adopt,
    /// As content, and our hash replaces that of a bundler where all references are proven.
    Rehash,
    /// As content, and import maps in pages lead to modules, whose importers keep their names.
    ImportMap,
    /// Every name stays.
    Off,
}

/// `[css]`: style sheets.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Css {
    /// The browsers that sheets must work in, as a browserslist query ("defaults", "chrome >= 90, safari 15"), or
    /// "browserslist config" for what `.browserslistrc` or `package.json` beside this file say. What none of them needs
    /// goes: values that older browsers fall back to, names with prefixes; and newer syntax may be written. Without it
    /// every fallback stays. Browsers whose versions say nothing of what they know (Opera Mini, UC, QQ, Baidu, `KaiOS`) do
    /// not count.
    pub targets: Option<String>,
}

/// `[js]`: scripts and modules.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Js {
    /// What becomes of source maps: keep (published in step with what they map), hidden (published, but no longer named;
    /// inline maps go), drop (left out).
    pub source_maps: Option<SourceMaps>,
    /// Where licence comments go, in style sheets too: inline (they stay), linked (to `NAME.LEGAL.txt` beside the file, which
    /// a comment names), external (the same without the comment), none.
    pub legal_comments: Option<LegalComments>,
    /// Whether calls of `console` functions are taken out, with their arguments.
    pub drop_console: Option<bool>,
    /// Whether `debugger` statements are taken out.
    pub drop_debugger: Option<bool>,
    /// Global names and the constants to write in their place, as JSON: `"process.env.NODE_ENV" = '"production"'`.
    pub define: Option<BTreeMap<String, String>>,
}

/// `[images]`: pictures.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Images {
    /// Whether pixels may change: off. A later version: visually-lossless, high, medium, { ssimulacra2 = 80 }.
    pub lossy: Option<Lossy>,
    /// A later version: other formats to publish beside each picture.
    pub variants: Option<Vec<VariantWord>>,
    /// A later version: other widths to publish beside each picture.
    pub widths: Option<Vec<u32>>,
    /// Which metadata stays: safe (all that can change how the picture looks), keep (all).
    pub metadata: Option<Metadata>,
}

/// What `images.lossy` may say.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(untagged, expecting = "must be \"off\", \"visually-lossless\", \"high\", \"medium\" or { ssimulacra2 = 80 }")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum Lossy {
    /// A word.
    Word(LossyWord),
    /// A perceptual target.
    Target {
        /// The least score, 100 being lossless.
        ssimulacra2: f64,
    },
}

/// How far pixels may change, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum LossyWord {
    /// Not at all.
    Off,
    /// A later version: not so that a person could tell.
    VisuallyLossless,
    /// A later version: high quality.
    High,
    /// A later version: medium quality.
    Medium,
}

/// A picture format to publish beside the original.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum VariantWord {
    /// AVIF.
    Avif,
    /// WebP.
    Webp,
}

/// `[siblings]`: pre-compressed files.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Siblings {
    /// Which are written: br, gzip, zstd. An empty list writes none.
    pub encodings: Option<Vec<Encoding>>,
}

/// `[security]`: what pages say about the scripts and styles they accept.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Security {
    /// Whether scripts, stylesheets, their preloads and imported modules get an integrity value. Values that are there
    /// are always kept right.
    pub sri: Option<bool>,
    /// Whether each page gets a Content-Security-Policy made of its final bytes: off, meta (an element in the page),
    /// header (a header in the host files).
    pub csp: Option<ContentPolicy>,
}

/// `[deploy]`: what becomes of earlier builds where the site is served.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Deploy {
    /// Assets of this many earlier builds stay in the output, as pages that are still open ask for them: those whose names
    /// follow their content. They come from the output that is replaced, or from what --previous names. The manifest then also
    /// says which addresses to purge and which files to prune. 0 keeps none.
    pub keep: Option<u32>,
}

/// `[[policy]]`: Cache-Control of what a glob matches.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct PolicyEntry {
    /// Which files, by their path in the site.
    pub glob: String,
    /// The value of the header.
    pub cache_control: String,
}

/// `[rules."glob"]`: sections narrowed to a glob.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Rule {
    /// off: these files are published as they came in (references in them still follow new names). names: of their
    /// scripts only variables are renamed, no code is rewritten.
    pub press: Option<PressWord>,
    /// A later version.
    pub names: Option<Names>,
    /// A later version.
    pub css: Option<Css>,
    /// A later version.
    pub js: Option<Js>,
    /// Steps of the press of pages.
    pub html: Option<Html>,
    /// A later version.
    pub images: Option<Images>,
    /// A later version.
    pub siblings: Option<Siblings>,
}

/// What `press` of a rule may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum PressWord {
    /// Published as they came in.
    Off,
    /// Scripts are renamed only.
    Names,
}

/// Where a value of the file stands, for messages and `--print-config`.
pub type Locate<'a> = &'a dyn Fn(&KeyPath) -> Origin;

impl File {
    /// Checks and compiles everything.
    ///
    /// # Errors
    /// With the path of the first value that is wrong or not available yet.
    pub fn settle(self, locate: Locate<'_>) -> Result<Layer, Problem> {
        self.refuse_what_is_later()?;
        let at = |keys: &[&str]| locate(&KeyPath::new(keys));
        let rules = |word: PressWord| -> Vec<String> {
            let globs = self.rules.iter().filter(|(_, rule)| rule.press == Some(word));
            globs.map(|(glob, _)| glob.clone()).collect()
        };
        let (press_off, press_names) = (rules(PressWord::Off), rules(PressWord::Names));
        Ok(Layer {
            level: self.level.map(|level| Sourced::new(level, at(&["level"]))),
            hosts: self.hosts.map(|names| settle_hosts(&names, &at(&["hosts"]))).transpose()?,
            base: self.base.map(|base| settle_base(&base, at(&["base"]))).transpose()?,
            include: settle_globs(self.include, &["include"], locate)?,
            exclude: settle_globs(self.exclude, &["exclude"], locate)?,
            name_mode: self.names.mode.map(name_mode).map(|mode| Sourced::new(mode, at(&["names", "mode"]))),
            name_keep: settle_globs(self.names.keep, &["names", "keep"], locate)?,
            css_targets: self.css.targets.map(|query| settle_targets(&query, at(&["css", "targets"]))).transpose()?,
            source_maps: self.js.source_maps.map(|maps| Sourced::new(maps, at(&["js", "source_maps"]))),
            legal_comments: self.js.legal_comments.map(|l| Sourced::new(l, at(&["js", "legal_comments"]))),
            drop_console: self.js.drop_console.map(|drop| Sourced::new(drop, at(&["js", "drop_console"]))),
            drop_debugger: self.js.drop_debugger.map(|drop| Sourced::new(drop, at(&["js", "drop_debugger"]))),
            define: settle_define(self.js.define, locate)?,
            whitespace: self.html.whitespace.map(|w| Sourced::new(w, at(&["html", "whitespace"]))),
            comments: self.html.comments.map(|c| Sourced::new(c, at(&["html", "comments"]))),
            inline: self.html.inline.map(|i| Sourced::new(i, at(&["html", "inline"]))),
            metadata: self.images.metadata.map(|metadata| Sourced::new(metadata, at(&["images", "metadata"]))),
            encodings: settle_encodings(self.siblings.encodings, locate)?,
            manifests: self.names.manifests.map(|forms| Sourced::new(forms, at(&["names", "manifests"]))),
            sri: self.security.sri.map(|sri| Sourced::new(integrity(sri), at(&["security", "sri"]))),
            csp: self.security.csp.map(|csp| Sourced::new(csp, at(&["security", "csp"]))),
            keep_builds: self.deploy.keep.map(|keep| Sourced::new(keep, at(&["deploy", "keep"]))),
            policies: settle_policies(self.policy, locate)?,
            budgets: budget::settle(self.budget, locate)?,
            press_off: settle_rules(&press_off, locate)?,
            press_names: settle_rules(&press_names, locate)?,
            html_rules: settle_html_rules(&self.rules, locate)?,
            ..Layer::default()
        })
    }

    fn refuse_what_is_later(&self) -> Result<(), Problem> {
        let top = KeyPath::default();
        refuse_later_images(&self.images, &top.key("images"))?;
        self.rules.iter().try_for_each(|(glob, rule)| refuse_later_rule(rule, &top.key("rules").key(glob)))
    }
}

fn later(path: &KeyPath, what: &str, instead: &str) -> Problem {
    let set = if what.is_empty() { String::new() } else { format!("set to {what} ") };
    Problem::new(path, format!("{set}is not available yet in this version"), instead)
}

fn refuse_later_images(images: &Images, path: &KeyPath) -> Result<(), Problem> {
    if images.lossy.is_some_and(|lossy| lossy != Lossy::Word(LossyWord::Off)) {
        return Err(later(
            &path.key("lossy"),
            "anything but \"off\"",
            "leave it out: pictures are pressed without loss",
        ));
    }
    if images.variants.as_ref().is_some_and(|variants| !variants.is_empty()) {
        return Err(later(&path.key("variants"), "", "leave it out"));
    }
    if images.widths.as_ref().is_some_and(|widths| !widths.is_empty()) {
        return Err(later(&path.key("widths"), "", "leave it out"));
    }
    Ok(())
}

fn refuse_later_rule(rule: &Rule, path: &KeyPath) -> Result<(), Problem> {
    let sections = [
        ("names", rule.names.is_some()),
        ("css", rule.css.is_some()),
        ("js", rule.js.is_some()),
        ("images", rule.images.is_some()),
        ("siblings", rule.siblings.is_some()),
    ];
    match sections.iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(later(&path.key(name), "", "available in a rule: press = \"off\", html")),
        None => Ok(()),
    }
}

fn name_mode(word: NameModeWord) -> NameMode {
    match word {
        NameModeWord::Content => NameMode::Content,
        NameModeWord::Adopt => NameMode::Adopt,
        NameModeWord::Off => NameMode::Off,
        NameModeWord::Rehash => NameMode::Rehash,
        NameModeWord::ImportMap => NameMode::ImportMap,
    }
}

fn settle_define(
    define: Option<BTreeMap<String, String>>,
    locate: Locate<'_>,
) -> Result<Option<Sourced<BTreeMap<String, String>>>, Problem> {
    let path = KeyPath::new(&["js", "define"]);
    for (name, value) in define.iter().flatten() {
        let hint = "write it like \"process.env.NODE_ENV\" = '\"production\"'";
        if !Edits::is_name(name) {
            return Err(Problem::new(&path.key(name), "is no name of a global".to_owned(), hint));
        }
        if !Edits::is_value(value) {
            let message = format!("cannot be {value:?}: it must be a constant written as JSON, or a name");
            return Err(Problem::new(&path.key(name), message, hint));
        }
    }
    Ok(define.map(|define| Sourced::new(define, locate(&path))))
}

fn integrity(sri: bool) -> Integrity {
    if sri { Integrity::Add } else { Integrity::Keep }
}

fn complain(path: &KeyPath) -> impl Fn(Complaint) -> Problem {
    let path = path.clone();
    move |complaint| Problem::new(&path, complaint.message, complaint.hint)
}

fn settle_hosts(names: &[String], origin: &Origin) -> Result<Sourced<Vec<&'static str>>, Problem> {
    let path = KeyPath::new(&["hosts"]);
    let mut found: Vec<&'static str> = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let host = hosts::find(name).map_err(complain(&path.index(i)))?;
        if found.contains(&host) {
            return Err(Problem::new(&path.index(i), format!("names {host} a second time"), "leave one out"));
        }
        found.push(host);
    }
    Ok(Sourced::new(found, origin.clone()))
}

fn settle_base(base: &str, origin: Origin) -> Result<Sourced<String>, Problem> {
    check_base(base).map(|base| Sourced::new(base, origin)).map_err(complain(&KeyPath::new(&["base"])))
}

fn settle_targets(query: &str, origin: Origin) -> Result<Sourced<SheetTargets>, Problem> {
    let hint =
        "write a browserslist query such as \"defaults\", or leave it out: every fallback for older browsers stays";
    match SheetTargets::new(query, &origin) {
        Ok(targets) => Ok(Sourced::new(targets, origin)),
        Err(message) => Err(Problem::new(&KeyPath::new(&["css", "targets"]), message, hint)),
    }
}

fn settle_globs(
    texts: Option<Vec<String>>,
    keys: &[&str],
    locate: Locate<'_>,
) -> Result<Option<Sourced<Globs>>, Problem> {
    let Some(texts) = texts else { return Ok(None) };
    let path = KeyPath::new(keys);
    let globs = Globs::new(&texts).map_err(|(i, complaint)| complain(&path.index(i))(complaint))?;
    Ok(Some(Sourced::new(globs, locate(&path))))
}

fn settle_rules(texts: &[String], locate: Locate<'_>) -> Result<Option<Sourced<Globs>>, Problem> {
    let path = KeyPath::new(&["rules"]);
    let Some(first) = texts.first() else { return Ok(None) };
    let globs = Globs::new(texts).map_err(|(i, complaint)| complain(&path.key(&texts[i]))(complaint))?;
    Ok(Some(Sourced::new(globs, locate(&path.key(first)))))
}

fn settle_html_rules(
    rules: &BTreeMap<String, Rule>,
    locate: Locate<'_>,
) -> Result<Option<Sourced<Vec<HtmlRule>>>, Problem> {
    let path = KeyPath::new(&["rules"]);
    let said = || rules.iter().filter_map(|(glob, rule)| Some((glob, rule.html?)));
    let settle = |(glob, html): (&String, Html)| {
        let glob = Glob::new(glob).map_err(complain(&path.key(glob)))?;
        Ok(HtmlRule { glob, html })
    };
    let settled = said().map(settle).collect::<Result<Vec<_>, Problem>>()?;
    Ok(said().next().map(|(first, _)| Sourced::new(settled, locate(&path.key(first)))))
}

fn settle_encodings(
    encodings: Option<Vec<Encoding>>,
    locate: Locate<'_>,
) -> Result<Option<Sourced<Vec<Encoding>>>, Problem> {
    let Some(mut encodings) = encodings else { return Ok(None) };
    let path = KeyPath::new(&["siblings", "encodings"]);
    let second = (1..encodings.len()).find(|&i| encodings[..i].contains(&encodings[i]));
    if let Some(i) = second {
        let message = format!("names {} a second time", encodings[i].token());
        return Err(Problem::new(&path.index(i), message, "leave one out"));
    }
    encodings.sort_unstable();
    Ok(Some(Sourced::new(encodings, locate(&path))))
}

fn settle_policies(entries: Vec<PolicyEntry>, locate: Locate<'_>) -> Result<Vec<Sourced<Policy>>, Problem> {
    let mut policies: Vec<Sourced<Policy>> = Vec::new();
    for (i, entry) in entries.into_iter().enumerate() {
        let path = KeyPath::new(&["policy"]).index(i);
        let glob = Glob::new(&entry.glob).map_err(complain(&path.key("glob")))?;
        if let Some(twin) = policies.iter().position(|policy| policy.value.glob == glob) {
            let message = format!("is {:?}, as `policy[{twin}].glob` is; only the first would count", entry.glob);
            return Err(Problem::new(&path.key("glob"), message, "leave one out"));
        }
        let cache_control = check_cache_control(&entry.cache_control).map_err(complain(&path.key("cache_control")))?;
        policies.push(Sourced::new(Policy { glob, cache_control }, locate(&path)));
    }
    Ok(policies)
}
