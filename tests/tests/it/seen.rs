//! What is drawn for a signature or a seal is seen once, on the right page, at its place, on screen and in print, by
//! poppler, MuPDF and PDFium; or it's refused before anything is signed.

use std::collections::BTreeMap;

use kyso::appearance::Appearance;
use kyso::error::Reason;
use kyso::{Code, DocMdp, Document, Error, Indication, Lock, Place, Rectangle, Role, SignatureParameters};
use kyso_certification::form::{Expectations, Profile, Rule, Status, examine};
use kyso_pdf::{Dictionary, Object, SignatureField, Unseen};
use kyso_tests::judges::{self, Case};
use kyso_tests::obstacles::{self, NEW, Obstacle, Outcome};
use kyso_tests::seen::{Changed, changes};
use kyso_tests::{keys, signing};
use kyso_words::Neutral;

/// An edge of a pixel on each side, in points, and the anti-aliasing of a stroke.
const PIXEL: f64 = 2.0;

fn place(obstacle: &Obstacle) -> Place {
    match obstacle.field {
        Some(_) => Place::Field,
        None => Place::Rectangle { page: obstacle.page, rectangle: NEW },
    }
}

fn visible(obstacle: &Obstacle) -> SignatureParameters {
    let mut parameters = signing::leader_parameters().place(place(obstacle));
    if let Some(field) = obstacle.field {
        parameters = parameters.field(field);
    }
    parameters
}

fn signed(bytes: &[u8], parameters: &SignatureParameters) -> Result<Vec<u8>, Error> {
    let document = Document::parse(bytes).unwrap();
    kyso::sign(&document, &keys::signer(&keys::LEADER), parameters, &kyso::SigningOptions::default())
        .map(|signed| signed.tail.after(bytes))
}

/// With an officer's invisible signature that certifies the document and allows signing it.
fn certified(bytes: &[u8]) -> Vec<u8> {
    let lock = Lock::Certify(DocMdp::FormFilling);
    let parameters = signing::parameters(Role::Other).lock(lock);
    signing::sign(bytes, &parameters, &keys::signer(&keys::OFFICER))
}

/// Every signature holds, and allows what came later.
fn demand_valid(bytes: &[u8], count: usize, name: &str) {
    let report = kyso::verify(bytes, &signing::policy()).unwrap();
    assert_eq!(report.signatures.len(), count, "{name}");
    for signature in &report.signatures {
        assert_eq!(signature.indication, Indication::TotalPassed, "{name}: {:?}", signature.findings);
        assert!(signature.modifications_allowed, "{name}: {:?}", signature.findings);
    }
}

/// What differs is on this page alone, within the place, and as wide as the picture.
fn demand_seen(
    seen: &BTreeMap<String, Vec<Changed>>,
    bytes: &[u8],
    (page, at): (usize, Rectangle),
    mm: f64,
    name: &str,
) {
    assert_eq!(seen.len(), 5, "{name}");
    let (width, height) = Document::parse(bytes).unwrap().page(page).unwrap().size();
    for (renderer, pages) in seen {
        let [Changed { page: number, differs, ink: Some(ink) }] = pages.as_slice() else {
            panic!("{name}: {renderer} shows a change on {pages:?}");
        };
        // MuPDF draws a sign of its own on fields that nobody has signed: that one goes.
        let [left, bottom, right, top] = if renderer == "MuPDF" { ink } else { differs };
        assert_eq!(*number, page, "{name}: {renderer}");
        let (left, right, bottom, top) = (left * width, right * width, bottom * height, top * height);
        let ink = (ink[2] - ink[0]) * width;
        let told = format!("{name}: {renderer} shows it at {left:.0} to {right:.0}, {bottom:.0} to {top:.0}; {at:?}");
        assert!(left >= at.x - PIXEL && right <= at.right() + PIXEL, "{told}");
        assert!(bottom >= at.y - PIXEL && top <= at.top() + PIXEL, "{told}");
        // The picture has a margin of a few pixels.
        assert!(ink >= mm * 72.0 / 25.4 * 0.9, "{told}; its ink is {ink:.0} wide");
    }
}

