//! Errors, sorted by who is at fault.
//!
//! These enums are exhaustive on purpose: whoever words errors has to word each, or doesn't build.

pub(crate) mod by_fault;
pub mod connection;
pub mod evidence;
mod outside;
mod parameter;
mod reason;
mod subject;

pub(crate) use by_fault::Error;
pub use outside::{Failed, ResponderStatus, Service, Setting, TimeStampFault, Tried, Unfounded};
pub use parameter::Parameter;
pub use reason::{Cause, Decimal, Edge, Ink, Names, Objection, Reason};
pub use subject::{Subject, What};
