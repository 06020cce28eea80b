//! The seams, and what each of them promises for any input.

use std::{borrow::Cow, fs, sync::LazyLock};

use edgepress::{
    action::{Action, Cache, Outcome, Pool, Runner},
    asset::{ByteSize, Digest, Kind, Span},
    config::{self, Config},
    interrupt::Interrupt,
    pack::{self, Encoding, Packed},
    pipeline::{self, Stopwatch, Tools},
    press::{self, KeptBecause, Level, Options, Shrunk},
    progress::Silent,
    refs,
    standing::Standing,
    walk::Selection,
};

use crate::seeds::files;

/// One seam.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) seeds: fn() -> Vec<Vec<u8>>,
    /// Words of the language.
    pub(crate) tokens: &'static [&'static str],
    /// Feeds it; what is broken, if a promise is.
    pub(crate) check: fn(&[u8]) -> Result<(), String>,
}

const MARKUP: &[&str] = &[
    "<div>",
    "</div>",
    "<p>",
    "<table>",
    "<td>",
    "<svg>",
    "<math>",
    "<template>",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<a href=\"",
    "<img src=x srcset='a 1x, b 2x'>",
    "&amp;",
    "&#x0;",
    "<plaintext>",
    "<select>",
    "<base href='/x/'>",
    "<meta charset=latin1>",
    "<pre>\n",
    "<b><i>",
    "</b></i>",
    "\0",
];
const SHEET: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "[",
    "a{",
    "@media print{",
    "@import url(x.css);",
    ":is(",
    "calc(",
    "url(",
    "/*",
    "*/",
    "\\",
    "!important",
    ";",
    "@layer a;",
    "&",
    "--x:",
    "var(--x,",
    "@charset \"utf-8\";",
    "\u{feff}",
    "<!--",
    "#{",
    "@supports(",
];
const SCRIPT: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "`${",
    "`",
    "=>",
    "async ",
    "await ",
    "function(){",
    "class{",
    "import('x')",
    "a?b:",
    "+a",
    "/a/",
    "//",
    "/*",
    "*/",
    "'use strict';",
    "export ",
    "yield ",
    "...",
    "?.",
    "#p",
    "\\u{61}",
    "<!--",
    "eval(",
    "if(a)",
    "else ",
    "with(a)",
    "label:",
    "new.target",
    "\u{2028}",
];
const DRAWING: &[&str] = &[
    "<g>",
    "</g>",
    "<svg xmlns=\"http://www.w3.org/2000/svg\">",
    "<!DOCTYPE svg [<!ENTITY a 'b'>]>",
    "&a;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<path d=\"M0 0",
    "1e309",
    "-.5.5",
    "<use href=\"#a\"/>",
    "<style>",
    "<script>",
    "<?xml?>",
    " transform=\"",
    "matrix(",
    " xmlns:x=\"y\"",
    "\0",
];
const DATA: &[&str] =
    &["{", "}", "[", "]", "\"a\":", "1e999", "\\ud800", "\"", ",", "null", "-", "\u{feff}", "[[", "{\"src\":"];

fn press(kind: Kind, input: &[u8]) -> Result<(), String> {
    let options = Options { level: Level::Fast, ..Options::default() };
    let pressed = press::press(kind, input, &options);
    let body = match &pressed.shrunk {
        Shrunk::Kept(KeptBecause::Crashed(note)) => return Err(note.text.clone()),
        Shrunk::Kept(_) => input,
        Shrunk::Smaller(body) if body.len() > input.len() => return Err("it grew".into()),
        Shrunk::Smaller(body) => body,
    };
    in_place(pressed.references.iter().map(|reference| reference.name), body)
}

fn scan(kind: Kind, input: &[u8]) -> Result<(), String> {
    match refs::scan(kind, input) {
        Ok((_, found)) => in_place(found.references.iter().map(|reference| reference.name), input),
        Err(_) => Ok(()),
    }
}

