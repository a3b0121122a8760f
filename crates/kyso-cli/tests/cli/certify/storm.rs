//! Processes that die, and processes that race: a request has one number, and no number is missing.

use std::collections::{BTreeMap, HashSet};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kyso_tests::tool;

use super::{Office, signature};

const ROUNDS: u32 = 20;

fn start(office: &Office, request: &str, output: &str) -> Command {
    let mut command = tool::kyso();
    command.current_dir(office.0.path("")).stdout(Stdio::null()).stderr(Stdio::null());
    command.args(["certify", request, "-o", output, "--agency", "agency.toml", "--archive", "so", "--by", "Mẫu"]);
    command.args(["--allow-draft", "--document", "ket-qua.pdf"]);
    command
}

/// Request -> its ordinals.
fn numbers(office: &Office) -> BTreeMap<String, Vec<u64>> {
    let mut numbers: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for entry in office.entries() {
        let request = entry["row"]["document"].as_str().unwrap().to_owned();
        numbers.entry(request).or_default().push(entry["number"]["ordinal"].as_u64().unwrap());
    }
    numbers
}

#[test]
fn killed_at_any_moment_and_run_again() {
    let office = Office::new(&signature());
    let request = |round: u32| {
        let request = signature().replace("Giấy ủy quyền", &format!("Giấy ủy quyền {round}"));
        request.replace("-0042", &format!("-{round:04}"))
    };
    office.0.write("0.toml", request(0));
    let begun = Instant::now();
    assert!(start(&office, "0.toml", "0.pdf").status().unwrap().success());
    let mut whole = begun.elapsed().as_micros();
    let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().subsec_nanos();
    println!("seed {seed}");
    let mut died = 0;
    for round in 1..=ROUNDS {
        let (toml, pdf) = (format!("{round}.toml"), format!("{round}.pdf"));
        office.0.write(&toml, request(round));
        let mut child = start(&office, &toml, &pdf).spawn().unwrap();
        // Somewhere in its slice of the whole time, so that every part of the work is met.
        let part = u128::from(round - 1) * 1000 + u128::from(seed.wrapping_mul(round) % 1000);
        std::thread::sleep(Duration::from_micros(u64::try_from(whole * part / (u128::from(ROUNDS) * 1000)).unwrap()));
        child.kill().unwrap();
        died += u32::from(!child.wait().unwrap().success());
        // What is there is whole, or isn't there.
        if office.0.path(&pdf).exists() {
            office.0.run(&format!("inspect {pdf}")).demand(0);
        }
        let begun = Instant::now();
        assert!(start(&office, &toml, &pdf).arg("--force").status().unwrap().success());
        // On a machine that was busy at first, later ones end sooner.
        whole = whole.min(begun.elapsed().as_micros());
        office.0.run(&format!("inspect {pdf}")).demand(0);
    }
    assert!(died > ROUNDS / 2, "{died} died");
    let numbers = numbers(&office);
    assert!(numbers.values().all(|ordinals| ordinals.len() == 1), "{numbers:?}");
    let ordinals: HashSet<u64> = numbers.values().flatten().copied().collect();
    assert_eq!(ordinals, (1..=u64::from(ROUNDS) + 1).collect());
    office.demand_numbers(ROUNDS as usize + 1);
}

#[test]
fn two_at_once_for_one_request_share_its_number() {
    let office = Office::new(&signature());
    let mut children: Vec<_> = (0..4).map(|_| start(&office, "request.toml", "ket.pdf").spawn().unwrap()).collect();
    let ended = children.iter_mut().map(|child| child.wait().unwrap().success()).collect::<Vec<_>>();
    // Those who come too late find the file that is there: theirs isn't put over it.
    assert_eq!(ended.iter().filter(|ended| **ended).count(), 1, "{ended:?}");
    office.demand_numbers(1);
    // The file that is there is the one that the register knows.
    office.finish(&["NguoiTiepNhan", "NguoiChungThuc", "ConDau"]);
    let issue = "register issue 1 --register CK --file ConDau.pdf --trust root.pem --by Mẫu --archive so";
    office.0.run(issue).demand(0);
}
