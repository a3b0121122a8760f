//! What the archive promises, against a real directory, and against a real PostgreSQL with a real S3 store.

mod auditing;
mod backing_up;
mod backing_up_on;
mod destroying;
mod finding;
mod flipping;
pub(crate) mod grown;
mod keeping;
mod logging;
mod mending;
mod mending_grown;
mod mending_log;
mod mending_manifests;
mod moving;
mod packaging;
mod reading;
mod rebuilding;
mod restoring_grown;
mod rights;
mod saying;
mod several;
mod statements;
mod storing;
mod tables;
mod taking_over;
mod tampering;
mod tampering_grown;
mod versions;
mod ward;
mod witnessing;

use kyso::{Role, VerifiedArtifact};
use kyso_tests::{shapes, signing};
use tempfile::TempDir;

pub(crate) use reading::without_triggers;
pub(crate) use ward::{audited, copy, tamper};

use crate::{Archive, Artifact, Begun, Beside, Claim, Meta, Request};

/// Where a test's archive is.
pub(crate) enum Place {
    /// SQLite and files.
    Files(TempDir),
    /// PostgreSQL and an S3 store.
    Grown(Box<grown::Place>),
}

impl Place {
    pub(crate) fn files() -> Self {
        Self::Files(tempfile::tempdir().unwrap())
    }

    pub(crate) fn grown() -> Self {
        Self::Grown(Box::new(grown::Place::new()))
    }

    /// Where its keys are.
    pub(crate) fn keys(&self) -> std::path::PathBuf {
        match self {
            Self::Files(directory) => directory.path().join("keys"),
            Self::Grown(place) => place.keys().path().join("keys"),
        }
    }

    /// The names of what lies below a directory of the store.
    pub(crate) fn names(&self, below: &str) -> Vec<String> {
        match self {
            Self::Files(directory) => {
                let strip = |path: std::path::PathBuf| {
                    path.strip_prefix(directory.path()).unwrap().to_str().unwrap().to_owned()
                };
                ward::files(directory.path(), below).into_iter().map(strip).collect()
            }
            Self::Grown(place) => place.names(&format!("{below}/")),
        }
    }

    /// What lies in the store under a path.
    pub(crate) fn stored(&self, path: &str) -> Option<Vec<u8>> {
        match self {
            Self::Files(directory) => std::fs::read(directory.path().join(path)).ok(),
            Self::Grown(place) => place.grown.store.get(path, None, None).unwrap().map(|object| object.content),
        }
    }

    /// Turns a bit of it over, as whoever may replace what lies there.
    pub(crate) fn flip(&self, path: &str, byte: usize) {
        match self {
            Self::Files(directory) => ward::flip(&directory.path().join(path), byte, 3),
            Self::Grown(place) => place.flip(path, byte, 3),
        }
    }

    /// Takes it away.
    pub(crate) fn remove(&self, path: &str) {
        match self {
            Self::Files(directory) => std::fs::remove_file(directory.path().join(path)).unwrap(),
            Self::Grown(place) => place.delete(path),
        }
    }

    /// The archive with who may put a whole object over a damaged one.
    pub(crate) fn mending(&self, archive: Archive) -> Archive {
        match self {
            Self::Files(_) => archive,
            Self::Grown(place) => archive.with_repair(place.grown.store.clone()),
        }
    }

    /// A new archive.
    pub(crate) async fn archive(&self) -> Archive {
        match self {
            Self::Files(directory) => Archive::init(directory.path(), None).await.unwrap(),
            Self::Grown(place) => Archive::init_grown(&place.grown, None).await.unwrap(),
        }
    }

    /// The archive, opened again as who carries destructions out.
    pub(crate) async fn destroying(&self) -> Archive {
        match self {
            Self::Files(_) => self.opened().await,
            Self::Grown(place) => Archive::open_grown(&place.destroying()).await.unwrap(),
        }
    }

    /// Looks at the archive, with checkpoints that were kept, as who reads alone.
    pub(crate) async fn audited(&self, since: &[Vec<u8>]) -> crate::Audit {
        let auditor = match self {
            Self::Files(directory) => Archive::open_to_audit(directory.path(), None).await.unwrap(),
            Self::Grown(place) => Archive::open_grown_to_audit(&place.reading(), None).await.unwrap(),
        };
        let audit = auditor.audit(since, |_| {}).await.unwrap();
        auditor.close().await;
        audit
    }

    /// The archive, opened again.
    pub(crate) async fn opened(&self) -> Archive {
        match self {
            Self::Files(directory) => Archive::open(directory.path()).await.unwrap(),
            Self::Grown(place) => Archive::open_grown(&place.grown).await.unwrap(),
        }
    }
}

/// Each test for both pairs of stores.
macro_rules! for_each_pair {
    ($($test:ident),* $(,)?) => {
        mod files {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test(crate::tests::Place::files()).await
            })*
        }

        mod grown {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test(crate::tests::Place::grown()).await
            })*
        }
    };
}
pub(crate) use for_each_pair;

/// A new archive.
pub(crate) async fn archive() -> (TempDir, Archive) {
    let directory = tempfile::tempdir().unwrap();
    let archive = Archive::init(directory.path(), None).await.unwrap();
    (directory, archive)
}

/// The archive of a directory, opened again.
pub(crate) async fn opened(directory: &TempDir) -> Archive {
    Archive::open(directory.path()).await.unwrap()
}

pub(crate) fn meta() -> Meta {
    Meta { role: Role::Seal, actor: "văn thư".into(), file_name: Some("kết quả.pdf".into()) }
}

/// A signed document that bears this name.
fn verified(name: &str) -> VerifiedArtifact {
    signing::verified(&shapes::named(name))
}

fn request(key: &str, digest: char) -> Request {
    Request::keyed("văn thư", key, digest.to_string().repeat(64))
}

async fn open(archive: &Archive, request: &Request) -> Claim {
    match archive.begin(request, &meta()).await.unwrap() {
        Begun::Open(claim) => claim,
        Begun::Done { artifact, .. } => panic!("kept already: {artifact:?}"),
    }
}

/// Keeps the document of this name, whoever asks.
pub(crate) async fn kept(archive: &Archive, name: &str) -> Artifact {
    let claim = open(archive, &Request::unkeyed("văn thư").unwrap()).await;
    archive.keep(claim, &verified(name), Beside::default()).await.unwrap()
}
