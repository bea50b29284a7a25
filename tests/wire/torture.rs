//! RFC 4475, section by section: a message of our own for what each section is about. Names and numbers are
//! the RFC's. "Validate" faults are found when the core reads the headers, "parse" faults at once; both are
//! answered alike.

use tongjie::sip::wire::header::Via;
use tongjie::sip::wire::header::contact::Contact;
use tongjie::sip::wire::{Fault, HeaderName, Host, Message, Method, ParseError, Reason, Scheme, Status};

use super::{crlf, parse};

/// Reads a message that the RFC calls valid.
#[track_caller]
fn valid(text: &str) -> Message {
    let message = parse(&crlf(text)).unwrap();
    message.validate().unwrap();
    message
}

/// Reads a message that must be refused, in parsing or in validation.
#[track_caller]
fn invalid(text: &str) -> ParseError {
    let bytes = crlf(text);
    match parse(&bytes) {
        Err(error) => error,
        Ok(message) => message.validate().unwrap_err(),
    }
}

/// The message is refused for `reason`, at the byte where `at` first stands, and answered with `answer`.
#[track_caller]
fn refused(text: &str, reason: Reason, at: &str, answer: u16) {
    let error = invalid(text);
    let position = String::from_utf8(crlf(text)).unwrap().find(&at.replace('\n', "\r\n")).unwrap();
    assert_eq!((error.reason, error.at), (reason, position));
    assert_eq!(error.answer(), Status::new(answer));
}

/// The head of a request whose start line and further headers are the test's.
fn request(start: &str, cseq: &str, more: &str) -> String {
    format!(
        "{start}\nVia: SIP/2.0/UDP t.example;branch=z9hG4bKt\nMax-Forwards: 70\nFrom: <sip:f@t.example>;tag=f\n\
         To: <sip:t@t.example>\nCall-ID: torture@t.example\nCSeq: {cseq}\n{more}\n"
    )
}

// 3.1.1 Valid messages

#[test]
fn s3_1_1_1_wsinv_white_space_folds_and_odd_case_everywhere() {
    let m = valid(concat!(
        "INVITE sip:wuxi@hotline.example;unknownparam SIP/2.0\n",
        "TO :\n sip:wuxi@hotline.example ;   tag    = 1918n\n",
        "from   : \"J Rosen \\\\\\\"\"       <sip:jr@example.com>\n  ;\n  tag = 98asjd8\n",
        "MaX-fOrWaRdS: 0068\nCall-ID: wsinv.nd@192.0.2.1\nContent-Length   : 4\ncseq: 0009\n  INVITE\n",
        "Via  : SIP  /   2.0\n /UDP\n    192.0.2.2;branch=390skdjuw\ns :\n",
        "NewFangledHeader:   newfangled value\n continued newfangled value\n",
        "UnknownHeaderWithUnusualValue: ;;,,;;,;\nContent-Type: application/sdp\n",
        "Route:\n <sip:services.example.com;lr;unknownwith=value;unknown-no-value>\n",
        "v:  SIP  / 2.0  / TCP     spindle.example.com   ;\n  branch  =   z9hG4bK9ikj8  ,\n",
        " SIP  /    2.0   / UDP  192.168.255.111   ; branch=\n z9hG4bK30239\n",
        "m:\"Quoted string \\\"\\\"\" <sip:jr@example.com> ; newparam =\n      newvalue ;\n  secondparam ; q = 0.33\n",
        "\nv=0\n"
    ));
    assert_eq!(m.to().unwrap().tag(), Some(&b"1918n"[..]));
    assert_eq!(m.from().unwrap().display_name().as_ref(), b"J Rosen \\\"");
    assert_eq!(m.max_forwards(), Ok(Some(68)));
    assert_eq!(m.cseq().unwrap().seq, 9);
    let branches: Vec<_> = m.vias().map(|v| v.unwrap().branch().unwrap().to_vec()).collect();
    assert_eq!(branches, [&b"390skdjuw"[..], b"z9hG4bK9ikj8", b"z9hG4bK30239"]);
    assert_eq!(m.header(HeaderName::Subject).unwrap().as_ref(), b"");
    assert_eq!(
        m.header_named("newfangledheader").unwrap().as_ref(),
        b"newfangled value continued newfangled value"
    );
    let contact = m.contact().unwrap().unwrap();
    assert_eq!(
        (contact.q_millis(), contact.addr().unwrap().params.value("newparam")),
        (330, Some(&b"newvalue"[..]))
    );
    assert!(m.routes().next().unwrap().unwrap().uri.params.has("unknown-no-value"));
    assert_eq!(m.body(), b"v=0\r");
}

