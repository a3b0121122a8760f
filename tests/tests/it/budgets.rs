//! Files that want to hurt by being large, deep or long: each is refused with the name of the bound that it reached, or
//! the bound is told as a finding. Nothing here is timed: without the bounds these tests wouldn't come back.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use kyso::asn1::{self, oid};
use kyso::error::Subject;
use kyso::{Code, Document, Error, Report};
use kyso_pdf::text;
use kyso_tests::shapes::writer::{Layout, Objects, Xref, object, stream, write};
use kyso_tests::{forge, keys, shapes, signing};

fn objects() -> Objects {
    let body = |text: &str| text.as_bytes().to_vec();
    Objects::from([
        (1, body("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] >> >>")),
        (2, body("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")),
        (3, body("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>")),
        (4, stream("", b"BT ET")),
    ])
}

/// The file with these bodies in place of its own, or beside them.
fn with<B: AsRef<[u8]>>(bodies: impl IntoIterator<Item = (u32, B)>, xref: Xref) -> Vec<u8> {
    let mut objects = objects();
    objects.extend(bodies.into_iter().map(|(number, body)| (number, body.as_ref().to_vec())));
    write(&objects, &Layout { xref, ..Layout::default() })
}

fn zeros(megabytes: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    (0..megabytes).for_each(|_| encoder.write_all(&vec![0; 1 << 20]).unwrap());
    encoder.finish().unwrap()
}

#[track_caller]
fn assert_named<T>(answer: Result<T, impl Into<Error>>, name: &str) {
    match answer.map_err(Into::into) {
        Err(Error::Budget { budget, .. }) => assert_eq!(budget, name),
        Err(other) => panic!("{name}: {other}"),
        Ok(_) => panic!("{name}: nothing is said"),
    }
}

fn verify(file: &[u8]) -> Result<Report, Error> {
    kyso::verify(file, &signing::policy())
}

#[test]
fn one_object() {
    let deep = format!("<< /Type /Catalog /Pages 2 0 R /X {}{} >>", "[".repeat(100_000), "]".repeat(100_000));
    assert_named(verify(&with([(1, deep)], Xref::Table)), "nesting depth");
    let wide = format!("<< /Type /Catalog /Pages 2 0 R /X [{}] >>", "0 ".repeat(600_000));
    assert_named(verify(&with([(1, wide)], Xref::Table)), "memory of one object");
    let name = format!("<< /Type /Catalog /Pages 2 0 R /X /{} >>", "a".repeat(5_000));
    assert_named(verify(&with([(1, name)], Xref::Table)), "length of a name");
    let string = format!("<< /Type /Catalog /Pages 2 0 R /X ({}) >>", "a".repeat(17 << 20));
    assert_named(verify(&with([(1, string)], Xref::Table)), "length of a string");
}

#[test]
fn the_cross_reference() {
    let mut chain = with::<&str>([], Xref::Table);
    let mut previous =
        String::from_utf8_lossy(&chain).rsplit("startxref\n").next().unwrap().split('\n').next().unwrap().to_owned();
    for _ in 0..4200 {
        let at = chain.len();
        let rows = format!("xref\n0 0\ntrailer\n<< /Size 5 /Root 1 0 R /Prev {previous} >>\nstartxref\n{at}\n%%EOF\n");
        chain.extend_from_slice(rows.as_bytes());
        previous = at.to_string();
    }
    assert_named(verify(&chain), "number of cross-reference sections");

    let mut bomb = with::<&str>([], Xref::Table);
    let at = bomb.len();
    let rows = "/Type /XRef /Size 9 /Root 1 0 R /W [1 4 2] /Filter /FlateDecode";
    bomb.extend(b"9 0 obj\n");
    bomb.extend(stream(rows, &zeros(200)));
    bomb.extend(format!("\nendobj\nstartxref\n{at}\n%%EOF\n").into_bytes());
    assert_named(verify(&bomb), "bytes of a decoded stream");

    let mut lost = b"%PDF-1.7\n".to_vec();
    for number in 1..=500_001 {
        lost.extend(object(number, b"0"));
    }
    assert_named(verify(&lost), "number of objects in a file without cross-reference");
}

