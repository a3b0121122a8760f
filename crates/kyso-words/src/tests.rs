use unicode_normalization::is_nfc;

use super::*;
use kyso::error::connection::{Fault, Range, Refusal};
use kyso::error::{Cause, Failed, Ink, Objection, Parameter, Reason, Service, Setting, Subject, Tried};
use kyso::validate::Refusal as NotKept;
use kyso::{BaselineLevel, Bilingual, Code, Error, Severity};

const BOTH: [Language; 2] = [Language::Vietnamese, Language::English];

fn words(language: Language) -> Words<'static> {
    Words::neutral(language)
}

/// A front that names everything.
#[derive(Debug)]
struct Talkative;

impl Terms for Talkative {
    fn hint(&self, _: Hint) -> Bilingual<&'static str> {
        both(" (đây)", " (here)")
    }

    fn setting(&self, setting: &Setting) -> Bilingual {
        match setting {
            Setting::Address(address) => Bilingual::new(format!("mở {address}"), format!("opening {address}")),
            _ => Bilingual::new("đặt", "setting"),
        }
    }
}

#[test]
fn texts_are_whole_in_both_languages() {
    for code in Code::ALL {
        for entry in [findings::texts(*code).found(), findings::texts(*code).refused()] {
            for language in BOTH {
                let (matter, remedy) = (entry.matter.in_language(language), entry.remedy.in_language(language));
                assert!(!matter.is_empty() && !matter.ends_with('.'), "{code}: {matter}");
                assert!(remedy.ends_with(['.', '}']), "{code}: {remedy}");
                assert!(is_nfc(matter) && is_nfc(remedy), "{code}");
                let places = matter.matches("{}").count() + remedy.matches("{}").count();
                assert_eq!(places, entry.hints.len(), "{code}");
            }
        }
    }
}

#[test]
fn no_text_names_what_only_one_front_has() {
    let names_a_front = |text: &str| text.contains("--") || text.contains("kyso ") || text.contains("{}");
    for language in BOTH {
        for code in Code::ALL {
            let texts = [words(language).message(*code, None), words(language).refusal(*code)];
            assert!(texts.iter().all(|text| text.ends_with('.') && !names_a_front(text)), "{texts:?}");
        }
    }
}

#[test]
fn a_front_names_what_it_has() {
    let text = Words::new(Language::English, &Talkative).refusal(Code::SealNoTrust);
    assert!(text.ends_with("Give the root certificate (here) or the agency's roster (here). (here)"), "{text}");
    let text = words(Language::English).refusal(Code::SealNoTrust);
    assert!(text.ends_with("Give the root certificate or the agency's roster."), "{text}");
    let strict = Words::new(Language::English, &Talkative).message(Code::DocmdpViolated, None);
    assert!(strict.contains("( (here))"), "{strict}");
    let refused = Fault::Refused(Refusal { address: [10, 0, 0, 1].into(), range: Range::Private });
    let text = Words::new(Language::English, &Talkative).fault(&refused);
    assert!(
        text.ends_with(
            "in a private network, where no request may go; if this is your own service, allow it with opening 10.0.0.1"
        ),
        "{text}"
    );
}

#[test]
fn a_detail_stands_behind_the_matter() {
    let text = words(Language::Vietnamese).message(Code::CertificateExpired, Some("31/12/2025"));
    assert!(text.starts_with("Chứng thư số đã hết hạn sử dụng (31/12/2025). "), "{text}");
    let text = words(Language::Vietnamese).message(Code::DigestMismatch, None);
    assert!(text.starts_with("Tài liệu đã bị thay đổi. "), "{text}");
    let text = words(Language::English).message(Code::DigestMismatch, Some(""));
    assert!(text.starts_with("The document has been changed. "), "{text}");
}

#[test]
fn a_code_that_is_found_and_refused_has_two_texts() {
    let english = words(Language::English);
    let code = Code::CertificateExpired;
    assert!(english.message(code, None).starts_with("The certificate has expired."));
    assert!(english.refusal(code).starts_with("Refused to sign: the certificate has expired."));
}

