//! Operators of content streams as types (ISO 32000-2, annex A).
//!
//! An operator takes as many operands as it has, the last ones where there are more. One with operands missing or of the
//! wrong kind isn't carried out: viewers differ in what it does then, from nothing at all to an end of the content.

use lopdf::Object;

use super::colour::Colour;
use super::operation::Operation;
use crate::geometry::{Matrix, Point};
use crate::page::number_of;

/// An operator with its operands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operator {
    /// `q`.
    Save,
    /// `Q`.
    Restore,
    /// `cm`.
    Concatenate(Matrix),
    /// `w`.
    LineWidth(f64),
    /// `d`: how lines are dashed.
    Dash { is_solid: bool },
    /// `gs`: the name of a graphics state parameter dictionary.
    Parameters(Vec<u8>),
    /// `m`.
    Move(Point),
    /// `l`.
    Line(Point),
    /// `c`, `v` and `y`: the control points that are written, and the end.
    Curve(Curve),
    /// `h`.
    Close,
    /// `re`: a corner, width and height.
    Rectangle(Point, f64, f64),
    /// `W` and `W*`.
    Clip,
    /// `f`, `S`, `B` and their like, and `n`.
    Paint(Painting),
    /// `sh`: the name of a shading.
    Shade(Vec<u8>),
    /// `CS` and `cs`: the name of a colour space.
    ColourSpace(Of, Vec<u8>),
    /// `G`, `rg`, `k` and their like: a colour in a device's space.
    DeviceColour(Of, Colour),
    /// `SC`, `scn` and their like: a colour in the space that is set; `None` where its operands are no numbers.
    Colour(Of, Option<Colour>),
    /// `SCN` and `scn` with a name: a pattern.
    Pattern(Of, Vec<u8>),
    /// `BT`.
    BeginText,
    /// `ET`.
    EndText,
    /// `Tf`: a font's name and a size.
    Font(Vec<u8>, f64),
    /// `Tc`.
    CharacterSpacing(f64),
    /// `Tw`.
    WordSpacing(f64),
    /// `Tz`, 1 for 100.
    Scale(f64),
    /// `TL`.
    Leading(f64),
    /// `Ts`.
    Rise(f64),
    /// `Tr`.
    RenderingMode(i64),
    /// `Td`; `TD` sets the leading too.
    MoveText { by: Point, sets_leading: bool },
    /// `Tm`.
    TextMatrix(Matrix),
    /// `T*`.
    NextLine,
    /// `Tj` and `TJ`: strings, and how far to go back between them.
    Show(Vec<Object>),
    /// `'` and `"`: the string on the next line, and word and character spacing where they are set.
    ShowOnNextLine(Option<[f64; 2]>, Vec<Object>),
    /// `Do`.
    Draw(Vec<u8>),
    /// `BI`: the picture's dictionary, its keys as written.
    InlinePicture(lopdf::Dictionary),
    /// `BMC` and `BDC`: the tag, and the name of what `BDC` says of the content, where that has one.
    BeginMarked(Vec<u8>, Option<Vec<u8>>),
    /// `EMC`.
    EndMarked,
    /// `MP` and `DP`: the tag.
    Mark(Vec<u8>),
    /// Another, or one that can't be carried out.
    Other(Vec<u8>),
}

/// What a colour is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    /// Whatever is filled, text and masks among it.
    Filling,
    /// Lines.
    Stroking,
}

/// The points of a curve but its first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Curve {
    /// `c`: two control points and the end.
    Full(Point, Point, Point),
    /// `v`: the first control point is where the curve begins.
    FromStart(Point, Point),
    /// `y`: the second control point is the end.
    ToEnd(Point, Point),
}

/// How a path is painted (table 59).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Painting {
    /// Whether the last subpath is closed first.
    pub(crate) closes: bool,
    pub(crate) fills: bool,
    pub(crate) strokes: bool,
    /// Whether the even-odd rule says what is inside, and not the winding number.
    pub(crate) is_even_odd: bool,
}

impl Painting {
    fn of(operator: &[u8]) -> Option<Self> {
        let [closes, fills, strokes] = match operator {
            b"S" => [false, false, true],
            b"s" => [true, false, true],
            b"f" | b"F" | b"f*" => [false, true, false],
            b"B" | b"B*" => [false, true, true],
            b"b" | b"b*" => [true, true, true],
            b"n" => [false; 3],
            _ => return None,
        };
        Some(Self { closes, fills, strokes, is_even_odd: operator.ends_with(b"*") })
    }
}

impl Operator {
    /// Whether the operator paints something.
    pub(crate) fn paints(&self) -> bool {
        match self {
            Self::Paint(painting) => painting.fills || painting.strokes,
            Self::Shade(_) | Self::Draw(_) | Self::InlinePicture(_) | Self::Show(_) | Self::ShowOnNextLine(..) => true,
            _ => false,
        }
    }

