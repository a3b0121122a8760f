//! Encrypted files: signed and sealed with their password, and looked at by the outside judges.

use kyso::validate::Modifications;
use kyso::{Document, Error, Indication, Lock, Password, Policy, Role};
use kyso_pdf::{Object, SignatureField};
use kyso_tests::judges::{Case, all_good};
use kyso_tests::shapes::{self, OWNER, USER, encrypt};
use kyso_tests::{keys, signing};

fn policy(password: &str) -> Policy {
    let mut policy = signing::policy();
    policy.password = Some(Password::from(password.to_owned()));
    policy
}

/// The file with the leader's visible signature.
fn signed(bytes: &[u8], password: &str) -> Vec<u8> {
    let document = Document::parse_with_password(bytes, Some(password)).unwrap();
    kyso::sign(&document, &keys::signer(&keys::LEADER), &signing::leader_parameters(), &kyso::SigningOptions::default())
        .unwrap()
        .tail
        .after(bytes)
}

/// That with the seal.
fn sealed(bytes: &[u8], password: &str) -> Vec<u8> {
    let document = Document::parse_with_password(bytes, Some(password)).unwrap();
    let seal = kyso::seal(
        &document,
        &keys::signer(&keys::SEAL),
        &signing::seal_parameters(),
        &policy(password),
        &kyso::Outside::default(),
    );
    seal.unwrap().tail.after(bytes)
}

#[test]
fn every_encryption_is_read_signed_sealed_and_verified() {
    let mut cases = Vec::new();
    for file in shapes::encrypted(USER) {
        let name = file.name;
        for password in [USER, OWNER] {
            let both = sealed(&signed(&file.bytes, password), password);
            for reader in [USER, OWNER] {
                let report = kyso::verify(&both, &policy(reader)).unwrap();
                assert!(report.encrypted, "{name}");
                assert_eq!(report.signatures.len(), 2, "{name}");
                for row in &report.signatures {
                    assert_eq!(row.indication, Indication::TotalPassed, "{name}: {row:#?}");
                    assert!(row.modifications_allowed, "{name}: {row:#?}");
                }
                assert_eq!(report.signatures[0].modifications, Modifications::FormFill, "{name}");
                let claimed = report.signatures[0].claimed_time.as_ref().unwrap();
                assert_eq!(claimed.parse::<jiff::Timestamp>().unwrap(), *keys::NOW, "{name}");
            }
            nothing_shows(&both[file.bytes.len()..], &name);
            reads_as_the_plain_one(&both, password, &name);
            if password == USER {
                cases.push(Case {
                    name: name.clone(),
                    original: file.bytes.clone(),
                    signed: both,
                    signatures: 2,
                    password: Some(USER),
                    ..Case::default()
                });
            }
        }
    }
    assert_eq!(cases.len(), 18);
    all_good(&cases, &keys::PKI.root_pem().unwrap());
}

/// No string of the update stands there for everyone to read.
fn nothing_shows(tail: &[u8], name: &str) {
    let reason: Vec<u8> = "Chứng".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let reason: Vec<u8> = reason.iter().flat_map(|byte| format!("{byte:02X}").into_bytes()).collect();
    for secret in [b"(D:20".as_slice(), b"Leader", b"vi-VN", b"Helv", b"giay", &reason] {
        let found = tail.windows(secret.len()).any(|window| window.eq_ignore_ascii_case(secret));
        assert!(!found, "{name}: {}", String::from_utf8_lossy(secret));
    }
}

/// qpdf decrypts it to a file whose strings are those of the plain one, and to what the signature says.
fn reads_as_the_plain_one(bytes: &[u8], password: &str, name: &str) {
    let decrypted = shapes::qpdf(bytes, &["--decrypt", &format!("--password={password}")]);
    let decrypted = Document::parse(&decrypted).unwrap();
    let plain = shapes::with_strings();
    let plain = Document::parse(&plain).unwrap();
    assert!(!decrypted.is_encrypted());
    let strings = |document: &Document<'_>| {
        let catalog = document.catalog().unwrap();
        let Object::Dictionary(form) = document.get(&catalog, b"AcroForm").unwrap() else { panic!("no form") };
        let page = document.page(1).unwrap();
        let string = |object: Object| object.as_str().unwrap().to_vec();
        [
            string(document.get(&catalog, b"Lang").unwrap()),
            string(document.get(&form, b"DA").unwrap()),
            string(document.get(&page.dictionary, b"Tag").unwrap()),
            page.content(document).unwrap(),
        ]
    };
    assert_eq!(strings(&decrypted), strings(&plain), "{name}");
    let fields = SignatureField::all(&decrypted).unwrap();
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["LeaderHere", "Signature1", "Seal1"], "{name}");
    let signature = fields[1].value.as_ref().unwrap();
    assert_eq!(signature.reason.as_deref(), Some("Chứng thực chữ ký"), "{name}");
    assert!(signature.time.as_ref().unwrap().starts_with("D:20"), "{name}");
}

