//! Cryptography, the signer's certificate and its path.

use crate::{Entry, Hint, entry};

// Cryptography.
pub(super) const DIGEST_MISMATCH: Entry = entry(
    "Tài liệu đã bị thay đổi",
    "The document has been changed",
    "Nội dung không còn như lúc ký; không dùng tệp này, hãy lấy lại bản gốc.",
    "It is no longer what was signed; don't use this file, get the original again.",
);
pub(super) const SIGNATURE_MISMATCH: Entry = entry(
    "Giá trị chữ ký không đúng với chứng thư số của người ký",
    "The signature value doesn't verify with the signer's certificate",
    "Chữ ký bị sửa hoặc không do người này ký; không dùng tệp này.",
    "The signature was altered, or someone else made it; don't use this file.",
);
pub(super) const ALGORITHM_DIGEST_MISNAMED: Entry = entry(
    "Chữ ký ghi sai tên hàm băm; hàm băm theo thuật toán ký đã được dùng để kiểm tra",
    "The signature misnames its digest algorithm; that of its signature algorithm was used",
    "Kết quả kiểm tra không bị ảnh hưởng; hãy cập nhật phần mềm ký.",
    "What was checked isn't affected; update the signing software.",
);
pub(super) const ALGORITHM_UNKNOWN: Entry = entry(
    "Không hỗ trợ thuật toán của chữ ký này",
    "The signature's algorithm isn't supported",
    "Không kết luận được; cần SHA-2 hoặc SHA-3 với RSA, ECDSA hoặc Ed25519.",
    "No conclusion is possible; SHA-2 or SHA-3 with RSA, ECDSA or Ed25519 is needed.",
);
pub(super) const ALGORITHM_UNAVAILABLE: Entry = entry(
    "Máy này chưa kiểm tra được thuật toán này: OpenSSL của máy không có",
    "This computer can't check this algorithm: its OpenSSL doesn't have it",
    "Chưa kết luận được, không phải chữ ký sai; hãy kiểm tra trên máy có OpenSSL 3.5 trở lên.",
    "No conclusion is possible here, and nothing is wrong for that; check it on a computer with OpenSSL 3.5 or later.",
);
pub(super) const ALGORITHM_MALFORMED: Entry = entry(
    "Tham số thuật toán của chữ ký sai định dạng",
    "The parameters of the signature's algorithm are malformed",
    "Chữ ký bị hỏng; hãy lấy lại tệp gốc hoặc ký lại.",
    "It is damaged; get the original file again, or sign again.",
);
pub(super) const ALGORITHM_WEAK: Entry = entry(
    "Thuật toán không còn an toàn",
    "The algorithm is no longer safe",
    "Chữ ký phải dùng SHA-256 trở lên (Thông tư 15/2025/TT-BKHCN, Phụ lục I); hãy ký lại.",
    "Signatures must use SHA-256 or better (Thông tư 15/2025/TT-BKHCN, Phụ lục I); sign again.",
);
pub(super) const KEY_WEAK: Entry = entry(
    "Khóa quá ngắn",
    "The key is too short",
    "Cần RSA từ 2048 bit hoặc ECDSA từ 256 bit (Thông tư 15/2025/TT-BKHCN, Phụ lục I).",
    "RSA needs 2048 bits, ECDSA 256 (Thông tư 15/2025/TT-BKHCN, Phụ lục I).",
);
// The signer's certificate and its path.
pub(super) const SIGNING_CERTIFICATE_MISSING: Entry = entry(
    "Không tìm thấy chứng thư số của người ký",
    "The signer's certificate isn't there",
    "Không biết ai đã ký; hãy yêu cầu ký lại.",
    "Nobody can tell who signed; ask for a new signature.",
);
pub(super) const SIGNING_CERTIFICATE_IDENTIFIER: Entry = entry(
    "Chữ ký ghi tên một chứng thư số khác với chứng thư số nó gắn vào",
    "The signature names another certificate than the one it is bound to",
    "Đã dùng chứng thư số được gắn vào chữ ký.",
    "The one it is bound to was used.",
);
pub(super) const CHAIN_NONE: Entry = entry(
    "Đường dẫn chứng thực không hợp lệ",
    "No path leads from the certificate to a trusted root",
    "Thiếu chứng thư số CA gốc hoặc CA trung gian; hãy thêm vào danh sách tin cậy{}.",
    "The root or an intermediate CA is missing; add it to what is trusted{}.",
)
.hints(&[Hint::Trust]);
pub(super) const CHAIN_UNTRUSTED_ROOT: Entry = entry(
    "Chứng thư số không tin cậy",
    "The certificate's root isn't trusted",
    "CA gốc không có trong danh sách tin cậy; nếu đó là CA chính thức, hãy thêm vào{}.",
    "Its root CA isn't in what is trusted; if it's an official one, add it{}.",
)
.hints(&[Hint::Trust]);
pub(super) const CHAIN_BAD_SIGNATURE: Entry = entry(
    "Chứng thư số không do CA ghi trên đó cấp",
    "The certificate wasn't issued by the CA that it names",
    "Chứng thư số có thể là giả; không dùng tệp này.",
    "It may be forged; don't use this file.",
);
pub(super) const CHAIN_NOT_AN_ISSUER: Entry = entry(
    "Chứng thư số được cấp bởi một chứng thư số không có quyền cấp",
    "The certificate was issued by one that may not issue",
    "Đường dẫn chứng thực không hợp lệ; chứng thư số có thể là giả.",
    "The path isn't valid; the certificate may be forged.",
);
pub(super) const CHAIN_CONSTRAINT: Entry = entry(
    "Đường dẫn chứng thực trái với ràng buộc của CA",
    "The path breaks a constraint of a CA",
    "CA không được cấp chứng thư số này; hãy hỏi CA.",
    "The CA wasn't allowed to issue it; ask the CA.",
);
pub(super) const CHAIN_UNREADABLE: Entry = entry(
    "Không đọc được một chứng thư số trong đường dẫn",
    "A certificate of the path can't be read",
    "Hãy thêm đúng chứng thư số CA{}.",
    "Add the right CA certificates{}.",
)
.hints(&[Hint::Trust]);
pub(super) const CHAIN_OTHER: Entry = entry(
    "Đường dẫn chứng thực không hợp lệ",
    "The path isn't valid",
    "Hãy kiểm tra chứng thư số của người ký và của CA.",
    "Check the signer's and the CA's certificates.",
);
pub(super) const CHAIN_ANCHOR_EXPIRED: Entry = entry(
    "Chứng thư số CA gốc đã hết hạn, nhưng vẫn nằm trong danh sách tin cậy",
    "The root CA's certificate has expired, but is in what is trusted",
    "Hãy cập nhật danh sách tin cậy{}.",
    "Bring what is trusted up to date{}.",
)
.hints(&[Hint::Trust]);
pub(super) const CERTIFICATE_EXPIRED: Entry = entry(
    "Chứng thư số đã hết hạn sử dụng",
    "The certificate has expired",
    "Không đủ bằng chứng rằng chữ ký được tạo khi chứng thư số còn hạn và chưa bị thu hồi.",
    "Nothing suffices to prove that it signed while it was valid and not revoked.",
);
pub(super) const CERTIFICATE_NOT_YET_VALID: Entry = entry(
    "Chứng thư số chưa có hiệu lực",
    "The certificate isn't valid yet",
    "Hãy kiểm tra ngày giờ của máy, hoặc đợi đến ngày chứng thư số có hiệu lực.",
    "Check the clock, or wait until the certificate comes into force.",
);
pub(super) const CERTIFICATE_CLAIMED_TIME: Entry = entry(
    "Thời điểm ký do người ký khai nằm ngoài thời hạn của chứng thư số",
    "The signer's claimed time lies outside the certificate's validity",
    "Đồng hồ của máy ký có thể sai; hãy hỏi người ký.",
    "The signing machine's clock may be wrong; ask the signer.",
);
pub(super) const CERTIFICATE_CA_EXPIRED: Entry = entry(
    "Chứng thư số của CA đã hết hạn sử dụng",
    "A CA's certificate has expired",
    "Không đủ bằng chứng rằng chữ ký được tạo khi CA còn hạn và chưa bị thu hồi.",
    "Nothing suffices to prove that the signature was made while it was valid and not revoked.",
);
pub(super) const CERTIFICATE_KEY_USAGE: Entry = entry(
    "Chứng thư số không được cấp để ký",
    "The certificate wasn't issued for signing",
    "Mục đích sử dụng khóa phải có digitalSignature hoặc nonRepudiation; hãy dùng chứng thư số khác.",
    "Its key usage must hold digitalSignature or nonRepudiation; use another certificate.",
);
pub(super) const CERTIFICATE_EXPIRED_SINCE: Entry = entry(
    "Chứng thư số nay đã hết hạn, nhưng còn hạn khi ký",
    "The certificate has expired by now, but was in force when it signed",
    "Dấu thời gian chứng minh điều đó.",
    "A time-stamp proves it.",
);
pub(super) const ALGORITHM_WEAK_SINCE: Entry = entry(
    "Thuật toán nay không còn an toàn, nhưng còn an toàn khi được dùng",
    "The algorithm is no longer safe, but was when it was used",
    "Dấu thời gian chứng minh điều đó.",
    "A time-stamp proves it.",
);
