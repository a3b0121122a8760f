//! The definitions in use are kept with the numbers: a change that would change what was given out is refused.

use kyso::Language;
use kyso_words::Words;

use super::*;

for_each_database!(
    a_change_of_what_was_given_out_is_refused,
    a_change_of_what_comes_is_kept_as_a_version,
    a_register_without_numbers_may_be_defined_anew,
    of_two_definitions_at_once_one_is_in_use,
);

const OURS: &str = include_str!("../../data/registers.toml");

/// A register with a transaction of 2025, one of 2026, and a copy.
async fn used(place: &Place) -> Register {
    let register = place.register().await;
    allot(&register, &dated("GD", "a", date(2025, 10, 31))).await;
    allot(&register, &dated("GD", "b", date(2026, 3, 4))).await;
    allot(&register, &request("BS", "c")).await;
    register
}

async fn opened(place: &Place, definitions: &str) -> Result<Register, Error> {
    std::fs::write(place.path().join("registers.toml"), definitions).unwrap();
    place.opened().await.map(|register| register.with_clock_confirmed())
}

fn without(code: &str) -> String {
    let parts = OURS.split("[[register]]").collect::<Vec<_>>();
    let code = format!("\ncode = \"{code}\"\n");
    parts.into_iter().filter(|part| !part.starts_with(&code)).collect::<Vec<_>>().join("[[register]]")
}

async fn a_change_of_what_was_given_out_is_refused(place: Place) {
    let _register = used(&place).await;
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
        let refused = refusal(opened(&place, &definitions).await);
        assert_eq!(refused, Refusal::Redefined(wanted.clone()));
        let text = refused.text(Words::neutral(Language::Vietnamese));
        assert!(text.contains("registers.toml") && text.contains("Hãy"), "{text}");
    }
    // As it was, everything is there.
    let register = opened(&place, OURS).await.unwrap();
    assert_eq!(register.list(&Filter::default()).await.unwrap().len(), 3);
    sound(&register).await;
}

async fn a_change_of_what_comes_is_kept_as_a_version(place: Place) {
    let old = used(&place).await;
    let next = "\n[[register.symbol]]\nsymbol = \"SCT/GDM\"\neffective_from = \"2026-03-05\"\nsource = \"x\"\nverified = false\n";
    let definitions = OURS.to_owned() + next + "\n[office]\nagency = \"Ủy ban\"\n";
    let register = opened(&place, &definitions).await.unwrap();
    let entry = allot(&register, &request("GD", "d")).await;
    assert_eq!(entry.number, number("SCT/GDM", 2026, 2, 1));
    sound(&register).await;
    let versions = kept::versions(&mut register.database.clone()).await.unwrap();
    assert_eq!(versions.iter().map(|kept| kept.version).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(versions[1].sha256, register.definitions.json().unwrap().1);
    // A program that was started before goes by what isn't in use any more.
    let stale = refusal(old.allot(&request("BS", "e"), &today()).await);
    assert_eq!(stale, Refusal::RedefinedMeanwhile);
    // Nor can the new symbol be taken back.
    assert!(matches!(refusal(opened(&place, OURS).await), Refusal::Redefined(Redefined::Symbol { .. })));
}

async fn a_register_without_numbers_may_be_defined_anew(place: Place) {
    let _register = used(&place).await;
    let definitions = OURS.replace("code = \"CKND\"", "code = \"DICH\"").replace("SCT/CKND", "SCT/DICH");
    let register = opened(&place, &definitions).await.unwrap();
    assert_eq!(allot(&register, &request("DICH", "d")).await.number.symbol, "SCT/DICH");
    assert_eq!(refusal(opened(&place, OURS).await), Refusal::Redefined(Redefined::Gone { register: "DICH".into() }));
    sound(&register).await;
}

/// Two that begin at once with different definitions: one of them is refused, none gives a number by the wrong ones.
async fn of_two_definitions_at_once_one_is_in_use(place: Place) {
    let register = place.register().await;
    let other = opened(&place, &OURS.replace("code = \"GD\"", "code = \"HDGD\"")).await.unwrap();
    allot(&register, &request("GD", "a")).await;
    assert_eq!(refusal(other.allot(&request("HDGD", "b"), &today()).await), Refusal::RedefinedMeanwhile);
    sound(&register).await;
}
