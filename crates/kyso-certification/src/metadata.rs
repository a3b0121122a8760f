//! What is told about a result beside the result itself: the metadata of an electronic document (Nghị định
//! 30/2020/NĐ-CP, Phụ lục VI; Công văn 7197/BKHCN) with what certification adds (Nghị định 23/2015/NĐ-CP, Điều 12 to 14).
//!
//! The same record is JSON beside the artifact and, without what only the finished file has and without anybody's ID
//! number, XMP in the pages that are made here. Its field names are the circulars' own.

use jiff::civil::{Date, Time};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::code::LookupCode;
use super::dossier::{DossierCode, ResultCode};
use super::number::CertificationNumber;
use kyso::{Bilingual, Role};
use kyso_pdf::scan::Origin;

/// The record of one result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Metadata {
    /// Identifier of the document (mã định danh tài liệu), at most 30 characters.
    pub doc_code: String,
    /// The file that it belongs to (mã hồ sơ lưu trữ).
    pub file_code: FileCode,
    /// The procedure's dossier (mã hồ sơ thủ tục hành chính).
    pub dossier_code: DossierCode,
    /// The result's code in the citizen's store (mã kết quả).
    pub result_code: ResultCode,
    /// The procedure (mã thủ tục hành chính), e.g. "2.000884".
    pub procedure_code: String,
    /// Name of the kind of document (tên loại), at most 100 characters.
    pub type_name: String,
    /// The document's number (số), at most 11 characters.
    pub code_number: String,
    /// The document's symbol (ký hiệu), at most 30 characters.
    pub code_notation: String,
    /// The date of issue, written dd/mm/yyyy.
    #[serde(with = "day")]
    pub issued_date: Date,
    /// The agency, at most 200 characters.
    pub organ_name: String,
    /// The document's subject (trích yếu), at most 500 characters.
    pub subject: String,
    /// The document's language, at most 30 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The number of pages: three digits at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_amount: Option<u16>,
    /// Remarks, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who signs it.
    pub signer_info: SignerInfo,
    /// Words to find it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyword: Option<String>,
    /// The mode of use (chế độ sử dụng).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// How reliable it is (mức độ tin cậy).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence_level: Option<String>,
    /// The physical state (tình trạng vật lý).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Signs of information (ký hiệu thông tin).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub infor_sign: Option<String>,
    /// How long it's kept (thời hạn lưu trữ), at most 30 characters.
    pub maintenance: String,
    /// Who may see it (mức độ tiếp cận), at most 30 characters.
    pub rights: String,
    /// The kind of certification, e.g. "CK".
    pub cert_kind: String,
    /// The number in the register (số chứng thực).
    pub cert_number: CertificationNumber,
    /// The requesters of the certification.
    pub requesters: Vec<Requester>,
    /// Who certifies.
    pub certifier: Certifier,
    /// The place of certification.
    pub place: String,
    /// When on that day: hour and minute, where it was outside the office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
    /// The fee in đồng.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<u64>,
    /// Whether paper with wet signatures was scanned, or the document is digital from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// The finished file; none before it's finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileFacts>,
    /// The signatures in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<SignatureFacts>,
    /// The look-up code in its QR symbol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lookup_code: Option<LookupCode>,
    /// What has become of it.
    #[serde(default)]
    pub status: Status,
}

/// A file of an archive (mã hồ sơ: Nghị định 30/2020/NĐ-CP, Phụ lục VI).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct FileCode {
    /// Identifier of the agency, at most 13 characters.
    pub organ_id: String,
    /// The year of the file: four digits.
    pub file_catalog: i16,
    /// Number and symbol of the file, at most 20 characters.
    pub file_notation: String,
}

/// Who signs, as the register of documents has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SignerInfo {
    /// Title, at most 100 characters.
    pub position: String,
    /// Name, at most 50 characters.
    pub full_name: String,
}

/// Someone who asked for the certification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Requester {
    /// Full name.
    pub full_name: String,
    /// Kind of identity paper; none is asked of those who ask for copies.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id_kind: String,
    /// The identity document's number, masked but for the last digits: only the register has all digits.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id_number: String,
}

/// Who certifies, and with what power (Nghị định 23/2015/NĐ-CP, Điều 5 as amended by Nghị định 280/2025/NĐ-CP).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Certifier {
    /// Full name.
    pub full_name: String,
    /// Title.
    pub title: String,
    /// Power: "TM.", "Q.", "KT.", "TL.", "TUQ."; empty for the head in his own right.
    #[serde(default)]
    pub power: String,
    /// The document that delegates, where he isn't the head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegation: Option<String>,
}

