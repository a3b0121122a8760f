//! `inspect` for people.

use std::io::{self, Write};

use kyso::Rectangle;
use kyso::local_time::in_vietnam;
use kyso_words as words;

use super::findings::{CertificateContents, Certification, Contents, Field, Signature};
use crate::context::Context;
use crate::text::{masked, plain};

pub(super) fn write(contents: &Contents, context: &Context, sink: &mut dyn Write) -> io::Result<()> {
    writeln!(sink, "{}: PDF {}, {} byte", plain(&contents.file), plain(&contents.version), contents.bytes)?;
    if let Some(pages) = contents.pages {
        writeln!(sink, "  {}: {pages}", context.say("Số trang", "Pages"))?;
    }
    if contents.encrypted {
        writeln!(sink, "  {}", context.say("Tệp có mã hóa", "The file is encrypted"))?;
    }
    if let Some(recovered) = &contents.recovered {
        let text = crate::terms::words(context.language).message(kyso::Code::XrefRecovered, Some(recovered));
        writeln!(sink, "  ! {}", plain(&text))?;
    }
    writeln!(sink, "\n{}", context.say("Các phiên bản (đến byte)", "Revisions (up to byte)"))?;
    for (number, end) in (1..).zip(&contents.revisions) {
        writeln!(sink, "  {number}. {end}")?;
    }
    for certification in &contents.certifications {
        write_certification(certification, context, sink)?;
    }
    writeln!(sink, "\n{}", context.say("Các trường chữ ký", "Signature fields"))?;
    if contents.fields.is_empty() {
        writeln!(sink, "  {}", context.say("không có", "none"))?;
    }
    for (number, field) in (1..).zip(&contents.fields) {
        write_field(number, field, context, sink)?;
    }
    Ok(())
}

fn write_certification(certification: &Certification, context: &Context, sink: &mut dyn Write) -> io::Result<()> {
    let heading = context.say("Dữ liệu đặc tả về chứng thực (XMP)", "Metadata of a certification (XMP)");
    match certification.page {
        Some(page) => writeln!(sink, "\n{heading}, {} {page}", context.say("trang", "page"))?,
        None => writeln!(sink, "\n{heading}")?,
    }
    let get = |name: &str| certification.properties.get(name).map_or("", String::as_str);
    let number = format!("{}, {}/{}-{}", get("CertNumber"), get("BookNumber"), get("Year"), get("RegisterSymbol"));
    let certifier = format!("{}, {}", get("CertifierName"), get("CertifierTitle"));
    for (label, value) in [
        (context.say("Số chứng thực", "Number"), number.as_str()),
        (context.say("Ngày", "Date"), get("IssuedDate")),
        (context.say("Loại", "Kind"), get("CertKind")),
        (context.say("Cơ quan", "Agency"), get("OrganName")),
        (context.say("Người chứng thực", "Certifier"), certifier.as_str()),
        (context.say("Mã hồ sơ", "Dossier"), get("DossierCode")),
        (context.say("Mã kết quả", "Result code"), get("ResultCode")),
    ] {
        writeln!(sink, "  {label}: {}", masked(value))?;
    }
    Ok(())
}

fn write_field(number: usize, field: &Field, context: &Context, sink: &mut dyn Write) -> io::Result<()> {
    writeln!(sink, "  {number}. {} ({} {})", plain(&field.name), context.say("đối tượng", "object"), field.object)?;
    match (field.page, field.rectangle) {
        (Some(page), Some(Rectangle { x, y, width, height })) => {
            let place = context.say("Vị trí: trang", "Place: page");
            writeln!(sink, "     {place} {page}, {x:.1},{y:.1},{width:.1},{height:.1}")?;
        }
        _ => writeln!(sink, "     {}", context.say("Vị trí: không hiển thị", "Place: not shown"))?,
    }
    match &field.signature {
        Some(signature) => write_signature(signature, context, sink),
        None => writeln!(sink, "     {}", context.say("Chưa ký", "Not signed")),
    }
}

fn write_signature(signature: &Signature, context: &Context, sink: &mut dyn Write) -> io::Result<()> {
    let mut line = |label: &str, value: Option<String>| match value {
        Some(value) => writeln!(sink, "     {label}: {}", plain(&value)),
        None => Ok(()),
    };
    line("SubFilter", signature.subfilter.clone())?;
    line("ByteRange", Some(signature.byte_range.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")))?;
    line("Contents", signature.contents.map(|[start, end]| format!("{start}–{end}")))?;
    line(context.say("Phiên bản được ký", "Revision signed"), signature.revision.map(|number| number.to_string()))?;
    line("DocMDP", signature.docmdp.map(|permission| permission.to_string()))?;
    line(context.say("Thời điểm (/M)", "Time (/M)"), signature.time.clone())?;
    line(context.say("Tên (/Name)", "Name (/Name)"), signature.name.clone())?;
    line(context.say("Lý do", "Reason"), signature.reason.clone())?;
    line(context.say("Nơi ký", "Location"), signature.location.clone())?;
    line(context.say("Không đọc được chứng thư số", "Certificates can't be read"), signature.error.clone())?;
    for (number, certificate) in (1..).zip(&signature.certificates) {
        write_certificate(number, certificate, context, sink)?;
    }
    Ok(())
}

fn write_certificate(
    number: usize,
    certificate: &CertificateContents,
    context: &Context,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let kind = match certificate.ca {
        true => "CA",
        false => words::signer_kind(certificate.kind, context.language),
    };
    let heading = context.say("Chứng thư số", "Certificate");
    writeln!(sink, "     {heading} {number} ({kind}): {}", masked(&certificate.subject))?;
    writeln!(sink, "       {}: {}", context.say("CA cấp", "Issuer"), masked(&certificate.issuer))?;
    writeln!(sink, "       {}: {}", context.say("Số sê-ri", "Serial number"), certificate.serial)?;
    let (from, to) = (in_vietnam(certificate.not_before), in_vietnam(certificate.not_after));
    writeln!(sink, "       {}: {from} – {to}", context.say("Hạn", "Valid"))?;
    writeln!(sink, "       SHA-256: {}", certificate.sha256)
}
