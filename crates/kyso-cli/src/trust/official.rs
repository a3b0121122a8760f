//! The roots that Vietnam's authorities publish, known by their fingerprints. No certificate comes along: who adds one fetches it
//! where its authority publishes it, and the fingerprint decides.

use kyso::{Bilingual, both};

/// A published root.
#[derive(Debug)]
pub(crate) struct Official {
    /// Its subject's CN.
    pub(crate) name: &'static str,
    pub(crate) authority: Bilingual<&'static str>,
    /// Whose signatures lead to it.
    pub(crate) serves: Bilingual<&'static str>,
    /// SHA-256 of the DER certificate, lower-case hex.
    pub(crate) sha256: &'static str,
    /// The year of its end, where that is known.
    pub(crate) until: Option<i16>,
    /// Where it's published, and as what.
    pub(crate) address: &'static str,
    pub(crate) file: &'static str,
}

/// Where the fingerprints are from, and how far they go.
pub(crate) const SOURCE: Bilingual<&'static str> = both(
    "Dấu vân tay ghi theo chứng thư, danh sách tin cậy và mã nguồn ở các kho công khai, chưa đối chiếu với chính cơ quan công bố. \
     Việc hệ trọng thì hãy hỏi lại cơ quan đó.",
    "The fingerprints are from certificates, trust lists and source code in public repositories, and weren't compared with what \
     the authorities themselves say. Where much depends on it, ask the authority.",
);

const COMMITTEE: Bilingual<&'static str> = both("Ban Cơ yếu Chính phủ", "Government Cipher Committee");

pub(crate) const OFFICIAL: &[Official] = &[
    Official {
        name: "RootCA chuyên dùng Chính phủ G2",
        authority: COMMITTEE,
        serves: both("chữ ký số chuyên dùng công vụ", "official-duty signatures of state agencies"),
        sha256: "f04ba4b459a7c9a1b971ad9b1cb833e695a80c79aea63b174b66a70edfe2fdb8",
        until: Some(2048),
        address: "http://ca.gov.vn/pki/pub/crt/rootcag2.crt",
        file: "rootcag2.crt",
    },
    Official {
        name: "Co quan chung thuc so chuyen dung Chinh phu (RootCA)",
        authority: COMMITTEE,
        serves: both(
            "chữ ký số chuyên dùng công vụ cấp trước đây (G1)",
            "earlier official-duty signatures of state agencies (G1)",
        ),
        sha256: "f7bc89054cec7f12730d7b8cd3eb7955b163835087e5eb873edfb584763b3f90",
        until: Some(2030),
        address: "http://ca.gov.vn/pki/pub/cert/rootca.crt",
        file: "rootca.crt",
    },
    Official {
        name: "Vietnam National Root CA",
        authority: both(
            "Trung tâm Chứng thực điện tử quốc gia (NEAC)",
            "National Electronic Authentication Centre (NEAC)",
        ),
        serves: both(
            "chữ ký số công cộng của người dân, doanh nghiệp",
            "signatures of citizens and companies by public CAs",
        ),
        sha256: "bac8bf609ab420a8ee1780d74f4de5c7f7184959d2a7375b0a75e4c29f0908e7",
        until: None,
        address: "https://rootca.gov.vn/crt/vnrca256.p7b",
        file: "vnrca256.p7b",
    },
];

/// The published root with this fingerprint (lower-case hex).
pub(crate) fn official(sha256: &str) -> Option<&'static Official> {
    OFFICIAL.iter().find(|official| official.sha256 == sha256)
}

impl Official {
    /// The command that fetches it and adds it.
    pub(crate) fn command(&self) -> String {
        format!("curl -fLo {file} {address} && kyso trust add {file}", file = self.file, address = self.address)
    }
}
