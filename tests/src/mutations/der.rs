//! Changes to DER that leave the rest of it well-formed, so that they get deep; and lengths that lie.

use super::Mutator;

/// Elements are read this deep; below that they're bytes.
const DEEPEST: usize = 24;
/// Lengths that a careless reader adds to, allocates for or trusts.
const LENGTHS: &[&[u8]] = &[
    b"\x00",
    b"\x01",
    b"\x7f",
    b"\x80",
    b"\x81\x00",
    b"\x81\x7f",
    b"\x81\xff",
    b"\x82\x00\x01",
    b"\x82\xff\xff",
    b"\x83\x01\x00\x00",
    b"\x84\x7f\xff\xff\xff",
    b"\x84\xff\xff\xff\xff",
    b"\x88\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x89\x01\x00\x00\x00\x00\x00\x00\x00\x00",
    b"\xff",
];
/// Identifiers, so that one type stands where another belongs.
const IDENTIFIERS: &[u8] =
    b"\x01\x02\x03\x04\x05\x06\x0a\x0c\x13\x16\x17\x18\x1e\x1f\x24\x30\x31\x80\x81\xa0\xa1\xa2\xa3\xbf";

/// One element, read as far as it can be.
#[derive(Debug, Clone)]
struct Node {
    identifier: u8,
    /// The elements inside; `None` for one that holds plain bytes.
    children: Option<Vec<Node>>,
    contents: Vec<u8>,
}

impl Mutator {
    /// Changes one element, and mends the lengths around it.
    pub(super) fn element(&mut self, out: &mut Vec<u8>) {
        let Some(mut nodes) = read_all(out, 0) else { return self.length(out) };
        if nodes.is_empty() {
            return;
        }
        self.change(&mut nodes);
        *out = write_all(&nodes);
    }

    fn change(&mut self, nodes: &mut Vec<Node>) {
        let at = self.below(nodes.len());
        let inside = nodes[at].children.as_mut().filter(|children| !children.is_empty());
        if let Some(children) = inside
            && self.below(6) != 0
        {
            return self.change(children);
        }
        match self.below(8) {
            0 => {
                nodes.remove(at);
            }
            1 => nodes.insert(at, nodes[at].clone()),
            2 => {
                let other = self.below(nodes.len());
                nodes.swap(at, other);
            }
            3 => {
                let times = 1 + self.below(100);
                for _ in 0..times {
                    let inner = nodes[at].clone();
                    nodes[at] = Node { identifier: 0x30, children: Some(vec![inner]), contents: Vec::new() };
                }
            }
            4 => nodes[at].identifier = IDENTIFIERS[self.below(IDENTIFIERS.len())],
            5 => {
                nodes[at].children = None;
                nodes[at].contents = Vec::new();
            }
            6 => {
                let copies = vec![nodes[at].clone(); 1 + self.below(40)];
                nodes.splice(at..at, copies);
            }
            _ => {
                let mut contents = match nodes[at].children.take() {
                    Some(children) => write_all(&children),
                    None => std::mem::take(&mut nodes[at].contents),
                };
                if contents.is_empty() {
                    contents.push(0xff);
                }
                self.once(&mut contents);
                nodes[at].contents = contents;
            }
        }
    }

    /// Puts another length in the place of one, and mends nothing.
    pub(super) fn length(&mut self, out: &mut Vec<u8>) {
        let mut at = 0;
        // Some steps into the elements, or beside them.
        for _ in 0..self.below(30) {
            let Some((header, length)) = measure(&out[at..]) else { break };
            let inside = out[at] & 0x20 != 0 && self.below(3) != 0;
            let next = if inside { at + header } else { at + header + length };
            if next + 1 >= out.len() {
                break;
            }
            at = next;
        }
        let Some((header, _)) = measure(&out[at..]) else { return };
        out.splice(at + 1..at + header, LENGTHS[self.below(LENGTHS.len())].iter().copied());
    }
}

/// Lengths of the header and of the contents.
fn measure(bytes: &[u8]) -> Option<(usize, usize)> {
    let first = usize::from(*bytes.get(1)?);
    if first < 0x80 {
        return Some((2, first));
    }
    let octets = bytes.get(2..2 + (first & 0x7f))?;
    let length =
        (octets.len() <= 4).then(|| octets.iter().fold(0, |length, &octet| length << 8 | usize::from(octet)))?;
    Some((2 + octets.len(), length))
}

/// The elements that fill the bytes exactly; `None` where they don't.
fn read_all(mut bytes: &[u8], depth: usize) -> Option<Vec<Node>> {
    let mut nodes = Vec::new();
    while !bytes.is_empty() {
        let (header, length) = measure(bytes)?;
        let contents = bytes.get(header..header + length)?;
        // Octet strings too hold DER: extensions, the eContent of a time-stamp.
        let holds = bytes[0] & 0x20 != 0 || bytes[0] == 0x04 && length > 1;
        let children = (holds && depth < DEEPEST).then(|| read_all(contents, depth + 1)).flatten();
        let kept = if children.is_some() { Vec::new() } else { contents.to_vec() };
        nodes.push(Node { identifier: bytes[0], children, contents: kept });
        bytes = &bytes[header + length..];
    }
    Some(nodes)
}

fn write_all(nodes: &[Node]) -> Vec<u8> {
    let write = |node: &Node| match &node.children {
        Some(children) => kyso::asn1::tlv(node.identifier, &write_all(children)),
        None => kyso::asn1::tlv(node.identifier, &node.contents),
    };
    nodes.iter().flat_map(write).collect()
}
