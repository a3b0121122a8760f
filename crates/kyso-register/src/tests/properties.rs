//! Whatever order things are done in, the register stays sound and its numbers run on.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Allot { register: usize, key: u8, days_ago: i8, out_of_order: bool },
    Render(usize),
    Issue(usize),
    Void(usize),
    Cancel(usize),
    Amend { target: usize, key: u8 },
    NextBook(usize),
    Close,
    NextDay(u8),
    Reopen,
}

const REGISTERS: [&str; 3] = ["BS", "SCT/CK,ĐC", "GD"];

fn step() -> impl Strategy<Value = Step> {
    let register = 0..REGISTERS.len();
    let entry = 0..40_usize;
    prop_oneof![
        8 => (register.clone(), any::<u8>(), -1..5_i8, any::<bool>()).prop_map(|(register, key, days_ago, out_of_order)| {
            Step::Allot { register, key, days_ago, out_of_order }
        }),
        2 => entry.clone().prop_map(Step::Render),
        5 => entry.clone().prop_map(Step::Issue),
        2 => entry.clone().prop_map(Step::Void),
        2 => entry.clone().prop_map(Step::Cancel),
        1 => (entry, any::<u8>()).prop_map(|(target, key)| Step::Amend { target, key }),
        1 => register.prop_map(Step::NextBook),
        1 => Just(Step::Close),
        2 => (0..90_u8).prop_map(Step::NextDay),
        1 => Just(Step::Reopen),
    ]
}

/// Everything may be refused; nothing may fail otherwise.
fn done<T: std::fmt::Debug>(result: Result<T, Error>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(Error::Refused(_)) => None,
        Err(other) => panic!("{other:?}"),
    }
}

async fn walk(place: Place, steps: Vec<Step>) {
    let mut register = place.register().await;
    let mut day = date(2025, 10, 20);
    let mut ids: Vec<EntryId> = Vec::new();
    let mut keys: HashMap<String, CertificationNumber> = HashMap::new();
    for step in steps {
        let now = stamp(day);
        let at = |index: usize| ids.get(index % ids.len().max(1)).cloned();
        match step {
            Step::Allot { register: which, key, days_ago, out_of_order } => {
                let date = day.checked_sub(jiff::Span::new().days(days_ago)).unwrap();
                let key = format!("{which} {key}");
                let request = Allotment { out_of_order, ..dated(REGISTERS[which], &key, date) };
                if let Some(allotted) = done(register.allot(&request, &now).await) {
                    let number = allotted.entry.number.clone();
                    assert_eq!(keys.entry(key).or_insert(number.clone()), &number);
                    if !allotted.known {
                        ids.push(allotted.entry.id());
                    }
                }
            }
            Step::Render(index) => {
                if let Some(id) = at(index) {
                    done(register.rendered(&id, &Prepared::of(&named(&format!("{id:?}"))), &now).await);
                }
            }
            Step::Issue(index) => {
                if let Some(id) = at(index) {
                    done(register.issue(&id, &verified(&format!("{id:?}")), &now).await);
                }
            }
            Step::Void(index) => {
                if let Some(id) = at(index) {
                    done(register.void(&id, "thử", &now).await);
                }
            }
            Step::Cancel(index) => {
                if let Some(id) = at(index) {
                    let decision = Cancellation { decision: "1/QĐ".into(), date: day, replaced_by: None };
                    done(register.cancel(&id, &decision, &now).await);
                }
            }
            Step::Amend { target, key } => {
                if let Some(id) = at(target) {
                    let number = register.entry(&id).await.unwrap().unwrap().number;
                    let mut request = request("GD", &format!("amend {key}"));
                    request.row.link = Some(Link { how: How::Amends, number });
                    if let Some(Allotted { entry, known: false }) = done(register.allot(&request, &now).await) {
                        ids.push(entry.id());
                    }
                }
            }
            Step::NextBook(which) => {
                done(register.next_book(REGISTERS[which], day.year(), &now).await);
            }
            Step::Close => {
                done(register.close_year(day.year() - 1, false, &now).await);
            }
            Step::NextDay(days) => day = day.checked_add(jiff::Span::new().days(i64::from(days))).unwrap(),
            Step::Reopen => {
                register.close().await;
                register = place.opened().await.unwrap();
            }
        }
    }
    let audit = sound(&register).await;
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "a number was given out twice");
    let allotted = audit.years.iter().map(|year| year.totals.allotted as usize).sum::<usize>();
    assert_eq!(allotted, ids.len());
    for year in &audit.years {
        let of = |id: &&EntryId| (&id.register, id.year) == (&year.register, year.year);
        let mut ordinals = ids.iter().filter(of).map(|id| id.ordinal).collect::<Vec<_>>();
        // Within a register's year numbers come in the order that they were asked for.
        assert!(ordinals.is_sorted());
        ordinals.dedup();
        assert_eq!(ordinals, (1..=year.totals.allotted).collect::<Vec<_>>());
        let pending = register.pending().await.unwrap().into_iter().filter(|entry| of(&&entry.id())).count();
        assert_eq!(pending, year.totals.pending as usize);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_register_stays_sound(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(walk(Place::file(), steps));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_register_stays_sound_in_a_server(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(walk(Place::grown(), steps));
    }
}
