//! Date: when the message was sent, always in GMT (RFC 3261 §20.17).

use crate::sip::wire::lexer::Lexer;
use crate::sip::wire::{HeaderError, HeaderName, Message};

/// An RFC 1123 date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SipDate {
    /// Four digits.
    pub year: u16,
    /// 1–12.
    pub month: u8,
    /// 1–31.
    pub day: u8,
    /// 0–23.
    pub hour: u8,
    /// 0–59.
    pub minute: u8,
    /// 0–60.
    pub second: u8,
}

const MONTHS: [&[u8]; 12] =
    [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];

impl SipDate {
    /// `Sat, 13 Nov 2010 23:29:00 GMT`; another zone is refused, the day of the week is not checked.
    pub fn parse(value: &[u8]) -> Option<SipDate> {
        let mut lexer = Lexer::new(value);
        let weekday = lexer.take_while(|b| b.is_ascii_alphabetic());
        if weekday.len() != 3 || !lexer.eat(b',') {
            return None;
        }
        lexer.skip_lws();
        let day = field(&mut lexer, b' ', 1..=31)?;
        let name = lexer.until(b' ')?;
        let month = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(name))?;
        let year = u16::try_from(lexer.number()?).ok().filter(|year| (1000..10_000).contains(year))?;
        lexer.skip_lws();
        let hour = field(&mut lexer, b':', 0..=23)?;
        let minute = field(&mut lexer, b':', 0..=59)?;
        let second = field(&mut lexer, b' ', 0..=60)?;
        let zone = super::super::lexer::trim(lexer.rest());
        zone.eq_ignore_ascii_case(b"GMT").then_some(())?;
        Some(SipDate { year, month: u8::try_from(month + 1).ok()?, day, hour, minute, second })
    }
}

fn field(lexer: &mut Lexer<'_>, end: u8, range: std::ops::RangeInclusive<u8>) -> Option<u8> {
    let value = u8::try_from(lexer.number()?).ok()?;
    (lexer.eat(end) && range.contains(&value)).then_some(value)
}

impl Message {
    /// Date.
    pub fn date(&self) -> Result<Option<SipDate>, HeaderError> {
        self.optional(HeaderName::Date, SipDate::parse)
    }
}
