//! Form XObjects (ISO 32000-2, 8.10), and those that annotations show (12.5.5).

use lopdf::{Dictionary, Object, ObjectId};

use super::operation::HUGE;
use super::state::State;
use crate::error::Error;
use crate::file::document::Document;
use crate::geometry::{Bounds, Matrix};
use crate::page::number_of;

/// References that lead to references.
const MAX_REFERENCES: usize = 16;

/// The normal appearance of an annotation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Appearance {
    /// No appearance: viewers draw what they think fit, or nothing.
    None,
    /// One form.
    Form {
        /// The Form XObject.
        id: ObjectId,
        /// Whether the form is one of several, chosen by /AS.
        is_chosen: bool,
    },
    /// Forms of which viewers choose one each in their own way, for /AS doesn't say which.
    States(Vec<ObjectId>),
}

/// What /AS of an annotation says (ISO 32000-2, table 166).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppearanceState<'a> {
    /// There is none.
    None,
    /// This state.
    Named(&'a [u8]),
    /// No name stands there: some viewers resolve no reference, and each draws what it thinks fit.
    Unclear,
}

impl<'a> AppearanceState<'a> {
    /// The state that an annotation is in.
    pub fn of(annotation: &'a Dictionary) -> Self {
        match annotation.get(b"AS") {
            Ok(Object::Name(state)) => Self::Named(state),
            Ok(Object::Null) | Err(_) => Self::None,
            Ok(_) => Self::Unclear,
        }
    }
}

impl Appearance {
    /// The one form that there is.
    pub fn only_form(&self) -> Option<ObjectId> {
        match self {
            Self::Form { id, is_chosen: false } => Some(*id),
            _ => None,
        }
    }

    /// The form that all viewers show.
    pub fn form(&self) -> Option<ObjectId> {
        match self {
            Self::Form { id, .. } => Some(*id),
            Self::None | Self::States(_) => None,
        }
    }

    /// The states of an annotation's normal appearance; empty where it's one form, or none.
    ///
    /// # Errors
    /// [`Error::Input`] where they can't be read.
    pub fn states(document: &Document<'_>, annotation: &Dictionary) -> Result<Dictionary, Error> {
        let appearances = document.dictionary(annotation, b"AP")?;
        let normal = appearances.get(b"N").unwrap_or(&Object::Null);
        if stream_id(document, normal)?.is_some() {
            return Ok(Dictionary::new());
        }
        Ok(match document.resolve(normal)? {
            Object::Dictionary(states) => states,
            _ => Dictionary::new(),
        })
    }

    /// What an annotation's normal appearance is made of, as written: the one form, or what stands for each of its states.
    ///
    /// # Errors
    /// [`Error::Input`] where it can't be read.
    pub(crate) fn entries(document: &Document<'_>, annotation: &Dictionary) -> Result<Vec<Object>, Error> {
        let Ok(normal) = document.dictionary(annotation, b"AP")?.get(b"N").cloned() else { return Ok(Vec::new()) };
        let states = Self::states(document, annotation)?;
        Ok(if states.is_empty() { vec![normal] } else { states.into_iter().map(|(_, state)| state).collect() })
    }

    /// The forms of an annotation that has no states: the normal one, and those for the mouse where there are some
    /// (table 170); `None` where something else stands for one of them.
    ///
    /// # Errors
    /// [`Error::Input`] where they can't be read.
    pub fn forms_without_states(
        document: &Document<'_>,
        annotation: &Dictionary,
    ) -> Result<Option<Vec<ObjectId>>, Error> {
        let appearances = document.dictionary(annotation, b"AP")?;
        let mut forms = Vec::new();
        for key in [&b"N"[..], b"R", b"D"] {
            let appearance = appearances.get(key).unwrap_or(&Object::Null);
            match stream_id(document, appearance)? {
                Some(form) => forms.push(form),
                None if appearance.is_null() => {}
                None => return Ok(None),
            }
        }
        Ok(Some(forms))
    }

    /// Every form that an annotation's normal appearance may be, whichever its state.
    ///
    /// # Errors
    /// [`Error::Input`] where they can't be read.
    pub(crate) fn all_forms(document: &Document<'_>, annotation: &Dictionary) -> Result<Vec<ObjectId>, Error> {
        let entries = Self::entries(document, annotation)?;
        entries.iter().filter_map(|entry| stream_id(document, entry).transpose()).collect()
    }

    /// The normal appearance of an annotation (12.5.5): /AS says which where there are several.
    ///
    /// # Errors
    /// [`Error::Input`] where it can't be read.
    pub fn normal(document: &Document<'_>, annotation: &Dictionary) -> Result<Self, Error> {
        let appearances = document.dictionary(annotation, b"AP")?;
        let Ok(normal) = appearances.get(b"N") else { return Ok(Self::None) };
        if let Some(id) = stream_id(document, normal)? {
            return Ok(Self::Form { id, is_chosen: false });
        }
        if let AppearanceState::Named(state) = AppearanceState::of(annotation) {
            let states = Self::states(document, annotation)?;
            let chosen = states.get(state).map_or(Ok(None), |state| stream_id(document, state))?;
            return Ok(chosen.map_or(Self::None, |id| Self::Form { id, is_chosen: true }));
        }
        let forms = Self::all_forms(document, annotation)?;
        Ok(if forms.is_empty() { Self::None } else { Self::States(forms) })
    }
}

