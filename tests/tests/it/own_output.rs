//! What kyso signs, kyso verifies: files as programs in the field write them are signed, sealed and valid, or refused
//! before the key is used.

use kyso::{Code, Document, Error, Indication, Place, Role};
use kyso_pdf::SignatureField;
use kyso_tests::first_step::{FONT, first_step, holds, holds_with, page, paper, refused, with};
use kyso_tests::shapes::writer::{Layout, Xref, stream, write};
use kyso_tests::{attacks, forge, keys, shapes, signing};
use kyso_words::Words;

const NOTE: &str = "/Type /Annot /Subtype /FreeText /F 4 /DA (/F1 9 Tf) /Contents (Note)";

/// A paper of so many pages, each with these annotations.
fn pages(count: u32, annotations: &[&str]) -> Vec<u8> {
    let mut objects = paper();
    let kids: String = (0..count).map(|at| format!("{} 0 R ", 10 + at)).collect();
    objects.insert(2, format!("<< /Type /Pages /Kids [{kids}] /Count {count} >>").into_bytes());
    let list: String = (0..annotations.len()).map(|at| format!("{} 0 R ", 100 + at)).collect();
    for at in 0..count {
        objects.insert(10 + at, page(&format!("/Annots [{list}]")).into_bytes());
    }
    for (number, annotation) in (100..).zip(annotations) {
        objects.insert(number, format!("<< {annotation} >>").into_bytes());
    }
    write(&objects, &Layout::default())
}

fn link(rect: &str, more: &str) -> String {
    format!("/Type /Annot /Subtype /Link /Rect [{rect}] {more} /A << /S /URI /URI (https://example.org/) >>")
}

#[test]
fn links_that_draw_nothing_hide_nothing() {
    let bare = |rect| link(rect, "/Border [0 0 0]");
    let (one, other) = (bare("80 700 200 720"), bare("80 700 240 721"));
    holds("one over the other", &pages(5, &[&one, &other]));
    holds("three", &pages(5, &[&one, &other, &bare("90 690 100 730")]));
    let noted = format!("{NOTE} /Rect [190 690 300 710]");
    holds("under a note", &pages(5, &[&one, &noted]));
    let rounded = link("80 700 240 721", "/Border [5 5 0.0]");
    holds("with rounded corners", &pages(5, &[&one, &rounded]));
}

#[test]
fn annotations_over_one_another_on_many_pages_are_refused_at_once_and_by_their_name() {
    let framed = |rect| link(rect, "/Border [0 0 1]");
    let overlap = "sign.annotations-overlap";
    refused("framed links", &pages(3, &[&framed("80 700 200 720"), &framed("80 700 240 721")]), overlap);
    refused("framed by default", &pages(3, &[&link("80 700 200 720", ""), &link("80 700 240 721", "")]), overlap);
    let note = |rect: &str| format!("{NOTE} /Rect [{rect}]");
    let notes = [note("80 700 200 720"), note("80 700 240 721")];
    refused("notes", &pages(3, &[&notes[0], &notes[1]]), overlap);
    holds("notes on two pages", &pages(2, &[&notes[0], &notes[1]]));
    // Whoever signed it: the seal's reason is the true one.
    let signed = signing::sign_unjudged(
        &pages(3, &[&notes[0], &notes[1]]),
        &signing::parameters(Role::Leader),
        &keys::signer(&keys::LEADER),
    );
    let document = Document::parse(&signed).unwrap();
    let sealed = kyso::seal(
        &document,
        &keys::signer(&keys::SEAL),
        &signing::plain_seal(),
        &signing::policy(),
        &kyso::Outside::default(),
    );
    let Err(Error::Refused { rule: Code::SealNoLeaderSignature, reason }) = sealed else { panic!("{sealed:?}") };
    let told = Words::neutral(kyso::Language::English).reason(&reason).unwrap();
    assert!(told.contains("two annotations lie over one another"), "{told}");
    assert!(!told.contains("changes"), "{told}");
}

