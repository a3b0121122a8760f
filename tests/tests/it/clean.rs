//! `kyso image clean`: from scans and photos to pictures that sign and seal.

use std::fs;
use std::path::Path;

use kyso_tests::folder::Folder;
use kyso_tests::ink_scans::{self, BLACK, BLUE, GREY, Ink, RED, Scan};
use kyso_tests::{keys, shapes};

const DPI: f64 = 300.0;
const SIZE: (u32, u32) = (560, 360);

fn signature(ink: Ink) -> Scan {
    let (width, height) = (f64::from(SIZE.0), f64::from(SIZE.1));
    ink_scans::scan(SIZE.0, SIZE.1, move |x, y| if ink_scans::stroke(x, y, width, height) { vec![ink] } else { vec![] })
}

/// A seal of 36 mm in the middle, perhaps over a signature.
fn seal(ink: Ink, under: Option<Ink>) -> Scan {
    ink_scans::scan(520, 520, move |x, y| {
        let written = under.filter(|_| ink_scans::stroke(x, y, 640.0, 520.0));
        let stamped = ink_scans::seal(x - 260.0, y - 260.0, 36.0 / 25.4 * DPI).then_some(ink);
        written.into_iter().chain(stamped).collect()
    })
}

/// Cleans and gives the width that was printed, in millimetres.
fn cleaned(desk: &Folder, scan: &str, to: &str, rest: &str) -> (f64, String) {
    let said = desk.run(&format!("image clean {scan} -o {to} {rest}")).demand(0).stdout;
    if let Some(folder) = std::env::var_os("KEEP_PICTURES") {
        fs::copy(desk.path(scan), Path::new(&folder).join(format!("{to}-from-{scan}"))).unwrap();
        fs::copy(desk.path(to), Path::new(&folder).join(to)).unwrap();
    }
    let width = said.split("--image-width-mm ").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
    (width, said)
}

#[test]
fn scans_of_every_pen_and_stamp_sign_and_seal() {
    let desk = Folder::new();
    desk.write("in.pdf", shapes::plain()).write("pass", "x");
    desk.write("leader.p12", keys::LEADER.pkcs12("x").unwrap()).write("seal.p12", keys::SEAL.pkcs12("x").unwrap());
    desk.write("root.pem", keys::PKI.root_pem().unwrap());
    for (pen, ink) in [("blue", BLUE), ("black", BLACK), ("grey", GREY)] {
        desk.write(&format!("{pen}.png"), signature(ink).png(Some(DPI)));
        desk.write(&format!("{pen}.jpg"), signature(ink).jpeg(300, 60));
        for kind in ["png", "jpg"] {
            let clean = format!("{pen}-{kind}.png");
            let (width, said) = cleaned(&desk, &format!("{pen}.{kind}"), &clean, "--as signature");
            assert!((width - 448.0 / DPI * 25.4).abs() < 1.0, "{pen} {kind}: {said}");
            assert!(said.contains(" mm, cao ") && said.contains(','), "{said}");
            assert_eq!(said.contains("không phải màu xanh"), pen != "blue", "{said}");
            let out = format!("{pen}-{kind}.pdf");
            let place = "--page 1 --rect 300,100,200,100";
            let line = format!(
                "sign in.pdf -o {out} --p12 leader.p12 --pass-file pass --image {clean} --image-width-mm {width} {place}"
            );
            assert_eq!(desk.run(&line).code, Some(0), "{}", desk.run(&line).stderr);
        }
    }
    let stamps =
        [("red", RED, None), ("copy", BLACK, None), ("crossed", RED, Some(BLUE)), ("over-black", RED, Some(BLACK))];
    for (name, ink, under) in stamps {
        desk.write(&format!("{name}.png"), seal(ink, under).png(Some(DPI)));
        desk.write(&format!("{name}.jpg"), seal(ink, under).jpeg(300, 70));
        for kind in ["png", "jpg"] {
            let clean = format!("{name}-{kind}.png");
            let (width, said) = cleaned(&desk, &format!("{name}.{kind}"), &clean, "--as seal");
            assert!((width - 36.0).abs() < 0.5, "{name} {kind}: {said}");
            assert_eq!(said.contains("không phải màu đỏ"), name == "copy", "{said}");
            assert_eq!(said.contains("chỉ giữ mực đỏ"), under.is_some(), "{said}");
            let out = format!("{name}-{kind}.pdf");
            let line = format!(
                "seal blue-png.pdf -o {out} --p12 seal.p12 --pass-file pass --trust root.pem --image {clean} --image-width-mm {width}"
            );
            assert_eq!(desk.run(&line).code, Some(0), "{}", desk.run(&line).stderr);
            let verified = desk.run(&format!("verify --trust root.pem {out}"));
            assert_eq!(verified.code, Some(0), "{}", verified.stdout);
        }
    }
}

