//! The harness: a site as a map of path to text in, one run of the real program, whole trees out.
//!
//! Every test has a folder of its own with `site` in it, in which the program is started: it sees no cache, no
//! configuration and no environment but those that the test gives it.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::tree::Tree;

/// The program under test.
pub(crate) fn program() -> PathBuf {
    let named = std::env::var_os("EDGEPRESS").or_else(|| option_env!("CARGO_BIN_EXE_edgepress").map(OsString::from));
    PathBuf::from(named.expect("EDGEPRESS names the program to test"))
}

/// The repository, or `EDGEPRESS_REPOSITORY`.
pub(crate) fn repository() -> PathBuf {
    std::env::var_os("EDGEPRESS_REPOSITORY").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from)
}

/// A folder or file of the corpus; `None`, said aloud, where there is no corpus.
pub(crate) fn corpus(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let path = std::env::var_os("EDGEPRESS_CORPUS").map_or_else(beside, PathBuf::from).join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: no corpus at {}", path.display());
    None
}

/// The demo, and the real sites where they are.
pub(crate) fn real_sites() -> Vec<PathBuf> {
    let real = ["site-small", "site-photo", "site-vite"].into_iter().filter_map(corpus);
    std::iter::once(repository().join("fixtures/demo")).chain(real).collect()
}

/// A folder with a site in it, and how the program is to be run there.
#[derive(Debug)]
pub(crate) struct Site {
    place: TempDir,
    flags: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
}

impl Site {
    /// An empty site.
    pub(crate) fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("site")).unwrap();
        Self { place, flags: Vec::new(), variables: Vec::new() }
    }

    /// A copy of the site in `folder`.
    pub(crate) fn copy_of(folder: &Path) -> Self {
        let site = Self::new();
        Tree::read(folder).write(&site.path("site"));
        site
    }

    /// A site of what was published.
    pub(crate) fn copy_of_tree(tree: &Tree) -> Self {
        let site = Self::new();
        tree.write(&site.path("site"));
        site
    }

    /// With a file at `path` of the site.
    pub(crate) fn file(self, path: &str, contents: impl AsRef<[u8]>) -> Self {
        self.beside(&format!("site/{path}"), contents)
    }

    /// With a file beside the site, such as `edgepress.toml`.
    pub(crate) fn beside(self, path: &str, contents: impl AsRef<[u8]>) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
        self
    }

    /// With this `edgepress.toml`.
    pub(crate) fn config(self, text: &str) -> Self {
        self.beside("edgepress.toml", text)
    }

    /// With a picture that can be pressed: 8 x 8 pixels of one colour, stored without compression.
    pub(crate) fn picture(self, path: &str) -> Self {
        self.file(path, crate::picture::png(8, 8))
    }

    /// With these flags, after the command.
    pub(crate) fn flags<const N: usize>(mut self, flags: [&str; N]) -> Self {
        self.flags.extend(flags.map(OsString::from));
        self
    }

    /// With this environment variable.
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// A path in the folder.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.place.path().join(path)
    }

    /// Everything in the folder.
    pub(crate) fn surroundings(&self) -> Tree {
        Tree::read(self.place.path())
    }

    /// The program with `arguments`, ready to be started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(arguments).args(&self.flags).current_dir(self.place.path()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.path("home")).env("EDGEPRESS_NO_CACHE", "1");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program with `arguments`.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).output().unwrap(), arguments)
    }

    /// Starts the program with `arguments` and does not wait for it.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().unwrap()
    }

    /// Builds `site` as `out`, which must succeed.
    pub(crate) fn build(&self) -> Output {
        self.build_as("out")
    }

    /// Builds `site` as `out`, which must succeed.
    pub(crate) fn build_as(&self, out: &str) -> Output {
        self.build_with(out, &[])
    }

    /// Builds `site` as `out` with some more flags, which must succeed.
    pub(crate) fn build_with(&self, out: &str, flags: &[&str]) -> Output {
        let report = format!("json={out}.report.json");
        let mut arguments = vec!["build", "site", "-o", out, "--report", &report];
        arguments.extend(flags);
        self.run(&arguments).success();
        let text = fs::read(self.path(&format!("{out}.report.json"))).unwrap();
        Output { tree: Tree::read(&self.path(out)), report: serde_json::from_slice(&text).unwrap() }
    }
}

/// What one run of the program did.
#[derive(Debug)]
pub(crate) struct Run {
    line: String,
    code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// What `output` of the program with `arguments` was.
    pub(crate) fn of(output: std::process::Output, arguments: &[&str]) -> Self {
        Self {
            line: arguments.join(" "),
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// It ended well and said nothing on standard error.
    #[track_caller]
    pub(crate) fn success(self) -> Self {
        let run = self.code(0);
        assert_eq!(run.stderr, "", "edgepress {}", run.line);
        run
    }

    /// It ended with `code`.
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "edgepress {}\n{}{}", self.line, self.stdout, self.stderr);
        self
    }

