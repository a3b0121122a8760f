//! The signer's title and name, and his signature between them (Phụ lục I, phần I, mục II.7).

use unicode_normalization::UnicodeNormalization as _;

use super::facts::{Facts, Signed, is_visible, mm, style_of};
use super::row::{Row, comma, point};
use super::rule::NOTHING;
use super::rule::Rule::{
    self, SignatureColour, SignatureImage, SignaturePlace, SignatureTransparent, SignerIdentity, SignerName,
    SignerTitle,
};
use super::typography::is_within;
use kyso::appearance::ink::InkOnPage;
use kyso::{Bilingual, Rectangle, both};
use kyso_pdf::geometry::POINTS_PER_MM;
use kyso_pdf::text::TextLine;

/// Sizes of title and name, in points.
const SIZES: (f64, f64) = (13.0, 14.0);
/// How far above and below the signature its title and name may stand, in millimetres.
const REACH_MM: f64 = 45.0;
/// How far the signature's middle may be from the title's or the name's, sideways, in millimetres.
const ASIDE_MM: f64 = 3.0;
/// How far it may be from the middle between the two, in millimetres, or as a share of what lies between them.
const OFF_MM: f64 = 4.0;
const OFF_SHARE: f64 = 0.15;
/// How far a stroke may reach into the title's or the name's line, in millimetres.
const TOUCH_MM: f64 = 1.0;
/// Share of the ink that must have the right hue, in percent.
pub(super) const COLOURED: f64 = 95.0;
/// How a signer's power may be written before his title.
const POWERS: [&str; 5] = ["TM.", "Q.", "KT.", "TL.", "TUQ."];
/// Academic titles, which don't stand before the name.
const ACADEMIC: [&str; 16] = [
    "GS",
    "PGS",
    "TS",
    "TSKH",
    "ThS",
    "CN",
    "KS",
    "BS",
    "LS",
    "DS",
    "CKI",
    "CKII",
    "Tiến sĩ",
    "Thạc sĩ",
    "Giáo sư",
    "Cử nhân",
];

/// The lines around a signature.
pub(super) struct Block<'p> {
    /// The line of the title that is nearest, and the line of power above it where there's one.
    pub(super) titles: Vec<&'p TextLine>,
    pub(super) name: Option<&'p TextLine>,
}

/// Finds title and name by the signature's ink: the nearest lines above and below its middle.
fn block<'p>(lines: impl Iterator<Item = &'p TextLine>, ink: Rectangle) -> Block<'p> {
    let lines: Vec<&'p TextLine> = lines.collect();
    let (x, y) = ink.centre();
    let reach = REACH_MM * POINTS_PER_MM;
    let near = |line: &&TextLine| {
        let (left, right) = (line.rectangle.x, line.rectangle.right());
        let beside = left <= x + ASIDE_MM * POINTS_PER_MM * 2.0 && right >= x - ASIDE_MM * POINTS_PER_MM * 2.0;
        // Hints in brackets are neither title nor name.
        beside && !line.text.starts_with('(') && line.text.chars().any(char::is_alphabetic)
    };
    let middle = |line: &TextLine| line.rectangle.centre().1;
    let mut above: Vec<&TextLine> =
        lines.iter().copied().filter(near).filter(|line| middle(line) > y && middle(line) - y <= reach).collect();
    above.sort_by(|one, other| one.baseline.total_cmp(&other.baseline));
    let mut titles: Vec<&TextLine> = Vec::new();
    for line in above {
        let joins = titles.last().is_none_or(|below| {
            line.rectangle.y - below.rectangle.top() < 0.6 * below.rectangle.height && is_capital(&line.text)
        });
        if !joins || titles.len() == 3 {
            break;
        }
        titles.push(line);
    }
    titles.reverse();
    let below = lines.iter().copied().filter(near).filter(|line| middle(line) < y && y - middle(line) <= reach);
    Block { titles, name: below.max_by(|one, other| one.baseline.total_cmp(&other.baseline)) }
}

fn is_capital(text: &str) -> bool {
    text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase)
}

