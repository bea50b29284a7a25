//! Telephone numbers as one city writes them.
//!
//! One number reaches us in many spellings (RFC 3966, RFC 3261 §19.1.1, carriers' habits): `12319`,
//! `051012319`, `+8651012319`, `tel:…;phone-context=…`, `sip:…;user=phone`. [`Numbering::normalise`] gives the
//! one spelling of the plan:
//!
//! | what | spelling |
//! |---|---|
//! | short code of this city | `12319` |
//! | subscriber of this city | area code and number, `051088886666` |
//! | anything of another city | its area code and number, `02112345` |
//! | mobile | `13800000000` |
//! | abroad | `+442079460000` |
//! | not a number | empty |
//!
//! The trap: `51012345` is eight digits, so it is a subscriber of this city, not 0510 and 12345.
//! It does not know which numbers exist.

use std::borrow::Cow;

use crate::dialplan::peers::NumberForm;
use crate::event::Number;

/// How a city dials.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Numbering {
    /// With its leading zero: `0510`.
    area: String,
    /// Without `+`: `86`.
    country: String,
}

/// More digits than any number has (E.164 §6: 15, plus prefixes).
const DIGITS_MAX: usize = 32;

/// The emergency lines of every city.
pub(super) const EMERGENCY: [&str; 4] = ["110", "119", "120", "122"];

impl Numbering {
    /// The numbering of the city with this area code, leading zero included, in China.
    pub fn new(area: &str) -> Self {
        Self { area: area.to_owned(), country: "86".to_owned() }
    }

    /// The area code with its leading zero.
    pub fn area_code(&self) -> &str {
        &self.area
    }

    /// Reads the user part of a SIP URI, a whole `tel:` or `sip:` URI, or digits as a person writes them.
    /// `phone_context` is the URI parameter of RFC 3966 §5.1.5, if the caller has taken it off already.
    pub fn normalise(&self, user: &str, phone_context: Option<&str>) -> Number {
        let (user, own_context) = split_uri(user);
        let context = own_context.or(phone_context);
        let Some(digits) = digits_of(user, context) else { return Number::new("") };
        Number::new(self.canonical(&digits))
    }

    /// Writes a number of [`Self::normalise`] the way a trunk wants it. What is abroad stays `+…`.
    pub fn write(&self, number: &Number, form: NumberForm) -> String {
        let digits = number.as_str();
        let national = if is_short(digits) { format!("{}{digits}", self.area) } else { digits.to_owned() };
        match form {
            NumberForm::Local => digits.to_owned(),
            NumberForm::National | NumberForm::E164 if digits.is_empty() || digits.starts_with('+') => {
                digits.to_owned()
            }
            NumberForm::National => national,
            NumberForm::E164 => {
                format!("+{}{}", self.country, national.strip_prefix('0').unwrap_or(&national))
            }
        }
    }

    fn canonical(&self, digits: &str) -> String {
        if let Some(global) = digits.strip_prefix('+').or_else(|| digits.strip_prefix("00")) {
            return match global.strip_prefix(&self.country) {
                Some(national) if !national.is_empty() => self.national(national),
                Some(_) | None => format!("+{global}"),
            };
        }
        // Nine digits and more: no subscriber number of a city is that long, so `86` is the country.
        if let Some(national) = digits.strip_prefix(&self.country)
            && digits.len() >= 9
            && !is_mobile(digits)
        {
            return self.national(national);
        }
        self.as_dialled(digits)
    }

    /// After the country code: an area code without its zero, a mobile, or, sent by some, a short code.
    fn national(&self, number: &str) -> String {
        let number = number.strip_prefix('0').unwrap_or(number);
        if is_mobile(number) || is_short(number) || is_toll_free(number) {
            return number.to_owned();
        }
        self.in_area(&format!("0{number}"))
    }

