//! Why a signature field isn't seen, for a person.

use crate::language::Bilingual;
use crate::pdf::Unseen;

/// What is wrong, without a capital and without a full stop; the English is the reason's own text.
pub fn told(unseen: Unseen) -> Bilingual {
    let vietnamese = match unseen {
        Unseen::NoArea => "trường không có diện tích",
        Unseen::SeveralWidgets => "trường hiện ở nhiều chỗ",
        Unseen::NoWidget => "đối tượng của trường không phải chú thích dạng trường (Widget)",
        Unseen::NotListed => "không trang nào liệt kê trường trong các chú thích của mình (/Annots)",
        Unseen::SeveralPages => "nhiều trang cùng liệt kê trường trong các chú thích của mình (/Annots)",
        Unseen::OffPage => "chỗ của nó nằm ngoài phần nhìn thấy của trang (CropBox)",
        Unseen::Hidden => "trường bị ẩn (/F)",
        Unseen::NotPrinted => "trường không được in (/F)",
        Unseen::NotWithPage => "trường không phóng to, thu nhỏ hoặc không xoay cùng trang (/F)",
        Unseen::Layer => "trường thuộc một lớp không hiển thị hoặc không được in (/OC)",
        Unseen::NeedAppearances => {
            "biểu mẫu yêu cầu phần mềm xem tự vẽ các trường (NeedAppearances), nên chữ ký không được vẽ"
        }
        Unseen::Covered { percent } => {
            return Bilingual::new(format!("chú thích khác che {percent} % hình"), unseen.to_string());
        }
    };
    Bilingual::new(vietnamese, unseen.to_string())
}