#[test]
fn a_finding_is_written_with_its_message() {
    let mut finding = Finding::new(Severity::Error, Code::ByteRangeGap, Some("7 0".into()));
    finding.page = Some(2);
    let worded = words(Language::English).worded(finding);
    let json = serde_json::to_string(&worded).unwrap();
    assert!(
        json.starts_with(
            r#"{"severity":"error","code":"byte-range.gap","clause":"ISO 32000-2 12.8.1","message":"Page 2: The gap"#
        ),
        "{json}"
    );
    assert!(json.ends_with(r#","page":2,"detail":"7 0"}"#), "{json}");
}

#[test]
fn each_language_tells_what_is_wrong() {
    let locked = Error::refused(Code::DocumentLocked, Reason::Locked { field: Some("Seal".into()) });
    let text = words(Language::English).error(&locked);
    assert!(
        text.starts_with("Refused to sign: an earlier signature locked the document. The document is finished"),
        "{text}"
    );
    assert!(text.ends_with(" The signature in field Seal ends the document (DocMDP P=1)."), "{text}");
    let text = words(Language::Vietnamese).error(&locked);
    assert!(text.starts_with("Từ chối ký: một chữ ký trước đã khóa tài liệu"), "{text}");
    assert!(text.ends_with(" Chữ ký trong trường Seal kết thúc tài liệu (DocMDP P=1)."), "{text}");
    let broken = kyso_pdf::Error::input("trailer", 12, "no /Root").into();
    let text = words(Language::Vietnamese).error(&broken);
    assert!(text.starts_with("Không đọc được tệp như một tệp PDF đúng chuẩn tại byte 12: "), "{text}");
    assert!(text.contains("hãy lấy lại tệp đầy đủ") && text.ends_with(". [trailer: no /Root]"), "{text}");
    let text = words(Language::English).error(&broken);
    assert!(text.starts_with("Trailer: no /Root (at byte 12): ") && text.contains("get the whole file"), "{text}");
}

#[test]
fn a_refusal_says_what_to_do_in_the_terms_of_the_front() {
    let untrusted = Error::refused(Code::SealNoTrust, Reason::ByRule("no trusted root is given"));
    for language in BOTH {
        let told = Words::new(language, &Talkative);
        assert_eq!(told.error(&untrusted), told.refusal(Code::SealNoTrust));
    }
    let found = "an object of a kind that nobody reads";
    let text = words(Language::English).error(&Error::refused(Code::DocumentEncrypted, found));
    assert!(text.starts_with("Refused: ") && text.ends_with(&format!(" [{found}]")), "{text}");
}

#[test]
fn a_document_that_is_not_kept_is_told_without_english() {
    let flawed = NotKept::Flawed { code: Code::ByteRangeGap, detail: "7 0".into() };
    let failed = NotKept::Failed { field: Some("A".into()), reason: "HASH_FAILURE".into() };
    for refusal in [NotKept::Unsigned, NotKept::Changed { field: None }, flawed, failed] {
        let text = words(Language::Vietnamese).not_kept(&refusal);
        assert!(!text.ends_with('.') && !text.contains(" the ") && !text.contains(" signature"), "{text}");
    }
    let text = words(Language::English).not_kept(&NotKept::Unsigned);
    assert_eq!(text, "it bears no signature");
}

#[test]
fn a_clerk_reads_no_english() {
    let pages = kyso_pdf::Error::parameters(kyso_pdf::Parameter::Pages, kyso_pdf::Reason::PageTwice { page: 1 });
    assert_eq!(words(Language::Vietnamese).error(&pages.into()), "Trang 1 được cho hai lần.");
    let name = Error::parameters(Parameter::Field, Reason::FieldName);
    let text = words(Language::Vietnamese).error(&name);
    assert_eq!(text, "Tên trường mới không được để trống và không được có dấu chấm.");

    let (cause, field) = (Cause::Changed, "Signature1".to_owned());
    let reason = Reason::NoLeader(Some(Objection { field, cause }));
    let text = words(Language::Vietnamese).error(&Error::refused(Code::SealNoLeaderSignature, reason));
    assert!(text.ends_with("Chữ ký trong trường Signature1 được nối tiếp bởi những thay đổi mà nó không cho phép."));
    let small = Reason::RectangleTooSmall { needed: (124.72.into(), 53.3.into()), given: (20.0.into(), 9.96.into()) };
    let small = Error::parameters(Parameter::Rect, small);
    assert_eq!(
        words(Language::Vietnamese).error(&small),
        "Khung chữ ký quá nhỏ: cần 124,7 × 53,3 điểm mà chỉ có 20,0 × 10,0. Hãy nới khung hoặc thu nhỏ hình."
    );
    let text = words(Language::English).error(&small);
    assert!(text.starts_with("Rect: what is to be seen needs 124.7 × 53.3 points"), "{text}");
    let red = Reason::OtherInk { percent: 3, wanted: Ink::Red };
    let text = words(Language::Vietnamese).error(&Error::input(Subject::SealImage, None, red));
    assert!(text.starts_with("Hình con dấu phải có màu đỏ") && !text.contains('['), "{text}");
}

#[test]
fn a_level_that_needs_an_authority_says_so() {
    let error = Error::parameters(Parameter::Level, Reason::NoTimeStamper(Some(BaselineLevel::T)));
    let text = words(Language::Vietnamese).error(&error);
    assert_eq!(text, "Mức PAdES-B-T cần dịch vụ cấp dấu thời gian, mà chưa có dịch vụ nào.");
    let text = words(Language::English).error(&error);
    assert_eq!(text, "Level: PAdES-B-T needs a time-stamping authority, and none is given.");
}

#[test]
fn findings_within_an_error_are_worded() {
    let finding = Finding::new(Severity::Error, Code::DigestMismatch, None);
    let cause = Cause::NotPassed(vec![finding.clone()]);
    let reason = Reason::NoLeader(Some(Objection { field: "A".into(), cause }));
    let refused = Error::refused(Code::SealNoLeaderSignature, reason);
    let english = words(Language::English).error(&refused);
    assert!(english.contains("The signature in field A doesn't pass: The document has been changed. "), "{english}");
    let tried = vec![Tried { url: "http://tsa".into(), why: Failed::Found(vec![finding]) }];
    let outside = Error::Outside { service: Service::TimeStamp, tried };
    assert!(outside.to_string().ends_with("http://tsa: digest.mismatch"), "{outside}");
    let text = words(Language::Vietnamese).error(&outside);
    assert!(text.contains("http://tsa: Tài liệu đã bị thay đổi. "), "{text}");
}
