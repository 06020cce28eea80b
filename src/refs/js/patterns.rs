//! What a script compares addresses with, to find a file by its name.

use swc_core::ecma::ast::{BinExpr, BinaryOp, CallExpr, Callee, Expr, Lit, MemberExpr, MemberProp, Regex, Str};

use crate::asset::SWAP;

/// Longer ones are grammars, not names.
const LONGEST: usize = 512;

/// Ends of the names of what pages load.
const EXTENSIONS: [&str; 14] =
    ["js", "css", "png", "svg", "gif", "jpg", "jpeg", "webp", "avif", "ico", "wasm", "json", "woff", "ttf"];

/// Ends of the names of pictures, which sites have in several states and sizes.
const PICTURES: [&str; 7] = ["png", "jpg", "jpeg", "gif", "webp", "avif", "svg"];

/// Longer ones say more than a state or a size.
const LONGEST_END: usize = 32;

/// Methods that look for their first argument in a text.
const COMPARING: [&str; 7] = ["indexOf", "lastIndexOf", "startsWith", "endsWith", "includes", "split", "replace"];

/// Methods that make a regular expression of it first.
const MATCHING: [&str; 3] = ["match", "matchAll", "search"];

/// A regular expression with its flags in front, if it could be meant for the name of a file.
pub(super) fn of_literal(regex: &Regex) -> Option<String> {
    let text = &*regex.exp;
    let flags = if regex.flags.contains('i') { "(?i)" } else { "" };
    could_find_a_file(text).then(|| format!("{flags}{text}"))
}

/// Whether the text of a regular expression says how a name ends: `.js`, `\.js`, `(\.min|)\.js`, `\.(js|css)`.
pub(super) fn could_find_a_file(text: &str) -> bool {
    let words = || text.split(|c: char| !c.is_ascii_alphanumeric());
    text.len() <= LONGEST && text.contains('.') && words().any(|word| EXTENSIONS.contains(&word))
}

/// What a call looks for in a text.
pub(super) enum Compared<'a> {
    /// `src.indexOf("app.js")`: just this.
    Text(&'a Str),
    /// `src.match("app(.min)?.js")`, `RegExp("app\\.js")`: what this expression finds.
    Expression(&'a Str),
}

/// What a call looks for, if that is a literal.
pub(super) fn compared(call: &CallExpr) -> Option<Compared<'_>> {
    let Callee::Expr(callee) = &call.callee else { return None };
    let Expr::Lit(Lit::Str(text)) = &*call.args.first()?.expr else { return None };
    match &**callee {
        Expr::Ident(name) if &*name.sym == "RegExp" => Some(Compared::Expression(text)),
        Expr::Member(MemberExpr { prop: MemberProp::Ident(method), .. }) => match &*method.sym {
            method if COMPARING.contains(&method) => Some(Compared::Text(text)),
            method if MATCHING.contains(&method) => Some(Compared::Expression(text)),
            _ => None,
        },
        _ => None,
    }
}

/// The texts that something must be equal to: `src.substr(at) == "app.js"`.
pub(super) fn equal(binary: &BinExpr) -> impl Iterator<Item = &Str> {
    let is_equality = matches!(binary.op, BinaryOp::EqEq | BinaryOp::EqEqEq | BinaryOp::NotEq | BinaryOp::NotEqEq);
    [&binary.left, &binary.right].into_iter().filter(move |_| is_equality).filter_map(|side| text(side))
}

/// The text that an expression is, if it is nothing but that.
pub(super) fn text(expression: &Expr) -> Option<&Str> {
    if let Expr::Lit(Lit::Str(text)) = expression { Some(text) } else { None }
}

/// The regular expression for addresses that end in `name`, and not in a longer name.
pub(super) fn whole(name: &str) -> String {
    let border = if name.starts_with('/') { "" } else { "(?:^|/)" };
    format!("{border}{}$", regex::escape(name))
}

/// The swaps of `src.replace(..)`: of one text for another, or of what is put behind the beginning of a name.
pub(super) fn swapped(call: &CallExpr) -> Vec<String> {
    let Some((from, to)) = replaced(call) else { return Vec::new() };
    swap(from, to).map_or_else(|| appended(to), |swap| vec![swap])
}

