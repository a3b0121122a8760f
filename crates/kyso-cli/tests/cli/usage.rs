//! The command line itself.

use kyso_tests::folder::{Outcome, kyso_in as kyso};

fn run(arguments: &[&str]) -> Outcome {
    Outcome::of(kyso(&std::env::temp_dir()).args(arguments))
}

#[test]
fn mistakes_end_with_64_and_are_told_in_vietnamese() {
    let told = |arguments: &[&str], text: &str| {
        let outcome = run(arguments).demand(64).told(text).told("kyso --help");
        assert_eq!(outcome.stdout, "");
    };
    told(&[], "thiếu lệnh");
    told(&["ky"], "không có lệnh ky");
    told(&["verify"], "thiếu <FILE>.");
    told(&["verify", "--nonsense", "x.pdf"], "không có tham số --nonsense");
    told(&["verify", "--format", "pdf", "x.pdf"], "chỉ nhận: text, json, xml, html");
    told(&["verify", "--at", "hôm qua", "x.pdf"], "giá trị hôm qua của --at <RFC3339> không đúng");
    told(&["sign", "x.pdf", "--p12", "k"], "thiếu --output <OUT>");
    told(&["sign", "x.pdf", "-o", "y.pdf"], "thiếu --p12 <FILE> (hoặc --key và --cert)");
    told(&["sign", "x.pdf", "-o", "y.pdf", "--p12", "k", "--key", "k", "--cert", "c"], "không dùng");
    told(&["sign", "x.pdf", "-o", "y.pdf", "--key", "k"], "thiếu --cert <FILE>");
    told(&["sign", "x.pdf", "-o", "y.pdf", "--p12", "k", "--page", "1"], "thiếu --rect");
    told(&["sign", "x.pdf", "-o", "y.pdf", "--p12", "k", "--page", "1", "--rect", "1,2,3"], "X,Y,W,H");
    told(&["sign", "x.pdf", "-o", "y.pdf", "--p12", "k", "--image", "i.png"], "thiếu --image-width-mm");
    told(&["sign", "x.pdf", "-o", "y.pdf", "--p12", "k", "--certify", "4"], "--certify");
    told(&["sign", "x.pdf", "-o", "y.pdf", "--p12", "k", "--copy", "SAO Y"], "thiếu --agency");
    told(&["sign", "x.pdf", "-o", "y.pdf", "--p12", "k", "--pass", "bí mật"], "không có tham số --pass");
    told(&["token"], "thiếu lệnh");
    told(&["serve"], "thiếu --config <FILE>");
}

#[test]
fn english_is_spoken_on_request() {
    run(&["--lang", "en", "verify"]).demand(64).told("Error: <FILE> is missing.");
    run(&["verify", "--lang=en", "--nonsense"]).demand(64).told("there is no argument --nonsense");
    run(&["--lang", "fr", "verify", "x"]).demand(64).told("--lang");
}

#[test]
fn help_is_asked_for_and_given() {
    let help = run(&["--help"]).demand(0);
    assert!(help.stdout.contains("Cách dùng: kyso") && help.stdout.contains("Lệnh:"), "{}", help.stdout);
    let english = run(&["--lang", "en", "seal", "--help"]).demand(0);
    assert!(english.stdout.contains("Usage: kyso seal") && english.stdout.contains("--allow-unsigned"));
    assert!(!english.stdout.contains("possible values"), "{}", english.stdout);
    run(&["--version"]).demand(0).told(env!("CARGO_PKG_VERSION"));
}
