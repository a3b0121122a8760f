//! Certification results (chứng thực, Nghị định 23/2015/NĐ-CP): the papers that get signed and sealed.
//!
//! [`agency`] is who certifies. [`number`] and [`dossier`] are what a result is known by, [`metadata`] what is told about
//! it. [`words`] writes dates out as a lời chứng does.

pub mod agency;
pub mod dossier;
pub mod metadata;
pub mod number;
pub mod words;
