//! Writing `_headers`: the table in, the site's own text and our part of the file out.
//!
//! Netlify and Cloudflare read the same file in the same place, so when both are selected one text must be right for
//! both: rules that never overlap, within Cloudflare's limits. Cloudflare alone may also get ordered rules that undo
//! each other. When not even that fits, whole classes (by extension) are left to the host's default, which asks again
//! each time, and a finding names them. For both hosts at once that is preferred to overlapping rules, because nobody
//! promises how Netlify joins them: a file that is revalidated too often is slow, one that is immutable by mistake is
//! broken for a year.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use super::{
    Artifact, Entry, Header, HostName, PolicyClass, Source,
    fold::{self, Label, Target},
    headers_file::{BEGIN, END, FILE_NAME, MAX_LINE, MAX_RULES, dialect_of, normal_path},
    host::{Draft, Emission},
    ordered::{self, Dropped, Step},
    pattern::{Dialect, fold as fold_case},
    requests,
    table::{ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_POLICY, CONTENT_TYPE, NOSNIFF},
};
use crate::{
    asset::AssetPath,
    finding::{Code, Finding, Severity},
};

/// Netlify names no limit; past this many rules we prefer wildcards to a file that nobody can read.
const NETLIFY_RULES: usize = 1000;

const ALONE_HINT: &str =
    "select cloudflare-pages alone, with --host cloudflare-pages: rules that undo each other fit better";

/// The headers of `entry` that belong into a `_headers` file.
pub(super) fn told(entry: &Entry) -> Vec<&Header> {
    // Both hosts make browsers ask again for pages, and they know the type of a page.
    let is_default = matches!(entry.source, Source::Class(PolicyClass::Html | PolicyClass::ErrorPage));
    let is_plain = is_default && !entry.has_unusual_type;
    let wanted = |header: &&Header| match header.name {
        name if entry.owned.contains(&name) => false,
        CONTENT_POLICY => fits(header),
        _ if is_plain => false,
        CONTENT_TYPE => entry.has_unusual_type,
        _ => true,
    };
    let headers: Vec<_> = entry.headers.iter().filter(wanted).collect();
    // Not worth a rule by itself.
    if headers.iter().all(|header| header.name == NOSNIFF) { Vec::new() } else { headers }
}

/// Cloudflare skips longer lines; nobody promises that Netlify does not.
fn fits(header: &Header) -> bool {
    header.name.len() + ": ".len() + header.value.len() <= MAX_LINE
}

pub(super) fn can_tell(url_path: &str) -> bool {
    requests::literal_pattern(url_path).is_some() && url_path.len() <= MAX_LINE
}

/// The forms of `path` on a host with pretty addresses.
pub(super) fn requests(path: &AssetPath, base: &str) -> Vec<String> {
    let mut forms = requests::pretty(path, base);
    forms.extend(requests::plain(path, base));
    forms
}

/// Our part, in the making.
struct Emitter<'a> {
    draft: &'a Draft<'a>,
    dialects: Vec<Dialect>,
    labels: Vec<Vec<&'a Header>>,
    known_labels: BTreeMap<Vec<&'a Header>, Label>,
    /// Sorted by URL.
    targets: Vec<Target>,
    /// Which file each target is a form of.
    owners: Vec<&'a AssetPath>,
    emission: Emission,
}

/// `_headers` for every selected host that reads it.
pub(super) fn emit(draft: &Draft<'_>) -> Emission {
    if draft.user.is_unreadable {
        let untold = draft.table.iter().map(|(path, _)| path.clone()).collect();
        return Emission { untold, ..Emission::default() };
    }
    let mut dialects: Vec<_> = draft.settings.hosts.iter().filter_map(|host| dialect_of(*host)).collect();
    dialects.sort_unstable();
    dialects.dedup();
    let mut emitter = Emitter {
        draft,
        dialects,
        labels: Vec::new(),
        known_labels: BTreeMap::new(),
        targets: Vec::new(),
        owners: Vec::new(),
        emission: Emission::default(),
    };
    emitter.collect();
    emitter.part_twins();
    let rules = emitter.fold();
    emitter.warn_of_misses(&rules);
    emitter.write(&rules);
    emitter.emission
}

