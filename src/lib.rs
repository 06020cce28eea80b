//! edgepress presses the finished output of any site build: smaller, hashed, compressed, labelled for every CDN,
//! held to budgets, and proved unbroken.

pub mod action;
pub mod asset;
pub mod body;
mod ecma;
pub mod finding;
pub mod link;
pub mod pack;
pub mod press;
pub mod refs;
