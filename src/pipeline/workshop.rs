//! The workshop: where press, link and pack happen, by one crew.
//!
//! A body is packed as soon as it is final: at once when it names nothing, else when all it names is final. Only names
//! need a pause: they are decided when everything that may name others has been pressed. Threads that have nothing to do
//! meanwhile pack bodies that will probably stay as they are: the digest tells in the end.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{
    Gathered, Packed, PressedAsset, Tools, digests,
    gather::Asset,
    guesses::{Guesses, Settled},
    legal, maps,
    pack::{self, Made, Siblings},
    press,
};
use crate::{
    action::{Crew, Origin, Urgency, Weight},
    asset::{Digest, Kind, Role},
    body::Body,
    config::{Config, Integrity},
    error::Error,
    link::{self, Asked, Linking, Reach},
    maps::SourceMaps,
    pack::Encoding,
    seal::{self, Lead, Loaded, Sealed},
    walk::Found,
};

/// What the crew hands back, with the asset it is of.
pub(super) enum Work {
    Pressed(usize, Box<PressedAsset>),
    /// Of the body with this digest.
    Made(usize, Digest, Vec<Made>),
    Sealed(usize, Box<Sealed>),
}

/// Assets on their way through the stages.
pub(super) struct Workshop<'a, 'env> {
    crew: &'a Crew<'env, Result<Work, Error>>,
    gathered: &'env Gathered,
    config: &'env Config,
    tools: &'env Tools<'env>,
    /// Assets made in this run, each with the gathered one it belongs to.
    made: Vec<(Asset, usize)>,
    pressed: Vec<Option<Box<PressedAsset>>>,
    siblings: Vec<Siblings>,
    /// Of which body siblings are made, or being made.
    packed: Vec<Option<Digest>>,
    guesses: Guesses<'env>,
    /// Assets whose siblings that came along were handed out.
    looked_at: BTreeSet<usize>,
    /// Assets that must be pressed before names are decided.
    awaited: usize,
    /// Of the assets that some page asked for.
    integrities: BTreeMap<usize, Arc<OnceLock<String>>>,
    /// What was said of each page when it was sealed, and the digest it had then.
    seals: BTreeMap<usize, (Sealed, Digest)>,
}

impl<'a, 'env> Workshop<'a, 'env> {
    /// Hands all presses to `crew`.
    pub(super) fn open(
        crew: &'a Crew<'env, Result<Work, Error>>,
        gathered: &'env Gathered,
        config: &'env Config,
        tools: &'env Tools<'env>,
    ) -> Result<Self, Error> {
        let assets = &gathered.assets;
        let encoded = assets.iter().filter(|asset| asset.kind.is_compressible());
        tools.progress.stage("press and pack", gathered.bytes() + encoded.map(|asset| asset.found.bytes).sum::<u64>());
        press::start(crew, gathered, config, tools)?;
        Ok(Self {
            crew,
            gathered,
            config,
            tools,
            made: Vec::new(),
            pressed: assets.iter().map(|_| None).collect(),
            siblings: assets.iter().map(|_| Siblings::default()).collect(),
            packed: vec![None; assets.len()],
            guesses: Guesses::new(assets, config),
            looked_at: BTreeSet::new(),
            awaited: assets.iter().filter(|asset| press::decides_names(asset)).count(),
            integrities: BTreeMap::new(),
            seals: BTreeMap::new(),
        })
    }

    /// Waits until all is pressed that names depend on.
    pub(super) fn press(&mut self) -> Result<(), Error> {
        while self.awaited > 0 {
            let Some(work) = self.crew.next() else { break };
            if let Some(index) = self.put_down(work?)
                && let Some(pressed) = self.pressed[index].as_ref()
                && !(self.config.seals_pages() && pressed.pressed.kind == Kind::Html)
            {
                let (kind, body) = (pressed.pressed.kind, pressed.body.clone());
                if is_final(pressed) {
                    self.start_packing(index, kind, &body);
                } else if self.guesses.spare(pressed) {
                    self.guess(index, kind, &body);
                }
                self.guess_map(index);
            }
        }
        Ok(())
    }

