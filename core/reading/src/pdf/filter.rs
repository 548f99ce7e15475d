//! How streams are packed. Source: ISO 32000-1:2008, §7.4.
//!
//! Every byte that comes out is counted against one budget for the document.

use std::cell::Cell;
use std::io::Read;

use flate2::read::ZlibDecoder;

use crate::limits;
use crate::pdf::file::File;
use crate::pdf::object::{Dict, Object};

/// Bytes that may still be unpacked.
#[derive(Debug)]
pub(super) struct Budget {
    left: Cell<usize>,
}

/// Why a stream could not be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The budget is spent.
    TooMuch,
    /// It is packed in a way that holds no text, or that is not known.
    Unknown,
}

/// Filters one behind the other; real streams have two at most.
const FILTERS_MAX: usize = 4;
/// Bytes of the budget that each stream costs at least.
const STREAM_COST: usize = 1_024;

impl Budget {
    pub(super) const fn new() -> Self {
        Self { left: Cell::new(limits::PDF_UNPACKED_MAX) }
    }

    pub(super) fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    fn take(&self, bytes: usize) -> Result<(), Fault> {
        match self.left.get().checked_sub(bytes) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => {
                self.left.set(0);
                Err(Fault::TooMuch)
            }
        }
    }
}

/// Unpacks a stream. One that is cut short gives what could be had.
pub(super) fn unpack(
    file: &File<'_>,
    dict: &Dict,
    raw: &[u8],
    budget: &Budget,
) -> Result<Vec<u8>, Fault> {
    let listed = |name: &[u8], short: &[u8]| -> Vec<Object> {
        match dict.get(name).or_else(|| dict.get(short)).map(|it| file.resolve(it)) {
            Some(Object::Array(array)) => array.clone(),
            Some(Object::Null) | None => Vec::new(),
            Some(one) => vec![one.clone()],
        }
    };
    let filters = listed(b"Filter", b"F");
    if filters.len() > FILTERS_MAX {
        return Err(Fault::Unknown);
    }
    let parameters = listed(b"DecodeParms", b"DP");
    // Also an empty one costs something, so that forms that draw each other come to an end.
    budget.take(raw.len().clamp(STREAM_COST, limits::PDF_UNPACKED_MAX / 4))?;
    let mut bytes = raw.to_vec();
    for (at, filter) in filters.iter().enumerate() {
        let name = file.resolve(filter).name().unwrap_or_default();
        bytes = match name {
            b"FlateDecode" | b"Fl" => inflate(&bytes, budget)?,
            b"LZWDecode" | b"LZW" => lzw(&bytes, budget)?,
            b"ASCIIHexDecode" | b"AHx" => hexadecimal(&bytes),
            b"ASCII85Decode" | b"A85" => base85(&bytes),
            b"RunLengthDecode" | b"RL" => run_length(&bytes, budget)?,
            _ => return Err(Fault::Unknown),
        };
        if let Some(dict) = parameters.get(at).and_then(|it| file.resolve(it).dict()) {
            bytes = unpredict(file, dict, bytes);
        }
    }
    Ok(bytes)
}

fn inflate(bytes: &[u8], budget: &Budget) -> Result<Vec<u8>, Fault> {
    let room = budget.left.get();
    let mut out = Vec::new();
    let mut decoder = ZlibDecoder::new(bytes).take(room as u64 + 1);
    // What was read before a fault stays in `out`.
    let _ = decoder.read_to_end(&mut out);
    budget.take(out.len())?;
    Ok(out)
}

fn lzw(bytes: &[u8], budget: &Budget) -> Result<Vec<u8>, Fault> {
    const CLEAR: usize = 256;
    const END: usize = 257;
    // An entry is the bytes that were put out for it: where they stand, and how many.
    let mut table: Vec<(usize, usize)> = Vec::new();
    let mut out: Vec<u8> = Vec::new();
    let (mut bits, mut held, mut width) = (0_u32, 0_u32, 9_u32);
    let mut last: Option<(usize, usize)> = None;
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        if bits < width {
            continue;
        }
        bits -= width;
        let code = (held >> bits) as usize & ((1 << width) - 1);
        held &= (1 << bits) - 1;
        match code {
            CLEAR => {
                table.clear();
                width = 9;
                last = None;
                continue;
            }
            END => break,
            _ => {}
        }
        let start = out.len();
        match (code, last) {
            (0..=255, _) => out.push(u8::try_from(code).unwrap_or_default()),
            (code, last) => {
                let known = table.get(code - 258).copied();
                let from = known.or_else(|| {
                    let (from, length) = last?;
                    (code - 258 == table.len()).then_some((from, length + 1))
                });
                let Some((from, length)) = from else { break };
                for at in from..from + length {
                    let Some(byte) = out.get(at).copied() else { break };
                    out.push(byte);
                }
            }
        }
        budget.take(out.len() - start)?;
        if let Some((from, length)) = last
            && table.len() < 4096 - 258
        {
            table.push((from, length + 1));
        }
        last = Some((start, out.len() - start));
        width = match table.len() + 258 + 1 {
            0..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => 12,
        };
    }
    Ok(out)
}

