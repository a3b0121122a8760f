//! Certification results (chứng thực, Nghị định 23/2015/NĐ-CP): the papers that get signed and sealed.
//!
//! [`number`] is what a result is known by; [`words`] writes dates out as a lời chứng does; [`qr`] is what its QR symbol
//! says, [`code`] what is typed instead, [`stamp`] puts the symbol onto it.

pub mod code;
pub mod number;
pub mod qr;
pub mod stamp;
pub mod words;
