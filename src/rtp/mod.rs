//! RTP packets (RFC 3550), DTMF events (RFC 4733), G.711.
