use jiff::civil::{date, time};

use super::*;
use crate::identity::IdNumber;
use crate::request::{Delegation, Power};
use crate::sample::{self, Size};
use kyso::Language;

const DRAFTS: Switches = Switches { drafts: true };

fn request(id: &str, size: Size) -> (Catalogue, Request) {
    let catalogue = Catalogue::embedded().unwrap();
    let request = sample::request(catalogue.template_by_id(id).unwrap(), &catalogue, size);
    (catalogue, request)
}

/// What speaks against a sample that was changed: rule and field.
fn found(id: &str, size: Size, change: impl FnOnce(&mut Request)) -> Vec<(&'static str, String)> {
    let (catalogue, mut request) = request(id, size);
    change(&mut request);
    let checked = check(&request, &catalogue, DRAFTS);
    let known = |finding: &&Finding| ![Rule::TemplateDraft, Rule::CalendarUnverified].contains(&finding.rule);
    checked.findings.iter().filter(known).map(|finding| (finding.rule.name(), finding.field.clone())).collect()
}

#[track_caller]
fn refuses(id: &str, change: impl FnOnce(&mut Request), rule: &str, field: &str) {
    let (catalogue, mut request) = request(id, Size::Short);
    change(&mut request);
    let checked = check(&request, &catalogue, DRAFTS);
    let refusal = checked.findings.iter().find(|finding| finding.rule.name() == rule);
    let Some(refusal) = refusal else { panic!("{rule} isn't in {:#?}", checked.findings) };
    assert!(refusal.is_refusal() && refusal.field == field, "{refusal:#?}");
    assert!(checked.is_refused());
    for language in [Language::Vietnamese, Language::English] {
        assert!(refusal.in_words(Words::neutral(language)).contains(field), "{refusal:#?}");
    }
}

#[test]
fn nothing_speaks_against_the_samples() {
    let catalogue = Catalogue::embedded().unwrap();
    for template in &catalogue.templates {
        for size in [Size::Short, Size::Long] {
            let found = found(&template.id, size, |_| {});
            assert_eq!(found, [], "{} {size:?}", template.id);
        }
    }
}

#[test]
fn drafts_need_a_switch() {
    let (catalogue, draft) = request("ck-mot-nguoi", Size::Short);
    let checked = check(&draft, &catalogue, Switches::default());
    assert!(checked.is_refused());
    assert_eq!(checked.findings[0].rule, Rule::TemplateDraft);
    assert!(checked.findings[0].in_words(Words::neutral(Language::Vietnamese)).contains("bản nháp"));
    let checked = check(&draft, &catalogue, DRAFTS);
    assert!(!checked.is_refused() && checked.findings[0].severity == Severity::Warning, "{checked:#?}");
    let (catalogue, verified) = request("ck-mot-nguoi-mot-cua-2020", Size::Short);
    assert_eq!(check(&verified, &catalogue, Switches::default()).findings, []);
}

#[test]
fn those_who_ask_are_named_once() {
    use crate::request::Requester;
    let somebody = || Requester { name: "Trần Thị Mẫu".into(), id: None };
    for id in ["bs", "bsdt"] {
        refuses(id, |request| request.requesters.clear(), "requesters.missing", "requesters");
        refuses(id, |request| request.requesters[0].name = " ".into(), "field.missing", "requesters[0].name");
        refuses(
            id,
            |request| request.requesters[0].name = "\u{202e}x".into(),
            "field.characters",
            "requesters[0].name",
        );
    }
    for id in ["ck-mot-nguoi", "cknd"] {
        refuses(id, |request| request.requesters.push(somebody()), "requesters.twice", "requesters");
    }
}

#[test]
fn everything_is_told_at_once() {
    let found = found("gd", Size::Short, |request| {
        request.certifier.name.clear();
        request.related_to_certifier = true;
        request.transaction = None;
        request.parties[1].id.number = IdNumber::new("12");
    });
    let rules = found.iter().map(|(rule, _)| *rule).collect::<Vec<_>>();
    for rule in ["field.missing", "certifier.related", "identity.number"] {
        assert!(rules.contains(&rule), "{found:?}");
    }
    assert!(found.contains(&("field.missing", "transaction".to_owned())), "{found:?}");
    assert!(found.contains(&("field.missing", "certifier.name".to_owned())), "{found:?}");
}