#[test]
fn s3_1_1_2_intmeth_every_character_the_grammar_allows() {
    let m = valid(concat!(
        "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0\n",
        "Via: SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+`'~\n",
        "To: \"BEL:\\\x07 NUL:\\\0 DEL:\\\x7f\" <sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@example.com>\n",
        "From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%=\"\u{440}\u{430}\u{431}\u{43e}\u{442}\u{430}\u{44e}\u{449}\u{438}\u{439}\";tag=_token~1'+`*%!-.\n",
        "Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{\n",
        "CSeq: 139122385 !interesting-Method0123456789_*+`.%indeed'~\nMax-Forwards: 255\n",
        "extensionHeader-!.%*+_`'~: \u{fe}\u{10348}\u{5927}\u{505c}\u{96fb}\nContent-Length: 0\n\n"
    ));
    assert_eq!(m.method().unwrap().as_str(), "!interesting-Method0123456789_*+`.%indeed'~");
    let uri = m.uri().unwrap();
    assert_eq!(uri.user, Some(&b"1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*"[..]));
    assert_eq!(uri.password, Some(&b"&it+has=1,weird!*pas$wo~d_too.(doesn't-it)"[..]));
    assert_eq!(uri.host, Some(Host::Name(b"example.com")));
    assert_eq!(m.to().unwrap().display_name().as_ref(), b"BEL:\x07 NUL:\0 DEL:\x7f");
    let from = m.from().unwrap();
    assert_eq!(
        (from.display, from.tag()),
        (&b"token1~` token2'+_ token3*%!.-"[..], Some(&b"_token~1'+`*%!-."[..]))
    );
    assert_eq!(m.call_id().unwrap(), b"intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{");
    assert_eq!(
        m.header_named("EXTENSIONHEADER-!.%*+_`'~").unwrap().as_ref(),
        "\u{fe}\u{10348}大停電".as_bytes()
    );
}

#[test]
fn s3_1_1_3_esc01_escapes_are_undone_where_they_are_escapes() {
    let m = valid(&request(
        "INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0",
        "1 INVITE",
        "Contact: <sip:cal%6Cer@h5.example.net;%6C%72;n%61me=v%61lue%25%34%31>\n",
    ));
    let uri = m.uri().unwrap();
    assert_eq!(uri.user_text().unwrap().as_ref(), b"sips:user@example.com");
    assert_eq!(uri.host, Some(Host::Name(b"example.net")));
    let contact = *m.contact().unwrap().unwrap().addr().unwrap();
    assert_eq!(contact.uri.user_text().unwrap().as_ref(), b"caller");
    assert!(contact.uri.is_loose());
    assert_eq!(contact.uri.param("name").unwrap().value, Some(&b"v%61lue%25%34%31"[..]));
}

#[test]
fn s3_1_1_4_escnull_escaped_nulls_are_bytes_of_the_user_part() {
    let m = valid(&request(
        "REGISTER sip:example.com SIP/2.0",
        "1 REGISTER",
        "Contact: <sip:%00@h5.example.com>\nContact: <sip:%00%00@h5.example.com>\n",
    ));
    let users: Vec<_> =
        m.contacts().map(|c| c.unwrap().addr().unwrap().uri.user_text().unwrap().into_owned()).collect();
    assert_eq!(users, [vec![0], vec![0, 0]]);
}

#[test]
fn s3_1_1_5_esc02_a_percent_sign_in_a_method_or_name_is_no_escape() {
    let m = valid(&request(
        "RE%47IST%45R sip:registrar.example.com SIP/2.0",
        "29344 RE%47IST%45R",
        "Contact: \"%Z%45\" <sip:resource@example.com>;z%6Bz=1\n",
    ));
    assert_eq!(m.method().unwrap().as_str(), "RE%47IST%45R");
    assert_ne!(m.method(), Some(Method::Register));
    let contact = *m.contact().unwrap().unwrap().addr().unwrap();
    assert_eq!((contact.display_lossy().as_str(), contact.params.value("z%6Bz")), ("%Z%45", Some(&b"1"[..])));
}

