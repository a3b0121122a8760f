//! Addresses and networks that a caller allows.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// An address, or a network by its prefix length (RFC 4632): `10.1.2.3`, `10.0.0.0/8`, `fd00::/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// A text that is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotANetwork;

impl fmt::Display for NotANetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("10.1.2.3, 10.0.0.0/8, fd00::/8")
    }
}

impl std::error::Error for NotANetwork {}

impl Network {
    pub(super) const fn of(address: IpAddr, prefix: u8) -> Self {
        Self { address, prefix }
    }

    /// Whether `address` lies in it. A mapped IPv6 address is the IPv4 one that it carries.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.contains_exactly(address) || self.contains_exactly(address.to_canonical())
    }

    /// Whether `address`, as it's written, lies in it.
    pub(super) fn contains_exactly(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let bits = own.to_bits() ^ other.to_bits();
                bits.leading_zeros() >= u32::from(self.prefix)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let bits = own.to_bits() ^ other.to_bits();
                bits.leading_zeros() >= u32::from(self.prefix)
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => longest,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().ok().filter(|prefix| *prefix <= longest).ok_or(NotANetwork)?
            }
            Some(_) => return Err(NotANetwork),
        };
        Ok(Self { address, prefix })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}