fn hexadecimal(bytes: &[u8]) -> Vec<u8> {
    let end = bytes.iter().position(|byte| *byte == b'>').unwrap_or(bytes.len());
    let digits: Vec<u8> = bytes
        .get(..end)
        .unwrap_or_default()
        .iter()
        .filter_map(|byte| char::from(*byte).to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => high * 16 + low,
            [high] => high * 16,
            _ => 0,
        })
        .collect()
}

fn base85(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut group: Vec<u32> = Vec::with_capacity(5);
    let close = |group: &mut Vec<u32>, out: &mut Vec<u8>| {
        let count = group.len();
        if count < 2 {
            group.clear();
            return;
        }
        group.resize(5, 84);
        let value = group
            .iter()
            .fold(0_u32, |sum, digit| sum.wrapping_mul(85).wrapping_add(*digit));
        out.extend(value.to_be_bytes().into_iter().take(count - 1));
        group.clear();
    };
    for byte in bytes {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => {
                group.push(u32::from(byte - b'!'));
                if group.len() == 5 {
                    close(&mut group, &mut out);
                }
            }
            _ => {}
        }
    }
    close(&mut group, &mut out);
    out
}

fn run_length(bytes: &[u8], budget: &Budget) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::new();
    let mut rest = bytes;
    while let [length, behind @ ..] = rest {
        let length = usize::from(*length);
        match length {
            0..=127 => {
                let count = (length + 1).min(behind.len());
                let (plain, next) = behind.split_at(count);
                out.extend_from_slice(plain);
                rest = next;
            }
            128 => break,
            _ => {
                let [byte, next @ ..] = behind else { break };
                budget.take(257 - length)?;
                out.extend(std::iter::repeat_n(*byte, 257 - length));
                rest = next;
            }
        }
    }
    Ok(out)
}

/// Takes back what a predictor of PNG did; others stand in pictures alone.
fn unpredict(file: &File<'_>, dict: &Dict, bytes: Vec<u8>) -> Vec<u8> {
    let value = |name: &[u8], usual: usize| {
        let number = dict.get(name).and_then(|it| file.resolve(it).number());
        number.map_or(
            usual,
            |number| if number >= 1.0 { number.min(1e6) as usize } else { usual },
        )
    };
    if value(b"Predictor", 1) < 10 {
        return bytes;
    }
    let bits = value(b"Colors", 1) * value(b"BitsPerComponent", 8);
    let wide = bits.div_ceil(8).max(1);
    let row_length = (value(b"Columns", 1).saturating_mul(bits)).div_ceil(8);
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut above = vec![0_u8; row_length];
    for row in bytes.chunks(row_length + 1) {
        let [kind, packed @ ..] = row else { break };
        let mut current = vec![0_u8; row_length];
        for (at, byte) in packed.iter().enumerate() {
            let of = |row: &[u8], at: Option<usize>| {
                at.and_then(|at| row.get(at)).copied().unwrap_or_default()
            };
            let left = of(&current, at.checked_sub(wide));
            let up = of(&above, Some(at));
            let corner = of(&above, at.checked_sub(wide));
            let guess = match kind {
                1 => left,
                2 => up,
                3 => u8::try_from((u16::from(left) + u16::from(up)) / 2)
                    .unwrap_or_default(),
                4 => paeth(left, up, corner),
                _ => 0,
            };
            if let Some(slot) = current.get_mut(at) {
                *slot = byte.wrapping_add(guess);
            }
        }
        out.extend(current.iter().take(packed.len()));
        above = current;
    }
    out
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, up, corner].map(i16::from);
    let guess = a + b - c;
    let [to_a, to_b, to_c] = [a, b, c].map(|it| (guess - it).abs());
    if to_a <= to_b && to_a <= to_c {
        left
    } else if to_b <= to_c {
        up
    } else {
        corner
    }
}
