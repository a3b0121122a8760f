//! The heads of the register that the log of the archive in the same directory has.

use kyso::Bilingual;
use kyso_archive::{Archive, Location};
use kyso_register::Head;
use serde_json::{Value, json};

use crate::commands::archive;
use crate::context::Context;

/// What the archive's log says of the register.
#[derive(Debug, Default)]
pub(super) struct Logged {
    /// The heads, the newest first.
    pub(super) heads: Vec<Head>,
    /// There's an archive, and why its log can't be read: in both languages.
    pub(super) unread: Option<Bilingual>,
    is_there: bool,
}

impl Logged {
    /// What the archive in the directory, or of the configuration, knows, where there is one.
    pub(super) async fn beside(place: &archive::Place) -> Self {
        let Ok(location) = place.location() else { return Self::default() };
        // An archive of an earlier format has no log.
        if matches!(&location, Location::Directory(directory) if !directory.join("archive.json").exists()) {
            return Self::default();
        }
        let read = async {
            let archive = Archive::open_to_read_at(&location).await?;
            let heads = archive.register_heads().await;
            archive.close().await;
            heads
        };
        match read.await {
            Ok(heads) => {
                let head = |logged: kyso_archive::LoggedHead| Head {
                    events: Some(logged.head.events),
                    chain: logged.head.chain,
                    at: None,
                };
                Self { heads: heads.into_iter().map(head).collect(), unread: None, is_there: true }
            }
            Err(error) => {
                let failure = archive::refused(&error);
                let told = Bilingual::each(|language| failure.in_language(language).to_owned());
                Self { heads: Vec::new(), unread: Some(told), is_there: true }
            }
        }
    }

    /// For programs: how many heads were compared, or why none could be; null where there's no archive.
    pub(super) fn json(&self) -> Value {
        match (&self.unread, self.is_there) {
            (Some(Bilingual { vi, en }), _) => json!({ "heads": null, "error": { "vi": vi, "en": en } }),
            (None, true) => json!({ "heads": self.heads.len(), "error": null }),
            (None, false) => Value::Null,
        }
    }

    /// For people.
    pub(super) fn text(&self, context: &Context) -> Option<String> {
        match (&self.unread, self.is_there) {
            (Some(Bilingual { vi, en }), _) => Some(format!(
                "{}: {}",
                context.say(
                    "SAI: không đọc được nhật ký của kho lưu trữ cùng thư mục, nên chưa đối chiếu được đầu sổ",
                    "WRONG: the log of the archive in the same directory can't be read, so heads weren't compared"
                ),
                context.say(vi, en)
            )),
            (None, true) if self.heads.is_empty() => Some(
                context
                    .say(
                        "Nhật ký của kho lưu trữ chưa ghi đầu sổ nào.",
                        "The archive's log has no head of the register yet.",
                    )
                    .to_owned(),
            ),
            (None, true) => Some(format!(
                "{}: {}",
                context.say(
                    "Đã đối chiếu với nhật ký của kho lưu trữ, số đầu sổ",
                    "Held against heads in the archive's log"
                ),
                self.heads.len()
            )),
            (None, false) => None,
        }
    }
}
