//! A ward with its papers and keys, in a directory that goes away after the test.

use std::ops::Deref;

use jiff::{Span, Timestamp};
use kyso_certification::typeset::sheet::{Sheet, Signatory};
use kyso_testpki::{Identity, KeyType, Profile, TestPki};
pub(crate) use kyso_tests::folder::{Folder, Outcome, kyso_in as kyso};

/// Of every PKCS#12 file.
pub(crate) const PASSWORD: &str = "mật khẩu 1";

pub(crate) struct Ward {
    folder: Folder,
    pub(crate) pki: TestPki,
    pub(crate) leader: Identity,
    pub(crate) seal: Identity,
}

impl Deref for Ward {
    type Target = Folder;

    fn deref(&self) -> &Folder {
        &self.folder
    }
}

impl Ward {
    /// With `ket-qua.pdf`, `root.pem`, `roster.toml`, `pass.txt`, `leader.p12`, `seal.p12`, all P-256.
    pub(crate) fn new() -> Self {
        let pki = TestPki::new(Timestamp::now()).unwrap();
        let leader = pki.issue(Profile::leader().key(KeyType::P256)).unwrap();
        let seal = pki.issue(Profile::seal().key(KeyType::P256)).unwrap();
        let ward = Self { folder: Folder::new(), pki, leader, seal };
        ward.write("ket-qua.pdf", paper());
        ward.write("root.pem", ward.pki.root_pem().unwrap());
        ward.write("pass.txt", format!("{PASSWORD}\n"));
        ward.write("leader.p12", ward.leader.pkcs12(PASSWORD).unwrap());
        ward.write("seal.p12", ward.seal.pkcs12(PASSWORD).unwrap());
        let entry = |identity: &Identity, role| {
            format!("[[certificate]]\nsha256 = \"{}\"\nrole = \"{role}\"\n", identity.fingerprint())
        };
        ward.write("roster.toml", entry(&ward.leader, "leader") + &entry(&ward.seal, "seal"));
        ward
    }

    /// Signs as leader.
    pub(crate) fn sign(&self, input: &str, output: &str) {
        self.run(&format!("sign {input} -o {output} --p12 leader.p12 --pass-file pass.txt")).demand(0);
    }

    /// Seals as the agency.
    pub(crate) fn seal(&self, input: &str, output: &str) {
        self.run(&format!("seal {input} -o {output} --p12 seal.p12 --pass-file pass.txt --trust root.pem")).demand(0);
    }

    /// An identity in other words: its PKCS#12 file under a name.
    pub(crate) fn issue(&self, name: &str, profile: Profile) -> Identity {
        let identity = self.pki.issue(profile).unwrap();
        self.write(name, identity.pkcs12(PASSWORD).unwrap());
        identity
    }
}

/// A page with a title and a name, and room between them.
fn paper() -> Vec<u8> {
    let mut sheet = Sheet::new(13.0).unwrap();
    sheet.national_name().unwrap();
    let signatory = Signatory {
        titles: vec!["CHỦ TỊCH".into()],
        hint: None,
        room_mm: 24.0,
        ink: None,
        name: "Nguyễn Văn Mẫu".into(),
        place: None,
    };
    sheet.signatures(&[signatory]).unwrap();
    sheet.finish("Kết quả MẪU").unwrap().pdf
}

/// The time so many hours from now.
pub(crate) fn in_hours(hours: i64) -> Timestamp {
    Timestamp::now().checked_add(Span::new().hours(hours)).unwrap()
}

/// A PNG of a ring in one colour on a transparent ground.
pub(crate) fn ring(colour: [u8; 3]) -> Vec<u8> {
    let mut pixels = Vec::new();
    for y in -30_i32..30 {
        for x in -30_i32..30 {
            let inside = (400..=841).contains(&(x * x + y * y));
            pixels.extend(colour);
            pixels.push(if inside { 255 } else { 0 });
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 60, 60);
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    bytes
}

pub(crate) const BLUE: [u8; 3] = [20, 60, 200];
pub(crate) const RED: [u8; 3] = [215, 20, 30];