#[test]
fn what_streams_expand_to() {
    let bomb = stream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", &zeros(200));
    let mut file = with([(9, bomb)], Xref::Table);
    // A hidden row says that object 3 is in the bomb.
    let at = file.len();
    let mut rows = vec![2];
    rows.extend([0, 0, 0, 9, 0, 0]);
    file.extend(b"10 0 obj\n");
    let previous =
        String::from_utf8_lossy(&file).rsplit("startxref\n").next().unwrap().split('\n').next().unwrap().to_owned();
    let dictionary = format!("/Type /XRef /Size 11 /Root 1 0 R /W [1 4 2] /Index [3 1] /Prev {previous}");
    file.extend(stream(&dictionary, &rows));
    file.extend(format!("\nendobj\nstartxref\n{at}\n%%EOF\n").into_bytes());
    assert_named(Document::parse(&file).unwrap().page(1), "bytes of a decoded stream");

    let content = stream("/Filter /FlateDecode", &zeros(200));
    let file = with([(4, content)], Xref::Table);
    let document = Document::parse(&file).unwrap();
    assert_named(document.page(1).unwrap().content(&document), "bytes of a decoded stream");
    assert_named(text::lines(&document, &document.page(1).unwrap()), "bytes of a decoded stream");
}

#[test]
fn pages_and_fields() {
    let chain = (2..200).map(|number| (number, format!("<< /Type /Pages /Kids [{} 0 R] /Count 1 >>", number + 1)));
    let file = with(chain, Xref::Table);
    assert_named(Document::parse(&file).unwrap().page_count(), "depth of the page tree");

    let catalog = "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [100 0 R] >> >>".to_owned();
    let chain = (100..200).map(|number| (number, format!("<< /T (a) /FT /Sig /Kids [{} 0 R] >>", number + 1)));
    let file = with(chain.chain([(1, catalog)]), Xref::Table);
    assert_named(verify(&file), "fields of the form");

    let listed = (100..700).map(|number| format!("{number} 0 R ")).collect::<String>();
    let catalog = format!("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{listed}] >> >>");
    let fields = (100..700).map(|number| (number, format!("<< /T (f{number}) /FT /Sig >>")));
    let file = with(fields.chain([(1, catalog)]), Xref::Table);
    assert_named(verify(&file), "signature fields");
}

#[test]
fn many_signatures() {
    let whole = signing::sign(&shapes::plain(), &signing::parameters(kyso::Role::Leader), &keys::signer(&keys::LEADER));
    let signature = forge::signatures(&whole).remove(0);
    let value = String::from_utf8(whole[signature.hole()].to_vec()).unwrap();
    let listed = (100..300).map(|number| format!("{number} 0 R ")).collect::<String>();
    let catalog = format!("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{listed}] >> >>");
    let fields = (100..300).map(|number| (number, format!("<< /T (f{number}) /FT /Sig /V {} 0 R >>", number + 400)));
    let values = (500..700).map(|number| {
        let entries = "/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 9 99 9]";
        (number, format!("<< {entries} /Contents <{value}> >>"))
    });
    let report = verify(&with(fields.chain(values).chain([(1, catalog)]), Xref::Table)).unwrap();
    assert_eq!(report.signatures.len(), 200);
    let too_many = |row: &&kyso::SignatureReport| row.findings[0].code == Code::SignaturesTooMany;
    let left: Vec<_> = report.signatures.iter().filter(too_many).collect();
    assert_eq!(left.len(), 200 - 128);
    assert!(left.iter().all(|row| row.findings[0].detail.as_deref() == Some("128") && !row.modifications_allowed));
}

