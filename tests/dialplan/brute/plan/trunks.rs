//! Trunks, what they say of the calls they bring, emergency lines, and places beside the city.

use super::Maker;

/// What a trunk says of the calls it brings.
#[derive(Default)]
pub(in super::super) struct Trunk {
    pub(in super::super) trusted: bool,
    /// In order; `None`: all rules.
    pub(in super::super) identify: Option<Vec<&'static str>>,
    pub(in super::super) hotline: Option<&'static str>,
    pub(in super::super) default: Option<&'static str>,
    /// Numbers bound, and to which hotline.
    pub(in super::super) access: Vec<(&'static str, &'static str)>,
    /// Whether it is an emergency line's.
    pub(in super::super) emergency: bool,
}

/// A place beside the city.
pub(in super::super) struct Linked {
    /// Whether it is another city's 12345.
    pub(in super::super) peer: bool,
    pub(in super::super) trunk: String,
}

impl Trunk {
    /// The numbers its calls are for.
    pub(in super::super) fn hotlines(&self) -> impl Iterator<Item = &str> {
        self.hotline.into_iter().chain(self.default).chain(self.access.iter().map(|(_, hotline)| *hotline))
    }
}

const HOTLINES: [&str; 5] = ["12301", "12302", "12304", "12397", "12345"];

impl Maker {
    pub(super) fn trunks(&mut self) {
        for (name, address) in [("police", 2), ("tax", 1), ("old", 3), ("carrier", 4)] {
            if name == "carrier" && self.one_in(2) {
                continue;
            }
            self.line(&format!("[trunk.{name}]\naddress = \"10.0.0.{address}\""));
            let mut trunk = Trunk { emergency: name == "police", ..Trunk::default() };
            if !trunk.emergency && (name == "carrier" || self.one_in(7)) {
                self.calls_brought(&mut trunk);
            }
            self.plan.trunks.insert(name.to_owned(), trunk);
        }
        self.line("[emergency]\n110 = { trunks = [\"police\"] }\n119 = { trunks = [\"police\"] }\n120 = { trunks = [\"police\"] }\n122 = { trunks = [\"police\"] }");
        if self.one_in(2) {
            self.linked();
        }
    }

    fn linked(&mut self) {
        let (kind, number) =
            (self.pick(&["peer", "peer", "utility"]), self.pick(&["12345", "12345", "051166668888"]));
        let trunk = self.somewhere(&["old", "tax", "carrier"]);
        self.line(&format!(
            "[linked.beside]\nname = \"n\"\nkind = \"{kind}\"\nnumber = \"{number}\"\ntrunk = \"{trunk}\""
        ));
        self.plan.dialled.push(("beside".to_owned(), number.to_owned(), vec![trunk.to_owned()]));
        let linked = Linked { peer: kind == "peer", trunk: trunk.to_owned() };
        self.plan.linked.insert("beside".to_owned(), linked);
    }

    /// A trunk that is there; seldom the police's.
    pub(super) fn somewhere(&mut self, among: &[&'static str]) -> &'static str {
        if self.one_in(40) {
            return "police";
        }
        let there: Vec<&'static str> =
            among.iter().copied().filter(|name| self.plan.trunks.contains_key(*name)).collect();
        self.pick(&there)
    }

    fn calls_brought(&mut self, trunk: &mut Trunk) {
        trunk.trusted = self.one_in(2);
        if self.one_in(4) {
            trunk.hotline = Some(if self.one_in(20) { "110" } else { self.pick(&HOTLINES) });
        }
        // Seldom beside one hotline for all its calls: then it never counts.
        if self.one_in(4) && (trunk.hotline.is_none() || self.one_in(8)) {
            trunk.default = Some(self.pick(&HOTLINES));
        }
        if self.one_in(4) && (trunk.hotline.is_none() || self.one_in(8)) {
            let bound = self.pick(&[
                "051088880000",
                "051088880000",
                "051088880000",
                "12345",
                "12345",
                "12345",
                "110",
            ]);
            trunk.access.push((bound, self.pick(&HOTLINES)));
        }
        if self.one_in(2) {
            trunk.identify = Some(self.identify(trunk));
        }
        if trunk.trusted {
            self.line("trusted = true");
        }
        if let Some(hotline) = trunk.hotline {
            self.line(&format!("hotline = \"{hotline}\""));
        }
        if let Some(hotline) = trunk.default {
            self.line(&format!("default-hotline = \"{hotline}\""));
        }
        for (bound, hotline) in trunk.access.clone() {
            self.line(&format!("access = {{ {bound} = \"{hotline}\" }}"));
        }
        if let Some(rules) = &trunk.identify {
            self.line(&format!("identify = {rules:?}"));
        }
    }

    /// Some rules in some order; seldom one that can never count.
    fn identify(&mut self, trunk: &Trunk) -> Vec<&'static str> {
        let bound = trunk.hotline.is_some() || !trunk.access.is_empty();
        let mut rules = vec![];
        for rule in ["access", "request-uri", "history-info", "diversion", "p-called-party-id", "to"] {
            let header = !matches!(rule, "access" | "request-uri");
            let may = if header { trunk.trusted || self.one_in(60) } else { true };
            if rule == "access" && bound || may && self.one_in(2) {
                let at = usize::try_from(self.rng.below(rules.len() as u64 + 1)).unwrap();
                rules.insert(at, rule);
            }
        }
        if trunk.default.is_some() || rules.is_empty() || self.one_in(4) {
            rules.push("default");
        }
        if self.one_in(40) {
            // A rule twice, or one after the last.
            rules.push(self.pick(&["request-uri", "access"]));
        }
        rules
    }
}
