//! ASN.1 as far as signatures need it: a bounded reader that tolerates BER (ITU-T X.690) and a small DER writer.
//!
//! The reader gives every element with the bytes it came in, so that a digest can go over what was received. What is
//! written is always DER.

pub mod oid;
mod reader;
mod time;
mod writer;

pub use reader::{Element, Reader};
pub use time::timestamp;
pub use writer::{boolean, context, integer, null, object_identifier, octet_string, sequence, set_of, tlv, unsigned};

/// Identifier octets of the universal types (X.690, 8.1.2), with the constructed bit where DER asks for it.
pub mod tag {
    /// BOOLEAN
    pub const BOOLEAN: u8 = 0x01;
    /// INTEGER
    pub const INTEGER: u8 = 0x02;
    /// BIT STRING
    pub const BIT_STRING: u8 = 0x03;
    /// OCTET STRING
    pub const OCTET_STRING: u8 = 0x04;
    /// NULL
    pub const NULL: u8 = 0x05;
    /// OBJECT IDENTIFIER
    pub const OBJECT_IDENTIFIER: u8 = 0x06;
    /// ENUMERATED
    pub const ENUMERATED: u8 = 0x0A;
    /// UTF8String
    pub const UTF8_STRING: u8 = 0x0C;
    /// UTCTime
    pub const UTC_TIME: u8 = 0x17;
    /// GeneralizedTime
    pub const GENERALIZED_TIME: u8 = 0x18;
    /// SEQUENCE, SEQUENCE OF
    pub const SEQUENCE: u8 = 0x30;
    /// SET, SET OF
    pub const SET: u8 = 0x31;
    /// The bit that says: contents are elements.
    pub const CONSTRUCTED: u8 = 0x20;

    /// A context-specific, constructed tag: `[n]` EXPLICIT, or `[n]` IMPLICIT of a SEQUENCE or SET.
    pub const fn context(number: u8) -> u8 {
        0xA0 | number
    }
}
