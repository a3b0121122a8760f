//! What a reader sees of a page: text, coverage, opacity, pictures, fields' appearances, places of codes.

pub(crate) mod beyond_pages;
pub(crate) mod button_appearance;
pub(crate) mod characters;
pub(crate) mod coverage;
pub(crate) mod default_appearance;
pub(crate) mod drawn;
pub(crate) mod field_appearance;
pub(crate) mod field_border;
pub(crate) mod field_text;
pub(crate) mod field_value;
pub(crate) mod flatten;
pub(crate) mod mask;
pub(crate) mod may_show_code;
pub(crate) mod occupied;
pub(crate) mod page_drawings;
pub(crate) mod readable;
pub mod scan;
pub(crate) mod solid_glyphs;
pub mod text;
pub(crate) mod unseen;
pub(crate) mod visible;
