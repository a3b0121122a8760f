//! Signatures as PDF objects (ISO 32000-2, 12.8): fields, dictionaries, byte ranges, DocMDP and FieldMDP, the DSS.

pub(crate) mod byte_range;
pub(crate) mod dss;
pub mod material;
pub(crate) mod mdp;
pub(crate) mod seed_value;
pub(crate) mod signature_dictionary;
pub(crate) mod signature_field;
