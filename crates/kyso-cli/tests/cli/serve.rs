//! `kyso serve` and `kyso token new`.

use kyso_tests::folder::Outcome;
use kyso_tests::http::Request;
use kyso_tests::service::Running;
use kyso_tests::ward::Ward;

/// Makes a token: its secret, and the lines of the configuration.
fn token(ward: &Ward, role: &str) -> (String, String) {
    let Outcome { stdout, .. } = ward.run(&format!("token new --name nguoi-\"doc\" --role {role}")).demand(0);
    let lines = stdout.lines().collect::<Vec<_>>();
    let configuration = lines.iter().position(|line| *line == "[[token]]").unwrap();
    (lines[1].to_owned(), lines[configuration..].join("\n"))
}

#[test]
fn a_token_is_shown_once_and_kept_as_a_hash() {
    let ward = Ward::new();
    let (secret, configuration) = token(&ward, "reader");
    let table: toml::Table = configuration.parse().unwrap();
    assert_eq!(table["token"][0]["name"].as_str(), Some("nguoi-\"doc\""));
    assert_eq!(table["token"][0]["role"].as_str(), Some("reader"));
    assert_eq!(table["token"][0]["sha256"].as_str().map(str::len), Some(64));
    assert!(!configuration.contains(&secret));
    assert_ne!(token(&ward, "reader").0, secret);
    ward.run("token new --name a --role admin").demand(64).told("leader, clerk, reader");
}

#[test]
fn the_service_says_where_it_is_and_stops_when_told() {
    let ward = Ward::new();
    let (_, configuration) = token(&ward, "reader");
    ward.write("kyso.toml", format!("listen = \"127.0.0.1:0\"\ndata_dir = \"du-lieu\"\n\n{configuration}\n"));
    ward.run("serve --config kyso.toml").demand(6).told("kyso archive init");
    ward.run("archive init --archive du-lieu").demand(0);
    let service = Running::start(&ward.path(""));
    assert_eq!(Request::new("GET", "/healthz").send(service.address).status, 200);
    assert_eq!(service.terminate().0, Some(0));
}

#[test]
fn a_wrong_configuration_ends_with_64_and_a_taken_port_with_6() {
    let ward = Ward::new();
    ward.run("serve --config khong-co.toml").demand(64).told("khong-co.toml");
    ward.write("sai.toml", "data_dir = \"d\"\nnonsense = 1\n");
    ward.run("serve --config sai.toml").demand(64).told("sai.toml");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    ward.run("archive init --archive d").demand(0);
    ward.write("cong.toml", format!("listen = \"{address}\"\ndata_dir = \"d\"\n"));
    ward.run("serve --config cong.toml").demand(6).told(&address.to_string());
}
