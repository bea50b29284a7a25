//! Trunks, recordings and transfer targets, every default written out.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crate::dialplan::Table;
use crate::dialplan::compile::staff::length;
use crate::dialplan::decide::Ingress;
use crate::dialplan::draft::Draft;
use crate::dialplan::merge;
use crate::dialplan::peers::{NumberForm, Prompt, Target, TargetKind, Trunk};
use crate::dialplan::schema::{
    AnnouncementRow, Entry, IdentifyRow, LANGUAGE, LinkedKind, Names, NumberFormRow, Seats, Spanned, Text,
    TrunkRow,
};
use crate::event::{Number, PromptId, TrunkId};

/// How long a call to a trunk may ring.
const RING: Duration = Duration::from_secs(30);
/// Calls on one trunk.
const CAPACITY: u32 = 30;
/// The part of an announcement nobody is spared, unless it says otherwise.
const MUST_HEAR: Duration = Duration::from_secs(3);

pub(super) fn trunks(draft: &Draft<'_>) -> Option<BTreeMap<TrunkId, Trunk>> {
    draft.schema.trunk.iter().map(|entry| Some((TrunkId::new(&entry.key), trunk(entry)?))).collect()
}

fn trunk(entry: &Entry<TrunkRow>) -> Option<Trunk> {
    let row = &entry.row;
    let addresses: Vec<SocketAddr> =
        names(row.address.as_ref()).map(|a| address(a)).collect::<Option<_>>()?;
    let sources = match &row.from {
        Some(from) => from.get_ref().0.iter().map(|text| source(text)).collect::<Option<_>>()?,
        None => addresses.iter().map(|a| (a.ip(), Some(a.port()))).collect(),
    };
    Some(Trunk {
        id: TrunkId::new(&entry.key),
        name: row.name.as_ref().map_or_else(|| entry.key.clone(), |name| name.get_ref().clone()),
        addresses,
        sources,
        trusted: row.trusted.unwrap_or(false),
        identify: match &row.identify {
            Some(rules) => rules.get_ref().iter().map(|rule| ingress(*rule.get_ref())).collect(),
            None => Box::new(Ingress::ALL),
        },
        capacity: row.capacity.as_ref().map_or(CAPACITY, |n| *n.get_ref()),
        numbers: match row.numbers.as_ref().map(Spanned::get_ref) {
            Some(NumberFormRow::Local) | None => NumberForm::Local,
            Some(NumberFormRow::National) => NumberForm::National,
            Some(NumberFormRow::E164) => NumberForm::E164,
        },
        ring: length(row.ring.as_ref()).unwrap_or(RING),
        only: None,
        access: BTreeMap::new(),
        default: None,
    })
}

fn ingress(rule: IdentifyRow) -> Ingress {
    match rule {
        IdentifyRow::Access => Ingress::AccessNumber,
        IdentifyRow::RequestUri => Ingress::RequestUri,
        IdentifyRow::HistoryInfo => Ingress::HistoryInfo,
        IdentifyRow::Diversion => Ingress::Diversion,
        IdentifyRow::PCalledPartyId => Ingress::CalledPartyId,
        IdentifyRow::To => Ingress::To,
        IdentifyRow::Default => Ingress::TrunkDefault,
    }
}

/// `127.0.0.1:5060` or `[::1]:5060`; without a port, 5060 (RFC 3261 §19.1.2). Of one host: not of a group or of all.
pub(in crate::dialplan) fn address(text: &str) -> Option<SocketAddr> {
    let (ip, port) = source(text)?;
    Some(SocketAddr::new(ip, port.unwrap_or(5060)))
}

/// An address with or without a port.
pub(in crate::dialplan) fn source(text: &str) -> Option<(IpAddr, Option<u16>)> {
    let with_port = text.parse::<SocketAddr>().ok().map(|a| (a.ip(), Some(a.port())));
    let bare =
        || text.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok().map(|ip| (ip, None));
    let (ip, port) = with_port.or_else(bare)?;
    let ip = ip.to_canonical();
    let one = !ip.is_multicast() && !ip.is_unspecified() && ip != IpAddr::V4(Ipv4Addr::BROADCAST);
    (port != Some(0) && one).then_some((ip, port))
}

pub(super) fn names(written: Option<&Spanned<Names>>) -> impl Iterator<Item = &String> {
    written.into_iter().flat_map(|names| &names.get_ref().0)
}

pub(super) fn trunk_ids(written: Option<&Spanned<Names>>) -> Arc<[TrunkId]> {
    names(written).map(TrunkId::new).collect()
}

