//! Every lời chứng as it looks and as it reads; whatever is in a request comes back from the page.

use std::process::Command;

use jiff::civil::{Date, date};
use kyso::Language;
use kyso_certification::catalogue::Catalogue;
use kyso_certification::check::{Switches, check};
use kyso_certification::identity::IdNumber;
use kyso_certification::kinds::Kinds;
use kyso_certification::number::CertificationNumber;
use kyso_certification::request::{Party, Request, Salutation};
use kyso_certification::sample::{self, Size};
use kyso_certification::statement::{Form, Options, SEAL_PLACE, typeset};
use kyso_certification::template::{PartyCount, SignatureRole, Template};
use kyso_certification::typeset::sheet::Typeset;
use kyso_certification::words::date_in_words;
use kyso_tests::picture::Picture;
use kyso_tests::{golden, judges};
use kyso_words::Words;
use proptest::prelude::*;

const DPI: u32 = 60;
/// The share of pixels that may differ: renderers round edges each in their own way.
const TOLERANCE: f64 = 0.004;
const SEAL_MM: f64 = 36.0;

fn options() -> Options {
    Options { sample: true, allow_draft: true, seal_mm: Some(SEAL_MM), ..Options::default() }
}

fn set(
    template: &Template,
    request: &Request,
    kinds: &Kinds,
    number: &CertificationNumber,
    options: &Options,
) -> Typeset {
    typeset(template, request, kinds, number, options).unwrap_or_else(|error| panic!("{}: {error}", template.id))
}

