//! Every code that reports, refusals and the check of a result's form have: names, severities and articles are a contract.

use std::collections::{BTreeMap, BTreeSet};

use kyso::{Code, Document};
use kyso_certification::check::Rule;
use kyso_certification::form::{Expectations, Profile, examine};
use kyso_tests::{golden, keys, shapes, signing};
use kyso_words::Neutral;

/// A line a code: kind (`problem`: the service's own), name, severities or group, clauses or articles.
#[test]
fn codes_are_as_they_were() {
    let mut lines = BTreeSet::new();
    for code in Code::ALL {
        if !code.severities().is_empty() {
            let severities = code.severities().iter().map(|severity| format!("{severity:?}").to_lowercase());
            let severities = severities.collect::<Vec<_>>().join("|");
            lines.insert(format!("finding\t{code}\t{severities}\t{}", code.clauses().join(" | ")));
        }
        if code.is_refusal() {
            lines.insert(format!("refusal\t{code}\t\t"));
        }
    }
    for rule in kyso_register::Rule::ALL {
        lines.insert(format!("register\t{}\t\t", rule.name()));
    }
    for code in kyso_server::Code::ALL {
        lines.insert(format!("problem\t{}\t\t", code.name()));
    }
    for rule in Rule::ALL {
        lines.insert(format!("request\t{rule}\t\t{}", rule.article()));
    }
    let signed = signing::sign(&shapes::plain(), &signing::leader_parameters(), &keys::signer(&keys::LEADER));
    let document = Document::parse(&signed).unwrap();
    let report = kyso::verify(&signed, &signing::policy()).unwrap();
    let mut rows: BTreeMap<(&str, String), BTreeSet<&str>> = BTreeMap::new();
    for profile in [Profile::Issued, Profile::Copy, Profile::Attachment] {
        let mut expected = Expectations::default();
        expected.profile = Some(profile);
        for row in examine(&document, &report, &expected, &Neutral).unwrap().rows {
            let group = serde_json::to_value(row.group).unwrap().as_str().unwrap().to_owned();
            rows.entry((row.id.name(), group)).or_default().insert(row.article);
        }
    }
    for ((id, group), articles) in rows {
        lines.insert(format!("row\t{id}\t{group}\t{}", articles.into_iter().collect::<Vec<_>>().join(" | ")));
    }
    golden::same_text("codes.tsv", &lines.into_iter().map(|line| line + "\n").collect::<String>());
}
