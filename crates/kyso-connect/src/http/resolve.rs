//! Names become addresses: once a request, within a time.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use crate::guard::Host;
use kyso::error::connection::Fault;

/// Gives the addresses of a host name at a port.
pub type Resolve = dyn Fn(&str, u16) -> io::Result<Vec<SocketAddr>> + Send + Sync;

/// Asks the operating system.
///
/// # Errors
/// What the system says.
pub fn system_resolver(name: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    Ok((name, port).to_socket_addrs()?.collect())
}

/// The addresses of `host`, at least one.
pub(super) fn within(resolve: &Arc<Resolve>, host: &Host, port: u16, time: Duration) -> Result<Vec<SocketAddr>, Fault> {
    let name = match host {
        Host::Address(address) => return Ok(vec![SocketAddr::new(canonical(*address), port)]),
        Host::Name(name) => name.clone(),
    };
    // The system's call can't be broken off: its thread is left to end by itself.
    let (sender, receiver) = mpsc::sync_channel(1);
    let resolve = Arc::clone(resolve);
    std::thread::spawn(move || sender.send(resolve(&name, port)));
    match receiver.recv_timeout(time) {
        Ok(Ok(found)) if !found.is_empty() => Ok(found),
        Ok(_) => Err(Fault::NoAddress),
        Err(_) => Err(Fault::TimedOut(time)),
    }
}

/// A mapped address is the IPv4 one, for the connection as for the check.
fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}
