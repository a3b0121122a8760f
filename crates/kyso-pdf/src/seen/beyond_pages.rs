//! What a file brings along that its pages don't show: files within it, scripts, a form that viewers draw anew.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object, ObjectId};

use crate::error::Error;
use crate::file::document::Document;
use crate::signature::signature_field::text_of;

/// Most nodes of a name tree, and most names told.
const MAX_NODES: usize = 1_000;
const MAX_NAMES: usize = 100;
/// Actions that run something, or take the reader elsewhere, without being asked (ISO 32000-2, table 201).
const RUNNING: [&[u8]; 5] = [b"JavaScript", b"Launch", b"SubmitForm", b"ImportData", b"URI"];

/// Something that a file brings along beside its pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beyond {
    /// A portfolio (ISO 32000-2, 12.3.5): viewers show a list of files in place of the pages.
    Portfolio,
    /// An XFA form: viewers that know XFA draw its pages anew.
    Xfa,
    /// Files attached to the document or to a page, by their names as far as they have some.
    Attachments(Vec<String>),
    /// Something that runs when the file or a page is opened, closed, saved or printed.
    Script,
}

/// What a file brings along that its pages don't show.
///
/// # Errors
/// [`Error::Input`] where the catalog or the pages can't be read.
pub fn beyond_pages(document: &Document<'_>) -> Result<Vec<Beyond>, Error> {
    let catalog = document.catalog()?;
    let names = document.dictionary(&catalog, b"Names")?;
    let mut found = Vec::new();
    if !document.dictionary(&catalog, b"Collection")?.is_empty() {
        found.push(Beyond::Portfolio);
    }
    let form = document.dictionary(&catalog, b"AcroForm")?;
    if !document.get(&form, b"XFA")?.is_null() {
        found.push(Beyond::Xfa);
    }
    let mut files = tree(document, &names, b"EmbeddedFiles")?;
    let mut runs = is_running(document, &document.get(&catalog, b"OpenAction")?)?
        || !tree(document, &names, b"JavaScript")?.is_empty()
        || has_running(document, &catalog)?;
    for page in document.pages()? {
        runs |= has_running(document, &page.dictionary)?;
        let Object::Array(annotations) = document.get(&page.dictionary, b"Annots")? else { continue };
        for annotation in &annotations {
            let Object::Dictionary(annotation) = document.resolve(annotation)? else { continue };
            if document.get(&annotation, b"Subtype")?.as_name().is_ok_and(|name| name == b"FileAttachment") {
                let file = document.dictionary(&annotation, b"FS")?;
                files.push(name_of(document, &file)?);
            }
        }
    }
    if !files.is_empty() {
        files.truncate(MAX_NAMES);
        found.push(Beyond::Attachments(files));
    }
    if runs {
        found.push(Beyond::Script);
    }
    Ok(found)
}

