//! What a caller says of a document: what became of it, or other metadata. And why it isn't said.

use kyso::Bilingual;
use kyso::Language::{English, Vietnamese};
use kyso::local_time::day;
use kyso_archive::{Correction, Link, NotSaid, Uuid};
use kyso_certification::metadata::Metadata;

use crate::authorization::Caller;
use crate::parameters::{Object, object, take, take_text};
use crate::problem::{Code, Problem, Result};

/// What became of a document, as a request says it: a link by its name, and what the link needs.
pub(crate) fn link(json: &[u8]) -> Result<Link> {
    let mut object = read(json)?;
    let kind = needed("link", take_text(&mut object, "link")?)?;
    let to_other: Option<fn(Uuid) -> Link> = match kind.as_str() {
        "replaces" => Some(|other| Link::Replaces { other }),
        "corrects" => Some(|other| Link::Corrects { other }),
        "made-from" => Some(|other| Link::MadeFrom { other }),
        "cancelled" => None,
        _ => {
            let names = "replaces, corrects, made-from, cancelled";
            let detail = Bilingual::new(format!("Phải là: {names}."), format!("Must be: {names}."));
            return Err(Problem::parameter("link", detail));
        }
    };
    let link = match to_other {
        Some(link) => link(needed("other", take(&mut object, "other")?)?),
        None => {
            let decision = needed("decision", take_text(&mut object, "decision")?)?;
            Link::Cancelled { decision, date: needed("date", take(&mut object, "date")?)? }
        }
    };
    object.nothing_else()?;
    Ok(link)
}

/// Other metadata, as a request says them.
pub(crate) fn correction(json: &[u8], caller: &Caller) -> Result<Correction> {
    let mut object = read(json)?;
    let metadata: Metadata = needed("metadata", take(&mut object, "metadata")?)?;
    let reason = needed("reason", take_text(&mut object, "reason")?)?;
    let approved_by = take_text(&mut object, "approved_by")?;
    let after = take::<Option<u32>>(&mut object, "after")?;
    object.nothing_else()?;
    // Which revision it follows is said, also where there's none: who doesn't know writes over what he hasn't read.
    let after = needed("after", after)?;
    Ok(Correction { after, metadata, reason, by: caller.name().to_owned(), approved_by })
}

fn read(json: &[u8]) -> Result<Object> {
    Ok(object(json).map_err(|problem| problem.field("body"))?.0)
}

fn needed<T>(name: &'static str, value: Option<T>) -> Result<T> {
    value.ok_or_else(|| Problem::parameter(name, Bilingual::new("Thiếu tham số này.", "It's missing.")))
}

