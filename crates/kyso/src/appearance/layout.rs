//! Where an appearance goes: pure geometry, in points on the page as seen.

use crate::error::{Edge, Error, Parameter, Reason};
use crate::pdf::geometry::{POINTS_PER_MM, Rectangle};

/// Part of the signature's width that the seal covers, from the left (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I,
/// mục II.8a: "trùm lên khoảng 1/3 hình ảnh chữ ký … về bên trái").
pub(crate) const SEAL_OVERLAP: f64 = 1.0 / 3.0;

/// Widths in millimetres of the hand signatures over whose left third a seal fits in its [`seal_field`].
pub(crate) const SEALED_SIGNATURES_MM: std::ops::RangeInclusive<f64> = 25.0..=60.0;

/// Right margin of a page in millimetres (Phụ lục I, phần I, mục I.2: 15 to 20 mm).
const RIGHT_MARGIN_MM: f64 = 15.0;
/// Distance from the page's upper edge to the text of a copy or attachment, in millimetres: three lines of it then end
/// above the top margin of 20 mm, clear of the document's own heading.
const TOP_MARGIN_MM: f64 = 7.0;
/// A place that sticks out of its field by less, in points, is moved in: a tenth of a millimetre, rounding of fields.
const TOUCHING: f64 = 0.3;
/// Distance from the anchor to the signature where no line follows below, in points: half a line.
const UNDER_ANCHOR: f64 = 7.0;

/// In the middle of a rectangle, neither enlarged nor shrunk.
pub fn centred(size: (f64, f64), within: Rectangle) -> Rectangle {
    let (x, y) = within.centre();
    at_centre(size, x, y)
}

/// Under the anchor's line (the signer's title), centred on it, midway to the next line below (the signer's name).
///
/// # Errors
/// [`Error::Parameters`] where there's no room between the two lines.
pub fn under_anchor(size: (f64, f64), anchor: Rectangle, next_below: Option<Rectangle>) -> Result<Rectangle, Error> {
    let (x, _) = anchor.centre();
    let Some(next) = next_below else {
        return Ok(at_centre(size, x, anchor.y - UNDER_ANCHOR - size.1 / 2.0));
    };
    let room = anchor.y - next.top();
    if room < size.1 {
        let room = room.max(0.0);
        let reason = Reason::NoRoomUnderAnchor {
            room: (room / POINTS_PER_MM).into(),
            height: (size.1 / POINTS_PER_MM).into(),
            widest: (room / size.1 * size.0 / POINTS_PER_MM).into(),
        };
        return Err(Error::parameters(Parameter::Anchor, reason));
    }
    Ok(at_centre(size, x, (anchor.y + next.top()) / 2.0))
}

/// As the seal lies on the signature: over its left third, at the same height.
pub(crate) fn over_signature(seal: (f64, f64), signature: Rectangle) -> Rectangle {
    let right = signature.x + signature.width * SEAL_OVERLAP;
    at_centre(seal, right - seal.0 / 2.0, signature.centre().1)
}

/// The rectangle to reserve for a seal of this size before anyone has signed: as high as the seal, and so wide that the
/// seal lies over the left third of any signature of 25 to 60 mm that stands in the middle of the
/// certifier's field. Sealing draws the seal at its place in that field, by the signature's ink at that time.
pub fn seal_field(seal: (f64, f64), certifier: Rectangle) -> Rectangle {
    let (x, y) = certifier.centre();
    // The seal's right edge stands a third of the signature's width to the right of its left edge.
    let right = |signature_mm: f64| x - signature_mm * POINTS_PER_MM * (0.5 - SEAL_OVERLAP);
    let (leftmost, rightmost) = (right(*SEALED_SIGNATURES_MM.end()), right(*SEALED_SIGNATURES_MM.start()));
    Rectangle { x: leftmost - seal.0, y: y - seal.1 / 2.0, width: seal.0 + rightmost - leftmost, height: seal.1 }
}

