//! What it costs that signing asks whether its result will verify: signing as it's shipped, beside signing without that
//! question, and the command's reading back of what it wrote; in one run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "a measurement panics where something is wrong"
)]

use std::hint::black_box;
use std::time::Duration;

use criterion::Criterion;
use kyso::{Document, PrivateKeySigner, Role, SignatureParameters, SigningOptions};
use kyso_benches::{document, mean, signer};
use kyso_tests::signing;

const SIZES: [(&str, usize); 3] = [("1KB", 1 << 10), ("100KB", 100 << 10), ("7MB", 7 << 20)];

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .without_plots()
        .configure_from_args();
    let key = signer();
    let kinds = [("invisible", signing::parameters(Role::Leader)), ("visible", signing::leader_parameters())];
    for (size, bytes) in SIZES {
        let file = document(bytes);
        for (kind, parameters) in &kinds {
            let mut bench = |what: &str, run: &mut dyn FnMut()| {
                criterion.bench_function(&format!("{what} {size} {kind}"), |bencher| bencher.iter(&mut *run));
            };
            bench("unjudged", &mut || drop(black_box(signing::sign_unjudged(black_box(&file), parameters, &key))));
            bench("judged", &mut || drop(black_box(signing::sign(black_box(&file), parameters, &key))));
            bench("read back", &mut || drop(black_box(read_back(black_box(&file), parameters, &key))));
        }
    }
    criterion.final_summary();
    println!(
        "\n{:<8} {:<10} {:>12} {:>10} {:>8} {:>14} {:>8}",
        "file", "", "unjudged ms", "judged ms", "ratio", "read back ms", "ratio"
    );
    for (size, _) in SIZES {
        for (kind, _) in &kinds {
            let of = |what: &str| mean(&format!("{what} {size} {kind}")).map(|nanoseconds| nanoseconds / 1e6);
            let (Some(bare), Some(judged), Some(whole)) = (of("unjudged"), of("judged"), of("read back")) else {
                continue;
            };
            let (judging, all) = (judged / bare, whole / bare);
            println!("{size:<8} {kind:<10} {bare:>12.3} {judged:>10.3} {judging:>8.2} {whole:>14.3} {all:>8.2}");
        }
    }
}

/// Signed, and read back as the command reads what it wrote.
fn read_back(bytes: &[u8], parameters: &SignatureParameters, key: &PrivateKeySigner) -> Vec<u8> {
    let document = Document::parse(bytes).expect("a PDF");
    let signed = kyso::sign(&document, key, parameters, &SigningOptions::default()).expect("a signature");
    let whole = signed.tail.after(bytes);
    kyso::demand_valid_output(&document, &signed, &whole).expect("a signature that holds");
    whole
}
