//! Pages of a PDF as pictures, and the QR codes that are seen on them.
//!
//! What is drawn is what a reader's screen shows: the page's content and the appearances of its annotations, so of its
//! signatures and seals too. It says nothing about validity: a verdict never rests on a picture.
//!
//! A renderer has more code than all the rest and is fed with strangers' bytes, so it may panic, hang or eat memory.
//! [`Apart`] runs it in a process apart, with limits on processor time, memory and open files; whoever draws files from outside
//! goes through it. [`Pages`] draws in this process.
//!
//! ```text
//!   Apart ── request, PDF ──▶ serve()      the same program, started again
//!                               │
//!                             Pages ──▶ Picture ──▶ codes()
//!                            (hayro)      (PNG)     (rqrr)
//! ```

#![forbid(unsafe_code)]

mod apart;
mod codes;
mod content;
mod error;
mod exif;
mod finders;
mod fonts;
mod limits;
mod pages;
mod picture;
mod scan;
mod stored;
mod streams;
mod work;

pub use apart::{Apart, Seen, serve};
pub use codes::{Care, Code, Look, codes};
pub use error::Error;
pub use pages::{DPI, MAX_PIXELS, Pages, render};
pub use picture::Picture;
pub use scan::{Density, Scan, ScanError};