impl<'a> Emitter<'a> {
    fn collect(&mut self) {
        let mut targets = Vec::new();
        for (path, entry) in self.draft.table.iter() {
            let told = told(entry);
            let (is_told, is_writable) = (!told.is_empty(), requests::is_writable(path.as_str()));
            let forms = requests(path, self.draft.settings.base);
            if is_told && !is_writable {
                self.leave(path, "its name has control characters, which must not get into a host file");
            } else if is_told && !forms.iter().any(|form| can_tell(form)) {
                self.leave(path, "its URL is too long for a rule");
            }
            if entry.headers.iter().any(|header| header.name == CONTENT_POLICY && !fits(header)) {
                let message = format!("its Content-Security-Policy is longer than the {MAX_LINE} characters of a rule");
                self.without_policy(path, message);
            }
            // A wildcard may still speak of what has no rule of its own.
            let label = is_told.then(|| self.label(told));
            for url in forms {
                let is_literal = is_writable && can_tell(&url);
                targets.push((Target { is_literal, url, label, is_shared: !entry.owned.is_empty() }, path));
            }
        }
        targets.sort_by(|(a, _), (b, _)| a.url.cmp(&b.url));
        (self.targets, self.owners) = targets.into_iter().unzip();
    }

    /// The files that `url` is a form of.
    fn owners(&self, url: &str) -> &[&'a AssetPath] {
        let start = self.targets.partition_point(|target| target.url.as_str() < url);
        let same = self.targets[start..].iter().take_while(|target| target.url == url).count();
        &self.owners[start..start + same]
    }

    fn label(&mut self, headers: Vec<&'a Header>) -> Label {
        if let Some(label) = self.known_labels.get(&headers) {
            return *label;
        }
        let label = self.labels.len();
        self.known_labels.insert(headers.clone(), label);
        self.labels.push(headers);
        label
    }

    fn leave(&mut self, path: &AssetPath, why: &str) {
        self.emission.untold.insert(path.clone());
        let message = format!("{why}; the host's default headers, or those of its folder, apply to it");
        self.emission.findings.push(Finding::new(Code::HostLimit, path.as_str(), message));
    }

    fn without_policy(&mut self, path: &AssetPath, message: String) {
        let finding = Finding::new(Code::HostLimit, path.as_str(), format!("{message}; it is sent without"));
        self.emission.findings.push(finding.hint("use csp = \"meta\""));
        self.emission.untold.insert(path.clone());
    }

    /// Policies take a rule per page: where that is too many, they must not push out what makes assets last.
    fn leave_policies(&mut self, limit: usize) {
        let policies = |emitter: &Self, label: Label| emitter.labels[label].iter().any(|h| h.name == CONTENT_POLICY);
        let has_any = (0..self.labels.len()).any(|label| policies(self, label));
        let base = self.draft.settings.base;
        if !has_any || fold::disjoint(&self.targets, base, limit, &self.dialects).len() <= limit {
            return;
        }
        let mut left = BTreeSet::new();
        for place in 0..self.targets.len() {
            let Some(label) = self.targets[place].label.filter(|label| policies(self, *label)) else { continue };
            let rest: Vec<_> = self.labels[label].iter().filter(|h| h.name != CONTENT_POLICY).copied().collect();
            self.targets[place].label = if rest.is_empty() { None } else { Some(self.label(rest)) };
            left.extend(self.owners(&self.targets[place].url));
        }
        for path in left {
            self.without_policy(
                path,
                format!("its Content-Security-Policy does not fit into the {limit} rules that are left"),
            );
        }
    }

    /// Paths that a host takes for one but that should get different headers get none: `a` and `a.html`, and on
    /// Netlify names that differ only in case.
    fn part_twins(&mut self) {
        for dialect in self.dialects.clone() {
            let key = |url: &str| match dialect {
                Dialect::Netlify => fold_case(url.strip_suffix('/').unwrap_or(url), dialect),
                Dialect::Cloudflare => url.to_owned(),
            };
            let mut labels: BTreeMap<String, BTreeSet<Option<Label>>> = BTreeMap::new();
            for target in &self.targets {
                labels.entry(key(&target.url)).or_default().insert(target.label);
            }
            let mut twins = BTreeSet::new();
            let is_twin = |target: &Target| {
                target.label.is_some() && labels.get(&key(&target.url)).is_some_and(|labels| labels.len() > 1)
            };
            for place in 0..self.targets.len() {
                if is_twin(&self.targets[place]) {
                    self.targets[place].label = None;
                    twins.extend(self.owners(&self.targets[place].url));
                }
            }
            for path in twins {
                self.leave(
                    path,
                    "the host does not tell its URL from that of another file that should get other headers",
                );
            }
        }
    }

