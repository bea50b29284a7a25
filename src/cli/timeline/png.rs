//! An SVG sheet as PNG, drawn with the fonts of this machine.
//!
//! *Invariant:* a letter that no font has is an error that names it. A sheet with boxes for letters is never written.

use std::collections::BTreeSet;
use std::path::Path;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Group, Node, Options, Tree};

use crate::cli::failure::Failure;

/// Draws it, so many dots an inch.
pub(super) fn draw(svg: &str, dpi: u16, font: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let mut options = Options::default();
    fonts(options.fontdb_mut(), font)?;
    let tree = Tree::from_str(svg, &options).map_err(|error| Failure::because(&error))?;
    complete(&tree, svg)?;
    // Lengths in millimetres have become pixels of 1/96 inch.
    let scale = f32::from(dpi) / 96.0;
    let size = tree.size().to_int_size().scale_by(scale);
    let pixmap = size.and_then(|size| Pixmap::new(size.width(), size.height()));
    let mut pixmap =
        pixmap.ok_or_else(|| Failure::new("the sheet is too large to be drawn").help("use --svg"))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|error| Failure::because(&error))
}

/// The font asked for first, then the machine's.
fn fonts(fonts: &mut Database, font: Option<&Path>) -> Result<(), Failure> {
    if let Some(font) = font {
        let said = |error| Failure::new(format!("cannot read the font {}", font.display())).cause(error);
        fonts.load_font_file(font).map_err(said)?;
        // What is no font is passed over there without a word.
        if fonts.is_empty() {
            return Err(Failure::new(format!("{} is no font", font.display())).help(FONT_HELP));
        }
    }
    let asked = fonts.faces().next().and_then(|face| face.families.first()).map(|(name, _)| name.clone());
    fonts.load_system_fonts();
    let has = |name: &str| fonts.faces().any(|face| face.families.iter().any(|(family, _)| family == name));
    let any = || fonts.faces().next().and_then(|face| face.families.first()).map(|(name, _)| name.clone());
    let plain = || LATIN.iter().find(|name| has(name)).map(|name| (*name).to_owned());
    match asked.or_else(plain).or_else(any) {
        // Whatever no font of the sheet's own list has is drawn with this one, or with any that has it.
        Some(family) => fonts.set_sans_serif_family(family),
        None => return Err(Failure::new("this machine has no font").help(HELP)),
    }
    Ok(())
}

/// Every letter has a glyph.
fn complete(tree: &Tree, svg: &str) -> Result<(), Failure> {
    let mut seen = Seen::default();
    seen.look(tree.root());
    if !seen.missing.is_empty() {
        let letters: String = seen.missing.iter().take(20).cloned().collect();
        let message =
            format!("no font of this machine has {} of the sheet's letters: {letters}", seen.missing.len());
        return Err(Failure::new(message).help(HELP));
    }
    // A text none of whose families is there is left out by the renderer without a word.
    let texts = svg.matches("<text ").count();
    if seen.texts < texts {
        let message = format!("no font of this machine draws {} of the sheet's texts", texts - seen.texts);
        return Err(Failure::new(message).help(HELP));
    }
    Ok(())
}

#[derive(Default)]
struct Seen {
    texts: usize,
    missing: BTreeSet<String>,
}

impl Seen {
    fn look(&mut self, group: &Group) {
        for node in group.children() {
            match node {
                Node::Group(group) => self.look(group),
                Node::Text(text) => {
                    self.texts += 1;
                    let glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
                    self.missing
                        .extend(glyphs.filter(|glyph| glyph.id.0 == 0).map(|glyph| glyph.text.clone()));
                }
                Node::Path(_) | Node::Image(_) => {}
            }
        }
    }
}

const LATIN: &[&str] = &["Noto Sans", "DejaVu Sans", "Liberation Sans", "Arial"];
const FONT_HELP: &str = "--font takes a TrueType or OpenType file: .ttf, .otf, .ttc";
const HELP: &str =
    "on Debian: apt-get install fonts-noto-cjk; or name a font that has them with --font; --svg needs none";

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(words: &str) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"60mm\" height=\"20mm\" viewBox=\"0 0 60 20\" \
             font-family=\"'WenQuanYi Micro Hei','Noto Sans CJK SC',sans-serif\">\n\
             <text x=\"2\" y=\"12\" font-size=\"6\">{words}</text></svg>"
        )
    }

    #[test]
    fn chinese_letters_are_drawn_with_the_fonts_of_this_machine() {
        let png = draw(&sheet("无锡12345"), 100, None).map_err(|failure| failure.render(false)).unwrap();
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
        // 60 mm at 100 dots an inch.
        assert_eq!(png[16..20], 236_u32.to_be_bytes());
        let blank = draw(&sheet("."), 100, None).map_err(|failure| failure.render(false)).unwrap();
        assert!(png.len() > blank.len() + 500, "{} {}", png.len(), blank.len());
    }

    #[test]
    fn a_letter_that_no_font_has_is_named_and_nothing_is_drawn() {
        // A private-use character: no font of Debian has it.
        let failure = draw(&sheet("12345\u{10fffd}"), 100, None).unwrap_err().render(false);
        assert!(failure.contains("no font of this machine"), "{failure}");
        assert!(failure.contains("fonts-noto-cjk"), "{failure}");
    }

    #[test]
    fn a_font_that_cannot_be_read_is_named() {
        let failure = draw(&sheet("1"), 100, Some(Path::new("nowhere.ttf"))).unwrap_err().render(false);
        assert!(failure.contains("nowhere.ttf"), "{failure}");
    }

    #[test]
    fn a_file_that_is_no_font_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("letters.ttf");
        std::fs::write(&file, "no font").unwrap();
        let failure = draw(&sheet("1"), 100, Some(&file)).unwrap_err().render(false);
        assert!(failure.contains("letters.ttf is no font"), "{failure}");
        assert!(failure.contains(".otf"), "{failure}");
    }
}