#[test]
fn s3_1_1_6_lwsdisp_no_space_between_display_name_and_bracket() {
    let text = request("OPTIONS sip:user@example.com SIP/2.0", "60 OPTIONS", "");
    let m = valid(&text.replace("<sip:f@t.example>", "caller<sip:f@t.example>"));
    assert_eq!(m.from().unwrap().display, b"caller");
}

#[test]
fn s3_1_1_7_longreq_long_values_are_read_whole() {
    let long = "o".repeat(2000);
    let vias: String = (0..30)
        .map(|n| {
            format!("v: SIP/2.0/UDP sip{n}.{long}.example;branch=z9hG4bK{long}\n")
                .replace(&long, &"x".repeat(200))
        })
        .collect();
    let text = request(
        &format!("INVITE sip:{long}@example.com SIP/2.0"),
        "3882340 INVITE",
        &format!("{vias}Unknown-{long}: {long}\nContact: <sip:amazing{long}@h.example.net>;{long}={long}\n"),
    );
    let m = valid(&text.replace("tag=f", &format!("tag={long}")));
    assert_eq!(m.uri().unwrap().user.unwrap().len(), 2000);
    assert_eq!(m.from().unwrap().tag().unwrap().len(), 2000);
    assert_eq!(m.vias().filter(Result::is_ok).count(), 31);
    assert_eq!(m.header_named(&format!("unknown-{long}")).unwrap().len(), 2000);
}

#[test]
fn s3_1_1_8_dblreq_what_follows_the_body_is_not_read() {
    let one = request("REGISTER sip:example.com SIP/2.0", "8 REGISTER", "Content-Length: 0\n");
    let second = request("INVITE sip:joe@example.com SIP/2.0", "8 INVITE", "Content-Length: 0\n");
    let m = valid(&format!("{one}{second}"));
    assert_eq!((m.method(), m.as_bytes().len()), (Some(Method::Register), crlf(&one).len()));
}

#[test]
fn s3_1_1_9_semiuri_semicolons_and_escapes_in_the_user_part() {
    let m = valid(&request("OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0", "8 OPTIONS", ""));
    let uri = m.uri().unwrap();
    assert_eq!(uri.user, Some(&b"user;par=u%40example.net"[..]));
    assert_eq!((uri.host, uri.params.raw()), (Some(Host::Name(b"example.com")), &b""[..]));
    assert_eq!(uri.user_params().value("par"), Some(&b"u%40example.net"[..]));
}

#[test]
fn s3_1_1_10_transports_unknown_ones_pass() {
    let m = valid(&request(
        "OPTIONS sip:user@example.com SIP/2.0",
        "60 OPTIONS",
        "Via: SIP/2.0/SCTP t2.example;branch=z9hG4bK2\nVia: SIP/2.0/TLS t3.example;branch=z9hG4bK3\nVia: SIP/2.0/UNKNOWN t4.example;branch=z9hG4bK4\nVia: SIP/2.0/TCP t5.example;branch=z9hG4bK5\n",
    ));
    let transports: Vec<_> = m.vias().map(|v| v.unwrap().transport).collect();
    assert_eq!(transports, [&b"UDP"[..], b"SCTP", b"TLS", b"UNKNOWN", b"TCP"]);
}

#[test]
fn s3_1_1_11_mpart01_a_multipart_body_is_carried_byte_for_byte() {
    let mut bytes = crlf(&request(
        "MESSAGE sip:kumiko@example.org SIP/2.0",
        "127 MESSAGE",
        "Content-Type: multipart/mixed;boundary=7a9cbec02ceef655\nMIME-Version: 1.0\nContent-Length: 60\n",
    ));
    let body = b"--7a9cbec02ceef655\r\n\r\nhi\r\n--7a9cbec02ceef655\r\n\0\x80\xff\r\n\r\n\r\n\r\n";
    bytes.extend_from_slice(body);
    bytes.resize(bytes.len() - body.len() + 60, b'\n');
    let m = parse(&bytes).unwrap();
    assert_eq!(m.content_type().unwrap().unwrap().params.value("boundary"), Some(&b"7a9cbec02ceef655"[..]));
    assert!(m.body().starts_with(body) && m.body().len() == 60);
}

