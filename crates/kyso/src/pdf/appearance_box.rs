//! Where the picture lies within a widget that is larger than it.

use lopdf::{Object, ObjectId};

use super::document::Document;
use super::page::{number_of, rectangle};
use super::parse::Parser;
use crate::appearance::geometry::Rectangle;
use crate::error::Error;

impl Document<'_> {
    /// The box of the one picture that a widget's appearance draws, within the widget's box as seen; `None` where the
    /// appearance isn't of that kind.
    pub(crate) fn appearance_box(&self, widget: ObjectId) -> Result<Option<Rectangle>, Error> {
        let Object::Dictionary(widget) = self.object(widget)? else { return Ok(None) };
        let Object::Dictionary(appearances) = self.get(&widget, b"AP")? else { return Ok(None) };
        let Object::Stream(form) = self.get(&appearances, b"N")? else { return Ok(None) };
        let Some([left, bottom, ..]) = rectangle(self, &form.dict, b"BBox")? else { return Ok(None) };
        let content = self.decode(&form)?;
        Ok(one_picture(&content).map(|[width, height, x, y]| Rectangle { x: x - left, y: y - bottom, width, height }))
    }
}

/// Width, height and lower left corner where the content is `q w 0 0 h x y cm /Name Do Q` and no more.
fn one_picture(content: &[u8]) -> Option<[f64; 4]> {
    let mut parser = Parser::new(content, 0);
    parser.skip_space();
    if !parser.keyword(b"q") {
        return None;
    }
    let mut matrix = [0.0; 6];
    for value in &mut matrix {
        *value = number_of(&parser.object(0).ok()?)?;
    }
    parser.skip_space();
    let drawn = parser.keyword(b"cm") && matches!(parser.object(0), Ok(Object::Name(_)));
    parser.skip_space();
    let drawn = drawn && parser.keyword(b"Do");
    parser.skip_space();
    let [width, skew_x, skew_y, height, x, y] = matrix;
    (drawn && parser.keyword(b"Q") && skew_x == 0.0 && skew_y == 0.0).then_some([width, height, x, y])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_single_picture_has_a_box() {
        assert_eq!(one_picture(b"q 10 0 0 20 3.5 4 cm /Ink Do Q\n"), Some([10.0, 20.0, 3.5, 4.0]));
        assert_eq!(one_picture(b"q 10 0 0 20 3.5 4 cm /Ink Do /B Do Q"), None);
        assert_eq!(one_picture(b"BT ET"), None);
    }
}
