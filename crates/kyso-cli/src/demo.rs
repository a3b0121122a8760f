//! What `kyso demo` starts from: a made-up letter with a made-up request, made-up people who certify it, made-up pictures
//! to sign and seal it with.

pub(crate) mod directory;
pub(crate) mod letter;
mod manifest;
pub(crate) mod people;
pub(crate) mod pictures;
pub(crate) mod request;
pub(crate) mod service;
