//! Files that lopdf encrypts, by every revision of the standard security handler. Those of qpdf are in the tests that
//! have outside judges.

use std::sync::Arc;

use lopdf::encryption::crypt_filters::{Aes128CryptFilter, Aes256CryptFilter, CryptFilter, Rc4CryptFilter};
use lopdf::{EncryptionState, EncryptionVersion, Permissions, StringFormat, dictionary};
use memchr::memmem;

use super::*;
use crate::permission::{demand_filling, demand_making_fields};
use crate::{Document, Update, Value};

const TITLE: &[u8] = b"Gi\xe1\xba\xa5y u\xe1\xbb\xb7 quy\xe1\xbb\x81n";
const CONTENT: &[u8] = b"BT (secret) Tj ET";
const METADATA: &[u8] = b"<x:xmpmeta/>";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Rc4R2,
    Rc4R3,
    Rc4R4,
    AesR4,
    AesR5,
    AesR6,
}

const METHODS: [Method; 6] = [Method::Rc4R2, Method::Rc4R3, Method::Rc4R4, Method::AesR4, Method::AesR5, Method::AesR6];

struct Wish {
    method: Method,
    user: &'static str,
    permissions: Permissions,
    encrypt_metadata: bool,
    /// /StmF, /StrF.
    filters: [&'static [u8]; 2],
}

impl Wish {
    fn by(method: Method) -> Self {
        let filters = [b"StdCF".as_slice(); 2];
        Self { method, user: "user", permissions: Permissions::all(), encrypt_metadata: true, filters }
    }
}

/// Objects: 1 catalog, 2 pages, 3 page, 4 its content, 5 metadata, 6 /Info.
fn plain() -> lopdf::Document {
    let mut document = lopdf::Document::with_version("1.7");
    let title = Object::String(TITLE.to_vec(), StringFormat::Hexadecimal);
    for object in [
        dictionary! { "Type" => "Catalog", "Pages" => (2, 0), "Metadata" => (5, 0) }.into(),
        dictionary! { "Type" => "Pages", "Kids" => vec![(3, 0).into()], "Count" => 1 }.into(),
        dictionary! { "Type" => "Page", "Parent" => (2, 0), "Contents" => (4, 0),
        "MediaBox" => vec![0.into(), 0.into(), 200.into(), 100.into()] }
        .into(),
        Object::from(Stream::new(Dictionary::new(), CONTENT.to_vec())),
        Object::from(Stream::new(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, METADATA.to_vec())),
        dictionary! { "Title" => title }.into(),
    ] {
        document.add_object(object);
    }
    document.trailer.set("Root", (1, 0));
    document.trailer.set("Info", (6, 0));
    let identifier = Object::String(b"(\r\n\\0123456789ab".to_vec(), StringFormat::Literal);
    document.trailer.set("ID", vec![identifier.clone(), identifier]);
    document
}

#[allow(deprecated, reason = "RC4 and AES-128 are what old files have")]
fn encrypted(wish: &Wish) -> Vec<u8> {
    let mut document = plain();
    let Wish { user: user_password, permissions, encrypt_metadata, filters, .. } = *wish;
    let owner_password = "owner";
    let [stream_filter, string_filter] = filters.map(<[u8]>::to_vec);
    let file_encryption_key = &[7; 32];
    let named = |filter: Arc<dyn CryptFilter>| BTreeMap::from([(b"StdCF".to_vec(), filter)]);
    let version = match wish.method {
        Method::Rc4R2 => EncryptionVersion::V1 { document: &document, owner_password, user_password, permissions },
        Method::Rc4R3 => {
            EncryptionVersion::V2 { document: &document, owner_password, user_password, key_length: 128, permissions }
        }
        Method::Rc4R4 | Method::AesR4 => {
            let crypt_filters = match wish.method {
                Method::Rc4R4 => named(Arc::new(Rc4CryptFilter)),
                _ => named(Arc::new(Aes128CryptFilter)),
            };
            EncryptionVersion::V4 {
                document: &document,
                encrypt_metadata,
                crypt_filters,
                stream_filter,
                string_filter,
                owner_password,
                user_password,
                permissions,
            }
        }
        Method::AesR5 => EncryptionVersion::R5 {
            encrypt_metadata,
            crypt_filters: named(Arc::new(Aes256CryptFilter)),
            file_encryption_key,
            stream_filter,
            string_filter,
            owner_password,
            user_password,
            permissions,
        },
        Method::AesR6 => EncryptionVersion::V5 {
            encrypt_metadata,
            crypt_filters: named(Arc::new(Aes256CryptFilter)),
            file_encryption_key,
            stream_filter,
            string_filter,
            owner_password,
            user_password,
            permissions,
        },
    };
    let state = EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    memmem::find(bytes, wanted).is_some()
}

fn title(document: &Document<'_>) -> Vec<u8> {
    let Object::Dictionary(information) = document.object((6, 0)).unwrap() else { panic!("no /Info") };
    information.get(b"Title").unwrap().as_str().unwrap().to_vec()
}

fn content(document: &Document<'_>) -> Vec<u8> {
    document.page(1).unwrap().content(document).unwrap().trim_ascii_end().to_vec()
}

#[track_caller]
fn refused_by(outcome: Result<Document<'_>, Error>) -> &'static str {
    match outcome {
        Err(Error::Refused { rule, .. }) => rule.name(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it opens"),
    }
}

#[test]
fn every_method_opens_with_either_password_and_with_no_other() {
    for method in METHODS {
        let bytes = encrypted(&Wish::by(method));
        assert!(!has(&bytes, TITLE) && !has(&bytes, CONTENT), "{method:?}");
        for password in ["user", "owner"] {
            let document = Document::parse_with_password(&bytes, Some(password)).unwrap();
            assert!(document.is_encrypted());
            assert_eq!((title(&document), content(&document)), (TITLE.to_vec(), CONTENT.to_vec()), "{method:?}");
            assert_eq!(document.security().unwrap().is_owner, password == "owner", "{method:?}");
        }
        assert_eq!(refused_by(Document::parse(&bytes)), "document.password", "{method:?}");
        assert_eq!(refused_by(Document::parse_with_password(&bytes, Some("wrong"))), "document.password", "{method:?}");
    }
}

#[test]
fn the_empty_user_password_is_tried_by_itself() {
    for method in METHODS {
        let bytes = encrypted(&Wish { user: "", ..Wish::by(method) });
        for password in [None, Some("wrong")] {
            let document = Document::parse_with_password(&bytes, password).unwrap();
            assert_eq!(title(&document), TITLE, "{method:?}");
            assert!(!document.security().unwrap().is_owner, "{method:?}");
        }
        assert!(Document::parse_with_password(&bytes, Some("owner")).unwrap().security().unwrap().is_owner);
    }
}

#[test]
fn what_an_update_writes_is_encrypted_and_reads_as_it_was_meant() {
    for method in METHODS {
        let bytes = encrypted(&Wish::by(method));
        let document = Document::parse_with_password(&bytes, Some("user")).unwrap();
        let mut update = Update::new(&document);
        let signature = b"<</Type/Sig/ByteRange[0 1 2 3]/Contents<0123456789abcdef>/Reason(because)>>";
        let signature = update.add(Value::Text(signature.to_vec()));
        let stream = Stream::new(dictionary! { "Note" => Object::string_literal("noted") }, b"0 0 m 1 1 l".to_vec());
        let stream = update.add(Value::Object(stream.into()));
        // An object that was there: its strings are read with its key, and written with it again.
        let text = update.text((6, 0)).unwrap().unwrap();
        let mut information = crate::DictionaryText::new(text).unwrap();
        information.set("Author", b"(somebody)").unwrap();
        update.set((6, 0), Value::Text(information.into_bytes()));
        let tail = update.finish().unwrap().bytes;
        for secret in [&b"because"[..], b"noted", b"0 0 m", b"somebody", TITLE] {
            assert!(!has(&tail, secret), "{method:?}: {}", String::from_utf8_lossy(secret));
        }
        assert!(has(&tail, b"/Contents<0123456789abcdef>") && has(&tail, b"/Encrypt "), "{method:?}");

        let updated = [bytes.as_slice(), &tail].concat();
        let document = Document::parse_with_password(&updated, Some("owner")).unwrap();
        assert_eq!(document.recovered(), None);
        assert_eq!((title(&document), content(&document)), (TITLE.to_vec(), CONTENT.to_vec()), "{method:?}");
        let Object::Dictionary(information) = document.object((6, 0)).unwrap() else { panic!("no /Info") };
        assert_eq!(information.get(b"Author").unwrap().as_str().unwrap(), b"somebody");
        let Object::Dictionary(signature) = document.object(signature).unwrap() else { panic!("no signature") };
        assert_eq!(signature.get(b"Reason").unwrap().as_str().unwrap(), b"because");
        assert_eq!(signature.get(b"Contents").unwrap().as_str().unwrap(), b"\x01\x23\x45\x67\x89\xab\xcd\xef");
        let Object::Stream(stream) = document.object(stream).unwrap() else { panic!("no stream") };
        assert_eq!(stream.content, b"0 0 m 1 1 l");
        assert_eq!(stream.dict.get(b"Note").unwrap().as_str().unwrap(), b"noted");
    }
}

#[test]
fn permissions_bind_all_but_the_owner() {
    let fill = Permissions::FILLABLE;
    let annotate = Permissions::ANNOTABLE;
    let modify = Permissions::MODIFIABLE;
    for (permissions, may_fill, may_make) in [
        (Permissions::empty(), false, false),
        (fill, true, false),
        (modify, false, false),
        (annotate, true, false),
        (annotate | modify, true, true),
    ] {
        let bytes = encrypted(&Wish { permissions, ..Wish::by(Method::AesR6) });
        let document = Document::parse_with_password(&bytes, Some("user")).unwrap();
        let allowed = (demand_filling(&document).is_ok(), demand_making_fields(&document).is_ok());
        assert_eq!(allowed, (may_fill, may_make), "{permissions:?}");
        let document = Document::parse_with_password(&bytes, Some("owner")).unwrap();
        assert!(demand_filling(&document).is_ok() && demand_making_fields(&document).is_ok());
    }
    // Revision 2 has no bit for filling alone.
    let bytes = encrypted(&Wish { permissions: fill, ..Wish::by(Method::Rc4R2) });
    assert!(demand_filling(&Document::parse_with_password(&bytes, Some("user")).unwrap()).is_err());
}

#[test]
fn plain_metadata_and_identity_filters_are_left() {
    let open = |bytes: &[u8]| {
        let document = Document::parse_with_password(bytes, Some("user")).unwrap();
        let Object::Stream(metadata) = document.object((5, 0)).unwrap() else { panic!("no metadata") };
        assert_eq!((title(&document), content(&document)), (TITLE.to_vec(), CONTENT.to_vec()));
        assert_eq!(metadata.content, METADATA);
    };
    for method in [Method::Rc4R4, Method::AesR4, Method::AesR5, Method::AesR6] {
        let bytes = encrypted(&Wish { encrypt_metadata: false, ..Wish::by(method) });
        assert!(has(&bytes, METADATA) && !has(&bytes, CONTENT), "{method:?}");
        open(&bytes);
        let bytes = encrypted(&Wish { filters: [b"Identity", b"StdCF"], ..Wish::by(method) });
        assert!(has(&bytes, CONTENT) && !has(&bytes, TITLE), "{method:?}");
        open(&bytes);
        // Nothing is encrypted: nobody needs a password.
        let bytes = encrypted(&Wish { filters: [b"Identity", b"Identity"], ..Wish::by(method) });
        open(&bytes);
        assert_eq!(title(&Document::parse(&bytes).unwrap()), TITLE);
    }
}

#[test]
fn a_stream_may_name_its_own_filter() {
    let bytes = encrypted(&Wish { user: "", ..Wish::by(Method::AesR6) });
    let document = Document::parse(&bytes).unwrap();
    let stream = |filters: &[&str], parameters: Object| {
        let filters: Vec<Object> = filters.iter().map(|name| Object::Name(name.as_bytes().to_vec())).collect();
        let dictionary = dictionary! { "Filter" => filters, "DecodeParms" => parameters };
        Object::from(Stream::new(dictionary, b"6E616B6564>".to_vec()))
    };
    let naming = |name: &str| Object::from(dictionary! { "Name" => name });
    let mut update = Update::new(&document);
    let cases = [
        (stream(&["Crypt"], Object::Null), &b"6E616B6564>"[..], true),
        (stream(&["Crypt", "ASCIIHexDecode"], vec![naming("Identity"), Object::Null].into()), b"naked", true),
        (stream(&["Crypt", "ASCIIHexDecode"], vec![naming("StdCF"), Object::Null].into()), b"naked", false),
        (stream(&["ASCIIHexDecode"], Object::Null), b"naked", false),
    ];
    let ids = cases.clone().map(|(stream, ..)| update.add(Value::Object(stream)));
    let tail = update.finish().unwrap().bytes;
    assert_eq!(memmem::find_iter(&tail, b"6E616B6564").count(), cases.iter().filter(|case| case.2).count());
    let updated = [bytes.as_slice(), &tail].concat();
    let updated = Document::parse(&updated).unwrap();
    for (id, (_, decoded, _)) in ids.into_iter().zip(cases) {
        let Object::Stream(stream) = updated.object(id).unwrap() else { panic!("no stream") };
        assert_eq!(updated.take_decoded(&mut stream.clone()).unwrap(), decoded);
    }
    let mut update = Update::new(&document);
    update.add(Value::Object(stream(&["Crypt"], vec![naming("Nobody")].into())));
    assert!(matches!(update.finish(), Err(Error::Input { .. })));
}

/// The file with bytes replaced by as many others.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = memmem::find(bytes, from).expect("what is to be replaced");
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

#[test]
fn other_handlers_and_methods_are_refused() {
    let bytes = encrypted(&Wish { user: "", ..Wish::by(Method::AesR4) });
    for (from, to) in [("/Standard", "/PubSec  "), ("/V 4", "/V 3"), ("/R 4", "/R 7"), ("/AESV2", "/AESV9")] {
        let bytes = replaced(&bytes, from.as_bytes(), to.as_bytes());
        assert_eq!(refused_by(Document::parse(&bytes)), "document.encrypted", "{to}");
    }
    let odd = replaced(&bytes, b"/AESV2", b"/AESV3");
    assert!(matches!(Document::parse(&odd), Err(Error::Input { .. })));
}

#[test]
fn changed_permissions_are_noticed_where_the_file_says_so() {
    let bytes = encrypted(&Wish { user: "", permissions: Permissions::empty(), ..Wish::by(Method::AesR6) });
    let at = memmem::find(&bytes, b"/P -").unwrap() + 4;
    let changed = [&bytes[..at], b"4   ", &bytes[at + 4..]].concat();
    let Err(Error::Input { reason, .. }) = Document::parse(&changed) else { panic!("it opens") };
    assert!(reason.to_string().contains("/Perms"), "{reason}");
}

#[test]
fn an_update_that_drops_the_encryption_is_no_plain_file() {
    let bytes = encrypted(&Wish { user: "", ..Wish::by(Method::AesR6) });
    let document = Document::parse(&bytes).unwrap();
    let mut update = Update::new(&document);
    update.add(Value::Object(Object::Null));
    let tail = update.finish().unwrap().bytes;
    let from = memmem::find(&tail, b"/Encrypt ").unwrap();
    let to = from + memmem::find(&tail[from..], b"R").unwrap() + 1;
    let dropped = [&bytes, &tail[..from], vec![b' '; to - from].as_slice(), &tail[to..]].concat();
    assert_eq!(dropped.len(), bytes.len() + tail.len());
    assert_eq!(refused_by(Document::parse(&dropped)), "document.encrypted");
}

#[test]
fn no_secret_is_shown() {
    let password = Password::from("user-secret".to_owned());
    assert_eq!(password.as_str(), "user-secret");
    let bytes = encrypted(&Wish::by(Method::AesR6));
    let document = Document::parse_with_password(&bytes, Some("user")).unwrap();
    let shown = format!("{password:?} {:?}", document.security().unwrap());
    assert!(!shown.contains("user-secret") && !shown.contains("7, 7, 7"), "{shown}");
}
