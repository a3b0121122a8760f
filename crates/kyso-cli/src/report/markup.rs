//! XML and HTML, written piece by piece: what comes from outside is text there, and never markup.

use crate::text::plain;

/// Elements of HTML that stand within a line: a break before one would be a space.
const INLINE: [&str; 8] = ["a", "b", "code", "small", "span", "strong", "text", "time"];

/// An attribute's name and value.
pub(crate) type Attribute<'a> = (&'static str, &'a str);

/// A document in the making.
#[derive(Debug, Default)]
pub(crate) struct Markup {
    text: String,
    depth: usize,
}

impl Markup {
    /// What was written.
    pub(crate) fn finish(mut self) -> String {
        self.text.push('\n');
        self.text
    }

    /// Markup that is written down in this program.
    pub(crate) fn literal(&mut self, markup: &'static str) {
        self.text.push_str(markup);
    }

    /// Text, from anywhere.
    pub(crate) fn text(&mut self, text: &str) {
        escape(text, &mut self.text);
    }

    /// An element with a text in it.
    pub(crate) fn leaf(&mut self, name: &'static str, attributes: &[Attribute<'_>], text: &str) {
        self.start(name, attributes);
        self.text(text);
        self.end(name);
    }

    /// An element with nothing in it.
    pub(crate) fn empty(&mut self, name: &'static str, attributes: &[Attribute<'_>]) {
        self.start(name, attributes);
        self.text.pop();
        self.text.push_str("/>");
    }

    /// An element with whatever `content` writes.
    pub(crate) fn element(
        &mut self,
        name: &'static str,
        attributes: &[Attribute<'_>],
        content: impl FnOnce(&mut Self),
    ) {
        self.start(name, attributes);
        let before = self.text.len();
        self.depth += 1;
        content(self);
        self.depth -= 1;
        if self.text.get(before..).is_some_and(|inside| inside.starts_with('\n')) {
            self.line();
        }
        self.end(name);
    }

    fn start(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        if !INLINE.contains(&name) && !self.text.is_empty() {
            self.line();
        }
        self.text.push('<');
        self.text.push_str(name);
        for (attribute, value) in attributes {
            self.text.push(' ');
            self.text.push_str(attribute);
            self.text.push_str("=\"");
            escape(value, &mut self.text);
            self.text.push('"');
        }
        self.text.push('>');
    }

    fn end(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }

    fn line(&mut self) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n(' ', self.depth));
    }
}

/// What steers a reader is written out, as on a terminal; it includes all that XML 1.0 can't hold but two characters.
fn escape(text: &str, out: &mut String) {
    for c in plain(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_is_markup() {
        let mut markup = Markup::default();
        markup.leaf("a", &[("title", "\"><script>")], "<b>&amp;'\u{1b}\u{202e}\u{ffff}");
        let expected = "<a title=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt;&amp;amp;&#39;\\u{1b}\\u{202e}\\u{ffff}</a>\n";
        assert_eq!(markup.finish(), expected);
    }

    #[test]
    fn elements_stand_on_lines_of_their_own_and_words_in_them() {
        let mut markup = Markup::default();
        markup.element("div", &[], |markup| {
            markup.element("p", &[], |markup| {
                markup.text("a ");
                markup.leaf("b", &[], "b");
            });
            markup.empty("hr", &[("class", "x")]);
            markup.element("div", &[], |_| {});
        });
        assert_eq!(markup.finish(), "<div>\n <p>a <b>b</b></p>\n <hr class=\"x\"/>\n <div></div>\n</div>\n");
    }
}
