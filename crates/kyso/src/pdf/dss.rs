//! The document security store (EN 319 142-1, 5.4.2; ISO 32000-2, 12.8.4.3): what it holds.

use lopdf::{Dictionary, Object, ObjectId};
use std::collections::BTreeMap;

use super::document::Document;
use crate::error::Error;
use crate::material::Material;

/// Most certificates, CRLs and OCSP answers each that a DSS may list; DSSs of twenty renewals have some hundred.
const MAX_ITEMS: usize = 2048;
/// Most bytes that all of them may have together, undone of their filters.
const MAX_BYTES: usize = 20 << 20;
/// Most signatures that /VRI may speak of.
const MAX_VRI: usize = 512;

/// A document security store, as the document's newest revision has it. For an earlier one, read it from
/// the document as it was then.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dss {
    /// All that it holds: of the DSS itself and of its VRI, each once.
    pub material: Material,
    /// /VRI by its keys (SHA-1 of a signature's /Contents, in upper-case hex).
    pub vri: BTreeMap<String, Vri>,
    /// The objects of the streams, by their content: certificates.
    pub certificate_ids: Vec<ObjectId>,
    /// The same for CRLs.
    pub crl_ids: Vec<ObjectId>,
    /// The same for OCSP answers.
    pub ocsp_ids: Vec<ObjectId>,
}

/// Validation-related information of one signature.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vri {
    /// What it names.
    pub material: Material,
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
        let mut reader = DssReader { document, left: MAX_BYTES };
        let mut dss = Self::default();
        (dss.material.certificates, dss.certificate_ids) = reader.list(&dictionary, &[b"Certs"])?;
        (dss.material.crls, dss.crl_ids) = reader.list(&dictionary, &[b"CRLs"])?;
        (dss.material.ocsp_responses, dss.ocsp_ids) = reader.list(&dictionary, &[b"OCSPs"])?;
        if let Ok(Object::Dictionary(all)) = document.get(&dictionary, b"VRI") {
            if all.len() > MAX_VRI {
                return Err(budget("signatures of a DSS's VRI", MAX_VRI));
            }
            for (key, value) in all.iter() {
                let Ok(Object::Dictionary(one)) = document.resolve(value) else { continue };
                let vri = reader.vri(&one)?;
                dss.material.merge(vri.material.clone());
                dss.vri.insert(String::from_utf8_lossy(key).to_uppercase(), vri);
            }
        }
        Ok(Some(dss))
    }
}

struct DssReader<'d, 'a> {
    document: &'d Document<'a>,
    left: usize,
}

impl DssReader<'_, '_> {
    /// The streams that the arrays under these keys refer to.
    fn list(&mut self, holder: &Dictionary, keys: &[&[u8]]) -> Result<(Vec<Vec<u8>>, Vec<ObjectId>), Error> {
        let (mut contents, mut ids) = (Vec::new(), Vec::new());
        for key in keys {
            let Ok(Object::Array(items)) = self.document.get(holder, key) else { continue };
            if items.len() > MAX_ITEMS {
                return Err(budget("entries of a DSS", MAX_ITEMS));
            }
            for item in &items {
                if let (Some(content), Ok(id)) = (self.stream(item)?, item.as_reference())
                    && !contents.contains(&content)
                {
                    contents.push(content);
                    ids.push(id);
                }
            }
        }
        Ok((contents, ids))
    }

    fn vri(&mut self, one: &Dictionary) -> Result<Vri, Error> {
        let (certificates, _) = self.list(one, &[b"Cert", b"Certs"])?;
        let (crls, _) = self.list(one, &[b"CRL", b"CRLs"])?;
        let (ocsp_responses, _) = self.list(one, &[b"OCSP", b"OCSPs"])?;
        let time_stamp = one.get(b"TS").ok().map(|stream| self.stream(stream)).transpose()?.flatten();
        let time = self.document.get(one, b"TU").ok().and_then(|time| super::text_of(&time));
        Ok(Vri { material: Material { certificates, crls, ocsp_responses }, time, time_stamp })
    }

    fn stream(&mut self, item: &Object) -> Result<Option<Vec<u8>>, Error> {
        let Ok(Object::Stream(mut stream)) = self.document.resolve(item) else { return Ok(None) };
        // What holds nothing costs something too.
        self.document.spend(500)?;
        let Ok(content) = self.document.decode(&mut stream) else { return Ok(None) };
        self.left = self.left.checked_sub(content.len()).ok_or_else(|| budget("bytes of a DSS", MAX_BYTES))?;
        Ok(Some(content))
    }
}

fn budget(budget: &'static str, limit: usize) -> Error {
    Error::Budget { budget, limit: limit as u64, offset: None }
}