/// The finished file (QCVN 12:2026/BCA, 3.5.2.1.10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct FileFacts {
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// Length in bytes.
    pub bytes: u64,
    /// Version of PDF, e.g. "1.7".
    pub pdf_version: String,
}

/// One signature (Thông tư 15/2025/TT-BKHCN, Điều 5 khoản 4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SignatureFacts {
    /// In which capacity it was made.
    pub role: Role,
    /// The signature's field.
    pub field: String,
    /// SHA-256 of the signer's certificate, lower-case hex.
    pub certificate: Option<String>,
    /// The time that the signer claims, RFC 3339.
    pub signing_time: Option<String>,
    /// The time that a time-stamp proves, RFC 3339.
    pub time_stamp: Option<String>,
    /// The level, e.g. "PAdES-B-LTA".
    pub level: String,
    /// What validation said when the record was made.
    pub indication: String,
}

/// What has become of a result (Thông tư 01/2020/TT-BTP, Điều 7).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state", deny_unknown_fields)]
pub enum Status {
    /// The result waits for signatures.
    Prepared,
    /// The result is in force.
    #[default]
    Valid,
    /// A decision cancelled the result.
    Cancelled {
        /// The decision's number.
        decision: String,
        /// The date of the decision.
        date: Date,
    },
    /// Another result took its place.
    Replaced {
        /// The code of the result that took the place.
        by: ResultCode,
    },
}

/// A field that the law's lengths or duties don't let pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The field, e.g. "SignerInfo.Position".
    pub field: &'static str,
    /// What is wrong.
    pub text: Bilingual,
}

impl Flaw {
    /// A field that no correction changes: the document itself or the register has it.
    pub fn fixed(field: &'static str) -> Self {
        let text = Bilingual::new(
            "phải giữ như trên văn bản và trong sổ, không sửa ở đây được",
            "has to stay what is on the document and in the register",
        );
        Self { field, text }
    }
}

impl Metadata {
    /// Everything that is missing or too long, not only the first (Nghị định 30/2020/NĐ-CP, Phụ lục VI). A finished
    /// result has its file and its signatures.
    pub fn flaws(&self, finished: bool) -> Vec<Flaw> {
        let mut flaws = Flaws::default();
        flaws.must("DocCode", &self.doc_code, 30);
        flaws.must("FileCode.OrganId", &self.file_code.organ_id, 13);
        flaws.must("FileCode.FileNotation", &self.file_code.file_notation, 20);
        if !(1000..=9999).contains(&self.file_code.file_catalog) {
            flaws.add("FileCode.FileCatalog", "phải là năm có bốn chữ số", "must be a year of four digits");
        }
        if self.result_code.dossier() != &self.dossier_code {
            flaws.add("ResultCode", "không thuộc hồ sơ đã ghi", "belongs to another dossier");
        }
        flaws.must("ProcedureCode", &self.procedure_code, 30);
        flaws.must("TypeName", &self.type_name, 100);
        flaws.must("CodeNumber", &self.code_number, 11);
        flaws.must("CodeNotation", &self.code_notation, 30);
        flaws.must("OrganName", &self.organ_name, 200);
        flaws.must("Subject", &self.subject, 500);
        flaws.may("Language", self.language.as_ref(), 30);
        if self.page_amount.is_some_and(|pages| !(1..=999).contains(&pages)) {
            flaws.add("PageAmount", "phải từ 1 đến 999", "must be 1 to 999");
        }
        flaws.may("Description", self.description.as_ref(), 500);
        flaws.must("SignerInfo.Position", &self.signer_info.position, 100);
        flaws.must("SignerInfo.FullName", &self.signer_info.full_name, 50);
        flaws.may("Keyword", self.keyword.as_ref(), 100);
        flaws.may("Mode", self.mode.as_ref(), 20);
        flaws.may("ConfidenceLevel", self.confidence_level.as_ref(), 30);
        flaws.may("Format", self.format.as_ref(), 50);
        flaws.may("InforSign", self.infor_sign.as_ref(), 30);
        flaws.must("Maintenance", &self.maintenance, 30);
        flaws.must("Rights", &self.rights, 30);
        flaws.must("CertKind", &self.cert_kind, 30);
        flaws.must("Place", &self.place, 500);
        if self.requesters.is_empty() {
            flaws.add("Requesters", "phải có ít nhất một người", "must name somebody");
        }
        for requester in &self.requesters {
            flaws.must("Requesters.FullName", &requester.full_name, 200);
            if !(requester.id_kind.is_empty() && requester.id_number.is_empty()) {
                flaws.must("Requesters.IdKind", &requester.id_kind, 100);
                flaws.must("Requesters.IdNumber", &requester.id_number, 50);
            }
        }
        flaws.must("Certifier.FullName", &self.certifier.full_name, 50);
        flaws.must("Certifier.Title", &self.certifier.title, 100);
        if finished {
            if self.file.is_none() {
                flaws.add("File", "phải có khi kết quả đã hoàn thành", "must be there once the result is finished");
            }
            if self.signatures.is_empty() {
                flaws.add(
                    "Signatures",
                    "phải có khi kết quả đã hoàn thành",
                    "must be there once the result is finished",
                );
            }
        }
        flaws.0
    }