/// The box of a form's /BBox (table 93).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum FormBox {
    /// Four numbers around an area.
    Sure(Bounds),
    /// Some viewers draw nothing; others clip by this, or by nothing.
    Unsure(Option<Bounds>),
    /// Nothing of the form is drawn.
    Void,
}

/// A form, decoded.
#[derive(Debug, Clone)]
pub(crate) struct FormContent {
    pub(crate) id: ObjectId,
    pub(crate) dictionary: Dictionary,
    pub(crate) content: Vec<u8>,
}

/// A form as an annotation shows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Fitted {
    /// The form's /BBox.
    pub(crate) bounds: Bounds,
    /// The form's /Matrix.
    pub(crate) own: Matrix,
    /// From what the form's own matrix gives to the page's user space.
    pub(crate) onto_page: Matrix,
    /// Whether the form's /Matrix is one.
    pub(crate) is_sure: bool,
}

impl Fitted {
    /// The state in which its content begins, in the page's user space.
    pub(crate) fn state(&self) -> State {
        let matrix = self.own.then(self.onto_page);
        State::new(matrix, self.bounds.through(matrix))
    }

    /// How a form, of this dictionary, is fitted into the /Rect of an annotation (12.5.5, "algorithm: appearance streams");
    /// `None` where one or the other has no area.
    pub(crate) fn of(
        document: &Document<'_>,
        form: &Dictionary,
        annotation: &Dictionary,
    ) -> Result<Option<Self>, Error> {
        let Some(place) = document.rectangle(annotation, b"Rect")? else { return Ok(None) };
        let (bounds, has_sure_box) = match FormBox::of(document, form)? {
            FormBox::Sure(bounds) => (bounds, true),
            FormBox::Unsure(Some(bounds)) => (bounds, false),
            FormBox::Unsure(None) | FormBox::Void => return Ok(None),
        };
        let (own, has_sure_matrix) = form_matrix(document, form)?;
        let turned = bounds.through(own);
        if !(turned.width() > 0.0 && turned.height() > 0.0) {
            return Ok(None);
        }
        let (wide, high) = (place.width() / turned.width(), place.height() / turned.height());
        let (right, up) = (place.left - turned.left * wide, place.bottom - turned.bottom * high);
        let onto_page = Matrix::new([wide, 0.0, 0.0, high, right, up]);
        Ok(Some(Self { bounds, own, onto_page, is_sure: has_sure_box && has_sure_matrix }))
    }
}

/// Which stream an object refers to, if it does.
fn stream_id(document: &Document<'_>, object: &Object) -> Result<Option<ObjectId>, Error> {
    let mut object = object.clone();
    for _ in 0..MAX_REFERENCES {
        let Ok(id) = object.as_reference() else { return Ok(None) };
        if document.is_stream(id)? {
            return Ok(Some(id));
        }
        object = document.value(id)?.unwrap_or(Object::Null);
    }
    Ok(None)
}

/// A form's /Matrix, and whether it's six numbers. What is no number is 0 to viewers, and what stands behind the sixth
/// is nothing to some of them; an array that is too short is the identity to some.
pub(crate) fn form_matrix(document: &Document<'_>, form: &Dictionary) -> Result<(Matrix, bool), Error> {
    let Object::Array(items) = document.get(form, b"Matrix")? else { return Ok((Matrix::IDENTITY, true)) };
    let mut numbers = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
    for (number, item) in numbers.iter_mut().zip(&items) {
        *number = number_of(&document.resolve(item)?).unwrap_or(0.0);
    }
    let is_sure = items.len() == numbers.len() && numbers.iter().all(|number| number.abs() < HUGE);
    Ok((Matrix::new(numbers), is_sure))
}

impl FormContent {
    /// A form's content; `None` where the object is no stream.
    ///
    /// # Errors
    /// [`Error::Input`] where it can't be decoded.
    pub(crate) fn read(document: &Document<'_>, id: ObjectId) -> Result<Option<Self>, Error> {
        let Object::Stream(mut stream) = document.object(id)? else { return Ok(None) };
        let content = document.take_decoded(&mut stream)?;
        Ok(Some(Self { id, dictionary: stream.dict, content }))
    }
}

impl FormBox {
    /// A form's /BBox.
    pub(crate) fn of(document: &Document<'_>, form: &Dictionary) -> Result<Self, Error> {
        let Object::Array(items) = document.get(form, b"BBox")? else { return Ok(Self::Unsure(None)) };
        let Some([left, bottom, right, top]) = items.first_chunk() else { return Ok(Self::Void) };
        let (mut is_sure, mut numbers) = (items.len() == 4, [0.0; 4]);
        for (number, item) in numbers.iter_mut().zip([left, bottom, right, top]) {
            let value = number_of(&document.resolve(item)?);
            is_sure &= value.is_some();
            *number = value.unwrap_or(0.0);
        }
        let [ax, ay, bx, by] = numbers;
        let bounds = Bounds::around([(ax, ay), (bx, by)]);
        Ok(match (bounds.area() > 0.0, is_sure) {
            (false, _) => Self::Void,
            (true, true) => Self::Sure(bounds),
            (true, false) => Self::Unsure(Some(bounds)),
        })
    }
}
