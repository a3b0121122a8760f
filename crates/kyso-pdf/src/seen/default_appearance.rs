//! What viewers draw for an annotation that brings no appearance.

use lopdf::{Dictionary, Object};

use super::coverage::{Painted, SOLID, THICK, painted_by_lines};
use crate::content::colour::Colour;
use crate::content::opacity::Opacity;
use crate::content::path::Polygons;
use crate::error::Error;
use crate::file::document::Document;
use crate::geometry::Bounds;
use crate::page::number_of;

impl Document<'_> {
    pub(super) fn painted_without_appearance(&self, annotation: &Dictionary, rect: Bounds) -> Result<Painted, Error> {
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
                if !thick && lines.length() * width < SOLID * rect.area() {
                    return Ok(painted_by_lines(self, &lines, width));
                }
                true
            }
            Ok(b"Highlight") => {
                let alpha = number_of(&self.get(annotation, b"CA")?).unwrap_or(1.0);
                return Ok(match self.get(annotation, b"C")? {
                    Object::Array(colour) if !colour.is_empty() => {
                        let components: Option<Vec<f64>> = colour.iter().map(number_of).collect();
                        let brightness = components.map_or(0.0, |components| Colour::of(&components).brightness());
                        let hides = Opacity::highlighter(alpha).hides_by_filling(brightness);
                        Painted { pieces: vec![(rect, hides)], ..Painted::default() }
                    }
                    _ => Painted::default(),
                });
            }
            Ok(b"Widget") => match self.get(annotation, b"MK")? {
                Object::Dictionary(style) => filled(&style, b"BG")?,
                _ => false,
            },
            _ => false,
        };
        Ok(if solid { Painted::all_over(rect) } else { Painted::default() })
    }

    /// The lines of an annotation of lines.
    fn lines_of(&self, annotation: &Dictionary) -> Result<Polygons, Error> {
        let mut lists = Vec::new();
        if let Object::Array(strokes) = self.get(annotation, b"InkList")? {
            for stroke in &strokes {
                lists.push(self.resolve(stroke)?);
            }
        }
        lists.push(self.get(annotation, b"Vertices")?);
        lists.push(self.get(annotation, b"L")?);
        let mut lines = Polygons::default();
        for list in lists {
            let Object::Array(numbers) = list else { continue };
            let numbers: Vec<f64> = numbers.iter().map(|number| number_of(number).unwrap_or(0.0)).collect();
            lines.corners.push(numbers.as_chunks::<2>().0.iter().map(|&[x, y]| (x, y)).collect());
        }
        Ok(lines)
    }
}