/// Where the seal's place lies in a field that was reserved for it: its lower left corner, from the field's.
///
/// # Errors
/// [`Error::Parameters`] saying by how many millimetres it would stick out, and on which side.
pub(crate) fn within_field(place: Rectangle, field: Rectangle, name: &str) -> Result<(f64, f64), Error> {
    let (x, y) = (place.x - field.x, place.y - field.y);
    let beyond = [
        (Edge::Left, -x),
        (Edge::Lower, -y),
        (Edge::Right, place.right() - field.right()),
        (Edge::Upper, place.top() - field.top()),
    ];
    match beyond.into_iter().max_by(|one, other| one.1.total_cmp(&other.1)) {
        Some((edge, by)) if by > TOUCHING => {
            let (field, by) = (name.to_owned(), (by / POINTS_PER_MM).into());
            Err(Error::parameters(Parameter::Field, Reason::SealOutsideField { field, edge, by }))
        }
        _ => {
            let nearest = |value: f64, most: f64| value.min(most.max(0.0)).max(0.0);
            Ok((nearest(x, field.width - place.width), nearest(y, field.height - place.height)))
        }
    }
}

/// In the upper right corner of a page of this size, within its right margin.
///
/// # Errors
/// [`Error::Parameters`] where the page is too narrow for it.
pub fn top_right(size: (f64, f64), page: (f64, f64)) -> Result<Rectangle, Error> {
    let x = page.0 - RIGHT_MARGIN_MM * POINTS_PER_MM - size.0;
    let y = page.1 - TOP_MARGIN_MM * POINTS_PER_MM - size.1;
    if x < 0.0 || y < 0.0 {
        let width = format!("{:.0}", size.0 / POINTS_PER_MM);
        return Err(Error::parameters(Parameter::Text, Reason::WideLine { width }));
    }
    Ok(Rectangle { x, y, width: size.0, height: size.1 })
}

/// Refuses a place that isn't wholly on a page of this size.
///
/// # Errors
/// [`Error::Parameters`] naming the edge that is crossed.
pub fn demand_on_page(place: Rectangle, page: (f64, f64)) -> Result<(), Error> {
    // A hundredth of a point outside is rounding.
    let edge = if place.x < -0.01 {
        Edge::Left
    } else if place.y < -0.01 {
        Edge::Lower
    } else if place.right() > page.0 + 0.01 {
        Edge::Right
    } else if place.top() > page.1 + 0.01 {
        Edge::Upper
    } else {
        return Ok(());
    };
    Err(Error::parameters(Parameter::Rect, Reason::OffPage(edge)))
}

