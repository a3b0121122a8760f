//! The findings' codes, grouped as EN 319 102-1 groups its blocks.

use super::{Entry, entry};

/// In no order that matters; looked through once a finding.
pub(super) const FINDINGS: &[Entry] = &[
    // Format: the place in the PDF.
    entry(
        "byte-range.missing",
        [
            "Chữ ký không cho biết nó bảo vệ phần nào của tệp (thiếu /ByteRange)",
            "The signature doesn't say which bytes it protects (no /ByteRange)",
        ],
        ["Không thể tin chữ ký này; hãy lấy lại tệp gốc.", "It can't be trusted; get the original file again."],
    ),
    entry(
        "byte-range.shape",
        [
            "Vùng được ký (/ByteRange) không phải bốn số nguyên không âm",
            "The signed range (/ByteRange) isn't four numbers, none negative",
        ],
        ["Không thể tin chữ ký này; hãy lấy lại tệp gốc.", "It can't be trusted; get the original file again."],
    ),
    entry(
        "byte-range.overlap",
        [
            "Hai phần của vùng được ký chồng lên nhau hoặc sai thứ tự",
            "The two parts of the signed range overlap or are out of order",
        ],
        [
            "Đây là dấu hiệu tệp bị sửa có chủ ý; không dùng tệp này.",
            "That is a sign of tampering; don't use this file.",
        ],
    ),
    entry(
        "byte-range.gap",
        [
            "Chỗ trống trong vùng được ký không khớp đúng với chữ ký",
            "The gap in the signed range isn't exactly the signature's own place",
        ],
        [
            "Nội dung không được ký có thể nằm ở đó; không dùng tệp này.",
            "Content that nobody signed may lie there; don't use this file.",
        ],
    ),
    entry(
        "byte-range.start",
        ["Vùng được ký không bắt đầu từ đầu tệp", "The signed range doesn't start where the file starts"],
        ["Phần đầu tệp không được bảo vệ; không dùng tệp này.", "The beginning isn't protected; don't use this file."],
    ),
    entry(
        "byte-range.end",
        [
            "Vùng được ký không kết thúc ở cuối một phiên bản của tệp",
            "The signed range doesn't end where a revision of the file ends",
        ],
        [
            "Phần cuối của phiên bản được ký không được bảo vệ; không dùng tệp này.",
            "The end of what was signed isn't protected; don't use this file.",
        ],
    ),
    entry(
        "byte-range.beyond",
        ["Vùng được ký vượt ra ngoài tệp hoặc rỗng", "The signed range reaches beyond the file or is empty"],
        [
            "Tệp có thể bị cắt cụt khi truyền; hãy lấy lại tệp gốc.",
            "The file may have been cut off on its way; get the original again.",
        ],
    ),
    entry(
        "contents.missing",
        [
            "Trường chữ ký không chứa chữ ký (thiếu /Contents)",
            "The signature dictionary holds no signature (no /Contents)",
        ],
        ["Hãy ký lại tài liệu.", "Sign the document again."],
    ),
    entry(
        "contents.ambiguous",
        ["Chữ ký ghi /Contents hoặc /ByteRange nhiều lần", "The signature has /Contents or /ByteRange more than once"],
        [
            "Các phần mềm có thể hiểu khác nhau: dấu hiệu tệp bị sửa có chủ ý; không dùng tệp này.",
            "Software may read it in different ways, a sign of tampering; don't use this file.",
        ],
    ),
    entry(
        "contents.compressed",
        [
            "Chữ ký nằm trong một luồng nén nên không thể được bảo vệ đúng cách",
            "The signature lies in a compressed object stream, where no byte range can spare it",
        ],
        ["Không thể tin chữ ký này; hãy ký lại tài liệu.", "It can't be trusted; sign the document again."],
    ),
    entry(
        "subfilter.unknown",
        ["Không hỗ trợ kiểu chữ ký này", "This kind of signature isn't supported"],
        [
            "Không kết luận được; hãy kiểm tra bằng phần mềm đã tạo ra chữ ký.",
            "No conclusion is possible; check it with the software that made it.",
        ],
    ),
    entry(
        "signatures.too-many",
        ["Tệp có quá nhiều chữ ký để kiểm tra hết", "The file has too many signatures to judge them all"],
        [
            "Chữ ký này chưa được kiểm tra; hãy hỏi nơi gửi vì sao tệp có nhiều chữ ký như vậy.",
            "This one isn't judged; ask the sender why there are so many.",
        ],
    ),
    entry(
        "signature.unreached",
        [
            "Có một chữ ký trong tệp mà không trường chữ ký nào dẫn tới",
            "A signature lies in the file that no signature field leads to",
        ],
        [
            "Các phần mềm đọc PDF có thể không hiển thị chữ ký này; hãy hỏi nơi gửi.",
            "PDF readers may not show it; ask the sender.",
        ],
    ),
    entry(
        "xref.recovered",
        [
            "Bảng tham chiếu của tệp bị hỏng và đã được dựng lại để đọc",
            "The file's cross-reference table is damaged and was rebuilt for reading",
        ],
        [
            "Phần mềm khác có thể hiểu tệp này khác đi; nên lấy lại tệp gốc.",
            "Other software may read the file differently; better get the original again.",
        ],
    ),
    // Format: the signature itself.
    entry(
        "cms.unreadable",
        ["Không đọc được dữ liệu chữ ký số (CMS)", "The signature data (CMS) can't be read"],
        [
            "Chữ ký bị hỏng; hãy lấy lại tệp gốc hoặc ký lại.",
            "It is damaged; get the original file again, or sign again.",
        ],
    ),
    entry(
        "cms.several-signers",
        ["Chữ ký không có đúng một người ký", "The signature doesn't have exactly one signer"],
        [
            "Chuẩn PAdES chỉ cho phép một; hãy ký lại, mỗi người một trường chữ ký.",
            "PAdES allows one only; sign again, one field a person.",
        ],
    ),
    entry(
        "cms.trailing-bytes",
        ["Sau dữ liệu chữ ký còn có dữ liệu lạ", "Bytes that don't belong to it follow the signature data"],
        [
            "Chữ ký không bị ảnh hưởng, nhưng phần mềm ký đã làm sai chuẩn.",
            "The signature isn't affected, but the signing software doesn't keep to the standard.",
        ],
    ),
    entry(
        "cms.content-inside",
        [
            "Dữ liệu chữ ký mang theo nội dung riêng thay vì bảo vệ tệp",
            "The signature data bring their own content in place of protecting the file",
        ],
        ["Không thể tin chữ ký này; hãy ký lại tài liệu.", "It can't be trusted; sign the document again."],
    ),
    entry(
        "cms.content-missing",
        ["Dữ liệu chữ ký thiếu mã băm của tài liệu", "The signature data lack the document's digest"],
        ["Không thể kiểm tra; hãy ký lại tài liệu.", "It can't be judged; sign the document again."],
    ),
    entry(
        "message-digest.missing",
        [
            "Dữ liệu chữ ký thiếu mã băm của tài liệu (message-digest)",
            "The signature data lack the document's digest (message-digest)",
        ],
        ["Không thể kiểm tra; hãy ký lại tài liệu.", "It can't be judged; sign the document again."],
    ),
    entry(
        "attribute.malformed",
        ["Một thuộc tính của chữ ký sai định dạng", "An attribute of the signature is malformed"],
        [
            "Chữ ký bị hỏng; hãy lấy lại tệp gốc hoặc ký lại.",
            "It is damaged; get the original file again, or sign again.",
        ],
    ),
    entry(
        "content-type.mismatch",
        [
            "Thuộc tính content-type không đúng với nội dung được ký",
            "The content-type attribute doesn't fit what was signed",
        ],
        ["Phần mềm ký đã làm sai chuẩn; hãy ký lại.", "The signing software doesn't keep to the standard; sign again."],
    ),
    entry(
        "signed-attributes.order",
        ["Các thuộc tính được ký không theo thứ tự DER", "The signed attributes aren't in DER order"],
        [
            "Chữ ký không bị ảnh hưởng, nhưng phần mềm ký đã làm sai chuẩn.",
            "The signature isn't affected, but the signing software doesn't keep to the standard.",
        ],
    ),
    entry(
        "signing-time.present",
        ["Chữ ký PAdES mang thuộc tính signing-time", "The PAdES signature carries a signing-time attribute"],
        [
            "Chuẩn không cho phép; nội dung được ký không bị ảnh hưởng.",
            "The standard forbids it; what was signed isn't affected.",
        ],
    ),
    entry(
        "ess.missing",
        [
            "Chữ ký không được gắn với chứng thư số của người ký (thiếu thuộc tính signing-certificate)",
            "The signature isn't bound to the signer's certificate (no signing-certificate attribute)",
        ],
        [
            "Chứng thư số có thể bị tráo; hãy ký lại bằng phần mềm theo chuẩn PAdES.",
            "The certificate could be exchanged for another; sign again with software that follows PAdES.",
        ],
    ),
    entry(
        "ess.mismatch",
        [
            "Chứng thư số kèm theo không phải là chứng thư số đã dùng để ký",
            "The certificate enclosed isn't the one that the signature names",
        ],
        ["Chứng thư số đã bị tráo; không dùng tệp này.", "It was exchanged for another; don't use this file."],
    ),
    entry(
        "ess.issuer-serial",
        [
            "Tham chiếu tới chứng thư số ghi sai CA hoặc số sê-ri",
            "The reference to the certificate names another issuer or serial number",
        ],
        [
            "Mã băm của chứng thư số vẫn khớp, nên chữ ký không bị ảnh hưởng.",
            "The certificate's digest fits, so the signature isn't affected.",
        ],
    ),
    entry(
        "ess.weak-digest",
        ["Tham chiếu tới chứng thư số dùng hàm băm yếu", "The reference to the certificate uses a weak digest"],
        ["Hãy cập nhật phần mềm ký để dùng SHA-256 trở lên.", "Have the signing software use SHA-256 or better."],
    ),
    // Cryptography.
    entry(
        "digest.mismatch",
        ["Tài liệu đã bị thay đổi", "The document has been changed"],
        [
            "Nội dung không còn như lúc ký; không dùng tệp này, hãy lấy lại bản gốc.",
            "It is no longer what was signed; don't use this file, get the original again.",
        ],
    ),
    entry(
        "signature.mismatch",
        [
            "Giá trị chữ ký không đúng với chứng thư số của người ký",
            "The signature value doesn't verify with the signer's certificate",
        ],
        [
            "Chữ ký bị sửa hoặc không do người này ký; không dùng tệp này.",
            "The signature was altered, or someone else made it; don't use this file.",
        ],
    ),
    entry(
        "algorithm.unknown",
        ["Không hỗ trợ thuật toán của chữ ký này", "The signature's algorithm isn't supported"],
        [
            "Không kết luận được; cần SHA-2 hoặc SHA-3 với RSA, ECDSA hoặc Ed25519.",
            "No conclusion is possible; SHA-2 or SHA-3 with RSA, ECDSA or Ed25519 is needed.",
        ],
    ),
    entry(
        "algorithm.malformed",
        ["Tham số thuật toán của chữ ký sai định dạng", "The parameters of the signature's algorithm are malformed"],
        [
            "Chữ ký bị hỏng; hãy lấy lại tệp gốc hoặc ký lại.",
            "It is damaged; get the original file again, or sign again.",
        ],
    ),
    entry(
        "algorithm.weak",
        ["Thuật toán không còn an toàn", "The algorithm is no longer safe"],
        [
            "Chữ ký phải dùng SHA-256 trở lên (Thông tư 15/2025/TT-BKHCN, Phụ lục I); hãy ký lại.",
            "Signatures must use SHA-256 or better (Thông tư 15/2025/TT-BKHCN, Phụ lục I); sign again.",
        ],
    ),
    entry(
        "key.weak",
        ["Khóa quá ngắn", "The key is too short"],
        [
            "Cần RSA từ 2048 bit hoặc ECDSA từ 256 bit (Thông tư 15/2025/TT-BKHCN, Phụ lục I).",
            "RSA needs 2048 bits, ECDSA 256 (Thông tư 15/2025/TT-BKHCN, Phụ lục I).",
        ],
    ),
    // The signer's certificate and its path.
    entry(
        "signing-certificate.missing",
        ["Không tìm thấy chứng thư số của người ký", "The signer's certificate isn't there"],
        ["Không biết ai đã ký; hãy yêu cầu ký lại.", "Nobody can tell who signed; ask for a new signature."],
    ),
    entry(
        "signing-certificate.identifier",
        [
            "Chữ ký ghi tên một chứng thư số khác với chứng thư số nó gắn vào",
            "The signature names another certificate than the one it is bound to",
        ],
        ["Đã dùng chứng thư số được gắn vào chữ ký.", "The one it is bound to was used."],
    ),
    entry(
        "chain.none",
        ["Đường dẫn chứng thực không hợp lệ", "No path leads from the certificate to a trusted root"],
        [
            "Thiếu chứng thư số CA gốc hoặc CA trung gian; hãy thêm vào danh sách tin cậy (--trust).",
            "The root or an intermediate CA is missing; add it to what is trusted (--trust).",
        ],
    ),
    entry(
        "chain.untrusted-root",
        ["Chứng thư số không tin cậy", "The certificate's root isn't trusted"],
        [
            "CA gốc không có trong danh sách tin cậy; nếu đó là CA chính thức, hãy thêm vào (--trust).",
            "Its root CA isn't in what is trusted; if it's an official one, add it (--trust).",
        ],
    ),
    entry(
        "chain.bad-signature",
        ["Chứng thư số không do CA ghi trên đó cấp", "The certificate wasn't issued by the CA that it names"],
        ["Chứng thư số có thể là giả; không dùng tệp này.", "It may be forged; don't use this file."],
    ),
    entry(
        "chain.not-an-issuer",
        [
            "Chứng thư số được cấp bởi một chứng thư số không có quyền cấp",
            "The certificate was issued by one that may not issue",
        ],
        [
            "Đường dẫn chứng thực không hợp lệ; chứng thư số có thể là giả.",
            "The path isn't valid; the certificate may be forged.",
        ],
    ),
    entry(
        "chain.constraint",
        ["Đường dẫn chứng thực trái với ràng buộc của CA", "The path breaks a constraint of a CA"],
        ["CA không được cấp chứng thư số này; hãy hỏi CA.", "The CA wasn't allowed to issue it; ask the CA."],
    ),
    entry(
        "chain.unreadable",
        ["Không đọc được một chứng thư số trong đường dẫn", "A certificate of the path can't be read"],
        ["Hãy thêm đúng chứng thư số CA (--trust).", "Add the right CA certificates (--trust)."],
    ),
    entry(
        "chain.other",
        ["Đường dẫn chứng thực không hợp lệ", "The path isn't valid"],
        ["Hãy kiểm tra chứng thư số của người ký và của CA.", "Check the signer's and the CA's certificates."],
    ),
    entry(
        "chain.anchor-expired",
        [
            "Chứng thư số CA gốc đã hết hạn, nhưng vẫn nằm trong danh sách tin cậy",
            "The root CA's certificate has expired, but is in what is trusted",
        ],
        ["Hãy cập nhật danh sách tin cậy (--trust).", "Bring what is trusted up to date (--trust)."],
    ),
    entry(
        "certificate.expired",
        ["Chứng thư số đã hết hạn sử dụng", "The certificate has expired"],
        [
            "Không có dấu thời gian nào chứng minh chữ ký được tạo khi chứng thư số còn hạn.",
            "No time-stamp proves that it signed while it was valid.",
        ],
    ),
    entry(
        "certificate.not-yet-valid",
        ["Chứng thư số chưa có hiệu lực", "The certificate isn't valid yet"],
        [
            "Hãy kiểm tra ngày giờ của máy, hoặc đợi đến ngày chứng thư số có hiệu lực.",
            "Check the clock, or wait until the certificate comes into force.",
        ],
    ),
    entry(
        "certificate.claimed-time",
        [
            "Thời điểm ký do người ký khai nằm ngoài thời hạn của chứng thư số",
            "The signer's claimed time lies outside the certificate's validity",
        ],
        [
            "Đồng hồ của máy ký có thể sai; hãy hỏi người ký.",
            "The signing machine's clock may be wrong; ask the signer.",
        ],
    ),
    entry(
        "certificate.ca-expired",
        ["Chứng thư số của CA đã hết hạn sử dụng", "A CA's certificate has expired"],
        [
            "Không có dấu thời gian nào chứng minh chữ ký được tạo khi CA còn hạn.",
            "No time-stamp proves that the signature was made while it was valid.",
        ],
    ),
    entry(
        "certificate.key-usage",
        ["Chứng thư số không được cấp để ký", "The certificate wasn't issued for signing"],
        [
            "Mục đích sử dụng khóa phải có digitalSignature hoặc nonRepudiation; hãy dùng chứng thư số khác.",
            "Its key usage must hold digitalSignature or nonRepudiation; use another certificate.",
        ],
    ),
    entry(
        "revocation.not-checked",
        ["Không kiểm tra tình trạng hủy bỏ của chứng thư số ký", "Whether the certificate was revoked isn't checked"],
        [
            "CA có công bố tình trạng thu hồi (CRL hoặc OCSP) nhưng không có dữ liệu đó ở đây; hãy hỏi CA trước khi tin cậy.",
            "The CA publishes it (CRL or OCSP), but that evidence isn't here; ask the CA before relying on it.",
        ],
    ),
    entry(
        "revocation.not-published",
        [
            "CA không công bố tình trạng thu hồi của chứng thư số này",
            "The CA doesn't publish whether this certificate was revoked",
        ],
        [
            "Chứng thư số không ghi địa chỉ CRL hay OCSP; việc thu hồi, nếu có, không thể biết được.",
            "The certificate names neither CRL nor OCSP; a revocation can't be known.",
        ],
    ),
    // Time.
    entry(
        "time.not-proven",
        ["Thời điểm ký chỉ do người ký khai", "The time of signing is only the signer's claim"],
        ["Không có dấu thời gian tin cậy chứng minh.", "No trusted time-stamp proves it."],
    ),
    entry(
        "timestamp.not-validated",
        ["Dấu thời gian chưa được kiểm tra", "The time-stamp isn't validated"],
        [
            "Phiên bản này chưa kiểm tra dấu thời gian nên không dựa vào nó.",
            "This version doesn't validate time-stamps and so doesn't rely on it.",
        ],
    ),
    entry(
        "timestamp.unreadable",
        ["Không đọc được dấu thời gian", "The time-stamp can't be read"],
        ["Dấu thời gian bị hỏng; hãy lấy lại tệp gốc.", "It is damaged; get the original file again."],
    ),
    entry(
        "timestamp.time",
        ["Thời gian ghi trong dấu thời gian", "The time that the time-stamp states"],
        ["Dấu thời gian chưa được kiểm tra.", "The time-stamp isn't validated."],
    ),
    // What came later.
    entry(
        "coverage.later-bytes",
        [
            "Nội dung đã ký số chưa bị thay đổi. Tuy nhiên, tài liệu đã có những thay đổi: có dữ liệu nối thêm vào cuối tệp",
            "What was signed hasn't been changed. But the file has: bytes were added at its end",
        ],
        ["Phần nối thêm không được ký; hãy lấy lại tệp gốc.", "Nobody signed them; get the original file again."],
    ),
    entry(
        "modifications.other",
        [
            "Nội dung đã ký số chưa bị thay đổi. Tuy nhiên, tài liệu đã có những thay đổi không được phép sau khi ký",
            "What was signed hasn't been changed. But the document was changed after signing as isn't allowed",
        ],
        [
            "Những gì hiển thị có thể không phải là những gì đã ký; hãy lấy lại bản gốc.",
            "What is shown may not be what was signed; get the original again.",
        ],
    ),
    entry(
        "modifications.not-allowed",
        [
            "Có thay đổi sau khi ký mà chữ ký này không cho phép",
            "There are changes after signing that this signature doesn't allow",
        ],
        ["Phần thay đổi không có giá trị; hãy lấy lại bản gốc.", "They have no value; get the original again."],
    ),
    entry(
        "modifications.annotations",
        ["Sau khi ký, tài liệu có thêm chú thích", "After signing, annotations were added"],
        ["Thay đổi này được phép.", "That is allowed."],
    ),
    entry(
        "modifications.unreadable",
        [
            "Không xác định được tài liệu đã thay đổi những gì sau khi ký",
            "What was changed after signing can't be made out",
        ],
        [
            "Coi như thay đổi không được phép; hãy lấy lại bản gốc.",
            "That counts as a change that isn't allowed; get the original again.",
        ],
    ),
    entry(
        "modifications.form-fill",
        [
            "Sau khi ký, tài liệu có thêm chữ ký hoặc trường biểu mẫu",
            "After signing, a signature or form field was added",
        ],
        ["Thay đổi này được phép.", "That is allowed."],
    ),
    entry(
        "modifications.lta",
        [
            "Sau khi ký, tài liệu có thêm dữ liệu xác thực dài hạn",
            "After signing, long-term validation data were added",
        ],
        ["Thay đổi này được phép.", "That is allowed."],
    ),
    entry(
        "docmdp.violated",
        [
            "Tài liệu bị thay đổi trái với điều mà một chữ ký cho phép",
            "The document was changed against what a signature permits",
        ],
        [
            "Chữ ký đó đã khóa tài liệu; phần thay đổi không có giá trị, hãy lấy lại bản gốc.",
            "That signature locked the document; the change has no value, get the original again.",
        ],
    ),
    entry(
        "fieldmdp.violated",
        [
            "Một trường đã bị chữ ký khóa lại được sửa sau khi ký",
            "A field that a signature locked was changed after signing",
        ],
        ["Phần thay đổi không có giá trị; hãy lấy lại bản gốc.", "The change has no value; get the original again."],
    ),
    // Leader and seal.
    entry(
        "role.awaiting-seal",
        [
            "Đã có chữ ký của người có thẩm quyền, chưa có chữ ký số của cơ quan",
            "The leader has signed; the agency's seal isn't there yet",
        ],
        [
            "Văn bản chưa hoàn chỉnh: văn thư cần đóng dấu số (Nghị định 30/2020/NĐ-CP, Điều 5, Điều 32).",
            "The document isn't complete: the clerk has to apply the seal (Nghị định 30/2020/NĐ-CP, Điều 5, Điều 32).",
        ],
    ),
    entry(
        "role.seal-without-leader",
        [
            "Có dấu số của cơ quan nhưng không có chữ ký của người có thẩm quyền",
            "The agency's seal is there, but no leader's signature",
        ],
        [
            "Dấu chỉ được đóng lên văn bản đã có chữ ký (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).",
            "A seal may only lie on a signed document (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).",
        ],
    ),
    entry(
        "role.seal-before-leader",
        [
            "Dấu số của cơ quan được đóng trước chữ ký của người có thẩm quyền",
            "The seal was applied before the leader signed",
        ],
        [
            "Sai trình tự: ký trước, đóng dấu sau (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).",
            "The order is wrong: first the signature, then the seal (Nghị định 30/2020/NĐ-CP, Điều 32 khoản 2 điểm d).",
        ],
    ),
    entry(
        "role.outside-dates",
        [
            "Người ký không giữ vai trò này vào thời điểm ký, theo danh sách của cơ quan",
            "By the agency's roster, the signer didn't hold this role at that time",
        ],
        [
            "Hãy kiểm tra thời hạn giao quyền trong danh sách chứng thư số (--roster).",
            "Check the dates of power in the roster (--roster).",
        ],
    ),
];