/// Why something isn't said of a document.
pub(crate) fn refused(why: &NotSaid) -> Problem {
    match why {
        NotSaid::Text(what) => Problem::parameter(
            *what,
            Bilingual::new(
                "Không được để trống, dài quá 500 ký tự hoặc có ký tự điều khiển.",
                "It's empty, longer than 500 characters, or has control characters.",
            ),
        ),
        NotSaid::Date(date) => Problem::parameter(
            "date",
            Bilingual::new(format!("Chưa đến ngày {}.", day(*date)), format!("{date} is a day to come.")),
        ),
        NotSaid::Circle(_) => Problem::link_circle(),
        NotSaid::Meanwhile { newest } => Problem::revised_meanwhile(*newest),
        NotSaid::Number => Problem::parameter(
            "metadata.CertNumber",
            Bilingual::new(
                "Số chứng thực ghi trên văn bản và trong sổ, không sửa được ở đây.",
                "The number is on the document and in the register; it isn't corrected here.",
            ),
        ),
        NotSaid::Letters(field) => Problem::parameter(
            format!("metadata.{field}"),
            Bilingual::new(
                "Có ký tự điều khiển hoặc ký tự đổi chiều chữ: hãy gõ lại.",
                "It has control characters, or such that turn the direction of writing: type it again.",
            ),
        ),
        NotSaid::CodeNumber(number) => Problem::parameter(
            "metadata.CodeNumber",
            Bilingual::new(
                format!("Phải là số ghi trong sổ: {number}."),
                format!("Must be the number in the register: {number}."),
            ),
        ),
        NotSaid::File(sha256) => Problem::parameter(
            "metadata.File",
            Bilingual::new(
                format!("Không phải tệp của văn bản này; bản mới nhất có SHA-256 {sha256}."),
                format!("It isn't a version of this document; the newest one has the SHA-256 {sha256}."),
            ),
        ),
        NotSaid::Kind(_) => Problem::parameter(
            "metadata.CertKind",
            Bilingual::new(
                "Không có loại chứng thực này: hãy dùng mã loại như trong sổ, ví dụ CK.",
                "There's no such kind of certification: use its code as in the register, e.g. CK.",
            ),
        ),
        NotSaid::Issued(date) => Problem::parameter(
            "metadata.IssuedDate",
            Bilingual::new(format!("Chưa đến ngày {}.", day(*date)), format!("{date} is a day to come.")),
        ),
        NotSaid::Due(until) => Problem::parameter(
            "metadata.IssuedDate",
            Bilingual::new(
                format!(
                    "Theo loại và ngày này thì văn bản đã hết hạn lưu trữ từ {}: hãy kiểm tra lại CertKind và IssuedDate.",
                    day(*until)
                ),
                format!(
                    "By this kind and date the document would have been kept until {until} only: look at CertKind and IssuedDate again."
                ),
            ),
        ),
        NotSaid::Flaws(flaws) => {
            let list = |language| {
                let messages = flaws.iter().map(|flaw| format!("{} {}", flaw.field, flaw.text.in_language(language)));
                messages.collect::<Vec<_>>().join("; ")
            };
            let detail = Bilingual::new(
                format!("Dữ liệu đặc tả chưa đủ (Nghị định 30/2020/NĐ-CP, Phụ lục VI): {}.", list(Vietnamese)),
                format!("The metadata isn't whole (Nghị định 30/2020/NĐ-CP, Phụ lục VI): {}.", list(English)),
            );
            Problem::refused(Code::RecordNotWhole.name(), detail).field("metadata")
        }
        other => {
            tracing::error!(error = %other, "something isn't said, for a reason without words");
            Problem::internal()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHER: Uuid = Uuid::from_u128(7);

    #[test]
    fn what_became_of_a_document_is_read() {
        let of = |kind: &str| link(format!(r#"{{"link": "{kind}", "other": "{OTHER}"}}"#).as_bytes()).unwrap();
        assert_eq!(of("replaces"), Link::Replaces { other: OTHER });
        assert_eq!(of("corrects"), Link::Corrects { other: OTHER });
        assert_eq!(of("made-from"), Link::MadeFrom { other: OTHER });
        let cancelled = br#"{"link": "cancelled", "decision": "12/Q\u0110", "date": "2026-11-30"}"#;
        let date = jiff::civil::date(2026, 11, 30);
        assert_eq!(link(cancelled).unwrap(), Link::Cancelled { decision: "12/QĐ".into(), date });
    }

    #[test]
    fn a_fault_has_a_name() {
        for (json, field) in [
            ("", "body"),
            ("[]", "body"),
            (r#"{"link": "replaces", "link": "corrects", "other": "00000000-0000-0000-0000-000000000007"}"#, "body"),
            ("{}", "link"),
            (r#"{"link": "replaces"}"#, "other"),
            (r#"{"link": "replaces", "other": "x"}"#, "other"),
            (r#"{"link": "undone", "other": "00000000-0000-0000-0000-000000000007"}"#, "link"),
            (r#"{"link": "cancelled", "date": "2026-11-30"}"#, "decision"),
            (r#"{"link": "cancelled", "decision": " ", "date": "2026-11-30"}"#, "decision"),
            (r#"{"link": "cancelled", "decision": {"a": 1, "a": 1}, "date": "2026-11-30"}"#, "body"),
            (r#"{"link": "cancelled", "decision": "1"}"#, "date"),
            (r#"{"link": "cancelled", "decision": "1", "date": "30/11/2026"}"#, "date"),
            (r#"{"link": "cancelled", "decision": "1", "date": "2026-11-30", "other": "x"}"#, "other"),
            (r#"{"link": "replaces", "other": "00000000-0000-0000-0000-000000000007", "date": "2026-11-30"}"#, "date"),
        ] {
            assert_eq!(link(json.as_bytes()).unwrap_err().at(), Some(field), "{json}");
        }
    }
}
