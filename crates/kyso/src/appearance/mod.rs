//! Appearances of signatures (Nghị định 30/2020/NĐ-CP, Phụ lục I).
//!
//! A leader's signature is a picture in blue ink, the agency's is its seal in red ([`InkImage`]); a copy's or a separate
//! attachment's is text, which the caller sets ([`Drawing`]). [`layout`] says where they go, [`draw`] makes them Form XObjects.

pub(crate) mod block;
pub mod colours;
pub mod draw;
mod drawing;
mod image;
pub mod ink;
pub mod layout;
pub mod profile;

pub use block::{Block, demand_free};
pub use drawing::Drawing;
pub use image::{InkImage, MAX_PIXELS, WIDTHS_MM};

/// The appearance of a signature at its place.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum Appearance {
    /// Nothing.
    #[default]
    None,
    /// A hand signature or a seal, at its real size.
    Image(InkImage),
    /// A drawing of the caller's, e.g. the lines of text that stand for the agency's signature on a copy.
    Drawing(Drawing),
}
