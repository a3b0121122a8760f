//! Pages of which something can't be read: they aren't blank.

use kyso_testpdfs::file;

use super::{Office, copy};

/// A page with this content stream, a picture and the fonts of its resources.
pub(crate) fn page(content: &[u8], picture: &[u8]) -> Vec<u8> {
    let objects: [&[u8]; 6] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.28 841.89] /Contents 4 0 R \
          /Resources << /XObject << /I 5 0 R >> /Font << /F 6 0 R >> >> >>",
        content,
        picture,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ];
    file(objects)
}

/// A stream whose keyword is followed by `line_end`.
pub(crate) fn stream(dictionary: &str, line_end: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("<< {dictionary} /Length {} >>\nstream{line_end}", data.len());
    [head.as_bytes(), data, b"\nendstream"].concat()
}

/// Lines of text from the top of the page down to this height.
pub(crate) fn lines(down_to: u32) -> Vec<u8> {
    let mut content = "BT /F 12 Tf 60 800 Td 20 TL\n".to_owned();
    (0..(800 - down_to) / 20).for_each(|line| content += &format!("(Dong chu thu {line} cua giay to nay) Tj T*\n"));
    (content + "ET").into_bytes()
}

#[test]
fn a_page_that_cannot_be_read_is_not_blank() {
    let office = Office::new(&copy());
    let picture = "/Type /XObject /Subtype /Image /Width 8 /Height 8 /BitsPerComponent 8 /ColorSpace /DeviceGray";
    let no_picture = stream(picture, "\n", &[0xff; 64]);
    let whole = stream("", "\n", &lines(500));
    for (content, picture) in [
        (stream("/Filter /FlateDecode", "\n", &lines(60)), &no_picture),
        (stream("/Filter /Foo", "\n", &lines(60)), &no_picture),
        (stream("", " ", &lines(60)), &no_picture),
        // Its beginning is that of a JPEG, the rest is nothing.
        (
            stream("", "\n", b"q 500 0 0 300 40 60 cm /I Do Q"),
            &stream(
                &format!("{picture} /Filter /DCTDecode"),
                "\n",
                b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01 and no more",
            ),
        ),
        (
            stream("", "\n", b"q 500 0 0 300 40 60 cm /I Do Q"),
            &stream(&format!("{picture} /Filter /FlateDecode"), "\n", b"x\x9c and no more"),
        ),
    ] {
        office.0.write("giay.pdf", page(&content, picture));
        office.certify("--document giay.pdf --on-last-page").demand(5).told("không đọc được");
        office.certify("--document giay.pdf --on-last-page --lang en").demand(5).told("print it to PDF anew");
    }
    office.demand_numbers(0);
    office.0.write("giay.pdf", page(&whole, &no_picture));
    office.certify("--document giay.pdf --on-last-page").demand(0);
}

#[test]
fn text_behind_odd_line_ends_is_seen() {
    let office = Office::new(&copy());
    for line_end in ["\n", " \n", "\t\r\n", "   \r"] {
        let picture = stream("/Type /XObject /Subtype /Image", "\n", b"");
        office.0.write("day.pdf", page(&stream("", line_end, &lines(60)), &picture));
        office.certify("--document day.pdf --on-last-page --force").demand(5).told("chỉ còn trống");
        office.0.write("nua.pdf", page(&stream("", line_end, &lines(500)), &picture));
        office.certify("--document nua.pdf --on-last-page --force").demand(0);
        let text = office.text("ket.pdf");
        let (theirs, ours) = (text.find("Dong chu thu 14").unwrap(), text.find("Chứng thực bản sao").unwrap());
        assert!(theirs < ours, "{line_end:?}: {text}");
    }
}
