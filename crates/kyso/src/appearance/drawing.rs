//! A drawing that the caller made, with everything that it needs: lines of set text, for one.

use kyso_pdf::{Dictionary, Object, ObjectId};

/// A fragment of a content stream ([ISO 32000-2], 7.8.2), the resources that it names, and the objects that these refer to.
///
/// ```text
/// content    operators, drawn with the lower left corner at (0, 0), 1 unit = 1 point
/// resources  << /Font << /Serif 5 0 R >> >>       entries of a resource dictionary (table 34)
/// objects    1 0 obj … 5 0 obj                    numbered from 1 in this order, generation 0
/// ```
///
/// The numbers are the drawing's own; a document that takes it in gives the objects new ones.
///
/// [ISO 32000-2]: https://pdfa.org/resource/iso-32000-2/
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    width: f64,
    height: f64,
    content: String,
    resources: Dictionary,
    objects: Vec<Object>,
}

impl Drawing {
    /// A drawing of this width and height in points. An object may refer to those before it alone.
    pub fn new((width, height): (f64, f64), content: String, resources: Dictionary, objects: Vec<Object>) -> Self {
        Self { width, height, content, resources, objects }
    }

    /// Width and height in points.
    pub fn size(&self) -> (f64, f64) {
        (self.width, self.height)
    }

    /// The operators that draw it with its lower left corner at a point, and its resources. `add` takes an object and
    /// gives its number.
    pub(super) fn place(&self, (x, y): (f64, f64), add: &mut dyn FnMut(Object) -> ObjectId) -> (String, Dictionary) {
        let mut numbers: Vec<ObjectId> = Vec::with_capacity(self.objects.len());
        for object in &self.objects {
            let mut object = object.clone();
            renumber(&mut object, &numbers);
            numbers.push(add(object));
        }
        let mut resources = Object::Dictionary(self.resources.clone());
        renumber(&mut resources, &numbers);
        let resources = match resources {
            Object::Dictionary(resources) => resources,
            _ => Dictionary::new(),
        };
        (format!("q 1 0 0 1 {x:.3} {y:.3} cm\n{}Q\n", self.content), resources)
    }
}

/// Gives each reference the number that its object has in the document; one that leads nowhere becomes null.
fn renumber(object: &mut Object, numbers: &[ObjectId]) {
    match object {
        Object::Reference((number, _)) => {
            let index = usize::try_from(*number).ok().and_then(|number| number.checked_sub(1));
            *object = index.and_then(|index| numbers.get(index)).map_or(Object::Null, |id| Object::Reference(*id));
        }
        Object::Array(items) => items.iter_mut().for_each(|item| renumber(item, numbers)),
        Object::Dictionary(dictionary) => dictionary.iter_mut().for_each(|(_, value)| renumber(value, numbers)),
        Object::Stream(stream) => stream.dict.iter_mut().for_each(|(_, value)| renumber(value, numbers)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use kyso_pdf::dictionary;

    use super::*;

    #[test]
    fn objects_have_new_numbers_wherever_they_are_named() {
        let first = Object::Dictionary(dictionary! { "Length1" => 1 });
        let second = Object::Dictionary(
            dictionary! { "File" => Object::Reference((1, 0)), "Lost" => Object::Reference((7, 0)) },
        );
        let resources = dictionary! { "Font" => dictionary! { "Serif" => Object::Reference((2, 0)) } };
        let drawing = Drawing::new((10.0, 5.0), "BT ET\n".into(), resources, vec![first, second]);
        let mut added = Vec::new();
        let (content, resources) = drawing.place((1.5, 2.0), &mut |object| {
            added.push(object);
            (40 + u32::try_from(added.len()).unwrap_or(0), 0)
        });
        assert_eq!(content, "q 1 0 0 1 1.500 2.000 cm\nBT ET\nQ\n");
        assert_eq!(resources, dictionary! { "Font" => dictionary! { "Serif" => Object::Reference((42, 0)) } });
        let second = dictionary! { "File" => Object::Reference((41, 0)), "Lost" => Object::Null };
        assert_eq!(added.get(1), Some(&Object::Dictionary(second)));
    }
}
