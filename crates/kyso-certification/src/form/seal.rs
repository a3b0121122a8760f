//! The agency's seal: red, in its real size, over about a third of the signature on its left, drawn above it (Phụ lục I,
//! phần I, mục II.8a).

use super::Expectations;
use super::facts::{Facts, Signed, mm};
use super::row::{Marked, Row, comma, point};
use super::rule::NOTHING;
use super::rule::Rule::{SealAbove, SealColour, SealImage, SealOverlap, SealSize, SealTransparent};
use super::signer::{COLOURED, transparent};
use kyso::{Bilingual, Rectangle, both};
use kyso_words::{Hint, Terms};

/// How far the seal's width may be from its real one, in millimetres.
const SIZE_MM: f64 = 0.5;
/// "About a third": the share of the signature's width that the seal may cover.
pub(super) const THIRD: std::ops::RangeInclusive<f64> = 0.28..=0.38;

pub(super) fn rows(facts: &Facts<'_>, expected: &Expectations) -> Vec<Row> {
    let Some(seal) = facts.seal() else {
        let (vi, en) = ("Chưa có chữ ký số của cơ quan (con dấu)", "The agency hasn't sealed");
        return [SealImage, SealTransparent, SealColour, SealSize, SealOverlap, SealAbove]
            .map(|rule| rule.skip(vi, en))
            .into();
    };
    let (Some(ink), Some(marked)) = (&seal.ink, seal.marked("seal")) else {
        let Bilingual { vi, en } = seal.why();
        let mut rows = vec![SealImage.fail(
            format!("Chữ ký số của cơ quan không có hình con dấu trên trang{vi}"),
            format!("The agency's signature shows no seal on the page{en}"),
        )];
        let (vi, en) = ("Không có hình con dấu để đo", "There is no picture of the seal to measure");
        rows.extend([SealTransparent, SealColour, SealSize, SealOverlap, SealAbove].map(|rule| rule.skip(vi, en)));
        return rows;
    };
    // As it's printed: on a page larger than A4 it's smaller than it says.
    let on_a4 = facts.page_of(seal).map_or(1.0, |page| page.on_a4);
    let (wide, high) = (mm(ink.rectangle.width) * on_a4, mm(ink.rectangle.height) * on_a4);
    let image = SealImage.pass("Có hình con dấu trên trang", "The seal's picture is on the page");
    let colour = match ink.red.filter(|_| ink.is_transparent) {
        Some(red) => SealColour.demand(
            red >= COLOURED,
            both(format!("{} % nét con dấu màu đỏ", comma(red)), format!("{} % of the ink is red", point(red))),
            NOTHING,
            both("; phải từ 95 %", "; it must be 95 % or more"),
        ),
        None => SealColour.skip(
            "Không đo được màu: hình không có nền trong suốt hoặc không đọc được điểm ảnh",
            "The colour can't be measured: no transparent background, or pixels that can't be read",
        ),
    };
    let mut rows = vec![
        image.at([marked.clone()]),
        transparent(SealTransparent, ink, both("con dấu", "seal")).at([marked.clone()]),
        colour.at([marked.clone()]),
        size(wide, high, expected.seal_width_mm, facts.terms).at([marked.clone()]),
    ];
    rows.extend(over(facts.leader(), seal, marked));
    rows
}

fn size(wide: f64, high: f64, expected: Option<f64>, terms: &dyn Terms) -> Row {
    let Some(real) = expected else {
        let width = terms.hint(Hint::SealWidth);
        return SealSize.skip(
            format!("Con dấu đo được {} × {} mm: hãy so với con dấu thật{}", comma(wide), comma(high), width.vi),
            format!("The seal measures {} × {} mm: compare with your seal{}", point(wide), point(high), width.en),
        );
    };
    let holds = (wide - real).abs() <= SIZE_MM;
    let (real_vi, real_en) =
        (format!("; kích thước thực tế là {} mm", comma(real)), format!("; its real size is {} mm", point(real)));
    SealSize.demand(
        holds,
        both(format!("Con dấu rộng {} mm", comma(wide)), format!("The seal is {} mm wide", point(wide))),
        NOTHING,
        both(&real_vi, &real_en),
    )
}

fn over(leader: Option<&Signed<'_>>, seal: &Signed<'_>, marked: Marked) -> [Row; 2] {
    let Some((leader, signature)) = leader.and_then(|leader| Some((leader, leader.marked("signature")?))) else {
        let (vi, en) = ("Không có hình chữ ký để so vị trí", "There is no picture of the signature to compare with");
        return [SealOverlap, SealAbove].map(|rule| rule.skip(vi, en));
    };
    let boxes = [signature.clone(), marked.clone()];
    let overlap = if signature.page == marked.page {
        overlap(signature.rectangle, marked.rectangle)
    } else {
        SealOverlap.fail(
            format!("Con dấu ở trang {}, chữ ký ở trang {}", marked.page, signature.page),
            format!("The seal is on page {}, the signature on page {}", marked.page, signature.page),
        )
    };
    let above = match (leader.layer, seal.layer) {
        (Some(under), Some(over)) if signature.page == marked.page => SealAbove.demand(
            over > under,
            both("Con dấu nằm ".into(), "The seal is drawn ".into()),
            both("trên chữ ký", "above the signature"),
            both("dưới chữ ký; phải trùm lên chữ ký", "under the signature; it must lie over it"),
        ),
        _ => SealAbove.skip("Con dấu và chữ ký không cùng trang", "Seal and signature aren't on one page"),
    };
    [overlap.at(boxes.clone()), above.at(boxes)]
}

fn overlap(signature: Rectangle, seal: Rectangle) -> Row {
    let width = seal.right().min(signature.right()) - seal.x.max(signature.x);
    let share = (width / signature.width).max(0.0);
    let on_the_left = seal.x <= signature.x && seal.right() < signature.right();
    let y = signature.centre().1;
    let level = seal.y <= y && y <= seal.top();
    let holds = THIRD.contains(&share) && on_the_left && level;
    let percent = share * 100.0;
    let wrong = if share <= 0.0 || !level {
        both(
            "; con dấu phải trùm lên khoảng 1/3 bên trái chữ ký",
            "; the seal must cover about the left third of the signature",
        )
    } else if !on_the_left {
        both("; con dấu phải ở bên trái chữ ký", "; the seal must lie on the signature's left")
    } else {
        both("; phải từ 28 % đến 38 %", "; it must be 28 % to 38 %")
    };
    SealOverlap.demand(
        holds,
        both(
            format!("Con dấu trùm {} % bề rộng chữ ký", comma(percent)),
            format!("The seal covers {} % of the signature's width", point(percent)),
        ),
        NOTHING,
        wrong,
    )
}

#[cfg(test)]
mod tests {
    use super::super::row::Status;
    use super::*;

    #[test]
    fn a_third_on_the_left_and_nothing_else() {
        let signature = Rectangle { x: 300.0, y: 300.0, width: 120.0, height: 50.0 };
        let seal = |right: f64, y: f64| Rectangle { x: right - 100.0, y, width: 100.0, height: 100.0 };
        for (right, y, wanted) in [
            (340.0, 275.0, Status::Pass),
            (334.0, 275.0, Status::Pass),
            (330.0, 275.0, Status::Fail),
            (350.0, 275.0, Status::Fail),
            (290.0, 275.0, Status::Fail),
            (340.0, 330.0, Status::Fail),
            (480.0, 275.0, Status::Fail),
        ] {
            assert_eq!(overlap(signature, seal(right, y)).status, wanted, "{right} {y}");
        }
    }
}