pub(super) fn rows(facts: &Facts<'_>) -> Vec<Row> {
    let Some(leader) = facts.leader() else {
        let (vi, en) = ("Chưa có chữ ký của người có thẩm quyền", "No leader has signed");
        return [SignerTitle, SignerName, SignatureImage, SignatureTransparent, SignatureColour, SignaturePlace]
            .map(|rule| rule.skip(vi, en))
            .into();
    };
    let (Some(ink), Some(page)) = (&leader.ink, facts.page_of(leader)) else {
        let Bilingual { vi, en } = leader.why();
        let mut rows = vec![SignatureImage.fail(
            format!("Chữ ký của người có thẩm quyền không có hình trên trang{vi}"),
            format!("The leader's signature shows no picture on the page{en}"),
        )];
        let (vi, en) = ("Không có hình chữ ký để đo", "There is no picture of the signature to measure");
        rows.extend(
            [SignerTitle, SignerName, SignerIdentity, SignatureTransparent, SignatureColour, SignaturePlace]
                .map(|rule| rule.skip(vi, en)),
        );
        return rows;
    };
    let block = block(page.own(), ink.rectangle);
    let mark = |what: &'static str, line: &TextLine| page.mark(what, line.rectangle);
    let marked = leader.marked("signature");
    vec![
        title(&block).at(block.titles.iter().map(|line| mark("title", line))),
        name(&block).at(block.name.map(|line| mark("name", line))),
        identity(&block, leader).at(block.name.map(|line| mark("name", line))),
        image(ink).at(marked.clone()),
        transparent(SignatureTransparent, ink, both("chữ ký", "signature")).at(marked.clone()),
        colour(leader, ink).at(marked.clone()),
        place(&block, ink.rectangle).at(marked
            .into_iter()
            .chain(block.titles.last().map(|line| mark("title", line)))
            .chain(block.name.map(|line| mark("name", line)))),
    ]
}

fn image(ink: &InkOnPage) -> Row {
    let (wide, high) = (mm(ink.rectangle.width), mm(ink.rectangle.height));
    SignatureImage.pass(
        format!("Có hình chữ ký trên trang, {} × {} mm", comma(wide), comma(high)),
        format!("The signature's picture is on the page, {} × {} mm", point(wide), point(high)),
    )
}

fn title(block: &Block<'_>) -> Row {
    let lines: Vec<&&TextLine> = block.titles.iter().filter(|line| is_visible(line)).collect();
    if lines.is_empty() {
        return SignerTitle.skip("Không đọc được chức vụ phía trên chữ ký", "No title can be read above the signature");
    }
    let sizes = lines.iter().all(|line| style_of(line).is_some_and(|style| is_within(style.size, SIZES)));
    let bold = lines.iter().all(|line| style_of(line).is_some_and(|style| style.is_bold() && !style.face.is_italic));
    let capital = lines.iter().all(|line| is_capital(&line.text));
    let text = lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" / ");
    let unknown = lines.iter().filter_map(|line| power(&line.text)).find(|power| !POWERS.contains(power));
    if let Some(power) = unknown {
        return SignerTitle.fail(
            format!("“{power}” không phải cách ghi quyền hạn: chỉ TM., Q., KT., TL., TUQ."),
            format!("“{power}” is no way to write a power: only TM., Q., KT., TL., TUQ."),
        );
    }
    let holds = sizes && bold && capital;
    let found = format!("“{text}”");
    SignerTitle.demand(
        holds,
        both(found.clone(), found),
        both(": in hoa, đậm, cỡ 13–14", ": bold capitals, 13–14 points"),
        both(": phải in hoa, đậm, cỡ 13–14", ": it must be bold capitals of 13–14 points"),
    )
}

/// What stands before a title with a full stop: "KT." of "KT. CHỦ TỊCH" and of "KT.CHỦ TỊCH".
fn power(line: &str) -> Option<&str> {
    let power = line.split_whitespace().next()?.split_inclusive('.').next()?;
    (power.ends_with('.') && power.len() > 1).then_some(power)
}

