//! The text that stands for the agency's signature on copies and separate attachments: top right of page 1, 10 points,
//! upright, black, no picture (Phụ lục I, phần II, mục I.3; phần I, mục II.8b).

use jiff::Timestamp;
use jiff::civil::DateTime;

use super::facts::{Facts, PageFacts, Signed, mm};
use super::paper::SIZE_POINTS;
use super::row::{Marked, Profile, Row, comma, point};
use super::rule::NOTHING;
use super::rule::Rule::{CopyContent, CopyNoImage, CopyPlace, CopyTime, CopyType};
use super::typography::is_times;
use kyso::local_time::VIETNAM;
use kyso::{Rectangle, both};
use kyso_pdf::text::TextLine;

/// Size of the text, in points.
const SIZE: f64 = 10.0;
/// How near to the page's right and upper edge the text stands, in millimetres.
const RIGHT_MM: f64 = 25.0;
const TOP_MM: f64 = 40.0;
/// How far the time shown may be from the signature's, in seconds.
const SECONDS: i64 = 60;
/// How dark black is: at most this of 1.
const BLACK: f64 = 0.2;

/// The rules of an attachment stand elsewhere than those of a copy.
const ATTACHMENT: &str = "NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8b, III.1d";

/// The form of copy that a line names.
pub(super) fn form_of_copy(line: &str) -> Option<&'static str> {
    ["SAO Y", "SAO LỤC", "TRÍCH SAO"].into_iter().find(|form| line.trim().to_uppercase().starts_with(form))
}

pub(super) fn rows(facts: &Facts<'_>, profile: Profile) -> Vec<Row> {
    let mut rows = of_copy(facts, profile);
    if profile == Profile::Attachment {
        rows.iter_mut().for_each(|row| row.article = ATTACHMENT);
    }
    rows
}

fn of_copy(facts: &Facts<'_>, profile: Profile) -> Vec<Row> {
    let Some(agency) = facts.agency() else {
        let (vi, en) = ("Chưa có chữ ký số của cơ quan", "The agency hasn't signed");
        return [CopyPlace, CopyType, CopyContent, CopyTime, CopyNoImage].map(|rule| rule.skip(vi, en)).into();
    };
    let no_image = no_image(facts);
    let is_seen = !agency.text.is_empty() && agency.unseen.is_none();
    let (Some(page), true) = (facts.page_of(agency), is_seen) else {
        let why = agency.why();
        let (vi, en) = ("Chữ ký số của cơ quan không hiện chữ nào trên trang", "The agency's signature shows no text");
        let mut rows = vec![CopyContent.fail(format!("{vi}{}", why.vi), format!("{en}{}", why.en))];
        rows.extend([CopyPlace, CopyType, CopyTime].map(|rule| rule.skip(vi, en)));
        rows.push(no_image);
        return rows;
    };
    let boxes: Vec<Marked> = agency.text.iter().map(|line| page.mark("line", line.rectangle)).collect();
    vec![
        content(agency, profile).at(boxes.clone()),
        place(agency, page).at(boxes.clone()),
        type_(agency).at(boxes.clone()),
        time(agency).at(boxes),
        no_image,
    ]
}

fn content(agency: &Signed<'_>, profile: Profile) -> Row {
    let lines: Vec<&str> = agency.text.iter().map(|line| line.text.as_str()).collect();
    let others = |line: &&&str| form_of_copy(line).is_none() && time_in(line).is_none();
    let rest = lines.iter().find(others).is_some_and(|line| line.chars().any(char::is_alphanumeric));
    let form = lines.iter().find_map(|line| form_of_copy(line));
    let text = format!("“{}”", lines.join(" / "));
    let found = both(text.clone(), text);
    match profile {
        Profile::Copy => CopyContent.demand(
            form.is_some() && rest,
            found,
            NOTHING,
            both(
                ": phải ghi SAO Y, SAO LỤC hoặc TRÍCH SAO, và tên cơ quan sao",
                ": it must name SAO Y, SAO LỤC or TRÍCH SAO, and the agency that copies",
            ),
        ),
        _ => CopyContent.demand(
            rest,
            found,
            NOTHING,
            both(": phải ghi số và ký hiệu văn bản", ": it must give the document's number and symbol"),
        ),
    }
}

fn around(lines: &[TextLine]) -> Option<Rectangle> {
    lines.iter().map(|line| line.rectangle).reduce(|one, other| one.with(&other))
}

fn place(agency: &Signed<'_>, read: &PageFacts) -> Row {
    let (wide, high) = read.page.size();
    let Some(text) = around(&agency.text) else { return CopyPlace.skip("Không có chữ", "There is no text") };
    let (right, top) = (mm(wide - text.right()) * read.on_a4, mm(high - text.top()) * read.on_a4);
    let page = agency.field.page.unwrap_or_default();
    let holds = page == 1 && right <= RIGHT_MM && top <= TOP_MM && text.centre().0 > wide / 2.0;
    CopyPlace.demand(
        holds,
        both(
            format!("Trang {page}, cách mép phải {} mm, mép trên {} mm", comma(right), comma(top)),
            format!("Page {page}, {} mm from the right edge, {} mm from the upper", point(right), point(top)),
        ),
        NOTHING,
        both("; phải ở góc trên bên phải trang 1", "; it must stand top right on page 1"),
    )
}

