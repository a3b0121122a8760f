//! The picture of time: how long each certificate is valid, when was signed and stamped, since when a signature provably
//! exists, and when all this was judged.

use jiff::Timestamp;
use kyso::SignatureReport;
use kyso::local_time::VIETNAM;
use kyso::validate::{SignatureType, SignerReport};
use kyso_words as words;
use kyso_words::{Report, Worded};

use super::signature::day;
use super::{Page, class};
use crate::report::markup::Markup;
use crate::report::words::Mark;

const WIDTH: f64 = 1000.0;
const LABELS: f64 = 262.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 34.0;
const ROW: f64 = 46.0;
/// Most rows: a file with more signatures has them in the text.
const MOST: usize = 24;

/// One bar: a certificate, and what happened in its time.
struct Row<'r> {
    label: String,
    below: String,
    signer: &'r SignerReport,
    class: &'static str,
    claimed: Option<Timestamp>,
    best: Option<Timestamp>,
    stamps: Vec<Timestamp>,
}

/// From seconds to points.
struct Scale {
    from: f64,
    to: f64,
}

impl Scale {
    fn x(&self, time: Timestamp) -> f64 {
        let share = (seconds(time) - self.from) / (self.to - self.from);
        LABELS + share.clamp(0.0, 1.0) * (WIDTH - LABELS - RIGHT)
    }
}

/// Draws it, where there is a certificate to draw.
pub(super) fn draw(page: Page<'_>, report: &Report, markup: &mut Markup) {
    let rows: Vec<Row<'_>> = report.signatures.iter().filter_map(|one| row(page, one)).take(MOST).collect();
    if rows.is_empty() {
        return;
    }
    let scale = scale(page.basis.time, &rows);
    let bottom = TOP + ROW * count(rows.len());
    let view = format!("0 0 {WIDTH} {}", bottom + 54.0);
    let title = page.say(
        "Thời hạn chứng thư số, thời điểm ký và dấu thời gian",
        "Validity of certificates, times of signing and time-stamps",
    );
    let attributes = [("class", "timeline"), ("viewBox", view.as_str()), ("role", "img"), ("aria-label", title)];
    markup.element("svg", &attributes, |markup| {
        ticks(&scale, bottom, markup);
        for (index, row) in rows.iter().enumerate() {
            draw_row(page, row, &scale, TOP + ROW * count(index), markup);
        }
        now(page, &scale, bottom, markup);
        legend(page, bottom + 40.0, markup);
    });
}

fn row<'r>(page: Page<'_>, signature: &'r SignatureReport<Worded>) -> Option<Row<'r>> {
    let signer = signature.signer.as_ref()?;
    let stamps = signature.timestamps.iter().filter_map(|stamp| stamp.time).collect();
    let is_stamp = signature.kind == SignatureType::DocumentTimestamp;
    Some(Row {
        label: shortened(&page.words.who(signer), 9.8, 7.6),
        below: shortened(words::role(signature.role, page.basis.language), 7.8, 6.2),
        signer,
        class: class(Mark::of_signature(signature)),
        claimed: signature.claimed_time.as_ref().and_then(|time| time.parse().ok()).filter(|_| !is_stamp),
        best: signature.best_signature_time.filter(|_| !is_stamp),
        stamps,
    })
}

/// All that is drawn, with a little room on both sides.
fn scale(now: Timestamp, rows: &[Row<'_>]) -> Scale {
    let of_row = |row: &Row<'_>| {
        let marks = row.claimed.into_iter().chain(row.best).chain(row.stamps.iter().copied());
        [row.signer.not_before, row.signer.not_after].into_iter().chain(marks).collect::<Vec<_>>()
    };
    let times: Vec<f64> = rows.iter().flat_map(of_row).chain([now]).map(seconds).collect();
    let from = times.iter().copied().fold(f64::INFINITY, f64::min);
    let to = times.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let room = ((to - from) * 0.03).max(3600.0);
    Scale { from: from - room, to: to + room }
}

/// Lines at years, or at months where few years are shown.
fn ticks(scale: &Scale, bottom: f64, markup: &mut Markup) {
    let local = |seconds: f64| Timestamp::from_second(whole(seconds)).map(|time| VIETNAM.to_datetime(time));
    let (Ok(first), Ok(last)) = (local(scale.from), local(scale.to)) else { return };
    let months = |at: jiff::civil::DateTime| i64::from(at.year()) * 12 + i64::from(at.month()) - 1;
    let (first, last) = (months(first), months(last));
    let steps = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 24_000, 120_000];
    let Some(step) = steps.into_iter().find(|step| (last - first) / step <= 9) else { return };
    let mut month = (first / step + 1) * step;
    while month <= last {
        let (year, of_year) = (month / 12, month % 12 + 1);
        let start: Result<Timestamp, _> = format!("{year:04}-{of_year:02}-01T00:00:00+07:00").parse();
        if let Ok(start) = start {
            let x = point(scale.x(start));
            markup.empty(
                "line",
                &[("class", "tick"), ("x1", &x), ("x2", &x), ("y1", &point(TOP)), ("y2", &point(bottom))],
            );
            let text = if step >= 12 { year.to_string() } else { format!("{of_year:02}/{year}") };
            markup.leaf("text", &[("class", "year"), ("x", &x), ("y", &point(TOP - 10.0))], &text);
        }
        month += step;
    }
}

