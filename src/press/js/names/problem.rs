//! What there is to choose: the printed script with a slot for each use of a name, and which names exclude each other.

/// A script with its names left open.
#[derive(Debug, Default)]
pub(crate) struct Problem {
    /// The printed script without the names that are open.
    pub(crate) literals: Vec<u8>,
    /// Where those names go, in order of place.
    pub(crate) slots: Vec<Slot>,
    pub(crate) bindings: Vec<Binding>,
    /// Names that stay, with the scopes in which nothing else may take them.
    pub(crate) fixed: Vec<Fixed>,
    /// The parent of each scope; scopes are numbered in order of place, the root is its own parent.
    pub(crate) parents: Vec<u32>,
}

/// One use of a binding.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    /// How many bytes of [`Problem::literals`] stand before it.
    pub(crate) at: u32,
    pub(crate) binding: u32,
}

/// A binding that needs a name.
#[derive(Debug, Default)]
pub(crate) struct Binding {
    /// The scope that declares it.
    pub(crate) scope: u32,
    /// The scopes from each of its uses up to the one that declares it. Two bindings with a scope in common need
    /// different names; any other two may share one.
    pub(crate) live: Vec<u32>,
}

/// A name that stays as it is.
#[derive(Debug)]
pub(crate) struct Fixed {
    pub(crate) name: String,
    pub(crate) live: Vec<u32>,
}

impl Problem {
    /// The script with `names`, one for each binding.
    pub(crate) fn fill(&self, names: &[impl AsRef<[u8]>]) -> Vec<u8> {
        let mut text = Vec::with_capacity(self.literals.len() + 2 * self.slots.len());
        let mut from = 0;
        for slot in &self.slots {
            text.extend_from_slice(&self.literals[from..slot.at as usize]);
            text.extend_from_slice(names[slot.binding as usize].as_ref());
            from = slot.at as usize;
        }
        text.extend_from_slice(&self.literals[from..]);
        text
    }
}
