//! The document security store in an update (EN 319 142-1, 5.4.2; ISO 32000-2, 12.8.4.3).
//!
//! A DSS that is there is kept and extended: its own objects are what earlier time-stamps cover.

use std::collections::HashMap;

use crate::crypto::DigestAlgorithm;
use crate::error::Error;
use crate::material::{MAX_STORE, Material};
use crate::pdf::edit::{append, dictionary, edit, edit_in_catalog, reference, reference_in, shown};
use crate::pdf::{DictionaryText, Document, Dss, ObjectId, Update, Value, compressed_stream};

/// The text of a new DSS.
const NEW: &[u8] = b"<<\n/Type /DSS\n>>";

/// Where each piece of evidence stands, by its bytes.
pub(super) type Places = HashMap<Vec<u8>, ObjectId>;

/// Writes `material` into the DSS, but what it has already. Gives where all of it stands.
pub(super) fn add(document: &Document<'_>, update: &mut Update<'_, '_>, material: &Material) -> Result<Places, Error> {
    let known = Dss::read(document)?.unwrap_or_default();
    if known.material.size().saturating_add(material.size()) > MAX_STORE {
        return Err(Error::Budget { budget: "bytes of a DSS", limit: MAX_STORE as u64, offset: None });
    }
    let mut places = Places::new();
    for (contents, ids) in [
        (&known.material.certificates, &known.certificate_ids),
        (&known.material.crls, &known.crl_ids),
        (&known.material.ocsp_responses, &known.ocsp_ids),
    ] {
        places.extend(contents.iter().cloned().zip(ids.iter().copied()));
    }
    edit_in_catalog(document, update, "DSS", NEW, |update, dss| {
        for (key, contents) in
            [("Certs", &material.certificates), ("CRLs", &material.crls), ("OCSPs", &material.ocsp_responses)]
        {
            for content in contents {
                if !places.contains_key(content) {
                    let id = update.add(Value::Object(compressed_stream(content)?));
                    append(document, update, dss, key, id)?;
                    places.insert(content.clone(), id);
                }
            }
        }
        Ok(())
    })?;
    extension(document, update)?;
    Ok(places)
}

/// Validation-related information of one signature, by its /Contents: what of `used` stands in the DSS
/// (EN 319 142-1, 5.4.2.3). Verifiers don't need it, and it's written only where it's asked for.
pub(super) fn add_vri(
    document: &Document<'_>,
    update: &mut Update<'_, '_>,
    places: &Places,
    contents: &[u8],
    used: &Material,
) -> Result<(), Error> {
    let mut text = String::from("<<\n/Type /VRI\n");
    for (key, list) in [("Cert", &used.certificates), ("CRL", &used.crls), ("OCSP", &used.ocsp_responses)] {
        let ids: Vec<String> = list.iter().filter_map(|one| places.get(one)).map(|id| shown(*id)).collect();
        if !ids.is_empty() {
            text.push_str(&format!("/{key} [{}]\n", ids.join(" ")));
        }
    }
    text.push_str(">>");
    let one = update.add(Value::Text(text.into_bytes()));
    let key = vri_key(contents);
    edit_in_catalog(document, update, "DSS", NEW, |update, dss| {
        let written = dss.get("VRI")?.map(<[u8]>::to_vec);
        match written.as_deref().and_then(reference_in) {
            Some(id) => edit(update, id, |vri| vri.set(&key, &reference(one))),
            None => {
                let mut vri = DictionaryText::new(written.unwrap_or_else(|| b"<<\n>>".to_vec()))?;
                vri.set(&key, &reference(one))?;
                dss.set("VRI", &vri.into_bytes())
            }
        }
    })?;
    Ok(())
}

/// By what /VRI names a signature: the SHA-1 of its /Contents, zeros included.
pub(super) fn vri_key(contents: &[u8]) -> String {
    DigestAlgorithm::Sha1.digest(contents).iter().map(|octet| format!("{octet:02X}")).collect()
}

/// The developer extension of ETSI in a file of PDF 1.x, which knows neither DSS nor document time-stamps
/// (EN 319 142-1, 5.6). One that is there stays as it is.
pub(super) fn extension(document: &Document<'_>, update: &mut Update<'_, '_>) -> Result<(), Error> {
    const ESIC: &[u8] = b"<< /BaseVersion /1.7 /ExtensionLevel 1 >>";
    if document.version().as_str() >= "2.0" {
        return Ok(());
    }
    let catalog = document.catalog_id()?;
    let mut root = dictionary(update, catalog)?;
    let written = root.get("Extensions")?.map(<[u8]>::to_vec);
    if let Some(id) = written.as_deref().and_then(reference_in) {
        return match dictionary(update, id) {
            Ok(extensions) if extensions.get("ESIC")?.is_none() => Ok(edit(update, id, |text| text.set("ESIC", ESIC))?),
            // What can't be read isn't ours to mend.
            _ => Ok(()),
        };
    }
    let Ok(mut extensions) = DictionaryText::new(written.unwrap_or_else(|| b"<<\n>>".to_vec())) else { return Ok(()) };
    if extensions.get("ESIC")?.is_none() {
        extensions.set("ESIC", ESIC)?;
        root.set("Extensions", &extensions.into_bytes())?;
        update.set(catalog, Value::Text(root.into_bytes()));
    }
    Ok(())
}
