//! `kyso archive clock`: the clock beside what was written. What a clock behind looks like is the library's test.

use kyso_tests::folder::Folder;

#[test]
fn a_clock_that_isnt_behind_needs_nobodys_word() {
    let folder = Folder::new();
    folder.run("archive init --archive data").demand(0);
    let shown = folder.run("archive clock --archive data").demand(0);
    assert!(shown.stdout.starts_with("Đồng hồ: "), "{}", shown.stdout);
    assert!(
        shown
            .stdout
            .ends_with("Sự kiện mới nhất: chưa có\nDấu thời gian mới nhất: chưa có\nĐồng hồ không chậm hơn kho.\n")
    );
    folder.run("archive clock --archive data --lang en").demand(0).told("The clock isn't behind the archive.");
    let confirmed = folder.run("archive clock --archive data --confirm --by B --lang en").demand(0);
    assert_eq!(confirmed.stdout, "The clock isn't behind the archive; nothing was written.\n");
    folder.run("archive audit --archive data").demand(0);
}

#[test]
fn nobody_confirms_without_a_name_or_without_an_archive() {
    let folder = Folder::new();
    folder.run("archive init --archive data").demand(0);
    folder.run("archive clock --archive data --confirm").demand(64);
    folder.run("archive clock --archive data --despite-time-stamp --by B").demand(64);
    folder.run("archive clock --archive nowhere").demand(64);
    folder.run("archive clock --archive nowhere --confirm --by B").demand(64);
}
