//! A reader of nginx configuration, as much as we emit: files in, what a server with them would answer out.
//!
//! Written from nginx's rules, not from our writer: words and quotes as its tokenizer takes them, maps that compare text
//! without case and try patterns in order, types by the last extension in lower case.

use std::collections::BTreeMap;

use regex::Regex;

use super::{
    Artifact,
    host::{Draft, Served, Simulation},
    nginx::{HTTP_FILE, SERVER_FILE},
};
use crate::asset::url;

/// One directive with its words and, if it has one, its block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Directive {
    words: Vec<String>,
    block: Vec<Directive>,
}

/// Reads `text`; words that never end are dropped, as nginx would refuse them.
fn read(text: &str) -> Vec<Directive> {
    let mut open: Vec<(Vec<String>, Vec<Directive>)> = vec![(Vec::new(), Vec::new())];
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '#' => drop(chars.by_ref().find(|c| *c == '\n')),
            '"' | '\'' => words.push(quoted(&mut chars, c)),
            ';' => close(&mut open, std::mem::take(&mut words), Vec::new()),
            '{' => open.push((std::mem::take(&mut words), Vec::new())),
            '}' if open.len() > 1 => {
                let (words, block) = open.pop().unwrap_or_default();
                close(&mut open, words, block);
            }
            c if c.is_ascii_whitespace() => {}
            c => {
                let mut word = c.to_string();
                while let Some(c) = chars.next_if(|c| !c.is_ascii_whitespace() && !matches!(c, ';' | '{')) {
                    word.push(c);
                }
                words.push(word);
            }
        }
    }
    open.swap_remove(0).1
}

fn close(open: &mut [(Vec<String>, Vec<Directive>)], words: Vec<String>, block: Vec<Directive>) {
    if let Some((_, siblings)) = open.last_mut() {
        siblings.push(Directive { words, block });
    }
}

fn quoted(chars: &mut impl Iterator<Item = char>, quote: char) -> String {
    let mut word = String::new();
    while let Some(c) = chars.next() {
        match c {
            c if c == quote => break,
            '\\' => match chars.next() {
                Some(c @ ('"' | '\'' | '\\')) => word.push(c),
                Some('t') => word.push('\t'),
                Some('r') => word.push('\r'),
                Some('n') => word.push('\n'),
                Some(other) => word.extend(['\\', other]),
                None => {}
            },
            c => word.push(c),
        }
    }
    word
}

#[derive(Debug, Default)]
struct Map {
    source: String,
    texts: BTreeMap<String, String>,
    patterns: Vec<(Regex, String)>,
    default: String,
}

impl Map {
    fn new(directive: &Directive) -> Self {
        let mut map = Self { source: directive.words.get(1).cloned().unwrap_or_default(), ..Self::default() };
        for line in &directive.block {
            let [key, value] = &line.words[..] else { continue };
            match key.strip_prefix('~') {
                _ if key == "default" => map.default.clone_from(value),
                Some(pattern) => map.patterns.extend(Regex::new(pattern).ok().map(|regex| (regex, value.clone()))),
                None => {
                    let key = key.strip_prefix('\\').unwrap_or(key);
                    map.texts.insert(key.to_ascii_lowercase(), value.clone());
                }
            }
        }
        map
    }

    fn get(&self, value: &str) -> &str {
        let pattern = || self.patterns.iter().find(|(regex, _)| regex.is_match(value)).map(|(_, value)| value);
        self.texts.get(&value.to_ascii_lowercase()).or_else(pattern).unwrap_or(&self.default)
    }
}

/// A request that is being answered.
struct Request<'a> {
    uri: &'a str,
    status: u16,
    /// Variables that were asked for.
    known: Vec<(String, String)>,
}

impl<'a> Request<'a> {
    fn new(uri: &'a str, status: u16) -> Self {
        Self { uri, status, known: Vec::new() }
    }
}

/// A server with the emitted files.
pub(super) struct Server<'a> {
    draft: &'a Draft<'a>,
    maps: BTreeMap<String, Map>,
    added: Vec<(String, String)>,
    types: BTreeMap<String, String>,
    default_type: String,
    exact: BTreeMap<String, String>,
    /// Variables that lead to 404.
    refusing: Vec<String>,
    is_configured: bool,
}

impl<'a> Server<'a> {
    pub(super) fn new(draft: &'a Draft<'a>, artifacts: &'a [Artifact]) -> Self {
        let text = |name: &str| {
            let found = artifacts.iter().find(|artifact| artifact.path.as_str() == name);
            found.map(|artifact| String::from_utf8_lossy(&artifact.contents)).unwrap_or_default()
        };
        let mut server = Self {
            draft,
            maps: BTreeMap::new(),
            added: Vec::new(),
            types: BTreeMap::new(),
            default_type: "text/plain".to_owned(),
            exact: BTreeMap::new(),
            refusing: Vec::new(),
            is_configured: artifacts.iter().any(|artifact| artifact.path.as_str() == SERVER_FILE),
        };
        for directive in read(&text(HTTP_FILE)).iter().chain(&read(&text(SERVER_FILE))) {
            server.take(directive);
        }
        server
    }