#[test]
fn a_key_that_stands_twice_is_written_once() {
    let field = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (x) /Rect [80 500 200 520] /P 3 0 R /F 4 /F 4 \
                 /AP << /N 6 0 R /N 6 0 R >> >>";
    let form = String::from_utf8(stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9]", b"")).unwrap();
    let fields =
        "<< /Fields [] /Fields [8 0 R] /DA (/Helv 0 Tf 0 g) /DR << /Font << /H 5 0 R /Z 7 0 R /H 7 0 R >> >> >>";
    let many: String = (0..40).map(|number| format!("/K{number} {number} ")).collect();
    let large = page(&format!("{many} /Tabs /S /Tabs /S"));
    let group = "/Group << /S /Transparency /CS /DeviceRGB >> /Group << /S /Transparency /CS /DeviceRGB >>";
    let cases: &[(&str, &[(u32, &str)])] = &[
        ("in the page", &[(3, &page(group))]),
        ("in a dictionary of the page", &[(3, &page("/Group << /S /Transparency /CS /DeviceGray /CS /DeviceRGB >>"))]),
        (
            "a list of annotations",
            &[(3, &page("/Annots [] /Annots [8 0 R]")), (8, &format!("<< {} >>", link("80 600 200 620", "")))],
        ),
        ("of a large page, alike", &[(3, &large)]),
        ("in the catalog", &[(1, "<< /Type /Catalog /Pages 2 0 R /Lang (vi) /Lang (vi-VN) /Type /Catalog >>")]),
        (
            "in the form",
            &[
                (1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 9 0 R >>"),
                (3, &page("/Annots [8 0 R]")),
                (6, &form),
                (7, FONT),
                (8, field),
                (9, fields),
            ],
        ),
        (
            "in a form within the catalog",
            &[
                (1, &format!("<< /Type /Catalog /Pages 2 0 R /AcroForm {fields} >>")),
                (3, &page("/Annots [8 0 R]")),
                (6, &form),
                (7, FONT),
                (8, field),
            ],
        ),
        (
            "in an annotation of the page's own list",
            &[(3, &page("/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /F 4 /F 4 >>]"))],
        ),
    ];
    for (name, changes) in cases {
        for file in with(changes) {
            holds(name, &file);
        }
    }
}

#[test]
fn a_key_that_programs_read_differently_is_refused() {
    let many: String = (0..40).map(|number| format!("/K{number} {number} ")).collect();
    let fonts = format!("/Group << /A 1 {many} /A 2 >>");
    for file in with(&[(3, &page(&fonts))]) {
        refused("in a large dictionary", &file, "document.key-twice");
    }
}

#[test]
fn a_signature_field_whose_keys_stand_twice_is_filled() {
    let field = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Here) /Rect [300 90 530 210] /P 3 0 R /F 4 /F 4 \
                 /MK << /R 0 /R 0 >> >>";
    let form = "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [8 0 R] /SigFlags 0 /SigFlags 1 >> >>";
    for file in with(&[(1, form), (3, &page("/Annots [8 0 R]")), (8, field)]) {
        let here = signing::leader_parameters().field("Here").place(Place::Field);
        holds_with("a field", &file, &here);
    }
}