    /// What goes into the XMP of pages that are made here, as names and values: nothing of the finished file, no ID
    /// number, nobody's name but the certifier's. Whoever is handed the file reads this.
    pub fn properties(&self) -> Vec<(&'static str, String)> {
        let mut properties = vec![
            ("DocCode", self.doc_code.clone()),
            ("DossierCode", self.dossier_code.to_string()),
            ("ResultCode", self.result_code.to_string()),
            ("ProcedureCode", self.procedure_code.clone()),
            ("TypeName", self.type_name.clone()),
            ("CodeNumber", self.code_number.clone()),
            ("CodeNotation", self.code_notation.clone()),
            ("IssuedDate", day::text(self.issued_date)),
            ("OrganName", self.organ_name.clone()),
            ("CertKind", self.cert_kind.clone()),
            ("CertifierName", self.certifier.full_name.clone()),
            ("CertifierTitle", self.certifier.title.clone()),
            ("Maintenance", self.maintenance.clone()),
            ("Rights", self.rights.clone()),
        ];
        properties.extend(number_properties(&self.cert_number));
        if let Some(origin) = self.origin {
            let origin = match origin {
                Origin::Scanned => "scanned",
                Origin::BornDigital => "born_digital",
            };
            properties.push(("Origin", origin.to_owned()));
        }
        properties.extend(self.lookup_code.as_ref().map(|code| ("LookupCode", code.to_string())));
        properties
    }
}

/// A number, as [`Metadata::properties`] has it.
pub(crate) fn number_properties(number: &CertificationNumber) -> Vec<(&'static str, String)> {
    vec![
        ("CertNumber", number.ordinal_text()),
        ("BookNumber", format!("{:02}", number.book)),
        ("Year", number.year.to_string()),
        ("RegisterSymbol", number.symbol.clone()),
    ]
}

#[derive(Default)]
struct Flaws(Vec<Flaw>);

impl Flaws {
    fn add(&mut self, field: &'static str, vietnamese: impl Into<String>, english: impl Into<String>) {
        self.0.push(Flaw { field, text: Bilingual::new(vietnamese, english) });
    }

    fn must(&mut self, field: &'static str, value: &str, longest: usize) {
        if value.trim().is_empty() {
            self.add(field, "phải có, không được để trống", "must not be empty");
        }
        self.at_most(field, value, longest);
    }

    fn may(&mut self, field: &'static str, value: Option<&String>, longest: usize) {
        if let Some(value) = value {
            self.at_most(field, value, longest);
        }
    }

    fn at_most(&mut self, field: &'static str, value: &str, longest: usize) {
        let length = value.chars().count();
        if length > longest {
            self.add(
                field,
                format!("dài {length} ký tự, chỉ được tối đa {longest}"),
                format!("has {length} characters, of at most {longest}"),
            );
        }
    }
}

/// Dates as dd/mm/yyyy.
mod day {
    use serde::de::Error as _;

    use super::{Date, Deserialize, Deserializer, Serializer};

    pub(super) fn text(date: Date) -> String {
        format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
    }

