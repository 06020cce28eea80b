//! nginx: the table in, `edgepress.nginx.conf` (for `http`) and `edgepress.locations.conf` (for `server`) out.
//!
//! One map from `$uri` to the name of a header set, one small map per header. `$uri` is the decoded path of the file
//! that is really served, after index files and `try_files`, so every form of a page is covered. Types are given in the
//! server, where they replace `mime.types` instead of arguing with it. Nothing here needs a `location` of the
//! site's own configuration to change.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use super::{
    Artifact, Entry, Header,
    host::{Draft, Emission, Host, Simulation},
    manifest::MANIFEST_NAME,
    media_type::{BY_EXTENSION, with_charset},
    nginx_reader, requests,
    table::{ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_POLICY, CONTENT_TYPE, NOSNIFF, ROBOTS},
};
use crate::{
    asset::{AssetPath, url},
    finding::{Code, Finding},
};

pub(super) const HTTP_FILE: &str = "edgepress.nginx.conf";
pub(super) const SERVER_FILE: &str = "edgepress.locations.conf";
/// nginx reads its files through a buffer of 4096 bytes that must hold a whole word.
const MAX_WORD: usize = 3800;
const OCTETS: &str = "application/octet-stream";
/// Headers that are sent with `add_header`, each with the variable that holds its value.
const ADDED: [(&str, &str); 5] = [
    (CACHE_CONTROL, "edgepress_cache_control"),
    (NOSNIFF, "edgepress_content_type_options"),
    (ALLOW_ORIGIN, "edgepress_allow_origin"),
    (ROBOTS, "edgepress_robots_tag"),
    (CONTENT_POLICY, "edgepress_content_security_policy"),
];

/// nginx.
pub(super) struct Nginx;

impl Host for Nginx {
    fn emit(&self, draft: &Draft<'_>) -> Emission {
        Emitter::new(draft).emit()
    }

    fn told<'a>(&self, entry: &'a Entry) -> Vec<&'a Header> {
        entry.headers.iter().filter(|header| is_sendable(&header.value)).collect()
    }

    fn can_tell(&self, _url_path: &str) -> bool {
        true
    }

    fn requests(&self, path: &AssetPath, base: &str) -> Vec<String> {
        let mut forms = requests::spellings(path.as_str(), base);
        if path.file_name() == "index.html" {
            forms.extend(requests::pretty(path, base));
        }
        forms
    }

    fn simulate<'a>(&self, draft: &'a Draft<'a>, artifacts: &'a [Artifact]) -> Box<dyn Simulation + 'a> {
        Box::new(nginx_reader::Server::new(draft, artifacts))
    }
}

/// A value with `$` would be read as a variable, and nginx has no way to write one; nor may a word be too long.
fn is_sendable(value: &str) -> bool {
    value.len() <= MAX_WORD && value.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'$')
}

/// `text` as one word of a configuration file.
fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// `text` as a regular expression that matches just it.
fn escape(text: &str) -> String {
    let escape = |c: char| if c.is_ascii_punctuation() || c == ' ' { format!("\\{c}") } else { c.to_string() };
    text.chars().map(escape).collect()
}

/// A set of headers under the name that the configuration gives it.
type Set = BTreeMap<&'static str, String>;

struct Emitter<'a> {
    draft: &'a Draft<'a>,
    /// The base as nginx sees it.
    base: String,
    files: Vec<(String, &'a AssetPath, &'a Entry)>,
    sets: Vec<(String, Set)>,
    /// Where each of `sets` is, and how many have a name with the same stem.
    known_sets: BTreeMap<Set, usize>,
    stems: BTreeMap<&'static str, usize>,
    emission: Emission,
}

impl<'a> Emitter<'a> {
    fn new(draft: &'a Draft<'a>) -> Self {
        let base = url::decode(draft.settings.base).unwrap_or_default().into_owned();
        // What is not in the table is asked for again each time.
        let rest = Set::from([(CACHE_CONTROL, "no-cache".to_owned()), (NOSNIFF, "nosniff".to_owned())]);
        Self {
            draft,
            base,
            files: Vec::new(),
            known_sets: BTreeMap::from([(rest.clone(), 0)]),
            sets: vec![("default".to_owned(), rest)],
            stems: BTreeMap::new(),
            emission: Emission::default(),
        }
    }

