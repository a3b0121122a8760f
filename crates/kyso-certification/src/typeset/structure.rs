//! What the parts of a paper are, for those who hear it or reflow it: the structure tree of tagged PDF
//! (ISO 32000-1, 14.7 and 14.8).

use lopdf::{Dictionary, Object, ObjectId, dictionary, text_string};

use super::file::Objects;
use kyso::Rectangle;
use kyso::appearance::draw;

/// The kinds of parts that papers have (ISO 32000-1, 14.8.4).
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Document,
    Heading,
    Paragraph,
    /// A picture, told in words, and where it is.
    Figure(String, Rectangle),
    Table,
    TableHead,
    TableBody,
    TableFoot,
    Row,
    /// The title of a column.
    Title,
    /// A cell of a table, over so many columns.
    Cell(usize),
}

impl Kind {
    fn name(&self) -> &'static str {
        match self {
            Self::Document => "Document",
            Self::Heading => "H1",
            Self::Paragraph => "P",
            Self::Figure(..) => "Figure",
            Self::Table => "Table",
            Self::TableHead => "THead",
            Self::TableBody => "TBody",
            Self::TableFoot => "TFoot",
            Self::Row => "TR",
            Self::Title => "TH",
            Self::Cell(_) => "TD",
        }
    }

    fn enter(&self, element: &mut Dictionary) {
        match self {
            Self::Figure(words, place) => {
                element.set("Alt", text_string(words));
                element.set(
                    "A",
                    dictionary! {
                        "O" => "Layout",
                        "BBox" => draw::numbers(&[place.x, place.y, place.right(), place.top()]),
                    },
                );
            }
            Self::Title => element.set("A", dictionary! { "O" => "Table", "Scope" => "Column" }),
            Self::Cell(columns) if *columns > 1 => {
                let columns = i64::try_from(*columns).unwrap_or(i64::MAX);
                element.set("A", dictionary! { "O" => "Table", "ColSpan" => columns });
            }
            _ => {}
        }
    }
}

/// What is on the page but no part of the paper's content (ISO 32000-1, 14.8.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Artifact {
    /// Rules.
    Layout,
    /// Page numbers, notes in the margin, column titles that come again.
    Pagination,
}

/// A part, by its number.
pub(super) type ElementId = usize;

/// Whose a piece of a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Element(ElementId),
    Artifact(Artifact),
}

#[derive(Debug)]
enum Kid {
    Element(ElementId),
    /// Page (from 0) and number of the marked content there.
    Content(usize, usize),
}

#[derive(Debug)]
struct Element {
    kind: Kind,
    kids: Vec<Kid>,
}

/// The tree, growing.
#[derive(Debug)]
pub(super) struct Structure {
    elements: Vec<Element>,
    /// From the root to the part that is being written.
    open: Vec<ElementId>,
}

/// How far a tree had grown.
#[derive(Debug, Clone)]
pub(super) struct StructureMark {
    elements: usize,
    /// The open parts, and how many kids each had.
    open: Vec<(ElementId, usize)>,
}

impl Structure {
    pub(super) fn new() -> Self {
        Self { elements: vec![Element { kind: Kind::Document, kids: Vec::new() }], open: vec![0] }
    }

    /// Begins a part within the one that is being written.
    pub(super) fn begin(&mut self, kind: Kind) -> ElementId {
        let id = self.elements.len();
        self.elements.push(Element { kind, kids: Vec::new() });
        let parent = self.open.last().copied().unwrap_or(0);
        if let Some(parent) = self.elements.get_mut(parent) {
            parent.kids.push(Kid::Element(id));
        }
        self.open.push(id);
        id
    }

    /// Ends the part that is being written.
    pub(super) fn end(&mut self) {
        if self.open.len() > 1 {
            self.open.pop();
        }
    }