#[test]
fn s3_1_1_12_unreason_a_reason_phrase_of_any_characters() {
    let start = "SIP/2.0 200 = 2**3 * 5**2 \u{43d}\u{43e} \u{441}\u{442}\u{43e} - \u{43f}\u{440}\u{43e}\u{441}\u{442}\u{43e}\u{435}";
    let m = valid(&request(start, "35 INVITE", ""));
    assert_eq!(
        m.start(),
        tongjie::sip::wire::StartLine::Response { status: Status::OK, reason: &start.as_bytes()[12..] }
    );
}

#[test]
fn s3_1_1_13_noreason_an_empty_reason_phrase() {
    let m = valid(&request("SIP/2.0 100 ", "35 INVITE", ""));
    assert_eq!(m.start(), tongjie::sip::wire::StartLine::Response { status: Status::TRYING, reason: b"" });
}

// 3.1.2 Invalid messages

#[test]
fn s3_1_2_1_badinv01_extra_separators() {
    let text = request(
        "INVITE sip:user@example.com SIP/2.0",
        "1 INVITE",
        "Contact: \"Joe\" <sip:joe@example.org>;;;;\n",
    );
    refused(
        &text.replace("branch=z9hG4bKt", "branch=z9hG4bKt;;,;,,"),
        Reason::BadHeader(HeaderName::Via),
        "SIP/2.0/UDP",
        400,
    );
    refused(&text, Reason::BadHeader(HeaderName::Contact), "\"Joe\"", 400);
}

#[test]
fn s3_1_2_2_clerr_content_length_larger_than_the_message() {
    let text = request("INVITE sip:user@example.com SIP/2.0", "1 INVITE", "Content-Length: 9999\n");
    let error = invalid(&format!("{text}v=0\n"));
    assert_eq!((error.reason, error.answer()), (Reason::BodyTooShort, Some(Status::BAD_REQUEST)));
    assert_eq!(error.at, crlf(&text).len() + 5);
}

#[test]
fn s3_1_2_3_ncl_negative_content_length() {
    refused(
        &request("INVITE sip:user@example.com SIP/2.0", "1 INVITE", "Content-Length: -999\n"),
        Reason::BadContentLength,
        "-999",
        400,
    );
}

#[test]
fn s3_1_2_4_scalar02_overlarge_numbers_in_a_request() {
    let text = request("REGISTER sip:example.com SIP/2.0", "36893488147419103232 REGISTER", "");
    refused(&text, Reason::BadHeader(HeaderName::CSeq), "36893488", 400);
    // Numbers that have a sensible reading keep it.
    let m = valid(
        &request(
            "REGISTER sip:example.com SIP/2.0",
            "1 REGISTER",
            "Expires: 10000000000000000000000\nContact: <sip:a@h>;expires=280297596632815\n",
        )
        .replace("70", "300"),
    );
    assert_eq!(
        (m.expires(), m.contact().unwrap().unwrap().expires(), m.max_forwards()),
        (Some(u32::MAX), Some(u32::MAX), Ok(Some(255)))
    );
}

#[test]
fn s3_1_2_5_scalarlg_overlarge_numbers_in_a_response() {
    let text = request("SIP/2.0 503 Service Unavailable", "9292394834772304023312 OPTIONS", "");
    let error = invalid(&text);
    assert_eq!((error.reason, error.answer()), (Reason::BadHeader(HeaderName::CSeq), None));
    let m = valid(&request(
        "SIP/2.0 503 Service Unavailable",
        "1 OPTIONS",
        "Retry-After: 949302838503028349304023988\n",
    ));
    assert_eq!(m.retry_after().unwrap_err().fault, Fault::Syntax);
}

#[test]
fn s3_1_2_6_quotbal_an_unterminated_quote() {
    let text = request("INVITE sip:user@example.com SIP/2.0", "1 INVITE", "");
    refused(
        &text.replace("<sip:t@t.example>", "\"Mr. J. User <sip:j@example.com>"),
        Reason::BadHeader(HeaderName::To),
        "\"Mr. J.",
        400,
    );
}

#[test]
fn s3_1_2_7_ltgtruri_brackets_around_the_request_uri() {
    refused(
        &request("INVITE <sip:user@example.com> SIP/2.0", "1 INVITE", ""),
        Reason::RequestUri,
        "<sip:user",
        400,
    );
}

