use super::*;

fn packet(kind: StreamKind, ms: i64, key: bool, bytes: usize) -> Packet {
    let t = MediaTime::from_millis(ms);
    let duration = MediaTime::from_millis(20);
    Packet { kind, pts: t, dts: t, duration, key, data: vec![0; bytes].into() }
}

/// `secs` of 25 pictures a second with a keyframe each 2 s, and sound every 20 ms.
fn feed(q: &PacketQueue, from_ms: i64, secs: i64) {
    for ms in (from_ms..from_ms + secs * 1000).step_by(20) {
        if ms % 40 == 0 {
            q.push(&packet(StreamKind::Video, ms, ms % 2000 == 0, 1000));
        }
        q.push(&packet(StreamKind::Audio, ms, true, 100));
    }
}

fn drain(q: &PacketQueue) -> Vec<Packet> {
    std::iter::from_fn(|| match q.pop(Duration::ZERO) {
        Next::Packet(p) => Some(p),
        _ => None,
    })
    .collect()
}

#[test]
fn a_slow_reader_loses_whole_groups_and_no_sound() {
    let q = PacketQueue::new(QueueLimits::default(), true, true);
    feed(&q, 0, 7);
    let c = q.counts();
    assert!(c.dropped.video > 0 && c.dropped.audio == 0, "{c:?}");
    let out = drain(&q);
    assert_eq!(out.iter().filter(|p| p.kind == StreamKind::Audio).count(), 350);
    // Behind every gap stands a keyframe.
    let video: Vec<_> = out.iter().filter(|p| p.kind == StreamKind::Video).collect();
    assert!(video[0].key);
    for pair in video.windows(2) {
        let gap = pair[1].dts - pair[0].dts > MediaTime::from_millis(40);
        assert!(!gap || pair[1].key, "gap before {:?}", pair[1].dts);
    }
    assert_eq!(video.len() as u64 + c.dropped.video, 7 * 25);
    // It goes on with the next keyframe once it is read again.
    feed(&q, 7000, 3);
    let first = drain(&q).into_iter().find(|p| p.kind == StreamKind::Video).expect("video");
    assert!(first.key && first.dts == MediaTime::from_secs(8), "{:?}", first.dts);
}

#[test]
fn it_is_bounded_whatever_comes() {
    let limits = QueueLimits { span: MediaTime::from_secs(2), bytes: 50_000 };
    for (has_video, connected) in [(true, true), (true, false), (false, true), (false, false)] {
        let q = PacketQueue::new(limits, has_video, connected);
        if has_video {
            feed(&q, 0, 600);
        } else {
            (0..60_000).for_each(|n| q.push(&packet(StreamKind::Audio, n * 20, true, 100)));
        }
        let c = q.counts();
        assert!(c.bytes <= limits.bytes && c.len <= 501, "{c:?}");
        assert!(c.age <= MediaTime::from_secs(8), "{c:?}");
    }
    // Nothing but sound behind one keyframe, and a keyframe larger than the bound.
    let q = PacketQueue::new(limits, true, true);
    q.push(&packet(StreamKind::Video, 0, true, 60_000));
    (0..5000).for_each(|n| q.push(&packet(StreamKind::Audio, n * 20, true, 100)));
    assert!(q.counts().bytes <= limits.bytes);
}

#[test]
fn a_new_connection_begins_with_the_newest_keyframe() {
    let q = PacketQueue::new(QueueLimits::default(), true, false);
    feed(&q, 0, 9);
    assert!(q.counts().len < 160);
    assert!(q.connect());
    let out = drain(&q);
    assert!(out[0].key && out[0].kind == StreamKind::Video);
    assert_eq!(out[0].dts, MediaTime::from_secs(8));
    assert_eq!(q.counts().dropped, Tally::default());
    assert!(q.counts().missed.video > 0);
    // Without one inside, it waits for the next.
    q.disconnect();
    feed(&q, 9000, 1);
    assert!(!q.connect());
    feed(&q, 10_000, 1);
    let first = drain(&q).into_iter().find(|p| p.kind == StreamKind::Video).expect("video");
    assert_eq!(first.dts, MediaTime::from_secs(10));
}

#[test]
fn closed_drains() {
    let q = PacketQueue::new(QueueLimits::default(), true, true);
    feed(&q, 0, 1);
    q.close();
    feed(&q, 1000, 1);
    assert_eq!(drain(&q).len(), 75);
    assert!(matches!(q.pop(Duration::from_secs(5)), Next::Closed));
}

#[test]
fn a_cut_lets_go_of_everything_and_is_no_loss() {
    let q = PacketQueue::new(QueueLimits::default(), true, true);
    feed(&q, 0, 1);
    q.cut();
    let c = q.counts();
    assert_eq!((c.len, c.bytes, c.withheld), (0, 0, Tally { video: 25, audio: 50 }));
    assert_eq!((c.dropped, c.missed), (Tally::default(), Tally::default()));
    assert!(matches!(q.pop(Duration::ZERO), Next::Cut));
    assert!(matches!(q.pop(Duration::ZERO), Next::Empty), "said once");
    q.push(&packet(StreamKind::Audio, 1000, true, 100));
    q.push(&packet(StreamKind::Video, 1000, true, 100));
    q.push(&packet(StreamKind::Video, 1040, false, 100));
    assert_eq!(drain(&q).len(), 3);
    // Whoever connects after it begins with what came after it.
    q.disconnect();
    q.push(&packet(StreamKind::Video, 1080, true, 100));
    q.cut();
    q.push(&packet(StreamKind::Video, 1120, true, 100));
    assert!(q.connect());
    let out = drain(&q);
    assert_eq!(out.iter().map(|p| p.dts.as_millis()).collect::<Vec<_>>(), [1120]);
}