fn pdftotext(pdf: &[u8], layout: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("in.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output = Command::new("pdftotext").args([layout, "-enc", "UTF-8"]).arg(&file).arg("-").output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// A text in one line.
fn flowing(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn samples() -> Vec<(String, Template, Request)> {
    let catalogue = Catalogue::embedded().unwrap();
    let both = |template: &Template| {
        [("", Size::Short), ("-dai", Size::Long)].map(|(suffix, size)| {
            (format!("{}{suffix}", template.id), template.clone(), sample::request(template, &catalogue, size))
        })
    };
    catalogue.templates.iter().flat_map(both).collect()
}

#[test]
fn every_statement_looks_and_reads_as_it_did() {
    let catalogue = Catalogue::embedded().unwrap();
    for (name, template, request) in samples() {
        let number = sample::number(&request, &catalogue);
        let paper = set(&template, &request, &catalogue.kinds, &number, &options());
        golden::same_text(&format!("statements/{name}.txt"), &pdftotext(&paper.pdf, "-layout"));
        let pages = Picture::of_pages(&paper.pdf, DPI);
        let path = golden::path(&format!("statements/{name}.png"));
        let is = Picture::stacked(&pages).grey();
        if golden::renewing() {
            is.write_grey(&path);
            continue;
        }
        let difference = is.difference(&Picture::read(&path));
        if difference > TOLERANCE {
            let seen = std::env::temp_dir().join(format!("kyso-{name}.png"));
            is.write_grey(&seen);
            panic!("{name}: {:.2} % of the pixels differ; see {}", difference * 100.0, seen.display());
        }
    }
}

#[test]
fn every_statement_is_pdf_a() {
    let catalogue = Catalogue::embedded().unwrap();
    let papers = samples().into_iter().map(|(name, template, request)| {
        let number = sample::number(&request, &catalogue);
        (name, set(&template, &request, &catalogue.kinds, &number, &options()).pdf)
    });
    let papers = papers.collect::<Vec<_>>();
    let bytes = papers.iter().map(|(_, pdf)| pdf.as_slice()).collect::<Vec<_>>();
    for ((name, _), complaints) in papers.iter().zip(judges::pdfa("2b", &bytes)) {
        assert!(complaints.is_empty(), "{name}: {}", complaints.join("\n"));
    }
}

/// Row 65: whoever signs has a place, and the seal goes on the certifier's alone.
#[test]
fn those_who_sign_have_their_places() {
    let catalogue = Catalogue::embedded().unwrap();
    for (name, template, request) in samples() {
        let number = sample::number(&request, &catalogue);
        let paper = set(&template, &request, &catalogue.kinds, &number, &options());
        let place = |name: &str| paper.places.iter().find(|place| place.name == name);
        let certifier = place(SignatureRole::Certifier.place()).unwrap_or_else(|| panic!("{name}"));
        let seal = place(SEAL_PLACE).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(seal.page, certifier.page);
        assert_eq!(
            place(SignatureRole::Receiver.place()).is_some(),
            template.is_signed_by(SignatureRole::Receiver),
            "{name}"
        );
        assert_eq!(
            place(SignatureRole::Translator.place()).is_some(),
            template.is_signed_by(SignatureRole::Translator),
            "{name}"
        );
        let points = SEAL_MM * 72.0 / 25.4;
        assert!((seal.rectangle.height - points).abs() < 0.01 && seal.rectangle.width > points, "{name}: {seal:?}");
        // Over the left third of signatures from 25 to 60 mm wide in the middle of the certifier's place.
        for width in [25.0, 40.0, 60.0].map(|mm| mm * 72.0 / 25.4) {
            let edge = certifier.rectangle.centre().0 - width / 2.0 + width / 3.0;
            assert!(seal.rectangle.x <= edge - points + 0.01 && edge <= seal.rectangle.right() + 0.01, "{name}");
        }
        assert!(certifier.rectangle.height >= points - 0.01, "{name}: {certifier:?}");
        // The certifier's name stands under his place, on the same page.
        let document = kyso::Document::parse(&paper.pdf).unwrap();
        let page = document.page(certifier.page).unwrap();
        let lines = kyso_pdf::text::lines(&document, &page).unwrap();
        let last = request.certifier.name.rsplit(' ').next().unwrap();
        let under = lines.iter().any(|line| {
            line.text.ends_with(last)
                && line.baseline < certifier.rectangle.y
                && line.baseline > certifier.rectangle.y - 40.0
        });
        assert!(under, "{name}: {lines:#?}");
        // No page has the signatures alone.
        let words = ["Số chứng thực", "Ngày "];
        assert!(lines.iter().any(|line| words.iter().any(|word| line.text.starts_with(word))), "{name}: {lines:#?}");
    }
}

/// Row 14: pages that follow others go on with their numbers, and every page has one.
#[test]
fn appended_pages_go_on_counting() {
    let catalogue = Catalogue::embedded().unwrap();
    let template = catalogue.template_by_id("gd").unwrap();
    let request = sample::request(template, &catalogue, Size::Long);
    let number = sample::number(&request, &catalogue);
    let options = Options { form: Form::Appended { after: 4 }, ..options() };
    let paper = set(template, &request, &catalogue.kinds, &number, &options);
    let text = pdftotext(&paper.pdf, "-layout");
    let first = text.split('\u{c}').map(|page| page.trim().lines().next().unwrap_or_default().trim().to_owned());
    let numbers = first.filter(|line| !line.is_empty()).collect::<Vec<_>>();
    assert_eq!(numbers, (5..5 + numbers.len()).map(|number| number.to_string()).collect::<Vec<_>>());
    assert!(numbers.len() > 1);
}

/// Row 66: nothing is left blank; what is missing is named, all of it.
#[test]
fn what_is_missing_is_refused_by_name() {
    let catalogue = Catalogue::embedded().unwrap();
    let refused = |id: &str, change: &dyn Fn(&mut Request)| {
        let template = catalogue.template_by_id(id).unwrap();
        let mut request = sample::request(template, &catalogue, Size::Short);
        let number = sample::number(&request, &catalogue);
        change(&mut request);
        let error = typeset(template, &request, &catalogue.kinds, &number, &options()).unwrap_err();
        Words::neutral(Language::Vietnamese).error(&error)
    };
    let told = refused("ck-mot-nguoi-mot-cua", &|request| {
        request.receiver = None;
        request.certifier.title = "  ".into();
        request.parties[0].name.clear();
    });
    for field in ["certifier.title", "parties[0].name", "receiver"] {
        assert!(told.contains(field), "{told}");
    }
    assert!(told.starts_with("Lời chứng không được để trống"), "{told}");
    for (id, change, field) in [
        ("ck-mot-nguoi", (|request| request.certifier.name.clear()) as fn(&mut Request), "certifier.name"),
        ("ck-mot-nguoi", |request| request.place.name.clear(), "place.name"),
        ("ck-mot-nguoi", |request| request.place.outside = true, "place.time"),
        ("ck-mot-nguoi", |request| request.certifier.signature_lines.clear(), "certifier.signature-lines"),
        ("ck-mot-nguoi", |request| request.parties[0].id.number = IdNumber::new(""), "parties[0].id.number"),
        ("ck-mot-nguoi", |request| request.parties[0].id.kind = "cmnd".into(), "parties[0].id.kind"),
        ("ck-nhieu-nguoi", |request| request.parties.clear(), "parties"),
        ("gd", |request| request.transaction = None, "transaction"),
        ("gd", |request| request.parties[1].capacity = None, "parties[1].capacity"),
        ("gd", |request| request.transaction.as_mut().unwrap().recipients.clear(), "transaction.recipients"),
        ("gd-sua-doi", |request| request.earlier = None, "earlier"),
        ("cknd", |request| request.translator = None, "translator"),
        ("bsdt", |request| request.document.title.clear(), "document.title"),
    ] {
        let told = refused(id, &change);
        assert!(told.contains(field), "{id} without {field}: {told}");
    }
}

#[test]
fn drafts_and_numbers_of_other_years_are_refused() {
    let catalogue = Catalogue::embedded().unwrap();
    let template = catalogue.template_by_id("ck-mot-nguoi").unwrap();
    let request = sample::request(template, &catalogue, Size::Short);
    let number = sample::number(&request, &catalogue);
    let told = |number: &CertificationNumber, options: &Options| {
        let error = typeset(template, &request, &catalogue.kinds, number, options).unwrap_err();
        Words::neutral(Language::Vietnamese).error(&error)
    };
    let strict = Options { allow_draft: false, ..options() };
    assert!(told(&number, &strict).contains("là bản nháp"), "{}", told(&number, &strict));
    let other_year = CertificationNumber { year: number.year - 1, ..number.clone() };
    assert!(told(&other_year, &options()).contains("không thuộc năm"));
    assert!(told(&CertificationNumber { ordinal: 0, ..number.clone() }, &options()).contains("01"));
    let verified = catalogue.template_by_id("ck-mot-nguoi-mot-cua-2020").unwrap();
    let request = sample::request(verified, &catalogue, Size::Short);
    let number = sample::number(&request, &catalogue);
    set(verified, &request, &catalogue.kinds, &number, &strict);
}

/// Row 59: copies of one original, and a transaction's originals and parties, share a number.
#[test]
fn one_number_for_all_of_a_request() {
    let catalogue = Catalogue::embedded().unwrap();
    for id in ["bs", "gd"] {
        let template = catalogue.template_by_id(id).unwrap();
        let request = sample::request(template, &catalogue, Size::Long);
        let number = sample::number(&request, &catalogue);
        let text = flowing(&pdftotext(&set(template, &request, &catalogue.kinds, &number, &options()).pdf, "-raw"));
        assert_eq!(text.matches("Số chứng thực:").count(), 1, "{text}");
        assert_eq!(text.matches("128, quyển số: 01/2026-").count(), 1, "{text}");
    }
}

#[test]
fn the_same_request_gives_the_same_bytes() {
    let catalogue = Catalogue::embedded().unwrap();
    let template = catalogue.template_by_id("gd-mot-cua").unwrap();
    let request = sample::request(template, &catalogue, Size::Long);
    let number = sample::number(&request, &catalogue);
    let set = || set(template, &request, &catalogue.kinds, &number, &options());
    assert_eq!(set(), set());
}

/// JSON and TOML say the same, and nothing is lost on the way.
#[test]
fn requests_are_json_and_toml() {
    for (name, _, request) in samples() {
        let json = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<Request>(&json).unwrap(), request, "{name}");
        let toml = toml::to_string(&request).unwrap();
        assert_eq!(Request::from_toml("x.toml", &toml).unwrap(), request, "{name}\n{toml}");
        let flaw = Request::from_toml("x.toml", &format!("kindd = \"x\"\n{toml}")).unwrap_err();
        assert_eq!((flaw.line, flaw.key.as_deref()), (Some(1), Some("kindd")), "{flaw}");
    }
}

/// Every day of 2024 to 2030, against a table that was written by hand.
#[test]
fn dates_in_words() {
    let table = std::fs::read_to_string(golden::path("dates_in_words.tsv")).unwrap();
    let rows = table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect::<Vec<_>>());
    let rows =
        rows.map(|row| (row[0].to_owned(), row[1].parse::<i16>().unwrap(), row[2].to_owned())).collect::<Vec<_>>();
    assert_eq!(rows.len(), 31 + 12 + 7);
    let word = |what: &str, number: i16| {
        &rows.iter().find(|row| row.0 == what && row.1 == number).unwrap_or_else(|| panic!("{what} {number}")).2
    };
    let mut day = date(2024, 1, 1);
    let mut days = 0;
    while day < date(2031, 1, 1) {
        let expected = format!(
            "ngày {}, tháng {}, năm {}",
            word("day", day.day().into()),
            word("month", day.month().into()),
            word("year", day.year())
        );
        assert_eq!(date_in_words(day), expected);
        day = day.tomorrow().unwrap();
        days += 1;
    }
    assert_eq!(days, 2557);
}

fn name() -> impl Strategy<Value = String> {
    let syllable = prop::sample::select(vec![
        "Nguyễn",
        "Trần",
        "Đặng",
        "Võ",
        "Ưng",
        "Ỷ",
        "Thị",
        "Văn",
        "Quỳnh",
        "Hoàng",
        "Phước",
        "Ngọc",
        "Y",
        "Bhiă",
        "Ê",
        "Ẩn",
        "Ẵng",
        "Đức",
        "Uyên",
        "Smith-Jones",
        "O'Neil",
        "Nguye\u{302}\u{303}n",
    ]);
    prop::collection::vec(syllable, 1..14).prop_map(|syllables| syllables.join(" "))
}

fn days() -> impl Strategy<Value = Date> {
    (0_i64..2500).prop_map(|days| date(2025, 11, 3).checked_add(jiff::Span::new().days(days)).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever stands in a request, nothing panics, and every name and number comes back from the page.
    #[test]
    fn every_name_comes_back(
        index in any::<prop::sample::Index>(),
        long in any::<bool>(),
        names in prop::collection::vec(name(), 40),
        certifier in name(),
        count in 1_usize..40,
        day in days(),
        ordinal in 1_u32..20_000,
        after in 0_usize..30,
        body in prop::sample::select(vec![13.0, 13.5, 14.0]),
    ) {
        use unicode_normalization::UnicodeNormalization as _;
        let catalogue = Catalogue::embedded().unwrap();
        let current = catalogue.templates.iter().filter(|template| template.effective_until.is_none()).collect::<Vec<_>>();
        let template = index.get(&current);
        let mut request = sample::request(template, &catalogue, if long { Size::Long } else { Size::Short });
        request.date = day;
        request.received = None;
        request.certifier.name = certifier;
        if let Some(delegation) = &mut request.certifier.delegation {
            delegation.until = None;
        }
        if matches!(template.parties, PartyCount::Many | PartyCount::Any) {
            let first = request.parties[0].clone();
            request.parties = (0..count.max(2)).map(|index| Party {
                salutation: if index % 3 == 0 { Salutation::Ong } else { Salutation::Ba },
                id: kyso_certification::request::Id { number: IdNumber::new(format!("{:012}", index + 1)), ..first.id.clone() },
                way: first.way,
                ..first.clone()
            }).collect();
        }
        for (party, name) in request.parties.iter_mut().zip(&names) {
            party.name.clone_from(name);
        }
        let checked = check(&request, &catalogue, Switches { drafts: true });
        prop_assert!(!checked.is_refused(), "{:#?}", checked.findings);

        let number = CertificationNumber { ordinal, book: 2, ..sample::number(&request, &catalogue) };
        let options = Options { body, form: Form::Appended { after }, ..options() };
        let paper = typeset(template, &request, &catalogue.kinds, &number, &options).unwrap();
        // Page numbers stand between two lines of a name that runs over a page: they go out with the rest of the margins.
        let text: String = pdftotext(&paper.pdf, "-raw")
            .split('\u{c}')
            .flat_map(|page| {
                let lines = page.lines().map(str::to_owned).collect::<Vec<_>>();
                lines.into_iter().filter(|line| line.parse::<usize>().is_err() && !line.starts_with("Bản MẪU"))
            })
            .collect::<Vec<_>>()
            .join(" ");
        let text = flowing(&text).nfc().collect::<String>();
        let mut wanted = request.parties.iter().flat_map(|party| [party.name.clone(), party.id.number.reveal().to_owned()]).collect::<Vec<_>>();
        wanted.push(request.certifier.name.clone());
        wanted.extend(request.receiver.iter().map(|receiver| receiver.name.clone()));
        wanted.push(format!("{ordinal:02}, quyển số: 02/{}-{}", day.year(), number.symbol));
        if template.names(kyso_certification::template::Placeholder::DateWords) {
            wanted.push(date_in_words(day));
        }
        for wanted in wanted {
            let wanted = wanted.nfc().collect::<String>();
            // A line may end after a hyphen, where a reader sees no space.
            let (text, wanted) = (text.replace(' ', ""), wanted.replace(' ', ""));
            prop_assert!(text.contains(&wanted), "{wanted} isn't in\n{text}");
        }
    }

    /// A template's file with anything in it is taken or refused with its place, and nothing panics.
    #[test]
    fn any_template_is_taken_or_refused(
        index in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        length in 0_usize..40,
        put in prop_oneof![
            Just(String::new()),
            ".{0,12}",
            prop::sample::select(vec!["{{", "}}", "**", "*", "\"", "[[part]]", "= ", "\n", "{{party.name}}", "each = \"parties\"\n"])
                .prop_map(str::to_owned),
        ],
    ) {
        let catalogue = Catalogue::embedded().unwrap();
        let text = Catalogue::embedded_text(&index.get(&catalogue.templates).id).unwrap();
        let characters = text.chars().collect::<Vec<_>>();
        let start = at.index(characters.len());
        let end = (start + length).min(characters.len());
        let text = characters[..start].iter().collect::<String>() + &put + &characters[end..].iter().collect::<String>();
        if let Err(flaws) = Catalogue::with_files(&[("x.toml".to_owned(), text)]) {
            for flaw in flaws {
                prop_assert!(flaw.file == "x.toml" && flaw.line.is_some(), "{flaw}");
            }
        }
    }
}
