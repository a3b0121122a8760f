//! One request, one signed document: the order of writes, held against everything that can happen to it.
//!
//! A search over every state that can be reached, of a model of the archive: one idempotency key, up to three workers, a
//! database, an object store. It's the model that is searched, not the program; that the program keeps to the model is what the
//! tests of the archive and `tests/judges/crash` are for. What both take for granted:
//!
//! - a transaction is atomic, and durable when it returns;
//! - a create-only put is atomic, durable when it returns, and seen by whoever looks later;
//! - no name in the store is freed.
//!
//! # The state machine
//!
//! ```text
//! claim    first transaction.  no row               -> row claimed, generation 0
//!                              claimed, same content -> go on; a lease protects nobody here
//!                              claimed, other content, or done with another  -> answer: reused
//!                              refused, same content -> claimed again, same generation
//!                              refused, other content -> claimed, generation + 1: another name
//!                              done, same content    -> answer: the signed document
//! look     under the name of key and generation.  something there -> adopt it: complete
//!                                                 nothing         -> sign
//! sign     new bytes each time, or a refusal      -> put, or: row refused, unless done; answer
//! put      create-only.  created -> complete;  taken, or an error -> look
//! complete second transaction.  row of my generation, not done -> done with what lies there; answer
//!                               else                            -> what the row says is the answer
//! answer   may be lost
//! recovery takes a row that isn't done: look; something there -> complete; nothing -> leaves it
//! ```
//!
//! # What happens beside it
//!
//! Every worker may stop before and after each step (a crash), and others go on between any two steps of it. Clients ask again at
//! any moment, while others are at work for them and after they were answered. A put fails; lands and reports an error; is given up
//! by its caller and lands later, or never. Signing refuses. The key comes back with another content. The database is put back, once,
//! to what it was at any moment before.
//!
//! # What must hold
//!
//! - There are never two signed contents in the store for one name.
//! - Whoever was told of a signed document is never told anything else.
//! - A signed answer's bytes lie in the store.
//! - An object has a row that was there before it, unless the database was put back; and the recovery job alone, with everyone else
//!   dead, finishes that row. An object of an earlier generation is listed for a person.
//! - From every state ordinary steps lead to a signed answer, and to a last word for each client. No state is a dead end.
//!
//! # Where it ends
//!
//! A database put back forgets which content a key stood for, and how often it was refused: both are in its rows alone. Two tests
//! show what follows. A third searches the order that would hold there too:
//!
//! ```text
//! refused, other content   put a void under the name, create-only; created or there -> next generation, look
//!                          a document there: mine -> complete;  not mine -> answer: reused
//! claimed, other content   look under the name: mine -> complete;  a void -> next generation;  else -> answer: reused
//! look                     a void -> next generation;  not mine -> row refused; answer: reused
//! ```
//!
//! With a row for each generation in place of one row a key, the same holds where a generation that has a next one is over: nobody
//! claims or completes it any more, and the next one is claimed only while this one is refused. Without that it doesn't hold.
//!
//! Six wrong orders are searched as well, and each must fail: a search that finds nothing wrong with them would find nothing at all.

mod moves;
mod search;
mod world;

use search::explore;
use world::{Asked, Content, Object, Order, Rules, Signed, World, Wrong};

const PLAIN: Rules =
    Rules { order: Order::ClaimFirst, workers: 2, refusals: false, asked: Asked::First, rollback: false };

/// How many states these rules have. Nothing may be wrong in any.
fn holds(rules: Rules) -> usize {
    let explored = explore(World::new(rules));
    assert!(explored.fault.is_none(), "{rules:?}: {:?}", explored.fault);
    explored.states
}

/// What goes wrong by these rules, and a shortest way to it.
fn fault(rules: Rules) -> (Wrong, String) {
    let fault = explore(World::new(rules)).fault.unwrap_or_else(|| panic!("nothing is wrong with {rules:?}"));
    (fault.wrong, fault.trace)
}

#[test]
fn one_request_has_one_signed_document_whatever_two_workers_meet() {
    let states = holds(PLAIN);
    assert!(states > 100, "{states}");
    let states = holds(Rules { refusals: true, asked: Asked::Both, ..PLAIN });
    assert!(states > 1_500, "{states}");
}

#[test]
fn one_request_has_one_signed_document_whatever_three_workers_meet() {
    let states = holds(Rules { workers: 3, refusals: true, asked: Asked::Both, ..PLAIN });
    assert!(states >= 40_000, "{states}");
}

#[test]
fn a_database_put_back_to_any_moment_before_changes_no_answer() {
    let states = holds(Rules { workers: 3, rollback: true, refusals: true, ..PLAIN });
    assert!(states > 5_000, "{states}");
}