/// Whether one of the additional actions of a dictionary (ISO 32000-2, 12.6.3) runs something.
fn has_running(document: &Document<'_>, holder: &Dictionary) -> Result<bool, Error> {
    for (_, action) in &document.dictionary(holder, b"AA")? {
        if is_running(document, &document.resolve(action)?)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_running(document: &Document<'_>, action: &Object) -> Result<bool, Error> {
    let Object::Dictionary(action) = action else { return Ok(false) };
    Ok(document.get(action, b"S")?.as_name().is_ok_and(|kind| RUNNING.contains(&kind)))
}

/// The names of a name tree's values (ISO 32000-2, 7.9.6): of file specifications their own, else the key.
fn tree(document: &Document<'_>, names: &Dictionary, key: &[u8]) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    let mut waiting = vec![document.get(names, key)?];
    let mut seen: BTreeSet<ObjectId> = BTreeSet::new();
    let mut nodes = 0;
    while let Some(Object::Dictionary(node)) = waiting.pop() {
        nodes += 1;
        if nodes > MAX_NODES || found.len() >= MAX_NAMES {
            break;
        }
        if let Object::Array(pairs) = document.get(&node, b"Names")? {
            for pair in pairs.as_chunks::<2>().0.iter().take(MAX_NAMES) {
                let [key, value] = pair;
                let own = match document.resolve(value)? {
                    Object::Dictionary(file) => name_of(document, &file)?,
                    _ => String::new(),
                };
                let key = text_of(&document.resolve(key)?).unwrap_or_default();
                found.push(if own.is_empty() { key } else { own });
            }
        }
        if let Object::Array(kids) = document.get(&node, b"Kids")? {
            for kid in kids {
                let is_new = kid.as_reference().map_or(true, |id| seen.insert(id));
                if is_new {
                    waiting.push(document.resolve(&kid)?);
                }
            }
        }
    }
    Ok(found)
}

/// A file specification's name (ISO 32000-2, 7.11.3).
fn name_of(document: &Document<'_>, file: &Dictionary) -> Result<String, Error> {
    for key in [b"UF".as_slice(), b"F"] {
        if let Some(name) = text_of(&document.get(file, key)?) {
            return Ok(name);
        }
    }
    Ok(String::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(catalog: &str, page: &str, more: &[&str]) -> Vec<Beyond> {
        let mut bytes = b"%PDF-1.7\n".to_vec();
        let mut offsets = Vec::new();
        let mut objects = vec![
            format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>"),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] {page} >>"),
        ];
        objects.extend(more.iter().map(|&object| object.to_owned()));
        for (index, object) in objects.iter().enumerate() {
            offsets.push(bytes.len());
            bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).into_bytes());
        }
        let start = bytes.len();
        bytes.extend(format!("xref\n0 {}\n0000000000 65535 f\r\n", offsets.len() + 1).into_bytes());
        offsets.iter().for_each(|at| bytes.extend(format!("{at:010} 00000 n\r\n").into_bytes()));
        let size = offsets.len() + 1;
        bytes.extend(format!("trailer\n<< /Root 1 0 R /Size {size} >>\nstartxref\n{start}\n%%EOF\n").into_bytes());
        beyond_pages(&Document::parse(&bytes).unwrap()).unwrap()
    }

    #[test]
    fn what_the_pages_do_not_show_is_found() {
        let file = "<< /Type /Filespec /F (a.docx) /UF (\\376\\377\\000b) >>";
        let tree = "/Names << /EmbeddedFiles << /Kids [4 0 R 4 0 R] >> >>";
        let leaf = "<< /Names [(key) 5 0 R] >>";
        assert_eq!(of("", "", &[]), []);
        assert_eq!(of("/OpenAction [3 0 R /Fit]", "/Annots [<< /Subtype /Link >>]", &[]), []);
        assert_eq!(of("/OpenAction << /S /GoTo /D [3 0 R /Fit] >>", "", &[]), []);
        assert_eq!(of(tree, "", &[leaf, file]), [Beyond::Attachments(vec!["b".into()])]);
        let both = [Beyond::Portfolio, Beyond::Attachments(vec!["b".into()])];
        assert_eq!(of(&format!("{tree} /Collection << /Type /Collection >>"), "", &[leaf, file]), both);
        let annotation = "/Annots [<< /Subtype /FileAttachment /FS << /F (c.xlsx) >> >>]";
        assert_eq!(of("", annotation, &[]), [Beyond::Attachments(vec!["c.xlsx".into()])]);
        assert_eq!(of("/AcroForm << /XFA [] >>", "", &[]), [Beyond::Xfa]);
        for catalog in [
            "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>",
            "/AA << /WP << /S /Launch /F (x.exe) >> >>",
            "/Names << /JavaScript << /Names [(one) << /S /JavaScript /JS (1) >>] >> >>",
        ] {
            assert_eq!(of(catalog, "", &[]), [Beyond::Script], "{catalog}");
        }
        assert_eq!(of("", "/AA << /O << /S /URI /URI (http://a.example) >> >>", &[]), [Beyond::Script]);
    }
}
