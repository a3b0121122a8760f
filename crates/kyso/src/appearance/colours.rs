//! How colours are written so that a document stays what it says it is: PDF/A binds colours of a device to what the file says
//! of its output (ISO 19005-1, 6.2.3; ISO 19005-2, 6.2.4), and PDF/A-1 knows no transparency (ISO 19005-1, 6.4).

use kyso_pdf::{Dictionary, Object, ObjectId, Stream, dictionary};

use super::draw::compressed;
use super::profile;
use crate::error::Error;
use crate::pdf::{Document, packet, pdf_a_part};

/// The white of sRGB for /CalGray, D65 (ISO 32000-2, 8.6.5.2).
const WHITE: [f32; 3] = [0.9505, 1.0, 1.089];

/// What a drawing may use in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colours {
    /// Red, green and blue mean what an ICC profile says, not what the file's output is.
    is_calibrated: bool,
    /// Grey means what it says there.
    is_grey_calibrated: bool,
    /// A picture's edge is hard: nothing shines through.
    is_hard: bool,
}

impl Colours {
    /// Those of a device, with transparency: any file may have them that isn't PDF/A.
    pub const USUAL: Self = Self { is_calibrated: false, is_grey_calibrated: false, is_hard: false };

    /// Those that keep this document PDF/A, where it says that it is.
    ///
    /// # Errors
    /// [`Error::Input`] where the catalog can't be read.
    pub fn of(document: &Document<'_>) -> Result<Self, Error> {
        let catalog = document.catalog()?;
        let Some(part) = packet(document, &catalog).and_then(|packet| pdf_a_part(&packet)) else {
            return Ok(Self::USUAL);
        };
        let components = output_components(document, &catalog)?;
        Ok(Self {
            is_calibrated: components != Some(3),
            is_grey_calibrated: components.is_none(),
            // Without an output there's nothing to blend in, and PDF/A-1 has no blending.
            is_hard: part == 1 || components.is_none(),
        })
    }

    /// The /ColorSpace of a picture in red, green and blue.
    pub(super) fn of_picture(self, add: &mut dyn FnMut(Object) -> ObjectId) -> Result<Object, Error> {
        if !self.is_calibrated {
            return Ok(Object::Name(b"DeviceRGB".to_vec()));
        }
        let profile = compressed(dictionary! { "N" => 3 }, &profile::srgb_version_2())?;
        Ok(Object::Array(vec![Object::Name(b"ICCBased".to_vec()), add(profile.into()).into()]))
    }

    /// Enters a picture's mask into its dictionary, from the opacity of each pixel.
    pub(super) fn mask(
        self,
        picture: &mut Dictionary,
        alpha: &[u8],
        add: &mut dyn FnMut(Object) -> ObjectId,
    ) -> Result<(), Error> {
        let side = |key: &[u8]| picture.get(key).cloned().unwrap_or(Object::Null);
        let mut mask = dictionary! {
            "Type" => "XObject",
            "Subtype" => "Image",
            "Width" => side(b"Width"),
            "Height" => side(b"Height"),
        };
        if self.is_hard {
            mask.set("ImageMask", true);
            mask.set("BitsPerComponent", 1);
            let columns = usize::try_from(side(b"Width").as_i64().unwrap_or(0)).unwrap_or(0);
            picture.set("Mask", add(compressed(mask, &stencil(alpha, columns))?.into()));
        } else {
            mask.set("ColorSpace", "DeviceGray");
            mask.set("BitsPerComponent", 8);
            picture.set("SMask", add(compressed(mask, alpha)?.into()));
        }
        Ok(())
    }

    /// Completes the resources of a drawing in grey.
    pub fn complete(self, resources: &mut Dictionary) {
        if self.is_grey_calibrated {
            let white: Vec<Object> = WHITE.map(Object::Real).to_vec();
            let grey =
                vec!["CalGray".into(), Object::Dictionary(dictionary! { "WhitePoint" => white, "Gamma" => 2.2 })];
            resources.set("ColorSpace", dictionary! { "DefaultGray" => grey });
        }
    }
}

/// A stencil (ISO 32000-2, 8.9.6.3): a bit a pixel, each row from a new byte on; 1 where nothing is painted.
fn stencil(alpha: &[u8], columns: usize) -> Vec<u8> {
    let row = |row: &[u8]| {
        let byte = |pixels: &[u8]| {
            pixels
                .iter()
                .enumerate()
                .fold(0, |byte, (at, alpha)| byte | u8::from(*alpha < super::image::OPAQUE) << (7 - at))
        };
        row.chunks(8).map(byte).collect::<Vec<u8>>()
    };
    alpha.chunks(columns.max(1)).flat_map(row).collect()
}

/// How many components the colours of the output have that the file says it's for; `None` where it says nothing.
fn output_components(document: &Document<'_>, catalog: &Dictionary) -> Result<Option<i64>, Error> {
    for intent in document.items(catalog.get(b"OutputIntents").ok())? {
        let Object::Dictionary(intent) = document.resolve(&intent)? else { continue };
        if let Object::Stream(Stream { dict, .. }) = document.get(&intent, b"DestOutputProfile")?
            && matches!(document.get(&intent, b"S")?, Object::Name(kind) if kind == b"GTS_PDFA1")
        {
            return Ok(document.get(&dict, b"N")?.as_i64().ok());
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stencil_has_a_bit_a_pixel() {
        let alpha = [255, 0, 255, 255, 255, 255, 255, 255, 0, 127, 128, 0, 0, 0, 0, 0, 0, 255];
        assert_eq!(stencil(&alpha, 9), [0b0100_0000, 0b1000_0000, 0b1011_1111, 0b0000_0000]);
    }
}