    fn take(&mut self, directive: &Directive) {
        let words: Vec<_> = directive.words.iter().map(String::as_str).collect();
        match words[..] {
            ["map", _, name] => drop(self.maps.insert(name.trim_start_matches('$').to_owned(), Map::new(directive))),
            ["add_header", name, value, "always"] => self.added.push((name.to_ascii_lowercase(), value.to_owned())),
            ["default_type", value] => value.clone_into(&mut self.default_type),
            ["types"] => {
                for line in &directive.block {
                    let value = line.words.first().cloned().unwrap_or_default();
                    self.types.extend(line.words.iter().skip(1).map(|extension| (extension.clone(), value.clone())));
                }
            }
            ["location", "=", uri] => {
                let value = directive.block.iter().find(|line| line.words.first().is_some_and(|w| w == "default_type"));
                let value = value.and_then(|line| line.words.get(1)).cloned().unwrap_or_default();
                self.exact.insert(uri.to_owned(), value);
            }
            ["if", condition] => {
                self.refusing.push(condition.trim_matches(|c| matches!(c, '(' | ')' | '$')).to_owned());
            }
            _ => {}
        }
    }

    /// The value of a text with variables, in the answer to a request for `uri`.
    fn value(&self, text: &str, request: &mut Request<'_>) -> String {
        let mut parts = text.split('$');
        let mut value = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(part.len());
            match &part[..end] {
                "uri" => value.push_str(request.uri),
                "status" => value.push_str(&request.status.to_string()),
                name => value.push_str(&self.variable(name, request)),
            }
            value.push_str(&part[end..]);
        }
        value
    }

    /// The value of a variable that a map makes: the same in all of one answer.
    fn variable(&self, name: &str, request: &mut Request<'_>) -> String {
        let Some((name, map)) = self.maps.get_key_value(name) else { return String::new() };
        if let Some((_, known)) = request.known.iter().find(|(known, _)| known == name) {
            return known.clone();
        }
        let source = self.value(&map.source, request);
        let value = self.value(map.get(&source), request);
        request.known.push((name.clone(), value.clone()));
        value
    }

    fn content_type(&self, uri: &str) -> String {
        if let Some(exact) = self.exact.get(uri) {
            return exact.clone();
        }
        let name = &uri[uri.rfind('/').map_or(0, |slash| slash + 1)..];
        let extension = match name.rfind('.') {
            Some(0) | None => "",
            Some(dot) => &name[dot + 1..],
        };
        self.types.get(&extension.to_ascii_lowercase()).unwrap_or(&self.default_type).clone()
    }

    fn exists(&self, uri: &str) -> bool {
        let base = url::decode(self.draft.settings.base).unwrap_or_default();
        let path = uri.strip_prefix(&*base).and_then(|path| crate::asset::AssetPath::new(path).ok());
        path.is_some_and(|path| self.draft.table.get(&path).is_some())
    }
}

impl Simulation for Server<'_> {
    fn serve(&self, url_path: &str) -> Served {
        let mut uri = url::decode(url_path).unwrap_or_default().into_owned();
        if uri.ends_with('/') {
            uri.push_str("index.html");
        }
        let mut asked = Request::new(&uri, 200);
        let is_refused = self.refusing.iter().any(|name| !matches!(&*self.variable(name, &mut asked), "" | "0"));
        let status = if !is_refused && self.exists(&uri) { 200 } else { 404 };
        let mut headers = BTreeMap::new();
        let mut answered = Request::new(&uri, status);
        for (name, value) in &self.added {
            let value = self.value(value, &mut answered);
            if !value.is_empty() {
                headers.insert(name.clone(), value);
            }
        }
        if status == 200 && self.is_configured {
            headers.insert("content-type".to_owned(), self.content_type(&uri));
        }
        Served { status, headers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_nginx_reads_them() {
        let text = "a \"b \\\"c\\\\ \\. $d {;\" 'e f';# no\nmap $uri $x { default 0; \"~^/a\\\\.js\" 1; }\n";
        let directives = read(text);
        assert_eq!(directives[0].words, ["a", "b \"c\\ \\. $d {;", "e f"]);
        assert_eq!(directives[1].words, ["map", "$uri", "$x"]);
        assert_eq!(directives[1].block[1].words, ["~^/a\\.js", "1"]);
    }

    #[test]
    fn maps_compare_text_without_case_and_patterns_with() {
        let map = Map::new(&read("map $uri $x { default d; \"/A\" a; \"~^/b\" b; \"~^/\" c; \"\\default\" e; }")[0]);
        for (value, expected) in [("/a", "a"), ("/b", "b"), ("/B", "c"), ("x", "d"), ("default", "e")] {
            assert_eq!(map.get(value), expected, "{value}");
        }
    }
}
