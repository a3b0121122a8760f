//! Certification results (chứng thực, Nghị định 23/2015/NĐ-CP): the papers that get signed and sealed.
//!
//! [`sheet`] sets A4 pages as Nghị định 30/2020/NĐ-CP wants them; [`words`] writes dates out as a lời chứng does.

pub mod paragraph;
pub mod sheet;
pub mod words;

mod file;
