//! Appearances as Form XObjects (ISO 32000-2, 8.10): a picture of ink, or a drawing that came with what it needs. Nothing
//! else is drawn: no frame, no ground, no logo. The same input gives the same bytes.

use kyso_pdf::{Dictionary, Object, ObjectId, Stream, dictionary};

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::Appearance;
use super::colours::Colours;
use super::image::InkImage;
use crate::error::{Error, Parameter, Reason};
use crate::pdf::geometry::upright_matrix;

/// A Form XObject: what an annotation's /AP /N points to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Form {
    /// The form XObject's object number.
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
/// None today.
pub fn size(appearance: &Appearance) -> Result<Option<(f64, f64)>, Error> {
    match appearance {
        Appearance::None => Ok(None),
        Appearance::Image(image) => Ok(Some(image.size())),
        Appearance::Drawing(drawing) => Ok(Some(drawing.size())),
    }
}

/// Draws an appearance upright for a page turned by `rotate` degrees; none for [`Appearance::None`].
///
/// `within` is the box of a field that is there already: the form is then as large as it, with the drawing, never
/// scaled, where it says. Without it the form is as large as the drawing. `colours` are the document's. `add` takes a new object and gives its number.
///
/// # Errors
/// As [`size`]; [`Error::Parameters`] where the drawing is larger than `within`.
pub fn draw(
    appearance: &Appearance,
    rotate: u16,
    within: Option<Within>,
    colours: Colours,
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
        Appearance::Image(image) => image_content(image, origin, colours, add)?,
        Appearance::Drawing(drawing) => {
            let (content, mut resources) = drawing.place(origin, add);
            colours.complete(&mut resources);
            (content, resources)
        }
    };
    let matrix = upright_matrix(rotate, width, height);
    let dictionary = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => numbers(&[0.0, 0.0, width, height]),
        "Matrix" => numbers(&matrix.numbers()),
        "Resources" => resources,
    };
    let id = add(compressed(dictionary, content.as_bytes())?.into());
    Ok(Some(Form { id, width, height }))
}

/// An empty form of this size, as seen: the appearance of a field that nobody has signed yet. An annotation with an
/// area must have one in PDF/A (ISO 19005-2, 6.3.3).
pub(crate) fn nothing(rotate: u16, (width, height): (f64, f64), add: &mut dyn FnMut(Object) -> ObjectId) -> Form {
    let dictionary = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => numbers(&[0.0, 0.0, width, height]),
        "Matrix" => numbers(&upright_matrix(rotate, width, height).numbers()),
        "Resources" => Dictionary::new(),
    };
    Form { id: add(Stream::new(dictionary, Vec::new()).into()), width, height }
}

fn image_content(
    image: &InkImage,
    (x, y): (f64, f64),
    colours: Colours,
    add: &mut dyn FnMut(Object) -> ObjectId,
) -> Result<(String, Dictionary), Error> {
    let (columns, rows) = image.pixels();
    let mut picture = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Image",
        "Width" => i64::from(columns),
        "Height" => i64::from(rows),
        "ColorSpace" => colours.of_picture(add)?,
        "BitsPerComponent" => 8,
    };
    colours.mask(&mut picture, image.alpha(), add)?;
    let picture = add(compressed(picture, image.rgb())?.into());
    let (width, height) = image.size();
    Ok((
        format!("q {width:.3} 0 0 {height:.3} {x:.3} {y:.3} cm /Ink Do Q\n"),
        dictionary! { "XObject" => dictionary! { "Ink" => picture } },
    ))
}

/// A stream with the data deflated: the same bytes for the same data. Where they would end in a carriage return it's left
/// as it is: with the line feed before `endstream` that reads as one end of line, and /Length as one too many
/// (ISO 19005-2, 6.1.7.1).
///
/// # Errors
/// [`Error::Internal`] where the data can't be deflated.
pub fn compressed(mut dictionary: Dictionary, data: &[u8]) -> Result<Stream, Error> {
    let failed = |error: std::io::Error| Error::Internal(format!("deflating: {error}"));
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).map_err(failed)?;
    let content = encoder.finish().map_err(failed)?;
    if content.ends_with(b"\r") && !data.ends_with(b"\r") {
        return Ok(Stream::new(dictionary, data.to_vec()).with_compression(false));
    }
    dictionary.set("Filter", "FlateDecode");
    Ok(Stream::new(dictionary, content).with_compression(false))
}

/// Numbers as PDF reals with three decimals: a thousandth of a point is finer than any printer.
pub fn numbers(values: &[f64]) -> Vec<Object> {
    values.iter().map(|value| number(*value)).collect()
}

#[allow(clippy::cast_possible_truncation, reason = "a file's numbers are single precision")]
fn number(value: f64) -> Object {
    Object::Real(((value * 1000.0).round() / 1000.0) as f32)
}

#[cfg(test)]
mod tests {
    use super::super::image::tests::hollow_box;
    use super::*;

    fn drawn(appearance: &Appearance, rotate: u16, within: Option<Within>) -> (Form, Vec<Object>) {
        let mut objects = Vec::new();
        let form = draw(appearance, rotate, within, Colours::USUAL, &mut |object| {
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
        let refused = draw(&ink(), 0, small, Colours::USUAL, &mut |_| (1, 0)).unwrap_err();
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
    fn nothing_draws_nothing() {
        assert_eq!(draw(&Appearance::None, 0, None, Colours::USUAL, &mut |_| (1, 0)).unwrap(), None);
    }

    #[test]
    fn no_stream_ends_in_a_carriage_return() {
        let streams = (1..2000).map(|length| compressed(Dictionary::new(), &vec![b'a'; length]).unwrap());
        let (deflated, plain): (Vec<_>, Vec<_>) = streams.partition(|stream| stream.dict.has(b"Filter"));
        assert!(deflated.iter().chain(&plain).all(|stream| !stream.content.ends_with(b"\r")));
        assert!(!plain.is_empty() && plain.len() < 40, "{}", plain.len());
    }
}
