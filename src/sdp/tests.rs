//! What the module promises, by table.

use std::net::{IpAddr, Ipv4Addr};

use expect_test::{Expect, expect};

use super::Direction::{Inactive, RecvOnly, SendOnly, SendRecv};
use super::*;

const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 9));
const REACH: Reach = Reach { address: ADDRESS, rtp_min: 20_000, rtp_max: 20_999, sip: 5060 };
const LOCAL: Local = Local { address: ADDRESS, port: 20_000, session_id: 77, version: 1, reach: REACH };

fn accept(offer: &SdpOffer, answer: &Session) -> Result<Negotiated, AnswerError> {
    super::accept(offer, answer, &REACH)
}

/// A description from its lines; `v=`, `o=`, `s=`, `c=`, `t=` are put before them.
fn sdp(lines: &str) -> Session {
    try_sdp(lines).unwrap()
}

fn try_sdp(lines: &str) -> Result<Session, SdpError> {
    parse(text(lines).as_bytes())
}

fn text(lines: &str) -> String {
    let head = "v=0 o=-:1:1:IN:IP4:198.51.100.1 s=x c=IN:IP4:198.51.100.7 t=0:0";
    let line = |line: &str| line.replace(':', " ") + "\r\n";
    head.split(' ').map(line).chain(lines.split('\n').map(|l| l.trim().to_owned() + "\r\n")).collect()
}

mod reading {
    use super::*;

    #[track_caller]
    fn check_fault(lines: &str, line: u16, fault: Fault) {
        assert_eq!(try_sdp(lines), Err(SdpError { line, fault }));
    }

    #[track_caller]
    fn check_encodings(lines: &str, encodings: &[(&str, Encoding)]) {
        let session = sdp(lines);
        let got: Vec<_> = session.media[0].formats.iter().map(|f| (&*f.name, f.encoding.clone())).collect();
        assert_eq!(got, encodings);
    }

    #[test]
    fn lines_may_end_in_lf_alone() {
        let crlf = text("m=audio 4000 RTP/AVP 8\na=sendonly");
        assert_eq!(parse(crlf.replace("\r\n", "\n").as_bytes()), parse(crlf.as_bytes()));
        assert_eq!(parse(crlf.trim_end().as_bytes()), parse(crlf.as_bytes()));
    }

    #[test]
    fn payload_types_mean_what_rtpmap_or_rfc_3551_says() {
        let g729 = Encoding::Other("G729/8000".into());
        check_encodings(
            "m=audio 4000 RTP/AVP 18 8 0",
            &[("18", g729), ("8", Encoding::Audio(Codec::Pcma)), ("0", Encoding::Audio(Codec::Pcmu))],
        );
        check_encodings(
            "m=audio 4000 RTP/AVP 96 97 98 99\na=rtpmap:96 pcma/8000/1\na=rtpmap:97 PCMA/16000\na=rtpmap:98 Telephone-Event/8000",
            &[
                ("96", Encoding::Audio(Codec::Pcma)),
                ("97", Encoding::Other("PCMA/16000".into())),
                ("98", Encoding::TelephoneEvent),
                ("99", Encoding::Other("".into())),
            ],
        );
        check_encodings("m=image 4000 udptl t38", &[("t38", Encoding::Other("".into()))]);
    }

    #[test]
    fn numbers_that_do_not_fit_are_refused_where_they_stand() {
        check_fault("m=audio 17000 RTP/AVP 4294967296", 6, Fault::Media);
        check_fault("m=audio 17000 RTP/AVP 128", 6, Fault::Media);
        check_fault("m=audio 17000 RTP/AVP +8", 6, Fault::Media);
        check_fault("m=audio 65536 RTP/AVP 8", 6, Fault::Media);
        check_fault("m=audio 17000 RTP/AVP", 6, Fault::Media);
        check_fault("m=au,dio 17000 RTP/AVP 8", 6, Fault::Media);
        check_fault("m=audio 17000 RTP/AVP 8\na=rtpmap:8 PCMA/99999999999", 7, Fault::Attribute);
        check_fault("m=audio 17000 RTP/AVP 8\na=rtpmap:8", 7, Fault::Attribute);
        check_fault("m=audio 17000 RTP/AVP 8\na=ptime:20ms", 7, Fault::Attribute);
        check_fault("m=audio 17000 RTP/AVP 8\nc=IN IP4 1.2.3.256", 7, Fault::Connection);
        check_fault("m=audio 17000 RTP/AVP 8\nc=IN IP6 1.2.3.4", 7, Fault::Connection);
        check_fault("m=audio 17000 RTP/AVP 8\nrubbish", 7, Fault::NotALine);
        check_fault("m=audio 17000 RTP/AVP 8\ns=a\rt=1", 7, Fault::NotALine);
    }

