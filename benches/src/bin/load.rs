//! Asks a running service for signatures over kept-alive connections and measures how long each answer takes.
//!
//! `load HOST:PORT SECRET KEY CONNECTIONS SECONDS BYTES [sign|seal-too]` prints one line of JSON: answers, refusals, seconds, and
//! percentiles of the time to the last byte of an answer, in milliseconds. Each request has a document and an Idempotency-Key of
//! its own. The client does nothing with an answer but count its bytes, so that nearly all processor time is the service's.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a measurement panics where something is wrong"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Barrier;
use std::time::{Duration, Instant};

const BOUNDARY: &str = "kyso-7MA4YWxkTrZu0gW";
/// What each document and each key has of its own: as many digits.
const MARK: &str = "0000000000000000";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, secret, key, connections, seconds, bytes] = arguments.as_slice() else {
        panic!("usage: load HOST:PORT SECRET KEY CONNECTIONS SECONDS BYTES");
    };
    let connections: usize = connections.parse().unwrap();
    let length = Duration::from_secs_f64(seconds.parse().unwrap());
    let request = Request::new(secret, key, bytes.parse().unwrap());
    let barrier = Barrier::new(connections);
    let run = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    let begun = Instant::now();
    let told: Vec<(Vec<Duration>, u64)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..connections)
            .map(|number| {
                let (request, barrier) = (request.clone(), &barrier);
                scope.spawn(move || client(address, request, barrier, length, number, run))
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    let took = begun.elapsed().as_secs_f64();
    let refused: u64 = told.iter().map(|(_, refused)| refused).sum();
    let mut times: Vec<Duration> = told.into_iter().flat_map(|(times, _)| times).collect();
    times.sort();
    let at = |share: f64| {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "figures of a benchmark"
        )]
        let index = ((times.len() as f64 * share).ceil() as usize).clamp(1, times.len().max(1)) - 1;
        times.get(index).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    };
    println!(
        "{}",
        serde_json::json!({
            "connections": connections, "answers": times.len(), "refused": refused, "seconds": took,
            "p50": at(0.5), "p90": at(0.9), "p99": at(0.99), "most": at(1.0),
        })
    );
}

/// A request whose document and key are told apart by digits at known places.
#[derive(Clone)]
struct Request {
    bytes: Vec<u8>,
    places: Vec<usize>,
}

impl Request {
    fn new(secret: &str, key: &str, size: usize) -> Self {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n");
        let tail = format!(
            "\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"parameters\"\r\n\r\n{{\"key\":\"{key}\"}}\r\n--{BOUNDARY}--\r\n"
        );
        let form = [head.as_bytes(), &document(size), tail.as_bytes()].concat();
        let lines = format!(
            "POST /api/v1/sign HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {secret}\r\nIdempotency-Key: load-{MARK}\r\n\
             Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {}\r\n\r\n",
            form.len()
        );
        let bytes = [lines.as_bytes(), &form].concat();
        let mark = MARK.as_bytes();
        let places = (0..bytes.len() - mark.len()).filter(|at| bytes[*at..].starts_with(mark)).collect();
        Self { bytes, places }
    }

    fn number(&mut self, number: u64) {
        let digits = format!("{number:016x}");
        for place in &self.places {
            self.bytes[*place..*place + digits.len()].copy_from_slice(digits.as_bytes());
        }
    }
}

/// Asks until the time is over: how long each answer took, and how many weren't `201`.
fn client(
    address: &str,
    mut request: Request,
    barrier: &Barrier,
    length: Duration,
    number: usize,
    run: u128,
) -> (Vec<Duration>, u64) {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::with_capacity(256 << 10, stream.try_clone().unwrap());
    let mut writer = stream;
    let (mut times, mut refused, mut asked) = (Vec::new(), 0, 0_u64);
    // No two runs and no two clients have a number in common.
    #[allow(clippy::cast_possible_truncation, reason = "figures of a benchmark")]
    let first = (run as u64) ^ ((number as u64) << 40);
    barrier.wait();
    let begun = Instant::now();
    while begun.elapsed() < length {
        request.number(first.wrapping_add(asked));
        asked += 1;
        let sent = Instant::now();
        writer.write_all(&request.bytes).unwrap();
        match answer(&mut reader) {
            201 => times.push(sent.elapsed()),
            _ => refused += 1,
        }
    }
    (times, refused)
}

/// Reads an answer to its end; its status.
fn answer(reader: &mut BufReader<TcpStream>) -> u16 {
    let (mut line, mut length, mut status) = (String::new(), 0_u64, 0);
    loop {
        line.clear();
        assert!(reader.read_line(&mut line).unwrap() > 0, "the service hung up");
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(code) = line.strip_prefix("HTTP/1.1 ") {
            status = code[..3].parse().unwrap();
        } else if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap();
        }
    }
    let read = std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink()).unwrap();
    assert_eq!(read, length);
    status
}

/// A PDF of one page with a picture of noise, about `size` bytes long.
fn document(size: usize) -> Vec<u8> {
    let side = size.saturating_sub(800).isqrt().max(1);
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed.to_le_bytes()[3]
    })
    .take(side * side)
    .collect();
    let text = format!("q 400 0 0 400 60 200 cm /I Do Q BT /F1 12 Tf 60 700 Td (KYSO {MARK}) Tj ET");
    let picture = format!(
        "<< /Type /XObject /Subtype /Image /Width {side} /Height {side} /ColorSpace /DeviceGray /BitsPerComponent 8 /Length {} >>\nstream\n",
        noise.len()
    );
    let objects: [Vec<u8>; 6] = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> /XObject << /I 6 0 R >> >> >>"
            .to_vec(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()).into_bytes(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec(),
        [picture.as_bytes(), &noise, b"\nendstream"].concat(),
    ];
    let (mut pdf, mut offsets) = (b"%PDF-1.7\n".to_vec(), Vec::new());
    for (index, object) in objects.iter().enumerate() {
        offsets.push(pdf.len());
        pdf.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
        pdf.extend_from_slice(object);
        pdf.extend_from_slice(b"\nendobj\n");
    }
    let start = pdf.len();
    let lines: String = offsets.iter().map(|offset| format!("{offset:010} 00000 n \n")).collect();
    let end = format!(
        "xref\n0 7\n0000000000 65535 f \n{lines}trailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    );
    pdf.extend_from_slice(end.as_bytes());
    pdf
}
