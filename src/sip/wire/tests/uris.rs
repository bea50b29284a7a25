//! URIs, their parameters and when two are equal.

use super::*;

#[track_caller]
fn uri(text: &str) -> Uri<'_> {
    Uri::parse(text.as_bytes()).unwrap()
}

#[test]
fn a_sip_uri_is_read_part_by_part() {
    let u = uri("sip:j%40son:pass;x@host.example.com:5070;transport=tcp;lr?Subject=a%20b&X=y");
    assert_eq!(u.scheme, Scheme::Sip);
    assert_eq!(u.user, Some(&b"j%40son"[..]));
    assert_eq!(u.user_text().unwrap().as_ref(), b"j@son");
    assert_eq!(u.password, Some(&b"pass;x"[..]));
    assert_eq!(u.host, Some(Host::Name(b"HOST.example.com")));
    assert_eq!(u.port, Some(5070));
    assert_eq!(u.params.value("Transport"), Some(&b"tcp"[..]));
    assert!(u.is_loose());
    assert_eq!(u.headers, b"Subject=a%20b&X=y");
}

#[test]
fn hosts_may_be_addresses() {
    assert_eq!(uri("sip:192.0.2.1").host.unwrap().ip(), Some("192.0.2.1".parse().unwrap()));
    let u = uri("sips:a@[2001:db8::1]:5061;transport=tcp");
    assert_eq!((u.scheme, u.port), (Scheme::Sips, Some(5061)));
    assert_eq!(u.host.unwrap().ip(), Some("2001:db8::1".parse().unwrap()));
    assert_eq!(uri("sip:300.1.2.3").host, Some(Host::Name(b"300.1.2.3")));
}

#[test]
fn an_at_sign_in_the_user_part_does_not_move_the_host() {
    let u = uri("sip:a@evil.example@host.example");
    assert_eq!(u.host, Some(Host::Name(b"host.example")));
    assert_eq!(u.user, Some(&b"a@evil.example"[..]));
}

#[test]
fn malformed_uris_are_refused() {
    for bad in [
        "",
        "sip:",
        "sip:@h",
        "sip:a@",
        "sip:a@h:",
        "sip:a@h:99999",
        "sip:a@h:5060x",
        "sip:a@[::1",
        "sip:a@h;=x",
        "sip:a@h;",
        "sip:a%4@h",
        "sip:a b@h",
        "sip:a@h ",
        "12319",
        ":x",
        "1sip:a@h",
        "tel:",
        "tel:abc-xyz",
        "sip:a@[1::2::3]",
        "<sip:a@h>",
        "sip:\"a\"@h",
    ] {
        assert!(Uri::parse(bad.as_bytes()).is_none(), "{bad}");
    }
}

#[test]
fn numbers_are_read_in_every_spelling() {
    for (text, number, context) in [
        ("tel:+86-510-8101-2319", Some("+8651081012319"), None),
        ("tel:12319;phone-context=+86510", Some("12319"), Some("+86510")),
        ("tel:863-1234;phone-context=example.com", Some("8631234"), Some("example.com")),
        ("sip:12319@h", Some("12319"), None),
        ("sip:+8651012319@h;user=phone", Some("+8651012319"), None),
        ("sip:12319;phone-context=+86510@h;user=phone", Some("12319"), Some("+86510")),
        ("sip:12319@h;user=phone;phone-context=+86510", Some("12319"), Some("+86510")),
        ("sip:%31%32319@h", Some("12319"), None),
        ("sip:agent-7@h", None, None),
        ("sip:h", None, None),
        ("urn:service:sos", None, None),
    ] {
        let u = uri(text);
        assert_eq!(u.number().as_deref(), number.map(str::as_bytes), "{text}");
        assert_eq!(u.phone_context(), context.map(str::as_bytes), "{text}");
    }
    assert!(uri("tel:110").is_phone() && uri("sip:1@h;user=PHONE").is_phone() && !uri("sip:1@h").is_phone());
}

#[test]
fn other_schemes_are_carried() {
    let u = uri("nobodyKnowsThisScheme:totallyopaquecontent");
    assert_eq!((u.scheme, u.raw), (Scheme::Other, &b"nobodyKnowsThisScheme:totallyopaquecontent"[..]));
}

/// The examples of RFC 3261 §19.1.4 and some of our own.
#[test]
fn comparison_follows_rfc_3261_19_1_4() {
    for (a, b, same) in [
        ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp", true),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", true),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;security=on", true),
        ("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on", true),
        (
            "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
            "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
            true,
        ),
        (
            "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
            "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
            true,
        ),
        ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP", false),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", false),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", false),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp", false),
        ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting", false),
        ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4", false),
        ("sip:carol@chicago.com;security=off", "sip:carol@chicago.com;security=on", false),
        ("sip:a@h", "sips:a@h", false),
        ("sip:a@[2001:db8::1]", "sip:a@[2001:0db8:0::1]", true),
        ("tel:+86-510-12319", "tel:+8651012319", true),
        ("tel:12319", "tel:12319;phone-context=+86510", false),
        ("urn:a", "urn:a", true),
    ] {
        assert_eq!(uri(a).matches(&uri(b)), same, "{a} {b}");
        assert_eq!(uri(b).matches(&uri(a)), same, "{b} {a}");
    }
}
