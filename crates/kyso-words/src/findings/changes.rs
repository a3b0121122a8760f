//! What changed after a signature, in words that say what a reader now sees.

use crate::{Bilingual, Entry, both, entry};

const GET_ORIGINAL: Bilingual<&str> = both(
    "Những gì hiển thị có thể không phải là những gì đã ký; hãy lấy lại bản gốc.",
    "What is shown may not be what was signed; get the original again.",
);
const TAMPERED: Bilingual<&str> = both(
    "Đây là dấu hiệu tệp bị sửa có chủ ý; không dùng tệp này.",
    "That is a sign of tampering; don't use this file.",
);

const fn change(vi: &'static str, en: &'static str, remedy: Bilingual<&'static str>) -> Entry {
    entry(vi, en, remedy.vi, remedy.en)
}

pub(super) const MODIFICATIONS_CATALOG: Entry = change(
    "Sau khi ký, thiết lập chung của tài liệu đã bị thay đổi",
    "After signing, a setting of the whole document was changed",
    GET_ORIGINAL,
);
pub(super) const MODIFICATIONS_PAGE: Entry =
    change("Sau khi ký, một trang đã bị thay đổi", "After signing, a page was changed", GET_ORIGINAL);
pub(super) const MODIFICATIONS_PAGE_TREE: Entry = change(
    "Sau khi ký, trang đã bị thêm, bớt hoặc đổi thứ tự",
    "After signing, pages were added, removed or put in another order",
    GET_ORIGINAL,
);
pub(super) const MODIFICATIONS_CONTENT: Entry = change(
    "Sau khi ký, nội dung hoặc hình ảnh hiển thị đã bị thay",
    "After signing, text or a picture that is shown was replaced",
    GET_ORIGINAL,
);
pub(super) const MODIFICATIONS_FONT: Entry = change(
    "Sau khi ký, phông chữ đã bị thay: chữ hiển thị có thể khác chữ đã ký",
    "After signing, a font was replaced: the letters shown may not be the letters signed",
    GET_ORIGINAL,
);
pub(super) const MODIFICATIONS_FORM: Entry =
    change("Sau khi ký, biểu mẫu đã bị thay đổi cấu trúc", "After signing, the form itself was changed", GET_ORIGINAL);
pub(super) const MODIFICATIONS_FIELD: Entry = change(
    "Sau khi ký, một trường biểu mẫu bị thay đổi khác với việc điền giá trị",
    "After signing, a form field was changed in more than its value",
    GET_ORIGINAL,
);
pub(super) const MODIFICATIONS_FIELD_APPEARANCE: Entry = change(
    "Trường biểu mẫu hiển thị nội dung khác với giá trị của nó",
    "A form field shows something else than its value",
    TAMPERED,
);
pub(super) const MODIFICATIONS_SIGNATURE: Entry = change(
    "Sau khi ký, chính chữ ký trong trường này đã bị thay",
    "After signing, the signature in this field was itself replaced",
    TAMPERED,
);
pub(super) const MODIFICATIONS_NO_SIGNATURE: Entry = change(
    "Sau khi ký, một trường được thêm dữ liệu mang danh chữ ký nhưng không phải là chữ ký",
    "After signing, a field was given something that passes for a signature and is none",
    TAMPERED,
);
pub(super) const MODIFICATIONS_SIGNATURE_TWICE: Entry =
    change("Nhiều trường cùng trỏ tới một chữ ký", "Several fields lead to the same signature", TAMPERED);
