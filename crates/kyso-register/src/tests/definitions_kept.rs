//! The definitions in use are kept with the numbers: a change that would change what was given out is refused.

use kyso::Language;
use kyso_words::Words;

use super::*;

const OURS: &str = include_str!("../../data/registers.toml");

/// A register with a transaction of 2025, one of 2026, and a copy.
async fn used() -> (tempfile::TempDir, Register) {
    let (directory, register) = new().await;
    allot(&register, &dated("GD", "a", date(2025, 10, 31))).await;
    allot(&register, &dated("GD", "b", date(2026, 3, 4))).await;
    allot(&register, &request("BS", "c")).await;
    (directory, register)
}

async fn opened(directory: &tempfile::TempDir, definitions: &str) -> Result<Register, Error> {
    std::fs::write(directory.path().join("registers.toml"), definitions).unwrap();
    Register::open(directory.path()).await.map(|register| register.with_clock_confirmed())
}

fn without(code: &str) -> String {
    let parts = OURS.split("[[register]]").collect::<Vec<_>>();
    let code = format!("\ncode = \"{code}\"\n");
    parts.into_iter().filter(|part| !part.starts_with(&code)).collect::<Vec<_>>().join("[[register]]")
}

#[tokio::test]
async fn a_change_of_what_was_given_out_is_refused() {
    let (directory, _register) = used().await;
    let symbol = |symbol: &str, last: Date, now: &str| Redefined::Symbol {
        register: "GD".into(),
        symbol: symbol.into(),
        last,
        now: Some(now.into()),
    };
    let moved = Redefined::Moved { symbol: "SCT/HĐ,GD".into(), from: "GD".into(), to: "HDGD".into() };
    for (definitions, wanted) in [
        (OURS.replace("code = \"GD\"", "code = \"HDGD\""), moved),
        (without("GD"), Redefined::Gone { register: "GD".into() }),
        (
            OURS.replace("columns = \"transactions\"", "columns = \"copies\""),
            Redefined::Columns { register: "GD".into() },
        ),
        (OURS.replace("\"SCT/GD\"", "\"SCT/XY\""), symbol("SCT/GD", date(2026, 3, 4), "SCT/XY")),
        (OURS.replace("\"2025-11-01\"", "\"2026-11-01\""), symbol("SCT/GD", date(2026, 3, 4), "SCT/HĐ,GD")),
        (OURS.replace("\"2025-11-01\"", "\"2025-10-31\""), symbol("SCT/HĐ,GD", date(2025, 10, 31), "SCT/GD")),
        (OURS.replace("\"SCT/HĐ,GD\"", "\"SCT/HĐ\""), symbol("SCT/HĐ,GD", date(2025, 10, 31), "SCT/HĐ")),
    ] {
        let refused = refusal(opened(&directory, &definitions).await);
        assert_eq!(refused, Refusal::Redefined(wanted.clone()));
        let text = refused.text(Words::neutral(Language::Vietnamese));
        assert!(text.contains("registers.toml") && text.contains("Hãy"), "{text}");
    }
    // As it was, everything is there.
    let register = opened(&directory, OURS).await.unwrap();
    assert_eq!(register.list(&Filter::default()).await.unwrap().len(), 3);
    sound(&register).await;
}

#[tokio::test]
async fn a_change_of_what_comes_is_kept_as_a_version() {
    let (directory, old) = used().await;
    let next = "\n[[register.symbol]]\nsymbol = \"SCT/GDM\"\neffective_from = \"2026-03-05\"\nsource = \"x\"\nverified = false\n";
    let definitions = OURS.to_owned() + next + "\n[office]\nagency = \"Ủy ban\"\n";
    let register = opened(&directory, &definitions).await.unwrap();
    let entry = allot(&register, &request("GD", "d")).await;
    assert_eq!(entry.number, number("SCT/GDM", 2026, 2, 1));
    sound(&register).await;
    let mut connection = register.readers.acquire().await.unwrap();
    let versions = kept::versions(&mut connection).await.unwrap();
    assert_eq!(versions.iter().map(|kept| kept.version).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(versions[1].sha256, register.definitions.json().unwrap().1);
    drop(connection);
    // A program that was started before goes by what isn't in use any more.
    let stale = refusal(old.allot(&request("BS", "e"), &today()).await);
    assert_eq!(stale, Refusal::RedefinedMeanwhile);
    // Nor can the new symbol be taken back.
    assert!(matches!(refusal(opened(&directory, OURS).await), Refusal::Redefined(Redefined::Symbol { .. })));
}

#[tokio::test]
async fn a_register_without_numbers_may_be_defined_anew() {
    let (directory, _register) = used().await;
    let definitions = OURS.replace("code = \"CKND\"", "code = \"DICH\"").replace("SCT/CKND", "SCT/DICH");
    let register = opened(&directory, &definitions).await.unwrap();
    assert_eq!(allot(&register, &request("DICH", "d")).await.number.symbol, "SCT/DICH");
    assert_eq!(
        refusal(opened(&directory, OURS).await),
        Refusal::Redefined(Redefined::Gone { register: "DICH".into() })
    );
    sound(&register).await;
}

/// Two that begin at once with different definitions: one of them is refused, none gives a number by the wrong ones.
#[tokio::test]
async fn of_two_definitions_at_once_one_is_in_use() {
    let (directory, register) = new().await;
    let other = opened(&directory, &OURS.replace("code = \"GD\"", "code = \"HDGD\"")).await.unwrap();
    allot(&register, &request("GD", "a")).await;
    assert_eq!(refusal(other.allot(&request("HDGD", "b"), &today()).await), Refusal::RedefinedMeanwhile);
    sound(&register).await;
}
