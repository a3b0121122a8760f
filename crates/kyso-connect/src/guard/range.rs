//! Addresses that aren't the public internet (RFC 6890 and its registries).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use kyso::error::connection::Range;

use super::network::Network;

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Network {
    Network::of(IpAddr::V4(Ipv4Addr::new(a, b, c, d)), prefix)
}

const fn v6(first: u16, second: u16, third: u16, prefix: u8) -> Network {
    Network::of(IpAddr::V6(Ipv6Addr::new(first, second, third, 0, 0, 0, 0, 0)), prefix)
}

/// The first that contains an address says what it is.
const RANGES: &[(Network, Range)] = &[
    (v4(0, 0, 0, 0, 8), Range::Unspecified),
    (v4(10, 0, 0, 0, 8), Range::Private),
    (v4(100, 64, 0, 0, 10), Range::Shared),
    (v4(127, 0, 0, 0, 8), Range::Loopback),
    (v4(169, 254, 0, 0, 16), Range::LinkLocal),
    (v4(172, 16, 0, 0, 12), Range::Private),
    (v4(192, 0, 0, 0, 24), Range::Reserved),
    (v4(192, 0, 2, 0, 24), Range::Documentation),
    (v4(192, 88, 99, 0, 24), Range::Reserved),
    (v4(192, 168, 0, 0, 16), Range::Private),
    (v4(198, 18, 0, 0, 15), Range::Benchmark),
    (v4(198, 51, 100, 0, 24), Range::Documentation),
    (v4(203, 0, 113, 0, 24), Range::Documentation),
    (v4(224, 0, 0, 0, 4), Range::Multicast),
    (v4(255, 255, 255, 255, 32), Range::Broadcast),
    (v4(240, 0, 0, 0, 4), Range::Reserved),
    (v6(0xff00, 0, 0, 8), Range::Multicast),
    (v6(0xfe80, 0, 0, 10), Range::LinkLocal),
    // Site-local, deprecated by RFC 3879 but still routed inside.
    (v6(0xfec0, 0, 0, 10), Range::Private),
    (v6(0xfc00, 0, 0, 7), Range::Private),
    (v6(0x2001, 0x0db8, 0, 32), Range::Documentation),
    (v6(0x3fff, 0, 0, 20), Range::Documentation),
    (v6(0x2001, 0x0002, 0, 48), Range::Benchmark),
    // Teredo, ORCHID and the rest of the protocol assignments.
    (v6(0x2001, 0, 0, 23), Range::Reserved),
];

/// Global unicast: all that is given out (RFC 4291, 2.4). What lies outside isn't routed, or is local.
const GLOBAL: Network = v6(0x2000, 0, 0, 3);

/// What `address` belongs to; `None` for the public internet. An IPv6 address that carries an IPv4 one (mapped,
/// compatible, 6to4, NAT64, ISATAP) is what that one is.
pub(super) fn range_of(address: IpAddr) -> Option<Range> {
    let listed = || RANGES.iter().find(|(network, _)| network.contains_exactly(address)).map(|(_, range)| *range);
    match address {
        IpAddr::V4(_) => listed(),
        IpAddr::V6(Ipv6Addr::LOCALHOST) => Some(Range::Loopback),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Some(Range::Unspecified),
        IpAddr::V6(six) => match carried(six) {
            Some(four) => listed().or_else(|| range_of(IpAddr::V4(four))),
            None if GLOBAL.contains_exactly(address) => listed(),
            None => listed().or(Some(Range::Reserved)),
        },
    }
}

/// Whether hosts of an organisation lie there.
pub(super) fn is_inner_network(range: Range) -> bool {
    matches!(range, Range::Private | Range::Shared)
}

/// The IPv4 address inside an IPv6 one, where its form carries one.
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let join = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match address.segments() {
        // Mapped (RFC 4291, 2.5.5.2), compatible (2.5.5.1), translated (RFC 2765), NAT64 (RFC 6052).
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0, 0, 0, 0, 0, 0, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(join(high, low)),
        // 6to4 (RFC 3056).
        [0x2002, high, low, ..] => Some(join(high, low)),
        // ISATAP (RFC 5214, 6.1).
        [0x2000..=0x3fff, _, _, _, 0 | 0x0200, 0x5efe, high, low] => Some(join(high, low)),
        _ => None,
    }
}
