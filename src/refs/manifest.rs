//! References in build manifests: the lists from which a framework on the server (Laravel, Rails, Django, Symfony, ..)
//! or a service worker (Angular's) takes the published names of files.
//!
//! Text in, [`Scan`] out. A manifest is known by its file name (see [`crate::classify`]) and by its shape; what has no
//! known shape is no manifest, and its strings stay mentions. Logical names are never references. Never resolves.

mod leaves;
mod seal;
mod shape;

pub(crate) use seal::{sealed, with_hash};

use std::collections::HashMap;

use self::{
    leaves::{Leaf, leaves},
    shape::{Rule, Shape, Use},
};
use super::{Scan, json::decode, positions::Positions};
use crate::{
    asset::{Base, Claim, ClaimForm, Decoded, Reference, Role, Span},
    press::Note,
};

/// Finds every reference of `source`; `None` when it has the shape of no manifest.
///
/// # Errors
/// When `source` is not JSON; the note says why and where.
pub fn scan(source: &str) -> Result<Option<Scan>, Note> {
    if source.trim_start_matches('\u{feff}').is_empty() {
        return Ok(None);
    }
    let leaves = leaves(source)?;
    let Some(shape) = Shape::of(&leaves) else { return Ok(None) };
    let mut scanner = Scanner {
        source,
        files: files_of_records(&leaves),
        positions: Positions::new(source.as_bytes()),
        found: Vec::new(),
    };
    for leaf in &leaves {
        if let Some(rule) = shape.rule_for(leaf) {
            scanner.apply(leaf, rule);
        }
    }
    let mut references = scanner.found;
    references.sort_by_key(|reference| reference.name);
    Ok(Some(Scan { references, ..Scan::default() }))
}

/// The leaf that names the file of each record, by the record's key. Of several the first in the order of the alphabet:
/// `src` is only asked for where there is no other.
fn files_of_records<'a>(leaves: &'a [Leaf<'a>]) -> HashMap<&'a str, &'a Leaf<'a>> {
    let mut files: HashMap<&str, &Leaf<'_>> = HashMap::new();
    for leaf in leaves.iter().filter(|leaf| shape::is_file_of_record(leaf)) {
        let known = files.entry(&leaf.way[0]).or_insert(leaf);
        if leaf.way[1] < known.way[1] {
            *known = leaf;
        }
    }
    files
}

struct Scanner<'a> {
    source: &'a str,
    files: HashMap<&'a str, &'a Leaf<'a>>,
    positions: Positions<'a>,
    found: Vec<Reference>,
}

impl Scanner<'_> {
    fn apply(&mut self, leaf: &Leaf<'_>, rule: &Rule) {
        match rule.means {
            Use::Name(role) => self.name(leaf, role),
            Use::ClaimOfKey(form) => {
                if let Some(subject) = leaf.way.get(1) {
                    self.claim(subject, leaf, form);
                }
            }
            Use::ClaimOfRecord(form) => {
                let file = leaf.way.first().and_then(|record| self.files.get(&**record));
                if let Some(file) = file {
                    let subject = decode(&self.source[file.span.clone()], 0);
                    self.claim(subject.text(), leaf, form);
                }
            }
        }
    }

    fn name(&mut self, leaf: &Leaf<'_>, role: Role) {
        let decoded = decode(&self.source[leaf.span.clone()], leaf.span.start);
        let at = self.positions.of(leaf.span.start);
        self.found.push(Reference::new(&decoded, role, Base::Above, at));
        if let Some(span) = version_of(&decoded) {
            self.push_claim(decoded.text(), role, Claim { span, form: ClaimForm::Md5 });
        }
    }

    fn claim(&mut self, subject: &str, leaf: &Leaf<'_>, form: ClaimForm) {
        self.push_claim(subject, Role::Listed, Claim { span: Span::new(leaf.span.clone()), form });
    }

    /// A reference that has no name to follow, only something to say of its target.
    fn push_claim(&mut self, url: &str, role: Role, claim: Claim) {
        let at = self.positions.of(claim.span.range().start);
        let name = Span { start: claim.span.start, end: claim.span.start };
        self.found.push(Reference {
            url: url.into(),
            start: name.start,
            name,
            role,
            base: Base::Above,
            claim: Some(claim),
            at,
        });
    }
}

/// The hash in `/js/app.js?id=1f2e3d4c`, as Laravel Mix writes it.
fn version_of(decoded: &Decoded) -> Option<Span> {
    let (path, version) = decoded.text().split_once("?id=")?;
    let is_hash = (8..=32).contains(&version.len()) && version.bytes().all(|byte| byte.is_ascii_hexdigit());
    let start = path.len() + "?id=".len();
    is_hash.then(|| decoded.raw(start..start + version.len()))
}

#[cfg(test)]
mod tests;
