//! A template's text: `**bold**`, `*italic*`, `{{placeholder}}`. Values are put in after it's read, so nothing in a name can
//! be taken for markup.

use super::placeholder::{self, Placeholder, Scope};
use kyso::Bilingual;
use kyso_pdf::typeface::Face;

/// A piece of text in one face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The typeface of the piece.
    pub face: Face,
    /// What stands there.
    pub content: Content,
}

/// What stands in a piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The template's own words.
    Text(String),
    /// A value.
    Value {
        /// Which.
        placeholder: Placeholder,
        /// Whether the value begins with a capital letter.
        capital: bool,
    },
}

/// What is wrong at a byte of the text.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) at: usize,
    pub(super) text: Bilingual,
}

/// After so many mistakes nothing more is looked for in a text.
const MOST_WRONG: usize = 20;

/// Reads a text; `may` says whether a placeholder may stand here.
pub(super) fn read(text: &str, may: impl Fn(Scope) -> bool) -> Result<Vec<Piece>, Vec<Wrong>> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut wrong = Vec::new();
    let mut face = Face::Regular;
    let mut rest = text;
    while !rest.is_empty() && wrong.len() < MOST_WRONG {
        let at = text.len() - rest.len();
        if let Some(inner) = rest.strip_prefix("{{") {
            let Some((name, after)) = inner.split_once("}}") else {
                wrong.push(Wrong {
                    at,
                    text: Bilingual::new("“{{” không có “}}” đóng lại", "“{{” isn't closed by “}}”"),
                });
                break;
            };
            rest = after;
            match placeholder::find(name.trim()) {
                Some((placeholder, scope, capital)) if may(scope) => {
                    pieces.push(Piece { face, content: Content::Value { placeholder, capital } });
                }
                Some(_) => wrong.push(Wrong { at, text: misplaced(name) }),
                None => wrong.push(Wrong { at, text: unknown(name) }),
            }
        } else if rest.starts_with("**") || rest.starts_with('*') {
            let (mark, own) = if rest.starts_with("**") { ("**", Face::Bold) } else { ("*", Face::Italic) };
            rest = rest.get(mark.len()..).unwrap_or_default();
            face = match face {
                Face::Regular => own,
                same if same == own => Face::Regular,
                _ => {
                    let vi = "chữ không thể vừa đậm vừa nghiêng: đóng dấu * trước khi mở dấu khác";
                    wrong.push(Wrong {
                        at,
                        text: Bilingual::new(vi, "bold and italic can't be mixed: close one before opening the other"),
                    });
                    break;
                }
            };
        } else {
            let end = rest.find(['*', '{']).filter(|end| *end > 0).unwrap_or_else(|| {
                rest.char_indices().skip(1).find(|(_, c)| matches!(c, '*' | '{')).map_or(rest.len(), |(at, _)| at)
            });
            let (words, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            rest = after;
            match pieces.last_mut() {
                Some(Piece { face: last, content: Content::Text(text) }) if *last == face => text.push_str(words),
                _ => pieces.push(Piece { face, content: Content::Text(words.to_owned()) }),
            }
        }
    }
    if face != Face::Regular && wrong.is_empty() {
        let text = Bilingual::new("dấu * mở mà không đóng", "a * is opened and not closed");
        wrong.push(Wrong { at: 0, text });
    }
    if wrong.is_empty() { Ok(pieces) } else { Err(wrong) }
}

fn unknown(name: &str) -> Bilingual {
    let known = Placeholder::all().map(|(name, _)| name).collect::<Vec<_>>().join(", ");
    Bilingual::new(
        format!("không có chỗ điền “{{{{{name}}}}}”; được dùng: {known}"),
        format!("there is no placeholder “{{{{{name}}}}}”; known are: {known}"),
    )
}

fn misplaced(name: &str) -> Bilingual {
    Bilingual::new(
        format!("chỗ điền “{{{{{name}}}}}” chỉ dùng được trong phần lặp lại: each = \"parties\" hoặc \"witnesses\""),
        format!(
            "placeholder “{{{{{name}}}}}” may stand only in a part that repeats: each = \"parties\" or \"witnesses\""
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(text: &str) -> Vec<(usize, String)> {
        let wrong = read(text, |scope| scope == Scope::Anywhere).err().unwrap_or_default();
        wrong.into_iter().map(|wrong| (wrong.at, wrong.text.en)).collect()
    }

    #[test]
    fn text_markup_and_values() {
        let pieces = read("Tôi **{{certifier.name}}**, *là* {{Date}} { 1 }", |_| true).unwrap();
        let text = |face, text: &str| Piece { face, content: Content::Text(text.into()) };
        let value = |face, placeholder, capital| Piece { face, content: Content::Value { placeholder, capital } };
        let expected = [
            text(Face::Regular, "Tôi "),
            value(Face::Bold, Placeholder::CertifierName, false),
            text(Face::Regular, ", "),
            text(Face::Italic, "là"),
            text(Face::Regular, " "),
            value(Face::Regular, Placeholder::Date, true),
            text(Face::Regular, " { 1 }"),
        ];
        assert_eq!(pieces, expected);
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        assert!(errors("a {{nonsense}}")[0].1.starts_with("there is no placeholder “{{nonsense}}”"));
        assert_eq!(errors("ạ {{nonsense}} {{party.name}}").iter().map(|one| one.0).collect::<Vec<_>>(), [4, 17]);
        assert!(errors("{{party.name}}")[0].1.contains("may stand only"));
        assert!(errors("a {{date")[0].1.contains("isn't closed"));
        assert!(errors("**a")[0].1.contains("not closed"));
        assert!(errors("**a *b* c**")[0].1.contains("can't be mixed"));
        assert!(errors("{{}}")[0].1.contains("no placeholder"));
    }
}
