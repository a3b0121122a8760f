//! What a paper says of itself, taken along by a page of it (ISO 32000-2, 14.3.2): the file that the page comes into keeps
//! its own.

use lopdf::{Object, ObjectId, Stream, dictionary};

use super::incremental::{Update, Value};
use crate::error::Error;
use crate::file::document::Document;

/// By which an XMP packet says that the whole file is PDF/A-2b (ISO 19005-2, 6.6.4): no page can claim that.
pub const PDF_A_CLAIM: &str = "<rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n\
                                      <pdfaid:part>2</pdfaid:part>\n<pdfaid:conformance>B</pdfaid:conformance>\n\
                                      </rdf:Description>\n";
/// What PDF/A's claims are known by, whoever wrote them.
const PDF_A: &str = "http://www.aiim.org/pdfa/ns/id/";
/// Bytes of a packet that is taken along or read, at most.
const LARGEST: usize = 256 << 10;

/// The XMP packet of a dictionary: a catalog or a page. None where there's none, or it's too large to be one of ours.
pub fn packet(document: &Document<'_>, of: &lopdf::Dictionary) -> Option<Vec<u8>> {
    let Ok(Object::Stream(mut stream)) = document.get(of, b"Metadata") else { return None };
    let bytes = (stream.content.len() <= LARGEST).then(|| document.take_decoded(&mut stream).ok()).flatten()?;
    (bytes.len() <= LARGEST).then_some(bytes)
}

/// The part of PDF/A that an XMP packet claims (ISO 19005-1, 6.7.11): 1 to 4; 1, the narrowest, where it's claimed and can't be
/// read.
pub fn pdf_a_part(packet: &[u8]) -> Option<u32> {
    let text = String::from_utf8_lossy(packet);
    // UTF-16 has a zero beside each of these letters.
    let text: String = text.chars().filter(|letter| *letter != '\0').collect();
    if !text.contains(PDF_A) {
        return None;
    }
    let parts = text.match_indices(":part").filter_map(|(at, key)| {
        let rest = text.get(at + key.len()..)?.trim_start_matches(|letter: char| " \t\r\n=>\"'".contains(letter));
        rest.chars().next()?.to_digit(10)
    });
    Some(parts.last().unwrap_or(1))
}

/// The paper's metadata as a stream for one of its pages.
pub(super) fn of_paper(update: &mut Update<'_, '_>, paper: &Document<'_>) -> Result<Option<ObjectId>, Error> {
    let packet = packet(paper, &paper.catalog()?).and_then(|bytes| String::from_utf8(bytes).ok());
    let packet = packet.map(|text| text.replace(PDF_A_CLAIM, "")).filter(|text| !text.contains(PDF_A));
    Ok(packet.map(|text| {
        let head = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
        let stream = Stream::new(head, text.into_bytes()).with_compression(false);
        update.add(Value::Object(Object::Stream(stream)))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_is_read_however_it_is_written() {
        let space = "xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\"";
        for (text, part) in [
            (format!("<x {space}><pdfaid:part>2</pdfaid:part>"), Some(2)),
            (format!("<x {space}><pdfaid:part> 1</pdfaid:part>"), Some(1)),
            (format!("<x {space} pdfaid:part=\"3\" pdfaid:conformance=\"B\"/>"), Some(3)),
            (format!("<x {space} pdfaid:part = '1'/>"), Some(1)),
            (format!("<x {space}/>"), Some(1)),
            ("<pdfaid:part>2</pdfaid:part>".to_owned(), None),
        ] {
            assert_eq!(pdf_a_part(text.as_bytes()), part, "{text}");
            let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!(pdf_a_part(&utf_16), part, "{text}");
        }
    }
}
