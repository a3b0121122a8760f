//! The document security store (EN 319 142-1, 5.4.2; ISO 32000-2, 12.8.4.3): what it holds.

use lopdf::{Dictionary, Object, ObjectId};
use std::collections::{BTreeMap, HashSet};

use crate::error::Error;
use crate::file::document::Document;
use crate::signature::material::{MAX_STORE, Material};

/// Most certificates, CRLs and OCSP answers each that a DSS may list; DSSs of twenty renewals have some hundred.
const MAX_ITEMS: usize = 2048;
/// Most signatures that /VRI may speak of.
const MAX_VRI: usize = 512;

/// A document security store ([ISO 32000-2], 12.8.4.3, table 261; [EN 319 142-1], 5.4.2), as the document's newest revision
/// has it. For an earlier one, read it from the document as it was then.
///
/// | Key | Value |
/// |---|---|
/// | /VRI | what belongs to each signature, by the SHA-1 of its /Contents ([`Vri`]) |
/// | /Certs | streams of certificates |
/// | /OCSPs | streams of OCSPResponses |
/// | /CRLs | streams of CertificateLists |
///
/// [ISO 32000-2]: https://pdfa.org/resource/iso-32000-2/
/// [EN 319 142-1]: https://www.etsi.org/deliver/etsi_en/319100_319199/31914201/
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Dss {
    /// All that it holds: of the DSS itself and of its VRI, each once.
    pub material: Material,
    /// /VRI by its keys (SHA-1 of a signature's /Contents, in upper-case hex).
    pub vri: BTreeMap<String, Vri>,
    /// The objects of the streams, by their content: certificates.
    pub certificate_ids: Vec<ObjectId>,
    /// As `certificate_ids`, for CRLs.
    pub crl_ids: Vec<ObjectId>,
    /// As `certificate_ids`, for OCSP answers.
    pub ocsp_ids: Vec<ObjectId>,
}

/// Validation-related information of one signature.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Vri {
    /// The streams that it names: certificates, CRLs and OCSP answers. What they hold is in [`Dss::material`].
    pub ids: Vec<ObjectId>,
    /// /TU as written: when it was made, by its maker's word.
    pub time: Option<String>,
    /// /TS: a DER time-stamp token over the signature.
    pub time_stamp: Option<Vec<u8>>,
}

impl Dss {
    /// Reads the DSS of a document's newest revision; `None` where it has none.
    ///
    /// # Errors
    /// [`Error::Budget`] where it's larger than the bounds. What it names but can't be read is left out: evidence that
    /// isn't there proves nothing.
    pub fn read(document: &Document<'_>) -> Result<Option<Self>, Error> {
        let Object::Dictionary(dictionary) = document.get(&document.catalog()?, b"DSS")? else { return Ok(None) };
        let mut reader = DssReader { document, left: MAX_STORE, read: HashSet::new() };
        let mut dss = Self::default();
        (dss.material.certificates, dss.certificate_ids) = reader.list(&dictionary, b"Certs")?;
        (dss.material.crls, dss.crl_ids) = reader.list(&dictionary, b"CRLs")?;
        (dss.material.ocsp_responses, dss.ocsp_ids) = reader.list(&dictionary, b"OCSPs")?;
        if let Ok(Object::Dictionary(all)) = document.get(&dictionary, b"VRI") {
            if all.len() > MAX_VRI {
                return Err(budget("signatures of a DSS's VRI", MAX_VRI));
            }
            for (key, value) in all.iter() {
                let Ok(Object::Dictionary(one)) = document.resolve(value) else { continue };
                let vri = reader.vri(&one, &mut dss.material)?;
                dss.vri.insert(String::from_utf8_lossy(key).to_uppercase(), vri);
            }
        }
        Ok(Some(dss))
    }
}

struct DssReader<'d, 'a> {
    document: &'d Document<'a>,
    left: usize,
    /// What was read before: /VRI names what stands in the DSS.
    read: HashSet<ObjectId>,
}

impl DssReader<'_, '_> {
    /// The references in an array; none where it isn't there.
    fn references(&self, holder: &Dictionary, key: &[u8]) -> Result<Vec<ObjectId>, Error> {
        let Ok(Object::Array(items)) = self.document.get(holder, key) else { return Ok(Vec::new()) };
        if items.len() > MAX_ITEMS {
            return Err(budget("entries of a DSS", MAX_ITEMS));
        }
        Ok(items.iter().filter_map(|item| item.as_reference().ok()).collect())
    }

    /// What the streams hold that an array refers to, each once and none that was read before.
    fn list(&mut self, holder: &Dictionary, key: &[u8]) -> Result<(Vec<Vec<u8>>, Vec<ObjectId>), Error> {
        let (mut contents, mut ids) = (Vec::new(), Vec::new());
        for id in self.references(holder, key)? {
            if self.read.insert(id)
                && let Some(content) = self.stream(&Object::Reference(id))?
                && !contents.contains(&content)
            {
                contents.push(content);
                ids.push(id);
            }
        }
        Ok((contents, ids))
    }

    fn vri(&mut self, one: &Dictionary, all: &mut Material) -> Result<Vri, Error> {
        let mut ids = Vec::new();
        for key in [b"Cert".as_slice(), b"Certs", b"CRL", b"CRLs", b"OCSP", b"OCSPs"] {
            ids.extend(self.references(one, key)?);
            let (contents, _) = self.list(one, key)?;
            all.merge(match key {
                b"Cert" | b"Certs" => Material { certificates: contents, ..Material::default() },
                b"CRL" | b"CRLs" => Material { crls: contents, ..Material::default() },
                _ => Material { ocsp_responses: contents, ..Material::default() },
            });
        }
        let time_stamp = one.get(b"TS").ok().map(|stream| self.stream(stream)).transpose()?.flatten();
        let time = self.document.get(one, b"TU").ok().and_then(|time| super::signature_field::text_of(&time));
        Ok(Vri { ids, time, time_stamp })
    }

    fn stream(&mut self, item: &Object) -> Result<Option<Vec<u8>>, Error> {
        let Ok(Object::Stream(mut stream)) = self.document.resolve(item) else { return Ok(None) };
        // An empty stream costs work too.
        self.document.spend(500)?;
        let Ok(content) = self.document.take_decoded(&mut stream) else { return Ok(None) };
        self.left = self.left.checked_sub(content.len()).ok_or_else(|| budget("bytes of a DSS", MAX_STORE))?;
        Ok(Some(content))
    }
}

fn budget(budget: &'static str, limit: usize) -> Error {
    Error::Budget { budget, limit: limit as u64, offset: None }
}
