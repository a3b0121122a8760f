//! Optional content (ISO 32000-2, 8.11): whether what belongs to a layer is shown when the document is opened, when it's
//! printed, and by readers that obey another configuration than the default one.

use std::collections::HashSet;

use lopdf::{Dictionary, Object, ObjectId};

use crate::error::Error;
use crate::file::document::Document;
use crate::update::edit::{edit, shown};
use crate::update::incremental::Update;

/// Deepest visibility expression, and most objects from a name to its group.
const MAX_DEPTH: usize = 32;
/// Most groups that one membership is asked about.
const MAX_GROUPS: usize = 10_000;
/// Most configurations besides the default one.
const MAX_CONFIGURATIONS: usize = 100;
/// What a group's usage may depend on besides screen, print and export: how large the page is shown, and to whom (table 100).
const CIRCUMSTANCES: [&[u8]; 3] = [b"Zoom", b"User", b"Language"];

/// How viewers find out a group's state: they differ in whether a group's own usage counts where no usage application
/// dictionary names the group (8.11.4.4, 8.11.4.5).
#[derive(Clone, Copy)]
enum Reading {
    /// By the configuration alone.
    Configuration,
    /// By the configuration, in viewers (MuPDF) that never show content with the policy AnyOff, and always what has a
    /// visibility expression and that of a group that isn't said to be one.
    WithoutAnyOff,
    /// By the group's usage on screen, before the configuration, in viewers (PDFium) that always show groups that aren't
    /// meant for views.
    OnScreen,
    /// By the group's usage in print, before the configuration.
    InPrint,
    /// By the group's usage in another format, before the configuration.
    InExport,
    /// By readers that hide a group in certain circumstances, if the configuration says so, and that find a group by way of
    /// another object.
    InCircumstances,
}

const READINGS: [Reading; 4] = [Reading::Configuration, Reading::WithoutAnyOff, Reading::OnScreen, Reading::InPrint];
const FURTHER: [Reading; 2] = [Reading::InExport, Reading::InCircumstances];

/// One configuration of the document's layers (table 99).
struct Configuration {
    /// /BaseState /OFF.
    are_off: bool,
    on: HashSet<ObjectId>,
    off: HashSet<ObjectId>,
    /// The groups that its usage applications (table 101) show in certain circumstances.
    depending: HashSet<ObjectId>,
    /// The groups that it names by way of another object: viewers differ in whether it names them.
    aliased: HashSet<ObjectId>,
}

impl Configuration {
    fn read(document: &Document<'_>, configuration: &Dictionary) -> Result<Self, Error> {
        let are_off = matches!(document.get(configuration, b"BaseState")?, Object::Name(state) if state == b"OFF");
        let mut depending = HashSet::new();
        for application in document.items(configuration.get(b"AS").ok())? {
            let Object::Dictionary(application) = document.resolve_value(&application)? else { continue };
            let categories = document.items(application.get(b"Category").ok())?;
            let names = categories.iter().filter_map(|name| name.as_name().ok());
            if names.into_iter().any(|name| CIRCUMSTANCES.contains(&name)) {
                depending.extend(groups(document, &application, b"OCGs")?);
            }
        }
        let (on, off) = (groups(document, configuration, b"ON")?, groups(document, configuration, b"OFF")?);
        Ok(Self { are_off, on, off, depending, aliased: HashSet::new() })
    }

    fn with_aliases(mut self, document: &Document<'_>) -> Result<Self, Error> {
        for named in self.on.iter().chain(&self.off).chain(&self.depending) {
            let mut object = document.value(*named)?;
            for _ in 0..MAX_DEPTH {
                let Some(Object::Reference(id)) = object else { break };
                self.aliased.insert(id);
                object = document.value(id)?;
            }
        }
        Ok(self)
    }
}

/// The groups that an array refers to.
fn groups(document: &Document<'_>, holder: &Dictionary, key: &[u8]) -> Result<HashSet<ObjectId>, Error> {
    let groups = document.items(holder.get(key).ok())?;
    Ok(groups.iter().filter_map(|id| id.as_reference().ok()).collect())
}

