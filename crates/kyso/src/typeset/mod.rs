//! Papers from nothing: A4 pages typeset as Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I wants them.
//!
//! [`sheet`] is the typesetter; [`paragraph`] breaks words into lines.

pub mod paragraph;
pub mod sheet;

mod file;
