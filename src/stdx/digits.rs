//! Numbers as digits, without the machinery of `core::fmt`: a SIP message holds some thirty of them.

/// The decimal digits of a number.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    digits: [u8; 20],
    from: usize,
}

impl Decimal {
    /// The digits of `number`, no zeros in front.
    pub fn new(number: impl Into<u64>) -> Self {
        let mut rest: u64 = number.into();
        let mut digits = [b'0'; 20];
        let mut from = digits.len();
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            from -= 1;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        Self { digits, from }
    }

    /// ASCII.
    pub fn as_bytes(&self) -> &[u8] {
        self.digits.get(self.from..).unwrap_or_default()
    }
}

/// Sixteen lower-case hexadecimal digits.
pub fn hex(number: u64) -> [u8; 16] {
    let mut digits = [b'0'; 16];
    for (index, digit) in digits.iter_mut().rev().enumerate() {
        let nibble = u8::try_from(number >> (index * 4) & 15).unwrap_or(0);
        *digit = if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_that_the_formatter_writes() {
        for number in [0, 1, 9, 10, 99, 100, 65_535, 4_294_967_296, 1 << 63, u64::MAX] {
            assert_eq!(Decimal::new(number).as_bytes(), number.to_string().as_bytes());
            assert_eq!(hex(number), *format!("{number:016x}").as_bytes());
        }
    }
}
