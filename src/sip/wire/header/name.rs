//! Header names: RFC 3261 §20 and the extensions we may meet, with their compact forms (IANA registry).

use std::fmt;

use crate::sip::wire::lexer::is_token;
use crate::sip::wire::writer::{Encode, Sink};

macro_rules! header_names {
    ($($variant:ident = $name:literal $(/ $compact:literal)? $([$($property:ident)+])?)*) => {
        /// A header we know by name. [`HeaderName::Other`] is any that we do not.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum HeaderName {
            $(#[doc = $name] $variant,)*
            /// A name we have no constant for; it stands in the line.
            Other,
        }

        /// Every spelling that names a header.
        const SPELLINGS: &[(&str, HeaderName)] = &[
            $(($name, HeaderName::$variant), $(($compact, HeaderName::$variant),)?)*
        ];

        impl HeaderName {
            /// Every header we know, in the order of the enum.
            pub const ALL: &'static [HeaderName] = &[$(HeaderName::$variant,)*];

            /// The long form with the colon and the space that follow it.
            pub(crate) const fn prefix(self) -> &'static [u8] {
                match self {
                    $(HeaderName::$variant => concat!($name, ": ").as_bytes(),)*
                    HeaderName::Other => b"X-Unknown: ",
                }
            }

            /// The long form, as we write it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(HeaderName::$variant => $name,)*
                    HeaderName::Other => "X-Unknown",
                }
            }

            /// Whether several values may stand on one line, separated by commas (RFC 3261 §7.3.1).
            pub const fn is_list(self) -> bool {
                match self {
                    $($($(HeaderName::$variant => header_names!(@list $property),)+)?)*
                    _ => false,
                }
            }

            /// Whether a message must not have two of them.
            pub const fn is_single(self) -> bool {
                match self {
                    $($($(HeaderName::$variant => header_names!(@single $property),)+)?)*
                    _ => false,
                }
            }
        }
    };
    (@list list) => { true };
    (@list single) => { false };
    (@single list) => { false };
    (@single single) => { true };
}

header_names! {
    Via = "Via" / "v" [list]
    From = "From" / "f" [single]
    To = "To" / "t" [single]
    CallId = "Call-ID" / "i" [single]
    CSeq = "CSeq" [single]
    MaxForwards = "Max-Forwards" [single]
    Contact = "Contact" / "m" [list]
    ContentLength = "Content-Length" / "l" [single]
    ContentType = "Content-Type" / "c" [single]
    Route = "Route" [list]
    RecordRoute = "Record-Route" [list]
    Allow = "Allow" [list]
    Supported = "Supported" / "k" [list]
    Require = "Require" [list]
    ProxyRequire = "Proxy-Require" [list]
    Unsupported = "Unsupported" [list]
    Expires = "Expires"
    MinExpires = "Min-Expires"
    UserAgent = "User-Agent"
    Server = "Server"
    Authorization = "Authorization"
    ProxyAuthorization = "Proxy-Authorization"
    WwwAuthenticate = "WWW-Authenticate"
    ProxyAuthenticate = "Proxy-Authenticate"
    AuthenticationInfo = "Authentication-Info"
    Reason = "Reason" [list]
    RetryAfter = "Retry-After"
    Date = "Date"
    Timestamp = "Timestamp"
    Warning = "Warning" [list]
    Subject = "Subject" / "s"
    Organization = "Organization"
    Priority = "Priority"
    Accept = "Accept" [list]
    AcceptEncoding = "Accept-Encoding" [list]
    AcceptLanguage = "Accept-Language" [list]
    AlertInfo = "Alert-Info" [list]
    CallInfo = "Call-Info" [list]
    ErrorInfo = "Error-Info" [list]
    ContentDisposition = "Content-Disposition"
    ContentEncoding = "Content-Encoding" / "e" [list]
    ContentLanguage = "Content-Language" [list]
    InReplyTo = "In-Reply-To" [list]
    MimeVersion = "MIME-Version"
    ReplyTo = "Reply-To"
    Event = "Event" / "o"
    AllowEvents = "Allow-Events" / "u" [list]
    SubscriptionState = "Subscription-State"
    RSeq = "RSeq"
    RAck = "RAck"
    ReferTo = "Refer-To" / "r"
    ReferredBy = "Referred-By" / "b"
    ReferSub = "Refer-Sub"
    Replaces = "Replaces"
    Join = "Join"
    TargetDialog = "Target-Dialog"
    SessionExpires = "Session-Expires" / "x"
    MinSe = "Min-SE"
    HistoryInfo = "History-Info" [list]
    Diversion = "Diversion" [list]
    PAssertedIdentity = "P-Asserted-Identity" [list]
    PPreferredIdentity = "P-Preferred-Identity" [list]
    PCalledPartyId = "P-Called-Party-ID"
    PAccessNetworkInfo = "P-Access-Network-Info" [list]
    PChargingVector = "P-Charging-Vector"
    PEarlyMedia = "P-Early-Media" [list]
    RemotePartyId = "Remote-Party-ID" [list]
    Privacy = "Privacy"
    Path = "Path" [list]
    ServiceRoute = "Service-Route" [list]
    AcceptContact = "Accept-Contact" / "a" [list]
    RejectContact = "Reject-Contact" / "j" [list]
    RequestDisposition = "Request-Disposition" / "d" [list]
    Identity = "Identity" / "y"
    ResourcePriority = "Resource-Priority" [list]
    AcceptResourcePriority = "Accept-Resource-Priority" [list]
    UserToUser = "User-to-User" [list]
    Geolocation = "Geolocation" [list]
    SipEtag = "SIP-ETag"
    SipIfMatch = "SIP-If-Match"
    FlowTimer = "Flow-Timer"
    MaxBreadth = "Max-Breadth"
    SessionId = "Session-ID"
    InfoPackage = "Info-Package"
    RecvInfo = "Recv-Info" [list]
}

