//! kyso-archive
