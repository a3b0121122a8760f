//! The PDF file (ISO 32000-2): revisions, objects, pages, fields, what a reader sees, and the tail that an update appends.
//!
//! **A PDF is a stack of revisions, and nothing already written is ever rewritten.** A [`Document`] borrows the bytes of a
//! file; an [`Update`] makes the [`Tail`] that follows them. This crate does no I/O, knows no CMS and no law, and lopdf is
//! named here and nowhere below what uses its object values ([`Object`], [`Dictionary`], [`Stream`]).
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let bytes = std::fs::read("result.pdf")?;
//! let document = kyso_pdf::Document::parse(&bytes)?;
//! let first = document.page(1)?;
//! for line in kyso_pdf::text::lines(&document, &first)? {
//!     println!("{}", line.text);
//! }
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]

mod content;
mod error;
mod file;
mod form_tree;
pub mod geometry;
mod page;
mod page_tree;
mod required_fields;
mod seen;
mod signature;
pub mod typeface;
mod update;

pub use content::form::{Appearance, AppearanceState};
pub use content::layers::{with_all_layers, with_no_layer};
pub use error::{Change, Error, PageTreeFault, Parameter, Reason, Rule, SignedBy};
pub use file::document::Document;
pub use file::object::references_in;
pub use file::other_format::OtherFormat;
pub use file::revision::Revision;
pub use file::security::Password;
pub use file::stream::compressed_stream;
pub use file::xref::{Location, Section};
pub use file::{layout, listing};
pub use form_tree::{FormNode, READ_ONLY};
pub use lopdf::{Dictionary, Object, ObjectId, Stream, StringFormat, dictionary};
pub use page::Page;
pub use page_tree::demand_agreed_pages;
pub use required_fields::{RequiredField, empty_required_fields};
pub use seen::beyond_pages::{Beyond, beyond_pages};
pub use seen::button_appearance::ButtonAppearance;
pub use seen::coverage::Painted;
pub use seen::drawn::Picture;
pub use seen::field_appearance::{Setting, reads_well};
pub use seen::field_value::{Choice, bare};
pub use seen::page_drawings::PageDrawings;
pub use seen::readable::demand_readable_pages;
pub use seen::unseen::Unseen;
pub use seen::visible::{Visibility, is_serious};
pub use seen::{scan, text};
pub use signature::byte_range::ByteRange;
pub use signature::dss::{Dss, Vri};
pub use signature::material;
pub use signature::mdp::{FieldMdp, FieldMdpAction, MdpReference, certified_permission};
pub use signature::seed_value::{SeedKey, SeedValue};
pub use signature::signature_dictionary::SignatureDictionary;
pub use signature::signature_field::{
    FieldLock, SignatureField, is_direct_signature_field, text_of, text_string, top_field_names,
};
pub use update::append_pages::append_pages;
pub use update::dictionary_text::DictionaryText;
pub use update::fit_pages::{Fit, can_be_fitted, fit_pages};
pub use update::growing::Growing;
pub use update::hole::{Hole, HoleText};
pub use update::incremental::{Tail, Update, Value, object_text, raises_version};
pub use update::new_field::{FLAGS, NewField, appearance_text, enter_on_page};
pub use update::overlay::{Put, bring_metadata, form_of_page, put_on_page};
pub use update::page_metadata::{PDF_A_CLAIM, packet, pdf_a_part};
pub use update::{edit, extract, need_appearances, permission};