    fn emit(mut self) -> Emission {
        self.collect();
        let http = self.http();
        let server = self.server();
        for (name, text) in [(HTTP_FILE, http), (SERVER_FILE, server)] {
            if let Ok(path) = AssetPath::new(name) {
                self.emission.artifacts.push(Artifact { path, contents: text.into_bytes() });
            }
        }
        self.emission
    }

    fn collect(&mut self) {
        for (path, entry) in self.draft.table.iter() {
            let uri = format!("{}{path}", self.base);
            let refused = if !requests::is_writable(path.as_str()) {
                "its name has control characters, which must not get into a host file"
            } else if quote(&escape(&uri)).len() > MAX_WORD {
                "its path is too long for nginx's configuration"
            } else {
                for header in entry.headers.iter().filter(|header| !is_sendable(&header.value)) {
                    let message = format!("its {} cannot be written for nginx, or is too long for it", header.name);
                    self.emission.findings.push(Finding::new(Code::HostLimit, path.as_str(), message));
                }
                self.files.push((uri, path, entry));
                continue;
            };
            self.emission.untold.insert(path.clone());
            let message = format!("{refused}; it is sent with no-cache");
            self.emission.findings.push(Finding::new(Code::HostLimit, path.as_str(), message));
        }
    }

    /// The name of the header set of `entry`.
    fn set(&mut self, entry: &Entry) -> String {
        let told = entry.headers.iter().filter(|header| header.name != CONTENT_TYPE && is_sendable(&header.value));
        let set: Set = told.map(|header| (header.name, header.value.clone())).collect();
        if let Some(&known) = self.known_sets.get(&set) {
            return self.sets[known].0.clone();
        }
        let stem = entry.source.name();
        let number = self.stems.entry(stem).or_default();
        *number += 1;
        let name = if *number == 1 { stem.to_owned() } else { format!("{stem}-{number}") };
        self.known_sets.insert(set.clone(), self.sets.len());
        self.sets.push((name.clone(), set));
        name
    }

    fn http(&mut self) -> String {
        let (words, patterns) = self.names();
        let longest = self.files.iter().map(|(uri, ..)| uri).map(String::len).max().unwrap_or_default();
        let mut text = HTTP_HEAD.to_owned();
        let _ = writeln!(text, "map_hash_bucket_size {};", (longest + 64).next_power_of_two().max(512));
        let _ = writeln!(text, "map_hash_max_size {};\n", (self.files.len() * 2).next_power_of_two().max(2048));
        text.push_str(
            "# File to header set. Text is compared without case, so names that differ only in case are patterns.\n",
        );
        text.push_str("map $uri $edgepress_headers {\n    volatile;\n    default \"\";\n");
        for (uri, set) in &words {
            let _ = writeln!(text, "    {} {};", quote(uri), quote(set));
        }
        for (uri, set) in &patterns {
            let _ = writeln!(text, "    {} {};", quote(&format!("~^{}\\z", escape(uri))), quote(set));
        }
        let _ = writeln!(text, "    {} \"default\";\n}}\n", quote(&format!("~^{}", escape(&self.base))));
        for (header, variable) in self.added() {
            self.header_map(header, variable, &mut text);
        }
        text.push_str(STATUS_MAP);
        self.vary_maps(&mut text);
        self.hidden_map(&mut text);
        text
    }