    pub(super) fn serialize<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&text(*date))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut parts = text.splitn(3, '/');
        let mut next = || parts.next().filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        let date = (|| {
            let (day, month, year) = (next()?.parse().ok()?, next()?.parse().ok()?, next()?);
            Date::new(if year.len() == 4 { year.parse().ok()? } else { return None }, month, day).ok()
        })();
        date.ok_or_else(|| D::Error::custom(format!("{text:?} is no date dd/mm/yyyy")))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn metadata() -> Metadata {
        let dossier_code: DossierCode = "H61.12-261103-0042".parse().unwrap();
        Metadata {
            doc_code: "H61.12_CK_000128_V1".into(),
            file_code: FileCode { organ_id: "H61.12".into(), file_catalog: 2026, file_notation: "CK-11".into() },
            result_code: dossier_code.result(1).unwrap(),
            dossier_code,
            procedure_code: "2.000884".into(),
            type_name: "Giấy ủy quyền có chứng thực chữ ký".into(),
            code_number: "128".into(),
            code_notation: "SCT/CK,ĐC".into(),
            issued_date: date(2026, 11, 3),
            organ_name: "Ủy ban nhân dân xã Bình Minh".into(),
            subject: "Chứng thực chữ ký trong giấy ủy quyền".into(),
            language: Some("Tiếng Việt".into()),
            page_amount: Some(2),
            description: None,
            signer_info: SignerInfo { position: "Chủ tịch".into(), full_name: "Nguyễn Văn Mẫu".into() },
            keyword: None,
            mode: None,
            confidence_level: None,
            format: None,
            infor_sign: None,
            maintenance: "02 năm".into(),
            rights: "Hạn chế".into(),
            cert_kind: "CK".into(),
            cert_number: CertificationNumber { symbol: "SCT/CK,ĐC".into(), year: 2026, ordinal: 128, book: 1 },
            requesters: vec![Requester {
                full_name: "Trần Thị Mẫu".into(),
                id_kind: "Căn cước".into(),
                id_number: "•••••••••001".into(),
            }],
            certifier: Certifier {
                full_name: "Nguyễn Văn Mẫu".into(),
                title: "Chủ tịch".into(),
                power: String::new(),
                delegation: None,
            },
            place: "Trung tâm Phục vụ hành chính công xã Bình Minh".into(),
            time: None,
            fee: Some(10_000),
            origin: Some(Origin::Scanned),
            file: None,
            signatures: Vec::new(),
            lookup_code: None,
            status: Status::Valid,
        }
    }

    #[test]
    fn a_whole_record_has_no_flaw_and_comes_back() {
        let metadata = metadata();
        assert_eq!(metadata.flaws(false), []);
        let json = serde_json::to_string(&metadata).unwrap();
        assert!(json.contains("\"IssuedDate\":\"03/11/2026\""), "{json}");
        assert_eq!(serde_json::from_str::<Metadata>(&json).unwrap(), metadata);
        let fields = metadata.flaws(true).into_iter().map(|flaw| flaw.field).collect::<Vec<_>>();
        assert_eq!(fields, ["File", "Signatures"]);
    }

    #[test]
    fn every_flaw_is_named() {
        let mut metadata = metadata();
        metadata.doc_code = "x".repeat(31);
        metadata.code_number = " ".into();
        metadata.subject = "ụ".repeat(501);
        metadata.page_amount = Some(1000);
        metadata.signer_info.full_name.clear();
        metadata.dossier_code = "H61.12-261103-0043".parse().unwrap();
        let flaws = metadata.flaws(false);
        let fields = flaws.iter().map(|flaw| flaw.field).collect::<Vec<_>>();
        assert_eq!(fields, ["DocCode", "ResultCode", "CodeNumber", "Subject", "PageAmount", "SignerInfo.FullName"]);
        assert_eq!(flaws.first().unwrap().text.en, "has 31 characters, of at most 30");
        metadata.subject = "ụ".repeat(500);
        assert!(!metadata.flaws(false).iter().any(|flaw| flaw.field == "Subject"), "letters are counted, not bytes");
    }

    #[test]
    fn a_reader_of_the_file_finds_nobodys_id_number() {
        let properties = metadata().properties();
        assert!(!properties.iter().any(|(_, value)| value.contains("•") || value.contains("Trần Thị")));
        assert!(properties.contains(&("BookNumber", "01".to_owned())));
    }

    #[test]
    fn dates_that_are_none_are_refused() {
        let json = serde_json::to_string(&metadata()).unwrap();
        for wrong in ["31/02/2026", "2026-11-03", "03/11/26", "+3/11/2026", ""] {
            let text = json.replace("03/11/2026", wrong);
            assert!(serde_json::from_str::<Metadata>(&text).is_err(), "{wrong}");
        }
    }
}
