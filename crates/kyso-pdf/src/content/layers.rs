//! Optional content (ISO 32000-2, 8.11): whether what belongs to a layer is shown when the document is opened, and when
//! it's printed.

use std::collections::HashSet;

use lopdf::{Dictionary, Object, ObjectId};

use crate::error::Error;
use crate::file::document::Document;
use crate::update::edit::edit;
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
    /// By the default configuration, in viewers (MuPDF) that never show content with the policy AnyOff.
    WithoutAnyOff,
    /// By the group's usage on screen, before the configuration.
    OnScreen,
    /// By the group's usage in print, before the configuration.
    InPrint,
}

const READINGS: [Reading; 4] = [Reading::Configuration, Reading::WithoutAnyOff, Reading::OnScreen, Reading::InPrint];

/// The default configuration of the document's layers.
pub(crate) struct Layers {
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
        let mut found = Self { are_off, on: HashSet::new(), off: HashSet::new() };
        for (key, groups) in [(&b"ON"[..], &mut found.on), (b"OFF", &mut found.off)] {
            groups.extend(document.items(default.get(key).ok())?.iter().filter_map(|id| id.as_reference().ok()));
        }
        Ok(found)
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
            budget: "layers that an annotation belongs to",
            limit: MAX_GROUPS as u64,
            offset: None,
        })?;
        let Object::Dictionary(dictionary) = self.document.resolve_value(group)? else { return Ok(true) };
        if let Some(on) = self.usage(&dictionary)? {
            return Ok(on);
        }
        let id = group.as_reference().ok();
        let is_among = |groups: &HashSet<ObjectId>| id.is_some_and(|id| groups.contains(&id));
        Ok(!is_among(&self.layers.off) && (!self.layers.are_off || is_among(&self.layers.on)))
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
