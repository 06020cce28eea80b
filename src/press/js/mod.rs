//! JavaScript: a script or module in, a shorter one of the same behaviour out.
//!
//! swc compresses and renames; what comes out is parsed again and must have the same [`facts`] as what went in. An
//! attempt that fails the check gives way to a more careful one, and at last to the source as it was.

mod edits;
mod facts;
mod hazards;
mod legal;
mod names;
mod positions;
mod print;
mod proof;
mod writes;

use std::{borrow::Cow, collections::BTreeSet};

use serde::{Deserialize, Serialize};
use swc_core::{
    common::{BytePos, Mark, SourceMap, Span as SwcSpan, comments::SingleThreadedComments, sync::Lrc},
    ecma::{
        ast::{EsVersion, Pass, Program},
        minifier::{
            optimize,
            option::{CompressOptions, ExtraOptions, MangleOptions, MinifyOptions, TopLevelOptions},
        },
        transforms::base::{
            fixer::{fixer, paren_remover},
            resolver,
        },
    },
};

pub use self::edits::{Edits, Fate};
use self::{
    facts::Facts,
    hazards::Hazards,
    proof::{Identity, Meaning},
    writes::OuterWrites,
};
use super::{Checked, Draft, KeptBecause, LegalComments, Level, Note, Options, Tracing, with_inline_map};
use crate::{
    asset::{Kind, Reference, Role, Span},
    ecma::{self, Parsed},
    pack,
    refs::{self, Scan},
};

/// What a piece of JavaScript is, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsPlace {
    /// A `.js` file: a module if it has `import`, `export` or `import.meta`, else a classic script.
    File,
    /// A `.mjs` file: a module.
    ModuleFile,
    /// The text of a classic `<script>` element.
    Script,
    /// The text of a `<script type=module>` element.
    Module,
    /// The (entity-decoded) value of an event handler attribute, or what follows `javascript:`. Only scanned.
    Handler,
}

impl JsPlace {
    fn is_element(self) -> bool {
        matches!(self, Self::Script | Self::Module | Self::Handler)
    }
}

/// Comments that go around the code, known before the first attempt takes the others away.
struct Around {
    /// Those that must be found in the result.
    legal: Vec<String>,
    /// Those that carry a licence, for a file beside the script.
    moved: Vec<String>,
    /// What goes last.
    tail: String,
}

/// How much of a script may change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reach {
    /// Everything that keeps its behaviour.
    #[default]
    Code,
    /// Only the names of variables, white space and comments: no code is rewritten.
    Names,
}

/// How much an attempt may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effort {
    /// Rewrites code and renames bindings.
    Full,
    /// The same, but merges no expressions across statements: what swc gets wrong most often.
    Careful,
    /// Renames bindings only.
    Names,
    /// White space and comments only.
    Space,
}

/// A rewritten script must save this share of its compressed size, or [`WORTHWHILE_BYTES`], to replace its source: less is
/// not worth new bytes for returning visitors.
const WORTHWHILE_PER_MILLE: usize = 10;
const WORTHWHILE_BYTES: usize = 512;

/// What became of one script: what it names, before and after.
pub(super) struct Pressing {
    /// Module or script, as its text shows.
    pub(super) kind: Kind,
    pub(super) before: Scan,
    pub(super) drafted: Result<Checked, KeptBecause>,
}

/// Presses one script or module. Pure. Output for elements never contains `</script` or `<!--`.
///
/// # Errors
/// Why the source must stay as it is.
pub fn press(source: &str, place: JsPlace, options: &Options) -> Result<Draft, KeptBecause> {
    press_scanned(source, place, options)?.drafted.map(|checked| checked.draft)
}

/// As [`press`], with the references that its parsers saw on the way: parsing is a good part of the work.
///
/// # Errors
/// Why the source cannot be read at all.
pub(super) fn press_scanned(source: &str, place: JsPlace, options: &Options) -> Result<Pressing, KeptBecause> {
    ecma::guarded(|| {
        let before = Source::read(source, place, &options.script_edits)?;
        let kind = if before.is_module { Kind::JsModule } else { Kind::JsScript };
        let drafted = before.draft(options);
        Ok(Pressing { kind, before: before.scan, drafted })
    })
}

/// A source with what must stay true of it.
struct Source<'a> {
    text: &'a str,
    place: JsPlace,
    is_module: bool,
    /// With identifiers resolved.
    program: Program,
    marks: Marks,
    comments: SingleThreadedComments,
    map: Lrc<SourceMap>,
    start: BytePos,
    scan: Scan,
    facts: Facts,
    hazards: Hazards,
    /// Parts that the configuration took out.
    removed: Vec<Span>,
    is_edited: bool,
}

