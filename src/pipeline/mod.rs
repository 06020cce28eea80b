//! The pipeline: a site and a configuration in, everything that would be published out.
//!
//! [`run`] is the whole flow, one stage after the other; each takes the former's value and returns a new type. Disk is
//! read here and written only by [`stage`], which `check` and `--dry-run` never call.
//!
//! Press, link and pack share one crew of threads: what is final is packed while other files are still pressed, so that
//! cores never wait for a stage to end.

mod digests;
mod earlier;
mod gather;
mod guesses;
mod legal;
mod maps;
mod pack;
mod plan;
mod press;
mod publish;
mod report;
mod stopwatch;
mod times;
mod workshop;

use std::{path::Path, time::SystemTime};

pub use earlier::{EarlierFile, Former};
pub use gather::{Asset, Gathered};
pub use pack::{Packed, PackedAsset, Sibling};
pub use press::PressedAsset;
pub use publish::stage;
pub use stopwatch::Stopwatch;

use self::workshop::Workshop;
use crate::{
    action::{Pool, Runner},
    body,
    config::Config,
    error::{Error, Signal},
    finding::Finding,
    interrupt::Interrupt,
    judge,
    plan::Plan,
    progress::Progress,
    report::BudgetReport,
    standing::{self, Standing},
    walk::{Found, Selection},
};

/// What a run works with.
pub struct Tools<'a> {
    /// Performs actions.
    pub runner: &'a Runner,
    /// Spreads them over threads.
    pub pool: &'a Pool,
    /// Is told how far we are.
    pub progress: &'a dyn Progress,
    /// Ends the run early.
    pub interrupt: &'a Interrupt,
    /// What the output has already.
    pub standing: &'a Standing,
    /// The tree published before, where assets of earlier builds stay or a deployer is told what changed.
    pub former: Option<&'a Former>,
}

impl Tools<'_> {
    /// Whether to go on with the next piece of work.
    fn go_on(&self) -> Result<(), Error> {
        if self.interrupt.is_raised() { Err(Error::Interrupted(Signal::Interrupt)) } else { Ok(()) }
    }
}

/// What a file takes from the walk to the report, besides bodies, in bytes; measured on 100,000 small ones.
const BOOKKEEPING: u64 = 4 << 10;

/// A site ready to be published.
#[derive(Debug)]
pub struct Finished {
    /// What came in: files, and what is passed through untouched.
    pub gathered: Gathered,
    /// Every asset with its final name, bytes and siblings.
    pub packed: Packed,
    /// Files of earlier builds that go out as well.
    pub earlier: Vec<EarlierFile>,
    /// Headers, manifest and host files.
    pub plan: Plan,
    /// Every budget.
    pub verdicts: Vec<BudgetReport>,
    /// Everything that was found, sorted.
    pub findings: Vec<Finding>,
    /// The URL path it is served under.
    pub base: String,
    /// The time of what was made.
    pub made_at: SystemTime,
}

impl Finished {
    /// For the record of this build: what was made of each asset; `standing` is what the output had already.
    #[must_use]
    pub fn made(&self, standing: &Standing) -> Vec<standing::Made> {
        let assets = self.packed.assets.iter().zip(&self.gathered.assets);
        let made = assets.filter_map(|(asset, of)| asset.made(&of.found, self.modified(asset, &of.found, standing)));
        made.collect()
    }

    fn modified(&self, asset: &PackedAsset, found: &Found, standing: &Standing) -> SystemTime {
        times::of(asset, found, standing, self.made_at)
    }
}

/// Takes the site in `root`, or what `selection` says of it, through all stages.
///
/// # Errors
/// When the site cannot be read, or the run is interrupted. What is wrong with single files is a finding.
pub fn run(
    root: &Path,
    selection: &Selection,
    config: &Config,
    tools: &Tools,
    stopwatch: &mut Stopwatch,
) -> Result<Finished, Error> {
    let mut gathered = stopwatch.time("walk", || gather::gather(root, selection, config))?;
    // A quarter of the memory is for bodies: of what is left of it beside the bookkeeping.
    body::leave_room(gathered.assets.len() as u64 * BOOKKEEPING / 4);
    let crewed = tools.pool.crew(|crew| {
        let mut shop = Workshop::open(crew, &gathered, config, tools)?;
        stopwatch.time("press", || shop.press())?;
        let linking = stopwatch.time("link", || shop.link())?;
        stopwatch.time("pack", || shop.pack(linking))
    });
    let mut packed = crewed.map_err(|error| Error::input_output("start threads for", root, error))??;
    gathered.assets.append(&mut packed.made);
    let (plan, earlier) = stopwatch.time("plan", || plan::plan(&gathered, &packed, tools.former, config))?;
    let (verdicts, over) = stopwatch.time("judge", || judge::judge(&packed.weighed(), &config.budgets));
    let findings = sorted([&gathered.findings, &packed.findings, &plan.findings, &over]);
    let made_at = SystemTime::now();
    Ok(Finished { base: packed.base.clone(), made_at, gathered, packed, earlier, plan, verdicts, findings })
}

fn sorted<'a>(lists: impl IntoIterator<Item = &'a Vec<Finding>>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = lists.into_iter().flatten().cloned().collect();
    findings.sort();
    findings.dedup();
    findings
}
