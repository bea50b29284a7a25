//! How a peer treats calls that come in, and how a phone registers.

use std::time::Duration;

use super::digest::{self, Hash, Question};
use super::{Act, T1, Timer, Ua};
use crate::sim::text::{Text, Writer};
use crate::stdx::{Instant, Rng};

/// What one incoming call meets.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Manner {
    /// No answer to anything, as if the machine were off.
    pub silent: bool,
    /// When 180 is sent; `None`: never.
    pub rings: Option<Duration>,
    /// What is done in the end, and when.
    pub then: Option<(Duration, Act)>,
    /// After a leg is answered, when it is hung up.
    pub hangs_up: Option<Duration>,
    /// After a leg is answered, when it holds the other, and for how long.
    pub holds: Option<(Duration, Duration)>,
}

impl Default for Manner {
    fn default() -> Self {
        Self::answers(Duration::from_millis(500))
    }
}

impl Manner {
    /// Rings at once, answers after `after`, stays on the line.
    pub const fn answers(after: Duration) -> Self {
        Self {
            silent: false,
            rings: Some(Duration::from_millis(20)),
            then: Some((after, Act::Answer)),
            hangs_up: None,
            holds: None,
        }
    }

    /// Rings and nobody comes.
    pub const fn rings() -> Self {
        Self { then: None, ..Self::answers(Duration::ZERO) }
    }

    /// Refuses after `after`.
    pub const fn refuses(status: u16, after: Duration) -> Self {
        Self { then: Some((after, Act::Refuse(status))), ..Self::answers(after) }
    }

    /// Refuses at once, without ringing.
    pub const fn is(status: u16) -> Self {
        Self { rings: None, ..Self::refuses(status, Duration::from_millis(10)) }
    }

    /// Says nothing at all.
    pub const fn silent() -> Self {
        Self { silent: true, rings: None, ..Self::rings() }
    }

    /// Whoever is in a hurry: chosen anew for every call.
    pub(crate) fn random(rng: &mut Rng, talk: Duration) -> Self {
        let ms = |rng: &mut Rng, min: u64, max: u64| Duration::from_millis(min + rng.below(max - min));
        let mut manner = match rng.below(100) {
            0..4 => Self::is(486),
            4..8 => Self::refuses(603, ms(rng, 100, 4000)),
            8..14 => Self::rings(),
            14..16 => Self::silent(),
            _ => Self::answers(ms(rng, 50, 6000)),
        };
        manner.hangs_up = rng.chance(500).then(|| talk.mul_f64(0.2 + rng.below(1000) as f64 / 500.0));
        manner.holds = rng.chance(200).then(|| (ms(rng, 100, 20_000), ms(rng, 50, 10_000)));
        manner
    }
}

/// A phone's registration.
#[derive(Debug)]
pub(crate) struct Registration {
    pub(crate) password: String,
    pub(crate) hash: Hash,
    /// What it asks for; 0 unregisters.
    pub(crate) expires: u32,
    call_id: String,
    tag: String,
    cseq: u32,
    challenge: Vec<String>,
    uses: u32,
    /// Consecutive challenges without success.
    refusals: u32,
    /// The last final status.
    pub(crate) status: Option<u16>,
    /// Whether the registrar holds a binding, as far as this phone knows.
    pub(crate) until: Option<Instant>,
    pending: bool,
}

impl Ua {
    /// Registers (again). `expires` 0 takes the phone out.
    pub(crate) fn log_on(&mut self, now: Instant, password: &str, hash: Hash, expires: u32) {
        let (call_id, tag) = (self.token(), self.token());
        match &mut self.registration {
            Some(old) => {
                password.clone_into(&mut old.password);
                (old.hash, old.expires) = (hash, expires);
            }
            none @ None => {
                *none = Some(Registration {
                    password: password.to_owned(),
                    hash,
                    expires,
                    call_id,
                    tag,
                    cseq: 0,
                    challenge: Vec::new(),
                    uses: 0,
                    refusals: 0,
                    status: None,
                    until: None,
                    pending: false,
                });
            }
        }
        self.register(now);
    }

    pub(super) fn register(&mut self, now: Instant) {
        let (branch, cnonce) = (self.new_branch(), self.token());
        let (via, contact, addr) = (self.via(&branch), self.contact(), self.addr);
        let (user, node) = (self.user.clone(), self.node);
        let Some(registration) = &mut self.registration else { return };
        if registration.pending {
            return;
        }
        registration.pending = true;
        registration.cseq += 1;
        registration.uses += 1;
        let uri = format!("sip:{node}");
        let question = Question {
            user: &user,
            password: &registration.password,
            method: "REGISTER",
            uri: &uri,
            cnonce: &cnonce,
            count: registration.uses,
        };
        let authorization =
            digest::answer(registration.hash, registration.challenge.iter().map(String::as_str), &question);
        let mut request = Writer::request("REGISTER", &uri)
            .header("Via", via)
            .header("Max-Forwards", 70)
            .header("From", format_args!("<sip:{user}@{node}>;tag={}", registration.tag))
            .header("To", format_args!("<sip:{user}@{node}>"))
            .header("Call-ID", format_args!("{}@{}", registration.call_id, addr.ip()))
            .header("CSeq", format_args!("{} REGISTER", registration.cseq))
            .header("Contact", contact)
            .header("Expires", registration.expires)
            .header("User-Agent", "simple phone");
        if let Some(value) = authorization {
            request = request.header("Authorization", value);
        }
        self.start_client(now, (branch, "REGISTER".to_owned()), None, request.empty());
    }

    /// The registrar has answered, or never did (408).
    pub(super) fn registered(&mut self, now: Instant, status: u16, text: Option<&Text>) {
        let jitter = Duration::from_millis(self.rng.below(2000));
        let own = self.addr.to_string();
        let Some(registration) = &mut self.registration else { return };
        registration.pending = false;
        registration.status = Some(status);
        let again = match (status, text) {
            (401, Some(text)) if registration.refusals < 2 => {
                registration.challenge = text.all("www-authenticate").map(str::to_owned).collect();
                registration.uses = 0;
                registration.refusals += 1;
                Some(Duration::ZERO)
            }
            (200, Some(text)) => {
                registration.refusals = 0;
                let granted = text
                    .all("contact")
                    .flat_map(|line| line.split(','))
                    .find(|contact| contact.contains(&own))
                    .and_then(|contact| crate::sim::text::parameter(contact, "expires"))
                    .or(text.get("expires"))
                    .and_then(|expires| expires.parse::<u64>().ok())
                    .filter(|_| registration.expires > 0);
                registration.until = granted.map(|s| now + Duration::from_secs(s));
                granted.map(|s| Duration::from_secs(s).mul_f64(0.5) + jitter.min(Duration::from_secs(s / 4)))
            }
            (408 | 500..=599, _) if registration.expires > 0 => Some(4 * T1 + jitter),
            // Wrong password, or refused for good: a person must do something.
            _ => {
                registration.refusals = 0;
                None
            }
        };
        match again {
            Some(Duration::ZERO) => self.register(now),
            Some(wait) => self.set(now + wait, Timer::Register),
            None => {}
        }
    }
}
