//! Pages as the project's own renderer draws them, beside poppler's; and the process apart that does it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use kyso::Document;
use kyso_tests::picture::Picture;
use kyso_tests::shapes::writer::{file, stream};
use kyso_tests::shapes::{self, OWNER, USER};
use kyso_tests::{keys, signing, tool};
use kyso_view::{Apart, Care, Error, Pages};

const DPI: u32 = 100;

/// Share of the page that two renderers may draw differently. A page without its seal differs by ten times that.
const TOLERANCE: f64 = 0.001;
/// Pixels that are taken together, and how far their mean may be off, of 255: renderers round edges each in their own
/// way, by up to a pixel.
const CELL: u32 = 4;
const FAR: f64 = 80.0;

fn apart() -> Apart {
    Apart::program(tool::path(), &["draw-pages"])
}

fn as_picture(drawn: &kyso_view::Picture) -> Picture {
    Picture { width: drawn.width(), height: drawn.height(), pixels: drawn.rgb().to_vec() }
}

fn difference(one: &Picture, two: &Picture) -> f64 {
    assert_eq!((one.width, one.height), (two.width, two.height));
    let (one, two) = (cells(one), cells(two));
    one.iter().zip(&two).filter(|(a, b)| (**a - **b).abs() > FAR).count() as f64 / (one.len() / 3) as f64
}

/// The mean of each square of pixels, in each channel.
fn cells(picture: &Picture) -> Vec<f64> {
    let columns = (picture.width / CELL) as usize;
    let mut sums = vec![0.0; columns * (picture.height / CELL) as usize * 3];
    for (index, value) in picture.pixels.iter().enumerate() {
        let (pixel, channel) = (index as u32 / 3, index % 3);
        let (column, row) = ((pixel % picture.width / CELL) as usize, (pixel / picture.width / CELL) as usize);
        if column < columns
            && let Some(sum) = sums.get_mut((row * columns + column) * 3 + channel)
        {
            *sum += f64::from(*value) / f64::from(CELL * CELL);
        }
    }
    sums
}

fn sealed(bytes: &[u8]) -> Vec<u8> {
    let signed = signing::sign(bytes, &signing::leader_parameters(), &keys::signer(&keys::LEADER));
    signing::seal(&signed, &signing::seal_parameters(), &keys::signer(&keys::SEAL))
}

/// Fails with both pictures where they can be looked at.
fn demand_alike(name: &str, ours: &Picture, theirs: &Picture) {
    let difference = difference(ours, theirs);
    println!("{name}: {difference:.5}");
    if difference > TOLERANCE || std::env::var_os("KEEP_PICTURES").is_some() {
        let folder = std::env::temp_dir();
        ours.write(&folder.join(format!("kyso-view-{name}.png")));
        theirs.write(&folder.join(format!("kyso-view-{name}-poppler.png")));
    }
    assert!(difference <= TOLERANCE, "{name}: {:.2} % differ; see kyso-view-{name}*.png", difference * 100.0);
}

#[test]
fn pages_are_drawn_as_poppler_draws_them_with_signature_and_seal() {
    for shape in shapes::for_pictures() {
        let bytes = sealed(&shape.bytes);
        let ours = as_picture(&apart().picture(&bytes, None, 1, f64::from(DPI)).unwrap());
        demand_alike(shape.name, &ours, &Picture::of_page(&bytes, DPI));

        let signed = signing::sign(&shape.bytes, &signing::leader_parameters(), &keys::signer(&keys::LEADER));
        let unsealed = as_picture(&apart().picture(&signed, None, 1, f64::from(DPI)).unwrap());
        let seal = difference(&ours, &unsealed);
        println!("{}: seal {seal:.4}", shape.name);
        assert!(seal > 10.0 * TOLERANCE, "{}: the seal makes a difference of {seal:.4}", shape.name);

        let red = |[red, green, blue]: [u8; 3]| red > 140 && green < 110 && blue < 110;
        let blue = |[red, green, blue]: [u8; 3]| blue > 120 && red < 90 && green < 110;
        assert!(ours.bounds(red).is_some(), "{}: the seal isn't seen", shape.name);
        assert!(ours.bounds(blue).is_some(), "{}: the signature isn't seen", shape.name);
    }
}

#[test]
fn encrypted_files_are_drawn_with_their_password_and_not_without() {
    let plain = apart().picture(&shapes::plain(), None, 1, 72.0).unwrap();
    for file in shapes::encrypted(USER) {
        for password in [USER, OWNER] {
            let drawn = apart().picture(&file.bytes, Some(password), 1, 72.0);
            let drawn = drawn.unwrap_or_else(|error| panic!("{}, {password}: {error}", file.name));
            assert_eq!((drawn.width(), drawn.height()), (plain.width(), plain.height()), "{}", file.name);
            let difference = difference(&as_picture(&drawn), &as_picture(&plain));
            assert_eq!(difference, 0.0, "{}", file.name);
        }
        for wrong in [None, Some("sai")] {
            assert_eq!(apart().picture(&file.bytes, wrong, 1, 72.0), Err(Error::Locked), "{}", file.name);
        }
    }
}

