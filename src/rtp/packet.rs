//! The RTP fixed header (RFC 3550 §5.1): read over borrowed bytes, written into an array.

/// Bytes of a header without CSRCs and extension, the only kind we write.
pub const HEADER_BYTES: usize = 12;

/// The fields of a header that matter after it was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// For audio: first packet after a silence or a switch (RFC 3551 §4.1).
    pub marker: bool,
    /// 0–127.
    pub payload_type: u8,
    /// Rises by one per packet.
    pub sequence: u16,
    /// In samples.
    pub timestamp: u32,
    /// Names the sender.
    pub ssrc: u32,
}

/// A packet, borrowed from the datagram.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RtpPacket<'a> {
    /// Its header.
    pub header: Header,
    /// What it carries, padding removed.
    pub payload: &'a [u8],
}

/// Why a datagram is not an RTP packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RtpError {
    /// Ends inside the header, the CSRC list or the extension.
    #[error("shorter than its header says")]
    TooShort,
    /// Not version 2; STUN, DTLS and noise end here.
    #[error("not RTP version 2")]
    Version,
    /// The padding is longer than the packet, or zero.
    #[error("bad padding")]
    Padding,
}

impl<'a> RtpPacket<'a> {
    /// Reads `datagram`. Never panics.
    pub fn parse(datagram: &'a [u8]) -> Result<Self, RtpError> {
        let (fixed, rest) = datagram.split_first_chunk::<HEADER_BYTES>().ok_or(RtpError::TooShort)?;
        let [first, second, s0, s1, t0, t1, t2, t3, c0, c1, c2, c3] = *fixed;
        if first >> 6 != 2 {
            return Err(RtpError::Version);
        }
        let rest = rest.get(usize::from(first & 0x0f) * 4..).ok_or(RtpError::TooShort)?;
        let rest = if first & 0x10 == 0 { rest } else { after_extension(rest)? };
        let payload = if first & 0x20 == 0 { rest } else { without_padding(rest)? };
        let header = Header {
            marker: second & 0x80 != 0,
            payload_type: second & 0x7f,
            sequence: u16::from_be_bytes([s0, s1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            ssrc: u32::from_be_bytes([c0, c1, c2, c3]),
        };
        Ok(Self { header, payload })
    }
}

impl Header {
    /// The header as sent.
    pub const fn to_bytes(&self) -> [u8; HEADER_BYTES] {
        let [s0, s1] = self.sequence.to_be_bytes();
        let [t0, t1, t2, t3] = self.timestamp.to_be_bytes();
        let [c0, c1, c2, c3] = self.ssrc.to_be_bytes();
        let second = (self.marker as u8) << 7 | self.payload_type & 0x7f;
        [0x80, second, s0, s1, t0, t1, t2, t3, c0, c1, c2, c3]
    }
}

/// RFC 3550 §5.3.1.
fn after_extension(rest: &[u8]) -> Result<&[u8], RtpError> {
    let ([_, _, l0, l1], rest) = rest.split_first_chunk::<4>().ok_or(RtpError::TooShort)?;
    rest.get(usize::from(u16::from_be_bytes([*l0, *l1])) * 4..).ok_or(RtpError::TooShort)
}

/// RFC 3550 §5.1: the last octet counts the padding, itself included.
fn without_padding(rest: &[u8]) -> Result<&[u8], RtpError> {
    let count = usize::from(*rest.last().ok_or(RtpError::Padding)?);
    let kept = rest.len().checked_sub(count).filter(|_| count != 0).ok_or(RtpError::Padding)?;
    rest.get(..kept).ok_or(RtpError::Padding)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: Header =
        Header { marker: true, payload_type: 8, sequence: 0xfffe, timestamp: 0x0102_0304, ssrc: 0xdead_beef };

    #[track_caller]
    fn check(first: u8, tail: &[u8], expect: Result<&[u8], RtpError>) {
        let mut datagram = HEADER.to_bytes().to_vec();
        datagram[0] = first;
        datagram.extend_from_slice(tail);
        assert_eq!(RtpPacket::parse(&datagram).map(|p| p.payload), expect);
    }

    #[test]
    fn a_header_reads_back_as_it_was_written() {
        let datagram = HEADER.to_bytes();
        assert_eq!(RtpPacket::parse(&datagram), Ok(RtpPacket { header: HEADER, payload: &[] }));
    }

    #[test]
    fn the_payload_is_what_is_left_without_csrcs_extension_and_padding() {
        check(0x80, b"abc", Ok(b"abc"));
        check(0x82, b"11112222abc", Ok(b"abc"));
        check(0x90, b"\xbe\xde\0\x01eeeeabc", Ok(b"abc"));
        check(0x91, b"cccc\xbe\xde\0\0abc", Ok(b"abc"));
        check(0xa0, b"abc\0\0\x03", Ok(b"abc"));
        check(0xa0, b"\0\x02", Ok(b""));
    }

    #[test]
    fn lies_about_lengths_are_refused() {
        check(0x40, b"abc", Err(RtpError::Version));
        check(0x8f, b"abc", Err(RtpError::TooShort));
        check(0x90, b"\xbe\xde\xff", Err(RtpError::TooShort));
        check(0x90, b"\xbe\xde\xff\xffabc", Err(RtpError::TooShort));
        check(0xa0, b"", Err(RtpError::Padding));
        check(0xa0, b"ab\0", Err(RtpError::Padding));
        check(0xa0, b"ab\x04", Err(RtpError::Padding));
        assert_eq!(RtpPacket::parse(&[0x80; 11]), Err(RtpError::TooShort));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(datagram in proptest::collection::vec(proptest::num::u8::ANY, 0..64)) {
            if let Ok(packet) = RtpPacket::parse(&datagram) {
                proptest::prop_assert!(packet.payload.len() + HEADER_BYTES <= datagram.len());
            }
        }
    }
}