fn name(block: &Block<'_>) -> Row {
    let Some(line) = block.name.filter(|line| is_visible(line)) else {
        return SignerName.skip("Không đọc được họ tên phía dưới chữ ký", "No name can be read below the signature");
    };
    let text = &line.text;
    if let Some(academic) = academic(text) {
        return SignerName.fail(
            format!("“{text}”: không ghi học hàm, học vị ({academic}) trước họ tên"),
            format!("“{text}”: no academic title ({academic}) stands before the name"),
        );
    }
    let style = style_of(line);
    let holds = style.is_some_and(|style| style.is_bold() && !style.face.is_italic && is_within(style.size, SIZES))
        && text.chars().any(char::is_lowercase);
    let found = format!("“{text}”");
    SignerName.demand(
        holds,
        both(found.clone(), found),
        both(": chữ thường đậm, cỡ 13–14", ": bold, 13–14 points"),
        both(": phải là chữ thường đậm, cỡ 13–14", ": it must be bold lower case of 13–14 points"),
    )
}

/// Visible text isn't trusted: the name on the page is held against the certificate's.
fn identity(block: &Block<'_>, leader: &Signed<'_>) -> Row {
    let certified = leader.report.signer.as_ref().and_then(|signer| signer.common_name.as_deref());
    let (Some(line), Some(certified)) = (block.name.filter(|line| is_visible(line)), certified) else {
        return SignerIdentity.skip(
            "Không đọc được họ tên trên trang hoặc trong chứng thư để so",
            "The name can't be read on the page or in the certificate, so they aren't compared",
        );
    };
    let printed = &line.text;
    let plain = |name: &str| -> String {
        name.nfc().flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric()).collect()
    };
    // An academic title before the name is another row's affair.
    let (shown, own) = (plain(printed), plain(certified));
    if shown == own || academic(printed).is_some() && shown.ends_with(&own) {
        return SignerIdentity.pass(
            format!("Họ tên trên trang là của người ký: {certified}"),
            format!("The name on the page is the signer's: {certified}"),
        );
    }
    SignerIdentity.fail(
        format!("Trang ghi “{printed}” nhưng chứng thư số của người ký là của “{certified}”"),
        format!("The page says “{printed}”, but the signer's certificate is that of “{certified}”"),
    )
}

fn academic(name: &str) -> Option<&'static str> {
    let words: Vec<&str> = name.split(|letter: char| letter.is_whitespace() || letter == '.').collect();
    ACADEMIC.into_iter().find(|title| match title.contains(' ') {
        true => name.starts_with(title),
        false => words.first().is_some_and(|first| first == title),
    })
}

/// Whether a picture has a transparent background and isn't a photograph.
pub(super) fn transparent(rule: Rule, ink: &InkOnPage, Bilingual { vi, en }: Bilingual<&str>) -> Row {
    match (ink.is_lossy, ink.is_transparent) {
        (true, _) => rule.fail(
            format!("Hình {vi} nén kiểu ảnh chụp (JPEG); phải là PNG nền trong suốt"),
            format!("The {en}'s picture is compressed as a photograph (JPEG); it must be a PNG with a transparent background"),
        ),
        (false, false) => rule.fail(
            format!("Hình {vi} không có nền trong suốt"),
            format!("The {en}'s picture has no transparent background"),
        ),
        (false, true) => rule.pass(
            format!("Hình {vi} có nền trong suốt (kênh alpha)"),
            format!("The {en}'s picture has a transparent background (alpha channel)"),
        ),
    }
}

fn colour(leader: &Signed<'_>, ink: &InkOnPage) -> Row {
    let Some(blue) = leader.ink.as_ref().and_then(|ink| ink.blue).filter(|_| ink.is_transparent) else {
        return SignatureColour.skip(
            "Không đo được màu: hình không có nền trong suốt hoặc không đọc được điểm ảnh",
            "The colour can't be measured: no transparent background, or pixels that can't be read",
        );
    };
    let holds = blue >= COLOURED;
    SignatureColour.demand(
        holds,
        both(format!("{} % nét chữ ký màu xanh", comma(blue)), format!("{} % of the ink is blue", point(blue))),
        NOTHING,
        both("; phải từ 95 %", "; it must be 95 % or more"),
    )
}