#[test]
fn the_size_comes_from_the_file_or_from_whoever_measured_it() {
    let desk = Folder::new();
    desk.write("unknown.png", seal(RED, None).png(None)).write("screen.png", seal(RED, None).png(Some(72.0)));
    for scan in ["unknown.png", "screen.png"] {
        let said = desk.run(&format!("image clean {scan} -o out.png --as seal"));
        assert_eq!(said.code, Some(64));
        assert!(said.stderr.contains("--width-mm") && said.stderr.contains("thước"), "{}", said.stderr);
        assert!(!desk.path("out.png").exists());
    }
    assert!((cleaned(&desk, "unknown.png", "a.png", "--as seal --dpi 300").0 - 36.0).abs() < 0.5);
    let (width, said) = cleaned(&desk, "unknown.png", "b.png", "--as seal --width-mm 34");
    assert_eq!(width, 34.0);
    assert!(said.contains("rộng 34,0 mm"), "{said}");
    let english = desk.run("--lang en image clean unknown.png -o c.png --as seal --width-mm 34").stdout;
    assert!(english.contains("34.0 mm wide"), "{english}");

    // A phone's photo: JFIF says 300 dpi, Exif that a camera took it, lying on its side.
    let mut photo = seal(RED, None).jpeg(300, 80);
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
    exif.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]);
    exif.extend([0x25, 0x88, 4, 0, 1, 0, 0, 0, 0x20, 0, 0, 0]);
    exif.extend([0; 8]);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    photo.splice(2..2, [&[0xff, 0xe1][..], &length, &exif].concat());
    desk.write("photo.jpg", photo);
    let said = desk.run("image clean photo.jpg -o out.png --as seal");
    assert_eq!(said.code, Some(64));
    assert!(said.stderr.contains("ảnh chụp"), "{}", said.stderr);
    assert_eq!(cleaned(&desk, "photo.jpg", "d.png", "--as seal --width-mm 36").0, 36.0);
}

#[test]
fn what_cannot_become_a_picture_is_refused_with_the_reason() {
    let desk = Folder::new();
    let blank = ink_scans::scan(400, 300, |_, _| Vec::new());
    desk.write("blank.png", blank.png(Some(DPI))).write("blank.jpg", blank.jpeg(300, 50));
    desk.write("text.png", "không phải hình").write("seal.png", seal(RED, None).png(Some(DPI)));
    desk.write("cut.jpg", &seal(RED, None).jpeg(300, 80)[..900]);
    for (line, reason) in [
        ("blank.png --as seal", "Không tìm thấy nét mực"),
        ("blank.jpg --as signature", "Không tìm thấy nét mực"),
        ("text.png --as seal", "không phải JPEG hoặc PNG"),
        ("none.png --as seal", "không có tệp"),
        ("seal.png --as seal --dpi 100", "quá thô"),
        ("seal.png --as seal --width-mm 80", "quá thô"),
        ("seal.png --as seal --width-mm 300", "đo bằng thước"),
        ("seal.png --as seal --dpi 9000", "đo bằng thước"),
    ] {
        let said = desk.run(&format!("image clean -o out.png {line}"));
        assert_eq!(said.code, Some(64), "{line}: {}{}", said.stdout, said.stderr);
        assert!(said.stderr.contains(reason), "{line}: {}", said.stderr);
        assert!(!desk.path("out.png").exists(), "{line}");
    }
    // Half a JPEG is read as far as it goes by some decoders; it must never be more than refused or little ink.
    let said = desk.run("image clean cut.jpg -o cut.png --as seal");
    assert!(matches!(said.code, Some(0 | 64)), "{}", said.stderr);
    assert_eq!(desk.run("image clean seal.png -o seal.png --as seal").code, Some(64), "never over its input");
}
