//! Stands in for `openssl-src`, which openssl-sys calls where its feature `vendored` is on.
//!
//! openssl-sys alone decides by an environment variable whether it builds OpenSSL from source, which takes minutes. This
//! crate looks first: an OpenSSL 3 with headers that the C compiler finds by itself is used. Only without one is OpenSSL built
//! from source, and only the parts that kyso calls.
//!
//! `OPENSSL_NO_VENDOR=1` never comes here: openssl-sys then looks by itself, also for `OPENSSL_DIR` and by pkg-config.
//! `OPENSSL_NO_VENDOR=0` builds from source in any case: for a binary that runs on machines without OpenSSL.

mod source;
mod system;

use std::env;
use std::path::{Path, PathBuf};

/// Finds or builds OpenSSL: the part of `openssl_src::Build` that openssl-sys calls.
#[derive(Debug, Default)]
pub struct Build {
    configuration: Option<PathBuf>,
}

/// Where the libraries and the headers lie.
#[derive(Debug)]
pub struct Artifacts {
    libraries: PathBuf,
    headers: PathBuf,
}

impl Build {
    /// A build with OpenSSL's usual directory for its configuration.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The directory in which a built OpenSSL looks for openssl.cnf and certificates.
    pub fn openssl_dir(&mut self, directory: impl AsRef<Path>) -> &mut Self {
        self.configuration = Some(directory.as_ref().to_path_buf());
        self
    }

    /// The system's OpenSSL, or one built from source.
    ///
    /// A build that fails ends the process, as that of `openssl-src` does.
    pub fn build(&mut self) -> Artifacts {
        for name in ["OPENSSL_NO_VENDOR", "CC", "CFLAGS", "LIBRARY_PATH", "CPATH", "C_INCLUDE_PATH"] {
            println!("cargo:rerun-if-env-changed={name}");
        }
        let built_in_any_case = env::var_os("OPENSSL_NO_VENDOR").is_some();
        match system::find().filter(|_| !built_in_any_case) {
            Some(found) => found,
            None => source::build(self.configuration.as_deref()),
        }
    }
}

impl Artifacts {
    /// The directory with libcrypto and libssl.
    #[must_use]
    pub fn lib_dir(&self) -> &Path {
        &self.libraries
    }

    /// The directory with `openssl/ssl.h`.
    #[must_use]
    pub fn include_dir(&self) -> &Path {
        &self.headers
    }
}