/// The texts of `src.replace("_off", "_on")` and `src.replace(/thumbs/, "large")`, with [`SWAP`] between them. What only counts
/// at the end keeps its `$`, which no other text has: `src.replace(/\.js$/, ".wasm")`.
fn swap(from: &Expr, to: &str) -> Option<String> {
    let (from, end) = match from {
        Expr::Lit(Lit::Str(text)) => (text.value.as_str()?.to_owned(), ""),
        Expr::Lit(Lit::Regex(regex)) => match regex.exp.strip_suffix('$').and_then(plain) {
            Some(text) => (text, "$"),
            None => (plain(&regex.exp)?, ""),
        },
        _ => return None,
    };
    let is_part = |text: &str| text.len() <= LONGEST && !text.contains([SWAP, ' ', '<', '$']);
    let tells = from.len() > 1 && is_part(&from) && from.contains(|c: char| c.is_ascii_alphanumeric()) && from != to;
    (is_part(to) && tells).then(|| format!("{from}{end}{SWAP}{to}"))
}

/// What a call replaces in a text, and the text that it puts there: `src.replace(/_off/, "_on")`.
fn replaced(call: &CallExpr) -> Option<(&Expr, &str)> {
    let Callee::Expr(callee) = &call.callee else { return None };
    let Expr::Member(MemberExpr { prop: MemberProp::Ident(method), .. }) = &**callee else { return None };
    let [from, to] = call.args.as_slice() else { return None };
    let is_replacing = matches!(&*method.sym, "replace" | "replaceAll");
    Some((&*from.expr, text(&to.expr)?.value.as_str()?)).filter(|_| is_replacing)
}

/// The swaps that a script may make with `text`, which it puts behind the beginning of a name:
/// `src.split(".png")[0] + "-on.png"`, `src.slice(0, -3) + ".wasm"`, `src.replace(/\.\w+$/, "@2x$&")`.
pub(super) fn appended(text: &str) -> Vec<String> {
    let swap = |extension: &str, to: &str| format!(".{extension}${SWAP}{to}");
    if text == ".wasm" {
        return vec![swap("js", text)];
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '@' | '.');
    let (text, has_rest) = match text.strip_suffix("$1").or_else(|| text.strip_suffix("$&")) {
        Some(text) => (text, true),
        None => (text, is_density(text)),
    };
    if text.len() > LONGEST_END || !text.starts_with(['-', '_', '@']) || !text.chars().all(is_part) {
        return Vec::new();
    }
    if has_rest {
        return PICTURES.iter().map(|extension| swap(extension, &format!("{text}.{extension}"))).collect();
    }
    let extension = text.rsplit_once('.').map(|(_, extension)| extension);
    extension
        .filter(|extension| EXTENSIONS.contains(extension))
        .map(|extension| swap(extension, text))
        .into_iter()
        .collect()
}

/// `@2x`, which says how fine a picture is.
fn is_density(text: &str) -> bool {
    let times = text.strip_prefix('@').and_then(|text| text.strip_suffix('x'));
    times.is_some_and(|times| !times.is_empty() && times.bytes().all(|byte| byte.is_ascii_digit()))
}

/// What a regular expression finds that is plain text: `_off\.png` finds `_off.png`.
fn plain(expression: &str) -> Option<String> {
    let mut text = String::new();
    let mut characters = expression.chars();
    while let Some(character) = characters.next() {
        let plain = match character {
            '\\' => characters.next().filter(|c| !c.is_ascii_alphanumeric())?,
            '(' | ')' | '[' | ']' | '{' | '}' | '*' | '+' | '?' | '|' | '^' | '$' => return None,
            // A dot that is not escaped is meant for one, too.
            other => other,
        };
        text.push(plain);
    }
    Some(text)
}

/// Whether a text selects elements by their addresses: `script[src*="app.js"]`.
pub(super) fn is_selector(text: &str) -> bool {
    text.contains("[src") || text.contains("[href")
}
