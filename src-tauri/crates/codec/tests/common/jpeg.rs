//! Pictures of flat blocks, coded by hand: their samples are known exactly, whatever the chroma
//! raster. They have no Huffman tables, like those of many cameras.

/// Bits of a scan, with zeros stuffed behind bytes of ones.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u32,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, length: u32) {
        for bit in (0..length).rev() {
            self.held = self.held << 1 | (value >> bit & 1);
            self.count += 1;
            if self.count == 8 {
                self.bytes.push(self.held as u8);
                if self.held == 0xff {
                    self.bytes.push(0);
                }
                (self.held, self.count) = (0, 0);
            }
        }
    }

    /// Ones up to the next byte.
    fn fill(&mut self) {
        while self.count > 0 {
            self.put(1, 1);
        }
    }
}

/// Code and length of the standard tables for a difference of `size` bits: luma, chroma.
const SIZES: [[(u32, u32); 9]; 2] = [
    [(0, 2), (2, 3), (3, 3), (4, 3), (5, 3), (6, 3), (14, 4), (30, 5), (62, 6)],
    [(0, 2), (1, 2), (2, 2), (6, 3), (14, 4), (30, 5), (62, 6), (126, 7), (254, 8)],
];
/// “Nothing more in this block”.
const ENDS: [(u32, u32); 2] = [(10, 4), (0, 2)];

/// A picture of components with these sampling factors (`0x21` is two across and one down); block
/// `(x, y)` of component `c` is `flat(c, x, y)` throughout. With a restart marker after each `restart`
/// units, if that is not 0.
pub fn flat_picture(
    (width, height): (u16, u16),
    factors: &[u8],
    restart: u16,
    flat: impl Fn(usize, usize, usize) -> u8,
) -> Vec<u8> {
    let mut out = vec![0xff, 0xd8];
    let mut segment = |marker: u8, content: &[u8]| {
        out.extend([0xff, marker]);
        out.extend((content.len() as u16 + 2).to_be_bytes());
        out.extend(content);
    };
    // Steps of eight: a flat block's coefficient is its sample.
    segment(0xdb, &[&[0][..], &[8; 64]].concat());
    let [w, h] = [width.to_be_bytes(), height.to_be_bytes()];
    let mut frame = vec![8, h[0], h[1], w[0], w[1], factors.len() as u8];
    let mut scan = vec![factors.len() as u8];
    for (i, factor) in factors.iter().enumerate() {
        frame.extend([i as u8 + 1, *factor, 0]);
        scan.extend([i as u8 + 1, if i == 0 { 0 } else { 0x11 }]);
    }
    segment(0xc0, &frame);
    if restart > 0 {
        segment(0xdd, &restart.to_be_bytes());
    }
    segment(0xda, &[&scan[..], &[0, 63, 0]].concat());

    // Of a single component each block is a unit of its own.
    let split = |f: u8| (usize::from(f >> 4), usize::from(f & 15));
    let units: Vec<_> = match factors {
        [_] => vec![(1, 1)],
        _ => factors.iter().map(|f| split(*f)).collect(),
    };
    let most = |part: fn(&(usize, usize)) -> usize| units.iter().map(part).max().unwrap_or(1);
    let across = usize::from(width).div_ceil(8 * most(|u| u.0));
    let down = usize::from(height).div_ceil(8 * most(|u| u.1));
    let (mut bits, mut before) = (Bits::default(), vec![0i32; factors.len()]);
    for unit in 0..across * down {
        if restart > 0 && unit > 0 && unit % usize::from(restart) == 0 {
            bits.fill();
            let number = (unit / usize::from(restart) - 1) % 8;
            bits.bytes.extend([0xff, 0xd0 + number as u8]);
            before.fill(0);
        }
        for (c, (h, v)) in units.iter().enumerate() {
            for block in 0..h * v {
                let x = unit % across * h + block % h;
                let y = unit / across * v + block / h;
                let level = i32::from(flat(c, x, y)) - 128;
                let difference = level - std::mem::replace(&mut before[c], level);
                let size = 32 - difference.unsigned_abs().leading_zeros();
                let kind = usize::from(c > 0);
                let (code, length) = SIZES[kind][size as usize];
                bits.put(code, length);
                // Negative ones as their magnitude's complement.
                let coded = if difference < 0 { difference - 1 } else { difference };
                bits.put(coded as u32 & ((1 << size) - 1), size);
                bits.put(ENDS[kind].0, ENDS[kind].1);
            }
        }
    }
    bits.fill();
    out.extend(bits.bytes);
    out.extend([0xff, 0xd9]);
    out
}
