//! Papers from nothing: A4 pages typeset as Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I wants them, as tagged PDF/A-2b.
//!
//! [`sheet`] is the typesetter, [`format`](mod@format) its page; [`paragraph`] breaks words into lines, [`table`] lays out
//! rows and columns; [`xmp`] is what a paper says of itself. Which clauses of PDF/A hold where: ISO_19005_2.md.

pub mod format;
pub mod paragraph;
pub mod sheet;
pub mod table;
pub mod xmp;

mod canvas;
mod file;
mod finish;
mod head;
mod signatures;
mod structure;

#[cfg(test)]
mod tests;