#[test]
fn the_object_before_its_row_is_signed_twice() {
    let (wrong, trace) = fault(Rules { order: Order::ObjectByHashThenRow, ..PLAIN });
    assert_eq!(wrong, Wrong::TwoStored);
    assert_eq!(trace, "1 claims, 1 signs, 1 puts and is told of an error, 1 claims, 1 signs, 1 puts");
}

#[test]
fn a_row_that_names_the_hash_first_is_signed_twice() {
    let (wrong, trace) = fault(Rules { order: Order::IntentWithHashThenObject, ..PLAIN });
    assert_eq!(wrong, Wrong::TwoStored);
    assert_eq!(
        trace,
        "1 claims, 1 signs, 2 claims, \
         1 writes its intent, 1 puts, 2 signs, 2 writes its intent, 2 puts"
    );
}

#[test]
fn a_store_that_replaces_is_signed_twice() {
    let (wrong, trace) = fault(Rules { order: Order::StoreReplaces, ..PLAIN });
    assert_eq!(wrong, Wrong::TwoStored);
    assert_eq!(
        trace,
        "1 claims, 1 looks, 1 signs, \
         1 gives up waiting for its put, 1 looks, 1 signs, 1 puts, a late put lands"
    );
}

#[test]
fn whoever_does_not_adopt_answers_what_is_not_stored() {
    let (wrong, trace) = fault(Rules { order: Order::NobodyAdopts, ..PLAIN });
    assert_eq!(wrong, Wrong::AnsweredWithoutObject);
    assert_eq!(
        trace,
        "1 claims, 1 looks, 1 signs, \
         1 gives up waiting for its put, 1 looks, 1 signs, a late put lands, 1 puts, 1 completes, 1 answers"
    );
}

#[test]
fn a_claim_that_a_refusal_deletes_leaves_an_object_unlisted() {
    let (wrong, trace) = fault(Rules { order: Order::RefusalDeletes, refusals: true, ..PLAIN });
    assert_eq!(wrong, Wrong::Unlisted);
    assert_eq!(
        trace,
        "1 claims, 1 looks, 1 signs, \
         1 gives up waiting for its put, 1 looks, 1 refuses, 1 commits the refusal, a late put lands"
    );
}

/// Where each generation has a row of its own, the first content may come back when the key is answered with another one.
#[test]
fn a_row_for_each_generation_takes_an_answer_back() {
    let rules = Rules { order: Order::RowEachGeneration, refusals: true, asked: Asked::Both, ..PLAIN };
    let (wrong, trace) = fault(rules);
    assert_eq!(wrong, Wrong::TwoAnswers);
    assert_eq!(
        trace,
        "1 claims, 1 looks, 1 refuses, 1 commits the refusal, 1 answers, 1 claims for the other content, 1 looks, 1 signs, \
         1 puts, 1 completes, 1 answers, 1 claims, 2 claims for the other content"
    );
}

#[test]
fn rows_for_each_generation_hold_where_an_earlier_one_is_over() {
    let rules = Rules { order: Order::RowEachGenerationClosed, refusals: true, asked: Asked::Both, ..PLAIN };
    assert!(holds(rules) > 1_500);
}

/// A key that was refused and then answered with another content, and the database lost: what was answered lies under a name that
/// nobody knows of any more, and the first name is free.
#[test]
fn a_lost_database_forgets_the_generation_of_a_key() {
    let answered = Signed { content: Content::Other, serial: 1 };
    let rules = Rules { asked: Asked::Other, ..PLAIN };
    let lost = World {
        objects: [None, Some(Object::Signed(answered))],
        answered: Some(answered),
        rolled_back: true,
        ..World::new(rules)
    };
    let fault = explore(lost).fault.unwrap();
    assert_eq!(fault.wrong, Wrong::TwoAnswers);
    assert_eq!(fault.trace, "1 claims for the other content, 1 looks, 1 signs, 1 puts, 1 completes, 1 answers");
}

/// Where the model's promise ends: with the rows, which content a key stands for and its generation are lost too.
#[test]
fn a_database_put_back_forgets_which_content_a_key_stands_for() {
    let (wrong, trace) = fault(Rules { rollback: true, asked: Asked::Both, ..PLAIN });
    assert_eq!(wrong, Wrong::Conflict);
    assert_eq!(
        trace,
        "the database is backed up, 1 claims, 1 looks, \
         1 signs, 1 puts, the database is put back, 2 claims for the other content, 2 looks, 2 answers"
    );
}

/// What would take both limits away: a name that a key leaves behind is taken by a void, and whoever meets something else's object
/// lets go of its claim. Then the store alone says which name is a key's.
#[test]
fn with_names_voided_a_database_put_back_changes_no_answer_of_any_content() {
    let rules = Rules { order: Order::VoidsNames, refusals: true, asked: Asked::Both, ..PLAIN };
    assert!(holds(rules) > 1_500);
    assert!(holds(Rules { rollback: true, ..rules }) > 1_500);
}
