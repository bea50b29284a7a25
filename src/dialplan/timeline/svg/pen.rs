//! Shapes and letters.

use std::fmt::Write;

use super::Sheet;
use super::paint::INK;

/// A piece of text and how it stands.
pub(super) struct Words<'a> {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) font: f64,
    pub(super) fill: &'a str,
    pub(super) anchor: &'a str,
    pub(super) bold: bool,
    /// A rim of this colour, so that lines and stripes behind do not touch the letters.
    pub(super) rim: &'a str,
}

impl Sheet<'_> {
    pub(super) fn rect(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), fill: &str, edge: &str) {
        let edge =
            if edge.is_empty() { String::new() } else { format!(" stroke=\"{edge}\" stroke-width=\"0.12\"") };
        self.put(format_args!(
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" fill=\"{fill}\"{edge}/>\n"
        ));
    }

    pub(super) fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), stroke: &str, width: f64) {
        self.put(format_args!(
            "<path d=\"M{x1:.2} {y1:.2}L{x2:.2} {y2:.2}\" stroke=\"{stroke}\" stroke-width=\"{width}\"/>\n"
        ));
    }

    pub(super) fn dashed(&mut self, x: f64, top: f64, bottom: f64) {
        self.put(format_args!(
            "<path d=\"M{x:.2} {top:.2}V{bottom:.2}\" stroke=\"{INK}\" stroke-width=\"0.15\" stroke-dasharray=\"0.8 0.6\"/>\n"
        ));
    }

    pub(super) fn words(&mut self, text: &str, words: &Words<'_>) {
        if text.trim().is_empty() {
            return;
        }
        let Words { x, y, font, fill, anchor, bold, rim } = words;
        let rim = if rim.is_empty() {
            String::new()
        } else {
            format!(" stroke=\"{rim}\" stroke-width=\"1\" stroke-linejoin=\"round\" paint-order=\"stroke\"")
        };
        let bold = if *bold { " font-weight=\"bold\"" } else { "" };
        let anchor = if *anchor == "start" { String::new() } else { format!(" text-anchor=\"{anchor}\"") };
        let text = escape(text);
        self.put(format_args!(
            "<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{font:.2}\" fill=\"{fill}\"{rim}{anchor}{bold}>{text}</text>\n"
        ));
    }

    pub(super) fn put(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a `String` cannot fail.
        self.text.write_fmt(text).ok();
    }
}

/// Text as XML text; what a file must not hold is left out.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}
