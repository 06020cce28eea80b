//! Where processes cannot be bound as on Unix, every action is performed in this one.

use std::ffi::OsString;

use super::{Action, Isolation, Outcome};
use crate::{asset::ByteSize, interrupt::Interrupt};

/// The most that one action may take; nothing is bound here.
#[derive(Clone, Copy, Debug)]
pub struct Limits;

impl Limits {
    /// As on Unix.
    #[must_use]
    pub fn new(_memory: ByteSize) -> Self {
        Self
    }
}

/// No process is ever a worker here.
pub fn serve_if_worker(_arguments: &[OsString]) {}

/// None can be had.
#[derive(Debug)]
pub enum Workers {}

impl Workers {
    /// Always `None`.
    #[must_use]
    pub fn of_this_program(_isolation: Isolation, _limits: Limits, _interrupt: &Interrupt) -> Option<Self> {
        None
    }

    pub(super) fn perform(&self, _action: &Action, _input: &[u8]) -> Option<Outcome> {
        match *self {}
    }

    /// Never called.
    #[must_use]
    pub fn peak(&self) -> u64 {
        match *self {}
    }
}
