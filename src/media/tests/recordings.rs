//! Files become recordings, or say why not. `hound` writes the WAV files, so the reading is not judged by itself.

use super::*;
use crate::media::prompts::decode;

fn wav(channels: u16, rate: u32, bits: u16) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels,
        sample_rate: rate,
        bits_per_sample: bits,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = std::io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut file, spec).unwrap();
    tone::sine(700.0, 0.1, 0, 800)
        .iter()
        .for_each(|s| writer.write_sample(i32::from(*s) >> (16 - bits.min(16))).unwrap());
    writer.finalize().unwrap();
    file.into_inner()
}

/// A WAV file of one byte a sample, with a chunk of odd length before the sound.
fn companded(format: u16, data: &[u8]) -> Vec<u8> {
    let chunk = |name: &[u8], body: &[u8]| {
        let size = u32::try_from(body.len()).unwrap().to_le_bytes();
        let pad = vec![0; body.len() % 2];
        [name, &size, body, &pad].concat()
    };
    let fmt = [
        &format.to_le_bytes()[..],
        &[1, 0],
        &8000u32.to_le_bytes(),
        &8000u32.to_le_bytes(),
        &[1, 0, 8, 0, 0, 0],
    ];
    let chunks = [chunk(b"fmt ", &fmt.concat()), chunk(b"LIST", b"odd"), chunk(b"data", data)].concat();
    chunk(b"RIFF", &[b"WAVE", &chunks[..]].concat())
}

#[track_caller]
fn check_sound(file: &[u8]) {
    let alaw = decode(file).unwrap();
    assert_eq!(alaw.len(), 800);
    assert_tone(&tone::decode(Pcma, &alaw), 700.0);
}

#[test]
fn every_kind_of_file_sounds_as_it_was_recorded() {
    let samples = tone::sine(700.0, 0.1, 0, 800);
    check_sound(&wav(1, 8000, 16));
    check_sound(&companded(6, &tone::encode(Pcma, &samples)));
    check_sound(&companded(7, &tone::encode(Pcmu, &samples)));
    check_sound(&tone::encode(Pcma, &samples));
}

#[track_caller]
fn check_fault(file: &[u8], fault: PromptError) {
    assert_eq!(decode(file), Err(fault));
}

#[test]
fn a_file_that_cannot_be_played_says_why() {
    let good = wav(1, 8000, 16);
    check_fault(b"", PromptError::Empty);
    check_fault(&wav(1, 16_000, 16), PromptError::Rate(16_000));
    check_fault(&wav(2, 8000, 16), PromptError::Channels(2));
    check_fault(&wav(1, 8000, 8), PromptError::Encoding { format: 1, bits: 8 });
    check_fault(&good[..good.len() - 1], PromptError::Damaged);
    check_fault(&good[..30], PromptError::Damaged);
    check_fault(&companded(6, b""), PromptError::Empty);
    check_fault(&vec![0xd5; prompts::PROMPT_MAX + 1], PromptError::TooLong);
    check_fault(b"RIFF", PromptError::NotAudio);
    check_fault(b"ID3\x04\0\xff\xff\xff", PromptError::NotAudio);
    check_fault("提示音文件不存在,请与管理员联系,谢谢您的来电".as_bytes(), PromptError::NotAudio);
    check_fault(b"<html>not found</html>", PromptError::NotAudio);
}

#[test]
fn a_recorder_that_never_learned_the_size_is_forgiven() {
    let mut file = wav(1, 8000, 16);
    let at = file.windows(4).position(|name| name == b"data").unwrap() + 4;
    file[at..at + 4].copy_from_slice(&[0xff; 4]);
    check_sound(&file);
}

#[test]
fn a_recording_knows_its_length() {
    let prompts = prompts();
    assert_eq!(prompts.duration(&PromptId::new("welcome")), Some(Duration::from_secs(1)));
    assert_eq!(prompts.duration(&PromptId::new("lost")), None);
}

#[test]
fn a_frequency_is_found_only_where_it_is() {
    let samples = tone::sine(1000.0, 0.5, 0, 800);
    assert!((tone::level_at(&samples, 1000.0) - 0.5).abs() < 0.001);
    assert!(tone::level_at(&samples, 700.0) < 0.01);
    assert!(tone::share_at(&samples, 1000.0) > 0.99 && tone::share_at(&samples, 700.0) < 0.01);
    assert!(tone::level_at(&[], 1000.0) == 0.0 && tone::share_at(&[8; 800], 1000.0) == 0.0);
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(mut file in proptest::collection::vec(proptest::num::u8::ANY, 0..200), at in 0..60usize) {
        drop(decode(&file));
        let mut wav = companded(6, &[0xd5; 20]);
        if let (Some(to), Some(from)) = (wav.get_mut(at), file.pop()) {
            *to = from;
        }
        drop(decode(&wav));
    }
}