#[test]
fn s3_1_2_8_lwsruri_white_space_in_the_request_uri() {
    refused(
        &request("INVITE sip:user@example.com; lr SIP/2.0", "1 INVITE", ""),
        Reason::StartLine,
        "lr SIP",
        400,
    );
}

#[test]
fn s3_1_2_9_lwsstart_several_spaces_in_the_start_line() {
    refused(
        &request("INVITE  sip:user@example.com  SIP/2.0", "1 INVITE", ""),
        Reason::RequestUri,
        " sip:user",
        400,
    );
}

#[test]
fn s3_1_2_10_trws_spaces_at_the_end_of_the_start_line() {
    refused(
        &request("OPTIONS sip:user@example.com SIP/2.0  ", "1 OPTIONS", ""),
        Reason::StartLine,
        "SIP/2.0  ",
        400,
    );
}

/// The RFC leaves it to us: refuse, or ignore the headers in the URI. They are kept apart and not used.
#[test]
fn s3_1_2_11_escruri_headers_in_the_request_uri() {
    let m =
        valid(&request("INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0", "1 INVITE", ""));
    assert_eq!((m.uri().unwrap().headers, m.routes().count()), (&b"Route=%3Csip:example.com%3E"[..], 0));
}

#[test]
fn s3_1_2_12_baddate_a_date_not_in_gmt_is_no_date_but_the_request_stands() {
    let m = valid(&request(
        "INVITE sip:user@example.com SIP/2.0",
        "1 INVITE",
        "Date: Fri, 01 Jan 2010 16:00:00 EST\n",
    ));
    assert_eq!(m.date().unwrap_err().fault, Fault::Syntax);
}

#[test]
fn s3_1_2_13_regbadct_uri_headers_without_brackets() {
    let text = request(
        "REGISTER sip:example.com SIP/2.0",
        "1 REGISTER",
        "Contact: sip:user@example.com?Route=%3Csip:s.example%3E\n",
    );
    refused(&text, Reason::BadHeader(HeaderName::Contact), "sip:user@", 400);
}

/// The RFC allows a liberal reading where it is clear: spaces next to the brackets are dropped.
#[test]
fn s3_1_2_14_badaspec_spaces_inside_the_brackets() {
    let text = request("OPTIONS sip:user@example.org SIP/2.0", "1 OPTIONS", "");
    let m = valid(&text.replace("<sip:t@t.example>", "\"Watson, Thomas\" < sip:t.watson@example.org >"));
    assert_eq!(m.to().unwrap().uri.raw, b"sip:t.watson@example.org");
    let inside = text.replace("<sip:t@t.example>", "<sip:t.watson @example.org>");
    assert_eq!(invalid(&inside).reason, Reason::BadHeader(HeaderName::To));
}

#[test]
fn s3_1_2_15_baddn_an_unquoted_comma_in_a_display_name() {
    let text = request("OPTIONS sip:t.watson@example.org SIP/2.0", "1 OPTIONS", "");
    refused(
        &text.replace("<sip:f@t.example>", "Bell, Alexander <sip:a.g.bell@example.com>"),
        Reason::BadHeader(HeaderName::From),
        "Bell, A",
        400,
    );
}

#[test]
fn s3_1_2_16_badvers_an_unknown_protocol_version() {
    refused(
        &request("OPTIONS sip:t.watson@example.org SIP/7.0", "1 OPTIONS", ""),
        Reason::Version,
        "SIP/7.0",
        505,
    );
}

#[test]
fn s3_1_2_17_mismatch01_method_and_cseq_differ() {
    refused(
        &request("OPTIONS sip:user@example.com SIP/2.0", "8 INVITE", ""),
        Reason::CSeqMethod,
        "8 INVITE",
        400,
    );
}

#[test]
fn s3_1_2_18_mismatch02_an_unknown_method_and_cseq_differ() {
    refused(
        &request("NEWMETHOD sip:user@example.com SIP/2.0", "8 INVITE", ""),
        Reason::CSeqMethod,
        "8 INVITE",
        400,
    );
}