/// Sizes as the library sees them, so that places on the picture are places on the page.
#[test]
fn a_picture_is_as_large_as_the_page_as_seen() {
    for shape in shapes::for_pictures() {
        let document = Document::parse(&shape.bytes).unwrap();
        let (width, height) = document.page(1).unwrap().size();
        let pages = Pages::open(shape.bytes.clone(), None).unwrap();
        assert_eq!(pages.count(), document.page_count().unwrap());
        let (seen_width, seen_height) = pages.size(1).unwrap();
        assert!((width - seen_width).abs() < 0.01 && (height - seen_height).abs() < 0.01, "{}", shape.name);
    }
}

#[test]
fn what_cannot_be_drawn_is_told_and_never_fatal() {
    let plain = shapes::plain();
    let ask = |bytes: &[u8], page, dpi| apart().picture(bytes, None, page, dpi).unwrap_err();
    assert_eq!(ask(b"no PDF", 1, 72.0), Error::Unreadable);
    assert_eq!(ask(b"", 1, 72.0), Error::Unreadable);
    let pages = Document::parse(&plain).unwrap().page_count().unwrap();
    assert_eq!(ask(&plain, 0, 72.0), Error::NoPage { page: 0, pages });
    assert_eq!(ask(&plain, pages + 1, 72.0), Error::NoPage { page: pages + 1, pages });
    assert_eq!(ask(&plain, 1, 5000.0), Error::Resolution);
    assert!(matches!(ask(&plain, 1, 1200.0), Error::TooManyPixels { .. }));
    assert!(matches!(
        Apart::program(PathBuf::from("none/such"), &[]).picture(&plain, None, 1, 72.0),
        Err(Error::Apart(_))
    ));
    // A program that says nothing of what it should.
    assert_eq!(Apart::program("/bin/true".into(), &[]).picture(&plain, None, 1, 72.0), Err(Error::Died));
}

/// One page that nobody can draw to its end: 10^9 squares, out of forms that call each other.
pub(crate) fn endless() -> Vec<u8> {
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 600 800]";
    let calls = "/F Do ".repeat(30);
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >> >>"
            .to_vec(),
        stream("", calls.as_bytes()),
    ];
    for next in 6..11 {
        objects.push(stream(&format!("{form} /Resources << /XObject << /F {next} 0 R >> >>"), calls.as_bytes()));
    }
    objects.push(stream(form, "0 0 600 800 re f ".repeat(70).as_bytes()));
    file(&objects)
}

#[test]
fn a_page_without_end_is_stopped() {
    let file = endless();
    assert_eq!(apart().picture(&file, None, 1, 72.0), Err(Error::TooMuchWork));
    for work in [1, 1_000_000] {
        assert_eq!(apart().work(work).picture(&file, None, 1, 72.0), Err(Error::TooMuchWork), "{work}");
        let seen = apart().work(work).codes(&file, None, &[1], Care::Quick);
        assert_eq!(seen[0].codes, Err(Error::TooMuchWork), "{work}");
    }
}

/// A page whose form 5 has this content, and is drawn so often.
fn repeated(content: &str, times: usize) -> Vec<u8> {
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 600 800]";
    let resources = "/Resources << /XObject << /F 6 0 R >> /Font << /T 7 0 R >> /Pattern << /P 8 0 R >> >>";
    file(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >> >>"
            .to_vec(),
        stream("", "/F Do ".repeat(times).as_bytes()),
        stream(&format!("{form} {resources}"), content.as_bytes()),
        stream(form, b""),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec(),
        stream(
            "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9 /Resources << >>",
            &b"q Q ".repeat(5_000),
        ),
    ])
}

/// What is done counts, not what is seen of it: the same page has the same answer, however fast the machine is.
#[test]
fn what_draws_nothing_is_work_too() {
    let letters = format!("BT 3 Tr /T 1 Tf 10 10 Td ({}) Tj ET ", "abcdefghij".repeat(200));
    for (what, content, times) in [
        ("letters that aren't seen", letters.repeat(50), 700),
        ("forms without content", "/F Do ".repeat(200), 1_000),
        ("states that are saved and put back", "q 1 0 0 1 0 0 cm 0.5 g Q ".repeat(5_000), 15_000),
        ("paths that aren't painted", format!("0 0 m {} n ", "1 1 l 2 2 3 3 4 4 c ".repeat(5_000)), 20_000),
        ("fonts that are named", "/T 1 Tf ".repeat(5_000), 5_000),
        ("patterns that are named", "/Pattern cs /P scn ".repeat(5_000), 5_000),
        ("patterns whose cells draw nothing", "/Pattern cs /P scn 0 0 99 99 re f ".repeat(200), 200),
    ] {
        let file = repeated(&content, times);
        assert_eq!(apart().codes(&file, None, &[1], Care::Quick)[0].codes, Err(Error::TooMuchWork), "{what}");
        assert_eq!(apart().picture(&file, None, 1, 72.0), Err(Error::TooMuchWork), "{what}");
        // Drawn once, it's a page like any other.
        assert_eq!(apart().codes(&repeated(&content, 1), None, &[1], Care::Quick)[0].codes, Ok(vec![]), "{what}");
    }
}

/// A program that takes everything and never answers.
#[test]
fn nobody_waits_longer_than_patience() {
    let silent = Apart::program("/bin/sleep".into(), &["600"]).patience(Duration::from_millis(300));
    let started = Instant::now();
    assert_eq!(silent.picture(&shapes::plain(), None, 1, 72.0), Err(Error::TimedOut));
    assert_eq!(silent.codes(&shapes::plain(), None, &[1], Care::Quick)[0].codes, Err(Error::TimedOut));
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
}