    #[test]
    fn a_description_begins_with_its_version_and_has_an_address_where_it_needs_one() {
        let fault = |text: &str| parse(text.as_bytes()).map_err(|error| error.fault);
        assert_eq!(fault(""), Err(Fault::Version));
        assert_eq!(fault("s=x\r\nv=0\r\n"), Err(Fault::Version));
        assert_eq!(fault("v=1\r\n"), Err(Fault::Version));
        assert_eq!(fault("v=0\no=- a 1 IN IP4 1.2.3.4\n"), Err(Fault::Origin));
        assert_eq!(fault("v=0\nm=audio 4000 RTP/AVP 8\n"), Err(Fault::NoConnection));
        assert!(fault("v=0\nm=audio 0 RTP/AVP 8\n").is_ok());
        assert!(fault("v=0\nm=audio 4000 RTP/AVP 8\nc=IN IP6 2001:db8::1\n").is_ok());
    }

    #[test]
    fn the_origin_may_have_a_name_in_any_characters_and_numbers_of_any_length() {
        let session = parse(b"v=0\no=\xb8\xf1 99999999999999999999999 2 IN IP4 pbx.example\n").unwrap();
        assert_eq!(session.origin, Origin { session_id: u64::MAX, version: 2, address: None });
    }

    #[test]
    fn everything_has_a_limit() {
        check_fault(&"m=audio 0 RTP/AVP 8\n".repeat(9), 14, Fault::TooManyMedia);
        let lines = format!("m=audio 4000 RTP/AVP 8\n{}", "a=x\n".repeat(64));
        check_fault(&lines, 70, Fault::TooManyLines);
        let formats: String = (0..65).map(|n| format!(" {n}")).collect();
        check_fault(&format!("m=audio 4000 RTP/AVP{formats}"), 6, Fault::TooManyFormats);
        assert_eq!(parse(&[b'\n'; 65_536]), Err(SdpError { line: 0, fault: Fault::TooLong }));
    }

    #[test]
    fn what_we_print_reads_back_the_same() {
        let offer = sdp("a=recvonly\nm=video 0 RTP/AVP 96\nm=audio 4000 RTP/AVP 8 101 96\nc=IN IP6 2001:db8::2
            a=rtpmap:101 telephone-event/8000\na=fmtp:101 0-15\na=rtpmap:96 opus/48000/2\na=ptime:30\na=sendonly");
        assert_eq!(parse(offer.to_string().as_bytes()), Ok(offer));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            drop(parse(&bytes));
        }

        #[test]
        fn whatever_is_read_can_be_answered_and_printed(
            lines in proptest::collection::vec("(a=(rtpmap:|fmtp:|ptime:|x)?[0-9]{0,4} ?(PCMA|telephone-event)?/?[0-9]{0,4}|a=(sendonly|inactive)|[imtb]=(audio|video)? ?[0-9]{0,5} ?(RTP/AVP)?( [0-9]{1,3}){0,3}|.*)", 0..6)
        ) {
            let lines = format!("m=audio 4000 RTP/AVP 8 0 101\n{}", lines.join("\n"));
            if let Ok(session) = try_sdp(&lines)
                && let Ok((_, answer)) = answer(&session, &LOCAL, &Codec::ALL)
            {
                proptest::prop_assert_eq!(answer.0.media.len(), session.media.len());
                proptest::prop_assert_eq!(parse(answer.to_string().as_bytes()), Ok(answer.0));
            }
        }
    }
}

mod answering {
    use super::*;