    /// As a telephone of this city dials it.
    fn as_dialled(&self, digits: &str) -> String {
        if let Some(rest) = digits.strip_prefix('0') {
            return if is_mobile(rest) { rest.to_owned() } else { self.in_area(digits) };
        }
        if is_short(digits) || is_mobile(digits) || is_toll_free(digits) {
            return digits.to_owned();
        }
        match digits.len() {
            7 | 8 if !digits.starts_with("10") => format!("{}{digits}", self.area),
            10 | 11 if !digits.starts_with('1') || (digits.len() == 10 && digits.starts_with("10")) => {
                self.in_area(&format!("0{digits}"))
            }
            _ => digits.to_owned(),
        }
    }

    /// `digits` begin with some area code; a short code of our own area loses it.
    fn in_area(&self, digits: &str) -> String {
        match digits.strip_prefix(&self.area) {
            Some(rest) if is_short(rest) => rest.to_owned(),
            Some(_) | None => digits.to_owned(),
        }
    }
}

/// Whether it is an area code as plans write them: with its zero, `010` or `0510`.
pub fn is_area_code(digits: &str) -> bool {
    (3..=4).contains(&digits.len()) && digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Eleven digits from 13 to 19.
fn is_mobile(digits: &str) -> bool {
    let mut bytes = digits.bytes();
    digits.len() == 11
        && bytes.next() == Some(b'1')
        && bytes.next().is_some_and(|b| (b'3'..=b'9').contains(&b))
}

/// Emergency and service codes: three to six digits beginning with 1 or 9.
fn is_short(digits: &str) -> bool {
    (3..=6).contains(&digits.len()) && digits.starts_with(['1', '9'])
}

fn is_toll_free(digits: &str) -> bool {
    digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800"))
}

/// Takes off the scheme, the host and the parameters; returns the phone-context if there is one.
fn split_uri(text: &str) -> (&str, Option<&str>) {
    let text = text.trim().trim_start_matches('<').trim_end_matches('>');
    let text = match text.split_once(':') {
        Some((scheme, rest)) if ["tel", "sip", "sips"].iter().any(|s| scheme.eq_ignore_ascii_case(s)) => rest,
        Some(_) | None => text,
    };
    let user = text.split_once('@').map_or(text, |(user, _)| user);
    let (number, parameters) = user.split_once(';').unwrap_or((user, ""));
    let context = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("phone-context").then_some(value.trim())
    });
    (number, context)
}

/// Digits with at most one leading `+`; visual separators (RFC 3966 §3) go, a global phone-context is put
/// in front. A domain as phone-context says nothing about the number.
fn digits_of(text: &str, context: Option<&str>) -> Option<String> {
    let text = unescape(text.trim());
    let own = text.strip_prefix(['+', '\u{ff0b}']);
    let mut digits = String::with_capacity(DIGITS_MAX);
    let global = context.and_then(|c| c.strip_prefix('+')).filter(|prefix| !prefix.is_empty());
    match (own, global) {
        (Some(_), _) => digits.push('+'),
        (None, Some(prefix)) if !text.starts_with("00") => {
            digits.push('+');
            push_digits(&mut digits, prefix)?;
        }
        (None, _) => {}
    }
    push_digits(&mut digits, own.unwrap_or(&text))?;
    let count = digits.trim_start_matches('+').len();
    (1..=DIGITS_MAX).contains(&count).then_some(digits)
}

