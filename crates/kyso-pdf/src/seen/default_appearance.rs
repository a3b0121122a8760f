//! What viewers draw for an annotation without an appearance stream.

use lopdf::{Dictionary, Object};

use super::coverage::{Painted, SOLID, THICK, painted_by_lines};
use crate::content::colour::Colour;
use crate::content::opacity::Opacity;
use crate::content::path::Polygons;
use crate::error::Error;
use crate::file::document::Document;
use crate::geometry::Bounds;
use crate::page::number_of;

pub(super) fn painted_without_appearance(
    document: &Document<'_>,
    annotation: &Dictionary,
    rect: Bounds,
) -> Result<Painted, Error> {
    let filled = |dictionary: &Dictionary, key: &[u8]| -> Result<bool, Error> {
        Ok(matches!(document.get(dictionary, key)?, Object::Array(colour) if !colour.is_empty()))
    };
    let width = border_width(document, annotation)?;
    let thick = width.is_some_and(|width| width > THICK);
    let solid = match annotation.get(b"Subtype").and_then(Object::as_name) {
        Ok(b"FreeText" | b"Stamp" | b"Redact" | b"Screen" | b"RichMedia" | b"3D" | b"Movie" | b"FileAttachment") => {
            true
        }
        // Viewers draw a link's border half outside of it, or all of it inside.
        Ok(b"Link") if thick => return Ok(Painted::all_over(rect.grown(width.unwrap_or_default()))),
        Ok(b"Square" | b"Circle" | b"Polygon") => thick || filled(annotation, b"IC")?,
        Ok(b"Ink" | b"Line" | b"PolyLine") => {
            let (lines, width) = (lines_of(document, annotation)?, width.unwrap_or(1.0));
            if !thick && lines.length() * width < SOLID * rect.area() {
                return Ok(painted_by_lines(document, &lines, width));
            }
            true
        }
        Ok(b"Highlight") => {
            let alpha = number_of(&document.get(annotation, b"CA")?).unwrap_or(1.0);
            return Ok(match document.get(annotation, b"C")? {
                Object::Array(colour) if !colour.is_empty() => {
                    let components: Option<Vec<f64>> = colour.iter().map(number_of).collect();
                    let brightness = components.map_or(0.0, |components| Colour::of(&components).brightness());
                    let hides = Opacity::highlighter(alpha).hides_by_filling(brightness);
                    Painted { pieces: vec![(rect, hides)], ..Painted::default() }
                }
                _ => Painted::default(),
            });
        }
        Ok(b"Widget") => match document.get(annotation, b"MK")? {
            Object::Dictionary(style) => filled(&style, b"BG")?,
            _ => false,
        },
        _ => false,
    };
    Ok(if solid { Painted::all_over(rect) } else { Painted::default() })
}

/// How wide an annotation's border or line is, as far as it says (table 166).
pub(super) fn border_width(document: &Document<'_>, annotation: &Dictionary) -> Result<Option<f64>, Error> {
    if let Object::Dictionary(style) = document.get(annotation, b"BS")? {
        return Ok(number_of(&document.get(&style, b"W")?));
    }
    let border = document.items(annotation.get(b"Border").ok())?;
    Ok(border.get(2).map(|width| document.resolve(width)).transpose()?.and_then(|width| number_of(&width)))
}

/// The lines of an annotation of lines.
fn lines_of(document: &Document<'_>, annotation: &Dictionary) -> Result<Polygons, Error> {
    let mut lists = Vec::new();
    if let Object::Array(strokes) = document.get(annotation, b"InkList")? {
        for stroke in &strokes {
            lists.push(document.resolve(stroke)?);
        }
    }
    lists.push(document.get(annotation, b"Vertices")?);
    lists.push(document.get(annotation, b"L")?);
    let mut lines = Polygons::default();
    for list in lists {
        let Object::Array(numbers) = list else { continue };
        let numbers: Vec<f64> = numbers.iter().map(|number| number_of(number).unwrap_or(0.0)).collect();
        lines.corners.push(numbers.as_chunks::<2>().0.iter().map(|&[x, y]| (x, y)).collect());
    }
    Ok(lines)
}