    /// A part's name in the tree and in the pages.
    pub(super) fn name(&self, element: ElementId) -> &'static str {
        self.elements.get(element).map_or("P", |element| element.kind.name())
    }

    /// Gives a part a piece of a page.
    pub(super) fn content(&mut self, element: ElementId, page: usize, number: usize) {
        if let Some(element) = self.elements.get_mut(element) {
            element.kids.push(Kid::Content(page, number));
        }
    }

    pub(super) fn mark(&self) -> StructureMark {
        let kids = |id: &ElementId| self.elements.get(*id).map_or(0, |element| element.kids.len());
        StructureMark { elements: self.elements.len(), open: self.open.iter().map(|id| (*id, kids(id))).collect() }
    }

    /// Forgets what came after the mark.
    pub(super) fn back_to(&mut self, mark: &StructureMark) {
        self.elements.truncate(mark.elements);
        self.open = mark.open.iter().map(|(id, _)| *id).collect();
        for (id, kids) in &mark.open {
            if let Some(element) = self.elements.get_mut(*id) {
                element.kids.truncate(*kids);
            }
        }
    }

    /// Writes the tree. `pages` are the pages' objects, `marks` the parts of each page's pieces in their order; a page's
    /// /StructParents is its place in `pages`.
    pub(super) fn write(self, objects: &mut Objects, pages: &[ObjectId], marks: &[Vec<ElementId>]) -> ObjectId {
        let root = objects.reserve();
        let ids: Vec<ObjectId> = self.elements.iter().map(|_| objects.reserve()).collect();
        let mut parents = vec![root; ids.len()];
        for (element, id) in self.elements.iter().zip(&ids) {
            for kid in &element.kids {
                if let Kid::Element(kid) = kid
                    && let Some(parent) = parents.get_mut(*kid)
                {
                    *parent = *id;
                }
            }
        }
        for ((element, id), parent) in self.elements.iter().zip(&ids).zip(parents) {
            let mut dictionary = dictionary! {
                "Type" => "StructElem",
                "S" => element.kind.name(),
                "P" => parent,
            };
            element.kind.enter(&mut dictionary);
            // A part on one page names it once; pieces on other pages name their own.
            let first = element.kids.iter().find_map(|kid| match kid {
                Kid::Content(page, _) => Some(*page),
                Kid::Element(_) => None,
            });
            if let Some(page) = first.and_then(|page| pages.get(page)) {
                dictionary.set("Pg", *page);
            }
            let kids: Vec<Object> = element.kids.iter().filter_map(|kid| shown(kid, &ids, pages, first)).collect();
            if !kids.is_empty() {
                dictionary.set("K", kids);
            }
            objects.fill(*id, dictionary);
        }
        let mut numbers = Vec::new();
        for (page, marks) in (0_i64..).zip(marks) {
            let parts: Vec<Object> = marks.iter().filter_map(|part| ids.get(*part)).map(|id| (*id).into()).collect();
            numbers.extend([page.into(), Object::Array(parts)]);
        }
        let parents = objects.add(dictionary! { "Nums" => numbers });
        let kids: Vec<Object> = ids.first().map(|document| (*document).into()).into_iter().collect();
        objects.fill(
            root,
            dictionary! {
                "Type" => "StructTreeRoot",
                "K" => kids,
                "ParentTree" => parents,
                "ParentTreeNextKey" => i64::try_from(pages.len()).unwrap_or(i64::MAX),
            },
        );
        root
    }
}

fn shown(kid: &Kid, ids: &[ObjectId], pages: &[ObjectId], first: Option<usize>) -> Option<Object> {
    match kid {
        Kid::Element(id) => ids.get(*id).map(|id| (*id).into()),
        Kid::Content(page, number) => {
            let number = i64::try_from(*number).ok()?;
            if Some(*page) == first {
                return Some(number.into());
            }
            let page = *pages.get(*page)?;
            Some(dictionary! { "Type" => "MCR", "Pg" => page, "MCID" => number }.into())
        }
    }
}