    /// Files by name, and those whose names differ only in case but whose headers differ too.
    fn names(&mut self) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
        let mut by_fold: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        let files = std::mem::take(&mut self.files);
        for (uri, _, entry) in &files {
            let set = self.set(entry);
            by_fold.entry(uri.to_ascii_lowercase()).or_default().push((uri.clone(), set));
        }
        self.files = files;
        // A name that may not be written could be a twin too, but it cannot differ only in case from one that may.
        let (mut words, mut patterns) = (BTreeMap::new(), BTreeMap::new());
        for twins in by_fold.into_values() {
            let is_one = twins.windows(2).all(|pair| pair[0].1 == pair[1].1);
            let named = twins.into_iter().filter(|(_, set)| set != "default");
            // One entry of several that are the same to nginx: a second would be a conflict.
            if is_one { words.extend(named.take(1)) } else { patterns.extend(named) }
        }
        (words, patterns)
    }

    /// The headers to send; policies only where there are any.
    fn added(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let has_policies = self.sets.iter().any(|(_, set)| set.contains_key(CONTENT_POLICY));
        ADDED.into_iter().filter(move |(header, _)| *header != CONTENT_POLICY || has_policies)
    }

    fn header_map(&self, header: &str, variable: &str, text: &mut String) {
        let variable = if header == CACHE_CONTROL { "edgepress_file_cache_control" } else { variable };
        let _ = writeln!(text, "map $edgepress_headers ${variable} {{\n    volatile;\n    default \"\";");
        for (name, set) in &self.sets {
            if let Some(value) = set.get(header) {
                // A word "default" would be the directive of that name.
                let name = if name == "default" { "\\default" } else { name };
                let _ = writeln!(text, "    {} {};", quote(name), quote(value));
            }
        }
        text.push_str("}\n\n");
    }

    /// `gzip_vary` does not know of files that have a brotli sibling alone, as long as brotli is not sent.
    fn vary_maps(&self, text: &mut String) {
        let only_brotli = self.files.iter().filter(|(.., entry)| entry.has_only_brotli);
        let uris: BTreeSet<_> = only_brotli.map(|(uri, ..)| uri.to_ascii_lowercase()).collect();
        text.push_str("# Files with a .br sibling but no .gz, which nginx itself would send without Vary when it sends them plain.\n");
        text.push_str("map $uri $edgepress_only_brotli {\n    volatile;\n    default 0;\n");
        for uri in uris {
            let _ = writeln!(text, "    {} 1;", quote(&uri));
        }
        text.push_str("}\n\n");
        text.push_str(VARY_MAP);
    }

    fn hidden_map(&self, text: &mut String) {
        let base = escape(&self.base);
        text.push_str(
            "# Siblings and the files made for hosts are not asked for by name; downloads that end alike are.\n",
        );
        text.push_str("map $uri $edgepress_hidden {\n    volatile;\n    default 0;\n");
        let is_ambiguous = |path: &AssetPath| {
            matches!(path.extension(), "br" | "gz" | "zst") || path.folder().is_empty() && is_ours(path.as_str())
        };
        let mut seen = BTreeSet::new();
        for (uri, ..) in self.files.iter().filter(|(_, path, _)| is_ambiguous(path)) {
            if seen.insert(uri.to_ascii_lowercase()) {
                let _ = writeln!(text, "    {} 0;", quote(uri));
            }
        }
        for pattern in [r"[^\x00-\x1f\x7f]*\.(br|gz|zst)\z", r"(edgepress\.[a-z.]+|_headers|_redirects)\z"] {
            let _ = writeln!(text, "    {} 1;", quote(&format!("~^{base}{pattern}")));
        }
        text.push_str("}\n");
    }

    fn server(&self) -> String {
        let types = Types::of(&self.files);
        let mut text = SERVER_HEAD.to_owned();
        for (header, variable) in self.added() {
            let _ = writeln!(text, "add_header {header} ${variable} always;");
        }
        text.push_str("add_header Vary $edgepress_vary;\n");
        if self.draft.table.iter().any(|(path, _)| path.as_str() == "404.html") {
            let _ = writeln!(text, "error_page 404 {};", quote(&format!("{}404.html", self.base)));
        }
        text.push_str("\n# All types: this list replaces mime.types in this server.\ntypes_hash_max_size 4096;\n");
        let _ = writeln!(text, "default_type {};\ntypes {{", quote(&types.rest));
        for (value, extensions) in &types.by_type {
            let extensions: Vec<_> = extensions.iter().map(String::as_str).collect();
            let _ = writeln!(text, "    {} {};", quote(value), extensions.join(" "));
        }
        text.push_str("}\n");
        for (uri, value) in &types.exceptions {
            let _ = writeln!(text, "location = {} {{ types {{ }} default_type {}; }}", quote(uri), quote(value));
        }
        text
    }
}

