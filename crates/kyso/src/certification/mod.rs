//! Certification results (chứng thực, Nghị định 23/2015/NĐ-CP): the papers that get signed and sealed.
//!
//! [`number`] is what a result is known by; [`words`] writes dates out as a lời chứng does.

pub mod number;
pub mod words;
