//! What a conversion costs: medians in microseconds, beside a plain copy of the same frame.
//! `--json` prints one JSON object instead of a table.

use std::hint::black_box;
use std::time::Instant;

use vitrine_media::{Frame, Size};
use vitrine_pixel::*;

fn main() {
    let json = std::env::args().any(|a| a == "--json");
    let mut lines = Vec::new();
    for size in [Size::new(1280, 720), Size::new(1920, 1080)] {
        lines.extend(measure(size));
    }
    if json {
        let fields: Vec<_> = lines.iter().map(|(name, us)| format!("\"{name}\":{us:.1}")).collect();
        println!("{{\"kernels\":\"{}\",\"microseconds\":{{{}}}}}", simd::name(), fields.join(","));
    } else {
        println!("kernels: {}; microseconds a frame, median", simd::name());
        for (name, us) in lines {
            println!("{name:32} {us:9.1}");
        }
    }
}

fn measure(size: Size) -> Vec<(String, f64)> {
    let (w, h) = (size.width as usize, size.height as usize);
    // Inputs take turns as a capture queue's buffers do, so they are not hot in the first caches.
    let noise = |n: usize, k: usize| (0..n).map(|i| ((i * 31 + k) % 220 + 16) as u8).collect();
    let inputs: Vec<Vec<u8>> = (0..4).map(|k| noise(w * h * 4, k)).collect();
    let mut outs = [Frame::black(size), Frame::black(size), Frame::black(size)];
    let small = Size::new(w as u32 / 3 * 2 / 2 * 2, h as u32 / 3 * 2 / 2 * 2);
    let mut smaller = Frame::black(small);
    let frames: Vec<Frame> = inputs
        .iter()
        .map(|i| {
            let mut f = Frame::black(size);
            planar(i, w, h, false, ColorSpec::VIDEO, &mut f);
            f
        })
        .collect();
    let mut shrink = FrameScaler::new();
    shrink.plan(size, Region::all(size), small);
    let mut grow = FrameScaler::new();
    grow.plan(small, Region::all(small), size);

    let mut results = Vec::new();
    let mut bench = |name: &str, run: &mut dyn FnMut(usize, &mut Frame)| {
        let mut times: Vec<f64> = (0..301)
            .map(|n| {
                let start = Instant::now();
                run(n % 4, &mut outs[n % 3]);
                black_box(&outs);
                start.elapsed().as_secs_f64() * 1e6
            })
            .collect();
        times.sort_by(f64::total_cmp);
        results.push((format!("{size} {name}"), times[times.len() / 2]));
    };
    let fits = "the buffers are large enough";
    bench("copy", &mut |n, out| planar(&inputs[n], w, h, false, ColorSpec::VIDEO, out));
    bench("yuyv", &mut |n, out| {
        yuyv_to_frame(&inputs[n], w * 2, ColorSpec::VIDEO, out).expect(fits)
    });
    bench("yuyv 601", &mut |n, out| {
        yuyv_to_frame(&inputs[n], w * 2, ColorSpec::SD, out).expect(fits)
    });
    bench("nv12", &mut |n, out| {
        let (y, uv) = inputs[n].split_at(w * h);
        nv12_to_frame([y, uv], [w, w], ColorSpec::VIDEO, out).expect(fits)
    });
    bench("nv12 601", &mut |n, out| {
        let (y, uv) = inputs[n].split_at(w * h);
        nv12_to_frame([y, uv], [w, w], ColorSpec::SD, out).expect(fits)
    });
    bench("mjpeg 422 full 601", &mut |n, out| planar(&inputs[n], w, h, true, ColorSpec::JPEG, out));
    bench("mjpeg 420 full 601", &mut |n, out| {
        planar(&inputs[n], w, h, false, ColorSpec::JPEG, out)
    });
    bench("bgra", &mut |n, out| bgra_to_frame(&inputs[n], w * 4, out).expect(fits));
    bench("shrink to 2/3", &mut |n, _| shrink.run(&frames[n], &mut smaller));
    bench("grow by 3/2", &mut |_, out| grow.run(&smaller, out));
    let mut across = Frame::black(Size::new(size.height, size.width));
    bench("turn 90", &mut |n, _| {
        turn_frame(&frames[n], Turn::new(90, false).expect("a turn"), &mut across)
    });
    bench("mirror", &mut |n, out| turn_frame(&frames[n], Turn::new(0, true).expect("a turn"), out));
    results
}

fn planar(src: &[u8], w: usize, h: usize, tall: bool, color: ColorSpec, out: &mut Frame) {
    let chroma = if tall { w * h / 2 } else { w * h / 4 };
    let planes = [&src[..w * h], &src[w * h..][..chroma], &src[w * h + chroma..][..chroma]];
    let strides = [w, w / 2, w / 2];
    let done = if tall {
        yuv422_to_frame(planes, strides, color, out)
    } else {
        yuv420_to_frame(planes, strides, color, out)
    };
    done.expect("the buffers are large enough");
}
