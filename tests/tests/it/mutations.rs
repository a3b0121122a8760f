//! No bytes make the library panic, hang, or pass what it shouldn't.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kyso::appearance::InkImage;
use kyso::{Document, Role};
use kyso_testpki::KeyType;
use kyso_tests::mutations::Mutator;
use kyso_tests::{forge, keys, samples, shapes, signing};

/// Broken copies in all.
const MUTANTS: usize = 24_000;
/// The longest that one may take, on a slow machine without optimisation.
const LONGEST: Duration = Duration::from_secs(5);

#[test]
fn no_mutant_panics_or_hangs() {
    let mut seeds = Vec::new();
    for shape in shapes::all() {
        let sealed = signing::signed_and_sealed(&shape.bytes);
        seeds.push((shape.name.to_owned(), shape.bytes));
        seeds.push((format!("{} sealed", shape.name), sealed));
    }
    for file in shapes::encrypted("") {
        let sealed = signing::signed_and_sealed(&file.bytes);
        seeds.push((file.name.clone(), file.bytes));
        seeds.push((format!("{} sealed", file.name), sealed));
    }
    let signer = keys::signer(&keys::leader(KeyType::P256));
    let (parameters, policy) = (signing::leader_parameters(), signing::policy());
    let (read, signed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    run(&seeds, MUTANTS, |bytes| {
        let _ = kyso::verify(bytes, &policy);
        if let Ok(document) = Document::parse(bytes) {
            read.fetch_add(1, Ordering::Relaxed);
            let _ = document.page(1).and_then(|page| page.content(&document));
            if kyso::sign(&document, &signer, &parameters, &kyso::SigningOptions::default()).is_ok() {
                signed.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    let (read, signed) = (read.into_inner(), signed.into_inner());
    println!("{read} were still read, {signed} still signed");
    assert!(read > MUTANTS / 4 && signed > MUTANTS / 20, "the mutants are too broken to show anything");
}

/// The CMS alone, broken and put back: deeper than mutations of the file get.
#[test]
fn no_mutant_of_a_cms_panics_or_hangs() {
    let original = shapes::plain();
    let issuer = keys::PKI.issuing_der().unwrap();
    let mut seeds = Vec::new();
    let mut file = Vec::new();
    for key in [KeyType::Rsa(2048), KeyType::P256, KeyType::Ed25519] {
        file = signing::sign(&original, &signing::parameters(Role::Leader), &keys::signer(&keys::leader(key)));
        let hole = forge::signatures(&file).remove(0).hole();
        let der = (hole.start..hole.end)
            .step_by(2)
            .map(|at| u8::from_str_radix(std::str::from_utf8(&file[at..at + 2]).unwrap(), 16).unwrap());
        seeds.push((format!("CMS {key:?}"), der.collect()));
    }
    let signature = forge::signatures(&file).remove(0);
    let covered = signature.covered(&file);
    seeds.push(("CMS by OpenSSL".to_owned(), forge::cms_without_ess(&covered, &keys::LEADER, &issuer)));
    let policy = signing::policy();
    let hole = signature.hole();
    run(&seeds, 8000, |cms| {
        let fits = &cms[..cms.len().min(hole.len() / 2)];
        let _ = kyso::verify(&forge::with_contents(&file, hole.clone(), fits), &policy);
    });
}

#[test]
fn no_mutant_of_a_certificate_or_picture_panics_or_hangs() {
    let certificate = keys::LEADER.certificate_der.clone();
    run(&[("certificate".to_owned(), certificate)], 4000, |der| {
        let _ = kyso::pki::Certificate::parse(der);
    });
    let pictures = [("signature".to_owned(), samples::signature()), ("seal".to_owned(), samples::seal())];
    run(&pictures, 2000, |png| {
        let _ = InkImage::signature(png, signing::SIGNATURE_MM);
        let _ = InkImage::seal(png, signing::SEAL_MM);
    });
}

/// Runs `exercise` on broken copies of the seeds, on both cores, and names each that panics or takes too long.
fn run(seeds: &[(String, Vec<u8>)], mutants: usize, exercise: impl Fn(&[u8]) + Sync) {
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let one = |number: usize| {
        let (name, seed) = &seeds[number % seeds.len()];
        let mutant = Mutator::new(number as u64).mutate(seed);
        let started = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| exercise(&mutant)));
        let took = started.elapsed();
        let fault = match outcome {
            Err(_) => "panicked".to_owned(),
            Ok(()) if took > LONGEST => format!("took {took:?}"),
            Ok(()) => return None,
        };
        let kept = std::env::temp_dir().join(format!("kyso-mutant-{number}.pdf"));
        std::fs::write(&kept, &mutant).unwrap();
        Some(format!("{name}, mutant {number}: {fault}; kept at {}", kept.display()))
    };
    let faults: Vec<String> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|thread| scope.spawn(move || (thread..mutants).step_by(threads).filter_map(&one).collect::<Vec<_>>()))
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    println!("{mutants} mutants of {} files", seeds.len());
    assert!(faults.is_empty(), "{} of {mutants}:\n{}", faults.len(), faults.join("\n"));
}
