//! What a paper says of itself: its metadata, as an XMP packet (ISO 16684-1) that PDF/A accepts (ISO 19005-2, 6.6).

use std::fmt::Write as _;

use jiff::Timestamp;
use lopdf::{Dictionary, Object, text_string};

use kyso::Error;
use kyso::error::Parameter;
use kyso::local_time::VIETNAM;
use kyso_pdf::PDF_A_CLAIM;

/// Namespace of the properties that a certification result has beyond the usual ones.
pub(crate) const NAMESPACE: &str = "urn:kyso:certification:1.0";
/// The namespace's prefix.
pub const PREFIX: &str = "kyso";
/// Most further properties that are read, and bytes of each.
const MOST: usize = 64;
const LONGEST: usize = 4096;
/// What writes the papers.
const PRODUCER: &str = "kyso";

/// What a paper says of itself. The same description gives the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description {
    /// The document's title; viewers show it in place of the file's name.
    pub title: String,
    /// Who answers for it: the agency.
    pub author: Option<String>,
    /// The document's subject, in a sentence.
    pub subject: Option<String>,
    /// Words to find it by.
    pub keywords: Vec<String>,
    /// The time of creation.
    pub created: Option<Timestamp>,
    /// Further properties, each a name and a text, in the namespace of kyso: their schema is described in the
    /// packet, as PDF/A asks (6.6.2.3). Names are ASCII letters, digits, `_`, `-` and `.`, with a letter first; none
    /// comes twice.
    pub properties: Vec<(String, String)>,
}

