//! What `kyso demo` shows: a made-up certification result, and made-up pictures to sign and seal it with.

pub(crate) mod pictures;
pub(crate) mod result;
