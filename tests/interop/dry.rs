use super::{baresip::Baresip, ear::Ear, sipp::Sipp, sound, wait};
use std::time::Duration;
#[test]
fn dry() {
    let dir = tempfile::tempdir().unwrap();
    let b = Baresip::start(dir.path(), "a1", "x", 18003, 18001, 600.0);
    wait::until("b", Duration::from_secs(5), || wait::is_bound(18001).then_some(()));
    let caller = Sipp::new("caller_leaves", dir.path(), 18002).to(18001).dials("a1").key("caller", "13800001234").pause(Duration::from_secs(3));
    let mut caller = caller.start();
    let e1 = Ear::new(19002, 440.0, &caller.log());
    caller.succeeds();
    println!("{}", b.screen());
    let h = b.heard();
    println!("{:?} {:?} {:?}", sound::tone_time(600.0, &e1.samples()), sound::tone_time(440.0, &h), e1.longest_silence());
}