    #[track_caller]
    fn check(offer: &str, preferred: &[Codec], expect: Expect) {
        let got = match answer(&sdp(offer), &LOCAL, preferred) {
            Ok((n, answer)) => format!("{}\n{answer}", summary(&n)).replace('\r', ""),
            Err(OfferError::NoCommonCodec) => "refused".into(),
            Err(OfferError::BadAddress) => "refused for its address".into(),
        };
        expect.assert_eq(&got);
    }

    #[track_caller]
    fn check_direction(offer: &str, ours: Direction) {
        let (negotiated, SdpAnswer(session)) = answer(&sdp(offer), &LOCAL, &Codec::ALL).unwrap();
        assert_eq!((negotiated.direction, session.media[0].direction), (ours, Some(ours)));
    }

    fn summary(n: &Negotiated) -> String {
        let Negotiated { remote, codec, payload_type, dtmf, direction, ptime_ms } = n;
        format!("{remote} {codec:?}={payload_type} dtmf={dtmf:?} {direction:?} {ptime_ms} ms")
    }

    #[test]
    fn the_answer_holds_one_codec_and_the_key_presses_under_the_offers_numbers() {
        check(
            "m=audio 4000 RTP/AVP 0 8 18 97\na=rtpmap:97 telephone-event/8000\na=fmtp:97 0-16\na=ptime:30",
            &Codec::ALL,
            expect![[r#"
                198.51.100.7:4000 Pcma=8 dtmf=Some(97) SendRecv 30 ms
                v=0
                o=- 77 1 IN IP4 192.0.2.9
                s=-
                c=IN IP4 192.0.2.9
                t=0 0
                m=audio 20000 RTP/AVP 8 97
                a=rtpmap:8 PCMA/8000
                a=rtpmap:97 telephone-event/8000
                a=fmtp:97 0-15
                a=ptime:20
                a=sendrecv
            "#]],
        );
    }

    #[test]
    fn our_preference_decides_and_a_remapped_number_is_kept() {
        check(
            "m=audio 4000 RTP/AVP 96 0\na=rtpmap:96 PCMA/8000",
            &[Codec::Pcmu, Codec::Pcma],
            expect![[r#"
                198.51.100.7:4000 Pcmu=0 dtmf=None SendRecv 20 ms
                v=0
                o=- 77 1 IN IP4 192.0.2.9
                s=-
                c=IN IP4 192.0.2.9
                t=0 0
                m=audio 20000 RTP/AVP 0
                a=rtpmap:0 PCMU/8000
                a=ptime:20
                a=sendrecv
            "#]],
        );
        let (negotiated, _) =
            answer(&sdp("m=audio 4000 RTP/AVP 96 0\na=rtpmap:96 PCMA/8000"), &LOCAL, &Codec::ALL).unwrap();
        assert_eq!((negotiated.codec, negotiated.payload_type), (Codec::Pcma, 96));
    }

    #[test]
    fn other_streams_are_refused_in_their_places() {
        check(
            "m=video 6000 RTP/AVP 96 97\na=rtpmap:96 H264/90000\nm=audio 4002 RTP/SAVP 8\nm=audio 4000 RTP/AVP 8\nc=IN IP6 2001:db8::7\nm=image 0 udptl t38\nm=audio 4004 RTP/AVP 8",
            &Codec::ALL,
            expect![[r#"
                [2001:db8::7]:4000 Pcma=8 dtmf=None SendRecv 20 ms
                v=0
                o=- 77 1 IN IP4 192.0.2.9
                s=-
                c=IN IP4 192.0.2.9
                t=0 0
                m=video 0 RTP/AVP 96
                m=audio 0 RTP/SAVP 8
                m=audio 20000 RTP/AVP 8
                a=rtpmap:8 PCMA/8000
                a=ptime:20
                a=sendrecv
                m=image 0 udptl t38
                m=audio 0 RTP/AVP 8
            "#]],
        );
    }

    #[test]
    fn a_stream_to_a_forbidden_address_is_refused_and_the_next_one_taken() {
        let offer = sdp("m=audio 4000 RTP/AVP 8\nc=IN IP4 127.0.0.1\nm=audio 4002 RTP/AVP 0");
        let (negotiated, SdpAnswer(answer)) = answer(&offer, &LOCAL, &Codec::ALL).unwrap();
        assert_eq!((negotiated.remote.port(), negotiated.codec), (4002, Codec::Pcmu));
        assert_eq!(answer.media.iter().map(|media| media.port).collect::<Vec<_>>(), [0, LOCAL.port]);
    }

    #[test]
    fn an_offer_without_audio_for_us_is_refused() {
        check(
            "m=audio 4000 RTP/AVP 18 101\na=rtpmap:101 telephone-event/8000",
            &Codec::ALL,
            expect!["refused"],
        );
        check("m=audio 0 RTP/AVP 8", &Codec::ALL, expect!["refused"]);
        check("m=video 4000 RTP/AVP 8", &Codec::ALL, expect!["refused"]);
        check("m=audio 4000 RTP/SAVP 8", &Codec::ALL, expect!["refused"]);
        check(
            "m=audio 4000 RTP/AVP 8\nc=IN IP4 224.2.1.1/127",
            &Codec::ALL,
            expect!["refused for its address"],
        );
        check(
            "m=audio 4000 RTP/AVP 8\nc=IN IP4 255.255.255.255",
            &Codec::ALL,
            expect!["refused for its address"],
        );
        check("m=audio 4000 RTP/AVP 8\nc=IN IP4 127.0.0.1", &Codec::ALL, expect!["refused for its address"]);
        check("m=audio 20001 RTP/AVP 8\nc=IN IP4 192.0.2.9", &Codec::ALL, expect!["refused for its address"]);
        check("m=audio 4000 RTP/AVP 18\nc=IN IP4 127.0.0.1", &Codec::ALL, expect!["refused"]);
        check("m=audio 4000 RTP/AVP 8", &[Codec::Pcmu], expect!["refused"]);
        check("a=x", &Codec::ALL, expect!["refused"]);
    }

    #[test]
    fn hold_is_read_in_every_spelling() {
        check_direction("m=audio 4000 RTP/AVP 8", SendRecv);
        check_direction("m=audio 4000 RTP/AVP 8\na=sendonly", RecvOnly);
        check_direction("m=audio 4000 RTP/AVP 8\na=recvonly", SendOnly);
        check_direction("m=audio 4000 RTP/AVP 8\na=inactive", Inactive);
        check_direction("a=sendonly\nm=audio 4000 RTP/AVP 8", RecvOnly);
        check_direction("a=sendonly\nm=audio 4000 RTP/AVP 8\na=sendrecv", SendRecv);
        check_direction("m=audio 4000 RTP/AVP 8\nc=IN IP4 0.0.0.0", RecvOnly);
        check_direction("m=audio 4000 RTP/AVP 8\nc=IN IP6 ::", RecvOnly);
        check_direction("m=audio 4000 RTP/AVP 8\nc=IN IP4 0.0.0.0\na=recvonly", Inactive);
    }
}

mod offering {
    use super::*;

    #[track_caller]
    fn check(answer: &str, expect: Result<(Codec, u8, Option<u8>, Direction), AnswerError>) {
        let got = accept(&offer(&LOCAL, &Codec::ALL, SendRecv), &sdp(answer));
        assert_eq!(got.map(|n| (n.codec, n.payload_type, n.dtmf, n.direction)), expect);
    }

    #[test]
    fn an_offer_lists_our_codecs_in_order() {
        expect![[r#"
            v=0
            o=- 77 1 IN IP4 192.0.2.9
            s=-
            c=IN IP4 192.0.2.9
            t=0 0
            m=audio 20000 RTP/AVP 8 0 101
            a=rtpmap:8 PCMA/8000
            a=rtpmap:0 PCMU/8000
            a=rtpmap:101 telephone-event/8000
            a=fmtp:101 0-15
            a=ptime:20
            a=sendonly
        "#]]
        .assert_eq(&offer(&LOCAL, &Codec::ALL, SendOnly).to_string().replace('\r', ""));
    }

    #[test]
    fn the_answerers_order_decides() {
        let dtmf = "a=rtpmap:101 telephone-event/8000";
        check("m=audio 4000 RTP/AVP 8", Ok((Codec::Pcma, 8, None, SendRecv)));
        check(&format!("m=audio 4000 RTP/AVP 0 8 101\n{dtmf}"), Ok((Codec::Pcmu, 0, Some(101), SendRecv)));
        check(&format!("m=audio 4000 RTP/AVP 101 18 8\n{dtmf}"), Ok((Codec::Pcma, 8, Some(101), SendRecv)));
        check("m=audio 4000 RTP/AVP 8\na=sendonly", Ok((Codec::Pcma, 8, None, RecvOnly)));
        check("m=audio 4000 RTP/AVP 8\na=inactive", Ok((Codec::Pcma, 8, None, Inactive)));
    }

    #[test]
    fn an_answer_we_cannot_use_says_why() {
        check("m=audio 0 RTP/AVP 8", Err(AnswerError::Refused));
        check("m=audio 4000 RTP/AVP 18", Err(AnswerError::NoCommonCodec));
        check("m=video 4000 RTP/AVP 8", Err(AnswerError::Missing));
        check("a=x", Err(AnswerError::Missing));
        check("m=audio 4000 RTP/AVP 8\nc=IN IP4 239.1.1.1", Err(AnswerError::BadAddress));
        let pcma = offer(&LOCAL, &[Codec::Pcma], SendRecv);
        let answer = sdp("m=audio 4000 RTP/AVP 0");
        assert_eq!(accept(&pcma, &answer), Err(AnswerError::NoCommonCodec));
    }

    #[test]
    fn what_we_did_not_offer_we_do_not_do() {
        let held = offer(&LOCAL, &Codec::ALL, SendOnly);
        let negotiated = accept(&held, &sdp("m=audio 4000 RTP/AVP 8")).unwrap();
        assert_eq!(negotiated.direction, SendOnly);
        let negotiated = accept(&held, &sdp("m=audio 4000 RTP/AVP 8\na=recvonly")).unwrap();
        assert_eq!(negotiated.direction, SendOnly);
    }
}

mod remembering {
    use super::*;

    #[test]
    fn the_version_rises_by_one_with_every_change_and_never_otherwise() {
        let mut leg = LocalSession::new(LOCAL);
        let mut versions = Vec::new();
        let mut offered = |leg: &mut LocalSession, direction| {
            versions.push(leg.offer(&Codec::ALL, direction).0.origin.version);
        };
        offered(&mut leg, SendRecv);
        offered(&mut leg, SendRecv);
        offered(&mut leg, SendOnly);
        offered(&mut leg, SendOnly);
        offered(&mut leg, SendRecv);
        assert_eq!(versions, [1, 1, 2, 2, 3]);
        let theirs = sdp("m=audio 4000 RTP/AVP 8");
        let (_, first) = leg.answer(&theirs, &Codec::ALL).unwrap();
        let (_, again) = leg.answer(&theirs, &Codec::ALL).unwrap();
        assert_eq!((first.0.origin.version, again.0.origin.version), (4, 4));
    }

    #[test]
    fn a_later_offer_keeps_the_peers_streams_and_numbers() {
        let mut leg = LocalSession::new(LOCAL);
        let theirs =
            sdp("m=video 6000 RTP/AVP 99\nm=audio 4000 RTP/AVP 8 96\na=rtpmap:96 telephone-event/8000");
        leg.answer(&theirs, &Codec::ALL).unwrap();
        let ours = leg.offer(&[Codec::Pcma], SendOnly);
        expect![[r#"
            v=0
            o=- 77 2 IN IP4 192.0.2.9
            s=-
            c=IN IP4 192.0.2.9
            t=0 0
            m=video 0 RTP/AVP 99
            m=audio 20000 RTP/AVP 8 96
            a=rtpmap:8 PCMA/8000
            a=rtpmap:96 telephone-event/8000
            a=fmtp:96 0-15
            a=ptime:20
            a=sendonly
        "#]]
        .assert_eq(&ours.to_string().replace('\r', ""));
        let negotiated = accept(
            &ours,
            &sdp(
                "m=video 0 RTP/AVP 99\nm=audio 4000 RTP/AVP 8 96\na=rtpmap:96 telephone-event/8000\na=recvonly",
            ),
        );
        assert_eq!(negotiated.map(|n| (n.dtmf, n.direction)), Ok((Some(96), SendOnly)));
    }
}
