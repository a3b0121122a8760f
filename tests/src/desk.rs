//! A result on its way over a ward's desks: typeset, turned as scanners turn pages, its fields reserved, signed, sealed;
//! and what it looks like then, measured on pixels.

use kyso::appearance::{Appearance, InkImage};
use kyso::{
    CERTIFIER_FIELD, DocMdp, Document, FieldToReserve, Lock, Place, Role, SEAL_FIELD, SealParameters,
    SignatureParameters,
};
use kyso_certification::typeset::paragraph::{Alignment, Span};
use kyso_certification::typeset::sheet::{Header, Sheet, Signatory};
use kyso_pdf::geometry::POINTS_PER_MM;
use kyso_pdf::{FieldLock, FieldMdp, FieldMdpAction, Object, Page, SignatureField};

use crate::picture::Picture;
use crate::shapes::writer::{Layout, Objects, append, stream};
use crate::{keys, samples, signing};

/// The certifier's title: he signs under it.
pub const TITLE: &str = "CHỦ TỊCH";

/// What may be asked of the two who sign.
#[derive(Debug, Clone)]
pub struct Case {
    /// Width of the signature's picture.
    pub signature_mm: f64,
    /// Height of the signature by its width.
    pub aspect: f64,
    /// Width of the seal.
    pub seal_mm: f64,
    /// /Rotate of the page.
    pub rotate: u16,
    /// Where the visible region begins in user space.
    pub offset: (f64, f64),
    /// What the leader's signature locks.
    pub lock: LeaderLock,
}

/// What the leader's signature locks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaderLock {
    /// Nothing.
    None,
    /// A certification signature with DocMDP P=2.
    FormFilling,
    /// The signature's field has a lock: all fields but the seal's, and P=2.
    AllButTheSeal,
}

impl Default for Case {
    fn default() -> Self {
        Self { signature_mm: 42.0, aspect: 0.4, seal_mm: 36.0, rotate: 0, offset: (0.0, 0.0), lock: LeaderLock::None }
    }
}

/// One page as an agency issues it, made by the library's typesetter.
pub fn paper() -> Vec<u8> {
    sheet(TITLE, "Nguyễn Văn Mẫu")
}

/// A page with another title and name under it.
pub fn sheet(title: &str, name: &str) -> Vec<u8> {
    let mut sheet = Sheet::new(14.0).unwrap();
    let header = Header {
        superior: Some("TỈNH MẪU".into()),
        agency: "ỦY BAN NHÂN DÂN XÃ BÌNH MINH".into(),
        number: Some("Số: 12/GXN-UBND".into()),
        place_and_date: "Bình Minh, ngày 05 tháng 3 năm 2026".into(),
    };
    sheet.header(&header).unwrap();
    sheet.heading("GIẤY XÁC NHẬN (MẪU)").unwrap();
    for _ in 0..5 {
        let text = "Ủy ban nhân dân xã Bình Minh xác nhận nội dung trên là mẫu để thử phần mềm, người và nơi chốn đều \
                    hư cấu, không có giá trị pháp lý; dòng này đủ dài để xuống dòng và chạm cả hai lề của trang giấy.";
        sheet.paragraph(&[Span::regular(text)], Alignment::Justified).unwrap();
    }
    sheet.space(14.0);
    let signatory = Signatory {
        titles: vec!["TM. ỦY BAN NHÂN DÂN".into(), title.into()],
        hint: None,
        room_mm: 38.0,
        ink: None,
        name: name.into(),
        place: None,
    };
    sheet.signatures(&[signatory]).unwrap();
    sheet.finish("Giấy xác nhận (MẪU)").unwrap().pdf
}

/// The page's content as `change` makes it, in one stream.
pub fn rewritten(pdf: &[u8], change: impl Fn(String) -> String) -> Vec<u8> {
    let document = Document::parse(pdf).unwrap();
    let page = document.page(1).unwrap();
    let content = String::from_utf8(page.content(&document).unwrap()).unwrap();
    let changed = change(content.clone());
    assert_ne!(changed, content, "nothing was changed");
    let next = number_after(pdf, b"/Size ");
    let mut objects = Objects::new();
    objects.insert(next, stream("", changed.as_bytes()));
    let entries = entries_but(&page, &[b"Contents"]);
    objects.insert(page.id.0, format!("<< {entries}/Contents {next} 0 R >>").into_bytes());
    append(pdf, &objects, &Layout { root: number_after(pdf, b"/Root "), ..Layout::default() })
}

