//! docs/attacks.md: what a reader finds there of each family is what the generator makes and the verifier says.

use std::collections::{BTreeMap, BTreeSet};

use kyso_tests::attacks::{Case, Expected};
use kyso_tests::golden;

/// The attack that each family carries out, in the order in which a reader looks for it.
const FAMILIES: [(&str, &str); 42] = [
    ("incremental", "incremental saving (ISA): an update changes what is seen, with and without its cross-reference"),
    ("previous", "chains of cross-reference sections that go in circles (/Prev), or past the signed revision"),
    ("mended", "offsets of cross-reference sections that are a little off, so that some readers rebuild the file"),
    ("hybrid", "hybrid files whose table and stream disagree"),
    ("object-streams", "object streams that redefine what was signed"),
    ("rows", "cross-reference rows that hide objects, bring deleted ones back, or lead elsewhere"),
    ("duplicates", "two objects with one number, two rows for one object, two entries with one key"),
    ("generations", "generation numbers that don't fit"),
    ("dangling", "references that led nowhere when the file was signed, and lead somewhere now"),
    ("appended", "bytes behind the last %%EOF and between revisions; an update that broke off"),
    ("headers", "a second %PDF header; files that are something else too (polyglots)"),
    ("encryption", "an /Encrypt dictionary that comes later"),
    ("wrapping", "signature wrapping (SWA): the signed bytes are all there, but elsewhere"),
    ("forgery", "universal forgery (USF): missing, null, empty, odd /Contents or /ByteRange"),
    ("signature-dictionary", "the signature's own dictionary or field replaced, altered, taken out"),
    ("shared-value", "one signature that several fields claim"),
    ("shadow-hide", "shadow attack, hiding: what lay over the text when it was signed is gone"),
    ("shadow-replace", "shadow attack, replacing: fonts, pictures, appearances and form values mean something else"),
    ("shadow-hide-and-replace", "shadow attack, both: what will be shown is among the signed bytes already, unseen"),
    ("aliases", "an object that is changed where it may be, and shown where it may not"),
    ("overlay", "evil annotation and sneaky signature: an annotation or field laid over signed text"),
    ("patches", "overlays that hide no more than they must"),
    ("pages", "pages added, removed, moved; /Kids and /Pages re-pointed"),
    ("certified", "changes that DocMDP, FieldMDP or a certification forbids"),
    ("locks", "changes that the /Lock of a signed field forbids, where the signature doesn't repeat it"),
    ("overlapping", "annotations over one another on many pages of the signed version itself"),
    ("forms", "a form filled in with something else than is shown"),
    ("redrawn", "fields and buttons drawn anew, to show what their value doesn't say"),
    ("pieces", "overlays made of pieces, of odd signs, of what the page has; fields laid over the text beforehand"),
    ("covers", "overlays that hide by their number, colour or odd content; and what is hidden that is no text"),
    ("typed", "what was typed or stamped on a page when it was signed, altered or taken away"),
    ("upward", "entries called /P that aren't the way upward: a layer's policy, labels, parameters"),
    ("extensions", "developer extensions taken away or lowered, and what else comes with one that is raised"),
    ("structure", "the logical structure: what was signed described otherwise"),
    ("attached", "a signature that no field held when the document was signed gets a field later"),
    ("rewritten", "an appearance written anew under its number, and seen elsewhere too"),
    ("evidence", "evidence taken away, or what is shown taken away with it"),
    ("renumbered", "a catalog under another number that says something else"),
    ("shared-resources", "resources that form and pages share: names that a page waited for"),
    ("links", "annotations that do something, and links where no permission is for them"),
    ("defaults", "optional keys with another value than their default; tab orders; copies of layers"),
    ("honest", "no attack: what honest programs do to signed files"),
];

/// Holds the document to the cases and to the codes that were found for each.
pub(crate) fn is_documented(answered: &[(&Case, Vec<&'static str>)]) {
    golden::same_section("attacks.md", &table(answered));
}

fn table(answered: &[(&Case, Vec<&'static str>)]) -> String {
    let made: BTreeSet<&str> = answered.iter().map(|(case, _)| case.family).collect();
    let told: BTreeSet<&str> = FAMILIES.iter().map(|(family, _)| *family).collect();
    assert_eq!(made, told, "a family without a line, or a line without a family");
    let mut summary = String::from("| family | the attack | attacks | honest twins |\n| --- | --- | ---: | ---: |\n");
    let mut particulars = String::new();
    for (family, words) in FAMILIES {
        let of_it = || answered.iter().filter(|(case, _)| case.family == family);
        let honest: Vec<&str> = of_it()
            .filter(|(case, _)| matches!(case.expected, Expected::Honest(_)))
            .map(|(case, _)| &*case.name)
            .collect();
        let attacks = of_it().count() - honest.len();
        summary.push_str(&format!("| {family} | {words} | {attacks} | {} |\n", honest.len()));
        let mut by_finding: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (case, codes) in of_it().filter(|(case, _)| matches!(case.expected, Expected::Flagged(_))) {
            let codes: BTreeSet<&str> = codes.iter().copied().collect();
            let codes = codes.into_iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ");
            by_finding.entry(codes).or_default().push(&case.name);
        }
        particulars.push_str(&format!("\n### {family}\n\n"));
        for (codes, names) in by_finding {
            assert!(!codes.is_empty(), "{family}: flagged by no finding: {names:?}");
            particulars.push_str(&format!("- {codes}: {}\n", names.join(", ")));
        }
        particulars.push_str(&format!("- not flagged: {}\n", honest.join(", ")));
    }
    format!("{summary}{particulars}")
}
