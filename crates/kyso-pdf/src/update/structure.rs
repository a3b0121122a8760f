//! Tags (ISO 32000-2, 14.7): the structure tree of appended pages, taken into the document's own or as its first.

use std::collections::{BTreeMap, HashSet};

use lopdf::{Dictionary, Object, ObjectId, StringFormat};

use super::dictionary_text::DictionaryText;
use super::edit::{append, dictionary, edit, reference, reference_in};
use super::import::Import;
use super::incremental::{Update, Value, object_text};
use crate::error::Error;
use crate::file::document::Document;

/// Most nodes of a number tree.
const MAX_NODES: usize = 100_000;
/// Longest chain of role mappings.
const MAX_ROLES: usize = 16;
/// The keys into the parent tree: of a page or form, and of a single object (table 359).
const PARENT_KEYS: [&[u8]; 2] = [b"StructParents", b"StructParent"];
/// The language of the papers that are made here.
const LANGUAGE: &[u8] = b"vi-VN";

/// The tags of pages that are being appended.
pub(super) struct Structure {
    tree: Option<Tree>,
}

struct Tree {
    id: Option<ObjectId>,
    /// /K of its root.
    kids: Vec<Object>,
    /// Elements right under the root.
    tops: HashSet<ObjectId>,
    /// /RoleMap: what types of its own stand for.
    roles: BTreeMap<Vec<u8>, Vec<u8>>,
    /// The parent tree.
    parents: BTreeMap<i64, Object>,
    /// What is added to its keys.
    shift: i64,
    /// The one element under the document's own root: tagged documents have no more than one there (14.8.4).
    parent: Option<ObjectId>,
    /// What stands for the form that the content is drawn in, where it isn't the page itself.
    form: Option<ObjectId>,
}

/// No object of the source has this number.
const FORM: ObjectId = (u32::MAX, u16::MAX);

impl Structure {
    /// The tags of `pages`, with keys that nothing in `document` has.
    pub(super) fn between(document: &Document<'_>, pages: &Document<'_>) -> Result<Self, Error> {
        let catalog = pages.catalog()?;
        let id = catalog.get(b"StructTreeRoot").ok().and_then(|root| root.as_reference().ok());
        let Object::Dictionary(root) = pages.get(&catalog, b"StructTreeRoot")? else { return Ok(Self { tree: None }) };
        let kids = match root.get(b"K") {
            Ok(kids) => match pages.resolve(kids)? {
                Object::Array(items) => items,
                Object::Null => Vec::new(),
                _ => vec![kids.clone()],
            },
            Err(_) => Vec::new(),
        };
        let mut roles = BTreeMap::new();
        if let Object::Dictionary(map) = pages.get(&root, b"RoleMap")? {
            for (own, _) in &map {
                if let Object::Name(role) = pages.get(&map, own)? {
                    roles.insert(own.clone(), role);
                }
            }
        }
        let parents = match root.get(b"ParentTree") {
            Ok(tree) => number_tree(pages, tree)?,
            Err(_) => BTreeMap::new(),
        };
        let tops = kids.iter().filter_map(|kid| kid.as_reference().ok()).collect();
        let shift = next_key(document)?;
        Ok(Self {
            tree: Some(Tree { id, kids, tops, roles, parents, shift, parent: only_element(document)?, form: None }),
        })
    }

    /// No tags.
    pub(super) fn none() -> Self {
        Self { tree: None }
    }

    /// These tags where the page's content becomes the content of `form`: marked content is found there then
    /// (14.7.5.2.1).
    pub(super) fn of_form(mut self, import: &mut Import<'_, '_>, form: ObjectId) -> Self {
        if let Some(tree) = &mut self.tree {
            import.replace(FORM, Some(form));
            tree.form = Some(FORM);
        }
        self
    }

    /// Gives an object the keys and the role names that it has in the other document; without tags, none.
    pub(super) fn change(&self, id: ObjectId, object: &mut Object) {
        let dictionary = match object {
            Object::Dictionary(dictionary) => dictionary,
            Object::Stream(stream) => &mut stream.dict,
            _ => return,
        };
        let Some(tree) = &self.tree else {
            PARENT_KEYS.iter().for_each(|key| drop(dictionary.remove(key)));
            return;
        };
        for key in PARENT_KEYS {
            if let Ok(Object::Integer(number)) = dictionary.get(key) {
                dictionary.set(key, number.saturating_add(tree.shift));
            }
        }
        let is_element = matches!(dictionary.get(b"Type"), Ok(Object::Name(kind)) if kind == b"StructElem");
        if is_element || tree.tops.contains(&id) {
            tree.change_element(id, dictionary);
        }
    }

