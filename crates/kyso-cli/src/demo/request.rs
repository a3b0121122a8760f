//! What `kyso certify` reads: the request for the sample's certification, and the agency. People, places and numbers are
//! made up.

use jiff::civil::DateTime;

/// The agency that certifies, as its certificate and its seal name it.
pub(crate) const AGENCY: &str = "ỦY BAN NHÂN DÂN XÃ BÌNH MINH (MẪU)";
/// The demo office's locality.
pub(crate) const LOCALITY: &str = "Bình Minh";
/// The demo office's leader, as named in the certificate.
pub(crate) const LEADER: &str = "Nguyễn Văn Mẫu";
/// Who received the request at the desk.
pub(crate) const RECEIVER: &str = "Lê Thị Mẫu";
/// Who asked for the certification.
pub(crate) const CITIZEN: &str = "Trần Thị Mẫu";
/// The number of her identity card: no province has the code 000.
pub(crate) const CITIZEN_ID: &str = "000000000001";

const IDENTIFIER: &str = "H61.12";
const OFFICE: &str = "Trung tâm Phục vụ hành chính công xã Bình Minh, tỉnh Mẫu";

/// The request to certify her signature, handed in and certified `now`, Vietnam's time: the dossier's `ordinal` of the day.
pub(crate) fn request(now: DateTime, ordinal: u32) -> String {
    let (date, received) = (now.date(), now.strftime("%Y-%m-%d %H:%M"));
    format!(
        "# Yêu cầu chứng thực MẪU của kyso demo.\n\
         kind = \"CK\"\n\
         variant = \"one-person-one-stop\"\n\
         date = \"{date}\"\n\
         received = \"{received}\"\n\
         dossier-code = \"{IDENTIFIER}-{}-{ordinal:04}\"\n\
         \n\
         [place]\n\
         name = \"{OFFICE}\"\n\
         \n\
         [certifier]\n\
         name = \"{LEADER}\"\n\
         office = \"chairman\"\n\
         title = \"Chủ tịch\"\n\
         agency = \"Ủy ban nhân dân xã Bình Minh, tỉnh Mẫu\"\n\
         signature-lines = [\"CHỦ TỊCH\"]\n\
         \n\
         [receiver]\n\
         salutation = \"ba\"\n\
         name = \"{RECEIVER}\"\n\
         \n\
         [[parties]]\n\
         salutation = \"ba\"\n\
         name = \"{CITIZEN}\"\n\
         id = {{ kind = \"the-can-cuoc\", number = \"{CITIZEN_ID}\" }}\n\
         \n\
         [document]\n\
         title = \"Giấy ủy quyền\"\n\
         pages = 1\n\
         is-transaction = true\n\
         authority = \"nop-nhan-ho-so\"\n",
        now.strftime("%y%m%d")
    )
}

/// The agency's file, with the width of its seal.
pub(crate) fn agency(seal_width_mm: f64) -> String {
    format!(
        "# Cơ quan MẪU của kyso demo.\n\
         name = \"{AGENCY}\"\n\
         superior = \"TỈNH MẪU\"\n\
         identifier = \"{IDENTIFIER}\"\n\
         office = \"{OFFICE}\"\n\
         locality = \"{LOCALITY}\"\n\
         seal_width_mm = {seal_width_mm}\n\
         lookup = \"https://tracuu.binhminh.example\"\n"
    )
}
