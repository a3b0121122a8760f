//! Rows that somebody wrote who may write rows: they lift no hold, destroy nothing, and what they say isn't told.

use sqlx::Connection as _;
use sqlx::postgres::PgConnection;

use super::refusing::{EVENT, GONE, STEP, run};
use super::{LONG_AGO, begun, certified, decided, erasing, obstacles, paper, told};
use crate::audit::Fault;
use crate::database::{Database, values};
use crate::tests::{Place, for_each_pair, grown as servers, kept};
use crate::{Error, Obstacle};

for_each_pair!(
    a_row_alone_lifts_no_hold,
    a_hold_without_its_row_holds,
    what_no_destruction_has_is_not_told_as_destroyed,
    a_hold_that_nobody_released_is_found_after_its_document,
);

const RELEASE: &str = "INSERT INTO hold_release (agency, hold, event) VALUES ($1, $2, $3)";

async fn a_row_alone_lifts_no_hold(place: Place) {
    let archive = begun(&place).await;
    let agency = archive.agency.clone();
    let old = certified(&archive, "old", told(7, "CK", LONG_AGO)).await;
    let number = decided(&archive, &[old.id]).await;
    let hold = archive.place_hold(old.id, "Lê Mẫu", "thanh tra", None).await.unwrap().to_string();
    run(&archive, RELEASE, values![&agency, &hold, &hold]).await.unwrap();
    let execute = async || archive.execute_destruction(number, "Lê Văn Thư", &erasing(&place), paper).await;
    let refused = obstacles(execute().await);
    assert!(matches!(refused.as_slice(), [(id, Obstacle::Damaged(_))] if *id == old.id), "{refused:?}");
    assert!(archive.holds(None).await.is_err(), "the list of holds says that a row was changed");
    // Whoever doesn't read records: the transaction, and the database by itself.
    let refused = obstacles(archive.begin_destruction(number, "Lê Văn Thư").await);
    assert_eq!(refused.len(), 1, "{refused:?}");
    run(&archive, EVENT, values![&agency, "x", "destruction.begun", None::<String>, vec![0; 32]]).await.unwrap();
    run(&archive, STEP, values![&agency, number, "begun", "khác", None::<String>]).await.unwrap();
    let refused = run(&archive, GONE, values![&agency, old.id.to_string(), number]).await.unwrap_err();
    assert!(refused.to_string().contains("held"), "{refused}");
    archive.bytes(&old).await.unwrap();
    let audit = place.audited(&[]).await;
    assert!(audit.problems.iter().any(|found| found.subject.to_string().contains(&hold)), "{audit:?}");
}

async fn a_hold_without_its_row_holds(place: Place) {
    let archive = begun(&place).await;
    let agency = archive.agency.clone();
    let old = certified(&archive, "old", told(7, "CK", LONG_AGO)).await;
    let artifact = old.id.to_string();
    run(&archive, EVENT, values![&agency, "placed", "hold.placed", Some(artifact), vec![0; 32]]).await.unwrap();
    let refused = obstacles(archive.propose_destruction(&[old.id], "Lê Văn Thư").await);
    assert!(matches!(refused.as_slice(), [(_, Obstacle::Damaged(why))] if why.contains("placed")), "{refused:?}");
}