    /// Decides names and fills in what is final.
    pub(super) fn link(&mut self) -> Result<Linking, Error> {
        self.add_legal_files();
        let made = self.made.iter().map(|(asset, _)| asset);
        let both = self.gathered.assets.iter().chain(made).zip(&mut self.pressed);
        let mut assets: Vec<_> = both.map(|(asset, pressed)| press::lean(asset, pressed.as_deref_mut())).collect();
        digests::tell(&self.gathered.assets, &mut assets).map_err(unreadable)?;
        let settings = link::Settings {
            mode: self.config.name_mode,
            keep: self.config.name_keep.clone(),
            base: self.config.base_path().map(str::to_owned),
            network: self.config.network().map(str::to_owned),
            lists_all: !self.config.manifests.is_empty(),
            security: self.config.security,
            source_maps: self.config.source_maps,
            threads: self.config.jobs.get(),
        };
        let mut linking = Linking::decide(assets, &settings).map_err(unreadable)?;
        self.arrive(&mut linking, 0..self.pressed.len())?;
        self.crew.trust_guesses();
        Ok(linking)
    }

    /// Waits for the rest, and puts everything together.
    pub(super) fn pack(mut self, mut linking: Linking) -> Result<Packed, Error> {
        while let Some(work) = self.crew.next() {
            match work? {
                Work::Sealed(index, sealed) => self.put_seal(&mut linking, index, *sealed)?,
                work => {
                    if let Some(index) = self.put_down(work) {
                        self.arrive(&mut linking, [index])?;
                    }
                }
            }
        }
        let mut linked = linking.finish();
        maps::keep_in_step(self.gathered, &mut self.pressed, &mut linked, self.config)?;
        for (index, asset) in linked.assets.iter().enumerate().filter(|(_, asset)| asset.kind == Kind::SourceMap) {
            self.start_packing(index, asset.kind, &asset.body);
        }
        while let Some(work) = self.crew.next() {
            self.put_down(work?);
        }
        let parts = self.pressed.into_iter().zip(self.siblings).zip(linked.assets);
        let mut seals = self.seals;
        let assets = parts.enumerate().map(|(index, ((pressed, siblings), named))| {
            let missing = || Error::bug(format!("{} was not worked on", named.path));
            let seal = seals.remove(&index);
            if seal.as_ref().is_some_and(|(_, digest)| digest != named.body.digest()) {
                return Err(Error::bug(format!("{} changed after it was sealed", named.path)));
            }
            Ok((*pressed.ok_or_else(missing)?, siblings, named, seal.map(|(sealed, _)| sealed).unwrap_or_default()))
        });
        let packed = pack::finish(self.gathered, assets, linked.base, linked.findings)?;
        Ok(Packed { made: self.made.into_iter().map(|(asset, _)| asset).collect(), ..packed })
    }

    /// Texts for the legal comments that were taken out of scripts and sheets.
    fn add_legal_files(&mut self) {
        for (of, asset, pressed) in legal::files(self.gathered, &self.pressed) {
            self.made.push((asset, of));
            self.pressed.push(Some(Box::new(pressed)));
            self.siblings.push(Siblings::default());
            self.packed.push(None);
        }
    }