#[test]
fn s3_1_2_19_bigcode_an_overlarge_status_code_is_dropped() {
    let error = invalid(&request("SIP/2.0 4294967301 better not break the receiver", "8 INVITE", ""));
    assert_eq!((error.reason, error.at, error.answer()), (Reason::StatusCode, 8, None));
}

// 3.2 Transaction layer

#[test]
fn s3_2_1_badbranch_a_branch_of_nothing_but_the_cookie_is_seen_as_such() {
    let text = request("OPTIONS sip:user@example.com SIP/2.0", "8 OPTIONS", "");
    let m = valid(&text.replace("z9hG4bKt", "z9hG4bK"));
    assert_eq!(m.via().unwrap().transaction_id(), None);
    assert_eq!(valid(&text).via().unwrap().transaction_id(), Some(&b"t"[..]));
}

// 3.3 Application layer

#[test]
fn s3_3_1_insuf_missing_headers() {
    let error = invalid(
        "INVITE sip:user@example.com SIP/2.0\nCSeq: 193942 INVITE\nVia: SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKk\nContent-Length: 0\n\n",
    );
    assert_eq!((error.reason, error.answer()), (Reason::Missing(HeaderName::To), Some(Status::BAD_REQUEST)));
}

#[test]
fn s3_3_2_unkscm_an_unknown_scheme_in_the_request_uri() {
    let m = valid(&request("OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0", "3 OPTIONS", ""));
    assert_eq!(m.uri().unwrap().scheme, Scheme::Other);
}

#[test]
fn s3_3_3_novelsc_a_known_but_odd_scheme_in_the_request_uri() {
    let m = valid(&request("OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0", "3 OPTIONS", ""));
    assert_eq!((m.uri().unwrap().scheme, m.raw_uri()), (Scheme::Other, &b"soap.beep://192.0.2.103:3002"[..]));
}

#[test]
fn s3_3_4_unksm2_unknown_schemes_in_headers() {
    let text = request("REGISTER sip:example.com SIP/2.0", "234 REGISTER", "Contact: <name:John_Smith>\n");
    let m = valid(
        &text
            .replace("sip:f@t.example", "http://www.example.com")
            .replace("sip:t@t.example", "isbn:2983792873"),
    );
    assert_eq!(
        (m.to().unwrap().uri.scheme, m.from().unwrap().uri.raw),
        (Scheme::Other, &b"http://www.example.com"[..])
    );
}

#[test]
fn s3_3_5_bext01_unknown_extensions_are_listed() {
    let m = valid(&request(
        "OPTIONS sip:user@example.com SIP/2.0",
        "8 OPTIONS",
        "Require: nothingSupportsThis, nothingSupportsThisEither\nProxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis\n",
    ));
    assert_eq!(m.tokens(HeaderName::Require).count(), 2);
    assert!(m.lists(HeaderName::ProxyRequire, "norDoAnyProxiesSupportThis"));
}

#[test]
fn s3_3_6_invut_an_unknown_content_type() {
    let m = valid(
        &(request(
            "INVITE sip:user@example.com SIP/2.0",
            "8 INVITE",
            "Content-Type: application/unknownformat\nContent-Length: 6\n",
        ) + "<a/>\n"),
    );
    let kind = m.content_type().unwrap().unwrap();
    assert!(!kind.is_sdp() && kind.is("application", "UnknownFormat"));
}

#[test]
fn s3_3_7_regaut01_an_unknown_authorization_scheme() {
    let m = valid(&request(
        "REGISTER sip:example.com SIP/2.0",
        "8 REGISTER",
        "Authorization: NoOneKnowsThisScheme opaque-data=here\n",
    ));
    assert_eq!(m.authorizations().next().unwrap().unwrap_err().name, HeaderName::Authorization);
}

#[test]
fn s3_3_8_multi01_two_of_what_there_must_be_one() {
    for (line, name) in [
        ("CSeq: 59 INVITE\n", HeaderName::CSeq),
        ("Call-ID: other\n", HeaderName::CallId),
        ("Max-Forwards: 5\n", HeaderName::MaxForwards),
        ("From: <sip:other@h>;tag=1\n", HeaderName::From),
        ("To: <sip:other@h>\n", HeaderName::To),
    ] {
        let text = request("INVITE sip:user@company.com SIP/2.0", "5 INVITE", line);
        let error = invalid(&text);
        let second = String::from_utf8(crlf(&text)).unwrap().rfind(line.trim_end()).unwrap();
        assert_eq!(
            (error.reason, error.at, error.answer()),
            (Reason::Repeated(name), second, Some(Status::BAD_REQUEST))
        );
    }
}

