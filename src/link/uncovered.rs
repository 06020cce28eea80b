//! What integrity values cannot cover, when pages are to have them: a worker, a sheet that another imports, and what a
//! computed `import()` loads.

use std::collections::BTreeSet;

use super::{Lean, resolve::Resolved};
use crate::{
    asset::{Kind, MentionHow, Role},
    finding::{Code, Finding, Severity},
};

/// One finding for each file that is loaded so, and one for each script that computes what it imports.
pub(super) fn findings(assets: &[Lean], resolved: &Resolved) -> Vec<Finding> {
    let mut told = BTreeSet::new();
    let mut findings = Vec::new();
    for (asset, targets) in assets.iter().zip(&resolved.targets).filter(|(asset, _)| !asset.is_pinned) {
        for (reference, target) in asset.references.iter().zip(targets) {
            let Some(target) = *target else { continue };
            let why = match reference.role {
                Role::Worker => "runs as a worker",
                Role::Stylesheet if asset.kind == Kind::Css => "is imported by a style sheet",
                _ => continue,
            };
            if told.insert((target, why)) {
                let message = format!("{} {why}, which no integrity value can cover", assets[target].path);
                findings.push(finding(asset, message).at(reference.at));
            }
        }
        let computed = asset.mentions.iter().find(|mention| mention.how == MentionHow::ComputedImport);
        if let Some(mention) = computed {
            let message = "what a computed import() loads is covered only if something else imports it";
            findings.push(finding(asset, message.to_owned()).at(mention.at));
        }
    }
    findings
}

fn finding(asset: &Lean, message: String) -> Finding {
    Finding::new(Code::Security, asset.path.as_str(), message).severity(Severity::Info)
}
