//! G.711 (ITU-T G.711): A-law and µ-law as tables made at compile time.
//!
//! The A-law bytes here are as on the wire, even bits inverted (G.711 §3.1, table 1a note 2).

/// 16-bit samples of the 256 A-law bytes.
pub const ALAW_TO_LINEAR: [i16; 256] = linear_table(true);
/// 16-bit samples of the 256 µ-law bytes.
pub const ULAW_TO_LINEAR: [i16; 256] = linear_table(false);
/// The µ-law byte nearest to each A-law byte.
pub const ALAW_TO_ULAW: [u8; 256] = cross_table(true);
/// The A-law byte nearest to each µ-law byte.
pub const ULAW_TO_ALAW: [u8; 256] = cross_table(false);
/// Silence in A-law.
pub const ALAW_SILENCE: u8 = 0xd5;
/// Silence in µ-law.
pub const ULAW_SILENCE: u8 = 0xff;

/// The A-law byte of a 16-bit sample.
pub const fn alaw_from_linear(sample: i16) -> u8 {
    // A-law is symmetric around the step between 0 and −1, hence the complement.
    let magnitude = (if sample < 0 { !sample } else { sample }.cast_unsigned() >> 4) as u32;
    let code = if magnitude < 32 {
        magnitude
    } else {
        let top = 31 - magnitude.leading_zeros();
        ((top - 3) << 4) | ((magnitude >> (top - 4)) & 0x0f)
    };
    low(if sample < 0 { code } else { code | 0x80 }) ^ 0x55
}

/// The µ-law byte of a 16-bit sample.
pub const fn ulaw_from_linear(sample: i16) -> u8 {
    let magnitude = sample.unsigned_abs();
    let magnitude = (if magnitude > ULAW_CLIP { ULAW_CLIP } else { magnitude } + ULAW_BIAS) as u32;
    let segment = 24 - magnitude.leading_zeros();
    let code = (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f);
    !low(if sample < 0 { code | 0x80 } else { code })
}

/// The sample of an A-law byte.
#[expect(clippy::indexing_slicing, reason = "a byte indexes 256 entries")]
pub const fn alaw_to_linear(byte: u8) -> i16 {
    ALAW_TO_LINEAR[byte as usize]
}

/// The sample of a µ-law byte.
#[expect(clippy::indexing_slicing, reason = "a byte indexes 256 entries")]
pub const fn ulaw_to_linear(byte: u8) -> i16 {
    ULAW_TO_LINEAR[byte as usize]
}

/// Copies `from` into `to` byte by byte through `table`, as far as both reach.
pub fn translate(table: &[u8; 256], from: &[u8], to: &mut [u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = table.get(usize::from(*from)).copied().unwrap_or_default();
    }
}

const fn expand_alaw(byte: u8) -> i16 {
    let code = byte ^ 0x55;
    let (segment, mantissa) = ((code >> 4) & 7, (code & 0x0f) as i16);
    // The middle of the step, on the 13-bit scale of the standard.
    let magnitude = match segment {
        0 => 2 * mantissa + 1,
        _ => (2 * mantissa + 33) << (segment - 1),
    } << 3;
    if code & 0x80 == 0 { -magnitude } else { magnitude }
}

const fn expand_ulaw(byte: u8) -> i16 {
    let code = !byte;
    let (segment, mantissa) = ((code >> 4) & 7, (code & 0x0f) as u16);
    let magnitude = ((((mantissa << 3) + ULAW_BIAS) << segment) - ULAW_BIAS).cast_signed();
    if code & 0x80 == 0 { magnitude } else { -magnitude }
}

#[expect(clippy::indexing_slicing, reason = "the loop ends at the table's length")]
const fn linear_table(alaw: bool) -> [i16; 256] {
    let mut table = [0; 256];
    let mut byte: u32 = 0;
    while byte < 256 {
        table[byte as usize] = if alaw { expand_alaw(low(byte)) } else { expand_ulaw(low(byte)) };
        byte += 1;
    }
    table
}

#[expect(clippy::indexing_slicing, reason = "the loop ends at the table's length")]
const fn cross_table(from_alaw: bool) -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte: u32 = 0;
    while byte < 256 {
        table[byte as usize] = if from_alaw {
            ulaw_from_linear(expand_alaw(low(byte)))
        } else {
            alaw_from_linear(expand_ulaw(low(byte)))
        };
        byte += 1;
    }
    table
}

/// The low byte.
const fn low(n: u32) -> u8 {
    let [_, _, _, low] = n.to_be_bytes();
    low
}

/// G.711 table 2a: the offset that makes the segments powers of two, on the 16-bit scale.
const ULAW_BIAS: u16 = 132;
const ULAW_CLIP: u16 = 32_635;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_decoding_and_encoding() {
        for byte in 0..=255 {
            assert_eq!(alaw_from_linear(alaw_to_linear(byte)), byte);
            // µ-law has two zeros; the negative one becomes the positive one.
            let expect = if byte == 0x7f { 0xff } else { byte };
            assert_eq!(ulaw_from_linear(ulaw_to_linear(byte)), expect);
        }
    }

    #[test]
    fn every_sample_comes_back_within_half_a_step_of_its_segment() {
        for sample in i16::MIN..=i16::MAX {
            let size = i32::from(sample.unsigned_abs());
            let error = |decoded: i16| (i32::from(decoded) - i32::from(sample)).abs();
            assert!(error(alaw_to_linear(alaw_from_linear(sample))) <= 16 + size / 32, "A {sample}");
            assert!(error(ulaw_to_linear(ulaw_from_linear(sample))) <= 8 + size / 31, "µ {sample}");
        }
    }

    #[test]
    fn known_values_of_the_standard_hold() {
        let alaw = [(0xd5, 8), (0x55, -8), (0xaa, 32_256), (0x2a, -32_256)];
        alaw.iter().for_each(|&(byte, sample)| assert_eq!(alaw_to_linear(byte), sample));
        let ulaw = [(0xff, 0), (0x80, 32_124), (0x00, -32_124)];
        ulaw.iter().for_each(|&(byte, sample)| assert_eq!(ulaw_to_linear(byte), sample));
        assert_eq!(ALAW_TO_ULAW[usize::from(ALAW_SILENCE)], 0xfe);
        assert_eq!(alaw_from_linear(0), ALAW_SILENCE);
        assert_eq!(ulaw_from_linear(0), ULAW_SILENCE);
    }

    #[test]
    fn crossing_the_laws_changes_a_sample_by_no_more_than_a_step() {
        for byte in 0..=255u8 {
            let a = i32::from(alaw_to_linear(byte));
            let u = i32::from(ulaw_to_linear(ALAW_TO_ULAW[usize::from(byte)]));
            assert!((a - u).abs() <= 8 + a.abs() / 31, "{byte}");
            let back = i32::from(alaw_to_linear(ULAW_TO_ALAW[usize::from(ALAW_TO_ULAW[usize::from(byte)])]));
            assert!((a - back).abs() <= 16 + a.abs() / 16, "{byte}");
        }
    }
}