/// Page 1 on paper of another size, its upper left corner where it was.
pub fn on_paper(pdf: &[u8], wide: f64, high: f64) -> Vec<u8> {
    let document = Document::parse(pdf).unwrap();
    let page = document.page(1).unwrap();
    let lower = page.size().1 - high;
    let entries = entries_but(&page, &[b"MediaBox", b"CropBox"]);
    let mut objects = Objects::new();
    let body = format!("<< {entries}/MediaBox [0 {lower} {wide} {}] >>", lower + high);
    objects.insert(page.id.0, body.into_bytes());
    // The update's /Size follows from its highest number.
    objects.insert(number_after(pdf, b"/Size "), b"null".to_vec());
    append(pdf, &objects, &Layout { root: number_after(pdf, b"/Root "), ..Layout::default() })
}

fn entries_but(page: &Page, keys: &[&[u8]]) -> String {
    let kept = page.dictionary.iter().filter(|(key, _)| !keys.contains(&key.as_slice()));
    kept.map(|(key, value)| format!("/{} {} ", String::from_utf8_lossy(key), written(value))).collect()
}

/// Page 1 lies turned in user space, somewhere in a larger sheet, and looks the same.
pub fn turned(pdf: &[u8], rotate: u16, (left, bottom): (f64, f64)) -> Vec<u8> {
    let document = Document::parse(pdf).unwrap();
    let page = document.page(1).unwrap();
    let (wide, high) = page.size();
    let (across, up) = if rotate.is_multiple_of(180) { (wide, high) } else { (high, wide) };
    let (right, top) = (left + across, bottom + up);
    let matrix = match rotate {
        90 => [0.0, 1.0, -1.0, 0.0, right, bottom],
        180 => [-1.0, 0.0, 0.0, -1.0, right, top],
        270 => [0.0, -1.0, 1.0, 0.0, left, top],
        _ => [1.0, 0.0, 0.0, 1.0, left, bottom],
    };
    let next = number_after(pdf, b"/Size ");
    let mut objects = Objects::new();
    let numbers = matrix.map(|number| format!("{number:.4}")).join(" ");
    objects.insert(
        next,
        stream("", format!("q {numbers} cm 1 0 0 1 {} {} cm", -page.crop_box.left, -page.crop_box.bottom).as_bytes()),
    );
    objects.insert(next + 1, stream("", b"Q"));
    let reference = |key: &[u8]| page.dictionary.get(key).unwrap().as_reference().unwrap().0;
    let entries = entries_but(&page, &[b"MediaBox", b"Contents"]);
    let boxes = format!(
        "/MediaBox [{} {} {} {}] /CropBox [{left} {bottom} {right} {top}] /Rotate {rotate}",
        left - 20.0,
        bottom - 30.0,
        right + 40.0,
        top + 10.0
    );
    let contents = format!("/Contents [{next} 0 R {} 0 R {} 0 R]", reference(b"Contents"), next + 1);
    objects.insert(page.id.0, format!("<< {entries}{boxes} {contents} >>").into_bytes());
    append(pdf, &objects, &Layout { root: number_after(pdf, b"/Root "), ..Layout::default() })
}

/// The number behind the last of these bytes.
fn number_after(pdf: &[u8], key: &[u8]) -> u32 {
    let at = pdf.windows(key.len()).rposition(|window| window == key).expect("in the trailer") + key.len();
    let digits: Vec<u8> = pdf[at..].iter().copied().take_while(u8::is_ascii_digit).collect();
    String::from_utf8(digits).unwrap().parse().unwrap()
}

fn written(value: &Object) -> String {
    match value {
        Object::Reference((number, generation)) => format!("{number} {generation} R"),
        Object::Name(name) => format!("/{}", String::from_utf8_lossy(name)),
        Object::Integer(number) => number.to_string(),
        Object::Real(number) => number.to_string(),
        Object::Array(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(" ")),
        Object::Dictionary(entries) => {
            let inner =
                entries.iter().map(|(key, value)| format!("/{} {} ", String::from_utf8_lossy(key), written(value)));
            format!("<< {}>>", inner.collect::<String>())
        }
        other => panic!("{other:?} in a page"),
    }
}

