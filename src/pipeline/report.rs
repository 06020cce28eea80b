//! From a finished site to its report.

use std::fs;

use super::{EarlierFile, Finished, PackedAsset, Stopwatch};
use crate::{
    action::Origin,
    asset::AssetPath,
    config::Config,
    pack::Encoding,
    press::Shrunk,
    report::{CacheUse, Command, FileReport, Outcome, Report, SCHEMA, Seconds, Totals, Wire},
};

impl Finished {
    /// What was done, for people and programs. `published` is the output, when there is one.
    #[must_use]
    pub fn report(
        &self,
        command: Command,
        site: &str,
        published: Option<String>,
        config: &Config,
        stopwatch: &Stopwatch,
    ) -> Report {
        let assets = &self.packed.assets;
        let output = assets.iter().map(|asset| asset.named.body.len() * names(asset)).sum();
        let total = |encoding| assets.iter().map(|asset| asset.wire(encoding)).sum();
        Report {
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            level: config.level,
            command,
            site: site.to_owned(),
            published,
            unchanged: false,
            input: Totals {
                files: self.gathered.assets.iter().filter(|asset| !asset.is_made).count() as u64,
                bytes: self.gathered.bytes(),
            },
            output: Totals { files: assets.iter().map(names).sum(), bytes: output },
            earlier: Totals {
                files: self.earlier.iter().filter(|file| !file.sources.is_empty()).count() as u64,
                bytes: self.earlier.iter().map(EarlierFile::bytes).sum(),
            },
            wire: Wire {
                identity: assets.iter().map(|asset| asset.named.body.len()).sum(),
                gzip: total(Encoding::Gzip),
                brotli: total(Encoding::Br),
                zstd: total(Encoding::Zstd),
            },
            seconds: Seconds { wall: stopwatch.wall(), cpu: stopwatch.cpu() },
            peak_rss: peak_rss() + stopwatch.memory_elsewhere(),
            stages: stopwatch.stages().to_vec(),
            files: assets.iter().map(|asset| self.file(asset)).collect(),
            budgets: self.verdicts.clone(),
            findings: self.findings.clone(),
        }
    }

    fn file(&self, asset: &PackedAsset) -> FileReport {
        let named = &asset.named;
        let size = |encoding| asset.wire.iter().find(|(found, _)| *found == encoding).map(|(_, bytes)| *bytes);
        let mut targets: Vec<usize> = named.links.iter().map(|link| link.target).collect();
        targets.sort_unstable();
        targets.dedup();
        let mut references: Vec<String> =
            targets.into_iter().map(|target| self.packed.assets[target].named.path.to_string()).collect();
        references.sort_unstable();
        let report = FileReport {
            output: named.name.to_string(),
            bytes_in: asset.bytes_in,
            bytes_out: named.body.len(),
            gzip: size(Encoding::Gzip),
            brotli: size(Encoding::Br),
            zstd: size(Encoding::Zstd),
            cache: asset.origin.map(|origin| match origin {
                Origin::Hit => CacheUse::Hit,
                Origin::Miss => CacheUse::Miss,
            }),
            policy: self.policy(&named.name),
            references,
            ..FileReport::new(named.path.as_str(), named.kind, asset.bytes_in)
        };
        match &asset.shrunk {
            Shrunk::Smaller(_) => FileReport { result: Outcome::Smaller, ..report },
            Shrunk::Kept(reason) => report.kept(reason),
        }
    }

    fn policy(&self, name: &AssetPath) -> String {
        self.plan.table.get(name).map_or_else(String::new, |entry| entry.source.name().to_owned())
    }
}

/// Under how many names an asset is published.
fn names(asset: &PackedAsset) -> u64 {
    1 + u64::from(asset.named.also_old_name)
}

/// The most memory this process held, where the system tells (Linux).
pub(super) fn peak_rss() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB")).and_then(|number| number.trim().parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}

/// User and system time of this process and of those it has waited for, where the system tells (Linux counts it in
/// hundredths).
pub(super) fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u32 =
        after_name.split_ascii_whitespace().skip(11).take(4).filter_map(|field| field.parse::<u32>().ok()).sum();
    f64::from(ticks) / 100.0
}
