//! Colours and patterns.

use crate::dialplan::timeline::Look;

/// How a look is painted.
pub(super) struct Paint {
    pub(super) fill: &'static str,
    pub(super) edge: &'static str,
    pub(super) ink: &'static str,
    pub(super) pattern: &'static str,
}

impl Paint {
    pub(super) fn of(look: Look) -> Self {
        let paint = |fill, edge, ink, pattern| Self { fill, edge, ink, pattern };
        match look {
            Look::General => paint("#0072b2", "", "#ffffff", ""),
            Look::Own => paint("#009e73", "", "#ffffff", ""),
            Look::Trunk => paint("#e69f00", "", INK, ""),
            Look::Legacy => paint("#56b4e9", "", INK, ""),
            Look::Emergency => paint("#cc79a7", "", INK, ""),
            Look::Intercept => paint("#5a5a5a", "", "#ffffff", ""),
            Look::Cancelled => paint("#8c8c8c", "", "#ffffff", "cross"),
            Look::Closed => paint("#37474f", "", "#ffffff", ""),
            Look::Told => paint("#e4e4e4", "#c4c4c4", GREY, ""),
            Look::NotOurs => paint("#ffffff", "#d4d4d4", GREY, "dots"),
            Look::Gap => paint(GAP, "#7a0000", "#ffffff", "gap"),
        }
    }
}

/// Simplified Chinese first: another face of the same family would draw some letters the Japanese way.
pub(super) const FONTS: &str = "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',\
                                'WenQuanYi Micro Hei','WenQuanYi Zen Hei',sans-serif";
pub(super) const INK: &str = "#1a1a1a";
/// Of gaps and of nothing else.
pub(super) const GAP: &str = "#d00000";
pub(super) const GREY: &str = "#595959";

pub(super) const DEFS: &str = "<defs>
<pattern id=\"trial\" width=\"1.6\" height=\"1.6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
<rect width=\"0.6\" height=\"1.6\" fill=\"#ffffff\" fill-opacity=\"0.42\"/></pattern>
<pattern id=\"hours\" width=\"1.2\" height=\"1.2\" patternUnits=\"userSpaceOnUse\">\
<rect width=\"0.35\" height=\"1.2\" fill=\"#ffffff\" fill-opacity=\"0.6\"/></pattern>
<pattern id=\"speech\" width=\"1.2\" height=\"1.2\" patternUnits=\"userSpaceOnUse\">\
<rect width=\"0.6\" height=\"1.2\" fill=\"#f0e442\"/></pattern>
<pattern id=\"cross\" width=\"1.6\" height=\"1.6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(-45)\">\
<rect width=\"0.4\" height=\"1.6\" fill=\"#ffffff\" fill-opacity=\"0.4\"/></pattern>
<pattern id=\"gap\" width=\"1\" height=\"1\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
<rect width=\"0.25\" height=\"1\" fill=\"#7a0000\"/></pattern>
<pattern id=\"dots\" width=\"1.4\" height=\"1.4\" patternUnits=\"userSpaceOnUse\">\
<circle cx=\"0.7\" cy=\"0.7\" r=\"0.14\" fill=\"#b0b0b0\"/></pattern>
</defs>
";
