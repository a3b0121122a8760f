//! The office that certifies: its register, what its results have in common, the wordings.

use std::path::Path;

use jiff::SignedDuration;
use kyso::{Bilingual, Language};
use kyso_certification::agency::Agency;
use kyso_certification::catalogue::Catalogue;
use kyso_register::Register;

use crate::config::{AgencyConfig, ConfigError, Fault, OfficeConfig};
use crate::terms::words;

/// What certifying needs, opened once at the start.
pub(crate) struct Office {
    pub(crate) register: Register,
    pub(crate) agency: Agency,
    pub(crate) catalogue: Catalogue,
    /// How long a draft is kept that nobody waits for any more.
    pub(crate) drafts_kept: SignedDuration,
}

impl Office {
    /// Opens what the configuration names: a register that isn't there shows now, not with the first request.
    pub(crate) async fn open(config: &AgencyConfig, office: &OfficeConfig) -> Result<Self, ConfigError> {
        let error = |entry: &str, fault| ConfigError {
            file: config.file.clone(),
            entry: format!("certification: {entry}"),
            fault,
        };
        let agency = text(&office.agency)
            .and_then(|text| {
                Agency::from_toml(&office.agency.display().to_string(), &text)
                    .map_err(|error| Fault::Refused { file: office.agency.clone(), error: Box::new(error) })
            })
            .map_err(|fault| error("agency", fault))?;
        let catalogue = catalogue(office.templates.as_deref()).map_err(|fault| error("templates", fault))?;
        let opened = match config.register() {
            None => Register::open(&office.register).await,
            Some(grown) => Register::open_grown(&grown).await,
        };
        let register = opened.map_err(|cause| {
            let fault = match cause {
                kyso_register::Error::Absent(directory) => Fault::NoRegister(directory),
                cause => {
                    let told = |language| cause.text(words(language)).trim_end_matches('.').to_owned();
                    Fault::Unreadable { file: office.register.clone(), cause: Bilingual::each(told) }
                }
            };
            error("register", fault)
        })?;
        let drafts_kept = SignedDuration::from_hours(24 * i64::from(office.drafts_kept_days));
        Ok(Self { register, agency, catalogue, drafts_kept })
    }
}

fn text(file: &Path) -> Result<String, Fault> {
    std::fs::read_to_string(file).map_err(|error| Fault::unreadable(file, &error))
}

/// The library's wordings, and those in the directory's `.toml` files, by name.
fn catalogue(directory: Option<&Path>) -> Result<Catalogue, Fault> {
    let mut files = Vec::new();
    if let Some(directory) = directory {
        let unreadable = |error: std::io::Error| Fault::unreadable(directory, &error);
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(directory).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                paths.push(path);
            }
        }
        paths.sort();
        for path in paths {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            files.push((name, text(&path)?));
        }
    }
    Catalogue::with_files(&files).map_err(|flaws| {
        let messages: Vec<String> = flaws.iter().map(|flaw| flaw.in_language(Language::English)).collect();
        Fault::Malformed(messages.join("; "))
    })
}
