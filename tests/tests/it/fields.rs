//! Signature fields as whoever made them left them: found by their names, with the constraints that they set, and as viewers
//! draw them.

use kyso::{Document, Place, Role, SignatureParameters};
use kyso_pdf::SignatureField;
use kyso_tests::first_step::{first_step, holds, holds_with, page, paper, with};
use kyso_tests::shapes::writer::{Layout, Xref, write};
use kyso_tests::{keys, signing};

/// A field `Here` with these seed values; two forms of it: a dictionary within, and one of its own.
fn with_seed_values(seed: &str) -> Vec<Vec<u8>> {
    let field = |seed: &str| {
        format!(
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Here) /Rect [300 90 530 210] /P 3 0 R /F 4 /SV {seed} >>"
        )
    };
    let form = "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [8 0 R] >> >>";
    let (within, apart) = (field(&format!("<< {seed} >>")), field("9 0 R"));
    let own = format!("<< /Type /SV {seed} >>");
    let page = page("/Annots [8 0 R]");
    [
        with(&[(1, form), (3, &page), (8, &within)]).remove(0),
        with(&[(1, form), (3, &page), (8, &apart), (9, &own)]).remove(0),
    ]
    .into()
}

#[test]
fn what_the_fields_maker_requires_is_kept_or_refused() {
    let here = || signing::leader_parameters().field("Here").place(Place::Field);
    let refuses = |seed: &str, parameters: &SignatureParameters| {
        for file in with_seed_values(seed) {
            assert_eq!(first_step(&file, parameters), Err("field.seed-value".to_owned()), "{seed}");
        }
    };
    let takes = |seed: &str, parameters: &SignatureParameters| {
        for file in with_seed_values(seed) {
            holds_with(seed, &file, parameters);
        }
    };
    for seed in [
        "/Filter /Entrust.PPKEF /Ff 1",
        "/SubFilter [/adbe.pkcs7.detached] /Ff 2",
        "/SubFilter [/adbe.pkcs7.detached] /Ff 2.0",
        "/V 9 /Ff 4",
        "/Reasons [(I approve)] /Ff 8",
        "/AddRevInfo true /Ff 32",
        "/DigestMethod [/SHA1 /RIPEMD160] /Ff 64",
        "/LockDocument /true /Ff 128",
        "/AppearanceFilter (Corporate) /Ff 256",
        "/Ff 512",
        "/MDP << /P 2 >>",
        "/TimeStamp << /URL (http://tsa.example/) /Ff 1 >>",
        "/Cert << /Subject [(abc)] /Ff 1 >>",
        "/Cert << /Issuer [(abc)] /Ff 2 >>",
        "/Cert << /KeyUsage [(0XXXXXXXX)] /Ff 32 >>",
        "/Cert << /OID [(1.2.3)] /Ff 4 >>",
    ] {
        refuses(seed, &here());
        // A field of the signer's own isn't bound.
        for file in with_seed_values(seed) {
            holds(seed, &file);
        }
    }
    for seed in [
        "/Filter /Adobe.PPKLite /Ff 1",
        "/Filter /Entrust.PPKEF",
        "/SubFilter [/adbe.pkcs7.detached /ETSI.CAdES.detached] /Ff 2",
        "/SubFilter [/adbe.pkcs7.detached]",
        "/V 2 /Ff 4",
        "/Reasons [(I approve)]",
        "/Reasons [(.)] /Ff 8",
        "/LegalAttestation [(x)] /Ff 16",
        "/AddRevInfo true",
        "/DigestMethod [/SHA1 /SHA512] /Ff 64",
        "/LockDocument /false /Ff 128",
        "/LockDocument /auto /Ff 128",
        "/MDP << /P 0 >>",
        "/TimeStamp << /URL (http://tsa.example/) /Ff 0 >>",
        "/Cert << /KeyUsage [(0X) (1XXXXXXXX)] /Ff 32 >>",
        "/Cert << /Subject [(abc)] >>",
    ] {
        takes(seed, &here());
    }
    takes("/Reasons [(I approve) (I have read it)] /Ff 8", &here().reason("I approve"));
    refuses("/Reasons [(I approve)] /Ff 8", &here().reason("Because"));
    refuses("/Reasons [(.)] /Ff 8", &here().reason("Because"));
    let sha512 = kyso::crypto::DigestAlgorithm::Sha512;
    refuses("/DigestMethod [/SHA256] /Ff 64", &here().digest(sha512));
    let own: String = keys::LEADER.chain_der.iter().map(|der| format!("<{}>", hex(der))).collect();
    takes(&format!("/Cert << /Issuer [{own}] /Ff 2 >>"), &here());
    let taken = first_step(&with_seed_values("/DigestMethod [/SHA512] /Ff 64")[0], &here()).unwrap();
    assert_eq!(kyso::verify(&taken, &signing::policy()).unwrap().signatures[0].digest_algorithm, Some(sha512));
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_name_that_no_field_has_makes_no_field() {
    let field = |name: &str| {
        format!("<< /Type /Annot /Subtype /Widget /FT /Sig /T <FEFF{name}> /Rect [300 90 530 210] /P 3 0 R /F 4 >>")
    };
    let form = "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [8 0 R] >> >>";
    let utf_16 = |name: &str| name.encode_utf16().map(|unit| format!("{unit:04X}")).collect::<String>();
    // The same name to the eye: composed, and decomposed.
    let (composed, decomposed) = ("Ch\u{1EE7} t\u{1ECB}ch", "Chu\u{309} ti\u{323}ch");
    for file in with(&[(1, form), (3, &page("/Annots [8 0 R]")), (8, &field(&utf_16(composed)))]) {
        let named = |name: &str| signing::leader_parameters().field(name).place(Place::Field);
        holds_with("the field", &file, &named(composed));
        let refused = first_step(&file, &named(decomposed)).unwrap_err();
        assert!(refused.contains(composed) && refused.contains("looks the same"), "{refused}");
        let misspelt = first_step(&file, &named("Chu tich")).unwrap_err();
        assert!(misspelt.contains(composed) && !misspelt.contains("looks the same"), "{misspelt}");
        // Invisible, or with a place of its own: a new field is asked for as such.
        let unseen = signing::parameters(Role::Leader);
        assert!(first_step(&file, &unseen.clone().field("Chu tich")).is_err());
        assert!(first_step(&file, &signing::leader_parameters().field("Chu tich")).is_err());
        for parameters in [unseen.new_field("Chu tich"), signing::leader_parameters().new_field("Chu tich")] {
            let signed = first_step(&file, &parameters).unwrap();
            let fields = SignatureField::all(&Document::parse(&signed).unwrap()).unwrap();
            assert!(fields.iter().any(|field| field.name == "Chu tich" && field.value.is_some()));
        }
        assert!(first_step(&file, &signing::leader_parameters().new_field(composed)).is_err());
    }
    let error = first_step(&with(&[]).remove(0), &signing::leader_parameters().field("Here")).unwrap_err();
    assert!(error.contains("no empty one at all"), "{error}");
}

/// Image Capture Plus, which comes with scanners, writes the catalog as /Info.
#[test]
fn the_catalog_may_be_the_information_too() {
    let mut objects = paper();
    objects.insert(1, b"<< /Type /Catalog /Pages 2 0 R /Creator (Image Capture Plus) >>".to_vec());
    for xref in [Xref::Table, Xref::Stream, Xref::Compressed] {
        holds("a scan", &write(&objects, &Layout { xref, trailer: "/Info 1 0 R ", ..Layout::default() }));
    }
}

/// PDFium draws the kids of a field alone, though there be none.
#[test]
fn a_field_that_says_it_has_kids_is_no_widget() {
    let field = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Here) /Rect [300 90 530 210] /P 3 0 R /F 4 /Kids [] >>";
    let five = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Here) /Rect [300 90 530 210 9] /P 3 0 R /F 4 >>";
    let form = "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [8 0 R] >> >>";
    let here = signing::leader_parameters().field("Here").place(Place::Field);
    for wrong in [field, five] {
        for file in with(&[(1, form), (3, &page("/Annots [8 0 R]")), (8, wrong)]) {
            assert_eq!(first_step(&file, &here), Err("field.not-seen".to_owned()), "{wrong}");
        }
    }
}