async fn what_no_destruction_has_is_not_told_as_destroyed(place: Place) {
    let archive = begun(&place).await;
    let agency = archive.agency.clone();
    // Kept for ever, and so without a row that says until when.
    let forever = kept(&archive, "forever").await;
    let id = forever.id.to_string();
    let list = "INSERT INTO destruction (agency, number, who, event) VALUES ($1, 66, 'ai', 'p')";
    let item = "INSERT INTO destruction_item (agency, destruction, artifact, ends) VALUES ($1, 66, $2, '2020-01-01')";
    run(&archive, list, values![&agency]).await.unwrap();
    run(&archive, item, values![&agency, &id]).await.unwrap();
    for (step, decision) in [("approved", None), ("decided", Some("66/QĐ-GIẢ".to_owned())), ("begun", None)] {
        run(&archive, STEP, values![&agency, 66_u32, step, format!("ai {step}"), decision]).await.unwrap();
    }
    // Not one of the steps is an event.
    let refused = run(&archive, GONE, values![&agency, &id, 66_u32]).await.unwrap_err();
    assert!(refused.to_string().contains("without a decision"), "{refused}");
    archive.bytes(&forever).await.unwrap();
    if let Place::Grown(place) = &place {
        // The service's role asks in vain, whatever rows it has written.
        let mut app = PgConnection::connect(&place.grown.database).await.unwrap();
        servers::run(&mut app, &format!("SET kyso.agency = '{agency}'")).await.unwrap();
        for sql in [
            format!("SELECT kyso_destroy(66, '{id}')"),
            "SELECT kyso_alone()".to_owned(),
            format!("INSERT INTO destroyed (agency, artifact, destruction) VALUES ('{agency}', '{id}', 66)"),
        ] {
            let refused = servers::run(&mut app, &sql).await.unwrap_err().to_string();
            assert!(refused.contains("permission denied"), "{sql}: {refused}");
        }
        let served = place_of_service(place).await;
        let refused = served.execute_destruction(66, "ai", &erasing_of(place), paper).await.unwrap_err();
        assert!(matches!(refused, Error::Damaged(_) | Error::Setting(_)), "{refused}");
        served.demand_no_destroyer().await.unwrap();
        assert!(matches!(archive.demand_no_destroyer().await, Err(Error::TooPowerful(_))));
    }
    // With events of their kinds, which nobody has the records of, a destroyer's row would stand: it's damage, and no answer.
    let artifact = kept(&archive, "other").await;
    let id = artifact.id.to_string();
    let list = "INSERT INTO destruction (agency, number, who, event) VALUES ($1, 67, 'ai', 'of proposed')";
    let item = "INSERT INTO destruction_item (agency, destruction, artifact, ends) VALUES ($1, 67, $2, '2020-01-01')";
    let step = "INSERT INTO destruction_step (agency, destruction, step, who, decision, event) VALUES ($1, 67, $2, $3, $4, 'of ' || $2)";
    let event =
        "INSERT INTO event (agency, id, kind, at, node, artifact, commitment) VALUES ($1, $2, $3, $4, 'n', NULL, $5)";
    for (at, kind) in (1_i64..).zip(["proposed", "approved", "decided", "begun"]) {
        let values = values![&agency, format!("of {kind}"), format!("destruction.{kind}"), at, vec![0; 32]];
        run(&archive, event, values).await.unwrap();
    }
    run(&archive, list, values![&agency]).await.unwrap();
    run(&archive, item, values![&agency, &id]).await.unwrap();
    for (name, decision) in [("approved", None), ("decided", Some("67".to_owned())), ("begun", None)] {
        run(&archive, step, values![&agency, name, format!("ai {name}"), decision]).await.unwrap();
    }
    run(&archive, GONE, values![&agency, &id, 67_u32]).await.unwrap();
    assert!(matches!(archive.tombstone(artifact.id).await, Err(Error::Damaged(_))));
}

async fn place_of_service(place: &servers::Place) -> crate::Archive {
    crate::Archive::open_grown(&place.grown).await.unwrap()
}

fn erasing_of(place: &servers::Place) -> crate::Erasing {
    let first = kyso_connect::s3::Destroyer::new(place.grown.store.clone());
    crate::Erasing { first: Some(first), second: None }
}