/// Spans lie in the body.
fn in_place(spans: impl Iterator<Item = Span>, body: &[u8]) -> Result<(), String> {
    let mut outside = spans.map(Span::range).filter(|range| body.get(range.clone()).is_none());
    outside.next().map_or(Ok(()), |range| Err(format!("span {range:?} in {} bytes", body.len())))
}

fn text_of(input: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(input)
}

macro_rules! kinds {
    ($($name:ident: $check:ident $kind:ident [$($extension:literal)*] $tokens:ident;)*) => {$(
        #[allow(non_upper_case_globals)]
        pub(crate) static $name: Target = Target {
            name: stringify!($name),
            seeds: || files(&[$($extension),*], &own(Kind::$kind)),
            tokens: $tokens,
            check: |input| $check(Kind::$kind, input),
        };
    )*};
}

const NONE: &[&str] = &[];

/// What the repository has no small file of.
fn own(kind: Kind) -> Vec<Vec<u8>> {
    let mut bytes = Vec::new();
    if kind == Kind::Jpeg {
        let picture = image::RgbImage::from_fn(40, 24, |x, y| image::Rgb([x, y, x * y].map(|n| n.to_le_bytes()[0])));
        picture.write_with_encoder(image::codecs::jpeg::JpegEncoder::new(&mut bytes)).unwrap();
    }
    vec![bytes]
}

kinds! {
    html: press Html ["html"] MARKUP;
    css: press Css ["css"] SHEET;
    js_script: press JsScript ["js"] SCRIPT;
    js_module: press JsModule ["js" "mjs"] SCRIPT;
    svg: press Svg ["svg"] DRAWING;
    xml: press Xml ["xml" "rss" "svg"] DRAWING;
    json: press Json ["json" "map"] DATA;
    web_manifest: press WebManifest ["json" "webmanifest"] DATA;
    png: press Png ["png"] NONE;
    jpeg: press Jpeg ["jpg" "jpeg"] NONE;
    html_references: scan Html ["html"] MARKUP;
    css_references: scan Css ["css"] SHEET;
    js_references: scan JsScript ["js"] SCRIPT;
    xml_references: scan Svg ["svg" "xml"] DRAWING;
    json_references: scan WebManifest ["json" "webmanifest"] DATA;
}

#[allow(non_upper_case_globals)]
pub(crate) static config: Target = Target {
    name: "config",
    seeds: || {
        let own = b"level = \"max\"\nhosts = [\"nginx\"]\n[names]\nmode = \"content\"\nkeep = [\"a/**\"]\n[[policy]]\nglob = \"a\"\n\
            cache_control = \"public, max-age=9\"\n[[budget]]\nname = \"x\"\nglob = \"*.js\"\nmax = \"1 kB\"\n[rules.\"v/**\"]\npress = \"off\"\n";
        files(&["toml"], &[own.to_vec()])
    },
    tokens: &["[", "]", "[[budget]]", "=", "\"", "'''", "{", "}", "**", "1 kB", "level", "\n", "#", "1e9", "inf", "0x"],
    check: |input| {
        drop(config::parse_toml("edgepress.toml", &text_of(input)));
        Ok(())
    },
};

/// An entry of the cache that was good before.
static ENTRY: LazyLock<(Digest, Outcome, Vec<u8>)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let runner = Runner::new(Some(Cache::new(folder.path())));
    let action = Action::Press { kind: Kind::Css, options: Cow::Owned(Options::default()) };
    let source = b"@import 'x.css'; a { background : url(i.png) }";
    let digest = Digest::of(source);
    let outcome = runner.run(&action, source, &digest).outcome;
    let key = action.key(&digest);
    (key, outcome, fs::read(path_of(folder.path(), &key)).unwrap())
});

fn path_of(folder: &std::path::Path, key: &Digest) -> std::path::PathBuf {
    let name = key.to_string();
    folder.join("v1").join(&name[..1]).join(&name[1..])
}

