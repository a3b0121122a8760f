//! What the law asks of a finished result's form, from reserved fields to the clerk's report; measured on rendered
//! pixels, not on our own numbers.

use jiff::ToSpan as _;
use kyso::appearance::{Appearance, InkImage};
use kyso::validate::Modifications;
use kyso::{
    CERTIFIER_FIELD, Document, FieldToReserve, Indication, Lock, Place, Rectangle, Role, SEAL_FIELD,
    SignatureParameters, Signer as _,
};
use kyso_certification::catalogue::Catalogue;
use kyso_certification::code::LookupCode;
use kyso_certification::form::{CheckReport, Expectations, Marked, Profile, QrSeen, Rule, Status, examine};
use kyso_certification::number::CertificationNumber;
use kyso_certification::sample::{self, Size};
use kyso_certification::stamp::QrStamp;
use kyso_certification::statement::{Options, typeset};
use kyso_certification::text::{self, FormOfCopy, attachment_lines, copy_lines};
use kyso_pdf::SignatureField;
use kyso_pdf::geometry::POINTS_PER_MM;
use kyso_tests::corners::Corner;
use kyso_tests::desk::{self, Case, LeaderLock, TITLE};
use kyso_tests::{forge, judges, keys, samples, shapes, signing};
use kyso_words::Neutral;
use proptest::prelude::*;

const DPI: u32 = 150;
/// A pixel on each side, in points.
const PIXEL: f64 = 72.0 / DPI as f64;

fn field(pdf: &[u8], name: &str) -> (usize, Rectangle) {
    let fields = SignatureField::all(&Document::parse(pdf).unwrap()).unwrap();
    let field = fields.iter().find(|field| field.name == name).unwrap();
    (field.page.unwrap(), field.rectangle.unwrap())
}

/// The seal lies where the law wants it, whatever the page's boxes and rotation: on pixels.
pub(crate) fn demand_layout(case: &Case, reserved: &[u8], signed: &[u8], sealed: &[u8]) {
    let (page, within) = field(reserved, CERTIFIER_FIELD);
    // What was blue or red before is the document's.
    let signature = desk::blue(signed, page, DPI).unwrap_or_else(|| panic!("{case:?}: no signature seen"));
    let seal = desk::red(sealed, page, DPI).unwrap_or_else(|| panic!("{case:?}: no seal seen"));
    let mm = |length: f64| length / POINTS_PER_MM;
    assert!((mm(signature.width) - case.signature_mm).abs() < 0.5, "{case:?}: signature {signature:?}");
    for side in [seal.width, seal.height] {
        assert!((mm(side) - case.seal_mm).abs() <= 0.5, "{case:?}: seal {} mm", mm(side));
    }
    let overlap = (seal.right() - signature.x) / signature.width;
    assert!((0.28..=0.38).contains(&overlap), "{case:?}: overlap {overlap}");
    assert!(seal.x < signature.x, "{case:?}: on the left");
    assert!((seal.centre().1 - signature.centre().1).abs() < 3.0 * PIXEL, "{case:?}: {seal:?} {signature:?}");
    let (x, y) = (signature.centre().0 - within.centre().0, signature.centre().1 - within.centre().1);
    assert!(x.abs() < 2.0 * PIXEL && y.abs() < 2.0 * PIXEL, "{case:?}: {x} {y} from the field's middle");
}

pub(crate) fn demand_valid(case: &Case, sealed: &[u8]) {
    let report = kyso::verify(sealed, &signing::policy()).unwrap();
    assert_eq!(report.findings, [], "{case:?}");
    let [others @ .., leader, seal] = report.signatures.as_slice() else { panic!("{report:?}") };
    assert!(others.iter().all(|other| other.indication == Indication::TotalPassed), "{case:?}: {others:?}");
    assert_eq!(seal.field.as_deref(), Some(SEAL_FIELD), "{case:?}: the reserved field is used");
    assert_eq!(leader.modifications, Modifications::FormFill, "{case:?}: {:?}", leader.findings);
    assert!(leader.modifications_allowed, "{case:?}: {:?}", leader.findings);
    for signature in [leader, seal] {
        assert_eq!(signature.indication, Indication::TotalPassed, "{case:?}: {:?}", signature.findings);
    }
}

pub(crate) fn check(pdf: &[u8], expected: &Expectations) -> CheckReport {
    let report = kyso::verify(pdf, &signing::policy()).unwrap();
    examine(&Document::parse(pdf).unwrap(), &report, expected, &Neutral).unwrap()
}

