//! What `kyso demo` shows: a made-up certification result, made-up pictures to sign and seal it with, made-up people
//! who do it.

pub(crate) mod directory;
pub(crate) mod people;
pub(crate) mod pictures;
pub(crate) mod result;