#[test]
fn kind_variant_and_day_have_to_fit_a_template() {
    refuses("ck-mot-nguoi", |request| request.kind = "XX".into(), "kind.unknown", "kind");
    refuses("ck-mot-nguoi", |request| request.variant = "two".into(), "template.variant", "variant");
    refuses("ck-mot-nguoi", |request| request.kind = "GD-SUALOI".into(), "template.none", "kind");
    let long_ago = |request: &mut Request| (request.date, request.received) = (date(2016, 3, 4), None);
    refuses("ck-mot-nguoi", long_ago, "template.day", "date");
}

/// Rows 19 and 20: the chairman, or someone with a delegation that is in force.
#[test]
fn whoever_certifies_has_the_power() {
    let delegated = |from, until| {
        move |request: &mut Request| {
            request.certifier.office = "delegate".into();
            request.certifier.title = "Phó Chủ tịch".into();
            request.certifier.power = Power::ForHead;
            request.certifier.signature_lines = vec!["KT. CHỦ TỊCH".into(), "PHÓ CHỦ TỊCH".into()];
            request.certifier.delegation =
                Some(Delegation { number: "15/QĐ-UBND".into(), date: date(2026, 1, 2), from, until });
        }
    };
    assert_eq!(found("ck-mot-nguoi", Size::Short, delegated(date(2026, 1, 5), None)), []);
    let to_the_day = delegated(date(2026, 3, 5), Some(date(2026, 3, 5)));
    assert_eq!(found("ck-mot-nguoi", Size::Short, to_the_day), []);
    let term = "certifier.delegation-term";
    refuses("ck-mot-nguoi", delegated(date(2026, 3, 6), None), term, "certifier.delegation");
    refuses("ck-mot-nguoi", delegated(date(2026, 1, 5), Some(date(2026, 3, 4))), term, "certifier.delegation");
    let without = |request: &mut Request| {
        delegated(date(2026, 1, 5), None)(request);
        request.certifier.delegation = None;
    };
    refuses("ck-mot-nguoi", without, "certifier.delegation", "certifier.delegation");
    refuses(
        "ck-mot-nguoi",
        |request| request.certifier.title = "Phó Chủ tịch".into(),
        "certifier.title",
        "certifier.title",
    );
    refuses(
        "ck-mot-nguoi",
        |request| request.certifier.office = "mayor".into(),
        "certifier.office",
        "certifier.office",
    );
    let notary = |request: &mut Request| {
        request.certifier.office = "notary".into();
        request.certifier.title = "Công chứng viên".into();
    };
    refuses("gd", notary, "certifier.not-for-kind", "certifier.office");
    assert_eq!(found("ck-mot-nguoi", Size::Short, notary), []);
}

