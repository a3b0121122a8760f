//! Scanned papers and extracts, of which electronic copies are made.

use crate::{Entry, entry};

pub(super) const SCAN_PDF_VERSION: Entry = entry(
    "Tệp số hóa thuộc phiên bản PDF quá cũ",
    "The scanned file is of a PDF version that is too old",
    "Cần PDF từ 1.4 (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.2); hãy số hóa lại.",
    "PDF 1.4 or later is needed (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.2); scan it again.",
);
pub(super) const SCAN_RESOLUTION: Entry = entry(
    "Ảnh số hóa có độ phân giải quá thấp",
    "The scan's resolution is too low",
    "Cần từ 200 dpi (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.2); hãy quét lại ở 300 dpi.",
    "200 dpi are needed (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.2); scan it again at 300 dpi.",
);
pub(super) const SCAN_RESOLUTION_FOR_ARCHIVES: Entry = entry(
    "Ảnh số hóa dưới 300 dpi",
    "The scan has less than 300 dpi",
    "Vẫn dùng được; để lưu trữ lâu dài nên quét ở 300 dpi (Công văn 7197/BKHCN).",
    "It will do; for archives scan at 300 dpi (Công văn 7197/BKHCN).",
);
pub(super) const SCAN_COLOUR: Entry = entry(
    "Ảnh số hóa không phải ảnh màu",
    "The scan isn't in colour",
    "Cần ảnh màu (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.2); hãy quét lại ở chế độ màu.",
    "Colour is needed (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.2); scan it again in colour.",
);
pub(super) const SCAN_PAGE_SIZE: Entry = entry(
    "Khổ trang số hóa không phải A4 tỷ lệ 100%",
    "The scanned page isn't A4 at 100 %",
    "Hãy quét lại theo kích thước thật của giấy, không thu phóng (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.2).",
    "Scan it again at the paper's own size, not scaled (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.2).",
);
pub(super) const EXTRACT_SIGNATURE: Entry = entry(
    "Chữ ký số trên trang này chỉ còn là hình ảnh trong bản trích",
    "The digital signature on this page is only a picture in the extract",
    "Muốn kiểm tra chữ ký đó, hãy dùng văn bản gốc; bản trích có chữ ký số của cơ quan sao.",
    "To verify it, take the original; the extract is signed by the agency that copies.",
);
pub(super) const EXTRACT_LINK: Entry = entry(
    "Liên kết đến nơi khác trong tài liệu không còn",
    "A link to elsewhere in the document isn't there any more",
    "Nội dung nhìn thấy của trang không đổi.",
    "What is seen of the page is the same.",
);
pub(super) const EXTRACT_ANNOTATION: Entry = entry(
    "Một chú thích không có hình hiển thị riêng, nên không có trong bản trích",
    "A comment brings no picture of its own, and isn't in the extract",
    "Hãy xem lại trang này của bản trích.",
    "Look at this page of the extract.",
);
