//! The vocabulary: what an asset is, where it stands, what it names. Depends on nothing else of ours.

mod bytes;
mod digest;
mod kind;
mod path;
mod reference;
pub mod url;

pub use bytes::{ByteSize, ParseByteSizeError};
pub use digest::{Digest, Digester};
pub use kind::Kind;
pub use path::{AssetPath, AssetPathError};
pub use reference::{Base, Claim, ClaimForm, Decoded, Mention, MentionHow, Position, Reference, Role, SWAP, Span};