    fn limit(&self) -> usize {
        let cloudflare = MAX_RULES.saturating_sub(self.draft.user.cloudflare.rules().len());
        if self.dialects.contains(&Dialect::Cloudflare) { cloudflare } else { NETLIFY_RULES }
    }

    /// The one host that selected to read the file, if it is Cloudflare's: only there may rules undo each other, and
    /// Pages and Workers do not have the same headers to go back to.
    fn only_cloudflare(&self) -> bool {
        let readers: BTreeSet<_> =
            self.draft.settings.hosts.iter().filter(|host| dialect_of(**host).is_some()).collect();
        self.dialects == [Dialect::Cloudflare] && readers.len() == 1
    }

    fn fold(&mut self) -> Vec<Step> {
        let (limit, base) = (self.limit(), self.draft.settings.base);
        self.leave_policies(limit);
        let mut rules: Vec<_> = fold::disjoint(&self.targets, base, limit, &self.dialects).into_iter().collect();
        if rules.len() <= limit || !self.dialects.contains(&Dialect::Cloudflare) {
            return steps(rules);
        }
        if self.only_cloudflare() {
            let (rules, dropped) = ordered::ordered(&self.targets, base, limit);
            for dropped in &dropped {
                self.drop_class(dropped, "");
            }
            return rules;
        }
        while let Some(dropped) = heaviest(&rules).filter(|_| rules.len() > limit) {
            let urls: BTreeSet<_> = dropped.urls.iter().collect();
            rules.retain(|(url, _)| !urls.contains(url));
            self.drop_class(&dropped, ALONE_HINT);
        }
        if rules.len() > limit {
            self.drop_folders(&mut rules, limit);
        }
        steps(rules)
    }

    /// Of more folders than there may be rules, those with the fewest files go without.
    fn drop_folders(&mut self, rules: &mut Vec<(String, Label)>, limit: usize) {
        let by_size = |(pattern, label): &(String, Label)| std::cmp::Reverse(self.matched(pattern, *label).count());
        rules.sort_by_cached_key(by_size);
        let dropped = rules.split_off(limit);
        rules.sort_unstable();
        let urls = dropped.iter().flat_map(|(pattern, label)| self.matched(pattern, *label));
        let paths: BTreeSet<_> = urls.flat_map(|url| self.owners(url)).copied().cloned().collect();
        let message = format!(
            "{} files that {} rules would speak of do not fit into the {MAX_RULES} rules of Cloudflare; its default \
             headers apply to them",
            paths.len(),
            dropped.len(),
        );
        self.emission.findings.push(Finding::new(Code::HostLimit, FILE_NAME, message).hint(ALONE_HINT));
        self.emission.untold.extend(paths);
    }

    /// The URLs with this label that `pattern`, one of ours with a `*`, speaks of.
    fn matched<'t>(&'t self, pattern: &'t str, label: Label) -> impl Iterator<Item = &'t str> {
        let (folder, end) = pattern.split_once('*').unwrap_or((pattern, ""));
        let start = self.targets.partition_point(|target| target.url.as_str() < folder);
        let below = self.targets[start..].iter().take_while(move |target| target.url.starts_with(folder));
        below.filter(move |target| target.label == Some(label) && target.url.ends_with(end)).map(|it| it.url.as_str())
    }

    fn drop_class(&mut self, dropped: &Dropped, hint: &str) {
        let paths: BTreeSet<_> = dropped.urls.iter().flat_map(|url| self.owners(url)).copied().collect();
        let cache_control = self.labels[dropped.label].iter().find(|header| header.name == CACHE_CONTROL);
        let message = format!(
            "{} files of extension {:?} with Cache-Control {:?} do not fit into the {MAX_RULES} rules of Cloudflare; its \
             default headers apply to them",
            paths.len(),
            dropped.suffix,
            cache_control.map_or("", |header| header.value.as_str()),
        );
        let hint = if hint.is_empty() { "keep hashed and plain names in different folders" } else { hint };
        self.emission.findings.push(Finding::new(Code::HostLimit, FILE_NAME, message).hint(hint));
        self.emission.untold.extend(paths.into_iter().cloned());
    }