impl HeaderName {
    /// The header of that name, long or compact, in any case (RFC 3261 §7.3.1, §7.3.3).
    pub fn from_bytes(name: &[u8]) -> HeaderName {
        if name.iter().all(|&b| is_token(b)) { HeaderName::from_token(name) } else { HeaderName::Other }
    }

    /// The same for a name whose bytes are known to be a token's.
    pub(crate) fn from_token(name: &[u8]) -> HeaderName {
        let mut slot = hash(name);
        // The table has empty slots, so the search ends.
        loop {
            let known = SLOTS.get(slot).copied().and_then(|index| SPELLINGS.get(usize::from(index)));
            match known {
                None => return HeaderName::Other,
                Some((spelling, known)) if same_token(name, spelling.as_bytes()) => return *known,
                Some(_) => slot = (slot + 1) % SLOT_COUNT,
            }
        }
    }

    /// The long form, as bytes.
    pub const fn as_bytes(self) -> &'static [u8] {
        self.as_str().as_bytes()
    }

    /// Its bit in a set of headers.
    pub(crate) const fn bit(self) -> u128 {
        1 << (self as u8)
    }
}

/// Whether two tokens are equal without regard to case. Of the bytes a token may hold, bit 0x20 tells only
/// letters' cases apart, so eight bytes at a time are folded by setting it.
fn same_token(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    match a.len() {
        8..=16 => ends_match::<8>(a, b),
        4..8 => ends_match::<4>(a, b),
        _ => a.eq_ignore_ascii_case(b),
    }
}

/// Compares the first and the last `N` bytes, which together are all of `N` to `2 * N`.
fn ends_match<const N: usize>(a: &[u8], b: &[u8]) -> bool {
    let folded = |chunk: Option<&[u8; N]>| chunk.map(|bytes| bytes.map(|b| b | 0x20));
    folded(a.first_chunk()) == folded(b.first_chunk()) && folded(a.last_chunk()) == folded(b.last_chunk())
}

const SLOT_COUNT: usize = 512;
const EMPTY: u8 = u8::MAX;

/// Spellings by hash, with linear probing; made by the compiler.
static SLOTS: [u8; SLOT_COUNT] = slots();

#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "evaluated at compile time, where a fault stops the build"
)]
const fn slots() -> [u8; SLOT_COUNT] {
    assert!(SPELLINGS.len() < EMPTY as usize && HeaderName::ALL.len() < 128);
    let mut slots = [EMPTY; SLOT_COUNT];
    let mut index = 0;
    while index < SPELLINGS.len() {
        let mut slot = hash(SPELLINGS[index].0.as_bytes());
        while slots[slot] != EMPTY {
            slot = (slot + 1) % SLOT_COUNT;
        }
        slots[slot] = index as u8;
        index += 1;
    }
    slots
}

/// From the length and three letters, without regard to case.
const fn hash(name: &[u8]) -> usize {
    let len = name.len();
    let (Some((first, _)), Some((last, _))) = (name.split_first(), name.split_last()) else { return 0 };
    let (_, tail) = name.split_at(len / 2);
    let middle = match tail.split_first() {
        Some((middle, _)) => *middle,
        None => 0,
    };
    let (first, middle, last) = ((*first | 0x20) as usize, (middle | 0x20) as usize, (*last | 0x20) as usize);
    (len * 37 + first * 5 + middle * 11 + last * 23) % SLOT_COUNT
}

impl fmt::Display for HeaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Encode for HeaderName {
    fn encode(&self, out: &mut Sink<'_>) {
        out.push(self.as_bytes());
    }
}
