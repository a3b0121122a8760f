//! Why there is no picture of a page.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why there is no picture of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Error {
    /// The bytes aren't a PDF that the renderer can read.
    Unreadable,
    /// The file is encrypted, and the password doesn't open it, or its encryption isn't known to the renderer.
    Locked,
    /// The document has no page of this number.
    NoPage {
        /// The number asked for, from 1.
        page: usize,
        /// How many there are.
        pages: usize,
    },
    /// The picture would have more pixels than it may.
    TooManyPixels {
        /// How many it would have.
        pixels: u64,
    },
    /// The file is larger than a file that is drawn may be.
    TooLarge {
        /// The file's size in bytes.
        bytes: u64,
    },
    /// Not a resolution at which pages are drawn.
    Resolution,
    /// A picture or other content on the page can't be decoded to its end, or a font can't be read: what else is there can be seen, and not all.
    Incomplete,
    /// Something on the page is seen in print only, or by a layer's usage, and isn't drawn.
    SeenElsewhere,
    /// Drawing is more work than a page may be, or needs more processor time than it's given.
    TooMuchWork,
    /// No answer came within the time limit: the machine is too busy.
    TimedOut,
    /// The process apart ended without an answer: the renderer failed on this page, or it reached its limits.
    Died,
    /// The process apart couldn't be started, or what it said can't be understood.
    Apart(String),
    /// The program that was asked draws no pages.
    NotSetUp,
    /// The pixels can't be made a file.
    Picture(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable => write!(f, "the renderer can't read the file"),
            Self::Locked => write!(f, "the password doesn't open the file, or its encryption isn't supported"),
            Self::NoPage { page, pages } => write!(f, "there is no page {page}, the document has {pages}"),
            Self::TooManyPixels { pixels } => write!(f, "the page is too large ({pixels} pixels)"),
            Self::TooLarge { bytes } => write!(f, "the file is too large ({bytes} bytes)"),
            Self::Resolution => write!(f, "the resolution must be 10 to 1200 dpi"),
            Self::Incomplete => write!(f, "a picture, a font or other content on it can't be decoded to its end"),
            Self::SeenElsewhere => write!(f, "something on it is seen in print only, or in some viewers"),
            Self::TooMuchWork => write!(f, "it needs more work than a page may"),
            Self::TimedOut => write!(f, "it was waited for too long, the machine is too busy"),
            Self::Died => write!(f, "the renderer can't cope with it, or needs more memory than it gets"),
            Self::Apart(cause) => write!(f, "the drawing process can't be run ({cause})"),
            Self::NotSetUp => write!(f, "nothing is set up here that draws pages"),
            Self::Picture(cause) => write!(f, "the picture can't be written ({cause})"),
        }
    }
}

impl std::error::Error for Error {}
