//! Limits of the process apart, which it sets for itself before it reads anything.

use std::process::ExitStatus;

/// Addresses of the program, its libraries and its stack; they take far less memory.
#[cfg(unix)]
const PROGRAM: u64 = 256 << 20;

/// What the process may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Seconds of processor time.
    pub(crate) seconds: u64,
    /// Bytes of memory of its own: what it allocates, without the program and its libraries.
    pub(crate) memory: u64,
}

/// Holds this process to the limits: memory and processor time; no file of its own, no socket, no core dump. What the
/// system refuses to limit stays as it is: the one who started the process still ends it when patience is over.
#[cfg(unix)]
pub(crate) fn set(limits: Limits) {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let to = |most: u64| Rlimit { current: Some(most), maximum: Some(most) };
    // SIGXCPU at the limit says why the process ended; at the hard one it would be SIGKILL.
    let _ = setrlimit(Resource::Cpu, Rlimit { current: Some(limits.seconds), maximum: Some(limits.seconds + 1) });
    // Standard input, output and error are open; with no further number free nothing else can be.
    for (resource, most) in [
        (Resource::Data, limits.memory),
        (Resource::As, limits.memory + PROGRAM),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nofile, 3),
    ] {
        let _ = setrlimit(resource, to(most));
    }
}

/// Whether a process ended because its processor time was over.
#[cfg(unix)]
pub(crate) fn is_out_of_time(ended: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;

    ended.signal() == Some(rustix::process::Signal::XCPU.as_raw())
}

#[cfg(not(unix))]
pub(crate) fn is_out_of_time(_ended: ExitStatus) -> bool {
    false
}

/// Elsewhere the limit of time alone holds, which the one who started the process keeps.
#[cfg(not(unix))]
pub(crate) fn set(_limits: Limits) {}
