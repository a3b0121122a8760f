//! The documents: small, signed, each with words and numbers of its own.

use jiff::ToSpan as _;
use jiff::civil::date;
use kyso::{Document, Policy, PrivateKeySigner, Role, SigningOptions, VerifiedArtifact};
use kyso_certification::metadata::{Certifier, FileCode, Metadata, Requester, SignerInfo, Status};
use kyso_certification::number::CertificationNumber;
use kyso_testpki::KeyType;
use kyso_tests::{keys, shapes, signing};

/// Family names, the commonest as often as they're borne (about two in five are called Nguyễn).
const FAMILIES: [&str; 20] = [
    "Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê", "Lê", "Phạm",
    "Hoàng", "Huỳnh", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ",
];
const MIDDLES: [&str; 24] = [
    "Thị", "Thị", "Thị", "Thị", "Thị", "Thị", "Văn", "Văn", "Văn", "Văn", "Văn", "Đức", "Minh", "Ngọc", "Thanh", "Hữu",
    "Quang", "Xuân", "Kim", "Thu", "Hoài", "Bảo", "Gia", "Tuấn",
];
const GIVENS: [&str; 60] = [
    "An", "Anh", "Ánh", "Bình", "Châu", "Chi", "Cường", "Dung", "Dũng", "Duy", "Dương", "Đạt", "Giang", "Hà", "Hải",
    "Hạnh", "Hằng", "Hậu", "Hiền", "Hiếu", "Hoa", "Hòa", "Hồng", "Huệ", "Hùng", "Hương", "Khánh", "Khoa", "Kiên",
    "Lan", "Linh", "Loan", "Long", "Mai", "Mạnh", "My", "Nam", "Nga", "Nhung", "Oanh", "Phong", "Phúc", "Phương",
    "Quân", "Quyên", "Sơn", "Tâm", "Thảo", "Thắng", "Thủy", "Tiến", "Trang", "Trung", "Tú", "Tuyết", "Uyên", "Vân",
    "Việt", "Yến", "Vinh",
];
/// How many results an agency of this archive has a day.
const A_DAY: u64 = 130;
/// Kinds, in parts of a hundred.
const KINDS: [(u64, &str, &str, &str); 4] = [
    (70, "BS", "SCT/BS", "2.000815"),
    (92, "CK", "SCT/CK,ĐC", "2.000884"),
    (98, "GD", "SCT/GD", "2.001035"),
    (100, "CKND", "SCT/CKND", "2.000992"),
];

/// A number that follows from another and looks like none of it (SplitMix64).
pub(crate) fn mixed(number: u64) -> u64 {
    let mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn one_of<'a>(list: &[&'a str], number: u64) -> &'a str {
    list[usize::try_from(number % list.len() as u64).unwrap()]
}

/// Who asked for the document of this number: three words, and a fourth for four in five.
pub(crate) fn name(number: u64) -> String {
    let chance = mixed(number);
    let (family, middle) = (one_of(&FAMILIES, chance), one_of(&MIDDLES, chance >> 8));
    let (between, given) = (one_of(&GIVENS, chance >> 16), one_of(&GIVENS, chance >> 24));
    if (chance >> 40).is_multiple_of(5) {
        format!("{family} {middle} {given}")
    } else {
        format!("{family} {middle} {between} {given}")
    }
}

/// What is said of the document of this number.
pub(crate) fn metadata(number: u64) -> Metadata {
    let (day, of_day) = (number / A_DAY, number % A_DAY);
    let issued = date(2010, 1, 4) + i64::try_from(day).unwrap().days();
    let share = mixed(number ^ 0x5555) % 100;
    let (_, kind, symbol, procedure) = *KINDS.iter().find(|(below, ..)| share < *below).unwrap();
    let year = issued.year();
    let of_year = (u64::from(issued.day_of_year().unsigned_abs()) - 1) * A_DAY + of_day + 1;
    let ordinal = u32::try_from(of_year).unwrap();
    let dossier: kyso_certification::dossier::DossierCode =
        format!("H61.12-{:02}{:02}{:02}-{:04}", year % 100, issued.month(), issued.day(), of_day + 1).parse().unwrap();
    Metadata {
        doc_code: format!("H61.12_{kind}_{number:08}_V1"),
        file_code: FileCode {
            organ_id: "H61.12".into(),
            file_catalog: year,
            file_notation: format!("{kind}-{:02}", issued.month()),
        },
        result_code: dossier.result(1).unwrap(),
        dossier_code: dossier,
        procedure_code: procedure.into(),
        type_name: "Giấy ủy quyền".into(),
        code_number: ordinal.to_string(),
        code_notation: symbol.into(),
        issued_date: issued,
        organ_name: "Ủy ban nhân dân xã Bình Minh".into(),
        subject: "Ủy quyền nhận lương hưu".into(),
        language: None,
        page_amount: Some(2),
        description: None,
        signer_info: SignerInfo { position: "Chủ tịch".into(), full_name: "Nguyễn Văn Mẫu".into() },
        keyword: None,
        mode: None,
        confidence_level: None,
        format: None,
        infor_sign: None,
        maintenance: "02 năm".into(),
        rights: "Hạn chế".into(),
        cert_kind: kind.into(),
        cert_number: CertificationNumber { symbol: symbol.into(), year, ordinal, book: 1 },
        requesters: vec![Requester {
            full_name: name(number),
            id_kind: "Căn cước".into(),
            id_number: "•••••••••001".into(),
        }],
        certifier: Certifier {
            full_name: "Nguyễn Văn Mẫu".into(),
            title: "Chủ tịch".into(),
            power: String::new(),
            delegation: None,
        },
        place: "xã Bình Minh".into(),
        time: None,
        fee: Some(10_000),
        origin: None,
        file: None,
        signatures: Vec::new(),
        lookup_code: None,
        status: Status::Valid,
    }
}

/// A key and a policy, made once.
pub(crate) struct Signing {
    signer: PrivateKeySigner,
    policy: Policy,
}

impl Signing {
    pub(crate) fn new() -> Self {
        let mut policy = Policy::at(*keys::NOW);
        policy.anchors.add(&keys::PKI.root_der().unwrap()).unwrap();
        Self { signer: keys::signer(&keys::leader(KeyType::P256)), policy }
    }

    /// The document of this number, signed and verified.
    pub(crate) fn document(&self, number: u64) -> VerifiedArtifact {
        let bytes = shapes::named(&format!("KYSO {number:012}"));
        let document = Document::parse(&bytes).unwrap();
        let parameters = signing::parameters(Role::Leader);
        let signed =
            kyso::sign(&document, &self.signer, &parameters, &SigningOptions::default()).unwrap().tail.after(&bytes);
        VerifiedArtifact::verify(signed, &self.policy).unwrap()
    }
}