#[test]
fn inside_a_cms() {
    let contents = |cms: &[u8]| {
        let parameters = signing::parameters(kyso::Role::Leader).reserved(32_000);
        let signed = signing::sign(&shapes::plain(), &parameters, &keys::signer(&keys::LEADER));
        let signature = forge::signatures(&signed).remove(0);
        let report = verify(&forge::with_contents(&signed, signature.hole(), cms)).unwrap();
        assert!(report.signatures.is_empty() && report.is_flawed(), "{report:#?}");
        kyso_words::Words::neutral(kyso::Language::English).finding(&report.findings[0])
    };
    let signed_data = |inside: Vec<u8>| {
        let version = asn1::unsigned(1);
        let info = asn1::sequence(&[asn1::object_identifier(oid::DATA)]);
        let set = |elements: &[u8]| asn1::tlv(asn1::tag::SET, elements);
        let data = asn1::sequence(&[version, set(&[]), info, set(&inside)]);
        asn1::sequence(&[asn1::object_identifier(oid::SIGNED_DATA), asn1::context(0, &data)])
    };
    let deep = [0x30, 0x80].repeat(15_000);
    let message = contents(&[&deep[..], &[0; 8]].concat());
    assert!(message.contains("ASN.1 nesting"), "{message}");
    let message = contents(&signed_data(asn1::sequence::<Vec<u8>>(&[]).repeat(5_000)));
    assert!(message.contains("elements in one ASN.1 value"), "{message}");
    let signed = signing::sign(
        &shapes::plain(),
        &signing::parameters(kyso::Role::Leader),
        &keys::signer(&keys::leader(kyso_testpki::KeyType::P256)),
    );
    let signature = forge::signatures(&signed).remove(0);
    let digits = String::from_utf8(signed[signature.hole()].to_vec()).unwrap();
    let cms: Vec<u8> =
        (0..digits.len() / 2).map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap()).collect();
    let info = asn1::Reader::new(Subject::Cms, &cms).next().unwrap();
    let mut fields = info.children().unwrap().all().unwrap()[1]
        .children()
        .unwrap()
        .next()
        .unwrap()
        .children()
        .unwrap()
        .all()
        .unwrap();
    let signer = fields.pop().unwrap().contents().to_vec();
    let message = contents(&signed_data(signer.repeat(17)));
    assert!(message.contains("signers in one CMS"), "{message}");
}

/// A signed file with an update behind it, which holds these objects.
fn signed_with_update(bodies: &[(u32, String)], update: &[(u32, String)]) -> Vec<u8> {
    let file = with(bodies.iter().map(|(number, body)| (*number, body.as_bytes())), Xref::Table);
    let mut file = signing::sign_unjudged(&file, &signing::leader_parameters(), &keys::signer(&keys::LEADER));
    let previous =
        String::from_utf8_lossy(&file).rsplit("startxref\n").next().unwrap().split('\n').next().unwrap().to_owned();
    let mut rows = String::new();
    for (number, body) in update {
        rows.push_str(&format!("{number} 1\n{:010} 00000 n \n", file.len()));
        file.extend(object(*number, body.as_bytes()));
    }
    let at = file.len();
    let trailer = format!("trailer\n<< /Size 999999 /Root 1 0 R /Prev {previous} >>\nstartxref\n{at}\n%%EOF\n");
    file.extend(format!("xref\n{rows}{trailer}").into_bytes());
    file
}

fn finding_codes(report: &Report) -> Vec<&str> {
    report.signatures.iter().flat_map(|one| &one.findings).map(|finding| finding.code.name()).collect()
}

/// Each annotation that came later is held against all that the page shows.
#[test]
fn annotations_that_came_later() {
    let rows: String = (0..2_000).map(|row| format!("1 0 0 1 0 -0.4 cm 0 0 m (A{row}) Tj ")).collect();
    let content = format!("BT /F 8 Tf 50 800 Td {rows} ET");
    let content = format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len());
    let listed: String = (1_000..7_000).map(|number| format!("{number} 0 R ")).collect();
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R";
    let fonts = "/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>";
    let mut update = vec![(3, format!("{page} {fonts} /Annots [{listed}] >>"))];
    let note = "<< /Type /Annot /Subtype /Square /Rect [10 10 20 20] /C [1 0 0] /IC [1 1 1] >>";
    update.extend((1_000..7_000).map(|number| (number, note.to_owned())));
    let report = verify(&signed_with_update(&[(3, format!("{page} {fonts} >>")), (4, content)], &update)).unwrap();
    let codes = finding_codes(&report);
    assert!(codes.contains(&"modifications.unreadable"), "{codes:?}");
    assert!(!report.signatures[0].modifications_allowed);
}

