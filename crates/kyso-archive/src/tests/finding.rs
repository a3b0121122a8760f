//! What is kept is found by the words of who signed it.

use super::storing::metadata;
use super::{Place, for_each_pair, kept};
use crate::finding::{Facts, folded, signers};
use crate::{Archive, Artifact, Sought};

for_each_pair!(words_are_found_by_their_beginnings_whatever_their_marks, what_the_index_alone_says_is_no_hit,);

async fn found(archive: &Archive, words: &str) -> Vec<Artifact> {
    archive.find(&Sought { words: Some(words.to_owned()), ..Sought::default() }).await.unwrap()
}

async fn words_are_found_by_their_beginnings_whatever_their_marks(place: Place) {
    let archive = place.archive().await;
    let (first, second) = (kept(&archive, "x").await, kept(&archive, "y").await);
    let name = signers(&archive.report(&first).await.unwrap()).remove(0);
    let beginning: String = name.chars().take(3).collect();
    for words in [name.clone(), folded(&name), name.to_uppercase(), beginning] {
        assert_eq!(found(&archive, &words).await, [second.clone(), first.clone()], "{words}: the newest first");
    }
    // The last word may be a beginning; the others are whole, unless nothing has them so.
    let whole = folded(&name);
    let begun: Vec<String> = whole.split(' ').map(|word| word.chars().take(1).collect()).collect();
    assert!(begun.len() > 1, "{whole}");
    for words in [whole[..whole.len() - 1].to_owned(), begun.join(" ")] {
        assert_eq!(found(&archive, &words).await, [second.clone(), first.clone()], "{words}");
    }
    for words in ["zzz", "x' | 'y", &name[1..]] {
        assert_eq!(found(&archive, words).await, [], "{words}");
    }
    // What stands in the index in place of what was there.
    let facts = Facts::of(&["Nobody".to_owned()], None);
    let (agency, id) = (archive.agency.clone(), first.id.to_string());
    archive.database.write(move |t| Box::pin(async move { facts.write(t, &agency, &id).await })).await.unwrap();
    assert_eq!(found(&archive, &name).await, [second]);
    assert_eq!(archive.find(&Sought { dossier: Some("x".into()), ..Sought::default() }).await.unwrap(), []);
    assert_eq!(archive.find(&Sought { year: Some(2026), ordinal: Some(1), ..Sought::default() }).await.unwrap(), []);
    assert_eq!(archive.find(&Sought::default()).await.unwrap().len(), 2);
}

/// The index can be changed on the disk: what it says is held against the record of what it names.
async fn what_the_index_alone_says_is_no_hit(place: Place) {
    let archive = place.archive().await;
    let (plain, told) = (kept(&archive, "x").await, metadata("Hợp đồng ủy quyền"));
    let facts = Facts::of(&[], Some(&told));
    let (agency, id) = (archive.agency.clone(), plain.id.to_string());
    archive.database.write(move |t| Box::pin(async move { facts.write(t, &agency, &id).await })).await.unwrap();
    let number = &told.cert_number;
    for sought in [
        Sought { dossier: Some(told.dossier_code.to_string()), ..Sought::default() },
        Sought { ordinal: Some(number.ordinal), year: Some(number.year), ..Sought::default() },
        Sought { book: Some(number.book_text()), ..Sought::default() },
        Sought { symbol: Some(number.symbol.clone()), ..Sought::default() },
        Sought { from: Some(told.issued_date), ..Sought::default() },
        Sought { to: Some(told.issued_date), ..Sought::default() },
        Sought { kind: Some(told.cert_kind.clone()), ..Sought::default() },
    ] {
        assert_eq!(archive.find(&sought).await.unwrap(), [], "{sought:?}");
    }
    assert_eq!(archive.find(&Sought::default()).await.unwrap(), [plain]);
}