/// By what the resolver tells identifiers apart.
#[derive(Clone, Copy)]
struct Marks {
    unresolved: Mark,
    top_level: Mark,
}

impl Marks {
    /// Resolves the identifiers of `program`.
    fn resolve(program: &mut Program) -> Self {
        let marks = Self { unresolved: Mark::new(), top_level: Mark::new() };
        resolver(marks.unresolved, marks.top_level, false).process(program);
        marks
    }
}

impl<'a> Source<'a> {
    fn read(text: &'a str, place: JsPlace, edits: &Edits) -> Result<Self, KeptBecause> {
        let parsed = ecma::parse(text, place)?;
        let scan = refs::js::scan_parsed(text, &parsed);
        let is_module = parsed.is_module();
        let Parsed { mut program, comments, map, start } = parsed;
        let marks = Marks::resolve(&mut program);
        // What must stay true is true of the program as its owner wants it.
        let edited = edits.apply(&mut program, marks.unresolved)?;
        let removed = edited.removed.iter().map(|span| asset_span(*span, start)).collect();
        let hazards = Hazards::of(&program);
        let facts = Facts::of(&program, marks.unresolved, marks.top_level);
        Ok(Self {
            text,
            place,
            is_module,
            program,
            marks,
            comments,
            map,
            start,
            scan,
            facts,
            hazards,
            removed,
            is_edited: edited.is_edited,
        })
    }

    fn draft(&self, options: &Options) -> Result<Checked, KeptBecause> {
        if self.place == JsPlace::Handler {
            return Err(KeptBecause::NoPress);
        }
        if self.text.starts_with('\u{feff}') {
            return Err(KeptBecause::Unsupported(Note::new("it starts with a byte order mark")));
        }
        let mut refused = KeptBecause::NotSmaller;
        // Known before the first attempt, which takes the other comments away.
        let legal = legal::keep(&self.comments, options.legal_comments);
        let moved = legal::keep(&self.comments, LegalComments::Inline);
        let tail = legal::tail(&self.comments, self.source_map_comment());
        let around = Around { legal, moved, tail };
        for effort in self.efforts(options.script_reach) {
            match self.attempt(effort, options, &around) {
                Err(KeptBecause::NotSmaller) => return Err(KeptBecause::NotSmaller),
                Err(kept) => refused = kept,
                Ok(done) => return Ok(done),
            }
        }
        Err(refused)
    }

    /// The attempts to make, boldest first.
    fn efforts(&self, reach: Reach) -> impl Iterator<Item = Effort> + use<> {
        let boldest = if self.hazards.sees_names {
            Effort::Space
        } else if self.hazards.functions_in_blocks || self.hazards.orders_texts || reach == Reach::Names {
            Effort::Names
        } else {
            Effort::Full
        };
        [Effort::Full, Effort::Careful, Effort::Names, Effort::Space]
            .into_iter()
            .skip_while(move |&effort| effort != boldest)
    }

    fn attempt(&self, effort: Effort, options: &Options, around: &Around) -> Result<Checked, KeptBecause> {
        let program = self.compressed(effort, options.level)?;
        if effort == Effort::Space {
            return self.finish(program, None, options, around);
        }
        // Only what was rewritten needs the marks of the resolver, which may err where the text alone cannot.
        let identity = if effort == Effort::Names { Identity::Name } else { Identity::Marked };
        let meaning = Meaning::of(&program, identity);
        // The marks that compressing leaves are not sure enough to rename by: a bundle of tables broke in the browser.
        if options.level != Level::Fast
            && effort == Effort::Names
            && let Some(ours) = self.rename_for_the_wire(&program, options.level)
        {
            match self.finish(ours, Some(&meaning), options, around) {
                Err(KeptBecause::WouldChangeMeaning(_)) => {}
                done => return done,
            }
        }
        self.finish(self.rename_by_swc(program), Some(&meaning), options, around)
    }

    fn compressed(&self, effort: Effort, level: Level) -> Result<Program, KeptBecause> {
        let program = self.program.clone();
        if !matches!(effort, Effort::Full | Effort::Careful) {
            return Ok(program);
        }
        let mut program = program;
        // The compressor takes parentheses for a leaf of the tree: it merges writes into functions and branches inside of them.
        paren_remover(Some(&self.comments)).process(&mut program);
        let compress = Some(compress_options(effort, level, self.is_module));
        let program = self.optimize(program, MinifyOptions { compress, ..MinifyOptions::default() });
        match OuterWrites::of(&self.program).first_added(&OuterWrites::of(&program)) {
            None => Ok(program),
            Some(name) => {
                let what = format!("a write to {name:?} would move into another function");
                Err(KeptBecause::WouldChangeMeaning(Note::new(what)))
            }
        }
    }

