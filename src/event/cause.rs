//! Why a call ended: the one catalogue. Codes are stable and never used again for something else.

/// Why a call ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EndCause {
    /// A side hung up a connected call.
    NormalClearing,
    /// The caller hung up during an announcement, in a queue or while a phone rang.
    Abandoned,
    /// A cancelled number's intercept announcement was heard.
    Intercepted,
    /// The number is not in the plan.
    UnknownNumber,
    /// The plan refuses this number (out of scope, or cancelled with `reject`).
    RefusedByPlan,
    /// The queue was full and the plan names no way on.
    QueueFull,
    /// The caller waited for the plan's longest time and the plan names no way on.
    QueueTimeout,
    /// The trunk was down or answered with a failure, and the plan names no way back.
    TrunkFailed,
    /// Nobody answered at the trunk.
    NoAnswer,
    /// The far end was busy.
    Busy,
    /// No codec in common.
    IncompatibleMedia,
    /// The caller's INVITE was malformed or asked for what we cannot do.
    BadRequest,
    /// A limit of this node was reached: calls, ports, transactions.
    Overloaded,
    /// The node drains and takes no new calls.
    Draining,
    /// An operator ended it, or the drain time ran out.
    EndedByOperator,
    /// A peer fell silent: no ACK, no answer to a request in the dialog.
    PeerSilent,
    /// The call was longer than the plan allows.
    TooLong,
    /// Max-Forwards ran out, or the call came back to us.
    Loop,
    /// The hotline or its queue was closed, and the plan names no way on then.
    Closed,
    /// The peer's SDP names an address that RTP must not be sent to.
    ForbiddenAddress,
    /// No RTP port was free: all are in use, or other programs hold them.
    NoPort,
    /// A promise of this program was broken. A defect; someone is paged.
    Internal,
}

/// How loudly to tell people.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// As planned.
    Normal,
    /// Someone was not served; watch the rate.
    Warning,
    /// Act now.
    Alarm,
}

struct Row {
    cause: EndCause,
    code: &'static str,
    status: u16,
    q850: u8,
    severity: Severity,
    sentence: &'static str,
    remedy: &'static str,
}

const DEFECT: Row = Row {
    cause: EndCause::Internal,
    code: "ec19",
    status: 500,
    q850: 41,
    severity: Severity::Alarm,
    sentence: "a defect of this program",
    remedy: "report it with the call id and the log",
};

