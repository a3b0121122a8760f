//! The system's OpenSSL, as the C compiler finds it without being told where.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Artifacts;

/// Compiled and linked to tell whether OpenSSL 3 is there with headers and libraries that fit each other.
const PROBE: &str = r#"
#include <openssl/opensslv.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#if OPENSSL_VERSION_MAJOR != 3
#error "another major version"
#endif
int main(void) {
    return OPENSSL_version_major() == OPENSSL_VERSION_MAJOR && SSL_CTX_new(TLS_method()) != 0 ? 0 : 1;
}
"#;

/// The system's OpenSSL 3. `None` where the compiler finds none, where it doesn't link, or when building for another machine.
pub(crate) fn find() -> Option<Artifacts> {
    if env::var_os("TARGET")? != env::var_os("HOST")? {
        return None;
    }
    let folder = PathBuf::from(env::var_os("OUT_DIR")?);
    let probe = folder.join("openssl-probe.c");
    fs::write(&probe, PROBE).ok()?;
    let linked = compiler()
        .arg(&probe)
        .arg("-o")
        .arg(folder.join("openssl-probe"))
        .args(["-lssl", "-lcrypto"])
        .output()
        .ok()?;
    if !linked.status.success() {
        return None;
    }
    Some(Artifacts { libraries: libraries()?, headers: headers(&probe)? })
}

fn compiler() -> Command {
    let mut command = cc::Build::new().opt_level(0).warnings(false).cargo_metadata(false).get_compiler().to_command();
    // Messages that are read below are in one language.
    command.env("LC_ALL", "C");
    command
}

/// The directory that the linker takes libssl from.
fn libraries() -> Option<PathBuf> {
    ["libssl.so", "libssl.dylib", "libssl.a"].into_iter().find_map(|name| {
        let answer = compiler().arg(format!("-print-file-name={name}")).output().ok()?;
        let path = PathBuf::from(String::from_utf8(answer.stdout).ok()?.trim());
        // A compiler that finds no such file gives its bare name back.
        path.is_absolute().then(|| fs::canonicalize(path.parent()?).ok())?
    })
}

/// The directory whose `openssl/ssl.h` the compiler includes, by the list of files that `-M` prints.
fn headers(probe: &Path) -> Option<PathBuf> {
    let answer = compiler().arg("-M").arg(probe).output().ok()?;
    let list = String::from_utf8(answer.stdout).ok()?;
    let header = list.split_whitespace().find(|word| word.ends_with("/openssl/ssl.h"))?;
    Some(Path::new(header).parent()?.parent()?.to_path_buf())
}