pub(super) const MODIFICATIONS_SIGNATURE_COVERS: Entry = change(
    "Một trường chữ ký thêm sau che lên nội dung đã ký",
    "A signature field that was added later covers what was signed",
    TAMPERED,
);
pub(super) const MODIFICATIONS_ANNOTATION: Entry = change(
    "Sau khi ký, trang có thêm chú thích loại không được phép",
    "After signing, an annotation of a kind that isn't allowed was added to a page",
    GET_ORIGINAL,
);
pub(super) const MODIFICATIONS_ANNOTATION_COVERS: Entry = change(
    "Một chú thích thêm sau che lên nội dung đã ký",
    "An annotation that was added later covers what was signed",
    TAMPERED,
);
pub(super) const MODIFICATIONS_ANNOTATION_REMOVED: Entry = change(
    "Sau khi ký, một đối tượng trên trang đã bị gỡ bỏ",
    "After signing, something that stood on a page was taken away",
    GET_ORIGINAL,
);
pub(super) const MODIFICATIONS_DEFINED_LATER: Entry = change(
    "Nội dung mà bản đã ký chỉ mới trỏ tới được thêm vào sau khi ký",
    "What the signed version only pointed to was put in after signing",
    TAMPERED,
);
pub(super) const MODIFICATIONS_SHARED: Entry = change(
    "Một đối tượng được sửa dưới danh nghĩa biểu mẫu lại hiển thị ở nơi khác",
    "An object that was changed as part of a form is shown elsewhere too",
    TAMPERED,
);
pub(super) const MODIFICATIONS_SIGNATURE_ATTACHED: Entry = change(
    "Một chữ ký đã nằm sẵn trong tệp mà không thuộc trường nào được gắn vào một trường sau khi ký",
    "A signature that was in the file already, in no field, was put into a field after signing",
    TAMPERED,
);
pub(super) const MODIFICATIONS_EVIDENCE_REMOVED: Entry = entry(
    "Sau khi ký, dữ liệu xác thực dài hạn đã bị bỏ bớt",
    "After signing, long-term validation data were taken away",
    "Về sau có thể không kiểm tra được chữ ký nữa; hãy lấy lại bản gốc.",
    "In later years the signature may no longer be verifiable; get the original again.",
);
pub(super) const MODIFICATIONS_EMPTY_FIELD_SHOWN: Entry = entry(
    "Một ô chữ ký thêm sau khi ký có hình mà không có chữ ký nào trong đó",
    "A signature field that was added after signing shows something, and nobody signed in it",
    "Hình đó không phải chữ ký hay con dấu: không ai ký bằng nó. Chỉ tin những chữ ký liệt kê trong kết quả này.",
    "What it shows is no signature and no seal: nobody signed by it. Rely on the signatures listed here alone.",
);
pub(super) const MODIFICATIONS_METADATA: Entry = entry(
    "Siêu dữ liệu (XMP) ghi lại sau khi ký có khai báo kiểu tài liệu hoặc thực thể, hoặc không đọc được",
    "Metadata (XMP) that were written after signing declare a document type or entities, or can't be read",
    "Đừng tin nhan đề và tác giả mà phần mềm hiển thị; nội dung các trang không đổi.",
    "Don't rely on the title and author that programs show; no page changes by it.",
);
pub(super) const MODIFICATIONS_LINK: Entry = entry(
    "Một liên kết thêm hoặc sửa sau khi ký dẫn ra ngoài tài liệu",
    "A link that was added or changed after signing leads out of the document",
    "Người ký không xác nhận nơi mà liên kết dẫn tới; chỉ mở nếu tin người đã thêm nó.",
    "The signer doesn't vouch for where it leads; follow it only if you trust whoever added it.",
);
pub(super) const ANNOTATIONS_OVERLAP: Entry = entry(
    "Ngay trong bản đã ký, ở đây và trên nhiều trang khác, có hai chú thích chồng lên nhau",
    "In the very version that was signed, here and on several other pages, two annotations lie over one another",
    "Không thể biết người ký đã thấy cái nào; hãy hỏi nơi lập văn bản, hoặc yêu cầu bản không có chú thích chồng nhau.",
    "Nobody can tell which of them the signer saw; ask who made the document, or ask for one without.",
);
pub(super) const ANNOTATIONS_NOT_COMPARED: Entry = entry(
    "Tài liệu có quá nhiều chú thích nên không kiểm tra được chúng có chồng lên nhau không",
    "There are too many annotations to see whether they lie over one another",
    "Hãy yêu cầu một bản đơn giản hơn.",
    "Ask for a simpler document.",
);
pub(super) const MODIFICATIONS_BETWEEN: Entry = change(
    "Giữa các phần thêm sau khi ký có dữ liệu không thuộc tài liệu",
    "Between what was added after signing lie bytes that belong to no part of the document",
    TAMPERED,
);
pub(super) const MODIFICATIONS_AMBIGUOUS: Entry = change(
    "Bảng tham chiếu thêm sau cho phép hai phần mềm đọc thấy hai nội dung khác nhau",
    "A cross-reference that was added later lets two programs read two documents",
    TAMPERED,
);