fn demand_refused(outcome: Result<Vec<u8>, Error>, expected: Outcome, name: &str) {
    let Err(Error::Refused { rule, reason }) = outcome else { panic!("{name}: {outcome:?}") };
    match expected {
        Outcome::Refused(expected) => assert_eq!(rule.name(), expected, "{name}"),
        Outcome::Unseen(expected) => {
            assert_eq!(rule, Code::FieldNotSeen, "{name}");
            match (reason, expected) {
                (Reason::FieldNotSeen { why: Unseen::Covered { percent: is }, .. }, Unseen::Covered { percent }) => {
                    assert!(is.abs_diff(percent) <= 5, "{name}: {is} %");
                }
                (Reason::FieldNotSeen { why, .. }, expected) => assert_eq!(why, expected, "{name}"),
                (other, _) => panic!("{name}: {other}"),
            }
        }
        Outcome::Seen(..) => unreachable!(),
    }
}

/// A document that was signed with a picture.
struct Signed {
    name: String,
    obstacle: Obstacle,
    before: Vec<u8>,
    after: Vec<u8>,
    page: usize,
    at: Rectangle,
    signatures: usize,
}

/// Signs every document, alone and after another signature, and gives those that were signed.
fn sign_all() -> Vec<Signed> {
    let mut made = Vec::new();
    for obstacle in obstacles::all() {
        let another = obstacle.after_another.unwrap_or(obstacle.outcome);
        for (before, expected, signatures) in
            [(obstacle.bytes.clone(), obstacle.outcome, 1), (certified(&obstacle.bytes), another, 2)]
        {
            let name = format!("{}, signature {signatures}", obstacle.name);
            let outcome = signed(&before, &visible(&obstacle));
            match expected {
                Outcome::Seen(page, at) => {
                    let after = outcome.unwrap_or_else(|error| panic!("{name}: {error}"));
                    made.push(Signed { name, obstacle: obstacle.clone(), before, after, page, at, signatures });
                }
                expected => demand_refused(outcome, expected, &name),
            }
        }
    }
    made
}

#[test]
fn a_signature_is_seen_once_at_its_place_or_refused() {
    let made = sign_all();
    let pairs: Vec<(&[u8], &[u8])> = made.iter().map(|one| (&one.before[..], &one.after[..])).collect();
    for (Signed { name, obstacle, after, page, at, signatures, .. }, seen) in made.iter().zip(changes(&pairs)) {
        demand_valid(after, *signatures, name);
        let at = obstacle.redrawn.map_or(*at, |redrawn| at.with(&redrawn));
        demand_seen(&seen, after, (*page, at), signing::SIGNATURE_MM, name);
    }
}

/// Others find no fault with what was put right either.
#[test]
fn outside_judges_take_what_was_put_right() {
    let case = |Signed { name, obstacle, before, after, .. }: Signed| Case {
        name,
        original: before,
        signed: after,
        signatures: 1,
        without: if obstacle.is_apart { vec!["pdfsig"] } else { vec![] },
        ..Case::default()
    };
    let cases: Vec<Case> = sign_all().into_iter().map(case).collect();
    judges::all_good(&cases, &keys::PKI.root_pem().unwrap());
}

/// The seal lies over the leader's signature, on the page that shows it.
#[test]
fn a_seal_lies_over_the_signature_on_its_page() {
    let mut made = Vec::new();
    for obstacle in obstacles::all() {
        let Outcome::Seen(page, at) = obstacle.outcome else { continue };
        let before = signed(&obstacle.bytes, &visible(&obstacle)).unwrap();
        let seal = signing::seal_parameters().place(Place::Field);
        let after = signing::seal(&before, &seal, &keys::signer(&keys::SEAL));
        let (x, y) = at.centre();
        let side = signing::SEAL_MM * 72.0 / 25.4;
        // The picture of the sample has its ink nearly at its edges.
        let centre = (x - signing::SIGNATURE_MM * 72.0 / 25.4 / 6.0 - side / 2.0, y);
        let over =
            Rectangle { x: centre.0 - side * 0.6, y: centre.1 - side * 0.6, width: side * 1.2, height: side * 1.2 };
        made.push((obstacle.name, before, after, page, over));
    }
    let pairs: Vec<(&[u8], &[u8])> = made.iter().map(|(_, before, after, ..)| (&before[..], &after[..])).collect();
    for ((name, _, after, page, over), seen) in made.iter().zip(changes(&pairs)) {
        demand_valid(after, 2, name);
        demand_seen(&seen, after, (*page, *over), signing::SEAL_MM, name);
    }
}

