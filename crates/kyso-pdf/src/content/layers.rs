//! Optional content (ISO 32000-2, 8.11): whether what belongs to a layer is shown when the document is opened, and when
//! it's printed.

use std::collections::HashSet;

use lopdf::{Dictionary, Object, ObjectId};

use crate::error::Error;
use crate::file::document::Document;
use crate::update::edit::{edit, shown};
use crate::update::incremental::Update;

/// Deepest visibility expression.
const MAX_DEPTH: usize = 32;
/// Most groups that one membership is asked about.
const MAX_GROUPS: usize = 10_000;

/// How viewers find out a group's state: they differ in whether a group's own usage counts where no usage application
/// dictionary names the group (8.11.4.4, 8.11.4.5).
#[derive(Clone, Copy)]
enum Reading {
    /// By the default configuration alone.
    Configuration,
    /// By the default configuration, in viewers (MuPDF) that never show content with the policy AnyOff, and always that of
    /// a group that isn't said to be one.
    WithoutAnyOff,
    /// By the group's usage on screen, before the configuration, in viewers (PDFium) that always show groups that aren't
    /// meant for views.
    OnScreen,
    /// By the group's usage in print, before the configuration.
    InPrint,
}

const READINGS: [Reading; 4] = [Reading::Configuration, Reading::WithoutAnyOff, Reading::OnScreen, Reading::InPrint];

/// The default configuration of the document's layers.
pub(crate) struct Layers {
    /// The document's groups: what is none of these is shown.
    all: HashSet<ObjectId>,
    /// /BaseState /OFF.
    are_off: bool,
    on: HashSet<ObjectId>,
    off: HashSet<ObjectId>,
}

impl Layers {
    /// Reads /OCProperties /D (8.11.4.3, table 99).
    pub(crate) fn read(document: &Document<'_>) -> Result<Self, Error> {
        let properties = document.dictionary(&document.catalog()?, b"OCProperties")?;
        let default = document.dictionary(&properties, b"D")?;
        let are_off = matches!(document.get(&default, b"BaseState")?, Object::Name(state) if state == b"OFF");
        let groups = |holder: &Dictionary, key: &[u8]| -> Result<HashSet<ObjectId>, Error> {
            let groups = document.items(holder.get(key).ok())?;
            Ok(groups.iter().filter_map(|id| id.as_reference().ok()).collect())
        };
        let (on, off) = (groups(&default, b"ON")?, groups(&default, b"OFF")?);
        Ok(Self { all: groups(&properties, b"OCGs")?, are_off, on, off })
    }

    /// Whether an object with this /OC is shown, by each of the ways in which viewers find that out.
    pub(crate) fn shows(&self, document: &Document<'_>, membership: Option<&Object>) -> Result<[bool; 4], Error> {
        let mut shown = [true; 4];
        if let Some(membership) = membership {
            for (shown, reading) in shown.iter_mut().zip(READINGS) {
                *shown = Asked { layers: self, document, reading, left: MAX_GROUPS }.membership(membership)?;
            }
        }
        Ok(shown)
    }
}

/// One question.
struct Asked<'l, 'd, 'a> {
    layers: &'l Layers,
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
            return self.expression(&expression, 0);
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
        let Some(id) = group.as_reference().ok().filter(|id| self.layers.all.contains(id)) else { return Ok(true) };
        if self.is_always_shown(&dictionary)? {
            return Ok(true);
        }
        if let Some(on) = self.usage(&dictionary)? {
            return Ok(on);
        }
        let Layers { are_off, on, off, .. } = self.layers;
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
            Reading::Configuration | Reading::InPrint => false,
        })
    }

    /// What the group's usage dictionary (table 100) says.
    fn usage(&self, group: &Dictionary) -> Result<Option<bool>, Error> {
        let ways: &[(&[u8], &[u8])] = match self.reading {
            Reading::Configuration | Reading::WithoutAnyOff => &[],
            Reading::OnScreen => &[(b"View", b"ViewState")],
            Reading::InPrint => &[(b"Print", b"PrintState"), (b"View", b"ViewState")],
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