impl Description {
    /// A title and nothing else.
    pub fn titled(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// The XMP packet, in UTF-8, for a /Metadata stream. `pdf_a`: says that the file is PDF/A-2b, which only who writes
    /// the whole file may claim.
    ///
    /// # Errors
    /// [`Error::Parameters`] for a property's name that is no name or comes twice, or a control character, which XML
    /// can't hold.
    pub fn packet(&self, pdf_a: bool) -> Result<Vec<u8>, Error> {
        let mut xml = String::from(
            "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
             <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n\
             <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
             <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
             xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\">\n\
             <dc:format>application/pdf</dc:format>\n\
             <dc:language><rdf:Bag><rdf:li>vi</rdf:li></rdf:Bag></dc:language>\n",
        );
        if !self.title.is_empty() {
            let _ = writeln!(xml, "<dc:title>{}</dc:title>", alternative(&text(&self.title)?));
        }
        if let Some(author) = &self.author {
            let _ = writeln!(xml, "<dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>", text(author)?);
        }
        if let Some(subject) = &self.subject {
            let _ = writeln!(xml, "<dc:description>{}</dc:description>", alternative(&text(subject)?));
        }
        if !self.keywords.is_empty() {
            xml.push_str("<dc:subject><rdf:Bag>");
            for keyword in &self.keywords {
                let _ = write!(xml, "<rdf:li>{}</rdf:li>", text(keyword)?);
            }
            xml.push_str("</rdf:Bag></dc:subject>\n");
            let _ = writeln!(xml, "<pdf:Keywords>{}</pdf:Keywords>", text(&self.keywords.join(", "))?);
        }
        let _ = writeln!(xml, "<pdf:Producer>{PRODUCER}</pdf:Producer>");
        if let Some(time) = self.created {
            let time = VIETNAM.to_datetime(time).strftime("%Y-%m-%dT%H:%M:%S+07:00");
            for property in ["CreateDate", "ModifyDate", "MetadataDate"] {
                let _ = writeln!(xml, "<xmp:{property}>{time}</xmp:{property}>");
            }
        }
        xml.push_str("</rdf:Description>\n");
        if pdf_a {
            xml.push_str(PDF_A_CLAIM);
        }
        self.extension(&mut xml)?;
        xml.push_str("</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>");
        Ok(xml.into_bytes())
    }

    /// The further properties, and the description of their schema.
    fn extension(&self, xml: &mut String) -> Result<(), Error> {
        if self.properties.is_empty() {
            return Ok(());
        }
        let mut seen: Vec<&str> = Vec::new();
        let _ = writeln!(xml, "{}", opening());
        for (name, value) in &self.properties {
            if !is_name(name) || seen.contains(&name.as_str()) {
                return Err(Error::parameters(
                    Parameter::Properties,
                    format!("{name:?} is no name of its own: letters, digits, _, - and ., a letter first, each once"),
                ));
            }
            seen.push(name);
            let _ = writeln!(xml, "<{PREFIX}:{name}>{}</{PREFIX}:{name}>", text(value)?);
        }
        let _ = write!(
            xml,
            "</rdf:Description>\n\
             <rdf:Description rdf:about=\"\" xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" \
             xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" \
             xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\n\
             <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">\n\
             <pdfaSchema:schema>Certification result</pdfaSchema:schema>\n\
             <pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI>\n\
             <pdfaSchema:prefix>{PREFIX}</pdfaSchema:prefix>\n\
             <pdfaSchema:property><rdf:Seq>\n"
        );
        for name in seen {
            let _ = writeln!(
                xml,
                "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>{name}</pdfaProperty:name>\
                 <pdfaProperty:valueType>Text</pdfaProperty:valueType>\
                 <pdfaProperty:category>external</pdfaProperty:category>\
                 <pdfaProperty:description>{name} of the certification result</pdfaProperty:description></rdf:li>"
            );
        }
        xml.push_str(
            "</rdf:Seq></pdfaSchema:property>\n</rdf:li></rdf:Bag></pdfaExtension:schemas>\n</rdf:Description>\n",
        );
        Ok(())
    }

    /// The description for older readers: the document information dictionary (ISO 32000-1, 14.3.3).
    pub(super) fn information(&self) -> Dictionary {
        let mut information = Dictionary::new();
        if !self.title.is_empty() {
            information.set("Title", text_string(&self.title));
        }
        if let Some(author) = &self.author {
            information.set("Author", text_string(author));
        }
        if let Some(subject) = &self.subject {
            information.set("Subject", text_string(subject));
        }
        if !self.keywords.is_empty() {
            information.set("Keywords", text_string(&self.keywords.join(", ")));
        }
        information.set("Producer", Object::string_literal(PRODUCER));
        if let Some(time) = self.created {
            let time = VIETNAM.to_datetime(time).strftime("D:%Y%m%d%H%M%S+07'00'").to_string();
            information.set("CreationDate", Object::string_literal(time.as_str()));
            information.set("ModDate", Object::string_literal(time));
        }
        information
    }
}

/// How the further properties begin.
fn opening() -> String {
    format!("<rdf:Description rdf:about=\"\" xmlns:{PREFIX}=\"{NAMESPACE}\">")
}

/// The further properties of a packet that this module wrote; none where it's anybody else's, or was changed since. It
/// reads its own hand and is no XML reader: what it doesn't know it refuses.
pub fn properties(packet: &[u8]) -> Option<Vec<(String, String)>> {
    let text = std::str::from_utf8(packet).ok()?;
    let opening = opening();
    let mut parts = text.split(&opening);
    let (_, rest, None) = (parts.next()?, parts.next()?, parts.next()) else { return None };
    let (lines, _) = rest.strip_prefix('\n')?.split_once("</rdf:Description>")?;
    let mut properties: Vec<(String, String)> = Vec::new();
    for line in lines.lines() {
        let (name, rest) = line.strip_prefix(&format!("<{PREFIX}:"))?.split_once('>')?;
        let value = rest.strip_suffix(&format!("</{PREFIX}:{name}>"))?;
        let is_known = properties.iter().any(|(known, _)| known == name);
        if !is_name(name) || is_known || properties.len() >= MOST || value.len() > LONGEST {
            return None;
        }
        properties.push((name.to_owned(), unescaped(value)?));
    }
    Some(properties).filter(|properties| !properties.is_empty())
}

/// What [`text`] escaped.
fn unescaped(value: &str) -> Option<String> {
    let mut rest = value;
    let mut plain = String::with_capacity(value.len());
    while let Some((before, behind)) = rest.split_once('&') {
        plain.push_str(before);
        let known = [("amp;", '&'), ("lt;", '<'), ("gt;", '>')];
        let (after, letter) = known.iter().find_map(|(name, letter)| Some((behind.strip_prefix(name)?, letter)))?;
        plain.push(*letter);
        rest = after;
    }
    plain.push_str(rest);
    let is_markup = |letter| matches!(letter, '<' | '>');
    (!value.contains(is_markup) && !value.contains(char::is_control)).then_some(plain)
}

/// A text in the language that readers fall back to, and no other.
fn alternative(text: &str) -> String {
    format!("<rdf:Alt><rdf:li xml:lang=\"x-default\">{text}</rdf:li></rdf:Alt>")
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.'))
}

/// Text that XML can hold.
fn text(text: &str) -> Result<String, Error> {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {
                return Err(Error::parameters(
                    Parameter::Description,
                    format!(
                        "the control character U+{:04X} can't stand in a description: leave it out",
                        u32::from(letter)
                    ),
                ));
            }
            letter => escaped.push(letter),
        }
    }
    Ok(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described() -> Description {
        Description {
            title: "Giấy ủy quyền <MẪU> & lời chứng".into(),
            author: Some("Ủy ban nhân dân xã Bình Minh".into()),
            keywords: vec!["chứng thực".into(), "chữ ký".into()],
            created: Some("2026-03-04T20:05:06.7Z".parse().unwrap()),
            properties: vec![("number".into(), "128".into()), ("book".into(), "01/2026-SCT/CK,ĐC".into())],
            ..Description::default()
        }
    }

    fn packet(description: &Description, pdf_a: bool) -> String {
        String::from_utf8(description.packet(pdf_a).unwrap()).unwrap()
    }

    #[test]
    fn packets_say_what_they_were_told() {
        let xml = packet(&described(), true);
        for part in [
            "xml:lang=\"x-default\">Giấy ủy quyền &lt;MẪU&gt; &amp; lời chứng<",
            "<xmp:CreateDate>2026-03-05T03:05:06+07:00</xmp:CreateDate>",
            "<pdfaid:part>2</pdfaid:part>",
            "<kyso:book>01/2026-SCT/CK,ĐC</kyso:book>",
            "<pdfaProperty:name>book</pdfaProperty:name>",
            "<pdf:Keywords>chứng thực, chữ ký</pdf:Keywords>",
        ] {
            assert!(xml.contains(part), "{part} in {xml}");
        }
        let plain = packet(&Description::titled("Sổ"), false);
        assert!(!plain.contains("pdfaid") && !plain.contains("pdfaExtension") && !plain.contains("CreateDate"));
    }

    #[test]
    fn further_properties_are_read_again_and_nobody_elses() {
        let mut description = described();
        description.properties.push(("title".into(), "A & <b> &amp; \"c\"".into()));
        let xml = packet(&description, true);
        assert_eq!(properties(xml.as_bytes()), Some(description.properties.clone()));
        assert_eq!(properties(packet(&description, false).as_bytes()), Some(description.properties));
        assert_eq!(properties(packet(&Description::titled("Sổ"), true).as_bytes()), None);
        let line = "<kyso:number>128</kyso:number>\n";
        for (from, to) in [
            (line, "<kyso:number>1<b>28</kyso:number>\n".to_owned()),
            (line, "<kyso:number>&number;</kyso:number>\n".to_owned()),
            (line, "<kyso:number>\u{7}</kyso:number>\n".to_owned()),
            (line, format!("{line}{line}")),
            (line, format!("<kyso:number>{}</kyso:number>\n", "1".repeat(5000))),
            (line, "<dc:title>x</dc:title>\n".to_owned()),
            (line, (0..70).map(|n| format!("<kyso:a{n}>x</kyso:a{n}>\n")).collect()),
            (":number>128</kyso:number", ":number>128</kyso:book".to_owned()),
            (NAMESPACE, "urn:other".to_owned()),
            ("</x:xmpmeta>", opening()),
        ] {
            assert!(xml.contains(from), "{from}");
            assert_eq!(properties(xml.replacen(from, &to, 1).as_bytes()), None, "{from} -> {to}");
        }
        for end in 0..xml.len() {
            let read = properties(&xml.as_bytes()[..end]);
            assert!(read.is_none_or(|read| read.len() == 3), "a packet that was cut off");
        }
        assert_eq!(properties(b"\xff\xfe"), None);
    }

    #[test]
    fn names_and_texts_that_xml_cannot_hold_are_refused() {
        for name in ["", "1st", "số", "a b", "number"] {
            let mut description = described();
            description.properties.push((name.into(), "x".into()));
            assert!(description.packet(true).is_err(), "{name:?}");
        }
        let mut description = described();
        description.subject = Some("a\u{0}b".into());
        assert!(description.packet(true).is_err());
    }
}
