//! JavaScript: a script or module in, a shorter one of the same behaviour out.
//!
//! swc compresses and renames; on the text that comes out, parsed anew, names are chosen for the wire. The result is
//! parsed again and must have the same [`facts`] as what went in. An attempt that fails a check gives way to a more
//! careful one, and at last to the source as it was.

mod attempt;
mod compressor;
mod constants;
mod edits;
mod facts;
mod guard;
mod hazards;
mod legal;
mod names;
mod parameters;
mod positions;
mod print;
mod proof;
mod source;
mod writes;

use serde::{Deserialize, Serialize};

pub use self::edits::{Edits, Fate};
use self::source::Source;
use super::{Checked, Draft, KeptBecause, Options};
use crate::{asset::Kind, ecma, refs::Scan};

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

/// How much of a script may change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reach {
    /// Everything that keeps its behaviour.
    #[default]
    Code,
    /// Only the names of variables, white space and comments: no code is rewritten.
    Names,
}

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
        let (before, tree) = Source::read(source, place, &options.script_edits)?;
        let kind = if before.is_module { Kind::JsModule } else { Kind::JsScript };
        let drafted = attempt::draft(&before, tree, options);
        Ok(Pressing { kind, before: before.scan, drafted })
    })
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
    fn private_names_stay_in_their_class() {
        let source = "const self = this;\n\
            fails(function () { class Counter { [ self . #count ] = 1 ; #count = 2 ; } } , 'not a counter') ;\n";
        let text = pressed(source, JsPlace::File).unwrap();
        assert!(text.contains("class ") && text.matches('#').count() == 2, "{text}");
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
        assert!(text.ends_with("export{n};") && !text.contains("local"), "{text}");
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
                assert!(!attempt::could_end_element(&text), "{text}");
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
