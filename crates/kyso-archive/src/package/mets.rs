//! METS by the profile of E-ARK CSIP 2.1: what a package has, and what its one representation has. Requirements are named by their numbers
//! there (<https://earkcsip.dilcis.eu/>).

use kyso::crypto::DigestAlgorithm;

use super::bag::Files;
use super::xml::Xml;

/// Namespaces of METS and of what it refers with.
const METS: [(&str, &str); 4] = [
    ("xmlns", "http://www.loc.gov/METS/"),
    ("xmlns:xlink", "http://www.w3.org/1999/xlink"),
    ("xmlns:csip", "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"),
    ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
];
/// The profile.
const PROFILE: &str = "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP-v2-1-0.xml";
/// The category of the content, by the profile's vocabulary (CSIP2): the dash is its own.
const CATEGORY: &str = "Textual works \u{2013} Digital";
/// The type of the content: none of the vocabulary's (CSIP4, CSIP62), and which one.
const CONTENT: [(&str, &str); 2] =
    [("csip:CONTENTINFORMATIONTYPE", "OTHER"), ("csip:OTHERCONTENTINFORMATIONTYPE", "signed PDF")];
/// The representation's directory, and its name in the profile's words.
const REPRESENTATION: &str = "representations/rep1/";
const REPRESENTED: &str = "Representations/rep1";

/// A list of files for one `fileGrp`, or of metadata for one section.
struct Group<'f> {
    /// ID of the group; files' are it and a number.
    id: &'static str,
    /// What it's for.
    for_what: &'static str,
    files: Vec<(&'f str, &'f [u8])>,
}

impl<'f> Group<'f> {
    /// The files whose paths begin so, by their paths relative to `base`.
    fn of(files: &'f Files, base: &str, prefix: &str, id: &'static str, for_what: &'static str) -> Self {
        let begins = files.iter().filter(|(path, _)| path.starts_with(&format!("{base}{prefix}")));
        let files = begins.filter_map(|(path, bytes)| Some((path.strip_prefix(base)?, bytes.as_slice()))).collect();
        Self { id, for_what, files }
    }

    fn ids(&self) -> Vec<String> {
        (0..self.files.len()).map(|index| format!("{}-{index}", self.id)).collect()
    }
}

/// METS over a package, whose files are at paths relative to it.
pub(super) fn package(id: &str, created: &str, files: &Files) -> Vec<u8> {
    let descriptive = Group::of(files, "", "metadata/descriptive/", "dmd", "");
    let preserved = Group::of(files, "", "metadata/preservation/", "digiprov", "");
    let documentation = Group::of(files, "", "documentation/", "grp-documentation", "Documentation");
    let schemas = Group::of(files, "", "schemas/", "grp-schemas", "Schemas");
    // The representation's own list has its files (CSIP114).
    let representation = format!("{REPRESENTATION}METS.xml");
    let represented = Group::of(files, "", &representation, "grp-rep1", REPRESENTED);
    document(&format!("urn:uuid:{id}"), created, |xml| {
        for ((path, bytes), id) in descriptive.files.iter().zip(descriptive.ids()) {
            xml.within("dmdSec", &[("ID", &id), ("CREATED", created), ("STATUS", "CURRENT")], |xml| {
                referred(xml, path, bytes, created);
            });
        }
        administered(xml, &preserved, created);
        let groups = [&documentation, &schemas, &represented];
        xml.within("fileSec", &[("ID", "file-sec")], |xml| {
            groups.iter().for_each(|of| grouped(xml, of, created));
        });
        structured(xml, id, |xml| {
            let (dmd, adm) = (descriptive.ids().join(" "), preserved.ids().join(" "));
            xml.empty("div", &[("ID", "div-metadata"), ("LABEL", "Metadata"), ("DMDID", &dmd), ("ADMID", &adm)]);
            pointed(xml, "div-documentation", "Documentation", &documentation);
            pointed(xml, "div-schemas", "Schemas", &schemas);
            // Readers look for the division of the content under either name (CSIP103, CSIP107).
            pointed(xml, "div-representations", "Representations", &represented);
            xml.within("div", &[("ID", "div-rep1"), ("LABEL", REPRESENTED)], |xml| {
                let link = [("LOCTYPE", "URL"), ("xlink:type", "simple"), ("xlink:href", representation.as_str())];
                let title = [("xlink:title", represented.id)];
                xml.empty("mptr", &[link.as_slice(), &title].concat());
            });
        });
    })
}

