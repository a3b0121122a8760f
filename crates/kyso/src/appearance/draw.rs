//! Appearances as Form XObjects (ISO 32000-2, 8.10): a picture of ink, or lines of text. Nothing else is drawn:
//! no frame, no ground, no logo. The same input gives the same bytes.

use crate::pdf::{Dictionary, Object, ObjectId, Stream, dictionary};

use super::Appearance;
use super::font::{Face, Font, compressed};
use super::geometry::upright_matrix;
use super::image::InkImage;
use crate::error::{Error, Parameter, Reason};

/// Size of the text of copies and attachments in points (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8b and
/// phần II, mục I.3).
pub const TEXT_SIZE: f64 = 10.0;

/// From baseline to baseline, in points.
const LEADING: f64 = 11.5;

/// A Form XObject: what an annotation's /AP /N points to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Form {
    /// Its object.
    pub id: ObjectId,
    /// Width as seen, in points.
    pub width: f64,
    /// Height as seen, in points.
    pub height: f64,
}

/// The box of a field that is there already, and where in it the drawing goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Within {
    /// The field's width and height as seen, in points.
    pub size: (f64, f64),
    /// Lower left corner of the drawing, from the field's; `None`: in its middle.
    pub at: Option<(f64, f64)>,
}

/// Width and height of an appearance as seen, in points; none for [`Appearance::None`].
///
/// # Errors
/// [`Error::Parameters`] for text that can't be set: no line, or a character without a glyph.
pub fn size(appearance: &Appearance) -> Result<Option<(f64, f64)>, Error> {
    match appearance {
        Appearance::None => Ok(None),
        Appearance::Image(image) => Ok(Some(image.size())),
        Appearance::Text(lines) => text_size(&Font::new(Face::Regular)?, lines).map(Some),
    }
}

/// Draws an appearance upright for a page turned by `rotate` degrees; none for [`Appearance::None`].
///
/// `within` is the box of a field that is there already: the form is then as large as it, with the drawing, never
/// scaled, where it says. Without it the form is as large as the drawing. `add` takes a new object and gives its number.
///
/// # Errors
/// As [`size`]; [`Error::Parameters`] where the drawing is larger than `within`.
pub fn draw(
    appearance: &Appearance,
    rotate: u16,
    within: Option<Within>,
    add: &mut dyn FnMut(Object) -> ObjectId,
) -> Result<Option<Form>, Error> {
    let Some(own) = size(appearance)? else { return Ok(None) };
    let (width, height) = within.map_or(own, |within| within.size);
    // A hundredth of a point of rounding in a field's /Rect is no reason to refuse.
    if own.0 > width + 0.01 || own.1 > height + 0.01 {
        let (needed, given) = ((own.0.into(), own.1.into()), (width.into(), height.into()));
        return Err(Error::parameters(Parameter::Field, Reason::RectangleTooSmall { needed, given }));
    }
    let middle = ((width - own.0) / 2.0, (height - own.1) / 2.0);
    let origin = within.and_then(|within| within.at).unwrap_or(middle);
    let (content, resources) = match appearance {
        Appearance::None => return Ok(None),
        Appearance::Image(image) => image_content(image, origin, add)?,
        Appearance::Text(lines) => text_content(lines, origin, add)?,
    };
    let matrix = upright_matrix(rotate, width, height);
    let dictionary = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => numbers(&[0.0, 0.0, width, height]),
        "Matrix" => numbers(&matrix),
        "Resources" => resources,
    };
    let id = add(compressed(dictionary, content.as_bytes())?.into());
    Ok(Some(Form { id, width, height }))
}

/// A form of this size, as seen, with nothing in it: the look of a field that nobody has signed yet. An annotation with an
/// area must have one in PDF/A (ISO 19005-2, 6.3.3).
pub(crate) fn nothing(rotate: u16, (width, height): (f64, f64), add: &mut dyn FnMut(Object) -> ObjectId) -> Form {
    let dictionary = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => numbers(&[0.0, 0.0, width, height]),
        "Matrix" => numbers(&upright_matrix(rotate, width, height)),
        "Resources" => Dictionary::new(),
    };
    Form { id: add(Stream::new(dictionary, Vec::new()).into()), width, height }
}

fn image_content(
    image: &InkImage,
    (x, y): (f64, f64),
    add: &mut dyn FnMut(Object) -> ObjectId,
) -> Result<(String, Dictionary), Error> {
    let (columns, rows) = image.pixels();
    let picture = |colour_space: &str| {
        dictionary! {
            "Type" => "XObject",
            "Subtype" => "Image",
            "Width" => i64::from(columns),
            "Height" => i64::from(rows),
            "ColorSpace" => colour_space,
            "BitsPerComponent" => 8,
        }
    };
    let mask = add(compressed(picture("DeviceGray"), image.alpha())?.into());
    let mut colours = picture("DeviceRGB");
    colours.set("SMask", mask);
    let colours = add(compressed(colours, image.rgb())?.into());
    let (width, height) = image.size();
    Ok((
        format!("q {width:.3} 0 0 {height:.3} {x:.3} {y:.3} cm /Ink Do Q\n"),
        dictionary! { "XObject" => dictionary! { "Ink" => colours } },
    ))
}