fn place(block: &Block<'_>, ink: Rectangle) -> Row {
    let (Some(title), Some(name)) = (block.titles.last(), block.name) else {
        return SignaturePlace.skip(
            "Không đọc được chức vụ và họ tên quanh chữ ký để đo vị trí",
            "No title and name can be read around the signature to measure its place",
        );
    };
    let (x, y) = ink.centre();
    let aside = [title, name].map(|line| mm(x - line.rectangle.centre().0));
    let (upper, lower) = (title.rectangle.y, name.rectangle.top());
    let off = mm(y - (upper + lower) / 2.0);
    let allowed = OFF_MM.max(mm(upper - lower) * OFF_SHARE);
    let touches = mm((ink.top() - upper).max(lower - ink.y));
    let worst = aside.into_iter().fold(0.0, |worst: f64, one| if one.abs() > worst.abs() { one } else { worst });
    if worst.abs() > ASIDE_MM {
        let (vi, en) = if worst > 0.0 { ("sang phải", "to the right") } else { ("sang trái", "to the left") };
        return SignaturePlace.fail(
            format!("Chữ ký lệch {} mm {vi} so với chức vụ, họ tên; phải canh giữa", comma(worst.abs())),
            format!("The signature stands {} mm {en} of title and name; it must be centred", point(worst.abs())),
        );
    }
    if touches > TOUCH_MM {
        return SignaturePlace.fail(
            format!("Chữ ký lấn {} mm vào dòng chức vụ hoặc họ tên; phải nằm giữa hai dòng", comma(touches)),
            format!(
                "The signature reaches {} mm into the title's or the name's line; it must lie between them",
                point(touches)
            ),
        );
    }
    if off.abs() > allowed {
        let (vi, en) = if off > 0.0 { ("lên trên", "above") } else { ("xuống dưới", "below") };
        return SignaturePlace.fail(
            format!("Chữ ký lệch {} mm {vi} điểm giữa chức vụ và họ tên", comma(off.abs())),
            format!("The signature lies {} mm {en} the middle between title and name", point(off.abs())),
        );
    }
    SignaturePlace.pass(
        format!(
            "Chữ ký canh giữa chức vụ và họ tên (lệch ngang {} mm, dọc {} mm)",
            comma(worst.abs()),
            comma(off.abs())
        ),
        format!(
            "The signature is centred between title and name (off by {} mm sideways, {} mm in height)",
            point(worst.abs()),
            point(off.abs())
        ),
    )
}

impl Block<'_> {
    /// The places of title and name.
    #[cfg(test)]
    fn texts(&self) -> (Vec<&str>, Option<&str>) {
        (self.titles.iter().map(|line| line.text.as_str()).collect(), self.name.map(|line| line.text.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, x: f64, baseline: f64) -> TextLine {
        let rectangle = Rectangle { x, y: baseline - 3.0, width: 100.0, height: 16.0 };
        TextLine { text: text.into(), rectangle, baseline, runs: Vec::new() }
    }

    #[test]
    fn title_and_name_are_found_by_the_ink() {
        let lines = [
            line("nội dung", 300.0, 330.0),
            line("TM. ỦY BAN NHÂN DÂN", 310.0, 300.0),
            line("CHỦ TỊCH", 310.0, 283.0),
            line("(Ký, ghi rõ họ, tên)", 310.0, 267.0),
            line("NGƯỜI TIẾP NHẬN", 60.0, 283.0),
            line("Nguyễn Văn Mẫu", 310.0, 200.0),
            line("Lê Thị Mẫu", 60.0, 200.0),
        ];
        let ink = Rectangle { x: 320.0, y: 220.0, width: 80.0, height: 40.0 };
        let found = block(lines.iter(), ink);
        assert_eq!(found.texts(), (vec!["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"], Some("Nguyễn Văn Mẫu")));
    }

    #[test]
    fn powers_are_read_with_and_without_a_blank() {
        assert_eq!(power("KT. CHỦ TỊCH"), Some("KT."));
        assert_eq!(power("KT.CHỦ TỊCH"), Some("KT."));
        assert_eq!(power("CHỦ TỊCH"), None);
    }

    #[test]
    fn academic_titles_are_known() {
        assert_eq!(academic("TS. Nguyễn Văn Mẫu"), Some("TS"));
        assert_eq!(academic("Tiến sĩ Nguyễn Văn Mẫu"), Some("Tiến sĩ"));
        assert_eq!(academic("PGS.TS Nguyễn Văn Mẫu"), Some("PGS"));
        assert_eq!(academic("Nguyễn Văn Mẫu"), None);
    }
}
