//! What stands in a package beside the documents: PREMIS 3, Dublin Core, and the Vietnamese fields.

use serde_json::Value as Json;

use super::xml::{Xml, element};
use crate::record::{Record, VersionAdded};

/// PREMIS 3.
const PREMIS: [(&str, &str); 2] = [("xmlns:premis", "http://www.loc.gov/premis/v3"), ("version", "3.0")];
/// Dublin Core in XML.
const DUBLIN_CORE: [(&str, &str); 2] =
    [("xmlns:oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/"), ("xmlns:dc", "http://purl.org/dc/elements/1.1/")];
/// The fields of Nghị định 30/2020/NĐ-CP, Phụ lục VI.
const FIELDS: &str = "urn:kyso:metadata:1";

/// An event that a package tells of.
#[derive(Debug, Clone)]
pub(super) struct Happened {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) at: String,
    pub(super) actor: Option<String>,
}

/// Dublin Core of a document: what everybody can read of it.
pub(super) fn dublin_core(id: &str, newest: &Record<VersionAdded>, metadata: Option<&Json>) -> Vec<u8> {
    let of = |field: &str| metadata.and_then(|metadata| metadata.pointer(field)).and_then(Json::as_str);
    let mut xml = Xml::new();
    xml.within("oai_dc:dc", &DUBLIN_CORE, |xml| {
        xml.leaf("dc:identifier", &[], &format!("urn:uuid:{id}"));
        let title = of("/Subject").or(newest.of.file_name.as_deref()).unwrap_or(id);
        xml.leaf("dc:title", &[], title);
        let fields = [
            ("dc:identifier", "/DocCode"),
            ("dc:creator", "/OrganName"),
            ("dc:contributor", "/SignerInfo/FullName"),
            ("dc:type", "/TypeName"),
            ("dc:language", "/Language"),
            ("dc:rights", "/Rights"),
            ("dc:description", "/Description"),
        ];
        for (name, field) in fields {
            if let Some(text) = of(field) {
                xml.leaf(name, &[], text);
            }
        }
        if let Some(date) = of("/IssuedDate") {
            // dd/mm/yyyy there; ISO 8601 here.
            let parts: Vec<&str> = date.split('/').rev().collect();
            xml.leaf("dc:date", &[], &parts.join("-"));
        }
        xml.leaf("dc:format", &[], "application/pdf");
    });
    xml.finish()
}

/// The Vietnamese fields as they are in the archive, a field an element.
pub(super) fn fields(metadata: &Json) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.within("Metadata", &[("xmlns", FIELDS)], |xml| members(xml, metadata));
    xml.finish()
}

fn members(xml: &mut Xml, object: &Json) {
    for (name, value) in object.as_object().into_iter().flatten() {
        let values = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
        for value in values {
            one(xml, &element(name), value);
        }
    }
}

fn one(xml: &mut Xml, name: &str, value: &Json) {
    match value {
        Json::Null => xml.empty(name, &[]),
        Json::String(text) => xml.leaf(name, &[], text),
        Json::Object(_) => xml.within(name, &[], |xml| members(xml, value)),
        Json::Array(values) => xml.within(name, &[], |xml| values.iter().for_each(|value| one(xml, "Item", value))),
        other => xml.leaf(name, &[], &other.to_string()),
    }
}

/// Fixity of each version, and what happened to the document.
pub(super) fn premis(versions: &[Record<VersionAdded>], events: &[Happened]) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.within("premis:premis", &PREMIS, |xml| {
        for record in versions {
            xml.within(
                "premis:object",
                &[("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"), ("xsi:type", "premis:file")],
                |xml| {
                    object(xml, &record.of);
                },
            );
        }
        for event in events {
            xml.within("premis:event", &[], |xml| {
                xml.within("premis:eventIdentifier", &[], |xml| {
                    xml.leaf("premis:eventIdentifierType", &[], "UUID");
                    xml.leaf("premis:eventIdentifierValue", &[], &event.id);
                });
                xml.leaf("premis:eventType", &[], &event.kind);
                xml.leaf("premis:eventDateTime", &[], &event.at);
                if let Some(actor) = &event.actor {
                    xml.within("premis:linkingAgentIdentifier", &[], |xml| {
                        xml.leaf("premis:linkingAgentIdentifierType", &[], "local");
                        xml.leaf("premis:linkingAgentIdentifierValue", &[], actor);
                    });
                }
            });
        }
        let actors: std::collections::BTreeSet<&String> =
            events.iter().filter_map(|event| event.actor.as_ref()).collect();
        for actor in actors {
            xml.within("premis:agent", &[], |xml| {
                xml.within("premis:agentIdentifier", &[], |xml| {
                    xml.leaf("premis:agentIdentifierType", &[], "local");
                    xml.leaf("premis:agentIdentifierValue", &[], actor);
                });
                xml.leaf("premis:agentName", &[], actor);
            });
        }
    });
    xml.finish()
}

fn object(xml: &mut Xml, of: &VersionAdded) {
    xml.within("premis:objectIdentifier", &[], |xml| {
        xml.leaf("premis:objectIdentifierType", &[], "local");
        xml.leaf("premis:objectIdentifierValue", &[], &format!("{}/{}", of.artifact, of.version));
    });
    xml.within("premis:objectCharacteristics", &[], |xml| {
        for (algorithm, digest) in [("SHA-256", &of.sha256), ("SHA-512", &of.sha512)] {
            xml.within("premis:fixity", &[], |xml| {
                xml.leaf("premis:messageDigestAlgorithm", &[], algorithm);
                xml.leaf("premis:messageDigest", &[], digest);
            });
        }
        xml.leaf("premis:size", &[], &of.bytes.to_string());
        xml.within("premis:format", &[], |xml| {
            xml.within("premis:formatDesignation", &[], |xml| xml.leaf("premis:formatName", &[], "application/pdf"));
        });
    });
    if let Some(name) = &of.file_name {
        xml.leaf("premis:originalName", &[], name);
    }
}
