//! A record taken apart and put together again, right or wrong, by hand: the builder makes nothing wrong.

use kyso::asn1::{self, Element, Reader, tag};
use kyso::error::Subject;

#[derive(Clone)]
pub(crate) struct Stamp {
    /// The AlgorithmIdentifier's contents, if it's stated.
    pub(crate) algorithm: Option<Vec<u8>>,
    pub(crate) lists: Vec<Vec<Vec<u8>>>,
    pub(crate) token: Vec<u8>,
}

#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) version: u32,
    pub(crate) algorithms: Vec<Vec<u8>>,
    /// What stands between the algorithms and the sequence.
    pub(crate) optional: Vec<Vec<u8>>,
    pub(crate) chains: Vec<Vec<Stamp>>,
}

impl Parts {
    pub(crate) fn of(record: &[u8]) -> Self {
        let mut fields = Reader::new(Subject::EvidenceRecord, record).next().unwrap().children().unwrap();
        let version = fields.next().unwrap().unsigned().unwrap();
        let raw = |list: Element<'_>| -> Vec<Vec<u8>> {
            list.children().unwrap().all().unwrap().iter().map(|one| one.raw().to_vec()).collect()
        };
        let algorithms = raw(fields.next().unwrap());
        let sequence = fields.next().unwrap();
        let chains = sequence.children().unwrap().all().unwrap().into_iter().map(|chain| {
            let stamps = chain.children().unwrap().all().unwrap();
            stamps
                .into_iter()
                .map(|stamp| {
                    let mut fields = stamp.children().unwrap();
                    let algorithm = fields.optional(tag::context(0)).unwrap().map(|one| one.contents().to_vec());
                    let lists = fields.optional(tag::context(2)).unwrap().map_or(Vec::new(), |tree| {
                        let lists = tree.children().unwrap().all().unwrap();
                        let hashes = |list: Element<'_>| {
                            list.children()
                                .unwrap()
                                .all()
                                .unwrap()
                                .iter()
                                .map(|hash| hash.contents().to_vec())
                                .collect()
                        };
                        lists.into_iter().map(hashes).collect()
                    });
                    Stamp { algorithm, lists, token: fields.next().unwrap().raw().to_vec() }
                })
                .collect()
        });
        Self { version, algorithms, optional: Vec::new(), chains: chains.collect() }
    }

    pub(crate) fn der(&self) -> Vec<u8> {
        let chain = |chain: &Vec<Stamp>| asn1::sequence(&chain.iter().map(Stamp::der).collect::<Vec<_>>());
        let chains = asn1::sequence(&self.chains.iter().map(chain).collect::<Vec<_>>());
        let mut fields = vec![asn1::unsigned(self.version), asn1::sequence(&self.algorithms)];
        fields.extend(self.optional.clone());
        fields.push(chains);
        asn1::sequence(&fields)
    }
}

impl Stamp {
    fn der(&self) -> Vec<u8> {
        let mut fields = Vec::new();
        fields.extend(self.algorithm.as_ref().map(|contents| asn1::tlv(tag::context(0), contents)));
        if !self.lists.is_empty() {
            let list = |list: &Vec<Vec<u8>>| {
                asn1::sequence(&list.iter().map(|hash| asn1::octet_string(hash)).collect::<Vec<_>>())
            };
            fields.push(asn1::tlv(tag::context(2), &self.lists.iter().map(list).collect::<Vec<_>>().concat()));
        }
        fields.push(self.token.clone());
        asn1::sequence(&fields)
    }
}