    /// Prints `program`, and checks what was printed; its names must mean what `meaning` says.
    fn finish(
        &self,
        mut program: Program,
        meaning: Option<&Meaning>,
        options: &Options,
        around: &Around,
    ) -> Result<Checked, KeptBecause> {
        fixer(Some(&self.comments)).process(&mut program);
        legal::drop_others(&self.comments, options.legal_comments);
        let mut trace = (options.tracing == Tracing::On).then(Vec::new);
        let (ascii_only, in_element) = (self.text.is_ascii(), self.place.is_element());
        let code = print::print(&program, &self.map, &self.comments, ascii_only, in_element, trace.as_mut())
            .map_err(|error| KeptBecause::Crashed(Note::new(error)))?;
        let head = legal::head(&code, &around.legal);
        let mut text = format!("{head}{code}{}", around.tail);
        if !self.is_worthwhile(&text) {
            return Err(KeptBecause::NotSmaller);
        }
        let (mut notes, mut positions) = (Vec::new(), None);
        if let Some(trace) = trace {
            let traced = positions::of(&trace, self.text, self.start, &text, head.matches('\n').count());
            text = with_inline_map(text, self.source_map_comment(), &traced, &mut notes);
            positions = Some(traced);
        }
        let after = self.check(&text, meaning)?;
        let moved = if options.legal_comments.moves() { around.moved.clone() } else { Vec::new() };
        let removed = self.removed.clone();
        Ok(Checked { draft: Draft { bytes: text.into_bytes(), notes }, after, positions, legal: moved, removed })
    }

    fn source_map_comment(&self) -> Option<&str> {
        self.scan.source_map.map(|span| &self.text[span.range()])
    }

    /// `program` with the names we choose, if they are smaller on the wire than those of swc.
    fn rename_for_the_wire(&self, program: &Program, level: Level) -> Option<Program> {
        let mut ours = program.clone();
        names::shorten_labels(&mut ours);
        let chosen = names::choose(&ours, &self.map, self.text.is_ascii(), level)?;
        chosen.apply(&mut ours);
        let by_swc = self.rename_by_swc(program.clone());
        (pack::wire_size(&chosen.text) < self.wire_size(&by_swc)).then_some(ours)
    }

    fn wire_size(&self, program: &Program) -> usize {
        let comments = SingleThreadedComments::default();
        let text = print::print(program, &self.map, &comments, self.text.is_ascii(), false, None);
        text.map_or(usize::MAX, |text| pack::wire_size(text.as_bytes()))
    }

    fn rename_by_swc(&self, program: Program) -> Program {
        let mangle = Some(MangleOptions { top_level: Some(self.is_module), ..MangleOptions::default() });
        self.optimize(program, MinifyOptions { mangle, ..MinifyOptions::default() })
    }

    fn optimize(&self, program: Program, options: MinifyOptions) -> Program {
        let (unresolved_mark, top_level_mark) = (self.marks.unresolved, self.marks.top_level);
        let extra = ExtraOptions { unresolved_mark, top_level_mark, mangle_name_cache: None };
        optimize(program, self.map.clone(), Some(&self.comments), None, &options, &extra)
    }

    /// Reads the result as a browser will; returns what it names.
    fn check(&self, text: &str, meaning: Option<&Meaning>) -> Result<Scan, KeptBecause> {
        let refuse = |what: &str| KeptBecause::WouldChangeMeaning(Note::new(what));
        if self.place.is_element() && could_end_element(text) && !could_end_element(self.text) {
            return Err(refuse("the result would end the script element"));
        }
        let parsed = ecma::parse(text, self.place).map_err(|_| refuse("the result does not parse"))?;
        let scan = refs::js::scan_parsed(text, &parsed);
        let mut program = parsed.program;
        if let Some(meaning) = meaning {
            meaning.compare(&Meaning::of(&program, Identity::Name)).map_err(|what| refuse(&what))?;
        }
        let marks = Marks::resolve(&mut program);
        let after = Facts::of(&program, marks.unresolved, marks.top_level);
        self.facts.compare(&after).map_err(|what| refuse(&what))?;
        match named(&self.scan, &self.removed).symmetric_difference(&named(&scan, &[])).next() {
            Some((url, _)) => Err(refuse(&format!("the reference to {url:?} would be lost or made up"))),
            None => Ok(scan),
        }
    }

