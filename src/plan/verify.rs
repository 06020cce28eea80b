//! The proof: what was emitted, asked as each host would be asked, must say what the table says.
//!
//! Every file under every form, the same form without our part where we say nothing, and one missing file per folder.

use std::collections::BTreeSet;

use super::{
    Artifact, HostName, PlanError,
    host::{self, Draft, Emission, Host, Simulation},
    requests,
    table::{CONTENT_TYPE, MANAGED},
};

/// A name that no site has.
const MISSING: &str = "edgepress-missing-00000000.js";

pub(super) fn prove(
    name: HostName,
    draft: &Draft<'_>,
    artifacts: &[Artifact],
    emission: &Emission,
) -> Result<(), PlanError> {
    let host = host::of(name);
    let proof = Proof {
        name,
        host,
        with: host.simulate(draft, artifacts),
        without: host.simulate(draft, &[]),
        draft,
        emission,
    };
    proof.files()?;
    proof.misses()
}

struct Proof<'a> {
    name: HostName,
    host: &'a dyn Host,
    with: Box<dyn Simulation + 'a>,
    /// The host with the site's own files only.
    without: Box<dyn Simulation + 'a>,
    draft: &'a Draft<'a>,
    emission: &'a Emission,
}

impl Proof<'_> {
    fn files(&self) -> Result<(), PlanError> {
        for (path, entry) in self.draft.table.iter() {
            let told = self.host.told(entry);
            for url in self.host.requests(path, self.draft.settings.base) {
                let (served, before) = (self.with.serve(&url), self.without.serve(&url));
                let may_be_default = self.emission.untold.contains(path) || !self.host.can_tell(&url);
                for header in MANAGED {
                    let (value, default) = (served.header(header), before.header(header));
                    let told = told.iter().find(|told| told.name == header).map(|told| told.value.as_str());
                    let is_right = value == told.unwrap_or(default)
                        || may_be_default && (value == default || self.is_harmless(header, value));
                    if !is_right {
                        return Err(self.mismatch(&url, header, told.unwrap_or(default), value));
                    }
                }
            }
        }
        Ok(())
    }

    /// nginx is never silent about a file below the base: what it cannot name is asked for again each time.
    fn is_harmless(&self, header: &str, value: &str) -> bool {
        self.name == HostName::Nginx && (header == CONTENT_TYPE || matches!(value, "no-cache" | "no-store" | "nosniff"))
    }

    fn misses(&self) -> Result<(), PlanError> {
        let base = self.draft.settings.base;
        let folders: BTreeSet<_> = self.draft.table.iter().map(|(path, _)| path.folder()).chain([""]).collect();
        for folder in folders {
            for url in requests::spellings(&format!("{folder}{MISSING}"), base) {
                let (served, before) = (self.with.serve(&url), self.without.serve(&url));
                let value = served.header("Cache-Control");
                let lasts = value.contains("immutable") && value != before.header("Cache-Control");
                if lasts && !self.emission.misses_may_last {
                    return Err(self.mismatch(&url, "Cache-Control", "nothing lasting for a missing file", value));
                }
            }
        }
        Ok(())
    }

    fn mismatch(&self, url: &str, header: &str, expected: &str, served: &str) -> PlanError {
        PlanError::Mismatch {
            host: self.name,
            url: url.to_owned(),
            header: header.to_owned(),
            expected: expected.to_owned(),
            served: served.to_owned(),
        }
    }
}