    /// The file of the site that an asset is, or was made of.
    fn found(&self, index: usize) -> &'env Found {
        let made = index.checked_sub(self.gathered.assets.len()).and_then(|number| self.made.get(number));
        &self.gathered.assets[made.map_or(index, |(_, of)| *of)].found
    }

    /// Notes what was done; the asset that was pressed, if it was that.
    fn put_down(&mut self, work: Work) -> Option<usize> {
        let advance = |it: &Self, index: usize| it.tools.progress.advance(it.found(index).bytes);
        match work {
            Work::Pressed(index, mut pressed) => {
                if let Some(integrity) = pressed.integrity.take() {
                    self.siblings[index].add(Made::Integrity(integrity));
                    self.packed[index] = Some(*pressed.body.digest());
                }
                self.pressed[index] = Some(pressed);
                self.awaited -= usize::from(press::decides_names(&self.gathered.assets[index]));
                advance(self, index);
                Some(index)
            }
            Work::Made(index, digest, made) => {
                if self.packed[index].or(self.guesses.digest(index)) != Some(digest) {
                    return None;
                }
                if made.iter().any(|made| matches!(made, Made::Encoded(Encoding::Br, ..))) {
                    advance(self, index);
                }
                made.into_iter().for_each(|made| self.siblings[index].add(made));
                None
            }
            // Only what was linked is sealed: see `put_seal`.
            Work::Sealed(..) => None,
        }
    }

    /// Gives the bodies of those of `indices` that are pressed to the linker, and what became final by that to the crew.
    fn arrive(&mut self, linking: &mut Linking, indices: impl IntoIterator<Item = usize>) -> Result<(), Error> {
        let pressed = |index: usize| Some((index, self.pressed[index].as_ref()?.body.clone()));
        let ready = linking.arrive(indices.into_iter().filter_map(pressed)).map_err(unreadable)?;
        self.hand_on(linking, ready);
        Ok(())
    }

    /// Gives what is final to the crew: pages to be sealed first, the rest to be packed.
    fn hand_on(&mut self, linking: &Linking, ready: Vec<usize>) {
        for index in ready {
            // Maps come last: they follow what they map.
            let kind = self.pressed[index].as_ref().map(|pressed| pressed.pressed.kind);
            if let Some(reach) = linking.reach(index) {
                self.start_sealing(linking, index, reach);
            } else if let Some(kind) = kind.filter(|kind| *kind != Kind::SourceMap) {
                self.start_packing(index, kind, linking.body(index));
            }
        }
    }

    /// Gives a sealed page to the linker and to the crew, with what became final by that.
    fn put_seal(&mut self, linking: &mut Linking, index: usize, mut sealed: Sealed) -> Result<(), Error> {
        let body = sealed.bytes.take().map_or_else(|| linking.body(index).clone(), Body::from_bytes);
        self.start_packing(index, Kind::Html, &body);
        self.seals.insert(index, (sealed, *body.digest()));
        let ready = linking.sealed(index, body).map_err(unreadable)?;
        self.hand_on(linking, ready);
        Ok(())
    }

    fn start_sealing(&mut self, linking: &Linking, index: usize, reach: &Reach) {
        let (tools, found) = (self.tools, &self.gathered.assets[index].found);
        let body = linking.body(index).clone();
        let context = self.seal_context(linking, index, reach);
        self.crew.submit(Weight { cost: body.len() * 8, memory: body.len() * 16 }, move || {
            tools.go_on()?;
            let bytes = body.read().map_err(|error| Error::input_output("read again", &*found.source, error))?;
            Ok(Work::Sealed(index, Box::new(seal::seal(&bytes, &context))))
        });
    }

    fn seal_context(&mut self, linking: &Linking, index: usize, reach: &Reach) -> seal::Context {
        // Without integrity nothing was waited for, and nothing is needed.
        let adds_integrity = self.config.security.integrity == Integrity::Add;
        let (gathered, pressed, integrities) = (self.gathered, &self.pressed, &mut self.integrities);
        let loaded = reach.assets.iter().filter(|_| adds_integrity).map(|(&target, reached)| {
            let pressed = pressed[target].as_ref();
            let loaded = Loaded {
                // What was made in this run is not among the gathered assets.
                kind: pressed.map_or_else(|| gathered.assets[target].kind, |pressed| pressed.pressed.kind),
                body: linking.body(target).clone(),
                integrity: Arc::clone(integrities.entry(target).or_default()),
                is_imported: reached.is_imported,
                is_module_of_page: reached.is_module_of_page,
                queries: reached.queries.clone(),
                is_on_network: linking.is_on_network(target),
            };
            (linking.name(target).clone(), loaded)
        });
        let network = self.config.network().map(str::to_owned);
        let lead = |(target, asked): (usize, &Asked)| Lead {
            asked: asked.clone(),
            path: linking.name(target).clone(),
            is_on_network: linking.is_on_network(target),
        };
        let mut elsewhere = reach.elsewhere.clone();
        for address in network.iter().filter(|_| reach.assets.keys().any(|&target| linking.is_on_network(target))) {
            elsewhere.extend([Role::Script, Role::Stylesheet].map(|role| (role, address.as_str().into())));
        }
        seal::Context {
            network,
            leads: linking.asked(index).map(lead).collect(),
            logical: gathered.assets[index].found.path.clone(),
            path: linking.name(index).clone(),
            base: linking.base().to_owned(),
            loaded: loaded.collect(),
            security: self.config.security,
            elsewhere,
            has_wasm: reach.has_wasm,
        }
    }

    /// Hands the siblings that came with an asset to the crew, once.
    fn look_at_brought(&mut self, index: usize, body: &Body) {
        let Some(brought) = self.gathered.siblings.get(&index).filter(|_| self.looked_at.insert(index)) else { return };
        let tools = self.tools;
        for (encoding, found) in brought {
            let body = body.clone();
            self.crew.submit(pack::weight_of_brought(found, body.len()), move || {
                tools.go_on()?;
                Ok(Work::Made(index, *body.digest(), vec![pack::brought(found, *encoding, &body)?]))
            });
        }
    }

    /// Hands to the crew what is to be made of a final body.
    fn start_packing(&mut self, index: usize, kind: Kind, body: &Body) {
        self.look_at_brought(index, body);
        let digest = *body.digest();
        let former = self.packed[index].replace(digest);
        if former == Some(digest) || self.guesses.settle(index, &digest) == Settled::Right {
            return;
        }
        self.siblings[index].forget();
        let (tools, found) = (self.tools, self.found(index));
        if let Some(siblings) = pack::standing(tools.standing, &digest, kind) {
            self.siblings[index].take_over(siblings);
            return tools.progress.advance(found.bytes);
        }
        self.submit_packing(Urgency::Needed, index, kind, body, &Arc::default());
    }

    /// Guesses what becomes of the map of `index`, or of `index` if it is the map of another, once both are pressed. Maps stand
    /// beside what they map, nearly always.
    fn guess_map(&mut self, index: usize) {
        let assets = &self.gathered.assets;
        let at = |path: &str| assets.binary_search_by(|asset| asset.found.path.as_str().cmp(path)).ok();
        let path = assets[index].found.path.as_str();
        let pair = match assets[index].kind {
            Kind::SourceMap => path.strip_suffix(".map").and_then(at).map(|of| (of, index)),
            kind if kind.is_js() || kind == Kind::Css => at(&maps::beside(path)).map(|map| (index, map)),
            _ => None,
        };
        let Some((of, map)) = pair.filter(|_| self.config.source_maps == SourceMaps::Keep) else { return };
        let (Some(of), Some(pressed)) = (&self.pressed[of], &self.pressed[map]) else { return };
        // Where results come from the cache, nobody waits for long.
        let is_worth_it = of.origin == Some(Origin::Miss) && pressed.pressed.kind == Kind::SourceMap;
        if is_worth_it
            && (is_final(of) || self.guesses.spare(of))
            && let Some(body) = maps::guessed(of, &pressed.body)
        {
            self.guess(map, Kind::SourceMap, &body);
        }
    }

    /// Hands to the crew what is to be made of a body that will probably be final.
    fn guess(&mut self, index: usize, kind: Kind, body: &Body) {
        let digest = *body.digest();
        if self.packed[index] == Some(digest) || self.tools.standing.of(&digest, kind).is_some() {
            return;
        }
        let is_wrong = self.guesses.open(index, digest);
        self.submit_packing(Urgency::Guess, index, kind, body, &is_wrong);
    }

    /// Hands to the crew the jobs of packing a body. They do nothing once `is_off`.
    fn submit_packing(&self, urgency: Urgency, index: usize, kind: Kind, body: &Body, is_off: &Arc<AtomicBool>) {
        let (tools, config, found) = (self.tools, self.config, self.found(index));
        for tasks in pack::jobs(kind, body.len(), config) {
            let (body, is_off) = (body.clone(), Arc::clone(is_off));
            self.crew.submit_as(urgency, pack::weight(&tasks, body.len()), move || {
                tools.go_on()?;
                let digest = *body.digest();
                if is_off.load(Ordering::Relaxed) {
                    return Ok(Work::Made(index, digest, Vec::new()));
                }
                let bytes = body.read().map_err(|error| Error::input_output("read again", &*found.source, error))?;
                let made = tasks.into_iter().filter_map(|task| task.perform(&bytes, &digest, config, tools));
                Ok(Work::Made(index, digest, made.collect()))
            });
        }
    }
}

/// Whether a pressed body is what will be published, whatever others are called.
fn is_final(asset: &PressedAsset) -> bool {
    let pressed = &asset.pressed;
    pressed.references.is_empty() && pressed.source_map.is_none() && pressed.kind != Kind::SourceMap
}

/// A body that is not in memory is a file of the site.
fn unreadable(error: std::io::Error) -> Error {
    Error::input_output("read again", std::path::Path::new("the site"), error)
}