    /// The operator, and whether viewers may take the operation for something else.
    pub(crate) fn of(operation: Operation<'_>) -> (Self, bool) {
        let Operation { operator, operands, is_doubtful, .. } = operation;
        let mut operands = Operands { operands, has_more: false };
        match Self::read(operator, &mut operands) {
            Read::Done(read) => (read, is_doubtful || operands.has_more),
            Read::Malformed => (Self::Other(operator.to_vec()), true),
            Read::Unknown => (Self::Other(operator.to_vec()), false),
        }
    }

    fn read(operator: &[u8], operands: &mut Operands) -> Read {
        let read = match operator {
            b"q" => Some(Self::Save),
            b"Q" => Some(Self::Restore),
            b"cm" => operands.matrix().map(Self::Concatenate),
            b"w" => operands.number().map(Self::LineWidth),
            b"d" => operands.dash(),
            b"gs" => operands.name().map(Self::Parameters),
            b"m" => operands.point().map(Self::Move),
            b"l" => operands.point().map(Self::Line),
            b"c" => operands.numbers().map(|[a, b, c, d, e, f]| Self::Curve(Curve::Full((a, b), (c, d), (e, f)))),
            b"v" => operands.numbers().map(|[a, b, c, d]| Self::Curve(Curve::FromStart((a, b), (c, d)))),
            b"y" => operands.numbers().map(|[a, b, c, d]| Self::Curve(Curve::ToEnd((a, b), (c, d)))),
            b"h" => Some(Self::Close),
            b"re" => operands.numbers().map(|[x, y, width, height]| Self::Rectangle((x, y), width, height)),
            b"W" | b"W*" => Some(Self::Clip),
            b"sh" => operands.name().map(Self::Shade),
            b"cs" => operands.name().map(|name| Self::ColourSpace(Of::Filling, name)),
            b"CS" => operands.name().map(|name| Self::ColourSpace(Of::Stroking, name)),
            b"g" => operands.numbers().map(|grey: [f64; 1]| Self::DeviceColour(Of::Filling, Colour::of(&grey))),
            b"G" => operands.numbers().map(|grey: [f64; 1]| Self::DeviceColour(Of::Stroking, Colour::of(&grey))),
            b"rg" => operands.numbers().map(|rgb: [f64; 3]| Self::DeviceColour(Of::Filling, Colour::of(&rgb))),
            b"RG" => operands.numbers().map(|rgb: [f64; 3]| Self::DeviceColour(Of::Stroking, Colour::of(&rgb))),
            b"k" => operands.numbers().map(|cmyk: [f64; 4]| Self::DeviceColour(Of::Filling, Colour::of(&cmyk))),
            b"K" => operands.numbers().map(|cmyk: [f64; 4]| Self::DeviceColour(Of::Stroking, Colour::of(&cmyk))),
            b"sc" | b"scn" => Some(operands.colour(Of::Filling)),
            b"SC" | b"SCN" => Some(operands.colour(Of::Stroking)),
            b"BT" => Some(Self::BeginText),
            b"ET" => Some(Self::EndText),
            b"Tf" => operands.font(),
            b"Tc" => operands.number().map(Self::CharacterSpacing),
            b"Tw" => operands.number().map(Self::WordSpacing),
            b"Tz" => operands.number().map(|percent| Self::Scale(percent / 100.0)),
            b"TL" => operands.number().map(Self::Leading),
            b"Ts" => operands.number().map(Self::Rise),
            b"Tr" => operands.integer().map(Self::RenderingMode),
            b"Td" => operands.point().map(|by| Self::MoveText { by, sets_leading: false }),
            b"TD" => operands.point().map(|by| Self::MoveText { by, sets_leading: true }),
            b"Tm" => operands.matrix().map(Self::TextMatrix),
            b"T*" => Some(Self::NextLine),
            b"Tj" => operands.string().map(Self::Show),
            b"TJ" => operands.array().map(Self::Show),
            b"'" => operands.string().map(|text| Self::ShowOnNextLine(None, text)),
            b"\"" => operands.spaced_string(),
            b"Do" => operands.name().map(Self::Draw),
            b"BI" => operands.dictionary().map(Self::InlinePicture),
            b"BMC" => operands.name().map(|tag| Self::BeginMarked(tag, None)),
            b"BDC" => Some(operands.marked()),
            b"EMC" => Some(Self::EndMarked),
            b"MP" => Some(Self::Mark(operands.tag(1))),
            b"DP" => Some(Self::Mark(operands.tag(2))),
            other => match Painting::of(other) {
                Some(painting) => Some(Self::Paint(painting)),
                None => return Read::Unknown,
            },
        };
        read.map_or(Read::Malformed, Read::Done)
    }
}

enum Read {
    Done(Operator),
    Malformed,
    Unknown,
}

struct Operands {
    operands: Vec<Object>,
    /// Whether there are more than an operator takes.
    has_more: bool,
}