/// One row a cause. SIP status: what a caller not yet answered gets. Q.850: the Reason header's cause
/// (RFC 3326; values of ITU-T Q.850).
#[rustfmt::skip]
const ROWS: &[Row] = {
    use EndCause as C;
    use Severity::{Alarm, Normal, Warning};
    &[
        Row { cause: C::NormalClearing, code: "ec01", status: 200, q850: 16, severity: Normal, sentence: "hung up after talking", remedy: "" },
        Row { cause: C::Abandoned, code: "ec02", status: 487, q850: 16, severity: Warning, sentence: "the caller hung up before anyone answered", remedy: "see how far the call had come; of one that waited, look at the wait in its queue" },
        Row { cause: C::Intercepted, code: "ec03", status: 410, q850: 22, severity: Normal, sentence: "the number is cancelled; the caller heard the intercept announcement", remedy: "" },
        Row { cause: C::UnknownNumber, code: "ec04", status: 404, q850: 1, severity: Warning, sentence: "the number is not in the plan", remedy: "`tongjie route NUMBER` shows why; add it to hotlines.toml or tell the carrier" },
        Row { cause: C::RefusedByPlan, code: "ec05", status: 403, q850: 21, severity: Normal, sentence: "the plan refuses this number", remedy: "" },
        Row { cause: C::QueueFull, code: "ec06", status: 486, q850: 17, severity: Warning, sentence: "the queue was full", remedy: "raise the queue's `waiting` limit or give it an overflow" },
        Row { cause: C::QueueTimeout, code: "ec07", status: 480, q850: 19, severity: Warning, sentence: "waited as long as the plan allows and nobody was free", remedy: "staff the queue or give it an overflow" },
        Row { cause: C::TrunkFailed, code: "ec08", status: 503, q850: 38, severity: Alarm, sentence: "the trunk failed and the plan names no way back", remedy: "`tongjie trunks` shows its last answer; give the hotline an `overflow`" },
        Row { cause: C::NoAnswer, code: "ec09", status: 480, q850: 19, severity: Warning, sentence: "nobody answered", remedy: "" },
        Row { cause: C::Busy, code: "ec10", status: 486, q850: 17, severity: Warning, sentence: "the far end was busy", remedy: "" },
        Row { cause: C::IncompatibleMedia, code: "ec11", status: 488, q850: 88, severity: Warning, sentence: "no codec in common", remedy: "the peer must offer G.711 (PCMA or PCMU)" },
        Row { cause: C::BadRequest, code: "ec12", status: 400, q850: 95, severity: Warning, sentence: "the peer's request was malformed", remedy: "" },
        Row { cause: C::Overloaded, code: "ec13", status: 503, q850: 42, severity: Alarm, sentence: "a limit of this node was reached", remedy: "see `limits` in tongjie.toml, or add a node" },
        Row { cause: C::Draining, code: "ec14", status: 503, q850: 42, severity: Warning, sentence: "the node takes no new calls", remedy: "" },
        Row { cause: C::EndedByOperator, code: "ec15", status: 480, q850: 31, severity: Warning, sentence: "ended by an operator or a drain", remedy: "" },
        Row { cause: C::PeerSilent, code: "ec16", status: 408, q850: 102, severity: Warning, sentence: "the peer fell silent", remedy: "check the network towards it" },
        Row { cause: C::TooLong, code: "ec17", status: 480, q850: 31, severity: Warning, sentence: "longer than the longest call allowed", remedy: "" },
        Row { cause: C::Loop, code: "ec18", status: 482, q850: 25, severity: Alarm, sentence: "the call came back to us", remedy: "look at the forwarding of this number at the carrier" },
        Row { cause: C::Closed, code: "ec20", status: 480, q850: 31, severity: Normal, sentence: "closed at this hour", remedy: "" },
        Row { cause: C::ForbiddenAddress, code: "ec21", status: 488, q850: 88, severity: Warning, sentence: "the peer named an address that RTP must not be sent to", remedy: "its SDP shows loopback, link-local or an RTP port of this node: correct its address or NAT settings" },
        Row { cause: C::NoPort, code: "ec22", status: 503, q850: 34, severity: Alarm, sentence: "no RTP port was free", remedy: "`tongjie status` shows how many are in use and how many cannot be bound; widen [media] ports" },
        DEFECT,
    ]
};

impl EndCause {
    fn row(self) -> &'static Row {
        ROWS.iter().find(|row| row.cause == self).unwrap_or(&DEFECT)
    }

    /// Every cause, a defect last.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.cause)
    }

    /// The stable code: `ec01` …
    pub fn code(self) -> &'static str {
        self.row().code
    }

    /// The final status for a caller not yet answered.
    pub fn status(self) -> u16 {
        self.row().status
    }

    /// The Q.850 cause for a Reason header (RFC 3326).
    pub fn q850(self) -> u8 {
        self.row().q850
    }

    /// How loudly to tell people.
    pub fn severity(self) -> Severity {
        self.row().severity
    }

    /// For an operator: what happened.
    pub fn sentence(self) -> &'static str {
        self.row().sentence
    }

    /// For an operator: what to do; empty when nothing is to be done.
    pub fn remedy(self) -> &'static str {
        self.row().remedy
    }

    /// The cause of a code that [`Self::code`] wrote.
    pub fn from_code(code: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.code == code).map(|row| row.cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_cause_has_its_own_row_and_code() {
        let codes: BTreeSet<_> = ROWS.iter().map(|row| row.code).collect();
        let causes: BTreeSet<_> = ROWS.iter().map(|row| row.cause).collect();
        assert_eq!((codes.len(), causes.len()), (ROWS.len(), ROWS.len()));
        assert_eq!(ROWS.last().map(|row| row.cause), Some(EndCause::Internal));
        for cause in EndCause::all() {
            assert_eq!(EndCause::from_code(cause.code()), Some(cause));
        }
    }
}