fn type_(agency: &Signed<'_>) -> Row {
    let runs = || agency.text.iter().flat_map(|line| &line.runs);
    let size = runs().map(|run| run.style.size).fold(0.0, f64::max);
    let sized = runs().all(|run| (run.style.size - SIZE).abs() <= SIZE_POINTS);
    let upright = runs().all(|run| !run.style.is_bold() && !run.style.face.is_italic);
    let black = runs().all(|run| run.style.colour.is_some_and(|colour| colour.iter().all(|part| *part <= BLACK)));
    let times = runs().all(|run| is_times(&run.style.face));
    let holds = sized && upright && black && times;
    CopyType.demand(
        holds,
        both(format!("Cỡ chữ {}", comma(size)), format!("{} points", point(size))),
        NOTHING,
        both(
            "; phải là Times New Roman cỡ 10, kiểu đứng, màu đen",
            "; it must be Times New Roman of 10 points, upright, black",
        ),
    )
}

fn time(agency: &Signed<'_>) -> Row {
    let Some(shown) = agency.text.iter().find_map(|line| time_in(&line.text)) else {
        return CopyTime.fail(
            "Không có thời gian ký dạng ngày/tháng/năm giờ:phút:giây +07:00",
            "There is no signing time as dd/mm/yyyy hh:mm:ss +07:00",
        );
    };
    let claimed = agency.report.claimed_time.as_ref().and_then(|time| time.parse::<Timestamp>().ok());
    let stamped = agency.report.timestamps.iter().filter_map(|stamp| stamp.time);
    let nearest = claimed.into_iter().chain(stamped).map(|time| (time.as_second() - shown.as_second()).abs()).min();
    let text = kyso::local_time::in_vietnam(shown);
    match nearest {
        None => CopyTime.skip(
            format!("Ghi {text}; chữ ký không cho biết thời gian để so"),
            format!("It says {text}; the signature states no time to compare with"),
        ),
        Some(apart) => CopyTime.judge(
            apart <= SECONDS,
            format!(
                "Ghi {text}, lệch {apart} giây so với chữ ký{}",
                if apart <= SECONDS { "" } else { "; không quá 60 giây" }
            ),
            format!(
                "It says {text}, {apart} seconds from the signature's{}",
                if apart <= SECONDS { "" } else { "; 60 at most" }
            ),
        ),
    }
}

/// A time with seconds and Vietnam's zone in a line: day, month, year parted by slashes or full stops, or ISO 8601.
fn time_in(line: &str) -> Option<Timestamp> {
    let words: Vec<&str> = line.split_whitespace().collect();
    if let Some(time) = words.iter().find_map(|word| word.parse::<Timestamp>().ok()) {
        return Some(time);
    }
    words.windows(3).find_map(|three| {
        let [date, clock, zone] = three else { return None };
        let mut parts = date.split(['/', '.', '-']).map(|part| part.parse::<i16>().ok());
        let (day, month, year) = (parts.next()??, parts.next()??, parts.next()??);
        let mut parts = clock.split(':').map(|part| part.parse::<i8>().ok());
        let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
        let (day, month) = (i8::try_from(day).ok()?, i8::try_from(month).ok()?);
        let civil = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
        (*zone == "+07:00").then(|| VIETNAM.to_timestamp(civil).ok()).flatten()
    })
}

/// No signature of a copy or an attachment shows a picture.
fn no_image(facts: &Facts<'_>) -> Row {
    let pictures: Vec<Marked> = facts.signed.iter().filter_map(|one| one.marked("picture")).collect();
    if pictures.is_empty() {
        return CopyNoImage.pass("Chữ ký số không có hình ảnh", "No signature shows a picture");
    }
    CopyNoImage
        .fail(
            "Chữ ký số có hình ảnh; bản sao, phụ lục chỉ hiện chữ",
            "A signature shows a picture; copies and attachments show text alone",
        )
        .at(pictures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_the_field_writes_them() {
        let wanted: Timestamp = "2026-01-02T03:04:05+07:00".parse().unwrap();
        for text in
            ["02/01/2026 03:04:05 +07:00", "Thời gian ký: 02.01.2026 03:04:05 +07:00", "2026-01-02T03:04:05+07:00"]
        {
            assert_eq!(time_in(text), Some(wanted), "{text}");
        }
        assert_eq!(time_in("02/01/2026 03:04:05"), None);
        assert_eq!(time_in("12/QĐ-UBND"), None);
    }

    #[test]
    fn forms_of_copies_are_known() {
        assert_eq!(form_of_copy("SAO Y"), Some("SAO Y"));
        assert_eq!(form_of_copy("Trích sao"), Some("TRÍCH SAO"));
        assert_eq!(form_of_copy("12/QĐ-UBND"), None);
    }
}