fn is_ours(name: &str) -> bool {
    name.starts_with("edgepress.") || matches!(name, "_headers" | "_redirects") || name == MANIFEST_NAME
}

/// Types by extension as far as that goes, by file where it does not.
struct Types {
    by_type: BTreeMap<String, BTreeSet<String>>,
    /// For files without a usable extension.
    rest: String,
    exceptions: BTreeMap<String, String>,
}

impl Types {
    fn of(files: &[(String, &AssetPath, &Entry)]) -> Self {
        let mut counts: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
        let typed = || files.iter().filter_map(|(uri, path, entry)| Some((uri, path, entry.value(CONTENT_TYPE)?)));
        let typed = || typed().filter(|(.., value)| is_sendable(value));
        for (_, path, value) in typed() {
            *counts.entry(key(path)).or_default().entry(value).or_default() += 1;
        }
        // The most frequent; of equals the first by name.
        let most = |counts: &BTreeMap<&str, usize>| {
            counts
                .iter()
                .max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)))
                .map_or(OCTETS.to_owned(), |(value, _)| (*value).to_owned())
        };
        let mut chosen: BTreeMap<String, String> = BY_EXTENSION
            .iter()
            .map(|(extension, essence)| ((*extension).to_owned(), with_charset(essence, false)))
            .collect();
        chosen.insert(String::new(), OCTETS.to_owned());
        chosen.extend(counts.iter().map(|(extension, counts)| (extension.clone(), most(counts))));
        let exceptions = typed()
            .filter(|(_, path, value)| chosen.get(&key(path)).is_none_or(|chosen| chosen != value))
            .map(|(uri, _, value)| (uri.clone(), value.to_owned()))
            .collect();
        let rest = chosen.remove("").unwrap_or_default();
        let mut by_type: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (extension, value) in chosen {
            by_type.entry(value).or_default().insert(extension);
        }
        Self { by_type, rest, exceptions }
    }
}

/// The extension as nginx looks it up, empty when it is none that can be written as a plain word.
fn key(path: &AssetPath) -> String {
    let extension = path.extension().to_ascii_lowercase();
    let is_plain =
        extension.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) && extension != "include";
    if is_plain { extension } else { String::new() }
}

const HTTP_HEAD: &str = "\
# Made by edgepress. Include it once, inside http { }:
#
#     http {
#         include /path/to/edgepress.nginx.conf;
#         server {
#             root /path/to/the/output;
#             include /path/to/edgepress.locations.conf;
#         }
#     }
#
# If nginx says that map_hash_bucket_size or map_hash_max_size is a duplicate, keep the larger of the two values.

";

const STATUS_MAP: &str = "\
# An answer that is an error must not last.
map \"$status:$edgepress_headers\" $edgepress_cache_control {
    volatile;
    default $edgepress_file_cache_control;
    \"~^[45][0-9][0-9]:.\" \"no-store\";
}

";

const VARY_MAP: &str = "\
map \"$edgepress_only_brotli:$sent_http_content_encoding\" $edgepress_vary {
    volatile;
    default \"\";
    \"1:\" \"Accept-Encoding\";
}

";

const SERVER_HEAD: &str = "\
# Made by edgepress. Include it inside server { }, together with edgepress.nginx.conf inside http { }.
#
# A location that has add_header or types of its own inherits none of these: repeat there what it needs.
# brotli_static needs the module ngx_http_brotli_static_module (Debian: libnginx-mod-http-brotli-static); without it,
# take the line away. For addresses without .html add to your location: try_files $uri $uri.html $uri/ =404;

gzip_static on;
brotli_static on;
gzip_vary on;
if ($edgepress_hidden) { return 404; }

";