    fn is_worthwhile(&self, text: &str) -> bool {
        if text.len() >= self.text.len() {
            return false;
        }
        let (before, after) = (self.without_inline_map(self.text), self.without_inline_map(text));
        // What its owner wants out goes for any gain.
        if self.is_edited {
            return true;
        }
        // Far smaller raw is smaller on the wire too: spare the estimate.
        if after.len() * 4 < before.len() * 3 {
            return true;
        }
        let (before, after) = (pack::wire_size(before.as_bytes()), pack::wire_size(after.as_bytes()));
        let saved = before.saturating_sub(after);
        saved >= WORTHWHILE_BYTES || saved * 1000 >= before * WORTHWHILE_PER_MILLE && saved > 0
    }

    /// A map in a comment may be many times its code, and says nothing of what pressing saves.
    fn without_inline_map<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.source_map_comment().filter(|comment| comment.contains("=data:")) {
            Some(comment) => Cow::Owned(text.replacen(comment, "", 1)),
            None => Cow::Borrowed(text),
        }
    }
}

/// What a scan names outside of `removed`, each once.
fn named<'s>(scan: &'s Scan, removed: &[Span]) -> BTreeSet<(&'s str, Role)> {
    let is_left =
        |reference: &&Reference| !removed.iter().any(|part| (part.start..part.end).contains(&reference.name.start));
    scan.references.iter().filter(is_left).map(|reference| (&*reference.url, reference.role)).collect()
}

/// A span of swc's in the text that it knows to begin at `start`.
fn asset_span(span: SwcSpan, start: BytePos) -> Span {
    let offset = |position: BytePos| position.0.saturating_sub(start.0) as usize;
    Span::new(offset(span.lo)..offset(span.hi))
}

/// Whether `text` inside a `<script>` element could end it or change how its end is found (HTML, script data states).
fn could_end_element(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["</script", "<!--", "<script"].iter().any(|needle| lower.contains(needle))
}