    /// A wildcard also speaks of files that are not there, such as those of the last deploy.
    fn warn_of_misses(&mut self, rules: &[Step]) {
        let lasts = |label: Label| self.labels[label].iter().any(|header| header.value.contains("immutable"));
        let has_error_page = self.draft.table.iter().any(|(path, _)| path.as_str() == "404.html");
        // Pages itself answers a miss with `no-store`, but only if there is a page for it.
        let is_safe = has_error_page
            && self
                .draft
                .settings
                .hosts
                .iter()
                .all(|host| *host != HostName::Netlify && *host != HostName::CloudflareWorkers);
        self.emission.misses_may_last =
            !is_safe && rules.iter().any(|step| step.pattern.contains('*') && lasts(step.label));
        if self.emission.misses_may_last {
            let hint = if has_error_page {
                "keep the hashed files of former deploys, so that none is missing"
            } else {
                "add a 404.html, and keep the hashed files of former deploys"
            };
            let message = "a file that is missing under a * rule may be answered with immutable, and stay missing";
            let finding = Finding::new(Code::HostLimit, FILE_NAME, message).hint(hint);
            // True of every site on such a host: worth knowing, nothing to fail on.
            self.emission.findings.push(finding.severity(Severity::Info));
        }
    }

    fn write(&mut self, rules: &[Step]) {
        let had_ours = self.draft.user.has_ours;
        if rules.is_empty() && !had_ours {
            return;
        }
        let mut text = self.draft.user.text.clone();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        if !rules.is_empty() {
            text.push_str(&self.block(rules));
        }
        if let Ok(path) = AssetPath::new(FILE_NAME) {
            self.emission.artifacts.push(Artifact { path, contents: text.into_bytes() });
        }
    }

    fn block(&self, rules: &[Step]) -> String {
        let mut text = format!(
            "{BEGIN}\n# Made from edgepress.manifest.json. Lines outside these two markers are yours and stay.\n"
        );
        if rules.iter().any(|step| step.instead_of.is_some()) {
            text.push_str("# The order matters: \"! Name\" takes back what an earlier rule said.\n");
        }
        if self.emission.misses_may_last {
            text.push_str("# A * rule also speaks of missing files: keep those of former deploys for a while.\n");
        }
        for step in rules {
            let _ = writeln!(text, "{}", step.pattern);
            let own = &self.labels[step.label];
            let former = step.instead_of.map(|label| &self.labels[label]);
            for header in former.into_iter().flatten() {
                let _ = writeln!(text, "  ! {}", header.name);
            }
            for header in own {
                let _ = writeln!(text, "  {}: {}", header.name, header.value);
            }
            let has = |headers: &Vec<&Header>| headers.iter().any(|header| header.name == ALLOW_ORIGIN);
            if former.is_some_and(has) && !has(own) && self.draft.settings.hosts.contains(&HostName::CloudflarePages) {
                // What Pages says by itself; taking back the earlier rule took that too.
                let _ = writeln!(text, "  {ALLOW_ORIGIN}: *");
            }
            self.repeat_user_rule(&step.pattern, &mut text);
        }
        text.push_str(END);
        text.push('\n');
        text
    }

    /// Of two blocks with one path Cloudflare keeps only the later: ours repeats what the site's says.
    fn repeat_user_rule(&self, path: &str, text: &mut String) {
        if !self.dialects.contains(&Dialect::Cloudflare) {
            return;
        }
        let path = normal_path(path);
        for rule in self.draft.user.cloudflare.rules().iter().filter(|rule| rule.path == path) {
            for name in &rule.unset {
                let _ = writeln!(text, "  ! {name}");
            }
            for (name, value) in &rule.set {
                let _ = writeln!(text, "  {name}: {value}");
            }
        }
    }
}

/// Rules that never overlap, as a list.
fn steps(rules: Vec<(String, Label)>) -> Vec<Step> {
    rules.into_iter().map(|(pattern, label)| Step { pattern, label, instead_of: None }).collect()
}

/// The extension and label with the most rules that name one path each.
fn heaviest(rules: &[(String, Label)]) -> Option<Dropped> {
    let mut classes: BTreeMap<(&str, Label), Vec<String>> = BTreeMap::new();
    for (url, label) in rules.iter().filter(|(url, _)| !url.contains('*')) {
        classes.entry((fold::suffix(url).unwrap_or_default(), *label)).or_default().push(url.clone());
    }
    let ((suffix, label), urls) = classes.into_iter().max_by_key(|(_, urls)| urls.len())?;
    Some(Dropped { suffix: suffix.to_owned(), label, urls })
}