fn failing(report: &CheckReport) -> Vec<Rule> {
    report.rows.iter().filter(|row| row.status == Status::Fail).map(|row| row.id).collect()
}

/// Every row about signature, seal and signing passes, and no other fails.
pub(crate) fn demand_right(what: &str, report: &CheckReport) {
    let told = || {
        report.rows.iter().map(|row| format!("{:?} {}: {}\n", row.status, row.id, row.message.en)).collect::<String>()
    };
    assert!(report.holds(), "{what}:\n{}", told());
    for row in &report.rows {
        let must = ["signature.", "signer.", "seal.", "signing.", "file.", "page.size"]
            .iter()
            .any(|id| row.id.name().starts_with(id));
        assert!(!must || row.status == Status::Pass, "{what}: {}\n{}", row.id, told());
    }
}

fn expecting(case: &Case) -> Expectations {
    Expectations::default().seal_width_mm(case.seal_mm)
}

#[test]
fn reserved_fields_hold_signature_and_seal_in_their_places() {
    let locks = [LeaderLock::None, LeaderLock::FormFilling, LeaderLock::AllButTheSeal];
    let turns = [(0, (0.0, 0.0)), (90, (30.0, -12.0)), (180, (-40.0, 25.5)), (270, (100.0, 100.0))];
    for (number, (rotate, offset)) in turns.into_iter().enumerate() {
        for lock in locks {
            let widths = [25.0, 60.0, 33.0, 48.0];
            let case = Case { signature_mm: widths[number], rotate, offset, lock, ..Case::default() };
            let reserved = case.reserved(&desk::paper());
            let signed = case.signed(&reserved);
            let sealed = case.sealed(&signed);
            demand_layout(&case, &reserved, &signed, &sealed);
            demand_valid(&case, &sealed);
            demand_right(&format!("{case:?}"), &check(&sealed, &expecting(&case)));
        }
    }
}

