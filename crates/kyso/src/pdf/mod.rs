//! The PDF file: revisions, objects, pages, fields, and the tail that signing appends. The only user of lopdf beside
//! `appearance` and `certification`; knows no CMS.

mod append_pages;
mod balance;
mod button_look;
mod byte_range;
mod code_look;
mod dangling;
mod dictionary_text;
mod document;
mod drawn;
mod dss;
pub(crate) mod edit;
pub mod extract;
mod field_look;
mod flatten;
mod hole;
mod import;
mod incremental;
mod layout;
mod matrix;
mod mdp;
mod new_field;
mod object;
mod overlay;
mod page;
mod paint;
mod parse;
mod path;
mod permission;
mod recover;
mod revision;
pub mod scan;
mod security;
mod signature_dictionary;
mod signature_field;
mod structure;
#[cfg(test)]
mod tests;
pub mod text;
mod unfinished;
mod xref;

pub use byte_range::ByteRange;
pub use document::Document;
pub use dss::{Dss, Vri};
pub use incremental::Tail;
pub use lopdf::{Dictionary, Object, ObjectId, Stream, StringFormat};
pub use mdp::{FieldMdp, FieldMdpAction, MdpReference};
pub use page::Page;
pub use revision::Revision;
pub use security::Password;
pub use signature_dictionary::SignatureDictionary;
pub use signature_field::{FieldLock, SignatureField};

pub(crate) use append_pages::append_pages;
pub(crate) use button_look::ButtonLook;
pub(crate) use dictionary_text::DictionaryText;
pub(crate) use drawn::{Drawn, Picture};
pub(crate) use field_look::reads_well;
pub(crate) use hole::{Hole, HoleText};
pub(crate) use incremental::{Update, Value, object_text};
pub(crate) use new_field::{NewField, appearance_text};
pub(crate) use object::compressed_stream;
pub(crate) use overlay::{Put, form_of_page, put_on_page};
pub(crate) use paint::Painted;
pub(crate) use signature_field::{text_of, text_string};
pub(crate) use xref::{Location, Section};
