//! Sample pictures of a signature and a seal: transparent, blue and red, drawn here with nothing of the library.

/// A blue stroke, 300 by 120 pixels.
pub fn signature() -> Vec<u8> {
    draw(300, 120, |x, y| {
        let wave = 60.0 + 35.0 * (x / 18.0).sin() * (1.0 - x / 400.0);
        ((y - wave).abs() < 4.0 && x > 10.0 && x < 290.0).then_some([16, 52, 166])
    })
}

/// Blue strokes that touch all four edges of a picture of this size.
pub fn signature_of(columns: u32, rows: u32) -> Vec<u8> {
    strokes_of(columns, rows, [16, 52, 166])
}

/// Strokes of any colour that touch all four edges of a picture of this size: a loop, and a line through it.
pub fn strokes_of(columns: u32, rows: u32, ink: [u8; 3]) -> Vec<u8> {
    let (wide, high) = (f64::from(columns), f64::from(rows));
    draw(columns, rows, |x, y| {
        let (across, up) = ((2.0 * x / wide - 1.0), (2.0 * y / high - 1.0));
        let loop_ = (across * across + up * up).sqrt();
        let line = (up - 0.6 * (6.0 * across).sin()).abs() < 0.08;
        ((0.94..1.0).contains(&loop_) || (line && loop_ < 1.0)).then_some(ink)
    })
}

/// A red ring with a bar, 240 by 240 pixels.
pub fn seal() -> Vec<u8> {
    draw(240, 240, |x, y| {
        let radius = ((x - 120.0).powi(2) + (y - 120.0).powi(2)).sqrt();
        let ring = (105.0..118.0).contains(&radius) || (80.0..84.0).contains(&radius);
        (ring || (y - 120.0).abs() < 6.0 && radius < 60.0).then_some([200, 16, 28])
    })
}

fn draw(width: u32, height: u32, ink: impl Fn(f64, f64) -> Option<[u8; 3]>) -> Vec<u8> {
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let pixel = ink(f64::from(x) + 0.5, f64::from(y) + 0.5);
            pixels.extend(pixel.map_or([0; 4], |[red, green, blue]| [red, green, blue, 255]));
        }
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    out
}
