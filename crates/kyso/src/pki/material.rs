//! Validation material.

/// Validation material in DER: what a DSS holds, a policy brings, a fetch gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Material {
    /// Certificates.
    pub certificates: Vec<Vec<u8>>,
    /// CertificateLists (RFC 5280, 5.1).
    pub crls: Vec<Vec<u8>>,
    /// OCSPResponses (RFC 6960, 4.2.1).
    pub ocsp_responses: Vec<Vec<u8>>,
}

impl Material {
    /// Adds what isn't there yet: nothing is held twice.
    pub fn merge(&mut self, other: Self) {
        add(&mut self.certificates, other.certificates);
        add(&mut self.crls, other.crls);
        add(&mut self.ocsp_responses, other.ocsp_responses);
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.certificates.is_empty() && self.crls.is_empty() && self.ocsp_responses.is_empty()
    }
}

fn add(to: &mut Vec<Vec<u8>>, more: Vec<Vec<u8>>) {
    for der in more {
        if !to.contains(&der) {
            to.push(der);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_held_twice() {
        let mut material = Material::default();
        assert!(material.is_empty());
        let more =
            Material { certificates: vec![vec![1], vec![2], vec![1]], crls: vec![vec![1]], ..Material::default() };
        material.merge(more.clone());
        material.merge(more);
        assert_eq!((material.certificates, material.crls), (vec![vec![1], vec![2]], vec![vec![1]]));
    }
}
