//! Chains of cross-reference sections that go in circles, or past the signed revision.

use kyso::validate::Modifications;

use super::base::{self, checkbox, content, number::*};
use super::shadow_replace::filled;
use super::writer::{Row, Section, Update, last_section};
use super::{ANY, Family};

pub(super) fn cases() -> Family {
    let mut family = Family::new("previous");
    let signed = base::signed();
    let fraud = || Update::new().stream(CONTENT, "", content("9999"));
    let all_rows = |update: Update| {
        (CATALOG..=FIRST_FREE + 3).fold(update.row(0, Row::Free), |update, number| {
            let label = format!("\n{number} 0 obj\n");
            let there = signed.windows(label.len()).rposition(|window| window == label.as_bytes());
            match there {
                Some(at) if number != CONTENT => update.row(number, Row::At(at + 1, 0)),
                _ => update,
            }
        })
    };
    for (name, section) in [("table", Section::Table), ("stream", Section::Stream(FAR))] {
        let own = last_section(&fraud().section(section).onto(signed)) as i64;
        family.attack(format!("to-itself-by-{name}"), ANY, fraud().section(section).previous(Some(own)).onto(signed));
        let full = last_section(&all_rows(fraud()).section(section).previous(Some(1_000_000)).onto(signed)) as i64;
        family.attack(
            format!("to-itself-with-all-rows-by-{name}"),
            ANY,
            all_rows(fraud()).section(section).previous(Some(full)).onto(signed),
        );
        family.attack(format!("to-each-other-by-{name}"), ANY, {
            let first = |previous| fraud().section(section).previous(Some(previous)).onto(signed);
            // As many digits as the offset will have.
            let second = |file: &[u8]| Update::new().section(section).object(INFO, base::body(signed, INFO)).onto(file);
            let guess = first(100_000);
            let ahead = last_section(&second(&guess)) as i64;
            let width = ahead.to_string().len();
            let guess = first(10_i64.pow(width as u32 - 1));
            let ahead = last_section(&second(&guess)) as i64;
            second(&first(ahead))
        });
        for (what, previous) in [
            ("nowhere", None),
            ("zero", Some(0)),
            ("below-zero", Some(-1)),
            ("beyond-the-file", Some(9_999_999)),
            ("the-header", Some(5)),
        ] {
            family.attack(
                format!("to-{what}-by-{name}"),
                ANY,
                fraud().section(section).previous(previous).onto(signed),
            );
            family.attack(
                format!("to-{what}-with-all-rows-by-{name}"),
                ANY,
                all_rows(fraud()).section(section).previous(previous).onto(signed),
            );
        }
        let unsigned = last_section(&base::unsigned()) as i64;
        family.attack(
            format!("past-the-signed-revision-by-{name}"),
            ANY,
            fraud().section(section).previous(Some(unsigned)).onto(signed),
        );
        family.attack(
            format!("past-the-signed-revision-with-all-rows-by-{name}"),
            ANY,
            all_rows(fraud()).section(section).previous(Some(unsigned)).onto(signed),
        );
        family.attack(
            format!("past-the-signed-revision-unchanged-by-{name}"),
            ANY,
            Update::new().section(section).previous(Some(unsigned)).onto(signed),
        );
    }
    family.attack("by-reference", ANY, fraud().previous(None).trailer("/Prev 9 0 R").onto(signed));
    family.attack("real-number", ANY, {
        let old = last_section(signed);
        fraud().previous(None).trailer(&format!("/Prev {old}.5")).onto(signed)
    });

    family.honest(
        "two-updates",
        Modifications::FormFill,
        Update::new().object(CHECKBOX, checkbox("Yes")).onto(&filled("Tran Thi B").onto(signed)),
    );
    family.honest(
        "twenty-updates",
        Modifications::None,
        (0..20).fold(signed.to_vec(), |file, _| Update::new().object(CONTENT, base::body(signed, CONTENT)).onto(&file)),
    );
    family
}
