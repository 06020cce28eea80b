//! The plan stage's input, from the packed assets.

use std::collections::{BTreeMap, BTreeSet};

use super::{EarlierFile, Former, Gathered, Packed, PackedAsset};
use crate::{
    asset::{AssetPath, Role},
    config::{Config, hosts},
    error::Error,
    finding::{Code, Finding, Severity},
    link::Naming,
    plan::{self, Charset, HostName, Listed, Plan, PolicyRule, PublishedFile, Settings, Sibling},
};

/// The plan, and the files of earlier builds that it counts with.
pub(super) fn plan(
    gathered: &Gathered,
    packed: &Packed,
    former: Option<&Former>,
    config: &Config,
) -> Result<(Plan, Vec<EarlierFile>), Error> {
    let hosts: Vec<HostName> = config.hosts.iter().filter_map(|name| name.parse().ok()).collect();
    let rule = |policy: &crate::config::Policy| PolicyRule {
        glob: policy.glob.as_str().to_owned(),
        cache_control: policy.cache_control.clone(),
    };
    let policies: Vec<PolicyRule> = config.policies.iter().map(rule).collect();
    // Pages made for a server may have a placeholder for their base, such as `/{{ base }}/`: no host is asked for that.
    let base = if plan::is_base(&packed.base) { packed.base.as_str() } else { "/" };
    let settings = Settings {
        base,
        hosts: &hosts,
        policies: &policies,
        has_network: config.network().is_some(),
        threads: config.jobs.get(),
        previous: former.map(|former| &former.manifest),
    };
    let mut host_files = gathered.host_files.clone();
    for (_, contents) in host_files.iter_mut().filter(|(path, _)| path.as_str() == "_headers") {
        if let Ok(text) = std::str::from_utf8(contents) {
            *contents = plan::links::renamed(text, base, &renamed(packed)).into_bytes();
        }
    }
    let mut published = published(packed);
    let (earlier, mut findings) = former.map(|former| former.staying(&published, config)).unwrap_or_default();
    published.extend(earlier.iter().map(|file| file.published.clone()));
    let mut plan = plan::plan(&published, &host_files, &settings).map_err(|error| Error::bug(error.to_string()))?;
    plan.findings.append(&mut findings);
    if config.hosts == hosts::DEFAULT {
        plan.findings.iter_mut().for_each(soften);
    }
    add_lists(&mut plan, packed, config);
    Ok((plan, earlier))
}

fn renamed(packed: &Packed) -> BTreeMap<&AssetPath, &AssetPath> {
    let named = packed.assets.iter().map(|asset| &asset.named);
    named.filter(|named| named.name != named.path).map(|named| (&named.path, &named.name)).collect()
}

/// The manifests that were asked for, unless the site has brought one.
fn add_lists(plan: &mut Plan, packed: &Packed, config: &Config) {
    if config.manifests.is_empty() {
        return;
    }
    let listed = |asset: &'_ PackedAsset| asset.named.path.as_str().to_owned();
    let known: BTreeSet<String> = packed.assets.iter().map(listed).collect();
    let files: Vec<Listed<'_>> = packed
        .assets
        .iter()
        .map(|asset| &asset.named)
        .map(|named| Listed { logical: &named.path, path: &named.name, kind: named.kind, links: &named.links })
        .collect();
    for form in &config.manifests {
        if known.contains(form.path()) {
            let message = "came with the site and is kept in step, so no other manifest is written";
            plan.findings.push(Finding::new(Code::Remark, form.path(), message));
        } else {
            plan.artifacts.extend(form.write(&files));
        }
    }
    plan.artifacts.sort_by(|a, b| a.path.cmp(&b.path));
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
        press: asset.recipe,
        integrity: asset.integrity.clone(),
        siblings: siblings.map(|s| Sibling { encoding: s.encoding, bytes: s.body.len() }).collect(),
        is_service_worker,
        content_policy: asset.content_policy.clone(),
        charset: if asset.is_utf8 { Charset::Utf8 } else { Charset::Unknown },
        builds_ago: 0,
        is_elsewhere: false,
    }
}
