use super::Action;
use crate::asset::Kind;

/// What runs in processes of its own, where its death costs one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Isolation {
    /// Nothing: as fast as can be, for trusted sites and for comparison.
    Off,
    /// What other people's parsers and picture codecs do.
    #[default]
    Auto,
    /// Every action.
    On,
}

impl Isolation {
    /// Its name: `auto`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Auto => "auto",
            Self::On => "on",
        }
    }

    /// Whether `action` is to be isolated. Encoders see bytes as bytes, and our reader of JSON counts its depth: neither
    /// is worth a way to another process and back.
    pub(super) fn covers(self, action: &Action) -> bool {
        match (self, action) {
            (Self::Off, _) => false,
            (Self::On, _) => true,
            (Self::Auto, Action::Pack { .. }) => false,
            (Self::Auto, Action::Press { kind, .. }) => {
                !matches!(kind, Kind::Json | Kind::WebManifest | Kind::SourceMap)
            }
        }
    }
}