/// What is referred to, which may be a reference itself.
fn once_resolved(document: &Document<'_>, object: &Object) -> Result<Option<Object>, Error> {
    match object {
        Object::Reference(id) => document.value(*id),
        direct => Ok(Some(direct.clone())),
    }
}

/// The configurations of the document's layers.
pub(crate) struct Layers {
    /// The document's groups: what is none of these is shown.
    all: HashSet<ObjectId>,
    default: Configuration,
    /// Others that a reader may obey: MuPDF goes by the first of them.
    others: Vec<Configuration>,
}

impl Layers {
    /// Reads /OCProperties /D (8.11.4.3, table 99).
    pub(crate) fn read(document: &Document<'_>) -> Result<Self, Error> {
        let properties = document.dictionary(&document.catalog()?, b"OCProperties")?;
        let default = Configuration::read(document, &document.dictionary(&properties, b"D")?)?;
        Ok(Self { all: groups(document, &properties, b"OCGs")?, default, others: Vec::new() })
    }

    /// Reads /OCProperties /D and /Configs (8.11.4.2, table 98).
    pub(crate) fn read_all(document: &Document<'_>) -> Result<Self, Error> {
        let properties = document.dictionary(&document.catalog()?, b"OCProperties")?;
        let configurations = document.items(properties.get(b"Configs").ok())?;
        if configurations.len() > MAX_CONFIGURATIONS {
            let limit = MAX_CONFIGURATIONS as u64;
            return Err(Error::Budget { budget: "configurations of layers", limit, offset: None });
        }
        let mut layers = Self::read(document)?;
        layers.default = layers.default.with_aliases(document)?;
        for configuration in &configurations {
            if let Object::Dictionary(configuration) = document.resolve_value(configuration)? {
                layers.others.push(Configuration::read(document, &configuration)?.with_aliases(document)?);
            }
        }
        Ok(layers)
    }

    /// Whether an object with this /OC is shown by the default configuration, by each of the ways in which viewers find that
    /// out.
    pub(crate) fn shows(&self, document: &Document<'_>, membership: Option<&Object>) -> Result<[bool; 4], Error> {
        let mut shown = [true; 4];
        if let Some(membership) = membership {
            for (shown, reading) in shown.iter_mut().zip(READINGS) {
                *shown = self.asked(document, &self.default, reading).membership(membership)?;
            }
        }
        Ok(shown)
    }

    /// Whether all readers show an object with this /OC: by every configuration, on screen, in print and in other formats.
    /// They agree only about what is written in the plainest way.
    pub(crate) fn always_shows(&self, document: &Document<'_>, membership: Option<&Object>) -> Result<bool, Error> {
        let Some(membership) = membership.filter(|membership| !membership.is_null()) else { return Ok(true) };
        if !self.is_plain(document, membership)? {
            return Ok(false);
        }
        for configuration in std::iter::once(&self.default).chain(&self.others) {
            for reading in READINGS.into_iter().chain(FURTHER) {
                if !self.asked(document, configuration, reading).membership(membership)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Whether this is a group, or a membership of at least one group and without an expression.
    fn is_plain(&self, document: &Document<'_>, membership: &Object) -> Result<bool, Error> {
        if self.is_plain_group(document, membership)? {
            return Ok(true);
        }
        let Some(Object::Dictionary(dictionary)) = once_resolved(document, membership)? else { return Ok(false) };
        let is_membership = matches!(document.get(&dictionary, b"Type")?, Object::Name(kind) if kind == b"OCMD");
        let (true, false, Ok(groups)) = (is_membership, dictionary.has(b"VE"), dictionary.get(b"OCGs")) else {
            return Ok(false);
        };
        let groups = match once_resolved(document, groups)? {
            Some(Object::Array(groups)) => groups,
            _ => vec![groups.clone()],
        };
        // Whoever asks for the state of more groups gets an error.
        for group in groups.iter().take(MAX_GROUPS) {
            if !self.is_plain_group(document, group)? {
                return Ok(false);
            }
        }
        Ok(!groups.is_empty())
    }

    /// Whether this refers to one of the document's groups, without another object between.
    fn is_plain_group(&self, document: &Document<'_>, group: &Object) -> Result<bool, Error> {
        let Some(id) = group.as_reference().ok().filter(|id| self.all.contains(id)) else { return Ok(false) };
        let Some(Object::Dictionary(group)) = document.value(id)? else { return Ok(false) };
        Ok(matches!(document.get(&group, b"Type")?, Object::Name(kind) if kind == b"OCG"))
    }

    fn asked<'l, 'd, 'a>(
        &'l self,
        document: &'d Document<'a>,
        configuration: &'l Configuration,
        reading: Reading,
    ) -> Asked<'l, 'd, 'a> {
        Asked { all: &self.all, configuration, document, reading, left: MAX_GROUPS }
    }
}

/// One question.
struct Asked<'l, 'd, 'a> {
    /// The document's groups.
    all: &'l HashSet<ObjectId>,
    configuration: &'l Configuration,
    document: &'d Document<'a>,
    reading: Reading,
    left: usize,
}