async fn a_hold_that_nobody_released_is_found_after_its_document(place: Place) {
    let archive = begun(&place).await;
    let agency = archive.agency.clone();
    let old = certified(&archive, "old", told(7, "CK", LONG_AGO)).await;
    let hold = archive.place_hold(old.id, "Lê Mẫu", "thanh tra", None).await.unwrap();
    archive.release_hold(hold, "Lê Mẫu", "xong", None).await.unwrap();
    let number = decided(&archive, &[old.id]).await;
    archive.execute_destruction(number, "Lê Văn Thư", &erasing(&place), paper).await.unwrap();
    archive.sequence().await.unwrap();
    while archive.write_manifests(100).await.unwrap() > 0 {}
    let unfounded = async || {
        let audit = place.audited(&[]).await;
        audit.problems.iter().filter(|found| found.code == Fault::DestructionUnfounded).count()
    };
    assert_eq!(unfounded().await, 0);
    // A further hold of that document, which no event released: as after an erasure that went past one.
    let row = "INSERT INTO hold (agency, event, artifact) VALUES ($1, $2, $3)";
    run(&archive, row, values![&agency, "forged", old.id.to_string()]).await.unwrap();
    assert_eq!(unfounded().await, 1);
}

/// A temporary table is found before the schema's where a function's path doesn't name it: no function of ours looks there.
#[tokio::test(flavor = "multi_thread")]
async fn a_temporary_table_takes_no_tables_place() {
    let place = servers::Place::new();
    let archive = crate::Archive::init_grown(&place.grown, None).await.unwrap();
    let agency = archive.agency.clone();
    let old = certified(&archive, "old", told(7, "CK", LONG_AGO)).await;
    archive.place_hold(old.id, "Lê Mẫu", "thanh tra", None).await.unwrap();
    let superuser = place.grown.database.replace("kyso_app@", "postgres@");
    let mut superuser = PgConnection::connect(&superuser).await.unwrap();
    servers::run(&mut superuser, "CREATE ROLE with_temp LOGIN IN ROLE kyso_destroyer").await.unwrap();
    let url = place.grown.database.replace("kyso_app@", "with_temp@");
    Database::connect(&url, &agency).await.unwrap().close().await;
    servers::run(&mut superuser, "GRANT TEMP ON DATABASE kyso TO with_temp").await.unwrap();
    let refused = Database::connect(&url, &agency).await.unwrap_err();
    assert!(matches!(&refused, Error::TooPowerful(more) if more == &["TEMP in database kyso"]), "{refused}");
    let mut role = PgConnection::connect(&url).await.unwrap();
    let id = old.id;
    for sql in [
        format!("SET kyso.agency = '{agency}'"),
        "CREATE TEMP TABLE destroyed (agency text, artifact text, destruction bigint)".into(),
        "CREATE TEMP TABLE hold (agency text, event text, artifact text)".into(),
        format!("INSERT INTO pg_temp.destroyed VALUES ('{agency}', '{id}', 1)"),
        "GRANT SELECT ON pg_temp.destroyed, pg_temp.hold TO public".into(),
    ] {
        servers::run(&mut role, &sql).await.unwrap();
    }
    let refused = servers::run(&mut role, &format!("SELECT public.kyso_destroy(1, '{id}')")).await.unwrap_err();
    assert!(refused.to_string().contains("without a decision"), "{refused}");
    archive.bytes(&old).await.unwrap();
    assert_eq!(archive.holds(Some(id)).await.unwrap().len(), 1);
    // What a function reads by another path than this would be found here, whatever it's for.
    let sql = "SELECT CAST(p.proname AS TEXT) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
               WHERE n.nspname IN ('public', 'register') AND (p.prosecdef OR p.prorettype = 'trigger'::regtype) AND NOT EXISTS \
               (SELECT 1 FROM unnest(p.proconfig) AS c WHERE c LIKE 'search_path=%, pg_temp')";
    let open: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut superuser).await.unwrap();
    assert_eq!(open, Vec::<String>::new());
    servers::run(&mut superuser, "REVOKE TEMP ON DATABASE kyso FROM with_temp").await.unwrap();
}