/// Nobody else cries wolf either: what the seal draws in its field over the leader's signature is form filling.
#[test]
fn outside_judges_take_the_seal_in_its_field() {
    let locks = [LeaderLock::None, LeaderLock::FormFilling, LeaderLock::AllButTheSeal];
    let cases = locks.map(|lock| {
        let case = Case { lock, ..Case::default() };
        let original = case.reserved(&desk::paper());
        let signed = case.sealed(&case.signed(&original));
        judges::Case { name: format!("{lock:?}"), original, signed, signatures: 2, ..judges::Case::default() }
    });
    judges::all_good(&cases, &keys::PKI.root_pem().unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_signature_and_seal_on_any_page(
        signature_mm in 25.0..60.0_f64,
        aspect in 0.18..0.55_f64,
        seal_mm in 28.0..45.0_f64,
        rotate in prop::sample::select(vec![0_u16, 90, 180, 270]),
        offset in (-200.0..200.0_f64, -200.0..200.0_f64),
    ) {
        let case = Case { signature_mm, aspect, seal_mm, rotate, offset, lock: LeaderLock::None };
        let reserved = case.reserved(&desk::paper());
        let reserved = case.signed_by_others(&reserved);
        let signed = case.signed(&reserved);
        let sealed = case.sealed(&signed);
        demand_layout(&case, &reserved, &signed, &sealed);
        demand_valid(&case, &sealed);
        demand_right(&format!("{case:?}"), &check(&sealed, &expecting(&case)));
    }

    /// Real requests: the statement that is typeset, its places reserved, signed, sealed.
    #[test]
    fn any_statement_comes_out_right(
        template in any::<prop::sample::Index>(),
        long in any::<bool>(),
        signature_mm in 25.0..60.0_f64,
        aspect in 0.18..0.42_f64,
        seal_mm in 28.0..45.0_f64,
    ) {
        let catalogue = Catalogue::embedded().unwrap();
        let template = template.get(&catalogue.templates);
        let size = if long { Size::Long } else { Size::Short };
        let mut request = sample::request(template, &catalogue, size);
        request.certifier.name = "Nguyễn Văn Mẫu".into();
        let number = sample::number(&request, &catalogue);
        let options = Options { sample: true, allow_draft: true, seal_mm: Some(seal_mm), ..Options::default() };
        let paper = typeset(template, &request, &catalogue.kinds, &number, &options).unwrap();
        let fields: Vec<FieldToReserve> = paper.places.iter().map(FieldToReserve::from).collect();
        let tail = kyso::reserve(&Document::parse(&paper.pdf).unwrap(), &fields).unwrap();
        let reserved = [paper.pdf.as_slice(), &tail.bytes].concat();
        let case = Case { signature_mm, aspect, seal_mm, ..Case::default() };
        let reserved = case.signed_by_others(&reserved);
        let signed = case.signed(&reserved);
        let sealed = case.sealed(&signed);
        demand_layout(&case, &reserved, &signed, &sealed);
        demand_valid(&case, &sealed);
        let report = check(&sealed, &expecting(&case).number(number));
        demand_right(&format!("{} {case:?}", template.id), &report);
        prop_assert_eq!(report.row(Rule::NumberMatches).unwrap().status, Status::Pass, "{}", template.id);
    }
}

#[test]
fn a_seal_that_does_not_fit_its_field_is_refused_in_millimetres() {
    let case = Case { signature_mm: 42.0, ..Case::default() };
    let reserved = case.reserved(&desk::paper());
    let signed = case.signed(&reserved);
    let wider = Case { seal_mm: 45.0, ..case.clone() };
    let parameters = wider.seal_parameters();
    let document = Document::parse(&signed).unwrap();
    let refused =
        kyso::seal(&document, &keys::signer(&keys::SEAL), &parameters, &signing::policy(), &kyso::Outside::default())
            .unwrap_err();
    // The field is as high as a seal of 36 mm: 4.5 mm too little above and below, and 6.0 on the left.
    assert!(refused.to_string().contains("6.0 mm beyond the left edge of field ConDau"), "{refused}");
    // A new field is made over the signature.
    let elsewhere = parameters.new_field("Dau");
    let sealed = signing::seal(&signed, &elsewhere, &keys::signer(&keys::SEAL));
    demand_layout(&wider, &reserved, &signed, &sealed);
    demand_right("a new field", &check(&sealed, &expecting(&wider)));
}

/// What is wrong fails its own row, and no other.
#[test]
fn each_fault_fails_its_row_alone() {
    let case = Case::default();
    let paper = desk::paper();
    let finished = |paper: &[u8]| case.sealed(&case.signed(&case.reserved(paper)));
    let leader = keys::signer(&keys::LEADER);
    let agency = keys::signer(&keys::SEAL);
    let reserved = case.reserved(&paper);
    let signed = case.signed(&reserved);
    let demand = |row: Rule, pdf: &[u8]| {
        let report = check(pdf, &expecting(&case));
        let told = report.rows.iter().map(|row| format!("{:?} {}: {}\n", row.status, row.id, row.message.en));
        assert_eq!(failing(&report), [row], "{}", told.collect::<String>());
        let row = report.row(row).unwrap();
        assert!(!row.message.vi.is_empty() && row.message.vi != row.message.en && !row.article.is_empty());
        let elsewhere = ["signing.", "file."].iter().any(|group| row.id.name().starts_with(group));
        assert!(elsewhere || !row.boxes.is_empty(), "{} says where", row.id);
    };

    let black = InkImage::signature_any_colour(&samples::strokes_of(400, 160, [10, 10, 10]), 42.0).unwrap();
    demand(Rule::SignatureColour, &case.sealed(&signing::sign(&reserved, &case.leader_with(black), &leader)));
    demand(Rule::SignatureTransparent, &case.sealed(&opaque(&reserved, &case.leader_with(case.signature()))));

    let small = Case { seal_mm: case.seal_mm - 10.0, ..case.clone() };
    demand(Rule::SealSize, &small.sealed(&signed));
    let green = InkImage::seal_any_colour(&samples::strokes_of(240, 240, [20, 140, 60]), case.seal_mm).unwrap();
    let parameters = case.seal_parameters().appearance(Appearance::Image(green));
    demand(Rule::SealColour, &signing::seal(&signed, &parameters, &agency));

    let (page, within) = field(&reserved, CERTIFIER_FIELD);
    let mm = |length: f64| length * POINTS_PER_MM;
    let side = mm(case.seal_mm);
    let (x, y) = within.centre();
    let right = Rectangle { x: x + mm(7.0), y: y - side / 2.0, width: side, height: side };
    let parameters = case.seal_parameters().place(Place::Rectangle { page, rectangle: right });
    demand(Rule::SealOverlap, &signing::seal(&signed, &parameters, &agency));

    // The seal first, then the leader.
    let parameters = case.seal_parameters().field(SEAL_FIELD).lock(Lock::None);
    let document = Document::parse(&reserved).unwrap();
    let first = kyso::dangerous::seal_unsigned(&document, &agency, &parameters, &kyso::SigningOptions::default())
        .unwrap()
        .tail
        .after(&reserved);
    demand(Rule::SigningOrder, &case.signed(&first));

    // The seal's field stands before the certifier's: it's drawn under it.
    let (_, seal_at) = field(&reserved, SEAL_FIELD);
    let at = |name: &str, rectangle| FieldToReserve::new(name, Place::Rectangle { page, rectangle });
    let tail =
        kyso::reserve(&Document::parse(&paper).unwrap(), &[at(SEAL_FIELD, seal_at), at(CERTIFIER_FIELD, within)]);
    let under = [paper.as_slice(), &tail.unwrap().bytes].concat();
    demand(Rule::SealAbove, &case.sealed(&case.signed(&under)));

    // A field that no form of ours has: over one that it demands nothing is sealed.
    let one_more = at("NguoiKhac", Rectangle { x: 100.0, y: 60.0, width: 120.0, height: 50.0 });
    let tail = kyso::reserve(&Document::parse(&reserved).unwrap(), &[one_more]).unwrap();
    demand(Rule::SigningFields, &case.sealed(&case.signed(&[reserved.as_slice(), &tail.bytes].concat())));

    let open = case.seal_parameters().lock(Lock::None);
    demand(Rule::SigningLock, &signing::seal(&signed, &open, &agency));

    demand(Rule::SignerName, &finished(&desk::sheet(TITLE, "TS. Nguyễn Văn Mẫu")));
    demand(Rule::SignerIdentity, &finished(&desk::sheet(TITLE, "Hoàng Văn Khác")));
    demand(Rule::SignerTitle, &finished(&desk::sheet("P. CHỦ TỊCH", "Nguyễn Văn Mẫu")));

    let mut old = paper.clone();
    old[5..8].copy_from_slice(b"1.3");
    // As it came it fails; whatever is appended raises the version.
    assert_eq!(check(&old, &expecting(&case)).row(Rule::FileVersion).unwrap().status, Status::Fail);
    demand_right("an old version", &check(&finished(&old), &expecting(&case)));
    demand(Rule::PageSize, &finished(&desk::on_paper(&paper, 612.0, 792.0)));
    let shifted = desk::rewritten(&paper, |content| format!("q 1 0 0 1 {} 0 cm {content} Q", -mm(12.0)));
    demand(Rule::PageMargins, &finished(&shifted));
    // The letters are stretched sideways, so that the lines stay as long as they were.
    let shrunk = desk::rewritten(&paper, |content| {
        let others = content.replace("/Bold ", "100 Tz /Bold ").replace("/Italic ", "100 Tz /Italic ");
        others.replace("/Regular 14 Tf", "127.273 Tz /Regular 11 Tf")
    });
    demand(Rule::TextSize, &finished(&shrunk));
    let mut other = paper.clone();
    let name = b"LiberationSerif";
    while let Some(at) = other.windows(name.len()).position(|window| window == name) {
        other[at..at + name.len()].copy_from_slice(b"ComicSansMSSans");
    }
    demand(Rule::TextTypeface, &finished(&other));
    // Nothing of all that fails without a fault.
    demand_right("without a fault", &check(&finished(&paper), &expecting(&case)));
}

/// A signature whose picture has no soft mask: no program of ours makes one, so the mask's key is misspelt, and what is
/// covered then is signed anew.
fn opaque(reserved: &[u8], parameters: &SignatureParameters) -> Vec<u8> {
    let signer = keys::signer(&keys::LEADER);
    let mut file = signing::sign(reserved, parameters, &signer);
    let key = b"/SMask";
    let at = reserved.len() + file[reserved.len()..].windows(key.len()).position(|window| window == key).unwrap();
    file[at..at + key.len()].copy_from_slice(b"/XMask");
    let signed = forge::signatures(&file).pop().unwrap();
    let certificates: Vec<Vec<u8>> = signer.certificates().iter().map(|one| one.der().to_vec()).collect();
    let cms = forge::cms(&signed.covered(&file), &signer, &certificates);
    forge::with_contents(&file, signed.hole(), &cms)
}

#[test]
fn copies_and_attachments_are_judged_by_their_own_rows() {
    let agency = keys::signer(&keys::SEAL);
    let paper = desk::paper();
    let copy = |lines: Vec<String>| {
        let parameters = signing::parameters(Role::Copy).appearance(text::set(&lines).unwrap());
        signing::sign(&paper, &parameters, &agency)
    };
    let sao_y = copy(copy_lines(FormOfCopy::SaoY, "Ủy ban nhân dân xã Bình Minh", *keys::NOW));
    let report = check(&sao_y, &Expectations::default());
    assert_eq!((report.profile, failing(&report)), (Profile::Copy, vec![]));
    for id in [Rule::CopyContent, Rule::CopyPlace, Rule::CopyType, Rule::CopyTime, Rule::CopyNoImage] {
        let row = report.row(id).unwrap();
        assert_eq!(row.status, Status::Pass, "{id}: {}", row.message.en);
    }
    let attachment = copy(attachment_lines("12/QĐ-UBND", *keys::NOW));
    let report = check(&attachment, &Expectations::default());
    assert_eq!((report.profile, failing(&report)), (Profile::Attachment, vec![]));

    let late = *keys::NOW - 2.minutes();
    let report = check(&copy(copy_lines(FormOfCopy::SaoLuc, "Ủy ban", late)), &Expectations::default());
    assert_eq!(failing(&report), [Rule::CopyTime]);

    let place = Place::Rectangle { page: 1, rectangle: signing::LEADER_AT };
    let picture = Appearance::Image(InkImage::signature(&samples::signature(), 40.0).unwrap());
    let parameters = signing::parameters(Role::Other).place(place).appearance(picture);
    let with_image = signing::sign_unjudged(&sao_y, &parameters, &agency);
    let expected = Expectations::default().profile(Profile::Copy);
    assert_eq!(failing(&check(&with_image, &expected)), [Rule::CopyNoImage]);
}

#[test]
fn a_code_is_held_against_the_document_that_it_stands_on() {
    let number = CertificationNumber { symbol: "SCT/CK,ĐC".into(), year: 2026, ordinal: 7, book: 1 };
    let stamp = |paper: &[u8]| {
        let stamp = QrStamp {
            base: "https://tracuu.example.gov.vn".into(),
            code: LookupCode::from_random(*b"sample bits!"),
            issuer: "H61.12.3".into(),
            number: number.clone(),
            place: Corner::UpperLeft(1).of(paper),
        };
        let stamped = kyso_certification::stamp_qr(&Document::parse(paper).unwrap(), &stamp).unwrap();
        ([paper, &stamped.tail.bytes].concat(), stamped)
    };
    let case = Case::default();
    let (paper, stamped) = stamp(&case.reserved(&desk::paper()));
    let sealed = case.sealed(&case.signed(&paper));
    let marked = Marked { what: "qr", page: 1, rectangle: stamped.rectangle };
    let seen = |text: String| expecting(&case).qr(vec![QrSeen { text, marked: marked.clone() }]);
    let status = |expected: &Expectations| check(&sealed, expected).row(Rule::QrMatches).unwrap().status;

    let right = seen(stamped.payload.to_string());
    demand_right("with a code", &check(&sealed, &right));
    assert_eq!(status(&right), Status::Pass);
    let another = seen(stamp(&shapes::plain()).1.payload.to_string());
    assert_eq!(failing(&check(&sealed, &another)), [Rule::QrMatches]);
    assert_eq!(status(&seen("https://example.com/a".into())), Status::NotApplicable, "somebody else's code");
    assert_eq!(status(&expecting(&case).qr(Vec::new())), Status::NotApplicable);
    let other = CertificationNumber { ordinal: 8, ..number.clone() };
    assert_eq!(status(&right.number(other)), Status::Fail);
}

/// A statement with a number in its text, one in its XMP and one in its look-up code: signed, sealed, checked.
fn numbered(text: u32, xmp: Option<u32>, qr: u32) -> (CheckReport, CertificationNumber) {
    let catalogue = Catalogue::embedded().unwrap();
    let template = catalogue.template_by_id("ck-mot-nguoi").unwrap();
    let request = sample::request(template, &catalogue, Size::Short);
    let number = |ordinal| CertificationNumber { ordinal, ..sample::number(&request, &catalogue) };
    let mut options = Options { sample: true, allow_draft: true, seal_mm: Some(36.0), ..Options::default() };
    options.description.properties = xmp.map(number).map_or_else(Vec::new, |number| {
        let properties = [
            ("CertNumber", number.ordinal_text()),
            ("BookNumber", format!("{:02}", number.book)),
            ("Year", number.year.to_string()),
            ("RegisterSymbol", number.symbol),
        ];
        properties.map(|(name, value)| (name.to_owned(), value)).to_vec()
    });
    let paper = typeset(template, &request, &catalogue.kinds, &number(text), &options).unwrap();
    let fields: Vec<FieldToReserve> = paper.places.iter().map(FieldToReserve::from).collect();
    let reserved = kyso::reserve(&Document::parse(&paper.pdf).unwrap(), &fields).unwrap();
    let reserved = [paper.pdf.as_slice(), &reserved.bytes].concat();
    let stamp = QrStamp {
        base: "https://tracuu.example.gov.vn".into(),
        code: LookupCode::from_random(*b"sample bits!"),
        issuer: "H61.12.3".into(),
        number: number(qr),
        place: Corner::LowerLeft(1).of(&reserved),
    };
    let stamped = kyso_certification::stamp_qr(&Document::parse(&reserved).unwrap(), &stamp).unwrap();
    let case = Case::default();
    let sealed = case.sealed(&case.signed(&[reserved.as_slice(), &stamped.tail.bytes].concat()));
    let marked = Marked { what: "qr", page: 1, rectangle: stamped.rectangle };
    let qr = Some(vec![QrSeen { text: stamped.payload.to_string(), marked }]);
    let mut expected = expecting(&case);
    expected.qr = qr;
    (check(&sealed, &expected), number(text))
}

#[test]
fn the_number_on_the_page_is_that_of_the_code_and_of_the_metadata() {
    let row = |(report, _): &(CheckReport, CertificationNumber)| report.row(Rule::NumberMatches).unwrap().clone();
    let right = numbered(7, Some(7), 7);
    let told = row(&right);
    assert_eq!(failing(&right.0), []);
    assert_eq!((told.status, told.page), (Status::Pass, Some(1)));
    assert!(told.message.en.ends_with("as in the QR code, the XMP"), "{told:?}");
    assert!(told.message.vi.contains(&right.1.book_text()), "{told:?}");
    let without = numbered(7, None, 7);
    assert!(row(&without).message.vi.ends_with("khớp với mã QR"), "{:?}", row(&without));

    // A code with another number; the text altered before anybody signed; other metadata.
    for (text, xmp, qr, reason) in [
        (7, Some(7), 8, "the QR code has CKDC-8-"),
        (8, None, 7, "the QR code has CKDC-7-"),
        (7, Some(9), 7, "the XMP has 09,"),
    ] {
        let wrong = numbered(text, xmp, qr);
        let told = row(&wrong);
        assert_eq!(failing(&wrong.0), [Rule::NumberMatches], "{reason}");
        assert!(told.message.en.contains(reason), "{told:?}");
        assert_eq!(told.boxes.len(), if reason.contains("QR") { 2 } else { 1 }, "{told:?}");
    }
}

#[test]
fn what_cannot_be_measured_is_never_passed() {
    let case = Case::default();
    let sealed = case.sealed(&case.signed(&case.reserved(&desk::paper())));
    let report = check(&sealed, &Expectations::default());
    let size = report.row(Rule::SealSize).unwrap();
    assert_eq!(size.status, Status::NotApplicable);
    assert!(size.message.en.contains("36.0 × 36.0 mm") && size.message.vi.contains("36,0 × 36,0 mm"), "{size:?}");
    assert_eq!(report.row(Rule::QrMatches).unwrap().status, Status::NotApplicable);

    // Nobody trusted, nobody known: neither validity nor roles pass.
    let policy = kyso::Policy::at(*keys::NOW);
    let stranger = kyso::verify(&sealed, &policy).unwrap();
    let report = examine(&Document::parse(&sealed).unwrap(), &stranger, &expecting(&case), &Neutral).unwrap();
    for id in [Rule::SigningValid, Rule::SigningRoles] {
        assert_eq!(report.row(id).unwrap().status, Status::NotApplicable, "{id}");
    }

    let unsigned = check(&desk::paper(), &Expectations::default());
    assert_eq!(failing(&unsigned), [Rule::SigningOrder]);
}
