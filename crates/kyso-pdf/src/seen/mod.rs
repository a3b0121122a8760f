//! What a reader sees of a page: text, coverage, opacity, pictures, fields' appearances, places of codes.

pub(crate) mod button_look;
pub(crate) mod code_look;
pub(crate) mod drawn;
pub(crate) mod field_border;
pub(crate) mod field_look;
pub(crate) mod field_text;
pub(crate) mod field_value;
pub(crate) mod flatten;
pub(crate) mod glyph_ink;
pub(crate) mod ink;
pub(crate) mod layers;
pub(crate) mod letters;
pub(crate) mod lookless;
pub(crate) mod mask;
pub(crate) mod occupied;
pub(crate) mod paint;
pub(crate) mod readable;
pub mod scan;
pub mod text;
pub(crate) mod unseen;
pub(crate) mod visible;