/// A value that a field's kids inherit is held once.
#[test]
fn values_and_names_that_are_inherited() {
    let kids: String = (1_000..4_000).map(|number| format!("{number} 0 R ")).collect();
    let field = format!("<< /FT /Tx /T (a) /V ({}) /Kids [{kids}] >>", "v".repeat(1 << 20));
    let catalog = "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [100 0 R] >> >>".to_owned();
    let mut bodies = vec![(1, catalog.clone()), (100, field)];
    bodies.extend((1_000..4_000).map(|number| (number, format!("<< /Parent 100 0 R /T (k{number}) >>"))));
    let report = verify(&signed_with_update(&bodies, &[(4_000, "(later)".to_owned())])).unwrap();
    assert_eq!(report.signatures.len(), 1);

    let long = format!("<< /FT /Sig /T ({}) >>", "n".repeat(10_000));
    let file = with([(1, catalog), (100, long)], Xref::Table);
    assert_named(verify(&file), "length of a field's name");
}

/// Where fonts can't be read for their size, what stands there can't be seen: something may hide it.
#[test]
fn fonts_of_a_page() {
    let maps: String = (0..60_000u32).map(|code| format!("<{code:04x}> <0041>\n")).collect();
    let map = format!("1 beginbfchar\n{maps}endbfchar");
    let map = format!("<< /Length {} >>\nstream\n{map}\nendstream", map.len());
    let font = |number: u32| format!("/F{number} {number} 0 R ");
    let fonts: String = (100..110).map(font).collect();
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R";
    let shown: String = (100..110).map(|number| format!("/F{number} 9 Tf 50 700 Td (A) Tj ")).collect();
    let content = format!("<< /Length {} >>\nstream\nBT {shown} ET\nendstream", shown.len() + 6);
    let page = format!("{page} /Resources << /Font << {fonts} >> >> >>");
    let mut bodies = vec![(3, page), (4, content), (99, map)];
    let simple = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 99 0 R >>";
    bodies.extend((100..110).map(|number| (number, simple.to_owned())));
    let file = with(bodies.iter().map(|(number, body)| (*number, body.as_bytes())), Xref::Table);
    let document = Document::parse(&file).unwrap();
    assert_named(text::lines(&document, &document.page(1).unwrap()), "entries of a page's fonts");
}

/// Byte ranges that share nothing are hashed one by one.
#[test]
fn bytes_that_are_hashed() {
    let mut bodies: Vec<(u32, String)> = Vec::new();
    let whole = signing::sign(&shapes::plain(), &signing::parameters(kyso::Role::Leader), &keys::signer(&keys::LEADER));
    let value = String::from_utf8(whole[forge::signatures(&whole).remove(0).hole()].to_vec()).unwrap();
    let listed = (100..200).map(|number| format!("{number} 0 R ")).collect::<String>();
    bodies.push((1, format!("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{listed}] >> >>")));
    bodies.push((900, format!("({})", "x".repeat(2 << 20))));
    for number in 100..200 {
        bodies.push((number, format!("<< /T (f{number}) /FT /Sig /V {} 0 R >>", number + 400)));
        let entries = "/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 10 20 2000000]";
        bodies.push((number + 400, format!("<< {entries} /Contents <{value}> >>")));
    }
    let report = verify(&with(bodies.iter().map(|(n, b)| (*n, b.as_bytes())), Xref::Table)).unwrap();
    assert_eq!(report.signatures.len(), 100);
    assert!(report.findings.iter().any(|one| one.code == Code::BudgetReached), "{:?}", report.findings);
}
