//! Content streams, whatever they show (ISO 32000-2, 7.8.2): one walk over them; who asks what they draw is a
//! [`Visitor`](visitor::Visitor). docs/content.md says how what viewers read in several ways is read here.

pub(crate) mod balance;
pub(crate) mod colour;
pub(crate) mod encoding;
pub(crate) mod font;
pub(crate) mod form;
#[cfg(test)]
mod hostile;
pub(crate) mod layers;
mod names;
pub(crate) mod opacity;
pub(crate) mod operation;
pub(crate) mod operator;
pub(crate) mod path;
pub(crate) mod resources;
pub(crate) mod state;
pub(crate) mod used;
pub(crate) mod visitor;
pub(crate) mod walk;