/// Row 8: titles as Decree 30 writes them.
#[test]
fn titles_are_written_as_decree_30_wants() {
    let lines = |power: Power, lines: &[&str]| {
        let lines = lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
        move |request: &mut Request| {
            request.certifier.power = power;
            request.certifier.signature_lines = lines;
        }
    };
    for (power, fine) in [
        (Power::Own, &["CHỦ TỊCH"][..]),
        (Power::OnBehalf, &["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]),
        (Power::Acting, &["TM. ỦY BAN NHÂN DÂN", "Q. CHỦ TỊCH"]),
        (Power::ForHead, &["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]),
        (Power::ByDelegation, &["TUQ. CHỦ TỊCH", "CHUYÊN VIÊN"]),
    ] {
        assert_eq!(found("ck-mot-nguoi", Size::Short, lines(power, fine)), [], "{fine:?}");
    }
    let field = "certifier.signature-lines[0]";
    refuses("ck-mot-nguoi", lines(Power::Own, &["Chủ tịch"]), "certifier.capitals", field);
    refuses("ck-mot-nguoi", lines(Power::Own, &["T.M. ỦY BAN NHÂN DÂN"]), "certifier.prefix", field);
    refuses("ck-mot-nguoi", lines(Power::ForHead, &["CHỦ TỊCH"]), "certifier.power", "certifier.power");
    refuses("ck-mot-nguoi", lines(Power::Own, &["KT. CHỦ TỊCH"]), "certifier.power", "certifier.power");
    refuses("ck-mot-nguoi", lines(Power::Own, &[]), "field.missing", "certifier.signature-lines");
    let doctor = |request: &mut Request| request.certifier.name = "TS. Nguyễn Văn Mẫu".into();
    refuses("ck-mot-nguoi", doctor, "certifier.academic-title", "certifier.name");
}

/// Row 21.
#[test]
fn nobody_certifies_for_himself_or_his_own() {
    refuses("ck-mot-nguoi", |request| request.related_to_certifier = true, "certifier.related", "related-to-certifier");
    let namesake = |request: &mut Request| request.parties[0].name = "nguyễn văn mẫu".into();
    assert_eq!(found("ck-mot-nguoi", Size::Short, namesake), [("certifier.namesake", "parties[0].name".to_owned())]);
}

/// Row 62.
#[test]
fn deadlines_are_reckoned_and_told() {
    let received = |hour, minute, on| {
        move |request: &mut Request| {
            request.received = Some(date(2026, 3, 5).at(hour, minute, 0, 0));
            request.date = on;
        }
    };
    assert_eq!(found("bs", Size::Short, received(14, 0, date(2026, 3, 5))), []);
    assert_eq!(found("bs", Size::Short, received(15, 30, date(2026, 3, 6))), []);
    let late = [("deadline.missed", "date".to_owned())];
    assert_eq!(found("bs", Size::Short, received(14, 0, date(2026, 3, 6))), late);
    assert_eq!(found("gd", Size::Short, received(16, 0, date(2026, 3, 9))), []);
    assert_eq!(found("gd", Size::Short, received(16, 0, date(2026, 3, 10))), late);
    refuses("bs", received(9, 0, date(2026, 3, 4)), "date.before-receipt", "date");
    let extended = |extension| {
        move |request: &mut Request| {
            received(9, 0, date(2026, 3, 9))(request);
            request.extension = Some(extension);
        }
    };
    assert_eq!(found("bs", Size::Short, extended(Extension::MuchWork)), []);
    assert_eq!(found("bs", Size::Short, extended(Extension::Agreed { until: date(2026, 3, 20) })), []);
    refuses("ck-mot-nguoi", extended(Extension::MuchWork), "deadline.extension", "extension");
    let unknown_year = |request: &mut Request| {
        request.received = Some(date(2031, 3, 5).at(9, 0, 0, 0));
        request.date = date(2031, 3, 5);
    };
    assert_eq!(found("bs", Size::Short, unknown_year), [("calendar.no-year", "received".to_owned())]);
}

/// Row 63.
#[test]
fn outside_the_office_place_hour_and_minute_are_needed() {
    let outside = |request: &mut Request| request.place.outside = true;
    refuses("ck-mot-nguoi", outside, "place.time", "place.time");
    refuses("gd-di-chuc", outside, "place.time", "place.time");
    let at = |request: &mut Request| {
        request.place.outside = true;
        request.place.time = Some(time(9, 30, 0, 0));
    };
    assert_eq!(found("ck-mot-nguoi", Size::Short, at), []);
    assert_eq!(found("gd", Size::Short, at), []);
    refuses("bs", at, "place.outside", "place.outside");
    refuses("cknd", at, "place.outside", "place.outside");
    refuses("ck-mot-nguoi", |request| request.place.name = " ".into(), "field.missing", "place.name");
}

/// Row 65: at the one-stop desk two sign.
#[test]
fn the_one_stop_desk_needs_its_officer() {
    for id in ["ck-mot-nguoi-mot-cua", "ck-nhieu-nguoi-mot-cua", "gd-mot-cua"] {
        refuses(id, |request| request.receiver = None, "field.missing", "receiver");
        let nameless = |request: &mut Request| request.receiver.as_mut().unwrap().name.clear();
        refuses(id, nameless, "field.missing", "receiver.name");
    }
    let same = |request: &mut Request| request.receiver.as_mut().unwrap().name = request.certifier.name.clone();
    assert_eq!(found("gd-mot-cua", Size::Short, same), [("receiver.is-certifier", "receiver.name".to_owned())]);
}

#[test]
fn parties_fit_the_template() {
    refuses("ck-mot-nguoi", |request| request.parties.clear(), "parties.count", "parties");
    refuses("ck-nhieu-nguoi", |request| request.parties.truncate(1), "parties.count", "parties");
    refuses("ck-mot-nguoi", |request| request.parties[0].way = Way::Fingerprint, "parties.way", "parties[0].way");
    refuses("ck-mot-nguoi", |request| request.parties[0].name.clear(), "field.missing", "parties[0].name");
    refuses("gd", |request| request.parties[1].capacity = None, "field.missing", "parties[1].capacity");
    let twice = |request: &mut Request| request.parties[1].id = request.parties[0].id.clone();
    refuses("gd", twice, "person.twice", "parties[1].id.number");
    let many = |request: &mut Request| {
        let party = request.parties[0].clone();
        request.parties.extend(std::iter::repeat_n(party, 300));
    };
    refuses("gd", many, "field.too-many", "parties");
}

#[test]
fn people_show_accepted_papers() {
    refuses(
        "ck-mot-nguoi",
        |request| request.parties[0].id.kind = "cmnd".into(),
        "identity.kind",
        "parties[0].id.kind",
    );
    let number =
        |number: &'static str| move |request: &mut Request| request.parties[0].id.number = IdNumber::new(number);
    refuses("ck-mot-nguoi", number("00108501234"), "identity.number", "parties[0].id.number");
    refuses("ck-mot-nguoi", number("00108501234x"), "identity.number", "parties[0].id.number");
    refuses("ck-mot-nguoi", number(" "), "field.missing", "parties[0].id.number");
    let expired = |request: &mut Request| request.parties[0].id.valid_until = Some(date(2026, 3, 4));
    refuses("ck-mot-nguoi", expired, "identity.expired", "parties[0].id.valid-until");
    let passport = |request: &mut Request| {
        request.parties[0].id.kind = "ho-chieu".into();
        request.parties[0].id.number = IdNumber::new("C1234567");
    };
    assert_eq!(found("ck-mot-nguoi", Size::Short, passport), []);
}

/// Row 80: no finding has a whole number.
#[test]
fn findings_do_not_give_numbers_away() {
    let (catalogue, mut request) = request("ck-mot-nguoi", Size::Short);
    request.parties[0].id.number = IdNumber::new("00108501234599");
    let checked = check(&request, &catalogue, DRAFTS);
    assert!(!format!("{checked:?} {request:?}").contains("00108501234599"));
    let told = checked.findings[0].in_words(Words::neutral(Language::Vietnamese));
    assert!(told.contains("***********599"), "{told}");
}

#[test]
fn witnesses_are_there_where_someone_cannot_read_or_sign() {
    let blind = |request: &mut Request| request.parties[0].needs_witnesses = true;
    refuses("gd", blind, "witnesses.two", "witnesses");
    let (_, long) = request("gd", Size::Long);
    let with_witnesses = |request: &mut Request| {
        blind(request);
        request.witnesses = long.witnesses.clone();
    };
    assert_eq!(found("gd", Size::Short, with_witnesses), []);
}

/// Row 68.
#[test]
fn no_signature_on_a_transaction_but_of_a_closed_list() {
    let transaction = |request: &mut Request| request.document.is_transaction = true;
    refuses("ck-mot-nguoi", transaction, "signature.transaction", "document.is-transaction");
    let authority = |code: &'static str| {
        move |request: &mut Request| {
            request.document.is_transaction = true;
            request.document.authority = Some(code.to_owned());
        }
    };
    let catalogue = Catalogue::embedded().unwrap();
    assert_eq!(catalogue.kinds.authorities.len(), 4);
    for known in ["nop-nhan-ho-so", "nhan-luong-huu-buu-pham", "trong-nom-nha-cua", "vay-ngan-hang-chinh-sach"] {
        assert_eq!(found("ck-mot-nguoi", Size::Short, authority(known)), []);
    }
    refuses("ck-mot-nguoi", authority("ban-nha"), "signature.authority", "document.authority");
}

#[test]
fn transactions_add_up() {
    let originals = |request: &mut Request| request.transaction.as_mut().unwrap().originals = 2;
    refuses("gd", originals, "transaction.originals", "transaction.originals");
    let nobody = |request: &mut Request| request.transaction.as_mut().unwrap().recipients.clear();
    refuses("gd", nobody, "field.missing", "transaction.recipients");
    let pages = |request: &mut Request| request.transaction.as_mut().unwrap().pages = 9;
    assert_eq!(found("gd", Size::Short, pages), [("pages.sheets", "transaction.sheets".to_owned())]);
    refuses("gd-sua-doi", |request| request.earlier = None, "field.missing", "earlier");
    let later = |request: &mut Request| request.earlier.as_mut().unwrap().date = date(2026, 3, 6);
    refuses("gd-sua-doi", later, "earlier.date", "earlier.date");
    let book = |request: &mut Request| request.earlier.as_mut().unwrap().book = "01/2025-SCT/X".into();
    assert_eq!(found("gd-sua-doi", Size::Short, book), [("earlier.symbol", "earlier.book".to_owned())]);
}

#[test]
fn translators_have_two_languages() {
    refuses("cknd", |request| request.translator = None, "field.missing", "translator");
    let same = |request: &mut Request| request.translator.as_mut().unwrap().into = "Tiếng Anh".into();
    refuses("cknd", same, "translator.languages", "translator.into");
}

#[test]
fn texts_can_be_printed() {
    let name = |name: String| move |request: &mut Request| request.parties[0].name = name;
    for odd in ["王小明", "A\u{7}B", "\u{202e}A", "🙂"] {
        refuses("ck-mot-nguoi", name(odd.to_owned()), "field.characters", "parties[0].name");
    }
    refuses("ck-mot-nguoi", name("a".repeat(401)), "field.too-long", "parties[0].name");
    assert_eq!(
        found("ck-mot-nguoi", Size::Short, name("Nguye\u{302}\u{303}n Va\u{306}n Ma\u{302}\u{303}u".to_owned() + " B")),
        []
    );
}

/// Row 67, and the procedures of translators.
#[test]
fn fees_and_procedures_follow_the_request() {
    let catalogue = Catalogue::embedded().unwrap();
    let told = |id: &str, size| {
        let request = sample::request(catalogue.template_by_id(id).unwrap(), &catalogue, size);
        let kind = catalogue.kinds.kind(&request.kind).unwrap();
        (request.fee(kind), request.procedure(kind).unwrap().to_owned())
    };
    assert_eq!(told("bs", Size::Short), (2000, "2.000815".to_owned()));
    // Twelve pages, five copies.
    assert_eq!(told("bs", Size::Long).0, 5 * 14_000);
    assert_eq!(told("ck-nhieu-nguoi", Size::Long), (10_000, "2.000884".to_owned()));
    assert_eq!(told("gd", Size::Long), (50_000, "2.001035".to_owned()));
    assert_eq!(told("gd-sua-doi", Size::Short), (30_000, "2.000913".to_owned()));
    assert_eq!(told("cknd", Size::Short), (10_000, "2.000992".to_owned()));
    let kind = catalogue.kinds.kind("CKND").unwrap();
    let mut request = sample::request(catalogue.template_by_id("cknd").unwrap(), &catalogue, Size::Short);
    request.translator.as_mut().unwrap().collaborator = false;
    assert_eq!(request.procedure(kind), Some("2.001008"));
    let correction = catalogue.kinds.kind("GD-SUALOI").unwrap();
    assert_eq!((request.fee(correction), request.procedure(correction)), (25_000, Some("2.000927")));
}