fn at_centre((width, height): (f64, f64), x: f64, y: f64) -> Rectangle {
    Rectangle { x: x - width / 2.0, y: y - height / 2.0, width, height }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rectangle(x: f64, y: f64, width: f64, height: f64) -> Rectangle {
        Rectangle { x, y, width, height }
    }

    #[test]
    fn centring_keeps_the_size() {
        assert_eq!(centred((20.0, 10.0), rectangle(100.0, 100.0, 60.0, 30.0)), rectangle(120.0, 110.0, 20.0, 10.0));
        assert_eq!(centred((80.0, 40.0), rectangle(100.0, 100.0, 60.0, 30.0)), rectangle(90.0, 95.0, 80.0, 40.0));
    }

    #[test]
    fn a_signature_stands_between_title_and_name() {
        let title = rectangle(300.0, 400.0, 100.0, 14.0);
        let name = rectangle(310.0, 300.0, 80.0, 14.0);
        let place = under_anchor((110.0, 60.0), title, Some(name)).unwrap();
        assert_eq!(place.centre(), (350.0, (400.0 + 314.0) / 2.0));
        assert!(place.top() <= title.y && place.y >= name.top());

        let alone = under_anchor((110.0, 60.0), title, None).unwrap();
        assert_eq!(alone.top(), 393.0);
    }

    #[test]
    fn no_room_is_said_in_millimetres() {
        let title = rectangle(300.0, 400.0, 100.0, 14.0);
        let name = rectangle(310.0, 358.0, 80.0, 14.0);
        let error = under_anchor((113.4, 56.7), title, Some(name)).unwrap_err().to_string();
        assert!(error.contains("are 9.9 mm, but the picture is 20.0 mm high: make it at most 19.8 mm wide"), "{error}");
    }

    #[test]
    fn the_seal_covers_the_left_third() {
        for (seal, signature) in
            [((102.0, 102.0), rectangle(300.0, 300.0, 120.0, 60.0)), ((90.0, 90.0), rectangle(10.0, 20.0, 60.0, 80.0))]
        {
            let place = over_signature(seal, signature);
            let covered = (place.right() - signature.x) / signature.width;
            assert!((0.28..=0.38).contains(&covered), "{covered}");
            assert_eq!((place.width, place.height), seal);
            assert_eq!(place.centre().1, signature.centre().1);
        }
    }

    #[test]
    fn a_reserved_field_holds_the_seal_of_every_signature() {
        let mm = |length: f64| length * POINTS_PER_MM;
        let certifier = rectangle(300.0, 200.0, mm(70.0), mm(28.0));
        for seal_mm in [28.0, 36.0, 45.0] {
            let seal = (mm(seal_mm), mm(seal_mm));
            let field = seal_field(seal, certifier);
            assert!((field.height - seal.1).abs() < 1e-9 && field.width - seal.0 < mm(6.0));
            for width_mm in [25.0, 33.3, 47.0, 60.0] {
                let signature = centred((mm(width_mm), mm(16.0)), certifier);
                let place = over_signature(seal, signature);
                let (x, y) = within_field(place, field, "ConDau").unwrap();
                assert!((field.x + x - place.x).abs() < 1e-6 && (field.y + y - place.y).abs() < 1e-6);
            }
            let moved = Rectangle { y: certifier.y + mm(4.0), ..centred((mm(40.0), mm(16.0)), certifier) };
            let error = within_field(over_signature(seal, moved), field, "ConDau").unwrap_err().to_string();
            assert!(error.contains("2.0 mm beyond the lower edge of field ConDau"), "{error}");
        }
        let wide = centred((mm(75.0), mm(16.0)), certifier);
        let seal = (mm(36.0), mm(36.0));
        let error = within_field(over_signature(seal, wide), seal_field(seal, certifier), "ConDau").unwrap_err();
        assert!(error.to_string().contains("2.5 mm beyond the left edge"), "{error}");
    }

    #[test]
    fn copies_are_marked_top_right_within_the_margin() {
        let a4 = (595.28, 841.89);
        let place = top_right((120.0, 34.2), a4).unwrap();
        let right_margin = (a4.0 - place.right()) / POINTS_PER_MM;
        assert!((15.0..=20.0).contains(&(right_margin + 1e-9)), "{right_margin}");
        assert!(a4.1 - place.y <= 20.0 * POINTS_PER_MM, "three lines end above the top margin");
        assert!(top_right((600.0, 34.2), a4).is_err());
    }

    #[test]
    fn places_off_the_page_are_refused() {
        let page = (595.0, 842.0);
        demand_on_page(rectangle(0.0, 0.0, 595.0, 842.0), page).unwrap();
        for (place, edge) in [
            (rectangle(-1.0, 0.0, 5.0, 5.0), "left"),
            (rectangle(0.0, -1.0, 5.0, 5.0), "lower"),
            (rectangle(591.0, 0.0, 5.0, 5.0), "right"),
            (rectangle(0.0, 838.0, 5.0, 5.0), "upper"),
        ] {
            assert!(demand_on_page(place, page).unwrap_err().to_string().contains(edge));
        }
    }
}