impl Operands {
    fn last<const N: usize>(&mut self) -> Option<&[Object; N]> {
        self.has_more = self.operands.len() > N;
        self.operands.last_chunk()
    }

    fn numbers<const N: usize>(&mut self) -> Option<[f64; N]> {
        let mut numbers = [0.0; N];
        for (number, operand) in numbers.iter_mut().zip(self.last::<N>()?) {
            *number = number_of(operand)?;
        }
        Some(numbers)
    }

    fn number(&mut self) -> Option<f64> {
        self.numbers().map(|[number]| number)
    }

    fn integer(&mut self) -> Option<i64> {
        match self.last()? {
            [Object::Integer(integer)] => Some(*integer),
            _ => None,
        }
    }

    fn point(&mut self) -> Option<Point> {
        self.numbers().map(|[x, y]| (x, y))
    }

    fn matrix(&mut self) -> Option<Matrix> {
        self.numbers().map(Matrix::new)
    }

    fn name(&mut self) -> Option<Vec<u8>> {
        match self.last()? {
            [Object::Name(name)] => Some(name.clone()),
            _ => None,
        }
    }

    /// The tag of marked content, the first of so many operands, whatever stands behind it.
    fn tag(&mut self, count: usize) -> Vec<u8> {
        let more = self.operands.len().saturating_sub(count);
        self.has_more = more > 0;
        match self.operands.get(more) {
            Some(Object::Name(name)) => name.clone(),
            _ => Vec::new(),
        }
    }

    fn marked(&mut self) -> Operator {
        match self.last() {
            Some([Object::Name(tag), Object::Name(name)]) => Operator::BeginMarked(tag.clone(), Some(name.clone())),
            Some([Object::Name(tag), _]) => Operator::BeginMarked(tag.clone(), None),
            _ => Operator::BeginMarked(self.tag(2), None),
        }
    }

    fn font(&mut self) -> Option<Operator> {
        match self.last()? {
            [Object::Name(name), size] => Some(Operator::Font(name.clone(), number_of(size)?)),
            _ => None,
        }
    }

    fn dash(&mut self) -> Option<Operator> {
        match self.last()? {
            [Object::Array(dashes), Object::Integer(_) | Object::Real(_)] => {
                Some(Operator::Dash { is_solid: dashes.is_empty() })
            }
            _ => None,
        }
    }

    fn dictionary(&mut self) -> Option<lopdf::Dictionary> {
        match self.last()? {
            [Object::Dictionary(dictionary)] => Some(dictionary.clone()),
            _ => None,
        }
    }

    fn string(&mut self) -> Option<Vec<Object>> {
        match self.last()? {
            [string @ Object::String(..)] => Some(vec![string.clone()]),
            _ => None,
        }
    }

    fn array(&mut self) -> Option<Vec<Object>> {
        self.has_more = self.operands.len() > 1;
        match self.operands.pop() {
            Some(Object::Array(items)) => Some(items),
            _ => None,
        }
    }

    fn spaced_string(&mut self) -> Option<Operator> {
        match self.last()? {
            [words, characters, string @ Object::String(..)] => {
                let spacing = [number_of(words)?, number_of(characters)?];
                Some(Operator::ShowOnNextLine(Some(spacing), vec![string.clone()]))
            }
            _ => None,
        }
    }

    /// As many components as there are; `None` where there's a pattern's name, or what is no colour.
    fn colour(&self, of: Of) -> Operator {
        if let Some(Object::Name(pattern)) = self.operands.last() {
            return Operator::Pattern(of, pattern.clone());
        }
        let components = self.operands.iter().map(number_of).collect::<Option<Vec<_>>>();
        Operator::Colour(of, components.map(|components| Colour::of(&components)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::operation::Operations;
    use super::*;

    fn read(content: &str) -> Vec<(Operator, bool)> {
        Operations::of(content.as_bytes()).map(Operator::of).collect()
    }

    #[test]
    fn the_last_operands_count() {
        let moved = Operator::Concatenate(Matrix::translation(3.0, 4.0));
        assert_eq!(read("1 0 0 1 3 4 cm"), [(moved.clone(), false)]);
        assert_eq!(read("9 1 0 0 1 3 4 cm"), [(moved, true)]);
        assert_eq!(read("/A /B Do"), [(Operator::Draw(b"B".to_vec()), true)]);
    }

    #[test]
    fn operands_that_are_missing_or_wrong_leave_an_operator_undone() {
        for content in
            ["1 0 0 1 3 cm", "1 0 0 1 /x 4 cm", "3.0 Tr", "(A) Do", "Do", "/F Tf", "(a) TJ", "[(a)] Tj", "1 1 rg"]
        {
            assert!(matches!(read(content).as_slice(), [(Operator::Other(_), true)]), "{content}");
        }
        assert_eq!(read("1 2 d0"), [(Operator::Other(b"d0".to_vec()), false)]);
    }
}