fn text_content(
    lines: &[String],
    (x, y): (f64, f64),
    add: &mut dyn FnMut(Object) -> ObjectId,
) -> Result<(String, Dictionary), Error> {
    let mut font = Font::new(Face::Regular)?;
    let (_, height) = text_size(&font, lines)?;
    let first = y + height - font.extent(TEXT_SIZE).0;
    let mut content = format!("BT /Serif {TEXT_SIZE} Tf {LEADING} TL 0 g {x:.3} {first:.3} Td\n");
    for (index, line) in lines.iter().enumerate() {
        content.push_str(if index == 0 { "<" } else { "T* <" });
        content.extend(font.encode(line)?.iter().map(|byte| format!("{byte:02X}")));
        content.push_str("> Tj\n");
    }
    content.push_str("ET\n");
    let font = font.embed(add)?;
    Ok((content, dictionary! { "Font" => dictionary! { "Serif" => font } }))
}

fn text_size(font: &Font, lines: &[String]) -> Result<(f64, f64), Error> {
    let mut widest = 0.0_f64;
    for line in lines {
        widest = widest.max(font.width(line, TEXT_SIZE)?);
    }
    if widest <= 0.0 {
        return Err(Error::parameters(Parameter::Text, "there is no text to be seen"));
    }
    let (above, below) = font.extent(TEXT_SIZE);
    let leads = u32::try_from(lines.len() - 1).map_err(|_| Error::parameters(Parameter::Text, "too many lines"))?;
    Ok((widest, f64::from(leads) * LEADING + above - below))
}

/// Numbers as PDF reals with three decimals: a thousandth of a point is finer than any printer.
pub fn numbers(values: &[f64]) -> Vec<Object> {
    values.iter().map(|value| number(*value)).collect()
}

#[allow(clippy::cast_possible_truncation)]
fn number(value: f64) -> Object {
    Object::Real(((value * 1000.0).round() / 1000.0) as f32)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

    use super::super::image::tests::hollow_box;
    use super::*;

    fn drawn(appearance: &Appearance, rotate: u16, within: Option<Within>) -> (Form, Vec<Object>) {
        let mut objects = Vec::new();
        let form = draw(appearance, rotate, within, &mut |object| {
            objects.push(object);
            (u32::try_from(objects.len()).unwrap(), 0)
        });
        (form.unwrap().unwrap(), objects)
    }

    fn content(object: &Object) -> String {
        String::from_utf8(object.as_stream().unwrap().decompressed_content().unwrap()).unwrap()
    }

    fn ink() -> Appearance {
        Appearance::Image(InkImage::signature(&hollow_box([20, 60, 200, 255]), 30.0).unwrap())
    }

    #[test]
    fn a_picture_has_a_soft_mask_and_its_real_size() {
        let (form, objects) = drawn(&ink(), 0, None);
        assert_eq!(objects.len(), 3);
        let colours = &objects[1].as_stream().unwrap().dict;
        assert_eq!(colours.get(b"SMask").unwrap().as_reference().unwrap(), (1, 0));
        assert_eq!(colours.get(b"Width").unwrap().as_i64().unwrap(), 12);
        assert_eq!(content(&objects[2]), "q 85.039 0 0 56.693 0.000 0.000 cm /Ink Do Q\n");
        assert_eq!(form.id, (3, 0));
        assert!((form.width - 85.039).abs() < 0.001 && (form.height - 56.693).abs() < 0.001);
        assert_eq!(drawn(&ink(), 0, None).1, objects, "the same input gives the same bytes");
    }

    #[test]
    fn in_a_field_the_picture_stands_in_the_middle() {
        let (form, objects) = drawn(&ink(), 0, Some(Within { size: (185.039, 76.693), at: None }));
        assert_eq!((form.width, form.height), (185.039, 76.693));
        assert_eq!(content(&objects[2]), "q 85.039 0 0 56.693 50.000 10.000 cm /Ink Do Q\n");
        let aside = drawn(&ink(), 0, Some(Within { size: (185.039, 76.693), at: Some((3.5, 0.0)) })).1;
        assert_eq!(content(&aside[2]), "q 85.039 0 0 56.693 3.500 0.000 cm /Ink Do Q\n");
        let small = Some(Within { size: (60.0, 60.0), at: None });
        let refused = draw(&ink(), 0, small, &mut |_| (1, 0)).unwrap_err();
        assert!(matches!(refused, Error::Parameters { name: Parameter::Field, .. }));
    }

    #[test]
    fn on_a_turned_page_the_form_is_turned_back() {
        let (form, objects) = drawn(&ink(), 90, None);
        let matrix = objects[2].as_stream().unwrap().dict.get(b"Matrix").unwrap().as_array().unwrap();
        let matrix: Vec<f32> = matrix.iter().map(|value| value.as_float().unwrap()).collect();
        assert_eq!(matrix[..4], [0.0, 1.0, -1.0, 0.0]);
        assert!((form.width - 85.039).abs() < 0.001, "sizes are as seen");
    }

    #[test]
    fn text_is_ten_points_black_and_without_a_picture() {
        let lines = vec!["SAO Y".to_owned(), "Ủy ban nhân dân xã Bình Minh".to_owned()];
        let (form, objects) = drawn(&Appearance::Text(lines), 0, None);
        let text = content(objects.last().unwrap());
        assert!(text.starts_with("BT /Serif 10 Tf 11.5 TL 0 g 0.000 "), "{text}");
        assert_eq!(text.matches(" Tj").count(), 2);
        assert!(form.width > 100.0 && form.height > 20.0 && form.height < 25.0);
        assert!(
            objects.iter().all(|object| object.as_stream().is_ok_and(|stream| !stream.dict.has(b"Width"))
                || object.as_stream().is_err())
        );
    }

    #[test]
    fn nothing_draws_nothing_and_empty_text_is_refused() {
        assert_eq!(draw(&Appearance::None, 0, None, &mut |_| (1, 0)).unwrap(), None);
        for lines in [vec![], vec![String::new()]] {
            assert!(draw(&Appearance::Text(lines), 0, None, &mut |_| (1, 0)).is_err());
        }
    }
}
