//! The sound card at the rates that what plays into it dictates.

use serde_json::Value;

use crate::lab::Lab;
use crate::support::{last_json, text};
use crate::tone;

fn hear(rate: u32) {
    let Some(lab) = Lab::open() else { return };
    let _tone = tone::play(rate, 1.0);
    let out = lab.test_devices(&[&lab.microphone_spec(), "--seconds", "3"]);
    assert!(out.status.success(), "{}", text(&out));
    let report = last_json(&out);
    let heard = &report["microphone"];
    assert_eq!(heard["rate"], rate, "{heard}");
    let number = |name: &str| heard[name].as_f64().unwrap_or_else(|| panic!("{name} in {heard}"));
    let (peak, rms) = (number("peak_dbfs"), number("rms_dbfs"));
    let measured = number("measured_rate");
    assert!(
        (measured / f64::from(rate) - 1.0).abs() < 0.02,
        "{measured} samples a second: {heard}"
    );
    println!(
        "{rate} Hz: measured {measured:.0}, peak {peak:.2}, rms {rms:.2} dBFS, {} gaps",
        heard["gaps"]
    );
    assert!((peak - tone::PEAK_DBFS).abs() < 0.5, "{heard}");
    assert!((rms - (tone::PEAK_DBFS - 3.01)).abs() < 1.0, "{heard}");
    let curve = heard["curve"].as_array().expect("a curve");
    let loud = curve.iter().filter_map(Value::as_f64).filter(|v| *v > -20.0).count();
    assert!(loud * 10 > curve.len() * 8, "{loud} of {} values are loud: {heard}", curve.len());
}

#[test]
fn a_card_at_44100_hertz() {
    hear(44_100);
}

#[test]
fn a_card_at_48000_hertz() {
    hear(48_000);
}

#[test]
fn a_silent_card_is_silent() {
    let Some(lab) = Lab::open() else { return };
    let out = lab.test_devices(&[&lab.microphone_spec(), "--seconds", "2"]);
    assert!(out.status.success(), "{}", text(&out));
    let report = last_json(&out);
    let peak = report["microphone"]["peak_dbfs"].as_f64();
    // Silence has no level that could be written.
    assert!(peak.is_none_or(|p| p < -80.0), "{report}");
}
