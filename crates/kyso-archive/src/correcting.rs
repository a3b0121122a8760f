//! What a correction may say of a document: what is on the document, in the register or follows from its bytes stays, a text has nothing that
//! isn't seen, and no kind and no date make a document due for destruction at once.

use kyso_certification::metadata::{Flaw, Metadata};
use serde_json::Value as Json;
use unicode_normalization::UnicodeNormalization as _;

use crate::archive::Archive;
use crate::artifact::Artifact;
use crate::error::Error;
use crate::said::NotSaid;

/// A text as it's written down: in one form of its letters (NFC), without blanks around it; none where it's empty, has control characters
/// or turns the direction of what is read, or has nothing that is seen.
pub(crate) fn plain(text: &str) -> Option<String> {
    let text: String = text.trim().nfc().collect();
    let is_seen = |letter: char| !letter.is_whitespace() && !is_hidden(letter);
    (!text.contains(is_unfit) && text.contains(is_seen)).then_some(text)
}

/// Whether a character ends a line, controls a device or turns the direction in which others are read.
fn is_unfit(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character has no shape of its own.
fn is_hidden(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// The first field with a character that can't be in a text.
fn unfit(at: &str, json: &Json) -> Option<String> {
    let below = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    match json {
        Json::String(text) => text.contains(is_unfit).then(|| at.to_owned()),
        Json::Array(all) => all.iter().find_map(|one| unfit(at, one)),
        Json::Object(all) => all.iter().find_map(|(name, one)| unfit(&below(name), one)),
        _ => None,
    }
}

/// The fields that no correction changes, and that are others than they have to be: the symbol is the register's; what the newest revision
/// has of the file, of the QR symbol and of the signatures is on the document or follows from its bytes.
fn unchanging(newest: Option<&Metadata>, metadata: &Metadata) -> Vec<Flaw> {
    let symbol = &metadata.cert_number.symbol;
    let said = newest.map(|newest| &newest.code_notation);
    let is_symbol = metadata.code_notation == *symbol || said == Some(&metadata.code_notation);
    let is_same = |is_same: fn(&Metadata, &Metadata) -> bool| newest.is_none_or(|newest| is_same(newest, metadata));
    let held = [
        ("CodeNotation", is_symbol),
        ("FileCode.OrganId", is_same(|one, other| one.file_code.organ_id == other.file_code.organ_id)),
        ("FileCode.FileCatalog", is_same(|one, other| one.file_code.file_catalog == other.file_code.file_catalog)),
        ("FileCode.FileNotation", is_same(|one, other| one.file_code.file_notation == other.file_code.file_notation)),
        ("LookupCode", is_same(|one, other| one.lookup_code == other.lookup_code)),
        ("Signatures", is_same(are_its_signatures)),
    ];
    held.into_iter().filter(|(_, is_held)| !is_held).map(|(field, _)| Flaw::fixed(field)).collect()
}

/// Whether metadata have the signatures of earlier ones. A later version of the file has the same, which last longer.
fn are_its_signatures(earlier: &Metadata, later: &Metadata) -> bool {
    if earlier.file == later.file {
        return earlier.signatures == later.signatures;
    }
    let of = |metadata: &Metadata| {
        let facts = metadata.signatures.iter();
        facts.map(|one| (one.role, one.field.clone(), one.certificate.clone(), one.signing_time.clone())).collect()
    };
    let (earlier, later): (Vec<_>, Vec<_>) = (of(earlier), of(later));
    earlier == later
}

impl Archive {
    /// Refuses metadata that say something of a document that isn't so, or that nobody may say by a correction. What they say as the newest
    /// revision does stays said.
    pub(crate) async fn demand_correct(
        &self,
        artifact: &Artifact,
        newest: Option<&Metadata>,
        metadata: &Metadata,
    ) -> Result<(), Error> {
        let json = serde_json::to_value(metadata).map_err(Error::internal)?;
        if let Some(field) = unfit("", &json) {
            return Err(NotSaid::Letters(field).into());
        }
        let is_new = |of: fn(&Metadata) -> &str| newest.is_none_or(|newest| of(newest) != of(metadata));
        let number = &metadata.cert_number;
        let is_numbers =
            metadata.code_number == number.ordinal_text() || metadata.code_number == number.ordinal.to_string();
        if is_new(|of| &of.code_number) && !is_numbers {
            return Err(NotSaid::CodeNumber(number.ordinal_text()).into());
        }
        let flaws = unchanging(newest, metadata);
        if !flaws.is_empty() {
            return Err(NotSaid::Flaws(flaws).into());
        }
        let kind = &metadata.cert_kind;
        if is_new(|of| &of.cert_kind) && self.rules.known(Some(kind)).is_none() {
            return Err(NotSaid::Kind(kind.clone()).into());
        }
        self.demand_its_file(artifact, newest, metadata).await?;
        let today = self.today().await?;
        if metadata.issued_date > today && newest.is_none_or(|newest| newest.issued_date != metadata.issued_date) {
            return Err(NotSaid::Issued(metadata.issued_date).into());
        }
        let before = self.keeping(artifact.id).await?.end;
        let after = self.keeping_with(artifact.id, metadata).await?;
        if after.is_over(today) && !before.is_over(today) {
            return Err(NotSaid::Due(after.day().unwrap_or(today)).into());
        }
        Ok(())
    }

    /// The file that they speak of has to be a version of the document.
    async fn demand_its_file(
        &self,
        artifact: &Artifact,
        newest: Option<&Metadata>,
        metadata: &Metadata,
    ) -> Result<(), Error> {
        let Some(file) = &metadata.file else { return Ok(()) };
        if newest.is_some_and(|newest| newest.file.as_ref() == Some(file)) {
            return Ok(());
        }
        let versions = self.versions(artifact.id).await?;
        match versions.iter().any(|version| version.sha256 == file.sha256 && version.bytes == file.bytes) {
            true => Ok(()),
            false => Err(NotSaid::File(artifact.sha256.clone()).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_form_and_something_that_is_seen() {
        assert_eq!(plain(" 12/Q\u{110}-UBND\u{a0}"), Some("12/QĐ-UBND".into()));
        assert_eq!(plain("quye\u{302}\u{301}t"), plain("quy\u{1ebf}t"));
        for text in ["", " ", "\u{200b}", "\u{2060}\u{feff}", "\u{3164}", "1\u{202e}2", "1\u{2066}2", "1\n2", "\u{7}"] {
            assert_eq!(plain(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_field_with_an_unfit_letter_is_named() {
        let of = |text: &str| serde_json::json!({"Requesters": [{"FullName": "Lê"}, {"FullName": text}], "Place": "x"});
        assert_eq!(unfit("", &of("Trần\u{202e}")), Some("Requesters.FullName".into()));
        assert_eq!(unfit("", &of("Trần Thị Hằng")), None);
    }
}