    /// Takes the tree over, and everything that `import` still has to bring.
    pub(super) fn enter(
        &self,
        document: &Document<'_>,
        update: &mut Update<'_, '_>,
        import: &mut Import<'_, '_>,
    ) -> Result<(), Error> {
        let mut change = |id: ObjectId, object: &mut Object| {
            self.change(id, object);
            Ok(())
        };
        let Some(tree) = &self.tree else { return import.finish(update, &mut change) };
        let root = root(document, update)?;
        let holder = tree.parent.unwrap_or(root);
        if let Some(id) = tree.id {
            import.replace(id, Some(holder));
        }
        let mut kids = Vec::new();
        for kid in &tree.kids {
            match import.value(update, kid)? {
                Object::Reference(kid) => kids.push(kid),
                Object::Null => {}
                direct => kids.push(update.add(Value::Object(direct))),
            }
        }
        let mut numbers = Vec::new();
        for (key, value) in &tree.parents {
            let value = import.value(update, value)?;
            numbers.push((key.saturating_add(tree.shift), value));
        }
        import.finish(update, &mut change)?;

        let mut text = dictionary(update, holder)?;
        add_kids(document, update, &mut text, &kids)?;
        update.set(holder, Value::Text(text.into_bytes()));
        let mut text = dictionary(update, root)?;
        add_numbers(document, update, &mut text, &numbers)?;
        let next = numbers.last().map_or(tree.shift, |(key, _)| key.saturating_add(1));
        text.set("ParentTreeNextKey", next.to_string().as_bytes())?;
        update.set(root, Value::Text(text.into_bytes()));
        Ok(())
    }
}

impl Tree {
    fn change_element(&self, id: ObjectId, element: &mut Dictionary) {
        if let Ok(Object::Name(own)) = element.get(b"S") {
            let mut role = own;
            for _ in 0..MAX_ROLES {
                match self.roles.get(role) {
                    Some(next) => role = next,
                    None => break,
                }
            }
            let is_nested = self.parent.is_some() && role == b"Document";
            let role = if is_nested { b"Part".to_vec() } else { role.clone() };
            element.set("S", Object::Name(role));
        }
        // Classes are defined in the tree's root, which stays behind.
        element.remove(b"C");
        if let (Some(form), Ok(kids)) = (self.form, element.get(b"K")) {
            let page = element.get(b"Pg").ok().cloned();
            let in_form = |kid: &Object| match kid {
                Object::Integer(_) => {
                    let mut content = Dictionary::new();
                    content.set("Type", Object::Name(b"MCR".to_vec()));
                    if let Some(page) = &page {
                        content.set("Pg", page.clone());
                    }
                    content.set("Stm", form);
                    content.set("MCID", kid.clone());
                    Object::Dictionary(content)
                }
                Object::Dictionary(content) if content.has(b"MCID") => {
                    let mut content = content.clone();
                    content.set("Stm", form);
                    Object::Dictionary(content)
                }
                other => other.clone(),
            };
            let kids = match kids {
                Object::Array(items) => Object::Array(items.iter().map(in_form).collect()),
                single => in_form(single),
            };
            element.set("K", kids);
        }
        if self.tops.contains(&id) && !element.has(b"Lang") {
            element.set("Lang", Object::String(LANGUAGE.to_vec(), StringFormat::Literal));
        }
    }
}

/// The root of the document's structure tree as an object; an empty one where there is none.
fn root(document: &Document<'_>, update: &mut Update<'_, '_>) -> Result<ObjectId, Error> {
    let catalog = document.catalog_id()?;
    let written = dictionary(update, catalog)?.get("StructTreeRoot")?.map(<[u8]>::to_vec);
    if let Some(id) = written.as_deref().and_then(reference_in)
        && matches!(document.value(id)?, Some(Object::Dictionary(_)))
    {
        return Ok(id);
    }
    let text = match written.filter(|text| text.starts_with(b"<<")) {
        Some(direct) => direct,
        None => b"<<\n/Type /StructTreeRoot\n>>".to_vec(),
    };
    let id = update.add(Value::Text(text));
    edit(update, catalog, |text| text.set("StructTreeRoot", &reference(id)))?;
    Ok(id)
}

/// The element under the document's root, where it's one.
fn only_element(document: &Document<'_>) -> Result<Option<ObjectId>, Error> {
    let Object::Dictionary(root) = document.get(&document.catalog()?, b"StructTreeRoot")? else { return Ok(None) };
    let only = match (root.get(b"K"), document.get(&root, b"K")?) {
        (_, Object::Array(items)) => match items.as_slice() {
            [Object::Reference(only)] => *only,
            _ => return Ok(None),
        },
        (Ok(Object::Reference(only)), _) => *only,
        _ => return Ok(None),
    };
    Ok(matches!(document.value(only)?, Some(Object::Dictionary(_))).then_some(only))
}

/// Adds elements under another, whose /K may be one kid or an array of them.
fn add_kids(
    document: &Document<'_>,
    update: &mut Update<'_, '_>,
    holder: &mut DictionaryText,
    kids: &[ObjectId],
) -> Result<(), Error> {
    let written = holder.get("K")?.map(<[u8]>::to_vec);
    if let Some(text) = written.filter(|text| !text.starts_with(b"[")) {
        let is_array = match reference_in(&text) {
            Some(id) => matches!(document.object(id)?, Object::Array(_)),
            None => false,
        };
        if !is_array {
            holder.set("K", &[b"[", text.as_slice(), b"]"].concat())?;
        }
    }
    kids.iter().try_for_each(|kid| append(document, update, holder, "K", *kid))
}