#[allow(non_upper_case_globals)]
pub(crate) static cache_entry: Target = Target {
    name: "cache_entry",
    seeds: || vec![ENTRY.2.clone()],
    tokens: NONE,
    check: |input| {
        let (key, outcome, good) = &*ENTRY;
        let folder = tempfile::tempdir().unwrap();
        let path = path_of(folder.path(), key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, input).unwrap();
        match Cache::new(folder.path()).get(key) {
            Some(found) if input != good.as_slice() || found != *outcome => Err("a damaged entry was believed".into()),
            _ => Ok(()),
        }
    },
};

/// A small site with `input` at `path`, taken through everything but publishing.
fn site(path: &str, input: &[u8]) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, bytes: &[u8]| fs::write(folder.path().join(path), bytes).unwrap();
    write(
        "index.html",
        b"<!doctype html><title>x</title><link rel=stylesheet href=a-3k7m2q9x.css><script src=a.js></script>",
    );
    write("a-3k7m2q9x.css", b"a { color : red }");
    write("a.js", "console.log( 'a' ) ;\n".repeat(40).as_bytes());
    write(path, input);
    let runner = Runner::new(None);
    let pool = Pool::new(std::num::NonZeroUsize::new(1), ByteSize(1 << 30));
    let interrupt = Interrupt::new();
    let standing = Standing::default();
    let tools = Tools {
        runner: &runner,
        pool: &pool,
        progress: &Silent,
        interrupt: &interrupt,
        standing: &standing,
        former: None,
    };
    let settings = Config { level: Level::Fast, ..Config::default() };
    let finished = pipeline::run(folder.path(), &Selection::default(), &settings, &tools, &mut Stopwatch::default());
    finished.map(drop).map_err(|error| error.to_string())
}

#[allow(non_upper_case_globals)]
pub(crate) static manifest: Target = Target {
    name: "manifest",
    seeds: || {
        let own = br#"{"schema":1,"files":{"a.css":{"name":"a-3k7m2q9x.css","digest":"blake3-00","naming":"hashed","size":17,"type":"text/css"}}}"#;
        vec![own.to_vec()]
    },
    tokens: DATA,
    check: |input| site("edgepress.manifest.json", input),
};

#[allow(non_upper_case_globals)]
pub(crate) static headers_file: Target = Target {
    name: "headers_file",
    seeds: || {
        vec![b"# rules\n/*\n  X-Frame-Options: DENY\n  ! Link\n/a.js\n  Cache-Control: no-store\nhttps://x.example/:a/*\n  A: b\n".to_vec()]
    },
    tokens: &["/*", "/:a", "\n", "\r\n", "  ", ":", "! ", "#", "https://", "*", "\t", "\u{feff}", "%2F"],
    check: |input| site("_headers", input),
};

#[allow(non_upper_case_globals)]
pub(crate) static siblings: Target = Target {
    name: "siblings",
    seeds: || {
        let made = Encoding::ALL.map(|encoding| pack::pack(&b"some text. ".repeat(50), encoding, Level::Fast));
        made.into_iter()
            .filter_map(|packed| if let Packed::Sibling(body) = packed { Some(body) } else { None })
            .collect()
    },
    tokens: NONE,
    check: |input| {
        for encoding in Encoding::ALL {
            if pack::decode(input, encoding, 10_000).is_ok_and(|decoded| decoded.len() > 10_001) {
                return Err("the limit is not kept".into());
            }
        }
        Ok(())
    },
};

/// Hands the names of all seams to a macro.
macro_rules! each_target {
    ($then:ident) => {
        $then! {
            html css js_script js_module svg xml json web_manifest png jpeg
            html_references css_references js_references xml_references json_references
            config cache_entry manifest headers_file siblings
        }
    };
}
pub(crate) use each_target;