/// Escapes of RFC 3261 §25.1, as far as they are ASCII: no number needs more.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        plain.push_str(before);
        let byte = after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(u8::is_ascii);
        match (byte, after.get(2..)) {
            (Some(byte), Some(tail)) => {
                plain.push(char::from(byte));
                rest = tail;
            }
            (_, _) => {
                plain.push('%');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

fn push_digits(digits: &mut String, text: &str) -> Option<()> {
    for c in text.chars() {
        match c {
            '0'..='9' if digits.len() <= DIGITS_MAX => digits.push(c),
            // Full-width digits and signs come out of spreadsheets.
            '\u{ff10}'..='\u{ff19}' if digits.len() <= DIGITS_MAX => {
                digits.push(char::from_digit(u32::from(c) - 0xff10, 10)?);
            }
            '-' | '.' | '(' | ')' | ' ' | '\u{a0}' => {}
            '\u{2010}'..='\u{2015}' | '\u{3000}' | '\u{ff08}' | '\u{ff09}' | '\u{ff0d}' => {}
            _ => return None,
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: &str) {
        assert_eq!(Numbering::new("0510").normalise(written, None).as_str(), expected, "{written}");
    }

    #[test]
    fn every_spelling_of_a_number_is_one_number() {
        for (written, expected) in [
            // Short codes of this city.
            ("12319", "12319"),
            ("051012319", "12319"),
            ("0510-12319", "12319"),
            ("(0510) 12319", "12319"),
            ("+8651012319", "12319"),
            ("+86-510-12319", "12319"),
            ("+86051012319", "12319"),
            ("8651012319", "12319"),
            ("008651012319", "12319"),
            ("+8612319", "12319"),
            ("%2B8651012319", "12319"),
            ("\u{ff11}\u{ff12}\u{ff13}\u{ff11}\u{ff19}", "12319"),
            ("\u{ff10}\u{ff15}\u{ff11}\u{ff10}\u{ff0d}\u{ff11}\u{ff12}\u{ff13}\u{ff11}\u{ff19}", "12319"),
            ("\u{ff0b}8651012319", "12319"),
            ("\u{ff08}0510\u{ff09}\u{3000}12319", "12319"),
            ("0510\u{2014}12319", "12319"),
            ("0510\u{a0}12319", "12319"),
            ("%31%32%33%31%39", "12319"),
            ("%2b86%20510%2012319", "12319"),
            ("1%3", ""),
            ("12319%", ""),
            ("12319%ff", ""),
            ("0 51 0.1 23 19", "12319"),
            ("0086-0510-12319", "12319"),
            ("+86 (0)510 12319", "12319"),
            ("tel:12319;phone-context=+", "12319"),
            ("tel:12319;isub=1;phone-context=+86510", "12319"),
            ("tel:12319;PHONE-CONTEXT=+86510", "12319"),
            ("sips:+8651012319@[2001:db8::1]:5061;user=phone", "12319"),
            ("tel:12319", "12319"),
            ("tel:+86-510-12319", "12319"),
            ("TEL:+8651012319", "12319"),
            ("tel:12319;phone-context=+86510", "12319"),
            ("tel:051012319;phone-context=+86", "12319"),
            ("sip:12319@10.0.0.1", "12319"),
            ("sip:12319@js.ctcims.cn;user=phone", "12319"),
            ("sip:12345;phone-context=js.ctcims.cn@js.ctcims.cn;user=phone", "12345"),
            ("sip:+8651012345@ims.example;user=phone", "12345"),
            ("<sips:051012333@10.0.0.1>", "12333"),
            ("12345;phone-context=ims.mnc011.mcc460.3gppnetwork.org", "12345"),
            ("12319;user=phone", "12319"),
            ("95598", "95598"),
            ("96119", "96119"),
            ("110", "110"),
            ("0510110", "110"),
            ("+86510110", "110"),
            ("+86110", "110"),
            // Subscribers of this city, and the trap.
            ("51012345", "051051012345"),
            ("0510 5101 2345", "051051012345"),
            ("88886666", "051088886666"),
            ("0510-88886666", "051088886666"),
            ("+8651088886666", "051088886666"),
            ("8651088886666", "051088886666"),
            ("51088886666", "051088886666"),
            ("86510123", "051086510123"),
            ("19990001", "051019990001"),
            ("0510-19990001", "051019990001"),
            // Other cities: their 12345 is not ours.
            ("02112345", "02112345"),
            ("+862112345", "02112345"),
            ("0086 21 12345", "02112345"),
            ("01012345", "01012345"),
            ("+861012345", "01012345"),
            ("051212345", "051212345"),
            ("+8651212345", "051212345"),
            ("tel:12345;phone-context=+8621", "02112345"),
            ("tel:12345;phone-context=+86512", "051212345"),
            ("tel:021-12345;phone-context=+86", "02112345"),
            ("021110", "021110"),
            ("+8621110", "021110"),
            // A subscriber whose number begins as another area code does.
            ("tel:88886666;phone-context=+86510", "051088886666"),
            ("tel:62345678;phone-context=+8621", "02162345678"),
            ("tel:51012345;phone-context=+86510", "051051012345"),
            ("+8651051012345", "051051012345"),
            ("0510-510-12345", "051051012345"),
            ("021-62345678", "02162345678"),
            ("75588998001", "075588998001"),
            ("+8675588998001", "075588998001"),
            ("+861062345678", "01062345678"),
            ("1062345678", "01062345678"),
            // Mobiles.
            ("13800000000", "13800000000"),
            ("013800000000", "13800000000"),
            ("+8613800000000", "13800000000"),
            ("8613800000000", "13800000000"),
            ("0086 138 0000 0000", "13800000000"),
            ("tel:13800000000;phone-context=+86", "13800000000"),
            // Services.
            ("4008001234", "4008001234"),
            ("10108888", "10108888"),
            // Abroad.
            ("+442079460000", "+442079460000"),
            ("00442079460000", "+442079460000"),
            ("tel:2079460000;phone-context=+44", "+442079460000"),
            ("+1 (202) 555-0100", "+12025550100"),
            // Longer than a hotline is not the hotline.
            ("123456", "123456"),
            ("1234567890123", "1234567890123"),
            // Not numbers.
            ("", ""),
            ("anonymous", ""),
            ("sip:anonymous@anonymous.invalid", ""),
            ("+", ""),
            ("*98", ""),
            ("*#06#", ""),
            ("#31#12319", ""),
            ("12319#", ""),
            ("tel:", ""),
            ("sip:@10.0.0.1", ""),
            ("   ", ""),
            ("++8651012319", ""),
            ("86+51012319", ""),
            ("12319x", ""),
            ("123456789012345678901234567890123", ""),
        ] {
            check(written, expected);
        }
    }

    #[test]
    fn a_phone_context_already_taken_off_counts_the_same() {
        let city = Numbering::new("0510");
        assert_eq!(city.normalise("12319", Some("+86510")).as_str(), "12319");
        assert_eq!(city.normalise("12319", Some("+8621")).as_str(), "02112319");
        assert_eq!(city.normalise("12319", Some("js.ctcims.cn")).as_str(), "12319");
        assert_eq!(city.normalise("+8651012319", Some("+44")).as_str(), "12319");
    }

    #[test]
    fn a_trunk_gets_numbers_the_way_it_wants_them() {
        let city = Numbering::new("0510");
        for (number, national, e164) in [
            ("12366", "051012366", "+8651012366"),
            ("051088886666", "051088886666", "+8651088886666"),
            ("13800000000", "13800000000", "+8613800000000"),
            ("02112345", "02112345", "+862112345"),
            ("+442079460000", "+442079460000", "+442079460000"),
            ("", "", ""),
        ] {
            let number = Number::new(number);
            assert_eq!(city.write(&number, NumberForm::Local), number.as_str());
            assert_eq!(city.write(&number, NumberForm::National), national);
            assert_eq!(city.write(&number, NumberForm::E164), e164);
            assert_eq!(city.normalise(&city.write(&number, NumberForm::E164), None), number);
            assert_eq!(city.normalise(&city.write(&number, NumberForm::National), None), number);
        }
    }

    #[test]
    fn a_normalised_number_normalises_to_itself() {
        let city = Numbering::new("0510");
        for number in ["12319", "051088886666", "051051012345", "02112345", "13800000000", "+442079460000"] {
            assert_eq!(city.normalise(number, None).as_str(), number);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_digits_or_nothing(text in "\\PC{0,60}", context in "[+0-9a-z.]{0,12}") {
            let number = Numbering::new("0510").normalise(&text, Some(&context));
            let digits = number.as_str().strip_prefix('+').unwrap_or(number.as_str());
            proptest::prop_assert!(digits.bytes().all(|b| b.is_ascii_digit()));
        }
    }
}