impl Asked<'_, '_, '_> {
    /// A group, or a membership dictionary (8.11.2.2, table 97).
    fn membership(&mut self, membership: &Object) -> Result<bool, Error> {
        let Object::Dictionary(dictionary) = self.document.resolve_value(membership)? else { return Ok(true) };
        if !matches!(self.document.get(&dictionary, b"Type")?, Object::Name(kind) if kind == b"OCMD") {
            return self.group(membership);
        }
        if let Object::Array(expression) = self.document.get(&dictionary, b"VE")? {
            return Ok(matches!(self.reading, Reading::WithoutAnyOff) || self.expression(&expression, 0)?);
        }
        let groups = match dictionary.get(b"OCGs") {
            Ok(groups) => match self.document.resolve(groups)? {
                Object::Array(groups) => groups,
                Object::Dictionary(_) => vec![groups.clone()],
                _ => return Ok(true),
            },
            Err(_) => return Ok(true),
        };
        let mut states = Vec::new();
        for group in &groups {
            if !self.document.resolve_value(group)?.is_null() {
                states.push(self.group(group)?);
            }
        }
        if states.is_empty() {
            return Ok(true);
        }
        let policy = self.document.get(&dictionary, b"P")?;
        Ok(match policy.as_name() {
            Ok(b"AllOn") => states.iter().all(|on| *on),
            Ok(b"AnyOff") => states.iter().any(|on| !on) && !matches!(self.reading, Reading::WithoutAnyOff),
            Ok(b"AllOff") => states.iter().all(|on| !on),
            _ => states.iter().any(|on| *on),
        })
    }

    /// A visibility expression: an operator's name and its operands.
    fn expression(&mut self, expression: &[Object], depth: usize) -> Result<bool, Error> {
        if depth > MAX_DEPTH {
            return Err(Error::Budget {
                budget: "depth of a visibility expression",
                limit: MAX_DEPTH as u64,
                offset: None,
            });
        }
        let Some((operator, operands)) = expression.split_first() else { return Ok(true) };
        let mut states = Vec::new();
        for operand in operands {
            states.push(match self.document.resolve_value(operand)? {
                Object::Array(inner) => self.expression(&inner, depth + 1)?,
                Object::Null => continue,
                _ => self.group(operand)?,
            });
        }
        Ok(match self.document.resolve(operator)?.as_name() {
            Ok(b"And") => states.iter().all(|on| *on),
            Ok(b"Or") => states.iter().any(|on| *on),
            Ok(b"Not") => !states.first().copied().unwrap_or(false),
            _ => true,
        })
    }

    /// Whether a group is on.
    fn group(&mut self, group: &Object) -> Result<bool, Error> {
        self.left = self.left.checked_sub(1).ok_or(Error::Budget {
            budget: "layers that something belongs to",
            limit: MAX_GROUPS as u64,
            offset: None,
        })?;
        let Object::Dictionary(dictionary) = self.document.resolve_value(group)? else { return Ok(true) };
        let is_strict = matches!(self.reading, Reading::InCircumstances);
        let Some(id) = group.as_reference().ok().filter(|id| self.all.contains(id)) else { return Ok(true) };
        if self.is_always_shown(&dictionary)? {
            return Ok(true);
        }
        if let Some(on) = self.usage(&dictionary)? {
            return Ok(on);
        }
        let Configuration { are_off, on, off, depending, aliased } = self.configuration;
        if is_strict && aliased.contains(&id) {
            return Ok(false);
        }
        if is_strict && depending.contains(&id) {
            let usage = self.document.dictionary(&dictionary, b"Usage")?;
            if CIRCUMSTANCES.iter().any(|key| usage.has(key)) {
                return Ok(false);
            }
        }
        Ok(!off.contains(&id) && (!are_off || on.contains(&id)))
    }

    fn is_always_shown(&self, group: &Dictionary) -> Result<bool, Error> {
        let is_one_of = |key: &[u8], wanted: &[&[u8]]| -> Result<bool, Error> {
            let names = match self.document.get(group, key)? {
                Object::Array(names) => names,
                one => vec![one],
            };
            Ok(names.iter().any(|name| name.as_name().is_ok_and(|name| wanted.contains(&name))))
        };
        Ok(match self.reading {
            Reading::WithoutAnyOff => !is_one_of(b"Type", &[b"OCG"])?,
            Reading::OnScreen => group.has(b"Intent") && !is_one_of(b"Intent", &[b"View", b"All"])?,
            Reading::Configuration | Reading::InPrint | Reading::InExport | Reading::InCircumstances => false,
        })
    }

    /// What the group's usage dictionary (table 100) says.
    fn usage(&self, group: &Dictionary) -> Result<Option<bool>, Error> {
        let ways: &[(&[u8], &[u8])] = match self.reading {
            Reading::Configuration | Reading::WithoutAnyOff | Reading::InCircumstances => &[],
            Reading::OnScreen => &[(b"View", b"ViewState")],
            Reading::InPrint => &[(b"Print", b"PrintState"), (b"View", b"ViewState")],
            Reading::InExport => &[(b"Export", b"ExportState")],
        };
        let Object::Dictionary(usage) = self.document.get(group, b"Usage")? else { return Ok(None) };
        for (way, key) in ways {
            if let Object::Dictionary(usage) = self.document.get(&usage, way)?
                && let Object::Name(state) = self.document.get(&usage, key)?
            {
                return Ok(Some(state != b"OFF"));
            }
        }
        Ok(None)
    }
}

