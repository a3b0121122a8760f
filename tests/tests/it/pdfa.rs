//! Papers that the typesetter makes: PDF/A-2b in an outside judge's eyes, before they are signed and after.

use std::path::Path;
use std::process::Command;

use kyso::appearance::{Appearance, InkImage};
use kyso::validate::Coverage;
use kyso::{Document, FieldToReserve, Indication, Place, Role, SignatureParameters};
use kyso_certification::text;
use kyso_certification::typeset::sheet::Typeset;
use kyso_tests::picture::Picture;
use kyso_tests::{golden, judges, keys, papers, samples, shapes, signing};

/// PDF/A-2b, the same with all text in Unicode, and the same with its structure.
const PROFILES: [&str; 3] = ["2b", "2u", "2a"];

/// A file's name, how many signatures it has, the file.
type Paper<'p> = (&'p str, usize, &'p [u8]);

fn conforms(files: &[Paper<'_>]) {
    let bytes: Vec<&[u8]> = files.iter().map(|(_, _, bytes)| *bytes).collect();
    let mut wrong = Vec::new();
    for profile in PROFILES {
        for ((name, signatures, _), found) in files.iter().zip(judges::pdfa(profile, &bytes)) {
            for line in found {
                // The papers claim level B: what the other levels say of that claim alone doesn't count.
                let claim = profile != "2b" && is_the_claim(&line);
                // Of several signatures only the last can cover the whole file, as each did when it was made
                // (6.4.3): the step before is judged too, and `passed` demands that they cover their revisions.
                let earlier = *signatures > 1 && line.contains("SIGNATURE-BYTERANGE");
                if !claim && !earlier {
                    wrong.push(format!("{name}: {profile}: {line}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn is_the_claim(line: &str) -> bool {
    line.contains("-ID-")
}

/// What a command prints about a file; it must succeed without a word of complaint.
fn told(command: &str, arguments: &[&str], bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, bytes).unwrap();
    let (before, after): (Vec<&str>, Vec<&str>) = arguments.iter().partition(|argument| argument.starts_with("--"));
    let done = Command::new(command).args(before).arg(&file).args(after).output().unwrap();
    let complaint = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success() && complaint.is_empty(), "{command}: {complaint}");
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn every_kind_of_paper_conforms() {
    let kinds = papers::kinds();
    conforms(&kinds.iter().map(|(name, paper)| (*name, 0, paper.pdf.as_slice())).collect::<Vec<_>>());
    // Whoever can't see them can read them too: PDF/UA-1, but for the claim.
    let bytes: Vec<&[u8]> = kinds.iter().map(|(_, paper)| paper.pdf.as_slice()).collect();
    for ((name, _), wrong) in kinds.iter().zip(judges::pdfa("ua1", &bytes)) {
        assert!(wrong.iter().all(|line| is_the_claim(line)), "{name}: {wrong:?}");
    }
    for (name, paper) in &kinds {
        assert!(told("qpdf", &["--check"], &paper.pdf).contains("No syntax or stream encoding errors"), "{name}");
        let fonts = told("pdffonts", &[], &paper.pdf);
        for font in fonts.lines().skip(2) {
            // emb, sub, uni
            assert!(font.contains("yes yes yes"), "{name}: {font}");
        }
    }
}

/// The judge can say no: a file of ours that lost what PDF/A asks for, and one that never had it.
#[test]
fn other_files_do_not_conform() {
    let paper = papers::agency_paper().pdf;
    let without = |key: &str, instead: &str| {
        assert_eq!(key.len(), instead.len());
        let at = paper.windows(key.len()).position(|window| window == key.as_bytes()).unwrap();
        let mut bytes = paper.clone();
        bytes[at..at + key.len()].copy_from_slice(instead.as_bytes());
        bytes
    };
    let files = [
        shapes::plain(),
        without("/OutputIntents", "/OutputXntents"),
        without("<pdfaid:part>2", "<pdfaid:part>1"),
        without("/FontFile2", "/FontFileX"),
    ];
    let files: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
    for (number, wrong) in judges::pdfa("2b", &files).into_iter().enumerate() {
        assert!(!wrong.is_empty(), "file {number}");
    }
    let untagged = without("/StructTreeRoot ", "/XtructTreeRoot ");
    let wrong = judges::pdfa("2a", &[&untagged, &paper]);
    assert!(
        wrong[0].iter().any(|line| !is_the_claim(line)) && wrong[1].iter().all(|line| is_the_claim(line)),
        "{wrong:?}"
    );
}

fn reserved(paper: &Typeset) -> Vec<u8> {
    let mut fields: Vec<FieldToReserve> = paper.places.iter().map(FieldToReserve::from).collect();
    // The seal's place lies over the leader's.
    let leader = paper.places.iter().find(|place| place.name == "leader").unwrap();
    let mut rectangle = leader.rectangle;
    rectangle.x -= 60.0;
    rectangle.width = 200.0;
    fields.push(FieldToReserve::new("seal", Place::Rectangle { page: leader.page, rectangle }));
    let document = Document::parse(&paper.pdf).unwrap();
    let tail = kyso::reserve(&document, &fields).unwrap();
    [paper.pdf.as_slice(), &tail.bytes].concat()
}

fn filled<S>(parameters: SignatureParameters<S>, field: &str, appearance: Appearance) -> SignatureParameters<S> {
    parameters.field(field).place(Place::Field).appearance(appearance)
}

fn passed(bytes: &[u8], signatures: usize) {
    let report = kyso::verify(bytes, &signing::policy()).unwrap();
    assert_eq!(report.signatures.len(), signatures);
    for signature in &report.signatures {
        assert_eq!(signature.indication, Indication::TotalPassed, "{:?}", signature.findings);
        assert!(signature.modifications_allowed, "{:?}", signature.findings);
        assert!(matches!(signature.coverage, Coverage::WholeFile | Coverage::WholeRevision));
    }
}

/// Reserved, received, signed and sealed: the file after each step.
fn steps(paper: &Typeset) -> [Vec<u8>; 4] {
    let ink = |width| Appearance::Image(InkImage::signature(&samples::signature(), width).unwrap());
    let seal = Appearance::Image(InkImage::seal(&samples::seal(), 30.0).unwrap());
    let leader = keys::signer(&keys::LEADER);
    let empty = reserved(paper);
    let receiver = filled(signing::parameters(Role::Other), "receiver", ink(30.0));
    let received = signing::sign(&empty, &receiver, &leader);
    let signed = signing::sign(&received, &filled(signing::parameters(Role::Leader), "leader", ink(42.0)), &leader);
    let sealing = filled(signing::plain_seal(), "seal", seal);
    let sealed = signing::seal(&signed, &sealing, &keys::signer(&keys::SEAL));
    [empty, received, signed, sealed]
}

/// Each step leaves the file PDF/A, and every signature good.
#[test]
fn papers_stay_so_while_they_are_signed() {
    for paper in [papers::letter(papers::SENTENCE), papers::statement()] {
        let [empty, received, signed, sealed] = steps(&paper);
        conforms(&[
            ("reserved", 0, &empty),
            ("received", 1, &received),
            ("signed", 2, &signed),
            ("sealed", 3, &sealed),
        ]);
        passed(&sealed, 3);
        told("qpdf", &["--check"], &sealed);
    }
}

/// Without reserved fields: at an anchor, in a corner with text, invisibly, and with a place where nothing is seen.
#[test]
fn papers_stay_so_however_they_are_signed() {
    let paper = papers::letter(papers::SENTENCE).pdf;
    let copy = text::copy_lines(text::FormOfCopy::SaoY, "Ủy ban nhân dân xã Bình Minh", *keys::NOW);
    let ink = InkImage::signature(&samples::signature(), 40.0).unwrap();
    let place = |place, appearance| signing::parameters(Role::Leader).place(place).appearance(appearance);
    let leader = keys::signer(&keys::LEADER);
    let by_anchor =
        signing::sign(&paper, &place(Place::Anchor { text: papers::ANCHOR.into() }, Appearance::Image(ink)), &leader);
    let in_the_corner = signing::sign(&by_anchor, &place(Place::TopRight, text::set(&copy).unwrap()), &leader);
    let invisible = signing::sign(&in_the_corner, &signing::parameters(Role::Leader), &leader);
    conforms(&[("by anchor", 1, &by_anchor), ("in the corner", 2, &in_the_corner), ("invisible", 3, &invisible)]);
    passed(&invisible, 3);
}

/// Letter by letter, though what was written had its accents apart.
#[test]
fn the_text_comes_back() {
    for text in [papers::SENTENCE.to_owned(), apart(papers::SENTENCE)] {
        let told = told("pdftotext", &["-"], &papers::letter(&text).pdf);
        let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(papers::SENTENCE), "{words}");
    }
    let book = told("pdftotext", &["-"], &papers::register_book(5).pdf);
    assert!(book.contains("Công Tằng Tôn Nữ") && book.contains("50.000"), "{book}");
}

/// The accents of the sentence's most laden letters, apart (NFD).
fn apart(text: &str) -> String {
    let pairs = [
        ("ủ", "u\u{309}"),
        ("ề", "e\u{302}\u{300}"),
        ("ế", "e\u{302}\u{301}"),
        ("ợ", "o\u{31b}\u{323}"),
        ("ộ", "o\u{323}\u{302}"),
        ("à", "a\u{300}"),
        ("ệ", "e\u{323}\u{302}"),
    ];
    pairs.iter().fold(text.to_owned(), |text, (whole, parts)| text.replace(whole, parts))
}

#[test]
fn pages_look_as_they_did() {
    let book = papers::register_book(70);
    let letter = papers::letter(papers::SENTENCE);
    let [.., sealed] = steps(&papers::statement());
    for (name, pdf, page) in [
        ("register-book", &book.pdf, 1),
        ("register-book-last", &book.pdf, last(&book)),
        ("letter", &letter.pdf, 1),
        ("letter-last", &letter.pdf, last(&letter)),
        ("agency-paper", &papers::agency_paper().pdf, 1),
        ("statement-sealed", &sealed, 1),
    ] {
        let (is, path) = (Picture::of(pdf, page, 100), golden::path(&format!("pages/{name}.png")));
        if golden::renewing() {
            is.write(&path);
            continue;
        }
        assert_same(&is, &path, name);
    }
}

fn last(paper: &Typeset) -> usize {
    Document::parse(&paper.pdf).unwrap().page_count().unwrap()
}

fn assert_same(is: &Picture, path: &Path, name: &str) {
    let difference = is.difference(&Picture::read(path));
    // Renderers round edges each in their own way.
    if difference > 0.002 {
        let seen = std::env::temp_dir().join(format!("kyso-{name}.png"));
        is.write(&seen);
        panic!("{name}: {:.2} % of the pixels differ; see {}", difference * 100.0, seen.display());
    }
}
