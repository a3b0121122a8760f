//! What viewers draw for an annotation that brings no appearance.

use lopdf::{Dictionary, Object};

use super::ink::Ink;
use super::paint::{Painted, SOLID, THICK, drawn_lines};
use crate::content::path::{Path, area};
use crate::error::Error;
use crate::file::document::Document;
use crate::page::{Page, number_of};

impl Document<'_> {
    pub(super) fn painted_without_appearance(
        &self,
        page: &Page,
        annotation: &Dictionary,
        rect: [f64; 4],
    ) -> Result<Painted, Error> {
        let filled = |dictionary: &Dictionary, key: &[u8]| -> Result<bool, Error> {
            Ok(matches!(self.get(dictionary, key)?, Object::Array(colour) if !colour.is_empty()))
        };
        let width = match (self.get(annotation, b"BS")?, self.get(annotation, b"Border")?) {
            (Object::Dictionary(style), _) => number_of(&self.get(&style, b"W")?),
            (_, Object::Array(border)) => {
                border.get(2).map(|width| self.resolve(width)).transpose()?.and_then(|width| number_of(&width))
            }
            _ => None,
        };
        let thick = width.is_some_and(|width| width > THICK);
        let solid = match annotation.get(b"Subtype").and_then(Object::as_name) {
            Ok(b"FreeText" | b"Stamp" | b"Redact" | b"Screen" | b"RichMedia" | b"3D" | b"Movie") => true,
            Ok(b"Square" | b"Circle" | b"Polygon") => thick || filled(annotation, b"IC")?,
            Ok(b"Ink" | b"Line" | b"PolyLine") => {
                let (lines, width) = (self.lines_of(annotation)?, width.unwrap_or(1.0));
                if !thick && lines.length() * width < SOLID * area(rect) {
                    return Ok(drawn_lines(self, page, &lines, width));
                }
                true
            }
            Ok(b"Highlight") => {
                let alpha = number_of(&self.get(annotation, b"CA")?).unwrap_or(1.0);
                return Ok(match self.get(annotation, b"C")? {
                    Object::Array(colour) if !colour.is_empty() => {
                        let hides = Ink::highlighter(&colour, alpha).hides_by_filling();
                        Painted { pieces: vec![(rect, hides)], ..Painted::default() }
                    }
                    _ => Painted::default(),
                });
            }
            Ok(b"Widget") => match self.get(annotation, b"MK")? {
                Object::Dictionary(look) => filled(&look, b"BG")?,
                _ => false,
            },
            _ => false,
        };
        Ok(if solid { Painted::all_over(rect) } else { Painted::default() })
    }

    /// The lines of an annotation of lines.
    fn lines_of(&self, annotation: &Dictionary) -> Result<Path, Error> {
        let mut lists = Vec::new();
        if let Object::Array(strokes) = self.get(annotation, b"InkList")? {
            for stroke in &strokes {
                lists.push(self.resolve(stroke)?);
            }
        }
        lists.push(self.get(annotation, b"Vertices")?);
        lists.push(self.get(annotation, b"L")?);
        let mut lines = Path::default();
        for list in lists {
            let Object::Array(numbers) = list else { continue };
            let numbers: Vec<f64> = numbers.iter().map(|number| number_of(number).unwrap_or(0.0)).collect();
            lines.subpaths.push(numbers.as_chunks::<2>().0.iter().map(|&[x, y]| (x, y)).collect());
        }
        Ok(lines)
    }
}