/// METS over the representation, whose files are at paths relative to the package.
pub(super) fn representation(created: &str, files: &Files) -> Vec<u8> {
    let other = Group::of(files, REPRESENTATION, "metadata/other/", "digiprov", "");
    let data = Group::of(files, REPRESENTATION, "data/", "grp-data", "Data");
    document("rep1", created, |xml| {
        administered(xml, &other, created);
        xml.within("fileSec", &[("ID", "file-sec")], |xml| grouped(xml, &data, created));
        structured(xml, "rep1", |xml| {
            let adm = other.ids().join(" ");
            xml.empty("div", &[("ID", "div-metadata"), ("LABEL", "Metadata"), ("ADMID", &adm)]);
            pointed(xml, "div-data", "Data", &data);
        });
    })
}

fn document(object: &str, created: &str, content: impl FnOnce(&mut Xml)) -> Vec<u8> {
    let mut xml = Xml::new();
    let named = [("OBJID", object), ("TYPE", CATEGORY), ("PROFILE", PROFILE)];
    xml.within("mets", &[METS.as_slice(), &named, &CONTENT].concat(), |xml| {
        let header = [("CREATEDATE", created), ("LASTMODDATE", created), ("csip:OAISPACKAGETYPE", "AIP")];
        xml.within("metsHdr", &header, |xml| {
            xml.within("agent", &[("ROLE", "CREATOR"), ("TYPE", "OTHER"), ("OTHERTYPE", "SOFTWARE")], |xml| {
                xml.leaf("name", &[], "kyso");
                xml.leaf("note", &[("csip:NOTETYPE", "SOFTWARE VERSION")], env!("CARGO_PKG_VERSION"));
            });
        });
        content(xml);
    });
    xml.finish()
}

/// Preservation metadata: what happened, and proof of it (CSIP31 to CSIP44).
fn administered(xml: &mut Xml, of: &Group<'_>, created: &str) {
    xml.within("amdSec", &[], |xml| {
        for ((path, bytes), id) in of.files.iter().zip(of.ids()) {
            xml.within("digiprovMD", &[("ID", &id), ("STATUS", "CURRENT")], |xml| referred(xml, path, bytes, created));
        }
    });
}

fn grouped(xml: &mut Xml, of: &Group<'_>, created: &str) {
    let named = [("ID", of.id), ("USE", of.for_what)];
    xml.within("fileGrp", &[named.as_slice(), &CONTENT].concat(), |xml| {
        for ((path, bytes), id) in of.files.iter().zip(of.ids()) {
            let (size, digest) = (bytes.len().to_string(), DigestAlgorithm::Sha256.hex(bytes));
            let described = described(path, &size, created, &digest);
            let attributes = [[("ID", id.as_str())].as_slice(), &described].concat();
            xml.within("file", &attributes, |xml| {
                xml.empty("FLocat", &[("xlink:type", "simple"), ("xlink:href", *path), ("LOCTYPE", "URL")]);
            });
        }
    });
}

fn structured(xml: &mut Xml, label: &str, content: impl FnOnce(&mut Xml)) {
    xml.within("structMap", &[("ID", "struct-map"), ("TYPE", "PHYSICAL"), ("LABEL", "CSIP")], |xml| {
        xml.within("div", &[("ID", "div-root"), ("LABEL", label)], content);
    });
}

fn pointed(xml: &mut Xml, id: &str, label: &str, of: &Group<'_>) {
    xml.within("div", &[("ID", id), ("LABEL", label)], |xml| xml.empty("fptr", &[("FILEID", of.id)]));
}

fn referred(xml: &mut Xml, path: &str, bytes: &[u8], created: &str) {
    let (size, digest) = (bytes.len().to_string(), DigestAlgorithm::Sha256.hex(bytes));
    let kind: &[(&str, &str)] = match path.rsplit('/').next().unwrap_or_default() {
        "dc.xml" => &[("MDTYPE", "DC")],
        "premis.xml" => &[("MDTYPE", "PREMIS")],
        "fields.xml" => &[("MDTYPE", "OTHER"), ("OTHERMDTYPE", "30/2020/ND-CP")],
        name if name.ends_with(".tlog-proof") => &[("MDTYPE", "OTHER"), ("OTHERMDTYPE", "C2SP tlog-proof")],
        _ => &[("MDTYPE", "OTHER"), ("OTHERMDTYPE", "kyso")],
    };
    let link = [("LOCTYPE", "URL"), ("xlink:type", "simple"), ("xlink:href", path)];
    xml.empty("mdRef", &[link.as_slice(), kind, &described(path, &size, created, &digest)].concat());
}

/// What is said of each file.
fn described<'a>(path: &str, size: &'a str, created: &'a str, digest: &'a str) -> [(&'static str, &'a str); 5] {
    let mime = match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("pdf") => "application/pdf",
        Some("xml" | "xsd") => "application/xml",
        Some("json") => "application/json",
        _ => "text/plain",
    };
    [("MIMETYPE", mime), ("SIZE", size), ("CREATED", created), ("CHECKSUM", digest), ("CHECKSUMTYPE", "SHA-256")]
}