/// Adds entries behind all others of the parent tree.
fn add_numbers(
    document: &Document<'_>,
    update: &mut Update<'_, '_>,
    root: &mut DictionaryText,
    numbers: &[(i64, Object)],
) -> Result<(), Error> {
    let (Some((first, _)), Some((last, _))) = (numbers.first(), numbers.last()) else { return Ok(()) };
    let mut entries = Vec::new();
    for (key, value) in numbers {
        entries.extend(format!("\n{key} ").into_bytes());
        entries.extend(object_text(value)?);
    }
    let written = root.get("ParentTree")?.map(<[u8]>::to_vec);
    let id = written.as_deref().and_then(reference_in);
    let text = match id {
        Some(id) => update.text(id)?,
        None => written,
    };
    let Some(mut tree) = text.and_then(|text| DictionaryText::new(text).ok()) else {
        let id = update.add(Value::Text([b"<< /Nums [", entries.as_slice(), b"] >>"].concat()));
        return root.set("ParentTree", &reference(id));
    };
    if tree.get("Kids")?.is_some() {
        let leaf = [format!("<< /Limits [{first} {last}] /Nums [").as_bytes(), &entries, b"] >>"].concat();
        let leaf = update.add(Value::Text(leaf));
        append(document, update, &mut tree, "Kids", leaf)?;
    } else {
        add_to_array(update, &mut tree, "Nums", &entries)?;
    }
    match id {
        Some(id) => update.set(id, Value::Text(tree.into_bytes())),
        None => root.set("ParentTree", &tree.into_bytes())?,
    }
    Ok(())
}

/// Adds text before the end of an array, be it direct, an object of its own, or not there yet.
fn add_to_array(update: &mut Update<'_, '_>, holder: &mut DictionaryText, key: &str, text: &[u8]) -> Result<(), Error> {
    let extended = |mut array: Vec<u8>| {
        let end = array.iter().rposition(|&byte| byte == b']').unwrap_or(array.len());
        array.splice(end..end, text.iter().copied());
        array
    };
    let written = holder.get(key)?.map(<[u8]>::to_vec);
    if let Some(id) = written.as_deref().and_then(reference_in)
        && let Some(array) = update.text(id)?.filter(|text| text.starts_with(b"["))
    {
        update.set(id, Value::Text(extended(array)));
        return Ok(());
    }
    let array = written.filter(|text| text.starts_with(b"[")).unwrap_or_else(|| b"[]".to_vec());
    holder.set(key, &extended(array))
}

/// The first key that nothing in the document's parent tree, nor any page or annotation, has.
fn next_key(document: &Document<'_>) -> Result<i64, Error> {
    let mut last = -1_i64;
    if let Object::Dictionary(root) = document.get(&document.catalog()?, b"StructTreeRoot")? {
        if let Ok(tree) = root.get(b"ParentTree") {
            last = number_tree(document, tree)?.keys().next_back().copied().unwrap_or(last);
        }
        if let Object::Integer(next) = document.get(&root, b"ParentTreeNextKey")? {
            last = last.max(next.saturating_sub(1));
        }
    }
    // Keys of a tree that is gone may be left on pages.
    for page in document.pages()? {
        let annotations = match document.get(&page.dictionary, b"Annots")? {
            Object::Array(items) => items,
            _ => Vec::new(),
        };
        let mut holders = vec![page.dictionary];
        for annotation in &annotations {
            if let Ok(Object::Dictionary(annotation)) = document.resolve(annotation) {
                holders.push(annotation);
            }
        }
        for key in PARENT_KEYS {
            for holder in &holders {
                if let Ok(Object::Integer(number)) = holder.get(key) {
                    last = last.max(*number);
                }
            }
        }
    }
    if last >= i64::from(i32::MAX) - i64::from(u16::MAX) {
        return Err(Error::input(
            "structure tree",
            None,
            "its keys are used up: /ParentTreeNextKey is beyond all bounds",
        ));
    }
    Ok(last + 1)
}

/// The entries of a number tree (7.9.7).
fn number_tree(document: &Document<'_>, tree: &Object) -> Result<BTreeMap<i64, Object>, Error> {
    let (mut entries, mut seen) = (BTreeMap::new(), HashSet::new());
    let mut waiting = vec![tree.clone()];
    let mut nodes = 0_usize;
    while let Some(node) = waiting.pop() {
        if let Object::Reference(id) = node
            && !seen.insert(id)
        {
            continue;
        }
        nodes += 1;
        if nodes > MAX_NODES {
            return Err(Error::Budget { budget: "nodes of a number tree", limit: MAX_NODES as u64, offset: None });
        }
        let Object::Dictionary(node) = document.resolve(&node)? else { continue };
        if let Object::Array(kids) = document.get(&node, b"Kids")? {
            waiting.extend(kids);
        }
        if let Object::Array(items) = document.get(&node, b"Nums")? {
            for pair in items.chunks(2) {
                if let [key, value] = pair
                    && let Object::Integer(key) = document.resolve(key)?
                {
                    entries.insert(key, value.clone());
                }
            }
        }
    }
    Ok(entries)
}