#[test]
fn s3_3_9_mcl01_two_content_lengths() {
    let text = request(
        "OPTIONS sip:user@example.com SIP/2.0",
        "5 OPTIONS",
        "Content-Length: 13\nContent-Length: 5\n",
    );
    refused(
        &(text + "There's no way to know how many octets\n"),
        Reason::Repeated(HeaderName::ContentLength),
        "Content-Length: 5",
        400,
    );
}

#[test]
fn s3_3_10_bcast_a_response_with_a_broadcast_via() {
    let text = request("SIP/2.0 200 OK", "5 INVITE", "Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1\n");
    let hosts: Vec<_> = valid(&text).vias().map(|v| v.unwrap().host.ip()).collect();
    assert_eq!(hosts, [None, Some([255, 255, 255, 255].into())]);
}

#[test]
fn s3_3_11_zeromf_no_hops_left() {
    let m = valid(&request("OPTIONS sip:user@example.com SIP/2.0", "5 OPTIONS", "").replace("70", "0"));
    assert_eq!(m.max_forwards(), Ok(Some(0)));
}

#[test]
fn s3_3_12_cparam01_without_brackets_the_parameter_is_the_headers() {
    let m = valid(&request(
        "REGISTER sip:example.com SIP/2.0",
        "9 REGISTER",
        "Contact: sip:+19725552222@gw1.example.net;unknownparam\n",
    ));
    let contact = *m.contact().unwrap().unwrap().addr().unwrap();
    assert!(contact.params.has("unknownparam") && !contact.uri.params.has("unknownparam"));
}

#[test]
fn s3_3_13_cparam02_inside_brackets_it_is_the_uris() {
    let m = valid(&request(
        "REGISTER sip:example.com SIP/2.0",
        "9 REGISTER",
        "Contact: <sip:+19725552222@gw1.example.net;unknownparam>\n",
    ));
    let contact = *m.contact().unwrap().unwrap().addr().unwrap();
    assert!(!contact.params.has("unknownparam") && contact.uri.params.has("unknownparam"));
}

#[test]
fn s3_3_14_regescrt_an_escaped_route_in_a_contact_stays_in_the_uri() {
    let m = valid(&request(
        "REGISTER sip:example.com SIP/2.0",
        "9 REGISTER",
        "Contact: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>\n",
    ));
    let Some(Contact::Addr(contact)) = m.contact().unwrap() else { panic!("a star") };
    assert_eq!((contact.uri.headers, m.routes().count()), (&b"Route=%3Csip:sip.example.com%3E"[..], 0));
}

#[test]
fn s3_3_15_sdp01_an_accept_that_excludes_sdp_can_be_seen() {
    let m =
        valid(&request("INVITE sip:user@example.com SIP/2.0", "4 INVITE", "Accept: text/nobodyKnowsThis\n"));
    let accepted: Vec<_> = m.headers(HeaderName::Accept).map(|v| v.into_owned()).collect();
    assert_eq!(accepted, [b"text/nobodyKnowsThis".to_vec()]);
}

// 3.4 Backward compatibility

#[test]
fn s3_4_1_inv2543_a_request_of_rfc_2543() {
    let m = valid(concat!(
        "INVITE sip:UserB@example.com SIP/2.0\nVia: SIP/2.0/UDP iftgw.example.com\n",
        "From: <sip:+13035551111@ift.example.net;user=phone>\nRecord-Route: <sip:UserB@example.com;maddr=ss1.example.com>\n",
        "To: sip:+16505552222@ss1.example.net;user=phone\nCall-ID: inv2543.1717@ift.example.com\nCSeq: 56 INVITE\n\nv=0\n"
    ));
    let via: Via<'_> = m.via().unwrap();
    assert_eq!(
        (via.branch(), via.transaction_id(), m.max_forwards(), m.from().unwrap().tag()),
        (None, None, Ok(None), None)
    );
    assert_eq!(m.to().unwrap().params.value("user"), Some(&b"phone"[..]));
    assert_eq!(m.body(), b"v=0\r\n");
}
