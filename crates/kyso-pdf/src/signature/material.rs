//! Validation material: what a DSS holds, a policy brings, a fetch gives.

use std::collections::HashSet;

/// Most bytes of one certificate, CRL or OCSP answer: so much is fetched, written into a file and read back.
pub const MAX_EVIDENCE: usize = 16 << 20;
/// Most bytes of all of them in one file's document security store.
pub const MAX_STORE: usize = 20 << 20;

/// Certificates, CRLs and OCSP answers, in DER. None of it is trusted for being here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Material {
    /// Certificates (RFC 5280, 4.1).
    pub certificates: Vec<Vec<u8>>,
    /// CertificateLists (RFC 5280, 5.1).
    pub crls: Vec<Vec<u8>>,
    /// OCSPResponses (RFC 6960, 4.2.1).
    pub ocsp_responses: Vec<Vec<u8>>,
}

impl Material {
    /// Takes in what `other` has, nothing twice.
    pub fn merge(&mut self, other: Self) {
        add(&mut self.certificates, other.certificates);
        add(&mut self.crls, other.crls);
        add(&mut self.ocsp_responses, other.ocsp_responses);
    }

    /// What is here but not in `known`, each once.
    #[must_use]
    pub fn without(&self, known: &Self) -> Self {
        Self {
            certificates: beyond(&self.certificates, &known.certificates),
            crls: beyond(&self.crls, &known.crls),
            ocsp_responses: beyond(&self.ocsp_responses, &known.ocsp_responses),
        }
    }

    /// Bytes of all of it.
    pub fn size(&self) -> usize {
        self.ders().map(Vec::len).sum()
    }

    /// Bytes of the largest piece.
    pub fn largest(&self) -> usize {
        self.ders().map(Vec::len).max().unwrap_or_default()
    }

    /// All of it: certificates, CRLs, OCSP answers.
    pub fn ders(&self) -> impl Iterator<Item = &Vec<u8>> {
        self.certificates.iter().chain(&self.crls).chain(&self.ocsp_responses)
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.certificates.is_empty() && self.crls.is_empty() && self.ocsp_responses.is_empty()
    }
}

fn add(to: &mut Vec<Vec<u8>>, more: Vec<Vec<u8>>) {
    let new = beyond(&more, to);
    to.extend(new);
}

fn beyond(some: &[Vec<u8>], known: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut seen: HashSet<&[u8]> = known.iter().map(Vec::as_slice).collect();
    some.iter().filter(|der| seen.insert(der.as_slice())).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_stands_twice() {
        let (one, two) = (vec![1], vec![2]);
        let mut material = Material { crls: vec![one.clone()], ..Material::default() };
        material.merge(Material {
            crls: vec![one.clone(), two.clone(), two.clone()],
            certificates: vec![one.clone()],
            ..Material::default()
        });
        assert_eq!(material.crls, [one.clone(), two.clone()]);
        assert_eq!(material.certificates, std::slice::from_ref(&one));
        let known = Material { crls: vec![two], ..Material::default() };
        assert_eq!(material.without(&known).crls, [one]);
        assert!(Material::default().is_empty() && !material.is_empty());
    }
}
