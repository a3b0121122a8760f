//! Attacks on files that we signed ourselves, a file a family, each beside an honest twin.
//!
//! The files are made without the library, but for the signatures in them. `ATTACKS_OUT=folder cargo it attacks::`
//! writes them all, with a table for `kyso verify`.

mod aliases;
mod appended;
mod attached;
pub mod base;
mod by_hand;
mod certified;
mod covers;
mod dangling;
mod defaults;
mod duplicates;
mod encryption;
mod evidence;
mod extensions;
mod forgery;
mod forms;
mod generations;
mod headers;
mod honest;
mod hybrid;
mod incremental;
mod links;
mod mended;
mod object_streams;
mod overlapping;
mod overlays;
mod pages;
mod patches;
mod pieces;
mod previous;
mod redrawn;
mod renumbered;
mod rewritten;
mod rows;
mod shadow_hide;
mod shadow_hide_and_replace;
mod shadow_replace;
mod shared_resources;
mod shared_value;
mod signature_dictionary;
mod stamp;
mod structure;
mod typed;
mod upward;
mod wrapping;
pub mod writer;

use kyso::validate::Modifications;

/// One file, and what a verifier must say of it.
#[derive(Debug, Clone)]
pub struct Case {
    /// The family of attacks.
    pub family: &'static str,
    /// The variant.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// What must be said.
    pub expected: Expected,
}

/// What must be said of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// An attack: a signature is flagged, and one of the findings has a code that begins with one of these. Where there
    /// are none, any sign will do: an error, no signature.
    Flagged(&'static [&'static str]),
    /// An honest file: the leader's signature finds changes of this level, and nothing is flagged.
    Honest(Modifications),
}

/// Something that the allow-list doesn't explain.
pub const CHANGED: &[&str] = &["modifications."];
/// A change that the permission forbids.
pub const FORBIDDEN: &[&str] = &["docmdp.violated"];
/// A change in a locked field.
pub const LOCKED: &[&str] = &["fieldmdp.violated"];
/// A byte range that isn't one.
pub const RANGE: &[&str] = &["byte-range."];
/// Bytes that no revision holds.
pub const LATER_BYTES: &[&str] = &["coverage.later-bytes", "modifications."];
/// Bytes that aren't those that were signed.
pub const DIGEST: &[&str] = &["digest.mismatch"];
/// Anything.
pub const ANY: &[&str] = &[];

/// The cases of one family.
struct Family {
    name: &'static str,
    cases: Vec<Case>,
}

impl Family {
    fn new(name: &'static str) -> Self {
        Self { name, cases: Vec::new() }
    }

    fn attack(&mut self, name: impl Into<String>, codes: &'static [&'static str], bytes: Vec<u8>) {
        let (family, expected) = (self.name, Expected::Flagged(codes));
        self.cases.push(Case { family, name: name.into(), bytes, expected });
    }

    fn honest(&mut self, name: impl Into<String>, level: Modifications, bytes: Vec<u8>) {
        let (family, expected) = (self.name, Expected::Honest(level));
        self.cases.push(Case { family, name: name.into(), bytes, expected });
    }
}

/// Every case.
pub fn all() -> Vec<Case> {
    let families = [
        incremental::cases(),
        wrapping::cases(),
        forgery::cases(),
        shadow_hide::cases(),
        shadow_replace::cases(),
        shadow_hide_and_replace::cases(),
        overlays::cases(),
        patches::cases(),
        certified::cases(),
        certified::locks(),
        overlapping::cases(),
        signature_dictionary::cases(),
        shared_value::cases(),
        pages::cases(),
        rows::cases(),
        duplicates::cases(),
        generations::cases(),
        object_streams::cases(),
        appended::cases(),
        headers::cases(),
        previous::cases(),
        mended::cases(),
        hybrid::cases(),
        encryption::cases(),
        dangling::cases(),
        aliases::cases(),
        forms::cases(),
        redrawn::cases(),
        pieces::cases(),
        covers::cases(),
        typed::cases(),
        upward::cases(),
        extensions::cases(),
        structure::cases(),
        attached::cases(),
        rewritten::cases(),
        evidence::cases(),
        renumbered::cases(),
        shared_resources::cases(),
        links::cases(),
        defaults::cases(),
        honest::cases(),
    ];
    families.into_iter().flat_map(|family| family.cases).collect()
}