/// swc's options. Measured under brotli: `passes` 3, no `loops` and no `negate_iife` are the smallest. `evaluate` off costs
/// nothing there and avoids most of what constant folding is known to get wrong; `pristine_globals` off lets
/// pages patch globals; the syntax level of the source is never raised.
fn compress_options(effort: Effort, level: Level, is_module: bool) -> CompressOptions {
    let merges = effort == Effort::Full;
    let defaults = CompressOptions::default();
    CompressOptions {
        sequences: if merges { defaults.sequences } else { 0 },
        collapse_vars: merges,
        side_effects: merges,
        passes: match level {
            Level::Fast => 1,
            Level::Default => 3,
            Level::Max => 4,
        },
        ecma: EsVersion::Es5,
        evaluate: false,
        loops: false,
        negate_iife: false,
        pristine_globals: false,
        keep_fargs: true,
        reduce_vars: true,
        drop_debugger: false,
        module: is_module,
        top_level: is_module.then_some(TopLevelOptions { functions: true }),
        ..defaults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(source: &str, place: JsPlace) -> Result<String, String> {
        press(source, place, &Options::default())
            .map(|draft| String::from_utf8(draft.bytes).unwrap())
            .map_err(|kept| format!("{kept:?}"))
    }

    #[test]
    fn names_only_rewrites_no_code() {
        let options = Options { script_reach: Reach::Names, ..Options::default() };
        let source = "(function (argument) { if (argument) { f(argument) ; g() } return undefined })(true)   ;";
        let draft = press(source, JsPlace::File, &options).unwrap();
        let text = String::from_utf8(draft.bytes).unwrap();
        let stays = ["if(", "return undefined", "(true)"].iter().all(|part| text.contains(part));
        assert!(stays && !text.contains("argument"), "{text}");
    }

    #[test]
    fn top_level_names_of_scripts_stay() {
        let text = pressed("var application = 1;\nfunction helper(argument) { return argument + 1 }\n", JsPlace::File)
            .unwrap();
        assert!(text.contains("application") && text.contains("helper"), "{text}");
        assert!(!text.contains("argument"), "{text}");
    }

    #[test]
    fn top_level_names_of_modules_go() {
        let text = pressed("const application = compute();\nexport { application as a };\n", JsPlace::File).unwrap();
        assert!(!text.contains("application"), "{text}");
    }

    #[test]
    fn names_of_exported_declarations_go() {
        let source = "import { second } from './b.js' ;\nexport const compute = (argument) => { return argument + second } ;\n\
            window.x = function (longArgument) { return longArgument + compute } ;\n";
        let text = pressed(source, JsPlace::File).unwrap();
        assert!(!text.contains("longArgument") && text.contains("compute"), "{text}");
    }

    #[test]
    fn names_of_exports_are_no_globals() {
        // `n` is a binding before its name changes, and only the name of an export after.
        let source = "import { t as n } from './a.js' ;\nlet used = n() ;\nfunction local() { return used }\nexport { local as n } ;\n";
        let text = pressed(source, JsPlace::File).unwrap();
        assert!(text.contains(" as n}") && !text.contains("local"), "{text}");
    }

    #[test]
    fn legal_comments_stay_and_others_go() {
        let source = "/*! Licence one */\n/* other */\nfunction f() {\n  // @license two\n  return 1 ;\n}\n";
        let text = pressed(source, JsPlace::File).unwrap();
        assert!(
            text.contains("/*! Licence one */") && text.contains("@license two") && !text.contains("other"),
            "{text}"
        );
    }

    #[test]
    fn ascii_stays_ascii() {
        let text = pressed("var s = \"\\u00e9\\u2028\" ; var other = 1  ;", JsPlace::File).unwrap();
        assert!(text.is_ascii(), "{text}");
    }

    #[test]
    fn writes_never_move_into_functions_that_run_later() {
        let source = "(function(){window.f=function(b,K,t){var c,l,n,d,u;c=b[K]||(b[K]={}),n=(l=function(){if(c.resizer)t()},\
            d=!1,u=[],function(){d||(d=!0,l.apply(this,u))});var first=g();c.resizer=first;watch(n,first,c)}})();";
        let text = pressed(source, JsPlace::File).unwrap_or_else(|_| source.to_owned());
        let closure = text.find("function(){").map(|_| text.contains("resizer&&t()") || text.contains(").resizer"));
        assert!(!text.contains("={})).resizer&&"), "{closure:?} {text}");
    }

    #[test]
    fn writes_never_move_into_branches() {
        // What `u` holds is asked for whether or not the function after `||` runs.
        let source = "window.f=function(s,a,b){var u,o;if(b>2){if(u=s.alternate,!(30&a||function(s){for(;;){if(s.flags)return!1;\
            s=s.child}}(u)||(o=h(s,a),1!==o)))throw Error(1);s.finished=u,k(u)}};";
        let text = pressed(source, JsPlace::File).unwrap_or_else(|_| source.to_owned());
        let write = text.find(".alternate").unwrap();
        assert!(write < text.find("30&").unwrap(), "{text}");
    }

    #[test]
    fn elements_are_never_ended() {
        for source in ["var a =   '<\\/script>' ;   var b  = 1", "var a   =   '<\\!--'  ;  var b  =  '<' + 'script>'"] {
            if let Ok(text) = pressed(source, JsPlace::Script) {
                assert!(!could_end_element(&text), "{text}");
            }
        }
    }

    #[test]
    fn names_stay_where_eval_or_with_see_them() {
        for source in [
            "function f(argument) { return eval('argument') }   ",
            "function f(argument) { with (argument) { return member } }   ",
        ] {
            assert!(pressed(source, JsPlace::File).unwrap().contains("argument"), "{source}");
        }
    }

    #[test]
    fn source_map_comment_stays() {
        let text = pressed("var  a  =  1 ;\n//# sourceMappingURL=a.js.map\n", JsPlace::File).unwrap();
        assert!(text.ends_with("//# sourceMappingURL=a.js.map"), "{text}");
    }

    #[test]
    fn comments_survive_a_refused_attempt() {
        // The compressor drops the unused import: refused, and the next attempt must still know the comments.
        let source = "/*! L */\nconst   lazy   =  ()  =>  import('./lazy.js')  ;\nexport  const  a  =  1  ;\n//# sourceMappingURL=a.map\n";
        let text = pressed(source, JsPlace::File).unwrap();
        assert!(text.contains("/*! L */") && text.ends_with("sourceMappingURL=a.map"), "{text}");
        assert!(text.contains("./lazy.js"), "{text}");
    }

    #[test]
    fn pressing_again_changes_nothing() {
        let source = "export function add(left, right) {\n  const sum = left + right;\n  if (sum > 3) { return sum } else { return 0 }\n}\n";
        let once = pressed(source, JsPlace::File).unwrap();
        assert!(pressed(&once, JsPlace::File).is_err());
    }
}
