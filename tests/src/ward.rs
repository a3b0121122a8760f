//! A ward with its papers, keys, roster and requests, in a directory that goes away after the test.

use std::ops::Deref;

use jiff::{Span, Timestamp};
use kyso::local_time::VIETNAM;
use kyso_certification::typeset::sheet::{Sheet, Signatory};
use kyso_testpki::{Identity, KeyType, Profile, TestPki};

use crate::folder::Folder;

/// The password of every PKCS#12 file.
pub const PASSWORD: &str = "mật khẩu 1";

/// A folder with the files of a ward.
pub struct Ward {
    folder: Folder,
    /// The PKI that issued the keys.
    pub pki: TestPki,
    /// The leader.
    pub leader: Identity,
    /// The agency.
    pub seal: Identity,
}

impl Deref for Ward {
    type Target = Folder;

    fn deref(&self) -> &Folder {
        &self.folder
    }
}

impl Default for Ward {
    fn default() -> Self {
        Self::new()
    }
}

impl Ward {
    /// With `ket-qua.pdf`, `root.pem`, `roster.toml`, `pass.txt`, `leader.p12`, `seal.p12`, all P-256.
    pub fn new() -> Self {
        let pki = TestPki::new(Timestamp::now()).unwrap();
        let leader = pki.issue(Profile::leader().key(KeyType::P256)).unwrap();
        let seal = pki.issue(Profile::seal().key(KeyType::P256)).unwrap();
        let ward = Self { folder: Folder::new(), pki, leader, seal };
        ward.write("ket-qua.pdf", paper());
        ward.write("root.pem", ward.pki.root_pem().unwrap());
        ward.write("pass.txt", format!("{PASSWORD}\n"));
        ward.write("leader.p12", ward.leader.pkcs12(PASSWORD).unwrap());
        ward.write("seal.p12", ward.seal.pkcs12(PASSWORD).unwrap());
        ward.write("roster.toml", roster(&[(&ward.leader, "leader"), (&ward.seal, "seal")]));
        ward
    }

    /// Signs as leader.
    pub fn sign(&self, input: &str, output: &str) {
        self.run(&format!("sign {input} -o {output} --p12 leader.p12 --pass-file pass.txt")).demand(0);
    }

    /// Seals as the agency.
    pub fn seal(&self, input: &str, output: &str) {
        self.run(&format!("seal {input} -o {output} --p12 seal.p12 --pass-file pass.txt --trust root.pem")).demand(0);
    }

    /// An identity in other words: its PKCS#12 file under a name.
    pub fn issue(&self, name: &str, profile: Profile) -> Identity {
        let identity = self.pki.issue(profile).unwrap();
        self.write(name, identity.pkcs12(PASSWORD).unwrap());
        identity
    }
}

/// A roster that names these certificates, each for a role.
pub fn roster(entries: &[(&Identity, &str)]) -> String {
    let entry = |(identity, role): &(&Identity, &str)| {
        format!("[[certificate]]\nsha256 = \"{}\"\nrole = \"{role}\"\n", identity.fingerprint())
    };
    entries.iter().map(entry).collect()
}

/// The file that describes the agency to `kyso certify` and to the service.
pub const AGENCY: &str = r#"
name = "ỦY BAN NHÂN DÂN XÃ BÌNH MINH"
superior = "TỈNH MẪU"
identifier = "H61.12"
office = "Trung tâm Phục vụ hành chính công xã Bình Minh, tỉnh Mẫu"
locality = "Bình Minh"
seal_width_mm = 36
lookup = "https://tracuu.binhminh.example"
"#;

/// Today in Vietnam.
pub fn today() -> String {
    VIETNAM.to_datetime(Timestamp::now()).date().to_string()
}

/// The tables of a request that every kind has: of today, about a document of so many pages. Keys of the top level go before
/// it, further tables behind it.
pub fn request(kind: &str, variant: &str, title: &str, pages: usize) -> String {
    let today = today();
    format!(
        r#"
kind = "{kind}"
variant = "{variant}"
date = "{today}"
received = "{today} 00:00"
dossier-code = "H61.12-261129-0042"

[place]
name = "Trung tâm Phục vụ hành chính công xã Bình Minh, tỉnh Mẫu"

[certifier]
name = "Nguyễn Văn Mẫu"
office = "chairman"
title = "Chủ tịch"
agency = "Ủy ban nhân dân xã Bình Minh, tỉnh Mẫu"
signature-lines = ["CHỦ TỊCH"]

[document]
title = "{title}"
pages = {pages}
"#
    )
}

/// A request for certified copies.
pub fn copies(copies: usize, title: &str, pages: usize) -> String {
    format!("copies = {copies}\n{}[[requesters]]\nname = \"Trần Thị Mẫu\"\n", request("BS", "standard", title, pages))
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
pub fn in_hours(hours: i64) -> Timestamp {
    Timestamp::now().checked_add(Span::new().hours(hours)).unwrap()
}

/// A PNG of a ring in one colour on a transparent ground.
pub fn ring(colour: [u8; 3]) -> Vec<u8> {
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

/// The ink of a signature.
pub const BLUE: [u8; 3] = [20, 60, 200];
/// The ink of a seal.
pub const RED: [u8; 3] = [215, 20, 30];