#[test]
fn an_empty_field_is_filled_and_a_field_is_reserved() {
    for file in shapes::encrypted(USER) {
        let document = Document::parse_with_password(&file.bytes, Some(USER)).unwrap();
        let parameters = signing::parameters(Role::Leader).field("LeaderHere");
        let signed = kyso::sign(&document, &keys::signer(&keys::LEADER), &parameters, &kyso::SigningOptions::default())
            .unwrap()
            .tail
            .after(&file.bytes);
        let report = kyso::verify(&signed, &policy(USER)).unwrap();
        assert_eq!(report.signatures[0].indication, Indication::TotalPassed, "{}", file.name);
        assert_eq!(report.signatures[0].field.as_deref(), Some("LeaderHere"), "{}", file.name);

        let document = Document::parse_with_password(&signed, Some(USER)).unwrap();
        let place = kyso::Place::Rectangle { page: 1, rectangle: signing::SEAL_AT };
        let field = kyso::FieldToReserve::new("Dấu", place);
        let tail = kyso::reserve(&document, &[field]).unwrap();
        let reserved = [signed, tail.bytes].concat();
        let document = Document::parse_with_password(&reserved, Some(OWNER)).unwrap();
        let names: Vec<String> = SignatureField::all(&document).unwrap().into_iter().map(|field| field.name).collect();
        assert_eq!(names, ["LeaderHere", "Dấu"], "{}", file.name);
        let report = kyso::verify(&reserved, &policy(OWNER)).unwrap();
        assert!(report.signatures[0].modifications_allowed, "{}: {:#?}", file.name, report.signatures[0]);
    }
}

#[track_caller]
fn refused_by<T>(outcome: Result<T, impl Into<Error>>) -> &'static str {
    match outcome.map_err(Into::into) {
        Err(Error::Refused { rule, .. }) => rule.name(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("nothing is refused"),
    }
}

#[test]
fn without_the_password_nothing_is_read() {
    for file in shapes::encrypted(USER) {
        assert_eq!(refused_by(Document::parse(&file.bytes)), "document.password", "{}", file.name);
        assert_eq!(refused_by(kyso::verify(&file.bytes, &signing::policy())), "document.password", "{}", file.name);
        assert_eq!(refused_by(kyso::verify(&file.bytes, &policy("sai"))), "document.password", "{}", file.name);
    }
}

#[test]
fn passwords_are_encoded_as_producers_encode_them() {
    let plain = shapes::with_strings();
    for (password, way, mode) in [
        ("mật khẩu của tôi", "256", "auto"),
        // In PDFDocEncoding; and where that lacks the letters, as they come.
        ("déjà vu", "128", "auto"),
        ("mật khẩu", "128", "bytes"),
    ] {
        let mode = format!("--password-mode={mode}");
        let options = [&mode, "--allow-weak-crypto", "--encrypt", password, OWNER, way, "--"];
        let bytes = shapes::qpdf(&plain, &options);
        assert!(kyso::verify(&bytes, &policy(password)).unwrap().encrypted, "{password}");
        assert_eq!(refused_by(kyso::verify(&bytes, &policy("vu"))), "document.password", "{password}");
    }
}

#[test]
fn permissions_bind_who_has_only_the_users_password() {
    // qpdf's names for bits 4 to 11 of /P; signing in a new field, and in the one that is there.
    for (permissions, new, existing) in [
        ("--modify=all", true, true),
        ("--modify=annotate", false, true),
        ("--modify=form", false, true),
        ("--modify=assembly", false, false),
        ("--modify=none", false, false),
    ] {
        let bytes = encrypt(&shapes::with_strings(), ["", OWNER], &["256", permissions], "generate");
        let signer = keys::signer(&keys::LEADER);
        let attempt = |password: Option<&str>, field: Option<&str>| {
            let document = Document::parse_with_password(&bytes, password).unwrap();
            let mut parameters = signing::parameters(Role::Leader);
            if let Some(field) = field {
                parameters = parameters.field(field);
            }
            kyso::sign(&document, &signer, &parameters, &kyso::SigningOptions::default())
        };
        for (field, is_allowed) in [(None, new), (Some("LeaderHere"), existing)] {
            match is_allowed {
                true => drop(attempt(None, field).unwrap()),
                false => assert_eq!(refused_by(attempt(None, field)), "document.permissions", "{permissions}"),
            }
            attempt(Some(OWNER), field).unwrap();
        }
        // Whoever may read may verify.
        assert!(kyso::verify(&bytes, &signing::policy()).unwrap().signatures.is_empty());
    }
}

#[test]
fn a_signature_doesnt_survive_another_encryption() {
    let plain = shapes::with_strings();
    let parameters = signing::parameters(Role::Leader).lock(Lock::None);
    let signed = signing::sign(&plain, &parameters, &keys::signer(&keys::LEADER));
    let encryption = "/Encrypt << /Filter /Standard /V 4 /R 4 /Length 128 /P -4 /StmF /Identity /StrF /Identity \
                      /O <0000000000000000000000000000000000000000000000000000000000000000> \
                      /U <0000000000000000000000000000000000000000000000000000000000000000> >>";
    let previous = String::from_utf8_lossy(&signed);
    let previous = previous.rsplit("startxref").next().unwrap().split_whitespace().next().unwrap();
    let at = signed.len();
    let update = format!(
        "xref\n0 0\ntrailer\n<< /Root 1 0 R /Size 99 /Prev {previous} {encryption} >>\nstartxref\n{at}\n%%EOF\n"
    );
    let later = [signed.as_slice(), update.as_bytes()].concat();
    let report = kyso::verify(&later, &signing::policy()).unwrap();
    let row = &report.signatures[0];
    assert!(report.encrypted && row.digest_ok && !row.modifications_allowed, "{row:#?}");
    assert!(row.findings.iter().any(|finding| finding.detail.as_deref() == Some("/Encrypt")), "{row:#?}");
}
