//! Signing and verifying at 100 KB and 100 MB, beside the raw RSA-2048 operation and one SHA-256 pass of the same run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "a measurement panics where something is wrong"
)]

use std::hint::black_box;
use std::time::Duration;

use criterion::Criterion;
use kyso_benches::{document, hash, mean, raw_sign, raw_verify, sign, signed, signer, verify};
use kyso_tests::signing;

const SIZES: [(&str, usize); 2] = [("100KB", 100 << 10), ("100MB", 100 << 20)];

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(4))
        .without_plots()
        .configure_from_args();
    let (key, parameters, policy, raw) = (signer(), signing::leader_parameters(), signing::policy(), raw_sign());
    criterion.bench_function("raw sign", |bencher| bencher.iter(|| black_box(raw_sign())));
    criterion.bench_function("raw verify", |bencher| bencher.iter(|| assert!(raw_verify(black_box(&raw)))));
    for (name, size) in SIZES {
        let plain = document(size);
        let with_signature = signed(&plain);
        let mut bench = |what: &str, run: &mut dyn FnMut()| {
            criterion.bench_function(&format!("{what} {name}"), |bencher| bencher.iter(&mut *run));
        };
        bench("hash", &mut || drop(black_box(hash(black_box(&plain)))));
        bench("sign", &mut || drop(black_box(sign(black_box(&plain), &parameters, &key))));
        bench("verify", &mut || verify(black_box(&with_signature), &policy));
    }
    criterion.final_summary();
    ratios();
}

/// Sign and verify over what they can't do without: one hash and one raw operation.
fn ratios() {
    let (Some(raw_sign), Some(raw_verify)) = (mean("raw sign"), mean("raw verify")) else { return };
    println!(
        "\n{:<8} {:<8} {:>12} {:>12} {:>12} {:>14}",
        "file", "case", "took ms", "hash ms", "raw RSA ms", "ratio to both"
    );
    for (name, _) in SIZES {
        for (what, raw) in [("sign", raw_sign), ("verify", raw_verify)] {
            let (Some(took), Some(hash)) = (mean(&format!("{what} {name}")), mean(&format!("hash {name}"))) else {
                continue;
            };
            let ratio = took / (hash + raw);
            let ms = |ns: f64| ns / 1e6;
            println!("{name:<8} {what:<8} {:>12.3} {:>12.3} {:>12.3} {ratio:>14.2}", ms(took), ms(hash), ms(raw));
        }
    }
}