#[test]
fn fields_may_hang_under_the_form_itself() {
    let look =
        String::from_utf8(stream("/Type /XObject /Subtype /Form /BBox [0 0 120 20]", b"0 g 0 0 9 9 re f")).unwrap();
    let field = |name: &str, rect: &str, parent: &str| {
        format!(
            "<< /Type /Annot /Subtype /Widget /FT /Tx /T ({name}) /V (x) /DA (/Helv 9 Tf 0 g) /Rect [{rect}] /P 3 0 R /F 4 \
             {parent} /AP << /N 20 0 R >> >>"
        )
    };
    let (one, other) = (field("a", "80 500 200 520", "/Parent 9 0 R"), field("b", "80 400 200 420", "/Parent 9 0 R"));
    for file in with(&[
        (1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 9 0 R >>"),
        (3, &page("/Annots [8 0 R 10 0 R]")),
        (8, &one),
        (9, "<< /Fields [8 0 R 10 0 R] /DA (/Helv 9 Tf 0 g) /DR << /Font << /Helv 5 0 R >> >> >>"),
        (10, &other),
        (20, &look),
    ]) {
        holds("two fields", &file);
    }
    for file in with(&[
        (1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 9 0 R >>"),
        (3, &page("/Annots [8 0 R 10 0 R]")),
        (8, &one),
        (9, "<< /Fields [8 0 R] /DA (/Helv 9 Tf 0 g) >>"),
        (10, &other),
        (20, &look),
    ]) {
        holds("one that the form doesn't list", &file);
    }
}

#[test]
fn a_form_and_a_page_may_list_the_same() {
    let field = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /Rect [80 500 200 520] /P 3 0 R /F 4 >>";
    for file in with(&[
        (1, "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields 9 0 R >> >>"),
        (3, &page("/Annots 9 0 R")),
        (8, field),
        (9, "[8 0 R]"),
    ]) {
        let signed = first_step(&file, &signing::leader_parameters()).unwrap();
        assert_eq!(SignatureField::all(&Document::parse(&signed).unwrap()).unwrap().len(), 1);
        holds("one array", &file);
    }
}

/// Usage rights as Acrobat writes them, over all of the file.
fn with_usage_rights(method: &str) -> Vec<u8> {
    let signature = format!(
        "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 0000000000 0000000000 \
         0000000000] /Contents <{}> /Reference [<< /Type /SigRef /TransformMethod /{method} /TransformParams << /V /2.2 \
         /Document [/FullSave] >> >>] >>",
        "0".repeat(12_000)
    );
    let catalog = format!("<< /Type /Catalog /Pages 2 0 R /Perms << /{method} 9 0 R >> >>");
    let file = with(&[(1, &catalog), (9, &signature)]).remove(0);
    let open = file.windows(11).position(|window| window == b"/Contents <").unwrap() + 10;
    let close = open + file[open..].iter().position(|&byte| byte == b'>').unwrap() + 1;
    let unfinished = forge::signatures(&file).remove(0);
    let ranged = forge::with_byte_range(&file, &unfinished, [0, open, close, file.len() - close]);
    let ranged_signature = forge::signatures(&ranged).remove(0);
    let vendor = keys::signer(&keys::SEAL);
    let cms = forge::cms(&ranged_signature.covered(&ranged), &vendor, &keys::SEAL.chain_der);
    forge::with_contents(&ranged, ranged_signature.hole(), &cms)
}

#[test]
fn usage_rights_are_nobodys_signature() {
    for method in ["UR3", "UR"] {
        let file = with_usage_rights(method);
        let report = kyso::verify(&file, &signing::policy()).unwrap();
        assert!(report.signatures.is_empty() && !report.is_flawed(), "{report:#?}");
        holds(method, &file);
        // Pages may be added to it: nobody has signed it.
        let document = Document::parse(&file).unwrap();
        let pages = shapes::plain();
        assert!(kyso::append(&document, &Document::parse(&pages).unwrap()).is_ok());
    }
}

#[test]
fn a_signature_that_no_field_reaches_is_still_told() {
    let file = with_usage_rights("DocMDP");
    let report = kyso::verify(&file, &signing::policy()).unwrap();
    assert_eq!(report.signatures.len(), 1, "{report:#?}");
}

#[test]
fn a_page_that_is_shown_twice_gets_no_picture() {
    for file in with(&[(2, "<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>")]) {
        assert_eq!(Document::parse(&file).unwrap().page_count().unwrap(), 2);
        refused("a page twice", &file, "page.repeated");
        holds_with("out of sight", &file, &signing::parameters(Role::Leader));
    }
    let branch = "<< /Type /Pages /Parent 2 0 R /Kids [3 0 R] /Count 1 >>";
    for file in with(&[(2, "<< /Type /Pages /Kids [7 0 R 7 0 R] /Count 2 >>"), (7, branch)]) {
        refused("a branch twice", &file, "page.repeated");
    }
    let beside = "<< /Type /Pages /Kids [6 0 R 3 0 R 3 0 R] /Count 3 >>";
    for file in with(&[(2, beside), (6, &page(""))]) {
        holds("a page beside one that is shown twice", &file);
    }
}

#[test]
fn a_page_tree_that_leads_in_a_circle_is_refused() {
    for (name, tree, node) in [
        ("the root under itself", "<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2 >>", "null"),
        (
            "a branch under itself",
            "<< /Type /Pages /Kids [3 0 R 7 0 R] /Count 2 >>",
            "<< /Type /Pages /Parent 2 0 R /Kids [7 0 R] /Count 1 >>",
        ),
    ] {
        for file in with(&[(2, tree), (7, node)]) {
            refused(name, &file, "document.page-tree");
            let unseen = first_step(&file, &signing::parameters(Role::Leader));
            assert_eq!(unseen, Err("document.page-tree".to_owned()), "{name}");
        }
    }
    // Each branch lists the next one twice: more nodes than anybody walks.
    let mut objects = paper();
    objects.insert(2, b"<< /Type /Pages /Kids [100 0 R 100 0 R] /Count 2 >>".to_vec());
    for number in 100..150 {
        objects.insert(number, format!("<< /Type /Pages /Kids [{0} 0 R {0} 0 R] /Count 2 >>", number + 1).into_bytes());
    }
    objects.insert(150, page("").into_bytes());
    assert!(first_step(&write(&objects, &Layout::default()), &signing::leader_parameters()).is_err());
}

#[test]
fn a_place_that_was_never_filled_is_refused() {
    let field = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Here) /Rect [300 90 530 210] /P 3 0 R /F 4 /V 9 0 R >>";
    let form = "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [8 0 R] /SigFlags 3 >> >>";
    let value = |range: &str, contents: &str| {
        format!(
            "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange {range} /Contents {contents} >>"
        )
    };
    let zeros = format!("<{}>", "0".repeat(400));
    let stars = "[0 /********** /********** /**********]";
    for (name, value) in [
        ("stars", value(stars, &zeros)),
        ("zeros", value("[0 0 0 0]", &zeros)),
        ("nothing", value("[0 0 0 0]", "<>")),
        ("no signature", value("[0 10 20 30]", "<30033001>")),
    ] {
        for file in with(&[(1, form), (3, &page("/Annots [8 0 R]")), (8, field), (9, &value)]) {
            refused(name, &file, "sign.flawed-file");
        }
    }
}

#[test]
fn a_page_that_cannot_be_read_is_refused_before_another_is_signed() {
    let tree = "<< /Type /Pages /Kids [3 0 R 6 0 R] /Count 2 >>";
    let broken = page("7");
    let file = with(&[(2, tree), (6, &broken)]).remove(0);
    refused("a page", &file, "unreadable");
    let unseen = first_step(&file, &signing::parameters(Role::Leader));
    assert_eq!(unseen, Err("sign.would-not-verify".to_owned()));
    let unreadable_list = with(&[(2, tree), (6, &page("/Annots 7 0 R")), (7, "[ 1 0 R > ]")]).remove(0);
    refused("a page's annotations", &unreadable_list, "sign.would-not-verify");
}

#[test]
fn an_earlier_signature_that_was_changed_is_refused() {
    for case in attacks::all().into_iter().filter(|case| case.name.contains("field-filled")) {
        let report = kyso::verify(&case.bytes, &signing::policy()).unwrap();
        let changed = report.signatures.iter().any(|row| !row.modifications_allowed);
        let refused = first_step(&case.bytes, &signing::parameters(Role::Leader));
        assert!(!changed || refused.is_err(), "{}", case.name);
    }
}

#[test]
fn what_was_written_is_read_back() {
    let file = shapes::plain();
    let document = Document::parse(&file).unwrap();
    let signed = kyso::sign(
        &document,
        &keys::signer(&keys::LEADER),
        &signing::leader_parameters(),
        &kyso::SigningOptions::default(),
    )
    .unwrap();
    let written = signed.tail.after(&file);
    kyso::demand_valid_output(&document, &signed, &written).unwrap();
    let at = file.windows(5).position(|window| window == b"0.2 g").unwrap();
    let mut changed = written.clone();
    changed[at + 2] = b'3';
    let refused = kyso::demand_valid_output(&document, &signed, &changed);
    assert!(matches!(refused, Err(Error::Refused { rule: Code::SignChangedMeanwhile, .. })), "{refused:?}");
    for cut in [written.len() - 10, file.len(), 20] {
        assert!(kyso::demand_valid_output(&document, &signed, &written[..cut]).is_err(), "{cut}");
    }
}

/// Whatever the file: signed and sealed it's valid, or the first step says no.
#[test]
fn every_file_is_valid_in_the_end_or_refused_at_the_beginning() {
    let shapes = shapes::all().into_iter().map(|shape| (shape.name.to_owned(), shape.bytes));
    // Neighbours are much alike.
    let attacked = attacks::all().into_iter().step_by(3).map(|case| (case.name, case.bytes));
    let (mut signed, mut refused) = (0, 0);
    for (name, file) in shapes.chain(attacked) {
        let Ok(by_leader) = first_step(&file, &signing::parameters(Role::Leader)) else {
            refused += 1;
            continue;
        };
        let report = kyso::verify(&by_leader, &signing::policy()).unwrap();
        assert!(!report.is_flawed(), "{name}: {:#?}", report.findings);
        assert!(report.signatures.iter().all(|row| row.modifications_allowed), "{name}: {report:#?}");
        let own = report.signatures.iter().filter(|row| row.indication == Indication::TotalPassed).count();
        assert!(own > 0, "{name}");
        let document = Document::parse(&by_leader).unwrap();
        let sealing = signing::plain_seal();
        match kyso::seal(&document, &keys::signer(&keys::SEAL), &sealing, &signing::policy(), &kyso::Outside::default())
        {
            Ok(sealed) => {
                let report = kyso::verify(&sealed.tail.after(&by_leader), &signing::policy()).unwrap();
                assert!(!report.is_flawed(), "{name}");
                assert!(report.signatures.iter().all(|row| row.modifications_allowed), "{name}: {report:#?}");
                signed += 1;
            }
            Err(error) => panic!("{name}: signed, but not sealed: {error}"),
        }
    }
    assert!(signed > 30 && refused > 30, "{signed} signed, {refused} refused");
}

/// A reference without an object shows nothing. Were a new object given its number, the file's maker would choose where a
/// signature's picture is drawn.
#[test]
fn what_the_file_refers_to_and_has_not_stays_nothing() {
    let mut asked = 0;
    for number in (6..30).chain([100, 999]) {
        let opened = format!("<< /Type /Catalog /Pages 2 0 R /OpenAction {number} 0 R >>");
        let drawn = page(&format!("/Annots [{number} 0 R] /Group {number} 0 R"));
        for bytes in [with(&[(1, &opened)]), with(&[(3, &drawn)])].concat() {
            let document = Document::parse(&bytes).unwrap();
            let signer = keys::signer(&keys::LEADER);
            let Ok(signed) =
                kyso::sign(&document, &signer, &signing::leader_parameters(), &kyso::SigningOptions::default())
            else {
                continue;
            };
            asked += 1;
            let signed = signed.tail.after(&bytes);
            let signed = Document::parse(&signed).unwrap();
            // A cross-reference stream is the one object of the file's own behind the paper's.
            let own = document.object((number, 0)).is_ok_and(|object| !object.is_null());
            assert!(own || signed.object((number, 0)).is_ok_and(|object| object.is_null()), "{number}");
        }
    }
    assert!(asked > 100, "{asked} of 156 were signed");
}

/// An update says again all that the trailer says, in every kind of cross-reference (ISO 32000-2, 7.5.6).
#[test]
fn entries_of_the_trailer_are_kept() {
    let trailer = "/DocChecksum /ABCDEF /Custom 9 0 R /List [9 0 R (x)] /ID [<00> <01>] ";
    for xref in [Xref::Table, Xref::Stream, Xref::Compressed, Xref::Hybrid] {
        let mut objects = paper();
        objects.insert(9, b"<< /A 1 >>".to_vec());
        let file = write(&objects, &Layout { xref, trailer, ..Layout::default() });
        let signed = first_step(&file, &signing::leader_parameters()).unwrap();
        let (before, after) = (Document::parse(&file).unwrap(), Document::parse(&signed).unwrap());
        for key in ["DocChecksum", "Custom", "List", "ID", "Root"] {
            let of = |document: &Document<'_>| document.trailer().get(key.as_bytes()).unwrap().clone();
            assert_eq!(of(&before), of(&after), "{key} in {xref:?}");
        }
        assert!(!after.trailer().has(b"XRefStm"), "{xref:?}");
        holds("a trailer with more", &file);
    }
}