impl Case {
    /// The signature's picture.
    pub fn signature(&self) -> InkImage {
        let rows = (400.0 * self.aspect).round() as u32;
        InkImage::signature(&samples::signature_of(400, rows), self.signature_mm).unwrap()
    }

    /// The seal's picture.
    pub fn seal(&self) -> InkImage {
        InkImage::seal(&samples::seal(), self.seal_mm).unwrap()
    }

    /// Turned, and with fields for the certifier and the seal.
    pub fn reserved(&self, pdf: &[u8]) -> Vec<u8> {
        let pdf = turned(pdf, self.rotate, self.offset);
        let mm = |length: f64| length * POINTS_PER_MM;
        let fields = FieldMdp::new(FieldMdpAction::Exclude, vec![SEAL_FIELD.into()]);
        let lock = FieldLock::new(fields, Some(2));
        let certifier = FieldToReserve::new(CERTIFIER_FIELD, Place::Anchor { text: TITLE.into() })
            .size(mm(64.0), mm(34.0))
            .lock((self.lock == LeaderLock::AllButTheSeal).then_some(lock));
        let over = Place::OverSignature { field: CERTIFIER_FIELD.into() };
        let seal = FieldToReserve::new(SEAL_FIELD, over).size(mm(self.seal_mm), mm(self.seal_mm));
        let document = Document::parse(&pdf).unwrap();
        let tail = kyso::reserve(&document, &[certifier, seal]).unwrap();
        [pdf.as_slice(), &tail.bytes].concat()
    }

    /// Everyone else for whom a place is kept signs, in the order of the fields.
    pub fn signed_by_others(&self, reserved: &[u8]) -> Vec<u8> {
        let fields = SignatureField::all(&Document::parse(reserved).unwrap()).unwrap();
        let others = fields.into_iter().filter(|field| ![CERTIFIER_FIELD, SEAL_FIELD].contains(&field.name.as_str()));
        let officer = keys::signer(&keys::OFFICER);
        others.fold(reserved.to_vec(), |pdf, field| {
            let parameters = signing::parameters(Role::Other).field(field.name);
            signing::sign(&pdf, &parameters, &officer)
        })
    }

    /// The parameters of the leader's signature, with another picture.
    pub fn leader_with(&self, picture: InkImage) -> SignatureParameters {
        signing::parameters(Role::Leader).field(CERTIFIER_FIELD).appearance(Appearance::Image(picture))
    }

    /// Signed in the certifier's field.
    pub fn signed(&self, reserved: &[u8]) -> Vec<u8> {
        let lock = if self.lock == LeaderLock::FormFilling { Lock::Certify(DocMdp::FormFilling) } else { Lock::None };
        let parameters = self.leader_with(self.signature()).lock(lock);
        signing::sign(reserved, &parameters, &keys::signer(&keys::LEADER))
    }

    /// Sealed where the seal finds its place.
    pub fn sealed(&self, signed: &[u8]) -> Vec<u8> {
        signing::seal(signed, &self.seal_parameters(), &keys::signer(&keys::SEAL))
    }

    /// The parameters of the seal.
    pub fn seal_parameters(&self) -> SealParameters {
        signing::plain_seal().appearance(Appearance::Image(self.seal()))
    }
}

/// A box in points from the page's lower left, measured on pixels.
pub type Measured = kyso::Rectangle;

/// Where blue ink is seen on a page.
pub fn blue(pdf: &[u8], page: usize, dpi: u32) -> Option<Measured> {
    measured(pdf, page, dpi, |[red, green, blue]| {
        blue > 90 && red < 120 && i32::from(blue) - i32::from(red.max(green)) > 50
    })
}

/// Where red ink is seen on a page.
pub fn red(pdf: &[u8], page: usize, dpi: u32) -> Option<Measured> {
    measured(pdf, page, dpi, |[red, green, blue]| red > 120 && i32::from(red) - i32::from(green.max(blue)) > 60)
}

fn measured(pdf: &[u8], page: usize, dpi: u32, is: impl Fn([u8; 3]) -> bool) -> Option<Measured> {
    let picture = Picture::of(pdf, page, dpi);
    let (left, top, right, bottom) = picture.bounds(is)?;
    let points = |pixels: u32| f64::from(pixels) * 72.0 / f64::from(dpi);
    Some(Measured {
        x: points(left),
        y: points(picture.height - bottom),
        width: points(right - left),
        height: points(bottom - top),
    })
}
