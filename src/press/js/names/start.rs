//! A first choice: inner scopes first, so that almost every small function uses the same few letters.

use super::{holders::Holders, pool::SHORT, problem::Problem};

/// In a scope with more bindings than this, the most used ones choose first.
const CROWDED: usize = 36;

/// A name for each binding, entered in `holders`.
pub(crate) fn start(problem: &Problem, holders: &mut Holders) -> Vec<usize> {
    let mut uses = vec![0_usize; problem.bindings.len()];
    for slot in &problem.slots {
        uses[slot.binding as usize] += 1;
    }
    let mut of_scope = vec![Vec::new(); problem.parents.len()];
    for (number, binding) in problem.bindings.iter().enumerate() {
        of_scope[binding.scope as usize].push(number);
    }
    let mut names = vec![0; problem.bindings.len()];
    for scope in inner_first(&problem.parents) {
        for number in in_order(&of_scope[scope], &uses) {
            let live = &problem.bindings[number].live;
            let free = holders.free_short(live);
            let name = if free == 0 { holders.first_long(live) } else { free.trailing_zeros() as usize };
            debug_assert!(name != SHORT || free == 0);
            holders.put(live, name, u32::try_from(number).unwrap_or(u32::MAX));
            names[number] = name;
        }
    }
    names
}

/// The most used bindings first if there are many, the others as they are declared.
fn in_order(bindings: &[usize], uses: &[usize]) -> Vec<usize> {
    let mut ordered = bindings.to_vec();
    if bindings.len() > CROWDED {
        ordered.sort_by_key(|&binding| std::cmp::Reverse(uses[binding]));
        ordered[..CROWDED].sort_unstable();
    }
    ordered
}

/// Scopes in order of their ends. They are numbered in order of their starts.
fn inner_first(parents: &[u32]) -> Vec<usize> {
    let (mut order, mut open) = (Vec::with_capacity(parents.len()), Vec::new());
    for (scope, &parent) in parents.iter().enumerate() {
        while open.last().is_some_and(|&last| scope > 0 && last != parent as usize) {
            order.extend(open.pop());
        }
        open.push(scope);
    }
    order.extend(open.into_iter().rev());
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_scopes_come_first() {
        assert_eq!(inner_first(&[0, 0, 1, 1, 0, 4]), [2, 3, 1, 5, 4, 0]);
    }
}
