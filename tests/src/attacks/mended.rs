//! Wrong offsets of cross-reference sections: what is mended is judged as it's read here, and as readers show it that rebuild
//! the file.

use kyso::validate::Modifications;

use super::base::{self, content, number::*};
use super::shadow_replace::filled;
use super::writer::{Section, Update, last_section};
use super::{ANY, Family};

pub(super) fn cases() -> Family {
    let mut family = Family::new("mended");
    let signed = base::signed();
    let old = last_section(signed) as i64;
    let fraud = || Update::new().stream(CONTENT, "", content("9999"));
    for (name, section) in [("table", Section::Table), ("stream", Section::Stream(FAR))] {
        let own = last_section(&fraud().section(section).onto(signed)) as i64;
        for by in [-20, -2, 1, 7] {
            let off = format!("off-by-{by}-by-{name}");
            family.attack(
                format!("content-with-startxref-{off}"),
                ANY,
                fraud().section(section).startxref(own + by).onto(signed),
            );
            family.attack(
                format!("content-with-previous-{off}"),
                ANY,
                fraud().section(section).previous(Some(old + by)).onto(signed),
            );
        }
        // Left out of the chain, and in the file for whoever rebuilds it.
        let around = |file: &[u8]| {
            Update::new().object(INFO, base::body(signed, INFO)).section(section).previous(Some(old)).onto(file)
        };
        let hidden = around(&fraud().onto(signed));
        let end = last_section(&hidden) as i64;
        let text = format!("startxref\n{end}\n");
        for by in [-2_i64, 3] {
            let wrong = format!("startxref\n{}\n", end + by);
            family.attack(
                format!("left-out-with-startxref-off-by-{by}-by-{name}"),
                ANY,
                base::replaced(&hidden, &text, &wrong),
            );
        }
        let own = last_section(&filled("Tran Thi B").section(section).onto(signed)) as i64;
        family.honest(
            format!("filled-with-startxref-off-by-{name}"),
            Modifications::FormFill,
            filled("Tran Thi B").section(section).startxref(own + 2).onto(signed),
        );
        family.honest(
            format!("filled-with-previous-off-by-{name}"),
            Modifications::FormFill,
            filled("Tran Thi B").section(section).previous(Some(old - 3)).onto(signed),
        );
    }
    family
}