    /// It ended with `code`, one line `error: MESSAGE` and one line `hint: HINT`, and nothing else.
    #[track_caller]
    pub(crate) fn fails(self, code: i32, message: &str, hint: &str) -> Self {
        let run = self.code(code);
        let expected =
            if hint.is_empty() { format!("error: {message}\n") } else { format!("error: {message}\nhint: {hint}\n") };
        assert_eq!((run.stderr.as_str(), run.stdout.as_str()), (expected.as_str(), ""), "edgepress {}", run.line);
        run
    }

    /// Standard output has `text`.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "edgepress {}\nno {text:?} in\n{}", self.line, self.stdout);
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in\n{}", self.stdout))
    }
}

/// A published tree and its report.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) tree: Tree,
    pub(crate) report: Value,
}

impl Output {
    /// The manifest's record of the file that came in as `path`.
    #[track_caller]
    pub(crate) fn record(&self, path: &str) -> Value {
        let record = self.manifest()["files"][path].clone();
        assert!(record.is_object(), "{path} is not in the manifest");
        record
    }

    /// The manifest.
    pub(crate) fn manifest(&self) -> Value {
        serde_json::from_slice(&self.tree.files["edgepress.manifest.json"]).unwrap()
    }

    /// The published name of `path`.
    #[track_caller]
    pub(crate) fn name(&self, path: &str) -> String {
        self.record(path)["name"].as_str().unwrap().to_owned()
    }

    /// The last segment of the published name of `path`.
    #[track_caller]
    pub(crate) fn file_name(&self, path: &str) -> String {
        self.name(path).rsplit('/').next().unwrap().to_owned()
    }

    /// The published bytes of `path`.
    #[track_caller]
    pub(crate) fn bytes(&self, path: &str) -> Vec<u8> {
        self.tree.files[&self.name(path)].clone()
    }

    /// The published text of `path`.
    #[track_caller]
    pub(crate) fn text(&self, path: &str) -> String {
        String::from_utf8(self.bytes(path)).unwrap()
    }

    /// `path` has a hash in its published name, of eight characters.
    #[track_caller]
    pub(crate) fn is_hashed(&self, path: &str) -> bool {
        self.record(path)["naming"] == "hashed"
    }

    /// What the report says about `path`.
    #[track_caller]
    pub(crate) fn file(&self, path: &str) -> &Value {
        let files = self.report["files"].as_array().unwrap();
        files.iter().find(|file| file["path"] == path).unwrap_or_else(|| panic!("{path} is not in the report"))
    }

    /// Every finding as `code path: message`, in order.
    pub(crate) fn findings(&self) -> Vec<String> {
        findings(&self.report)
    }

    /// There is a finding `code` about `path`.
    #[track_caller]
    pub(crate) fn finds(&self, code: &str, path: &str) {
        let start = format!("{code} {path}: ");
        assert!(self.findings().iter().any(|line| line.starts_with(&start)), "no {start} in {:#?}", self.findings());
    }

    /// The names of the published files without siblings, host files and manifest, with `#` for our hashes.
    pub(crate) fn names(&self) -> Vec<String> {
        let is_extra = |name: &str| {
            HOST_FILES.contains(&name) || [".br", ".gz", ".zst"].iter().any(|extension| name.ends_with(extension))
        };
        self.tree.files.keys().filter(|name| !is_extra(name)).map(|name| without_hash(name)).collect()
    }

    /// The names of the published files are exactly these.
    #[track_caller]
    pub(crate) fn has_names<const N: usize>(&self, names: [&str; N]) {
        assert_eq!(self.names(), names);
    }
}

/// What edgepress adds to every output.
pub(crate) const HOST_FILES: [&str; 4] =
    ["_headers", "edgepress.locations.conf", "edgepress.nginx.conf", "edgepress.manifest.json"];

/// Every finding of `report` as `code path: message`.
pub(crate) fn findings(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let line = |f: &Value| format!("{} {}: {}", text(&f["code"]), text(&f["path"]), text(&f["message"]));
    report["findings"].as_array().unwrap().iter().map(line).collect()
}

/// Whether `text` can be the hash in a name of ours.
pub(crate) fn is_hash(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|byte| b"0123456789bcdfghjklmnpqrstvwxz".contains(&byte))
}

/// `css/a-3k7m2q9x.css` as `css/a-#.css`.
pub(crate) fn without_hash(name: &str) -> String {
    let Some((stem, rest)) = name.rsplit_once('-') else { return name.to_owned() };
    let (hash, extension) = rest.split_once('.').unwrap_or((rest, ""));
    match is_hash(hash) {
        true if extension.is_empty() => format!("{stem}-#"),
        true => format!("{stem}-#.{extension}"),
        false => name.to_owned(),
    }
}