fn draw_row(page: Page<'_>, row: &Row<'_>, scale: &Scale, top: f64, markup: &mut Markup) {
    let middle = top + ROW / 2.0;
    markup.element("g", &[("class", row.class)], |markup| {
        markup.leaf("text", &[("class", "who"), ("x", "0"), ("y", &point(middle - 3.0))], &row.label);
        markup.leaf("text", &[("class", "role"), ("x", "0"), ("y", &point(middle + 13.0))], &row.below);
        let (from, to) = (scale.x(row.signer.not_before), scale.x(row.signer.not_after));
        let (x, y, width) = (point(from), point(middle - 7.0), point((to - from).max(2.0)));
        let bar = [("class", "bar"), ("x", x.as_str()), ("y", &y), ("width", &width), ("height", "14"), ("rx", "7")];
        markup.element("rect", &bar, |markup| {
            let validity = format!("{} – {}", day(row.signer.not_before), day(row.signer.not_after));
            markup.leaf("title", &[], &validity);
        });
        if let Some(best) = row.best {
            let (x, width) = (scale.x(best), (scale.x(page.basis.time) - scale.x(best)).max(0.0));
            let (x, y, width) = (point(x), point(middle - 2.0), point(width));
            let proven = [("class", "proven"), ("x", x.as_str()), ("y", &y), ("width", &width), ("height", "4")];
            markup.empty("rect", &proven);
        }
        if let Some(claimed) = row.claimed {
            mark("claimed", scale.x(claimed), middle, claimed, markup);
        }
        for stamp in &row.stamps {
            mark("stamped", scale.x(*stamp), middle, *stamp, markup);
        }
    });
}

/// A ring for what is claimed, a diamond for what a time-stamp says.
fn mark(kind: &'static str, x: f64, y: f64, time: Timestamp, markup: &mut Markup) {
    let title = |markup: &mut Markup| markup.leaf("title", &[], &kyso::local_time::in_vietnam(time));
    if kind == "claimed" {
        markup.element("circle", &[("class", kind), ("cx", &point(x)), ("cy", &point(y)), ("r", "6")], title);
    } else {
        let path = format!("M{} {}l8 8-8 8-8-8z", point(x), point(y - 8.0));
        markup.element("path", &[("class", kind), ("d", &path)], title);
    }
}

/// The mark of the time of judgement.
fn now(page: Page<'_>, scale: &Scale, bottom: f64, markup: &mut Markup) {
    let x = scale.x(page.basis.time);
    let at = point(x);
    markup.empty(
        "line",
        &[("class", "now"), ("x1", &at), ("x2", &at), ("y1", &point(TOP - 4.0)), ("y2", &point(bottom))],
    );
    let text = format!("{} {}", page.say("kiểm tra", "judged"), day(page.basis.time));
    let x = point(x.clamp(LABELS + 60.0, WIDTH - 64.0));
    markup.leaf("text", &[("class", "when"), ("x", &x), ("y", &point(bottom + 14.0))], &text);
}

fn legend(page: Page<'_>, y: f64, markup: &mut Markup) {
    let words = [
        ("claimed", page.say("thời điểm ký do người ký khai", "time claimed by the signer")),
        ("stamped", page.say("dấu thời gian", "time-stamp")),
        ("bar", page.say("chứng thư số còn hạn", "certificate valid")),
        ("proven", page.say("chữ ký chắc chắn đã có", "signature provably there")),
    ];
    let mut x = LABELS;
    markup.element("g", &[("class", "legend")], |markup| {
        for (kind, text) in words {
            let (left, middle) = (point(x), point(y));
            match kind {
                "claimed" => {
                    markup.empty("circle", &[("class", kind), ("cx", &point(x + 6.0)), ("cy", &middle), ("r", "5")]);
                }
                "stamped" => {
                    let path = format!("M{} {}l6 6-6 6-6-6z", point(x + 6.0), point(y - 6.0));
                    markup.empty("path", &[("class", kind), ("d", &path)]);
                }
                _ => {
                    let (height, top) = if kind == "bar" { ("10", y - 5.0) } else { ("4", y - 2.0) };
                    let top = point(top);
                    let bar = [("class", kind), ("x", &left), ("y", &top), ("width", "18"), ("height", height)];
                    markup.empty("rect", &bar);
                }
            }
            markup.leaf("text", &[("x", &point(x + 24.0)), ("y", &point(y + 4.0))], text);
            x += 44.0 + count(text.chars().count()) * 6.3;
        }
    });
}

/// Names in certificates may be of any length; the column isn't. Fonts differ: a rough measure with room to spare.
fn shortened(text: &str, capital: f64, other: f64) -> String {
    let mut width = 0.0;
    let wide = |c: char| if c.is_uppercase() { capital } else { other };
    let end = text.char_indices().find(|(_, c)| {
        width += wide(*c);
        width > LABELS - 26.0
    });
    match end {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

fn point(value: f64) -> String {
    format!("{value:.1}")
}

fn seconds(time: Timestamp) -> f64 {
    time.as_duration().as_secs_f64()
}

#[allow(clippy::cast_possible_truncation, reason = "seconds between two times of a report")]
fn whole(seconds: f64) -> i64 {
    seconds as i64
}

fn count(number: usize) -> f64 {
    number as f64
}
