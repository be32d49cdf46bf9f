use super::*;

fn split(url: &str) -> (String, String) {
    let t = Target::parse(url).expect(url);
    (t.server.clone(), t.key.expose().to_owned())
}

#[test]
fn splits_as_the_services_do() {
    for (url, server, key) in [
        (
            "rtmp://live.twitch.tv/app/live_12_ab?bandwidthtest=true",
            "rtmp://live.twitch.tv/app",
            "live_12_ab?bandwidthtest=true",
        ),
        (
            "rtmps://a.rtmps.youtube.com:443/live2/abcd-efgh",
            "rtmps://a.rtmps.youtube.com:443/live2",
            "abcd-efgh",
        ),
        (
            "rtmps://b.rtmps.youtube.com:443/live2?backup=1/abcd-efgh",
            "rtmps://b.rtmps.youtube.com:443/live2?backup=1",
            "abcd-efgh",
        ),
        (
            "rtmp://push.example.com/App/Stream?vhost=v.example&auth_key=1-0-0-ab/cd==",
            "rtmp://push.example.com/App",
            "Stream?vhost=v.example&auth_key=1-0-0-ab/cd==",
        ),
        ("rtmp://10.0.0.1:1936/app/instance/key1", "rtmp://10.0.0.1:1936/app/instance", "key1"),
        (" RTMP://h/app/key1 ", "rtmp://h/app", "key1"),
    ] {
        assert_eq!(split(url), (server.to_owned(), key.to_owned()), "{url}");
    }
}

#[test]
fn fields_are_joined_cleaned_and_understood() {
    let t = Target::new("rtmps://b.rtmps.youtube.com:443/live2?backup=1", "abcd-efgh-1")
        .expect("backup");
    assert_eq!((t.app(), t.port(), t.is_secure()), ("live2?backup=1", 443, true));
    let t = Target::new("rtmp://h/app/", "/key-one-1").expect("slashes");
    assert_eq!((t.server.as_str(), t.key.expose(), t.port()), ("rtmp://h/app", "key-one-1", 1935));
    let t = Target::new("rtmps://[::1]/app", "key-one-1").expect("v6");
    assert_eq!((t.host(), t.port()), ("::1", 443));
    // The whole address in the key field, in the server field, or in both.
    for (server, key) in [
        ("", "rtmp://h/app/key-one-1"),
        ("rtmp://h/app", "rtmp://h/app/key-one-1"),
        ("rtmp://h/app/key-one-1", ""),
        ("rtmp://h/app/key-one-1", "key-one-1"),
    ] {
        let t = Target::new(server, key).expect("understood");
        assert_eq!((t.server.as_str(), t.key.expose()), ("rtmp://h/app", "key-one-1"));
    }
}

#[test]
fn refuses_with_a_sentence_and_without_the_key() {
    let s = "canary-9f8e7d6c5b4a";
    for (server, key, part) in [
        ("https://www.youtube.com/live", s, "web page address"),
        ("srt://h:1000/app", s, "srt:// is not supported"),
        ("live.twitch.tv/app", s, "must begin with rtmp://"),
        ("", "", "no server address"),
        ("rtmp://h", s, "stops after the host name"),
        ("rtmp://h:99999/app", s, "port"),
        ("rtmp://h:0/app", s, "port"),
        ("rtmp:///app", s, "host name"),
        ("rtmp://user:pass@h/app", s, "user name"),
        ("rtmp://h/app", "", "key for h is missing"),
        ("rtmp://h/app", "canary-9f8e7d6c5b4a x", "blank or an invisible"),
        ("rtmp://h/a\u{7}pp", s, "blank or an invisible"),
        ("rtmp://h/live/canary-9f8e7d6c5b4a", "other-key", "seems to contain the stream key"),
        (
            "rtmp://h/live?auth_key=canary-9f8e7d6c5b4a",
            "other-key",
            "seems to contain the stream key",
        ),
    ] {
        let e = Target::new(server, key).expect_err(part).to_string();
        assert!(e.contains(part), "{e} should say {part}");
        assert!(!e.contains("canary"), "{e}");
    }
    let long = format!("rtmp://h/{}", "a".repeat(200));
    assert!(matches!(Target::new(&long, s), Err(TargetError::TooLong(_, 127))));
}

#[test]
fn shows_no_key() {
    let t = Target::new("rtmp://h/app", "canary-1234567").expect("target");
    assert_eq!(t.to_string(), "rtmp://h/app/•••");
    assert!(!format!("{t:?}").contains("canary"));
}