/// Nor does it lie over what nobody sees: a place must be given then.
#[test]
fn no_seal_lies_over_a_signature_that_is_not_seen() {
    let seal = |place: Place| signing::seal_parameters().place(place);
    for (name, expected) in [
        ("flags 2", Unseen::Hidden),
        ("flags 64", Unseen::NotPrinted),
        ("in no list of annotations", Unseen::NotListed),
        ("under the crop box", Unseen::OffPage),
        ("under a white stamp", Unseen::Covered { percent: 100 }),
        ("in a layer that is off", Unseen::Layer),
        ("two widgets on a page", Unseen::SeveralWidgets),
        ("a field without area", Unseen::NoArea),
    ] {
        let obstacle = obstacles::all().into_iter().find(|obstacle| obstacle.name == name).unwrap();
        let invisible = visible(&obstacle).appearance(Appearance::None);
        let before = signed(&obstacle.bytes, &invisible).unwrap();
        let document = Document::parse(&before).unwrap();
        let policy = signing::policy();
        match kyso::seal(&document, &keys::signer(&keys::SEAL), &seal(Place::Field), &policy, &kyso::Outside::default())
        {
            Err(Error::Parameters { reason: Reason::NotSeen { why, .. }, .. }) => {
                assert_eq!(why, Some(expected), "{name}");
            }
            other => panic!("{name}: {other:?}"),
        }
        let rectangle = Rectangle { x: 60.0, y: 350.0, width: 110.0, height: 110.0 };
        signing::seal(&before, &seal(Place::Rectangle { page: 1, rectangle }), &keys::signer(&keys::SEAL));
    }
}

/// A field that nobody sees may be signed by whoever shows nothing.
#[test]
fn whoever_shows_nothing_may_sign_in_any_field() {
    for obstacle in obstacles::all().into_iter().filter(|obstacle| obstacle.field.is_some()) {
        let parameters = visible(&obstacle).appearance(Appearance::None);
        let after = signed(&obstacle.bytes, &parameters).unwrap_or_else(|error| panic!("{}: {error}", obstacle.name));
        demand_valid(&after, 1, &obstacle.name);
        // What is hidden stays hidden.
        let widget = |bytes: &[u8]| {
            let document = Document::parse(bytes).unwrap();
            let field = SignatureField::all(&document).unwrap().remove(0);
            let widget = document.resolve(&Object::Reference(field.widget)).unwrap();
            ["F", "Rect", "AP", "P"].map(|key| widget.as_dict().unwrap().get(key.as_bytes()).ok().cloned())
        };
        assert_eq!(widget(&obstacle.bytes), widget(&after), "{}", obstacle.name);
    }
}

/// A new field is entered once in the form and once on its page, whoever shares their lists.
#[test]
fn a_new_field_is_entered_once() {
    for obstacle in obstacles::all().into_iter().filter(|obstacle| obstacle.field.is_none()) {
        let after = signed(&obstacle.bytes, &visible(&obstacle)).unwrap();
        let document = Document::parse(&after).unwrap();
        let fields = SignatureField::all(&document).unwrap();
        assert_eq!((fields.len(), fields[0].page), (1, Some(obstacle.page)), "{}", obstacle.name);
        let count = |holder: &Dictionary, key: &[u8]| match document.get(holder, key).unwrap() {
            Object::Array(items) => {
                items.iter().filter(|item| item.as_reference().is_ok_and(|id| id == fields[0].widget)).count()
            }
            _ => 0,
        };
        for page in document.pages().unwrap() {
            let expected = usize::from(page.number == obstacle.page);
            assert_eq!(count(&page.dictionary, b"Annots"), expected, "{}: page {}", obstacle.name, page.number);
        }
        let form = document.get(&document.catalog().unwrap(), b"AcroForm").unwrap();
        assert_eq!(count(form.as_dict().unwrap(), b"Fields"), 1, "{}", obstacle.name);
    }
}

