//! Steps put together: what is published -> what was pressed -> what came in -> what its authors wrote.

use super::{
    Edit, GivenMap, Lines, Place, Positions,
    lines::shift,
    mappings::{Mappings, Origin, Segment},
};

/// What happened to an asset between the map it came with and its publication.
#[derive(Clone, Copy, Debug, Default)]
pub struct Step<'a> {
    /// What its press did; `None` when it was kept.
    pub positions: Option<&'a Positions>,
    /// What filling in names did to the pressed body.
    pub edits: &'a [Edit],
}

/// The mappings of the published text, and the names that they need besides those of the given map.
///
/// # Errors
/// When the positions are damaged, which only a foreign cache entry could bring about.
pub fn compose(given: &GivenMap<'_>, step: Step<'_>) -> Result<(Mappings, Vec<String>), &'static str> {
    let (mut segments, added) = match step.positions {
        None => (given.mappings().segments().to_vec(), Vec::new()),
        Some(positions) => through(given, positions)?,
    };
    shift(&mut segments, step.edits);
    Ok((Mappings::sorted(segments), added))
}

fn through(given: &GivenMap<'_>, positions: &Positions) -> Result<(Vec<Segment>, Vec<String>), &'static str> {
    let contents = if positions.names.is_empty() { Vec::new() } else { given.contents() };
    let sources: Vec<Option<Lines>> = contents.iter().map(|content| content.as_deref().map(Lines::of)).collect();
    let mut composed = Composed { segments: Vec::new(), names: given.names(), added: Vec::new() };
    // Where a name of the positions went in the added ones.
    let mut places = vec![None; positions.names.len()];
    for segment in Mappings::decode(&positions.mappings)?.segments() {
        let inside = segment.origin;
        let found = inside.and_then(|place| given.mappings().covering(place.line, place.column));
        let mut origin = found.and_then(|found| found.origin);
        if let (Some(place), Some(found), Some(origin)) = (inside, found, &mut origin)
            && found.column == place.column
            && origin.name.is_none()
            && let Some(index) = place.name
        {
            let name = positions.names.get(index as usize).ok_or("a name is missing")?;
            // What came in may have been renamed already: only what its authors wrote is a name.
            let source = sources.get(origin.source as usize).and_then(Option::as_ref);
            if source.is_some_and(|source| source.has_word(Place { line: origin.line, column: origin.column }, name)) {
                origin.name = Some(*places[index as usize].get_or_insert_with(|| composed.add(name)));
            }
        }
        composed.push(Segment { origin, ..*segment });
    }
    Ok((composed.segments, composed.added))
}

struct Composed {
    segments: Vec<Segment>,
    names: usize,
    added: Vec<String>,
}

impl Composed {
    fn add(&mut self, name: &str) -> u32 {
        self.added.push(name.to_owned());
        u32::try_from(self.names + self.added.len() - 1).unwrap_or(u32::MAX)
    }

    /// Leaves out what says no more than the segment before it on its line.
    fn push(&mut self, segment: Segment) {
        let before = self.segments.last().filter(|last| last.line == segment.line).map(|last| last.origin);
        let says_more = match (before, segment.origin) {
            (None | Some(None), None) => false,
            (Some(Some(before)), Some(now)) => {
                Origin { name: None, ..now } != Origin { name: None, ..before } || now.name.is_some() && now != before
            }
            _ => true,
        };
        if says_more {
            self.segments.push(segment);
        }
    }
}