/// The file with every layer off, for whoever draws its pages: something may show only then. `None` where it has no layers.
///
/// # Errors
/// [`Error::Input`] where the catalog can't be read.
pub fn with_no_layer(document: &Document<'_>) -> Result<Option<Vec<u8>>, Error> {
    let catalog = document.catalog()?;
    if !catalog.has(b"OCProperties") {
        return Ok(None);
    }
    let properties = document.dictionary(&catalog, b"OCProperties")?;
    let groups = document.items(properties.get(b"OCGs").ok())?;
    let groups: Vec<String> = groups.iter().filter_map(|id| id.as_reference().ok()).map(shown).collect();
    let groups = groups.join(" ");
    let off = format!("<< /OCGs [{groups}] /D << /BaseState /OFF /OFF [{groups}] >> >>");
    let mut update = Update::new(document);
    edit(&mut update, document.catalog_id()?, |catalog| catalog.set("OCProperties", off.as_bytes()))?;
    Ok(Some([document.bytes(), &update.finish()?.bytes].concat()))
}

/// The file with every layer on, for whoever draws its pages; `None` where it has no layers.
///
/// # Errors
/// [`Error::Input`] where the catalog can't be read.
pub fn with_all_layers(document: &Document<'_>) -> Result<Option<Vec<u8>>, Error> {
    if !document.catalog()?.has(b"OCProperties") {
        return Ok(None);
    }
    let mut update = Update::new(document);
    edit(&mut update, document.catalog_id()?, |catalog| catalog.set("OCProperties", b"null"))?;
    Ok(Some([document.bytes(), &update.finish()?.bytes].concat()))
}