/// Once the numbers have their places: which hotline a trunk's numbers mean.
pub(super) fn bind(draft: &Draft<'_>, table: &mut Table) -> Option<()> {
    for entry in &draft.schema.trunk {
        let place = |text: &Text| match text {
            Some(text) => table.fates.place(&draft.number(text.get_ref())).map(Some),
            None => Some(None),
        };
        let only = place(&entry.row.hotline)?;
        let default = place(&entry.row.default_hotline)?;
        let mut access = BTreeMap::new();
        for (bound, hotline) in entry.row.access.iter().flatten() {
            let place = table.fates.place(&draft.number(hotline.get_ref()))?;
            access.insert(draft.number(bound.get_ref()), place);
        }
        let trunk = table.trunks.get_mut(entry.key.as_str())?;
        (trunk.only, trunk.default, trunk.access) = (only, default, access);
    }
    Some(())
}

/// Recordings by name; a variant in another language is one of its own, `merged@en`.
pub(super) fn prompts(draft: &Draft<'_>) -> Option<BTreeMap<PromptId, Prompt>> {
    let mut prompts = BTreeMap::new();
    for entry in &draft.schema.announcement {
        let prompt = prompt(draft, entry)?;
        for variant in entry.row.variants.iter().flatten().map(Spanned::get_ref) {
            let language = variant.language.as_ref()?.get_ref();
            let variant = Prompt {
                id: Prompt::variant(&entry.key, language),
                file: variant.file.as_ref()?.get_ref().clone(),
                text: variant.text.as_ref().map_or_else(String::new, |text| text.get_ref().clone()),
                must_hear: length(variant.must_hear.as_ref()).unwrap_or(prompt.must_hear),
                language: language.clone(),
                ..prompt.clone()
            };
            prompts.insert(variant.id.clone(), variant);
        }
        prompts.insert(prompt.id.clone(), prompt);
    }
    Some(prompts)
}

fn prompt(draft: &Draft<'_>, entry: &Entry<AnnouncementRow>) -> Option<Prompt> {
    let row = &entry.row;
    let text = |text: &Text, default: &str| {
        text.as_ref().map_or_else(|| default.to_owned(), |t| t.get_ref().clone())
    };
    let instant = |date: Option<&Spanned<toml::value::Datetime>>, default| match date {
        Some(date) => draft.calendar.instant(date.get_ref()).ok(),
        None => Some(default),
    };
    Some(Prompt {
        id: PromptId::new(&entry.key),
        file: row.file.as_ref()?.get_ref().clone(),
        text: text(&row.text, ""),
        must_hear: length(row.must_hear.as_ref()).unwrap_or(MUST_HEAR),
        language: text(&row.language, LANGUAGE),
        from_ms: instant(row.from.as_ref(), i64::MIN)?,
        until_ms: instant(row.until.as_ref(), i64::MAX)?,
    })
}

/// Emergency lines, sub-centers, linked places and numbers that are only told, in this order.
pub(super) fn targets(draft: &Draft<'_>) -> Option<Vec<Target>> {
    let schema = draft.schema;
    let name =
        |text: &Text, key: &str| text.as_ref().map_or_else(|| key.to_owned(), |name| name.get_ref().clone());
    let mut targets = vec![];
    for Entry { key, row, .. } in &schema.emergency {
        let (kind, trunks) = (TargetKind::Emergency, trunk_ids(row.trunks.as_ref()));
        targets.push(Target {
            id: key.clone(),
            name: name(&row.name, key),
            kind,
            number: draft.number(key),
            trunks,
        });
    }
    for entry @ Entry { key, row, .. } in &schema.hotline {
        if merge::attributes(row)?.seats == Seats::Department {
            let (kind, trunks) = (TargetKind::SubCenter, trunk_ids(row.trunk.as_ref()));
            let number = draft.number_of(entry);
            targets.push(Target { id: key.clone(), name: name(&row.name, key), kind, number, trunks });
        }
    }
    for Entry { key, row, .. } in &schema.linked {
        let kind = match row.kind.as_ref()?.get_ref() {
            LinkedKind::Utility => TargetKind::Utility,
            LinkedKind::Peer => TargetKind::Peer,
        };
        let number: Number = draft.number(row.number.as_ref().map_or(key.as_str(), |n| n.get_ref().as_str()));
        let trunks = trunk_ids(row.trunk.as_ref());
        targets.push(Target { id: key.clone(), name: name(&row.name, key), kind, number, trunks });
    }
    for Entry { key, row, .. } in &schema.out_of_scope {
        let kind = TargetKind::OutOfScope;
        let number = draft.number(key);
        targets.push(Target {
            id: key.clone(),
            name: name(&row.name, key),
            kind,
            number,
            trunks: Arc::from([]),
        });
    }
    Some(targets)
}
