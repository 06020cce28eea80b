//! The plan stage's input, from the packed assets.

use super::{Gathered, Packed, PackedAsset};
use crate::{
    asset::{AssetPath, Role},
    config::{Config, hosts},
    error::Error,
    finding::{Code, Finding, Severity},
    link::Naming,
    plan::{self, Charset, HostName, Plan, PolicyRule, PublishedFile, Settings, Sibling},
};

pub(super) fn plan(gathered: &Gathered, packed: &Packed, config: &Config) -> Result<Plan, Error> {
    let hosts: Vec<HostName> = config.hosts.iter().filter_map(|name| name.parse().ok()).collect();
    let rule = |policy: &crate::config::Policy| PolicyRule {
        glob: policy.glob.as_str().to_owned(),
        cache_control: policy.cache_control.clone(),
    };
    let policies: Vec<PolicyRule> = config.policies.iter().map(rule).collect();
    let settings = Settings { base: &packed.base, hosts: &hosts, policies: &policies };
    let mut plan = plan::plan(&published(packed), &gathered.host_files, &settings)
        .map_err(|error| Error::bug(error.to_string()))?;
    if config.hosts == hosts::DEFAULT {
        plan.findings.iter_mut().for_each(soften);
    }
    Ok(plan)
}

/// Nobody asked for these hosts: what one of them cannot do is worth knowing, nothing to fail on.
fn soften(finding: &mut Finding) {
    if finding.code == Code::HostLimit {
        finding.severity = finding.severity.min(Severity::Info);
    }
}

/// Every published file: some assets stand for two.
fn published(packed: &Packed) -> Vec<PublishedFile> {
    let mut is_service_worker = vec![false; packed.assets.len()];
    for link in packed.assets.iter().flat_map(|asset| &asset.named.links) {
        is_service_worker[link.target] |= link.role == Role::ServiceWorker;
    }
    let mut files = Vec::new();
    for (asset, is_service_worker) in packed.assets.iter().zip(is_service_worker) {
        let named = &asset.named;
        files.push(file(asset, &named.name, named.naming, is_service_worker));
        if named.also_old_name {
            files.push(file(asset, &named.path, Naming::Fixed, is_service_worker));
        }
    }
    files
}

fn file(asset: &PackedAsset, path: &AssetPath, naming: Naming, is_service_worker: bool) -> PublishedFile {
    let siblings = asset.siblings.iter();
    PublishedFile {
        path: path.clone(),
        logical: asset.named.path.clone(),
        kind: asset.named.kind,
        naming,
        bytes: asset.named.body.len(),
        digest: *asset.named.body.digest(),
        integrity: asset.integrity.clone(),
        siblings: siblings.map(|s| Sibling { encoding: s.encoding, bytes: s.body.len() }).collect(),
        is_service_worker,
        content_policy: asset.content_policy.clone(),
        charset: if asset.is_utf8 { Charset::Utf8 } else { Charset::Unknown },
    }
}