/// Of pages that share a list of annotations, the one asked for gets a list of its own; the others' stays as it was, and what was
/// listed stays listed.
#[test]
fn a_page_that_shares_its_annotations_gets_a_list_of_its_own() {
    let shared: Vec<Obstacle> = obstacles::all()
        .into_iter()
        .filter(|obstacle| obstacle.field.is_none() && obstacle.name.contains("share"))
        .collect();
    assert!(shared.len() > 3);
    for obstacle in shared {
        let name = &obstacle.name;
        let after = signed(&obstacle.bytes, &visible(&obstacle)).unwrap();
        let (before, now) = (Document::parse(&obstacle.bytes).unwrap(), Document::parse(&after).unwrap());
        let items = |document: &Document<'_>, page: &Dictionary| match document.get(page, b"Annots").unwrap() {
            Object::Array(items) => items,
            other => panic!("{name}: {other:?}"),
        };
        let pages = before.pages().unwrap().into_iter().zip(now.pages().unwrap());
        let mut of_others = Vec::new();
        for (was, is) in pages {
            let (old, new) = (items(&before, &was.dictionary), items(&now, &is.dictionary));
            if is.number == obstacle.page {
                assert_eq!(new.len(), old.len() + 1, "{name}");
                assert!(new.starts_with(&old), "{name}: {new:?}");
            } else {
                assert_eq!(new, old, "{name}: page {}", is.number);
                of_others.push(is.dictionary.get(b"Annots").unwrap().clone());
            }
        }
        let own = now.page(obstacle.page).unwrap().dictionary.get(b"Annots").unwrap().clone();
        assert!(own.as_reference().is_err() || !of_others.contains(&own), "{name}: {own:?}");
    }
}

/// The check of a finished result goes by what is seen.
#[test]
fn the_check_measures_what_is_seen() {
    let plain = kyso_tests::shapes::plain();
    let signed = signing::sign(&plain, &signing::leader_parameters(), &keys::signer(&keys::LEADER));
    let sealed = signing::seal(&signed, &signing::seal_parameters(), &keys::signer(&keys::SEAL));
    let rows = |bytes: &[u8]| {
        let report = kyso::verify(bytes, &signing::policy()).unwrap();
        let report = examine(&Document::parse(bytes).unwrap(), &report, &Expectations::default(), &Neutral).unwrap();
        let status = |id: &str| {
            report.rows.iter().find(|row| row.id.name() == id).map(|row| (row.status, row.message.en.clone()))
        };
        ["signature.image", "seal.image", "seal.overlap"].map(|id| status(id).unwrap())
    };
    assert_eq!(rows(&sealed).map(|row| row.0), [Status::Pass, Status::Pass, Status::Pass]);
    let hidden = |which: usize, from: &str, to: &str| patched(&sealed, which, from, to);
    for (flags, why) in [("/F 130", "hidden"), ("/F 164", "hidden"), ("/F 128", "isn't printed"), ("/F 2  ", "hidden")]
    {
        let [signature, _, overlap] = rows(&hidden(0, "/F 132", flags));
        assert_eq!((signature.0, overlap.0), (Status::Fail, Status::NotApplicable), "{flags}");
        assert!(signature.1.contains(why), "{}", signature.1);
        let [_, seal, _] = rows(&hidden(1, "/F 132", flags));
        assert_eq!(seal.0, Status::Fail, "{flags}");
    }
}

#[test]
fn the_text_of_a_copy_counts_where_it_is_seen() {
    let lines = vec!["SAO Y".to_owned(), "Ủy ban nhân dân xã Bình Minh".to_owned()];
    let parameters = signing::parameters(Role::Copy).appearance(kyso_certification::text::set(&lines).unwrap());
    let copy = signing::sign(&kyso_tests::shapes::plain(), &parameters, &keys::signer(&keys::SEAL));
    let content = |bytes: &[u8]| {
        let report = kyso::verify(bytes, &signing::policy()).unwrap();
        let expected = Expectations::default().profile(Profile::Copy);
        let report = examine(&Document::parse(bytes).unwrap(), &report, &expected, &Neutral).unwrap();
        report.row(Rule::CopyContent).unwrap().clone()
    };
    assert_eq!(content(&copy).status, Status::Pass);
    let hidden = content(&patched(&copy, 0, "/F 132", "/F 2  "));
    assert_eq!(hidden.status, Status::Fail);
    assert!(hidden.message.en.contains("hidden") && hidden.message.vi.contains("bị ẩn"), "{:?}", hidden.message);
}

/// The file with other text of the same length at the place (from 0) where it has this text.
fn patched(bytes: &[u8], which: usize, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let place = as_ascii(bytes).match_indices(from).nth(which).unwrap_or_else(|| panic!("{from}")).0;
    let mut bytes = bytes.to_vec();
    bytes[place..place + to.len()].copy_from_slice(to.as_bytes());
    bytes
}

/// Each byte as a character, so that places are kept.
fn as_ascii(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' }).collect()
}
